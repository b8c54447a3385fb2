//! Input and arguments that are easily got wrong: what is read, and what is said.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use routeglass::nlri::{Labels, NextHop, RouteDistinguisher, RouteValue, VpnPrefix};
use routeglass::{Family, nlri::LabeledPrefix};

use crate::common::archive::{Archive, LINK, T0, at, basic, next_hop};
use crate::common::command::{Dir, run, run_with_input};
use crate::common::vectors::{ATTRIBUTES, bgp4mp, message, record, update};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt");

/// Two routes of families without plain prefixes, and one with.
fn families(dir: &Dir) -> String {
    let labels: &'static [[u8; 3]] = &[[0, 6, 0x41]];
    let mut archive = Archive::new();
    archive.update(at(0), LINK, |update| {
        basic(update, "64496");
        let route = LabeledPrefix { labels: Labels::new(labels), prefix: "198.51.100.0/24".parse().unwrap() };
        update.announce_route(Family::IPV4_LABELED, &next_hop("192.0.2.1"), None, &RouteValue::Labeled(route)).unwrap();
    });
    archive.update(at(1), LINK, |update| {
        basic(update, "64496");
        let prefix = "203.0.113.0/24".parse().unwrap();
        let route = VpnPrefix { labels: Labels::new(labels), rd: RouteDistinguisher::as2(64496, 1), prefix };
        let hop = NextHop::Vpn(RouteDistinguisher([0; 8]), std::net::Ipv4Addr::new(192, 0, 2, 1).into());
        update.announce_route(Family::IPV4_VPN, &hop, None, &RouteValue::Vpn(route)).unwrap();
    });
    archive.announce(at(2), LINK, "64496", &["192.0.2.0/24"]);
    dir.write("families.mrt", &archive.0)
}

fn hexadecimal(octets: &[u8], between: &str) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(between)
}

#[test]
fn dumps_need_not_start_at_offset_0() {
    let keepalive = message(4, &[]);
    let (head, tail) = keepalive.split_at(16);
    let (head, tail) = (hexadecimal(head, " "), hexadecimal(tail, " "));
    let expected = run(&["dissect", "--hex", &hexadecimal(&keepalive, "")]);
    assert_eq!((expected.0, expected.1.len()), (0, 5));
    for text in [
        // xxd -s 427, xxd -s 427 -g 1.
        "000001ab: ffff ffff ffff ffff ffff ffff ffff ffff  ................\n000001bb: 0013 04  ...\n".to_owned(),
        format!("000001ab: {head}  ................\n000001bb: {tail}  ...\n"),
        // hexdump -C -s 463.
        format!("000001cf  {head}  |................|\n000001df  {tail}  |...|\n000001e2\n"),
        // od -j 463 -A x -t x1, od -j 463 -t x1, od -t x1.
        format!("0001cf {head}\n0001df {tail}\n0001e2\n"),
        format!("0000717 {head}\n0000737 {tail}\n0000742\n"),
        format!("0000000 {head}\n0000020 {tail}\n0000023\n"),
    ] {
        assert_eq!(run_with_input(&["dissect", "-"], text.as_bytes()), expected, "{text}");
    }
    // hexdump, od -x, od.
    for text in [
        "0000000 ffff ffff ffff ffff ffff ffff ffff ffff\n0000010 1300 0004\n0000013\n",
        "0000000 ffff ffff ffff ffff ffff ffff ffff ffff\n0000020 1300 0004\n0000023\n",
        "0000000 177777 177777 177777 177777 177777 177777 177777 177777\n0000020 011400 000004\n0000023\n",
    ] {
        let said = "-: this is text, but no octets in hexadecimal: a dump of words or of octal numbers, as of plain hexdump \
                    and od; hexdump -C, xxd and od -A x -t x1 print octets";
        assert_eq!(run_with_input(&["dissect", "-"], text.as_bytes()), (2, vec![], vec![said.to_owned()]), "{text}");
    }
}

#[test]
fn octets_that_are_too_few_are_named() {
    let (code, out, err) = run(&["dissect", "--as", "mrt", "--hex", "6956600000"]);
    assert_eq!((code, err.len()), (1, 0));
    assert_eq!(
        out,
        [
            "       0..5                         record",
            "       0..4        69566000           time: 2026-01-01T11:52:32Z",
            "       4..4                           error: MRT header: needs 1 byte more than is there (at byte 4)",
            "       0..0                           error: the header of a record has 12 bytes, and the input ends after 5 of them \
             (at byte 0)",
            "       4..5        00                 rest: 0x00",
        ]
    );
    // An octet after a message.
    let (code, out, _) = run(&["dissect", "--hex", &hexadecimal(&[message(4, &[]), vec![0]].concat(), "")]);
    assert_eq!((code, out[5].split_whitespace().collect::<Vec<_>>()), (1, vec!["19..20", "message"]));
    assert!(out[6..].iter().any(|line| line.contains("error: BGP message header: ")), "{out:#?}");
}

/// A long text of octets has lines of 32, beside those of the column; JSON has it in one piece.
#[test]
fn long_rests_have_several_lines() {
    // A table's record with octets after its entries, of which there are none.
    let body: Vec<u8> = (0..80).collect();
    let with = |body: &[u8]| {
        let len = u8::try_from(body.len()).unwrap() + 10;
        [&[0, 0, 0, 9, 0, 13, 0, 2, 0, 0, 0, len, 0, 0, 0, 0, 24, 10, 0, 0, 0, 0][..], body].concat()
    };
    let hex = hexadecimal(&with(&body), "");
    let (code, out, err) = run(&["dissect", "--hex", &hex]);
    assert_eq!((code, err), (0, vec![]));
    let at = out.iter().position(|line| line.contains("rest: 0x")).unwrap();
    let digits = |from: usize, to: usize| hexadecimal(&body[from..to], "");
    assert_eq!(
        out[at..],
        [
            format!("      22..102      {}   rest: 0x{}", digits(0, 8), digits(0, 32)),
            format!("                   {}           {}", digits(8, 16), digits(32, 64)),
            format!("                   {}           {}", digits(16, 24), digits(64, 80)),
            format!("                   {}", digits(24, 32)),
            "                   ... 80 octets".to_owned(),
        ]
    );
    // Octets that fit one line are on one.
    let (_, out, _) = run(&["dissect", "--hex", &hexadecimal(&with(&body[..32]), "")]);
    assert!(out.iter().any(|line| line.ends_with(&format!("rest: 0x{}", digits(0, 32)))), "{out:#?}");
    let (_, out, _) = run(&["dissect", "--json", "--hex", &hex]);
    assert!(out[0].contains(&format!(r#""text":"0x{}""#, digits(0, 80))), "{out:#?}");
}

#[test]
fn octets_of_logs_that_are_taken_as_words_are_said() {
    let keepalive = hexadecimal(&message(4, &[]), "");
    let text = format!("12:00 peer up\nsent: {keepalive}\nchecksum: dead beef\n");
    let said = "octets at the end of line 3 are taken as words: there are fewer than 8";
    let plain = run(&["dissect", "--hex", &keepalive]);
    assert_eq!(run_with_input(&["dissect", "-"], text.as_bytes()), (0, plain.1.clone(), vec![format!("-: {said}")]));
    assert_eq!(run(&["dissect", "--hex", &text]), (0, plain.1.clone(), vec![format!("octets: {said}")]));
    assert_eq!(run(&["dissect", "--quiet", "--hex", &text]), (0, plain.1, vec![]));
}

/// The line of a subcommand among the others, its short help and its long one begin alike.
#[test]
fn short_and_long_helps_agree() {
    for of in [&[][..], &["rib"], &["peering"]] {
        let commands = |option: &str| -> Vec<String> {
            let lines = run(&[of, &[option]].concat()).1;
            lines.into_iter().skip_while(|line| line != "Commands:").skip(1).take_while(|line| !line.is_empty()).collect()
        };
        assert_eq!(commands("-h"), commands("--help"));
        let own = |option: &str| run(&[of, &[option]].concat()).1[0].clone();
        assert_eq!(own("-h"), own("--help"));
        assert!(commands("-h").len() > 5);
        for line in commands("-h") {
            let (name, summary) = line.trim().split_once("  ").unwrap();
            if name == "help" {
                continue;
            }
            for option in ["-h", "--help"] {
                assert_eq!(run(&[of, &[name, option]].concat()).1[0], summary.trim(), "{of:?} {name} {option}");
            }
        }
    }
    assert_eq!(run(&["-h"]).1[0], "Read BGP messages and MRT archives, and what they show of peering");
}

#[test]
fn octets_are_what_they_are_said_to_be() {
    let keepalive = hexadecimal(&message(4, &[]), "");
    let (code, out, _) = run(&["dissect", "--as", "mrt", "--hex", &keepalive]);
    assert_eq!((code, out[1].as_str()), (1, "       0..4        ffffffff           time: 2106-02-07T06:28:15Z"));
    // By themselves they have to fit something.
    for hex in ["010203", "deadbeefdeadbeefdeadbeefdeadbeef"] {
        let said = "octets: fits neither records, messages, an UPDATE nor attributes; --as reads it as one of them";
        assert_eq!(run(&["dissect", "--hex", hex]), (2, vec![], vec![said.to_owned()]));
    }
    let dir = Dir::new("usage-as");
    let path = dir.write("octets", &[0xde, 0xad, 0xbe, 0xef, 0xde, 0xad, 0xbe, 0xef, 0, 0, 0, 4, 0, 0, 0, 0]);
    let said = format!("{path}: fits neither records, messages, an UPDATE nor attributes; --as reads it as one of them");
    assert_eq!(run(&["dissect", &path]), (2, vec![], vec![said]));
}

#[test]
fn other_refuses_what_it_cannot_have() {
    let dir = Dir::new("usage-other");
    let file = families(&dir);
    for (args, says) in [
        (&["--family", "IPv4 vnp"][..], "error: --family IPv4 vnp is neither AFI/SAFI in numbers nor one of: IPv4 multicast, "),
        (&["--family", "1/x"], "error: --family 1/x is neither AFI/SAFI in numbers nor one of: "),
        (
            &["--family", "ipv4 unicast"],
            "error: --family: the routes of IPv4 unicast are plain prefixes: ask `lookup` or `covered`",
        ),
        (&["--family", "2/1"], "error: --family: the routes of IPv6 unicast are plain prefixes: ask `lookup` or `covered`"),
        (&["foo"], "error: foo is no text of a route; `other` without one prints all of them"),
        (&["192.0.2.0/24"], "error: 192.0.2.0/24 is a plain prefix: ask `lookup` or `covered`"),
    ] {
        let (code, out, err) = run(&[&["rib", &file, "other"][..], args].concat());
        assert_eq!((code, out.len()), (2, 0), "{args:?}");
        assert!(err[0].starts_with(says), "{args:?}: {err:?}");
        assert!(err.iter().any(|line| line.starts_with("Usage: routeglass rib other ")), "{err:?}");
    }
    assert!(run(&["rib", &file, "other", "--family", "x"]).2[0].contains("IPv4 vpn, "));
}

#[test]
fn other_accepts_what_it_prints() {
    let dir = Dir::new("usage-pasted");
    let file = families(&dir);
    let (code, out, _) = run(&["rib", &file, "other", "--family", "IPv4 vpn"]);
    let tail = "AS64496 192.0.2.1 = IPv4 vpn 64496:1 203.0.113.0/24 label 100 path 64496 via 192.0.2.1";
    let (line, earlier) = (format!("{} {tail}", T0 + 2), format!("{T0} {tail}"));
    assert_eq!((code, out), (0, vec![line.clone()]));
    for text in [
        line.as_str(),
        &earlier,
        "IPv4 vpn 64496:1 203.0.113.0/24 label 100 path 64496 via 192.0.2.1",
        "IPv4 vpn 64496:1 203.0.113.0/24 label 100 path 64496",
        "IPv4 vpn 64496:1 203.0.113.0/24 label 100",
        "64496:1 203.0.113.0/24 label 100 path 64496 via 192.0.2.1",
        "64496:1 203.0.113.0/24 label 100",
    ] {
        assert_eq!(run(&["rib", &file, "other", text]), (0, vec![line.clone()], vec![]), "{text}");
    }
    let another = "64496:2 203.0.113.0/24 label 100";
    assert_eq!(run(&["rib", &file, "other", another]), (1, vec![], vec!["no route".to_owned()]));
    let said = format!("{another}: no route");
    assert_eq!(run(&["rib", &file, "other", &line, another]), (0, vec![line], vec![said]));
    // The help has the form.
    let help = run(&["rib", "other", "--help"]).1.join("\n");
    assert!(help.contains("= IPv4 vpn 64496:1 10.0.0.0/8 label 100 path 64496 via 192.0.2.1"), "{help}");
}

#[test]
fn lines_of_several_collectors_say_whose_they_are() {
    let dir = Dir::new("usage-collectors");
    let a = ("192.0.2.1", "192.0.2.1", 64496);
    let mut archive = Archive::new();
    archive.table(at(0), ("192.0.2.251", ""), &[a], &[("198.51.100.0/24", 0, "64496")]);
    archive.table(at(0), ("192.0.2.252", "view"), &[a], &[("198.51.100.0/24", 0, "64496")]);
    let file = dir.write("tables.mrt", &archive.0);
    let (code, out, err) = run(&["rib", &file, "lookup", "198.51.100.1"]);
    assert_eq!((code, err.len(), out.len()), (0, 0, 2));
    let line = out[0].strip_suffix(" # at 192.0.2.251").unwrap();
    assert_eq!(out[1].strip_suffix(" # at 192.0.2.252 view view"), Some(line));
    assert!(line.ends_with('|'), "{line}");
    // Differences too, those that no other line equals included.
    archive.table(at(5), ("192.0.2.252", "view"), &[a], &[("198.51.100.0/24", 0, "64496"), ("203.0.113.0/24", 0, "64497")]);
    let file = dir.write("later.mrt", &archive.0);
    let (code, out, _) = run(&["rib", &file, "diff", &at(0).to_string(), &at(5).to_string()]);
    assert_eq!((code, out.len()), (0, 1), "{out:?}");
    assert!(out[0].starts_with("+ ") && out[0].ends_with("| # at 192.0.2.252 view view"), "{out:?}");
}

#[test]
fn misuse_shows_the_usage_of_the_subcommand() {
    for (args, says, usage) in [
        (
            &["rib", "lookup", "192.0.2.1"][..],
            "error: no FILE to make a table of; files come before the subcommand or after --",
            "Usage: routeglass rib lookup ",
        ),
        (
            &["rib", SAMPLE, "--at", "1", "diff", "1", "2"],
            "error: diff has instants of its own: A and B after the FILEs",
            "Usage: routeglass rib diff ",
        ),
        (
            &["rib", "diff", "2026-01-01T12:00", "2026-01-01T13:00"],
            "error: 2026-01-01T12:00 and 2026-01-01T13:00 are instants, and there is no FILE; files come before the subcommand or \
             after --",
            "Usage: routeglass rib diff ",
        ),
        (&["man", "nothing"], "error: there is no subcommand nothing", "Usage: routeglass man "),
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out.len(), err[0].as_str()), (2, 0, says), "{args:?}");
        assert!(err.iter().any(|line| line.starts_with(usage)), "{args:?}: {err:?}");
    }
    // A file among the prefixes.
    let (code, _, err) = run(&["rib", "lookup", "192.0.2.1", SAMPLE]);
    assert_eq!(code, 2);
    assert!(err[0].ends_with("; files come before the subcommand or after --"), "{err:?}");
}

#[test]
fn messages_are_no_archive_for_a_table() {
    let dir = Dir::new("usage-messages");
    let path = dir.write("messages", &message(4, &[]));
    let (code, out, err) = run(&["rib", &path, "lookup", "192.0.2.1"]);
    assert_eq!((code, out.len()), (2, 0));
    assert_eq!(
        err,
        [format!("{path}: record 0: these are BGP messages; rib takes MRT archives (routeglass dissect {path} --offset 0)")]
    );
}

#[test]
fn quiet_says_what_keeps_a_file_from_being_read() {
    let dir = Dir::new("usage-quiet");
    let html = dir.write("index.html", b"<!DOCTYPE html><html></html>");
    let record = record(16, 4, &bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, &[8, 10]))));
    let cut = dir.write("cut.mrt", &record[..40]);
    let html_says = format!("{html}: record 0: this is HTML, not an MRT archive (at byte 0)");
    let len = record.len();
    let cut_says = format!(
        "{cut}: record 0: the record declares {len} bytes, and the input ends after 40 of them (routeglass dissect {cut} --offset 0)"
    );
    let with_peer = cut_says.replace("record 0", "record 0, 1970-01-01T00:00:09Z, 192.0.2.1 AS64496");
    for command in ["dump", "stat"] {
        assert_eq!(run(&[command, "-q", &html]).2, [html_says.as_str()]);
        assert_eq!(run(&[command, "-q", &cut]).2, [with_peer.as_str()]);
    }
    assert_eq!(run(&["rib", "-q", &cut, "lookup", "10.0.0.0"]).2, [with_peer.as_str()]);
}

#[test]
fn man_pages_have_versions_and_examples() {
    let version = concat!("\"routeglass ", env!("CARGO_PKG_VERSION"), "\"");
    for (of, title, example) in [
        (&["dump"][..], ".TH routeglass-dump 1", "  routeglass dump updates.20260101.0000.bz2 | head"),
        (&["rib"], ".TH routeglass-rib 1", "  routeglass rib bview.gz updates.*.gz lookup 192.0.2.1"),
        (&["rib", "covered"], ".TH routeglass-rib-covered 1", "  routeglass rib bview.gz covered 198.51.100.0/22"),
    ] {
        let (code, out, err) = run(&[&["man"][..], of].concat());
        assert_eq!((code, err.len()), (0, 0), "{of:?}");
        let title = out.iter().find(|line| line.starts_with(title)).unwrap();
        assert!(title.contains(version), "{title}");
        let examples = out.iter().position(|line| line == ".SH EXAMPLES").unwrap();
        assert_eq!(out[examples + 2], example);
        assert!(!out.iter().any(|line| line.contains("EXTRA") || line.starts_with("Example")), "{out:#?}");
    }
    // Each page that is referred to can be made.
    for (of, refers) in
        [(None, "routeglass\\-"), (Some("rib"), "routeglass\\-rib\\-"), (Some("peering"), "routeglass\\-peering\\-")]
    {
        let (_, out, _) = run(&[&["man"][..], of.as_slice()].concat());
        let names: Vec<_> = out.iter().filter_map(|line| line.strip_prefix(refers)?.strip_suffix("(1)")).collect();
        assert!(names.len() > 3, "{names:?}");
        for name in names {
            let (code, page, _) = run(&[&["man"][..], of.as_slice(), &[&*name.replace('\\', "")]].concat());
            assert!(code == 0 && page.len() > 5, "{of:?} {name}");
        }
    }
}

#[test]
fn examples_of_findings_leave_out_the_summary() {
    let help = run(&["check", "--help"]).1.join("\n");
    assert!(help.contains("routeglass check --json --recover cut.mrt | jq -r '.text // empty'"), "{help}");
    assert!(help.contains("then one with the file's counts in `summary`"), "{help}");
}
