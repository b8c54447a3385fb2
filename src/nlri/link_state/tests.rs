use super::*;
use crate::error::Action;
use crate::family::Family;
use crate::nlri::{RawRoute, RouteValue};
use crate::places::Places;
use proptest::prelude::*;

const PLAIN: Family = Family::of(16388, 71);
const VPN: Family = Family::of(16388, 72);
const SPF: Family = Family::of(16388, 80);

fn octets(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn every_descriptor_has_a_name() {
    for table in [
        NodeDescriptor::TYPES,
        LinkDescriptor::TYPES,
        Ipv4PrefixDescriptor::TYPES,
        Ipv6PrefixDescriptor::TYPES,
        TePolicyDescriptor::TYPES,
        Srv6SidDescriptor::TYPES,
    ] {
        for (code, name) in table {
            assert!(crate::codes::BgpLsTlv(*code).name().is_some(), "{code} {name}");
        }
    }
}

// Octets and texts of routes without a VPN.
const VECTORS: &[(&str, &str)] = &[
    (
        "0001 0027 02 0000000000000000 0100 001a 0200 0004 0000fbf0 0201 0004 00000000 0203 0006 192000002001",
        "node(protocol=IS-IS-Level-2 identifier=0 local=[as(64496),bgp-ls-id(0),igp-router-id(1920.0000.2001)])",
    ),
    (
        "0002 009f 03 0000000000000001 \
         0100 0024 0200 0004 0000fbf0 0201 0004 00000001 0202 0004 00000000 0203 0008 c0000201 c6336401 \
         0101 0020 0200 0004 0000fbf0 0201 0004 00000001 0202 0004 00000000 0203 0004 c0000202 \
         0102 0008 00000005 00000006 0103 0004 c6336401 0104 0004 c6336402 \
         0105 0010 20010db8000000000000000000000001 0106 0010 20010db8000000000000000000000002 0107 0002 0002",
        "link(protocol=OSPFv2 identifier=1 \
         local=[as(64496),bgp-ls-id(1),ospf-area(0.0.0.0),igp-router-id(192.0.2.1:198.51.100.1)] \
         remote=[as(64496),bgp-ls-id(1),ospf-area(0.0.0.0),igp-router-id(192.0.2.2)] \
         descriptors=[link-ids(local=5 remote=6),ipv4-interface(198.51.100.1),ipv4-neighbor(198.51.100.2),\
         ipv6-interface(2001:db8::1),ipv6-neighbor(2001:db8::2),mt-id([2])])",
    ),
    (
        "0003 0038 03 0000000000000000 0100 0018 0200 0004 0000fbf0 0202 0004 00000001 0203 0004 c0000201 \
         0107 0002 0000 0108 0001 04 0109 0004 18 c63364",
        "ipv4-prefix(protocol=OSPFv2 identifier=0 local=[as(64496),ospf-area(0.0.0.1),igp-router-id(192.0.2.1)] \
         descriptors=[mt-id([0]),ospf-route-type(External-2),prefix(198.51.100.0/24)])",
    ),
    (
        "0004 0030 01 0000000000000007 0100 000b 0203 0007 192000002001 02 \
         0107 0004 0000 f002 0108 0001 01 0109 0007 2d 20010db80038",
        "ipv6-prefix(protocol=IS-IS-Level-1 identifier=7 local=[igp-router-id(1920.0000.2001.02)] \
         descriptors=[mt-id([0,2:0xf]),ospf-route-type(Intra-Area),prefix(2001:db8:38::/45)])",
    ),
    (
        "0005 0039 09 0000000000000000 0100 0010 0200 0004 0000fbf0 0204 0004 c0000201 \
         022a 0018 02 00 0000 c6336401 00000064 0000fbf0 c0000202 00000007",
        "te-policy(protocol=Segment-Routing identifier=0 local=[as(64496),bgp-router-id(192.0.2.1)] \
         descriptors=[candidate-path(origin=2 flags=0 reserved=0 endpoint=198.51.100.1 color=100 originator_as=64496 \
         originator=192.0.2.2 discriminator=7)])",
    ),
    (
        "0005 0071 08 0000000000000000 0100 0008 0205 0004 0000fde9 0226 0002 0001 0227 0002 0002 0228 0004 c0000201 \
         0229 0010 20010db8000000000000000000000001 \
         022a 0030 03 c0 0000 20010db8000000000000000000000002 00000064 0000fbf0 20010db8000000000000000000000003 00000001",
        "te-policy(protocol=RSVP-TE identifier=0 local=[member-as(65001)] \
         descriptors=[tunnel-id(1),lsp-id(2),tunnel-head-end(192.0.2.1),tunnel-tail-end(2001:db8::1),\
         candidate-path(origin=3 flags=IPV6_ENDPOINT|IPV6_ORIGINATOR reserved=0 endpoint=2001:db8::2 color=100 \
         originator_as=64496 originator=2001:db8::3 discriminator=1)])",
    ),
    (
        "0006 0031 02 0000000000000000 0100 000a 0203 0006 192000002001 0107 0002 0002 \
         0206 0010 20010db8000100000000000000000000",
        "srv6-sid(protocol=IS-IS-Level-2 identifier=0 local=[igp-router-id(1920.0000.2001)] \
         descriptors=[mt-id([2]),srv6-sid(2001:db8:1::)])",
    ),
    // Of no known type; an unknown protocol and descriptor; a router identifier of five octets.
    ("0007 0003 010203", "type-7(0x010203)"),
    (
        "0001 001f 63 0000000000000000 0100 0012 0203 0005 0102030405 02ff 0005 0a0b0c0d0e",
        "node(protocol=BgpLsProtocol(99) identifier=0 local=[igp-router-id(0x0102030405),type-767(0x0a0b0c0d0e)])",
    ),
];

// The same route after a route distinguisher.
fn of_vpn(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes[..2].to_vec();
    out.extend_from_slice(&(u16::from_be_bytes([bytes[2], bytes[3]]) + 8).to_be_bytes());
    out.extend_from_slice(&[0, 0, 0xfb, 0xf0, 0, 0, 0, 100]);
    out.extend_from_slice(&bytes[4..]);
    out
}

fn decode(bytes: &[u8], family: Family) -> Result<RouteValue<'_>> {
    RawRoute::new(family, bytes, 40).decode()
}

fn encoded(route: &RouteValue<'_>, family: Family) -> Vec<u8> {
    let mut out = Vec::new();
    route.encode(family, &mut out).unwrap();
    assert_eq!(out.len(), route.encoded_len());
    out
}

#[test]
pub(in crate::nlri) fn every_field_both_ways() {
    for (hex, text) in VECTORS {
        let bytes = octets(hex);
        for family in [PLAIN, SPF] {
            let route = decode(&bytes, family).unwrap();
            assert_eq!(route.to_string(), *text);
            assert_eq!(encoded(&route, family), bytes, "{text}");
        }
        let bytes = of_vpn(&bytes);
        let route = decode(&bytes, VPN).unwrap();
        match text.split_once("(protocol") {
            Some((kind, rest)) => assert_eq!(route.to_string(), format!("vpn-{kind}(rd=64496:100 protocol{rest}")),
            None => assert_eq!(route.to_string(), "type-7(0x0000fbf000000064010203)"),
        }
        assert_eq!(encoded(&route, VPN), bytes, "{text}");
    }
}

#[test]
fn every_row_has_a_vector() {
    let tables = [
        LinkStateRoute::TYPES,
        NodeDescriptor::TYPES,
        LinkDescriptor::TYPES,
        Ipv4PrefixDescriptor::TYPES,
        Ipv6PrefixDescriptor::TYPES,
        TePolicyDescriptor::TYPES,
        Srv6SidDescriptor::TYPES,
    ];
    for (code, name) in tables.into_iter().flatten() {
        assert!(VECTORS.iter().any(|(_, text)| text.contains(&format!("{name}("))), "{code} {name}");
    }
    // A VPN's routes are the same after a route distinguisher.
    let plain = LinkStateRoute::TYPES.iter().map(|(code, name)| (*code, format!("vpn-{name}")));
    assert!(plain.eq(LinkStateVpnRoute::TYPES.iter().map(|(code, name)| (*code, (*name).to_owned()))));
}

#[test]
fn cut_anywhere_it_is_an_error() {
    for (hex, text) in VECTORS {
        for (bytes, family) in [(octets(hex), PLAIN), (of_vpn(&octets(hex)), VPN)] {
            for n in 0..bytes.len() {
                assert!(decode(&bytes[..n], family).is_err(), "{text} cut at {n}");
                // The length determines the content: a truncated route is a shorter route or an error.
                if n >= 4 {
                    let mut short = bytes[..n].to_vec();
                    short[2..4].copy_from_slice(&u16::try_from(n - 4).unwrap().to_be_bytes());
                    if let Ok(route) = decode(&short, family) {
                        assert_eq!(encoded(&route, family), short);
                    }
                }
            }
        }
    }
}

#[test]
fn any_octet_may_be_wrong() {
    let mut good = 0;
    for (hex, text) in VECTORS {
        for (bytes, family) in [(octets(hex), PLAIN), (of_vpn(&octets(hex)), VPN)] {
            for at in 0..bytes.len() {
                for flip in [1, 2, 4, 0x10, 0x80, 0xff] {
                    let mut other = bytes.clone();
                    other[at] ^= flip;
                    let Ok(route) = decode(&other, family) else { continue };
                    good += 1;
                    let again = encoded(&route, family);
                    // Bits after the length of a prefix are not kept.
                    assert!(again == other || text.contains("prefix("), "{text} with {flip:#x} at {at}");
                    assert_eq!(decode(&again, family).unwrap().to_string(), route.to_string());
                }
            }
        }
    }
    assert!(good > 1000);
}

#[test]
fn what_is_wrong_and_where() {
    for (hex, error) in [
        (
            "0001 0015 02 0000000000000000 0100 0008 0200 0005 0000fbf0",
            "BGP-LS link-state routes: needs 1 byte more than is there (at byte 61)",
        ),
        ("0001 0010 02 0000000000000000 0100 0000 010203", "BGP-LS link-state routes: 3 bytes are left over (at byte 57)"),
        ("0001 0000", "BGP-LS link-state routes: needs 1 byte more than is there (at byte 44)"),
    ] {
        let bytes = octets(hex);
        let e = decode(&bytes, PLAIN).unwrap_err();
        assert_eq!((e.to_string().as_str(), e.action()), (error, Action::TreatAsWithdraw));
        assert_eq!(RawRoute::new(PLAIN, &bytes, 40).finding(), Some(e));
    }
}

/// RFC 9552 section 8.2.2: routes are kept whatever their descriptors contain; errors in them are still findings.
#[test]
fn what_is_wrong_and_kept() {
    for (hex, text, error) in [
        // The remote node in place of the local one, and sub-TLVs without the TLV around them.
        (
            "0001 0017 02 0000000000000000 0101 000a 0203 0006 192000002001",
            "type-1(0x0200000000000000000101000a02030006192000002001)",
            "value 257 is not valid here (at byte 53)",
        ),
        (
            "0001 0013 02 0000000000000000 0203 0006 192000002001",
            "type-1(0x02000000000000000002030006192000002001)",
            "value 515 is not valid here (at byte 53)",
        ),
        (
            "0001 001e 02 0000000000000000 0100 0011 0200 0003 00fbf0 0203 0006 192000002001",
            "node(protocol=IS-IS-Level-2 identifier=0 local=[type-512(0x00fbf0),igp-router-id(1920.0000.2001)])",
            "needs 1 byte more than is there (at byte 61)",
        ),
        (
            "0001 0020 02 0000000000000000 0100 0013 0200 0005 0000fbf000 0203 0006 192000002001",
            "node(protocol=IS-IS-Level-2 identifier=0 local=[type-512(0x0000fbf000),igp-router-id(1920.0000.2001)])",
            "1 byte is left over (at byte 65)",
        ),
        (
            "0003 001b 03 0000000000000000 0100 0008 0203 0004 c0000201 0109 0002 2100",
            "ipv4-prefix(protocol=OSPFv2 identifier=0 local=[igp-router-id(192.0.2.1)] descriptors=[type-265(0x2100)])",
            "prefix length 33 is longer than an address (at byte 69)",
        ),
        (
            "0003 001b 03 0000000000000000 0100 0008 0203 0004 c0000201 0109 0002 18c6",
            "ipv4-prefix(protocol=OSPFv2 identifier=0 local=[igp-router-id(192.0.2.1)] descriptors=[type-265(0x18c6)])",
            "needs 2 bytes more than are there (at byte 69)",
        ),
        (
            "0005 0014 08 0000000000000000 0100 0000 0228 0003 c00002",
            "te-policy(protocol=RSVP-TE identifier=0 local=[] descriptors=[type-552(0xc00002)])",
            "length 3 is not valid here (at byte 61)",
        ),
        // Missing descriptors: the node's identifier in IS-IS and in BGP, the prefix, the SID, the candidate path.
        (
            "0001 0015 02 0000000000000000 0100 0008 0200 0004 0000fbf0",
            "node(protocol=IS-IS-Level-2 identifier=0 local=[as(64496)])",
            "is missing (at byte 57)",
        ),
        (
            "0001 0015 07 0000000000000000 0100 0008 0200 0004 0000fbf0",
            "node(protocol=BGP identifier=0 local=[as(64496)])",
            "is missing (at byte 57)",
        ),
        (
            "0003 0015 03 0000000000000000 0100 0008 0203 0004 c0000201",
            "ipv4-prefix(protocol=OSPFv2 identifier=0 local=[igp-router-id(192.0.2.1)] descriptors=[])",
            "is missing (at byte 65)",
        ),
        (
            "0006 0015 03 0000000000000000 0100 0008 0203 0004 c0000201",
            "srv6-sid(protocol=OSPFv2 identifier=0 local=[igp-router-id(192.0.2.1)] descriptors=[])",
            "is missing (at byte 65)",
        ),
        (
            "0005 000d 09 0000000000000000 0100 0000",
            "te-policy(protocol=Segment-Routing identifier=0 local=[] descriptors=[])",
            "is missing (at byte 57)",
        ),
    ] {
        for (bytes, family, shift) in [(octets(hex), PLAIN, 0), (of_vpn(&octets(hex)), VPN, 8)] {
            let route = RawRoute::new(family, &bytes, 40 - shift);
            let value = route.decode().unwrap();
            let found = route.finding().unwrap();
            assert_eq!((found.action(), found.rfc()), (Action::None, "RFC 9552 section 8.2.2"), "{text}");
            assert!(found.to_string().ends_with(error), "{found}");
            if family == PLAIN {
                assert_eq!(value.to_string(), text);
            }
            assert_eq!(encoded(&value, family), bytes, "{text}");
        }
    }
    // In BGP SPF a node has other descriptors.
    let own = octets("0001 0015 02 0000000000000000 0100 0008 0200 0004 0000fbf0");
    assert_eq!(RawRoute::new(SPF, &own, 40).finding(), None);
}

/// RFC 9552 sections 5.1 and 5.2.1.4: such a route is malformed, although it can be decoded.
#[test]
fn order_is_syntax() {
    for (hex, error) in [
        (
            "0001 001f 02 0000000000000000 0100 0012 0203 0006 192000002001 0200 0004 0000fbf0",
            "is out of order (at byte 67); treat-as-withdraw",
        ),
        (
            "0001 0021 02 0000000000000000 0100 0014 0203 0006 192000002001 0203 0006 192000002002",
            "occurs more than once (at byte 67); treat-as-withdraw",
        ),
        // Interface addresses before numbers; of one type the longer first, then the greater value first.
        (
            "0002 002d 03 0000000000000000 0100 0008 0203 0004 c0000201 0101 0008 0203 0004 c0000202 \
             0103 0004 c6336402 0102 0000",
            "is out of order (at byte 85); treat-as-withdraw",
        ),
        (
            "0004 0026 01 0000000000000007 0100 000b 0203 0007 19200000200102 0107 0004 0000 0002 0107 0002 0003",
            "is out of order (at byte 76); treat-as-withdraw",
        ),
        (
            "0004 0024 01 0000000000000007 0100 000b 0203 0007 19200000200102 0107 0002 0003 0107 0002 0002",
            "is out of order (at byte 74); treat-as-withdraw",
        ),
    ] {
        let bytes = octets(hex);
        let route = RawRoute::new(PLAIN, &bytes, 40);
        let found = route.finding().unwrap();
        let text = format!("{found}; {}", found.action());
        assert!(text.contains(error), "{text}");
    }
    // Unknown types are opaque; ascending order suffices.
    for hex in ["004d 0003 010203", VECTORS[1].0, VECTORS[2].0, VECTORS[4].0, VECTORS[6].0] {
        let bytes = octets(hex);
        assert_eq!(RawRoute::new(PLAIN, &bytes, 40).finding(), None, "{hex}");
    }
}

#[test]
fn what_cannot_be_written_says_so() {
    let refused = |route: LinkStateRoute<'_>| {
        let mut out = Vec::new();
        let error = RouteValue::LinkState(route).encode(PLAIN, &mut out).unwrap_err();
        assert!(out.is_empty());
        error.to_string()
    };
    let mut buffer = Vec::new();
    let error = List::from_values([NodeDescriptor::IgpRouterId(IgpRouterId::Unknown(&[1, 2, 3, 4]))], &mut buffer).unwrap_err();
    assert_eq!(error.to_string(), "igp-router-id: the value has no form on the wire");

    let (protocol, local) = (BgpLsProtocol::OSPFV2, LocalNode::default());
    let v6 = [Ipv6PrefixDescriptor::Prefix(IpReachability("198.51.100.0/24".parse().unwrap()))];
    let error = List::from_values(v6, &mut buffer).unwrap_err();
    assert_eq!(error.to_string(), "prefix: the value has no form on the wire");

    let mut path = CandidatePath {
        origin: 1,
        flags: CandidatePathFlags::IPV6_ENDPOINT,
        reserved: 0,
        endpoint: "192.0.2.1".parse().unwrap(),
        color: 1,
        originator_as: Asn(64496),
        originator: "192.0.2.1".parse().unwrap(),
        discriminator: 1,
    };
    assert_eq!(path.check().unwrap_err().to_string(), "endpoint: the value has no form on the wire");
    path.flags = CandidatePathFlags::IPV6_ORIGINATOR;
    assert_eq!(path.check().unwrap_err().to_string(), "originator: the value has no form on the wire");

    let long = vec![0; 0x10000];
    let raw = [NodeDescriptor::Unknown { kind: 600, raw: &long }];
    assert_eq!(List::from_values(raw, &mut buffer).unwrap_err().to_string(), "unknown: length 65536 is over 65535");
    let most = [NodeDescriptor::Unknown { kind: 600, raw: &long[..0xffff] }];
    let local_long = NodeDescriptors(List::from_values(most, &mut buffer).unwrap());
    let node = LinkStateNode { protocol, identifier: 0, local: local_long };
    assert_eq!(refused(LinkStateRoute::Node(node)), "node descriptors: length 65539 is over 65535");
    let mut buffer = Vec::new();
    let most = [LinkDescriptor::Unknown { kind: 600, raw: &long[..0xfffb] }];
    let descriptors = List::from_values(most, &mut buffer).unwrap();
    let link = LinkStateLink { protocol, identifier: 0, local, remote: RemoteNode::default(), descriptors };
    assert_eq!(refused(LinkStateRoute::Link(link)), "link: length 65552 is over 65535");
}

#[test]
fn places_of_the_fields() {
    let bytes = octets(VECTORS[0].0);
    let mut places = Places::new();
    RawRoute::new(PLAIN, &bytes, 40).places(&mut places);
    let list: Vec<_> = places.iter().map(|p| (p.depth, p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
    assert_eq!(
        list,
        [
            (0, "route", 40..83, "node"),
            (1, "type", 40..42, "1 (node)"),
            (1, "length", 42..44, "39"),
            (1, "value", 44..83, ""),
            (2, "protocol", 44..45, "2 (IS-IS Level 2)"),
            (2, "identifier", 45..53, "0"),
            (2, "local", 53..83, ""),
            (3, "type", 53..55, "256"),
            (3, "length", 55..57, "26"),
            (3, "descriptors", 57..83, ""),
            (4, "item", 57..65, "as"),
            (5, "type", 57..59, "512 (as)"),
            (5, "length", 59..61, "4"),
            (5, "value", 61..65, "64496"),
            (4, "item", 65..73, "bgp-ls-id"),
            (5, "type", 65..67, "513 (bgp-ls-id)"),
            (5, "length", 67..69, "4"),
            (5, "value", 69..73, "0"),
            (4, "item", 73..83, "igp-router-id"),
            (5, "type", 73..75, "515 (igp-router-id)"),
            (5, "length", 75..77, "6"),
            (5, "value", 77..83, "1920.0000.2001"),
        ]
    );
    // The description of every route ends with its octets, and reports errors at their place.
    for (hex, text) in VECTORS {
        for (bytes, family) in [(octets(hex), PLAIN), (of_vpn(&octets(hex)), VPN)] {
            let mut places = Places::new();
            RawRoute::new(family, &bytes, 0).places(&mut places);
            assert!(places.iter().all(|p| p.error.is_none()), "{text}");
            assert_eq!(places.iter().last().unwrap().range.end, bytes.len() as u64, "{text}");
            for n in 0..bytes.len() {
                let mut places = Places::new();
                RawRoute::new(family, &bytes[..n], 0).places(&mut places);
                let errors: Vec<_> = places.iter().filter_map(|p| p.error).collect();
                assert_eq!(errors, [RawRoute::new(family, &bytes[..n], 0).decode().unwrap_err()]);
            }
        }
    }
    let mut policy = Places::new();
    RawRoute::new(PLAIN, &octets(VECTORS[4].0), 0).places(&mut policy);
    let last: Vec<_> = policy.iter().rev().take(3).map(|p| (p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
    assert_eq!(last, [("discriminator", 57..61, "7"), ("originator", 53..57, "192.0.2.2"), ("originator_as", 49..53, "64496")]);
}

#[cfg(feature = "serde")]
#[test]
fn as_json() {
    let body = octets("03 0000000000000000 0100 0000 0109 0004 18 c63364");
    let prefix = LinkStateIpv4Prefix::parse_at(&body, 0).unwrap();
    assert_eq!(
        serde_json::to_string(&prefix).unwrap(),
        "{\"protocol\":\"OSPFv2\",\"identifier\":0,\"local\":[],\
         \"descriptors\":[{\"type\":265,\"name\":\"prefix\",\"value\":\"198.51.100.0/24\"}]}"
    );
}

fn router_id() -> impl Strategy<Value = IgpRouterId<'static>> {
    prop_oneof![
        any::<Ipv4Addr>().prop_map(IgpRouterId::Ospf),
        any::<[u8; 6]>().prop_map(|id| IgpRouterId::IsIs(SystemId(id))),
        any::<([u8; 6], u8)>().prop_map(|(id, n)| IgpRouterId::IsIsPseudonode(SystemId(id), n)),
        any::<(Ipv4Addr, Ipv4Addr)>().prop_map(|(a, b)| IgpRouterId::OspfPseudonode(a, b)),
        Just(IgpRouterId::Unknown(&[1, 2, 3])),
    ]
}

fn node_descriptor() -> impl Strategy<Value = NodeDescriptor<'static>> {
    prop_oneof![
        any::<u32>().prop_map(|n| NodeDescriptor::As(Asn(n))),
        any::<u32>().prop_map(NodeDescriptor::BgpLsId),
        any::<Ipv4Addr>().prop_map(NodeDescriptor::OspfArea),
        router_id().prop_map(NodeDescriptor::IgpRouterId),
        any::<Ipv4Addr>().prop_map(NodeDescriptor::BgpRouterId),
        any::<u32>().prop_map(|n| NodeDescriptor::MemberAs(Asn(n))),
        (600u16..).prop_map(|kind| NodeDescriptor::Unknown { kind, raw: &[9, 8, 7] }),
    ]
}

fn link_descriptor() -> impl Strategy<Value = LinkDescriptor<'static>> {
    prop_oneof![
        any::<(u32, u32)>().prop_map(|(local, remote)| LinkDescriptor::Identifiers(LinkIdentifiers { local, remote })),
        any::<Ipv4Addr>().prop_map(LinkDescriptor::Ipv4Interface),
        any::<Ipv4Addr>().prop_map(LinkDescriptor::Ipv4Neighbor),
        any::<Ipv6Addr>().prop_map(LinkDescriptor::Ipv6Interface),
        any::<Ipv6Addr>().prop_map(LinkDescriptor::Ipv6Neighbor),
        Just(LinkDescriptor::MultiTopology(List::parse_at(&[0, 2, 0, 0], 0).unwrap())),
        (600u16..).prop_map(|kind| LinkDescriptor::Unknown { kind, raw: &[] }),
    ]
}

fn policy_descriptor() -> impl Strategy<Value = TePolicyDescriptor<'static>> {
    let path = (any::<(u8, u16, IpAddr, u32, u32, IpAddr, u32)>(), 0u8..0x40).prop_map(|(fields, more)| {
        let (origin, reserved, endpoint, color, asn, originator, discriminator) = fields;
        let mut flags = CandidatePathFlags::from_bits_retain(more);
        flags.set(CandidatePathFlags::IPV6_ENDPOINT, endpoint.is_ipv6());
        flags.set(CandidatePathFlags::IPV6_ORIGINATOR, originator.is_ipv6());
        CandidatePath { origin, flags, reserved, endpoint, color, originator_as: Asn(asn), originator, discriminator }
    });
    prop_oneof![
        any::<u16>().prop_map(TePolicyDescriptor::TunnelId),
        any::<u16>().prop_map(TePolicyDescriptor::LspId),
        any::<IpAddr>().prop_map(TePolicyDescriptor::HeadEnd),
        any::<IpAddr>().prop_map(TePolicyDescriptor::TailEnd),
        path.prop_map(TePolicyDescriptor::CandidatePath),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        (protocol, identifier, rd, kind) in any::<(u8, u64, [u8; 8], u8)>(),
        local in proptest::collection::vec(node_descriptor(), 0..5),
        remote in proptest::collection::vec(node_descriptor(), 0..5),
        links in proptest::collection::vec(link_descriptor(), 0..5),
        policies in proptest::collection::vec(policy_descriptor(), 0..3),
        (address4, len4, address6, len6, route_type) in (any::<u32>(), 0u8..=32, any::<u128>(), 0u8..=128, any::<u8>()),
    ) {
        let protocol = BgpLsProtocol(protocol);
        let (mut a, mut b, mut c) = (Vec::new(), Vec::new(), Vec::new());
        let local: LocalNode<'_> = NodeDescriptors(List::from_values(local, &mut a).unwrap());
        let remote: RemoteNode<'_> = NodeDescriptors(List::from_values(remote, &mut b).unwrap());
        let (four, six) = (Prefix::v4(address4, len4).unwrap(), Prefix::v6(address6, len6).unwrap());
        let route_type = OspfRouteType(route_type);
        macro_rules! both {
            ($variant:ident, $route:expr) => {{
                let route = $route;
                (LinkStateRoute::$variant(route), LinkStateVpnRoute::$variant(OfVpn { rd: RouteDistinguisher(rd), route }))
            }};
        }
        let (plain, vpn) = match kind % 6 {
            0 => both!(Node, LinkStateNode { protocol, identifier, local }),
            1 => {
                let descriptors = List::from_values(links, &mut c).unwrap();
                both!(Link, LinkStateLink { protocol, identifier, local, remote, descriptors })
            }
            2 => {
                let list = [
                    Ipv4PrefixDescriptor::OspfRouteType(route_type),
                    Ipv4PrefixDescriptor::Prefix(IpReachability(four)),
                ];
                let descriptors = List::from_values(list, &mut c).unwrap();
                both!(Ipv4Prefix, LinkStateIpv4Prefix { protocol, identifier, local, descriptors })
            }
            3 => {
                let list = [
                    Ipv6PrefixDescriptor::OspfRouteType(route_type),
                    Ipv6PrefixDescriptor::Prefix(IpReachability(six)),
                ];
                let descriptors = List::from_values(list, &mut c).unwrap();
                both!(Ipv6Prefix, LinkStateIpv6Prefix { protocol, identifier, local, descriptors })
            }
            4 => {
                let descriptors = List::from_values(policies, &mut c).unwrap();
                both!(TePolicy, LinkStateTePolicy { protocol, identifier, local, descriptors })
            }
            _ => {
                let list = [Srv6SidDescriptor::Sid(Ipv6Addr::from_bits(address6))];
                let descriptors = List::from_values(list, &mut c).unwrap();
                both!(Srv6Sid, LinkStateSrv6Sid { protocol, identifier, local, descriptors })
            }
        };
        for (route, family) in [(RouteValue::LinkState(plain), PLAIN), (RouteValue::LinkStateVpn(vpn), VPN)] {
            let bytes = encoded(&route, family);
            prop_assert_eq!(decode(&bytes, family), Ok(route));
        }
    }

    #[test]
    fn no_octets_are_too_wild(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 1u8..8) {
        if bytes.len() > 4 {
            let len = u16::try_from(bytes.len() - 4).unwrap().to_be_bytes();
            bytes[..4].copy_from_slice(&[0, kind, len[0], len[1]]);
        }
        for family in [PLAIN, VPN] {
            if let Ok(route) = decode(&bytes, family) {
                let again = encoded(&route, family);
                prop_assert_eq!(decode(&again, family).unwrap().to_string(), route.to_string());
            }
        }
    }
}
