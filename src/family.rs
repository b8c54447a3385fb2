//! Address families: AFI and SAFI together.

use core::fmt;

use NextHopRule::{Any, Lengths};

use crate::codes::{Afi, Safi, families};
use crate::error::Result;
use crate::wire::{Cursor, Field, JsonSink, Observer, Sink};

/// An address family and subsequent address family identifier (RFC 4760).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Family {
    /// Address family.
    pub afi: Afi,
    /// Subsequent address family: the purpose of the routes.
    pub safi: Safi,
}

impl Family {
    /// A family from the numbers of its identifiers.
    #[cfg_attr(optimised, inline(always))]
    pub const fn of(afi: u16, safi: u8) -> Self {
        Self::new(Afi(afi), Safi(safi))
    }

    /// Whether addresses of this family are IPv6 addresses.
    #[cfg_attr(optimised, inline(always))]
    pub const fn is_v6(self) -> bool {
        matches!(self.afi, Afi::IPV6)
    }

    /// A family from its identifiers.
    #[cfg_attr(optimised, inline(always))]
    pub const fn new(afi: Afi, safi: Safi) -> Self {
        Self { afi, safi }
    }
}

/// Valid lengths in octets of the next hop of a family's routes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NextHopRule {
    /// Those allowed by the family's document, and those additionally allowed with extended next hops (RFC 8950 section 3). With
    /// any other length the routes cannot be located (RFC 7606 section 7.11).
    ///
    /// 4 octets are an IPv4 address, 16 an IPv6 address, 32 a global and a link-local one (RFC 2545 section 3); 12, 24 and 48 are the
    /// same with a route distinguisher before each address (RFC 4364 section 4.3.2, RFC 4659 section 3.2.1). The other documents:
    ///
    /// | families | document |
    /// |---|---|
    /// | unicast and multicast, labeled | RFC 4760, RFC 2545, RFC 4798 (IPv6 routes over IPv4: a mapped address), RFC 8950 |
    /// | VPN, unicast and multicast | RFC 4364, RFC 4659, RFC 8950 |
    /// | SR policies | RFC 9830 section 2.1 |
    /// | color-aware routes | RFC 9871 |
    /// | flow specifications | RFC 8955 section 4 |
    /// | VPLS, EVPN, pseudowires | RFC 4761 section 3.2.2, RFC 6074, RFC 7117, RFC 7432, RFC 7267 |
    /// | multicast VPN, multicast distribution trees | RFC 6515 section 2, RFC 6037 |
    /// | mobile user plane | draft-mpmz-bess-mup-safi |
    /// | route target membership | RFC 4684 section 4 |
    /// | link state | RFC 9552 section 5.5, RFC 9815 |
    /// | service function chaining | RFC 9015 section 3 |
    /// | tunnel encapsulation | RFC 5512 section 3 |
    Lengths(&'static [usize], &'static [usize]),
    /// Undocumented: IPv6 route target membership, dynamic path selection; in drafts: SD-WAN, routing policies, flow
    /// specifications for tunnelled traffic, multicast trees. Also unknown families.
    Any,
}

/// An address, with or without a route distinguisher.
const ADDRESS: &[usize] = &[4, 12, 16, 24, 32, 48];

/// Empty; octets that are present are ignored (RFC 8955 section 4), so an address is accepted.
const NONE_OR_ADDRESS: &[usize] = &[0, 4, 12, 16, 24, 32, 48];

macro_rules! family_rows {
    (
        $a:lifetime
        prefixes { $($(#[$prefix_doc:meta])* $prefix:ident = $prefix_afi:ident $prefix_safi:ident, $prefix_hop:expr;)* }
        routes { $(
            $(#[$kind_doc:meta])*
            $variant:ident($type:ty), $framing:expr => {
                $($(#[$route_doc:meta])* $route:ident = $route_afi:ident $route_safi:ident, $route_hop:expr;)*
            }
        )* }
        framed { $($(#[$framed_doc:meta])* $framed:ident = $framed_afi:ident $framed_safi:ident, $framed_hop:expr, $end:expr;)* }
        unframed { $($(#[$other_doc:meta])* $other:ident = $other_afi:ident $other_safi:ident, $other_hop:expr;)* }
    ) => {
        family_rows! { @
            $($(#[$prefix_doc])* $prefix $prefix_afi $prefix_safi $prefix_hop;)*
            $($($(#[$route_doc])* $route $route_afi $route_safi $route_hop;)*)*
            $($(#[$framed_doc])* $framed $framed_afi $framed_safi $framed_hop;)*
            $($(#[$other_doc])* $other $other_afi $other_safi $other_hop;)*
        }

        impl Family {
            /// Whether the family has plain prefixes, and of which address width: `Some(true)` for IPv6.
            #[cfg_attr(optimised, inline(always))]
            pub(crate) const fn prefix_is_v6(self) -> Option<bool> {
                match self {
                    $(Self::$prefix => Some(Self::$prefix.is_v6()),)*
                    _ => None,
                }
            }
        }
    };
    (@ $($(#[$doc:meta])* $name:ident $afi:ident $safi:ident $next_hop:expr;)*) => {
        /// The indices of families in a [`FamilySet`].
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "named like the constants")]
        enum Index {
            $($name,)*
        }

        impl Family {
            $(
                $(#[$doc])*
                pub const $name: Self = Self::new(Afi::$afi, Safi::$safi);
            )*

            /// All defined families.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Index of the family in a [`FamilySet`]; `None` for undefined pairs.
            #[cfg_attr(optimised, inline(always))]
            const fn index(self) -> Option<u32> {
                match self {
                    $(Self::$name => Some(Index::$name as u32),)*
                    _ => None,
                }
            }

            /// Valid next hop lengths of its routes.
            pub(crate) const fn next_hop_rule(self) -> NextHopRule {
                match self {
                    $(Self::$name => $next_hop,)*
                    _ => Any,
                }
            }
        }
    };
}
families!(family_rows);

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.afi, self.safi)
    }
}

/// Three octets, as most lists of families have them; displayed as one word, `IPv4/unicast`.
impl<'a> Field<'a> for Family {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self::of(c.u16()?, c.u8()?))
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.leaf(c, name, Self::read, |family, f| write!(f, "{}/{} ({}/{})", family.afi.0, family.safi.0, family.afi, family.safi))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.afi, self.safi)
    }

    /// The usual text: `IPv4 unicast`.
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

/// A set of defined families ([`Family::ALL`]), in one word: at most 64.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct FamilySet(u64);

// A second word would make every session half as large again and cost the loop over UPDATEs 5 to 8 %; this fails to compile when
// one is needed.
const _: () = assert!(Family::ALL.len() <= u64::BITS as usize);

impl FamilySet {
    /// The empty set.
    pub const EMPTY: Self = Self(0);
    /// Every family a set can hold.
    pub const ALL: Self = Self(u64::MAX);

    /// The set of one family; empty for an undefined one.
    #[cfg_attr(optimised, inline(always))]
    const fn of(family: Family) -> Self {
        match family.index() {
            Some(index) => Self(1 << index),
            None => Self::EMPTY,
        }
    }

    /// Whether the set contains `family`.
    #[cfg_attr(optimised, inline(always))]
    pub const fn contains(self, family: Family) -> bool {
        // Most sets of sessions are empty: no look-up then.
        self.0 != 0 && self.0 & Self::of(family).0 != 0
    }

    /// The set with `family` added. An undefined family is ignored: its routes are raw octets, whatever was negotiated.
    #[must_use]
    pub const fn with(self, family: Family) -> Self {
        Self(self.0 | Self::of(family).0)
    }

    /// The intersection of both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The families of this set that are not in the other.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The families in the set.
    pub fn iter(self) -> impl Iterator<Item = Family> {
        Family::ALL.iter().copied().filter(move |family| self.contains(*family))
    }
}

impl FromIterator<Family> for FamilySet {
    fn from_iter<I: IntoIterator<Item = Family>>(families: I) -> Self {
        families.into_iter().fold(Self::EMPTY, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_is_used_once() {
        let mut seen = FamilySet::EMPTY;
        for family in Family::ALL {
            assert!(!seen.contains(*family), "{family}");
            seen = seen.with(*family);
            assert_eq!(FamilySet::EMPTY.with(*family).iter().collect::<Vec<_>>(), [*family]);
        }
        assert_eq!(seen.iter().collect::<Vec<_>>(), Family::ALL);
        assert_eq!(Family::ALL.iter().copied().collect::<FamilySet>(), seen);
        assert_eq!(FamilySet::ALL.intersection(seen), seen);
        for afi in Afi::ALL {
            for safi in 0..=255 {
                let family = Family::new(*afi, Safi(safi));
                assert_eq!(seen.contains(family), Family::ALL.contains(&family), "{family}");
            }
        }
    }

    #[test]
    fn sets_hold_what_was_put_in() {
        let set = FamilySet::EMPTY.with(Family::IPV6_UNICAST);
        assert!(set.contains(Family::IPV6_UNICAST) && !set.contains(Family::IPV4_UNICAST));
        assert!(set.with(Family::new(Afi(99), Safi(240))) == set);
        assert!(FamilySet::ALL.intersection(set) == set && !set.is_empty());
    }
}
