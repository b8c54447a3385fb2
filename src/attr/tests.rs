//! Tests of the list: index, accessors, findings. Tests of values are beside their types.

use super::attribute::split_attribute;
use super::table::rule;
use super::*;
use crate::codes::AttrCode;
use crate::error::{Action, Context, Error};
use crate::family::Family;
use crate::session::Session;

fn parse(bytes: &[u8]) -> Attributes<'_> {
    Attributes::parse_at(bytes, &Session::AS4, 0).unwrap()
}

fn findings(bytes: &[u8]) -> (Action, Vec<String>) {
    let mut text = Vec::new();
    let action = parse(bytes).findings(|e| text.push(e.to_string()));
    (action, text)
}

/// RFC 6793 section 4.2.3: AS4_PATH is ignored after an aggregation by a two-octet speaker.
#[test]
fn as4_path_yields_to_an_aggregator_of_two_octets() {
    const PATH: &[u8] = &[0x40, 2, 4, 2, 1, 0x5b, 0xa0];
    const AS4_PATH: &[u8] = &[0xc0, 17, 6, 2, 1, 0, 1, 0, 0];
    const AS4_AGGREGATOR: &[u8] = &[0xc0, 18, 8, 0, 1, 0, 0, 192, 0, 2, 13];
    let own: &[u8] = &[0xc0, 7, 6, 0xfb, 0xf0, 192, 0, 2, 9];
    let trans: &[u8] = &[0xc0, 7, 6, 0x5b, 0xa0, 192, 0, 2, 9];
    for (more, path) in [
        (&[AS4_PATH][..], "65536"),
        (&[own, AS4_PATH], "65536"),
        (&[own, AS4_PATH, AS4_AGGREGATOR], "23456"),
        (&[trans, AS4_PATH, AS4_AGGREGATOR], "65536"),
    ] {
        let bytes = [&[PATH], more].concat().concat();
        let list = Attributes::parse_at(&bytes, &Session::AS2, 0).unwrap();
        assert_eq!(list.merged_path().unwrap().to_string(), path);
    }
    // With four-octet numbers it is a note, except in a table, which may have taken it from anywhere.
    let noted = |attributes: Attributes<'_>| {
        let mut notes = Vec::new();
        attributes.notes(|e| notes.push(e.to_string()));
        notes
    };
    let bytes = [&[0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0][..], AS4_PATH].concat();
    assert_eq!(noted(parse(&bytes)), ["AS4_PATH attribute: value 17 is deprecated (at byte 12)"]);
    let entry = [&[0x40, 1, 1, 0][..], &bytes].concat();
    assert!(noted(Attributes::parse_rib_at(&entry, &Session::AS4, 0).unwrap()).is_empty());
    let bytes = [PATH, AS4_PATH].concat();
    assert!(noted(Attributes::parse_at(&bytes, &Session::AS2, 0).unwrap()).is_empty());
}

/// Every typed attribute once, in code order.
const ALL: &[u8] = &[
    0x40, 1, 1, 1, // ORIGIN EGP
    0x50, 2, 0, 10, 2, 2, 0, 0, 0xfb, 0xf0, 0, 1, 0, 0, // AS_PATH 64496 65536, extended length
    0x40, 3, 4, 192, 0, 2, 1, // NEXT_HOP
    0x80, 4, 4, 0, 0, 0, 7, // MULTI_EXIT_DISC 7
    0x40, 5, 4, 0, 0, 0, 100, // LOCAL_PREF 100
    0x40, 6, 0, // ATOMIC_AGGREGATE
    0xc0, 7, 8, 0, 0, 0xfb, 0xf0, 192, 0, 2, 9, // AGGREGATOR 64496 192.0.2.9
    0xc0, 8, 4, 0xfb, 0xf0, 0, 1, // COMMUNITIES 64496:1
    0x80, 9, 4, 192, 0, 2, 10, // ORIGINATOR_ID
    0x80, 10, 4, 192, 0, 2, 11, // CLUSTER_LIST
    0xc0, 11, 2, 0, 1, // DPA
    0x80, 12, 4, 192, 0, 2, 14, // ADVERTISER
    0x80, 13, 4, 192, 0, 2, 15, // RCID_PATH
    0x80, 14, 26, 0, 2, 1, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 32, 0x20, 1, 0x0d,
    0xb8, // MP_REACH_NLRI 2001:db8::/32
    0x80, 15, 8, 0, 2, 1, 32, 0x20, 1, 0x0d, 0xb9, // MP_UNREACH_NLRI 2001:db9::/32
    0xc0, 16, 8, 0, 2, 0xfb, 0xf0, 0, 0, 0, 1, // EXTENDED_COMMUNITIES
    0xc0, 17, 6, 2, 1, 0, 1, 0, 0, // AS4_PATH 65536
    0xc0, 18, 8, 0, 1, 0, 0, 192, 0, 2, 13, // AS4_AGGREGATOR 65536 192.0.2.13
    0xc0, 19, 1, 7, // SSA
    0xc0, 20, 14, 0, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 192, 0, 2, 16, // CONNECTOR 64496:1 192.0.2.16
    0xc0, 21, 5, 9, 0, 0, 0xfb, 0xf0, // AS_PATHLIMIT 9 by 64496
    0xc0, 22, 9, 1, 6, 0, 6, 0x41, 192, 0, 2, 17, // PMSI_TUNNEL ingress replication to 192.0.2.17, label 100
    0xc0, 23, 14, 0, 10, 0, 10, 4, 8, 3, 0x0b, 0, 0, 0, 0, 0, 100, // TUNNEL_ENCAPSULATION MPLS, color 100
    0x80, 24, 36, 51, 1, 0, 0, 0x44, 0x7a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, // TRAFFIC_ENGINEERING layer 2, 1000 octets per second at priority 0
    0xc0, 25, 20, 0, 2, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 100, // IPV6_EXT_COMMUNITIES target
    0x80, 26, 11, 1, 0, 11, 0, 0, 0, 0, 0, 0, 1, 0x2c, // AIGP 300
    0xc0, 27, 7, 192, 0, 2, 18, 0, 6, 0x41, // PE_DISTINGUISHER_LABELS 192.0.2.18 label 100
    0xc0, 28, 0, // ENTROPY_LABEL_CAPABILITY
    0x80, 29, 8, 4, 2, 0, 4, b'r', b't', b'r', b'1', // BGP-LS node name rtr1
    0xc0, 32, 12, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 0, 0, 0, 2, // LARGE_COMMUNITIES 64496:1:2
    0x80, 33, 34, 0, 8, 1, 0, 0, 0, 0xfb, 0xf0, 0, 26, 1, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
    0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0, 1, 0xab, // BGPSEC_PATH 64496, one signature
    0xc0, 34, 18, 0, 1, 1, 0, 0, 18, 0, 0, 0, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb,
    0xf1, // COMMUNITY_CONTAINER one wide community
    0xc0, 35, 4, 0, 0, 0xfb, 0xf0, // OTC 64496
    0xc0, 36, 8, 1, 0, 0, 0xfb, 0xf0, 0, 1, 128, // D-PATH 64496:1:128
    0xc0, 37, 7, 2, 0, 4, 255, 4, 0, 0, // SFP one hop
    0xc0, 38, 11, 1, 0, 0, 0x30, 0x39, 1, 4, 192, 0, 2, 19, // BFD_DISCRIMINATOR 12345 from 192.0.2.19
    0xc0, 39, 12, 0, 1, 1, 4, 192, 0, 2, 20, 0, 1, 0, 0, // NHC 192.0.2.20 ELCv3
    0xc0, 40, 10, 1, 0, 7, 0, 0, 0, 0, 0, 1, 0x2c, // PREFIX_SID label index 300
    0xc0, 41, 8, 0, 1, 0, 4, 1, 0, 9, 0, // BIER sub-domain 1, BFR-id 9
    0x80, 42, 5, 0, 1, 0, 1, 7, // EDGE_METADATA
    0xc0, 128, 8, 0, 0, 0xfb, 0xf0, 0x40, 1, 1, 0, // ATTR_SET of 64496: ORIGIN IGP
];

/// Their texts.
const TEXTS: &[&str] = &[
    "EGP",
    "64496 65536",
    "192.0.2.1",
    "7",
    "100",
    "present",
    "64496 192.0.2.9",
    "64496:1",
    "192.0.2.10",
    "192.0.2.11",
    "0x0001",
    "192.0.2.14",
    "192.0.2.15",
    "IPv6 unicast next hop 2001:db8::c, 5 octets of routes",
    "IPv6 unicast, 5 octets of routes",
    "rt:64496:1",
    "65536",
    "65536 192.0.2.13",
    "0x07",
    "vpn-ipv4(rd=64496:1 address=192.0.2.16)",
    "limit=9 asn=64496",
    "flags=LEAF_INFORMATION_REQUIRED label=100 tunnel=ingress-replication(192.0.2.17)",
    "MPLS[color(100)]",
    "switching=51 encoding=1 reserved=0 max_lsp_bandwidth=1000,0,0,0,0,0,0,0",
    "rt:[2001:db8::1]:100",
    "aigp(300)",
    "[pe=192.0.2.18 label=100]",
    "0x",
    "[node-name(\"rtr1\")]",
    "64496:1:2",
    "secure_path=[pcount=1 flags=0 asn=64496] signature_blocks=[suite=1 segments=[ski=0x1111111111111111111111111111111111111111 \
     signature=0xab]]",
    "wide(flags=0x01 reserved=0 community=1 source=64496 context=64497 tlvs=[])",
    "64496",
    "[64496:1:128]",
    "hop(index=255 details=[mpls-swapping-stacking()])",
    "mode=1 discriminator=12345 tlvs=[source(192.0.2.19)]",
    "afi=IPv4 safi=unicast next_hop=192.0.2.20 characteristics=[elcv3(0x)]",
    "label-index(reserved=0 flags=0 index=300)",
    "bier(sub_domain=1 bfr_id=9 reserved=0 sub_tlvs=[])",
    "kind=1 value=0x07",
    "64496 {ORIGIN=IGP}",
];

/// Results of all accessors, one line each.
fn all_values(a: &Attributes<'_>) -> String {
    format!(
        "{:?} {} {:?} {:?} {:?} {} {:?} {} {:?} {} {:?} {:?} {} {} {:?} {} {:?}",
        a.origin().unwrap(),
        a.as_path().unwrap(),
        a.ipv4_next_hop().unwrap(),
        a.multi_exit_disc().unwrap(),
        a.local_pref().unwrap(),
        a.atomic_aggregate(),
        a.aggregator().unwrap().map(|v| v.to_string()),
        a.communities().unwrap(),
        a.originator_id().unwrap(),
        a.cluster_list().unwrap(),
        a.mp_reach().unwrap().map(|v| v.to_string()),
        a.mp_unreach().unwrap().map(|v| v.to_string()),
        a.extended_communities().unwrap(),
        a.as4_path().unwrap().unwrap(),
        a.as4_aggregator().unwrap().map(|v| v.to_string()),
        a.large_communities().unwrap(),
        a.only_to_customer().unwrap(),
    )
}

const ALL_VALUES: &str = "Some(Egp) 64496 65536 Some(192.0.2.1) Some(7) Some(100) true Some(\"64496 192.0.2.9\") 64496:1 \
     Some(192.0.2.10) 192.0.2.11 Some(\"IPv6 unicast next hop 2001:db8::c, 5 octets of routes\") \
     Some(\"IPv6 unicast, 5 octets of routes\") rt:64496:1 65536 Some(\"65536 192.0.2.13\") 64496:1:2 Some(AS64496)";

#[test]
fn every_row_of_the_table_has_a_vector() {
    let codes: Vec<_> = parse(ALL).iter().map(|a| a.unwrap().code()).collect();
    assert_eq!(codes, TYPED);
    let texts: Vec<_> = parse(ALL).iter().map(|a| a.unwrap().decode(&Session::AS4).unwrap().to_string()).collect();
    assert_eq!(texts, TEXTS);
    assert_eq!(all_values(&parse(ALL)), ALL_VALUES);
    // Both paths: no message can have all attributes.
    let two_paths = |at| format!("BGPSEC_PATH attribute: stands beside AS_PATH, which it takes the place of (at byte {at})");
    assert_eq!(findings(ALL), (Action::TreatAsWithdraw, vec![two_paths(337)]));
}

#[cfg(feature = "serde")]
#[test]
fn every_row_of_the_table_has_json() {
    let list = serde_json::to_value(parse(ALL)).unwrap();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), TYPED.len());
    for ((object, code), text) in list.iter().zip(TYPED).zip(TEXTS) {
        assert_eq!((&object["code"], &object["name"]), (&code.0.into(), &code.name().unwrap().into()));
        assert_eq!(object["text"], *text);
        assert!(!object["decoded"].is_null() && object["error"].is_null(), "{object}");
    }
    let decoded = |code: u8| list.iter().find(|object| object["code"] == code).unwrap()["decoded"].to_string();
    assert_eq!(decoded(4), "7");
    assert_eq!(decoded(8), r#"["64496:1"]"#);
    assert_eq!(decoded(14), r#"{"family":"IPv6 unicast","next_hop":"2001:db8::c","routes":[{"prefix":"2001:db8::/32"}]}"#);
    assert_eq!(decoded(21), r#"{"asn":64496,"limit":9}"#);
    assert_eq!(
        decoded(22),
        r#"{"flags":"LEAF_INFORMATION_REQUIRED","label":"100","tunnel":{"name":"ingress-replication","type":6,"value":"192.0.2.17"}}"#
    );
    assert_eq!(decoded(35), "64496");
}

#[test]
fn any_order_gives_the_same_values() {
    let windows: Vec<&[u8]> = {
        let mut rest = ALL;
        let mut list = Vec::new();
        while let Some((_, _, _, tail)) = split_attribute(rest) {
            list.push(&rest[..rest.len() - tail.len()]);
            rest = tail;
        }
        list
    };
    for turn in 0..windows.len() {
        let mut order = windows.clone();
        order.rotate_left(turn);
        assert_eq!(all_values(&parse(&order.concat())), ALL_VALUES, "turned by {turn}");
        order.reverse();
        assert_eq!(all_values(&parse(&order.concat())), ALL_VALUES, "turned by {turn} and reversed");
    }
}

#[test]
fn long_lengths_give_the_same_values() {
    let mut long = Vec::new();
    for a in parse(ALL).iter() {
        let a = a.unwrap();
        long.extend([a.flags().bits() | 0x10, a.code().0]);
        long.extend(u16::try_from(a.raw().len()).unwrap().to_be_bytes());
        long.extend(a.raw());
    }
    assert_eq!(all_values(&parse(&long)), ALL_VALUES);
    let two_paths = "BGPSEC_PATH attribute: stands beside AS_PATH, which it takes the place of (at byte 366)";
    assert_eq!(findings(&long), (Action::TreatAsWithdraw, vec![two_paths.to_owned()]));
}

#[test]
fn cut_anywhere_but_between_attributes_it_is_an_error() {
    let mut boundaries = vec![0];
    boundaries.extend(parse(ALL).iter().map(|a| {
        let a = a.unwrap();
        usize::try_from(a.body_offset()).unwrap() + a.raw().len()
    }));
    for n in 0..=ALL.len() {
        let list = Attributes::parse_at(&ALL[..n], &Session::AS4, 1000);
        assert_eq!(list.is_ok(), boundaries.contains(&n), "cut at {n}");
        if let Err(e) = list {
            let start = boundaries.iter().rev().find(|b| **b < n).unwrap();
            assert_eq!((e.offset(), e.action()), (1000 + *start as u64, Action::TreatAsWithdraw), "cut at {n}");
        }
    }
    let e = Attributes::parse_at(&ALL[..20], &Session::AS4, 0).unwrap_err();
    assert_eq!(e.to_string(), "NEXT_HOP attribute: needs 1 byte more than is there (at byte 18)");
    let e = Attributes::parse_at(&[0x50, 2, 0], &Session::AS4, 0).unwrap_err();
    assert_eq!(e.to_string(), "AS_PATH attribute: needs 1 byte more than is there (at byte 0)");
    assert_eq!(
        Attributes::parse_at(&[0x40], &Session::AS4, 0).unwrap_err().to_string(),
        "path attributes: needs 2 bytes more than are there (at byte 0)"
    );
}

#[test]
fn of_two_the_first_counts() {
    let twice = [0x80, 4, 4, 0, 0, 0, 1, 0x80, 4, 4, 0, 0, 0, 2];
    assert_eq!(parse(&twice).multi_exit_disc(), Ok(Some(1)));
    assert_eq!(
        findings(&twice),
        (Action::DiscardAttribute, vec!["MULTI_EXIT_DISC attribute: occurs more than once (at byte 7)".into()])
    );
    let reach = [0x80, 15, 3, 0, 2, 1, 0x80, 15, 3, 0, 2, 1];
    assert_eq!(
        findings(&reach),
        (Action::ResetSession, vec!["MP_UNREACH_NLRI attribute: occurs more than once (at byte 6)".into()])
    );
    let unknown = [0xc0, 200, 0, 0xc0, 200, 0];
    assert_eq!(findings(&unknown), (Action::DiscardAttribute, vec!["attribute 200: occurs more than once (at byte 3)".into()]));
}

#[test]
fn each_fault_has_its_action_and_place() {
    let one = |bytes: &[u8]| {
        let (action, mut text) = findings(bytes);
        assert_eq!(text.len(), 1, "{text:?}");
        (action, text.remove(0))
    };
    for (bytes, action, text) in [
        (&[0x40, 1, 1, 9][..], Action::TreatAsWithdraw, "ORIGIN attribute: value 9 is not valid here (at byte 3)"),
        (&[0x40, 1, 0], Action::TreatAsWithdraw, "ORIGIN attribute: length 0 is not valid here (at byte 3)"),
        (&[0x40, 2, 2, 2, 0], Action::TreatAsWithdraw, "AS_PATH attribute: value 0 is not valid here (at byte 4)"),
        (&[0x40, 2, 6, 2, 1, 0, 0, 0, 0], Action::TreatAsWithdraw, "AS_PATH attribute: value 0 is not valid here (at byte 3)"),
        (&[0x40, 3, 3, 1, 2, 3], Action::TreatAsWithdraw, "NEXT_HOP attribute: length 3 is not valid here (at byte 3)"),
        (&[0x40, 6, 1, 0], Action::DiscardAttribute, "ATOMIC_AGGREGATE attribute: length 1 is not valid here (at byte 3)"),
        (
            &[0xc0, 7, 6, 0, 1, 192, 0, 2, 1],
            Action::DiscardAttribute,
            "AGGREGATOR attribute: length 6 is not valid here (at byte 3)",
        ),
        (&[0xc0, 8, 0], Action::TreatAsWithdraw, "COMMUNITIES attribute: length 0 is not valid here (at byte 3)"),
        (&[0x80, 10, 3, 0, 0, 0], Action::TreatAsWithdraw, "CLUSTER_LIST attribute: length 3 is not valid here (at byte 3)"),
        (&[0x80, 15, 2, 0, 1], Action::ResetSession, "MP_UNREACH_NLRI attribute: needs 1 byte more than is there (at byte 5)"),
        (
            &[0xc0, 16, 7, 0, 0, 0, 0, 0, 0, 0],
            Action::TreatAsWithdraw,
            "EXTENDED_COMMUNITIES attribute: length 7 is not valid here (at byte 3)",
        ),
        (&[0xc0, 17, 2, 2, 0], Action::DiscardAttribute, "AS4_PATH attribute: length 2 is not valid here (at byte 3)"),
        (
            &[0xc0, 18, 6, 0, 0, 0, 0, 0, 0],
            Action::DiscardAttribute,
            "AS4_AGGREGATOR attribute: length 6 is not valid here (at byte 3)",
        ),
        (
            &[0xc0, 32, 4, 0, 0, 0, 0],
            Action::TreatAsWithdraw,
            "LARGE_COMMUNITIES attribute: length 4 is not valid here (at byte 3)",
        ),
        (
            &[0xc0, 26, 11, 1, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0],
            Action::DiscardAttribute,
            "AIGP attribute: flags 0xc0 contradict the attribute (at byte 0)",
        ),
        (
            &[0x80, 22, 5, 0, 0, 0, 0, 0],
            Action::TreatAsWithdraw,
            "PMSI_TUNNEL attribute: flags 0x80 contradict the attribute (at byte 0)",
        ),
        (&[0xc0, 35, 3, 0, 0, 0], Action::TreatAsWithdraw, "OTC attribute: length 3 is not valid here (at byte 3)"),
        (&[0xc0, 1, 1, 0], Action::TreatAsWithdraw, "ORIGIN attribute: flags 0xc0 contradict the attribute (at byte 0)"),
        (&[0x40, 200, 0], Action::ResetSession, "attribute 200: is not recognized (at byte 0)"),
    ] {
        assert_eq!(one(bytes), (action, text.to_string()));
    }
    // The transitive flag of an obsolete attribute is uncertain.
    assert_eq!(findings(&[0x80, 20, 3, 0, 2, 1, 0xc0, 12, 4, 192, 0, 2, 1]), (Action::None, vec![]));
    // Unknown optional attributes are no findings.
    assert_eq!(findings(&[0xc0, 200, 1, 0, 0x80, 201, 0]), (Action::None, vec![]));
}

#[test]
fn a_malformed_attribute_costs_that_one() {
    let list = parse(&[0x40, 1, 1, 9, 0x40, 2, 3, 2, 1, 0, 0xc0, 8, 5, 0, 0, 0, 0, 0, 0x80, 4, 4, 0, 0, 0, 5]);
    assert_eq!(list.origin().unwrap_err().to_string(), "ORIGIN attribute: value 9 is not valid here (at byte 3)");
    assert_eq!(list.as_path().unwrap_err().to_string(), "AS_PATH attribute: needs 3 bytes more than are there (at byte 7)");
    assert_eq!(list.communities().unwrap_err().to_string(), "COMMUNITIES attribute: length 5 is not valid here (at byte 13)");
    assert_eq!(list.multi_exit_disc(), Ok(Some(5)));
}

/// RFC 7606 section 4: a syntax error unless the attribute's definition allows it.
#[test]
fn attributes_without_octets() {
    let mut allowed = Vec::new();
    for code in TYPED {
        let (flags, action) = rule(*code).unwrap();
        let bytes = [flags.bits, code.0, 0];
        let mut found = Vec::new();
        let worst = parse(&bytes).findings(|e| found.push(e));
        let mut places = crate::places::Places::new();
        let attribute = parse(&bytes).find(*code).unwrap();
        attribute.places(&Session::AS4, &mut places);
        if found.is_empty() {
            assert!(attribute.decode(&Session::AS4).is_ok() && places.iter().all(|place| place.error.is_none()), "{code}");
            allowed.push(*code);
            continue;
        }
        assert_eq!((worst, found.len(), found[0].offset()), (action, 1, 3), "{code}");
        assert!(matches!(found[0].context(), Context::Attribute(at) if at == *code), "{code}");
        assert_eq!(attribute.decode(&Session::AS4).unwrap_err(), found[0], "{code}");
        assert!(places.iter().any(|place| place.error.is_some()), "{code}");
    }
    // RFC 7606 section 4, RFC 6790 section 5.2; a list of TLVs that fits its length (RFC 7752 section 6.2.2).
    let empty = [AttrCode::AS_PATH, AttrCode::ATOMIC_AGGREGATE, AttrCode::ENTROPY_LABEL_CAPABILITY, AttrCode::BGP_LS];
    assert_eq!(allowed, empty);
    for (bytes, text) in [
        (&[0x80, 26, 0][..], "AIGP attribute: length 0 is not valid here (at byte 3)"),
        (&[0xc0, 27, 0], "PE_DISTINGUISHER_LABELS attribute: length 0 is not valid here (at byte 3)"),
        (&[0x80, 42, 0], "EDGE_METADATA attribute: length 0 is not valid here (at byte 3)"),
        (&[0xc0, 11, 0], "DPA attribute: length 0 is not valid here (at byte 3)"),
        (&[0xc0, 19, 0], "SSA attribute: length 0 is not valid here (at byte 3)"),
    ] {
        assert_eq!(findings(bytes).1, [text]);
    }
}

/// Octets typed from RFC 8205 section 3.
#[test]
fn a_signed_path_stands_in_for_a_path() {
    let head = [0x80, 33, 67, 0, 14, 1, 0, 0, 0, 0xfb, 0xf0, 1, 0, 0, 0, 0xfb, 0xf4, 0, 53, 1];
    let bgpsec = [&head[..], &[7; 20], &[0, 3, 1, 2, 3], &[8; 20], &[0, 3, 4, 5, 6]].concat();
    let path = |bytes: &[u8], session| {
        let list = Attributes::parse_at(bytes, session, 0).unwrap();
        (list.merged_path().map_or_else(|e| e.to_string(), |path| path.to_string()), list.has_path())
    };
    for session in [&Session::AS2, &Session::AS4] {
        assert_eq!(path(&bgpsec, session), ("64496 64500".into(), true));
    }
    assert_eq!(findings(&bgpsec), (Action::None, vec![]));
    assert_eq!(path(&[0x40, 1, 1, 0], &Session::AS4), (String::new(), false));
    // A malformed one is an error of the path.
    let mut damaged = bgpsec.clone();
    damaged[4] = 13;
    assert_eq!(
        path(&damaged, &Session::AS4),
        ("BGPSEC_PATH attribute: needs 1 byte more than is there (at byte 13)".into(), true)
    );
    // Both: the message is malformed, and AS_PATH is displayed.
    let both = [&[0x40, 2, 6, 2, 1, 0, 0, 0, 9][..], &bgpsec].concat();
    assert_eq!(
        findings(&both),
        (
            Action::TreatAsWithdraw,
            vec!["BGPSEC_PATH attribute: stands beside AS_PATH, which it takes the place of (at byte 9)".into()]
        )
    );
    assert_eq!(path(&both, &Session::AS4).0, "9");
    let mut found = None;
    parse(&both).findings(|e| found = Some((e.rfc(), e.kind().name(), e.notification())));
    assert_eq!(found, Some(("RFC 8205 section 5.2", "excludes", Some((crate::codes::NotificationCode(3), 9)))));
}

#[test]
fn absent_lists_are_empty_and_absent_values_none() {
    let list = Attributes::EMPTY;
    assert!(
        list.as_path().unwrap().is_empty()
            && list.communities().unwrap().is_empty()
            && list.large_communities().unwrap().is_empty()
    );
    assert!(list.extended_communities().unwrap().is_empty() && list.cluster_list().unwrap().is_empty());
    assert_eq!((list.origin(), list.next_hop(), list.aggregator(), list.mp_reach()), (Ok(None), Ok(None), Ok(None), Ok(None)));
    assert!(!list.has(AttrCode::ORIGIN) && !list.atomic_aggregate() && list.iter().next().is_none());
}

#[test]
fn unknown_attributes_survive() {
    let bytes = [0xe0, 200, 3, 1, 2, 3];
    let a = parse(&bytes).find(AttrCode(200)).unwrap();
    assert_eq!((a.flags().bits(), a.raw(), a.offset(), a.body_offset()), (0xe0, &[1, 2, 3][..], 0, 3));
    assert_eq!(a.decode(&Session::AS4), Ok(Value::Unknown(a)));
    assert_eq!(Value::Unknown(a).to_string(), "0x010203");
    assert!(parse(&bytes).has(AttrCode(200)) && !parse(&bytes).has(AttrCode(201)));
}

#[test]
fn four_octet_numbers_are_worked_in() {
    // AS_PATH 1 23456, AGGREGATOR 23456 192.0.2.1, AS4_PATH 65536, AS4_AGGREGATOR 65536 192.0.2.2.
    let mut bytes = vec![0x40, 2, 6, 2, 2, 0, 1, 0x5b, 0xa0, 0xc0, 7, 6, 0x5b, 0xa0, 192, 0, 2, 1];
    bytes.extend([0xc0, 17, 6, 2, 1, 0, 1, 0, 0, 0xc0, 18, 8, 0, 1, 0, 0, 192, 0, 2, 2]);
    let text = |bytes: &[u8], session| {
        let list = Attributes::parse_at(bytes, session, 0).unwrap();
        (list.merged_path().unwrap().to_string(), list.merged_aggregator().unwrap().unwrap().to_string())
    };
    assert_eq!(text(&bytes, &Session::AS2), ("1 65536".into(), "65536 192.0.2.2".into()));
    // AGGREGATOR is not AS_TRANS: both are ignored (RFC 6793 section 4.2.3).
    bytes[12..14].copy_from_slice(&[0, 9]);
    assert_eq!(text(&bytes, &Session::AS2), ("1 23456".into(), "9 192.0.2.1".into()));
    // A malformed AS4_PATH is discarded.
    bytes[12..14].copy_from_slice(&[0x5b, 0xa0]);
    bytes[21] = 7;
    assert_eq!(text(&bytes, &Session::AS2).0, "1 23456");
}

#[test]
fn flags_of_a_table_are_not_judged() {
    let list = Attributes::parse_rib_at(&[0, 1, 1, 0], &Session::AS4, 0).unwrap();
    assert_eq!(list.findings(|e| panic!("{e}")), Action::None);
}

#[test]
fn views_are_copies_of_known_size() {
    fn copy<T: Copy>() -> usize {
        size_of::<T>()
    }
    assert_eq!((copy::<Communities<'_>>(), copy::<LargeCommunities<'_>>(), copy::<ClusterList<'_>>()), (16, 16, 16));
    assert_eq!((copy::<AsPath<'_>>(), copy::<Segment<'_>>(), copy::<Attribute<'_>>()), (24, 24, 32));
    assert_eq!((copy::<Attributes<'_>>(), copy::<MpReach<'_>>(), copy::<Error>()), (88, 48, 24));
}

/// Every attribute rewritten from its value is unchanged; numbers get the width of the session.
#[test]
fn every_value_is_written_as_it_was_read() {
    for attribute in parse(ALL).iter() {
        let attribute = attribute.unwrap();
        let value = attribute.decode(&Session::AS4).unwrap();
        let mut out = Vec::new();
        value.encode_with_flags(attribute.flags(), &Session::AS4, &mut out).unwrap();
        let at = usize::try_from(attribute.offset()).unwrap();
        assert_eq!(out, &ALL[at..at + out.len()], "{value}");
        let narrow = &mut &mut [0u8; 2][..];
        assert!(matches!(value.encode(&Session::AS4, narrow), Err(e) if e.to_string().starts_with("the output has ")));
        assert_eq!(narrow.len(), 2, "nothing is written where not all of it fits");
    }
    let mut out = Vec::new();
    parse(ALL).as_path().map(Value::AsPath).unwrap().encode(&Session::AS2, &mut out).unwrap();
    assert_eq!(out, [0x40, 2, 6, 2, 2, 0xfb, 0xf0, 0x5b, 0xa0]);
}

#[test]
fn places_of_every_attribute() {
    let mut places = crate::places::Places::new();
    for attribute in parse(ALL).iter() {
        attribute.unwrap().places(&Session::AS4, &mut places);
    }
    let text = places.to_string();
    assert!(text.contains("       4..18       attribute: AS_PATH\n       4..5          flags: 0x50\n"), "{text}");
    assert!(text.contains("value: 64496 65536"), "{text}");
    assert!(text.contains("prefix: 2001:db8::/32"), "{text}");
    assert!(!text.contains("error"), "{text}");
    places.assert_cover(0..ALL.len() as u64);
    assert!(!places.iter().any(|place| place.error.is_some()), "{text}");
}

/// The fields of an attribute's body: name, range, text.
fn body_places(session: &Session, attribute: &[u8]) -> String {
    let mut places = crate::places::Places::new();
    AttributesIter::at(attribute, 0).next().unwrap().unwrap().places(session, &mut places);
    places.assert_inside(0..attribute.len() as u64);
    let list: Vec<_> =
        places.iter().skip(4).map(|p| format!("{} {}..{} {}", p.name, p.range.start, p.range.end, p.text)).collect();
    list.join("|")
}

#[test]
fn places_of_paths() {
    // 64496 and the set of 64497 and 64498, two octets each.
    let path = [0x40, 2, 10, 2, 1, 0xfb, 0xf0, 1, 2, 0xfb, 0xf1, 0xfb, 0xf2];
    assert_eq!(
        body_places(&Session::AS2, &path),
        "value 3..13 64496 {64497,64498}|segment 3..7 |type 3..4 2 (AS_SEQUENCE)|count 4..5 1|asn 5..7 64496|\
         segment 7..13 |type 7..8 1 (AS_SET)|count 8..9 2|asn 9..11 64497|asn 11..13 64498"
    );
    // Read as four octets, the first number is 0xfbf00102, and the second segment is of type 251.
    assert_eq!(
        body_places(&Session::AS4, &path),
        "value 3..13 |segment 3..9 |type 3..4 2 (AS_SEQUENCE)|count 4..5 1|asn 5..9 4226810114|segment 9..11 |type 9..10 251|\
         count 10..11 241|error 9..9 AS_PATH attribute: value 251 is not valid here (at byte 9)"
    );
    assert_eq!(
        body_places(&Session::AS2, &[0xc0, 17, 6, 2, 1, 0, 1, 0, 0]),
        "value 3..9 65536|segment 3..9 |type 3..4 2 (AS_SEQUENCE)|count 4..5 1|asn 5..9 65536"
    );
}

#[test]
fn places_of_aggregators() {
    assert_eq!(
        body_places(&Session::AS2, &[0xc0, 7, 6, 0xfb, 0xf0, 192, 0, 2, 9]),
        "value 3..9 64496 192.0.2.9|asn 3..5 64496|address 5..9 192.0.2.9"
    );
    assert_eq!(
        body_places(&Session::AS2, &[0xc0, 18, 8, 0, 1, 0, 0, 192, 0, 2, 13]),
        "value 3..11 65536 192.0.2.13|asn 3..7 65536|address 7..11 192.0.2.13"
    );
}

#[test]
fn places_of_communities() {
    let places = |attribute: &[u8]| body_places(&Session::AS4, attribute);
    assert_eq!(
        places(&[0xc0, 8, 8, 0xfb, 0xf0, 0, 1, 0xff, 0xff, 0xff, 1]),
        "value 3..11 64496:1 no-export|community 3..7 64496:1|community 7..11 65535:65281 (no-export)"
    );
    assert_eq!(
        places(&[0x80, 10, 8, 192, 0, 2, 11, 192, 0, 2, 12]),
        "value 3..11 192.0.2.11 192.0.2.12|cluster_id 3..7 192.0.2.11|cluster_id 7..11 192.0.2.12"
    );
    assert_eq!(
        places(&[0xc0, 16, 8, 0, 2, 0xfb, 0xf0, 0, 0, 0, 1]),
        "value 3..11 rt:64496:1|community 3..11 rt:64496:1|type 3..4 0x00|sub_type 4..5 0x02|asn 5..7 64496|value 7..11 1"
    );
    assert_eq!(
        places(&[0xc0, 32, 12, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 0, 0, 0, 2]),
        "value 3..15 64496:1:2|community 3..15 64496:1:2|global 3..7 64496|local1 7..11 1|local2 11..15 2"
    );
    assert_eq!(
        places(&[0xc0, 25, 20, 0, 2, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 100]),
        "value 3..23 rt:[2001:db8::1]:100|community 3..23 rt:[2001:db8::1]:100|type 3..5 0x0002|address 5..21 2001:db8::1|\
         value 21..23 100"
    );
    // A whole community before the truncation.
    assert_eq!(
        places(&[0xc0, 8, 5, 0xfb, 0xf0, 0, 1, 0]),
        "value 3..8 |community 3..7 64496:1|error 3..3 COMMUNITIES attribute: length 5 is not valid here (at byte 3)"
    );
}

/// Each attribute of the table truncated at every octet, its length adjusted: no field exceeds the input.
#[test]
fn places_of_every_attribute_cut_short() {
    let mut codes = Vec::new();
    for attribute in parse(ALL).iter() {
        let attribute = attribute.unwrap();
        codes.push(attribute.code());
        for session in [Session::AS4, Session::AS2] {
            for n in 0..=attribute.raw().len() {
                let mut cut = vec![attribute.flags().bits() | 0x10, attribute.code().0];
                cut.extend(u16::try_from(n).unwrap().to_be_bytes());
                cut.extend(&attribute.raw()[..n]);
                let windowed = AttributesIter::at(&cut, 0).next().unwrap().unwrap();
                let mut places = crate::places::Places::new();
                windowed.places(&session, &mut places);
                places.assert_inside(0..cut.len() as u64);
                let sound = !places.iter().any(|place| place.error.is_some());
                // Routes are checked one by one: their errors are not the attribute's.
                let whole = windowed.decode(&session).is_ok();
                assert!(if matches!(attribute.code().0, 14 | 15) { whole || !sound } else { whole == sound }, "{places}");
                if sound {
                    places.assert_cover(0..cut.len() as u64);
                }
            }
        }
    }
    assert_eq!(codes, TYPED);
}

/// Tables inside attributes: each row has a vector.
#[cfg(feature = "alloc")]
mod rows {
    use super::super::bfd::BfdTlv;
    use super::super::bier::BierTlv;
    use super::super::obsolete::Connector;
    use super::super::*;
    use crate::attr::aigp::AigpTlv;
    use crate::attr::container::{Atom, WideCommunityTlv};
    use crate::attr::link_state::{LinkStateSubTlv, LinkStateTlv};
    use crate::attr::nhc::NhcTlv;
    use crate::attr::pmsi::PmsiTunnelId;
    use crate::attr::prefix_sid::{PrefixSidTlv, Srv6SubSubTlv, Srv6SubTlv};
    use crate::attr::sfp::{SfpHopTlv, SfpTlv};
    use crate::attr::sr_policy::SegmentTlv;
    use crate::attr::tunnel::SubTlv;
    use crate::wire::rows::{bodies_of, decoded_by, missing, rows_survive};

    fn every_field_both_ways() {
        aigp::tests::every_field_both_ways();
        attr_set::tests::every_field_both_ways();
        bfd::tests::every_field_both_ways();
        bgpsec::tests::every_field_both_ways();
        bier::tests::every_field_both_ways();
        container::tests::every_field_both_ways();
        d_path::tests::every_field_both_ways();
        ipv6_community::tests::every_field_both_ways();
        link_state::tests::every_field_both_ways();
        nhc::tests::every_field_both_ways();
        obsolete::tests::every_field_both_ways();
        pmsi::tests::every_field_both_ways();
        prefix_sid::tests::every_field_both_ways();
        sfp::tests::every_field_both_ways();
        traffic_engineering::tests::every_field_both_ways();
        tunnel::tests::sub_tlvs_of_rfc_9012();
        tunnel::tests::sub_tlvs_of_an_sr_policy();
        tunnel::tests::every_type_of_segment();
    }

    #[test]
    fn every_row_has_a_vector() {
        let decoded = decoded_by(every_field_both_ways);
        let missing = [
            missing(&decoded, "AigpTlv", AigpTlv::TYPES),
            missing(&decoded, "Atom", Atom::TYPES),
            missing(&decoded, "BfdTlv", BfdTlv::TYPES),
            missing(&decoded, "BierTlv", BierTlv::TYPES),
            missing(&decoded, "Connector", Connector::TYPES),
            missing(&decoded, "LinkStateSubTlv", LinkStateSubTlv::TYPES),
            missing(&decoded, "LinkStateTlv", LinkStateTlv::TYPES),
            missing(&decoded, "NhcTlv", NhcTlv::TYPES),
            missing(&decoded, "PmsiTunnelId", PmsiTunnelId::TYPES),
            missing(&decoded, "PrefixSidTlv", PrefixSidTlv::TYPES),
            missing(&decoded, "SegmentTlv", SegmentTlv::TYPES),
            missing(&decoded, "SfpHopTlv", SfpHopTlv::TYPES),
            missing(&decoded, "SfpTlv", SfpTlv::TYPES),
            missing(&decoded, "Srv6SubSubTlv", Srv6SubSubTlv::TYPES),
            missing(&decoded, "Srv6SubTlv", Srv6SubTlv::TYPES),
            missing(&decoded, "SubTlv", SubTlv::TYPES),
            missing(&decoded, "WideCommunityTlv", WideCommunityTlv::TYPES),
        ];
        assert_eq!(missing.concat(), [""; 0]);
    }

    #[test]
    fn every_row_survives() {
        rows_survive!(bodies_of(every_field_both_ways), AigpTlv Atom BfdTlv BierTlv Connector LinkStateSubTlv LinkStateTlv NhcTlv PrefixSidTlv SegmentTlv
            SfpHopTlv SfpTlv Srv6SubSubTlv Srv6SubTlv SubTlv WideCommunityTlv);
    }
}

/// RFC 7606 section 3 g: an attribute occurs once.
#[test]
fn a_list_from_its_values() {
    let long = vec![0; 40_000];
    let unknown = |code| Value::Unknown(Attribute::new(AttrFlags::OPTIONAL, AttrCode(code), &long));
    let mut buffer = Vec::new();
    let list = Attributes::from_values([Value::Origin(Origin::Egp), unknown(200)], &Session::AS4, &mut buffer).unwrap();
    assert_eq!((list.origin(), list.has(AttrCode(200)), list.as_bytes().len()), (Ok(Some(Origin::Egp)), true, 4 + 4 + 40_000));
    list.findings(|e| panic!("{e}"));
    let mut refused = |values| Attributes::from_values(values, &Session::AS4, &mut buffer).unwrap_err().to_string();
    assert_eq!(refused([unknown(200), unknown(200)]), "attribute: the value has no form on the wire");
    assert_eq!(refused([unknown(200), unknown(201)]), "path attributes: length 80008 is over 65535");
}

/// Also of a path that was checked ahead.
#[test]
fn one_attribute_without_an_index() {
    let octets = [0x40, 1, 1, 0, 0x50, 2, 0, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0xc0, 8, 4, 0xfb, 0xf0, 0, 100, 0x40, 3, 9];
    let windows = AttributesIter::at(&octets, 7);
    let communities = Ok(Some(&octets[17..21]));
    assert_eq!(windows.body_of(AttrCode::COMMUNITIES), communities);
    assert_eq!(windows.body_of(AttrCode::AS_PATH), Ok(Some(&octets[8..14])));
    // What is after a framing error cannot be said.
    let error = windows.body_of(AttrCode::LARGE_COMMUNITIES).unwrap_err();
    assert_eq!((windows.last(), error.offset()), (Some(Err(error)), 7 + 21));
    assert_eq!(AttributesIter::at(&octets[..21], 7).body_of(AttrCode::LARGE_COMMUNITIES), Ok(None));
    let mut list = parse(&octets[..21]);
    list.check_path();
    assert_eq!(list.iter().body_of(AttrCode::COMMUNITIES), communities);
    assert_eq!(list.as_path().unwrap().to_string(), "64496");
    // Left out.
    let without = list.without(1 << AttrCode::COMMUNITIES.0 | 1 << AttrCode::AS_PATH.0);
    assert_eq!(without.iter().body_of(AttrCode::COMMUNITIES), Ok(None));
    assert!(without.as_path().unwrap().segments().next().is_none());
    for damaged in [&[2, 2, 0, 0, 0xfb, 0xf0][..], &[9, 1, 0, 0, 0xfb, 0xf0], &[2, 0], &[2]] {
        let len = u8::try_from(damaged.len()).unwrap();
        let octets = [&[0x40, 2, len][..], damaged].concat();
        let mut list = parse(&octets);
        list.check_path();
        assert_eq!(list.as_path().unwrap_err(), parse(&octets).as_path().unwrap_err());
    }
}

/// An address of another family is the next hop of a table entry's whole attribute, as of a message, with a finding; other octets, and
/// those of the short form, are none.
#[test]
fn next_hops_of_another_family_in_tables() {
    let family = Family::IPV6_UNICAST;
    let route = [32, 0x20, 1, 0x0d, 0xb8];
    let whole = |next_hop: &[u8]| {
        let head: [u8; 4] = [0, 2, 1, u8::try_from(next_hop.len()).unwrap()];
        let body = [&head[..], next_hop, &[0], &route].concat();
        [&[0x80, 14, u8::try_from(body.len()).unwrap()], &body[..]].concat()
    };
    let short = |next_hop: &[u8]| {
        let len = u8::try_from(next_hop.len()).unwrap();
        [&[0x80, 14, len + 1, len], next_hop].concat()
    };
    for (list, text) in [
        (whole(&[192, 0, 2, 1]), Some("192.0.2.1")),
        (short(&[192, 0, 2, 1]), None),
        (whole(&[1, 2, 3, 4, 5]), None),
        (short(&[1, 2, 3, 4, 5]), None),
    ] {
        let entry = Attributes::parse_rib_at(&list, &Session::AS4, 0).unwrap();
        assert_eq!(entry.next_hop_for(family).ok().flatten().map(|hop| hop.to_string()).as_deref(), text);
        let record = super::RecordRoute::Prefix(family, crate::Prefix::v6(0x2001_0db8 << 96, 32).unwrap());
        let mut found = Vec::new();
        entry.findings_in(Some(record), |e| found.push((e.kind().name(), e.action())));
        assert_eq!(found, [("bad-length", Action::DisableFamily)]);
    }
}
