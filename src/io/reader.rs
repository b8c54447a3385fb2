//! Frames from files and streams, in one reused buffer that grows as octets arrive.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::prelude::v1::*;
use std::vec;

use super::{Compression, Decompress, Frame, Framing};
use crate::error::{Context, Error, Result};

/// Options of a reader.
///
/// ```
/// use routeglass::io::ReaderOptions;
///
/// let options = ReaderOptions::default().with_max_record_len(1 << 20);
/// assert_eq!(options.max_record_len, 1 << 20);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReaderOptions {
    /// The longest accepted record, in octets with its header. A longer one is [`ReadError::TooLong`], before memory is allocated
    /// for it. The default allows a body of 16 MiB.
    pub max_record_len: usize,
    /// Octets requested per read: the buffer size unless a record is longer. 256 KiB by default.
    pub buffer_len: usize,
    /// The largest window of an xz or zstd stream that is held in memory, in octets. [`Compression::WINDOW_LIMIT`] by default.
    pub max_window: u64,
    /// The initial [`mrt::Reader::offset`](crate::mrt::Reader::offset), for input whose beginning was read or skipped elsewhere.
    /// 0 by default.
    pub start_offset: u64,
}

impl ReaderOptions {
    /// Sets the limit on the length of a record, in octets with its header.
    #[must_use]
    pub const fn with_max_record_len(mut self, len: usize) -> Self {
        self.max_record_len = len;
        self
    }

    /// Sets the size of the buffer, in octets.
    #[must_use]
    pub const fn with_buffer_len(mut self, len: usize) -> Self {
        self.buffer_len = len;
        self
    }

    /// Sets the limit on the window of compressed input, in octets.
    #[must_use]
    pub const fn with_max_window(mut self, len: u64) -> Self {
        self.max_window = len;
        self
    }

    /// Sets the offset of the first octet.
    #[must_use]
    pub const fn with_start_offset(mut self, offset: u64) -> Self {
        self.start_offset = offset;
        self
    }
}

impl Default for ReaderOptions {
    fn default() -> Self {
        Self {
            max_record_len: (16 << 20) + 12, // with the header of an archive's record
            buffer_len: 256 << 10,
            max_window: Compression::WINDOW_LIMIT,
            start_offset: 0,
        }
    }
}

/// Why reading stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The file cannot be opened.
    Open {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The input failed, or compressed input is damaged (the source is then a [`DecompressError`](super::DecompressError)). All
    /// whole records before it have been delivered.
    Io {
        /// Number of decompressed octets read before.
        offset: u64,
        /// The cause.
        source: io::Error,
    },
    /// A record declares more than [`ReaderOptions::max_record_len`].
    TooLong {
        /// The part of the protocol that gives the length.
        context: Context,
        /// Offset of the record.
        offset: u64,
        /// Its declared length, in octets with its header.
        len: u64,
        /// The limit.
        limit: usize,
    },
    /// No record can be framed.
    Framing(Error),
}

impl ReadError {
    /// Offset of the error: decompressed octets from the start, plus [`ReaderOptions::start_offset`].
    pub const fn offset(&self) -> u64 {
        match self {
            Self::Open { .. } => 0,
            Self::Io { offset, .. } | Self::TooLong { offset, .. } => *offset,
            Self::Framing(error) => error.offset(),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Io { offset, source } => write!(f, "{source} (reading byte {offset})"),
            Self::TooLong { context, offset, len, limit } => {
                write!(f, "{context}: a record of {len} bytes is over the limit of {limit} (at byte {offset})")
            }
            Self::Framing(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {
    /// The cause below the error whose text is already shown.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Open { source, .. } | Self::Io { source, .. } => source.source(),
            Self::TooLong { .. } | Self::Framing(_) => None,
        }
    }
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        Self::Framing(error)
    }
}

// Room for the header of any protocol, so that the buffer can grow by the declared length.
const LEAST_BUFFER: usize = 16;

/// The frames of a file or stream, plain or compressed.
pub(crate) struct FrameReader<R> {
    input: Decompress<R>,
    /// Fully initialised; `start..end` holds octets read and not yet consumed.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Offset in the buffer of the frame that an error ended.
    cut: usize,
    /// Offset of the octet at `start`.
    offset: u64,
    max_len: usize,
    ended: bool,
}

/// Opens a file.
pub(crate) fn open(path: &Path) -> Result<File, ReadError> {
    File::open(path).map_err(|source| ReadError::Open { path: path.to_path_buf(), source })
}

impl<R: Read> FrameReader<R> {
    /// Detects the compression of the input by its first octets.
    pub(crate) fn new(reader: R, options: ReaderOptions) -> Result<Self, ReadError> {
        let offset = options.start_offset;
        let input = Decompress::new(reader).map_err(|source| ReadError::Io { offset, source })?;
        Ok(Self::of(input.with_max_window(options.max_window), options))
    }

    /// Reads the input undecoded.
    pub(crate) fn plain(reader: R, options: ReaderOptions) -> Self {
        Self::of(Decompress::plain(reader), options)
    }

    fn of(input: Decompress<R>, options: ReaderOptions) -> Self {
        let buffer = vec![0; options.buffer_len.max(LEAST_BUFFER)];
        let offset = options.start_offset;
        Self { input, buffer, start: 0, end: 0, cut: usize::MAX, offset, max_len: options.max_record_len, ended: false }
    }

    /// The next frame and its offset, valid until the next call; `None` at the end of the input.
    #[inline]
    pub(crate) fn next<F: Framing>(&mut self) -> Result<Option<(&[u8], u64)>, ReadError> {
        let len = match F::frame(self.window()) {
            Frame::Ready(len) if len <= self.window().len() && len <= self.max_len => len,
            _ => match self.fetch::<F>()? {
                Some(len) => len,
                None => return Ok(None),
            },
        };
        Ok(Some(self.take(len)))
    }

    /// The next frame, without consuming it; `None` at the end of the input.
    pub(crate) fn peek<F: Framing>(&mut self) -> Result<Option<&[u8]>, ReadError> {
        let len = match F::frame(self.window()) {
            Frame::Ready(len) if len <= self.window().len() && len <= self.max_len => len,
            _ => match self.fetch::<F>()? {
                Some(len) => len,
                None => return Ok(None),
            },
        };
        Ok(self.window().get(..len))
    }

    /// After an error, the octets read of the frame that it ended.
    pub(crate) fn cut_frame(&self) -> &[u8] {
        self.buffer.get(self.cut..self.end).unwrap_or_default()
    }

    /// Octets read and not yet consumed.
    #[inline]
    pub(crate) fn window(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Consumes `len` octets from the start of the window; returns them and their offset.
    #[inline]
    pub(crate) fn take(&mut self, len: usize) -> (&[u8], u64) {
        let (start, offset) = (self.start, self.offset);
        self.start = start.saturating_add(len);
        self.offset = offset.saturating_add(len as u64);
        (self.buffer.get(start..self.start).unwrap_or_default(), offset)
    }

    /// Reads until a frame is complete; returns its length.
    #[inline(never)]
    fn fetch<F: Framing>(&mut self) -> Result<Option<usize>, ReadError> {
        if self.ended {
            return Ok(None);
        }
        loop {
            let window = self.window();
            let total = match F::frame(window) {
                Frame::Ready(len) => len,
                Frame::Need(missing) => window.len().saturating_add(missing),
            };
            let declared = F::read(window).map_or(0, |header| header.declared_len()).max(total as u64);
            if declared > self.max_len as u64 {
                let (offset, limit) = (self.offset, self.max_len);
                return Err(self.end_with(ReadError::TooLong { context: F::CONTEXT, offset, len: declared, limit }));
            }
            if matches!(F::frame(window), Frame::Ready(_)) && total <= window.len() {
                return Ok(Some(total));
            }
            // Framing is retried only when all requested octets are there, so slow input stays linear.
            while self.window().len() < total {
                match self.fill(total) {
                    Ok(0) => return self.last::<F>(),
                    Ok(_) => {}
                    Err(source) => {
                        let offset = self.offset.saturating_add(self.window().len() as u64);
                        return Err(self.end_with(ReadError::Io { offset, source }));
                    }
                }
            }
        }
    }

    /// The end of the input: what is left is a frame, part of one, or nothing.
    #[cold]
    fn last<F: Framing>(&mut self) -> Result<Option<usize>, ReadError> {
        let window = self.window();
        if window.is_empty() {
            self.ended = true;
            return Ok(None);
        }
        let missing = match F::frame(window) {
            Frame::Ready(len) if len <= window.len() => return Ok(Some(len)),
            Frame::Ready(len) => len.saturating_sub(window.len()),
            Frame::Need(missing) => missing,
        };
        let error = F::truncated(missing, self.offset);
        Err(self.end_with(ReadError::Framing(error)))
    }

    #[cold]
    fn end_with(&mut self, error: ReadError) -> ReadError {
        self.ended = true;
        self.cut = self.start;
        self.start = self.end;
        error
    }

    /// Reads once; 0 means the end of the input. `total` octets are needed from `start` on: a full buffer grows, to at most three
    /// times the octets that arrived.
    pub(crate) fn fill(&mut self, total: usize) -> io::Result<usize> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end = self.end.saturating_sub(self.start);
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            let (now, enough) = (self.buffer.len(), total.max(self.end.saturating_add(1)));
            let len = if now.saturating_mul(3) >= enough { enough } else { now.saturating_mul(2) };
            self.buffer.reserve_exact(len.saturating_sub(now));
            self.buffer.resize(len, 0);
        }
        let space = self.buffer.get_mut(self.end..).unwrap_or_default();
        let room = space.len();
        loop {
            match self.input.read(space) {
                Ok(count) => {
                    let count = count.min(room);
                    self.end = self.end.saturating_add(count);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<R> FrameReader<R> {
    /// Offset of the next frame. After an error, of the damaged one.
    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    pub(crate) const fn max_len(&self) -> usize {
        self.max_len
    }

    /// The underlying input, which knows its compression.
    pub(crate) const fn input(&self) -> &Decompress<R> {
        &self.input
    }

    /// The buffer, for tests of how it grows.
    #[cfg(test)]
    pub(crate) fn buffer(&self) -> &[u8] {
        &self.buffer
    }
}
