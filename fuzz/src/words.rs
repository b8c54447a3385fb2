//! Laws of text forms: a value's text parses to the same value, and parsed text is displayed as text that parses alike.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use arbitrary::Unstructured;
use routeglass::attr::{AsPath, AsPathBuf, Community, ExtendedCommunity, Ipv6ExtendedCommunity, LargeCommunity};
use routeglass::codes::Afi;
use routeglass::nlri::{
    Esi, EvpnRoute, FlowspecBuilder, FlowspecPrefix, RawRoute, RouteDistinguisher, RouteTargetMembership, RouteValue, VpnPrefix,
};
use routeglass::{Asn, Family, MacAddress, Prefix};

use crate::input;

/// The text of a value parses to that value.
fn both_ways<T: Display + Debug + FromStr<Err: Debug> + PartialEq>(value: &T) {
    let text = value.to_string();
    match text.parse::<T>() {
        Ok(again) => assert_eq!(again, *value, "{text}"),
        Err(e) => panic!("{text}: {e:?} from {value:?}"),
    }
}

/// Any text: if it parses, the value is like any other.
fn any_text<T: Display + Debug + FromStr<Err: Debug + Display> + PartialEq>(text: &str) {
    match text.parse::<T>() {
        Ok(value) => both_ways(&value),
        Err(e) => assert!(!e.to_string().is_empty()),
    }
}

/// Communities, distinguishers, route targets, paths, flow specifications, VPN and EVPN routes; and any text.
pub fn texts(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        read(text);
    }
    let ([choice], bytes) = input::choices(data);
    if let Ok(text) = std::str::from_utf8(bytes) {
        read(text);
    }
    // Values from octets, the first ones of the input for fixed widths.
    let mut octets = [0; 20];
    octets.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    let [a, b, c, d, e, f, g, h, i, j, k, l, ..] = octets;
    let eight = [a, b, c, d, e, f, g, h];
    both_ways(&Community(u32::from_be_bytes([a, b, c, d])));
    both_ways(&ExtendedCommunity(eight));
    both_ways(&Ipv6ExtendedCommunity(octets));
    both_ways(&RouteDistinguisher(eight));
    both_ways(&Esi([a, b, c, d, e, f, g, h, i, j]));
    both_ways(&MacAddress([a, b, c, d, e, f]));
    let [global, local1, local2] = [[a, b, c, d], [e, f, g, h], [i, j, k, l]].map(u32::from_be_bytes);
    both_ways(&LargeCommunity { global, local1, local2 });
    for asn4 in [false, true] {
        if let Ok(path) = AsPath::parse_at(bytes, asn4, 0) {
            let text = path.to_string();
            let read: AsPathBuf = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!((read.to_string(), read), (text, AsPathBuf::from(path)));
        }
    }

    // Routes from octets.
    let families = [
        Family::IPV4_FLOWSPEC,
        Family::IPV6_FLOWSPEC,
        Family::of(25, 133),
        Family::of(1, 134),
        Family::of(2, 134),
        Family::of(25, 134),
        Family::EVPN,
        Family::EVPN,
        Family::IPV4_VPN,
        Family::IPV6_VPN,
        Family::of(1, 129),
        Family::of(2, 129),
        Family::of(1, 132),
    ];
    route(RawRoute::new(families[usize::from(choice) % families.len()], bytes, 0));

    // The same from values, most of which octets would rarely reach.
    let mut u = Unstructured::new(bytes);
    let _: arbitrary::Result<()> = (|| {
        both_ways(&u.arbitrary::<AsPathBuf>()?);
        both_ways(&u.arbitrary::<ExtendedCommunity>()?);
        both_ways(&u.arbitrary::<RouteTargetMembership>()?);
        both_ways(&u.arbitrary::<RouteDistinguisher>()?);
        both_ways(&u.arbitrary::<Ipv6ExtendedCommunity>()?);
        both_ways(&u.arbitrary::<Esi>()?);
        both_ways(&u.arbitrary::<FlowspecPrefix>()?);
        rule(&u.arbitrary::<FlowspecBuilder>()?);
        Ok(())
    })();
}

fn octets(route: &RouteValue<'_>, family: Family) -> Vec<u8> {
    let mut out = Vec::new();
    route.encode(family, &mut out).expect("it was read");
    out
}

fn route(raw: RawRoute<'_>) {
    let family = raw.family;
    let Ok(value) = raw.decode() else { return };
    let text = value.to_string();
    match value {
        RouteValue::Flowspec(_) => {
            let again = FlowspecBuilder::parse(&text, family.afi).unwrap_or_else(|e| panic!("{text}: {e}"));
            // An operator's reserved bits have no text (RFC 8955 section 4.2.1: ignored).
            let (new, old) = (octets(&RouteValue::Flowspec(again.rule()), family), octets(&value, family));
            assert_eq!(new.len(), old.len(), "{text}");
            assert!(new.iter().zip(&old).all(|(new, old)| new & old == *new), "{text}: {new:02x?} from {old:02x?}");
            assert_eq!(again.rule().to_string(), text);
            rule(&again);
        }
        RouteValue::Vpn(read) => {
            let mut labels = Vec::new();
            let again = VpnPrefix::from_text(&text, &mut labels).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(again, read, "{text}");
        }
        RouteValue::Evpn(read) => {
            let mut buffer = Vec::new();
            let again = EvpnRoute::from_text(&text, &mut buffer).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(octets(&RouteValue::Evpn(again), family), octets(&RouteValue::Evpn(read), family), "{text}");
        }
        RouteValue::RouteTarget(read) => both_ways(&read),
        other => panic!("{other:?}"),
    }
}

/// A rule's text parses to that rule, with the address family given or derived from the text.
fn rule(rule: &FlowspecBuilder) {
    let read = rule.rule();
    let text = read.to_string();
    let again = FlowspecBuilder::parse(&text, read.family().afi).unwrap_or_else(|e| panic!("{text}: {e}"));
    assert_eq!(again.rule(), read, "{text}");
    // The family of a rule without prefixes is a guess.
    if let Ok(guessed) = text.parse::<FlowspecBuilder>() {
        assert_eq!(guessed.rule().to_string(), text);
    }
}

/// Any text, parsed as every type with a text form.
fn read(text: &str) {
    any_text::<Community>(text);
    any_text::<ExtendedCommunity>(text);
    any_text::<Ipv6ExtendedCommunity>(text);
    any_text::<LargeCommunity>(text);
    any_text::<RouteDistinguisher>(text);
    any_text::<RouteTargetMembership>(text);
    any_text::<Esi>(text);
    any_text::<MacAddress>(text);
    any_text::<FlowspecPrefix>(text);
    any_text::<Prefix>(text);
    any_text::<Asn>(text);
    any_text::<AsPathBuf>(text);
    for made in [FlowspecBuilder::parse(text, Afi::IPV4), FlowspecBuilder::parse(text, Afi::IPV6), text.parse()] {
        match made {
            Ok(made) => rule(&made),
            Err(e) => assert!(e.at() <= text.len(), "{e} in {text:?}"),
        }
    }
    let mut labels = Vec::new();
    match VpnPrefix::from_text(text, &mut labels) {
        Ok(prefix) => {
            let (again, mut labels) = (prefix.to_string(), Vec::new());
            assert_eq!(VpnPrefix::from_text(&again, &mut labels), Ok(prefix), "{text:?}");
        }
        Err(e) => assert!(e.at <= text.len(), "{e} in {text:?}"),
    }
    let mut buffer = Vec::new();
    match EvpnRoute::from_text(text, &mut buffer) {
        Ok(route) => {
            let (again, mut buffer) = (route.to_string(), Vec::new());
            assert_eq!(EvpnRoute::from_text(&again, &mut buffer), Ok(route), "{text:?}");
        }
        Err(e) => assert!(e.at <= text.len(), "{e} in {text:?}"),
    }
}
