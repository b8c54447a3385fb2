//! Routes of a table, read prefix by prefix.

use alloc::collections::btree_map;
use core::net::Ipv4Addr;

use super::attributes::AttributesId;
use super::other::OtherKey;
use super::peer::{PeerId, RibPeer};
use super::stale::Staleness;
use super::table::{Paths, Rib};
use super::tiles::BAND;
use crate::attr::Attributes;
use crate::codes::MrtType;
use crate::element::{Carrier, Element, Route as ElementRoute};
use crate::family::Family;
use crate::nlri::{PathPrefix, RawRoute};
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;

/// A prefix of a [`Rib`] and its routes.
#[derive(Clone, Copy, Debug)]
pub struct PrefixRoutes<'a> {
    rib: &'a Rib,
    prefix: Prefix,
    number: u32,
    multicast: bool,
}

impl<'a> PrefixRoutes<'a> {
    pub(super) const fn new(rib: &'a Rib, prefix: Prefix, number: u32, multicast: bool) -> Self {
        Self { rib, prefix, number, multicast }
    }

    pub(super) const fn number(&self) -> u32 {
        self.number
    }

    /// The prefix.
    pub const fn prefix(&self) -> Prefix {
        self.prefix
    }

    /// The family of its table.
    pub const fn family(&self) -> Family {
        match (self.prefix.is_v6(), self.multicast) {
            (false, false) => Family::IPV4_UNICAST,
            (true, false) => Family::IPV6_UNICAST,
            (false, true) => Family::IPV4_MULTICAST,
            (true, true) => Family::IPV6_MULTICAST,
        }
    }

    /// The BGP identifier of a peer, if a table dump states it.
    pub(super) fn bgp_id(&self, peer: PeerId) -> Option<Ipv4Addr> {
        self.rib.bgp_id(peer)
    }

    /// Number of routes.
    pub fn len(&self) -> usize {
        count(self.rib, self.number)
    }

    /// Whether there are no routes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its routes, sorted by peer, then path identifier.
    pub fn routes(&self) -> impl Iterator<Item = StoredRoute<'a>> + use<'a> {
        Routes::new(self.rib, self.number)
    }

    /// Its routes from one peer.
    pub fn routes_of_peer(&self, peer: PeerId) -> impl Iterator<Item = StoredRoute<'a>> + use<'a> {
        of_peer(self.rib, self.number, peer)
    }

    /// Why a route is kept although its session ended; `None` if the session is up.
    pub fn staleness(&self, route: &StoredRoute<'_>) -> Option<Staleness> {
        let stale = self.rib.peers.get(route.peer.index())?.stale.as_deref()?.get(&self.family())?;
        let path = PathPrefix { prefix: self.prefix, path_id: route.path_id };
        (!stale.announced.contains(path)).then_some(stale.staleness)
    }
}

/// Number of routes of a prefix or route number.
fn count(rib: &Rib, number: u32) -> usize {
    rib.counts.get(number as usize).copied().unwrap_or(0) as usize
}

/// A peer's routes of a number.
fn of_peer<'a>(rib: &'a Rib, number: u32, peer: PeerId) -> impl Iterator<Item = StoredRoute<'a>> + use<'a> {
    let adjacent = rib.peers.get(peer.0 as usize);
    let plain = adjacent.and_then(|adjacent| {
        let id = if adjacent.plain == 0 { 0 } else { rib.routes.get(number, peer.0) };
        let time = || rib.times.get(number, peer.0);
        (id != 0).then(|| StoredRoute { rib, peer, path_id: None, id: AttributesId(id), time: time() })
    });
    let paths = adjacent.and_then(|adjacent| adjacent.paths.as_deref()).into_iter();
    plain.into_iter().chain(paths.flat_map(move |paths| routes_of_paths(paths, rib, peer, number)))
}

/// A route of a family without plain prefixes, and the peers that have it.
#[derive(Clone, Copy, Debug)]
pub struct OtherRoutes<'a> {
    rib: &'a Rib,
    key: &'a OtherKey,
    number: u32,
}

impl<'a> OtherRoutes<'a> {
    pub(super) const fn new(rib: &'a Rib, key: &'a OtherKey, number: u32) -> Self {
        Self { rib, key, number }
    }

    pub(super) const fn key(&self) -> &'a OtherKey {
        self.key
    }

    /// The route, without a path identifier.
    pub const fn route(&self) -> RawRoute<'a> {
        RawRoute::new(self.key.family, &self.key.octets, 0)
    }

    /// Number of entries: peers, path identifiers counted separately.
    pub fn len(&self) -> usize {
        count(self.rib, self.number)
    }

    /// Whether no peer has it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Sorted by peer, then path identifier.
    pub fn routes(&self) -> impl Iterator<Item = StoredRoute<'a>> + use<'a> {
        Routes::new(self.rib, self.number)
    }

    /// The entries of one peer.
    pub fn routes_of_peer(&self, peer: PeerId) -> impl Iterator<Item = StoredRoute<'a>> + use<'a> {
        of_peer(self.rib, self.number, peer)
    }

    /// Why a route is kept although its session ended; `None` if the session is up.
    pub fn staleness(&self, route: &StoredRoute<'_>) -> Option<Staleness> {
        let stale = self.rib.peers.get(route.peer.index())?.stale.as_deref()?.get(&self.key.family)?;
        (!stale.announced.contains_other(&self.key.identity, route.path_id)).then_some(stale.staleness)
    }
}

fn routes_of_paths<'a>(paths: &'a Paths, rib: &'a Rib, peer: PeerId, number: u32) -> PathRoutes<'a> {
    PathRoutes { rib, peer, paths: paths.range((number, 0)..=(number, u32::MAX)) }
}

/// A peer's routes of a prefix with path identifiers.
struct PathRoutes<'a> {
    rib: &'a Rib,
    peer: PeerId,
    paths: btree_map::Range<'a, (u32, u32), (AttributesId, u32)>,
}

impl<'a> Iterator for PathRoutes<'a> {
    type Item = StoredRoute<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let ((_, path_id), (id, time)) = self.paths.next()?;
        Some(StoredRoute { rib: self.rib, peer: self.peer, path_id: Some(*path_id), id: *id, time: *time })
    }
}

/// All peers' routes of a prefix.
struct Routes<'a> {
    rib: &'a Rib,
    number: u32,
    /// The next peer.
    next: u32,
    /// Lists and times of the peers of its band and of the other band of a pair: both are read at once, so that their cache
    /// misses overlap.
    lists: [[u32; BAND]; 2],
    times: [[u32; BAND]; 2],
    /// Further routes of the previous peer.
    paths: Option<PathRoutes<'a>>,
}

impl<'a> Routes<'a> {
    const fn new(rib: &'a Rib, number: u32) -> Self {
        Self { rib, number, next: 0, lists: [[0; BAND]; 2], times: [[0; BAND]; 2], paths: None }
    }

    /// Advances to the next peer and returns its route without path identifier. Those with one are then in `paths`.
    #[cfg_attr(optimised, inline(always))]
    fn step(&mut self) -> Option<Option<StoredRoute<'a>>> {
        let at = self.next as usize;
        let peers = self.rib.peers.get(at..).filter(|peers| !peers.is_empty())?;
        if at.is_multiple_of(2 * BAND) {
            let bands = [at / BAND, (at / BAND).saturating_add(1)];
            self.lists = bands.map(|band| self.rib.routes.row(self.number, band));
            if self.rib.options.times {
                self.times = bands.map(|band| self.rib.times.row(self.number, band));
            }
        }
        let adjacent = peers.first()?;
        let peer = PeerId(self.next);
        self.next = self.next.wrapping_add(1);
        if let Some(paths) = adjacent.paths.as_deref() {
            self.paths = Some(routes_of_paths(paths, self.rib, peer, self.number));
        }
        let id = self.lists.as_flattened().get(at % (2 * BAND)).copied().unwrap_or(0);
        if id == 0 {
            return Some(None);
        }
        let time = self.times.as_flattened().get(at % (2 * BAND)).copied().unwrap_or(0);
        Some(Some(StoredRoute { rib: self.rib, peer, path_id: None, id: AttributesId(id), time }))
    }
}

impl<'a> Iterator for Routes<'a> {
    type Item = StoredRoute<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(paths) = &mut self.paths {
                if let Some(route) = paths.next() {
                    return Some(route);
                }
                self.paths = None;
            }
            if let Some(route) = self.step()? {
                return Some(route);
            }
        }
    }
}

/// A route of a [`Rib`].
#[derive(Clone, Copy, Debug)]
pub struct StoredRoute<'a> {
    rib: &'a Rib,
    peer: PeerId,
    path_id: Option<u32>,
    id: AttributesId,
    time: u32,
}

impl<'a> StoredRoute<'a> {
    /// The peer's number.
    pub const fn peer_id(&self) -> PeerId {
        self.peer
    }

    /// The peer.
    pub fn peer(&self) -> &'a RibPeer {
        // Routes only refer to peers of the table.
        self.rib.peers.get(self.peer.index()).map_or(&self.rib.nobody, |adjacent| &adjacent.peer)
    }

    /// Path identifier (RFC 7911); `None` without ADD-PATH, distinct from 0.
    pub const fn path_id(&self) -> Option<u32> {
        self.path_id
    }

    /// Reception time in seconds since 1970 (UTC); 0 if times are not kept.
    pub const fn time(&self) -> u32 {
        self.time
    }

    /// The number of its attribute list: routes of one [`Rib`] with the same number have the same attributes.
    pub const fn attributes_id(&self) -> AttributesId {
        self.id
    }

    /// Its attributes as octets, in the normal form of the store.
    pub fn attribute_bytes(&self) -> &'a [u8] {
        self.rib.store.bytes(self.id)
    }

    /// Its attributes.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::parse_rib_at(self.attribute_bytes(), &Session::AS4, 0).unwrap_or(Attributes::EMPTY)
    }

    /// The route as an element of a table dump at the table's time ([`Rib::time`]). `family` and `prefix` are those of the
    /// [`PrefixRoutes`] it came from.
    pub fn to_element(&self, family: Family, prefix: Prefix) -> Element<'a> {
        self.element(ElementRoute::Prefix(family, PathPrefix { prefix, path_id: self.path_id }))
    }

    /// The same for a family without plain prefixes; `route` is that of the [`OtherRoutes`] it came from.
    pub fn to_other_element(&self, route: RawRoute<'a>) -> Element<'a> {
        self.element(ElementRoute::Other(RawRoute { path_id: self.path_id, ..route }))
    }

    pub(super) fn element<'r>(&self, route: ElementRoute<'r>) -> Element<'r>
    where
        'a: 'r,
    {
        let peer = self.peer();
        let peer = Peer { asn: peer.asn, address: peer.address, bgp_id: self.rib.bgp_id(self.peer) };
        let originated = (self.time != 0).then_some(self.time);
        let (carrier, time) = (Carrier::Mrt(MrtType::TABLE_DUMP_V2), Timestamp::from_seconds(self.rib.time));
        Element::of_table(carrier, (time, originated), peer, route, self.attribute_bytes())
    }

    /// Whether the attributes equal those of another route, possibly of another table.
    pub fn same_attributes(&self, other: &StoredRoute<'_>) -> bool {
        (core::ptr::eq(self.rib, other.rib) && self.id == other.id) || self.attribute_bytes() == other.attribute_bytes()
    }
}
