//! Every undamaged record of the corpus, rewritten from its decoded values, is unchanged.
#![cfg(feature = "compression")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests report by panicking")]

use routeglass::Session;
use routeglass::mrt::{Body, ReadContext, Record, RibRoute, records};
use routeglass::places::Places;

use crate::common;
use crate::common::values::{self, Counts};

/// Whether the record's type is current (RFC 6396 sections 4.3 to 4.5, RFC 6397, RFC 8050).
fn is_current(record: &Record<'_>) -> bool {
    match record.kind().0 {
        13 => true,
        16 | 17 => !matches!(record.subtype(), 2 | 3),
        _ => false,
    }
}

/// Counts the values of an undamaged record of a current type: each is encoded separately.
fn count(record: &Record<'_>, counts: &mut Counts) {
    match record.body().unwrap() {
        Body::PeerIndexTable(table) => table.peers().for_each(|_| counts.add("peers from values")),
        Body::GeoPeerTable(table) => table.peers().for_each(|_| counts.add("peers from values")),
        Body::StateChange(_) => counts.add("state changes from values"),
        Body::Message(message) if message.is_headless() || message.peer_address.is_none() => {
            counts.add("records copied: no peer or no header")
        }
        Body::Message(message) => counts.message(&message.message().unwrap()),
        Body::Rib(rib) => {
            match rib.route() {
                RibRoute::Prefix(_) => counts.add("routes from values"),
                RibRoute::Other(route) => counts.route(&route),
            }
            for entry in rib.entries() {
                for attribute in entry.unwrap().attributes().unwrap().iter() {
                    let attribute = attribute.unwrap();
                    counts.attribute(&attribute, values::in_rib(&attribute), &Session::AS4);
                }
            }
        }
        _ => counts.add(format!("records copied, no row in the table: {} {}", record.kind(), record.subtype_name())),
    }
}

#[test]
fn every_undamaged_record_is_rewritten_as_it_was() {
    let Some(corpus) = common::corpus() else { return };
    let mut counts = Counts::default();
    let mut unexplained = Vec::new();
    for (name, bytes) in common::archives(&corpus) {
        let mut peers = ReadContext::new();
        for record in records(&bytes).flatten() {
            peers.observe(&record);
            let mut damaged = false;
            record.findings(&peers, |_| damaged = true);
            match (is_current(&record), damaged) {
                (_, true) => counts.add("records damaged"),
                (false, _) => counts.add("records of obsolete types"),
                (true, false) => {
                    counts.add("records of current types");
                    count(&record, &mut counts);
                }
            }
            let mut out = Vec::with_capacity(record.as_bytes().len());
            record.rewrite(&mut out).unwrap();
            if out == record.as_bytes() {
                counts.add("records equal");
                continue;
            }
            let mut places = Places::new();
            record.places_by(&peers, &mut places);
            match counts.difference(record.as_bytes(), &out, record.offset(), &places) {
                Ok(()) => counts.add("records equal but for the zeroed bits"),
                Err(_) if damaged => counts.add("damaged and different"),
                Err(why) => unexplained.push(format!("{name} at {}: {why}", record.offset())),
            }
        }
    }
    println!("{:#?}", counts.all);
    let some = unexplained.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(unexplained.is_empty(), "{} records differ, such as\n{some}", unexplained.len());
    let some = counts.refused.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(
        counts.refused.is_empty(),
        "{} values are not written from what they were decoded to, such as\n{some}",
        counts.refused.len()
    );
    assert!(counts.all["records of current types"] > 100_000, "{:?}", counts.all);
}
