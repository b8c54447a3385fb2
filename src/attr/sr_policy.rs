//! Sub-TLVs of SR policies in TUNNEL_ENCAPSULATION (RFC 9830, RFC 9831).

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::codes::segment_types;
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::wire::{Cursor, Field, List, Sink, Text, wire_flags, wire_newtype, wire_struct, wire_tlv};

/// An MPLS label stack entry (RFC 3032 section 2.1): 20 bits of label, three of traffic class, the bottom-of-stack bit, eight of
/// time to live. Displayed as `16001`, with the rest if not zero: `16001:0:1:255`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LabelStackEntry(pub u32);

wire_newtype!(LabelStackEntry(u32));

impl LabelStackEntry {
    /// An entry with only a label; `None` if that exceeds 20 bits.
    pub const fn new(label: u32) -> Option<Self> {
        if label > 0xf_ffff { None } else { Some(Self(label << 12)) }
    }

    /// The label: 20 bits.
    pub const fn label(self) -> u32 {
        self.0 >> 12
    }

    /// Traffic class: three bits.
    pub const fn traffic_class(self) -> u32 {
        self.0 >> 9 & 7
    }

    /// Whether the bottom-of-stack bit is set.
    pub const fn is_bottom(self) -> bool {
        self.0 >> 8 & 1 == 1
    }

    /// Time to live: eight bits.
    pub const fn ttl(self) -> u32 {
        self.0 & 0xff
    }
}

impl fmt::Display for LabelStackEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.label(), f)?;
        if self.0 & 0xfff == 0 {
            return Ok(());
        }
        write!(f, ":{}:{}:{}", self.traffic_class(), u8::from(self.is_bottom()), self.ttl())
    }
}

impl fmt::Debug for LabelStackEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// SRv6 endpoint behavior and SID structure (RFC 9830 section 2.4.4.2.4): two octets of behavior, two that must be zero, and the
/// lengths of locator block, locator node, function and argument in bits. Displayed as `19:40/24/16/0`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EndpointBehavior(pub [u8; 8]);

wire_newtype!(EndpointBehavior([u8; 8]));

impl EndpointBehavior {
    /// A behavior with the lengths of the SID's parts: locator block, locator node, function, argument.
    pub const fn new(behavior: u16, [block, node, function, argument]: [u8; 4]) -> Self {
        let [a, b] = behavior.to_be_bytes();
        Self([a, b, 0, 0, block, node, function, argument])
    }

    /// The behavior (RFC 8986).
    pub const fn behavior(self) -> u16 {
        let [a, b, ..] = self.0;
        u16::from_be_bytes([a, b])
    }

    /// Lengths in bits: locator block, locator node, function, argument.
    pub const fn structure(self) -> [u8; 4] {
        let [.., block, node, function, argument] = self.0;
        [block, node, function, argument]
    }
}

impl fmt::Display for EndpointBehavior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [_, _, x, y, a, b, c, d] = self.0;
        write!(f, "{}:{a}/{b}/{c}/{d}", self.behavior())?;
        match u16::from_be_bytes([x, y]) {
            0 => Ok(()),
            reserved => write!(f, ":{reserved}"),
        }
    }
}

impl fmt::Debug for EndpointBehavior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

bitflags::bitflags! {
    /// Flags of a binding SID (RFC 9830 sections 2.4.2 and 2.4.3). Unnamed bits are kept.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct BindingSidFlags: u8 {
        /// No other SID may replace it.
        const SPECIFIED_ONLY = 0x80;
        /// Traffic is dropped if the policy is invalid.
        const DROP_UPON_INVALID = 0x40;
        /// Behavior and structure follow the SID: only in the SRv6 form.
        const BEHAVIOR = 0x20;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// Flags of a segment (RFC 9830 section 2.4.4.2.3, RFC 9831 section 2.10). Unnamed bits are kept.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct SegmentFlags: u8 {
        /// The head end verifies the SID.
        const VERIFY = 0x80;
        /// The algorithm field is valid.
        const ALGORITHM = 0x40;
        /// A SID is present.
        const SID = 0x20;
        /// Behavior and structure follow the SID.
        const BEHAVIOR = 0x10;
        const _ = !0;
    }
}

wire_flags!(BindingSidFlags(u8) SegmentFlags(u8));

wire_struct! {
    /// Preference of a candidate path (RFC 9830 section 2.4.1).
    pub struct Preference {
        /// Flags; none defined.
        flags: u8,
        /// An octet that must be zero.
        reserved: u8,
        /// Preference; higher is better.
        preference: u32,
    }
}

/// The SID of a binding SID sub-TLV, by its length.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_enums, reason = "other lengths are malformed (RFC 9830 section 2.4.2)")]
pub enum BindingSidValue {
    /// None.
    None,
    /// A label.
    Label(LabelStackEntry),
    /// An SRv6 SID.
    Srv6(Ipv6Addr),
}

impl<'a> Field<'a> for BindingSidValue {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        match c.len() {
            0 => Ok(Self::None),
            4 => Field::read(c).map(Self::Label),
            16 => Field::read(c).map(Self::Srv6),
            other => Err(Error::new(ErrorKind::BadLength(u32::try_from(other).unwrap_or(u32::MAX)), c.offset())),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Label(label) => label.show(f),
            Self::Srv6(sid) => sid.show(f),
        }
    }

    fn wire_len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Label(_) => 4,
            Self::Srv6(_) => 16,
        }
    }

    fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::None => {}
            Self::Label(label) => label.write(out),
            Self::Srv6(sid) => sid.write(out),
        }
    }
}

wire_struct! {
    /// Binding SID (RFC 9830 section 2.4.2).
    pub struct BindingSid {
        /// Flags.
        flags: BindingSidFlags,
        /// An octet that must be zero.
        reserved: u8,
        /// The SID.
        sid: BindingSidValue,
    }
}

wire_struct! {
    /// SRv6 binding SID (RFC 9830 section 2.4.3).
    pub struct Srv6BindingSid {
        /// Flags.
        flags: BindingSidFlags,
        /// An octet that must be zero.
        reserved: u8,
        /// The SID; `::` if only the behavior is requested.
        sid: Ipv6Addr,
        /// Behavior and structure of the SID.
        behavior: Option<EndpointBehavior>,
    }
}

wire_struct! {
    /// Explicit NULL label policy (RFC 9830 section 2.4.5).
    pub struct ExplicitNullLabelPolicy {
        /// Flags; none defined.
        flags: u8,
        /// An octet that must be zero.
        reserved: u8,
        /// Explicit NULL labels to push: 1 for IPv4, 2 for IPv6, 3 for both, 4 for none.
        policy: u8,
    }
}

wire_struct! {
    /// Priority of recomputation (RFC 9830 section 2.4.6).
    pub struct Priority {
        /// Lower is first.
        priority: u8,
        /// An octet that must be zero.
        reserved: u8,
    }
}

wire_struct! {
    /// The name of a candidate path or of a policy (RFC 9830 sections 2.4.7 and 2.4.8).
    pub struct PolicyName<'a> {
        /// An octet that must be zero.
        reserved: u8,
        /// The name.
        name: Text<'a>,
    }
}

wire_struct! {
    /// Weight of a segment list (RFC 9830 section 2.4.4.1).
    pub struct Weight {
        /// Flags; none defined.
        flags: u8,
        /// An octet that must be zero.
        reserved: u8,
        /// Share of the traffic.
        weight: u32,
    }
}

wire_struct! {
    /// Type A: a label (RFC 9830 section 2.4.4.2.1).
    pub struct SegmentA {
        /// Flags.
        flags: SegmentFlags,
        /// An octet that must be zero.
        reserved: u8,
        /// The label.
        label: LabelStackEntry,
    }
}

wire_struct! {
    /// Type B: an SRv6 SID (RFC 9830 section 2.4.4.2.2).
    pub struct SegmentB {
        /// Flags.
        flags: SegmentFlags,
        /// An octet that must be zero.
        reserved: u8,
        /// The SID.
        sid: Ipv6Addr,
        /// Behavior and structure of the SID.
        behavior: Option<EndpointBehavior>,
    }
}

wire_struct! {
    /// Type C: an IPv4 node (RFC 9831 section 2.1).
    pub struct SegmentC {
        /// Flags.
        flags: SegmentFlags,
        /// SR algorithm.
        algorithm: u8,
        /// The node.
        node: Ipv4Addr,
        /// Its label.
        sid: Option<LabelStackEntry>,
    }
}

wire_struct! {
    /// Type D: an IPv6 node, for MPLS (RFC 9831 section 2.2).
    pub struct SegmentD {
        /// Flags.
        flags: SegmentFlags,
        /// SR algorithm.
        algorithm: u8,
        /// The node.
        node: Ipv6Addr,
        /// Its label.
        sid: Option<LabelStackEntry>,
    }
}

wire_struct! {
    /// Type E: an interface of an IPv4 node (RFC 9831 section 2.3).
    pub struct SegmentE {
        /// Flags.
        flags: SegmentFlags,
        /// An octet that must be zero.
        reserved: u8,
        /// Local interface ID.
        interface: u32,
        /// The node.
        node: Ipv4Addr,
        /// The label.
        sid: Option<LabelStackEntry>,
    }
}

wire_struct! {
    /// Type F: an IPv4 adjacency (RFC 9831 section 2.4).
    pub struct SegmentF {
        /// Flags.
        flags: SegmentFlags,
        /// An octet that must be zero.
        reserved: u8,
        /// Local address.
        local: Ipv4Addr,
        /// Remote address.
        remote: Ipv4Addr,
        /// The label.
        sid: Option<LabelStackEntry>,
    }
}

wire_struct! {
    /// Type G: a link-local IPv6 adjacency, for MPLS (RFC 9831 section 2.5).
    pub struct SegmentG {
        /// Flags.
        flags: SegmentFlags,
        /// An octet that must be zero.
        reserved: u8,
        /// Local interface ID.
        local_interface: u32,
        /// Local node.
        local: Ipv6Addr,
        /// Remote interface ID.
        remote_interface: u32,
        /// Remote node.
        remote: Ipv6Addr,
        /// The label.
        sid: Option<LabelStackEntry>,
    }
}

wire_struct! {
    /// Type H: an IPv6 adjacency, for MPLS (RFC 9831 section 2.6).
    pub struct SegmentH {
        /// Flags.
        flags: SegmentFlags,
        /// An octet that must be zero.
        reserved: u8,
        /// Local address.
        local: Ipv6Addr,
        /// Remote address.
        remote: Ipv6Addr,
        /// The label.
        sid: Option<LabelStackEntry>,
    }
}

/// A behavior requires a SID before it.
fn sid_first(sid: Option<Ipv6Addr>, behavior: Option<EndpointBehavior>) -> Result<(), EncodeError> {
    if sid.is_none() && behavior.is_some() { Err(EncodeError::unrepresentable("behavior")) } else { Ok(()) }
}

fn check_i(segment: &SegmentI) -> Result<(), EncodeError> {
    sid_first(segment.sid, segment.behavior)
}

fn check_j(segment: &SegmentJ) -> Result<(), EncodeError> {
    sid_first(segment.sid, segment.behavior)
}

fn check_k(segment: &SegmentK) -> Result<(), EncodeError> {
    sid_first(segment.sid, segment.behavior)
}

wire_struct! {
    /// Type I: an IPv6 node, for SRv6 (RFC 9831 section 2.7).
    pub struct SegmentI {
        /// Flags.
        flags: SegmentFlags,
        /// SR algorithm.
        algorithm: u8,
        /// The node.
        node: Ipv6Addr,
        /// The SID.
        sid: Option<Ipv6Addr>,
        /// Behavior and structure of the SID.
        behavior: Option<EndpointBehavior>,
    }
    check(check_i)
}

wire_struct! {
    /// Type J: a link-local IPv6 adjacency, for SRv6 (RFC 9831 section 2.8).
    pub struct SegmentJ {
        /// Flags.
        flags: SegmentFlags,
        /// SR algorithm.
        algorithm: u8,
        /// Local interface ID.
        local_interface: u32,
        /// Local node.
        local: Ipv6Addr,
        /// Remote interface ID.
        remote_interface: u32,
        /// Remote node.
        remote: Ipv6Addr,
        /// The SID.
        sid: Option<Ipv6Addr>,
        /// Behavior and structure of the SID.
        behavior: Option<EndpointBehavior>,
    }
    check(check_j)
}

wire_struct! {
    /// Type K: an IPv6 adjacency, for SRv6 (RFC 9831 section 2.9).
    pub struct SegmentK {
        /// Flags.
        flags: SegmentFlags,
        /// SR algorithm.
        algorithm: u8,
        /// Local address.
        local: Ipv6Addr,
        /// Remote address.
        remote: Ipv6Addr,
        /// The SID.
        sid: Option<Ipv6Addr>,
        /// Behavior and structure of the SID.
        behavior: Option<EndpointBehavior>,
    }
    check(check_k)
}

segment_types! {
    wire_tlv!
    /// A sub-TLV of a segment list: a segment, or the list's weight (RFC 9830 section 2.4.4, RFC 9831 section 2).
    pub enum SegmentTlv<'a>(u8, by_type)
}

wire_struct! {
    /// Segment list (RFC 9830 section 2.4.4).
    pub struct SegmentList<'a> {
        /// An octet that must be zero.
        reserved: u8,
        /// Segments in path order, and the weight.
        segments: List<'a, SegmentTlv<'a>>,
    }
}

impl SegmentList<'_> {
    /// The weight; 1 if absent (RFC 9830 section 2.4.4.1).
    pub fn weight(&self) -> u32 {
        let weight = self.segments.iter().find_map(|segment| match segment {
            SegmentTlv::Weight(weight) => Some(weight.weight),
            _ => None,
        });
        weight.unwrap_or(1)
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;

    #[test]
    fn a_label_stack_entry_and_its_parts() {
        let entry = LabelStackEntry(0x03e8_17ff);
        assert_eq!((entry.label(), entry.traffic_class(), entry.is_bottom(), entry.ttl()), (16001, 3, true, 255));
        assert_eq!((entry.to_string(), format!("{entry:?}")), ("16001:3:1:255".into(), "16001:3:1:255".into()));
        assert_eq!(LabelStackEntry::new(16001).unwrap().to_string(), "16001");
        assert_eq!(LabelStackEntry::new(1 << 20), None);
    }

    #[test]
    fn a_behavior_and_its_parts() {
        let behavior = EndpointBehavior::new(19, [40, 24, 16, 0]);
        assert_eq!((behavior.behavior(), behavior.structure()), (19, [40, 24, 16, 0]));
        assert_eq!(behavior.to_string(), "19:40/24/16/0");
        assert_eq!(EndpointBehavior([0, 19, 1, 0, 1, 2, 3, 4]).to_string(), "19:1/2/3/4:256");
    }

    #[test]
    fn a_behavior_needs_its_sid() {
        let behavior = Some(EndpointBehavior::new(19, [40, 24, 16, 0]));
        let (flags, node) = (SegmentFlags::BEHAVIOR, Ipv6Addr::LOCALHOST);
        let e = SegmentI { flags, algorithm: 0, node, sid: None, behavior }.encode(&mut Vec::new()).unwrap_err();
        assert_eq!(e.to_string(), "behavior: the value has no form on the wire");
        let (algorithm, local, remote) = (0, node, node);
        let (local_interface, remote_interface) = (1, 2);
        let j = SegmentJ { flags, algorithm, local_interface, local, remote_interface, remote, sid: None, behavior };
        assert_eq!(j.encode(&mut Vec::new()), Err(e));
        assert_eq!(SegmentK { flags, algorithm, local, remote, sid: None, behavior }.encode(&mut Vec::new()), Err(e));
        let list = SegmentList { reserved: 0, segments: List::default() };
        assert_eq!(list.weight(), 1);
    }
}
