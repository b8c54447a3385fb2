//! From archives, elements and tables to a store of paths.

use alloc::vec::Vec;
use core::net::IpAddr;

use super::aspa::Attested;
use super::exchange::ExchangeError;
use super::hygiene::{Hop, Hygiene, HygieneCounts, Rejected};
use super::roles::RoleCommunities;
use super::store::{AddressFamily, PathStore, StoreError};
use crate::asn::Asn;
use crate::attr::{Attributes, MergedPath, SegmentKind};
use crate::bgp::Update;
use crate::element::{Element, ElementKind, UpdateElements};
use crate::error::Result as Read;
use crate::family::Family;
use crate::mrt::{Body, ReadContext, Record, RibRecord};
use crate::nlri::{NextHop, Nlri};
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::rib::{PrefixSet, Rib};
use crate::time::Timestamp;

#[expect(clippy::arithmetic_side_effects, reason = "counts saturate")]
fn add(counts: &mut HygieneCounts, more: HygieneCounts) {
    *counts += more;
}

impl AddressFamily {
    /// The family of unicast routes.
    pub const fn unicast(self) -> Family {
        match self {
            Self::V4 => Family::IPV4_UNICAST,
            Self::V6 => Family::IPV6_UNICAST,
        }
    }
}

impl Hygiene {
    /// Cleans the path of a route, as merged from its attributes.
    ///
    /// # Errors
    /// Why the route is rejected.
    #[inline]
    pub fn clean<'b>(&mut self, path: &MergedPath<'_>, buffer: &'b mut Vec<u32>) -> Result<&'b [u32], Rejected> {
        let hops = path.segments().flat_map(|segment| {
            let kind = segment.kind();
            segment.asns().map(move |asn| match kind {
                SegmentKind::Sequence => Hop::As(asn.0),
                SegmentKind::ConfedSequence => Hop::Confederation,
                SegmentKind::Set | SegmentKind::ConfedSet => Hop::Set,
            })
        });
        self.clean_hops(hops, buffer)
    }
}

/// The result of reducing archives: the unique paths of one address family, and the hygiene counts.
///
/// Reductions of parts merge to that of the whole, in any order, on any number of threads or machines
/// ([`to_exchange`](Self::to_exchange)). Each announced route and each table route counts once; withdrawals remove nothing, since
/// the route was seen.
///
/// ```
/// # let archive = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt"));
/// use routeglass::mrt::{self, ReadContext};
/// use routeglass::peering::{AddressFamily, Reduction};
///
/// let (mut peers, mut reduction) = (ReadContext::new(), Reduction::new(AddressFamily::V4));
/// for record in mrt::records(archive) {
///     let record = record?;
///     peers.observe(&record);
///     reduction.add_record(&record, &peers);
/// }
/// // One path of this archive ends in a set; the others have numbers that are reserved for documentation.
/// assert!(reduction.paths().is_empty());
/// let counts = reduction.counts();
/// assert_eq!((counts.entries, counts.as_set, counts.reserved_asn), (5, 1, 4));
/// # Ok::<(), routeglass::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Reduction {
    hygiene: Hygiene,
    paths: PathStore,
    // Counts besides those of `hygiene`: of merged reductions, and of further routes of one message.
    more: HygieneCounts,
    buffer: Vec<u32>,
    full: bool,
    // Parts of records that cannot be read.
    left_out: u64,
    // Whether Only to Customer is gathered.
    marks: bool,
    roles: RoleCommunities,
    // Peering networks of exchanges.
    exchanges: PrefixSet,
}

impl Reduction {
    /// A reduction without routes.
    pub fn new(family: AddressFamily) -> Self {
        Self { paths: PathStore::new(family), ..Self::default() }
    }

    /// Sets the AS numbers of route servers, which are removed from paths.
    #[must_use]
    pub fn route_servers(mut self, asns: impl IntoIterator<Item = u32>) -> Self {
        self.hygiene = core::mem::take(&mut self.hygiene).route_servers(asns);
        self
    }

    /// Sets the prefixes of the peering networks of exchanges, in which the routers of their members have addresses.
    ///
    /// If the next hop of a route is in one of them and is not the peer's own address, a member passed the route on to the collector
    /// with the next hop of another member: the link between the first two networks of the path is over that exchange. Only routes
    /// whose path starts with the peer count, and a next hop that the peer replaced says nothing, so most links over exchanges
    /// remain unknown.
    #[must_use]
    pub fn exchanges(mut self, prefixes: impl IntoIterator<Item = Prefix>) -> Self {
        self.exchanges.extend(prefixes);
        self
    }

    /// Gathers what the attribute Only to Customer (RFC 9234) states about links, as statements of the store
    /// ([`PathStore::claims`]).
    #[must_use]
    pub const fn with_only_to_customer(mut self) -> Self {
        self.marks = true;
        self
    }

    /// Gathers what communities state about links, as statements of the store: the role of the neighbour that a network received
    /// the route from.
    #[must_use]
    pub fn with_role_communities(mut self, roles: RoleCommunities) -> Self {
        self.roles = roles;
        self
    }

    /// Adds attested providers (ASPA) to the statements of the store.
    pub fn attested(&mut self, attested: &Attested) {
        self.paths.claims_mut().attested(attested);
    }

    /// The paths and counts in their exchange form.
    pub fn to_exchange(&self) -> Vec<u8> {
        self.paths.to_exchange(&self.counts())
    }

    /// Whether octets start like a store of paths in its exchange form, of any version.
    pub fn is_exchange(octets: &[u8]) -> bool {
        PathStore::is_exchange(octets)
    }

    /// Reads paths and counts from their exchange form.
    ///
    /// # Errors
    /// The kind of the error and its offset; nothing of a damaged store is returned.
    pub fn from_exchange(octets: &[u8]) -> Result<Self, ExchangeError> {
        let (paths, more) = PathStore::from_exchange(octets)?;
        Ok(Self { paths, more, ..Self::default() })
    }

    /// The unique paths.
    pub const fn paths(&self) -> &PathStore {
        &self.paths
    }

    /// The hygiene counts.
    pub fn counts(&self) -> HygieneCounts {
        let mut counts = *self.hygiene.counts();
        add(&mut counts, self.more);
        counts
    }

    /// Whether paths are missing because the store is full.
    pub const fn is_full(&self) -> bool {
        self.full
    }

    /// The number of unreadable parts of records that were left out: the errors among the elements of messages, and of tables of this
    /// family. The exchange form does not have it.
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Adds the routes of a record, after `peers` has observed it. The attributes of an UPDATE are read once for all its
    /// prefixes.
    ///
    /// Unreadable parts of a damaged record are left out, and [counted](Self::left_out).
    #[inline]
    pub fn add_record(&mut self, record: &Record<'_>, peers: &ReadContext) {
        if let Some(message) = record.message() {
            if let Ok(Some(update)) = message.update_by(&peers.session(&message)) {
                // A route sent by the collector starts with the collector, not with the peer.
                let peer = if message.local { None } else { message.peer_address };
                return self.add_update_from(if message.local { 0 } else { message.peer_asn.0 }, peer, &update);
            }
        } else if let Ok(Body::Rib(rib)) = record.body() {
            return self.add_entries(record, &rib, peers);
        }
        self.add_elements(record, peers, 0);
    }

    /// Adds the elements of a record, starting at one of them.
    #[inline(never)]
    fn add_elements(&mut self, record: &Record<'_>, peers: &ReadContext, from: usize) {
        for element in record.elements_by(peers).skip(from) {
            self.add_read(&element);
        }
    }

    #[inline]
    fn add_entries(&mut self, record: &Record<'_>, rib: &RibRecord<'_>, peers: &ReadContext) {
        if rib.family() != self.paths.family().unicast() {
            return;
        }
        for (number, entry) in (0usize..).zip(peers.entries(rib)) {
            let Ok((peer, attributes)) = entry.and_then(|entry| Ok((entry.peer_index(), entry.attributes()?))) else {
                return self.add_elements(record, peers, number);
            };
            let peer = peers.peer(peer);
            self.add_attributes(peer.map_or(0, |peer| peer.asn.0), peer.map(|peer| peer.address), &attributes, 1);
        }
    }

    /// Adds the announced routes of an UPDATE from a peer; AS number 0 if unknown. The attributes are read once.
    #[inline]
    pub fn add_update(&mut self, peer: u32, update: &Update<'_>) {
        self.add_update_from(peer, None, update);
    }

    #[inline]
    fn add_update_from(&mut self, peer: u32, address: Option<IpAddr>, update: &Update<'_>) {
        let Ok((attributes, routes)) = self.announced(update) else { return self.add_damaged_update(peer, address, update) };
        if routes > 0 {
            self.add_attributes(peer, address, &attributes, u64::try_from(routes).unwrap_or(u64::MAX));
        }
    }

    /// The attributes of a fully readable UPDATE, and the number of routes of this family that it announces.
    #[inline]
    fn announced<'a>(&self, update: &Update<'a>) -> Read<(Attributes<'a>, usize)> {
        let attributes = update.attributes()?;
        update.withdrawn()?;
        update.mp_withdrawn(&attributes)?;
        let (own, family) = (update.announced()?, self.paths.family().unicast());
        let own = if family == Family::IPV4_UNICAST { own.iter().count() } else { 0 };
        let more = match update.mp_announced(&attributes)? {
            Some((of, Nlri::Prefixes(list))) if of == family => list.iter().count(),
            _ => 0,
        };
        Ok((attributes, own.saturating_add(more)))
    }

    #[cold]
    #[inline(never)]
    fn add_damaged_update(&mut self, peer: u32, address: Option<IpAddr>, update: &Update<'_>) {
        for element in UpdateElements::new(update, Peer::new(Asn(peer), address), Timestamp::EPOCH) {
            self.add_read(&element);
        }
    }

    /// Adds an element, or counts what cannot be read.
    fn add_read(&mut self, element: &Read<Element<'_>>) {
        match element {
            // Counted inside.
            Ok(element) => drop(self.add(element)),
            Err(_) => self.left_out = self.left_out.saturating_add(1),
        }
    }

    /// Adds routes with the same attributes.
    #[inline]
    fn add_attributes(&mut self, peer: u32, address: Option<IpAddr>, attributes: &Attributes<'_>, routes: u64) {
        match attributes.merged_path() {
            Ok(path) => {
                if self.add_routes(peer, &path, routes).is_ok() {
                    self.claim(attributes, routes);
                    if !self.exchanges.is_empty() {
                        self.mark_exchange(peer, address, attributes.next_hop().ok().flatten());
                    }
                }
            }
            Err(_) => self.count_unreadable(routes),
        }
    }

    /// What the attributes of the last routes say beside their path. A list that cannot be read says nothing.
    #[inline]
    fn claim(&mut self, attributes: &Attributes<'_>, routes: u64) {
        if !self.marks && self.roles.is_empty() {
            return;
        }
        let routes = u32::try_from(routes).unwrap_or(u32::MAX);
        let claims = self.paths.claims_mut();
        if self.marks
            && let Ok(Some(otc)) = attributes.only_to_customer()
        {
            claims.only_to_customer_of(&self.buffer, otc.0, routes);
        }
        if !self.roles.is_empty() {
            for (tagger, role) in self.roles.of(attributes) {
                claims.tagged_of(&self.buffer, tagger, role, routes);
            }
        }
    }

    /// Marks the first link of the last route if its next hop is in an exchange and belongs to another than the peer.
    fn mark_exchange(&mut self, peer: u32, address: Option<IpAddr>, next_hop: Option<NextHop<'_>>) {
        let next_hop = match next_hop {
            Some(NextHop::V4(hop)) => IpAddr::V4(hop),
            Some(NextHop::V6(hop) | NextHop::V6LinkLocal(hop, _)) => IpAddr::V6(hop),
            _ => return,
        };
        let Some(address) = address else { return };
        if let [first, second, ..] = *self.buffer
            && first == peer
            && next_hop != address
            && self.exchanges.covers(next_hop)
        {
            self.paths.mark_over_exchange(first, second);
        }
    }

    #[cold]
    fn count_unreadable(&mut self, routes: u64) {
        add(&mut self.more, HygieneCounts { unreadable: routes, ..HygieneCounts::default() });
    }

    /// Adds a route, if the element is an announced or table route of this family; returns the result for its path.
    #[inline]
    pub fn add(&mut self, element: &Element<'_>) -> Option<Result<&[u32], Rejected>> {
        let seen = matches!(element.kind(), ElementKind::Announce | ElementKind::Rib);
        if !seen || element.family() != Some(self.paths.family().unicast()) {
            return None;
        }
        let peer = if element.is_local() { 0 } else { element.peer().asn.0 };
        let Ok((attributes, path)) = element.attributes().and_then(|attributes| Ok((attributes, attributes.merged_path()?)))
        else {
            self.count_unreadable(1);
            return None;
        };
        let cleaned = self.add_routes(peer, &path, 1).map(|_| ());
        if cleaned.is_ok() {
            self.claim(&attributes, 1);
            if !self.exchanges.is_empty() {
                self.mark_exchange(peer, element.peer().address, element.next_hop().ok().flatten());
            }
        }
        Some(cleaned.map(|()| &*self.buffer))
    }

    /// Adds the routes of a table, at its instant.
    pub fn add_table(&mut self, table: &Rib) {
        let family = self.paths.family().unicast();
        for routes in table.iter().filter(|routes| routes.family() == family) {
            for route in routes.routes() {
                let peer = route.peer();
                self.add_attributes(peer.asn.0, peer.address, &route.attributes(), 1);
            }
        }
    }

    /// Adds a route's path from a peer; AS number 0 if unknown.
    ///
    /// The vantage point is the peer. If its number is not in the path, as in the feeds of route servers, the path is unchanged
    /// and the route is counted ([`HygieneCounts::peer_not_in_path`]); for an unknown peer it is the first AS of the path.
    ///
    /// # Errors
    /// Why the route is rejected.
    #[inline]
    pub fn add_path(&mut self, peer: u32, path: &MergedPath<'_>) -> Result<&[u32], Rejected> {
        self.add_routes(peer, path, 1)
    }

    #[inline]
    fn add_routes(&mut self, peer: u32, path: &MergedPath<'_>, routes: u64) -> Result<&[u32], Rejected> {
        let before = if routes > 1 { Some(*self.hygiene.counts()) } else { None };
        let cleaned = self.hygiene.clean(path, &mut self.buffer).map(|_| ());
        if let (Ok(()), Some(&first)) = (cleaned, self.buffer.first()) {
            let vantage = if peer == 0 { first } else { peer };
            if vantage != first && !self.buffer.contains(&vantage) {
                self.hygiene.count_peer_not_in_path();
            }
            self.full |= self.paths.push_many(vantage, &self.buffer, routes).is_err();
            for &(near, far) in self.hygiene.over_route_server() {
                self.paths.mark_over_route_server(near, far);
            }
        }
        if let Some(before) = before {
            self.count_again(before, routes.saturating_sub(1));
        }
        cleaned.map(|()| &*self.buffer)
    }

    /// Repeats the counts since `before` for further routes with the same path.
    fn count_again(&mut self, before: HygieneCounts, times: u64) {
        let mut counts = self.hygiene.counts().as_array();
        for (now, before) in counts.iter_mut().zip(before.as_array()) {
            *now = now.saturating_sub(before).saturating_mul(times);
        }
        add(&mut self.more, HygieneCounts::of_array(counts));
    }

    /// Adds another reduction of the same family.
    ///
    /// # Errors
    /// Another family, or a full store.
    pub fn merge(&mut self, other: &Self) -> Result<(), StoreError> {
        self.paths.merge(&other.paths)?;
        add(&mut self.more, other.counts());
        self.full |= other.full;
        self.left_out = self.left_out.saturating_add(other.left_out);
        Ok(())
    }
}
