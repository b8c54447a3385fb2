//! NHC (draft-ietf-idr-nhc): characteristics that depend on the next hop.

use crate::codes::{Afi, Safi};
use crate::nlri::NextHop;
use crate::wire::{Bounded, OneOrMore, wire_struct, wire_tlv};

wire_tlv! {
    /// A characteristic of the next hop.
    pub enum NhcTlv<'a>(u16, 2) {
        /// The next hop processes entropy labels (draft-ietf-idr-elc).
        1 "elcv3" EntropyLabel(&'a [u8]),
        /// The next hops after the next hop (draft-wang-idr-next-next-hop-nodes), undecoded.
        2 "nnhn" NextNextHopNodes(&'a [u8]),
        /// The identifier of the next hop, undecoded.
        3 "bgpid" BgpIdentifier(&'a [u8]),
        /// In-situ flow information telemetry at the next hop (draft-ietf-idr-bgp-ifit-capabilities), undecoded.
        4 "ifit" Ifit(&'a [u8]),
        /// Accumulated metric (draft-ietf-idr-bgp-generic-metric), undecoded.
        5 "ametric" AccumulatedMetric(&'a [u8]),
    }
}

wire_struct! {
    /// NHC (draft-ietf-idr-nhc section 2): valid if its next hop is that of the route.
    pub struct Nhc<'a> {
        /// Address family of the next hop.
        afi: Afi,
        /// Subsequent address family.
        safi: Safi,
        /// The next hop.
        next_hop: Bounded<NextHop<'a>, 1>,
        /// One or more characteristics.
        characteristics: OneOrMore<'a, NhcTlv<'a>>,
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::Value;
    use super::super::testing::{refused, round_trip, vector};
    use super::*;
    use crate::wire::List;
    use proptest::prelude::*;

    const V4: &[u8] = &[0, 1, 1, 4, 192, 0, 2, 1, 0, 1, 0, 0, 0, 3, 0, 8, 10, 0, 0, 1, 0, 0, 0xfb, 0xf0, 0, 9, 0, 1, 0xab];

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let places = vector(
            39,
            V4,
            "afi=IPv4 safi=unicast next_hop=192.0.2.1 characteristics=[elcv3(0x),bgpid(0x0a0000010000fbf0),type-9(0xab)]",
            &[12, 24],
        );
        assert!(places.contains("|afi 3..5 1 (IPv4)|safi 5..6 1 (unicast)|length 6..7 4|next_hop 7..11 192.0.2.1|"), "{places}");
        let v6 = [0, 2, 4, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 4, 192, 0, 2, 9];
        vector(39, &v6, "afi=IPv6 safi=labeled next_hop=2001:db8::1 characteristics=[nnhn(0xc0000209)]", &[]);
        let more = [0, 1, 1, 4, 192, 0, 2, 1, 0, 4, 0, 1, 0x80, 0, 5, 0, 2, 0, 100];
        vector(39, &more, "afi=IPv4 safi=unicast next_hop=192.0.2.1 characteristics=[ifit(0x80),ametric(0x0064)]", &[13]);
    }

    #[test]
    fn what_cannot_be() {
        refused(39, &V4[..8], "NHC attribute: length 0 is not valid here (at byte 11); attribute discard");
        refused(39, &[0, 1, 1, 5, 1, 2], "NHC attribute: needs 3 bytes more than are there (at byte 7); attribute discard");
        refused(39, &V4[..14], "NHC attribute: needs 2 bytes more than are there (at byte 17); attribute discard");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(ids: (u16, u8), address: [u8; 16], raw: Vec<u8>) {
            let mut buffer = Vec::new();
            let list = [
                NhcTlv::EntropyLabel(&[]), NhcTlv::NextNextHopNodes(&raw), NhcTlv::BgpIdentifier(&raw),
                NhcTlv::Ifit(&raw), NhcTlv::AccumulatedMetric(&raw), NhcTlv::Unknown { kind: 6, raw: &raw },
            ];
            round_trip(Value::Nhc(Nhc {
                afi: Afi(ids.0),
                safi: Safi(ids.1),
                next_hop: Bounded(NextHop::V6(address.into())),
                characteristics: OneOrMore(List::from_values(list, &mut buffer).unwrap()),
            }));
        }
    }
}
