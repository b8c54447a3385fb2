//! The table of an instant: a table dump and the updates up to then, from files in any order.

use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::vec::Vec;

use core::cmp::Reverse;
use core::fmt;
use core::net::Ipv4Addr;

use super::table::Rib;
use crate::codes::MrtType;
use crate::error::Error;
use crate::mrt::{Body, Peers, ReadError, Reader, RecordBuf};

/// What is wrong with a file: it cannot be read on, or one of its records is damaged.
#[derive(Debug)]
#[non_exhaustive]
pub enum Damage {
    /// Reading ends here.
    Read(ReadError),
    /// A record or a part of one was left out.
    Record(Error),
}

impl Damage {
    /// Where it is: octets of decompressed input.
    pub fn offset(&self) -> u64 {
        match self {
            Self::Read(e) => e.offset(),
            Self::Record(e) => e.offset(),
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(e) => fmt::Display::fmt(e, f),
            Self::Record(e) => fmt::Display::fmt(e, f),
        }
    }
}

impl core::error::Error for Damage {}

/// A file whose first record has been looked at.
struct Archive {
    path: PathBuf,
    start: u32,
    /// Whose table it is: collector and view; `None` for updates.
    table: Option<(Ipv4Addr, Vec<u8>)>,
}

/// An archive of updates that is being read.
struct Stream {
    path: PathBuf,
    reader: Reader<File>,
    peers: Peers,
    next: RecordBuf,
}

fn open(path: &Path) -> Result<Option<Archive>, ReadError> {
    let mut reader = Reader::open(path)?;
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
    pub fn load(mut self, files: &[impl AsRef<Path>], at: Option<u32>, mut report: impl FnMut(&Path, Damage)) -> Self {
        let limit = at.unwrap_or(u32::MAX);
        let (mut tables, mut updates) = (BTreeMap::<_, Archive>::new(), Vec::new());
        for path in files {
            match open(path.as_ref()) {
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
                Err(e) => report(path.as_ref(), Damage::Read(e)),
            }
        }
        let from = tables.values().map(|archive| archive.start).min().unwrap_or(0);
        for archive in tables.values() {
            self.load_table(&archive.path, limit, &mut report);
        }
        updates.sort_by_key(|archive| archive.start);
        self.load_updates(updates.into(), from, limit, &mut report);
        self
    }

    fn load_table(&mut self, path: &Path, limit: u32, report: &mut impl FnMut(&Path, Damage)) {
        let mut peers = Peers::new();
        let mut reader = match Reader::open(path) {
            Ok(reader) => reader,
            Err(e) => return report(path, Damage::Read(e)),
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
    fn load_updates(&mut self, mut waiting: VecDeque<Archive>, from: u32, limit: u32, report: &mut impl FnMut(&Path, Damage)) {
        let mut streams: Vec<Option<Stream>> = Vec::new();
        // Time of the next record, and the stream; ties go to the archive that started first.
        let mut heap = BinaryHeap::new();
        loop {
            let next = heap.peek().map(|Reverse((time, _)): &Reverse<(u32, usize)>| *time);
            let due = waiting.front().is_some_and(|archive| next.is_none_or(|time| archive.start <= time));
            if due && let Some(archive) = waiting.pop_front() {
                if let Some(stream) = start(archive.path, report) {
                    heap.push(Reverse((stream.next.as_record().timestamp().seconds, streams.len())));
                    streams.push(Some(stream));
                }
                continue;
            }
            let Some(Reverse((time, number))) = heap.pop() else { return };
            let Some(slot) = streams.get_mut(number) else { return };
            let Some(stream) = slot else { continue };
            if (from..=limit).contains(&time) {
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

fn start(path: PathBuf, report: &mut impl FnMut(&Path, Damage)) -> Option<Stream> {
    let opened = Reader::open(&path).and_then(|mut reader| Ok((reader.next().transpose()?, reader)));
    match opened {
        Ok((next, reader)) => Some(Stream { next: next?, path, reader, peers: Peers::new() }),
        Err(e) => {
            report(&path, Damage::Read(e));
            None
        }
    }
}
