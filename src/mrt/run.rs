//! Runs of records, and work on them in several threads with results in file order.

use core::fmt;
use core::iter::FusedIterator;
use core::num::NonZeroUsize;
use core::ops::ControlFlow;
use std::collections::VecDeque;
use std::io::Read;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::vec::Vec;

use super::{ReadContext, Reader, Record, Recovered, RecoveringReader};
use crate::error::Result;
use crate::io::{Gap, MOST_THREADS, ReadError};

/// Octets of records in a run, unless one is longer. Few in tests, so that a small archive has many runs.
pub(super) const RUN_LEN: usize = if cfg!(test) { 200 } else { 256 << 10 };

/// Runs that may be worked on or wait for the caller, for each thread.
const RUNS: usize = 4;

/// A run of whole records of an archive: what a thread works on at a time. From [`Reader::par_runs`].
#[derive(Clone)]
pub struct Run {
    octets: Vec<u8>,
    /// The length of each record.
    lens: Vec<u32>,
    offset: u64,
    number: u64,
    context: ReadContext,
    gap: Option<Gap>,
    /// Of the gap, the octets of the record at its start.
    cut: Vec<u8>,
}

impl Run {
    /// The records, in order.
    pub fn records(&self) -> RunRecords<'_> {
        RunRecords { octets: &self.octets, lens: &self.lens, offset: self.offset }
    }

    /// Number of the first record, as counted by the reading that this run is part of: its first record has number 0.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The reading context before the first record. [`Record::elements`] with a clone, which is cheap, reads the records as in the
    /// whole archive.
    pub const fn context(&self) -> &ReadContext {
        &self.context
    }

    /// A run of these octets, which must be whole records; of the given lengths, if there are some.
    pub(crate) fn of(octets: Vec<u8>, lens: &[u32], offset: u64, number: u64, context: ReadContext) -> Option<Self> {
        let lens = if lens.is_empty() { framed(&octets)? } else { lens.to_vec() };
        Some(Self { octets, lens, offset, number, context, gap: None, cut: Vec::new() })
    }

    /// The lengths of its records, unless they follow from its octets alone: a damaged record of TABLE_DUMP is framed by what is
    /// after it.
    pub(crate) fn odd_lens(&self) -> &[u32] {
        if framed(&self.octets).is_some_and(|lens| lens == self.lens) { &[] } else { &self.lens }
    }

    /// Offset of the first record: octets from the start of the input.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// What was passed over after the last record ([`RecoveringReader::par_runs`]).
    pub const fn gap(&self) -> Option<Gap> {
        self.gap
    }

    /// The octets of the record at the start of the gap ([`RecoveringReader::cut_record`]).
    pub fn cut_record(&self) -> &[u8] {
        &self.cut
    }

    fn push(&mut self, record: &Record<'_>) {
        if self.lens.is_empty() {
            self.offset = record.offset();
        }
        self.octets.extend_from_slice(record.as_bytes());
        // A record is never longer: its length has 32 bits, and readers have a limit far below.
        self.lens.push(u32::try_from(record.as_bytes().len()).unwrap_or(u32::MAX));
    }
}

/// The lengths of the records in these octets.
fn framed(octets: &[u8]) -> Option<Vec<u32>> {
    super::records(octets).map(|record| u32::try_from(record.ok()?.as_bytes().len()).ok()).collect()
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("number", &self.number)
            .field("offset", &self.offset)
            .field("records", &self.lens.len())
            .field("gap", &self.gap)
            .finish_non_exhaustive()
    }
}

/// The records of a [`Run`].
#[derive(Clone, Copy, Debug)]
pub struct RunRecords<'a> {
    octets: &'a [u8],
    lens: &'a [u32],
    offset: u64,
}

impl<'a> Iterator for RunRecords<'a> {
    type Item = Record<'a>;

    #[inline]
    fn next(&mut self) -> Option<Record<'a>> {
        let (len, lens) = self.lens.split_first()?;
        let (octets, rest) = self.octets.split_at_checked(usize::try_from(*len).ok()?)?;
        let record = Record::split(octets, self.offset);
        self.offset = self.offset.saturating_add(octets.len() as u64);
        (self.octets, self.lens) = (rest, lens);
        Some(record)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.lens.len(), Some(self.lens.len()))
    }
}

impl ExactSizeIterator for RunRecords<'_> {}
impl FusedIterator for RunRecords<'_> {}

/// A source of runs: a reader, with the reading context of the next record.
trait Source {
    fn item(&mut self) -> Result<Option<Recovered<'_>>, ReadError>;

    /// After a gap, the octets of the record at its start.
    fn cut(&self) -> &[u8];
}

impl<R: Read> Source for Reader<R> {
    fn item(&mut self) -> Result<Option<Recovered<'_>>, ReadError> {
        Ok(self.next_record()?.map(Recovered::Record))
    }

    fn cut(&self) -> &[u8] {
        &[]
    }
}

impl<R: Read> Source for RecoveringReader<R> {
    fn item(&mut self) -> Result<Option<Recovered<'_>>, ReadError> {
        self.next_item()
    }

    fn cut(&self) -> &[u8] {
        self.cut_record()
    }
}

/// What the threads take runs from.
struct Runs<'a, S> {
    source: &'a mut S,
    context: &'a mut ReadContext,
    /// Octets of a run, unless a record is longer.
    len: usize,
    /// Numbers of the next record and the next run.
    number: u64,
    index: u64,
    /// The end, and its error.
    ended: bool,
    error: Option<ReadError>,
}

impl<'a, S: Source> Runs<'a, S> {
    const fn new(source: &'a mut S, context: &'a mut ReadContext) -> Self {
        Self { source, context, len: RUN_LEN, number: 0, index: 0, ended: false, error: None }
    }

    /// The next run and its index; `None` at the end.
    fn next(&mut self) -> Option<(u64, Run)> {
        if self.ended {
            return None;
        }
        let mut run = Run {
            octets: Vec::with_capacity(self.len),
            lens: Vec::new(),
            offset: 0,
            number: self.number,
            context: self.context.clone(),
            gap: None,
            cut: Vec::new(),
        };
        while run.octets.len() < self.len && run.gap.is_none() {
            match self.source.item() {
                Ok(Some(Recovered::Record(record))) => {
                    self.context.observe(&record);
                    run.push(&record);
                }
                Ok(Some(Recovered::Gap(gap))) => {
                    run.gap = Some(gap);
                    run.cut.extend_from_slice(self.source.cut());
                }
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(e) => {
                    (self.ended, self.error) = (true, Some(e));
                    break;
                }
            }
        }
        if run.lens.is_empty() && run.gap.is_none() {
            return None;
        }
        self.number = self.number.saturating_add(run.lens.len() as u64);
        let index = self.index;
        self.index = index.saturating_add(1);
        Some((index, run))
    }

    fn end<B>(self, flow: ControlFlow<B>) -> Result<ControlFlow<B>, ReadError> {
        match (flow, self.error) {
            (ControlFlow::Continue(()), Some(e)) => Err(e),
            (flow, _) => Ok(flow),
        }
    }
}

/// Admits as many runs at a time as may be in memory.
struct Gate {
    left: Mutex<usize>,
    changed: Condvar,
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, usize> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place; whether there is still something to do.
    fn enter(&self) -> bool {
        let mut left = self.changed.wait_while(self.lock(), |left| *left == 0).unwrap_or_else(PoisonError::into_inner);
        if *left == usize::MAX {
            return false;
        }
        *left = left.saturating_sub(1);
        true
    }

    fn leave(&self) {
        let mut left = self.lock();
        if *left != usize::MAX {
            *left = left.saturating_add(1);
        }
        self.changed.notify_one();
    }

    fn close(&self) {
        *self.lock() = usize::MAX;
        self.changed.notify_all();
    }
}

/// Closes the gate when it goes, so that no thread waits for one that has ended, also by a panic.
struct Closing<'a>(&'a Gate);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn work_on_all<S: Source, T>(runs: &Mutex<Runs<'_, S>>, gate: &Gate, work: &impl Fn(Run) -> T, done: &mpsc::Sender<(u64, T)>) {
    // The first thread that finds the end lets the others find it too.
    let _closing = Closing(gate);
    while gate.enter() {
        let next = runs.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some((index, run)) = next else { return };
        if done.send((index, work(run))).is_err() {
            return;
        }
    }
}

fn par_runs<S: Source + Send, T: Send, B>(
    source: &mut S,
    context: &mut ReadContext,
    threads: NonZeroUsize,
    work: impl Fn(Run) -> T + Sync,
    mut take: impl FnMut(T) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, ReadError> {
    let mut runs = Runs::new(source, context);
    let threads = threads.min(MOST_THREADS).get();
    if threads > 1 {
        let shared = Mutex::new(runs);
        let gate = Gate { left: Mutex::new(threads.saturating_mul(RUNS)), changed: Condvar::new() };
        let (started, flow) = thread::scope(|scope| {
            let _closing = Closing(&gate);
            let (done, results) = mpsc::channel();
            let mut started = 0_usize;
            for _ in 0..threads {
                let (shared, gate, work, done) = (&shared, &gate, &work, done.clone());
                let thread = thread::Builder::new().name("routeglass".into());
                let is_started = thread.spawn_scoped(scope, move || work_on_all(shared, gate, work, &done)).is_ok();
                started = started.saturating_add(usize::from(is_started));
            }
            drop(done);
            // Results by their distance from the next one.
            let (mut waiting, mut next) = (VecDeque::new(), 0_u64);
            for (index, result) in results {
                let place = usize::try_from(index.saturating_sub(next)).unwrap_or(usize::MAX);
                while waiting.len() <= place {
                    waiting.push_back(None);
                }
                if let Some(slot) = waiting.get_mut(place) {
                    *slot = Some(result);
                }
                while let Some(Some(_)) = waiting.front() {
                    let Some(Some(result)) = waiting.pop_front() else { break };
                    next = next.saturating_add(1);
                    gate.leave();
                    if let ControlFlow::Break(b) = take(result) {
                        return (started, ControlFlow::Break(b));
                    }
                }
            }
            (started, ControlFlow::Continue(()))
        });
        runs = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        if started > 0 {
            return runs.end(flow);
        }
    }
    while let Some((_, run)) = runs.next() {
        if let ControlFlow::Break(b) = take(work(run)) {
            return runs.end(ControlFlow::Break(b));
        }
    }
    runs.end(ControlFlow::Continue(()))
}

/// A run of records that are at hand, and what is after it.
pub(crate) struct NextRun {
    /// `None` if there is no record.
    pub(crate) run: Option<Run>,
    /// Whether the input has ended, and the error that ended it.
    pub(crate) is_last: bool,
    pub(crate) error: Option<ReadError>,
}

#[cfg(feature = "arrow")]
impl<R: Read> Reader<R> {
    /// The next records, of `len` octets unless one is longer. `context` is that before the first, and afterwards after the last.
    pub(crate) fn next_run(&mut self, context: &mut ReadContext, len: usize) -> NextRun {
        let mut runs = Runs { len, ..Runs::new(self, context) };
        let run = runs.next().map(|(_, run)| run);
        NextRun { run, is_last: runs.ended, error: runs.error }
    }
}

impl<R: Read + Send> Reader<R> {
    /// Works on the records in several threads, and takes the results in file order.
    ///
    /// The records are framed one after another and handed out in runs of whole records, of 256 KiB unless a record is longer.
    /// `work` is called for each run by one of `threads` threads, `take` for each result by the calling thread, in file order: for
    /// every number of threads it sees the same. With a number of 1, both are called by the calling thread. A few runs for each
    /// thread are in memory at a time, whatever the length of the archive.
    ///
    /// `context` is the reading context of the first record, and afterwards of the record after the last that was read. If `take`
    /// breaks off, the threads stop after their runs, and some records after that of the last result have been read.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    /// use std::ops::ControlFlow;
    /// use routeglass::mrt::{ReadContext, Reader};
    ///
    /// # let archive: &[u8] = &[];
    /// let threads = NonZeroUsize::new(2).unwrap();
    /// let mut count = 0;
    /// let flow: ControlFlow<()> = Reader::new(archive)?.par_runs(
    ///     &mut ReadContext::new(),
    ///     threads,
    ///     |run| {
    ///         let mut context = run.context().clone();
    ///         run.records().map(|record| record.elements(&mut context).flatten().count()).sum::<usize>()
    ///     },
    ///     |elements| {
    ///         count += elements;
    ///         ControlFlow::Continue(())
    ///     },
    /// )?;
    /// # assert!(flow.is_continue() && count == 0);
    /// # Ok::<(), routeglass::io::ReadError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Reader::next_record`], after all results of the records before; not if `take` breaks off before.
    pub fn par_runs<T: Send, B>(
        &mut self,
        context: &mut ReadContext,
        threads: NonZeroUsize,
        work: impl Fn(Run) -> T + Sync,
        take: impl FnMut(T) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, ReadError> {
        par_runs(self, context, threads, work, take)
    }

    /// Works on each record in several threads, and takes the results in file order: see [`Reader::par_runs`].
    ///
    /// # Errors
    /// As [`Reader::par_runs`].
    pub fn par_records<T: Send, B>(
        &mut self,
        threads: NonZeroUsize,
        work: impl Fn(Record<'_>) -> T + Sync,
        mut take: impl FnMut(T) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, ReadError> {
        let work = |run: Run| run.records().map(&work).collect::<Vec<_>>();
        par_runs(self, &mut ReadContext::new(), threads, work, |results| results.into_iter().try_for_each(&mut take))
    }
}

impl<R: Read + Send> RecoveringReader<R> {
    /// Works on the records in several threads, and takes the results in file order: see [`Reader::par_runs`]. A run ends before
    /// a gap, which it gives ([`Run::gap`]).
    ///
    /// # Errors
    /// As [`RecoveringReader::next_item`], after all results of the records before.
    pub fn par_runs<T: Send, B>(
        &mut self,
        context: &mut ReadContext,
        threads: NonZeroUsize,
        work: impl Fn(Run) -> T + Sync,
        take: impl FnMut(T) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, ReadError> {
        par_runs(self, context, threads, work, take)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::io::ReaderOptions;
    use crate::mrt::{RecordBuf, par_records, records};
    use proptest::prelude::*;
    use rayon::iter::ParallelIterator;
    use std::sync::atomic::{AtomicUsize, Ordering};

    pub(crate) fn threads(n: usize) -> NonZeroUsize {
        NonZeroUsize::new(n).unwrap()
    }

    /// Records of unknown types, of STATE_CHANGE_AS4, and of batches of TABLE_DUMP that are declared four octets short.
    fn archive(pieces: &[(u8, u8)]) -> Vec<u8> {
        let mut archive = Vec::new();
        for &(kind, len) in pieces {
            let body = match kind % 4 {
                0 => {
                    let mut body = vec![0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, len, 0, 6, 0, 1];
                    archive.extend([0x69, 0x56, 0x60, len, 0, 16, 0, 5, 0, 0, 0, 24]);
                    body[2] = kind;
                    body
                }
                1 => {
                    archive.extend([0x38, 0x7b, 0, 0, 0, 12, 0, 1, 0, 0, 0, 52, 0, 1, 0, 2]);
                    let entry = |prefix: u8| {
                        let head = [prefix, 0, 0, 0, 8, 1, 0x38, 0x7b, 0, 0, 192, 0, 2, 1, 0xfd, 0xe8];
                        [&head[..], &[0, 8, 0x40, 1, 1, 0, 0x40, 2, 0, 0]].concat()
                    };
                    [entry(kind), entry(len)].concat()
                }
                _ => {
                    archive.extend([0x69, 0x56, 0x60, len, 0xff, 0, 0, kind, 0, 0, 0, len]);
                    vec![kind; len.into()]
                }
            };
            archive.extend(body);
        }
        archive
    }

    type Items = (Vec<Result<RecordBuf, Gap>>, Option<String>);

    /// All records and gaps, numbers included, and the error that ended them.
    fn in_threads(archive: &[u8], n: usize, recovering: bool) -> Items {
        let mut items = Vec::new();
        let work = |run: Run| {
            assert_eq!(run.records().len(), run.records().count());
            let mut part: Vec<_> = run.records().map(|record| Ok(RecordBuf::from(record))).collect();
            part.extend(run.gap().map(Err));
            (run.number(), part)
        };
        let mut number = 0;
        let take = |(first, part): (u64, Vec<Result<RecordBuf, Gap>>)| {
            assert_eq!(first, number);
            number += part.iter().filter(|item| item.is_ok()).count() as u64;
            items.extend(part);
            ControlFlow::<()>::Continue(())
        };
        let reader = Reader::plain(archive, ReaderOptions::default().with_buffer_len(100).with_max_record_len(100_000));
        let (mut context, threads) = (ReadContext::new(), threads(n));
        let flow = match (reader, recovering) {
            (mut reader, false) => {
                let flow = reader.par_runs(&mut context, threads, work, take);
                assert!(flow.is_err() || reader.next_record().unwrap().is_none());
                flow
            }
            (reader, true) => reader.recovering().par_runs(&mut context, threads, work, take),
        };
        (items, flow.err().map(|e| e.to_string()))
    }

    fn in_order(archive: &[u8], recovering: bool) -> Items {
        let mut reader = Reader::plain(archive, ReaderOptions::default().with_buffer_len(100).with_max_record_len(100_000));
        let mut items = Vec::new();
        if !recovering {
            return loop {
                match reader.next_record() {
                    Ok(Some(record)) => items.push(Ok(record.into())),
                    Ok(None) => break (items, None),
                    Err(e) => break (items, Some(e.to_string())),
                }
            };
        }
        let mut reader = reader.recovering();
        loop {
            match reader.next_item() {
                Ok(Some(Recovered::Record(record))) => items.push(Ok(record.into())),
                Ok(Some(Recovered::Gap(gap))) => items.push(Err(gap)),
                Ok(None) => break (items, None),
                Err(e) => break (items, Some(e.to_string())),
            }
        }
    }

    fn law(archive: &[u8]) {
        let list = |items: Vec<Result<Record<'_>>>| -> Vec<_> {
            items.into_iter().map(|item| item.map(|record| (record.offset(), record.as_bytes().to_vec()))).collect()
        };
        let expected = list(records(archive).collect());
        for n in 1..=4 {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            assert_eq!(list(pool.install(|| par_records(archive).collect())), expected, "{n} threads");
            for recovering in [false, true] {
                assert_eq!(in_threads(archive, n, recovering), in_order(archive, recovering), "{n} threads, {recovering}");
            }
        }
    }

    /// Some changed octets of an archive, and its end, if it is cut.
    #[derive(Clone, Debug)]
    pub(crate) struct Damage {
        changes: Vec<(prop::sample::Index, u8)>,
        cut: Option<prop::sample::Index>,
    }

    impl Damage {
        pub(crate) fn to(&self, mut archive: Vec<u8>) -> Vec<u8> {
            if !archive.is_empty() {
                for (at, change) in &self.changes {
                    let at = at.index(archive.len());
                    archive[at] ^= change;
                }
                archive.truncate(self.cut.map_or(archive.len(), |cut| cut.index(archive.len())));
            }
            archive
        }
    }

    pub(crate) fn damage() -> impl Strategy<Value = Damage> {
        let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
        (changes, prop::option::of(any::<prop::sample::Index>())).prop_map(|(changes, cut)| Damage { changes, cut })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn records_in_threads_are_those_in_order(pieces in prop::collection::vec(any::<(u8, u8)>(), 0..120), damage in damage()) {
            law(&damage.to(archive(&pieces)));
        }
    }

    #[test]
    fn a_record_that_is_longer_than_a_run_is_a_run() {
        let mut long = vec![0, 0, 0, 1, 0xff, 0, 0, 7, 0, 0, 0x10, 0];
        long.resize(12 + 4096, 3);
        law(&[archive(&[(3, 1)]), long, archive(&[(3, 9), (1, 1)])].concat());
    }

    #[test]
    fn results_can_be_left_untaken() {
        let archive = archive(&[(2, 200); 500]);
        for n in 1..=4 {
            let (mut taken, worked) = (0, AtomicUsize::new(0));
            let work = |run: Run| {
                worked.fetch_add(1, Ordering::Relaxed);
                run.number()
            };
            let take = |number| {
                taken += 1;
                if number >= 10 { ControlFlow::Break(number) } else { ControlFlow::Continue(()) }
            };
            let mut reader = Reader::new(&archive[..]).unwrap();
            let flow = reader.par_runs(&mut ReadContext::new(), threads(n), work, take).unwrap();
            assert!(matches!(flow, ControlFlow::Break(10..=11)), "{flow:?}");
            assert!(worked.into_inner() <= taken + RUNS * n, "{n} threads");
        }
        let mut reader = Reader::new(&archive[..]).unwrap();
        let mut offsets = Vec::new();
        let flow: ControlFlow<()> = reader
            .par_records(
                threads(3),
                |record| record.offset(),
                |offset| {
                    offsets.push(offset);
                    ControlFlow::Continue(())
                },
            )
            .unwrap();
        assert!(flow.is_continue() && offsets.len() == 500 && offsets.is_sorted());
    }

    #[test]
    fn a_panic_of_the_work_or_of_its_taker_ends_all() {
        let archive = archive(&[(2, 200); 500]);
        for n in 2..=4 {
            let run = |in_work: bool| {
                let mut reader = Reader::new(&archive[..]).unwrap();
                let work = |run: Run| assert!(!in_work || run.number() != 100);
                let mut taken = 0;
                let take = |()| {
                    taken += 1;
                    assert!(in_work || taken < 100);
                    ControlFlow::<()>::Continue(())
                };
                let _ = reader.par_runs(&mut ReadContext::new(), threads(n), work, take);
            };
            for in_work in [false, true] {
                assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(in_work))).is_err());
            }
        }
    }

    #[test]
    fn debug_texts() {
        let archive = archive(&[(2, 9); 2]);
        let mut texts = Vec::new();
        let _ = Reader::new(&archive[..]).unwrap().par_runs(
            &mut ReadContext::new(),
            threads(1),
            |run| format!("{run:?}"),
            |text| {
                texts.push(text);
                ControlFlow::<()>::Continue(())
            },
        );
        assert_eq!(texts, ["Run { number: 0, offset: 0, records: 2, gap: None, .. }"]);
    }
}
