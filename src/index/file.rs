//! The archive of an index: whether it is the same, and the octets of its parts.

use std::collections::BTreeSet;
use std::fmt;
use std::format;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::prelude::v1::*;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;
use std::vec;

use super::{Extent, Index, Part};
use crate::mrt::{ReadContext, Record, Run};

/// Octets at each end of a file that are hashed.
const ENDS: u64 = 64 << 10;

/// Octets of a file that have a sum of their own.
pub(super) const SUM_LEN: u64 = 256 << 10;

/// A sum of octets, word by word: one changed word changes it.
fn sum(octets: &[u8]) -> u64 {
    let (words, rest) = octets.as_chunks();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(last, octet)| *last = *octet);
    let add = |sum: u64, word: &[u8; 8]| (sum.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    words.iter().chain([&last]).fold(octets.len() as u64, add)
}

/// The sums of all octets of a file, [`SUM_LEN`] at a time.
pub(super) fn sums(file: &mut File) -> io::Result<Vec<u64>> {
    file.rewind()?;
    let (mut sums, mut octets) = (Vec::new(), Vec::new());
    loop {
        octets.clear();
        if Read::by_ref(file).take(SUM_LEN).read_to_end(&mut octets)? == 0 {
            return Ok(sums);
        }
        sums.push(sum(&octets));
    }
}

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
    /// What was decoded last from a restart point, and its place in the list.
    decoded: Option<(usize, Vec<u8>)>,
    /// The sums of the file that were checked, by number.
    checked: BTreeSet<u64>,
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
        let (context, checked) = ((0, ReadContext::new()), BTreeSet::new());
        Ok(Self { index, file, needed: needed.into_iter(), len, context, decoded: None, checked })
    }

    /// Checks now that all octets of the file that will be read are those of which the index was made: an archive that has changed is
    /// found before the first run. Without it, they are checked run by run.
    ///
    /// # Errors
    /// They are not, or cannot be read.
    pub fn checked(mut self) -> io::Result<Self> {
        for part in self.needed.as_slice().to_vec() {
            self.check(part.place)?;
            if let Some(place) = self.table(part.table) {
                self.check(place)?;
            }
        }
        Ok(self)
    }

    /// The place of a table, by its number.
    fn table(&self, number: u32) -> Option<Extent> {
        usize::try_from(number).ok().and_then(|n| self.index.tables.get(n.checked_sub(1)?).copied())
    }

    /// Checks the sums of the octets of the file that have a place.
    fn check(&mut self, place: Extent) -> io::Result<()> {
        let end = place.offset.saturating_add(place.len.into());
        let (first, end) = match &self.index.restart_points {
            None => (place.offset, end),
            Some(points) => {
                let octets = |octet: u64| points.octets(points.before(octet)?, self.index.fingerprint.len);
                let there = octets(place.offset).zip(octets(end.saturating_sub(1)));
                there.map(|((first, _), (_, end))| (first, end)).ok_or_else(does_not_fit)?
            }
        };
        for number in first / SUM_LEN..end.div_ceil(SUM_LEN) {
            if !self.checked.contains(&number) {
                let offset = number.saturating_mul(SUM_LEN);
                let octets = octets_at(&mut self.file, offset, SUM_LEN.min(self.index.fingerprint.len.saturating_sub(offset)))?;
                let expected = usize::try_from(number).ok().and_then(|number| self.index.sums.get(number));
                if expected != Some(&sum(&octets)) {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "the archive has changed since"));
                }
                self.checked.insert(number);
            }
        }
        Ok(())
    }

    /// Octets of the archive, decompressed, that all of them have; and of the whole archive.
    pub const fn octets(&self) -> (u64, u64) {
        (self.len, self.index.len)
    }

    fn part(&mut self, part: &Part) -> io::Result<Run> {
        if part.table != self.context.0 {
            let place = self.table(part.table).ok_or_else(does_not_fit)?;
            let octets = self.octets_of(place)?;
            let record = Record::parse_at(&octets, place.offset).map_err(|_| does_not_fit())?;
            let mut context = ReadContext::new();
            context.observe(&record);
            self.context = (part.table, context);
        }
        let octets = self.octets_of(part.place)?;
        Run::of(octets, &part.lens, part.place.offset, part.number, self.context.1.clone()).ok_or_else(does_not_fit)
    }

    fn octets_of(&mut self, place: Extent) -> io::Result<Vec<u8>> {
        self.check(place)?;
        let Some(points) = &self.index.restart_points else {
            return octets_at(&mut self.file, place.offset, place.len.into());
        };
        let end = place.offset.saturating_add(place.len.into());
        let mut octets = Vec::new();
        let mut at = place.offset;
        while at < end {
            let n = points.before(at).ok_or_else(does_not_fit)?;
            let before = points.decoded(n).ok_or_else(does_not_fit)?;
            if self.decoded.as_ref().is_none_or(|(last, _)| *last != n) {
                let (first, end) = points.octets(n, self.index.fingerprint.len).ok_or_else(does_not_fit)?;
                let compressed = octets_at(&mut self.file, first, end.saturating_sub(first))?;
                let decoded = points.decode(n, &compressed, self.index.len).ok_or_else(does_not_fit)?;
                self.decoded = Some((n, decoded));
            }
            let Some((_, decoded)) = &self.decoded else { return Err(does_not_fit()) };
            let index = |offset: u64| usize::try_from(offset.saturating_sub(before)).unwrap_or(usize::MAX);
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

/// A new file beside another, and its path.
pub(super) fn beside(path: &Path) -> io::Result<(PathBuf, File)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    loop {
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
        let beside = PathBuf::from(beside);
        match File::create_new(&beside) {
            Ok(file) => return Ok((beside, file)),
            // Of a process that ended early.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(e),
        }
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
