//! The number of threads changes neither output: not a line, not its place, not the exit code.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::io::Write;

use crate::common::command::{Dir, run, run_with_input};
use crate::common::vectors::{ATTRIBUTES, bgp4mp, message, record, update};

/// Runs the command with different numbers of threads.
fn same(args: &[&str], input: Option<&[u8]>) -> (i32, Vec<String>, Vec<String>) {
    let run = |threads: &str| {
        let args = [args, &["--threads", threads]].concat();
        input.map_or_else(|| run(&args), |input| run_with_input(&args, input))
    };
    let expected = run("1");
    for threads in ["2", "4"] {
        let found = run(threads);
        assert_eq!(found.0, expected.0, "{args:?}");
        for (found, expected) in [(&found.1, &expected.1), (&found.2, &expected.2)] {
            let differs = found.iter().zip(expected).position(|(found, expected)| found != expected);
            assert_eq!(differs.map(|n| (&found[n], &expected[n])), None, "{args:?}");
            assert_eq!(found.len(), expected.len(), "{args:?}");
        }
    }
    expected
}

/// Three runs of records: tables and their updates, some damaged, with a gap and a cut last record.
fn archive(rounds: u8) -> Vec<u8> {
    let sample = include_bytes!("../data/sample.mrt");
    let list = [ATTRIBUTES, &[0xc0, 8, 3, 0, 0, 1]].concat();
    let damaged = |first: u8| record(16, 4, &bgp4mp(true, &message(2, &update(&[], &list, &[8, first]))));
    let mut archive = Vec::new();
    for n in 0..=rounds {
        archive.extend(sample.repeat(4));
        archive.extend(damaged(n));
        // A peer table cut in its second peer, so that the entries after it have findings.
        if n == rounds / 2 {
            let mut table = sample[..12 + usize::from(sample[11])].to_vec();
            table.truncate(table.len() - 3);
            table[11] -= 3;
            archive.extend(table);
            archive.extend(&sample[12 + usize::from(sample[11])..]);
        }
    }
    archive
}

fn compressed(archive: &[u8]) -> [(&'static str, Vec<u8>); 3] {
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz2.write_all(archive).unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(archive).unwrap();
    [("a.mrt", archive.to_vec()), ("a.bz2", bz2.finish().unwrap()), ("a.gz", gz.finish().unwrap())]
}

#[test]
fn the_output_is_the_same_for_any_number() {
    let dir = Dir::new("threads");
    let archive = archive(255);
    assert!(archive.len() > 600_000);
    let files = compressed(&archive).map(|(name, octets)| dir.write(name, &octets));
    let [mrt, bz2, gz] = &files;
    let (code, lines, said) = same(&["dump", mrt, bz2], None);
    assert!(code == 1 && lines.len() > 15_000 && said.len() > 512, "{code} {} {}", lines.len(), said.len());
    same(&["dump", "--format", "json", gz], None);
    same(&["stat", bz2, gz], None);
    same(&["stat", "--json", "--origin", "64503", mrt], None);
    let (_, lines, _) = same(&["check", "--notes", mrt, bz2], None);
    assert!(lines.len() > 512);
    same(&["check", "--add-path", "auto", gz], None);
    // Where a limit ends reading, records are read in order.
    let (_, lines, _) = same(&["dump", "--limit", "700", "--peer-asn", "64496", bz2], None);
    assert_eq!(lines.len(), 700);
    let (_, from_pipe, _) = same(&["check", "-"], Some(&std::fs::read(bz2).unwrap()));
    assert!(from_pipe.len() > 256);
}

#[test]
fn the_end_is_the_same_for_any_number() {
    let dir = Dir::new("threads-ends");
    let archive = archive(255);
    let cut = &archive[..archive.len() - 30];
    let mut gap = archive.clone();
    let middle = 300_000;
    gap[middle..middle + 2000].fill(0x5a);
    for (name, octets) in compressed(cut) {
        same(&["check", &dir.write(name, &octets)], None);
    }
    for (name, octets) in compressed(&gap) {
        let file = dir.write(name, &octets);
        same(&["dump", &file], None);
        let (_, lines, _) = same(&["check", "--recover", &file], None);
        assert!(lines.iter().any(|line| line.contains("passed over")), "{name}");
    }
    for (name, octets) in compressed(&archive).into_iter().skip(1) {
        // In the middle of the blocks of bzip2; in the checksum of gzip, before which all octets are good.
        let (mut damaged, place) = (octets.clone(), if name == "a.bz2" { octets.len() / 2 } else { octets.len() - 6 });
        damaged[place] ^= 0x20;
        for (octets, what) in [(&octets[..octets.len() - 5], "cut short"), (&damaged, "corrupt")] {
            let (code, _, said) = same(&["stat", &dir.write(name, octets)], None);
            assert!(code == 1 && said.iter().any(|line| line.contains(what)), "{name}");
        }
    }
}

/// Few octets with very much text: an UPDATE of 16,000 octets whose communities are shown with each of 2,000 prefixes. A thread keeps
/// no more than 16 MiB; what is more is written in order.
#[test]
fn text_that_is_too_much_to_keep_is_written_in_order() {
    let communities: Vec<u8> = (0..1000_u16).flat_map(|n| [[0xfb, 0xf0], n.to_be_bytes()].concat()).collect();
    let len = u16::try_from(communities.len()).unwrap().to_be_bytes();
    let list = [ATTRIBUTES, &[0xd0, 8, len[0], len[1]], &communities].concat();
    let prefixes: Vec<u8> = (0..2000_u16).flat_map(|n| [&[24, 10][..], &n.to_be_bytes()].concat()).collect();
    let large = record(16, 4, &bgp4mp(true, &message(2, &update(&[], &list, &prefixes))));
    let small = include_bytes!("../data/sample.mrt");
    let dir = Dir::new("threads-text");
    let file = dir.write("a.mrt", &[&small.repeat(1000)[..], &large, &large, &small.repeat(1000)].concat());
    let (code, lines, _) = same(&["dump", &file], None);
    assert!(code == 0 && lines.iter().map(String::len).sum::<usize>() > 2 * (16 << 20) && lines.len() > 4000, "{}", lines.len());
}

/// Files of about the same size are read side by side: with damage, without a start, one that is not there and an empty one.
#[test]
fn several_files_give_the_output_of_one_after_another() {
    let dir = Dir::new("threads-files");
    let archive = archive(60);
    let cut = &archive[..archive.len() - 30];
    let mut files: Vec<String> = Vec::new();
    // Each form at the start, and each kind of damage in two of them.
    for (at, octets) in [&archive[..], cut, &archive.repeat(2)[..], &archive[5..]].into_iter().enumerate() {
        for (form, (name, octets)) in compressed(octets).into_iter().enumerate() {
            if at == 0 || (at + form) % 3 != 0 {
                files.push(dir.write(&format!("{at}-{name}"), &octets));
            }
        }
    }
    files.push(dir.write("empty", &[]));
    files.insert(3, format!("{}.not-there", files[0]));
    let with = |args: &[&'static str]| -> Vec<String> {
        args.iter().map(|arg| (*arg).to_owned()).chain(files.iter().cloned()).collect()
    };
    for (args, code) in [
        (&["dump"][..], 2),
        (&["dump", "--format", "csv", "--origin", "64503"], 2),
        (&["stat"], 2),
        (&["check", "--json", "--recover", "--add-path", "auto"], 2),
        (&["dump", "--limit", "700"], 0),
    ] {
        let args = with(args);
        let (found, lines, _) = same(&args.iter().map(String::as_str).collect::<Vec<_>>(), None);
        assert!(found == code && lines.len() > 13, "{args:?} {found} {}", lines.len());
    }
}

#[test]
fn a_number_beyond_use_is_refused() {
    let (code, _, said) = run(&["dump", "--threads", "1025", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt")]);
    let reason = "error: invalid value '1025' for '--threads <N>': no more than 1024 threads are started";
    assert_eq!((code, said[0].as_str()), (2, reason));
    let (code, lines, _) = run(&["dump", "--threads", "1024", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt")]);
    assert!(code == 0 && !lines.is_empty());
}
