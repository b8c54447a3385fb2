//! `routeglass check`: one line per finding, as text and as JSON, and exit codes.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::common::vectors::{ATTRIBUTES, PREFIX, all, bgp4mp, entry, message, peer_index_table, record, rib, update};

/// A file for one test, removed on drop.
struct File(PathBuf);

impl File {
    fn new(test: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("routeglass-check-{}-{test}", std::process::id()));
        fs::write(&path, bytes).unwrap();
        Self(path)
    }

    fn name(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Exit code and lines of standard output; standard error is empty.
fn check(args: &[&str]) -> (i32, Vec<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_routeglass")).arg("check").args(args).stdin(Stdio::null()).output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let lines = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    (output.status.code().unwrap(), lines)
}

fn as4(m: &[u8]) -> Vec<u8> {
    record(16, 4, &bgp4mp(true, m))
}

fn good() -> Vec<u8> {
    as4(&message(2, &update(&[], ATTRIBUTES, PREFIX)))
}

/// A good record, one whose ORIGIN is undefined and that has MULTI_EXIT_DISC twice, a RIB record without a peer table.
fn archive() -> Vec<u8> {
    let mut attributes = ATTRIBUTES.to_vec();
    attributes[3] = 7;
    attributes.extend([0x80, 4, 4, 0, 0, 0, 1, 0x80, 4, 4, 0, 0, 0, 2]);
    let bad = as4(&message(2, &update(&[], &attributes, PREFIX)));
    [good(), bad, record(13, 2, &rib(PREFIX, &[entry(0, None, ATTRIBUTES)]))].concat()
}

#[test]
fn a_line_for_each_finding() {
    let file = File::new("lines", &archive());
    let name = file.name();
    let (code, lines) = check(&[name]);
    assert_eq!(good().len(), 79);
    assert_eq!(
        lines,
        [
            format!(
                "{name}\t1\t137\tattr\tbad-value\ttreat-as-withdraw\tRFC 7606 section 7.1\t\
                 ORIGIN attribute: value 7 is not valid here\t40010107\t\
                 1970-01-01T00:00:09Z\t192.0.2.1 AS64496\t198.51.100.0/24"
            ),
            format!(
                "{name}\t1\t161\tattr\tduplicate\tattribute discard\tRFC 7606 section 3 g\t\
                 MULTI_EXIT_DISC attribute: occurs more than once\t80040400000002\t\
                 1970-01-01T00:00:09Z\t192.0.2.1 AS64496\t198.51.100.0/24"
            ),
            format!(
                "{name}\t2\t194\tmrt\tno-peer-table\tnone\tRFC 6396 section 4.3.1\t\
                 RIB entry: no peer table comes before it\t0000\t\
                 1970-01-01T00:00:09Z\t-\t198.51.100.0/24"
            ),
            format!("{name}: 3 records, 3 findings: 1 attribute discard, 1 treat-as-withdraw, 1 unreadable"),
        ]
    );
    assert_eq!(code, 1);
}

#[test]
fn json_says_the_same() {
    let file = File::new("json", &archive());
    let name = file.name();
    let (code, lines) = check(&["--json", name]);
    let values: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, values.len()), (1, 4));
    assert_eq!(
        values[1],
        json!({
            "file": name, "record": 1, "offset": 161, "layer": "attr", "kind": "duplicate", "action": "attribute discard",
            "rfc": "RFC 7606 section 3 g", "severity": "finding",
            "text": "MULTI_EXIT_DISC attribute: occurs more than once",
            "octets": "80040400000002", "octets_len": 7,
            "time": 9, "peer_asn": 64496, "peer_address": "192.0.2.1", "routes": "198.51.100.0/24",
        })
    );
    assert_eq!(
        values[3],
        json!({
            "file": name,
            "summary": {
                "records": 3, "findings": 3, "notes": 0, "gaps": 0, "gap_octets": 0, "unread": 0,
                "actions": {"none": 1, "attribute discard": 1, "treat-as-withdraw": 1},
            },
        })
    );
}

#[test]
fn sound_archives_come_to_nothing() {
    let bytes: Vec<u8> = all().into_iter().flat_map(|(_, bytes)| bytes).collect();
    let file = File::new("sound", &bytes);
    for args in [&[file.name()][..], &["--recover", file.name()]] {
        let (code, lines) = check(args);
        assert_eq!((code, lines.len()), (0, 1), "{lines:?}");
        assert!(lines[0].ends_with(" records, 0 findings"), "{}", lines[0]);
    }
}

#[test]
fn recovery_is_asked_for() {
    let (one, table) = (good(), peer_index_table());
    let bytes = [&one[..], &one[..30], &one, &table].concat();
    let file = File::new("recover", &bytes);
    let name = file.name();
    let (code, lines) = check(&["--quiet", name]);
    assert_eq!(code, 1);
    assert_eq!(lines.last().unwrap(), &format!("{name}: 2 records, 2 findings: 1 session reset, 1 unreadable"));

    let (code, lines) = check(&["--recover", name]);
    assert_eq!(code, 1);
    assert_eq!(
        lines,
        [
            format!(
                "{name}\t1\t79\tmrt\tgap\tnone\tRFC 6396 section 2\t30 bytes passed over, from byte 79 to 109: \
                 BGP message header: marker is not all ones\t-\t1970-01-01T00:00:09Z\t-\t-"
            ),
            format!("{name}: 3 records, 1 finding: 1 session reset; 1 gap of 30 bytes"),
        ]
    );
    let (_, lines) = check(&["--recover", "--json", name]);
    let gap: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!((&gap["offset"], &gap["end"], &gap["kind"]), (&json!(79), &json!(109), &json!("gap")));
}

#[test]
fn notes_are_asked_for_and_do_not_count() {
    let mut attributes = ATTRIBUTES.to_vec();
    attributes[7] = 1; // AS_SET
    let file = File::new("notes", &as4(&message(2, &update(&[], &attributes, PREFIX))));
    let name = file.name();
    assert_eq!(check(&[name]), (0, vec![format!("{name}: 1 record, 0 findings")]));
    assert_eq!(
        check(&["--notes", name]),
        (
            0,
            vec![
                format!(
                    "{name}\t0\t62\tattr\tdeprecated\tnote\tRFC 9774 section 3\t\
                     AS_PATH attribute: value 1 is deprecated\t40020601010000fbf0\t\
                     1970-01-01T00:00:09Z\t192.0.2.1 AS64496\t198.51.100.0/24"
                ),
                format!("{name}: 1 record, 0 findings; 1 note"),
            ]
        )
    );
    let (code, lines) = check(&["--notes", "--json", name]);
    let note: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!((code, &note["action"], &note["severity"]), (0, &json!("note"), &json!("note")));
}

/// Next hops and prefixes of addresses that no host has (RFC 4271 section 6.3), and prefixes that are withdrawn and announced at once
/// (section 4.3), are notes: without --notes nothing changes.
#[test]
fn addresses_of_no_host_are_notes() {
    let with_next_hop = |next_hop: [u8; 4]| [&ATTRIBUTES[..ATTRIBUTES.len() - 4], &next_hop].concat();
    let of = |withdrawn: &[u8], attributes: &[u8], nlri: &[u8]| as4(&message(2, &update(withdrawn, attributes, nlri)));
    let mp = |code: u8, body: &[u8]| [&[0x80, code, u8::try_from(body.len()).unwrap()][..], body].concat();
    let path = &ATTRIBUTES[..13];
    let reach = |next_hop: [u8; 16], nlri: &[u8]| mp(14, &[&[0, 2, 1, 16][..], &next_hop, &[0], nlri].concat());
    let unreach = |nlri: &[u8]| mp(15, &[&[0, 2, 1][..], nlri].concat());
    let loopback = {
        let mut address = [0; 16];
        address[15] = 1;
        address
    };
    let global = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let (text, next_hop) = ("the address is not valid here", "RFC 4271 section 6.3");
    let nothing: &[[&str; 4]] = &[];
    for (number, (archive, notes)) in [
        (of(&[], ATTRIBUTES, &[8, 10]), nothing),
        (of(&[], &with_next_hop([0; 4]), &[8, 10]), &[["NEXT_HOP attribute", next_hop, "40030400000000", "10.0.0.0/8"]]),
        (of(&[], &with_next_hop([127, 0, 0, 1]), &[8, 10]), &[["NEXT_HOP attribute", next_hop, "4003047f000001", "10.0.0.0/8"]]),
        (of(&[], &with_next_hop([224, 0, 0, 1]), &[8, 10]), &[["NEXT_HOP attribute", next_hop, "400304e0000001", "10.0.0.0/8"]]),
        (of(&[], &with_next_hop([255; 4]), &[8, 10]), &[["NEXT_HOP attribute", next_hop, "400304ffffffff", "10.0.0.0/8"]]),
        // A default route is of hosts.
        (
            of(&[], ATTRIBUTES, &[0, 8, 127, 8, 10, 4, 0xe0]),
            &[["announced routes", next_hop, "087f", "127.0.0.0/8"], ["announced routes", next_hop, "04e0", "224.0.0.0/4"]],
        ),
        (of(&[8, 127], &[], &[]), nothing),
        (
            of(&[], &[path, &reach(loopback, &[8, 0xff, 8, 0x20])].concat(), &[]),
            &[
                ["MP_REACH_NLRI attribute", next_hop, "*", "ff00::/8 and 1 more"],
                ["IPv6 unicast routes", next_hop, "08ff", "ff00::/8"],
            ],
        ),
        (of(&[], &[path, &reach(global, &[8, 0x20]), &unreach(&[8, 0x21])].concat(), &[]), nothing),
        (
            of(&[], &[path, &reach(global, &[8, 0x20, 8, 0x22]), &unreach(&[8, 0x21, 8, 0x22])].concat(), &[]),
            &[["IPv6 unicast routes", "RFC 4271 section 4.3", "0822", "2200::/8"]],
        ),
        (of(&[8, 9, 8, 10], ATTRIBUTES, &[8, 10]), &[["withdrawn routes", "RFC 4271 section 4.3", "080a", "10.0.0.0/8"]]),
        (
            [peer_index_table(), record(13, 2, &rib(&[8, 127], &[entry(0, None, ATTRIBUTES), entry(0, None, ATTRIBUTES)]))]
                .concat(),
            &[["IPv4 unicast routes", next_hop, "087f", "127.0.0.0/8"]],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let file = File::new(&format!("no-host-{number}"), &archive);
        let name = file.name();
        let (code, plain) = check(&[name]);
        assert!(code == 0 && plain.len() == 1 && plain[0].ends_with(", 0 findings"), "{number}: {plain:?}");
        for args in [&["--notes", name][..], &["--notes", "--fail-on", "any", "--threads", "2", name]] {
            let (code, out) = check(args);
            let columns: Vec<_> = out.iter().map(|line| line.split('\t').collect::<Vec<_>>()).collect();
            let found: Vec<_> = columns[..out.len() - 1].iter().map(|c| [c[7], c[6], c[8], c[11]].map(str::to_owned)).collect();
            let expected: Vec<_> = notes
                .iter()
                .map(|[of, rfc, octets, route]| {
                    let text = if *rfc == next_hop { text } else { "occurs more than once" };
                    [format!("{of}: {text}"), (*rfc).to_owned(), (*octets).to_owned(), (*route).to_owned()]
                })
                .collect();
            let same = |(found, expected): (&[String; 4], &[String; 4])| {
                (0..4).all(|column| found[column] == expected[column] || expected[column] == "*")
            };
            assert!(code == 0 && found.len() == expected.len() && found.iter().zip(&expected).all(same), "{number}: {found:#?}");
            assert!(columns.iter().all(|columns| columns.len() == 1 || columns[5] == "note"));
        }
        // No route is another one for it.
        assert_eq!(Command::new(env!("CARGO_BIN_EXE_routeglass")).args(["dump", name]).output().unwrap().stderr, b"");
    }
}

/// RFC 6396 requires no attribute of a table entry, and RFC 7606 is about messages: collectors write entries without any.
#[test]
fn attributes_that_a_table_entry_lacks_are_notes() {
    let entries = [entry(0, None, &[]), entry(0, None, &ATTRIBUTES[..13])];
    let file = File::new("lacks", &[peer_index_table(), record(13, 2, &rib(PREFIX, &entries))].concat());
    let name = file.name();
    assert_eq!(check(&[name]), (0, vec![format!("{name}: 2 records, 0 findings")]));
    let (code, out) = check(&["--notes", name]);
    let columns: Vec<_> = out.iter().map(|line| line.split('\t').collect::<Vec<_>>()).collect();
    let said: Vec<_> = columns[..2].iter().map(|columns| (columns[4], columns[5], columns[7])).collect();
    let missing = ["ORIGIN attribute: is missing", "AS_PATH attribute: is missing"];
    assert_eq!((code, said), (0, missing.map(|text| ("missing", "note", text)).to_vec()));
    assert_eq!(out.last(), Some(&format!("{name}: 2 records, 0 findings; 2 notes")));
    // In a message they are a finding.
    let file = File::new("message-lacks", &as4(&message(2, &update(&[], &[], PREFIX))));
    assert!(check(&[file.name()]).1[0].contains("\tmissing\ttreat-as-withdraw\t"));
}

#[test]
fn cut_files_and_messages_back_to_back() {
    let file = File::new("cut", &good()[..70]);
    let name = file.name();
    assert_eq!(
        check(&[name]),
        (
            1,
            vec![
                format!(
                    "{name}\t0\t0\tmrt\ttruncated\tnone\tRFC 6396 section 2\t\
                     the record declares 79 bytes, and the input ends after 70 of them\t-\t1970-01-01T00:00:09Z\t\
                     192.0.2.1 AS64496\t-"
                ),
                format!("{name}: 0 records, 1 finding: 1 unreadable"),
            ]
        )
    );
    let two = [message(2, &update(&[], &[0x40, 1, 1, 9], PREFIX)), message(4, &[]), message(2, &[])].concat();
    let file = File::new("messages", &two);
    let name = file.name();
    let (code, lines) = check(&[name]);
    assert_eq!((code, lines.len()), (1, 5));
    assert!(lines[0].contains("\t0\t26\tattr\tbad-value\ttreat-as-withdraw\tRFC 7606 section 7.1\t"), "{}", lines[0]);
    assert!(lines[1].contains("\t0\t23\tattr\tmissing\ttreat-as-withdraw\tRFC 7606 section 3 d\t"), "{}", lines[1]);
    assert!(lines[3].contains("\t2\t66\tbgp\tbad-length\tsession reset\tRFC 4271 section 6.1\t"), "{}", lines[3]);
    assert_eq!(lines[4], format!("{name}: 3 messages, 4 findings: 3 treat-as-withdraw, 1 session reset"));
    let (_, lines) = check(&["--json", name]);
    let summary: Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    assert_eq!((&summary["summary"]["messages"], summary["summary"].get("records")), (&json!(3), None));
}

#[test]
fn a_file_that_is_not_there_is_exit_code_2() {
    let output = Command::new(env!("CARGO_BIN_EXE_routeglass")).args(["check", "/nowhere/at.all"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty() && !output.stderr.is_empty());
}

/// The same option as on the library's iterators.
#[test]
fn dump_by_each_strictness() {
    let file = File::new("strictness", &archive());
    let dump = |strictness: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_routeglass"))
            .args(["dump", "--strictness", strictness, file.name()])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let good = "BGP4MP|9|A|192.0.2.1|64496|198.51.100.0/24|64496|IGP|192.0.2.1|0|0||NAG||";
    let nobody = "TABLE_DUMP2|9|B|0.0.0.0|0|198.51.100.0/24|64496|IGP|192.0.2.1|0|0||NAG||";
    assert_eq!(dump("forensic"), [good, nobody]);
    assert_eq!(dump("rfc7606"), [good, "BGP4MP|9|W|192.0.2.1|64496|198.51.100.0/24", nobody]);
    assert_eq!(dump("strict"), [good]);
}

#[test]
fn path_identifiers_that_the_subtype_denies_are_weighed_where_asked() {
    let routes = [0, 0, 0, 1, 24, 172, 17, 1, 0, 0, 0, 2, 24, 172, 17, 2];
    let archive = File::new("add-path", &as4(&message(2, &update(&[], ATTRIBUTES, &routes))));
    let (code, lines) = check(&["--quiet", archive.name()]);
    assert_eq!((code, lines.len()), (1, 2));
    assert!(lines[0].contains("prefix length 172 is longer than an address"), "{}", lines[0]);
    for add_path in ["auto", "on"] {
        let sound = format!("{}: 1 record, 0 findings", archive.name());
        assert_eq!(check(&["--add-path", add_path, archive.name()]), (0, vec![sound]));
    }
    // Also if the only evidence is after a gap.
    let record = as4(&message(2, &update(&[], ATTRIBUTES, &routes)));
    let bytes = [&good()[..20], &record, &record].concat();
    let gap = File::new("add-path-gap", &bytes);
    let (code, lines) = check(&["--recover", "--add-path", "auto", gap.name()]);
    assert_eq!((code, lines.len()), (1, 2), "{lines:?}");
    assert!(lines[0].contains("20 bytes passed over"), "{}", lines[0]);
    let messages = File::new("add-path-bgp", &message(2, &update(&[], ATTRIBUTES, &routes)));
    let sound = format!("{}: 1 message, 0 findings", messages.name());
    assert_eq!(check(&["--add-path", "on", messages.name()]), (0, vec![sound]));
    let sound = format!("{}: 1 message, 0 findings", messages.name());
    assert_eq!(check(&["--add-path", "auto", messages.name()]), (0, vec![sound]));
}

/// Blocks that were never written read as zeros, which are records of type NULL without a body.
#[test]
fn zeros_in_place_of_records_are_a_finding() {
    let zeros = |blocks: usize| vec![0; 12 * blocks];
    let archive = [good(), zeros(30_000), good(), zeros(1), good(), zeros(2)].concat();
    let (first, second) = (good().len(), 3 * good().len() + 12 * 30_001);
    let file = File::new("zeros", &archive);
    let name = file.name();
    let line = |number: usize, records: usize, start: usize| {
        format!(
            "{name}\t{number}\t{start}\tmrt\tzeros\tnone\tRFC 6396 section 4\t{records} empty records of zeros, bytes {start} to {}: \
             zeros in place of records?\t-\t-\t-\t-",
            start + 12 * records
        )
    };
    for threads in ["1", "2"] {
        let (code, lines) = check(&["--threads", threads, name]);
        let summary = format!("{name}: 30006 records, 2 findings: 2 unreadable; 30003 records of types that are not read");
        assert_eq!((code, lines), (1, vec![line(1, 30_000, first), line(30_004, 2, second), summary]));
    }
    let file = File::new("zero", &[good(), zeros(1)].concat());
    assert_eq!(check(&[file.name()]).0, 0);
}
