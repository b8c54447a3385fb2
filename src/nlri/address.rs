//! Addresses in routes, after a length.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nom::IResult;

use crate::error::{Error, ErrorKind, Result};
use crate::mac::MacAddress;
use crate::wire::{Cursor, Field, Octets, ReadText, Sink, by_word};

/// Reads an address of 4 or 16 `octets`; otherwise `length` is invalid at `start`.
fn read_address(c: &mut Cursor<'_>, octets: usize, length: u32, start: u64) -> Result<IpAddr> {
    match octets {
        4 => Ipv4Addr::read(c).map(IpAddr::V4),
        16 => Ipv6Addr::read(c).map(IpAddr::V6),
        _ => Err(Error::new(ErrorKind::BadLength(length), start)),
    }
}

/// Reads a length in bits and the address, which may be absent.
fn read_sized(c: &mut Cursor<'_>) -> Result<Option<IpAddr>> {
    let start = c.offset();
    let bits = c.u8()?;
    match bits {
        0 => Ok(None),
        // An address has 32 or 128 bits.
        32 | 128 => read_address(c, usize::from(bits / 8), u32::from(bits), start).map(Some),
        _ => Err(Error::new(ErrorKind::BadLength(u32::from(bits)), start)),
    }
}

/// Octets of an address.
pub(super) const fn address_octets(address: IpAddr) -> usize {
    if address.is_ipv6() { 16 } else { 4 }
}

/// Writes an address.
pub(super) fn write_address(address: IpAddr, out: &mut dyn Sink) {
    match address {
        IpAddr::V4(a) => out.put_slice(&a.octets()),
        IpAddr::V6(a) => out.put_slice(&a.octets()),
    }
}

fn write_sized(address: Option<IpAddr>, out: &mut dyn Sink) {
    out.put_u8(match address {
        None => 0,
        Some(IpAddr::V4(_)) => 32,
        Some(IpAddr::V6(_)) => 128,
    });
    if let Some(address) = address {
        write_address(address, out);
    }
}

/// An address after its length in bits, one octet: 32 or 128 (as in RFC 7432 section 7.3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SizedAddress(pub IpAddr);

impl<'a> Field<'a> for SizedAddress {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let start = c.offset();
        match read_sized(c)? {
            Some(address) => Ok(Self(address)),
            None => Err(Error::new(ErrorKind::BadLength(0), start)),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }

    fn wire_len(&self) -> usize {
        address_octets(self.0).saturating_add(1)
    }

    fn write(&self, out: &mut dyn Sink) {
        write_sized(Some(self.0), out);
    }
}

/// An optional address after its length in bits, one octet: 0, 32 or 128 (RFC 7432 section 7.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OptionalAddress(pub Option<IpAddr>);

/// A multicast source or group after its length in bits, one octet; `None`, displayed as `*`, means all (RFC 6625 section 3, RFC
/// 9251 section 9.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MulticastAddress(pub Option<IpAddr>);

macro_rules! optional_addresses {
    ($($type:ident $none:literal)*) => { $(
        impl<'a> Field<'a> for $type {
            fn read(c: &mut Cursor<'a>) -> Result<Self> {
                read_sized(c).map(Self)
            }

            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 {
                    Some(address) => fmt::Display::fmt(&address, f),
                    None => f.write_str($none),
                }
            }

            fn wire_len(&self) -> usize {
                self.0.map_or(0, address_octets).saturating_add(1)
            }

            fn write(&self, out: &mut dyn Sink) {
                write_sized(self.0, out);
            }
        }

        impl<'b> ReadText<'b> for $type {
            fn read_text<'t>(text: &'t str, octets: &mut Octets<'b>) -> IResult<&'t str, Self> {
                match text.strip_prefix($none) {
                    Some(rest) => Ok((rest, Self(None))),
                    None => SizedAddress::read_text(text, octets).map(|(rest, address)| (rest, Self(Some(address.0)))),
                }
            }
        }
    )* };
}
optional_addresses!(OptionalAddress "none" MulticastAddress "*");

/// A MAC address after its length in bits, one octet: 48 (RFC 7432 section 7.2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SizedMac(pub MacAddress);

impl<'a> Field<'a> for SizedMac {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let start = c.offset();
        match c.u8()? {
            48 => MacAddress::read(c).map(Self),
            bits => Err(Error::new(ErrorKind::BadLength(u32::from(bits)), start)),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }

    fn wire_len(&self) -> usize {
        7
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_u8(48);
        self.0.write(out);
    }
}

macro_rules! read_by_word {
    ($($type:ident)*) => { $(
        impl<'b> ReadText<'b> for $type {
            fn read_text<'t>(text: &'t str, _: &mut Octets<'b>) -> IResult<&'t str, Self> {
                by_word(text).map(|(rest, value)| (rest, Self(value)))
            }
        }
    )* };
}
read_by_word!(SizedAddress SizedMac);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::whole;

    #[test]
    fn lengths_that_are_none() {
        let error = |e: Error| e.to_string();
        assert_eq!(whole::<SizedAddress>(&[0], 7).map_err(error), Err("input: length 0 is not valid here (at byte 7)".into()));
        assert_eq!(whole::<OptionalAddress>(&[0], 7), Ok(OptionalAddress(None)));
        assert_eq!(
            whole::<OptionalAddress>(&[33, 1, 2, 3, 4], 7).map_err(error),
            Err("input: length 33 is not valid here (at byte 7)".into())
        );
        assert_eq!(
            whole::<MulticastAddress>(&[32, 1, 2, 3], 7).map_err(error),
            Err("input: needs 1 byte more than is there (at byte 8)".into())
        );
        assert_eq!(
            whole::<SizedMac>(&[47, 1, 2, 3, 4, 5, 6], 7).map_err(error),
            Err("input: length 47 is not valid here (at byte 7)".into())
        );
        assert_eq!(
            whole::<IpAddr>(&[1, 2, 3, 4, 5], 7).map_err(error),
            Err("input: length 5 is not valid here (at byte 7)".into())
        );
    }
}
