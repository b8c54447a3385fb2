//! The records of a slice as a parallel iterator.

use rayon::iter::plumbing::{Folder, Reducer, UnindexedConsumer};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::vec::Vec;

use super::run::RUN_LEN;
use super::{ReadContext, Record, Records, records};
use crate::error::Result;

/// Octets framed before the first record is worked on, and at most at a time: twice as many each time, so that a few steps frame any
/// archive while the octets framed before are worked on.
const FIRST_LEN: u64 = if cfg!(test) { 300 } else { 1 << 20 };
const MOST_LEN: u64 = 1 << 30;

/// A run of whole records of a slice.
#[derive(Clone, Debug)]
pub(crate) struct SliceRun<'a> {
    records: Records<'a>,
    /// Offset of the record after the last.
    stop: u64,
    /// The reading context before the first record.
    pub(crate) context: ReadContext,
}

impl<'a> Iterator for SliceRun<'a> {
    type Item = Result<Record<'a>>;

    #[cfg_attr(optimised, inline(always))]
    fn next(&mut self) -> Option<Self::Item> {
        // The octets after the run stay visible: they can decide where its last record ends.
        if self.records.offset() >= self.stop { None } else { self.records.next() }
    }
}

/// Cuts a slice into runs.
#[derive(Clone, Debug)]
pub(crate) struct SliceRuns<'a> {
    records: Records<'a>,
    /// The reading context, if needed.
    context: Option<ReadContext>,
}

impl<'a> SliceRuns<'a> {
    pub(crate) const fn new(octets: &'a [u8], context: Option<ReadContext>) -> Self {
        Self { records: records(octets), context }
    }

    /// The runs of the next `len` octets.
    fn block(&mut self, len: u64) -> Vec<SliceRun<'a>> {
        let end = self.records.offset().saturating_add(len);
        let mut runs = Vec::new();
        while !self.records.rest.is_empty() && self.records.offset() < end {
            let mut run = SliceRun { records: self.records, stop: u64::MAX, context: self.context.clone().unwrap_or_default() };
            let stop = self.records.offset().saturating_add(RUN_LEN as u64);
            while self.records.offset() < stop {
                match (self.records.next(), &mut self.context) {
                    (Some(Ok(record)), Some(context)) => {
                        context.observe(&record);
                    }
                    (Some(Ok(_)), None) => {}
                    _ => break,
                }
            }
            if !self.records.rest.is_empty() {
                run.stop = self.records.offset();
            }
            runs.push(run);
        }
        runs
    }

    /// Gives the items of all runs to a consumer, in order.
    pub(crate) fn drive<I, C>(self, open: &(impl Fn(SliceRun<'a>) -> I + Sync), consumer: C) -> C::Result
    where
        I: Iterator<Item: Send>,
        C: UnindexedConsumer<I::Item>,
    {
        self.drive_by(FIRST_LEN, open, consumer)
    }

    fn drive_by<I, C>(mut self, len: u64, open: &(impl Fn(SliceRun<'a>) -> I + Sync), consumer: C) -> C::Result
    where
        I: Iterator<Item: Send>,
        C: UnindexedConsumer<I::Item>,
    {
        let block = self.block(len);
        let work = |consumer: C| block.into_par_iter().flat_map_iter(open).drive_unindexed(consumer);
        if self.records.rest.is_empty() {
            return work(consumer);
        }
        let (left, reducer) = (consumer.split_off_left(), consumer.to_reducer());
        let rest = move || {
            if consumer.full() {
                return consumer.into_folder().complete();
            }
            self.drive_by(len.saturating_mul(2).min(MOST_LEN), open, consumer)
        };
        let (left, right) = rayon::join(|| work(left), rest);
        reducer.reduce(left, right)
    }
}

/// The records of an archive in memory, as a parallel iterator: see [`par_records`].
#[derive(Clone, Debug)]
pub struct ParRecords<'a>(SliceRuns<'a>);

/// The records of an archive in memory, as a parallel iterator (`rayon`) with the items of [`records`], errors included.
///
/// Records are framed one after another, and worked on in runs of whole records. What keeps the order of items, such as `collect`,
/// keeps that of the archive.
///
/// ```
/// use rayon::iter::ParallelIterator;
/// use routeglass::mrt;
///
/// # let archive: &[u8] = &[];
/// let updates = mrt::par_records(archive).filter(|record| matches!(record, Ok(r) if r.kind().is_extended())).count();
/// # assert_eq!(updates, 0);
/// ```
pub const fn par_records(bytes: &[u8]) -> ParRecords<'_> {
    ParRecords(SliceRuns::new(bytes, None))
}

impl<'a> ParallelIterator for ParRecords<'a> {
    type Item = Result<Record<'a>>;

    fn drive_unindexed<C: UnindexedConsumer<Self::Item>>(self, consumer: C) -> C::Result {
        self.0.drive(&|run| run, consumer)
    }
}
