//! Compressed input: [`Decompress`] recognises it by content and decodes it.

use std::fmt;
use std::io::{self, Read};
use std::prelude::v1::*;
use std::vec;

/// How many bytes decide which format it is; see [`Compression::detect`].
const DETECT_LEN: usize = 10;

/// The size of the buffer of compressed bytes, and how far leading skippable frames are followed.
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
    /// The largest window or dictionary that is honoured, in bytes: 128 MiB, as much as zstd(1) accepts unasked.
    ///
    /// Streams that need more (`zstd --long=28` and above, xz with `dict=192MiB`) are an error of the kind
    /// [`DecompressErrorKind::Unsupported`]. A decoder holds no more than the window and a few blocks of its format.
    pub const WINDOW_LIMIT: u64 = 128 << 20;

    /// The format that starts with `first_bytes`, or `None` if this is no known format.
    ///
    /// Ten bytes are enough, except where skippable frames come first: then the magic of the frame behind them has to
    /// be among the bytes given. More bytes never change an answer other than `None`.
    pub fn detect(first_bytes: &[u8]) -> Option<Self> {
        match first_bytes {
            // The third byte is the method; 8 is the only one that was ever defined.
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..]
                if rest.starts_with(&BZIP2_BLOCK) || rest.starts_with(&BZIP2_END) =>
            {
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

    /// What one self-contained piece of the format is called.
    const fn piece(self) -> &'static str {
        match self {
            Self::Gzip => "member",
            Self::Bzip2 | Self::Xz => "stream",
            Self::Zstd | Self::Lz4 => "frame",
        }
    }

    /// What every piece starts with.
    const fn magic(self) -> &'static [u8] {
        match self {
            Self::Gzip => GZIP_MAGIC,
            Self::Bzip2 => BZIP2_MAGIC,
            Self::Xz => XZ_MAGIC,
            Self::Zstd => ZSTD_MAGIC,
            Self::Lz4 => LZ4_MAGIC,
        }
    }

    /// A decoder for one piece, or `None` if the feature is off.
    fn codec(self) -> Option<Box<dyn Codec>> {
        match self {
            #[cfg(feature = "gz")]
            Self::Gzip => Some(Box::new(gz::Gzip::new())),
            #[cfg(feature = "bz2")]
            Self::Bzip2 => Some(Box::new(bz2::Bzip2::new())),
            #[cfg(feature = "xz")]
            Self::Xz => Some(Box::new(xz::Xz::new())),
            #[cfg(feature = "zstd")]
            Self::Zstd => Some(Box::new(zstd::Zstd::new())),
            #[cfg(feature = "lz4")]
            Self::Lz4 => Some(Box::new(lz4::Lz4::new())),
            #[allow(unreachable_patterns)] // Reached as soon as one feature is off.
            _ => None,
        }
    }
}

/// The name of the program that made it: `gzip`, `bzip2`, `xz`, `zstd`, `lz4`.
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

/// Why compressed input could not be read on; found inside the [`io::Error`] that [`Decompress`] returns.
///
/// ```no_run
/// # use std::io::{self, Read};
/// # use routeglass::mrt::{Decompress, DecompressError};
/// # fn main() -> io::Result<()> {
/// let mut bytes = Vec::new();
/// if let Err(error) = Decompress::new(io::stdin())?.read_to_end(&mut bytes) {
///     if let Some(damage) = error.get_ref().and_then(|inner| inner.downcast_ref::<DecompressError>()) {
///         assert_eq!(damage.decoded(), bytes.len() as u64);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecompressError {
    format: Compression,
    kind: DecompressErrorKind,
    stream: u64,
    offset: u64,
    decoded: u64,
    detail: Option<Box<str>>,
}

/// What is wrong with compressed input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecompressErrorKind {
    /// The crate was built without the feature that reads this format.
    FeatureOff,
    /// The input ends inside a member, stream or frame.
    Truncated,
    /// The bytes are not what the format allows, or a checksum is wrong.
    Corrupt,
    /// After a complete member, stream or frame comes something else.
    TrailingBytes,
    /// Valid, but with a window beyond [`Compression::WINDOW_LIMIT`], a dictionary of its own, or an extension not known here.
    Unsupported,
}

impl DecompressError {
    /// The format that was being read.
    pub const fn compression(&self) -> Compression {
        self.format
    }

    /// What is wrong.
    pub const fn kind(&self) -> DecompressErrorKind {
        self.kind
    }

    /// Where the damaged member, stream or frame starts, in bytes of compressed input.
    pub const fn stream_offset(&self) -> u64 {
        self.stream
    }

    /// How far the compressed input had been taken in when the damage was met, in bytes. The damage is at this place
    /// or, where only a checksum noticed it, before it.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// How many decoded bytes were delivered before this error.
    pub const fn decoded(&self) -> u64 {
        self.decoded
    }

    fn io_kind(&self) -> io::ErrorKind {
        match self.kind {
            DecompressErrorKind::FeatureOff | DecompressErrorKind::Unsupported => {
                io::ErrorKind::Unsupported
            }
            DecompressErrorKind::Truncated => io::ErrorKind::UnexpectedEof,
            DecompressErrorKind::Corrupt | DecompressErrorKind::TrailingBytes => {
                io::ErrorKind::InvalidData
            }
        }
    }
}

impl fmt::Display for DecompressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            format,
            stream,
            offset,
            decoded,
            ..
        } = self;
        let piece = format.piece();
        match self.kind {
            DecompressErrorKind::FeatureOff => {
                return write!(
                    f,
                    "input is {format}, which needs the feature {:?}",
                    format.feature()
                );
            }
            DecompressErrorKind::Truncated => {
                write!(
                    f,
                    "{format} {piece} at byte {stream} is cut short at byte {offset}"
                )?;
            }
            DecompressErrorKind::Corrupt => {
                write!(
                    f,
                    "{format} {piece} at byte {stream} is corrupt near byte {offset}"
                )?;
            }
            DecompressErrorKind::TrailingBytes => {
                write!(f, "the bytes from byte {offset} on are no {format} {piece}")?;
            }
            DecompressErrorKind::Unsupported => {
                write!(f, "{format} {piece} at byte {stream} cannot be read")?;
            }
        }
        write!(f, ", after {decoded} decoded bytes")?;
        match &self.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for DecompressError {}

impl From<DecompressError> for io::Error {
    fn from(error: DecompressError) -> Self {
        Self::new(error.io_kind(), error)
    }
}

/// A reader that decodes what it reads, if it is compressed.
///
/// Archives of collectors come as `.gz`, `.bz2`, `.xz`, `.zst` or `.lz4`, and their names do not always tell the truth.
/// This reader looks at the first bytes instead; anything that is no known format passes through unchanged. Each
/// format is a feature of its own (`gz`, `bz2`, `xz`, `zstd`, `lz4`); a format whose feature is off is an error that
/// names the feature.
///
/// It keeps its own buffer: a `BufReader` around the input is of no use.
///
/// # What is promised
///
/// * All members of a gzip file, all streams of a bzip2 or xz file, all frames of a zstd or lz4 file are read, one
///   after another; skippable frames and the padding between xz streams are passed over.
/// * The end of the file is never faked. Input that stops inside a stream (a gzip member without its trailer, an xz
///   stream without its index, an lz4 frame without its end mark) delivers every byte decoded before that point and
///   then an error, a [`DecompressError`] inside the [`io::Error`]. So does a failed checksum.
/// * Bytes after the last stream that start no further stream are an error as well. Only gzip allows zeros up to the
///   end of the file, as gzip(1) does, because tapes and block devices pad with them.
/// * After the first error every later read is an error too, with the same text. (For plain input errors and ends are
///   those of the reader inside.)
/// * Memory is bounded by [`Compression::WINDOW_LIMIT`], whatever the input declares.
///
/// # What can be mistaken for what
///
/// An MRT file starts with a timestamp in seconds since 1970, so the magic bytes of a compressed format are also a
/// moment: gzip October 1986, lz4 March 1972, zstd August 1991, xz August 2104. None of them can begin an MRT
/// archive. Two need a closer look:
///
/// * `BZh1` to `BZh9` are seconds of 11 April 2005. What follows in a bzip2 file (a block or the end of the stream,
///   six bytes each) decides.
/// * Skippable frames, which may precede zstd and lz4 data, start with seconds of the years 2012 to 2020. They count
///   as compressed only if a zstd or lz4 frame follows them.
///
/// A file that ends inside the magic bytes is short plain data.
pub struct Decompress<R> {
    input: Input<R>,
    format: Option<Compression>,
    state: State,
    /// Where the current piece starts in the compressed input.
    stream: u64,
    decoded: u64,
}

/// Where in the compressed input the reader is.
enum State {
    /// In front of a member, stream or frame; `first` for the one at the start.
    Between { first: bool },
    /// Inside one.
    Inside(Box<dyn Codec>),
    /// Damaged: what the decoder still holds goes out first.
    Draining(Box<dyn Codec>, Failure),
    /// Damaged, and all was delivered.
    Failed(Failure),
    /// The regular end.
    Done,
}

impl<R: Read> Decompress<R> {
    /// Reads the first bytes and chooses the decoder.
    ///
    /// Short reads are fine. Ten bytes are asked for (up to 64 KiB if they start a skippable frame); input that ends
    /// before is not an error.
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
            && format.codec().is_none()
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
        Ok(Self {
            input,
            format,
            state: State::Between { first: true },
            stream: 0,
            decoded: 0,
        })
    }
}

impl<R> Decompress<R> {
    /// The format that was recognised, or `None` for plain input.
    pub fn compression(&self) -> Option<Compression> {
        self.format
    }

    /// The reader inside. Reading from it would lose bytes.
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
            // Whatever leaves early leaves a state that cannot be taken for the end of the file.
            match std::mem::replace(&mut self.state, State::Done) {
                State::Between { first } => {
                    self.stream = self.input.offset;
                    self.state = match self.input.next_piece(format, first) {
                        Ok(Piece::Data(codec)) => {
                            self.stream = self.input.offset;
                            State::Inside(codec)
                        }
                        Ok(Piece::Skipped) => State::Between { first: false },
                        Ok(Piece::None) => State::Done,
                        Err(fault) => State::Failed(self.failure(format, fault)),
                    };
                }
                State::Inside(mut codec) => {
                    let step = codec.step(self.input.buffered(), out);
                    self.input.consume(step.consumed);
                    self.decoded = self.decoded.saturating_add(step.produced as u64);
                    self.state = match step.outcome {
                        Ok(Flow::End) => State::Between { first: false },
                        Err(fault) => State::Draining(codec, self.failure(format, fault)),
                        Ok(Flow::More) if step.consumed > 0 || step.produced > 0 => {
                            State::Inside(codec)
                        }
                        // Every codec takes what it is offered, so this one wants more than there is.
                        Ok(Flow::More) => match self.input.fill() {
                            Ok(0) => State::Draining(codec, self.failure(format, Fault::Truncated)),
                            Ok(_) => State::Inside(codec),
                            Err(error) => {
                                State::Draining(codec, self.failure(format, Fault::Io(error)))
                            }
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
    /// Places a fault. The number of decoded bytes is filled in when it is reported.
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
        Failure::Damage(DecompressError {
            format,
            kind,
            stream: self.stream,
            offset,
            decoded: self.decoded,
            detail,
        })
    }
}

/// What ended the reading.
enum Failure {
    Io(io::Error),
    Damage(DecompressError),
}

impl Failure {
    /// The error to return now, and the one to return from then on.
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

/// What a decoder or the search for the next piece found wrong.
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

/// A decoder for one member, stream or frame that is handed its input piecemeal and never reads on its own.
trait Codec: Send + Sync {
    /// Takes from `input`, which may be empty, and writes to `output`, which is not.
    ///
    /// If neither makes progress and the outcome is [`Flow::More`], all of `input` was taken.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step;

    /// After damage: writes what is decoded and was held back. 0 means that nothing is left.
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

#[allow(dead_code)] // Without any decoder nobody makes one.
enum Flow {
    /// There is more to take or to give.
    More,
    /// The member, stream or frame is complete and its checksums are right.
    End,
}

/// What comes next in the compressed input.
enum Piece {
    /// A member, stream or frame, and the decoder for it.
    Data(Box<dyn Codec>),
    /// A skippable frame, which is behind us now.
    Skipped,
    /// The regular end.
    None,
}

/// The compressed bytes: a buffer that knows its place in the file.
struct Input<R> {
    reader: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// Place of the byte at `start`.
    offset: u64,
    ended: bool,
}

impl<R> Input<R> {
    fn buffered(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Takes `count` bytes, at most those buffered.
    fn consume(&mut self, count: usize) {
        let count = count.min(self.end.saturating_sub(self.start));
        self.start = self.start.saturating_add(count);
        self.offset = self.offset.saturating_add(count as u64);
    }
}

impl<R: Read> Input<R> {
    fn new(reader: R) -> Self {
        let buffer = vec![0; INPUT_LEN].into_boxed_slice();
        Self {
            reader,
            buffer,
            start: 0,
            end: 0,
            offset: 0,
            ended: false,
        }
    }

    /// Reads once; 0 means the end of the input (or a full buffer, which no caller has).
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

    /// Passes over `count` bytes.
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

    /// Passes over zero bytes, and says how many there were.
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

    /// Passes over what may stand between two pieces, and says what comes then.
    fn next_piece(&mut self, format: Compression, first: bool) -> Result<Piece, Fault> {
        match format {
            Compression::Gzip if !first => {
                if self.peek(1)?.first() == Some(&0) {
                    self.skip_zeros()?;
                    return if self.buffered().is_empty() {
                        Ok(Piece::None)
                    } else {
                        Err(Fault::TrailingBytes)
                    };
                }
            }
            Compression::Xz if !first => {
                // Section 2.2: stream padding is a multiple of four zero bytes.
                let padding = self.skip_zeros()?;
                if !padding.is_multiple_of(4) {
                    return Err(Fault::Corrupt(
                        "stream padding is not a multiple of four bytes".into(),
                    ));
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
                if matches!(
                    head,
                    [0x50..=0x5f] | [0x50..=0x5f, 0x2a] | [0x50..=0x5f, 0x2a, 0x4d]
                ) {
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
            // `Decompress::new` has refused formats without a decoder.
            Ok(format.codec().map_or(Piece::None, Piece::Data))
        } else if magic.starts_with(next) {
            Err(Fault::Truncated)
        } else {
            Err(Fault::TrailingBytes)
        }
    }
}

/// `Read::read` without the interruptions.
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

/// Moves bytes from `input` until `unit` is `len` long; how many, and whether it is.
///
/// The unit grows with what arrives, not with what was declared.
#[cfg(any(feature = "zstd", feature = "lz4"))]
fn gather(unit: &mut Vec<u8>, len: usize, input: &[u8]) -> (usize, bool) {
    let count = len.saturating_sub(unit.len()).min(input.len());
    unit.extend_from_slice(input.get(..count).unwrap_or_default());
    (count, unit.len() >= len)
}

#[cfg(feature = "gz")]
mod gz {
    use super::{Codec, Fault, Flow, Step, since};
    use flate2::{Decompress, FlushDecompress, Status};

    /// One gzip member: header, deflate data, CRC and length, all checked by the decoder.
    pub(super) struct Gzip(Decompress);

    impl Gzip {
        pub(super) fn new() -> Self {
            // 15 is the base-2 logarithm of the largest window of deflate.
            Self(Decompress::new_gzip(15))
        }
    }

    impl Codec for Gzip {
        fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
            let (before_in, before_out) = (self.0.total_in(), self.0.total_out());
            let outcome = match self.0.decompress(input, output, FlushDecompress::None) {
                Ok(Status::StreamEnd) => Ok(Flow::End),
                Ok(Status::Ok | Status::BufError) => Ok(Flow::More),
                Err(error) => Err(Fault::Corrupt(
                    error.message().unwrap_or("invalid data").into(),
                )),
            };
            Step {
                consumed: since(before_in, self.0.total_in()),
                produced: since(before_out, self.0.total_out()),
                outcome,
            }
        }
    }
}

#[cfg(feature = "bz2")]
mod bz2 {
    use super::{Codec, Fault, Flow, Step, since};
    use bzip2::{Decompress, Error, Status};

    /// One bzip2 stream: blocks with a CRC each, and one over all at the end.
    pub(super) struct Bzip2(Decompress);

    impl Bzip2 {
        pub(super) fn new() -> Self {
            Self(Decompress::new(false))
        }
    }

    impl Codec for Bzip2 {
        fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
            let (before_in, before_out) = (self.0.total_in(), self.0.total_out());
            let outcome = match self.0.decompress(input, output) {
                Ok(Status::StreamEnd) => Ok(Flow::End),
                Ok(Status::MemNeeded) => Err(Fault::Unsupported("not enough memory".into())),
                Ok(_) => Ok(Flow::More),
                Err(Error::DataMagic) => Err(Fault::Corrupt("invalid stream header".into())),
                Err(_) => Err(Fault::Corrupt("invalid data or checksum".into())),
            };
            Step {
                consumed: since(before_in, self.0.total_in()),
                produced: since(before_out, self.0.total_out()),
                outcome,
            }
        }
    }
}

#[cfg(feature = "xz")]
mod xz {
    use super::{Codec, Compression, Fault, Flow, Step, since};
    use lzma_rust2::{Action, Status, XzStream};
    use std::io;
    use std::prelude::v1::*;

    /// What is offered to the decoder at a time. What it decodes from the piece in which it meets damage is lost, so
    /// pieces are small.
    const PIECE: usize = 512;

    /// One xz stream: blocks with their checks, index and footer.
    pub(super) struct Xz(XzStream);

    impl Xz {
        pub(super) fn new() -> Self {
            // The decoder's own tables come on top of the window.
            let limit = u32::try_from((Compression::WINDOW_LIMIT >> 10).saturating_add(1 << 10))
                .unwrap_or(u32::MAX);
            Self(XzStream::new_mem_limit(false, limit))
        }
    }

    impl Codec for Xz {
        fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
            let input = input.get(..PIECE).unwrap_or(input);
            let (before_in, before_out) = (self.0.total_in(), self.0.total_out());
            let outcome = match self.0.process(input, output, Action::Run) {
                Ok(result) if result.status == Status::StreamEnd => Ok(Flow::End),
                Ok(_) => Ok(Flow::More),
                Err(error) if error.kind() == io::ErrorKind::OutOfMemory => Err(
                    Fault::Unsupported("the dictionary is larger than 128 MiB".into()),
                ),
                Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                    Err(Fault::Unsupported(error.to_string().into()))
                }
                Err(error) => Err(Fault::Corrupt(error.to_string().into())),
            };
            Step {
                consumed: since(before_in, self.0.total_in()),
                produced: since(before_out, self.0.total_out()),
                outcome,
            }
        }

        fn drain(&mut self, output: &mut [u8]) -> usize {
            let before = self.0.total_out();
            // The last symbols wait for more input until the end is announced. That the stream is cut is known.
            let _ = self.0.process(&[], output, Action::Finish);
            since(before, self.0.total_out())
        }
    }
}

#[cfg(feature = "zstd")]
mod zstd {
    use super::{Codec, Compression, Fault, Flow, Step, gather};
    use ruzstd::decoding::errors::{FrameDecoderError, FrameHeaderError};
    use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
    use std::io::Read;
    use std::prelude::v1::*;

    /// Block_Maximum_Size, RFC 8878 section 3.1.1.2.4.
    const BLOCK_MAX: usize = 128 << 10;

    /// One zstd frame. Header and blocks are gathered whole and then decoded, a block at a time.
    pub(super) struct Zstd {
        decoder: FrameDecoder,
        unit: Vec<u8>,
        stage: Stage,
        written: u64,
        checksum: bool,
    }

    #[derive(Clone, Copy)]
    enum Stage {
        /// The header, RFC 8878 section 3.1.1.1; its length shows in the fifth byte.
        Header { len: usize },
        /// The three octets in front of a block, section 3.1.1.2.
        BlockHeader,
        /// A block of this length with its header, and the checksum of the frame if it is the `last` one.
        Block { len: usize, last: bool },
        /// All blocks decoded.
        Tail,
        /// Damaged; the rest of the window goes out.
        Closed,
    }

    const START: usize = 5;
    const BLOCK_HEADER: usize = 3;

    impl Zstd {
        pub(super) fn new() -> Self {
            let mut decoder = FrameDecoder::new();
            decoder.set_max_window_size(Compression::WINDOW_LIMIT);
            Self {
                decoder,
                unit: Vec::new(),
                stage: Stage::Header { len: START },
                written: 0,
                checksum: false,
            }
        }

        /// Goes as far as `input` reaches; how much of it was taken.
        fn advance(&mut self, input: &[u8]) -> (usize, Result<Flow, Fault>) {
            let len = match self.stage {
                Stage::Header { len } | Stage::Block { len, .. } => len,
                Stage::BlockHeader => BLOCK_HEADER,
                Stage::Tail => return (0, self.finish()),
                Stage::Closed => return (0, Ok(Flow::More)),
            };
            let (taken, complete) = gather(&mut self.unit, len, input);
            if complete {
                match self.take_unit() {
                    Ok(stage) => self.stage = stage,
                    Err(fault) => return (taken, Err(fault)),
                }
            }
            (taken, Ok(Flow::More))
        }

        /// Uses a complete unit; which one is next.
        fn take_unit(&mut self) -> Result<Stage, Fault> {
            match self.stage {
                Stage::Header { len: START } => {
                    let descriptor = self.unit.last().copied().unwrap_or_default();
                    self.checksum = descriptor & 0x04 != 0;
                    let len = header_len(descriptor);
                    // Every descriptor asks for at least one byte more: a window or a content size.
                    Ok(Stage::Header { len })
                }
                Stage::Header { .. } => {
                    self.decoder.init(self.unit.as_slice()).map_err(fault)?;
                    self.unit.clear();
                    Ok(Stage::BlockHeader)
                }
                Stage::BlockHeader => {
                    let (kind, size, last) = match self.unit.as_slice() {
                        [a, b, c, ..] => {
                            let size = u32::from_le_bytes([*a, *b, *c, 0]) >> 3;
                            (
                                (a >> 1) & 3,
                                usize::try_from(size).unwrap_or(usize::MAX),
                                a & 1 != 0,
                            )
                        }
                        _ => return Ok(Stage::BlockHeader),
                    };
                    if kind == 3 || size > BLOCK_MAX {
                        return Err(Fault::Corrupt("invalid block header".into()));
                    }
                    // An RLE block is one octet, repeated `size` times.
                    let content = if kind == 1 { 1 } else { size };
                    let trailer = if last && self.checksum { 4 } else { 0 };
                    Ok(Stage::Block {
                        len: BLOCK_HEADER.saturating_add(content).saturating_add(trailer),
                        last,
                    })
                }
                Stage::Block { last, .. } => {
                    let result = self.decode_unit();
                    self.unit.clear();
                    result?;
                    Ok(if last {
                        Stage::Tail
                    } else {
                        Stage::BlockHeader
                    })
                }
                stage @ (Stage::Tail | Stage::Closed) => Ok(stage),
            }
        }

        fn decode_unit(&mut self) -> Result<(), Fault> {
            match self
                .decoder
                .decode_blocks(self.unit.as_slice(), BlockDecodingStrategy::UptoBlocks(1))
            {
                Ok(_) => Ok(()),
                Err(error) => Err(fault(error)),
            }
        }

        /// All content is out: is it what the frame said it would be?
        fn finish(&self) -> Result<Flow, Fault> {
            let size = self.decoder.content_size();
            // 0 also stands for a frame that does not say.
            if size != 0 && size != self.written {
                return Err(Fault::Corrupt(
                    "the content is not as long as the frame header says".into(),
                ));
            }
            let stored = self.decoder.get_checksum_from_data();
            if stored.is_some() && stored != self.decoder.get_calculated_checksum() {
                return Err(Fault::Corrupt("wrong checksum".into()));
            }
            Ok(Flow::End)
        }

        fn write(&mut self, output: &mut [u8]) -> usize {
            // Reading from the decoder's memory does not fail.
            let produced = self.decoder.read(output).unwrap_or_default();
            self.written = self.written.saturating_add(produced as u64);
            produced
        }
    }

    impl Codec for Zstd {
        fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
            let produced = self.write(output);
            if produced > 0 {
                return Step {
                    consumed: 0,
                    produced,
                    outcome: Ok(Flow::More),
                };
            }
            let mut consumed = 0_usize;
            loop {
                let (taken, outcome) = self.advance(input.get(consumed..).unwrap_or_default());
                consumed = consumed.saturating_add(taken);
                let produced = if outcome.is_ok() {
                    self.write(output)
                } else {
                    0
                };
                // A tail that nothing is left of is looked at once more, to end the frame.
                let tail = matches!((self.stage, &outcome), (Stage::Tail, Ok(Flow::More)));
                if (taken == 0 && !tail) || produced > 0 || outcome.is_err() {
                    return Step {
                        consumed,
                        produced,
                        outcome,
                    };
                }
            }
        }

        /// Until a frame is complete the decoder keeps the last window of output to itself, so the frame is completed
        /// here: with an empty last block (and a checksum that nobody looks at).
        fn drain(&mut self, output: &mut [u8]) -> usize {
            if !matches!(self.stage, Stage::Tail | Stage::Closed) {
                // A last block may be whole where only the checksum of the frame is missing.
                let done = match self.stage {
                    Stage::Block { len, last: true }
                        if self.checksum && self.unit.len() >= len.saturating_sub(4) =>
                    {
                        let _ = self.decode_unit();
                        true
                    }
                    _ => false,
                };
                if !done {
                    self.unit.clear();
                    self.unit.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0]);
                    let _ = self.decode_unit();
                }
                self.stage = Stage::Closed;
            }
            self.write(output)
        }
    }

    /// The length of a frame header with its magic, RFC 8878 section 3.1.1.1.1.
    fn header_len(descriptor: u8) -> usize {
        let single_segment = descriptor & 0x20 != 0;
        let window = usize::from(!single_segment);
        let dictionary = match descriptor & 3 {
            0 => 0,
            1 => 1,
            2 => 2,
            _ => 4,
        };
        let content_size = match descriptor >> 6 {
            0 => usize::from(single_segment),
            1 => 2,
            2 => 4,
            _ => 8,
        };
        START
            .saturating_add(window)
            .saturating_add(dictionary)
            .saturating_add(content_size)
    }

    fn fault(error: FrameDecoderError) -> Fault {
        match error {
            FrameDecoderError::WindowSizeTooBig { .. }
            | FrameDecoderError::FrameHeaderError(FrameHeaderError::WindowTooBig { .. }) => {
                Fault::Unsupported("the window is larger than 128 MiB".into())
            }
            FrameDecoderError::DictNotProvided { .. } => {
                Fault::Unsupported("it needs a dictionary".into())
            }
            error => Fault::Corrupt(error.to_string().into()),
        }
    }
}

#[cfg(feature = "lz4")]
mod lz4 {
    use super::{Codec, Fault, Flow, Step, gather};
    use lz4_flex::frame::{Error, FrameDecoder};
    use std::io::{self, Read};
    use std::prelude::v1::*;

    /// One lz4 frame. The decoder takes the end of its input for the end of a frame, so it is given whole units only
    /// (the header, then block by block), and the frame ends where an end mark says so.
    pub(super) struct Lz4 {
        decoder: FrameDecoder<Unit>,
        stage: Stage,
        block_max: usize,
        block_checksum: bool,
        content_checksum: bool,
    }

    #[derive(Clone, Copy)]
    enum Stage {
        /// The frame descriptor; its length shows in the fifth byte.
        Header { len: usize },
        /// The four octets in front of a block.
        BlockSize,
        /// A block with its size, or the end mark with the checksum of the content.
        Block { len: usize, end: bool },
        /// The unit is whole: the decoder works on it.
        Decode { end: bool },
    }

    const START: usize = 7;
    const BLOCK_SIZE: usize = 4;

    /// What the decoder may read: one unit, and then it has to wait.
    #[derive(Default)]
    struct Unit {
        bytes: Vec<u8>,
        start: usize,
    }

    impl Read for Unit {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let rest = self.bytes.get(self.start..).unwrap_or_default();
            if rest.is_empty() {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let count = rest.len().min(out.len());
            if let (Some(to), Some(from)) = (out.get_mut(..count), rest.get(..count)) {
                to.copy_from_slice(from);
            }
            self.start = self.start.saturating_add(count);
            Ok(count)
        }
    }

    impl Lz4 {
        pub(super) fn new() -> Self {
            Self {
                decoder: FrameDecoder::new(Unit::default()),
                stage: Stage::Header { len: START },
                block_max: 0,
                block_checksum: false,
                content_checksum: false,
            }
        }

        /// Looks at a complete unit; what to do next.
        fn take_unit(&mut self, len: usize) -> Result<Stage, Fault> {
            let bytes = self.decoder.get_ref().bytes.as_slice();
            match (self.stage, bytes) {
                (Stage::Header { len: START }, [_, _, _, _, flags, block, ..]) => {
                    self.block_checksum = flags & 0x10 != 0;
                    self.content_checksum = flags & 0x04 != 0;
                    // 4 to 7 stand for 64 KiB, 256 KiB, 1 MiB, 4 MiB; the decoder refuses the others.
                    self.block_max = match (block >> 4) & 7 {
                        4 => 64 << 10,
                        5 => 256 << 10,
                        6 => 1 << 20,
                        7 => 4 << 20,
                        _ => 0,
                    };
                    let content_size = if flags & 0x08 != 0 { 8 } else { 0 };
                    let dictionary = if flags & 0x01 != 0 { 4 } else { 0 };
                    match START
                        .saturating_add(content_size)
                        .saturating_add(dictionary)
                    {
                        START => Ok(Stage::Decode { end: false }),
                        len => Ok(Stage::Header { len }),
                    }
                }
                (Stage::BlockSize, [a, b, c, d, ..]) => {
                    let word = u32::from_le_bytes([*a, *b, *c, *d]);
                    let end = word == 0;
                    // The highest bit says that the block is stored as it is.
                    let size = usize::try_from(word & 0x7fff_ffff).unwrap_or(usize::MAX);
                    if size > self.block_max {
                        return Err(Fault::Corrupt(
                            "a block is larger than the frame header says".into(),
                        ));
                    }
                    let checksum = if end {
                        self.content_checksum
                    } else {
                        self.block_checksum
                    };
                    let trailer = if checksum { 4 } else { 0 };
                    match len.saturating_add(size).saturating_add(trailer) {
                        BLOCK_SIZE => Ok(Stage::Decode { end }),
                        len => Ok(Stage::Block { len, end }),
                    }
                }
                (Stage::Block { end, .. }, _) => Ok(Stage::Decode { end }),
                _ => Ok(Stage::Decode { end: false }),
            }
        }
    }

    impl Codec for Lz4 {
        fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
            let mut consumed = 0_usize;
            loop {
                let len = match self.stage {
                    Stage::Header { len } | Stage::Block { len, .. } => len,
                    Stage::BlockSize => BLOCK_SIZE,
                    Stage::Decode { end } => {
                        match self.decoder.read(output) {
                            // An empty block is not the end.
                            Ok(0) if !end => {}
                            Ok(0) => {
                                return Step {
                                    consumed,
                                    produced: 0,
                                    outcome: Ok(Flow::End),
                                };
                            }
                            Ok(produced) => {
                                return Step {
                                    consumed,
                                    produced,
                                    outcome: Ok(Flow::More),
                                };
                            }
                            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                                let unit = self.decoder.get_mut();
                                unit.bytes.clear();
                                unit.start = 0;
                                self.stage = Stage::BlockSize;
                            }
                            Err(error) => {
                                return Step {
                                    consumed,
                                    produced: 0,
                                    outcome: Err(fault(error)),
                                };
                            }
                        }
                        continue;
                    }
                };
                let unit = &mut self.decoder.get_mut().bytes;
                let (taken, complete) =
                    gather(unit, len, input.get(consumed..).unwrap_or_default());
                consumed = consumed.saturating_add(taken);
                if !complete {
                    return Step {
                        consumed,
                        produced: 0,
                        outcome: Ok(Flow::More),
                    };
                }
                match self.take_unit(len) {
                    Ok(stage) => self.stage = stage,
                    Err(fault) => {
                        return Step {
                            consumed,
                            produced: 0,
                            outcome: Err(fault),
                        };
                    }
                }
            }
        }
    }

    fn fault(error: io::Error) -> Fault {
        match error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Error>())
        {
            Some(Error::DictionaryNotSupported) => {
                Fault::Unsupported("it needs a dictionary".into())
            }
            _ => Fault::Corrupt(error.to_string().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    /// Delivers at most `chunk` bytes per call, and fails at the end if told so.
    struct Chunks<'a> {
        bytes: &'a [u8],
        chunk: usize,
        fail: bool,
    }

    impl Read for Chunks<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let len = self.bytes.len().min(self.chunk).min(out.len());
            if len == 0 && self.fail && !out.is_empty() {
                return Err(io::Error::new(
                    io::ErrorKind::ConnectionReset,
                    "the line went dead",
                ));
            }
            let (now, later) = self.bytes.split_at(len);
            out[..len].copy_from_slice(now);
            self.bytes = later;
            Ok(len)
        }
    }

    /// Reads to the end or the first error, `step` bytes at a time.
    fn drain<R: Read>(mut reader: Decompress<R>, step: usize) -> (Vec<u8>, Option<io::Error>) {
        let (mut all, mut part) = (Vec::new(), vec![0; step]);
        loop {
            match reader.read(&mut part) {
                Ok(0) => {
                    assert_eq!(reader.read(&mut part).unwrap(), 0, "the end stays the end");
                    return (all, None);
                }
                Ok(count) => all.extend_from_slice(&part[..count]),
                Err(error) => {
                    let again = reader.read(&mut part).unwrap_err();
                    assert_eq!(
                        (again.kind(), again.to_string()),
                        (error.kind(), error.to_string())
                    );
                    return (all, Some(error));
                }
            }
        }
    }

    fn decode(bytes: &[u8]) -> (Vec<u8>, Option<io::Error>) {
        drain(Decompress::new(bytes).unwrap(), 8 << 10)
    }

    /// The decoded bytes and the text of the error.
    fn text(bytes: &[u8]) -> (Vec<u8>, String) {
        let (decoded, error) = decode(bytes);
        (
            decoded,
            error.map(|error| error.to_string()).unwrap_or_default(),
        )
    }

    #[test]
    fn detects_by_content() {
        let cases: [(&[u8], Option<Compression>); 16] = [
            (&[0x1f, 0x8b, 8, 0], Some(Compression::Gzip)),
            (&[0x1f, 0x8b], None),
            (&[0x1f, 0x8b, 7, 0], None),
            (b"BZh91AY&SY", Some(Compression::Bzip2)),
            (b"BZh1\x17\x72\x45\x38\x50\x90", Some(Compression::Bzip2)),
            (b"BZh91AY&S", None),
            (b"BZh01AY&SY", None),
            (b"\xfd7zXZ\0", Some(Compression::Xz)),
            (b"\xfd7zXZ", None),
            (&[0x28, 0xb5, 0x2f, 0xfd], Some(Compression::Zstd)),
            (&[0x04, 0x22, 0x4d, 0x18, 0x64], Some(Compression::Lz4)),
            (&[0x04, 0x22, 0x4d, 0x18], None),
            // A skippable frame of two bytes, then zstd; an empty one, then lz4; one too long; one alone.
            (
                &[
                    0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9, 0x28, 0xb5, 0x2f, 0xfd,
                ],
                Some(Compression::Zstd),
            ),
            (
                &[
                    0x5f, 0x2a, 0x4d, 0x18, 0, 0, 0, 0, 0x04, 0x22, 0x4d, 0x18, 0x40,
                ],
                Some(Compression::Lz4),
            ),
            (
                &[
                    0x50, 0x2a, 0x4d, 0x18, 0xff, 0xff, 0xff, 0xff, 0x28, 0xb5, 0x2f, 0xfd,
                ],
                None,
            ),
            (&[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0], None),
        ];
        for (bytes, format) in cases {
            assert_eq!(Compression::detect(bytes), format, "{bytes:02x?}");
        }
    }

    #[test]
    fn mrt_whose_timestamp_looks_like_a_magic_stays_plain() {
        for bytes in [
            // 11 April 2005, TABLE_DUMP and BGP4MP.
            *b"BZh9\0\x0c\0\x01\0\0\0\x04abcd",
            *b"BZh1\0\x10\0\x01\0\0\0\x04abcd",
            // 14 August 2012, TABLE_DUMP_V2; 5 August 2020, BGP4MP_ET.
            *b"\x50\x2a\x4d\x18\0\x0d\0\x01\0\0\0\x04abcd",
            *b"\x5f\x2a\x4d\x18\0\x11\0\x04\0\0\0\x04abcd",
            // March 1972, a router without a clock.
            *b"\x04\x22\x4d\x18\0\x10\0\x04\0\0\0\x04abcd",
        ] {
            let reader = Decompress::new(&bytes[..]).unwrap();
            assert_eq!(reader.compression(), None);
            let (decoded, error) = drain(reader, 5);
            assert!(error.is_none());
            assert_eq!(decoded, bytes);
        }
    }

    #[test]
    fn plain_input_passes_through() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
        for len in [0, 1, 9, 10, 11, 200_000] {
            for chunk in [1, 3, 70_000] {
                let reader = Chunks {
                    bytes: &bytes[..len],
                    chunk,
                    fail: false,
                };
                let (decoded, error) = drain(Decompress::new(reader).unwrap(), 77);
                assert!(error.is_none() && decoded == bytes[..len], "{len} {chunk}");
            }
        }
        let reader = Chunks {
            bytes: &bytes[..100],
            chunk: 7,
            fail: true,
        };
        let (decoded, error) = drain(Decompress::new(reader).unwrap(), 77);
        assert_eq!(decoded, bytes[..100]);
        assert_eq!(error.unwrap().to_string(), "the line went dead");
    }

    #[test]
    fn a_format_whose_feature_is_off_is_named() {
        let starts: [(&[u8], bool, &str); 5] = [
            (
                GZIP,
                cfg!(feature = "gz"),
                r#"input is gzip, which needs the feature "gz""#,
            ),
            (
                BZIP2,
                cfg!(feature = "bz2"),
                r#"input is bzip2, which needs the feature "bz2""#,
            ),
            (
                XZ,
                cfg!(feature = "xz"),
                r#"input is xz, which needs the feature "xz""#,
            ),
            (
                ZSTD,
                cfg!(feature = "zstd"),
                r#"input is zstd, which needs the feature "zstd""#,
            ),
            (
                LZ4,
                cfg!(feature = "lz4"),
                r#"input is lz4, which needs the feature "lz4""#,
            ),
        ];
        for (bytes, on, text) in starts {
            match Decompress::new(bytes) {
                Ok(reader) => {
                    assert!(on, "{text}");
                    let (decoded, error) = drain(reader, 100);
                    assert_eq!(decoded, b"routeglass\n");
                    assert!(error.is_none());
                }
                Err(error) => {
                    assert!(!on, "{text}");
                    assert_eq!(
                        (error.kind(), error.to_string().as_str()),
                        (io::ErrorKind::Unsupported, text)
                    );
                    let inner = error
                        .get_ref()
                        .unwrap()
                        .downcast_ref::<DecompressError>()
                        .unwrap();
                    assert_eq!(inner.kind(), DecompressErrorKind::FeatureOff);
                }
            }
        }
    }

    // The line `routeglass` as gzip 1.12, bzip2 1.0.8, xz 5.4, zstd 1.5 and lz4 1.9 write it.
    const GZIP: &[u8] = &[
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x2b, 0xca, 0x2f, 0x2d, 0x49,
        0x4d, 0xcf, 0x49, 0x2c, 0x2e, 0xe6, 0x02, 0x00, 0x7b, 0x5f, 0x5c, 0xde, 0x0b, 0x00, 0x00,
        0x00,
    ];
    const BZIP2: &[u8] = &[
        0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0xad, 0x3f, 0xe6, 0xa9, 0x00,
        0x00, 0x03, 0x41, 0x80, 0x00, 0x10, 0x22, 0x84, 0x9e, 0x00, 0x20, 0x00, 0x31, 0x00, 0x30,
        0x20, 0x19, 0x32, 0x70, 0x40, 0xa2, 0x79, 0xbf, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0xad,
        0x3f, 0xe6, 0xa9,
    ];
    const XZ: &[u8] = &[
        0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21,
        0x01, 0x16, 0x00, 0x00, 0x00, 0x74, 0x2f, 0xe5, 0xa3, 0x01, 0x00, 0x0a, 0x72, 0x6f, 0x75,
        0x74, 0x65, 0x67, 0x6c, 0x61, 0x73, 0x73, 0x0a, 0x00, 0x00, 0x2b, 0x25, 0x16, 0x96, 0x0b,
        0xee, 0x3c, 0x87, 0x00, 0x01, 0x23, 0x0b, 0xc2, 0x1b, 0xfd, 0x09, 0x1f, 0xb6, 0xf3, 0x7d,
        0x01, 0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5a,
    ];
    const ZSTD: &[u8] = &[
        0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x59, 0x00, 0x00, 0x72, 0x6f, 0x75, 0x74, 0x65, 0x67,
        0x6c, 0x61, 0x73, 0x73, 0x0a, 0xfc, 0x5e, 0x75, 0x98,
    ];
    const LZ4: &[u8] = &[
        0x04, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7, 0x0b, 0x00, 0x00, 0x80, 0x72, 0x6f, 0x75, 0x74,
        0x65, 0x67, 0x6c, 0x61, 0x73, 0x73, 0x0a, 0x00, 0x00, 0x00, 0x00, 0x95, 0xd7, 0x34, 0xdb,
    ];

    /// Words of uneven length with some noise: compressible, and not all of it.
    #[cfg(any(
        feature = "gz",
        feature = "bz2",
        feature = "xz",
        feature = "zstd",
        feature = "lz4"
    ))]
    fn payload(len: usize) -> Vec<u8> {
        let mut seed = 1_u32;
        let mut bytes = Vec::new();
        while bytes.len() < len {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            match seed >> 29 {
                0 => bytes.extend_from_slice(&seed.to_be_bytes()),
                1 | 2 => bytes.extend_from_slice(&[0xff; 16]),
                n => bytes.extend_from_slice(
                    &b"10.0.0.0/8 65001 65002 via 192.0.2.1"[..4 + n as usize * 4],
                ),
            }
        }
        bytes.truncate(len);
        bytes
    }

    /// What holds for every format.
    #[cfg(any(
        feature = "gz",
        feature = "bz2",
        feature = "xz",
        feature = "zstd",
        feature = "lz4"
    ))]
    fn laws(format: Compression, encode: fn(&[u8]) -> Vec<u8>) {
        let (long, short) = (payload(3000), payload(40));
        let pieces = [encode(&long), encode(&[]), encode(&short)];
        let whole = pieces.concat();
        let plain = [&long[..], &short[..]].concat();
        assert_eq!(Compression::detect(&whole), Some(format));

        // However it arrives and is asked for.
        for (chunk, step) in [(1, 1), (1, 5000), (3, 7), (100_000, 1), (100_000, 100_000)] {
            let reader = Decompress::new(Chunks {
                bytes: &whole,
                chunk,
                fail: false,
            })
            .unwrap();
            assert_eq!(reader.compression(), Some(format));
            let (decoded, error) = drain(reader, step);
            assert!(error.is_none(), "{format} {chunk} {step}: {error:?}");
            assert_eq!(decoded, plain, "{format} {chunk} {step}");
        }

        // A cut at every byte: what was decoded is right, and only a cut between two pieces is an end. Input that is
        // too short to be recognised is plain.
        let mut between = vec![0];
        for piece in &pieces {
            between.push(between[between.len() - 1] + piece.len());
        }
        for cut in 0..whole.len() {
            let reader = Decompress::new(&whole[..cut]).unwrap();
            if reader.compression().is_none() {
                assert!(cut < DETECT_LEN);
                continue;
            }
            let (decoded, error) = drain(reader, 1000);
            assert!(plain.starts_with(&decoded), "{format} cut at {cut}");
            if between.contains(&cut) {
                assert!(error.is_none(), "{format} cut at {cut}: {error:?}");
                continue;
            }
            let error = error.unwrap_or_else(|| panic!("{format} cut at {cut}: no error"));
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
            let inner = error
                .get_ref()
                .unwrap()
                .downcast_ref::<DecompressError>()
                .unwrap();
            assert_eq!(inner.kind(), DecompressErrorKind::Truncated);
            assert_eq!(inner.compression(), format);
            assert_eq!(
                inner.decoded(),
                decoded.len() as u64,
                "{format} cut at {cut}"
            );
            assert_eq!(inner.offset(), cut as u64);
            let start = between.iter().rev().find(|&&start| start < cut).copied();
            assert_eq!(
                Some(inner.stream_offset()),
                start.map(|start| start as u64),
                "{format} cut at {cut}"
            );
            if cut < DETECT_LEN {
                continue;
            }
            // The same if the reader fails there instead, but the error is the reader's.
            let (as_well, error) = drain(
                Decompress::new(Chunks {
                    bytes: &whole[..cut],
                    chunk: 50,
                    fail: true,
                })
                .unwrap(),
                1000,
            );
            assert_eq!(as_well, decoded);
            assert_eq!(error.unwrap().to_string(), "the line went dead");
        }
        // All that was decoded comes out, even if only the last byte is missing.
        for (cut, want) in [(between[1] - 1, &long), (whole.len() - 1, &plain)] {
            assert_eq!(&decode(&whole[..cut]).0, want, "{format} cut at {cut}");
        }

        // Every byte damaged: never a clean end with other bytes.
        for at in 0..whole.len() {
            for damage in [0x01, 0x80, 0xff] {
                let mut broken = whole.clone();
                broken[at] ^= damage;
                let Ok(reader) = Decompress::new(&broken[..]) else {
                    continue;
                };
                if reader.compression() == Some(format) {
                    let (decoded, error) = drain(reader, 1000);
                    assert!(
                        error.is_some() || decoded == plain,
                        "{format} damaged at {at} by {damage}"
                    );
                }
            }
        }

        // What follows the last piece.
        let (decoded, error) = text(&[&whole[..], b"garbage"].concat());
        assert_eq!(decoded, plain);
        let (len, piece) = (whole.len(), format.piece());
        assert_eq!(
            error,
            format!(
                "the bytes from byte {len} on are no {format} {piece}, after 3040 decoded bytes"
            )
        );
        let (decoded, error) = text(&[&whole[..], &format.magic()[..1]].concat());
        assert_eq!(decoded, plain);
        assert_eq!(
            error,
            format!(
                "{format} {piece} at byte {len} is cut short at byte {}, after 3040 decoded bytes",
                len + 1
            )
        );
    }

    /// More than any buffer holds, cut at some places.
    #[cfg(any(
        feature = "gz",
        feature = "bz2",
        feature = "xz",
        feature = "zstd",
        feature = "lz4"
    ))]
    fn large(encode: fn(&[u8]) -> Vec<u8>, held_back: usize) {
        let plain = payload(700_000);
        let whole = encode(&plain);
        assert!(decode(&whole).0 == plain);
        for part in 1..20 {
            let cut = whole.len() / 20 * part;
            let (decoded, error) = decode(&whole[..cut]);
            assert!(error.is_some() && plain.starts_with(&decoded));
            let expected = plain.len() / 20 * part;
            assert!(
                decoded.len() + held_back > expected,
                "cut at {part}/20: {} of {expected}",
                decoded.len()
            );
        }
    }

    #[cfg(feature = "gz")]
    mod gz {
        use super::*;
        use std::io::Write;

        fn encode(bytes: &[u8]) -> Vec<u8> {
            let mut encoder = flate2::GzBuilder::new()
                .filename("table.mrt")
                .write(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }

        #[test]
        fn gzip_laws() {
            laws(Compression::Gzip, encode);
            large(encode, 40_000);
        }

        #[test]
        fn zeros_may_follow_to_the_end() {
            for zeros in [1, 511, 200_000] {
                let (decoded, error) = decode(&[GZIP, &vec![0; zeros]].concat());
                assert!(error.is_none());
                assert_eq!(decoded, b"routeglass\n");
            }
            let (decoded, error) = text(&[GZIP, &[0; 5], GZIP].concat());
            assert_eq!(decoded, b"routeglass\n");
            assert_eq!(
                error,
                "the bytes from byte 36 on are no gzip member, after 11 decoded bytes"
            );
        }

        #[test]
        fn the_trailer_counts() {
            let (decoded, error) = text(&GZIP[..GZIP.len() - 8]);
            assert_eq!(decoded, b"routeglass\n");
            assert_eq!(
                error,
                "gzip member at byte 0 is cut short at byte 23, after 11 decoded bytes"
            );
            let mut bytes = [GZIP, GZIP].concat();
            bytes[GZIP.len() + 24] ^= 1;
            let (decoded, error) = text(&bytes);
            assert_eq!(decoded, b"routeglass\nrouteglass\n");
            assert_eq!(
                error,
                "gzip member at byte 31 is corrupt near byte 58, after 22 decoded bytes: incorrect data check"
            );
        }
    }

    #[cfg(feature = "bz2")]
    mod bz2 {
        use super::*;
        use std::io::Write;

        fn encode(bytes: &[u8]) -> Vec<u8> {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }

        #[test]
        fn bzip2_laws() {
            laws(Compression::Bzip2, encode);
            // A block is decoded as a whole: 100 kB at the fast level.
            large(encode, 200_000);
        }

        #[test]
        fn damage_is_placed() {
            let mut bytes = [BZIP2, BZIP2].concat();
            bytes[BZIP2.len() + 12] ^= 1;
            let (decoded, error) = text(&bytes);
            assert!(decoded.starts_with(b"routeglass\n"));
            let count = decoded.len();
            let start = "bzip2 stream at byte 48 is corrupt near byte ";
            let end = format!(", after {count} decoded bytes: invalid data or checksum");
            assert!(error.starts_with(start) && error.ends_with(&end), "{error}");
        }
    }

    #[cfg(feature = "xz")]
    mod xz {
        use super::*;
        use lzma_rust2::{CheckType, XzOptions, XzWriter};
        use std::io::Write;
        use std::num::NonZeroU64;

        fn encode_with(bytes: &[u8], check: CheckType, block: u64) -> Vec<u8> {
            let mut options = XzOptions::with_preset(1);
            options.set_check_sum_type(check);
            options.set_block_size(NonZeroU64::new(block));
            let mut encoder = XzWriter::new(Vec::new(), options).unwrap();
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }

        fn encode(bytes: &[u8]) -> Vec<u8> {
            encode_with(bytes, CheckType::Crc64, 0)
        }

        #[test]
        fn xz_laws() {
            laws(Compression::Xz, encode);
            large(encode, 5_000);
        }

        #[test]
        fn every_check_and_many_blocks() {
            let plain = payload(50_000);
            for check in [
                CheckType::None,
                CheckType::Crc32,
                CheckType::Crc64,
                CheckType::Sha256,
            ] {
                let bytes = encode_with(&plain, check, 10_000);
                let (decoded, error) = decode(&bytes);
                assert!(error.is_none(), "{error:?}");
                assert!(decoded == plain);
                // Without the index, which starts behind the last block, this is not all there was.
                let (decoded, error) = decode(&bytes[..bytes.len() - 12 - 4]);
                assert!(decoded == plain);
                assert_eq!(error.unwrap().kind(), io::ErrorKind::UnexpectedEof);
            }
        }

        #[test]
        fn stream_padding_comes_in_fours() {
            for (zeros, good) in [
                (4, true),
                (8, true),
                (1 << 17, true),
                (1, false),
                (6, false),
            ] {
                let padding = vec![0; zeros];
                let (decoded, error) = decode(&[XZ, &padding, XZ, &padding].concat());
                assert_eq!(error.is_none(), good, "{zeros}: {error:?}");
                assert_eq!(decoded.len(), if good { 22 } else { 11 });
            }
            let (_, error) = text(&[XZ, &[0; 3]].concat());
            assert_eq!(
                error,
                "xz stream at byte 68 is corrupt near byte 71, after 11 decoded bytes: \
                 stream padding is not a multiple of four bytes"
            );
        }

        /// CRC-32 as in IEEE 802.3, bit by bit.
        fn crc32(bytes: &[u8]) -> u32 {
            !bytes.iter().fold(u32::MAX, |crc, &byte| {
                (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                    if crc & 1 != 0 {
                        (crc >> 1) ^ 0xedb8_8320
                    } else {
                        crc >> 1
                    }
                })
            })
        }

        #[test]
        fn dictionaries_beyond_the_limit_are_refused() {
            // The property of the LZMA2 filter: 30 stands for 128 MiB, 31 for 192 MiB, 40 for 4 GiB.
            for (property, good) in [(30, true), (31, false), (40, false)] {
                let mut bytes = XZ.to_vec();
                bytes[16] = property;
                let crc = crc32(&bytes[12..20]).to_le_bytes();
                bytes[20..24].copy_from_slice(&crc);
                let (decoded, error) = text(&bytes);
                if good {
                    assert_eq!(
                        (decoded.as_slice(), error.as_str()),
                        (&b"routeglass\n"[..], "")
                    );
                } else {
                    assert!(decoded.is_empty());
                    assert_eq!(
                        error,
                        "xz stream at byte 0 cannot be read, after 0 decoded bytes: \
                         the dictionary is larger than 128 MiB"
                    );
                }
            }
        }
    }

    #[cfg(any(feature = "zstd", feature = "lz4"))]
    fn skippable(len: u32) -> Vec<u8> {
        let mut frame = vec![0x5a, 0x2a, 0x4d, 0x18];
        frame.extend_from_slice(&len.to_le_bytes());
        frame.resize(8 + len as usize, 0x28);
        frame
    }

    #[cfg(any(feature = "zstd", feature = "lz4"))]
    fn skippable_frames_are_passed_over(frame: &[u8]) {
        let format = Compression::detect(frame).unwrap();
        for len in [0, 4, 60_000] {
            let skip = skippable(len);
            let bytes = [&skip[..], &skip, frame, &skip, frame, &skip].concat();
            // Two large ones in front hide the frame from the detection.
            let bytes = if len == 60_000 {
                &bytes[skip.len()..]
            } else {
                &bytes[..]
            };
            for chunk in [1, 1 << 20] {
                let reader = Decompress::new(Chunks {
                    bytes,
                    chunk,
                    fail: false,
                })
                .unwrap();
                assert_eq!(reader.compression(), Some(format));
                let (decoded, error) = drain(reader, 4);
                assert!(error.is_none(), "{error:?}");
                assert_eq!(decoded, b"routeglass\nrouteglass\n");
            }
            for cut in bytes.len() - skip.len() + 1..bytes.len().min(bytes.len() - skip.len() + 20)
            {
                let (decoded, error) = text(&bytes[..cut]);
                assert_eq!(decoded, b"routeglass\nrouteglass\n");
                assert_eq!(
                    error,
                    format!(
                        "{format} frame at byte {} is cut short at byte {cut}, after 22 decoded bytes",
                        bytes.len() - skip.len()
                    )
                );
            }
        }
    }

    #[cfg(feature = "zstd")]
    mod zstd {
        use super::*;
        use ruzstd::encoding::{CompressionLevel, compress_to_vec};

        fn encode(bytes: &[u8]) -> Vec<u8> {
            compress_to_vec(bytes, CompressionLevel::Fastest)
        }

        #[test]
        fn zstd_laws() {
            laws(Compression::Zstd, encode);
            // A block is decoded as a whole: 128 KiB at most.
            large(encode, 140_000);
        }

        #[test]
        fn zstd_skippable_frames() {
            skippable_frames_are_passed_over(ZSTD);
        }

        #[test]
        fn checksum_and_length_are_checked() {
            let mut bytes = ZSTD.to_vec();
            bytes[12] ^= 1;
            let (decoded, error) = text(&bytes);
            assert_eq!(decoded, b"rouueglass\n");
            assert_eq!(
                error,
                "zstd frame at byte 0 is corrupt near byte 24, after 11 decoded bytes: wrong checksum"
            );
            // A frame of one segment that declares 12 bytes and holds 11, without a checksum.
            let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0x20, 12];
            bytes.extend_from_slice(&ZSTD[6..20]);
            let (decoded, error) = text(&bytes);
            assert_eq!(decoded, b"routeglass\n");
            assert_eq!(
                error,
                "zstd frame at byte 0 is corrupt near byte 20, after 11 decoded bytes: \
                 the content is not as long as the frame header says"
            );
            bytes[5] = 11;
            assert_eq!(text(&bytes), (b"routeglass\n".to_vec(), String::new()));
        }

        #[test]
        fn an_rle_block_and_an_empty_last_one() {
            // 1 KiB window; 'x' 300 times; an empty raw block that ends the frame.
            let bytes = [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0x62, 0x09, 0, b'x', 1, 0, 0];
            assert_eq!(text(&bytes), (vec![b'x'; 300], String::new()));
            assert_eq!(
                text(&bytes[..10]),
                (
                    vec![b'x'; 300],
                    "zstd frame at byte 0 is cut short at byte 10, after 300 decoded bytes"
                        .to_owned()
                )
            );
        }

        #[test]
        fn what_is_not_supported_is_said() {
            // Exponent 17 is a window of 128 MiB, one eighth more is too much; the last one is 3.75 TiB.
            for (window, good) in [(17 << 3, true), (17 << 3 | 1, false), (0xff, false)] {
                let mut bytes = ZSTD.to_vec();
                bytes[5] = window;
                let (_, error) = text(&bytes);
                if good {
                    assert_eq!(error, "");
                } else {
                    assert_eq!(
                        error,
                        "zstd frame at byte 0 cannot be read, after 0 decoded bytes: the window is larger than 128 MiB"
                    );
                }
            }
            let mut bytes = ZSTD.to_vec();
            bytes[4] |= 1;
            bytes.insert(6, 77);
            let (_, error) = text(&bytes);
            assert_eq!(
                error,
                "zstd frame at byte 0 cannot be read, after 0 decoded bytes: it needs a dictionary"
            );
        }
    }

    #[cfg(feature = "lz4")]
    mod lz4 {
        use super::*;
        use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};
        use std::io::Write;

        fn encode_with(bytes: &[u8], info: FrameInfo) -> Vec<u8> {
            let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }

        fn encode(bytes: &[u8]) -> Vec<u8> {
            encode_with(
                bytes,
                FrameInfo::new()
                    .block_size(BlockSize::Max64KB)
                    .content_checksum(true),
            )
        }

        #[test]
        fn lz4_laws() {
            laws(Compression::Lz4, encode);
            large(encode, 70_000);
        }

        #[test]
        fn lz4_skippable_frames() {
            skippable_frames_are_passed_over(LZ4);
        }

        #[test]
        fn every_kind_of_frame() {
            let plain = payload(700_000);
            for mode in [BlockMode::Independent, BlockMode::Linked] {
                for size in [
                    BlockSize::Max64KB,
                    BlockSize::Max256KB,
                    BlockSize::Max1MB,
                    BlockSize::Max4MB,
                ] {
                    for (block, content) in
                        [(false, false), (true, false), (false, true), (true, true)]
                    {
                        let info = FrameInfo::new()
                            .block_mode(mode)
                            .block_size(size)
                            .block_checksums(block)
                            .content_checksum(content)
                            .content_size(content.then_some(plain.len() as u64));
                        let bytes = encode_with(&plain, info);
                        for (chunk, step) in [(1 << 20, 1 << 20), (1000, 999)] {
                            let reader = Chunks {
                                bytes: &bytes,
                                chunk,
                                fail: false,
                            };
                            let (decoded, error) = drain(Decompress::new(reader).unwrap(), step);
                            assert!(error.is_none(), "{error:?}");
                            assert!(decoded == plain);
                        }
                    }
                }
            }
        }

        #[test]
        fn an_empty_block_is_not_the_end() {
            // Independent blocks of up to 64 KiB, no checksums: stored, empty, stored, end mark.
            let mut bytes = vec![0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82];
            bytes.extend_from_slice(&[2, 0, 0, 0x80, b'a', b'b']);
            bytes.extend_from_slice(&[0, 0, 0, 0x80]);
            bytes.extend_from_slice(&[1, 0, 0, 0x80, b'c']);
            // A block boundary is not the end either.
            assert_eq!(
                text(&bytes),
                (
                    b"abc".to_vec(),
                    "lz4 frame at byte 0 is cut short at byte 22, after 3 decoded bytes".to_owned()
                )
            );
            bytes.extend_from_slice(&[0; 4]);
            assert_eq!(text(&bytes), (b"abc".to_vec(), String::new()));
            bytes[17..22].copy_from_slice(&[1, 0, 1, 0x80, b'c']);
            assert_eq!(
                text(&bytes),
                (
                    b"ab".to_vec(),
                    "lz4 frame at byte 0 is corrupt near byte 21, after 2 decoded bytes: \
                     a block is larger than the frame header says"
                        .to_owned()
                )
            );
        }
    }

    #[test]
    fn readers_may_cross_threads() {
        fn crosses<T: Send + Sync>() {}
        crosses::<Decompress<std::fs::File>>();
        crosses::<DecompressError>();
        crosses::<Compression>();
    }
}
