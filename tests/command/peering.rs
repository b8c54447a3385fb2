//! `routeglass peering`: its output, streams and exit codes.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    reason = "tests report by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use routeglass::{Asn, Family};
use serde_json::{Value, json};

use crate::common::archive::{Archive, LINK, T0, at, basic, community, next_hop, prefix};
use crate::common::command::{Dir, run, run_with_input};

/// 79 networks and nine vantage points, whose relations are known.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/peering.mrt");
const TRUTH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/peering.as-rel");
/// All of its networks have reserved numbers.
const RESERVED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt");

fn answer(args: &[&str]) -> Vec<String> {
    let (code, out, err) = run(&[&["peering"], args].concat());
    assert_eq!((code, err), (0, vec![]), "{args:?}");
    out
}

/// Relations by the two numbers, the lower first: the provider, or 0 for peers.
fn relations(lines: &[String]) -> BTreeMap<(u32, u32), u32> {
    let links = lines.iter().filter(|line| !line.starts_with('#'));
    links
        .map(|line| {
            let columns: Vec<&str> = line.split('|').collect();
            let (a, b): (u32, u32) = (columns[0].parse().unwrap(), columns[1].parse().unwrap());
            ((a.min(b), a.max(b)), if columns[2] == "-1" { a } else { 0 })
        })
        .collect()
}

fn truth() -> BTreeMap<(u32, u32), u32> {
    relations(&fs::read_to_string(TRUTH).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
}

#[test]
fn infer_prints_both_serial_forms() {
    let one = answer(&["infer", TABLE]);
    assert_eq!(one[0], "# inferred clique: 100001 100002 100003 100004 100005");
    assert_eq!(one[1], "# IXP ASes:");
    let two = answer(&["infer", "--format", "serial-2", TABLE]);
    assert_eq!(two.len(), one.len());
    for (one, two) in one.iter().zip(&two).skip(2) {
        assert_eq!(format!("{one}|bgp"), *two);
    }
    let columns = |line: &String| -> Vec<u32> { line.split('|').take(2).map(|n| n.parse().unwrap()).collect() };
    assert!(one[2..].windows(2).all(|pair| columns(&pair[0]) < columns(&pair[1])), "ascending by both columns");
    let (truth, said) = (truth(), relations(&one));
    let wrong = said.iter().filter(|(link, provider)| truth.get(link) != Some(provider)).count();
    assert!(wrong * 100 <= said.len() * 5, "{wrong} of {} wrong", said.len());
}

#[test]
fn infer_prints_evidence_and_counts() {
    let dir = Dir::new("peering-summary");
    let summary = dir.0.join("summary.json");
    let lines = answer(&["infer", "--format", "json", "--summary", summary.to_str().unwrap(), TABLE]);
    let links: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let core = links.iter().find(|link| link["a"] == 100_001 && link["b"] == 100_002).unwrap();
    assert_eq!((&core["relation"], &core["step"], &core["firm"]), (&json!("peer"), &json!("clique"), &json!(true)));
    let truth = truth();
    for link in links.iter().filter(|link| link["firm"] == true) {
        let (a, b) = (link["a"].as_u64().unwrap() as u32, link["b"].as_u64().unwrap() as u32);
        let provider = if link["relation"] == "transit" { a } else { 0 };
        assert_eq!(truth.get(&(a.min(b), a.max(b))), Some(&provider), "{link}");
    }
    // An archive that is read is not replaced, whatever it is called.
    let archive = dir.write("table.mrt", &fs::read(TABLE).unwrap());
    let link = dir.0.join("link");
    std::os::unix::fs::symlink(&archive, &link).unwrap();
    for to in [archive.as_str(), link.to_str().unwrap()] {
        let (code, lines, said) = run(&["peering", "infer", "--summary", to, &archive]);
        assert_eq!((code, lines, said), (2, Vec::new(), vec![format!("{to}: is read here, and would be replaced")]));
    }
    assert_eq!(fs::read(&archive).unwrap(), fs::read(TABLE).unwrap());
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.ends_with("}\n") && text.lines().count() == 1);
    let counts: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(counts["links"], links.len());
    assert_eq!(counts["vantage_points"], 9);
    assert_eq!(
        counts["rejected"],
        json!({"as_set": 0, "confederation": 0, "empty": 0, "loop": 0, "as_trans": 0, "reserved_asn": 0, "too_long": 0})
    );
    for name in ["entries", "paths", "prepended", "route_server", "poisoned"] {
        assert!(counts[name].is_u64(), "{name}");
    }
}

#[test]
fn a_file_without_a_usable_path_is_said() {
    let (code, out, err) = run(&["peering", "infer", RESERVED]);
    assert_eq!((code, out), (1, vec![]));
    assert_eq!(err, [format!("{RESERVED}: no usable IPv4 path; routes rejected: as_set 1, reserved_asn 4")]);
    let (code, out, err) = run(&["peering", "infer", "--family", "6", TABLE]);
    assert_eq!((code, out), (1, vec![]));
    assert_eq!(err, [format!("{TABLE}: no usable IPv6 path; its routes are of IPv4: --family 4 (left out: IPv4 unicast 711)")]);
    // With a file that has usable routes there is an answer.
    let (code, out, err) = run(&["peering", "infer", RESERVED, TABLE]);
    assert_eq!((code, out), (1, answer(&["infer", TABLE])));
    assert_eq!(err, [format!("{RESERVED}: no usable IPv4 path; routes rejected: as_set 1, reserved_asn 4")]);
    let (code, out, err) = run(&["peering", "infer", "/nowhere"]);
    assert_eq!((code, out, err.len()), (2, vec![], 1));
}

#[test]
fn order_and_parts_do_not_matter() {
    let dir = Dir::new("peering-parts");
    // The table's records in turn: the peers, then routes.
    let octets = fs::read(TABLE).unwrap();
    let mut records: Vec<&[u8]> = routeglass::mrt::records(&octets).map(|record| record.unwrap().as_bytes()).collect();
    let peers = records.remove(0);
    let archive = |records: &[&[u8]]| [&[peers], records].concat().concat();
    let (left, right) = records.split_at(30);
    let reversed: Vec<&[u8]> = records.iter().rev().copied().collect();
    let [left, right, reversed] =
        [("l", left), ("r", right), ("v", &reversed[..])].map(|(name, part)| dir.write(name, &archive(part)));
    let whole = answer(&["infer", "--format", "json", TABLE]);
    assert_eq!(answer(&["infer", "--format", "json", &reversed]), whole);
    assert_eq!(answer(&["infer", "--format", "json", &right, &left]), whole);
    // Parts reduced separately, in any order.
    let [one, two] = [(&left, "one"), (&right, "two")].map(|(part, name)| {
        let to = dir.0.join(name).to_str().unwrap().to_owned();
        assert_eq!(answer(&["reduce", "--output", &to, part]), Vec::<String>::new());
        to
    });
    for parts in [[&one, &two], [&two, &one]] {
        assert_eq!(answer(&["infer", "--format", "json", parts[0], parts[1]]), whole);
    }
    let mut damaged = fs::read(&one).unwrap();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    let name = dir.write("damaged", &damaged);
    let (code, out, err) = run(&["peering", "infer", &name]);
    assert_eq!((code, out), (2, vec![]));
    assert_eq!(err, [format!("{name}: the check sum differs (at byte {})", damaged.len() - 8)]);
    // The same routes twice are more routes, but not more evidence.
    assert_eq!(answer(&["infer", TABLE, TABLE]), answer(&["infer", TABLE]));
    // From standard input.
    let (code, out, _) = run_with_input(&["peering", "infer", "-"], &octets);
    assert_eq!((code, out), (0, answer(&["infer", TABLE])));
}

#[test]
fn a_given_clique_stands_and_is_warned_about() {
    let (code, out, err) = run(&["peering", "infer", "--clique", "100001,100002,99", TABLE]);
    assert_eq!((code, out[0].as_str()), (0, "# inferred clique: 100001 100002"));
    assert_eq!(err, ["AS 99 of the given clique is in no path"]);
    let (code, _, err) = run(&["peering", "infer", "--clique", "x", TABLE]);
    assert_eq!(code, 2);
    assert!(err[0].contains("invalid value 'x' for '--clique <ASN,...>'"), "{err:?}");
}

#[test]
fn route_servers_are_cut_out_and_named() {
    let dir = Dir::new("peering-rs");
    let list = dir.write("list", b"# of one exchange\nAS100101\n");
    let out = answer(&["infer", "--route-servers", &list, TABLE]);
    assert_eq!(out[1], "# IXP ASes: 100101");
    assert!(out[2..].iter().all(|line| !line.contains("100101|")));
    let header = dir.write("header", format!("{}\n", out[1]).as_bytes());
    assert_eq!(answer(&["infer", "--route-servers", &header, TABLE]), out);
    let wrong = dir.write("wrong", b"100101\nsomething\n");
    let (code, _, err) = run(&["peering", "infer", "--route-servers", &wrong, TABLE]);
    assert_eq!((code, err), (2, vec![format!("{wrong}:2:1: not a number")]));
}

#[test]
fn cones_are_lines_of_numbers() {
    let lines = answer(&["cones", "--relations", TRUTH]);
    assert_eq!(lines.len(), 79);
    let transit: Vec<(u32, u32)> =
        truth().into_iter().filter(|&(_, p)| p > 0).map(|((a, b), p)| (p, if p == a { b } else { a })).collect();
    for line in &lines {
        let numbers: Vec<u32> = line.split(' ').map(|n| n.parse().unwrap()).collect();
        let (mut cone, mut todo) = (BTreeSet::from([numbers[0]]), vec![numbers[0]]);
        while let Some(asn) = todo.pop() {
            for &(_, customer) in transit.iter().filter(|&&(provider, _)| provider == asn) {
                if cone.insert(customer) {
                    todo.push(customer);
                }
            }
        }
        assert!(numbers[1..].iter().eq(&cone), "{line}");
    }
    let observed = answer(&["cones", "--kind", "observed", "--relations", TRUTH, TABLE]);
    let handed_on = answer(&["cones", "--kind", "provider-peer", TABLE]);
    assert!(observed.len() == 79 && handed_on.len() <= 79);
    let (code, _, err) = run(&["peering", "cones", "--kind", "observed", "--relations", TRUTH]);
    assert_eq!((code, err[0].as_str()), (2, "error: no FILE to read paths from"));
    let (code, _, err) = run(&["peering", "cones"]);
    assert_eq!((code, err[0].as_str()), (2, "error: neither FILE nor --relations to answer from"));
}

#[test]
fn reach_and_depeering() {
    let reach = answer(&["reach", "100001", "--relations", TRUTH]);
    let words: Vec<&str> = reach.iter().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(words, ["customers", "peers", "providers", "nothing"]);
    let numbers: usize = reach.iter().map(|line| line.split('\t').nth(1).unwrap().parse::<usize>().unwrap()).sum();
    assert_eq!(numbers, 78);
    assert_eq!(reach[2], "providers\t0\t");
    let lines = answer(&["depeer", "100001", "100002", "--relations", TRUTH]);
    assert!(lines[0].starts_with("AS100001 without AS100002: "), "{lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("AS100002 without AS100001: ")));
    let (code, _, err) = run(&["peering", "reach", "7", "--relations", TRUTH]);
    assert_eq!((code, err), (1, vec!["AS7 has no link".to_owned()]));
    let (code, _, err) = run(&["peering", "depeer", "7", "8", "--relations", TRUTH]);
    assert_eq!((code, err), (1, vec!["AS7 and AS8 have no link".to_owned()]));
    for (a, b, reason) in [("100001", "7", "AS7 has no link"), ("7", "100001", "AS7 has no link")] {
        let (code, _, err) = run(&["peering", "depeer", a, b, "--relations", TRUTH]);
        assert_eq!((code, err), (1, vec![reason.to_owned()]));
    }
    let (code, out, err) = run(&["peering", "depeer", "100001", "AS100001", "--relations", TRUTH]);
    assert_eq!((code, out.len(), err[0].as_str()), (2, 0, "error: AS100001 is given twice: a link has two networks"));
    // A file that the answer does not need is not read, which is said.
    let (code, out, err) = run(&["peering", "reach", "100001", "--relations", TRUTH, "/nowhere"]);
    assert_eq!((code, out), (0, reach));
    assert_eq!(err, ["/nowhere: is not read, since --relations answers"]);
    let (_, _, err) = run(&["peering", "reach", "100001", "--relations", TRUTH, "/nowhere", TABLE, TABLE]);
    assert_eq!(err, ["/nowhere and 2 more: are not read, since --relations answers"]);
}

#[test]
fn relations_without_a_route_server_and_no_payloads_are_answers() {
    let dir = Dir::new("peering-none");
    let none = dir.write("none", b"# inferred clique: 100001\n# IXP ASes:\n100001|100002|0\n");
    for head in ["# IXP ASes:", "#IXP ASes:", "\u{feff}# IXP ASes:"] {
        let alone = dir.write("alone", format!("{head}\n100001|100002|0\n").as_bytes());
        assert_eq!(answer(&["infer", "--route-servers", &alone, TABLE]), answer(&["infer", TABLE]), "{head}");
    }
    assert_eq!(answer(&["infer", "--route-servers", &none, TABLE]), answer(&["infer", TABLE]));
    for text in [&b"{\"roas\":[]}"[..], b"[]", b"ASN,IP Prefix,Max Length,Trust Anchor\n"] {
        let vrp = dir.write("vrp", text);
        let (code, out, err) = run(&["peering", "judge", "--path", "1", "--vrp", &vrp, "--prefix", "192.0.2.0/24"]);
        assert_eq!((code, out), (0, vec!["rov\tnot-found".to_owned()]));
        assert_eq!(err, [format!("{vrp}: has no validated ROA payloads")]);
    }
}

#[test]
fn nothing_is_lost_between_a_table_and_itself() {
    assert_eq!(answer(&["lost", TABLE, TABLE]), ["event\ta\tb\tvantage_points\troutes_before"]);
    assert_eq!(answer(&["lost", "--format", "json", TABLE, TABLE]), Vec::<String>::new());
}

#[test]
fn archives_without_a_common_vantage_point_say_nothing_of_links() {
    let dir = Dir::new("peering-apart");
    let table = small(&dir, "table", SMALL);
    let head = "event\ta\tb\tvantage_points\troutes_before";
    let (code, out, err) = run(&["peering", "lost", &table, TABLE]);
    assert_eq!(code, 0);
    assert_eq!(out, [head, "feed lost\t40\t\t1\t4", "feed lost\t50\t\t1\t4"]);
    assert_eq!(err, ["no vantage point is in both archives: nothing is known of links and networks"]);
}

#[test]
fn leaks_have_a_line_each() {
    let head = "prefix\torigin\tleaker\ttype\tvantage_point\tpath";
    assert_eq!(answer(&["leaks", "--relations", TRUTH, TABLE]), [head]);
    // If 100001 bought from both, what one has from the other would be leaked.
    let dir = Dir::new("peering-leaks");
    let relations = dir.write("relations", b"100105|100001|-1\n100002|100001|-1\n");
    let lines = answer(&["leaks", "--relations", &relations, TABLE]);
    let columns: Vec<&str> = lines[1].split('\t').collect();
    assert_eq!((columns.len(), columns[2], columns[3]), (6, "100001", "1"));
    assert!(columns[5].split(' ').all(|n| n.parse::<u32>().is_ok()), "{columns:?}");
    let rows = answer(&["leaks", "--relations", &relations, "--format", "json", TABLE]);
    assert_eq!(rows.len() + 1, lines.len());
    let row: Value = serde_json::from_str(&rows[0]).unwrap();
    assert_eq!((&row["leaker"], &row["type"]), (&json!(100_001), &json!("1")));
    let (code, _, err) = run_with_input(&["peering", "leaks", "-"], b"");
    assert_eq!((code, err[0].as_str()), (2, "error: standard input cannot be read twice: give --relations"));
    let (code, _, err) = run(&["peering", "leaks", "--relations", "/nowhere", TABLE]);
    assert_eq!((code, err.len()), (2, 1));
}

#[test]
fn leaks_take_no_store_of_paths() {
    let dir = Dir::new("peering-leaks-store");
    let store = format!("{}/a.paths", dir.0.display());
    assert_eq!(answer(&["reduce", "-o", &store, TABLE]), Vec::<String>::new());
    let (code, out, err) = run(&["peering", "leaks", &store]);
    assert_eq!((code, out, err), (1, vec![], vec![format!("{store}: a store of paths has no routes to judge")]));
    // The help says so; that of the other questions names what they take.
    let help = |question: &str| run(&["peering", question, "--help"]).1.join("\n");
    let (routes, paths) =
        ("Not what `reduce` wrote: it has paths without their routes", "or what `reduce` wrote; `-` is standard input");
    assert!(help("leaks").contains(routes) && !help("leaks").contains(paths));
    for question in ["infer", "show", "cones", "reach", "reduce"] {
        assert!(help(question).contains(paths) && !help(question).contains(routes), "{question}");
    }
}

/// What 10 has from its provider 1 it gives to its peer 20 and to its provider 2.
#[test]
fn leaks_that_doubtful_links_judge_are_counted() {
    let dir = Dir::new("peering-doubtful");
    let link = |a: u32, b: u32, relation: &str, firm: bool| {
        format!(
            "{{\"a\":{a},\"b\":{b},\"relation\":\"{relation}\",\"step\":\"proof\",\"firm\":{firm},\"vantage_points\":1,\"paths\":9,\
             \"votes_a\":9,\"votes_b\":0,\"against\":0,\"against_origins\":0}}\n"
        )
    };
    let text = [link(1, 10, "transit", true), link(2, 10, "transit", true), link(10, 20, "peer", false)].concat();
    let relations = dir.write("relations.json", text.as_bytes());
    let table = small(&dir, "table", &[("11.0.1.0/24", 0, "20 10 1"), ("11.0.2.0/24", 1, "2 10 1")]);
    let leaks = |args: &[&str]| run(&[&["peering", "leaks", "--relations", &relations], args, &[&table]].concat());
    let said = ["1 of 2 leaks judged by links that are not firm; 2 of 3 links firm"];
    let (code, out, err) = leaks(&["--format", "json"]);
    assert_eq!((code, err), (0, said.map(str::to_owned).to_vec()));
    let rows: Vec<Value> = out.iter().map(|row| serde_json::from_str(row).unwrap()).collect();
    let firm: Vec<_> = rows.iter().map(|row| (&row["leaker"], &row["type"], &row["firm"])).collect();
    assert_eq!(firm, [(&json!(10), &json!("3"), &json!(false)), (&json!(10), &json!("1"), &json!(true))]);
    // The lines are the same with and without the remark; it is one of those that --quiet leaves out.
    let head = "prefix\torigin\tleaker\ttype\tvantage_point\tpath";
    let lines = [head, "11.0.1.0/24\t1\t10\t3\t40\t20 10 1", "11.0.2.0/24\t1\t10\t1\t50\t2 10 1"];
    assert_eq!(leaks(&[]), (0, lines.map(str::to_owned).to_vec(), said.map(str::to_owned).to_vec()));
    assert_eq!(leaks(&["--quiet"]).2, Vec::<String>::new());
    // Relations without evidence are taken at their word; a route that only attestations deny has no links that judge it.
    let plain = dir.write("plain", b"1|10|-1\n2|10|-1\n");
    let aspa = dir.write("aspa", br#"{"aspas":[{"customer_asid":1,"providers":[7]},{"customer_asid":20,"providers":[7]}]}"#);
    let rows = answer(&["leaks", "--relations", &plain, "--aspa", &aspa, "--format", "json", &table]);
    let firm: Vec<Value> = rows.iter().map(|row| serde_json::from_str::<Value>(row).unwrap()["firm"].clone()).collect();
    assert_eq!(firm, [Value::Null, json!(true)]);
    // Of relations that are inferred, what they stand on is said too.
    let few = [("11.0.1.0/24", 0, "40 30 20 10"), ("11.0.2.0/24", 1, "50 20 30 60"), ("11.0.3.0/24", 1, "50 10 30 40")];
    let (code, out, err) = run(&["peering", "leaks", "--clique", "10,20", &small(&dir, "few", &few)]);
    assert_eq!((code, out), (0, vec![head.to_owned(), "11.0.3.0/24\t40\t10\t2\t50\t50 10 30 40".to_owned()]));
    assert_eq!(err, ["1 of 1 leak judged by links that are not firm; 4 of 7 links firm, of paths from 2 vantage points"]);
}

#[test]
fn payloads_are_read_in_the_forms_of_all_validators() {
    let dir = Dir::new("peering-payloads");
    let judged = |text: &str| {
        let vrp = dir.write("vrp", text.as_bytes());
        let (code, out, err) = run(&["peering", "judge", "--path", "64501", "--vrp", &vrp, "--prefix", "192.0.2.0/24"]);
        (code, out, err.into_iter().map(|line| line.replace(&vrp, "vrp")).collect::<Vec<_>>())
    };
    for text in [
        r#"{"roas":[{"asn":64501,"prefix":"192.0.2.0/24","maxLength":24}]}"#,
        r#"[{"asn":"AS64501","prefix":"192.0.2.0/24","maxLength":24}]"#,
        "URI,ASN,IP Prefix,Max Length,Not Before,Not After\nrsync://x/y.roa,AS64501,192.0.2.0/24,24,2026-01-01,2027-01-01\n",
        "\"ASN\",\"IP Prefix\",\"Max Length\",\"Trust Anchor\"\n\"AS64501\",\"192.0.2.0/24\",\"24\",\"x\"\n",
        "AS64501,192.0.2.0/24,24\n",
        "0.64501,192.0.2.0/24,24\n",
        r#"[{"asn":"AS0.64501","prefix":"192.0.2.0/24","maxLength":null}]"#,
    ] {
        for text in [text.to_owned(), format!("\u{feff}{text}")] {
            assert_eq!(judged(&text), (0, vec!["rov\tvalid".to_owned()], vec![]), "{text}");
            // Filters read the same.
            let file = dir.write("filter", text.as_bytes());
            let (code, _, err) = run(&["dump", RESERVED, "--rov-valid", &format!("@{file}")]);
            assert_eq!((code, err), (0, vec![]), "{text}");
        }
    }
    let refused = |reason: &str| (2, vec![], vec![reason.to_owned()]);
    assert_eq!(judged("ASN,IP Prefix,Max Length\n\"AS64501\",\"192.0.2.0/33\",24\n"), refused("vrp:2:12: not a prefix"));
    assert_eq!(judged("URI,ASN,IP Prefix,Max Length\nx,y,192.0.2.0/24,24\n"), refused("vrp:2:3: not a number"));
    // Filters refuse the same, at the same place.
    let file = dir.write("wrong", b"ASN,IP Prefix,Max Length\n\"AS64501\",\"192.0.2.0/33\",24\n");
    let (code, _, err) = run(&["dump", RESERVED, "--rov-valid", &format!("@{file}")]);
    assert_eq!((code, err[0].ends_with(&format!("{file}:2:12: not a prefix"))), (2, true), "{err:?}");
}

#[test]
fn one_route_is_judged() {
    let dir = Dir::new("peering-judge");
    let aspa = dir.write("aspa", br#"{"aspas":[{"customer_asid":64501,"providers":[64502]}]}"#);
    let vrp = dir.write("vrp", b"ASN,IP Prefix,Max Length,Trust Anchor\nAS64501,192.0.2.0/24,24,x\n");
    let relations = dir.write("relations", b"64502|64501|-1\n64502|64503|-1\n64504|64503|-1\n");
    let judge = |args: &[&str]| answer(&[&["judge"], args].concat());
    assert_eq!(judge(&["--path", "64502 64501", "--from", "customer", "--aspa", &aspa]), ["aspa\tvalid"]);
    assert_eq!(judge(&["--path", "64503 64501", "--from", "peer", "--aspa", &aspa]), ["aspa\tinvalid"]);
    assert_eq!(judge(&["--path", "64502 {64501}", "--from", "provider", "--aspa", &aspa]), ["aspa\tinvalid"]);
    assert_eq!(judge(&["--path", "64503 64502 64501", "--aspa", &aspa]), ["aspa-upstream\tunknown", "aspa-downstream\tvalid"]);
    assert_eq!(judge(&["--path", "64501", "--vrp", &vrp, "--prefix", "192.0.2.0/24"]), ["rov\tvalid"]);
    assert_eq!(judge(&["--path", "64501", "--vrp", &vrp, "--prefix", "192.0.2.0/25"]), ["rov\tinvalid"]);
    assert_eq!(judge(&["--path", "1 {64501}", "--vrp", &vrp, "--prefix", "192.0.2.0/24"]), ["rov\tinvalid"]);
    assert_eq!(judge(&["--path", "64501", "--vrp", &vrp, "--prefix", "198.51.100.0/24"]), ["rov\tnot-found"]);
    assert_eq!(judge(&["--path", "64502 64501", "--from", "customer", "--otc", "64502"]), ["otc\tleak"]);
    assert_eq!(judge(&["--path", "64502 64501", "--from", "peer", "--otc", "64502"]), ["otc\tok"]);
    assert_eq!(judge(&["--path", "64503 64502 64501", "--relations", &relations]), ["shape\tvalley-free"]);
    assert_eq!(judge(&["--path", "64504 64503 64502 64501", "--relations", &relations]), ["shape\tleak of type 1 by AS64503"]);
    assert_eq!(judge(&["--path", "7 64501", "--relations", &relations]), ["shape\tunknown"]);
    assert_eq!(judge(&["--path", "64504 64503 64502 {64501}", "--relations", &relations]), ["shape\tunknown"]);
    assert_eq!(judge(&["--path", " AS64502\t as64501 ", "--from", "customer", "--aspa", &aspa]), ["aspa\tvalid"]);
    assert_eq!(judge(&["--path", "0.64502 {AS64501}", "--from", "customer", "--aspa", &aspa]), ["aspa\tinvalid"]);
    let (code, _, err) = run(&["peering", "judge", "--path", "64502 x1", "--aspa", &aspa]);
    assert_eq!(code, 2);
    assert!(err[0].contains("'--path <PATH>': x1: not an AS number"), "{err:?}");
    let all = ["--path", "64502 64501", "--from", "rs", "--aspa", &aspa, "--vrp", &vrp, "--prefix", "192.0.2.0/24", "--otc", "9"];
    assert_eq!(judge(&all), ["otc\tok", "aspa\tvalid", "rov\tvalid"]);
    let (code, _, err) = run(&["peering", "judge", "--path", "1 2"]);
    assert_eq!((code, err[0].as_str()), (2, "error: nothing to judge by: give --relations, --otc, --aspa or --vrp"));
    let wrong = dir.write("wrong", b"{\"aspas\":[{\n\"customer\":x}]}");
    let (code, _, err) = run(&["peering", "judge", "--path", "1 2", "--aspa", &wrong]);
    assert_eq!((code, err), (2, vec![format!("{wrong}:2:12: not a number")]));
}

#[test]
fn a_card_says_what_a_network_is() {
    let card = answer(&["show", "100001", TABLE]);
    assert!(card[0].starts_with("AS100001 in IPv4, by "), "{card:?}");
    assert_eq!(card[1], "  transit-free  yes: a member of the clique");
    assert_eq!(card[2], "  providers     0");
    let names: Vec<&str> = card[1..9].iter().map(|line| line[2..16].trim()).collect();
    assert_eq!(names, ["transit-free", "providers", "peers", "customers", "cone", "rank", "reach", "doubtful"]);
    let card = answer(&["show", "101001", TABLE]);
    assert_eq!(card[1], "  transit-free  no");
    let (code, out, err) = run(&["peering", "show", "7", TABLE]);
    assert_eq!((code, out, err), (1, vec![], vec!["AS7 has no link in these paths".to_owned()]));
}

#[test]
fn one_network_is_drawn() {
    let dot = answer(&["infer", "--format", "dot", "--asn", "101001", TABLE]);
    assert_eq!((dot[0].as_str(), dot.last().unwrap().as_str()), ("digraph \"AS101001\" {", "}"));
    let largest = answer(&["infer", "--format", "dot", TABLE]);
    assert!(largest[0].starts_with("digraph \"AS10000"), "{largest:?}");
    let (code, _, err) = run(&["peering", "infer", "--format", "dot", "--asn", "7", TABLE]);
    assert_eq!((code, err), (1, vec!["AS7 has no link".to_owned()]));
}

const SMALL_PEERS: &[(&str, &str, u32)] = &[("192.0.2.1", "192.0.2.1", 40), ("192.0.2.2", "192.0.2.2", 50)];

/// 10 and 20 need no transit; 10 sells to 30, which sells to 50; 20 sells to 40. 40 and 50 are vantage points.
const SMALL: &[(&str, u16, &str)] = &[
    ("11.0.1.0/24", 0, "40 20 10"),
    ("11.0.2.0/24", 0, "40 20"),
    ("11.0.3.0/24", 0, "40 20 10 30"),
    ("11.0.5.0/24", 0, "40 20 10 30 50"),
    ("11.0.1.0/24", 1, "50 30 10"),
    ("11.0.2.0/24", 1, "50 30 10 20"),
    ("11.0.3.0/24", 1, "50 30"),
    ("11.0.4.0/24", 1, "50 30 10 20 40"),
];

const SMALL_RELATIONS: [&str; 6] = ["# inferred clique: 10 20", "# IXP ASes:", "10|20|0", "10|30|-1", "20|40|-1", "30|50|-1"];

fn small(dir: &Dir, name: &str, routes: &[(&str, u16, &str)]) -> String {
    let mut archive = Archive::new();
    archive.table(at(0), ("192.0.2.254", "small"), SMALL_PEERS, routes);
    dir.write(name, &archive.0)
}

/// The arguments, and the clique that is too small to be found.
fn small_answer(args: &[&str]) -> Vec<String> {
    answer(&[args, &["--clique", "10,20"]].concat())
}

/// The peer 192.0.2.2 passes on routes with the next hop 192.0.2.1, so its link to 30 is over the exchange; the next hop of the other
/// peer is its own address.
#[test]
fn next_hops_show_links_over_given_exchanges() {
    let dir = Dir::new("peering-exchanges");
    let table = small(&dir, "table", SMALL);
    let over = |args: &[&str], table: &str| -> Vec<(u64, u64)> {
        let rows = small_answer(&[&["infer", "--format", "json"], args, &[table]].concat());
        let rows = rows.iter().map(|row| serde_json::from_str::<Value>(row).unwrap());
        rows.filter(|row| row["over_exchange"] == json!(true))
            .map(|row| (row["a"].as_u64().unwrap(), row["b"].as_u64().unwrap()))
            .collect()
    };
    let here = dir.write("here", b"# an exchange\n192.0.2.0/24\n");
    let elsewhere = dir.write("elsewhere", b"198.51.100.0/24\n");
    assert_eq!(over(&[], &table), []);
    assert_eq!(over(&["--exchanges", &here], &table), [(30, 50)]);
    assert_eq!(over(&["--exchanges", &elsewhere], &table), []);
    // Reductions keep what was seen.
    let reduced = dir.0.join("reduced").to_str().unwrap().to_owned();
    assert_eq!(answer(&["reduce", "--exchanges", &here, "-o", &reduced, &table]), [""; 0]);
    assert_eq!(over(&[], &reduced), [(30, 50)]);
    let bad = dir.write("bad", b"192.0.2.0/24\nnone\n");
    let (code, out, err) = run(&["peering", "infer", "--exchanges", &bad, &table]);
    assert_eq!((code, out.len(), err), (2, 0, vec![format!("{bad}:2:1: not a prefix")]));
}

#[test]
fn each_format_of_a_small_table() {
    let dir = Dir::new("peering-small");
    let table = small(&dir, "table", SMALL);
    assert_eq!(small_answer(&["infer", &table]), SMALL_RELATIONS);
    let two = small_answer(&["infer", "--format", "serial-2", &table]);
    assert_eq!(two[2..], ["10|20|0|bgp", "10|30|-1|bgp", "20|40|-1|bgp", "30|50|-1|bgp"]);
    let rows = small_answer(&["infer", "--format", "json", &table]);
    let row: Value = serde_json::from_str(&rows[1]).unwrap();
    let facts = ["a", "b", "relation", "step", "firm", "vantage_points", "paths", "against", "over_route_server"];
    assert_eq!(
        facts.map(|name| row[name].clone()),
        [json!(10), json!(30), json!("transit"), json!("proof"), json!(true), json!(2), json!(5), json!(0), json!(false)]
    );
    let dot = small_answer(&["infer", "--format", "dot", "--asn", "30", &table]);
    assert_eq!(
        dot,
        [
            "digraph \"AS30\" {",
            "  rankdir=TB;",
            "  node [shape=box];",
            "  30 [style=bold];",
            "  { rank=min; 10; }",
            "  { rank=max; 50; }",
            "  10 -> 30 [arrowhead=normal];",
            "  30 -> 50 [arrowhead=normal];",
            "}"
        ]
    );
    let (code, out, err) = run(&["peering", "infer", "--format", "dot", "--asn", "7", &table]);
    assert_eq!((code, out), (1, vec![]));
    assert_eq!(err.last().map(String::as_str), Some("AS7 has no link"));
}

#[test]
fn the_summary_counts_each_reason_once() {
    let dir = Dir::new("peering-counts");
    let noise = [
        ("11.1.0.0/24", 0, "40 {20,10}"),
        ("11.1.1.0/24", 0, "40 (20) 10"),
        ("11.1.2.0/24", 0, ""),
        ("11.1.3.0/24", 0, "40 20 40"),
        ("11.1.4.0/24", 0, "40 23456 10"),
        ("11.1.5.0/24", 0, "40 64512 10"),
        ("11.1.6.0/24", 0, "40 20 20 10"),
        ("11.1.7.0/24", 0, "40 99 20 10"),
        ("11.1.8.0/24", 0, "20 10"),
        ("2001:db8::/32", 0, "40 20 77"),
    ];
    let table = small(&dir, "table", &[SMALL, &noise].concat());
    let (servers, summary) = (dir.write("servers", b"99\n"), dir.0.join("summary.json"));
    let name = summary.to_str().unwrap();
    // An existing file is replaced.
    fs::write(&summary, "old").unwrap();
    let (code, out, err) =
        run(&["peering", "infer", "--clique", "10,20", "--summary", name, "--route-servers", &servers, &table]);
    let reasons = "as_set 1, confederation 1, empty 1, loop 1, as_trans 1, reserved_asn 1";
    let says = format!("{table}: 6 of 17 routes rejected: {reasons}");
    assert_eq!((code, err), (0, vec![says.clone()]));
    assert_eq!(out, [&["# inferred clique: 10 20", "# IXP ASes: 99"][..], &SMALL_RELATIONS[2..]].concat());
    let counts: Value = serde_json::from_str(&fs::read_to_string(&summary).unwrap()).unwrap();
    let rejected =
        json!({"as_set": 1, "confederation": 1, "empty": 1, "loop": 1, "as_trans": 1, "reserved_asn": 1, "too_long": 0});
    assert_eq!(counts["rejected"], rejected);
    let expected = [
        ("entries", 17),
        ("paths", 9),
        ("links", 4),
        ("prepended", 1),
        ("route_server", 1),
        ("peer_not_in_path", 1),
        ("poisoned", 0),
        ("unreadable", 0),
        ("vantage_points", 2),
        ("family", 4),
    ];
    for (name, count) in expected {
        assert_eq!(counts[name], count, "{name}");
    }
    // So does each answer from these routes say, and none that has no use for them.
    let relations = dir.write("relations", SMALL_RELATIONS.join("\n").as_bytes());
    let servers = ["--route-servers", &servers];
    for question in
        [&["show", "10"][..], &["cones"], &["reach", "10"], &["depeer", "10", "20"], &["leaks", "--relations", &relations]]
    {
        let (_, _, err) = run(&[&["peering"], question, &servers, &[&table]].concat());
        assert!(err.contains(&says), "{question:?}: {err:?}");
    }
    let (_, _, err) = run(&[&["peering", "lost", &table, &table], &servers[..]].concat());
    assert_eq!(err, [says.clone(), says]);
    assert_eq!(answer(&["reach", "10", "--relations", &relations]).len(), 4);
    // The families are never mixed.
    let six = answer(&["infer", "--family", "6", "--clique", "20", &table]);
    assert_eq!(six, ["# inferred clique: 20", "# IXP ASes:", "20|40|-1", "20|77|-1"]);
    let (code, _, err) = run(&["peering", "infer", "--clique", "10,20", "--summary", "/nowhere/x", &table]);
    assert_eq!(code, 2);
    assert_eq!(err.last().map(String::as_str), Some("/nowhere/x: No such file or directory (os error 2)"));
}

#[test]
fn a_path_of_more_than_255_hops_is_too_long() {
    let dir = Dir::new("peering-long");
    let path = |hops: u32| (1..=hops).map(|asn| (asn + 1_000).to_string()).collect::<Vec<_>>().join(" ");
    let (most, more) = (path(255), path(256));
    let table = small(&dir, "table", &[("11.0.1.0/24", 0, &most), ("11.0.2.0/24", 0, &more)]);
    let summary = dir.0.join("summary.json");
    let (code, ..) = run(&["peering", "infer", "--summary", summary.to_str().unwrap(), &table]);
    let counts: Value = serde_json::from_str(&fs::read_to_string(&summary).unwrap()).unwrap();
    assert_eq!((code, &counts["rejected"]["too_long"], &counts["links"]), (0, &json!(1), &json!(254)));
}

#[test]
fn a_table_of_ipv6_alone_has_no_ipv4_answer() {
    let dir = Dir::new("peering-six");
    let table = small(&dir, "table", &[("2001:db8:1::/48", 0, "40 20 10 30"), ("2001:db8:2::/48", 1, "50 30 10")]);
    let (code, out, err) = run(&["peering", "infer", &table]);
    let says = format!("{table}: no usable IPv4 path; its routes are of IPv6: --family 6 (left out: IPv6 unicast 2)");
    assert_eq!((code, out, err), (1, vec![], vec![says]));
    assert_eq!(small_answer(&["infer", "--family", "6", &table]), SMALL_RELATIONS);
}

#[test]
fn path_identifiers_are_no_part_of_paths() {
    let dir = Dir::new("peering-add-path");
    let (link, routes) = (LINK.from("192.0.2.1", 40), [("11.0.3.0/24", 1), ("11.0.3.0/24", 70_000), ("11.0.5.0/24", 1)]);
    let counted = |args: &[&str], file: &str| -> (Vec<String>, Value) {
        let summary = dir.0.join("summary.json");
        let out = small_answer(&[&["infer", "--summary", summary.to_str().unwrap()], args, &[file]].concat());
        let counts: Value = serde_json::from_str(&fs::read_to_string(&summary).unwrap()).unwrap();
        (out, json!([counts["entries"], counts["paths"]]))
    };
    let [mut declared, mut denied] = [Archive::new(), Archive::new()];
    declared.update_of_paths(at(1), link, true, "40 20 10 30", &routes);
    denied.update_of_paths(at(1), link, false, "40 20 10 30", &routes);
    let (declared, denied) = (dir.write("declared", &declared.0), dir.write("denied", &denied.0));
    assert_eq!(counted(&[], &declared), (SMALL_RELATIONS[..5].iter().map(|&line| line.to_owned()).collect(), json!([3, 1])));
    assert_eq!(counted(&["--add-path", "on"], &denied), counted(&[], &declared));
    assert_eq!(counted(&["--add-path", "auto"], &denied), counted(&[], &declared));
}

#[test]
fn updates_are_evidence_even_if_withdrawn() {
    let dir = Dir::new("peering-updates");
    let link = LINK.from("192.0.2.1", 40);
    let mut archive = Archive::new();
    archive
        .announce(at(1), link, "40 20 10 30", &["11.0.3.0/24", "11.0.6.0/24"])
        .withdraw(at(2), link, &["11.0.3.0/24", "11.0.6.0/24"])
        .update(at(3), link, |update| {
            basic(update, "40 20 88");
            update.announce_prefix(Family::IPV6_UNICAST, &next_hop("2001:db8::1"), prefix("2001:db8::/32")).unwrap();
        });
    let file = dir.write("updates", &archive.0);
    assert_eq!(small_answer(&["infer", &file])[2..], ["10|20|0", "10|30|-1", "20|40|-1"]);
    // The same messages without records, and compressed.
    let bare: Vec<u8> = routeglass::mrt::records(&archive.0)
        .flat_map(|record| match record.unwrap().body().unwrap() {
            routeglass::mrt::Body::Message(message) => message.message_bytes().to_vec(),
            _ => vec![],
        })
        .collect();
    let bare = dir.write("bare", &bare);
    assert_eq!(small_answer(&["infer", "--as4", &bare]), small_answer(&["infer", &file]));
}

#[test]
fn cones_reach_and_depeering_of_a_small_graph() {
    let dir = Dir::new("peering-graph");
    let table = small(&dir, "table", SMALL);
    let relations = dir.write("relations", SMALL_RELATIONS.join("\n").as_bytes());
    let recursive = ["10 10 30 50", "20 20 40", "30 30 50", "40 40", "50 50"];
    assert_eq!(answer(&["cones", "--relations", &relations]), recursive);
    assert_eq!(small_answer(&["cones", &table]), recursive);
    assert_eq!(small_answer(&["cones", "--kind", "observed", &table]), recursive);
    // What a provider or a peer has from a network.
    let handed_on = ["10 10 30 50", "20 20 40", "30 30 50", "40 40", "50 50"];
    assert_eq!(answer(&["cones", "--kind", "provider-peer", "--relations", &relations, &table]), handed_on);
    let reach = ["customers\t1\t50", "peers\t0\t", "providers\t3\t10 20 40", "nothing\t0\t"];
    assert_eq!(answer(&["reach", "30", "--relations", &relations]), reach);
    assert_eq!(small_answer(&["reach", "30", &table]), reach);
    let depeer = answer(&["depeer", "10", "20", "--relations", &relations]);
    assert_eq!(
        depeer,
        [
            "AS10 without AS20: 2 networks by a worse way, 0 as before over others",
            "  peers -> nothing  2: 20 40",
            "AS20 without AS10: 3 networks by a worse way, 0 as before over others",
            "  peers -> nothing  3: 10 30 50",
        ]
    );
    let with_routes = answer(&["depeer", "10", "20", "--relations", &relations, &table]);
    assert_eq!(
        with_routes[0],
        "AS10 without AS20: 2 networks by a worse way, 0 as before over others, 2 routes seen over the link"
    );
}

#[test]
fn depeerings_outages_and_lost_feeds_are_told_apart() {
    let dir = Dir::new("peering-lost");
    let before = [SMALL, &[("11.0.6.0/24", 0, "40 20 60"), ("11.0.7.0/24", 0, "40 20 10 70")]].concat();
    let earlier = small(&dir, "earlier", &before);
    // 40 reaches 30 and 50 over a new link of 20 and 30; 60 is gone; so is the feed of 50.
    let later = small(
        &dir,
        "later",
        &[
            ("11.0.1.0/24", 0, "40 20 10"),
            ("11.0.2.0/24", 0, "40 20"),
            ("11.0.3.0/24", 0, "40 20 30"),
            ("11.0.5.0/24", 0, "40 20 30 50"),
            ("11.0.7.0/24", 0, "40 20 10 70"),
        ],
    );
    let head = "event\ta\tb\tvantage_points\troutes_before";
    let events = ["depeering\t10\t30\t1\t2", "outage\t60\t\t1\t1", "feed lost\t50\t\t1\t4"];
    assert_eq!(answer(&["lost", &earlier, &later]), [&[head][..], &events].concat());
    let rows = answer(&["lost", "--format", "json", &earlier, &later]);
    let row: Value = serde_json::from_str(&rows[0]).unwrap();
    assert_eq!(row, json!({"event": "depeering", "a": 10, "b": 30, "vantage_points": 1, "routes_before": 2}));
    let row: Value = serde_json::from_str(&rows[1]).unwrap();
    assert_eq!(row, json!({"event": "outage", "a": 60, "b": null, "vantage_points": 1, "routes_before": 1}));
    // Too little was seen of them before.
    assert_eq!(answer(&["lost", "--min-origins", "3", &earlier, &later])[1..], events[1..]);
    assert_eq!(answer(&["lost", "--min-vantage-points", "2", &earlier, &later])[1..], events[2..]);
    let (code, out, err) = run(&["peering", "lost", RESERVED, &later]);
    assert_eq!(
        (code, out, err),
        (1, vec![], vec![format!("{RESERVED}: no usable IPv4 path; routes rejected: as_set 1, reserved_asn 4")])
    );
}

#[test]
fn each_type_of_leak_is_named() {
    let dir = Dir::new("peering-leak-types");
    let relations = dir.write("relations", b"10|20|0\n10|30|-1\n20|40|-1\n20|30|-1\n30|60|0\n30|70|0\n40|80|-1\n");
    let leaked = [
        ("11.0.1.0/24", 0, "40 20 30 10"),
        ("11.0.2.0/24", 0, "60 30 70"),
        ("11.0.3.0/24", 0, "60 60 30 10"),
        ("11.0.4.0/24", 1, "10 30 60"),
        ("11.0.5.0/24", 1, "40 20 10 30"),
    ];
    let table = small(&dir, "table", &leaked);
    let head = "prefix\torigin\tleaker\ttype\tvantage_point\tpath";
    let lines = [
        "11.0.1.0/24\t10\t30\t1\t40\t40 20 30 10",
        "11.0.2.0/24\t70\t30\t2\t40\t60 30 70",
        "11.0.3.0/24\t10\t30\t3\t40\t60 30 10",
        "11.0.4.0/24\t60\t30\t4\t50\t10 30 60",
    ];
    assert_eq!(answer(&["leaks", "--relations", &relations, &table]), [&[head][..], &lines].concat());
    let rows = answer(&["leaks", "--relations", &relations, "--format", "json", &table]);
    let row: Value = serde_json::from_str(&rows[2]).unwrap();
    assert_eq!((&row["path"], &row["origin"], &row["leaker"]), (&json!([60, 30, 10]), &json!(10), &json!(30)));
    // A path that no network could have given by its attested providers.
    let aspa = dir.write(
        "aspa",
        br#"{"aspas":[{"customer_asid":30,"providers":[20]},{"customer_asid":10,"providers":[0]},
        {"customer_asid":20,"providers":[0]}]}"#,
    );
    let judged = answer(&["leaks", "--relations", &relations, "--aspa", &aspa, &table]);
    assert_eq!(judged, [&[head][..], &lines, &["11.0.5.0/24\t30\t\taspa\t50\t40 20 10 30"]].concat());
    let wrong = dir.write("wrong", b"10|20|0\n10|30\n");
    let (code, _, err) = run(&["peering", "leaks", "--relations", &wrong, &table]);
    assert_eq!((code, err), (2, vec![format!("{wrong}:2:6: a column is missing")]));
    let (code, out, err) = run(&["peering", "leaks", "--relations", &relations, RESERVED]);
    assert_eq!((code, out), (1, vec![head.to_owned()]));
    assert_eq!(err, [format!("{RESERVED}: no usable IPv4 path; routes rejected: as_set 1, reserved_asn 4")]);
}

#[test]
fn wrong_files_are_named_with_line_and_column() {
    let dir = Dir::new("peering-wrong");
    let table = small(&dir, "table", SMALL);
    let cases: [(&[u8], &str); 7] = [
        (b"10|20|-1|bgp\n174\n", "2:4: a column is missing"),
        (b"# x\n10|20\n", "2:6: a column is missing"),
        (b"10|twenty|0\n", "1:4: not a number"),
        (b"10|4294967296|0\n", "1:4: the number is over 32 bits"),
        (b"10|10|0\n", "1:4: AS 10 is linked to itself"),
        (b"10|20|3\r\n", "1:7: a relation is -1 or 0"),
        (b"10|20|0\n# y\n20|10|-1\n", "3:1: the link of AS 10 and AS 20 has another relation on line 1"),
    ];
    for (number, (text, reason)) in cases.into_iter().enumerate() {
        let file = dir.write(&format!("relations{number}"), text);
        let (code, out, err) = run(&["peering", "cones", "--relations", &file]);
        assert_eq!((code, out, err), (2, vec![], vec![format!("{file}:{reason}")]));
    }
    let vrp = dir.write("vrp", b"ASN,IP Prefix,Max Length,Trust Anchor\nAS1,192.0.2.0/24,23,x\n");
    let (code, _, err) = run(&["peering", "judge", "--path", "1", "--vrp", &vrp, "--prefix", "192.0.2.0/24"]);
    assert_eq!((code, err), (2, vec![format!("{vrp}:2:18: the length does not fit the prefix")]));
    let (code, out, err) = run(&["peering", "infer", &dir.write("text", b"no archive\n"), &table]);
    assert_eq!((code, out.is_empty()), (2, false), "{err:?}");
}

#[test]
fn files_and_options_in_the_wrong_place_are_named() {
    let dir = Dir::new("peering-misplaced");
    let table = small(&dir, "table", SMALL);
    let store = dir.0.join("store").to_str().unwrap().to_owned();
    assert_eq!(answer(&["reduce", "-o", &store, &table]), [""; 0]);
    // Archives in place of relations.
    for (file, what) in [(&table, "an archive"), (&store, "a store of paths")] {
        for question in [&["cones"][..], &["reach", "10"], &["depeer", "10", "20"], &["judge", "--path", "10 20"]] {
            let (code, out, err) = run(&[&["peering"], question, &["--relations", file]].concat());
            let says = format!("{file}: this is {what}, not relations: it is given as FILE, without --relations");
            assert_eq!((code, out, err), (2, vec![], vec![says]), "{question:?}");
        }
    }
    // Relations in place of an archive, in each form.
    let forms: [&[u8]; 5] = [
        b"10|20|0\n",
        b"\xef\xbb\xbf10|20|0|bgp\r\n",
        b"# inferred clique: 10 20\n10|20|0\n",
        b"# IXP ASes:\n10|20|0\n",
        b"{\"a\":10,\"b\":20,\"relation\":\"peer\"}\n",
    ];
    for (number, text) in forms.into_iter().enumerate() {
        let file = dir.write(&format!("relations{number}"), text);
        let (code, out, err) = run(&["peering", "cones", &file]);
        let says = format!(
            "{file}: these are relations, not routes: `cones`, `reach`, `depeer`, `leaks` and `judge` take them by --relations"
        );
        assert_eq!((code, out.len(), err[0].as_str()), (2, 0, says.as_str()));
        assert_eq!(err.last(), Some(&format!("{file}: no usable IPv4 path")));
    }
    // Relations without any, and a list of them in JSON.
    let empty = dir.write("empty", b"");
    for text in [&b""[..], b"# inferred clique: 10\n\n"] {
        let none = dir.write("none", text);
        let (code, out, err) = run(&["peering", "cones", "--relations", &none]);
        assert_eq!((code, out, err), (0, vec![], vec![format!("{none}: has no relations")]));
    }
    let list = dir.write("list", b"[{\"a\":10,\"b\":20,\"relation\":\"peer\"}]");
    let (code, _, err) = run(&["peering", "cones", "--relations", &list]);
    assert_eq!((code, err), (2, vec![format!("{list}:1:1: expected an object")]));
    // Options that change nothing.
    let relations = dir.write("relations", b"10|20|0\n");
    let (code, out, err) = run(&[
        "peering",
        "reach",
        "10",
        "--relations",
        &relations,
        "--route-servers",
        &empty,
        "--exchanges",
        &empty,
        "--at",
        "7",
        "--filter",
        "origin 1",
    ]);
    assert_eq!((code, out), (0, answer(&["reach", "10", "--relations", &relations])));
    let says = |option| format!("{option} has no effect, since --relations answers");
    assert_eq!(err, ["--route-servers", "--exchanges", "--at", "--filter"].map(says));
}

#[test]
fn stores_of_paths_are_written_whole_and_compressed_by_their_name() {
    let dir = Dir::new("peering-store");
    let table = small(&dir, "table", SMALL);
    for name in ["paths", "paths.gz", "paths.zst"] {
        let to = dir.0.join(name).to_str().unwrap().to_owned();
        assert_eq!(answer(&["reduce", "-o", &to, &table]), Vec::<String>::new());
        assert_eq!(small_answer(&["infer", &to]), SMALL_RELATIONS);
        let (code, _, err) = run(&["peering", "reduce", "-o", &to, &table]);
        assert_eq!((code, err), (2, vec![format!("{to}: exists already; --force replaces it")]));
        assert_eq!(answer(&["reduce", "--force", "-o", &to, &table]), Vec::<String>::new());
    }
    let store = fs::read(dir.0.join("paths")).unwrap();
    let (code, out, _) = run_with_input(&["peering", "infer", "--clique", "10,20", "-"], &store);
    assert_eq!((code, out), (0, SMALL_RELATIONS.map(str::to_owned).to_vec()));
    let paths = dir.0.join("paths").to_str().unwrap().to_owned();
    // Numbers of route servers are cut out of archives, and stay in stores.
    let servers = dir.write("servers", b"10\n");
    let (code, _, err) = run(&["peering", "infer", "--clique", "20", "--route-servers", &servers, &paths]);
    let says = "6 of 8 paths still with numbers of --route-servers, which `reduce` cuts out of archives, and nothing of stores";
    assert_eq!((code, err), (0, vec![format!("{paths}: {says}")]));
    let (code, _, err) = run(&["peering", "leaks", &paths]);
    assert_eq!((code, err), (1, vec![format!("{paths}: a store of paths has no routes to judge")]));
    let (code, _, err) = run(&["peering", "infer", "--family", "6", &paths]);
    assert_eq!(
        (code, err),
        (2, vec![format!("{paths}: this is a store of IPv4 paths, and the question is about IPv6: --family 4")])
    );
}

#[test]
fn evidence_beyond_paths_outranks_them_and_is_named() {
    let dir = Dir::new("peering-claims");
    let mut archive = Archive::new();
    archive.table(at(0), ("192.0.2.254", "small"), SMALL_PEERS, SMALL);
    let link = LINK.from("192.0.2.1", 40);
    archive.update(at(1), link, |update| {
        basic(update, "40 20 77");
        // 77 gave it to a customer or peer: 20 is one, and 40 has it from 20.
        update.attribute(&routeglass::attr::Value::OnlyToCustomer(Asn(77))).unwrap();
        update.announce(prefix("11.0.7.0/24")).unwrap();
    });
    let table = dir.write("table", &archive.0);
    let link = |args: &[&str], a: u32, b: u32| -> Value {
        let rows = small_answer(&[&["infer", "--format", "json", &table][..], args].concat());
        let rows: Vec<Value> = rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect();
        rows.into_iter().find(|row| row["a"] == a && row["b"] == b).unwrap()
    };
    assert_eq!(link(&[], 30, 50)["sources"], Value::Null);
    let aspa = dir.write("aspa", br#"{"aspas":[{"customer_asid":30,"providers":[50]}]}"#);
    let given = link(&["--aspa", &aspa], 50, 30);
    assert_eq!((&given["step"], &given["sources"]), (&json!("given"), &json!(["aspa"])));
    let given = link(&["--otc"], 20, 40);
    assert_eq!((&given["step"], &given["sources"]), (&json!("given"), &json!(["otc"])));
    // A store has the evidence too, and says so in each answer.
    let store = dir.0.join("store").to_str().unwrap().to_owned();
    assert_eq!(answer(&["reduce", "--otc", "--aspa", &aspa, "-o", &store, &table]), [""; 0]);
    assert_eq!(
        small_answer(&["infer", "--format", "json", &store]),
        small_answer(&["infer", "--format", "json", "--otc", "--aspa", &aspa, &table])
    );
    let wrong = dir.write("communities", b"40:100 customer\n40:200 rival\n");
    let (code, out, err) = run(&["peering", "infer", "--communities", &wrong, &table]);
    assert_eq!((code, out, err), (2, vec![], vec![format!("{wrong}:2:8: a role is customer, peer or provider")]));
}

#[test]
fn communities_are_evidence_by_what_the_user_says_of_them() {
    let dir = Dir::new("peering-communities");
    let link = LINK.from("192.0.2.1", 40);
    let mut archive = Archive::new();
    archive.table(at(0), ("192.0.2.254", "small"), SMALL_PEERS, SMALL).update(at(1), link, |update| {
        basic(update, "40 20 77");
        community(update, 20 << 16 | 200);
        update.announce(prefix("11.0.7.0/24")).unwrap();
    });
    let table = dir.write("table", &archive.0);
    let roles = dir.write("roles", b"20:100 customer\n20:200 peer # of 20\n");
    let rows = small_answer(&["infer", "--format", "json", "--communities", &roles, &table]);
    let rows = rows.iter().map(|row| serde_json::from_str::<Value>(row).unwrap());
    let named: Vec<Value> = rows.filter(|row| !row["sources"].is_null()).collect();
    assert_eq!(named.len(), 1);
    let facts = ["a", "b", "relation", "step", "sources"].map(|name| named[0][name].clone());
    assert_eq!(facts, [json!(20), json!(77), json!("peer"), json!("given"), json!(["community"])]);
}

/// What filters leave is as an archive of the routes that match.
#[test]
fn filters_choose_the_routes() {
    let dir = Dir::new("peering-filter");
    let table = small(&dir, "table", SMALL);
    let infer = |args: &[&str], file: &str| small_answer(&[&["infer", "--format", "json"], args, &[file]].concat());
    let matching = |name: &str, matches: fn(&(&str, u16, &str)) -> bool| {
        small(&dir, name, &SMALL.iter().copied().filter(matches).collect::<Vec<_>>())
    };
    let of_40 = matching("of-40", |(_, peer, _)| *peer == 0);
    let of_20 = matching("of-20", |(_, _, path)| path.ends_with(" 20"));
    let without_30 = matching("without-30", |(_, peer, path)| *peer == 0 && !path.contains("30"));
    let either = matching("either", |(_, peer, path)| *peer == 0 || path.ends_with(" 20"));
    let all = infer(&[], &table);
    let args: [(&[&str], &str); 3] = [
        (&["--filter", "peer-asn 40"], &of_40),
        (&["--filter", "as-path 20$"], &of_20),
        (&["--filter", "peer-asn 40", "--filter", "origin 20"], &either),
    ];
    for (filter, expected) in args {
        let expected = infer(&[], expected);
        assert_ne!(expected, all, "{filter:?}");
        assert_eq!(infer(filter, &table), expected, "{filter:?}");
        assert_eq!(infer(&[filter, &["--at", &T0.to_string()]].concat(), &table), expected, "{filter:?}");
    }
    // The other questions about archives.
    let question = |args: &[&str]| run(&[&["peering"], args, &["--clique", "10,20"]].concat());
    for args in [&["show", "20"][..], &["cones"], &["reach", "20"], &["depeer", "10", "20"]] {
        let filtered = question(&[args, &["--filter", "peer-asn 40 and not as-path 30", &table]].concat());
        assert_eq!(filtered, question(&[args, &[&without_30]].concat()), "{args:?}");
        assert_ne!(filtered, question(&[args, &[&table]].concat()), "{args:?}");
    }
    let reduced = dir.0.join("reduced").to_str().unwrap().to_owned();
    assert_eq!(answer(&["reduce", "--filter", "peer-asn 40", "-o", &reduced, &table]), [""; 0]);
    assert_eq!(infer(&[], &reduced), infer(&[], &of_40));
    let lost = answer(&["lost", "--filter", "not prefix 11.0.5.0/24", &table, &of_40]);
    assert_eq!(lost[1..], ["feed lost\t50\t\t1\t4"]);
    let [(code, out, err), unfiltered] = [Some("from 1"), None].map(|filter| {
        let filter = filter.map(|filter| ["--filter", filter]);
        let args: Vec<&str> = ["peering", "lost", &table, &of_40].into_iter().chain(filter.into_iter().flatten()).collect();
        run(&args)
    });
    assert_eq!((code, out, err), unfiltered);
    // No route matches; a store of paths has none.
    for at in [&[][..], &["--at", &T0.to_string()]] {
        let (code, out, err) = question(&[&["infer", "--filter", "kind withdraw", &table], at].concat());
        let whose = if at.is_empty() { table.as_str() } else { "" };
        assert_eq!((code, out, err.len()), (1, vec![], 1));
        assert!(err[0].starts_with(whose) && err[0].contains("no usable IPv4 path of a route that matches"), "{err:?}");
    }
    let store = dir.0.join("store").to_str().unwrap().to_owned();
    assert_eq!(answer(&["reduce", "-o", &store, &table]), [""; 0]);
    let (code, out, err) = question(&["infer", "--filter", "origin 20", &store]);
    assert_eq!((code, out, err), (1, vec![], vec![format!("{store}: a store of paths has no routes to filter")]));
    // Prefixes of a file, which is not written to.
    let list = dir.write("list", b"11.0.1.0/24\n11.0.2.0/24\n11.0.3.0/24\n11.0.4.0/24\n");
    let by_list = format!("prefix @{list}");
    let few = matching("few", |(prefix, ..)| *prefix != "11.0.5.0/24");
    assert_eq!(infer(&["--filter", &by_list], &table), infer(&[], &few));
    let (code, _, err) = run(&["peering", "reduce", "--force", "-o", &list, "--filter", &by_list, &table]);
    assert_eq!((code, err.len()), (2, 1), "{err:?}");
    assert!(fs::read_to_string(&list).unwrap().starts_with("11.0.1.0/24\n"));
}

/// Relations are inferred from all routes, whichever are judged.
#[test]
fn filters_choose_the_routes_that_are_judged() {
    let dir = Dir::new("peering-filter-leaks");
    let table = small(&dir, "table", &[SMALL, &[("11.0.7.0/24", 0, "40 30 20")]].concat());
    let relations = dir.write("relations", b"10|30|-1\n20|30|-1\n10|20|0\n20|40|-1\n30|50|-1\n40|30|0\n");
    let leaks = |args: &[&str]| run(&[&["peering", "leaks"], args, &[&table]].concat());
    let line = "11.0.7.0/24\t20\t30\t3\t40\t40 30 20";
    for given in [&["--relations", relations.as_str()][..], &["--relations", &relations, "--at", &T0.to_string()]] {
        let of = |filter: &str| leaks(&[given, &["--filter", filter]].concat());
        let (code, out, err) = of("prefix 11.0.7.0/24");
        assert_eq!((code, &out[1..], err), (0, &[line.to_owned()][..], vec![]));
        let (code, out, err) = of("not prefix 11.0.7.0/24");
        assert_eq!((code, out.contains(&line.to_owned()), err), (0, false, vec![]));
        let (code, out, err) = of("prefix 11.0.8.0/24");
        assert_eq!((code, out.len(), err.len()), (1, 1, 1));
        assert!(err[0].contains("no usable IPv4 path of a route that matches"), "{err:?}");
    }
    let table = small(&dir, "hairpin", &[SMALL, &[("11.0.7.0/24", 1, "50 30 10 40 20")]].concat());
    let leaks = |args: &[&str]| run(&[&["peering", "leaks"], args, &[&table]].concat());
    for inferred in [&["--clique", "10,20"][..], &["--clique", "10,20", "--at", &T0.to_string()]] {
        let all = leaks(inferred);
        assert!(all.1.iter().any(|line| line.starts_with("11.0.7.0/24\t")), "{all:?}");
        let (code, out, _) = leaks(&[inferred, &["--filter", "prefix 11.0.7.0/24"]].concat());
        assert_eq!(code, 0);
        assert_eq!(
            out,
            all.1.iter().filter(|line| !line.starts_with("11.0.") || line.starts_with("11.0.7.")).cloned().collect::<Vec<_>>()
        );
        assert_eq!(leaks(&[inferred, &["--filter", "origin 99"]].concat()).0, 1);
    }
}

/// A table of instant 0, and updates: 40 gets a route to 60 at second 10 and loses it at 20.
#[test]
fn the_table_of_an_instant_is_a_source() {
    let dir = Dir::new("peering-at");
    let link = LINK.from("192.0.2.1", 40);
    let table = small(&dir, "table", SMALL);
    let mut archive = Archive::new();
    archive.announce(at(10), link, "40 20 60", &["11.0.6.0/24"]).withdraw(at(20), link, &["11.0.6.0/24"]);
    let updates = dir.write("updates", &archive.0);
    let instant = |seconds: u32| (T0 + seconds).to_string();
    let has_60 = |lines: &[String]| lines.iter().any(|line| line == "20|60|-1");
    // Without an instant a withdrawn route was seen.
    assert!(has_60(&small_answer(&["infer", &table, &updates])));
    for (seconds, expected) in [(5, false), (10, true), (19, true), (20, false)] {
        let lines = small_answer(&["infer", "--at", &instant(seconds), &updates, &table]);
        assert_eq!(has_60(&lines), expected, "{seconds}");
        assert_eq!(
            lines.iter().filter(|line| *line != "20|60|-1").collect::<Vec<_>>(),
            SMALL_RELATIONS.iter().collect::<Vec<_>>()
        );
    }
    // Two instants of the same files, reduced and compared.
    let reduced = |seconds: u32| {
        let to = dir.0.join(format!("at{seconds}")).to_str().unwrap().to_owned();
        assert_eq!(answer(&["reduce", "--at", &instant(seconds), "-o", &to, &table, &updates]), [""; 0]);
        to
    };
    let [before, after] = [reduced(15), reduced(25)];
    assert_eq!(answer(&["lost", &before, &after])[1..], ["outage\t60\t\t1\t1"]);
    // Leaks among the routes of that instant.
    let relations = dir.write("relations", b"60|20|-1\n20|40|0\n");
    let leaks =
        |args: &[&str]| answer(&[&["leaks", "--relations", &relations], args, &[&table, &updates]].concat())[1..].to_vec();
    let leak = "11.0.6.0/24\t60\t20\t3\t40\t40 20 60";
    assert_eq!((leaks(&[]), leaks(&["--at", &instant(15)])), (vec![leak.to_owned()], vec![leak.to_owned()]));
    assert_eq!(leaks(&["--at", &instant(25)]), [""; 0]);
    let card = small_answer(&["show", "20", "--at", &instant(15), &table, &updates]);
    assert!(card.contains(&"  customers     2: 40 60".to_owned()), "{card:?}");
    // Before all of it there is nothing.
    let (code, out, err) = run(&["peering", "infer", "--at", "5", &table, &updates]);
    let early = "1970-01-01T00:00:05Z is before the records, which are of 2025-12-01T00:00:00Z to 2025-12-01T00:00:20Z";
    let nothing = "the table of that instant has no usable IPv4 path";
    assert_eq!((code, out, err), (1, vec![], vec![early.to_owned(), nothing.to_owned()]));
    let (code, out, err) = run(&["peering", "infer", "--at", &instant(1), &before]);
    assert_eq!((code, out, err), (1, vec![], vec![format!("{before}: a store of paths has no table of an instant")]));
    let (code, out, err) = run(&["peering", "infer", "--at", &instant(1), "/nowhere"]);
    assert_eq!((code, out, err.len()), (2, vec![], 1));
}

/// The README's commands (after `$`) give the output shown below them.
#[test]
fn the_readme_shows_the_card_of_a_network() {
    let root = env!("CARGO_MANIFEST_DIR");
    let readme = fs::read_to_string(format!("{root}/README.md")).unwrap();
    let block = readme.split_once("<!-- peering -->\n```console\n").unwrap().1.split_once("```").unwrap().0;
    let mut shown = 0;
    for part in block.split("$ ").filter(|part| !part.is_empty()) {
        let (command, expected) = part.split_once('\n').unwrap();
        let args: Vec<String> =
            command.split_whitespace().skip(1).map(|arg| arg.replace("tests/data/", &format!("{root}/tests/data/"))).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        assert_eq!(run(&args), (0, expected.lines().map(str::to_owned).collect(), vec![]), "{command}");
        shown += 1;
    }
    assert_eq!(shown, 1);
}
