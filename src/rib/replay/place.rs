//! The place of records in time: a table begins at one instant, however long it took to write.

use alloc::collections::BTreeMap;

use super::facts::Name;
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
    /// The first record of a table, with its view number in older dumps, else 0.
    Start(u16),
    /// A route of a table that has begun, with the same number.
    Route(u16),
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
    /// What the last TABLE_DUMP record says of its view.
    numbering: Option<Numbering>,
}

/// The view of a TABLE_DUMP record. Some writers count the records in its view field, and leave the sequence number as it is.
#[derive(Clone, Copy, Debug)]
struct Numbering {
    /// The fields of the record, and the address family.
    view: u16,
    sequence: u16,
    v6: bool,
    /// The first prefix of the record.
    prefix: Prefix,
    /// The view that it is of.
    of: u16,
    /// Whether its view number is its sequence number.
    counts: bool,
}

impl Numbering {
    /// The numbering of the next record. Its view number is a sequence number if it is one more than that of the record before, for
    /// another prefix with the same sequence number; then any further one with that sequence number, up to 65,535 and from 0 on.
    fn next(self, view: u16, sequence: u16, v6: bool, prefix: Prefix) -> Self {
        let is_next = view == self.view.wrapping_add(1);
        let goes_on = view > self.view || (is_next && view == 0);
        let begins = is_next && view > 0 && v6 == self.v6 && prefix != self.prefix;
        let counts = sequence == self.sequence && ((self.counts && goes_on) || begins);
        Self { view, sequence, v6, prefix, of: if counts { self.of } else { view }, counts }
    }
}

/// A dump in a form without a start record.
#[derive(Clone, Copy, Debug)]
struct Older {
    start: Place,
    begun: u32,
    seconds: u32,
    sequence: u16,
    /// The first route of the last record.
    route: First,
    /// Whether sequence numbers increase; meaningful after more than one record.
    counts: bool,
    several: bool,
}

/// The first prefix of a record, and the peer whose route it is.
type First = (Prefix, Name);

impl Older {
    /// Whether a record begins another dump: its time is before the start of this one; or it is later and its sequence number
    /// decreases, except from 65,535 to 0 within a dump. With an unchanged sequence number, the record must be later than the
    /// previous one and, if numbers do not increase in this dump, its route must not follow the previous one's.
    fn is_over(&self, seconds: u32, sequence: u16, route: First) -> bool {
        let goes_round = self.sequence >= 0xff00 && sequence < 0x100;
        let is_other = match sequence.cmp(&self.sequence) {
            core::cmp::Ordering::Less => seconds > self.begun && !goes_round,
            core::cmp::Ordering::Equal => seconds > self.seconds && (self.counts || !self.several || !self.is_followed_by(route)),
            core::cmp::Ordering::Greater => false,
        };
        seconds < self.begun || is_other
    }

    /// Whether a route follows the previous one in a dump whose numbers do not increase: its prefix does, or it is another peer's
    /// to the same prefix.
    fn is_followed_by(&self, route: First) -> bool {
        self.route.0 < route.0 || (self.route.0 == route.0 && self.route.1 != route.1)
    }

    /// Goes on with the next record. A dump has a peer's route to a prefix once: a second one in the dump's first second, with the
    /// same number, is the first of another dump of that second. That one adds to this, and is not a record more of a dump whose
    /// numbers do not increase.
    fn go_on(&mut self, seconds: u32, sequence: u16, route: First) {
        self.counts |= sequence != self.sequence;
        self.several = (seconds, sequence, route) != (self.begun, self.sequence, self.route);
        (self.seconds, self.sequence, self.route) = (seconds, sequence, route);
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
                (Part::Start(0), start)
            }
            MrtType::TABLE_DUMP_V2 => {
                let own = Place { micros: micros(record.timestamp()), after: false };
                (Part::Route(0), self.table.unwrap_or(own))
            }
            _ => self.place_older(record),
        }
    }

    fn place_older(&mut self, record: &Record<'_>) -> (Part, Place) {
        let time = record.timestamp();
        let head = match record.body() {
            Ok(Body::TableDump(table)) => {
                let first = table.entries().flatten().next();
                first.map(|entry| (entry.prefix, (Some(entry.peer_address), entry.peer_asn))).map(|(prefix, peer)| {
                    let (view, v6, sequence) = (table.view(), table.is_v6(), table.sequence());
                    let first = Numbering { view, sequence, v6, prefix, of: view, counts: false };
                    let numbering = self.numbering.map_or(first, |last| last.next(view, sequence, v6, prefix));
                    self.numbering = Some(numbering);
                    (numbering.of, v6, if numbering.counts { view } else { sequence }, (prefix, peer))
                })
            }
            Ok(Body::Entry(entry)) => {
                let peer = (Some(entry.peer_address), entry.peer_asn);
                entry.prefix.map(|prefix| (entry.view, prefix.is_v6(), 0, (prefix, peer)))
            }
            Ok(Body::Message(_) | Body::StateChange(_)) => {
                self.event = Some(time);
                return (Part::Event, Place::at(micros(time)));
            }
            _ => None,
        };
        let Some((view, v6, sequence, route)) = head else {
            return (Part::Event, Place::at(micros(time)));
        };
        let key = (record.kind().0, view, v6);
        match self.older.get_mut(&key) {
            Some(older) if !older.is_over(time.seconds, sequence, route) => {
                older.go_on(time.seconds, sequence, route);
                (Part::Route(view), older.start)
            }
            _ => {
                let start = self.start(time);
                let older =
                    Older { start, begun: time.seconds, seconds: time.seconds, sequence, route, counts: false, several: false };
                self.older.insert(key, older);
                (Part::Start(view), start)
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

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// The views that records are of, by view number, sequence number and third octet of the prefix.
    fn views(records: &[(u16, u16, u8)]) -> Vec<u16> {
        let mut last: Option<Numbering> = None;
        let each = records.iter().map(|(view, sequence, octet)| {
            let prefix = Prefix::v4(0x0a00_0000 | u32::from(*octet) << 8, 24).unwrap();
            let first = Numbering { view: *view, sequence: *sequence, v6: false, prefix, of: *view, counts: false };
            last.insert(last.map_or(first, |last| last.next(*view, *sequence, false, prefix))).of
        });
        each.collect()
    }

    #[test]
    fn a_view_number_that_counts_records_is_a_sequence_number() {
        assert_eq!(views(&[(0, 0, 1), (1, 0, 2), (2, 0, 2), (3, 0, 3), (5, 0, 4)]), [0; 5]);
        // Another dump, and one of more records than there are numbers.
        assert_eq!(views(&[(0, 0, 1), (1, 0, 2), (0, 0, 1), (1, 0, 2)]), [0; 4]);
        assert_eq!(views(&[(65_534, 7, 1), (65_535, 7, 2), (0, 7, 3), (1, 7, 4)]), [65_534; 4]);
        // Views whose records are numbered, and views with one route each.
        assert_eq!(views(&[(0, 0, 1), (0, 1, 2), (1, 0, 1), (1, 1, 2), (2, 2, 3)]), [0, 0, 1, 1, 2]);
        assert_eq!(views(&[(0, 0, 1), (1, 0, 1), (2, 0, 1), (4, 0, 2)]), [0, 1, 2, 4]);
        assert_eq!(views(&[(3, 0, 1), (2, 0, 2), (2, 0, 3)]), [3, 2, 2]);
    }
}
