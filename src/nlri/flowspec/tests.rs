use super::body::octets_for;
use super::component::{ROWS, row_in};
use super::*;
use crate::error::Action;
use crate::mac::MacAddress;
use crate::nlri::{RawRoute, RouteValue, Routes};
use crate::places::Places;
use crate::prefix::Prefix;
use proptest::prelude::*;

const V4: Family = Family::IPV4_FLOWSPEC;
const V6: Family = Family::IPV6_FLOWSPEC;
const VPN4: Family = Family::of(1, 134);
const VPN6: Family = Family::of(2, 134);
const L2: Family = Family::of(25, 133);
const L2VPN: Family = Family::of(25, 134);

/// Canonical rules: family, octets, text.
const VECTORS: &[(Family, &[u8], &str)] = &[
    // The three examples of RFC 8955 section 4.3.
    (V4, &[0x0b, 1, 24, 192, 0, 2, 3, 0x81, 6, 4, 0x81, 25], "destination 192.0.2.0/24 protocol =6 port =25"),
    (
        V4,
        &[0x12, 1, 24, 192, 0, 2, 2, 24, 203, 0, 113, 4, 3, 0x89, 0x45, 0x8b, 0x91, 0x1f, 0x90],
        "destination 192.0.2.0/24 source 203.0.113.0/24 port >=137&<=139|=8080",
    ),
    (V4, &[9, 1, 32, 192, 0, 2, 1, 12, 0x80, 5], "destination 192.0.2.1/32 fragment df+ff"),
    // The two examples of RFC 8956 section 3.8.
    (
        V6,
        &[0x12, 1, 32, 0, 0x20, 1, 0x0d, 0xb8, 2, 104, 64, 0x12, 0x34, 0x56, 0x78, 0x9a, 3, 0x81, 6],
        "destination 2001:db8::/32 source ::1234:5678:9a00:0/64-104 protocol =6",
    ),
    (
        V6,
        &[0x0f, 1, 32, 0, 0x20, 1, 0x0d, 0xb8, 2, 104, 65, 0x24, 0x68, 0xac, 0xf1, 0x34],
        "destination 2001:db8::/32 source ::1234:5678:9a00:0/65-104",
    ),
    (V6, &[3, 1, 0, 0], "destination ::/0"),
    (V6, &[4, 2, 128, 127, 0x80], "source ::1/127-128"),
    // Types of RFC 8955 that its examples lack.
    (
        V4,
        &[
            53, 5, 0x12, 0x1f, 0x90, 0x54, 0x1f, 0x98, 0x91, 0x0c, 0x38, // >8080 and <8088, or 3128
            6, 0x92, 4, 0, // >1024
            7, 1, 3, 1, 8, 0x81, 0, // 3, 8, 0
            8, 1, 1, 0x86, 0, // 1, not 0
            9, 0, 0x20, 0x80, 4, // urg, rst
            10, 2, 200, 0x54, 1, 0x2c, 0x12, 1, 0x90, 0xd4, 1, 0xf4, // >200 and <300, or >400 and <500
            11, 1, 10, 0x81, 20, // 10, 20
            12, 0, 4, 0x83, 8, // first, all but last
        ],
        "destination-port >8080&<8088|=3128 source-port >1024 icmp-type =3|=8|=0 icmp-code =1|!=0 tcp-flags urg|rst \
         packet-length >200&<300|>400&<500 dscp =10|=20 fragment ff|!=lf",
    ),
    (V6, &[6, 13, 0xa1, 0, 1, 0, 0], "flow-label =65536"),
    // Every operator.
    (V4, &[15, 4, 0, 0, 7, 0, 6, 5, 0x44, 9, 3, 8, 2, 7, 0x85, 10], "port false|true|!=5&<9|>=8|>7|<=10"),
    (V4, &[10, 9, 0, 2, 1, 0x12, 0x42, 1, 0x93, 1, 0], "tcp-flags syn|=syn+ack&!fin|!=0x100"),
    // Values in more octets than they need.
    (V4, &[4, 4, 0x91, 0, 80], "port =80/2"),
    (V4, &[15, 3, 0x21, 0, 0, 0, 6, 0xb0, 0, 0, 0, 0, 0, 0, 0, 5], "protocol =6/4|false:5/8"),
    (V4, &[4, 9, 0x90, 0, 2], "tcp-flags syn/2"),
    (V4, &[3, 9, 0x80, 0], "tcp-flags 0x0"),
    (V6, &[3, 13, 0x81, 7], "flow-label =7/1"),
    // VPNs.
    (
        VPN4,
        &[16, 0, 0, 0xfb, 0xf0, 0, 0, 0, 100, 1, 24, 192, 0, 2, 3, 0x81, 6],
        "rd 64496:100 destination 192.0.2.0/24 protocol =6",
    ),
    (VPN6, &[15, 0, 1, 192, 0, 2, 1, 0, 7, 1, 32, 0, 0x20, 1, 0x0d, 0xb8], "rd 192.0.2.1:7 destination 2001:db8::/32"),
    // Ethernet.
    (
        L2,
        &[
            49, 14, 0x91, 8, 0, 15, 6, 0, 0x53, 0, 0, 0, 1, 16, 6, 0, 0x53, 0, 0, 0, 2, 17, 0x81, 0xaa, 18, 0x81, 0xab, 19, 0x81,
            3, 20, 0xa1, 0, 0x0c, 0x20, 0, 21, 0x91, 0x0f, 0xa0, 22, 0x81, 5, 23, 0x91, 0x0f, 0xa1, 24, 0x81, 6,
        ],
        "ether-type =0x0800 source-mac 00:53:00:00:00:01 destination-mac 00:53:00:00:00:02 dsap =0xaa ssap =0xab \
         llc-control =0x0003 snap =0xc2000 vlan-id =4000 vlan-cos =5 inner-vlan-id =4001 inner-vlan-cos =6",
    ),
    (L2VPN, &[16, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 15, 6, 0, 0x53, 0, 0, 0, 0xff], "rd 64496:1 source-mac 00:53:00:00:00:ff"),
    (L2, &[5, 1, 24, 192, 0, 2], "unknown-1 0x18c00002"),
    // A type without a row takes the rest of the rule, and one of another family.
    (V4, &[5, 3, 0x81, 6, 200, 0xaa], "protocol =6 unknown-200 0xaa"),
    (V4, &[3, 13, 0x81, 6], "unknown-13 0x8106"),
    (V4, &[6, 3, 0x81, 6, 14, 0x81, 6], "protocol =6 unknown-14 0x8106"),
    (VPN4, &[11, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 20, 0x81, 6], "rd 64496:1 unknown-20 0x8106"),
    (V6, &[3, 14, 0x81, 6], "unknown-14 0x8106"),
    (VPN6, &[11, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 24, 0x81, 6], "rd 64496:1 unknown-24 0x8106"),
    (L2, &[3, 13, 0x81, 7], "flow-label =7/1"),
    (V4, &[1, 255], "unknown-255 0x"),
];

fn route(bytes: &[u8], family: Family) -> Result<RouteValue<'_>> {
    RawRoute::new(family, bytes, 40).decode()
}

fn encode(route: &RouteValue<'_>, family: Family) -> Vec<u8> {
    let mut out = Vec::new();
    route.encode(family, &mut out).unwrap();
    assert_eq!(out.len(), route.encoded_len());
    out
}

#[test]
fn every_field_both_ways() {
    for (family, bytes, text) in VECTORS {
        let decoded = route(bytes, *family).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(decoded.to_string(), *text);
        assert_eq!(encode(&decoded, *family), *bytes, "{text}");
        let parsed = FlowspecBuilder::parse(text, family.afi).unwrap();
        assert_eq!((RouteValue::Flowspec(parsed.rule()), parsed.rule().family()), (decoded, *family));
        let mut out = Vec::new();
        parsed.encode(&mut out).unwrap();
        assert_eq!(out, *bytes, "{text}");
        let twice = [*bytes, *bytes].concat();
        assert_eq!(Routes::at(&twice, *family, false, 0).map(|r| r.unwrap().bytes).collect::<Vec<_>>(), [*bytes, *bytes]);
    }
}

#[test]
fn every_row_has_a_vector() {
    for row in ROWS {
        let shown = |text: &&str| text.split(' ').any(|word| word == row.name);
        assert!(VECTORS.iter().any(|(_, _, text)| shown(text)), "{} {}", row.code, row.name);
    }
    assert!(FlowspecComponent::TYPES.is_sorted() && FlowspecComponent::TYPES.len() == 24);
}

#[test]
fn cut_anywhere_it_is_an_error() {
    for (family, bytes, text) in VECTORS {
        for n in 0..bytes.len() {
            assert!(route(&bytes[..n], *family).is_err(), "{text} cut at {n}");
            let mut places = Places::new();
            RawRoute::new(*family, &bytes[..n], 40).places(&mut places);
            assert_eq!(places.iter().filter(|p| p.error.is_some()).count(), 1, "{text} cut at {n}");
        }
        // With an adjusted length: the rest is either a shorter rule or an error in its range.
        for n in 1..bytes.len() {
            let mut cut = bytes[..n].to_vec();
            cut[0] = u8::try_from(n - 1).unwrap();
            match route(&cut, *family) {
                Ok(rule) => assert!(text.starts_with(rule.to_string().as_str()) || text.contains("unknown"), "{rule}"),
                Err(e) => assert!((40..=40 + n as u64).contains(&e.offset()), "{text} cut at {n}: {e}"),
            }
        }
    }
}

#[test]
fn what_cannot_be() {
    let errors: [(Family, &[u8], &str); 23] = [
        (V4, &[0], "length 0 is not valid here (at byte 40)"),
        (V4, &[0xf0, 0], "length 0 is not valid here (at byte 40)"),
        (V4, &[0xf0], "needs 1 byte more than is there (at byte 41)"),
        (V4, &[3, 3, 0x81], "needs 1 byte more than is there (at byte 41)"),
        (V4, &[1, 3], "needs 1 byte more than is there (at byte 42)"),
        (V4, &[2, 3, 0x81], "needs 1 byte more than is there (at byte 43)"),
        // No end of list.
        (V4, &[3, 3, 1, 6], "needs 1 byte more than is there (at byte 44)"),
        (V4, &[4, 4, 0xb1, 1, 2], "needs 6 bytes more than are there (at byte 43)"),
        (V4, &[4, 1, 24, 192, 0], "needs 1 byte more than is there (at byte 42)"),
        (V4, &[6, 1, 33, 1, 2, 3, 4], "prefix length 33 is longer than an address (at byte 42)"),
        (V4, &[6, 3, 0x81, 6, 3, 0x81, 17], "occurs more than once (at byte 44)"),
        (V4, &[6, 4, 0x81, 25, 3, 0x81, 6], "value 3 is not valid here (at byte 44)"),
        (V4, &[4, 11, 0x91, 0, 10], "length 2 is not valid here (at byte 42)"),
        (V4, &[6, 12, 0, 1, 0x90, 0, 0], "length 2 is not valid here (at byte 44)"),
        (V4, &[6, 9, 0xa0, 0, 0, 0, 2], "length 4 is not valid here (at byte 42)"),
        (V6, &[4, 1, 129, 0, 0], "prefix length 129 is longer than an address (at byte 42)"),
        (V6, &[4, 1, 64, 64, 0], "value 64 is not valid here (at byte 43)"),
        (V6, &[4, 1, 64, 65, 0], "value 65 is not valid here (at byte 43)"),
        (V6, &[3, 1, 0, 1], "value 1 is not valid here (at byte 43)"),
        // The whole address after an offset: the rest is not a component.
        (
            V6,
            &[19, 2, 128, 120, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            "value 1 is not valid here (at byte 45)",
        ),
        (VPN4, &[4, 0, 0, 0, 1], "needs 4 bytes more than are there (at byte 41)"),
        (VPN4, &[8, 0, 0, 0, 1, 0, 0, 0, 1], "length 8 is not valid here (at byte 41)"),
        (L2, &[4, 15, 2, 0, 1], "length 2 is not valid here (at byte 42)"),
    ];
    for (family, bytes, text) in errors {
        assert_eq!(
            route(bytes, family).map_err(|e| e.to_string()),
            Err(format!("{} {} routes: {text}", family.afi, family.safi)),
            "{bytes:?}"
        );
    }
}

/// RFC 8955 section 4.2 and the registry's columns; types of Ethernet by draft-ietf-idr-flowspec-l2vpn.
#[test]
fn a_component_that_the_family_does_not_have() {
    let rd: &[u8] = &[0, 0, 0xfb, 0xf0, 0, 0, 0, 1];
    let found = |family: Family, kind: u8| {
        let head = if is_vpn(family) { rd } else { &[] };
        let body = [head, &[kind, 0x81, 6][..]].concat();
        let octets = [&[u8::try_from(body.len()).unwrap()][..], &body].concat();
        let raw = RawRoute::new(family, &octets, 40);
        let mut places = Places::new();
        raw.places(&mut places);
        let placed: Vec<_> = places.iter().filter_map(|place| place.error).collect();
        match raw.finding() {
            // A prefix or an address has another layout.
            Some(e) if raw.decode().is_err() => assert_ne!(e.kind().name(), "unknown-component"),
            Some(e) => {
                let text = format!("{} {} routes: component type {kind} is unknown", family.afi, family.safi);
                assert_eq!(e.to_string(), format!("{text} (at byte {})", 41 + head.len()));
                assert_eq!((e.rfc(), e.action()), ("RFC 8955 section 4.2", Action::TreatAsWithdraw));
                assert_eq!(placed, [e], "{family} {kind}");
                return true;
            }
            None => assert_eq!(placed, []),
        }
        false
    };
    for kind in 0..=255u8 {
        for (families, known) in [([V4, VPN4], 1..=12), ([V6, VPN6], 1..=13), ([L2, L2VPN], 1..=24)] {
            for family in families {
                assert_eq!(found(family, kind), !known.contains(&kind), "{family} {kind}");
            }
        }
    }
    // After other components; in a rule whose length has two octets.
    let raw = RawRoute::new(V4, &[0xf0, 5, 3, 0x81, 6, 200, 0xaa], 40);
    let text = "IPv4 flowspec routes: component type 200 is unknown (at byte 45)";
    assert_eq!(raw.finding().map(|e| e.to_string()), Some(text.to_owned()));
}

#[test]
fn a_length_in_two_octets() {
    // Where one suffices, it is read but not written.
    let long = [0xf0, 0x0b, 1, 24, 192, 0, 2, 3, 0x81, 6, 4, 0x81, 25];
    let rule = route(&long, V4).unwrap();
    assert_eq!(encode(&rule, V4), VECTORS[0].1);
    // 239 octets have one, 240 have two.
    for (terms, head) in [(119, vec![0xef]), (239, vec![0xf1, 0xdf])] {
        let mut builder = FlowspecBuilder::new(Afi(1));
        builder.numeric(3, (0..terms).map(|n| NumericTerm::eq(n % 256))).unwrap();
        let mut out = Vec::new();
        builder.encode(&mut out).unwrap();
        assert!(out.starts_with(&head), "{:x?}", &out[..2]);
        assert_eq!(route(&out, V4), Ok(RouteValue::Flowspec(builder.rule())));
    }
}

#[test]
fn reserved_bits_and_padding_are_ignored() {
    // AND in the first operator, the bit that must be 0, host bits.
    let rule = route(&[8, 1, 20, 192, 0, 0x2f, 3, 0xc9, 6], V4).unwrap();
    assert_eq!(rule.to_string(), "destination 192.0.32.0/20 protocol =6");
    let RouteValue::Flowspec(rule) = rule else { panic!() };
    let terms = rule.component(3).and_then(|c| c.numeric()).unwrap();
    assert!(terms.matches(6) && !terms.matches(7));
    assert_eq!(encode(&RouteValue::Flowspec(rule), V4), [8, 1, 20, 192, 0, 0x20, 3, 0xc9, 6]);
}

#[test]
fn values_as_ranges() {
    for (text, ranges) in [
        ("port =80|>=1024&<=2048", vec![80..=80, 1024..=2048]),
        ("port >1024", vec![1025..=65535]),
        ("port <5|>65530", vec![0..=4, 65531..=65535]),
        ("port !=5", vec![0..=4, 6..=65535]),
        ("port !=0", vec![1..=65535]),
        ("port >=10&<=20&!=15&!=15&!=10&!=20", vec![11..=14, 16..=19]),
        ("port >=10&!=9|<=11", vec![0..=65535]),
        ("port =7|=5|=6|=3", vec![3..=3, 5..=7]),
        ("port false|=1&=2|<0|>18446744073709551615", vec![]),
        ("port true", vec![0..=65535]),
        ("port =70000", vec![]),
        ("dscp >=60", vec![60..=63]),
        ("vlan-cos <=2|=7", vec![0..=2, 7..=7]),
        ("protocol =6", vec![6..=6]),
    ] {
        let builder: FlowspecBuilder = text.parse().unwrap();
        assert_eq!(builder.rule().components().next().unwrap().ranges(), Some(ranges), "{text}");
    }
    let flags: FlowspecBuilder = "tcp-flags syn".parse().unwrap();
    assert_eq!(flags.rule().component(9).unwrap().ranges(), None);
    assert_eq!(NumericTerm::range(5..=9), [NumericTerm::ge(5), NumericTerm::le(9).and()]);
    let terms = [NumericTerm::lt(5), NumericTerm::le(5), NumericTerm::gt(5), NumericTerm::ge(5), NumericTerm::ne(5)];
    let mut builder = FlowspecBuilder::new(crate::codes::Afi(1));
    builder.numeric(4, terms).unwrap();
    let rule = builder.rule();
    assert_eq!((rule.to_string(), format!("{rule:?}")), ("port <5|<=5|>5|>=5|!=5".into(), "port <5|<=5|>5|>=5|!=5".into()));
}

#[test]
fn packets_that_match() {
    let builder: FlowspecBuilder = "source ::1234:0:0/64-96 tcp-flags =syn+ack&!fin|rst".parse().unwrap();
    let rule = builder.rule();
    let Some(FlowspecComponent::TcpFlags(flags)) = rule.component(9) else { panic!("{rule}") };
    assert!(flags.matches(0x12) && flags.matches(0x04) && flags.matches(0x07));
    assert!(!flags.matches(0x13) && !flags.matches(0x02) && !flags.matches(0));
    let Some(FlowspecComponent::Source(source)) = rule.component(2) else { panic!("{rule}") };
    assert!(!source.matches("2001:db8:0:1:0:1235:1:2".parse().unwrap()));
    assert!(source.matches("2001:db8:0:1:0:1234:1:2".parse().unwrap()));
    assert!(!source.matches("192.0.2.1".parse().unwrap()));
}

#[test]
fn rules_in_the_order_of_matching() {
    let ordered = [
        // A lower type, a more specific prefix, a lower address.
        "destination 10.0.0.0/24",
        "destination 10.0.0.0/16 protocol =6 port =80",
        "destination 10.0.0.0/16 protocol =6 destination-port =80",
        "destination 10.0.0.0/16 protocol =6",
        "destination 10.0.0.0/16",
        "destination 11.0.0.0/8 source 10.0.0.0/8",
        "destination 11.0.0.0/8",
        // Octets, and the longer of two with a common start. (0x01 continues the list, 0x81 ends it.)
        "protocol =6|=7",
        "protocol =6|=8",
        "protocol =6",
        "protocol =7",
        "unknown-200 0x0102",
        "unknown-200 0x01",
    ];
    let rules: Vec<FlowspecBuilder> = ordered.iter().map(|text| text.parse().unwrap()).collect();
    for (i, a) in rules.iter().enumerate() {
        for (j, b) in rules.iter().enumerate() {
            assert_eq!(a.rule().precedence(&b.rule()), i.cmp(&j), "{} against {}", ordered[i], ordered[j]);
        }
    }
    let six = |text: &str| FlowspecBuilder::parse(text, Afi(2)).unwrap();
    let (low, high) = (six("source 2001:db8::/32"), six("source ::1:0:0/64-96"));
    assert_eq!(low.rule().precedence(&high.rule()), Ordering::Less);
}

#[test]
fn a_builder_keeps_the_rules() {
    let mut builder = FlowspecBuilder::new(Afi(1));
    let mut error =
        |kind, terms: &[NumericTerm]| builder.numeric(kind, terms.iter().copied()).map(|_| ()).unwrap_err().to_string();
    assert_eq!(error(1, &[NumericTerm::eq(1)]), "type: the value has no form on the wire");
    assert_eq!(error(99, &[NumericTerm::eq(1)]), "type: the value has no form on the wire");
    assert_eq!(error(3, &[]), "operators: the value has no form on the wire");
    assert_eq!(error(11, &[NumericTerm::eq(300)]), "dscp: the value has no form on the wire");
    assert_eq!(error(3, &[NumericTerm::eq(1); 2048]), "flow specification: length 4097 is over 4095");
    let v6 = FlowspecComponent::Destination("2001:db8::/32".parse().unwrap());
    assert_eq!(builder.push(v6).unwrap_err().to_string(), "destination: the value has no form on the wire");
    let empty = builder.encode(&mut Vec::new()).unwrap_err().to_string();
    assert_eq!(empty, "components: the value has no form on the wire");
    builder.numeric(4, [NumericTerm::eq(25)]).unwrap();
    let lower = builder.numeric(3, [NumericTerm::eq(6)]).map(|_| ()).unwrap_err().to_string();
    assert_eq!(lower, "component order: the value has no form on the wire");
    builder.bitmask(9, [BitmaskTerm::any(2), BitmaskTerm::all(0x12).not().and()]).unwrap();
    assert_eq!(builder.rule().to_string(), "port =25 tcp-flags syn&!=syn+ack");
    let known = FlowspecComponent::Unknown { kind: 10, raw: &[] };
    assert_eq!(builder.push(known).unwrap_err().to_string(), "type: the value has no form on the wire");
    builder.push(FlowspecComponent::Unknown { kind: 77, raw: &[1] }).unwrap();
    assert!(builder.push(FlowspecComponent::Unknown { kind: 78, raw: &[1] }).is_err());
    assert_eq!(builder.rule().to_string(), "port =25 tcp-flags syn&!=syn+ack unknown-77 0x01");
    let mut small = &mut [0u8; 4][..];
    assert_eq!(builder.encode(&mut small).unwrap_err().to_string(), "the output has 7 bytes too few");
    assert_eq!(RouteValue::Flowspec(builder.rule()).encode(V6, &mut Vec::new()).unwrap_err().field(), "family");
    // The longest possible rule.
    let mut full = FlowspecBuilder::new(Afi(1));
    full.numeric(3, [NumericTerm::eq(1); 2047]).unwrap();
    let mut out = Vec::new();
    full.encode(&mut out).unwrap();
    assert_eq!((out.len(), &out[..2]), (4097, &[0xff, 0xff][..]));
    assert_eq!(NumericTerm::eq(300).in_octets(1), None);
    assert_eq!(NumericTerm::eq(3).in_octets(3), None);
    assert_eq!(NumericTerm::eq(3).in_octets(4).map(NumericTerm::op), Some(0x21));
}

#[test]
fn texts_that_are_no_rules() {
    for (text, at, expected) in [
        ("", 0, "the name of a component"),
        ("ports =1", 0, "the name of a component"),
        ("port", 4, "a blank"),
        ("port ", 5, "a comparison"),
        ("port 80", 5, "a comparison"),
        ("port =", 6, "a number"),
        ("port =x", 6, "a number"),
        ("port =18446744073709551616", 6, "a number"),
        ("port =80|", 9, "a comparison"),
        ("port =80|=", 10, "a number"),
        ("port =80/3", 9, "1, 2, 4 or 8 octets"),
        ("port =800/1", 9, "a number of octets that the component allows"),
        ("dscp =256", 9, "a number of octets that the component allows"),
        ("port =80 ", 9, "the name of a component"),
        ("port =80  protocol =6", 9, "the name of a component"),
        ("port =80 protocol =6", 9, "a component of a higher type"),
        ("port =80,81", 8, "a blank or the end"),
        ("destination 192.0.2.1/24", 12, "a prefix"),
        ("destination 192.0.2.0/8-24", 12, "a prefix"),
        ("destination 2001:db8::/64-64", 12, "a prefix"),
        ("destination 2001:db8::/64-96", 12, "a prefix"),
        ("destination 192.0.2.0/24 source 2001:db8::/32", 32, "a prefix of the rule's address family"),
        ("source-mac 00:53:00:00:00", 11, "a MAC address"),
        ("tcp-flags", 9, "a blank"),
        ("tcp-flags sny", 10, "the name of a bit or a number"),
        ("tcp-flags syn+", 14, "the name of a bit or a number"),
        ("tcp-flags syn|", 14, "the name of a bit or a number"),
        ("unknown-3 0x01", 0, "the name of a component"),
        ("unknown-1 0x00", 0, "the name of a component"),
        ("unknown-300 0x01", 0, "the name of a component"),
        ("destination 192.0.2.0/24 unknown-12 0x01", 25, "the name of a component"),
        ("destination 192.0.2.0/24 flow-label =7", 25, "the name of a component"),
        ("destination 2001:db8::/32 unknown-13 0x01", 26, "the name of a component"),
        ("destination 2001:db8::/32 vlan-id =7", 26, "the name of a component"),
        ("unknown-200 0x1", 12, "0x and octets in hexadecimal"),
        ("rd 1 port =80", 3, "a route distinguisher"),
        ("rd 64496:1", 10, "a blank"),
    ] {
        assert_eq!(text.parse::<FlowspecBuilder>(), Err(ParseFlowspecError { at, expected }), "{text}");
    }
    let e = "port 80".parse::<FlowspecBuilder>().unwrap_err();
    assert_eq!(e.to_string(), "not a flow specification: expected a comparison (at byte 5)");
    assert_eq!((e.at(), e.expected()), (5, "a comparison"));
}

#[test]
fn the_address_family_of_a_text() {
    let family = |text: &str| text.parse::<FlowspecBuilder>().unwrap().rule().family();
    assert_eq!(family("protocol =6"), V4);
    assert_eq!(family("source 2001:db8::/32 protocol =6"), V6);
    assert_eq!(family("rd 64496:1 source 192.0.2.0/24"), VPN4);
    assert_eq!(family("protocol =6 flow-label =7"), V6);
    assert_eq!(family("protocol =6 unknown-13 0x8107"), V4);
    assert_eq!(family("rd 64496:1 protocol =6 vlan-id =5"), L2VPN);
    assert_eq!(FlowspecBuilder::parse("protocol =6", Afi(2)).unwrap().rule().family(), V6);
}

#[test]
fn places_of_the_fields() {
    let bytes = [26, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 1, 40, 8, 1, 0x0d, 0xb8, 1, 3, 0x81, 6, 4, 1, 80, 0x13, 4, 0, 0xd5, 8];
    let mut places = Places::new();
    RawRoute::new(VPN6, &bytes, 40).places(&mut places);
    let list: Vec<_> = places.iter().map(|p| (p.depth, p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
    assert_eq!(
        list,
        [
            (0, "route", 40..67, ""),
            (1, "length", 40..41, "26"),
            (1, "rd", 41..49, "64496:1"),
            (2, "type", 41..43, "0 (two-octet AS)"),
            (2, "administrator", 43..45, "64496"),
            (2, "assigned_number", 45..49, "1"),
            (1, "destination", 49..56, ""),
            (2, "type", 49..50, "1 (destination)"),
            (2, "length", 50..51, "40"),
            (2, "offset", 51..52, "8"),
            (2, "pattern", 52..56, "1:db8:100::/8-40"),
            (1, "protocol", 56..59, ""),
            (2, "type", 56..57, "3 (protocol)"),
            (2, "operator", 57..59, "=6"),
            (1, "port", 59..67, ""),
            (2, "type", 59..60, "4 (port)"),
            (2, "operator", 60..62, "=80"),
            (2, "operator", 62..65, "|>=1024"),
            (1, "error", 66..66, "IPv6 vpn-flowspec routes: needs 1 byte more than is there (at byte 66)"),
        ]
    );
}

#[cfg(feature = "serde")]
#[test]
fn json_has_the_components() {
    let Ok(RouteValue::Flowspec(rule)) = route(&[16, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 3, 0x81, 6, 4, 0x81, 25, 200, 1], VPN4) else {
        panic!()
    };
    let json = serde_json::to_string(&rule).unwrap();
    assert_eq!(json, r#"{"rd":"64496:1","protocol":"=6","port":"=25","unknown-200":"0x01"}"#);
}

fn any_prefix(afi: u16) -> BoxedStrategy<FlowspecPrefix> {
    if afi == 1 {
        return (any::<u32>(), 0u8..=32).prop_map(|(a, l)| Prefix::v4(a, l).unwrap().into()).boxed();
    }
    (any::<u128>(), 0u8..=128, any::<u8>())
        .prop_map(|(a, len, offset)| {
            FlowspecPrefix::with_offset(Prefix::v6(a, len).unwrap(), if len == 0 { 0 } else { offset % len }).unwrap()
        })
        .boxed()
}

fn any_value() -> impl Strategy<Value = u64> {
    prop_oneof![0u64..300, any::<u16>().prop_map(u64::from), any::<u64>()]
}

fn any_term() -> impl Strategy<Value = (u8, u64, usize)> {
    (0u8..8, any_value(), 0usize..4).prop_map(|(op, value, more)| (op, value, octets_for(value) << more))
}

fn any_rule() -> impl Strategy<Value = FlowspecBuilder> {
    let afi = prop_oneof![Just(1u16), Just(2), Just(25)];
    afi.prop_flat_map(|afi| {
        let types = proptest::collection::btree_set(0usize..ROWS.len(), 1..8);
        let bodies = proptest::collection::vec(
            (any_prefix(afi), any::<[u8; 6]>(), proptest::collection::vec((any_term(), any::<bool>()), 1..5)),
            8,
        );
        let rd = proptest::option::of(any::<[u8; 8]>());
        let unknown = proptest::option::of((25u8.., proptest::collection::vec(any::<u8>(), 0..5)));
        (types, bodies, rd, unknown).prop_map(move |(types, bodies, rd, unknown)| {
            let mut builder = FlowspecBuilder::new(Afi(afi));
            if let Some(rd) = rd {
                builder.rd(RouteDistinguisher(rd));
            }
            for (at, (prefix, mac, terms)) in types.into_iter().zip(bodies) {
                let row = &ROWS[at];
                if row_in(row.code, Afi(afi)).is_none() {
                    continue;
                }
                // Octets up to the type's maximum.
                let octets =
                    |value: u64, octets: usize| if octets_for(value) > row.most { None } else { Some(octets.min(row.most)) };
                match row.form {
                    Form::Prefix if row.code == 1 => {
                        builder.push(FlowspecComponent::Destination(prefix)).unwrap();
                    }
                    Form::Prefix => {
                        builder.push(FlowspecComponent::Source(prefix)).unwrap();
                    }
                    Form::Mac if row.code == 15 => {
                        builder.push(FlowspecComponent::SourceMac(MacAddress(mac))).unwrap();
                    }
                    Form::Mac => {
                        builder.push(FlowspecComponent::DestinationMac(MacAddress(mac))).unwrap();
                    }
                    Form::Numeric => {
                        let terms = terms.iter().enumerate().map(|(i, ((op, value, n), and))| {
                            let value = if octets(*value, *n).is_some() { *value } else { *value & 0xff };
                            let term = NumericTerm::with(*op, value);
                            let term = term.in_octets(octets(value, *n).unwrap().min(8)).unwrap_or(term);
                            if *and && i > 0 { term.and() } else { term }
                        });
                        builder.numeric(row.code, terms).unwrap();
                    }
                    Form::Bitmask => {
                        let terms = terms.iter().enumerate().map(|(i, ((op, value, n), and))| {
                            let value = if octets(*value, *n).is_some() { *value } else { *value & 0xff };
                            let term = BitmaskTerm::with(*op & 3, value);
                            let term = term.in_octets(octets(value, *n).unwrap().min(8)).unwrap_or(term);
                            if *and && i > 0 { term.and() } else { term }
                        });
                        builder.bitmask(row.code, terms).unwrap();
                    }
                }
            }
            match unknown {
                Some((kind, raw)) => {
                    builder.push(FlowspecComponent::Unknown { kind, raw: &raw }).unwrap();
                }
                None if builder.last.is_none() => {
                    builder.numeric(3, [NumericTerm::eq(6)]).unwrap();
                }
                None => {}
            }
            builder
        })
    })
}

proptest! {
    #[test]
    fn whatever_is_written_is_read(builder in any_rule()) {
        let rule = RouteValue::Flowspec(builder.rule());
        let family = builder.rule().family();
        let bytes = encode(&rule, family);
        prop_assert_eq!(route(&bytes, family), Ok(rule));
        let text = rule.to_string();
        prop_assert_eq!(FlowspecBuilder::parse(&text, family.afi), Ok(builder.clone()), "{}", text);
        let mut places = Places::new();
        RawRoute::new(family, &bytes, 0).places(&mut places);
        let errors: Vec<_> = places.iter().filter_map(|place| place.error).collect();
        prop_assert_eq!(errors, Vec::from_iter(RawRoute::new(family, &bytes, 0).finding()));
        prop_assert_eq!(places.iter().map(|place| place.range.end).max(), Some(bytes.len() as u64));
    }

    #[test]
    fn whatever_is_read_is_written(
        mut bytes in proptest::collection::vec(prop_oneof![0u8..25, Just(0x81), Just(0x91), any::<u8>()], 1..40),
        family in proptest::sample::select(vec![V4, V6, L2, VPN4]),
    ) {
        bytes[0] = u8::try_from(bytes.len() - 1).unwrap();
        if let Ok(rule) = route(&bytes, family) {
            let written = encode(&rule, family);
            // Only padding may differ: what is written reads the same.
            prop_assert_eq!(written.len(), bytes.len());
            let again = route(&written, family).unwrap();
            prop_assert_eq!(again.to_string(), rule.to_string());
            prop_assert_eq!(encode(&again, family), written);
            let parsed = FlowspecBuilder::parse(&rule.to_string(), family.afi).unwrap();
            prop_assert_eq!(parsed.rule().to_string(), rule.to_string());
        }
    }

    #[test]
    fn ranges_hold_what_matches(
        terms in proptest::collection::vec((0u8..8, 0u64..40, any::<bool>()), 1..12),
        max in 0u64..50,
    ) {
        let terms = terms.into_iter().map(|(op, value, and)| {
            let term = NumericTerm::with(op, value);
            if and { term.and() } else { term }
        });
        let mut buffer = Vec::new();
        let terms = NumericTerms::from_values(terms, &mut buffer).unwrap();
        let ranges = terms.ranges(max);
        for value in 0..=max {
            prop_assert_eq!(ranges.iter().any(|range| range.contains(&value)), terms.matches(value), "{:?} {}", terms, value);
        }
        prop_assert!(ranges.iter().all(|range| !range.is_empty() && *range.end() <= max));
        prop_assert!(ranges.windows(2).all(|two| two[0].end() + 1 < *two[1].start()));
    }

    #[test]
    fn any_text_is_a_rule_or_an_error(text in "(destination|port|tcp-flags|unknown-[0-9]{1,3}|rd| |=|[|&!<>+/]|syn|0x|[0-9a-f.:]{1,6}|é){0,12}") {
        match text.parse::<FlowspecBuilder>() {
            Ok(builder) => {
                let shown = builder.rule().to_string();
                prop_assert_eq!(shown.parse::<FlowspecBuilder>().unwrap().rule().to_string(), shown);
            }
            Err(e) => prop_assert!(text.is_char_boundary(e.at())),
        }
    }
}
