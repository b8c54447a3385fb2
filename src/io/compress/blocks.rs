//! The blocks of bzip2 files, decoded in several threads.
//!
//! A stream is a header (`BZh` and the level as a digit), blocks, and an end; a mark of 48 bits starts each block and the end, at any
//! bit. One thread cuts the file at everything that looks like a mark; others decode each piece as a stream of its own, by the same
//! decoder as without threads; the caller puts the blocks in order and checks what holds them together: headers, the places of marks,
//! the checksum over all blocks.
//!
//! Whatever is not in order (a mark inside data that joining pieces does not explain, a cut, a wrong checksum, octets after the end)
//! is left to [`Decompress`], which goes on from a block before it. Its decoder cannot start inside a stream, so it is given a block of
//! five octets first that puts it into the state that it would be in: the same bit, the same checksum of the blocks before.

mod splice;

use std::collections::VecDeque;
use std::io::{self, Read};
use std::prelude::v1::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::vec;

use bzip2::Status;

use self::splice::{Bits, before, put_block};
use super::bz2::Bzip2;
use super::{
    Bzip2Block, Codec, Compression, Decompress, DecompressError, DecompressErrorKind, INPUT_LEN, Input, Passed, State,
    read_retrying, start, take,
};

/// The mark before a block, and before the end of a stream.
const BLOCK: u64 = 0x3141_5926_5359;
const END: u64 = 0x1772_4538_5090;
const MARK_BITS: u64 = 48;
const MARK_MASK: u64 = 0xffff_ffff_ffff;

/// No block is longer, compressed: 900,000 symbols of at most 20 bits, and its tables.
const LONGEST: usize = 5 << 19;

/// A longer block, decoded, is left to the reading in order: a run of equal octets takes little room before it is decoded.
const MOST_DECODED: usize = 4 << 20;

/// No block is longer, decoded: 900,000 octets, of which each fifth is the length of a run.
const LONGEST_DECODED: usize = 48 << 20;

/// Pieces that may be joined to make a block: the mark occurs in data once in 2⁴⁸ bits.
const MOST_JOINED: usize = 3;

/// Compressed bits that are kept before the current block, if its stream has them: with a boundary between two reads among them,
/// after which the decoder has no octet of its own left.
const KEPT_BITS: u64 = 16 * INPUT_LEN as u64;

/// What a piece starts with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The start of the file.
    Head,
    /// The mark of a block.
    Block,
    /// The mark of an end.
    End,
    /// No mark: the octets before are too long for a block.
    Unmarked,
}

/// The bits from one mark to the next.
struct Piece {
    kind: Kind,
    /// The first bit in the file, and the one after the last.
    start: u64,
    end: u64,
    /// The octets with these bits.
    octets: Vec<u8>,
    /// The level, if the last header seen before was one.
    level: u8,
}

impl Piece {
    /// Offset of its first octet.
    const fn offset(&self) -> u64 {
        self.start >> 3
    }

    /// The octets from this offset of the file on.
    fn from(&self, offset: u64) -> &[u8] {
        let skipped = offset.checked_sub(self.offset()).and_then(|skipped| usize::try_from(skipped).ok());
        skipped.and_then(|skipped| self.octets.get(skipped..)).unwrap_or_default()
    }

    /// The checksum after its mark.
    fn checksum(&self) -> Option<u32> {
        let at = self.start.saturating_add(MARK_BITS);
        if at.saturating_add(32) > self.end {
            return None;
        }
        let head = self.from(at >> 3).iter().chain(&[0]).take(5);
        let bits = head.fold(0_u64, |bits, octet| (bits << 8) | u64::from(*octet));
        #[expect(clippy::cast_possible_truncation, reason = "these 32 bits")]
        let checksum = bits.wrapping_shr(8_u32.saturating_sub(bit_of(at))) as u32;
        Some(checksum)
    }
}

/// The place of a bit in its octet.
const fn bit_of(at: u64) -> u32 {
    // At most 7.
    (at & 7) as u32
}

/// Which octets occur between the first and the last octet of a mark, at any bit: bit `n` of the two words for octet `n`.
const LIKELY: [u128; 2] = {
    let (mut low, mut high) = (0_u128, 0_u128);
    let mut shift = 0;
    while shift < 8 {
        let mut mark = BLOCK;
        loop {
            let octet = ((mark >> (16 - shift)) & 0xff) as u32;
            if octet < 128 {
                low |= 1 << octet;
            } else {
                high |= 1 << (octet & 127);
            }
            if mark == END {
                break;
            }
            mark = END;
        }
        shift += 1;
    }
    [low, high]
};

/// Cuts a file into pieces.
struct Cutter {
    kind: Kind,
    start: u64,
    level: u8,
    /// The octets from that of the first bit on.
    octets: Vec<u8>,
    /// The last octets seen, and the number of all.
    window: u64,
    seen: u64,
}

impl Cutter {
    const fn new() -> Self {
        Self { kind: Kind::Head, start: 0, level: b'9', octets: Vec::new(), window: 0, seen: 0 }
    }

    /// The mark that ends with the last octets seen, and its first bit.
    #[cfg_attr(optimised, inline(always))]
    fn mark(&self) -> Option<(Kind, u64)> {
        let octet = (self.window >> 16) & 0xff;
        let [low, high] = LIKELY;
        let set = if octet < 128 { low } else { high };
        if set.wrapping_shr((octet & 127) as u32) & 1 == 0 {
            return None;
        }
        (0..8_u32).rev().find_map(|shift| {
            let kind = match self.window.wrapping_shr(shift) & MARK_MASK {
                BLOCK => Kind::Block,
                END => Kind::End,
                _ => return None,
            };
            let at = self.seen.saturating_mul(8).checked_sub(MARK_BITS.saturating_add(shift.into()))?;
            (at > self.start).then_some((kind, at))
        })
    }

    /// Takes the next octets of the file; gives the pieces that they complete to `emit`, which says whether to go on.
    fn cut(&mut self, octets: &[u8], mut emit: impl FnMut(Piece) -> bool) -> bool {
        let mut taken = 0;
        for (i, octet) in octets.iter().enumerate() {
            self.window = (self.window << 8) | u64::from(*octet);
            self.seen = self.seen.saturating_add(1);
            let Some((kind, at)) = self.mark() else { continue };
            let next = i.saturating_add(1);
            self.octets.extend_from_slice(octets.get(taken..next).unwrap_or_default());
            taken = next;
            let piece = self.end_at(kind, at);
            if !emit(piece) {
                return false;
            }
        }
        self.octets.extend_from_slice(octets.get(taken..).unwrap_or_default());
        self.octets.len() < LONGEST || {
            let piece = self.end_at(Kind::Unmarked, self.seen.saturating_mul(8));
            emit(piece)
        }
    }

    /// Ends the piece before this bit.
    fn end_at(&mut self, kind: Kind, end: u64) -> Piece {
        let first = self.start >> 3;
        let index = |offset: u64| usize::try_from(offset.saturating_sub(first)).unwrap_or(usize::MAX);
        let next = self.octets.get(index(end >> 3)..).unwrap_or_default().to_vec();
        let mut octets = core::mem::replace(&mut self.octets, next);
        octets.truncate(index(end.div_ceil(8)));
        let piece = Piece { kind: self.kind, start: self.start, end, level: self.level, octets };
        if let Some([b'B', b'Z', b'h', level @ b'1'..=b'9']) = piece.octets.last_chunk()
            && bit_of(end) == 0
        {
            self.level = *level;
        }
        (self.kind, self.start) = (kind, end);
        piece
    }

    /// The last piece.
    fn finish(mut self) -> Piece {
        self.end_at(Kind::Unmarked, self.seen.saturating_mul(8))
    }
}

/// Decodes the block in the bits `start..end`, which the octets hold, as a stream of its own; `None` if these are not all bits of
/// one good block.
pub(super) fn decode(octets: &[u8], start: u64, end: u64, level: u8) -> Option<Vec<u8>> {
    decode_up_to(MOST_DECODED, octets, start, end, level)
}

/// The same for a block of no more than `most` decoded octets.
fn decode_up_to(most: usize, octets: &[u8], start: u64, end: u64, level: u8) -> Option<Vec<u8>> {
    let shift = bit_of(start);
    let count = usize::try_from(end.saturating_sub(start)).ok()?;
    let whole = count >> 3;
    let mut framed = Vec::with_capacity(octets.len().saturating_add(16));
    framed.extend_from_slice(&[b'B', b'Z', b'h', level]);
    let next = octets.iter().skip(1).chain(&[0]);
    framed.extend(octets.iter().zip(next).take(whole).map(|(octet, next)| {
        let [high, _] = (u16::from_be_bytes([*octet, *next]).wrapping_shl(shift)).to_be_bytes();
        high
    }));
    let checksum = u32::from_be_bytes(*framed.get(10..)?.first_chunk()?);
    let mut bits = Bits::after(framed);
    let last = [0, 1].map(|n| octets.get(whole.saturating_add(n)).copied().unwrap_or(0));
    let left = u32::try_from(count & 7).unwrap_or(0);
    bits.put(u64::from(u16::from_be_bytes(last).wrapping_shl(shift)).wrapping_shr(16_u32.saturating_sub(left)), left);
    bits.put(END, 48);
    bits.put(checksum.into(), 32);
    bits.put(0, 7);
    let framed = bits.octets;

    let mut decoder = bzip2::Decompress::new(false);
    let mut decoded = Vec::with_capacity(usize::from(level.wrapping_sub(b'0')).saturating_mul(102_400));
    loop {
        if decoded.len() == decoded.capacity() {
            if decoded.len() >= most {
                return None;
            }
            decoded.reserve(decoded.len().max(1));
        }
        let (before, len) = (decoder.total_in(), decoded.len());
        let rest = framed.get(usize::try_from(before).ok()?..)?;
        match decoder.decompress_vec(rest, &mut decoded).ok()? {
            Status::StreamEnd => break,
            _ if decoder.total_in() == before && decoded.len() == len => return None,
            _ => {}
        }
    }
    // The decoder may have read the filling bits, or none of them.
    let needed = count.saturating_add(32 + 80).div_ceil(8);
    (usize::try_from(decoder.total_in()) == Ok(needed)).then_some(decoded)
}

/// A block for a thread.
struct Job {
    piece: Arc<Piece>,
    reply: SyncSender<Option<Vec<u8>>>,
}

/// A piece, and where its decoded octets arrive.
struct Pending {
    piece: Arc<Piece>,
    decoded: Option<Receiver<Option<Vec<u8>>>>,
}

enum Item {
    Piece(Pending),
    /// The end of the file, or the failure of its reader.
    End(Option<io::Error>),
}

/// Reads and cuts a file.
fn cut_all<R: Read>(mut input: Input<R>, jobs: &SyncSender<Job>, order: &SyncSender<Item>, in_order: &AtomicBool) {
    let mut cutter = Cutter::new();
    let emit = |piece: Piece| {
        let piece = Arc::new(piece);
        let mut decoded = None;
        if piece.kind == Kind::Block && !in_order.load(Ordering::Relaxed) {
            let (reply, arrives) = mpsc::sync_channel(1);
            decoded = jobs.send(Job { piece: Arc::clone(&piece), reply }).ok().map(|()| arrives);
        }
        order.send(Item::Piece(Pending { piece, decoded })).is_ok()
    };
    if !cutter.cut(input.buffered(), emit) {
        return;
    }
    let mut failed = None;
    while !input.ended {
        match read_retrying(&mut input.reader, &mut input.buffer) {
            Ok(0) => break,
            Ok(count) => {
                if !cutter.cut(input.buffer.get(..count).unwrap_or_default(), emit) {
                    return;
                }
            }
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    if emit(cutter.finish()) {
        // Whoever reads no more need not know.
        let _ = order.send(Item::End(failed));
    }
}

/// Decodes blocks until there are no more.
fn decode_all(jobs: &Mutex<Receiver<Job>>, in_order: &AtomicBool) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { piece, reply }) = job else { return };
        if !in_order.load(Ordering::Relaxed) {
            // Whoever reads no more need not know.
            let _ = reply.send(decode(&piece.octets, piece.start, piece.end, piece.level));
        }
    }
}

/// The pieces of a file, in order.
struct Pieces {
    order: Receiver<Item>,
    ahead: VecDeque<Pending>,
    /// The end, once it has arrived.
    end: Option<Option<io::Error>>,
}

impl Pieces {
    /// The piece after `n` others.
    fn peek(&mut self, n: usize) -> Option<&Arc<Piece>> {
        while self.ahead.len() <= n && self.end.is_none() {
            match self.order.recv() {
                Ok(Item::Piece(pending)) => self.ahead.push_back(pending),
                Ok(Item::End(end)) => self.end = Some(end),
                Err(_) => self.end = Some(Some(io::Error::other("the reading thread ended early"))),
            }
        }
        self.ahead.get(n).map(|pending| &pending.piece)
    }

    fn next(&mut self) -> Option<Pending> {
        self.peek(0);
        self.ahead.pop_front()
    }
}

/// The octets of a file from an offset on, for reading in order.
struct Rest {
    pieces: Pieces,
    /// Pieces taken before.
    again: VecDeque<Arc<Piece>>,
    offset: u64,
}

impl Read for Rest {
    /// Reads as a file is read from its start with a buffer of [`INPUT_LEN`] octets: to the next multiple of it.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = INPUT_LEN as u64;
        let limit = len.saturating_sub(self.offset.checked_rem(len).unwrap_or(0));
        let limit = usize::try_from(limit).map_or(out.len(), |limit| limit.min(out.len()));
        let mut done = 0;
        while done < limit {
            let Some(piece) = self.again.front() else {
                match self.pieces.next() {
                    Some(pending) => self.again.push_back(pending.piece),
                    None => break,
                }
                continue;
            };
            let mut at = 0;
            let count = take(piece.from(self.offset), &mut at, out.get_mut(done..limit).unwrap_or_default());
            self.offset = self.offset.saturating_add(count as u64);
            done = done.saturating_add(count);
            if count == 0 {
                self.again.pop_front();
            }
        }
        match self.pieces.end.as_mut().and_then(Option::take) {
            Some(error) if done == 0 => Err(error),
            error => {
                if error.is_some() {
                    self.pieces.end = Some(error);
                }
                Ok(done)
            }
        }
    }
}

/// A decoded block that is kept.
struct Past {
    pieces: Vec<Arc<Piece>>,
    start: u64,
    /// The checksum of the stream's blocks before it, and the number of decoded octets before it.
    checksum: u32,
    decoded: u64,
}

/// The place in the structure of the file.
#[derive(Clone, Copy)]
enum Within {
    /// At this offset, in the current piece: before a stream, the first or another.
    Between { at: u64, first: bool },
    /// In a stream: its offset, its level, and the checksum of the blocks so far. The current piece is next.
    Inside { stream: u64, level: u8, checksum: u32 },
}

/// The blocks of a file, put in order.
struct InOrder {
    pieces: Pieces,
    current: Option<Pending>,
    place: Within,
    /// The last blocks of the stream.
    past: VecDeque<Past>,
    decoded: u64,
    /// All blocks so far, if they are wanted.
    found: Option<Vec<Bzip2Block>>,
    /// Set when the rest is decoded here.
    in_order: Arc<AtomicBool>,
    /// Where damage is reported that is passed over, if it is.
    passed: Option<Passed>,
    /// Whether blocks of the stream were passed over, whose checksums that of the stream has.
    broken: bool,
}

enum Step {
    Octets(Vec<u8>),
    More,
    /// The rest is read by this.
    Rest(Box<Decompress<Rest>>),
    Done,
}

impl InOrder {
    fn step(&mut self) -> Step {
        match self.place {
            Within::Between { at, first } => self.between(at, first),
            Within::Inside { stream, level, checksum } => {
                let Some(Pending { piece, decoded }) = self.current.take() else {
                    // What was passed over goes on to the end of the file; where that failed, the reading in order tells.
                    if self.broken && self.past.is_empty() && matches!(self.pieces.end, Some(None)) {
                        return Step::Done;
                    }
                    return self.rest_of_stream(None, (stream, level, checksum));
                };
                if self.passed.is_some() {
                    return self.step_over(piece, decoded, (stream, level, checksum));
                }
                match piece.kind {
                    Kind::End if piece.checksum() == Some(checksum) => {
                        let end = piece.start.saturating_add(MARK_BITS).saturating_add(32);
                        self.place = Within::Between { at: end.div_ceil(8), first: false };
                        self.current = Some(Pending { piece, decoded: None });
                        Step::More
                    }
                    Kind::Block => match self.block(&piece, decoded, level) {
                        Some((octets, joined)) => self.take_block(piece, joined, octets),
                        None => self.rest_of_stream(Some(piece), (stream, level, checksum)),
                    },
                    _ => self.rest_of_stream(Some(piece), (stream, level, checksum)),
                }
            }
        }
    }

    /// The next piece of a stream, where damage is passed over: up to the next block that can be decoded.
    fn step_over(
        &mut self,
        piece: Arc<Piece>,
        decoded: Option<Receiver<Option<Vec<u8>>>>,
        (stream, level, checksum): (u64, u8, u32),
    ) -> Step {
        match piece.kind {
            Kind::Block => {
                let found = self.block(&piece, decoded, level);
                let long = |piece: &Piece| decode_up_to(LONGEST_DECODED, &piece.octets, piece.start, piece.end, level);
                if let Some((octets, joined)) = found.or_else(|| Some((long(&piece)?, 0))) {
                    return self.take_block(piece, joined, octets);
                }
                // The end of the file may be all that is wrong with its last block: the reading in order tells.
                if self.pieces.peek(0).is_none() {
                    return self.rest_of_stream(Some(piece), (stream, level, checksum));
                }
            }
            Kind::End => {
                if !self.broken && piece.checksum() != Some(checksum) {
                    self.pass(&piece, stream, "wrong checksum of the stream");
                }
                let end = piece.start.saturating_add(MARK_BITS).saturating_add(32);
                self.place = Within::Between { at: end.div_ceil(8), first: false };
                self.current = Some(Pending { piece, decoded: None });
                return Step::More;
            }
            Kind::Head | Kind::Unmarked => {}
        }
        self.pass(&piece, stream, "passed over up to the next block");
        self.current = self.pieces.next();
        Step::More
    }

    /// Reports damage that is passed over.
    fn pass(&mut self, piece: &Piece, stream: u64, detail: &str) {
        self.broken = true;
        self.past.clear();
        if let Some(passed) = &self.passed {
            let (format, kind, detail) = (Compression::Bzip2, DecompressErrorKind::Corrupt, Some(detail.into()));
            passed.add(DecompressError { format, kind, stream, offset: piece.offset(), decoded: self.decoded, detail });
        }
    }

    fn between(&mut self, at: u64, first: bool) -> Step {
        let Some(Pending { piece, .. }) = self.current.take() else { return Step::Done };
        let tail = piece.from(at);
        let Some(next) = self.pieces.peek(0) else {
            if tail.is_empty() && !first && matches!(self.pieces.end, Some(None)) {
                return Step::Done;
            }
            return self.rest_after_stream(piece, at, first);
        };
        match tail {
            [b'B', b'Z', b'h', level @ b'1'..=b'9'] if bit_of(next.start) == 0 && next.kind != Kind::Unmarked => {
                self.place = Within::Inside { stream: at, level: *level, checksum: 0 };
                (self.past, self.broken) = (VecDeque::new(), false);
                self.current = self.pieces.next();
                Step::More
            }
            _ if self.passed.is_some() => {
                // The next block, of whatever stream.
                let level = next.level;
                self.pass(&piece, at, "no stream starts here");
                self.place = Within::Inside { stream: at, level, checksum: 0 };
                self.current = self.pieces.next();
                Step::More
            }
            _ => self.rest_after_stream(piece, at, first),
        }
    }

    /// The octets of a block that starts with this piece, and the number of other pieces in it.
    fn block(&mut self, piece: &Arc<Piece>, decoded: Option<Receiver<Option<Vec<u8>>>>, level: u8) -> Option<(Vec<u8>, usize)> {
        let decoded = match decoded {
            Some(arrives) if piece.level == level => arrives.recv().ok().flatten(),
            _ => decode(&piece.octets, piece.start, piece.end, level),
        };
        if let Some(octets) = decoded {
            return Some((octets, 0));
        }
        let mut octets = piece.octets.clone();
        for joined in 0..MOST_JOINED {
            let next = self.pieces.peek(joined)?;
            let have = piece.offset().saturating_add(octets.len() as u64);
            octets.extend_from_slice(next.from(have));
            if octets.len() > LONGEST {
                return None;
            }
            if let Some(decoded) = decode(&octets, piece.start, next.end, level) {
                return Some((decoded, joined.saturating_add(1)));
            }
        }
        None
    }

    fn take_block(&mut self, piece: Arc<Piece>, joined: usize, octets: Vec<u8>) -> Step {
        let (start, sum) = (piece.start, piece.checksum().unwrap_or_default());
        let mut end = piece.end;
        let mut pieces = vec![piece];
        for _ in 0..joined {
            if let Some(Pending { piece, .. }) = self.pieces.next() {
                end = piece.end;
                pieces.push(piece);
            }
        }
        if let Within::Inside { checksum, level, .. } = &mut self.place {
            if let Some(found) = &mut self.found {
                found.push(Bzip2Block { start, end, level: *level, decoded: self.decoded });
            }
            self.past.push_back(Past { pieces, start, checksum: *checksum, decoded: self.decoded });
            *checksum = checksum.rotate_left(1) ^ sum;
        }
        while self.past.get(1).is_some_and(|second| end.saturating_sub(second.start) >= KEPT_BITS) {
            self.past.pop_front();
        }
        self.decoded = self.decoded.saturating_add(octets.len() as u64);
        self.current = self.pieces.next();
        Step::Octets(octets)
    }

    /// Leaves the rest of the file to the reading in order, from between two streams.
    fn rest_after_stream(&mut self, piece: Arc<Piece>, at: u64, first: bool) -> Step {
        let (state, decoded) = (State::Between { first }, self.decoded);
        Step::Rest(Box::new(self.rest([piece].into(), at, state, at, decoded)))
    }

    /// Leaves the rest of the file to the reading in order, from a block before `piece`.
    fn rest_of_stream(&mut self, piece: Option<Arc<Piece>>, (stream, level, checksum): (u64, u8, u32)) -> Step {
        let first = stream.saturating_add(4).saturating_mul(8);
        // Without a block before it, it is the first of its stream or follows what was passed over.
        let here = piece.as_ref().map_or(first, |piece| piece.start);
        let (start, checksum, decoded) =
            self.past.front().map_or((here, checksum, self.decoded), |past| (past.start, past.checksum, past.decoded));
        let mut again: VecDeque<_> = self.past.drain(..).flat_map(|past| past.pieces).chain(piece).collect();
        let (mut offset, mut state) = (start >> 3, State::Between { first: false });
        if start == first {
            let octets = vec![b'B', b'Z', b'h', level];
            again.push_front(Arc::new(Piece { kind: Kind::Head, start: stream.saturating_mul(8), end: first, octets, level }));
            offset = stream;
        } else {
            let mut bits = Bits::after(vec![b'B', b'Z', b'h', level]);
            let aligned = bit_of(start);
            put_block(&mut bits, before(checksum), 2, |place| vec![0; (aligned.wrapping_sub(place) & 7) as usize]);
            if aligned > 0 {
                let octet = again.front().and_then(|piece| piece.from(offset).first()).copied().unwrap_or(0);
                bits.put(octet.into(), 8_u32.saturating_sub(aligned));
                offset = offset.saturating_add(1);
            }
            state = State::Inside(Box::new(given(&bits.octets)));
        }
        let skipped = self.decoded.saturating_sub(decoded);
        let mut rest = self.rest(again, offset, state, stream, decoded);
        // What has been delivered. An error would come again.
        let _ = io::copy(&mut (&mut rest).take(skipped), &mut io::sink());
        Step::Rest(Box::new(rest))
    }

    fn rest(&mut self, again: VecDeque<Arc<Piece>>, offset: u64, state: State, stream: u64, decoded: u64) -> Decompress<Rest> {
        self.in_order.store(true, Ordering::Relaxed);
        // Nothing reads from the pieces left here.
        let (_, none) = mpsc::sync_channel(1);
        let ended = Pieces { order: none, ahead: VecDeque::new(), end: Some(None) };
        let pieces = core::mem::replace(&mut self.pieces, ended);
        let mut input = Input::new(Rest { pieces, again, offset });
        input.offset = offset;
        Decompress { state, stream, decoded, ..Decompress::of(input, Some(Compression::Bzip2)) }
    }
}

/// A decoder that has been given these octets, and has delivered the five that they hold.
fn given(octets: &[u8]) -> Bzip2 {
    let (mut codec, mut given, mut out) = (Bzip2::new(), 0, [0; 64]);
    loop {
        let step = codec.step(octets.get(given..).unwrap_or_default(), &mut out);
        given = given.saturating_add(step.consumed);
        if step.outcome.is_err() || step.consumed.saturating_add(step.produced) == 0 {
            return codec;
        }
    }
}

/// The decompressed octets of a bzip2 file.
pub(super) struct Blocks {
    source: Source,
    ready: Vec<u8>,
    at: usize,
}

enum Source {
    InOrder(Box<InOrder>),
    Rest(Box<Decompress<Rest>>),
    Done(Option<Vec<Bzip2Block>>),
}

impl Blocks {
    /// All blocks, after the end, if they are wanted.
    pub(super) fn found(&mut self) -> Option<Vec<Bzip2Block>> {
        match &mut self.source {
            Source::Done(found) => found.take(),
            _ => None,
        }
    }

    /// Starts the threads: one that cuts, and as many as given that decode. The places of all blocks are kept `with_places`; damage is
    /// passed over and reported to `passed`, if given.
    pub(super) fn start<R: Read + Send + 'static>(
        input: Input<R>,
        threads: usize,
        with_places: bool,
        passed: Option<Passed>,
    ) -> io::Result<Self> {
        let (job, jobs) = mpsc::sync_channel(threads);
        let (item, order) = mpsc::sync_channel(threads.saturating_mul(2));
        let (jobs, in_order) = (Arc::new(Mutex::new(jobs)), Arc::new(AtomicBool::new(false)));
        for _ in 0..threads {
            let (jobs, in_order) = (Arc::clone(&jobs), Arc::clone(&in_order));
            start(move || decode_all(&jobs, &in_order))?;
        }
        let stops = Arc::clone(&in_order);
        start(move || cut_all(input, &job, &item, &stops))?;
        let mut pieces = Pieces { order, ahead: VecDeque::new(), end: None };
        let current = pieces.next();
        let place = Within::Between { at: 0, first: true };
        let in_order = InOrder {
            pieces,
            current,
            place,
            past: VecDeque::new(),
            decoded: 0,
            found: with_places.then(Vec::new),
            in_order,
            passed,
            broken: false,
        };
        Ok(Self { source: Source::InOrder(Box::new(in_order)), ready: Vec::new(), at: 0 })
    }

    pub(super) fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let count = take(&self.ready, &mut self.at, out);
            if count > 0 {
                return Ok(count);
            }
            match &mut self.source {
                Source::InOrder(blocks) => match blocks.step() {
                    Step::Octets(octets) => (self.ready, self.at) = (octets, 0),
                    Step::More => {}
                    Step::Rest(rest) => self.source = Source::Rest(rest),
                    Step::Done => self.source = Source::Done(blocks.found.take()),
                },
                Source::Rest(rest) => return rest.read(out),
                Source::Done(_) => return Ok(0),
            }
        }
    }
}

#[cfg(test)]
mod tests;
