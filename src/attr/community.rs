//! Lists of fixed-width values: communities of all widths and the cluster list.

use core::fmt;
use core::net::Ipv4Addr;
use core::str::FromStr;

use nom::Parser as _;
use nom::character::complete::char;
use nom::combinator::{all_consuming, map_opt};

use super::ext_community::{ExtendedCommunity, ParseCommunityError, decimal};
use super::{Decode, Ipv6ExtendedCommunity, error_at};
use crate::codes::WellKnownCommunity;
use crate::error::{EncodeError, Result};
use crate::session::Session;
use crate::wire::{FromFn, JsonSink, JsonText, Named, Observer, Sink};

macro_rules! fixed_width_lists {
    ($($(#[$doc:meta])* $list:ident of $(#[$item_doc:meta])* $item:ident($width:literal);)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Default)]
        pub struct $list<'a>(&'a [[u8; $width]]);

        impl<'a> $list<'a> {
            /// Splits an attribute's body into values, `offset` octets into the outermost input.
            ///
            /// # Errors
            /// [`ErrorKind::BadLength`](crate::error::ErrorKind::BadLength) for an empty body, or a length that is no multiple of
            /// the value's (RFC 7606 section 7).
            #[cfg_attr(optimised, inline(always))]
            pub fn parse_at(bytes: &'a [u8], offset: u64) -> Result<Self> {
                match bytes.as_chunks() {
                    (values @ [_, ..], []) => Ok(Self(values)),
                    _ => Err(error_at::bad_length(bytes.len(), offset)),
                }
            }

            /// A list of values in wire form, without a copy.
            #[doc = concat!("`", stringify!($list), "::from_chunks(&[a.to_octets(), b.to_octets()])`.")]
            #[cfg_attr(optimised, inline(always))]
            pub const fn from_chunks(values: &'a [[u8; $width]]) -> Self {
                Self(values)
            }

            /// A list of the given values, whose octets go to `buffer`.
            #[cfg(feature = "alloc")]
            pub fn from_values(values: impl IntoIterator<Item = $item>, buffer: &'a mut alloc::vec::Vec<u8>) -> Self {
                buffer.clear();
                values.into_iter().for_each(|value| buffer.extend_from_slice(&value.to_octets()));
                Self(buffer.as_chunks().0)
            }

            /// The values in wire form, in network byte order.
            #[cfg_attr(optimised, inline(always))]
            pub const fn as_chunks(&self) -> &'a [[u8; $width]] {
                self.0
            }

            /// The values in wire order.
            #[cfg_attr(optimised, inline(always))]
            pub fn iter(&self) -> impl DoubleEndedIterator<Item = $item> + ExactSizeIterator + Clone + use<'a> {
                self.0.iter().map(|octets| $item::from_octets(*octets))
            }

            /// Number of values.
            #[cfg_attr(optimised, inline(always))]
            pub const fn len(&self) -> usize {
                self.0.len()
            }

            /// Whether there are no values: the attribute is absent.
            #[cfg_attr(optimised, inline(always))]
            pub const fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// Whether `value` is in the list.
            pub fn contains(&self, value: $item) -> bool {
                self.iter().any(|x| x == value)
            }
        }

        impl<'a> Decode<'a> for $list<'a> {
            #[cfg_attr(optimised, inline(always))]
            fn decode(body: &'a [u8], offset: u64, _: &Session) -> Result<Self> {
                Self::parse_at(body, offset)
            }

            fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
                out.list(self.iter().map(JsonText))
            }

            fn body_len(&self, _: &Session) -> usize {
                self.0.as_flattened().len()
            }

            fn check_body(&self, _: &Session) -> Result<(), EncodeError> {
                // It would be malformed (RFC 7606 section 7): an empty list has no attribute.
                if self.is_empty() { Err(EncodeError::unrepresentable("list without values")) } else { Ok(()) }
            }

            fn write_body(&self, _: &Session, out: &mut dyn Sink) {
                out.put_slice(self.0.as_flattened());
            }

            fn place_body<O: Observer>(body: &'a [u8], offset: u64, _: &Session, o: &mut O) -> Result<Self> {
                let outcome = Self::parse_at(body, offset);
                o.open("value", offset);
                if let Ok(list) = &outcome {
                    o.label(list);
                }
                let mut at = offset;
                for octets in body.as_chunks::<$width>().0 {
                    $item::from_octets(*octets).place_at(at, o);
                    at = at.saturating_add($width);
                }
                let outcome = o.reported(outcome);
                o.close(offset.saturating_add(body.len() as u64));
                outcome
            }
        }

        impl fmt::Display for $list<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                for (i, value) in self.iter().enumerate() {
                    if i > 0 {
                        f.write_str(" ")?;
                    }
                    fmt::Display::fmt(&value, f)?;
                }
                Ok(())
            }
        }

        impl fmt::Debug for $list<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_list().entries(self.iter()).finish()
            }
        }
    )* };
}

fixed_width_lists! {
    /// COMMUNITIES (RFC 1997).
    Communities of Community(4);
    /// EXTENDED_COMMUNITIES (RFC 4360).
    ExtendedCommunities of ExtendedCommunity(8);
    /// LARGE_COMMUNITIES (RFC 8092).
    LargeCommunities of LargeCommunity(12);
    /// IPV6_EXT_COMMUNITIES (RFC 5701).
    Ipv6ExtendedCommunities of Ipv6ExtendedCommunity(20);
    /// CLUSTER_LIST (RFC 4456): the clusters that a reflected route has passed, the latest first.
    ClusterList of ClusterId(4);
}

/// A community of RFC 1997, displayed as `64496:1`, a well-known one by its registry name in lower case with `-`: `no-export`,
/// `blackhole`. The text parses back; so does a well-known one's `65535:666`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Community(pub u32);

impl Community {
    /// The value from its octets.
    #[cfg_attr(optimised, inline(always))]
    pub const fn from_octets(octets: [u8; 4]) -> Self {
        Self(u32::from_be_bytes(octets))
    }

    /// The value as on the wire.
    pub const fn to_octets(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    fn place_at<O: Observer>(self, at: u64, o: &mut O) {
        let numbers = FromFn(|f: &mut fmt::Formatter<'_>| write!(f, "{}:{}", self.asn(), self.value()));
        match self.name() {
            None => o.note("community", at..at.saturating_add(4), &numbers),
            Some(_) => o.note("community", at..at.saturating_add(4), &Named(numbers, Some(self))),
        }
    }

    /// The upper half: by convention the AS that defines the value.
    pub const fn asn(self) -> u16 {
        let [a, b, _, _] = self.0.to_be_bytes();
        u16::from_be_bytes([a, b])
    }

    /// The lower half.
    pub const fn value(self) -> u16 {
        let [_, _, a, b] = self.0.to_be_bytes();
        u16::from_be_bytes([a, b])
    }

    /// The name of a well-known community, such as `NO_EXPORT`.
    pub const fn name(self) -> Option<&'static str> {
        WellKnownCommunity(self.0).name()
    }
}

impl fmt::Display for Community {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        match self.name() {
            Some(name) => name.chars().try_for_each(|c| f.write_char(if c == '_' { '-' } else { c.to_ascii_lowercase() })),
            None => write!(f, "{}:{}", self.asn(), self.value()),
        }
    }
}

impl fmt::Debug for Community {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Community {
    type Err = ParseCommunityError;

    /// Parses `64496:1`, and the names of [`WellKnownCommunity`] in any case, with `-` or `_`.
    fn from_str(text: &str) -> Result<Self, ParseCommunityError> {
        let plain = |b: u8| if b == b'-' { b'_' } else { b.to_ascii_uppercase() };
        let is_text = |name: &str| name.bytes().map(plain).eq(text.bytes().map(plain));
        let known = WellKnownCommunity::ALL.iter().find(|known| known.name().is_some_and(is_text));
        if let Some(known) = known {
            return Ok(Self(known.0));
        }
        let halves = map_opt((decimal, char(':'), decimal), |(asn, _, value)| {
            Some(Self(u32::from(u16::try_from(asn).ok()?) << 16 | u32::from(u16::try_from(value).ok()?)))
        });
        all_consuming(halves).parse(text).map(|(_, community)| community).map_err(|_| ParseCommunityError::Community)
    }
}

/// A large community of RFC 8092, displayed as `64496:1:2`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LargeCommunity {
    /// Global administrator: the AS that defines the value.
    pub global: u32,
    /// The first local part.
    pub local1: u32,
    /// The second local part.
    pub local2: u32,
}

impl LargeCommunity {
    /// The value from its octets.
    #[cfg_attr(optimised, inline(always))]
    pub const fn from_octets(o: [u8; 12]) -> Self {
        Self {
            global: u32::from_be_bytes([o[0], o[1], o[2], o[3]]),
            local1: u32::from_be_bytes([o[4], o[5], o[6], o[7]]),
            local2: u32::from_be_bytes([o[8], o[9], o[10], o[11]]),
        }
    }

    /// The value as on the wire.
    pub const fn to_octets(self) -> [u8; 12] {
        let ([a, b, c, d], [e, f, g, h]) = (self.global.to_be_bytes(), self.local1.to_be_bytes());
        let [i, j, k, l] = self.local2.to_be_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, l]
    }

    fn place_at<O: Observer>(self, at: u64, o: &mut O) {
        let (local1, local2, end) = (at.saturating_add(4), at.saturating_add(8), at.saturating_add(12));
        o.open("community", at);
        o.label(&self);
        o.note("global", at..local1, &self.global);
        o.note("local1", local1..local2, &self.local1);
        o.note("local2", local2..end, &self.local2);
        o.close(end);
    }
}

impl fmt::Display for LargeCommunity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.global, self.local1, self.local2)
    }
}

impl fmt::Debug for LargeCommunity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for LargeCommunity {
    type Err = ParseCommunityError;

    /// Parses `64496:1:2`.
    fn from_str(text: &str) -> Result<Self, ParseCommunityError> {
        let parts = map_opt((decimal, char(':'), decimal, char(':'), decimal), |(global, _, local1, _, local2)| {
            let number = |n: u64| u32::try_from(n).ok();
            Some(Self { global: number(global)?, local1: number(local1)?, local2: number(local2)? })
        });
        all_consuming(parts).parse(text).map(|(_, community)| community).map_err(|_| ParseCommunityError::Large)
    }
}

/// The identifier of a route reflector's cluster (RFC 4456), displayed like an address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterId(pub Ipv4Addr);

impl ClusterId {
    /// The value from its octets.
    #[cfg_attr(optimised, inline(always))]
    pub const fn from_octets(octets: [u8; 4]) -> Self {
        Self(Ipv4Addr::from_bits(u32::from_be_bytes(octets)))
    }

    /// The value as on the wire.
    pub const fn to_octets(self) -> [u8; 4] {
        self.0.octets()
    }

    fn place_at<O: Observer>(self, at: u64, o: &mut O) {
        o.note("cluster_id", at..at.saturating_add(4), &self);
    }
}

impl fmt::Display for ClusterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ClusterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_each_width() {
        let c = Communities::parse_at(&[0xff, 0xff, 0x02, 0x9a, 0xfb, 0xf0, 0, 1], 0).unwrap();
        assert_eq!(c.to_string(), "blackhole 64496:1");
        assert_eq!((c.len(), c.iter().next().unwrap().name()), (2, Some("BLACKHOLE")));
        assert!(c.contains(Community(0xfbf0_0001)));
        let e = ExtendedCommunities::parse_at(&[0, 2, 0xfb, 0xf0, 0, 0, 0, 100], 0).unwrap();
        assert_eq!(e.to_string(), "rt:64496:100");
        let first = e.iter().next().unwrap();
        assert_eq!((first.kind(), first.subtype(), first.is_transitive()), (0, 2, true));
        let l = LargeCommunities::parse_at(&[0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff], 0).unwrap();
        assert_eq!(l.to_string(), "64496:1:4294967295");
        assert_eq!(ClusterList::parse_at(&[192, 0, 2, 1, 192, 0, 2, 2], 0).unwrap().to_string(), "192.0.2.1 192.0.2.2");
    }

    #[test]
    fn lengths_that_values_do_not_divide() {
        let all = [0; 36];
        for n in 0..=36 {
            assert_eq!(Communities::parse_at(&all[..n], 7).is_ok(), n > 0 && n % 4 == 0);
            assert_eq!(ClusterList::parse_at(&all[..n], 7).is_ok(), n > 0 && n % 4 == 0);
            assert_eq!(ExtendedCommunities::parse_at(&all[..n], 7).is_ok(), n > 0 && n % 8 == 0);
            assert_eq!(LargeCommunities::parse_at(&all[..n], 7).is_ok(), n > 0 && n % 12 == 0);
        }
        assert_eq!(Communities::parse_at(&all[..5], 7).unwrap_err().to_string(), "input: length 5 is not valid here (at byte 7)");
        assert!(Communities::default().is_empty());
    }

    #[test]
    fn text_both_ways() {
        for (text, value) in
            [("64496:1", 0xfbf0_0001), ("NO_EXPORT", 0xffff_ff01), ("no_export", 0xffff_ff01), ("65535:666", 0xffff_029a)]
        {
            assert_eq!(text.parse(), Ok(Community(value)), "{text}");
        }
        for known in WellKnownCommunity::ALL {
            assert_eq!(known.name().unwrap().parse(), Ok(Community(known.0)));
            assert_eq!(Community(known.0).to_string().parse(), Ok(Community(known.0)));
        }
        for (value, text) in [
            (0xffff_0000, "graceful-shutdown"),
            (0xffff_0001, "accept-own"),
            (0xffff_0002, "route-filter-translated-v4"),
            (0xffff_0003, "route-filter-v4"),
            (0xffff_0004, "route-filter-translated-v6"),
            (0xffff_0005, "route-filter-v6"),
            (0xffff_0006, "llgr-stale"),
            (0xffff_0007, "no-llgr"),
            (0xffff_0008, "accept-own-nexthop"),
            (0xffff_0009, "standby-pe"),
            (0xffff_000a, "65535:10"),
            (0xffff_029a, "blackhole"),
            (0xffff_ff00, "65535:65280"),
            (0xffff_ff01, "no-export"),
            (0xffff_ff02, "no-advertise"),
            (0xffff_ff03, "no-export-subconfed"),
            (0xffff_ff04, "nopeer"),
            (0xffff_ff05, "65535:65285"),
        ] {
            let number = format!("65535:{}", value & 0xffff);
            assert_eq!(Community(value).to_string(), text);
            assert_eq!((text.parse(), number.parse()), (Ok(Community(value)), Ok(Community(value))), "{text}");
        }
        for bad in [
            "",
            "1",
            "1:",
            ":1",
            "1:65536",
            "65536:1",
            "1:2:3",
            "+1:2",
            "1: 2",
            "NO_SUCH",
            "no export",
            "no-export ",
            "noexport",
            "99999999999999999999:1",
        ] {
            assert_eq!(bad.parse::<Community>(), Err(ParseCommunityError::Community), "{bad}");
        }
        let large = LargeCommunity { global: 64496, local1: 1, local2: u32::MAX };
        assert_eq!("64496:1:4294967295".parse(), Ok(large));
        assert_eq!(large.to_string().parse(), Ok(large));
        for bad in ["", "1:2", "1:2:3:4", "1:2:4294967296", "1:-2:3", "1:2:3 "] {
            assert_eq!(bad.parse::<LargeCommunity>(), Err(ParseCommunityError::Large), "{bad}");
        }
        assert_eq!(
            [ParseCommunityError::Community.to_string(), ParseCommunityError::Large.to_string()],
            [
                "not a community: expected NUMBER:NUMBER or a well-known name",
                "not a large community: expected NUMBER:NUMBER:NUMBER"
            ]
        );
    }

    /// Octets typed by hand from RFC 1997, RFC 4360, RFC 8092, RFC 5701 and RFC 4456.
    #[cfg(feature = "alloc")]
    #[test]
    fn lists_of_values() {
        use crate::attr::Value;
        let mut buffer = vec![9; 9];
        let written = |value: Value<'_>| {
            let mut out = Vec::new();
            value.encode(&Session::AS4, &mut out).unwrap();
            out
        };
        let values = ["64496:1", "NO_EXPORT"].map(|text| text.parse::<Community>().unwrap());
        let octets = values.map(Community::to_octets);
        let borrowed = Communities::from_chunks(&octets);
        assert_eq!(written(Value::Communities(borrowed)), [0xc0, 8, 8, 0xfb, 0xf0, 0, 1, 0xff, 0xff, 0xff, 1]);
        assert_eq!(Communities::from_values(values, &mut buffer), borrowed);
        let targets = ["rt:64496:100".parse().unwrap()];
        let list = ExtendedCommunities::from_values(targets, &mut buffer);
        assert_eq!(written(Value::ExtendedCommunities(list)), [0xc0, 16, 8, 0, 2, 0xfb, 0xf0, 0, 0, 0, 100]);
        let large = [LargeCommunity { global: 65_536, local1: 1, local2: 2 }];
        let list = LargeCommunities::from_values(large, &mut buffer);
        assert_eq!(written(Value::LargeCommunities(list)), [0xc0, 32, 12, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2]);
        let six = [Ipv6ExtendedCommunity::new(2, "2001:db8::1".parse().unwrap(), 100)];
        let list = Ipv6ExtendedCommunities::from_values(six, &mut buffer);
        let octets = [0xc0, 25, 20, 0, 2, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 100];
        assert_eq!(written(Value::Ipv6ExtendedCommunities(list)), octets);
        let clusters = [[192, 0, 2, 1], [192, 0, 2, 2]].map(|octets| ClusterId(octets.into()));
        let list = ClusterList::from_values(clusters, &mut buffer);
        assert_eq!(written(Value::ClusterList(list)), [0x80, 10, 8, 192, 0, 2, 1, 192, 0, 2, 2]);
        // An empty list could not be read back.
        let mut out = Vec::new();
        let error = Value::Communities(Communities::from_values([], &mut buffer)).encode(&Session::AS4, &mut out).unwrap_err();
        assert_eq!((error.to_string().as_str(), out.len()), ("list without values: the value has no form on the wire", 0));
    }

    #[cfg(feature = "alloc")]
    mod any {
        use super::*;
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn values_octets_values(octets in proptest::collection::vec(any::<[u8; 120]>(), 1..4)) {
                macro_rules! survives {
                    ($($list:ident of $item:ident)*) => { $(
                        let (chunks, _) = octets.as_flattened().as_chunks();
                        let values: Vec<$item> = chunks.iter().map(|octets| $item::from_octets(*octets)).collect();
                        let (mut buffer, mut body) = (Vec::new(), Vec::new());
                        let list = $list::from_values(values.iter().copied(), &mut buffer);
                        list.write_body(&Session::AS4, &mut body);
                        prop_assert_eq!(&body, octets.as_flattened());
                        let read = $list::parse_at(&body, 0).unwrap();
                        prop_assert!(read == list && read == $list::from_chunks(chunks) && read.iter().eq(values));
                    )* };
                }
                survives!(Communities of Community ExtendedCommunities of ExtendedCommunity LargeCommunities of LargeCommunity
                    Ipv6ExtendedCommunities of Ipv6ExtendedCommunity ClusterList of ClusterId);
            }
        }
    }
}
