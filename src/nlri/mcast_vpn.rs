//! Multicast VPN routes (RFC 6514): seven types.

use core::fmt;
use core::net::IpAddr;

use super::address::MulticastAddress;
use super::check_key_end;
use super::vpn::RouteDistinguisher;
use crate::asn::Asn;
use crate::codes::mcast_vpn_route_types;
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::wire::{Cursor, Field, Sink, hex, wire_struct, wire_tlv};

wire_struct! {
    /// Intra-AS I-PMSI A-D route, type 1 (RFC 6514 section 4.1), 12 or 24 octets.
    pub struct McastVpnIntraAs {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The originating router's address.
        originator: IpAddr,
    }
}

wire_struct! {
    /// Inter-AS I-PMSI A-D route, type 2 (RFC 6514 section 4.2), 12 octets.
    pub struct McastVpnInterAs {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The AS of the source.
        source_as: Asn,
    }
}

wire_struct! {
    /// S-PMSI A-D route, type 3 (RFC 6514 section 4.3).
    pub struct McastVpnSPmsi<'a> {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The multicast source.
        source: MulticastAddress,
        /// The multicast group.
        group: McastVpnGroup<'a>,
        /// The originating router's address.
        originator: IpAddr,
    }
}

wire_struct! {
    /// Leaf A-D route, type 4 (RFC 6514 section 4.4).
    pub struct McastVpnLeaf<'a> {
        /// The key of the route that this one responds to.
        route_key: McastVpnRouteKey<'a>,
        /// The originating router's address.
        originator: IpAddr,
    } check(splits_again)
}

wire_struct! {
    /// Source Active A-D route, type 5 (RFC 6514 section 4.5).
    pub struct McastVpnSourceActive<'a> {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The multicast source.
        source: MulticastAddress,
        /// The multicast group.
        group: McastVpnGroup<'a>,
    }
}

wire_struct! {
    /// Shared Tree Join route, type 6, or Source Tree Join route, type 7 (RFC 6514 section 4.6).
    pub struct McastVpnJoin<'a> {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The AS of the source.
        source_as: Asn,
        /// The rendezvous point (type 6) or the multicast source (type 7).
        source: MulticastAddress,
        /// The multicast group.
        group: McastVpnGroup<'a>,
    }
}

/// A multicast group after its length in bits, one octet (RFC 6514 section 4.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum McastVpnGroup<'a> {
    /// A group, or `None`, displayed as `*`, for every group (RFC 6625 section 3).
    Address(MulticastAddress),
    /// Of another length, such as an opaque value of multicast LDP (RFC 6514 section 11.3.2): length in bits, and the octets.
    Unknown(u8, &'a [u8]),
}

impl<'a> Field<'a> for McastVpnGroup<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        match c.rest().first() {
            None | Some(0 | 32 | 128) => MulticastAddress::read(c).map(Self::Address),
            Some(_) => {
                let bits = c.u8()?;
                Ok(Self::Unknown(bits, c.take(usize::from(bits.div_ceil(8)))?))
            }
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.show(f),
            Self::Unknown(bits, octets) => {
                hex(octets, f)?;
                write!(f, "/{bits}")
            }
        }
    }

    fn wire_len(&self) -> usize {
        match self {
            Self::Address(address) => address.wire_len(),
            Self::Unknown(_, octets) => octets.len().saturating_add(1),
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        match self {
            // It would be read back as an address, or with another end.
            Self::Unknown(bits, octets) if matches!(bits, 0 | 32 | 128) || usize::from(bits.div_ceil(8)) != octets.len() => {
                Err(EncodeError::unrepresentable(""))
            }
            _ => Ok(()),
        }
    }

    fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::Address(address) => address.write(out),
            Self::Unknown(bits, octets) => {
                out.put_u8(*bits);
                out.put_slice(octets);
            }
        }
    }
}

/// The key in a Leaf A-D route: the octets of another route, including type and length (RFC 6514 section 4.4), or for global
/// table multicast a distinguisher of all zeros or all ones, source, group and ingress address (RFC 7524 section 6.2.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct McastVpnRouteKey<'a>(pub &'a [u8]);

impl<'a> McastVpnRouteKey<'a> {
    /// Decodes the route of the key; `None` for global table multicast. Places count from the start of the key.
    ///
    /// # Errors
    /// A truncated or malformed field, octets left over.
    pub fn decode(&self) -> Result<Option<McastVpnRoute<'a>>> {
        match self.0.first() {
            Some(0 | 0xff) => Ok(None),
            _ => crate::wire::whole(self.0, 0).map(Some),
        }
    }

    /// Length of the key at the start of a window; the originating router's address follows it.
    fn split(mut c: Cursor<'_>) -> Result<usize> {
        let (start, all) = (c.offset(), c.len());
        let key = match *c.array()? {
            [0 | 0xff, _] => {
                c.take(6)?;
                for _ in 0..2 {
                    // RFC 7524 has a length in octets here, RFC 6514 in bits.
                    let octets = match c.u8()? {
                        octets @ (4 | 16) => octets,
                        bits => bits.div_ceil(8),
                    };
                    c.take(usize::from(octets))?;
                }
                // Ingress and originating router are of one family.
                all.saturating_sub(c.len() / 2)
            }
            [_, len] => usize::from(len).saturating_add(2),
        };
        match all.checked_sub(key) {
            Some(4 | 16) => Ok(key),
            _ => Err(Error::new(ErrorKind::BadLength(u32::try_from(all).unwrap_or(u32::MAX)), start)),
        }
    }
}

impl<'a> Field<'a> for McastVpnRouteKey<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        c.take(Self::split(*c)?).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(self.0, f)
    }

    fn wire_len(&self) -> usize {
        self.0.len()
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(self.0);
    }
}

/// Whether key and address would be read back unchanged: the end of the key depends on its content and on what follows.
fn splits_again(leaf: &McastVpnLeaf<'_>) -> Result<(), EncodeError> {
    check_key_end(leaf, leaf.route_key.0.len(), McastVpnRouteKey::split)
}

mcast_vpn_route_types! {
    wire_tlv!
    /// A MCAST-VPN route (RFC 6514 section 4): type, length, and the fields of the type.
    pub enum McastVpnRoute<'a>(u8, 1)
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::*;
    use crate::family::Family;
    use crate::nlri::testing::{self, any_address};
    use crate::nlri::{RawRoute, RouteValue};

    use proptest::prelude::*;

    const V4: Family = Family::of(1, 5);
    const V6: Family = Family::of(2, 5);

    // RFC 6514 section 4 and RFC 7524 section 6.2.2, one of every type and shape; RD 64496:100.
    const VECTORS: &[(Family, &str, &str)] = &[
        (V4, "01 0c 0000fbf000000064 c0000201", "intra-as-i-pmsi(rd=64496:100 originator=192.0.2.1)"),
        (V6, "01 18 0000fbf000000064 20010db8000000000000000000000001", "intra-as-i-pmsi(rd=64496:100 originator=2001:db8::1)"),
        (V4, "02 0c 0000fbf000000064 0000fbf1", "inter-as-i-pmsi(rd=64496:100 source_as=64497)"),
        (
            V4,
            "03 16 0000fbf000000064 20 c0000209 20 e9fc0001 c0000201",
            "s-pmsi(rd=64496:100 source=192.0.2.9 group=233.252.0.1 originator=192.0.2.1)",
        ),
        // All sources and groups.
        (V6, "03 0e 0000fbf000000064 00 00 c0000201", "s-pmsi(rd=64496:100 source=* group=* originator=192.0.2.1)"),
        // A group that is an opaque value of multicast LDP.
        (
            V4,
            "03 19 0000fbf000000064 20 c0000209 38 01000400000001 c0000201",
            "s-pmsi(rd=64496:100 source=192.0.2.9 group=0x01000400000001/56 originator=192.0.2.1)",
        ),
        (
            V4,
            "04 12 020c0000fbf0000000640000fbf1 c0000201",
            "leaf(route_key=0x020c0000fbf0000000640000fbf1 originator=192.0.2.1)",
        ),
        // Global table: source and group of 32 bits, then of 16 octets.
        (
            V4,
            "04 1a 0000000000000000 20c0000209 20e9fc0001 c0000202 c0000201",
            "leaf(route_key=0x000000000000000020c000020920e9fc0001c0000202 originator=192.0.2.1)",
        ),
        (
            V6,
            "04 32 ffffffffffffffff 1020010db8000000000000000000000009 10ff0e0000000000000000000000000001 c0000202 c0000201",
            "leaf(route_key=0xffffffffffffffff1020010db800000000000000000000000910ff0e0000000000000000000000000001c0000202 \
             originator=192.0.2.1)",
        ),
        (V4, "05 12 0000fbf000000064 20 c0000209 20 e9fc0001", "source-active(rd=64496:100 source=192.0.2.9 group=233.252.0.1)"),
        (
            V4,
            "06 16 0000fbf000000064 0000fbf1 20 c0000209 20 e9fc0001",
            "shared-tree-join(rd=64496:100 source_as=64497 source=192.0.2.9 group=233.252.0.1)",
        ),
        (
            V6,
            "07 2e 0000fbf000000064 0000fbf1 80 20010db8000000000000000000000009 80 ff0e0000000000000000000000000001",
            "source-tree-join(rd=64496:100 source_as=64497 source=2001:db8::9 group=ff0e::1)",
        ),
        (V4, "08 02 0102", "type-8(0x0102)"),
    ];

    #[test]
    pub(in crate::nlri) fn every_type_both_ways() {
        for (family, digits, text) in VECTORS {
            testing::vector(*family, digits, text);
            testing::shorter_bodies(*family, digits, 1);
        }
        for (kind, name) in McastVpnRoute::TYPES {
            assert!(VECTORS.iter().any(|(_, _, text)| text.starts_with(&format!("{name}("))), "{name}");
            assert!(crate::codes::McastVpnRouteType(*kind).name().is_some(), "{name}");
        }
    }

    #[test]
    fn damage_and_its_place() {
        let error = |digits| testing::error(V4, digits);
        assert_eq!(error("01 0d 0000fbf000000064 c000020100"), "IPv4 mcast-vpn routes: length 5 is not valid here (at byte 110)");
        assert_eq!(error("02 0d 0000fbf000000064 0000fbf1 00"), "IPv4 mcast-vpn routes: 1 byte is left over (at byte 114)");
        assert_eq!(
            error("05 12 0000fbf000000064 21 c0000209 20 e9fc0001"),
            "IPv4 mcast-vpn routes: length 33 is not valid here (at byte 110)"
        );
        assert_eq!(
            error("04 11 020c0000fbf0000000640000fbf1 c00002"),
            "IPv4 mcast-vpn routes: length 17 is not valid here (at byte 102)"
        );
        assert_eq!(error("04 03 000000"), "IPv4 mcast-vpn routes: needs 5 bytes more than are there (at byte 104)");
    }

    #[test]
    fn what_cannot_be_written() {
        let originator = IpAddr::from([192, 0, 2, 1]);
        let error = |route: McastVpnRoute<'_>| {
            let mut out = Vec::new();
            let e = route.encode(&mut out).unwrap_err().to_string();
            assert!(out.is_empty());
            e
        };
        for key in [&[][..], &[2], &[2, 1], &[0; 8]] {
            let leaf = McastVpnRoute::Leaf(McastVpnLeaf { route_key: McastVpnRouteKey(key), originator });
            assert_eq!(error(leaf), "route_key: the value has no form on the wire", "{key:?}");
        }
        let leaf = McastVpnRoute::Leaf(McastVpnLeaf { route_key: McastVpnRouteKey(&[1; 252]), originator });
        assert_eq!(error(leaf), "leaf: length 256 is over 255");
        let (rd, source) = (RouteDistinguisher::default(), MulticastAddress(None));
        for (bits, octets) in [(32, &[0; 4][..]), (0, &[]), (40, &[1, 2, 3, 4])] {
            let group = McastVpnGroup::Unknown(bits, octets);
            let route = McastVpnRoute::SourceActive(McastVpnSourceActive { rd, source, group });
            assert_eq!(error(route), "group: the value has no form on the wire");
        }
    }

    #[test]
    fn a_leaf_names_the_route_it_answers() {
        let key = |digits| {
            let bytes = testing::hex(digits);
            match testing::decode(V4, &bytes).unwrap() {
                RouteValue::McastVpn(McastVpnRoute::Leaf(leaf)) => {
                    leaf.route_key.decode().unwrap().map(|route| route.to_string())
                }
                _ => panic!(),
            }
        };
        assert_eq!(
            key("04 12 020c0000fbf0000000640000fbf1 c0000201").as_deref(),
            Some("inter-as-i-pmsi(rd=64496:100 source_as=64497)")
        );
        assert_eq!(key("04 1a 0000000000000000 20c0000209 20e9fc0001 c0000202 c0000201"), None);
    }

    #[test]
    fn places_of_the_fields() {
        assert_eq!(
            testing::places(V4, "06 16 0000fbf000000064 0000fbf1 20 c0000209 20 e9fc0001"),
            testing::expected(&[
                ("route", 100..124, "shared-tree-join"),
                ("type", 100..101, "6 (shared-tree-join)"),
                ("length", 101..102, "22"),
                ("value", 102..124, ""),
                ("rd", 102..110, "64496:100"),
                ("type", 102..104, "0 (two-octet AS)"),
                ("administrator", 104..106, "64496"),
                ("assigned_number", 106..110, "100"),
                ("source_as", 110..114, "64497"),
                ("source", 114..119, "192.0.2.9"),
                ("group", 119..124, "233.252.0.1"),
            ])
        );
    }

    fn any_route() -> impl Strategy<Value = McastVpnRoute<'static>> {
        let rd = any::<[u8; 8]>().prop_map(RouteDistinguisher);
        let address = || proptest::option::of(any_address()).prop_map(MulticastAddress);
        let opaque =
            (1u8..=255).prop_filter("the lengths of addresses", |bits| !matches!(bits, 32 | 128)).prop_flat_map(|bits| {
                let octets = usize::from(bits.div_ceil(8));
                proptest::collection::vec(any::<u8>(), octets).prop_map(move |raw| McastVpnGroup::Unknown(bits, Vec::leak(raw)))
            });
        let group = prop_oneof![address().prop_map(McastVpnGroup::Address), opaque];
        let key = proptest::collection::vec(any::<u8>(), 0..200).prop_map(|body| {
            let mut key = vec![3, u8::try_from(body.len()).unwrap()];
            key.extend(body);
            McastVpnRouteKey(Vec::leak(key))
        });
        let unknown = proptest::collection::vec(any::<u8>(), 0..=255).prop_map(|raw| &*Vec::leak(raw));
        let originator = any_address();
        (1u8..9, rd, any::<u32>().prop_map(Asn), address(), group, originator, key, unknown).prop_map(
            |(kind, rd, source_as, source, group, originator, route_key, raw)| match kind {
                1 => McastVpnRoute::IntraAs(McastVpnIntraAs { rd, originator }),
                2 => McastVpnRoute::InterAs(McastVpnInterAs { rd, source_as }),
                3 => McastVpnRoute::SPmsi(McastVpnSPmsi { rd, source, group, originator }),
                4 => McastVpnRoute::Leaf(McastVpnLeaf { route_key, originator }),
                5 => McastVpnRoute::SourceActive(McastVpnSourceActive { rd, source, group }),
                6 => McastVpnRoute::SharedTreeJoin(McastVpnJoin { rd, source_as, source, group }),
                7 => McastVpnRoute::SourceTreeJoin(McastVpnJoin { rd, source_as, source, group }),
                _ => McastVpnRoute::Unknown { kind: 8, raw },
            },
        )
    }

    proptest! {
        #[test]
        fn value_octets_value(route in any_route(), v6 in any::<bool>()) {
            testing::round_trip(if v6 { V6 } else { V4 }, &RouteValue::McastVpn(route))?;
        }

        #[test]
        fn octets_that_are_read_are_written(bytes in proptest::collection::vec(any::<u8>(), 0..80), kind in 0u8..9) {
            let mut octets = vec![kind, u8::try_from(bytes.len()).unwrap()];
            octets.extend(bytes);
            let raw = RawRoute::new(V4, &octets, 0);
            let again = raw.decode().map(|route| testing::encode(V4, &route));
            prop_assert!(again.is_err() || again == Ok(octets.clone()));
            raw.places(&mut crate::places::Places::new());
        }
    }
}
