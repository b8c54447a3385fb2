//! IPv6 address specific extended communities (RFC 5701).

use core::fmt;
use core::net::Ipv6Addr;
use core::str::FromStr;

use super::ext_community::{COPY, flags, show_flags};
use crate::codes::{Ipv6ExtCommunitySubtype, ipv6_ext_community_subtypes};
use crate::wire::{FromFn, Observer};

/// A community of RFC 5701: two octets of type, an IPv6 address, two octets of value.
///
/// Displayed as `rt:[2001:db8::1]:100` if the type has a name, else as `0x0011:[2001:db8::1]:100`; the text parses back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv6ExtendedCommunity(pub [u8; 20]);

/// The flow specification action whose value selects a copy, as in its IPv4 form.
const REDIRECT_IP: u16 = Ipv6ExtCommunitySubtype::FLOWSPEC_REDIRECT_TO_IPV6.0;

// Types with a word for the text. For others the middle octets are not an address, or undefined.
macro_rules! names {
    ({$($point:ident = $code:literal, $registered:literal, $source:literal $({ $word:literal })?;)*}) => {
        const NAMES: &[(u16, &str)] = &[$($(($code, $word),)?)*];
    };
}
ipv6_ext_community_subtypes!(names!);

impl Ipv6ExtendedCommunity {
    /// A community from its parts.
    pub const fn new(kind: u16, address: Ipv6Addr, value: u16) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = address.octets();
        let ([x, y], [v, w]) = (kind.to_be_bytes(), value.to_be_bytes());
        Self([x, y, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, v, w])
    }

    /// The value from its octets.
    pub const fn from_octets(octets: [u8; 20]) -> Self {
        Self(octets)
    }

    /// The value as on the wire.
    pub const fn to_octets(self) -> [u8; 20] {
        self.0
    }

    pub(super) fn place_at<O: Observer>(self, at: u64, o: &mut O) {
        let (address, value, end) = (at.saturating_add(2), at.saturating_add(18), at.saturating_add(20));
        o.open("community", at);
        o.label(&self);
        o.note("type", at..address, &format_args!("{:#06x}", self.kind()));
        o.note("address", address..value, &self.address());
        if self.kind() == REDIRECT_IP {
            o.note("flags", value..end, &FromFn(|f: &mut fmt::Formatter<'_>| show_flags(u64::from(self.value()), COPY, f)));
        } else {
            o.note("value", value..end, &self.value());
        }
        o.close(end);
    }

    /// Type and sub-type.
    pub const fn kind(self) -> u16 {
        let [x, y, ..] = self.0;
        u16::from_be_bytes([x, y])
    }

    /// Global administrator: the address that defines the value.
    pub const fn address(self) -> Ipv6Addr {
        let [_, _, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, _, _] = self.0;
        Ipv6Addr::from_bits(u128::from_be_bytes([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]))
    }

    /// Local administrator.
    pub const fn value(self) -> u16 {
        let [.., v, w] = self.0;
        u16::from_be_bytes([v, w])
    }

    /// Whether the community may cross AS boundaries (RFC 5701 section 2).
    pub const fn is_transitive(self) -> bool {
        let [first, ..] = self.0;
        first & 0x40 == 0
    }

    /// Whether this is the name of a type.
    pub(crate) fn has_name(name: &str) -> bool {
        NAMES.iter().any(|(_, known)| *known == name)
    }

    /// The name of the type, such as `rt` for a route target.
    pub fn name(self) -> Option<&'static str> {
        NAMES.iter().find(|(kind, _)| *kind == self.kind()).map(|(_, name)| *name)
    }
}

impl fmt::Display for Ipv6ExtendedCommunity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name)?,
            None => write!(f, "{:#06x}", self.kind())?,
        }
        write!(f, ":[{}]:", self.address())?;
        if self.kind() == REDIRECT_IP {
            return show_flags(u64::from(self.value()), COPY, f);
        }
        write!(f, "{}", self.value())
    }
}

impl fmt::Debug for Ipv6ExtendedCommunity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not an IPv6 address specific extended community.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has no details")]
pub struct ParseIpv6ExtendedCommunityError;

impl fmt::Display for ParseIpv6ExtendedCommunityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an IPv6 extended community: expected TYPE:[ADDRESS]:NUMBER, the type by name or as 0x and 4 digits")
    }
}

impl core::error::Error for ParseIpv6ExtendedCommunityError {}

impl FromStr for Ipv6ExtendedCommunity {
    type Err = ParseIpv6ExtendedCommunityError;

    fn from_str(text: &str) -> Result<Self, ParseIpv6ExtendedCommunityError> {
        let bad = ParseIpv6ExtendedCommunityError;
        let (kind, rest) = text.split_once(":[").ok_or(bad)?;
        let (address, value) = rest.split_once("]:").ok_or(bad)?;
        let digits = |text: &str, hex: bool| text.bytes().all(|b| if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() });
        let kind = match (NAMES.iter().find(|(_, name)| *name == kind), kind.strip_prefix("0x")) {
            (Some((kind, _)), _) => *kind,
            (None, Some(number)) if number.len() == 4 && digits(number, true) => {
                u16::from_str_radix(number, 16).map_err(|_| bad)?
            }
            _ => return Err(bad),
        };
        let address = address.parse().map_err(|_| bad)?;
        if kind == REDIRECT_IP
            && let Ok(("", number)) = flags(value, COPY)
            && let Ok(number) = u16::try_from(number)
        {
            return Ok(Self::new(kind, address, number));
        }
        match value.parse() {
            Ok(number) if digits(value, false) => Ok(Self::new(kind, address, number)),
            _ => Err(bad),
        }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::testing::{refused, vector};
    use super::*;
    use proptest::prelude::*;

    const TWO: &[u8] = &[
        0, 2, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 100, //
        0x40, 5, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0xff, 0xff,
    ];

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        vector(25, TWO, "rt:[2001:db8::1]:100 0x4005:[2001:db8::2]:65535", &[20]);
        let community = Ipv6ExtendedCommunity::new(2, "2001:db8::1".parse().unwrap(), 100);
        assert_eq!(community.0, TWO[..20]);
        assert_eq!((community.kind(), community.value(), community.is_transitive()), (2, 100, true));
        assert_eq!(community.name(), Some("rt"));
    }

    #[test]
    fn lengths_that_values_do_not_divide() {
        for n in [0usize, 1, 19, 21, 39] {
            let text = format!("IPV6_EXT_COMMUNITIES attribute: length {n} is not valid here (at byte 3); treat-as-withdraw");
            refused(25, &TWO[..n], &text);
        }
    }

    #[test]
    fn texts_that_are_none() {
        for bad in
            ["", "rt", "rt:[::1]", "rt:[::1]:", "rt:[::1]:+1", "rt:[::1]:65536", "xx:[::1]:1", "0x5:[::1]:1", "rt:[1.2.3.4]:1"]
        {
            assert_eq!(bad.parse::<Ipv6ExtendedCommunity>(), Err(ParseIpv6ExtendedCommunityError), "{bad}");
        }
    }

    #[test]
    fn types_by_their_names() {
        for (kind, name) in [
            (0x0002, "rt"),
            (0x0003, "ro"),
            (0x0004, "ospfv3-route-attributes"),
            (0x0005, "ifit"),
            (0x000b, "vrf-route-import"),
            (0x000d, "redirect"),
            (0x0010, "cisco-vpn"),
            (0x0012, "inter-area-p2mp-next-hop"),
            (0x0014, "vrf-recursive-next-hop"),
            (0x0015, "rt-derived"),
            // Its address is a UUID; a non-transitive type; an unassigned one.
            (0x0011, "0x0011"),
            (0x4002, "0x4002"),
            (0x0016, "0x0016"),
        ] {
            let community = Ipv6ExtendedCommunity::new(kind, Ipv6Addr::LOCALHOST, 7);
            let text = format!("{name}:[::1]:7");
            assert_eq!((community.to_string(), text.parse()), (text, Ok(community)));
        }
        for (value, text) in [(0, "redirect-ip:[::1]:0"), (1, "redirect-ip:[::1]:copy"), (6, "redirect-ip:[::1]:0x6")] {
            let community = Ipv6ExtendedCommunity::new(REDIRECT_IP, Ipv6Addr::LOCALHOST, value);
            assert_eq!((community.to_string().as_str(), text.parse()), (text, Ok(community)));
        }
    }

    proptest! {
        #[test]
        fn every_community_parses_back(octets: [u8; 20], named in 0usize..NAMES.len()) {
            let any = Ipv6ExtendedCommunity(octets);
            prop_assert_eq!(any.to_string().parse(), Ok(any));
            let named = Ipv6ExtendedCommunity::new(NAMES[named].0, any.address(), any.value());
            prop_assert_eq!(named.to_string().parse(), Ok(named));
        }
    }
}
