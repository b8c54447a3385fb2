//! Mobile user plane (draft-mpmz-bess-mup-safi section 3.1): sessions of mobile networks as routes.
//!
//! The prefix of Interwork Segment Discovery (type 1) and Type 1 Session Transformed routes (type 3) has exactly the octets that
//! its length needs: `18 c63364` is 198.51.100.0/24. The draft (sections 3.1.1 and 3.1.3, in draft-ietf-bess-mup-safi as before)
//! calls the field variable without giving its length; it is read like any BGP prefix (RFC 4271 section 4.3, RFC 4760 section 5),
//! which also locates the fields after it. Releases of GoBGP before its changes of October 2022 and February 2023 (pull requests
//! 2595 and 2625) wrote and expected a full-width address instead; such a route is an error here if octets are left over, and
//! never another prefix.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::address::{OptionalAddress, SizedAddress, address_octets, write_address};
use super::unicast::{prefix_octets, take_prefix, write_prefix};
use super::vpn::RouteDistinguisher;
use super::{RouteContext, RouteField};
use crate::codes::MupRouteType;
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::family::Family;
use crate::prefix::Prefix;
use crate::wire::{Cursor, Field, Observer, Sink, hex};

/// Interwork Segment Discovery route, type 1 (draft-mpmz-bess-mup-safi section 3.1.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire, and encoding names them all")]
pub struct MupInterworkSegment {
    /// Route distinguisher.
    pub rd: RouteDistinguisher,
    /// The prefix of the access network's tunnel endpoints.
    pub prefix: Prefix,
}

/// Direct Segment Discovery route, type 2 (draft-mpmz-bess-mup-safi section 3.1.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire, and encoding names them all")]
pub struct MupDirectSegment {
    /// Route distinguisher.
    pub rd: RouteDistinguisher,
    /// The provider edge.
    pub address: IpAddr,
}

/// Type 1 Session Transformed route, type 3 (draft-mpmz-bess-mup-safi section 3.1.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire, and encoding names them all")]
pub struct MupType1Session<'a> {
    /// Route distinguisher.
    pub rd: RouteDistinguisher,
    /// The mobile's prefix.
    pub prefix: Prefix,
    /// The tunnel; `None` in a withdrawal that only has the key.
    pub tunnel: Option<MupTunnel<'a>>,
}

/// The tunnel of a Type 1 session in a 5G network (draft-mpmz-bess-mup-safi section 3.1.3.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire, and encoding names them all")]
pub struct MupTunnel<'a> {
    /// Tunnel endpoint identifier.
    pub teid: u32,
    /// Quality-of-service flow identifier.
    pub qfi: u8,
    /// The endpoint in the access network.
    pub endpoint: SizedAddress,
    /// The source address; absent in the first drafts.
    pub source: Option<OptionalAddress>,
    /// Fields added by later drafts, undecoded.
    pub tlvs: &'a [u8],
}

/// Type 2 Session Transformed route, type 4 (draft-mpmz-bess-mup-safi section 3.1.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire, and encoding names them all")]
pub struct MupType2Session<'a> {
    /// Route distinguisher.
    pub rd: RouteDistinguisher,
    /// The endpoint in the core network.
    pub endpoint: IpAddr,
    /// The first bits of a tunnel endpoint identifier. Within its last octet, bits after `teid_len` are kept; later bits are 0.
    pub teid: u32,
    /// Its length in bits, up to 32.
    pub teid_len: u8,
    /// Fields added by later drafts, undecoded.
    pub tlvs: &'a [u8],
}

/// A mobile user plane route (draft-mpmz-bess-mup-safi section 3.1): architecture, type, length, and the fields of the type in
/// architecture "3gpp-5g".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum MupRoute<'a> {
    /// Interwork Segment Discovery.
    InterworkSegment(MupInterworkSegment),
    /// Direct Segment Discovery.
    DirectSegment(MupDirectSegment),
    /// Type 1 Session Transformed.
    Type1Session(MupType1Session<'a>),
    /// Type 2 Session Transformed.
    Type2Session(MupType2Session<'a>),
    /// Of another architecture or type, undecoded.
    Unknown {
        /// The architecture on the wire.
        architecture: u8,
        /// The type on the wire.
        kind: u16,
        /// The octets after the length.
        raw: &'a [u8],
    },
}

/// The architecture "3gpp-5g".
const ARCHITECTURE_5G: u8 = 1;

fn prefix(c: &mut Cursor<'_>, v6: bool, w: &mut impl Observer) -> Result<Prefix> {
    w.leaf(c, "prefix", |c| take_prefix(c, v6), fmt::Display::fmt)
}

/// The mask of the octets of an identifier of `len` bits.
const fn mask(len: u8) -> u32 {
    match u32::MAX.checked_shl(32u32.saturating_sub((len.div_ceil(8) as u32).saturating_mul(8))) {
        Some(mask) => mask,
        None => 0,
    }
}

fn rest<'a>(c: &mut Cursor<'a>, w: &mut impl Observer) -> Result<&'a [u8]> {
    w.field::<Option<&[u8]>>(c, "tlvs").map(Option::unwrap_or_default)
}

fn type_1<'a>(c: &mut Cursor<'a>, v6: bool, w: &mut impl Observer) -> Result<MupType1Session<'a>> {
    let (rd, prefix) = (w.field(c, "rd")?, prefix(c, v6, w)?);
    let tunnel = if c.is_empty() {
        None
    } else {
        Some(MupTunnel {
            teid: w.field(c, "teid")?,
            qfi: w.field(c, "qfi")?,
            endpoint: w.field(c, "endpoint")?,
            source: w.field(c, "source")?,
            tlvs: rest(c, w)?,
        })
    };
    Ok(MupType1Session { rd, prefix, tunnel })
}

fn type_2<'a>(c: &mut Cursor<'a>, v6: bool, w: &mut impl Observer) -> Result<MupType2Session<'a>> {
    let rd = w.field(c, "rd")?;
    let start = c.offset();
    let bits: u8 = w.field(c, "endpoint_length")?;
    // The length covers the whole address and the first bits of the identifier.
    let teid_len = bits.checked_sub(if v6 { 128 } else { 32 }).filter(|len| *len <= 32);
    let Some(teid_len) = teid_len else {
        return Err(w.error(Error::new(ErrorKind::BadLength(u32::from(bits)), start)));
    };
    let endpoint =
        if v6 { IpAddr::V6(w.field::<Ipv6Addr>(c, "endpoint")?) } else { IpAddr::V4(w.field::<Ipv4Addr>(c, "endpoint")?) };
    let mut window = c.sub(usize::from(teid_len.div_ceil(8))).map_err(|e| w.error(e))?;
    let mut teid = [0; 4];
    for (to, from) in teid.iter_mut().zip(w.field::<Option<&[u8]>>(&mut window, "teid")?.unwrap_or_default()) {
        *to = *from;
    }
    Ok(MupType2Session { rd, endpoint, teid: u32::from_be_bytes(teid), teid_len, tlvs: rest(c, w)? })
}

impl<'a> MupRoute<'a> {
    /// Architecture and type on the wire.
    pub const fn kind(&self) -> (u8, u16) {
        match self {
            Self::InterworkSegment(_) => (ARCHITECTURE_5G, MupRouteType::INTERWORK_SEGMENT_DISCOVERY.0),
            Self::DirectSegment(_) => (ARCHITECTURE_5G, MupRouteType::DIRECT_SEGMENT_DISCOVERY.0),
            Self::Type1Session(_) => (ARCHITECTURE_5G, MupRouteType::TYPE_1_SESSION_TRANSFORMED.0),
            Self::Type2Session(_) => (ARCHITECTURE_5G, MupRouteType::TYPE_2_SESSION_TRANSFORMED.0),
            Self::Unknown { architecture, kind, .. } => (*architecture, *kind),
        }
    }

    fn route(c: &mut Cursor<'a>, v6: bool, w: &mut impl Observer) -> Result<Self> {
        let architecture: u8 = w.field(c, "architecture")?;
        let kind: u16 = w.field(c, "type")?;
        let len: u8 = w.field(c, "length")?;
        w.window(c, usize::from(len), |mut body, w| {
            let c = &mut body;
            let route = match (architecture, MupRouteType(kind)) {
                (ARCHITECTURE_5G, MupRouteType::INTERWORK_SEGMENT_DISCOVERY) => {
                    Self::InterworkSegment(MupInterworkSegment { rd: w.field(c, "rd")?, prefix: prefix(c, v6, w)? })
                }
                (ARCHITECTURE_5G, MupRouteType::DIRECT_SEGMENT_DISCOVERY) => {
                    Self::DirectSegment(MupDirectSegment { rd: w.field(c, "rd")?, address: w.field(c, "address")? })
                }
                (ARCHITECTURE_5G, MupRouteType::TYPE_1_SESSION_TRANSFORMED) => Self::Type1Session(type_1(c, v6, w)?),
                (ARCHITECTURE_5G, MupRouteType::TYPE_2_SESSION_TRANSFORMED) => Self::Type2Session(type_2(c, v6, w)?),
                _ => Self::Unknown { architecture, kind, raw: w.field(c, "value")? },
            };
            body.finish().map_err(|e| w.error(e))?;
            #[cfg(test)]
            crate::wire::rows::decoded("MupRoute", route.kind().1);
            Ok(route)
        })
    }

    fn body_len(&self) -> usize {
        let (rd, prefix) = (8usize, |prefix: Prefix| prefix_octets(prefix).saturating_add(1));
        match self {
            Self::InterworkSegment(route) => rd.saturating_add(prefix(route.prefix)),
            Self::DirectSegment(route) => rd.saturating_add(route.address.wire_len()),
            Self::Type1Session(route) => {
                let tunnel = route.tunnel.map_or(0, |tunnel| {
                    let addresses = tunnel.endpoint.wire_len().saturating_add(tunnel.source.wire_len());
                    addresses.saturating_add(tunnel.tlvs.len()).saturating_add(5)
                });
                rd.saturating_add(prefix(route.prefix)).saturating_add(tunnel)
            }
            Self::Type2Session(route) => {
                let teid = usize::from(route.teid_len.div_ceil(8));
                rd.saturating_add(1)
                    .saturating_add(address_octets(route.endpoint))
                    .saturating_add(teid)
                    .saturating_add(route.tlvs.len())
            }
            Self::Unknown { raw, .. } => raw.len(),
        }
    }
}

impl<'a> RouteField<'a> for MupRoute<'a> {
    fn read_route<O: Observer>(c: &mut Cursor<'a>, RouteContext { family, .. }: RouteContext, o: &mut O) -> Result<Self> {
        o.group(c, "route", |c, o| Self::route(c, family.is_v6(), o))
    }

    fn route_len(&self) -> usize {
        self.body_len().saturating_add(4)
    }

    fn check_route(&self, family: Family) -> Result<(), EncodeError> {
        let v6 = match self {
            Self::InterworkSegment(route) => route.prefix.is_v6(),
            Self::Type1Session(route) => {
                if let Some(MupTunnel { source: None, tlvs: [_, ..], .. }) = route.tunnel {
                    // They would be read back as the source.
                    return Err(EncodeError::unrepresentable("tlvs"));
                }
                route.prefix.is_v6()
            }
            Self::Type2Session(route) => {
                if route.teid_len > 32 {
                    return Err(EncodeError::out_of_range("teid_len", u64::from(route.teid_len)));
                }
                if route.teid & mask(route.teid_len) != route.teid {
                    return Err(EncodeError::out_of_range("teid", u64::from(route.teid)));
                }
                route.endpoint.is_ipv6()
            }
            // The address has its own width, but must be of the route's family.
            Self::DirectSegment(route) => route.address.is_ipv6(),
            // It would be read back as a route of the type.
            Self::Unknown { architecture: ARCHITECTURE_5G, kind, .. } if MupRouteType(*kind).name().is_some() => {
                return Err(EncodeError::unrepresentable("type"));
            }
            Self::Unknown { .. } => family.is_v6(),
        };
        if v6 != family.is_v6() {
            return Err(EncodeError::unrepresentable("MUP route"));
        }
        crate::wire::check_len(self.body_len(), 1, "MUP route")
    }

    fn write_route(&self, out: &mut dyn Sink) {
        let (architecture, kind) = self.kind();
        out.put_u8(architecture);
        out.put_u16(kind);
        crate::wire::write_uint(out, self.body_len(), 1);
        match self {
            Self::InterworkSegment(route) => {
                route.rd.write(out);
                write_prefix(route.prefix, out);
            }
            Self::DirectSegment(route) => {
                route.rd.write(out);
                route.address.write(out);
            }
            Self::Type1Session(route) => {
                route.rd.write(out);
                write_prefix(route.prefix, out);
                if let Some(tunnel) = route.tunnel {
                    out.put_u32(tunnel.teid);
                    out.put_u8(tunnel.qfi);
                    tunnel.endpoint.write(out);
                    tunnel.source.write(out);
                    out.put_slice(tunnel.tlvs);
                }
            }
            Self::Type2Session(route) => {
                route.rd.write(out);
                out.put_u8(route.teid_len.saturating_add(if route.endpoint.is_ipv6() { 128 } else { 32 }));
                write_address(route.endpoint, out);
                let teid = route.teid.to_be_bytes();
                out.put_slice(teid.get(..usize::from(route.teid_len.div_ceil(8))).unwrap_or(&teid));
                out.put_slice(route.tlvs);
            }
            Self::Unknown { raw, .. } => out.put_slice(raw),
        }
    }
}

impl fmt::Display for MupRoute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tlvs = |tlvs: &[u8], f: &mut fmt::Formatter<'_>| {
            if tlvs.is_empty() {
                return Ok(());
            }
            f.write_str(" tlvs=")?;
            hex(tlvs, f)
        };
        match self {
            Self::InterworkSegment(route) => write!(f, "interwork-segment(rd={} prefix={}", route.rd, route.prefix)?,
            Self::DirectSegment(route) => write!(f, "direct-segment(rd={} address={}", route.rd, route.address)?,
            Self::Type1Session(route) => {
                write!(f, "type-1-session(rd={} prefix={}", route.rd, route.prefix)?;
                if let Some(tunnel) = route.tunnel {
                    write!(f, " teid={} qfi={} endpoint={}", tunnel.teid, tunnel.qfi, tunnel.endpoint.0)?;
                    if let Some(source) = tunnel.source {
                        f.write_str(" source=")?;
                        source.show(f)?;
                    }
                    tlvs(tunnel.tlvs, f)?;
                }
            }
            Self::Type2Session(route) => {
                write!(f, "type-2-session(rd={} endpoint={} ", route.rd, route.endpoint)?;
                write!(f, "teid={:#010x}/{}", route.teid, route.teid_len)?;
                tlvs(route.tlvs, f)?;
            }
            Self::Unknown { architecture, kind, raw } => {
                write!(f, "type-{architecture}-{kind}(")?;
                hex(raw, f)?;
            }
        }
        f.write_str(")")
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::*;
    use crate::nlri::testing::{self, any_address, any_prefix};
    use crate::nlri::{RawRoute, RouteValue};

    use proptest::prelude::*;

    const V4: Family = Family::of(1, 85);
    const V6: Family = Family::of(2, 85);

    // draft-mpmz-bess-mup-safi sections 3.1.1 to 3.1.4, one of every type and shape; RD 64496:100.
    const VECTORS: &[(Family, &str, &str)] = &[
        (V4, "01 0001 0c 0000fbf000000064 18 c00002", "interwork-segment(rd=64496:100 prefix=192.0.2.0/24)"),
        (V6, "01 0001 0d 0000fbf000000064 20 20010db8", "interwork-segment(rd=64496:100 prefix=2001:db8::/32)"),
        (V4, "01 0002 0c 0000fbf000000064 c0000201", "direct-segment(rd=64496:100 address=192.0.2.1)"),
        (V6, "01 0002 18 0000fbf000000064 20010db8000000000000000000000001", "direct-segment(rd=64496:100 address=2001:db8::1)"),
        (
            V4,
            "01 0003 1c 0000fbf000000064 20 c0000202 00003039 09 20 c0000201 20 c0000209",
            "type-1-session(rd=64496:100 prefix=192.0.2.2/32 teid=12345 qfi=9 endpoint=192.0.2.1 source=192.0.2.9)",
        ),
        // Without a source, without the field, with more after it, and only the key.
        (
            V4,
            "01 0003 17 0000fbf000000064 18 c00002 00003039 09 20 c0000201 00",
            "type-1-session(rd=64496:100 prefix=192.0.2.0/24 teid=12345 qfi=9 endpoint=192.0.2.1 source=none)",
        ),
        (
            V6,
            "01 0003 25 0000fbf000000064 30 20010db80001 00003039 09 80 20010db8000000000000000000000001",
            "type-1-session(rd=64496:100 prefix=2001:db8:1::/48 teid=12345 qfi=9 endpoint=2001:db8::1)",
        ),
        (
            V4,
            "01 0003 1a 0000fbf000000064 18 c00002 00003039 09 20 c0000201 00 010203",
            "type-1-session(rd=64496:100 prefix=192.0.2.0/24 teid=12345 qfi=9 endpoint=192.0.2.1 source=none tlvs=0x010203)",
        ),
        (V4, "01 0003 0c 0000fbf000000064 18 c00002", "type-1-session(rd=64496:100 prefix=192.0.2.0/24)"),
        (
            V4,
            "01 0004 11 0000fbf000000064 40 c0000201 00003039",
            "type-2-session(rd=64496:100 endpoint=192.0.2.1 teid=0x00003039/32)",
        ),
        (
            V4,
            "01 0004 0f 0000fbf000000064 2c c0000201 1230",
            "type-2-session(rd=64496:100 endpoint=192.0.2.1 teid=0x12300000/12)",
        ),
        // Bits after the identifier's length.
        (
            V4,
            "01 0004 10 0000fbf000000064 37 c0000201 003039",
            "type-2-session(rd=64496:100 endpoint=192.0.2.1 teid=0x00303900/23)",
        ),
        (V4, "01 0004 0d 0000fbf000000064 20 c0000201", "type-2-session(rd=64496:100 endpoint=192.0.2.1 teid=0x00000000/0)"),
        (
            V6,
            "01 0004 1f 0000fbf000000064 a0 20010db8000000000000000000000001 00003039 0102",
            "type-2-session(rd=64496:100 endpoint=2001:db8::1 teid=0x00003039/32 tlvs=0x0102)",
        ),
        (V4, "01 0009 02 0102", "type-1-9(0x0102)"),
        (V6, "02 0001 00", "type-2-1(0x)"),
    ];

    #[test]
    pub(in crate::nlri) fn every_type_both_ways() {
        for (family, digits, text) in VECTORS {
            testing::vector(*family, digits, text);
            // Truncated to the other width, the address of a direct segment is read but not written.
            if *family != V6 || !text.starts_with("direct-segment") {
                testing::shorter_bodies(*family, digits, 3);
            }
        }
    }

    #[test]
    fn a_direct_segment_of_the_other_width_is_read_and_goes_out_as_it_came() {
        let octets = testing::hex("01 0002 18 0000fbf000000064 20010db8000000000000000000000001");
        let raw = RawRoute::new(V4, &octets, 0);
        let route = raw.decode().unwrap();
        assert_eq!(route.to_string(), "direct-segment(rd=64496:100 address=2001:db8::1)");
        let mut out = Vec::new();
        assert_eq!(route.encode(V4, &mut out).unwrap_err().to_string(), "MUP route: the value has no form on the wire");
        assert!(out.is_empty());
        raw.write(&mut out);
        assert_eq!(out, octets);
    }

    #[test]
    fn damage_and_its_place() {
        let error = testing::error;
        assert_eq!(
            error(V4, "01 0001 0e 0000fbf000000064 21 c000020101"),
            "IPv4 mup routes: prefix length 33 is longer than an address (at byte 112)"
        );
        assert_eq!(error(V4, "01 0001 0d 0000fbf000000064 18 c0000201"), "IPv4 mup routes: 1 byte is left over (at byte 116)");
        // The same of type 3: the fourth octet of an address is read as the first of the tunnel's identifier.
        assert_eq!(
            error(V4, "01 0003 17 0000fbf000000064 18 c6336400 00003039 09 20 c0000201"),
            "IPv4 mup routes: length 9 is not valid here (at byte 121)"
        );
        assert_eq!(
            error(V4, "01 0002 0d 0000fbf000000064 c000020101"),
            "IPv4 mup routes: length 5 is not valid here (at byte 112)"
        );
        assert_eq!(
            error(V4, "01 0004 0c 0000fbf000000064 18 c00002"),
            "IPv4 mup routes: length 24 is not valid here (at byte 112)"
        );
        assert_eq!(
            error(V4, "01 0004 12 0000fbf000000064 48 c0000201 0000303900"),
            "IPv4 mup routes: length 72 is not valid here (at byte 112)"
        );
        assert_eq!(
            error(V4, "01 0004 10 0000fbf000000064 40 c0000201 000030"),
            "IPv4 mup routes: needs 1 byte more than is there (at byte 117)"
        );
    }

    #[test]
    fn what_cannot_be_written() {
        let error = |route: MupRoute<'_>| RouteValue::Mup(route).encode(V4, &mut Vec::new()).unwrap_err().to_string();
        let (rd, endpoint) = (RouteDistinguisher::default(), IpAddr::from([192, 0, 2, 1]));
        let session = |teid, teid_len| MupRoute::Type2Session(MupType2Session { rd, endpoint, teid, teid_len, tlvs: &[] });
        assert_eq!(error(session(0, 33)), "teid_len: value 33 does not fit");
        assert_eq!(error(session(1, 24)), "teid: value 1 does not fit");
        let prefix = Prefix::DEFAULT_V6;
        assert_eq!(
            error(MupRoute::InterworkSegment(MupInterworkSegment { rd, prefix })),
            "MUP route: the value has no form on the wire"
        );
        let tunnel = MupTunnel { teid: 1, qfi: 1, endpoint: SizedAddress(endpoint), source: None, tlvs: &[0] };
        let route = MupType1Session { rd, prefix: Prefix::DEFAULT_V4, tunnel: Some(tunnel) };
        assert_eq!(error(MupRoute::Type1Session(route)), "tlvs: the value has no form on the wire");
        assert_eq!(error(MupRoute::Unknown { architecture: 1, kind: 9, raw: &[0; 256] }), "MUP route: length 256 is over 255");
        for kind in 1..=4 {
            let text = "type: the value has no form on the wire";
            assert_eq!(error(MupRoute::Unknown { architecture: 1, kind, raw: &[] }), text);
            RouteValue::Mup(MupRoute::Unknown { architecture: 2, kind, raw: &[] }).encode(V4, &mut Vec::new()).unwrap();
        }
    }

    #[test]
    fn places_of_the_fields() {
        assert_eq!(
            testing::places(V4, "01 0004 11 0000fbf000000064 40 c0000201 00003039"),
            testing::expected(&[
                ("route", 100..121, ""),
                ("architecture", 100..101, "1"),
                ("type", 101..103, "4"),
                ("length", 103..104, "17"),
                ("rd", 104..112, "64496:100"),
                ("type", 104..106, "0 (two-octet AS)"),
                ("administrator", 106..108, "64496"),
                ("assigned_number", 108..112, "100"),
                ("endpoint_length", 112..113, "64"),
                ("endpoint", 113..117, "192.0.2.1"),
                ("teid", 117..121, "0x00003039"),
            ])
        );
    }

    fn any_route() -> impl Strategy<Value = (Family, MupRoute<'static>)> {
        let rd = any::<[u8; 8]>().prop_map(RouteDistinguisher);
        let octets = || proptest::collection::vec(any::<u8>(), 0..40).prop_map(|raw| &*Vec::leak(raw));
        let tunnel =
            (any::<u32>(), any::<u8>(), any_address(), proptest::option::of(proptest::option::of(any_address())), octets());
        let tunnel = tunnel.prop_map(|(teid, qfi, endpoint, source, tlvs)| {
            let tlvs = if source.is_none() { &[] } else { tlvs };
            MupTunnel { teid, qfi, endpoint: SizedAddress(endpoint), source: source.map(OptionalAddress), tlvs }
        });
        let prefix = any::<bool>().prop_flat_map(any_prefix);
        (1u16..6, rd, prefix, proptest::option::of(tunnel), (any::<u32>(), 0u8..=32), octets()).prop_map(
            |(kind, rd, prefix, tunnel, (teid, teid_len), tlvs)| {
                let family = if prefix.is_v6() { V6 } else { V4 };
                let route = match kind {
                    1 => MupRoute::InterworkSegment(MupInterworkSegment { rd, prefix }),
                    2 => MupRoute::DirectSegment(MupDirectSegment { rd, address: prefix.address() }),
                    3 => MupRoute::Type1Session(MupType1Session { rd, prefix, tunnel }),
                    4 => MupRoute::Type2Session(MupType2Session {
                        rd,
                        endpoint: prefix.address(),
                        teid: teid & mask(teid_len),
                        teid_len,
                        tlvs,
                    }),
                    _ => MupRoute::Unknown { architecture: 7, kind, raw: tlvs },
                };
                (family, route)
            },
        )
    }

    proptest! {
        #[test]
        fn value_octets_value((family, route) in any_route()) {
            testing::round_trip(family, &RouteValue::Mup(route))?;
        }

        #[test]
        fn no_octets_cause_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60), kind in 0u8..6, v6 in any::<bool>()) {
            let mut octets = vec![1, 0, kind, u8::try_from(bytes.len()).unwrap()];
            octets.extend(bytes);
            let family = if v6 { V6 } else { V4 };
            let raw = RawRoute::new(family, &octets, 0);
            if let Ok(route) = raw.decode()
                && !matches!(route, RouteValue::Mup(MupRoute::DirectSegment(segment)) if segment.address.is_ipv6() != v6)
            {
                // Only bits after a length are not kept, so the output has the same length and meaning.
                let again = testing::encode(family, &route);
                prop_assert_eq!(again.len(), octets.len());
                prop_assert_eq!(testing::decode(family, &again), Ok(route));
            }
            raw.places(&mut crate::places::Places::new());
        }
    }
}
