//! VPLS by BGP signalling (RFC 4761 section 3.2.2) and BGP auto-discovery of VPLS and VPWS (RFC 6074 section 3.2.2).

use core::fmt;
use core::net::Ipv4Addr;

use super::labeled::Label;
use super::vpn::RouteDistinguisher;
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::wire::{Cursor, Field, JsonSink, Observer, Sink, serialize_as_json, wire_struct};

wire_struct! {
    /// A block of labels of one site (RFC 4761 section 3.2.2), 17 octets.
    pub struct VplsSite {
        /// Route distinguisher of the VPLS.
        rd: RouteDistinguisher,
        /// VE ID: the site that announces.
        ve_id: u16,
        /// VE block offset: the first remote site of the block.
        ve_block_offset: u16,
        /// VE block size: number of labels.
        ve_block_size: u16,
        /// The first label.
        label_base: Label,
    }
}

wire_struct! {
    /// A participating provider edge (RFC 6074 section 3.2.2.1), 12 octets.
    pub struct VplsDiscovery {
        /// Route distinguisher of the VPLS.
        rd: RouteDistinguisher,
        /// The provider edge.
        pe: Ipv4Addr,
    }
}

/// A VPLS route, after two octets of length, which determine its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum VplsRoute<'a> {
    /// Signalling (RFC 4761).
    Site(VplsSite),
    /// Auto-discovery (RFC 6074).
    Discovery(VplsDiscovery),
    /// Of another length, undecoded: an L2VPN of RFC 6624, or malformed ([`RawRoute::finding`](super::RawRoute::finding)).
    Unknown(&'a [u8]),
}

/// Octets of an L2VPN route before its TLVs: route distinguisher, CE ID, label block offset, label base (RFC 6624).
const L2VPN_LEN: usize = 15;

/// Whether octets are a route of RFC 6624, which shares the family: 15 octets, with a circuit status vector or without. Its length is
/// in bits; implementations differ in the number of octets if it is a multiple of eight.
fn is_l2vpn(raw: &[u8]) -> bool {
    match raw.get(L2VPN_LEN..) {
        Some([]) => true,
        Some([1, high, low, vector @ ..]) => {
            let bits = usize::from(u16::from_be_bytes([*high, *low]));
            vector.len() == bits.div_ceil(8) || vector.len() == (bits / 8).saturating_add(1)
        }
        _ => false,
    }
}

impl VplsRoute<'_> {
    /// A length that none of the documents has. `offset` is that of the route.
    pub(super) fn finding(&self, offset: u64) -> Option<Error> {
        match self {
            Self::Unknown(raw) if !is_l2vpn(raw) => {
                let len = u32::try_from(raw.len()).unwrap_or(u32::MAX);
                Some(Error::new(ErrorKind::BadLength(len), offset))
            }
            _ => None,
        }
    }
}

impl<'a> Field<'a> for VplsRoute<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        o.group(c, name, |c, o| {
            let start = c.offset();
            let len: u16 = o.field(c, "length")?;
            o.window(c, usize::from(len), |mut body, o| {
                let route = match len {
                    12 => Self::Discovery(o.field(&mut body, "discovery")?),
                    17 => Self::Site(o.field(&mut body, "site")?),
                    0 => return Err(o.error(Error::new(ErrorKind::BadLength(0), body.offset()))),
                    _ => Self::Unknown(o.field(&mut body, "value")?),
                };
                o.finish(&body)?;
                if O::OBSERVES
                    && let Some(e) = route.finding(start)
                {
                    o.error(e);
                }
                Ok(route)
            })
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        match self {
            Self::Site(site) => site.json(out),
            Self::Discovery(discovery) => discovery.json(out),
            Self::Unknown(raw) => raw.json(out),
        }
    }

    fn wire_len(&self) -> usize {
        match self {
            Self::Site(_) => 19,
            Self::Discovery(_) => 14,
            Self::Unknown(raw) => raw.len().saturating_add(2),
        }
    }

    fn check(&self) -> Result<(), EncodeError> {
        match self {
            Self::Site(site) => site.check(),
            Self::Discovery(discovery) => discovery.check(),
            Self::Unknown(raw) => crate::wire::check_len(raw.len(), 2, "VPLS route"),
        }
    }

    fn write(&self, out: &mut dyn Sink) {
        crate::wire::write_uint(out, self.wire_len().saturating_sub(2), 2);
        match self {
            Self::Site(site) => site.write(out),
            Self::Discovery(discovery) => discovery.write(out),
            Self::Unknown(raw) => out.put_slice(raw),
        }
    }
}

serialize_as_json!(VplsRoute<'a>);

impl fmt::Display for VplsRoute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Site(site) => write!(f, "vpls-site({site})"),
            Self::Discovery(discovery) => write!(f, "vpls-discovery({discovery})"),
            Self::Unknown(raw) => {
                f.write_str("vpls(")?;
                crate::wire::hex(raw, f)?;
                f.write_str(")")
            }
        }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use crate::family::Family;
    use crate::nlri::{RawRoute, RouteValue};
    use crate::places::Places;

    const SITE: &[u8] = &[0, 17, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 0, 5, 0, 1, 0, 8, 0, 6, 0x41];
    const DISCOVERY: &[u8] = &[0, 12, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 192, 0, 2, 1];

    fn route(bytes: &[u8]) -> Result<RouteValue<'_>> {
        RawRoute::new(Family::of(25, 65), bytes, 40).decode()
    }

    #[test]
    fn every_field_both_ways() {
        for (bytes, text) in [
            (SITE, "vpls-site(rd=64496:1 ve_id=5 ve_block_offset=1 ve_block_size=8 label_base=100)"),
            (DISCOVERY, "vpls-discovery(rd=64496:1 pe=192.0.2.1)"),
            (&[0, 2, 1, 2], "vpls(0x0102)"),
        ] {
            let route = route(bytes).unwrap();
            assert_eq!(route.to_string(), text);
            let mut out = Vec::new();
            route.encode(Family::of(25, 65), &mut out).unwrap();
            assert_eq!((&out[..], route.encoded_len()), (bytes, bytes.len()));
        }
    }

    /// RFC 4761 section 3.2.2, RFC 6074 section 3.2.2.1, and RFC 6624 with its circuit status vector.
    #[test]
    fn lengths_that_no_document_has() {
        let found = |value: &[u8]| {
            let bytes = [&[0, u8::try_from(value.len()).unwrap()], value].concat();
            let raw = RawRoute::new(Family::of(25, 65), &bytes, 40);
            let mut places = Places::new();
            raw.places(&mut places);
            assert_eq!(Vec::from_iter(raw.finding()), places.iter().filter_map(|place| place.error).collect::<Vec<_>>());
            raw.finding().inspect(|e| assert_eq!(e.action(), crate::error::Action::TreatAsWithdraw)).map(|e| e.to_string())
        };
        for len in 1..=40u8 {
            let text = format!("L2VPN vpls routes: length {len} is not valid here (at byte 40)");
            let valid = matches!(len, 12 | 15 | 17);
            assert_eq!(found(&[0; 40][..usize::from(len)]), (!valid).then_some(text), "{len}");
        }
        // Nine bits have two octets, eight have one or two.
        for (bits, octets, valid) in [(9, 1, false), (9, 2, true), (9, 3, false), (8, 1, true), (8, 2, true), (8, 3, false)] {
            let value = [&[0; 15][..], &[1, 0, bits], &[0xff; 3][..octets]].concat();
            assert_eq!(found(&value).is_none(), valid, "{bits} {octets}");
        }
        assert!(found(&[&[0; 15][..], &[2, 0, 8, 0xff]].concat()).is_some());
    }

    #[test]
    fn cut_anywhere_it_is_an_error() {
        for n in 0..SITE.len() {
            assert!(route(&SITE[..n]).is_err(), "cut at {n}");
        }
        assert_eq!(
            route(&SITE[..9]).unwrap_err().to_string(),
            "L2VPN vpls routes: needs 10 bytes more than are there (at byte 42)"
        );
        assert_eq!(route(&[0, 0]).unwrap_err().to_string(), "L2VPN vpls routes: length 0 is not valid here (at byte 42)");
    }

    #[test]
    fn places_of_the_fields() {
        let mut places = Places::new();
        RawRoute::new(Family::of(25, 65), DISCOVERY, 40).places(&mut places);
        let list: Vec<_> = places.iter().map(|p| (p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
        assert_eq!(
            list,
            [
                ("route", 40..54, ""),
                ("length", 40..42, "12"),
                ("discovery", 42..54, ""),
                ("rd", 42..50, "64496:1"),
                ("type", 42..44, "0 (two-octet AS)"),
                ("administrator", 44..46, "64496"),
                ("assigned_number", 46..50, "1"),
                ("pe", 50..54, "192.0.2.1")
            ]
        );
        let mut cut = Places::new();
        RawRoute::new(Family::of(25, 65), &DISCOVERY[..12], 40).places(&mut cut);
        assert!(cut.iter().any(|p| p.error.is_some()));
    }

    #[test]
    fn places_of_a_route_without_octets_hold_its_error() {
        let route = RawRoute::new(Family::of(25, 65), &[0, 0], 40);
        let mut places = Places::new();
        route.places(&mut places);
        let list: Vec<_> = places.iter().filter_map(|p| p.error).map(|e| e.to_string()).collect();
        assert_eq!(list, [route.decode().unwrap_err().to_string()]);
        assert_eq!(list, ["L2VPN vpls routes: length 0 is not valid here (at byte 42)"]);
    }
}
