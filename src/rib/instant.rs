//! The table of an instant: a table dump and the updates up to then, from files in any order.

use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::vec::Vec;

use core::cmp::Reverse;
use core::fmt;
use core::net::Ipv4Addr;
use core::ops::RangeInclusive;

use super::table::Rib;
use crate::codes::MrtType;
use crate::error::Error;
use crate::io::ReadError;
use crate::mrt::{Body, Peers, Reader, RecordBuf};

/// What is wrong with a file: it cannot be opened or read on, or one of its records is damaged.
#[derive(Debug)]
#[non_exhaustive]
pub enum Damage {
    /// There is nothing to read: it cannot be opened.
    Open(io::Error),
    /// Reading ends here.
    Read(ReadError),
    /// A record or a part of one was left out.
    Record(Error),
}

impl Damage {
    /// Where it is: octets of decompressed input.
    pub fn offset(&self) -> u64 {
        match self {
            Self::Open(_) => 0,
            Self::Read(e) => e.offset(),
            Self::Record(e) => e.offset(),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(e) => fmt::Display::fmt(e, f),
            Self::Read(e) => fmt::Display::fmt(e, f),
            Self::Record(e) => fmt::Display::fmt(e, f),
        }
    }
}

impl core::error::Error for Damage {}

impl From<io::Error> for Damage {
    fn from(e: io::Error) -> Self {
        Self::Open(e)
    }
}

impl From<ReadError> for Damage {
    fn from(e: ReadError) -> Self {
        Self::Read(e)
    }
}

/// A file whose first record has been looked at.
struct Archive {
    path: PathBuf,
    start: u32,
    /// Whose table it is: collector and view; `None` for updates.
    table: Option<(Ipv4Addr, Vec<u8>)>,
}

/// An archive of updates that is being read.
struct Stream<R> {
    path: PathBuf,
    reader: Reader<R>,
    peers: Peers,
    next: RecordBuf,
}

/// Looks at the first record of a file; `None` for one that is empty.
fn look(path: &Path, input: impl Read) -> Result<Option<Archive>, ReadError> {
    let mut reader = Reader::new(input)?;
    let Some(record) = reader.next_record()? else { return Ok(None) };
    let table = match (record.kind(), record.body()) {
        (_, Ok(Body::PeerIndexTable(table))) => Some((table.collector(), table.view_name().to_vec())),
        (MrtType::TABLE_DUMP | MrtType::TABLE_DUMP_V2, _) => Some((Ipv4Addr::UNSPECIFIED, Vec::new())),
        _ => None,
    };
    Ok(Some(Archive { path: path.to_path_buf(), start: record.timestamp().seconds, table }))
}

impl Rib {
    /// The table as it was at an instant, in seconds since 1970 (UTC): of each collector and view the latest table dump that had
    /// begun by then, and on top of it every update up to and including that second.
    ///
    /// The files are table dumps and updates of any compression, in any order; updates are applied by their time, across files.
    /// Updates older than the dump are left out: it has them. Without a dump the table starts empty. Without an instant all is
    /// applied. `report` gets the file and what is wrong with it; everything else is applied all the same.
    pub fn load(self, files: &[impl AsRef<Path>], at: Option<u32>, report: impl FnMut(&Path, Damage)) -> Self {
        self.load_with(files, at, |path| File::open(path), report)
    }

    /// The same from anything that `open` makes of the names: to show progress, or for what is no file.
    ///
    /// A name is opened once to look at its first record, and once more to be read if the instant has need of it.
    pub fn load_with<R: Read>(
        mut self,
        files: &[impl AsRef<Path>],
        at: Option<u32>,
        mut open: impl FnMut(&Path) -> io::Result<R>,
        mut report: impl FnMut(&Path, Damage),
    ) -> Self {
        let limit = at.unwrap_or(u32::MAX);
        let (mut tables, mut updates) = (BTreeMap::<_, Archive>::new(), Vec::new());
        for path in files {
            let path = path.as_ref();
            match open(path).map_err(Damage::from).and_then(|input| Ok(look(path, input)?)) {
                Ok(Some(archive)) if archive.start > limit => {}
                Ok(Some(archive)) => match archive.table.clone() {
                    Some(of) => {
                        let there = tables.get(&of).map(|known: &Archive| known.start);
                        if there.is_none_or(|start| start < archive.start) {
                            tables.insert(of, archive);
                        }
                    }
                    None => updates.push(archive),
                },
                Ok(None) => {}
                Err(damage) => report(path, damage),
            }
        }
        let from = tables.values().map(|archive| archive.start).min().unwrap_or(0);
        for archive in tables.values() {
            self.load_table(&archive.path, limit, &mut open, &mut report);
        }
        updates.sort_by_key(|archive| archive.start);
        self.load_updates(updates.into(), from..=limit, &mut open, &mut report);
        self.time = at.unwrap_or(self.time);
        self
    }

    fn load_table<R: Read>(
        &mut self,
        path: &Path,
        limit: u32,
        open: &mut impl FnMut(&Path) -> io::Result<R>,
        report: &mut impl FnMut(&Path, Damage),
    ) {
        let mut peers = Peers::new();
        let mut reader = match open(path).map_err(Damage::from).and_then(|input| Ok(Reader::new(input)?)) {
            Ok(reader) => reader,
            Err(damage) => return report(path, damage),
        };
        loop {
            match reader.next_record() {
                // A table takes minutes to write: its records are of the instant at which it began.
                Ok(Some(record)) => {
                    let is_table = matches!(record.kind(), MrtType::TABLE_DUMP | MrtType::TABLE_DUMP_V2);
                    if is_table || record.timestamp().seconds <= limit {
                        self.apply_record(&record, &mut peers, |e| report(path, Damage::Record(e)));
                    }
                }
                Ok(None) => return,
                Err(e) => return report(path, Damage::Read(e)),
            }
        }
    }

    /// Applies archives of updates, sorted by their start, record by record in the order of time.
    fn load_updates<R: Read>(
        &mut self,
        mut waiting: VecDeque<Archive>,
        seconds: RangeInclusive<u32>,
        open: &mut impl FnMut(&Path) -> io::Result<R>,
        report: &mut impl FnMut(&Path, Damage),
    ) {
        let mut streams: Vec<Option<Stream<R>>> = Vec::new();
        // Time of the next record, and the stream; ties go to the archive that started first.
        let mut heap = BinaryHeap::new();
        loop {
            let next = heap.peek().map(|Reverse((time, _)): &Reverse<(u32, usize)>| *time);
            let due = waiting.front().is_some_and(|archive| next.is_none_or(|time| archive.start <= time));
            if due && let Some(archive) = waiting.pop_front() {
                if let Some(stream) = start(archive.path, open, report) {
                    heap.push(Reverse((stream.next.as_record().timestamp().seconds, streams.len())));
                    streams.push(Some(stream));
                }
                continue;
            }
            let Some(Reverse((time, number))) = heap.pop() else { return };
            let Some(slot) = streams.get_mut(number) else { return };
            let Some(stream) = slot else { continue };
            if seconds.contains(&time) {
                let path = &stream.path;
                self.apply_record(&stream.next.as_record(), &mut stream.peers, |e| report(path, Damage::Record(e)));
            }
            match stream.reader.next() {
                Some(Ok(record)) => {
                    heap.push(Reverse((record.as_record().timestamp().seconds, number)));
                    stream.next = record;
                }
                Some(Err(e)) => {
                    report(&stream.path, Damage::Read(e));
                    *slot = None;
                }
                None => *slot = None,
            }
        }
    }
}

fn start<R: Read>(
    path: PathBuf,
    open: &mut impl FnMut(&Path) -> io::Result<R>,
    report: &mut impl FnMut(&Path, Damage),
) -> Option<Stream<R>> {
    let opened = open(&path).map_err(Damage::from).and_then(|input| {
        let mut reader = Reader::new(input)?;
        Ok((reader.next().transpose()?, reader))
    });
    match opened {
        Ok((next, reader)) => Some(Stream { next: next?, path, reader, peers: Peers::new() }),
        Err(damage) => {
            report(&path, damage);
            None
        }
    }
}
