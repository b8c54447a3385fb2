//! Counts of records, messages, entries and routes against the corpus's manifests.
//!
//! The manifests count the UPDATE body's own IPv4 fields as `nlri` and `withdrawn`, exclude RIB_GENERIC from the RIB columns, and
//! for the oldest record type count only UPDATEs as messages. Files that the manifest calls damaged or truncated, and those whose
//! plain reading is wrong, are covered by other tests.
#![cfg(feature = "compression")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "tests report by panicking")]

use std::collections::BTreeMap;
use std::fs;

use routeglass::bgp::Message;
use routeglass::codes::TableDumpV2Subtype;
use routeglass::mrt::{Body, records};

use crate::common;

type Counts = BTreeMap<String, u64>;

#[derive(Default)]
struct Found {
    records: Counts,
    messages: Counts,
    rib_prefixes: u64,
    rib_entries: u64,
    nlri: u64,
    withdrawn: u64,
}

fn count(archive: &[u8], with_numbers: bool) -> Found {
    let mut found = Found::default();
    let add = |counts: &mut Counts, name: String| *counts.entry(name).or_default() += 1;
    for record in records(archive) {
        let record = record.unwrap();
        let (kind, subtype) = (record.kind(), record.subtype());
        let name = record.subtype_name();
        let name = if with_numbers { format!("{kind}({})/{name}({subtype})", kind.0) } else { format!("{kind}/{name}") };
        // The daemons' manifest marks the obsolete subtype and messages of RFC 8654, and shortens TABLE_DUMP's names.
        let name = if with_numbers { name } else { name.replace("/ENTRY", "/ENTRY(obs)").replace("/AFI_", "/") };
        add(&mut found.records, name);
        match record.body().unwrap() {
            Body::Message(message) => {
                let Ok(bgp) = message.message() else { continue };
                if !message.is_headless() || matches!(bgp, Message::Update(_)) {
                    let long = if !with_numbers && message.message_bytes().len() > 4096 { "(>4096)" } else { "" };
                    add(&mut found.messages, bgp.kind().to_string().replace('-', "_") + long);
                }
                if let Message::Update(update) = bgp {
                    found.nlri += update.announced().map_or(0, |list| list.iter().count() as u64);
                    found.withdrawn += update.withdrawn().map_or(0, |list| list.iter().count() as u64);
                }
            }
            Body::Rib(rib)
                if !matches!(
                    TableDumpV2Subtype(subtype),
                    TableDumpV2Subtype::RIB_GENERIC | TableDumpV2Subtype::RIB_GENERIC_ADDPATH
                ) =>
            {
                found.rib_prefixes += 1;
                found.rib_entries += rib.entries().filter(Result::is_ok).count() as u64;
            }
            Body::TableDump(table) => found.rib_entries += table.entries().filter(Result::is_ok).count() as u64,
            _ => {}
        }
    }
    found
}

fn parse(text: &str) -> Counts {
    text.split(';').filter_map(|pair| pair.split_once('=')).map(|(name, n)| (name.to_owned(), n.parse().unwrap())).collect()
}

fn rows(path: &std::path::Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let names: Vec<_> = lines.next().unwrap().split('\t').collect();
    lines.map(|line| names.iter().map(|n| (*n).to_owned()).zip(line.split('\t').map(str::to_owned)).collect()).collect()
}

#[test]
fn collectors_counts_are_the_manifests() {
    let Some(corpus) = common::corpus() else { return };
    let mut checked = 0;
    for row in rows(&corpus.join("collectors/manifest.tsv")) {
        let path = corpus.join("collectors").join(&row["path"]);
        let sound = row["truncated"] == "no" && !row["damaged"].contains("as archived");
        if row["kind"] != "mrt" || !sound || !path.is_file() {
            continue;
        }
        let found = count(&common::content(&path), true);
        let name = &row["path"];
        assert_eq!(found.records, parse(&row["records"]), "{name}");
        assert_eq!(found.messages, parse(&row["bgp_messages"]), "{name}");
        for (column, n) in [
            ("rib_prefixes", found.rib_prefixes),
            ("rib_entries", found.rib_entries),
            ("nlri", found.nlri),
            ("withdrawn", found.withdrawn),
        ] {
            // Blank if omitted in the manifest: `bird_bgp` counts what the plain reading of ADD-PATH routes yields.
            if !row[column].is_empty() && !name.contains("bird_bgp") {
                assert_eq!(row[column].parse(), Ok(n), "{name}: {column}");
            }
        }
        checked += 1;
    }
    println!("{checked} files of collectors have the manifest's counts");
    assert!(checked >= 25, "only {checked} files were checked");
}

#[test]
fn daemons_counts_are_the_manifests() {
    let Some(corpus) = common::corpus() else { return };
    let mut checked = 0;
    for row in rows(&corpus.join("daemons/manifest.tsv")) {
        let path = corpus.join("daemons").join(&row["file"]);
        if row["mrt_counts"].is_empty() || row["walk"] != "ok" || !path.is_file() {
            continue;
        }
        let found = count(&common::content(&path), false);
        assert_eq!(found.records, parse(&row["mrt_counts"]), "{}", row["file"]);
        if !row["msg_counts"].is_empty() {
            assert_eq!(found.messages, parse(&row["msg_counts"]), "{}", row["file"]);
        }
        checked += 1;
    }
    println!("{checked} files of daemons have the manifest's counts");
    assert!(checked >= 60, "only {checked} files were checked");
}
