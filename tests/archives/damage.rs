//! Generated damage of all kinds: what recovery finds in it, and that it loses nothing that plain reading finds.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "tests report by panicking")]

use std::collections::BTreeMap;
use std::io::{self, Read};

use routeglass::Error;
use routeglass::io::{Gap, ReaderOptions};
use routeglass::mrt::{Evidence, ReadContext, Reader, Recovered, RecoveredRecords, records, recover};

use crate::common;
use crate::common::vectors::{
    ATTRIBUTES, ATTRIBUTES_AS2, ATTRIBUTES_V6, all, bgp4mp, entry, message, peer_index_table, record, rib, update,
};

/// Pseudo-random numbers, the same in every run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    fn octets(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.next().to_le_bytes()[3]).collect()
    }
}

const TIME: u32 = 1_700_000_000;

fn timed(mut record: Vec<u8>, seconds: u32) -> Vec<u8> {
    record[..4].copy_from_slice(&seconds.to_be_bytes());
    record
}

/// The records of an archive: those of updates, one table, a table of the older form, or those of 1999.
fn archive(kind: usize, numbers: &mut Numbers) -> Vec<Vec<u8>> {
    let mut list = Vec::new();
    let count = 12 + numbers.below(12);
    if kind == 1 {
        list.push(timed(peer_index_table(), TIME));
    }
    for n in 0..count {
        let [_, _, high, low] = u32::try_from(numbers.below(1 << 16)).unwrap().to_be_bytes();
        let prefix = [24, 10, high, low];
        let seconds = TIME + u32::try_from(n / 3).unwrap();
        let made = match kind {
            0 => match numbers.below(8) {
                0 => record(16, 5, &bgp4mp(true, &[0, 6, 0, 1])),
                1 => record(16, 4, &bgp4mp(true, &message(4, &[]))),
                2 => record(
                    17,
                    4,
                    &[&[0, 0, 1, 2][..], &bgp4mp(true, &message(2, &update(&prefix, ATTRIBUTES, &prefix)))].concat(),
                ),
                3 => record(16, 1, &bgp4mp(false, &message(2, &update(&[], ATTRIBUTES_AS2, &prefix)))),
                _ => record(16, 4, &bgp4mp(true, &message(2, &update(&[], ATTRIBUTES, &[prefix, prefix].concat())))),
            },
            1 => match numbers.below(4) {
                0 => record(13, 4, &rib(&[32, 0x20, 1, high, low], &[entry(1, None, ATTRIBUTES_V6)])),
                1 => record(13, 8, &rib(&prefix, &[entry(0, Some(3), ATTRIBUTES), entry(1, Some(4), ATTRIBUTES)])),
                _ => record(13, 2, &rib(&prefix, &[entry(0, None, ATTRIBUTES), entry(1, None, ATTRIBUTES)])),
            },
            2 => {
                let mut body = vec![0, 0, high, low, 10, high, low, 0, 24, 1, 0x38, 0, 0, 5, 192, 0, 2, 1, 0xfb, 0xf0];
                body.extend(u16::try_from(ATTRIBUTES_AS2.len()).unwrap().to_be_bytes());
                body.extend(ATTRIBUTES_AS2);
                record(12, 1, &body)
            }
            _ => {
                let peer = [0xfb, 0xf0, 192, 0, 2, 1];
                match numbers.below(3) {
                    0 => record(5, 3, &[&peer[..], &[0, 3, 0, 2]].concat()),
                    _ => record(5, 1, &[&peer[..], &peer, &update(&[], ATTRIBUTES_AS2, &prefix)].concat()),
                }
            }
        };
        list.push(timed(made, if kind == 1 { TIME } else { seconds }));
    }
    list
}

/// Applies damage to a record; returns the rest.
fn damage(kind: usize, record: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = record.to_vec();
    let len = bytes.len();
    match kind {
        // Garbage before the record: the record itself is whole.
        0 => {
            let n = 1 + numbers.below(200);
            let mut garbage = numbers.octets(n);
            garbage.extend(bytes);
            return garbage;
        }
        1 => {
            let n = 1 + numbers.below(100);
            return [vec![0; n], bytes].concat();
        }
        // Missing octets anywhere.
        2 => {
            let at = numbers.below(len - 1);
            let n = 1 + numbers.below((len - at).min(30));
            bytes.drain(at..at + n);
        }
        // Inserted octets anywhere.
        3 => {
            let at = 1 + numbers.below(len - 1);
            let n = 1 + numbers.below(30);
            let more = numbers.octets(n);
            bytes.splice(at..at, more);
        }
        // A wrong length: arbitrary, slightly smaller, slightly larger, much larger.
        4 => bytes[8..12].copy_from_slice(&numbers.octets(4)),
        5 => {
            let less = numbers.below(len - 12);
            bytes[8..12].copy_from_slice(&u32::try_from(less).unwrap().to_be_bytes());
        }
        6 => {
            let more = len - 12 + 1 + numbers.below(400);
            bytes[8..12].copy_from_slice(&u32::try_from(more).unwrap().to_be_bytes());
        }
        7 => bytes[8] = 0xff,
        // One bit of the header.
        8 => {
            let bit = numbers.below(12 * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        // Truncated.
        9 => bytes.truncate(1 + numbers.below(len - 1)),
        // The header overwritten.
        10 => bytes[..12].copy_from_slice(&numbers.octets(12)),
        // One bit anywhere.
        _ => {
            let bit = numbers.below(len * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }
    bytes
}

const DAMAGES: [&str; 12] = [
    "garbage between",
    "zeros between",
    "octets missing",
    "octets inserted",
    "length at random",
    "length too small",
    "length too large",
    "length of gigabytes",
    "bit of a header",
    "cut record",
    "header overwritten",
    "bit anywhere",
];

/// A damaged archive, and the offsets of its good records.
fn damaged(kind: usize, how: usize, numbers: &mut Numbers) -> (Vec<u8>, Vec<(usize, Vec<u8>)>) {
    let list = archive(kind, numbers);
    // Sometimes two in a row, sometimes every third: isolated good records have few neighbours to confirm them.
    let (start, step) = (1 + numbers.below(3), 2 + numbers.below(4));
    let hit = |n: usize| n >= start && (n - start).is_multiple_of(step) && !(kind == 1 && n == 0);
    let (mut bytes, mut good) = (Vec::new(), Vec::new());
    for (n, record) in list.iter().enumerate() {
        if hit(n) {
            let bad = damage(how, record, numbers);
            if how < 2 {
                good.push((bytes.len() + bad.len() - record.len(), record.clone()));
            }
            bytes.extend(bad);
        } else {
            good.push((bytes.len(), record.clone()));
            bytes.extend(record);
        }
    }
    (bytes, good)
}

/// The records that recovery finds, by offset; checks that records and gaps cover the input.
fn recovered(bytes: &[u8]) -> (BTreeMap<usize, Vec<u8>>, Vec<Gap>) {
    let (mut list, mut gaps, mut at) = (BTreeMap::new(), Vec::new(), 0u64);
    for item in recover(bytes) {
        match item {
            Recovered::Record(record) => {
                assert_eq!(record.offset(), at);
                at += record.as_bytes().len() as u64;
                list.insert(usize::try_from(record.offset()).unwrap(), record.as_bytes().to_vec());
            }
            Recovered::Gap(gap) => {
                assert_eq!(gap.start, at);
                assert!(gap.len() > 0);
                at = gap.end;
                gaps.push(gap);
            }
        }
    }
    assert_eq!(at, bytes.len() as u64);
    (list, gaps)
}

#[test]
fn nine_of_ten_good_records_are_found_and_none_is_lost_that_plain_reading_gives() {
    let mut numbers = Numbers(0x5eed_0007);
    let (mut all_good, mut all_found, mut all_plain) = (0, 0, 0);
    for (how, name) in DAMAGES.iter().enumerate() {
        let (mut good_seen, mut found, mut plain_found, mut lost) = (0, 0, 0, Vec::new());
        for round in 0..200 {
            let (bytes, good) = damaged(round % 4, how, &mut numbers);
            let (list, _) = recovered(&bytes);
            let plain: BTreeMap<_, _> =
                records(&bytes).flatten().map(|r| (usize::try_from(r.offset()).unwrap(), r.as_bytes().to_vec())).collect();
            for (at, record) in &good {
                good_seen += 1;
                let is_found = list.get(at) == Some(record);
                found += usize::from(is_found);
                if plain.get(at) == Some(record) {
                    plain_found += 1;
                    if !is_found {
                        lost.push((round, *at));
                    }
                }
            }
        }
        println!("{name}: {found} of {good_seen} good records; plain reading {plain_found}");
        assert!(lost.is_empty(), "{name}: plain reading has them, recovery has not: {lost:?}");
        assert!(found * 100 >= good_seen * 95, "{name}: {found} of {good_seen}");
        all_good += good_seen;
        all_found += found;
        all_plain += plain_found;
    }
    println!("together: {all_found} of {all_good}; plain reading {all_plain}");
    assert!(all_found * 1000 >= all_good * 985, "{all_found} of {all_good}");
    // The suite is one that plain reading fails.
    assert!(all_plain * 2 < all_good, "{all_plain} of {all_good}");
}

/// Delivers the input in pieces of changing size.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.1 = self.1 % 97 + 13;
        let n = self.1.min(out.len()).min(self.0.len());
        out[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

/// Items of a stream: each with its octets or range, as text.
fn through_a_reader(bytes: &[u8], buffer: usize) -> Vec<String> {
    let options = ReaderOptions::default().with_buffer_len(buffer).with_max_record_len(usize::MAX);
    let mut reader = Reader::with_options(Pieces(bytes, 1), options).unwrap().recovering();
    let mut list = Vec::new();
    while let Some(item) = reader.next_item().unwrap() {
        list.push(words(&item));
    }
    assert!(reader.next_item().unwrap().is_none());
    assert_eq!(reader.offset(), bytes.len() as u64);
    list
}

fn words(item: &Recovered<'_>) -> String {
    match item {
        Recovered::Record(record) => format!("{} {:?}", record.offset(), record.as_bytes()),
        Recovered::Gap(gap) => gap.to_string(),
    }
}

#[test]
fn a_stream_gives_what_a_slice_gives() {
    let mut numbers = Numbers(0x5eed_0008);
    for (how, name) in DAMAGES.iter().enumerate() {
        for kind in 0..4 {
            let (bytes, _) = damaged(kind, how, &mut numbers);
            // Octets that look compressed are out of scope.
            if routeglass::io::Compression::detect(&bytes).is_some() {
                continue;
            }
            let list: Vec<_> = recover(&bytes).map(|item| words(&item)).collect();
            for buffer in [12, 64, 1 << 16] {
                assert_eq!(through_a_reader(&bytes, buffer), list, "{} {kind} {buffer}", name);
            }
        }
    }
}

#[test]
fn sound_archives_have_no_gap() {
    for (name, bytes) in all() {
        let (list, gaps) = recovered(&bytes);
        assert!(gaps.is_empty(), "{name}: {gaps:?}");
        assert_eq!(list.len(), records(&bytes).count(), "{name}");
    }
    let mut numbers = Numbers(0x5eed_0009);
    for kind in 0..4 {
        let bytes = archive(kind, &mut numbers).concat();
        assert!(recovered(&bytes).1.is_empty());
    }
}

#[test]
fn ends_after_the_last_item() {
    let mut items: RecoveredRecords<'_> = recover(&[1, 2, 3]);
    assert!(matches!(items.next(), Some(Recovered::Gap(gap)) if (gap.start, gap.end) == (0, 3)));
    assert!(items.next().is_none() && items.next().is_none());
}

/// Findings in archives as written, by part of the file's name: violations of an RFC on the wire, or damage.
const FINDINGS: [(&str, &str); 22] = [
    // AS 0 (RFC 7607 section 2).
    ("AGGREGATOR attribute: value 0 is not valid here", "collectors/bgpdump__bview.20020722"),
    ("AGGREGATOR attribute: value 0 is not valid here", "collectors/bgpdump__updates.et-header.2015"),
    ("AGGREGATOR attribute: value 0 is not valid here", "collectors/bgpkit-parser__rrc00_bview.20000111"),
    ("AGGREGATOR attribute: value 0 is not valid here", "collectors/bgpkit-parser__rrc00_updates.19991214"),
    ("AGGREGATOR attribute: value 0 is not valid here", "collectors/libbgpstream__ris.rrc06.ribs.1427846400"),
    ("AGGREGATOR attribute: value 0 is not valid here", "collectors/libbgpstream__routeviews.route-views.jinx.ribs.1427846400"),
    ("AS_PATH attribute: value 0 is not valid here", "collectors/bgpdump__updates.et-header.2015"),
    // Sent on purpose: ATTR_SET and Prefix-SID that declare more octets than present, or are empty.
    ("ATTR_SET attribute: needs 199 bytes more than are there", "daemons/mesh-ebgp"),
    ("PREFIX_SID attribute: length 0 is not valid here", "daemons/mesh-ebgp"),
    ("PREFIX_SID attribute: needs 239 bytes more than are there", "daemons/mesh-ebgp-err/"),
    // The full pattern of a prefix with an offset, from which RFC 8956 section 3.1 omits the offset bits.
    ("IPv6 flowspec routes: value 0 is not valid here", "daemons/mesh-ebgp-err/"),
    // GoBGP's tables refer to peers missing in its peer table, and its VPN flow specifications lack an octet.
    ("RIB entry: peer index", "gob-table.mrt"),
    ("IPv4 vpn-flowspec routes: needs 1 byte more than is there", "daemons/gobgp-exotic"),
    // It also cuts next hops of 48 octets of VPN routes to 32.
    ("MP_REACH_NLRI attribute: length 32 is not valid here", "gob-table.mrt"),
    // The file starts after the peer table.
    ("RIB entry: no peer table comes before it", "collectors/pyasn__bview.20140112.1600_3samples"),
    // Truncated or overwritten.
    ("MRT header: needs", "collectors/bgpkit-parser__rrc00_updates.20000325"),
    ("UPDATE message: needs", "collectors/bgpkit-parser__rrc00_updates.20000325"),
    ("MRT header: needs", "collectors/pyasn__rib.20140523.0600_firstMB"),
    ("MRT header: needs", "daemons/frr-bigattr-loop/mrt/frr-dump-routes-head300k"),
    ("MRT header: needs", "crafted/mrt/truncated-tail"),
    // Crafted with octets after their end.
    ("BGP4MP ENTRY record: 5 bytes are left over", "crafted/mrt/b4-entry2"),
    ("TABLE_DUMP_V2 GEO_PEER_TABLE record: 2 bytes are left over", "crafted/mrt/td2-geo"),
];

/// Undamaged archives have no findings except those above.
#[test]
fn sound_archives_raise_no_alarm() {
    let Some(corpus) = common::corpus() else { return };
    if !cfg!(feature = "compression") {
        println!("skipped: most archives are compressed");
        return;
    }
    let (mut files, mut count) = (0, 0u64);
    let mut found: BTreeMap<(String, String), u64> = BTreeMap::new();
    for (name, bytes) in common::archives(&corpus) {
        let mut peers = ReadContext::new().with_evidence(Evidence::scan(&bytes));
        let mut note = |e: Error| {
            let text = e.to_string();
            let text = text.split(" (at byte").next().unwrap_or_default().to_owned();
            *found.entry((text, name.clone())).or_default() += 1;
        };
        for record in records(&bytes) {
            match record {
                Ok(record) => {
                    peers.observe(&record);
                    record.findings(&peers, &mut note);
                    count += 1;
                }
                Err(e) => note(e),
            }
        }
        files += 1;
    }
    let named = |(text, name): &(String, String)| {
        FINDINGS.iter().position(|(start, part)| text.starts_with(start) && name.contains(part))
    };
    let total: u64 = found.values().sum();
    println!("{files} archives, {count} records, {total} findings");
    let alarms: Vec<_> = found.keys().filter(|key| named(key).is_none()).collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
    for (i, row) in FINDINGS.iter().enumerate() {
        assert!(found.keys().any(|key| named(key) == Some(i)), "{row:?} is not found any more");
    }
}

/// Small archives of the corpus: recovery finds every record that plain reading finds, if that finds all without damage.
#[test]
fn real_archives_lose_nothing() {
    let Some(corpus) = common::corpus() else { return };
    let (mut files, mut whole) = (0, 0);
    for (name, bytes) in common::archives(&corpus) {
        if bytes.len() > 2 << 20 {
            continue;
        }
        files += 1;
        let plain: Vec<_> = records(&bytes).collect();
        let (list, gaps) = recovered(&bytes);
        let given = plain.iter().flatten().count();
        if plain.iter().all(Result::is_ok) && !name.contains("20000325") {
            whole += 1;
            assert!(gaps.is_empty(), "{name}: {}", gaps[0]);
            assert_eq!(list.len(), given, "{name}");
        } else {
            assert!(list.len() >= given || name.contains("20000325"), "{name}: {} of {given}", list.len());
        }
    }
    println!("{files} archives, {whole} of them whole");
    assert!(files > 50);
}

#[test]
fn the_archive_of_2000_with_two_bad_headers() {
    let Some(corpus) = common::corpus() else { return };
    if !cfg!(feature = "compression") {
        return;
    }
    let bytes = common::content(&corpus.join("collectors/bgpkit-parser__rrc00_updates.20000325.0345.gz"));
    let (list, gaps) = recovered(&bytes);
    assert_eq!(gaps.iter().map(|gap| (gap.start, gap.end)).collect::<Vec<_>>(), [(188, 198), (4554, 4568)]);
    assert_eq!(list.len(), 4 + 198 + 2_378);
}

/// A small archive in each compressed format.
#[cfg(feature = "compression")]
fn compressed() -> Vec<(&'static str, Vec<u8>)> {
    use std::io::Write;

    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    let plain = include_bytes!("../data/sample.mrt");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(plain).unwrap();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    bzip2.write_all(plain).unwrap();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(6)).unwrap();
    xz.write_all(plain).unwrap();
    let mut lz4 =
        lz4_flex::frame::FrameEncoder::with_frame_info(lz4_flex::frame::FrameInfo::new().content_checksum(true), Vec::new());
    lz4.write_all(plain).unwrap();
    vec![
        ("gz", gzip.finish().unwrap()),
        ("bz2", bzip2.finish().unwrap()),
        ("xz", xz.finish().unwrap()),
        ("zst", compress_to_vec(&plain[..], CompressionLevel::Fastest)),
        ("lz4", lz4.finish().unwrap()),
    ]
}

/// The records of a file, and whether it or one of them is damaged.
#[cfg(feature = "compression")]
fn all_records(file: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let mut list = Vec::new();
    let Ok(mut reader) = Reader::new(file) else { return (list, true) };
    loop {
        match reader.next_record() {
            Ok(Some(record)) => list.push(record.as_bytes().to_vec()),
            Ok(None) => return (list, false),
            Err(_) => return (list, true),
        }
    }
}

/// Truncated or changed anywhere, a compressed file ends in an error or gives its original content: some octets, such as the time
/// in a gzip header, do not affect it. Nothing else is produced without an error, and the output before a truncation is right.
#[cfg(feature = "compression")]
#[test]
fn compressed_files_with_damage_end_in_an_error() {
    for (name, file) in compressed() {
        let (sound, bad) = all_records(&file);
        assert!(!bad && sound.len() > 5, "{name}");
        for cut in 1..file.len() {
            let (list, bad) = all_records(&file[..cut]);
            assert!(bad && sound.starts_with(&list), "{name} cut at {cut}: {} records, {bad}", list.len());
        }
        let (mut errors, mut harmless) = (0, Vec::new());
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut damaged = file.clone();
                damaged[at] ^= 1 << bit;
                let (list, bad) = all_records(&damaged);
                assert!(bad || list == sound, "{name}: bit {bit} of octet {at} is turned over and nobody says so");
                if bad { errors += 1 } else { harmless.push(at) }
            }
        }
        harmless.dedup();
        println!("{name}: {} octets; {errors} flips end in an error, those that do not are in octets {harmless:?}", file.len());
        // Consecutive members are one file; damage in the second does not affect the first.
        let mut two = [&file[..], &file[..]].concat();
        let twice = all_records(&two);
        assert_eq!((twice.0.len(), twice.1), (2 * sound.len(), false), "{name}");
        let last = two.len() - 1;
        two.truncate(last);
        let (list, bad) = all_records(&two);
        assert!(bad && list.starts_with(&sound), "{name}");
    }
}
