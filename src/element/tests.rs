//! Elements of records typed by hand.

mod ahead;

use super::mrt::elements;
use super::*;
use crate::asn::Asn;
use crate::codes::{Afi, Safi};
use crate::error::{Action, ErrorKind};
use crate::mrt::{Body, ReadContext, Record};

pub(super) fn record(kind: u16, subtype: u16, body: &[u8]) -> Vec<u8> {
    let mut r = vec![0, 0, 0, 9];
    r.extend(kind.to_be_bytes());
    r.extend(subtype.to_be_bytes());
    r.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
    r.extend(body);
    r
}

/// BGP4MP MESSAGE_AS4 of AS64496 at 192.0.2.1 with an UPDATE.
pub(super) fn update(body: &[u8]) -> Vec<u8> {
    let mut b = vec![0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254];
    b.extend([0xff; 16]);
    b.extend((u16::try_from(body.len()).unwrap() + 19).to_be_bytes());
    b.push(2);
    b.extend(body);
    record(16, 4, &b)
}

fn lines(bytes: &[u8]) -> Vec<String> {
    elements(bytes).map(|e| e.map_or_else(|e| format!("error {e}"), |e| e.to_string())).collect()
}

// Withdraws 10.0.0.0/8; ORIGIN, AS_PATH 64496, NEXT_HOP 192.0.2.1, MP_REACH 2001:db8::/32 via ::1, MP_UNREACH 2001:db9::/32;
// announces 192.0.2.0/24.
pub(super) const BOTH: &[u8] = &[
    0, 2, 8, 10, 0, 60, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1, 0x80, 14, 26, 0, 2, 1, 16,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 32, 0x20, 1, 0x0d, 0xb8, 0x80, 15, 8, 0, 2, 1, 32, 0x20, 1, 0x0d, 0xb9,
    24, 192, 0, 2,
];

#[test]
fn withdrawn_before_announced_and_each_with_its_next_hop() {
    assert_eq!(
        lines(&update(BOTH)),
        [
            "9 AS64496 192.0.2.1 - 10.0.0.0/8",
            "9 AS64496 192.0.2.1 - 2001:db9::/32",
            "9 AS64496 192.0.2.1 + 192.0.2.0/24 path 64496 via 192.0.2.1",
            "9 AS64496 192.0.2.1 + 2001:db8::/32 path 64496 via ::1",
        ]
    );
}

#[test]
fn debug_texts() {
    let bytes = update(BOTH);
    let list: Vec<_> = elements(&bytes).map(|e| format!("{:?}", e.unwrap())).collect();
    let all = lines(&bytes);
    assert!(list.iter().zip(&all).all(|(debug, line)| debug.contains(line.as_str())), "{list:?}");
    assert!(format!("{:?}", elements(&bytes)).contains("ArchiveElements"));
}

/// RIB_GENERIC_ADDPATH (RFC 8050 section 4.3) of a VPN: the identifier belongs to the entry, the route is no plain prefix.
#[test]
fn path_identifiers_of_generic_entries() {
    let mut body = vec![0, 0, 0, 7, 0, 1, 128, 112, 0, 6, 0x41, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100, 0, 2];
    for id in [3, 4] {
        body.extend([0, 0, 0, 0, 0, 5, 0, 0, 0, id, 0, 4, 0x40, 1, 1, 0]);
    }
    let bytes = record(13, 12, &body);
    let ids: Vec<_> = elements(&bytes).map(|e| e.unwrap()).map(|e| (e.path_id(), e.family())).collect();
    assert_eq!(ids, [(Some(3), Some(Family::IPV4_VPN)), (Some(4), Some(Family::IPV4_VPN))]);
}

#[test]
fn a_damaged_attribute_marks_every_route_of_its_message() {
    let mut body = BOTH.to_vec();
    body[9] = 9; // ORIGIN
    let list: Vec<_> = elements(&update(&body))
        .map(|e| {
            let e = e.unwrap();
            (e.action(), e.is_clean())
        })
        .collect();
    assert_eq!(list, [(Action::TreatAsWithdraw, false); 4]);
}

#[test]
fn a_damaged_list_is_an_error_and_the_others_still_come() {
    let mut body = BOTH.to_vec();
    body[2] = 33; // length of the withdrawn prefix
    let list = lines(&update(&body));
    assert_eq!(list[0], "error withdrawn routes: prefix length 33 is longer than an address (at byte 53)");
    assert_eq!(list.len(), 4);
    assert!(list[1].ends_with("[withdrawn routes: prefix length 33 is longer than an address (at byte 53)]"), "{}", list[1]);
}

#[test]
fn a_damaged_record_costs_that_record() {
    let mut bad = update(BOTH);
    bad[12 + 20] = 0; // marker
    let mut bytes = update(BOTH);
    bytes.extend(bad);
    bytes.extend(update(BOTH));
    let list = lines(&bytes);
    assert_eq!(list.len(), 9);
    assert!(list[4].starts_with("error BGP message header: marker is not all ones"), "{}", list[4]);
}

#[test]
fn unknown_families_come_as_they_are() {
    // MP_REACH AFI 99 SAFI 240, next hop of four octets, three octets of routes.
    let body =
        [0, 0, 0, 26, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x80, 14, 12, 0, 99, 240, 4, 192, 0, 2, 7, 0, 1, 2, 3];
    let mut body = body.to_vec();
    body[3] = u8::try_from(body.len() - 4).unwrap();
    let bytes = update(&body);
    let e = elements(&bytes).next().unwrap().unwrap();
    let Route::Other(route) = e.route() else { panic!("{e}") };
    assert_eq!((route.family, route.bytes), (Family::of(99, 240), &[1, 2, 3][..]));
    assert_eq!(e.next_hop().unwrap().unwrap().to_string(), "192.0.2.7");
    assert!(e.is_clean());
}

#[test]
fn entries_name_their_peer_by_the_table_in_force() {
    let table = |asn: u8| record(13, 1, &[192, 0, 2, 9, 0, 0, 0, 1, 0, 192, 0, 2, 1, 192, 0, 2, 1, 0, asn]);
    let rib = record(13, 2, &[0, 0, 0, 0, 8, 10, 0, 2, 0, 0, 0, 0, 0, 5, 0, 0, 0, 7, 0, 0, 0, 5, 0, 0]);
    let bytes = [rib.clone(), table(1), rib.clone(), table(2), rib].concat();
    let list: Vec<_> = elements(&bytes)
        .map(|e| {
            let e = e.unwrap();
            (e.peer().asn.0, e.finding().map(|f| f.kind()), e.originated())
        })
        .collect();
    assert_eq!(
        list,
        [
            (0, Some(ErrorKind::NoPeerTable), Some(5)),
            (0, Some(ErrorKind::NoPeerTable), Some(5)),
            (1, None, Some(5)),
            (0, Some(ErrorKind::NoSuchPeer(7)), Some(5)),
            (2, None, Some(5)),
            (0, Some(ErrorKind::NoSuchPeer(7)), Some(5)),
        ]
    );
}

#[test]
fn findings_of_a_record_are_those_of_its_elements_and_more() {
    let mut body = BOTH.to_vec();
    body[9] = 9;
    let bytes = update(&body);
    let record = Record::parse_at(&bytes, 0).unwrap();
    let mut text = Vec::new();
    assert_eq!(record.findings(&ReadContext::new(), |e| text.push(e.to_string())), Action::TreatAsWithdraw);
    assert_eq!(text, ["ORIGIN attribute: value 9 is not valid here (at byte 60)"]);
}

#[test]
fn states_are_elements() {
    let bytes = record(16, 0, &[0xfb, 0xf0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254, 0, 6, 0, 8]);
    assert_eq!(lines(&bytes), ["9 AS64496 192.0.2.1 ! Established > Deleted"]);
}

fn lines_by(bytes: &[u8], strictness: Strictness) -> Vec<String> {
    let list = elements(bytes).with_strictness(strictness);
    list.map(|e| e.map_or_else(|e| format!("error {e}"), |e| e.to_string())).collect()
}

/// ORIGIN (9 is invalid), AS_PATH 64496, NEXT_HOP, ATOMIC_AGGREGATE with an octet, COMMUNITIES, COMMUNITIES again; 192.0.2.0/24.
fn announced(origin: u8, atomic: &[u8], more: &[u8]) -> Vec<u8> {
    let mut attributes = vec![0x40, 1, 1, origin, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
    attributes.extend(atomic);
    attributes.extend([0xc0, 8, 4, 0xfb, 0xf0, 0, 1]);
    attributes.extend(more);
    let mut body = vec![0, 2, 8, 10, 0, u8::try_from(attributes.len()).unwrap()];
    body.extend(attributes);
    body.extend([24, 192, 0, 2]);
    update(&body)
}

#[test]
fn strictness_of_a_clean_message_is_all_the_same() {
    let bytes = announced(0, &[], &[]);
    let want = ["9 AS64496 192.0.2.1 - 10.0.0.0/8", "9 AS64496 192.0.2.1 + 192.0.2.0/24 path 64496 via 192.0.2.1"];
    for strictness in [Strictness::Forensic, Strictness::Rfc7606, Strictness::Strict] {
        assert_eq!(lines_by(&bytes, strictness), want);
    }
}

#[test]
fn a_withdrawn_route_by_each_strictness() {
    let bytes = announced(9, &[], &[]);
    let why = "ORIGIN attribute: value 9 is not valid here (at byte 60)";
    assert_eq!(
        lines_by(&bytes, Strictness::Forensic),
        [
            format!("9 AS64496 192.0.2.1 - 10.0.0.0/8 [{why}]"),
            format!("9 AS64496 192.0.2.1 + 192.0.2.0/24 path 64496 via 192.0.2.1 [{why}]")
        ]
    );
    assert_eq!(
        lines_by(&bytes, Strictness::Rfc7606),
        [format!("9 AS64496 192.0.2.1 - 10.0.0.0/8 [{why}]"), format!("9 AS64496 192.0.2.1 - 192.0.2.0/24 [{why}]")]
    );
    assert_eq!(lines_by(&bytes, Strictness::Strict), [format!("error {why}"), format!("error {why}")]);
    // The same from the record, and from the message.
    let record = Record::parse_at(&bytes, 0).unwrap();
    let mut peers = ReadContext::new();
    let by_record = record.elements(&mut peers).with_strictness(Strictness::Rfc7606);
    let list: Vec<_> = by_record.map(|e| e.unwrap().to_string()).collect();
    assert_eq!(list, lines_by(&bytes, Strictness::Rfc7606));
    let Ok(Body::Message(message)) = record.body() else { panic!() };
    let update = message.update().unwrap().unwrap();
    let peer = Peer { asn: Asn(64496), address: Some([192, 0, 2, 1].into()), bgp_id: None };
    let by_message = UpdateElements::new(&update, peer, Timestamp::from_seconds(9)).with_strictness(Strictness::Rfc7606);
    assert_eq!(by_message.map(|e| e.unwrap().to_string()).collect::<Vec<_>>(), list);
}

#[test]
fn discarded_attributes_are_not_shown_to_those_who_follow_the_rfc() {
    // ATOMIC_AGGREGATE with a body; COMMUNITIES twice, and an unknown attribute twice.
    let bytes = announced(0, &[0x40, 6, 1, 0], &[0xc0, 8, 4, 0, 0, 0, 9, 0xc0, 200, 1, 1, 0xc0, 200, 1, 2]);
    let codes = |strictness| {
        let e = elements(&bytes).with_strictness(strictness).nth(1).unwrap().unwrap();
        let a = e.attributes().unwrap();
        let codes: Vec<_> = a.iter().map(|attribute| attribute.unwrap().code().0).collect();
        assert_eq!(
            (e.kind(), e.action(), a.communities().unwrap().to_string()),
            (ElementKind::Announce, Action::DiscardAttribute, "64496:1".into())
        );
        (codes, a.atomic_aggregate(), a.has(crate::codes::AttrCode::ATOMIC_AGGREGATE), e.attribute_bytes().len())
    };
    assert_eq!(codes(Strictness::Forensic), (vec![1, 2, 3, 6, 8, 8, 200, 200], true, true, 46));
    assert_eq!(codes(Strictness::Rfc7606), (vec![1, 2, 3, 8, 200], false, false, 46));
    assert!(elements(&bytes).with_strictness(Strictness::Strict).all(|e| e.is_err()));
}

#[test]
fn a_tables_entries_by_each_strictness() {
    let table = record(13, 1, &[192, 0, 2, 9, 0, 0, 0, 1, 0, 192, 0, 2, 1, 192, 0, 2, 1, 0xfb, 0xf0]);
    // Two entries: one with an undefined ORIGIN, one of a peer missing in the table.
    let rib =
        record(13, 2, &[0, 0, 0, 0, 8, 10, 0, 2, 0, 0, 0, 0, 0, 5, 0, 4, 0x40, 1, 1, 9, 0, 7, 0, 0, 0, 5, 0, 4, 0x40, 1, 1, 0]);
    let bytes = [table, rib].concat();
    let (bad, nobody) = (
        "ORIGIN attribute: value 9 is not valid here (at byte 62)",
        "RIB entry: peer index 7 is past the peer table (at byte 63)",
    );
    assert_eq!(
        lines_by(&bytes, Strictness::Rfc7606),
        [format!("9 AS64496 192.0.2.1 - 10.0.0.0/8 [{bad}]"), format!("9 AS0 = 10.0.0.0/8 [{nobody}]")]
    );
    assert_eq!(lines_by(&bytes, Strictness::Strict), [format!("error {bad}"), format!("error {nobody}")]);
}

/// RFC 8277 section 2.2: one label without the bottom-of-stack bit, in a message and in a RIB_GENERIC record.
#[test]
fn labels_are_noted_where_notes_are_asked_for() {
    let nlri = [48, 0, 6, 0x40, 198, 51, 100];
    let reach = [&[0x80, 14, 16, 0, 1, 4, 4, 192, 0, 2, 1, 0][..], &nlri, &[0x40, 1, 1, 0, 0x40, 2, 0]].concat();
    let message = [&[0xff; 16][..], &[0, 49, 2, 0, 0, 0, 26], &reach].concat();
    let bgp4mp = [&[0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf1, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 2][..], &message].concat();
    let generic = [&[0, 0, 0, 0, 0, 1, 4][..], &nlri, &[0, 1, 0, 0, 0, 0, 0, 9, 0, 0]].concat();
    // BGP4MP MESSAGE_AS4: header 12, speakers 20, message header 19, lengths 4, MP_REACH_NLRI 3 and 9, length octet 1.
    // RIB_GENERIC: header 12, sequence number and family 7, length octet 1.
    for ((kind, subtype, body), at) in [((16u8, 4u8, bgp4mp), 12 + 20 + 19 + 4 + 3 + 9 + 1), ((13, 6, generic), 12 + 7 + 1)] {
        let header = [0, 0, 0, 9, 0, kind, 0, subtype, 0, 0, 0, u8::try_from(body.len()).unwrap()];
        let bytes = [&header[..], &body].concat();
        let text = format!("IPv4 labeled routes: the last label has no bottom-of-stack bit (at byte {at})");
        let record = Record::parse_at(&bytes, 0).unwrap();
        let mut notes = Vec::new();
        record.notes(&ReadContext::new(), |e| notes.push((e.to_string(), e.action())));
        // The entry of the table has no attribute at all.
        let missing = ["ORIGIN", "AS_PATH"].map(|name| (format!("{name} attribute: is missing (at byte 36)"), Action::None));
        let of_entry = if kind == 13 { &missing[..] } else { &[] };
        assert_eq!(notes, [of_entry, &[(text.clone(), Action::None)]].concat());
        let route = |e: &Element<'_>| match e.route() {
            Route::Other(route) => route.to_string(),
            _ => panic!("{e}"),
        };
        let list: Vec<_> = elements(&bytes).map(|e| e.unwrap()).collect();
        assert_eq!(list.iter().map(route).collect::<Vec<_>>(), ["198.51.100.0/24 label 100:0"]);
        let noted: Vec<_> = elements(&bytes).with_notes().with_strictness(Strictness::Strict).collect();
        assert!(matches!(&noted[..], [Err(e)] if kind == 13 || e.to_string() == text), "{noted:?}");
    }
}

#[test]
fn notes_change_nothing_unless_asked_for() {
    let mut bytes = announced(0, &[], &[]);
    bytes[12 + 20 + 19 + 4 + 2 + 4 + 3] = 1; // AS_SET
    let record = Record::parse_at(&bytes, 0).unwrap();
    let mut notes = Vec::new();
    record.notes(&ReadContext::new(), |e| notes.push(e.to_string()));
    assert_eq!(notes, ["AS_PATH attribute: value 1 is deprecated (at byte 64)"]);
    assert_eq!(record.findings(&ReadContext::new(), |e| panic!("{e}")), Action::None);
    assert!(elements(&bytes).with_strictness(Strictness::Strict).all(|e| e.unwrap().is_clean()));
    let list: Vec<_> = elements(&bytes).with_notes().map(|e| e.unwrap().is_clean()).collect();
    assert_eq!(list, [true, false]);
    // RFC 9774, with notes.
    let list = elements(&bytes).with_notes().with_strictness(Strictness::Rfc7606);
    assert_eq!(
        list.map(|e| e.unwrap().to_string()).collect::<Vec<_>>(),
        [
            "9 AS64496 192.0.2.1 - 10.0.0.0/8",
            "9 AS64496 192.0.2.1 - 192.0.2.0/24 [AS_PATH attribute: value 1 is deprecated (at byte 64)]"
        ]
    );
}

#[test]
fn routes_in_front_of_a_break_in_the_attributes_stand() {
    // The last attribute declares one octet more than the list has.
    let mut body = BOTH.to_vec();
    let len = body.len();
    body[len - 4 - 9] = 9; // the length of MP_UNREACH_NLRI
    assert_eq!(
        lines(&update(&body)),
        [
            "9 AS64496 192.0.2.1 - 10.0.0.0/8 [MP_UNREACH_NLRI attribute: needs 1 byte more than is there (at byte 106)]",
            "error MP_UNREACH_NLRI attribute: needs 1 byte more than is there (at byte 106)",
            "9 AS64496 192.0.2.1 + 192.0.2.0/24 path 64496 via 192.0.2.1 [MP_UNREACH_NLRI attribute: needs 1 byte more than is there (at byte 106)]",
            "9 AS64496 192.0.2.1 + 2001:db8::/32 path 64496 via ::1 [MP_UNREACH_NLRI attribute: needs 1 byte more than is there (at byte 106)]",
        ]
    );
    let marked = elements(&update(&body)).flatten().map(|e| e.action()).collect::<Vec<_>>();
    assert_eq!(marked, [Action::TreatAsWithdraw; 3]);
}

#[test]
fn a_peer_table_with_something_behind_it_names_peers_with_a_warning() {
    let table = record(13, 1, &[192, 0, 2, 9, 0, 0, 0, 1, 0, 192, 0, 2, 1, 192, 0, 2, 1, 0, 5, 77]);
    let rib = record(13, 2, &[0, 0, 0, 0, 8, 10, 0, 1, 0, 0, 0, 0, 0, 5, 0, 0]);
    let sound = record(13, 1, &[192, 0, 2, 9, 0, 0, 0, 1, 0, 192, 0, 2, 1, 192, 0, 2, 1, 0, 6]);
    assert_eq!(
        lines(&[table, rib.clone(), sound, rib].concat()),
        [
            "error TABLE_DUMP_V2 PEER_INDEX_TABLE record: 1 byte is left over (at byte 31)",
            "9 AS5 192.0.2.1 = 10.0.0.0/8 [RIB entry: the peer table before it is damaged, its peer may be another (at byte 52)]",
            "9 AS6 192.0.2.1 = 10.0.0.0/8",
        ]
    );
}

#[test]
fn octets_behind_a_message_do_not_cost_its_routes() {
    let mut bytes = update(&[0, 2, 8, 10, 0, 0]);
    bytes.extend([1, 2]);
    let len = u32::try_from(bytes.len() - 12).unwrap();
    bytes[8..12].copy_from_slice(&len.to_be_bytes());
    assert_eq!(
        lines(&bytes),
        [
            "9 AS64496 192.0.2.1 - 10.0.0.0/8 [BGP4MP MESSAGE_AS4 record: 2 bytes are left over (at byte 57)]",
            "error BGP4MP MESSAGE_AS4 record: 2 bytes are left over (at byte 57)",
        ]
    );
    let record = Record::parse_at(&bytes, 0).unwrap();
    let mut text = Vec::new();
    record.findings(&ReadContext::new(), |e| text.push(e.to_string()));
    assert_eq!(text, ["BGP4MP MESSAGE_AS4 record: 2 bytes are left over (at byte 57)"]);
}

/// Found by fuzzing: the final error was less severe than the finding of the record (RFC 7606 section 5.2).
#[test]
fn a_broken_list_without_routes_to_withdraw_resets_the_session() {
    let bytes = update(&[0, 2, 8, 10, 0, 4, 0x40, 1, 5, 0]);
    let mut found = Vec::new();
    Record::parse_at(&bytes, 0).unwrap().findings(&ReadContext::new(), |e| found.push(e));
    let list: Vec<_> = elements(&bytes).collect();
    let [Ok(withdrawn), Err(e)] = list[..] else { panic!("{list:?}") };
    assert_eq!((withdrawn.finding(), found), (Some(e), vec![e]));
    assert_eq!(
        (e.to_string().as_str(), e.action()),
        ("ORIGIN attribute: needs 4 bytes more than are there (at byte 57)", Action::ResetSession)
    );
}

#[test]
fn a_message_of_unknown_type_is_an_error() {
    let mut bytes = update(&[0, 0, 0, 0]);
    bytes[12 + 20 + 18] = 77;
    let text = "BGP message header: value 77 is not valid here (at byte 50)";
    assert_eq!(lines(&bytes), [format!("error {text}")]);
    let mut found = Vec::new();
    let action = Record::parse_at(&bytes, 0).unwrap().findings(&ReadContext::new(), |e| {
        found.push((e.to_string(), e.notification().map(|(code, subcode)| (code.0, subcode))))
    });
    assert_eq!(found, [(text.to_string(), Some((1, 3)))]);
    assert_eq!(action, Action::ResetSession);
}

#[test]
fn a_table_of_a_family_that_nobody_knows_is_one_route_a_record() {
    // AFI 99, SAFI 1: route, count and entries cannot be separated.
    let bytes = record(13, 6, &[0, 0, 0, 7, 0, 99, 1, 8, 10, 0, 0]);
    let list: Vec<_> = elements(&bytes).map(Result::unwrap).collect();
    let [e] = list[..] else { panic!("{list:?}") };
    assert_eq!((e.kind(), e.family(), e.is_clean()), (ElementKind::Rib, Some(Family::new(Afi(99), Safi(1))), true));
    let Route::Other(route) = e.route() else { panic!("{e}") };
    assert_eq!(route.bytes, [8, 10, 0, 0]);
}

#[test]
fn accessors_speak_of_the_merged_path() {
    // AS_PATH 1 23456, AS4_PATH 65536, COMMUNITIES 1:2 on a two-octet session.
    let body = [
        0, 0, 0, 35, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 2, 0, 1, 0x5b, 0xa0, 0x40, 3, 4, 192, 0, 2, 1, 0xc0, 17, 6, 2, 1, 0, 1, 0, 0,
        0xc0, 8, 4, 0, 1, 0, 2, 8, 10,
    ];
    let mut b = vec![0xfb, 0xf0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254];
    b.extend([0xff; 16]);
    b.extend((u16::try_from(body.len()).unwrap() + 19).to_be_bytes());
    b.push(2);
    b.extend(body);
    b[16 + 19 + 3] = 36;
    let bytes = record(16, 1, &b);
    let e = elements(&bytes).next().unwrap().unwrap();
    assert!(e.is_clean(), "{e}");
    assert_eq!(e.as_path().unwrap().to_string(), "1 65536");
    assert_eq!(e.origins().unwrap().map(|asn| asn.0).collect::<Vec<_>>(), [65536]);
    assert_eq!(e.communities().unwrap().iter().map(|c| c.to_string()).collect::<Vec<_>>(), ["1:2"]);
}

#[test]
fn a_shared_peer_table_serves_several_readers() {
    let table = record(13, 1, &[192, 0, 2, 9, 0, 0, 0, 1, 0, 192, 0, 2, 1, 192, 0, 2, 1, 0, 5]);
    let rib = record(13, 2, &[0, 0, 0, 0, 8, 10, 0, 1, 0, 0, 0, 0, 0, 5, 0, 0]);
    let mut peers = ReadContext::new();
    assert!(peers.observe(&Record::parse_at(&table, 0).unwrap()));
    let (record, peers) = (Record::parse_at(&rib, 0).unwrap(), &peers);
    let of = |_| record.elements_by(peers).map(|e| e.unwrap().peer().asn.0).collect::<Vec<_>>();
    assert_eq!([of(0), of(1)], [[5], [5]]);
}
