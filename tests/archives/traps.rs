//! Peculiarities of archives written by collectors and daemons, one test each.
//!
//! Every case is built here, octet by octet, so that its test needs no corpus. If the corpus has the original file, it is read
//! too.
#![cfg(feature = "std")]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests report by panicking"
)]

use std::collections::BTreeMap;

use routeglass::bgp::{CapabilityValue, Message, Open};
use routeglass::codes::{Afi, AttrCode, FsmState, Safi};
use routeglass::element::{Element, ElementKind, Route};
use routeglass::elements;
use routeglass::error::Action;
use routeglass::io::{ReadError, ReaderOptions};
use routeglass::mrt::{Bgp4mpMessage, Body, Evidence, ReadContext, Reader, Record, RibRecord, records};
use routeglass::nlri::NextHop;
use routeglass::text::bgpdump::Line;
use routeglass::{Asn, Family};

use crate::common;
use crate::common::vectors::{
    ATTRIBUTES, ATTRIBUTES_AS2, ATTRIBUTES_V6, bgp4mp, entry, message, peer_index_table, record, rib, update,
};

/// A file of the corpus, decompressed; prints that it was skipped if there is no corpus.
fn real(name: &str) -> Option<Vec<u8>> {
    let path = common::corpus()?.join(name);
    if !cfg!(feature = "compression") {
        println!("skipped: compressed formats are off");
        return None;
    }
    assert!(path.is_file(), "{name} is not in the corpus");
    let bytes = common::content(&path);
    assert!(bytes.len() <= 20 << 20, "{name} is too large for a quick test");
    Some(bytes)
}

/// Elements as text, errors in their place.
fn lines(archive: &[u8]) -> Vec<String> {
    lines_by(archive, ReadContext::new())
}

fn lines_by(archive: &[u8], peers: ReadContext) -> Vec<String> {
    elements(archive).with_context(peers).map(|e| e.map_or_else(|e| format!("error: {e}"), |e| e.to_string())).collect()
}

/// Elements as `bgpdump -m` prints them.
fn dump_lines(archive: &[u8]) -> Vec<String> {
    elements(archive).map(|e| Line(e.unwrap()).to_string()).collect()
}

/// All findings of an archive.
fn findings(archive: &[u8]) -> Vec<String> {
    findings_by(archive, ReadContext::new())
}

fn findings_by(archive: &[u8], mut peers: ReadContext) -> Vec<String> {
    let mut list = Vec::new();
    for record in records(archive) {
        match record {
            Ok(record) => {
                let _ = record.elements(&mut peers);
                record.findings(&peers, |e| list.push(e.to_string()));
            }
            Err(e) => list.push(e.to_string()),
        }
    }
    list
}

/// The family and octets of a route other than a plain prefix.
fn other(e: &Element<'_>) -> (Family, Vec<u8>) {
    match e.route() {
        Route::Other(route) => (route.family, route.bytes.to_vec()),
        _ => panic!("{e}"),
    }
}

fn bodies(archive: &[u8]) -> Vec<Body<'_>> {
    records(archive).map(|r| r.unwrap().body().unwrap()).collect()
}

fn messages(archive: &[u8]) -> Vec<Bgp4mpMessage<'_>> {
    let messages = bodies(archive).into_iter().filter_map(|body| match body {
        Body::Message(message) => Some(message),
        _ => None,
    });
    messages.collect()
}

fn ribs(archive: &[u8]) -> Vec<RibRecord<'_>> {
    let ribs = bodies(archive).into_iter().filter_map(|body| match body {
        Body::Rib(rib) => Some(rib),
        _ => None,
    });
    ribs.collect()
}

/// Number of records per type and subtype.
fn types(archive: &[u8]) -> BTreeMap<(u16, u16), usize> {
    let mut counts = BTreeMap::new();
    for record in records(archive).flatten() {
        *counts.entry((record.kind().0, record.subtype())).or_default() += 1;
    }
    counts
}

/// A BGP4MP MESSAGE_AS4 record from AS64496 at 192.0.2.1.
fn as4(m: &[u8]) -> Vec<u8> {
    record(16, 4, &bgp4mp(true, m))
}

/// The same from 192.0.2.2.
fn as4_from_another(m: &[u8]) -> Vec<u8> {
    let mut body = bgp4mp(true, m);
    body[15] = 2;
    record(16, 4, &body)
}

/// An UPDATE that announces `nlri` with the usual attributes.
fn announce(nlri: &[u8]) -> Vec<u8> {
    message(2, &update(&[], ATTRIBUTES, nlri))
}

/// ORIGIN IGP, AS_PATH 64496 and one more attribute.
fn attributes_and(flags: u8, code: u8, value: &[u8]) -> Vec<u8> {
    let mut a = ATTRIBUTES[..13].to_vec();
    a.extend([flags, code, u8::try_from(value.len()).unwrap()]);
    a.extend(value);
    a
}

const V6_NEXT_HOP: [u8; 16] = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const V6_LINK_LOCAL: [u8; 16] = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

// ---- What collectors' archives hold ----

/// A TABLE_DUMP record of several entries: view 0, sequence 7, then 10.0.N.0/24 from 192.0.2.1 AS64496 with ORIGIN IGP, NEXT_HOP.
fn batch(count: u8, declared_short: usize) -> Vec<u8> {
    let mut body = vec![0, 0, 0, 7];
    for n in 1..=count {
        body.extend([10, 0, n, 0, 24, 1, 0, 0, 0, 5, 192, 0, 2, 1, 0xfb, 0xf0, 0, 20]);
        body.extend([0x40, 1, 1, 0, 0x40, 2, 6, 2, 2, 0xfb, 0xf0, 0xfb, 0xf1, 0x40, 3, 4, 192, 0, 2, 1]);
    }
    let mut r = record(12, 1, &body);
    let len = u32::try_from(body.len() - declared_short).unwrap();
    r[8..12].copy_from_slice(&len.to_be_bytes());
    r
}

#[test]
fn the_2000_bview_declared_four_bytes_short() {
    let short = [batch(3, 4), batch(2, 4), batch(1, 4)].concat();
    let line = |n| format!("9 AS64496 192.0.2.1 = 10.0.{n}.0/24 path 64496 64497 via 192.0.2.1");
    assert_eq!(lines(&short), [1, 2, 3, 1, 2, 1].map(line));
    assert!(findings(&short).is_empty());
    // Declared in full, the same routes.
    assert_eq!(lines(&[batch(3, 0), batch(2, 0), batch(1, 0)].concat()), lines(&short));

    if let Some(bytes) = real("collectors/bgpkit-parser__rrc00_bview.20000111.0032.gz") {
        let (mut records_seen, mut entries, mut end) = (0, 0, 0);
        for record in records(&bytes) {
            let record = record.unwrap();
            let Body::TableDump(table) = record.body().unwrap() else { panic!("{record:?}") };
            records_seen += 1;
            entries += table.entries().filter(Result::is_ok).count();
            let declared = u32::from_be_bytes(*record.as_bytes()[8..].first_chunk().unwrap());
            assert_eq!(record.raw_body().len(), declared as usize + 4);
            end = record.offset() + record.as_bytes().len() as u64;
        }
        assert_eq!((records_seen, entries, end), (2_490, 452_018, bytes.len() as u64));
    }
}

#[test]
fn bad_headers_of_2000_and_where_framing_resumes() {
    // Ten octets of an incomplete record: the reader takes the first two of the next one as the rest of its length, which is 0,
    // and reads on two octets late. Without recovery, no route is invented and the offset of the first damage is reported.
    let state = record(5, 3, &[0xfb, 0xf0, 192, 0, 2, 1, 0, 3, 0, 2]);
    let bytes = [&state[..], &state[..10], &state, &state].concat();
    let line = "9 AS64496 192.0.2.1 ! Active > Connect".to_string();
    assert_eq!(
        lines(&bytes),
        [
            line.clone(),
            "error: BGP STATE_CHANGE record: needs 2 bytes more than are there (at byte 34)".into(),
            "error: MRT header: needs 719826 bytes more than are there (at byte 34)".into()
        ]
    );
    // From where the records are sound again there are no findings, and offsets count from the start of the file.
    let options = ReaderOptions::default().with_start_offset(32);
    let mut reader = Reader::with_options(&bytes[32..], options).unwrap();
    assert_eq!(reader.next_record().unwrap().unwrap().offset(), 32);
    assert_eq!(lines(&bytes[32..]), [line.clone(), line]);

    if let Some(bytes) = real("collectors/bgpkit-parser__rrc00_updates.20000325.0345.gz") {
        let starts: Vec<_> = records(&bytes).flatten().map(|r| r.offset()).collect();
        assert_eq!(starts[..5], [0, 36, 60, 124, 188]);
        assert_eq!(findings(&bytes)[0], "UPDATE message: needs 18732 bytes more than are there (at byte 214)");
        // There are no findings between the damaged headers, nor after them.
        let (middle, rest) = (&bytes[198..4554], &bytes[4568..]);
        assert!(records(middle).all(|r| r.unwrap().body().is_ok()) && findings(middle).is_empty());
        assert!(records(rest).all(|r| r.unwrap().body().is_ok()) && findings(rest).is_empty());
        assert_eq!((records(middle).count(), records(rest).count()), (198, 2_378));
    }
}

#[test]
fn shortened_zebra_state_change_and_open() {
    let open = message(1, &[4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 0]);
    let bytes = [record(16, 0, &[0, 0, 0, 0, 0, 1, 0, 2]), record(16, 1, &[&[0; 4][..], &open].concat())].concat();
    assert_eq!(lines(&bytes), ["9 AS0 ! Idle > Connect"]);
    assert!(findings(&bytes).is_empty());
    let shortened = messages(&bytes)[0];
    assert_eq!((shortened.peer_asn, shortened.peer_address, shortened.local_address), (Asn::ZERO, None, None));
    let Ok(Message::Open(open)) = shortened.message() else { panic!() };
    assert_eq!((open.asn(), open.hold_time(), open.bgp_id().to_string()), (Asn(64496), 180, "192.0.2.1".into()));

    if let Some(bytes) = real("collectors/bgpkit-parser__rrc01_updates.20001104.0124.gz") {
        let (mut short_states, mut short_opens) = (0, 0);
        for body in bodies(&bytes) {
            match body {
                Body::StateChange(change) if change.peer_address.is_none() => short_states += 1,
                Body::Message(m) if m.peer_address.is_none() => {
                    assert!(matches!(m.message(), Ok(Message::Open(_))));
                    short_opens += 1;
                }
                _ => {}
            }
        }
        assert_eq!((short_states, short_opens, records(&bytes).count()), (42, 21, 1_286));
        assert!(findings(&bytes).is_empty());
    }
}

#[test]
fn add_path_in_message_as4_that_the_type_denies() {
    // Path 1 of 192.0.2.0/24 and path 2 of 198.51.100.0/24: read plainly, three default routes, 0.0.0.0/1, and a length of 192.
    let one = as4(&announce(&[0, 0, 0, 1, 24, 192, 0, 2, 0, 0, 0, 2, 24, 198, 51, 100]));
    let two = as4(&announce(&[0, 0, 0, 3, 24, 203, 0, 113]));
    // Another peer conforms to the subtype.
    let plain = as4_from_another(&announce(&[24, 192, 0, 2, 16, 10, 1]));
    let bytes = [one.clone(), two, plain].concat();
    // By default the subtype's reading, with a finding for what does not fit.
    let usual = "9 AS64496 192.0.2.2 + 192.0.2.0/24 path 64496 via 192.0.2.1";
    let second = "9 AS64496 192.0.2.2 + 10.1.0.0/16 path 64496 via 192.0.2.1";
    let refused = |at| format!("announced routes: prefix length 192 is longer than an address (at byte {at})");
    let at = 12 + 20 + 19 + 4 + ATTRIBUTES.len() + 5;
    let far = format!("announced routes: prefix length 203 is longer than an address (at byte {})", one.len() + at);
    // The prefixes before the one that does not fit are given, with the finding.
    let before = |reason: &str, last| {
        let line = |prefix| format!("9 AS64496 192.0.2.1 + {prefix} path 64496 via 192.0.2.1 [{reason}]");
        [format!("error: {reason}"), line("0.0.0.0/0"), line("0.0.0.0/0"), line("0.0.0.0/0"), line(last)]
    };
    let (first, then) = (before(&refused(at), "0.0.0.0/1"), before(&far, "0.0.0.0/3"));
    assert_eq!(lines(&bytes), [&first[..], &then, &[usual.into(), second.into()]].concat());
    assert_eq!(findings(&bytes), [refused(at), far]);

    // The explicit pass detects it, for this peer and family only, with the counts.
    let evidence = Evidence::scan(&bytes);
    let found: Vec<_> = evidence
        .peers()
        .map(|(direction, peer)| {
            let (family, reading) = peer.readings().next().unwrap();
            (
                direction.peer_address.unwrap().to_string(),
                peer.add_path().contains(family),
                reading.only_add_path,
                reading.undecided,
            )
        })
        .collect();
    assert_eq!(found, [("192.0.2.1".to_string(), true, 2, 0), ("192.0.2.2".to_string(), false, 0, 1)]);
    let peers = ReadContext::new().with_evidence(evidence);
    assert!(findings_by(&bytes, peers.clone()).is_empty());
    assert_eq!(
        lines_by(&bytes, peers),
        [
            "9 AS64496 192.0.2.1 + 192.0.2.0/24 path 1 path 64496 via 192.0.2.1",
            "9 AS64496 192.0.2.1 + 198.51.100.0/24 path 2 path 64496 via 192.0.2.1",
            "9 AS64496 192.0.2.1 + 203.0.113.0/24 path 3 path 64496 via 192.0.2.1",
            usual,
            second
        ]
    );

    // BIRD 1.x: six UPDATEs with routes, and 14 routes in them, not the 24 that the plain reading would count before it fails.
    for name in ["collectors/mrtparse__bird_bgp", "collectors/mrtparse-hist__bird_bgp.985f1e"] {
        let Some(bytes) = real(name) else { continue };
        assert_eq!(findings(&bytes).len(), 6, "{name}");
        assert!(findings(&bytes).iter().all(|f| f.starts_with("announced routes: prefix length 1")), "{name}");
        let peers = ReadContext::new().with_evidence(Evidence::scan(&bytes));
        assert!(findings_by(&bytes, peers.clone()).is_empty(), "{name}");
        let routes: Vec<_> =
            elements(&bytes).with_context(peers).flatten().filter(|e| e.kind() == ElementKind::Announce).collect();
        assert_eq!(routes.len(), 14, "{name}");
        assert!(routes.iter().all(|e| matches!(e.path_id(), Some(1 | 2)) && e.prefix().unwrap().len() == 24), "{name}");
    }
}

#[test]
fn add_path_that_reads_well_without_it() {
    // Path 720 of 198.51.100.0/24: read plainly, 0/0 twice, 192.0.0.0/2 and the prefix.
    let odd = as4(&announce(&[0, 0, 2, 208, 24, 198, 51, 100]));
    assert!(findings(&odd).is_empty());
    let prefixes = |peers: ReadContext| -> Vec<String> {
        elements(&odd).with_context(peers).map(|e| e.unwrap().prefix().unwrap().to_string()).collect()
    };
    assert_eq!(prefixes(ReadContext::new()), ["0.0.0.0/0", "0.0.0.0/0", "192.0.0.0/2", "198.51.100.0/24"]);
    // Plausibility decides between two readings that both fit.
    let evidence = Evidence::scan(&odd);
    assert_eq!(evidence.peers().next().unwrap().1.readings().next().unwrap().1.rather_add_path, 1);
    assert_eq!(prefixes(ReadContext::new().with_evidence(evidence)), ["198.51.100.0/24"]);
    // The caller can override it.
    assert_eq!(prefixes(ReadContext::new().with_add_path()), ["198.51.100.0/24"]);

    if let Some(bytes) = real("collectors/bgpipe__sample.mrt") {
        assert!(findings(&bytes).is_empty());
        let evidence = Evidence::scan(&bytes);
        let found: Vec<_> = evidence
            .peers()
            .filter(|(_, p)| p.add_path().contains(Family::IPV4_UNICAST))
            .filter_map(|(direction, _)| direction.peer_address)
            .collect();
        assert_eq!(found, [std::net::IpAddr::from([206, 126, 236, 214])]);
        let peers = ReadContext::new().with_evidence(evidence);
        let routes: Vec<_> = elements(&bytes).with_context(peers).map(Result::unwrap).filter(|e| e.path_id().is_some()).collect();
        assert!(routes.iter().all(|e| e.peer().asn == Asn(57695) && e.prefix().unwrap().len() >= 8));
        let updates = messages(&bytes).iter().filter(|m| m.peer_asn == Asn(57695) && m.peer_address == Some(found[0])).count();
        assert_eq!((updates, routes.len()), (11, 24));
    }
}

#[test]
fn record_over_64_kib() {
    let entries: Vec<_> = (0..2_489_u16).map(|_| entry(0, None, ATTRIBUTES)).collect();
    let body = rib(&[16, 198, 51], &entries);
    let bytes = [peer_index_table(), record(13, 2, &body), record(13, 2, &rib(&[8, 10], &[entry(0, None, ATTRIBUTES)]))].concat();
    assert!(body.len() > 65_535);
    let list: Vec<_> = elements(&bytes).map(|e| e.unwrap().prefix().unwrap().to_string()).collect();
    assert_eq!(list.iter().filter(|p| *p == "198.51.0.0/16").count(), 2_489);
    assert_eq!((list.len(), list.last().unwrap().as_str()), (2_490, "10.0.0.0/8"));
    // With a reader whose buffer has to grow.
    let mut reader = Reader::with_options(&bytes[..], ReaderOptions::default().with_buffer_len(4_096)).unwrap();
    let mut lens = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        lens.push(record.raw_body().len());
    }
    assert_eq!(lens[1], body.len());
    // A limit below it is an error, and no memory is allocated for it.
    let options = ReaderOptions::default().with_max_record_len(65_535);
    let e = Reader::with_options(&bytes[..], options).unwrap().last().unwrap().unwrap_err();
    let at = peer_index_table().len();
    let text = format!("MRT header: a record of {} bytes is over the limit of 65535 (at byte {at})", body.len() + 12);
    assert!(matches!(e, ReadError::TooLong { .. }) && e.to_string() == text, "{e}");
}

#[test]
fn extended_message_with_4096_withdrawals() {
    // MP_UNREACH_NLRI of 4,096 /64s: 36,867 octets, from 2001:db8::2 AS65531, in a message that RFC 4271 alone would not allow.
    let mut value = vec![0, 2, 1];
    for n in 0..4_096_u16 {
        value.extend([64, 0x20, 1, 0x0d, 0xb8, 0, 0]);
        value.extend(n.to_be_bytes());
    }
    let mut attributes = vec![0x90, 15];
    attributes.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
    attributes.extend(&value);
    let mut body = vec![0, 0, 0xff, 0xfb, 0, 0, 0xfb, 0xff, 0, 0, 0, 2];
    body.extend([&V6_NEXT_HOP[..], &V6_NEXT_HOP].concat());
    body.extend(message(2, &update(&[], &attributes, &[])));
    let bytes = record(16, 4, &body);
    assert_eq!(body.len(), 36_938);
    let check = |bytes: &[u8]| {
        let list: Vec<_> = elements(bytes).map(Result::unwrap).collect();
        assert_eq!(list.len(), 4_096);
        assert!(list.iter().all(|e| e.kind() == ElementKind::Withdraw && e.is_clean() && e.peer().asn == Asn(65531)));
        assert!(findings(bytes).is_empty());
    };
    check(&bytes);
    assert_eq!(elements(&bytes).last().unwrap().unwrap().to_string(), "9 AS65531 2001:db8::1 - 2001:db8:0:fff::/64");
    if let Some(bytes) = real("collectors/bgpdump__updates.long_withdrawal.gz") {
        check(&bytes);
    }
}

#[test]
fn host_bits_after_the_mask() {
    let bytes = as4(&announce(&[20, 10, 1, 255]));
    assert_eq!(lines(&bytes), ["9 AS64496 192.0.2.1 + 10.1.240.0/20 path 64496 via 192.0.2.1"]);
    // The octets are still accessible.
    assert_eq!(messages(&bytes)[0].update().unwrap().unwrap().announced_bytes(), [20, 10, 1, 255]);
    assert!(findings(&bytes).is_empty());
    // Also in IPv6 and in a table.
    let v6 = attributes_and(0x80, 14, &[&[0, 2, 1, 16][..], &V6_NEXT_HOP, &[0, 20, 0x20, 1, 0xff]].concat());
    assert_eq!(
        lines(&as4(&message(2, &update(&[], &v6, &[]))))[0],
        "9 AS64496 192.0.2.1 + 2001:f000::/20 path 64496 via 2001:db8::1"
    );
    let table = [peer_index_table(), record(13, 2, &rib(&[9, 10, 255], &[entry(0, None, ATTRIBUTES)]))].concat();
    assert_eq!(ribs(&table)[0].prefix().unwrap().to_string(), "10.128.0.0/9");
}

#[test]
fn quagga_fsm_states_7_and_8() {
    let bytes = [record(16, 5, &bgp4mp(true, &[0, 6, 0, 7])), record(16, 0, &bgp4mp(false, &[0, 7, 0, 8]))].concat();
    assert_eq!(lines(&bytes), ["9 AS64496 192.0.2.1 ! Established > Clearing", "9 AS64496 192.0.2.1 ! Clearing > Deleted"]);
    assert_eq!(dump_lines(&bytes), ["BGP4MP|9|STATE|192.0.2.1|64496|6|7", "BGP4MP|9|STATE|192.0.2.1|64496|7|8"]);
    // An unnamed state is displayed by number.
    assert_eq!(lines(&record(16, 5, &bgp4mp(true, &[0, 9, 0, 1])))[0], "9 AS64496 192.0.2.1 ! FsmState(9) > Idle");

    for (name, state, times) in [
        ("collectors/bgpkit-parser__rrc03_updates.20100227.1600.first-796-records.gz", FsmState::CLEARING, 4),
        ("collectors/bgpkit-parser__rrc15_updates.20100227.1610.gz", FsmState::DELETED, 1),
    ] {
        if let Some(bytes) = real(name) {
            assert_eq!(changes(&bytes, state), times, "{name}");
            assert!(findings(&bytes).is_empty(), "{name}");
        }
    }
}

/// How many state changes start or end in `state`.
fn changes(archive: &[u8], state: FsmState) -> usize {
    let has = |kind| matches!(kind, ElementKind::StateChange(old, new) if old == state || new == state);
    elements(archive).flatten().filter(|e| has(e.kind())).count()
}

#[test]
fn rib_records_without_peer_index_table() {
    let bytes = record(13, 2, &rib(&[24, 198, 51, 100], &[entry(0, None, ATTRIBUTES), entry(7, None, ATTRIBUTES)]));
    let missing = |at| format!("RIB entry: no peer table comes before it (at byte {at})");
    let line = |at| format!("9 AS0 = 198.51.100.0/24 path 64496 via 192.0.2.1 [{}]", missing(at));
    assert_eq!(lines(&bytes), [line(12 + 10), line(12 + 10 + 28)]);
    assert_eq!(findings(&bytes), [missing(22), missing(50)]);
    // No peer is invented.
    assert!(elements(&bytes).all(|e| e.unwrap().peer().address.is_none()));

    if let Some(bytes) = real("collectors/pyasn__bview.20140112.1600_3samples.bz2") {
        let list: Vec<_> = elements(&bytes).map(|e| e.unwrap()).collect();
        let prefixes: Vec<_> = list.iter().map(|e| e.prefix().unwrap().to_string()).collect();
        assert_eq!(prefixes, ["1.0.0.0/24", "84.205.86.0/24", "1.0.20.0/23"]);
        assert_eq!(findings(&bytes), [missing(22), missing(77), missing(140)]);
    }
}

/// A PEER_INDEX_TABLE with one peer, AS64501 at 192.0.2.9.
fn other_table() -> Vec<u8> {
    record(13, 1, &[192, 0, 2, 254, 0, 0, 0, 1, 2, 192, 0, 2, 9, 192, 0, 2, 9, 0, 0, 0xfb, 0xf5])
}

#[test]
fn two_peer_index_tables() {
    let routes = |peer| record(13, 2, &rib(&[8, 10], &[entry(peer, None, ATTRIBUTES)]));
    let bytes = [peer_index_table(), routes(0), routes(1), other_table(), routes(0), routes(1)].concat();
    let end = bytes.len() - ATTRIBUTES.len() - 8;
    assert_eq!(
        lines(&bytes),
        [
            "9 AS64496 192.0.2.1 = 10.0.0.0/8 path 64496 via 192.0.2.1".to_string(),
            "9 AS64497 2001:db8::1 = 10.0.0.0/8 path 64496 via 192.0.2.1".into(),
            "9 AS64501 192.0.2.9 = 10.0.0.0/8 path 64496 via 192.0.2.1".into(),
            // The first table's second peer is no longer known.
            format!(
                "9 AS0 = 10.0.0.0/8 path 64496 via 192.0.2.1 [RIB entry: peer index 1 is past the peer table (at byte {end})]"
            ),
        ]
    );
    // A damaged table replaces the old one as well: no peer is better than a peer of another table.
    let damaged = record(13, 1, &[192, 0, 2, 254, 0, 0, 0, 9]);
    let bytes = [peer_index_table(), damaged, routes(0)].concat();
    assert!(lines(&bytes).last().unwrap().contains("the peer table before it is damaged"), "{:?}", lines(&bytes));

    // BIRD: two tables, and six with `table "*"`.
    if let Some(bytes) = real("collectors/mrtparse__bird-mrtdump_rib") {
        assert_eq!(types(&bytes), BTreeMap::from([((13, 1), 2), ((13, 2), 4), ((13, 8), 8)]));
        assert_eq!(elements(&bytes).filter(|e| e.as_ref().unwrap().is_clean()).count(), 18);
    }
    if let Some(bytes) = real("daemons/mesh-ebgp/mrt/bird-all-1795220218.mrt") {
        assert_eq!(types(&bytes)[&(13, 1)], 6);
        // Three routes have an ATTR_SET that holds no attributes, one has a PREFIX_SID without octets.
        assert_eq!(elements(&bytes).filter(|e| e.as_ref().unwrap().is_clean()).count(), 72);
    }
}

#[test]
fn bgp4mp_entry() {
    let mut body = vec![0, 0, 0, 1, 0, 0, 0, 5, 0, 1, 1, 4, 192, 0, 2, 7, 24, 198, 51, 100];
    body.extend(u16::try_from(ATTRIBUTES_AS2.len()).unwrap().to_be_bytes());
    body.extend(ATTRIBUTES_AS2);
    let bytes = record(16, 2, &bgp4mp(false, &body));
    // The next hop is the record's own field.
    assert_eq!(lines(&bytes), ["9 AS64496 192.0.2.1 = 198.51.100.0/24 path 64496 via 192.0.2.7"]);
    assert_eq!(dump_lines(&bytes), ["BGP4MP|9|B|192.0.2.1|64496|198.51.100.0/24|64496|IGP|192.0.2.7|0|0||NAG||"]);
    let Body::Entry(e) = bodies(&bytes)[0] else { panic!() };
    assert_eq!((e.view, e.status, e.last_change, e.family), (0, 1, 5, Family::IPV4_UNICAST));
    // A VPN route: no plain prefix.
    let mut body = vec![0, 0, 0, 1, 0, 0, 0, 5, 0, 1, 128, 4, 192, 0, 2, 7];
    let route = [112, 0, 0x10, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100];
    body.extend(route);
    body.extend([0, 0]);
    let bytes = record(16, 2, &bgp4mp(false, &body));
    assert_eq!(other(&elements(&bytes).next().unwrap().unwrap()), (Family::new(Afi(1), Safi(128)), route.to_vec()));

    if let Some(bytes) = real("collectors/mrtparse__openbgpd_rib_table-mp") {
        let list: Vec<_> = elements(&bytes).map(Result::unwrap).collect();
        assert_eq!((list.len(), list.iter().filter(|e| e.prefix().unwrap().is_v6()).count()), (31, 20));
        assert_eq!(
            Line(list[0]).to_string(),
            "BGP4MP|1444843446|B|192.168.1.102|65000|192.168.0.0/16|65015|IGP|192.168.0.15|100|0||NAG|65000 192.168.0.15|"
        );
        assert!(findings(&bytes).is_empty());
    }
}

#[test]
fn bgp_type_5_of_1999() {
    let head = [0xfb, 0xf0, 192, 0, 2, 1, 0xfb, 0xff, 192, 0, 2, 254];
    let legacy = |subtype, rest: &[u8]| record(5, subtype, &[&head[..], rest].concat());
    let bytes = [
        legacy(5, &[4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 0]),
        legacy(7, &[]),
        legacy(1, &update(&[8, 10], ATTRIBUTES_AS2, &[24, 198, 51, 100])),
        legacy(6, &[6, 4]),
        record(5, 3, &[0xfb, 0xf0, 192, 0, 2, 1, 0, 6, 0, 1]),
    ]
    .concat();
    assert_eq!(
        lines(&bytes),
        [
            "9 AS64496 192.0.2.1 - 10.0.0.0/8",
            "9 AS64496 192.0.2.1 + 198.51.100.0/24 path 64496 via 192.0.2.1",
            "9 AS64496 192.0.2.1 ! Established > Idle"
        ]
    );
    let kinds: Vec<_> = messages(&bytes).iter().map(|m| m.message().unwrap().kind().to_string()).collect();
    assert_eq!(kinds, ["OPEN", "KEEPALIVE", "UPDATE", "NOTIFICATION"]);

    if let Some(bytes) = real("collectors/bgpkit-parser__rrc00_updates.20000102.2014.gz") {
        assert_eq!(types(&bytes), BTreeMap::from([((5, 1), 3_818), ((5, 3), 16), ((5, 7), 123)]));
        let list: Vec<_> = elements(&bytes).map(Result::unwrap).collect();
        let count = |kind| list.iter().filter(|e| e.kind() == kind).count();
        assert_eq!((count(ElementKind::Announce), count(ElementKind::Withdraw)), (5_668, 675));
    }
}

#[test]
fn two_octet_updates_of_2002() {
    // The subtype determines the width of AS numbers: read with four octets, this path would be AS 4226874353 and half a number.
    let path = [0x40, 1, 1, 0, 0x40, 2, 8, 2, 3, 0xfb, 0xf0, 0xfb, 0xf1, 0xfb, 0xf2, 0x40, 3, 4, 192, 0, 2, 1];
    let bytes = record(16, 1, &bgp4mp(false, &message(2, &update(&[], &path, &[24, 198, 51, 100]))));
    assert_eq!(lines(&bytes), ["9 AS64496 192.0.2.1 + 198.51.100.0/24 path 64496 64497 64498 via 192.0.2.1"]);
    assert!(findings(&bytes).is_empty());
    let wrong = findings(&as4(&message(2, &update(&[], &path, &[24, 198, 51, 100]))));
    assert!(wrong[0].starts_with("AS_PATH attribute: "), "{wrong:?}");

    if let Some(bytes) = real("collectors/bgpdump__updates.20071015.1505.gz") {
        assert_eq!(types(&bytes), BTreeMap::from([((16, 1), 4_256), ((16, 4), 41)]));
        let announced =
            elements(&bytes).flatten().filter(|e| e.kind() == ElementKind::Announce && !e.prefix().unwrap().is_v6()).count();
        assert_eq!(announced, 10_064);
        assert!(!findings(&bytes).iter().any(|f| f.starts_with("AS_PATH")));
    }
}

#[cfg(feature = "bz2")]
#[test]
fn cut_bz2_stream() {
    use std::io::Write;
    // Blocks of 100 kB: records before the truncated block are delivered.
    let mut archive = peer_index_table();
    for n in 0..8_000_u16 {
        let [a, b] = n.to_be_bytes();
        archive.extend(record(13, 2, &rib(&[32, 10, 0, a, b], &[entry(n % 2, None, ATTRIBUTES)])));
    }
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(&archive).unwrap();
    let whole = encoder.finish().unwrap();
    let mut seen = Vec::new();
    for cut in [whole.len() - 1, whole.len() / 2, 20] {
        let mut reader = Reader::new(&whole[..cut]).unwrap();
        let (mut at, mut count) = (0, 0);
        let e = loop {
            match reader.next_record() {
                Ok(Some(record)) => {
                    assert_eq!(record.as_bytes(), &archive[at..at + record.as_bytes().len()]);
                    at += record.as_bytes().len();
                    count += 1;
                }
                Ok(None) => panic!("the end of the file was faked"),
                Err(e) => break e,
            }
        };
        let text = format!("bzip2 stream at byte 0 is cut short at byte {cut}, after ");
        assert!(matches!(e, ReadError::Io { .. }) && e.to_string().starts_with(&text), "{e}");
        assert!(reader.next_record().unwrap().is_none());
        seen.push(count);
    }
    assert!(seen[0] == 8_001 && seen[1] > 3_000 && seen[1] < 5_000 && seen[2] == 0, "{seen:?}");
}

#[test]
fn cut_bz2_stream_of_route_views() {
    let name = "collectors/pyasn__rib.20140523.0600_firstMB.bz2";
    let Some(dir) = common::corpus() else { return };
    if !cfg!(feature = "bz2") {
        return;
    }
    let mut reader = Reader::open(dir.join(name)).unwrap();
    let (mut count, mut entries) = (0, 0);
    let e = loop {
        match reader.next_record() {
            Ok(Some(record)) => {
                count += 1;
                if let Body::Rib(rib) = record.body().unwrap() {
                    entries += rib.entries().filter(Result::is_ok).count();
                }
            }
            Ok(None) => panic!("the end of the file was faked"),
            Err(e) => break e,
        }
    };
    assert_eq!((count, entries), (9_073, 270_005));
    assert_eq!(
        e.to_string(),
        "bzip2 stream at byte 0 is cut short at byte 1048576, after 15274550 decoded bytes (reading byte 15274550)"
    );
    // 1,267 octets of an incomplete record.
    assert_eq!(15_274_550 - reader.offset(), 1_267);
}

#[test]
fn manifests_count_an_updates_own_fields() {
    // Two announced and one withdrawn in the message's own fields; also one each in MP_REACH_NLRI and MP_UNREACH_NLRI.
    let mut attributes = ATTRIBUTES.to_vec();
    attributes.extend([0x80, 14, 26, 0, 2, 1, 16]);
    attributes.extend(V6_NEXT_HOP);
    attributes.extend([0, 32, 0x20, 1, 0x0d, 0xb8]);
    attributes.extend([0x80, 15, 8, 0, 2, 1, 32, 0x20, 1, 0x0d, 0xb9]);
    let bytes = as4(&message(2, &update(&[8, 10], &attributes, &[16, 198, 51, 16, 198, 52])));
    let u = messages(&bytes)[0].update().unwrap().unwrap();
    assert_eq!((u.announced().unwrap().iter().count(), u.withdrawn().unwrap().iter().count()), (2, 1));
    assert_eq!(
        lines(&bytes),
        [
            "9 AS64496 192.0.2.1 - 10.0.0.0/8",
            "9 AS64496 192.0.2.1 - 2001:db9::/32",
            "9 AS64496 192.0.2.1 + 198.51.0.0/16 path 64496 via 192.0.2.1",
            "9 AS64496 192.0.2.1 + 198.52.0.0/16 path 64496 via 192.0.2.1",
            "9 AS64496 192.0.2.1 + 2001:db8::/32 path 64496 via 2001:db8::1"
        ]
    );
    assert!(findings(&bytes).is_empty());
    // The manifest excludes RIB_GENERIC from its RIB columns; here it is a RIB record like the others.
    let table = [peer_index_table(), record(13, 6, &rib(&[0, 1, 1, 8, 10], &[entry(0, None, ATTRIBUTES)]))].concat();
    assert_eq!((ribs(&table).len(), lines(&table).len()), (1, 1));
    if let Some(bytes) = real("collectors/mrtparse__openbgpd_rib_table-v2") {
        let generic = records(&bytes).flatten().filter(|r| r.subtype() == 6).count();
        let all: usize = ribs(&bytes).iter().map(|r| r.entries().count()).sum();
        assert_eq!((generic, ribs(&bytes).len() - generic, all), (2, 21, 33));
    }
}

#[test]
fn multicast_where_bgpdump_is_of_two_minds() {
    // It prints multicast UPDATEs as if they were unicast and drops multicast tables; here both have a line, and their family.
    let bytes = raw_family(1, 2, &[192, 0, 2, 1], &[8, 10]);
    let table = [peer_index_table(), record(13, 3, &rib(&[8, 10], &[entry(0, None, ATTRIBUTES)]))].concat();
    assert_eq!(dump_lines(&bytes), ["BGP4MP|9|A|192.0.2.1|64496|10.0.0.0/8|64496|IGP|192.0.2.1|0|0||NAG||"]);
    assert_eq!(dump_lines(&table), ["TABLE_DUMP2|9|B|192.0.2.1|64496|10.0.0.0/8|64496|IGP|192.0.2.1|0|0||NAG||"]);
    for archive in [bytes, table] {
        assert_eq!(elements(&archive).next().unwrap().unwrap().family(), Some(Family::IPV4_MULTICAST));
    }
}

#[test]
fn duplicate_communities_where_bgpdump_aborts() {
    let mut attributes = ATTRIBUTES.to_vec();
    attributes.extend([0xc0, 8, 4, 0xfb, 0xf0, 0, 1, 0xc0, 8, 4, 0xfb, 0xf0, 0, 2]);
    let bytes = as4(&message(2, &update(&[], &attributes, &[8, 10])));
    let at = 12 + 20 + 19 + 4 + ATTRIBUTES.len() + 7;
    assert_eq!(findings(&bytes), [format!("COMMUNITIES attribute: occurs more than once (at byte {at})")]);
    // RFC 7606: the first wins, the route is kept.
    let e = elements(&bytes).next().unwrap().unwrap();
    assert_eq!(e.action(), Action::DiscardAttribute);
    assert_eq!(e.attributes().unwrap().communities().unwrap().iter().map(|c| c.to_string()).collect::<Vec<_>>(), ["64496:1"]);
}

// ---- What daemons' dumps hold ----

fn v6_table(mp_reach: &[u8], flags: u8) -> Vec<u8> {
    let mut attributes = ATTRIBUTES_V6[..13].to_vec();
    attributes.extend([flags, 14]);
    if flags & 0x10 != 0 {
        attributes.push(0);
    }
    attributes.push(u8::try_from(mp_reach.len()).unwrap());
    attributes.extend(mp_reach);
    [peer_index_table(), record(13, 4, &rib(&[32, 0x20, 1, 0x0d, 0xb8], &[entry(1, None, &attributes)]))].concat()
}

const V6_LINE: &str = "9 AS64497 2001:db8::1 = 2001:db8::/32 path 64496 via 2001:db8::1";

/// All IPv6 routes of a real table have a next hop, without findings about MP_REACH_NLRI.
fn check_v6_next_hops(name: &str, routes: usize) {
    let Some(bytes) = real(name) else { return };
    let list: Vec<_> = elements(&bytes).map(Result::unwrap).filter(|e| e.family() == Some(Family::IPV6_UNICAST)).collect();
    assert_eq!(list.len(), routes, "{name}");
    for e in list {
        assert!(
            matches!(e.next_hop(), Ok(Some(NextHop::V6(_) | NextHop::V6LinkLocal(..) | NextHop::V4(_))) | Ok(None)),
            "{name}: {e}"
        );
        assert_eq!(e.attributes().unwrap().has(AttrCode::MP_REACH_NLRI), e.next_hop().unwrap().is_some(), "{name}: {e}");
    }
    // GoBGP cuts next hops of 48 octets to 32, of VPN routes: the others are sound.
    let of_cut = "MP_REACH_NLRI attribute: length 32 is not valid here";
    let others = findings(&bytes).into_iter().filter(|f| f.starts_with("MP_REACH"));
    assert_eq!(others.filter(|f| !(name.contains("gob-table") && f.starts_with(of_cut))).collect::<Vec<_>>(), [""; 0], "{name}");
}

#[test]
fn mp_reach_short_form() {
    let bytes = v6_table(&[&[16][..], &V6_NEXT_HOP].concat(), 0x80);
    assert_eq!(lines(&bytes), [V6_LINE]);
    let two = v6_table(&[&[32][..], &V6_NEXT_HOP, &V6_LINK_LOCAL].concat(), 0x80);
    assert_eq!(lines(&two), [format!("{V6_LINE} fe80::2")]);
    assert!(findings(&bytes).is_empty() && findings(&two).is_empty());
    check_v6_next_hops("daemons/mesh-ebgp/mrt/bird-m6-1795220218.mrt", 13);
    check_v6_next_hops("daemons/mesh-ebgp/mrt/obg-table-v2-1795220263.mrt", 33);
}

#[test]
fn mp_reach_frr_form() {
    // Family, next hop and the reserved octet, but no routes.
    let bytes = v6_table(&[&[0, 2, 1, 16][..], &V6_NEXT_HOP, &[0]].concat(), 0x80);
    assert_eq!(lines(&bytes), [V6_LINE]);
    assert!(findings(&bytes).is_empty());
    check_v6_next_hops("daemons/mesh-ebgp/mrt/frr-dump-routes.mrt", 13);
}

#[test]
fn mp_reach_full_form() {
    // The whole attribute with its route, under GoBGP's flags.
    let bytes = v6_table(&[&[0, 2, 1, 16][..], &V6_NEXT_HOP, &[0, 32, 0x20, 1, 0x0d, 0xb8]].concat(), 0x90);
    assert_eq!(lines(&bytes), [V6_LINE]);
    assert!(findings(&bytes).is_empty());
    check_v6_next_hops("daemons/mesh-ebgp/mrt/gob-table.mrt", 20);
}

#[test]
fn gobgp_peer_index_out_of_range() {
    // Index 2 of a table of two: GoBGP's own routes.
    let bytes =
        [peer_index_table(), record(13, 2, &rib(&[8, 10], &[entry(2, None, ATTRIBUTES), entry(0, None, ATTRIBUTES)]))].concat();
    let at = peer_index_table().len() + 12 + 8;
    let past = format!("RIB entry: peer index 2 is past the peer table (at byte {at})");
    assert_eq!(
        lines(&bytes),
        [
            format!("9 AS0 = 10.0.0.0/8 path 64496 via 192.0.2.1 [{past}]"),
            "9 AS64496 192.0.2.1 = 10.0.0.0/8 path 64496 via 192.0.2.1".into()
        ]
    );
    assert_eq!(findings(&bytes), [past]);
    // The damage is the container's, not the peer's: the route is kept and printed.
    assert_eq!(elements(&bytes).next().unwrap().unwrap().action(), Action::None);
    assert_eq!(dump_lines(&bytes)[0], "TABLE_DUMP2|9|B|0.0.0.0|0|10.0.0.0/8|64496|IGP|192.0.2.1|0|0||NAG||");

    for (name, past, all) in [("mesh-ebgp", 2, 78), ("addpath-et", 3, 143), ("gobgp-exotic", 3, 3)] {
        let Some(bytes) = real(&format!("daemons/{name}/mrt/gob-table.mrt")) else { continue };
        let unicast: Vec<_> = elements(&bytes).map(Result::unwrap).filter(|e| e.prefix().is_some()).collect();
        let found =
            unicast.iter().filter(|e| e.finding().is_some_and(|f| f.to_string().contains("is past the peer table"))).count();
        assert_eq!((found, unicast.len()), (past, all), "{name}");
    }
}

#[test]
fn gobgp_add_path_records_on_plain_sessions() {
    // RIB_GENERIC_ADDPATH and RIB_IPV4_UNICAST_ADDPATH for local routes between plain records: each record's subtype determines
    // its form.
    let vpn = [0, 1, 128, 112, 0, 0x10, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100];
    let bytes = [
        peer_index_table(),
        record(13, 2, &rib(&[8, 10], &[entry(0, None, ATTRIBUTES)])),
        record(13, 8, &rib(&[8, 11], &[entry(0, Some(1), ATTRIBUTES)])),
        record(13, 6, &rib(&vpn, &[entry(0, None, ATTRIBUTES)])),
        record(13, 12, &rib(&vpn, &[entry(0, Some(9), ATTRIBUTES)])),
    ]
    .concat();
    assert_eq!(
        lines(&bytes),
        [
            "9 AS64496 192.0.2.1 = 10.0.0.0/8 path 64496 via 192.0.2.1",
            "9 AS64496 192.0.2.1 = 11.0.0.0/8 path 1 path 64496 via 192.0.2.1",
            "9 AS64496 192.0.2.1 = IPv4 vpn 64496:1 198.51.100.0/24 label 256 path 64496 via 192.0.2.1",
            "9 AS64496 192.0.2.1 = IPv4 vpn 64496:1 198.51.100.0/24 label 256 path 9 path 64496 via 192.0.2.1"
        ]
    );
    let ids: Vec<_> = ribs(&bytes).iter().map(|r| r.entries().next().unwrap().unwrap().path_id()).collect();
    assert_eq!(ids, [None, Some(1), None, Some(9)]);
    if let Some(bytes) = real("daemons/gobgp-exotic/mrt/gob-table.mrt") {
        assert_eq!(types(&bytes), BTreeMap::from([((13, 1), 1), ((13, 6), 2), ((13, 8), 2), ((13, 10), 1), ((13, 12), 21)]));
        assert!(ribs(&bytes).iter().all(|r| r.entries().all(|e| e.is_ok())));
    }
}

#[test]
fn frr_state_change_of_12_bytes() {
    // The original octets: no interface, family or addresses.
    let bytes = record(16, 5, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 8]);
    assert_eq!(lines(&bytes), ["9 AS0 ! Idle > Deleted"]);
    let Body::StateChange(change) = bodies(&bytes)[0] else { panic!() };
    assert_eq!(
        (change.peer_asn, change.peer_address, change.old, change.new),
        (Asn::ZERO, None, FsmState::IDLE, FsmState::DELETED)
    );
    assert!(findings(&bytes).is_empty());
    // One octet less or more is damage.
    let text = |n: usize| findings(&record(16, 5, &[0; 13][..n]));
    assert_eq!((text(11).len(), text(13).len()), (1, 1));

    if let Some(bytes) = real("daemons/gobgp-exotic/mrt/frr-dump-all.mrt") {
        let short: Vec<_> = records(&bytes).flatten().filter(|r| r.subtype() == 5 && r.raw_body().len() == 12).collect();
        assert_eq!(short.len(), 1);
        assert_eq!(short[0].raw_body(), [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 8]);
        assert_eq!(lines(&bytes).last().unwrap(), "1795219458 AS0 ! Idle > Deleted");
    }
}

#[test]
fn frr_fsm_states_7_and_8() {
    let bytes = [record(16, 5, &bgp4mp(true, &[0, 6, 0, 8])), record(16, 5, &bgp4mp(true, &[0, 7, 0, 1]))].concat();
    assert_eq!(lines(&bytes), ["9 AS64496 192.0.2.1 ! Established > Deleted", "9 AS64496 192.0.2.1 ! Clearing > Idle"]);
    if let Some(bytes) = real("daemons/mesh-ebgp/mrt/frr-dump-all.mrt") {
        assert_eq!((changes(&bytes, FsmState::CLEARING), changes(&bytes, FsmState::DELETED)), (22, 16));
    }
}

#[test]
fn peer_local_as_low_16_bits() {
    // In two-octet records 4200000002 is 59906 by FRR, AS_TRANS by BIRD, and a neighbour is 0 by OpenBGPD: the octets are
    // returned unchanged.
    let keepalive = message(4, &[]);
    let local = |asn: u16| {
        let mut body = bgp4mp(false, &keepalive);
        body[2..4].copy_from_slice(&asn.to_be_bytes());
        messages(&record(16, 1, &body))[0].local_asn
    };
    assert_eq!(4_200_000_002_u32 & 0xffff, 59_906);
    assert_eq!((local(59_906), local(23_456)), (Asn(59_906), Asn::TRANS));
    let mut body = bgp4mp(false, &keepalive);
    body[..2].copy_from_slice(&[0, 0]);
    assert_eq!(messages(&record(16, 1, &body))[0].peer_asn, Asn::ZERO);
    assert!(findings(&record(16, 1, &body)).is_empty());

    // FRR's is the local one (10.0.0.2), OpenBGPD's neighbour 0 comes before negotiation.
    for (name, wants) in [("frr-dump-all", 59_906), ("bird-mrtdump", 23_456)] {
        let Some(bytes) = real(&format!("daemons/mesh-ebgp/mrt/{name}.mrt")) else { continue };
        let two: Vec<_> = messages(&bytes).into_iter().filter(|m| !m.session.asn4).collect();
        assert!(two.iter().any(|m| m.local_asn == Asn(wants) || m.peer_asn == Asn(wants)), "{name}");
        assert!(two.iter().all(|m| m.local_asn != Asn(4_200_000_002)), "{name}");
    }
    if let Some(bytes) = real("daemons/mesh-ebgp/mrt/obg-all-in.mrt") {
        let two: Vec<_> = messages(&bytes).into_iter().filter(|m| !m.session.asn4).collect();
        assert!(!two.is_empty() && two.iter().all(|m| m.peer_asn == Asn::ZERO));
    }
}

#[test]
fn open_in_message_and_updates_in_message_as4() {
    // The subtype changes in the middle of a session; each record is read by its own.
    let open = message(1, &[4, 0x5b, 0xa0, 0, 180, 192, 0, 2, 1, 8, 2, 6, 65, 4, 0, 1, 0, 0]);
    let bytes = [
        record(16, 1, &bgp4mp(false, &open)),
        as4(&announce(&[8, 10])),
        record(16, 1, &bgp4mp(false, &message(2, &update(&[], ATTRIBUTES_AS2, &[8, 11])))),
    ]
    .concat();
    assert_eq!(
        lines(&bytes),
        [
            "9 AS64496 192.0.2.1 + 10.0.0.0/8 path 64496 via 192.0.2.1",
            "9 AS64496 192.0.2.1 + 11.0.0.0/8 path 64496 via 192.0.2.1"
        ]
    );
    let Ok(Message::Open(open)) = messages(&bytes)[0].message() else { panic!() };
    assert_eq!((open.my_as(), open.asn()), (23_456, Asn(65_536)));
    for name in ["frr-dump-all", "bird-mrtdump", "obg-all-in", "obg-all-out"] {
        let Some(bytes) = real(&format!("daemons/mesh-ebgp/mrt/{name}.mrt")) else { continue };
        let (mut opens, mut updates) = (0, 0);
        for m in messages(&bytes) {
            match m.message().unwrap() {
                Message::Open(_) => {
                    assert!(!m.session.asn4, "{name}");
                    opens += 1;
                }
                Message::Update(_) => {
                    assert!(m.session.asn4, "{name}");
                    updates += 1;
                }
                _ => {}
            }
        }
        assert!(opens >= 4 && updates > 300, "{name}: {opens} {updates}");
    }
}

#[test]
fn openbgpd_dump_all_out_names_itself_the_peer() {
    // Sent messages under the subtypes for received ones, sender first: fields are returned unchanged, and nothing is marked
    // LOCAL.
    let bytes = as4(&announce(&[8, 10]));
    assert!(!elements(&bytes).next().unwrap().unwrap().is_local());
    // The subtypes of RFC 6396 for sent messages are marked.
    let honest = record(16, 7, &bgp4mp(true, &announce(&[8, 10])));
    assert!(elements(&honest).next().unwrap().unwrap().is_local());
    assert!(dump_lines(&honest)[0].starts_with("BGP4MP_LOCAL|9|A|192.0.2.1|64496|10.0.0.0/8|"), "{:?}", dump_lines(&honest));
    if let Some(bytes) = real("daemons/mesh-ebgp/mrt/obg-all-out.mrt") {
        let list: Vec<_> = messages(&bytes).into_iter().filter(|m| m.session.asn4).collect();
        assert_eq!(list.len(), 373);
        assert!(list.iter().all(|m| m.peer_asn == Asn(65005) && !m.local));
    }
}

#[test]
fn frr_endless_dump_empty_entries() {
    // RIB records without entries, repeated, with increasing numbers.
    let mut bytes = peer_index_table();
    bytes.extend(record(13, 8, &rib(&[24, 10, 99, 0], &[entry(0, Some(1), ATTRIBUTES)])));
    for n in 8..2_000_u32 {
        bytes.extend(record(13, 8, &[&n.to_be_bytes()[..], &[24, 10, 99, 0, 0, 0]].concat()));
    }
    assert_eq!(lines(&bytes), ["9 AS64496 192.0.2.1 = 10.99.0.0/24 path 1 path 64496 via 192.0.2.1"]);
    assert!(findings(&bytes).is_empty());
    let list = ribs(&bytes);
    assert_eq!(list.iter().filter(|r| r.is_empty()).count(), 1_992);
    assert!(list.windows(2).all(|w| w[0].sequence() + 1 == w[1].sequence()));

    if let Some(bytes) = real("daemons/frr-bigattr-loop/mrt/frr-dump-routes-head300k.mrt.gz") {
        let list: Vec<_> = records(&bytes).collect();
        let (last, whole) = list.split_last().unwrap();
        assert_eq!(last.as_ref().unwrap_err().to_string(), "MRT header: needs 6 bytes more than are there (at byte 299994)");
        let rib = |r: &Record<'_>| match r.body() {
            Ok(Body::Rib(rib)) => Some((rib.len(), rib.prefix().unwrap().to_string())),
            _ => None,
        };
        let ribs: Vec<_> = whole.iter().filter_map(|r| rib(r.as_ref().unwrap())).collect();
        let empty: Vec<_> = ribs.iter().filter(|(len, _)| *len == 0).collect();
        assert_eq!((ribs.len(), ribs.iter().map(|(len, _)| len).sum::<usize>()), (13_311, 151));
        assert!(empty.len() > 13_000 && empty.iter().all(|(_, prefix)| prefix == "10.99.0.0/24"), "{}", empty.len());
    }
}

#[test]
fn pseudo_peer_at_index_0() {
    let table = |peer: &[u8]| record(13, 1, &[&[192, 0, 2, 254, 0, 0, 0, 1][..], peer].concat());
    let bird = [&[3][..], &[0; 4], &[0; 16], &[0; 4]].concat();
    let frr = [&[2][..], &[0; 4], &[0; 4], &[0; 4]].concat();
    let openbgpd = [0, 192, 0, 2, 254, 0, 0, 0, 0, 0xfb, 0xff].to_vec();
    // A local route without NEXT_HOP, printed as all ones.
    let route = record(13, 2, &rib(&[8, 10], &[entry(0, None, &[0x40, 1, 1, 0, 0x40, 2, 0])]));
    for (peer, text) in [(bird, "::|0"), (frr, "0.0.0.0|0"), (openbgpd, "0.0.0.0|64511")] {
        let bytes = [table(&peer), route.clone()].concat();
        assert_eq!(dump_lines(&bytes), [format!("TABLE_DUMP2|9|B|{text}|10.0.0.0/8||IGP|255.255.255.255|0|0||NAG||")]);
        assert!(findings(&bytes).is_empty());
    }
    for (name, first) in [
        ("bird-m4-1795220218", (3, "::", 0)),
        ("frr-dump-routes", (2, "0.0.0.0", 0)),
        ("gob-table", (2, "0.0.0.0", 0)),
        ("obg-table-v2-1795220263", (0, "0.0.0.0", 65005)),
    ] {
        let Some(bytes) = real(&format!("daemons/mesh-ebgp/mrt/{name}.mrt")) else { continue };
        let Body::PeerIndexTable(table) = bodies(&bytes)[0] else { panic!("{name}") };
        let peer = table.peers().next().unwrap();
        assert_eq!((peer.kind, peer.address.to_string().as_str(), peer.asn.0), first, "{name}");
        assert_eq!(table.peers().count(), 5, "{name}");
        // Only OpenBGPD's AS numbers have two octets for some peers and four for others.
        let two = table.peers().filter(|peer| peer.kind & 2 == 0).count();
        assert_eq!(two, usize::from(name.starts_with("obg")), "{name}");
    }
}

#[test]
fn view_name_with_nul() {
    let table = |name: &[u8]| {
        let mut body = vec![192, 0, 2, 254, 0, u8::try_from(name.len()).unwrap()];
        body.extend(name);
        body.extend([0, 0]);
        record(13, 1, &body)
    };
    let view = |bytes: &[u8]| {
        let Body::PeerIndexTable(table) = bodies(bytes)[0] else { panic!() };
        table.view_name().to_vec()
    };
    for name in [&b"Adj-RIB-In\0"[..], b"VRF default", b"master4", b""] {
        assert_eq!(view(&table(name)), name);
        assert!(findings(&table(name)).is_empty());
    }
    for (file, name) in [
        ("addpath-et/mrt/obg-adjin-table-v2-1795220205", &b"Adj-RIB-In\0"[..]),
        ("mesh-ebgp/mrt/frr-dump-routes", b"VRF default"),
        ("mesh-ebgp/mrt/bird-m4-1795220218", b"master4"),
        ("mesh-ebgp/mrt/gob-table", b""),
    ] {
        if let Some(bytes) = real(&format!("daemons/{file}.mrt")) {
            assert_eq!(view(&bytes), name, "{file}");
        }
    }
}

#[test]
fn plain_and_add_path_records_mixed_in_one_table() {
    let bytes = [
        peer_index_table(),
        record(13, 8, &rib(&[8, 10], &[entry(0, Some(1), ATTRIBUTES), entry(0, Some(2), ATTRIBUTES)])),
        record(13, 2, &rib(&[8, 11], &[entry(0, None, ATTRIBUTES)])),
        record(13, 10, &rib(&[32, 0x20, 1, 0x0d, 0xb8], &[entry(1, Some(3), ATTRIBUTES_V6)])),
        record(13, 4, &rib(&[32, 0x20, 1, 0x0d, 0xb9], &[entry(1, None, ATTRIBUTES_V6)])),
    ]
    .concat();
    let ids: Vec<_> = elements(&bytes).map(|e| e.unwrap().path_id()).collect();
    assert_eq!(ids, [Some(1), Some(2), None, Some(3), None]);
    assert!(findings(&bytes).is_empty());
    for (name, plain, paths) in [("bird-m4-1795220223", 2, 8), ("obg-table-v2-1795220265", 2, 10)] {
        let Some(bytes) = real(&format!("daemons/addpath-et/mrt/{name}.mrt")) else { continue };
        let counts = types(&bytes);
        let of = |subtypes: [u16; 2]| -> usize { subtypes.iter().filter_map(|s| counts.get(&(13, *s))).sum() };
        assert_eq!((of([2, 4]), of([8, 10])), (plain, paths), "{name}");
        assert!(elements(&bytes).all(|e| e.unwrap().is_clean()), "{name}");
    }
}

#[test]
fn openbgpd_rib_generic_vpn_with_plain_next_hop() {
    // VPN-IPv4 with NEXT_HOP and no MP_REACH_NLRI.
    let route = [112, 0, 0x10, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100];
    let bytes =
        [peer_index_table(), record(13, 6, &rib(&[&[0, 1, 128][..], &route].concat(), &[entry(0, None, ATTRIBUTES)]))].concat();
    let e = elements(&bytes).next().unwrap().unwrap();
    assert_eq!(other(&e), (Family::new(Afi(1), Safi(128)), route.to_vec()));
    assert_eq!(e.next_hop().unwrap().unwrap().to_string(), "192.0.2.1");
    assert!(findings(&bytes).is_empty());
    if let Some(bytes) = real("collectors/mrtparse__openbgpd_rib_table-v2") {
        let vpn: Vec<_> = elements(&bytes).map(Result::unwrap).filter(|e| e.prefix().is_none()).collect();
        assert_eq!(vpn.len(), 2);
        for e in vpn {
            let attributes = e.attributes().unwrap();
            assert!(attributes.mp_reach().unwrap().is_none() && matches!(e.next_hop(), Ok(Some(NextHop::V4(_)))), "{e}");
        }
    }
}

#[test]
fn microseconds_and_interface_where_daemons_write_them() {
    let et = record(17, 4, &[&[0, 0, 0, 7][..], &bgp4mp(true, &announce(&[8, 10]))].concat());
    let mut plain = as4(&announce(&[8, 10]));
    plain[21] = 2; // interface index
    assert!(lines(&et)[0].starts_with("9.000007 AS64496") && lines(&plain)[0].starts_with("9 AS64496"));
    assert_eq!((messages(&et)[0].interface, messages(&plain)[0].interface), (0, 2));
    for (name, micros, interface) in [
        ("mesh-ebgp/mrt/obg-all-in", true, 0),
        ("addpath-et/mrt/frr-dump-all-et", true, 0),
        ("mesh-ebgp/mrt/frr-dump-all", false, 0),
        ("mesh-ebgp/mrt/bird-mrtdump", false, 2),
        ("mesh-ebgp/mrt/gob-updates", false, 0),
    ] {
        let Some(bytes) = real(&format!("daemons/{name}.mrt")) else { continue };
        assert!(records(&bytes).all(|r| r.unwrap().timestamp().micros.is_some() == micros), "{name}");
        assert!(messages(&bytes).iter().all(|m| m.interface == interface), "{name}");
    }
}

#[test]
fn daemons_log_one_open_for_each_session_they_confirm() {
    let sessions = |bytes: &[u8]| {
        let opens = messages(bytes).iter().filter(|m| matches!(m.message(), Ok(Message::Open(_)))).count();
        let confirmed = ElementKind::StateChange(FsmState::OPEN_SENT, FsmState::OPEN_CONFIRM);
        (opens, elements(bytes).flatten().filter(|e| e.kind() == confirmed).count())
    };
    let open = message(1, &[4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 0]);
    let bytes = [record(16, 1, &bgp4mp(false, &open)), record(16, 5, &bgp4mp(true, &[0, 4, 0, 5]))].concat();
    assert_eq!(sessions(&bytes), (1, 1));
    for (name, n) in [("frr-dump-all", 14), ("bird-mrtdump", 11)] {
        if let Some(bytes) = real(&format!("daemons/mesh-ebgp/mrt/{name}.mrt")) {
            assert_eq!(sessions(&bytes), (n, n), "{name}");
        }
    }
    // GoBGP's contains only UPDATEs.
    if let Some(bytes) = real("daemons/mesh-ebgp/mrt/gob-updates.mrt") {
        assert!(messages(&bytes).iter().all(|m| matches!(m.message(), Ok(Message::Update(_)))));
    }
}

#[test]
fn a_files_name_says_nothing() {
    // GoBGP turned `gob2-updates.mrt` into `gob21-updates.mrt`: a number in a name is neither version nor format.
    let dir = std::env::temp_dir().join(format!("routeglass-traps-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    for name in ["gob21-updates.mrt", "updates.bz2", "updates.20000111.gz", "x"] {
        let path = dir.join(name);
        std::fs::write(&path, as4(&announce(&[8, 10]))).unwrap();
        let list: Vec<_> = Reader::open(&path).unwrap().map(Result::unwrap).collect();
        assert_eq!((list.len(), list[0].as_record().subtype()), (1, 4), "{name}");
    }
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn empty_file() {
    assert!(lines(&[]).is_empty() && findings(&[]).is_empty());
    let mut reader = Reader::new(&[][..]).unwrap();
    assert!(reader.next_record().unwrap().is_none());
    assert_eq!(reader.offset(), 0);
}

#[test]
fn pit_only_file() {
    // OpenBGPD's first dump: one PEER_INDEX_TABLE of 31 octets with a single all-zero peer.
    let bytes = record(13, 1, &[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(bytes.len(), 31);
    let check = |bytes: &[u8]| {
        let Body::PeerIndexTable(table) = bodies(bytes)[0] else { panic!() };
        assert_eq!((table.len(), table.is_empty(), table.view_name()), (1, false, &[][..]));
        assert!(lines(bytes).is_empty() && findings(bytes).is_empty());
        let mut peers = ReadContext::new();
        assert!(peers.observe(&records(bytes).next().unwrap().unwrap()) && peers.is_known());
        assert_eq!(peers.as_slice()[0].asn, Asn::ZERO);
    };
    check(&bytes);
    for name in ["addpath-et/mrt/obg-table-v2-1795220205", "mesh-ebgp/mrt/obg-table-v2-1795220203"] {
        if let Some(bytes) = real(&format!("daemons/{name}.mrt")) {
            check(&bytes);
        }
    }
}

// ---- What daemons put on the wire ----

#[test]
fn gobgp_open_overflow() {
    // 593 octets of parameters whose length, kept in one octet, is 81; 512 octets trail.
    let mut body = vec![4, 0x5b, 0xa0, 0, 90, 192, 0, 2, 1, 81];
    for n in 0..73 {
        body.extend([2, 6, 1, 4, 0, 1, 0, n]);
    }
    body.extend([2, 7, 65, 5, 0, 1, 0, 0, 0]);
    let open = message(1, &body);
    assert_eq!((open.len(), body.len() - 10, (body.len() - 10) % 256), (622, 593, 81));
    let bytes = record(16, 1, &bgp4mp(false, &open));
    let at = 12 + 16 + 19 + 10 + 81;
    assert_eq!(findings(&bytes), [format!("OPEN message: 512 bytes are left over (at byte {at})")]);
    // The framing is valid: the next record is read. The peer did not receive the four-octet number, so its archive has two
    // octets.
    let next = record(16, 1, &bgp4mp(false, &message(2, &update(&[], ATTRIBUTES_AS2, &[8, 10]))));
    let both = [bytes, next].concat();
    assert_eq!(lines(&both).last().unwrap(), "9 AS64496 192.0.2.1 + 10.0.0.0/8 path 64496 via 192.0.2.1");
    if let Some(bytes) = real("daemons/gobgp-exotic/mrt/gob21-updates.mrt") {
        assert_eq!(types(&bytes), BTreeMap::from([((16, 1), 9)]));
        assert!(findings(&bytes).is_empty());
    }
}

#[test]
fn vpnv6_next_hop_48_bytes() {
    // A route distinguisher before each of the two addresses.
    let mut value = vec![0, 2, 128, 48];
    value.extend([0; 8]);
    value.extend(V6_NEXT_HOP);
    value.extend([0; 8]);
    value.extend(V6_LINK_LOCAL);
    value.push(0);
    let route = [120, 0, 0x10, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 0x20, 1, 0x0d, 0xb8];
    value.extend(route);
    let bytes = as4(&message(2, &update(&[], &attributes_and(0x80, 14, &value), &[])));
    assert!(findings(&bytes).is_empty(), "{:?}", findings(&bytes));
    let e = elements(&bytes).next().unwrap().unwrap();
    assert_eq!(other(&e), (Family::new(Afi(2), Safi(128)), route.to_vec()));
    let next_hop = e.next_hop().unwrap().unwrap();
    assert!(matches!(next_hop, NextHop::VpnLinkLocal(..)), "{next_hop:?}");
    assert_eq!(
        (next_hop.to_string(), next_hop.address().unwrap().to_string()),
        ("2001:db8::1 fe80::2".into(), "2001:db8::1".into())
    );
    // A length that no RFC defines is a finding.
    value[3] = 40;
    let bytes = as4(&message(2, &update(&[], &attributes_and(0x80, 14, &value), &[])));
    let at = 12 + 20 + 19 + 4 + 13 + 3 + 3;
    let found = findings(&bytes);
    assert_eq!(found[0], format!("MP_REACH_NLRI attribute: length 40 is not valid here (at byte {at})"));
    // The missing eight octets are then read as routes, the first with length 0: its label is missing.
    let routes = at + 1 + 40 + 1 + 1;
    assert_eq!(found[1], format!("IPv6 vpn routes: needs 3 bytes more than are there (at byte {routes})"));
}

/// The message with an MP_REACH_NLRI of a given family.
fn raw_family(afi: u16, safi: u8, next_hop: &[u8], nlri: &[u8]) -> Vec<u8> {
    let mut value = afi.to_be_bytes().to_vec();
    value.extend([safi, u8::try_from(next_hop.len()).unwrap()]);
    value.extend(next_hop);
    value.push(0);
    value.extend(nlri);
    as4(&message(2, &update(&[], &attributes_and(0x80, 14, &value), &[])))
}

#[test]
fn ipv6_flowspec_offset_in_both_forms() {
    // Destination 2001:db8::/128 offset 0x78: with the full pattern as ExaBGP sends it, and with the short one that BIRD expects.
    let long = [&[19, 1, 128, 120][..], &V6_NEXT_HOP].concat();
    let short = [4, 1, 128, 120, 1];
    for (nlri, clean) in [(&long[..], false), (&short, true)] {
        let bytes = raw_family(2, 133, &[], nlri);
        let e = elements(&bytes).next().unwrap().unwrap();
        assert_eq!(other(&e), (Family::new(Afi(2), Safi(133)), nlri.to_vec()));
        // RFC 8956 section 3.1: the pattern has as many bits as the length exceeds the offset. ExaBGP's further octets read as
        // malformed components: a finding, and the octets are kept.
        assert_eq!((findings(&bytes).is_empty(), e.is_clean()), (clean, clean));
    }
}

#[test]
fn two_label_vpn_routes_stay_whole() {
    // FRR resets on these; here nothing is lost: two labels, route distinguisher, 198.51.100.0/24.
    let nlri = [136, 0, 0x10, 0, 0, 0x20, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100];
    let bytes = raw_family(1, 128, &[0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1], &nlri);
    assert_eq!(other(&elements(&bytes).next().unwrap().unwrap()), (Family::new(Afi(1), Safi(128)), nlri.to_vec()));
    assert!(findings(&bytes).is_empty());
    // A route that overruns the message is an error naming its family; a whole one before it is still delivered.
    let bytes = raw_family(1, 128, &[0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1], &[&nlri[..], &[112, 0, 0x10]].concat());
    let at = 12 + 20 + 19 + 4 + 13 + 3 + 3 + 1 + 12 + 1 + nlri.len();
    let text = format!("IPv4 vpn routes: needs 12 bytes more than are there (at byte {at})");
    let list = lines(&bytes);
    assert_eq!((list.len(), &list[1]), (2, &format!("error: {text}")));
    assert!(list[0].starts_with("9 AS64496 192.0.2.1 + IPv4 vpn 64496:1 198.51.100.0/24 "), "{}", list[0]);
    assert_eq!(findings(&bytes), [text]);
}

#[test]
fn treat_as_withdraw_keeps_routes_in_their_family() {
    // A bad ORIGIN with IPv6 routes: marked, still IPv6, and not read again as IPv4.
    let mut value = vec![0, 2, 1, 16];
    value.extend(V6_NEXT_HOP);
    value.extend([0, 64, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 7]);
    let mut attributes = attributes_and(0x80, 14, &value);
    attributes[3] = 9;
    let bytes = as4(&message(2, &update(&[], &attributes, &[])));
    let text = "ORIGIN attribute: value 9 is not valid here (at byte 58)";
    assert_eq!(lines(&bytes), [format!("9 AS64496 192.0.2.1 + 2001:db8:0:7::/64 path 64496 via 2001:db8::1 [{text}]")]);
    assert_eq!(elements(&bytes).next().unwrap().unwrap().action(), Action::TreatAsWithdraw);
}

#[test]
fn tunnel_encapsulation_and_prefix_sid_are_kept_as_they_are() {
    // What FRR and GoBGP call malformed: overlong lengths. The octets are kept, and the route is marked by the RFCs' rules.
    for (code, value, text) in [
        (23, &[0, 1, 0, 9, 1][..], Some("TUNNEL_ENCAPSULATION attribute: needs 8 bytes more than are there (at byte 82)")),
        (40, &[5, 0, 3, 0, 1, 2], Some("PREFIX_SID attribute: needs 1 byte more than is there (at byte 83)")),
        (99, &[1], None),
        (200, &[], None),
    ] {
        let mut attributes = ATTRIBUTES.to_vec();
        attributes.extend([0xc0, code, u8::try_from(value.len()).unwrap()]);
        attributes.extend(value);
        let bytes = as4(&message(2, &update(&[], &attributes, &[8, 10])));
        let e = elements(&bytes).next().unwrap().unwrap();
        assert_eq!(e.attributes().unwrap().find(AttrCode(code)).unwrap().raw(), value);
        assert_eq!(findings(&bytes), Vec::from_iter(text));
        let action = if text.is_some() { Action::TreatAsWithdraw } else { Action::None };
        assert_eq!(e.action(), action);
    }
}

#[test]
fn exabgp_as4_path_beside_a_two_octet_path() {
    let mut attributes = vec![0x40, 1, 1, 0, 0x40, 2, 6, 2, 2, 0xfb, 0xf0, 0x5b, 0xa0, 0x40, 3, 4, 192, 0, 2, 1];
    attributes.extend([0xc0, 17, 6, 2, 1, 0, 1, 0, 0]);
    let bytes = record(16, 1, &bgp4mp(false, &message(2, &update(&[], &attributes, &[8, 10]))));
    assert_eq!(lines(&bytes), ["9 AS64496 192.0.2.1 + 10.0.0.0/8 path 64496 65536 via 192.0.2.1"]);
    assert!(findings(&bytes).is_empty());
}

#[test]
fn gobgp_ipv6_routes_with_ipv4_next_hops() {
    let v4 = raw_family(2, 1, &[192, 0, 2, 1], &[32, 0x20, 1, 0x0d, 0xb8]);
    let mapped = raw_family(2, 1, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1], &[32, 0x20, 1, 0x0d, 0xb8]);
    let loopback = raw_family(2, 1, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], &[32, 0x20, 1, 0x0d, 0xb8]);
    // The octets of a next hop of IPv4 could as well be those of a longer one: RFC 7606 section 7.11.
    let wrong = "MP_REACH_NLRI attribute: length 4 is not valid here (at byte 74)";
    assert_eq!(lines(&v4), [format!("9 AS64496 192.0.2.1 + 2001:db8::/32 path 64496 via 192.0.2.1 [{wrong}]")]);
    assert_eq!(findings(&v4), [wrong]);
    for (bytes, next_hop) in [(mapped, "::ffff:192.0.2.1"), (loopback, "::1")] {
        assert_eq!(lines(&bytes), [format!("9 AS64496 192.0.2.1 + 2001:db8::/32 path 64496 via {next_hop}")]);
        assert!(findings(&bytes).is_empty());
    }
}

#[test]
fn gobgp_extended_next_hop_of_other_families() {
    // VPN-IPv6, IPv4 flow specifications and EVPN besides IPv4 unicast, all with next hops of IPv6.
    let families = [0, 1, 0, 1, 0, 2, 0, 2, 0, 128, 0, 2, 0, 1, 0, 133, 0, 2, 0, 25, 0, 70, 0, 2];
    let mut body = vec![4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 28, 2, 26, 5, 24];
    body.extend(families);
    let open = Open::parse_at(&body, 0).unwrap();
    let Ok(CapabilityValue::ExtendedNextHop(list)) = open.capabilities().next().unwrap().unwrap().decode() else { panic!() };
    let found: Vec<_> = list.iter().map(|row| (row.afi.0, row.safi, row.next_hop.0)).collect();
    assert_eq!(found, [(1, 1, 2), (2, 128, 2), (1, 133, 2), (25, 70, 2)]);
    assert_eq!(open.findings(|e| panic!("{e}")), Action::None);
}

#[test]
fn gobgp_notification_0_0() {
    let bytes = as4(&message(3, &[0, 0]));
    let Ok(Message::Notification(n)) = messages(&bytes)[0].message() else { panic!() };
    assert_eq!((n.code.0, n.subcode, n.data), (0, 0, &[][..]));
    assert!(findings(&bytes).is_empty());
}
