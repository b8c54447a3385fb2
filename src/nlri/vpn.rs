//! VPN prefixes (RFC 4364 section 4, RFC 4659) and route distinguishers.

use core::fmt;
use core::net::Ipv4Addr;
use core::str::FromStr;

use nom::Parser;
use nom::bytes::complete::tag;
use nom::character::complete::char;
use nom::combinator::{all_consuming, opt};
use nom::sequence::preceded;

use super::labeled::{Labels, bit_route, check_bits, place_rest, read_stack};
use super::unicast::{prefix_octets, write_prefix_octets};
use super::{ParseRouteError, RouteContext, RouteField, parse_outcome};
use crate::asn::Asn;
use crate::codes::{RdType, Safi};
use crate::error::{EncodeError, Result};
use crate::family::Family;
use crate::prefix::Prefix;
use crate::wire::{Cursor, Field, Observer, Sink, by_word, hex};

/// A route distinguisher: two octets of type, six of value (RFC 4364 section 4.2).
///
/// Displayed as `64496:100` (type 0), `192.0.2.1:100` (type 1), `65536:100` (type 2; `64496L:100` for numbers below 65536) and
/// `0x` with all octets for other types; the text parses back to the same octets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RouteDistinguisher(pub [u8; 8]);

impl<'a> Field<'a> for RouteDistinguisher {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        c.array().copied().map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn wire_len(&self) -> usize {
        self.0.len()
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(&self.0);
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        let mut fields = *c;
        let outcome = Self::read(c);
        if !O::OBSERVES {
            return outcome;
        }
        let mut show = |o: &mut O| {
            o.group(&mut fields, name, |c, o| {
                if let Ok(rd) = &outcome {
                    o.label(rd);
                }
                let fields = o
                    .coded(c, "type", |kind: u16| kind, |kind| RdType(kind).name())
                    .and_then(|kind| Self::place_value(kind, c, o));
                if outcome.is_err() {
                    c.stop();
                }
                fields
            })
        };
        match outcome {
            Ok(_) => show(o)?,
            Err(e) => {
                o.cut(e, |o| {
                    let _ = show(o);
                });
            }
        }
        outcome
    }
}

impl RouteDistinguisher {
    /// Type 0: a two-octet AS number and four octets.
    pub const fn as2(asn: u16, value: u32) -> Self {
        let ([a, b], [c, d, e, f]) = (asn.to_be_bytes(), value.to_be_bytes());
        Self([0, 0, a, b, c, d, e, f])
    }

    /// Type 1: an IPv4 address and two octets.
    pub const fn ipv4(address: Ipv4Addr, value: u16) -> Self {
        let ([a, b, c, d], [e, f]) = (address.octets(), value.to_be_bytes());
        Self([0, 1, a, b, c, d, e, f])
    }

    /// Type 2: a four-octet AS number and two octets.
    pub const fn as4(asn: Asn, value: u16) -> Self {
        let ([a, b, c, d], [e, f]) = (asn.0.to_be_bytes(), value.to_be_bytes());
        Self([0, 2, a, b, c, d, e, f])
    }

    /// Reads the value's fields (RFC 4364 section 4.2).
    pub(super) fn place_value<O: Observer>(kind: u16, c: &mut Cursor<'_>, o: &mut O) -> Result<()> {
        let (administrator, assigned) = ("administrator", "assigned_number");
        match kind {
            0 => o.field::<u16>(c, administrator).and_then(|_| o.field::<u32>(c, assigned)).map(drop),
            1 => o.field::<Ipv4Addr>(c, administrator).and_then(|_| o.field::<u16>(c, assigned)).map(drop),
            2 => o.field::<u32>(c, administrator).and_then(|_| o.field::<u16>(c, assigned)).map(drop),
            _ => o.field::<[u8; 6]>(c, "value").map(drop),
        }
    }

    /// The type: 0, 1, 2, or an unknown one.
    pub const fn kind(self) -> u16 {
        u16::from_be_bytes([self.0[0], self.0[1]])
    }
}

impl fmt::Display for RouteDistinguisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [_, _, a, b, c, d, e, g] = self.0;
        match self.kind() {
            0 => write!(f, "{}:{}", u16::from_be_bytes([a, b]), u32::from_be_bytes([c, d, e, g])),
            1 => write!(f, "{}:{}", Ipv4Addr::new(a, b, c, d), u16::from_be_bytes([e, g])),
            2 => {
                let asn = u32::from_be_bytes([a, b, c, d]);
                write!(f, "{asn}{}:{}", if asn > 0xffff { "" } else { "L" }, u16::from_be_bytes([e, g]))
            }
            _ => hex(&self.0, f),
        }
    }
}

impl fmt::Debug for RouteDistinguisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not a route distinguisher.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has no details")]
pub struct ParseRouteDistinguisherError;

impl fmt::Display for ParseRouteDistinguisherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a route distinguisher: expected ASN:NUMBER, ADDRESS:NUMBER or 0x and 16 hexadecimal digits")
    }
}

impl core::error::Error for ParseRouteDistinguisherError {}

impl FromStr for RouteDistinguisher {
    type Err = ParseRouteDistinguisherError;

    fn from_str(text: &str) -> Result<Self, ParseRouteDistinguisherError> {
        let bad = ParseRouteDistinguisherError;
        if let Some(digits) = text.strip_prefix("0x") {
            let plain = digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit());
            return match u64::from_str_radix(digits, 16) {
                Ok(octets) if plain => Ok(Self(octets.to_be_bytes())),
                _ => Err(bad),
            };
        }
        let (administrator, value) = text.rsplit_once(':').ok_or(bad)?;
        if !value.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad);
        }
        if let Ok(address) = administrator.parse::<Ipv4Addr>() {
            return value.parse().map(|value| Self::ipv4(address, value)).map_err(|_| bad);
        }
        let (number, long) = match administrator.strip_suffix('L') {
            Some(number) => (number, true),
            None => (administrator, false),
        };
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad);
        }
        let asn: u32 = number.parse().map_err(|_| bad)?;
        match u16::try_from(asn) {
            Ok(asn) if !long => value.parse().map(|value| Self::as2(asn, value)).map_err(|_| bad),
            _ => value.parse().map(|value| Self::as4(Asn(asn), value)).map_err(|_| bad),
        }
    }
}

/// A VPN prefix with its labels, displayed as `64496:100 198.51.100.0/24 label 100`; [`VpnPrefix::from_text`] parses it back.
///
/// The multicast routes of SAFI 129 have no labels (RFC 6514 section 10): their text ends after the prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct VpnPrefix<'a> {
    /// The labels, the outermost first; none with SAFI 129.
    pub labels: Labels<'a>,
    /// The route distinguisher.
    pub rd: RouteDistinguisher,
    /// The prefix.
    pub prefix: Prefix,
}

#[cfg(feature = "alloc")]
impl<'a> VpnPrefix<'a> {
    /// Parses a prefix's text; its labels go to `labels`.
    ///
    /// ```
    /// use routeglass::nlri::VpnPrefix;
    /// let (text, mut labels) = ("64496:100 198.51.100.0/24 label 100/200", Vec::new());
    /// assert_eq!(VpnPrefix::from_text(text, &mut labels)?.to_string(), text);
    /// # Ok::<(), routeglass::nlri::ParseRouteError>(())
    /// ```
    ///
    /// # Errors
    /// A text that is not a VPN prefix, with the position of the error.
    pub fn from_text(text: &str, labels: &'a mut alloc::vec::Vec<[u8; 3]>) -> Result<Self, ParseRouteError> {
        labels.clear();
        let stack = preceded(tag(" label "), |rest| read_stack(rest, labels));
        let parsed = all_consuming((by_word, preceded(char(' '), by_word), opt(stack))).parse(text);
        let (rd, prefix, _) = parse_outcome(text, parsed)?;
        Ok(Self { labels: Labels::new(labels), rd, prefix })
    }
}

/// SAFI 129: multicast in VPNs, without labels.
const fn is_labeled(family: Family) -> bool {
    !matches!(family.safi, Safi::VPN_MULTICAST)
}

impl<'a> VpnPrefix<'a> {
    /// The rest of the route's window after the labels.
    fn after_labels<O: Observer>(
        labels: Labels<'a>,
        mut c: Cursor<'a>,
        bits: u8,
        context: RouteContext,
        o: &mut O,
    ) -> Result<Self> {
        let rd = o.field(&mut c, "rd")?;
        let taken = labels.len().saturating_mul(3).saturating_add(8);
        Ok(Self { labels, rd, prefix: place_rest(&mut c, bits, taken, context.family.is_v6(), o)? })
    }
}

impl<'a> RouteField<'a> for VpnPrefix<'a> {
    fn read_route<O: Observer>(c: &mut Cursor<'a>, context: RouteContext, o: &mut O) -> Result<Self> {
        bit_route(c, o, |bits, mut window, o| {
            if !is_labeled(context.family) {
                return Self::after_labels(Labels::default(), window, bits, context, o);
            }
            let read = |labels, window| Self::after_labels(labels, window, bits, context, &mut ());
            let route = Labels::read_before(window, context.labels, read, |route| route.rd.kind() <= 2);
            if !O::OBSERVES {
                return route;
            }
            let labels = Labels::place(&mut window, route.map(|route| route.labels), context.labels, o)?;
            Self::after_labels(labels, window, bits, context, o)
        })
    }

    fn route_len(&self) -> usize {
        self.labels.len().saturating_mul(3).saturating_add(prefix_octets(self.prefix)).saturating_add(9)
    }

    fn check_route(&self, family: Family) -> Result<(), EncodeError> {
        if is_labeled(family) {
            self.labels.check()?;
        } else if !self.labels.is_empty() {
            return Err(EncodeError::unrepresentable("labels"));
        }
        if self.prefix.is_v6() != family.is_v6() {
            return Err(EncodeError::unrepresentable("prefix"));
        }
        check_bits(self.labels.len().saturating_mul(24).saturating_add(64), self.prefix).map(|_| ())
    }

    fn write_route(&self, out: &mut dyn Sink) {
        let more = self.labels.len().saturating_mul(24).saturating_add(64);
        out.put_u8(check_bits(more, self.prefix).unwrap_or(u8::MAX));
        self.labels.write(out);
        out.put_slice(&self.rd.0);
        write_prefix_octets(self.prefix, out);
    }
}

impl fmt::Display for VpnPrefix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rd, self.prefix)?;
        if self.labels.is_empty() { Ok(()) } else { write!(f, " label {}", self.labels) }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use crate::nlri::testing;
    use crate::nlri::{Label, LabelEncoding, RawRoute, RouteValue};

    use proptest::prelude::*;

    #[test]
    fn places_of_the_fields() {
        use testing::{expected, places};
        // Distinguishers of types 1 and 2, and of an unknown one; SAFI 129 has no labels.
        assert_eq!(
            places(Family::of(2, 128), "78 000641 0001c00002010064 20010db8"),
            expected(&[
                ("route", 100..116, "192.0.2.1:100 2001:db8::/32 label 100"),
                ("length", 100..101, "120"),
                ("label", 101..104, "value=100 tc=0 s=1"),
                ("rd", 104..112, "192.0.2.1:100"),
                ("type", 104..106, "1 (IPv4)"),
                ("administrator", 106..110, "192.0.2.1"),
                ("assigned_number", 110..112, "100"),
                ("prefix", 112..116, "2001:db8::/32"),
            ])
        );
        assert_eq!(
            places(Family::of(1, 129), "58 0002000100000064 c63364"),
            expected(&[
                ("route", 100..112, "65536:100 198.51.100.0/24"),
                ("length", 100..101, "88"),
                ("rd", 101..109, "65536:100"),
                ("type", 101..103, "2 (four-octet AS)"),
                ("administrator", 103..107, "65536"),
                ("assigned_number", 107..109, "100"),
                ("prefix", 109..112, "198.51.100.0/24"),
            ])
        );
        assert_eq!(
            places(Family::of(1, 129), "40 0009010203040506"),
            expected(&[
                ("route", 100..109, "0x0009010203040506 0.0.0.0/0"),
                ("length", 100..101, "64"),
                ("rd", 101..109, "0x0009010203040506"),
                ("type", 101..103, "9"),
                ("value", 103..109, "0x010203040506"),
                ("prefix", 109..109, "0.0.0.0/0"),
            ])
        );
    }

    #[test]
    fn distinguishers_both_ways() {
        for (octets, text) in [
            ([0, 0, 0xfb, 0xf0, 0, 0, 0, 100], "64496:100"),
            ([0, 1, 192, 0, 2, 1, 0, 100], "192.0.2.1:100"),
            ([0, 2, 0, 1, 0, 0, 0, 100], "65536:100"),
            ([0, 2, 0, 0, 0xfb, 0xf0, 0, 100], "64496L:100"),
            ([0, 9, 1, 2, 3, 4, 5, 6], "0x0009010203040506"),
        ] {
            let rd = RouteDistinguisher(octets);
            assert_eq!(rd.to_string(), text);
            assert_eq!(text.parse(), Ok(rd));
        }
        for bad in ["", "1", "1:", ":1", "1:+1", "1:2:3", "70000:70000", "192.0.2.1:70000", "0x00", "x:1", "1L:70000"] {
            assert!(bad.parse::<RouteDistinguisher>().is_err(), "{bad}");
        }
    }

    // RFC 4364 section 4.3.4, RFC 4659 section 3.2.1, RFC 6514 section 10, RFC 9832.
    const VECTORS: &[(Family, &str, &str)] = &[
        (Family::IPV4_VPN, "70 000641 0000fde800000064 c63364", "65000:100 198.51.100.0/24 label 100"),
        (Family::IPV6_VPN, "78 000641 0000fde800000064 20010db8", "65000:100 2001:db8::/32 label 100"),
        (Family::IPV4_VPN, "88 000640 000c81 0001c00002010007 c63364", "192.0.2.1:7 198.51.100.0/24 label 100/200"),
        (Family::IPV4_VPN, "70 800000 0000fde800000064 c63364", "65000:100 198.51.100.0/24 label withdrawn"),
        (Family::IPV4_VPN, "70 000000 0000fde800000064 c63364", "65000:100 198.51.100.0/24 label 0:0"),
        (Family::IPV4_VPN, "88 000642 000c8f 0002000100000064 c63364", "65536:100 198.51.100.0/24 label 100:2/200:15"),
        (Family::IPV4_VPN, "58 000641 0000fde800000064", "65000:100 0.0.0.0/0 label 100"),
        (Family::of(1, 129), "58 0000fde800000064 c63364", "65000:100 198.51.100.0/24"),
        (Family::of(2, 129), "60 0000fde800000064 20010db8", "65000:100 2001:db8::/32"),
        (Family::of(1, 76), "78 000641 0000fde800000064 c0000201", "65000:100 192.0.2.1/32 label 100"),
        (Family::of(2, 76), "d8 000641 0000fde800000064 20010db8000000000000000000000001", "65000:100 2001:db8::1/128 label 100"),
    ];

    #[test]
    fn prefixes_of_every_family() {
        for (family, digits, text) in VECTORS {
            testing::vector(*family, digits, text);
            let (bytes, mut labels) = (testing::hex(digits), Vec::new());
            let Ok(RouteValue::Vpn(route)) = testing::decode(*family, &bytes) else { panic!() };
            assert_eq!(VpnPrefix::from_text(text, &mut labels), Ok(route));
        }
    }

    #[test]
    fn what_cannot_be() {
        let error = testing::error;
        assert_eq!(
            error(Family::IPV4_VPN, "79 000641 0000fde800000064 c633640101"),
            "IPv4 vpn routes: prefix length 33 is longer than an address (at byte 112)"
        );
        assert_eq!(
            error(Family::IPV4_VPN, "50 000641 0000fde8000000"),
            "IPv4 vpn routes: needs 1 byte more than is there (at byte 104)"
        );
        assert_eq!(
            error(Family::of(1, 129), "38 0000fde8000000"),
            "IPv4 vpn-multicast routes: needs 1 byte more than is there (at byte 101)"
        );
        let prefix = "198.51.100.0/24".parse().unwrap();
        let route = VpnPrefix { labels: Labels::new(&[[0, 6, 0x41]]), rd: RouteDistinguisher::as2(1, 1), prefix };
        let error =
            |route: VpnPrefix<'_>, family| RouteValue::Vpn(route).encode(family, &mut Vec::new()).unwrap_err().to_string();
        assert_eq!(error(route, Family::of(1, 129)), "labels: the value has no form on the wire");
        assert_eq!(error(route, Family::IPV6_VPN), "prefix: the value has no form on the wire");
        assert_eq!(
            error(VpnPrefix { labels: Labels::default(), ..route }, Family::IPV4_VPN),
            "labels: the value has no form on the wire"
        );
        for (text, at) in [
            ("", 0),
            ("1:1", 3),
            ("1:1 10.0.0.0", 4),
            ("1:1 10.0.0.0/8 label", 14),
            ("1:1 10.0.0.0/8 label 1/", 14),
            ("1:1 10.0.0.0/8 label 1048576", 14),
            ("1:1 10.0.0.0/8 label 1:16", 14),
            ("1:1 10.0.0.0/8 label 1 ", 22),
        ] {
            assert_eq!(VpnPrefix::from_text(text, &mut Vec::new()).unwrap_err().at, at, "{text}");
        }
    }

    fn any_route() -> impl Strategy<Value = (Family, VpnPrefix<'static>)> {
        let rd = prop_oneof![
            any::<[u8; 8]>(),
            (0u8..4, any::<[u8; 6]>()).prop_map(|(k, [a, b, c, d, e, f])| [0, k, a, b, c, d, e, f])
        ];
        let stack = proptest::collection::vec((1u32..0x8_0000, 0u8..8), 0..4).prop_map(|list| {
            let inner = list.iter().map(|(value, class)| {
                let [a, b, c] = Label::new(*value).unwrap().0;
                [a, b, c | class << 1]
            });
            let mut stack: Vec<_> = inner.collect();
            if let Some([_, _, last]) = stack.last_mut() {
                *last |= 1;
            } else {
                stack.push([0x80, 0, 0]);
            }
            &*stack.leak()
        });
        (rd, stack, any::<bool>(), 0usize..3).prop_flat_map(|(rd, stack, v6, safi)| {
            let family = Family::of(if v6 { 2 } else { 1 }, [76, 128, 129][safi]);
            let labels = if safi == 2 { Labels::default() } else { Labels::new(stack) };
            testing::any_prefix(v6).prop_map(move |prefix| (family, VpnPrefix { labels, rd: RouteDistinguisher(rd), prefix }))
        })
    }

    proptest! {
        #[test]
        fn value_octets_value_and_text((family, route) in any_route()) {
            let bits = usize::from(route.prefix.len()) + 64 + 24 * route.labels.len();
            if bits > 255 {
                prop_assert!(RouteValue::Vpn(route).encode(family, &mut Vec::new()).is_err());
            } else {
                let bytes = testing::encode(family, &RouteValue::Vpn(route));
                let mut raw = RawRoute::new(family, &bytes, 0);
                if route.labels.is_withdrawn() {
                    raw.labels = LabelEncoding::Withdrawn;
                }
                // A distinguisher of an undefined type gives precedence to a single label.
                if route.labels.len() <= 1 || route.rd.kind() <= 2 {
                    prop_assert_eq!(raw.decode(), Ok(RouteValue::Vpn(route)));
                }
            }
            let (text, mut labels) = (route.to_string(), Vec::new());
            prop_assert_eq!(VpnPrefix::from_text(&text, &mut labels), Ok(route));
        }
    }
}
