use super::*;
use crate::family::Family;
use crate::nlri::testing::{self, any_address, any_prefix};
use crate::nlri::{RawRoute, RouteValue};

use proptest::prelude::*;

// RFC 7432, RFC 9136, RFC 9251 and RFC 9572, one of every type and shape; RD 64496:100 and 192.0.2.1:7.
const VECTORS: &[(&str, &str)] = &[
    (
        "01 19 0000fbf000000064 01005300000001006400 00000000 000000",
        "ethernet-ad(rd=64496:100 esi=lacp/00:53:00:00:00:01/100 ethernet_tag=0 label=0:0)",
    ),
    (
        "01 19 0001c00002010007 00112233445566778899 ffffffff 000641",
        "ethernet-ad(rd=192.0.2.1:7 esi=00:11:22:33:44:55:66:77:88:99 ethernet_tag=4294967295 label=100)",
    ),
    (
        "02 21 0000fbf000000064 00000000000000000000 0000000a 30 005300000001 00 000641",
        "mac-ip(rd=64496:100 esi=0 ethernet_tag=10 mac=00:53:00:00:00:01 ip=none label1=100 label2=none)",
    ),
    (
        "02 28 0000fbf000000064 03005300000001000007 00000000 30 005300000001 20 c0000201 002710 002711",
        "mac-ip(rd=64496:100 esi=mac/00:53:00:00:00:01/7 ethernet_tag=0 mac=00:53:00:00:00:01 ip=192.0.2.1 label1=625:0 label2=625)",
    ),
    (
        "02 31 0000fbf000000064 0400c0000201000007d0 00000000 30 005300000001 80 20010db8000000000000000000000001 00064f",
        "mac-ip(rd=64496:100 esi=04:00:c0:00:02:01:00:00:07:d0 ethernet_tag=0 mac=00:53:00:00:00:01 ip=2001:db8::1 label1=100:15 label2=none)",
    ),
    ("03 11 0000fbf000000064 0000000a 20 c0000201", "inclusive-multicast(rd=64496:100 ethernet_tag=10 originator=192.0.2.1)"),
    (
        "03 1d 0000fbf000000064 00000000 80 20010db8000000000000000000000001",
        "inclusive-multicast(rd=64496:100 ethernet_tag=0 originator=2001:db8::1)",
    ),
    (
        "04 17 0000fbf000000064 04c0000201000007d000 20 c0000201",
        "ethernet-segment(rd=64496:100 esi=router-id/192.0.2.1/2000 originator=192.0.2.1)",
    ),
    (
        "04 23 0000fbf000000064 050000fbf00000000900 80 20010db8000000000000000000000001",
        "ethernet-segment(rd=64496:100 esi=as/64496/9 originator=2001:db8::1)",
    ),
    (
        "05 22 0000fbf000000064 00000000000000000000 00000000 18 c0000200 00000000 000641",
        "ip-prefix(rd=64496:100 esi=0 ethernet_tag=0 prefix=192.0.2.0/24 gateway=0.0.0.0 label=100)",
    ),
    (
        "05 3a 0000fbf000000064 ffffffffffffffffffff 00000001 20 20010db8000000000000000000000000
         20010db8000000000000000000000001 000000",
        "ip-prefix(rd=64496:100 esi=max ethernet_tag=1 prefix=2001:db8::/32 gateway=2001:db8::1 label=0:0)",
    ),
    (
        "06 1c 0000fbf000000064 00000000 20 c0000209 20 e9fc0001 20 c0000201 04",
        "selective-multicast(rd=64496:100 ethernet_tag=0 source=192.0.2.9 group=233.252.0.1 originator=192.0.2.1 flags=V3)",
    ),
    (
        "06 14 0000fbf000000064 00000000 00 00 20 c0000201 1e",
        "selective-multicast(rd=64496:100 ethernet_tag=0 source=* group=* originator=192.0.2.1 flags=V2|V3|EXCLUDE|0x10)",
    ),
    (
        "07 26 0000fbf000000064 02005300000001800000 00000000 20 c0000209 20 e9fc0001 20 c0000201 01",
        "report-synch(rd=64496:100 esi=mstp/00:53:00:00:00:01/32768 ethernet_tag=0 source=192.0.2.9 group=233.252.0.1 \
         originator=192.0.2.1 flags=V1)",
    ),
    (
        "08 3f 0000fbf000000064 00000000000000000000 00000005 00 80 ff0e0000000000000000000000000001
         80 20010db8000000000000000000000001 00000000 64 00",
        "leave-synch(rd=64496:100 esi=0 ethernet_tag=5 source=* group=ff0e::1 originator=2001:db8::1 reserved=0 \
         max_response_time=100 flags=0)",
    ),
    (
        "08 26 0000fbf000000064 00000000000000000000 0000085d 00 20 e9fc0001 20 c0000201 00000000 00",
        "leave-synch(rd=64496:100 esi=0 ethernet_tag=2141 source=* group=233.252.0.1 originator=192.0.2.1 reserved=0 \
         max_response_time=0 flags=none)",
    ),
    (
        "09 14 0000fbf000000064 00000000 0002fbf000000064",
        "per-region-i-pmsi(rd=64496:100 ethernet_tag=0 region=0x0002fbf000000064)",
    ),
    (
        "0a 1b 0000fbf000000064 00000007 20 c0000209 20 e9fc0001 20 c0000201",
        "s-pmsi(rd=64496:100 ethernet_tag=7 source=192.0.2.9 group=233.252.0.1 originator=192.0.2.1)",
    ),
    (
        "0b 1b 0914 0000fbf000000064 00000000 0002fbf000000064 20 c0000201",
        "leaf(route_key=0x09140000fbf000000064000000000002fbf000000064 originator=192.0.2.1)",
    ),
    // A key without type and length.
    (
        "0b 25 0000fbf000000064 00000000 0002fbf000000064 80 20010db8000000000000000000000001",
        "leaf(route_key=0x0000fbf000000064000000000002fbf000000064 originator=2001:db8::1)",
    ),
    ("f9 03 010203", "type-249(0x010203)"),
    ("f9 00", "type-249(0x)"),
];

#[test]
pub(in crate::nlri) fn every_type_both_ways() {
    for (digits, text) in VECTORS {
        testing::vector(Family::EVPN, digits, text);
        testing::shorter_bodies(Family::EVPN, digits, 1);
        let (bytes, mut octets) = (testing::hex(digits), Vec::new());
        let RouteValue::Evpn(route) = testing::decode(Family::EVPN, &bytes).unwrap() else { panic!() };
        assert_eq!(EvpnRoute::from_text(text, &mut octets), Ok(route));
        assert_eq!(route.name().is_none(), route.kind() == 249);
    }
    for (kind, name) in EvpnRoute::TYPES {
        assert!(VECTORS.iter().any(|(_, text)| text.starts_with(&format!("{name}("))), "{name}");
        assert!(crate::codes::EvpnRouteType(*kind).name().is_some(), "{name}");
    }
}

#[test]
fn damage_and_its_place() {
    let error = |digits| testing::error(Family::EVPN, digits);
    // A MAC address of 40 bits.
    assert_eq!(
        error("02 21 0000fbf000000064 00000000000000000000 0000000a 28 005300000001 00 000641"),
        "L2VPN evpn routes: length 40 is not valid here (at byte 124)"
    );
    // An IP address of 24 bits.
    assert_eq!(
        error("02 24 0000fbf000000064 00000000000000000000 0000000a 30 005300000001 18 c00002 000641"),
        "L2VPN evpn routes: length 24 is not valid here (at byte 131)"
    );
    // After the second label.
    assert_eq!(
        error("02 25 0000fbf000000064 00000000000000000000 0000000a 30 005300000001 00 000641 000641 00"),
        "L2VPN evpn routes: 1 byte is left over (at byte 138)"
    );
    // Half a second label.
    assert_eq!(
        error("02 23 0000fbf000000064 00000000000000000000 0000000a 30 005300000001 00 000641 0006"),
        "L2VPN evpn routes: needs 1 byte more than is there (at byte 135)"
    );
    assert_eq!(error("03 0d 0000fbf000000064 0000000a 00"), "L2VPN evpn routes: length 0 is not valid here (at byte 114)");
    // A prefix route of 33 octets, and an IPv4 prefix of 33 bits.
    assert_eq!(
        error("05 21 0000fbf000000064 00000000000000000000 00000000 18 c0000200 00000000 0006"),
        "L2VPN evpn routes: length 11 is not valid here (at byte 124)"
    );
    assert_eq!(
        error("05 22 0000fbf000000064 00000000000000000000 00000000 21 c0000200 00000000 000641"),
        "L2VPN evpn routes: prefix length 33 is longer than an address (at byte 124)"
    );
    assert_eq!(error("0b 07 0914 0000fbf000"), "L2VPN evpn routes: needs 15 bytes more than are there (at byte 102)");
    assert_eq!(error("0b 01 09"), "L2VPN evpn routes: needs 1 byte more than is there (at byte 102)");
}

#[test]
fn one_bad_route_and_one_unknown_cost_only_themselves() {
    let bytes = testing::hex(
        "09 14 0000fbf000000064 00000000 0002fbf000000064  04 01 00  f9 02 0102  03 11 0000fbf000000064 0000000a 20 c0000201",
    );
    let list: Vec<_> = crate::nlri::Routes::at(&bytes, Family::EVPN, false, 0).map(|route| route.unwrap().decode()).collect();
    assert!(matches!(list[..], [Ok(_), Err(_), Ok(RouteValue::Evpn(EvpnRoute::Unknown { kind: 249, raw: &[1, 2] })), Ok(_)]));
}

#[test]
fn what_cannot_be_written() {
    let bytes = testing::hex("05 22 0000fbf000000064 00000000000000000000 00000000 18 c0000200 00000000 000641");
    let Ok(RouteValue::Evpn(EvpnRoute::IpPrefix(mut route))) = testing::decode(Family::EVPN, &bytes) else { panic!() };
    route.gateway = Gateway(IpAddr::V6(Ipv6Addr::LOCALHOST));
    let mut out = Vec::new();
    let error = EvpnRoute::IpPrefix(route).encode(&mut out).unwrap_err();
    assert_eq!((error.to_string().as_str(), out.len()), ("gateway: the value has no form on the wire", 0));
    let originator = SizedAddress(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let leaf =
        EvpnRoute::Leaf(EvpnLeaf { route_key: EvpnRouteKey(&[9, 1, 0, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), originator });
    assert_eq!(leaf.encode(&mut out).unwrap_err().to_string(), "route_key: the value has no form on the wire");
    let long = EvpnRoute::Unknown { kind: 200, raw: &[0; 256] };
    assert_eq!(long.encode(&mut out).unwrap_err().to_string(), "unknown: length 256 is over 255");
    assert!(out.is_empty());
}

#[test]
fn a_leaf_names_the_route_it_answers() {
    let bytes = testing::hex("0b 1b 0914 0000fbf000000064 00000000 0002fbf000000064 20 c0000201");
    let Ok(RouteValue::Evpn(EvpnRoute::Leaf(leaf))) = testing::decode(Family::EVPN, &bytes) else { panic!() };
    let answered = leaf.route_key.decode().unwrap();
    assert_eq!(answered.to_string(), "per-region-i-pmsi(rd=64496:100 ethernet_tag=0 region=0x0002fbf000000064)");
}

#[test]
fn places_of_the_fields() {
    let digits = "02 21 0000fbf000000064 00000000000000000000 0000000a 30 005300000001 00 000641";
    assert_eq!(
        testing::places(Family::EVPN, digits),
        testing::expected(&[
            ("route", 100..135, "mac-ip"),
            ("type", 100..101, "2 (mac-ip)"),
            ("length", 101..102, "33"),
            ("value", 102..135, ""),
            ("rd", 102..110, "64496:100"),
            ("type", 102..104, "0 (two-octet AS)"),
            ("administrator", 104..106, "64496"),
            ("assigned_number", 106..110, "100"),
            ("esi", 110..120, "0"),
            ("ethernet_tag", 120..124, "10"),
            ("mac", 124..131, "00:53:00:00:00:01"),
            ("ip", 131..132, "none"),
            ("label1", 132..135, "100"),
        ])
    );
}

#[test]
fn segments_both_ways() {
    let mac = MacAddress([0, 0x53, 0, 0, 0, 1]);
    for (esi, text) in [
        (Esi::ZERO, "0"),
        (Esi::MAX, "max"),
        (Esi([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), "00:01:02:03:04:05:06:07:08:09"),
        (Esi::lacp(mac, 100), "lacp/00:53:00:00:00:01/100"),
        (Esi([1, 0, 0x53, 0, 0, 0, 1, 0, 100, 1]), "01:00:53:00:00:00:01:00:64:01"),
        (Esi::mstp(mac, 0x8000), "mstp/00:53:00:00:00:01/32768"),
        (Esi::mac(mac, 0xff_ffff).unwrap(), "mac/00:53:00:00:00:01/16777215"),
        (Esi::router_id(Ipv4Addr::new(192, 0, 2, 1), u32::MAX), "router-id/192.0.2.1/4294967295"),
        (Esi([4, 192, 0, 2, 1, 0, 0, 0, 7, 1]), "04:c0:00:02:01:00:00:00:07:01"),
        (Esi::asn(Asn(64496), 9), "as/64496/9"),
        (Esi([9, 0, 0, 0, 0, 0, 0, 0, 0, 0]), "09:00:00:00:00:00:00:00:00:00"),
    ] {
        assert_eq!(esi.to_string(), text);
        assert_eq!(text.parse(), Ok(esi), "{text}");
    }
    assert_eq!((Esi::mac(mac, 1 << 24), Esi::lacp(mac, 1).kind()), (None, EsiType::LACP));
    for bad in
        ["", "1", "00", "lacp/00:53:00:00:00:01", "lacp/00:53:00:00:00:01/65536", "mac/00:53:00:00:00:01/16777216", "as/+1/1"]
    {
        assert_eq!(bad.parse::<Esi>(), Err(ParseEsiError), "{bad}");
    }
    for bad in ["00:01:02:03:04:05:06:07:08", "00:01:02:03:04:05:06:07:08:09:0a", "router-id/192.0.2/1", "max ", "as/1/1/1"] {
        assert_eq!(bad.parse::<Esi>(), Err(ParseEsiError), "{bad}");
    }
}

#[test]
fn texts_that_are_no_routes() {
    for (text, at) in [
        ("", 0),
        ("mac-ip", 6),
        ("nothing(0x)", 0),
        ("type-2(0x)", 0),
        ("type-256(0x)", 0),
        ("type-249(0x0)", 9),
        ("type-249(0x00) ", 14),
        ("inclusive-multicast(rd=1:1 ethernet_tag=x originator=192.0.2.1)", 40),
        ("inclusive-multicast(rd=1:1 ethernet_tag=1 originator=192.0.2.1 )", 62),
        ("inclusive-multicast(ethernet_tag=1 rd=1:1 originator=192.0.2.1)", 20),
    ] {
        assert_eq!(EvpnRoute::from_text(text, &mut Vec::new()).unwrap_err().at, at, "{text}");
    }
    assert_eq!(
        EvpnRoute::from_text("mac-ip", &mut Vec::new()).unwrap_err().to_string(),
        "not a route: unexpected text at byte 6"
    );
}

fn any_esi() -> impl Strategy<Value = Esi> {
    let mac = any::<[u8; 6]>().prop_map(MacAddress);
    prop_oneof![
        Just(Esi::ZERO),
        Just(Esi::MAX),
        (0u8..7, any::<[u8; 9]>()).prop_map(|(kind, [a, b, c, d, e, f, g, h, i])| Esi([kind, a, b, c, d, e, f, g, h, i])),
        (mac, any::<u16>()).prop_map(|(mac, key)| Esi::lacp(mac, key)),
        (any::<u32>(), any::<u32>()).prop_map(|(asn, number)| Esi::asn(Asn(asn), number)),
        (any::<[u8; 4]>(), any::<u32>()).prop_map(|(router, number)| Esi::router_id(router.into(), number)),
    ]
}

fn any_route() -> impl Strategy<Value = EvpnRoute<'static>> {
    let rd =
        || prop_oneof![any::<[u8; 8]>(), (0u8..4, any::<[u8; 6]>()).prop_map(|(k, [a, b, c, d, e, f])| [0, k, a, b, c, d, e, f])];
    let start = (rd().prop_map(RouteDistinguisher), any_esi(), any::<u32>());
    let label = || any::<[u8; 3]>().prop_map(Label);
    let group = || proptest::option::of(any_address()).prop_map(MulticastAddress);
    let flags = any::<u8>().prop_map(MulticastFlags::from_bits_retain);
    let prefix = any::<bool>().prop_flat_map(|v6| {
        let gateway = any_prefix(v6).prop_map(|prefix| Gateway(prefix.address()));
        (any_prefix(v6).prop_map(WidePrefix), gateway)
    });
    let key = proptest::collection::vec(any::<u8>(), 0..200).prop_map(|body| {
        let mut key = vec![9, u8::try_from(body.len()).unwrap()];
        key.extend(body);
        &*Vec::leak(key)
    });
    let unknown = proptest::collection::vec(any::<u8>(), 0..=255).prop_map(|raw| &*Vec::leak(raw));
    let rest = (group(), group(), any_address().prop_map(SizedAddress), flags, any::<u8>(), any::<u32>());
    let mac_ip = (any::<[u8; 6]>(), proptest::option::of(any_address()), label(), proptest::option::of(label()));
    (0u8..12, start, rest, mac_ip, prefix, any::<[u8; 8]>(), key, unknown).prop_map(
        |(kind, start, rest, mac_ip, (prefix, gateway), region, key, raw)| {
            let (rd, esi, ethernet_tag) = start;
            let (source, group, originator, flags, max_response_time, reserved) = rest;
            let (mac, ip, label, label2) = mac_ip;
            let (mac, ip) = (SizedMac(MacAddress(mac)), OptionalAddress(ip));
            match kind {
                1 => EvpnRoute::EthernetAd(EvpnEthernetAd { rd, esi, ethernet_tag, label }),
                2 => EvpnRoute::MacIp(EvpnMacIp { rd, esi, ethernet_tag, mac, ip, label1: label, label2 }),
                3 => EvpnRoute::InclusiveMulticast(EvpnInclusiveMulticast { rd, ethernet_tag, originator }),
                4 => EvpnRoute::EthernetSegment(EvpnEthernetSegment { rd, esi, originator }),
                5 => EvpnRoute::IpPrefix(EvpnIpPrefix { rd, esi, ethernet_tag, prefix, gateway, label }),
                6 => EvpnRoute::SelectiveMulticast(EvpnSelectiveMulticast { rd, ethernet_tag, source, group, originator, flags }),
                7 => EvpnRoute::ReportSynch(EvpnReportSynch { rd, esi, ethernet_tag, source, group, originator, flags }),
                8 => EvpnRoute::LeaveSynch(EvpnLeaveSynch {
                    rd,
                    esi,
                    ethernet_tag,
                    source,
                    group,
                    originator,
                    reserved,
                    max_response_time,
                    flags: label2.map(|_| flags),
                }),
                9 => EvpnRoute::PerRegionIPmsi(EvpnPerRegionIPmsi { rd, ethernet_tag, region }),
                10 => EvpnRoute::SPmsi(EvpnSPmsi { rd, ethernet_tag, source, group, originator }),
                11 => EvpnRoute::Leaf(EvpnLeaf { route_key: EvpnRouteKey(key), originator }),
                _ => EvpnRoute::Unknown { kind: max_response_time | 0x80, raw },
            }
        },
    )
}

proptest! {
    #[test]
    fn value_octets_value(route in any_route()) {
        testing::round_trip(Family::EVPN, &RouteValue::Evpn(route))?;
    }

    #[test]
    fn value_text_value(route in any_route()) {
        let (text, mut octets) = (route.to_string(), Vec::new());
        let back = EvpnRoute::from_text(&text, &mut octets);
        prop_assert_eq!(back, Ok(route));
        prop_assert_eq!(back.unwrap().to_string(), text);
    }

    #[test]
    fn segment_text_segment(esi in any_esi()) {
        prop_assert_eq!(esi.to_string().parse(), Ok(esi));
    }

    #[test]
    fn no_octets_and_no_text_cause_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), kind in 0u8..13, text in ".{0,60}") {
        let mut octets = vec![kind, u8::try_from(bytes.len()).unwrap()];
        octets.extend(bytes);
        let raw = RawRoute::new(Family::EVPN, &octets, 0);
        let again = raw.decode().map(|route| testing::encode(Family::EVPN, &route));
        // Only bits after a prefix are not kept.
        prop_assert!(kind == 5 || again.is_err() || again == Ok(octets.clone()));
        raw.places(&mut crate::places::Places::new());
        let _ = EvpnRoute::from_text(&text, &mut Vec::new());
        let _ = EvpnRoute::from_text(&format!("mac-ip({text})"), &mut Vec::new());
    }
}

#[test]
fn no_segment_is_the_default() {
    assert_eq!(Esi::default(), Esi::ZERO);
}
