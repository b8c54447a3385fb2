//! TABLE_DUMP_V2 (RFC 6396 section 4.3, RFC 6397, RFC 8050 section 4).

use core::fmt;
use core::iter::FusedIterator;
use core::net::{IpAddr, Ipv4Addr};

use super::Body;
use super::layout::{Pass, Reading, RibRoute, address, asn, attributes};
use super::observe::inside;
use crate::asn::Asn;
use crate::attr::{Attributes, AttributesIter};
use crate::codes::{Afi, Safi};
use crate::error::EncodeError;
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::nlri::{PathPrefix, route_len};
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;
use crate::wire::{Cursor, Observer, step};

/// The peers that RIB entries refer to by index (RFC 6396 section 4.3.1), checked once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PeerIndexTable<'a> {
    collector: Ipv4Addr,
    view: &'a [u8],
    peers: &'a [u8],
    count: u16,
}

impl<'a> PeerIndexTable<'a> {
    pub(super) fn read<O: Observer>(c: &mut Cursor<'a>, o: &mut O) -> Result<Self> {
        let mut head = PeerTableHead::EMPTY;
        head.pass(&mut Reading::new(c, o))?;
        let peers = c.rest();
        for _ in 0..head.count {
            o.group(c, "peer", |c, o| IndexedPeer::UNREAD.pass(&mut Reading::new(c, o)))?;
        }
        c.finish().map_err(|e| o.error(e))?;
        Ok(Self { collector: head.collector, view: head.view, peers, count: head.count })
    }

    /// The readable peers of a damaged table, at most the declared number.
    pub(super) fn readable_peers(body: &'a [u8]) -> impl Iterator<Item = IndexedPeer> + 'a {
        let (mut c, mut head) = (Cursor::at(body, 0), PeerTableHead::EMPTY);
        // A table truncated before its peers has none to read.
        let count = head.pass(&mut Reading::new(&mut c, &mut ())).map_or(0, |()| head.count);
        IndexedPeers { cursor: c }.take(usize::from(count))
    }

    /// The collector's BGP identifier in a table that may be damaged.
    #[cfg(feature = "alloc")]
    pub(super) fn readable_collector(body: &[u8]) -> Option<Ipv4Addr> {
        body.first_chunk::<4>().map(|octets| Ipv4Addr::from(*octets))
    }

    /// The collector's BGP identifier.
    pub const fn collector(&self) -> Ipv4Addr {
        self.collector
    }

    /// The view name, unchanged; OpenBGPD includes a final NUL.
    pub const fn view_name(&self) -> &'a [u8] {
        self.view
    }

    /// Number of peers.
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there are no peers.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The peers; the first has index 0.
    pub const fn peers(&self) -> IndexedPeers<'a> {
        IndexedPeers { cursor: Cursor::at(self.peers, 0) }
    }
}

impl fmt::Debug for PeerIndexTable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerIndexTable").field("collector", &self.collector).field("peers", &self.count).finish()
    }
}

/// One peer of a PEER_INDEX_TABLE.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub struct IndexedPeer {
    /// Peer type: bit 0 for an IPv6 address, bit 1 for a four-octet AS number. Other bits are kept.
    pub kind: u8,
    /// BGP identifier.
    pub bgp_id: Ipv4Addr,
    /// Address.
    pub address: IpAddr,
    /// AS number.
    pub asn: Asn,
}

/// The fields before the peers of a PEER_INDEX_TABLE.
#[derive(Clone, Copy)]
pub(super) struct PeerTableHead<'a> {
    pub(super) collector: Ipv4Addr,
    pub(super) view: &'a [u8],
    pub(super) count: u16,
}

impl<'a> PeerTableHead<'a> {
    const EMPTY: Self = Self { collector: Ipv4Addr::UNSPECIFIED, view: &[], count: 0 };

    pub(super) fn pass<P: Pass<'a>>(&mut self, p: &mut P) -> Result<(), P::Error> {
        p.field("collector", &mut self.collector)?;
        // Writers have checked that the length fits.
        let mut len = u16::try_from(self.view.len()).unwrap_or(u16::MAX);
        p.field("view_name_length", &mut len)?;
        p.octets("view_name", usize::from(len), &mut self.view, <[u8]>::escape_ascii)?;
        p.field("peer_count", &mut self.count)
    }
}

impl IndexedPeer {
    const UNREAD: Self =
        Self { kind: 0, bgp_id: Ipv4Addr::UNSPECIFIED, address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), asn: Asn::ZERO };

    /// The type gives the widths of address and AS number.
    #[inline]
    pub(super) fn pass<'a, P: Pass<'a>>(mut self, p: &mut P) -> Result<Self, P::Error> {
        p.field("type", &mut self.kind)?;
        p.field("bgp_id", &mut self.bgp_id)?;
        address(p, "address", &mut self.address, self.kind & 1 != 0)?;
        asn(p, "asn", &mut self.asn, self.kind & 2 != 0)?;
        Ok(self)
    }
}

/// Iterates over the peers of a checked table.
#[derive(Clone, Copy, Debug)]
pub struct IndexedPeers<'a> {
    cursor: Cursor<'a>,
}

impl Iterator for IndexedPeers<'_> {
    type Item = IndexedPeer;

    fn next(&mut self) -> Option<IndexedPeer> {
        if self.cursor.is_empty() {
            return None;
        }
        IndexedPeer::UNREAD.pass(&mut Reading::new(&mut self.cursor, &mut ())).ok()
    }
}

impl FusedIterator for IndexedPeers<'_> {}

/// The body of a record whose route has no known length: by value, so that the cursor of the others stays in registers.
#[inline(never)]
fn unframed<'a, O: Observer>(mut c: Cursor<'a>, o: &mut O) -> (Result<Body<'a>>, &'a [u8]) {
    let body = o.field(&mut c, "body").map(|_: &[u8]| Body::Unknown);
    (body, c.rest())
}

/// One route with its entry per peer (RFC 6396 sections 4.3.2 to 4.3.4, RFC 8050 section 4).
#[derive(Clone, Copy)]
pub struct RibRecord<'a> {
    sequence: u32,
    family: Family,
    route: RibRoute<'a>,
    add_path: bool,
    count: u16,
    entries: &'a [u8],
    end: u64,
}

impl<'a> RibRecord<'a> {
    /// The fields before the entries, with the family if the subtype does not imply it. `false` if the family gives no route
    /// length, so that the entries cannot be found.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn pass<P: Pass<'a>>(&mut self, p: &mut P, generic: bool) -> Result<bool, P::Error> {
        p.field("sequence", &mut self.sequence)?;
        if generic {
            p.field("afi", &mut self.family.afi)?;
            p.field("safi", &mut self.family.safi)?;
        }
        if !p.route(self.family, route_len, &mut self.route)? {
            return Ok(false);
        }
        p.field("entry_count", &mut self.count)?;
        Ok(true)
    }

    /// A record without its entries: the initial value for reading and the last part of writing.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn head(sequence: u32, family: Family, route: RibRoute<'a>, add_path: bool, count: u16) -> Self {
        Self { sequence, family, route, add_path, count, entries: &[], end: 0 }
    }

    /// Observes an entry, which is a separate part for errors.
    fn look_at_entry<O: Observer>(c: &mut Cursor<'a>, add_path: bool, o: &mut O) -> Result<()> {
        let mut outcome = Ok(());
        o.within(Context::RibEntry, Action::None, |o| {
            outcome = o.group(c, "entry", |c, o| RibEntry::unread(add_path).pass(&mut Reading::new(c, o))).map(|_| ());
        });
        outcome
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn read<O: Observer>(
        c: &mut Cursor<'a>,
        family: Option<(Afi, Safi)>,
        add_path: bool,
        session: Option<&Session>,
        o: &mut O,
    ) -> Result<Body<'a>> {
        let (generic, (afi, safi)) = (family.is_none(), family.unwrap_or((Afi(0), Safi(0))));
        let unread = RibRoute::Prefix(PathPrefix { prefix: Prefix::DEFAULT_V4, path_id: None });
        let mut rib = Self::head(0, Family::new(afi, safi), unread, add_path, 0);
        if !rib.pass(&mut Reading::new(c, o), generic)? {
            let (body, rest) = unframed(*c, o);
            c.leave(rest);
            return body;
        }
        // Otherwise than the subtype says only for observed records.
        rib.add_path = session.map_or(add_path, |session| session.add_path(rib.family));
        let add_path = rib.add_path;
        (rib.entries, rib.end) = (c.rest(), c.end());
        inside(o, |o| (0..rib.count).try_for_each(|_| Self::look_at_entry(c, add_path, o)))?;
        Ok(Body::Rib(rib))
    }

    /// The record's number in the dump.
    #[cfg_attr(optimised, inline(always))]
    pub const fn sequence(&self) -> u32 {
        self.sequence
    }

    /// The family of the route.
    #[cfg_attr(optimised, inline(always))]
    pub const fn family(&self) -> Family {
        self.family
    }

    /// The route.
    #[cfg_attr(optimised, inline(always))]
    pub const fn route(&self) -> RibRoute<'a> {
        self.route
    }

    /// The prefix, for families with plain prefixes.
    #[cfg_attr(optimised, inline(always))]
    pub const fn prefix(&self) -> Option<PathPrefix> {
        match self.route {
            RibRoute::Prefix(prefix) => Some(prefix),
            RibRoute::Other(_) => None,
        }
    }

    /// Number of entries declared.
    #[cfg_attr(optimised, inline(always))]
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether the record declares no entries, as FRR writes for routes that exceed its buffer.
    #[cfg_attr(optimised, inline(always))]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The entries, one per peer (and path).
    #[cfg_attr(optimised, inline(always))]
    pub const fn entries(&self) -> RibEntries<'a> {
        RibEntries { rest: self.entries, end: self.end, left: self.count, add_path: self.add_path, over: false }
    }
}

impl fmt::Debug for RibRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RibRecord")
            .field("sequence", &self.sequence)
            .field("family", &self.family)
            .field("route", &self.route)
            .field("entries", &self.count)
            .finish()
    }
}

/// One peer's route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RibEntry<'a> {
    peer_index: u16,
    originated: u32,
    path_id: Option<u32>,
    attributes: &'a [u8],
    offset: u64,
}

impl<'a> RibEntry<'a> {
    /// The initial value for reading: with a path identifier if the record has them.
    #[cfg_attr(optimised, inline(always))]
    const fn unread(add_path: bool) -> Self {
        Self { peer_index: 0, originated: 0, path_id: if add_path { Some(0) } else { None }, attributes: &[], offset: 0 }
    }

    pub(super) const fn new((peer_index, originated, path_id, attributes): (u16, u32, Option<u32>, &'a [u8])) -> Self {
        Self::of(peer_index, originated, path_id, attributes, 0)
    }

    /// An entry from its fields, with the offset of its attributes.
    pub(crate) const fn of(peer_index: u16, originated: u32, path_id: Option<u32>, attributes: &'a [u8], offset: u64) -> Self {
        Self { peer_index, originated, path_id, attributes, offset }
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn pass<P: Pass<'a>>(mut self, p: &mut P) -> Result<Self, P::Error> {
        p.field("peer_index", &mut self.peer_index)?;
        p.named("originated", &mut self.originated, |seconds| Timestamp::from_seconds(seconds).utc())?;
        if let Some(id) = &mut self.path_id {
            p.field("path_id", id)?;
        }
        const SESSION: Session = Session::AS4.with_multiple_labels();
        attributes(p, &SESSION, &mut self.attributes, &mut self.offset)?;
        Ok(self)
    }

    /// The entry that octets start with, of a record with path identifiers or without.
    pub(crate) fn first(octets: &'a [u8], offset: u64, add_path: bool) -> Option<Self> {
        let end = offset.saturating_add(octets.len() as u64);
        let (entry, _) = RibEntries { rest: octets, end, left: 1, add_path, over: false }.split()?;
        Some(entry)
    }

    /// The peer's index in the table in force. It may exceed the table, as for GoBGP's own routes.
    #[cfg_attr(optimised, inline(always))]
    pub const fn peer_index(&self) -> u16 {
        self.peer_index
    }

    /// Reception time, in seconds since 1970 (UTC).
    #[cfg_attr(optimised, inline(always))]
    pub const fn originated(&self) -> u32 {
        self.originated
    }

    /// Path identifier, of the ADD-PATH subtypes (RFC 8050).
    #[cfg_attr(optimised, inline(always))]
    pub const fn path_id(&self) -> Option<u32> {
        self.path_id
    }

    /// Octets of the path attributes.
    #[cfg_attr(optimised, inline(always))]
    pub const fn attribute_bytes(&self) -> &'a [u8] {
        self.attributes
    }

    /// Offset of the path attributes: bytes from the start of the outermost input.
    #[cfg_attr(optimised, inline(always))]
    pub const fn attributes_offset(&self) -> u64 {
        self.offset
    }

    /// The path attributes as windows, up to a framing error; one of them without the others: [`AttributesIter::body_of`].
    #[cfg_attr(optimised, inline(always))]
    pub const fn attribute_windows(&self) -> AttributesIter<'a> {
        AttributesIter::at(self.attributes, self.offset)
    }

    /// Offset of the peer index: bytes from the start of the outermost input.
    pub(crate) const fn peer_index_offset(&self) -> u64 {
        // The peer index, the reception time, the path identifier, and the length of the attributes.
        let before = if self.path_id.is_some() { 12 } else { 8 };
        self.offset.saturating_sub(before)
    }

    /// The path attributes, indexed. AS numbers have four octets (RFC 6396 section 4.3.4).
    ///
    /// # Errors
    /// An attribute that overruns the entry.
    #[cfg_attr(optimised, inline(always))]
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        Attributes::parse_rib_at(self.attributes, &Session::AS4, self.offset)
    }
}

/// Iterates over the entries of a RIB record.
///
/// An entry that overruns the record and octets after the last entry are errors; both end the iterator.
#[derive(Clone, Copy, Debug)]
pub struct RibEntries<'a> {
    rest: &'a [u8],
    end: u64,
    left: u16,
    add_path: bool,
    over: bool,
}

#[cold]
#[inline(never)]
fn entry_error(rest: &[u8], end: u64, left: u16, header: usize) -> Error {
    let at = end.saturating_sub(rest.len() as u64);
    let kind = if left == 0 {
        ErrorKind::TrailingBytes(u32::try_from(rest.len()).unwrap_or(u32::MAX))
    } else {
        let need = match rest.get(header.saturating_sub(2)..header) {
            Some(&[a, b]) => header.saturating_add(usize::from(u16::from_be_bytes([a, b]))),
            _ => header,
        };
        ErrorKind::Truncated(u32::try_from(need.saturating_sub(rest.len())).unwrap_or(u32::MAX))
    };
    Error::new(kind, at).within(Context::RibEntry, Action::None)
}

impl<'a> RibEntries<'a> {
    /// `left` entries without path identifiers, which end at `end`.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn plain(rest: &'a [u8], left: u16, end: u64) -> Self {
        Self { rest, end, left, add_path: false, over: false }
    }

    /// Whether the entries have path identifiers.
    pub(crate) const fn add_path(&self) -> bool {
        self.add_path
    }

    /// The same octets, read with path identifiers or without.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn read_with(mut self, add_path: bool) -> Self {
        self.add_path = add_path;
        self
    }

    /// Octets of an entry before its attributes.
    #[cfg_attr(optimised, inline(always))]
    const fn head_len(add_path: bool) -> usize {
        if add_path { 12 } else { 8 }
    }

    #[cfg_attr(optimised, inline(always))]
    fn split(&self) -> Option<(RibEntry<'a>, &'a [u8])> {
        // Each with a constant: the fields of an entry are a straight line.
        if self.add_path { self.split_as(true) } else { self.split_as(false) }
    }

    #[cfg_attr(optimised, inline(always))]
    fn split_as(&self, add_path: bool) -> Option<(RibEntry<'a>, &'a [u8])> {
        if self.rest.len() < Self::head_len(add_path) {
            return None;
        }
        let mut c = Cursor::until(self.rest, self.end);
        let entry = RibEntry::unread(add_path).pass(&mut Reading::new(&mut c, &mut ())).ok()?;
        Some((entry, c.rest()))
    }
}

impl<'a> Iterator for RibEntries<'a> {
    type Item = Result<RibEntry<'a>>;

    #[cfg_attr(optimised, inline(always))]
    fn next(&mut self) -> Option<Self::Item> {
        step();
        if self.over {
            return None;
        }
        if let Some(left) = self.left.checked_sub(1) {
            if let Some((entry, rest)) = self.split() {
                (self.rest, self.left) = (rest, left);
                return Some(Ok(entry));
            }
        } else if self.rest.is_empty() {
            return None;
        }
        self.over = true;
        Some(Err(entry_error(self.rest, self.end, self.left, Self::head_len(self.add_path))))
    }
}

impl FusedIterator for RibEntries<'_> {}

/// Locations of collector and peers (RFC 6397 section 4), checked once.
///
/// The peers are those of the PEER_INDEX_TABLE, in its order.
#[derive(Clone, Copy, PartialEq)]
pub struct GeoPeerTable<'a> {
    collector: Ipv4Addr,
    latitude: f32,
    longitude: f32,
    peers: &'a [[u8; GEO_PEER_LEN]],
}

// Peer type, BGP identifier, latitude, longitude.
const GEO_PEER_LEN: usize = 13;

impl<'a> GeoPeerTable<'a> {
    /// A table of the given peers, whose octets go to `buffer`. Latitudes and longitudes are in degrees (WGS 84), NaN if private
    /// (RFC 6397 section 4.1).
    ///
    /// # Errors
    /// More than 65,535 peers.
    #[cfg(feature = "alloc")]
    pub fn from_values(
        collector: Ipv4Addr,
        (latitude, longitude): (f32, f32),
        peers: impl IntoIterator<Item = GeoPeer>,
        buffer: &'a mut alloc::vec::Vec<u8>,
    ) -> Result<Self, EncodeError> {
        buffer.clear();
        for peer in peers {
            buffer.push(peer.kind);
            buffer.extend_from_slice(&peer.bgp_id.octets());
            buffer.extend_from_slice(&peer.latitude.to_be_bytes());
            buffer.extend_from_slice(&peer.longitude.to_be_bytes());
        }
        let (peers, _) = buffer.as_chunks();
        crate::wire::check_len(peers.len(), 2, "peers")?;
        Ok(Self { collector, latitude, longitude, peers })
    }

    /// The fields before the peers.
    pub(super) fn pass<P: Pass<'a>>(&mut self, p: &mut P, count: &mut u16) -> Result<(), P::Error> {
        p.field("collector", &mut self.collector)?;
        degrees(p, "latitude", &mut self.latitude)?;
        degrees(p, "longitude", &mut self.longitude)?;
        p.field("peer_count", count)
    }

    pub(super) fn read<O: Observer>(c: &mut Cursor<'a>, o: &mut O) -> Result<Self> {
        let mut table = Self { collector: Ipv4Addr::UNSPECIFIED, latitude: 0.0, longitude: 0.0, peers: &[] };
        let mut count = 0;
        table.pass(&mut Reading::new(c, o), &mut count)?;
        let mut peers = *c;
        inside(o, |o| (0..count).try_for_each(|_| GeoPeer::UNREAD.pass(&mut Reading::new(c, o)).map(|_| ())))?;
        (table.peers, _) = peers.take(usize::from(count).saturating_mul(GEO_PEER_LEN))?.as_chunks();
        peers.finish().map_err(|e| o.error(e))?;
        *c = peers;
        Ok(table)
    }

    /// The collector's BGP identifier.
    pub const fn collector(&self) -> Ipv4Addr {
        self.collector
    }

    /// The collector's latitude in degrees (WGS 84); NaN if private.
    pub const fn latitude(&self) -> f32 {
        self.latitude
    }

    /// The collector's longitude in degrees (WGS 84); NaN if private.
    pub const fn longitude(&self) -> f32 {
        self.longitude
    }

    /// Number of peers.
    pub const fn len(&self) -> usize {
        self.peers.len()
    }

    /// Whether there are no peers.
    pub const fn is_empty(&self) -> bool {
        self.peers.is_empty()
    }

    /// The peers and their locations.
    pub fn peers(&self) -> impl ExactSizeIterator<Item = GeoPeer> + use<'a> {
        self.peers.iter().map(|octets| {
            // Each peer has as many octets as its fields.
            let mut c = Cursor::at(octets, 0);
            GeoPeer::UNREAD.pass(&mut Reading::new(&mut c, &mut ())).unwrap_or(GeoPeer::UNREAD)
        })
    }
}

impl fmt::Debug for GeoPeerTable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeoPeerTable").field("collector", &self.collector).field("peers", &self.peers.len()).finish()
    }
}

/// One peer of a GEO_PEER_TABLE.
#[derive(Clone, Copy, PartialEq, Debug)]
#[non_exhaustive]
pub struct GeoPeer {
    /// Peer type, as in the PEER_INDEX_TABLE.
    pub kind: u8,
    /// BGP identifier.
    pub bgp_id: Ipv4Addr,
    /// Latitude in degrees (WGS 84); NaN if private.
    pub latitude: f32,
    /// Longitude in degrees (WGS 84); NaN if private.
    pub longitude: f32,
}

impl GeoPeer {
    const UNREAD: Self = Self::new(0, Ipv4Addr::UNSPECIFIED, 0.0, 0.0);

    pub(super) fn pass<'a, P: Pass<'a>>(mut self, p: &mut P) -> Result<Self, P::Error> {
        p.field("type", &mut self.kind)?;
        p.field("bgp_id", &mut self.bgp_id)?;
        degrees(p, "latitude", &mut self.latitude)?;
        degrees(p, "longitude", &mut self.longitude)?;
        Ok(self)
    }

    /// A peer of this type at a latitude and longitude in degrees (WGS 84).
    pub const fn new(kind: u8, bgp_id: Ipv4Addr, latitude: f32, longitude: f32) -> Self {
        Self { kind, bgp_id, latitude, longitude }
    }
}

/// A latitude or longitude: an IEEE 754 number (RFC 6397 section 4.1).
fn degrees<'a, P: Pass<'a>>(p: &mut P, name: &'static str, value: &mut f32) -> Result<(), P::Error> {
    let mut bits = value.to_bits();
    p.named(name, &mut bits, f32::from_bits)?;
    *value = f32::from_bits(bits);
    Ok(())
}
