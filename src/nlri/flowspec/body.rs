//! Common parts of component bodies.

use core::fmt;

use nom::Parser;

use super::parse::{Parsed, fail, octet, octets};
use crate::codes::Afi;
use crate::error::{EncodeError, ErrorKind, Result};
use crate::mac::MacAddress;
use crate::wire::{Observer, Sink};

/// Layout of a component body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Prefix,
    Numeric,
    Bitmask,
    Mac,
}

/// Properties of a component type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) code: u8,
    pub(super) name: &'static str,
    pub(super) form: Form,
    /// The maximum value in a packet.
    pub(super) max: u64,
    /// Minimum number of octets for values, and maximum.
    pub(super) least: usize,
    pub(super) most: usize,
    /// Names of bits.
    pub(super) names: &'static [(&'static str, u64)],
    /// Whether values are displayed in hexadecimal.
    pub(super) hex: bool,
}

pub(super) const PREFIX: Row = Row { code: 0, name: "", form: Form::Prefix, max: 0, least: 1, most: 8, names: &[], hex: false };

pub(super) const MAC: Row = Row { form: Form::Mac, ..PREFIX };

pub(super) const OCTET: Row = Row { form: Form::Numeric, max: 0xff, ..PREFIX };

pub(super) const TWO_OCTETS: Row = Row { max: 0xffff, ..OCTET };

pub(super) const BITMASK: Row = Row { form: Form::Bitmask, ..PREFIX };

/// Bits of the TCP header (RFC 9293 section 3.1).
pub(super) const TCP_FLAGS: &[(&str, u64)] =
    &[("fin", 1), ("syn", 2), ("rst", 4), ("psh", 8), ("ack", 0x10), ("urg", 0x20), ("ece", 0x40), ("cwr", 0x80)];

/// Bits of the fragment component (RFC 8955 section 4.2.2.12).
pub(super) const FRAGMENT: &[(&str, u64)] = &[("df", 1), ("isf", 2), ("ff", 4), ("lf", 8)];

/// The body of a component.
pub(super) trait Body<'a>: Sized + Copy {
    fn parse(row: &Row, afi: Afi, input: &'a [u8]) -> Parsed<'a, Self>;

    fn show(&self, row: &Row, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    fn wire_len(&self) -> usize;

    fn check(&self, row: &Row, afi: Afi) -> Result<(), EncodeError>;

    fn write(&self, out: &mut dyn Sink);

    /// Shows the parts of a body that starts at `at` to an observer.
    fn place_at<O: Observer>(&self, row: &Row, at: u64, o: &mut O);
}

/// Shows consecutive parts to an observer: name, octets, text.
pub(super) fn place_parts<O: Observer>(mut at: u64, o: &mut O, parts: &[(&'static str, usize, &dyn fmt::Display)]) {
    for (name, octets, text) in parts {
        let end = at.saturating_add(*octets as u64);
        o.note(name, at..end, *text);
        at = end;
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

    fn place_at<O: Observer>(&self, _: &Row, at: u64, o: &mut O) {
        place_parts(at, o, &[("length", 1, &6), ("address", 6, self)]);
    }
}

impl Row {
    /// Default number of octets of a value in text.
    pub(super) const fn octets_for(&self, value: u64) -> usize {
        let needed = octets_for(value);
        if needed > self.least { needed } else { self.least }
    }

    /// Digits of a value in hexadecimal, after `0x`.
    pub(super) const fn most_digits(&self) -> usize {
        if self.max > 0xff { 6 } else { 4 }
    }

    pub(super) fn show_octets(&self, octets: usize, value: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if octets == self.octets_for(value) { Ok(()) } else { write!(f, "/{octets}") }
    }
}

/// The smallest number of octets, among those of operators, that holds a value.
pub(super) const fn octets_for(value: u64) -> usize {
    match value {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    }
}
