//! Obsolete attributes, still found in archives.

use core::fmt;
use core::net::Ipv4Addr;

use super::list_attributes;
use crate::asn::Asn;
use crate::nlri::RouteDistinguisher;
use crate::wire::{hex, wire_newtype, wire_struct, wire_tlv};

/// The octets of an attribute without a current definition: DPA and SSA.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ObsoleteBody<'a>(pub &'a [u8]);

impl fmt::Display for ObsoleteBody<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(self.0, f)
    }
}

wire_newtype!(ObsoleteBody<'a>(&'a [u8]));

/// The entropy label capability: its presence is the information (RFC 6790 section 5.2), octets in it are ignored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "the attribute has no fields")]
pub struct EntropyLabelCapability<'a>(pub &'a [u8]);

impl fmt::Display for EntropyLabelCapability<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(self.0, f)
    }
}

wire_newtype!(EntropyLabelCapability<'a>(&'a [u8]));

list_attributes! {
    /// RCID_PATH (RFC 1863 section 4): the route server clusters that a route has passed.
    RcidPath of Ipv4Addr;
}

wire_struct! {
    /// AS_PATHLIMIT (draft-ietf-idr-as-pathlimit section 4): how far a route may propagate.
    pub struct AsPathLimit {
        /// Maximum number of ASes in AS_PATH.
        limit: u8,
        /// The AS that set the limit.
        asn: Asn,
    }
}

wire_struct! {
    /// The originator of a multicast VPN tunnel (RFC 6037 section 5.2).
    pub struct VpnConnector {
        /// The VPN.
        rd: RouteDistinguisher,
        /// The originator.
        address: Ipv4Addr,
    }
}

wire_tlv! {
    /// Connector (RFC 6037 section 5.2): a two-octet type, then the value.
    pub enum Connector<'a>(u16, 0) {
        /// The originator of a VPN tunnel.
        1 "vpn-ipv4" Vpn(VpnConnector),
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

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        vector(11, &[1, 2, 3], "0x010203", &[1, 2]);
        vector(12, &[192, 0, 2, 1], "192.0.2.1", &[]);
        vector(13, &[192, 0, 2, 1, 192, 0, 2, 2], "192.0.2.1 192.0.2.2", &[4]);
        vector(19, &[0, 1], "0x0001", &[1]);
        let connector = [0, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 192, 0, 2, 1];
        vector(20, &connector, "vpn-ipv4(rd=64496:1 address=192.0.2.1)", &[]);
        vector(20, &[0, 2, 7], "type-2(0x07)", &[2]);
        vector(21, &[5, 0, 0, 0xfb, 0xf0], "limit=5 asn=64496", &[]);
        vector(28, &[], "0x", &[]);
    }

    #[test]
    fn lengths_that_cannot_be() {
        let none = Value::RcidPath(RcidPath::default()).encode(&crate::Session::AS4, &mut Vec::new()).unwrap_err();
        assert_eq!(none.to_string(), "RCID_PATH: the value has no form on the wire");
        refused(12, &[1, 2, 3], "ADVERTISER attribute: length 3 is not valid here (at byte 3); attribute discard");
        refused(13, &[1, 2, 3, 4, 5], "RCID_PATH attribute: needs 3 bytes more than are there (at byte 7); attribute discard");
        refused(20, &[0, 1, 2], "CONNECTOR attribute: needs 7 bytes more than are there (at byte 5); attribute discard");
        refused(21, &[1, 0, 0, 0, 1, 2], "AS_PATHLIMIT attribute: 1 byte is left over (at byte 8); attribute discard");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(raw: Vec<u8>, addresses in proptest::collection::vec(any::<[u8; 4]>(), 1..9), rd: [u8; 8], limit: u8, asn: u32) {
            let some = [&raw[..], &[limit]].concat();
            round_trip(Value::Dpa(ObsoleteBody(&some)));
            round_trip(Value::SafiSpecific(ObsoleteBody(&some)));
            round_trip(Value::EntropyLabelCapability(EntropyLabelCapability(&raw)));
            let mut buffer = Vec::new();
            round_trip(Value::RcidPath(RcidPath(List::from_values(addresses.into_iter().map(Ipv4Addr::from), &mut buffer).unwrap())));
            round_trip(Value::AsPathLimit(AsPathLimit { limit, asn: Asn(asn) }));
            let connector = VpnConnector { rd: RouteDistinguisher(rd), address: Ipv4Addr::from(asn) };
            round_trip(Value::Connector(Connector::Vpn(connector)));
            round_trip(Value::Connector(Connector::Unknown { kind: 2, raw: &raw }));
        }
    }
}
