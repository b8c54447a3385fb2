//! Differences between two tables.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::other::OtherKey;
use super::peer::{Collector, PeerId, RibPeer};
use super::routes::{OtherRoutes, PrefixRoutes, StoredRoute};
use super::stale::Staleness;
use super::table::Rib;
use crate::family::Family;
use crate::nlri::RawRoute;
use crate::prefix::Prefix;

/// A difference between two tables.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Change<'a> {
    /// The prefix.
    pub prefix: Prefix,
    /// The family of its table.
    pub family: Family,
    /// The route before; `None` if gained.
    pub before: Option<StoredRoute<'a>>,
    /// The route after; `None` if lost.
    pub after: Option<StoredRoute<'a>>,
    /// Why the route before was kept although its session had ended; `None` if it had not.
    pub staleness_before: Option<Staleness>,
    /// The same of the route after.
    pub staleness_after: Option<Staleness>,
}

impl<'a> Change<'a> {
    /// The peer; from the route after the change, if any.
    pub fn peer(&self) -> Option<&'a RibPeer> {
        self.after.or(self.before).map(|route| route.peer())
    }
}

/// A difference between two tables in a route of a family without plain prefixes.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct OtherChange<'a> {
    /// The route before, its octets and its entry; `None` if gained.
    pub before: Option<(RawRoute<'a>, StoredRoute<'a>)>,
    /// The route after, which may differ in labels and other octets that do not identify it; `None` if lost.
    pub after: Option<(RawRoute<'a>, StoredRoute<'a>)>,
    /// Why the route before was kept although its session had ended; `None` if it had not.
    pub staleness_before: Option<Staleness>,
    /// The same of the route after.
    pub staleness_after: Option<Staleness>,
}

impl<'a> OtherChange<'a> {
    /// The peer; from the route after the change, if any.
    pub fn peer(&self) -> Option<&'a RibPeer> {
        self.after.or(self.before).map(|(_, route)| route.peer())
    }
}

/// The numbers of a peer in both tables.
type Pair = (Option<PeerId>, Option<PeerId>);

impl Rib {
    /// The differences in `later`: routes gained, lost and changed, by prefix, peer and path identifier. A route announced again
    /// with the same attributes is no difference, whatever its time; one that became stale, or is no longer, is changed.
    ///
    /// Peers are matched by collector, view, address, AS and BGP identifier, as far as both tables have them. Collectors and
    /// views are compared only if one of the tables has several: so a table matches its own dump, and two collectors' dumps of
    /// one peer match.
    pub fn changes<'a>(&'a self, later: &'a Self, mut report: impl FnMut(Change<'a>)) {
        let pairs = self.pairs(later);
        for multicast in [false, true] {
            let mut before = self.table(multicast).by_prefix.iter().map(self.routes_of(multicast)).peekable();
            let mut after = later.table(multicast).by_prefix.iter().map(later.routes_of(multicast)).peekable();
            loop {
                let next = match (before.peek(), after.peek()) {
                    (None, None) => break,
                    (Some(a), None) => a.prefix(),
                    (None, Some(b)) => b.prefix(),
                    (Some(a), Some(b)) => a.prefix().min(b.prefix()),
                };
                let old = before.next_if(|found| found.prefix() == next);
                let new = after.next_if(|found| found.prefix() == next);
                self.changes_of(later, &pairs, old, new, &mut report);
            }
        }
    }

    fn changes_of<'a>(
        &'a self,
        later: &'a Self,
        pairs: &[Pair],
        old: Option<PrefixRoutes<'a>>,
        new: Option<PrefixRoutes<'a>>,
        report: &mut impl FnMut(Change<'a>),
    ) {
        let Some(any) = old.or(new) else { return };
        let shared = matches!((old, new), (Some(a), Some(b)) if a.number() == b.number());
        for (was, is) in pairs {
            if shared && self.shares_routes(later, any.number(), *was, *is) {
                continue;
            }
            let routes = |found: Option<PrefixRoutes<'a>>, peer: Option<PeerId>| {
                let of = found.zip(peer).into_iter();
                of.flat_map(|(found, peer)| found.routes_of_peer(peer).map(move |stored| Found::of(&found, stored)))
            };
            differences(routes(old, *was), routes(new, *is), |before, after| {
                let [staleness_before, staleness_after] = [before, after].map(|found| found.and_then(|found| found.staleness));
                let [before, after] = [before, after].map(|found| found.map(|found| found.stored));
                report(Change { prefix: any.prefix(), family: any.family(), before, after, staleness_before, staleness_after });
            });
        }
    }

    /// Whether both tables share the storage of a peer's routes of a number and of its stale marks, so they cannot differ.
    fn shares_routes(&self, later: &Self, number: u32, was: Option<PeerId>, is: Option<PeerId>) -> bool {
        let (Some(was), Some(is)) = (was, is) else { return false };
        let (Some(a), Some(b)) = (self.peers.get(was.index()), later.peers.get(is.index())) else { return false };
        was == is
            && self.routes.shares_tile(&later.routes, number, was.0)
            && match (&a.paths, &b.paths) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                (a, b) => a.is_none() && b.is_none(),
            }
            && match (&a.stale, &b.stale) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                (a, b) => a.is_none() && b.is_none(),
            }
    }

    /// The differences in routes of families without plain prefixes, as [`Rib::changes`].
    pub fn other_changes<'a>(&'a self, later: &'a Self, mut report: impl FnMut(OtherChange<'a>)) {
        let pairs = self.pairs(later);
        let mut before = self.others().peekable();
        let mut after = later.others().peekable();
        let (mut old, mut new) = (Vec::new(), Vec::new());
        loop {
            let identity = |found: &OtherRoutes<'a>| Identity::of(found.key());
            let next = match (before.peek().map(identity), after.peek().map(identity)) {
                (None, None) => break,
                (Some(one), None) | (None, Some(one)) => one,
                (Some(a), Some(b)) => a.min(b),
            };
            old.clear();
            new.clear();
            while let Some(found) = before.next_if(|found| identity(found) == next) {
                old.push(found);
            }
            while let Some(found) = after.next_if(|found| identity(found) == next) {
                new.push(found);
            }
            for (was, is) in &pairs {
                differences(routes_of(&old, *was), routes_of(&new, *is), |before, after| {
                    let whole = |found: Option<Found<'a>>| found.and_then(|found| Some((found.route?, found.stored)));
                    let [staleness_before, staleness_after] =
                        [before, after].map(|found| found.and_then(|found| found.staleness));
                    report(OtherChange { before: whole(before), after: whole(after), staleness_before, staleness_after });
                });
            }
        }
    }

    /// Matches peers by identity: two tables may number them differently and know more or less of them.
    fn pairs(&self, later: &Self) -> Vec<Pair> {
        let several = |count: fn(&Self) -> usize| count(self) > 1 || count(later) > 1;
        let (collectors, views) = (several(Self::count_collectors), several(Self::count_views));
        let who = |peer: &RibPeer| {
            let mut peer = peer.clone();
            if !collectors {
                peer.collector = Collector::Unknown;
            }
            if !views {
                peer.view = Arc::default();
            }
            peer
        };
        let with_routes = |rib: &Self| -> Vec<(RibPeer, PeerId)> {
            let all = rib.by_peer.iter().map(|(peer, id)| (who(peer), PeerId(*id)));
            all.filter(|(_, id)| rib.adjacent(*id).is_some_and(|(_, routes)| routes > 0)).collect()
        };
        let mut pairs = BTreeMap::<RibPeer, Pair>::new();
        for (peer, id) in with_routes(self) {
            pairs.entry(peer).or_default().0 = Some(id);
        }
        for (peer, id) in with_routes(later) {
            pairs.entry(peer).or_default().1 = Some(id);
        }
        // Remaining: peers whose AS or BGP identifier only one of the tables has.
        let alone = |pairs: &BTreeMap<RibPeer, Pair>, was: bool| -> Vec<RibPeer> {
            let one = |pair: &Pair| if was { pair.1.is_none() } else { pair.0.is_none() };
            pairs.iter().filter(|(_, pair)| one(pair)).map(|(peer, _)| peer.clone()).collect()
        };
        let (before, after) = (alone(&pairs, true), alone(&pairs, false));
        for peer in &before {
            let mut same = after.iter().filter(|other| is_less_said(peer, other));
            if let (Some(other), None) = (same.next(), same.next())
                && before.iter().filter(|peer| is_less_said(peer, other)).count() == 1
                && let Some((_, is)) = pairs.remove(other)
                && let Some(pair) = pairs.get_mut(peer)
            {
                pair.1 = is;
            }
        }
        pairs.into_values().collect()
    }

    fn count_collectors(&self) -> usize {
        self.views().map(|(collector, ..)| collector).collect::<BTreeSet<_>>().len()
    }

    fn count_views(&self) -> usize {
        self.views().map(|(_, view, _)| view).collect::<BTreeSet<_>>().len()
    }
}

/// Whether two identities may be the same peer, one with less information.
fn is_less_said(a: &RibPeer, b: &RibPeer) -> bool {
    let place = |peer: &RibPeer| (peer.address, peer.kind, peer.collector.clone(), Arc::clone(&peer.view));
    let asn = a.asn == b.asn || a.asn.0 == 0 || b.asn.0 == 0;
    let bgp_id = a.bgp_id == b.bgp_id || a.bgp_id.is_none() || b.bgp_id.is_none();
    a.address.is_some() && asn && bgp_id && place(a) == place(b)
}

/// Identity of a route of another family.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Identity<'a>(Family, &'a [u8]);

impl<'a> Identity<'a> {
    fn of(key: &'a OtherKey) -> Self {
        Self(key.family, &key.identity)
    }
}

/// A peer's route; for other families with its octets.
#[derive(Clone, Copy)]
struct Found<'a> {
    route: Option<RawRoute<'a>>,
    stored: StoredRoute<'a>,
    staleness: Option<Staleness>,
}

impl<'a> Found<'a> {
    fn of(found: &PrefixRoutes<'a>, stored: StoredRoute<'a>) -> Self {
        Self { route: None, stored, staleness: found.staleness(&stored) }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.stored.same_attributes(&other.stored)
            && self.staleness == other.staleness
            && self.route.map(|route| route.bytes) == other.route.map(|route| route.bytes)
    }
}

/// A peer's routes among those of one identity, by path identifier.
fn routes_of<'a>(list: &[OtherRoutes<'a>], peer: Option<PeerId>) -> impl Iterator<Item = Found<'a>> + use<'a> {
    let of = |found: &OtherRoutes<'a>| {
        let route = Some(found.route());
        peer.into_iter()
            .flat_map(|peer| found.routes_of_peer(peer))
            .map(|stored| Found { route, stored, staleness: found.staleness(&stored) })
            .collect::<Vec<_>>()
    };
    let mut routes: Vec<_> = list.iter().flat_map(of).collect();
    routes.sort_by_key(|found| found.stored.path_id());
    routes.into_iter()
}

/// Compares routes that are sorted by path identifier, none first.
fn differences<'a>(
    before: impl Iterator<Item = Found<'a>>,
    after: impl Iterator<Item = Found<'a>>,
    mut report: impl FnMut(Option<Found<'a>>, Option<Found<'a>>),
) {
    let (mut before, mut after) = (before.peekable(), after.peekable());
    loop {
        let next = match (before.peek(), after.peek()) {
            (None, None) => break,
            (Some(one), None) | (None, Some(one)) => one.stored.path_id(),
            (Some(a), Some(b)) => a.stored.path_id().min(b.stored.path_id()),
        };
        let before = before.next_if(|found| found.stored.path_id() == next);
        let after = after.next_if(|found| found.stored.path_id() == next);
        if !matches!((&before, &after), (Some(a), Some(b)) if a.is_same(b)) {
            report(before, after);
        }
    }
}
