//! Color-aware routes (RFC 9871): SAFI 83, and SAFI 84 for VPNs.
//!
//! A route is a key, whose type determines the rest, and non-key values.

use core::fmt;
use core::net::Ipv6Addr;

use super::labeled::Label;
use super::unicast::{prefix_octets, take_prefix, write_prefix};
use super::vpn::RouteDistinguisher;
use super::{RouteContext, RouteField};
use crate::codes::Safi;
use crate::error::{EncodeError, Result};
use crate::family::Family;
use crate::prefix::Prefix;
use crate::wire::{
    Cursor, Field, JsonObject, JsonSink, JsonText, List, Observer, Shown, Sink, ToJson, hex, serialize_as_json, wire_flags,
    wire_struct,
};

/// The key of a color-aware route: the part that identifies it (RFC 9871 section 2.9).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CarKey<'a> {
    /// Type 1, color-aware route: a prefix by color (RFC 9871 section 2.9.3).
    ColorAware {
        /// Route distinguisher; only in SAFI 84.
        rd: Option<RouteDistinguisher>,
        /// The prefix.
        prefix: Prefix,
        /// The color: an intent.
        color: u32,
    },
    /// Type 2, IP prefix: a prefix that is unique to an intent (RFC 9871 section 2.9.4).
    Prefix {
        /// Route distinguisher; only in SAFI 84.
        rd: Option<RouteDistinguisher>,
        /// The prefix.
        prefix: Prefix,
    },
    /// A type without a row, undecoded.
    Unknown {
        /// The type.
        kind: u8,
        /// The octets of the key.
        raw: &'a [u8],
    },
}

/// One color-aware route (RFC 9871 section 2.9), displayed as `car(prefix=192.0.2.0/24 color=100 tlvs=[labels(100)])`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct CarRoute<'a> {
    /// The key.
    pub key: CarKey<'a>,
    /// Non-key values: encapsulation for this route. Empty in withdrawals.
    pub tlvs: List<'a, CarTlv<'a>>,
}

bitflags::bitflags! {
    /// The two flag bits before a value's type (RFC 9871 section 2.9.2).
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct CarTlvFlags: u8 {
        /// Reserved.
        const R = 0x80;
        /// Transitive: propagated by speakers that change the next hop and do not recognise the value.
        const T = 0x40;
    }
}

wire_flags!(CarTlvFlags(u8));

wire_struct! {
    /// An index into the label space of SR-MPLS (RFC 9871 section 2.9.2.2, as in RFC 8669 section 3.1), 7 octets.
    pub struct CarLabelIndex {
        /// Reserved.
        reserved: u8,
        /// Flags; none defined.
        flags: u16,
        /// The index.
        label_index: u32,
    }
}

/// SRv6 segment identifiers, or the transposed part of one (RFC 9871 section 2.9.2.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its field is the one on the wire")]
pub struct CarSrv6Sid<'a>(pub &'a [u8]);

impl<'a> CarSrv6Sid<'a> {
    /// The segment identifiers; empty if the octets are the transposed part of one.
    pub fn sids(&self) -> impl ExactSizeIterator<Item = Ipv6Addr> + Clone + use<'a> {
        let (sids, moved) = self.0.as_chunks::<16>();
        let sids = if moved.is_empty() { sids } else { &[] };
        sids.iter().map(|octets| Ipv6Addr::from(*octets))
    }
}

impl<'a> Field<'a> for CarSrv6Sid<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Field::read(c).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sids().len() == 0 {
            return hex(self.0, f);
        }
        for (i, sid) in self.sids().enumerate() {
            if i > 0 {
                f.write_str("/")?;
            }
            fmt::Display::fmt(&sid, f)?;
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

// One row per type: type, name, variant, content.
macro_rules! values {
    ($($(#[$doc:meta])* $code:literal $text:literal $variant:ident($type:ty);)*) => {
        /// A non-key value.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum CarValue<'a> {
            $($(#[$doc])* $variant($type),)*
            /// A type without a row, undecoded.
            Unknown {
                /// The type: six bits.
                kind: u8,
                /// The octets.
                raw: &'a [u8],
            },
        }

        impl<'a> CarValue<'a> {
            /// Type and name of every row.
            pub const TYPES: &'static [(u8, &'static str)] = &[$(($code, $text)),*];

            /// The type: six bits.
            pub const fn kind(&self) -> u8 {
                match self {
                    $(Self::$variant(_) => $code,)*
                    Self::Unknown { kind, .. } => *kind,
                }
            }

            fn read<O: Observer>(kind: u8, body: &mut Cursor<'a>, o: &mut O) -> Result<Self> {
                #[cfg(test)]
                crate::wire::rows::decoded("CarValue", kind);
                match kind {
                    $($code => o.field(body, $text).map(Self::$variant),)*
                    _ => o.field(body, "value").map(|raw| Self::Unknown { kind, raw }),
                }
            }

            fn wire_len(&self) -> usize {
                match self {
                    $(Self::$variant(value) => value.wire_len(),)*
                    Self::Unknown { raw, .. } => raw.len(),
                }
            }

            fn write(&self, out: &mut dyn Sink) {
                match self {
                    $(Self::$variant(value) => value.write(out),)*
                    Self::Unknown { raw, .. } => out.put_slice(raw),
                }
            }
        }

        impl fmt::Display for CarValue<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(value) => {
                        f.write_str(concat!($text, "("))?;
                        value.show(f)?;
                    })*
                    Self::Unknown { kind, raw } => {
                        write!(f, "type-{kind}(")?;
                        hex(raw, f)?;
                    }
                }
                f.write_str(")")
            }
        }
    };
}

values! {
    /// The labels, the outermost first (RFC 9871 section 2.9.2.1).
    1 "labels" Labels(List<'a, Label>);
    /// A label index (RFC 9871 section 2.9.2.2).
    2 "label-index" LabelIndex(CarLabelIndex);
    /// SRv6 segment identifiers (RFC 9871 section 2.9.2.3).
    3 "srv6-sid" Srv6Sid(CarSrv6Sid<'a>);
}

/// A non-key TLV: two flags and a type of six bits, a length, octets (RFC 9871 section 2.9.2). Set flags are displayed after the
/// value: `label-index(…)/T`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct CarTlv<'a> {
    /// The flags before the type.
    pub flags: CarTlvFlags,
    /// The value.
    pub value: CarValue<'a>,
}

const TYPE_BITS: u8 = 0x3f;

impl<'a> Field<'a> for CarTlv<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| {
            let start = c.offset();
            let first = o.reported(c.u8())?;
            // Both are in one octet.
            let (flags, kind) = (CarTlvFlags::from_bits_retain(first & !TYPE_BITS), first & TYPE_BITS);
            o.note("flags", start..c.offset(), &Shown(&flags));
            o.note("type", start..c.offset(), &kind);
            let len: u8 = o.field(c, "length")?;
            o.window(c, usize::from(len), |mut body, o| {
                let value = CarValue::read(kind, &mut body, o)?;
                o.finish(&body)?;
                Ok(Self { flags, value })
            })
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("type", &self.value.kind())?;
        object.member("flags", &self.flags)?;
        match &self.value {
            CarValue::Labels(labels) => object.member("labels", labels)?,
            CarValue::LabelIndex(index) => object.member("label_index", index)?,
            CarValue::Srv6Sid(sid) => object.member("srv6_sid", sid)?,
            CarValue::Unknown { raw, .. } => object.member("value", raw)?,
        }
        object.end()
    }

    fn wire_len(&self) -> usize {
        self.value.wire_len().saturating_add(2)
    }

    fn check(&self) -> Result<(), EncodeError> {
        if self.value.kind() > TYPE_BITS {
            return Err(EncodeError::out_of_range("type", u64::from(self.value.kind())));
        }
        if self.flags.bits() & TYPE_BITS != 0 {
            return Err(EncodeError::out_of_range("flags", u64::from(self.flags.bits())));
        }
        // It would be read back as the row's value.
        if let CarValue::Unknown { kind, .. } = self.value
            && CarValue::TYPES.iter().any(|(row, _)| *row == kind)
        {
            return Err(EncodeError::unrepresentable("type"));
        }
        crate::wire::check_len(self.value.wire_len(), 1, "value")
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_u8(self.flags.bits() | self.value.kind());
        crate::wire::write_uint(out, self.value.wire_len(), 1);
        self.value.write(out);
    }
}

impl fmt::Display for CarTlv<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value, f)?;
        if !self.flags.is_empty() {
            f.write_str("/")?;
            self.flags.show(f)?;
        }
        Ok(())
    }
}

impl<'a> CarKey<'a> {
    /// The type.
    pub const fn kind(&self) -> u8 {
        match self {
            Self::ColorAware { .. } => 1,
            Self::Prefix { .. } => 2,
            Self::Unknown { kind, .. } => *kind,
        }
    }

    /// The route distinguisher; `None` outside SAFI 84 and for unknown types.
    pub const fn rd(&self) -> Option<RouteDistinguisher> {
        match self {
            Self::ColorAware { rd, .. } | Self::Prefix { rd, .. } => *rd,
            Self::Unknown { .. } => None,
        }
    }

    /// The prefix; `None` for unknown types.
    pub const fn prefix(&self) -> Option<Prefix> {
        match self {
            Self::ColorAware { prefix, .. } | Self::Prefix { prefix, .. } => Some(*prefix),
            Self::Unknown { .. } => None,
        }
    }

    fn read<O: Observer>(kind: u8, c: &mut Cursor<'a>, family: Family, o: &mut O) -> Result<Self> {
        let v6 = family.is_v6();
        let prefix = |c: &mut Cursor<'a>, o: &mut O| o.leaf(c, "prefix", |c| take_prefix(c, v6), fmt::Display::fmt);
        let rd = match kind {
            1 | 2 if is_vpn(family) => Some(o.field(c, "rd")?),
            _ => None,
        };
        let key = match kind {
            1 => Self::ColorAware { rd, prefix: prefix(c, o)?, color: o.field(c, "color")? },
            2 => Self::Prefix { rd, prefix: prefix(c, o)? },
            _ => Self::Unknown { kind, raw: o.field(c, "key")? },
        };
        o.finish(c)?;
        Ok(key)
    }

    fn wire_len(&self) -> usize {
        let rd = if self.rd().is_some() { 8 } else { 0usize };
        match *self {
            Self::ColorAware { prefix, .. } => prefix_octets(prefix).saturating_add(5).saturating_add(rd),
            Self::Prefix { prefix, .. } => prefix_octets(prefix).saturating_add(1).saturating_add(rd),
            Self::Unknown { raw, .. } => raw.len(),
        }
    }

    fn check(&self, family: Family) -> Result<(), EncodeError> {
        match self.prefix() {
            Some(prefix) if prefix.is_v6() != family.is_v6() => Err(EncodeError::unrepresentable("prefix")),
            Some(_) if self.rd().is_some() != is_vpn(family) => Err(EncodeError::unrepresentable("rd")),
            None if matches!(self.kind(), 1 | 2) => Err(EncodeError::unrepresentable("type")),
            _ => Ok(()),
        }
    }

    fn write(&self, out: &mut dyn Sink) {
        if let Some(rd) = self.rd() {
            rd.write(out);
        }
        match *self {
            Self::ColorAware { prefix, color, .. } => {
                write_prefix(prefix, out);
                out.put_u32(color);
            }
            Self::Prefix { prefix, .. } => write_prefix(prefix, out),
            Self::Unknown { raw, .. } => out.put_slice(raw),
        }
    }
}

/// Whether the keys of this family start with a route distinguisher.
const fn is_vpn(family: Family) -> bool {
    matches!(family.safi, Safi::VPN_CAR)
}

impl<'a> RouteField<'a> for CarRoute<'a> {
    fn read_route<O: Observer>(c: &mut Cursor<'a>, RouteContext { family, .. }: RouteContext, o: &mut O) -> Result<Self> {
        o.group(c, "route", |c, o| {
            let len: u8 = o.field(c, "length")?;
            o.window(c, usize::from(len), |mut body, o| {
                let key_len: u8 = o.field(&mut body, "key_length")?;
                let kind: u8 = o.field(&mut body, "type")?;
                let key = o.window(&mut body, usize::from(key_len), |mut key, o| CarKey::read(kind, &mut key, family, o))?;
                Ok(Self { key, tlvs: o.field(&mut body, "tlvs")? })
            })
        })
    }

    fn route_len(&self) -> usize {
        self.key.wire_len().saturating_add(self.tlvs.wire_len()).saturating_add(3)
    }

    fn check_route(&self, family: Family) -> Result<(), EncodeError> {
        self.key.check(family)?;
        self.tlvs.check()?;
        crate::wire::check_len(self.route_len().saturating_sub(1), 1, "color-aware route")
    }

    fn write_route(&self, out: &mut dyn Sink) {
        crate::wire::write_uint(out, self.route_len().saturating_sub(1), 1);
        crate::wire::write_uint(out, self.key.wire_len(), 1);
        out.put_u8(self.key.kind());
        self.key.write(out);
        self.tlvs.write(out);
    }
}

impl fmt::Display for CarRoute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("car(")?;
        if let Some(rd) = self.key.rd() {
            write!(f, "rd={rd} ")?;
        }
        match self.key {
            CarKey::ColorAware { prefix, color, .. } => write!(f, "prefix={prefix} color={color}")?,
            CarKey::Prefix { prefix, .. } => write!(f, "prefix={prefix}")?,
            CarKey::Unknown { kind, raw } => {
                write!(f, "type={kind} key=")?;
                hex(raw, f)?;
            }
        }
        f.write_str(" tlvs=")?;
        self.tlvs.show(f)?;
        f.write_str(")")
    }
}

impl ToJson for CarRoute<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("type", &self.key.kind())?;
        if let Some(rd) = &self.key.rd() {
            object.member("rd", rd)?;
        }
        match &self.key {
            CarKey::ColorAware { prefix, color, .. } => {
                object.member("prefix", &JsonText(prefix))?;
                object.member("color", color)?;
            }
            CarKey::Prefix { prefix, .. } => object.member("prefix", &JsonText(prefix))?,
            CarKey::Unknown { raw, .. } => object.member("key", raw)?,
        }
        object.member("tlvs", &self.tlvs)?;
        object.end()
    }
}

serialize_as_json!(CarRoute<'a>);

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::*;
    use crate::nlri::{RawRoute, RouteValue, Routes};
    use crate::places::Places;
    use proptest::prelude::*;

    const V4: Family = Family::of(1, 83);
    const V6: Family = Family::of(2, 83);
    const VPN4: Family = Family::of(1, 84);

    /// 192.0.2.0/24 by color 100, two labels, a label index, one segment identifier.
    const LONG: &[u8] = &[
        45, 8, 1, 24, 192, 0, 2, 0, 0, 0, 100, // key
        1, 6, 0, 6, 0x40, 0, 0x0c, 0x81, // labels 100 and 200
        0x42, 7, 0, 0, 0, 0, 0, 0, 7, // label index 7, transitive
        3, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
    ];

    fn route(bytes: &[u8], family: Family) -> Result<RouteValue<'_>> {
        RawRoute::new(family, bytes, 40).decode()
    }

    #[test]
    pub(in crate::nlri) fn every_field_both_ways() {
        let vectors: [(&[u8], Family, &str); 8] = [
            (&[10, 8, 1, 24, 192, 0, 2, 0, 0, 0, 100], V4, "car(prefix=192.0.2.0/24 color=100 tlvs=[])"),
            (
                LONG,
                V4,
                "car(prefix=192.0.2.0/24 color=100 tlvs=[labels([100:0,200]),label-index(reserved=0 flags=0 label_index=7)/T,\
                 srv6-sid(2001:db8::1)])",
            ),
            (&[7, 5, 2, 32, 192, 0, 2, 1], V4, "car(prefix=192.0.2.1/32 tlvs=[])"),
            (&[11, 9, 1, 32, 0x20, 1, 0x0d, 0xb8, 0, 0, 1, 0], V6, "car(prefix=2001:db8::/32 color=256 tlvs=[])"),
            (
                &[18, 16, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 7, 24, 192, 0, 2, 0, 0, 0, 100],
                VPN4,
                "car(rd=64496:7 prefix=192.0.2.0/24 color=100 tlvs=[])",
            ),
            (&[14, 12, 2, 0, 0, 0xfb, 0xf0, 0, 0, 0, 7, 24, 192, 0, 2], VPN4, "car(rd=64496:7 prefix=192.0.2.0/24 tlvs=[])"),
            (&[6, 2, 9, 1, 2, 0x25, 0], V4, "car(type=9 key=0x0102 tlvs=[type-37(0x)])"),
            (&[11, 5, 2, 32, 192, 0, 2, 1, 3, 2, 0xab, 0xcd], V4, "car(prefix=192.0.2.1/32 tlvs=[srv6-sid(0xabcd)])"),
        ];
        for (bytes, family, text) in vectors {
            let decoded = route(bytes, family).unwrap();
            assert_eq!(decoded.to_string(), text);
            let mut out = Vec::new();
            decoded.encode(family, &mut out).unwrap();
            assert_eq!((&out[..], decoded.encoded_len()), (bytes, bytes.len()));
            for n in 0..bytes.len() {
                assert!(route(&bytes[..n], family).is_err(), "cut at {n}");
            }
            let twice = [bytes, bytes].concat();
            assert_eq!(Routes::at(&twice, family, false, 0).map(|r| r.unwrap().bytes).collect::<Vec<_>>(), [bytes, bytes]);
        }
        let Ok(RouteValue::Car(car)) = route(LONG, V4) else { panic!() };
        assert_eq!(car.tlvs.iter().map(|tlv| tlv.flags.bits()).collect::<Vec<_>>(), [0, 0x40, 0]);
    }

    #[test]
    fn what_cannot_be() {
        let error = |bytes: &[u8], family| route(bytes, family).unwrap_err().to_string();
        assert_eq!(error(&[4, 2, 2, 24, 192], V4), "IPv4 car routes: needs 2 bytes more than are there (at byte 43)");
        assert_eq!(
            error(&[9, 7, 2, 33, 1, 2, 3, 4, 5, 6], V4),
            "IPv4 car routes: prefix length 33 is longer than an address (at byte 43)"
        );
        assert_eq!(error(&[8, 6, 2, 24, 192, 0, 2, 1, 1], V4), "IPv4 car routes: 2 bytes are left over (at byte 47)");
        assert_eq!(error(&[7, 9, 1, 24, 192, 0, 2, 0], V4), "IPv4 car routes: needs 4 bytes more than are there (at byte 43)");
        assert_eq!(
            error(&[9, 5, 2, 32, 192, 0, 2, 1, 1, 3], V4),
            "IPv4 car routes: needs 3 bytes more than are there (at byte 50)"
        );
        assert_eq!(
            error(&[10, 5, 2, 32, 192, 0, 2, 1, 2, 1, 0], V4),
            "IPv4 car routes: needs 2 bytes more than are there (at byte 51)"
        );
        assert_eq!(
            error(&[11, 5, 2, 32, 192, 0, 2, 1, 1, 2, 0, 6], V4),
            "IPv4 car routes: needs 1 byte more than is there (at byte 50)"
        );
        let encode = |route: RouteValue<'_>, family| {
            let mut out = Vec::new();
            let e = route.encode(family, &mut out).unwrap_err().to_string();
            assert!(out.is_empty());
            e
        };
        let plain = route(&[10, 8, 1, 24, 192, 0, 2, 0, 0, 0, 100], V4).unwrap();
        assert_eq!(encode(plain, VPN4), "rd: the value has no form on the wire");
        assert_eq!(encode(plain, V6), "prefix: the value has no form on the wire");
        let long = [0; 260];
        let too_long = CarRoute { key: CarKey::Unknown { kind: 9, raw: &long }, tlvs: List::default() };
        assert_eq!(encode(RouteValue::Car(too_long), V4), "color-aware route: length 262 is over 255");
        let known = CarRoute { key: CarKey::Unknown { kind: 2, raw: &[] }, tlvs: List::default() };
        assert_eq!(encode(RouteValue::Car(known), V4), "type: the value has no form on the wire");
    }

    #[test]
    fn places_of_the_fields() {
        let mut places = Places::new();
        RawRoute::new(V4, &[15, 8, 1, 24, 192, 0, 2, 0, 0, 0, 100, 1, 3, 0, 6, 0x41], 40).places(&mut places);
        let list: Vec<_> = places.iter().map(|p| (p.depth, p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
        assert_eq!(
            list,
            [
                (0, "route", 40..56, ""),
                (1, "length", 40..41, "15"),
                (1, "key_length", 41..42, "8"),
                (1, "type", 42..43, "1"),
                (1, "prefix", 43..47, "192.0.2.0/24"),
                (1, "color", 47..51, "100"),
                (1, "tlvs", 51..56, ""),
                (2, "item", 51..56, ""),
                (3, "flags", 51..52, "0"),
                (3, "type", 51..52, "1"),
                (3, "length", 52..53, "3"),
                (3, "labels", 53..56, ""),
                (4, "item", 53..56, "100"),
            ]
        );
        for n in 0..LONG.len() {
            let mut cut = Places::new();
            RawRoute::new(V4, &LONG[..n], 40).places(&mut cut);
            assert_eq!(cut.iter().filter(|p| p.error.is_some()).count(), 1, "cut at {n}");
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn json_has_the_fields() {
        let Ok(RouteValue::Car(car)) = route(&[15, 8, 1, 24, 192, 0, 2, 0, 0, 0, 100, 1, 3, 0, 6, 0x41], V4) else { panic!() };
        let json = serde_json::to_string(&car).unwrap();
        assert_eq!(json, r#"{"type":1,"prefix":"192.0.2.0/24","color":100,"tlvs":[{"type":1,"flags":"0","labels":["100"]}]}"#);
    }

    fn any_value() -> impl Strategy<Value = (u8, u8, Vec<u8>)> {
        (prop_oneof![Just(0u8), Just(0x40), Just(0xc0)], 0u8..=63, proptest::collection::vec(any::<u8>(), 0..48))
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read(
            rd in proptest::option::of(any::<[u8; 8]>()),
            address: u128,
            len in 0u8..=128,
            v6: bool,
            color in proptest::option::of(any::<u32>()),
            values in proptest::collection::vec(any_value(), 0..4),
        ) {
            let prefix =
                if v6 { Prefix::v6(address, len) } else { Prefix::v4((address >> 96) as u32, len % 33) }.unwrap();
            let rd = rd.map(RouteDistinguisher);
            let family = Family::of(if v6 { 2 } else { 1 }, if rd.is_some() { 84 } else { 83 });
            let tlvs: Vec<CarTlv<'_>> = values
                .iter()
                .map(|(flags, kind, octets)| CarTlv {
                    flags: CarTlvFlags::from_bits_retain(*flags),
                    value: match kind {
                        0..=9 => CarValue::Srv6Sid(CarSrv6Sid(octets)),
                        10..=19 => CarValue::LabelIndex(CarLabelIndex { reserved: 0, flags: 0, label_index: color.unwrap_or(9) }),
                        _ => CarValue::Unknown { kind: *kind, raw: octets },
                    },
                })
                .collect();
            let mut buffer = Vec::new();
            let tlvs = List::from_values(tlvs, &mut buffer).unwrap();
            let key = match color {
                Some(color) => CarKey::ColorAware { rd, prefix, color },
                None => CarKey::Prefix { rd, prefix },
            };
            let car = RouteValue::Car(CarRoute { key, tlvs });
            let mut out = Vec::new();
            car.encode(family, &mut out).unwrap();
            prop_assert_eq!(out.len(), car.encoded_len());
            prop_assert_eq!(route(&out, family), Ok(car));
        }

        #[test]
        fn whatever_is_read_is_written(bytes in proptest::collection::vec(any::<u8>(), 0..40), vpn: bool) {
            let family = if vpn { VPN4 } else { V4 };
            if let Ok(car) = route(&bytes, family) {
                let mut out = Vec::new();
                car.encode(family, &mut out).unwrap();
                prop_assert_eq!(route(&out, family), Ok(car));
            }
        }
    }
}
