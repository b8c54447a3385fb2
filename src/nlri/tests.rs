//! Tests of all families together, each with a vector typed by hand. Tests of single families are beside their types.

use super::testing::vector;
use super::*;
use crate::wire::rows::{bodies_of, decoded_by, missing, rows_survive};

/// A route of every family, from its octets (RFC 4364, 4659, 4684, 4761, 6037, 6514, 7432, 8277, 8955, 8956, 9552, 9815, 9830,
/// 9832, 9871 and draft-mpmz-bess-mup-safi).
const VECTORS: &[(Family, &str, &str)] = &[
    (Family::of(1, 4), "30 000641 c63364", "198.51.100.0/24 label 100"),
    (Family::of(2, 4), "38 000641 20010db8", "2001:db8::/32 label 100"),
    (Family::of(1, 5), "01 0c 0000fde800000064 c6336401", "intra-as-i-pmsi(rd=65000:100 originator=198.51.100.1)"),
    (
        Family::of(2, 5),
        "01 18 0000fde800000064 20010db8000000000000000000000001",
        "intra-as-i-pmsi(rd=65000:100 originator=2001:db8::1)",
    ),
    (Family::of(1, 66), "80 0000fbf000000064 c0000201 e9fc0001", "rd=64496:100 pe=192.0.2.1 group=233.252.0.1"),
    (Family::of(1, 73), "60 00000001 00000064 c6336401", "sr-policy(distinguisher=1 color=100 endpoint=198.51.100.1)"),
    (
        Family::of(2, 73),
        "c0 00000002 00010000 20010db8000000000000000000000001",
        "sr-policy(distinguisher=2 color=65536 endpoint=2001:db8::1)",
    ),
    (Family::of(1, 76), "70 000641 0000fde800000064 c63364", "65000:100 198.51.100.0/24 label 100"),
    (Family::of(2, 76), "78 000641 0000fde800000064 20010db8", "65000:100 2001:db8::/32 label 100"),
    (Family::of(1, 83), "0a 08 01 18 c00002 00000064", "car(prefix=192.0.2.0/24 color=100 tlvs=[])"),
    (Family::of(2, 83), "0b 09 01 20 20010db8 00000100", "car(prefix=2001:db8::/32 color=256 tlvs=[])"),
    (Family::of(1, 84), "12 10 01 0000fbf000000007 18 c00002 00000064", "car(rd=64496:7 prefix=192.0.2.0/24 color=100 tlvs=[])"),
    (
        Family::of(2, 84),
        "13 11 01 0000fbf000000007 20 20010db8 00000064",
        "car(rd=64496:7 prefix=2001:db8::/32 color=100 tlvs=[])",
    ),
    (Family::of(1, 85), "01 0001 0c 0000fde800000064 18 c00002", "interwork-segment(rd=65000:100 prefix=192.0.2.0/24)"),
    (Family::of(2, 85), "01 0001 0d 0000fde800000064 20 20010db8", "interwork-segment(rd=65000:100 prefix=2001:db8::/32)"),
    (Family::of(1, 128), "70 000641 0000fde800000064 c63364", "65000:100 198.51.100.0/24 label 100"),
    (Family::of(2, 128), "78 000641 0000fde800000064 20010db8", "65000:100 2001:db8::/32 label 100"),
    (Family::of(1, 129), "58 0000fde800000064 c63364", "65000:100 198.51.100.0/24"),
    (Family::of(2, 129), "60 0000fde800000064 20010db8", "65000:100 2001:db8::/32"),
    (Family::of(1, 132), "60 0000fde9 0002fde800000064", "65001 65000:100"),
    (Family::of(1, 133), "08 01 18 c00002 03 81 06", "destination 192.0.2.0/24 protocol =6"),
    (Family::of(2, 133), "07 01 20 00 20010db8", "destination 2001:db8::/32"),
    (Family::of(25, 133), "04 0e 91 0800", "ether-type =0x0800"),
    (Family::of(1, 134), "10 0000fde800000064 01 18 c00002 03 81 06", "rd 65000:100 destination 192.0.2.0/24 protocol =6"),
    (Family::of(2, 134), "0f 0000fde800000064 01 20 00 20010db8", "rd 65000:100 destination 2001:db8::/32"),
    (Family::of(25, 134), "0c 0000fde800000064 0e 91 0800", "rd 65000:100 ether-type =0x0800"),
    (
        Family::of(25, 65),
        "0011 0000fbf000000001 0005 0001 0008 000641",
        "vpls-site(rd=64496:1 ve_id=5 ve_block_offset=1 ve_block_size=8 label_base=100)",
    ),
    (
        Family::of(25, 70),
        "03 11 0000fbf000000001 00000000 20 c0000201",
        "inclusive-multicast(rd=64496:1 ethernet_tag=0 originator=192.0.2.1)",
    ),
    (
        Family::of(16388, 71),
        "0001 001f 02 0000000000000000 0100 0012 0200 0004 0000fde9 0203 0006 000000000001",
        "node(protocol=IS-IS-Level-2 identifier=0 local=[as(65001),igp-router-id(0000.0000.0001)])",
    ),
    (
        Family::of(16388, 72),
        "0001 0027 0000fde800000064 02 0000000000000000 0100 0012 0200 0004 0000fde9 0203 0006 000000000001",
        "vpn-node(rd=65000:100 protocol=IS-IS-Level-2 identifier=0 local=[as(65001),igp-router-id(0000.0000.0001)])",
    ),
    (
        Family::of(16388, 80),
        "0001 001f 02 0000000000000000 0100 0012 0200 0004 0000fde9 0203 0006 000000000001",
        "node(protocol=IS-IS-Level-2 identifier=0 local=[as(65001),igp-router-id(0000.0000.0001)])",
    ),
];

#[test]
fn every_family_has_a_vector() {
    let decoded = decoded_by(|| VECTORS.iter().for_each(|(family, digits, text)| vector(*family, digits, text)));
    for family in TYPED {
        assert!(decoded.contains(&("families", family_row(*family))), "{family}");
    }
    assert_eq!(VECTORS.len(), TYPED.len());
}

#[test]
fn every_row_has_a_vector() {
    // Flow specifications and link state list the rows of their tables themselves and are walked there.
    let decoded = decoded_by(|| {
        evpn::tests::every_type_both_ways();
        mcast_vpn::tests::every_type_both_ways();
        mup::tests::every_type_both_ways();
        car::tests::every_field_both_ways();
    });
    let mup: Vec<_> = crate::codes::MupRouteType::ALL.iter().map(|kind| (kind.0, kind.name().unwrap())).collect();
    let missing = [
        missing(&decoded, "EvpnRoute", EvpnRoute::TYPES),
        missing(&decoded, "McastVpnRoute", McastVpnRoute::TYPES),
        missing(&decoded, "MupRoute", &mup),
        missing(&decoded, "CarValue", CarValue::TYPES),
    ];
    assert_eq!(missing.concat(), [""; 0]);
}

/// JSON of a route has its text and its fields.
#[cfg(feature = "serde")]
#[test]
fn json_has_the_fields() {
    let json = |family, digits: &str| {
        let octets = super::testing::hex(digits);
        let value = serde_json::to_value(RawRoute::new(family, &octets, 0)).unwrap();
        assert_eq!(value["octets"], digits.replace(' ', ""));
        (value["text"].as_str().unwrap_or_default().to_owned(), value["decoded"].to_string())
    };
    for (family, digits, text) in VECTORS {
        let (shown, decoded) = json(*family, digits);
        assert_eq!(shown, *text);
        assert!(decoded.starts_with('{') && decoded.len() > 10, "{family}: {decoded}");
    }
    // Keys are in alphabetical order.
    for (family, digits, decoded) in [
        (Family::of(1, 4), "48 000640 000c81 c63364", r#"{"labels":["100","200"],"prefix":"198.51.100.0/24"}"#),
        (
            Family::of(1, 128),
            "70 800000 0000fde800000064 c63364",
            r#"{"labels":["withdrawn"],"prefix":"198.51.100.0/24","rd":"65000:100"}"#,
        ),
        (Family::of(1, 129), "58 0000fde800000064 c63364", r#"{"labels":[],"prefix":"198.51.100.0/24","rd":"65000:100"}"#),
        (
            Family::of(1, 132),
            "60 0000fde9 0002fde800000064",
            r#"{"origin_as":65001,"target":"0002fde800000064","target_len":64}"#,
        ),
        (Family::of(1, 132), "00", "{}"),
        (
            Family::of(1, 85),
            "01 0001 0c 0000fde800000064 18 c00002",
            r#"{"architecture":1,"name":"interwork-segment","prefix":"192.0.2.0/24","rd":"65000:100","type":1}"#,
        ),
        (
            Family::of(25, 65),
            "0011 0000fbf000000001 0005 0001 0008 000641",
            r#"{"label_base":"100","rd":"64496:1","ve_block_offset":1,"ve_block_size":8,"ve_id":5}"#,
        ),
        (
            Family::of(25, 70),
            "03 11 0000fbf000000001 00000000 20 c0000201",
            r#"{"name":"inclusive-multicast","type":3,"value":{"ethernet_tag":0,"originator":"192.0.2.1","rd":"64496:1"}}"#,
        ),
    ] {
        assert_eq!(json(family, digits).1, decoded, "{family}");
    }
    let bad = serde_json::to_value(RawRoute::new(Family::of(1, 4), &[48, 0, 6], 7)).unwrap();
    assert_eq!(bad["error"]["text"], "IPv4 labeled routes: needs 4 bytes more than are there (at byte 8)");
    let unknown = serde_json::to_string(&RawRoute { path_id: Some(9), ..RawRoute::new(Family::of(1, 200), &[1, 2], 0) }).unwrap();
    assert_eq!(unknown, r#"{"path_id":9,"octets":"0102"}"#);
}

#[test]
fn every_row_survives() {
    let vectors = || {
        evpn::tests::every_type_both_ways();
        mcast_vpn::tests::every_type_both_ways();
        link_state::tests::every_field_both_ways();
    };
    rows_survive!(bodies_of(vectors), EvpnRoute McastVpnRoute NodeDescriptor LinkDescriptor Ipv4PrefixDescriptor Ipv6PrefixDescriptor
        TePolicyDescriptor Srv6SidDescriptor LinkStateRoute LinkStateVpnRoute);
}
