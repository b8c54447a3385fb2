//! Where the decoding of a compressed file can begin, besides its start.

use std::prelude::v1::*;

use super::points::{Bzip2Block, GzipPoint, MOST_APART};

/// No block of bzip2 has more bits: 900,000 symbols of 20 bits, and its tables.
const MOST_BITS: u64 = 24 << 20;

/// The restart points of a file, in order: what begins with each goes to the next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum RestartPoints {
    Bzip2(Vec<Bzip2Block>),
    Gzip(Vec<GzipPoint>),
}

impl RestartPoints {
    /// The number of decoded octets before a point.
    pub(crate) fn decoded(&self, n: usize) -> Option<u64> {
        match self {
            Self::Bzip2(blocks) => blocks.get(n).map(|block| block.decoded),
            Self::Gzip(points) => points.get(n).map(|point| point.decoded),
        }
    }

    /// The last point that is not after a decoded octet.
    pub(crate) fn before(&self, octet: u64) -> Option<usize> {
        let after = match self {
            Self::Bzip2(blocks) => blocks.partition_point(|block| block.decoded <= octet),
            Self::Gzip(points) => points.partition_point(|point| point.decoded <= octet),
        };
        after.checked_sub(1)
    }

    /// The octets of the file that have what begins with a point: the first, and the one after the last.
    pub(crate) fn octets(&self, n: usize, file_len: u64) -> Option<(u64, u64)> {
        match self {
            Self::Bzip2(blocks) => blocks.get(n).map(|block| (block.start >> 3, block.end.div_ceil(8))),
            Self::Gzip(points) => {
                let next = points.get(n.saturating_add(1));
                let end = next.map_or(file_len, |next| next.offset.saturating_add(u64::from(next.bit > 0)));
                points.get(n).map(|point| (point.offset, end))
            }
        }
    }

    /// Decodes what begins with a point from these octets; `len` is the number of all decoded octets of the file.
    pub(crate) fn decode(&self, n: usize, octets: &[u8], len: u64) -> Option<Vec<u8>> {
        match self {
            Self::Bzip2(blocks) => decode_bzip2(octets, blocks.get(n)?),
            Self::Gzip(points) => {
                let end = points.get(n.saturating_add(1)).map_or(len, |next| next.decoded);
                let point = points.get(n)?;
                decode_gzip(octets, point, usize::try_from(end.checked_sub(point.decoded)?).ok()?)
            }
        }
    }

    /// Whether they can be those of a file of so many octets, and so many when decoded.
    pub(crate) fn are_sound(&self, file_len: u64, len: u64) -> bool {
        match self {
            Self::Bzip2(blocks) => {
                let bits = file_len.saturating_mul(8);
                let is_block = |block: &Bzip2Block| {
                    let size = block.end.checked_sub(block.start);
                    size.is_some_and(|size| size <= MOST_BITS) && block.end <= bits && (b'1'..=b'9').contains(&block.level)
                };
                let in_order = blocks.is_sorted_by(|a, b| a.end <= b.start && a.decoded < b.decoded);
                in_order && blocks.iter().all(is_block) && blocks.first().is_none_or(|first| first.decoded == 0)
            }
            Self::Gzip(points) => {
                let starts =
                    points.first().is_some_and(|first| (first.offset, first.decoded) == (0, 0) && first.window.is_none());
                let most = MOST_APART as u64;
                let is_part = |n: usize| {
                    let end = points.get(n.saturating_add(1)).map_or(len, |next| next.decoded);
                    let decoded = self.decoded(n).and_then(|start| end.checked_sub(start));
                    let octets = self.octets(n, file_len).and_then(|(first, end)| end.checked_sub(first));
                    // One octet more, which the next begins in.
                    decoded.is_some_and(|len| len <= most) && octets.is_some_and(|len| len <= most.saturating_add(1))
                };
                let is_point = |point: &GzipPoint| point.bit < 8 && (point.bit == 0 || point.window.is_some());
                let in_order = points.is_sorted_by(|a, b| a.offset <= b.offset && a.decoded < b.decoded);
                starts && in_order && points.iter().all(is_point) && (0..points.len()).all(is_part)
            }
        }
    }
}

#[cfg(feature = "bz2")]
fn decode_bzip2(octets: &[u8], block: &Bzip2Block) -> Option<Vec<u8>> {
    super::blocks::decode(octets, block.start, block.end, block.level)
}

#[cfg(feature = "gz")]
use super::gzip_points::decode as decode_gzip;

/// Without the feature nothing of it is decoded.
#[cfg(not(feature = "bz2"))]
const fn decode_bzip2(_: &[u8], _: &Bzip2Block) -> Option<Vec<u8>> {
    None
}

/// Without the feature nothing of it is decoded.
#[cfg(not(feature = "gz"))]
const fn decode_gzip(_: &[u8], _: &GzipPoint, _: usize) -> Option<Vec<u8>> {
    None
}
