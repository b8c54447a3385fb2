//! A dissector and a decoder must not disagree: what is a finding is an error among the places.
#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a test says what is wrong by failing")]

#[cfg(feature = "compression")]
#[expect(unreachable_pub, reason = "shared by several tests")]
mod common;
#[expect(unreachable_pub, reason = "shared by several tests")]
#[path = "common/vectors.rs"]
mod vectors;

use routeglass::error::ErrorKind;
use routeglass::mrt::{Peers, Record, records};
use routeglass::places::Places;
use vectors::{ATTRIBUTES, all, bgp4mp, entry, message, record, rib, update};

/// What is wrong with a record, but for the peers that its entries name.
fn findings(record: &Record<'_>, peers: &Peers) -> Vec<String> {
    let mut list = Vec::new();
    record.findings(peers, |e| {
        if !matches!(e.kind(), ErrorKind::NoPeerTable | ErrorKind::NoSuchPeer(_) | ErrorKind::DamagedPeerTable) {
            list.push(e.to_string());
        }
    });
    list
}

fn errors(record: &Record<'_>, peers: &Peers) -> Vec<String> {
    let mut places = Places::new();
    record.places_by(peers, &mut places);
    places.iter().filter_map(|place| place.error.map(|e| e.to_string())).collect()
}

/// Checks every record of an archive; how many have findings.
fn agree(name: &str, archive: &[u8], most: usize) -> usize {
    let (mut peers, mut damaged) = (Peers::new(), 0);
    for record in records(archive).flatten().take(most) {
        peers.observe(&record);
        let findings = findings(&record, &peers);
        if findings.is_empty() {
            continue;
        }
        damaged += 1;
        let errors = errors(&record, &peers);
        for finding in &findings {
            assert!(errors.contains(finding), "{name}: {finding}: not among {errors:#?} of {:02x?}", record.as_bytes());
        }
        assert!(errors.iter().all(|e| !e.starts_with("input:")), "{name}: {errors:#?}");
    }
    damaged
}

#[test]
fn sound_records_have_no_error() {
    for (name, bytes) in all() {
        let mut peers = Peers::new();
        for record in records(&bytes) {
            let record = record.unwrap();
            peers.observe(&record);
            assert_eq!(errors(&record, &peers), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn findings_are_among_the_places() {
    let mut damaged = 0;
    for (name, bytes) in all() {
        let starts: Vec<_> = records(&bytes).map(|record| usize::try_from(record.unwrap().offset()).unwrap()).collect();
        let last = *starts.last().unwrap();
        // Every octet of the body by itself; then a body that ends early, whose header says so.
        for at in last + 12..bytes.len() {
            for value in [0, 1, bytes[at] ^ 1, bytes[at].wrapping_add(1), 0x80, 0xff] {
                let mut broken = bytes.clone();
                broken[at] = value;
                damaged += agree(name, &broken, usize::MAX);
            }
            let mut cut = bytes[..at].to_vec();
            cut[last + 8..last + 12].copy_from_slice(&u32::try_from(at - last - 12).unwrap().to_be_bytes());
            damaged += agree(name, &cut, usize::MAX);
        }
    }
    assert!(damaged > 5000, "only {damaged} records were damaged");
}

#[test]
fn the_obsolete_records_have_a_layout() {
    let fields = |name: &str| {
        let bytes = all().into_iter().find(|(n, _)| *n == name).unwrap().1;
        let mut places = Places::new();
        Record::parse_at(&bytes, 0).unwrap().places(&mut places);
        places.layers().to_string()
    };
    let text = fields("ENTRY");
    for field in [
        "peer_address: 192.0.2.1",
        "view: 0",
        "status: 1",
        "last_change: 5",
        "afi: IPv4",
        "next_hop: 192.0.2.1",
        "prefix: 198.51.100.0/24",
        "attribute: AS_PATH",
    ] {
        assert!(text.contains(field), "{field}: {text}");
    }
    for name in ["SNAPSHOT", "BGP SYNC"] {
        let text = fields(name);
        assert!(text.contains("view: 1\n  file_name: /var/rib\n"), "{text}");
    }
}

#[test]
fn an_error_names_its_part() {
    let errors = |bytes: &[u8]| errors(&Record::parse_at(bytes, 0).unwrap(), &Peers::new());
    let at = 12 + 20 + 19 + 4 + ATTRIBUTES.len();
    let cut = record(16, 4, &bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, &[24, 10]))));
    assert_eq!(errors(&cut), [format!("announced routes: ends 2 bytes too early (at byte {at})")]);
    let cut = record(16, 4, &bgp4mp(true, &message(2, &update(&[24, 10], &[], &[]))));
    assert_eq!(errors(&cut), ["withdrawn routes: ends 2 bytes too early (at byte 53)"]);
    let missing = record(16, 4, &bgp4mp(true, &message(2, &update(&[], &ATTRIBUTES[4..], &[8, 10]))));
    assert_eq!(errors(&missing), ["ORIGIN attribute: is missing (at byte 55)"]);
    let behind = record(13, 2, &[rib(&[8, 10], &[entry(0, None, ATTRIBUTES)]), vec![0]].concat());
    assert_eq!(errors(&behind), [format!("RIB entry: 1 byte is left over (at byte {})", behind.len() - 1)]);
    let nameless = record(16, 3, b"\0\x01/var");
    assert_eq!(errors(&nameless), ["BGP4MP SNAPSHOT record: ends 1 byte too early (at byte 14)"]);
}

#[cfg(feature = "compression")]
#[test]
fn findings_are_among_the_places_of_real_archives() {
    let Some(corpus) = common::corpus() else { return };
    let (mut archives, mut damaged) = (0, 0);
    for (name, archive) in common::archives(&corpus) {
        // The front of each: damage is not where an archive ends.
        damaged += agree(&name, &archive, 5000);
        archives += 1;
    }
    println!("{damaged} damaged records of {archives} archives");
    assert!(archives > 50 && damaged > 0, "{archives} {damaged}");
}
