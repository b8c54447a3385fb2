//! One number for each prefix, for one peer: most peers have nearly all prefixes or few.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::Ordering::{Acquire, Relaxed};
use core::sync::atomic::{AtomicU32, fence};

/// Prefixes of a chunk.
const CHUNK: usize = 1024;

/// So many prefixes in a chunk make it dense: from there on a list of them would take as much room.
const DENSE: u16 = 512;

/// The numbers of 1,024 prefixes; 0 stands for none.
#[derive(Clone, Debug, Default)]
enum Chunk {
    /// None is there.
    #[default]
    Empty,
    /// Those that are there, by prefix.
    Sparse(Arc<Vec<(u16, u32)>>),
    /// How many are there, and all of them: behind one reference, so that reading a number is one step from here.
    Dense(u16, Arc<Numbers>),
}

/// Numbers that are only stored to where one column alone has them. That is seen by looking at the reference count; a mutable
/// reference would be had for a locked instruction only, behind which a processor does not start on the next route while it
/// waits for the memory of this one.
type Numbers = [AtomicU32; CHUNK];

/// Numbers by prefix number, in chunks that clones share until they change.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    chunks: Vec<Chunk>,
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
            Some(Chunk::Dense(_, numbers)) => numbers.get(usize::from(at)).map_or(0, |number| number.load(Relaxed)),
            Some(Chunk::Sparse(list)) => {
                list.binary_search_by_key(&at, |entry| entry.0).ok().and_then(|i| list.get(i)).map_or(0, |e| e.1)
            }
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
            self.chunks.resize(chunk.saturating_add(1), Chunk::Empty);
        }
        let Some(there) = self.chunks.get_mut(chunk) else { return 0 };
        let before = there.set(at, number);
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
            let (sparse, dense): (&[(u16, u32)], &[AtomicU32]) = match there {
                Chunk::Sparse(list) => (list, &[]),
                Chunk::Dense(_, numbers) => (&[], numbers.as_slice()),
                Chunk::Empty => (&[], &[]),
            };
            let sparse = sparse.iter().map(move |(at, number)| (base.wrapping_add(u32::from(*at)), *number));
            let dense = (0u32..).zip(dense).map(|(at, number)| (at, number.load(Relaxed))).filter(|(_, number)| *number != 0);
            sparse.chain(dense.map(move |(at, number)| (base.wrapping_add(at), number)))
        })
    }

    /// Whether both columns share the chunk with this prefix, so that nothing in it differs.
    #[inline]
    pub(super) fn shares_chunk(&self, other: &Self, prefix: u32) -> bool {
        let (chunk, _) = split(prefix);
        match (self.chunks.get(chunk), other.chunks.get(chunk)) {
            (Some(Chunk::Dense(_, a)), Some(Chunk::Dense(_, b))) => Arc::ptr_eq(a, b),
            (Some(Chunk::Sparse(a)), Some(Chunk::Sparse(b))) => Arc::ptr_eq(a, b),
            (None | Some(Chunk::Empty), None | Some(Chunk::Empty)) => true,
            _ => false,
        }
    }

    /// Octets of memory, what clones share counted in full.
    pub(super) fn memory_size(&self) -> usize {
        // With the two counts of a shared reference.
        let chunks = self.chunks.iter().map(|chunk| match chunk {
            Chunk::Empty => 0,
            Chunk::Sparse(list) => {
                list.capacity().saturating_mul(8).saturating_add(16).saturating_add(size_of::<Vec<(u16, u32)>>())
            }
            Chunk::Dense(..) => size_of::<Numbers>().saturating_add(16),
        });
        chunks.sum::<usize>().saturating_add(self.chunks.capacity().saturating_mul(size_of::<Chunk>()))
    }
}

impl Chunk {
    /// Sets a number; the one before.
    #[inline]
    fn set(&mut self, at: u16, number: u32) -> u32 {
        let (before, empty) = match self {
            Self::Dense(count, numbers) => {
                if Arc::strong_count(numbers) == 1 {
                    // Whoever else had them has read what it read; nobody can share them again meanwhile, since this is a
                    // mutable reference, and weak ones are never made.
                    fence(Acquire);
                } else {
                    *numbers = Arc::new(numbers.each_ref().map(|number| AtomicU32::new(number.load(Relaxed))));
                }
                let Some(there) = numbers.get(usize::from(at)) else { return 0 };
                let before = there.load(Relaxed);
                there.store(number, Relaxed);
                match (before == 0, number == 0) {
                    (true, false) => *count = count.saturating_add(1),
                    (false, true) => *count = count.saturating_sub(1),
                    _ => {}
                }
                (before, *count == 0)
            }
            _ => return self.set_sparse(at, number),
        };
        if empty {
            *self = Self::Empty;
        }
        before
    }

    fn set_sparse(&mut self, at: u16, number: u32) -> u32 {
        let list = match self {
            Self::Sparse(list) => list,
            Self::Empty if number != 0 => {
                *self = Self::Sparse(Arc::new(Vec::from([(at, number)])));
                return 0;
            }
            _ => return 0,
        };
        // Loading a sorted table appends.
        let found = match list.last() {
            Some(last) if last.0 < at => Err(list.len()),
            _ => list.binary_search_by_key(&at, |entry| entry.0),
        };
        match (found, number) {
            (Ok(_), 0) if list.len() == 1 => {
                let before = list.first().map_or(0, |entry| entry.1);
                *self = Self::Empty;
                before
            }
            (Ok(i), 0) => Arc::make_mut(list).remove(i).1,
            (Ok(i), _) => Arc::make_mut(list).get_mut(i).map_or(0, |entry| core::mem::replace(&mut entry.1, number)),
            (Err(_), 0) => 0,
            (Err(i), _) if list.len() < usize::from(DENSE) => {
                Arc::make_mut(list).insert(i, (at, number));
                0
            }
            (Err(_), _) => {
                let numbers: Arc<Numbers> = Arc::new([const { AtomicU32::new(0) }; CHUNK]);
                for (at, number) in list.iter().copied().chain([(at, number)]) {
                    if let Some(there) = numbers.get(usize::from(at)) {
                        there.store(number, Relaxed);
                    }
                }
                *self = Self::Dense(DENSE + 1, numbers);
                0
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
