//! The contract of `routeglass peering`: what scripts rely on, line by line. Options, columns, their order, exit codes.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::common::archive::{Archive, at};
use crate::common::command::{Dir, run};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/peering.mrt");
const TRUTH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/peering.as-rel");

fn answer(args: &[&str]) -> Vec<String> {
    answer_with(args, None)
}

/// An answer from routes of which some are rejected: how many of how many, and why.
fn answer_with(args: &[&str], rejected: Option<&str>) -> Vec<String> {
    let (code, out, err) = run(&[&["peering"], args].concat());
    let says: Vec<String> = rejected.map(|reasons| format!("{}: {reasons}", args[args.len() - 1])).into_iter().collect();
    assert_eq!((code, err), (0, says), "{args:?}");
    out
}

const PEERS: &[(&str, &str, u32)] = &[("192.0.2.1", "192.0.2.1", 40), ("192.0.2.2", "192.0.2.2", 50)];

fn table(dir: &Dir, name: &str, routes: &[(&str, u16, &str)]) -> String {
    let mut archive = Archive::new();
    archive.table(at(0), ("192.0.2.254", "small"), PEERS, routes);
    dir.write(name, &archive.0)
}

/// Both families of one table, which differ.
const BOTH: &[(&str, u16, &str)] = &[
    ("11.0.1.0/24", 0, "40 20 10"),
    ("11.0.3.0/24", 0, "40 20 10 30"),
    ("2001:db8:1::/48", 0, "40 20 77"),
    ("2001:db8:3::/48", 1, "50 30 77"),
];

#[test]
fn family_4_is_the_default_and_families_are_never_mixed() {
    let dir = Dir::new("contract-family");
    let file = table(&dir, "table", BOTH);
    let infer = |args: &[&str]| answer(&[&["infer", "--clique", "20"], args, &[&file]].concat());
    assert_eq!(infer(&[]), infer(&["--family", "4"]));
    assert!(infer(&[]).iter().all(|line| !line.contains("77")));
    let six: BTreeSet<String> = infer(&["--family", "6"]).into_iter().skip(2).collect();
    assert_eq!(six.len(), 4);
    assert!(six.iter().all(|line| !line.starts_with("10|") && !line.contains("|10|")), "{six:?}");
    // Each question that reads archives takes it.
    for question in [&["show", "77"][..], &["cones"], &["reach", "77"], &["depeer", "20", "77"], &["leaks"]] {
        answer(&[question, &["--clique", "20", "--family", "6", &file]].concat());
    }
    answer(&["lost", "--family", "6", &file, &file]);
    let (code, _, err) = run(&["peering", "infer", "--family", "5", &file]);
    assert_eq!((code, err[0].as_str()), (2, "error: invalid value '5' for '--family <4|6>'"));
}

#[test]
fn infer_has_four_formats_and_serial_1_by_default() {
    assert_eq!(answer(&["infer", TABLE]), answer(&["infer", "--format", "serial-1", TABLE]));
    let formats: Vec<Vec<String>> =
        ["serial-1", "serial-2", "json", "dot"].iter().map(|format| answer(&["infer", "--format", format, TABLE])).collect();
    let links = |lines: &[String]| lines.iter().filter(|line| !line.starts_with('#')).count();
    assert_eq!([links(&formats[0]), links(&formats[1]), links(&formats[2])], [links(&formats[0]); 3]);
    // `provider|customer|-1` and `peer|peer|0`, the smaller first; the same and a source.
    for line in formats[0].iter().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('|').collect();
        let [a, b, relation] = columns[..] else { panic!("{line}") };
        let (a, b): (u32, u32) = (a.parse().unwrap(), b.parse().unwrap());
        assert!(relation == "-1" || (relation == "0" && a < b), "{line}");
    }
    for (one, two) in formats[0].iter().zip(&formats[1]) {
        assert_eq!(*two, if one.starts_with('#') { one.clone() } else { format!("{one}|bgp") });
    }
    assert!(formats[2].iter().all(|line| serde_json::from_str::<Value>(line).unwrap().is_object()));
    assert!(formats[3][0].starts_with("digraph "));
    let (code, _, err) = run(&["peering", "infer", "--format", "xml", TABLE]);
    assert_eq!((code, err[0].starts_with("error: invalid value 'xml' for '--format")), (2, true));
}

#[test]
fn the_summary_is_one_object_with_these_counts() {
    let dir = Dir::new("contract-summary");
    let file = table(
        &dir,
        "table",
        &[
            ("11.0.1.0/24", 0, "40 20 10"),
            // Each test comes before those after it: a route has one reason.
            ("11.1.0.0/24", 0, "40 (20) {20,10}"),
            ("11.1.1.0/24", 0, "40 (20) 40 23456"),
            ("11.1.2.0/24", 0, ""),
            ("11.1.3.0/24", 0, "40 20 40 23456 64512"),
            ("11.1.4.0/24", 0, "40 64512 23456"),
            ("11.1.5.0/24", 0, "40 64512 65535"),
            // A route server between two networks, and prepends.
            ("11.1.6.0/24", 0, "40 40 99 20 20 10"),
        ],
    );
    let (servers, summary) = (dir.write("servers", b"99\n"), dir.0.join("summary").to_str().unwrap().to_owned());
    let lines = answer_with(
        &["infer", "--clique", "20", "--route-servers", &servers, "--summary", &summary, &file],
        Some("6 of 8 routes rejected: as_set 1, confederation 1, empty 1, loop 1, as_trans 1, reserved_asn 1"),
    );
    let text = fs::read_to_string(&summary).unwrap();
    assert_eq!(text.matches('\n').count(), 1);
    let counts: Value = serde_json::from_str(&text).unwrap();
    let asked = ["entries", "paths", "links", "prepended", "route_server", "poisoned", "vantage_points"];
    assert_eq!(asked.map(|name| counts[name].clone()), [8, 1, 2, 1, 1, 0, 1].map(|count| json!(count)));
    assert_eq!(counts["links"], lines.len() - 2);
    let rejected = json!({
        "as_set": 1, "confederation": 1, "empty": 1, "loop": 1, "as_trans": 1, "reserved_asn": 1, "too_long": 0
    });
    assert_eq!(counts["rejected"], rejected);
    // Nothing is written of files without a path.
    let none = table(&dir, "none", &[("11.1.2.0/24", 0, "")]);
    let other = dir.0.join("other").to_str().unwrap().to_owned();
    let (code, out, err) = run(&["peering", "infer", "--summary", &other, &none]);
    assert_eq!((code, out, err), (1, vec![], vec![format!("{none}: no usable IPv4 path; routes rejected: empty 1")]));
    assert!(fs::metadata(&other).is_err());
}

#[test]
fn route_servers_are_one_a_line_or_in_a_header() {
    let dir = Dir::new("contract-servers");
    let file = table(&dir, "table", &[("11.0.1.0/24", 0, "40 99 20 98 10")]);
    let cut = ["# inferred clique: 20", "# IXP ASes: 98 99", "20|10|-1", "20|40|-1"];
    let lists: [(&str, &[u8]); 5] = [
        ("lines", b"99\n98\n"),
        ("crlf", b"99\r\n98\r\n"),
        ("comments", b"# of two exchanges\n\nAS98 # one\n99"),
        ("header", b"# inferred clique: 20\n# IXP ASes: 98 99\n20|10|-1\n"),
        ("marked", b"\xef\xbb\xbf98\n99\n98\n"),
    ];
    for (name, text) in lists {
        let list = dir.write(name, text);
        assert_eq!(answer(&["infer", "--clique", "20", "--route-servers", &list, &file]), cut, "{name}");
    }
    // What is printed can be given again.
    let again = dir.write("again", cut.join("\n").as_bytes());
    assert_eq!(answer(&["infer", "--clique", "20", "--route-servers", &again, &file]), cut);
    let row: Value =
        serde_json::from_str(&answer(&["infer", "--format", "json", "--clique", "20", "--route-servers", &again, &file])[0])
            .unwrap();
    assert_eq!((&row["a"], &row["b"], &row["over_route_server"]), (&json!(20), &json!(10), &json!(true)));
}

#[test]
fn cones_are_members_between_blanks_by_three_kinds() {
    let dir = Dir::new("contract-cones");
    let relations = dir.write("relations", b"10|20|-1\n20|30|-1\n20|50|-1\n40|20|0\n");
    let file =
        table(&dir, "table", &[("11.0.3.0/24", 0, "40 20 30"), ("11.0.5.0/24", 1, "50 20"), ("11.0.1.0/24", 1, "50 20 10")]);
    let recursive = ["10 10 20 30 50", "20 20 30 50", "30 30", "40 40", "50 50"];
    assert_eq!(answer(&["cones", "--relations", &relations]), recursive);
    assert_eq!(answer(&["cones", "--kind", "recursive", "--relations", &relations]), recursive);
    let observed = answer(&["cones", "--kind", "observed", "--relations", &relations, &file]);
    assert_eq!(observed, ["10 10", "20 20 30", "30 30", "40 40", "50 50"]);
    let handed_on = answer(&["cones", "--kind", "provider-peer", "--relations", &relations, &file]);
    assert_eq!(handed_on, ["10 10", "20 20 30", "30 30", "40 40", "50 50"]);
    // From archives alone.
    assert_eq!(answer(&["cones", TABLE]).len(), answer(&["cones", "--kind", "recursive", TABLE]).len());
}

#[test]
fn lost_has_five_columns_and_three_events() {
    let dir = Dir::new("contract-lost");
    let earlier = table(
        &dir,
        "earlier",
        &[
            ("11.0.1.0/24", 0, "40 20 10"),
            ("11.0.2.0/24", 0, "40 20 60"),
            ("11.0.3.0/24", 1, "50 30 10"),
            ("11.0.4.0/24", 0, "40 20"),
        ],
    );
    let later = table(&dir, "later", &[("11.0.1.0/24", 0, "40 70 10"), ("11.0.4.0/24", 0, "40 20")]);
    let head = "event\ta\tb\tvantage_points\troutes_before";
    let expected = [head, "depeering\t10\t20\t1\t1", "outage\t60\t\t1\t1", "feed lost\t50\t\t1\t1"];
    for format in [&[][..], &["--format", "tsv"], &["--min-vantage-points", "1", "--min-origins", "1"]] {
        assert_eq!(answer(&[&["lost"], format, &[&earlier, &later]].concat()), expected, "{format:?}");
    }
    let rows = answer(&["lost", "--format", "json", &earlier, &later]);
    let names =
        |row: &str| serde_json::from_str::<Value>(row).unwrap().as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    for row in &rows {
        assert_eq!(names(row), head.split('\t').map(str::to_owned).collect());
    }
    for (count, files) in [("one", &[&earlier][..]), ("three", &[&earlier, &later, &later])] {
        let files: Vec<&str> = files.iter().map(|file| file.as_str()).collect();
        let (code, out, _) = run(&[&["peering", "lost"], &files[..]].concat());
        assert_eq!((code, out.len()), (2, 0), "{count} archives");
    }
}

#[test]
fn leaks_have_six_columns_and_paths_after_hygiene() {
    let dir = Dir::new("contract-leaks");
    let relations = dir.write("relations", b"# IXP ASes: 99\n10|20|-1\n20|40|0\n");
    // Prepends collapse, the route server is cut out; a rejected route is not judged.
    let file = table(
        &dir,
        "table",
        &[("11.0.1.0/24", 0, "40 40 99 20 10 10"), ("11.0.2.0/24", 0, "40 20 {10}"), ("11.0.3.0/24", 1, "20 10")],
    );
    let head = "prefix\torigin\tleaker\ttype\tvantage_point\tpath";
    let leaks = |args: &[&str]| {
        let args = [&["leaks", "--relations", &relations, "--route-servers", &relations], args, &[&file]].concat();
        answer_with(&args, Some("1 of 3 routes rejected: as_set 1"))
    };
    assert_eq!(leaks(&[]), [head, "11.0.1.0/24\t10\t20\t3\t40\t40 20 10"]);
    assert_eq!(leaks(&["--format", "tsv"]), leaks(&[]));
    let row: Value = serde_json::from_str(&leaks(&["--format", "json"])[0]).unwrap();
    for name in head.split('\t') {
        assert!(!row[name].is_null(), "{name}");
    }
    // No leak is an answer too.
    let none = dir.write("none", b"20|10|-1\n20|40|0\n");
    assert_eq!(
        answer_with(
            &["leaks", "--relations", &none, "--route-servers", &relations, &file],
            Some("1 of 3 routes rejected: as_set 1")
        ),
        [head]
    );
}

#[test]
fn judge_has_a_line_for_each_question() {
    let dir = Dir::new("contract-judge");
    let aspa = dir.write("aspa", br#"{"aspas":[{"customer_asid":64501,"providers":[64502]}]}"#);
    let vrp = dir.write("vrp", br#"{"roas":[{"asn":"AS64501","prefix":"192.0.2.0/24","maxLength":24}]}"#);
    let relations = dir.write("relations", b"64502|64501|-1\n");
    let judge = |args: &[&str]| answer(&[&["judge", "--path", "64502 64501"], args].concat());
    for (from, outcome, otc) in [
        ("customer", "valid", "leak"),
        ("provider", "valid", "ok"),
        ("peer", "valid", "leak"),
        ("rs", "valid", "ok"),
        ("rs-client", "valid", "leak"),
    ] {
        let all = judge(&[
            "--from",
            from,
            "--aspa",
            &aspa,
            "--vrp",
            &vrp,
            "--prefix",
            "192.0.2.0/24",
            "--otc",
            "64501",
            "--relations",
            &relations,
        ]);
        let expected =
            ["shape\tvalley-free".to_owned(), format!("otc\t{otc}"), format!("aspa\t{outcome}"), "rov\tvalid".to_owned()];
        assert_eq!(all, expected, "{from}");
    }
    assert_eq!(judge(&["--aspa", &aspa, "--from", "customer"]), ["aspa\tvalid"]);
    let (code, _, err) = run(&["peering", "judge", "--path", "1", "--from", "friend", "--aspa", &aspa]);
    assert_eq!((code, err[0].starts_with("error: invalid value 'friend' for '--from <ROLE>'")), (2, true), "{err:?}");
    for (alone, value, other) in [("--vrp", vrp.as_str(), "--prefix <PREFIX>"), ("--otc", "64501", "--from <ROLE>")] {
        let (code, out, err) = run(&["peering", "judge", "--path", "64502 64501", alone, value]);
        assert_eq!((code, out.len()), (2, 0), "{alone}");
        assert_eq!(err[..2], ["error: the following required arguments were not provided:".to_owned(), format!("  {other}")]);
    }
}

#[test]
fn a_path_without_a_network_is_judged_too() {
    let dir = Dir::new("contract-path");
    let aspa = dir.write("aspa", br#"{"aspas":[{"customer_asid":64501,"providers":[64502]}]}"#);
    let vrp = dir.write("vrp", b"AS64501,192.0.2.0/24,24\n");
    for path in ["", "  ", "\t"] {
        let judge = |args: &[&str]| answer(&[&["judge", "--path", path], args].concat());
        for from in ["customer", "provider", "peer", "rs", "rs-client"] {
            assert_eq!(judge(&["--aspa", &aspa, "--from", from]), ["aspa\tinvalid"]);
        }
        assert_eq!(judge(&["--aspa", &aspa]), ["aspa-upstream\tinvalid", "aspa-downstream\tinvalid"]);
        assert_eq!(judge(&["--vrp", &vrp, "--prefix", "192.0.2.0/24"]), ["rov\tinvalid"]);
        assert_eq!(judge(&["--vrp", &vrp, "--prefix", "198.51.100.0/24"]), ["rov\tnot-found"]);
        // There is no neighbour that could have marked it.
        let (code, out, err) = run(&["peering", "judge", "--path", path, "--from", "peer", "--otc", "64501"]);
        let says = "error: --otc is judged by whom the route is from: give --from and a path";
        assert_eq!((code, out, err[0].as_str()), (2, vec![], says));
    }
}

#[test]
fn a_clique_is_not_given_beside_relations_that_are_not_inferred() {
    for question in
        [&["cones"][..], &["cones", "--kind", "observed"], &["reach", "100001"], &["depeer", "100001", "100002"], &["leaks"]]
    {
        let args = [&["peering"], question, &["--relations", TRUTH, "--clique", "100001", TABLE]].concat();
        let (code, out, err) = run(&args);
        let says = "error: the argument '--relations <FILE>' cannot be used with '--clique <ASN,...>'";
        assert_eq!((code, out, err[0].as_str()), (2, vec![], says), "{question:?}");
    }
}

#[test]
fn a_file_without_a_usable_path_ends_each_question_with_1() {
    let dir = Dir::new("contract-none");
    let none = table(&dir, "none", &[("11.1.0.0/24", 0, "40 {20,10}"), ("11.1.1.0/24", 1, "50 64512")]);
    let says = format!("{none}: no usable IPv4 path; routes rejected: as_set 1, reserved_asn 1");
    let to = dir.0.join("store").to_str().unwrap().to_owned();
    for question in [
        &["infer"][..],
        &["show", "40"],
        &["cones"],
        &["cones", "--kind", "observed", "--relations", TRUTH],
        &["reach", "40"],
        &["depeer", "40", "20"],
        &["leaks"],
        &["lost", TABLE],
        &["reduce", "-o", &to],
    ] {
        let (code, out, err) = run(&[&["peering"], question, &[&none]].concat());
        assert_eq!((code, out, err), (1, vec![], vec![says.clone()]), "{question:?}");
    }
    assert!(fs::metadata(&to).is_err(), "an empty store is not written");
    // One that is not there ends them with 2.
    for question in
        [&["infer"][..], &["show", "40"], &["cones"], &["reach", "40"], &["depeer", "40", "20"], &["leaks"], &["lost", TABLE]]
    {
        let (code, out, err) = run(&[&["peering"], question, &["/nowhere"]].concat());
        assert_eq!(
            (code, out, err),
            (2, vec![], vec!["/nowhere: No such file or directory (os error 2)".to_owned()]),
            "{question:?}"
        );
    }
}
