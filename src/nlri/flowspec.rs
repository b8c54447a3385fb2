//! Flow specifications: which packets a rule is about (RFC 8955, RFC 8956; for Ethernet draft-ietf-idr-flowspec-l2vpn).
//!
//! A rule is a list of components in ascending order of type; a packet has to match them all. [`FlowspecRule`] checks a rule
//! once and reads its components on demand; [`FlowspecBuilder`] makes one, from components or from text.
//!
//! The text form is the components one after the other, `destination 192.0.2.0/24 protocol =6 port =80|>=1024&<=2048`, with
//! `rd 64496:1` in front where there is a route distinguisher. `|` is "or", `&` is "and" and binds stronger. Numbers are compared
//! by `=`, `!=`, `<`, `<=`, `>`, `>=`, `true` and `false`. Bits are matched as `syn+ack` (any of them), `=syn+ack` (all of them),
//! and with `!` in front (not any, not all). A value that takes more octets than it needs has their number behind it: `=80/2`.
//! Bits of operators that must be zero and are not read (RFC 8955 section 4.2.1) have no text: they are zero in what it is read
//! back to.

use core::cmp::Ordering;
use core::fmt;
use core::iter::FusedIterator;
use core::net::{IpAddr, Ipv6Addr};
use core::ops::RangeInclusive;
use core::str::FromStr;

use nom::combinator::{all_consuming, flat_map, map, recognize};
use nom::error::ParseError;
use nom::{IResult, Parser};

use super::unicast::read_prefix;
use super::vpn::RouteDistinguisher;
use super::{Layout, RouteField};
use crate::codes::Afi;
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::family::Family;
use crate::mac::MacAddress;
use crate::prefix::{ParsePrefixError, Prefix};
use crate::wire::{Cursor, Field, Sink, hex};

use super::labeled::{prefix_octets, write_prefix_octets};
#[cfg(feature = "alloc")]
use crate::places::Places;
#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// The longest rule that the length in front of it can say (RFC 8955 section 4.1).
const MAX_LEN: usize = 4095;

// Operators (RFC 8955 section 4.2.1).
/// End of list.
const END: u8 = 0x80;
/// Joined to the operator in front of it by "and".
const AND: u8 = 0x40;
const LT: u8 = 4;
const GT: u8 = 2;
const EQ: u8 = 1;
const NOT: u8 = 2;
const MATCH: u8 = 1;

/// Octets of the value behind an operator: 1, 2, 4 or 8.
const fn value_len(op: u8) -> usize {
    1 << (op >> 4 & 3)
}

/// The bits of an operator that say this number of octets; `None` for a number that they cannot say.
const fn len_bits(octets: usize) -> Option<u8> {
    match octets {
        1 => Some(0),
        2 => Some(0x10),
        4 => Some(0x20),
        8 => Some(0x30),
        _ => None,
    }
}

/// The fewest octets, of those that an operator can say, that hold a value.
const fn octets_for(value: u64) -> usize {
    match value {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    }
}

/// Where a rule stops making sense: what is left from there on, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Failure<'a> {
    rest: &'a [u8],
    kind: ErrorKind,
}

type Parsed<'a, T> = IResult<&'a [u8], T, Failure<'a>>;

impl<'a> ParseError<&'a [u8]> for Failure<'a> {
    // The parsers below name what is wrong; what is left to the combinators is to see that nothing follows a rule.
    fn from_error_kind(rest: &'a [u8], _: nom::error::ErrorKind) -> Self {
        Self { rest, kind: ErrorKind::TrailingBytes(u32::try_from(rest.len()).unwrap_or(u32::MAX)) }
    }

    fn append(_: &'a [u8], _: nom::error::ErrorKind, first: Self) -> Self {
        first
    }
}

/// Nothing else can be meant: there is no other way to read `rest`.
fn fail<T>(rest: &[u8], kind: ErrorKind) -> Parsed<'_, T> {
    Err(nom::Err::Failure(Failure { rest, kind }))
}

fn octets<'a>(n: usize) -> impl Parser<&'a [u8], Output = &'a [u8], Error = Failure<'a>> {
    move |input: &'a [u8]| match input.split_at_checked(n) {
        Some((head, rest)) => Ok((rest, head)),
        None => {
            let missing = u32::try_from(n.saturating_sub(input.len())).unwrap_or(u32::MAX);
            fail(input, ErrorKind::Truncated(missing))
        }
    }
}

fn octet(input: &[u8]) -> Parsed<'_, u8> {
    match input.split_first() {
        Some((octet, rest)) => Ok((rest, *octet)),
        None => fail(input, ErrorKind::Truncated(1)),
    }
}

/// An operator and the value behind it.
fn pair(input: &[u8]) -> Parsed<'_, (u8, u64)> {
    flat_map(octet, |op| {
        map(octets(value_len(op)), move |value: &[u8]| (op, value.iter().fold(0, |n, octet| n << 8 | u64::from(*octet))))
    })
    .parse(input)
}

/// Operators and values up to the end of the list, of which none has more than `most` octets.
fn pairs<'a>(most: usize) -> impl Parser<&'a [u8], Output = &'a [u8], Error = Failure<'a>> {
    recognize(move |mut input: &'a [u8]| {
        loop {
            let (rest, (op, _)) = pair(input)?;
            if value_len(op) > most {
                return fail(input, ErrorKind::BadLength(u32::try_from(value_len(op)).unwrap_or(u32::MAX)));
            }
            if op & END != 0 {
                return Ok((rest, ()));
            }
            input = rest;
        }
    })
}

/// A prefix to match, shown as `192.0.2.0/24`; for IPv6 with the number of bits in front that may be anything (RFC 8956 section
/// 3.1), then shown as `::1234:5678:9a00:0/64-104`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FlowspecPrefix {
    prefix: Prefix,
    offset: u8,
}

impl From<Prefix> for FlowspecPrefix {
    fn from(prefix: Prefix) -> Self {
        Self { prefix, offset: 0 }
    }
}

impl FlowspecPrefix {
    /// An IPv6 prefix of which the first `offset` bits may be anything; `None` unless `offset` is below its length, or for IPv4.
    /// Bits in front of the offset are cleared.
    pub const fn with_offset(prefix: Prefix, offset: u8) -> Option<Self> {
        if offset == 0 {
            return Some(Self { prefix, offset });
        }
        if !prefix.is_v6() || offset >= prefix.len() {
            return None;
        }
        // An offset of 1 to 127 is a shift that fits.
        let bits = prefix.bits() << offset >> offset;
        match Prefix::v6(bits, prefix.len()) {
            Some(prefix) => Some(Self { prefix, offset }),
            None => None,
        }
    }

    /// The prefix; bits in front of the offset are 0.
    pub const fn prefix(self) -> Prefix {
        self.prefix
    }

    /// How many bits in front may be anything; 0 for IPv4.
    pub const fn offset(self) -> u8 {
        self.offset
    }

    /// Whether an address matches.
    pub fn matches(self, address: IpAddr) -> bool {
        match address {
            IpAddr::V6(address) if self.offset > 0 => {
                let address = Ipv6Addr::from_bits(address.to_bits() << self.offset >> self.offset);
                self.prefix.contains_address(address.into())
            }
            _ => self.prefix.contains_address(address),
        }
    }

    /// Which of two prefixes is matched first: the lower offset, the more specific one, the lower address.
    fn precedence(self, other: Self) -> Ordering {
        let (a, b) = (self.prefix, other.prefix);
        self.offset.cmp(&other.offset).then_with(|| match a.contains(b) || b.contains(a) {
            true => b.len().cmp(&a.len()),
            false => a.bits().cmp(&b.bits()),
        })
    }

    /// Octets behind the length, and the offset where there is one.
    const fn pattern_len(self) -> usize {
        (self.prefix.len().saturating_sub(self.offset) as usize).div_ceil(8)
    }

    fn v4(input: &[u8]) -> Parsed<'_, Self> {
        match read_prefix(input, false) {
            Ok((prefix, rest)) => Ok((rest, prefix.into())),
            Err(kind) => fail(input, kind),
        }
    }

    fn v6(input: &[u8]) -> Parsed<'_, Self> {
        let (at_offset, len) = octet(input)?;
        let (rest, offset) = octet(at_offset)?;
        if len > 128 {
            return fail(input, ErrorKind::BadPrefixLength(len));
        }
        let bits = match len.checked_sub(offset) {
            Some(0) if len > 0 => None,
            bits => bits,
        };
        let Some(bits) = bits else {
            return fail(at_offset, ErrorKind::BadValue(u32::from(offset)));
        };
        let (rest, pattern) = octets(usize::from(bits.div_ceil(8))).parse(rest)?;
        let mut padded = [0; 16];
        for (to, from) in padded.iter_mut().zip(pattern) {
            *to = *from;
        }
        // Padding is ignored; the lengths were checked above.
        let pattern = Prefix::v6(u128::from_be_bytes(padded), bits).unwrap_or(Prefix::DEFAULT_V6);
        let prefix = Prefix::v6(pattern.bits() >> offset, len).unwrap_or(Prefix::DEFAULT_V6);
        Ok((rest, Self { prefix, offset }))
    }
}

impl fmt::Display for FlowspecPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            0 => fmt::Display::fmt(&self.prefix, f),
            offset => write!(f, "{}/{offset}-{}", self.prefix.address(), self.prefix.len()),
        }
    }
}

impl fmt::Debug for FlowspecPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for FlowspecPrefix {
    type Err = ParsePrefixError;

    fn from_str(text: &str) -> Result<Self, ParsePrefixError> {
        let Some((address, (offset, len))) = text.split_once('/').and_then(|(a, rest)| Some((a, rest.split_once('-')?))) else {
            return text.parse::<Prefix>().map(Self::from);
        };
        let address: IpAddr = address.parse().map_err(|_| ParsePrefixError::BadAddress)?;
        let bad = ParsePrefixError::BadLength;
        let (offset, len): (u8, u8) = (offset.parse().map_err(|_| bad)?, len.parse().map_err(|_| bad)?);
        let prefix = Prefix::new(address, len).and_then(|prefix| Self::with_offset(prefix, offset)).ok_or(bad)?;
        if prefix.prefix.address() == address { Ok(prefix) } else { Err(ParsePrefixError::HostBits) }
    }
}

/// How the body of a component is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Prefix,
    Numeric,
    Bitmask,
    Mac,
}

/// What is known of a type of component.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "alloc"), expect(dead_code, reason = "some of it is for writing only"))]
struct Row {
    code: u8,
    name: &'static str,
    form: Form,
    /// The greatest value that a packet can have there.
    max: u64,
    /// Octets that values should have, and may have.
    least: usize,
    most: usize,
    /// Names of bits.
    names: &'static [(&'static str, u64)],
    /// Values are shown in hexadecimal.
    hex: bool,
}

const PREFIX: Row = Row { code: 0, name: "", form: Form::Prefix, max: 0, least: 1, most: 8, names: &[], hex: false };
const MAC: Row = Row { form: Form::Mac, ..PREFIX };
const OCTET: Row = Row { form: Form::Numeric, max: 0xff, ..PREFIX };
const TWO_OCTETS: Row = Row { max: 0xffff, ..OCTET };
const BITMASK: Row = Row { form: Form::Bitmask, ..PREFIX };

/// Bits of the TCP header (RFC 9293 section 3.1).
const TCP_FLAGS: &[(&str, u64)] =
    &[("fin", 1), ("syn", 2), ("rst", 4), ("psh", 8), ("ack", 0x10), ("urg", 0x20), ("ece", 0x40), ("cwr", 0x80)];

/// Bits of the fragment component (RFC 8955 section 4.2.2.12).
const FRAGMENT: &[(&str, u64)] = &[("df", 1), ("isf", 2), ("ff", 4), ("lf", 8)];

/// The body of a component.
trait Body<'a>: Sized + Copy {
    fn parse(row: &Row, afi: Afi, input: &'a [u8]) -> Parsed<'a, Self>;

    fn show(&self, row: &Row, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    fn wire_len(&self) -> usize;

    fn check(&self, row: &Row, afi: Afi) -> Result<(), EncodeError>;

    fn write(&self, out: &mut dyn Sink);

    /// Notes where the parts of a body lie that starts at `at`.
    #[cfg(feature = "alloc")]
    fn place(&self, row: &Row, at: u64, places: &mut Places);
}

/// Shows what a function writes.
#[cfg(feature = "alloc")]
struct Text<F>(F);

#[cfg(feature = "alloc")]
impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Display for Text<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// Notes parts one after the other: name, octets, text.
#[cfg(feature = "alloc")]
fn place_parts(mut at: u64, places: &mut Places, parts: &[(&'static str, usize, &dyn fmt::Display)]) {
    for (name, octets, text) in parts {
        let end = at.saturating_add(*octets as u64);
        places.leaf(*name, at..end, text);
        at = end;
    }
}

impl<'a> Body<'a> for FlowspecPrefix {
    fn parse(_: &Row, afi: Afi, input: &'a [u8]) -> Parsed<'a, Self> {
        if afi.0 == 2 { Self::v6(input) } else { Self::v4(input) }
    }

    fn show(&self, _: &Row, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn wire_len(&self) -> usize {
        self.pattern_len().saturating_add(if self.prefix.is_v6() { 2 } else { 1 })
    }

    fn check(&self, row: &Row, afi: Afi) -> Result<(), EncodeError> {
        let fits = if self.prefix.is_v6() { afi.0 == 2 } else { afi.0 == 1 };
        if fits { Ok(()) } else { Err(EncodeError::unrepresentable(row.name)) }
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_u8(self.prefix.len());
        if !self.prefix.is_v6() {
            return write_prefix_octets(self.prefix, out);
        }
        out.put_u8(self.offset);
        let pattern = (self.prefix.bits() << self.offset).to_be_bytes();
        out.put_slice(pattern.get(..self.pattern_len()).unwrap_or(&pattern));
    }

    #[cfg(feature = "alloc")]
    fn place(&self, _: &Row, at: u64, places: &mut Places) {
        let len = self.prefix.len();
        if self.prefix.is_v6() {
            place_parts(at, places, &[("length", 1, &len), ("offset", 1, &self.offset), ("pattern", self.pattern_len(), self)]);
        } else {
            place_parts(at, places, &[("length", 1, &len), ("prefix", prefix_octets(self.prefix), self)]);
        }
    }
}

impl<'a> Body<'a> for MacAddress {
    fn parse(_: &Row, _: Afi, input: &'a [u8]) -> Parsed<'a, Self> {
        match octet(input)? {
            (rest, 6) => match rest.split_first_chunk::<6>() {
                Some((address, rest)) => Ok((rest, Self(*address))),
                None => octets(6).parse(rest).map(|(rest, _)| (rest, Self::default())),
            },
            (_, len) => fail(input, ErrorKind::BadLength(u32::from(len))),
        }
    }

    fn show(&self, _: &Row, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn wire_len(&self) -> usize {
        7
    }

    fn check(&self, _: &Row, _: Afi) -> Result<(), EncodeError> {
        Ok(())
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_u8(6);
        out.put_slice(&self.0);
    }

    #[cfg(feature = "alloc")]
    fn place(&self, _: &Row, at: u64, places: &mut Places) {
        place_parts(at, places, &[("length", 1, &6), ("address", 6, self)]);
    }
}

// Operators with values: one of them, a list of them, an iterator over the list.
macro_rules! terms {
    ($($(#[$doc:meta])* $term:ident, $(#[$list_doc:meta])* $list:ident, $(#[$iter_doc:meta])* $iter:ident: $row:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $term {
            // The operator as it is on the wire; its length bits always hold the value.
            op: u8,
            value: u64,
        }

        impl $term {
            /// With an operator's own bits and the fewest octets that hold the value.
            const fn with(op: u8, value: u64) -> Self {
                let bits = match len_bits(octets_for(value)) {
                    Some(bits) => bits,
                    None => 0x30,
                };
                Self { op: op | bits, value }
            }

            /// The same joined by "and" to what is in front of it, and not by "or".
            #[must_use]
            pub const fn and(self) -> Self {
                Self { op: self.op | AND, ..self }
            }

            /// The same with the value in 1, 2, 4 or 8 octets; `None` for another number, or if the value needs more.
            pub const fn in_octets(self, octets: usize) -> Option<Self> {
                match len_bits(octets) {
                    Some(bits) if octets >= octets_for(self.value) => Some(Self { op: self.op & !0x30 | bits, ..self }),
                    _ => None,
                }
            }

            /// Whether "and" joins it to what is in front of it. Means nothing for the first of a list.
            pub const fn is_and(self) -> bool {
                self.op & AND != 0
            }

            /// The value.
            pub const fn value(self) -> u64 {
                self.value
            }

            /// Octets of the value on the wire.
            pub const fn octets(self) -> usize {
                value_len(self.op)
            }

            /// The operator's octet on the wire (RFC 8955 section 4.2.1).
            pub const fn op(self) -> u8 {
                self.op
            }
        }

        $(#[$list_doc])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct $list<'a>(&'a [u8]);

        impl<'a> $list<'a> {
            /// The operators in the order of the wire; there is at least one.
            pub const fn iter(&self) -> $iter<'a> {
                $iter { rest: self.0 }
            }

            /// A list of the given operators, whose octets go to `buffer`. The end of the list is marked; the rest of each
            /// operator stays as it is.
            ///
            /// # Errors
            /// A list without operators, which has no form on the wire.
            #[cfg(feature = "alloc")]
            pub fn from_values(terms: impl IntoIterator<Item = $term>, buffer: &'a mut Vec<u8>) -> Result<Self, EncodeError> {
                buffer.clear();
                let mut last = None;
                for term in terms {
                    last = Some(buffer.len());
                    put_pair(term.op & !END, term.value, buffer);
                }
                let Some(op) = last.and_then(|last| buffer.get_mut(last)) else {
                    return Err(EncodeError::unrepresentable("operators"));
                };
                *op |= END;
                Ok(Self(buffer))
            }

            /// Whether a packet with this value matches.
            pub fn matches(&self, value: u64) -> bool {
                let (mut any, mut all) = (false, true);
                for (i, term) in self.iter().enumerate() {
                    if i > 0 && !term.is_and() {
                        any |= all;
                        all = true;
                    }
                    all &= term.matches(value);
                }
                any || all
            }
        }

        impl<'a> IntoIterator for $list<'a> {
            type Item = $term;
            type IntoIter = $iter<'a>;

            fn into_iter(self) -> $iter<'a> {
                self.iter()
            }
        }

        impl fmt::Debug for $list<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.show(&$row, f)
            }
        }

        $(#[$iter_doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $iter<'a> {
            rest: &'a [u8],
        }

        impl Iterator for $iter<'_> {
            type Item = $term;

            fn next(&mut self) -> Option<$term> {
                // The list was checked when it was read.
                let (rest, (op, value)) = pair(self.rest).ok()?;
                self.rest = rest;
                Some($term { op, value })
            }
        }

        impl FusedIterator for $iter<'_> {}

        impl<'a> Body<'a> for $list<'a> {
            fn parse(row: &Row, _: Afi, input: &'a [u8]) -> Parsed<'a, Self> {
                map(pairs(row.most), Self).parse(input)
            }

            fn show(&self, row: &Row, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (i, term) in self.iter().enumerate() {
                    if i > 0 {
                        f.write_str(if term.is_and() { "&" } else { "|" })?;
                    }
                    term.show(row, f)?;
                }
                Ok(())
            }

            fn wire_len(&self) -> usize {
                self.iter().fold(0, |all, term| all.saturating_add(term.octets()).saturating_add(1))
            }

            fn check(&self, row: &Row, _: Afi) -> Result<(), EncodeError> {
                match self.iter().find(|term| term.octets() > row.most) {
                    Some(term) => Err(EncodeError::too_long(row.name, term.octets(), row.most)),
                    None => Ok(()),
                }
            }

            fn write(&self, out: &mut dyn Sink) {
                self.iter().for_each(|term| put_pair(term.op, term.value, out));
            }

            #[cfg(feature = "alloc")]
            fn place(&self, row: &Row, mut at: u64, places: &mut Places) {
                for (i, term) in self.iter().enumerate() {
                    let end = at.saturating_add(term.octets() as u64).saturating_add(1);
                    let joined = Text(|f: &mut fmt::Formatter<'_>| {
                        if i > 0 {
                            f.write_str(if term.is_and() { "&" } else { "|" })?;
                        }
                        term.show(row, f)
                    });
                    places.leaf("operator", at..end, joined);
                    at = end;
                }
            }
        }
    )* };
}

/// Writes an operator and the value behind it.
fn put_pair(op: u8, value: u64, out: &mut dyn Sink) {
    out.put_u8(op);
    let all = value.to_be_bytes();
    out.put_slice(all.get(all.len().saturating_sub(value_len(op))..).unwrap_or(&all));
}

terms! {
    /// One comparison: an operator and its value (RFC 8955 section 4.2.1.1).
    NumericTerm,
    /// Comparisons joined by "and" and "or" (RFC 8955 section 4.2.1.1), shown as `=80|>=1024&<=2048`. Checked once, read on demand.
    NumericTerms,
    /// Iterates over [`NumericTerms`].
    NumericTermsIter: OCTET;
    /// One match of bits: an operator and its bits (RFC 8955 section 4.2.1.2).
    BitmaskTerm,
    /// Matches of bits joined by "and" and "or" (RFC 8955 section 4.2.1.2), shown as `=syn+ack|!fin`. Checked once, read on demand.
    BitmaskTerms,
    /// Iterates over [`BitmaskTerms`].
    BitmaskTermsIter: BITMASK;
}

impl NumericTerm {
    /// Matches no value.
    pub const NEVER: Self = Self::with(0, 0);
    /// Matches every value.
    pub const ALWAYS: Self = Self::with(LT | GT | EQ, 0);

    /// Equal.
    pub const fn eq(value: u64) -> Self {
        Self::with(EQ, value)
    }

    /// Not equal.
    pub const fn ne(value: u64) -> Self {
        Self::with(LT | GT, value)
    }

    /// Less.
    pub const fn lt(value: u64) -> Self {
        Self::with(LT, value)
    }

    /// Less or equal.
    pub const fn le(value: u64) -> Self {
        Self::with(LT | EQ, value)
    }

    /// Greater.
    pub const fn gt(value: u64) -> Self {
        Self::with(GT, value)
    }

    /// Greater or equal.
    pub const fn ge(value: u64) -> Self {
        Self::with(GT | EQ, value)
    }

    /// In a range, both ends in it: two comparisons.
    pub const fn range(range: RangeInclusive<u64>) -> [Self; 2] {
        [Self::ge(*range.start()), Self::le(*range.end()).and()]
    }

    /// Whether a packet with this value matches.
    pub const fn matches(self, value: u64) -> bool {
        self.op & LT != 0 && value < self.value
            || self.op & GT != 0 && value > self.value
            || self.op & EQ != 0 && value == self.value
    }

    fn show(self, row: &Row, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let op = self.op & (LT | GT | EQ);
        f.write_str(match op {
            0 => "false",
            EQ => "=",
            GT => ">",
            0b011 => ">=",
            LT => "<",
            0b101 => "<=",
            0b110 => "!=",
            _ => "true",
        })?;
        if matches!(op, 0 | 7) {
            // Both have a value that means nothing.
            if self.value == 0 && self.octets() == row.least {
                return Ok(());
            }
            f.write_str(":")?;
        }
        if row.hex {
            write!(f, "{:#0width$x}", self.value, width = row.most_digits())?;
        } else {
            fmt::Display::fmt(&self.value, f)?;
        }
        row.show_octets(self.octets(), self.value, f)
    }
}

impl NumericTerms<'_> {
    /// The values up to `max` that match, as ranges in ascending order that neither overlap nor touch: `=80|>=1024&<=2048` is 80
    /// and 1024 to 2048.
    #[cfg(feature = "alloc")]
    pub fn ranges(&self, max: u64) -> Vec<RangeInclusive<u64>> {
        let mut all = Vec::new();
        // What the comparisons joined by "and" leave over: a range without some values.
        let (mut range, mut without) = (Some((0, max)), Vec::new());
        for (i, term) in self.iter().enumerate() {
            if i > 0 && !term.is_and() {
                push_ranges(range, &mut without, &mut all);
                range = Some((0, max));
            }
            let value = term.value;
            let (least, most) = match term.op & (LT | GT | EQ) {
                0 => (None, None),
                EQ => (Some(value), Some(value)),
                GT => (value.checked_add(1), Some(u64::MAX)),
                0b011 => (Some(value), Some(u64::MAX)),
                LT => (Some(0), value.checked_sub(1)),
                0b101 => (Some(0), Some(value)),
                0b110 => {
                    without.push(value);
                    (Some(0), Some(u64::MAX))
                }
                _ => (Some(0), Some(u64::MAX)),
            };
            range = match (range, least, most) {
                (Some((from, to)), Some(least), Some(most)) => Some((from.max(least), to.min(most))),
                _ => None,
            };
        }
        push_ranges(range, &mut without, &mut all);
        all.sort_unstable();
        let mut merged: Vec<RangeInclusive<u64>> = Vec::new();
        for (from, to) in all {
            match merged.last_mut() {
                Some(last) if from <= last.end().saturating_add(1) => *last = *last.start()..=to.max(*last.end()),
                _ => merged.push(from..=to),
            }
        }
        merged
    }
}

/// Adds the values of a range except those of `without`, which is emptied.
#[cfg(feature = "alloc")]
fn push_ranges(range: Option<(u64, u64)>, without: &mut Vec<u64>, all: &mut Vec<(u64, u64)>) {
    without.sort_unstable();
    let mut rest = range.filter(|(from, to)| from <= to);
    for hole in without.drain(..) {
        let Some((from, to)) = rest else { continue };
        if hole < from || hole > to {
            continue;
        }
        if hole > from {
            all.push((from, hole.saturating_sub(1)));
        }
        rest = hole.checked_add(1).map(|from| (from, to)).filter(|(from, to)| from <= to);
    }
    all.extend(rest);
}

impl BitmaskTerm {
    /// Any of the bits is set.
    pub const fn any(bits: u64) -> Self {
        Self::with(0, bits)
    }

    /// All of the bits are set.
    pub const fn all(bits: u64) -> Self {
        Self::with(MATCH, bits)
    }

    /// The same negated.
    #[must_use]
    pub const fn not(self) -> Self {
        Self { op: self.op ^ NOT, ..self }
    }

    /// Whether a packet with these bits matches.
    pub const fn matches(self, bits: u64) -> bool {
        let both = bits & self.value;
        let found = if self.op & MATCH != 0 { both == self.value } else { both != 0 };
        found != (self.op & NOT != 0)
    }

    fn show(self, row: &Row, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.op & (NOT | MATCH) {
            0 => "",
            MATCH => "=",
            NOT => "!",
            _ => "!=",
        })?;
        let (mut unnamed, mut between) = (self.value, "");
        for (name, bit) in row.names {
            if self.value & bit != 0 {
                unnamed &= !bit;
                f.write_str(between)?;
                f.write_str(name)?;
                between = "+";
            }
        }
        if unnamed != 0 || between.is_empty() {
            write!(f, "{between}{unnamed:#x}")?;
        }
        row.show_octets(self.octets(), self.value, f)
    }
}

impl Row {
    /// Octets of a value whose text does not say how many.
    const fn octets_for(&self, value: u64) -> usize {
        let needed = octets_for(value);
        if needed > self.least { needed } else { self.least }
    }

    /// Digits of a value in hexadecimal, with `0x` in front.
    const fn most_digits(&self) -> usize {
        if self.max > 0xff { 6 } else { 4 }
    }

    fn show_octets(&self, octets: usize, value: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if octets == self.octets_for(value) { Ok(()) } else { write!(f, "/{octets}") }
    }
}

// One row per type: type, name in the text form, variant, its body, and what is known of its values.
macro_rules! components {
    ($($(#[$doc:meta])* $code:literal $text:literal $variant:ident($type:ty) $row:expr;)*) => {
        /// One component of a rule: what a part of a packet is matched with. Shown as its name and what it matches.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum FlowspecComponent<'a> {
            $($(#[$doc])* $variant($type),)*
            /// A type without a row in the table. Nobody knows where it ends, so it is all that is left of the rule. (Prefixes
            /// of families that are neither IPv4 nor IPv6 are here as well.)
            Unknown {
                /// The type.
                kind: u8,
                /// The octets behind the type.
                raw: &'a [u8],
            },
        }

        const ROWS: &[Row] = &[$(Row { code: $code, name: $text, ..$row }),*];

        impl<'a> FlowspecComponent<'a> {
            /// Type, name of every row of the table.
            pub const TYPES: &'static [(u8, &'static str)] = &[$(($code, $text)),*];

            /// The type.
            pub const fn kind(&self) -> u8 {
                match self {
                    $(Self::$variant(_) => $code,)*
                    Self::Unknown { kind, .. } => *kind,
                }
            }

            /// The row's name; `None` for a type without a row.
            pub const fn name(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant(_) => Some($text),)*
                    Self::Unknown { .. } => None,
                }
            }

            /// Reads a component from the front of a rule.
            fn parse(afi: Afi, input: &'a [u8]) -> Parsed<'a, Self> {
                let (rest, kind) = octet(input)?;
                match kind {
                    1 | 2 if !matches!(afi.0, 1 | 2) => Ok((&[], Self::Unknown { kind, raw: rest })),
                    $($code => map(|body| <$type>::parse(&Row { code: $code, name: $text, ..$row }, afi, body), Self::$variant)
                        .parse(rest),)*
                    _ => Ok((&[], Self::Unknown { kind, raw: rest })),
                }
            }

            /// Octets on the wire.
            fn wire_len(&self) -> usize {
                match self {
                    $(Self::$variant(body) => Body::wire_len(body),)*
                    Self::Unknown { raw, .. } => raw.len(),
                }
                .saturating_add(1)
            }

            fn check(&self, afi: Afi) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(body) => Body::check(body, &Row { code: $code, name: $text, ..$row }, afi),)*
                    Self::Unknown { kind: 1 | 2, .. } if !matches!(afi.0, 1 | 2) => Ok(()),
                    Self::Unknown { kind, .. } if row_of(*kind).is_some() => Err(EncodeError::unrepresentable("type")),
                    Self::Unknown { .. } => Ok(()),
                }
            }

            fn write(&self, out: &mut dyn Sink) {
                out.put_u8(self.kind());
                match self {
                    $(Self::$variant(body) => Body::write(body, out),)*
                    Self::Unknown { raw, .. } => out.put_slice(raw),
                }
            }

            /// Notes where the parts lie of a component that starts at `at`.
            #[cfg(feature = "alloc")]
            fn place(&self, at: u64, places: &mut Places) {
                let opened = places.open(self.name().unwrap_or("component"), at);
                let body = at.saturating_add(1);
                places.leaf("type", at..body, self.kind());
                match self {
                    $(Self::$variant(value) => Body::place(value, &Row { code: $code, name: $text, ..$row }, body, places),)*
                    Self::Unknown { raw, .. } => {
                        place_parts(body, places, &[("value", raw.len(), &crate::wire::Shown(raw))]);
                    }
                }
                places.close(opened, at.saturating_add(self.wire_len() as u64));
            }

            /// Shows what the component matches, without its name.
            fn show_body(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(body) => Body::show(body, &Row { code: $code, name: $text, ..$row }, f),)*
                    Self::Unknown { raw, .. } => hex(raw, f),
                }
            }
        }
    };
}

components! {
    /// Destination prefix.
    1 "destination" Destination(FlowspecPrefix) PREFIX;
    /// Source prefix.
    2 "source" Source(FlowspecPrefix) PREFIX;
    /// IP protocol, or the upper-layer protocol of IPv6.
    3 "protocol" Protocol(NumericTerms<'a>) OCTET;
    /// Destination or source port of TCP or UDP.
    4 "port" Port(NumericTerms<'a>) TWO_OCTETS;
    /// Destination port of TCP or UDP.
    5 "destination-port" DestinationPort(NumericTerms<'a>) TWO_OCTETS;
    /// Source port of TCP or UDP.
    6 "source-port" SourcePort(NumericTerms<'a>) TWO_OCTETS;
    /// Type of ICMP or ICMPv6.
    7 "icmp-type" IcmpType(NumericTerms<'a>) OCTET;
    /// Code of ICMP or ICMPv6.
    8 "icmp-code" IcmpCode(NumericTerms<'a>) OCTET;
    /// Control bits of TCP: `fin`, `syn`, `rst`, `psh`, `ack`, `urg`, `ece`, `cwr`.
    9 "tcp-flags" TcpFlags(BitmaskTerms<'a>) Row { max: 0xfff, most: 2, names: TCP_FLAGS, ..BITMASK };
    /// Length of the packet in octets, the IP header included.
    10 "packet-length" PacketLength(NumericTerms<'a>) TWO_OCTETS;
    /// Differentiated services code point.
    11 "dscp" Dscp(NumericTerms<'a>) Row { max: 63, most: 1, ..OCTET };
    /// Fragments: `df` (don't fragment), `isf` (is a fragment, not the first), `ff` (first), `lf` (last).
    12 "fragment" Fragment(BitmaskTerms<'a>) Row { max: 15, most: 1, names: FRAGMENT, ..BITMASK };
    /// Flow label of IPv6 (RFC 8956 section 3.7).
    13 "flow-label" FlowLabel(NumericTerms<'a>) Row { max: 0xf_ffff, least: 4, ..OCTET };
    /// Type of the Ethernet frame.
    14 "ether-type" EtherType(NumericTerms<'a>) Row { least: 2, hex: true, ..TWO_OCTETS };
    /// Source address of the Ethernet frame.
    15 "source-mac" SourceMac(MacAddress) MAC;
    /// Destination address of the Ethernet frame.
    16 "destination-mac" DestinationMac(MacAddress) MAC;
    /// Destination service access point of LLC.
    17 "dsap" Dsap(NumericTerms<'a>) Row { hex: true, ..OCTET };
    /// Source service access point of LLC.
    18 "ssap" Ssap(NumericTerms<'a>) Row { hex: true, ..OCTET };
    /// Control field of LLC.
    19 "llc-control" LlcControl(NumericTerms<'a>) Row { hex: true, ..TWO_OCTETS };
    /// Subnetwork access protocol: organization and type, 40 bits.
    20 "snap" Snap(NumericTerms<'a>) Row { max: 0xff_ffff_ffff, hex: true, ..OCTET };
    /// VLAN.
    21 "vlan-id" VlanId(NumericTerms<'a>) Row { max: 0xfff, ..OCTET };
    /// Priority of the VLAN tag.
    22 "vlan-cos" VlanCos(NumericTerms<'a>) Row { max: 7, ..OCTET };
    /// Inner VLAN.
    23 "inner-vlan-id" InnerVlanId(NumericTerms<'a>) Row { max: 0xfff, ..OCTET };
    /// Priority of the inner VLAN tag.
    24 "inner-vlan-cos" InnerVlanCos(NumericTerms<'a>) Row { max: 7, ..OCTET };
}

fn row_of(kind: u8) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.code == kind)
}

impl<'a> FlowspecComponent<'a> {
    /// The comparisons of a component that has some.
    pub const fn numeric(&self) -> Option<NumericTerms<'a>> {
        match *self {
            Self::Protocol(terms)
            | Self::Port(terms)
            | Self::DestinationPort(terms)
            | Self::SourcePort(terms)
            | Self::IcmpType(terms)
            | Self::IcmpCode(terms)
            | Self::PacketLength(terms)
            | Self::Dscp(terms)
            | Self::FlowLabel(terms)
            | Self::EtherType(terms)
            | Self::Dsap(terms)
            | Self::Ssap(terms)
            | Self::LlcControl(terms)
            | Self::Snap(terms)
            | Self::VlanId(terms)
            | Self::VlanCos(terms)
            | Self::InnerVlanId(terms)
            | Self::InnerVlanCos(terms) => Some(terms),
            _ => None,
        }
    }

    /// The prefix of a component that has one.
    pub const fn prefix(&self) -> Option<FlowspecPrefix> {
        match *self {
            Self::Destination(prefix) | Self::Source(prefix) => Some(prefix),
            _ => None,
        }
    }

    /// The values that match, as ranges in ascending order that neither overlap nor touch, up to the greatest value that the
    /// field of a packet can have; `None` for a component without comparisons.
    #[cfg(feature = "alloc")]
    pub fn ranges(&self) -> Option<Vec<RangeInclusive<u64>>> {
        let max = row_of(self.kind()).map_or(u64::MAX, |row| row.max);
        self.numeric().map(|terms| terms.ranges(max))
    }
}

impl fmt::Display for FlowspecComponent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name)?,
            None => write!(f, "unknown-{}", self.kind())?,
        }
        f.write_str(" ")?;
        self.show_body(f)
    }
}

/// Reads the next component of a rule, which comes behind one of type `last`.
fn next_component<'a>(afi: Afi, last: Option<u8>, input: &'a [u8]) -> Parsed<'a, FlowspecComponent<'a>> {
    let (_, kind) = octet(input)?;
    match last.map(|last| kind.cmp(&last)) {
        None | Some(Ordering::Greater) => FlowspecComponent::parse(afi, input),
        Some(Ordering::Equal) => fail(input, ErrorKind::Duplicate),
        Some(Ordering::Less) => fail(input, ErrorKind::BadValue(u32::from(kind))),
    }
}

/// Reads components in ascending order until nothing is left; every one of them takes an octet at least.
fn components<'a>(afi: Afi) -> impl Parser<&'a [u8], Output = (), Error = Failure<'a>> {
    all_consuming(move |mut input: &'a [u8]| {
        let mut last = None;
        while !input.is_empty() {
            let (rest, component) = next_component(afi, last, input)?;
            (input, last) = (rest, Some(component.kind()));
        }
        Ok((input, ()))
    })
}

/// The error of a rule whose components are `all` and start at `offset`.
fn placed(e: nom::Err<Failure<'_>>, all: &[u8], offset: u64) -> Error {
    match e {
        nom::Err::Error(Failure { rest, kind }) | nom::Err::Failure(Failure { rest, kind }) => {
            Error::new(kind, offset.saturating_add(all.len().saturating_sub(rest.len()) as u64))
        }
        // The parsers here have all of a rule and never ask for more.
        nom::Err::Incomplete(_) => Error::new(ErrorKind::Truncated(1), offset),
    }
}

/// A flow specification rule (RFC 8955 section 4): components that a packet has to match, all of them. Checked once, read on
/// demand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FlowspecRule<'a> {
    rd: Option<RouteDistinguisher>,
    afi: Afi,
    bytes: &'a [u8],
}

impl<'a> FlowspecRule<'a> {
    /// Reads a rule of `family` from the octets behind its length, which start `offset` octets into the outermost input.
    ///
    /// # Errors
    /// No component, one that is cut or malformed, components that are not in ascending order of type.
    pub fn parse_at(bytes: &'a [u8], family: Family, offset: u64) -> Result<Self> {
        let mut c = Cursor::at(bytes, offset);
        let rd = if is_vpn(family) { Some(RouteDistinguisher::read(&mut c)?) } else { None };
        if c.is_empty() {
            return Err(Error::new(ErrorKind::BadLength(u32::try_from(bytes.len()).unwrap_or(u32::MAX)), offset));
        }
        match components(family.afi).parse(c.rest()) {
            Ok(_) => Ok(Self { rd, afi: family.afi, bytes: c.rest() }),
            Err(e) => Err(placed(e, c.rest(), c.offset())),
        }
    }

    /// Which VPN the rule is for; only in SAFI 134.
    pub const fn rd(&self) -> Option<RouteDistinguisher> {
        self.rd
    }

    /// The family.
    pub const fn family(&self) -> Family {
        Family::of(self.afi.0, if self.rd.is_some() { 134 } else { 133 })
    }

    /// The components in ascending order of type.
    pub const fn components(&self) -> FlowspecComponents<'a> {
        FlowspecComponents { afi: self.afi, rest: self.bytes }
    }

    /// The component of a type.
    pub fn component(&self, kind: u8) -> Option<FlowspecComponent<'a>> {
        self.components().find(|component| component.kind() == kind)
    }

    /// Which of two rules is matched first (RFC 8955 section 5.1, RFC 8956 section 4): [`Ordering::Less`] if this one is.
    pub fn precedence(&self, other: &Self) -> Ordering {
        let (mut ours, mut theirs) = (self.components(), other.components());
        loop {
            let (left, right) = (ours.rest, theirs.rest);
            let (a, b) = match (ours.next(), theirs.next()) {
                (Some(a), Some(b)) => (a, b),
                // A rule that has a component more comes first.
                (a, b) => return b.is_some().cmp(&a.is_some()),
            };
            let octets = |all: &'_ [u8], rest: &'_ [u8]| all.len().saturating_sub(rest.len());
            let (left, right) = (left.get(..octets(left, ours.rest)), right.get(..octets(right, theirs.rest)));
            let order = a.kind().cmp(&b.kind()).then_with(|| match (a.prefix(), b.prefix()) {
                (Some(a), Some(b)) => a.precedence(b),
                _ => longest_first(left.unwrap_or(&[]), right.unwrap_or(&[])),
            });
            if order != Ordering::Equal {
                return order;
            }
        }
    }

    /// The octets of the components on the wire.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Octets behind the length.
    fn value_len(&self) -> usize {
        let rd = if self.rd.is_some() { 8 } else { 0 };
        self.components().fold(rd, |all, component| all.saturating_add(component.wire_len()))
    }
}

/// The order of octet strings, but a string comes in front of those that are its start.
fn longest_first(a: &[u8], b: &[u8]) -> Ordering {
    let common = a.iter().zip(b).map(|(a, b)| a.cmp(b)).find(|order| *order != Ordering::Equal);
    common.unwrap_or_else(|| b.len().cmp(&a.len()))
}

/// Whether rules of this family start with a route distinguisher.
const fn is_vpn(family: Family) -> bool {
    family.safi.0 == 134
}

/// Reads the length of a rule: one octet below 240, else two (RFC 8955 section 4.1). Two octets for a shorter rule are read too.
fn read_len(c: &mut Cursor<'_>) -> Result<usize> {
    match c.u8()? {
        len @ 0..0xf0 => Ok(usize::from(len)),
        high => Ok(usize::from(high & 0x0f) << 8 | usize::from(c.u8()?)),
    }
}

impl<'a> RouteField<'a> for FlowspecRule<'a> {
    fn read_route(c: &mut Cursor<'a>, Layout { family, .. }: Layout) -> Result<Self> {
        let start = c.offset();
        let len = read_len(c)?;
        if len == 0 {
            return Err(Error::new(ErrorKind::BadLength(0), start));
        }
        let body = c.sub(len)?;
        Self::parse_at(body.rest(), family, body.offset())
    }

    fn route_len(&self) -> usize {
        let len = self.value_len();
        len.saturating_add(if len < 0xf0 { 1 } else { 2 })
    }

    fn check_route(&self, family: Family) -> Result<(), EncodeError> {
        if self.family() != family {
            return Err(EncodeError::unrepresentable("family"));
        }
        self.components().try_for_each(|component| component.check(self.afi))?;
        if self.bytes.is_empty() {
            return Err(EncodeError::unrepresentable("components"));
        }
        check_len(self.value_len())
    }

    fn write_route(&self, out: &mut dyn Sink) {
        match self.value_len() {
            len @ 0..0xf0 => crate::wire::write_uint(out, len, 1),
            len => crate::wire::write_uint(out, len | 0xf000, 2),
        }
        if let Some(rd) = self.rd {
            rd.write(out);
        }
        self.components().for_each(|component| component.write(out));
    }

    #[cfg(feature = "alloc")]
    fn place_route(c: &mut Cursor<'a>, layout: Layout, places: &mut Places) -> Result<Self> {
        // The parts are shown as far as they go; what is wrong behind them is what reading says.
        let (start, whole) = (c.offset(), Self::read_route(&mut { *c }, layout));
        let opened = places.open("route", start);
        let _ = place_parts_of_rule(c, layout.family, places);
        if let Err(e) = whole {
            places.error(e);
        }
        places.close(opened, c.offset());
        whole
    }
}

/// Whether the length in front of a rule can say its length.
fn check_len(len: usize) -> Result<(), EncodeError> {
    if len > MAX_LEN { Err(EncodeError::too_long("flow specification", len, MAX_LEN)) } else { Ok(()) }
}

/// Notes what is there of a component that starts at `at` and is cut at `end`.
#[cfg(feature = "alloc")]
fn place_cut(at: u64, input: &[u8], end: u64, places: &mut Places) {
    let Some((row, body)) = input.split_first().and_then(|(kind, body)| Some((row_of(*kind)?, body))) else { return };
    let opened = places.open(row.name, at);
    let behind = at.saturating_add(1);
    places.leaf("type", at..behind, row.code);
    match row.form {
        Form::Numeric => Body::place(&NumericTerms(body), row, behind, places),
        Form::Bitmask => Body::place(&BitmaskTerms(body), row, behind, places),
        Form::Prefix => {
            if let Some(len) = body.first() {
                places.leaf("length", behind..behind.saturating_add(1), len);
            }
        }
        Form::Mac => {}
    }
    places.close(opened, end);
}

/// Notes the parts of a rule as far as they can be read.
#[cfg(feature = "alloc")]
fn place_parts_of_rule(c: &mut Cursor<'_>, family: Family, places: &mut Places) -> Result<()> {
    let start = c.offset();
    let len = read_len(c)?;
    places.leaf("length", start..c.offset(), len);
    let mut body = c.sub(len.min(c.len()))?;
    if is_vpn(family) {
        // Its error is the rule's.
        RouteDistinguisher::read(&mut { body }).inspect_err(|_| RouteDistinguisher::place_cut(body, "rd", places))?;
        RouteDistinguisher::place(&mut body, "rd", places)?;
    }
    let (all, offset) = (body.rest(), body.offset());
    let (mut input, mut last) = (all, None);
    while !input.is_empty() {
        let at = offset.saturating_add(all.len().saturating_sub(input.len()) as u64);
        let (rest, component) = match next_component(family.afi, last, input) {
            Ok(next) => next,
            Err(e) => {
                let e = placed(e, all, offset);
                if let ErrorKind::Truncated(_) = e.kind() {
                    place_cut(at, input, offset.saturating_add(all.len() as u64), places);
                }
                return Err(e);
            }
        };
        component.place(at, places);
        (input, last) = (rest, Some(component.kind()));
    }
    Ok(())
}

impl fmt::Display for FlowspecRule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        if let Some(rd) = self.rd {
            write!(f, "rd {rd}")?;
            between = " ";
        }
        for component in self.components() {
            write!(f, "{between}{component}")?;
            between = " ";
        }
        Ok(())
    }
}

impl fmt::Debug for FlowspecRule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for FlowspecRule<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use alloc::string::ToString as _;
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(None)?;
        if let Some(rd) = self.rd {
            map.serialize_entry("rd", &format_args!("{rd}"))?;
        }
        for component in self.components() {
            let body = Text(|f: &mut fmt::Formatter<'_>| component.show_body(f)).to_string();
            match component.name() {
                Some(name) => map.serialize_entry(name, &body)?,
                None => map.serialize_entry(&format_args!("unknown-{}", component.kind()), &body)?,
            }
        }
        map.end()
    }
}

/// Iterates over the components of a rule.
#[derive(Clone, Copy, Debug)]
pub struct FlowspecComponents<'a> {
    afi: Afi,
    rest: &'a [u8],
}

impl<'a> Iterator for FlowspecComponents<'a> {
    type Item = FlowspecComponent<'a>;

    fn next(&mut self) -> Option<FlowspecComponent<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        // The rule was checked when it was read.
        let (rest, component) = FlowspecComponent::parse(self.afi, self.rest).ok()?;
        self.rest = rest;
        Some(component)
    }
}

impl FusedIterator for FlowspecComponents<'_> {}

/// Makes a rule: components in ascending order of type, written as they come.
///
/// ```
/// use routeglass::codes::Afi;
/// use routeglass::nlri::{FlowspecBuilder, FlowspecComponent, NumericTerm};
///
/// let mut builder = FlowspecBuilder::new(Afi(1));
/// builder.push(FlowspecComponent::Destination("192.0.2.0/24".parse::<routeglass::Prefix>()?.into()))?;
/// builder.numeric(4, [NumericTerm::eq(80), NumericTerm::ge(1024), NumericTerm::le(2048).and()])?;
/// let text = "destination 192.0.2.0/24 port =80|>=1024&<=2048";
/// assert_eq!(builder.rule().to_string(), text);
/// assert_eq!(text.parse(), Ok(builder));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "alloc")]
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlowspecBuilder {
    rd: Option<RouteDistinguisher>,
    afi: Afi,
    last: Option<u8>,
    bytes: Vec<u8>,
}

#[cfg(feature = "alloc")]
impl FlowspecBuilder {
    /// A rule without components: 1 for IPv4, 2 for IPv6, 25 for Ethernet.
    pub const fn new(afi: Afi) -> Self {
        Self { rd: None, afi, last: None, bytes: Vec::new() }
    }

    /// Says which VPN the rule is for, which makes it one of SAFI 134.
    pub const fn rd(&mut self, rd: RouteDistinguisher) -> &mut Self {
        self.rd = Some(rd);
        self
    }

    /// Adds a component.
    ///
    /// # Errors
    /// A type that is not above those in front of it, a prefix of another address family, a rule that grows over 4095 octets.
    /// The rule is as it was then.
    pub fn push(&mut self, component: FlowspecComponent<'_>) -> Result<&mut Self, EncodeError> {
        component.check(self.afi)?;
        let kind = component.kind();
        if self.last.is_some_and(|last| kind <= last) {
            return Err(EncodeError::unrepresentable("component order"));
        }
        let rd = if self.rd.is_some() { 8 } else { 0usize };
        check_len(self.bytes.len().saturating_add(rd).saturating_add(component.wire_len()))?;
        component.write(&mut self.bytes);
        // Behind a component of a type that nobody knows, all belongs to it.
        self.last = Some(if component.name().is_some() { kind } else { u8::MAX });
        Ok(self)
    }

    /// Adds a component of comparisons, by its type.
    ///
    /// # Errors
    /// As for [`FlowspecBuilder::push`]; a type that has no comparisons, no comparison, more octets than the type allows.
    pub fn numeric(&mut self, kind: u8, terms: impl IntoIterator<Item = NumericTerm>) -> Result<&mut Self, EncodeError> {
        let mut buffer = Vec::new();
        NumericTerms::from_values(terms, &mut buffer)?;
        self.push_body(kind, Form::Numeric, &buffer)
    }

    /// Adds a component of bits, by its type.
    ///
    /// # Errors
    /// As for [`FlowspecBuilder::push`]; a type that has no bits, no operator, more octets than the type allows.
    pub fn bitmask(&mut self, kind: u8, terms: impl IntoIterator<Item = BitmaskTerm>) -> Result<&mut Self, EncodeError> {
        let mut buffer = Vec::new();
        BitmaskTerms::from_values(terms, &mut buffer)?;
        self.push_body(kind, Form::Bitmask, &buffer)
    }

    fn push_body(&mut self, kind: u8, form: Form, body: &[u8]) -> Result<&mut Self, EncodeError> {
        let row = row_of(kind).filter(|row| row.form == form).ok_or(EncodeError::unrepresentable("type"))?;
        let mut octets = Vec::with_capacity(body.len().saturating_add(1));
        octets.push(kind);
        octets.extend_from_slice(body);
        match FlowspecComponent::parse(self.afi, &octets) {
            Ok((_, component)) => self.push(component),
            Err(_) => Err(EncodeError::unrepresentable(row.name)),
        }
    }

    /// The rule so far.
    pub fn rule(&self) -> FlowspecRule<'_> {
        FlowspecRule { rd: self.rd, afi: self.afi, bytes: &self.bytes }
    }

    /// Writes the rule with its length in front.
    ///
    /// # Errors
    /// A rule without components or over 4095 octets, or too little room; then nothing is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        super::Route::Flowspec(self.rule()).encode(self.rule().family(), out)
    }

    /// Reads the text form of a rule whose address family is known.
    ///
    /// # Errors
    /// What was expected, and where.
    pub fn parse(text: &str, afi: Afi) -> Result<Self, ParseFlowspecError> {
        text::rule(text, Some(afi))
    }
}

/// Reads the text form. The address family is that of the first prefix; without one, Ethernet's if a component is about Ethernet,
/// else IPv4.
#[cfg(feature = "alloc")]
impl FromStr for FlowspecBuilder {
    type Err = ParseFlowspecError;

    fn from_str(text: &str) -> Result<Self, ParseFlowspecError> {
        text::rule(text, None)
    }
}

/// A text that is no flow specification rule.
#[cfg(feature = "alloc")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParseFlowspecError {
    at: usize,
    expected: &'static str,
}

#[cfg(feature = "alloc")]
impl ParseFlowspecError {
    /// Where the text makes no sense: octets from its start.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// What would have.
    pub const fn expected(&self) -> &'static str {
        self.expected
    }
}

#[cfg(feature = "alloc")]
impl fmt::Display for ParseFlowspecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a flow specification: expected {} (at byte {})", self.expected, self.at)
    }
}

#[cfg(feature = "alloc")]
impl core::error::Error for ParseFlowspecError {}

/// The text form, read.
#[cfg(feature = "alloc")]
mod text {
    use nom::branch::alt;
    use nom::bytes::complete::{tag, take_while, take_while1};
    use nom::character::complete::{alpha1, char, digit1, hex_digit1, one_of};
    use nom::combinator::{map_opt, opt, success, value, verify};
    use nom::multi::fold;
    use nom::sequence::preceded;

    use super::*;

    /// Where a text stops making sense: what is left from there on, and what was expected.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    struct Expected<'t> {
        rest: &'t str,
        what: &'static str,
    }

    type Read<'t, T> = IResult<&'t str, T, Expected<'t>>;

    impl<'t> ParseError<&'t str> for Expected<'t> {
        fn from_error_kind(rest: &'t str, _: nom::error::ErrorKind) -> Self {
            Self { rest, what: "a blank or the end" }
        }

        fn append(_: &'t str, _: nom::error::ErrorKind, first: Self) -> Self {
            first
        }
    }

    /// Names what a parser expects.
    fn expect<'t, T>(
        what: &'static str,
        mut parser: impl Parser<&'t str, Output = T, Error = Expected<'t>>,
    ) -> impl FnMut(&'t str) -> Read<'t, T> {
        move |rest| parser.parse(rest).map_err(|_| nom::Err::Failure(Expected { rest, what }))
    }

    fn number(input: &str) -> Read<'_, u64> {
        let decimal = map_opt(digit1, |digits: &str| digits.parse().ok());
        let hex = map_opt(preceded(tag("0x"), hex_digit1), |digits| u64::from_str_radix(digits, 16).ok());
        alt((hex, decimal)).parse(input)
    }

    fn word(input: &str) -> Read<'_, &str> {
        take_while1(|c| c != ' ').parse(input)
    }

    /// The length bits of an operator: as the text says, or as the value needs.
    fn len_of<'t>(row: &Row, value: u64, input: &'t str) -> Read<'t, u8> {
        let (rest, octets) = opt(preceded(char('/'), expect("1, 2, 4 or 8 octets", one_of("1248")))).parse(input)?;
        let octets = match octets.and_then(|digit| digit.to_digit(10)) {
            Some(octets) => usize::try_from(octets).unwrap_or(8),
            None => row.octets_for(value),
        };
        match len_bits(octets) {
            Some(bits) if octets >= octets_for(value) && octets <= row.most => Ok((rest, bits)),
            _ => Err(nom::Err::Failure(Expected { rest: input, what: "a number of octets that the component allows" })),
        }
    }

    /// A comparison: its operator and its value.
    fn numeric<'t>(row: &Row, input: &'t str) -> Read<'t, (u8, u64)> {
        let comparison = alt((
            value(GT | EQ, tag(">=")),
            value(LT | EQ, tag("<=")),
            value(LT | GT, tag("!=")),
            value(EQ, tag("=")),
            value(GT, tag(">")),
            value(LT, tag("<")),
            value(0, tag("false")),
            value(LT | GT | EQ, tag("true")),
        ));
        let (input, op) = expect("a comparison", comparison)(input)?;
        let (input, colon) = if matches!(op, 0 | 7) { opt(char(':')).parse(input)? } else { (input, Some(':')) };
        let (input, value) = match colon {
            Some(_) => expect("a number", number)(input)?,
            None => (input, 0),
        };
        let (input, len) = len_of(row, value, input)?;
        Ok((input, (op | len, value)))
    }

    /// A match of bits: its operator and its bits.
    fn bitmask<'t>(row: &Row, input: &'t str) -> Read<'t, (u8, u64)> {
        let operator = alt((value(NOT | MATCH, tag("!=")), value(NOT, tag("!")), value(MATCH, tag("=")), success(0)));
        let bit = |input| {
            let named = map_opt(alpha1, |name| row.names.iter().find(|(known, _)| *known == name).map(|(_, bit)| *bit));
            expect("the name of a bit or a number", alt((named, number)))(input)
        };
        let (input, op) = { operator }.parse(input)?;
        let (input, first) = bit(input)?;
        let (input, bits) = fold(0.., preceded(char('+'), bit), || first, |all, bit| all | bit).parse(input)?;
        let (input, len) = len_of(row, bits, input)?;
        Ok((input, (op | len, bits)))
    }

    /// Operators joined by `|` and `&`, written to `out`.
    fn terms<'t>(
        row: &Row,
        mut input: &'t str,
        term: fn(&Row, &'t str) -> Read<'t, (u8, u64)>,
        out: &mut Vec<u8>,
    ) -> Read<'t, ()> {
        let mut and = 0;
        loop {
            let (rest, (op, value)) = term(row, input)?;
            let (rest, more) = opt(one_of("|&")).parse(rest)?;
            put_pair(op | and | if more.is_none() { END } else { 0 }, value, out);
            and = if more == Some('&') { AND } else { 0 };
            input = rest;
            if more.is_none() {
                return Ok((input, ()));
            }
        }
    }

    fn raw<'t>(input: &'t str, out: &mut Vec<u8>) -> Read<'t, ()> {
        let octets = preceded(tag("0x"), take_while(|c: char| c.is_ascii_hexdigit()));
        let (rest, digits) = expect("0x and octets in hexadecimal", verify(octets, |d: &str| d.len().is_multiple_of(2)))(input)?;
        for pair in digits.as_bytes().chunks_exact(2) {
            let digit = |at: usize| pair.get(at).and_then(|d| char::from(*d).to_digit(16)).unwrap_or(0);
            out.push(u8::try_from(digit(0) << 4 | digit(1)).unwrap_or(0));
        }
        Ok((rest, ()))
    }

    /// One component, whose octets are written to `out`. A prefix decides the address family where nothing else has.
    fn component<'t>(input: &'t str, afi: &mut Option<Afi>, out: &mut Vec<u8>) -> Read<'t, ()> {
        let (rest, name) = expect("the name of a component", word)(input)?;
        // The number of a type that has a name is no other way to write it, but for prefixes where they are not known.
        let without_name = |kind: &u8| row_of(*kind).is_none_or(|row| row.form == Form::Prefix && *afi == Some(Afi(25)));
        let unnamed = || name.strip_prefix("unknown-").and_then(|kind| kind.parse().ok()).filter(without_name);
        let row = ROWS.iter().find(|row| row.name == name);
        let Some(kind) = row.map(|row| row.code).or_else(unnamed) else {
            return Err(nom::Err::Failure(Expected { rest: input, what: "the name of a component" }));
        };
        let (rest, _) = expect("a blank", char(' '))(rest)?;
        out.push(kind);
        let Some(row) = row else {
            return raw(rest, out);
        };
        match row.form {
            Form::Prefix => {
                let at = rest;
                let (rest, prefix) = expect("a prefix", map_opt(word, |word| word.parse::<FlowspecPrefix>().ok()))(at)?;
                let own = Afi(if prefix.prefix.is_v6() { 2 } else { 1 });
                if *afi.get_or_insert(own) != own {
                    return Err(nom::Err::Failure(Expected { rest: at, what: "a prefix of the rule's address family" }));
                }
                prefix.write(out);
                Ok((rest, ()))
            }
            Form::Mac => {
                let (rest, mac) = expect("a MAC address", map_opt(word, |word| word.parse::<MacAddress>().ok()))(rest)?;
                Body::write(&mac, out);
                Ok((rest, ()))
            }
            Form::Numeric => terms(row, rest, numeric, out),
            Form::Bitmask => terms(row, rest, bitmask, out),
        }
    }

    /// A rule, all of the text.
    fn whole<'t>(mut input: &'t str, afi: Option<Afi>) -> Read<'t, FlowspecBuilder> {
        let mut builder = FlowspecBuilder::new(afi.unwrap_or(Afi(1)));
        let (rest, rd) =
            opt(preceded(tag("rd "), expect("a route distinguisher", map_opt(word, |word| word.parse().ok())))).parse(input)?;
        if let Some(rd) = rd {
            builder.rd(rd);
            input = expect("a blank", char(' '))(rest)?.0;
        }
        let mut afi = afi;
        let mut octets = Vec::new();
        loop {
            octets.clear();
            let (rest, ()) = component(input, &mut afi, &mut octets)?;
            let failed = |what| nom::Err::Failure(Expected { rest: input, what });
            let kind = octets.first().copied().unwrap_or(0);
            if afi.is_none() && kind >= 14 && row_of(kind).is_some() {
                afi = Some(Afi(25));
            }
            builder.afi = afi.unwrap_or(builder.afi);
            if builder.last.is_some_and(|last| kind <= last) {
                return Err(failed("a component of a higher type"));
            }
            // What was written above is what is read here; a rule that grows too long is all that is left to go wrong.
            let (_, component) = FlowspecComponent::parse(builder.afi, &octets).map_err(|_| failed("a component"))?;
            builder.push(component).map_err(|_| failed("no more than 4095 octets"))?;
            if rest.is_empty() {
                return Ok((rest, builder));
            }
            input = expect("a blank or the end", char(' '))(rest)?.0;
        }
    }

    pub(super) fn rule(text: &str, afi: Option<Afi>) -> Result<FlowspecBuilder, ParseFlowspecError> {
        match all_consuming(|input| whole(input, afi)).parse(text) {
            Ok((_, builder)) => Ok(builder),
            Err(nom::Err::Error(e) | nom::Err::Failure(e)) => {
                Err(ParseFlowspecError { at: text.len().saturating_sub(e.rest.len()), expected: e.what })
            }
            // The parsers here have all of the text and never ask for more.
            Err(nom::Err::Incomplete(_)) => Err(ParseFlowspecError { at: text.len(), expected: "more" }),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
