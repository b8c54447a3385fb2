//! Elements as text.
//!
//! [`bgpdump`] writes the line that `bgpdump -m` prints, field for field. With the feature `serde`, [`json`] gives the form for
//! JSON lines, and [`columns`] rows of comma-separated or tab-separated values.

pub mod bgpdump;
#[cfg(feature = "serde")]
pub mod columns;
#[cfg(feature = "serde")]
pub mod json;
mod memo;
#[cfg(feature = "python")]
pub(crate) mod plain;
pub(crate) mod put;
#[cfg(feature = "serde")]
mod value;
