//! Blocks of bzip2 written bit by bit: what puts a decoder into a state.

use std::prelude::v1::*;

use super::{BLOCK, bit_of};

/// Writes bits.
pub(super) struct Bits {
    pub(super) octets: Vec<u8>,
    /// Bits that fill no octet yet, in the lowest places, and their number.
    open: u64,
    pub(super) count: u32,
}

impl Bits {
    pub(super) const fn after(octets: Vec<u8>) -> Self {
        Self { octets, open: 0, count: 0 }
    }

    /// Appends the lowest `count` bits, at most 48.
    pub(super) fn put(&mut self, value: u64, count: u32) {
        self.open = self.open.wrapping_shl(count) | (value & 1_u64.wrapping_shl(count).wrapping_sub(1));
        self.count = self.count.saturating_add(count);
        while self.count >= 8 {
            self.count = self.count.saturating_sub(8);
            #[expect(clippy::cast_possible_truncation, reason = "one octet of them")]
            self.octets.push(self.open.wrapping_shr(self.count) as u8);
        }
        self.open &= 1_u64.wrapping_shl(self.count).wrapping_sub(1);
    }
}

const POLYNOMIAL: u32 = 0x04c1_1db7;

/// The CRC-32 of bzip2: highest bit first.
pub(super) fn checksum_of(octets: &[u8]) -> u32 {
    !octets.iter().fold(u32::MAX, |sum, octet| {
        (0..8).fold(
            sum ^ u32::from(*octet).wrapping_shl(24),
            |sum, _| {
                if sum >> 31 == 1 { (sum << 1) ^ POLYNOMIAL } else { sum << 1 }
            },
        )
    })
}

/// Five octets with this checksum, and no four of them equal in a row: these would need a count.
pub(super) fn before(checksum: u32) -> [u8; 5] {
    // The register before four octets of zero that it has after the five.
    let back = (0..32).fold(!checksum, |sum, _| if sum & 1 == 1 { ((sum ^ POLYNOMIAL) >> 1) | 0x8000_0000 } else { sum >> 1 });
    let octets = |first: u8| {
        let [a, b, c, d] = (!checksum_of(&[first]) ^ back).to_be_bytes();
        [first, a, b, c, d]
    };
    let is_run = |octets: &[u8; 5]| octets.windows(4).any(|four| four.windows(2).all(|two| matches!(two, [a, b] if a == b)));
    (0..4).map(octets).find(|octets| !is_run(octets)).unwrap_or_default()
}

/// Writes a block of five octets with `groups` equal tables. `selectors` gives, for the number of bits that the block ends after
/// without them, selectors that no symbol needs, as places in the list of tables; each takes one bit more than its place.
pub(super) fn put_block(bits: &mut Bits, octets: [u8; 5], groups: u32, selectors: impl FnOnce(u32) -> Vec<u32>) {
    let rotation = |n: usize| octets.iter().cycle().skip(n).take(5).copied();
    let mut rotations = [0, 1, 2, 3, 4];
    rotations.sort_by(|a, b| rotation(*a).cmp(rotation(*b)));
    let original = rotations.iter().position(|n| *n == 0).unwrap_or_default() as u64;
    let mut used = octets.to_vec();
    used.sort_unstable();
    used.dedup();
    let end = u64::try_from(used.len()).unwrap_or_default().saturating_add(1);

    // The last octet of each rotation by its place in the list of recent octets, and runs of the first place in their own symbols.
    let (mut recent, mut symbols, mut run) = (used.clone(), Vec::new(), 0_u64);
    let put_run = |symbols: &mut Vec<u64>, run: &mut u64| {
        while *run > 0 {
            symbols.push(u64::from(*run & 1 == 0));
            *run = run.saturating_sub(1) >> 1;
        }
    };
    for n in rotations {
        let octet = rotation(n).last().unwrap_or_default();
        let place = recent.iter().position(|other| *other == octet).unwrap_or_default();
        if place == 0 {
            run = run.saturating_add(1);
            continue;
        }
        put_run(&mut symbols, &mut run);
        symbols.push((place as u64).saturating_add(1));
        if let Some(front) = recent.get_mut(..=place) {
            front.rotate_right(1);
        }
    }
    put_run(&mut symbols, &mut run);
    symbols.push(end);

    bits.put(BLOCK, 48);
    bits.put(checksum_of(&octets).into(), 32);
    bits.put(0, 1); // not randomised
    bits.put(original, 24);
    let ranges = |n: u8| used.iter().any(|octet| octet >> 4 == n);
    (0..16).for_each(|n| bits.put(ranges(n).into(), 1));
    for n in (0..16).filter(|n| ranges(*n)) {
        (0..16).for_each(|low| bits.put(used.contains(&((n << 4) | low)).into(), 1));
    }
    bits.put(groups.into(), 3);
    // All codes have three bits: for at most five octets, two runs and the end there are at most seven symbols.
    let tables = u64::from(groups).saturating_mul(end.saturating_add(6));
    let after = u64::from(bits.count).saturating_add(15 + 1).saturating_add(tables);
    let more = selectors(bit_of(after.saturating_add((symbols.len() as u64).saturating_mul(3))));
    bits.put((more.len() as u64).saturating_add(1), 15);
    for place in core::iter::once(0).chain(more) {
        (0..place).for_each(|_| bits.put(1, 1));
        bits.put(0, 1);
    }
    for _ in 0..groups {
        bits.put(3, 5);
        (0..=end).for_each(|_| bits.put(0, 1));
    }
    symbols.iter().for_each(|symbol| bits.put(*symbol, 3));
}
