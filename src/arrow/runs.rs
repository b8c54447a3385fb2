//! Values of variable length, one after another.

use std::prelude::v1::*;

use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;

/// Runs of items back to back: lists, or texts and their octets.
#[derive(Clone, Debug)]
pub(super) struct Runs<T> {
    /// The end of each run.
    ends: Vec<usize>,
    items: Vec<T>,
}

impl<T: Copy> Runs<T> {
    pub(super) const fn new() -> Self {
        Self { ends: Vec::new(), items: Vec::new() }
    }

    /// The number of runs.
    pub(super) const fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.ends.clear();
        self.items.clear();
    }

    /// Adds empty runs, so that there are `len`.
    pub(super) fn resize(&mut self, len: usize) {
        self.ends.resize(len, self.items.len());
    }

    pub(super) fn push(&mut self, run: &[T]) {
        self.push_with(|items| items.extend_from_slice(run));
    }

    /// Adds a run of the items that `put` adds; returns their number.
    #[inline]
    pub(super) fn push_with(&mut self, put: impl FnOnce(&mut Vec<T>)) -> usize {
        let start = self.items.len();
        put(&mut self.items);
        self.ends.push(self.items.len());
        self.items.len().saturating_sub(start)
    }

    /// Where a run is.
    #[inline]
    pub(super) fn range(&self, run: usize) -> (usize, usize) {
        match (run.checked_sub(1), self.ends.get(run.saturating_sub(1)..)) {
            (Some(_), Some([start, end, ..])) => (*start, *end),
            (None, Some([end, ..])) => (0, *end),
            _ => (0, 0),
        }
    }

    /// A run; empty if there is none.
    #[inline]
    pub(super) fn get(&self, run: usize) -> &[T] {
        let (start, end) = self.range(run);
        self.items.get(start..end).unwrap_or_default()
    }

    /// The runs with these numbers: their offsets, and their items.
    pub(super) fn take(&self, ids: &[u32]) -> Result<(OffsetBuffer<i32>, Vec<T>), ArrowError> {
        if self.items.is_empty() {
            return Ok((OffsetBuffer::new_zeroed(ids.len()), Vec::new()));
        }
        let mut offsets = Vec::with_capacity(ids.len().saturating_add(1));
        offsets.push(0);
        // As many items as runs have on average.
        let average = self.items.len().checked_div(self.ends.len()).unwrap_or(0).saturating_add(1);
        let mut items = Vec::with_capacity(average.saturating_mul(ids.len()));
        for id in ids {
            items.extend_from_slice(self.get(*id as usize));
            // The last one is checked.
            offsets.push(i32::try_from(items.len()).unwrap_or(i32::MAX));
        }
        offset(items.len())?;
        Ok((OffsetBuffer::new(ScalarBuffer::from(offsets)), items))
    }

    /// All runs.
    pub(super) fn all(&self) -> Result<(OffsetBuffer<i32>, Vec<T>), ArrowError> {
        Ok((offsets(&self.ends)?, self.items.clone()))
    }
}

/// Offsets of lists, offsets of texts, and octets.
type TakenTexts = (OffsetBuffer<i32>, OffsetBuffer<i32>, Vec<u8>);

/// Texts of rows: runs of runs of octets.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    /// The last text of each row.
    rows: Vec<usize>,
    texts: Runs<u8>,
}

impl Texts {
    pub(super) const fn new() -> Self {
        Self { rows: Vec::new(), texts: Runs::new() }
    }

    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.texts.clear();
    }

    /// Adds rows without texts, so that there are `len`.
    pub(super) fn resize(&mut self, len: usize) {
        self.rows.resize(len, self.texts.len());
    }

    /// Adds a row of a text for each value, written by `put`; returns its octets.
    pub(super) fn push<V>(&mut self, values: impl Iterator<Item = V>, mut put: impl FnMut(&mut Vec<u8>, V)) -> usize {
        let mut octets = 0usize;
        for value in values {
            let len = self.texts.push_with(|out| put(out, value));
            octets = octets.saturating_add(len).saturating_add(size_of::<i32>());
        }
        self.rows.push(self.texts.len());
        octets
    }

    /// The texts of a row.
    fn range(&self, row: usize) -> (usize, usize) {
        let start = match row.checked_sub(1) {
            Some(before) => self.rows.get(before).copied().unwrap_or(0),
            None => 0,
        };
        (start, self.rows.get(row).copied().unwrap_or(start))
    }

    /// The rows with these numbers.
    pub(super) fn take(&self, ids: &[u32]) -> Result<TakenTexts, ArrowError> {
        if self.texts.is_empty() {
            return Ok((OffsetBuffer::new_zeroed(ids.len()), OffsetBuffer::new_empty(), Vec::new()));
        }
        let (mut count, mut len) = (0usize, 0usize);
        let mut lists = Vec::with_capacity(ids.len().saturating_add(1));
        lists.push(0);
        for id in ids {
            let (start, end) = self.range(*id as usize);
            let octets = self.octets(start, end);
            len = len.saturating_add(octets.1.saturating_sub(octets.0));
            count = count.saturating_add(end.saturating_sub(start));
            lists.push(offset(count)?);
        }
        offset(len)?;
        let mut offsets = Vec::with_capacity(count.saturating_add(1));
        let mut octets: Vec<u8> = Vec::with_capacity(len);
        offsets.push(0);
        for id in ids {
            let (start, end) = self.range(*id as usize);
            if start == end {
                continue;
            }
            let (from, to) = self.octets(start, end);
            let shift = octets.len();
            octets.extend_from_slice(self.texts.items.get(from..to).unwrap_or_default());
            let ends = self.texts.ends.get(start..end).unwrap_or_default();
            for end in ends {
                // Below the length that was checked.
                offsets.push(i32::try_from(end.saturating_sub(from).saturating_add(shift)).unwrap_or(i32::MAX));
            }
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        Ok((OffsetBuffer::new(ScalarBuffer::from(lists)), offsets, octets))
    }

    /// Where the octets of texts are.
    fn octets(&self, start: usize, end: usize) -> (usize, usize) {
        if start == end {
            return (0, 0);
        }
        (self.texts.range(start).0, self.texts.range(end.saturating_sub(1)).1)
    }
}

/// An offset.
///
/// # Errors
/// More than its range.
#[inline]
pub(super) fn offset(len: usize) -> Result<i32, ArrowError> {
    i32::try_from(len).map_err(|_| ArrowError::OffsetOverflowError(len))
}

/// The offsets of runs with these ends.
fn offsets(ends: &[usize]) -> Result<OffsetBuffer<i32>, ArrowError> {
    let mut offsets = Vec::with_capacity(ends.len().saturating_add(1));
    offsets.push(0);
    for end in ends {
        offsets.push(offset(*end)?);
    }
    Ok(OffsetBuffer::new(ScalarBuffer::from(offsets)))
}
