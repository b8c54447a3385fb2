//! The store of many peers' routes.

mod apply;

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::Ipv4Addr;

pub(super) use apply::Memo;

use super::attributes::{AttributeStore, AttributesId, can_be_read};
use super::numbers::{Known, Names};
use super::other::{OtherKey, Others, identity, key_of};
use super::peer::{Collector, PeerId, RibPeer};
use super::stale::StaleFamilies;
use super::tiles::Tiles;
use super::trie::PrefixMap;
use crate::asn::Asn;
use crate::attr::Attributes;
use crate::family::Family;
use crate::nlri::{PathPrefix, RawRoute};
use crate::prefix::Prefix;

/// Options of a [`Rib`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RibOptions {
    /// Whether to keep the reception time of each route: four bytes per route. On by default; otherwise times read as 0.
    pub times: bool,
}

impl RibOptions {
    /// Sets whether times are kept.
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

/// Effect of an applied element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Applied {
    /// A new route.
    Added,
    /// An existing route with new attributes.
    Replaced,
    /// An existing route, unchanged.
    Unchanged,
    /// A route was removed.
    Withdrawn,
    /// No such route to withdraw.
    Absent,
    /// A peer was removed with this many routes.
    PeerDown(usize),
    /// No effect: a state change that ends no session, a message of the collector, or a family that the table does not hold.
    Ignored,
    /// Rejected, since it could not be read back from a table dump: the attributes exceed 65,535 octets, are not in normal form
    /// (which has none that RFC 7606 discards), or make the route treated as withdrawn (RFC 7606); the route cannot be read, or its family does not give a route's length;
    /// or the table is full.
    Refused,
}

/// One peer's routes.
#[derive(Clone, Debug)]
pub(super) struct Adjacent {
    pub(super) peer: RibPeer,
    bgp_id: Option<Ipv4Addr>,
    /// Whether it is a peer of the table; one that a later table does not list only keeps its number.
    listed: bool,
    /// Whether it has had a route or a stale mark since it was last found without ([`Rib::rest`]).
    pub(super) awake: bool,
    /// Number of routes without path identifiers.
    pub(super) plain: usize,
    /// The numbers of the families in which it has few routes.
    pub(super) known: Known,
    /// Routes with path identifiers (RFC 7911), by prefix number and identifier: list and time. `None` if there are none.
    pub(super) paths: Option<Arc<Paths>>,
    /// Routes of an ended session. `None` if there are none.
    pub(super) stale: Option<Arc<StaleFamilies>>,
}

pub(super) type Paths = BTreeMap<(u32, u32), (AttributesId, u32)>;

impl Adjacent {
    pub(super) fn len(&self) -> usize {
        self.plain.saturating_add(self.paths.as_deref().map_or(0, BTreeMap::len))
    }

    /// Notes the number of a new route of a kind.
    #[cold]
    #[inline(never)]
    fn know(&mut self, kind: u8, number: u32) {
        self.known.add(kind, number, self.len());
    }

    /// Notes that it has a route or a stale mark.
    #[cold]
    #[inline(never)]
    pub(super) fn wake(&mut self, id: PeerId, woken: &mut Vec<PeerId>) {
        self.awake = true;
        woken.push(id);
    }
}

/// Prefixes of one family and their numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers {
    pub(super) by_prefix: Arc<PrefixMap<u32>>,
}

/// The key of a number: a prefix of the unicast or multicast table, or a route of another family.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum RouteKey {
    Prefix(Family, PathPrefix),
    Other(OtherKey, Option<u32>),
}

/// A view of a collector: the name a table dump gives its table.
type View = (Collector, Arc<[u8]>);

/// Many peers' routes: peers × prefixes (× path identifiers) → attributes and time.
///
/// Holds IPv4 and IPv6 routes, unicast and multicast, from table dumps, updates or both. Each distinct attribute list is stored
/// once ([`AttributeStore`]); a route takes four bytes (and four for its time, [`RibOptions::times`]). Routes of other families
/// are in a separate sorted map ([`Rib::others`]).
///
/// This is the store. [`Replay`](super::Replay) handles the semantics of archives (tables that replace each other, ending
/// sessions, several collectors), [`Archives`](super::Archives) does so from files. Every accepted route is the same after
/// writing ([`Rib::write_table_dump`]) and reading back, without new findings: attributes that RFC 7606 discards are not stored
/// ([`Rib::discarded`] counts them).
///
/// A clone is a snapshot: it shares routes and attributes with the original, in parts of a few kilobytes that are copied on
/// change; reference counts are copied at once. [`Rib::changes`] compares two tables.
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
    pub(super) options: RibOptions,
    pub(super) unicast: Numbers,
    pub(super) multicast: Numbers,
    pub(super) others: Arc<Others>,
    /// Number of routes per prefix. A clone has its own: every inserted or removed route changes one.
    pub(super) counts: Vec<u32>,
    /// What each number is of, once that has been asked.
    pub(super) names: Names,
    /// What each number is of: see [`Rib::kind_of`].
    pub(super) kinds: Vec<u8>,
    /// The families of routes without plain prefixes, in the order of their first routes.
    pub(super) families: Vec<Family>,
    pub(super) free: Vec<u32>,
    /// Number of prefixes and other routes without a route of any peer. They keep their numbers until there are many, since the tables
    /// are walked to remove them.
    pub(super) vacant: usize,
    /// Routes without path identifiers: lists and reception times by prefix number and peer.
    pub(super) routes: Tiles,
    pub(super) times: Tiles,
    pub(super) peers: Vec<Adjacent>,
    pub(super) by_peer: BTreeMap<RibPeer, u32>,
    /// Placeholder for an unknown peer.
    pub(super) nobody: RibPeer,
    pub(super) store: AttributeStore,
    scratch: Vec<u8>,
    /// Seconds since 1970.
    pub(super) time: u32,
    /// The views of peers or table dumps, and the collector's BGP identifier in those dumps.
    views: BTreeMap<View, Option<Ipv4Addr>>,
    /// Number of attributes that were not stored, as read.
    pub(super) discarded: u64,
    /// The peers that are awake since the last [`Rib::take_woken`].
    woken: Vec<PeerId>,
}

impl Default for Rib {
    fn default() -> Self {
        Self::new()
    }
}

/// The kind of the numbers of plain prefixes: see [`Rib::kind_of`].
pub(super) const fn plain_kind(multicast: bool, v6: bool) -> u8 {
    match (multicast, v6) {
        (false, false) => 0,
        (false, true) => 1,
        (true, false) => 2,
        (true, true) => 3,
    }
}

/// Whether a family has plain prefixes, and whether it is multicast.
pub(super) const fn table_of(family: Family) -> Option<bool> {
    match (family.afi.0, family.safi.0) {
        (1 | 2, 1) => Some(false),
        (1 | 2, 2) => Some(true),
        _ => None,
    }
}

impl Rib {
    /// An empty table.
    pub fn new() -> Self {
        Self::with_options(RibOptions::default())
    }

    /// An empty table with options.
    pub fn with_options(options: RibOptions) -> Self {
        Self {
            options,
            unicast: Numbers::default(),
            multicast: Numbers::default(),
            others: Arc::default(),
            counts: Vec::new(),
            names: Names::default(),
            kinds: Vec::new(),
            families: Vec::new(),
            free: Vec::new(),
            vacant: 0,
            routes: Tiles::default(),
            times: Tiles::default(),
            peers: Vec::new(),
            by_peer: BTreeMap::new(),
            nobody: RibPeer::new(Asn::ZERO, None),
            store: AttributeStore::new(),
            scratch: Vec::new(),
            time: 0,
            views: BTreeMap::new(),
            discarded: 0,
            woken: Vec::new(),
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

    /// Number of prefixes with a route, unicast and multicast together; routes of other families are not counted.
    pub fn prefix_count(&self) -> usize {
        match self.vacant {
            0 => self.unicast.by_prefix.len().saturating_add(self.multicast.by_prefix.len()),
            _ => self.iter().chain(self.iter_multicast()).count(),
        }
    }

    /// The table's time in seconds since 1970 (UTC): the instant it was loaded for, else the latest time of all applied elements;
    /// 0 before that.
    pub const fn time(&self) -> u32 {
        self.time
    }

    /// The views of peers or table dumps, by collector and name; and the collector's BGP identifier if a table dump states it.
    pub fn views(&self) -> impl Iterator<Item = (&Collector, &[u8], Option<Ipv4Addr>)> {
        self.views.iter().map(|((collector, view), id)| (collector, &**view, *id))
    }

    /// Whether peers or table dumps are of more than one collector.
    pub fn has_several_collectors(&self) -> bool {
        let mut collectors = self.views.keys().map(|(collector, _)| collector);
        let first = collectors.next();
        collectors.any(|collector| Some(collector) != first)
    }

    /// Number of attributes that are not stored since RFC 7606 discards them, of all applied elements and records. Those of a message
    /// are counted once for all its routes that share a next hop, by a [`Replay`](super::Replay); by [`Rib::apply`] for each element.
    /// The routes are there without them.
    pub const fn discarded(&self) -> u64 {
        self.discarded
    }

    /// Leaves the attributes with a bit in `codes` out of a list, and counts them.
    #[cold]
    pub(super) const fn discard(&mut self, list: &mut Attributes<'_>, codes: u64) {
        self.discarded = self.discarded.saturating_add(codes.count_ones() as u64);
        // Their repetitions and those of others are not in normal form.
        *list = list.without(codes);
    }

    /// Adds the view of a table dump.
    pub(super) fn add_view(&mut self, collector: &Collector, view: &Arc<[u8]>, bgp_id: Option<Ipv4Addr>) {
        let there = self.views.entry((collector.clone(), Arc::clone(view))).or_default();
        *there = bgp_id.or(*there);
    }

    /// The attribute lists.
    pub const fn attribute_store(&self) -> &AttributeStore {
        &self.store
    }

    /// Bytes of memory besides the attribute lists; storage shared with clones is counted in full.
    pub fn memory_size(&self) -> usize {
        let tries = self.unicast.by_prefix.memory_size().saturating_add(self.multicast.by_prefix.memory_size());
        let names = self.names.memory_size();
        let counts = self.counts.capacity().saturating_mul(4).saturating_add(self.kinds.capacity()).saturating_add(names);
        let paths = self.peers.iter().map(|peer| peer.paths.as_deref().map_or(0, BTreeMap::len).saturating_mul(24));
        let routes = self.routes.memory_size().saturating_add(self.times.memory_size());
        // A key, two short octet strings, and their share of a node.
        let others = self.others.keys().map(|key| key.identity.len().saturating_add(key.octets.len()).saturating_add(64));
        let maps = paths.chain(others).fold(0usize, usize::saturating_add);
        maps.saturating_add(routes).saturating_add(tries).saturating_add(counts)
    }

    /// The number of a peer, which is added if absent.
    pub fn peer(&mut self, peer: RibPeer) -> PeerId {
        if let Some(id) = self.by_peer.get(&peer) {
            let id = PeerId(*id);
            self.list(id, true);
            return id;
        }
        let id = u32::try_from(self.peers.len()).unwrap_or(u32::MAX);
        self.add_view(&peer.collector, &peer.view, None);
        self.by_peer.insert(peer.clone(), id);
        self.peers.push(Adjacent {
            peer,
            bgp_id: None,
            listed: true,
            awake: false,
            plain: 0,
            known: Known::default(),
            paths: None,
            stale: None,
        });
        PeerId(id)
    }

    /// All peers and their route counts, including 0. A peer not listed by a later dump's table is omitted unless it has sent
    /// routes since.
    pub fn peers(&self) -> impl Iterator<Item = (PeerId, &RibPeer, usize)> + '_ {
        let listed = (0u32..).zip(&self.peers).filter(|(_, adjacent)| adjacent.listed);
        listed.map(|(id, adjacent)| (PeerId(id), &adjacent.peer, adjacent.len()))
    }

    /// The number of an existing peer.
    pub fn find_peer(&self, peer: &RibPeer) -> Option<PeerId> {
        let id = *self.by_peer.get(peer)?;
        self.peers.get(id as usize).filter(|adjacent| adjacent.listed).map(|_| PeerId(id))
    }

    /// Sets whether a peer is listed by the table.
    pub(super) fn list(&mut self, peer: PeerId, listed: bool) {
        if let Some(adjacent) = self.peers.get_mut(peer.index()) {
            adjacent.listed = listed;
        }
    }

    /// Changes a peer's identity. If another peer has that identity, they swap.
    pub(super) fn rename(&mut self, id: PeerId, peer: RibPeer) {
        let Some(adjacent) = self.peers.get_mut(id.index()) else { return };
        let own = core::mem::replace(&mut adjacent.peer, peer.clone());
        self.by_peer.remove(&own);
        if let Some(other) = self.by_peer.insert(peer, id.0)
            && let Some(adjacent) = self.peers.get_mut(other as usize)
        {
            adjacent.peer = own.clone();
            self.by_peer.insert(own, other);
        }
    }

    /// The peers that have had a route or a stale mark since the last call, or since they were found without. The others have neither.
    pub(super) fn take_woken(&mut self) -> Vec<PeerId> {
        core::mem::take(&mut self.woken)
    }

    /// Whether a peer has had a route or a stale mark since it was found without.
    pub(super) fn is_awake(&self, peer: PeerId) -> bool {
        self.peers.get(peer.index()).is_some_and(|adjacent| adjacent.awake)
    }

    /// A peer rests if it has neither routes nor stale marks; returns whether it does.
    pub(super) fn rest(&mut self, peer: PeerId) -> bool {
        match self.peers.get_mut(peer.index()) {
            Some(adjacent) => {
                adjacent.awake = adjacent.len() > 0 || adjacent.stale.is_some();
                !adjacent.awake
            }
            None => true,
        }
    }

    /// A peer gets a stale mark.
    pub(super) fn wake(&mut self, peer: PeerId) {
        if let Some(adjacent) = self.peers.get_mut(peer.index())
            && !adjacent.awake
        {
            adjacent.wake(peer, &mut self.woken);
        }
    }

    /// Sets the BGP identifier of a peer.
    pub(super) fn identify(&mut self, peer: PeerId, bgp_id: Ipv4Addr) {
        if let Some(adjacent) = self.peers.get_mut(peer.index()) {
            adjacent.bgp_id = Some(bgp_id);
        }
    }

    /// Identity and route count of a peer number.
    pub(super) fn adjacent(&self, peer: PeerId) -> Option<(&RibPeer, usize)> {
        self.peers.get(peer.index()).map(|adjacent| (&adjacent.peer, adjacent.len()))
    }

    /// The BGP identifier of a peer, if a table dump states it.
    pub fn bgp_id(&self, peer: PeerId) -> Option<Ipv4Addr> {
        self.peers.get(peer.0 as usize)?.bgp_id
    }

    pub(super) const fn table(&self, multicast: bool) -> &Numbers {
        if multicast { &self.multicast } else { &self.unicast }
    }

    /// The number of a prefix, allocated if absent.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn number(&mut self, multicast: bool, prefix: Prefix) -> u32 {
        match self.table(multicast).by_prefix.get(prefix) {
            Some(number) => *number,
            None => self.new_number(multicast, prefix),
        }
    }

    #[cold]
    #[inline(never)]
    fn new_number(&mut self, multicast: bool, prefix: Prefix) -> u32 {
        let number = self.next_number(plain_kind(multicast, prefix.is_v6()));
        let table = if multicast { &mut self.multicast } else { &mut self.unicast };
        Arc::make_mut(&mut table.by_prefix).insert(prefix, number);
        self.names.add(number, prefix);
        number
    }

    /// A number without a route yet.
    fn next_number(&mut self, kind: u8) -> u32 {
        self.vacant = self.vacant.saturating_add(1);
        if let Some(number) = self.free.pop() {
            if let Some(there) = self.kinds.get_mut(number as usize) {
                *there = kind;
            }
            return number;
        }
        let number = u32::try_from(self.counts.len()).unwrap_or(u32::MAX);
        self.counts.push(0);
        self.kinds.push(kind);
        number
    }

    fn count_up(&mut self, number: u32) {
        if let Some(count) = self.counts.get_mut(number as usize) {
            if *count == 0 {
                self.vacant = self.vacant.saturating_sub(1);
            }
            *count = count.saturating_add(1);
        }
    }

    /// Decrements the count; returns whether it was the prefix's last route.
    pub(super) fn count_down(&mut self, number: u32) -> bool {
        match self.counts.get_mut(number as usize) {
            Some(count) => {
                *count = count.saturating_sub(1);
                *count == 0
            }
            None => false,
        }
    }

    /// Inserts a route: `list` is in the store's normal form ([`normalise`](super::normalise)).
    pub fn insert(&mut self, peer: PeerId, family: Family, path: PathPrefix, list: &[u8], time: u32) -> Applied {
        let Some(multicast) = table_of(family).filter(|_| family.is_v6() == path.prefix.is_v6()) else { return Applied::Refused };
        let Some(id) = self.store.intern_if(list, can_be_read) else { return Applied::Refused };
        let number = self.number(multicast, path.prefix);
        self.insert_id(peer, (number, plain_kind(multicast, family.is_v6())), path.path_id, id, time)
    }

    /// Inserts a route by number and kind. `checked`: the list is known to survive a round trip.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn insert_at(
        &mut self,
        peer: PeerId,
        number: (u32, u8),
        path_id: Option<u32>,
        (list, checked): (&[u8], bool),
        time: u32,
    ) -> Applied {
        let Some(id) = self.store.intern_if(list, |list| checked || can_be_read(list)) else { return Applied::Refused };
        self.insert_id(peer, number, path_id, id, time)
    }

    /// Ends the insertion of routes to a number.
    pub(super) fn end_number(&mut self, number: u32) {
        if self.counts.get(number as usize) == Some(&0) {
            self.forget_vacant();
        }
    }

    /// Adds a reference to a list.
    pub(super) fn retain_list(&mut self, list: AttributesId) {
        self.store.retain(list);
    }

    /// Whether a peer has a route of an identity: of another family, with these labels or others.
    fn has_same(&self, peer: PeerId, key: &RouteKey) -> bool {
        let RouteKey::Other(route, path_id) = key else { return self.stored(peer, key).is_some() };
        let mut same = self.of_identity(route.family, &route.identity).into_iter();
        same.any(|(other, _)| self.stored(peer, &RouteKey::Other(other, *path_id)).is_some())
    }

    /// Restores a route unless there is one of its identity now; its list was retained for it.
    pub(super) fn put_back(&mut self, peer: PeerId, key: &RouteKey, list: AttributesId, time: u32) {
        if self.has_same(peer, key) {
            self.store.release(list);
            return;
        }
        match key {
            RouteKey::Prefix(family, path) => {
                if let Some(multicast) = table_of(*family) {
                    let number = self.number(multicast, path.prefix);
                    self.insert_id(peer, (number, plain_kind(multicast, family.is_v6())), path.path_id, list, time);
                }
            }
            RouteKey::Other(key, path_id) => {
                let number = self.other_number(key);
                self.insert_id(peer, number, *path_id, list, time);
            }
        }
    }

    /// The kind of the numbers of a family: four of plain prefixes, then other families in the order of their first routes. Those that
    /// give a route's length are fewer than there are kinds. `None` if there is no such number.
    pub(super) fn kind_of(&self, family: Family) -> Option<u8> {
        match table_of(family) {
            Some(multicast) => Some(plain_kind(multicast, family.is_v6())),
            None => {
                let index = self.families.iter().position(|other| *other == family)?;
                Some(u8::try_from(index.saturating_add(4)).unwrap_or(u8::MAX))
            }
        }
    }

    fn other_kind(&mut self, family: Family) -> u8 {
        self.kind_of(family).unwrap_or_else(|| {
            self.families.push(family);
            u8::try_from(self.families.len().saturating_add(3)).unwrap_or(u8::MAX)
        })
    }

    /// The number and kind of a route of another family, allocated if absent.
    fn other_number(&mut self, key: &OtherKey) -> (u32, u8) {
        if let Some(number) = self.others.get(key) {
            return (*number, self.kinds.get(*number as usize).copied().unwrap_or(u8::MAX));
        }
        let kind = self.other_kind(key.family);
        let number = self.next_number(kind);
        self.names.add_other(number, key);
        Arc::make_mut(&mut self.others).insert(key.clone(), number);
        (number, kind)
    }

    /// Inserts a route of a family without plain prefixes, replacing one of the same identity (labels, Ethernet segments and the
    /// like are not part of it). `list` is in normal form.
    pub fn insert_other(&mut self, peer: PeerId, route: &RawRoute<'_>, list: &[u8], time: u32) -> Applied {
        let Some(key) = key_of(route) else { return Applied::Refused };
        let Some(id) = self.store.intern_if(list, can_be_read) else { return Applied::Refused };
        self.insert_other_id(peer, &key, route.path_id, id, time)
    }

    fn insert_other_id(&mut self, peer: PeerId, key: &OtherKey, path_id: Option<u32>, id: AttributesId, time: u32) -> Applied {
        let number = self.other_number(key);
        let applied = self.insert_id(peer, number, path_id, id, time);
        if applied != Applied::Added {
            return applied;
        }
        // The same route with other labels is replaced.
        let others = self.of_identity(key.family, &key.identity).into_iter().filter(|(_, other)| *other != number.0);
        let before = others.filter(|(key, other)| self.take(peer, key, *other, path_id)).count();
        if before > 0 { Applied::Replaced } else { Applied::Added }
    }

    /// All routes of an identity, with their numbers.
    fn of_identity(&self, family: Family, identity: &[u8]) -> Vec<(OtherKey, u32)> {
        let first = OtherKey { family, identity: identity.into(), octets: [].into() };
        let of = self.others.range(first..).take_while(|(key, _)| key.family == family && *key.identity == *identity);
        of.map(|(key, number)| (key.clone(), *number)).collect()
    }

    /// Removes a route of a family without plain prefixes, whatever its labels.
    pub fn remove_other(&mut self, peer: PeerId, route: &RawRoute<'_>) -> Applied {
        let Some((identity, _)) = identity(route) else { return Applied::Absent };
        let routes = self.of_identity(route.family, &identity).into_iter();
        let gone = routes.filter(|(key, number)| self.take(peer, key, *number, route.path_id)).count();
        if gone > 0 { Applied::Withdrawn } else { Applied::Absent }
    }

    /// Removes a route of another family; returns whether there was one.
    fn take(&mut self, peer: PeerId, key: &OtherKey, number: u32, path_id: Option<u32>) -> bool {
        let Some(list) = self.remove_id(peer, number, path_id) else { return false };
        self.store.release(list);
        if self.count_down(number) {
            Arc::make_mut(&mut self.others).remove(key);
            self.free.push(number);
        }
        true
    }

    /// Keeps a list in the store's normal form ([`normalise`](super::normalise)) until [`Rib::release`], whether or not a route
    /// has it: for many routes with one list, which [`Rib::insert_interned`] inserts without a lookup.
    ///
    /// `None` if the store is full, or if the list could not be read back ([`Applied::Refused`]).
    pub fn intern(&mut self, list: &[u8]) -> Option<AttributesId> {
        self.store.intern_if(list, can_be_read)
    }

    /// Undoes one call of [`Rib::intern`]: the list stays as long as a route has it.
    pub fn release(&mut self, list: AttributesId) {
        self.store.release(list);
    }

    /// Inserts a route with a stored list. `Applied::Refused` if there is no such list.
    pub fn insert_interned(&mut self, peer: PeerId, family: Family, path: PathPrefix, list: AttributesId, time: u32) -> Applied {
        let Some(multicast) = table_of(family) else { return Applied::Refused };
        if family.is_v6() != path.prefix.is_v6() || !self.store.retain(list) {
            return Applied::Refused;
        }
        let number = self.number(multicast, path.prefix);
        self.insert_id(peer, (number, plain_kind(multicast, family.is_v6())), path.path_id, list, time)
    }

    #[cfg_attr(optimised, inline(always))]
    fn insert_id(
        &mut self,
        peer: PeerId,
        (number, kind): (u32, u8),
        path_id: Option<u32>,
        id: AttributesId,
        time: u32,
    ) -> Applied {
        let Some(adjacent) = self.peers.get_mut(peer.0 as usize) else {
            return self.refuse(number, id);
        };
        let before = match path_id {
            None => {
                let before = self.routes.set(number, peer.0, id.0);
                if self.options.times {
                    // 0 means no route.
                    self.times.set(number, peer.0, time.max(1));
                }
                if before == 0 {
                    adjacent.plain = adjacent.plain.saturating_add(1);
                    if !adjacent.awake {
                        adjacent.wake(peer, &mut self.woken);
                    }
                    if !adjacent.known.has_many(kind) {
                        adjacent.know(kind, number);
                    }
                }
                before
            }
            Some(path_id) => {
                let paths = Arc::make_mut(adjacent.paths.get_or_insert_default());
                let before = paths.insert((number, path_id), (id, time)).map_or(0, |(before, _)| before.0);
                if !adjacent.awake {
                    adjacent.wake(peer, &mut self.woken);
                }
                if before == 0 && !adjacent.known.has_many(kind) {
                    adjacent.know(kind, number);
                }
                before
            }
        };
        if before == 0 {
            self.count_up(number);
            return Applied::Added;
        }
        self.store.release(AttributesId(before));
        if before == id.0 { Applied::Unchanged } else { Applied::Replaced }
    }

    /// Undoes the allocations for a route of a missing peer.
    #[cold]
    fn refuse(&mut self, number: u32, list: AttributesId) -> Applied {
        self.store.release(list);
        self.end_number(number);
        Applied::Refused
    }

    /// Removes a route.
    pub fn remove(&mut self, peer: PeerId, family: Family, path: PathPrefix) -> Applied {
        let Some(multicast) = table_of(family) else { return Applied::Ignored };
        let Some(number) = self.table(multicast).by_prefix.get(path.prefix).copied() else { return Applied::Absent };
        let Some(list) = self.remove_id(peer, number, path.path_id) else { return Applied::Absent };
        self.store.release(list);
        if self.count_down(number) {
            let table = if multicast { &mut self.multicast } else { &mut self.unicast };
            Arc::make_mut(&mut table.by_prefix).remove(path.prefix);
            self.free.push(number);
        }
        Applied::Withdrawn
    }

    /// Removes the route of a number; returns its list.
    pub(super) fn remove_id(&mut self, peer: PeerId, number: u32, path_id: Option<u32>) -> Option<AttributesId> {
        let adjacent = self.peers.get_mut(peer.index())?;
        let before = match path_id {
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
        (before != 0).then_some(AttributesId(before))
    }

    /// Removes a route by its key.
    pub(super) fn remove_key(&mut self, peer: PeerId, key: &RouteKey) -> Applied {
        match key {
            RouteKey::Prefix(family, path) => self.remove(peer, *family, *path),
            RouteKey::Other(key, path_id) => {
                let Some(number) = self.others.get(key).copied() else { return Applied::Absent };
                if self.take(peer, key, number, *path_id) { Applied::Withdrawn } else { Applied::Absent }
            }
        }
    }
}
