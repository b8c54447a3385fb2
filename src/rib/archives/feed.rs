//! The records of one file, for [`Archives`](super::Archives).

use std::io::Read;
use std::prelude::v1::*;

use crate::io::{Gap, ReadError};
use crate::mrt::{Body, HEADER_LEN, Reader, Record, RecordBuf, Recovered, RecoveringReader};
use crate::rib::replay::{Part, Place, Placer};

/// The number of a record in its file, its kind and its place in time.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    pub(super) number: u64,
    pub(super) part: Part,
    pub(super) place: Place,
    /// Whether the input ends inside it, or framing is lost there, which is reported: it has what is before, with its length adjusted.
    pub(super) is_cut: bool,
}

/// The records of a file, in file order.
pub(super) struct Feed<R> {
    reader: Either<R>,
    placer: Placer,
    /// The number of the next record.
    pub(super) number: u64,
    /// A cut record, and what comes after it.
    pub(super) cut: Option<RecordBuf>,
    /// Time of the last record.
    seconds: Option<u32>,
    after: Option<Result<Gap, ReadError>>,
}

enum Either<R> {
    Strict(Box<Reader<R>>),
    Recovering(Box<RecoveringReader<R>>),
}

impl<R: Read> Feed<R> {
    pub(super) fn new(reader: Reader<R>, recovering: bool) -> Self {
        let reader =
            if recovering { Either::Recovering(Box::new(reader.recovering())) } else { Either::Strict(Box::new(reader)) };
        Self { reader, placer: Placer::default(), number: 0, cut: None, seconds: None, after: None }
    }

    pub(super) fn next(&mut self) -> Result<Option<Item<'_>>, ReadError> {
        if let Some(after) = self.after.take() {
            return after.map(|gap| Some(Item::Gap(gap)));
        }
        let (after, cut) = match &mut self.reader {
            Either::Strict(reader) => match reader.peek_time() {
                Ok(None) => return Ok(None),
                Ok(Some(time)) => {
                    self.seconds = Some(time.seconds);
                    let record = reader.next_record()?;
                    return Ok(record.map(|record| placed(record, &mut self.number, &mut self.placer)));
                }
                Err(e) => {
                    let offset = e.offset();
                    (Err(e), cut_record(reader.cut_record(), offset))
                }
            },
            Either::Recovering(reader) => match reader.next_with_cut()? {
                Some((Recovered::Record(record), _)) => {
                    self.seconds = Some(record.timestamp().seconds);
                    return Ok(Some(placed(record, &mut self.number, &mut self.placer)));
                }
                Some((Recovered::Gap(gap), cut)) => (Ok(gap), cut_record(cut, gap.start)),
                None => return Ok(None),
            },
        };
        // One header alone is not believed, but said.
        let last = self.seconds;
        let near = |cut: &&RecordBuf| last.is_some_and(|last| cut.as_record().timestamp().seconds.abs_diff(last) <= 24 * 3600);
        self.cut = cut;
        let Some(cut) = self.cut.as_ref().filter(near) else { return after.map(|gap| Some(Item::Gap(gap))) };
        self.after = Some(after);
        let record = cut.as_record();
        let (part, place) = self.placer.place(&record);
        Ok(Some(Item::Record(record, Placed { number: self.number, part, place, is_cut: true })))
    }
}

fn placed<'a>(record: Record<'a>, next: &mut u64, placer: &mut Placer) -> Item<'a> {
    let number = *next;
    *next = number.saturating_add(1);
    let (part, place) = placer.place(&record);
    Item::Record(record, Placed { number, part, place, is_cut: false })
}

/// What is there of a record that is cut, with its length adjusted.
fn cut_record(octets: &[u8], offset: u64) -> Option<RecordBuf> {
    let len = u32::try_from(octets.len().checked_sub(HEADER_LEN)?).ok()?;
    let mut octets = octets.to_vec();
    octets.get_mut(8..12)?.copy_from_slice(&len.to_be_bytes());
    let record = RecordBuf::new(octets, offset).ok()?;
    let is_known = matches!(record.as_record().body(), Ok(Body::Rib(_) | Body::TableDump(_) | Body::Message(_)));
    is_known.then_some(record)
}

pub(super) enum Item<'a> {
    Record(Record<'a>, Placed),
    Gap(Gap),
}
