//! Queries: by prefix, by route, by peer and family.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::other::{OtherKey, identity};
use super::peer::PeerId;
use super::routes::{OtherRoutes, PrefixRoutes, StoredRoute};
use super::table::{Rib, RouteKey, table_of};
use crate::family::Family;
use crate::nlri::{PathPrefix, RawRoute};
use crate::prefix::Prefix;
use crate::wire::step;

impl Rib {
    /// The routes of a prefix in the unicast table.
    pub fn get(&self, prefix: Prefix) -> Option<PrefixRoutes<'_>> {
        self.get_in(false, prefix)
    }

    /// The routes of a prefix in the multicast table.
    pub fn get_multicast(&self, prefix: Prefix) -> Option<PrefixRoutes<'_>> {
        self.get_in(true, prefix)
    }

    fn get_in(&self, multicast: bool, prefix: Prefix) -> Option<PrefixRoutes<'_>> {
        let number = *self.table(multicast).by_prefix.get(prefix).filter(|number| self.is_taken(**number))?;
        Some(PrefixRoutes::new(self, prefix, number, multicast))
    }

    pub(super) fn routes_of<'a>(&'a self, multicast: bool) -> impl Fn((Prefix, &'a u32)) -> PrefixRoutes<'a> + 'a {
        move |(prefix, number)| PrefixRoutes::new(self, prefix, *number, multicast)
    }

    fn has_routes<'a>(&'a self) -> impl Fn(&(Prefix, &'a u32)) -> bool + 'a {
        |(_, number)| self.is_taken(**number)
    }

    /// The longest prefix of the unicast table that covers an address or a prefix.
    pub fn longest_match(&self, of: impl Into<Prefix>) -> Option<PrefixRoutes<'_>> {
        let of = of.into();
        let (prefix, number) = self.unicast.by_prefix.longest_match(of)?;
        if self.is_taken(*number) { Some(self.routes_of(false)((prefix, number))) } else { self.covering(of).last() }
    }

    /// The prefixes of the unicast table that cover this one, itself included if present, the shortest first.
    pub fn covering(&self, prefix: Prefix) -> impl Iterator<Item = PrefixRoutes<'_>> {
        self.unicast.by_prefix.covering(prefix).filter(self.has_routes()).map(self.routes_of(false))
    }

    /// The prefixes of the unicast table that this one covers, itself included if present, sorted.
    pub fn covered(&self, prefix: Prefix) -> impl Iterator<Item = PrefixRoutes<'_>> {
        self.unicast.by_prefix.covered(prefix).filter(self.has_routes()).map(self.routes_of(false))
    }

    /// All prefixes of the unicast table, sorted.
    pub fn iter(&self) -> impl Iterator<Item = PrefixRoutes<'_>> {
        self.unicast.by_prefix.iter().filter(self.has_routes()).map(self.routes_of(false))
    }

    /// All prefixes of the multicast table, sorted.
    pub fn iter_multicast(&self) -> impl Iterator<Item = PrefixRoutes<'_>> {
        self.multicast.by_prefix.iter().filter(self.has_routes()).map(self.routes_of(true))
    }

    /// The routes of one peer in the unicast table, by prefix.
    pub fn peer_routes(&self, peer: PeerId) -> impl Iterator<Item = (Prefix, StoredRoute<'_>)> {
        self.iter().flat_map(move |found| found.routes_of_peer(peer).map(move |route| (found.prefix(), route)))
    }

    /// All routes of families without plain prefixes, sorted by family, then identity.
    pub fn others(&self) -> impl Iterator<Item = OtherRoutes<'_>> {
        let taken = self.others.iter().filter(|(_, number)| self.is_taken(**number));
        taken.map(|(key, number)| OtherRoutes::new(self, key, *number))
    }

    /// The routes of a family without plain prefixes with the identity of this one, whatever their labels.
    pub fn get_other(&self, route: &RawRoute<'_>) -> impl Iterator<Item = OtherRoutes<'_>> {
        let (family, identity) = (route.family, identity(route).map(|(identity, _)| identity));
        let first = identity.clone().map(|identity| OtherKey { family, identity, octets: [].into() });
        let from = first.into_iter().flat_map(|first| self.others.range(first..));
        let of = from.take_while(move |(key, _)| key.family == family && Some(&key.identity) == identity.as_ref());
        let taken = of.filter(|(_, number)| self.is_taken(**number));
        taken.map(|(key, number)| OtherRoutes::new(self, key, *number))
    }

    /// Number of routes per family without plain prefixes.
    pub fn other_families(&self) -> BTreeMap<Family, usize> {
        let mut families = BTreeMap::<Family, usize>::new();
        for found in self.others() {
            let count = families.entry(found.route().family).or_default();
            *count = count.saturating_add(found.len());
        }
        families
    }

    /// Makes the names of numbers, in one walk.
    fn name_all(&mut self) {
        if self.names.are_made() {
            return;
        }
        let mut prefixes = vec![Prefix::DEFAULT_V4; self.counts.len()];
        let plain = [&self.unicast, &self.multicast].into_iter().flat_map(|table| table.by_prefix.iter());
        for (prefix, number) in plain.inspect(|_| step()) {
            if let Some(there) = prefixes.get_mut(*number as usize) {
                *there = prefix;
            }
        }
        let others = self.others.iter().inspect(|_| step()).map(|(key, number)| (*number, key.clone())).collect();
        self.names.make(prefixes, others);
    }

    /// The numbers of a peer's routes in one family, each once. It costs what they are, or a walk over the peer's routes if they are many
    /// of them; then the few are known.
    pub(super) fn numbers_of(&mut self, peer: PeerId, family: Family) -> Vec<u32> {
        let Some(kind) = self.kind_of(family) else { return Vec::new() };
        let Some(adjacent) = self.peers.get_mut(peer.index()) else { return Vec::new() };
        if !adjacent.known.has(kind) {
            return Vec::new();
        }
        let mut numbers = adjacent.known.take(kind).unwrap_or_else(|| {
            let mut all = Vec::new();
            self.routes.each_of_peer(peer.0, |number, _| all.push(number));
            all.extend(adjacent.paths.iter().flat_map(|paths| paths.keys()).map(|(number, _)| *number));
            all
        });
        numbers.sort_unstable();
        numbers.dedup();
        let (routes, kinds, paths) = (&self.routes, &self.kinds, adjacent.paths.as_deref());
        numbers.retain(|number| {
            step();
            let has_path = || paths.is_some_and(|paths| paths.range((*number, 0)..=(*number, u32::MAX)).next().is_some());
            kinds.get(*number as usize) == Some(&kind) && (routes.get(*number, peer.0) != 0 || has_path())
        });
        adjacent.known.set(kind, &numbers, adjacent.len());
        numbers
    }

    /// The path identifiers of a peer's routes of a number.
    pub(super) fn path_ids_of(&self, peer: PeerId, number: u32) -> impl Iterator<Item = Option<u32>> {
        let adjacent = self.peers.get(peer.index());
        let plain = adjacent.filter(|_| self.routes.get(number, peer.0) != 0).map(|_| None);
        let paths = adjacent.and_then(|adjacent| adjacent.paths.as_deref()).into_iter();
        let paths = paths.flat_map(move |paths| paths.range((number, 0)..=(number, u32::MAX)));
        plain.into_iter().chain(paths.map(|((_, id), _)| Some(*id)))
    }

    /// The routes of a peer in one family.
    pub(super) fn keys_of(&mut self, peer: PeerId, family: Family) -> Vec<RouteKey> {
        let numbers = self.numbers_of(peer, family);
        if numbers.is_empty() {
            return Vec::new();
        }
        self.name_all();
        let mut keys = Vec::with_capacity(numbers.len());
        for number in numbers {
            let (name, other) = (self.names.prefix(number), self.names.other(number).filter(|key| key.family == family));
            keys.extend(self.path_ids_of(peer, number).filter_map(|path_id| match table_of(family) {
                Some(_) => name.map(|prefix| RouteKey::Prefix(family, PathPrefix { prefix, path_id })),
                None => other.map(|key| RouteKey::Other(key.clone(), path_id)),
            }));
        }
        keys
    }

    /// The families of a peer's routes.
    pub(super) fn families_of(&mut self, peer: PeerId) -> Vec<Family> {
        let plain = [Family::IPV4_UNICAST, Family::IPV6_UNICAST, Family::IPV4_MULTICAST, Family::IPV6_MULTICAST];
        let Some(adjacent) = self.peers.get(peer.index()).filter(|adjacent| adjacent.len() > 0) else { return Vec::new() };
        let is_known = |family: &Family| self.kind_of(*family).is_some_and(|kind| adjacent.known.has(kind));
        let families: Vec<_> = plain.into_iter().chain(self.families.iter().copied()).filter(is_known).collect();
        families.into_iter().filter(|family| !self.numbers_of(peer, *family).is_empty()).collect()
    }

    /// Attribute list and time of a route.
    pub(super) fn stored(&self, peer: PeerId, key: &RouteKey) -> Option<StoredRoute<'_>> {
        match key {
            RouteKey::Prefix(family, path) => {
                let found = self.get_in(table_of(*family)?, path.prefix)?;
                found.routes_of_peer(peer).find(|route| route.path_id() == path.path_id)
            }
            RouteKey::Other(key, path_id) => {
                let (key, number) = self.others.get_key_value(key)?;
                OtherRoutes::new(self, key, *number).routes_of_peer(peer).find(|route| route.path_id() == *path_id)
            }
        }
    }
}
