//! Files and streams, for any framed protocol: decompression, a reader with a growing buffer, and recovery after framing is lost.
//!
//! A protocol defines where its frames end and which are believable ([`mrt::Reader`](crate::mrt::Reader) and
//! [`mrt::recover`](crate::mrt::recover) for archives); everything else is shared.

mod frame;
mod recover;

#[cfg(feature = "std")]
mod compress;
#[cfg(feature = "std")]
mod reader;

#[cfg(feature = "rayon")]
pub(crate) use compress::{Bzip2Block, GzipPoint, RestartPoints};
#[cfg(feature = "rayon")]
pub use compress::{MOST_THREADS, ParDecompress, Passed};
pub use frame::Frame;
pub(crate) use frame::Framing;
pub use recover::Gap;
pub(crate) use recover::{Judgement, Recoverable, Recovery, Soundness, Step, Window};
#[cfg(feature = "std")]
pub use {
    compress::{Compression, Decompress, DecompressError, DecompressErrorKind},
    reader::{ReadError, ReaderOptions},
};
#[cfg(feature = "std")]
pub(crate) use {
    reader::{FrameReader, open},
    recover::RecoveringFrames,
};
