//! Where a frame ends.

use crate::error::{Context, Error, ErrorKind};

/// How much of the input the next frame takes: a record of an archive, a message of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is a frame or there is not yet")]
pub enum Frame {
    /// A frame of this many octets is there.
    Ready(usize),
    /// At least this many octets more are needed.
    Need(usize),
}

/// How a protocol divides its input, by the header at the front of each frame.
pub(crate) trait Framing: Copy {
    /// Octets of a header.
    const HEADER_LEN: usize;
    /// The part of the protocol that errors of framing are of.
    const CONTEXT: Context;

    /// The header at the front of some octets; `None` where it is cut.
    fn read(bytes: &[u8]) -> Option<Self>;

    /// Octets that the header declares, with its own.
    fn declared_len(&self) -> u64;

    /// The end of the frame at the front of some octets.
    fn frame(bytes: &[u8]) -> Frame;

    /// What is wrong with a header.
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
