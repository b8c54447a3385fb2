//! The values of a trie: runs of slots in one allocation.
//!
//! A separate bit map says whether a slot holds a value. `Option` slots would double the space of a four-byte value. Every access
//! checks the bit, so the five lines that read a slot are sound whatever the trie above does.

#![allow(unsafe_code, reason = "unwritten slots halve the memory of a table of ids; the bit of each slot is checked first")]

use alloc::vec::Vec;
use core::mem::MaybeUninit;

use super::free::FreeRuns;

/// Runs of slots for values.
pub(super) struct Slots<T> {
    cells: Vec<MaybeUninit<T>>,
    /// Bit `i` is set exactly if `cells[i]` is written. At least one bit per cell, and one more word.
    used: Vec<u64>,
    free: FreeRuns,
}

/// Slots in a run of `n` values.
#[cfg_attr(optimised, inline(always))]
pub(super) const fn run_size(n: usize) -> usize {
    // A multiple of two from 3 on, of four from 9 on, of eight from 33 on; branch-free, since branches would be mispredicted.
    let step = (n > 2) as usize | ((n > 8) as usize) << 1 | ((n > 32) as usize) << 2;
    (n + step) & !step
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { cells: Vec::new(), used: Vec::new(), free: FreeRuns::default() }
    }
}

impl<T> Slots<T> {
    /// Bytes on the heap.
    pub(super) fn memory_size(&self) -> usize {
        self.cells.capacity().saturating_mul(size_of::<T>()) * usize::from(size_of::<T>() != 0)
            + self.used.capacity() * 8
            + self.free.memory_size()
    }

    /// Slots in all runs, including free ones.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Slots in free runs.
    pub(super) fn free(&self) -> usize {
        self.free.total()
    }

    /// Bytes of the free lists.
    pub(super) fn free_list_size(&self) -> usize {
        self.free.list_size()
    }

    /// Reserves `more` slots at the end.
    pub(super) fn reserve(&mut self, more: usize) {
        self.cells.reserve_exact(more);
        self.used.reserve_exact(more / 64 + 2);
    }

    /// Reserves at least `more` slots at the end, and at least half of the current number.
    pub(super) fn reserve_half(&mut self, more: usize) {
        if self.cells.capacity() - self.cells.len() < more {
            self.reserve(more + self.cells.len() / 2);
        }
    }

    /// Releases unused capacity.
    pub(super) fn shrink(&mut self) {
        self.cells.shrink_to_fit();
        self.used.shrink_to_fit();
    }

    #[cfg_attr(optimised, inline(always))]
    fn holds(&self, at: usize) -> bool {
        self.used.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// The value in the slot.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn value(&self, at: u32) -> Option<&T> {
        let at = at as usize;
        let cell = self.cells.get(at)?;
        // SAFETY: the bit says that the cell is written.
        if self.holds(at) { Some(unsafe { cell.assume_init_ref() }) } else { None }
    }

    /// The values of `n` slots from `start` on, all filled.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn run(&self, start: u32, n: usize) -> &[T] {
        let start = start as usize;
        self.expect_all(start, n);
        let cells = &self.cells[start..start + n];
        // SAFETY: the bits say that all the cells are written, and a written `MaybeUninit<T>` is laid out as `T`.
        unsafe { &*(core::ptr::from_ref(cells) as *const [T]) }
    }

    /// The value in the slot.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn value_mut(&mut self, at: u32) -> Option<&mut T> {
        let at = at as usize;
        let holds = self.holds(at);
        let cell = self.cells.get_mut(at)?;
        // SAFETY: the bit says that the cell is written.
        if holds { Some(unsafe { cell.assume_init_mut() }) } else { None }
    }

    /// All slots, including empty ones.
    pub(super) fn all_mut(&mut self) -> Vec<Option<&mut T>> {
        let used = &self.used;
        let holds = |at: usize| used.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1);
        // SAFETY: the bit says that the cell is written.
        let value = |(at, cell): (usize, _)| if holds(at) { Some(unsafe { MaybeUninit::assume_init_mut(cell) }) } else { None };
        self.cells.iter_mut().enumerate().map(value).collect()
    }

    /// Moves the value out of the slot.
    pub(super) fn take(&mut self, at: u32) -> Option<T> {
        let at = at as usize;
        if !self.holds(at) {
            return None;
        }
        let cell = core::mem::replace(self.cells.get_mut(at)?, MaybeUninit::uninit());
        self.used[at / 64] &= !(1 << (at % 64));
        // SAFETY: the bit said that the cell is written; it is cleared, and the cell left unwritten.
        Some(unsafe { cell.assume_init() })
    }

    /// Writes a value into an empty slot. An existing value is dropped.
    pub(super) fn put(&mut self, at: u32, value: T) {
        drop(self.take(at));
        let at = at as usize;
        self.cells[at] = MaybeUninit::new(value);
        self.used[at / 64] |= 1 << (at % 64);
    }

    /// A run of empty slots for `n` values.
    pub(super) fn allocate(&mut self, n: usize) -> u32 {
        let size = run_size(n);
        if size == 0 {
            return 0;
        }
        if let Some(start) = self.free.take(size) {
            return start;
        }
        let start = self.cells.len();
        let end = start + size;
        if self.cells.capacity() < end {
            // Grows by a sixteenth: a whole table should not end with half of its capacity unused.
            self.cells.reserve_exact(size + start / 16 + 16);
        }
        self.cells.resize_with(end, MaybeUninit::uninit);
        let words = end.div_ceil(64) + 1;
        if self.used.capacity() < words {
            self.used.reserve_exact(words - self.used.len() + self.used.len() / 16 + 1);
        }
        self.used.resize(words, 0);
        u32::try_from(start).unwrap_or_else(|_| capacity_overflow())
    }

    /// Frees the run of `n` values at `start`, all taken.
    pub(super) fn release(&mut self, start: u32, n: usize) {
        self.free.put(start, run_size(n));
    }

    /// Moves the value of one slot to an empty one.
    pub(super) fn relocate(&mut self, from: u32, to: u32) {
        if let Some(value) = self.take(from) {
            self.put(to, value);
        }
    }

    /// Moves the run of `n` values at `start` of `other` to a free run or the end, and returns its start.
    pub(super) fn adopt(&mut self, other: &mut Self, start: u32, n: usize) -> u32 {
        if n == 0 {
            return 0;
        }
        let to = self.allocate(n);
        let (from, into) = (start as usize, to as usize);
        other.expect_all(from, n);
        for (to, from) in self.cells[into..into + n].iter_mut().zip(&mut other.cells[from..from + n]) {
            *to = core::mem::replace(from, MaybeUninit::uninit());
        }
        other.clear_bits(from, n);
        self.set_bits(into, n);
        to
    }

    /// Inserts `value` as number `at` of the run of `n` values at `start`, and returns the start of the run, which may have
    /// moved.
    pub(super) fn insert(&mut self, start: u32, n: usize, at: usize, value: T) -> u32 {
        let mut base = start as usize;
        assert!(at <= n, "a place that is not in the run");
        if run_size(n) == run_size(n + 1) {
            self.expect_all(base + at, n - at);
            let run = &mut self.cells[base..=base + n];
            run[at..].shift_up();
            run[at] = MaybeUninit::new(value);
            self.set_bits(base + n, 1);
        } else {
            self.expect_all(base, n);
            let new = self.allocate(n + 1) as usize;
            let (old_run, new_run) = two_runs(&mut self.cells, base, new, n, n + 1);
            let (front, back) = old_run.split_at_mut(at);
            new_run.take_over(front);
            new_run[at + 1..].take_over(back);
            new_run[at] = MaybeUninit::new(value);
            self.clear_bits(base, n);
            self.free.put(start, run_size(n));
            self.set_bits(new, n + 1);
            base = new;
        }
        base as u32
    }

    /// Removes number `at` of the run of `n` values at `start`, and returns the start of the run, which may have moved.
    pub(super) fn remove(&mut self, start: u32, n: usize, at: usize) -> (Option<T>, u32) {
        let base = start as usize;
        assert!(at < n, "a value that is not in the run");
        self.expect_all(base + at, n - at);
        let value = self.take(start + at as u32);
        self.cells[base + at..base + n].shift_down();
        self.set_bits(base + at, 1);
        self.clear_bits(base + n - 1, 1);
        if run_size(n) == run_size(n - 1) {
            return (value, start);
        }
        if n == 1 {
            self.free.put(start, run_size(1));
            return (value, 0);
        }
        // The end of the run is freed; the run stays.
        self.free.put(start + run_size(n - 1) as u32, run_size(n) - run_size(n - 1));
        (value, start)
    }

    /// Asserts that each cell of a run is written, before the run is read or moved as a whole.
    #[cfg_attr(optimised, inline(always))]
    fn expect_all(&self, start: usize, n: usize) {
        for_bits(start, n, |word, mask| assert!(self.used[word] & mask == mask, "a run with an empty slot"));
    }

    // The next two are used where cells, all written, have just been moved.

    fn set_bits(&mut self, start: usize, n: usize) {
        for_bits(start, n, |word, mask| self.used[word] |= mask);
    }

    fn clear_bits(&mut self, start: usize, n: usize) {
        for_bits(start, n, |word, mask| self.used[word] &= !mask);
    }
}

#[cold]
fn capacity_overflow() -> ! {
    #[expect(clippy::panic, reason = "as any collection that exceeds the address space")]
    {
        panic!("capacity overflow")
    }
}

/// Moves of cells, written or not; overwritten cells are not dropped.
trait Cells {
    /// Moves all but the last one place up.
    fn shift_up(&mut self);
    /// Moves all but the first one place down.
    fn shift_down(&mut self);
    /// Copies those of `other` to the front.
    fn take_over(&mut self, other: &Self);
}

impl<T> Cells for [MaybeUninit<T>] {
    #[cfg_attr(optimised, inline(always))]
    fn shift_up(&mut self) {
        let n = self.len().saturating_sub(1);
        let first = self.as_mut_ptr();
        let second = first.wrapping_add(1);
        // SAFETY: `n` cells from the first and from the second on are within the slice.
        unsafe { core::ptr::copy(first, second, n) }
    }

    #[cfg_attr(optimised, inline(always))]
    fn shift_down(&mut self) {
        let n = self.len().saturating_sub(1);
        let first = self.as_mut_ptr();
        let second = first.wrapping_add(1);
        // SAFETY: `n` cells from the first and from the second on are within the slice.
        unsafe { core::ptr::copy(second, first, n) }
    }

    #[cfg_attr(optimised, inline(always))]
    fn take_over(&mut self, other: &Self) {
        let to = self[..other.len()].as_mut_ptr();
        // SAFETY: both slices have as many cells, and two slices of which one may be written do not overlap.
        unsafe { core::ptr::copy_nonoverlapping(other.as_ptr(), to, other.len()) }
    }
}

/// The words of `n` bits from `start` on, and a mask for each; always two words for up to 64 bits, so that no branch is
/// mispredicted.
#[cfg_attr(optimised, inline(always))]
fn for_bits(start: usize, n: usize, mut each: impl FnMut(usize, u64)) {
    if n == 0 {
        return;
    }
    let shift = start % 64;
    let first = start / 64;
    if n <= 64 {
        let mask = u64::MAX >> (64 - n);
        each(first, mask << shift);
        each(first + 1, mask >> 1 >> (63 - shift));
        return;
    }
    let end = start + n - 1;
    each(first, u64::MAX << shift);
    for word in first + 1..end / 64 {
        each(word, u64::MAX);
    }
    each(end / 64, u64::MAX >> (63 - end % 64));
}

/// Two disjoint runs: `n` cells at `a`, `m` cells at `b`.
fn two_runs<C>(cells: &mut [C], a: usize, b: usize, n: usize, m: usize) -> (&mut [C], &mut [C]) {
    if a < b || n == 0 {
        let (front, back) = cells.split_at_mut(b);
        let a = if n == 0 { 0 } else { a };
        (&mut front[a..a + n], &mut back[..m])
    } else {
        let (front, back) = cells.split_at_mut(a);
        (&mut back[..n], &mut front[b..b + m])
    }
}

impl<T> Drop for Slots<T> {
    fn drop(&mut self) {
        if core::mem::needs_drop::<T>() {
            for at in 0..self.cells.len() as u32 {
                drop(self.take(at));
            }
        }
    }
}

impl<T: Clone> Clone for Slots<T> {
    fn clone(&self) -> Self {
        let mut copy = Self { cells: Vec::new(), used: Vec::new(), free: self.free.clone() };
        copy.cells.reserve_exact(self.cells.len());
        copy.cells.resize_with(self.cells.len(), MaybeUninit::uninit);
        copy.used.resize(self.used.len(), 0);
        for at in 0..self.cells.len() as u32 {
            if let Some(value) = self.value(at) {
                copy.put(at, value.clone());
            }
        }
        copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::rc::Rc;
    use proptest::prelude::*;

    #[test]
    fn runs_have_room() {
        for n in 0..=600 {
            let step = match n {
                0..=2 => 1,
                3..=8 => 2,
                9..=32 => 4,
                _ => 8,
            };
            assert_eq!(run_size(n), n.next_multiple_of(step), "{n}");
        }
    }

    #[test]
    fn words_of_bits_are_those_of_single_bits() {
        for start in (0..130).chain([511, 512]).step_by(if cfg!(miri) { 13 } else { 1 }) {
            for n in (0..70).chain([127, 128, 129, 191, 192, 193, 510]) {
                let (mut words, mut bits) = ([0u64; 18], [0u64; 18]);
                for_bits(start, n, |word, mask| {
                    assert_eq!(words[word] & mask, 0, "twice, {start} {n}");
                    words[word] |= mask;
                });
                (start..start + n).for_each(|bit| bits[bit / 64] |= 1 << (bit % 64));
                assert_eq!(words, bits, "{start} {n}");
            }
        }
    }

    proptest! {
        #[test]
        fn runs_are_as_vectors(operations in proptest::collection::vec((0usize..8, any::<bool>(), any::<u16>()), 1..400)) {
            let mut slots: Slots<Rc<u16>> = Slots::default();
            let mut model: Vec<(u32, Vec<Rc<u16>>)> = (0..8).map(|_| (0, Vec::new())).collect();
            for (run, insert, n) in operations {
                let (start, values) = &mut model[run];
                let value = Rc::new(n);
                if insert || values.is_empty() {
                    let at = usize::from(n) % (values.len() + 1);
                    *start = slots.insert(*start, values.len(), at, value.clone());
                    values.insert(at, value);
                } else {
                    let at = usize::from(n) % values.len();
                    let (taken, moved) = slots.remove(*start, values.len(), at);
                    *start = moved;
                    prop_assert_eq!(taken, Some(values.remove(at)));
                }
                for (start, values) in &model {
                    for (at, value) in values.iter().enumerate() {
                        prop_assert_eq!(slots.value(*start + at as u32), Some(value));
                    }
                }
            }
            let copy = slots.clone();
            for (_, values) in &model {
                prop_assert!(values.iter().all(|value| Rc::strong_count(value) == 3));
            }
            drop((slots, copy));
            for (_, values) in &model {
                prop_assert!(values.iter().all(|value| Rc::strong_count(value) == 1));
            }
        }
    }
}
