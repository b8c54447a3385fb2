//! Ethernet VPN (RFC 7432): its eleven route types, and Ethernet segment identifiers.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use bitflags::bitflags;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, u16, u32};
use nom::combinator::{all_consuming, map, map_opt, map_res, value};
use nom::sequence::{preceded, separated_pair};
use nom::{IResult, Parser};

use super::address::{MulticastAddress, OptionalAddress, SizedAddress, SizedMac, address_octets, write_address};
use super::labeled::{Label, ServiceLabel, ServiceLabels, WithVnis};
use super::vpn::RouteDistinguisher;
use super::{ParseRouteError, check_key_end, read_route_text};
use crate::asn::Asn;
use crate::codes::{EsiType, evpn_route_types};
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::mac::MacAddress;
use crate::prefix::Prefix;
use crate::wire::{
    Cursor, Field, JsonObject, JsonSink, Octets, ReadText, Sink, ToJson, by_word, hex, named, wire_flags, wire_newtype,
    wire_struct, wire_tlv,
};

/// An Ethernet segment identifier: one octet of type, nine of value (RFC 7432 section 5).
///
/// Displayed by type: `lacp/00:53:00:00:00:01/100` (type 1: system MAC address, port key), `mstp/00:53:00:00:00:01/32768` (type
/// 2: root bridge MAC address, priority), `mac/00:53:00:00:00:01/7` (type 3: system MAC address, local discriminator),
/// `router-id/192.0.2.1/7` (type 4), `as/64496/7` (type 5). `0` is no segment, `max` the reserved one of all ones. Type 0, other
/// types, and values with nonzero reserved octets are displayed as ten octets separated by colons. The text parses back to the
/// same octets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Esi(pub [u8; 10]);

wire_newtype!(Esi([u8; 10]));

impl Esi {
    /// The segment of a single-homed site: ESI 0.
    pub const ZERO: Self = Self([0; 10]);
    /// MAX-ESI, which is reserved.
    pub const MAX: Self = Self([0xff; 10]);

    /// The type: how the other nine octets are derived.
    pub const fn kind(self) -> EsiType {
        EsiType(self.0[0])
    }

    const fn of_mac(kind: EsiType, mac: MacAddress, [g, h, i]: [u8; 3]) -> Self {
        let [a, b, c, d, e, f] = mac.0;
        Self([kind.0, a, b, c, d, e, f, g, h, i])
    }

    const fn of_numbers(kind: EsiType, [a, b, c, d]: [u8; 4], discriminator: u32) -> Self {
        let [e, f, g, h] = discriminator.to_be_bytes();
        Self([kind.0, a, b, c, d, e, f, g, h, 0])
    }

    /// Type 1: the system MAC address and port key of LACP.
    pub const fn lacp(system: MacAddress, key: u16) -> Self {
        let [a, b] = key.to_be_bytes();
        Self::of_mac(EsiType::LACP, system, [a, b, 0])
    }

    /// Type 2: the MAC address and priority of the root bridge.
    pub const fn mstp(root: MacAddress, priority: u16) -> Self {
        let [a, b] = priority.to_be_bytes();
        Self::of_mac(EsiType::MSTP, root, [a, b, 0])
    }

    /// Type 3: a system MAC address and a 24-bit discriminator; `None` if it is larger.
    pub const fn mac(system: MacAddress, discriminator: u32) -> Option<Self> {
        match discriminator.to_be_bytes() {
            [0, a, b, c] => Some(Self::of_mac(EsiType::MAC, system, [a, b, c])),
            _ => None,
        }
    }

    /// Type 4: a router identifier and a discriminator.
    pub const fn router_id(router: Ipv4Addr, discriminator: u32) -> Self {
        Self::of_numbers(EsiType::ROUTER_ID, router.octets(), discriminator)
    }

    /// Type 5: an AS number and a discriminator.
    pub const fn asn(asn: Asn, discriminator: u32) -> Self {
        Self::of_numbers(EsiType::AS, asn.0.to_be_bytes(), discriminator)
    }
}

impl fmt::Display for Esi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [kind, a, b, c, d, e, g, h, i, j] = self.0;
        let mac = MacAddress([a, b, c, d, e, g]);
        let discriminator = u32::from_be_bytes([e, g, h, i]);
        match (*self, EsiType(kind), j) {
            (Self::ZERO, ..) => f.write_str("0"),
            (Self::MAX, ..) => f.write_str("max"),
            (_, EsiType::LACP, 0) => write!(f, "lacp/{mac}/{}", u16::from_be_bytes([h, i])),
            (_, EsiType::MSTP, 0) => write!(f, "mstp/{mac}/{}", u16::from_be_bytes([h, i])),
            (_, EsiType::MAC, _) => write!(f, "mac/{mac}/{}", u32::from_be_bytes([0, h, i, j])),
            (_, EsiType::ROUTER_ID, 0) => write!(f, "router-id/{}/{discriminator}", Ipv4Addr::new(a, b, c, d)),
            (_, EsiType::AS, 0) => write!(f, "as/{}/{discriminator}", u32::from_be_bytes([a, b, c, d])),
            _ => write!(f, "{kind:02x}:{mac}:{h:02x}:{i:02x}:{j:02x}"),
        }
    }
}

impl fmt::Debug for Esi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not an Ethernet segment identifier.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has no details")]
pub struct ParseEsiError;

impl fmt::Display for ParseEsiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not an Ethernet segment identifier: expected 0, max, lacp/MAC/KEY, mstp/MAC/PRIORITY, mac/MAC/NUMBER, \
             router-id/ADDRESS/NUMBER, as/ASN/NUMBER or ten octets with colons between them",
        )
    }
}

impl core::error::Error for ParseEsiError {}

fn part(text: &str) -> IResult<&str, &str> {
    take_while1(|c: char| c != '/' && c != ' ' && c != ')')(text)
}

fn mac(text: &str) -> IResult<&str, MacAddress> {
    map_res(part, str::parse).parse(text)
}

fn ten_octets(text: &str) -> IResult<&str, Esi> {
    map_opt(part, |text| {
        let mut octets = [0; 10];
        let mut parts = text.split(':');
        for octet in &mut octets {
            let part = parts.next().filter(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit()))?;
            *octet = u8::from_str_radix(part, 16).ok()?;
        }
        parts.next().is_none().then_some(Esi(octets))
    })
    .parse(text)
}

fn esi(text: &str) -> IResult<&str, Esi> {
    alt((
        map(preceded(tag("lacp/"), separated_pair(mac, char('/'), u16)), |(mac, key)| Esi::lacp(mac, key)),
        map(preceded(tag("mstp/"), separated_pair(mac, char('/'), u16)), |(mac, priority)| Esi::mstp(mac, priority)),
        map_opt(preceded(tag("mac/"), separated_pair(mac, char('/'), u32)), |(mac, number)| Esi::mac(mac, number)),
        map(preceded(tag("router-id/"), separated_pair(map_res(part, str::parse), char('/'), u32)), |(router, number)| {
            Esi::router_id(router, number)
        }),
        map(preceded(tag("as/"), separated_pair(u32, char('/'), u32)), |(asn, number)| Esi::asn(Asn(asn), number)),
        ten_octets,
        value(Esi::MAX, tag("max")),
        value(Esi::ZERO, tag("0")),
    ))
    .parse(text)
}

impl FromStr for Esi {
    type Err = ParseEsiError;

    fn from_str(text: &str) -> Result<Self, ParseEsiError> {
        match all_consuming(esi).parse(text) {
            Ok((_, esi)) => Ok(esi),
            Err(_) => Err(ParseEsiError),
        }
    }
}

bitflags! {
    /// Versions and mode of a multicast route (RFC 9251 section 9.1).
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct MulticastFlags: u8 {
        /// Version 1 of IGMP, or of MLD.
        const V1 = 0x01;
        /// Version 2 of IGMP, or of MLD.
        const V2 = 0x02;
        /// Version 3 of IGMP.
        const V3 = 0x04;
        /// The sources are excluded; else they are included.
        const EXCLUDE = 0x08;
    }
}

wire_flags!(MulticastFlags(u8));

/// A structure of [`wire_struct!`] with a parser for its text.
macro_rules! text_struct {
    (
        $(#[$doc:meta])* pub struct $name:ident $(<$life:lifetime>)? { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }
        $(check($check:path))?
    ) => {
        wire_struct! {
            $(#[$doc])* pub struct $name $(<$life>)? { $($(#[$field_doc])* $field: $type,)* } $(check($check))?
        }

        impl<'a> ReadText<'a> for $name $(<$life>)? {
            fn read_text<'t>(text: &'t str, octets: &mut Octets<'a>) -> IResult<&'t str, Self> {
                let mut first = true;
                $(let (text, $field) = named(text, stringify!($field), &mut first, octets)?;)*
                Ok((text, Self { $($field,)* }))
            }
        }
    };
}

/// A choice of [`wire_tlv!`] with a parser for its text.
macro_rules! text_tlv {
    ($(#[$doc:meta])* pub enum $name:ident<$life:lifetime>($int:ty, $len:literal) {
        $($point:ident = $code:literal, $registered:literal, $source:literal { $text:literal $variant:ident($type:ty) };)*
    }) => {
        wire_tlv! {
            $(#[$doc])* pub enum $name<$life>($int, $len) {
                $($point = $code, $registered, $source { $text $variant($type) };)*
            }
        }

        impl<'a> ReadText<'a> for $name<'a> {
            fn read_text<'t>(text: &'t str, octets: &mut Octets<'a>) -> IResult<&'t str, Self> {
                use nom::combinator::verify;
                use nom::sequence::terminated;
                let (rest, name) = terminated(nom::bytes::complete::take_till1(|c| c == '('), char('(')).parse(text)?;
                let (rest, route) = match name {
                    $($text => <$type>::read_text(rest, octets).map(|(rest, value)| (rest, Self::$variant(value)))?,)*
                    _ => {
                        let unknown = |kind: &$int| Self::TYPES.iter().all(|(known, _)| known != kind);
                        let (_, kind) = all_consuming(preceded(tag("type-"), verify(map_res(nom::combinator::rest, str::parse), unknown)))
                            .parse(name)
                            .map_err(|e: nom::Err<nom::error::Error<&str>>| e.map(|e| nom::error::Error::new(text, e.code)))?;
                        <&[u8]>::read_text(rest, octets).map(|(rest, raw)| (rest, Self::Unknown { kind, raw }))?
                    }
                };
                Ok((char(')')(route.read_vnis(rest))?.0, route))
            }
        }
    };
}

text_struct! {
    /// Ethernet Auto-Discovery route, type 1 (RFC 7432 section 7.1), 25 octets.
    pub struct EvpnEthernetAd {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The Ethernet segment.
        esi: Esi,
        /// The Ethernet tag; `u32::MAX` for the whole segment (MAX-ET).
        ethernet_tag: u32,
        /// The label, or a 24-bit network identifier.
        label: Label,
    }
}

text_struct! {
    /// MAC/IP Advertisement route, type 2 (RFC 7432 section 7.2), 33 to 52 octets.
    pub struct EvpnMacIp {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The Ethernet segment of the host.
        esi: Esi,
        /// The Ethernet tag.
        ethernet_tag: u32,
        /// The host's MAC address.
        mac: SizedMac,
        /// The host's IP address.
        ip: OptionalAddress,
        /// The label, or a 24-bit network identifier, for frames.
        label1: Label,
        /// The label, or a 24-bit network identifier, for packets (RFC 9135 section 4.2).
        label2: Option<Label>,
    }
}

text_struct! {
    /// Inclusive Multicast Ethernet Tag route, type 3 (RFC 7432 section 7.3), 17 or 29 octets.
    pub struct EvpnInclusiveMulticast {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The Ethernet tag.
        ethernet_tag: u32,
        /// The originating router's address.
        originator: SizedAddress,
    }
}

text_struct! {
    /// Ethernet Segment route, type 4 (RFC 7432 section 7.4), 23 or 35 octets.
    pub struct EvpnEthernetSegment {
        /// Route distinguisher of the provider edge.
        rd: RouteDistinguisher,
        /// The Ethernet segment.
        esi: Esi,
        /// The originating router's address.
        originator: SizedAddress,
    }
}

text_struct! {
    /// IP Prefix route, type 5 (RFC 9136 section 3.1): 34 octets with IPv4 addresses, 58 with IPv6 addresses.
    pub struct EvpnIpPrefix {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The Ethernet segment of the prefix, if it is an overlay index.
        esi: Esi,
        /// The Ethernet tag.
        ethernet_tag: u32,
        /// The prefix.
        prefix: WidePrefix,
        /// The gateway of the prefix, of the same family; all zeros if none.
        gateway: Gateway,
        /// The label, or a 24-bit network identifier.
        label: Label,
    } check(one_family)
}

/// Both addresses have one width, which the route length determines.
fn one_family(route: &EvpnIpPrefix) -> Result<(), EncodeError> {
    if route.prefix.0.is_v6() == route.gateway.0.is_ipv6() { Ok(()) } else { Err(EncodeError::unrepresentable("gateway")) }
}

text_struct! {
    /// Selective Multicast Ethernet Tag route, type 6 (RFC 9251 section 9.1).
    pub struct EvpnSelectiveMulticast {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The Ethernet tag.
        ethernet_tag: u32,
        /// The multicast source.
        source: MulticastAddress,
        /// The multicast group.
        group: MulticastAddress,
        /// The originating router's address.
        originator: SizedAddress,
        /// Versions and mode.
        flags: MulticastFlags,
    }
}

text_struct! {
    /// Multicast Membership Report Synch route, type 7 (RFC 9251 section 9.2).
    pub struct EvpnReportSynch {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The Ethernet segment.
        esi: Esi,
        /// The Ethernet tag.
        ethernet_tag: u32,
        /// The multicast source.
        source: MulticastAddress,
        /// The multicast group.
        group: MulticastAddress,
        /// The originating router's address.
        originator: SizedAddress,
        /// Versions and mode.
        flags: MulticastFlags,
    }
}

text_struct! {
    /// Multicast Leave Synch route, type 8 (RFC 9251 section 9.3).
    pub struct EvpnLeaveSynch {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The Ethernet segment.
        esi: Esi,
        /// The Ethernet tag.
        ethernet_tag: u32,
        /// The multicast source.
        source: MulticastAddress,
        /// The multicast group.
        group: MulticastAddress,
        /// The originating router's address.
        originator: SizedAddress,
        /// Reserved: 0.
        reserved: u32,
        /// Maximum response time, in the unit of the membership protocol.
        max_response_time: u8,
        /// Versions and mode; absent in some implementations.
        flags: Option<MulticastFlags>,
    }
}

text_struct! {
    /// Per-Region I-PMSI A-D route, type 9 (RFC 9572 section 3.1), 20 octets.
    pub struct EvpnPerRegionIPmsi {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The Ethernet tag.
        ethernet_tag: u32,
        /// The region: eight octets in the form of an extended community.
        region: [u8; 8],
    }
}

text_struct! {
    /// S-PMSI A-D route, type 10 (RFC 9572 section 3.2).
    pub struct EvpnSPmsi {
        /// Route distinguisher.
        rd: RouteDistinguisher,
        /// The Ethernet tag.
        ethernet_tag: u32,
        /// The multicast source.
        source: MulticastAddress,
        /// The multicast group.
        group: MulticastAddress,
        /// The originating router's address.
        originator: SizedAddress,
    }
}

text_struct! {
    /// Leaf A-D route, type 11 (RFC 9572 section 3.3).
    pub struct EvpnLeaf<'a> {
        /// The key of the route that this one responds to.
        route_key: EvpnRouteKey<'a>,
        /// The originating router's address.
        originator: SizedAddress,
    } check(splits_again)
}

/// Whether key and address would be read back unchanged: the end of the key depends on its content and on what follows.
fn splits_again(leaf: &EvpnLeaf<'_>) -> Result<(), EncodeError> {
    check_key_end(leaf, leaf.route_key.0.len(), EvpnRouteKey::split)
}

/// The route that a Leaf A-D route responds to (RFC 9572 section 3.3): its octets, including type and length.
///
/// Some speakers omit type and length; such a key ends where an originating router's address can start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EvpnRouteKey<'a>(pub &'a [u8]);

impl<'a> EvpnRouteKey<'a> {
    /// Decodes the route. Places count from the start of the key.
    ///
    /// # Errors
    /// A truncated or malformed field, octets left over.
    pub fn decode(&self) -> Result<EvpnRoute<'a>> {
        crate::wire::whole(self.0, 0)
    }

    /// Length of the key at the start of a window; a length in bits and an address follow it.
    fn split(mut c: Cursor<'_>) -> Result<usize> {
        let octets = c.rest();
        let [_, len] = *c.array()?;
        let whole = usize::from(len).saturating_add(2);
        let ends_at = |after: usize, bits: u8| {
            let key = octets.len().checked_sub(after)?;
            (octets.get(key) == Some(&bits)).then_some(key)
        };
        let (v4, v6) = (ends_at(5, 32), ends_at(17, 128));
        Ok(if v4 == Some(whole) || v6 == Some(whole) { whole } else { v4.or(v6).unwrap_or(whole) })
    }
}

impl<'a> Field<'a> for EvpnRouteKey<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        c.take(Self::split(*c)?).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(self.0, f)
    }

    fn wire_len(&self) -> usize {
        self.0.len()
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(self.0);
    }
}

impl<'b> ReadText<'b> for EvpnRouteKey<'b> {
    fn read_text<'t>(text: &'t str, octets: &mut Octets<'b>) -> IResult<&'t str, Self> {
        <&[u8]>::read_text(text, octets).map(|(rest, key)| (rest, Self(key)))
    }
}

/// A prefix whose address has its full width on the wire: one octet of length, then 4 or 16 (RFC 9136 section 3.1). Bits after
/// the length are cleared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WidePrefix(pub Prefix);

/// Octets after a prefix: a gateway of the same width, and a label.
const AFTER_V4: usize = 4 + 3;
const AFTER_V6: usize = 16 + 3;

impl<'a> Field<'a> for WidePrefix {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let (start, left) = (c.offset(), c.len());
        let len = c.u8()?;
        let address = match left.checked_sub(1) {
            Some(n) if n == AFTER_V4.saturating_add(4) => IpAddr::V4(Ipv4Addr::read(c)?),
            Some(n) if n == AFTER_V6.saturating_add(16) => IpAddr::V6(Ipv6Addr::read(c)?),
            _ => return Err(Error::new(ErrorKind::BadLength(u32::try_from(left).unwrap_or(u32::MAX)), start)),
        };
        Prefix::new(address, len).map(Self).ok_or(Error::new(ErrorKind::BadPrefixLength(len), start))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }

    fn wire_len(&self) -> usize {
        address_octets(self.0.address()).saturating_add(1)
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_u8(self.0.len());
        write_address(self.0.address(), out);
    }
}

/// The gateway of an IP Prefix route (RFC 9136 section 3.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Gateway(pub IpAddr);

impl<'a> Field<'a> for Gateway {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        // The prefix has checked the remaining length.
        if c.len() == AFTER_V6 { Ipv6Addr::read(c).map(|a| Self(a.into())) } else { Ipv4Addr::read(c).map(|a| Self(a.into())) }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }

    fn wire_len(&self) -> usize {
        address_octets(self.0)
    }

    fn write(&self, out: &mut dyn Sink) {
        write_address(self.0, out);
    }
}

mod read {
    use super::*;

    macro_rules! read_by_word {
        ($($type:ident($wrap:expr))*) => { $(
            impl<'b> ReadText<'b> for $type {
                fn read_text<'t>(text: &'t str, _: &mut Octets<'b>) -> IResult<&'t str, Self> {
                    by_word(text).map(|(rest, value)| (rest, $wrap(value)))
                }
            }
        )* };
    }
    read_by_word!(RouteDistinguisher(core::convert::identity) WidePrefix(WidePrefix) Gateway(Gateway));

    impl<'b> ReadText<'b> for Esi {
        fn read_text<'t>(text: &'t str, _: &mut Octets<'b>) -> IResult<&'t str, Self> {
            esi(text)
        }
    }

    impl<'b> ReadText<'b> for MulticastFlags {
        fn read_text<'t>(text: &'t str, _: &mut Octets<'b>) -> IResult<&'t str, Self> {
            let flags = |text: &str| {
                if text == "0" {
                    return Some(Self::empty());
                }
                text.split('|').try_fold(Self::empty(), |all, part| {
                    let flag = match part.strip_prefix("0x") {
                        Some(digits) => Self::from_bits_retain(u8::from_str_radix(digits, 16).ok()?),
                        None => Self::from_name(part)?,
                    };
                    Some(all | flag)
                })
            };
            map_opt(crate::wire::word, flags).parse(text)
        }
    }
}

evpn_route_types! {
    text_tlv!
    /// An EVPN route (RFC 7432 section 7): type, length, and the fields of the type.
    ///
    /// Displayed as `mac-ip(rd=64496:1 esi=0 …)`, with every field by name, and as `type-249(0x…)` for a type without a row;
    /// [`EvpnRoute::from_text`] parses it back.
    pub enum EvpnRoute<'a>(u8, 1)
}

impl EvpnRoute<'_> {
    /// The label fields that hold VNIs for such an encapsulation (RFC 8365 section 5.1.3, RFC 9135 section 4.2, RFC 9136 section
    /// 3.1), with the name of the number. An Ethernet A-D route of a whole segment has none.
    fn vnis(&self) -> impl Iterator<Item = (&'static str, u32)> {
        let (first, second) = match self {
            Self::EthernetAd(route) if route.ethernet_tag != u32::MAX => (Some(("vni", route.label)), None),
            Self::IpPrefix(route) => (Some(("vni", route.label)), None),
            Self::MacIp(route) => (Some(("vni1", route.label1)), route.label2.map(|label| ("vni2", label))),
            _ => (None, None),
        };
        first.into_iter().chain(second).map(|(name, label)| (name, label.bits()))
    }

    /// Parses the VNIs displayed by [`WithVnis`], if present: they must be those of the labels.
    fn read_vnis<'t>(&self, text: &'t str) -> &'t str {
        let mut rest = text;
        for (name, vni) in self.vnis() {
            let number = rest.strip_prefix(' ').and_then(|rest| rest.strip_prefix(name)?.strip_prefix('='));
            let Some(number) = number else { break };
            let after = number.trim_start_matches(|c: char| c.is_ascii_digit());
            match number.strip_suffix(after).map(str::parse::<u32>) {
                Some(Ok(read)) if read == vni => rest = after,
                _ => break,
            }
        }
        rest
    }

    /// The labels that may hold bits of SRv6 SIDs (RFC 9252 section 6). Those of Ethernet A-D routes of a whole segment and of
    /// Inclusive Multicast routes are in other attributes.
    pub(super) fn service_labels(&self) -> ServiceLabels {
        let (layer2, layer3) = match self {
            Self::EthernetAd(route) if route.ethernet_tag != u32::MAX => (Some(route.label), None),
            Self::MacIp(route) => (Some(route.label1), route.label2),
            Self::IpPrefix(route) => (None, Some(route.label)),
            _ => (None, None),
        };
        ServiceLabels { layer2: layer2.map(ServiceLabel::evpn), layer3: layer3.map(ServiceLabel::evpn) }
    }
}

/// A structure with the VNIs of its labels.
struct MembersWithVnis<'s, 'a, T>(&'s T, &'s EvpnRoute<'a>);

macro_rules! with_vnis {
    ($($type:ident $variant:ident;)*) => {
        $(
            impl ToJson for MembersWithVnis<'_, '_, $type> {
                fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
                    let mut object = out.object()?;
                    self.0.members(&mut object)?;
                    self.1.vnis().try_for_each(|(name, vni)| object.member(name, &vni))?;
                    object.end()
                }
            }
        )*

        impl ToJson for WithVnis<EvpnRoute<'_>> {
            fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
                let route = &self.0;
                match route {
                    $(EvpnRoute::$variant(value) => {
                        let mut object = out.object()?;
                        object.member("type", &route.kind())?;
                        object.member("name", route.name().unwrap_or_default())?;
                        object.member("value", &MembersWithVnis(value, route))?;
                        object.end()
                    })*
                    other => other.to_json(out),
                }
            }
        }

        impl fmt::Display for WithVnis<EvpnRoute<'_>> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.0 {
                    $(EvpnRoute::$variant(value) => {
                        write!(f, "{}({value}", self.0.name().unwrap_or_default())?;
                        self.0.vnis().try_for_each(|(name, vni)| write!(f, " {name}={vni}"))?;
                        f.write_str(")")
                    })*
                    other => fmt::Display::fmt(other, f),
                }
            }
        }
    };
}

with_vnis! {
    EvpnEthernetAd EthernetAd;
    EvpnMacIp MacIp;
    EvpnIpPrefix IpPrefix;
}

#[cfg(feature = "alloc")]
impl<'a> EvpnRoute<'a> {
    /// Parses a route's text; octets in hexadecimal go to `octets`.
    ///
    /// ```
    /// use routeglass::nlri::EvpnRoute;
    /// let mut octets = Vec::new();
    /// let text = "inclusive-multicast(rd=64496:1 ethernet_tag=0 originator=192.0.2.1)";
    /// assert_eq!(EvpnRoute::from_text(text, &mut octets)?.to_string(), text);
    /// # Ok::<(), routeglass::nlri::ParseRouteError>(())
    /// ```
    ///
    /// # Errors
    /// A text that is not an EVPN route, with the position of the error.
    pub fn from_text(text: &str, octets: &'a mut alloc::vec::Vec<u8>) -> Result<Self, ParseRouteError> {
        // Two digits per octet, so the text length is an upper bound.
        octets.clear();
        octets.resize(text.len() / 2, 0);
        read_route_text(text, octets)
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests;
