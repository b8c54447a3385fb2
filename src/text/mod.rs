//! Elements as lines of text.
//!
//! [`bgpdump`] writes the line that `bgpdump -m` prints, field for field. With the feature `serde`, [`json`] gives the form for
//! JSON lines.

pub mod bgpdump;
#[cfg(feature = "serde")]
pub mod json;
