//! Tables from archives: which table is meant, which peer a message belongs to, what ends a peer's routes.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::fs;

use routeglass::bgp::{CapabilityValue, GracefulRestart, Llgr, Restart, RestartFamily, RestartFlags, StaleFlags, StateFlags};
use routeglass::codes::RouteRefreshSubtype;
use routeglass::nlri::{LabeledPrefix, Labels, RouteDistinguisher, RouteValue, VpnPrefix};
use routeglass::{Asn, Family, List, U24};
use serde_json::Value;

use crate::common::archive::{
    Archive, LINK, Link, T0, at, at_micros, attributes, basic, community, large_community, next_hop, prefix,
};
use crate::common::command::{Dir, run};
use crate::common::vectors;

/// Address of the peer, prefix and path of each line, and the exit code.
fn routes(args: &[&str]) -> (i32, Vec<String>) {
    let (code, out, _) = run(args);
    let fields = |line: &String| {
        let fields: Vec<&str> = line.split('|').collect();
        format!("{} {} {}", fields[3], fields[5], fields[6])
    };
    (code, out.iter().map(fields).collect())
}

const ALL: [&str; 3] = ["covered", "0.0.0.0/0", "::/0"];

/// All routes of some files.
fn all(files: &[&str]) -> Vec<String> {
    let (_, routes) = routes(&[&["rib"][..], files, &ALL].concat());
    routes
}

/// All routes at an instant.
fn all_at(files: &[&str], instant: &str) -> Vec<String> {
    all(&[files, &["--at", instant]].concat())
}

const NONE: [&str; 0] = [];
const A: (&str, &str, u32) = ("192.0.2.1", "192.0.2.1", 64496);
const B: (&str, &str, u32) = ("192.0.2.2", "192.0.2.2", 64497);
const OWN: (&str, &str) = ("192.0.2.254", "");

#[test]
fn appended_table_dumps_take_each_others_place() {
    let dir = Dir::new("tables-appended");
    let mut archive = Archive::new();
    archive.table(at(0), OWN, &[A, B], &[("198.51.100.0/24", 0, "64496"), ("203.0.113.0/24", 1, "64497")]);
    archive.table(at(300), OWN, &[B], &[("203.0.113.0/24", 0, "64497"), ("192.0.2.128/25", 0, "64497")]);
    let file = dir.write("input.mrt", &archive.0);
    let later = ["192.0.2.2 192.0.2.128/25 64497", "192.0.2.2 203.0.113.0/24 64497"];
    assert_eq!(all(&[&file]), later);
    assert_eq!(all_at(&[&file], &(T0 + 300).to_string()), later);
    assert_eq!(all_at(&[&file], &(T0 + 299).to_string()), ["192.0.2.1 198.51.100.0/24 64496", "192.0.2.2 203.0.113.0/24 64497"]);
    let (code, out, err) = run(&["rib", &file, "diff", &T0.to_string(), &(T0 + 300).to_string()]);
    assert_eq!((code, out.len(), err.len()), (0, 2, 0));
    assert!(out[0].starts_with("+ ") && out[0].contains("192.0.2.128/25"), "{out:?}");
    assert!(out[1].starts_with("- ") && out[1].contains("198.51.100.0/24"), "{out:?}");
    // A peer not listed by the table is not in it.
    let to = dir.0.join("out.mrt").to_str().unwrap().to_owned();
    let (_, out, _) = run(&["rib", &file, "write", &to]);
    assert_eq!(out, [format!("{to}: 1 peer, 2 prefixes, 2 routes at {}", T0 + 300)]);
}

#[test]
fn updates_before_a_table_in_its_file_do_not_survive_it() {
    let dir = Dir::new("tables-updates-first");
    for before in [5, 0] {
        let mut archive = Archive::new();
        archive.announce(at(5 - before), LINK, "64496", &["192.0.2.0/24"]);
        archive.table(at(5), OWN, &[A], &[("198.51.100.0/24", 0, "64496")]);
        let file = dir.write("input.mrt", &archive.0);
        assert_eq!(all(&[&file]), ["192.0.2.1 198.51.100.0/24 64496"], "{before} seconds before");
        // In a separate file, updates of the same second are applied after the table.
        let mut updates = Archive::new();
        updates.announce(at(5), LINK, "64496", &["192.0.2.0/24"]);
        let mut table = Archive::new();
        table.table(at(5), OWN, &[A], &[("198.51.100.0/24", 0, "64496")]);
        let (updates, table) = (dir.write("updates.mrt", &updates.0), dir.write("table.mrt", &table.0));
        for files in [[&*updates, &*table], [&table, &updates]] {
            assert_eq!(all(&files), ["192.0.2.1 192.0.2.0/24 64496", "192.0.2.1 198.51.100.0/24 64496"]);
        }
    }
}

#[test]
fn the_first_record_of_a_file_need_not_be_its_earliest() {
    let dir = Dir::new("tables-unsorted");
    let mut one = Archive::new();
    one.withdraw(at(30), LINK, &["198.51.100.0/24"]);
    one.announce(at(10), LINK, "64496", &["198.51.100.0/24", "203.0.113.0/24"]);
    one.table(at(0), OWN, &[A], &[("192.0.2.0/24", 0, "64496")]);
    let mut other = Archive::new();
    other.withdraw(at(20), LINK, &["203.0.113.0/24"]);
    let (one, other) = (dir.write("one.mrt", &one.0), dir.write("other.mrt", &other.0));
    for files in [[&*one, &*other], [&other, &one]] {
        assert_eq!(all(&files), ["192.0.2.1 192.0.2.0/24 64496"]);
        let two = ["192.0.2.1 192.0.2.0/24 64496", "192.0.2.1 198.51.100.0/24 64496"];
        assert_eq!(all_at(&files, &(T0 + 29).to_string()), two);
        assert_eq!(all_at(&files, &(T0 + 9).to_string()), ["192.0.2.1 192.0.2.0/24 64496"]);
    }
}

#[test]
fn tables_of_one_second_add_up() {
    let dir = Dir::new("tables-add-up");
    let mut six = Archive::new();
    six.table(at(0), OWN, &[B], &[("2001:db8::/32", 0, "64497")]);
    let mut four = Archive::new();
    four.table(at(0), OWN, &[A], &[("198.51.100.0/24", 0, "64496")]);
    let both = ["192.0.2.1 198.51.100.0/24 64496", "192.0.2.2 2001:db8::/32 64497"];
    let (four_file, six_file) = (dir.write("four.mrt", &four.0), dir.write("six.mrt", &six.0));
    assert_eq!(all(&[&four_file, &six_file]), both);
    assert_eq!(all(&[&six_file, &four_file]), both);
    assert_eq!(all(&[&dir.write("both.mrt", &[four.0, six.0].concat())]), both);
    // A table of another view replaces nothing.
    let mut view = Archive::new();
    view.table(at(60), ("192.0.2.254", "other"), &[B], &[("2001:db8::/32", 0, "64497")]);
    assert_eq!(all(&[&four_file, &dir.write("view.mrt", &view.0)]), both);
}

/// TABLE_DUMP records: sequence number, prefix, AS of the peer 192.0.2.1.
fn older(seconds: u32, routes: &[(u16, [u8; 4], u16)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (sequence, prefix, asn) in routes {
        let list = [0x40, 1, 1, 0, 0x40, 2, 4, 2, 1, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
        let mut body = vec![0, 0];
        body.extend(sequence.to_be_bytes());
        body.extend(prefix);
        body.extend([24, 1, 0, 0, 0, 5, 192, 0, 2, 1]);
        body.extend(asn.to_be_bytes());
        body.extend([0, u8::try_from(list.len()).unwrap()]);
        body.extend(list);
        out.extend((T0 + seconds).to_be_bytes());
        out.extend([0, 12, 0, 1, 0, 0, 0, u8::try_from(body.len()).unwrap()]);
        out.extend(body);
    }
    out
}

#[test]
fn older_dumps_begin_where_their_numbers_go_back() {
    let dir = Dir::new("tables-older");
    // A dump takes two seconds to write; its sequence numbers wrap.
    let first = [
        older(0, &[(65_534, [198, 51, 100, 0], 64496), (65_535, [198, 51, 101, 0], 64496)]),
        older(1, &[(0, [198, 51, 102, 0], 64496)]),
    ];
    let file = dir.write("one.mrt", &first.concat());
    assert_eq!(all(&[&file]).len(), 3);
    let second = older(300, &[(0, [203, 0, 113, 0], 64496)]);
    let both = dir.write("two.mrt", &[first.concat(), second.clone()].concat());
    assert_eq!(all(&[&both]), ["192.0.2.1 203.0.113.0/24 64496"]);
    assert_eq!(all_at(&[&both], &(T0 + 299).to_string()).len(), 3);
    // Also from two files, with a note: nothing identifies their collector.
    let second = dir.write("second.mrt", &second);
    let (code, out, err) = run(&[&["rib", &file, &second][..], &ALL].concat());
    assert_eq!((code, out.len()), (0, 1));
    assert_eq!(
        err,
        [
            "the older table dumps in 2 files name no collector: they are taken as those of one; if they are not, name the files of \
          each: --collector NAME=FILE..."
        ]
    );
    let one = format!("one={file}");
    let (code, out, err) = run(&[&["rib", "--collector", &one, "--collector", &format!("two={second}")][..], &ALL].concat());
    assert_eq!((code, out.len(), err.len()), (0, 4, 0));
    // AS_TRANS is a placeholder for the number in messages.
    let trans = dir.write("trans.mrt", &older(0, &[(0, [198, 51, 100, 0], 23456)]));
    let mut updates = Archive::new();
    updates.withdraw(at(5), LINK.from("192.0.2.1", 65550), &["198.51.100.0/24"]);
    let updates = dir.write("updates.mrt", &updates.0);
    let (code, out, err) = run(&[&["rib", &trans, &updates][..], &ALL].concat());
    assert_eq!((code, out.len()), (1, 0));
    assert_eq!(err, ["peer 192.0.2.1 has AS 23456 in a table dump and AS 65550 in messages: taken as one peer", "no route"]);
}

#[test]
fn one_peer_at_two_collectors_is_two_peers() {
    let dir = Dir::new("tables-two-collectors");
    let table = |collector: &str, path: &str| {
        let mut archive = Archive::new();
        archive.table(at(0), (collector, ""), &[A], &[("198.51.100.0/24", 0, path)]);
        archive.0
    };
    let c1 = dir.write("c1.mrt", &table("192.0.2.251", "64496 64500"));
    let c2 = dir.write("c2.mrt", &table("192.0.2.252", "64496 64501"));
    let mut u1 = Archive::new();
    u1.withdraw(at(10), LINK.to("192.0.2.251"), &["198.51.100.0/24"]);
    let u1 = dir.write("u1.mrt", &u1.0);
    let both = ["192.0.2.1 198.51.100.0/24 64496 64500", "192.0.2.1 198.51.100.0/24 64496 64501"];
    assert_eq!(all(&[&c1, &c2]), both);
    for files in [[&*c1, &*c2, &*u1], [&u1, &c2, &c1]] {
        assert_eq!(all(&files), &both[1..]);
    }
    // JSON identifies both.
    let (_, out, _) = run(&["rib", "--json", &c1, &c2, "lookup", "198.51.100.1"]);
    let said: Vec<Value> = out.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&said[0]["collector"], &said[1]["collector"]), (&"192.0.2.251".into(), &"192.0.2.252".into()));
    // Messages to another address: attributed to the one collector whose table lists the peer, with a note, ...
    let mut u3 = Archive::new();
    u3.withdraw(at(10), LINK.to("192.0.2.253"), &["198.51.100.0/24"]);
    let u3 = dir.write("u3.mrt", &u3.0);
    let (code, out, err) = run(&[&["rib", &c1, &u3][..], &ALL].concat());
    assert_eq!((code, out.len()), (1, 0));
    assert_eq!(
        err,
        ["192.0.2.253 is taken as an address of the collector 192.0.2.251, whose table lists peer 192.0.2.1", "no route"]
    );
    // ... to another one if the collector's own address is known from other messages of the peer, ...
    assert_eq!(all(&[&c1, &u1, &u3]), NONE);
    let mut u4 = Archive::new();
    u4.announce(at(5), LINK.to("192.0.2.251"), "64496", &["203.0.113.0/24"]);
    assert_eq!(all(&[&c1, &dir.write("u4.mrt", &u4.0), &u3]), [both[0], "192.0.2.1 203.0.113.0/24 64496"]);
    // ... and ambiguous if two list it.
    let (code, out, err) = run(&[&["rib", &c1, &c2, &u3][..], &ALL].concat());
    assert_eq!((code, out.len()), (2, 0));
    assert_eq!(
        err,
        [format!(
            "{u3}: record at byte 0: peer 192.0.2.1 AS64496 is in the tables of the collectors 192.0.2.251 and 192.0.2.252, and its messages name \
             none of these; name the files of each collector: --collector NAME=FILE..."
        )]
    );
    let (first, second) = (format!("one={c1}"), format!("two={c2}"));
    let grouped = ["rib", "--collector", &first, &u3, "--collector", &second];
    assert_eq!(routes(&[&grouped[..], &ALL].concat()), (0, vec![both[1].to_owned()]));
    // Without tables, the address identifies the collector.
    let mut u5 = Archive::new();
    u5.announce(at(0), LINK.to("192.0.2.251"), "64496 64500", &["198.51.100.0/24"]);
    u5.announce(at(0), LINK.to("192.0.2.252"), "64496 64501", &["198.51.100.0/24"]);
    assert_eq!(all(&[&dir.write("u5.mrt", &u5.0)]), both);
}

#[test]
fn tables_of_several_collectors_and_views_are_written_apart() {
    let dir = Dir::new("tables-written-apart");
    let mut archive = Archive::new();
    archive.table(at(0), ("192.0.2.251", ""), &[A], &[("198.51.100.0/24", 0, "64496 64500")]);
    archive.table(at(0), ("192.0.2.252", "view"), &[A, B], &[("198.51.100.0/24", 0, "64496 64501")]);
    let file = dir.write("input.mrt", &archive.0);
    let to = dir.0.join("out.mrt").to_str().unwrap().to_owned();
    let (code, out, _) = run(&["rib", &file, "write", &to]);
    assert_eq!((code, out), (0, vec![format!("{to}: 3 peers, 1 prefix, 2 routes at {T0}")]));
    assert_eq!(all(&[&to]), all(&[&file]));
    let (code, out, err) = run(&["rib", "diff", &file, &to]);
    assert_eq!((code, out.len(), err), (1, 0, vec!["no difference".to_owned()]));
    // Names are not in archives, so two collectors without identifiers would be merged.
    let mut updates = Archive::new();
    updates.announce(at(0), LINK, "64496", &["198.51.100.0/24"]);
    let updates = dir.write("updates.mrt", &updates.0);
    let (one, two) = (format!("one={updates}"), format!("two={updates}"));
    let (code, out, err) = run(&["rib", "--collector", &one, "--collector", &two, "write", "--force", &to]);
    assert_eq!((code, out.len()), (2, 0));
    assert_eq!(err, [format!("{to}: the collectors one and two would both be 0.0.0.0 in the archive")]);
}

#[test]
fn a_table_without_as_numbers_joins_with_messages() {
    let dir = Dir::new("tables-as-0");
    let mut table = Archive::new();
    table.table(at(0), OWN, &[("192.0.2.1", "192.0.2.1", 0)], &[("198.51.100.0/24", 0, "64496"), ("203.0.113.0/24", 0, "64496")]);
    let mut updates = Archive::new();
    updates.withdraw(at(5), LINK, &["198.51.100.0/24"]);
    let (table, updates) = (dir.write("table.mrt", &table.0), dir.write("updates.mrt", &updates.0));
    let (code, out, err) = run(&[&["rib", &table, &updates][..], &ALL].concat());
    assert_eq!((code, out.len()), (0, 1));
    assert!(out[0].contains("|192.0.2.1|64496|203.0.113.0/24|"), "{out:?}");
    assert_eq!(err, ["peer 192.0.2.1 has AS 0 in a table dump and AS 64496 in messages: taken as one peer"]);
}

#[test]
fn peers_with_one_address_and_as_are_told_apart_by_their_identifiers() {
    let dir = Dir::new("tables-bgp-id");
    let two = [A, ("192.0.2.9", "192.0.2.1", 64496)];
    let mut archive = Archive::new();
    archive.table(at(0), OWN, &two, &[("198.51.100.0/24", 0, "64496 64500"), ("198.51.100.0/24", 1, "64496 64501")]);
    let table = dir.write("table.mrt", &archive.0);
    let both = ["192.0.2.1 198.51.100.0/24 64496 64500", "192.0.2.1 198.51.100.0/24 64496 64501"];
    assert_eq!(all(&[&table]), both);
    archive.withdraw(at(5), LINK, &["198.51.100.0/24"]);
    let (code, out, err) = run(&[&["rib", &dir.write("both.mrt", &archive.0)][..], &ALL].concat());
    assert_eq!((code, out.len(), err.len()), (2, 0, 1));
    assert!(err[0].contains("with several BGP identifiers, and messages name none"), "{err:?}");
    // An OPEN states it.
    let mut archive = Archive::new();
    archive.open(at(0), LINK, &[]);
    let open = dir.write("open.mrt", &archive.0);
    let mut updates = Archive::new();
    updates.announce(at(5), LINK, "64496 64502", &["198.51.100.0/24"]);
    let updates = dir.write("updates.mrt", &updates.0);
    let mut archive = Archive::new();
    archive.table(at(1), OWN, &two, &[("198.51.100.0/24", 0, "64496 64500"), ("198.51.100.0/24", 1, "64496 64501")]);
    let later = dir.write("later.mrt", &archive.0);
    assert_eq!(
        all(&[&open, &later, &updates]),
        ["192.0.2.1 198.51.100.0/24 64496 64502", "192.0.2.1 198.51.100.0/24 64496 64501"]
    );
    // It ends the session of its own peer only; so does what comes after it.
    let after = |change: &dyn Fn(&mut Archive)| {
        let mut archive = Archive::new();
        archive.table(at(1), OWN, &two, &[("198.51.100.0/24", 0, "64496 64500"), ("198.51.100.0/24", 1, "64496 64501")]);
        change(&mut archive);
        dir.write("after.mrt", &archive.0)
    };
    let ended = after(&|archive| {
        archive.open(at(5), LINK, &[]);
    });
    assert_eq!(all(&[&ended]), &both[1..]);
    let ended = after(&|archive| {
        archive.state(at(5), LINK, 6, 1);
    });
    assert_eq!(all(&[&open, &ended]), &both[1..]);
    // Without one, the end of a session is ambiguous.
    let (code, out, err) = run(&[&["rib", &ended][..], &ALL].concat());
    assert_eq!((code, out.len()), (2, 0));
    let offset = fs::metadata(&ended).unwrap().len() - 36;
    assert_eq!(
        err,
        [format!(
            "{ended}: record at byte {offset}: peer 192.0.2.1 AS64496 is in the table of the collector 192.0.2.254 with several BGP identifiers, \
             and messages name none; add the file with the peer's OPEN message"
        )]
    );
}

/// The octets of a message that an archive with nothing else has.
fn octets(build: impl FnOnce(&mut Archive)) -> Vec<u8> {
    let mut archive = Archive::new();
    build(&mut archive);
    archive.0[32..].to_vec()
}

/// An UPDATE with these attributes, after ORIGIN, AS_PATH and NEXT_HOP, and 198.51.100.0/24.
fn raw_update(more: &[u8]) -> Vec<u8> {
    let attributes = [&attributes("64496")[..], more].concat();
    let mut body = vec![0, 0];
    body.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
    body.extend(attributes);
    body.extend([24, 198, 51, 100]);
    let mut message = vec![0xff; 16];
    message.extend(u16::try_from(body.len() + 19).unwrap().to_be_bytes());
    message.push(2);
    message.extend(body);
    message
}

#[test]
fn a_new_table_ends_staleness_whatever_else_is_requested() {
    let dir = Dir::new("tables-stale-replaced");
    let routes = [("198.51.100.0/24", 0, "64496")];
    let (mut first, mut updates, mut second) = (Archive::new(), Archive::new(), Archive::new());
    first.table(at(10), OWN, &[A], &routes);
    restart(&mut updates, 0, LINK, RestartFlags::empty(), true, None);
    let open = updates.0.len();
    updates.state(at(70), LINK, 6, 1);
    second.table(at(110), OWN, &[A], &routes);
    let one = dir.write("one.mrt", &[&updates.0[..open], &first.0, &updates.0[open..], &second.0].concat());
    let files = [dir.write("s1.mrt", &first.0), dir.write("su.mrt", &updates.0), dir.write("s2.mrt", &second.0)];
    let files = files.each_ref().map(String::as_str);
    let later = (T0 + 180).to_string();
    let stale = |files: &[&str]| {
        let (_, out, _) = run(&[&["rib", "--json"][..], files, &ALL, &["--at", &later]].concat());
        let said: Vec<Value> = out.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        said.iter().map(|route| route["stale"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(stale(&files), [Value::Null]);
    assert_eq!(stale(&[&one]), [Value::Null]);
    // The restart time ends without effect on the new table.
    assert_eq!(all_at(&files, &(T0 + 400).to_string()), ["192.0.2.1 198.51.100.0/24 64496"]);
    for files in [&files[..], &[&*one]] {
        let (code, out, err) = run(&[&["rib"][..], files, &["diff", &(T0 + 50).to_string(), &(T0 + 400).to_string()]].concat());
        assert_eq!((code, out.len(), err), (1, 0, vec!["no difference".to_owned()]));
    }
}

#[test]
fn facts_after_the_instant_count_whatever_other_files_there_are() {
    let dir = Dir::new("tables-later-facts");
    let (mut updates, mut table, mut unsorted) = (Archive::new(), Archive::new(), Archive::new());
    updates.announce(at(5), LINK.to("192.0.2.253"), "64496", &["198.51.100.0/24"]);
    table.table(at(100), OWN, &[A], &[]);
    unsorted.announce(at(9), LINK.from("192.0.2.2", 64497), "64497", &["203.0.113.0/24"]);
    unsorted.announce(at(8), LINK.from("192.0.2.2", 64497), "64497", &["203.0.113.0/24"]);
    let [updates, table] = [dir.write("updates.mrt", &updates.0), dir.write("table.mrt", &table.0)];
    let unsorted = dir.write("unsorted.mrt", &unsorted.0);
    let said = |files: &[&str]| run(&[&["rib"][..], files, &ALL, &["--at", &(T0 + 10).to_string()]].concat()).2;
    let note = "192.0.2.253 is taken as an address of the collector 192.0.2.254, whose table lists peer 192.0.2.1";
    assert_eq!(said(&[&updates, &table]), [note]);
    assert_eq!(said(&[&updates, &table, &unsorted]), [note]);
}

#[test]
fn a_state_change_with_four_octets_names_its_own_as() {
    let dir = Dir::new("tables-state-as4");
    let mut archive = Archive::new();
    // The lower half of this number is the other's.
    archive.announce(at(0), LINK.from("192.0.2.1", 64496 + 0x1_0000), "130032", &["203.0.113.0/24"]);
    archive.announce(at(5), LINK, "64496", &["198.51.100.0/24"]);
    let up = dir.write("up.mrt", &archive.0);
    assert_eq!(all(&[&up]), ["192.0.2.1 198.51.100.0/24 64496"]);
    archive.state(at(10), LINK, 6, 1);
    assert_eq!(all(&[&dir.write("down.mrt", &archive.0)]), NONE);
}

#[test]
fn damage_in_an_open_and_discarded_attributes_are_findings() {
    let dir = Dir::new("tables-findings");
    let mut archive = Archive::new();
    // A graceful restart capability of one octet.
    let mut open = vec![0xff; 16];
    open.extend([0, 34, 1, 4, 0xfb, 0xf0, 0, 90, 192, 0, 2, 1, 5, 2, 3, 64, 1, 0]);
    archive.message(at(0), LINK, &open);
    let file = dir.write("open.mrt", &archive.0);
    let (code, _, err) = run(&[&["rib", "--fail-on", "any", &file][..], &ALL].concat());
    assert_eq!((code, err.len()), (1, 2));
    assert!(err[0].contains(": Graceful Restart capability: length 1 is not valid here ("), "{err:?}");
    assert_eq!(err[1], "no route");
    // ATOMIC_AGGREGATE of one octet: the route stays.
    let mut archive = Archive::new();
    archive.message(at(0), LINK, &raw_update(&[0x40, 6, 1, 0]));
    let file = dir.write("discard.mrt", &archive.0);
    let rib = |level: &str| {
        let (code, out, err) = run(&[&["rib", "--fail-on", level, &file][..], &ALL].concat());
        assert_eq!(err.last().unwrap(), "1 malformed attribute is discarded (RFC 7606): its routes are held without it");
        (code, out.len(), err.len())
    };
    assert_eq!(["none", "reset", "withdraw"].map(rib), [(0, 1, 1); 3]);
    // The finding too.
    assert_eq!(["discard", "any"].map(rib), [(1, 1, 2); 2]);
    // What is written has nothing to discard.
    let written = dir.0.join("written.mrt").to_str().unwrap().to_owned();
    assert_eq!(run(&["rib", &file, "write", &written]).0, 0);
    assert_eq!(run(&["check", &written]).1, [format!("{written}: 2 records, 0 findings")]);
    assert_eq!(run(&["rib", "diff", &file, &written]).1, [""; 0]);
}

#[test]
fn all_messages_of_a_record_are_applied_in_order() {
    let dir = Dir::new("tables-several-messages");
    let keepalive = octets(|archive| {
        archive.keepalive(at(0), LINK);
    });
    let open = octets(|archive| {
        archive.open(at(0), LINK, &[]);
    });
    let cease = octets(|archive| {
        archive.notification(at(0), LINK, (6, 2));
    });
    let announce = octets(|archive| {
        archive.announce(at(0), LINK, "64496", &["203.0.113.0/24"]);
    });
    let held = "192.0.2.1 198.51.100.0/24 64496";
    let new = "192.0.2.1 203.0.113.0/24 64496";
    for (messages, expected) in [
        ([&keepalive, &announce], &[held, new][..]),
        ([&open, &announce], &[new][..]),
        ([&announce, &keepalive], &[held, new][..]),
        ([&announce, &cease], &[][..]),
        ([&cease, &announce], &[new][..]),
    ] {
        let mut archive = Archive::new();
        archive.table(at(0), OWN, &[A], &[("198.51.100.0/24", 0, "64496")]);
        // A record of the first, with the second after it.
        let mut record = Archive::new();
        record.message(at(5), LINK, messages[0]);
        record.0.extend(messages[1]);
        let len = u32::try_from(record.0.len() - 12).unwrap();
        record.0[8..12].copy_from_slice(&len.to_be_bytes());
        archive.0.append(&mut record.0);
        let file = dir.write("input.mrt", &archive.0);
        assert_eq!(all(&[&file]), expected);
        let (_, _, err) = run(&[&["rib", &file][..], &ALL].concat());
        assert!(err[0].contains(&file), "{err:?}");
    }
}

#[test]
fn a_disabled_family_leaves_the_others() {
    let dir = Dir::new("tables-disabled-family");
    // An IPv6 next hop of five octets.
    let reach = [0x80, 14, 15, 0, 2, 1, 5, 0x20, 1, 0xd, 0xb8, 0, 0, 32, 0x20, 1, 0xd, 0xb8];
    let mut archive = Archive::new();
    archive.message(at(0), LINK, &raw_update(&reach));
    let file = dir.write("next-hop.mrt", &archive.0);
    let (code, out, err) = run(&[&["rib", "--fail-on", "none", &file][..], &ALL].concat());
    assert_eq!((code, out.len(), err.is_empty()), (0, 1, false), "{out:?} {err:?}");
    assert!(out[0].contains("198.51.100.0/24"), "{out:?}");
    // A VPN route, and the start of another.
    let route = [112, 0, 0, 0x11, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 203, 0, 113];
    let next_hop = [0, 1, 128, 12, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0];
    for (cut, expected) in [(0, 1), (5, 0)] {
        let value = [&next_hop[..], &route, &route[..cut]].concat();
        let reach = [&[0x80, 14, u8::try_from(value.len()).unwrap()][..], &value].concat();
        let mut archive = Archive::new();
        archive.message(at(0), LINK, &raw_update(&reach));
        let file = dir.write("vpn.mrt", &archive.0);
        let (_, out, _) = run(&["rib", "--fail-on", "none", &file, "other"]);
        assert_eq!(out.len(), expected, "{cut} octets of another route");
        assert_eq!(all(&[&file]), ["192.0.2.1 198.51.100.0/24 64496"]);
    }
}

#[test]
fn what_the_collector_sends_changes_nothing() {
    let dir = Dir::new("tables-local");
    let mut archive = Archive::new();
    archive.announce(at(0), LINK, "64496 64500", &["198.51.100.0/24"]);
    archive.announce(at(1), LINK.sent(), "64511", &["203.0.113.0/24"]);
    archive.withdraw(at(2), LINK.sent(), &["198.51.100.0/24"]);
    archive.open(at(3), LINK.sent(), &[]);
    let file = dir.write("input.mrt", &archive.0);
    assert_eq!(all(&[&file]), ["192.0.2.1 198.51.100.0/24 64496 64500"]);
}

#[test]
fn a_session_ends_by_notifications_opens_and_states() {
    let dir = Dir::new("tables-ends");
    type End<'a> = (&'a str, &'a dyn Fn(&mut Archive));
    let ends: [End<'_>; 6] = [
        ("a NOTIFICATION of the peer", &|archive| {
            archive.notification(at(5), LINK, (6, 2));
        }),
        ("a NOTIFICATION of the collector", &|archive| {
            archive.notification(at(5), LINK.sent(), (4, 0));
        }),
        ("an OPEN", &|archive| {
            archive.open(at(5), LINK, &[]);
        }),
        ("a state", &|archive| {
            archive.state(at(5), LINK, 6, 1);
        }),
        ("another AS", &|archive| {
            archive.keepalive(at(5), LINK.from("192.0.2.1", 64499));
        }),
        ("an established session of another AS", &|archive| {
            archive.state(at(5), LINK.from("192.0.2.1", 64499), 5, 6);
        }),
    ];
    for (what, end) in ends {
        let mut archive = Archive::new();
        archive.announce(at(0), LINK, "64496", &["198.51.100.0/24"]);
        archive.announce(at(0), LINK.from("192.0.2.2", 64497), "64497", &["198.51.100.0/24"]);
        end(&mut archive);
        let file = dir.write("input.mrt", &archive.0);
        assert_eq!(all(&[&file]), ["192.0.2.2 198.51.100.0/24 64497"], "{what}");
        assert_eq!(all_at(&[&file], &(T0 + 4).to_string()).len(), 2, "{what}");
        // A dump's table ends likewise.
        let mut archive = Archive::new();
        archive.table(at(0), OWN, &[A, B], &[("198.51.100.0/24", 0, "64496"), ("198.51.100.0/24", 1, "64497")]);
        end(&mut archive);
        let file = dir.write("table.mrt", &archive.0);
        assert_eq!(all(&[&file]), ["192.0.2.2 198.51.100.0/24 64497"], "{what}");
    }
    // A state change that ends no session, and an OPEN of another peer.
    let mut archive = Archive::new();
    archive.announce(at(0), LINK, "64496", &["198.51.100.0/24"]);
    archive.state(at(5), LINK, 3, 4).open(at(6), LINK.from("192.0.2.2", 64497), &[]);
    assert_eq!(all(&[&dir.write("no-end.mrt", &archive.0)]).len(), 1);
}

#[test]
fn a_losing_second_connection_changes_nothing() {
    let dir = Dir::new("tables-collision");
    let begin = || {
        let mut archive = Archive::new();
        archive.announce(at(0), LINK, "64496", &["198.51.100.0/24", "203.0.113.0/24", "192.0.2.0/24"]);
        archive
    };
    let mut archive = begin();
    archive.open(at(5), LINK, &[]).announce(at(6), LINK, "64496 64500", &["203.0.113.0/24"]);
    archive.withdraw(at(6), LINK, &["192.0.2.0/24"]).notification(at(7), LINK.sent(), (6, 7));
    let file = dir.write("lost.mrt", &archive.0);
    assert_eq!(all(&[&file]), ["192.0.2.1 198.51.100.0/24 64496", "192.0.2.1 203.0.113.0/24 64496 64500"]);
    // Alone such a NOTIFICATION ends nothing, from either end.
    for link in [LINK, LINK.sent()] {
        let mut archive = begin();
        archive.notification(at(5), link, (6, 7));
        assert_eq!(all(&[&dir.write("alone.mrt", &archive.0)]).len(), 3);
    }
    // Five minutes after an OPEN its connection is established or closed.
    let mut archive = begin();
    archive.open(at(5), LINK, &[]).notification(at(305), LINK.sent(), (6, 7));
    assert_eq!(all(&[&dir.write("late.mrt", &archive.0)]), NONE);
}

#[test]
fn a_refresh_takes_away_what_is_not_sent_again() {
    let dir = Dir::new("tables-refresh");
    let mut archive = Archive::new();
    archive.announce(at(0), LINK, "64496", &["198.51.100.0/24", "203.0.113.0/24"]);
    archive.update(at(0), LINK, |update| {
        basic(update, "64496");
        update.announce_prefix(Family::IPV6_UNICAST, &next_hop("2001:db8::1"), prefix("2001:db8::/32")).unwrap();
    });
    archive.refresh(at(5), LINK, Family::IPV4_UNICAST, RouteRefreshSubtype::BORR);
    archive.announce(at(6), LINK, "64496", &["203.0.113.0/24"]);
    let before = dir.write("before.mrt", &archive.0);
    assert_eq!(all(&[&before]).len(), 3);
    archive.refresh(at(7), LINK, Family::IPV4_UNICAST, RouteRefreshSubtype::EORR);
    let after = dir.write("after.mrt", &archive.0);
    assert_eq!(all(&[&after]), ["192.0.2.1 203.0.113.0/24 64496", "192.0.2.1 2001:db8::/32 64496"]);
    // An end without a beginning has no effect, nor do messages of the collector.
    let mut archive = Archive::new();
    archive.announce(at(0), LINK, "64496", &["198.51.100.0/24"]);
    archive.refresh(at(5), LINK, Family::IPV4_UNICAST, RouteRefreshSubtype::EORR);
    archive.refresh(at(5), LINK.sent(), Family::IPV4_UNICAST, RouteRefreshSubtype::BORR);
    archive.refresh(at(6), LINK.sent(), Family::IPV4_UNICAST, RouteRefreshSubtype::EORR);
    assert_eq!(all(&[&dir.write("end.mrt", &archive.0)]).len(), 1);
}

/// Graceful restart in 120 s of IPv4 unicast; with a stale time, also long-lived.
fn restart(open: &mut Archive, time: u32, link: Link, flags: RestartFlags, forwarding: bool, stale_time: Option<u32>) {
    let kept = if forwarding { StateFlags::FORWARDING } else { StateFlags::empty() };
    let families = [RestartFamily { family: Family::IPV4_UNICAST, flags: kept }];
    let mut octets = Vec::new();
    let families = List::from_values(families, &mut octets).unwrap();
    let graceful = CapabilityValue::GracefulRestart(GracefulRestart { restart: Restart { flags, time: 120 }, families });
    let mut more = Vec::new();
    let long = stale_time.map(|time| {
        let flags = StaleFlags::FORWARDING;
        Llgr { family: Family::IPV4_UNICAST, flags, stale_time: U24(time) }
    });
    let long = List::from_values(long, &mut more).unwrap();
    open.open(at(time), link, &[CapabilityValue::As4(Asn(link.asn)), graceful, CapabilityValue::Llgr(long)]);
}

#[test]
fn routes_survive_a_graceful_restart_as_announced() {
    let dir = Dir::new("tables-restart");
    let begin = |stale_time: Option<u32>| {
        let mut archive = Archive::new();
        restart(&mut archive, 0, LINK, RestartFlags::empty(), false, stale_time);
        archive.announce(at(1), LINK, "64496", &["198.51.100.0/24", "203.0.113.0/24"]);
        archive.state(at(10), LINK, 6, 1);
        archive
    };
    let stale = |file: &str, seconds: u32| -> Vec<(String, Option<String>)> {
        let instant = (T0 + seconds).to_string();
        let (_, out, _) = run(&[&["rib", "--json", file, "--at", &instant][..], &ALL].concat());
        let read = |line: &String| -> (String, Option<String>) {
            let value: Value = serde_json::from_str(line).unwrap();
            (value["prefix"].as_str().unwrap().to_owned(), value["stale"].as_str().map(str::to_owned))
        };
        out.iter().map(read).collect()
    };
    let one = |prefix: &str, stale: Option<&str>| (prefix.to_owned(), stale.map(str::to_owned));
    let both = |stale: Option<&str>| vec![one("198.51.100.0/24", stale), one("203.0.113.0/24", stale)];
    // The peer does not return.
    let file = dir.write("gone.mrt", &begin(None).0);
    let said = run(&[&["rib", &file, "--at", &(T0 + 10).to_string()][..], &ALL].concat()).2;
    assert_eq!(said, ["2 routes are stale, kept after their session ended"]);
    // Each line says so.
    let lines = run(&[&["rib", &file, "--at", &(T0 + 10).to_string()][..], &ALL].concat()).1;
    assert!(lines.len() == 2 && lines.iter().all(|line| line.ends_with("| # stale graceful")), "{lines:?}");
    assert_eq!(stale(&file, 9), both(None));
    assert_eq!(stale(&file, 10), both(Some("graceful")));
    assert_eq!(stale(&file, 129), both(Some("graceful")));
    assert_eq!(stale(&file, 130), []);
    // It does not return for long.
    let file = dir.write("long.mrt", &begin(Some(1_000)).0);
    assert_eq!(stale(&file, 130), both(Some("long-lived")));
    assert_eq!(stale(&file, 1_129), both(Some("long-lived")));
    assert_eq!(stale(&file, 1_130), []);
    // It returns, and sends one route again.
    let mut archive = begin(None);
    restart(&mut archive, 20, LINK, RestartFlags::RESTARTED, true, None);
    archive.announce(at(21), LINK, "64496 64500", &["203.0.113.0/24"]);
    archive.end_of_rib(at(500), LINK, Family::IPV4_UNICAST);
    let file = dir.write("back.mrt", &archive.0);
    assert_eq!(stale(&file, 499), [one("198.51.100.0/24", Some("graceful")), one("203.0.113.0/24", None)]);
    assert_eq!(stale(&file, 500), [one("203.0.113.0/24", None)]);
    // It returns without its forwarding state, or ends the session itself.
    let mut archive = begin(None);
    restart(&mut archive, 20, LINK, RestartFlags::RESTARTED, false, None);
    assert_eq!(stale(&dir.write("cold.mrt", &archive.0), 20), []);
    let mut archive = begin(None);
    archive.notification(at(11), LINK, (6, 2));
    assert_eq!(stale(&dir.write("shut.mrt", &archive.0), 11), []);
    // A NOTIFICATION ends nothing if negotiated so, except a hard reset.
    for (subcode, routes) in [(2, both(Some("graceful"))), (9, vec![])] {
        let mut archive = Archive::new();
        restart(&mut archive, 0, LINK, RestartFlags::NOTIFICATION, false, None);
        restart(&mut archive, 0, LINK.sent(), RestartFlags::NOTIFICATION, false, None);
        archive.announce(at(1), LINK, "64496", &["198.51.100.0/24", "203.0.113.0/24"]);
        archive.notification(at(10), LINK, (6, subcode));
        assert_eq!(stale(&dir.write("notified.mrt", &archive.0), 11), routes);
    }
    // A collector without the capability keeps nothing.
    let mut archive = Archive::new();
    archive.open(at(0), LINK.sent(), &[]);
    archive.0.extend(begin(None).0);
    assert_eq!(stale(&dir.write("alone.mrt", &archive.0), 11), []);
}

#[test]
fn written_stale_routes_have_a_mark_or_a_remark() {
    let dir = Dir::new("tables-stale-written");
    let mut archive = Archive::new();
    restart(&mut archive, 0, LINK, RestartFlags::empty(), false, Some(1_000));
    archive.announce(at(1), LINK, "64496", &["198.51.100.0/24"]);
    archive.state(at(10), LINK, 6, 1);
    let file = dir.write("input.mrt", &archive.0);
    let to = dir.0.join("out.mrt").to_str().unwrap().to_owned();
    let write = |seconds: u32| {
        let (code, _, err) = run(&["rib", &file, "--at", &(T0 + seconds).to_string(), "write", "--force", &to]);
        let (_, out, _) = run(&[&["rib", &to][..], &ALL].concat());
        (code, err, out.len(), out[0].contains("65535:6"))
    };
    let remark = "1 route kept during a graceful restart is written without a mark: a table dump has none";
    assert_eq!(write(129), (0, vec![remark.to_owned()], 1, false));
    // LLGR_STALE (RFC 9494 section 4.2).
    assert_eq!(write(130), (0, vec![], 1, true));
}

#[test]
fn a_long_lived_stale_route_is_the_last_choice() {
    let dir = Dir::new("tables-llgr-stale");
    let mut archive = Archive::new();
    archive.update(at(0), LINK, |update| {
        basic(update, "64496 64500");
        community(update, 0xffff_0006);
        update.announce(prefix("198.51.100.0/24")).unwrap();
    });
    archive.announce(at(1), LINK.from("192.0.2.2", 64497), "64497 64499 64500", &["198.51.100.0/24"]);
    let file = dir.write("input.mrt", &archive.0);
    let (code, routes) = routes(&["rib", &file, "lookup", "--best", "198.51.100.0/24"]);
    assert_eq!((code, routes), (0, vec!["192.0.2.2 198.51.100.0/24 64497 64499 64500".to_owned()]));
    // Also by the state of the session, without the community.
    let mut archive = Archive::new();
    restart(&mut archive, 0, LINK, RestartFlags::empty(), false, Some(1_000));
    archive.announce(at(1), LINK, "64496", &["198.51.100.0/24"]).state(at(2), LINK, 6, 1);
    archive.announce(at(300), LINK.from("192.0.2.2", 64497), "64497 64499 64500", &["198.51.100.0/24"]);
    let file = dir.write("state.mrt", &archive.0);
    let (_, best) = self::routes(&["rib", &file, "lookup", "--best", "198.51.100.0/24"]);
    assert_eq!(best, ["192.0.2.2 198.51.100.0/24 64497 64499 64500"]);
}

#[test]
fn updates_of_one_second_are_in_the_order_of_their_microseconds() {
    let dir = Dir::new("tables-micros");
    let (mut a, mut b) = (Archive::new(), Archive::new());
    a.announce(at_micros(0, 1), LINK, "64496", &["203.0.113.0/24"]);
    a.withdraw(at_micros(10, 500_000), LINK, &["198.51.100.0/24"]);
    b.announce(at_micros(10, 200_000), LINK, "64496", &["198.51.100.0/24"]);
    let (a, b) = (dir.write("a.mrt", &a.0), dir.write("b.mrt", &b.0));
    let (one, two) = ("192.0.2.1 203.0.113.0/24 64496", "192.0.2.1 198.51.100.0/24 64496");
    for files in [[&*a, &*b], [&b, &a]] {
        assert_eq!(all(&files), [one]);
        let instant = |fraction: &str| all_at(&files, &format!("{}{fraction}", T0 + 10));
        assert_eq!(instant(".1"), [one]);
        assert_eq!(instant(".2"), [two, one]);
        assert_eq!(instant(".499999"), [two, one]);
        assert_eq!(instant(".5"), [one]);
        // An instant in whole seconds includes its whole second.
        assert_eq!(instant(""), [one]);
        assert_eq!(all_at(&files, "2025-12-01T00:00:10.3Z"), [two, one]);
    }
    // Invalid microseconds count as the last of their second.
    let mut c = Archive::new();
    c.announce(at_micros(10, 4_000_000), LINK, "64496 64500", &["198.51.100.0/24"]);
    let c = dir.write("c.mrt", &c.0);
    let mut d = Archive::new();
    d.announce(at(11), LINK, "64496 64501", &["198.51.100.0/24"]);
    let d = dir.write("d.mrt", &d.0);
    assert_eq!(all(&[&c, &a, &b]), ["192.0.2.1 198.51.100.0/24 64496 64500", one]);
    assert_eq!(all(&[&c, &d, &a, &b]), ["192.0.2.1 198.51.100.0/24 64496 64501", one]);
}

/// Labelled and VPN routes with a plain one.
fn families() -> Archive {
    let label = |octets: &'static [[u8; 3]]| Labels::new(octets);
    let mut archive = Archive::new();
    archive.update(at(0), LINK, |update| {
        basic(update, "64496");
        let route = LabeledPrefix { labels: label(&[[0, 6, 0x41]]), prefix: "198.51.100.0/24".parse().unwrap() };
        update.announce_route(Family::IPV4_LABELED, &next_hop("192.0.2.1"), None, &RouteValue::Labeled(route)).unwrap();
    });
    archive.update(at(1), LINK, |update| {
        basic(update, "64496");
        let prefix = "203.0.113.0/24".parse().unwrap();
        let route = VpnPrefix { labels: label(&[[0, 6, 0x41]]), rd: RouteDistinguisher::as2(64496, 1), prefix };
        let rd = RouteDistinguisher([0; 8]);
        let hop = routeglass::nlri::NextHop::Vpn(rd, std::net::Ipv4Addr::new(192, 0, 2, 1).into());
        update.announce_route(Family::IPV4_VPN, &hop, None, &RouteValue::Vpn(route)).unwrap();
    });
    archive.announce(at(2), LINK, "64496", &["192.0.2.0/24"]);
    archive
}

#[test]
fn routes_of_other_families_are_held_said_written_and_compared() {
    let dir = Dir::new("tables-families");
    let file = dir.write("input.mrt", &families().0);
    let (code, out, err) = run(&[&["rib", &file][..], &ALL].concat());
    assert_eq!((code, out.len()), (0, 1));
    assert_eq!(err, ["not in this answer: 2 routes of other families (1 IPv4 labeled, 1 IPv4 vpn); `other` prints them"]);
    let (code, out, err) = run(&["rib", &file, "other"]);
    assert_eq!((code, err.len()), (0, 0));
    assert_eq!(out.len(), 2);
    assert!(out[0].contains("IPv4 labeled") && out[0].contains("198.51.100.0/24"), "{out:?}");
    assert!(out[1].contains("IPv4 vpn") && out[1].contains("203.0.113.0/24"), "{out:?}");
    for family in ["IPv4 vpn", "ipv4 VPN", "1/128"] {
        assert_eq!(run(&["rib", &file, "other", "--family", family]).1, out[1..], "{family}");
    }
    let (code, none, err) = run(&["rib", &file, "other", "--family", "2/128"]);
    assert_eq!((code, none.len(), err), (1, 0, vec!["no route".to_owned()]));
    // One by its printed text.
    let (_, objects, _) = run(&["rib", &file, "--json", "other"]);
    let route = |n: usize| serde_json::from_str::<Value>(&objects[n]).unwrap();
    assert_eq!(route(1)["family"], "IPv4 vpn");
    let to = dir.0.join("out.mrt").to_str().unwrap().to_owned();
    let (code, written, err) = run(&["rib", &file, "write", &to]);
    assert_eq!((code, err.len()), (0, 0));
    assert_eq!(written, [format!("{to}: 1 peer, 1 prefix, 3 routes (2 of other families) at {}", T0 + 2)]);
    let (code, out, err) = run(&["rib", "diff", &file, &to]);
    assert_eq!((code, out.len(), err), (1, 0, vec!["no difference".to_owned()]));
    let mut plain = Archive::new();
    plain.announce(at(2), LINK, "64496", &["192.0.2.0/24"]);
    let (code, out, err) = run(&["rib", "diff", &dir.write("plain.mrt", &plain.0), &to]);
    assert_eq!((code, out.len(), err.len()), (0, 2, 0));
    assert!(out.iter().all(|line| line.starts_with("+ ")), "{out:?}");
    assert_eq!(
        run(&["rib", "diff", "--by", "peer", &file, &dir.write("plain.mrt", &plain.0)]).1,
        ["192.0.2.1 AS64496: 0 gained, 2 lost, 0 changed"]
    );
    // A route with another label is the same route, changed.
    let mut archive = families();
    archive.update(at(3), LINK, |update| {
        basic(update, "64496");
        let route = LabeledPrefix { labels: Labels::new(&[[0, 6, 0x51]]), prefix: "198.51.100.0/24".parse().unwrap() };
        update.announce_route(Family::IPV4_LABELED, &next_hop("192.0.2.1"), None, &RouteValue::Labeled(route)).unwrap();
    });
    let later = dir.write("later.mrt", &archive.0);
    let (_, out, _) = run(&["rib", "diff", "--by", "peer", &file, &later]);
    assert_eq!(out, ["192.0.2.1 AS64496: 0 gained, 0 lost, 1 changed"]);
    assert_eq!(run(&["rib", &later, "other"]).1.len(), 2);
    // Withdrawals have no label.
    archive.update(at(4), LINK, |update| {
        let route = LabeledPrefix { labels: Labels::new(&[[0x80, 0, 0]]), prefix: "198.51.100.0/24".parse().unwrap() };
        update.withdraw_route(Family::IPV4_LABELED, None, &RouteValue::Labeled(route)).unwrap();
    });
    assert_eq!(run(&["rib", &dir.write("gone.mrt", &archive.0), "other"]).1.len(), 1);
}

#[test]
fn lines_of_a_difference_are_never_equal() {
    let dir = Dir::new("tables-differences");
    let mut archive = Archive::new();
    for (time, last) in [(0, 1), (5, 2)] {
        archive.update(at(time), LINK, |update| {
            basic(update, "64496");
            large_community(update, [64496, 1, last]);
            update.announce(prefix("198.51.100.0/24")).unwrap();
        });
    }
    let file = dir.write("input.mrt", &archive.0);
    let (code, out, err) = run(&["rib", &file, "diff", &T0.to_string(), &(T0 + 5).to_string()]);
    assert_eq!((code, err.len()), (0, 0));
    let route = "B|192.0.2.1|64496|198.51.100.0/24|64496|IGP|192.0.2.1|0|0||NAG||";
    assert_eq!(
        out,
        [
            format!("- TABLE_DUMP2|{T0}|{route} # LARGE_COMMUNITIES 64496:1:1"),
            format!("+ TABLE_DUMP2|{}|{route} # LARGE_COMMUNITIES 64496:1:2", T0 + 5),
        ]
    );
    let (_, out, _) = run(&["rib", "--json", &file, "diff", &T0.to_string(), &(T0 + 5).to_string()]);
    assert_eq!(out.len(), 1);
    assert!(out[0].contains("64496:1:1") && out[0].contains("64496:1:2"), "{out:?}");
    // The second address of a next hop.
    let mut archive = Archive::new();
    for (time, last) in [(0, 1), (5, 2)] {
        let addresses = [&[0x20, 1, 0x0d, 0xb8][..], &[0; 11], &[1], &[0xfe, 0x80], &[0; 13], &[last]].concat();
        let reach = [&[0x80, 14, 42, 0, 2, 1, 32][..], &addresses, &[0, 32, 0x20, 1, 0x0d, 0xb8]].concat();
        archive.message(at(time), LINK, &with_reach(&reach));
    }
    let file = dir.write("next-hops.mrt", &archive.0);
    let (_, out, _) = run(&["rib", &file, "diff", &T0.to_string(), &(T0 + 5).to_string()]);
    let ends = ["# next hop 2001:db8::1 fe80::1", "# next hop 2001:db8::1 fe80::2"];
    assert!(out.len() == 2 && out.iter().zip(ends).all(|(line, end)| line.ends_with(end)), "{out:#?}");
    // One peer at two collectors, and routes of both tables of a family.
    let mut archive = Archive::new();
    for local in ["192.0.2.251", "192.0.2.252"] {
        archive.announce(at(0), LINK.to(local), "64496", &["198.51.100.0/24"]);
        archive.update(at(0), LINK.to(local), |update| {
            basic(update, "64496");
            let path = prefix("198.51.100.0/24");
            update.announce_prefix(Family::IPV4_MULTICAST, &next_hop("192.0.2.1"), path).unwrap();
        });
    }
    let file = dir.write("collectors.mrt", &archive.0);
    let (_, out, _) = run(&["rib", &file, "diff", "0", &T0.to_string()]);
    let line = format!("+ TABLE_DUMP2|{T0}|{route} #");
    assert_eq!(
        out,
        [
            format!("{line} at 192.0.2.251"),
            format!("{line} at 192.0.2.252"),
            format!("{line} IPv4 multicast, at 192.0.2.251"),
            format!("{line} IPv4 multicast, at 192.0.2.252"),
        ]
    );
    // Counted as answers about prefixes count them.
    let to = dir.0.join("collectors-written.mrt").to_str().unwrap().to_owned();
    let (_, out, _) = run(&["rib", &file, "write", &to]);
    assert_eq!(out, [format!("{to}: 2 peers, 1 prefix, 4 routes (2 of other families) at {T0}")]);
    assert_eq!(
        run(&["rib", &file, "covered", "0.0.0.0/0"]).2,
        ["not in this answer: 2 routes of other families (2 IPv4 multicast); `other` prints them"]
    );
    assert_eq!(
        run(&["rib", &file, "diff", "0", &T0.to_string(), "--by", "peer"]).1,
        [
            "192.0.2.1 AS64496 at 192.0.2.251: 2 gained, 0 lost, 0 changed",
            "192.0.2.1 AS64496 at 192.0.2.252: 2 gained, 0 lost, 0 changed"
        ]
    );
}

#[test]
fn path_identifiers_that_nobody_declared() {
    let dir = Dir::new("tables-add-path");
    let mut archive = Archive::new();
    for n in 1..20u8 {
        // 198.51.N.0/24 with path identifier 0, under the subtype without them.
        let list = crate::common::archive::attributes("64496");
        let routes = [0, 0, 0, 0, 24, 198, 51, n];
        let body = [&[0, 0][..], &u16::try_from(list.len()).unwrap().to_be_bytes(), &list, &routes].concat();
        let head = [&[0xff; 16][..], &u16::try_from(19 + body.len()).unwrap().to_be_bytes(), &[2]].concat();
        archive.message(at(n.into()), LINK, &[head, body].concat());
    }
    let file = dir.write("input.mrt", &archive.0);
    let (code, out, err) = run(&["rib", &file, "lookup", "192.0.2.55"]);
    assert_eq!((code, out.len()), (0, 1));
    assert_eq!(err, [format!("{SUSPECTED}: try --add-path auto")]);
    for how in ["auto", "on"] {
        let (code, out, err) = run(&["rib", "--add-path", how, &file, "lookup", "192.0.2.55"]);
        assert_eq!((code, out.len(), err), (1, 0, vec!["no route".to_owned()]));
        assert_eq!(run(&["rib", &file, "--add-path", how, "covered", "0.0.0.0/0"]).1.len(), 19);
    }
}

const SUSPECTED: &str =
    "the IPv4 unicast routes of 192.0.2.1 AS64496 make sense only with path identifiers, which their records do not declare";

/// Whatever the path identifiers, and where records declare some that are not there.
#[test]
fn wrong_subtypes_are_suspected_by_every_subcommand() {
    let dir = Dir::new("tables-suspected");
    let (mut large, mut plain, mut v6) = (Archive::new(), Archive::new(), Archive::new());
    for n in 1..20u8 {
        let list = attributes("64496");
        // Read without it, the path identifier 16909060 is 2.0.0.0/1, 0.0.0.0/3 and so on: no default route, and no damage.
        let routes = [1, 2, 3, 4, 24, 198, 51, n];
        large.message(at(n.into()), LINK, &vectors::message(2, &vectors::update(&[], &list, &routes)));
        let message = vectors::message(2, &vectors::update(&[], &list, &[24, 198, 51, n]));
        plain.message_of_paths(at(n.into()), LINK, &message);
        let route = [0, 0, 0, 1, 48, 0x20, 1, 0x0d, 0xb8, 0, n];
        let reach = [&[0x80, 14, 32, 0, 2, 1, 16][..], &[0x20; 16], &[0], &route].concat();
        v6.message(at(n.into()), LINK, &with_reach(&reach));
    }
    let without =
        "the IPv4 unicast routes of 192.0.2.1 AS64496 make sense only without path identifiers, which their records declare";
    for (name, archive, said) in [
        ("large", large, SUSPECTED.to_owned()),
        ("plain", plain, without.to_owned()),
        ("v6", v6, SUSPECTED.replace("IPv4", "IPv6")),
    ] {
        let file = dir.write(name, &archive.0);
        let said = format!("{said}: try --add-path auto");
        let everything = if name == "v6" { "::/0" } else { "0.0.0.0/0" };
        let asked = ["rib", &file, "covered", everything];
        assert!(run(&asked).2.contains(&said), "{name}: {:?}", run(&asked).2);
        for subcommand in ["dump", "check", "stat"] {
            let (_, _, err) = run(&[subcommand, &file]);
            assert_eq!(err.last(), Some(&format!("{file}: {said}")), "{name} {subcommand}");
        }
        let (code, out, err) = run(&["rib", "--add-path", "auto", &file, "covered", everything]);
        assert_eq!((code, out.len(), err), (0, 19, vec![]), "{name}");
    }
}

/// The same in table dumps: path identifiers under subtypes without them, and entries without under those of RFC 8050.
#[test]
fn wrong_subtypes_of_table_dumps_are_suspected_and_read() {
    let dir = Dir::new("tables-entries");
    let with = "the IPv4 unicast routes in table dumps of the collector 192.0.2.254 make sense only with path identifiers, which their \
         records do not declare";
    let without = "the IPv4 unicast routes in table dumps of the collector 192.0.2.254 make sense only without path identifiers, \
                   which their records declare";
    for (name, subtype, ids, said) in [
        ("zero", 2, &[Some(0)][..], with),
        ("two", 2, &[Some(1), Some(7)], with),
        ("plain", 8, &[None], without),
        ("both", 8, &[None, None], without),
    ] {
        let mut octets = vectors::peer_index_table();
        for n in 1..6 {
            let entries: Vec<_> = (0u16..).zip(ids).map(|(peer, id)| vectors::entry(peer, *id, vectors::ATTRIBUTES)).collect();
            octets.extend(vectors::record(13, subtype, &vectors::rib(&[24, 198, 51, n], &entries)));
        }
        let file = dir.write(name, &octets);
        let noted = format!("{said}: try --add-path auto");
        for subcommand in ["dump", "check", "stat"] {
            let (_, _, err) = run(&[subcommand, &file]);
            assert_eq!(err.last(), Some(&format!("{file}: {noted}")), "{name} {subcommand}");
            let (code, _, err) = run(&[subcommand, &file, "--add-path", "auto"]);
            assert_eq!((code, err), (0, vec![]), "{name} {subcommand}");
        }
        let lines = run(&["dump", &file, "--add-path", "auto"]).1;
        assert_eq!(lines.len(), 5 * ids.len());
        let kind = if subtype == 2 { "TABLE_DUMP2_AP" } else { "TABLE_DUMP2" };
        assert!(lines.iter().all(|line| line.starts_with(&format!("{kind}|")) && line.contains("|64496|IGP|192.0.2.1|")));
        // Read as declared there are no routes: an entry without attributes is the rest of one that has them.
        let (code, out, err) = run(&["rib", &file, "covered", "0.0.0.0/0"]);
        assert_eq!((code, out.len()), (1, 0), "{name}: {out:?}");
        assert!(err.contains(&noted), "{name}: {err:?}");
        let (code, out, err) = run(&["rib", &file, "--add-path", "auto", "covered", "0.0.0.0/0"]);
        assert_eq!((code, out.len(), err), (0, 5 * ids.len(), vec![]), "{name}");
        let hint =
            format!("{} path identifiers (--add-path auto) nothing is wrong", if subtype == 2 { "with" } else { "without" });
        let at = vectors::peer_index_table().len().to_string();
        let err = run(&["dissect", &file, "--offset", &at]).2;
        assert!(err.iter().any(|line| line.contains(&hint)), "{name}: {err:?}");
        assert_eq!(run(&["dissect", &file, "--offset", &at, "--add-path", "auto"]).2, Vec::<String>::new(), "{name}");
    }
}

/// An UPDATE at the end of a file that is cut: what is whole of it counts, and the line says whose it was and when.
#[test]
fn whole_routes_before_a_cut_are_in_the_table() {
    let dir = Dir::new("tables-cut");
    let mut archive = Archive::new();
    archive.announce(at(0), LINK, "64496", &["198.51.100.0/24", "203.0.113.0/24"]);
    let whole = archive.0.len();
    archive.update(at(1), LINK, |update| {
        basic(update, "64496 64500");
        update.withdraw(prefix("203.0.113.0/24")).unwrap();
        update.announce(prefix("198.51.100.0/24")).unwrap().announce(prefix("192.0.2.0/24")).unwrap();
    });
    let of = |missing: usize| {
        let len = archive.0.len() - missing;
        let file = dir.write("input.mrt", &archive.0[..len]);
        let (code, out, err) = run(&[&["rib", &file][..], &ALL].concat());
        let says = format!(
            "{file}: record 1, 2025-12-01T00:00:01Z, 192.0.2.1 AS64496: the record declares {} bytes, and the input ends after {} of \
             them (routeglass dissect {file} --offset {whole})",
            archive.0.len() - whole,
            len - whole
        );
        assert_eq!((code, err), (1, vec![says]), "{missing}");
        let recovered = run(&[&["rib", "--recover", &file][..], &ALL].concat());
        assert_eq!((recovered.0, &recovered.1), (1, &out), "{missing}");
        assert!(recovered.2[0].contains("record 1, 2025-12-01T00:00:01Z, 192.0.2.1 AS64496: "), "{:?}", recovered.2);
        let fields = |line: &String| line.split('|').skip(5).take(2).collect::<Vec<_>>().join(" ");
        out.iter().map(fields).collect::<Vec<_>>()
    };
    assert_eq!(of(1), ["198.51.100.0/24 64496 64500"]);
    // No whole route: what is withdrawn is; nothing is known of the others.
    assert_eq!(of(5), ["198.51.100.0/24 64496"]);
    assert_eq!(of(20), ["198.51.100.0/24 64496"]);
    assert_eq!(of(archive.0.len() - whole - 12 - 20 - 19 - 4), ["198.51.100.0/24 64496", "203.0.113.0/24 64496"]);
}

/// A table does not show records of other types, and says so.
#[test]
fn records_without_routes_are_said() {
    let dir = Dir::new("tables-without-routes");
    let mut archive = Archive::new();
    archive.announce(at(0), LINK, "64496", &["198.51.100.0/24"]);
    archive.0.extend([vectors::record(32, 0, b"isis"), vectors::record(0, 0, &[])].concat());
    let file = dir.write("input.mrt", &archive.0);
    let (code, out, err) = run(&[&["rib", &file][..], &ALL].concat());
    assert_eq!((code, out.len(), err), (0, 1, vec!["2 records of types without routes".to_owned()]));
}

/// The short form of a table entry with an empty next hop (RFC 6396 section 4.3.4).
#[test]
fn an_empty_next_hop_in_a_table_is_of_flow_specifications_alone() {
    let dir = Dir::new("tables-empty-next-hop");
    let list = [&attributes("64496")[..attributes("64496").len() - 7], &[0x80, 14, 1, 0]].concat();
    let of = |subtype: u16, route: &[u8]| {
        [vectors::peer_index_table(), vectors::record(13, subtype, &vectors::rib(route, &[vectors::entry(0, None, &list)]))]
            .concat()
    };
    let flow = dir.write("flow.mrt", &of(6, &[0, 1, 133, 3, 3, 0x81, 6]));
    assert_eq!(run(&["check", &flow]).1, [format!("{flow}: 2 records, 0 findings")]);
    let (code, out, err) = run(&["rib", &flow, "other"]);
    assert_eq!((code, out.len(), err), (0, 1, vec![]), "{out:?}");
    assert!(out[0].contains("IPv4 flowspec protocol =6"), "{out:?}");
    // Equal to one without the attribute.
    let to = dir.0.join("out.mrt").to_str().unwrap().to_owned();
    assert_eq!(run(&["rib", &flow, "write", &to]).0, 0);
    assert_eq!(run(&["check", &to]).1, [format!("{to}: 2 records, 0 findings")]);
    assert_eq!(run(&["rib", "diff", &flow, &to]), (1, vec![], vec!["no difference".to_owned()]));
    let plain = dir.write("plain.mrt", &of(4, &[48, 0x20, 1, 0x0d, 0xb8, 0, 3]));
    let (code, out) = (run(&["check", &plain]).0, run(&["check", &plain]).1);
    assert_eq!((code, out.len()), (1, 2));
    assert!(out[0].contains("bad-length\tAFI/SAFI disable") && out[0].contains("\t800e0100\t"), "{out:?}");
    assert_eq!(run(&["rib", &plain, "covered", "::/0"]).1, [""; 0]);
}

#[test]
fn what_is_withdrawn_and_announced_at_once_is_announced() {
    let dir = Dir::new("tables-at-once");
    let mut archive = Archive::new();
    archive.update(at(0), LINK, |update| {
        basic(update, "64496");
        let prefix = crate::common::archive::prefix("198.51.100.0/24");
        update.withdraw(prefix).unwrap().announce(prefix).unwrap();
    });
    assert_eq!(all(&[&dir.write("input.mrt", &archive.0)]), ["192.0.2.1 198.51.100.0/24 64496"]);
}

#[test]
fn files_may_come_after_the_question() {
    let dir = Dir::new("tables-order");
    let mut archive = Archive::new();
    archive.announce(at(0), LINK, "64496", &["198.51.100.0/24"]);
    let file = dir.write("input.mrt", &archive.0);
    let expected = routes(&["rib", &file, "lookup", "198.51.100.1"]);
    assert_eq!(expected.1.len(), 1);
    assert_eq!(routes(&["rib", "lookup", "198.51.100.1", "--", &file]), expected);
    assert_eq!(routes(&["rib", "--at", &T0.to_string(), "covered", "0.0.0.0/0", "--", &file]), expected);
    assert_eq!(run(&["rib", "diff", "0", &T0.to_string(), "--", &file]).1.len(), 1);
    let one = format!("one={file}");
    assert_eq!(routes(&["rib", "--collector", &one, "lookup", "198.51.100.1"]), expected);
    let (code, _, err) = run(&["rib", "--collector", &file, "lookup", "198.51.100.1"]);
    assert_eq!(code, 2);
    assert!(err[0].contains("--collector takes NAME=FILE, and more files after it"), "{err:?}");
}

#[test]
fn a_file_that_is_there_is_replaced_only_if_asked_and_whole() {
    let dir = Dir::new("tables-replaced");
    let mut archive = Archive::new();
    archive.announce(at(0), LINK, "64496", &["198.51.100.0/24"]);
    let file = dir.write("input.mrt", &archive.0);
    let there = dir.write("there.mrt", b"old");
    let (code, out, err) = run(&["rib", &file, "write", &there]);
    assert_eq!((code, out.len(), err), (2, 0, vec![format!("{there}: exists already; --force replaces it")]));
    assert_eq!(fs::read(&there).unwrap(), b"old");
    assert_eq!(run(&["rib", &file, "write", "--force", &there]).0, 0);
    assert_eq!(all(&[&there]), ["192.0.2.1 198.51.100.0/24 64496"]);
    for (end, mark) in
        [("gz", &[0x1f, 0x8b][..]), ("bz2", b"BZh"), ("xz", b"\xfd7zXZ"), ("zst", &[0x28, 0xb5]), ("lz4", &[4, 0x22])]
    {
        let to = dir.0.join(format!("out.mrt.{end}")).to_str().unwrap().to_owned();
        assert_eq!(run(&["rib", &file, "write", &to]).0, 0, "{end}");
        assert!(fs::read(&to).unwrap().starts_with(mark), "{end}");
        assert_eq!(all(&[&to]), ["192.0.2.1 198.51.100.0/24 64496"]);
    }
    assert_eq!(fs::read_dir(&dir.0).unwrap().count(), 7, "nothing is left beside them");
}

#[test]
fn what_is_written_reads_back_as_the_same_table() {
    let dir = Dir::new("tables-written");
    // An empty next hop in the full form of MP_REACH_NLRI.
    let mut archive = Archive::new();
    archive.table(at(0), OWN, &[A], &[]);
    let mut attributes = vec![0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x80, 14, 5, 0, 2, 1, 0, 0];
    let mut body = vec![0, 0, 0, 0, 48, 0x20, 1, 0x0d, 0xb8, 0, 3, 0, 1, 0, 0, 0, 0, 0, 5];
    body.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
    body.append(&mut attributes);
    archive.0.extend(T0.to_be_bytes());
    archive.0.extend([0, 13, 0, 4, 0, 0, 0, u8::try_from(body.len()).unwrap()]);
    archive.0.extend(body);
    let file = dir.write("input.mrt", &archive.0);
    let to = dir.0.join("out.mrt").to_str().unwrap().to_owned();
    let (_, out, err) = run(&["rib", &file, "write", &to]);
    // It is not in the table, and that is reported.
    assert_eq!(out, [format!("{to}: 1 peer, 0 prefixes, 0 routes at {T0}")]);
    assert_eq!(err.len(), 1, "{err:?}");
    let (code, out, err) = run(&["check", &to]);
    assert_eq!((code, &out[..], err.len()), (0, &[format!("{to}: 1 record, 0 findings")][..], 0), "{err:?}");
}

/// The line of a route to 198.51.100.0/24 in a table of this many seconds.
fn line_at(seconds: u32) -> String {
    format!("TABLE_DUMP2|{}|B|192.0.2.1|64496|198.51.100.0/24|64496|IGP|192.0.2.1|0|0||NAG||", T0 + seconds)
}

#[test]
fn a_route_that_becomes_stale_differs() {
    let dir = Dir::new("tables-stale-differs");
    let mut archive = Archive::new();
    restart(&mut archive, 0, LINK, RestartFlags::empty(), false, Some(1_000));
    archive.announce(at(1), LINK, "64496", &["198.51.100.0/24"]);
    archive.state(at(10), LINK, 6, 1);
    let file = dir.write("input.mrt", &archive.0);
    let diff = |before: u32, after: u32, more: &[&str]| {
        let [before, after] = [before, after].map(|seconds| (T0 + seconds).to_string());
        run(&[&["rib", &file, "diff", &before, &after][..], more].concat())
    };
    let [fresh, stale, long] = [9, 10, 130].map(line_at);
    let both = |before: String, after: String| (0, vec![before, after], vec![]);
    let becomes_stale = both(format!("- {fresh} # not stale"), format!("+ {stale} # stale: graceful"));
    assert_eq!(diff(9, 10, &[]), becomes_stale);
    assert_eq!(diff(10, 130, &[]), both(format!("- {stale} # stale: graceful"), format!("+ {long} # stale: long-lived")));
    assert_eq!(diff(10, 129, &[]), (1, vec![], vec!["no difference".to_owned()]));
    assert_eq!(diff(9, 10, &["--by", "peer"]).1, ["192.0.2.1 AS64496: 0 gained, 0 lost, 1 changed"]);
    let (_, out, _) = diff(9, 10, &["--json"]);
    let object: Value = serde_json::from_str(&out[0]).unwrap();
    assert_eq!((&object["change"], &object["before"]["stale"]), (&"changed".into(), &Value::Null));
    assert_eq!((&object["after"]["stale"], &object["after"]["prefix"]), (&"graceful".into(), &"198.51.100.0/24".into()));
    // With other attributes it differs in them too.
    restart(&mut archive, 20, LINK, RestartFlags::RESTARTED, true, None);
    archive.announce(at(21), LINK, "64496 64500", &["198.51.100.0/24"]);
    let file = dir.write("again.mrt", &archive.0);
    let (_, out, _) = run(&["rib", &file, "diff", &(T0 + 20).to_string(), &(T0 + 21).to_string()]);
    let again = line_at(21).replace("|64496|IGP", "|64496 64500|IGP");
    assert_eq!(out, [format!("- {} # stale: graceful", line_at(20)), format!("+ {again} # not stale")]);
}

#[test]
fn routes_of_a_peer_that_is_listed_twice_are_said() {
    let dir = Dir::new("tables-twice");
    let mut archive = Archive::new();
    let routes = [("198.51.100.0/24", 0, "64496 64500"), ("203.0.113.0/24", 1, "64496")];
    archive.table(at(0), OWN, &[A, B], &routes);
    // The second peer again.
    let mut octets = archive.0;
    let (again, list) = (octets[12 + 8 + 13..12 + 8 + 26].to_vec(), u32::from_be_bytes(octets[8..12].try_into().unwrap()));
    octets.splice(12 + 8 + 26..12 + 8 + 26, again);
    octets[12 + 7] = 3;
    octets[8..12].copy_from_slice(&(list + 13).to_be_bytes());
    let entries = |peers: [u16; 2]| {
        let entries = peers.map(|peer| vectors::entry(peer, None, &attributes("64497")));
        let mut record = vectors::record(13, 2, &vectors::rib(&[24, 203, 0, 113], &entries));
        record[..4].copy_from_slice(&T0.to_be_bytes());
        record
    };
    let twice = "peer 192.0.2.2 AS64497 is listed more than once in a table dump, as one peer: 1 route of it took the place of another \
                 to the same prefix";
    let end = 12 + 8 + 39;
    let file = dir.write("input.mrt", &[&octets[..end], &entries([1, 2])].concat());
    let (code, out, err) = run(&[&["rib", &file][..], &ALL].concat());
    assert_eq!((code, out.len(), err), (0, 1, vec![twice.to_owned()]));
    // Of other prefixes, or of another peer, nothing is lost.
    let file = dir.write("apart.mrt", &[&octets[..end], &entries([0, 2])].concat());
    let (code, out, err) = run(&[&["rib", &file][..], &ALL].concat());
    assert_eq!((code, out.len(), err.len()), (0, 2, 0));
}

/// An UPDATE of ORIGIN, AS_PATH and MP_REACH_NLRI.
fn with_reach(reach: &[u8]) -> Vec<u8> {
    let list = attributes("64496");
    let before_next_hop = &list[..list.len() - 7];
    vectors::message(2, &vectors::update(&[], &[before_next_hop, reach].concat(), &[]))
}

#[test]
fn flow_specifications_without_a_next_hop_are_held() {
    let dir = Dir::new("tables-flowspec");
    // RFC 8955 section 4: the next hop has length 0. A rule for TCP.
    let reach = [0x80, 14, 9, 0, 1, 133, 0, 0, 3, 3, 0x81, 6];
    let mut archive = Archive::new();
    archive.message(at(0), LINK, &with_reach(&reach));
    let file = dir.write("input.mrt", &archive.0);
    let (code, out, err) = run(&["rib", &file, "other"]);
    assert_eq!((code, out.len(), err.len()), (0, 1, 0), "{out:?} {err:?}");
    assert!(out[0].contains("IPv4 flowspec") && !out[0].contains("via"), "{out:?}");
    let to = dir.0.join("out.mrt").to_str().unwrap().to_owned();
    let (code, _, err) = run(&["rib", &file, "write", &to]);
    assert_eq!((code, err.len()), (0, 0));
    assert_eq!(run(&["check", &to]).1, [format!("{to}: 2 records, 0 findings")]);
    assert_eq!(run(&["rib", &to, "other"]).1, out);
    assert_eq!(run(&["rib", "diff", &file, &to]), (1, vec![], vec!["no difference".to_owned()]));
}

#[test]
fn path_identifiers_of_other_families_show_in_evidence() {
    let dir = Dir::new("tables-add-path-vpn");
    let (mut archive, mut plain) = (Archive::new(), Archive::new());
    for n in 1..20u8 {
        // 64496:1 198.51.N.0/24 with label 100 and path identifier 1, under the subtype without path identifiers.
        let route = [112, 0, 6, 0x41, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, n];
        let reach = |path: &[u8]| {
            let value = [&[0, 1, 128, 12, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0][..], path, &route].concat();
            [&[0x80, 14, u8::try_from(value.len()).unwrap()][..], &value].concat()
        };
        archive.message(at(n.into()), LINK, &with_reach(&reach(&[0, 0, 0, 1])));
        plain.message(at(n.into()), LINK, &with_reach(&reach(&[])));
    }
    let file = dir.write("input.mrt", &archive.0);
    let plain = dir.write("plain.mrt", &plain.0);
    let routes = |file: &str, how: &str| {
        let (_, out, _) = run(&["rib", file, "--add-path", how, "other", "--family", "ipv4/vpn"]);
        (out.len(), out.first().is_some_and(|line| line.contains("64496:1 198.51.1.0/24 label 100 path 1")))
    };
    assert_ne!(routes(&file, "off"), (19, true));
    for how in ["auto", "on"] {
        assert_eq!(routes(&file, how), (19, true), "{how}");
    }
    for how in ["auto", "off"] {
        assert_eq!(routes(&plain, how), (19, false), "{how}");
    }
}

#[test]
fn filters_leave_what_matches_of_other_families() {
    let dir = Dir::new("tables-filters");
    let file = dir.write("input.mrt", &families().0);
    let (_, all, _) = run(&["rib", &file, "other"]);
    assert_eq!(run(&["rib", &file, "other", "--origin", "64496"]), (0, all.clone(), vec![]));
    assert_eq!(run(&["rib", "--filter", "family ipv4/vpn", &file, "other"]), (0, all[1..].to_vec(), vec![]));
    assert_eq!(run(&["rib", &file, "other", "--family", "ipv4"]), (0, all.clone(), vec![]));
    assert_eq!(run(&["rib", &file, "other", "--limit", "1"]), (0, all[..1].to_vec(), vec![]));
    let none = "no route matches: 2 are left out".to_owned();
    assert_eq!(run(&["rib", &file, "other", "--origin", "64497"]), (1, vec![], vec![none]));
    // Routes of other families that filters leave out are not missed in an answer about prefixes.
    let left = |more: &[&str]| run(&[&["rib", &file][..], more, &ALL].concat()).2;
    assert_eq!(left(&["--family", "ipv4/unicast"]), [""; 0]);
    let vpn = "not in this answer: 1 route of another family (1 IPv4 vpn); `other` prints it";
    assert_eq!(left(&["--family", "ipv4/unicast", "--family", "ipv4/vpn"]), [vpn]);
}

/// A BGP4MP_ENTRY of AS64496 at 192.0.2.1: next hop, route, attributes with AS numbers of two octets.
fn entry_of(afi: u8, next_hop: &[u8], route: &[u8], attributes: &[u8]) -> Vec<u8> {
    let mut body = vec![0, 0, 0, 1, 0, 0, 0, 5, 0, afi, 1, u8::try_from(next_hop.len()).unwrap()];
    body.extend([next_hop, route].concat());
    body.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
    body.extend(attributes);
    vectors::record(16, 2, &vectors::bgp4mp(false, &body))
}

/// ORIGIN IGP, AS_PATH 64496.
const BARE: &[u8] = &[0x40, 1, 1, 0, 0x40, 2, 4, 2, 1, 0xfb, 0xf0];

#[test]
fn the_next_hop_of_an_obsolete_entry_is_in_the_table() {
    let dir = Dir::new("tables-entry-next-hop");
    let six = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
    let archive = [
        entry_of(1, &[192, 0, 2, 9], &[24, 198, 51, 100], BARE),
        // The field of the record, not the attribute beside it.
        entry_of(1, &[192, 0, 2, 8], &[24, 203, 0, 113], vectors::ATTRIBUTES_AS2),
        entry_of(2, &six, &[32, 0x20, 1, 0x0d, 0xb8], BARE),
        // An IPv4 route with an IPv6 next hop (RFC 8950).
        entry_of(1, &six, &[24, 192, 0, 2], BARE),
    ];
    let file = dir.write("entries.mrt", &archive.concat());
    let expected = ["2001:db8::9", "192.0.2.9", "192.0.2.8", "2001:db8::9"];
    let next_hops = |file: &str| {
        let (code, out, err) = run(&[&["rib", "--json", file][..], &ALL].concat());
        assert_eq!((code, err), (0, vec![]));
        let said = out.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        said.map(|route| route["next_hop"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(next_hops(&file), expected);
    let (_, out, _) = run(&["rib", &file, "lookup", "198.51.100.1"]);
    assert!(out[0].contains("|64496|IGP|192.0.2.9|"), "{out:?}");
    let to = dir.0.join("out.mrt").to_str().unwrap().to_owned();
    assert_eq!(run(&["rib", &file, "write", &to]).0, 0);
    assert_eq!(next_hops(&to), expected);
    assert_eq!(run(&["check", &to]).0, 0);
    // No difference to the entries, and one if another next hop is dumped.
    assert_eq!(run(&["rib", "diff", &file, &to]), (1, vec![], vec!["no difference".to_owned()]));
    let other =
        dir.write("other.mrt", &[&archive[1..], &[entry_of(1, &[192, 0, 2, 7], &[24, 198, 51, 100], BARE)]].concat().concat());
    assert_eq!(run(&["rib", "diff", &file, &other]).1.len(), 2);
}

#[test]
fn entries_that_take_the_place_of_others_are_counted() {
    let dir = Dir::new("tables-repeated");
    let says = |file: &str| {
        let (code, out, err) = run(&[&["rib", file][..], &ALL].concat());
        assert_eq!(code, 0);
        (out.len(), err)
    };
    let tail = "of the same peer to the same prefix: nothing in the dump tells them apart";
    let one = |octet: u8| entry_of(1, &[192, 0, 2, octet], &[24, 198, 51, 100], BARE);
    let entries = dir.write("entries.mrt", &[one(1), one(2), one(2)].concat());
    assert_eq!(says(&entries), (1, vec![format!("2 routes of a table dump took the place of others {tail}")]));
    let dump = |entries: &[Vec<u8>]| {
        let rib = vectors::record(13, 2, &vectors::rib(vectors::PREFIX, entries));
        [vectors::peer_index_table(), rib].concat()
    };
    let entry = |peer, path: &str| vectors::entry(peer, None, &attributes(path));
    let indexed = dir.write("indexed.mrt", &dump(&[entry(0, "64496 64500"), entry(0, "64496 64501")]));
    assert_eq!(says(&indexed), (1, vec![format!("1 route of a table dump took the place of another one {tail}")]));
    // Of several peers, or with path identifiers, nothing is lost.
    let peers = dir.write("peers.mrt", &dump(&[entry(0, "64496"), entry(1, "64496")]));
    assert_eq!(says(&peers), (2, vec![]));
    let paths = vectors::rib(vectors::PREFIX, &[1, 2].map(|id| vectors::entry(0, Some(id), &attributes("64496"))));
    let paths = [vectors::peer_index_table(), vectors::record(13, 8, &paths)].concat();
    assert_eq!(says(&dir.write("paths.mrt", &paths)), (2, vec![]));
    // A later table replaces the routes of an earlier one.
    let mut tables = Archive::new();
    tables.table(at(0), OWN, &[A], &[("198.51.100.0/24", 0, "64496")]);
    tables.table(at(9), OWN, &[A], &[("198.51.100.0/24", 0, "64496 64500")]);
    assert_eq!(says(&dir.write("tables.mrt", &tables.0)), (1, vec![]));
}

/// A TABLE_DUMP record of AS64496 at 192.0.2.1 with a route to 10.0.x.0/24.
fn dumped(view: u16, sequence: u16, x: u8) -> Vec<u8> {
    let mut body = [view.to_be_bytes(), sequence.to_be_bytes()].concat();
    body.extend([10, 0, x, 0, 24, 1, 0, 0, 0, 5, 192, 0, 2, 1, 0xfb, 0xf0]);
    body.extend(u16::try_from(vectors::ATTRIBUTES_AS2.len()).unwrap().to_be_bytes());
    body.extend(vectors::ATTRIBUTES_AS2);
    vectors::record(12, 1, &body)
}

#[test]
fn a_view_field_that_counts_records_is_no_view() {
    let dir = Dir::new("tables-counting-views");
    let counting: Vec<u8> = (0..9u8).flat_map(|n| dumped(n.into(), 0, n)).collect();
    let file = dir.write("counting.mrt", &counting);
    let (code, out, err) = run(&[&["rib", &file][..], &ALL].concat());
    assert_eq!((code, out.len(), err), (0, 9, vec![]));
    assert!(out.iter().all(|line| line.ends_with("NAG||")), "{out:?}");
    let to = dir.0.join("out.mrt").to_str().unwrap().to_owned();
    assert_eq!(run(&["rib", &file, "write", &to]).1, [format!("{to}: 1 peer, 9 prefixes, 9 routes at 9")]);
    // Updates are of its one view.
    let mut updates = Archive::new();
    updates.withdraw(at(0), LINK, &["10.0.8.0/24"]);
    assert_eq!(all(&[&file, &dir.write("updates.mrt", &updates.0)]).len(), 8);
    // Views that have numbers of their own.
    let views = [dumped(0, 0, 1), dumped(0, 1, 2), dumped(1, 0, 1), dumped(1, 1, 3)].concat();
    let (_, out, _) = run(&[&["rib", &dir.write("views.mrt", &views)][..], &ALL].concat());
    assert_eq!((out.len(), out.iter().filter(|line| line.ends_with(" # at unknown view 1")).count()), (4, 2), "{out:?}");
}

#[test]
fn many_views_are_written_in_their_order() {
    let dir = Dir::new("tables-many-views");
    let mut archive = Archive::new();
    let many: Vec<String> = (0..60u8).map(|n| format!("10.1.{n}.0/24")).collect();
    let large: Vec<(&str, u16, &str)> = many.iter().map(|prefix| (prefix.as_str(), 0, "64496")).collect();
    for n in 0..70 {
        let routes = [("10.0.0.0/8", 0, "64496"), ("192.0.2.0/24", 1, "64497"), ("2001:db8::/32", 0, "64496")];
        archive.table(at(0), ("192.0.2.254", &format!("view {n:02}")), &[A, B], if n == 33 { &large } else { &routes[n % 3..] });
    }
    let file = dir.write("views.mrt", &archive.0);
    let [to, again] = ["out.mrt", "again.mrt"].map(|name| dir.0.join(name).to_str().unwrap().to_owned());
    for (from, to) in [(&file, &to), (&to, &again)] {
        assert_eq!(run(&["rib", from, "write", to]).0, 0);
    }
    let lines = |file: &str| run(&[&["rib", file][..], &ALL].concat()).1;
    assert_eq!(lines(&file).len(), 60 + (0..70).filter(|n| *n != 33).map(|n| 3 - n % 3).sum::<usize>());
    assert_eq!(lines(&to), lines(&file));
    assert!(fs::read(&to).unwrap() == fs::read(&again).unwrap());
    let views: Vec<Vec<u8>> = routeglass::mrt::records(&fs::read(&to).unwrap())
        .flatten()
        .filter_map(|record| match record.body() {
            Ok(routeglass::mrt::Body::PeerIndexTable(table)) => Some(table.view_name().to_vec()),
            _ => None,
        })
        .collect();
    assert_eq!(views, (0..70).map(|n| format!("view {n:02}").into_bytes()).collect::<Vec<_>>());
}

#[test]
fn an_unlisted_peer_is_of_the_collector_whose_address_is_known() {
    let dir = Dir::new("tables-unlisted");
    let mut table = Archive::new();
    table.table(at(0), OWN, &[A, B], &[("198.51.100.0/24", 0, "64496")]);
    let table = dir.write("table.mrt", &table.0);
    let far = LINK.from("203.0.113.9", 64999).to("203.0.113.254");
    let unlisted = |extra: &dyn Fn(&mut Archive)| {
        let mut updates = Archive::new();
        updates.announce(at(5), far, "64999", &["198.51.100.0/24"]);
        extra(&mut updates);
        let file = dir.write("updates.mrt", &updates.0);
        let (code, out, err) = run(&["rib", &table, &file, "lookup", "198.51.100.1"]);
        assert_eq!(code, 0);
        let at = out.iter().map(|line| line.split_once(" # ").map_or("", |(_, at)| at).to_owned());
        (at.collect::<Vec<_>>(), err)
    };
    let separate = (vec!["at 192.0.2.254".to_owned(), "at 203.0.113.254".to_owned()], vec![]);
    assert_eq!(unlisted(&|_| {}), separate);
    // A listed peer has messages to the same address.
    let note = "203.0.113.254 is taken as an address of the collector 192.0.2.254, whose table lists peer 192.0.2.2";
    let joined = (vec![String::new(); 2], vec![note.to_owned()]);
    let second = LINK.from("192.0.2.2", 64497);
    assert_eq!(unlisted(&|u| _ = u.keepalive(at(6), second.to("203.0.113.254"))), joined);
    // But to the collector's own address too: that one is another's.
    let both = |u: &mut Archive| {
        u.keepalive(at(6), second.to("203.0.113.254"));
        u.keepalive(at(7), second);
    };
    assert_eq!(unlisted(&both), separate);
    // To the collector's own address there is nothing to decide.
    let mut updates = Archive::new();
    updates.announce(at(5), far.to("192.0.2.254"), "64999", &["198.51.100.0/24"]);
    let (_, out, err) = run(&["rib", &table, &dir.write("own.mrt", &updates.0), "lookup", "198.51.100.1"]);
    assert!(out.len() == 2 && err.is_empty() && out.iter().all(|line| !line.contains('#')), "{out:?} {err:?}");
}

#[test]
fn an_instant_that_the_records_do_not_reach_is_said() {
    let dir = Dir::new("tables-reach");
    let mut archive = Archive::new();
    archive.table(at(10), OWN, &[A], &[("198.51.100.0/24", 0, "64496")]);
    archive.announce(at(20), LINK, "64496", &["203.0.113.0/24"]);
    let file = dir.write("table.mrt", &archive.0);
    let says = |seconds: u32| run(&[&["rib", &file, "--at", &(T0 + seconds).to_string()][..], &ALL].concat()).2;
    let reach = "the records, which are of 2025-12-01T00:00:10Z to 2025-12-01T00:00:20Z";
    assert_eq!(says(9), [format!("2025-12-01T00:00:09Z is before {reach}"), "no route".to_owned()]);
    // Also records that are after the instant, and files that are read no further than it.
    for seconds in [10, 15, 20, 920] {
        assert!(says(seconds).is_empty(), "{seconds}");
    }
    assert_eq!(says(921), [format!("2025-12-01T00:15:21Z is after {reach}")]);
}
