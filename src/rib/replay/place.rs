//! The place of records in time: a table begins at one instant, however long it took to write.

use alloc::collections::BTreeMap;

use crate::codes::{MrtType, TableDumpV2Subtype};
use crate::mrt::{Body, Record};
use crate::prefix::Prefix;
use crate::time::Timestamp;

/// Microseconds since 1970; invalid ones within a second (1,000,000 and more) count as its last.
pub(super) fn micros(time: Timestamp) -> u64 {
    let micros = time.micros.unwrap_or(0).min(999_999);
    u64::from(time.seconds).saturating_mul(1_000_000).saturating_add(micros.into())
}

/// A place in the order of application.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Place {
    /// Microseconds since 1970.
    pub(crate) micros: u64,
    /// Tables precede other events of their instant, but follow messages of the same second that precede them in their own file.
    after: bool,
}

/// Kind of a record within its file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// A message or a change of state.
    Event,
    /// The first record of a table.
    Start,
    /// A route of a table that has begun.
    Route,
}

/// Finds the beginnings of tables in one file or stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placer {
    /// Time of the previous message or state change.
    event: Option<Timestamp>,
    /// The PEER_INDEX_TABLE in force.
    table: Option<Place>,
    /// Older dumps by type, view and address family.
    older: BTreeMap<(u16, u16, bool), Older>,
}

/// A dump in a form without a start record.
#[derive(Clone, Copy, Debug)]
struct Older {
    start: Place,
    begun: u32,
    seconds: u32,
    sequence: u16,
    prefix: Prefix,
    /// Whether sequence numbers increase; meaningful after more than one record.
    counts: bool,
    several: bool,
}

impl Older {
    /// Whether a record begins another dump: its time is before the start of this one; or it is later and its sequence number
    /// decreases, except from 65,535 to 0 within a dump. With an unchanged sequence number, the record must be later than the
    /// previous one and, if numbers do not increase in this dump, its prefix must not follow the previous one's.
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
    /// Determines kind and place of the next record.
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

    /// The start of a table: its second, before all other events in it except those that precede it in its own file.
    fn start(&self, time: Timestamp) -> Place {
        match self.event {
            Some(event) if event.seconds == time.seconds => Place::at(micros(event)),
            _ => Place { micros: micros(Timestamp::from_seconds(time.seconds)), after: false },
        }
    }
}
