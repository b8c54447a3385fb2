//! Dissector and decoder must agree: every finding is an error among the places.
#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "tests report by panicking")]

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use routeglass::error::ErrorKind;
use routeglass::mrt::{self, ReadContext, Record, records};
use routeglass::places::{Place, Places};
use routeglass::{Session, bgp};

use crate::common::vectors::{ATTRIBUTES, ATTRIBUTES_V6, all, bgp4mp, entry, message, record, rib, update};
#[cfg(feature = "compression")]
use crate::common::{self, captures};

/// Findings of a record, except about the peers of its entries.
fn findings(record: &Record<'_>, peers: &ReadContext) -> Vec<String> {
    let mut list = Vec::new();
    record.findings(peers, |e| {
        if !matches!(e.kind(), ErrorKind::NoPeerTable | ErrorKind::NoSuchPeer(_) | ErrorKind::DamagedPeerTable) {
            list.push(e.to_string());
        }
    });
    list
}

fn errors(record: &Record<'_>, peers: &ReadContext) -> Vec<String> {
    let mut places = Places::new();
    record.places_by(peers, &mut places);
    places.iter().filter_map(|place| place.error.map(|e| e.to_string())).collect()
}

/// Two fields share an octet in one case: the restart flags are the upper four bits of the two octets whose lower twelve are the
/// restart time (RFC 4724 section 3).
fn shares(leaf: &Place, at: u64) -> bool {
    leaf.name == "time" && leaf.range.end - leaf.range.start == 2 && leaf.range.start + 1 == at
}

/// One field may have an empty text and an octet: an empty file name, and its final zero.
fn is_nameless(leaf: &Place) -> bool {
    leaf.name == "file_name" && leaf.range.end - leaf.range.start == 1
}

/// Invariant for any input, valid, damaged or truncated: leaves hold each octet of the range once, and have a text.
fn cover(places: &Places, range: &Range<u64>) -> Result<(), String> {
    let mut at = range.start;
    for leaf in places.leaves() {
        if (leaf.range.start != at && !shares(leaf, at)) || leaf.range.end < at {
            return Err(format!("a gap or an overlap at {at}, in front of {} {:?}", leaf.name, leaf.range));
        }
        if leaf.text.is_empty() && !leaf.range.is_empty() && !is_nameless(leaf) {
            return Err(format!("{} at {at} says nothing", leaf.name));
        }
        at = leaf.range.end;
    }
    if at == range.end { Ok(()) } else { Err(format!("the octets from {at} on are no field's")) }
}

/// Invariant for composite fields: no field exceeds the range.
fn inside(places: &Places, range: &Range<u64>) -> Result<(), String> {
    for place in places {
        let Range { start, end } = place.range;
        if start < range.start || end < start || range.end < end {
            return Err(format!("{} {:?} leaves {range:?}", place.name, place.range));
        }
    }
    Ok(())
}

/// Both invariants for the places of a record or message of `len` octets at `start`; returns whether it is valid.
fn lawful(name: &str, places: &Places, start: u64, len: usize) -> bool {
    let range = start..start + len as u64;
    let sound = !places.iter().any(|place| place.error.is_some());
    let law = inside(places, &range).and_then(|()| cover(places, &range));
    assert_eq!(law, Ok(()), "{name}:\n{places}");
    sound
}

/// Invariant of truncation: every leaf that ends before it is still present. The names of missing ones go to `lost`.
fn keeps(name: &str, whole: &Places, cut: &Places, end: u64, lost: &mut BTreeSet<String>) {
    let left: HashSet<_> = cut.leaves().map(|leaf| (leaf.name.as_ref(), leaf.range.clone())).collect();
    for leaf in whole.leaves().filter(|leaf| leaf.range.end <= end && !leaf.range.is_empty()) {
        if !left.contains(&(leaf.name.as_ref(), leaf.range.clone())) {
            lost.insert(format!("{name}: {}", leaf.name));
        }
    }
}

#[test]
fn leaves_hold_every_octet_of_every_record() {
    let mut lost = BTreeSet::new();
    for (name, bytes) in all() {
        let mut peers = ReadContext::new();
        for record in records(&bytes) {
            let record = record.unwrap();
            peers.observe(&record);
            let mut places = Places::new();
            record.places_by(&peers, &mut places);
            assert!(lawful(name, &places, record.offset(), record.as_bytes().len()), "{name}:\n{places}");
        }
        // Truncated at every octet, with and without an adjusted header.
        let last = records(&bytes).map(|record| usize::try_from(record.unwrap().offset()).unwrap()).last().unwrap();
        let mut whole = Places::new();
        mrt::places(&bytes[last..], 70, &mut whole);
        for n in 1..bytes.len() - last {
            let mut cut = bytes[last..last + n].to_vec();
            let mut places = Places::new();
            mrt::places(&cut, 70, &mut places);
            assert!(!lawful(name, &places, 70, n), "{name} cut at {n}:\n{places}");
            keeps(name, &whole, &places, 70 + n as u64, &mut lost);
            if n >= 12 {
                cut[8..12].copy_from_slice(&u32::try_from(n - 12).unwrap().to_be_bytes());
                let mut places = Places::new();
                mrt::places(&cut, 70, &mut places);
                lawful(name, &places, 70, n);
                // By its length a state change of 8 or 12 octets has the short form, without interface and AFI.
                if !name.contains("STATE_CHANGE") {
                    keeps(name, &whole, &places, 70 + n as u64, &mut lost);
                }
            }
        }
    }
    assert_eq!(lost, BTreeSet::new());
}

/// The messages of the corpus outside archives, each in a session without findings, whole and truncated at every octet.
#[cfg(feature = "compression")]
#[test]
fn leaves_hold_every_octet_of_the_messages_of_the_corpus() {
    let Some(corpus) = common::corpus() else { return };
    let mut all = captures::crafted(&corpus);
    all.extend(captures::vectors(&corpus));
    for (name, bytes) in captures::captures(&corpus) {
        for stream in captures::streams(&bytes) {
            all.extend(captures::messages(&stream).into_iter().map(|message| (name.clone(), message)));
        }
    }
    let sessions = [Session::AS4, Session::AS2, Session::AS4.with_add_path(), Session::AS2.with_add_path()];
    let sessions = sessions.map(Session::with_extended_message);
    let (mut sound, mut cuts) = (0, 0);
    let mut seen = HashSet::new();
    for (name, bytes) in &all {
        if !seen.insert(bytes) {
            continue;
        }
        let mut clean = false;
        for session in &sessions {
            let mut places = Places::new();
            bgp::places(bytes, session, 9, &mut places);
            clean |= lawful(name, &places, 9, bytes.len());
        }
        sound += usize::from(clean);
        for n in 0..bytes.len().min(400) {
            let mut places = Places::new();
            bgp::places(&bytes[..n], &Session::AS4, 9, &mut places);
            lawful(name, &places, 9, n);
            cuts += 1;
        }
    }
    println!("{} messages, {sound} sound, {cuts} cuts", seen.len());
    assert!(seen.len() > 3000 && sound > 2000, "{} {sound}", seen.len());
}

/// Checks every record of an archive; returns how many have findings.
fn agree(name: &str, archive: &[u8], most: usize) -> usize {
    let (mut peers, mut damaged) = (ReadContext::new(), 0);
    for record in records(archive).flatten().take(most) {
        peers.observe(&record);
        let mut places = Places::new();
        record.places_by(&peers, &mut places);
        lawful(name, &places, record.offset(), record.as_bytes().len());
        let findings = findings(&record, &peers);
        if findings.is_empty() {
            continue;
        }
        damaged += 1;
        let errors = errors(&record, &peers);
        for finding in &findings {
            assert!(errors.contains(finding), "{name}: {finding}: not among {errors:#?} of {:02x?}", record.as_bytes());
        }
        assert!(errors.iter().all(|e| !e.starts_with("input:")), "{name}: {errors:#?}");
    }
    damaged
}

#[test]
fn sound_records_have_no_error() {
    for (name, bytes) in all() {
        let mut peers = ReadContext::new();
        for record in records(&bytes) {
            let record = record.unwrap();
            peers.observe(&record);
            assert_eq!(errors(&record, &peers), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn findings_are_among_the_places() {
    let mut damaged = 0;
    for (name, bytes) in all() {
        let starts: Vec<_> = records(&bytes).map(|record| usize::try_from(record.unwrap().offset()).unwrap()).collect();
        let last = *starts.last().unwrap();
        // Every octet of the body changed; then a truncated body with an adjusted header.
        for at in last + 12..bytes.len() {
            for value in [0, 1, bytes[at] ^ 1, bytes[at].wrapping_add(1), 0x80, 0xff] {
                let mut broken = bytes.clone();
                broken[at] = value;
                damaged += agree(name, &broken, usize::MAX);
            }
            let mut cut = bytes[..at].to_vec();
            cut[last + 8..last + 12].copy_from_slice(&u32::try_from(at - last - 12).unwrap().to_be_bytes());
            damaged += agree(name, &cut, usize::MAX);
        }
    }
    assert!(damaged > 5000, "only {damaged} records were damaged");
}

/// Name, range and text of the leaves from octet `from` on, and the errors with their places.
fn behind(places: &Places, from: u64) -> (Vec<String>, Vec<String>) {
    let leaves = places.leaves().filter(|leaf| leaf.range.start >= from);
    let leaves = leaves.map(|leaf| format!("{}..{} {} {}", leaf.range.start, leaf.range.end, leaf.name, leaf.text)).collect();
    (leaves, places.iter().filter_map(|place| place.error.map(|e| e.to_string())).collect())
}

fn message_places(bytes: &[u8]) -> Places {
    let mut places = Places::new();
    bgp::places(bytes, &Session::AS4, 0, &mut places);
    places
}

#[test]
fn a_cut_attribute_shows_its_head_and_the_front_of_its_body() {
    // ORIGIN and AS_PATH; then L2VPN EVPN by 192.0.2.9, a MAC/IP Advertisement of 33 octets (RFC 7432 section 7.2).
    let mut attributes = ATTRIBUTES[..13].to_vec();
    attributes.extend([0x80, 14, 44, 0, 25, 70, 4, 192, 0, 2, 9, 0, 2, 33, 0, 0, 0xfb, 0xf0, 0, 0, 0, 7]);
    attributes.extend([0; 14]);
    attributes.extend([48, 2, 0, 0, 0, 0, 1, 0, 0, 1, 1]);
    let whole = message(2, &update(&[], &attributes, &[]));
    // 19 octets of header, 4 of lengths, 13 of attributes before it; 39 + 44 = 83 is the end.
    assert_eq!(whole.len(), 83);
    assert!(message_places(&whole).iter().all(|place| place.error.is_none()));
    let (leaves, errors) = behind(&message_places(&whole[..65]), 36);
    assert_eq!(
        leaves,
        [
            "36..37 flags 0x80",
            "37..38 code 14 (MP_REACH_NLRI)",
            "38..39 length 44",
            "39..41 afi 25 (L2VPN)",
            "41..42 safi 70 (evpn)",
            "42..43 next_hop_length 4",
            "43..47 next_hop 192.0.2.9",
            "47..48 reserved 0",
            "48..49 type 2 (mac-ip)",
            "49..50 length 33",
            "50..52 type 0 (two-octet AS)",
            "52..54 administrator 64496",
            "54..58 assigned_number 7",
            "58..65 rest 0x00000000000000",
        ]
    );
    assert_eq!(
        errors.iter().filter(|e| **e == "MP_REACH_NLRI attribute: needs 18 bytes more than are there (at byte 36)").count(),
        1
    );
    // Inside the head, and inside the next hop.
    assert_eq!(behind(&message_places(&whole[..38]), 36).0, ["36..37 flags 0x80", "37..38 code 14 (MP_REACH_NLRI)"]);
    assert_eq!(behind(&message_places(&whole[..45]), 42).0, ["42..43 next_hop_length 4", "43..45 rest 0xc000"]);
}

#[test]
fn a_body_without_room_for_its_header_shows_what_there_is() {
    let shown = |attribute: &[u8]| behind(&message_places(&message(2, &update(&[], attribute, &[]))), 26);
    let (leaves, errors) = shown(&[0x80, 14, 5, 0, 2, 1, 16, 0x20]);
    assert_eq!(leaves, ["26..28 afi 2 (IPv6)", "28..29 safi 1 (unicast)", "29..30 next_hop_length 16", "30..31 rest 0x20"]);
    assert_eq!(errors.iter().filter(|e| e.contains("MP_REACH_NLRI attribute: needs 15 bytes more")).count(), 1, "{errors:?}");
    let (leaves, errors) = shown(&[0x80, 15, 2, 0, 2]);
    assert_eq!(leaves, ["26..28 afi 2 (IPv6)"]);
    assert_eq!(errors.iter().filter(|e| e.contains("MP_UNREACH_NLRI attribute: needs 1 byte more")).count(), 1, "{errors:?}");
    // A prefix with path identifier would need 5 octets and the address 3.
    let (leaves, _) = behind(&message_places(&message(2, &update(&[24, 10], &[], &[]))), 21);
    assert_eq!(leaves[..2], ["21..22 length 24", "22..23 rest 0x0a"]);
}

#[test]
fn a_tlv_that_overruns_shows_its_header() {
    // COMMUNITY_CONTAINER: a wide community of 32 octets, of which 10 are present (draft-ietf-idr-wide-bgp-communities section
    // 2).
    let attribute = [0xc0, 34, 10, 0, 1, 0, 0, 0, 32, 0, 0, 0, 5];
    let (leaves, errors) = behind(&message_places(&message(2, &update(&[], &attribute, &[]))), 26);
    assert_eq!(leaves, ["26..28 type 1", "28..29 flags 0", "29..30 reserved 0", "30..32 length 32", "32..36 community 5"]);
    assert_eq!(errors.iter().filter(|e| e.contains("COMMUNITY_CONTAINER")).count(), 1, "{errors:?}");
}

#[test]
fn a_cut_entry_of_a_table_shows_the_front_of_its_attributes() {
    // 12 octets of header, 4 of sequence, 2 of prefix, 2 of count, 8 of entry; the attributes start at 28, the third at 41.
    let whole = record(13, 4, &rib(&[8, 0x20], &[entry(0, None, ATTRIBUTES_V6)]));
    let mut places = Places::new();
    mrt::places(&whole[..50], 0, &mut places);
    let (leaves, errors) = behind(&places, 41);
    assert_eq!(
        leaves,
        [
            "41..42 flags 0x80",
            "42..43 code 14 (MP_REACH_NLRI)",
            "43..44 length 17",
            "44..45 next_hop_length 16",
            "45..50 rest 0x20010db800",
        ]
    );
    // The entry's list and the record.
    assert_eq!(
        errors,
        [
            "RIB entry: needs 11 bytes more than are there (at byte 28)",
            "MRT header: needs 11 bytes more than are there (at byte 0)"
        ]
    );
}

#[test]
fn the_obsolete_records_have_a_layout() {
    let fields = |name: &str| {
        let bytes = all().into_iter().find(|(n, _)| *n == name).unwrap().1;
        let mut places = Places::new();
        Record::parse_at(&bytes, 0).unwrap().places(&mut places);
        places.layers().to_string()
    };
    let text = fields("ENTRY");
    for field in [
        "peer_address: 192.0.2.1",
        "view: 0",
        "status: 1",
        "last_change: 1970-01-01T00:00:05Z",
        "afi: 1 (IPv4)",
        "next_hop: 192.0.2.1",
        "prefix: 198.51.100.0/24",
        "attribute: AS_PATH",
    ] {
        assert!(text.contains(field), "{field}: {text}");
    }
    for name in ["SNAPSHOT", "BGP SYNC"] {
        let text = fields(name);
        assert!(text.contains("view: 1\n  file_name: /var/rib\n"), "{text}");
    }
}

#[test]
fn an_error_names_its_part() {
    let errors = |bytes: &[u8]| errors(&Record::parse_at(bytes, 0).unwrap(), &ReadContext::new());
    let at = 12 + 20 + 19 + 4 + ATTRIBUTES.len();
    let cut = record(16, 4, &bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, &[24, 10]))));
    assert_eq!(errors(&cut), [format!("announced routes: needs 2 bytes more than are there (at byte {at})")]);
    let cut = record(16, 4, &bgp4mp(true, &message(2, &update(&[24, 10], &[], &[]))));
    assert_eq!(errors(&cut), ["withdrawn routes: needs 2 bytes more than are there (at byte 53)"]);
    let missing = record(16, 4, &bgp4mp(true, &message(2, &update(&[], &ATTRIBUTES[4..], &[8, 10]))));
    assert_eq!(errors(&missing), ["ORIGIN attribute: is missing (at byte 55)"]);
    let behind = record(13, 2, &[rib(&[8, 10], &[entry(0, None, ATTRIBUTES)]), vec![0]].concat());
    assert_eq!(errors(&behind), [format!("RIB entry: 1 byte is left over (at byte {})", behind.len() - 1)]);
    let nameless = record(16, 3, b"\0\x01/var");
    assert_eq!(errors(&nameless), ["BGP4MP SNAPSHOT record: needs 1 byte more than is there (at byte 14)"]);
}

#[cfg(feature = "compression")]
#[test]
fn findings_are_among_the_places_of_real_archives() {
    let Some(corpus) = common::corpus() else { return };
    let (mut archives, mut damaged) = (0, 0);
    for (name, archive) in common::archives(&corpus) {
        // The first records of each: damage is not only at the end of an archive.
        damaged += agree(&name, &archive, 5000);
        archives += 1;
    }
    println!("{damaged} damaged records of {archives} archives");
    assert!(archives > 50 && damaged > 0, "{archives} {damaged}");
}

/// Every record that carries routes shows the path of each, in every type and subtype.
#[test]
fn every_kind_of_record_shows_its_routes() {
    for (name, archive) in all() {
        let last = records(&archive).last().unwrap().unwrap();
        let mut places = Places::new();
        last.places(&mut places);
        let names: BTreeSet<&str> = places.iter().map(|place| place.name.as_ref()).collect();
        let routes = ["RIB_", "TABLE_DUMP", "MESSAGE", "ET MESSAGE", "ENTRY", "BGP UPDATE", "BGP4PLUS"];
        if routes.iter().any(|start| name.starts_with(start)) {
            assert!(["prefix", "segment", "asn"].iter().all(|field| names.contains(field)), "{name}: {names:?}");
        }
        assert_eq!(names.contains("path_id"), name.starts_with("RIB_") && name.ends_with("ADDPATH"), "{name}: {names:?}");
        assert_eq!(names.contains("hold time"), name == "BGP OPEN");
        assert_eq!(names.contains("subcode"), name == "BGP NOTIFY");
        assert!(!names.contains("rest"), "{name}: {names:?}");
    }
}
