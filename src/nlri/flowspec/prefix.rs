//! Prefixes of flow specifications, those of IPv6 with an offset (RFC 8956 section 3.1).

use core::cmp::Ordering;
use core::fmt;
use core::net::{IpAddr, Ipv6Addr};
use core::str::FromStr;

use nom::Parser;

use super::body::{Body, Row, place_parts};
use super::parse::{Parsed, fail, octet, octets};
use crate::codes::Afi;
use crate::error::{EncodeError, ErrorKind, Result};
use crate::nlri::read_prefix;
use crate::nlri::unicast::{prefix_octets, write_prefix_octets};
use crate::prefix::{ParsePrefixError, Prefix};
use crate::wire::{Observer, Sink};

/// A prefix to match, displayed as `192.0.2.0/24`; for IPv6 with a number of ignored leading bits (RFC 8956 section 3.1), then
/// displayed as `::1234:5678:9a00:0/64-104`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FlowspecPrefix {
    pub(super) prefix: Prefix,
    pub(super) offset: u8,
}

impl From<Prefix> for FlowspecPrefix {
    fn from(prefix: Prefix) -> Self {
        Self { prefix, offset: 0 }
    }
}

impl FlowspecPrefix {
    /// An IPv6 prefix whose first `offset` bits are ignored; `None` unless `offset` is below its length, or for IPv4. Bits before
    /// the offset are cleared.
    pub const fn with_offset(prefix: Prefix, offset: u8) -> Option<Self> {
        if offset == 0 {
            return Some(Self { prefix, offset });
        }
        if !prefix.is_v6() || offset >= prefix.len() {
            return None;
        }
        // An offset of 1 to 127 is a valid shift.
        let bits = prefix.bits() << offset >> offset;
        match Prefix::v6(bits, prefix.len()) {
            Some(prefix) => Some(Self { prefix, offset }),
            None => None,
        }
    }

    /// The prefix; bits before the offset are 0.
    pub const fn prefix(self) -> Prefix {
        self.prefix
    }

    /// Number of ignored leading bits; 0 for IPv4.
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

    /// Precedence of two prefixes: the lower offset, the more specific one, the lower address.
    pub(super) fn precedence(self, other: Self) -> Ordering {
        let (a, b) = (self.prefix, other.prefix);
        self.offset.cmp(&other.offset).then_with(|| match a.contains(b) || b.contains(a) {
            true => b.len().cmp(&a.len()),
            false => a.bits().cmp(&b.bits()),
        })
    }

    /// Octets after the length, including the offset if there is one.
    pub(super) const fn pattern_len(self) -> usize {
        (self.prefix.len().saturating_sub(self.offset) as usize).div_ceil(8)
    }

    pub(super) fn v4(input: &[u8]) -> Parsed<'_, Self> {
        match read_prefix(input, false) {
            Ok((prefix, rest)) => Ok((rest, prefix.into())),
            Err(kind) => fail(input, kind),
        }
    }

    pub(super) fn v6(input: &[u8]) -> Parsed<'_, Self> {
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

impl<'a> Body<'a> for FlowspecPrefix {
    fn parse(_: &Row, afi: Afi, input: &'a [u8]) -> Parsed<'a, Self> {
        if afi == Afi::IPV6 { Self::v6(input) } else { Self::v4(input) }
    }

    fn show(&self, _: &Row, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn wire_len(&self) -> usize {
        self.pattern_len().saturating_add(if self.prefix.is_v6() { 2 } else { 1 })
    }

    fn check(&self, row: &Row, afi: Afi) -> Result<(), EncodeError> {
        let fits = afi == if self.prefix.is_v6() { Afi::IPV6 } else { Afi::IPV4 };
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

    fn place_at<O: Observer>(&self, _: &Row, at: u64, o: &mut O) {
        let len = self.prefix.len();
        if self.prefix.is_v6() {
            place_parts(at, o, &[("length", 1, &len), ("offset", 1, &self.offset), ("pattern", self.pattern_len(), self)]);
        } else {
            place_parts(at, o, &[("length", 1, &len), ("prefix", prefix_octets(self.prefix), self)]);
        }
    }
}
