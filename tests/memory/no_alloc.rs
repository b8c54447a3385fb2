//! Visiting everything allocates nothing: from a slice, from the warmed-up lending reader, and once per record from owned ones.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, reason = "tests report by panicking")]

use std::hint::black_box;

use routeglass::attr::Attributes;
use routeglass::elements;
use routeglass::filter::Filter;
use routeglass::mrt::{Body, ReadContext, Reader, Record, RecordBuf, records};

use crate::allocator::allocations;
use crate::common::vectors::{ATTRIBUTES, bgp4mp, entry, message, peer_index_table, record, rib, update};

const RECORDS: usize = 2000;

/// COMMUNITIES 64496:1 64496:2 and LARGE_COMMUNITIES 64496:1:2 after the usual attributes.
fn attributes() -> Vec<u8> {
    let mut a = ATTRIBUTES.to_vec();
    a.extend([0xc0, 8, 8, 0xfb, 0xf0, 0, 1, 0xfb, 0xf0, 0, 2, 0xc0, 32, 12, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 0, 0, 0, 2]);
    a
}

fn table() -> Vec<u8> {
    let mut bytes = peer_index_table();
    let a = attributes();
    for i in 0..u16::try_from(RECORDS).unwrap() {
        let [high, low] = i.to_be_bytes();
        bytes.extend(record(13, 2, &rib(&[24, 10, high, low], &[entry(0, None, &a), entry(1, None, &a)])));
    }
    bytes
}

fn updates() -> Vec<u8> {
    let mut bytes = Vec::new();
    for i in 0..u16::try_from(RECORDS).unwrap() {
        let [high, low] = i.to_be_bytes();
        let body = update(&[24, 11, high, low], &attributes(), &[24, 10, high, low, 16, 10, high]);
        bytes.extend(record(16, 4, &bgp4mp(true, &message(2, &body))));
    }
    bytes
}

fn visit_attributes(a: &Attributes<'_>) -> u64 {
    let mut sum = 0u64;
    sum += a.as_path().unwrap().asns().map(|asn| u64::from(asn.0)).sum::<u64>();
    sum += a.communities().unwrap().iter().map(|c| u64::from(c.0)).sum::<u64>();
    sum += a.large_communities().unwrap().iter().map(|c| u64::from(c.global)).sum::<u64>();
    sum + u64::from(a.next_hop().unwrap().is_some())
}

fn visit(record: &Record<'_>) -> u64 {
    let mut sum = 0u64;
    match record.body().unwrap() {
        Body::Rib(rib) => {
            for entry in rib.entries() {
                let entry = entry.unwrap();
                sum += u64::from(rib.prefix().unwrap().prefix.len()) + u64::from(entry.peer_index());
                sum += visit_attributes(&entry.attributes().unwrap());
            }
        }
        Body::Message(message) => {
            let update = message.update().unwrap().unwrap();
            let a = update.attributes().unwrap();
            sum += u64::from(message.peer_asn.0) + visit_attributes(&a);
            for prefix in update.announced().unwrap().iter().chain(update.withdrawn().unwrap()) {
                sum += u64::from(prefix.prefix.len());
            }
        }
        _ => {}
    }
    sum
}

#[test]
fn a_slice_costs_nothing() {
    for archive in [table(), updates()] {
        let mut sum = 0;
        let n = allocations(|| sum = records(&archive).map(|r| visit(&r.unwrap())).sum());
        assert!(black_box(sum) > 0);
        assert_eq!(n, 0);
    }
}

#[test]
fn elements_of_a_slice_cost_the_peer_table_alone() {
    // The table's list, and its shared pointer.
    for (archive, allowed) in [(table(), 2), (updates(), 0)] {
        let mut sum = 0;
        let n = allocations(|| {
            for element in elements(&archive) {
                let element = element.unwrap();
                assert!(element.is_clean());
                sum += u64::from(element.prefix().unwrap().len()) + visit_attributes(&element.attributes().unwrap());
            }
        });
        assert!(black_box(sum) > 0);
        assert_eq!(n, allowed);
    }
}

#[test]
fn the_warmed_lending_reader_costs_nothing() {
    for archive in [table(), updates()] {
        let mut reader = Reader::new(archive.as_slice()).unwrap();
        let mut sum = visit(&reader.next_record().unwrap().unwrap());
        let n = allocations(|| {
            while let Some(record) = reader.next_record().unwrap() {
                sum += visit(&record);
            }
        });
        assert!(black_box(sum) > 0);
        assert_eq!(n, 0);
    }
}

#[test]
fn elements_of_the_lending_reader_cost_nothing_once_the_peers_are_known() {
    let archive = table();
    let mut reader = Reader::new(archive.as_slice()).unwrap();
    let mut peers = ReadContext::new();
    assert!(peers.observe(&reader.next_record().unwrap().unwrap()));
    let n = allocations(|| {
        while let Some(record) = reader.next_record().unwrap() {
            for element in record.elements(&mut peers) {
                black_box(visit_attributes(&element.unwrap().attributes().unwrap()));
            }
        }
    });
    assert_eq!(n, 0);
}

#[test]
fn an_owned_record_costs_one() {
    for archive in [table(), updates()] {
        let mut reader = Reader::new(archive.as_slice()).unwrap();
        reader.next_record().unwrap().unwrap();
        let mut count = 0u64;
        let n = allocations(|| {
            for record in reader.by_ref() {
                let record: RecordBuf = record.unwrap();
                black_box(visit(&record.as_record()));
                count += 1;
            }
        });
        assert!(count >= RECORDS as u64 - 1);
        assert!(n <= count, "{n} allocations for {count} records");
    }
}

#[test]
fn filters_cost_nothing_per_element() {
    let text = "(as-path '^64496_.*$|(1|2)_3' or community rt:64496:* or less-specific 10.0.0.0/24 or prefix 10.0.1.0/24 \
                or prefix 10.0.2.0/24 or prefix 10.0.3.0/24 or prefix 10.0.4.0/24) and not community 64496:3 \
                and community 64496:1:* and kind rib and prepending 1 and not origin 3333 and action none and path-length 1- \
                and rov-not-found @f";
    let filter = Filter::parse_with(text, |_| Ok("AS1,192.0.2.0/24,24".into())).unwrap();
    let archive = table();
    let (mut matching, mut all) = (0, 0);
    // The table's list, and its shared pointer.
    let n = allocations(|| {
        for element in elements(&archive) {
            matching += u64::from(filter.matches(&element.unwrap()));
            all += 1;
        }
        assert_eq!(elements(&archive).filtered(&filter).count(), all);
    });
    assert_eq!((n, matching), (4, all as u64));
}

/// Text of many elements is written without allocations, once the buffers have their size.
#[test]
fn text_costs_nothing_per_line() {
    use routeglass::text::bgpdump::LineWriter;

    for archive in [table(), updates()] {
        let (mut lines, mut text) = (LineWriter::new(), Vec::new());
        let mut write = |archive: &[u8]| {
            text.clear();
            elements(archive).flatten().filter(|element| lines.write(&mut text, element).is_ok()).count()
        };
        let all = write(&archive);
        let mut n = 0;
        // The peer table of the archive, once.
        assert!(allocations(|| n = write(&archive)) <= 2);
        assert_eq!(n, all);
    }
}

/// The same for JSON and columns.
#[cfg(feature = "serde")]
#[test]
fn objects_and_rows_cost_nothing_each() {
    use routeglass::element::fields::FIELDS;
    use routeglass::text::columns::RowWriter;
    use routeglass::text::json::ObjectWriter;

    for archive in [table(), updates()] {
        let (mut objects, mut rows) = (ObjectWriter::new(), RowWriter::csv(FIELDS));
        let (mut json, mut csv) = (Vec::new(), Vec::new());
        let mut write = |archive: &[u8]| {
            json.clear();
            csv.clear();
            for element in elements(archive).flatten() {
                objects.write(&mut json, &element);
                rows.write(&mut csv, &element);
            }
            json.len()
        };
        let all = write(&archive);
        let mut len = 0;
        assert!(allocations(|| len = write(&archive)) <= 2);
        assert_eq!(len, all);
    }
}
