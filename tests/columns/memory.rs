//! Tables hold what a batch may have, whatever the input.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests report by panicking")]

use routeglass::arrow::{Batches, Columns, Errors, TableOptions};
use routeglass::mrt::Reader;

use crate::allocator::peak;
use crate::common::vectors::{bgp4mp, entry, peer_index_table, record, rib, update};

const MIB: i64 = 1 << 20;

/// Rows, the most rows of a batch, and the octets held.
fn read(archive: &[u8], columns: Columns) -> (usize, usize, i64) {
    let (mut rows, mut most) = (0, 0);
    let options = TableOptions::default().with_columns(columns).with_errors(Errors::Skip);
    let held = peak(|| {
        let mut batches = Batches::new(Reader::plain(archive, Default::default()), options);
        while let Some(batch) = batches.next_batch().unwrap() {
            rows += batch.num_rows();
            most = most.max(batch.num_rows());
        }
    });
    println!("| {rows} rows | {most} in a batch | {held} octets held |");
    (rows, most, held)
}

/// An UPDATE of 60 kB with 7,000 communities and 3,000 prefixes: 400 MB of rows.
#[test]
fn a_message_of_many_communities_and_prefixes() {
    let mut list = vec![0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1, 0xd0, 8];
    list.extend(u16::try_from(4 * 7000).unwrap().to_be_bytes());
    list.extend((0..7000u32).flat_map(|n| (0xfbf0_0000 | n).to_be_bytes()));
    let prefixes: Vec<u8> = (0..3_000u16).flat_map(|n| [16, n.to_be_bytes()[0], n.to_be_bytes()[1]]).collect();
    let body = update(&[], &list, &prefixes);
    let mut message = vec![0xff; 16];
    message.extend(u16::try_from(body.len() + 19).unwrap().to_be_bytes());
    message.push(2);
    message.extend(body);
    let archive = record(16, 4, &bgp4mp(true, &message));
    let (rows, most, held) = read(&archive, Columns::ALL);
    assert_eq!(rows, 3_000);
    assert!(most < 400 && held < 64 * MIB, "{most} {held}");
    let (rows, most, _) = read(&archive, Columns::PREFIX | Columns::ORIGIN_ASN);
    assert_eq!((rows, most), (3_000, 3_000));
}

/// Lists that do not recur, of which no column has anything.
#[test]
fn long_lists_for_short_rows() {
    let entries: Vec<_> = (0..200u16)
        .map(|n| {
            let mut list = vec![0xd0, 200];
            list.extend(40_000u16.to_be_bytes());
            list.extend(n.to_be_bytes().repeat(20_000));
            entry(0, None, &list)
        })
        .collect();
    let archive = [peer_index_table(), record(13, 2, &rib(&[8, 10], &entries))].concat();
    let archive: Vec<u8> = archive.repeat(4);
    let (rows, _, held) = read(&archive, Columns::COMMUNITIES | Columns::PREFIX);
    assert_eq!(rows, 800);
    // The record itself has 8 MB.
    assert!(held < 48 * MIB, "{held}");
}

/// Peers and families that never recur: dictionaries have a limit.
#[test]
fn words_that_do_not_recur() {
    let message = |n: u32| {
        let mut body = vec![0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff, 0, 0, 0, 2];
        body.extend(u128::from(n).to_be_bytes());
        body.extend([0; 16]);
        body.extend([0, 1, 0, 2]);
        record(16, 5, &body)
    };
    let mut archive = Vec::new();
    for n in 0..300_000 {
        archive.extend(message(n));
    }
    let (rows, _, held) = read(&archive, Columns::PEER_ADDRESS | Columns::KIND);
    assert_eq!(rows, 300_000);
    assert!(held < 48 * MIB, "{held}");
}
