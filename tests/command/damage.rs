//! Damage that one part must not hide or spread: next hops of table entries, disabled families, several and truncated messages,
//! capabilities, recovery.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::io::Write;

use serde_json::{Value, json};

use crate::common::command::{Dir, run, run_with_input};
use crate::common::vectors::{ATTRIBUTES, PREFIX, bgp4mp, entry, message, peer_index_table, record, rib, update};

/// ORIGIN IGP, AS_PATH 64496.
fn path() -> &'static [u8] {
    &ATTRIBUTES[..13]
}

/// 2001:db8::1.
const V6: [u8; 16] = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// 2001:db8::/32.
const PREFIX_V6: [u8; 5] = [32, 0x20, 1, 0x0d, 0xb8];

fn as4(message: &[u8]) -> Vec<u8> {
    record(16, 4, &bgp4mp(true, message))
}

/// An attribute.
fn attribute(code: u8, body: &[u8]) -> Vec<u8> {
    [&[0x80, code, u8::try_from(body.len()).unwrap()][..], body].concat()
}

/// The body of a whole MP_REACH_NLRI.
fn whole(family: [u8; 3], next_hop: &[u8], routes: &[u8]) -> Vec<u8> {
    [&family[..], &[u8::try_from(next_hop.len()).unwrap()], next_hop, &[0], routes].concat()
}

/// A file, and what subcommands say of it.
struct File {
    _dir: Dir,
    path: String,
}

impl File {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let dir = Dir::new(&format!("damage-{name}"));
        let path = dir.write("input.mrt", bytes);
        Self { _dir: dir, path }
    }

    fn run(&self, subcommand: &str, args: &[&str]) -> (i32, Vec<String>, Vec<String>) {
        let (code, out, err) = run(&[&[subcommand, &self.path], args].concat());
        let short = |lines: Vec<String>| lines.into_iter().map(|line| line.replace(&self.path, "FILE")).collect();
        (code, short(out), short(err))
    }

    fn objects(&self, args: &[&str]) -> Vec<Value> {
        let (_, out, _) = self.run("dump", &[&["--format", "json"], args].concat());
        out.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The prefixes and next hops of the lines.
    fn lines(&self, args: &[&str]) -> Vec<String> {
        let (_, out, _) = self.run("dump", args);
        let fields = |line: &String| {
            let fields: Vec<&str> = line.split('|').collect();
            format!("{} {} {}", fields[2], fields[5], fields.get(8).unwrap_or(&"-"))
        };
        out.iter().map(fields).collect()
    }

    /// The findings: record, offset, kind, action, text.
    fn findings(&self) -> Vec<String> {
        let (_, out, _) = self.run("check", &[]);
        let columns = out.iter().filter(|line| line.contains('\t')).map(|line| line.split('\t').collect::<Vec<_>>());
        columns.map(|c| format!("{} {} {} {}: {}", c[1], c[2], c[4], c[5], c[7])).collect()
    }
}

/// A table with one entry of this MP_REACH_NLRI.
fn entry_of(subtype: u16, route: &[u8], reach: &[u8]) -> File {
    let list = [path(), &attribute(14, reach)].concat();
    let bytes = [peer_index_table(), record(13, subtype, &rib(route, &[entry(0, None, &list)]))].concat();
    let name = format!("entry-{subtype}-{}-{:?}", reach.len(), reach.first_chunk::<4>());
    File::new(&name.replace([' ', ',', '[', ']', '(', ')'], ""), &bytes)
}

/// RFC 6396 section 4.3.4: the next hop of a table entry has a length of the record's family.
#[test]
fn next_hops_of_table_entries_have_the_lengths_of_the_family() {
    let vpn = [0, 1, 128, 112, 0, 6, 0x41, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100];
    let octets = [V6, V6, V6].concat();
    for (subtype, route, lengths) in [
        (4, &PREFIX_V6[..], &[16, 32][..]),
        (5, &PREFIX_V6, &[16, 32]),
        (2, PREFIX, &[4, 16, 32]),
        // Without a route distinguisher too.
        (6, &vpn, &[4, 12, 16, 24, 32, 48]),
    ] {
        for len in [1, 4, 5, 12, 15, 16, 17, 24, 31, 32, 33, 48] {
            let next_hop = &octets[..len];
            let file = entry_of(subtype, route, &[&[u8::try_from(len).unwrap()][..], next_hop].concat());
            let object = &file.objects(&[])[0];
            let is_valid = lengths.contains(&len);
            assert_eq!(object.get("next_hop").is_some(), is_valid, "{subtype} {len}: {object}");
            let findings = file.findings();
            if is_valid {
                assert_eq!(findings, [""; 0], "{subtype} {len}");
                continue;
            }
            let at = object["offset"].as_u64().unwrap();
            let text = format!("1 {at} bad-length AFI/SAFI disable: MP_REACH_NLRI attribute: length {len} is not valid here");
            assert_eq!(findings, [text], "{subtype}");
            let (_, out, err) = file.run("dump", &[]);
            assert_eq!(out, [""; 0], "{subtype} {len}");
            assert!(err[0].contains(&format!("length {len} is not valid here")), "{err:?}");
            let (_, out, _) = file.run("rib", &["covered", "0.0.0.0/0", "::/0"]);
            assert_eq!(out, [""; 0], "{subtype} {len}");
        }
    }
}

/// The short form has a next hop and nothing else; the whole attribute has the record's family and route.
#[test]
fn next_hops_of_table_entries_are_of_one_form_and_of_the_record() {
    let short = |len: u8, octets: &[u8]| [&[len][..], octets].concat();
    // Offset of the attribute's body.
    let body = u64::try_from(peer_index_table().len() + 12 + 4 + 5 + 2 + 8 + 13 + 3).unwrap();
    for (reach, offset, text) in [
        (
            short(16, &[&V6[..], &[9]].concat()),
            17,
            "trailing-bytes AFI/SAFI disable: MP_REACH_NLRI attribute: 1 byte is left over",
        ),
        (short(16, &V6[..12]), 13, "truncated AFI/SAFI disable: MP_REACH_NLRI attribute: needs 4 bytes more than are there"),
        (whole([0, 2, 1], &V6[..5], &[]), 3, "bad-length AFI/SAFI disable: MP_REACH_NLRI attribute: length 5 is not valid here"),
        (
            whole([0, 1, 1], &[192, 0, 2, 1], PREFIX),
            0,
            "other-family treat-as-withdraw: MP_REACH_NLRI attribute: family other than that of the record",
        ),
        (
            whole([0, 2, 1], &V6, &[32, 0x20, 1, 0x0d, 0xb9]),
            21,
            "other-route none: MP_REACH_NLRI attribute: route other than that of the record",
        ),
        (
            whole([0, 2, 1], &V6, &[200, 1, 2]),
            21,
            "bad-prefix-length AFI/SAFI disable: IPv6 unicast routes: prefix length 200 is longer than an address",
        ),
    ] {
        let file = entry_of(4, &PREFIX_V6, &reach);
        assert_eq!(file.findings(), [format!("1 {} {text}", body + offset)], "{reach:?}");
        let object = &file.objects(&[])[0];
        assert_eq!((&object["prefix"], &object["offset"]), (&json!("2001:db8::/32"), &json!(body + offset)), "{object}");
        // No next hop is made up.
        let lines = file.lines(&[]);
        assert!(lines.is_empty() || lines == ["B 2001:db8::/32 2001:db8::1"], "{lines:?}");
        assert_eq!(lines.is_empty(), object.get("next_hop").is_none(), "{object}");
    }
    // An address of another family is shown as in a message.
    let file = entry_of(4, &PREFIX_V6, &whole([0, 2, 1], &[192, 0, 2, 1], &PREFIX_V6));
    let text = "bad-length AFI/SAFI disable: MP_REACH_NLRI attribute: length 4 is not valid here";
    assert_eq!(file.findings(), [format!("1 {} {text}", body + 3)]);
    assert_eq!(file.lines(&[]), ["B 2001:db8::/32 192.0.2.1"]);
    assert_eq!(file.objects(&[])[0]["next_hop"], "192.0.2.1");
    // The labels of a route are not part of it.
    let vpn = |label: u8| [112, 0, 6, label, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100];
    let hop = [0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1];
    let file = entry_of(6, &[&[0, 1, 128][..], &vpn(0x41)].concat(), &whole([0, 1, 128], &hop, &vpn(0x51)));
    assert_eq!(file.findings(), [""; 0]);
    // Sound forms: with the route, with a path identifier and the route, with the other routes of the message, without any.
    let others = [&[0][..], &PREFIX_V6].concat();
    for routes in [&PREFIX_V6[..], &[&[0, 0, 0, 7][..], &PREFIX_V6].concat(), &others, &[]] {
        let file = entry_of(4, &PREFIX_V6, &whole([0, 2, 1], &V6, routes));
        assert_eq!((file.findings(), file.lines(&[])), (vec![], vec!["B 2001:db8::/32 2001:db8::1".to_owned()]));
    }
}

/// BGP4MP_ENTRY has a field for its next hop.
#[test]
fn the_next_hop_field_of_an_entry_has_the_lengths_of_the_family() {
    for (len, is_valid) in [(0u8, true), (4, true), (5, false), (12, false), (16, true)] {
        let mut body = vec![0, 0, 0, 1, 0, 0, 0, 5, 0, 1, 1, len];
        body.extend(&V6[..usize::from(len)]);
        body.extend(PREFIX);
        body.extend([0, 4, 0x40, 1, 1, 0]);
        let file = File::new(&format!("field-{len}"), &record(16, 2, &bgp4mp(false, &body)));
        let finding = format!("0 39 bad-length AFI/SAFI disable: BGP4MP ENTRY record: length {len} is not valid here");
        assert_eq!(file.findings(), if is_valid { vec![] } else { vec![finding] });
        let object = &file.objects(&[])[0];
        assert_eq!(
            (object.get("error").is_none(), object.get("next_hop").is_some()),
            (is_valid, is_valid && len > 0),
            "{object}"
        );
        assert_eq!(file.lines(&[]).len(), usize::from(is_valid));
    }
}

/// RFC 7606 section 2: AFI/SAFI disable is about one family.
#[test]
fn a_disabled_family_leaves_the_elements_of_others() {
    // An IPv6 next hop of five octets beside an IPv4 route.
    let reach = attribute(14, &whole([0, 2, 1], &V6[..5], &PREFIX_V6));
    let file = File::new("families", &as4(&message(2, &update(&[8, 10], &[ATTRIBUTES, &reach].concat(), PREFIX))));
    let found = |objects: &[Value]| -> Vec<_> {
        let text = |object: &Value| {
            let (kind, prefix) = (object["kind"].as_str().unwrap(), object["prefix"].as_str().unwrap_or("-"));
            format!("{kind} {prefix} {}", object["error"]["action"].as_str().unwrap_or("clean"))
        };
        objects.iter().map(text).collect()
    };
    assert_eq!(
        found(&file.objects(&[])),
        ["withdraw 10.0.0.0/8 clean", "announce 198.51.100.0/24 clean", "announce 2001:db8::/32 AFI/SAFI disable"]
    );
    assert_eq!(file.lines(&["--strictness", "rfc7606"]), ["W 10.0.0.0/8 -", "A 198.51.100.0/24 192.0.2.1", "W 2001:db8::/32 -"]);
    assert_eq!(file.lines(&["--strictness", "strict"]), ["W 10.0.0.0/8 -", "A 198.51.100.0/24 192.0.2.1"]);
    // The same with a damaged prefix in MP_UNREACH_NLRI.
    let unreach = attribute(15, &[&[0, 2, 1][..], &PREFIX_V6, &[129, 1]].concat());
    let file = File::new("unreach", &as4(&message(2, &update(&[8, 10], &[ATTRIBUTES, &unreach].concat(), PREFIX))));
    assert_eq!(
        found(&file.objects(&[])),
        ["withdraw 10.0.0.0/8 clean", "withdraw 2001:db8::/32 AFI/SAFI disable", "announce 198.51.100.0/24 clean"]
    );
}

/// RFC 7606 section 5.3: after a cut route the others of the family cannot be trusted, nor those before it.
#[test]
fn a_cut_route_marks_its_neighbors_of_the_family() {
    let vpn = [112, 0, 6, 0x41, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100];
    let labeled = [48, 0, 0, 0x21, 203, 0, 113];
    let evpn = [&[2, 33, 0, 1, 192, 0, 2, 1, 0, 1][..], &[0; 14], &[48, 0, 0x53, 0, 0, 0, 1, 0, 0, 0x27, 0x74]].concat();
    let hop = [192, 0, 2, 1];
    let vpn_hop = [&[0; 8][..], &hop].concat();
    for (name, family, next_hop, route) in
        [("vpn", [0, 1, 128], &vpn_hop[..], &vpn[..]), ("labeled", [0, 1, 4], &hop, &labeled), ("evpn", [0, 25, 70], &hop, &evpn)]
    {
        let routes = [route, &route[..route.len() - 2]].concat();
        let attributes = [ATTRIBUTES, &attribute(14, &whole(family, next_hop, &routes))].concat();
        let file = File::new(&format!("cut-{name}"), &as4(&message(2, &update(&[], &attributes, PREFIX))));
        let actions = |args: &[&str]| -> Vec<_> {
            let objects = file.objects(args);
            objects.iter().map(|o| (o["kind"].clone(), o["error"]["action"].clone())).collect()
        };
        assert_eq!(actions(&[]), [(json!("announce"), Value::Null), (json!("announce"), json!("AFI/SAFI disable"))], "{name}");
        assert_eq!(actions(&["--strictness", "strict"]), [(json!("announce"), Value::Null)], "{name}");
        let rfc = actions(&["--strictness", "rfc7606"]);
        assert_eq!(rfc, [(json!("announce"), Value::Null), (json!("withdraw"), json!("AFI/SAFI disable"))], "{name}");
        assert_eq!(file.findings().len(), 1, "{name}");
    }
}

/// RFC 6396 section 4.4.2 has one message per record; some writers put more.
#[test]
fn all_messages_of_a_record_count() {
    let announce = message(2, &update(&[], ATTRIBUTES, PREFIX));
    let cease = message(3, &[6, 2]);
    let file = File::new("several", &as4(&[message(4, &[]), announce, cease].concat()));
    let (_, out, _) = file.run("stat", &[]);
    for line in ["               1  KEEPALIVE", "               1  NOTIFICATION", "               1  UPDATE"] {
        assert!(out.contains(&line.to_owned()), "{line}: {out:#?}");
    }
    let objects = file.objects(&[]);
    let kinds: Vec<_> = objects.iter().map(|o| (o["kind"].clone(), o["message"]["type"].clone(), o["record"].clone())).collect();
    assert_eq!(
        kinds,
        [
            (json!("announce"), Value::Null, json!(0)),
            (json!("message"), json!("KEEPALIVE"), json!(0)),
            (json!("message"), json!("NOTIFICATION"), json!(0))
        ]
    );
    for object in &objects {
        assert_eq!(object["error"]["text"], "BGP4MP MESSAGE_AS4 record: 68 bytes are left over (at byte 51)", "{object}");
    }
}

/// A length over the end of the record costs what is not there, and no more.
#[test]
fn routes_of_a_message_longer_than_its_record_are_given() {
    let long = |body: &[u8], by: u8| {
        let mut message = message(2, body);
        message[17] += by;
        as4(&message)
    };
    // Offset of the message's length.
    const AT: &str = "48";
    let two = update(&[8, 9], ATTRIBUTES, &[8, 10, 8, 11]);
    // Cut inside the last prefix, between prefixes, inside the attributes, inside the withdrawn routes.
    let cut = |left: usize| {
        let mut octets = message(2, &two);
        octets.truncate(octets.len() - left);
        as4(&octets)
    };
    for (name, bytes, lines) in [
        ("over", long(&two, 5), &["W 9.0.0.0/8 -", "A 10.0.0.0/8 192.0.2.1", "A 11.0.0.0/8 192.0.2.1"][..]),
        ("prefix", cut(1), &["W 9.0.0.0/8 -", "A 10.0.0.0/8 192.0.2.1"]),
        ("between", cut(2), &["W 9.0.0.0/8 -", "A 10.0.0.0/8 192.0.2.1"]),
        ("attributes", cut(10), &["W 9.0.0.0/8 -"]),
        ("withdrawn", long(&[0, 9, 8, 9, 8], 1), &["W 9.0.0.0/8 -"]),
    ] {
        let file = File::new(&format!("long-{name}"), &bytes);
        assert_eq!(file.lines(&[]), lines, "{name}");
        let objects = file.objects(&[]);
        assert_eq!(objects.len(), lines.len(), "{name}: {objects:#?}");
        for object in &objects {
            assert_eq!(
                (object["error"]["offset"].to_string(), &object["error"]["action"]),
                (AT.to_owned(), &json!("session reset"))
            );
        }
        let findings = file.findings();
        assert!(findings[0].starts_with("0 48 truncated session reset: BGP message header: "), "{findings:?}");
        // The same octets at the end of a file.
        let mut whole = bytes.clone();
        whole[11] += 3;
        let end = File::new(&format!("end-{name}"), &whole);
        assert_eq!(end.lines(&[]), lines, "{name}");
        assert!(end.objects(&[]).iter().all(|object| object["error"]["action"] == "session reset"));
        let (_, out, _) = end.run("stat", &[]);
        assert!(out.iter().any(|line| line.contains("IPv4 unicast withdrawn")), "{out:#?}");
    }
}

/// A capability after the end of its parameter, and a parameter after the end of all.
#[test]
fn a_damaged_capability_keeps_code_name_and_octets() {
    let open = |parameters: &[u8]| {
        let head = [4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, u8::try_from(parameters.len()).unwrap()];
        as4(&message(1, &[&head[..], parameters].concat()))
    };
    // Four octets of five; a parameter of nine octets of which six are there; two whole capabilities in one of those.
    let parts = [&[2, 4, 65, 5, 0, 1][..], &[2, 9, 65, 4, 0, 1], &[2, 9, 2, 0, 70, 0]];
    let file = File::new("capabilities", &parts.map(open).concat());
    let objects = file.objects(&[]);
    let list = |n: usize| objects[n]["message"]["capabilities"].as_array().unwrap().clone();
    for n in [0, 1] {
        let [capability] = &list(n)[..] else { panic!("{objects:#?}") };
        assert_eq!((&capability["code"], &capability["name"]), (&json!(65), &json!("4-octet AS")));
        assert_eq!((&capability["octets"], &capability["error"]["action"]), (&json!("0001"), &json!("session reset")));
    }
    let three = list(2);
    assert_eq!((&three[0]["code"], &three[1]["code"], three.len()), (&json!(2), &json!(70), 3));
    assert_eq!(three[2]["error"]["action"], "session reset");
    assert_eq!(file.findings().len(), 3);
}

/// What is read without recovery is read with it.
#[test]
fn recovery_never_gives_less() {
    let announce = |octet: u8| as4(&message(2, &update(&[], ATTRIBUTES, &[8, octet])));
    let table = |octet: u8| record(13, 2, &rib(&[8, octet], &[entry(0, None, ATTRIBUTES), entry(1, None, ATTRIBUTES)]));
    let whole: Vec<Vec<u8>> = vec![announce(10), peer_index_table(), table(11), announce(12), table(13), announce(14)];
    let offsets: Vec<usize> = whole.iter().scan(0, |at, record| Some(std::mem::replace(at, *at + record.len()))).collect();
    let bytes = whole.concat();
    let mut inputs: Vec<(String, Vec<u8>)> = Vec::new();
    // Cut inside each record, and lengths that are too long or too short by a few octets.
    for (record, start) in whole.iter().zip(&offsets) {
        for left in [1, 5, record.len() / 2] {
            inputs.push((format!("cut-{start}-{left}"), bytes[..start + record.len() - left].to_vec()));
        }
        for by in [-7i8, -1, 1, 10] {
            let mut changed = bytes.clone();
            changed[start + 11] = changed[start + 11].wrapping_add_signed(by);
            inputs.push((format!("length-{start}-{by}"), changed));
        }
        // A type that no record has, and octets between records.
        let mut changed = bytes.clone();
        changed[start + 5] = 99;
        inputs.push((format!("type-{start}"), changed));
        inputs.push((format!("between-{start}"), [&bytes[..*start], &[0xde; 9], &bytes[*start..]].concat()));
    }
    let routes = |file: &File, args: &[&str]| -> Vec<String> {
        let objects = file.objects(args);
        let route = |o: &Value| format!("{} {} {}", o["kind"], o["prefix"], o["peer_address"]);
        objects.iter().filter(|o| o["prefix"].is_string()).map(route).collect()
    };
    for (name, bytes) in inputs {
        let file = File::new(&format!("recover-{name}"), &bytes);
        let mut with = routes(&file, &["--recover"]);
        for route in routes(&file, &[]) {
            let at = with.iter().position(|other| *other == route);
            let at = at.unwrap_or_else(|| panic!("{name}: {route} is missing in {with:#?}"));
            with.remove(at);
        }
    }
}

/// The second message of a record that ends inside it: the routes that are there, in every form.
#[test]
fn routes_of_a_second_message_that_is_cut_are_given() {
    let first = message(2, &update(&[], ATTRIBUTES, PREFIX));
    let mut second = message(2, &update(&[], ATTRIBUTES, &[8, 10, 8, 11, 8, 12]));
    second.truncate(second.len() - 1);
    let file = File::new("second-cut", &as4(&[first, second].concat()));
    let lines = ["A 198.51.100.0/24 192.0.2.1", "A 10.0.0.0/8 192.0.2.1", "A 11.0.0.0/8 192.0.2.1"];
    assert_eq!(file.lines(&[]), lines);
    let objects = file.objects(&[]);
    assert_eq!(objects.len(), 3);
    let text = objects[2]["error"]["text"].as_str().unwrap();
    assert!(text.starts_with("BGP message header: needs 1 byte more than is there"), "{objects:#?}");
    let (_, out, _) = file.run("stat", &[]);
    assert!(out.contains(&"               2  UPDATE".to_owned()), "{out:#?}");
    let findings = file.findings();
    assert_eq!(
        findings,
        [
            "0 79 trailing-bytes none: BGP4MP MESSAGE_AS4 record: 48 bytes are left over",
            "0 95 truncated session reset: BGP message header: needs 1 byte more than is there",
            "0 126 truncated session reset: announced routes: needs 1 byte more than is there",
        ]
    );
}

/// Which routes a finding is about: announced ones by their family, not the first of the message.
#[test]
fn a_finding_names_routes_that_it_is_about() {
    // Withdraws 8.0.0.0/8, announces 9.0.0.0/8 and 2001:db8::/32; then an ORIGIN, a NEXT_HOP and an MP_REACH_NLRI are wrong.
    let reach = whole([0, 2, 1], &V6, &PREFIX_V6);
    let bad_reach = whole([0, 2, 1], &V6[..5], &PREFIX_V6);
    let next_hop = [0x40, 3, 4, 192, 0, 2, 1];
    let list = |origin: u8, hop: &[u8], reach: &[u8]| {
        let list = [&[0x40, 1, 1, origin][..], &path()[4..], hop, &attribute(14, reach)].concat();
        as4(&message(2, &update(&[8, 8], &list, &[8, 9])))
    };
    for (name, bytes, routes) in [
        ("origin", list(9, &next_hop, &reach), "9.0.0.0/8 and 1 more"),
        ("next-hop", list(0, &[0x40, 3, 3, 192, 0, 2], &reach), "9.0.0.0/8"),
        ("reach", list(0, &next_hop, &bad_reach), "2001:db8::/32"),
    ] {
        let file = File::new(&format!("names-{name}"), &bytes);
        let (_, out, _) = file.run("check", &[]);
        assert_eq!(out[0].split('\t').next_back(), Some(routes), "{name}: {out:#?}");
    }
}

/// Entries of a last record that is cut are in the table; the line says when, and what was read.
#[test]
fn entries_before_a_cut_are_in_the_table() {
    let table = |octet: u8| record(13, 2, &rib(&[8, octet], &[entry(0, None, ATTRIBUTES), entry(1, None, ATTRIBUTES)]));
    let mut bytes = [peer_index_table(), table(10), table(11)].concat();
    bytes.truncate(bytes.len() - 3);
    let file = File::new("table-cut", &bytes);
    for args in [&["covered", "0.0.0.0/0"][..], &["--recover", "covered", "0.0.0.0/0"]] {
        let (code, out, err) = run(&[&["rib"][..], &args[..args.len() - 2], &[&file.path], &args[args.len() - 2..]].concat());
        let lines: Vec<_> = out.iter().map(|line| line.split('|').nth(5).unwrap()).collect();
        assert_eq!((code, lines), (1, vec!["10.0.0.0/8", "10.0.0.0/8", "11.0.0.0/8"]), "{args:?} {err:?}");
        assert!(err.len() == 1 && err[0].contains("record 2, 1970-01-01T00:00:09Z: "), "{err:?}");
        assert!(args.len() == 2 || err[0].contains(" bytes read in part, from byte "), "{err:?}");
    }
    let (_, _, err) = file.run("dump", &[]);
    assert!(err[0].contains("record 2, 1970-01-01T00:00:09Z: the record declares "), "{err:?}");
    let update = as4(&message(2, &update(&[], ATTRIBUTES, &[8, 10, 8, 11])));
    let file = File::new("message-cut", &update[..update.len() - 1]);
    let (_, _, err) = file.run("dump", &[]);
    assert!(err[0].contains("record 0, 1970-01-01T00:00:09Z, 192.0.2.1 AS64496: the record declares "), "{err:?}");
}

/// A length of five megabytes in a small record: its own routes and all records after it are given.
#[test]
fn a_record_with_a_far_too_large_length_is_recovered() {
    let announce = |octet: u8| as4(&message(2, &update(&[], ATTRIBUTES, &[8, octet])));
    let mut long = announce(20);
    long[8..12].copy_from_slice(&(5_u32 << 20).to_be_bytes());
    let after: Vec<u8> = (30..60).flat_map(announce).collect();
    let file = File::new("far", &[announce(10), long, after].concat());
    let lines = file.lines(&["--recover"]);
    assert!(lines.len() == 32 && lines[1].starts_with("A 20.0.0.0/8 "), "{lines:#?}");
}

/// Multicast routes that an answer does not show are counted.
#[test]
fn multicast_routes_beside_an_answer_are_said() {
    let table = |subtype, octet: u8| record(13, subtype, &rib(&[8, octet], &[entry(0, None, ATTRIBUTES)]));
    let file = File::new("multicast", &[peer_index_table(), table(2, 10), table(3, 10), table(3, 11)].concat());
    let (code, out, err) = run(&["rib", &file.path, "lookup", "10.0.0.1"]);
    assert_eq!((code, out.len()), (0, 1));
    assert_eq!(err, ["not in this answer: 2 routes of other families (2 IPv4 multicast); `other` prints them"]);
    let (_, _, err) = run(&["rib", &file.path, "lookup", "--prefix", "11.0.0.0/8", "10.0.0.1"]);
    let one = "not in this answer: 1 route of another family (1 IPv4 multicast); `other` prints it";
    assert!(err.contains(&one.to_owned()), "{err:?}");
    // `other` has them.
    let line =
        |octet: u8| format!("TABLE_DUMP2|9|B|192.0.2.1|64496|{octet}.0.0.0/8|64496|IGP|192.0.2.1|0|0||NAG|| # IPv4 multicast");
    let other = |args: &[&str]| run(&[&["rib", file.path.as_str(), "other"][..], args].concat());
    assert_eq!(other(&[]), (0, vec![line(10), line(11)], vec![]));
    assert_eq!(other(&["--family", "ipv4/multicast"]), (0, vec![line(10), line(11)], vec![]));
    for asked in ["11.0.0.0/8", "IPv4 multicast 11.0.0.0/8", &line(11)] {
        assert_eq!(other(&["--family", "IPv4 multicast", asked]), (0, vec![line(11)], vec![]), "{asked}");
    }
    assert_eq!(other(&["--family", "IPv4 vpn"]).0, 1);
}

/// A damaged block of a bzip2 file costs its records: with recovery, reading goes on at the next block.
#[test]
fn recovery_goes_on_after_a_damaged_block_of_bzip2() {
    use std::io::Write;
    // Peers, so that the records are no copies of each other: four blocks of 100 kB.
    let announce = |n: u16| {
        let [a, b] = n.to_be_bytes();
        as4(&message(2, &update(&[], ATTRIBUTES, &[24, 10, a, b, 24, 11, b.reverse_bits(), a ^ b])))
    };
    let plain: Vec<u8> = (0..4500).flat_map(announce).collect();
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(&plain).unwrap();
    let mut octets = encoder.finish().unwrap();
    let whole = File::new("block", &octets).lines(&["--recover"]);
    assert_eq!(whole.len(), 9000);
    let middle = octets.len() * 3 / 8;
    octets[middle] ^= 0x10;
    let file = File::new("block-damaged", &octets);
    let without = file.lines(&[]);
    assert!(whole.starts_with(&without) && without.len() < 3000, "{}", without.len());
    for threads in ["1", "3"] {
        for form in [&[][..], &["--add-path", "auto"]] {
            let (code, out, err) = file.run("dump", &[&["--recover", "--threads", threads][..], form].concat());
            // A block has 100,000 octets and a few more, where four or more are equal, of records of 83.
            assert!(code == 1 && out.len() > 9000 - 2 * 130_000 / 80 && out.len() < 9000, "{} {err:#?}", out.len());
            assert!(whole.last().unwrap().contains(out.last().unwrap().split('|').nth(5).unwrap()));
            let passed = |line: &&String| line.contains("bzip2 stream at byte 0 is corrupt near byte");
            assert_eq!(err.iter().filter(passed).count(), 1, "{err:#?}");
        }
    }
    // In a table too.
    let (code, out, err) = run(&["rib", "--recover", &file.path, "covered", "10.0.0.0/8"]);
    let passed = |line: &&String| line.contains("bzip2 stream at byte 0 is corrupt near byte");
    assert!(code == 1 && out.len() > 2500 && out.len() < 4500, "{}", out.len());
    assert_eq!(err.iter().filter(passed).count(), 1, "{err:#?}");
}

/// The same of the other formats: reading goes on at the next member, stream or frame.
#[test]
fn recovery_goes_on_after_a_member_that_is_cut() {
    let record = |n: u8| as4(&message(2, &update(&[], ATTRIBUTES, &[24, 10, n, n])));
    let first: Vec<u8> = (0..50).flat_map(record).collect();
    let second: Vec<u8> = (50..60).flat_map(record).collect();
    for ((name, cut), (_, next)) in compressed(&first).into_iter().zip(compressed(&second)).skip(1) {
        let whole = [&cut[..], &next].concat();
        let lines = File::new("members", &whole).run("dump", &["--recover"]).1;
        assert_eq!(lines.len(), 60, "{name}");
        let at = cut.len() - 5;
        let file = File::new("members-cut", &[&cut[..at], &next].concat());
        for threads in ["1", "3"] {
            for form in [&[][..], &["--add-path", "auto"]] {
                let (code, out, err) = file.run("dump", &[&["--recover", "--threads", threads][..], form].concat());
                assert!(code == 1, "{name}: {err:?}");
                assert_eq!(out[out.len() - 10..], lines[50..], "{name}: {err:?}");
                assert_eq!(out[..out.len() - 10], lines[..out.len() - 10], "{name}: {err:?}");
                let passed = err.iter().filter(|line| line.contains(&format!(" at byte 0 is cut short at byte {at}, after ")));
                assert_eq!(passed.count(), 1, "{name}: {err:?}");
            }
        }
        let (code, out, err) = run(&["rib", "--recover", &file.path, "covered", "10.50.0.0/15"]);
        assert_eq!((code, out.len()), (1, 2), "{name}: {err:?}");
        assert!(err.iter().any(|line| line.contains(" at byte 0 is cut short at byte ")), "{name}: {err:?}");
    }
}

/// A file in each compression: several blocks of bzip2.
fn compressed(octets: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz2.write_all(octets).unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(octets).unwrap();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    xz.write_all(octets).unwrap();
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    lz4.write_all(octets).unwrap();
    let zst = ruzstd::encoding::compress_to_vec(octets, ruzstd::encoding::CompressionLevel::Fastest);
    vec![
        ("bz2", bz2.finish().unwrap()),
        ("gz", gz.finish().unwrap()),
        ("xz", xz.finish().unwrap()),
        ("lz4", lz4.finish().unwrap()),
        ("zst", zst),
    ]
}

/// One cut is one finding, with recovery too, wherever it is: not another one for the record or the block that it cuts.
#[test]
fn a_cut_of_a_compressed_file_is_one_finding() {
    let octets: Vec<u8> = (0..4000_u16)
        .flat_map(|n| {
            let [a, b] = n.to_be_bytes();
            as4(&message(2, &update(&[], ATTRIBUTES, &[32, 10, a, b, a.wrapping_mul(31) ^ b.wrapping_mul(167)])))
        })
        .collect();
    let mut remainders = 0;
    for (name, whole) in compressed(&octets) {
        for part in 1..6 {
            let cut = whole.len() * part / 6;
            let file = File::new(&format!("cut-{name}-{part}"), &whole[..cut]);
            let what = format!("{name} cut at {cut} of {}", whole.len());
            let (code, plain, _) = file.run("check", &[]);
            assert_eq!((code, plain.len()), (1, 2), "{what}: {plain:?}");
            let said = plain[0].split('\t').nth(7).unwrap();
            assert!(said.contains(&format!("is cut short at byte {cut}, after ")), "{what}: {said}");
            for threads in ["1", "2"] {
                let (code, found, _) = file.run("check", &["--recover", "--threads", threads]);
                assert_eq!((code, &found[1..]), (1, &plain[1..]), "{what}: {found:?}");
                let rest = found[0].split('\t').nth(7).unwrap().strip_prefix(said).unwrap().to_owned();
                assert!(rest.is_empty() || rest.ends_with(" of a record that is not whole"), "{what}: {found:?}");
                remainders += usize::from(!rest.is_empty());
            }
            for args in [&["dump", "--recover"][..], &["stat", "--recover"], &["rib", "--recover"]] {
                let (_, _, said) =
                    file.run(args[0], &[&args[1..], if args[0] == "rib" { &["covered", "::/0"] } else { &[] }].concat());
                let said: Vec<_> = said.iter().filter(|line| line.contains("FILE: record")).collect();
                assert_eq!(said.len(), 1, "{what}: {args:?} {said:?}");
            }
        }
    }
    assert!(remainders > 8, "{remainders}");
    // Without compression the gap is the finding.
    let file = File::new("cut-plain", &octets[..octets.len() - 3]);
    let (code, found, _) = file.run("check", &["--recover"]);
    assert!((code, found.len()) == (1, 2) && found[0].contains("bytes passed over, from byte "), "{found:?}");
}

/// An UPDATE of which nothing is left but its header and empty lengths could have had any routes.
#[test]
fn a_cut_update_is_no_end_of_rib() {
    let mut cut = message(2, &update(&[], &[], &[]));
    cut[16..18].copy_from_slice(&50_u16.to_be_bytes());
    let whole = as4(&message(2, &update(&[], &[], &[])));
    let file = File::new("cut-end", &[as4(&cut), as4(&cut[..21]), whole].concat());
    let objects = file.objects(&[]);
    assert_eq!(objects.iter().map(|object| object["end_of_rib"] == true).collect::<Vec<_>>(), [false, false, true]);
    let octets: String = cut.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(objects[0]["message"], json!({ "octets": octets }));
    let (_, out, _) = file.run("stat", &["--json"]);
    let stat: Value = serde_json::from_str(&out.concat()).unwrap();
    assert_eq!((&stat["families"]["IPv4 unicast"]["end_of_rib"], &stat["messages"]["UPDATE"]), (&json!(1), &json!(1)));
}

#[test]
fn a_gap_of_one_octet_is_one() {
    let good = |n: u8| as4(&message(2, &update(&[], ATTRIBUTES, &[16, 10, n])));
    let file = File::new("gap-one", &[good(1), vec![0xff], good(2), good(3)].concat());
    let (code, found, _) = file.run("check", &["--recover"]);
    let said = found[0].split('\t').nth(7).unwrap();
    let at = good(1).len();
    assert!(code == 1 && said.starts_with(&format!("1 byte passed over, from byte {at} to {}: ", at + 1)), "{found:?}");
    assert_eq!(found[1], "FILE: 3 records, 1 finding: 1 unreadable; 1 gap of 1 byte");
    let (_, lines, err) = file.run("dump", &["--recover"]);
    assert!(lines.len() == 3 && err.len() == 1 && err[0].contains(": 1 byte passed over"), "{err:?}");
}

/// The set that AS_PATH ends in is another hop than that of AS4_PATH: lines, JSON and the table have the same path.
#[test]
fn sets_of_both_paths_stay_two_hops() {
    let attributes = [
        &[0x40, 1, 1, 0, 0x40, 2, 8, 1, 1, 0, 1, 1, 1, 0x5b, 0xa0, 0x40, 3, 4, 192, 0, 2, 1][..],
        &[0xc0, 17, 10, 1, 2, 0, 1, 0, 0, 0, 0, 0, 7],
    ]
    .concat();
    let file = File::new("sets", &record(16, 1, &bgp4mp(false, &message(2, &update(&[], &attributes, &[8, 10])))));
    let path = "{1} {65536,7}";
    assert_eq!(file.run("dump", &[]).1[0].split('|').nth(6), Some(path));
    assert_eq!(file.objects(&[])[0]["as_path"], path);
    let (_, table, _) = file.run("rib", &["covered", "10.0.0.0/8"]);
    assert_eq!(table[0].split('|').nth(6), Some(path));
}

/// An IPv4 route in MP_REACH_NLRI has the next hop there (RFC 8950), also if the message has a NEXT_HOP for others.
#[test]
fn the_next_hop_beside_ipv4_routes_is_theirs_beside_a_next_hop_attribute() {
    let reach = attribute(14, &whole([0, 1, 1], &V6, &[16, 10, 9]));
    let both = as4(&message(2, &update(&[], &[ATTRIBUTES, &reach].concat(), &[8, 11])));
    let alone = as4(&message(2, &update(&[], &[ATTRIBUTES, &attribute(14, &whole([0, 1, 1], &V6, &[16, 10, 8]))].concat(), &[])));
    let file = File::new("next-hops", &[both, alone].concat());
    let shown = |lines: Vec<String>| {
        let mut shown: Vec<_> = lines
            .iter()
            .map(|line| line.split('|').collect::<Vec<_>>())
            .map(|fields| format!("{} {}", fields[5], fields[8]))
            .collect();
        shown.sort();
        shown
    };
    let expected = ["10.8.0.0/16 2001:db8::1", "10.9.0.0/16 2001:db8::1", "11.0.0.0/8 192.0.2.1"];
    assert_eq!(shown(file.run("dump", &[]).1), expected);
    let (_, table, err) = file.run("rib", &["covered", "0.0.0.0/0"]);
    assert_eq!((shown(table), err), (expected.map(str::to_owned).to_vec(), vec![]));
}

#[test]
fn what_is_not_read_after_lost_framing_is_said() {
    let one = as4(&message(2, &update(&[], ATTRIBUTES, PREFIX)));
    let at = one.len();
    for declared in [1_000_000_u32, 1_000_000_000] {
        let mut archive = one.repeat(6);
        archive[at + 8..at + 12].copy_from_slice(&declared.to_be_bytes());
        let file = File::new(&format!("unread-{declared}"), &archive);
        let said = format!(
            "FILE: records go on at byte {}: {} bytes from there on are not read, and --recover reads them",
            2 * at,
            4 * at
        );
        for (subcommand, args) in [("dump", &[][..]), ("stat", &[]), ("check", &[]), ("rib", &["lookup", "10.0.0.1"])] {
            let (_, _, err) = file.run(subcommand, args);
            assert!(err.contains(&said), "{subcommand}: {err:?}");
            let (_, _, err) = file.run(subcommand, &[&["--recover"], args].concat());
            assert!(err.iter().all(|line| !line.contains("are not read")), "{subcommand}: {err:?}");
        }
        // What merging refuses is not what it hints at.
        let merged = format!("{said}, without --merge");
        let (_, _, err) = file.run("dump", &["--merge"]);
        assert!(err.contains(&merged), "{err:?}");
        let (_, _, err) = run_with_input(&["dump", "-"], &archive);
        let of_pipe = "-: nothing after that is read; --recover reads the records that may follow".to_owned();
        assert_eq!(err.last(), Some(&if declared == 1_000_000 { said.replace("FILE", "-") } else { of_pipe }), "{err:?}");
    }
    // A cut input has nothing more.
    let file = File::new("unread-cut", &one[..at - 3]);
    assert_eq!(file.run("dump", &[]).2.len(), 1);
}
