//! Tables over dense numbers: out-of-range reads give the default, out-of-range writes are ignored. All numbers are the module's
//! own.

use alloc::vec;
use alloc::vec::Vec;

/// A value for each number from 0.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Table<T>(Vec<T>);

impl<T: Copy + Default> Table<T> {
    pub(super) fn new(len: usize) -> Self {
        Self(vec![T::default(); len])
    }

    pub(super) fn filled(len: usize, value: T) -> Self {
        Self(vec![value; len])
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn at(&self, number: u32) -> T {
        self.0.get(number as usize).copied().unwrap_or_default()
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn set(&mut self, number: u32, value: T) {
        if let Some(place) = self.0.get_mut(number as usize) {
            *place = value;
        }
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn change(&mut self, number: u32, change: impl FnOnce(&mut T)) {
        if let Some(place) = self.0.get_mut(number as usize) {
            change(place);
        }
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = T> + '_ {
        self.0.iter().copied()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn into_vec(self) -> Vec<T> {
        self.0
    }

    pub(super) fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl Table<u32> {
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn add(&mut self, number: u32, more: u32) {
        self.change(number, |sum| *sum = sum.saturating_add(more));
    }
}

impl<T> From<Vec<T>> for Table<T> {
    fn from(values: Vec<T>) -> Self {
        Self(values)
    }
}

/// Bits by number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn has(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 != 0)
    }

    /// Sets the bit; returns whether it was clear.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn put(&mut self, number: u32) -> bool {
        match self.0.get_mut(number as usize / 64) {
            Some(word) => {
                let bit = 1u64 << (number % 64);
                let new = *word & bit == 0;
                *word |= bit;
                new
            }
            None => false,
        }
    }

    /// Clears the bit.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn take(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut(number as usize / 64) {
            *word &= !(1u64 << (number % 64));
        }
    }

    pub(super) fn count(&self) -> usize {
        self.0.iter().fold(0usize, |sum, word| sum.saturating_add(word.count_ones() as usize))
    }

    pub(super) fn ones(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().zip(0u32..).flat_map(|(&word, at)| {
            let mut left = word;
            core::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                Some(at.wrapping_mul(64).wrapping_add(bit))
            })
        })
    }
}

/// A dense number from a length that fits.
#[cfg_attr(optimised, inline(always))]
pub(super) fn number(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}
