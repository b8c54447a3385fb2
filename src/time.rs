//! Times as archives and feeds have them.

use core::fmt;

/// When something happened, in seconds since 1970 (UTC), with microseconds where the record has them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub struct Timestamp {
    /// Seconds since 1970-01-01 00:00 UTC.
    pub seconds: u32,
    /// Microseconds, where the carrier has them (the `_ET` types of MRT); as on the wire, so a damaged one may be 1,000,000 or
    /// more.
    pub micros: Option<u32>,
}

impl Timestamp {
    /// The first second of 1970: what stands where no time is known.
    pub const EPOCH: Self = Self { seconds: 0, micros: None };

    /// A time in whole seconds since 1970-01-01 00:00 UTC.
    pub const fn from_seconds(seconds: u32) -> Self {
        Self { seconds, micros: None }
    }

    /// The same second and this many microseconds.
    #[must_use]
    pub const fn with_micros(mut self, micros: u32) -> Self {
        self.micros = Some(micros);
        self
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.micros {
            Some(micros) => write!(f, "{}.{micros:06}", self.seconds),
            None => fmt::Display::fmt(&self.seconds, f),
        }
    }
}
