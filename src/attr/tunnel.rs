//! TUNNEL_ENCAPSULATION (RFC 9012): the tunnels for a route's traffic.
//!
//! A malformed sub-TLV is treated as unrecognised (RFC 9012 section 13): it is [`SubTlv::Unknown`] here and
//! [`Attributes::findings`](super::Attributes::findings) reports it. In an SR policy the route is treated as withdrawn (RFC 9830
//! section 5).

use core::fmt;
use core::iter::FusedIterator;
use core::net::IpAddr;

use super::list_attributes;
use super::prefix_sid::PrefixSidTlv;
use super::sr_policy::{
    BindingSid, ExplicitNullLabelPolicy, LabelStackEntry, PolicyName, Preference, Priority, SegmentList, Srv6BindingSid,
};
use crate::codes::{Afi, TunnelSubTlv, TunnelType, tunnel_sub_tlvs};
use crate::error::{Action, EncodeError, Error, ErrorKind, Result};
use crate::mac::MacAddress;
use crate::wire::{
    Cursor, Field, JsonObject, JsonSink, List, Observer, Sink, TlvLength, ToJson, U24, hex, serialize_as_json, whole, wire_flags,
    wire_newtype, wire_struct, wire_tlv,
};

bitflags::bitflags! {
    /// Flags of the encapsulation sub-TLV of VXLAN and NVGRE (RFC 9012 sections 3.2.1 and 3.2.2). Unnamed bits are kept.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct VirtualNetworkFlags: u8 {
        /// The network identifier is valid.
        const VN_ID = 0x80;
        /// The MAC address is valid.
        const MAC = 0x40;
        const _ = !0;
    }
}

wire_flags!(VirtualNetworkFlags(u8));

wire_struct! {
    /// The encapsulation sub-TLV of VXLAN and NVGRE (RFC 9012 sections 3.2.1 and 3.2.2).
    pub struct VirtualNetwork {
        /// Which fields are valid.
        flags: VirtualNetworkFlags,
        /// Virtual network identifier.
        vn_id: U24,
        /// Inner destination.
        mac: MacAddress,
        /// Two octets that must be zero.
        reserved: u16,
    }
}

wire_struct! {
    /// The encapsulation sub-TLV of L2TPv3 (RFC 9012 section 3.2.3).
    pub struct L2tpv3<'a> {
        /// Session ID.
        session_id: u32,
        /// Cookie: up to eight octets.
        cookie: &'a [u8],
    }
    check(L2tpv3::check_cookie)
}

impl L2tpv3<'_> {
    fn check_cookie(&self) -> Result<(), EncodeError> {
        if self.cookie.len() > 8 { Err(EncodeError::too_long("cookie", self.cookie.len(), 8)) } else { Ok(()) }
    }
}

/// The encapsulation sub-TLV, by tunnel type (RFC 9012 section 3.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Encapsulation<'a> {
    /// L2TPv3 over IP (1).
    L2tpv3(L2tpv3<'a>),
    /// The key of GRE (2) or MPLS-in-GRE (11).
    GreKey(u32),
    /// VXLAN (8) or NVGRE (9).
    VirtualNetwork(VirtualNetwork),
    /// For a tunnel without a defined one, undecoded.
    Unknown(&'a [u8]),
}

impl<'a> Encapsulation<'a> {
    fn for_tunnel(tunnel: TunnelType, body: &Cursor<'a>) -> Result<Self> {
        let (bytes, offset) = (body.rest(), body.offset());
        match tunnel.0 {
            1 => match whole::<L2tpv3<'_>>(bytes, offset)? {
                long if long.cookie.len() > 8 => Err(super::error_at::bad_length(bytes.len(), offset)),
                value => Ok(Self::L2tpv3(value)),
            },
            2 | 11 => whole(bytes, offset).map(Self::GreKey),
            8 | 9 => whole(bytes, offset).map(Self::VirtualNetwork),
            _ => Ok(Self::Unknown(bytes)),
        }
    }

    /// Whether the value belongs to this type of tunnel.
    const fn fits(&self, tunnel: TunnelType) -> bool {
        match self {
            Self::L2tpv3(_) => tunnel.0 == 1,
            Self::GreKey(_) => matches!(tunnel.0, 2 | 11),
            Self::VirtualNetwork(_) => matches!(tunnel.0, 8 | 9),
            Self::Unknown(_) => !matches!(tunnel.0, 1 | 2 | 8 | 9 | 11),
        }
    }
}

impl<'a> Field<'a> for Encapsulation<'a> {
    // Undecodable without the tunnel type, which `SubTlvs` knows.
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Field::read(c).map(Self::Unknown)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::L2tpv3(value) => value.show(f),
            Self::GreKey(key) => write!(f, "key={key}"),
            Self::VirtualNetwork(value) => value.show(f),
            Self::Unknown(raw) => hex(raw, f),
        }
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        match self {
            Self::L2tpv3(value) => value.json(out),
            Self::GreKey(key) => key.json(out),
            Self::VirtualNetwork(value) => value.json(out),
            Self::Unknown(raw) => raw.json(out),
        }
    }

    fn wire_len(&self) -> usize {
        match self {
            Self::L2tpv3(value) => value.wire_len(),
            Self::GreKey(key) => key.wire_len(),
            Self::VirtualNetwork(value) => value.wire_len(),
            Self::Unknown(raw) => raw.len(),
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        match self {
            Self::L2tpv3(value) => value.check(),
            Self::VirtualNetwork(value) => value.check(),
            Self::GreKey(_) | Self::Unknown(_) => Ok(()),
        }
    }

    fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::L2tpv3(value) => value.write(out),
            Self::GreKey(key) => key.write(out),
            Self::VirtualNetwork(value) => value.write(out),
            Self::Unknown(raw) => out.put_slice(raw),
        }
    }
}

// Numbers with some malformed values (RFC 9012 section 13).
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident($int:ty), $format:literal, bad($bad:pat);)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub $int);

        impl<'a> Field<'a> for $name {
            fn read(c: &mut Cursor<'a>) -> Result<Self> {
                let start = c.offset();
                match <$int>::read(c)? {
                    bad @ $bad => Err(Error::new(ErrorKind::BadValue(u32::from(bad)), start)),
                    good => Ok(Self(good)),
                }
            }

            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, $format, self.0)
            }

            fn wire_len(&self) -> usize {
                size_of::<$int>()
            }

            fn check(&self) -> Result<(), EncodeError> {
                match self.0 {
                    bad @ $bad => Err(EncodeError::out_of_range("", u64::from(bad))),
                    _ => Ok(()),
                }
            }

            fn write(&self, out: &mut dyn Sink) {
                self.0.write(out);
            }
        }
    )* };
}

numbers! {
    /// Protocol type (RFC 9012 section 3.4.1): an EtherType.
    ProtocolType(u16), "{:#06x}", bad(0xffff);
    /// UDP destination port (RFC 9012 section 3.3.2).
    UdpPort(u16), "{}", bad(0);
    /// Embedded label handling (RFC 9012 section 3.5): 1 the label stays at the top of the payload's stack, 2 it is in the
    /// virtual network identifier or omitted.
    EmbeddedLabelHandling(u8), "{}", bad(0 | 3..);
}

/// Color (RFC 9012 section 3.4.2): a color extended community. Displayed as `100`, with the flags if not zero: `100:0x4000`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct Color {
    /// Flags of the community.
    pub flags: u16,
    /// The color.
    pub color: u32,
}

impl<'a> Field<'a> for Color {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let start = c.offset();
        match c.u16()? {
            0x030b => Ok(Self { flags: Field::read(c)?, color: Field::read(c)? }),
            other => Err(Error::new(ErrorKind::BadValue(u32::from(other)), start)),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.flags {
            0 => write!(f, "{}", self.color),
            flags => write!(f, "{}:{flags:#06x}", self.color),
        }
    }

    fn wire_len(&self) -> usize {
        8
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_u16(0x030b);
        self.flags.write(out);
        self.color.write(out);
    }
}

/// Tunnel egress endpoint (RFC 9012 section 3.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum EgressEndpoint {
    /// The next hop of the route: family 0. With the four reserved octets.
    NextHop(u32),
    /// An address. With the four reserved octets.
    Address(u32, IpAddr),
}

impl<'a> Field<'a> for EgressEndpoint {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let reserved = Field::read(c)?;
        let start = c.offset();
        match (c.u16()?, c.len()) {
            (0, 0) => Ok(Self::NextHop(reserved)),
            (1, 4) | (2, 16) => Ok(Self::Address(reserved, Field::read(c)?)),
            (0..=2, len) => Err(super::error_at::bad_length(len, c.offset())),
            // Unrecognised, not malformed; the caller treats both alike.
            (family, _) => Err(Error::new(ErrorKind::BadValue(u32::from(family)), start)),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reserved = match self {
            Self::NextHop(reserved) => {
                f.write_str("next-hop")?;
                reserved
            }
            Self::Address(reserved, address) => {
                write!(f, "{address}")?;
                reserved
            }
        };
        if *reserved == 0 { Ok(()) } else { write!(f, " reserved={reserved}") }
    }

    fn wire_len(&self) -> usize {
        match self {
            Self::NextHop(_) => 6,
            Self::Address(_, address) => address.wire_len().saturating_add(6),
        }
    }

    fn write(&self, out: &mut dyn Sink) {
        let (reserved, family) = match self {
            Self::NextHop(reserved) => (reserved, Afi(0)),
            Self::Address(reserved, IpAddr::V4(_)) => (reserved, Afi::IPV4),
            Self::Address(reserved, IpAddr::V6(_)) => (reserved, Afi::IPV6),
        };
        reserved.write(out);
        family.write(out);
        if let Self::Address(_, address) = self {
            address.write(out);
        }
    }
}

/// SPI/SI representation (RFC 9015 section 7.5): flags.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SpiSiRepresentation(pub u16);

impl fmt::Display for SpiSiRepresentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#06x}", self.0)
    }
}

wire_newtype!(SpiSiRepresentation(u16));

tunnel_sub_tlvs! {
    wire_tlv!
    /// A sub-TLV of a tunnel: types up to 127 have one octet of length, others two (RFC 9012 section 2).
    pub enum SubTlv<'a>(u8, by_type)
}

/// Splits off a sub-TLV and reads its value; errors of the value are separate from errors of the lengths.
fn split_sub_tlv<'a>(c: &mut Cursor<'a>, tunnel: TunnelType) -> Result<(u8, Cursor<'a>, Result<SubTlv<'a>>)> {
    let kind = c.u8()?;
    let (_, len) = TlvLength::ByType.read(u64::from(kind), 1, c)?;
    let body = c.sub(len)?;
    let value = match kind {
        1 => {
            #[cfg(test)]
            crate::wire::rows::decoded_octets("SubTlv", kind, body.rest());
            Encapsulation::for_tunnel(tunnel, &body).map(SubTlv::Encapsulation)
        }
        _ => SubTlv::parse_body(kind, body.rest(), body.offset()),
    };
    Ok((kind, body, value))
}

/// The sub-TLVs of one tunnel. Lengths are checked once, values are read on demand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SubTlvs<'a> {
    tunnel: TunnelType,
    bytes: &'a [u8],
}

impl<'a> SubTlvs<'a> {
    /// The sub-TLVs in wire order; a malformed one is [`SubTlv::Unknown`].
    pub const fn iter(&self) -> SubTlvsIter<'a> {
        SubTlvsIter { rest: Cursor::at(self.bytes, 0), tunnel: self.tunnel }
    }

    /// The octets on the wire.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Sub-TLVs from values for a tunnel of this type; their octets go to `buffer`.
    ///
    /// # Errors
    /// A value that does not fit its field, an encapsulation of another tunnel type.
    #[cfg(feature = "alloc")]
    pub fn from_values(
        tunnel: TunnelType,
        values: impl IntoIterator<Item = SubTlv<'a>>,
        buffer: &'a mut alloc::vec::Vec<u8>,
    ) -> Result<Self, EncodeError> {
        buffer.clear();
        for value in values {
            if let SubTlv::Encapsulation(encapsulation) = value
                && !encapsulation.fits(tunnel)
            {
                return Err(EncodeError::unrepresentable("encapsulation"));
            }
            value.check()?;
            value.write(buffer);
        }
        Ok(Self { tunnel, bytes: buffer })
    }
}

impl<'a> IntoIterator for SubTlvs<'a> {
    type Item = SubTlv<'a>;
    type IntoIter = SubTlvsIter<'a>;

    fn into_iter(self) -> SubTlvsIter<'a> {
        self.iter()
    }
}

impl fmt::Debug for SubTlvs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl ToJson for SubTlvs<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.list(self.iter())
    }
}

serialize_as_json!(SubTlvs<'a>);

/// Iterates over [`SubTlvs`].
#[derive(Clone, Copy, Debug)]
pub struct SubTlvsIter<'a> {
    rest: Cursor<'a>,
    tunnel: TunnelType,
}

impl<'a> Iterator for SubTlvsIter<'a> {
    type Item = SubTlv<'a>;

    fn next(&mut self) -> Option<SubTlv<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (kind, body, value) = split_sub_tlv(&mut self.rest, self.tunnel).ok()?;
        Some(value.unwrap_or(SubTlv::Unknown { kind, raw: body.rest() }))
    }
}

impl FusedIterator for SubTlvsIter<'_> {}

/// One tunnel: its type and parameters (RFC 9012 section 2). Displayed as `VXLAN[endpoint(192.0.2.1),color(100)]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tunnel<'a>(SubTlvs<'a>);

impl<'a> Tunnel<'a> {
    /// A tunnel of the sub-TLVs' type.
    pub const fn new(sub_tlvs: SubTlvs<'a>) -> Self {
        Self(sub_tlvs)
    }

    /// The type.
    pub const fn kind(&self) -> TunnelType {
        self.0.tunnel
    }

    /// The parameters.
    pub const fn sub_tlvs(&self) -> SubTlvs<'a> {
        self.0
    }

    /// Reads type and length; returns the window of the sub-TLVs.
    fn window(c: &mut Cursor<'a>) -> Result<(TunnelType, Cursor<'a>)> {
        let tunnel = TunnelType(c.u16()?);
        let len = c.u16()?;
        Ok((tunnel, c.sub(usize::from(len))?))
    }
}

impl<'a> Field<'a> for Tunnel<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| {
            let tunnel = o.coded(c, "type", TunnelType, TunnelType::name)?;
            o.label(&tunnel);
            let len: u16 = o.field(c, "length")?;
            o.window(c, usize::from(len), |mut window, o| {
                let bytes = window.rest();
                while !window.is_empty() {
                    place_sub_tlv(&mut window, tunnel, o)?;
                }
                Ok(Self(SubTlvs { tunnel, bytes }))
            })
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("type", &self.kind().0)?;
        if let Some(name) = self.kind().name() {
            object.member("name", name)?;
        }
        object.member("sub_tlvs", &self.0)?;
        object.end()
    }

    fn wire_len(&self) -> usize {
        self.0.bytes.len().saturating_add(4)
    }

    fn check(&self) -> Result<(), EncodeError> {
        crate::wire::check_len(self.0.bytes.len(), 2, "tunnel")
    }

    // Valid sub-TLVs are written from their values, malformed ones are copied.
    fn write(&self, out: &mut dyn Sink) {
        out.put_u16(self.kind().0);
        crate::wire::write_uint(out, self.0.bytes.len(), 2);
        self.0.iter().for_each(|sub_tlv| sub_tlv.write(out));
    }
}

/// Reads a sub-TLV. An error in its lengths ends the tunnel; an error in its value does so only in an SR policy.
fn place_sub_tlv<O: Observer>(c: &mut Cursor<'_>, tunnel: TunnelType, o: &mut O) -> Result<()> {
    let mut sub_tlv = *c;
    let (kind, _, value) = match split_sub_tlv(c, tunnel) {
        Ok(split) => split,
        Err(e) => {
            return Err(o.cut(e, |o| {
                let _ = o.field::<SubTlv<'_>>(&mut sub_tlv, "item");
            }));
        }
    };
    if !O::OBSERVES || kind != 1 {
        if O::OBSERVES {
            let _ = o.field::<SubTlv<'_>>(&mut sub_tlv, "item");
        }
        return if tunnel == TunnelType::SR_POLICY { value.map(drop) } else { Ok(()) };
    }
    // The decoding depends on the tunnel type.
    o.group(&mut sub_tlv, "item", |c, o| {
        o.label(&"encapsulation");
        o.coded(c, "type", |kind: u8| kind, |_| Some("encapsulation"))?;
        let len = o.length(c, |c| TlvLength::ByType.read(u64::from(kind), 1, c))?;
        let mut body = c.sub(len)?;
        let _ = match value {
            Ok(SubTlv::Encapsulation(Encapsulation::L2tpv3(_))) => o.field::<L2tpv3<'_>>(&mut body, "value").map(drop),
            Ok(SubTlv::Encapsulation(Encapsulation::GreKey(_))) => o.field::<u32>(&mut body, "key").map(drop),
            Ok(SubTlv::Encapsulation(Encapsulation::VirtualNetwork(_))) => {
                o.field::<VirtualNetwork>(&mut body, "value").map(drop)
            }
            Ok(_) => o.field::<&[u8]>(&mut body, "value").map(drop),
            Err(e) => Err(o.error(e)),
        };
        Ok(())
    })
}

impl fmt::Display for Tunnel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind().name() {
            // Displayed as one word, as in any list.
            Some(name) => {
                name.split(' ').enumerate().try_for_each(|(i, word)| write!(f, "{}{word}", if i > 0 { "-" } else { "" }))?
            }
            None => write!(f, "type-{}", self.kind().0)?,
        }
        for (i, sub_tlv) in self.0.iter().enumerate() {
            write!(f, "{}{sub_tlv}", if i > 0 { "," } else { "[" })?;
        }
        f.write_str(if self.0.bytes.is_empty() { "[]" } else { "]" })
    }
}

list_attributes! {
    /// TUNNEL_ENCAPSULATION (RFC 9012 section 2): a list of tunnels.
    TunnelEncapsulation of Tunnel<'a>;
}

impl TunnelEncapsulation<'_> {
    /// Findings about single sub-TLVs of an attribute with valid lengths. A tunnel with a malformed endpoint is ignored; without
    /// any other tunnel the route is treated as withdrawn (RFC 9012 section 13).
    pub(super) fn findings(&self, offset: u64, report: &mut dyn FnMut(Error, Action)) {
        let mut c = Cursor::at(self.0.as_bytes(), offset);
        let mut valid = false;
        let mut endpoint = None;
        while let Ok((tunnel, mut window)) = Tunnel::window(&mut c) {
            let mut ignored = false;
            while let Ok((kind, _, value)) = split_sub_tlv(&mut window, tunnel) {
                if let Err(e) = value {
                    // RFC 9012 does not call an endpoint of another family malformed.
                    if kind == TunnelSubTlv::TUNNEL_EGRESS_ENDPOINT.0 && !matches!(e.kind(), ErrorKind::BadValue(_)) {
                        ignored = true;
                        endpoint = endpoint.or(Some(e));
                    } else {
                        report(e, Action::None);
                    }
                }
            }
            valid |= !ignored;
        }
        if let Some(e) = endpoint {
            report(e, if valid { Action::None } else { Action::TreatAsWithdraw });
        }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests;
