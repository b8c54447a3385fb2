//! Operators with values (RFC 8955 section 4.2.1): comparisons and bit matches.

use core::fmt;
use core::iter::FusedIterator;
use core::ops::RangeInclusive;

use nom::Parser;
use nom::combinator::{flat_map, map, recognize};

use super::body::{BITMASK, Body, OCTET, Row, octets_for};
use super::parse::{Failure, Parsed, fail, octet, octets};
use crate::codes::Afi;
use crate::error::{EncodeError, ErrorKind, Result};
use crate::wire::{FromFn, Observer, Sink};

// Operators (RFC 8955 section 4.2.1).
/// End of list.
pub(super) const END: u8 = 0x80;

/// Joined to the previous operator by "and".
pub(super) const AND: u8 = 0x40;

pub(super) const LT: u8 = 4;

pub(super) const GT: u8 = 2;

pub(super) const EQ: u8 = 1;

pub(super) const NOT: u8 = 2;

pub(super) const MATCH: u8 = 1;

/// Octets of the value after an operator: 1, 2, 4 or 8.
pub(super) const fn value_len(op: u8) -> usize {
    1 << (op >> 4 & 3)
}

/// The length bits of an operator for this number of octets; `None` if there are none.
pub(super) const fn len_bits(octets: usize) -> Option<u8> {
    match octets {
        1 => Some(0),
        2 => Some(0x10),
        4 => Some(0x20),
        8 => Some(0x30),
        _ => None,
    }
}

/// An operator and its value.
pub(super) fn pair(input: &[u8]) -> Parsed<'_, (u8, u64)> {
    flat_map(octet, |op| {
        map(octets(value_len(op)), move |value: &[u8]| (op, value.iter().fold(0, |n, octet| n << 8 | u64::from(*octet))))
    })
    .parse(input)
}

/// Operators and values up to the end of the list, none with more than `most` octets.
pub(super) fn pairs<'a>(most: usize) -> impl Parser<&'a [u8], Output = &'a [u8], Error = Failure<'a>> {
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

// Operators with values: one operator, a list, an iterator over the list.
macro_rules! terms {
    ($($(#[$doc:meta])* $term:ident, $(#[$list_doc:meta])* $list:ident, $(#[$iter_doc:meta])* $iter:ident: $row:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct $term {
            // The operator as on the wire; its length bits always fit the value.
            pub(super) op: u8,
            pub(super) value: u64,
        }

        impl $term {
            /// An operator with the smallest number of octets that holds the value.
            pub(super) const fn with(op: u8, value: u64) -> Self {
                let bits = match len_bits(octets_for(value)) {
                    Some(bits) => bits,
                    None => 0x30,
                };
                Self { op: op | bits, value }
            }

            /// Joined to the previous operator by "and" instead of "or".
            #[must_use]
            pub const fn and(self) -> Self {
                Self { op: self.op | AND, ..self }
            }

            /// With the value in 1, 2, 4 or 8 octets; `None` for another number, or if the value needs more.
            pub const fn in_octets(self, octets: usize) -> Option<Self> {
                match len_bits(octets) {
                    Some(bits) if octets >= octets_for(self.value) => Some(Self { op: self.op & !0x30 | bits, ..self }),
                    _ => None,
                }
            }

            /// Whether "and" joins it to the previous operator. Ignored for the first of a list.
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
        pub struct $list<'a>(pub(super) &'a [u8]);

        impl<'a> $list<'a> {
            /// The operators in wire order; at least one.
            pub const fn iter(&self) -> $iter<'a> {
                $iter { rest: self.0 }
            }

            /// A list of operators, whose octets go to `buffer`. The end-of-list bit is set; other bits are kept.
            ///
            /// # Errors
            /// An empty list, which has no wire form.
            #[cfg(feature = "alloc")]
            pub fn from_values(terms: impl IntoIterator<Item = $term>, buffer: &'a mut alloc::vec::Vec<u8>) -> Result<Self, EncodeError> {
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
                // The list was checked on reading.
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

            fn place_at<O: Observer>(&self, row: &Row, mut at: u64, o: &mut O) {
                for (i, term) in self.iter().enumerate() {
                    let end = at.saturating_add(term.octets() as u64).saturating_add(1);
                    let joined = FromFn(|f: &mut fmt::Formatter<'_>| {
                        if i > 0 {
                            f.write_str(if term.is_and() { "&" } else { "|" })?;
                        }
                        term.show(row, f)
                    });
                    o.note("operator", at..end, &joined);
                    at = end;
                }
            }
        }
    )* };
}

/// Writes an operator and its value.
pub(super) fn put_pair(op: u8, value: u64, out: &mut dyn Sink) {
    out.put_u8(op);
    let all = value.to_be_bytes();
    out.put_slice(all.get(all.len().saturating_sub(value_len(op))..).unwrap_or(&all));
}

terms! {
    /// One comparison: operator and value (RFC 8955 section 4.2.1.1).
    NumericTerm,
    /// Comparisons joined by "and" and "or" (RFC 8955 section 4.2.1.1), displayed as `=80|>=1024&<=2048`. Checked once, read on
    /// demand.
    NumericTerms,
    /// Iterates over [`NumericTerms`].
    NumericTermsIter: OCTET;
    /// One bit match: operator and bits (RFC 8955 section 4.2.1.2).
    BitmaskTerm,
    /// Bit matches joined by "and" and "or" (RFC 8955 section 4.2.1.2), displayed as `=syn+ack|!fin`. Checked once, read on
    /// demand.
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

    /// In an inclusive range: two comparisons.
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
            // The value of both is ignored.
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

impl BitmaskTerm {
    /// Any of the bits is set.
    pub const fn any(bits: u64) -> Self {
        Self::with(0, bits)
    }

    /// All of the bits are set.
    pub const fn all(bits: u64) -> Self {
        Self::with(MATCH, bits)
    }

    /// The negation.
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
