//! Values of variable length, one after another.

use std::prelude::v1::*;

use arrow_buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;

use super::spare::{Item, Spare};

/// Of each row of a batch, the number of its value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rows<'i> {
    /// Each row has a separate value, in order: this many.
    Each(usize),
    /// So many rows have the first value.
    Same(usize),
    /// Any.
    Of(&'i [u32]),
}

impl Rows<'_> {
    /// The number of rows.
    pub(super) const fn len(&self) -> usize {
        match self {
            Self::Each(len) | Self::Same(len) => *len,
            Self::Of(ids) => ids.len(),
        }
    }

    /// A value for each row, in place of those in a vector.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn collect<U>(&self, mut values: Vec<U>, mut of: impl FnMut(usize) -> U) -> Vec<U> {
        values.clear();
        values.reserve_exact(self.len());
        self.extend(&mut values, &mut of);
        values
    }

    /// Adds a value for each row. Each way has a length that the vector trusts: there is no check for each value.
    #[cfg_attr(optimised, inline(always))]
    fn extend<U>(&self, values: &mut Vec<U>, mut of: impl FnMut(usize) -> U) {
        match self {
            Self::Each(len) => values.extend((0..*len).map(of)),
            Self::Same(len) => values.extend((0..*len).map(|_| of(0))),
            Self::Of(ids) => values.extend(ids.iter().map(|id| of(*id as usize))),
        }
    }

    /// Offsets with the ends that are given for each row, which ascend.
    ///
    /// # Errors
    /// The last is above the range of offsets.
    #[cfg_attr(optimised, inline(always))]
    #[expect(clippy::cast_possible_truncation, reason = "the last is the largest, and is checked")]
    pub(super) fn offsets(
        &self,
        spare: &mut Spare,
        mut end: impl FnMut(usize) -> usize,
    ) -> Result<OffsetBuffer<i32>, ArrowError> {
        let mut last = 0;
        let len = self.len().saturating_add(1);
        let mut bounds = spare.take::<u32>(len);
        bounds.clear();
        bounds.reserve_exact(len);
        bounds.push(0);
        self.extend(&mut bounds, |id| {
            last = end(id);
            last as u32
        });
        offset(last)?;
        Ok(offsets(bounds))
    }
}

/// Runs of items back to back: lists, or texts and their octets.
#[derive(Clone, Debug)]
pub(super) struct Runs<T> {
    /// The start of each run, and the end of the last.
    bounds: Vec<u32>,
    items: Vec<T>,
}

impl<T: Item> Runs<T> {
    pub(super) fn new() -> Self {
        Self { bounds: std::vec![0], items: Vec::new() }
    }

    /// The number of runs.
    pub(super) const fn len(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.bounds.len() <= 1
    }

    pub(super) fn clear(&mut self) {
        self.bounds.clear();
        self.bounds.push(0);
        self.items.clear();
    }

    /// Adds empty runs, so that there are `len`.
    pub(super) fn resize(&mut self, len: usize) {
        self.bounds.resize(len.saturating_add(1), self.end());
    }

    /// The end of the last run. What has no number is refused when the items are taken.
    #[cfg_attr(optimised, inline(always))]
    fn end(&self) -> u32 {
        u32::try_from(self.items.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn push(&mut self, run: &[T]) {
        self.push_with(|items| items.extend_from_slice(run));
    }

    /// Adds a run of the items that `put` adds; returns their number.
    #[inline]
    pub(super) fn push_with(&mut self, put: impl FnOnce(&mut Vec<T>)) -> usize {
        let start = self.items.len();
        put(&mut self.items);
        self.bounds.push(self.end());
        self.items.len().saturating_sub(start)
    }

    /// Where a run is.
    #[cfg_attr(optimised, inline(always))]
    fn range(&self, run: usize) -> (usize, usize) {
        range(&self.bounds, run)
    }

    /// A run; empty if there is none.
    #[inline]
    pub(super) fn get(&self, run: usize) -> &[T] {
        let (start, end) = self.range(run);
        self.items.get(start..end).unwrap_or_default()
    }

    /// The runs of rows: their offsets, and their items. If each row has a separate run, they are moved. Runs of up to `N` items are
    /// copied with that constant length: what is too much is overwritten by the next.
    ///
    /// # Errors
    /// More items than offsets can count.
    pub(super) fn take<const N: usize>(
        &mut self,
        rows: Rows<'_>,
        spare: &mut Spare,
    ) -> Result<(OffsetBuffer<i32>, Vec<T>), ArrowError> {
        offset(self.items.len())?;
        if self.items.is_empty() {
            return Ok((OffsetBuffer::new_zeroed(rows.len()), Vec::new()));
        }
        if matches!(rows, Rows::Each(len) if len == self.len()) {
            // The next batch has about as many.
            let (mut items, mut bounds) = (T::spare(spare, self.items.len()), spare.take(self.bounds.len()));
            items.clear();
            bounds.clear();
            items.reserve(self.items.len());
            bounds.reserve(self.bounds.len());
            return Ok((offsets(core::mem::replace(&mut self.bounds, bounds)), core::mem::replace(&mut self.items, items)));
        }
        // As many items as runs have on average.
        let average = self.items.len().checked_div(self.len()).unwrap_or(0).saturating_add(1);
        let expected = average.saturating_mul(rows.len());
        let mut items = Copied::<T, N>::new(&mut self.items, T::spare(spare, expected.saturating_add(N)), expected);
        let bounds = &self.bounds;
        let offsets = rows.offsets(spare, |run| {
            let (start, end) = range(bounds, run);
            items.add(start, end)
        })?;
        Ok((offsets, items.into_items()))
    }

    /// All runs.
    ///
    /// # Errors
    /// More items than offsets can count.
    pub(super) fn all(&self) -> Result<(OffsetBuffer<i32>, Vec<T>), ArrowError> {
        offset(self.items.len())?;
        Ok((offsets(self.bounds.clone()), self.items.clone()))
    }
}

/// What is between two bounds.
#[cfg_attr(optimised, inline(always))]
fn range(bounds: &[u32], run: usize) -> (usize, usize) {
    match bounds.get(run..) {
        Some([start, end, ..]) => (*start as usize, *end as usize),
        _ => (0, 0),
    }
}

/// Items that are copied from others, run by run.
struct Copied<'i, T, const N: usize> {
    from: &'i [T],
    items: Vec<T>,
    len: usize,
}

impl<'i, T: Copy + Default, const N: usize> Copied<'i, T, N> {
    /// None yet, in place of those in a vector. `from` gets `N` items more, so that the last run can be copied like the others.
    fn new(from: &'i mut Vec<T>, mut items: Vec<T>, expected: usize) -> Self {
        from.resize(from.len().saturating_add(N), T::default());
        let expected = expected.saturating_add(N);
        if items.is_empty() {
            // Its memory is zero as it comes.
            items = std::vec![T::default(); expected];
        } else if items.len() < expected {
            items.resize(expected, T::default());
        }
        Self { from, items, len: 0 }
    }

    /// Adds a run; returns the end.
    #[cfg_attr(optimised, inline(always))]
    fn add(&mut self, start: usize, end: usize) -> usize {
        // Bounds ascend.
        let len = end.wrapping_sub(start);
        if len <= N
            && let Some(from) = self.from.get(start..).and_then(|from| from.first_chunk::<N>())
            && let Some(to) = self.items.get_mut(self.len..).and_then(|to| to.first_chunk_mut::<N>())
        {
            *to = *from;
            self.len = self.len.wrapping_add(len);
            self.len
        } else {
            self.add_long(start, end)
        }
    }

    /// Adds a long run, or one for which there is no space.
    #[inline(never)]
    fn add_long(&mut self, start: usize, end: usize) -> usize {
        let run = self.from.get(start..end).unwrap_or_default();
        let end = self.len.saturating_add(run.len());
        if self.items.len() < end.saturating_add(N) {
            self.items.resize(end.saturating_add(N).saturating_mul(2), T::default());
        }
        if let Some(to) = self.items.get_mut(self.len..end) {
            to.copy_from_slice(run);
        }
        self.len = end;
        end
    }

    fn into_items(mut self) -> Vec<T> {
        self.items.truncate(self.len);
        self.items
    }
}

/// Offsets of lists, offsets of texts, and octets.
type TakenTexts = (OffsetBuffer<i32>, OffsetBuffer<i32>, Vec<u8>);

/// Texts of rows: runs of runs of octets.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    /// The first text of each row, and the end of those of the last.
    rows: Vec<u32>,
    texts: Runs<u8>,
}

impl Texts {
    pub(super) fn new() -> Self {
        Self { rows: std::vec![0], texts: Runs::new() }
    }

    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.rows.push(0);
        self.texts.clear();
    }

    /// The end of the texts of the last row.
    #[cfg_attr(optimised, inline(always))]
    fn end(&self) -> u32 {
        u32::try_from(self.texts.len()).unwrap_or(u32::MAX)
    }

    /// Adds rows without texts, so that there are `len`.
    pub(super) fn resize(&mut self, len: usize) {
        self.rows.resize(len.saturating_add(1), self.end());
    }

    /// Adds a row of a text for each value, written by `put`; returns its octets.
    #[inline]
    pub(super) fn push<V>(&mut self, values: impl Iterator<Item = V>, mut put: impl FnMut(&mut Vec<u8>, V)) -> usize {
        let mut octets = 0usize;
        for value in values {
            let len = self.texts.push_with(|out| put(out, value));
            octets = octets.saturating_add(len).saturating_add(size_of::<i32>());
        }
        self.rows.push(self.end());
        octets
    }

    /// The texts of rows.
    ///
    /// # Errors
    /// More of them, or of their octets, than offsets can count.
    pub(super) fn take(&mut self, rows: Rows<'_>, spare: &mut Spare) -> Result<TakenTexts, ArrowError> {
        offset(self.texts.items.len())?;
        if self.texts.is_empty() {
            return Ok((OffsetBuffer::new_zeroed(rows.len()), OffsetBuffer::new_empty(), Vec::new()));
        }
        let average = self.texts.items.len().checked_div(self.rows.len()).unwrap_or(0).saturating_add(1);
        let expected = average.saturating_mul(rows.len());
        let mut octets = Copied::<u8, 32>::new(&mut self.texts.items, spare.take(expected.saturating_add(32)), expected);
        let texts = &self.texts.bounds;
        let bound = |at: usize| texts.get(at).copied().unwrap_or(0);
        let mut bounds = spare.take::<u32>(rows.len());
        bounds.clear();
        bounds.reserve(rows.len());
        bounds.push(0);
        let lists = rows.offsets(spare, |row| {
            let (start, end) = range(&self.rows, row);
            if start < end {
                let (from, to) = (bound(start), bound(end));
                // Below the range of offsets, which is checked below.
                let shift = u32::try_from(octets.len).unwrap_or(u32::MAX).wrapping_sub(from);
                let ends = texts.get(start..=end).and_then(|bounds| bounds.split_first()).map_or(&[][..], |(_, ends)| ends);
                bounds.extend(ends.iter().map(|end| end.wrapping_add(shift)));
                octets.add(from as usize, to as usize);
            }
            bounds.len().saturating_sub(1)
        })?;
        offset(octets.len)?;
        Ok((lists, offsets(bounds), octets.into_items()))
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

/// Offsets that are below the range of `i32`, and ascend.
fn offsets(bounds: Vec<u32>) -> OffsetBuffer<i32> {
    let len = bounds.len();
    OffsetBuffer::new(ScalarBuffer::new(Buffer::from_vec(bounds), 0, len))
}
