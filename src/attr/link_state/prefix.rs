//! Properties of a prefix.

use super::{LinkStateSubTlv, ProtocolFlags, SidLabel};
use crate::wire::{List, wire_flags, wire_struct};

bitflags::bitflags! {
    /// IGP flags of a prefix (RFC 9552 section 5.3.3.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct IgpPrefixFlags: u8 {
        /// D: propagated down from a higher level (IS-IS).
        const DOWN = 0x80;
        /// N: not for unicast (OSPFv3).
        const NO_UNICAST = 0x40;
        /// L: an address of the node itself (OSPFv3).
        const LOCAL_ADDRESS = 0x20;
        /// P: to be propagated out of an NSSA (OSPF).
        const PROPAGATE_NSSA = 0x10;
        const _ = !0;
    }
}

wire_flags!(IgpPrefixFlags(u8));

wire_struct! {
    /// The SID of a prefix (RFC 9085 section 2.3.1).
    pub struct IgpPrefixSid {
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
    /// SIDs for consecutive prefixes, from a mapping server (RFC 9085 section 2.3.5).
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
    /// An SRv6 locator (RFC 9514 section 5.1).
    pub struct Srv6Locator<'a> {
        /// Flags, by protocol.
        flags: ProtocolFlags,
        /// Algorithm.
        algorithm: u8,
        /// Reserved octets.
        reserved: u16,
        /// Metric.
        metric: u32,
        /// Further properties.
        tlvs: List<'a, LinkStateSubTlv<'a>>,
    }
}
