//! SFP (RFC 9015): the hops of a service function path.

use super::{check_non_empty, error_at, list_attributes};
use crate::error::Result;
use crate::nlri::RouteDistinguisher;
use crate::wire::{List, OneOrMore, U24, wire_struct, wire_tlv};

wire_struct! {
    /// An association with another path (RFC 9015 section 3.2.1.1).
    pub struct SfpAssociation {
        /// Association type: 1 associates two unidirectional paths.
        kind: u8,
        /// Route distinguisher of the other path's route.
        rd: RouteDistinguisher,
        /// Service path identifier of the other path.
        spi: U24,
    }
}

wire_struct! {
    /// Instances of one service function type that a hop allows (RFC 9015 section 3.2.1.3).
    pub struct ServiceFunctions<'a> {
        /// Service function type.
        function: u16,
        /// Route distinguishers of the instances, or pool identifiers.
        instances: List<'a, RouteDistinguisher>,
    }
}

wire_tlv! {
    /// A sub-TLV of a hop (RFC 9015 section 3.2.1.2).
    pub enum SfpHopTlv<'a>(u8, 2) {
        /// Service functions to choose from.
        3 "sft" ServiceFunctions(ServiceFunctions<'a>),
        /// The hop uses MPLS swapping and stacking (RFC 9015 section 3.2.1.4).
        4 "mpls-swapping-stacking" MplsSwappingStacking(()),
    }
}

wire_struct! {
    /// One hop of the path (RFC 9015 section 3.2.1.2).
    pub struct SfpHop<'a> {
        /// Service index.
        index: u8,
        /// Hop details: one or more.
        details: OneOrMore<'a, SfpHopTlv<'a>>,
    }
}

wire_tlv! {
    /// A TLV of SFP (RFC 9015 section 3.2.1).
    pub enum SfpTlv<'a>(u8, 2) {
        /// An association with another path.
        1 "association" Association(SfpAssociation),
        /// A hop.
        2 "hop" Hop(SfpHop<'a>),
        /// Packets carry MPLS label stacks (RFC 9015 section 3.2.1.5).
        5 "mpls-label-stack" MplsLabelStack(()),
    }
}

list_attributes! {
    /// SFP (RFC 9015 section 3.2.1).
    Sfp of SfpTlv<'a>;
}

/// Octets of the least hop TLV: type and length, service index, type and length of one detail.
const LEAST_HOP: u32 = 7;

impl Sfp<'_> {
    /// At least one hop (RFC 9015 section 3.2.1, error 6).
    pub(super) fn check_hops(&self, len: usize, offset: u64) -> Result<()> {
        check_non_empty(len, offset)?;
        let hop = self.iter().any(|tlv| matches!(tlv, SfpTlv::Hop(_)));
        if hop { Ok(()) } else { Err(error_at::without(LEAST_HOP, len, offset)) }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::Value;
    use super::super::testing::{refused, round_trip, vector};
    use super::*;
    use proptest::prelude::*;

    const ALL: &[u8] = &[
        1, 0, 12, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 0, 0, 9, // association
        2, 0, 17, 255, 3, 0, 10, 0, 33, 0, 0, 0xfb, 0xf0, 0, 0, 0, 2, 4, 0, 0, // hop
        5, 0, 0, 9, 0, 1, 0xab,
    ];

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let places = vector(
            37,
            ALL,
            "association(kind=1 rd=64496:1 spi=9) hop(index=255 details=[sft(function=33 instances=[64496:2]),\
             mpls-swapping-stacking()]) mpls-label-stack() type-9(0xab)",
            &[35, 38],
        );
        let fields = "|item 18..38 hop|type 18..19 2 (hop)|length 19..21 17|value 21..38 |index 21..22 255|";
        assert!(places.contains(fields), "{places}");
    }

    #[test]
    fn what_cannot_be() {
        refused(37, &[], "SFP attribute: length 0 is not valid here (at byte 3); treat-as-withdraw");
        refused(37, &ALL[..15], "SFP attribute: needs 7 bytes more than are there (at byte 18); treat-as-withdraw");
        refused(37, &[2, 0, 1, 7], "SFP attribute: length 0 is not valid here (at byte 7); treat-as-withdraw");
        refused(37, &[2, 0, 9, 7], "SFP attribute: needs 8 bytes more than are there (at byte 6); treat-as-withdraw");
        refused(37, &[2, 0, 5, 7, 4, 0, 1, 0], "SFP attribute: 1 byte is left over (at byte 10); treat-as-withdraw");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(rd: [u8; 8], spi in 0u32..1 << 24, rds: Vec<[u8; 8]>, ids: (u8, u8, u16), raw: Vec<u8>) {
            let (mut one, mut two, mut three) = (Vec::new(), Vec::new(), Vec::new());
            let instances = List::from_values(rds.into_iter().map(RouteDistinguisher), &mut one).unwrap();
            let details = [
                SfpHopTlv::ServiceFunctions(ServiceFunctions { function: ids.2, instances }),
                SfpHopTlv::MplsSwappingStacking(()),
                SfpHopTlv::Unknown { kind: 99, raw: &raw },
            ];
            let tlvs = [
                SfpTlv::Association(SfpAssociation { kind: ids.0, rd: RouteDistinguisher(rd), spi: U24(spi) }),
                SfpTlv::Hop(SfpHop { index: ids.1, details: OneOrMore(List::from_values(details, &mut two).unwrap()) }),
                SfpTlv::MplsLabelStack(()),
                SfpTlv::Unknown { kind: 99, raw: &raw },
            ];
            round_trip(Value::Sfp(Sfp(List::from_values(tlvs, &mut three).unwrap())));
        }

        #[test]
        fn a_number_of_more_than_24_bits_is_refused(spi in 1u32 << 24..) {
            let association = SfpAssociation { kind: 1, rd: RouteDistinguisher([0; 8]), spi: U24(spi) };
            let text = association.encode(&mut Vec::new()).unwrap_err().to_string();
            prop_assert_eq!(text, format!("spi: value {spi} does not fit"));
        }
    }
}
