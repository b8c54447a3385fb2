//! Every error is reached by an input: each variant of each kind of error, and each context.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "tests report by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use routeglass::attr::{AsPathBuf, AttrFlags, Attribute, Community, ExtendedCommunity, LargeCommunity, MpUnreach, Value};
use routeglass::bgp::{Message, UpdateBuilder};
use routeglass::codes::AttrCode;
use routeglass::error::{EncodeError, Error};
use routeglass::io::{ReadError, ReaderOptions};
use routeglass::mrt::{ReadContext, Reader, records};
use routeglass::nlri::PathPrefix;
use routeglass::{Family, Prefix, Session};

use crate::common::vectors::{ATTRIBUTES, PREFIX, bgp4mp, entry, message, peer_index_table, record, rib, update};

/// The variants of an enumeration, parsed from its file.
fn variants(file: &str, name: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file)).unwrap();
    let start = text.find(&format!("pub enum {name} {{")).unwrap();
    let body = text.get(start..).unwrap().lines().skip(1).take_while(|line| *line != "}");
    // Variants are indented by one level; their own fields by two.
    let words =
        body.filter_map(|line| line.strip_prefix("    ")).filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    words.map(first_word).collect()
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric()).collect()
}

fn reached<'a>(shown: impl Iterator<Item = String> + 'a) -> BTreeSet<String> {
    shown.map(|text| first_word(&text)).collect()
}

/// All findings about the last record of an archive, including notes.
fn of_records(archive: &[u8]) -> Vec<Error> {
    let mut peers = ReadContext::new();
    let mut found = Vec::new();
    for record in records(archive) {
        found.clear();
        match record {
            Ok(record) => {
                if !peers.observe(&record) {
                    record.findings(&peers, |e| found.push(e));
                    record.notes(&peers, |e| found.push(e));
                }
            }
            Err(e) => found.push(e),
        }
    }
    found
}

/// All findings about one message.
fn of_message(bytes: &[u8], session: &Session) -> Vec<Error> {
    let mut found = Vec::new();
    match Message::parse_at(bytes, session, 0) {
        Ok(message) => {
            message.findings(0, |e| found.push(e));
            if let Message::Update(update) = message {
                update.notes(|e| found.push(e));
            }
        }
        Err(e) => found.push(e),
    }
    found
}

/// An UPDATE that announces 198.51.100.0/24 with these attributes after or instead of ORIGIN, AS_PATH and NEXT_HOP.
fn attributes(list: &[u8]) -> Vec<Error> {
    of_message(&message(2, &update(&[], list, PREFIX)), &Session::AS4)
}

fn and(more: &[u8]) -> Vec<Error> {
    attributes(&[ATTRIBUTES, more].concat())
}

fn table(entry: &[u8]) -> Vec<u8> {
    record(13, 2, &rib(PREFIX, &[entry.to_vec()]))
}

fn open(asn: u16, parameters: &[u8]) -> Vec<u8> {
    let mut body = vec![4];
    body.extend(asn.to_be_bytes());
    body.extend([0, 180, 192, 0, 2, 1, u8::try_from(parameters.len()).unwrap()]);
    body.extend(parameters);
    message(1, &body)
}

/// MP_REACH_NLRI of labeled IPv4 routes, next hop 192.0.2.1.
fn labeled(route: &[u8]) -> Vec<u8> {
    let mut value = vec![0x80, 14, u8::try_from(9 + route.len()).unwrap(), 0, 1, 4, 4, 192, 0, 2, 1, 0];
    value.extend(route);
    message(2, &update(&[], &[&ATTRIBUTES[..13], &value].concat(), &[]))
}

/// Nested sets of attributes.
fn nested(depth: usize) -> Vec<u8> {
    (0..depth).fold(vec![0, 0, 0, 1], |inner, _| {
        let len = u16::try_from(inner.len()).unwrap().to_be_bytes();
        [&[0, 0, 0, 1, 0xd0, 128][..], &len, &inner].concat()
    })
}

/// A table entry with ORIGIN, AS_PATH and this MP_REACH_NLRI.
fn reach_in_entry(reach: &[u8]) -> Vec<u8> {
    let list = [&ATTRIBUTES[..13], &[0x80, 14, u8::try_from(reach.len()).unwrap()], reach].concat();
    entry(0, None, &list)
}

/// Inputs with errors, and all their findings.
fn findings() -> Vec<(Vec<Error>, &'static str)> {
    let (as4, many) = (Session::AS4, Session::AS4.with_multiple_labels());
    let good = update(&[], ATTRIBUTES, PREFIX);
    let mut marker = message(4, &[]);
    marker[3] = 0;
    let deep = nested(5);
    let set = [&[0xd0, 128][..], &u16::try_from(deep.len()).unwrap().to_be_bytes(), &deep].concat();
    let bgpsec = [&[0x80, 33, 36, 0, 8, 1, 0, 0, 0, 0xfb, 0xf0, 0, 28, 1][..], &[7; 20], &[0, 3, 1, 2, 3]].concat();
    let reach = &[0x80, 14, 13, 0, 1, 1, 4, 192, 0, 2, 1, 0, 24, 198, 51, 100][..];
    let mut cut_table = peer_index_table();
    cut_table.truncate(cut_table.len() - 1);
    cut_table[11] -= 1;
    let withdrawn = |route: &[u8]| {
        let value = [&[0x80, 15, u8::try_from(3 + route.len()).unwrap(), 0, 1, 4][..], route].concat();
        message(2, &update(&[], &value, &[]))
    };
    let unframed = message(2, &update(&[], &[&ATTRIBUTES[..13], &[0x80, 15, 5, 0, 1, 4, 200, 1]].concat(), &[]));
    vec![
        (attributes(&[0x40, 1, 9, 0]), "ORIGIN attribute: needs 8 bytes more than are there (at byte 23); treat-as-withdraw"),
        (attributes(&[0x40]), "path attributes: needs 2 bytes more than are there (at byte 23); treat-as-withdraw"),
        (
            of_message(&message(2, &update(&[], &[&ATTRIBUTES[..13], &bgpsec[..], reach].concat(), &[])), &as4),
            "BGPSEC_PATH attribute: stands beside AS_PATH, which it takes the place of (at byte 36); treat-as-withdraw",
        ),
        (
            attributes(&[&ATTRIBUTES[..4], &bgpsec[..], &ATTRIBUTES[13..]].concat()),
            "announced routes: beside BGPSEC_PATH, which requires MP_REACH_NLRI (at byte 73); none",
        ),
        // Sub-TLVs 515 and 512 of a node.
        (
            of_message(
                &message(
                    2,
                    &update(
                        &[],
                        &[
                            &ATTRIBUTES[..13],
                            &[
                                0x80, 14, 42, 0x40, 4, 71, 4, 192, 0, 2, 1, 0, 0, 1, 0, 29, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,
                                16, 2, 3, 0, 4, 1, 1, 1, 1, 2, 0, 0, 4, 0, 0, 0xfb, 0xf0,
                            ],
                        ]
                        .concat(),
                        &[],
                    ),
                ),
                &as4,
            ),
            "BGP-LS link-state routes: is out of order (at byte 73); treat-as-withdraw",
        ),
        (of_message(&message(2, &[0]), &as4), "BGP message header: length 20 is not valid here (at byte 16); session reset"),
        (
            of_message(&message(2, &update(&[33, 0], ATTRIBUTES, PREFIX)), &as4),
            "withdrawn routes: prefix length 33 is longer than an address (at byte 21); session reset",
        ),
        (
            of_message(&message(2, &update(&[], ATTRIBUTES, &[33, 0, 0, 0, 0, 0])), &as4),
            "announced routes: prefix length 33 is longer than an address (at byte 43); session reset",
        ),
        (of_message(&marker, &as4), "BGP message header: marker is not all ones (at byte 0); session reset"),
        (of_message(&message(9, &[]), &as4), "BGP message header: value 9 is not valid here (at byte 18); session reset"),
        (of_message(&message(4, &[0]), &as4), "BGP message header: length 20 is not valid here (at byte 16); session reset"),
        (
            of_records(&record(16, 4, &bgp4mp(true, &[message(2, &good), vec![0, 0]].concat()))),
            "BGP4MP MESSAGE_AS4 record: 2 bytes are left over (at byte 79); none",
        ),
        (
            of_records(&record(16, 4, &bgp4mp(true, &[]))),
            "BGP message header: needs 19 bytes more than are there (at byte 32); session reset",
        ),
        (of_records(&[0, 0, 0, 9, 0, 16]), "MRT header: needs 6 bytes more than are there (at byte 0); none"),
        (
            attributes(&[&[0x40, 1, 0][..], &ATTRIBUTES[4..]].concat()),
            "ORIGIN attribute: length 0 is not valid here (at byte 26); treat-as-withdraw",
        ),
        (
            attributes(&[&[0x40, 1, 1, 9][..], &ATTRIBUTES[4..]].concat()),
            "ORIGIN attribute: value 9 is not valid here (at byte 26); treat-as-withdraw",
        ),
        (
            attributes(&[&[0xc0, 1, 1, 0][..], &ATTRIBUTES[4..]].concat()),
            "ORIGIN attribute: flags 0xc0 contradict the attribute (at byte 23); treat-as-withdraw",
        ),
        (attributes(&ATTRIBUTES[..13]), "NEXT_HOP attribute: is missing (at byte 23); treat-as-withdraw"),
        (and(&[0x40, 1, 1, 0]), "ORIGIN attribute: occurs more than once (at byte 43); attribute discard"),
        (and(&[0x40, 99, 1, 0]), "attribute 99: is not recognized (at byte 43); session reset"),
        // Type 13 is that of IPv6 alone.
        (
            of_message(
                &message(2, &update(&[], &[&ATTRIBUTES[..13], &[0x80, 14, 9, 0, 1, 133, 0, 0, 3, 13, 0x81, 6]].concat(), &[])),
                &as4,
            ),
            "IPv4 flowspec routes: component type 13 is unknown (at byte 45); treat-as-withdraw",
        ),
        // A 64-bit metric of all ones.
        (
            and(&[0x80, 26, 11, 1, 0, 11, 255, 255, 255, 255, 255, 255, 255, 255]),
            "AIGP attribute: value 18446744073709551615 is not valid here (at byte 46); attribute discard",
        ),
        // PE Distinguisher Labels with a multicast address.
        (
            and(&[0xc0, 27, 7, 224, 0, 0, 1, 0, 6, 0x41]),
            "PE_DISTINGUISHER_LABELS attribute: the address is not valid here (at byte 46); treat-as-withdraw",
        ),
        (and(&set), "ATTR_SET attribute: is nested too deeply (at byte 79); treat-as-withdraw"),
        // An AS_SET, and AS4_PATH with four-octet numbers.
        (
            attributes(&[&ATTRIBUTES[..4], &[0x40, 2, 6, 1, 1, 0, 0, 0xfb, 0xf0], &ATTRIBUTES[13..]].concat()),
            "AS_PATH attribute: value 1 is deprecated (at byte 30); treat-as-withdraw",
        ),
        (
            and(&[0xc0, 17, 6, 2, 1, 0, 0, 0xfb, 0xf0]),
            "AS4_PATH attribute: value 17 is deprecated (at byte 46); attribute discard",
        ),
        (
            of_message(&labeled(&[48, 0, 6, 0x40, 203, 0, 113]), &as4),
            "IPv4 labeled routes: the last label has no bottom-of-stack bit (at byte 49); none",
        ),
        (
            of_message(&labeled(&[72, 0, 6, 0x40, 0, 0x0c, 0x81, 198, 51, 100]), &as4),
            "IPv4 labeled routes: 2 labels, and more than one was not agreed on (at byte 49); none",
        ),
        (
            of_message(&labeled(&[48, 0, 6, 0x40, 203, 0, 113]), &many),
            "IPv4 labeled routes: 2 labels, or one and a longer prefix: what was agreed on is not known (at byte 49); none",
        ),
        (
            of_message(&labeled(&[57, 0, 6, 0x41, 203, 0, 113, 1, 0]), &as4),
            "IPv4 labeled routes: prefix length 33 is longer than an address (at byte 52); treat-as-withdraw",
        ),
        (
            of_message(&withdrawn(&[72, 0, 6, 0x40, 0, 0x0c, 0x81, 198, 51, 100]), &as4),
            "IPv4 labeled routes: 2 labels, where a withdrawal has one field (at byte 30); none",
        ),
        (
            of_message(&message(2, &[0, 9, 0, 0]), &as4),
            "UPDATE message: needs 7 bytes more than are there (at byte 21); session reset",
        ),
        (MpUnreach::parse_at(&[0], 3).err().into_iter().collect(), "input: needs 1 byte more than is there (at byte 3); none"),
        (
            of_message(&[&open(64496, &[])[..28], &[9]].concat(), &as4),
            "OPEN message: needs 9 bytes more than are there (at byte 29); session reset",
        ),
        (of_message(&unframed, &as4), "IPv4 labeled routes: needs 24 bytes more than are there (at byte 42); AFI/SAFI disable"),
        (of_message(&open(0, &[]), &as4), "OPEN AS number: value 0 is not valid here (at byte 20); session reset"),
        (of_message(&message(1, &[4, 0]), &as4), "BGP message header: length 21 is not valid here (at byte 16); session reset"),
        (of_message(&open(64496, &[99, 1, 0]), &as4), "OPEN parameter 99: is not recognized (at byte 29); session reset"),
        (
            of_message(&open(64496, &[2, 3, 65, 1, 0]), &as4),
            "4-octet AS capability: length 1 is not valid here (at byte 33); session reset",
        ),
        (
            of_message(&open(64496, &[2, 6, 9, 1, 0, 9, 1, 3]), &as4),
            "Role capability: contradicts the roles of the two speakers (at byte 36); session reset",
        ),
        (of_message(&message(3, &[6]), &as4), "NOTIFICATION message: needs 1 byte more than is there (at byte 19); none"),
        (of_message(&message(3, &[6, 2, 1, 0xff]), &as4), "NOTIFICATION message: value 255 is not valid here (at byte 22); none"),
        (
            of_message(&message(5, &[0, 1, 9]), &as4),
            "ROUTE-REFRESH message: needs 1 byte more than is there (at byte 19); session reset",
        ),
        (of_records(&table(&entry(0, None, ATTRIBUTES))), "RIB entry: no peer table comes before it (at byte 22); none"),
        (
            of_records(&[peer_index_table(), table(&entry(7, None, ATTRIBUTES))].concat()),
            "RIB entry: peer index 7 is past the peer table (at byte 82); none",
        ),
        (
            of_records(&[cut_table, table(&entry(0, None, ATTRIBUTES))].concat()),
            "RIB entry: the peer table before it is damaged, its peer may be another (at byte 81); none",
        ),
        (
            of_message(
                &message(
                    2,
                    &update(
                        &[],
                        &[&ATTRIBUTES[..13], &[0x80, 14, 25, 0, 1, 1, 16], &[0x20; 16], &[0, 24, 198, 51, 100]].concat(),
                        &[],
                    ),
                ),
                &as4,
            ),
            "MP_REACH_NLRI attribute: next hop of 16 octets, and extended next hops were not agreed on (at byte 42); none",
        ),
        // MP_REACH_NLRI of IPv6, and of another prefix, in an entry of IPv4.
        (
            of_records(&[peer_index_table(), table(&reach_in_entry(&[&[0, 2, 1, 16][..], &[0x20; 16], &[0]].concat()))].concat()),
            "MP_REACH_NLRI attribute: family other than that of the record (at byte 106); treat-as-withdraw",
        ),
        (
            of_records(&[peer_index_table(), table(&reach_in_entry(&[0, 1, 1, 4, 192, 0, 2, 1, 0, 8, 99]))].concat()),
            "MP_REACH_NLRI attribute: route other than that of the record (at byte 115); none",
        ),
        (
            of_records(&[peer_index_table(), table(&[0, 0, 0])].concat()),
            "RIB entry: needs 5 bytes more than are there (at byte 82); none",
        ),
    ]
}

#[test]
fn every_finding() {
    let list = findings();
    for (found, text) in &list {
        assert_eq!(found.iter().map(|e| format!("{e}; {}", e.action())).collect::<Vec<_>>(), [*text]);
    }
    let all = || list.iter().flat_map(|(found, _)| found);
    assert_eq!(reached(all().map(|e| format!("{:?}", e.kind()))), variants("error.rs", "ErrorKind"));
    assert_eq!(reached(all().map(|e| format!("{:?}", e.context()))), variants("error.rs", "Context"));
    assert_eq!(reached(all().map(|e| format!("{:?}", e.action()))), variants("error.rs", "Action"));
}

#[test]
fn every_error_of_an_encoder() {
    let (mut buffer, long) = (Vec::new(), vec![0; 70_000]);
    let v4 = PathPrefix { prefix: "10.0.0.0/8".parse::<Prefix>().unwrap(), path_id: None };
    let path: AsPathBuf = "64496 70000".parse().unwrap();
    let id = PathPrefix { path_id: Some(1), ..v4 };
    let mut bare = UpdateBuilder::new(&Session::AS4);
    bare.announce(v4).unwrap();
    let errors: [(EncodeError, &str); 6] = [
        (bare.encode(&mut Vec::new()).unwrap_err(), "ORIGIN: the attribute is missing, and routes are announced"),
        (
            UpdateBuilder::new(&Session::AS4).announce(id).map(drop).unwrap_err(),
            "path identifier: ADD-PATH (RFC 7911) is not negotiated (Session::add_path_send)",
        ),
        (
            UpdateBuilder::new(&Session::AS4).withdraw_prefix(Family::IPV6_UNICAST, v4).map(drop).unwrap_err(),
            "prefix: the value has no form on the wire",
        ),
        (
            Value::Unknown(Attribute::new(AttrFlags::OPTIONAL, AttrCode(200), &long))
                .encode(&Session::AS4, &mut buffer)
                .unwrap_err(),
            "attribute: length 70000 is over 65535",
        ),
        (path.view(false, &mut Vec::new()).unwrap_err(), "AS number: value 70000 does not fit"),
        (Message::Keepalive.encode(&Session::AS4, &mut &mut [0u8; 5][..]).unwrap_err(), "the output has 14 bytes too few"),
    ];
    for (e, text) in &errors {
        assert_eq!(e.to_string(), *text);
    }
    assert_eq!(reached(errors.iter().map(|(e, _)| format!("{:?}", e.kind()))), variants("error.rs", "EncodeErrorKind"));
}

/// An input that fails.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("it broke"))
    }
}

#[test]
fn every_end_of_a_reader() {
    let first = |reader: Result<Reader<_>, ReadError>| reader.and_then(|mut reader| reader.next_record().map(drop)).unwrap_err();
    let long = table(&entry(0, None, ATTRIBUTES));
    let options = ReaderOptions::default().with_max_record_len(20);
    let errors = [
        (Reader::open("/no/such/file").unwrap_err(), "/no/such/file: No such file or directory (os error 2)"),
        (Reader::new(Broken).and_then(|mut reader| reader.next_record().map(drop)).unwrap_err(), "it broke (reading byte 0)"),
        (first(Reader::with_options(&long[..], options)), "MRT header: a record of 50 bytes is over the limit of 20 (at byte 0)"),
        (first(Reader::new(&long[..30])), "MRT header: needs 20 bytes more than are there (at byte 0)"),
    ];
    for (e, text) in &errors {
        assert_eq!(e.to_string(), *text);
    }
    assert_eq!(reached(errors.iter().map(|(e, _)| format!("{e:?}"))), variants("io/reader.rs", "ReadError"));
}

#[test]
#[cfg(feature = "compression")]
fn every_damage_of_compressed_input() {
    use routeglass::io::{Decompress, DecompressError};
    let gz = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/sample.mrt.gz")).unwrap();
    let mut corrupt = gz.clone();
    corrupt[40] ^= 0xff;
    let kind = |bytes: &[u8], limit| {
        let e = Decompress::new(bytes).unwrap().with_max_window(limit).read_to_end(&mut Vec::new()).unwrap_err();
        format!("{:?}", e.get_ref().unwrap().downcast_ref::<DecompressError>().unwrap().kind())
    };
    // A frame of zstd with a window of 1 KiB.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 1, 0, 0];
    let shown = [kind(&gz[..60], 0), kind(&corrupt, 0), kind(&[&gz[..], b"more"].concat(), 0), kind(&frame, 0)];
    assert_eq!(shown, ["Truncated", "Corrupt", "TrailingBytes", "Unsupported"]);
    // A feature that is off is tested beside the readers, in builds without the formats.
    let mut all = variants("io/compress/error.rs", "DecompressErrorKind");
    assert!(all.remove("FeatureOff"));
    assert_eq!(reached(shown.into_iter()), all);
}

#[test]
fn every_text_that_is_none() {
    let prefixes = ["10.0.0.0", "10.0.0/8", "10.0.0.0/33", "10.0.0.1/8"].map(|text| text.parse::<Prefix>().unwrap_err());
    assert_eq!(reached(prefixes.iter().map(|e| format!("{e:?}"))), variants("prefix.rs", "ParsePrefixError"));
    let communities = [
        "x".parse::<Community>().unwrap_err(),
        "x".parse::<ExtendedCommunity>().unwrap_err(),
        "x".parse::<LargeCommunity>().unwrap_err(),
    ];
    assert_eq!(reached(communities.iter().map(|e| format!("{e:?}"))), variants("attr/ext_community.rs", "ParseCommunityError"));
}
