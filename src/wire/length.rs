//! Length fields.

use super::{Cursor, Sink};
use crate::error::{EncodeError, Error, ErrorKind, Result};

/// Reads a number of up to eight octets.
pub(crate) fn read_uint(c: &mut Cursor<'_>, octets: usize) -> Result<u64> {
    Ok(c.take(octets)?.iter().fold(0, |n, octet| n << 8 | u64::from(*octet)))
}

/// Writes the lowest `octets` octets of a number.
pub(crate) fn write_uint(out: &mut dyn Sink, value: usize, octets: usize) {
    let all = (value as u64).to_be_bytes();
    out.put_slice(all.get(8usize.saturating_sub(octets)..).unwrap_or(&all));
}

/// Whether a length fits a field of `octets` octets.
pub(crate) fn check_len(len: usize, octets: usize, field: &'static str) -> Result<(), EncodeError> {
    let max = match octets {
        1 => 0xff,
        2 => 0xffff,
        _ => usize::MAX,
    };
    if len > max { Err(EncodeError::too_long(field, len, max)) } else { Ok(()) }
}

/// Encoding of the length of a TLV, between its type and value.
#[derive(Clone, Copy)]
pub(crate) enum TlvLength {
    /// Length of the value in this many octets; 0 if the value fills the window.
    Value(usize),
    /// Length of type, length and value together in this many octets (RFC 7311 section 3).
    Whole(usize),
    /// One octet for types up to 127, two for the others (RFC 9012 section 2).
    ByType,
}

impl TlvLength {
    /// Octets of the length field.
    pub(crate) const fn octets(self, kind: u64) -> usize {
        match self {
            Self::Value(octets) | Self::Whole(octets) => octets,
            Self::ByType if kind < 128 => 1,
            Self::ByType => 2,
        }
    }

    /// Octets that the length includes besides the value.
    const fn own(self, type_octets: usize) -> usize {
        match self {
            Self::Whole(octets) => type_octets.saturating_add(octets),
            _ => 0,
        }
    }

    /// Reads the length: the number on the wire, and the octets of the value that it implies.
    pub(crate) fn read(self, kind: u64, type_octets: usize, c: &mut Cursor<'_>) -> Result<(u64, usize)> {
        if matches!(self, Self::Value(0)) {
            return Ok((c.len() as u64, c.len()));
        }
        let start = c.offset();
        let len = read_uint(c, self.octets(kind))?;
        match usize::try_from(len).unwrap_or(usize::MAX).checked_sub(self.own(type_octets)) {
            Some(octets) => Ok((len, octets)),
            None => Err(Error::new(ErrorKind::BadLength(u32::try_from(len).unwrap_or(u32::MAX)), start)),
        }
    }

    pub(crate) fn check(self, kind: u64, type_octets: usize, len: usize, name: &'static str) -> Result<(), EncodeError> {
        match self {
            Self::Value(0) => Ok(()),
            _ => check_len(len.saturating_add(self.own(type_octets)), self.octets(kind), name),
        }
    }

    pub(crate) fn write(self, kind: u64, type_octets: usize, len: usize, out: &mut dyn Sink) {
        write_uint(out, len.saturating_add(self.own(type_octets)), self.octets(kind));
    }
}

/// The length of a TLV, as given in the first line of [`wire_tlv!`].
macro_rules! tlv_length {
    ($octets:literal) => {
        $crate::wire::TlvLength::Value($octets)
    };
    (whole $octets:literal) => {
        $crate::wire::TlvLength::Whole($octets)
    };
    (by_type) => {
        $crate::wire::TlvLength::ByType
    };
}
pub(crate) use tlv_length;
