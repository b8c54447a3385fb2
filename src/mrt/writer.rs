//! Writing MRT: every current record type (RFC 6396, RFC 6397, RFC 8050).
//!
//! Each view encodes itself as a record ([`PeerIndexTable`](super::PeerIndexTable) has a builder because peers are collected
//! first); [`Record::rewrite`] rewrites a whole record from its decoded values.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

use super::layout::{Header, Pass, Speakers, Writing, states};
use super::table_dump_v2::PeerTableHead;
use super::{
    Bgp4mpMessage, Body, GeoPeerTable, HEADER_LEN, IndexedPeer, PeerIndexTable, Record, RibEntry, RibRecord, RibRoute,
    StateChange,
};
use crate::asn::Asn;
use crate::attr::AttributesIter;
use crate::codes::{MrtType, RecordLayout, TableDumpV2Subtype};
use crate::error::EncodeError;
use crate::family::Family;
use crate::io::Frame;
use crate::nlri::{PathPrefix, RawRoute, read_prefix, route_len};
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;
use crate::wire::{Cursor, Sink};

/// Writes a record: header, microseconds if the type has them, body.
///
/// # Errors
/// Microseconds for a type without them, a body too long for the length field, or too little room; then nothing is written.
pub fn put_record(time: Timestamp, kind: MrtType, subtype: u16, body: &[u8], out: &mut impl Sink) -> Result<(), EncodeError> {
    if time.micros.is_some() && !kind.is_extended() {
        return Err(EncodeError::unrepresentable("microseconds"));
    }
    let micros = if kind.is_extended() { Some(time.micros.unwrap_or(0)) } else { None };
    let len = body.len().saturating_add(if micros.is_some() { 4 } else { 0 });
    let Ok(declared) = u32::try_from(len) else {
        return Err(EncodeError::too_long("record", len, 0xffff_ffff));
    };
    let need = len.saturating_add(HEADER_LEN);
    if out.room() < need {
        return Err(EncodeError::no_room(need.saturating_sub(out.room())));
    }
    let p = &mut Writing(out);
    Header { seconds: time.seconds, kind, subtype, len: declared }.pass(p)?;
    if let Some(mut micros) = micros {
        p.field("microseconds", &mut micros)?;
    }
    out.put_slice(body);
    Ok(())
}

/// BGP4MP, or BGP4MP_ET if the time has microseconds.
const fn bgp4mp(time: Timestamp) -> MrtType {
    if time.micros.is_some() { MrtType::BGP4MP_ET } else { MrtType::BGP4MP }
}

/// The fields before a BGP4MP body; addresses of one family, or none.
fn speakers(
    (peer_asn, peer): (Asn, Option<IpAddr>),
    (local_asn, local): (Asn, Option<IpAddr>),
    interface: u16,
) -> Result<Speakers, EncodeError> {
    let addresses = match (peer, local) {
        // The short records of Zebra and FRR.
        (None, None) => None,
        (Some(peer), Some(local)) if peer.is_ipv4() == local.is_ipv4() => Some((peer, local)),
        _ => return Err(EncodeError::unrepresentable("addresses of two families")),
    };
    Ok(Speakers { peer_asn, local_asn, interface, addresses })
}

impl<'a> Bgp4mpMessage<'a> {
    /// A message of a session, for writing. `message` is whole, with its header.
    pub const fn new(peer: (Asn, IpAddr), local: (Asn, IpAddr), session: Session, message: &'a [u8]) -> Self {
        let ((peer_asn, peer), (local_asn, local)) = (peer, local);
        let speakers = Speakers { peer_asn, local_asn, interface: 0, addresses: Some((peer, local)) };
        Self::of(&speakers, session, false, &Cursor::at(message, 0), None)
    }

    /// Writes the message as a record. The subtype is determined by the session (width of AS numbers), by whether the message's
    /// routes carry path identifiers in it, and by [`Bgp4mpMessage::local`]; microseconds make it BGP4MP_ET.
    ///
    /// # Errors
    /// Addresses of two families; an AS number over 65,535 in a session with two-octet numbers; octets that are no message:
    /// without header (as in the obsolete type BGP), or of another length; routes with and without path identifiers in one
    /// message, for which there is no subtype (RFC 8050 section 3); too little room.
    pub fn encode(&self, time: Timestamp, out: &mut impl Sink) -> Result<(), EncodeError> {
        let message = self.message_bytes();
        let whole = crate::bgp::frame(message, &Session::AS4.with_extended_message(), 0);
        if !matches!(whole, Ok(Frame::Ready(len)) if len == message.len()) {
            return Err(EncodeError::unrepresentable("message"));
        }
        self.encode_with(time, message, self.has_path_ids()?, out)
    }

    /// Whether the routes of the message carry path identifiers: a record's subtype covers all of them.
    fn has_path_ids(&self) -> Result<bool, EncodeError> {
        let any = !self.session.add_path_receive.is_empty();
        let Ok(Some(update)) = self.update() else { return Ok(any) };
        let plain = !update.withdrawn_bytes().is_empty() || !update.announced_bytes().is_empty();
        let attributes = update.readable_attributes();
        let families = [
            plain.then_some(Family::IPV4_UNICAST),
            attributes.mp_reach().ok().flatten().and_then(|reach| reach.family()),
            attributes.mp_unreach().ok().flatten().map(|unreach| unreach.family()),
        ];
        let mut families = families.into_iter().flatten().map(|family| self.session.add_path(family));
        match families.next() {
            Some(first) if families.all(|other| other == first) => Ok(first),
            Some(_) => Err(EncodeError::unrepresentable("routes with and without path identifiers")),
            None => Ok(any),
        }
    }

    fn encode_with(&self, time: Timestamp, message: &[u8], add_path: bool, out: &mut impl Sink) -> Result<(), EncodeError> {
        if self.is_headless() {
            return Err(EncodeError::unrepresentable("message without a header"));
        }
        let layout = RecordLayout::Message { asn4: self.session.asn4, add_path, local: self.local };
        let subtype = MrtType::BGP4MP.subtype_of(layout).ok_or(EncodeError::unrepresentable("message"))?;
        let mut body = Vec::with_capacity(message.len().saturating_add(44));
        let (peer, local) = ((self.peer_asn, self.peer_address), (self.local_asn, self.local_address));
        speakers(peer, local, self.interface)?.pass(&mut Writing(&mut body), self.session.asn4)?;
        body.extend_from_slice(message);
        put_record(time, bgp4mp(time), subtype, &body, out)
    }
}

impl StateChange {
    /// Writes the change as a record of STATE_CHANGE_AS4, or of STATE_CHANGE with `asn4` false. Microseconds make it BGP4MP_ET.
    ///
    /// # Errors
    /// Addresses of two families; with `asn4` false an AS number over 65,535; too little room.
    pub fn encode(&self, time: Timestamp, asn4: bool, out: &mut impl Sink) -> Result<(), EncodeError> {
        let mut body = Vec::with_capacity(48);
        let (peer, local) = ((self.peer_asn, self.peer_address), (self.local_asn, self.local_address));
        speakers(peer, local, self.interface)?.pass(&mut Writing(&mut body), asn4)?;
        let (mut old, mut new) = (self.old, self.new);
        states(&mut Writing(&mut body), &mut old, &mut new)?;
        let layout = RecordLayout::StateChange { asn4 };
        let subtype = MrtType::BGP4MP.subtype_of(layout).ok_or(EncodeError::unrepresentable("state change"))?;
        put_record(time, bgp4mp(time), subtype, &body, out)
    }
}

impl IndexedPeer {
    /// A peer with a four-octet AS number.
    pub const fn new(bgp_id: Ipv4Addr, address: IpAddr, asn: Asn) -> Self {
        Self { kind: if address.is_ipv6() { 3 } else { 2 }, bgp_id, address, asn }
    }

    fn put(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        if (self.kind & 1 != 0) != self.address.is_ipv6() {
            return Err(EncodeError::unrepresentable("peer type"));
        }
        self.pass(&mut Writing(out)).map(|_| ())
    }
}

fn put_peer_index_table(
    collector: Ipv4Addr,
    view: &[u8],
    count: usize,
    peers: impl Iterator<Item = IndexedPeer>,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    crate::wire::check_len(view.len(), 2, "view name")?;
    let Ok(declared) = u16::try_from(count) else {
        return Err(EncodeError::too_long("peers", count, 0xffff));
    };
    PeerTableHead { collector, view, count: declared }.pass(&mut Writing(out))?;
    for peer in peers {
        peer.put(out)?;
    }
    Ok(())
}

impl GeoPeerTable<'_> {
    fn put(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        // A table that was read has at most the peers of its count.
        let mut count = u16::try_from(self.len()).unwrap_or(u16::MAX);
        let mut head = *self;
        head.pass(&mut Writing(out), &mut count)?;
        for peer in self.peers() {
            peer.pass(&mut Writing(out))?;
        }
        Ok(())
    }

    /// Writes the table as a record.
    ///
    /// # Errors
    /// Too little room; then nothing is written.
    pub fn encode(&self, time: Timestamp, out: &mut impl Sink) -> Result<(), EncodeError> {
        let mut body = Vec::new();
        self.put(&mut body)?;
        put_record(time, MrtType::TABLE_DUMP_V2, TableDumpV2Subtype::GEO_PEER_TABLE.0, &body, out)
    }
}

/// Writes table dumps (TABLE_DUMP_V2): the peers first, then one record per route.
///
/// ```
/// use routeglass::mrt::{IndexedPeer, TableDumpWriter};
/// use routeglass::{Asn, Family, Session, Timestamp, attr::{Origin, Value}};
///
/// let mut out = Vec::new();
/// let time = Timestamp::from_seconds(1_767_268_800);
/// let mut dump = TableDumpWriter::new([192, 0, 2, 254].into(), "view");
/// let peer = dump.peer(IndexedPeer::new([192, 0, 2, 1].into(), "192.0.2.1".parse()?, Asn(64496)))?;
/// dump.peer_index_table(time, &mut out)?;
///
/// let mut attributes = Vec::new();
/// Value::Origin(Origin::Igp).encode(&Session::AS4, &mut attributes)?;
/// dump.route(time, Family::IPV4_UNICAST, "198.51.100.0/24".parse()?, &[(peer, 1_767_268_000, None, &attributes)], &mut out)?;
/// assert_eq!(routeglass::elements(&out).filter(|e| e.is_ok()).count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TableDumpWriter {
    collector: Ipv4Addr,
    view: Vec<u8>,
    peers: Vec<IndexedPeer>,
    numbers: BTreeMap<(u8, Ipv4Addr, IpAddr, Asn), u16>,
    sequence: u32,
    /// Number of peers in the last PEER_INDEX_TABLE written; `None` before the first.
    declared: Option<usize>,
}

/// An entry for writing: the peer's index, the reception time (seconds since 1970, UTC), path identifier, and the path attributes
/// in wire form with four-octet AS numbers (RFC 6396 section 4.3.4).
pub type EntryToWrite<'a> = (u16, u32, Option<u32>, &'a [u8]);

impl TableDumpWriter {
    /// A dump of the collector with this BGP identifier; the view name, a text or other octets, is usually empty.
    pub fn new(collector: Ipv4Addr, view: impl AsRef<[u8]>) -> Self {
        Self { collector, view: view.as_ref().to_vec(), peers: Vec::new(), numbers: BTreeMap::new(), sequence: 0, declared: None }
    }

    /// The index of a peer, which is added if absent.
    ///
    /// # Errors
    /// More than 65,535 peers.
    pub fn peer(&mut self, peer: IndexedPeer) -> Result<u16, EncodeError> {
        let key = (peer.kind, peer.bgp_id, peer.address, peer.asn);
        if let Some(number) = self.numbers.get(&key) {
            return Ok(*number);
        }
        match u16::try_from(self.peers.len()) {
            Ok(number) if number < u16::MAX => {
                self.peers.push(peer);
                self.numbers.insert(key, number);
                Ok(number)
            }
            _ => Err(EncodeError::too_long("peers", self.peers.len().saturating_add(1), 0xffff)),
        }
    }

    /// Writes the known peers: before the first route, and again after more were added.
    ///
    /// # Errors
    /// A view name over 65,535 octets; a peer whose type does not fit its address or AS number; too little room.
    pub fn peer_index_table(&mut self, time: Timestamp, out: &mut impl Sink) -> Result<(), EncodeError> {
        let mut body = Vec::new();
        put_peer_index_table(self.collector, &self.view, self.peers.len(), self.peers.iter().copied(), &mut body)?;
        put_record(time, MrtType::TABLE_DUMP_V2, TableDumpV2Subtype::PEER_INDEX_TABLE.0, &body, out)?;
        self.declared = Some(self.peers.len());
        Ok(())
    }

    /// Writes a prefix with its entries; sequence numbers count up from 0. Entries with path identifiers make an ADD-PATH record:
    /// either all have one or none.
    ///
    /// # Errors
    /// A family without plain prefixes or of another address width; entries of which only some have a path identifier; no
    /// PEER_INDEX_TABLE written yet, or a peer index that is not in the last one; attributes that overrun their list; more than
    /// 65,535 entries, attributes over 65,535 octets; too little room.
    pub fn route(
        &mut self,
        time: Timestamp,
        family: Family,
        prefix: Prefix,
        entries: &[EntryToWrite<'_>],
        out: &mut impl Sink,
    ) -> Result<(), EncodeError> {
        if family.prefix_is_v6() != Some(prefix.is_v6()) {
            return Err(EncodeError::unrepresentable("prefix"));
        }
        let add_path = self.check_entries(entries)?;
        let route = RibRoute::Prefix(PathPrefix { prefix, path_id: None });
        let layout = RecordLayout::Rib { family: Some((family.afi, family.safi)), add_path };
        self.put_route(time, layout, family, route, entries, out)
    }

    /// Writes a route of any other family with its entries, as RIB_GENERIC.
    ///
    /// # Errors
    /// As [`TableDumpWriter::route`]; octets that are not one route of the family; a family that gives no route length, so that
    /// the entries could not be found.
    pub fn generic_route(
        &mut self,
        time: Timestamp,
        route: &RawRoute<'_>,
        entries: &[EntryToWrite<'_>],
        out: &mut impl Sink,
    ) -> Result<(), EncodeError> {
        check_generic(route)?;
        let layout = RecordLayout::Rib { family: None, add_path: self.check_entries(entries)? };
        self.put_route(time, layout, route.family, RibRoute::Other(*route), entries, out)
    }

    fn check_entries(&self, entries: &[EntryToWrite<'_>]) -> Result<bool, EncodeError> {
        let add_path = entries.first().is_some_and(|entry| entry.2.is_some());
        if entries.iter().any(|entry| entry.2.is_some() != add_path) {
            return Err(EncodeError::unrepresentable("path identifier"));
        }
        let Some(declared) = self.declared else {
            return Err(EncodeError::unrepresentable("route without a peer index table"));
        };
        if entries.iter().any(|entry| usize::from(entry.0) >= declared) {
            return Err(EncodeError::unrepresentable("peer index"));
        }
        if entries.iter().any(|entry| AttributesIter::at(entry.3, 0).any(|attribute| attribute.is_err())) {
            return Err(EncodeError::unrepresentable("path attributes"));
        }
        Ok(add_path)
    }

    fn put_route(
        &mut self,
        time: Timestamp,
        layout: RecordLayout,
        family: Family,
        route: RibRoute<'_>,
        entries: &[EntryToWrite<'_>],
        out: &mut impl Sink,
    ) -> Result<(), EncodeError> {
        let subtype = MrtType::TABLE_DUMP_V2.subtype_of(layout).ok_or(EncodeError::unrepresentable("family"))?;
        let entries = entries.iter().map(|entry| RibEntry::new(*entry));
        let mut body = Vec::new();
        put_rib(self.sequence, family, route, layout, entries, &mut body)?;
        put_record(time, MrtType::TABLE_DUMP_V2, subtype, &body, out)?;
        self.sequence = self.sequence.wrapping_add(1);
        Ok(())
    }
}

/// The body of a RIB record; entries have path identifiers if the layout does.
fn put_rib<'e>(
    sequence: u32,
    family: Family,
    route: RibRoute<'_>,
    layout: RecordLayout,
    entries: impl ExactSizeIterator<Item = RibEntry<'e>>,
    body: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let Ok(count) = u16::try_from(entries.len()) else {
        return Err(EncodeError::too_long("entries", entries.len(), 0xffff));
    };
    let (generic, add_path) = match layout {
        RecordLayout::Rib { family, add_path } => (family.is_none(), add_path),
        _ => return Err(EncodeError::unrepresentable("route")),
    };
    RibRecord::head(sequence, family, route, add_path, count).pass(&mut Writing(body), generic)?;
    for entry in entries {
        crate::wire::check_len(entry.attribute_bytes().len(), 2, "path attributes")?;
        entry.pass(&mut Writing(body))?;
    }
    Ok(())
}

/// Whether octets are one route of their family, so that the entries after it can be found.
fn check_generic(route: &RawRoute<'_>) -> Result<(), EncodeError> {
    if let Some(v6) = route.family.prefix_is_v6() {
        return match read_prefix(route.bytes, v6) {
            Ok((_, [])) => Ok(()),
            _ => Err(EncodeError::unrepresentable("route")),
        };
    }
    match route_len(route.family, Cursor::at(route.bytes, 0)) {
        Ok(Some(len)) if len == route.bytes.len() => Ok(()),
        Ok(None) => Err(EncodeError::unrepresentable("family")),
        _ => Err(EncodeError::unrepresentable("route")),
    }
}

/// An attribute list written from its values; what cannot be read is copied.
fn rewrite_attributes(bytes: &[u8], out: &mut Vec<u8>) {
    for attribute in AttributesIter::at(bytes, 0) {
        match attribute {
            Ok(attribute) => attribute.rewrite_in_rib(out),
            Err(e) => out.extend_from_slice(usize::try_from(e.offset()).ok().and_then(|at| bytes.get(at..)).unwrap_or(&[])),
        }
    }
}

impl RibRecord<'_> {
    /// Rewrites the body; `None` if an entry cannot be read.
    fn rewrite(&self, layout: RecordLayout, body: &mut Vec<u8>) -> Option<()> {
        let mut octets = Vec::new();
        let route = match self.route() {
            RibRoute::Other(route) => {
                route.write(&mut octets);
                RibRoute::Other(RawRoute::new(route.family, &octets, 0))
            }
            prefix @ RibRoute::Prefix(_) => prefix,
        };
        let mut lists = Vec::with_capacity(self.len());
        for entry in self.entries() {
            let entry = entry.ok()?;
            let mut attributes = Vec::with_capacity(entry.attribute_bytes().len());
            rewrite_attributes(entry.attribute_bytes(), &mut attributes);
            lists.push((entry, attributes));
        }
        let entries =
            lists.iter().map(|(entry, list)| RibEntry::new((entry.peer_index(), entry.originated(), entry.path_id(), &list[..])));
        put_rib(self.sequence(), self.family(), route, layout, entries, body).ok()
    }
}

impl Record<'_> {
    /// Rewrites the record from its decoded values: header, body, messages, attributes, routes. Obsolete and unknown types, and
    /// what cannot be read, are copied.
    ///
    /// # Errors
    /// Too little room; then nothing is written.
    pub fn rewrite(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        let mut body = Vec::with_capacity(self.raw_body().len());
        let time = self.timestamp();
        let done = match self.body() {
            Ok(Body::PeerIndexTable(table)) => {
                put_peer_index_table(table.collector(), table.view_name(), table.len(), table.peers(), &mut body).ok()
            }
            Ok(Body::GeoPeerTable(table)) => table.put(&mut body).ok(),
            Ok(Body::Rib(rib)) => rib.rewrite(self.layout(), &mut body),
            Ok(Body::Message(message)) if !message.is_headless() && message.peer_address.is_some() => {
                let mut octets = Vec::with_capacity(message.message_bytes().len());
                let outcome = match message.message() {
                    Ok(whole) => whole.encode(&message.session, &mut octets),
                    Err(_) => Err(EncodeError::unrepresentable("message")),
                };
                if outcome.is_err() {
                    octets.clear();
                    octets.extend_from_slice(message.message_bytes());
                }
                // The session was derived from the subtype.
                let add_path = !message.session.add_path_receive.is_empty();
                return message.encode_with(time, &octets, add_path, out);
            }
            Ok(Body::StateChange(change)) => match self.layout() {
                RecordLayout::StateChange { asn4 } => return change.encode(time, asn4, out),
                _ => None,
            },
            // Headless, or in the short form.
            Ok(Body::Message(_)) => None,
            // Obsolete or not read.
            Ok(Body::TableDump(_) | Body::Entry(_) | Body::Snapshot(_) | Body::Unknown) | Err(_) => None,
        };
        match done {
            Some(()) => put_record(time, self.kind(), self.subtype(), &body, out),
            None => {
                let bytes = self.as_bytes();
                if out.room() < bytes.len() {
                    return Err(EncodeError::no_room(bytes.len().saturating_sub(out.room())));
                }
                out.put_slice(bytes);
                Ok(())
            }
        }
    }
}

impl PeerIndexTable<'_> {
    /// Writes the table as a record.
    ///
    /// # Errors
    /// Too little room; then nothing is written.
    pub fn encode(&self, time: Timestamp, out: &mut impl Sink) -> Result<(), EncodeError> {
        let mut body = Vec::new();
        put_peer_index_table(self.collector(), self.view_name(), self.len(), self.peers(), &mut body)?;
        put_record(time, MrtType::TABLE_DUMP_V2, TableDumpV2Subtype::PEER_INDEX_TABLE.0, &body, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::FsmState;

    const TIME: Timestamp = Timestamp::from_seconds(1);

    fn peer(kind: u8, asn: u32) -> IndexedPeer {
        IndexedPeer { kind, ..IndexedPeer::new([192, 0, 2, 1].into(), [192, 0, 2, 1].into(), Asn(asn)) }
    }

    #[test]
    fn a_record_of_no_known_type_wants_its_room() {
        let bytes = [0, 0, 0, 1, 0xff, 0, 0, 7, 0, 0, 0, 3, 1, 2, 3];
        let record = crate::mrt::records(&bytes).next().unwrap().unwrap();
        for room in 0..bytes.len() {
            let mut octets = [0xee; 15];
            let error = record.rewrite(&mut &mut octets[..room]).unwrap_err();
            let missing = bytes.len() - room;
            assert_eq!(error, EncodeError::no_room(missing));
            assert_eq!(octets, [0xee; 15], "nothing is written");
        }
        let mut octets = [0; 15];
        record.rewrite(&mut &mut octets[..]).unwrap();
        assert_eq!(octets, bytes);
    }

    #[test]
    fn two_octet_records_have_no_larger_number() {
        let (large, small, address) = (Asn(65_550), Asn(64_496), IpAddr::from([192, 0, 2, 1]));
        let error = "AS number: value 65550 does not fit";
        let mut out = Vec::new();
        for (peer, local) in [(large, small), (small, large)] {
            let message = Bgp4mpMessage::new((peer, address), (local, address), Session::AS2, &UPDATE);
            assert_eq!(message.encode(TIME, &mut out).unwrap_err().to_string(), error);
            let (old, new) = (FsmState(1), FsmState(2));
            let (peer_address, local_address) = (Some(address), Some(address));
            let change = StateChange { peer_asn: peer, local_asn: local, interface: 0, peer_address, local_address, old, new };
            assert_eq!(change.encode(TIME, false, &mut out).unwrap_err().to_string(), error);
            change.encode(TIME, true, &mut Vec::new()).unwrap();
        }
        let mut dump = TableDumpWriter::new([192, 0, 2, 254].into(), "");
        dump.peer(peer(0, 65_550)).unwrap();
        assert_eq!(dump.peer_index_table(TIME, &mut out).unwrap_err().to_string(), error);
        assert!(out.is_empty());
    }

    /// ORIGIN IGP, AS_PATH 64496, NEXT_HOP 192.0.2.1; IPv4 192.0.2.0/24 in the message's own field.
    const UPDATE: [u8; 47] = {
        let mut message = [0xff; 47];
        let rest =
            [0, 47, 2, 0, 0, 0, 20, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1, 24, 192, 0, 2];
        let mut at = 0;
        while at < rest.len() {
            message[16 + at] = rest[at];
            at += 1;
        }
        message
    };

    #[test]
    fn the_subtype_says_what_the_messages_routes_carry() {
        let speaker = (Asn(64_496), IpAddr::from([192, 0, 2, 1]));
        let only = |family| Session { add_path_receive: crate::family::FamilySet::EMPTY.with(family), ..Session::AS4 };
        let written = |session, message: &[u8]| {
            let mut out = Vec::new();
            Bgp4mpMessage::new(speaker, speaker, session, message).encode(TIME, &mut out).map(|()| (out[7], out))
        };
        // The session has path identifiers, the message's family does not.
        let (subtype, record) = written(only(Family::IPV6_UNICAST), &UPDATE).unwrap();
        assert_eq!(subtype, 4);
        let record = Record::parse_at(&record, 0).unwrap();
        let Ok(Body::Message(message)) = record.body() else { panic!() };
        let routes: Vec<_> = message.update().unwrap().unwrap().announced().unwrap().iter().map(|p| p.to_string()).collect();
        assert_eq!(routes, ["192.0.2.0/24"]);
        assert_eq!(written(Session::AS4, &UPDATE).unwrap().0, 4);
        assert_eq!(written(only(Family::IPV4_UNICAST), &[&UPDATE[..43], &[0, 0, 0, 0]].concat()).unwrap().0, 9);
        // MP_UNREACH_NLRI of IPv6 without routes beside the IPv4 route: families of both kinds in one message.
        let mut mixed = UPDATE.to_vec();
        mixed.splice(43..43, [0x80, 15, 3, 0, 2, 1]);
        (mixed[17], mixed[22]) = (53, 26);
        let error = written(only(Family::IPV6_UNICAST), &mixed).unwrap_err();
        assert_eq!(error.field(), "routes with and without path identifiers");
        // Octets that are no message.
        for bad in [&[1, 2, 3][..], &UPDATE[..46], &[&UPDATE[..], &[0]].concat()] {
            assert_eq!(written(Session::AS4, bad).unwrap_err().field(), "message");
        }
    }

    #[test]
    fn microseconds_need_a_type_that_has_them() {
        let time = Timestamp { micros: Some(5), ..TIME };
        let mut out = Vec::new();
        assert_eq!(put_record(time, MrtType::TABLE_DUMP_V2, 1, &[], &mut out).unwrap_err().field(), "microseconds");
        assert!(out.is_empty());
        put_record(time, MrtType::BGP4MP_ET, 4, &[], &mut out).unwrap();
        assert_eq!(out[8..], [0, 0, 0, 4, 0, 0, 0, 5]);
    }

    #[test]
    fn dumps_hold_what_can_be_read_again() {
        let mut dump = TableDumpWriter::new([192, 0, 2, 254].into(), "");
        let first = dump.peer(peer(2, 64_496)).unwrap();
        let prefix: Prefix = "192.0.2.0/24".parse().unwrap();
        let mut out = Vec::new();
        let mut route = |dump: &mut TableDumpWriter, peer, attributes: &[u8]| {
            let entries = [(peer, 0, None, attributes)];
            let outcome = dump.route(TIME, Family::IPV4_UNICAST, prefix, &entries, &mut out);
            outcome.map_err(|e| e.field())
        };
        assert_eq!(route(&mut dump, first, &[]), Err("route without a peer index table"));
        dump.peer_index_table(TIME, &mut Vec::new()).unwrap();
        assert_eq!(route(&mut dump, first, &[0x40, 1, 1, 0]), Ok(()));
        let second = dump.peer(peer(2, 64_497)).unwrap();
        assert_eq!(route(&mut dump, second, &[]), Err("peer index"));
        assert_eq!(route(&mut dump, first, &[0x40, 1, 2, 0]), Err("path attributes"));
        dump.peer_index_table(TIME, &mut Vec::new()).unwrap();
        assert_eq!(route(&mut dump, second, &[]), Ok(()));
        let mut generic = |family, bytes: &[u8]| {
            let route = RawRoute::new(family, bytes, 0);
            dump.generic_route(TIME, &route, &[(first, 0, None, &[])], &mut out).map_err(|e| e.field())
        };
        assert_eq!(generic(Family::EVPN, &[99, 2, 7]), Err("route"));
        assert_eq!(generic(Family::EVPN, &[99, 1, 7, 7]), Err("route"));
        assert_eq!(generic(Family::of(99, 240), &[1]), Err("family"));
        assert_eq!(generic(Family::IPV4_UNICAST, &[33, 1, 2, 3, 4, 5]), Err("route"));
        assert_eq!(generic(Family::IPV4_UNICAST, &[8, 10]), Ok(()));
        assert_eq!(generic(Family::EVPN, &[99, 1, 7]), Ok(()));
    }

    fn body(octets: &[u8]) -> Body<'_> {
        crate::mrt::records(octets).next().unwrap().unwrap().body().unwrap()
    }

    /// Octets typed by hand from RFC 6397 section 4.1: 1.5 is 3fc0 0000, -2.0 is c000 0000.
    #[test]
    fn places_of_peers_from_values() {
        let mut buffer = vec![9; 9];
        let peer = super::super::GeoPeer::new(2, [192, 0, 2, 1].into(), -2.0, 1.5);
        let table = GeoPeerTable::from_values([192, 0, 2, 254].into(), (1.5, -2.0), [peer], &mut buffer).unwrap();
        let mut out = Vec::new();
        table.encode(TIME, &mut out).unwrap();
        let head = [0, 0, 0, 1, 0, 13, 0, 7, 0, 0, 0, 27, 192, 0, 2, 254, 0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0, 0, 1];
        assert_eq!(out, [&head[..], &[2, 192, 0, 2, 1, 0xc0, 0, 0, 0, 0x3f, 0xc0, 0, 0]].concat());
        let Body::GeoPeerTable(read) = body(&out) else { panic!() };
        assert!(read == table && read.peers().eq([peer]));
        let error =
            GeoPeerTable::from_values([0; 4].into(), (0.0, 0.0), core::iter::repeat_n(peer, 65_536), &mut buffer).unwrap_err();
        assert_eq!(error.to_string(), "peers: length 65536 is over 65535");
    }

    #[test]
    fn changes_and_entries_from_values() {
        let (peer, local) = ((Asn(64_496), IpAddr::from([192, 0, 2, 1])), (Asn(64_511), IpAddr::from([192, 0, 2, 254])));
        let change = StateChange::new(peer, local, FsmState(6), FsmState(1));
        let mut out = Vec::new();
        change.encode(TIME, true, &mut out).unwrap();
        let octets = [0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254, 0, 6, 0, 1];
        assert_eq!(out[12..], octets);
        let Body::StateChange(read) = body(&out) else { panic!() };
        assert_eq!(read, change);
        let entry = |peer, local, family, route, next_hop, attributes| {
            let route = RawRoute::new(family, route, 0);
            super::super::Bgp4mpEntry::new(peer, local, route, next_hop, attributes)
        };
        let v4 = Family::IPV4_UNICAST;
        let made = entry(peer, local, v4, &[24, 198, 51, 100], &[192, 0, 2, 1], &[0x40, 1, 1, 0]).unwrap();
        assert_eq!((made.prefix, made.next_hop().to_string()), ("198.51.100.0/24".parse().ok(), "192.0.2.1".to_owned()));
        assert!(made.attributes().unwrap().has(crate::codes::AttrCode::ORIGIN));
        // Typed by hand from RFC 6396 section B.2.6.1: what is read equals what was made.
        let octets = [
            &[0, 0, 0, 1, 0, 16, 0, 2, 0, 0, 0, 42, 0xfb, 0xf0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254][..],
            &[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 4, 192, 0, 2, 1, 24, 198, 51, 100, 0, 4, 0x40, 1, 1, 0],
        ];
        let octets = octets.concat();
        let Body::Entry(read) = body(&octets) else { panic!() };
        assert_eq!(
            (read.peer_asn, read.local_asn, read.peer_address, read.local_address, read.family, read.prefix),
            (made.peer_asn, made.local_asn, made.peer_address, made.local_address, made.family, made.prefix)
        );
        assert_eq!((read.route_bytes(), read.attribute_bytes()), (made.route_bytes(), made.attribute_bytes()));
        assert_eq!((read.next_hop(), read.view, read.status, read.last_change), (made.next_hop(), 0, 0, 0));
        // Of a family without plain prefixes: a length in bits and its octets.
        assert!(entry(peer, local, Family::EVPN, &[9, 1, 2], &[], &[]).is_ok());
        let long = vec![0; 65_536];
        let six = IpAddr::from([0u8; 16]);
        for (error, made) in [
            ("AS number", entry((Asn(65_536), peer.1), local, v4, &[0], &[], &[])),
            ("addresses of two families", entry((peer.0, six), local, v4, &[0], &[], &[])),
            ("route", entry(peer, local, v4, &[24, 1], &[], &[])),
            ("route", entry(peer, local, v4, &[8, 1, 1], &[], &[])),
            ("route", entry(peer, local, Family::EVPN, &[8, 1, 2], &[], &[])),
            ("route", entry(peer, local, Family::EVPN, &[], &[], &[])),
            ("next hop", entry(peer, local, v4, &[0], &long[..256], &[])),
            ("path attributes", entry(peer, local, v4, &[0], &[], &long)),
        ] {
            assert_eq!(made.unwrap_err().field(), error);
        }
    }

    proptest::proptest! {
        #[test]
        fn dumps_read_back(
            peers in proptest::collection::vec((proptest::bool::ANY, 0u8..4, 0u32..), 1..9),
            routes in proptest::collection::vec((0u32.., 0u8..=32, 0usize..9, proptest::option::of(0u32..)), 0..9),
        ) {
            let mut dump = TableDumpWriter::new([192, 0, 2, 254].into(), "view");
            let mut known = Vec::new();
            for (six, number, asn) in peers {
                let address = if six { IpAddr::from([number; 16]) } else { IpAddr::from([number; 4]) };
                let peer = IndexedPeer::new([number; 4].into(), address, Asn(asn));
                let index = usize::from(dump.peer(peer).unwrap());
                if index == known.len() {
                    known.push(peer);
                }
                proptest::prop_assert_eq!(known[index], peer);
            }
            let mut out = Vec::new();
            dump.peer_index_table(TIME, &mut out).unwrap();
            for (bits, len, peer, id) in &routes {
                let entries = [(u16::try_from(peer % known.len()).unwrap(), *bits, *id, &[0x40, 1, 1, 0][..])];
                dump.route(TIME, Family::IPV4_UNICAST, Prefix::v4(*bits, *len).unwrap(), &entries, &mut out).unwrap();
            }
            let mut records = crate::mrt::records(&out).map(Result::unwrap);
            let Ok(Body::PeerIndexTable(table)) = records.next().unwrap().body() else { panic!() };
            proptest::prop_assert!(table.peers().eq(known.iter().copied()));
            for (number, (bits, len, peer, id)) in (0u32..).zip(&routes) {
                let Ok(Body::Rib(rib)) = records.next().unwrap().body() else { panic!() };
                let entry = rib.entries().next().unwrap().unwrap();
                let RibRoute::Prefix(path) = rib.route() else { panic!() };
                proptest::prop_assert_eq!((rib.sequence(), path.prefix), (number, Prefix::v4(*bits, *len).unwrap()));
                proptest::prop_assert_eq!((usize::from(entry.peer_index()), entry.originated()), (peer % known.len(), *bits));
                proptest::prop_assert_eq!((entry.path_id(), entry.attribute_bytes()), (*id, &[0x40, 1, 1, 0][..]));
            }
            proptest::prop_assert!(records.next().is_none());
        }
    }
}
