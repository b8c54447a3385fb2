//! One number for each prefix, for one peer: most peers have nearly all prefixes or few.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Prefixes of a chunk.
const CHUNK: usize = 1024;

/// So many prefixes in a chunk make it dense: from there on a list of them would take as much room.
const DENSE: u16 = 512;

/// The numbers of 1,024 prefixes; 0 stands for none.
#[derive(Clone, Debug)]
enum Chunk {
    /// Those that are there, by prefix.
    Sparse(Vec<(u16, u32)>),
    /// All of them, and how many are there.
    Dense(Box<[u32; CHUNK]>, u16),
}

/// Numbers by prefix number, in chunks that clones share until they change.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    chunks: Vec<Option<Arc<Chunk>>>,
    len: usize,
}

#[inline(always)]
const fn split(prefix: u32) -> (usize, u16) {
    // Ten bits fit sixteen.
    ((prefix >> 10) as usize, (prefix & 1023) as u16)
}

impl Column {
    /// How many prefixes have a number.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// The number of a prefix; 0 if it has none.
    #[inline(always)]
    pub(super) fn get(&self, prefix: u32) -> u32 {
        let (chunk, at) = split(prefix);
        match self.chunks.get(chunk) {
            Some(Some(chunk)) => match &**chunk {
                Chunk::Dense(numbers, _) => numbers.get(usize::from(at)).copied().unwrap_or(0),
                Chunk::Sparse(list) => {
                    list.binary_search_by_key(&at, |entry| entry.0).ok().and_then(|i| list.get(i)).map_or(0, |e| e.1)
                }
            },
            _ => 0,
        }
    }

    /// Sets the number of a prefix, 0 for none; returns the one that it had.
    #[inline]
    pub(super) fn set(&mut self, prefix: u32, number: u32) -> u32 {
        let (chunk, at) = split(prefix);
        if chunk >= self.chunks.len() {
            if number == 0 {
                return 0;
            }
            self.chunks.resize(chunk.saturating_add(1), None);
        }
        let Some(slot) = self.chunks.get_mut(chunk) else { return 0 };
        if slot.is_none() && number == 0 {
            return 0;
        }
        let there = Arc::make_mut(slot.get_or_insert_with(|| Arc::new(Chunk::Sparse(Vec::new()))));
        let (before, empty) = there.set(at, number);
        if empty {
            *slot = None;
        }
        match (before == 0, number == 0) {
            (true, false) => self.len = self.len.saturating_add(1),
            (false, true) => self.len = self.len.saturating_sub(1),
            _ => {}
        }
        before
    }

    /// Prefix numbers and their numbers, in the order of prefix numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.chunks.iter().enumerate().flat_map(|(chunk, there)| {
            let base = u32::try_from(chunk).unwrap_or(u32::MAX).wrapping_mul(1024);
            let (sparse, dense): (&[(u16, u32)], &[u32]) = match there.as_deref() {
                Some(Chunk::Sparse(list)) => (list, &[]),
                Some(Chunk::Dense(numbers, _)) => (&[], &numbers[..]),
                None => (&[], &[]),
            };
            let sparse = sparse.iter().map(move |(at, number)| (base.wrapping_add(u32::from(*at)), *number));
            let dense = (0u32..).zip(dense).filter(|(_, number)| **number != 0);
            sparse.chain(dense.map(move |(at, number)| (base.wrapping_add(at), *number)))
        })
    }

    /// Whether both columns share the chunk with this prefix, so that nothing in it differs.
    #[inline]
    pub(super) fn shares_chunk(&self, other: &Self, prefix: u32) -> bool {
        let (chunk, _) = split(prefix);
        match (self.chunks.get(chunk).and_then(Option::as_ref), other.chunks.get(chunk).and_then(Option::as_ref)) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }

    /// Octets of memory, what clones share counted in full.
    pub(super) fn memory_size(&self) -> usize {
        let chunks = self.chunks.iter().flatten().map(|chunk| match &**chunk {
            Chunk::Sparse(list) => list.capacity().saturating_mul(8).saturating_add(48),
            Chunk::Dense(..) => 4 * CHUNK + 48,
        });
        chunks.sum::<usize>().saturating_add(self.chunks.capacity().saturating_mul(8))
    }
}

impl Chunk {
    /// Sets a number; the one before, and whether nothing is left.
    #[inline]
    fn set(&mut self, at: u16, number: u32) -> (u32, bool) {
        match self {
            Self::Dense(numbers, count) => {
                let Some(there) = numbers.get_mut(usize::from(at)) else { return (0, false) };
                let before = core::mem::replace(there, number);
                match (before == 0, number == 0) {
                    (true, false) => *count = count.saturating_add(1),
                    (false, true) => *count = count.saturating_sub(1),
                    _ => {}
                }
                (before, *count == 0)
            }
            Self::Sparse(list) => {
                // Loading a sorted table appends.
                let found = match list.last() {
                    Some(last) if last.0 < at => Err(list.len()),
                    _ => list.binary_search_by_key(&at, |entry| entry.0),
                };
                match (found, number) {
                    (Ok(i), 0) => {
                        let before = list.remove(i).1;
                        (before, list.is_empty())
                    }
                    (Ok(i), _) => (list.get_mut(i).map_or(0, |entry| core::mem::replace(&mut entry.1, number)), false),
                    (Err(_), 0) => (0, false),
                    (Err(i), _) if list.len() < usize::from(DENSE) => {
                        list.insert(i, (at, number));
                        (0, false)
                    }
                    (Err(_), _) => {
                        let mut numbers = Box::new([0; CHUNK]);
                        for (at, number) in list.iter().copied().chain([(at, number)]) {
                            if let Some(there) = numbers.get_mut(usize::from(at)) {
                                *there = number;
                            }
                        }
                        *self = Self::Dense(numbers, DENSE + 1);
                        (0, false)
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_column_is_a_map() {
        let (mut column, mut model) = (Column::default(), BTreeMap::new());
        let mut state = 1u64;
        for round in 0..60_000u32 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // Few chunks, so that they grow dense and empty again.
            let prefix = (state >> 40) as u32 % 3_000;
            let number = if (state >> 20).is_multiple_of(3) || (30_000..45_000).contains(&round) { 0 } else { round + 1 };
            let before = if number == 0 { model.remove(&prefix) } else { model.insert(prefix, number) };
            assert_eq!(column.set(prefix, number), before.unwrap_or(0));
            assert_eq!((column.get(prefix), column.len()), (number, model.len()));
        }
        assert!(column.iter().eq(model.iter().map(|(a, b)| (*a, *b))));
        let clone = column.clone();
        assert!((0..3_000).all(|prefix| column.shares_chunk(&clone, prefix)));
        column.set(5, 77);
        assert!(!column.shares_chunk(&clone, 5) && column.shares_chunk(&clone, 1024));
        assert!(column.get(5) == 77 && clone.iter().eq(model.iter().map(|(a, b)| (*a, *b))));
    }
}
