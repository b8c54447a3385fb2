//! Errors of compressed input.

use std::fmt;
use std::io;
use std::prelude::v1::*;

use super::Compression;
#[cfg(doc)]
use super::Decompress;

/// Why compressed input could not be read further; inside the [`io::Error`] that [`Decompress`] returns.
///
/// ```no_run
/// # use std::io::{self, Read};
/// # use routeglass::io::{Decompress, DecompressError};
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
    pub(super) format: Compression,
    pub(super) kind: DecompressErrorKind,
    pub(super) stream: u64,
    pub(super) offset: u64,
    pub(super) decoded: u64,
    pub(super) detail: Option<Box<str>>,
}

/// Kinds of errors in compressed input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecompressErrorKind {
    /// The crate was built without the feature that reads this format.
    FeatureOff,
    /// The input ends inside a member, stream or frame.
    Truncated,
    /// Bytes that the format does not allow, or a wrong checksum.
    Corrupt,
    /// Bytes after a complete member, stream or frame that start no further one.
    TrailingBytes,
    /// Valid, but with a window beyond the limit ([`Decompress::with_max_window`]), an external dictionary, or an unknown
    /// extension.
    Unsupported,
}

impl DecompressError {
    /// The format being read.
    pub const fn compression(&self) -> Compression {
        self.format
    }

    /// The kind of error.
    pub const fn kind(&self) -> DecompressErrorKind {
        self.kind
    }

    /// Where the damaged member, stream or frame starts, in bytes of compressed input.
    pub const fn stream_offset(&self) -> u64 {
        self.stream
    }

    /// How far the compressed input had been read when the error was found, in bytes. The damage is there or, if only a checksum
    /// detected it, before.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Number of bytes decoded before this error.
    pub const fn decoded(&self) -> u64 {
        self.decoded
    }

    pub(super) fn io_kind(&self) -> io::ErrorKind {
        match self.kind {
            DecompressErrorKind::FeatureOff | DecompressErrorKind::Unsupported => io::ErrorKind::Unsupported,
            DecompressErrorKind::Truncated => io::ErrorKind::UnexpectedEof,
            DecompressErrorKind::Corrupt | DecompressErrorKind::TrailingBytes => io::ErrorKind::InvalidData,
        }
    }
}

impl fmt::Display for DecompressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, stream, offset, decoded, .. } = self;
        let piece = format.piece();
        match self.kind {
            DecompressErrorKind::FeatureOff => {
                return write!(f, "input is {format}, which needs the feature {:?}", format.feature());
            }
            DecompressErrorKind::Truncated => {
                write!(f, "{format} {piece} at byte {stream} is cut short at byte {offset}")?;
            }
            DecompressErrorKind::Corrupt => {
                write!(f, "{format} {piece} at byte {stream} is corrupt near byte {offset}")?;
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
