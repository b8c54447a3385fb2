//! TABLE_DUMP_V2 (RFC 6396 section 4.3, RFC 6397, RFC 8050 section 4).

use core::fmt;
use core::iter::FusedIterator;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Body;
use crate::asn::Asn;
use crate::attr::Attributes;
use crate::codes::{Afi, Safi};
#[cfg(feature = "alloc")]
use crate::error::EncodeError;
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::nlri::{PathPrefix, RawRoute, read_prefix, route_len};
use crate::session::Session;
use crate::wire::Cursor;

/// The peers that RIB entries refer to by number (RFC 6396 section 4.3.1), checked once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PeerIndexTable<'a> {
    collector: Ipv4Addr,
    view: &'a [u8],
    peers: &'a [u8],
    count: u16,
}

impl<'a> PeerIndexTable<'a> {
    pub(super) fn read(mut c: Cursor<'a>) -> Result<Self> {
        let collector = Ipv4Addr::from_bits(c.u32()?);
        let len = c.u16()?;
        let view = c.take(usize::from(len))?;
        let count = c.u16()?;
        let peers = c.rest();
        for _ in 0..count {
            read_peer(&mut c)?;
        }
        c.finish()?;
        Ok(Self { collector, view, peers, count })
    }

    /// The peers of a damaged table that can be read, as many as it declares at most.
    #[cfg(feature = "alloc")]
    pub(super) fn readable_peers(body: &'a [u8]) -> impl Iterator<Item = IndexedPeer> + 'a {
        let mut c = Cursor::at(body, 0);
        let mut head = || {
            c.take(4)?;
            let len = c.u16()?;
            c.take(usize::from(len))?;
            c.u16()
        };
        let count: Result<u16> = head();
        IndexedPeers { cursor: c }.take(count.map_or(0, usize::from))
    }

    /// The collector's BGP identifier.
    pub const fn collector(&self) -> Ipv4Addr {
        self.collector
    }

    /// The name of the view, as it is; OpenBGPD counts a NUL at its end.
    pub const fn view_name(&self) -> &'a [u8] {
        self.view
    }

    /// Number of peers.
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there is no peer.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The peers; the first has number 0.
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
    /// Peer type: bit 0 says that the address is IPv6, bit 1 that the number has four octets. Other bits are kept.
    pub kind: u8,
    /// BGP identifier.
    pub bgp_id: Ipv4Addr,
    /// Address.
    pub address: IpAddr,
    /// AS number.
    pub asn: Asn,
}

#[inline]
fn read_peer(c: &mut Cursor<'_>) -> Result<IndexedPeer> {
    let kind = c.u8()?;
    let bgp_id = Ipv4Addr::from_bits(c.u32()?);
    let address = if kind & 1 == 0 {
        IpAddr::V4(Ipv4Addr::from_bits(c.u32()?))
    } else {
        IpAddr::V6(Ipv6Addr::from_bits(u128::from_be_bytes(*c.array()?)))
    };
    let asn = if kind & 2 == 0 { u32::from(c.u16()?) } else { c.u32()? };
    Ok(IndexedPeer { kind, bgp_id, address, asn: Asn(asn) })
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
        read_peer(&mut self.cursor).ok()
    }
}

impl FusedIterator for IndexedPeers<'_> {}

/// What a RIB record is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a plain prefix, or another family's route")]
pub enum RibRoute<'a> {
    /// A prefix; where the record itself carries a path identifier it is with it.
    Prefix(PathPrefix),
    /// A route of another family (RIB_GENERIC).
    Other(RawRoute<'a>),
}

/// One route with an entry for each peer that has it (RFC 6396 sections 4.3.2 to 4.3.4, RFC 8050 section 4).
#[derive(Clone, Copy)]
pub struct Rib<'a> {
    sequence: u32,
    family: Family,
    route: RibRoute<'a>,
    add_path: bool,
    count: u16,
    entries: &'a [u8],
    end: u64,
}

impl<'a> Rib<'a> {
    #[inline(always)]
    pub(super) fn read(mut c: Cursor<'a>, family: Family, add_path: bool) -> Result<Self> {
        let sequence = c.u32()?;
        Self::read_behind_sequence(c, sequence, family, add_path)
    }

    #[inline(always)]
    fn read_behind_sequence(mut c: Cursor<'a>, sequence: u32, family: Family, add_path: bool) -> Result<Self> {
        let v6 = matches!(family.prefix_is_v6(), Some(true));
        let prefix = match read_prefix(c.rest(), v6) {
            Ok((prefix, rest)) => {
                c.take(c.len().saturating_sub(rest.len()))?;
                prefix
            }
            Err(kind) => return Err(prefix_error(kind, c.offset())),
        };
        let count = c.u16()?;
        let route = RibRoute::Prefix(PathPrefix { prefix, path_id: None });
        Ok(Self { sequence, family, route, add_path, count, entries: c.rest(), end: c.offset().saturating_add(c.len() as u64) })
    }

    pub(super) fn read_generic(mut c: Cursor<'a>, add_path: bool) -> Result<Body<'a>> {
        let sequence = c.u32()?;
        let family = Family::new(Afi(c.u16()?), Safi(c.u8()?));
        if family.prefix_is_v6().is_some() {
            return Self::read_behind_sequence(c, sequence, family, add_path).map(Body::Rib);
        }
        let Some(len) = route_len(family, c)? else {
            return Ok(Body::Raw);
        };
        let offset = c.offset();
        let route = RibRoute::Other(RawRoute::new(family, c.take(len)?, offset));
        let count = c.u16()?;
        let end = c.offset().saturating_add(c.len() as u64);
        Ok(Body::Rib(Self { sequence, family, route, add_path, count, entries: c.rest(), end }))
    }

    /// The record's number in the dump.
    #[inline(always)]
    pub const fn sequence(&self) -> u32 {
        self.sequence
    }

    /// The family of the route.
    #[inline(always)]
    pub const fn family(&self) -> Family {
        self.family
    }

    /// What the record is about.
    #[inline(always)]
    pub const fn route(&self) -> RibRoute<'a> {
        self.route
    }

    /// The prefix, for families that have plain ones.
    #[inline(always)]
    pub const fn prefix(&self) -> Option<PathPrefix> {
        match self.route {
            RibRoute::Prefix(prefix) => Some(prefix),
            RibRoute::Other(_) => None,
        }
    }

    /// Number of entries that the record declares.
    #[inline(always)]
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether the record declares no entry, as FRR writes for routes that do not fit its buffer.
    #[inline(always)]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The entries, one for each peer (and path).
    #[inline(always)]
    pub const fn entries(&self) -> RibEntries<'a> {
        RibEntries { rest: self.entries, end: self.end, left: self.count, add_path: self.add_path, over: false }
    }
}

#[cold]
#[inline(never)]
fn prefix_error(kind: ErrorKind, offset: u64) -> Error {
    Error::new(kind, offset)
}

impl fmt::Debug for Rib<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rib")
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
    /// The peer's number in the table in force. It may be past that table: GoBGP writes its own routes so.
    #[inline(always)]
    pub const fn peer_index(&self) -> u16 {
        self.peer_index
    }

    /// When the route was received, in seconds since 1970 (UTC).
    #[inline(always)]
    pub const fn originated(&self) -> u32 {
        self.originated
    }

    /// Path identifier, in the ADD-PATH subtypes (RFC 8050).
    #[inline(always)]
    pub const fn path_id(&self) -> Option<u32> {
        self.path_id
    }

    /// Octets of the path attributes.
    #[inline(always)]
    pub const fn attribute_bytes(&self) -> &'a [u8] {
        self.attributes
    }

    /// Where the path attributes start: bytes from the start of the outermost input.
    #[inline(always)]
    pub const fn attributes_offset(&self) -> u64 {
        self.offset
    }

    /// The path attributes with the places of the common ones. AS numbers have four octets (RFC 6396 section 4.3.4).
    ///
    /// # Errors
    /// An attribute that overruns the entry.
    #[inline(always)]
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        Attributes::parse_rib_at(self.attributes, &Session::AS4, self.offset)
    }
}

/// Iterates over the entries of a RIB record.
///
/// An entry that overruns the record is an error, and so are octets behind the last entry; both end the iterator.
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
    #[inline(always)]
    fn split(&self) -> Option<(RibEntry<'a>, &'a [u8])> {
        let (&[p0, p1, t0, t1, t2, t3], rest) = self.rest.split_first_chunk::<6>()?;
        let (path_id, rest) = if self.add_path {
            let (id, rest) = rest.split_first_chunk::<4>()?;
            (Some(u32::from_be_bytes(*id)), rest)
        } else {
            (None, rest)
        };
        let (len, rest) = rest.split_first_chunk::<2>()?;
        let (attributes, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))?;
        let offset = self.end.saturating_sub((rest.len() as u64).saturating_add(attributes.len() as u64));
        let (peer_index, originated) = (u16::from_be_bytes([p0, p1]), u32::from_be_bytes([t0, t1, t2, t3]));
        Some((RibEntry { peer_index, originated, path_id, attributes, offset }, rest))
    }
}

impl<'a> Iterator for RibEntries<'a> {
    type Item = Result<RibEntry<'a>>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        if self.left > 0 {
            if let Some((entry, rest)) = self.split() {
                self.rest = rest;
                self.left = self.left.saturating_sub(1);
                return Some(Ok(entry));
            }
        } else if self.rest.is_empty() {
            return None;
        }
        self.over = true;
        Some(Err(entry_error(self.rest, self.end, self.left, if self.add_path { 12 } else { 8 })))
    }
}

impl FusedIterator for RibEntries<'_> {}

impl<'a> RibRoute<'a> {
    /// The route of a family without plain prefixes, on the wire.
    pub const fn raw(&self) -> Option<&'a [u8]> {
        match self {
            Self::Prefix(_) => None,
            Self::Other(route) => Some(route.bytes),
        }
    }
}

/// Where collector and peers are (RFC 6397 section 4), checked once.
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
    /// A table of the given peers, whose octets go to `buffer`. Latitudes and longitudes are degrees (WGS 84), not a number
    /// where they are private (RFC 6397 section 4.1).
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

    pub(super) fn read(mut c: Cursor<'a>) -> Result<Self> {
        let collector = Ipv4Addr::from_bits(c.u32()?);
        let (latitude, longitude) = (f32::from_bits(c.u32()?), f32::from_bits(c.u32()?));
        let count = c.u16()?;
        let (peers, _) = c.take(usize::from(count).saturating_mul(GEO_PEER_LEN))?.as_chunks();
        c.finish()?;
        Ok(Self { collector, latitude, longitude, peers })
    }

    /// The collector's BGP identifier.
    pub const fn collector(&self) -> Ipv4Addr {
        self.collector
    }

    /// The collector's latitude in degrees (WGS 84); not a number where it is private.
    pub const fn latitude(&self) -> f32 {
        self.latitude
    }

    /// The collector's longitude in degrees (WGS 84); not a number where it is private.
    pub const fn longitude(&self) -> f32 {
        self.longitude
    }

    /// Number of peers.
    pub const fn len(&self) -> usize {
        self.peers.len()
    }

    /// Whether there is no peer.
    pub const fn is_empty(&self) -> bool {
        self.peers.is_empty()
    }

    /// The peers and where they are.
    pub fn peers(&self) -> impl ExactSizeIterator<Item = GeoPeer> + use<'a> {
        self.peers.iter().map(|&[kind, a, b, c, d, e, f, g, h, i, j, k, l]| GeoPeer {
            kind,
            bgp_id: Ipv4Addr::new(a, b, c, d),
            latitude: f32::from_be_bytes([e, f, g, h]),
            longitude: f32::from_be_bytes([i, j, k, l]),
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
    /// Latitude in degrees (WGS 84); not a number where it is private.
    pub latitude: f32,
    /// Longitude in degrees (WGS 84); not a number where it is private.
    pub longitude: f32,
}

impl GeoPeer {
    /// A peer of this type at a latitude and longitude in degrees (WGS 84).
    pub const fn new(kind: u8, bgp_id: Ipv4Addr, latitude: f32, longitude: f32) -> Self {
        Self { kind, bgp_id, latitude, longitude }
    }
}
