//! BIER (RFC 9793) and edge metadata (draft-ietf-idr-5g-edge-service-metadata).

use super::list_attributes;
use crate::wire::{Counted, List, wire_struct, wire_tlv};

wire_struct! {
    /// A sub-TLV of BIER with its undecoded value: encapsulations and next hops (RFC 9793 section 3).
    pub struct BierSubTlv<'a> {
        /// Type: 1 MPLS encapsulation, 2 encapsulation without MPLS, 3 next hop.
        kind: u16,
        /// Value.
        value: Counted<'a, 2>,
    }
}

wire_struct! {
    /// A router's data in one sub-domain (RFC 9793 section 3).
    pub struct BierInformation<'a> {
        /// Sub-domain.
        sub_domain: u8,
        /// BFR-id; 0 if the router has none.
        bfr_id: u16,
        /// An octet that should be zero.
        reserved: u8,
        /// Encapsulations and others.
        sub_tlvs: List<'a, BierSubTlv<'a>>,
    }
}

wire_tlv! {
    /// A TLV of BIER (RFC 9793 section 3).
    pub enum BierTlv<'a>(u16, 2) {
        /// A router in a sub-domain.
        1 "bier" Information(BierInformation<'a>),
    }
}

list_attributes! {
    /// BIER (RFC 9793): the router's data per sub-domain.
    Bier of BierTlv<'a>;
}

wire_struct! {
    /// A TLV of edge metadata with its undecoded value.
    pub struct EdgeMetadataTlv<'a> {
        /// Type.
        kind: u16,
        /// Value.
        value: Counted<'a, 2>,
    }
}

list_attributes! {
    /// EDGE_METADATA (draft-ietf-idr-5g-edge-service-metadata): an edge site's service data.
    EdgeMetadata of EdgeMetadataTlv<'a>;
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::Value;
    use super::super::testing::{refused, round_trip, vector};
    use super::*;
    use proptest::prelude::*;

    const ONE: &[u8] = &[0, 1, 0, 12, 0, 0x01, 0x00, 0, 0, 1, 0, 4, 2, 0x30, 6, 0x40, 0, 9, 0, 1, 0xab];

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let places =
            vector(41, ONE, "bier(sub_domain=0 bfr_id=256 reserved=0 sub_tlvs=[kind=1 value=0x02300640]) type-9(0xab)", &[16]);
        let fields = "|item 3..19 bier|type 3..5 1 (bier)|length 5..7 12|value 7..19 |sub_domain 7..8 0|bfr_id 8..10 256|";
        assert!(places.contains(fields), "{places}");
        vector(42, &[0, 1, 0, 2, 0, 7, 0, 2, 0, 0], "kind=1 value=0x0007 kind=2 value=0x", &[6]);
    }

    #[test]
    fn what_cannot_be() {
        refused(41, &[], "BIER attribute: length 0 is not valid here (at byte 3); attribute discard");
        refused(41, &[0, 1, 0, 3, 0, 0, 0], "BIER attribute: needs 1 byte more than is there (at byte 10); attribute discard");
        refused(41, &[0, 1, 0, 9, 0], "BIER attribute: needs 8 bytes more than are there (at byte 7); attribute discard");
        refused(
            42,
            &[0, 1, 0, 9, 0],
            "EDGE_METADATA attribute: needs 8 bytes more than are there (at byte 7); attribute discard",
        );
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(ids: (u8, u16, u8, u16), raw: Vec<u8>, n in 0usize..4) {
            let (mut one, mut two, mut three) = (Vec::new(), Vec::new(), Vec::new());
            let sub = BierSubTlv { kind: ids.3, value: Counted(&raw) };
            let sub_tlvs = List::from_values(core::iter::repeat_n(sub, n), &mut one).unwrap();
            let information = BierInformation { sub_domain: ids.0, bfr_id: ids.1, reserved: ids.2, sub_tlvs };
            let tlvs = [BierTlv::Information(information), BierTlv::Unknown { kind: 2, raw: &raw }];
            round_trip(Value::Bier(Bier(List::from_values(tlvs, &mut two).unwrap())));
            let tlv = EdgeMetadataTlv { kind: ids.3, value: Counted(&raw) };
            round_trip(Value::EdgeMetadata(EdgeMetadata(List::from_values(core::iter::repeat_n(tlv, n + 1), &mut three).unwrap())));
        }
    }
}
