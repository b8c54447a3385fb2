//! Restart points of gzip files: where decoding can begin inside a member.
//!
//! Deflate data is a sequence of blocks that begin at any bit and copy from the 32 KiB before them. A point is the first bit of a block
//! and those octets. The decoder that reads the file stops after blocks and says which octets it has consumed, but not how many bits
//! of the last one: each of the eight places is tried, and the one from which the same octets are decoded is the point.
//!
//! What a point begins, up to the next, is decoded once more before the next point is made, as it will be decoded by whoever uses the
//! points: what does not give the same octets makes no points.

use std::io::Read;
use std::prelude::v1::*;
use std::sync::{Arc, Mutex, PoisonError};
use std::vec;

use zlib_rs::{DeflateConfig, Inflate, InflateConfig, InflateFlush, ReturnCode, Status};

use super::gz::{Gzip, MAX_WINDOW_BITS};
use super::points::{GzipPoint, MOST_APART};
use super::{Codec, Compression, Decompress, Flow, Input, Step, since};

/// Decoded octets from a point to the next, at least.
pub(super) const APART: usize = 2 << 20;

/// The farthest that deflate copies from.
const WINDOW_LEN: usize = 32 << 10;

/// Decoded octets that a trial compares.
const ENOUGH: usize = 64 << 10;

/// The points of a file that is being read: shared by its decoders and whoever asks at the end.
#[derive(Clone)]
pub(super) struct GzipPoints(Arc<Mutex<Recorder>>);

impl GzipPoints {
    /// Points with at least so many decoded octets from one to the next, or up to the end of a member.
    pub(super) fn every(apart: usize) -> Self {
        Self(Arc::new(Mutex::new(Recorder { apart, ..Recorder::default() })))
    }

    fn with<T>(&self, work: impl FnOnce(&mut Recorder) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A decoder of the member at this offset, which finds points.
    pub(super) fn codec(&self, offset: u64) -> Box<dyn Codec> {
        self.with(|recorder| recorder.begin_member(offset));
        Box::new(Marking { gzip: Gzip::new(), points: self.clone() })
    }

    /// All points of a file that has been read to its end; `None` if some of it cannot be decoded from a point.
    pub(super) fn finish(&self) -> Option<Vec<GzipPoint>> {
        self.with(Recorder::finish)
    }
}

/// The part of a file after a point, as far as it has been read.
#[derive(Default)]
struct Recorder {
    apart: usize,
    /// The points of the parts before.
    points: Vec<GzipPoint>,
    /// The point of this part; `None` between two members.
    point: Option<GzipPoint>,
    /// Its octets, compressed and decoded.
    octets: Vec<u8>,
    decoded: Vec<u8>,
    /// Decoded octets of it before the current member.
    member: usize,
    /// The end of a block, as the numbers of octets before it, which may become the next point.
    candidate: Option<(usize, usize)>,
    /// All octets decoded before it.
    before: u64,
    failed: bool,
}

impl Recorder {
    fn begin_member(&mut self, offset: u64) {
        // Where a member begins nothing is copied from: it is the best point.
        if self.decoded.len() >= self.apart {
            self.end_part(self.octets.len(), self.decoded.len());
        }
        self.member = self.decoded.len();
        match &self.point {
            None => self.point = Some(GzipPoint { offset, bit: 0, decoded: self.before, window: None }),
            Some(point) => self.failed |= point.offset.saturating_add(self.octets.len() as u64) != offset,
        }
    }

    /// Whether the end of a block would be a candidate.
    const fn wants_blocks(&self) -> bool {
        self.decoded.len() >= self.apart && self.candidate.is_none() && !self.failed
    }

    fn add(&mut self, octets: &[u8], decoded: &[u8]) {
        if self.failed {
            return;
        }
        self.octets.extend_from_slice(octets);
        self.decoded.extend_from_slice(decoded);
        if self.octets.len().max(self.decoded.len()) > MOST_APART {
            self.failed = true;
            (self.octets, self.decoded) = Default::default();
        } else if self.candidate.is_some_and(|(_, at)| self.decoded.len().saturating_sub(at) >= ENOUGH) {
            self.settle();
        }
    }

    fn end_block(&mut self) {
        if self.wants_blocks() {
            self.candidate = Some((self.octets.len(), self.decoded.len()));
        }
    }

    fn end_member(&mut self) {
        self.settle();
        if self.point.as_ref().is_some_and(|point| point.window.is_some()) {
            self.end_part(self.octets.len(), self.decoded.len());
        }
    }

    /// Makes the candidate a point, if it is one.
    fn settle(&mut self) {
        let Some((octets, at)) = self.candidate.take() else { return };
        let Some(expected) = self.decoded.get(at..).filter(|expected| !expected.is_empty()) else { return };
        let window = self.decoded.get(self.member.max(at.saturating_sub(WINDOW_LEN))..at).unwrap_or_default();
        let last_bit = octets.saturating_mul(8);
        let found = (0..8_usize).find_map(|unread| {
            let first = last_bit.checked_sub(unread)?;
            let (first, bit) = (first >> 3, u8::try_from(first & 7).ok()?);
            let decoded = inflate_from(self.octets.get(first..)?, bit, window, expected.len())?;
            (decoded == expected).then_some((first, bit))
        });
        let Some((first, bit)) = found else { return };
        let window = deflate(window);
        let offset = self.point.as_ref().map_or(0, |point| point.offset).saturating_add(first as u64);
        let rest = (self.octets.get(first..).unwrap_or_default().to_vec(), expected.to_vec());
        self.end_part(first.saturating_add(usize::from(bit > 0)), at);
        self.failed |= window.is_none();
        self.point = Some(GzipPoint { offset, bit, decoded: self.before, window });
        (self.octets, self.decoded) = rest;
        self.member = 0;
    }

    /// Ends the part after so many octets, compressed and decoded.
    fn end_part(&mut self, octets: usize, decoded: usize) {
        let Some(point) = self.point.take() else { return };
        let compressed = self.octets.get(..octets).unwrap_or_default();
        self.failed |= decode(compressed, &point, decoded).as_deref() != self.decoded.get(..decoded);
        self.points.push(point);
        self.before = self.before.saturating_add(decoded as u64);
        self.octets.clear();
        self.decoded.clear();
        self.member = 0;
    }

    fn finish(&mut self) -> Option<Vec<GzipPoint>> {
        self.end_part(self.octets.len(), self.decoded.len());
        (!self.failed).then(|| core::mem::take(&mut self.points))
    }
}

/// A member that finds points.
struct Marking {
    gzip: Gzip,
    points: GzipPoints,
}

impl Codec for Marking {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        self.points.with(|recorder| {
            let (mut consumed, mut produced) = (0_usize, 0_usize);
            loop {
                let flush = if recorder.wants_blocks() { InflateFlush::Block } else { InflateFlush::NoFlush };
                let (rest, room) = (input.get(consumed..).unwrap_or_default(), output.get_mut(produced..).unwrap_or_default());
                let (step, is_stopped) = self.gzip.step_to(rest, room, flush);
                recorder.add(rest.get(..step.consumed).unwrap_or_default(), room.get(..step.produced).unwrap_or_default());
                (consumed, produced) = (consumed.saturating_add(step.consumed), produced.saturating_add(step.produced));
                match step.outcome {
                    Ok(Flow::More) if is_stopped => recorder.end_block(),
                    Ok(Flow::End) => {
                        recorder.end_member();
                        return Step { consumed, produced, ..step };
                    }
                    _ => return Step { consumed, produced, ..step },
                }
            }
        })
    }
}

/// Decodes the part of a file that begins with a point: `len` octets of it. The octets are those from the point's on.
pub(super) fn decode(octets: &[u8], point: &GzipPoint, len: usize) -> Option<Vec<u8>> {
    let decoded = match &point.window {
        Some(window) => inflate_from(octets, point.bit, &inflate_window(window)?, len)?,
        None => {
            let mut decoded = Vec::new();
            let input = Decompress::of(Input::new(octets), Some(Compression::Gzip));
            input.take(len as u64).read_to_end(&mut decoded).ok()?;
            decoded
        }
    };
    (decoded.len() == len).then_some(decoded)
}

/// A block of deflate without output (RFC 1951 section 3.2.6), and its bits: type 1, the end.
const EMPTY_BLOCK: (u128, usize) = (0b010, 10);

/// The same of an odd number of bits: type 2, codes of one bit for the end alone (section 3.2.7).
const ODD_EMPTY_BLOCK: (u128, usize) = (0x03af_ffa0_0000_0000_0501_c004, 93);

/// How many empty blocks there are before data that begin with each bit of an octet, after an odd one where that is odd.
const EMPTY_BLOCKS: [usize; 8] = [0, 2, 1, 3, 2, 0, 3, 1];

/// Deflate data without output up to a bit of an octet, with this octet: what follows stays at its place, since blocks that are stored
/// begin with an octet.
fn lead(octet: u8, bit: u8) -> Option<Vec<u8>> {
    let empty = core::iter::repeat_n(&EMPTY_BLOCK, *EMPTY_BLOCKS.get(usize::from(bit))?);
    let (mut bits, mut len) = if bit.is_multiple_of(2) { (0, 0_usize) } else { ODD_EMPTY_BLOCK };
    for (block, block_len) in empty {
        bits |= block.checked_shl(u32::try_from(len).ok()?)?;
        len = len.saturating_add(*block_len);
    }
    let whole = len >> 3;
    let mut lead: Vec<u8> = bits.to_le_bytes().into_iter().take(whole.saturating_add(1)).collect();
    *lead.last_mut()? |= octet.checked_shr(bit.into())?.checked_shl(bit.into())?;
    Some(lead)
}

/// Decodes deflate data from a bit of its first octet on: at most `len` octets, as many as it has. `None` if it is damaged before.
fn inflate_from(octets: &[u8], bit: u8, window: &[u8], len: usize) -> Option<Vec<u8>> {
    let (mut inflate, mut out, mut decoded) = (Inflate::new(false, MAX_WINDOW_BITS), vec![0; ENOUGH], Vec::new());
    inflate.set_dictionary(window).ok()?;
    let Some((first, rest)) = octets.split_first() else { return Some(decoded) };
    for part in [&*lead(*first, bit)?, rest] {
        let mut part = part;
        loop {
            let room = out.get_mut(..ENOUGH.min(len.saturating_sub(decoded.len())))?;
            let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
            let status = inflate.decompress(part, room, InflateFlush::NoFlush).ok()?;
            let (consumed, produced) = (since(before_in, inflate.total_in()), since(before_out, inflate.total_out()));
            part = part.get(consumed..)?;
            decoded.extend_from_slice(room.get(..produced)?);
            if status == Status::StreamEnd || decoded.len() >= len {
                return Some(decoded);
            }
            if consumed == 0 && produced == 0 {
                break;
            }
        }
    }
    Some(decoded)
}

const RAW: i32 = -15;

fn deflate(window: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; zlib_rs::compress_bound(window.len())];
    let config = DeflateConfig { window_bits: RAW, ..DeflateConfig::default() };
    let (deflated, code) = zlib_rs::compress_slice(&mut out, window, config);
    (code == ReturnCode::Ok).then(|| deflated.to_vec())
}

fn inflate_window(deflated: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; WINDOW_LEN];
    let (window, code) = zlib_rs::decompress_slice(&mut out, deflated, InflateConfig { window_bits: RAW });
    (code == ReturnCode::Ok).then(|| window.to_vec())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zlib_rs::Strategy;

    use super::super::tests::Chunks;
    use super::*;

    /// Octets of which a block of deflate has some ten thousand.
    fn payload(len: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0] >> 4
        };
        (0..len).map(|n| if n % 700 < 40 { n.to_le_bytes()[2] } else { next() }).collect()
    }

    /// A member of gzip.
    fn member(octets: &[u8], level: i32, strategy: Strategy) -> Vec<u8> {
        let mut out = vec![0; zlib_rs::compress_bound(octets.len()) + octets.len() / 4 + 100];
        let config = DeflateConfig { level, strategy, window_bits: 16 + 15, ..DeflateConfig::default() };
        let (deflated, code) = zlib_rs::compress_slice(&mut out, octets, config);
        assert_eq!(code, ReturnCode::Ok);
        deflated.to_vec()
    }

    fn at(octet: u64) -> usize {
        usize::try_from(octet).unwrap()
    }

    /// The points of a file that is read in such steps.
    fn points(file: &[u8], expected: &[u8], (chunk, step): (usize, usize)) -> Option<Vec<GzipPoint>> {
        let mut reader = Decompress::new(Chunks { bytes: file, chunk, fail: false }).unwrap();
        let points = GzipPoints::every(4096);
        reader.points = Some(points.clone());
        let (mut all, mut part) = (Vec::new(), vec![0; step]);
        loop {
            match reader.read(&mut part).unwrap() {
                0 => break,
                count => all.extend_from_slice(&part[..count]),
            }
        }
        assert!(all == expected, "what is read is what it always is");
        points.finish()
    }

    /// What begins with each point decodes to the octets there; returns the number of points, and of places of bits among them.
    fn law(file: &[u8], expected: &[u8], steps: (usize, usize)) -> (usize, usize) {
        use super::super::RestartPoints;
        let all = RestartPoints::Gzip(points(file, expected, steps).unwrap());
        let RestartPoints::Gzip(points) = &all else { unreachable!() };
        let len = expected.len() as u64;
        assert!(all.are_sound(file.len() as u64, len));
        for (n, point) in points.iter().enumerate() {
            let (first, end) = all.octets(n, file.len() as u64).unwrap();
            assert_eq!(first, point.offset);
            let decoded = all.decode(n, &file[at(first)..at(end)], len).unwrap();
            assert!(expected[at(point.decoded)..].starts_with(&decoded), "{n}");
            assert_eq!(points.get(n + 1).map_or(len, |next| next.decoded), point.decoded + decoded.len() as u64);
            assert_eq!(all.before(point.decoded), Some(n));
        }
        let bits: std::collections::BTreeSet<_> = points.iter().map(|point| point.bit).collect();
        (points.len(), bits.len())
    }

    #[test]
    fn what_begins_with_a_point_is_decoded_alike() {
        let octets = payload(1_200_000);
        let mut bits = 0;
        for (level, strategy) in [
            (0, Strategy::Default),
            (1, Strategy::Default),
            (6, Strategy::Default),
            (9, Strategy::Default),
            (6, Strategy::Fixed),
            (6, Strategy::Rle),
            (6, Strategy::HuffmanOnly),
        ] {
            let file = member(&octets, level, strategy);
            let (points, places) = law(&file, &octets, (70_000, 50_000));
            // At level 1 all of it may be one block.
            assert!(points > 5 || level == 1, "{level} {strategy:?}: {points}");
            bits = bits.max(places);
        }
        assert!(bits > 5, "{bits}");
    }

    #[test]
    fn however_it_is_read() {
        let octets = payload(300_000);
        let file = member(&octets, 6, Strategy::Default);
        for steps in [(1, 70_000), (70_000, 1), (77, 300), (usize::MAX, 300_000)] {
            law(&file, &octets, steps);
        }
    }

    #[test]
    fn members_of_any_length() {
        let octets = payload(700_000);
        let lens = [0, 1, 5000, 70_000, 0, 200_000, 3, 3, 80_000, 5000, 0];
        let (mut file, mut at) = (Vec::new(), 0);
        for len in lens {
            file.extend(member(&octets[at..at + len], 6, Strategy::Default));
            at += len;
        }
        let whole = file.len();
        file.extend([0; 512]);
        for file in [&file[..whole], &file[..]] {
            let (points, _) = law(file, &octets[..at], (70_000, 50_000));
            assert!((4..12).contains(&points), "{points}");
        }
        let tiny: Vec<u8> = octets[..3000].chunks(3).flat_map(|part| member(part, 1, Strategy::Default)).collect();
        assert_eq!(law(&tiny, &octets[..3000], (1000, 1000)).0, 1);
        assert_eq!(law(&member(&[], 6, Strategy::Default), &[], (100, 100)).0, 1);
    }

    /// Deflate data of one block: copies of the octet before, in the fixed code of RFC 1951 section 3.2.6.
    fn zeros(copies: usize) -> (Vec<u8>, usize) {
        let (mut out, mut word, mut len) = (vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], 0_u64, 0);
        let mut put = |bits: u64, count: u32| {
            word |= bits << len;
            len += count;
            while len >= 8 {
                out.push((word & 0xff) as u8);
                word >>= 8;
                len -= 8;
            }
        };
        // The last block, of the fixed code; a zero; copies of 258 octets from one octet before; the end, and bits to fill an octet.
        put(0b011, 3);
        put(0b0000_1100, 8);
        (0..copies).for_each(|_| put(0b0_0000_1010_0011, 13));
        put(0, 7);
        put(0, 7);
        let decoded = 1 + copies * 258;
        let mut crc = flate2::Crc::new();
        (0..decoded.div_ceil(4096)).for_each(|n| crc.update(&vec![0; 4096.min(decoded - n * 4096)]));
        out.extend(crc.sum().to_le_bytes());
        out.extend(u32::try_from(decoded).unwrap().to_le_bytes());
        (out, decoded)
    }

    #[test]
    fn a_block_that_is_too_long_has_no_points() {
        let (file, len) = zeros(1000);
        assert_eq!(law(&file, &vec![0; len], (70_000, 50_000)).0, 1);
        let (file, len) = zeros(MOST_APART / 258 + 1);
        assert!(points(&file, &vec![0; len], (1 << 20, 1 << 20)).is_none());
    }

    #[test]
    fn what_a_wrong_point_begins_is_not_decoded_or_is_something_else() {
        let octets = payload(300_000);
        let file = member(&octets, 6, Strategy::Default);
        let points = points(&file, &octets, (70_000, 50_000)).unwrap();
        let (point, next) = (&points[1], &points[2]);
        let (part, len) = (&file[at(point.offset)..], at(next.decoded - point.decoded));
        let expected = decode(part, point, len).unwrap();
        let window = point.window.clone().unwrap();
        for at in (0..window.len()).step_by(97) {
            let mut other = window.clone();
            other[at] ^= 0x10;
            let wrong = GzipPoint { window: Some(other), ..point.clone() };
            assert!(decode(part, &wrong, len).is_none_or(|decoded| decoded.len() == expected.len()));
        }
        for bit in (0..8).filter(|bit| *bit != point.bit) {
            assert!(decode(part, &GzipPoint { bit, ..point.clone() }, len).is_none_or(|decoded| decoded != expected), "{bit}");
        }
        assert!(decode(&part[..part.len() / 2], point, octets.len()).is_none());
        assert!(decode(part, &GzipPoint { window: None, ..point.clone() }, len).is_none());
    }

    /// A block that is stored begins with an octet of the file, wherever its header begins.
    #[test]
    fn data_from_each_bit_on() {
        for bit in 0..8 {
            // The last block, which is stored: its header has three bits.
            let header: &[u8] = if bit < 6 { &[1 << bit] } else { &[1 << bit, 0] };
            let octets = [header, &[5, 0, 0xfa, 0xff], b"route"].concat();
            assert_eq!(inflate_from(&octets, bit, b"", 9).unwrap(), b"route", "{bit}");
            assert_eq!(inflate_from(&octets, bit, b"before", 3).unwrap(), b"rou", "{bit}");
            assert_eq!(inflate_from(&octets[..octets.len() - 4], bit, b"", 5).unwrap(), b"r", "{bit}");
            assert_eq!(inflate_from(&[], bit, b"", 5).unwrap(), b"", "{bit}");
            // What is before the bit is of no weight.
            let mut other = octets.clone();
            other[0] |= (1 << bit) - 1;
            assert_eq!(inflate_from(&other, bit, b"", 5).unwrap(), b"route", "{bit}");
        }
        assert!(inflate_from(&[1; 16], 8, b"", 5).is_none());
    }

    /// Stored blocks far after points, such as those of pigz and of writers that flush.
    #[test]
    fn flushes_inside_of_a_part() {
        let octets = payload(900_000);
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        for part in octets.chunks(130_000) {
            encoder.write_all(part).unwrap();
            encoder.flush().unwrap();
        }
        let (points, bits) = law(&encoder.finish().unwrap(), &octets, (70_000, 50_000));
        assert!(points > 5 && bits > 2, "{points} {bits}");
    }

    #[test]
    fn flate2_writes_what_is_indexed() {
        let octets = payload(200_000);
        let mut encoder = flate2::GzBuilder::new()
            .filename("table.mrt")
            .comment("of a collector")
            .write(Vec::new(), flate2::Compression::best());
        encoder.write_all(&octets).unwrap();
        law(&encoder.finish().unwrap(), &octets, (70_000, 50_000));
    }
}
