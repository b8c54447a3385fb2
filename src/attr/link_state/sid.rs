//! Segment identifiers of adjacencies and peers, and those of SRv6.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::{LinkStateSubTlv, show_reserved};
use crate::asn::Asn;
use crate::attr::error_at;
use crate::error::{EncodeError, Result};
use crate::nlri::SystemId;
use crate::wire::{Cursor, Field, List, Sink, U24, wire_flags, wire_newtype, wire_struct};

/// Flags with a protocol-dependent meaning (RFC 9085 sections 2.2 and 2.3), displayed as `0x30`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "its bits are those on the wire")]
pub struct ProtocolFlags(pub u8);

wire_newtype!(ProtocolFlags(u8));

impl fmt::Display for ProtocolFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#04x}", self.0)
    }
}

/// An SR-MPLS segment identifier (RFC 9085 section 2.1.1); its length determines the kind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum SidLabel {
    /// Three octets: a label in the lower 20 bits, displayed as `label:1000`, with the upper four bits if any is set:
    /// `label:1000:0xf`.
    Label(U24),
    /// Four octets: an index into a label block, displayed as `index:5`.
    Index(u32),
}

impl<'a> Field<'a> for SidLabel {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        match c.len() {
            3 => Field::read(c).map(Self::Label),
            4 => Field::read(c).map(Self::Index),
            _ => Err(error_at::bad_length(c.len(), c.offset())),
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

/// The neighbour on a LAN (RFC 9085 section 2.2.2): the number of octets left for it and the SID determines the protocol.
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
            _ => Err(error_at::bad_length(c.len(), c.offset())),
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

bitflags::bitflags! {
    /// Flags of a BGP peer SID (RFC 9086 section 5).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct PeerSidFlags: u8 {
        /// V: the SID is a label.
        const VALUE = 0x80;
        /// L: local to this node.
        const LOCAL = 0x40;
        /// B: protected by fast reroute.
        const BACKUP = 0x20;
        /// P: persistent across restarts.
        const PERSISTENT = 0x10;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// Flags of an SRv6 SID to a neighbour (RFC 9514 sections 4.1, 4.2 and 7.2).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct EndXFlags: u8 {
        /// B: protected by fast reroute.
        const BACKUP = 0x80;
        /// S: shared by a set of adjacencies.
        const SET = 0x40;
        /// P: persistent across restarts.
        const PERSISTENT = 0x20;
        const _ = !0;
    }
}

wire_flags!(PeerSidFlags(u8) EndXFlags(u8));

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
    /// A SID of a BGP peer, of a link to one, or of a set of peers (RFC 9086 section 5).
    pub struct PeerSid {
        /// Flags.
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
        /// Flags.
        flags: EndXFlags,
        /// Algorithm.
        algorithm: u8,
        /// Weight for load balancing.
        weight: u8,
        /// Reserved octet.
        reserved: u8,
        /// The SID.
        sid: Ipv6Addr,
        /// Further properties.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// An SRv6 SID of an adjacency of IS-IS on a LAN (RFC 9514 section 4.2).
    pub struct Srv6IsIsLanEndXSid<'a> {
        /// Endpoint behavior (RFC 8986 section 10.2).
        behavior: u16,
        /// Flags.
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
        /// Further properties.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// An SRv6 SID of an adjacency of OSPFv3 on a LAN (RFC 9514 section 4.2).
    pub struct Srv6OspfLanEndXSid<'a> {
        /// Endpoint behavior (RFC 8986 section 10.2).
        behavior: u16,
        /// Flags.
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
        /// Further properties.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// Endpoint behavior of an SRv6 SID (RFC 9514 section 7.1).
    pub struct Srv6EndpointBehavior {
        /// Endpoint behavior (RFC 8986 section 10.2).
        behavior: u16,
        /// Flags; none defined.
        flags: ProtocolFlags,
        /// Algorithm.
        algorithm: u8,
    }
}

wire_struct! {
    /// The BGP peer of an SRv6 SID (RFC 9514 section 7.2).
    pub struct Srv6PeerNodeSid {
        /// Flags.
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
    /// Structure of an SRv6 SID (RFC 9514 section 8): lengths of its parts in bits.
    pub struct Srv6SidStructure {
        /// Locator block.
        block: u8,
        /// Locator node.
        node: u8,
        /// Function.
        function: u8,
        /// Argument.
        argument: u8,
    }
}
