//! Where a record stands in time: tables begin at one instant, however long it took to write them.

use alloc::collections::BTreeMap;

use crate::codes::{MrtType, TableDumpV2Subtype};
use crate::mrt::{Body, Record};
use crate::prefix::Prefix;
use crate::time::Timestamp;

/// Microseconds since 1970; those of a second that are none, 1,000,000 and more, count as its last.
pub(super) fn micros(time: Timestamp) -> u64 {
    let micros = time.micros.unwrap_or(0).min(999_999);
    u64::from(time.seconds).saturating_mul(1_000_000).saturating_add(micros.into())
}

/// An instant in the order in which records are applied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    /// Microseconds since 1970.
    pub(crate) micros: u64,
    /// Tables come before what else happened at their instant; those after a message of the same second in their own file, after it.
    after: bool,
}

/// What a record is in the course of its file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// A message or a change of state.
    Event,
    /// The first record of a table.
    Start,
    /// A route of a table that has begun.
    Route,
}

/// Finds where tables begin in one file or stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placer {
    /// The message or state change before.
    event: Option<Timestamp>,
    /// The PEER_INDEX_TABLE in force.
    table: Option<Place>,
    /// Older dumps, by type, view and address family.
    older: BTreeMap<(u16, u16, bool), Older>,
}

/// A dump in a form without a record for its beginning.
#[derive(Clone, Copy, Debug)]
struct Older {
    start: Place,
    begun: u32,
    seconds: u32,
    sequence: u16,
    prefix: Prefix,
    /// Whether sequence numbers count, and whether there was more than one record to tell.
    counts: bool,
    several: bool,
}

impl Older {
    /// Whether a record begins another dump: it is from before this one began, or from after it and its sequence number goes back, but
    /// for the step from 65,535 to 0 within a dump. Where it is the number of the record before, the record is later than that
    /// one and, if numbers do not count in this dump, its prefix is not after that one's.
    fn is_over(&self, seconds: u32, sequence: u16, prefix: Prefix) -> bool {
        let goes_round = self.sequence >= 0xff00 && sequence < 0x100;
        let is_other = match sequence.cmp(&self.sequence) {
            core::cmp::Ordering::Less => seconds > self.begun && !goes_round,
            core::cmp::Ordering::Equal => seconds > self.seconds && (self.counts || !self.several || prefix <= self.prefix),
            core::cmp::Ordering::Greater => false,
        };
        seconds < self.begun || is_other
    }
}

impl Place {
    /// An instant without a table, in microseconds since 1970.
    pub(crate) const fn at(micros: u64) -> Self {
        Self { micros, after: true }
    }
}

impl Placer {
    /// Finds what the next record is and where it stands.
    #[inline]
    pub(crate) fn place(&mut self, record: &Record<'_>) -> (Part, Place) {
        match record.kind() {
            MrtType::TABLE_DUMP_V2 if record.subtype() == TableDumpV2Subtype::PEER_INDEX_TABLE.0 => {
                let start = self.start(record.timestamp());
                self.table = Some(start);
                (Part::Start, start)
            }
            MrtType::TABLE_DUMP_V2 => {
                let own = Place { micros: micros(record.timestamp()), after: false };
                (Part::Route, self.table.unwrap_or(own))
            }
            _ => self.place_older(record),
        }
    }

    fn place_older(&mut self, record: &Record<'_>) -> (Part, Place) {
        let time = record.timestamp();
        let head = match record.body() {
            Ok(Body::TableDump(table)) => {
                let prefix = table.entries().flatten().next().map(|entry| entry.prefix);
                prefix.map(|prefix| (table.view(), table.is_v6(), table.sequence(), prefix))
            }
            Ok(Body::Entry(entry)) => entry.prefix.map(|prefix| (entry.view, prefix.is_v6(), 0, prefix)),
            Ok(Body::Message(_) | Body::StateChange(_)) => {
                self.event = Some(time);
                return (Part::Event, Place::at(micros(time)));
            }
            _ => None,
        };
        let Some((view, v6, sequence, prefix)) = head else {
            return (Part::Event, Place::at(micros(time)));
        };
        let key = (record.kind().0, view, v6);
        match self.older.get_mut(&key) {
            Some(older) if !older.is_over(time.seconds, sequence, prefix) => {
                older.counts |= sequence != older.sequence;
                (older.seconds, older.sequence, older.prefix, older.several) = (time.seconds, sequence, prefix, true);
                (Part::Route, older.start)
            }
            _ => {
                let start = self.start(time);
                let older =
                    Older { start, begun: time.seconds, seconds: time.seconds, sequence, prefix, counts: false, several: false };
                self.older.insert(key, older);
                (Part::Start, start)
            }
        }
    }

    /// Where a table begins: at its second, before all that happened in it, except for what its own file has in front of it.
    fn start(&self, time: Timestamp) -> Place {
        match self.event {
            Some(event) if event.seconds == time.seconds => Place::at(micros(event)),
            _ => Place { micros: micros(Timestamp::from_seconds(time.seconds)), after: false },
        }
    }
}
