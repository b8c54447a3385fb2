//! The words of blocks: values and children of nodes and buckets.

use super::key::{Key, Packed};
use super::layout::*;

/// Slot of the value of a found prefix, and the prefix's length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) slot: u32,
    pub(super) len: u32,
}

/// Runs `$body` with `$w` the key type of the bucket kind.
macro_rules! with_width {
    ($kind:expr, $w:ident => $body:expr) => {
        match $kind {
            BUCKET16 => {
                type $w = u16;
                $body
            }
            BUCKET32 => {
                type $w = u32;
                $body
            }
            BUCKET64 => {
                type $w = u64;
                $body
            }
            _ => {
                type $w = u128;
                $body
            }
        }
    };
}
pub(super) use with_width;

#[cfg_attr(optimised, inline(always))]
pub(super) fn word64(words: &[u32], at: usize) -> u64 {
    u64::from(words[at]) | u64::from(words[at + 1]) << 32
}

#[cfg_attr(optimised, inline(always))]
pub(super) fn set_word64(words: &mut [u32], at: usize, value: u64) {
    words[at] = value as u32;
    words[at + 1] = (value >> 32) as u32;
}

/// Number of bits before word `k` of a node.
#[cfg_attr(optimised, inline(always))]
pub(super) fn rank_before(words: &[u32], at: usize, k: usize) -> u32 {
    let ranks = word64(words, at + 2);
    if k == 0 { 0 } else { (ranks >> (9 * (k - 1))) as u32 & 511 }
}

#[cfg_attr(optimised, inline(always))]
pub(super) fn node_values(words: &[u32], at: usize) -> usize {
    (words[at + 1] >> 16) as usize
}

#[cfg_attr(optimised, inline(always))]
pub(super) fn node_top(words: &[u32], at: usize) -> u32 {
    words[at + 1] & 0x7f
}

#[cfg_attr(optimised, inline(always))]
pub(super) fn node_children(words: &[u32], at: usize) -> usize {
    (words[at + 1] >> 7 & 0x1ff) as usize
}

pub(super) fn set_children(words: &mut [u32], at: usize, n: usize) {
    words[at + 1] = words[at + 1] & !(0x1ff << 7) | (n as u32) << 7;
}

/// Where the reference to the child at `byte` is, or would be, in a node with children by rank, and whether it is present.
#[cfg_attr(optimised, inline(always))]
pub(super) fn branch_slot(words: &[u32], at: usize, byte: usize) -> (usize, bool) {
    let part = (byte / 64) & 3;
    // One bounds check for all words before the references.
    let node = &words[at + CHILD_BITS..at + CHILDREN];
    let bits = word64(node, 2 * part);
    let ranks = node[CHILD_RANKS - CHILD_BITS] << 8;
    let before = (ranks >> (8 * part) & 0xff) as usize + (bits & ((1 << (byte % 64)) - 1)).count_ones() as usize;
    (at + CHILDREN + before, bits >> (byte % 64) & 1 == 1)
}

/// The child at `byte` of the node, or 0.
#[cfg_attr(optimised, inline(always))]
pub(super) fn child(words: &[u32], kind: u32, at: usize, byte: usize) -> u32 {
    match kind {
        WIDE => words[at + WIDE_CHILDREN + byte],
        BRANCH => match branch_slot(words, at, byte) {
            (slot, true) => words[slot],
            _ => 0,
        },
        _ => 0,
    }
}

/// Slot of the value of the prefix of `len` bits of `byte` in the node, and whether it is present.
#[cfg_attr(optimised, inline(always))]
pub(super) fn node_slot(words: &[u32], at: usize, byte: usize, len: u32) -> (usize, bool) {
    let top = node_top(words, at);
    match place(byte, len) {
        Place::Top(p) => ((top & ((1 << p) - 1)).count_ones() as usize, top >> p & 1 == 1),
        Place::Bit(k, p) => {
            let bits = word64(words, at + BITS + 2 * k);
            let before = top.count_ones() + rank_before(words, at, k) + (bits & ((1 << p) - 1)).count_ones();
            (before as usize, bits >> p & 1 == 1)
        }
    }
}

/// Sets or clears the bit of a prefix, and updates the count and the ranks.
pub(super) fn flip(words: &mut [u32], at: usize, byte: usize, len: u32, set: bool) {
    let one = 1u32 << 16;
    words[at + 1] = if set { words[at + 1] + one } else { words[at + 1] - one };
    match place(byte, len) {
        Place::Top(p) => words[at + 1] ^= 1 << p,
        Place::Bit(k, p) => {
            let bits = word64(words, at + BITS + 2 * k) ^ 1 << p;
            set_word64(words, at + BITS + 2 * k, bits);
            // One in each of the nine-bit counts of the later words.
            const ONES: u64 = 0o001_001_001_001_001_001_001;
            let ones = if k == 7 { 0 } else { ONES << (9 * k) & (u64::MAX >> 1) };
            let ranks = word64(words, at + 2);
            set_word64(words, at + 2, if set { ranks + ones } else { ranks - ones });
        }
    }
}

/// The longest prefix of at most `len` bits in the node that covers `byte`.
#[cfg_attr(optimised, inline(always))]
pub(super) fn node_match(words: &[u32], at: usize, byte: usize, len: u32) -> Option<Found> {
    // One bounds check for the node, instead of one per word.
    let words = &words[at..at + NODE_WORDS];
    let at = 0;
    let k = byte >> 5 & 7;
    let top = node_top(words, at);
    let bits = word64(words, at + BITS + 2 * k);
    let mut covering = bits & ANCESTORS[byte & 31];
    let mut top_covering = top & TOP_ANCESTORS[k];
    if len < 8 {
        match place(byte & !(0xff >> len), len) {
            Place::Top(p) => {
                covering = 0;
                top_covering &= (2 << p) - 1;
            }
            Place::Bit(_, p) => covering &= (2 << p) - 1,
        }
    }
    if covering != 0 {
        let p = 63 - covering.leading_zeros();
        let rank = top.count_ones() + rank_before(words, at, k) + (bits & ((1 << p) - 1)).count_ones();
        return Some(Found { slot: words[at] + rank, len: u32::from(NUMBER[p as usize & 63]).max(1).ilog2() + 3 });
    }
    if top_covering != 0 {
        let p = 31 - top_covering.leading_zeros();
        return Some(Found { slot: words[at] + (top & ((1 << p) - 1)).count_ones(), len: top_prefix(p).0 });
    }
    None
}

/// Number of keys of the bucket, and their words.
#[cfg_attr(optimised, inline(always))]
pub(super) fn bucket_keys(words: &[u32], at: usize) -> (usize, &[u32]) {
    ((words[at + 1] & 0xff) as usize, &words[at + KEYS..])
}

/// The longest prefix in the bucket of at most `len` bits below it that covers `key`.
#[cfg_attr(optimised, inline(always))]
pub(super) fn bucket_match<K: Key, W: Packed>(words: &[u32], at: usize, key: K, depth: u32, len: u32) -> Option<Found> {
    let (n, keys) = bucket_keys(words, at);
    let shortest = words[at + 1] >> 8;
    let probe = W::pack(key, depth, len);
    let mut i = probe.rank(keys, n);
    while i > 0 {
        i -= 1;
        let candidate = W::load(keys, i);
        let common = candidate.common(probe);
        if candidate.len() <= common {
            return Some(Found { slot: words[at] + i as u32, len: candidate.len() });
        }
        if common < shortest {
            break;
        }
    }
    None
}

/// Words allocated for a block of `n` words.
pub(super) const fn block_size(n: usize) -> usize {
    n.next_multiple_of(4)
}
