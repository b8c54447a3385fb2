//! Several archives as one stream in time order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::io::Read;
use std::iter::FusedIterator;
use std::prelude::v1::*;

use super::{Reader, Record, RecordBuf};
use crate::error::Result;
use crate::io::ReadError;
use crate::time::Timestamp;

/// The records of several readers in the order of their times: seconds, then microseconds; records without microseconds, and with
/// invalid ones (1,000,000 and more), are at the start of their second. Records of the same time are in the order of the readers.
///
/// Each reader keeps the order of its own records. Where an archive itself is not in order, as where a collector's clock was set
/// back, an earlier record follows the later ones that precede it in its archive, and the stream goes back in time there; the next
/// records of the other readers follow as soon as theirs is the earliest again. If each archive is in order, the stream is what a
/// stable sort of all records by time would give.
///
/// One record per reader is in memory, in the buffer of that reader. The reader that a record comes from is given by its number,
/// the first having 0: peer tables and findings are those of one archive, so a [`ReadContext`](super::ReadContext) is needed for
/// each.
///
/// ```
/// use routeglass::mrt::{MergedReader, ReadContext, Reader};
/// use routeglass::io::ReadError;
///
/// # let (first, second): (&[u8], &[u8]) = (&[], &[]);
/// let mut merged = MergedReader::new([Reader::new(first)?, Reader::new(second)?]);
/// let mut contexts = [ReadContext::new(), ReadContext::new()];
/// while let Some((number, record)) = merged.next_record() {
///     for element in record?.elements(&mut contexts[number]) {
///         println!("{}", element.map_err(ReadError::from)?);
///     }
/// }
/// # Ok::<(), ReadError>(())
/// ```
///
/// As an iterator it gives owned records.
pub struct MergedReader<R> {
    sources: Vec<Source<R>>,
    /// The next record of each reader, or its error.
    queue: BinaryHeap<Reverse<(u32, u32, usize)>>,
    /// The reader whose next record is not in the queue: that of the record given last.
    taken: Option<usize>,
}

struct Source<R> {
    reader: Reader<R>,
    /// The error in place of the next record.
    failed: Option<ReadError>,
}

/// The place of a time in the order.
fn key(time: Timestamp) -> (u32, u32) {
    (time.seconds, time.micros_in_second().unwrap_or(0))
}

impl<R: Read> MergedReader<R> {
    /// Merges readers, of which each is at its first record.
    pub fn new(readers: impl IntoIterator<Item = Reader<R>>) -> Self {
        let sources: Vec<_> = readers.into_iter().map(|reader| Source { reader, failed: None }).collect();
        let mut this = Self { queue: BinaryHeap::with_capacity(sources.len()), sources, taken: None };
        for number in 0..this.sources.len() {
            this.enqueue(number);
        }
        this
    }

    /// Puts the next record of a reader into the queue. An error comes at once, after the record before it.
    fn enqueue(&mut self, number: usize) {
        let Some(source) = self.sources.get_mut(number) else { return };
        let (seconds, micros) = match source.reader.peek_time() {
            Ok(Some(time)) => key(time),
            Ok(None) => return,
            Err(e) => {
                source.failed = Some(e);
                (0, 0)
            }
        };
        self.queue.push(Reverse((seconds, micros, number)));
    }

    /// The next record, valid until the next call, and the number of its reader; `None` at the end of all. An error ends one
    /// reader; the others go on.
    pub fn next_record(&mut self) -> Option<(usize, Result<Record<'_>, ReadError>)> {
        if let Some(number) = self.taken.take() {
            self.enqueue(number);
        }
        let Reverse((.., number)) = self.queue.pop()?;
        let source = self.sources.get_mut(number)?;
        if let Some(e) = source.failed.take() {
            return Some((number, Err(e)));
        }
        self.taken = Some(number);
        match source.reader.next_record() {
            Ok(Some(record)) => Some((number, Ok(record))),
            Ok(None) => None,
            Err(e) => Some((number, Err(e))),
        }
    }
}

impl<R> MergedReader<R> {
    /// A reader, by its number.
    pub fn reader(&self, number: usize) -> Option<&Reader<R>> {
        self.sources.get(number).map(|source| &source.reader)
    }
}

/// Gives owned records.
impl<R: Read> Iterator for MergedReader<R> {
    type Item = (usize, Result<RecordBuf, ReadError>);

    fn next(&mut self) -> Option<Self::Item> {
        self.next_record().map(|(number, record)| (number, record.map(RecordBuf::from)))
    }
}

impl<R: Read> FusedIterator for MergedReader<R> {}

impl<R> fmt::Debug for MergedReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sources.iter().map(|source| &source.reader)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// A record of type BGP4MP_ET if it has microseconds, with a mark in its body.
    fn record(seconds: u32, micros: Option<u32>, mark: u8) -> Vec<u8> {
        let mut bytes = seconds.to_be_bytes().to_vec();
        bytes.extend([0, if micros.is_some() { 17 } else { 16 }, 0, 99]);
        bytes.extend([0, 0, 0, if micros.is_some() { 5 } else { 1 }]);
        bytes.extend(micros.iter().flat_map(|micros| micros.to_be_bytes()));
        bytes.push(mark);
        bytes
    }

    fn merged(archives: &[Vec<u8>]) -> Vec<(usize, Vec<u8>)> {
        let readers = archives.iter().map(|archive| Reader::new(&archive[..]).unwrap());
        MergedReader::new(readers).map(|(number, record)| (number, record.unwrap().as_bytes().to_vec())).collect()
    }

    #[test]
    fn ties_are_in_the_order_of_the_readers() {
        let a = [record(5, None, 1), record(5, Some(7), 2), record(6, None, 3)].concat();
        let b = [record(5, Some(0), 4), record(5, Some(6), 5), record(5, Some(1_000_000), 6), record(7, None, 7)].concat();
        let marks: Vec<_> = merged(&[a, Vec::new(), b]).iter().map(|(n, record)| (*n, *record.last().unwrap())).collect();
        // Invalid microseconds do not make it a later second.
        assert_eq!(marks, [(0, 1), (2, 4), (2, 5), (2, 6), (0, 2), (0, 3), (2, 7)]);
    }

    /// The earlier record comes at once, not before the ones that precede it in its archive.
    #[test]
    fn an_archive_that_goes_back_in_time_keeps_its_order() {
        let a = [record(10, None, 1), record(3, None, 2), record(20, None, 3)].concat();
        let b = [record(4, None, 4), record(15, None, 5)].concat();
        let marks: Vec<_> = merged(&[a, b]).iter().map(|(_, record)| *record.last().unwrap()).collect();
        assert_eq!(marks, [4, 1, 2, 5, 3]);
    }

    #[test]
    fn an_error_ends_one_reader() {
        let whole = [record(1, None, 1), record(5, None, 2)].concat();
        let cut = [record(2, None, 3), record(9, None, 4)].concat();
        let mut merged = MergedReader::new([Reader::new(&cut[..20]).unwrap(), Reader::new(&whole[..]).unwrap()]);
        let mut told = Vec::new();
        while let Some((number, record)) = merged.next_record() {
            told.push((number, record.map(|record| record.timestamp().seconds).map_err(|e| e.to_string())));
        }
        let error = "MRT header: needs 5 bytes more than are there (at byte 13)".to_owned();
        assert_eq!(told, [(1, Ok(1)), (0, Ok(2)), (0, Err(error)), (1, Ok(5))]);
        assert_eq!((merged.reader(0).unwrap().cut_record().len(), merged.reader(1).unwrap().offset()), (7, 26));
        assert!(merged.next_record().is_none() && merged.reader(2).is_none());
    }

    proptest! {
        /// Of archives in order, the stream is the stable sort of all records.
        #[test]
        fn merged_is_sorted(archives in vec(vec((0..6u32, proptest::option::of(0..4u32), any::<u8>()), 0..12), 0..5)) {
            let mut all = Vec::new();
            let mut octets = Vec::new();
            for (number, mut list) in archives.into_iter().enumerate() {
                list.sort_by_key(|(seconds, micros, _)| (*seconds, micros.unwrap_or(0)));
                let records: Vec<_> = list.iter().map(|(s, m, mark)| record(*s, *m, *mark)).collect();
                octets.push(records.concat());
                let keys = list.iter().map(|(s, m, _)| (*s, m.unwrap_or(0)));
                all.extend(keys.zip(records).map(|(key, record)| (key, (number, record))));
            }
            all.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(merged(&octets), all.into_iter().map(|(_, record)| record).collect::<Vec<_>>());
        }
    }
}
