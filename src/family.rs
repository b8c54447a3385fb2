//! Address families: AFI and SAFI together.

use core::fmt;

use crate::codes::{Afi, Safi};
use crate::error::Result;
use crate::wire::{Cursor, Field, JsonSink, Sink};

/// An address family and subsequent address family identifier (RFC 4760).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Family {
    /// Address family.
    pub afi: Afi,
    /// Subsequent address family: what the routes are for.
    pub safi: Safi,
}

impl Family {
    /// IPv4 unicast.
    pub const IPV4_UNICAST: Self = Self::new(Afi(1), Safi(1));
    /// IPv4 multicast: unicast prefixes for reverse-path checks.
    pub const IPV4_MULTICAST: Self = Self::new(Afi(1), Safi(2));
    /// IPv6 unicast.
    pub const IPV6_UNICAST: Self = Self::new(Afi(2), Safi(1));
    /// IPv6 multicast: unicast prefixes for reverse-path checks.
    pub const IPV6_MULTICAST: Self = Self::new(Afi(2), Safi(2));

    /// IPv4 with labels (RFC 8277).
    pub const IPV4_LABELED: Self = Self::of(1, 4);
    /// IPv6 with labels (RFC 8277).
    pub const IPV6_LABELED: Self = Self::of(2, 4);
    /// IPv4 of VPNs (RFC 4364).
    pub const IPV4_VPN: Self = Self::of(1, 128);
    /// IPv6 of VPNs (RFC 4659).
    pub const IPV6_VPN: Self = Self::of(2, 128);
    /// Ethernet VPN (RFC 7432).
    pub const EVPN: Self = Self::of(25, 70);
    /// Flow specifications for IPv4 (RFC 8955).
    pub const IPV4_FLOWSPEC: Self = Self::of(1, 133);
    /// Flow specifications for IPv6 (RFC 8956).
    pub const IPV6_FLOWSPEC: Self = Self::of(2, 133);
    /// Link state (RFC 9552).
    pub const LINK_STATE: Self = Self::of(16388, 71);

    /// Both identifiers from their numbers.
    #[inline(always)]
    pub const fn of(afi: u16, safi: u8) -> Self {
        Self::new(Afi(afi), Safi(safi))
    }

    /// Whether addresses of this family are IPv6 addresses.
    #[inline(always)]
    pub const fn is_v6(self) -> bool {
        self.afi.0 == 2
    }

    /// Both identifiers together.
    #[inline(always)]
    pub const fn new(afi: Afi, safi: Safi) -> Self {
        Self { afi, safi }
    }

    /// Whether the routes of this family are plain prefixes, and of which address width: `Some(true)` for IPv6.
    #[inline(always)]
    pub(crate) const fn prefix_is_v6(self) -> Option<bool> {
        match (self.afi.0, self.safi.0) {
            (1, 1 | 2) => Some(false),
            (2, 1 | 2) => Some(true),
            _ => None,
        }
    }

    /// Place of the family in a [`FamilySet`]; `None` for pairs that no document defines.
    #[inline(always)]
    #[expect(clippy::arithmetic_side_effects, reason = "no SAFI of an arm is less than what the arm takes from it")]
    const fn bit(self) -> Option<u64> {
        let safi = match self.safi.0 {
            s @ 1..=9 => s as u32 - 1,
            s @ 65..=66 => s as u32 - 56,    // 9, 10
            s @ 70..=73 => s as u32 - 59,    // 11..14
            s @ 76..=80 => s as u32 - 61,    // 15..19
            s @ 83..=85 => s as u32 - 63,    // 20..22
            s @ 128..=129 => s as u32 - 105, // 23, 24
            s @ 132..=134 => s as u32 - 107, // 25..27
            _ => return None,
        };
        Some(match self.afi.0 {
            1 => 1 << safi,
            2 => 1 << (safi + 28),
            // The other families have a few SAFIs each and share the last eight places.
            25 => match self.safi.0 {
                65 => 1 << 56,
                70 => 1 << 57,
                8 => 1 << 58,
                133 => 1 << 59,
                134 => 1 << 60,
                _ => return None,
            },
            16388 => match self.safi.0 {
                71 => 1 << 61,
                72 => 1 << 62,
                80 => 1 << 63,
                _ => return None,
            },
            _ => return None,
        })
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.afi, self.safi)
    }
}

/// Three octets, as most lists of families have them; shown as one word, `IPv4/unicast`.
impl<'a> Field<'a> for Family {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self::of(c.u16()?, c.u8()?))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.afi, self.safi)
    }

    /// As everywhere outside lists: `IPv4 unicast`.
    fn json<J: JsonSink>(&self, out: J) -> core::result::Result<J::Ok, J::Error> {
        out.text(self)
    }

    fn wire_len(&self) -> usize {
        3
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_u16(self.afi.0);
        out.put_u8(self.safi.0);
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A set of the families that documents define, in one word.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct FamilySet(u64);

impl FamilySet {
    /// No family.
    pub const EMPTY: Self = Self(0);
    /// Every family a set can hold.
    pub const ALL: Self = Self(u64::MAX);

    /// Whether the set holds `family`.
    #[inline(always)]
    pub const fn contains(self, family: Family) -> bool {
        match family.bit() {
            Some(bit) => self.0 & bit != 0,
            None => false,
        }
    }

    /// The set with `family` in it. A family that no document defines stays out: its routes are raw bytes, whatever was negotiated.
    #[must_use]
    pub const fn with(self, family: Family) -> Self {
        match family.bit() {
            Some(bit) => Self(self.0 | bit),
            None => self,
        }
    }

    /// What both sets hold.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What the set holds and the other does not.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether nothing is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_used_once() {
        let mut seen = 0u64;
        for afi in [1, 2, 25, 16388] {
            for safi in 0..=255 {
                if let Some(bit) = Family::new(Afi(afi), Safi(safi)).bit() {
                    assert_eq!(seen & bit, 0, "{afi}/{safi}");
                    assert_eq!(bit.count_ones(), 1);
                    seen |= bit;
                }
            }
        }
        assert_eq!(seen, u64::MAX);
    }

    #[test]
    fn sets_hold_what_was_put_in() {
        let set = FamilySet::EMPTY.with(Family::IPV6_UNICAST);
        assert!(set.contains(Family::IPV6_UNICAST) && !set.contains(Family::IPV4_UNICAST));
        assert!(set.with(Family::new(Afi(99), Safi(240))) == set);
        assert!(FamilySet::ALL.intersection(set) == set && !set.is_empty());
    }
}
