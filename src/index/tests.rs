//! A question by an index has the answer of the whole archive.

use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;

use super::*;
use crate::element::Element;
use crate::error::Result as Parsed;
use crate::mrt::records;

/// A file of its own, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(octets: &[u8]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(std::format!("routeglass-index-{}-{n}", std::process::id()));
        fs::write(&path, octets).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
        let _ = fs::remove_file(Index::path(&self.0));
    }
}

fn record(seconds: u32, kind: u16, subtype: u16, body: &[u8]) -> Vec<u8> {
    let mut octets = seconds.to_be_bytes().to_vec();
    octets.extend([kind, subtype].iter().flat_map(|n| n.to_be_bytes()));
    octets.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
    octets.extend(body);
    octets
}

/// Peer tables, table entries of both families, updates (some damaged), a state change, and a type that has no elements.
fn archive(pieces: &[(u8, u8)]) -> Vec<u8> {
    let attributes = [0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
    // One in 32 has a peer that the table has not.
    let list = |n: u8| [&[0, if n % 32 == 7 { 2 } else { n % 2 }, 0, 0, 0, 9, 0, 20][..], &attributes].concat();
    let piece = |(at, &(kind, n)): (u32, &(u8, u8))| match kind % 16 {
        0 => {
            let peer = |n: u8| [2, 192, 0, 2, n, 192, 0, 2, n, 0, 0, 0xfb, n];
            record(at, 13, 1, &[&[192, 0, 2, 254, 0, 0, 0, 2][..], &peer(n), &peer(n / 2)].concat())
        }
        1 => record(at, 13, 4, &[&[0, 0, 0, 1, 32, 0x20, 1, n, n, 0, 1][..], &list(n)].concat()),
        2 => record(at, 16, 5, &[0, 0, 0xfb, n, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, n, 192, 0, 2, 254, 0, 6, 0, 1]),
        3 if n < 40 => record(at, 99, 0, &[n; 9]),
        // TABLE_DUMP whose second entry is cut: framed by what is after it.
        3 if n > 200 => {
            let entry = [10, n, 0, 0, 24, 1, 0x65, 0, 0, 0, 192, 0, 2, 1, 0xfb, 0xf0, 0, 8, 0x40, 1, 1, 0, 0x40, 2, 0, 0];
            record(at, 12, 1, &[&[0, 0, 0, n][..], &entry, &entry[..14]].concat())
        }
        4 | 5 => {
            let mut attributes = attributes;
            attributes[3] = if n % 32 == 0 { 9 } else { 0 }; // ORIGIN
            let mut body =
                [&[0, 0, 0xfb, n, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, n, 192, 0, 2, 254][..], &[0xff; 16]].concat();
            body.extend([0, 47, 2, 0, 0, 0, 20]);
            body.extend(attributes);
            body.extend([24, 10, n, kind]);
            record(at, 16, 4, &body)
        }
        _ => record(at, 13, 2, &[&[0, 0, 0, 1, 24, n, kind, 0, 0, 1][..], &list(n)].concat()),
    };
    // An undamaged record is the last.
    (1_700_000_000..).zip(pieces.iter().chain(&[(8, 0)])).flat_map(piece).collect()
}

const QUESTIONS: &[&str] = &[
    "prefix 10.7.4.0/24",
    "more-specific 10.0.0.0/8 or less-specific 77.9.0.1",
    "prefix 2001:707::/32",
    "family ipv6",
    "kind state or kind withdraw",
    "peer 192.0.2.77",
    "peer-asn 64256-64280 and kind announce",
    "from 1700000040 and to 1700000050",
    "not prefix 10.7.4.0/24",
    "finding any",
    "origin 64496 and more-specific 200.0.0.0/7",
    "prefix 1.8.0.0/24 or prefix 2.8.0.0/24 or prefix 3.8.0.0/24 or prefix 4.8.0.0/24 or prefix 5.9.0.0/24",
];

fn text(element: &Element<'_>) -> String {
    std::format!("{element} {:?} {:?} {:?}", element.peer(), element.time(), element.finding())
}

/// Elements that match, what is wrong, and the number of records without elements; by record number.
fn answer<'a>(number: u64, all: impl Iterator<Item = Record<'a>>, context: &mut ReadContext, filter: &Filter) -> Vec<String> {
    let mut lines = Vec::new();
    for (n, record) in (number..).zip(all) {
        let elements: Vec<Parsed<_>> = record.elements(context).collect();
        lines.extend(elements.is_empty().then(|| std::format!("{n}: nothing")));
        for item in elements {
            match item {
                Ok(element) if filter.matches(&element) => lines.push(std::format!("{n}: {}", text(&element))),
                Ok(_) => {}
                Err(e) => lines.push(std::format!("{n}: {e}")),
            }
        }
        record.findings(context, |e| lines.push(std::format!("{n}: {e}")));
    }
    lines
}

fn bzip2(octets: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

/// The number of octets that all questions need, and that all have.
fn law(archive: &[u8], file: &[u8]) -> (u64, u64) {
    let scratch = Scratch::new(file);
    let index = Index::of(&scratch.0, NonZeroUsize::new(2).unwrap()).unwrap();
    assert_eq!(index, Index::of(&scratch.0, NonZeroUsize::MIN).unwrap());
    assert_eq!(Index::decode(&index.encode()).unwrap(), index);
    index.write(&scratch.0).unwrap();
    let index = Index::read(&scratch.0).unwrap().unwrap();
    let mut sums = (0, 0);
    for question in QUESTIONS {
        let filter = Filter::parse(question).unwrap();
        let expected = answer(0, records(archive).map(|record| record.unwrap()), &mut ReadContext::new(), &filter);
        let runs = index.runs(&scratch.0, &filter).unwrap();
        let (needed, all) = runs.octets();
        assert_eq!(all, archive.len() as u64);
        sums = (sums.0 + needed, sums.1 + all);
        let mut found = Vec::new();
        for run in runs {
            let run = run.unwrap();
            found.extend(answer(run.number(), run.records(), &mut run.context().clone(), &filter));
        }
        assert_eq!(found, expected, "{question}");
    }
    sums
}

#[test]
fn parts_that_no_element_matches_are_left_out() {
    let pieces: Vec<_> = (0..=255).flat_map(|n| [(8, n), (9, n), (10, n), (11, n)]).collect();
    let archive = archive(&[&[(0, 7)], &pieces[..]].concat());
    for file in [archive.clone(), bzip2(&archive), gzip(&archive)] {
        let (needed, all) = law(&archive, &file);
        assert!(needed * 3 < all, "{needed} of {all}");
    }
}

#[test]
fn a_part_that_ends_with_a_damaged_record_of_an_older_table_is_read() {
    let pieces: Vec<_> = (201..=255).flat_map(|n| [(3, n), (8, 1), (8, 2)]).collect();
    let archive = archive(&pieces);
    let scratch = Scratch::new(&archive);
    let index = Index::of(&scratch.0, NonZeroUsize::MIN).unwrap();
    assert!(index.parts.iter().any(|part| !part.lens.is_empty()));
    law(&archive, &archive);
}

#[test]
fn octets_in_the_middle_are_checked_where_they_are_read() {
    let pieces: Vec<_> = core::iter::once((0, 7)).chain((0..12_000).map(|_| (8, 1))).collect();
    let octets = archive(&pieces);
    let scratch = Scratch::new(&octets);
    let index = Index::of(&scratch.0, NonZeroUsize::MIN).unwrap();
    let ask = |text: &str| index.runs(&scratch.0, &Filter::parse(text).unwrap()).unwrap();
    let (asked, elsewhere) = ("from 1700006000 and to 1700006010", "from 1700000100 and to 1700000110");
    let read = |text: &str| ask(text).map(|run| run.map(|run| run.records().len())).collect::<io::Result<Vec<_>>>();
    let expected = read(asked).unwrap();
    let mut other = octets.clone();
    other[octets.len() / 2] ^= 1;
    fs::write(&scratch.0, other).unwrap();
    let texts = [read(asked).unwrap_err(), ask(asked).checked().unwrap_err()].map(|e| e.to_string());
    assert_eq!(texts, ["the archive has changed since"; 2]);
    assert!(ask(elsewhere).checked().is_ok() && read(elsewhere).is_ok());
    fs::write(&scratch.0, octets).unwrap();
    assert_eq!(read(asked).unwrap(), expected);
}

#[test]
fn an_index_is_written_beside_without_disturbing_another() {
    let (scratch, index) = small();
    // What a process that ended early has left.
    let mut left = Index::path(&scratch.0).into_os_string();
    left.push(std::format!(".{}-0", std::process::id()));
    let _ = fs::write(&left, b"left");
    index.write(&scratch.0).unwrap();
    let written = |_| std::thread::scope(|scope| scope.spawn(|| index.write(&scratch.0)).join().unwrap());
    (0..4).map(written).for_each(|written| written.unwrap());
    assert_eq!(Index::read(&scratch.0).unwrap().unwrap(), index);
    let _ = fs::remove_file(&left);
    // Nothing is left where the name is taken by a directory.
    fs::remove_file(Index::path(&scratch.0)).unwrap();
    fs::create_dir_all(Index::path(&scratch.0).join("in")).unwrap();
    index.write(&scratch.0).unwrap_err();
    fs::remove_dir_all(Index::path(&scratch.0)).unwrap();
    let name = scratch.0.file_name().unwrap().to_str().unwrap().to_owned();
    let beside = fs::read_dir(scratch.0.parent().unwrap()).unwrap();
    let left = beside.flatten().filter(|entry| entry.file_name().to_str().is_some_and(|other| other.starts_with(&name)));
    assert_eq!(left.count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_question_by_the_index_has_the_whole_answer(pieces in prop::collection::vec(any::<(u8, u8)>(), 0..150)) {
        let archive = archive(&pieces);
        law(&archive, &archive);
        if archive.len() > 10 {
            law(&archive, &bzip2(&archive));
            law(&archive, &gzip(&archive));
        }
    }
}

/// Large enough for restart points in the middle: what they begin is decoded for a part, and nothing before it.
#[test]
fn a_gzip_file_is_read_from_the_middle() {
    // Octets that do not compress well.
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let pieces: Vec<_> = core::iter::once((0, 7)).chain((0..220_000).map(|_| (noise() | 15, noise() | 9))).collect();
    let archive = archive(&pieces);
    let filter = Filter::parse("from 1700215000 and to 1700215003").unwrap();
    let expected = answer(0, records(&archive).map(|record| record.unwrap()), &mut ReadContext::new(), &filter);
    let (first, second) = archive.split_at(archive.len() / 3);
    let file = [gzip(first), gzip(second)].concat();
    let scratch = Scratch::new(&file);
    let index = Index::of(&scratch.0, NonZeroUsize::new(2).unwrap()).unwrap();
    let Some(RestartPoints::Gzip(points)) = &index.restart_points else { panic!("no points") };
    assert!(points.len() > 2, "{}", points.len());
    assert!(points.iter().any(|point| point.bit > 0));
    assert_eq!(Index::decode(&index.encode()).unwrap(), index);
    // Between the peer table and the point nothing is looked at.
    assert!(points[points.len() - 2].offset > 1 << 19);
    let mut changed = file.clone();
    changed[400_000] ^= 1;
    fs::write(&scratch.0, changed).unwrap();
    let mut found = Vec::new();
    for run in index.runs(&scratch.0, &filter).unwrap() {
        let run = run.unwrap();
        found.extend(answer(run.number(), run.records(), &mut run.context().clone(), &filter));
    }
    assert!(!expected.is_empty() && found == expected);
    let early = Filter::parse("from 1700073000 and to 1700073003").unwrap();
    let error = index.runs(&scratch.0, &early).unwrap().checked().unwrap_err();
    assert_eq!(error.to_string(), "the archive has changed since");
}

/// An index of a small archive, and its file.
fn small() -> (Scratch, Index) {
    let scratch = Scratch::new(&archive(&(0..60).map(|n| (n, n * 3)).collect::<Vec<_>>()));
    let index = Index::of(&scratch.0, NonZeroUsize::MIN).unwrap();
    (scratch, index)
}

#[test]
fn a_damaged_index_is_not_believed() {
    let (scratch, index) = small();
    let octets = index.encode();
    for at in 0..octets.len() {
        let cut = Index::decode(&octets[..at]).unwrap_err().to_string();
        assert!(cut.starts_with("it is damaged: "), "{cut}");
        let mut damaged = octets.clone();
        damaged[at] ^= 1 << (at % 8);
        assert!(matches!(Index::decode(&damaged), Err(IndexError::Damaged(_))), "{at}");
        // With a right hash it is read as what it says, or refused; and what it says is checked when the archive is read.
        let (all, sum) = damaged.split_last_chunk_mut::<8>().unwrap();
        *sum = file::hash(all).to_be_bytes();
        if let Ok(other) = Index::decode(&damaged) {
            assert_eq!(other.encode(), damaged);
            let runs = other.runs(&scratch.0, &Filter::default()).unwrap();
            for run in runs.flatten() {
                assert!(run.records().len() > 0);
            }
        }
    }
    for (text, octets) in [
        ("it is damaged: it does not start as an index", &b"something else"[..]),
        ("it is damaged: its hash is wrong", b"routeglass index\0\0\0\0\x02 and other octets"),
    ] {
        assert_eq!(Index::decode(octets).unwrap_err().to_string(), text);
    }
}

#[test]
fn a_file_that_has_changed_has_no_index() {
    let (scratch, index) = small();
    assert!(Index::read(&scratch.0).unwrap().is_none());
    index.write(&scratch.0).unwrap();
    assert_eq!(Index::read(&scratch.0).unwrap().unwrap(), index);
    let octets = fs::read(&scratch.0).unwrap();
    let changed = fs::metadata(&scratch.0).unwrap().modified().unwrap();
    for (octets, stays) in [
        (octets.clone(), true),
        ([&octets[..], &octets].concat(), false),
        (octets.iter().map(|octet| octet ^ 1).collect(), false),
    ] {
        fs::write(&scratch.0, octets).unwrap();
        File::options().write(true).open(&scratch.0).unwrap().set_modified(changed).unwrap();
        match Index::read(&scratch.0) {
            Ok(found) => assert!(stays && found.as_ref() == Some(&index)),
            Err(e) => assert!(!stays && e.to_string() == "the archive has changed since", "{e}"),
        }
    }
    fs::write(&scratch.0, &octets).unwrap();
    File::options().write(true).open(&scratch.0).unwrap().set_modified(changed + core::time::Duration::from_secs(1)).unwrap();
    assert!(matches!(Index::read(&scratch.0), Err(IndexError::Stale)));
    fs::write(Index::path(&scratch.0), b"no index").unwrap();
    assert!(matches!(Index::read(&scratch.0), Err(IndexError::Damaged(_))));
}

#[test]
fn what_cannot_be_read_from_the_middle_has_no_index() {
    use super::IndexError as E;
    let archive = archive(&[(8, 1); 50]);
    let make = |octets: &[u8]| Index::of(&Scratch::new(octets).0, NonZeroUsize::MIN).unwrap_err();
    let error = make(&[0xfd, b'7', b'z', b'X', b'Z', 0, 0, 0, 0, 0]);
    assert_eq!(error.to_string(), "an xz file cannot be read from the middle");
    let packed = gzip(&archive);
    assert!(matches!(make(&packed[..packed.len() - 1]), E::Archive(_)));
    // What is read from the last point on would be too much: an index that would be refused is not made.
    let padded = Scratch::new(&packed);
    fs::File::options().write(true).open(&padded.0).unwrap().set_len(65 << 20).unwrap();
    let error = Index::of(&padded.0, NonZeroUsize::MIN).unwrap_err();
    assert_eq!(error.to_string(), "a gzip file with 64 MiB in which no block begins cannot be read from the middle");
    assert!(matches!(make(&archive[..archive.len() - 1]), E::Archive(_)));
    let packed = bzip2(&archive);
    assert!(matches!(make(&packed[..packed.len() - 1]), E::Archive(_)));
    assert!(matches!(Index::of("no such file", NonZeroUsize::MIN), Err(E::Io(_))));
}
