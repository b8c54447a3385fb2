//! MRT archives (RFC 6396, RFC 6397, RFC 8050, and the older forms found in archives).
//!
//! [`records`] walks a slice of uncompressed octets; [`Reader`] reads files and streams, compressed or not. Both give the same
//! [`Record`]. A record's [`Body`] holds views of its contents; `Record::elements` flattens it to route events.
//!
//! ```
//! # let archive: &[u8] = &[];
//! use routeglass::mrt::{self, Body};
//!
//! for record in mrt::records(archive) {
//!     match record?.body()? {
//!         Body::Rib(rib) => {
//!             for entry in rib.entries() {
//!                 let path = entry?.attributes()?.as_path()?;
//!             }
//!         }
//!         Body::Message(message) => {
//!             if let Some(update) = message.update()? {
//!                 let path = update.attributes()?.as_path()?;
//!                 for prefix in update.announced()? {}
//!             }
//!         }
//!         _ => {}
//!     }
//! }
//! # Ok::<(), routeglass::Error>(())
//! ```

mod bgp4mp;
#[cfg(feature = "alloc")]
mod dissect;
#[cfg(feature = "alloc")]
mod evidence;
#[cfg(feature = "alloc")]
mod findings;
mod layout;
mod legacy;
#[cfg(feature = "std")]
mod merge;
mod observe;
#[cfg(feature = "rayon")]
mod parallel;
#[cfg(feature = "alloc")]
mod peers;
#[cfg(feature = "alloc")]
mod plain;
#[cfg(feature = "std")]
mod reader;
#[cfg(feature = "alloc")]
mod record_buf;
mod recover;
#[cfg(feature = "rayon")]
mod run;
mod table_dump;
mod table_dump_v2;
#[cfg(feature = "alloc")]
mod writer;

pub(crate) use bgp4mp::entry_next_hop_error;
pub use bgp4mp::{Bgp4mpEntry, Bgp4mpMessage, Snapshot, StateChange};
pub use layout::{HEADER_LEN, RibRoute};
#[cfg(feature = "rayon")]
pub(crate) use parallel::{SliceRun, SliceRuns};
pub use recover::{Recovered, RecoveredRecords, recover};
#[cfg(all(test, feature = "rayon"))]
pub(crate) use run::tests::damage;
pub use table_dump::{TableDump, TableDumpEntries, TableDumpEntry};
pub use table_dump_v2::{GeoPeer, GeoPeerTable, IndexedPeer, IndexedPeers, PeerIndexTable, RibEntries, RibEntry, RibRecord};
#[cfg(feature = "alloc")]
pub use {
    dissect::places,
    evidence::{Evidence, PeerEvidence, Reading, SessionDirection},
    peers::ReadContext,
    record_buf::RecordBuf,
    writer::{EntryToWrite, TableDumpWriter, put_record},
};
#[cfg(feature = "alloc")]
pub(crate) use {
    findings::no_peer,
    plain::{PlainRib, plain_rib},
};
#[cfg(feature = "std")]
pub use {merge::MergedReader, reader::Reader, recover::RecoveringReader};
#[cfg(feature = "rayon")]
pub use {
    parallel::{ParRecords, par_records},
    run::{Run, RunRecords},
};

use core::fmt;
use core::iter::FusedIterator;

use crate::codes::{Bgp4mpSubtype, MrtType, RecordLayout, SubtypeName, TableDumpV2Subtype};
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::io::{Frame, Framing};
use crate::scan;
use crate::session::Session;
use crate::time::Timestamp;
use crate::wire::Cursor;

use layout::Header;
use observe::RecordObserver;

/// One record: its header, and its body as octets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    bytes: &'a [u8],
    body: &'a [u8],
    offset: u64,
    seconds: u32,
    kind: MrtType,
    subtype: u16,
}

/// An expression with the layout of a record's body if that is one of the usual ones: constants, for each of which it is compiled,
/// compared first and without a jump table. Another expression otherwise.
macro_rules! by_layout {
    ($record:ident, $layout:ident => $usual:expr, $other:expr) => {
        by_layout! {
            $record, $layout => $usual, $other;
            TABLE_DUMP_V2 TableDumpV2Subtype: RIB_IPV4_UNICAST RIB_IPV6_UNICAST;
            BGP4MP Bgp4mpSubtype: MESSAGE_AS4 MESSAGE;
            BGP4MP_ET Bgp4mpSubtype: MESSAGE_AS4;
        }
    };
    ($record:ident, $layout:ident => $usual:expr, $other:expr; $($kind:ident $subtypes:ident: $($subtype:ident)*;)*) => {
        match $record.kind {
            $(MrtType::$kind => match $subtypes($record.subtype) {
                $($subtypes::$subtype => {
                    let $layout = const { MrtType::$kind.layout($subtypes::$subtype.0) };
                    $usual
                })*
                _ => $other,
            },)*
            _ => $other,
        }
    };
}

impl<'a> Record<'a> {
    /// Reads one whole record, `offset` octets into the outermost input.
    ///
    /// # Errors
    /// Fewer octets than a header, or a length other than the declared one. TABLE_DUMP records that old collectors declared four
    /// octets short are accepted.
    pub fn parse_at(bytes: &'a [u8], offset: u64) -> Result<Self> {
        match frame(bytes) {
            Frame::Ready(len) if len == bytes.len() => Ok(Self::split(bytes, offset)),
            Frame::Ready(len) => {
                let left = u32::try_from(bytes.len().saturating_sub(len)).unwrap_or(u32::MAX);
                Err(Header::error(ErrorKind::TrailingBytes(left), offset.saturating_add(len as u64)))
            }
            // All declared octets are there; what a short-declared batch would need next is not part of the record.
            Frame::Need(_) if Header::read(bytes).is_some_and(|header| header.declared_len() == bytes.len() as u64) => {
                Ok(Self::split(bytes, offset))
            }
            Frame::Need(missing) => Err(Header::truncated(missing, offset)),
        }
    }

    /// Splits a framed record.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn split(bytes: &'a [u8], offset: u64) -> Self {
        let (Header { seconds, kind, subtype, .. }, body) = Header::split(bytes).unwrap_or((Header::EMPTY, &[]));
        Self { bytes, body, offset, seconds, kind, subtype }
    }

    /// The whole record on the wire, header included.
    #[cfg_attr(optimised, inline(always))]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The octets after the header; in the `_ET` types the microseconds come first.
    #[cfg_attr(optimised, inline(always))]
    pub const fn raw_body(&self) -> &'a [u8] {
        self.body
    }

    /// Offset of the record: bytes from the start of the outermost input.
    #[cfg_attr(optimised, inline(always))]
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Record type.
    #[cfg_attr(optimised, inline(always))]
    pub const fn kind(&self) -> MrtType {
        self.kind
    }

    /// Subtype; its meaning depends on the type.
    #[cfg_attr(optimised, inline(always))]
    pub const fn subtype(&self) -> u16 {
        self.subtype
    }

    /// The subtype's name, which depends on the type; its number if it has none.
    pub const fn subtype_name(&self) -> SubtypeName {
        self.kind.subtype_name(self.subtype)
    }

    /// Time of writing, with the microseconds of the `_ET` types (RFC 6396 section 3).
    #[cfg_attr(optimised, inline(always))]
    pub fn timestamp(&self) -> Timestamp {
        let micros = match (self.kind.is_extended(), self.body.first_chunk::<4>()) {
            (true, Some(octets)) => Some(u32::from_be_bytes(*octets)),
            _ => None,
        };
        Timestamp { seconds: self.seconds, micros }
    }

    /// Whether the record is a PEER_INDEX_TABLE.
    #[cfg(feature = "alloc")]
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn is_peer_table(&self) -> bool {
        self.kind == MrtType::TABLE_DUMP_V2 && self.subtype == TableDumpV2Subtype::PEER_INDEX_TABLE.0
    }

    /// The layout of the body.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn layout(&self) -> RecordLayout {
        by_layout!(self, layout => layout, other_layout(self.kind, self.subtype))
    }

    pub(crate) const fn context(&self) -> Context {
        #[expect(clippy::cast_possible_truncation, reason = "a value over one octet has no name")]
        Context::Mrt(
            if self.kind.0 > 255 { 255 } else { self.kind.0 as u8 },
            if self.subtype > 255 { 255 } else { self.subtype as u8 },
        )
    }

    #[cold]
    #[inline(never)]
    fn error(context: Context, e: Error) -> Error {
        e.within(context, Action::None)
    }

    /// The body, its parts located but not decoded.
    ///
    /// # Errors
    /// A body whose fixed fields are truncated or invalid. Types that this library does not read are [`Body::Unknown`].
    #[cfg_attr(optimised, inline(always))]
    pub fn body(&self) -> Result<Body<'a>> {
        match self.read_body() {
            Ok(body) => Ok(body),
            Err(e) => Err(Self::error(self.context(), e)),
        }
    }

    /// The message of a BGP4MP record that has one, as [`Record::body`] gives it: avoids the general body on the hot path.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn message(&self) -> Option<Bgp4mpMessage<'a>> {
        let RecordLayout::Message { asn4, add_path, local } = self.layout() else { return None };
        Bgp4mpMessage::read(&mut self.fields().ok()?, asn4, add_path, local, None, &mut ()).ok()
    }

    /// The same for a RIB record.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn rib(&self) -> Option<RibRecord<'a>> {
        let RecordLayout::Rib { family, add_path } = self.layout() else { return None };
        match RibRecord::read(&mut self.fields().ok()?, family, add_path, None, &mut ()) {
            Ok(Body::Rib(rib)) => Some(rib),
            _ => None,
        }
    }

    /// The body after the microseconds.
    #[cfg_attr(optimised, inline(always))]
    fn fields(&self) -> Result<Cursor<'a>> {
        let mut c = Cursor::at(self.body, self.offset.saturating_add(HEADER_LEN as u64));
        if self.kind == MrtType::BGP4MP_ET {
            c.u32()?;
        }
        Ok(c)
    }

    #[cfg_attr(optimised, inline(always))]
    fn read_body(&self) -> Result<Body<'a>> {
        by_layout!(self, layout => return self.read_usual(layout), ());
        self.read_any()
    }

    /// Reads a body of one of the usual layouts.
    #[cfg_attr(optimised, inline(always))]
    fn read_usual(&self, layout: RecordLayout) -> Result<Body<'a>> {
        match layout {
            RecordLayout::Message { asn4, add_path, local } => {
                Bgp4mpMessage::read(&mut self.fields()?, asn4, add_path, local, None, &mut ()).map(Body::Message)
            }
            RecordLayout::Rib { family, add_path } => RibRecord::read(&mut self.fields()?, family, add_path, None, &mut ()),
            _ => self.read_any(),
        }
    }

    /// Reads a body of any layout: with a cursor of its own, so that that of the usual records stays in registers.
    #[cfg_attr(optimised, inline(always))]
    fn read_any(&self) -> Result<Body<'a>> {
        let mut c = self.fields()?;
        let len = c.len();
        self.read_fields(&mut c, len, None, &mut ())
    }

    /// Reads the fields of a body of `len` octets, after the microseconds; it may be truncated. `session` overrides the subtype's
    /// session for observed messages and entries.
    #[cfg_attr(optimised, inline(always))]
    fn read_fields<O: RecordObserver>(
        &self,
        c: &mut Cursor<'a>,
        len: usize,
        session: Option<&Session>,
        o: &mut O,
    ) -> Result<Body<'a>> {
        match self.layout() {
            RecordLayout::Message { asn4, add_path, local } => {
                Bgp4mpMessage::read(c, asn4, add_path, local, session, o).map(Body::Message)
            }
            RecordLayout::Rib { family, add_path } => RibRecord::read(c, family, add_path, session, o),
            RecordLayout::PeerIndexTable => PeerIndexTable::read(c, o).map(Body::PeerIndexTable),
            RecordLayout::GeoPeerTable => GeoPeerTable::read(c, o).map(Body::GeoPeerTable),
            RecordLayout::TableDump { v6, asn4 } => TableDump::read(c, v6, asn4, o).map(Body::TableDump),
            RecordLayout::StateChange { asn4 } => StateChange::read(c, asn4, len, o).map(Body::StateChange),
            RecordLayout::Entry => Bgp4mpEntry::read(c, o).map(Body::Entry),
            RecordLayout::Snapshot => Snapshot::read(c, o).map(Body::Snapshot),
            RecordLayout::LegacyMessage(kind) => legacy::message(c, self.kind, kind, session, o).map(Body::Message),
            RecordLayout::LegacyStateChange => legacy::state_change(c, self.kind, o).map(Body::StateChange),
            RecordLayout::Unknown => o.field(c, "body").map(|_: &[u8]| Body::Unknown),
        }
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("offset", &self.offset)
            .field("timestamp", &self.timestamp())
            .field("kind", &self.kind)
            .field("subtype", &self.subtype)
            .field("len", &self.body.len())
            .finish()
    }
}

/// The layout of a record that is not one of the usual ones.
#[inline(never)]
const fn other_layout(kind: MrtType, subtype: u16) -> RecordLayout {
    kind.layout(subtype)
}

/// The contents of a record.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Body<'a> {
    /// TABLE_DUMP_V2 PEER_INDEX_TABLE (RFC 6396 section 4.3.1).
    PeerIndexTable(PeerIndexTable<'a>),
    /// One prefix or route with its entry per peer: the RIB subtypes of TABLE_DUMP_V2.
    Rib(RibRecord<'a>),
    /// TABLE_DUMP_V2 GEO_PEER_TABLE (RFC 6397).
    GeoPeerTable(GeoPeerTable<'a>),
    /// TABLE_DUMP (RFC 6396 section 4.2).
    TableDump(TableDump<'a>),
    /// A BGP message: the MESSAGE subtypes of BGP4MP, and those of the old types BGP and BGP4PLUS.
    Message(Bgp4mpMessage<'a>),
    /// A change of a session's state.
    StateChange(StateChange),
    /// BGP4MP_ENTRY: one route of a table, obsolete.
    Entry(Bgp4mpEntry<'a>),
    /// BGP4MP_SNAPSHOT: the name of a file with a table.
    Snapshot(Snapshot<'a>),
    /// A type or subtype that this library does not read, such as OSPF and IS-IS: [`Record::raw_body`] has its octets.
    Unknown,
}

/// Finds the end of the first record in `bytes`, from its length field.
///
/// TABLE_DUMP records of the year 2000 hold many entries and declare their length without the first four octets; such a record is
/// recognised by its entries and taken whole.
#[cfg_attr(optimised, inline(always))]
pub fn frame(bytes: &[u8]) -> Frame {
    let Some((header, body)) = Header::split(bytes) else {
        return Frame::Need(HEADER_LEN.saturating_sub(bytes.len()));
    };
    let len = header.len as usize;
    if header.kind == MrtType::TABLE_DUMP {
        return table_dump::frame(body, header.seconds, header.subtype, len);
    }
    match len.checked_sub(body.len()) {
        None | Some(0) => Frame::Ready(HEADER_LEN.saturating_add(len)),
        Some(missing) => Frame::Need(missing),
    }
}

/// The records of an archive in memory.
///
/// If the input ends inside a record, the iterator yields an error with the record's offset, and ends.
#[derive(Clone, Copy, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
    end: u64,
}

/// The records of an archive in memory, without copying.
///
/// The octets are not decompressed. [`Reader`] also reads compressed slices, and [`Decompress`](crate::io::Decompress)
/// decompresses them.
#[inline]
pub const fn records(bytes: &[u8]) -> Records<'_> {
    Records { rest: bytes, end: bytes.len() as u64 }
}

impl Records<'_> {
    /// Offset of the next record: bytes from the start of the input.
    #[cfg_attr(optimised, inline(always))]
    pub const fn offset(&self) -> u64 {
        // What is left is not longer than the input: nothing wraps.
        self.end.wrapping_sub(self.rest.len() as u64)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>>;

    #[cfg_attr(optimised, inline(always))]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let offset = self.offset();
        // The usual record, without the frame's other outcomes.
        if let Some((header, _)) = Header::split(self.rest)
            && header.kind != MrtType::TABLE_DUMP
            && let len = HEADER_LEN.saturating_add(header.len as usize)
            && let Some((record, rest)) = self.rest.split_at_checked(len)
        {
            self.rest = rest;
            scan::read_ahead(rest, len);
            return Some(Ok(Record::split(record, offset)));
        }
        let missing = match frame(self.rest) {
            Frame::Ready(len) => match self.rest.split_at_checked(len) {
                Some((record, rest)) => {
                    self.rest = rest;
                    scan::read_ahead(rest, len);
                    return Some(Ok(Record::split(record, offset)));
                }
                None => len.saturating_sub(self.rest.len()),
            },
            Frame::Need(missing) => missing,
        };
        self.rest = &[];
        Some(Err(Header::truncated(missing, offset)))
    }
}

impl FusedIterator for Records<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_and_says_where_it_ends() {
        let mut bytes = vec![0, 0, 0, 1, 0, 11, 0, 0, 0, 0, 0, 2, 9, 9];
        bytes.extend([0, 0, 0, 2, 0, 48, 0, 0, 0, 0, 0, 0]);
        let list: Vec<_> = records(&bytes).map(|r| r.unwrap()).collect();
        assert_eq!(list.len(), 2);
        assert_eq!((list[0].raw_body(), list[0].offset(), list[1].offset()), (&[9, 9][..], 0, 14));
        assert!(matches!(list[0].body(), Ok(Body::Unknown)));
        for n in 1..bytes.len() {
            let last = records(&bytes[..n]).last().unwrap();
            assert_eq!(last.is_err(), n != 14, "cut at {n}");
        }
        let e = records(&bytes[..20]).last().unwrap().unwrap_err();
        assert_eq!(e.to_string(), "MRT header: needs 6 bytes more than are there (at byte 14)");
        assert_eq!(Record::parse_at(&bytes, 0).unwrap_err().to_string(), "MRT header: 12 bytes are left over (at byte 14)");
        assert_eq!(Record::parse_at(&bytes[..14], 0).unwrap(), list[0]);
        assert_eq!(list[0].subtype_name().to_string(), "subtype 0");
    }

    #[test]
    fn times_show_microseconds_where_there_are_some() {
        let et = [0, 0, 0, 5, 0, 17, 0, 9, 0, 0, 0, 4, 0, 0, 0, 7];
        let record = Record::parse_at(&et, 0).unwrap();
        assert_eq!(record.timestamp().to_string(), "5.000007");
        let plain = [0, 0, 0, 5, 0, 16, 0, 9, 0, 0, 0, 0];
        assert_eq!(Record::parse_at(&plain, 0).unwrap().timestamp().to_string(), "5");
    }
}
