//! `routeglass index`: written beside, used by itself, never believed when it does not fit.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::fs;
use std::io::Write;

use crate::common::command::{Dir, run};

const SAMPLE: &[u8] = include_bytes!("../data/sample.mrt");

const QUESTIONS: &[&[&str]] = &[
    &["dump", "--prefix", "198.51.100.0/24"],
    &["dump", "--format", "json", "--kind", "state"],
    &["dump", "--format", "text", "--more-specific", "10.0.0.0/8"],
    &["stat", "--from", "2026-01-01T12:00:02"],
    &["stat", "--json", "--family", "ipv6"],
    &["dump", "--prefix", "10.77.1.0/24", "--limit", "1"],
];

/// A table of two megabytes with routes to 10.n.1.0/24 in order, and the sample in its middle.
fn archive() -> Vec<u8> {
    let table = usize::from(SAMPLE[11]) + 12;
    let mut archive = SAMPLE[..table].to_vec();
    for n in 0..100 {
        for _ in 0..400 {
            archive
                .extend([0x69, 0x56, 0x60, n, 0, 13, 0, 2, 0, 0, 0, 38, 0, 0, 0, 1, 24, 10, n, 1, 0, 1, 0, 0, 0, 0, 0, 9, 0, 20]);
            archive.extend([0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1]);
        }
        if n == 50 {
            archive.extend(SAMPLE);
        }
    }
    archive
}

fn answers(file: &str) -> Vec<(i32, Vec<String>, Vec<String>)> {
    QUESTIONS.iter().map(|question| run(&[question, &[file][..]].concat())).collect()
}

#[test]
fn the_answers_are_the_same_with_an_index() {
    let dir = Dir::new("index");
    let archive = archive();
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz2.write_all(&archive).unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(&archive).unwrap();
    for (name, octets) in [("a.mrt", archive.clone()), ("a.bz2", bz2.finish().unwrap()), ("a.gz", gz.finish().unwrap())] {
        let file = dir.write(name, &octets);
        let expected = answers(&file);
        assert!(expected.iter().all(|(_, lines, _)| !lines.is_empty()) && expected[5].1.len() == 1);
        let (code, lines, said) = run(&["index", &file]);
        let parts = archive.len() / (256 << 10) + 1;
        assert_eq!((code, lines, said), (0, vec![format!("{file}.rgx: {parts} parts")], Vec::new()));
        assert_eq!(answers(&file), expected);
        assert_eq!(fs::read_dir(&dir.0).unwrap().count() % 2, 0, "the archives and their indexes");
        // An index with another octet is said to be so, and not used.
        let index = format!("{file}.rgx");
        let mut damaged = fs::read(&index).unwrap();
        damaged[100] ^= 4;
        fs::write(&index, damaged).unwrap();
        let note = format!("{file}: its index is not used: it is damaged: its hash is wrong");
        let with_note = |(code, lines, said): &(i32, Vec<String>, Vec<String>)| {
            (*code, lines.clone(), [std::slice::from_ref(&note), &said[..]].concat())
        };
        assert_eq!(answers(&file), expected.iter().map(with_note).collect::<Vec<_>>());
    }
}

#[test]
fn what_has_no_index_is_said() {
    let dir = Dir::new("index-none");
    // The header of an xz stream without a block.
    let xz = dir.write("a.xz", &[0xfd, b'7', b'z', b'X', b'Z', 0, 0, 0, 0xff, 0x12, 0xd9, 0x41]);
    let text = dir.write("a.txt", b"TABLE_DUMP2|1767268800|B|");
    let (code, lines, said) = run(&["index", &xz, &text]);
    let reasons = [
        format!("{xz}: an xz file cannot be read from the middle: decompress it, or compress it by bzip2 or gzip"),
        format!("{text}: this is text as bgpdump prints it, not an MRT archive"),
    ];
    assert_eq!((code, lines, said), (2, Vec::new(), reasons.to_vec()));
    // An archive that has changed since.
    let file = dir.write("a.mrt", SAMPLE);
    assert_eq!(run(&["index", &file]).0, 0);
    fs::write(&file, [SAMPLE, SAMPLE].concat()).unwrap();
    let (_, lines, said) = run(&["dump", "--kind", "state", &file]);
    assert_eq!((lines.len(), &said[0]), (2, &format!("{file}: its index is not used: the archive has changed since")));
}

/// Octets in the middle, of the same length and time: the parts that are read are checked before anything is printed.
#[test]
fn an_archive_with_other_octets_in_its_middle_is_read_whole() {
    let dir = Dir::new("index-middle");
    let octets = archive();
    let file = dir.write("a.mrt", &octets);
    let changed = fs::metadata(&file).unwrap().modified().unwrap();
    assert_eq!(run(&["index", &file]).0, 0);
    let question = ["dump", "--prefix", "10.77.1.0/24", &file];
    let (_, expected, said) = run(&question);
    assert!(expected.len() == 400 && said.is_empty());
    // The same octets of another peer: announced by AS 64497.
    let mut other = octets.clone();
    let at = octets.windows(4).position(|four| four == [24, 10, 77, 1]).unwrap();
    let asn = octets[at..].windows(2).position(|two| two == [0xfb, 0xf0]).unwrap();
    other[at + asn + 1] = 0xf1;
    fs::write(&file, other).unwrap();
    fs::File::options().write(true).open(&file).unwrap().set_modified(changed).unwrap();
    let (code, lines, said) = run(&question);
    assert_eq!((code, said), (0, vec![format!("{file}: its index is not used: the archive has changed since")]));
    let differ: Vec<_> = lines.iter().zip(&expected).filter(|(now, before)| now != before).collect();
    assert!(lines.len() == 400 && differ.len() == 1 && differ[0].0.contains("64497"), "{differ:?}");
    // What is asked elsewhere is still read by the index.
    assert_eq!(run(&["dump", "--prefix", "10.3.1.0/24", &file]).2, Vec::<String>::new());
}
