//! Finding the end of a frame.

use crate::error::{Context, Error, ErrorKind};

/// How many octets the next frame takes: a record of an archive, a message of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a frame is complete or not yet")]
pub enum Frame {
    /// A complete frame of this many octets.
    Ready(usize),
    /// At least this many more octets are needed.
    Need(usize),
}

/// How a protocol frames its input, by the header at the start of each frame.
pub(crate) trait Framing: Copy {
    /// Octets of a header.
    const HEADER_LEN: usize;
    /// The part of the protocol named in framing errors.
    const CONTEXT: Context;

    /// The header at the start of some octets; `None` if truncated.
    fn read(bytes: &[u8]) -> Option<Self>;

    /// Octets declared by the header, including itself.
    fn declared_len(&self) -> u64;

    /// The end of the first frame in some octets.
    fn frame(bytes: &[u8]) -> Frame;

    /// The error of a header.
    #[cold]
    fn error(kind: ErrorKind, offset: u64) -> Error {
        Error::new(kind, offset).within(Self::CONTEXT, crate::error::Action::None)
    }

    /// The input ends inside a frame.
    #[cold]
    fn truncated(missing: usize, offset: u64) -> Error {
        Self::error(ErrorKind::Truncated(u32::try_from(missing).unwrap_or(u32::MAX)), offset)
    }
}
