//! Helpers of the family tests.

use super::{LabelEncoding, RawRoute, RouteValue};
use crate::error::Result;
use crate::family::Family;
use crate::places::Places;

use proptest::prelude::*;

/// Offset of the vectors in the outermost input, so that places are seen to count from there.
pub(super) const OFFSET: u64 = 100;

pub(super) fn decode(family: Family, bytes: &[u8]) -> Result<RouteValue<'_>> {
    RawRoute::new(family, bytes, OFFSET).decode()
}

/// Octets in hexadecimal, optionally separated by spaces.
pub(super) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

pub(super) fn encode(family: Family, route: &RouteValue<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    route.encode(family, &mut out).unwrap();
    assert_eq!(out.len(), route.encoded_len());
    out
}

/// Asserts that octets and text match in both directions, that truncated octets are an error, and that the places agree.
pub(super) fn vector(family: Family, digits: &str, text: &str) {
    let bytes = hex(digits);
    let route = decode(family, &bytes).unwrap();
    assert_eq!(route.to_string(), text);
    assert_eq!(encode(family, &route), bytes, "{text}");
    let mut short = vec![0; bytes.len() - 1];
    assert!(route.encode(family, &mut &mut short[..]).is_err());
    assert!(short.iter().all(|octet| *octet == 0), "{text}: nothing is written");
    for n in 0..bytes.len() {
        assert!(decode(family, &bytes[..n]).is_err(), "{text}: cut at {n}");
        let mut places = Places::new();
        RawRoute::new(family, &bytes[..n], OFFSET).places(&mut places);
        assert!(places.iter().any(|p| p.error.is_some()), "{text}: cut at {n}");
        places.assert_inside(OFFSET..OFFSET + n as u64);
    }
    let mut places = Places::new();
    RawRoute::new(family, &bytes, OFFSET).places(&mut places);
    assert!(places.iter().all(|p| p.error.is_none()), "{places}");
    let first = places.iter().next().unwrap();
    assert_eq!(first.range, OFFSET..OFFSET + bytes.len() as u64, "{places}");
    places.assert_cover(OFFSET..OFFSET + bytes.len() as u64);
    assert!(places.len() > 1 || matches!(route, RouteValue::Unknown(_)), "{text}: no fields in {places}");
}

/// Asserts that shorter bodies, with the length adjusted, are errors or routes that are written as they were read.
pub(super) fn shorter_bodies(family: Family, digits: &str, length_at: usize) {
    let bytes = hex(digits);
    for n in length_at + 1..bytes.len() {
        let mut bytes = bytes[..n].to_vec();
        bytes[length_at] = u8::try_from(n - length_at - 1).unwrap();
        if let Ok(route) = decode(family, &bytes) {
            assert_eq!(encode(family, &route), bytes);
        }
    }
}

pub(super) fn error(family: Family, digits: &str) -> String {
    decode(family, &hex(digits)).unwrap_err().to_string()
}

/// Asserts that value and octets round-trip.
pub(super) fn round_trip(family: Family, route: &RouteValue<'_>) -> Result<(), TestCaseError> {
    let bytes = encode(family, route);
    prop_assert_eq!(decode(family, &bytes), Ok(*route));
    Ok(())
}

pub(super) fn any_address() -> impl Strategy<Value = core::net::IpAddr> {
    prop_oneof![any::<[u8; 4]>().prop_map(Into::into), any::<[u8; 16]>().prop_map(Into::into)]
}

pub(super) fn any_prefix(v6: bool) -> impl Strategy<Value = crate::Prefix> {
    (any::<u128>(), any::<u8>()).prop_map(move |(bits, len)| {
        let v4 = u32::try_from(bits >> 96).unwrap();
        if v6 { crate::Prefix::v6(bits, len % 129) } else { crate::Prefix::v4(v4, len % 33) }.unwrap()
    })
}

/// The places of a route: name, range, text.
pub(super) fn places(family: Family, digits: &str) -> Vec<(String, core::ops::Range<u64>, String)> {
    places_with(family, LabelEncoding::Multiple, digits)
}

/// The same, with another label encoding.
pub(super) fn places_with(family: Family, labels: LabelEncoding, digits: &str) -> Vec<(String, core::ops::Range<u64>, String)> {
    let (bytes, mut places) = (hex(digits), Places::new());
    RawRoute { labels, ..RawRoute::new(family, &bytes, OFFSET) }.places(&mut places);
    places.iter().map(|p| (p.name.to_string(), p.range.clone(), p.text.clone())).collect()
}

/// The same list from literals.
pub(super) fn expected(list: &[(&str, core::ops::Range<u64>, &str)]) -> Vec<(String, core::ops::Range<u64>, String)> {
    list.iter().map(|(name, range, text)| ((*name).into(), range.clone(), (*text).into())).collect()
}
