//! Batches made in several threads, in the order of the input.

use core::fmt;
use core::num::NonZeroUsize;
use std::boxed::Box;
use std::collections::VecDeque;
use std::io::Read;
use std::path::PathBuf;
use std::prelude::v1::*;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;
use arrow_array::{Array as _, ArrayRef, DictionaryArray, PrimitiveArray, RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, DataType, SchemaRef};

use super::batches::{Is, add_record};
use super::builder::Damage;
use super::dictionary::Dictionary;
use super::{Batches, Errors, TableBuilder, TableError, TableOptions};
use crate::element::ArchiveError;
use crate::io::ReadError;
use crate::mrt::{ReadContext, Record, RecordBuf, Run};

/// Octets of records that a thread works on at a time, unless one is longer. Few in tests, so that a small archive has many runs.
const RUN_LEN: usize = if cfg!(test) { 200 } else { 2 << 20 };

/// Batches of a run that wait for the caller.
const WAITING: usize = 2;

/// The elements of archives as batches that several threads make. From [`Batches::par`].
pub struct ParBatches<R> {
    schema: SchemaRef,
    threads: NonZeroUsize,
    /// What is read, until the threads start.
    feed: Option<Feed<R>>,
    /// The results of runs, in order.
    runs: Option<Results<Receiver<Item>>>,
    /// Those of the current run.
    current: Option<Results<Item>>,
    /// For each column, the dictionary of all batches.
    dictionaries: Vec<Option<Dictionary>>,
    damage: u64,
    rows: u64,
}

/// Where results come from: a receiver that threads may share.
struct Results<T>(Mutex<Receiver<T>>);

impl<T> Results<T> {
    const fn new(receiver: Receiver<T>) -> Self {
        Self(Mutex::new(receiver))
    }

    /// The next, once it is there; `None` if nobody sends.
    fn next(&mut self) -> Option<T> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).recv().ok()
    }
}

/// What a thread says about a run.
enum Item {
    Batch(RecordBatch),
    Damage(u64),
    /// The table ends.
    Error(Is, Option<PathBuf>),
    /// The run is done.
    End,
}

/// What a thread works on.
struct Work {
    /// A record of which so many items are done.
    rest: Option<(RecordBuf, usize)>,
    run: Option<Run>,
    context: ReadContext,
    file: Option<Arc<str>>,
    path: Option<PathBuf>,
    /// What ended the input, and where.
    error: Option<(ReadError, u64)>,
    /// What ended the table before the input was read, and whether it is damage.
    failure: Option<(TableError, u64)>,
    results: SyncSender<Item>,
}

/// What the next result of the threads comes to.
pub(crate) enum Step {
    Batch(RecordBatch),
    /// There may be more.
    Nothing,
    End,
}

/// What threads take their work from.
struct Feed<R> {
    batches: Batches<R>,
    /// Where the results of a run are announced, in the order of runs.
    runs: Option<SyncSender<Receiver<Item>>>,
}

impl<R: Read> Feed<R> {
    /// The next run; `None` at the end, or if nobody waits for results.
    fn next(&mut self) -> Option<Work> {
        let (results, items) = sync_channel(WAITING);
        let work = self.work(results)?;
        let is_last = work.failure.is_some() || work.error.is_some() && self.batches.options.errors == Errors::Raise;
        self.runs.as_ref()?.send(items).ok()?;
        if is_last {
            self.runs = None;
        }
        Some(work)
    }

    fn work(&mut self, results: SyncSender<Item>) -> Option<Work> {
        self.runs.as_ref()?;
        loop {
            let batches = &mut self.batches;
            let file = batches.builder.file();
            if let Some(failure) = batches.error.take() {
                let (rest, run, context, path, error) = (None, None, ReadContext::new(), None, None);
                return Some(Work {
                    rest,
                    run,
                    context,
                    file,
                    path,
                    error,
                    failure: Some((failure, core::mem::take(&mut batches.damage))),
                    results,
                });
            }
            let Some(source) = &mut batches.source else {
                if batches.open_next() {
                    continue;
                }
                self.runs = None;
                return None;
            };
            let (path, context) = (source.path.clone(), source.context.clone());
            if let Some(rest) = source.rest.take() {
                return Some(Work { rest: Some(rest), run: None, context, file, path, error: None, failure: None, results });
            }
            let next = source.reader.next_run(&mut source.context, RUN_LEN);
            let error = next.error.map(|error| (error, source.reader.offset()));
            if next.is_last {
                batches.source = None;
                if error.is_some() && batches.options.errors == Errors::Raise {
                    batches.paths = VecDeque::new();
                }
            }
            if next.run.is_some() || error.is_some() {
                return Some(Work { rest: None, run: next.run, context, file, path, error, failure: None, results });
            }
        }
    }
}

/// A thread that works on runs.
struct Worker {
    builder: TableBuilder,
    options: TableOptions,
}

/// Nobody waits for results, or they are complete.
struct Stop;

impl Worker {
    fn work<R: Read>(mut self, feed: &Mutex<Feed<R>>) {
        loop {
            let next = feed.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(work) = next else { return };
            if self.work_on(work).is_err() {
                return;
            }
        }
    }

    fn work_on(&mut self, work: Work) -> Result<(), Stop> {
        let Work { rest, run, mut context, file, path, error, failure, results } = work;
        self.builder.set_file(file.as_deref());
        self.builder.forget_table_peers();
        if let Some((record, done)) = rest {
            self.add(&record.as_record(), &context, done, &path, &results)?;
        }
        for record in run.iter().flat_map(Run::records) {
            if context.observe(&record) {
                self.builder.forget_table_peers();
            }
            self.add(&record, &context, 0, &path, &results)?;
        }
        if let Some((error, offset)) = error {
            send(&results, Item::Damage(1))?;
            match self.options.errors {
                Errors::Raise => {
                    self.finish(&results)?;
                    send(&results, Item::Error(Is::Archive(ArchiveError::Read(error)), path))?;
                }
                Errors::Keep => {
                    self.builder.set_offset(Some(offset));
                    self.builder.push_damage(Damage::Read(&error));
                }
                Errors::Skip => {}
            }
        }
        self.finish(&results)?;
        if let Some((failure, damage)) = failure {
            send(&results, Item::Damage(damage))?;
            send(&results, Item::Error(failure.is, failure.path))?;
        }
        send(&results, Item::End)
    }

    /// Adds the elements of a record, except the first `done` of its items.
    fn add(
        &mut self,
        record: &Record<'_>,
        context: &ReadContext,
        done: usize,
        path: &Option<PathBuf>,
        results: &SyncSender<Item>,
    ) -> Result<(), Stop> {
        let mut done = done;
        loop {
            let outcome = add_record(&mut self.builder, record, context, &self.options, done);
            if outcome.damage > 0 {
                send(results, Item::Damage(outcome.damage))?;
            }
            if let Some(error) = outcome.error {
                self.finish(results)?;
                return send(results, Item::Error(Is::Archive(ArchiveError::Damage(error)), path.clone())).and(Err(Stop));
            }
            if self.builder.is_full() {
                self.finish(results)?;
            }
            match outcome.rest {
                Some(rest) => done = rest,
                None => return Ok(()),
            }
        }
    }

    /// Gives the rows that are ready.
    fn finish(&mut self, results: &SyncSender<Item>) -> Result<(), Stop> {
        if self.builder.is_empty() {
            return Ok(());
        }
        match self.builder.finish() {
            Ok(batch) => send(results, Item::Batch(batch)),
            Err(error) => send(results, Item::Error(Is::Arrow(error), None)).and(Err(Stop)),
        }
    }
}

fn send(results: &SyncSender<Item>, item: Item) -> Result<(), Stop> {
    results.send(item).map_err(|_| Stop)
}

impl<R: Read + Send + 'static> Batches<R> {
    /// Reads in `threads` threads: the same rows, dictionaries, errors and damage, in the same order, for every number of them. Records
    /// are read one after another and handed out in runs of 2 MiB, with whose last record a batch ends.
    ///
    /// Each thread holds a run and up to four batches. They start with the first batch, and end after their runs when this is dropped.
    ///
    /// ```no_run
    /// use std::num::NonZeroUsize;
    /// use routeglass::arrow::{Batches, TableOptions};
    ///
    /// let threads = NonZeroUsize::new(4).unwrap();
    /// let mut batches = Batches::open(["rib.20260101.0000.bz2"], TableOptions::default()).par(threads);
    /// while let Some(batch) = batches.next_batch()? {
    ///     println!("{} rows", batch.num_rows());
    /// }
    /// # Ok::<(), routeglass::arrow::TableError>(())
    /// ```
    #[must_use]
    pub fn par(self, threads: NonZeroUsize) -> ParBatches<R> {
        ParBatches::new(self, threads)
    }
}

impl<R: Read + Send + 'static> ParBatches<R> {
    fn new(mut batches: Batches<R>, threads: NonZeroUsize) -> Self {
        let (schema, rows) = (batches.schema(), batches.rows());
        let damage = core::mem::take(&mut batches.damage);
        // The other dictionaries are the same in every batch.
        let of = |field: &arrow_schema::FieldRef| match field.data_type() {
            DataType::Dictionary(key, _) if **key == DataType::Int32 => Some(Dictionary::new(field.name())),
            _ => None,
        };
        let dictionaries = schema.fields().iter().map(of).collect();
        let feed = Some(Feed { batches, runs: None });
        Self { schema, threads, feed, runs: None, current: None, dictionaries, damage, rows }
    }

    /// The schema of all batches.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The number of items of damage so far ([`Batches::damage`]).
    pub const fn damage(&self) -> u64 {
        self.damage
    }

    /// The number of rows in the batches so far.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The next batch, which has at least one row; `None` at the end.
    ///
    /// # Errors
    /// As [`Batches::next_batch`], after the same rows; and if no thread can be started.
    pub fn next_batch(&mut self) -> Result<Option<RecordBatch>, TableError> {
        loop {
            match self.step()? {
                Step::Batch(batch) => return Ok(Some(batch)),
                Step::Nothing => {}
                Step::End => return Ok(None),
            }
        }
    }

    /// The next batch, or nothing where a run has no further one: the caller gets to look at other things where few rows match.
    ///
    /// # Errors
    /// As [`Self::next_batch`].
    pub(crate) fn step(&mut self) -> Result<Step, TableError> {
        if let Some(feed) = self.feed.take() {
            self.start(feed)?;
        }
        let Some(current) = &mut self.current else {
            let Some(runs) = &mut self.runs else { return Ok(Step::End) };
            match runs.next() {
                Some(items) => self.current = Some(Results::new(items)),
                None => self.runs = None,
            }
            return Ok(Step::Nothing);
        };
        match current.next() {
            Some(Item::Batch(batch)) => {
                let batch = match self.with_dictionaries(&batch) {
                    Ok(batch) => batch,
                    Err(error) => return Err(self.end(Is::Arrow(error), None)),
                };
                self.rows = self.rows.saturating_add(batch.num_rows() as u64);
                return Ok(Step::Batch(batch));
            }
            Some(Item::Damage(count)) => self.damage = self.damage.saturating_add(count),
            Some(Item::Error(is, path)) => return Err(self.end(is, path)),
            Some(Item::End) => self.current = None,
            // Only by a panic: what is missing is not passed over.
            None => {
                let error = ArrowError::ComputeError("a thread ended before its work".into());
                return Err(self.end(Is::Arrow(error), None));
            }
        }
        Ok(Step::Nothing)
    }

    /// Ends the table.
    fn end(&mut self, is: Is, path: Option<PathBuf>) -> TableError {
        (self.current, self.runs) = (None, None);
        TableError { is, path, rows: self.rows }
    }

    fn start(&mut self, mut feed: Feed<R>) -> Result<(), TableError> {
        let options = feed.batches.options.clone();
        let threads = self.threads.min(crate::io::MOST_THREADS).get();
        let (runs, results) = sync_channel(threads);
        feed.runs = Some(runs);
        let feed = Arc::new(Mutex::new(feed));
        let mut started = Ok(());
        for number in 0..threads {
            let (feed, options) = (Arc::clone(&feed), options.clone());
            let work = move || Worker { builder: TableBuilder::new(options.clone()), options }.work(&feed);
            match thread::Builder::new().name("routeglass".into()).spawn(work) {
                Ok(_) => {}
                // Fewer do the same.
                Err(_) if number > 0 => break,
                Err(error) => started = Err(error),
            }
        }
        self.runs = Some(Results::new(results));
        started.map_err(|source| self.end(Is::Archive(ArchiveError::Read(ReadError::Io { offset: 0, source })), None))
    }

    /// The same rows with the dictionaries of all batches, in which texts are appended in the order of rows.
    fn with_dictionaries(&mut self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let mut columns = batch.columns().to_vec();
        for (column, dictionary) in columns.iter_mut().zip(&mut self.dictionaries) {
            if let Some(dictionary) = dictionary {
                *column = with_dictionary(column, dictionary)?;
            }
        }
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(self.schema(), columns, &options);
        for (dictionary, field) in self.dictionaries.iter_mut().zip(self.schema.fields()) {
            if let Some(dictionary) = dictionary {
                dictionary.next_batch(field.name());
            }
        }
        batch
    }
}

/// The same texts with keys of another dictionary.
fn with_dictionary(column: &ArrayRef, dictionary: &mut Dictionary) -> Result<ArrayRef, ArrowError> {
    let (Some(array), Some(texts)) = (
        column.as_dictionary_opt::<Int32Type>(),
        column.as_dictionary_opt::<Int32Type>().and_then(|array| array.values().as_string_opt::<i32>()),
    ) else {
        return Ok(Arc::clone(column));
    };
    let mut known: Vec<Option<i32>> = std::vec![None; texts.len()];
    let nulls = array.keys().nulls();
    let mut keys = Vec::with_capacity(array.len());
    for (row, key) in array.keys().values().iter().enumerate() {
        let key = usize::try_from(*key).unwrap_or(usize::MAX);
        keys.push(match known.get_mut(key) {
            Some(known) if nulls.is_none_or(|nulls| nulls.is_valid(row)) => {
                *known.get_or_insert_with(|| dictionary.key(texts.value(key).as_bytes()))
            }
            _ => 0,
        });
    }
    let keys = PrimitiveArray::<Int32Type>::try_new(keys.into(), nulls.cloned())?;
    Ok(Arc::new(DictionaryArray::try_new(keys, dictionary.array()?)?))
}

impl<R: Read + Send + 'static> Iterator for ParBatches<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().map_err(|error| ArrowError::ExternalError(Box::new(error))).transpose()
    }
}

impl<R: Read + Send + 'static> core::iter::FusedIterator for ParBatches<R> {}

impl<R: Read + Send + 'static> RecordBatchReader for ParBatches<R> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

impl<R> fmt::Debug for ParBatches<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParBatches").field("rows", &self.rows).field("threads", &self.threads).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::cast::AsArray as _;
    use proptest::prelude::*;

    use super::*;
    use crate::arrow::{Columns, Types};
    use crate::io::ReaderOptions;
    use crate::mrt::{Reader, damage};

    fn record(kind: u16, subtype: u16, body: &[u8]) -> Vec<u8> {
        let len = u32::try_from(body.len()).unwrap();
        [&[0, 0, 0, 1][..], &kind.to_be_bytes(), &subtype.to_be_bytes(), &len.to_be_bytes(), body].concat()
    }

    fn archive(pieces: &[(u8, u8)]) -> Vec<u8> {
        let piece = |&(kind, n): &(u8, u8)| match kind % 8 {
            // PEER_INDEX_TABLE with two peers, whose last octets may be missing.
            0 => {
                let peer = |last: u8| [2, 192, 0, 2, last, 192, 0, 2, last, 0, 0, 0xfb, last];
                let body = [&[192, 0, 2, 254, 0, 0, 0, 2][..], &peer(n), &peer(n / 2)].concat();
                record(13, 1, &body[..body.len() - usize::from(n % 5)])
            }
            1 => record(16, 5, &[]),
            2 => record(99, 0, &[n; 30]),
            // An UPDATE of two prefixes, whose path may be damaged.
            3..=5 => {
                let attributes = [0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, n, 0x40, 3, 4, 192, 0, 2, n % 3];
                let attributes = if kind % 8 == 5 { &attributes[..attributes.len() - usize::from(n % 9)] } else { &attributes };
                let list = u8::try_from(attributes.len()).unwrap();
                let update = [&[0, 0, 0, list][..], attributes, &[24, 192, 0, n, 24, 198, 51, n]].concat();
                let len = u8::try_from(update.len() + 19).unwrap();
                let head = [0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf1, 0, 0, 0, 1, 192, 0, 2, n % 7, 192, 0, 2, 254];
                record(16, 4, &[&head[..], &[0xff; 16], &[0, len, 2], &update].concat())
            }
            // RIB_IPV4_UNICAST with two entries.
            _ => {
                let entry = |index: u8| [0, index, 0, 0, 0, 9, 0, 4, 0x40, 1, 1, n % 4];
                record(13, 2, &[&[0, 0, 0, 1, 24, 192, 0, n, 0, 2][..], &entry(n % 3), &entry(0)].concat())
            }
        };
        pieces.iter().flat_map(piece).collect()
    }

    /// Rows, the keys of dictionaries in order, the error, damage.
    type Seen = (Vec<RecordBatch>, Vec<Option<i32>>, Option<(String, u64)>, u64);

    fn read(mut next: impl FnMut() -> Result<Option<RecordBatch>, TableError>) -> (Seen, Vec<usize>) {
        let (mut rows, mut keys, mut lens) = (Vec::new(), Vec::new(), Vec::new());
        let error = loop {
            match next() {
                Ok(Some(batch)) => {
                    lens.push(batch.num_rows());
                    rows.extend((0..batch.num_rows()).map(|row| batch.slice(row, 1)));
                    for column in batch.columns() {
                        if let Some(array) = column.as_dictionary_opt::<Int32Type>() {
                            keys.extend(array.keys().iter());
                        }
                    }
                }
                Ok(None) => break None,
                Err(error) => break Some((error.to_string(), error.rows())),
            }
        };
        assert!(next().unwrap().is_none(), "an end");
        ((rows, keys, error, 0), lens)
    }

    fn law(archive: &[u8], options: &TableOptions) {
        let open = || {
            let reader = Reader::plain(std::io::Cursor::new(archive.to_vec()), ReaderOptions::default().with_buffer_len(64));
            Batches::new(reader, options.clone()).with_name("name")
        };
        let mut batches = open();
        let (mut expected, _) = read(|| batches.next_batch());
        expected.3 = batches.damage();
        let mut in_order = None;
        for threads in 1..=4 {
            let mut batches = open().par(NonZeroUsize::new(threads).unwrap());
            let (mut found, lens) = read(|| batches.next_batch());
            found.3 = batches.damage();
            assert_eq!((found.0.len(), &found.2, found.3), (expected.0.len(), &expected.2, expected.3), "{threads} threads");
            assert!(found.0 == expected.0, "{threads} threads");
            // Of one batch each, the keys of columns follow one another in another order.
            if options.columns.len() == 1 {
                assert_eq!(found.1, expected.1, "{threads} threads");
            }
            assert_eq!(*in_order.get_or_insert((found.1.clone(), lens.clone())), (found.1, lens), "{threads} threads");
        }
    }

    /// An input that is known to be dropped.
    struct Watched(std::io::Cursor<Vec<u8>>, #[expect(dead_code, reason = "counted")] Arc<()>);

    impl Read for Watched {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(buf)
        }
    }

    #[test]
    fn what_is_dropped_ends_its_threads() {
        let pieces: Vec<_> = (0..250u8).map(|n| (3, n)).collect();
        let alive = Arc::new(());
        let input = Watched(std::io::Cursor::new(archive(&pieces)), Arc::clone(&alive));
        let batches = Batches::new(Reader::plain(input, ReaderOptions::default()), TableOptions::default().with_rows(1));
        let mut batches = batches.par(NonZeroUsize::new(3).unwrap());
        assert_eq!(batches.next_batch().unwrap().unwrap().num_rows(), 1);
        drop(batches);
        // For ever, if they wait.
        while Arc::strong_count(&alive) > 1 {
            thread::yield_now();
        }
    }

    #[test]
    fn files_that_cannot_be_opened_end_the_table_in_their_place() {
        let path = std::env::temp_dir().join(std::format!("routeglass-par-{}.mrt", std::process::id()));
        std::fs::write(&path, archive(&[(3, 1), (4, 2)])).unwrap();
        let missing = path.with_extension("missing");
        for errors in [Errors::Raise, Errors::Keep, Errors::Skip] {
            let options = TableOptions::default().with_columns(Columns::ALL).with_errors(errors);
            let open = || Batches::open([&path, &path, &missing, &path], options.clone());
            let mut batches = open();
            let expected = read(|| batches.next_batch()).0;
            let mut batches = open().par(NonZeroUsize::new(2).unwrap());
            let found = read(|| batches.next_batch()).0;
            assert!(found.0 == expected.0 && expected.0.len() == 8 && batches.damage() == 1);
            assert_eq!(found.2, expected.2);
            assert!(found.2.unwrap().0.contains("routeglass-par"));
        }
        std::fs::remove_file(&path).unwrap();
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn batches_of_threads_are_those_in_order(
            pieces in prop::collection::vec(any::<(u8, u8)>(), 0..80),
            damage in damage(),
            rows in 1usize..50,
            bytes in 0usize..20_000,
            errors in 0usize..3,
            types in 0usize..2,
        ) {
            let archive = damage.to(archive(&pieces));
            let errors = [Errors::Raise, Errors::Keep, Errors::Skip][errors];
            let types = [Types::Arrow, Types::Spark][types];
            for columns in [Columns::ALL, Columns::PEER_ADDRESS, Columns::NONE] {
                let options = TableOptions::default().with_columns(columns).with_types(types).with_errors(errors);
                law(&archive, &options.with_rows(rows).with_bytes(bytes));
            }
        }
    }
}
