//! Route target membership (RFC 4684 section 4): the route targets that a speaker requests.

use core::fmt;
use core::str::FromStr;

use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::character::complete::{char, hex_digit1, u8, u32};
use nom::combinator::{all_consuming, map_opt, map_res, rest, value};
use nom::sequence::{preceded, separated_pair};
use nom::{IResult, Parser};

use super::labeled::bit_route;
use super::vpn::RouteDistinguisher;
use super::{RouteContext, RouteField};
use crate::asn::Asn;
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::family::Family;
use crate::wire::{Cursor, Observer, Sink, hex};

/// A prefix of origin AS and route target (RFC 4684 section 4): 0, or 32 to 96 bits after their number, one octet.
///
/// Displayed as `default` (0 bits), `64496 64496:100` (origin AS and a whole route target, its value in the form of a route
/// distinguisher) and `64496 0x0002fbf0/32` (other types, and partial ones); the text parses back to the same value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum RouteTargetMembership {
    /// Every route target.
    Default,
    /// Route targets with a common start.
    Prefix(RouteTargetPrefix),
}

/// An origin AS and the first bits of a route target.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RouteTargetPrefix {
    origin_as: Asn,
    target: u64,
    len: u8,
}

impl RouteTargetPrefix {
    /// The first `len` bits of an extended community; `None` if `len` exceeds 64. Bits after `len` are cleared.
    pub const fn new(origin_as: Asn, target: [u8; 8], len: u8) -> Option<Self> {
        if len > 64 {
            return None;
        }
        let mask = match u64::MAX.checked_shl(64u32.saturating_sub(len as u32)) {
            Some(mask) => mask,
            None => 0,
        };
        Some(Self { origin_as, target: u64::from_be_bytes(target) & mask, len })
    }

    /// The AS that requests the routes.
    pub const fn origin_as(self) -> Asn {
        self.origin_as
    }

    /// The route target, an extended community; bits after the length are 0.
    pub const fn target(self) -> [u8; 8] {
        self.target.to_be_bytes()
    }

    /// Length of the route target in bits, up to 64.
    #[expect(clippy::len_without_is_empty, reason = "the length of a prefix is a number of bits, and 0 is not empty")]
    pub const fn len(self) -> u8 {
        self.len
    }

    /// The route target's text.
    const fn target_text(self) -> TargetText {
        TargetText(self)
    }

    /// Shows the route target to an observer, with its fields if it is complete.
    fn place_target<O: Observer>(self, c: &mut Cursor<'_>, o: &mut O) -> Result<()> {
        if self.len < 64 {
            o.note("route_target", c.offset()..c.offset().saturating_add(c.len() as u64), &self.target_text());
            return Ok(());
        }
        o.group(c, "route_target", |c, o| {
            o.label(&self.target_text());
            let hex = |octet: &u8, f: &mut fmt::Formatter<'_>| write!(f, "{octet:#04x}");
            match (o.leaf(c, "type", Cursor::u8, hex)?, o.leaf(c, "sub_type", Cursor::u8, hex)?) {
                (kind @ 0..=2, 2) => RouteDistinguisher::place_value(u16::from(kind), c, o),
                _ => o.field::<[u8; 6]>(c, "value").map(drop),
            }
        })
    }

    /// Octets of the route target on the wire.
    const fn octets(self) -> usize {
        self.len.div_ceil(8) as usize
    }
}

impl fmt::Display for RouteTargetMembership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Prefix(prefix) = self else { return f.write_str("default") };
        write!(f, "{} {}", prefix.origin_as.0, prefix.target_text())
    }
}

/// Displays a route target, or the first bits of one.
struct TargetText(RouteTargetPrefix);

impl fmt::Display for TargetText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = self.0;
        let target = prefix.target();
        match target {
            // Transitive, sub-type route target: type and value in the form of a distinguisher (RFC 4360 section 4).
            [kind @ 0..=2, 2, a, b, c, d, e, g] if prefix.len == 64 => {
                fmt::Display::fmt(&RouteDistinguisher([0, kind, a, b, c, d, e, g]), f)
            }
            _ => {
                hex(target.get(..prefix.octets()).unwrap_or(&target), f)?;
                write!(f, "/{}", prefix.len)
            }
        }
    }
}

/// A text that is not a route target membership.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has no details")]
pub struct ParseMembershipError;

impl fmt::Display for ParseMembershipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a route target membership: expected default, or ORIGIN-AS and a route target or 0x, digits and /BITS")
    }
}

impl core::error::Error for ParseMembershipError {}

/// The first bits of a route target in hexadecimal, and their number.
fn bits(text: &str) -> IResult<&str, ([u8; 8], u8)> {
    let digits = |digits: &str| {
        let mut octets = [0; 8];
        let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
        if pairs.len() > octets.len() {
            return None;
        }
        for (octet, pair) in octets.iter_mut().zip(pairs) {
            *octet = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some((octets, pairs.len()))
    };
    let digits = alt((map_opt(hex_digit1, digits), value(([0; 8], 0), tag(""))));
    let fits = |((octets, count), len): (([u8; 8], usize), u8)| (usize::from(len.div_ceil(8)) == count).then_some((octets, len));
    map_opt(preceded(tag("0x"), separated_pair(digits, char('/'), u8)), fits).parse(text)
}

fn target(text: &str) -> IResult<&str, ([u8; 8], u8)> {
    let whole = |RouteDistinguisher([high, kind, a, b, c, d, e, g])| {
        (high == 0 && kind <= 2).then_some(([kind, 2, a, b, c, d, e, g], 64))
    };
    alt((bits, map_opt(map_res(rest, str::parse), whole))).parse(text)
}

impl FromStr for RouteTargetMembership {
    type Err = ParseMembershipError;

    fn from_str(text: &str) -> Result<Self, ParseMembershipError> {
        let prefix = |(origin_as, (target, len))| RouteTargetPrefix::new(Asn(origin_as), target, len).map(Self::Prefix);
        let membership = alt((value(Self::Default, tag("default")), map_opt(separated_pair(u32, char(' '), target), prefix)));
        match all_consuming(membership).parse(text) {
            Ok((_, membership)) => Ok(membership),
            Err(nom::Err::Incomplete(_) | nom::Err::Error(nom::error::Error { .. }) | nom::Err::Failure(_)) => {
                Err(ParseMembershipError)
            }
        }
    }
}

impl RouteTargetMembership {
    /// Reads the octets after the length, which starts at `start`.
    fn read_bits(bits: u8, mut window: Cursor<'_>, start: u64) -> Result<Self> {
        if bits == 0 {
            return Ok(Self::Default);
        }
        let bad = Error::new(ErrorKind::BadLength(u32::from(bits)), start);
        // The origin AS is whole or absent.
        let len = bits.checked_sub(32).filter(|len| *len <= 64).ok_or(bad)?;
        let origin_as = Asn(window.u32()?);
        let mut target = [0; 8];
        for (to, from) in target.iter_mut().zip(window.rest()) {
            *to = *from;
        }
        RouteTargetPrefix::new(origin_as, target, len).map(Self::Prefix).ok_or(bad)
    }
}

impl<'a> RouteField<'a> for RouteTargetMembership {
    fn read_route<O: Observer>(c: &mut Cursor<'a>, _: RouteContext, o: &mut O) -> Result<Self> {
        let start = c.offset();
        bit_route(c, o, |bits, mut window, o| {
            // Of a truncated route no field is shown.
            { window }.take(usize::from(bits.div_ceil(8)))?;
            let membership = o.reported(Self::read_bits(bits, window, start))?;
            if let (Self::Prefix(prefix), true) = (membership, O::OBSERVES) {
                o.field::<Asn>(&mut window, "origin_as")?;
                prefix.place_target(&mut window, o)?;
            }
            Ok(membership)
        })
    }

    fn route_len(&self) -> usize {
        match self {
            Self::Default => 1,
            Self::Prefix(prefix) => prefix.octets().saturating_add(5),
        }
    }

    fn check_route(&self, _: Family) -> Result<(), EncodeError> {
        Ok(())
    }

    fn write_route(&self, out: &mut dyn Sink) {
        match self {
            Self::Default => out.put_u8(0),
            Self::Prefix(prefix) => {
                out.put_u8(prefix.len.saturating_add(32));
                out.put_slice(&prefix.origin_as.0.to_be_bytes());
                let target = prefix.target();
                out.put_slice(target.get(..prefix.octets()).unwrap_or(&target));
            }
        }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use crate::nlri::RouteValue;
    use crate::nlri::testing;

    use proptest::prelude::*;

    const RTC: Family = Family::of(1, 132);

    // RFC 4684 section 4, with route targets of RFC 4360 section 4 and RFC 5668 section 2.
    const VECTORS: &[(&str, &str)] = &[
        ("00", "default"),
        ("60 0000fbf0 0002fbf000000064", "64496 64496:100"),
        ("60 00010000 0102c00002010064", "65536 192.0.2.1:100"),
        ("60 0000fbf0 0202000100000064", "64496 65536:100"),
        ("60 0000fbf0 02020000fbf00064", "64496 64496L:100"),
        ("60 0000fbf0 0003fbf000000064", "64496 0x0003fbf000000064/64"),
        ("20 0000fbf0", "64496 0x/0"),
        ("40 0000fbf0 0002fbf0", "64496 0x0002fbf0/32"),
        ("2c 0000fbf0 0000", "64496 0x0000/12"),
        ("5f 0000fbf0 0002fbf000000064", "64496 0x0002fbf000000064/63"),
    ];

    #[test]
    fn every_length_both_ways() {
        for (digits, text) in VECTORS {
            testing::vector(RTC, digits, text);
            let bytes = testing::hex(digits);
            let Ok(RouteValue::RouteTarget(route)) = testing::decode(RTC, &bytes) else { panic!() };
            assert_eq!(text.parse(), Ok(route), "{text}");
        }
        // Bits after the length are cleared.
        let Ok(RouteValue::RouteTarget(RouteTargetMembership::Prefix(prefix))) =
            testing::decode(RTC, &[0x2c, 0, 0, 0xfb, 0xf0, 0xab, 0xcd])
        else {
            panic!()
        };
        assert_eq!((prefix.target(), prefix.len(), prefix.origin_as()), ([0xab, 0xc0, 0, 0, 0, 0, 0, 0], 12, Asn(64496)));
    }

    #[test]
    fn damage_and_its_place() {
        let error = |digits| testing::error(RTC, digits);
        assert_eq!(error("1f 0000fbf0"), "IPv4 route-target routes: length 31 is not valid here (at byte 100)");
        assert_eq!(
            error("61 0000fbf0 0002fbf00000006400"),
            "IPv4 route-target routes: length 97 is not valid here (at byte 100)"
        );
        assert_eq!(
            error("60 0000fbf0 0002fbf0000000"),
            "IPv4 route-target routes: needs 1 byte more than is there (at byte 101)"
        );
        assert_eq!(RouteTargetPrefix::new(Asn(1), [0; 8], 65), None);
        for bad in [
            "",
            "1",
            "1 ",
            "1 1",
            "default ",
            "1 0x0/4",
            "1 0x00/9",
            "1 0x000000000000000000/72",
            "1 0x0009010203040506",
            "+1 1:1",
        ] {
            assert_eq!(bad.parse::<RouteTargetMembership>(), Err(ParseMembershipError), "{bad}");
        }
    }

    #[test]
    fn places_of_the_route() {
        assert_eq!(
            testing::places(RTC, "60 0000fbf0 0002fbf000000064"),
            testing::expected(&[
                ("route", 100..113, "64496 64496:100"),
                ("length", 100..101, "96"),
                ("origin_as", 101..105, "64496"),
                ("route_target", 105..113, "64496:100"),
                ("type", 105..106, "0x00"),
                ("sub_type", 106..107, "0x02"),
                ("administrator", 107..109, "64496"),
                ("assigned_number", 109..113, "100"),
            ])
        );
    }

    proptest! {
        #[test]
        fn value_octets_value_and_text(origin_as in any::<u32>(), target in any::<[u8; 8]>(), kind in 0u8..4, len in 0u8..=64) {
            let known = [kind, 2, target[2], target[3], target[4], target[5], target[6], target[7]];
            for (target, len) in [(target, len), (target, 64), (known, 64), (known, len)] {
                let route = RouteTargetMembership::Prefix(RouteTargetPrefix::new(Asn(origin_as), target, len).unwrap());
                testing::round_trip(RTC, &RouteValue::RouteTarget(route))?;
                prop_assert_eq!(route.to_string().parse(), Ok(route));
            }
        }
    }
}
