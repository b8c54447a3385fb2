//! The command: output, streams and exit codes.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "tests report by panicking"
)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::common::command::{Dir, routeglass, run, run_with_input};
use crate::common::vectors::{ATTRIBUTES, bgp4mp, entry, message, peer_index_table, record, rib, update};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt");

const SAMPLE_LINES: [&str; 9] = [
    "TABLE_DUMP2|1767268800|B|192.0.2.1|64496|198.51.100.0/24|64496 64500|IGP|192.0.2.1|0|0|64496:100 no-export|NAG||",
    "TABLE_DUMP2|1767268800|B|2001:db8::2|65536|198.51.100.0/24|65536 64497 64500|IGP|192.0.2.2|0|50||NAG||",
    "TABLE_DUMP2|1767268800|B|192.0.2.1|64496|203.0.113.0/24|64496 {64501,64502}|INCOMPLETE|192.0.2.1|0|0||AG|64496 192.0.2.1|",
    "TABLE_DUMP2|1767268800|B|2001:db8::2|65536|2001:db8:100::/40|65536 64500|IGP|2001:db8::2|0|0||NAG||",
    "BGP4MP_ET|1767268801.500000|W|192.0.2.1|64496|203.0.113.0/24",
    "BGP4MP_ET|1767268801.500000|A|192.0.2.1|64496|203.0.113.0/25|64496 64503|IGP|192.0.2.1|0|0||NAG||",
    "BGP4MP_ET|1767268801.500000|A|192.0.2.1|64496|203.0.113.128/25|64496 64503|IGP|192.0.2.1|0|0||NAG||",
    "BGP4MP_ET|1767268802.000007|A|192.0.2.1|64496|2001:db8:200::/40|64496|IGP|2001:db8::1|0|0||NAG||",
    "BGP4MP|1767268804|STATE|192.0.2.1|64496|6|1",
];

fn as4(m: &[u8]) -> Vec<u8> {
    record(16, 4, &bgp4mp(true, m))
}

fn announce(nlri: &[u8]) -> Vec<u8> {
    message(2, &update(&[], ATTRIBUTES, nlri))
}

/// What is said of lines of messages that have no record.
fn without_record(input: &str) -> String {
    format!(
        "{input}: messages outside records have no time and no peer: their lines have 0, 0.0.0.0 and AS 0 there, which --format json \
         leaves out"
    )
}

const LINE_10: &str = "BGP4MP|9|A|192.0.2.1|64496|10.0.0.0/8|64496|IGP|192.0.2.1|0|0||NAG||";
const LINE_11: &str = "BGP4MP|9|A|192.0.2.1|64496|11.0.0.0/8|64496|IGP|192.0.2.1|0|0||NAG||";

#[test]
fn dump_prints_bgpdump_lines() {
    for args in [&["dump", SAMPLE][..], &["dump", "--format", "bgpdump", "--input", "mrt", SAMPLE]] {
        let (code, out, err) = run(args);
        assert_eq!((code, err), (0, vec![]));
        assert_eq!(out, SAMPLE_LINES);
    }
}

#[test]
fn dump_prints_json_lines() {
    let (code, out, err) = run(&["dump", "--format", "json", SAMPLE]);
    assert_eq!((code, err, out.len()), (0, vec![], 10));
    assert_eq!(
        out[2],
        r#"{"kind":"rib","record_type":"TABLE_DUMP_V2","time":1767268800,"originated":1767261600,"peer_asn":64496,"peer_address":"192.0.2.1","peer_bgp_id":"192.0.2.1","family":"IPv4 unicast","prefix":"203.0.113.0/24","next_hop":"192.0.2.1","origin":"INCOMPLETE","as_path":"64496 {64501,64502}","origin_asns":[64501,64502],"atomic_aggregate":true,"aggregator":"64496 192.0.2.1"}"#
    );
    assert_eq!(
        out[4],
        r#"{"kind":"withdraw","record_type":"BGP4MP_ET","time":1767268801,"micros":500000,"peer_asn":64496,"peer_address":"192.0.2.1","family":"IPv4 unicast","prefix":"203.0.113.0/24"}"#
    );
    assert_eq!(
        out[8],
        r#"{"kind":"message","record_type":"BGP4MP_ET","time":1767268803,"micros":0,"peer_asn":64496,"peer_address":"192.0.2.1","message":{"type":"KEEPALIVE"}}"#
    );
    assert_eq!(
        out[9],
        r#"{"kind":"state","record_type":"BGP4MP","time":1767268804,"peer_asn":64496,"peer_address":"192.0.2.1","old_state":"Established","new_state":"Idle"}"#
    );
    // Every line is one object.
    for line in out {
        assert!(serde_json::from_str::<serde_json::Value>(&line).unwrap().is_object());
    }
}

#[test]
fn stat_counts() {
    let (code, out, err) = run(&["stat", SAMPLE]);
    assert_eq!((code, err), (0, vec![]));
    let expected = format!(
        "{SAMPLE}
  records
               1  TABLE_DUMP_V2 PEER_INDEX_TABLE
               2  TABLE_DUMP_V2 RIB_IPV4_UNICAST
               1  TABLE_DUMP_V2 RIB_IPV6_UNICAST
               1  BGP4MP STATE_CHANGE_AS4
               3  BGP4MP_ET MESSAGE_AS4
  messages
               1  KEEPALIVE
               2  UPDATE
  elements by peer
               7  192.0.2.1 AS64496
               2  2001:db8::2 AS65536
  routes by family
               2  IPv4 unicast announced
               1  IPv4 unicast withdrawn
               3  IPv4 unicast in tables
               1  IPv6 unicast announced
               1  IPv6 unicast in tables
  attributes
               6  ORIGIN
               6  AS_PATH
               4  NEXT_HOP
               1  MULTI_EXIT_DISC
               1  ATOMIC_AGGREGATE
               1  AGGREGATOR
               1  COMMUNITIES
               2  MP_REACH_NLRI
               1  LARGE_COMMUNITIES
  6 distinct prefixes
  from 2026-01-01T12:00:00Z to 2026-01-01T12:00:04Z
  0 damaged"
    );
    assert_eq!(out, expected.lines().collect::<Vec<_>>());
}

#[test]
fn stat_counts_as_json() {
    let (code, out, err) = run(&["stat", "--json", SAMPLE, SAMPLE]);
    assert_eq!((code, err, out.len()), (0, vec![], 2));
    let value: serde_json::Value = serde_json::from_str(&out[1]).unwrap();
    assert_eq!(value["file"], SAMPLE);
    assert_eq!(value["records"], 8);
    assert_eq!(value["record_types"]["BGP4MP_ET MESSAGE_AS4"], 3);
    assert_eq!(value["messages"], serde_json::json!({"KEEPALIVE": 1, "UPDATE": 2}));
    assert_eq!(value["peers"], serde_json::json!({"192.0.2.1 AS64496": 7, "2001:db8::2 AS65536": 2}));
    assert_eq!(value["families"]["IPv4 unicast"], serde_json::json!({"announced": 2, "withdrawn": 1, "in_tables": 3}));
    assert_eq!((&value["prefixes"], &value["damage"]), (&6.into(), &0.into()));
    assert_eq!(
        (value["attributes"]["ORIGIN"].as_u64(), value["first"].as_u64(), value["last"].as_u64()),
        (Some(6), Some(1_767_268_800), Some(1_767_268_804))
    );
}

#[test]
fn damage_is_one_line_each_and_exit_code_1() {
    let dir = Dir::new("damage");
    // An invalid ORIGIN, a good record, an UPDATE with a truncated prefix, a good record, and a truncated record.
    let mut bad_origin = announce(&[8, 12]);
    bad_origin[19 + 4 + 3] = 9;
    let parts =
        [as4(&bad_origin), as4(&announce(&[8, 10])), as4(&announce(&[32, 11])), as4(&announce(&[8, 11])), as4(&announce(&[8]))];
    let mut bytes = parts.concat();
    bytes.truncate(bytes.len() - 1);
    let path = dir.write("damaged.mrt", &bytes);
    let third = parts[0].len() + parts[1].len();
    let (at, cut) = (third + parts[2].len() - 2, parts[..4].concat().len());
    let damage = [
        format!(
            "{path}: record 0, 1970-01-01T00:00:09Z, 192.0.2.1 AS64496, 12.0.0.0/8: ORIGIN attribute: value 9 is not valid here \
             (routeglass dissect {path} --offset 58)"
        ),
        format!(
            "{path}: record 2, 1970-01-01T00:00:09Z, 192.0.2.1 AS64496: announced routes: needs 3 bytes more than are there \
             (routeglass dissect {path} --offset {at})"
        ),
        format!(
            "{path}: record 4, 1970-01-01T00:00:09Z, 192.0.2.1 AS64496: the record declares 76 bytes, and the input \
             ends after 75 of them \
             (routeglass dissect {path} --offset {cut})"
        ),
    ];
    let (code, out, err) = run(&["dump", &path]);
    assert_eq!((code, out), (1, vec![LINE_10.to_owned(), LINE_11.to_owned()]));
    assert_eq!(err[..3], damage);
    // A route with an unreadable field of the line is counted, not dropped silently.
    assert_eq!(
        err[3..],
        [format!("{path}: 1 damaged route not printed: a field that this format shows cannot be read; --format json prints it")]
    );
    // JSON can mark errors, so it includes the route, and the message whose only route is unreadable.
    let (code, out, err) = run(&["dump", "--format", "json", &path]);
    assert_eq!((code, out.len()), (1, 4));
    assert!(out[2].starts_with(r#"{"kind":"message","record_type":"BGP4MP","time":9,"#), "{}", out[2]);
    assert!(
        out[0].ends_with(r#""error":{"text":"ORIGIN attribute: value 9 is not valid here (at byte 58)","action":"treat-as-withdraw","offset":58},"record":0,"offset":58}"#),
        "{}",
        out[0]
    );
    assert_eq!(err, damage);
    let (code, out, err) = run(&["stat", &path]);
    assert_eq!((code, err), (1, damage.to_vec()));
    assert_eq!(out.last().unwrap(), "  3 damaged");
    let (code, out, _) = run(&["stat", "--json", &path]);
    assert_eq!((code, &serde_json::from_str::<serde_json::Value>(&out[0]).unwrap()["damage"]), (1, &3.into()));
}

#[test]
fn several_files_with_damage_in_one() {
    let dir = Dir::new("several");
    let good = dir.write("good.mrt", &as4(&announce(&[8, 10])));
    let bad = dir.write("bad.mrt", &as4(&announce(&[8, 10]))[..40]);
    let last = dir.write("last.mrt", &as4(&announce(&[8, 11])));
    let (code, out, err) = run(&["dump", &good, &bad, &last]);
    assert_eq!((code, out), (1, vec![LINE_10.to_owned(), LINE_11.to_owned()]));
    let len = as4(&announce(&[8, 10])).len();
    assert_eq!(
        err,
        [format!(
            "{bad}: record 0, 1970-01-01T00:00:09Z, 192.0.2.1 AS64496: the record declares {len} bytes, and the input ends after 40 of them (routeglass dissect {bad} --offset 0)"
        )]
    );
    let (code, out, err) = run(&["stat", &good, &bad, &last]);
    assert_eq!((code, err.len(), out.iter().filter(|l| l.ends_with(".mrt")).count()), (1, 1, 3));
    // A missing file outweighs damage, and the others are still read.
    let absent = dir.0.join("absent.mrt");
    let (code, out, err) = run(&["dump", &good, absent.to_str().unwrap(), &bad, &last]);
    assert_eq!((code, out.len(), err.len()), (2, 2, 2));
    assert!(err[0].starts_with(&format!("{}: ", absent.display())), "{err:?}");
}

#[test]
fn wrong_usage_is_exit_code_2() {
    for args in [
        &["dump", "--no-such-option", SAMPLE][..],
        &["dump"],
        &["stat"],
        &[],
        &["no-such-command"],
        &["dump", "--format", "xml", SAMPLE],
        &["dump", "--input", "pcap", SAMPLE],
        &["dump", "--add-path", "maybe", SAMPLE],
        &["dissect", "--add-path", "maybe", SAMPLE],
        &["dump", "--as2", "--as4", SAMPLE],
        &["dump", "--fail-on", "never", SAMPLE],
        &["stat", "--format", "csv", SAMPLE],
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out), (2, vec![]), "{args:?}");
        assert!(!err.is_empty(), "{args:?}");
    }
    for command in ["dump", "stat"] {
        let (code, out, err) = run(&[command, "no such file"]);
        assert_eq!((code, out.len(), err.len()), (2, 0, 1));
        assert!(err[0].starts_with("no such file: "), "{err:?}");
        let (code, _, err) = run(&[command, env!("CARGO_MANIFEST_DIR")]);
        assert_eq!((code, err), (2, vec![format!("{}: is a directory", env!("CARGO_MANIFEST_DIR"))]));
    }
}

#[test]
fn help_and_version_are_answers() {
    let (code, out, err) = run(&["--version"]);
    assert_eq!((code, out, err), (0, vec![format!("routeglass {}", env!("CARGO_PKG_VERSION"))], vec![]));
    let (code, out, err) = run(&["dump", "--help"]);
    assert_eq!((code, err), (0, vec![]));
    for option in ["--format", "--input", "--add-path"] {
        assert!(out.iter().any(|line| line.contains(option)), "{option}");
    }
}

#[test]
fn an_empty_file_has_nothing_and_no_damage() {
    let dir = Dir::new("empty");
    let path = dir.write("empty.mrt", &[]);
    let said = vec![format!("{path}: is empty")];
    assert_eq!(run(&["dump", &path]), (0, vec![], said.clone()));
    assert_eq!(run(&["check", &path]), (0, vec![format!("{path}: 0 records, 0 findings")], said.clone()));
    assert_eq!(run(&["dump", "--quiet", &path]), (0, vec![], vec![]));
    let (code, out, err) = run(&["stat", &path]);
    assert_eq!((code, out, err), (0, vec![path, "  0 distinct prefixes".into(), "  0 damaged".into()], said));
}

#[test]
fn compressed_files_are_known_by_content() {
    let dir = Dir::new("compressed");
    let gz = fs::read(Path::new(SAMPLE).with_extension("mrt.gz")).unwrap();
    let plain = fs::read(SAMPLE).unwrap();
    for (name, bytes) in [("sample.bz2", &gz), ("sample.mrt", &gz), ("sample", &gz), ("plain.gz", &plain)] {
        let path = dir.write(name, bytes);
        assert_eq!(run(&["dump", &path]), (0, SAMPLE_LINES.map(str::to_owned).to_vec(), vec![]), "{name}");
    }
    // Two members make one archive.
    let path = dir.write("twice.gz", &[&gz[..], &gz].concat());
    let (code, out, err) = run(&["dump", &path]);
    assert_eq!((code, out.len(), err), (0, 18, vec![]));
    // A truncated one: its content, then where it ends.
    let cut = gz.len() - 4;
    let path = dir.write("cut.gz", &gz[..cut]);
    for add_path in ["off", "auto"] {
        let (code, out, err) = run(&["dump", "--add-path", add_path, &path]);
        assert_eq!((code, out.len()), (1, 9), "{add_path}");
        let text =
            format!("{path}: record 8: gzip member at byte 0 is cut short at byte {cut}, after 620 decoded bytes (at byte 620)");
        assert_eq!(err, [text]);
    }
}

#[test]
fn standard_input() {
    let plain = fs::read(SAMPLE).unwrap();
    let gz = fs::read(Path::new(SAMPLE).with_extension("mrt.gz")).unwrap();
    for input in [&plain, &gz] {
        assert_eq!(run_with_input(&["dump", "-"], input), (0, SAMPLE_LINES.map(str::to_owned).to_vec(), vec![]));
    }
    let (code, out, err) = run_with_input(&["stat", "-"], &plain);
    assert_eq!((code, out[0].as_str(), err), (0, "-", vec![]));
    let (code, _, err) = run_with_input(&["dump", "-"], &plain[..plain.len() - 1]);
    assert_eq!(
        (code, err),
        (1, vec!["-: record 7, 2026-01-01T12:00:04Z: the record declares 36 bytes, and the input ends after 35 of them (at byte 584)".to_owned()])
    );
}

#[test]
fn bgp_messages_back_to_back() {
    let bytes = [message(1, &[4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 0]), message(4, &[]), announce(&[8, 10, 8, 11])].concat();
    let line = |prefix| format!("BGP4MP|0|A|0.0.0.0|0|{prefix}|64496|IGP|192.0.2.1|0|0||NAG||");
    let expected = vec![line("10.0.0.0/8"), line("11.0.0.0/8")];
    // As an option, or detected by the marker.
    for kind in ["bgp", "auto"] {
        let said = vec![without_record("-")];
        assert_eq!(run_with_input(&["dump", "--input", kind, "-"], &bytes), (0, expected.clone(), said), "{kind}");
    }
    // No line, or no time and peer in it: nothing is said.
    for args in
        [&["--quiet"][..], &["--format", "json"], &["--format", "csv"], &["--format", "text"], &["--prefix", "10.1.0.0/16"]]
    {
        let (code, _, err) = run_with_input(&[&["dump"], args, &["-"]].concat(), &bytes);
        assert_eq!((code, err.iter().any(|line| line.contains("AS 0"))), (0, false), "{args:?}");
    }
    // They are no records.
    let (code, out, err) = run_with_input(&["dump", "--input", "mrt", "-"], &bytes);
    assert_eq!((code, out.len(), err.len()), (2, 0, 1));
    // Truncated, and with an invalid header.
    let (code, out, err) = run_with_input(&["dump", "--input", "bgp", "-"], &bytes[..bytes.len() - 1]);
    assert_eq!(
        (code, out, err),
        (
            1,
            vec![line("10.0.0.0/8")],
            vec![
                "-: message 2: the message declares 47 bytes, and the input ends after 46 of them (at byte 48)".to_owned(),
                without_record("-")
            ]
        )
    );
    let mut broken = bytes;
    broken[29 + 3] = 0;
    let (code, out, err) = run_with_input(&["dump", "--input", "bgp", "-"], &broken);
    assert_eq!((code, out), (1, vec![]));
    assert_eq!(
        err,
        [
            "-: message 1: BGP message header: marker is not all ones (at byte 29)",
            "-: messages go on at byte 48: 47 bytes from there on are not read, and --recover reads them"
        ]
    );
    // An archive contains them in its records.
    let (code, _, err) = run(&["dump", "--input", "bgp", SAMPLE]);
    assert_eq!(
        (code, err),
        (
            1,
            vec![
                format!(
                    "{SAMPLE}: message 0: BGP message header: marker is not all ones (routeglass dissect {SAMPLE} --offset 0)"
                ),
                format!("{SAMPLE}: messages go on at byte 366: 254 bytes from there on are not read, and --recover reads them"),
            ]
        )
    );
}

#[test]
fn add_path_auto_on_off() {
    let dir = Dir::new("add-path");
    // Path 1 of 192.0.2.0/24, denied by the subtype.
    let denied = dir.write("denied.mrt", &as4(&announce(&[0, 0, 0, 1, 24, 192, 0, 2])));
    let line = "BGP4MP_AP|9|A|192.0.2.1|64496|192.0.2.0/24|1|64496|IGP|192.0.2.1|0|0||NAG||";
    for add_path in ["auto", "on"] {
        assert_eq!(run(&["dump", "--add-path", add_path, &denied]), (0, vec![line.to_owned()], vec![]), "{add_path}");
    }
    let at = 12 + 20 + 19 + 4 + ATTRIBUTES.len() + 5;
    let refused = format!(
        "{denied}: record 0, 1970-01-01T00:00:09Z, 192.0.2.1 AS64496: announced routes: prefix length 192 is longer than an address \
         (routeglass dissect {denied} --offset {at})"
    );
    let suspected = format!(
        "{denied}: the IPv4 unicast routes of 192.0.2.1 AS64496 make sense only with path identifiers, which their records do not \
         declare: try --add-path auto"
    );
    // Read by the subtype, there are routes before the invalid prefix, and a remark reports the suspicion.
    let before = ["0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/1"];
    let before = before.map(|prefix| format!("BGP4MP|9|A|192.0.2.1|64496|{prefix}|64496|IGP|192.0.2.1|0|0||NAG||"));
    for args in [&["dump", &denied][..], &["dump", "--add-path", "off", &denied]] {
        assert_eq!(run(args), (1, before.to_vec(), vec![refused.clone(), suspected.clone()]));
    }
    // Without identifiers `auto` changes nothing, and `on` is applied as requested.
    let plain = dir.write("plain.mrt", &as4(&announce(&[8, 10])));
    for add_path in ["auto", "off"] {
        assert_eq!(run(&["dump", "--add-path", add_path, &plain]), (0, vec![LINE_10.to_owned()], vec![]), "{add_path}");
    }
    assert_eq!(run(&["dump", "--add-path", "on", &plain]).0, 1);
}

#[test]
fn what_a_format_cannot_say_is_counted() {
    let dir = Dir::new("unsaid");
    let vpn = [0, 1, 128, 112, 0, 0x10, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100];
    let entries = [entry(0, None, ATTRIBUTES), entry(1, None, ATTRIBUTES)];
    let path =
        dir.write("vpn.mrt", &[peer_index_table(), record(13, 6, &rib(&vpn, &entries)), as4(&announce(&[8, 10]))].concat());
    let (code, out, err) = run(&["dump", &path]);
    assert_eq!((code, out), (0, vec![LINE_10.to_owned()]));
    assert_eq!(err, [format!("{path}: 2 routes of other families have no place in this format; --format json prints them")]);
    let (code, out, err) = run(&["dump", "--format", "json", &path]);
    assert_eq!((code, out.len(), err), (0, 3, vec![]));
    assert!(
        out[0].contains(
            r#""family":"IPv4 vpn","route":"64496:1 198.51.100.0/24 label 256","decoded":{"rd":"64496:1","prefix":"198.51.100.0/24","labels":["256"]},"octets":"700010010000fbf000000001c63364""#
        ),
        "{}",
        out[0]
    );
}

#[test]
fn head_ends_it_cleanly() {
    // More than pipes and buffers hold, so that the writer sees the closed end.
    let dir = Dir::new("head");
    let path = dir.write("long.mrt", &as4(&announce(&[8, 10, 8, 11])).repeat(40_000));
    for format in ["bgpdump", "json"] {
        let mut child = routeglass(&["dump", "--format", format, &path]).spawn().unwrap();
        let mut first = String::new();
        let mut out = BufReader::with_capacity(64, child.stdout.take().unwrap());
        out.read_line(&mut first).unwrap();
        drop(out);
        assert!(first.contains("10.0.0.0/8"), "{first}");
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "{format}");
    }
}

#[test]
fn nothing_on_stderr_when_nobody_watches() {
    // Long enough for a progress bar to be drawn, if standard error were a terminal.
    let dir = Dir::new("quiet");
    let path = dir.write("long.mrt", &as4(&announce(&[8, 10])).repeat(40_000));
    let (code, out, err) = run(&["dump", &path]);
    assert_eq!((code, out.len(), err), (0, 40_000, vec![]));
    assert!(out.iter().all(|line| line == LINE_10));
    let (code, out, err) = run(&["stat", &path]);
    assert_eq!((code, err), (0, vec![]));
    assert!(out.contains(&"           40000  BGP4MP MESSAGE_AS4".to_owned()), "{out:?}");
}

#[test]
fn records_without_routes_are_counted() {
    let dir = Dir::new("without-routes");
    // OSPF, an invalid type, an invalid subtype; beside them records without a message: a peer table, its locations, a message
    // without routes, a file name, a route of an unknown family.
    let said = [record(48, 0, &[1, 2]), record(77, 0, &[]), record(16, 99, &[0; 4])].concat();
    let geo = [&[192, 0, 2, 254, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..]].concat();
    let generic = record(13, 6, &rib(&[0, 77, 77, 8, 10], &[]));
    let unsaid =
        [peer_index_table(), record(13, 7, &geo), as4(&message(4, &[])), record(16, 3, b"\0\x01/rib\0"), generic].concat();
    let path = dir.write("mixed.mrt", &[&said[..], &unsaid, &as4(&announce(&[8, 10]))].concat());
    let (code, out, err) = run(&["dump", &path]);
    assert_eq!((code, out), (0, vec![LINE_10.to_owned()]));
    let routes = format!("{path}: 1 route of another family has no place in this format; --format json prints it");
    assert_eq!(err, [routes, format!("{path}: 3 records of types without routes")]);
    let path = dir.write("unsaid.mrt", &[unsaid, as4(&announce(&[8, 10]))].concat());
    let (code, _, err) = run(&["dump", "--format", "bgpdump", &path]);
    assert!(code == 0 && !err.iter().any(|line| line.contains("without routes")), "{err:?}");
    // As text every record is shown completely.
    let path = dir.write("said.mrt", &said);
    assert_eq!(run(&["dump", "--format", "text", &path]).2, Vec::<String>::new());
}

#[test]
fn add_path_of_messages_and_of_text() {
    let dir = Dir::new("add-path-messages");
    let bytes = announce(&[0, 0, 0, 1, 24, 192, 0, 2]);
    let path = dir.write("messages", &bytes);
    let line = "BGP4MP_AP|0|A|0.0.0.0|0|192.0.2.0/24|1|64496|IGP|192.0.2.1|0|0||NAG||";
    let said = vec![without_record(&path)];
    assert_eq!(run(&["dump", "--add-path", "on", &path]), (0, vec![line.to_owned()], said.clone()));
    assert_eq!(run(&["dump", "--input", "bgp", &path]).0, 1);
    // All are weighed as those of one speaker.
    assert_eq!(run(&["dump", "--add-path", "auto", &path]), (0, vec![line.to_owned()], said));
    let denied = dir.write("denied.mrt", &as4(&bytes));
    for (file, add_path) in [(&path, "on"), (&denied, "on"), (&denied, "auto")] {
        let (code, out, err) = run(&["dump", "--format", "text", "--add-path", add_path, file]);
        assert_eq!((code, err), (0, vec![]));
        assert!(out.iter().any(|line| line.trim_start() == "prefix: 192.0.2.0/24 path 1"), "{out:#?}");
    }
    let (code, out, _) = run(&["stat", "--add-path", "auto", &denied]);
    assert_eq!((code, out.iter().any(|line| line == "               1  IPv4 unicast announced")), (0, true));
}

#[test]
fn dissect_reads_messages_by_the_session_that_it_is_told() {
    let hex = |bytes: &[u8]| bytes.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    let has = |out: &[String], line: &str| out.iter().any(|l| l.split_whitespace().eq(line.split_whitespace()));
    // 192.0.2.0/24 with path 1: after 19 octets of header, 4 of lengths and the attributes.
    let at = 19 + 4 + ATTRIBUTES.len();
    let octets = hex(&announce(&[0, 0, 0, 1, 24, 192, 0, 2]));
    let line = format!("{at}..{} 0000000118c00002 prefix: 192.0.2.0/24 path 1", at + 8);
    let (code, out, _) = run(&["dissect", "--add-path", "on", "--hex", &octets]);
    assert_eq!((code, has(&out, &line)), (0, true), "{out:#?}");
    for args in [&["dissect", "--hex", &octets][..], &["dissect", "--add-path", "off", "--hex", &octets]] {
        let (code, out, err) = run(args);
        assert_eq!((code, has(&out, &line)), (1, false), "{out:#?}");
        assert_eq!(err, ["hint: with path identifiers (--add-path on) nothing is wrong"]);
    }
    // ORIGIN; AS_PATH after 19 + 4 + 4 octets: a sequence of one two-octet number.
    let attributes = [0x40, 1, 1, 0, 0x40, 2, 4, 2, 1, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
    let body = [&[0, 0, 0, 18][..], &attributes, &[8, 10]].concat();
    let octets = hex(&message(2, &body));
    let (code, out, _) = run(&["dissect", "--as2", "--hex", &octets]);
    assert_eq!((code, has(&out, "32..34 fbf0 asn: 64496")), (0, true), "{out:#?}");
    // Detected and reported; or read as requested, with the reading that would fit.
    let (code, found, err) = run(&["dissect", "--hex", &octets]);
    assert_eq!((code, found, err.len()), (0, out, 1));
    assert_eq!(err, ["hint: read with AS numbers of two octets, which fit; --as4 reads them with four"]);
    let (code, _, err) = run(&["dissect", "--as4", "--fail-on", "withdraw", "--hex", &octets]);
    assert_eq!((code, err), (1, vec!["hint: with AS numbers of two octets (--as2) nothing is wrong".to_owned()]));
    // The same for a file. A hint is given once, however many messages it is about.
    let dir = Dir::new("dissect-session");
    let many = dir.write("many", &message(2, &body).repeat(5));
    let hint = "hint: read with AS numbers of two octets, which fit; --as4 reads them with four";
    assert_eq!(run(&["dissect", &many]).2, [hint]);
    let path = dir.write("messages", &message(2, &body));
    let codes = [&["--as2"][..], &[], &["--as4"]].map(|args| run(&[&["dissect", "--fail-on", "any"], args, &[&path]].concat()).0);
    assert_eq!(codes, [0, 0, 1]);
}

#[test]
fn stat_of_messages_and_of_peers_without_routes() {
    let bytes = [message(1, &[4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 0]), message(4, &[]), announce(&[8, 10, 8, 11])].concat();
    let (code, out, err) = run_with_input(&["stat", "-"], &bytes);
    assert_eq!((code, err), (0, vec![]));
    let expected = "-
  messages
               1  KEEPALIVE
               1  OPEN
               1  UPDATE
  routes by family
               2  IPv4 unicast announced
  attributes
               1  ORIGIN
               1  AS_PATH
               1  NEXT_HOP
  2 distinct prefixes
  0 damaged";
    assert_eq!(out, expected.lines().collect::<Vec<_>>());
    let (code, out, err) = run_with_input(&["stat", "-"], &bytes[..bytes.len() - 1]);
    assert_eq!((code, out.last().unwrap().as_str()), (1, "  1 damaged"));
    assert_eq!(err, ["-: message 2: the message declares 47 bytes, and the input ends after 46 of them (at byte 48)"]);

    let dir = Dir::new("stat-peers");
    let path =
        dir.write("table.mrt", &[peer_index_table(), record(13, 2, &rib(&[8, 10], &[entry(0, None, ATTRIBUTES)]))].concat());
    let (_, out, _) = run(&["stat", &path]);
    for line in ["               1  192.0.2.1 AS64496", "               0  2001:db8::1 AS64497"] {
        assert!(out.iter().any(|l| l == line), "{line}: {out:#?}");
    }
}

#[test]
fn what_is_no_archive_is_said_to_be_none() {
    let dir = Dir::new("no-archive");
    let files = [
        dir.write("index.html", b"<!DOCTYPE html><html></html>"),
        dir.write("a.zip", b"PK\x03\x04\x14\x00\x00\x00\x00\x00\x21\x58 and so on"),
        dir.write("a.pcap", &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]),
        dir.write("a.bmp", &[3, 0, 0, 0, 32, 4, 0, 1, 0, 5, b'h', b'e', b'l', b'l', b'o', 0, 2, 0, 4, b'h', b'o', b's', b't']),
        dir.write("a.gob", &[7, 0xff, 0x81, 3, 1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]),
    ];
    let kinds = [
        "this is HTML, not an MRT archive",
        "this is a zip archive, not an MRT archive",
        "this is a packet capture (pcap), not an MRT archive",
        "this is a stream of BMP messages (RFC 7854), not an MRT archive",
        "this does not look like an MRT archive (type 257, length 4294967295)",
    ];
    for (path, text) in files.iter().zip(kinds) {
        let said = format!("{path}: record 0: {text} (at byte 0)");
        for args in [&["dump", path][..], &["stat", path]] {
            let (code, _, err) = run(args);
            assert_eq!((code, err), (2, vec![said.clone()]), "{args:?}");
        }
        let (code, _, err) = run(&["dissect", path]);
        assert!(code == 2 && err[0].contains(text.split_once(',').map_or(text, |(kind, _)| kind)), "{err:?}");
        let (code, out, _) = run(&["check", path]);
        assert_eq!(
            (code, out[0].as_str()),
            (2, &*format!("{path}\t0\t0\tmrt\tnot-mrt\tnone\tRFC 6396 section 2\t{text}\t-\t-\t-\t-"))
        );
    }
    // After a sound record it is damage, and a truncated record of a known type is one.
    let path = dir.write("behind.mrt", &[&as4(&announce(&[8, 10]))[..], b"<!DOCTYPE html><html></html>"].concat());
    assert!(run(&["dump", &path]).2[0].contains("and no more than 16777228 are read as one"));
    let path = dir.write("cut.mrt", &as4(&announce(&[8, 10]))[..40]);
    assert!(run(&["dump", &path]).2[0].contains("the record declares 77 bytes, and the input ends after 40 of them"));
}

#[test]
fn compressed_twice_is_no_archive() {
    use std::io::Write;
    let dir = Dir::new("twice-compressed");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&fs::read(Path::new(SAMPLE).with_extension("mrt.gz")).unwrap()).unwrap();
    let path = dir.write("sample.gz.gz", &encoder.finish().unwrap());
    let (code, out, err) = run(&["dump", &path]);
    assert_eq!((code, out.len()), (2, 0));
    assert!(err[0].contains("this is gzip data inside compressed data, not an MRT archive"), "{err:?}");
}

/// Runs the command with its standard error on a terminal, optionally its output too; returns what the terminal received.
fn on_a_terminal(command: &str) -> Option<String> {
    let program = env!("CARGO_BIN_EXE_routeglass");
    let output = std::process::Command::new("script")
        .args(["-qec", &format!("{program} {command}"), "/dev/null"])
        .env("TERM", "xterm")
        .env("NO_COLOR", "1")
        .stdin(std::process::Stdio::null())
        .output();
    match output {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(e) => {
            println!("skipped: no program script: {e}");
            None
        }
    }
}

#[test]
fn the_bar_makes_room() {
    let dir = Dir::new("terminal");
    // Repeated damage, in a file long enough for a bar.
    let damaged = as4(&message(2, &update(&[], &[0x40, 1, 1, 9], &[8, 10])));
    let path = dir.write("long.mrt", &[damaged, as4(&announce(&[8, 10])).repeat(500)].concat().repeat(200));
    let Some(text) = on_a_terminal(&format!("dump {path} >/dev/null")) else { return };
    let lines: Vec<_> = text.split(['\n', '\r']).filter(|line| line.contains("ORIGIN attribute")).collect();
    assert_eq!(lines.len(), 200);
    for line in lines {
        // Only cursor movements precede it.
        let start = line.rfind('\u{1b}').map_or(line, |at| line[at..].trim_start_matches(|c| c != 'K').trim_start_matches('K'));
        assert!(start.starts_with(&path), "{line:?}");
    }
    // With lines on standard output there is no bar.
    let text = on_a_terminal(&format!("dump {path}")).unwrap();
    assert!(!text.contains('\u{1b}') && !text.contains("B/s"), "the bar is among the lines");
}

#[test]
fn exit_codes_say_what_was_asked_for() {
    let dir = Dir::new("fail-on");
    // AGGREGATOR of AS 0: attribute discard. Invalid ORIGIN: treat-as-withdraw. Overlong prefix: session reset.
    let with = |more: &[u8]| message(2, &update(&[], &[ATTRIBUTES, more].concat(), &[8, 10]));
    let files = [
        dir.write("sound.mrt", &as4(&announce(&[8, 10]))),
        dir.write("note.mrt", &as4(&[announce(&[8, 10]), vec![1, 2, 3]].concat())),
        dir.write("discard.mrt", &as4(&with(&[0xc0, 7, 8, 0, 0, 0, 0, 192, 0, 2, 1]))),
        dir.write("withdraw.mrt", &as4(&message(2, &update(&[], &[0x40, 1, 1, 9], &[8, 10])))),
        dir.write("reset.mrt", &as4(&announce(&[33, 10, 0, 0, 0, 0]))),
        dir.write("cut.mrt", &as4(&announce(&[8, 10]))[..60]),
    ];
    for (level, codes) in [
        ("none", [0, 0, 0, 0, 0, 0]),
        ("discard", [0, 0, 1, 1, 1, 1]),
        ("withdraw", [0, 0, 0, 1, 1, 1]),
        ("reset", [0, 0, 0, 0, 1, 1]),
        ("any", [0, 1, 1, 1, 1, 1]),
    ] {
        for command in ["dump", "stat", "check", "dissect"] {
            let found = files.each_ref().map(|path| run(&[command, "--fail-on", level, path]).0);
            assert_eq!(found, codes, "{command} {level}");
        }
    }
    let codes = |command: &str| files.each_ref().map(|path| run(&[command, path]).0);
    assert_eq!(codes("check"), [0, 1, 1, 1, 1, 1]);
    for command in ["dump", "stat", "dissect"] {
        assert_eq!(codes(command), [0, 0, 0, 0, 1, 1], "{command}");
    }
}

#[test]
fn what_is_lost_between_records_is_passed_over_where_asked() {
    let dir = Dir::new("recover");
    let (one, two) = (as4(&announce(&[8, 10])), as4(&announce(&[8, 11])));
    let path = dir.write("gap.mrt", &[&one[..], &one[..30], &two].concat());
    let (from, to) = (one.len(), one.len() + 30);
    let gap = format!(
        "{path}: record 1, 1970-01-01T00:00:09Z: 30 bytes passed over, from byte {from} to {to}: BGP message header: marker is not all ones \
         (routeglass dissect {path} --offset {from})"
    );
    let (code, out, err) = run(&["dump", "--recover", &path]);
    assert_eq!((code, out, err), (1, vec![LINE_10.to_owned(), LINE_11.to_owned()], vec![gap.clone()]));
    let (code, out, err) = run(&["stat", "--recover", &path]);
    assert_eq!((code, err), (1, vec![gap]));
    assert!(out.contains(&"               2  IPv4 unicast announced".to_owned()), "{out:?}");
    assert_eq!(out.last().unwrap(), "  1 damaged");
    assert_eq!(run(&["dump", &path]).1, [LINE_10]);
    // Consecutive messages: continues at the next header.
    let path = dir.write("gap.bgp", &[&announce(&[8, 10])[..], &[1, 2, 0xff, 3], &announce(&[8, 11])].concat());
    let from = announce(&[8, 10]).len();
    let line = |prefix| format!("BGP4MP|0|A|0.0.0.0|0|{prefix}|64496|IGP|192.0.2.1|0|0||NAG||");
    let (code, out, err) = run(&["dump", "--recover", &path]);
    assert_eq!((code, out), (1, vec![line("10.0.0.0/8"), line("11.0.0.0/8")]));
    assert_eq!(
        err,
        [
            format!(
                "{path}: message 1: 4 bytes passed over, from byte {from} to {}: BGP message header: marker is not all ones \
                 (routeglass dissect {path} --offset {from})",
                from + 4
            ),
            without_record(&path)
        ]
    );
    let (_, out, err) = run(&["dump", &path]);
    assert_eq!(out, [line("10.0.0.0/8")]);
    let (start, len) = (from + 4, announce(&[8, 11]).len());
    let unread =
        format!("{path}: messages go on at byte {start}: {len} bytes from there on are not read, and --recover reads them");
    assert_eq!(err[1], unread);
    // What was passed over is no record.
    let (_, out, _) = run(&["check", "--recover", &path]);
    assert_eq!(
        out[0].split('\t').skip(1).take(6).collect::<Vec<_>>()[2..],
        ["bgp", "gap", "none", "RFC 4271 section 6.1"],
        "{out:?}"
    );
}

#[test]
fn opens_say_how_the_messages_after_them_are_read() {
    let dir = Dir::new("opens");
    let open = |asn: u16, id: u8, capabilities: &[u8]| {
        let mut body = vec![4];
        body.extend(asn.to_be_bytes());
        body.extend([0, 180, 192, 0, 2, id]);
        let len = u8::try_from(capabilities.len()).unwrap();
        body.extend(if len == 0 { vec![0] } else { vec![len + 2, 2, len] });
        body.extend(capabilities);
        message(1, &body)
    };
    let two = |nlri: &[u8]| {
        let attributes = [0x40, 1, 1, 0, 0x40, 2, 4, 2, 1, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
        message(2, &update(&[], &attributes, nlri))
    };
    // ADD-PATH for IPv4 unicast, both ways; four-octet AS numbers.
    let (as4_capability, paths) = ([65, 4, 0, 0, 0xfb, 0xf0], [69, 4, 0, 1, 1, 3]);
    let both = [as4_capability, paths].concat();
    let line = |prefix: &str| format!("BGP4MP|0|A|0.0.0.0|0|{prefix}|64496|IGP|192.0.2.1|0|0||NAG||");
    let path_line = |prefix: &str| format!("BGP4MP_AP|0|A|0.0.0.0|0|{prefix}|1|64496|IGP|192.0.2.1|0|0||NAG||");
    let with_path = announce(&[0, 0, 0, 1, 24, 192, 0, 2]);
    for (messages, expected) in [
        // Two speakers, one of them without four-octet numbers.
        (vec![open(64496, 1, &as4_capability), open(64497, 2, &[]), two(&[8, 10])], line("10.0.0.0/8")),
        (vec![open(64496, 1, &as4_capability), open(64497, 2, &as4_capability), announce(&[8, 10])], line("10.0.0.0/8")),
        // Two with path identifiers negotiated, and two without.
        (vec![open(64496, 1, &both), open(64497, 2, &both), with_path.clone()], path_line("192.0.2.0/24")),
        (vec![open(64496, 1, &both), open(64497, 2, &as4_capability), announce(&[8, 10])], line("10.0.0.0/8")),
        // The OPENs of one session, then those of another.
        (
            vec![
                open(64496, 1, &both),
                open(64497, 2, &both),
                open(64496, 1, &as4_capability),
                open(64497, 2, &as4_capability),
                announce(&[8, 10]),
            ],
            line("10.0.0.0/8"),
        ),
        // One speaker: its offer, unless the messages show that it was not accepted.
        (vec![open(64496, 1, &both), with_path], path_line("192.0.2.0/24")),
        (vec![open(64496, 1, &both), announce(&[8, 10, 16, 10, 1])], line("10.0.0.0/8")),
        (vec![open(64496, 1, &as4_capability), two(&[8, 10])], line("10.0.0.0/8")),
        // None: by evidence.
        (vec![two(&[8, 10])], line("10.0.0.0/8")),
        (vec![announce(&[8, 10])], line("10.0.0.0/8")),
    ] {
        let path = dir.write("messages", &messages.concat());
        let (code, out, err) = run(&["dump", &path]);
        assert_eq!((code, &out[0], err), (0, &expected, vec![without_record(&path)]));
        assert_eq!(run(&["dump", "--input", "bgp", &path]).1, out);
        assert_eq!(run(&["check", &path]).0, 0);
        assert_eq!(run(&["stat", &path]).2, Vec::<String>::new());
        assert_eq!(run(&["dissect", "--fail-on", "any", &path]).0, 0);
    }
    // The option takes precedence.
    let path = dir.write("two", &two(&[8, 10]));
    assert_eq!(run(&["check", "--as2", &path]).0, 0);
    assert_eq!(run(&["check", "--as4", &path]).0, 1);
}

#[test]
fn octets_come_as_routers_and_tools_print_them() {
    let keepalive = message(4, &[]);
    let pairs: Vec<_> = keepalive.iter().map(|octet| format!("{octet:02x}")).collect();
    let expected = [
        "       0..19                        message: KEEPALIVE",
        "       0..16       ffffffffffffffff   marker: 0xffffffffffffffffffffffffffffffff",
        "                   ffffffffffffffff",
        "      16..18       0013               length: 19",
        "      18..19       04                 type: 4 (KEEPALIVE)",
    ];
    for text in [
        pairs.concat(),
        format!("0x{}", pairs.join(" 0x")),
        format!("0x{}", pairs.join(", 0x")),
        format!("\\x{}", pairs.join("\\x")),
        format!("00000000: {}  ................\n00000010: {}  ...\n", pairs[..16].concat(), pairs[16..].concat()),
        format!(
            "00000000  {}  |................|\n00000010  {}  |...|\n00000013\n",
            pairs[..16].join(" "),
            pairs[16..].join(" ")
        ),
        // Without the marker.
        pairs[16..].concat(),
    ] {
        for (code, out, err) in [run(&["dissect", "--hex", &text]), run_with_input(&["dissect", "-"], text.as_bytes())] {
            assert_eq!((code, err), (0, vec![]), "{text}");
            if text.len() > 6 {
                assert_eq!(out, expected, "{text}");
            } else {
                assert_eq!(
                    out[1..],
                    [
                        "       0..2        0013               length: 19",
                        "       2..3        04                 type: 4 (KEEPALIVE)"
                    ]
                );
            }
        }
    }
    let (code, out, err) = run_with_input(&["dissect", "--hex", "-", "--json"], pairs.concat().as_bytes());
    assert_eq!((code, err), (0, vec![]));
    assert_eq!(
        out,
        [
            r#"{"message":0,"name":"message","start":0,"end":19,"text":"KEEPALIVE","fields":[{"name":"marker","start":0,"end":16,"octets":"ffffffffffffffffffffffffffffffff","text":"0xffffffffffffffffffffffffffffffff"},{"name":"length","start":16,"end":18,"octets":"0013","text":"19"},{"name":"type","start":18,"end":19,"octets":"04","text":"4 (KEEPALIVE)"}]}"#
        ]
    );
    // The body of an UPDATE and an attribute list, as an option or detected.
    let attributes: String = ATTRIBUTES.iter().map(|octet| format!("{octet:02x}")).collect();
    let body: String = update(&[], ATTRIBUTES, &[8, 10]).iter().map(|octet| format!("{octet:02x}")).collect();
    for (holds, text, name) in [("attributes", &attributes, "attributes"), ("update", &body, "update")] {
        let told = run(&["dissect", "--as", holds, "--hex", text]);
        assert_eq!((told.0, told.1[0].split_whitespace().last()), (0, Some(name)));
        assert_eq!(run(&["dissect", "--hex", text]), told);
    }
    let (code, out, err) = run_with_input(&["dissect", "-"], b"show ip bgp\n");
    assert_eq!((code, out.len()), (2, 0));
    assert_eq!(err, ["-: this is text, but no octets in hexadecimal: 's' (character 1) is no hexadecimal digit"]);
}

/// Python shows octets that are characters as these: `\x006` are two.
#[test]
fn octets_come_as_python_prints_them() {
    // An attribute list with a quote, a line end and characters that read as hexadecimal digits.
    let list = [0xc0, 99, 11, 0, b'6', b'a', b'b', b'\'', b'\\', b'\n', b'\t', b' ', b'"', 0xff];
    let literal = r#"b'\xc0c\x0b\x006ab\'\\\n\t "\xff'"#;
    let digits: String = list.iter().map(|octet| format!("{octet:02x}")).collect();
    let expected = run(&["dissect", "--as", "attributes", "--hex", &digits]);
    assert_eq!((expected.0, expected.2.len()), (0, 0));
    for text in [literal.to_owned(), format!("{literal}\n"), format!("b'{digits}'"), format!("b\"{digits}\"\n")] {
        assert_eq!(run(&["dissect", "--as", "attributes", "--hex", &text]), expected, "{text}");
        assert_eq!(run_with_input(&["dissect", "--as", "attributes", "-"], text.as_bytes()), expected, "{text}");
    }
    // Not read as other octets than meant.
    for (text, reason) in [
        (r"\xc0\x63\x006", r"\x006 is no octet, which has two digits; a literal with characters is written b'...'"),
        (r"b'\xc0\xg'", r"\xg is no octet of a literal"),
        (r"b'\xc0\q'", r"\q is no octet of a literal"),
        ("b'\\xc0é'", "é is no octet of a literal"),
    ] {
        let (code, out, err) = run(&["dissect", "--hex", text]);
        assert!((code, out.len()) == (2, 0) && err[0].ends_with(reason), "{text}: {err:?}");
    }
}

#[test]
fn the_record_of_an_octet_and_what_there_is_of_a_cut_one() {
    let dir = Dir::new("offset");
    let record = as4(&announce(&[8, 10]));
    let path = dir.write("two.mrt", &[&record[..], &record[..40]].concat());
    let (code, out, err) = run(&["dissect", "--offset", "57", &path]);
    assert_eq!((code, err), (0, vec![]));
    assert!(out[0].contains("record: BGP4MP MESSAGE_AS4"), "{}", out[0]);
    let marked: Vec<_> = out.iter().filter(|line| line.starts_with('>')).collect();
    assert_eq!(marked, [">     57..58       01                     length: 1"]);
    // The second is truncated: its present part and declared length.
    let (code, out, _) = run(&["dissect", "--record", "1", &path]);
    assert_eq!(code, 1);
    assert!(out.iter().any(|line| line.contains("peer_asn: 64496")), "{out:#?}");
    let text = format!(
        "error: the record declares {} bytes, and the input ends after 40 of them (at byte {})",
        record.len(),
        record.len()
    );
    assert!(out.iter().any(|line| line.contains(&text)), "{out:#?}");
    let (code, out, err) = run(&["dissect", "--offset", "1000", &path]);
    assert_eq!((code, out.len()), (2, 0));
    assert_eq!(err, [format!("{path}: no record holds byte 1000")]);
}

#[test]
fn colour_is_asked_for_or_denied() {
    let dir = Dir::new("colour");
    let path = dir.write("damaged.mrt", &as4(&announce(&[33, 10, 0, 0, 0, 0])));
    let with = |variables: &[(&str, &str)]| {
        let output = routeglass(&["dump", &path]).envs(variables.iter().copied()).output().unwrap();
        String::from_utf8(output.stderr).unwrap().contains('\u{1b}')
    };
    assert!(!with(&[]));
    assert!(with(&[("CLICOLOR_FORCE", "1")]));
    assert!(!with(&[("CLICOLOR_FORCE", "0")]));
    assert!(!with(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(with(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]));
    // Only the exit code.
    let (code, out, err) = run(&["dump", "--quiet", &path]);
    assert_eq!((code, out, err), (1, vec![], vec![]));
}

#[test]
fn completions_and_man_pages_are_made_from_the_arguments() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, out, err) = run(&["completions", shell]);
        assert_eq!((code, err), (0, vec![]));
        for word in ["dissect", "add-path", "fail-on"] {
            assert!(out.iter().any(|line| line.contains(word)), "{shell}: {word}");
        }
    }
    let (code, out, err) = run(&["man"]);
    assert_eq!((code, err), (0, vec![]));
    assert!(out.iter().any(|line| line.starts_with(".TH routeglass 1")), "{out:#?}");
    assert!(out.iter().any(|line| line.contains("routeglass\\-dissect(1)")), "{out:#?}");
    let (code, out, _) = run(&["man", "dump"]);
    assert_eq!(code, 0);
    assert!(out.iter().any(|line| line.starts_with(".TH routeglass-dump 1")), "{out:#?}");
    assert!(out.iter().any(|line| line.contains("strictness")), "{out:#?}");
    let (code, out, err) = run(&["man", "nothing"]);
    assert_eq!((code, out.len()), (2, 0));
    assert!(err[0].contains("there is no subcommand nothing"), "{err:?}");
    // Every subcommand has examples in its help.
    for command in ["dump", "dissect", "check", "stat", "rib"] {
        let (_, out, _) = run(&[command, "--help"]);
        assert!(out.iter().any(|line| line.trim_start().starts_with(&format!("routeglass {command} "))), "{command}");
    }
}

#[test]
fn end_of_rib_is_said_of_each_family() {
    let dir = Dir::new("end-of-rib");
    let unreach = |family: &[u8], nlri: &[u8]| {
        let len = u8::try_from(family.len() + nlri.len()).unwrap();
        message(2, &update(&[], &[&[0x80, 15, len][..], family, nlri].concat(), &[]))
    };
    let bytes = [
        message(2, &update(&[], &[], &[])),
        unreach(&[0, 2, 1], &[]),
        unreach(&[0, 1, 128], &[]),
        // Attributes without routes and a withdrawal are none.
        message(2, &update(&[], &[0x40, 1, 1, 0], &[])),
        unreach(&[0, 2, 1], &[32, 0x20, 1, 0x0d, 0xb8]),
        unreach(&[0, 2, 1], &[]),
    ];
    let path = dir.write("updates.mrt", &bytes.each_ref().map(|m| as4(m)).concat());
    let (code, out, err) = run(&["dump", "--format", "json", &path]);
    assert_eq!((code, err), (0, vec![]));
    let head = r#"{"kind":"message","record_type":"BGP4MP","time":9,"peer_asn":64496,"peer_address":"192.0.2.1""#;
    assert_eq!(
        out[0],
        format!(r#"{head},"end_of_rib":true,"family":"IPv4 unicast","message":{{"type":"UPDATE","attributes":[]}}}}"#)
    );
    let objects: Vec<serde_json::Value> = out.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let families: Vec<_> = objects.iter().map(|o| (o["end_of_rib"].as_bool(), o["family"].as_str())).collect();
    assert_eq!(
        families,
        [
            (Some(true), Some("IPv4 unicast")),
            (Some(true), Some("IPv6 unicast")),
            (Some(true), Some("IPv4 vpn")),
            (None, None),
            (None, Some("IPv6 unicast")),
            (Some(true), Some("IPv6 unicast")),
        ]
    );
    assert_eq!((&objects[3]["kind"], &objects[4]["kind"]), (&"message".into(), &"withdraw".into()));
    // bgpdump has no line for them.
    assert_eq!(run(&["dump", &path]).1, ["BGP4MP|9|W|192.0.2.1|64496|2001:db8::/32"]);
    let (_, out, _) = run(&["dump", "--format", "text", &path]);
    for (family, n) in [("IPv4 unicast", 1), ("IPv6 unicast", 2), ("IPv4 vpn", 1)] {
        let text = format!("  message: UPDATE, the End-of-RIB of {family}");
        assert_eq!(out.iter().filter(|line| **line == text).count(), n, "{family}");
    }
    assert_eq!(out[1], "  time: 1970-01-01T00:00:09Z");
    let (_, out, _) = run(&["stat", &path]);
    for line in ["1  IPv4 unicast End-of-RIB", "2  IPv6 unicast End-of-RIB", "1  IPv4 vpn End-of-RIB"] {
        assert!(out.iter().any(|l| l.trim_start() == line), "{line}: {out:#?}");
    }
    let (_, out, _) = run(&["stat", "--json", &path]);
    let value: serde_json::Value = serde_json::from_str(&out[0]).unwrap();
    assert_eq!(
        value["families"]["IPv6 unicast"],
        serde_json::json!({"announced": 0, "withdrawn": 1, "in_tables": 0, "end_of_rib": 2})
    );
    // The same without records.
    let path = dir.write("updates.bgp", &bytes.concat());
    let (_, out, _) = run(&["dump", "--format", "json", &path]);
    assert_eq!(
        out[1],
        r#"{"kind":"message","end_of_rib":true,"family":"IPv6 unicast","message":{"type":"UPDATE","attributes":[{"code":15,"name":"MP_UNREACH_NLRI","flags":128,"value":"000201","text":"IPv6 unicast, 0 octets of routes","decoded":{"family":"IPv6 unicast","routes":[]}}]}}"#
    );
    assert_eq!(out.len(), 6);
}

#[test]
fn json_leaves_no_message_unsaid() {
    let dir = Dir::new("unsaid-messages");
    // A message with a single damaged prefix, one of an invalid type, and one with a wrong length.
    let mut long = message(4, &[]);
    long[17] = 30;
    let parts = [announce(&[33, 10]), message(77, &[1]), long];
    let path = dir.write("damaged.mrt", &parts.each_ref().map(|m| as4(m)).concat());
    let (code, out, err) = run(&["dump", "--format", "json", &path]);
    assert_eq!((code, out.len(), err.len()), (1, 3, 3));
    let objects: Vec<serde_json::Value> = out.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (number, object) in (0u64..).zip(&objects) {
        assert_eq!(object["record"], number, "{object}");
        assert_eq!(object["offset"], object["error"]["offset"], "{object}");
        assert_eq!(object["error"]["action"], "session reset", "{object}");
    }
    assert_eq!(objects[0]["message"]["announced"]["error"]["action"], "session reset");
    assert_eq!(objects[1]["message"], serde_json::json!({"type": "MessageType(77)", "code": 77, "octets": "01"}));
    assert_eq!(objects[2]["message"], serde_json::json!({"octets": "ffffffffffffffffffffffffffffffff001e04"}));
    assert_eq!(run(&["dump", "--format", "json", "--strictness", "strict", &path]).1, Vec::<String>::new());
}

#[test]
fn routes_before_a_damaged_prefix_and_before_a_cut_are_given() {
    let dir = Dir::new("before-damage");
    let v6 = |nlri: &[u8]| {
        let head = [&[0, 2, 1, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0][..], nlri].concat();
        let len = u8::try_from(head.len()).unwrap();
        message(2, &update(&[], &[&ATTRIBUTES[..13], &[0x80, 14, len], &head].concat(), &[]))
    };
    let path = dir.write(
        "damaged.mrt",
        &[as4(&announce(&[8, 10, 8, 11, 33, 12])), as4(&message(2, &update(&[8, 10, 33], &[], &[]))), as4(&v6(&[8, 0x20, 129]))]
            .concat(),
    );
    let expected = [
        LINE_10,
        LINE_11,
        "BGP4MP|9|W|192.0.2.1|64496|10.0.0.0/8",
        "BGP4MP|9|A|192.0.2.1|64496|2000::/8|64496|IGP|2001:db8::1|0|0||NAG||",
    ];
    let (code, out, err) = run(&["dump", &path]);
    assert_eq!((code, out, err.len()), (1, expected.map(str::to_owned).to_vec(), 3));
    let (_, out, _) = run(&["dump", "--format", "json", &path]);
    assert_eq!(out.len(), 4);
    for line in &out {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(object["prefix"].is_string() && object["error"]["action"].is_string(), "{line}");
    }
    let (_, out, _) = run(&["dump", "--format", "text", &path]);
    for prefix in ["10.0.0.0/8", "11.0.0.0/8", "2000::/8"] {
        assert!(out.iter().any(|line| line.trim_start() == format!("prefix: {prefix}")), "{prefix}: {out:#?}");
    }
    // A table entry and a message truncated by the end of the file.
    let attributes = [entry(0, None, ATTRIBUTES), entry(1, None, ATTRIBUTES)];
    let table = [peer_index_table(), record(13, 2, &rib(&[8, 10], &attributes))].concat();
    let updates = as4(&announce(&[8, 10, 8, 11]));
    for (bytes, line) in [
        (&table[..table.len() - 5], "TABLE_DUMP2|9|B|192.0.2.1|64496|10.0.0.0/8|64496|IGP|192.0.2.1|0|0||NAG||"),
        (&updates[..updates.len() - 1], LINE_10),
    ] {
        let path = dir.write("cut.mrt", bytes);
        let (code, out, err) = run(&["dump", &path]);
        assert_eq!((code, out, err.len()), (1, vec![line.to_owned()], 1));
        assert!(err[0].contains("and the input ends after"), "{err:?}");
        assert_eq!(run(&["dump", "--format", "json", &path]).1.len(), 1);
        let (_, out, _) = run(&["dump", "--format", "text", &path]);
        assert!(out.iter().any(|line| line.trim_start() == "prefix: 10.0.0.0/8"), "{out:#?}");
        let (_, out, _) = run(&["stat", &path]);
        assert!(out.iter().any(|line| line.contains("1  IPv4 unicast")), "{out:#?}");
    }
}
