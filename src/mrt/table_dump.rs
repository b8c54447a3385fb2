//! TABLE_DUMP (RFC 6396 section 4.2): one route per record, or many in archives of the year 2000.

use core::iter::FusedIterator;
use core::net::{IpAddr, Ipv4Addr};

use super::HEADER_LEN;
use super::layout::{Pass, Reading, address, asn, attributes};
use super::observe::inside;
use crate::asn::Asn;
use crate::attr::Attributes;
use crate::codes::{MrtType, RecordLayout};
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::io::Frame;
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;
use crate::wire::{Cursor, Observer};

/// Octets of an address and of an AS number.
#[inline]
const fn widths(v6: bool, asn4: bool) -> (usize, usize) {
    (if v6 { 16 } else { 4 }, if asn4 { 4 } else { 2 })
}

// View and sequence number.
const FIXED_LEN: usize = 4;

/// Octets of an entry before its attributes: prefix, length, status, time, peer, AS number, attribute length.
#[inline]
const fn head_len((address, asn): (usize, usize)) -> usize {
    address.saturating_mul(2).saturating_add(asn).saturating_add(8)
}

/// Octets of the first entry in `bytes`, header and attributes.
#[inline]
fn entry_len(bytes: &[u8], widths: (usize, usize)) -> Option<usize> {
    let head = bytes.get(..head_len(widths))?;
    head_len(widths).checked_add(usize::from(u16::from_be_bytes(*head.last_chunk()?)))
}

fn entries_fit(mut bytes: &[u8], widths: (usize, usize)) -> bool {
    while !bytes.is_empty() {
        match entry_len(bytes, widths).and_then(|len| bytes.get(len..)) {
            Some(rest) => bytes = rest,
            None => return false,
        }
    }
    true
}

/// See [`super::frame`]: `body` follows the header of a record written at `seconds`.
pub(super) fn frame(body: &[u8], seconds: u32, subtype: u16, len: usize) -> Frame {
    let ready = |len: usize| Frame::Ready(HEADER_LEN.saturating_add(len));
    let Some(declared) = body.get(..len) else { return Frame::Need(len.saturating_sub(body.len())) };
    let (RecordLayout::TableDump { v6, asn4 }, Some(entries)) = (MrtType::TABLE_DUMP.layout(subtype), declared.get(FIXED_LEN..))
    else {
        return ready(len);
    };
    let widths = widths(v6, asn4);
    if entry_len(entries, widths) == Some(entries.len()) || entries_fit(entries, widths) {
        return ready(len);
    }
    // Declared without view and sequence number: only if the entries then fit exactly, and the octets between the two possible
    // ends are not the time of a next record.
    let whole = len.saturating_add(FIXED_LEN);
    match body.get(FIXED_LEN..whole) {
        Some(entries) if entries_fit(entries, widths) && !is_near(entries, seconds) => ready(whole),
        Some(_) => ready(len),
        // Undecided, unless the entries so far determine the end.
        None if batch_goes_on(body.get(FIXED_LEN..).unwrap_or(&[]), len, widths) => Frame::Need(whole.saturating_sub(body.len())),
        None => ready(len),
    }
}

/// Whether the last four octets are a time within a month of `seconds`.
fn is_near(bytes: &[u8], seconds: u32) -> bool {
    bytes.last_chunk::<4>().is_some_and(|time| u32::from_be_bytes(*time).abs_diff(seconds) < 31 * 24 * 3600)
}

/// Whether the entries in `bytes`, the last of the input, could end exactly `len` octets after their start.
fn batch_goes_on(mut bytes: &[u8], mut len: usize, widths: (usize, usize)) -> bool {
    while let Some(entry) = entry_len(bytes, widths) {
        match (len.checked_sub(entry), bytes.get(entry..)) {
            (Some(0), None) => return true,
            (Some(left), Some(rest)) if left > 0 => (len, bytes) = (left, rest),
            _ => return false,
        }
    }
    // The last entry's length is missing: any valid length may fit.
    entry_can_have(len, widths)
}

/// Whether an entry can have `len` octets: a header, and attributes with a two-octet length.
fn entry_can_have(len: usize, widths: (usize, usize)) -> bool {
    len.checked_sub(head_len(widths)).is_some_and(|attributes| attributes <= usize::from(u16::MAX))
}

/// A record of TABLE_DUMP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TableDump<'a> {
    view: u16,
    sequence: u16,
    v6: bool,
    asn4: bool,
    entries: &'a [u8],
    offset: u64,
}

impl<'a> TableDump<'a> {
    pub(super) fn read<O: Observer>(c: &mut Cursor<'a>, v6: bool, asn4: bool, o: &mut O) -> Result<Self> {
        let mut table = Self { view: 0, sequence: 0, v6, asn4, entries: &[], offset: 0 };
        let p = &mut Reading::new(c, o);
        p.field("view", &mut table.view)?;
        p.field("sequence", &mut table.sequence)?;
        (table.entries, table.offset) = (c.rest(), c.offset());
        let mut first = *c;
        inside(o, |o| {
            while !c.is_empty() {
                o.group(c, "entry", |c, o| DumpedRoute::UNREAD.pass(&mut Reading::new(c, o), v6, asn4))?;
            }
            Ok(())
        })?;
        // The fixed fields of the first entry are part of the record: without them there is no record.
        first.take(head_len(widths(v6, asn4)))?;
        Ok(table)
    }

    /// The view number.
    pub const fn view(&self) -> u16 {
        self.view
    }

    /// The record's number in the dump, which wraps after 65,535.
    pub const fn sequence(&self) -> u16 {
        self.sequence
    }

    /// Whether prefixes and peers have IPv6 addresses.
    pub const fn is_v6(&self) -> bool {
        self.v6
    }

    /// The routes: one, except in archives of the year 2000.
    pub const fn entries(&self) -> TableDumpEntries<'a> {
        TableDumpEntries { cursor: Cursor::at(self.entries, self.offset), v6: self.v6, asn4: self.asn4 }
    }
}

/// One route of a TABLE_DUMP record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct TableDumpEntry<'a> {
    /// The prefix.
    pub prefix: Prefix,
    /// Status octet; always 1 in RFC 6396.
    pub status: u8,
    /// Reception time, in seconds since 1970 (UTC).
    pub originated: u32,
    /// The peer's address.
    pub peer_address: IpAddr,
    /// The peer's AS number.
    pub peer_asn: Asn,
    /// Octets of the path attributes.
    pub attribute_bytes: &'a [u8],
    /// Their offset: bytes from the start of the outermost input.
    pub attributes_offset: u64,
    /// Whether AS numbers in the attributes have four octets.
    pub asn4: bool,
}

impl<'a> TableDumpEntry<'a> {
    /// The path attributes, indexed.
    ///
    /// # Errors
    /// An attribute that overruns the entry.
    #[cfg_attr(optimised, inline(always))]
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        let session = if self.asn4 { Session::AS4 } else { Session::AS2 };
        Attributes::parse_rib_at(self.attribute_bytes, &session, self.attributes_offset)
    }
}

/// Iterates over the routes of a TABLE_DUMP record; ends after an error.
#[derive(Clone, Copy, Debug)]
pub struct TableDumpEntries<'a> {
    cursor: Cursor<'a>,
    v6: bool,
    asn4: bool,
}

/// The fields of an entry.
#[derive(Clone, Copy)]
struct DumpedRoute<'a> {
    network: IpAddr,
    len: u8,
    status: u8,
    originated: u32,
    peer_address: IpAddr,
    peer_asn: Asn,
    attributes: &'a [u8],
    offset: u64,
}

impl<'a> DumpedRoute<'a> {
    const UNREAD: Self = {
        const NONE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        Self {
            network: NONE,
            len: 0,
            status: 0,
            originated: 0,
            peer_address: NONE,
            peer_asn: Asn::ZERO,
            attributes: &[],
            offset: 0,
        }
    };

    #[cfg_attr(optimised, inline(always))]
    fn pass<P: Pass<'a>>(mut self, p: &mut P, v6: bool, asn4: bool) -> Result<Self, P::Error> {
        address(p, "prefix", &mut self.network, v6)?;
        p.field("prefix_length", &mut self.len)?;
        p.field("status", &mut self.status)?;
        p.named("originated", &mut self.originated, |seconds| Timestamp::from_seconds(seconds).utc())?;
        address(p, "peer_address", &mut self.peer_address, v6)?;
        asn(p, "peer_asn", &mut self.peer_asn, asn4)?;
        let session = if asn4 { &Session::AS4 } else { &Session::AS2 };
        attributes(p, session, &mut self.attributes, &mut self.offset)?;
        Ok(self)
    }
}

impl<'a> TableDumpEntries<'a> {
    /// The offset of the next entry.
    pub(super) const fn offset(&self) -> u64 {
        self.cursor.offset()
    }

    fn read(&mut self) -> Result<TableDumpEntry<'a>> {
        let start = self.cursor.offset();
        let route = DumpedRoute::UNREAD.pass(&mut Reading::new(&mut self.cursor, &mut ()), self.v6, self.asn4)?;
        let Some(prefix) = Prefix::new(route.network, route.len) else {
            let (address, _) = widths(self.v6, self.asn4);
            return Err(Error::new(ErrorKind::BadPrefixLength(route.len), start.saturating_add(address as u64)));
        };
        Ok(TableDumpEntry {
            prefix,
            status: route.status,
            originated: route.originated,
            peer_address: route.peer_address,
            peer_asn: route.peer_asn,
            attribute_bytes: route.attributes,
            attributes_offset: route.offset,
            asn4: self.asn4,
        })
    }
}

impl<'a> Iterator for TableDumpEntries<'a> {
    type Item = Result<TableDumpEntry<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.is_empty() {
            return None;
        }
        let entry = self.read();
        Some(entry.map_err(|e| {
            // A bad prefix length affects only this entry: its end is known.
            if !matches!(e.kind(), ErrorKind::BadPrefixLength(_)) {
                self.cursor.stop();
            }
            e.within(Context::RibEntry, Action::None)
        }))
    }
}

impl FusedIterator for TableDumpEntries<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mrt::{Body, Record, records};

    // 192.0.2.0/24 from 192.0.2.1 AS64496 with ORIGIN IGP.
    fn entry(n: u8) -> Vec<u8> {
        vec![192, 0, n, 0, 24, 1, 0, 0, 0, 9, 192, 0, 2, 1, 0xfb, 0xf0, 0, 4, 0x40, 1, 1, 0]
    }

    fn record(declared: usize, entries: &[Vec<u8>]) -> Vec<u8> {
        let mut r = vec![0, 0, 0, 1, 0, 12, 0, 1];
        r.extend(u32::try_from(declared).unwrap().to_be_bytes());
        r.extend([0, 0, 0, 7]);
        entries.iter().for_each(|e| r.extend(e));
        r
    }

    #[test]
    fn one_route() {
        let bytes = record(26, &[entry(2)]);
        let Ok(Body::TableDump(t)) = Record::parse_at(&bytes, 0).unwrap().body() else { panic!() };
        let e = t.entries().next().unwrap().unwrap();
        assert_eq!((t.sequence(), e.prefix.to_string(), e.originated, e.status), (7, "192.0.2.0/24".into(), 9, 1));
        assert_eq!((e.peer_address.to_string(), e.peer_asn, e.attributes_offset), ("192.0.2.1".into(), Asn(64496), 34));
        assert!(e.attributes().unwrap().origin().unwrap().is_some() && !t.is_v6());
    }

    #[test]
    fn batches_declared_four_octets_short() {
        let batch = record(44, &[entry(1), entry(2)]);
        let mut file = batch.clone();
        file.extend(&batch);
        let lens: Vec<_> = records(&file).map(|r| r.unwrap().as_bytes().len()).collect();
        assert_eq!(lens, [batch.len(), batch.len()]);
        let Ok(Body::TableDump(t)) = records(&file).next().unwrap().unwrap().body() else { panic!() };
        assert_eq!(t.entries().map(|e| e.unwrap().prefix.to_string()).collect::<Vec<_>>(), ["192.0.1.0/24", "192.0.2.0/24"]);
        // Cut inside the last entry: never taken for a whole record.
        for n in batch.len() - 4..batch.len() {
            assert!(records(&batch[..n]).next().unwrap().is_err(), "cut at {n}");
        }
        // Declared in full: the same entries.
        let honest = record(48, &[entry(1), entry(2)]);
        assert_eq!(records(&honest).count(), 1);
    }

    #[test]
    fn an_attribute_length_that_lies_by_four_costs_its_record_alone() {
        let mut bytes = record(26, &[entry(2)]);
        bytes[12 + 4 + 17] = 8;
        bytes.extend(record(26, &[entry(3)]));
        let list: Vec<_> = records(&bytes).map(|r| r.unwrap().body().unwrap()).collect();
        let [Body::TableDump(bad), Body::TableDump(good)] = list[..] else { panic!() };
        let e = bad.entries().next().unwrap().unwrap_err();
        assert_eq!(e.to_string(), "RIB entry: needs 4 bytes more than are there (at byte 34)");
        assert_eq!(good.entries().next().unwrap().unwrap().prefix.to_string(), "192.0.3.0/24");
    }

    /// Octets after a record can show that it is not a short-declared batch; alone, it is still what it declares.
    #[test]
    fn what_was_framed_is_a_record_by_itself() {
        let mut bytes = record(26, &[entry(2)]);
        bytes[12 + 4 + 17] = 8;
        bytes.extend(record(26, &[entry(3)]));
        for framed in records(&bytes).map(|r| r.unwrap()) {
            assert_eq!(Record::parse_at(framed.as_bytes(), framed.offset()), Ok(framed));
        }
        // Truncated further, it is not.
        let e = Record::parse_at(&bytes[..37], 0).unwrap_err();
        assert_eq!(e.to_string(), "MRT header: needs 1 byte more than is there (at byte 0)");
    }

    #[test]
    fn damage_costs_what_it_must() {
        let mut bytes = record(48, &[entry(1), entry(2)]);
        bytes[12 + 4 + 4] = 33;
        let Ok(Body::TableDump(t)) = Record::parse_at(&bytes, 0).unwrap().body() else { panic!() };
        let list: Vec<_> = t.entries().map(|e| e.map(|e| e.prefix.to_string()).map_err(|e| e.to_string())).collect();
        assert_eq!(
            list,
            [Err("RIB entry: prefix length 33 is longer than an address (at byte 20)".into()), Ok("192.0.2.0/24".into())]
        );
        let short = record(10, &[entry(1)[..6].to_vec()]);
        let e = Record::parse_at(&short, 0).unwrap().body().unwrap_err();
        assert_eq!(e.to_string(), "TABLE_DUMP AFI_IPv4 record: needs 12 bytes more than are there (at byte 16)");
    }
}
