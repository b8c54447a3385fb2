//! Properties of a candidate path of an SR policy (RFC 9857).

use core::fmt;
use core::net::Ipv6Addr;

use super::LinkStateSubTlv;
use crate::attr::error_at;
use crate::attr::sr_policy::LabelStackEntry;
use crate::error::Result;
use crate::wire::{Cursor, Field, List, Sink, wire_flags, wire_struct};

/// The binding SID of a candidate path and the specified one, zero if none (RFC 9857 section 5.1): displayed as
/// `bound/specified`.
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
            _ => Err(error_at::bad_length(c.len(), c.offset())),
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
    /// State of a binding SID (RFC 9857 section 5.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct BindingSidFlags: u16 {
        /// D: SRv6, not MPLS.
        const SRV6 = 0x8000;
        /// B: one is allocated.
        const ALLOCATED = 0x4000;
        /// U: the specified one is unavailable.
        const UNAVAILABLE = 0x2000;
        /// L: out of the local block.
        const LOCAL_BLOCK = 0x1000;
        /// F: another one was allocated because the specified one is unavailable.
        const FALLBACK = 0x0800;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// State of a binding SID of SRv6 (RFC 9857 section 5.2).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct Srv6BindingSidFlags: u16 {
        /// B: one is allocated.
        const ALLOCATED = 0x8000;
        /// U: the specified one is unavailable.
        const UNAVAILABLE = 0x4000;
        /// F: another one was allocated because the specified one is unavailable.
        const FALLBACK = 0x2000;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// State of a candidate path (RFC 9857 section 5.3).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct CandidatePathState: u16 {
        /// S: administratively shut down.
        const SHUTDOWN = 0x8000;
        /// A: active.
        const ACTIVE = 0x4000;
        /// B: backup.
        const BACKUP = 0x2000;
        /// E: evaluated.
        const EVALUATED = 0x1000;
        /// V: has a valid segment list.
        const VALID = 0x0800;
        /// O: created on demand.
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
}

bitflags::bitflags! {
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
        /// F: the path does not change once computed.
        const FIXED = 0x0200;
        /// H: hop by hop, with adjacency SIDs only.
        const HOP_BY_HOP = 0x0100;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// State of a segment list (RFC 9857 section 5.7).
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
        /// M: removed by monitoring.
        const REMOVED = 0x0080;
        const _ = !0;
    }
}

wire_flags!(BindingSidFlags(u16) Srv6BindingSidFlags(u16) CandidatePathState(u16) ConstraintFlags(u16) SegmentListFlags(u16));

wire_struct! {
    /// The binding SID of a candidate path (RFC 9857 section 5.1).
    pub struct BindingSid {
        /// Its state.
        flags: BindingSidFlags,
        /// Reserved octets.
        reserved: u16,
        /// The SID, and the specified one.
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
        /// The specified SID.
        specified: Ipv6Addr,
        /// Further properties.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// State of a candidate path (RFC 9857 section 5.3).
    pub struct CandidatePathStatus {
        /// Priority of recomputation after a change.
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
        /// Constraints without values.
        flags: ConstraintFlags,
        /// Reserved octets.
        reserved1: u16,
        /// The topology.
        mt_id: u16,
        /// The algorithm.
        algorithm: u8,
        /// Reserved octet.
        reserved2: u8,
        /// Further constraints.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}

wire_struct! {
    /// A segment list of a candidate path (RFC 9857 section 5.7).
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
        /// The segments and further properties.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}
