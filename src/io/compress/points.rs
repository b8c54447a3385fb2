//! A place in a compressed file where decoding can begin.

use std::prelude::v1::*;

/// The octets from a point of a gzip file to the next, decoded or not, are held in memory: a file with more has no points.
pub(crate) const MOST_APART: usize = 64 << 20;

/// A block of a bzip2 file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Bzip2Block {
    /// Its first bit, and the one after its last.
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// The level of its stream, as a digit.
    pub(crate) level: u8,
    /// Decoded octets before it.
    pub(crate) decoded: u64,
}

/// The start of a block of a gzip file, or of a member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct GzipPoint {
    /// The octet with its first bit, and the place of the bit, from the lowest.
    pub(crate) offset: u64,
    pub(crate) bit: u8,
    /// Decoded octets before it.
    pub(crate) decoded: u64,
    /// The last of them, compressed by deflate; `None` where a member starts.
    pub(crate) window: Option<Vec<u8>>,
}
