//! Compressed input: [`Decompress`] recognises it by content and decodes it.

use std::fmt;
use std::io::{self, Read};
use std::prelude::v1::*;
use std::vec;

#[cfg(all(feature = "bz2", feature = "rayon"))]
mod blocks;
#[cfg(feature = "bz2")]
mod bz2;
mod error;
#[cfg(feature = "gz")]
mod gz;
#[cfg(all(feature = "gz", feature = "rayon"))]
mod gzip_points;
#[cfg(feature = "lz4")]
mod lz4;
#[cfg(feature = "rayon")]
mod parallel;
#[cfg(feature = "rayon")]
mod passing;
#[cfg(feature = "rayon")]
mod points;
#[cfg(feature = "rayon")]
mod restart;
#[cfg(test)]
mod tests;
#[cfg(feature = "xz")]
mod xz;
#[cfg(feature = "zstd")]
mod zstd;

#[cfg(feature = "rayon")]
use passing::Passing;

pub use error::{DecompressError, DecompressErrorKind};
#[cfg(feature = "rayon")]
pub use parallel::ParDecompress;
#[cfg(feature = "rayon")]
pub(crate) use {
    points::{Bzip2Block, GzipPoint},
    restart::RestartPoints,
};

/// The most threads that decompress or read at a time, whatever number is given: more only take memory.
#[cfg(feature = "rayon")]
pub const MOST_THREADS: core::num::NonZeroUsize = core::num::NonZeroUsize::MIN.saturating_add(1023);

/// Number of bytes that determine the format; see [`Compression::detect`].
const DETECT_LEN: usize = 10;

/// Size of the buffer for compressed bytes, and the limit for following leading skippable frames.
const INPUT_LEN: usize = 64 << 10;

const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];
const BZIP2_MAGIC: &[u8] = b"BZh";
const BZIP2_BLOCK: [u8; 6] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
const BZIP2_END: [u8; 6] = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];
const XZ_MAGIC: &[u8] = &[0xfd, b'7', b'z', b'X', b'Z', 0x00];
const ZSTD_MAGIC: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];
const LZ4_MAGIC: &[u8] = &[0x04, 0x22, 0x4d, 0x18];

/// A compressed format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// gzip, RFC 1952; feature `gz`.
    Gzip,
    /// bzip2; feature `bz2`.
    Bzip2,
    /// xz, the .xz file format 1.2; feature `xz`.
    Xz,
    /// Zstandard, RFC 8878; feature `zstd`.
    Zstd,
    /// LZ4 frames, format 1.6; feature `lz4`.
    Lz4,
}

impl Compression {
    /// The default limit for windows and dictionaries, in bytes ([`Decompress::with_max_window`]): 128 MiB, the default limit of
    /// zstd(1).
    ///
    /// Streams that need more (`zstd --long=28` and above, xz with `dict=192MiB`) are an error of the kind
    /// [`DecompressErrorKind::Unsupported`]. A decoder holds at most the window and a few blocks of its format. By default,
    /// compressors need 8 MiB.
    pub const WINDOW_LIMIT: u64 = 128 << 20;

    /// The format that starts with `first_bytes`, or `None` if unknown.
    ///
    /// Ten bytes suffice, except after skippable frames: then the magic of the next frame must be among the bytes given. More
    /// bytes never change an answer other than `None`.
    pub fn detect(first_bytes: &[u8]) -> Option<Self> {
        match first_bytes {
            // The third byte is the method; only 8 was ever defined.
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] if rest.starts_with(&BZIP2_BLOCK) || rest.starts_with(&BZIP2_END) => {
                Some(Self::Bzip2)
            }
            _ if first_bytes.starts_with(XZ_MAGIC) => Some(Self::Xz),
            _ => Self::detect_frame(first_bytes),
        }
    }

    /// zstd and lz4, which share their skippable frames.
    fn detect_frame(mut bytes: &[u8]) -> Option<Self> {
        loop {
            match bytes {
                // The two highest bits of the lz4 descriptor are its version, always 1.
                [0x04, 0x22, 0x4d, 0x18, 0x40..=0x7f, ..] => return Some(Self::Lz4),
                [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, rest @ ..] => {
                    let len = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?;
                    bytes = rest.get(len..)?;
                }
                _ => return bytes.starts_with(ZSTD_MAGIC).then_some(Self::Zstd),
            }
        }
    }

    /// The feature of this crate that reads it.
    pub const fn feature(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Bzip2 => "bz2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
        }
    }

    /// The term for one self-contained piece of the format.
    const fn piece(self) -> &'static str {
        match self {
            Self::Gzip => "member",
            Self::Bzip2 | Self::Xz => "stream",
            Self::Zstd | Self::Lz4 => "frame",
        }
    }

    /// The first bytes of every piece.
    const fn magic(self) -> &'static [u8] {
        match self {
            Self::Gzip => GZIP_MAGIC,
            Self::Bzip2 => BZIP2_MAGIC,
            Self::Xz => XZ_MAGIC,
            Self::Zstd => ZSTD_MAGIC,
            Self::Lz4 => LZ4_MAGIC,
        }
    }

    /// A decoder for one piece, with a window of up to `limit` bytes, or `None` if the feature is off.
    fn codec(self, limit: u64) -> Option<Box<dyn Codec>> {
        // Windows of the other formats are small by definition.
        let _ = limit;
        match self {
            #[cfg(feature = "gz")]
            Self::Gzip => Some(Box::new(gz::Gzip::new())),
            #[cfg(feature = "bz2")]
            Self::Bzip2 => Some(Box::new(bz2::Bzip2::new())),
            #[cfg(feature = "xz")]
            Self::Xz => Some(Box::new(xz::Xz::new(limit))),
            #[cfg(feature = "zstd")]
            Self::Zstd => Some(Box::new(zstd::Zstd::new(limit))),
            #[cfg(feature = "lz4")]
            Self::Lz4 => Some(Box::new(lz4::Lz4::new())),
            #[allow(unreachable_patterns)] // Reached as soon as one feature is off.
            _ => None,
        }
    }
}

/// The name of its compressor: `gzip`, `bzip2`, `xz`, `zstd`, `lz4`.
impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
        })
    }
}

/// Damage that was passed over ([`Decompress::in_threads_passing`]): shared by the reader and its caller.
#[cfg(feature = "rayon")]
#[derive(Clone, Debug, Default)]
pub struct Passed(std::sync::Arc<std::sync::Mutex<Vec<DecompressError>>>);

#[cfg(feature = "rayon")]
impl Passed {
    /// The damage since the last call, in file order.
    pub fn take(&self) -> Vec<DecompressError> {
        core::mem::take(&mut *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    fn add(&self, e: DecompressError) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(e);
    }
}

/// A reader that decompresses its input if it is compressed.
///
/// Archives come as `.gz`, `.bz2`, `.xz`, `.zst` or `.lz4`, and their names can be wrong, so the format is detected by the first
/// bytes; input of no known format passes through unchanged. Each format is a feature (`gz`, `bz2`, `xz`, `zstd`, `lz4`); a
/// format whose feature is off is an error that names the feature.
///
/// It is buffered: a `BufReader` around the input is of no use.
///
/// # Guarantees
///
/// * All members of a gzip file, all streams of a bzip2 or xz file, all frames of a zstd or lz4 file are read, one after another;
///   skippable frames and the padding between xz streams are skipped.
/// * Truncation is always an error. Input that ends inside a stream (a gzip member without its trailer, an xz stream without its
///   index, an lz4 frame without its end mark) delivers every byte decoded before that point and then a [`DecompressError`]
///   inside the [`io::Error`]. So does a failed checksum; bytes delivered before it may be wrong, except those of bzip2, whose blocks
///   are delivered once their checksums are right (from a block of more than 1.5 MiB the octets come as they are decoded).
/// * Bytes after the last stream that start no further stream are an error. Only gzip allows zeros up to the end of the file, as
///   gzip(1) does, because tapes and block devices pad with them.
/// * After the first error every later read returns the same error. (For plain input, errors and ends are those of the inner
///   reader.)
/// * Memory is bounded by [`Compression::WINDOW_LIMIT`], or the caller's limit, whatever the input declares.
///
/// # Ambiguous first bytes
///
/// An MRT file starts with a timestamp in seconds since 1970, so the magic bytes of a compressed format are also a time: gzip
/// October 1986, lz4 March 1972, zstd August 1991, xz August 2104. None of them can begin an MRT archive. Two need a closer look:
///
/// * `BZh1` to `BZh9` are seconds of 11 April 2005. The next six bytes of a bzip2 file (a block or the end of the stream) decide.
/// * Skippable frames, which may precede zstd and lz4 data, start with seconds of the years 2012 to 2020. They are compressed
///   only if a zstd or lz4 frame follows them.
///
/// A file that ends inside the magic bytes is plain.
pub struct Decompress<R> {
    input: Input<R>,
    format: Option<Compression>,
    state: State,
    /// Offset of the current piece in the compressed input.
    stream: u64,
    decoded: u64,
    max_window: u64,
    #[cfg(feature = "rayon")]
    passing: Option<Passing>,
    #[cfg(all(feature = "gz", feature = "rayon"))]
    points: Option<gzip_points::GzipPoints>,
}

/// Position of the reader in the compressed input.
enum State {
    /// Before a member, stream or frame; `first` for the one at the start.
    Between { first: bool },
    /// Inside one.
    Inside(Box<dyn Codec>),
    /// Damaged: what the decoder still holds is delivered first.
    Draining(Box<dyn Codec>, Failure),
    /// Damaged, everything delivered.
    Failed(Failure),
    /// The regular end.
    Done,
}

impl<R: Read> Decompress<R> {
    /// Reads the first bytes and chooses the decoder.
    ///
    /// Short reads are fine. Reads at least ten bytes (up to 64 KiB after a skippable frame); input that ends before is not an
    /// error.
    ///
    /// # Errors
    ///
    /// Errors of the reader, and [`DecompressErrorKind::FeatureOff`].
    pub fn new(reader: R) -> io::Result<Self> {
        let mut input = Input::new(reader);
        let mut first_bytes = input.peek(DETECT_LEN)?;
        if is_skippable(first_bytes) {
            first_bytes = input.peek(INPUT_LEN)?;
        }
        let format = Compression::detect(first_bytes);
        if let Some(format) = format
            && format.codec(Compression::WINDOW_LIMIT).is_none()
        {
            return Err(DecompressError {
                format,
                kind: DecompressErrorKind::FeatureOff,
                stream: 0,
                offset: 0,
                decoded: 0,
                detail: None,
            }
            .into());
        }
        Ok(Self::of(input, format))
    }

    /// Passes all input through undecoded.
    pub(super) fn plain(reader: R) -> Self {
        Self::of(Input::plain(reader), None)
    }
}

impl<R> Decompress<R> {
    const fn of(input: Input<R>, format: Option<Compression>) -> Self {
        let state = State::Between { first: true };
        Self {
            input,
            format,
            state,
            stream: 0,
            decoded: 0,
            max_window: Compression::WINDOW_LIMIT,
            #[cfg(feature = "rayon")]
            passing: None,
            #[cfg(all(feature = "gz", feature = "rayon"))]
            points: None,
        }
    }

    /// Sets the limit on the window of xz and zstd streams held in memory, in bytes. It applies from the next stream on.
    #[must_use]
    pub fn with_max_window(mut self, bytes: u64) -> Self {
        self.max_window = bytes;
        self
    }

    /// The detected format, or `None` for plain input.
    pub fn compression(&self) -> Option<Compression> {
        self.format
    }

    /// The inner reader. Reading from it would lose bytes.
    pub fn inner(&self) -> &R {
        &self.input.reader
    }
}

impl<R> fmt::Debug for Decompress<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decompress")
            .field("compression", &self.format)
            .field("offset", &self.input.offset)
            .field("decoded", &self.decoded)
            .finish_non_exhaustive()
    }
}

impl<R: Read> Read for Decompress<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(format) = self.format else {
            return self.input.read(out);
        };
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            // An early return must not leave a state that reads as the end of the file.
            match std::mem::replace(&mut self.state, State::Done) {
                State::Between { first } => {
                    self.stream = self.input.offset;
                    self.state = match self.input.next_piece(format, self.max_window, first) {
                        Ok(Piece::Data(codec)) => {
                            self.stream = self.input.offset;
                            State::Inside(self.begin_piece(codec))
                        }
                        Ok(Piece::Skipped) => State::Between { first: false },
                        Ok(Piece::None) => State::Done,
                        Err(fault) => State::Failed(self.failure(format, fault)),
                    };
                }
                State::Inside(mut codec) => {
                    let given = match self.before_next_piece(format) {
                        Ok(given) => given,
                        Err(error) => {
                            self.state = State::Draining(codec, self.failure(format, Fault::Io(error)));
                            continue;
                        }
                    };
                    let step = codec.step(self.input.buffered().get(..given).unwrap_or_default(), out);
                    self.input.consume(step.consumed);
                    self.decoded = self.decoded.saturating_add(step.produced as u64);
                    self.state = match step.outcome {
                        Ok(Flow::End) => State::Between { first: false },
                        Err(fault) => State::Draining(codec, self.failure(format, fault)),
                        Ok(Flow::More) if step.consumed > 0 || step.produced > 0 => State::Inside(codec),
                        // Another piece may start here, before the end of this one.
                        Ok(Flow::More) if given < self.input.buffered().len() => match self.starts_piece(format) {
                            Ok(true) => State::Draining(codec, self.cut_failure(format)),
                            Ok(false) => State::Inside(codec),
                            Err(error) => State::Draining(codec, self.failure(format, Fault::Io(error))),
                        },
                        // Every codec consumes its whole input, so it needs more than the buffer has.
                        Ok(Flow::More) => match self.input.fill() {
                            Ok(0) => State::Draining(codec, self.failure(format, Fault::Truncated)),
                            Ok(_) => State::Inside(codec),
                            Err(error) => State::Draining(codec, self.failure(format, Fault::Io(error))),
                        },
                    };
                    if step.produced > 0 {
                        return Ok(step.produced);
                    }
                }
                State::Draining(mut codec, failure) => {
                    let produced = codec.drain(out);
                    self.decoded = self.decoded.saturating_add(produced as u64);
                    if produced > 0 {
                        self.state = State::Draining(codec, failure);
                        return Ok(produced);
                    }
                    self.state = State::Failed(failure);
                }
                State::Failed(failure) => {
                    let Some(failure) = self.pass_over(format, failure) else { continue };
                    let (error, again) = failure.report(self.decoded);
                    self.state = State::Failed(again);
                    return Err(error);
                }
                State::Done => return Ok(0),
            }
        }
    }
}

impl<R> Decompress<R> {
    /// Adds the position to a fault. The number of decoded bytes is added when it is reported.
    #[cold]
    fn failure(&self, format: Compression, fault: Fault) -> Failure {
        let mut offset = self.input.offset;
        let (kind, detail) = match fault {
            Fault::Io(error) => return Failure::Io(error),
            Fault::Truncated => {
                offset = offset.saturating_add(self.input.buffered().len() as u64);
                (DecompressErrorKind::Truncated, None)
            }
            Fault::TrailingBytes => (DecompressErrorKind::TrailingBytes, None),
            Fault::Corrupt(detail) => (DecompressErrorKind::Corrupt, Some(detail)),
            Fault::Unsupported(detail) => (DecompressErrorKind::Unsupported, Some(detail)),
        };
        Failure::Damage(DecompressError { format, kind, stream: self.stream, offset, decoded: self.decoded, detail })
    }
}

#[cfg(not(feature = "rayon"))]
impl<R: Read> Decompress<R> {
    #[cfg_attr(optimised, inline(always))]
    const fn begin_piece(&mut self, codec: Box<dyn Codec>) -> Box<dyn Codec> {
        codec
    }

    /// The number of buffered octets.
    fn before_next_piece(&mut self, _: Compression) -> io::Result<usize> {
        Ok(self.input.buffered().len())
    }

    const fn starts_piece(&mut self, _: Compression) -> io::Result<bool> {
        Ok(false)
    }

    fn cut_failure(&self, format: Compression) -> Failure {
        self.failure(format, Fault::Truncated)
    }

    /// The failure: nothing is passed over.
    const fn pass_over(&mut self, _: Compression, failure: Failure) -> Option<Failure> {
        Some(failure)
    }
}

/// The failure that ended reading.
enum Failure {
    Io(io::Error),
    Damage(DecompressError),
}

impl Failure {
    /// The error to return now, and the state for later reads.
    fn report(self, decoded: u64) -> (io::Error, Self) {
        match self {
            Self::Io(error) => {
                let again = io::Error::new(error.kind(), error.to_string());
                (error, Self::Io(again))
            }
            Self::Damage(mut damage) => {
                damage.decoded = decoded;
                (damage.clone().into(), Self::Damage(damage))
            }
        }
    }
}

/// An error of a decoder or of the search for the next piece.
#[allow(dead_code)] // Which ones occur depends on the features.
enum Fault {
    Io(io::Error),
    Truncated,
    TrailingBytes,
    Corrupt(Box<str>),
    Unsupported(Box<str>),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A decoder for one member, stream or frame that is given its input in pieces and never reads itself.
trait Codec: Send + Sync {
    /// Consumes from `input`, which may be empty, and writes to `output`, which is not.
    ///
    /// If neither makes progress and the outcome is [`Flow::More`], all of `input` was consumed.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step;

    /// After damage: writes output that was held back. 0 means that nothing is left.
    fn drain(&mut self, output: &mut [u8]) -> usize {
        let _ = output;
        0
    }
}

struct Step {
    consumed: usize,
    produced: usize,
    outcome: Result<Flow, Fault>,
}

#[allow(dead_code)] // Unused without any decoder.
enum Flow {
    /// More input or output remains.
    More,
    /// The member, stream or frame is complete and its checksums match.
    End,
}

/// The next piece of the compressed input.
enum Piece {
    /// A member, stream or frame, and the decoder for it.
    Data(Box<dyn Codec>),
    /// A skippable frame, now consumed.
    Skipped,
    /// The regular end.
    None,
}

/// The compressed bytes: a buffer with its file offset.
struct Input<R> {
    reader: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// Offset of the byte at `start`.
    offset: u64,
    ended: bool,
}

impl<R> Input<R> {
    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Consumes `count` bytes, at most those buffered.
    fn consume(&mut self, count: usize) {
        let count = count.min(self.end.saturating_sub(self.start));
        self.start = self.start.saturating_add(count);
        self.offset = self.offset.saturating_add(count as u64);
    }
}

impl<R: Read> Input<R> {
    fn new(reader: R) -> Self {
        let buffer = vec![0; INPUT_LEN].into_boxed_slice();
        Self { reader, buffer, start: 0, end: 0, offset: 0, ended: false }
    }

    /// For input that passes through.
    fn plain(reader: R) -> Self {
        Self { reader, buffer: Box::default(), start: 0, end: 0, offset: 0, ended: false }
    }

    /// Reads once; 0 means the end of the input (or a full buffer, which does not occur).
    fn fill(&mut self) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end = self.end.saturating_sub(self.start);
            self.start = 0;
        }
        let space = self.buffer.get_mut(self.end..).unwrap_or_default();
        let room = space.len();
        let count = read_retrying(&mut self.reader, space)?.min(room);
        self.end = self.end.saturating_add(count);
        self.ended = count == 0;
        Ok(count)
    }

    /// The next `count` bytes; fewer only at the end of the input. At most [`INPUT_LEN`].
    fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        while self.buffered().len() < count && self.fill()? > 0 {}
        let buffered = self.buffered();
        Ok(buffered.get(..count).unwrap_or(buffered))
    }

    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let buffered = self.buffered();
        if buffered.is_empty() {
            return self.reader.read(out);
        }
        let count = buffered.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), buffered.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }

    /// Skips `count` bytes.
    fn skip(&mut self, mut count: u64) -> Result<(), Fault> {
        while count > 0 {
            let here = self.buffered().len();
            if here == 0 {
                if self.fill()? == 0 {
                    return Err(Fault::Truncated);
                }
                continue;
            }
            let step = usize::try_from(count).map_or(here, |count| count.min(here));
            self.consume(step);
            count = count.saturating_sub(step as u64);
        }
        Ok(())
    }

    /// Skips zero bytes, and returns their number.
    fn skip_zeros(&mut self) -> io::Result<u64> {
        let start = self.offset;
        loop {
            let buffered = self.buffered();
            let zeros = buffered.iter().take_while(|&&byte| byte == 0).count();
            let all = zeros == buffered.len();
            self.consume(zeros);
            if !all || self.fill()? == 0 {
                return Ok(self.offset.saturating_sub(start));
            }
        }
    }

    /// Skips what may be between two pieces, and returns what follows.
    fn next_piece(&mut self, format: Compression, max_window: u64, first: bool) -> Result<Piece, Fault> {
        match format {
            Compression::Gzip if !first => {
                if self.peek(1)?.first() == Some(&0) {
                    self.skip_zeros()?;
                    return if self.buffered().is_empty() { Ok(Piece::None) } else { Err(Fault::TrailingBytes) };
                }
            }
            Compression::Xz if !first => {
                // Section 2.2: stream padding is a multiple of four zero bytes.
                let padding = self.skip_zeros()?;
                if !padding.is_multiple_of(4) {
                    return Err(Fault::Corrupt("stream padding is not a multiple of four bytes".into()));
                }
            }
            Compression::Zstd | Compression::Lz4 => {
                let head = self.peek(4)?;
                if is_skippable(head) {
                    let &[_, _, _, _, a, b, c, d] = self.peek(8)? else {
                        return Err(Fault::Truncated);
                    };
                    let len = u32::from_le_bytes([a, b, c, d]);
                    self.skip(8_u64.saturating_add(len.into()))?;
                    return Ok(Piece::Skipped);
                }
                if matches!(head, [0x50..=0x5f] | [0x50..=0x5f, 0x2a] | [0x50..=0x5f, 0x2a, 0x4d]) {
                    return Err(Fault::Truncated);
                }
            }
            Compression::Gzip | Compression::Bzip2 | Compression::Xz => {}
        }
        let magic = format.magic();
        let next = self.peek(magic.len())?;
        if next.is_empty() {
            Ok(Piece::None)
        } else if next == magic {
            // `Decompress::new` rejects formats without a decoder.
            Ok(format.codec(max_window).map_or(Piece::None, Piece::Data))
        } else if magic.starts_with(next) {
            Err(Fault::Truncated)
        } else {
            Err(Fault::TrailingBytes)
        }
    }
}

/// The error for a stream that needs more memory than allowed.
fn too_large(what: &str, limit: u64) -> Fault {
    const MIB: u64 = 1 << 20;
    let text = if limit.is_multiple_of(MIB) { alloc::format!("{} MiB", limit / MIB) } else { alloc::format!("{limit} bytes") };
    Fault::Unsupported(alloc::format!("the {what} is larger than {text}").into())
}

#[cfg(feature = "rayon")]
/// Starts a thread that ends by itself.
fn start(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    std::thread::Builder::new().name("routeglass".into()).spawn(work).map(drop)
}

/// Copies octets from `at` on; returns how many.
#[cfg(any(feature = "rayon", feature = "bz2"))]
fn take(from: &[u8], at: &mut usize, out: &mut [u8]) -> usize {
    let rest = from.get(*at..).unwrap_or_default();
    let count = rest.len().min(out.len());
    if let (Some(to), Some(octets)) = (out.get_mut(..count), rest.get(..count)) {
        to.copy_from_slice(octets);
    }
    *at = at.saturating_add(count);
    count
}

/// `Read::read`, retried when interrupted.
fn read_retrying(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Whether this is the start of a skippable frame of zstd (RFC 8878 section 3.1.2) and lz4, which are the same.
fn is_skippable(bytes: &[u8]) -> bool {
    matches!(bytes, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// The difference of two counters of a decoder, as a length.
#[cfg(any(feature = "gz", feature = "bz2", feature = "xz"))]
fn since(before: u64, after: u64) -> usize {
    usize::try_from(after.saturating_sub(before)).unwrap_or(usize::MAX)
}

/// Moves bytes from `input` until `unit` has `len` bytes; returns how many, and whether it is complete.
///
/// The unit grows with arriving bytes, not by the declared length.
fn gather(unit: &mut Vec<u8>, len: usize, input: &[u8]) -> (usize, bool) {
    let count = len.saturating_sub(unit.len()).min(input.len());
    unit.extend_from_slice(input.get(..count).unwrap_or_default());
    (count, unit.len() >= len)
}
