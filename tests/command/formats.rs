//! Selected fields, columns, times, and merged archives.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests report by panicking")]

use routeglass::element::fields::FIELDS;

use crate::common::command::{Dir, run};
use crate::common::vectors::{ATTRIBUTES, bgp4mp, message, record, update};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt");

#[test]
fn columns_of_selected_fields() {
    let fields = "time,kind,prefix,as_path,communities,local_pref";
    let (code, out, err) = run(&["dump", "--format", "csv", "--fields", fields, SAMPLE]);
    let said = format!("{SAMPLE}: 1 message without routes has none of these fields; --format json without --fields prints it");
    assert_eq!((code, err), (0, vec![said]));
    assert_eq!(
        out,
        [
            fields,
            "1767268800,rib,198.51.100.0/24,64496 64500,64496:100 65535:65281,",
            "1767268800,rib,198.51.100.0/24,65536 64497 64500,,",
            "1767268800,rib,203.0.113.0/24,\"64496 {64501,64502}\",,",
            "1767268800,rib,2001:db8:100::/40,65536 64500,,",
            "1767268801.500000,withdraw,203.0.113.0/24,,,",
            "1767268801.500000,announce,203.0.113.0/25,64496 64503,,",
            "1767268801.500000,announce,203.0.113.128/25,64496 64503,,",
            "1767268802.000007,announce,2001:db8:200::/40,64496,,",
            "1767268804,state,,,,",
        ]
    );
    let (code, tsv, _) = run(&["dump", "--format", "tsv", "--fields", fields, SAMPLE]);
    let plain = |line: &String| line.replace(',', "\t");
    assert_eq!(
        (code, &tsv[..3], &tsv[4..]),
        (0, &out[..3].iter().map(plain).collect::<Vec<_>>()[..], &out[4..].iter().map(plain).collect::<Vec<_>>()[..])
    );
    assert_eq!(tsv[3], "1767268800\trib\t203.0.113.0/24\t64496 {64501,64502}\t\t");
}

#[test]
fn without_a_selection_every_column() {
    let (code, out, _) = run(&["dump", "--format", "csv", "--kind", "state", SAMPLE]);
    let names: Vec<_> =
        FIELDS.iter().filter(|field| field.column.is_some() && !field.is_of_input()).map(|field| field.name).collect();
    assert_eq!((code, out.len(), out[0].as_str()), (0, 2, names.join(",").as_str()));
    assert!(out[1].starts_with("state,BGP4MP,1767268804,,false,64496,192.0.2.1,,Established,Idle,"), "{}", out[1]);
    assert_eq!(out[1].split(',').count(), names.len());
}

#[test]
fn members_of_selected_fields() {
    let (code, out, err) = run(&["dump", "--format", "json", "--fields", "prefix, origin_asn, kind", "--limit", "3", SAMPLE]);
    assert_eq!((code, err), (0, vec![]));
    assert_eq!(
        out,
        [
            r#"{"prefix":"198.51.100.0/24","origin_asn":64500,"kind":"rib"}"#,
            r#"{"prefix":"198.51.100.0/24","origin_asn":64500,"kind":"rib"}"#,
            r#"{"prefix":"203.0.113.0/24","kind":"rib"}"#,
        ]
    );
    // The fraction of a time is a field of its own, which is there if it is named.
    for (fields, line) in [
        ("time", r#"{"time":1767268801}"#),
        ("time,kind", r#"{"time":1767268801,"kind":"withdraw"}"#),
        ("time,micros", r#"{"time":1767268801,"micros":500000}"#),
        ("micros,time", r#"{"micros":500000,"time":1767268801}"#),
    ] {
        assert_eq!(run(&["dump", "--format", "json", "--fields", fields, SAMPLE]).1[4], line);
    }
    // Messages without routes have none of them.
    let (_, out, _) = run(&["dump", "--format", "json", "--fields", "kind", SAMPLE]);
    assert_eq!(out.len(), 9);
}

#[test]
fn an_unknown_field_is_refused_with_the_list() {
    let (code, out, err) = run(&["dump", "--format", "csv", "--fields", "prefix,aspath", SAMPLE]);
    assert_eq!((code, out), (2, vec![]));
    assert!(err[0].starts_with("error: invalid value 'aspath' for '--fields <NAMES>': there is no such field; the fields are kind, record_type, time,"), "{err:?}");
    for format in ["bgpdump", "text"] {
        let (code, _, err) = run(&["dump", "--format", format, "--fields", "prefix", SAMPLE]);
        assert_eq!((code, err[0].as_str()), (2, "error: --fields needs --format json, csv, tsv, arrow or parquet"));
    }
}

#[test]
fn times_for_people() {
    let (code, out, _) = run(&["dump", "--time", "iso", SAMPLE]);
    assert_eq!((code, &out[4][..57]), (0, "BGP4MP_ET|2026-01-01T12:00:01.500000Z|W|192.0.2.1|64496|2"));
    let (_, out, _) = run(&["dump", "--time", "iso", "--format", "json", "--fields", "time,micros,originated", SAMPLE]);
    assert_eq!(out[0], r#"{"time":"2026-01-01T12:00:00Z","originated":"2026-01-01T11:00:00Z"}"#);
    assert_eq!(out[4], r#"{"time":"2026-01-01T12:00:01.500000Z","micros":500000}"#);
    let (_, out, _) = run(&["dump", "--time", "iso", "--format", "csv", "--fields", "time", SAMPLE]);
    assert_eq!(out[5], "2026-01-01T12:00:01.500000Z");
    let (code, _, err) = run(&["dump", "--time", "iso", "--format", "text", SAMPLE]);
    assert_eq!((code, err[0].as_str()), (2, "error: --time has no effect on --format text"));
    // The default.
    assert_eq!(run(&["dump", "--time", "unix", SAMPLE]), run(&["dump", SAMPLE]));
}

/// A message at a second with microseconds, announcing 10.0.`mark`.0/24.
fn at(seconds: u8, micros: Option<u8>, mark: u8) -> Vec<u8> {
    let body = bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, &[24, 10, 0, mark])));
    let mut octets = match micros {
        Some(micros) => record(17, 4, &[&[0, 0, 0, micros][..], &body].concat()),
        None => record(16, 4, &body),
    };
    octets[3] = seconds;
    octets
}

#[test]
fn archives_merged_by_time() {
    let dir = Dir::new("merge");
    let path = |name: &str, octets: &[u8]| dir.write(name, octets);
    let a = path("a.mrt", &[at(5, None, 1), at(5, Some(7), 2), at(8, None, 3)].concat());
    let b = path("b.mrt", &[at(5, Some(0), 4), at(5, Some(6), 5), at(9, None, 6)].concat());
    let cut = path("cut.mrt", &[at(6, None, 7), at(8, None, 8)].concat()[..80]);
    let marks = |args: &[&str]| {
        let (code, out, err) = run(args);
        let marks: Vec<_> = out.iter().map(|line| line.split('|').nth(5).unwrap().to_owned()).collect();
        (code, marks.iter().map(|prefix| prefix[5..6].parse().unwrap()).collect::<Vec<u8>>(), err)
    };
    assert_eq!(marks(&["dump", "--merge", &a, &b]), (0, vec![1, 4, 5, 2, 3, 6], vec![]));
    assert_eq!(marks(&["dump", "--merge", &b, &a]), (0, vec![4, 1, 5, 2, 3, 6], vec![]));
    assert_eq!(marks(&["dump", "--merge", "--limit", "2", &a, &b]), (0, vec![1, 4], vec![]));
    // One file ends early, and the others go on.
    let (code, marks, err) = marks(&["dump", "--merge", &a, &cut, &b]);
    assert_eq!((code, marks, err.len()), (1, vec![1, 4, 5, 2, 7, 3, 6], 1));
    let reason = "the header of a record has 12 bytes, and the input ends after 1 of them";
    assert!(err[0].starts_with(&format!("{cut}: record 1: {reason}")), "{err:?}");
    let (code, out, err) = run(&["dump", "--merge", "--recover", &a]);
    assert_eq!((code, out, err[0].contains("--merge")), (2, vec![], true));
    let bare = path("bare.bgp", &message(4, &[]));
    let (code, out, err) = run(&["dump", "--merge", &a, &bare]);
    assert_eq!((code, out.len(), err), (2, 3, vec![format!("{bare}: messages outside records have no time to merge them by")]));
}

/// OPEN, KEEPALIVE and End-of-RIB have none of the fields of routes.
#[test]
fn messages_that_the_fields_cannot_show_are_counted() {
    let open = message(1, &[4, 0xfb, 0xf0, 0, 90, 192, 0, 2, 1, 0]);
    let messages = [open, message(4, &[]), message(2, &update(&[], &[], &[])), message(2, &update(&[], ATTRIBUTES, &[8, 10]))];
    let dir = Dir::new("formats-messages");
    let file = dir.write("a.mrt", &messages.map(|message| record(16, 4, &bgp4mp(true, &message))).concat());
    let said = format!(
        "{file}: 3 messages without routes (1 End-of-RIB) have none of these fields; --format json without --fields prints them"
    );
    for form in [&["--format", "csv"][..], &["--format", "tsv", "--fields", "kind"], &["--format", "json", "--fields", "kind"]] {
        for threads in ["1", "2"] {
            let (code, lines, err) = run(&[&["dump", "--threads", threads][..], form, &[&file]].concat());
            assert_eq!((code, err), (0, vec![said.clone()]), "{form:?}");
            assert_eq!(lines.len(), if form.contains(&"json") { 1 } else { 2 }, "{form:?}");
        }
    }
    let (_, lines, err) = run(&["dump", "--format", "json", &file]);
    assert_eq!((lines.len(), err), (4, vec![]));
    #[cfg(feature = "parquet")]
    for format in ["arrow", "parquet"] {
        let table = file.replace("a.mrt", format);
        assert_eq!(run(&["dump", "--format", format, "-o", &table, &file]), (0, vec![], vec![said.clone()]), "{format}");
        // With a filter, messages without routes are left out by it.
        let (code, _, err) = run(&["dump", "--format", format, "--kind", "announce", "--force", "-o", &table, &file]);
        let by_filter = "3 records and messages without routes left out by the filter";
        assert_eq!((code, err), (0, vec![format!("{file}: {by_filter}")]), "{format}");
    }
}

/// Microseconds of a second and more: the second alone is known, in every form.
#[test]
fn an_impossible_fraction_is_no_other_instant() {
    let body = [&1_000_000_u32.to_be_bytes()[..], &bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, &[8, 10])))].concat();
    let dir = Dir::new("formats-fraction");
    let file = dir.write("a.mrt", &record(17, 4, &body));
    let time = |args: &[&str]| {
        let (_, lines, err) = run(&[&["dump"][..], args, &[&file]].concat());
        assert!(err[0].contains("microseconds"), "{err:?}");
        lines.last().unwrap().clone()
    };
    for (unix, iso) in [
        (time(&["--format", "csv", "--fields", "time"]), time(&["--format", "csv", "--fields", "time", "--time", "iso"])),
        (
            time(&["--format", "json", "--fields", "time"]).replace([':', '{', '}', '"'], "").replace("time", ""),
            time(&["--format", "json", "--fields", "time", "--time", "iso"]).split('"').nth(3).unwrap().to_owned(),
        ),
    ] {
        let seconds: u32 = unix.parse().unwrap();
        assert_eq!(iso, routeglass::Timestamp::from_seconds(seconds).utc().to_string());
    }
    let line = time(&["--time", "iso"]);
    assert_eq!(line.split('|').nth(1).unwrap().len(), "2026-01-01T12:00:04Z".len(), "{line}");
}

/// Merged archives are read side by side in one thread; a number of threads changes nothing.
#[test]
fn merging_with_evidence_is_the_same_for_any_number_of_threads() {
    let dir = Dir::new("formats-merge");
    let sample = std::fs::read(SAMPLE).unwrap();
    let files = ["a.mrt", "b.mrt"].map(|name| dir.write(name, &sample));
    let merged = |threads: &str| run(&["dump", "--merge", "--add-path", "auto", "--threads", threads, &files[0], &files[1]]);
    let expected = merged("1");
    assert!(expected.0 == 0 && expected.1.len() == 2 * run(&["dump", SAMPLE]).1.len());
    assert_eq!(merged("3"), expected);
}
