//! Many peers' routes.

use alloc::collections::{BTreeMap, BTreeSet, btree_map};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

use super::attributes::{AttributeStore, AttributesId, normalise};
use super::tiles::{BAND, Tiles};
use super::trie::PrefixMap;
use crate::asn::Asn;
use crate::attr::Attributes;
use crate::codes::{AttrCode, FsmState, MrtType};
use crate::element::{Carrier, Element, ElementKind, Route as ElementRoute};
use crate::error::{Action, Error};
use crate::family::Family;
use crate::mrt::{Body, IndexedPeer, PeerIndexTable, Peers, Record, RibRecord};
use crate::nlri::PathPrefix;
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;

/// Which of a peer's tables a route is in (RFC 4271 section 3.2, RFC 7854).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[non_exhaustive]
pub enum RibKind {
    /// What the peer sent: Adj-RIB-In before any policy.
    #[default]
    AdjRibIn,
    /// What policy left of it.
    AdjRibInPostPolicy,
    /// What the speaker itself chose.
    LocRib,
}

/// Whose routes they are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub struct RibPeer {
    /// AS number.
    pub asn: Asn,
    /// Address; `None` where no record says.
    pub address: Option<IpAddr>,
    /// Which of its tables.
    pub kind: RibKind,
}

impl RibPeer {
    /// A peer's Adj-RIB-In.
    pub const fn new(asn: Asn, address: Option<IpAddr>) -> Self {
        Self { asn, address, kind: RibKind::AdjRibIn }
    }
}

/// Number of a peer in a [`Rib`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PeerId(u32);

impl PeerId {
    /// The number as an index: peers are numbered from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a [`Rib`] keeps its routes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RibOptions {
    /// Whether to keep when each route was received: four octets a route. On by default; without, times read as 0.
    pub times: bool,
}

impl RibOptions {
    /// The same options with times kept or not.
    #[must_use]
    pub const fn with_times(mut self, times: bool) -> Self {
        self.times = times;
        self
    }
}

impl Default for RibOptions {
    fn default() -> Self {
        Self { times: true }
    }
}

/// What an element changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Applied {
    /// A route that was not there.
    Added,
    /// A route that was there with other attributes.
    Replaced,
    /// A route that was there just so.
    Unchanged,
    /// A route is gone.
    Withdrawn,
    /// There was no such route to withdraw.
    Absent,
    /// A peer is gone with so many routes.
    PeerDown(usize),
    /// Nothing: a state that ends nothing, or a route of a family without plain prefixes.
    Ignored,
}

/// One peer's routes.
#[derive(Clone, Debug)]
struct Adjacent {
    peer: RibPeer,
    bgp_id: Option<Ipv4Addr>,
    /// How many routes without path identifiers there are.
    plain: usize,
    /// Routes with path identifiers (RFC 7911), by prefix number and identifier: list and time. `None` where there is none.
    paths: Option<Arc<Paths>>,
}

type Paths = BTreeMap<(u32, u32), (AttributesId, u32)>;

impl Adjacent {
    fn len(&self) -> usize {
        self.plain.saturating_add(self.paths.as_deref().map_or(0, BTreeMap::len))
    }
}

/// Prefixes of one family and their numbers.
#[derive(Clone, Debug, Default)]
struct Numbers {
    by_prefix: Arc<PrefixMap<u32>>,
}

/// Many peers' routes: peers × prefixes (× path identifiers) → attributes and time.
///
/// Routes of IPv4 and IPv6, unicast and multicast, from table dumps, updates or both. Attribute lists are kept once each
/// ([`AttributeStore`]); a route itself takes four octets (and four for its time, [`RibOptions::times`]).
///
/// A clone is a snapshot: it shares routes and attributes with the original, in parts of a few kilobytes that are copied when one
/// of the two changes them; how many routes each prefix and each attribute list has, it copies. [`Rib::changes`] compares two.
///
/// ```
/// use routeglass::rib::Rib;
/// # let archive: &[u8] = &[];
/// let mut rib = Rib::new();
/// for element in routeglass::elements(archive) {
///     rib.apply(&element?);
/// }
/// if let Some(found) = rib.longest_match(core::net::Ipv4Addr::new(192, 0, 2, 1)) {
///     for route in found.routes() {
///         println!("{} {} {}", found.prefix(), route.peer().asn, route.attributes().as_path()?);
///     }
/// }
/// # Ok::<(), routeglass::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rib {
    options: RibOptions,
    unicast: Numbers,
    multicast: Numbers,
    /// How many routes each prefix has. A clone's are its own: every route that comes or goes changes one.
    counts: Vec<u32>,
    free: Vec<u32>,
    /// Routes without path identifiers: lists by prefix number and peer, and when they were received.
    routes: Tiles,
    times: Tiles,
    peers: Vec<Adjacent>,
    by_peer: BTreeMap<RibPeer, u32>,
    store: AttributeStore,
    scratch: Vec<u8>,
    /// The peers of the PEER_INDEX_TABLE in force, by its numbers.
    indexed: Vec<PeerId>,
    /// Which table that is: kept, so that no other can be taken for it.
    indexed_table: Option<Arc<Vec<IndexedPeer>>>,
    /// Seconds since 1970.
    pub(super) time: u32,
    /// Collector and view of the tables that were applied; of several different ones, none.
    dumped: Option<(Ipv4Addr, Vec<u8>)>,
}

impl Default for Rib {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether an AFI/SAFI is one whose prefixes are kept, and whether it is a multicast one.
const fn table_of(family: Family) -> Option<bool> {
    match (family.afi.0, family.safi.0) {
        (1 | 2, 1) => Some(false),
        (1 | 2, 2) => Some(true),
        _ => None,
    }
}

impl Rib {
    /// No route and no peer.
    pub fn new() -> Self {
        Self::with_options(RibOptions::default())
    }

    /// No route and no peer, with options.
    pub fn with_options(options: RibOptions) -> Self {
        Self {
            options,
            unicast: Numbers::default(),
            multicast: Numbers::default(),
            counts: Vec::new(),
            free: Vec::new(),
            routes: Tiles::default(),
            times: Tiles::default(),
            peers: Vec::new(),
            by_peer: BTreeMap::new(),
            store: AttributeStore::new(),
            scratch: Vec::new(),
            indexed: Vec::new(),
            indexed_table: None,
            time: 0,
            dumped: None,
        }
    }

    /// Number of routes of all peers.
    pub fn len(&self) -> usize {
        self.peers.iter().map(Adjacent::len).sum()
    }

    /// Whether there is no route.
    pub fn is_empty(&self) -> bool {
        self.peers.iter().all(|peer| peer.len() == 0)
    }

    /// Number of prefixes that have a route, of unicast and multicast tables together.
    pub fn prefix_count(&self) -> usize {
        self.unicast.by_prefix.len().saturating_add(self.multicast.by_prefix.len())
    }

    /// The instant of the table in seconds since 1970 (UTC): the one it was loaded for, else the latest time of all that was
    /// applied; 0 before that.
    pub const fn time(&self) -> u32 {
        self.time
    }

    /// The BGP identifier of the collector whose table dump was applied; 0.0.0.0 without one, or with those of several
    /// collectors or views.
    pub fn collector(&self) -> Ipv4Addr {
        self.dumped.as_ref().map_or(Ipv4Addr::UNSPECIFIED, |(collector, _)| *collector)
    }

    /// The name of that table dump's view, as it is; mostly empty.
    pub fn view_name(&self) -> &[u8] {
        self.dumped.as_ref().map_or(&[], |(_, view)| view)
    }

    /// The attribute lists.
    pub const fn attribute_store(&self) -> &AttributeStore {
        &self.store
    }

    /// Octets of memory besides those of the attribute lists; what clones share is counted in full.
    pub fn memory_size(&self) -> usize {
        let tries = self.unicast.by_prefix.memory_size().saturating_add(self.multicast.by_prefix.memory_size());
        let counts = self.counts.capacity().saturating_mul(4);
        let paths = self.peers.iter().map(|peer| peer.paths.as_deref().map_or(0, BTreeMap::len).saturating_mul(24));
        let routes = self.routes.memory_size().saturating_add(self.times.memory_size());
        paths.sum::<usize>().saturating_add(routes).saturating_add(tries).saturating_add(counts)
    }

    /// The number of a peer, which is added if it is not there.
    pub fn peer(&mut self, peer: RibPeer) -> PeerId {
        if let Some(id) = self.by_peer.get(&peer) {
            return PeerId(*id);
        }
        let id = u32::try_from(self.peers.len()).unwrap_or(u32::MAX);
        self.peers.push(Adjacent { peer, bgp_id: None, plain: 0, paths: None });
        self.by_peer.insert(peer, id);
        PeerId(id)
    }

    /// All peers, with and without routes, and how many routes they have.
    pub fn peers(&self) -> impl Iterator<Item = (PeerId, RibPeer, usize)> + '_ {
        (0u32..).zip(&self.peers).map(|(id, adjacent)| (PeerId(id), adjacent.peer, adjacent.len()))
    }

    /// The number of a peer that is there.
    pub fn find_peer(&self, peer: RibPeer) -> Option<PeerId> {
        self.by_peer.get(&peer).map(|id| PeerId(*id))
    }

    /// The BGP identifier of a peer, where a table dump said it.
    pub fn bgp_id(&self, peer: PeerId) -> Option<Ipv4Addr> {
        self.peers.get(peer.0 as usize)?.bgp_id
    }

    const fn table(&self, multicast: bool) -> &Numbers {
        if multicast { &self.multicast } else { &self.unicast }
    }

    /// The number of a prefix, a new one if it has none.
    #[inline(always)]
    fn number(&mut self, multicast: bool, prefix: Prefix) -> u32 {
        match self.table(multicast).by_prefix.get(prefix) {
            Some(number) => *number,
            None => self.new_number(multicast, prefix),
        }
    }

    #[cold]
    #[inline(never)]
    fn new_number(&mut self, multicast: bool, prefix: Prefix) -> u32 {
        let table = if multicast { &mut self.multicast } else { &mut self.unicast };
        let counts = &mut self.counts;
        let number = self.free.pop().unwrap_or_else(|| {
            let number = u32::try_from(counts.len()).unwrap_or(u32::MAX);
            counts.push(0);
            number
        });
        Arc::make_mut(&mut table.by_prefix).insert(prefix, number);
        number
    }

    fn count_up(&mut self, number: u32) {
        if let Some(count) = self.counts.get_mut(number as usize) {
            *count = count.saturating_add(1);
        }
    }

    /// One route less; whether it was the prefix's last.
    fn count_down(&mut self, number: u32) -> bool {
        match self.counts.get_mut(number as usize) {
            Some(count) => {
                *count = count.saturating_sub(1);
                *count == 0
            }
            None => false,
        }
    }

    fn forget(&mut self, multicast: bool, prefix: Prefix, number: u32) {
        let table = if multicast { &mut self.multicast } else { &mut self.unicast };
        Arc::make_mut(&mut table.by_prefix).remove(prefix);
        self.free.push(number);
    }

    /// Puts a route: `list` is in the store's normal form ([`normalise`]).
    ///
    /// A table of 2³² lists or routes is full: then nothing is put, and `Applied::Ignored` is returned.
    pub fn insert(&mut self, peer: PeerId, family: Family, path: PathPrefix, list: &[u8], time: u32) -> Applied {
        let Some(multicast) = table_of(family) else { return Applied::Ignored };
        let number = self.number(multicast, path.prefix);
        self.insert_at(peer, number, path.path_id, list, time)
    }

    /// Keeps a list, which is in the store's normal form ([`normalise`]), until it is released ([`Rib::release`]), whether a
    /// route has it or not: for many routes with one list, which [`Rib::insert_interned`] then puts without looking for it.
    ///
    /// `None` for a list that the store has no room for.
    pub fn intern(&mut self, list: &[u8]) -> Option<AttributesId> {
        self.store.intern(list)
    }

    /// Ends what one call of [`Rib::intern`] began: the list stays as long as a route has it.
    pub fn release(&mut self, list: AttributesId) {
        self.store.release(list);
    }

    /// Puts a route with a list that is there. `Applied::Ignored` if it is not.
    pub fn insert_interned(&mut self, peer: PeerId, family: Family, path: PathPrefix, list: AttributesId, time: u32) -> Applied {
        let Some(multicast) = table_of(family) else { return Applied::Ignored };
        if !self.store.retain(list) {
            return Applied::Ignored;
        }
        let number = self.number(multicast, path.prefix);
        self.insert_id(peer, number, path.path_id, list, time)
    }

    fn insert_at(&mut self, peer: PeerId, number: u32, path_id: Option<u32>, list: &[u8], time: u32) -> Applied {
        let Some(id) = self.store.intern(list) else { return Applied::Ignored };
        self.insert_id(peer, number, path_id, id, time)
    }

    #[inline(always)]
    fn insert_id(&mut self, peer: PeerId, number: u32, path_id: Option<u32>, id: AttributesId, time: u32) -> Applied {
        let Some(adjacent) = self.peers.get_mut(peer.0 as usize) else {
            self.store.release(id);
            return Applied::Ignored;
        };
        let before = match path_id {
            None => {
                let before = self.routes.set(number, peer.0, id.0);
                if self.options.times {
                    // 0 stands for no route.
                    self.times.set(number, peer.0, time.max(1));
                }
                if before == 0 {
                    adjacent.plain = adjacent.plain.saturating_add(1);
                }
                before
            }
            Some(path_id) => {
                let paths = Arc::make_mut(adjacent.paths.get_or_insert_default());
                paths.insert((number, path_id), (id, time)).map_or(0, |(before, _)| before.0)
            }
        };
        if before == 0 {
            self.count_up(number);
            return Applied::Added;
        }
        self.store.release(AttributesId(before));
        if before == id.0 { Applied::Unchanged } else { Applied::Replaced }
    }

    /// Takes a route away.
    pub fn remove(&mut self, peer: PeerId, family: Family, path: PathPrefix) -> Applied {
        let Some(multicast) = table_of(family) else { return Applied::Ignored };
        let Some(number) = self.table(multicast).by_prefix.get(path.prefix).copied() else { return Applied::Absent };
        let Some(adjacent) = self.peers.get_mut(peer.0 as usize) else { return Applied::Absent };
        let before = match path.path_id {
            None => {
                let before = self.routes.set(number, peer.0, 0);
                if before != 0 {
                    self.times.set(number, peer.0, 0);
                    adjacent.plain = adjacent.plain.saturating_sub(1);
                }
                before
            }
            Some(id) => match &mut adjacent.paths {
                Some(paths) if paths.contains_key(&(number, id)) => {
                    let before = Arc::make_mut(paths).remove(&(number, id)).map_or(0, |(before, _)| before.0);
                    if paths.is_empty() {
                        adjacent.paths = None;
                    }
                    before
                }
                _ => 0,
            },
        };
        if before == 0 {
            return Applied::Absent;
        }
        self.store.release(AttributesId(before));
        if self.count_down(number) {
            self.forget(multicast, path.prefix, number);
        }
        Applied::Withdrawn
    }

    /// Takes all routes of a peer away, as the end of its session does; how many there were.
    pub fn peer_down(&mut self, peer: PeerId) -> usize {
        let Some(adjacent) = self.peers.get_mut(peer.0 as usize) else { return 0 };
        let plain = core::mem::take(&mut adjacent.plain);
        let paths = core::mem::take(&mut adjacent.paths).unwrap_or_default();
        let mut routes = core::mem::take(&mut self.routes);
        let mut gone = BTreeSet::new();
        let mut count = 0usize;
        let mut take = |number, id| {
            count = count.saturating_add(1);
            self.store.release(AttributesId(id));
            if self.count_down(number) {
                gone.insert(number);
            }
        };
        if plain > 0 {
            routes.remove_peer(peer.0, &mut take);
        }
        paths.iter().for_each(|((number, _), (id, _))| take(*number, id.0));
        self.routes = routes;
        if plain > 0 && self.options.times {
            self.times.remove_peer(peer.0, |_, _| {});
        }
        for multicast in [false, true] {
            if gone.is_empty() {
                break;
            }
            let table = if multicast { &mut self.multicast } else { &mut self.unicast };
            let mut freed = Vec::new();
            Arc::make_mut(&mut table.by_prefix).retain(|_, number| {
                let keep = !gone.contains(number);
                if !keep {
                    freed.push(*number);
                }
                keep
            });
            self.free.append(&mut freed);
        }
        count
    }

    /// Applies a route event. What RFC 7606 would have treated as withdrawn is withdrawn; a session that leaves the state
    /// Established takes its routes away.
    pub fn apply(&mut self, element: &Element<'_>) -> Applied {
        let peer = element.peer();
        self.time = self.time.max(element.time().seconds);
        let id = |rib: &mut Self| rib.peer_of(&peer);
        match element.kind() {
            ElementKind::StateChange(old, new) => {
                if old == FsmState::ESTABLISHED && new != FsmState::ESTABLISHED {
                    let id = id(self);
                    return Applied::PeerDown(self.peer_down(id));
                }
                Applied::Ignored
            }
            kind => {
                let ElementRoute::Prefix(family, path) = element.route() else { return Applied::Ignored };
                let id = id(self);
                if kind == ElementKind::Withdraw || element.action() >= Action::TreatAsWithdraw {
                    return self.remove(id, family, path);
                }
                let Ok(attributes) = element.attributes() else { return self.remove(id, family, path) };
                // The routes at the end of an UPDATE have nothing to do with its MP_REACH_NLRI.
                let mp = kind == ElementKind::Rib || family != Family::IPV4_UNICAST || !attributes.has(AttrCode::NEXT_HOP);
                let time = element.originated().unwrap_or(element.time().seconds);
                let mut list = core::mem::take(&mut self.scratch);
                list.clear();
                normalise(&attributes, mp, &mut list);
                let applied = self.insert(id, family, path, &list, time);
                self.scratch = list;
                applied
            }
        }
    }

    fn peer_of(&mut self, peer: &Peer) -> PeerId {
        let id = self.peer(RibPeer::new(peer.asn, peer.address));
        if let (Some(bgp_id), Some(adjacent)) = (peer.bgp_id, self.peers.get_mut(id.0 as usize)) {
            adjacent.bgp_id = Some(bgp_id);
        }
        id
    }

    /// Applies a record: a table's entries, or the events of a message or state change. `report` gets what cannot be read, and
    /// why routes of a message are withdrawn though it announces them (RFC 7606).
    ///
    /// `peers` is the peer table in force, which this keeps as [`Record::elements`] does. A table's prefix is looked up once for
    /// all its entries.
    pub fn apply_record(&mut self, record: &Record<'_>, peers: &mut Peers, mut report: impl FnMut(Error)) {
        self.time = self.time.max(record.timestamp().seconds);
        match record.body() {
            Ok(Body::Rib(rib)) if rib.prefix().is_some() && table_of(rib.family()).is_some() => {
                self.load_entries(&rib, peers, &mut report);
            }
            body => {
                // All elements of a message come with the same finding.
                let mut said = None;
                for element in record.elements(peers) {
                    match element {
                        Ok(element) => {
                            self.apply(&element);
                            let finding = element.finding().filter(|e| e.action() >= Action::TreatAsWithdraw);
                            if finding.is_some() && finding != said {
                                finding.into_iter().for_each(&mut report);
                                said = finding;
                            }
                        }
                        Err(e) => report(e),
                    }
                }
                if let Ok(Body::PeerIndexTable(table)) = body {
                    self.index_peers(peers);
                    self.dump_of(&table);
                }
            }
        }
    }

    /// Finds or adds the peers of the table in force.
    fn index_peers(&mut self, peers: &Peers) {
        let is_same = match (&self.indexed_table, peers.table()) {
            (Some(known), Some(table)) => Arc::ptr_eq(known, table),
            (known, table) => known.is_none() && table.is_none(),
        };
        if is_same {
            return;
        }
        self.indexed.clear();
        for peer in peers.as_slice() {
            let id = self.peer_of(&Peer { asn: peer.asn, address: Some(peer.address), bgp_id: Some(peer.bgp_id) });
            self.indexed.push(id);
        }
        self.indexed_table = peers.table().cloned();
    }

    /// Keeps whose table dump was applied, as long as there is one alone.
    fn dump_of(&mut self, table: &PeerIndexTable<'_>) {
        let (collector, view) = (table.collector(), table.view_name());
        match &mut self.dumped {
            None => self.dumped = Some((collector, view.to_vec())),
            Some(there) if there.0 == collector && there.1 == view => {}
            Some(there) => *there = (Ipv4Addr::UNSPECIFIED, Vec::new()),
        }
    }

    fn load_entries(&mut self, rib: &RibRecord<'_>, peers: &Peers, report: &mut impl FnMut(Error)) {
        let (Some(path), Some(multicast)) = (rib.prefix(), table_of(rib.family())) else { return };
        self.index_peers(peers);
        let mut number = None;
        let mut list = core::mem::take(&mut self.scratch);
        for entry in rib.entries() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    report(e);
                    break;
                }
            };
            let known = self.indexed.get(usize::from(entry.peer_index())).copied();
            let Some(peer) = known.filter(|_| !peers.is_damaged()) else {
                report(crate::mrt::no_peer(peers, entry.peer_index(), entry.attributes_offset()));
                continue;
            };
            let attributes = match entry.attributes() {
                Ok(attributes) => attributes,
                Err(e) => {
                    report(e);
                    continue;
                }
            };
            // What RFC 7606 has a speaker withdraw is no route of the table.
            let mut refused = false;
            attributes.findings(|e| {
                if e.action() >= Action::TreatAsWithdraw {
                    refused = true;
                    report(e);
                }
            });
            if refused {
                continue;
            }
            let number = *number.get_or_insert_with(|| self.number(multicast, path.prefix));
            list.clear();
            normalise(&attributes, true, &mut list);
            self.insert_at(peer, number, entry.path_id().or(path.path_id), &list, entry.originated());
        }
        self.scratch = list;
    }

    /// The routes of a prefix in the unicast table.
    pub fn get(&self, prefix: Prefix) -> Option<PrefixRoutes<'_>> {
        self.get_in(false, prefix)
    }

    /// The routes of a prefix in the multicast table.
    pub fn get_multicast(&self, prefix: Prefix) -> Option<PrefixRoutes<'_>> {
        self.get_in(true, prefix)
    }

    fn get_in(&self, multicast: bool, prefix: Prefix) -> Option<PrefixRoutes<'_>> {
        let number = *self.table(multicast).by_prefix.get(prefix)?;
        Some(PrefixRoutes { rib: self, prefix, number, multicast })
    }

    fn routes_of<'a>(&'a self, multicast: bool) -> impl Fn((Prefix, &'a u32)) -> PrefixRoutes<'a> + 'a {
        move |(prefix, number)| PrefixRoutes { rib: self, prefix, number: *number, multicast }
    }

    /// The longest prefix of the unicast table that covers an address or a prefix.
    pub fn longest_match(&self, of: impl Into<Prefix>) -> Option<PrefixRoutes<'_>> {
        self.unicast.by_prefix.longest_match(of).map(self.routes_of(false))
    }

    /// The prefixes of the unicast table that cover this one, itself included, the shortest first.
    pub fn covering(&self, prefix: Prefix) -> impl Iterator<Item = PrefixRoutes<'_>> {
        self.unicast.by_prefix.covering(prefix).map(self.routes_of(false))
    }

    /// The prefixes of the unicast table that this one covers, itself included, sorted.
    pub fn covered(&self, prefix: Prefix) -> impl Iterator<Item = PrefixRoutes<'_>> {
        self.unicast.by_prefix.covered(prefix).map(self.routes_of(false))
    }

    /// All prefixes of the unicast table, sorted.
    pub fn iter(&self) -> impl Iterator<Item = PrefixRoutes<'_>> {
        self.unicast.by_prefix.iter().map(self.routes_of(false))
    }

    /// All prefixes of the multicast table, sorted.
    pub fn iter_multicast(&self) -> impl Iterator<Item = PrefixRoutes<'_>> {
        self.multicast.by_prefix.iter().map(self.routes_of(true))
    }

    /// The routes of one peer in the unicast table, by prefix.
    pub fn peer_routes(&self, peer: PeerId) -> impl Iterator<Item = (Prefix, StoredRoute<'_>)> {
        self.iter().flat_map(move |found| found.routes_of_peer(peer).map(move |route| (found.prefix, route)))
    }
}

/// A prefix of a [`Rib`] and its routes.
#[derive(Clone, Copy, Debug)]
pub struct PrefixRoutes<'a> {
    rib: &'a Rib,
    prefix: Prefix,
    number: u32,
    multicast: bool,
}

impl<'a> PrefixRoutes<'a> {
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

    /// The BGP identifier of a peer, where a table dump said it.
    pub(super) fn bgp_id(&self, peer: PeerId) -> Option<Ipv4Addr> {
        self.rib.bgp_id(peer)
    }

    /// How many routes it has.
    pub fn len(&self) -> usize {
        self.rib.counts.get(self.number as usize).copied().unwrap_or(0) as usize
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its routes, peer after peer, path identifier after path identifier.
    pub fn routes(&self) -> impl Iterator<Item = StoredRoute<'a>> + use<'a> {
        Routes { rib: self.rib, number: self.number, next: 0, lists: [[0; BAND]; 2], times: [[0; BAND]; 2], paths: None }
    }

    /// Its routes of one peer.
    pub fn routes_of_peer(&self, peer: PeerId) -> impl Iterator<Item = StoredRoute<'a>> + use<'a> {
        let (rib, number) = (self.rib, self.number);
        let adjacent = rib.peers.get(peer.0 as usize);
        let plain = adjacent.and_then(|adjacent| {
            let id = if adjacent.plain == 0 { 0 } else { rib.routes.get(number, peer.0) };
            let time = || rib.times.get(number, peer.0);
            (id != 0).then(|| StoredRoute { rib, peer, path_id: None, id: AttributesId(id), time: time() })
        });
        let paths = adjacent.and_then(|adjacent| adjacent.paths.as_deref()).into_iter();
        plain.into_iter().chain(paths.flat_map(move |paths| routes_of_paths(paths, rib, peer, number)))
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
    /// Lists and times of the peers of its band and of the other one of a pair: both are read in one go, so that they wait for
    /// memory together.
    lists: [[u32; BAND]; 2],
    times: [[u32; BAND]; 2],
    /// What the peer before has besides.
    paths: Option<PathRoutes<'a>>,
}

impl<'a> Routes<'a> {
    /// Goes on to the next peer; its route without a path identifier. Those with one are then in `paths`.
    #[inline(always)]
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

    /// Who it came from.
    pub fn peer(&self) -> RibPeer {
        self.rib.peers.get(self.peer.0 as usize).map_or(RibPeer::new(Asn::ZERO, None), |adjacent| adjacent.peer)
    }

    /// Path identifier (RFC 7911); `None` without ADD-PATH, which is not the same as 0.
    pub const fn path_id(&self) -> Option<u32> {
        self.path_id
    }

    /// When it was received, in seconds since 1970 (UTC); 0 where times are not kept.
    pub const fn time(&self) -> u32 {
        self.time
    }

    /// The number of its attribute list: routes of one [`Rib`] with the same number have the same attributes.
    pub const fn attributes_id(&self) -> AttributesId {
        self.id
    }

    /// Its attributes on the wire, in the normal form of the store.
    pub fn attribute_bytes(&self) -> &'a [u8] {
        self.rib.store.bytes(self.id)
    }

    /// Its attributes.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes::parse_rib_at(self.attribute_bytes(), &Session::AS4, 0).unwrap_or(Attributes::EMPTY)
    }

    /// The route as an element, as if a table dump of the instant of the table ([`Rib::time`]) had it: in all forms that
    /// elements have. `family` and `prefix` are those of what gave the route.
    pub fn to_element(&self, family: Family, prefix: Prefix) -> Element<'a> {
        let peer = self.peer();
        let peer = Peer { asn: peer.asn, address: peer.address, bgp_id: self.rib.bgp_id(self.peer) };
        let path = PathPrefix { prefix, path_id: self.path_id };
        let originated = (self.time != 0).then_some(self.time);
        let (carrier, time) = (Carrier::Mrt(MrtType::TABLE_DUMP_V2), Timestamp::from_seconds(self.rib.time));
        Element::of_table(carrier, (time, originated), peer, (family, path), self.attribute_bytes())
    }

    /// Whether the attributes are those of another route, which may be of another table.
    pub fn same_attributes(&self, other: &StoredRoute<'_>) -> bool {
        (core::ptr::eq(self.rib, other.rib) && self.id == other.id) || self.attribute_bytes() == other.attribute_bytes()
    }
}

/// A difference between two tables.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Change<'a> {
    /// The prefix.
    pub prefix: Prefix,
    /// The family of its table.
    pub family: Family,
    /// The route before; `None` for one that is gained.
    pub before: Option<StoredRoute<'a>>,
    /// The route after; `None` for one that is lost.
    pub after: Option<StoredRoute<'a>>,
}

impl Change<'_> {
    /// Whose route it is.
    pub fn peer(&self) -> RibPeer {
        self.after.or(self.before).map_or(RibPeer::new(Asn::ZERO, None), |route| route.peer())
    }
}

impl Rib {
    /// What is different in `later`: routes gained, lost and changed, by prefix, peer and path identifier. A route that was
    /// announced again with the same attributes is not different, whatever its time.
    pub fn changes<'a>(&'a self, later: &'a Self, mut report: impl FnMut(Change<'a>)) {
        // Peers by who they are: two tables may number them differently.
        let pairs: Vec<_> = {
            let all: BTreeSet<RibPeer> = self.by_peer.keys().chain(later.by_peer.keys()).copied().collect();
            all.into_iter().map(|peer| (self.find_peer(peer), later.find_peer(peer))).collect()
        };
        for multicast in [false, true] {
            let mut before = self.table(multicast).by_prefix.iter().map(self.routes_of(multicast)).peekable();
            let mut after = later.table(multicast).by_prefix.iter().map(later.routes_of(multicast)).peekable();
            loop {
                let next = match (before.peek(), after.peek()) {
                    (None, None) => break,
                    (Some(a), None) => a.prefix,
                    (None, Some(b)) => b.prefix,
                    (Some(a), Some(b)) => a.prefix.min(b.prefix),
                };
                let old = before.next_if(|found| found.prefix == next);
                let new = after.next_if(|found| found.prefix == next);
                self.changes_of(later, &pairs, old, new, &mut report);
            }
        }
    }

    fn changes_of<'a>(
        &'a self,
        later: &'a Self,
        pairs: &[(Option<PeerId>, Option<PeerId>)],
        old: Option<PrefixRoutes<'a>>,
        new: Option<PrefixRoutes<'a>>,
        report: &mut impl FnMut(Change<'a>),
    ) {
        let Some(any) = old.or(new) else { return };
        let shared = matches!((old, new), (Some(a), Some(b)) if a.number == b.number);
        for (was, is) in pairs {
            if shared
                && let (Some(was), Some(is)) = (was, is)
                && let (Some(a), Some(b)) = (self.peers.get(was.0 as usize), later.peers.get(is.0 as usize))
                && was == is
                && self.routes.shares_tile(&later.routes, any.number, was.0)
                && match (&a.paths, &b.paths) {
                    (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                    (a, b) => a.is_none() && b.is_none(),
                }
            {
                continue;
            }
            let mut before = old.zip(*was).into_iter().flat_map(|(found, peer)| found.routes_of_peer(peer)).peekable();
            let mut after = new.zip(*is).into_iter().flat_map(|(found, peer)| found.routes_of_peer(peer)).peekable();
            loop {
                // Both are sorted by path identifier, none first.
                let next = match (before.peek(), after.peek()) {
                    (None, None) => break,
                    (Some(a), None) => a.path_id,
                    (None, Some(b)) => b.path_id,
                    (Some(a), Some(b)) => a.path_id.min(b.path_id),
                };
                let before = before.next_if(|route| route.path_id == next);
                let after = after.next_if(|route| route.path_id == next);
                if !matches!((&before, &after), (Some(a), Some(b)) if a.same_attributes(b)) {
                    report(Change { prefix: any.prefix, family: any.family(), before, after });
                }
            }
        }
    }
}
