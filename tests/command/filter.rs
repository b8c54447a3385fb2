//! The options of filters: which lines they leave, what is said about the rest, and what they may be.
#![cfg(feature = "cli")]
#![allow(clippy::string_slice, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::io::Write as _;

use crate::common::command::{Dir, run};
use crate::common::vectors::{ATTRIBUTES, bgp4mp, message, record, update};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt");

const RIB: &str =
    "TABLE_DUMP2|1767268800|B|192.0.2.1|64496|198.51.100.0/24|64496 64500|IGP|192.0.2.1|0|0|64496:100 no-export|NAG||";
const RIB_65536: &str = "TABLE_DUMP2|1767268800|B|2001:db8::2|65536|198.51.100.0/24|65536 64497 64500|IGP|192.0.2.2|0|50||NAG||";
const SET: &str =
    "TABLE_DUMP2|1767268800|B|192.0.2.1|64496|203.0.113.0/24|64496 {64501,64502}|INCOMPLETE|192.0.2.1|0|0||AG|64496 192.0.2.1|";
const RIB_V6: &str = "TABLE_DUMP2|1767268800|B|2001:db8::2|65536|2001:db8:100::/40|65536 64500|IGP|2001:db8::2|0|0||NAG||";
const WITHDRAWN: &str = "BGP4MP_ET|1767268801.500000|W|192.0.2.1|64496|203.0.113.0/24";
const LOWER: &str = "BGP4MP_ET|1767268801.500000|A|192.0.2.1|64496|203.0.113.0/25|64496 64503|IGP|192.0.2.1|0|0||NAG||";
const UPPER: &str = "BGP4MP_ET|1767268801.500000|A|192.0.2.1|64496|203.0.113.128/25|64496 64503|IGP|192.0.2.1|0|0||NAG||";
const UPDATE_V6: &str = "BGP4MP_ET|1767268802.000007|A|192.0.2.1|64496|2001:db8:200::/40|64496|IGP|2001:db8::1|0|0||NAG||";
const STATE: &str = "BGP4MP|1767268804|STATE|192.0.2.1|64496|6|1";

/// Damage of attributes: COMMUNITIES of three octets after the usual attributes.
fn damaged(first: u8) -> Vec<u8> {
    let list = [ATTRIBUTES, &[0xc0, 8, 3, 0, 0, 1]].concat();
    record(16, 4, &bgp4mp(true, &message(2, &update(&[], &list, &[8, first]))))
}

#[test]
fn options_leave_the_lines_that_match() {
    let cases: [(&[&str], &[&str]); 27] = [
        (&["--origin", "64503"], &[LOWER, UPPER]),
        // An option given twice: or. Several options: and.
        (&["--origin", "64503", "--origin", "64500"], &[RIB, RIB_65536, RIB_V6, LOWER, UPPER]),
        (&["--origin", "64503", "--origin", "64500", "--kind", "rib", "--peer-asn", "65536"], &[RIB_65536, RIB_V6]),
        // A set is no origin.
        (&["--origin", "64501"], &[]),
        (&["--path-contains", "64501"], &[SET]),
        (&["--kind", "withdraw"], &[WITHDRAWN]),
        (&["--kind", "state"], &[STATE]),
        (&["--prefix", "203.0.113.0/24"], &[SET, WITHDRAWN]),
        (&["--more-specific", "203.0.113.0/24"], &[SET, WITHDRAWN, LOWER, UPPER]),
        (&["--less-specific", "203.0.113.1"], &[SET, WITHDRAWN, LOWER]),
        (&["--peer", "2001:db8::2"], &[RIB_65536, RIB_V6]),
        (&["--family", "ipv6"], &[RIB_V6, UPDATE_V6]),
        (&["--family", "ipv6/unicast", "--kind", "rib"], &[RIB_V6]),
        (&["--community", "64496:*"], &[RIB]),
        (&["--community", "no-export"], &[RIB]),
        (&["--as-path", "^64496_64503$"], &[LOWER, UPPER]),
        (&["--as-path", "64496_(64500|64502)"], &[RIB, SET]),
        (&["--path-length", "3"], &[RIB_65536]),
        (&["--from", "2026-01-01T12:00:02"], &[UPDATE_V6, STATE]),
        (&["--from", "1767268801", "--to", "1767268801"], &[WITHDRAWN, LOWER, UPPER]),
        (&["--next-hop", "192.0.2.2", "--med", "1-"], &[RIB_65536]),
        (&["--attribute", "aggregator"], &[SET]),
        (&["--filter", "origin 64503 and not prefix 203.0.113.0/25 or kind state"], &[UPPER, STATE]),
        (&["--filter", "origin 64503", "--kind", "announce", "--filter", "family ipv6"], &[LOWER, UPPER, UPDATE_V6]),
        (&["--limit", "2"], &[RIB, RIB_65536]),
        (&["--limit", "2", "--kind", "announce"], &[LOWER, UPPER]),
        (&["--filter", "all", "--limit", "1", SAMPLE], &[RIB]),
    ];
    for (options, lines) in cases {
        let (code, out, err) = run(&[&["dump", SAMPLE][..], options].concat());
        assert_eq!((code, out.iter().map(String::as_str).collect::<Vec<_>>(), err), (0, lines.to_vec(), vec![]), "{options:?}");
    }
}

#[test]
fn files_of_prefixes_and_payloads() {
    let dir = Dir::new("filter-files");
    let list = format!("@{}", dir.write("list", b"# two\n203.0.113.0/25\n2001:db8::/32\n"));
    let (_, out, _) = run(&["dump", SAMPLE, "--more-specific", &list]);
    assert_eq!(out, [RIB_V6, LOWER, UPDATE_V6]);
    let csv = format!(
        "@{}",
        dir.write(
            "roas.csv",
            b"ASN,IP Prefix,Max Length,Trust Anchor\nAS64503,203.0.113.0/24,24,x\nAS64500,198.51.100.0/24,,x\n"
        )
    );
    let gz = |octets: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(octets).unwrap();
        encoder.finish().unwrap()
    };
    let compressed = gz(b"203.0.113.0/25\n2001:db8::/32\n");
    let list = format!("@{}", dir.write("list.gz", &compressed));
    assert_eq!(run(&["dump", SAMPLE, "--more-specific", &list]).1, [RIB_V6, LOWER, UPDATE_V6]);
    let cut = format!("@{}", dir.write("cut.gz", &compressed[..compressed.len() - 4]));
    let (code, out, err) = run(&["dump", SAMPLE, "--more-specific", &cut]);
    assert_eq!((code, out.len()), (2, 0));
    assert!(err[0].contains("column 2: expected a file that can be read: "), "{err:?}");
    let json =
        br#"{"roas":[{"asn":"AS64503","prefix":"203.0.113.0/24","maxLength":24},{"asn":64500,"prefix":"198.51.100.0/24"}]}"#;
    let packed = format!("@{}", dir.write("roas.json.gz", &gz(json)));
    let json = format!("@{}", dir.write("roas.json", json));
    for payloads in [csv, json, packed] {
        let lines = |option: &str| run(&["dump", SAMPLE, option, &payloads]).1;
        assert_eq!(lines("--rov-valid"), [RIB, RIB_65536]);
        assert_eq!(lines("--rov-invalid"), [SET, LOWER, UPPER]);
        assert_eq!(lines("--rov-not-found"), [RIB_V6, UPDATE_V6]);
    }
    // A byte order mark is no part of the text; no payload is said for what it would mean.
    let marked = format!("@{}", dir.write("marked", "\u{feff}203.0.113.0/25\n2001:db8::/32\n".as_bytes()));
    assert_eq!(run(&["dump", SAMPLE, "--more-specific", &marked]).1, [RIB_V6, LOWER, UPDATE_V6]);
    let none = format!("@{}", dir.write("none.json", br#"{"roas":[]}"#));
    let (code, out, err) = run(&["dump", SAMPLE, "--rov-invalid", &none]);
    let reason = format!("{} has none, by which every route is not-found", &none[1..]);
    assert_eq!((code, out.len()), (2, 0));
    assert!(err[0].ends_with(&reason), "{err:?}");
    let missing = format!("@{}", dir.0.join("missing").display());
    let (code, out, err) = run(&["dump", SAMPLE, "--prefix", &missing]);
    let reason = format!(
        "error: invalid value '{missing}' for '--prefix <PREFIX>': column 2: expected a file that can be read: {}: No such file or \
         directory (os error 2)",
        &missing[1..]
    );
    assert_eq!((code, out, &err[0]), (2, vec![], &reason));
}

#[test]
fn wrong_values_are_misuse() {
    for (options, error) in [
        (
            ["--origin", "AS"],
            "error: invalid value 'AS' for '--origin <ASN>': column 1: expected an AS number or a range, such as 64496 or 64496-64511",
        ),
        (
            ["--filter", "origin 1 or kind all"],
            "error: invalid value 'origin 1 or kind all' for '--filter <EXPR>': column 18: expected `announce`, `withdraw`, `rib` or \
             `state`",
        ),
        (
            ["--as-path", "1_(2"],
            "error: invalid value '1_(2' for '--as-path <EXPRESSION>': column 5: expected an AS number, `.`, `[`, `(`, `|` or `)`",
        ),
        (
            ["--as-path", "3356|"],
            "error: invalid value '3356|' for '--as-path <EXPRESSION>': column 6: expected an AS number, `.`, `[`, `(` or `^`",
        ),
        (
            ["--filter", "as-path 3356*"],
            "error: invalid value 'as-path 3356*' for '--filter <EXPR>': column 9: expected an AS number that is not optional, or both \
             `^` and `$`: every path matches this; write `.*` if that is meant",
        ),
        (["--limit", "0"], "error: invalid value '0' for '--limit <N>': not a number from 1 to 18446744073709551615"),
    ] {
        for command in ["dump", "stat", "check"] {
            let (code, out, err) = run(&[&[command, SAMPLE][..], &options].concat());
            assert_eq!((code, out, err[0].as_str()), (2, vec![], error));
        }
    }
}

#[test]
fn what_is_left_out_without_an_answer_is_said() {
    let dir = Dir::new("filter-unjudged");
    let path = dir.write("damaged.mrt", &[damaged(10), damaged(11)].concat());
    let left_out = format!("{path}: 2 damaged routes left out: what cannot be read decides whether the filter matches");
    let (_, out, plain) = run(&["dump", &path, "--kind", "withdraw"]);
    assert_eq!((out, plain.len()), (vec![], 2), "{plain:?}");
    // The damage is reported whatever the filter leaves out.
    let (code, out, err) = run(&["dump", &path, "--community", "64496:1"]);
    assert_eq!((code, out, &err[..]), (0, vec![], &[plain.clone(), vec![left_out.clone()]].concat()[..]));
    // Whatever it is, the other condition decides.
    let (_, out, err) = run(&["dump", &path, "--community", "64496:1", "--prefix", "10.0.0.0/9"]);
    assert_eq!((out, err), (vec![], plain.clone()));
    let (_, out, err) = run(&["dump", "--format", "json", &path, "--filter", "community 64496:1 or prefix 10.0.0.0/8"]);
    let one = format!("{path}: 1 damaged routes left out: what cannot be read decides whether the filter matches");
    assert_eq!((out.len(), err), (1, [plain.clone(), vec![one]].concat()));
    let (_, out, err) = run(&["stat", &path, "--community", "64496:1"]);
    assert_eq!(out, [path.as_str(), "  0 distinct prefixes", "  2 damaged"]);
    assert_eq!(err, [plain, vec![left_out]].concat());
    // Nothing with --quiet.
    assert_eq!(run(&["dump", "--quiet", &path, "--community", "64496:1"]).2, Vec::<String>::new());
}

#[test]
fn messages_without_routes_are_left_out_and_counted() {
    let left_out = format!("{SAMPLE}: 2 records and messages without routes left out by the filter");
    let (_, out, err) = run(&["dump", "--format", "json", SAMPLE, "--peer-asn", "65536"]);
    assert_eq!((out.len(), err), (2, vec![format!("{SAMPLE}: 1 record or message without routes left out by the filter")]));
    // Whole records: the peer table and the KEEPALIVE have no routes.
    let (_, all, _) = run(&["dump", "--format", "text", SAMPLE]);
    let (_, out, err) = run(&["dump", "--format", "text", SAMPLE, "--prefix", "203.0.113.0/25"]);
    assert_eq!(err, [left_out]);
    assert!(!out.is_empty() && out.len() < all.len());
    assert!(all.windows(out.len()).any(|lines| lines == out));
    let (_, first, _) = run(&["dump", "--format", "text", SAMPLE, "--limit", "1"]);
    assert!(!first.is_empty() && all.starts_with(&first) && first.len() < all.len());
}

#[test]
fn stat_counts_what_matches() {
    let (code, out, err) = run(&["stat", SAMPLE, "--origin", "64503", "--origin", "64500"]);
    assert_eq!((code, err), (0, vec![]));
    let expected = format!(
        "{SAMPLE}
  records
               1  TABLE_DUMP_V2 RIB_IPV4_UNICAST
               1  TABLE_DUMP_V2 RIB_IPV6_UNICAST
               1  BGP4MP_ET MESSAGE_AS4
  messages
               1  UPDATE
  elements by peer
               3  192.0.2.1 AS64496
               2  2001:db8::2 AS65536
  routes by family
               2  IPv4 unicast announced
               2  IPv4 unicast in tables
               1  IPv6 unicast in tables
  attributes
               4  ORIGIN
               4  AS_PATH
               3  NEXT_HOP
               1  MULTI_EXIT_DISC
               1  COMMUNITIES
               1  MP_REACH_NLRI
               1  LARGE_COMMUNITIES
  4 distinct prefixes
  from 2026-01-01T12:00:00Z to 2026-01-01T12:00:01.500000Z
  0 damaged"
    );
    assert_eq!(out, expected.lines().collect::<Vec<_>>());
    // Every route: all but the peer table and the KEEPALIVE.
    let (_, all, _) = run(&["stat", SAMPLE]);
    let (_, routes, _) = run(&["stat", SAMPLE, "--filter", "kind state", "--filter", "not kind state"]);
    let without = all.iter().filter(|line| !line.contains("PEER_INDEX_TABLE") && !line.contains("KEEPALIVE"));
    let without: Vec<String> = without.map(|line| line.replace("3  BGP4MP_ET", "2  BGP4MP_ET")).collect();
    assert_eq!(routes, without);
    let (_, out, _) = run(&["stat", "--json", SAMPLE, "--limit", "3"]);
    let json: serde_json::Value = serde_json::from_str(&out[0]).unwrap();
    assert!(json["prefixes"] == 2 && json["records"] == 2, "{json}");
}

#[test]
fn check_shows_the_findings_around_matching_routes() {
    let dir = Dir::new("filter-check");
    // A record that is damaged as a whole has no route to ask about.
    let path = dir.write("damaged.mrt", &[damaged(10), damaged(11), record(16, 4, &[0; 3])].concat());
    let (code, all, err) = run(&["check", &path]);
    assert_eq!((code, all.len(), err), (1, 4, vec![]));
    assert_eq!(all[3], format!("{path}: 3 records, 3 findings: 2 treat-as-withdraw, 1 unreadable"));
    let (code, out, err) = run(&["check", &path, "--prefix", "11.0.0.0/8"]);
    let summary = format!("{path}: 3 records, 2 findings: 1 treat-as-withdraw, 1 unreadable");
    assert_eq!((code, out), (1, vec![all[1].clone(), all[2].clone(), summary]));
    assert_eq!(err, [format!("{path}: 1 finding left out by the filter")]);
    // A route that may match is shown.
    assert_eq!(run(&["check", &path, "--community", "64496:1"]), (1, all.clone(), vec![]));
    assert_eq!(run(&["check", &path, "--limit", "1"]).1[0], all[0]);
    let clean = dir.write("two.mrt", &[damaged(10), damaged(11)].concat());
    let (code, out, err) = run(&["check", &clean, "--kind", "withdraw"]);
    assert_eq!((code, out), (0, vec![format!("{clean}: 2 records, 0 findings")]));
    assert_eq!(err, [format!("{clean}: 2 findings left out by the filter")]);
}

/// `dissect` has the same options: records and messages of which no route matches are left out, and counted.
#[test]
fn dissect_shows_the_records_around_matching_routes() {
    let left_out = |n: u64| format!("{SAMPLE}: {n} records left out by the filter");
    let (_, all, _) = run(&["dissect", "--json", SAMPLE]);
    assert_eq!(all.len(), 8);
    for (options, shown) in [
        (&["--origin", "64503"][..], &[4][..]),
        (&["--kind", "state"], &[7]),
        (&["--more-specific", "203.0.113.0/24"], &[2, 4]),
        (&["--filter", "family ipv6 and not kind rib"], &[5]),
        (&["--peer-asn", "65536", "--as-path", "64497"], &[1]),
        (&["--community", "no-export", "--to", "2026-01-01"], &[]),
        (&["--filter", "all"], &[1, 2, 3, 4, 5, 7]),
    ] {
        let (code, out, err) = run(&[&["dissect", "--json", SAMPLE][..], options].concat());
        let expected: Vec<_> = shown.iter().map(|record: &usize| all[*record].clone()).collect();
        assert_eq!((code, out, err), (0, expected, vec![left_out(8 - shown.len() as u64)]), "{options:?}");
    }
    // A limit ends the reading; one record that is asked for is dissected only if it matches.
    assert_eq!(run(&["dissect", "--json", SAMPLE, "--limit", "2"]), (0, all[..2].to_vec(), vec![]));
    let (_, out, err) = run(&["dissect", "--json", SAMPLE, "--family", "ipv4", "--limit", "1"]);
    assert_eq!((out, err), (all[1..2].to_vec(), vec![format!("{SAMPLE}: 1 record left out by the filter")]));
    let (code, out, err) = run(&["dissect", "--json", SAMPLE, "--record", "4", "--kind", "withdraw"]);
    assert_eq!((code, out, err), (0, all[4..5].to_vec(), vec![]));
    let (code, out, err) = run(&["dissect", "--json", SAMPLE, "--record", "3", "--kind", "withdraw"]);
    assert_eq!((code, out, err), (0, vec![], vec![format!("{SAMPLE}: 1 record left out by the filter")]));
}

/// What of it cannot be read, the part of a cut record, messages outside records, and octets as text.
#[test]
fn dissect_says_what_a_filter_leaves_out() {
    let dir = Dir::new("filter-dissect");
    let hex = |octets: &[u8]| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    let count = |out: &[String]| out.iter().filter(|line| line.starts_with('{')).count();
    // What cannot be read decides about one route of each.
    let path = dir.write("damaged.mrt", &[damaged(10), damaged(11)].concat());
    let undecided = "2 damaged routes left out: what cannot be read decides whether the filter matches";
    let (code, out, err) = run(&["dissect", &path, "--fail-on", "any", "--community", "64496:1"]);
    assert_eq!(
        (code, out, err),
        (0, vec![], vec![format!("{path}: {undecided}"), format!("{path}: 2 records left out by the filter")])
    );
    assert_eq!(run(&["dissect", &path, "--fail-on", "any", "--prefix", "10.0.0.0/8"]).0, 1);
    // A cut record: by the routes that are there. The cut itself is said in any case.
    let whole = record(16, 4, &bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, &[8, 10, 8, 11]))));
    let cut = dir.write("cut.mrt", &[&whole[..], &whole[..whole.len() - 1]].concat());
    let (code, out, err) = run(&["dissect", "--json", &cut, "--prefix", "10.0.0.0/8"]);
    assert_eq!((code, count(&out), err), (1, 2, vec![]), "{out:?}");
    let (code, out, err) = run(&["dissect", "--json", &cut, "--prefix", "11.0.0.0/8"]);
    assert_eq!((code, count(&out), err.len()), (1, 1, 2), "{err:?}");
    assert_eq!(err[1], format!("{cut}: 1 record left out by the filter"));
    let (code, out, err) = run(&["dissect", "--json", &cut, "--kind", "withdraw"]);
    assert_eq!((code, count(&out), err.len()), (1, 0, 2), "{err:?}");
    assert!(err[0].contains("the input ends after"), "{err:?}");
    assert_eq!(err[1], format!("{cut}: 2 records left out by the filter"));
    // So it is of octets: of records, and of messages.
    let octets = [&whole[..], &whole[..whole.len() - 1]].concat();
    let (code, out, err) = run(&["dissect", "--json", "--kind", "withdraw", "--hex", &hex(&octets)]);
    assert_eq!((code, count(&out), err.len()), (1, 0, 2), "{err:?}");
    let at = whole.len();
    let reason = format!("the record declares {} bytes, and the input ends after {} of them", at, at - 1);
    assert_eq!(err[0], format!("octets: record 1: {reason} (at byte {at})"));
    assert_eq!(err[1], "octets: 2 records left out by the filter");
    let cut_message = message(2, &update(&[], ATTRIBUTES, &[8, 10]));
    let (code, out, err) =
        run(&["dissect", "--json", "--kind", "withdraw", "--hex", &hex(&cut_message[..cut_message.len() - 1])]);
    assert_eq!((code, count(&out), err.len()), (1, 0, 2), "{err:?}");
    assert!(err[0].starts_with("octets: message 0: ") && err[0].contains("(at byte "), "{err:?}");
    assert_eq!(err[1], "octets: 1 message left out by the filter");
    // Messages have no peer; those without routes match nothing.
    let announced = message(2, &update(&[], ATTRIBUTES, &[8, 10]));
    let messages = [message(4, &[]), announced.clone(), message(2, &update(&[8, 11], &[], &[]))].concat();
    let bgp = dir.write("messages.bgp", &messages);
    for (name, args) in [(bgp.as_str(), vec![bgp.as_str()]), ("octets", vec!["--hex", &hex(&messages)])] {
        let of = |options: &[&str]| run(&[&["dissect", "--json"][..], &args, options].concat());
        let (code, out, err) = of(&["--kind", "announce"]);
        assert_eq!((code, count(&out), err), (0, 1, vec![format!("{name}: 2 messages left out by the filter")]));
        let (_, out, err) = of(&["--peer-asn", "64496"]);
        let unmatched = format!("{name}: messages outside records have no time and no peer: peer-asn matches none of them");
        assert_eq!((count(&out), err), (0, vec![unmatched, format!("{name}: 3 messages left out by the filter")]));
        assert_eq!(count(&of(&["--limit", "2"]).1), 2);
    }
    // Records and parts of messages in hexadecimal digits.
    let (code, out, err) = run(&["dissect", "--json", "--hex", &hex(&[&whole[..], &whole[..30]].concat()), "--origin", "64496"]);
    let cut = format!("octets: record 1: the record declares {at} bytes, and the input ends after 30 of them (at byte {at})");
    assert_eq!((code, count(&out), err), (1, 1, vec![cut, "octets: 1 record left out by the filter".to_owned()]));
    let (_, out, err) = run(&["dissect", "--json", "--hex", &hex(ATTRIBUTES), "--kind", "withdraw"]);
    assert_eq!((count(&out), err), (0, vec!["octets: 1 message left out by the filter".to_owned()]));
    let (_, out, err) = run(&["dissect", "--json", "--hex", &hex(&announced[16..]), "--prefix", "10.0.0.0/8"]);
    assert_eq!((count(&out), err.len()), (1, 0), "{err:?}");
}
