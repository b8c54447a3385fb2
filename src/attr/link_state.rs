//! The BGP-LS attribute (RFC 9552 section 5.3, before it RFC 7752): what is known about a node, a link, a prefix, an SR policy or
//! a SID, as a list of TLVs.
//!
//! A TLV that cannot be read costs that TLV: the list yields its error and goes on with the next one.

use core::fmt;
use core::iter::FusedIterator;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::place_of;
use super::sr_policy::LabelStackEntry;
use super::traffic_engineering::Float;
use crate::asn::Asn;
use crate::codes::AttrCode;
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::nlri::{LinkIdentifiers, LinkStateAddress, MultiTopologyId, SystemId};
use crate::wire::{Cursor, Field, List, U24, hex, wire_flags, wire_newtype, wire_struct, wire_tlv};

#[cfg(feature = "alloc")]
use crate::error::EncodeError;
#[cfg(feature = "alloc")]
use crate::places::Places;
#[cfg(feature = "alloc")]
use bytes::BufMut;

/// Bandwidth that nobody has reserved, in octets per second, by priority 0 to 7 (RFC 5305 section 3.6).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct UnreservedBandwidth(pub [Float; 8]);

impl<'a> Field<'a> for UnreservedBandwidth {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let octets = c.array::<32>()?;
        let mut all = [Float(0); 8];
        for (to, from) in all.iter_mut().zip(octets.as_chunks().0) {
            *to = Float(u32::from_be_bytes(*from));
        }
        Ok(Self(all))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, bandwidth) in self.0.iter().enumerate() {
            f.write_str(if i == 0 { "[" } else { "," })?;
            fmt::Display::fmt(bandwidth, f)?;
        }
        f.write_str("]")
    }

    #[cfg(feature = "alloc")]
    fn wire_len(&self) -> usize {
        32
    }

    #[cfg(feature = "alloc")]
    fn write<B: BufMut + ?Sized>(&self, out: &mut B) {
        self.0.iter().for_each(|bandwidth| Field::write(bandwidth, out));
    }
}

/// Administrative groups ("colors"), one for each bit (RFC 5305 section 3.1, RFC 7308), shown as `0x00000001`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "its bits are those on the wire")]
pub struct AdminGroups(pub u32);

wire_newtype!(AdminGroups(u32));

impl fmt::Display for AdminGroups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#010x}", self.0)
    }
}

/// Flags whose meaning depends on the protocol of the route (RFC 9085 sections 2.2 and 2.3), shown as `0x30`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "its bits are those on the wire")]
pub struct ProtocolFlags(pub u8);

wire_newtype!(ProtocolFlags(u8));

impl fmt::Display for ProtocolFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#04x}", self.0)
    }
}

/// A name in ASCII, shown in quotes and with every other octet escaped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it is a text and nothing else")]
pub struct Name<'a>(pub &'a [u8]);

impl<'a> Field<'a> for Name<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        c.take(c.len()).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }

    #[cfg(feature = "alloc")]
    fn wire_len(&self) -> usize {
        self.0.len()
    }

    #[cfg(feature = "alloc")]
    fn write<B: BufMut + ?Sized>(&self, out: &mut B) {
        out.put_slice(self.0);
    }
}

/// An area of IS-IS (ISO 10589), shown as `49.0001`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "its octets are those on the wire")]
pub struct IsIsArea<'a>(pub &'a [u8]);

impl<'a> Field<'a> for IsIsArea<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        c.take(c.len()).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.0.split_first() else {
            return hex(self.0, f);
        };
        write!(f, "{first:02x}")?;
        for (i, octet) in rest.iter().enumerate() {
            write!(f, "{}{octet:02x}", if i % 2 == 0 { "." } else { "" })?;
        }
        Ok(())
    }

    #[cfg(feature = "alloc")]
    fn wire_len(&self) -> usize {
        self.0.len()
    }

    #[cfg(feature = "alloc")]
    fn write<B: BufMut + ?Sized>(&self, out: &mut B) {
        out.put_slice(self.0);
    }
}

/// The cost of a link in its interior protocol (RFC 9552 section 5.3.2.4): who measures follows from the length.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum IgpMetric {
    /// IS-IS, narrow: one octet, whose two upper bits mean nothing.
    IsIsNarrow(u8),
    /// OSPF: two octets.
    Ospf(u16),
    /// IS-IS, wide: three octets.
    IsIsWide(U24),
    /// BGP's own shortest paths: four octets (RFC 9815).
    Spf(u32),
}

impl IgpMetric {
    /// The cost.
    pub const fn value(self) -> u32 {
        match self {
            Self::IsIsNarrow(metric) => (metric & 0x3f) as u32,
            Self::Ospf(metric) => metric as u32,
            Self::IsIsWide(metric) => metric.0,
            Self::Spf(metric) => metric,
        }
    }
}

impl<'a> Field<'a> for IgpMetric {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        match c.len() {
            1 => Field::read(c).map(Self::IsIsNarrow),
            2 => Field::read(c).map(Self::Ospf),
            3 => Field::read(c).map(Self::IsIsWide),
            4 => Field::read(c).map(Self::Spf),
            _ => Err(place_of::bad_length(c.len(), c.offset())),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value(), f)
    }

    fn number(&self) -> Option<u64> {
        Some(u64::from(self.value()))
    }

    #[cfg(feature = "alloc")]
    fn wire_len(&self) -> usize {
        match self {
            Self::IsIsNarrow(_) => 1,
            Self::Ospf(_) => 2,
            Self::IsIsWide(_) => 3,
            Self::Spf(_) => 4,
        }
    }

    #[cfg(feature = "alloc")]
    fn check(&self) -> Result<(), EncodeError> {
        if let Self::IsIsWide(metric) = self { metric.check() } else { Ok(()) }
    }

    #[cfg(feature = "alloc")]
    fn write<B: BufMut + ?Sized>(&self, out: &mut B) {
        match self {
            Self::IsIsNarrow(metric) => metric.write(out),
            Self::Ospf(metric) => metric.write(out),
            Self::IsIsWide(metric) => metric.write(out),
            Self::Spf(metric) => metric.write(out),
        }
    }
}

/// A segment identifier of SR-MPLS (RFC 9085 section 2.1.1): which kind follows from the length.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum SidLabel {
    /// Three octets: a label in the lower 20 bits, shown as `label:1000`.
    Label(U24),
    /// Four octets: an index into a block of labels, shown as `index:5`.
    Index(u32),
}

impl<'a> Field<'a> for SidLabel {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        match c.len() {
            3 => Field::read(c).map(Self::Label),
            4 => Field::read(c).map(Self::Index),
            _ => Err(place_of::bad_length(c.len(), c.offset())),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Label(label) => write!(f, "label:{}", label.0),
            Self::Index(index) => write!(f, "index:{index}"),
        }
    }

    #[cfg(feature = "alloc")]
    fn wire_len(&self) -> usize {
        match self {
            Self::Label(_) => 3,
            Self::Index(_) => 4,
        }
    }

    #[cfg(feature = "alloc")]
    fn check(&self) -> Result<(), EncodeError> {
        if let Self::Label(label) = self { label.check() } else { Ok(()) }
    }

    #[cfg(feature = "alloc")]
    fn write<B: BufMut + ?Sized>(&self, out: &mut B) {
        match self {
            Self::Label(label) => label.write(out),
            Self::Index(index) => index.write(out),
        }
    }
}

/// The neighbour on a LAN (RFC 9085 section 2.2.2): which protocol it speaks follows from the octets left for it and the SID.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum LanNeighbor {
    /// OSPF: the router's identifier.
    Ospf(Ipv4Addr),
    /// IS-IS: the system's identifier.
    IsIs(SystemId),
}

impl<'a> Field<'a> for LanNeighbor {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        // A SID of three or four octets follows.
        match c.len() {
            7 | 8 => Field::read(c).map(Self::Ospf),
            9 | 10 => Field::read(c).map(Self::IsIs),
            _ => Err(place_of::bad_length(c.len(), c.offset())),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Ospf(id) => fmt::Display::fmt(&id, f),
            Self::IsIs(id) => fmt::Display::fmt(&id, f),
        }
    }

    #[cfg(feature = "alloc")]
    fn wire_len(&self) -> usize {
        match self {
            Self::Ospf(_) => 4,
            Self::IsIs(_) => 6,
        }
    }

    #[cfg(feature = "alloc")]
    fn write<B: BufMut + ?Sized>(&self, out: &mut B) {
        match self {
            Self::Ospf(id) => id.write(out),
            Self::IsIs(id) => id.write(out),
        }
    }
}

/// A maximum SID depth: what is counted, and how many there may be (RFC 8814 sections 3 and 4), shown as `1:10`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its octets are those on the wire")]
pub struct Msd(pub [u8; 2]);

wire_newtype!(Msd([u8; 2]));

impl Msd {
    /// What is counted, of the registry "IGP MSD-Types" (RFC 8491 section 6).
    pub const fn kind(self) -> u8 {
        self.0[0]
    }

    /// How many there may be.
    pub const fn value(self) -> u8 {
        self.0[1]
    }
}

impl fmt::Display for Msd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.value())
    }
}

/// The binding SID of a candidate path and the one that was asked for, each zero if there is none (RFC 9857 section 5.1): shown
/// as `bound/specified`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum BindingSids {
    /// Labels: four octets each, a label in the upper 20 bits.
    Mpls(LabelStackEntry, LabelStackEntry),
    /// SRv6: sixteen octets each.
    Srv6(Ipv6Addr, Ipv6Addr),
}

impl<'a> Field<'a> for BindingSids {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        match c.len() {
            8 => Ok(Self::Mpls(LabelStackEntry(c.u32()?), LabelStackEntry(c.u32()?))),
            32 => Ok(Self::Srv6(Field::read(c)?, Field::read(c)?)),
            _ => Err(place_of::bad_length(c.len(), c.offset())),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mpls(bound, specified) => write!(f, "{bound}/{specified}"),
            Self::Srv6(bound, specified) => write!(f, "{bound}/{specified}"),
        }
    }

    #[cfg(feature = "alloc")]
    fn wire_len(&self) -> usize {
        match self {
            Self::Mpls(..) => 8,
            Self::Srv6(..) => 32,
        }
    }

    #[cfg(feature = "alloc")]
    fn write<B: BufMut + ?Sized>(&self, out: &mut B) {
        match self {
            Self::Mpls(bound, specified) => {
                bound.0.write(out);
                specified.0.write(out);
            }
            Self::Srv6(bound, specified) => {
                bound.write(out);
                specified.write(out);
            }
        }
    }
}

bitflags::bitflags! {
    /// What a node is (RFC 9552 section 5.3.1.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct NodeFlags: u8 {
        /// O: overloaded (IS-IS).
        const OVERLOAD = 0x80;
        /// T: attached to other areas (IS-IS).
        const ATTACHED = 0x40;
        /// E: border of the AS (OSPF).
        const EXTERNAL = 0x20;
        /// B: border of areas (OSPF).
        const ABR = 0x10;
        /// R: a router (OSPFv3).
        const ROUTER = 0x08;
        /// V6: forwards IPv6 (OSPFv3).
        const V6 = 0x04;
        const _ = !0;
    }

    /// What a node's SR-MPLS can forward, in IS-IS (RFC 9085 section 2.1.2, RFC 8667 section 3.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct SrCapabilityFlags: u8 {
        /// I: IPv4.
        const IPV4 = 0x80;
        /// V: IPv6.
        const IPV6 = 0x40;
        const _ = !0;
    }

    /// What a node's SRv6 can do (RFC 9514 section 3.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct Srv6CapabilityFlags: u16 {
        /// O: understands the O-flag of segment routing headers (RFC 9259).
        const OAM = 0x4000;
        const _ = !0;
    }

    /// How a link is protected (RFC 5307 section 1.2).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct LinkProtectionFlags: u8 {
        /// The link protects others and carries what may be lost.
        const EXTRA_TRAFFIC = 0x01;
        /// Nothing protects the link.
        const UNPROTECTED = 0x02;
        /// Shared.
        const SHARED = 0x04;
        /// Dedicated, used on failure.
        const DEDICATED_1_1 = 0x08;
        /// Dedicated, used all the time.
        const DEDICATED_1_PLUS_1 = 0x10;
        /// More reliable than dedicated 1+1.
        const ENHANCED = 0x20;
        const _ = !0;
    }

    /// Signalling of MPLS on a link (RFC 9552 section 5.3.2.2).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct MplsProtocols: u8 {
        /// L: LDP (RFC 5036).
        const LDP = 0x80;
        /// R: RSVP-TE (RFC 3209).
        const RSVP_TE = 0x40;
        const _ = !0;
    }

    /// What kind of SID leads to a peer (RFC 9086 section 5).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct PeerSidFlags: u8 {
        /// V: the SID is a label.
        const VALUE = 0x80;
        /// L: it means something at this node only.
        const LOCAL = 0x40;
        /// B: fast reroute protects its path.
        const BACKUP = 0x20;
        /// P: it stays the same after a restart.
        const PERSISTENT = 0x10;
        const _ = !0;
    }

    /// What kind of SRv6 SID leads to a neighbour (RFC 9514 sections 4.1, 4.2 and 7.2).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct EndXFlags: u8 {
        /// B: fast reroute protects its path.
        const BACKUP = 0x80;
        /// S: others have it too.
        const SET = 0x40;
        /// P: it stays the same after a restart.
        const PERSISTENT = 0x20;
        const _ = !0;
    }

    /// How steady a measured value is (RFC 8570 section 4.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct MeasurementFlags: u8 {
        /// A: it is over the configured limit.
        const ANOMALOUS = 0x80;
        const _ = !0;
    }

    /// What an interior protocol says of a prefix (RFC 9552 section 5.3.3.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct IgpPrefixFlags: u8 {
        /// D: came down from a higher level (IS-IS).
        const DOWN = 0x80;
        /// N: not for unicast (OSPFv3).
        const NO_UNICAST = 0x40;
        /// L: an address of the node itself (OSPFv3).
        const LOCAL_ADDRESS = 0x20;
        /// P: to be propagated out of an NSSA (OSPF).
        const PROPAGATE_NSSA = 0x10;
        const _ = !0;
    }

    /// State of a binding SID (RFC 9857 section 5.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct BindingSidFlags: u16 {
        /// D: SRv6, not MPLS.
        const SRV6 = 0x8000;
        /// B: one is allocated.
        const ALLOCATED = 0x4000;
        /// U: the one asked for is not available.
        const UNAVAILABLE = 0x2000;
        /// L: out of the local block.
        const LOCAL_BLOCK = 0x1000;
        /// F: another one was taken because the one asked for is not available.
        const FALLBACK = 0x0800;
        const _ = !0;
    }

    /// State of a binding SID of SRv6 (RFC 9857 section 5.2).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct Srv6BindingSidFlags: u16 {
        /// B: one is allocated.
        const ALLOCATED = 0x8000;
        /// U: the one asked for is not available.
        const UNAVAILABLE = 0x4000;
        /// F: another one was taken because the one asked for is not available.
        const FALLBACK = 0x2000;
        const _ = !0;
    }

    /// State of a candidate path (RFC 9857 section 5.3).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct CandidatePathState: u16 {
        /// S: shut down by its operator.
        const SHUTDOWN = 0x8000;
        /// A: the active one.
        const ACTIVE = 0x4000;
        /// B: the backup.
        const BACKUP = 0x2000;
        /// E: has been evaluated.
        const EVALUATED = 0x1000;
        /// V: has a valid list of segments.
        const VALID = 0x0800;
        /// O: made on demand.
        const ON_DEMAND = 0x0400;
        /// D: delegated to a path computation element.
        const DELEGATED = 0x0200;
        /// C: provisioned by a path computation element.
        const PROVISIONED = 0x0100;
        /// I: drops traffic when it becomes invalid.
        const DROP_UPON_INVALID = 0x0080;
        /// T: transit nodes may steer into it.
        const TRANSIT_ELIGIBLE = 0x0040;
        /// U: is dropping traffic because it is invalid.
        const DROPPING = 0x0020;
        const _ = !0;
    }

    /// Constraints of a candidate path (RFC 9857 section 5.6).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct ConstraintFlags: u16 {
        /// D: SRv6, not MPLS.
        const SRV6 = 0x8000;
        /// P: protected SIDs preferred.
        const PROTECTED = 0x4000;
        /// U: unprotected SIDs preferred.
        const UNPROTECTED = 0x2000;
        /// A: only SIDs of the algorithm.
        const ALGORITHM = 0x1000;
        /// T: only SIDs of the topology.
        const TOPOLOGY = 0x0800;
        /// S: the preference for protection is strict.
        const STRICT = 0x0400;
        /// F: the path stays as it is once computed.
        const FIXED = 0x0200;
        /// H: hop by hop, with adjacency SIDs only.
        const HOP_BY_HOP = 0x0100;
        const _ = !0;
    }

    /// State of a list of segments (RFC 9857 section 5.7).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct SegmentListFlags: u16 {
        /// D: SRv6, not MPLS.
        const SRV6 = 0x8000;
        /// E: configured, not computed.
        const EXPLICIT = 0x4000;
        /// C: the computation succeeded.
        const COMPUTED = 0x2000;
        /// V: verified.
        const VERIFIED = 0x1000;
        /// R: the first segment is resolved.
        const RESOLVED = 0x0800;
        /// F: failed.
        const FAILED = 0x0400;
        /// A: all SIDs are of the algorithm.
        const ALGORITHM = 0x0200;
        /// T: all SIDs are of the topology.
        const TOPOLOGY = 0x0100;
        /// M: taken out by monitoring.
        const REMOVED = 0x0080;
        const _ = !0;
    }
}

wire_flags! {
    NodeFlags(u8) SrCapabilityFlags(u8) Srv6CapabilityFlags(u16) LinkProtectionFlags(u8) MplsProtocols(u8) PeerSidFlags(u8)
    EndXFlags(u8) MeasurementFlags(u8) IgpPrefixFlags(u8) BindingSidFlags(u16) Srv6BindingSidFlags(u16) CandidatePathState(u16)
    ConstraintFlags(u16) SegmentListFlags(u16)
}

wire_struct! {
    /// A block of labels (RFC 9085 sections 2.1.2 and 2.1.4).
    pub struct LabelRange<'a> {
        /// Number of labels.
        size: U24,
        /// The first label, in a TLV of its own (1161).
        first: LinkStateSubTlv<'a>,
    }
}

wire_struct! {
    /// SR-MPLS at a node and its global blocks of labels (RFC 9085 section 2.1.2).
    pub struct SrCapabilities<'a> {
        /// What the node can forward; for IS-IS only.
        flags: SrCapabilityFlags,
        /// Reserved octet.
        reserved: u8,
        /// The blocks.
        ranges: List<'a, LabelRange<'a>>,
    }
}

wire_struct! {
    /// Local blocks of labels at a node (RFC 9085 section 2.1.4).
    pub struct SrLocalBlock<'a> {
        /// Flags; none has a meaning yet.
        flags: ProtocolFlags,
        /// Reserved octet.
        reserved: u8,
        /// The blocks.
        ranges: List<'a, LabelRange<'a>>,
    }
}

wire_struct! {
    /// SRv6 at a node (RFC 9514 section 3.1).
    pub struct Srv6Capabilities {
        /// What the node can do.
        flags: Srv6CapabilityFlags,
        /// Reserved octets.
        reserved: u16,
    }
}

wire_struct! {
    /// How a link is protected (RFC 5307 section 1.2).
    pub struct LinkProtection {
        /// Kinds of protection.
        flags: LinkProtectionFlags,
        /// Reserved octet.
        reserved: u8,
    }
}

wire_struct! {
    /// The SID of an adjacency (RFC 9085 section 2.2.1).
    pub struct AdjacencySid {
        /// Flags, by protocol.
        flags: ProtocolFlags,
        /// Weight for load balancing.
        weight: u8,
        /// Reserved octets.
        reserved: u16,
        /// The SID.
        sid: SidLabel,
    }
}

wire_struct! {
    /// The SID of an adjacency on a LAN (RFC 9085 section 2.2.2).
    pub struct LanAdjacencySid {
        /// Flags, by protocol.
        flags: ProtocolFlags,
        /// Weight for load balancing.
        weight: u8,
        /// Reserved octets.
        reserved: u16,
        /// The neighbour.
        neighbor: LanNeighbor,
        /// The SID.
        sid: SidLabel,
    }
}

wire_struct! {
    /// A SID that leads to a peer of BGP, to one of its links or to one of several peers (RFC 9086 section 5).
    pub struct PeerSid {
        /// What kind of SID.
        flags: PeerSidFlags,
        /// Weight for load balancing.
        weight: u8,
        /// Reserved octets.
        reserved: u16,
        /// The SID.
        sid: SidLabel,
    }
}

wire_struct! {
    /// An SRv6 SID of an adjacency (RFC 9514 section 4.1).
    pub struct Srv6EndXSid<'a> {
        /// Endpoint behavior (RFC 8986 section 10.2).
        behavior: u16,
        /// What kind of SID.
        flags: EndXFlags,
        /// Algorithm.
        algorithm: u8,
        /// Weight for load balancing.
        weight: u8,
        /// Reserved octet.
        reserved: u8,
        /// The SID.
        sid: Ipv6Addr,
        /// More about it.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// An SRv6 SID of an adjacency of IS-IS on a LAN (RFC 9514 section 4.2).
    pub struct Srv6IsIsLanEndXSid<'a> {
        /// Endpoint behavior (RFC 8986 section 10.2).
        behavior: u16,
        /// What kind of SID.
        flags: EndXFlags,
        /// Algorithm.
        algorithm: u8,
        /// Weight for load balancing.
        weight: u8,
        /// Reserved octet.
        reserved: u8,
        /// The neighbour.
        neighbor: SystemId,
        /// The SID.
        sid: Ipv6Addr,
        /// More about it.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// An SRv6 SID of an adjacency of OSPFv3 on a LAN (RFC 9514 section 4.2).
    pub struct Srv6OspfLanEndXSid<'a> {
        /// Endpoint behavior (RFC 8986 section 10.2).
        behavior: u16,
        /// What kind of SID.
        flags: EndXFlags,
        /// Algorithm.
        algorithm: u8,
        /// Weight for load balancing.
        weight: u8,
        /// Reserved octet.
        reserved: u8,
        /// The neighbour.
        neighbor: Ipv4Addr,
        /// The SID.
        sid: Ipv6Addr,
        /// More about it.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// A measured value of a link and how steady it is (RFC 8571 sections 2.1 and 2.4).
    pub struct Measured {
        /// How steady.
        flags: MeasurementFlags,
        /// Average: a delay in microseconds, or a loss in steps of 0.000003 percent.
        value: U24,
    }
}

wire_struct! {
    /// The shortest and the longest delay of a link (RFC 8571 section 2.2).
    pub struct DelayRange {
        /// How steady.
        flags: MeasurementFlags,
        /// Shortest delay in microseconds.
        min: U24,
        /// Reserved octet.
        reserved: u8,
        /// Longest delay in microseconds.
        max: U24,
    }
}

wire_struct! {
    /// How much the delay of a link varies (RFC 8571 section 2.3).
    pub struct DelayVariation {
        /// Reserved octet.
        reserved: u8,
        /// Variation in microseconds.
        value: U24,
    }
}

/// Attributes of a link for some applications only (RFC 9294 section 2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire, and whoever encodes one names them all")]
pub struct ApplicationAttributes<'a> {
    /// Reserved octets.
    pub reserved: u16,
    /// Standard applications, one for each bit: 0, 4 or 8 octets.
    pub standard: &'a [u8],
    /// Applications that users define, one for each bit: 0, 4 or 8 octets.
    pub user: &'a [u8],
    /// The attributes.
    pub tlvs: List<'a, LinkStateSubTlv<'a>>,
}

impl ApplicationAttributes<'_> {
    fn mask_len(len: u8, offset: u64) -> Result<usize> {
        match len {
            0 | 4 | 8 => Ok(usize::from(len)),
            _ => Err(Error::new(ErrorKind::BadLength(u32::from(len)), offset)),
        }
    }
}

impl fmt::Display for ApplicationAttributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reserved={} standard=", self.reserved)?;
        hex(self.standard, f)?;
        f.write_str(" user=")?;
        hex(self.user, f)?;
        f.write_str(" tlvs=")?;
        self.tlvs.show(f)
    }
}

impl<'a> Field<'a> for ApplicationAttributes<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let offset = c.offset();
        let standard = Self::mask_len(c.u8()?, offset)?;
        let user = Self::mask_len(c.u8()?, offset.saturating_add(1))?;
        let reserved = c.u16()?;
        Ok(Self { reserved, standard: c.take(standard)?, user: c.take(user)?, tlvs: Field::read(c)? })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    #[cfg(feature = "serde")]
    fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("reserved", &crate::wire::Json(self.reserved))?;
        map.serialize_entry("standard", &crate::wire::Json(self.standard))?;
        map.serialize_entry("user", &crate::wire::Json(self.user))?;
        map.serialize_entry("tlvs", &crate::wire::Json(self.tlvs))?;
        map.end()
    }

    #[cfg(feature = "alloc")]
    fn wire_len(&self) -> usize {
        self.standard.len().saturating_add(self.user.len()).saturating_add(self.tlvs.wire_len()).saturating_add(4)
    }

    #[cfg(feature = "alloc")]
    fn check(&self) -> Result<(), EncodeError> {
        for (mask, name) in [(self.standard, "standard"), (self.user, "user")] {
            if !matches!(mask.len(), 0 | 4 | 8) {
                return Err(EncodeError::unrepresentable(name));
            }
        }
        self.tlvs.check()
    }

    #[cfg(feature = "alloc")]
    fn write<B: BufMut + ?Sized>(&self, out: &mut B) {
        crate::wire::write_uint(out, self.standard.len(), 1);
        crate::wire::write_uint(out, self.user.len(), 1);
        self.reserved.write(out);
        self.standard.write(out);
        self.user.write(out);
        self.tlvs.write(out);
    }

    #[cfg(feature = "alloc")]
    fn place(c: &mut Cursor<'a>, name: &'static str, places: &mut Places) -> Result<Self> {
        let opened = places.open(name, c.offset());
        let outcome = (|| {
            let offset = c.offset();
            let standard = Self::mask_len(u8::place(c, "standard_length", places)?, offset);
            let standard = standard.inspect_err(|e| places.error(*e))?;
            let user = Self::mask_len(u8::place(c, "user_length", places)?, offset.saturating_add(1));
            let user = user.inspect_err(|e| places.error(*e))?;
            let reserved = u16::place(c, "reserved", places)?;
            let mut mask = c.sub(standard).inspect_err(|e| places.error(*e))?;
            let standard = Field::place(&mut mask, "standard", places)?;
            let mut mask = c.sub(user).inspect_err(|e| places.error(*e))?;
            let user = Field::place(&mut mask, "user", places)?;
            Ok(Self { reserved, standard, user, tlvs: Field::place(c, "tlvs", places)? })
        })();
        places.close(opened, c.offset());
        outcome
    }
}

wire_struct! {
    /// A member of a bundle of links in layer 2 (RFC 9085 section 2.2.3).
    pub struct BundleMember<'a> {
        /// Its link-local identifier (RFC 4202).
        descriptor: u32,
        /// Its attributes.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// The SID of a prefix (RFC 9085 section 2.3.1).
    pub struct PrefixSid {
        /// Flags, by protocol.
        flags: ProtocolFlags,
        /// Algorithm.
        algorithm: u8,
        /// Reserved octets.
        reserved: u16,
        /// The SID.
        sid: SidLabel,
    }
}

wire_struct! {
    /// SIDs for prefixes in a row, from a mapping server (RFC 9085 section 2.3.5).
    pub struct PrefixRange<'a> {
        /// Flags, by protocol.
        flags: ProtocolFlags,
        /// Reserved octet.
        reserved: u8,
        /// Number of prefixes.
        size: u16,
        /// The SID of the first one.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// A locator of SRv6 (RFC 9514 section 5.1).
    pub struct Srv6Locator<'a> {
        /// Flags, by protocol.
        flags: ProtocolFlags,
        /// Algorithm.
        algorithm: u8,
        /// Reserved octets.
        reserved: u16,
        /// Metric.
        metric: u32,
        /// More about it.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// The binding SID of a candidate path (RFC 9857 section 5.1).
    pub struct BindingSid {
        /// Its state.
        flags: BindingSidFlags,
        /// Reserved octets.
        reserved: u16,
        /// The SID, and the one that was asked for.
        sids: BindingSids,
    }
}

wire_struct! {
    /// The SRv6 binding SID of a candidate path (RFC 9857 section 5.2).
    pub struct Srv6BindingSid<'a> {
        /// Its state.
        flags: Srv6BindingSidFlags,
        /// Reserved octets.
        reserved: u16,
        /// The SID.
        sid: Ipv6Addr,
        /// The one that was asked for.
        specified: Ipv6Addr,
        /// More about it.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// State of a candidate path (RFC 9857 section 5.3).
    pub struct CandidatePathStatus {
        /// Priority for computing it again after a change.
        priority: u8,
        /// Reserved octet.
        reserved: u8,
        /// Its state.
        flags: CandidatePathState,
        /// Preference over other paths.
        preference: u32,
    }
}

wire_struct! {
    /// Constraints of a candidate path (RFC 9857 section 5.6).
    pub struct CandidatePathConstraints<'a> {
        /// Constraints that need no value.
        flags: ConstraintFlags,
        /// Reserved octets.
        reserved1: u16,
        /// The topology.
        mt_id: u16,
        /// The algorithm.
        algorithm: u8,
        /// Reserved octet.
        reserved2: u8,
        /// More constraints.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// A list of segments of a candidate path (RFC 9857 section 5.7).
    pub struct SegmentList<'a> {
        /// Its state.
        flags: SegmentListFlags,
        /// Reserved octets.
        reserved1: u16,
        /// The topology.
        mt_id: u16,
        /// The algorithm.
        algorithm: u8,
        /// Reserved octet.
        reserved2: u8,
        /// Weight for load balancing.
        weight: u32,
        /// The segments and more about them.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// What an SRv6 SID does (RFC 9514 section 7.1).
    pub struct Srv6EndpointBehavior {
        /// Endpoint behavior (RFC 8986 section 10.2).
        behavior: u16,
        /// Flags; none has a meaning yet.
        flags: ProtocolFlags,
        /// Algorithm.
        algorithm: u8,
    }
}

wire_struct! {
    /// The peer of BGP that an SRv6 SID leads to (RFC 9514 section 7.2).
    pub struct Srv6PeerNodeSid {
        /// What kind of SID.
        flags: EndXFlags,
        /// Weight for load balancing.
        weight: u8,
        /// Reserved octets.
        reserved: u16,
        /// AS number of the peer.
        peer_as: Asn,
        /// BGP identifier of the peer.
        peer_id: Ipv4Addr,
    }
}

wire_struct! {
    /// Where the parts of an SRv6 SID end (RFC 9514 section 8), each in bits.
    pub struct Srv6SidStructure {
        /// Block of the locator.
        block: u8,
        /// Node of the locator.
        node: u8,
        /// Function.
        function: u8,
        /// Argument.
        argument: u8,
    }
}

// Rows without TLVs inside are rows of both lists: what stands inside a TLV has no further TLVs that are taken apart, so that no
// input nests without end.
macro_rules! link_state_tlvs {
    (plain {$($plain:tt)*} nested {$($nested:tt)*}) => {
        wire_tlv! {
            /// One TLV of the BGP-LS attribute.
            pub enum LinkStateTlv<'a>(u16, 2) { $($plain)* $($nested)* }
        }

        wire_tlv! {
            /// A TLV inside another one of the BGP-LS attribute. Those that would hold more of them are `Unknown` here.
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
        /// Algorithms of segment routing at a node (RFC 9085 section 2.1.3).
        1035 "sr-algorithms" SrAlgorithms(List<'a, u8>),
        /// Preference of a mapping server (RFC 9085 section 2.1.5).
        1037 "srms-preference" SrmsPreference(u8),
        /// SRv6 at a node (RFC 9514 section 3.1).
        1038 "srv6-capabilities" Srv6Capabilities(Srv6Capabilities),
        /// Administrative groups (RFC 9552 section 5.3.2).
        1088 "admin-group" AdminGroup(AdminGroups),
        /// Maximum bandwidth, in octets per second (RFC 9552 section 5.3.2).
        1089 "max-bandwidth" MaxBandwidth(Float),
        /// Maximum bandwidth that may be reserved, in octets per second (RFC 9552 section 5.3.2).
        1090 "max-reservable-bandwidth" MaxReservableBandwidth(Float),
        /// Bandwidth that nobody has reserved (RFC 9552 section 5.3.2).
        1091 "unreserved-bandwidth" UnreservedBandwidth(UnreservedBandwidth),
        /// Metric for traffic engineering (RFC 9552 section 5.3.2.3).
        1092 "te-metric" TeMetric(u32),
        /// Protection of a link (RFC 9552 section 5.3.2).
        1093 "link-protection" LinkProtection(LinkProtection),
        /// Signalling of MPLS (RFC 9552 section 5.3.2.2).
        1094 "mpls-protocols" MplsProtocols(MplsProtocols),
        /// Metric of the interior protocol (RFC 9552 section 5.3.2.4).
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
        /// SID that leads to a peer (RFC 9086 section 5.1).
        1101 "peer-node-sid" PeerNodeSid(PeerSid),
        /// SID that leads to a peer by one link (RFC 9086 section 5.2).
        1102 "peer-adj-sid" PeerAdjSid(PeerSid),
        /// SID that leads to one of several peers (RFC 9086 section 5.3).
        1103 "peer-set-sid" PeerSetSid(PeerSid),
        /// Delay in microseconds (RFC 8571 section 2.1).
        1114 "delay" Delay(Measured),
        /// Shortest and longest delay (RFC 8571 section 2.2).
        1115 "delay-range" DelayRange(DelayRange),
        /// Variation of the delay (RFC 8571 section 2.3).
        1116 "delay-variation" DelayVariation(DelayVariation),
        /// Loss in steps of 0.000003 percent (RFC 8571 section 2.4).
        1117 "loss" Loss(Measured),
        /// Bandwidth minus what is reserved, in octets per second (RFC 8571 section 2.5).
        1118 "residual-bandwidth" ResidualBandwidth(Float),
        /// Residual bandwidth minus what is used without reservation, in octets per second (RFC 8571 section 2.6).
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
        1158 "prefix-sid" PrefixSid(PrefixSid),
        /// A label or an index (RFC 9085 section 2.1.1).
        1161 "sid-label" SidLabel(SidLabel),
        /// Attribute flags of a prefix, as its protocol has them (RFC 9085 section 2.3.2).
        1170 "prefix-flags" PrefixFlags(&'a [u8]),
        /// Router identifier of who announced a prefix (RFC 9085 section 2.3.3).
        1171 "source-router-id" SourceRouterId(LinkStateAddress),
        /// Extended administrative groups (RFC 9104 section 2).
        1173 "extended-admin-group" ExtendedAdminGroup(List<'a, AdminGroups>),
        /// OSPF router identifier of who announced a prefix (RFC 9085 section 2.3.4).
        1174 "source-ospf-router-id" SourceOspfRouterId(Ipv4Addr),
        /// Binding SID of a candidate path (RFC 9857 section 5.1).
        1201 "sr-binding-sid" BindingSid(BindingSid),
        /// State of a candidate path (RFC 9857 section 5.3).
        1202 "sr-candidate-path-state" CandidatePathStatus(CandidatePathStatus),
        /// Name of a candidate path (RFC 9857 section 5.5).
        1203 "sr-candidate-path-name" CandidatePathName(Name<'a>),
        /// Name of an SR policy (RFC 9857 section 5.4).
        1213 "sr-policy-name" PolicyName(Name<'a>),
        /// What an SRv6 SID does (RFC 9514 section 7.1).
        1250 "srv6-endpoint-behavior" Srv6EndpointBehavior(Srv6EndpointBehavior),
        /// The peer that an SRv6 SID leads to (RFC 9514 section 7.2).
        1251 "srv6-peer-node-sid" Srv6PeerNodeSid(Srv6PeerNodeSid),
        /// Where the parts of an SRv6 SID end (RFC 9514 section 8).
        1252 "srv6-sid-structure" Srv6SidStructure(Srv6SidStructure),
    }
    nested {
        /// SR-MPLS at a node (RFC 9085 section 2.1.2).
        1034 "sr-capabilities" SrCapabilities(SrCapabilities<'a>),
        /// Local blocks of labels (RFC 9085 section 2.1.4).
        1036 "sr-local-block" SrLocalBlock(SrLocalBlock<'a>),
        /// SRv6 SID of an adjacency (RFC 9514 section 4.1).
        1106 "srv6-end-x-sid" Srv6EndXSid(Srv6EndXSid<'a>),
        /// SRv6 SID of an adjacency of IS-IS on a LAN (RFC 9514 section 4.2).
        1107 "srv6-is-is-lan-end-x-sid" Srv6IsIsLanEndXSid(Srv6IsIsLanEndXSid<'a>),
        /// SRv6 SID of an adjacency of OSPFv3 on a LAN (RFC 9514 section 4.2).
        1108 "srv6-ospf-lan-end-x-sid" Srv6OspfLanEndXSid(Srv6OspfLanEndXSid<'a>),
        /// Attributes for some applications only (RFC 9294 section 2).
        1122 "application-attributes" ApplicationAttributes(ApplicationAttributes<'a>),
        /// SIDs for prefixes in a row (RFC 9085 section 2.3.5).
        1159 "prefix-range" PrefixRange(PrefixRange<'a>),
        /// Locator of SRv6 (RFC 9514 section 5.1).
        1162 "srv6-locator" Srv6Locator(Srv6Locator<'a>),
        /// Member of a bundle (RFC 9085 section 2.2.3).
        1172 "l2-bundle-member" BundleMember(BundleMember<'a>),
        /// Constraints of a candidate path (RFC 9857 section 5.6).
        1204 "sr-candidate-path-constraints" CandidatePathConstraints(CandidatePathConstraints<'a>),
        /// List of segments (RFC 9857 section 5.7).
        1205 "sr-segment-list" SegmentList(SegmentList<'a>),
        /// SRv6 binding SID of a candidate path (RFC 9857 section 5.2).
        1212 "srv6-binding-sid" Srv6BindingSid(Srv6BindingSid<'a>),
    }
}

/// One TLV as it lies in the attribute: its octets, not taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RawLinkStateTlv<'a> {
    /// The type.
    pub kind: u16,
    /// The octets behind the length.
    pub bytes: &'a [u8],
    /// Where they start: bytes from the start of the outermost input.
    pub offset: u64,
}

impl<'a> RawLinkStateTlv<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let kind = c.u16()?;
        let len = c.u16()?;
        let offset = c.offset();
        Ok(Self { kind, bytes: c.take(usize::from(len))?, offset })
    }

    /// Takes the TLV apart.
    ///
    /// # Errors
    /// A field that is cut or malformed, octets left over, with their place. The attribute is none the worse for it
    /// (RFC 9552 section 8.2.2).
    pub fn decode(&self) -> Result<LinkStateTlv<'a>> {
        LinkStateTlv::parse_body(self.kind, self.bytes, self.offset)
            .map_err(|e| e.within(Context::Attribute(AttrCode::BGP_LS), Action::None))
    }

    /// The same TLV as one of a type that nobody knows, if it cannot be taken apart.
    #[cfg(feature = "alloc")]
    fn decode_or_raw(&self) -> LinkStateTlv<'a> {
        self.decode().unwrap_or(LinkStateTlv::Unknown { kind: self.kind, raw: self.bytes })
    }
}

/// The value of the BGP-LS attribute: TLVs one after the other.
///
/// Only the lengths of the TLVs are looked at when the attribute is read; each TLV is taken apart when its turn comes.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinkState<'a> {
    bytes: &'a [u8],
    offset: u64,
}

/// Equal octets; where they lie does not matter.
impl PartialEq for LinkState<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for LinkState<'_> {}

impl<'a> LinkState<'a> {
    /// Reads the attribute's value, `offset` bytes into the outermost input.
    ///
    /// # Errors
    /// A TLV whose length overruns the value, with the place where its octets start.
    pub fn parse_at(bytes: &'a [u8], offset: u64) -> Result<Self> {
        crate::wire::whole(bytes, offset)
    }

    /// The TLVs in the order of the wire, each taken apart or with what is wrong in it.
    pub fn iter(&self) -> LinkStateTlvs<'a> {
        LinkStateTlvs { rest: self.raw() }
    }

    /// The TLVs in the order of the wire, not taken apart.
    pub const fn raw(&self) -> RawLinkStateTlvs<'a> {
        RawLinkStateTlvs { rest: Cursor::at(self.bytes, self.offset) }
    }

    /// The octets on the wire.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether there is no TLV.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Everything that is wrong in the TLVs, one finding at a time.
    pub fn findings(&self, report: impl FnMut(Error)) {
        self.iter().filter_map(Result::err).for_each(report);
    }

    /// A value of the given TLVs, whose octets go to `buffer`.
    ///
    /// # Errors
    /// A TLV that does not fit its place.
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
    #[cfg(feature = "alloc")]
    pub fn encoded_len(&self) -> usize {
        Field::wire_len(self)
    }

    /// Writes the octets. A TLV that cannot be taken apart is written as it is.
    ///
    /// # Errors
    /// Too little room; then nothing is written.
    #[cfg(feature = "alloc")]
    pub fn encode(&self, out: &mut impl BufMut) -> Result<(), EncodeError> {
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

    #[cfg(feature = "serde")]
    fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(self, serializer)
    }

    #[cfg(feature = "alloc")]
    fn wire_len(&self) -> usize {
        self.raw().fold(0, |all, tlv| all.saturating_add(tlv.decode_or_raw().wire_len()))
    }

    #[cfg(feature = "alloc")]
    fn write<B: BufMut + ?Sized>(&self, out: &mut B) {
        self.raw().for_each(|tlv| tlv.decode_or_raw().write(out));
    }

    #[cfg(feature = "alloc")]
    fn place(c: &mut Cursor<'a>, name: &'static str, places: &mut Places) -> Result<Self> {
        let (bytes, offset) = (c.rest(), c.offset());
        let opened = places.open(name, offset);
        let mut outcome = Ok(Self { bytes, offset });
        while !c.is_empty() && outcome.is_ok() {
            // Behind a TLV that cannot be taken apart the next one follows; behind one that overruns, nothing does.
            let mut ahead = *c;
            let overrun = RawLinkStateTlv::read(&mut ahead).err();
            let _ = LinkStateTlv::place(c, "tlv", places);
            if let Some(e) = overrun {
                outcome = Err(e);
            }
        }
        places.close(opened, c.offset());
        outcome
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

#[cfg(feature = "serde")]
impl serde::Serialize for LinkState<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.raw().map(|tlv| tlv.decode_or_raw()))
    }
}

/// Iterates over the TLVs of a [`LinkState`] without taking them apart.
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

/// Iterates over the TLVs of a [`LinkState`]; one that is malformed is an error, and the next one follows all the same.
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
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    fn octets(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits.chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    // Octets of TLVs without TLVs inside, and what they say.
    const PLAIN: &[(&str, &str)] = &[
        ("0102 0008 00000005 00000006", "link-ids(local=5 remote=6)"),
        ("0103 0004 c0000201", "ipv4-interface(192.0.2.1)"),
        ("0104 0004 c0000202", "ipv4-neighbor(192.0.2.2)"),
        ("0105 0010 20010db8000000000000000000000001", "ipv6-interface(2001:db8::1)"),
        ("0106 0010 20010db8000000000000000000000002", "ipv6-neighbor(2001:db8::2)"),
        ("0107 0004 0000 0002", "mt-id([0,2])"),
        ("010a 0004 010a 290a", "node-msd([1:10,41:10])"),
        ("010b 0002 0105", "link-msd([1:5])"),
        ("0400 0001 fc", "node-flags(OVERLOAD|ATTACHED|EXTERNAL|ABR|ROUTER|V6)"),
        ("0400 0001 82", "node-flags(OVERLOAD|0x2)"),
        ("0401 0003 010203", "opaque-node(0x010203)"),
        ("0402 0005 72312022ff", "node-name(\"r1 \\\"\\xff\")"),
        ("0403 0006 490001000a0b", "is-is-area(49.0001.000a.0b)"),
        ("0403 0000", "is-is-area(0x)"),
        ("0404 0004 c0000201", "ipv4-local-router-id(192.0.2.1)"),
        ("0405 0010 20010db8000000000000000000000001", "ipv6-local-router-id(2001:db8::1)"),
        ("0406 0004 c0000202", "ipv4-remote-router-id(192.0.2.2)"),
        ("0407 0010 20010db8000000000000000000000002", "ipv6-remote-router-id(2001:db8::2)"),
        ("040b 0003 00 01 80", "sr-algorithms([0,1,128])"),
        ("040d 0001 64", "srms-preference(100)"),
        ("040e 0004 4000 0000", "srv6-capabilities(flags=OAM reserved=0)"),
        ("0440 0004 0000000f", "admin-group(0x0000000f)"),
        ("0441 0004 4cee6b28", "max-bandwidth(125000000)"),
        ("0442 0004 4c6e6b28", "max-reservable-bandwidth(62500000)"),
        (
            "0443 0020 4cee6b28 4c6e6b28 3f800000 40000000 3f000000 00000000 7f800000 c0000000",
            "unreserved-bandwidth([125000000,62500000,1,2,0.5,0,inf,-2])",
        ),
        ("0444 0004 0000000a", "te-metric(10)"),
        ("0445 0002 22 00", "link-protection(flags=UNPROTECTED|ENHANCED reserved=0)"),
        ("0445 0002 1d 07", "link-protection(flags=EXTRA_TRAFFIC|SHARED|DEDICATED_1_1|DEDICATED_1_PLUS_1 reserved=7)"),
        ("0446 0001 c0", "mpls-protocols(LDP|RSVP_TE)"),
        ("0447 0001 ca", "igp-metric(10)"),
        ("0447 0002 0064", "igp-metric(100)"),
        ("0447 0003 010000", "igp-metric(65536)"),
        ("0447 0004 01000000", "igp-metric(16777216)"),
        ("0448 0008 00000001 00000002", "srlg([1,2])"),
        ("0449 0002 abcd", "opaque-link(0xabcd)"),
        ("044a 0008 67652d302f302f30", "link-name(\"ge-0/0/0\")"),
        ("044b 0007 30 0a 0000 005dc0", "adjacency-sid(flags=0x30 weight=10 reserved=0 sid=label:24000)"),
        (
            "044c 000d 30 0a 0000 192000002001 005dc0",
            "lan-adjacency-sid(flags=0x30 weight=10 reserved=0 neighbor=1920.0000.2001 sid=label:24000)",
        ),
        (
            "044c 000c 60 00 0000 c0000202 00000007",
            "lan-adjacency-sid(flags=0x60 weight=0 reserved=0 neighbor=192.0.2.2 sid=index:7)",
        ),
        ("044d 0007 c0 01 0000 005dc0", "peer-node-sid(flags=VALUE|LOCAL weight=1 reserved=0 sid=label:24000)"),
        ("044e 0008 30 00 0000 00000009", "peer-adj-sid(flags=BACKUP|PERSISTENT weight=0 reserved=0 sid=index:9)"),
        ("044f 0007 c0 00 0000 005dc1", "peer-set-sid(flags=VALUE|LOCAL weight=0 reserved=0 sid=label:24001)"),
        ("045a 0004 80 0003e8", "delay(flags=ANOMALOUS value=1000)"),
        ("045b 0008 00 000064 00 0000c8", "delay-range(flags=0 min=100 reserved=0 max=200)"),
        ("045c 0004 00 00000a", "delay-variation(reserved=0 value=10)"),
        ("045d 0004 00 000003", "loss(flags=0 value=3)"),
        ("045e 0004 3f800000", "residual-bandwidth(1)"),
        ("045f 0004 40000000", "available-bandwidth(2)"),
        ("0460 0004 3f000000", "utilized-bandwidth(0.5)"),
        ("0480 0001 f0", "igp-flags(DOWN|NO_UNICAST|LOCAL_ADDRESS|PROPAGATE_NSSA)"),
        ("0481 0008 00000001 ffffffff", "route-tags([1,4294967295])"),
        ("0482 0008 0000000100000000", "extended-route-tags([4294967296])"),
        ("0483 0004 0000000a", "prefix-metric(10)"),
        ("0484 0004 c6336401", "ospf-forwarding-address(198.51.100.1)"),
        ("0484 0010 20010db8000000000000000000000003", "ospf-forwarding-address(2001:db8::3)"),
        ("0485 0001 01", "opaque-prefix(0x01)"),
        ("0486 0008 40 00 0000 00000064", "prefix-sid(flags=0x40 algorithm=0 reserved=0 sid=index:100)"),
        ("0489 0003 0003e8", "sid-label(label:1000)"),
        ("0492 0001 20", "prefix-flags(0x20)"),
        ("0493 0004 c6336401", "source-router-id(198.51.100.1)"),
        ("0495 0008 00000001 80000000", "extended-admin-group([0x00000001,0x80000000])"),
        ("0496 0004 c0000201", "source-ospf-router-id(192.0.2.1)"),
        ("04b1 000c 4000 0000 03e80000 00064000", "sr-binding-sid(flags=ALLOCATED reserved=0 sids=16000/100)"),
        (
            "04b1 0024 f800 0000 20010db8000000000000000000000001 00000000000000000000000000000000",
            "sr-binding-sid(flags=SRV6|ALLOCATED|UNAVAILABLE|LOCAL_BLOCK|FALLBACK reserved=0 sids=2001:db8::1/::)",
        ),
        (
            "04b2 0008 80 00 5800 00000064",
            "sr-candidate-path-state(priority=128 reserved=0 flags=ACTIVE|EVALUATED|VALID preference=100)",
        ),
        (
            "04b2 0008 00 00 a7e0 00000000",
            "sr-candidate-path-state(priority=0 reserved=0 flags=SHUTDOWN|BACKUP|ON_DEMAND|DELEGATED|PROVISIONED|\
             DROP_UPON_INVALID|TRANSIT_ELIGIBLE|DROPPING preference=0)",
        ),
        ("04b3 0003 637031", "sr-candidate-path-name(\"cp1\")"),
        ("04bd 0002 7031", "sr-policy-name(\"p1\")"),
        ("04e2 0004 0005 00 80", "srv6-endpoint-behavior(behavior=5 flags=0x00 algorithm=128)"),
        (
            "04e3 000c a0 0a 0000 0000fbf0 c0000202",
            "srv6-peer-node-sid(flags=BACKUP|PERSISTENT weight=10 reserved=0 peer_as=64496 peer_id=192.0.2.2)",
        ),
        ("04e4 0004 28 18 10 00", "srv6-sid-structure(block=40 node=24 function=16 argument=0)"),
        ("1388 0002 abcd", "type-5000(0xabcd)"),
    ];

    // Octets of TLVs that may have others inside.
    const NESTED: &[(&str, &str)] = &[
        (
            "040a 0017 c0 00 0003e8 0489 0003 003e80 000064 0489 0004 00000005",
            "sr-capabilities(flags=IPV4|IPV6 reserved=0 \
             ranges=[size=1000 first=sid-label(label:16000),size=100 first=sid-label(index:5)])",
        ),
        (
            "040c 000c 00 00 0003e8 0489 0003 003a98",
            "sr-local-block(flags=0x00 reserved=0 ranges=[size=1000 first=sid-label(label:15000)])",
        ),
        (
            "0452 001e 0005 c0 00 01 00 20010db80001e0000000000000000000 04e4 0004 28 18 10 00",
            "srv6-end-x-sid(behavior=5 flags=BACKUP|SET algorithm=0 weight=1 reserved=0 sid=2001:db8:1:e000:: \
             tlvs=[srv6-sid-structure(block=40 node=24 function=16 argument=0)])",
        ),
        (
            "0453 001c 0005 20 80 00 00 192000002001 20010db80001e0010000000000000000",
            "srv6-is-is-lan-end-x-sid(behavior=5 flags=PERSISTENT algorithm=128 weight=0 reserved=0 \
             neighbor=1920.0000.2001 sid=2001:db8:1:e001:: tlvs=[])",
        ),
        (
            "0454 001a 0005 00 00 00 00 c0000202 20010db80001e0020000000000000000",
            "srv6-ospf-lan-end-x-sid(behavior=5 flags=0 algorithm=0 weight=0 reserved=0 neighbor=192.0.2.2 \
             sid=2001:db8:1:e002:: tlvs=[])",
        ),
        (
            "0462 0010 04 00 0000 10000000 0444 0004 00000014",
            "application-attributes(reserved=0 standard=0x10000000 user=0x tlvs=[te-metric(20)])",
        ),
        (
            "0462 000c 00 08 0000 0000000000000001",
            "application-attributes(reserved=0 standard=0x user=0x0000000000000001 tlvs=[])",
        ),
        (
            "0487 0010 80 00 000a 0486 0008 00 00 0000 00000064",
            "prefix-range(flags=0x80 reserved=0 size=10 tlvs=[prefix-sid(flags=0x00 algorithm=0 reserved=0 sid=index:100)])",
        ),
        ("048a 0008 80 80 0000 0000000a", "srv6-locator(flags=0x80 algorithm=128 reserved=0 metric=10 tlvs=[])"),
        (
            "0494 000f 00000007 044b 0007 30 00 0000 005dc0",
            "l2-bundle-member(descriptor=7 tlvs=[adjacency-sid(flags=0x30 weight=0 reserved=0 sid=label:24000)])",
        ),
        // What would nest further is kept as it is.
        ("0494 000c 00000007 0487 0004 80000001", "l2-bundle-member(descriptor=7 tlvs=[type-1159(0x80000001)])"),
        (
            "04b4 0010 ff00 0000 0002 80 00 04b8 0004 00000001",
            "sr-candidate-path-constraints(flags=SRV6|PROTECTED|UNPROTECTED|ALGORITHM|TOPOLOGY|STRICT|FIXED|HOP_BY_HOP \
             reserved1=0 mt_id=2 algorithm=128 reserved2=0 tlvs=[type-1208(0x00000001)])",
        ),
        (
            "04b5 000c ff80 0000 0000 00 00 00000001",
            "sr-segment-list(flags=SRV6|EXPLICIT|COMPUTED|VERIFIED|RESOLVED|FAILED|ALGORITHM|TOPOLOGY|REMOVED \
             reserved1=0 mt_id=0 algorithm=0 reserved2=0 weight=1 tlvs=[])",
        ),
        (
            "04bc 002c e000 0000 20010db8000000000000000000000001 20010db8000000000000000000000002 04e2 0004 0005 00 00",
            "srv6-binding-sid(flags=ALLOCATED|UNAVAILABLE|FALLBACK reserved=0 sid=2001:db8::1 specified=2001:db8::2 \
             tlvs=[srv6-endpoint-behavior(behavior=5 flags=0x00 algorithm=0)])",
        ),
    ];

    fn vectors() -> impl Iterator<Item = (Vec<u8>, String)> {
        // Each plain one also inside another one.
        let inside = PLAIN.iter().map(|(hex, text)| {
            let inner = octets(hex);
            let mut bytes = octets("0494 0000 00000007");
            bytes[3] = u8::try_from(inner.len() + 4).unwrap();
            bytes.extend_from_slice(&inner);
            (bytes, format!("l2-bundle-member(descriptor=7 tlvs=[{text}])"))
        });
        PLAIN.iter().chain(NESTED).map(|(hex, text)| (octets(hex), (*text).to_owned())).chain(inside)
    }

    fn encoded(value: LinkState<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        value.encode(&mut out).unwrap();
        assert_eq!(out.len(), value.encoded_len());
        out
    }

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let (mut all, mut texts) = (Vec::new(), Vec::new());
        for (bytes, text) in vectors() {
            let value = LinkState::parse_at(&bytes, 0).unwrap();
            assert_eq!(value.to_string(), format!("[{text}]"));
            let tlvs: Vec<_> = value.iter().collect::<Result<_>>().unwrap();
            assert_eq!(tlvs.len(), 1, "{text}");
            let mut buffer = Vec::new();
            assert_eq!(LinkState::from_tlvs(tlvs, &mut buffer).unwrap().as_bytes(), bytes, "{text}");
            assert_eq!(encoded(value), bytes, "{text}");
            all.extend_from_slice(&bytes);
            texts.push(text);
        }
        let value = LinkState::parse_at(&all, 0).unwrap();
        assert_eq!((value.to_string(), encoded(value)), (format!("[{}]", texts.join(",")), all.clone()));
        assert!(LinkState::default().is_empty() && !value.is_empty());
    }

    #[test]
    fn every_row_has_a_vector_and_a_name() {
        for (code, name) in LinkStateTlv::TYPES {
            assert!(PLAIN.iter().chain(NESTED).any(|(_, text)| text.starts_with(&format!("{name}("))), "{code} {name}");
            assert!(crate::codes::BgpLsTlv(*code).name().is_some(), "{code} {name}");
            let inside = LinkStateSubTlv::TYPES.contains(&(*code, name));
            assert_eq!(inside, PLAIN.iter().any(|(_, text)| text.starts_with(&format!("{name}("))), "{code} {name}");
        }
    }

    #[test]
    fn cut_anywhere_it_is_an_error() {
        for (bytes, text) in vectors() {
            for n in 1..bytes.len() {
                assert!(LinkState::parse_at(&bytes[..n], 0).is_err(), "{text} cut at {n}");
                // The length says what is there: what remains is a shorter value or an error, and is written as it was.
                if n >= 4 {
                    let mut short = bytes[..n].to_vec();
                    short[2..4].copy_from_slice(&u16::try_from(n - 4).unwrap().to_be_bytes());
                    assert_eq!(encoded(LinkState::parse_at(&short, 0).unwrap()), short, "{text} cut at {n}");
                }
            }
        }
        let error = |hex: &str| LinkState::parse_at(&octets(hex), 10).unwrap_err().to_string();
        assert_eq!(error("0444 0004 000000"), "input: ends 1 byte too early (at byte 14)");
        assert_eq!(error("0444 0004 0000000a 04"), "input: ends 1 byte too early (at byte 18)");
    }

    #[test]
    fn any_octet_may_be_wrong() {
        let mut good = 0;
        for (bytes, text) in vectors() {
            for at in 0..bytes.len() {
                for flip in [1, 2, 4, 0x10, 0x80, 0xff] {
                    let mut other = bytes.clone();
                    other[at] ^= flip;
                    let Ok(value) = LinkState::parse_at(&other, 0) else { continue };
                    good += value.iter().filter(Result::is_ok).count();
                    assert_eq!(encoded(value), other, "{text} with {flip:#x} at {at}");
                    assert!(value.to_string().len() > 2);
                }
            }
        }
        assert!(good > 1000);
    }

    #[test]
    fn a_malformed_tlv_costs_that_tlv() {
        let bytes = octets("0444 0003 00000a 0483 0004 0000000a 0447 0005 0000000001 0400 0002 8000 0402 0002 7231");
        let value = LinkState::parse_at(&bytes, 100).unwrap();
        let list: Vec<_> = value.iter().map(|tlv| tlv.map_or_else(|e| e.to_string(), |tlv| tlv.to_string())).collect();
        assert_eq!(
            list,
            [
                "BGP-LS attribute: ends 1 byte too early (at byte 104)",
                "prefix-metric(10)",
                "BGP-LS attribute: length 5 is not valid here (at byte 119)",
                "BGP-LS attribute: 1 byte is left over (at byte 129)",
                "node-name(\"r1\")",
            ]
        );
        let mut findings = Vec::new();
        value.findings(|e| findings.push((e.offset(), e.action())));
        assert_eq!(findings, [(104, Action::None), (119, Action::None), (129, Action::None)]);
        assert_eq!(
            value.to_string(),
            "[type-1092(0x00000a),prefix-metric(10),type-1095(0x0000000001),type-1024(0x8000),node-name(\"r1\")]"
        );
        assert_eq!(encoded(value), bytes);
        let kinds: Vec<_> = value.raw().map(|tlv| (tlv.kind, tlv.bytes.len(), tlv.offset)).collect();
        assert_eq!(kinds, [(1092, 3, 104), (1155, 4, 111), (1095, 5, 119), (1024, 2, 128), (1026, 2, 134)]);
    }

    #[test]
    fn what_is_wrong_and_where() {
        for (hex, error) in [
            ("0489 0002 0001", "BGP-LS attribute: length 2 is not valid here (at byte 4)"),
            ("0484 0005 0102030405", "BGP-LS attribute: length 5 is not valid here (at byte 4)"),
            ("044b 0006 30 0a 0000 005d", "BGP-LS attribute: length 2 is not valid here (at byte 8)"),
            ("044c 000a 30 0a 0000 c0000202 005d", "BGP-LS attribute: length 6 is not valid here (at byte 8)"),
            ("04b1 0008 4000 0000 03e80000", "BGP-LS attribute: length 4 is not valid here (at byte 8)"),
            ("0462 0005 01 00 0000 00", "BGP-LS attribute: length 1 is not valid here (at byte 4)"),
            ("0462 0005 00 05 0000 00", "BGP-LS attribute: length 5 is not valid here (at byte 5)"),
            ("0448 0006 00000001 0000", "BGP-LS attribute: ends 2 bytes too early (at byte 8)"),
            ("0495 0003 000001", "BGP-LS attribute: ends 1 byte too early (at byte 4)"),
            ("010a 0003 010a 01", "BGP-LS attribute: ends 1 byte too early (at byte 6)"),
            ("0494 000b 00000007 0444 0003 00000a", "BGP-LS attribute: ends 1 byte too early (at byte 12)"),
        ] {
            let bytes = octets(hex);
            let value = LinkState::parse_at(&bytes, 0).unwrap();
            assert_eq!(value.iter().next().unwrap().unwrap_err().to_string(), error);
        }
    }

    #[test]
    fn what_cannot_be_written_says_so() {
        let mut out = Vec::new();
        let mut refused = |tlv: LinkStateTlv<'_>| {
            let error = tlv.encode(&mut out).unwrap_err();
            assert!(out.is_empty());
            error.to_string()
        };
        let large = U24(1 << 24);
        assert_eq!(refused(LinkStateTlv::SidLabel(SidLabel::Label(large))), "sid-label: value 16777216 does not fit");
        assert_eq!(refused(LinkStateTlv::IgpMetric(IgpMetric::IsIsWide(large))), "igp-metric: value 16777216 does not fit");
        let delay = Measured { flags: MeasurementFlags::empty(), value: large };
        assert_eq!(refused(LinkStateTlv::Delay(delay)), "value: value 16777216 does not fit");
        let attributes = ApplicationAttributes { reserved: 0, standard: &[1], user: &[], tlvs: List::default() };
        let error = refused(LinkStateTlv::ApplicationAttributes(attributes));
        assert_eq!(error, "standard: the value has no form on the wire");
        let long = vec![b'a'; 0x10000];
        assert_eq!(refused(LinkStateTlv::NodeName(Name(&long))), "node-name: length 65536 is over 65535");
        let bytes = octets("0444 0004 0000000a");
        let value = LinkState::parse_at(&bytes, 0).unwrap();
        assert_eq!(value.encode(&mut &mut [0; 7][..]).unwrap_err().to_string(), "the output has 1 bytes too few");
    }

    #[test]
    fn places_of_the_fields() {
        use crate::wire::whole;
        let bytes = octets("0462 0010 04 00 0000 10000000 0444 0004 00000014 0447 0000 0400 0001 80");
        let mut places = Places::new();
        let value = LinkState::place(&mut Cursor::at(&bytes, 10), "link_state", &mut places).unwrap();
        assert_eq!(Ok(value), whole(&bytes, 10));
        let list: Vec<_> = places.iter().map(|p| (p.depth, p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
        assert_eq!(
            list,
            [
                (0, "link_state", 10..39, ""),
                (1, "tlv", 10..30, "application-attributes"),
                (2, "type", 10..12, "1122"),
                (2, "length", 12..14, "16"),
                (2, "value", 14..30, ""),
                (3, "standard_length", 14..15, "4"),
                (3, "user_length", 15..16, "0"),
                (3, "reserved", 16..18, "0"),
                (3, "standard", 18..22, "0x10000000"),
                (3, "user", 22..22, "0x"),
                (3, "tlvs", 22..30, ""),
                (4, "item", 22..30, "te-metric"),
                (5, "type", 22..24, "1092"),
                (5, "length", 24..26, "4"),
                (5, "value", 26..30, "20"),
                (1, "tlv", 30..34, "igp-metric"),
                (2, "type", 30..32, "1095"),
                (2, "length", 32..34, "0"),
                (2, "error", 34..34, "input: length 0 is not valid here (at byte 34)"),
                (1, "tlv", 34..39, "node-flags"),
                (2, "type", 34..36, "1024"),
                (2, "length", 36..38, "1"),
                (2, "value", 38..39, "OVERLOAD"),
            ]
        );
        for (bytes, text) in vectors() {
            let mut places = Places::new();
            LinkState::place(&mut Cursor::at(&bytes, 0), "link_state", &mut places).unwrap();
            assert!(places.iter().all(|p| p.error.is_none()), "{text}");
            assert_eq!(places.iter().map(|p| p.range.end).max(), Some(bytes.len() as u64), "{text}");
            for n in 1..bytes.len() {
                let mut places = Places::new();
                let error = LinkState::place(&mut Cursor::at(&bytes[..n], 0), "link_state", &mut places).unwrap_err();
                assert_eq!(places.iter().filter_map(|p| p.error).collect::<Vec<_>>(), [error], "{text} cut at {n}");
            }
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn as_json() {
        let bytes = octets("0444 0004 0000000a 0447 0000 044b 0007 30 0a 0000 005dc0");
        let value = LinkState::parse_at(&bytes, 0).unwrap();
        assert_eq!(
            serde_json::to_string(&value).unwrap(),
            "[{\"type\":1092,\"name\":\"te-metric\",\"value\":10},{\"type\":1095,\"value\":\"0x\"},\
             {\"type\":1099,\"name\":\"adjacency-sid\",\
             \"value\":{\"flags\":\"0x30\",\"weight\":10,\"reserved\":0,\"sid\":\"label:24000\"}}]"
        );
        let Some(Ok(LinkStateTlv::AdjacencySid(sid))) = value.iter().last() else { panic!("not a SID") };
        assert_eq!(
            serde_json::to_string(&sid).unwrap(),
            "{\"flags\":\"0x30\",\"weight\":10,\"reserved\":0,\"sid\":\"label:24000\"}"
        );
    }

    #[test]
    fn values_of_the_small_types() {
        assert_eq!(Float::from(125_000_000.0).0, 0x4cee_6b28);
        assert!(Float(0x4cee_6b28).value() > 124_999_000.0);
        assert_eq!((IgpMetric::IsIsNarrow(0xca).value(), IgpMetric::Ospf(500).value()), (10, 500));
        assert_eq!((Msd([1, 10]).kind(), Msd([1, 10]).value(), LabelStackEntry(0x03e8_0000).label()), (1, 10, 16000));
        assert_eq!((MultiTopologyId(0xf002).id(), MultiTopologyId(0xf002).to_string().as_str()), (2, "2"));
    }

    // Numbers of every size and addresses, which make up values of every row.
    type Parts = ((u8, u8, u16, u32, u64), (Ipv4Addr, Ipv6Addr, core::net::IpAddr), [u8; 6], [u32; 8], bool);

    fn values<'b>(parts: &Parts, text: &'b [u8], lists: &'b [Vec<u8>; 6]) -> Vec<LinkStateTlv<'b>> {
        use LinkStateTlv as T;
        let ((a, b, c, d, _), (v4, v6, address), id, words, wide) = *parts;
        let u24 = U24(d & 0xff_ffff);
        let sid = if wide { SidLabel::Index(d) } else { SidLabel::Label(u24) };
        let neighbor = if wide { LanNeighbor::Ospf(v4) } else { LanNeighbor::IsIs(SystemId(id)) };
        let sids = if wide {
            BindingSids::Srv6(v6, Ipv6Addr::LOCALHOST)
        } else {
            BindingSids::Mpls(LabelStackEntry(d), LabelStackEntry(7))
        };
        let (flags, weight, algorithm, reserved) = (ProtocolFlags(a), b, b, c);
        let peer = PeerSid { flags: PeerSidFlags::from_bits_retain(a), weight, reserved, sid };
        let end_x = EndXFlags::from_bits_retain(a);
        let tlvs = List::parse_at(&lists[0], 0).unwrap();
        let ranges = List::parse_at(&lists[1], 0).unwrap();
        let measured = Measured { flags: MeasurementFlags::from_bits_retain(a), value: u24 };
        vec![
            T::LinkIdentifiers(LinkIdentifiers { local: d, remote: !d }),
            T::Ipv4Interface(v4),
            T::Ipv4Neighbor(v4),
            T::Ipv6Interface(v6),
            T::Ipv6Neighbor(v6),
            T::MultiTopology(List::parse_at(&lists[2], 0).unwrap()),
            T::NodeMsd(List::parse_at(&lists[3], 0).unwrap()),
            T::LinkMsd(List::parse_at(&lists[3], 0).unwrap()),
            T::NodeFlags(NodeFlags::from_bits_retain(a)),
            T::OpaqueNode(text),
            T::NodeName(Name(text)),
            T::IsIsArea(IsIsArea(text)),
            T::Ipv4LocalRouterId(v4),
            T::Ipv6LocalRouterId(v6),
            T::Ipv4RemoteRouterId(v4),
            T::Ipv6RemoteRouterId(v6),
            T::SrAlgorithms(List::parse_at(text, 0).unwrap()),
            T::SrmsPreference(a),
            T::Srv6Capabilities(Srv6Capabilities { flags: Srv6CapabilityFlags::from_bits_retain(c), reserved }),
            T::AdminGroup(AdminGroups(d)),
            T::MaxBandwidth(Float(d)),
            T::MaxReservableBandwidth(Float(d)),
            T::UnreservedBandwidth(UnreservedBandwidth(words.map(Float))),
            T::TeMetric(d),
            T::LinkProtection(LinkProtection { flags: LinkProtectionFlags::from_bits_retain(a), reserved: b }),
            T::MplsProtocols(MplsProtocols::from_bits_retain(a)),
            T::IgpMetric(IgpMetric::IsIsNarrow(a)),
            T::IgpMetric(IgpMetric::Ospf(c)),
            T::IgpMetric(IgpMetric::IsIsWide(u24)),
            T::IgpMetric(IgpMetric::Spf(d)),
            T::SharedRisks(List::parse_at(&lists[4], 0).unwrap()),
            T::OpaqueLink(text),
            T::LinkName(Name(text)),
            T::AdjacencySid(AdjacencySid { flags, weight, reserved, sid }),
            T::LanAdjacencySid(LanAdjacencySid { flags, weight, reserved, neighbor, sid }),
            T::PeerNodeSid(peer),
            T::PeerAdjSid(peer),
            T::PeerSetSid(peer),
            T::Delay(measured),
            T::DelayRange(DelayRange { flags: measured.flags, min: u24, reserved: b, max: u24 }),
            T::DelayVariation(DelayVariation { reserved: b, value: u24 }),
            T::Loss(measured),
            T::ResidualBandwidth(Float(d)),
            T::AvailableBandwidth(Float(d)),
            T::UtilizedBandwidth(Float(d)),
            T::IgpFlags(IgpPrefixFlags::from_bits_retain(a)),
            T::RouteTags(List::parse_at(&lists[4], 0).unwrap()),
            T::ExtendedRouteTags(List::parse_at(&lists[5], 0).unwrap()),
            T::PrefixMetric(d),
            T::OspfForwardingAddress(LinkStateAddress(address)),
            T::OpaquePrefix(text),
            T::PrefixSid(PrefixSid { flags, algorithm, reserved, sid }),
            T::SidLabel(sid),
            T::PrefixFlags(text),
            T::SourceRouterId(LinkStateAddress(address)),
            T::ExtendedAdminGroup(List::parse_at(&lists[4], 0).unwrap()),
            T::SourceOspfRouterId(v4),
            T::BindingSid(BindingSid { flags: BindingSidFlags::from_bits_retain(c), reserved, sids }),
            T::CandidatePathStatus(CandidatePathStatus {
                priority: a,
                reserved: b,
                flags: CandidatePathState::from_bits_retain(c),
                preference: d,
            }),
            T::CandidatePathName(Name(text)),
            T::PolicyName(Name(text)),
            T::Srv6EndpointBehavior(Srv6EndpointBehavior { behavior: c, flags, algorithm }),
            T::Srv6PeerNodeSid(Srv6PeerNodeSid { flags: end_x, weight, reserved, peer_as: Asn(d), peer_id: v4 }),
            T::Srv6SidStructure(Srv6SidStructure { block: a, node: b, function: a, argument: b }),
            T::SrCapabilities(SrCapabilities { flags: SrCapabilityFlags::from_bits_retain(a), reserved: b, ranges }),
            T::SrLocalBlock(SrLocalBlock { flags, reserved: b, ranges }),
            T::Srv6EndXSid(Srv6EndXSid { behavior: c, flags: end_x, algorithm, weight, reserved: a, sid: v6, tlvs }),
            T::Srv6IsIsLanEndXSid(Srv6IsIsLanEndXSid {
                behavior: c,
                flags: end_x,
                algorithm,
                weight,
                reserved: a,
                neighbor: SystemId(id),
                sid: v6,
                tlvs,
            }),
            T::Srv6OspfLanEndXSid(Srv6OspfLanEndXSid {
                behavior: c,
                flags: end_x,
                algorithm,
                weight,
                reserved: a,
                neighbor: v4,
                sid: v6,
                tlvs,
            }),
            T::ApplicationAttributes(ApplicationAttributes {
                reserved,
                standard: if wide { &[1, 2, 3, 4, 5, 6, 7, 8] } else { &[] },
                user: if wide { &[] } else { &[1, 2, 3, 4] },
                tlvs,
            }),
            T::PrefixRange(PrefixRange { flags, reserved: b, size: c, tlvs }),
            T::Srv6Locator(Srv6Locator { flags, algorithm, reserved, metric: d, tlvs }),
            T::BundleMember(BundleMember { descriptor: d, tlvs }),
            T::CandidatePathConstraints(CandidatePathConstraints {
                flags: ConstraintFlags::from_bits_retain(c),
                reserved1: c,
                mt_id: c,
                algorithm,
                reserved2: a,
                tlvs,
            }),
            T::SegmentList(SegmentList {
                flags: SegmentListFlags::from_bits_retain(c),
                reserved1: c,
                mt_id: c,
                algorithm,
                reserved2: a,
                weight: d,
                tlvs,
            }),
            T::Srv6BindingSid(Srv6BindingSid {
                flags: Srv6BindingSidFlags::from_bits_retain(c),
                reserved,
                sid: v6,
                specified: v6,
                tlvs,
            }),
            T::Unknown { kind: 5000, raw: text },
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(parts in any::<Parts>(), text in proptest::collection::vec(any::<u8>(), 0..20)) {
            let ((a, b, c, d, e), (v4, ..), _, words, _) = parts;
            let range = LabelRange { size: U24(d >> 8), first: LinkStateSubTlv::SidLabel(SidLabel::Index(d)) };
            let subs = [LinkStateSubTlv::TeMetric(d), LinkStateSubTlv::Unknown { kind: 1159, raw: &text }];
            let mut lists: [Vec<u8>; 6] = Default::default();
            let [one, two, three, four, five, six] = &mut lists;
            List::from_values(subs, one).unwrap();
            List::from_values([range, range], two).unwrap();
            List::from_values([MultiTopologyId(c)], three).unwrap();
            List::from_values([Msd([a, b]), Msd([b, a])], four).unwrap();
            List::from_values(words, five).unwrap();
            List::from_values([e, !e], six).unwrap();
            let tlvs = values(&parts, &text, &lists);
            for (code, name) in LinkStateTlv::TYPES {
                prop_assert!(tlvs.iter().any(|tlv| tlv.kind() == *code), "{}", name);
            }
            let mut buffer = Vec::new();
            let value = LinkState::from_tlvs(tlvs.iter().copied(), &mut buffer).unwrap();
            let len: usize = tlvs.iter().map(LinkStateTlv::encoded_len).sum();
            prop_assert_eq!(value.encoded_len(), len);
            prop_assert_eq!(encoded(value), value.as_bytes());
            let again: Vec<_> = LinkState::parse_at(value.as_bytes(), 7).unwrap().iter().collect::<Result<_>>().unwrap();
            prop_assert_eq!(again, tlvs);
            let text = format!("source-ospf-router-id({v4})");
            prop_assert!(value.to_string().contains(&text));
        }

        #[test]
        fn no_octets_are_too_wild(row in 0..LinkStateTlv::TYPES.len(), body in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut bytes = LinkStateTlv::TYPES[row].0.to_be_bytes().to_vec();
            bytes.extend_from_slice(&u16::try_from(body.len()).unwrap().to_be_bytes());
            bytes.extend_from_slice(&body);
            let value = LinkState::parse_at(&bytes, 0).unwrap();
            prop_assert_eq!(encoded(value), bytes.clone());
            let mut places = Places::new();
            LinkState::place(&mut Cursor::at(&bytes, 0), "link_state", &mut places).unwrap();
            prop_assert_eq!(places.iter().any(|p| p.error.is_some()), value.iter().any(|tlv| tlv.is_err()));
            prop_assert!(value.to_string().len() > 2);
        }
    }
}
