//! The archive of an index: whether it is the same, and the octets of its parts.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::time::UNIX_EPOCH;
use std::vec::{self, Vec};

use super::{Index, Part, Place};
use crate::io::decode_bzip2_block;
use crate::mrt::{ReadContext, Record, Run};

/// Octets at each end of a file that are hashed.
const ENDS: u64 = 64 << 10;

/// What tells a file from another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Fingerprint {
    pub(super) len: u64,
    /// Time of change: seconds since 1970, nanoseconds.
    pub(super) seconds: u64,
    pub(super) nanos: u32,
    /// Hashes of the first and the last octets.
    pub(super) head: u64,
    pub(super) tail: u64,
}

/// FNV-1a with 64 bits.
pub(super) fn hash(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |hash, octet| (hash ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3))
}

impl Fingerprint {
    /// Leaves the file at its start.
    pub(super) fn of(file: &mut File) -> io::Result<Self> {
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "is no regular file"));
        }
        let len = metadata.len();
        let changed = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut end = |offset: u64| {
            let mut octets = Vec::new();
            file.seek(SeekFrom::Start(offset))?;
            Read::by_ref(file).take(ENDS).read_to_end(&mut octets)?;
            io::Result::Ok(hash(&octets))
        };
        let (head, tail) = (end(0)?, end(len.saturating_sub(ENDS))?);
        file.rewind()?;
        Ok(Self { len, seconds: changed.as_secs(), nanos: changed.subsec_nanos(), head, tail })
    }
}

/// The runs of an archive that a question needs. From [`Index::runs`].
pub struct IndexedRuns<'i> {
    index: &'i Index,
    file: File,
    needed: vec::IntoIter<&'i Part>,
    /// Octets to read, of the archive decompressed.
    len: u64,
    /// The last table read, and its number.
    context: (u32, ReadContext),
    /// The last block decoded, and its place in the list.
    block: Option<(usize, Vec<u8>)>,
}

impl fmt::Debug for IndexedRuns<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexedRuns").field("left", &self.needed.len()).finish_non_exhaustive()
    }
}

fn does_not_fit() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the index does not fit the archive")
}

impl<'i> IndexedRuns<'i> {
    pub(super) fn new(index: &'i Index, needed: Vec<&'i Part>, file: File) -> io::Result<Self> {
        let len = needed.iter().fold(0_u64, |sum, part| sum.saturating_add(part.place.len.into()));
        Ok(Self { index, file, needed: needed.into_iter(), len, context: (0, ReadContext::new()), block: None })
    }

    /// Octets of the archive, decompressed, that all of them have; and of the whole archive.
    pub const fn octets(&self) -> (u64, u64) {
        (self.len, self.index.len)
    }

    fn part(&mut self, part: &Part) -> io::Result<Run> {
        if part.table != self.context.0 {
            let place = usize::try_from(part.table).ok().and_then(|n| self.index.tables.get(n.checked_sub(1)?).copied());
            let place = place.ok_or_else(does_not_fit)?;
            let octets = self.octets_of(place)?;
            let record = Record::parse_at(&octets, place.offset).map_err(|_| does_not_fit())?;
            let mut context = ReadContext::new();
            context.observe(&record);
            self.context = (part.table, context);
        }
        let octets = self.octets_of(part.place)?;
        Run::of(octets, part.place.offset, part.number, self.context.1.clone()).ok_or_else(does_not_fit)
    }

    fn octets_of(&mut self, place: Place) -> io::Result<Vec<u8>> {
        let Some(blocks) = &self.index.blocks else {
            return octets_at(&mut self.file, place.offset, place.len.into());
        };
        let end = place.offset.saturating_add(place.len.into());
        let mut octets = Vec::new();
        let mut at = place.offset;
        while at < end {
            let n = blocks.partition_point(|block| block.decoded <= at).checked_sub(1).ok_or_else(does_not_fit)?;
            let block = blocks.get(n).ok_or_else(does_not_fit)?;
            if self.block.as_ref().is_none_or(|(last, _)| *last != n) {
                let first = block.start >> 3;
                let compressed = octets_at(&mut self.file, first, block.end.div_ceil(8).saturating_sub(first))?;
                let decoded = decode_bzip2_block(&compressed, block).ok_or_else(does_not_fit)?;
                self.block = Some((n, decoded));
            }
            let Some((_, decoded)) = &self.block else { return Err(does_not_fit()) };
            let index = |offset: u64| usize::try_from(offset.saturating_sub(block.decoded)).unwrap_or(usize::MAX);
            let rest = decoded.get(index(at)..index(end).min(decoded.len())).unwrap_or_default();
            if rest.is_empty() {
                return Err(does_not_fit());
            }
            octets.extend_from_slice(rest);
            at = at.saturating_add(rest.len() as u64);
        }
        Ok(octets)
    }
}

fn octets_at(file: &mut File, offset: u64, len: u64) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    file.seek(SeekFrom::Start(offset))?;
    file.take(len).read_to_end(&mut octets)?;
    if octets.len() as u64 == len { Ok(octets) } else { Err(does_not_fit()) }
}

impl Iterator for IndexedRuns<'_> {
    type Item = io::Result<Run>;

    fn next(&mut self) -> Option<Self::Item> {
        let part = self.needed.next()?;
        Some(self.part(part))
    }
}
