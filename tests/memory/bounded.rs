//! Bounds: memory grows with the input, not with declared lengths, and a stream is read once. That work is linear in the input is
//! tested in the library itself (`src/wire/work`).
#![cfg(feature = "compression")]
#![allow(
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests report by panicking"
)]

use std::hint::black_box;
use std::io::{self, Read, Write};

use routeglass::Session;
use routeglass::bgp::Message;
use routeglass::elements;
use routeglass::io::{ReadError, ReaderOptions};
use routeglass::mrt::{Reader, records, recover};

use crate::allocator::{allocations, peak};
use crate::common::growing::{self, Growing, archived, long};
use crate::common::vectors::{ATTRIBUTES, peer_index_table, record, rib};

const MIB: i64 = 1 << 20;

/// Of an input eight times as long: memory besides the input grows no faster. Prints a table row: octets of input, and octets held
/// for each size.
fn all_grow(list: &[Growing]) {
    for &Growing { name, first, make, work, .. } in list {
        let inputs = [first, first << 3].map(make);
        let held = inputs.each_ref().map(|input| peak(|| work(input)));
        println!("| {name} | {:?} | {held:?} |", inputs.each_ref().map(Vec::len));
        assert!(held[1] <= held[0].max(1024) * 10 && held[1] < 32 * MIB, "{name}: {held:?} octets held");
    }
}

#[test]
fn attributes_and_routes_hold_what_they_are_long() {
    all_grow(growing::ATTRIBUTES_AND_ROUTES);
}

#[test]
fn tables_hold_what_they_are_long() {
    all_grow(growing::TABLES);
}

#[cfg(feature = "rib")]
#[test]
fn replays_hold_what_the_input_is_long() {
    all_grow(growing::REPLAYS);
}

#[test]
fn capabilities_hold_what_they_are_long() {
    all_grow(growing::CAPABILITIES);
}

#[test]
fn recovery_holds_what_the_input_is_long() {
    all_grow(growing::RECOVERY);
}

/// Counts read calls, and delivers at most `most` octets at a time.
struct Asked<'a> {
    rest: &'a [u8],
    most: usize,
    times: usize,
}

impl Read for Asked<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.times += 1;
        let n = self.rest.len().min(self.most).min(out.len());
        let (now, later) = self.rest.split_at(n);
        out[..n].copy_from_slice(now);
        self.rest = later;
        Ok(n)
    }
}

/// A stream is read as often as it has octets to deliver and once for its end, however few it delivers at a time; and the number
/// of allocations does not grow in an archive eight times as long.
#[test]
fn a_stream_is_read_once() {
    let archive = |n: usize| archived(&[], ATTRIBUTES, &[8, 10]).repeat(n);
    let read = |n: usize, most: usize| {
        let bytes = archive(n);
        let mut input = Asked { rest: &bytes, most, times: 0 };
        let mut records = 0;
        let allocated = allocations(|| {
            let mut reader = Reader::new(&mut input).unwrap();
            while reader.next_record().unwrap().is_some() {
                records += 1;
            }
        });
        assert_eq!((records, input.rest.len()), (n, 0));
        assert!(input.times <= bytes.len().div_ceil(most) + 2, "{} of {} octets, {most} at a time", input.times, bytes.len());
        allocated
    };
    for most in [1, 7, 64, 1_000] {
        assert_eq!(read(1_000, most), read(8_000, most), "{most}");
    }
}

/// A header that declares `len`, followed by `rest`.
fn declaring(len: u32, rest: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x65, 0x53, 0xf1, 0, 0, 16, 0, 4];
    bytes.extend(len.to_be_bytes());
    bytes.extend(rest);
    bytes
}

fn drain(input: impl Read, options: ReaderOptions) -> (i64, u64, Option<ReadError>) {
    let (mut given, mut end) = (0, None);
    let held = peak(|| match Reader::with_options(input, options) {
        Ok(mut reader) => loop {
            match reader.next_record() {
                Ok(Some(_)) => given += 1,
                Ok(None) => break,
                Err(e) => {
                    end = Some(e);
                    break;
                }
            }
        },
        Err(e) => end = Some(e),
    });
    (held, given, end)
}

fn drain_recovering(input: impl Read) -> (i64, u64) {
    let mut items = 0;
    let held = peak(|| {
        let mut reader = Reader::new(input).unwrap().recovering();
        while let Ok(Some(_)) = reader.next_item() {
            items += 1;
        }
    });
    (held, items)
}

#[test]
fn a_declared_length_takes_no_memory() {
    // Four gigabytes, and slightly less than the limit, without content.
    let (held, _, end) = drain(&declaring(u32::MAX, &[0; 100])[..], ReaderOptions::default());
    assert!(matches!(end, Some(ReadError::TooLong { offset: 0, len: 0x1_0000_000b, .. })));
    assert!(held < MIB, "{held}");
    let (held, _, end) = drain(&declaring(16 << 20, &[0; 100])[..], ReaderOptions::default());
    assert!(matches!(end, Some(ReadError::Framing(_))));
    assert!(held < MIB, "{held}");
    // Without a limit, memory still grows only with arriving octets.
    let (held, _, end) = drain(&declaring(u32::MAX, &[0; 100])[..], ReaderOptions::default().with_max_record_len(usize::MAX));
    assert!(matches!(end, Some(ReadError::Framing(_))));
    assert!(held < MIB, "{held}");
    for len in [u32::MAX, 1 << 31, 16 << 20, (16 << 20) - 1] {
        let (held, items) = drain_recovering(&declaring(len, &[0; 100])[..]);
        assert!((held, items) <= (MIB, 1), "{held} {items}");
    }
}

#[test]
fn a_declared_count_takes_no_memory() {
    let mut table = peer_index_table();
    let at = 12 + 4 + 2 + 4;
    table[at..at + 2].copy_from_slice(&[0xff, 0xff]);
    let mut entries = rib(&[8, 10], &[]);
    let end = entries.len() - 2;
    entries[end..].copy_from_slice(&[0xff, 0xff]);
    for bytes in [table, [peer_index_table(), record(13, 2, &entries)].concat()] {
        let held = peak(|| {
            black_box(elements(&bytes).count());
            black_box(recover(&bytes).count());
        });
        assert!(held < 4096, "{held}");
    }
}

/// Delivers an octet endlessly, or a given number of times.
struct Repeated(u8, u64);

impl Read for Repeated {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = out.len().min(usize::try_from(self.1).unwrap());
        out[..n].fill(self.0);
        self.1 -= n as u64;
        Ok(n)
    }
}

#[test]
fn streams_stay_small() {
    // A gap of any length takes no memory; neither does input that looks like one long record.
    for (name, octet, first, len, bound) in [
        ("zeros", 0, vec![], 4 << 20, MIB),
        ("ones", 0xff, vec![], 4 << 20, MIB),
        ("a record of 16 MiB", 0, declaring((16 << 20) - 1, &[]), 17 << 20, 32 * MIB),
        ("tables", 13, declaring(3 << 20, &[]), 12 << 20, 8 * MIB),
    ] {
        let (held, items) = drain_recovering(first.as_slice().chain(Repeated(octet, len)));
        println!("{name}: {held} octets held, {items} items");
        assert!(held < bound, "{name}: {held}");
    }
    // One record of the maximum length, then another.
    let long = declaring(16 << 20, &[]);
    let input = long.as_slice().chain(Repeated(0, 16 << 20)).chain(long.as_slice()).chain(Repeated(0, 16 << 20));
    let (held, given, end) = drain(input, ReaderOptions::default());
    println!("two records of 16 MiB: {held} octets held");
    assert!(given == 2 && end.is_none() && held < 32 * MIB, "{given} {held}");
    // The caller's limit is applied.
    let options = ReaderOptions::default().with_max_record_len(1 << 20).with_buffer_len(4096);
    let (held, given, end) = drain(declaring(1 << 20, &[]).as_slice().chain(Repeated(0, 1 << 20)), options);
    assert!(given == 0 && matches!(end, Some(ReadError::TooLong { .. })) && held < 128 << 10, "{given} {held}");
}

/// Zeros in zstd format (RFC 8878 section 3.1.1): a window of 2^`log` bytes, raw, run-length blocks of 128 KiB. They start as a
/// record of 4 GiB.
fn zstd_zeros(len: usize, log: u8) -> Vec<u8> {
    const BLOCK: usize = 128 << 10;
    let mut out = vec![0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3];
    let mut block = |last: bool, kind: u32, len: usize, content: &[u8]| {
        let header = u32::from(last) | kind << 1 | u32::try_from(len).unwrap() << 3;
        out.extend(&header.to_le_bytes()[..3]);
        out.extend(content);
    };
    let head = declaring(u32::MAX, &[]);
    block(false, 0, head.len(), &head);
    (0..len / BLOCK).for_each(|_| block(false, 1, BLOCK, &[0]));
    block(true, 0, 0, &[]);
    out
}

/// A stream's window takes as much memory: callers can set the limit.
#[test]
fn windows_are_as_large_as_the_caller_allows() {
    let frame = zstd_zeros(1 << 20, 24);
    let by = |limit| {
        let mut text = Vec::new();
        let outcome = routeglass::io::Decompress::new(&frame[..]).unwrap().with_max_window(limit).read_to_end(&mut text);
        (text.len(), outcome.err().map_or_else(String::new, |e| e.to_string()))
    };
    assert_eq!(by(16 << 20), (12 + (1 << 20), String::new()));
    let refused =
        |text: &str| format!("zstd frame at byte 0 cannot be read, after 0 decoded bytes: the window is larger than {text}");
    assert_eq!(by(8 << 20), (0, refused("8 MiB")));
    assert_eq!(by(12_345), (0, refused("12345 bytes")));
    let options = ReaderOptions::default().with_max_window(8 << 20);
    let (held, given, end) = drain(frame.as_slice(), options);
    assert!(given == 0 && matches!(end, Some(ReadError::Io { offset: 0, .. })) && held < MIB, "{held}");
    // xz dictionaries are handled alike: preset 1 has one of 1 MiB.
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    xz.write_all(b"text").unwrap();
    let xz = xz.finish().unwrap();
    for (limit, text) in [(1 << 20, "text"), (0, "the dictionary is larger than 0 MiB")] {
        let mut out = String::new();
        let outcome = routeglass::io::Decompress::new(&xz[..]).unwrap().with_max_window(limit).read_to_string(&mut out);
        assert!(outcome.map_or_else(|e| e.to_string().ends_with(text), |_| out == text));
    }
}

#[test]
fn decompression_bombs_stay_small() {
    // Less than what the bombs become, more than the largest of the windows.
    const BOUND: i64 = 10 * MIB;
    let zeros = |len: u64| {
        declaring(u32::MAX, &[]).into_iter().chain(std::iter::repeat_n(0u8, usize::try_from(len).unwrap())).collect::<Vec<_>>()
    };
    let plain = zeros(12 << 20);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&plain).unwrap();
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    lz4.write_all(&plain).unwrap();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    bzip2.write_all(&plain).unwrap();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    xz.write_all(&plain).unwrap();
    let bombs = [
        ("xz", xz.finish().unwrap()),
        ("zstd", zstd_zeros(12 << 20, 20)),
        ("gzip", gzip.finish().unwrap()),
        ("lz4", lz4.finish().unwrap()),
        ("bzip2", bzip2.finish().unwrap()),
    ];
    drop(plain);
    for (name, bomb) in bombs {
        let (held, given, end) = drain(bomb.as_slice(), ReaderOptions::default());
        assert!(given == 0 && matches!(end, Some(ReadError::TooLong { .. })), "{name}");
        let (recovering, items) = drain_recovering(bomb.as_slice());
        println!("{name}: {} octets; {held} held by the reader, {recovering} in recovery, {items} items", bomb.len());
        assert!(held < BOUND && recovering < BOUND, "{name}: {held} {recovering}");
        // A nested bomb is no archive: only one layer is decompressed.
        let mut outer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        outer.write_all(&bomb).unwrap();
        let (held, ..) = drain(outer.finish().unwrap().as_slice(), ReaderOptions::default());
        assert!(held < BOUND, "{name}: {held}");
    }
}

/// Routes that share a long path take no memory for it, and it is not copied.
#[test]
fn routes_that_share_a_long_path() {
    let path = long(0x40, 2, &[2, 1, 0, 0, 0xfb, 0xf0].repeat(5_000));
    let bytes = archived(&[], &[&[0x40, 1, 1, 0][..], &path, &[0x40, 3, 4, 192, 0, 2, 1]].concat(), &vec![0; 16_500]);
    let mut routes = 0;
    let held = peak(|| routes = elements(&bytes).flatten().count());
    assert_eq!((held, routes), (0, 16_500));
    let Ok(record) = records(&bytes).next().unwrap() else { panic!() };
    assert!(matches!(
        Message::parse_at(&record.raw_body()[20..], &Session::AS4.with_extended_message(), 0),
        Ok(Message::Update(_))
    ));
}
