//! Next hops as MP_REACH_NLRI carries them (RFC 4760 section 3, RFC 2545 section 3, RFC 8950).

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where traffic for a route goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NextHop<'a> {
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address; for IPv4 routes by RFC 8950.
    V6(Ipv6Addr),
    /// A global and a link-local IPv6 address (RFC 2545 section 3).
    V6LinkLocal(Ipv6Addr, Ipv6Addr),
    /// A next hop of another shape, such as one with a route distinguisher, as it is on the wire.
    Raw(&'a [u8]),
}

impl<'a> NextHop<'a> {
    /// Reads the next hop's octets by their number: 4, 16 or 32 are addresses, the rest stays as it is.
    #[inline(always)]
    pub(crate) fn read(bytes: &'a [u8]) -> Self {
        match bytes.len() {
            4 => match bytes.first_chunk::<4>() {
                Some(a) => Self::V4(Ipv4Addr::from_bits(u32::from_be_bytes(*a))),
                None => Self::Raw(bytes),
            },
            16 => match bytes.first_chunk::<16>() {
                Some(a) => Self::V6(Ipv6Addr::from_bits(u128::from_be_bytes(*a))),
                None => Self::Raw(bytes),
            },
            32 => match (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) {
                (Some(a), Some(b)) => {
                    Self::V6LinkLocal(Ipv6Addr::from_bits(u128::from_be_bytes(*a)), Ipv6Addr::from_bits(u128::from_be_bytes(*b)))
                }
                _ => Self::Raw(bytes),
            },
            _ => Self::Raw(bytes),
        }
    }

    /// The address, the global one where there are two; `None` for other shapes.
    #[inline(always)]
    pub const fn address(&self) -> Option<IpAddr> {
        match self {
            Self::V4(a) => Some(IpAddr::V4(*a)),
            Self::V6(a) | Self::V6LinkLocal(a, _) => Some(IpAddr::V6(*a)),
            Self::Raw(_) => None,
        }
    }
}

impl fmt::Display for NextHop<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(a) => fmt::Display::fmt(a, f),
            Self::V6(a) => fmt::Display::fmt(a, f),
            Self::V6LinkLocal(a, b) => write!(f, "{a} {b}"),
            Self::Raw(bytes) => {
                f.write_str("0x")?;
                bytes.iter().try_for_each(|b| write!(f, "{b:02x}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shape_follows_length() {
        let mut two = [0u8; 32];
        two[..4].copy_from_slice(&[0x20, 1, 0x0d, 0xb8]);
        two[15] = 1;
        two[16..18].copy_from_slice(&[0xfe, 0x80]);
        two[31] = 2;
        assert_eq!(NextHop::read(&[192, 0, 2, 1]).to_string(), "192.0.2.1");
        assert_eq!(NextHop::read(&two[..16]).to_string(), "2001:db8::1");
        assert_eq!(NextHop::read(&two).to_string(), "2001:db8::1 fe80::2");
        assert_eq!(NextHop::read(&two).address(), NextHop::read(&two[..16]).address());
        assert_eq!(NextHop::read(&two[..12]).to_string(), "0x20010db80000000000000000");
        assert_eq!(NextHop::read(&[]).address(), None);
    }
}
