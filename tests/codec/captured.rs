//! Captures of the corpus: sessions of real routers, and messages that crashed other programs. All are handled here; damaged ones
//! have findings, sound ones have none.
#![cfg(feature = "compression")]
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::fs;

use routeglass::Session;
use routeglass::bgp::{self, Message};
use routeglass::places::Places;

use crate::common::{self, captures};

/// Findings of a message on this session; the message is also decoded and displayed in every form.
fn findings(bytes: &[u8], session: &Session) -> Vec<String> {
    let mut list = Vec::new();
    match Message::parse_at(bytes, session, 0) {
        Ok(message) => {
            message.findings(0, |e| list.push(e.to_string()));
            // A readable message can be written, whatever its findings.
            let mut out = Vec::new();
            message.encode(session, &mut out).unwrap();
            assert_eq!(out.len(), bytes.len());
        }
        Err(e) => list.push(e.to_string()),
    }
    let mut places = Places::new();
    bgp::places(bytes, session, 0, &mut places);
    let errors = places.iter().filter(|place| place.error.is_some()).count();
    assert_eq!(errors == 0, list.is_empty(), "{list:?} {bytes:02x?}");
    list
}

/// The findings in the session with the fewest: captures mostly begin in mid-session.
fn fewest(bytes: &[u8]) -> Vec<String> {
    let sessions = [Session::AS4, Session::AS2, Session::AS4.with_add_path(), Session::AS2.with_add_path()];
    sessions.map(|session| findings(bytes, &session.with_extended_message())).into_iter().min_by_key(Vec::len).unwrap()
}

/// Captures with damage: number of messages, number of damaged ones, and their findings.
const DAMAGED: &[(&str, usize, usize)] = &[
    // OPENs of AS 0; announcements of IPv4 without NEXT_HOP.
    ("netgauze__pmacct-tests_206-BMP-high-availability_traffic-00.pcap", 263, 142),
    ("netgauze__pmacct-tests_208-BMP-mem-leak-test_bmp-multi-sources-peer-up.pcap", 578, 4),
    // NEXT_HOP missing, and four messages caused by gaps in the capture.
    ("netgauze__pmacct-tests_208-BMP-mem-leak-test_bmp-multi-sources-route-monitoring.pcap", 5227, 191),
    // An empty NEXT_HOP.
    ("tcpdump__bgp-addpath.pcap", 1, 1),
    // Crafted to overrun: AIGP, AS_PATH, ATTR_SET, next hops, labels.
    ("tcpdump__bgp-aigp-oobr.pcap", 449, 114),
    ("tcpdump__bgp-as-path-oobr.pcap", 16, 8),
    ("tcpdump__bgp-ub.pcap", 22, 15),
    // A signature block of BGPSEC_PATH that declares more octets than there are.
    ("tcpdump__bgpsec_invalid_signature_block_length.pcap", 1, 1),
    // A filter with the undefined action 3 (RFC 5291 section 4).
    ("tcpdump__bgp-orf.pcapng", 2, 1),
];

/// Findings of the daemons' captures that are intended by the test setup.
const FED: &[&str] = &[
    "ATTR_SET attribute: needs 199 bytes more than are there",
    "PREFIX_SID attribute: length 0 is not valid here",
    "PREFIX_SID attribute: needs 239 bytes more than are there",
    "AS_PATH attribute: is missing",
    "EXTENDED_COMMUNITIES attribute: flags 0x00 contradict the attribute",
    "IPv4 vpn-flowspec routes: needs 1 byte more than is there",
    "IPv6 flowspec routes: value 0 is not valid here",
    // BIRD: a prefix with offset 63 in one octet more than RFC 8956 section 3.1 gives it, which is then a type.
    "IPv6 flowspec routes: component type 152 is unknown",
    // Parameters whose length exceeds its octet.
    "OPEN message: 256 bytes are left over",
    "OPEN message: 512 bytes are left over",
    "OPEN message: 517 bytes are left over",
];

#[test]
fn damage_in_captures_is_found_and_nothing_else() {
    let Some(corpus) = common::corpus() else { return };
    let (mut files, mut all, mut all_damaged) = (0, 0, 0);
    for (name, bytes) in captures::captures(&corpus) {
        let (mut messages, mut damaged) = (0, 0);
        for stream in captures::streams(&bytes) {
            for message in captures::messages(&stream) {
                messages += 1;
                let list = fewest(&message);
                damaged += usize::from(!list.is_empty());
                if name.starts_with("daemons/") {
                    let unexpected = list.iter().find(|found| !FED.iter().any(|fed| found.starts_with(fed)));
                    assert_eq!(unexpected, None, "{name}: {message:02x?}");
                }
            }
        }
        let file = name.rsplit('/').next().unwrap();
        if let Some((_, want, want_damaged)) = DAMAGED.iter().find(|(known, ..)| *known == file) {
            assert_eq!((messages, damaged), (*want, *want_damaged), "{name}");
        } else if name.starts_with("collectors/") {
            assert_eq!(damaged, 0, "{name}");
        }
        (files, all, all_damaged) = (files + 1, all + messages, all_damaged + damaged);
    }
    println!("{files} captures, {all} messages, {all_damaged} of them damaged");
    assert!(files > 100 && all > 30_000, "{files} {all}");
}

#[test]
fn lengths_that_lie() {
    let Some(corpus) = common::corpus() else { return };
    let (mut lying, mut frames) = (0, 0);
    for path in fs::read_dir(corpus.join("collectors")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.contains("bad-len") && !name.starts_with("pcapplusplus__Bgp") {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        if name.contains("bad-len") {
            lying += 1;
            // Unchanged, the marker is wrong; with a valid marker, what follows.
            assert_eq!(fewest(&bytes), ["BGP message header: marker is not all ones (at byte 0)"], "{name}");
            let marked = [&[0xff; 16], &bytes[16..]].concat();
            let list = fewest(&marked);
            println!("{name}: {list:?}");
            assert!(!list.is_empty(), "{name}");
        } else {
            frames += 1;
            let frame = captures::unhex(&String::from_utf8(bytes).unwrap()).unwrap();
            let payload = captures::payload(&frame).unwrap();
            let mut list = Vec::new();
            for message in bgp::messages(&payload, &Session::AS4) {
                match message {
                    Ok(message) => drop(message.findings(0, |e| list.push(e.to_string()))),
                    Err(e) => list.push(e.to_string()),
                }
            }
            println!("{name}: {list:?}");
        }
    }
    assert_eq!((lying, frames), (8, 8));
}
