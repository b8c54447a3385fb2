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
use crate::error::{Action, Context, EncodeError, Error, ErrorKind, Result};
use crate::nlri::{LinkIdentifiers, LinkStateAddress, MultiTopologyId, SystemId};
use crate::wire::{Cursor, Field, List, Sink, U24, hex, wire_flags, wire_newtype, wire_struct, wire_tlv};

#[cfg(feature = "alloc")]
use crate::places::Places;

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

    fn wire_len(&self) -> usize {
        32
    }

    fn write(&self, out: &mut dyn Sink) {
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

    fn wire_len(&self) -> usize {
        self.0.len()
    }

    fn write(&self, out: &mut dyn Sink) {
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

    fn wire_len(&self) -> usize {
        self.0.len()
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(self.0);
    }
}

/// The cost of a link in its interior protocol (RFC 9552 section 5.3.2.4): who measures follows from the length.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum IgpMetric {
    /// IS-IS, narrow: one octet, whose two upper bits mean nothing; they are shown behind a colon where they are set: `10:0x3`.
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

impl IgpMetric {
    /// The bits that mean nothing.
    const fn reserved(self) -> u32 {
        match self {
            Self::IsIsNarrow(metric) => (metric >> 6) as u32,
            _ => 0,
        }
    }
}

/// Shows a number, and the bits beside it that are reserved where one of them is set, behind a colon: `1000:0xf`.
fn show_reserved(number: u32, reserved: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match reserved {
        0 => write!(f, "{number}"),
        _ => write!(f, "{number}:{reserved:#x}"),
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
        show_reserved(self.value(), self.reserved(), f)
    }

    fn number(&self) -> Option<u64> {
        (self.reserved() == 0).then(|| u64::from(self.value()))
    }

    fn wire_len(&self) -> usize {
        match self {
            Self::IsIsNarrow(_) => 1,
            Self::Ospf(_) => 2,
            Self::IsIsWide(_) => 3,
            Self::Spf(_) => 4,
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        if let Self::IsIsWide(metric) = self { metric.check() } else { Ok(()) }
    }

    fn write(&self, out: &mut dyn Sink) {
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
    /// Three octets: a label in the lower 20 bits, shown as `label:1000`, with the upper four where one is set: `label:1000:0xf`.
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
            Self::Label(U24(bits)) => {
                f.write_str("label:")?;
                show_reserved(bits & 0xf_ffff, bits >> 20, f)
            }
            Self::Index(index) => write!(f, "index:{index}"),
        }
    }

    fn wire_len(&self) -> usize {
        match self {
            Self::Label(_) => 3,
            Self::Index(_) => 4,
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        if let Self::Label(label) = self { label.check() } else { Ok(()) }
    }

    fn write(&self, out: &mut dyn Sink) {
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

    fn wire_len(&self) -> usize {
        match self {
            Self::Ospf(_) => 4,
            Self::IsIs(_) => 6,
        }
    }

    fn write(&self, out: &mut dyn Sink) {
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

    fn wire_len(&self) -> usize {
        match self {
            Self::Mpls(..) => 8,
            Self::Srv6(..) => 32,
        }
    }

    fn write(&self, out: &mut dyn Sink) {
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

    fn wire_len(&self) -> usize {
        self.standard.len().saturating_add(self.user.len()).saturating_add(self.tlvs.wire_len()).saturating_add(4)
    }

    fn check(&self) -> Result<(), EncodeError> {
        for (mask, name) in [(self.standard, "standard"), (self.user, "user")] {
            if !matches!(mask.len(), 0 | 4 | 8) {
                return Err(EncodeError::unrepresentable(name));
            }
        }
        self.tlvs.check()
    }

    fn write(&self, out: &mut dyn Sink) {
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
    pub fn encoded_len(&self) -> usize {
        Field::wire_len(self)
    }

    /// Writes the octets. A TLV that cannot be taken apart is written as it is.
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

    #[cfg(feature = "serde")]
    fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(self, serializer)
    }

    fn wire_len(&self) -> usize {
        self.raw().fold(0, |all, tlv| all.saturating_add(tlv.decode_or_raw().wire_len()))
    }

    fn write(&self, out: &mut dyn Sink) {
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
pub(super) mod tests;
