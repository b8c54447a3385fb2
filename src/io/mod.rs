//! Files and streams, whatever protocol frames them: decompression, a reader with a buffer that grows as far as octets arrive, and
//! reading on where framing is lost.
//!
//! A protocol says where its frames end and which of them are believable ([`mrt::Reader`](crate::mrt::Reader) and
//! [`mrt::recover`](crate::mrt::recover) for archives); how octets get there is the same for all of them.

mod frame;
mod recover;

#[cfg(feature = "std")]
mod compress;
#[cfg(feature = "std")]
mod reader;

#[cfg(feature = "std")]
pub use compress::{Compression, Decompress, DecompressError, DecompressErrorKind};
pub use frame::Frame;
pub(crate) use frame::Framing;
#[cfg(feature = "std")]
pub(crate) use reader::{FrameReader, open};
#[cfg(feature = "std")]
pub use reader::{ReadError, ReaderOptions};
pub use recover::Gap;
#[cfg(feature = "std")]
pub(crate) use recover::RecoveringFrames;
pub(crate) use recover::{Judgement, Recoverable, Recovery, Soundness, Step, Window};
