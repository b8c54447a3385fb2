//! Reading on where framing is lost.
//!
//! A record's length says where the next one starts, so one wrong length loses everything behind it. [`recover`] and
//! [`RecoveringReader`] look at what they frame: a record that is sound is handed out; where one is not, they look for the next
//! place where a sound record starts, and say which octets they passed over. Nothing is ever made up: each record is a range of
//! the input, and records and gaps together are the whole input, in order.
//!
//! What makes a place believable: a type and subtype that exist, a body that ends where the header says (a BGP message with its
//! marker and length, the entries of a table), a time near that of the records before, and where these say too little, several
//! such records in a row or up to the end of the input. A record that plain framing leads to needs less: it is kept unless a
//! believable one starts inside it.
//!
//! A gap may have held a PEER_INDEX_TABLE. Entries behind it are then read by the table before; a program that cannot bear that
//! starts a new [`Peers`](super::Peers) after a gap.

use core::fmt;
use core::iter::FusedIterator;

use super::layout::Header;
use super::{Body, Frame, HEADER_LEN, Record, clamp, frame, header_error};
use crate::bgp::Message;
use crate::codes::{MrtType, RecordLayout};
use crate::error::{Context, Error, ErrorKind};

/// What recovery finds: a record, or octets that belong to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the input is records and what lies between them")]
pub enum Recovered<'a> {
    /// A record. Its body may still be damaged: that costs the record alone.
    Record(Record<'a>),
    /// Octets that were passed over.
    Gap(Gap),
}

/// A range of the input that no record could be read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// Its first octet: bytes from the start of the outermost input.
    pub start: u64,
    /// The octet behind it.
    pub end: u64,
    /// Why framing was not believed where the gap starts.
    pub reason: Error,
}

impl Gap {
    /// Octets in it; never 0.
    #[expect(clippy::len_without_is_empty, reason = "there is no gap without octets")]
    pub const fn len(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes passed over, from byte {} to {}: {}", self.len(), self.start, self.end, self.reason)
    }
}

// Records a day apart are neighbours: quieter collectors write a keepalive at least.
const NEAR_SECONDS: u32 = 24 * 3600;
// The longest record that is believed where framing does not lead to it.
const LONGEST: usize = 4 << 20;
// How far the records that confirm one may reach behind it.
const CHAIN_REACH: usize = 1 << 20;
// A BGP4MP header at its longest and that of the message behind it.
const MESSAGE_HEADERS: usize = HEADER_LEN + 4 + 44 + 19;
// Octets that may be looked at for each one passed over, and at the start: bounds the work on input made to be believed nearly.
const LOOKS: usize = 32;
const FIRST_LOOKS: usize = 8 << 20;

/// What a header says of a record to be believed.
impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        Self::split(bytes).map(|(header, _)| header)
    }

    /// Whether there are records of this type and subtype.
    const fn is_known(&self) -> bool {
        self.kind.has_subtype(self.subtype)
    }

    /// Whether a record of this type and subtype can be as short as it says.
    const fn has_room(&self) -> bool {
        let micros = if self.kind.is_extended() { 4 } else { 0 };
        match self.kind.least_len(self.subtype) {
            Some(least) => self.total() >= HEADER_LEN.saturating_add(least).saturating_add(micros),
            None => true,
        }
    }

    /// Whether the body is a BGP message with its header.
    const fn is_message(&self) -> bool {
        matches!(self.kind.layout(self.subtype), RecordLayout::Message { .. })
    }
}

/// What a record's own octets say of it.
enum Soundness {
    /// A BGP message with marker and length where they belong.
    Proven,
    /// Everything in it ends where it should.
    Sound,
    /// There is too little in it to say.
    Unknown,
    /// Something does not fit.
    Damaged(Error),
}

/// Judges a record by its body; and how many octets that took.
fn judge(record: &Record<'_>) -> (Soundness, usize) {
    let mut looked = HEADER_LEN;
    let judged = judge_body(record, &mut looked).unwrap_or_else(Soundness::Damaged);
    (judged, looked)
}

fn judge_body(record: &Record<'_>, looked: &mut usize) -> Result<Soundness, Error> {
    let mut look = |octets: usize| *looked = looked.saturating_add(octets);
    let offset = record.offset().saturating_add(HEADER_LEN as u64);
    Ok(match record.body()? {
        Body::Message(message) => {
            look(message.message_bytes().len());
            match message.message() {
                Err(e) if message.is_headless() || e.context() == Context::MessageHeader => return Err(e),
                // What is wrong in a message costs that message: its end is known.
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

/// What to do with the front of the input.
enum Step {
    /// A record of this many octets.
    Record(usize),
    /// A gap ends behind this many octets.
    Gap(Gap, usize),
    /// This many octets are in a gap that goes on.
    Skip(usize),
    /// This many octets are needed, counted from the front.
    #[cfg_attr(not(feature = "std"), expect(dead_code, reason = "a slice has all that there is; a stream asks for more"))]
    Need(usize),
    /// There is nothing left.
    End,
}

/// The outcome of a search.
enum Search {
    /// A record starts here.
    At(usize),
    /// None starts before `from`; to go on, `total` octets are needed.
    Need { from: usize, total: usize },
    /// None.
    Nowhere,
}

/// A window of the input: what is there from a place on, and whether it is all there will be.
#[derive(Clone, Copy)]
struct Window<'a> {
    bytes: &'a [u8],
    offset: u64,
    whole: bool,
}

impl<'a> Window<'a> {
    fn from(&self, at: usize) -> &'a [u8] {
        self.bytes.get(at..).unwrap_or(&[])
    }

    const fn place(&self, at: usize) -> u64 {
        self.offset.saturating_add(at as u64)
    }
}

/// What recovery remembers between two records.
#[derive(Clone, Copy, Debug)]
struct Recovery {
    // Of the last two records that were believed.
    times: [Option<u32>; 2],
    // Where the gap that is open started, and why.
    open: Option<(u64, Error)>,
    // No record that framing does not lead to starts before this place.
    searched: u64,
    looks: usize,
    max_record_len: usize,
}

impl Recovery {
    const fn new(max_record_len: usize) -> Self {
        Self { times: [None; 2], open: None, searched: 0, looks: FIRST_LOOKS, max_record_len }
    }

    fn is_near(&self, seconds: u32) -> bool {
        self.times.iter().flatten().any(|time| time.abs_diff(seconds) <= NEAR_SECONDS)
    }

    /// Opens a gap at the front of a window.
    fn lose(&mut self, window: &Window<'_>, reason: Error) {
        self.open = Some((window.offset, reason));
        self.searched = self.searched.max(window.offset.saturating_add(1));
    }

    fn close(&mut self, start: u64, reason: Error, window: &Window<'_>, len: usize) -> Step {
        self.open = None;
        Step::Gap(Gap { start, end: window.place(len), reason }, len)
    }

    fn keep(&mut self, head: &Header, len: usize) -> Step {
        self.times = [Some(head.seconds), self.times[0]];
        Step::Record(len)
    }

    /// What the front of a window is.
    fn step(&mut self, window: &Window<'_>) -> Step {
        if let Some((start, reason)) = self.open {
            return self.search_on(window, start, reason);
        }
        if window.bytes.is_empty() && window.whole {
            return Step::End;
        }
        let Some(head) = Header::read(window.bytes) else {
            if !window.whole {
                return Step::Need(HEADER_LEN);
            }
            let missing = HEADER_LEN.saturating_sub(window.bytes.len());
            self.lose(window, header_error(ErrorKind::Truncated(clamp(missing)), window.offset));
            return self.step(window);
        };
        if head.total() > self.max_record_len {
            self.lose(window, header_error(ErrorKind::BadLength(head.len), window.place(8)));
            return self.step(window);
        }
        let (len, missing) = match frame(window.bytes) {
            Frame::Ready(len) => (len, len.saturating_sub(window.bytes.len())),
            Frame::Need(missing) => (window.bytes.len().saturating_add(missing), missing),
        };
        if missing > 0 {
            if !window.whole {
                return Step::Need(len);
            }
            self.lose(window, header_error(ErrorKind::Truncated(clamp(missing)), window.offset));
            return self.step(window);
        }
        let record = Record::split(window.bytes.get(..len).unwrap_or(&[]), window.offset);
        let judged = judge(&record).0;
        let reason = if let Soundness::Damaged(e) = judged {
            e
        } else {
            match self.goes_on(window, &head, len) {
                Ok(true) => return self.keep(&head, len),
                Ok(false) if head.is_known() => header_error(ErrorKind::BadLength(head.len), window.place(8)),
                Ok(false) => header_error(ErrorKind::BadValue(u32::from(head.kind.0)), window.place(4)),
                Err(total) => return Step::Need(total),
            }
        };
        // Framing led here, but nothing confirms where it leads: octets may be missing. It is given up only for a record that
        // starts inside.
        self.searched = self.searched.max(window.offset.saturating_add(1));
        match self.search(window, len) {
            Search::At(at) => self.close(window.offset, reason, window, at),
            Search::Need { total, .. } => Step::Need(total),
            Search::Nowhere if matches!(judged, Soundness::Proven | Soundness::Sound) || self.is_near(head.seconds) => {
                self.keep(&head, len)
            }
            // Its time is not one to go by.
            Search::Nowhere if head.is_known() => Step::Record(len),
            Search::Nowhere => {
                self.lose(window, reason);
                self.step(window)
            }
        }
    }

    /// Whether what is behind a record of `len` octets confirms its length; `Err` holds the octets needed to say.
    fn goes_on(&self, window: &Window<'_>, head: &Header, len: usize) -> Result<bool, usize> {
        // Of a type that nobody knows, the time alone speaks for a record; where none came before, that it is not empty.
        let strange = !head.is_known() && !self.is_near(head.seconds);
        if strange && (head.len == 0 || self.times[0].is_some()) {
            return Ok(false);
        }
        if window.bytes.len() == len && window.whole {
            return Ok(!strange);
        }
        match Header::read(window.from(len)) {
            Some(next) => {
                let near = next.seconds.abs_diff(head.seconds) <= NEAR_SECONDS || self.is_near(next.seconds);
                Ok(near && (next.is_known() || next.kind == head.kind) && next.total() <= self.max_record_len)
            }
            None if window.whole => Ok(false),
            None => Err(len.saturating_add(HEADER_LEN)),
        }
    }

    /// Looks for the end of the gap that is open.
    fn search_on(&mut self, window: &Window<'_>, start: u64, reason: Error) -> Step {
        match self.search(window, usize::MAX) {
            Search::At(at) => self.close(start, reason, window, at),
            Search::Need { from: 0, total } => Step::Need(total),
            Search::Need { from, .. } => Step::Skip(from),
            Search::Nowhere => self.close(start, reason, window, window.bytes.len()),
        }
    }

    /// The first believable record that starts before `to`, from where the last search ended.
    fn search(&mut self, window: &Window<'_>, to: usize) -> Search {
        let mut at = usize::try_from(self.searched.saturating_sub(window.offset)).unwrap_or(usize::MAX);
        while at < to {
            let rest = window.from(at);
            let Some(head) = Header::read(rest) else {
                return if window.whole { Search::Nowhere } else { self.stop(window, at, at.saturating_add(HEADER_LEN)) };
            };
            if head.is_known() && head.has_room() && head.total() <= LONGEST.min(self.max_record_len) {
                match self.believe(window, at, &head) {
                    Ok(true) => {
                        self.searched = window.place(at);
                        return Search::At(at);
                    }
                    Ok(false) => {}
                    Err(total) => return self.stop(window, at, total),
                }
            }
            self.looks = self.looks.saturating_add(LOOKS);
            at = at.saturating_add(1);
        }
        self.searched = self.searched.max(window.place(to));
        Search::Nowhere
    }

    fn stop(&mut self, window: &Window<'_>, from: usize, total: usize) -> Search {
        self.searched = window.place(from);
        Search::Need { from, total }
    }

    /// Takes `octets` from what may still be looked at; `false` where there are not so many.
    fn afford(&mut self, octets: usize) -> bool {
        match self.looks.checked_sub(octets) {
            Some(left) => self.looks = left,
            None => return false,
        }
        true
    }

    /// Whether a record starts at a place that framing does not lead to; `Err` holds the octets needed to say.
    fn believe(&mut self, window: &Window<'_>, at: usize, head: &Header) -> Result<bool, usize> {
        if head.is_message() {
            let need = at.saturating_add(MESSAGE_HEADERS.min(head.total()));
            if window.bytes.len() < need {
                return if window.whole { Ok(false) } else { Err(need) };
            }
            if !is_marked(window.from(at), head) {
                return Ok(false);
            }
        }
        let near = self.is_near(head.seconds);
        let Some(len) = whole_record(window, at, head)? else { return Ok(false) };
        if head.kind == MrtType::TABLE_DUMP && !self.afford(len) {
            return Ok(false);
        }
        let (mut more, mut end) = (2usize, at.saturating_add(len));
        // Everything that judging needs is asked for before any of it is judged.
        let mut next = end;
        let confirmed = loop {
            if more == 0 || (next == window.bytes.len() && window.whole) {
                break true;
            }
            let Some(head_behind) = Header::read(window.from(next)) else {
                if window.whole {
                    break false;
                }
                if next.saturating_sub(end) > CHAIN_REACH {
                    break false;
                }
                return Err(next.saturating_add(HEADER_LEN));
            };
            let behind = next.saturating_sub(end).saturating_add(head_behind.total());
            let related = head_behind.is_known() && head_behind.seconds.abs_diff(head.seconds) <= NEAR_SECONDS;
            if !related || behind > CHAIN_REACH {
                break false;
            }
            match whole_record(window, next, &head_behind)? {
                Some(len) => next = next.saturating_add(len),
                None => break false,
            }
            more = more.saturating_sub(1);
        };
        let record = Record::split(window.from(at).get(..len).unwrap_or(&[]), window.place(at));
        // A message was looked at already; the rest costs what it is long at most.
        if !head.is_message() && self.looks < len {
            return Ok(false);
        }
        let (judged, looked) = judge(&record);
        let believed = match judged {
            Soundness::Proven => true,
            Soundness::Sound if near => true,
            Soundness::Sound | Soundness::Unknown => confirmed,
            Soundness::Damaged(_) => false,
        };
        if !believed || matches!(judged, Soundness::Proven) || (near && matches!(judged, Soundness::Sound)) {
            if !believed {
                self.looks = self.looks.saturating_sub(looked);
            }
            return Ok(believed);
        }
        // The neighbours that confirm it must be sound themselves.
        while end < next {
            let rest = window.from(end);
            let len = match frame(rest) {
                Frame::Ready(len) if len <= rest.len() => len,
                _ => return Ok(false),
            };
            let (judged, looked) = judge(&Record::split(rest.get(..len).unwrap_or(&[]), window.place(end)));
            if !self.afford(looked) || matches!(judged, Soundness::Damaged(_)) {
                return Ok(false);
            }
            end = end.saturating_add(len);
        }
        Ok(true)
    }
}

/// The length of the record at `at`; `None` where the input ends inside it, `Err` with the octets needed to say.
fn whole_record(window: &Window<'_>, at: usize, head: &Header) -> Result<Option<usize>, usize> {
    let rest = window.from(at);
    if rest.len() < head.total() {
        return if window.whole { Ok(None) } else { Err(at.saturating_add(head.total())) };
    }
    match frame(rest) {
        Frame::Ready(len) if len <= rest.len() => Ok(Some(len)),
        Frame::Ready(len) if !window.whole => Err(at.saturating_add(len)),
        Frame::Need(missing) if !window.whole => Err(window.bytes.len().saturating_add(missing)),
        _ => Ok(None),
    }
}

/// Whether a BGP message with marker and the right length is where the record's type puts it.
fn is_marked(bytes: &[u8], head: &Header) -> bool {
    let headers = bytes.get(..MESSAGE_HEADERS.min(head.total())).unwrap_or(bytes);
    let Ok(Body::Message(message)) = Record::split(headers, 0).body() else { return false };
    let before = headers.len().saturating_sub(message.message_bytes().len());
    match (message.peer_address, message.message_bytes().first_chunk::<18>()) {
        (Some(_), Some([marker @ .., a, b])) => {
            marker.iter().all(|octet| *octet == 0xff)
                && before.saturating_add(usize::from(u16::from_be_bytes([*a, *b]))) == head.total()
        }
        _ => false,
    }
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
            let (item, len) = match self.recovery.step(&window) {
                Step::Record(len) => (Some(Recovered::Record(Record::split(self.rest.get(..len).unwrap_or(&[]), offset))), len),
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
    use std::io::{self, Read};

    use super::{CHAIN_REACH, LONGEST, Recovered, Recovery, Step, Window};
    use crate::mrt::{ReadError, Reader};

    /// A [`Reader`] that reads on where framing is lost: see [`Reader::recovering`].
    ///
    /// It gives what [`recover`](super::recover) gives for the same octets; a record over
    /// [`max_record_len`](crate::mrt::ReaderOptions::max_record_len) is part of a gap. However long a gap is, it takes no memory.
    pub struct RecoveringReader<R> {
        reader: Reader<R>,
        recovery: Recovery,
        // The input has ended, or failed like this.
        whole: bool,
        failure: Option<io::Error>,
    }

    impl<R: Read> Reader<R> {
        /// Reads on where framing is lost, from where this reader is.
        pub fn recovering(self) -> RecoveringReader<R> {
            let recovery = Recovery::new(self.max_record_len());
            RecoveringReader { reader: self, recovery, whole: false, failure: None }
        }
    }

    impl<R: Read> RecoveringReader<R> {
        /// The next record or gap; a record is valid until the next call. `None` at the end of the input.
        ///
        /// # Errors
        /// The input fails, or what is compressed in it is damaged: [`ReadError::Io`], after everything that came before it. Then
        /// there is nothing more.
        pub fn next_item(&mut self) -> Result<Option<Recovered<'_>>, ReadError> {
            loop {
                let (bytes, offset) = (self.reader.window(), self.reader.offset());
                match self.recovery.step(&Window { bytes, offset, whole: self.whole }) {
                    Step::Record(len) => return Ok(Some(Recovered::Record(self.reader.take_record(len)))),
                    Step::Gap(gap, len) => {
                        self.reader.take_record(len);
                        return Ok(Some(Recovered::Gap(gap)));
                    }
                    Step::Skip(len) => {
                        self.reader.take_record(len);
                    }
                    Step::Need(total) => {
                        // A long record grows the buffer once, with room for what confirms it.
                        let room = if total > LONGEST { total.saturating_add(LONGEST + CHAIN_REACH) } else { total };
                        while self.reader.window().len() < total && !self.whole {
                            match self.reader.fill(room) {
                                Ok(0) => self.whole = true,
                                Ok(_) => {}
                                Err(source) => {
                                    self.whole = true;
                                    self.failure = Some(source);
                                }
                            }
                        }
                    }
                    Step::End => {
                        return match self.failure.take() {
                            Some(source) => Err(ReadError::Io { offset, source }),
                            None => Ok(None),
                        };
                    }
                }
            }
        }

        /// Where the next record or gap starts: octets of decompressed input from the start.
        pub const fn offset(&self) -> u64 {
            self.reader.offset()
        }
    }

    impl<R> std::fmt::Debug for RecoveringReader<R> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("RecoveringReader").field("reader", &self.reader).finish_non_exhaustive()
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
            ["0", "10 bytes passed over, from byte 22 to 32: MRT header: ends 14294 bytes too early (at byte 22)", "32", "54"]
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
                "21 bytes passed over, from byte 68 to 89: MRT header: ends 1 byte too early (at byte 68)"
            ]
        );
        assert_eq!(shape(&[9; 5]), ["5 bytes passed over, from byte 0 to 5: MRT header: ends 7 bytes too early (at byte 0)"]);
    }

    #[test]
    fn types_that_nobody_knows_are_kept_where_framing_leads_to_them() {
        let private = [0x38, 0, 0, 2, 0xff, 0, 0, 7, 0, 0, 0, 3, 1, 2, 3];
        let bytes = [&state(1)[..], &private, &private, &state(3), &private].concat();
        assert_eq!(shape(&bytes), ["0", "22", "37", "52", "74"]);
    }

    /// OSPF of a time that no neighbour has: of a type that is known, but nothing in it tells that it is one.
    const OSPF: [u8; 16] = [0x10, 0, 0, 2, 0, 11, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4];

    #[test]
    fn a_type_that_is_known_is_kept_though_nothing_confirms_it() {
        let bytes = [&state(1)[..], &OSPF, &[0; 5]].concat();
        let rest = "5 bytes passed over, from byte 38 to 43: MRT header: ends 7 bytes too early (at byte 38)";
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
