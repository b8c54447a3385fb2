//! Properties of a node.

use core::fmt;

use super::{LinkStateSubTlv, ProtocolFlags};
use crate::error::Result;
use crate::wire::{Cursor, Field, List, Sink, U24, hex, wire_flags, wire_newtype, wire_struct};

/// An IS-IS area (ISO 10589), displayed as `49.0001`.
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

/// A maximum SID depth: its type and value (RFC 8814 sections 3 and 4), displayed as `1:10`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its octets are those on the wire")]
pub struct Msd(pub [u8; 2]);

wire_newtype!(Msd([u8; 2]));

impl Msd {
    /// The type, from the registry "IGP MSD-Types" (RFC 8491 section 6).
    pub const fn kind(self) -> u8 {
        self.0[0]
    }

    /// The value.
    pub const fn value(self) -> u8 {
        self.0[1]
    }
}

impl fmt::Display for Msd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.value())
    }
}

bitflags::bitflags! {
    /// Node flags (RFC 9552 section 5.3.1.1).
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
}

bitflags::bitflags! {
    /// Address families that the node's SR-MPLS can forward, in IS-IS (RFC 9085 section 2.1.2, RFC 8667 section 3.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct SrCapabilityFlags: u8 {
        /// I: IPv4.
        const IPV4 = 0x80;
        /// V: IPv6.
        const IPV6 = 0x40;
        const _ = !0;
    }
}

bitflags::bitflags! {
    /// SRv6 capabilities of a node (RFC 9514 section 3.1).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct Srv6CapabilityFlags: u16 {
        /// O: supports the O-flag of segment routing headers (RFC 9259).
        const OAM = 0x4000;
        const _ = !0;
    }
}

wire_flags!(NodeFlags(u8) SrCapabilityFlags(u8) Srv6CapabilityFlags(u16));

wire_struct! {
    /// A block of labels (RFC 9085 sections 2.1.2 and 2.1.4).
    pub struct LabelRange<'a> {
        /// Number of labels.
        size: U24,
        /// The first label, in its own TLV (1161).
        first: LinkStateSubTlv<'a>,
    }
}

wire_struct! {
    /// SR-MPLS capabilities of a node and its SR global blocks (RFC 9085 section 2.1.2).
    pub struct SrCapabilities<'a> {
        /// Forwarding capabilities; IS-IS only.
        flags: SrCapabilityFlags,
        /// Reserved octet.
        reserved: u8,
        /// The blocks.
        ranges: List<'a, LabelRange<'a>>,
    }
}

wire_struct! {
    /// SR local blocks of a node (RFC 9085 section 2.1.4).
    pub struct SrLocalBlock<'a> {
        /// Flags; none defined.
        flags: ProtocolFlags,
        /// Reserved octet.
        reserved: u8,
        /// The blocks.
        ranges: List<'a, LabelRange<'a>>,
    }
}

wire_struct! {
    /// SRv6 capabilities of a node (RFC 9514 section 3.1).
    pub struct Srv6Capabilities {
        /// Capabilities.
        flags: Srv6CapabilityFlags,
        /// Reserved octets.
        reserved: u16,
    }
}
