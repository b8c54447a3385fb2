//! Free runs of an arena, by exact size.

use alloc::vec::Vec;

/// Free runs by size: `lists[n]` has the starts of runs of `n` units.
#[derive(Clone, Default)]
pub(super) struct FreeRuns {
    lists: Vec<Vec<u32>>,
    /// A bit for each list that is not empty.
    filled: Vec<u64>,
    /// Units in all lists.
    total: usize,
    /// Total capacity of the lists.
    room: usize,
}

impl FreeRuns {
    /// Units in all free runs.
    pub(super) fn total(&self) -> usize {
        self.total
    }

    /// Bytes on the heap.
    pub(super) fn memory_size(&self) -> usize {
        self.lists.capacity() * size_of::<Vec<u32>>() + self.filled.capacity() * 8 + self.room * 4
    }

    /// Bytes of the free lists themselves.
    pub(super) fn list_size(&self) -> usize {
        self.room * 4
    }

    /// Frees the run of `size` units at `start`.
    pub(super) fn put(&mut self, start: u32, size: usize) {
        if size == 0 {
            return;
        }
        if self.lists.len() <= size {
            self.lists.resize_with(size + 1, Vec::new);
            self.filled.resize(size / 64 + 1, 0);
        }
        let list = &mut self.lists[size];
        let room = list.capacity();
        list.push(start);
        self.room += list.capacity() - room;
        self.filled[size / 64] |= 1 << (size % 64);
        self.total += size;
    }

    /// A run of `size` units: one of that size, or the start of the next larger one.
    pub(super) fn take(&mut self, size: usize) -> Option<u32> {
        let mut at = size / 64;
        let mut word = self.filled.get(at)? & (u64::MAX << (size % 64));
        while word == 0 {
            at += 1;
            word = *self.filled.get(at)?;
        }
        let found = at * 64 + word.trailing_zeros() as usize;
        let list = &mut self.lists[found];
        let start = list.pop()?;
        if list.is_empty() {
            self.filled[at] &= !(1 << (found % 64));
        }
        // A list that was long releases its capacity.
        let room = list.capacity();
        if room > 64 && list.len() < room / 4 {
            list.shrink_to(room / 2);
            self.room -= room - list.capacity();
        }
        self.total -= found;
        // A run never exceeds the 32 bits of its start.
        self.put(start + size as u32, found - size);
        Some(start)
    }
}
