//! `routeglass rib`: output, streams and exit codes.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde_json::{Value, json};

use crate::common::command::{Dir, routeglass, run, run_with_input};
use crate::common::vectors::{ATTRIBUTES, bgp4mp, entry, message, peer_index_table, record, rib, update};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt");

/// The instant of the sample's table; the updates come in the four seconds after it.
const NOON: &str = "1767268800";

const DIRECT: &str = "192.0.2.1|64496|198.51.100.0/24|64496 64500|IGP|192.0.2.1|0|0|64496:100 no-export|NAG||";
const LONGER: &str = "2001:db8::2|65536|198.51.100.0/24|65536 64497 64500|IGP|192.0.2.2|0|50||NAG||";
const AGGREGATE: &str = "192.0.2.1|64496|203.0.113.0/24|64496 {64501,64502}|INCOMPLETE|192.0.2.1|0|0||AG|64496 192.0.2.1|";
const SIX: &str = "2001:db8::2|65536|2001:db8:100::/40|65536 64500|IGP|2001:db8::2|0|0||NAG||";
const LOW_HALF: &str = "192.0.2.1|64496|203.0.113.0/25|64496 64503|IGP|192.0.2.1|0|0||NAG||";
const HIGH_HALF: &str = "192.0.2.1|64496|203.0.113.128/25|64496 64503|IGP|192.0.2.1|0|0||NAG||";
const NEW_SIX: &str = "192.0.2.1|64496|2001:db8:200::/40|64496|IGP|2001:db8::1|0|0||NAG||";

/// Lines of a table this many seconds after noon.
fn lines(after: u32, routes: &[&str]) -> Vec<String> {
    routes.iter().map(|route| format!("TABLE_DUMP2|{}|B|{route}", 1_767_268_800 + after)).collect()
}

/// The lines of an answer without damage.
fn answer(args: &[&str]) -> Vec<String> {
    let (code, out, err) = run(args);
    assert_eq!((code, err), (0, vec![]), "{args:?}");
    out
}

/// An empty answer is reported, with exit code 1.
fn no_answer(args: &[&str], says: &str) {
    assert_eq!(run(args), (1, vec![], vec![says.to_owned()]), "{args:?}");
}

fn objects(args: &[&str]) -> Vec<Value> {
    answer(args).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn lookup_prints_the_routes_of_the_longest_prefix() {
    for of in ["198.51.100.7", "198.51.100.0/24", "198.51.100.128/26"] {
        assert_eq!(answer(&["rib", SAMPLE, "--at", NOON, "lookup", of]), lines(0, &[DIRECT, LONGER]), "{of}");
    }
    assert_eq!(answer(&["rib", SAMPLE, "--at", NOON, "lookup", "--best", "198.51.100.7"]), lines(0, &[DIRECT]));
    // Options can be anywhere.
    assert_eq!(answer(&["rib", "--at", NOON, SAMPLE, "lookup", "2001:db8:100::1"]), lines(0, &[SIX]));
    assert_eq!(answer(&["rib", SAMPLE, "lookup", "2001:db8:100::1", "--at", NOON]), lines(0, &[SIX]));
    // In the order of the questions; a question without routes has no line, and is named.
    assert_eq!(
        run(&["rib", SAMPLE, "--at", NOON, "lookup", "203.0.113.1", "192.0.2.1", "0.0.0.0/0", "198.51.100.7"]),
        (0, lines(0, &[AGGREGATE, DIRECT, LONGER]), vec!["192.0.2.1: no route".to_owned(), "0.0.0.0/0: no route".to_owned()])
    );
    no_answer(&["rib", SAMPLE, "--at", NOON, "lookup", "192.0.2.1", "0.0.0.0/0"], "no route");
}

#[test]
fn the_instant_decides() {
    let table = |at: &str| answer(&["rib", SAMPLE, "--at", at, "covered", "0.0.0.0/0", "::/0"]);
    // Before the table there is nothing.
    let before = "2026-01-01T11:59:59Z is before the records, which are of 2026-01-01T12:00:00Z to 2026-01-01T12:00:04Z";
    let (code, out, err) = run(&["rib", SAMPLE, "--at", "1767268799", "covered", "0.0.0.0/0", "::/0"]);
    assert_eq!((code, out, err), (1, vec![], vec![before.to_owned(), "no route".to_owned()]));
    assert_eq!(table("1767268800"), lines(0, &[DIRECT, LONGER, AGGREGATE, SIX]));
    let second = ["1767268801", "2026-01-01T12:00:01", "2026-01-01T12:00:01Z", "2026-01-01T13:00:01.9+01:00"];
    for at in second {
        assert_eq!(table(at), lines(1, &[DIRECT, LONGER, LOW_HALF, HIGH_HALF, SIX]), "{at}");
    }
    assert_eq!(table("2026-01-01T12:00:02"), lines(2, &[DIRECT, LONGER, LOW_HALF, HIGH_HALF, SIX, NEW_SIX]));
    // A session ends, and its routes with it.
    assert_eq!(table("2026-01-01T12:00:04"), lines(4, &[LONGER, SIX]));
    assert_eq!(table("2026-01-01T12:01"), lines(60, &[LONGER, SIX]));
    // Without an instant everything is applied.
    assert_eq!(answer(&["rib", SAMPLE, "covered", "0.0.0.0/0", "::/0"]), lines(4, &[LONGER, SIX]));
}

#[test]
fn covering_and_covered() {
    let dir = Dir::new("rib-nested");
    let nested = dir.write("nested.mrt", &as4(&announce(&[0, 8, 10, 16, 10, 1, 24, 10, 1, 2, 16, 10, 2])));
    let prefixes = |args: &[&str]| -> Vec<String> {
        let out = answer(&[&["rib", nested.as_str()][..], args].concat());
        out.iter().map(|line| line.split('|').nth(5).unwrap().to_owned()).collect()
    };
    assert_eq!(prefixes(&["covering", "10.1.2.3"]), ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24"]);
    assert_eq!(prefixes(&["covering", "10.1.0.0/16"]), ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16"]);
    assert_eq!(prefixes(&["covered", "10.0.0.0/8"]), ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.2.0.0/16"]);
    assert_eq!(prefixes(&["covered", "10.1.0.0/16", "10.2.0.0/15"]), ["10.1.0.0/16", "10.1.2.0/24", "10.2.0.0/16"]);
    no_answer(&["rib", &nested, "covered", "2001:db8::/32"], "no route");
    assert_eq!(prefixes(&["lookup", "10.1.3.0"]), ["10.1.0.0/16"]);
}

#[test]
fn routes_as_json() {
    let out = answer(&["rib", SAMPLE, "--at", NOON, "--json", "lookup", "198.51.100.7"]);
    assert_eq!(
        out,
        [
            r#"{"kind":"rib","record_type":"TABLE_DUMP_V2","time":1767268800,"originated":1767265200,"peer_asn":64496,"peer_address":"192.0.2.1","peer_bgp_id":"192.0.2.1","family":"IPv4 unicast","prefix":"198.51.100.0/24","next_hop":"192.0.2.1","origin":"IGP","as_path":"64496 64500","origin_asns":[64500],"communities":["64496:100","no-export"]}"#,
            r#"{"kind":"rib","record_type":"TABLE_DUMP_V2","time":1767268800,"originated":1767268740,"peer_asn":65536,"peer_address":"2001:db8::2","peer_bgp_id":"192.0.2.2","family":"IPv4 unicast","prefix":"198.51.100.0/24","next_hop":"192.0.2.2","origin":"IGP","as_path":"65536 64497 64500","origin_asns":[64500],"med":50,"large_communities":["65536:1:2"]}"#,
        ]
    );
    let out = objects(&["rib", "--json", SAMPLE, "--at", "2026-01-01T12:00:03", "covering", "2001:db8:200::1"]);
    assert_eq!(out.len(), 1);
    assert_eq!((&out[0]["prefix"], &out[0]["originated"]), (&json!("2001:db8:200::/40"), &json!(1_767_268_802)));
    assert_eq!(out[0]["next_hop"], "2001:db8::1");
}

#[test]
fn differences_of_instants() {
    let marked = |mark: &str, after: u32, routes: &[&str]| -> Vec<String> {
        lines(after, routes).iter().map(|line| format!("{mark} {line}")).collect()
    };
    let diff = |args: &[&str]| answer(&[&["rib", SAMPLE, "diff"][..], args].concat());
    let expected = [marked("-", 0, &[AGGREGATE]), marked("+", 2, &[LOW_HALF, HIGH_HALF, NEW_SIX])];
    assert_eq!(diff(&[NOON, "2026-01-01T12:00:02"]), expected.concat());
    no_answer(&["rib", SAMPLE, "diff", NOON, NOON], "no difference");
    assert_eq!(diff(&[NOON, "2026-01-01T12:00:02", "--by", "peer"]), ["192.0.2.1 AS64496: 3 gained, 1 lost, 0 changed"]);
    assert_eq!(
        diff(&[NOON, "2026-01-01T12:00:02", "--by", "origin"]),
        [
            "no origin: 0 gained, 1 lost, 0 changed",
            "AS64496: 1 gained, 0 lost, 0 changed",
            "AS64503: 2 gained, 0 lost, 0 changed",
        ]
    );
    let out = objects(&["rib", SAMPLE, "--json", "diff", NOON, "2026-01-01T12:00:01"]);
    let kinds: Vec<_> = out.iter().map(|o| (o["change"].as_str().unwrap(), o["prefix"].as_str().unwrap())).collect();
    assert_eq!(kinds, [("lost", "203.0.113.0/24"), ("gained", "203.0.113.0/25"), ("gained", "203.0.113.128/25")]);
    assert_eq!((out[0]["before"]["as_path"].as_str(), out[0].get("after")), (Some("64496 {64501,64502}"), None));
    assert_eq!((out[1].get("before"), &out[1]["after"]["time"]), (None, &json!(1_767_268_801)));
    assert_eq!(
        objects(&["rib", SAMPLE, "--json", "diff", NOON, "1767268801", "--by", "peer"]),
        [json!({"peer_asn": 64496, "peer_address": "192.0.2.1", "gained": 2, "lost": 1, "changed": 0})]
    );
    assert_eq!(
        objects(&["rib", SAMPLE, "--json", "diff", NOON, "1767268801", "--by", "origin"]),
        [
            json!({"origin_asn": null, "gained": 0, "lost": 1, "changed": 0}),
            json!({"origin_asn": 64503, "gained": 2, "lost": 0, "changed": 0})
        ]
    );
}

#[test]
fn differences_of_archives() {
    let dir = Dir::new("rib-diff");
    // A changed path, an unchanged one, a lost route, and a gained route without a path.
    let through = |asn: u8, nlri: &[u8]| {
        let mut attributes = ATTRIBUTES.to_vec();
        attributes[12] = asn;
        as4(&message(2, &update(&[], &attributes, nlri)))
    };
    let mut local = ATTRIBUTES.to_vec();
    local.splice(6..13, [0]);
    let local = as4(&message(2, &update(&[], &local, &[8, 13])));
    let before = dir.write("before.mrt", &[through(0xf0, &[8, 10, 8, 11]), through(0xf1, &[8, 12])].concat());
    let after = dir.write("after.mrt", &[through(0xf2, &[8, 10]), through(0xf0, &[8, 11]), local].concat());
    let line = |mark: &str, prefix: &str, path: &str| {
        format!("{mark} TABLE_DUMP2|9|B|192.0.2.1|64496|{prefix}|{path}|IGP|192.0.2.1|0|0||NAG||")
    };
    assert_eq!(
        answer(&["rib", "diff", &before, &after]),
        [
            line("-", "10.0.0.0/8", "64496"),
            line("+", "10.0.0.0/8", "64498"),
            line("-", "12.0.0.0/8", "64497"),
            line("+", "13.0.0.0/8", ""),
        ]
    );
    let out = objects(&["rib", "--json", "diff", &before, &after]);
    assert_eq!(
        (&out[0]["change"], &out[0]["before"]["as_path"], &out[0]["after"]["as_path"]),
        (&json!("changed"), &json!("64496"), &json!("64498"))
    );
    assert_eq!(answer(&["rib", "diff", &before, &after, "--by", "peer"]), ["192.0.2.1 AS64496: 1 gained, 1 lost, 1 changed"]);
    assert_eq!(
        answer(&["rib", "diff", &before, &after, "--by", "origin"]),
        [
            "no origin: 1 gained, 0 lost, 0 changed",
            "AS64496: 0 gained, 1 lost, 0 changed",
            "AS64497: 0 gained, 1 lost, 0 changed",
            "AS64498: 1 gained, 0 lost, 0 changed",
        ]
    );
    assert_eq!(objects(&["rib", "diff", "--json", &before, &after, "--by", "origin"])[0]["origin_asn"], Value::Null);
    no_answer(&["rib", "diff", &after, &after], "no difference");
}

#[test]
fn what_is_written_reads_and_writes_the_same() {
    let dir = Dir::new("rib-write");
    let [first, second, third] =
        ["first.mrt", "second.mrt", "third.mrt"].map(|name| dir.0.join(name).to_str().unwrap().to_owned());
    assert_eq!(
        answer(&["rib", SAMPLE, "--at", "2026-01-01T12:00:02", "write", &first]),
        [format!("{first}: 2 peers, 5 prefixes, 6 routes at 1767268802")]
    );
    assert_eq!(
        objects(&["rib", "--json", &first, "write", &second]),
        [json!({"file": second, "time": 1_767_268_802, "peers": 2, "prefixes": 5, "routes": 6})]
    );
    let (first_octets, second_octets) = (fs::read(&first).unwrap(), fs::read(&second).unwrap());
    assert!(first_octets == second_octets);
    // It is a table dump of the same collector and view, with the same routes.
    let expected = lines(2, &[DIRECT, LONGER, LOW_HALF, HIGH_HALF, SIX, NEW_SIX]);
    assert_eq!(answer(&["dump", &first]), expected);
    assert_eq!(answer(&["rib", &first, "covered", "0.0.0.0/0", "::/0"]), expected);
    assert_eq!(answer(&["rib", SAMPLE, "--at", NOON, "write", &third]).len(), 1);
    assert_eq!(answer(&["rib", "diff", &first, &third]).len(), 4);
    let collector_and_view = [&[192, 0, 2, 254, 0, 6][..], b"sample"].concat();
    assert_eq!(&first_octets[12..24], collector_and_view);
    // Standard output contains only the archive.
    let output = routeglass(&["rib", &first, "write", "-"]).output().unwrap();
    assert!(output.status.success() && output.stdout == first_octets && output.stderr.is_empty());
    // A file may be overwritten, but not by its own result.
    let (code, out, err) = run(&["rib", SAMPLE, "--at", NOON, "write", &third]);
    assert_eq!((code, out, err), (2, vec![], vec![format!("{third}: exists already; --force replaces it")]));
    let (code, out, err) = run(&["rib", &third, "--at", NOON, "write", "--force", &third]);
    assert_eq!((code, out, err), (2, vec![], vec![format!("{third}: is read here, and would be replaced")]));
    assert_eq!(answer(&["rib", SAMPLE, "--at", NOON, "write", "--force", &third]).len(), 1);
    // The name determines the compression.
    let gz = dir.0.join("fourth.gz").to_str().unwrap().to_owned();
    assert_eq!(answer(&["rib", &third, "write", &gz]).len(), 1);
    assert_eq!(fs::read(&gz).unwrap()[..2], [0x1f, 0x8b]);
    assert_eq!(answer(&["dump", &gz]), answer(&["dump", &third]));
    assert_eq!(answer(&["dump", &third]), lines(0, &[DIRECT, LONGER, AGGREGATE, SIX]));
}

#[test]
fn files_in_any_order_and_from_standard_input() {
    let dir = Dir::new("rib-files");
    let sample = fs::read(SAMPLE).unwrap();
    // The end of the table's last record.
    let cut = routeglass::mrt::records(&sample).map(|r| r.unwrap()).find(|r| r.kind().0 != 13).unwrap().offset();
    let (table, updates) = sample.split_at(usize::try_from(cut).unwrap());
    let (table_file, updates_file) = (dir.write("table.mrt", table), dir.write("updates.mrt", updates));
    let gz = Path::new(SAMPLE).with_extension("mrt.gz");
    let expected = lines(2, &[LOW_HALF]);
    let question = ["--at", "2026-01-01T12:00:02", "lookup", "203.0.113.7"];
    for files in [&[&*table_file, &*updates_file][..], &[&updates_file, &table_file], &[gz.to_str().unwrap()]] {
        assert_eq!(answer(&[&["rib"][..], files, &question].concat()), expected, "{files:?}");
    }
    for (input, files) in [(table, &["-", &*updates_file][..]), (updates, &[&table_file, "-"]), (&sample, &["-"])] {
        assert_eq!(run_with_input(&[&["rib"][..], files, &question].concat(), input), (0, expected.clone(), vec![]), "{files:?}");
    }
    // Two instants of an input that can only be read once.
    let (code, out, err) = run_with_input(&["rib", "-", "diff", NOON, "1767268801"], &sample);
    assert_eq!((code, out.len(), err), (0, 3, vec![]));
}

fn as4(m: &[u8]) -> Vec<u8> {
    record(16, 4, &bgp4mp(true, m))
}

fn announce(nlri: &[u8]) -> Vec<u8> {
    message(2, &update(&[], ATTRIBUTES, nlri))
}

#[test]
fn damage_is_one_line_each_and_exit_code_1() {
    let dir = Dir::new("rib-damage");
    // An invalid ORIGIN removes its route; then an UPDATE with a truncated prefix, a good record and a truncated one.
    let mut bad_origin = announce(&[8, 12, 8, 13]);
    bad_origin[19 + 4 + 3] = 9;
    let parts =
        [as4(&announce(&[8, 12])), as4(&bad_origin), as4(&announce(&[32, 11])), as4(&announce(&[8, 11])), as4(&announce(&[8]))];
    let mut bytes = parts.concat();
    bytes.truncate(bytes.len() - 1);
    let path = dir.write("damaged.mrt", &bytes);
    let origin = parts[0].len() + 12 + 20 + 19 + 4 + 3;
    let (at, cut) = (parts[..3].concat().len() - 2, parts[..4].concat().len());
    let of = |record: u32, routes: &str, reason: &str, offset: usize| {
        let peer = "1970-01-01T00:00:09Z, 192.0.2.1 AS64496";
        format!("{path}: record {record}, {peer}{routes}: {reason} (routeglass dissect {path} --offset {offset})")
    };
    let whole = parts[4].len();
    let damage = [
        of(1, ", 12.0.0.0/8 and 1 more", "ORIGIN attribute: value 9 is not valid here", origin),
        of(2, "", "announced routes: needs 3 bytes more than are there", at),
        format!(
            "{path}: record 4, 1970-01-01T00:00:09Z, 192.0.2.1 AS64496: the record declares {whole} bytes, and the input ends after {} of them (routeglass dissect {path} \
             --offset {cut})",
            whole - 1
        ),
    ];
    let route = "TABLE_DUMP2|9|B|192.0.2.1|64496|11.0.0.0/8|64496|IGP|192.0.2.1|0|0||NAG||";
    let (code, out, err) = run(&["rib", &path, "covered", "0.0.0.0/0"]);
    assert_eq!((code, out, err), (1, vec![route.to_owned()], damage.to_vec()));
    // Two tables of one file report it once.
    let early = "1970-01-01T00:00:08Z is before the records, which are of 1970-01-01T00:00:09Z to 1970-01-01T00:00:09Z";
    let (code, out, err) = run(&["rib", &path, "diff", "8", "9"]);
    assert_eq!((code, out, err), (1, vec![format!("+ {route}")], [&damage[..], &[early.to_owned()]].concat()));
    // Records after the instant are not applied, and their damage is not reported.
    let (code, out, err) = run(&["rib", &path, "--at", "8", "covered", "0.0.0.0/0"]);
    assert_eq!((code, out, err), (1, vec![], vec![early.to_owned(), "no route".to_owned()]));
    // An entry with a peer missing in the table.
    let rib = record(13, 2, &rib(&[8, 10], &[entry(0, None, ATTRIBUTES), entry(7, None, ATTRIBUTES)]));
    let path = dir.write("peer.mrt", &[peer_index_table(), rib].concat());
    let (code, out, err) = run(&["rib", &path, "lookup", "10.0.0.0"]);
    assert_eq!((code, out.len(), err.len()), (1, 1, 1));
    assert!(err[0].starts_with(&format!("{path}: ")) && err[0].contains("peer"), "{err:?}");
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let missing = "no such file";
    for (args, says) in [
        (&["rib"][..], "rib"),
        (&["rib", SAMPLE], "subcommand"),
        (&["rib", SAMPLE, "lookup"], "<PREFIX>..."),
        (&["rib", "lookup", "192.0.2.1"], "no FILE to make a table of"),
        (&["rib", "write", "out"], "no FILE to make a table of"),
        (&["rib", SAMPLE, "lookup", "192.0.2"], "neither an address nor a prefix"),
        (&["rib", SAMPLE, "lookup", "192.0.2/24"], "not an address in prefix"),
        (&["rib", SAMPLE, "lookup", "192.0.2.0/33"], "not a length for this address in prefix"),
        (&["rib", SAMPLE, "lookup", "192.0.2.1/24"], "bits are set after the length of the prefix"),
        (&["rib", SAMPLE, "--at", "noon", "lookup", "192.0.2.1"], "neither seconds since 1970 nor YYYY-MM-DD[THH:MM"),
        (&["rib", SAMPLE, "--at", "1969-12-31T23:59", "lookup", "192.0.2.1"], "from 1970 to 2106"),
        (&["rib", SAMPLE, "diff", SAMPLE], "<B>"),
        (&["rib", SAMPLE, "diff", NOON, "later"], "later: neither seconds since 1970"),
        (&["rib", SAMPLE, "--at", NOON, "diff", NOON, NOON], "diff has instants of its own"),
        (&["rib", "diff", SAMPLE, SAMPLE, "--by", "hour"], "hour"),
        (&["rib", SAMPLE, "--format", "csv", "lookup", "192.0.2.1"], "--format"),
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out), (2, vec![]), "{args:?}");
        assert!(err.join("\n").contains(says), "{args:?}: {err:?}");
    }
    // A missing file leaves no answer, rather than an incomplete one; the table is not written either.
    let dir = Dir::new("rib-usage");
    let to = dir.0.join("out.mrt");
    for question in [&["lookup", "198.51.100.7"][..], &["write", to.to_str().unwrap()], &["diff", "1", "2"]] {
        let (code, out, err) = run(&[&["rib", SAMPLE, missing][..], question].concat());
        assert_eq!((code, out, err.len()), (2, vec![], 1), "{question:?}");
        assert!(err[0].starts_with("no such file: "), "{err:?}");
    }
    assert!(!to.exists());
    let (code, out, err) = run(&["rib", "diff", SAMPLE, missing]);
    assert_eq!((code, out, err.len()), (2, vec![], 1));
    let directory = env!("CARGO_MANIFEST_DIR");
    let (code, _, err) = run(&["rib", directory, "lookup", "192.0.2.1"]);
    assert_eq!((code, err), (2, vec![format!("{directory}: is a directory")]));
    let nowhere = dir.0.join("none").join("out.mrt");
    let (code, out, err) = run(&["rib", SAMPLE, "write", nowhere.to_str().unwrap()]);
    assert_eq!((code, out, err.len()), (2, vec![], 1));
    assert!(err[0].starts_with(&format!("{}: ", nowhere.display())), "{err:?}");
}

#[test]
fn help_names_the_questions() {
    let out = answer(&["rib", "--help"]);
    for word in ["lookup", "covering", "covered", "other", "diff", "write", "--at", "--json", "--collector"] {
        assert!(out.iter().any(|line| line.contains(word)), "{word}");
    }
    assert!(answer(&["--help"]).iter().any(|line| line.trim_start().starts_with("rib ")));
}

#[test]
fn an_empty_file_has_an_empty_table() {
    let dir = Dir::new("rib-empty");
    let path = dir.write("empty.mrt", &[]);
    let empty = format!("{path}: is empty");
    let (code, out, err) = run(&["rib", &path, "covered", "0.0.0.0/0"]);
    assert_eq!((code, out, err), (1, vec![], vec![empty.clone(), "no route".to_owned()]));
    let to = dir.0.join("out.mrt").to_str().unwrap().to_owned();
    // There is no table to write; an existing file stays.
    let nothing = "not written: the files have no record of a table or a peer";
    let other = dir.write("other.mrt", &[]);
    for (args, to) in [(&["write", &*to][..], &*to), (&["write", "-"], "-"), (&["write", "--force", &other], &other)] {
        let said = vec![empty.clone(), format!("{to}: {nothing}")];
        assert_eq!(run(&[&["rib", &*path][..], args].concat()), (1, vec![], said), "{args:?}");
    }
    assert!(!Path::new(&to).exists());
    let (code, _, err) = run(&["rib", SAMPLE, "--at", "1767268799", "write", &to]);
    assert_eq!((code, err.len(), err.last()), (1, 2, Some(&format!("{to}: {nothing} up to that instant"))));
    assert!(!Path::new(&to).exists());
    assert_eq!(answer(&["rib", SAMPLE, "write", &to]).len(), 1);
    let old = fs::read(&to).unwrap();
    assert_eq!(run(&["rib", &path, "write", "--force", &to]).0, 1);
    assert_eq!(fs::read(&to).unwrap(), old);
}

#[test]
fn head_ends_it_cleanly() {
    // More than pipes and buffers hold, so that the writer sees the closed end.
    let dir = Dir::new("rib-head");
    let records: Vec<u8> = (0u8..40).flat_map(|a| (0..=255).flat_map(move |b| as4(&announce(&[24, 10, a, b])))).collect();
    let path = dir.write("long.mrt", &records);
    for form in [&["covered", "10.0.0.0/8"][..], &["--json", "covered", "10.0.0.0/8"], &["diff", "8", "9"]] {
        let mut child = routeglass(&[&["rib", path.as_str()][..], form].concat()).spawn().unwrap();
        let mut first = String::new();
        let mut out = BufReader::with_capacity(64, child.stdout.take().unwrap());
        out.read_line(&mut first).unwrap();
        drop(out);
        assert!(first.contains("10.0.0.0/24"), "{first}");
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        let early = "1970-01-01T00:00:08Z is before the records, which are of 1970-01-01T00:00:09Z to 1970-01-01T00:00:09Z\n";
        let says = if form[0] == "diff" { early } else { "" };
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), says), "{form:?}");
    }
}

/// The README's commands (after `$`) give the output shown below them.
#[test]
fn the_readme_shows_what_comes_out() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let block = readme.split_once("<!-- rib -->\n```console\n").unwrap().1.split_once("```").unwrap().0;
    let mut shown = 0;
    for part in block.split("$ ").filter(|part| !part.is_empty()) {
        let (command, expected) = part.split_once('\n').unwrap();
        let args: Vec<&str> = command.split_whitespace().collect();
        assert_eq!(args[0], "routeglass");
        let output = routeglass(&args[1..]).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{command}");
        assert!(output.status.success() && output.stderr.is_empty(), "{command}");
        shown += 1;
    }
    assert_eq!(shown, 1);
}

#[test]
fn filters_leave_what_matches() {
    let rib = |args: &[&str]| run(&[&["rib", SAMPLE, "--at", NOON][..], args].concat());
    let only = |routes: &[&str]| (0, lines(0, routes), vec![]);
    let none = |says: &str| (1, vec![], vec![says.to_owned()]);
    assert_eq!(rib(&["lookup", "198.51.100.7", "--peer-asn", "65536"]), only(&[LONGER]));
    // Before the question as after it; one option given twice, by or.
    assert_eq!(rib(&["--origin", "64500", "covered", "0.0.0.0/0", "::/0"]), only(&[DIRECT, LONGER, SIX]));
    assert_eq!(rib(&["covering", "198.51.100.7", "--filter", "community no-export"]), only(&[DIRECT]));
    let two =
        ["covered", "::/0", "0.0.0.0/0", "--peer", "192.0.2.1", "--prefix", "203.0.113.0/24", "--prefix", "2001:db8:100::/40"];
    assert_eq!(rib(&two), only(&[AGGREGATE]));
    assert_eq!(rib(&["--limit", "1", "lookup", "198.51.100.7"]), only(&[DIRECT]));
    // What is left out is not missing.
    assert_eq!(rib(&["lookup", "203.0.113.1", "198.51.100.7", "--peer-asn", "65536"]), only(&[LONGER]));
    assert_eq!(rib(&["lookup", "198.51.100.7", "--origin", "64999"]), none("no route matches: 2 are left out"));
    assert_eq!(rib(&["lookup", "192.0.2.1", "--origin", "64999"]), none("no route"));
    // The preferred route is that of all.
    assert_eq!(rib(&["lookup", "--best", "198.51.100.7", "--peer-asn", "65536"]), none("no route matches: 1 is left out"));
    let (code, out, err) = rib(&["lookup", "198.51.100.7", "--origin", "x"]);
    assert_eq!((code, out.len()), (2, 0));
    assert!(err[0].starts_with("error: invalid value 'x' for '--origin <ASN>': "), "{err:?}");
}

#[test]
fn filters_leave_the_changes_that_match() {
    let diff = |more: &[&str]| run(&[&["rib", SAMPLE, "diff", NOON, "1767268804"][..], more].concat());
    let (_, all, _) = diff(&[]);
    let of = |part: &str| all.iter().filter(|line| line.contains(part)).cloned().collect::<Vec<_>>();
    let some = of("|203.0.113.");
    assert!(!some.is_empty() && some.len() < all.len(), "{all:?}");
    assert_eq!(diff(&["--more-specific", "203.0.113.0/24"]), (0, some.clone(), vec![]));
    assert_eq!(diff(&["--more-specific", "203.0.113.0/24", "--limit", "1"]).1.len(), 1);
    let (code, out, err) = diff(&["--origin", "64999"]);
    assert_eq!((code, out.len(), err.len()), (1, 0, 1));
    assert!(err[0].starts_with("no difference matches: ") && err[0].ends_with(" are left out"), "{err:?}");
    let (_, counts, _) = diff(&["--by", "peer"]);
    let (_, fewer, _) = diff(&["--by", "peer", "--more-specific", "203.0.113.0/24"]);
    assert!(!fewer.is_empty() && fewer != counts, "{fewer:?}");
    assert!(!diff(&["--by", "origin", "--peer", "192.0.2.1"]).1.is_empty());
}

#[test]
fn filters_leave_the_routes_that_are_written() {
    let dir = Dir::new("rib-filtered");
    let to = dir.0.join("out.mrt");
    let to = to.to_str().unwrap();
    let write = |more: &[&str]| run(&[&["rib", SAMPLE, "--at", NOON, "write", to][..], more].concat());
    let (code, out, err) = write(&["--origin", "64999"]);
    assert_eq!((code, out, err), (1, vec![], vec![format!("{to}: not written: no route matches")]));
    assert!(!Path::new(to).exists());
    let (code, out, err) = write(&["--limit", "1"]);
    assert_eq!((code, out.len()), (2, 0));
    assert_eq!(err[0], "error: --limit: an archive is written whole");
    let (code, out, err) = write(&["--peer-asn", "65536"]);
    assert_eq!((code, err), (0, vec!["2 routes do not match and are left out".to_owned()]));
    assert_eq!(out, [format!("{to}: 2 peers, 2 prefixes, 2 routes at {NOON}")]);
    assert_eq!(answer(&["rib", to, "covered", "0.0.0.0/0", "::/0"]), lines(0, &[LONGER, SIX]));
}
