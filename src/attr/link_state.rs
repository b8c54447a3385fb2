//! The BGP-LS attribute (RFC 9552 section 5.3, before it RFC 7752): properties of a node, link, prefix, SR policy or SID, as a
//! list of TLVs.
//!
//! A malformed TLV affects only itself: the list yields its error and continues with the next one.

mod link;
mod node;
mod policy;
mod prefix;
mod sid;

pub use link::{
    AdminGroups, ApplicationAttributes, BundleMember, DelayRange, DelayVariation, IgpMetric, LinkProtection, LinkProtectionFlags,
    Measured, MeasurementFlags, MplsProtocols, UnreservedBandwidth,
};
pub use node::{
    IsIsArea, LabelRange, Msd, NodeFlags, SrCapabilities, SrCapabilityFlags, SrLocalBlock, Srv6Capabilities, Srv6CapabilityFlags,
};
pub use policy::{
    BindingSid, BindingSidFlags, BindingSids, CandidatePathConstraints, CandidatePathState, CandidatePathStatus, ConstraintFlags,
    SegmentList, SegmentListFlags, Srv6BindingSid, Srv6BindingSidFlags,
};
pub use prefix::{IgpPrefixFlags, IgpPrefixSid, PrefixRange, Srv6Locator};
pub use sid::{
    AdjacencySid, EndXFlags, LanAdjacencySid, LanNeighbor, PeerSid, PeerSidFlags, ProtocolFlags, SidLabel, Srv6EndXSid,
    Srv6EndpointBehavior, Srv6IsIsLanEndXSid, Srv6OspfLanEndXSid, Srv6PeerNodeSid, Srv6SidStructure,
};

use core::fmt;
use core::iter::FusedIterator;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::traffic_engineering::Float;
use crate::codes::AttrCode;
use crate::error::{Action, Context, EncodeError, Error, Result};
use crate::nlri::{LinkIdentifiers, LinkStateAddress, MultiTopologyId};
use crate::wire::{Cursor, Field, JsonSink, List, Observer, Sink, serialize_as_json, wire_tlv};

/// Displays a number, and reserved bits after a colon if any is set: `1000:0xf`.
fn show_reserved(number: u32, reserved: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match reserved {
        0 => write!(f, "{number}"),
        _ => write!(f, "{number}:{reserved:#x}"),
    }
}

/// A name in ASCII, displayed in quotes with every other octet escaped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it is only a text")]
pub struct Name<'a>(pub &'a [u8]);

impl<'a> Field<'a> for Name<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        c.take(c.len()).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }

    fn wire_len(&self) -> usize {
        self.0.len()
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(self.0);
    }
}

// Rows without inner TLVs are rows of both lists: a TLV inside another has no further decoded TLVs, which bounds the nesting.
macro_rules! link_state_tlvs {
    (plain {$($plain:tt)*} nested {$($nested:tt)*}) => {
        wire_tlv! {
            /// One TLV of the BGP-LS attribute.
            pub enum LinkStateTlv<'a>(u16, 2) { $($plain)* $($nested)* }
        }

        wire_tlv! {
            /// A TLV inside another one of the BGP-LS attribute. Those with further inner TLVs are `Unknown` here.
            pub enum LinkStateSubTlv<'a>(u16, 2) { $($plain)* }
        }
    };
}

link_state_tlvs! {
    plain {
        /// Link local and remote identifiers (RFC 9552 section 5.2.2).
        258 "link-ids" LinkIdentifiers(LinkIdentifiers),
        /// Address of the local interface (RFC 9086 section 5).
        259 "ipv4-interface" Ipv4Interface(Ipv4Addr),
        /// Address of the neighbour (RFC 9086 section 5).
        260 "ipv4-neighbor" Ipv4Neighbor(Ipv4Addr),
        /// Address of the local interface (RFC 9086 section 5).
        261 "ipv6-interface" Ipv6Interface(Ipv6Addr),
        /// Address of the neighbour (RFC 9086 section 5).
        262 "ipv6-neighbor" Ipv6Neighbor(Ipv6Addr),
        /// Topologies of a node (RFC 9552 section 5.2.2.1).
        263 "mt-id" MultiTopology(List<'a, MultiTopologyId>),
        /// Maximum SID depths of a node (RFC 8814 section 3).
        266 "node-msd" NodeMsd(List<'a, Msd>),
        /// Maximum SID depths of a link (RFC 8814 section 4).
        267 "link-msd" LinkMsd(List<'a, Msd>),
        /// Node flag bits (RFC 9552 section 5.3.1.1).
        1024 "node-flags" NodeFlags(NodeFlags),
        /// Opaque node attribute (RFC 9552 section 5.3.1.5).
        1025 "opaque-node" OpaqueNode(&'a [u8]),
        /// Node name (RFC 9552 section 5.3.1.3).
        1026 "node-name" NodeName(Name<'a>),
        /// IS-IS area identifier (RFC 9552 section 5.3.1.2).
        1027 "is-is-area" IsIsArea(IsIsArea<'a>),
        /// IPv4 router identifier of the local node (RFC 9552 section 5.3.1.4).
        1028 "ipv4-local-router-id" Ipv4LocalRouterId(Ipv4Addr),
        /// IPv6 router identifier of the local node (RFC 9552 section 5.3.1.4).
        1029 "ipv6-local-router-id" Ipv6LocalRouterId(Ipv6Addr),
        /// IPv4 router identifier of the remote node (RFC 9552 section 5.3.2.1).
        1030 "ipv4-remote-router-id" Ipv4RemoteRouterId(Ipv4Addr),
        /// IPv6 router identifier of the remote node (RFC 9552 section 5.3.2.1).
        1031 "ipv6-remote-router-id" Ipv6RemoteRouterId(Ipv6Addr),
        /// Segment routing algorithms of a node (RFC 9085 section 2.1.3).
        1035 "sr-algorithms" SrAlgorithms(List<'a, u8>),
        /// Preference of a mapping server (RFC 9085 section 2.1.5).
        1037 "srms-preference" SrmsPreference(u8),
        /// SRv6 capabilities of a node (RFC 9514 section 3.1).
        1038 "srv6-capabilities" Srv6Capabilities(Srv6Capabilities),
        /// Administrative groups (RFC 9552 section 5.3.2).
        1088 "admin-group" AdminGroup(AdminGroups),
        /// Maximum bandwidth, in octets per second (RFC 9552 section 5.3.2).
        1089 "max-bandwidth" MaxBandwidth(Float),
        /// Maximum reservable bandwidth, in octets per second (RFC 9552 section 5.3.2).
        1090 "max-reservable-bandwidth" MaxReservableBandwidth(Float),
        /// Unreserved bandwidth (RFC 9552 section 5.3.2).
        1091 "unreserved-bandwidth" UnreservedBandwidth(UnreservedBandwidth),
        /// Traffic engineering metric (RFC 9552 section 5.3.2.3).
        1092 "te-metric" TeMetric(u32),
        /// Protection of a link (RFC 9552 section 5.3.2).
        1093 "link-protection" LinkProtection(LinkProtection),
        /// MPLS signalling protocols (RFC 9552 section 5.3.2.2).
        1094 "mpls-protocols" MplsProtocols(MplsProtocols),
        /// IGP metric (RFC 9552 section 5.3.2.4).
        1095 "igp-metric" IgpMetric(IgpMetric),
        /// Shared risk link groups (RFC 9552 section 5.3.2.5).
        1096 "srlg" SharedRisks(List<'a, u32>),
        /// Opaque link attribute (RFC 9552 section 5.3.2.6).
        1097 "opaque-link" OpaqueLink(&'a [u8]),
        /// Link name (RFC 9552 section 5.3.2.7).
        1098 "link-name" LinkName(Name<'a>),
        /// SID of an adjacency (RFC 9085 section 2.2.1).
        1099 "adjacency-sid" AdjacencySid(AdjacencySid),
        /// SID of an adjacency on a LAN (RFC 9085 section 2.2.2).
        1100 "lan-adjacency-sid" LanAdjacencySid(LanAdjacencySid),
        /// SID of a BGP peer (RFC 9086 section 5.1).
        1101 "peer-node-sid" PeerNodeSid(PeerSid),
        /// SID of a link to a BGP peer (RFC 9086 section 5.2).
        1102 "peer-adj-sid" PeerAdjSid(PeerSid),
        /// SID of a set of BGP peers (RFC 9086 section 5.3).
        1103 "peer-set-sid" PeerSetSid(PeerSid),
        /// Delay in microseconds (RFC 8571 section 2.1).
        1114 "delay" Delay(Measured),
        /// Minimum and maximum delay (RFC 8571 section 2.2).
        1115 "delay-range" DelayRange(DelayRange),
        /// Delay variation (RFC 8571 section 2.3).
        1116 "delay-variation" DelayVariation(DelayVariation),
        /// Loss in steps of 0.000003 percent (RFC 8571 section 2.4).
        1117 "loss" Loss(Measured),
        /// Bandwidth minus reservations, in octets per second (RFC 8571 section 2.5).
        1118 "residual-bandwidth" ResidualBandwidth(Float),
        /// Residual bandwidth minus unreserved use, in octets per second (RFC 8571 section 2.6).
        1119 "available-bandwidth" AvailableBandwidth(Float),
        /// Bandwidth in use, in octets per second (RFC 8571 section 2.7).
        1120 "utilized-bandwidth" UtilizedBandwidth(Float),
        /// IGP flags of a prefix (RFC 9552 section 5.3.3.1).
        1152 "igp-flags" IgpFlags(IgpPrefixFlags),
        /// Route tags (RFC 9552 section 5.3.3.2).
        1153 "route-tags" RouteTags(List<'a, u32>),
        /// Extended route tags (RFC 9552 section 5.3.3.3).
        1154 "extended-route-tags" ExtendedRouteTags(List<'a, u64>),
        /// Metric of a prefix (RFC 9552 section 5.3.3.4).
        1155 "prefix-metric" PrefixMetric(u32),
        /// Forwarding address of OSPF (RFC 9552 section 5.3.3.5).
        1156 "ospf-forwarding-address" OspfForwardingAddress(LinkStateAddress),
        /// Opaque prefix attribute (RFC 9552 section 5.3.3.6).
        1157 "opaque-prefix" OpaquePrefix(&'a [u8]),
        /// SID of a prefix (RFC 9085 section 2.3.1).
        1158 "prefix-sid" PrefixSid(IgpPrefixSid),
        /// A label or an index (RFC 9085 section 2.1.1).
        1161 "sid-label" SidLabel(SidLabel),
        /// Attribute flags of a prefix, by protocol (RFC 9085 section 2.3.2).
        1170 "prefix-flags" PrefixFlags(&'a [u8]),
        /// Router identifier of the prefix originator (RFC 9085 section 2.3.3).
        1171 "source-router-id" SourceRouterId(LinkStateAddress),
        /// Extended administrative groups (RFC 9104 section 2).
        1173 "extended-admin-group" ExtendedAdminGroup(List<'a, AdminGroups>),
        /// OSPF router identifier of the prefix originator (RFC 9085 section 2.3.4).
        1174 "source-ospf-router-id" SourceOspfRouterId(Ipv4Addr),
        /// Binding SID of a candidate path (RFC 9857 section 5.1).
        1201 "sr-binding-sid" BindingSid(BindingSid),
        /// State of a candidate path (RFC 9857 section 5.3).
        1202 "sr-candidate-path-state" CandidatePathStatus(CandidatePathStatus),
        /// Name of a candidate path (RFC 9857 section 5.5).
        1203 "sr-candidate-path-name" CandidatePathName(Name<'a>),
        /// Name of an SR policy (RFC 9857 section 5.4).
        1213 "sr-policy-name" PolicyName(Name<'a>),
        /// Endpoint behavior of an SRv6 SID (RFC 9514 section 7.1).
        1250 "srv6-endpoint-behavior" Srv6EndpointBehavior(Srv6EndpointBehavior),
        /// The BGP peer of an SRv6 SID (RFC 9514 section 7.2).
        1251 "srv6-peer-node-sid" Srv6PeerNodeSid(Srv6PeerNodeSid),
        /// Structure of an SRv6 SID (RFC 9514 section 8).
        1252 "srv6-sid-structure" Srv6SidStructure(Srv6SidStructure),
    }
    nested {
        /// SR-MPLS capabilities of a node (RFC 9085 section 2.1.2).
        1034 "sr-capabilities" SrCapabilities(SrCapabilities<'a>),
        /// SR local blocks (RFC 9085 section 2.1.4).
        1036 "sr-local-block" SrLocalBlock(SrLocalBlock<'a>),
        /// SRv6 SID of an adjacency (RFC 9514 section 4.1).
        1106 "srv6-end-x-sid" Srv6EndXSid(Srv6EndXSid<'a>),
        /// SRv6 SID of an adjacency of IS-IS on a LAN (RFC 9514 section 4.2).
        1107 "srv6-is-is-lan-end-x-sid" Srv6IsIsLanEndXSid(Srv6IsIsLanEndXSid<'a>),
        /// SRv6 SID of an adjacency of OSPFv3 on a LAN (RFC 9514 section 4.2).
        1108 "srv6-ospf-lan-end-x-sid" Srv6OspfLanEndXSid(Srv6OspfLanEndXSid<'a>),
        /// Attributes for specific applications (RFC 9294 section 2).
        1122 "application-attributes" ApplicationAttributes(ApplicationAttributes<'a>),
        /// SIDs for consecutive prefixes (RFC 9085 section 2.3.5).
        1159 "prefix-range" PrefixRange(PrefixRange<'a>),
        /// SRv6 locator (RFC 9514 section 5.1).
        1162 "srv6-locator" Srv6Locator(Srv6Locator<'a>),
        /// Bundle member (RFC 9085 section 2.2.3).
        1172 "l2-bundle-member" BundleMember(BundleMember<'a>),
        /// Constraints of a candidate path (RFC 9857 section 5.6).
        1204 "sr-candidate-path-constraints" CandidatePathConstraints(CandidatePathConstraints<'a>),
        /// List of segments (RFC 9857 section 5.7).
        1205 "sr-segment-list" SegmentList(SegmentList<'a>),
        /// SRv6 binding SID of a candidate path (RFC 9857 section 5.2).
        1212 "srv6-binding-sid" Srv6BindingSid(Srv6BindingSid<'a>),
    }
}

/// An undecoded TLV of the attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RawLinkStateTlv<'a> {
    /// The type.
    pub kind: u16,
    /// The octets after the length.
    pub bytes: &'a [u8],
    /// Their offset: bytes from the start of the outermost input.
    pub offset: u64,
}

impl<'a> RawLinkStateTlv<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let kind = c.u16()?;
        let len = c.u16()?;
        let offset = c.offset();
        Ok(Self { kind, bytes: c.take(usize::from(len))?, offset })
    }

    /// Decodes the TLV.
    ///
    /// # Errors
    /// A truncated or malformed field, or octets left over, with the offset. The attribute is still valid (RFC 9552 section
    /// 8.2.2).
    pub fn decode(&self) -> Result<LinkStateTlv<'a>> {
        LinkStateTlv::parse_body(self.kind, self.bytes, self.offset)
            .map_err(|e| e.within(Context::Attribute(AttrCode::BGP_LS), Action::None))
    }

    /// The decoded TLV, or an unknown one if it cannot be decoded.
    fn decode_or_raw(&self) -> LinkStateTlv<'a> {
        self.decode().unwrap_or(LinkStateTlv::Unknown { kind: self.kind, raw: self.bytes })
    }
}

/// The value of the BGP-LS attribute: a list of TLVs.
///
/// Reading the attribute checks only the lengths of the TLVs; each TLV is decoded during iteration.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinkState<'a> {
    bytes: &'a [u8],
    offset: u64,
}

/// Compares octets, not offsets.
impl PartialEq for LinkState<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for LinkState<'_> {}

impl<'a> LinkState<'a> {
    /// Reads the attribute's value, `offset` octets into the outermost input.
    ///
    /// # Errors
    /// A TLV whose length overruns the value, with the offset of its octets.
    pub fn parse_at(bytes: &'a [u8], offset: u64) -> Result<Self> {
        crate::wire::whole(bytes, offset)
    }

    /// The TLVs in wire order, each decoded or as its error.
    pub fn iter(&self) -> LinkStateTlvs<'a> {
        LinkStateTlvs { rest: self.raw() }
    }

    /// The TLVs in wire order, undecoded.
    pub const fn raw(&self) -> RawLinkStateTlvs<'a> {
        RawLinkStateTlvs { rest: Cursor::at(self.bytes, self.offset) }
    }

    /// The octets on the wire.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether there are no TLVs.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Reports all findings about the TLVs, one at a time.
    pub fn findings(&self, report: impl FnMut(Error)) {
        self.iter().filter_map(Result::err).for_each(report);
    }

    /// A value from the given TLVs, whose octets go to `buffer`.
    ///
    /// # Errors
    /// A TLV whose value does not fit.
    #[cfg(feature = "alloc")]
    pub fn from_tlvs<'t>(
        tlvs: impl IntoIterator<Item = LinkStateTlv<'t>>,
        buffer: &'a mut alloc::vec::Vec<u8>,
    ) -> Result<Self, EncodeError> {
        buffer.clear();
        for tlv in tlvs {
            tlv.encode(buffer)?;
        }
        Ok(Self { bytes: buffer, offset: 0 })
    }

    /// Octets on the wire.
    pub fn encoded_len(&self) -> usize {
        Field::wire_len(self)
    }

    /// Writes the octets. A TLV that cannot be decoded is copied.
    ///
    /// # Errors
    /// Too little room; then nothing is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        crate::wire::encode(self, out)
    }
}

impl<'a> IntoIterator for LinkState<'a> {
    type Item = Result<LinkStateTlv<'a>>;
    type IntoIter = LinkStateTlvs<'a>;

    fn into_iter(self) -> LinkStateTlvs<'a> {
        self.iter()
    }
}

impl<'a> Field<'a> for LinkState<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let (bytes, offset) = (c.rest(), c.offset());
        while !c.is_empty() {
            RawLinkStateTlv::read(c)?;
        }
        Ok(Self { bytes, offset })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.list(self.raw().map(|tlv| tlv.decode_or_raw()))
    }

    fn wire_len(&self) -> usize {
        self.raw().fold(0, |all, tlv| all.saturating_add(tlv.decode_or_raw().wire_len()))
    }

    fn write(&self, out: &mut dyn Sink) {
        self.raw().for_each(|tlv| tlv.decode_or_raw().write(out));
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        if !O::OBSERVES {
            return Self::read(c);
        }
        let (bytes, offset) = (c.rest(), c.offset());
        o.group(c, name, |c, o| {
            while !c.is_empty() {
                // Iteration continues after an undecodable TLV, but ends after one that overruns.
                let overrun = RawLinkStateTlv::read(&mut { *c });
                let _ = o.field::<LinkStateTlv<'_>>(c, "tlv");
                overrun?;
            }
            Ok(Self { bytes, offset })
        })
    }
}

impl fmt::Display for LinkState<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (i, tlv) in self.raw().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            match tlv.decode() {
                Ok(tlv) => fmt::Display::fmt(&tlv, f)?,
                Err(_) => fmt::Display::fmt(&LinkStateTlv::Unknown { kind: tlv.kind, raw: tlv.bytes }, f)?,
            }
        }
        f.write_str("]")
    }
}

serialize_as_json!(LinkState<'a>);

/// Iterates over the undecoded TLVs of a [`LinkState`].
#[derive(Clone, Copy, Debug)]
pub struct RawLinkStateTlvs<'a> {
    rest: Cursor<'a>,
}

impl<'a> Iterator for RawLinkStateTlvs<'a> {
    type Item = RawLinkStateTlv<'a>;

    fn next(&mut self) -> Option<RawLinkStateTlv<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let tlv = RawLinkStateTlv::read(&mut self.rest).ok();
        if tlv.is_none() {
            self.rest.stop();
        }
        tlv
    }
}

impl FusedIterator for RawLinkStateTlvs<'_> {}

/// Iterates over the TLVs of a [`LinkState`]; a malformed one is an error, and iteration continues after it.
#[derive(Clone, Copy, Debug)]
pub struct LinkStateTlvs<'a> {
    rest: RawLinkStateTlvs<'a>,
}

impl<'a> Iterator for LinkStateTlvs<'a> {
    type Item = Result<LinkStateTlv<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rest.next().map(|tlv| tlv.decode())
    }
}

impl FusedIterator for LinkStateTlvs<'_> {}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests;
