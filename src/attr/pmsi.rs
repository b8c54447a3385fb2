//! Attributes of multicast VPNs: PMSI_TUNNEL and PE_DISTINGUISHER_LABELS (RFC 6514 sections 5 and 8).

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::codes::{Afi, PmsiTunnelType, pmsi_tunnel_types};
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::nlri::{Label, WithVnis};
use crate::wire::{
    Bounded, Counted, Cursor, Field, JsonObject, JsonSink, List, Observer, Sink, ToJson, hex, serialize_as_json, wire_flags,
    wire_struct,
};

bitflags::bitflags! {
    /// Flags of PMSI_TUNNEL. Unnamed bits are kept.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct PmsiFlags: u8 {
        /// Receivers respond with a Leaf A-D route (RFC 6514 section 5).
        const LEAF_INFORMATION_REQUIRED = 0x01;
        /// More flags are in an extended community (RFC 7902 section 3).
        const EXTENSION = 0x40;
        const _ = !0;
    }
}

wire_flags!(PmsiFlags(u8));

/// A value that fills its window except the last `AFTER` octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AllBut<T, const AFTER: usize>(pub T);

impl<'a, T: Field<'a>, const AFTER: usize> Field<'a> for AllBut<T, AFTER> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let mut window = c.sub(c.len().saturating_sub(AFTER))?;
        let value = T::read(&mut window)?;
        window.finish()?;
        Ok(Self(value))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.0.json(out)
    }

    fn wire_len(&self) -> usize {
        self.0.wire_len()
    }

    fn check(&self) -> Result<(), EncodeError> {
        self.0.check()
    }

    fn write(&self, out: &mut dyn Sink) {
        self.0.write(out);
    }
}

wire_struct! {
    /// RSVP-TE point-to-multipoint LSP: its SESSION object (RFC 4875 section 19.1).
    pub struct RsvpTeTunnel {
        /// Extended tunnel ID: by convention an address of the ingress.
        extended_tunnel_id: AllBut<IpAddr, 8>,
        /// Two octets that must be zero.
        reserved: u16,
        /// Tunnel ID.
        tunnel_id: u16,
        /// P2MP ID.
        p2mp_id: u32,
    }
}

wire_struct! {
    /// A FEC element of multipoint LDP (RFC 6388 section 2.2).
    pub struct MldpFec<'a> {
        /// 6 point-to-multipoint; 7 and 8 multipoint-to-multipoint, downstream and upstream.
        tree: u8,
        /// Address family of the root.
        family: Afi,
        /// The root of the tree.
        root: Bounded<IpAddr, 1>,
        /// Opaque value: TLVs assigned by the root.
        opaque: Counted<'a, 2>,
    }
}

/// A PIM multicast tree: its root and group (RFC 6514 section 5).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct PimTree {
    /// P-root node address or sender address.
    pub root: IpAddr,
    /// P-multicast group.
    pub group: IpAddr,
}

impl<'a> Field<'a> for PimTree {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| {
            if !matches!(c.len(), 8 | 32) {
                let len = u32::try_from(c.len()).unwrap_or(u32::MAX);
                return Err(o.error(Error::new(ErrorKind::BadLength(len), c.offset())));
            }
            let mut root = o.reported(c.sub(c.len() / 2))?;
            Ok(Self { root: o.field(&mut root, "root")?, group: o.field(c, "group")? })
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "root={} group={}", self.root, self.group)
    }

    fn wire_len(&self) -> usize {
        self.root.wire_len().saturating_add(self.group.wire_len())
    }

    fn check(&self) -> Result<(), EncodeError> {
        if self.root.is_ipv4() == self.group.is_ipv4() { Ok(()) } else { Err(EncodeError::unrepresentable("group")) }
    }

    fn write(&self, out: &mut dyn Sink) {
        self.root.write(out);
        self.group.write(out);
    }
}

/// The bit of a composite tunnel's type; the other seven are the type of the root's tunnel (RFC 8317).
const COMPOSITE: u8 = 0x80;

/// A composite tunnel (RFC 8317): the root sends by one tunnel, and receives by ingress replication with a label of its own.
///
/// Displayed as the label and the root's tunnel: `label=100 tunnel=ingress-replication(192.0.2.1)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct CompositeTunnel<'a> {
    /// The label for ingress replication to the root.
    pub label: Label,
    /// The type of the root's tunnel: 0 to 0x7a.
    pub root: PmsiTunnelType,
    /// The identifier of the root's tunnel: [`CompositeTunnel::tunnel`] decodes it.
    pub identifier: &'a [u8],
}

impl<'a> CompositeTunnel<'a> {
    /// The root's tunnel.
    ///
    /// # Errors
    /// An identifier that its type does not have; not for one that was read.
    pub fn tunnel(&self) -> Result<PmsiTunnelId<'a>> {
        let mut c = Cursor::at(self.identifier, 0);
        let tunnel = PmsiTunnelId::place(self.root.0, &mut c, &mut ())?;
        c.finish()?;
        Ok(tunnel)
    }

    fn place<O: Observer>(root: PmsiTunnelType, c: &mut Cursor<'a>, o: &mut O) -> Result<Self> {
        o.group(c, "composite", |c, o| {
            let label = o.field(c, "label")?;
            let identifier = c.rest();
            PmsiTunnelId::place(root.0, c, o)?;
            o.finish(c)?;
            Ok(Self { label, root, identifier })
        })
    }
}

impl fmt::Display for CompositeTunnel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "label={} tunnel=", self.label)?;
        match self.tunnel() {
            Ok(tunnel) => fmt::Display::fmt(&tunnel, f),
            Err(_) => hex(self.identifier, f),
        }
    }
}

impl ToJson for CompositeTunnel<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("label", &self.label)?;
        match self.tunnel() {
            Ok(tunnel) => object.member("tunnel", &tunnel)?,
            Err(_) => object.member("tunnel", &self.identifier)?,
        }
        object.end()
    }
}

serialize_as_json!(CompositeTunnel<'a>);

// One row per tunnel type: number, text, variant and identifier.
macro_rules! tunnels {
    ({$(
        $point:ident = $code:literal, $registered:literal, $source:literal
        $({ $text:literal $variant:ident($type:ty) $(, $more:literal)? })?;
    )*}) => {
        tunnels! {
            $($(#[doc = concat!($registered, " (", $source, ").")] $(#[doc = $more])? $code $text $variant($type);)?)*
        }
    };
    ($($(#[$doc:meta])* $code:literal $text:literal $variant:ident($type:ty);)*) => {
        /// Tunnel identifier, by tunnel type.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum PmsiTunnelId<'a> {
            $($(#[$doc])* $variant($type),)*
            /// A composite tunnel (RFC 8317): type 0x80 to 0xfa.
            Composite(CompositeTunnel<'a>),
            /// A type without a row in the table, undecoded (RFC 7385 opened the registry).
            Unknown {
                /// The type on the wire.
                kind: PmsiTunnelType,
                /// The octets after the label.
                raw: &'a [u8],
            },
        }

        impl<'a> PmsiTunnelId<'a> {
            /// Type and name of every row.
            pub const TYPES: &'static [(u8, &'static str)] = &[$(($code, $text)),*];

            /// The tunnel type.
            pub const fn kind(&self) -> PmsiTunnelType {
                match self {
                    $(Self::$variant(_) => PmsiTunnelType($code),)*
                    Self::Composite(composite) => PmsiTunnelType(composite.root.0 | COMPOSITE),
                    Self::Unknown { kind, .. } => *kind,
                }
            }

            fn place<O: Observer>(kind: u8, c: &mut Cursor<'a>, o: &mut O) -> Result<Self> {
                #[cfg(test)]
                crate::wire::rows::decoded("PmsiTunnelId", kind);
                if let Some(root) = PmsiTunnelType(kind).composite() {
                    return CompositeTunnel::place(root, c, o).map(Self::Composite);
                }
                match kind {
                    $($code => o.field(c, "tunnel").map(Self::$variant),)*
                    _ => Ok(Self::Unknown { kind: PmsiTunnelType(kind), raw: o.field(c, "tunnel")? }),
                }
            }

            fn wire_len(&self) -> usize {
                match self {
                    $(Self::$variant(value) => value.wire_len(),)*
                    Self::Composite(composite) => composite.identifier.len().saturating_add(3),
                    Self::Unknown { raw, .. } => raw.len(),
                }
            }

            fn check(&self) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(value) => value.check(),)*
                    // What would be read as another tunnel.
                    Self::Composite(composite) if self.kind().composite() != Some(composite.root) || composite.tunnel().is_err() => {
                        Err(EncodeError::unrepresentable("tunnel"))
                    }
                    Self::Unknown { kind, .. } if kind.composite().is_some() || Self::TYPES.iter().any(|(row, _)| *row == kind.0) => {
                        Err(EncodeError::unrepresentable("tunnel type"))
                    }
                    Self::Composite(_) => Ok(()),
                    Self::Unknown { .. } => Ok(()),
                }
            }

            fn write(&self, out: &mut dyn Sink) {
                match self {
                    $(Self::$variant(value) => value.write(out),)*
                    Self::Composite(composite) => {
                        composite.label.write(out);
                        out.put_slice(composite.identifier);
                    }
                    Self::Unknown { raw, .. } => out.put_slice(raw),
                }
            }
        }

        impl ToJson for PmsiTunnelId<'_> {
            fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
                let mut object = out.object()?;
                object.member("type", &self.kind().0)?;
                match self {
                    $(Self::$variant(value) => {
                        object.member("name", $text)?;
                        object.member("value", value)?;
                    })*
                    Self::Composite(composite) => {
                        object.member("name", "composite")?;
                        object.member("value", composite)?;
                    }
                    Self::Unknown { raw, .. } => object.member("value", raw)?,
                }
                object.end()
            }
        }

        serialize_as_json!(PmsiTunnelId<'a>);

        impl fmt::Display for PmsiTunnelId<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(value) => {
                        f.write_str(concat!($text, "("))?;
                        value.show(f)?;
                    })*
                    Self::Composite(composite) => write!(f, "composite({composite}")?,
                    Self::Unknown { kind, raw } => {
                        write!(f, "type-{}(", kind.0)?;
                        hex(raw, f)?;
                    }
                }
                f.write_str(")")
            }
        }
    };
}

pmsi_tunnel_types!(tunnels!);

/// PMSI_TUNNEL (RFC 6514 section 5): the tunnel that carries a VPN's multicast.
///
/// Displayed as `flags=0 label=100 tunnel=ingress-replication(192.0.2.1)`. For EVPN over VXLAN the label field holds a VNI (RFC
/// 8365 section 5.1.3): [`Label::bits`] is that number, and [`WithVnis`] displays it after the label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct PmsiTunnel<'a> {
    /// Flags.
    pub flags: PmsiFlags,
    /// The label that distinguishes VPNs on one tunnel; 0 if none.
    pub label: Label,
    /// The tunnel identifier.
    pub tunnel: PmsiTunnelId<'a>,
}

impl<'a> Field<'a> for PmsiTunnel<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| {
            let flags = o.field(c, "flags")?;
            let kind = o.coded(c, "type", |kind: u8| kind, |kind| PmsiTunnelType(kind).name())?;
            Ok(Self { flags, label: o.field(c, "label")?, tunnel: PmsiTunnelId::place(kind, c, o)? })
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.json_by(false, out)
    }

    fn wire_len(&self) -> usize {
        self.tunnel.wire_len().saturating_add(5)
    }

    fn check(&self) -> Result<(), EncodeError> {
        self.tunnel.check()
    }

    fn write(&self, out: &mut dyn Sink) {
        self.flags.write(out);
        self.tunnel.kind().0.write(out);
        self.label.write(out);
        self.tunnel.write(out);
    }
}

impl fmt::Display for PmsiTunnel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show_by(false, f)
    }
}

impl fmt::Display for WithVnis<PmsiTunnel<'_>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show_by(true, f)
    }
}

impl ToJson for WithVnis<PmsiTunnel<'_>> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.0.json_by(true, out)
    }
}

impl PmsiTunnel<'_> {
    fn show_by(&self, vni: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("flags=")?;
        self.flags.show(f)?;
        write!(f, " label={}", self.label)?;
        if vni {
            write!(f, " vni={}", self.label.bits())?;
        }
        write!(f, " tunnel={}", self.tunnel)
    }

    fn json_by<J: JsonSink>(&self, vni: bool, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("flags", &self.flags)?;
        object.member("label", &self.label)?;
        if vni {
            object.member("vni", &self.label.bits())?;
        }
        object.member("tunnel", &self.tunnel)?;
        object.end()
    }
}

wire_struct! {
    /// The label of one provider edge (RFC 6514 section 8), 7 octets.
    pub struct PeLabel4 {
        /// The provider edge.
        pe: Ipv4Addr,
        /// Its label.
        label: Label,
    }
}

wire_struct! {
    /// The label of one provider edge (RFC 6514 section 8), 19 octets.
    pub struct PeLabel6 {
        /// The provider edge.
        pe: Ipv6Addr,
        /// Its label.
        label: Label,
    }
}

/// PE_DISTINGUISHER_LABELS (RFC 6514 section 8): upstream-assigned labels of provider edges.
///
/// The attribute does not state its address family; the length determines it, except for multiples of 133 octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there are two families of addresses")]
pub enum PeDistinguisherLabels<'a> {
    /// IPv4 addresses.
    V4(List<'a, PeLabel4>),
    /// IPv6 addresses.
    V6(List<'a, PeLabel6>),
    /// 7 and 19 both divide the length: the family is that of the route's originating router.
    Either(&'a [u8]),
}

impl<'a> Field<'a> for PeDistinguisherLabels<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        let len = c.len();
        match (len % 7, len % 19) {
            _ if len == 0 => Err(o.error(Error::new(ErrorKind::BadLength(0), c.offset()))),
            (0, 0) => o.field(c, name).map(Self::Either),
            (0, _) => o.field(c, name).map(Self::V4),
            (_, 0) => o.field(c, name).map(Self::V6),
            _ => Err(o.error(Error::new(ErrorKind::BadLength(u32::try_from(len).unwrap_or(u32::MAX)), c.offset()))),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        match self {
            Self::V4(list) => list.json(out),
            Self::V6(list) => list.json(out),
            Self::Either(raw) => raw.json(out),
        }
    }

    fn wire_len(&self) -> usize {
        match self {
            Self::V4(list) => list.wire_len(),
            Self::V6(list) => list.wire_len(),
            Self::Either(raw) => raw.len(),
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        if self.wire_len() == 0 { Err(EncodeError::unrepresentable("")) } else { Ok(()) }
    }

    fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::V4(list) => list.write(out),
            Self::V6(list) => list.write(out),
            Self::Either(raw) => out.put_slice(raw),
        }
    }
}

impl PeDistinguisherLabels<'_> {
    /// Addresses must be valid router addresses (RFC 6514 section 8).
    pub(super) fn check_addresses(&self, len: usize, offset: u64) -> Result<()> {
        super::check_non_empty(len, offset)?;
        let unicast = match self {
            Self::V4(list) => list.iter().all(|one| !one.pe.is_multicast() && !one.pe.is_unspecified() && !one.pe.is_broadcast()),
            Self::V6(list) => list.iter().all(|one| !one.pe.is_multicast() && !one.pe.is_unspecified()),
            Self::Either(_) => true,
        };
        if unicast { Ok(()) } else { Err(Error::new(ErrorKind::BadAddress, offset)) }
    }
}

impl fmt::Display for PeDistinguisherLabels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(list) => list.show(f),
            Self::V6(list) => list.show(f),
            Self::Either(raw) => hex(raw, f),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::Value;
    use super::super::testing::{refused, round_trip, vector};
    use super::*;
    use proptest::prelude::*;

    const V6: [u8; 32] =
        [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0x3e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

    fn pmsi(kind: u8, id: &[u8]) -> Vec<u8> {
        [&[0, kind, 0, 6, 0x41][..], id].concat()
    }

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let places = vector(22, &pmsi(6, &[192, 0, 2, 1]), "flags=0 label=100 tunnel=ingress-replication(192.0.2.1)", &[]);
        assert_eq!(
            places,
            "attribute 0..12 PMSI_TUNNEL|flags 0..1 0xc0|code 1..2 22 (PMSI_TUNNEL)|length 2..3 9|value 3..12 |flags 3..4 0|\
             type 4..5 6 (Ingress Replication)|label 5..8 100|tunnel 8..12 192.0.2.1"
        );
        vector(22, &pmsi(6, &V6[..16]), "flags=0 label=100 tunnel=ingress-replication(2001:db8::1)", &[9]);
        vector(22, &[0x41, 0, 0, 0, 1], "flags=LEAF_INFORMATION_REQUIRED|EXTENSION label=0 tunnel=none()", &[]);
        vector(
            22,
            &pmsi(1, &[192, 0, 2, 1, 0, 0, 0x2b, 0x67, 10, 10, 10, 10]),
            "flags=0 label=100 tunnel=rsvp-te-p2mp(extended_tunnel_id=192.0.2.1 reserved=0 tunnel_id=11111 p2mp_id=168430090)",
            &[],
        );
        let long = [&V6[..16], &[0, 0, 0, 7, 0, 0, 0, 9]].concat();
        vector(
            22,
            &pmsi(1, &long),
            "flags=0 label=100 tunnel=rsvp-te-p2mp(extended_tunnel_id=2001:db8::1 reserved=0 tunnel_id=7 p2mp_id=9)",
            &[17],
        );
        let fec = [6, 0, 1, 4, 10, 10, 10, 10, 0, 7, 1, 0, 4, 0, 0, 0, 9];
        vector(
            22,
            &pmsi(2, &fec),
            "flags=0 label=100 tunnel=mldp-p2mp(tree=6 family=IPv4 root=10.10.10.10 opaque=0x01000400000009)",
            &[],
        );
        vector(
            22,
            &pmsi(7, &[&[8, 0, 2, 16], &V6[..16], &[0, 0]].concat()),
            "flags=0 label=100 tunnel=mldp-mp2mp(tree=8 family=IPv6 root=2001:db8::1 opaque=0x)",
            &[],
        );
        for (kind, name) in [(3, "pim-ssm"), (4, "pim-sm"), (5, "bidir-pim")] {
            let text = format!("flags=0 label=100 tunnel={name}(root=192.0.2.1 group=232.0.0.1)");
            vector(22, &pmsi(kind, &[192, 0, 2, 1, 232, 0, 0, 1]), &text, &[]);
            let text = format!("flags=0 label=100 tunnel={name}(root=2001:db8::1 group=ff3e::2)");
            vector(22, &pmsi(kind, &V6), &text, &[13]);
        }
        for (kind, name) in [
            (8, "transport-tunnel"),
            (9, "type-9"),
            (10, "assisted-replication"),
            (11, "bier"),
            (12, "sr-mpls-p2mp"),
            (13, "srv6-p2mp"),
            (0x7f, "type-127"),
            (0xfb, "type-251"),
            (0xff, "wildcard"),
        ] {
            vector(22, &pmsi(kind, &[0xab]), &format!("flags=0 label=100 tunnel={name}(0xab)"), &[5]);
        }
        // RFC 8317: the label of ingress replication, and the identifier of the root's tunnel.
        let places = vector(
            22,
            &pmsi(0x86, &[0, 7, 0x41, 192, 0, 2, 1]),
            "flags=0 label=100 tunnel=composite(label=116 tunnel=ingress-replication(192.0.2.1))",
            &[],
        );
        assert!(places.contains("|composite 8..15 |label 8..11 116|tunnel 11..15 192.0.2.1"), "{places}");
        let text = "flags=0 label=100 tunnel=composite(label=116 tunnel=pim-ssm(root=192.0.2.1 group=232.0.0.1))";
        vector(22, &pmsi(0x83, &[0, 7, 0x41, 192, 0, 2, 1, 232, 0, 0, 1]), text, &[]);
        let text = "flags=0 label=100 tunnel=composite(label=116 tunnel=type-122(0xab))";
        vector(22, &pmsi(0xfa, &[0, 7, 0x41, 0xab]), text, &[8]);
        vector(27, &[192, 0, 2, 1, 0, 6, 0x41], "[pe=192.0.2.1 label=100]", &[]);
        vector(27, &[&V6[..16], &[0, 6, 0x41]].concat(), "[pe=2001:db8::1 label=100]", &[7]);
        let both = [0x11; 133];
        let whole: Vec<_> = (1..133).filter(|n| n % 7 == 0 || n % 19 == 0).collect();
        vector(27, &both, &format!("0x{}", "11".repeat(133)), &whole);
    }

    #[test]
    fn identifiers_that_cannot_be() {
        refused(22, &pmsi(6, &[1, 2, 3]), "PMSI_TUNNEL attribute: length 3 is not valid here (at byte 8); treat-as-withdraw");
        refused(22, &pmsi(3, &[1; 9]), "PMSI_TUNNEL attribute: length 9 is not valid here (at byte 8); treat-as-withdraw");
        refused(22, &pmsi(0, &[1]), "PMSI_TUNNEL attribute: 1 byte is left over (at byte 8); treat-as-withdraw");
        let says = |id: &[u8], kind: u8, text| {
            refused(22, &pmsi(kind, id), &format!("PMSI_TUNNEL attribute: {text}; treat-as-withdraw"))
        };
        says(&[0, 6], 0x81, "needs 1 byte more than is there (at byte 8)");
        says(&[0, 6, 0x41, 192, 0, 2], 0x86, "length 3 is not valid here (at byte 11)");
        says(&[0, 6, 0x41, 7], 0x80, "1 byte is left over (at byte 11)");
        says(&[0, 6, 0x41, 192, 0, 2, 1, 0, 0], 0x85, "length 6 is not valid here (at byte 11)");
        refused(22, &[0, 6, 0, 0], "PMSI_TUNNEL attribute: needs 1 byte more than is there (at byte 5); treat-as-withdraw");
        refused(27, &[], "PE_DISTINGUISHER_LABELS attribute: length 0 is not valid here (at byte 3); treat-as-withdraw");
        refused(27, &[1; 8], "PE_DISTINGUISHER_LABELS attribute: length 8 is not valid here (at byte 3); treat-as-withdraw");
        refused(
            27,
            &[224, 0, 0, 1, 0, 6, 0x41],
            "PE_DISTINGUISHER_LABELS attribute: the address is not valid here (at byte 3); treat-as-withdraw",
        );
        let mixed = PimTree { root: IpAddr::from([1, 2, 3, 4]), group: "ff3e::1".parse().unwrap() };
        let value = PmsiTunnel { flags: PmsiFlags::empty(), label: Label([0; 3]), tunnel: PmsiTunnelId::PimSm(mixed) };
        let e = Value::PmsiTunnel(value).encode(&crate::Session::AS4, &mut Vec::new()).unwrap_err();
        assert_eq!(e.to_string(), "group: the value has no form on the wire");
    }

    #[test]
    fn a_known_tunnel_is_not_written_as_unknown() {
        for kind in 0..=u8::MAX {
            let tunnel = PmsiTunnelId::Unknown { kind: PmsiTunnelType(kind), raw: &[] };
            let value = Value::PmsiTunnel(PmsiTunnel { flags: PmsiFlags::empty(), label: Label([0; 3]), tunnel });
            // Types 0 to 8, 10 to 13 and 255 have a row; 0x80 to 0xfa are composite.
            let known = matches!(kind, 0..=8 | 10..=13 | 0x80..=0xfa | 0xff);
            assert_eq!(value.encode(&crate::Session::AS4, &mut Vec::new()).is_err(), known, "{kind}");
            let composite = CompositeTunnel { label: Label([0; 3]), root: PmsiTunnelType(kind), identifier: &[1, 2, 3] };
            let value =
                PmsiTunnel { flags: PmsiFlags::empty(), label: Label([0; 3]), tunnel: PmsiTunnelId::Composite(composite) };
            // Three octets are the identifier of none of the decoded tunnels.
            let fits = matches!(kind, 8..=0x7a);
            assert_eq!(Value::PmsiTunnel(value).encode(&crate::Session::AS4, &mut Vec::new()).is_ok(), fits, "{kind}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            flags: u8, label: [u8; 3], a: IpAddr, b: IpAddr, ids: (u16, u16, u32), tree: u8, family: u16, opaque: Vec<u8>,
            pes: Vec<([u8; 3], [u8; 3])>, kind in 14u8..0x80,
        ) {
            let fec = MldpFec { tree, family: Afi(family), root: Bounded(a), opaque: Counted(&opaque) };
            let rsvp = RsvpTeTunnel { extended_tunnel_id: AllBut(a), reserved: ids.0, tunnel_id: ids.1, p2mp_id: ids.2 };
            let mut ids = vec![
                PmsiTunnelId::None(()),
                PmsiTunnelId::RsvpTeP2mp(rsvp),
                PmsiTunnelId::MldpP2mp(fec),
                PmsiTunnelId::MldpMp2mp(fec),
                PmsiTunnelId::IngressReplication(a),
                PmsiTunnelId::Bier(&opaque),
                PmsiTunnelId::Unknown { kind: PmsiTunnelType(kind), raw: &opaque },
                PmsiTunnelId::Composite(CompositeTunnel {
                    label: Label(label), root: PmsiTunnelType(kind.min(0x7a)), identifier: &opaque,
                }),
            ];
            if a.is_ipv4() == b.is_ipv4() {
                let tree = PimTree { root: a, group: b };
                ids.extend([PmsiTunnelId::PimSsm(tree), PmsiTunnelId::PimSm(tree), PmsiTunnelId::BidirPim(tree)]);
            }
            for tunnel in ids {
                round_trip(Value::PmsiTunnel(PmsiTunnel { flags: PmsiFlags::from_bits_retain(flags), label: Label(label), tunnel }));
            }
            if !pes.is_empty() && pes.len() % 19 != 0 {
                let list = pes.iter().map(|([x, y, z], label)| PeLabel4 { pe: Ipv4Addr::new(10, *x, *y, *z), label: Label(*label) });
                let mut buffer = Vec::new();
                let list = List::from_values(list, &mut buffer).unwrap();
                round_trip(Value::PeDistinguisherLabels(PeDistinguisherLabels::V4(list)));
            }
        }
    }
}
