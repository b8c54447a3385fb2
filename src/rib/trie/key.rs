//! Addresses as numbers, and the packed keys of buckets.

use super::layout::{BUCKET16, BUCKET32, BUCKET64, BUCKET128, KEYS, MAX_BRANCH, MAX_UPPER_BRANCH, MIN_BURST, NODE_WORDS};
use super::rank::{rank16, rank32};

/// An address as a number: `u32` for IPv4, `u128` for IPv6.
pub(super) trait Key: Copy + Ord + Eq + Default + core::fmt::Debug {
    /// Bits of the pages between the first 16 bits and the nodes of a frozen table, from the top: one page of all 16 bits of IPv6
    /// would take 256 KiB, and a third row makes every lookup slower.
    const STRIDES: &'static [u32];

    /// Whether this is IPv6: long paths, whose upper nodes hold few prefixes.
    const IS_IPV6: bool;

    /// A node at this depth with more children than this gets room for all.
    fn max_branch(depth: u32) -> usize;

    /// A growing trie is rewritten when it wastes more than one part in this many.
    const PARTS: usize;

    /// One element per node of the longest path: a node for each byte.
    type Stack<F: Copy>: Copy + AsRef<[F]> + AsMut<[F]>;

    /// A stack of `fill`.
    fn stack<F: Copy>(fill: F) -> Self::Stack<F>;

    /// The eight bits after the first `depth`, which is a multiple of eight below the length.
    fn byte(self, depth: u32) -> usize;

    /// The `n` bits after the first `depth`, both within the length and `n` not zero.
    fn bits_at(self, depth: u32, n: u32) -> usize;

    /// The bits after the first eight, left-aligned.
    fn behind_byte(self) -> Self;

    /// The `n` bits after the first `depth`, left-aligned in 128 bits; zeros after the end of the address.
    fn below(self, depth: u32) -> u128;

    /// The bits after the first `depth`, left-aligned in 64 bits.
    fn below64(self, depth: u32) -> u64;

    /// The first `len` bits.
    fn first_bits(self, len: u32) -> Self;

    /// The bits, left-aligned, after `depth` zeros.
    fn top(bits: u128, depth: u32) -> Self;

    /// The first `depth` bits of `self`, then those of `byte`.
    fn with_byte(self, depth: u32, byte: usize) -> Self;

    /// `byte` as the eight bits after the first `depth`.
    fn byte_at(depth: u32, byte: usize) -> Self;

    /// Bitwise or.
    fn or(self, other: Self) -> Self;

    /// The address with all bits after the first `len` set.
    fn last(self, len: u32) -> Self;
}

macro_rules! key {
    ($t:ty) => {
        impl Key for $t {
            const STRIDES: &'static [u32] = if <$t>::BITS == 32 { &[] } else { &[12, 4] };

            const IS_IPV6: bool = <$t>::BITS > 32;

            // IPv6 blocks are larger: the same part would let a prefix cost over ten bytes.
            const PARTS: usize = if <$t>::BITS == 32 { 12 } else { 16 };

            type Stack<F: Copy> = [F; <$t>::BITS as usize / 8];

            #[cfg_attr(optimised, inline(always))]
            fn max_branch(depth: u32) -> usize {
                if Self::IS_IPV6 && depth == 16 { MAX_UPPER_BRANCH } else { MAX_BRANCH }
            }

            #[cfg_attr(optimised, inline(always))]
            fn stack<F: Copy>(fill: F) -> Self::Stack<F> {
                [fill; <$t>::BITS as usize / 8]
            }

            #[cfg_attr(optimised, inline(always))]
            fn byte(self, depth: u32) -> usize {
                (self >> ((<$t>::BITS - 8).saturating_sub(depth))) as usize & 0xff
            }

            #[cfg_attr(optimised, inline(always))]
            fn bits_at(self, depth: u32, n: u32) -> usize {
                (self >> ((<$t>::BITS - n).saturating_sub(depth))) as usize & ((1 << n) - 1)
            }

            #[cfg_attr(optimised, inline(always))]
            fn behind_byte(self) -> Self {
                self << 8
            }

            #[cfg_attr(optimised, inline(always))]
            fn below(self, depth: u32) -> u128 {
                (self as u128) << (128 - <$t>::BITS) << (depth & 127)
            }

            #[cfg_attr(optimised, inline(always))]
            fn below64(self, depth: u32) -> u64 {
                if <$t>::BITS == 32 {
                    (self as u64) << 32 << (depth & 31)
                } else {
                    ((self << (depth & 127)) as u128 >> 64) as u64
                }
            }

            #[cfg_attr(optimised, inline(always))]
            fn first_bits(self, len: u32) -> Self {
                if len == 0 { 0 } else { self & (<$t>::MAX << (<$t>::BITS - len)) }
            }

            #[cfg_attr(optimised, inline(always))]
            fn top(bits: u128, depth: u32) -> Self {
                ((bits >> (128 - <$t>::BITS)) as $t) >> depth
            }

            #[cfg_attr(optimised, inline(always))]
            fn with_byte(self, depth: u32, byte: usize) -> Self {
                self.first_bits(depth) | (byte as $t) << ((<$t>::BITS - 8).saturating_sub(depth))
            }

            #[cfg_attr(optimised, inline(always))]
            fn byte_at(depth: u32, byte: usize) -> Self {
                (byte as $t) << ((<$t>::BITS - 8).saturating_sub(depth))
            }

            #[cfg_attr(optimised, inline(always))]
            fn or(self, other: Self) -> Self {
                self | other
            }

            #[cfg_attr(optimised, inline(always))]
            fn last(self, len: u32) -> Self {
                if len >= <$t>::BITS { self } else { self | <$t>::MAX >> len }
            }
        }
    };
}

key!(u32);
key!(u128);

/// A packed key: the bits below the bucket's depth, left-aligned, then their number.
pub(super) trait Packed: Copy + Ord + Eq {
    /// Kind of the buckets of such keys.
    const KIND: u32;
    /// Maximum key length in bits.
    const MAX_LEN: u32;
    /// A bucket with fewer keys does not become a node: without its children the node would already be larger, or the gain is too
    /// small.
    const MIN_BURST: usize;
    /// Words that `n` keys take.
    fn words(n: usize) -> usize;
    /// Key number `at` of these words.
    fn load(words: &[u32], at: usize) -> Self;
    /// Writes key number `at`.
    fn store(self, words: &mut [u32], at: usize);
    /// Inserts a key as number `at` of the first `n`; those after it move up.
    fn shift_in(self, words: &mut [u32], n: usize, at: usize);
    /// Removes key number `at` of the first `n`; those after it move down.
    fn shift_out(words: &mut [u32], n: usize, at: usize);
    /// Number of the first `n` keys that are at most `self`.
    fn rank(self, words: &[u32], n: usize) -> usize;
    /// The bits of `key` below `depth`, and `len`, which is clamped.
    fn pack<K: Key>(key: K, depth: u32, len: u32) -> Self;
    /// Bits, left-aligned.
    fn bits(self) -> u128;
    /// The first eight of them.
    fn first_byte(self) -> usize;
    /// Number of bits.
    fn len(self) -> u32;
    /// Number of equal leading bits, over the length if all are equal.
    fn common(self, other: Self) -> u32;
}

macro_rules! packed {
    ($t:ty, $kind:expr, $len_bits:expr, |$key:ident, $depth:ident| $below:expr) => {
        impl Packed for $t {
            const KIND: u32 = $kind;
            const MAX_LEN: u32 = <$t>::BITS - $len_bits;

            const MIN_BURST: usize = {
                let node = (NODE_WORDS - KEYS) * 32 / <$t>::BITS as usize;
                if node < MIN_BURST { MIN_BURST } else { node }
            };

            #[cfg_attr(optimised, inline(always))]
            fn words(n: usize) -> usize {
                (n * (<$t>::BITS / 8) as usize).div_ceil(4)
            }

            #[cfg_attr(optimised, inline(always))]
            fn load(words: &[u32], at: usize) -> Self {
                if <$t>::BITS == 16 {
                    (words[at / 2] >> (at % 2 * 16)) as $t
                } else {
                    let per = (<$t>::BITS / 32) as usize;
                    words[at * per..(at + 1) * per].iter().rev().fold(0u128, |sum, &word| sum << 32 | u128::from(word)) as $t
                }
            }

            #[cfg_attr(optimised, inline(always))]
            fn store(self, words: &mut [u32], at: usize) {
                if <$t>::BITS == 16 {
                    let shift = at % 2 * 16;
                    let word = &mut words[at / 2];
                    *word = *word & !(0xffff << shift) | (self as u32 & 0xffff) << shift;
                } else {
                    let per = (<$t>::BITS / 32) as usize;
                    for (i, word) in words[at * per..(at + 1) * per].iter_mut().enumerate() {
                        *word = ((self as u128) >> (32 * i)) as u32;
                    }
                }
            }

            #[cfg_attr(optimised, inline(always))]
            fn shift_in(self, words: &mut [u32], n: usize, at: usize) {
                if <$t>::BITS == 16 {
                    // Two keys per word: each later word takes the upper key of the word before it.
                    let words = &mut words[at / 2..=n / 2];
                    for i in (1..words.len()).rev() {
                        words[i] = words[i] << 16 | words[i - 1] >> 16;
                    }
                    let shift = at % 2 * 16;
                    let before = (1 << shift) - 1;
                    words[0] = words[0] & before | (self as u32 & 0xffff) << shift | (words[0] & !before) << 16;
                } else {
                    let per = (<$t>::BITS / 32) as usize;
                    words.copy_within(at * per..n * per, (at + 1) * per);
                    self.store(words, at);
                }
            }

            #[cfg_attr(optimised, inline(always))]
            fn shift_out(words: &mut [u32], n: usize, at: usize) {
                if <$t>::BITS == 16 {
                    let words = &mut words[at / 2..n.div_ceil(2)];
                    if at % 2 == 0 {
                        words[0] >>= 16;
                    }
                    for i in 1..words.len() {
                        words[i - 1] = words[i - 1] & 0xffff | words[i] << 16;
                        words[i] >>= 16;
                    }
                } else {
                    let per = (<$t>::BITS / 32) as usize;
                    words.copy_within((at + 1) * per..n * per, at * per);
                }
            }

            #[cfg_attr(optimised, inline(always))]
            fn rank(self, words: &[u32], n: usize) -> usize {
                if <$t>::BITS == 16 {
                    rank16(words, n, self as u16)
                } else if <$t>::BITS == 32 {
                    rank32(words, n, self as u32)
                } else {
                    let (mut low, mut high) = (0, n);
                    while low < high {
                        let middle = (low + high) / 2;
                        if Self::load(words, middle) <= self { low = middle + 1 } else { high = middle }
                    }
                    low
                }
            }

            #[cfg_attr(optimised, inline(always))]
            fn pack<K: Key>($key: K, $depth: u32, len: u32) -> Self {
                const MASK: $t = (1 << $len_bits) - 1;
                (($below) as $t) & !MASK | (len.min(MASK as u32)) as $t
            }

            #[cfg_attr(optimised, inline(always))]
            fn bits(self) -> u128 {
                const MASK: $t = (1 << $len_bits) - 1;
                ((self & !MASK) as u128) << (128 - <$t>::BITS)
            }

            #[cfg_attr(optimised, inline(always))]
            fn first_byte(self) -> usize {
                (self >> (<$t>::BITS - 8)) as usize & 0xff
            }

            #[cfg_attr(optimised, inline(always))]
            fn len(self) -> u32 {
                const MASK: $t = (1 << $len_bits) - 1;
                (self & MASK) as u32
            }

            #[cfg_attr(optimised, inline(always))]
            fn common(self, other: Self) -> u32 {
                ((self ^ other) >> $len_bits << $len_bits).leading_zeros()
            }
        }
    };
}

packed!(u16, BUCKET16, 4, |key, depth| key.below64(depth) >> 48);
packed!(u32, BUCKET32, 5, |key, depth| key.below64(depth) >> 32);
packed!(u64, BUCKET64, 6, |key, depth| key.below64(depth));
packed!(u128, BUCKET128, 7, |key, depth| key.below(depth));
