//! AIGP (RFC 7311): the accumulated IGP metric.

use super::list_attributes;
use crate::error::{Action, Error, ErrorKind};
use crate::wire::wire_tlv;

wire_tlv! {
    /// A TLV of AIGP (RFC 7311 section 3); its length counts all of it.
    pub enum AigpTlv<'a>(u8, whole 2) {
        /// The accumulated IGP metric.
        1 "aigp" Metric(u64),
    }
}

list_attributes! {
    /// AIGP (RFC 7311): its TLVs; the first metric is used.
    Aigp of AigpTlv<'a>;
}

impl Aigp<'_> {
    /// The metric: the first AIGP TLV's (RFC 7311 section 3).
    pub fn metric(&self) -> Option<u64> {
        self.iter().find_map(|tlv| match tlv {
            AigpTlv::Metric(metric) => Some(metric),
            AigpTlv::Unknown { .. } => None,
        })
    }

    /// A first metric that cannot increase any more is treated as malformed (RFC 7311 section 3.2).
    pub(super) fn findings(&self, offset: u64, report: &mut dyn FnMut(Error, Action)) {
        if self.metric() == Some(u64::MAX) {
            report(Error::new(ErrorKind::MaximumMetric, offset), Action::DiscardAttribute);
        }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::testing::{refused, round_trip, vector};
    use super::*;
    use crate::wire::List;
    use proptest::prelude::*;

    const TWO: &[u8] = &[1, 0, 11, 0, 0, 0, 0, 0, 0, 1, 0x2c, 7, 0, 5, 0xab, 0xcd];

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let places = vector(26, TWO, "aigp(300) type-7(0xabcd)", &[11]);
        assert_eq!(
            places,
            "attribute 0..19 AIGP|flags 0..1 0x80|code 1..2 26 (AIGP)|length 2..3 16|value 3..19 |item 3..14 aigp|type 3..4 1 (aigp)|\
             length 4..6 11|value 6..14 300|item 14..19 |type 14..15 7|length 15..17 5|value 17..19 0xabcd"
        );
        let aigp = super::super::testing::value(26, TWO);
        assert!(matches!(aigp, super::super::Value::Aigp(aigp) if aigp.metric() == Some(300)));
    }

    #[test]
    fn a_malformed_tlv_costs_the_attribute() {
        refused(
            26,
            &[1, 0, 10, 0, 0, 0, 0, 0, 0, 1],
            "AIGP attribute: needs 1 byte more than is there (at byte 6); attribute discard",
        );
        refused(26, &[1, 0, 2], "AIGP attribute: length 2 is not valid here (at byte 4); attribute discard");
        refused(
            26,
            &[1, 0, 12, 0, 0, 0, 0, 0, 0, 1, 2, 3],
            "AIGP attribute: 1 byte is left over (at byte 14); attribute discard",
        );
        let most = [1, 0, 11, 255, 255, 255, 255, 255, 255, 255, 255];
        refused(26, &most, "AIGP attribute: value 18446744073709551615 is not valid here (at byte 3); attribute discard");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(metrics in proptest::collection::vec(any::<u64>(), 0..5), raw: Vec<u8>) {
            let tlvs = metrics.into_iter().map(AigpTlv::Metric).chain([AigpTlv::Unknown { kind: 9, raw: &raw }]);
            let mut buffer = Vec::new();
            round_trip(super::super::Value::Aigp(Aigp(List::from_values(tlvs, &mut buffer).unwrap())));
        }
    }
}
