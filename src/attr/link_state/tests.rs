use super::*;
use crate::asn::Asn;
use crate::attr::sr_policy::LabelStackEntry;
use crate::nlri::SystemId;
use crate::places::Places;
use crate::wire::U24;
use proptest::prelude::*;

fn octets(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

// Octets of TLVs without inner TLVs, and their texts.
const PLAIN: &[(&str, &str)] = &[
    ("0102 0008 00000005 00000006", "link-ids(local=5 remote=6)"),
    ("0103 0004 c0000201", "ipv4-interface(192.0.2.1)"),
    ("0104 0004 c0000202", "ipv4-neighbor(192.0.2.2)"),
    ("0105 0010 20010db8000000000000000000000001", "ipv6-interface(2001:db8::1)"),
    ("0106 0010 20010db8000000000000000000000002", "ipv6-neighbor(2001:db8::2)"),
    ("0107 0004 0000 0002", "mt-id([0,2])"),
    ("0107 0004 8002 f000", "mt-id([2:0x8,0:0xf])"),
    ("010a 0004 010a 290a", "node-msd([1:10,41:10])"),
    ("010b 0002 0105", "link-msd([1:5])"),
    ("0400 0001 fc", "node-flags(OVERLOAD|ATTACHED|EXTERNAL|ABR|ROUTER|V6)"),
    ("0400 0001 82", "node-flags(OVERLOAD|0x2)"),
    ("0401 0003 010203", "opaque-node(0x010203)"),
    ("0402 0005 72312022ff", "node-name(\"r1 \\\"\\xff\")"),
    ("0403 0006 490001000a0b", "is-is-area(49.0001.000a.0b)"),
    ("0403 0000", "is-is-area(0x)"),
    ("0404 0004 c0000201", "ipv4-local-router-id(192.0.2.1)"),
    ("0405 0010 20010db8000000000000000000000001", "ipv6-local-router-id(2001:db8::1)"),
    ("0406 0004 c0000202", "ipv4-remote-router-id(192.0.2.2)"),
    ("0407 0010 20010db8000000000000000000000002", "ipv6-remote-router-id(2001:db8::2)"),
    ("040b 0003 00 01 80", "sr-algorithms([0,1,128])"),
    ("040d 0001 64", "srms-preference(100)"),
    ("040e 0004 4000 0000", "srv6-capabilities(flags=OAM reserved=0)"),
    ("0440 0004 0000000f", "admin-group(0x0000000f)"),
    ("0441 0004 4cee6b28", "max-bandwidth(125000000)"),
    ("0442 0004 4c6e6b28", "max-reservable-bandwidth(62500000)"),
    (
        "0443 0020 4cee6b28 4c6e6b28 3f800000 40000000 3f000000 00000000 7f800000 c0000000",
        "unreserved-bandwidth([125000000,62500000,1,2,0.5,0,inf,-2])",
    ),
    ("0444 0004 0000000a", "te-metric(10)"),
    ("0445 0002 22 00", "link-protection(flags=UNPROTECTED|ENHANCED reserved=0)"),
    ("0445 0002 1d 07", "link-protection(flags=EXTRA_TRAFFIC|SHARED|DEDICATED_1_1|DEDICATED_1_PLUS_1 reserved=7)"),
    ("0446 0001 c0", "mpls-protocols(LDP|RSVP_TE)"),
    ("0447 0001 0a", "igp-metric(10)"),
    ("0447 0001 ca", "igp-metric(10:0x3)"),
    ("0447 0002 0064", "igp-metric(100)"),
    ("0447 0003 010000", "igp-metric(65536)"),
    ("0447 0004 01000000", "igp-metric(16777216)"),
    ("0448 0008 00000001 00000002", "srlg([1,2])"),
    ("0449 0002 abcd", "opaque-link(0xabcd)"),
    ("044a 0008 67652d302f302f30", "link-name(\"ge-0/0/0\")"),
    ("044b 0007 30 0a 0000 005dc0", "adjacency-sid(flags=0x30 weight=10 reserved=0 sid=label:24000)"),
    (
        "044c 000d 30 0a 0000 192000002001 005dc0",
        "lan-adjacency-sid(flags=0x30 weight=10 reserved=0 neighbor=1920.0000.2001 sid=label:24000)",
    ),
    (
        "044c 000c 60 00 0000 c0000202 00000007",
        "lan-adjacency-sid(flags=0x60 weight=0 reserved=0 neighbor=192.0.2.2 sid=index:7)",
    ),
    ("044d 0007 c0 01 0000 005dc0", "peer-node-sid(flags=VALUE|LOCAL weight=1 reserved=0 sid=label:24000)"),
    ("044e 0008 30 00 0000 00000009", "peer-adj-sid(flags=BACKUP|PERSISTENT weight=0 reserved=0 sid=index:9)"),
    ("044f 0007 c0 00 0000 005dc1", "peer-set-sid(flags=VALUE|LOCAL weight=0 reserved=0 sid=label:24001)"),
    ("045a 0004 80 0003e8", "delay(flags=ANOMALOUS value=1000)"),
    ("045b 0008 00 000064 00 0000c8", "delay-range(flags=0 min=100 reserved=0 max=200)"),
    ("045c 0004 00 00000a", "delay-variation(reserved=0 value=10)"),
    ("045d 0004 00 000003", "loss(flags=0 value=3)"),
    ("045e 0004 3f800000", "residual-bandwidth(1)"),
    ("045f 0004 40000000", "available-bandwidth(2)"),
    ("0460 0004 3f000000", "utilized-bandwidth(0.5)"),
    ("0480 0001 f0", "igp-flags(DOWN|NO_UNICAST|LOCAL_ADDRESS|PROPAGATE_NSSA)"),
    ("0481 0008 00000001 ffffffff", "route-tags([1,4294967295])"),
    ("0482 0008 0000000100000000", "extended-route-tags([4294967296])"),
    ("0483 0004 0000000a", "prefix-metric(10)"),
    ("0484 0004 c6336401", "ospf-forwarding-address(198.51.100.1)"),
    ("0484 0010 20010db8000000000000000000000003", "ospf-forwarding-address(2001:db8::3)"),
    ("0485 0001 01", "opaque-prefix(0x01)"),
    ("0486 0008 40 00 0000 00000064", "prefix-sid(flags=0x40 algorithm=0 reserved=0 sid=index:100)"),
    ("0489 0003 0003e8", "sid-label(label:1000)"),
    ("0489 0003 f003e8", "sid-label(label:1000:0xf)"),
    ("0492 0001 20", "prefix-flags(0x20)"),
    ("0493 0004 c6336401", "source-router-id(198.51.100.1)"),
    ("0495 0008 00000001 80000000", "extended-admin-group([0x00000001,0x80000000])"),
    ("0496 0004 c0000201", "source-ospf-router-id(192.0.2.1)"),
    ("04b1 000c 4000 0000 03e80000 00064000", "sr-binding-sid(flags=ALLOCATED reserved=0 sids=16000/100)"),
    ("04b1 000c 4000 0000 03e801ff 00064001", "sr-binding-sid(flags=ALLOCATED reserved=0 sids=16000:0:1:255/100:0:0:1)"),
    (
        "04b1 0024 f800 0000 20010db8000000000000000000000001 00000000000000000000000000000000",
        "sr-binding-sid(flags=SRV6|ALLOCATED|UNAVAILABLE|LOCAL_BLOCK|FALLBACK reserved=0 sids=2001:db8::1/::)",
    ),
    (
        "04b2 0008 80 00 5800 00000064",
        "sr-candidate-path-state(priority=128 reserved=0 flags=ACTIVE|EVALUATED|VALID preference=100)",
    ),
    (
        "04b2 0008 00 00 a7e0 00000000",
        "sr-candidate-path-state(priority=0 reserved=0 flags=SHUTDOWN|BACKUP|ON_DEMAND|DELEGATED|PROVISIONED|\
         DROP_UPON_INVALID|TRANSIT_ELIGIBLE|DROPPING preference=0)",
    ),
    ("04b3 0003 637031", "sr-candidate-path-name(\"cp1\")"),
    ("04bd 0002 7031", "sr-policy-name(\"p1\")"),
    ("04e2 0004 0005 00 80", "srv6-endpoint-behavior(behavior=5 flags=0x00 algorithm=128)"),
    (
        "04e3 000c a0 0a 0000 0000fbf0 c0000202",
        "srv6-peer-node-sid(flags=BACKUP|PERSISTENT weight=10 reserved=0 peer_as=64496 peer_id=192.0.2.2)",
    ),
    ("04e4 0004 28 18 10 00", "srv6-sid-structure(block=40 node=24 function=16 argument=0)"),
    ("1388 0002 abcd", "type-5000(0xabcd)"),
];

// Octets of TLVs that may have inner TLVs.
const NESTED: &[(&str, &str)] = &[
    (
        "040a 0017 c0 00 0003e8 0489 0003 003e80 000064 0489 0004 00000005",
        "sr-capabilities(flags=IPV4|IPV6 reserved=0 \
         ranges=[size=1000 first=sid-label(label:16000),size=100 first=sid-label(index:5)])",
    ),
    (
        "040c 000c 00 00 0003e8 0489 0003 003a98",
        "sr-local-block(flags=0x00 reserved=0 ranges=[size=1000 first=sid-label(label:15000)])",
    ),
    (
        "0452 001e 0005 c0 00 01 00 20010db80001e0000000000000000000 04e4 0004 28 18 10 00",
        "srv6-end-x-sid(behavior=5 flags=BACKUP|SET algorithm=0 weight=1 reserved=0 sid=2001:db8:1:e000:: \
         tlvs=[srv6-sid-structure(block=40 node=24 function=16 argument=0)])",
    ),
    (
        "0453 001c 0005 20 80 00 00 192000002001 20010db80001e0010000000000000000",
        "srv6-is-is-lan-end-x-sid(behavior=5 flags=PERSISTENT algorithm=128 weight=0 reserved=0 \
         neighbor=1920.0000.2001 sid=2001:db8:1:e001:: tlvs=[])",
    ),
    (
        "0454 001a 0005 00 00 00 00 c0000202 20010db80001e0020000000000000000",
        "srv6-ospf-lan-end-x-sid(behavior=5 flags=0 algorithm=0 weight=0 reserved=0 neighbor=192.0.2.2 \
         sid=2001:db8:1:e002:: tlvs=[])",
    ),
    (
        "0462 0010 04 00 0000 10000000 0444 0004 00000014",
        "application-attributes(reserved=0 standard=0x10000000 user=0x tlvs=[te-metric(20)])",
    ),
    ("0462 000c 00 08 0000 0000000000000001", "application-attributes(reserved=0 standard=0x user=0x0000000000000001 tlvs=[])"),
    (
        "0487 0010 80 00 000a 0486 0008 00 00 0000 00000064",
        "prefix-range(flags=0x80 reserved=0 size=10 tlvs=[prefix-sid(flags=0x00 algorithm=0 reserved=0 sid=index:100)])",
    ),
    ("048a 0008 80 80 0000 0000000a", "srv6-locator(flags=0x80 algorithm=128 reserved=0 metric=10 tlvs=[])"),
    (
        "0494 000f 00000007 044b 0007 30 00 0000 005dc0",
        "l2-bundle-member(descriptor=7 tlvs=[adjacency-sid(flags=0x30 weight=0 reserved=0 sid=label:24000)])",
    ),
    // Deeper nesting is kept undecoded.
    ("0494 000c 00000007 0487 0004 80000001", "l2-bundle-member(descriptor=7 tlvs=[type-1159(0x80000001)])"),
    (
        "04b4 0010 ff00 0000 0002 80 00 04b8 0004 00000001",
        "sr-candidate-path-constraints(flags=SRV6|PROTECTED|UNPROTECTED|ALGORITHM|TOPOLOGY|STRICT|FIXED|HOP_BY_HOP \
         reserved1=0 mt_id=2 algorithm=128 reserved2=0 tlvs=[type-1208(0x00000001)])",
    ),
    (
        "04b5 000c ff80 0000 0000 00 00 00000001",
        "sr-segment-list(flags=SRV6|EXPLICIT|COMPUTED|VERIFIED|RESOLVED|FAILED|ALGORITHM|TOPOLOGY|REMOVED \
         reserved1=0 mt_id=0 algorithm=0 reserved2=0 weight=1 tlvs=[])",
    ),
    (
        "04bc 002c e000 0000 20010db8000000000000000000000001 20010db8000000000000000000000002 04e2 0004 0005 00 00",
        "srv6-binding-sid(flags=ALLOCATED|UNAVAILABLE|FALLBACK reserved=0 sid=2001:db8::1 specified=2001:db8::2 \
         tlvs=[srv6-endpoint-behavior(behavior=5 flags=0x00 algorithm=0)])",
    ),
];

fn vectors() -> impl Iterator<Item = (Vec<u8>, String)> {
    // Each plain one also inside another.
    let inside = PLAIN.iter().map(|(hex, text)| {
        let inner = octets(hex);
        let mut bytes = octets("0494 0000 00000007");
        bytes[3] = u8::try_from(inner.len() + 4).unwrap();
        bytes.extend_from_slice(&inner);
        (bytes, format!("l2-bundle-member(descriptor=7 tlvs=[{text}])"))
    });
    PLAIN.iter().chain(NESTED).map(|(hex, text)| (octets(hex), (*text).to_owned())).chain(inside)
}

fn encoded(value: LinkState<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    value.encode(&mut out).unwrap();
    assert_eq!(out.len(), value.encoded_len());
    out
}

#[test]
pub(in crate::attr) fn every_field_both_ways() {
    let (mut all, mut texts) = (Vec::new(), Vec::new());
    for (bytes, text) in vectors() {
        let value = LinkState::parse_at(&bytes, 0).unwrap();
        assert_eq!(value.to_string(), format!("[{text}]"));
        let tlvs: Vec<_> = value.iter().collect::<Result<_>>().unwrap();
        assert_eq!(tlvs.len(), 1, "{text}");
        let mut buffer = Vec::new();
        assert_eq!(LinkState::from_tlvs(tlvs, &mut buffer).unwrap().as_bytes(), bytes, "{text}");
        assert_eq!(encoded(value), bytes, "{text}");
        all.extend_from_slice(&bytes);
        texts.push(text);
    }
    let value = LinkState::parse_at(&all, 0).unwrap();
    assert_eq!((value.to_string(), encoded(value)), (format!("[{}]", texts.join(",")), all.clone()));
    assert!(LinkState::default().is_empty() && !value.is_empty());
}

#[test]
fn every_row_has_a_vector_and_a_name() {
    for (code, name) in LinkStateTlv::TYPES {
        assert!(PLAIN.iter().chain(NESTED).any(|(_, text)| text.starts_with(&format!("{name}("))), "{code} {name}");
        assert!(crate::codes::BgpLsTlv(*code).name().is_some(), "{code} {name}");
        let inside = LinkStateSubTlv::TYPES.contains(&(*code, name));
        assert_eq!(inside, PLAIN.iter().any(|(_, text)| text.starts_with(&format!("{name}("))), "{code} {name}");
    }
}

#[test]
fn cut_anywhere_it_is_an_error() {
    for (bytes, text) in vectors() {
        for n in 1..bytes.len() {
            assert!(LinkState::parse_at(&bytes[..n], 0).is_err(), "{text} cut at {n}");
            // The length determines the fields: a truncated value is a shorter value or an error, and is written as it was.
            if n >= 4 {
                let mut short = bytes[..n].to_vec();
                short[2..4].copy_from_slice(&u16::try_from(n - 4).unwrap().to_be_bytes());
                assert_eq!(encoded(LinkState::parse_at(&short, 0).unwrap()), short, "{text} cut at {n}");
            }
        }
    }
    let error = |hex: &str| LinkState::parse_at(&octets(hex), 10).unwrap_err().to_string();
    assert_eq!(error("0444 0004 000000"), "input: needs 1 byte more than is there (at byte 14)");
    assert_eq!(error("0444 0004 0000000a 04"), "input: needs 1 byte more than is there (at byte 18)");
}

#[test]
fn any_octet_may_be_wrong() {
    let mut good = 0;
    for (bytes, text) in vectors() {
        for at in 0..bytes.len() {
            for flip in [1, 2, 4, 0x10, 0x80, 0xff] {
                let mut other = bytes.clone();
                other[at] ^= flip;
                let Ok(value) = LinkState::parse_at(&other, 0) else { continue };
                good += value.iter().filter(Result::is_ok).count();
                assert_eq!(encoded(value), other, "{text} with {flip:#x} at {at}");
                assert!(value.to_string().len() > 2);
            }
        }
    }
    assert!(good > 1000);
}

#[test]
fn a_malformed_tlv_costs_that_tlv() {
    let bytes = octets("0444 0003 00000a 0483 0004 0000000a 0447 0005 0000000001 0400 0002 8000 0402 0002 7231");
    let value = LinkState::parse_at(&bytes, 100).unwrap();
    let list: Vec<_> = value.iter().map(|tlv| tlv.map_or_else(|e| e.to_string(), |tlv| tlv.to_string())).collect();
    assert_eq!(
        list,
        [
            "BGP-LS attribute: needs 1 byte more than is there (at byte 104)",
            "prefix-metric(10)",
            "BGP-LS attribute: length 5 is not valid here (at byte 119)",
            "BGP-LS attribute: 1 byte is left over (at byte 129)",
            "node-name(\"r1\")",
        ]
    );
    let mut findings = Vec::new();
    value.findings(|e| findings.push((e.offset(), e.action())));
    assert_eq!(findings, [(104, Action::None), (119, Action::None), (129, Action::None)]);
    assert_eq!(
        value.to_string(),
        "[type-1092(0x00000a),prefix-metric(10),type-1095(0x0000000001),type-1024(0x8000),node-name(\"r1\")]"
    );
    assert_eq!(encoded(value), bytes);
    let kinds: Vec<_> = value.raw().map(|tlv| (tlv.kind, tlv.bytes.len(), tlv.offset)).collect();
    assert_eq!(kinds, [(1092, 3, 104), (1155, 4, 111), (1095, 5, 119), (1024, 2, 128), (1026, 2, 134)]);
}

#[test]
fn what_is_wrong_and_where() {
    for (hex, error) in [
        ("0489 0002 0001", "BGP-LS attribute: length 2 is not valid here (at byte 4)"),
        ("0484 0005 0102030405", "BGP-LS attribute: length 5 is not valid here (at byte 4)"),
        ("044b 0006 30 0a 0000 005d", "BGP-LS attribute: length 2 is not valid here (at byte 8)"),
        ("044c 000a 30 0a 0000 c0000202 005d", "BGP-LS attribute: length 6 is not valid here (at byte 8)"),
        ("04b1 0008 4000 0000 03e80000", "BGP-LS attribute: length 4 is not valid here (at byte 8)"),
        ("0462 0005 01 00 0000 00", "BGP-LS attribute: length 1 is not valid here (at byte 4)"),
        ("0462 0005 00 05 0000 00", "BGP-LS attribute: length 5 is not valid here (at byte 5)"),
        ("0448 0006 00000001 0000", "BGP-LS attribute: needs 2 bytes more than are there (at byte 8)"),
        ("0495 0003 000001", "BGP-LS attribute: needs 1 byte more than is there (at byte 4)"),
        ("010a 0003 010a 01", "BGP-LS attribute: needs 1 byte more than is there (at byte 6)"),
        ("0494 000b 00000007 0444 0003 00000a", "BGP-LS attribute: needs 1 byte more than is there (at byte 12)"),
    ] {
        let bytes = octets(hex);
        let value = LinkState::parse_at(&bytes, 0).unwrap();
        assert_eq!(value.iter().next().unwrap().unwrap_err().to_string(), error);
    }
}

#[test]
fn what_cannot_be_written_says_so() {
    let mut out = Vec::new();
    let mut refused = |tlv: LinkStateTlv<'_>| {
        let error = tlv.encode(&mut out).unwrap_err();
        assert!(out.is_empty());
        error.to_string()
    };
    let large = U24(1 << 24);
    assert_eq!(refused(LinkStateTlv::SidLabel(SidLabel::Label(large))), "sid-label: value 16777216 does not fit");
    assert_eq!(refused(LinkStateTlv::IgpMetric(IgpMetric::IsIsWide(large))), "igp-metric: value 16777216 does not fit");
    let delay = Measured { flags: MeasurementFlags::empty(), value: large };
    assert_eq!(refused(LinkStateTlv::Delay(delay)), "value: value 16777216 does not fit");
    let attributes = ApplicationAttributes { reserved: 0, standard: &[1], user: &[], tlvs: List::default() };
    let error = refused(LinkStateTlv::ApplicationAttributes(attributes));
    assert_eq!(error, "standard: the value has no form on the wire");
    let long = vec![b'a'; 0x10000];
    assert_eq!(refused(LinkStateTlv::NodeName(Name(&long))), "node-name: length 65536 is over 65535");
    let bytes = octets("0444 0004 0000000a");
    let value = LinkState::parse_at(&bytes, 0).unwrap();
    assert_eq!(value.encode(&mut &mut [0; 7][..]).unwrap_err().to_string(), "the output has 1 bytes too few");
}

/// Values of one length that differ in any bit have different text and JSON.
#[test]
fn no_bit_is_hidden() {
    fn differ<T: Field<'static>>(values: impl Iterator<Item = T>) {
        let (mut texts, mut count) = (std::collections::HashSet::new(), 0);
        for value in values {
            texts.insert(crate::wire::Shown(&value).to_string());
            assert!(value.number().is_none_or(|number| number.to_string() == crate::wire::Shown(&value).to_string()));
            count += 1;
        }
        assert_eq!(texts.len(), count);
    }
    differ((0..=u8::MAX).map(IgpMetric::IsIsNarrow));
    differ((0..=u16::MAX).map(MultiTopologyId));
    // Each bit alone, each pair of bits, and all bits.
    let bits = |width: u32| {
        (0..width).flat_map(move |a| (a..width).map(move |b| 1u32 << a | 1 << b)).chain([0, u32::MAX >> (32 - width)])
    };
    differ(bits(24).map(|bits| SidLabel::Label(U24(bits))).chain(bits(32).map(SidLabel::Index)));
    differ(bits(32).map(|bits| BindingSids::Mpls(LabelStackEntry(bits), LabelStackEntry(7))));
    differ(bits(32).map(|bits| BindingSids::Mpls(LabelStackEntry(7), LabelStackEntry(bits))));
    assert_eq!((IgpMetric::IsIsNarrow(0x8a).number(), IgpMetric::IsIsNarrow(0x0a).number()), (None, Some(10)));
}

#[test]
fn places_of_the_fields() {
    use crate::wire::whole;
    let bytes = octets("0462 0010 04 00 0000 10000000 0444 0004 00000014 0447 0000 0400 0001 80");
    let mut places = Places::new();
    let value = LinkState::place(&mut Cursor::at(&bytes, 10), "link_state", &mut places).unwrap();
    assert_eq!(Ok(value), whole(&bytes, 10));
    let list: Vec<_> = places.iter().map(|p| (p.depth, p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
    assert_eq!(
        list,
        [
            (0, "link_state", 10..39, ""),
            (1, "tlv", 10..30, "application-attributes"),
            (2, "type", 10..12, "1122 (application-attributes)"),
            (2, "length", 12..14, "16"),
            (2, "value", 14..30, ""),
            (3, "standard_length", 14..15, "4"),
            (3, "user_length", 15..16, "0"),
            (3, "reserved", 16..18, "0"),
            (3, "standard", 18..22, "0x10000000"),
            (3, "user", 22..22, "0x"),
            (3, "tlvs", 22..30, ""),
            (4, "item", 22..30, "te-metric"),
            (5, "type", 22..24, "1092 (te-metric)"),
            (5, "length", 24..26, "4"),
            (5, "value", 26..30, "20"),
            (1, "tlv", 30..34, "igp-metric"),
            (2, "type", 30..32, "1095 (igp-metric)"),
            (2, "length", 32..34, "0"),
            (2, "error", 34..34, "input: length 0 is not valid here (at byte 34)"),
            (1, "tlv", 34..39, "node-flags"),
            (2, "type", 34..36, "1024 (node-flags)"),
            (2, "length", 36..38, "1"),
            (2, "value", 38..39, "OVERLOAD"),
        ]
    );
    for (bytes, text) in vectors() {
        let mut places = Places::new();
        LinkState::place(&mut Cursor::at(&bytes, 0), "link_state", &mut places).unwrap();
        assert!(places.iter().all(|p| p.error.is_none()), "{text}");
        assert_eq!(places.iter().map(|p| p.range.end).max(), Some(bytes.len() as u64), "{text}");
        for n in 1..bytes.len() {
            let mut places = Places::new();
            let error = LinkState::place(&mut Cursor::at(&bytes[..n], 0), "link_state", &mut places).unwrap_err();
            assert_eq!(places.iter().filter_map(|p| p.error).collect::<Vec<_>>(), [error], "{text} cut at {n}");
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn as_json() {
    let bytes = octets("0444 0004 0000000a 0447 0000 044b 0007 30 0a 0000 005dc0");
    let value = LinkState::parse_at(&bytes, 0).unwrap();
    assert_eq!(
        serde_json::to_string(&value).unwrap(),
        "[{\"type\":1092,\"name\":\"te-metric\",\"value\":10},{\"type\":1095,\"value\":\"0x\"},\
         {\"type\":1099,\"name\":\"adjacency-sid\",\
         \"value\":{\"flags\":\"0x30\",\"weight\":10,\"reserved\":0,\"sid\":\"label:24000\"}}]"
    );
    let Some(Ok(LinkStateTlv::AdjacencySid(sid))) = value.iter().last() else { panic!("not a SID") };
    assert_eq!(serde_json::to_string(&sid).unwrap(), "{\"flags\":\"0x30\",\"weight\":10,\"reserved\":0,\"sid\":\"label:24000\"}");
}

#[test]
fn values_of_the_small_types() {
    assert_eq!(Float::from(125_000_000.0).0, 0x4cee_6b28);
    assert!(Float(0x4cee_6b28).value() > 124_999_000.0);
    assert_eq!((IgpMetric::IsIsNarrow(0xca).value(), IgpMetric::Ospf(500).value()), (10, 500));
    assert_eq!((Msd([1, 10]).kind(), Msd([1, 10]).value(), LabelStackEntry(0x03e8_0000).label()), (1, 10, 16000));
    assert_eq!((MultiTopologyId(0xf002).id(), MultiTopologyId(0xf002).to_string().as_str()), (2, "2:0xf"));
}

// Numbers of every size and addresses, from which values of every row are built.
type Parts = ((u8, u8, u16, u32, u64), (Ipv4Addr, Ipv6Addr, core::net::IpAddr), [u8; 6], [u32; 8], bool);

fn values<'b>(parts: &Parts, text: &'b [u8], lists: &'b [Vec<u8>; 6]) -> Vec<LinkStateTlv<'b>> {
    use LinkStateTlv as T;
    let ((a, b, c, d, _), (v4, v6, address), id, words, wide) = *parts;
    let u24 = U24(d & 0xff_ffff);
    let sid = if wide { SidLabel::Index(d) } else { SidLabel::Label(u24) };
    let neighbor = if wide { LanNeighbor::Ospf(v4) } else { LanNeighbor::IsIs(SystemId(id)) };
    let sids =
        if wide { BindingSids::Srv6(v6, Ipv6Addr::LOCALHOST) } else { BindingSids::Mpls(LabelStackEntry(d), LabelStackEntry(7)) };
    let (flags, weight, algorithm, reserved) = (ProtocolFlags(a), b, b, c);
    let peer = PeerSid { flags: PeerSidFlags::from_bits_retain(a), weight, reserved, sid };
    let end_x = EndXFlags::from_bits_retain(a);
    let tlvs = List::parse_at(&lists[0], 0).unwrap();
    let ranges = List::parse_at(&lists[1], 0).unwrap();
    let measured = Measured { flags: MeasurementFlags::from_bits_retain(a), value: u24 };
    vec![
        T::LinkIdentifiers(LinkIdentifiers { local: d, remote: !d }),
        T::Ipv4Interface(v4),
        T::Ipv4Neighbor(v4),
        T::Ipv6Interface(v6),
        T::Ipv6Neighbor(v6),
        T::MultiTopology(List::parse_at(&lists[2], 0).unwrap()),
        T::NodeMsd(List::parse_at(&lists[3], 0).unwrap()),
        T::LinkMsd(List::parse_at(&lists[3], 0).unwrap()),
        T::NodeFlags(NodeFlags::from_bits_retain(a)),
        T::OpaqueNode(text),
        T::NodeName(Name(text)),
        T::IsIsArea(IsIsArea(text)),
        T::Ipv4LocalRouterId(v4),
        T::Ipv6LocalRouterId(v6),
        T::Ipv4RemoteRouterId(v4),
        T::Ipv6RemoteRouterId(v6),
        T::SrAlgorithms(List::parse_at(text, 0).unwrap()),
        T::SrmsPreference(a),
        T::Srv6Capabilities(Srv6Capabilities { flags: Srv6CapabilityFlags::from_bits_retain(c), reserved }),
        T::AdminGroup(AdminGroups(d)),
        T::MaxBandwidth(Float(d)),
        T::MaxReservableBandwidth(Float(d)),
        T::UnreservedBandwidth(UnreservedBandwidth(words.map(Float))),
        T::TeMetric(d),
        T::LinkProtection(LinkProtection { flags: LinkProtectionFlags::from_bits_retain(a), reserved: b }),
        T::MplsProtocols(MplsProtocols::from_bits_retain(a)),
        T::IgpMetric(IgpMetric::IsIsNarrow(a)),
        T::IgpMetric(IgpMetric::Ospf(c)),
        T::IgpMetric(IgpMetric::IsIsWide(u24)),
        T::IgpMetric(IgpMetric::Spf(d)),
        T::SharedRisks(List::parse_at(&lists[4], 0).unwrap()),
        T::OpaqueLink(text),
        T::LinkName(Name(text)),
        T::AdjacencySid(AdjacencySid { flags, weight, reserved, sid }),
        T::LanAdjacencySid(LanAdjacencySid { flags, weight, reserved, neighbor, sid }),
        T::PeerNodeSid(peer),
        T::PeerAdjSid(peer),
        T::PeerSetSid(peer),
        T::Delay(measured),
        T::DelayRange(DelayRange { flags: measured.flags, min: u24, reserved: b, max: u24 }),
        T::DelayVariation(DelayVariation { reserved: b, value: u24 }),
        T::Loss(measured),
        T::ResidualBandwidth(Float(d)),
        T::AvailableBandwidth(Float(d)),
        T::UtilizedBandwidth(Float(d)),
        T::IgpFlags(IgpPrefixFlags::from_bits_retain(a)),
        T::RouteTags(List::parse_at(&lists[4], 0).unwrap()),
        T::ExtendedRouteTags(List::parse_at(&lists[5], 0).unwrap()),
        T::PrefixMetric(d),
        T::OspfForwardingAddress(address),
        T::OpaquePrefix(text),
        T::PrefixSid(IgpPrefixSid { flags, algorithm, reserved, sid }),
        T::SidLabel(sid),
        T::PrefixFlags(text),
        T::SourceRouterId(address),
        T::ExtendedAdminGroup(List::parse_at(&lists[4], 0).unwrap()),
        T::SourceOspfRouterId(v4),
        T::BindingSid(BindingSid { flags: BindingSidFlags::from_bits_retain(c), reserved, sids }),
        T::CandidatePathStatus(CandidatePathStatus {
            priority: a,
            reserved: b,
            flags: CandidatePathState::from_bits_retain(c),
            preference: d,
        }),
        T::CandidatePathName(Name(text)),
        T::PolicyName(Name(text)),
        T::Srv6EndpointBehavior(Srv6EndpointBehavior { behavior: c, flags, algorithm }),
        T::Srv6PeerNodeSid(Srv6PeerNodeSid { flags: end_x, weight, reserved, peer_as: Asn(d), peer_id: v4 }),
        T::Srv6SidStructure(Srv6SidStructure { block: a, node: b, function: a, argument: b }),
        T::SrCapabilities(SrCapabilities { flags: SrCapabilityFlags::from_bits_retain(a), reserved: b, ranges }),
        T::SrLocalBlock(SrLocalBlock { flags, reserved: b, ranges }),
        T::Srv6EndXSid(Srv6EndXSid { behavior: c, flags: end_x, algorithm, weight, reserved: a, sid: v6, tlvs }),
        T::Srv6IsIsLanEndXSid(Srv6IsIsLanEndXSid {
            behavior: c,
            flags: end_x,
            algorithm,
            weight,
            reserved: a,
            neighbor: SystemId(id),
            sid: v6,
            tlvs,
        }),
        T::Srv6OspfLanEndXSid(Srv6OspfLanEndXSid {
            behavior: c,
            flags: end_x,
            algorithm,
            weight,
            reserved: a,
            neighbor: v4,
            sid: v6,
            tlvs,
        }),
        T::ApplicationAttributes(ApplicationAttributes {
            reserved,
            standard: if wide { &[1, 2, 3, 4, 5, 6, 7, 8] } else { &[] },
            user: if wide { &[] } else { &[1, 2, 3, 4] },
            tlvs,
        }),
        T::PrefixRange(PrefixRange { flags, reserved: b, size: c, tlvs }),
        T::Srv6Locator(Srv6Locator { flags, algorithm, reserved, metric: d, tlvs }),
        T::BundleMember(BundleMember { descriptor: d, tlvs }),
        T::CandidatePathConstraints(CandidatePathConstraints {
            flags: ConstraintFlags::from_bits_retain(c),
            reserved1: c,
            mt_id: c,
            algorithm,
            reserved2: a,
            tlvs,
        }),
        T::SegmentList(SegmentList {
            flags: SegmentListFlags::from_bits_retain(c),
            reserved1: c,
            mt_id: c,
            algorithm,
            reserved2: a,
            weight: d,
            tlvs,
        }),
        T::Srv6BindingSid(Srv6BindingSid {
            flags: Srv6BindingSidFlags::from_bits_retain(c),
            reserved,
            sid: v6,
            specified: v6,
            tlvs,
        }),
        T::Unknown { kind: 5000, raw: text },
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(parts in any::<Parts>(), text in proptest::collection::vec(any::<u8>(), 0..20)) {
        let ((a, b, c, d, e), (v4, ..), _, words, _) = parts;
        let range = LabelRange { size: U24(d >> 8), first: LinkStateSubTlv::SidLabel(SidLabel::Index(d)) };
        let subs = [LinkStateSubTlv::TeMetric(d), LinkStateSubTlv::Unknown { kind: 1159, raw: &text }];
        let mut lists: [Vec<u8>; 6] = Default::default();
        let [one, two, three, four, five, six] = &mut lists;
        List::from_values(subs, one).unwrap();
        List::from_values([range, range], two).unwrap();
        List::from_values([MultiTopologyId(c)], three).unwrap();
        List::from_values([Msd([a, b]), Msd([b, a])], four).unwrap();
        List::from_values(words, five).unwrap();
        List::from_values([e, !e], six).unwrap();
        let tlvs = values(&parts, &text, &lists);
        for (code, name) in LinkStateTlv::TYPES {
            prop_assert!(tlvs.iter().any(|tlv| tlv.kind() == *code), "{}", name);
        }
        let mut buffer = Vec::new();
        let value = LinkState::from_tlvs(tlvs.iter().copied(), &mut buffer).unwrap();
        let len: usize = tlvs.iter().map(LinkStateTlv::encoded_len).sum();
        prop_assert_eq!(value.encoded_len(), len);
        prop_assert_eq!(encoded(value), value.as_bytes());
        let again: Vec<_> = LinkState::parse_at(value.as_bytes(), 7).unwrap().iter().collect::<Result<_>>().unwrap();
        prop_assert_eq!(again, tlvs);
        let text = format!("source-ospf-router-id({v4})");
        prop_assert!(value.to_string().contains(&text));
    }

    #[test]
    fn no_octets_are_too_wild(row in 0..LinkStateTlv::TYPES.len(), body in proptest::collection::vec(any::<u8>(), 0..60)) {
        let mut bytes = LinkStateTlv::TYPES[row].0.to_be_bytes().to_vec();
        bytes.extend_from_slice(&u16::try_from(body.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(&body);
        let value = LinkState::parse_at(&bytes, 0).unwrap();
        prop_assert_eq!(encoded(value), bytes.clone());
        let mut places = Places::new();
        LinkState::place(&mut Cursor::at(&bytes, 0), "link_state", &mut places).unwrap();
        prop_assert_eq!(places.iter().any(|p| p.error.is_some()), value.iter().any(|tlv| tlv.is_err()));
        prop_assert!(value.to_string().len() > 2);
    }
}
