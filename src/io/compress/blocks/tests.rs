use super::super::Decompress;
use super::super::tests::{BZIP2, Chunks, payload};
use super::splice::checksum_of;
use super::*;
use crate::io::RestartPoints;
use proptest::prelude::*;
use std::io::Write;
use std::num::NonZeroUsize;

fn encode(octets: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(level));
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

type Outcome = (Vec<u8>, Option<(io::ErrorKind, String)>);

/// Reads to the end or an error, which stays.
fn outcome(mut reader: impl Read) -> Outcome {
    let mut octets = Vec::new();
    let end = reader.read_to_end(&mut octets).err();
    let end = end.map(|error| {
        let again = reader.read(&mut [0]).unwrap_err();
        assert_eq!((again.kind(), again.to_string()), (error.kind(), error.to_string()));
        (error.kind(), error.to_string())
    });
    (octets, end)
}

fn in_threads<R: Read + Send + 'static>(reader: R, threads: usize) -> Outcome {
    let reader = Decompress::new(reader).unwrap();
    outcome(reader.in_threads(NonZeroUsize::new(threads).unwrap()).unwrap())
}

/// The same octets and the same end with any number of threads: of a damaged block none.
fn law(octets: &[u8]) -> Outcome {
    let expected = outcome(Decompress::new(octets).unwrap());
    for threads in [1, 2, 3] {
        let found = in_threads(io::Cursor::new(octets.to_vec()), threads);
        assert!(found == expected, "{threads}: {} octets, {:?}; {}, {:?}", found.0.len(), found.1, expected.0.len(), expected.1);
    }
    expected
}

/// Octets that cannot be compressed.
fn noise(len: usize) -> Vec<u8> {
    let mut word = 1_u64;
    let next = |_| {
        word ^= word << 13;
        word ^= word >> 7;
        word ^= word << 17;
        word.to_be_bytes()[3]
    };
    (0..len).map(next).collect()
}

/// Streams of several blocks, of one, of none. The first is so long that damage in it is read from a block inside it.
fn streams() -> Vec<u8> {
    let first = [payload(210_000), noise(430_000)].concat();
    [encode(&first, 1), encode(&payload(40), 9), encode(&[], 3), encode(&payload(230_000), 2)].concat()
}

/// The same, no longer than they must be: the fourth block is read from one inside the first stream.
fn short_streams() -> Vec<u8> {
    let first = [payload(20_000), noise(315_000)].concat();
    [encode(&first, 1), encode(&payload(40), 9), encode(&[], 3), encode(&payload(205_000), 2)].concat()
}

#[test]
fn streams_and_blocks_are_joined_in_order() {
    let (octets, end) = law(&streams());
    assert_eq!((octets.len(), end), (870_040, None));
    assert_eq!(law(BZIP2).0, b"routeglass\n");
    // A block of equal octets takes more room than a thread may use.
    let long = [vec![7; 30_000_000], payload(100_000)].concat();
    assert!(law(&encode(&long, 1)).0 == long);
}

#[test]
fn octets_after_the_end_are_an_error_at_the_same_place() {
    for tail in [&b"garbage"[..], b"B", b"BZ", b"BZh", b"BZh9", b"BZh91AY&S", b"BZh91AY&SY", &[0; 5], &BZIP2[1..]] {
        law(&[&short_streams(), tail].concat());
        law(&[BZIP2, tail].concat());
    }
}

#[test]
fn a_cut_and_a_changed_octet_end_in_the_same_error() {
    let whole = short_streams();
    for n in 0..12 {
        law(&whole[..14 + whole.len() / 12 * n]);
        let mut damaged = whole.clone();
        damaged[10 + whole.len() / 13 * n] ^= 1 << (n % 8);
        law(&damaged);
    }
    let small = [BZIP2, &encode(&payload(100), 1), BZIP2].concat();
    for n in 10..small.len() {
        law(&small[..n]);
        let mut damaged = small.clone();
        damaged[n] ^= 1 << (n % 8);
        law(&damaged);
    }
}

#[test]
fn places_of_blocks_are_kept_only_if_they_are_wanted() {
    let two = NonZeroUsize::new(2).unwrap();
    let open = || Decompress::new(io::Cursor::new(streams())).unwrap();
    let places = |mut reader: super::super::ParDecompress<_>| {
        io::copy(&mut reader, &mut io::sink()).unwrap();
        reader.restart_points().map(|points| match points {
            RestartPoints::Bzip2(blocks) => blocks.len(),
            RestartPoints::Gzip(_) => 0,
        })
    };
    assert_eq!(places(open().in_threads(two).unwrap()), None);
    assert!(places(open().for_restart_points(two).unwrap()).is_some_and(|count| count > 5));
}

#[test]
fn octets_of_a_damaged_block_are_not_delivered() {
    // Four blocks of level 1, without two equal octets in a row, and of few different ones, which are decoded fast.
    let mut last = 0;
    let plain: Vec<u8> = noise(340_000)
        .into_iter()
        .map(|octet| {
            last = (last + 1 + octet % 3) % 4;
            last
        })
        .collect();
    let whole = encode(&plain, 1);
    let clean = |octets: &[u8]| {
        let (decoded, end) = law(octets);
        assert!(plain.starts_with(&decoded));
        (decoded.len(), end)
    };
    assert_eq!(clean(&whole), (plain.len(), None));
    let mut lens = std::collections::BTreeSet::new();
    for part in 1..20 {
        let mut damaged = whole.clone();
        damaged[whole.len() / 20 * part] ^= 0x24;
        let (len, end) = clean(&damaged);
        assert!(end.unwrap().1.contains(&format!("after {len} decoded bytes")));
        lens.insert(len);
    }
    // Whole blocks only.
    assert!(lens.len() == 4 && lens.contains(&0), "{lens:?}");
}

#[test]
fn a_failing_reader_delivers_what_came_before() {
    let whole = streams();
    for cut in [100, whole.len() / 3, whole.len() / 2, whole.len()] {
        let octets: &'static [u8] = whole[..cut].to_vec().leak();
        let reader = || Chunks { bytes: octets, chunk: 1 << 20, fail: true };
        let expected = outcome(Decompress::new(reader()).unwrap());
        assert_eq!(expected.1.as_ref().unwrap().1, "the line went dead");
        assert!(in_threads(reader(), 2) == expected, "{cut}");
    }
}

/// A failure after damage that is passed over is the end, however long the damage: a run without a mark is cut into pieces of its own.
#[test]
fn a_failing_reader_ends_in_its_error_after_what_is_passed_over() {
    let whole = encode(&noise(430_000), 1);
    let half = whole.len() / 2;
    let mut first = whole.clone();
    first[whole.len() / 50] ^= 0x24;
    let run = vec![0x55; 2 * LONGEST];
    for (name, octets, is_passed) in [
        ("a block", first[..half].to_vec(), false),
        ("a run in a stream", [&whole[..half], &run].concat(), true),
        ("a run after a stream", [&whole[..], &run].concat(), true),
    ] {
        let octets: &'static [u8] = octets.leak();
        let read = |fail: bool, threads: usize| {
            let passed = Passed::default();
            let reader = Decompress::new(Chunks { bytes: octets, chunk: 1 << 20, fail }).unwrap();
            let found = outcome(reader.in_threads_passing(NonZeroUsize::new(threads).unwrap(), passed.clone()).unwrap());
            (found, passed.take().len())
        };
        for threads in [1, 2] {
            let ((decoded, end), passed) = read(false, threads);
            // A run to the end of the file is passed over, and nothing else is wrong.
            assert!(passed > 0 && !decoded.is_empty() && end.is_none() == is_passed, "{name} {threads}: {passed} {end:?}");
            let ((before, error), passed_before) = read(true, threads);
            assert_eq!(error.map(|(_, text)| text).as_deref(), Some("the line went dead"), "{name} {threads}");
            assert!(before == decoded && passed_before == passed, "{name} {threads}: {} {passed_before}", before.len());
        }
    }
}

/// A stream of blocks of five octets each, with marks among the selectors that no symbol needs.
fn with_marks(marks: &[u64]) -> Vec<u8> {
    let mut bits = Bits::after(b"BZh1".to_vec());
    let mut sum = 0_u32;
    for (n, mark) in (0_u8..).zip(marks) {
        let octets = [n, 1, 2, 3, 5];
        // Each run of ones, and the zero after it, is a selector.
        let mut selectors = Vec::new();
        let mut ones = 0;
        for bit in (0..48).rev().map(|bit| (mark >> bit) & 1) {
            if bit == 1 {
                ones += 1;
            } else {
                selectors.push(ones);
                ones = 0;
            }
        }
        selectors.push(ones);
        put_block(&mut bits, octets, 6, |_| selectors);
        sum = sum.rotate_left(1) ^ checksum_of(&octets);
    }
    bits.put(END, 48);
    bits.put(sum.into(), 32);
    bits.put(0, 7);
    bits.octets
}

#[test]
fn a_mark_inside_a_block_is_data() {
    for marks in [&[BLOCK][..], &[END], &[0, BLOCK, 0], &[END, END, 0], &[BLOCK, END, BLOCK], &[0x5555, BLOCK, END, 0, END]] {
        let whole = with_marks(marks);
        let count = whole.len() * 8 - 47;
        let bit = |at: usize| u64::from(whole[at / 8] >> (7 - at % 8)) & 1;
        let word = |at: usize| (at..at + 48).fold(0, |word, at| (word << 1) | bit(at));
        let found = (0..count).filter(|at| [BLOCK, END].contains(&word(*at))).count();
        let inside = marks.iter().filter(|mark| [BLOCK, END].contains(mark)).count();
        assert_eq!(found, marks.len() + 1 + inside);
        let (octets, end) = law(&whole);
        assert_eq!((octets.len(), end), (5 * marks.len(), None), "{marks:x?}");
        // Each octet is cut off or changed.
        for n in 10..whole.len() {
            let mut octets = whole.clone();
            if n % 2 == 0 {
                octets.truncate(n);
            } else {
                octets[n] ^= 0x10;
            }
            law(&octets);
        }
    }
}

#[test]
fn a_block_can_have_any_checksum_and_end_at_any_bit() {
    let mut checksum = 1_u32;
    for n in 0..2000 {
        let octets = before(checksum);
        assert_eq!(checksum_of(&octets), checksum);
        let mut bits = Bits::after(b"BZh1".to_vec());
        put_block(&mut bits, octets, 2, |place| vec![0; ((n % 8_u32).wrapping_sub(place) & 7) as usize]);
        assert_eq!(bits.count, n % 8);
        bits.put(END, 48);
        bits.put(checksum.into(), 32);
        bits.put(0, 7);
        assert_eq!(outcome(Decompress::new(&bits.octets[..]).unwrap()), (octets.to_vec(), None));
        checksum = [0, u32::MAX, 1 << (n % 32), checksum.wrapping_mul(2_654_435_761).wrapping_add(n)][n as usize % 4];
    }
}

#[test]
fn a_reader_that_is_dropped_ends_its_threads() {
    struct Gone(std::sync::mpsc::Sender<()>, io::Cursor<Vec<u8>>);
    impl Read for Gone {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.1.read(out)
        }
    }
    impl Drop for Gone {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }
    let (gone, is_gone) = std::sync::mpsc::channel();
    let input = Gone(gone, io::Cursor::new(encode(&payload(3_000_000), 1)));
    let mut reader = Decompress::new(input).unwrap().in_threads(NonZeroUsize::new(2).unwrap()).unwrap();
    reader.read_exact(&mut [0; 1000]).unwrap();
    drop(reader);
    is_gone.recv().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn damage_anywhere_is_the_same(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
                                   cut in any::<prop::sample::Index>(), is_cut in any::<bool>(), level in 1..4_u32) {
        let mut octets = [encode(&noise(400_000), level), encode(&payload(120_000), 1)].concat();
        for (at, change) in changes {
            // What makes it a bzip2 file stays.
            let at = 10 + at.index(octets.len() - 10);
            octets[at] ^= change;
        }
        if is_cut {
            octets.truncate(10 + cut.index(octets.len() - 10));
        }
        law(&octets);
    }
}
