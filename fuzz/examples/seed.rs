//! Which inputs does fuzzing start from? Rewrites `corpus/<target>/`: hand-built vectors in the form that each law reads.
//!
//! `cargo run --example seed`, in this directory.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

#[path = "../../tests/common/vectors.rs"]
mod vectors;

use routeglass::peering::{AddressFamily, HygieneCounts, PathStore};

use vectors::{ATTRIBUTES, ATTRIBUTES_AS2, ATTRIBUTES_V6, bgp4mp, entry, message, record, rib, update};

/// Maximum number of files per target.
const MOST: usize = 20;

const SAMPLE: &[u8] = include_bytes!("../../tests/data/sample.mrt");

/// Every attribute with a value type, four-octet numbers.
const EVERY: &[u8] = &[
    0x40, 1, 1, 2, 0x40, 2, 16, 2, 1, 0, 0, 0xfb, 0xf0, 1, 2, 0, 0, 0xfb, 0xf5, 0, 0, 0xfb, 0xf6, 0x40, 3, 4, 192, 0, 2, 1, 0x80,
    4, 4, 0, 0, 0, 50, 0x40, 5, 4, 0, 0, 0, 100, 0x40, 6, 0, 0xc0, 7, 8, 0, 0, 0xfb, 0xf0, 192, 0, 2, 1, 0xc0, 8, 8, 0xfb, 0xf0,
    0, 1, 0xff, 0xff, 0xff, 1, 0x80, 9, 4, 192, 0, 2, 9, 0x80, 10, 8, 192, 0, 2, 3, 192, 0, 2, 4, 0xc0, 16, 8, 0, 2, 0xfb, 0xf0,
    0, 0, 0, 1, 0xc0, 32, 12, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0xc0, 35, 4, 0, 0, 0xfb, 0xf0, 0xe0, 99, 2, 1, 2,
];

/// MP_REACH_NLRI and MP_UNREACH_NLRI of IPv6 unicast, extended length.
const MP: &[u8] = &[
    0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x90, 14, 0, 26, 0, 2, 1, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 1, 0, 32, 0x20, 1, 0x0d, 0xb8, 0x80, 15, 9, 0, 2, 1, 40, 0x20, 1, 0x0d, 0xb8, 1,
];

/// AS_PATH 23456 64496 and AS4_PATH 65536 64496, AGGREGATOR and AS4_AGGREGATOR: two-octet numbers.
const MERGED: &[u8] = &[
    0x40, 1, 1, 0, 0x40, 2, 6, 2, 2, 0x5b, 0xa0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1, 0xc0, 7, 6, 0x5b, 0xa0, 192, 0, 2, 1,
    0xc0, 17, 10, 2, 2, 0, 1, 0, 0, 0, 0, 0xfb, 0xf0, 0xc0, 18, 8, 0, 1, 0, 0, 192, 0, 2, 1,
];

/// A second ORIGIN.
const TWICE: &[u8] = &[0x40, 1, 1, 0, 0x40, 1, 1, 1, 0xc0, 8, 4, 0, 1, 0, 2, 0xc0, 8, 4, 0, 1, 0, 3, 0x80, 99, 0, 0x80, 99, 0];

/// Capabilities: multiprotocol IPv4 unicast, extended next hop, extended messages, AS 64496, ADD-PATH both ways.
const CAPABILITIES: &[u8] =
    &[1, 4, 0, 1, 0, 1, 5, 6, 0, 1, 0, 1, 0, 2, 6, 0, 65, 4, 0, 0, 0xfb, 0xf0, 69, 8, 0, 1, 1, 3, 0, 2, 1, 1, 2, 0];

/// `choices` before `rest`.
fn chosen(choices: &[u8], rest: &[u8]) -> Vec<u8> {
    [choices, rest].concat()
}

type Seed = (String, Vec<u8>);

fn named(list: impl IntoIterator<Item = (&'static str, Vec<u8>)>) -> Vec<Seed> {
    list.into_iter().map(|(name, bytes)| (name.to_lowercase().replace(' ', "_"), bytes)).collect()
}

/// The record after a peer table, or the record itself.
fn last(archive: &[u8]) -> &[u8] {
    routeglass::mrt::records(archive).flatten().last().map_or(&[], |r| r.as_bytes())
}

fn records_of(names: &[&str]) -> Vec<(&'static str, Vec<u8>)> {
    vectors::all().into_iter().filter(|(name, _)| names.contains(name)).collect()
}

/// One name per layout of a body.
const LAYOUTS: &[&str] = &[
    "PEER_INDEX_TABLE",
    "RIB_IPV4_UNICAST",
    "RIB_IPV6_UNICAST_ADDPATH",
    "RIB_GENERIC",
    "RIB_GENERIC VPN",
    "GEO_PEER_TABLE",
    "TABLE_DUMP IPv4",
    "TABLE_DUMP IPv6 AS4",
    "STATE_CHANGE",
    "MESSAGE",
    "ENTRY",
    "SNAPSHOT",
    "MESSAGE_AS4_ADDPATH",
    "STATE_CHANGE_AS4",
    "ET MESSAGE_AS4",
    "BGP UPDATE",
    "BGP4PLUS UPDATE",
];

/// TABLE_DUMP of the year 2000: two entries in one record, declared without view and sequence number.
fn batch() -> Vec<u8> {
    let mut bytes = vec![0x38, 0x7b, 0, 0, 0, 12, 0, 1, 0, 0, 0, 52, 0, 1, 0, 2];
    for prefix in [10, 11] {
        bytes.extend([prefix, 0, 0, 0, 8, 1, 0x38, 0x7b, 0, 0, 192, 0, 2, 1, 0xfd, 0xe8]);
        bytes.extend([0, 8, 0x40, 1, 1, 0, 0x40, 2, 0, 0]);
    }
    bytes
}

/// The same with a last entry without attributes: when all declared octets have arrived, that entry's length has not.
fn batch_with_an_empty_end() -> Vec<u8> {
    let mut bytes = batch();
    bytes.truncate(12 + 4 + 26 + 16);
    bytes.extend([0, 0]);
    bytes[11] = 26 + 18;
    [&bytes[..], &[0, 0, 0, 5, 0xff, 0, 0, 7, 0, 0, 0, 1, 9]].concat()
}

fn tables() -> Vec<Seed> {
    let peers = &vectors::peer_index_table()[12..];
    let len = u16::try_from(peers.len()).unwrap_or(0).to_be_bytes();
    let table = |subtype: u8, body: &[u8]| [&[subtype, len[0], len[1]], peers, body].concat();
    let v4 = [24, 198, 51, 100];
    let v6 = [32, 0x20, 1, 0x0d, 0xb8];
    named([
        ("ipv4", table(2, &rib(&v4, &[entry(0, None, ATTRIBUTES), entry(1, None, EVERY)]))),
        ("ipv6", table(4, &rib(&v6, &[entry(1, None, ATTRIBUTES_V6), entry(0, None, MP)]))),
        ("addpath", table(8, &rib(&v4, &[entry(0, Some(3), ATTRIBUTES), entry(0, Some(4), EVERY)]))),
        ("generic", table(6, &rib(&[&[0, 1, 1][..], &v4].concat(), &[entry(0, None, ATTRIBUTES)]))),
        ("vpn", table(6, &rib(&[0, 1, 128, 112, 0, 0x10, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100], &[entry(0, None, MP)]))),
        ("evpn", table(6, &rib(&[0, 25, 70, 3, 2, 0, 1], &[entry(0, None, ATTRIBUTES)]))),
        ("past_the_table", table(2, &rib(&v4, &[entry(9, None, ATTRIBUTES)]))),
        ("empty", table(2, &rib(&v4, &[]))),
        ("geo", table(7, &[192, 0, 2, 254, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0])),
    ])
}

fn messages() -> Vec<Seed> {
    let four = update(&[8, 10], EVERY, &[24, 198, 51, 100]);
    let paths = update(&[0, 0, 0, 3, 8, 10], ATTRIBUTES, &[0, 0, 0, 3, 24, 198, 51, 100]);
    let mut open = vec![4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1];
    open.extend([u8::try_from(CAPABILITIES.len() + 2).unwrap_or(0), 2, u8::try_from(CAPABILITIES.len()).unwrap_or(0)]);
    open.extend(CAPABILITIES);
    // After session and framing: an odd second octet makes the rest a body after its type.
    named([
        ("update", chosen(&[1, 1, 0], &four)),
        ("update_as2", chosen(&[0, 1, 0], &update(&[8, 10], MERGED, &[24, 198, 51, 100]))),
        ("update_addpath", chosen(&[5, 1, 0], &paths)),
        ("update_mp", chosen(&[0x43, 1, 0], &update(&[], MP, &[]))),
        ("update_twice", chosen(&[1, 1, 0], &update(&[], TWICE, &[16, 10, 1]))),
        ("end_of_rib", chosen(&[1, 1, 0], &update(&[], &[], &[]))),
        ("end_of_rib_ipv6", chosen(&[1, 1, 0], &update(&[], &[0x80, 15, 3, 0, 2, 1], &[]))),
        ("whole_update", chosen(&[1, 0], &message(2, &four))),
        ("open", chosen(&[1, 0], &message(1, &open))),
        ("notification", chosen(&[1, 0], &message(3, &[6, 2, 3, b'b', b'y', b'e']))),
        ("keepalives", chosen(&[1, 0], &[message(4, &[]), message(4, &[])].concat())),
        ("route_refresh", chosen(&[1, 0], &message(5, &[0, 1, 0, 1]))),
    ])
}

/// Routes of families without plain prefixes.
fn routes() -> Vec<Seed> {
    let place = |afi: u16, safi: u8| {
        let family = routeglass::Family::new(routeglass::codes::Afi(afi), routeglass::codes::Safi(safi));
        let place = routeglass::nlri::TYPED.iter().position(|typed| *typed == family);
        place.and_then(|n| u8::try_from(n).ok()).unwrap_or(0x80 | safi)
    };
    let label = [48, 0, 0x10, 1, 198, 51, 100];
    let vpn = [112, 0, 0x10, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100];
    let vpn6 = [120, 0x80, 0, 0, 0, 1, 192, 0, 2, 1, 0, 7, 0x20, 1, 0x0d, 0xb8];
    let vpls = [0, 17, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 8, 0, 0x10, 1];
    let discovery = [0, 12, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 192, 0, 2, 1];
    let evpn = [3, 17, 0, 1, 192, 0, 2, 1, 0, 1, 0, 0, 0, 0, 32, 192, 0, 2, 1];
    named([
        ("labeled", chosen(&[0, place(1, 4)], &[label, label].concat())),
        ("labeled_addpath", chosen(&[1, place(1, 4)], &[&[0, 0, 0, 3][..], &label].concat())),
        ("vpn", chosen(&[0, place(1, 128)], &[vpn, vpn].concat())),
        ("vpn_ipv6", chosen(&[0, place(2, 128)], &vpn6)),
        ("vpls", chosen(&[0, place(25, 65)], &[&vpls[..], &discovery].concat())),
        ("evpn", chosen(&[0, place(25, 70)], &evpn)),
        ("route_target", chosen(&[0x10, place(1, 132)], &[96, 0, 0, 0xfb, 0xf0, 0, 2, 0xfb, 0xf0, 0, 0, 0, 1])),
        ("flowspec", chosen(&[0x10, place(1, 133)], &[9, 1, 24, 198, 51, 100, 3, 0x81, 6, 0])),
        ("link_state", chosen(&[0, place(16388, 71)], &[0, 1, 0, 9, 3, 0, 0, 0, 0, 0, 0, 0, 1])),
        ("unknown", chosen(&[0x90, 0xf0], &[1, 2, 3])),
    ])
}

fn opens() -> Vec<Seed> {
    let parameter = |kind: u8, body: &[u8]| [&[kind, u8::try_from(body.len()).unwrap_or(0)], body].concat();
    let long = |kind: u8, body: &[u8]| [&[kind, 0, u8::try_from(body.len()).unwrap_or(0)], body].concat();
    let two = |choice: u8, a: &[u8], b: &[u8]| {
        let [x, y] = u16::try_from(a.len()).unwrap_or(0).to_be_bytes();
        [&[x, y, choice], a, b].concat()
    };
    let mine = parameter(2, CAPABILITIES);
    let theirs = [parameter(2, &[65, 4, 0, 1, 0, 0]), parameter(2, &[69, 4, 0, 1, 1, 2, 6, 0])].concat();
    named([
        ("both", two(0, &mine, &theirs)),
        ("long", two(2, &long(2, CAPABILITIES), &long(2, &[65, 4, 0, 1, 0, 0]))),
        ("none", two(0, &[], &theirs)),
        ("other", two(0, &parameter(1, &[1, 2, 3]), &mine)),
        ("whole", two(1, &[4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 0], &[4, 0xfb, 0xf1, 0, 90, 192, 0, 2, 2, 4, 2, 2, 6, 0])),
    ])
}

fn compressed() -> Result<Vec<Seed>, Box<dyn Error>> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(SAMPLE)?;
    let gz = gz.finish()?;
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    bz2.write_all(SAMPLE)?;
    let bz2 = bz2.finish()?;
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1))?;
    xz.write_all(SAMPLE)?;
    let xz = xz.finish()?;
    let zst = ruzstd::encoding::compress_to_vec(SAMPLE, ruzstd::encoding::CompressionLevel::Fastest);
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    lz4.write_all(SAMPLE)?;
    let lz4 = lz4.finish()?;
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    let choices = [16, 7];
    Ok(named([
        ("plain", chosen(&choices, SAMPLE)),
        ("gz", chosen(&choices, &gz)),
        ("gz_members", chosen(&choices, &[&gz[..], &gz, &[0; 8]].concat())),
        ("gz_cut", chosen(&choices, &gz[..gz.len() - 5])),
        ("bz2", chosen(&choices, &bz2)),
        ("bz2_streams", chosen(&choices, &[&bz2[..], &bz2].concat())),
        ("xz", chosen(&choices, &xz)),
        ("xz_padded", chosen(&choices, &[&xz[..], &[0; 4], &xz].concat())),
        ("zst", chosen(&choices, &zst)),
        ("zst_skippable", chosen(&choices, &[&skippable[..], &zst].concat())),
        ("lz4", chosen(&choices, &lz4)),
        ("lz4_frames", chosen(&choices, &[&lz4[..], &skippable, &lz4].concat())),
    ]))
}

/// bzip2 files after the octets that all have.
fn bz2_blocks() -> Result<Vec<Seed>, Box<dyn Error>> {
    let encode = |octets: &[u8]| -> Result<Vec<u8>, Box<dyn Error>> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(octets)?;
        Ok(encoder.finish()?)
    };
    let (one, several) = (encode(SAMPLE)?, encode(&SAMPLE.repeat(400))?);
    let rest = |file: &[u8]| chosen(&[0], file.get(10..).unwrap_or_default());
    let mut damaged = several.clone();
    if let Some(octet) = damaged.get_mut(several.len() / 2) {
        *octet ^= 4;
    }
    let mut wrong_end = [&several[..], &one].concat();
    if let Some(octet) = wrong_end.get_mut(several.len() - 2) {
        *octet ^= 4;
    }
    Ok(named([
        ("one", rest(&one)),
        ("several", rest(&several)),
        ("streams", rest(&[&several[..], &one, &encode(&[])?, &several].concat())),
        ("cut", rest(&several[..several.len() - 7])),
        ("damaged", rest(&damaged)),
        ("wrong_end", rest(&wrong_end)),
        ("trailing", rest(&[&several[..], b"BZ"].concat())),
    ]))
}

/// An index after its first octets and without its hash: of an archive of 1000 octets with a table and two parts.
fn indexes() -> Vec<Seed> {
    let numbers = |list: &[u64]| list.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<_>>();
    let head = |blocks: &[u8]| [&numbers(&[1000, 1_767_268_800])[..], &[0; 4], &numbers(&[1, 2, 1000]), blocks].concat();
    let place = |offset: u64, len: u32| [&offset.to_be_bytes()[..], &len.to_be_bytes()].concat();
    let part = |offset: u64, len: u32, number: u64, rest: &[u8]| [&place(offset, len)[..], &number.to_be_bytes(), rest].concat();
    let summary = [
        &[0, 0, 0, 1, 0, 4, 1, 0x69, 0x56, 0x60, 0, 0x69, 0x56, 0x60, 9, 1, 0, 0, 0xfb, 0xf0, 4, 192, 0, 2, 1, 1, 0, 1, 1, 1][..],
        &numbers(&[0xc633_6400, 0xc633_64ff]),
        &[0],
    ]
    .concat();
    let many = [0, 0, 0, 1, 1, 3, 0, 255, 255, 0, 0];
    let parts = [&[0, 0, 0, 1][..], &place(0, 64), &[0, 0, 0, 2], &part(0, 400, 0, &many), &part(400, 600, 5, &summary)].concat();
    let block = [&[1, 0, 0, 0, 1][..], &numbers(&[32, 7000]), b"9", &numbers(&[0])].concat();
    named([
        ("plain", [&head(&[0])[..], &parts].concat()),
        ("bzip2", [&head(&block)[..], &parts].concat()),
        ("empty", [&numbers(&[0, 0])[..], &[0; 4], &numbers(&[1, 1, 0]), &[0; 9]].concat()),
    ])
}

/// Operations of the law of the prefix map: kind and place, length, last bits of the prefix, number.
fn operations() -> Vec<Seed> {
    let all = |list: &[(u8, u8, u16, u8)]| -> Vec<u8> {
        list.iter()
            .flat_map(|&(what, len, last, number)| [what, len, last.to_be_bytes()[0], last.to_be_bytes()[1], number])
            .collect()
    };
    // The kind is in the low four bits; above them the family (bit 4) and the place (bits 5, 6).
    const INSERT: u8 = 0;
    const REMOVE: u8 = 5;
    const ENTRY: u8 = 8;
    const TAKE: u8 = 9;
    const RUN: u8 = 10;
    const REMOVE_RUN: u8 = 12;
    const RETAIN: u8 = 13;
    const COMPACT: u8 = 14;
    const ASK: u8 = 15;
    const TEN: u8 = 0x20;
    const IPV6: u8 = 0x10;
    const DOC: u8 = 0x30;
    const ONES: u8 = 0x50;
    named([
        (
            "eight_operations",
            all(&[
                (INSERT, 9, 0, 1),
                (REMOVE, 22, 0x4080, 0),
                (INSERT, 10, 4, 2),
                (REMOVE, 13, 0, 0),
                (REMOVE, 10, 4, 0),
                (INSERT, 15, 0x181, 3),
                (INSERT, 19, 0x10, 4),
                (INSERT, 21, 0x2040, 5),
            ]),
        ),
        ("three_prefixes", all(&[(TEN, 16, 1, 0), (TEN, 23, 0x81, 1), (TEN, 24, 0x102, 2), (ASK | TEN, 32, 0x3b2, 0)])),
        ("node", all(&[(RUN | TEN, 24, 0, 200), (RUN | TEN, 22, 0, 60), (ASK | TEN, 16, 0, 0), (REMOVE_RUN | TEN, 24, 3, 190)])),
        (
            "nodes_of_ipv6",
            all(&[(RUN | DOC, 48, 0, 255), (RUN | DOC, 64, 0, 40), (RUN | DOC, 44, 0, 9), (REMOVE_RUN | DOC, 48, 0, 250)]),
        ),
        (
            "wide_node",
            all(&[(RUN | DOC, 49, 0, 255), (RUN | DOC, 49, 255, 255), (REMOVE_RUN | DOC, 49, 100, 255), (COMPACT, 0, 0, 0)]),
        ),
        ("long_keys", all(&[(RUN | ONES, 128, 0, 90), (RUN | ONES, 100, 0, 30), (INSERT | ONES, 70, 9, 0), (COMPACT, 0, 0, 1)])),
        (
            "default_routes",
            all(&[(INSERT, 0, 0, 0), (INSERT | IPV6, 0, 0, 0), (INSERT | ONES, 128, 0, 0), (ASK | ONES, 128, 0, 0)]),
        ),
        ("entries", all(&[(ENTRY | TEN, 20, 1, 7), (ENTRY | TEN, 20, 1, 9), (TAKE | TEN, 20, 1, 0), (TAKE | TEN, 20, 1, 0)])),
        ("retained", all(&[(RUN | TEN, 21, 0, 99), (RUN | TEN, 26, 0, 99), (RETAIN, 0, 0, 1), (RUN | TEN, 26, 0, 50)])),
    ])
}

/// Pseudo-random octets, the same in every run, for laws that make values of them: `kinds` come first.
fn numbers(kinds: &[u8]) -> Vec<Seed> {
    let one = |number: usize, kind: u8| {
        let mut state = u32::try_from(number).unwrap_or(0).wrapping_mul(0x9e37_79b9).wrapping_add(1);
        let rest = (0..600).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        });
        (format!("numbers_{number:02}"), [kind].into_iter().chain(rest).collect())
    };
    kinds.iter().enumerate().map(|(number, kind)| one(number, *kind)).collect()
}

/// Texts of every type with a text form, each a seed.
fn words() -> Vec<Seed> {
    let list = [
        ("community", "64496:1"),
        ("well_known", "no-export"),
        ("large", "64496:1:2"),
        ("route_target", "rt:64496:100"),
        ("route_target_ipv4", "rt:192.0.2.1:100"),
        ("extended", "mac-mobility:sticky:5"),
        ("membership", "64496 64496:100"),
        ("distinguisher", "192.0.2.1:100"),
        ("distinguisher_as4", "64496L:100"),
        ("path", "64496 65536 {64497,64498} (64512 64513) [64514,64515]"),
        ("sequences", "64496 | 64497 64498"),
        ("flowspec", "destination 192.0.2.0/24 port =80|>=1024&<=2048"),
        ("flowspec_ipv6", "destination 2001:db8::/32 fragment !ff+lf"),
        ("vpn", "64496:100 198.51.100.0/24 label 100/200"),
        ("evpn", "inclusive-multicast(rd=64496:1 ethernet_tag=0 originator=192.0.2.1)"),
        ("evpn_unknown", "type-249(0x0102)"),
    ];
    let octets = [
        ("flowspec_octets", chosen(&[0], &[9, 1, 24, 198, 51, 100, 3, 0x81, 6, 0])),
        ("evpn_octets", chosen(&[6], &[3, 17, 0, 1, 192, 0, 2, 1, 0, 1, 0, 0, 0, 0, 32, 192, 0, 2, 1])),
        ("vpn_octets", chosen(&[8], &[112, 0, 0x10, 1, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100])),
    ];
    named(list.into_iter().map(|(name, text)| (name, text.as_bytes().to_vec())).chain(octets))
}

/// Messages and entries for the comparison with another implementation.
fn compared() -> Vec<Seed> {
    let octets = named([
        ("update", chosen(&[0x14], &update(&[8, 10], ATTRIBUTES, &[24, 198, 51, 100]))),
        ("update_as2", chosen(&[0x04], &update(&[8, 10], ATTRIBUTES_AS2, &[24, 198, 51, 100]))),
        ("update_merged", chosen(&[0x04], &update(&[], MERGED, &[24, 198, 51, 100]))),
        ("update_ipv6", chosen(&[0x14], &update(&[], MP, &[]))),
        ("update_addpath", chosen(&[0x34], &update(&[0, 0, 0, 1, 8, 10], ATTRIBUTES, &[0, 0, 0, 2, 24, 198, 51, 100]))),
    ]);
    octets.into_iter().chain(numbers(&[0, 1, 2, 3, 0, 1, 2, 3])).collect()
}

/// Texts of relations, lists and payloads; paths whose hops are octets; choices, a path and attestations.
fn peering() -> [(&'static str, Vec<Seed>); 4] {
    [
        (
            "as_rel",
            named([
                ("asns", b"# servers\nAS99\n6777 # a city\n".to_vec()),
                ("communities", b"64500:100 customer\n64500:200 peer # of it\r\n4200000000:1:300 provider\n".to_vec()),
                ("ppdc", b"10 10 30 50\n20 20 40\n".to_vec()),
                ("serial_1", b"# inferred clique: 10 20\n# IXP ASes: 99\n10|20|0\n10|30|-1\n20|40|-1\n".to_vec()),
                ("serial_2", b"# x\r\n10|20|0|bgp\r\n10|30|-1|bgp\r\n7|8|1\n7|9|2".to_vec()),
                ("store", store()),
            ]),
        ),
        (
            "relying_party",
            named([
                ("aspas", b"{\"aspas\":[{\"customer_asid\":30,\"expires\":1,\"providers\":[10,20]},{\"customer\":\"AS10\",\"providers\":[\"AS0\"]}]}".to_vec()),
                ("csv", b"ASN,IP Prefix,Max Length,Trust Anchor\nAS30,192.0.2.0/24,24,x\nAS0,2001:db8::/32,,x\n".to_vec()),
                ("older_aspas", b"{\"provider_authorizations\":{\"ipv4\":[{\"customer_asid\":30,\"providers\":[10]}],\"ipv6\":[]}}".to_vec()),
                ("relations", b"{\"a\":10,\"b\":30,\"relation\":\"transit\",\"step\":\"proof\",\"firm\":true,\"vantage_points\":2,\"paths\":5,\"votes_a\":9,\"votes_b\":0,\"against\":0,\"against_origins\":0,\"preference_shown\":1,\"preference_refuted\":0,\"over_route_server\":false,\"sources\":[\"otc\",\"aspa\"]}\n{\"a\":10,\"b\":20,\"relation\":\"peer\"}\n".to_vec()),
                ("roas", b"{\"metadata\":{},\"roas\":[{\"asn\":\"AS30\",\"prefix\":\"192.0.2.0/24\",\"maxLength\":25,\"ta\":\"x\"},{\"asn\":30,\"prefix\":\"2001:db8::/32\",\"maxLength\":48}]}".to_vec()),
            ]),
        ),
        (
            "path_shape",
            named([
                ("small", b"\x04\x02\x01\x03\x00\x05\x03\x01\x02\x00\x04\x02\x00\x06\x03\x03\x01\x02\x04".to_vec()),
            ]),
        ),
        (
            "verify",
            named([
                ("downstream", b"\x01\x03\x01\x02\x03\x01\"\x023".to_vec()),
                ("upstream", b"\x00\x04\x01\x02\x03\x04\x03\"\x043\x02\x11".to_vec()),
            ]),
        ),
    ]
}

/// A store of two paths, with a link over a route server and an exchange, and one with statements, in its exchange form.
fn store() -> Vec<u8> {
    let mut store = PathStore::new(AddressFamily::V4);
    for path in [&[1, 2][..], &[1, 2, 3]] {
        assert!(store.push(1, path).is_ok());
    }
    store.mark_over_route_server(1, 2);
    store.mark_over_exchange(1, 2);
    store.claims_mut().only_to_customer(&[3, 2, 9], 9);
    store.claims_mut().attested(&[(3, [2])].into_iter().collect());
    store.to_exchange(&HygieneCounts::default())
}

/// Filters, and one with records after it.
fn filters() -> Vec<Seed> {
    let texts = [
        (
            "all_keys",
            "kind rib and from 2026-01-01T12:00 and to 9 and peer 192.0.2.0/24 and peer-asn 64496-64511 and family ipv4/unicast",
        ),
        ("as_path", "as-path '^(64496|[64497-65534,7]){1,3}_.*_[^1]+_5?$|^$'"),
        ("attributes", "next-hop 192.0.2.1 or med 1- or local-pref 0-100 or otc 64496 or attribute 99 or prepending 2-"),
        (
            "communities",
            "community 64496:* or community 1:2:3- or community rt:64496:100 or community rt:* or community no-export",
        ),
        ("damage", "finding any and not action none"),
        ("files", "prefix @abc or more-specific '@a ''b' or rov-valid @abcd"),
        ("joined", "not (origin 64496 or (path-contains 1.10 and path-length 0-3)) and all"),
        ("prefixes", "prefix 198.51.100.0/24 or more-specific 2001:db8::/32 or less-specific 192.0.2.1"),
    ];
    let texts = texts.map(|(name, text)| (name, text.as_bytes().to_vec()));
    named(texts.into_iter().chain([("records", [b"origin 64500 and community 64496:100\0", SAMPLE].concat())]))
}

fn main() -> Result<(), Box<dyn Error>> {
    let archives: Vec<_> =
        named(records_of(LAYOUTS)).into_iter().chain(named([("sample", SAMPLE.to_vec()), ("batch", batch())])).collect();
    let bodies = |front: &dyn Fn(&[u8]) -> Vec<u8>| -> Vec<Seed> {
        named(records_of(LAYOUTS)).into_iter().map(|(name, bytes)| (name, front(last(&bytes)))).collect()
    };
    let lists = named([
        ("every", chosen(&[1], EVERY)),
        ("every_rib", chosen(&[3], EVERY)),
        ("mp", chosen(&[1], MP)),
        ("short_mp", chosen(&[3], ATTRIBUTES_V6)),
        ("merged", chosen(&[0], MERGED)),
        ("merged_rib", chosen(&[2], MERGED)),
        ("as2", chosen(&[0], ATTRIBUTES_AS2)),
        ("twice", chosen(&[1], TWICE)),
        (
            "long_lengths",
            chosen(&[1], &[0x50, 1, 0, 1, 0, 0x50, 2, 0, 0, 0x50, 3, 0, 4, 192, 0, 2, 1, 0xd0, 8, 0, 4, 0, 1, 0, 2]),
        ),
        ("overrun", chosen(&[1], &[0x40, 1, 1, 0, 0x40, 2, 200, 2, 1])),
    ]);
    let texts = named([
        ("ipv4", [&[0; 22][..], b"192.0.2.0/24"].concat()),
        (
            "ipv6",
            [&[64, 0, 0, 1, 128, 0, 2, 73, 0x20, 1, 0x0d, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10][..], b"2001:db8::/32"].concat(),
        ),
        (
            "mapped",
            [&[200, 0, 0x40, 4, 71, 0, 25, 70][..], &[0; 8], &[0, 0, 0xff, 0xff, 192, 0][..], b"::ffff:192.0.2.0/120"].concat(),
        ),
        ("asdot", [&[32; 22][..], b"AS1.10"].concat()),
        ("host_bits", [&[33; 22][..], b"192.0.2.1/24"].concat()),
    ]);
    let updates = record(16, 4, &bgp4mp(true, &message(2, &update(&[8, 10], EVERY, &[24, 198, 51, 100]))));
    let corpus = [
        (
            "mrt_stream",
            archives
                .iter()
                .map(|(name, bytes)| (name.clone(), chosen(&[0, 0], bytes)))
                .chain([("update".into(), chosen(&[6, 4], &updates[12..]))])
                .collect(),
        ),
        // The octets before a body choose type and subtype.
        (
            "record",
            bodies(&|r| [&[2, r[5], r[7]], &r[12..]].concat())
                .into_iter()
                .chain([("whole".into(), chosen(&[3], &updates))])
                .collect(),
        ),
        ("table_dump_v2", tables()),
        ("message", messages()),
        ("attributes", lists),
        ("nlri", routes()),
        (
            "rewrite",
            // The indices of the types among those that the law chooses from.
            bodies(&|r| {
                [
                    &[
                        match r[5] {
                            13 => 0,
                            16 => 1,
                            17 => 2,
                            12 => 7,
                            _ => 6,
                        },
                        r[7],
                    ],
                    &r[12..],
                ]
                .concat()
            })
            .into_iter()
            .chain([("update".into(), chosen(&[1, 4], &updates[12..]))])
            .collect(),
        ),
        ("open", opens()),
        (
            "reader_equal",
            archives
                .iter()
                .map(|(name, bytes)| (name.clone(), chosen(&[3, 5, 0, 1, 0, 30], bytes)))
                .chain([("batch_with_an_empty_end".into(), chosen(&[1, 5, 0, 1], &batch_with_an_empty_end()))])
                .collect(),
        ),
        ("compressed", compressed()?),
        ("bz2_blocks", bz2_blocks()?),
        ("index", indexes()),
        ("columns", archives.iter().map(|(name, bytes)| (name.clone(), chosen(&[7, 12, 0], bytes))).collect()),
        ("allocation", archives.clone()),
        ("prefix_text", texts),
        ("prefix_map", operations()),
        ("structured", numbers(&[0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])),
        ("texts", words()),
        ("filter", filters()),
        ("differential", compared()),
        ("tables", archives.iter().map(|(name, bytes)| (name.clone(), chosen(&[0, 255, 255, 9], bytes))).collect()),
        ("histories", numbers(&[0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3])),
        (
            "dump_text",
            bodies(&|r| [&[1, 0], r].concat())
                .into_iter()
                .chain([("sample".into(), chosen(&[1, 0], SAMPLE)), ("update".into(), chosen(&[2, 4], &updates[12..]))])
                .collect::<Vec<Seed>>(),
        ),
    ];
    for (target, seeds) in corpus.into_iter().chain(peering()) {
        let seeds: Vec<Seed> = seeds;
        if seeds.len() > MOST {
            return Err(format!("{target} has {} seeds", seeds.len()).into());
        }
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        fs::create_dir_all(&dir)?;
        for (name, bytes) in seeds {
            fs::write(dir.join(name), bytes)?;
        }
    }
    Ok(())
}
