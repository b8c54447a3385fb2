//! Candidate paths of SR policies (RFC 9830 section 2.1), SAFI 73.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{RouteContext, RouteField};
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::family::Family;
use crate::wire::{Cursor, Field, JsonObject, JsonSink, Observer, Sink, ToJson, serialize_as_json};

/// A candidate path of an SR policy (RFC 9830 section 2.1), displayed as `sr-policy(distinguisher=1 color=100
/// endpoint=198.51.100.1)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct SrPolicyRoute {
    /// Distinguishes candidate paths of one policy; no further meaning.
    pub distinguisher: u32,
    /// The color, which with the endpoint identifies the policy.
    pub color: u32,
    /// The endpoint: an address of the route's address family, all zeros for any.
    pub endpoint: IpAddr,
}

/// Bits of a route with an endpoint of this address family.
const fn bits(v6: bool) -> u8 {
    if v6 { 192 } else { 96 }
}

/// The octets of the route after its length octet, which has only one valid value in the family.
fn octets(c: &mut Cursor<'_>, family: Family) -> Result<usize> {
    let offset = c.offset();
    let len = c.u8()?;
    if len != bits(family.is_v6()) {
        return Err(Error::new(ErrorKind::BadLength(u32::from(len)), offset));
    }
    Ok(usize::from(len / 8))
}

impl<'a> RouteField<'a> for SrPolicyRoute {
    fn read_route<O: Observer>(c: &mut Cursor<'a>, RouteContext { family, .. }: RouteContext, o: &mut O) -> Result<Self> {
        let v6 = family.is_v6();
        o.group(c, "route", |c, o| {
            let octets = o.length(c, |c| octets(c, family).map(|octets| (u64::from(bits(v6)), octets)))?;
            o.window(c, octets, |mut body, o| {
                let c = &mut body;
                Ok(Self {
                    distinguisher: o.field(c, "distinguisher")?,
                    color: o.field(c, "color")?,
                    endpoint: if v6 {
                        o.field::<Ipv6Addr>(c, "endpoint")?.into()
                    } else {
                        o.field::<Ipv4Addr>(c, "endpoint")?.into()
                    },
                })
            })
        })
    }

    fn route_len(&self) -> usize {
        usize::from(bits(self.endpoint.is_ipv6()) / 8).saturating_add(1)
    }

    fn check_route(&self, family: Family) -> Result<(), EncodeError> {
        if self.endpoint.is_ipv6() == family.is_v6() { Ok(()) } else { Err(EncodeError::unrepresentable("endpoint")) }
    }

    fn write_route(&self, out: &mut dyn Sink) {
        out.put_u8(bits(self.endpoint.is_ipv6()));
        out.put_u32(self.distinguisher);
        out.put_u32(self.color);
        match self.endpoint {
            IpAddr::V4(endpoint) => endpoint.write(out),
            IpAddr::V6(endpoint) => endpoint.write(out),
        }
    }
}

impl fmt::Display for SrPolicyRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { distinguisher, color, endpoint } = self;
        write!(f, "sr-policy(distinguisher={distinguisher} color={color} endpoint={endpoint})")
    }
}

impl ToJson for SrPolicyRoute {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("distinguisher", &self.distinguisher)?;
        object.member("color", &self.color)?;
        object.member("endpoint", &self.endpoint)?;
        object.end()
    }
}

serialize_as_json!(SrPolicyRoute);

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use crate::nlri::{RawRoute, RouteValue, Routes};
    use crate::places::Places;
    use proptest::prelude::*;

    const FOUR: Family = Family::of(1, 73);
    const SIX: Family = Family::of(2, 73);
    const V4: &[u8] = &[96, 0, 0, 0, 1, 0, 0, 0, 100, 198, 51, 100, 1];
    const V6: &[u8] = &[192, 0, 0, 0, 2, 0, 1, 0, 0, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    fn route(bytes: &[u8], family: Family) -> Result<RouteValue<'_>> {
        RawRoute::new(family, bytes, 40).decode()
    }

    #[test]
    fn every_field_both_ways() {
        for (bytes, family, text) in [
            (V4, FOUR, "sr-policy(distinguisher=1 color=100 endpoint=198.51.100.1)"),
            (V6, SIX, "sr-policy(distinguisher=2 color=65536 endpoint=2001:db8::1)"),
        ] {
            let decoded = route(bytes, family).unwrap();
            assert_eq!(decoded.to_string(), text);
            let mut out = Vec::new();
            decoded.encode(family, &mut out).unwrap();
            assert_eq!((&out[..], decoded.encoded_len()), (bytes, bytes.len()));
            for n in 0..bytes.len() {
                assert!(route(&bytes[..n], family).is_err(), "cut at {n}");
            }
        }
        let list = [V4, V4].concat();
        assert_eq!(Routes::at(&list, FOUR, false, 0).filter(|route| route.unwrap().decode().is_ok()).count(), 2);
    }

    #[test]
    fn what_cannot_be() {
        let error = |bytes, family| route(bytes, family).unwrap_err().to_string();
        assert_eq!(error(V4, SIX), "IPv6 sr-policy routes: length 96 is not valid here (at byte 40)");
        assert_eq!(error(V6, FOUR), "IPv4 sr-policy routes: length 192 is not valid here (at byte 40)");
        assert_eq!(error(&V4[..9], FOUR), "IPv4 sr-policy routes: needs 4 bytes more than are there (at byte 41)");
        let mut out = Vec::new();
        let e = route(V4, FOUR).unwrap().encode(SIX, &mut out).unwrap_err();
        assert_eq!((e.to_string().as_str(), out.len()), ("endpoint: the value has no form on the wire", 0));
    }

    #[test]
    fn places_of_the_fields() {
        let mut places = Places::new();
        RawRoute::new(FOUR, V4, 40).places(&mut places);
        let list: Vec<_> = places.iter().map(|p| (p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
        assert_eq!(
            list,
            [
                ("route", 40..53, ""),
                ("length", 40..41, "96"),
                ("distinguisher", 41..45, "1"),
                ("color", 45..49, "100"),
                ("endpoint", 49..53, "198.51.100.1")
            ]
        );
        let mut cut = Places::new();
        RawRoute::new(FOUR, &V4[..12], 40).places(&mut cut);
        assert!(cut.iter().any(|p| p.error.is_some()));
    }

    #[cfg(feature = "serde")]
    #[test]
    fn json_has_the_fields() {
        let Ok(RouteValue::SrPolicy(policy)) = route(V4, FOUR) else { panic!() };
        let json = serde_json::to_string(&policy).unwrap();
        assert_eq!(json, r#"{"distinguisher":1,"color":100,"endpoint":"198.51.100.1"}"#);
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read(distinguisher: u32, color: u32, endpoint: IpAddr) {
            let family = if endpoint.is_ipv6() { SIX } else { FOUR };
            let policy = RouteValue::SrPolicy(SrPolicyRoute { distinguisher, color, endpoint });
            let mut out = Vec::new();
            policy.encode(family, &mut out).unwrap();
            prop_assert_eq!(out.len(), policy.encoded_len());
            prop_assert_eq!(route(&out, family), Ok(policy));
        }
    }
}
