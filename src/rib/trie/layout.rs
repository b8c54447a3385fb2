//! Layout of the words of the trie.
//!
//! A reference is a word index, a multiple of four, with the kind of block in its three low bits (the index is halved to make
//! room for them). Three kinds of block are nodes: they hold the prefixes one to eight bits longer than the node's depth, one bit
//! each, in table dump order. Four are buckets: they hold all prefixes below a point as sorted keys.

/// A node without children.
pub(super) const NODE: u32 = 0;
/// A node with children by rank.
pub(super) const BRANCH: u32 = 1;
/// A node with room for each of its 256 children.
pub(super) const WIDE: u32 = 2;
/// Buckets, by the width of their keys.
pub(super) const BUCKET16: u32 = 3;
pub(super) const BUCKET32: u32 = 4;
pub(super) const BUCKET64: u32 = 5;
pub(super) const BUCKET128: u32 = 6;

// A node is
//   word 0       start of its run of values
//   word 1       the upper seven prefixes (bits 0-6), number of children (bits 7-15), number of values (bits 16-)
//   words 2, 3   for each of the 64-bit words below from the second on, the number of bits in those before it, nine bits each
//   words 4-19   eight 64-bit words: the prefixes of three to eight more bits, by their first three bits
// with children by rank
//   words 20-27  a bit for each child
//   word 28      number of bits in the first 64, 128, 192 of them, eight bits each
//   words 29-    references
// with room for each child
//   words 20-275 references, or 0
pub(super) const BITS: usize = 4;
pub(super) const NODE_WORDS: usize = 20;
pub(super) const CHILD_BITS: usize = 20;
pub(super) const CHILD_RANKS: usize = 28;
pub(super) const CHILDREN: usize = 29;
pub(super) const WIDE_CHILDREN: usize = 20;
pub(super) const WIDE_WORDS: usize = 276;
/// A node with more children than this gets room for all 256.
pub(super) const MAX_BRANCH: usize = 128;
/// The same for nodes 16 bits deep in IPv6: they are few, and all prefixes are below them.
pub(super) const MAX_UPPER_BRANCH: usize = 8;

// A bucket is
//   word 0       start of its run of values
//   word 1       number of keys (bits 0-7), smallest length below this point (bits 8-15)
//   words 2-     keys: the bits below this point, left-aligned, then how many there are
pub(super) const KEYS: usize = 2;
/// A bucket with as many keys bursts.
pub(super) const MAX_KEYS: usize = 64;
/// A bucket with fewer keys is kept even where a node would take less room.
pub(super) const MIN_BURST: usize = 12;

/// Words after the last block: a search in steps of several words may read this far past its end.
pub(super) const PADDING: usize = 16;

#[cfg_attr(optimised, inline(always))]
pub(super) const fn kind(reference: u32) -> u32 {
    reference & 7
}

#[cfg_attr(optimised, inline(always))]
pub(super) const fn offset(reference: u32) -> usize {
    (reference >> 3) as usize * 4
}

#[cfg_attr(optimised, inline(always))]
pub(super) const fn reference(offset: usize, kind: u32) -> u32 {
    (offset / 4) as u32 * 8 + kind
}

/// Position in address order, shorter first, of every node of a complete tree of 63 nodes, by its number (top to bottom, left to
/// right, the root being 1).
pub(super) const POSITION: [u8; 64] = positions::<64>(6);
/// The same of a tree of seven nodes.
pub(super) const TOP_POSITION: [u8; 8] = positions::<8>(3);
/// Number by position.
pub(super) const NUMBER: [u8; 64] = {
    let mut number = [0; 64];
    let mut n = 1;
    while n < 64 {
        number[POSITION[n] as usize] = n as u8;
        n += 1;
    }
    number
};
pub(super) const TOP_NUMBER: [u8; 8] = {
    let mut number = [0; 8];
    let mut n = 1;
    while n < 8 {
        number[TOP_POSITION[n] as usize] = n as u8;
        n += 1;
    }
    number
};

const fn positions<const N: usize>(height: u32) -> [u8; N] {
    let mut position = [0; N];
    let mut n = 1;
    while n < N {
        let level = (n as u32).ilog2();
        let mut p = 0;
        let mut i = 0;
        while i < level {
            let right = n >> (level - 1 - i) & 1 == 1;
            p += if right { 1 << (height - 1 - i) } else { 1 };
            i += 1;
        }
        position[n] = p;
        n += 1;
    }
    position
}

/// The positions of the six prefixes of five bits, including the longest itself.
pub(super) const ANCESTORS: [u64; 32] = {
    let mut ancestors = [0; 32];
    let mut byte = 0;
    while byte < 32 {
        let mut level = 0;
        while level < 6 {
            ancestors[byte] |= 1 << POSITION[(1 << level) | (byte >> (5 - level))];
            level += 1;
        }
        byte += 1;
    }
    ancestors
};

/// The positions of the three prefixes of up to two bits of three bits.
pub(super) const TOP_ANCESTORS: [u32; 8] = {
    let mut ancestors = [0; 8];
    let mut byte = 0;
    while byte < 8 {
        let mut level = 0;
        while level < 3 {
            ancestors[byte] |= 1 << TOP_POSITION[(1 << level) | (byte >> (3 - level))];
            level += 1;
        }
        byte += 1;
    }
    ancestors
};

/// The upper prefixes that come directly before the word.
pub(super) const TOP_STARTS: [u32; 8] = [0b000_0111, 0, 0b000_1000, 0, 0b011_0000, 0, 0b100_0000, 0];
/// The upper prefixes that come before the end of the word.
pub(super) const TOP_BEFORE: [u32; 8] =
    [0b000_0111, 0b000_0111, 0b000_1111, 0b000_1111, 0b011_1111, 0b011_1111, 0b111_1111, 0b111_1111];

/// Position of a prefix in its node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// One of the upper seven.
    Top(u32),
    /// A word and a bit position in it.
    Bit(usize, u32),
}

/// The position of the prefix of `len` bits (0 to 8) of `byte`.
#[cfg_attr(optimised, inline(always))]
pub(super) fn place(byte: usize, len: u32) -> Place {
    if len <= 2 {
        Place::Top(u32::from(TOP_POSITION[((1 << len) | (byte >> (8 - len))) & 7]))
    } else {
        let level = len - 3;
        Place::Bit(byte >> 5 & 7, u32::from(POSITION[((1 << level) | (byte & 31) >> (5 - level)) & 63]))
    }
}

/// Length and byte, bits after the length cleared, of the upper prefix at `position`.
#[cfg_attr(optimised, inline(always))]
pub(super) fn top_prefix(position: u32) -> (u32, usize) {
    let number = u32::from(TOP_NUMBER[position as usize & 7]) | 1 << 31;
    let number = number & 7;
    let len = number.max(1).ilog2();
    (len, ((number << (8 - len)) & 0xff) as usize)
}

/// Length and byte, bits after the length cleared, of the prefix at `position` of `word`.
#[cfg_attr(optimised, inline(always))]
pub(super) fn bit_prefix(word: usize, position: u32) -> (u32, usize) {
    let number = u32::from(NUMBER[position as usize & 63]);
    let level = number.max(1).ilog2();
    (level + 3, word << 5 | ((number << (5 - level)) & 31) as usize)
}

/// Length (upper byte) and last five bits, left-aligned in five, of the prefix at each position of a word.
pub(super) const BIT_PREFIX: [u16; 64] = {
    let mut prefix = [0; 64];
    let mut p = 0;
    while p < 63 {
        let number = NUMBER[p] as u16;
        let level = number.ilog2();
        prefix[p] = (level as u16 + 3) << 8 | (number << (5 - level)) & 31;
        p += 1;
    }
    prefix
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_of_a_byte_has_its_place_in_address_order() {
        let mut all = Vec::new();
        for len in 0..=8 {
            for n in 0..1usize << len {
                all.push((n << (8 - len) & 0xff, len));
            }
        }
        all.sort();
        let mut walked = Vec::new();
        for (word, starts) in TOP_STARTS.iter().enumerate() {
            for position in 0..7 {
                if starts >> position & 1 == 1 {
                    let (len, byte) = top_prefix(position);
                    assert_eq!(place(byte, len), Place::Top(position));
                    walked.push((byte, len));
                }
            }
            for position in 0..63 {
                let (len, byte) = bit_prefix(word, position);
                assert_eq!(place(byte, len), Place::Bit(word, position));
                walked.push((byte, len));
            }
        }
        assert_eq!(walked, all);
    }

    #[test]
    fn ancestors_are_the_covering_prefixes() {
        for byte in 0..256usize {
            for len in 0..=8 {
                for other in 0..256usize {
                    let covers = (byte ^ other) >> (8 - len) == 0;
                    let masked = byte & !(0xff >> len);
                    let set = match place(masked, len) {
                        Place::Top(p) => TOP_ANCESTORS[other >> 5] >> p & 1 == 1,
                        Place::Bit(w, p) => w == other >> 5 && ANCESTORS[other & 31] >> p & 1 == 1,
                    };
                    assert_eq!(set, covers, "{byte} {len} {other}");
                }
            }
        }
    }
}
