//! Queries: by prefix, by route, by peer and family.

use alloc::collections::BTreeMap;

use super::other::{OtherKey, identity};
use super::peer::PeerId;
use super::routes::{OtherRoutes, PrefixRoutes, StoredRoute};
use super::table::{Rib, RouteKey, table_of};
use crate::family::Family;
use crate::nlri::RawRoute;
use crate::prefix::Prefix;

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
