//! Recovery: reading on after framing is lost.
//!
//! A record's length determines where the next one starts, so a single wrong length loses everything after it. [`recover`] and
//! [`RecoveringReader`] check the records they frame: sound ones are returned; at an unsound one they search for the next sound
//! record and report the skipped octets. Nothing is invented: each record is a range of the input, and records and gaps together
//! are the whole input, in order.
//!
//! A record is believable by: an existing type and subtype, a body that ends where the header says (a BGP message with its marker
//! and length, the entries of a table), a time near that of the previous records, and, where these are not conclusive, several
//! such records in a row or up to the end of the input. A record reached by plain framing needs less: it is kept unless a
//! believable one starts inside it.
//!
//! A gap may have held a PEER_INDEX_TABLE. Entries after it are then resolved by the previous table; to prevent that, start a new
//! [`ReadContext`](super::ReadContext) after a gap.

use core::iter::FusedIterator;

use super::layout::Header;
use super::{Body, HEADER_LEN, Record};
use crate::bgp::Message;
use crate::codes::{MrtType, RecordLayout};
use crate::error::{Context, Error, ErrorKind};
use crate::io::{Framing, Gap, Judgement, Recoverable, Recovery, Soundness, Step, Window};

/// A record, or octets that belong to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the input consists of records and gaps")]
pub enum Recovered<'a> {
    /// A record. Its body may still be damaged, which affects only this record.
    Record(Record<'a>),
    /// Skipped octets.
    Gap(Gap),
}

// The longest BGP4MP header, and the header of its message.
const MESSAGE_HEADERS: usize = HEADER_LEN + 4 + 44 + 19;

impl Recoverable for Header {
    fn seconds(&self) -> u32 {
        self.seconds
    }

    fn is_known(&self) -> bool {
        self.kind.has_subtype(self.subtype)
    }

    fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
    }

    fn has_room(&self) -> bool {
        let micros = if self.kind.is_extended() { 4 } else { 0 };
        match self.kind.least_len(self.subtype) {
            Some(least) => self.len as usize >= least.saturating_add(micros),
            None => true,
        }
    }

    /// A BGP message with its header: identified by the marker.
    fn signature_len(&self) -> usize {
        match self.kind.layout(self.subtype) {
            RecordLayout::Message { .. } => MESSAGE_HEADERS.min(self.total()),
            _ => 0,
        }
    }

    /// Whether a BGP message with marker and correct length is at the place given by the record's type.
    fn is_signed(&self, bytes: &[u8]) -> bool {
        let headers = bytes.get(..self.signature_len()).unwrap_or(bytes);
        let Ok(Body::Message(message)) = Record::split(headers, 0).body() else { return false };
        let before = headers.len().saturating_sub(message.message_bytes().len());
        match (message.peer_address, message.message_bytes().first_chunk::<18>()) {
            (Some(_), Some([marker @ .., a, b])) => {
                marker.iter().all(|octet| *octet == 0xff)
                    && before.saturating_add(usize::from(u16::from_be_bytes([*a, *b]))) == self.total()
            }
            _ => false,
        }
    }

    /// The entries of TABLE_DUMP determine the end of a record.
    fn framing_cost(&self, len: usize) -> usize {
        if self.kind == MrtType::TABLE_DUMP { len } else { 0 }
    }

    /// Judges a record by its body.
    fn judge(bytes: &[u8], offset: u64) -> Judgement {
        let mut looked = HEADER_LEN;
        let soundness = judge_body(&Record::split(bytes, offset), &mut looked).unwrap_or_else(Soundness::Damaged);
        Judgement { soundness, looked }
    }

    fn bad_length(&self, offset: u64) -> Error {
        Self::error(ErrorKind::BadLength(self.len), offset.saturating_add(8))
    }

    fn bad_type(&self, offset: u64) -> Error {
        Self::error(ErrorKind::BadValue(u32::from(self.kind.0)), offset.saturating_add(4))
    }
}

fn judge_body(record: &Record<'_>, looked: &mut usize) -> Result<Soundness, Error> {
    let mut look = |octets: usize| *looked = looked.saturating_add(octets);
    let offset = record.offset().saturating_add(HEADER_LEN as u64);
    Ok(match record.body()? {
        Body::Message(message) => {
            look(message.message_bytes().len());
            match message.message() {
                Err(e) if message.is_headless() || e.context() == Context::MessageHeader => return Err(e),
                // An error inside a message affects only that message: its end is known.
                _ if !message.is_headless() => Soundness::Proven,
                Ok(Message::Update(update)) => {
                    update.withdrawn()?;
                    update.attributes()?;
                    update.announced()?;
                    Soundness::Sound
                }
                Ok(Message::Keepalive) => Soundness::Unknown,
                _ => Soundness::Sound,
            }
        }
        Body::StateChange(change) => {
            for state in [change.old.0, change.new.0] {
                if state > 8 {
                    return Err(Error::new(ErrorKind::BadValue(u32::from(state)), offset));
                }
            }
            if change.peer_address.is_some() { Soundness::Sound } else { Soundness::Unknown }
        }
        Body::Rib(rib) => {
            let mut entries = 0usize;
            for entry in rib.entries() {
                let entry = entry?;
                look(entry.attribute_bytes().len().saturating_add(8));
                entry.attributes()?;
                entries = entries.saturating_add(1);
            }
            if entries > 0 { Soundness::Sound } else { Soundness::Unknown }
        }
        Body::TableDump(table) => {
            for entry in table.entries() {
                let entry = entry?;
                look(entry.attribute_bytes.len().saturating_add(16));
                entry.attributes()?;
            }
            Soundness::Sound
        }
        Body::PeerIndexTable(table) => {
            look(record.raw_body().len());
            if table.is_empty() { Soundness::Unknown } else { Soundness::Sound }
        }
        Body::Entry(entry) => {
            look(record.raw_body().len());
            entry.attributes()?;
            Soundness::Sound
        }
        Body::GeoPeerTable(_) | Body::Snapshot(_) | Body::Unknown => Soundness::Unknown,
    })
}

/// The records of a damaged archive in memory, and the gaps between them.
///
/// ```
/// use routeglass::mrt::{Recovered, recover};
///
/// # let archive: &[u8] = &[0; 30];
/// for item in recover(archive) {
///     match item {
///         Recovered::Record(record) => println!("{record:?}"),
///         Recovered::Gap(gap) => eprintln!("{gap}"),
///     }
/// }
/// ```
pub const fn recover(bytes: &[u8]) -> RecoveredRecords<'_> {
    RecoveredRecords { rest: bytes, end: bytes.len() as u64, recovery: Recovery::new(usize::MAX) }
}

/// Records and gaps of an archive in memory: see [`recover`].
#[derive(Clone, Copy, Debug)]
pub struct RecoveredRecords<'a> {
    rest: &'a [u8],
    end: u64,
    recovery: Recovery,
}

impl<'a> Iterator for RecoveredRecords<'a> {
    type Item = Recovered<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let offset = self.end.saturating_sub(self.rest.len() as u64);
            let window = Window { bytes: self.rest, offset, whole: true };
            let (item, len) = match self.recovery.step::<Header>(&window) {
                Step::Frame(len) => (Some(Recovered::Record(Record::split(self.rest.get(..len).unwrap_or(&[]), offset))), len),
                Step::Gap(gap, len) => (Some(Recovered::Gap(gap)), len),
                Step::Skip(len) => (None, len),
                Step::Need(_) | Step::End => return None,
            };
            self.rest = self.rest.get(len..).unwrap_or(&[]);
            if item.is_some() {
                return item;
            }
        }
    }
}

impl FusedIterator for RecoveredRecords<'_> {}

#[cfg(feature = "std")]
pub use stream::RecoveringReader;

#[cfg(feature = "std")]
mod stream {
    use std::io::Read;

    use super::{Header, Recovered};
    use crate::io::{ReadError, RecoveringFrames};
    use crate::mrt::{Reader, Record};

    /// A [`Reader`] that continues after framing is lost: see [`Reader::recovering`].
    ///
    /// For the same octets it gives the same items as [`recover`](super::recover); a record over
    /// [`max_record_len`](crate::io::ReaderOptions::max_record_len) is part of a gap. Of a gap only the record at its start takes
    /// memory, at most 4 MiB: see [`RecoveringReader::cut_record`].
    pub struct RecoveringReader<R> {
        frames: RecoveringFrames<R>,
    }

    impl<R: Read> Reader<R> {
        /// Continues after framing is lost, from the reader's current position.
        pub fn recovering(self) -> RecoveringReader<R> {
            RecoveringReader { frames: RecoveringFrames::new(self.into_frames()) }
        }
    }

    impl<R: Read> RecoveringReader<R> {
        /// The next record or gap; a record is valid until the next call. `None` at the end of the input.
        ///
        /// # Errors
        /// The input fails, or compressed input is damaged: [`ReadError::Io`], after all items before it; then `None`.
        pub fn next_item(&mut self) -> Result<Option<Recovered<'_>>, ReadError> {
            Ok(self.next_with_cut()?.map(|(item, _)| item))
        }

        /// The same, with [`RecoveringReader::cut_record`] after a gap.
        pub(crate) fn next_with_cut(&mut self) -> Result<Option<(Recovered<'_>, &[u8])>, ReadError> {
            Ok(self.frames.next::<Header>()?.map(|found| match found {
                Ok((bytes, offset)) => (Recovered::Record(Record::split(bytes, offset)), &[][..]),
                Err((gap, cut)) => (Recovered::Gap(gap), cut),
            }))
        }
    }

    impl<R> RecoveringReader<R> {
        /// After a gap, the octets of the record that framing leads to at its start, as far as the gap has them, and no more than 4
        /// MiB, or 128 KiB if it declares more than that; empty if its type is unknown. Reading without recovery gives its routes.
        pub fn cut_record(&self) -> &[u8] {
            self.frames.cut_frame()
        }

        /// Offset of the next record or gap: decompressed octets from the start.
        pub const fn offset(&self) -> u64 {
            self.frames.frames().offset()
        }
    }

    impl<R> std::fmt::Debug for RecoveringReader<R> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("RecoveringReader")
                .field("input", self.frames.frames().input())
                .field("offset", &self.offset())
                .finish_non_exhaustive()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// BGP STATE_CHANGE of 1999, at `seconds`.
    fn state(seconds: u8) -> Vec<u8> {
        vec![0x38, 0, 0, seconds, 0, 5, 0, 3, 0, 0, 0, 10, 0xfb, 0xf0, 192, 0, 2, 1, 0, 3, 0, 2]
    }

    fn shape(bytes: &[u8]) -> Vec<String> {
        recover(bytes)
            .map(|item| match item {
                Recovered::Record(record) => format!("{}", record.offset()),
                Recovered::Gap(gap) => format!("{gap}"),
            })
            .collect()
    }

    #[test]
    fn a_sound_archive_has_no_gap() {
        let bytes = [state(1), state(2), state(3)].concat();
        assert_eq!(shape(&bytes), ["0", "22", "44"]);
        assert_eq!(shape(&[]), [""; 0]);
    }

    #[test]
    fn a_record_that_never_came() {
        let bytes = [&state(1)[..], &state(2)[..10], &state(3), &state(4)].concat();
        assert_eq!(
            shape(&bytes),
            [
                "0",
                "10 bytes passed over, from byte 22 to 32: MRT header: needs 14294 bytes more than are there (at byte 22)",
                "32",
                "54"
            ]
        );
    }

    #[test]
    fn zeros_and_cut_ends_are_gaps() {
        let bytes = [&state(1)[..], &[0; 24], &state(2), &state(3)[..21]].concat();
        assert_eq!(
            shape(&bytes),
            [
                "0",
                "24 bytes passed over, from byte 22 to 46: MRT header: value 0 is not valid here (at byte 26)",
                "46",
                "21 bytes passed over, from byte 68 to 89: MRT header: needs 1 byte more than is there (at byte 68)"
            ]
        );
        assert_eq!(
            shape(&[9; 5]),
            ["5 bytes passed over, from byte 0 to 5: MRT header: needs 7 bytes more than are there (at byte 0)"]
        );
    }

    #[test]
    fn types_that_nobody_knows_are_kept_where_framing_leads_to_them() {
        let private = [0x38, 0, 0, 2, 0xff, 0, 0, 7, 0, 0, 0, 3, 1, 2, 3];
        let bytes = [&state(1)[..], &private, &private, &state(3), &private].concat();
        assert_eq!(shape(&bytes), ["0", "22", "37", "52", "74"]);
    }

    /// OSPF, with a time unlike its neighbours': a known type, but nothing in it identifies a record.
    const OSPF: [u8; 16] = [0x10, 0, 0, 2, 0, 11, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4];

    #[test]
    fn a_type_that_is_known_is_kept_though_nothing_confirms_it() {
        let bytes = [&state(1)[..], &OSPF, &[0; 5]].concat();
        let rest = "5 bytes passed over, from byte 38 to 43: MRT header: needs 7 bytes more than are there (at byte 38)";
        assert_eq!(shape(&bytes), ["0", "22", rest]);
    }

    #[test]
    fn a_type_that_nobody_knows_at_a_strange_time_is_not_kept() {
        let mut strange = OSPF;
        strange[5] = 200;
        let bytes = [&state(1)[..], &strange, &state(3), &state(4)].concat();
        let shape = shape(&bytes);
        assert!(shape[1].starts_with("16 bytes passed over, from byte 22 to 38: "), "{shape:?}");
        assert_eq!((shape.len(), &*shape[2], &*shape[3]), (4, "38", "60"));
    }

    #[test]
    fn states_up_to_eight_speak_for_a_record_behind_a_gap() {
        let (mut eight, mut nine) = (state(3), state(3));
        eight[21] = 8;
        nine[21] = 9;
        for (third, end) in [(eight, 32), (nine, 54)] {
            let bytes = [&state(1)[..], &state(2)[..10], &third, &state(4)].concat();
            let shape = shape(&bytes);
            assert!(shape[1].contains(&format!("from byte 22 to {end}:")), "{shape:?}");
        }
    }
}
