//! Numbers, addresses and prefixes as text, written to a buffer of octets without `fmt`.
//!
//! A piece of text is copied with a constant length and then cut to its own: that takes no call and no loop.

use alloc::vec::Vec;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::prefix::Prefix;

/// Adds the first `len` octets of a piece.
#[cfg_attr(optimised, inline(always))]
fn piece<const N: usize>(out: &mut Vec<u8>, octets: [u8; N], len: usize) {
    let end = out.len().wrapping_add(len);
    out.extend_from_slice(&octets);
    out.truncate(end);
}

/// The eight decimal digits of a number below 100,000,000, the first in the lowest octet. Pairs and then single digits are
/// divided all at once, each in a lane of the word; the products of the reciprocals are exact in these ranges.
#[cfg_attr(optimised, inline(always))]
const fn digits(number: u32) -> u64 {
    let fours = (number / 10_000) as u64 | ((number % 10_000) as u64) << 32;
    let high = (fours.wrapping_mul(10_486) >> 20) & 0x7f_0000_007f;
    let pairs = high | fours.wrapping_sub(high.wrapping_mul(100)) << 16;
    let high = (pairs.wrapping_mul(103) >> 10) & 0x000f_000f_000f_000f;
    high | pairs.wrapping_sub(high.wrapping_mul(10)) << 8
}

/// The digit `0` in each octet.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// The significant digits of a number below 100,000,000, the first in the lowest octet, and their number.
#[cfg_attr(optimised, inline(always))]
const fn significant(number: u32) -> (u64, u32) {
    let digits = digits(number);
    // The last digit always counts.
    let leading = (digits | 1 << 56).trailing_zeros() / 8;
    ((digits | ZEROS) >> leading.wrapping_mul(8), 8u32.wrapping_sub(leading))
}

/// A number.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn number(out: &mut Vec<u8>, number: u32) {
    if number >= 100_000_000 {
        return long_number(out, u64::from(number));
    }
    let (digits, len) = significant(number);
    piece(out, digits.to_le_bytes(), len as usize);
}

/// A number, and an octet after it.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn number_then(out: &mut Vec<u8>, number: u32, after: u8) {
    if number >= 10_000_000 {
        long_number(out, u64::from(number));
        return out.push(after);
    }
    let (digits, len) = significant(number);
    // The octets after at most seven digits are zero.
    let at = len.wrapping_mul(8);
    piece(out, (digits | u64::from(after) << at).to_le_bytes(), (len as usize).wrapping_add(1));
}

/// Two numbers of up to five digits: the octets of `between` after the first, and after the second if there are two.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn pair<const N: usize>(out: &mut Vec<u8>, [first, second]: [u16; 2], between: [u8; N]) {
    let ((first, first_len), (second, second_len)) = (significant(first.into()), significant(second.into()));
    let mut texts = [(first, first_len), (second, second_len)];
    for ((digits, len), after) in texts.iter_mut().zip(between) {
        *digits |= u64::from(after) << len.wrapping_mul(8);
        *len = len.wrapping_add(1);
    }
    let [(first, first_len), (second, second_len)] = texts;
    let both = u128::from(first) | u128::from(second) << first_len.wrapping_mul(8);
    piece(out, both.to_le_bytes(), first_len.wrapping_add(second_len) as usize);
}

/// A number of any length.
#[inline(never)]
#[expect(clippy::cast_possible_truncation, reason = "parts are below 100,000,000")]
pub(crate) fn long_number(out: &mut Vec<u8>, number: u64) {
    match number / 100_000_000 {
        0 => {
            let (digits, len) = significant(number as u32);
            return piece(out, digits.to_le_bytes(), len as usize);
        }
        high @ 1..100_000_000 => {
            let (digits, len) = significant(high as u32);
            piece(out, digits.to_le_bytes(), len as usize);
        }
        high => long_number(out, high),
    }
    piece(out, (digits((number % 100_000_000) as u32) | ZEROS).to_le_bytes(), 8);
}

/// Six digits, with leading zeros: a number below 1,000,000.
pub(crate) fn six_digits(out: &mut Vec<u8>, number: u32) {
    piece(out, ((digits(number) | ZEROS) >> 16).to_le_bytes(), 6);
}

/// Each octet as a number with a point after it.
#[allow(clippy::indexing_slicing, reason = "256 rows, checked by the compiler")]
const OCTETS: [[u8; 4]; 256] = {
    let mut table = [[0; 4]; 256];
    let mut octet = 0u32;
    while octet < 256 {
        let (digits, len) = significant(octet);
        #[expect(clippy::cast_possible_truncation, reason = "four octets of eight")]
        let text = (digits | (b'.' as u64) << len.wrapping_mul(8)) as u32;
        table[octet as usize] = text.to_le_bytes();
        octet = octet.wrapping_add(1);
    }
    table
};

/// An IPv4 address.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn ipv4(out: &mut Vec<u8>, address: Ipv4Addr) {
    let [a, b, c, d] = address.octets();
    let (first, len) = two_octets(a, b);
    piece(out, first.to_le_bytes(), len as usize);
    let (second, len) = two_octets(c, d);
    // Without the last point.
    piece(out, second.to_le_bytes(), len.wrapping_sub(1) as usize);
}

/// Two octets as numbers with a point after each, and the length of both.
#[cfg_attr(optimised, inline(always))]
fn two_octets(a: u8, b: u8) -> (u64, u32) {
    let text = |octet: u8| {
        let len = 2u32.wrapping_add(u32::from(octet > 9)).wrapping_add(u32::from(octet > 99));
        #[expect(clippy::indexing_slicing, reason = "256 rows")]
        (u64::from(u32::from_le_bytes(OCTETS[usize::from(octet)])), len)
    };
    let ((a, a_len), (b, b_len)) = (text(a), text(b));
    (a | b << a_len.wrapping_mul(8), a_len.wrapping_add(b_len))
}

/// The hexadecimal digits of each octet.
#[allow(clippy::indexing_slicing, reason = "256 rows, checked by the compiler")]
const HEX: [[u8; 2]; 256] = {
    let digits = *b"0123456789abcdef";
    let mut table = [[0; 2]; 256];
    let mut octet = 0usize;
    while octet < 256 {
        table[octet] = [digits[octet >> 4], digits[octet & 15]];
        octet = octet.wrapping_add(1);
    }
    table
};

/// Octets in hexadecimal.
pub(crate) fn hex(out: &mut Vec<u8>, octets: &[u8]) {
    out.reserve(octets.len().saturating_mul(2));
    for octet in octets {
        #[expect(clippy::indexing_slicing, reason = "256 rows")]
        out.extend_from_slice(&HEX[usize::from(*octet)]);
    }
}

/// A group of an IPv6 address, without leading zeros.
#[cfg_attr(optimised, inline(always))]
fn group(out: &mut Vec<u8>, group: u16) {
    let [a, b] = group.to_be_bytes();
    #[expect(clippy::indexing_slicing, reason = "256 rows")]
    let ([a, b], [c, d]) = (HEX[usize::from(a)], HEX[usize::from(b)]);
    let leading = (group | 1).leading_zeros() / 4;
    piece(
        out,
        (u32::from_le_bytes([a, b, c, d]) >> leading.wrapping_mul(8)).to_le_bytes(),
        4usize.wrapping_sub(leading as usize),
    );
}

/// An IPv6 address whose first of the longest runs of zero groups is omitted if it has at least `least` groups.
#[inline(never)]
fn groups(out: &mut Vec<u8>, address: Ipv6Addr, least: usize) {
    let all = address.segments();
    let (mut start, mut len) = (0usize, 0usize);
    let mut run = 0usize;
    for (i, group) in all.iter().enumerate() {
        run = if *group == 0 { run.saturating_add(1) } else { 0 };
        if run > len {
            (start, len) = (i.saturating_add(1).saturating_sub(run), run);
        }
    }
    if len < least {
        (start, len) = (all.len(), 0);
    }
    let end = start.saturating_add(len);
    for (i, value) in all.into_iter().enumerate() {
        if (start..end).contains(&i) {
            if i == start {
                out.extend_from_slice(b"::");
            }
        } else {
            if i > 0 && i != end {
                out.push(b':');
            }
            group(out, value);
        }
    }
}

/// An IPv6 address that ends in dotted decimal.
fn dotted(out: &mut Vec<u8>, before: &[u8], address: Ipv6Addr) {
    let [.., a, b, c, d] = address.octets();
    out.extend_from_slice(before);
    ipv4(out, Ipv4Addr::new(a, b, c, d));
}

/// An IPv6 address as [`Ipv6Addr`] displays it (RFC 5952).
pub(crate) fn ipv6(out: &mut Vec<u8>, address: Ipv6Addr) {
    match address.to_ipv4_mapped() {
        Some(_) => dotted(out, b"::ffff:", address),
        None => groups(out, address, 2),
    }
}

/// An IPv6 address as `bgpdump` prints it: the first of its longest runs of zero groups is omitted, even a single group;
/// IPv4-compatible and IPv4-mapped addresses end in dotted decimal.
pub(crate) fn bgpdump_ipv6(out: &mut Vec<u8>, address: Ipv6Addr) {
    match address.to_bits() {
        0x1_0000..=0xffff_ffff => dotted(out, b"::", address),
        0xffff_0000_0000..=0xffff_ffff_ffff => dotted(out, b"::ffff:", address),
        _ => groups(out, address, 1),
    }
}

/// Texts of IPv6 addresses, each in the one place that its value gives: a few peers and next hops recur.
#[derive(Clone)]
pub(crate) struct Addresses {
    places: Vec<AddressText>,
    put: fn(&mut Vec<u8>, Ipv6Addr),
}

#[derive(Clone, Copy)]
struct AddressText {
    address: Ipv6Addr,
    text: [u8; Self::LONGEST],
    len: usize,
}

impl AddressText {
    /// Eight groups are 39 octets; an address with a dotted end has at most 22.
    const LONGEST: usize = 40;
}

impl Addresses {
    /// Number of places, a power of two.
    const PLACES: u32 = 64;

    /// `put` writes an address.
    pub(crate) fn new(put: fn(&mut Vec<u8>, Ipv6Addr)) -> Self {
        let mut text = [0; AddressText::LONGEST];
        text[0] = b':';
        text[1] = b':';
        let empty = AddressText { address: Ipv6Addr::UNSPECIFIED, text, len: 2 };
        Self { places: alloc::vec![empty; Self::PLACES as usize], put }
    }

    /// An address.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn put(&mut self, out: &mut Vec<u8>, address: IpAddr) {
        match address {
            IpAddr::V4(address) => ipv4(out, address),
            IpAddr::V6(address) => self.put_v6(out, address),
        }
    }

    #[inline]
    pub(crate) fn put_v6(&mut self, out: &mut Vec<u8>, address: Ipv6Addr) {
        let at = place_of(address.to_bits(), Self::PLACES);
        match self.places.get(at) {
            Some(place) if place.address == address => piece(out, place.text, place.len),
            _ => self.put_new(out, address, at),
        }
    }

    #[cold]
    fn put_new(&mut self, out: &mut Vec<u8>, address: Ipv6Addr, at: usize) {
        let start = out.len();
        (self.put)(out, address);
        let text = out.get(start..).unwrap_or_default();
        if let Some(place) = self.places.get_mut(at)
            && let Some(to) = place.text.get_mut(..text.len())
        {
            to.copy_from_slice(text);
            (place.address, place.len) = (address, text.len());
        }
    }
}

impl fmt::Debug for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Addresses").finish_non_exhaustive()
    }
}

/// The place of a value among `places`, a power of two.
#[cfg_attr(optimised, inline(always))]
#[expect(clippy::cast_possible_truncation, reason = "both halves, and a number of few bits")]
pub(crate) const fn place_of(bits: u128, places: u32) -> usize {
    let word = (bits >> 64) as u64 ^ bits as u64;
    // The golden ratio spreads neighbours over the upper bits.
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 64u32.wrapping_sub(places.trailing_zeros())) as usize
}

/// A prefix, its IPv6 address written by `put_v6`.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn prefix(out: &mut Vec<u8>, prefix: Prefix, put_v6: impl FnOnce(&mut Vec<u8>, Ipv6Addr)) {
    match prefix.address() {
        IpAddr::V4(address) => ipv4(out, address),
        IpAddr::V6(address) => put_v6(out, address),
    }
    let (digits, len) = significant(prefix.len().into());
    piece(out, (digits << 8 | u64::from(b'/')).to_le_bytes(), len.wrapping_add(1) as usize);
}

/// Takes a text without line ends and other marks of JSON as it is.
pub(crate) struct Plain<'o>(pub(crate) &'o mut Vec<u8>);

impl fmt::Write for Plain<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::{String, ToString};
    use proptest::prelude::*;

    fn text(put: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = b">".to_vec();
        put(&mut out);
        String::from_utf8(out).unwrap().split_off(1)
    }

    #[test]
    fn numbers_at_the_edges_of_their_lengths() {
        let edges = (0..20).flat_map(|n| [10u64.pow(n).wrapping_sub(1), 10u64.pow(n), 10u64.pow(n) + 1]);
        for n in edges.chain([u64::from(u32::MAX), u64::MAX, 9_999_999, 99_999_999]) {
            assert_eq!(text(|out| long_number(out, n)), n.to_string());
            if let Ok(n) = u32::try_from(n) {
                assert_eq!(text(|out| number(out, n)), n.to_string());
                assert_eq!(text(|out| number_then(out, n, b'|')), format!("{n}|"));
            }
        }
        assert!((0..=0xffff).all(|n| text(|out| number_then(out, n, b' ')) == format!("{n} ")));
        assert!((0..=0xffff).all(|n| text(|out| number(out, n)) == n.to_string()));
        assert_eq!([text(|out| six_digits(out, 7)), text(|out| six_digits(out, 999_999))], ["000007", "999999"]);
        assert_eq!(text(|out| hex(out, &[0, 0x0f, 0xff])), "000fff");
    }

    /// Every pattern of zero groups, and the forms with a dotted end.
    #[test]
    fn addresses_are_those_of_the_standard_library() {
        for zeros in 0..=0xffu32 {
            for value in [1, 0x10, 0xabc, 0xffff] {
                let groups = [0, 1, 2, 3, 4, 5, 6, 7].map(|n| if zeros >> n & 1 == 1 { 0u16 } else { value });
                let address = Ipv6Addr::from(groups);
                assert_eq!(text(|out| ipv6(out, address)), address.to_string());
            }
        }
        for address in ["::ffff:192.0.2.1", "::ffff:0:0", "::192.0.2.1", "::1:0", "64:ff9b::1"] {
            let address: Ipv6Addr = address.parse().unwrap();
            assert_eq!(text(|out| ipv6(out, address)), address.to_string());
        }
    }

    proptest! {
        #[test]
        fn any_value(n: u32, long: u64, v4: [u8; 4], v6: [u8; 16], mask: u16) {
            prop_assert_eq!(text(|out| number(out, n)), n.to_string());
            prop_assert_eq!(text(|out| number_then(out, n >> (n & 31), b',')), format!("{},", n >> (n & 31)));
            prop_assert_eq!(text(|out| long_number(out, long)), long.to_string());
            let [a, b, ..] = v4.map(u16::from).map(|n| n << (n & 8) | n);
            prop_assert_eq!(text(|out| pair(out, [a, b], *b":")), format!("{a}:{b}"));
            prop_assert_eq!(text(|out| pair(out, [a, b], *b": ")), format!("{a}:{b} "));
            prop_assert_eq!(text(|out| ipv4(out, v4.into())), Ipv4Addr::from(v4).to_string());
            let mut v6 = v6;
            for (i, octet) in v6.iter_mut().enumerate() {
                if mask >> i & 1 == 1 {
                    *octet = 0;
                }
            }
            let address = Ipv6Addr::from(v6);
            prop_assert_eq!(text(|out| ipv6(out, address)), address.to_string());
            // A text from its place is the text.
            let mut kept = Addresses::new(bgpdump_ipv6);
            for _ in 0..2 {
                prop_assert_eq!(text(|out| kept.put_v6(out, address)), text(|out| bgpdump_ipv6(out, address)));
            }
        }
    }

    /// Addresses that share a place replace each other.
    #[test]
    fn places_are_shared() {
        let mut kept = Addresses::new(ipv6);
        for n in (0..1000u128).chain(0..1000) {
            let address = Ipv6Addr::from_bits(0x2001_0db8 << 96 | n);
            assert_eq!(text(|out| kept.put(out, address.into())), address.to_string());
        }
        assert_eq!(text(|out| kept.put(out, Ipv6Addr::UNSPECIFIED.into())), "::");
    }

    #[test]
    fn addresses_as_bgpdump_prints_them() {
        for (address, want) in [
            ("::", "::"),
            ("::1", "::1"),
            ("2001:db8::", "2001:db8::"),
            ("2001:7f8:30:0:2:1:0:8447", "2001:7f8:30::2:1:0:8447"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("::192.0.2.1", "::192.0.2.1"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("0:2:3:4:5:6:7:8", "::2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7::"),
        ] {
            assert_eq!(text(|out| bgpdump_ipv6(out, address.parse().unwrap())), want);
        }
    }
}
