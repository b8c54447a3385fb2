//! Kinds of public bug reports of people who run collectors, each a test. Those that are elsewhere:
//!
//! | kind | test |
//! |---|---|
//! | appended table dumps | `tables::appended_table_dumps_take_each_others_place`, `tables::updates_before_a_table_in_its_file_do_not_survive_it` |
//! | one peer at two collectors | `tables::one_peer_at_two_collectors_is_two_peers` |
//! | local messages | `tables::what_the_collector_sends_changes_nothing` |
//! | withdrawn and announced | `tables::what_is_withdrawn_and_announced_at_once_is_announced` |
//! | undeclared path identifiers | `tables::path_identifiers_that_nobody_declared` |
//! | order within a second | `tables::updates_of_one_second_are_in_the_order_of_their_microseconds` |
//! | the last choice | `tables::a_long_lived_stale_route_is_the_last_choice` |
//! | families that a table leaves out | `tables::routes_of_other_families_are_held_said_written_and_compared` |
//! | BGPSEC_PATH in place of AS_PATH | `rules::bgpsec_path_in_place_of_as_path` |
//! | EVPN VNI | `labels` of the library's tests |
//! | End-of-RIB | `cli::end_of_rib_is_said_of_each_family` |
//! | redirect to IP | `labels` of the library's tests |
//! | a change that the line cannot show | `tables::lines_of_a_difference_are_never_equal` |
//! | a next hop of length 0 | `tables::what_is_written_reads_back_as_the_same_table` |
//! | a full disk | `tables::a_file_that_is_there_is_replaced_only_if_asked_and_whole` |
//! | octets of routers and tools | `cli::octets_come_as_routers_and_tools_print_them`, `usage::octets_are_what_they_are_said_to_be` |
//! | older tables | `growing` of the tests of memory |
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::io::Write as _;

use serde_json::{Value, json};

use crate::common::command::{Dir, run, run_with_input};
use crate::common::vectors::{ATTRIBUTES, ATTRIBUTES_V6, PREFIX, bgp4mp, entry, message, peer_index_table, record, rib, update};

/// ORIGIN IGP, AS_PATH 64496.
fn path() -> &'static [u8] {
    &ATTRIBUTES[..13]
}

/// A record with an UPDATE.
fn updated(attributes: &[u8], announced: &[u8]) -> Vec<u8> {
    record(16, 4, &bgp4mp(true, &message(2, &update(&[], attributes, announced))))
}

/// A record with an UPDATE whose routes are in MP_REACH_NLRI.
fn reached(family: [u8; 3], next_hop: &[u8], routes: &[u8]) -> Vec<u8> {
    updated(&[path(), &reach(family, next_hop, routes)].concat(), &[])
}

/// MP_REACH_NLRI.
fn reach(family: [u8; 3], next_hop: &[u8], routes: &[u8]) -> Vec<u8> {
    let body = [&family[..], &[u8::try_from(next_hop.len()).unwrap()], next_hop, &[0], routes].concat();
    [&[0x90, 14][..], &u16::try_from(body.len()).unwrap().to_be_bytes(), &body].concat()
}

/// 2001:db8::1.
const V6: [u8; 16] = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// A file, and what subcommands say of it.
struct File {
    _dir: Dir,
    path: String,
}

impl File {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let dir = Dir::new(&format!("report-{name}"));
        let path = dir.write("input", bytes);
        Self { _dir: dir, path }
    }

    fn run(&self, subcommand: &str, args: &[&str]) -> (i32, Vec<String>, Vec<String>) {
        let (code, out, err) = run(&[&[subcommand, &self.path], args].concat());
        let short = |lines: Vec<String>| lines.into_iter().map(|line| line.replace(&self.path, "FILE")).collect();
        (code, short(out), short(err))
    }

    fn objects(&self) -> Vec<Value> {
        let (_, out, _) = self.run("dump", &["--format", "json"]);
        out.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The findings: record, kind, action, octets, text.
    fn findings(&self) -> Vec<String> {
        let (_, out, _) = self.run("check", &[]);
        let columns = out.iter().filter(|line| line.contains('\t')).map(|line| line.split('\t').collect::<Vec<_>>());
        columns.map(|c| format!("{} {} {}: {}: {}", c[1], c[4], c[5], c[8], c[7])).collect()
    }

    /// Prefix and next hop of each line of an answer.
    fn answer(&self, args: &[&str]) -> Vec<String> {
        let (_, out, _) = self.run("rib", args);
        let fields = |line: &String| {
            let fields: Vec<&str> = line.split('|').collect();
            format!("{} {}", fields[5], fields[8])
        };
        out.iter().map(fields).collect()
    }
}

/// The members of an object, as text.
fn texts<const N: usize>(object: &Value, names: [&str; N]) -> [String; N] {
    names.map(|name| match &object[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

#[test]
fn default_routes_in_lookups() {
    let four = updated(ATTRIBUTES, &[&[0][..], PREFIX].concat());
    let six = reached([0, 2, 1], &V6, &[&[0, 128][..], &[0; 15], &[1]].concat());
    let file = File::new("11", &[four, six].concat());
    let (zero, v6) = ("0.0.0.0/0 192.0.2.1", "::/0 2001:db8::1");
    assert_eq!(file.answer(&["covering", "198.51.100.1"]), [zero, "198.51.100.0/24 192.0.2.1"]);
    assert_eq!(file.answer(&["lookup", "127.0.0.1", "fe80::1", "0.0.0.0/0"]), [zero, v6, zero]);
    assert_eq!(file.answer(&["covering", "::1"]), [v6, "::1/128 2001:db8::1"]);
    assert_eq!(file.answer(&["covered", "::/0"]), [v6, "::1/128 2001:db8::1"]);
}

/// RFC 9514 section 6: the multi-topology identifier may be missing.
#[test]
fn link_state_srv6_sid_without_topology() {
    // AS 64496, BGP-LS identifier 0, IS-IS 0000.0000.0001.
    let node =
        [&[1, 0, 0, 26][..], &[2, 0, 0, 4, 0, 0, 0xfb, 0xf0, 2, 1, 0, 4, 0, 0, 0, 0], &[2, 3, 0, 6, 0, 0, 0, 0, 0, 1]].concat();
    let sid = [&[2, 6, 0, 16][..], &[0x20, 1, 0x0d, 0xb8, 0xb1, 0, 0, 1], &[0; 8]].concat();
    let route = |topology: &[u8]| {
        let body = [&[2][..], &[0; 8], &node, topology, &sid].concat();
        [&[0, 6, 0, u8::try_from(body.len()).unwrap()][..], &body].concat()
    };
    let of = |route: &[u8], more: &[u8]| updated(&[path(), &reach([0x40, 4, 71], &[192, 0, 2, 1], route), more].concat(), &[]);
    // Endpoint behavior 48, structure 32/16/0/80.
    let attribute = [0x80, 29, 16, 4, 0xe2, 0, 4, 0, 48, 0, 0, 4, 0xe4, 0, 4, 32, 16, 0, 80];
    let file = File::new("23", &[of(&route(&[]), &[]), of(&route(&[1, 7, 0, 2, 0, 2]), &attribute)].concat());
    assert_eq!(file.findings(), [""; 0]);
    let objects = file.objects();
    let descriptors = |object: &Value| object["decoded"]["value"]["descriptors"].clone();
    let sid = json!({"type": 518, "name": "srv6-sid", "value": "2001:db8:b100:1::"});
    assert_eq!(descriptors(&objects[0]), json!([sid]));
    assert_eq!(descriptors(&objects[1]), json!([{"type": 263, "name": "mt-id", "value": ["2"]}, sid]));
    let text = objects[1]["other_attributes"][0]["text"].as_str().unwrap();
    assert!(text.contains("behavior=48") || text.contains("48"), "{text}");
    assert!(text.contains("32") && text.contains("80"), "{text}");
}

/// RFC 6396 section 3: microseconds are within the second.
#[test]
fn microseconds_of_a_second_and_more() {
    let at = |micros: u32| {
        let message = message(2, &update(&[], ATTRIBUTES, PREFIX));
        record(17, 4, &[&micros.to_be_bytes()[..], &bgp4mp(true, &message)].concat())
    };
    let file = File::new("26", &[at(7), at(999_999), at(1_000_000), at(u32::MAX)].concat());
    let (code, out, err) = file.run("dump", &[]);
    let times: Vec<_> = out.iter().map(|line| line.split('|').nth(1).unwrap()).collect();
    assert_eq!((code, times, err.len()), (0, vec!["9.000007", "9.999999", "9", "9"], 2));
    assert_eq!(
        file.findings(),
        [
            "2 bad-value none: 000f4240: MRT header: value 1000000 is not valid here",
            "3 bad-value none: ffffffff: MRT header: value 4294967295 is not valid here"
        ]
    );
    // JSON has no number that reads as another instant, and an error instead.
    let objects = file.objects();
    let micros: Vec<_> = objects.iter().map(|object| (object["time"].clone(), object.get("micros").cloned())).collect();
    assert_eq!(micros, [(json!(9), Some(json!(7))), (json!(9), Some(json!(999_999))), (json!(9), None), (json!(9), None)]);
    assert_eq!(objects[2]["error"]["text"], "MRT header: value 1000000 is not valid here (at byte 178)");
    assert!(objects[1].get("error").is_none());
    // State changes and messages without routes have times too.
    let state = record(17, 0, &[&1_000_000u32.to_be_bytes()[..], &bgp4mp(false, &[0, 6, 0, 1])].concat());
    let keepalive = record(17, 4, &[&1_000_000u32.to_be_bytes()[..], &bgp4mp(true, &message(4, &[]))].concat());
    for object in File::new("26-other", &[state, keepalive].concat()).objects() {
        assert!(object.get("micros").is_none(), "{object}");
        assert_eq!(object["error"]["action"], "none", "{object}");
    }
}

/// RFC 8955 section 4.1: a length of two octets from 240 on.
#[test]
fn flow_specification_of_240_octets_and_more() {
    let ports = [&[4][..], &[1, 80].repeat(115), &[0x81, 81]].concat();
    let long = [&[1, 24, 198, 51, 100, 3, 0x81, 6][..], &ports].concat();
    assert_eq!(long.len(), 241);
    let short = [8, 1, 24, 198, 51, 100, 3, 0x81, 6];
    let file = File::new("28", &reached([0, 1, 133], &[], &[&[0xf0, 0xf1][..], &long, &short].concat()));
    let routes: Vec<_> = file.objects().iter().map(|object| object["route"].as_str().unwrap().to_owned()).collect();
    let port = ["=80"; 115].join("|");
    assert_eq!(
        routes,
        [
            format!("destination 198.51.100.0/24 protocol =6 port {port}|=81"),
            "destination 198.51.100.0/24 protocol =6".to_owned()
        ]
    );
    assert_eq!(file.findings(), [""; 0]);
}

/// RFC 8950, RFC 4798.
#[test]
fn next_hops_of_the_other_family() {
    let link_local = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1];
    let labeled = [72, 0, 0, 0x21, 0x20, 1, 0x0d, 0xb8, 0, 1];
    let vpn = [112, 0, 6, 0x41, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 203, 0, 113];
    let whole = [path(), &[0x80, 14, 21, 0, 1, 1, 16], &V6, &[0]].concat();
    let archive = [
        reached([0, 1, 1], &[V6, link_local].concat(), PREFIX),
        reached([0, 2, 4], &mapped, &labeled),
        reached([0, 1, 128], &[&[0; 8][..], &V6].concat(), &vpn),
        peer_index_table(),
        record(13, 2, &rib(PREFIX, &[entry(1, None, ATTRIBUTES_V6)])),
        record(13, 2, &rib(&[24, 203, 0, 113], &[entry(1, None, &whole)])),
    ];
    let file = File::new("30", &archive.concat());
    assert_eq!(file.findings(), [""; 0]);
    let found: Vec<_> = file.objects().iter().map(|object| texts(object, ["family", "next_hop"])).collect();
    assert_eq!(
        found,
        [
            ["IPv4 unicast", "2001:db8::1 fe80::1"],
            ["IPv6 labeled", "::ffff:192.0.2.1"],
            ["IPv4 vpn", "2001:db8::1"],
            ["IPv4 unicast", "2001:db8::1"],
            ["IPv4 unicast", "2001:db8::1"]
        ]
    );
    assert_eq!(file.answer(&["covered", "0.0.0.0/0"]), ["198.51.100.0/24 2001:db8::1", "203.0.113.0/24 2001:db8::1"]);
}

/// RFC 4684 section 4: 0 and 32 to 96 bits.
#[test]
fn route_target_membership_lengths() {
    let target = [0, 2, 0xfb, 0xf0, 0, 0, 0, 100];
    let of = |bits: u8, octets: &[u8]| reached([0, 1, 132], &[192, 0, 2, 1], &[&[bits][..], octets].concat());
    let asn = [0, 0, 0xfb, 0xf0];
    let archive = [
        of(0, &[]),
        of(32, &asn),
        of(48, &[&asn[..], &target[..2]].concat()),
        of(96, &[asn.to_vec(), target.to_vec()].concat()),
        of(31, &asn),
        of(97, &[&asn[..], &target, &[0]].concat()),
    ];
    let file = File::new("34", &archive.concat());
    let routes: Vec<_> = file.objects().iter().map(|object| texts(object, ["route"])).collect();
    assert_eq!(routes, [["default"], ["64496 0x/0"], ["64496 0x0002/16"], ["64496 64496:100"], ["null"], ["null"]]);
    assert_eq!(
        file.findings(),
        [
            "4 bad-length treat-as-withdraw: 1f0000fbf0: IPv4 route-target routes: length 31 is not valid here",
            "5 bad-length treat-as-withdraw: 610000fbf00002fbf00000006400: IPv4 route-target routes: length 97 is not valid here"
        ]
    );
}

/// RFC 5492 section 4: one parameter with all capabilities and one for each mean the same.
#[test]
fn capabilities_in_one_parameter() {
    let capabilities: [&[u8]; 5] = [
        &[1, 4, 0, 1, 0, 1],
        &[2, 0],
        // Notification, 120 seconds, IPv4 and IPv6 unicast.
        &[64, 10, 0x40, 120, 0, 1, 1, 0x80, 0, 2, 1, 0x80],
        &[65, 4, 0, 1, 0, 0x0e],
        &[70, 0],
    ];
    let open = |parameters: &[Vec<u8>]| {
        let parameters: Vec<u8> =
            parameters.iter().flat_map(|octets| [&[2, u8::try_from(octets.len()).unwrap()][..], octets].concat()).collect();
        let head = [4, 0x5b, 0xa0, 0, 180, 192, 0, 2, 1, u8::try_from(parameters.len()).unwrap()];
        record(16, 4, &bgp4mp(true, &message(1, &[&head[..], &parameters].concat())))
    };
    let each: Vec<_> = capabilities.iter().map(|octets| octets.to_vec()).collect();
    let damaged = vec![64, 5, 0x80, 120, 0, 1, 1];
    let archive = [open(&[capabilities.concat()]), open(&each), open(&[vec![64, 2, 0, 120]]), open(&[damaged])];
    let file = File::new("36", &archive.concat());
    let objects = file.objects();
    assert_eq!(objects[0]["message"], objects[1]["message"]);
    assert_eq!((&objects[0]["message"]["asn"], objects[0].get("error")), (&json!(65_550), None));
    let list = &objects[0]["message"]["capabilities"];
    let families = json!([{"family": "IPv4 unicast", "flags": "FORWARDING"}, {"family": "IPv6 unicast", "flags": "FORWARDING"}]);
    let restart = json!({"restart": {"flags": "NOTIFICATION", "time": 120}, "families": families});
    assert_eq!((list.as_array().unwrap().len(), &list[2]["value"]), (5, &restart));
    let none = json!({"restart": {"flags": "0", "time": 120}, "families": []});
    assert_eq!(objects[2]["message"]["capabilities"][0]["value"], none);
    assert_eq!(
        file.findings(),
        ["3 bad-length session reset: 40058078000101: Graceful Restart capability: length 5 is not valid here"]
    );
    let damaged = &objects[3]["message"]["capabilities"][0];
    assert_eq!(texts(damaged, ["code", "name", "octets"]), ["64", "Graceful Restart", "8078000101"]);
}

/// RFC 8669 section 6, RFC 9252 section 7.
#[test]
fn prefix_sid_of_zeros() {
    let service = |last: u8| {
        let structure = [1, 0, 6, 32, 24, 16, 0, 0, 0];
        let address = [&V6[..15], &[last]].concat();
        let sid = [&[1, 0, 30, 0][..], &address, &[0, 0, 19, 0], &structure].concat();
        [&[5, 0, 34, 0][..], &sid].concat()
    };
    let of = |value: &[u8], prefix: &[u8]| {
        let attribute = [&[0xc0, 40, u8::try_from(value.len()).unwrap()][..], value].concat();
        updated(&[ATTRIBUTES, &attribute].concat(), prefix)
    };
    let two = [service(1), service(2)].concat();
    let archive = [of(&[0; 37], PREFIX), of(&two, &[24, 203, 0, 113]), of(&[], &[24, 192, 0, 2])];
    let file = File::new("38", &archive.concat());
    let findings = file.findings();
    assert_eq!(findings.len(), 2, "{findings:#?}");
    // The octets are those of the attribute.
    assert!(findings[0].starts_with("0 truncated attribute discard: c02825"), "{findings:?}");
    assert_eq!(findings[1], "2 bad-length attribute discard: c02800: PREFIX_SID attribute: length 0 is not valid here");
    let hop = "192.0.2.1";
    assert_eq!(
        file.answer(&["covered", "0.0.0.0/0"]),
        [format!("192.0.2.0/24 {hop}"), format!("198.51.100.0/24 {hop}"), format!("203.0.113.0/24 {hop}")]
    );
}

#[test]
fn what_follows_compressed_streams() {
    let (one, two) = (updated(ATTRIBUTES, PREFIX), updated(ATTRIBUTES, &[24, 203, 0, 113]));
    let both = [&one[..], &two].concat();
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let bzip2 = |bytes: &[u8]| {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let xz = |bytes: &[u8]| {
        let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let mut checksum = gzip(&both);
    let crc = checksum.len() - 8;
    checksum[crc] ^= 1;
    for (name, bytes, routes, error) in [
        ("zeros.gz", [gzip(&both), vec![0; 512]].concat(), 2, None),
        ("empty-stream.bz2", [bzip2(&one), bzip2(&[]), bzip2(&two)].concat(), 2, None),
        ("padded.xz", [xz(&one), vec![0; 8], xz(&two)].concat(), 2, None),
        ("junk.gz", [gzip(&both), b"garbage!".to_vec()].concat(), 2, Some("are no gzip member, after 158 decoded bytes")),
        ("junk.bz2", [bzip2(&both), b"trailing junk".to_vec()].concat(), 2, Some("are no bzip2 stream, after 158 decoded bytes")),
        ("crc.gz", checksum, 2, Some("after 158 decoded bytes: incorrect data check")),
        ("plain-after.gz", [gzip(&one), two.clone()].concat(), 1, Some("are no gzip member, after 79 decoded bytes")),
    ] {
        let file = File::new(&format!("40-{name}"), &bytes);
        let (code, out, err) = file.run("dump", &[]);
        assert_eq!((code, out.len(), err.len()), (i32::from(error.is_some()), routes, usize::from(error.is_some())), "{name}");
        if let Some(error) = error {
            assert!(err[0].contains(error), "{name}: {err:?}");
        }
    }
}

/// RFC 6396 section 4.4.2: one message per record. What follows is given, with the error.
#[test]
fn two_messages_in_one_record() {
    let one = message(2, &update(&[], ATTRIBUTES, PREFIX));
    let two = message(2, &update(&[], ATTRIBUTES, &[24, 203, 0, 113]));
    let file = File::new("44", &record(16, 4, &bgp4mp(true, &[one, two].concat())));
    let (code, out, err) = file.run("dump", &[]);
    let prefixes: Vec<_> = out.iter().map(|line| line.split('|').nth(5).unwrap()).collect();
    assert_eq!((code, prefixes, err.len()), (0, vec!["198.51.100.0/24", "203.0.113.0/24"], 1));
    assert!(err[0].contains("47 bytes are left over"), "{err:?}");
    let objects = file.objects();
    for object in &objects {
        assert_eq!(object["error"]["offset"], 79, "{object}");
    }
    assert_eq!(objects.len(), 2);
    assert_eq!(file.findings().len(), 1);
    let (_, out, _) = file.run("stat", &[]);
    assert!(out.contains(&"               2  UPDATE".to_owned()), "{out:#?}");
}

/// A new user's EVPN route of VNI 10100, from a log.
#[test]
fn the_vni_of_an_evpn_route_from_a_log() {
    // MAC/IP advertisement: RD 192.0.2.1:1, tag 0, MAC 00:53:00:00:00:01, no address, VNI 10100; encapsulation VXLAN.
    let route =
        [&[2, 33, 0, 1, 192, 0, 2, 1, 0, 1][..], &[0; 10], &[0; 4], &[48, 0, 0x53, 0, 0, 0, 1, 0], &[0, 0x27, 0x74]].concat();
    let encapsulation = [0xc0, 16, 8, 3, 0x0c, 0, 0, 0, 0, 0, 8];
    let attributes = [path(), &reach([0, 25, 70], &[192, 0, 2, 1], &route), &encapsulation].concat();
    let octets = message(2, &update(&[], &attributes, &[]));
    let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    let (code, out, err) = run_with_input(&["dissect", "-"], hex.as_bytes());
    assert_eq!((code, err), (0, vec![]), "{out:#?}");
    assert!(out.iter().any(|line| line.contains("10100")), "{out:#?}");
}
