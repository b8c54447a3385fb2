//! What relations and paths cost in memory.
#![cfg(feature = "peering")]
#![allow(clippy::unwrap_used, reason = "tests report by panicking")]

use std::fmt::Write;

use routeglass::peering::format::SerialReader;
use routeglass::peering::{AddressFamily, Inference, PathStore, Relations};

use crate::allocator::{peak, signed};

/// Paths of four hops that differ from each other.
fn paths(count: u32) -> impl Iterator<Item = [u32; 4]> {
    (0..count).map(|n| [n % 40 + 1, n % 997 + 100, n % 20_011 + 2_000, n / 3 + 200_000])
}

#[test]
fn a_unique_path_costs_a_word_for_each_hop_and_little_more() {
    const PATHS: u32 = 200_000;
    let mut store = PathStore::new(AddressFamily::V4);
    let held = peak(|| {
        for path in paths(PATHS) {
            // More routes of a known path cost nothing.
            for _ in 0..3 {
                store.push(path[0], &path).unwrap();
            }
        }
    });
    assert_eq!((store.len(), store.routes()), (PATHS as usize, u64::from(PATHS) * 3));
    // Four hops and a head are 20 octets; the table adds 5 to 10; the vector grows by half its size at a time, at most twofold.
    let each = held / i64::from(PATHS);
    assert!(each <= 64, "{each} octets a path while it grew");
    let each = signed(store.memory_size()) / i64::from(PATHS);
    assert!(each <= 40, "{each} octets a path");
}

#[test]
fn inference_costs_no_more_than_the_paths_do_several_times() {
    const PATHS: u32 = 200_000;
    let mut store = PathStore::new(AddressFamily::V4);
    for path in paths(PATHS) {
        store.push(path[0], &path).unwrap();
    }
    let held = peak(|| drop(store.infer(&Inference::default()).unwrap()));
    assert!(held / i64::from(PATHS) <= 450, "{} octets a path", held / i64::from(PATHS));
}

#[test]
fn a_link_read_from_lines_costs_no_more_than_thirty_octets() {
    // Twelve while lines are read, with room that grows by a quarter and exists twice while it does; nine afterwards.
    const LINKS: u32 = (1 << 18) + 1;
    let mut relations = Relations::default();
    let mut text = String::with_capacity(32);
    let held = peak(|| {
        let mut reader = SerialReader::new();
        for n in 0..LINKS {
            text.clear();
            writeln!(text, "{}|{}|-1", n % 1_000 + 1, n + 2_000).unwrap();
            reader.feed(text.as_bytes()).unwrap();
        }
        relations = reader.finish().unwrap();
    });
    assert_eq!(relations.len(), LINKS as usize);
    assert!(relations.iter().is_sorted_by_key(|link| (link.lower, link.higher)));
    assert!(held / i64::from(LINKS) <= 30, "{} octets a link", held / i64::from(LINKS));
}

#[test]
fn comments_of_any_size_take_no_memory() {
    let chunk = vec![b'x'; 1 << 16];
    let held = peak(|| {
        let mut reader = SerialReader::new();
        reader.feed(b"# ").unwrap();
        for _ in 0..2_000 {
            reader.feed(&chunk).unwrap();
        }
        reader.feed(b"\n1|2|0\n").unwrap();
        assert_eq!(reader.finish().unwrap().len(), 1);
    });
    assert!(held <= 4 << 20, "{held} octets");
}
