use super::*;
use crate::places::Places;

fn value(code: u8, raw: &[u8]) -> Result<CapabilityValue<'_>> {
    Capability { code: CapabilityCode(code), raw, offset: 7 }.decode()
}

/// Code, value, text. Typed by hand from the documents that the table names.
const VECTORS: &[(u8, &[u8], &str)] = &[
    (1, &[0, 2, 0, 1], "Multiprotocol(afi=IPv6 reserved=0 safi=unicast)"),
    (1, &[0x40, 0x04, 9, 71], "Multiprotocol(afi=BGP-LS reserved=9 safi=link-state)"),
    (2, &[], "Route Refresh"),
    (
        3,
        &[0, 1, 0, 1, 2, 64, 3, 65, 1, 0, 2, 0, 1, 1, 64, 2],
        "Outbound Route Filtering([afi=IPv4 reserved=0 safi=unicast orfs=[orf=Address Prefix direction=RECEIVE|SEND,\
         orf=CP-ORF direction=RECEIVE],afi=IPv6 reserved=0 safi=unicast orfs=[orf=Address Prefix direction=SEND]])",
    ),
    (4, &[], "Multiple Routes(0x)"),
    (
        5,
        &[0, 1, 0, 1, 0, 2, 0, 1, 0, 128, 0, 2],
        "Extended Next Hop([afi=IPv4 safi=1 next_hop=IPv6,afi=IPv4 safi=128 next_hop=IPv6])",
    ),
    (6, &[], "Extended Message"),
    (7, &[0x08, 0, 2], "BGPsec(mode=0/send afi=IPv6)"),
    (7, &[0x13, 0, 1], "BGPsec(mode=1/receive/0x3 afi=IPv4)"),
    (8, &[0, 1, 4, 3, 0, 2, 128, 255], "Multiple Labels([family=IPv4/labeled count=3,family=IPv6/vpn count=255])"),
    (9, &[3], "Role(Customer)"),
    (9, &[9], "Role(Role(9))"),
    (
        64,
        &[0xc0, 0x78, 0, 1, 1, 0x80, 0, 2, 1, 0],
        "Graceful Restart(restart=RESTARTED|NOTIFICATION/120 \
         families=[family=IPv4/unicast flags=FORWARDING,family=IPv6/unicast flags=0])",
    ),
    (64, &[0x3f, 0xff], "Graceful Restart(restart=0x3/4095 families=[])"),
    (65, &[0, 1, 0, 0], "4-octet AS(65536)"),
    (66, &[1], "Dynamic (deprecated)(0x01)"),
    (67, &[1, 64, 200], "Dynamic([Multiprotocol,Graceful Restart,CapabilityCode(200)])"),
    (68, &[0x80, 1], "Multisession(flags=GROUPING session_ids=[Multiprotocol])"),
    (69, &[0, 1, 1, 1, 0, 2, 1, 7], "ADD-PATH([family=IPv4/unicast mode=RECEIVE,family=IPv6/unicast mode=RECEIVE|SEND|0x4])"),
    (70, &[], "Enhanced Route Refresh"),
    (71, &[0, 1, 1, 0x80, 1, 0x51, 0x80], "LLGR([family=IPv4/unicast flags=FORWARDING stale_time=86400])"),
    (72, &[0x40, 0x0e, 75, 3], "Routing Policy Distribution([family=Routing Policy/routing-policy direction=RECEIVE|SEND])"),
    (73, &[2, b'r', b'1', 3, b'l', b'a', b'b'], "FQDN(host=\"r1\" domain=\"lab\")"),
    (74, &[], "BFD Strict-Mode"),
    (75, &[6, b'b', b'g', b'p', b'/', b'1', 0xff], "Software Version(\"bgp/1\\xff\")"),
    (76, &[0, 1, 1, 0, 5], "PATHS-LIMIT([family=IPv4/unicast limit=5])"),
    (77, &[], "Link-Local Next Hop"),
    (78, &[1], "Edge Metadata(0x01)"),
    (128, &[], "Route Refresh (pre-standard)"),
    (
        129,
        &[0, 1, 0, 1, 1, 128, 1],
        "ORF (pre-standard)([afi=IPv4 reserved=0 safi=unicast orfs=[orf=Address Prefix (pre-standard) direction=RECEIVE]])",
    ),
    (130, &[0, 2, 0, 1, 0], "ORF (Cisco)([afi=IPv6 reserved=0 safi=unicast orfs=[]])"),
    (131, &[0], "Multisession (pre-standard)(flags=0 session_ids=[])"),
    (184, &[1, b'a', 0], "FQDN (pre-standard)(host=\"a\" domain=\"\")"),
    (185, &[1, 2], "OPERATIONAL (pre-standard)(0x0102)"),
    (200, &[1, 2], "CapabilityCode(200)(0x0102)"),
];

#[test]
fn every_row_has_a_vector() {
    for code in CapabilityValue::TYPED {
        assert!(VECTORS.iter().any(|(there, ..)| *there == code.0), "{code}");
        assert!(code.name().is_some(), "{}", code.0);
    }
    for code in CapabilityCode::ALL {
        assert!(CapabilityValue::TYPED.contains(code) || *code == CapabilityCode::RESERVED, "{code} has no row");
    }
}

#[test]
fn every_field_both_ways() {
    for (code, raw, text) in VECTORS {
        let value = value(*code, raw).unwrap();
        assert_eq!(value.to_string(), *text);
        assert_eq!(value.code(), CapabilityCode(*code));
        let mut out = Vec::new();
        value.encode(&mut out).unwrap();
        assert_eq!((out.len(), &out[2..]), (value.encoded_len(), *raw), "{text}");
        assert_eq!((out[0], usize::from(out[1])), (*code, raw.len()));
        let need = value.encoded_len();
        let mut small = [0u8; 64];
        assert_eq!(value.encode(&mut &mut small[..need - 1]), Err(EncodeError::no_room(1)), "{text}");
        assert_eq!(small, [0; 64]);
    }
}

#[test]
fn cut_anywhere_the_place_is_told() {
    for (code, raw, text) in VECTORS {
        for n in 0..raw.len() {
            match value(*code, &raw[..n]) {
                // A list may be shorter, and so may undecoded octets.
                Ok(value) => assert_eq!(value.encoded_len(), n + 2, "{text} cut at {n}"),
                Err(e) => assert_eq!(
                    e.to_string(),
                    format!("{} capability: length {n} is not valid here (at byte 7)", CapabilityCode(*code)),
                ),
            }
        }
    }
}

#[test]
fn lengths_that_cannot_be() {
    for (code, raw) in [
        (1, &[0, 1, 0][..]),
        (2, &[0]),
        (3, &[0, 1, 0, 1, 2, 64, 1]),
        (5, &[0; 5]),
        (6, &[0]),
        (7, &[0; 4]),
        (8, &[0; 3]),
        (9, &[]),
        (64, &[0; 5]),
        (65, &[0; 2]),
        (68, &[]),
        (69, &[0; 3]),
        (70, &[0]),
        (71, &[0; 6]),
        (73, &[1, b'a']),
        (75, &[1, b'a', b'b']),
        (76, &[0; 4]),
    ] {
        let e = value(code, raw).unwrap_err();
        assert_eq!((e.offset(), e.action()), (7, Action::ResetSession));
        assert!(e.to_string().ends_with(&format!("capability: length {} is not valid here (at byte 7)", raw.len())), "{e}");
    }
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let mut out = Vec::new();
    let mut refused = |value: CapabilityValue<'_>| value.encode(&mut out).unwrap_err().to_string();
    let restart = Restart { flags: RestartFlags::empty(), time: 4096 };
    assert_eq!(
        refused(CapabilityValue::GracefulRestart(GracefulRestart { restart, families: List::default() })),
        "restart time: value 4096 does not fit"
    );
    // Route refresh, and four-octet AS numbers; one of two octets is malformed and stays undecoded.
    let code = "code: the value has no form on the wire";
    assert!(refused(CapabilityValue::Unknown(CapabilityCode(2), &[])).ends_with(code));
    assert!(refused(CapabilityValue::Unknown(CapabilityCode(65), &[0, 0, 0, 1])).ends_with(code));
    CapabilityValue::Unknown(CapabilityCode(65), &[0, 1]).encode(&mut Vec::new()).unwrap();
    CapabilityValue::Unknown(CapabilityCode(250), &[0, 1]).encode(&mut Vec::new()).unwrap();
    assert_eq!(refused(CapabilityValue::SoftwareVersion(CountedText(&[0; 256]))), "Software Version: length 256 is over 255");
    assert_eq!(refused(CapabilityValue::SoftwareVersion(CountedText(&[0; 255]))), "Software Version: length 256 is over 255");
    let list = [Llgr { family: Family::IPV4_UNICAST, flags: StaleFlags::empty(), stale_time: U24(1 << 24) }];
    let mut buffer = Vec::new();
    assert_eq!(List::from_values(list, &mut buffer).unwrap_err().to_string(), "stale_time: value 16777216 does not fit");
    assert!(out.is_empty());
}

#[test]
fn values_are_there_to_use() {
    let Ok(CapabilityValue::AddPath(list)) = value(69, &[0, 1, 1, 1]) else { panic!() };
    assert_eq!(list.iter().next(), Some(AddPath { family: Family::IPV4_UNICAST, mode: AddPathMode::RECEIVE }));
    let Ok(CapabilityValue::ExtendedNextHop(list)) = value(5, &[0, 1, 0, 1, 0, 2]) else { panic!() };
    assert_eq!(list.iter().next().map(|row| (row.family(), row.next_hop)), Some((Some(Family::IPV4_UNICAST), Afi(2))));
    assert_eq!(value(1, &[0, 2, 0, 1]), Ok(CapabilityValue::MultiProtocol(MultiProtocol::new(Family::IPV6_UNICAST))));
    assert_eq!((BgpsecMode::new(true).sends(), BgpsecMode(0x10).version()), (true, 1));
}

#[test]
fn places_of_the_fields() {
    let capability = Capability { code: CapabilityCode(64), raw: &[0x80, 0x78, 0, 1, 1, 0x80], offset: 32 };
    let mut places = Places::new();
    capability.places(&mut places);
    let list: Vec<_> = places.iter().map(|p| (p.depth, p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
    assert_eq!(
        list,
        [
            (0, "capability", 30..38, "Graceful Restart"),
            (1, "code", 30..31, "64 (Graceful Restart)"),
            (1, "length", 31..32, "6"),
            (1, "value", 32..38, ""),
            (2, "restart", 32..34, ""),
            (3, "flags", 32..33, "RESTARTED"),
            (3, "time", 32..34, "120"),
            (2, "families", 34..38, ""),
            (3, "item", 34..38, ""),
            (4, "family", 34..37, "1/1 (IPv4/unicast)"),
            (4, "flags", 37..38, "FORWARDING"),
        ]
    );
    // Every row: the leaves cover the value, without errors.
    for (code, raw, text) in VECTORS {
        let mut places = Places::new();
        Capability { code: CapabilityCode(*code), raw, offset: 2 }.places(&mut places);
        assert!(places.iter().all(|p| p.error.is_none() && p.range.end <= raw.len() as u64 + 2), "{text}\n{places}");
        for at in 2..raw.len() as u64 + 2 {
            assert!(places.iter().any(|p| !p.text.is_empty() && p.depth > 0 && p.range.contains(&at)), "{text}: byte {at}");
        }
    }
    for (code, raw) in [(6, &[0][..]), (65, &[0, 1]), (73, &[9, 1])] {
        let mut places = Places::new();
        Capability { code: CapabilityCode(code), raw, offset: 2 }.places(&mut places);
        assert!(places.iter().any(|p| p.error.is_some()), "{places}");
    }
}
