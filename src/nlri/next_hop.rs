//! Next hops of MP_REACH_NLRI (RFC 4760 section 3, RFC 2545 section 3, RFC 8950).

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::RouteDistinguisher;
use crate::error::Result;
use crate::wire::{Cursor, Field, Sink};

/// The next hop of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NextHop<'a> {
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address; for IPv4 routes by RFC 8950.
    V6(Ipv6Addr),
    /// A global and a link-local IPv6 address (RFC 2545 section 3).
    V6LinkLocal(Ipv6Addr, Ipv6Addr),
    /// A VPN's next hop: an address after a route distinguisher, which is normally zero (RFC 4364 section 4.3.2, RFC 4659 section
    /// 3.2.1).
    Vpn(RouteDistinguisher, IpAddr),
    /// A VPN's global and link-local IPv6 address, each after a route distinguisher (RFC 4659 section 3.2.1.1).
    VpnLinkLocal(RouteDistinguisher, Ipv6Addr, RouteDistinguisher, Ipv6Addr),
    /// A next hop of another shape, undecoded.
    Unknown(&'a [u8]),
}

impl<'a> NextHop<'a> {
    /// Reads a next hop by its length: 4, 16 or 32 octets are addresses, 12, 24 or 48 those of VPNs; others are undecoded.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn read(bytes: &'a [u8]) -> Self {
        match bytes.len() {
            4 => match bytes.first_chunk::<4>() {
                Some(a) => Self::V4(Ipv4Addr::from_bits(u32::from_be_bytes(*a))),
                None => Self::Unknown(bytes),
            },
            16 => match bytes.first_chunk::<16>() {
                Some(a) => Self::V6(Ipv6Addr::from_bits(u128::from_be_bytes(*a))),
                None => Self::Unknown(bytes),
            },
            32 => match (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) {
                (Some(a), Some(b)) => {
                    Self::V6LinkLocal(Ipv6Addr::from_bits(u128::from_be_bytes(*a)), Ipv6Addr::from_bits(u128::from_be_bytes(*b)))
                }
                _ => Self::Unknown(bytes),
            },
            12 | 24 | 48 => Self::read_vpn(bytes).unwrap_or(Self::Unknown(bytes)),
            _ => Self::Unknown(bytes),
        }
    }

    #[cold]
    fn read_vpn(bytes: &'a [u8]) -> Option<Self> {
        let (rd, rest) = bytes.split_first_chunk::<8>()?;
        let rd = RouteDistinguisher(*rd);
        if let Ok(address) = <[u8; 4]>::try_from(rest) {
            return Some(Self::Vpn(rd, Ipv4Addr::from(address).into()));
        }
        let (address, rest) = rest.split_first_chunk::<16>()?;
        let address = Ipv6Addr::from(*address);
        match rest.split_first_chunk::<8>() {
            None => Some(Self::Vpn(rd, address.into())),
            Some((rd2, rest)) => {
                let local = Ipv6Addr::from(<[u8; 16]>::try_from(rest).ok()?);
                Some(Self::VpnLinkLocal(rd, address, RouteDistinguisher(*rd2), local))
            }
        }
    }

    /// Whether it is empty, as for flow specifications (RFC 8955 section 4).
    #[inline]
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::Unknown([]))
    }

    /// The route distinguishers of a VPN next hop.
    pub fn rd(&self) -> Option<NextHopRd> {
        match *self {
            Self::Vpn(rd, _) => Some(NextHopRd(rd, None)),
            Self::VpnLinkLocal(rd, _, other, _) => Some(NextHopRd(rd, (other != rd).then_some(other))),
            _ => None,
        }
    }

    /// The same next hop without the route distinguishers of a VPN.
    #[must_use]
    pub const fn without_rd(self) -> Self {
        match self {
            Self::Vpn(_, IpAddr::V4(address)) => Self::V4(address),
            Self::Vpn(_, IpAddr::V6(address)) => Self::V6(address),
            Self::VpnLinkLocal(_, global, _, local) => Self::V6LinkLocal(global, local),
            other => other,
        }
    }

    /// Octets on the wire.
    pub const fn encoded_len(&self) -> usize {
        match self {
            Self::V4(_) => 4,
            Self::V6(_) => 16,
            Self::V6LinkLocal(..) => 32,
            Self::Vpn(_, IpAddr::V4(_)) => 12,
            Self::Vpn(_, IpAddr::V6(_)) => 24,
            Self::VpnLinkLocal(..) => 48,
            Self::Unknown(bytes) => bytes.len(),
        }
    }

    /// Writes the octets; [`NextHop::encoded_len`] of them.
    pub(crate) fn write<S: Sink + ?Sized>(&self, out: &mut S) {
        match self {
            Self::V4(a) => out.put_slice(&a.octets()),
            Self::V6(a) => out.put_slice(&a.octets()),
            Self::V6LinkLocal(a, b) => {
                out.put_slice(&a.octets());
                out.put_slice(&b.octets());
            }
            Self::Vpn(rd, address) => {
                out.put_slice(&rd.0);
                match address {
                    IpAddr::V4(a) => out.put_slice(&a.octets()),
                    IpAddr::V6(a) => out.put_slice(&a.octets()),
                }
            }
            Self::VpnLinkLocal(rd, a, rd2, b) => {
                out.put_slice(&rd.0);
                out.put_slice(&a.octets());
                out.put_slice(&rd2.0);
                out.put_slice(&b.octets());
            }
            Self::Unknown(bytes) => out.put_slice(bytes),
        }
    }

    /// The address, the global one if there are two; `None` for other shapes.
    #[cfg_attr(optimised, inline(always))]
    pub const fn address(&self) -> Option<IpAddr> {
        match self {
            Self::V4(a) => Some(IpAddr::V4(*a)),
            Self::V6(a) | Self::V6LinkLocal(a, _) | Self::VpnLinkLocal(_, a, ..) => Some(IpAddr::V6(*a)),
            Self::Vpn(_, a) => Some(*a),
            Self::Unknown(_) => None,
        }
    }
}

/// The route distinguisher of a VPN next hop, normally zero (RFC 4364 section 4.3.2, RFC 4659 section 3.2.1), and that of the
/// link-local address if different: `64496:1`, or `64496:1 0:0`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a next hop has at most two addresses")]
pub struct NextHopRd(pub RouteDistinguisher, pub Option<RouteDistinguisher>);

impl NextHopRd {
    /// Whether all of it is zero, as specified.
    pub fn is_zero(&self) -> bool {
        self.0 == RouteDistinguisher::default() && self.1.is_none()
    }
}

impl fmt::Display for NextHopRd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)?;
        match self.1 {
            Some(other) => write!(f, " {other}"),
            None => Ok(()),
        }
    }
}

/// A next hop that fills its window.
impl<'a> Field<'a> for NextHop<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        c.take(c.len()).map(Self::read)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn wire_len(&self) -> usize {
        self.encoded_len()
    }

    fn write(&self, out: &mut dyn Sink) {
        Self::write(self, out);
    }
}

impl fmt::Display for NextHop<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(a) => fmt::Display::fmt(a, f),
            Self::V6(a) => fmt::Display::fmt(a, f),
            Self::V6LinkLocal(a, b) => write!(f, "{a} {b}"),
            Self::Vpn(rd, a) => vpn(*rd, *a, f),
            Self::VpnLinkLocal(rd, a, rd2, b) => {
                vpn(*rd, IpAddr::V6(*a), f)?;
                f.write_str(" ")?;
                vpn(*rd2, IpAddr::V6(*b), f)
            }
            // As in flow specifications.
            Self::Unknown([]) => f.write_str("none"),
            Self::Unknown(bytes) => {
                f.write_str("0x")?;
                bytes.iter().try_for_each(|b| write!(f, "{b:02x}"))
            }
        }
    }
}

/// An address, with its route distinguisher unless zero.
fn vpn(rd: RouteDistinguisher, address: IpAddr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if rd != RouteDistinguisher::default() {
        write!(f, "{rd}:")?;
    }
    fmt::Display::fmt(&address, f)
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
        assert_eq!(NextHop::read(&two[..5]).to_string(), "0x20010db800");
        let mut vpn = [0u8; 48];
        vpn[8..24].copy_from_slice(&two[..16]);
        vpn[32..].copy_from_slice(&two[16..]);
        assert_eq!(NextHop::read(&vpn).to_string(), "2001:db8::1 fe80::2");
        assert_eq!(NextHop::read(&vpn[..24]).to_string(), "2001:db8::1");
        assert_eq!(NextHop::read(&[0, 0, 0, 1, 0, 0, 0, 2, 192, 0, 2, 1]).to_string(), "1:2:192.0.2.1");
        assert_eq!(NextHop::read(&[]).address(), None);
        assert_eq!(NextHop::read(&[]).to_string(), "none");
    }
}
