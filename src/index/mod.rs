//! Indexes of archives: which parts a question needs.
//!
//! An [`Index`] says of each part of an archive, a run of records, which times, peers, families and addresses its elements have.
//! A filter that none of them can match need not read it. It is kept in a file beside the archive ([`Index::path`]) with the
//! archive's length, time of change, and sums of its octets: an index that does not fit is not used. The octets that are read are
//! checked.
//!
//! Archives can be uncompressed, or compressed by bzip2, whose blocks are decoded one by one, or by gzip: an index has a restart point
//! for each 2 MiB of what it decodes to. The other formats cannot be read from the middle.

mod file;
mod format;

pub use file::IndexedRuns;

use core::fmt;
use core::num::NonZeroUsize;
use core::ops::ControlFlow;
use std::format;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::prelude::v1::*;

use crate::filter::{Filter, Summary};
use crate::io::{Compression, Decompress, ReadError, ReaderOptions, RestartPoints};
use crate::mrt::{Body, ReadContext, Reader, Record, Run};

use file::Fingerprint;

/// The octets of a record in the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Extent {
    offset: u64,
    len: u32,
}

/// A part of an archive: a run of records.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Part {
    place: Extent,
    /// Number of its first record.
    number: u64,
    /// The peer table in force before it: its number in the list of tables, from 1; 0 for none.
    table: u32,
    /// Whether it must be read whatever is asked: it has findings, or records without elements.
    always: bool,
    /// The lengths of its records, if they do not follow from its octets.
    lens: Vec<u32>,
    summary: Summary,
}

/// The index of an archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Index {
    fingerprint: Fingerprint,
    /// Sums of the file's octets.
    sums: Vec<u64>,
    /// Of a compressed file.
    restart_points: Option<RestartPoints>,
    /// Decompressed octets.
    len: u64,
    tables: Vec<Extent>,
    parts: Vec<Part>,
}

/// Why there is no index, or it is not used.
#[derive(Debug)]
#[non_exhaustive]
pub enum IndexError {
    /// A file cannot be read or written.
    Io(io::Error),
    /// The archive cannot be read to its end.
    Archive(ReadError),
    /// The archive is in a format that cannot be read from the middle, or a damaged file.
    Unsupported(&'static str),
    /// The archive has changed since.
    Stale,
    /// The index is damaged, of another version, or no index.
    Damaged(&'static str),
}

impl fmt::Display for IndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(e) => e.fmt(f),
            Self::Archive(e) => e.fmt(f),
            Self::Unsupported(what) => write!(f, "{what} cannot be read from the middle"),
            Self::Stale => f.write_str("the archive has changed since"),
            Self::Damaged(what) => write!(f, "it is damaged: {what}"),
        }
    }
}

impl core::error::Error for IndexError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io(e) => e.source(),
            Self::Archive(e) => e.source(),
            _ => None,
        }
    }
}

impl From<io::Error> for IndexError {
    fn from(e: io::Error) -> Self {
        Self::Io(e)
    }
}

/// The messages after which nothing is said about path identifiers any more: the command weighs as many.
const WEIGHED: u64 = 4096;

/// A part as a thread sees it: without the table in force.
struct Seen {
    part: Part,
    tables: Vec<Extent>,
    messages: u64,
}

fn see(run: &Run) -> Seen {
    let (mut context, mut summary, mut always) = (run.context().clone(), Summary::new(), false);
    let (mut len, mut tables, mut messages) = (0_usize, Vec::new(), 0_u64);
    for record in run.records() {
        let octets = record.as_bytes().len();
        len = len.saturating_add(octets);
        if is_table(&record) {
            tables.push(Extent { offset: record.offset(), len: u32::try_from(octets).unwrap_or(u32::MAX) });
        }
        messages = messages.saturating_add(u64::from(matches!(record.body(), Ok(Body::Message(_)))));
        let mut has_any = false;
        for element in record.elements(&mut context) {
            match element {
                Ok(element) => {
                    has_any = true;
                    summary.add(&element);
                }
                Err(_) => always = true,
            }
        }
        always |= !has_any;
        record.findings(&context, |_| always = true);
    }
    summary.finish();
    let place = Extent { offset: run.offset(), len: u32::try_from(len).unwrap_or(u32::MAX) };
    let lens = run.odd_lens().to_vec();
    Seen { part: Part { place, number: run.number(), table: 0, always, lens, summary }, tables, messages }
}

/// Whether a record replaces the peer table, even if it is damaged.
fn is_table(record: &Record<'_>) -> bool {
    use crate::codes::{MrtType, TableDumpV2Subtype};
    record.kind() == MrtType::TABLE_DUMP_V2 && record.subtype() == TableDumpV2Subtype::PEER_INDEX_TABLE.0
}

impl Index {
    /// Reads an archive, in several threads, and makes its index.
    ///
    /// # Errors
    /// The archive cannot be read to its end, or not from the middle; it has changed meanwhile.
    pub fn of(archive: impl AsRef<Path>, threads: NonZeroUsize) -> Result<Self, IndexError> {
        let archive = archive.as_ref();
        let mut file = File::open(archive)?;
        let fingerprint = Fingerprint::of(&mut file)?;
        let input = Decompress::new(file)?;
        let format = input.compression();
        match format {
            None | Some(Compression::Bzip2 | Compression::Gzip) => {}
            Some(Compression::Xz) => return Err(IndexError::Unsupported("an xz file")),
            Some(Compression::Zstd) => return Err(IndexError::Unsupported("a zstd file")),
            Some(Compression::Lz4) => return Err(IndexError::Unsupported("an lz4 file")),
        }
        // Points are found by the threads that decode.
        let mut input = input.for_restart_points(threads)?;
        let (mut parts, mut tables, mut messages, mut len) = (Vec::new(), Vec::<Extent>::new(), 0_u64, 0_u64);
        let take = |Seen { mut part, tables: more, messages: count }| {
            part.table = u32::try_from(tables.len()).unwrap_or(u32::MAX);
            part.always |= count > 0 && messages < WEIGHED;
            messages = messages.saturating_add(count);
            len = part.place.offset.saturating_add(part.place.len.into());
            tables.extend(more);
            parts.push(part);
            ControlFlow::<()>::Continue(())
        };
        let mut reader = Reader::plain(&mut input, ReaderOptions::default());
        let flow = reader.par_runs(&mut ReadContext::new(), threads, |run| see(&run), take);
        let _all = flow.map_err(IndexError::Archive)?;
        drop(reader);
        let restart_points = match (format, input.restart_points()) {
            (None, _) => None,
            (Some(_), Some(points)) if points.are_sound(fingerprint.len, len) => Some(points),
            (Some(Compression::Gzip), _) => {
                return Err(IndexError::Unsupported("a gzip file with 64 MiB in which no block begins"));
            }
            (Some(_), _) => return Err(IndexError::Unsupported("a bzip2 file whose blocks are not found")),
        };
        let mut file = File::open(archive)?;
        let sums = file::sums(&mut file)?;
        if Fingerprint::of(&mut file)? != fingerprint {
            return Err(IndexError::Stale);
        }
        Ok(Self { fingerprint, sums, restart_points, len, tables, parts })
    }

    /// The path of an archive's index: `.rgx` after its name.
    pub fn path(archive: impl AsRef<Path>) -> PathBuf {
        let mut path = archive.as_ref().as_os_str().to_owned();
        path.push(".rgx");
        path.into()
    }

    /// Writes the index beside the archive: to a file of another name, which is then renamed.
    ///
    /// # Errors
    /// It cannot be written, or a file is there that is no index.
    pub fn write(&self, archive: impl AsRef<Path>) -> io::Result<()> {
        let path = Self::path(archive);
        if format::is_other(&path) {
            let reason = format!("{} is there and is no index", path.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, reason));
        }
        let (beside, mut file) = file::beside(&path)?;
        let written = file.write_all(&self.encode()).and_then(|()| {
            file.sync_all()?;
            std::fs::rename(&beside, &path)
        });
        if written.is_err() {
            // What is left of it is of no use.
            let _ = std::fs::remove_file(&beside);
        }
        written
    }

    /// Reads the index beside an archive; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read, is damaged, or the archive has changed since.
    pub fn read(archive: impl AsRef<Path>) -> Result<Option<Self>, IndexError> {
        let archive = archive.as_ref();
        let octets = match std::fs::read(Self::path(archive)) {
            Ok(octets) => octets,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e.into()),
        };
        let index = Self::decode(&octets)?;
        if Fingerprint::of(&mut File::open(archive)?)? != index.fingerprint {
            return Err(IndexError::Stale);
        }
        Ok(Some(index))
    }

    /// Number of parts.
    pub const fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The runs of records that a question needs, read from the archive: those with an element that the filter may match, and those
    /// with findings or with records without elements.
    ///
    /// The octets of the archive that are read are checked: a run of others is an error ([`IndexedRuns::checked`] finds it before).
    ///
    /// # Errors
    /// The archive cannot be opened.
    pub fn runs<'i>(&'i self, archive: impl AsRef<Path>, filter: &Filter) -> io::Result<IndexedRuns<'i>> {
        let needed = self.parts.iter().filter(|part| part.always || filter.may_match(&part.summary)).collect();
        IndexedRuns::new(self, needed, File::open(archive)?)
    }
}

#[cfg(all(test, feature = "bz2", feature = "gz"))]
#[allow(clippy::unwrap_used, reason = "tests report by panicking")]
mod tests;
