//! A record of every kind truncated at every byte: no panic, and never a route that the whole record does not have.
#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::collections::HashSet;

use routeglass::element::{Element, Route};
use routeglass::elements;
use routeglass::mrt::{Body, ReadContext, Record, records};

use crate::common::vectors::{self, all, record};

/// An element's route, without the effects of damage.
fn route(e: &Element<'_>) -> Option<String> {
    match e.route() {
        Route::None => None,
        route => Some(format!("{:?} {:?} {:?}", e.kind(), e.peer(), route)),
    }
}

fn routes(bytes: &[u8]) -> HashSet<String> {
    elements(bytes).flatten().filter_map(|e| route(&e)).collect()
}

/// Offset of the last record of an archive.
fn last_start(bytes: &[u8]) -> usize {
    records(bytes).map(|r| usize::try_from(r.unwrap().offset()).unwrap()).last().unwrap()
}

#[test]
fn every_vector_is_clean() {
    for (name, bytes) in all() {
        let mut peers = ReadContext::new();
        for record in records(&bytes) {
            let record = record.unwrap();
            for element in record.elements(&mut peers) {
                let element = element.unwrap();
                assert!(element.is_clean(), "{name}: {element}");
            }
            record.findings(&peers, |e| unreachable!("{name}: {e}"));
        }
    }
}

#[test]
fn a_cut_file_says_where_and_keeps_what_is_before() {
    for (name, bytes) in all() {
        let start = last_start(&bytes);
        let before = routes(&bytes[..start]);
        for n in start + 1..bytes.len() {
            let list: Vec<_> = elements(&bytes[..n]).collect();
            let e = list.last().unwrap().as_ref().unwrap_err();
            assert_eq!(e.offset(), start as u64, "{name} cut at {n}");
            assert!(e.to_string().starts_with("MRT header: needs "), "{name} cut at {n}: {e}");
            assert_eq!(routes(&bytes[..n]), before, "{name} cut at {n}");
        }
    }
}

#[test]
fn a_record_cut_inside_its_declared_length_gives_no_wrong_route() {
    for (name, bytes) in all() {
        let start = last_start(&bytes);
        let whole = routes(&bytes);
        let last = Record::parse_at(&bytes[start..], 0).unwrap();
        for n in 0..last.raw_body().len() {
            let cut = [&bytes[..start], &record(last.kind().0, last.subtype(), &last.raw_body()[..n])].concat();
            let list: Vec<_> = elements(&cut).collect();
            for route in list.iter().flatten().filter_map(route) {
                assert!(whole.contains(&route), "{name} cut at {n}: {route}");
            }
            // Every truncation is reported: there is an error, or every element is marked. An UPDATE truncated between two of its
            // last prefixes is valid by itself, but its header's length differs from the record's. The records of 1999 have no
            // header: truncated between two prefixes, such a record is a valid shorter UPDATE.
            let headless = matches!(last.body(), Ok(Body::Message(m)) if m.is_headless());
            if headless && last.raw_body().len() - n == vectors::PREFIX.len() {
                continue;
            }
            let mut peers = ReadContext::new();
            let mut findings = 0;
            for record in records(&cut) {
                let Ok(record) = record else {
                    findings += 1;
                    continue;
                };
                let _ = record.elements(&mut peers);
                record.findings(&peers, |_| findings += 1);
            }
            assert!(findings > 0 || routes(&cut) == whole, "{name} cut at {n}: nothing was found");
        }
    }
}

/// Damage of each kind, with its text.
#[test]
fn every_kind_of_damage_has_its_text_and_place() {
    use vectors::{ATTRIBUTES, bgp4mp, entry, message, peer_index_table, rib, update};
    let texts = |bytes: &[u8]| -> Vec<String> {
        let mut peers = ReadContext::new();
        let mut list = Vec::new();
        for record in records(bytes) {
            match record {
                Ok(record) => {
                    let _ = record.elements(&mut peers);
                    record.findings(&peers, |e| list.push(e.to_string()));
                }
                Err(e) => list.push(e.to_string()),
            }
        }
        list
    };
    let bgp = |m: &[u8]| record(16, 4, &bgp4mp(true, m));
    let with_table = |subtype, body: &[u8]| [peer_index_table(), record(13, subtype, body)].concat();
    let table = peer_index_table().len();
    for (bytes, text) in [
        (record(16, 4, &[0, 0, 0, 1]), "BGP4MP MESSAGE_AS4 record: needs 4 bytes more than are there (at byte 16)".to_string()),
        (
            record(16, 0, &[0, 1, 0, 2, 0, 0, 0, 3, 0, 0]),
            "BGP4MP STATE_CHANGE record: value 3 is not valid here (at byte 18)".into(),
        ),
        (
            record(16, 0, &[&bgp4mp(false, &[0, 6, 0, 1])[..], &[9]].concat()),
            "BGP4MP STATE_CHANGE record: 1 byte is left over (at byte 32)".into(),
        ),
        (record(17, 4, &[0, 0]), "BGP4MP_ET MESSAGE_AS4 record: needs 2 bytes more than are there (at byte 12)".into()),
        (
            record(13, 1, &[192, 0, 2, 1, 0, 9, 1]),
            "TABLE_DUMP_V2 PEER_INDEX_TABLE record: needs 8 bytes more than are there (at byte 18)".into(),
        ),
        (
            with_table(2, &[0, 0, 0, 0, 33]),
            format!("TABLE_DUMP_V2 RIB_IPV4_UNICAST record: prefix length 33 is longer than an address (at byte {})", table + 16),
        ),
        (
            with_table(2, &[&rib(&[8, 10], &[entry(0, None, ATTRIBUTES)])[..], &[1, 2]].concat()),
            format!("RIB entry: 2 bytes are left over (at byte {})", table + 12 + 8 + 8 + ATTRIBUTES.len()),
        ),
        (
            with_table(2, &[0, 0, 0, 0, 8, 10, 0, 1, 0, 0]),
            format!("RIB entry: needs 6 bytes more than are there (at byte {})", table + 20),
        ),
        (
            with_table(2, &rib(&[8, 10], &[entry(2, None, ATTRIBUTES)])),
            format!("RIB entry: peer index 2 is past the peer table (at byte {})", table + 20),
        ),
        (
            record(13, 2, &rib(&[8, 10], &[entry(0, None, ATTRIBUTES)])),
            "RIB entry: no peer table comes before it (at byte 20)".into(),
        ),
        (record(16, 3, b"\0\x01name"), "BGP4MP SNAPSHOT record: needs 1 byte more than is there (at byte 14)".into()),
        (bgp(&message(2, &[])), "BGP message header: length 19 is not valid here (at byte 48)".into()),
        (bgp(&message(3, &[6])), "NOTIFICATION message: needs 1 byte more than is there (at byte 51)".into()),
        (bgp(&message(5, &[0, 1])), "ROUTE-REFRESH message: needs 2 bytes more than are there (at byte 51)".into()),
        (bgp(&message(4, &[0])), "BGP message header: length 20 is not valid here (at byte 48)".into()),
        (bgp(&message(1, &[4, 0, 1])), "BGP message header: length 22 is not valid here (at byte 48)".into()),
        (
            bgp(&message(2, &update(&[33], &[], &[]))),
            "withdrawn routes: prefix length 33 is longer than an address (at byte 53)".into(),
        ),
        (
            bgp(&message(2, &update(&[], ATTRIBUTES, &[8]))),
            format!("announced routes: needs 1 byte more than is there (at byte {})", 55 + ATTRIBUTES.len()),
        ),
        (
            bgp(&message(2, &update(&[], &[0x40, 1, 1, 9], &[]))),
            "ORIGIN attribute: value 9 is not valid here (at byte 58)".into(),
        ),
        (
            bgp(&message(2, &update(&[], &[0x40, 6, 9], &[]))),
            "ATOMIC_AGGREGATE attribute: needs 9 bytes more than are there (at byte 55)".into(),
        ),
    ] {
        assert_eq!(texts(&bytes), [text]);
    }
}

/// RFC 6396 section 4.4.2 has one message per record; of a record with more, all are read, with a single finding.
#[test]
fn the_second_message_of_a_record_is_given() {
    use vectors::{ATTRIBUTES, PREFIX, bgp4mp, message, update};
    let first = message(2, &update(&[], ATTRIBUTES, PREFIX));
    let second = message(2, &update(&[8, 10], ATTRIBUTES, &[24, 203, 0, 113]));
    let left = |octets: usize| format!("BGP4MP MESSAGE_AS4 record: {octets} bytes are left over (at byte {})", 32 + first.len());
    let given = |messages: &[&[u8]]| {
        let bytes = record(16, 4, &bgp4mp(true, &messages.concat()));
        let parsed = Record::parse_at(&bytes, 0).unwrap();
        let (mut found, mut elements) = (Vec::new(), Vec::new());
        parsed.findings(&ReadContext::new(), |e| found.push(e.to_string()));
        for element in parsed.elements(&mut ReadContext::new()) {
            elements.push(match element {
                Ok(e) => {
                    format!("{:?} {} {}", e.kind(), e.prefix().unwrap(), e.finding().map_or("clean".into(), |e| e.to_string()))
                }
                Err(e) => e.to_string(),
            });
        }
        (found, elements)
    };
    let (found, elements) = given(&[&first, &second]);
    let text = left(second.len());
    assert_eq!(found, [text.as_str()]);
    assert_eq!(
        elements,
        [
            text.clone(),
            format!("Announce 198.51.100.0/24 {text}"),
            format!("Withdraw 10.0.0.0/8 {text}"),
            format!("Announce 203.0.113.0/24 {text}"),
        ]
    );
    // A damaged third message, and octets that are no message.
    let damaged = message(2, &update(&[33], &[], &[]));
    let (found, elements) = given(&[&first, &second, &damaged, &[1, 2]]);
    let text = left(second.len() + damaged.len() + 2);
    let in_third = format!(
        "withdrawn routes: prefix length 33 is longer than an address (at byte {})",
        32 + first.len() + second.len() + 19 + 2
    );
    assert_eq!(found, [text.clone(), in_third.clone()]);
    assert_eq!((elements.len(), &elements[4..]), (5, &[in_third][..]));
    // No UPDATE before it.
    let (found, elements) = given(&[&message(4, &[]), &second]);
    let text = format!("BGP4MP MESSAGE_AS4 record: {} bytes are left over (at byte 51)", second.len());
    assert_eq!((&found[..], elements.len(), &elements[0]), (&[text.clone()][..], 3, &text));
}

/// RFC 6396 section 3: microseconds are below one second.
#[test]
fn a_million_microseconds_are_damage() {
    use vectors::{bgp4mp, message};
    let found = |micros: u32| {
        let body = [&micros.to_be_bytes()[..], &bgp4mp(true, &message(4, &[]))].concat();
        let bytes = record(17, 4, &body);
        let parsed = Record::parse_at(&bytes, 0).unwrap();
        let mut list = Vec::new();
        parsed.findings(&ReadContext::new(), |e| list.push((e.to_string(), e.rfc(), e.action())));
        (list, parsed.timestamp().to_string())
    };
    assert_eq!(found(999_999), (vec![], "9.999999".into()));
    for (micros, text) in [(1_000_000, "1000000"), (u32::MAX, "4294967295")] {
        let text = format!("MRT header: value {text} is not valid here (at byte 12)");
        assert_eq!(found(micros), (vec![(text, "RFC 6396 section 3", routeglass::error::Action::None)], "9".into()));
    }
}

/// MP_REACH_NLRI of a table entry in its full form: the next hop's length and the routes are checked as in a message.
#[test]
fn the_next_hop_and_routes_of_a_tables_entry_are_checked() {
    use vectors::{entry, peer_index_table, rib};
    let table = peer_index_table().len();
    let found = |reach: &[u8]| {
        let mut attributes =
            vec![0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x80, 14, u8::try_from(reach.len()).unwrap()];
        attributes.extend(reach);
        let body = rib(&[48, 0x20, 1, 0x0d, 0xb8, 0, 3], &[entry(0, None, &attributes)]);
        let bytes = [peer_index_table(), record(13, 4, &body)].concat();
        let mut peers = ReadContext::new();
        let (mut list, mut clean) = (Vec::new(), true);
        for record in records(&bytes).flatten() {
            record.elements(&mut peers).for_each(|e| clean &= e.unwrap().is_clean());
            record.findings(&peers, |e| list.push(e.to_string()));
        }
        assert_eq!(clean, list.is_empty());
        list
    };
    let at = table + 12 + 4 + 7 + 2 + 8 + 16;
    let hop = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let full = |len: usize, routes: &[u8]| {
        let mut reach = vec![0, 2, 1, u8::try_from(len).unwrap()];
        reach.extend(hop.iter().cycle().take(len));
        reach.push(0);
        reach.extend(routes);
        reach
    };
    let none: [String; 0] = [];
    assert_eq!(found(&full(16, &[])), none);
    assert_eq!(found(&full(32, &[48, 0x20, 1, 0x0d, 0xb8, 0, 3])), none);
    assert_eq!(found(&full(16, &[0, 0, 0, 7, 48, 0x20, 1, 0x0d, 0xb8, 0, 3])), none, "with a path identifier");
    for len in [0, 5, 15, 48] {
        let text = format!("MP_REACH_NLRI attribute: length {len} is not valid here (at byte {})", at + 3);
        assert_eq!(found(&full(len, &[])), [text]);
    }
    let text = format!("IPv6 unicast routes: prefix length 129 is longer than an address (at byte {})", at + 21);
    assert_eq!(found(&full(16, &[129, 1])), [text]);
}

#[test]
fn the_messages_of_a_record_are_all_there() {
    use vectors::{ATTRIBUTES, PREFIX, bgp4mp, message, update};
    let announce = message(2, &update(&[8, 9], ATTRIBUTES, PREFIX));
    let kinds = |octets: &[u8]| -> Vec<String> {
        let bytes = record(16, 4, &bgp4mp(true, octets));
        let Ok(Body::Message(carrier)) = Record::parse_at(&bytes, 0).unwrap().body() else { panic!() };
        let kind = |message: routeglass::Result<routeglass::bgp::Message<'_>>| match message {
            Ok(routeglass::bgp::Message::Update(update)) => {
                format!("UPDATE {} {}", update.withdrawn_bytes().len(), update.announced_bytes().len())
            }
            Ok(message) => message.kind().to_string(),
            Err(e) => e.to_string(),
        };
        carrier.messages_by(&carrier.session).map(kind).collect()
    };
    assert_eq!(kinds(&announce), ["UPDATE 2 4"]);
    assert_eq!(
        kinds(&[message(4, &[]), announce.clone(), message(3, &[6, 2])].concat()),
        ["KEEPALIVE", "UPDATE 2 4", "NOTIFICATION"]
    );
    // Octets that are no message end them.
    assert_eq!(kinds(&[&announce[..], &[1, 2, 3]].concat()), ["UPDATE 2 4"]);
    // Truncated: an UPDATE as far as it is there.
    assert_eq!(kinds(&announce[..announce.len() - 1]), ["UPDATE 2 3"]);
    assert_eq!(kinds(&announce[..30]), ["UPDATE 2 0"]);
    assert_eq!(kinds(&announce[..22]), ["UPDATE 1 0"]);
    let keepalive = message(4, &[0]);
    assert_eq!(kinds(&keepalive[..19]), ["BGP message header: needs 1 byte more than is there (at byte 48)"]);
}

#[cfg(feature = "std")]
#[test]
fn a_gap_has_the_octets_of_the_record_at_its_start() {
    use routeglass::io::ReaderOptions;
    use routeglass::mrt::{Reader, Recovered};
    use vectors::{ATTRIBUTES, PREFIX, bgp4mp, message, update};
    let good = record(16, 4, &bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, PREFIX))));
    let mut long = good.clone();
    long[11] += 10;
    let bytes = [&good[..], &long, &good, &[0xde; 40], &good, &good[..50]].concat();
    let mut reader = Reader::plain(&bytes[..], ReaderOptions::default()).recovering();
    let (mut items, len) = (Vec::new(), good.len());
    loop {
        let gap = match reader.next_item().unwrap() {
            Some(Recovered::Record(_)) => None,
            Some(Recovered::Gap(gap)) => Some((usize::try_from(gap.start).unwrap(), usize::try_from(gap.end).unwrap())),
            None => break,
        };
        items.push((gap, reader.cut_record().to_vec()));
    }
    assert_eq!(
        items,
        [
            (None, vec![]),
            (Some((len, 2 * len)), long),
            (None, vec![]),
            (Some((3 * len, 3 * len + 40)), vec![]),
            (None, vec![]),
            (Some((4 * len + 40, 4 * len + 90)), good[..50].to_vec()),
        ]
    );
}
