//! Every undamaged record of the corpus, written anew from its decoded values, is what it was.
#![cfg(feature = "compression")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test says what is wrong by failing")]

#[expect(unreachable_pub, reason = "shared by several tests")]
mod common;

use std::collections::BTreeMap;

use routeglass::mrt::{Peers, Record, records};

/// Whether the record's type is one of today's (RFC 6396 sections 4.3 to 4.5, RFC 6397, RFC 8050).
fn is_current(record: &Record<'_>) -> bool {
    match record.kind().0 {
        13 => true,
        16 | 17 => !matches!(record.subtype(), 2 | 3),
        _ => false,
    }
}

/// Forms that readers accept and nobody should write: where the two differ, one of these is the reason.
fn reason(original: &[u8], rewritten: &[u8]) -> Option<&'static str> {
    if original.len() != rewritten.len() {
        return None;
    }
    // Bits behind the length of a prefix, and reserved octets: the new form has zeros there and nothing else differs.
    let differ = original.iter().zip(rewritten).filter(|(a, b)| a != b);
    differ.clone().all(|(a, b)| a & b == *b).then_some("bits that the RFCs reserve")
}

#[test]
fn every_undamaged_record_is_rewritten_as_it_was() {
    let Some(corpus) = common::corpus() else { return };
    let mut counts = BTreeMap::<&str, u64>::new();
    let mut unexplained = Vec::new();
    for (name, bytes) in common::archives(&corpus) {
        let mut peers = Peers::new();
        for record in records(&bytes).flatten() {
            let _ = record.elements(&mut peers);
            let mut damaged = false;
            record.findings(&peers, |_| damaged = true);
            let class = match (is_current(&record), damaged) {
                (_, true) => "damaged",
                (false, _) => "obsolete",
                (true, false) => "current",
            };
            *counts.entry(class).or_default() += 1;
            let mut out = Vec::with_capacity(record.as_bytes().len());
            record.rewrite(&mut out).unwrap();
            if out != record.as_bytes() {
                match reason(record.as_bytes(), &out) {
                    Some(reason) => *counts.entry(reason).or_default() += 1,
                    None if damaged => *counts.entry("damaged and different").or_default() += 1,
                    None => unexplained.push(format!("{name} at {}", record.offset())),
                }
            }
        }
    }
    println!("{counts:#?}");
    assert!(
        unexplained.is_empty(),
        "{} records differ, such as {:#?}",
        unexplained.len(),
        &unexplained[..unexplained.len().min(20)]
    );
    assert!(counts["current"] > 100_000, "{counts:?}");
}
