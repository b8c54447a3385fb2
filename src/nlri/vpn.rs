//! VPN prefixes (RFC 4364 section 4, RFC 4659) and route distinguishers.

use core::fmt;
use core::net::Ipv4Addr;
use core::str::FromStr;

use super::RouteField;
use super::labeled::{Labels, bit_window, read_rest};
use crate::asn::Asn;
use crate::error::Result;
use crate::family::Family;
use crate::prefix::Prefix;
use crate::wire::{Cursor, hex, wire_newtype};

#[cfg(feature = "alloc")]
use super::labeled::{check_bits, prefix_octets, write_prefix_octets};
#[cfg(feature = "alloc")]
use crate::error::EncodeError;
#[cfg(feature = "alloc")]
use bytes::BufMut;

/// A route distinguisher: two octets of type, six of value (RFC 4364 section 4.2).
///
/// Shown as `64496:100` (type 0), `192.0.2.1:100` (type 1), `65536L:100` (type 2, an `L` behind numbers that two octets could
/// hold) and `0x` with all octets for other types; the text parses back to the same octets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RouteDistinguisher(pub [u8; 8]);

wire_newtype!(RouteDistinguisher([u8; 8]));

impl RouteDistinguisher {
    /// Type 0: a two-octet AS number and four octets.
    pub const fn as2(asn: u16, value: u32) -> Self {
        let ([a, b], [c, d, e, f]) = (asn.to_be_bytes(), value.to_be_bytes());
        Self([0, 0, a, b, c, d, e, f])
    }

    /// Type 1: an IPv4 address and two octets.
    pub const fn ipv4(address: Ipv4Addr, value: u16) -> Self {
        let ([a, b, c, d], [e, f]) = (address.octets(), value.to_be_bytes());
        Self([0, 1, a, b, c, d, e, f])
    }

    /// Type 2: a four-octet AS number and two octets.
    pub const fn as4(asn: Asn, value: u16) -> Self {
        let ([a, b, c, d], [e, f]) = (asn.0.to_be_bytes(), value.to_be_bytes());
        Self([0, 2, a, b, c, d, e, f])
    }

    /// The type: 0, 1, 2, or one that nobody defined.
    pub const fn kind(self) -> u16 {
        u16::from_be_bytes([self.0[0], self.0[1]])
    }
}

impl fmt::Display for RouteDistinguisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [_, _, a, b, c, d, e, g] = self.0;
        match self.kind() {
            0 => write!(f, "{}:{}", u16::from_be_bytes([a, b]), u32::from_be_bytes([c, d, e, g])),
            1 => write!(f, "{}:{}", Ipv4Addr::new(a, b, c, d), u16::from_be_bytes([e, g])),
            2 => {
                let asn = u32::from_be_bytes([a, b, c, d]);
                write!(f, "{asn}{}:{}", if asn > 0xffff { "" } else { "L" }, u16::from_be_bytes([e, g]))
            }
            _ => hex(&self.0, f),
        }
    }
}

impl fmt::Debug for RouteDistinguisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no route distinguisher.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to add to it")]
pub struct ParseRouteDistinguisherError;

impl fmt::Display for ParseRouteDistinguisherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a route distinguisher: expected ASN:NUMBER, ADDRESS:NUMBER or 0x and 16 hexadecimal digits")
    }
}

impl core::error::Error for ParseRouteDistinguisherError {}

impl FromStr for RouteDistinguisher {
    type Err = ParseRouteDistinguisherError;

    fn from_str(text: &str) -> Result<Self, ParseRouteDistinguisherError> {
        let bad = ParseRouteDistinguisherError;
        if let Some(digits) = text.strip_prefix("0x") {
            let plain = digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit());
            return match u64::from_str_radix(digits, 16) {
                Ok(octets) if plain => Ok(Self(octets.to_be_bytes())),
                _ => Err(bad),
            };
        }
        let (administrator, value) = text.rsplit_once(':').ok_or(bad)?;
        if !value.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad);
        }
        if let Ok(address) = administrator.parse::<Ipv4Addr>() {
            return value.parse().map(|value| Self::ipv4(address, value)).map_err(|_| bad);
        }
        let (number, long) = match administrator.strip_suffix('L') {
            Some(number) => (number, true),
            None => (administrator, false),
        };
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad);
        }
        let asn: u32 = number.parse().map_err(|_| bad)?;
        match u16::try_from(asn) {
            Ok(asn) if !long => value.parse().map(|value| Self::as2(asn, value)).map_err(|_| bad),
            _ => value.parse().map(|value| Self::as4(Asn(asn), value)).map_err(|_| bad),
        }
    }
}

/// A prefix of a VPN with its labels, shown as `64496:100 198.51.100.0/24 label 100`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct VpnPrefix<'a> {
    /// The labels, the outermost first.
    pub labels: Labels<'a>,
    /// Which VPN the prefix belongs to.
    pub rd: RouteDistinguisher,
    /// The prefix.
    pub prefix: Prefix,
}

impl<'a> RouteField<'a> for VpnPrefix<'a> {
    fn read_route(c: &mut Cursor<'a>, family: Family) -> Result<Self> {
        let (bits, mut window) = bit_window(c)?;
        let labels = Labels::read(&mut window)?;
        let rd = RouteDistinguisher(*window.array()?);
        let prefix = read_rest(window, bits, labels.len().saturating_mul(3).saturating_add(8), family.is_v6())?;
        Ok(Self { labels, rd, prefix })
    }

    #[cfg(feature = "alloc")]
    fn route_len(&self) -> usize {
        self.labels.len().saturating_mul(3).saturating_add(prefix_octets(self.prefix)).saturating_add(9)
    }

    #[cfg(feature = "alloc")]
    fn check_route(&self, _: Family) -> Result<(), EncodeError> {
        self.labels.check()?;
        check_bits(self.labels.len().saturating_mul(24).saturating_add(64), self.prefix).map(|_| ())
    }

    #[cfg(feature = "alloc")]
    fn write_route<B: BufMut + ?Sized>(&self, out: &mut B) {
        let more = self.labels.len().saturating_mul(24).saturating_add(64);
        out.put_u8(check_bits(more, self.prefix).unwrap_or(u8::MAX));
        self.labels.write(out);
        out.put_slice(&self.rd.0);
        write_prefix_octets(self.prefix, out);
    }
}

impl fmt::Display for VpnPrefix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} label {}", self.rd, self.prefix, self.labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguishers_both_ways() {
        for (octets, text) in [
            ([0, 0, 0xfb, 0xf0, 0, 0, 0, 100], "64496:100"),
            ([0, 1, 192, 0, 2, 1, 0, 100], "192.0.2.1:100"),
            ([0, 2, 0, 1, 0, 0, 0, 100], "65536:100"),
            ([0, 2, 0, 0, 0xfb, 0xf0, 0, 100], "64496L:100"),
            ([0, 9, 1, 2, 3, 4, 5, 6], "0x0009010203040506"),
        ] {
            let rd = RouteDistinguisher(octets);
            assert_eq!(rd.to_string(), text);
            assert_eq!(text.parse(), Ok(rd));
        }
        for bad in ["", "1", "1:", ":1", "1:+1", "1:2:3", "70000:70000", "192.0.2.1:70000", "0x00", "x:1", "1L:70000"] {
            assert!(bad.parse::<RouteDistinguisher>().is_err(), "{bad}");
        }
    }

    #[test]
    fn prefixes_of_both_families() {
        let read = |bytes, family| VpnPrefix::read_route(&mut Cursor::at(bytes, 0), family);
        let four = [112, 0, 6, 0x41, 0, 0, 0xfd, 0xe8, 0, 0, 0, 100, 198, 51, 100];
        let route = read(&four, Family::IPV4_VPN).unwrap();
        assert_eq!(route.to_string(), "65000:100 198.51.100.0/24 label 100");
        let six = [120, 0, 6, 0x41, 0, 0, 0xfd, 0xe8, 0, 0, 0, 100, 0x20, 1, 0x0d, 0xb8];
        assert_eq!(read(&six, Family::IPV6_VPN).unwrap().to_string(), "65000:100 2001:db8::/32 label 100");
        for n in 0..four.len() {
            assert!(read(&four[..n], Family::IPV4_VPN).is_err(), "cut at {n}");
        }
        let mut out = Vec::new();
        route.write_route(&mut out);
        assert_eq!((out.len(), &out[..]), (route.route_len(), &four[..]));
    }
}
