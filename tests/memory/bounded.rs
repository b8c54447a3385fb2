//! Bounds: work grows as the input does, memory with what is there and never with what is declared.
#![cfg(feature = "compression")]
#![allow(
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test says what is wrong by failing"
)]

use std::hint::black_box;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use routeglass::Session;
use routeglass::bgp::{Message, Open};
use routeglass::element::{Strictness, elements};
use routeglass::io::{ReadError, ReaderOptions};
use routeglass::mrt::{Evidence, Peers, Reader, Recovered, records, recover};

use crate::allocator::peak;
use crate::common::vectors::{ATTRIBUTES, bgp4mp, entry, message, peer_index_table, record, rib, update};

// ---- Work ----

/// The shortest of several runs.
fn shortest(work: &impl Fn()) -> Duration {
    let run = || {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..5).map(|_| run()).min().unwrap()
}

/// Doubles the size three times: work that grows with the square takes 64 times as long in the end, linear work 8 times. What is
/// held besides the input grows no faster either. Prints a row of a table: octets of input, time and octets held for each size.
fn is_linear(name: &str, first: usize, make: impl Fn(usize) -> Vec<u8>, work: impl Fn(&[u8])) {
    let inputs: Vec<_> = (0..4).map(|n| make(first << n)).collect();
    // So often that one run can be measured, and so seldom that it fits between what else the machine does.
    let once = shortest(&|| work(&inputs[0])).max(Duration::from_nanos(100));
    let times = usize::try_from(Duration::from_micros(200).as_nanos() / once.as_nanos()).unwrap() + 1;
    let sizes: Vec<_> = inputs.iter().map(Vec::len).collect();
    // A machine that is busy with something else is asked again: the shortest run of all is the one that was left alone.
    let mut took = [Duration::MAX; 4];
    for _ in 0..40 {
        for (took, input) in took.iter_mut().zip(&inputs) {
            *took = shortest(&|| (0..times).for_each(|_| work(input))).min(*took);
        }
        if took[3] < took[0] * 30 {
            let each = took.map(|all| all / u32::try_from(times).unwrap());
            let held: Vec<_> = inputs.iter().map(|input| peak(|| work(input))).collect();
            println!("| {name} | {sizes:?} | {each:.1?} | {held:?} |");
            assert!(held[3] <= held[0].max(1024) * 10 && held[3] < 32 * MIB, "{name}: {held:?} octets held");
            return;
        }
    }
    panic!("{name}: {sizes:?} octets in {took:?}");
}

/// Reads everything that an archive holds, in every way.
fn read_all(bytes: &[u8]) {
    for strictness in [Strictness::Forensic, Strictness::Rfc7606, Strictness::Strict] {
        for element in elements(bytes).with_strictness(strictness).flatten() {
            black_box((element.kind(), element.action()));
        }
    }
    for element in elements(bytes).with_notes() {
        black_box(element.is_ok());
    }
    let mut peers = Peers::new();
    for record in records(bytes).flatten() {
        peers.observe(&record);
        record.findings(&peers, |e| {
            black_box(e);
        });
        record.notes(&peers, |e| {
            black_box(e);
        });
    }
    black_box(recover(bytes).count());
}

/// One UPDATE in a record; over 4,096 octets where need be.
fn archived(withdrawn: &[u8], attributes: &[u8], announced: &[u8]) -> Vec<u8> {
    record(16, 4, &bgp4mp(true, &message(2, &update(withdrawn, attributes, announced))))
}

/// An attribute of extended length.
fn long(flags: u8, code: u8, value: &[u8]) -> Vec<u8> {
    let mut a = vec![flags | 0x10, code];
    a.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
    a.extend(value);
    a
}

#[test]
fn attributes_and_routes_cost_what_they_are_long() {
    // 21,000 attributes of three octets are as many as fit; each code again and again.
    is_linear(
        "empty attributes",
        2_600,
        |n| archived(&[], &(0..n).flat_map(|i| [0xc0, (i % 256) as u8, 0]).collect::<Vec<_>>(), &[]),
        read_all,
    );
    is_linear("one attribute again and again", 2_600, |n| archived(&[], &[0x40, 6, 0].repeat(n), &[8, 10]), read_all);
    is_linear("MP_UNREACH_NLRI again and again", 1_300, |n| archived(&[], &[0x80, 15, 3, 0, 2, 1].repeat(n), &[]), read_all);
    is_linear(
        "malformed attributes without a route",
        1_900,
        |n| archived(&[], &(0..n).flat_map(|i| [0x40, (i % 256) as u8, 1, 9]).collect::<Vec<_>>(), &[]),
        read_all,
    );
    is_linear(
        "segments of one number",
        1_300,
        |n| archived(&[], &long(0x40, 2, &[2, 1, 0, 0, 0xfb, 0xf0].repeat(n)), &[8, 10]),
        read_all,
    );
    is_linear(
        "sets of one number",
        1_300,
        |n| archived(&[], &long(0x40, 2, &[1, 1, 0, 0, 0xfb, 0xf0].repeat(n)), &[8, 10]),
        read_all,
    );
    is_linear("communities", 2_000, |n| archived(&[], &long(0xc0, 8, &[0, 1, 0, 1].repeat(n)), &[8, 10]), read_all);
    is_linear("large communities that repeat", 660, |n| archived(&[], &long(0xc0, 32, &[7; 12].repeat(n)), &[8, 10]), read_all);
    is_linear("default routes", 8_000, |n| archived(&[], ATTRIBUTES, &vec![0; n]), read_all);
    is_linear("withdrawn routes", 4_000, |n| archived(&[8, 10].repeat(n), &[], &[]), read_all);
    // Half of it attributes that are looked at once, half of it routes that they are of.
    is_linear(
        "sets and routes",
        640,
        |n| {
            archived(
                &[],
                &[ATTRIBUTES, &[0xc0, 99, 0].repeat(n), &long(0x40, 2, &[1, 1, 0, 0, 0xfb, 0xf0].repeat(n / 2))].concat(),
                &vec![0; n * 5],
            )
        },
        read_all,
    );
    let vpn = [0, 1, 128, 12, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0];
    is_linear(
        "malformed VPN routes",
        4_000,
        |n| archived(&[], &long(0x80, 14, &[&vpn[..], &[8, 0].repeat(n)].concat()), &[]),
        read_all,
    );
    is_linear(
        "labels without a bottom",
        1_000,
        |n| archived(&[], &long(0x80, 14, &[&vpn[..], &[48, 0, 1, 0, 0, 1, 0].repeat(n)].concat()), &[]),
        read_all,
    );
}

#[test]
fn tables_cost_what_they_are_long() {
    is_linear(
        "empty entries",
        8_000,
        |n| [peer_index_table(), record(13, 2, &rib(&[8, 10], &vec![entry(0, None, &[]); n]))].concat(),
        read_all,
    );
    is_linear(
        "peers",
        8_000,
        |n| {
            let mut body = vec![192, 0, 2, 254, 0, 0];
            body.extend(u16::try_from(n).unwrap().to_be_bytes());
            body.extend([0, 192, 0, 2, 1, 192, 0, 2, 1, 0xfb, 0xf0].repeat(n));
            record(13, 1, &body)
        },
        read_all,
    );
    let dump = [10, 0, 0, 0, 8, 1, 0, 0, 0, 5, 192, 0, 2, 1, 0xfb, 0xf0, 0, 0];
    is_linear("entries of the older table", 4_000, |n| record(12, 1, &[&[0, 0, 0, 7][..], &dump.repeat(n)].concat()), read_all);
    is_linear("empty records", 8_000, |n| record(16, 200, &[]).repeat(n), read_all);
    is_linear(
        "evidence",
        2_000,
        |n| archived(&[], ATTRIBUTES, &[0, 0, 0, 1, 8, 10]).repeat(n),
        |bytes| {
            black_box(Evidence::scan(bytes));
        },
    );
}

#[test]
fn capabilities_cost_what_they_are_long() {
    let make = |n: usize| {
        let mut body = vec![4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 255, 255];
        let capabilities = [9, 1, 3, 65, 4, 0, 0, 0, 0].repeat(n);
        body.extend(u16::try_from(capabilities.len() + 3).unwrap().to_be_bytes());
        body.push(2);
        body.extend(u16::try_from(capabilities.len()).unwrap().to_be_bytes());
        body.extend(capabilities);
        body
    };
    is_linear("capabilities", 800, make, |body| {
        let open = Open::parse_at(body, 0).unwrap();
        open.verdict(|e| {
            black_box(e);
        });
        black_box((open.asn(), open.role(), open.negotiate(&open)));
    });
}

/// Headers that nearly hold, one inside the other: each is judged, and judging is paid for.
#[test]
fn recovery_costs_what_the_input_is_long() {
    let candidates = |kind: u8, subtype: u8, step: usize, n: usize| {
        let mut bytes = vec![0u8; step * n];
        for (i, octets) in bytes.chunks_mut(step).enumerate() {
            let head = [0x65, 0x53, 0xf1, 0, 0, kind, 0, subtype];
            octets[..8].copy_from_slice(&head);
            let len = u32::try_from(step * (n - i) - 12).unwrap().min(4 << 20).to_be_bytes();
            octets[8..12].copy_from_slice(&len);
        }
        bytes
    };
    let search = |bytes: &[u8]| {
        black_box(recover(bytes).count());
        let mut reader = Reader::new(bytes).unwrap().recovering();
        while let Some(item) = reader.next_item().unwrap() {
            black_box(matches!(item, Recovered::Gap(_)));
        }
    };
    is_linear("garbage", 32 << 10, |n| (0..n).map(|i| (i.wrapping_mul(2_654_435_761) >> 7) as u8).collect(), search);
    is_linear("zeros", 32 << 10, |n| vec![0; n], search);
    is_linear("ones", 32 << 10, |n| vec![0xff; n], search);
    is_linear("tables in tables", 2_000, |n| candidates(13, 2, 24, n), search);
    is_linear("older tables in older tables", 2_000, |n| candidates(12, 1, 38, n), search);
    is_linear("messages in messages", 2_000, |n| candidates(16, 4, 60, n), search);
    is_linear("unknown records in unknown records", 2_000, |n| candidates(11, 0, 16, n), search);
    is_linear("peer tables in peer tables", 2_000, |n| candidates(13, 1, 24, n), search);
    // Entries of eight octets hold the headers of further tables: a walk from each would be long.
    is_linear(
        "entries that are headers",
        4_000,
        |n| {
            let mut bytes = Vec::new();
            for _ in 0..n {
                bytes.extend([0x65, 0x53, 0xf1, 0, 0, 13, 0, 2, 0, 0, 0x30, 0, 0, 0, 0, 7, 0, 0xff, 0xff, 0, 0, 0, 0, 0]);
            }
            bytes
        },
        search,
    );
}

// ---- Memory ----

const MIB: i64 = 1 << 20;

/// A header that declares `len`, and what follows it.
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
    // Four gigabytes, and a little under what is allowed, with nothing behind.
    let (held, _, end) = drain(&declaring(u32::MAX, &[0; 100])[..], ReaderOptions::default());
    assert!(matches!(end, Some(ReadError::TooLong { offset: 0, len: 0x1_0000_000b, .. })));
    assert!(held < MIB, "{held}");
    let (held, _, end) = drain(&declaring(16 << 20, &[0; 100])[..], ReaderOptions::default());
    assert!(matches!(end, Some(ReadError::Framing(_))));
    assert!(held < MIB, "{held}");
    // Without a limit, memory still grows with what arrives alone.
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

/// Gives an octet for ever, or as often as told.
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
    // A gap of any length takes no memory; nor does input that looks like a long record all the way.
    for (name, octet, first) in [
        ("zeros", 0, vec![]),
        ("ones", 0xff, vec![]),
        ("a record of 16 MiB", 0, declaring((16 << 20) - 1, &[])),
        ("tables", 13, declaring(3 << 20, &[])),
    ] {
        let (held, items) = drain_recovering(first.as_slice().chain(Repeated(octet, 20 << 20)));
        println!("{name}: {held} octets held, {items} items");
        assert!(held < 32 * MIB, "{name}: {held}");
    }
    // One record as long as is allowed, then another.
    let long = declaring(16 << 20, &[]);
    let input = long.as_slice().chain(Repeated(0, 16 << 20)).chain(long.as_slice()).chain(Repeated(0, 16 << 20));
    let (held, given, end) = drain(input, ReaderOptions::default());
    println!("two records of 16 MiB: {held} octets held");
    assert!(given == 2 && end.is_none() && held < 32 * MIB, "{given} {held}");
    // The caller's limit is kept.
    let options = ReaderOptions::default().with_max_record_len(1 << 20).with_buffer_len(4096);
    let (held, given, end) = drain(declaring(1 << 20, &[]).as_slice().chain(Repeated(0, 1 << 20)), options);
    assert!(given == 0 && matches!(end, Some(ReadError::TooLong { .. })) && held < 128 << 10, "{given} {held}");
}

/// Zeros as zstd writes them (RFC 8878 section 3.1.1): a window of 2^`log` bytes, raw, run-length blocks of 128 KiB. They start as a
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

/// The window that a stream asks for is memory that it takes: a caller may allow less, or more, than the usual.
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
    // Dictionaries of xz count alike: preset 1 has one of 1 MiB.
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
    let zeros = |len: u64| {
        declaring(u32::MAX, &[]).into_iter().chain(std::iter::repeat_n(0u8, usize::try_from(len).unwrap())).collect::<Vec<_>>()
    };
    let plain = zeros(48 << 20);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&plain).unwrap();
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    lz4.write_all(&plain).unwrap();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    bzip2.write_all(&plain[..8 << 20]).unwrap();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(6)).unwrap();
    xz.write_all(&plain).unwrap();
    let bombs = [
        ("xz", xz.finish().unwrap()),
        ("zstd", zstd_zeros(48 << 20, 23)),
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
        assert!(held < 32 * MIB && recovering < 32 * MIB, "{name}: {held} {recovering}");
        // A bomb in a bomb is no archive: only one layer is taken off.
        let mut outer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        outer.write_all(&bomb).unwrap();
        let (held, ..) = drain(outer.finish().unwrap().as_slice(), ReaderOptions::default());
        assert!(held < 32 * MIB, "{name}: {held}");
    }
}

/// Routes that share a long path take no memory each, and the path is not copied.
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
