//! Removal of routes by what they are.

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use super::attributes::AttributesId;
use super::peer::PeerId;
use super::routes::{OtherRoutes, PrefixRoutes, StoredRoute};
use super::table::Rib;
use crate::element::{Element, Route};
use crate::family::Family;
use crate::nlri::{PathPrefix, RawRoute};
use crate::wire::step;

impl Rib {
    /// Keeps the routes of which `keep` says so, as elements of a table dump ([`StoredRoute::to_element`]); returns the number of
    /// those removed. Peers stay, with or without routes.
    pub fn retain(&mut self, mut keep: impl FnMut(&Element<'_>) -> bool) -> usize {
        self.remove_where(|route, stored| !keep(&stored.element(*route)))
    }

    /// Removes the routes of which `is_gone` says so, in one walk; returns their number.
    pub(super) fn remove_where(&mut self, mut is_gone: impl FnMut(&Route<'_>, &StoredRoute<'_>) -> bool) -> usize {
        let (mut gone, mut count) = (Vec::new(), 0usize);
        let mut of_number: Vec<(PeerId, Option<u32>)> = Vec::new();
        for multicast in [false, true] {
            let table = Arc::clone(&self.table(multicast).by_prefix);
            for (prefix, number) in table.iter() {
                let found = PrefixRoutes::new(self, prefix, *number, multicast);
                let family = found.family();
                of_number.extend(found.routes().filter_map(|stored| {
                    let path = PathPrefix { prefix, path_id: stored.path_id() };
                    is_gone(&Route::Prefix(family, path), &stored).then(|| (stored.peer_id(), stored.path_id()))
                }));
                count = count.saturating_add(self.remove_all(*number, &mut of_number, &mut gone));
            }
        }
        let others = Arc::clone(&self.others);
        for (key, number) in others.iter() {
            let found = OtherRoutes::new(self, key, *number);
            of_number.extend(found.routes().filter_map(|stored| {
                let route = RawRoute { path_id: stored.path_id(), ..found.route() };
                is_gone(&Route::Other(route), &stored).then(|| (stored.peer_id(), stored.path_id()))
            }));
            count = count.saturating_add(self.remove_all(*number, &mut of_number, &mut gone));
        }
        drop(others);
        self.vacate(&gone);
        count
    }

    /// Removes routes of a number, which is added to `gone` if none is left; returns how many there were.
    fn remove_all(&mut self, number: u32, routes: &mut Vec<(PeerId, Option<u32>)>, gone: &mut Vec<u32>) -> usize {
        let mut count = 0usize;
        for (peer, path_id) in routes.drain(..) {
            if let Some(list) = self.remove_id(peer, number, path_id) {
                count = count.saturating_add(1);
                self.store.release(list);
                if self.count_down(number) {
                    gone.push(number);
                }
            }
        }
        count
    }

    /// Removes all routes of a peer, as at the end of its session; returns their number.
    pub fn peer_down(&mut self, peer: PeerId) -> usize {
        self.set_stale(peer, None);
        self.peers_down(&[peer])
    }

    /// Removes all routes of several peers; returns their number. What was announced since a mark is kept.
    pub(super) fn peers_down(&mut self, peers: &[PeerId]) -> usize {
        let mut gone = Vec::new();
        let mut count = 0usize;
        let mut routes = core::mem::take(&mut self.routes);
        for peer in peers {
            let Some(adjacent) = self.peers.get_mut(peer.index()) else { continue };
            let few = core::mem::take(&mut adjacent.known).into_all();
            let plain = match &few {
                Some(_) => 0,
                None => core::mem::take(&mut adjacent.plain),
            };
            let paths = core::mem::take(&mut adjacent.paths).unwrap_or_default();
            let mut take = |number, id| {
                count = count.saturating_add(1);
                self.store.release(AttributesId(id));
                if self.count_down(number) {
                    gone.push(number);
                }
            };
            if plain > 0 {
                routes.remove_peer(peer.0, &mut take);
            }
            paths.iter().for_each(|((number, _), (id, _))| take(*number, id.0));
            if plain > 0 && self.options.times {
                self.times.remove_peer(peer.0, |_, _| {});
            }
            core::mem::swap(&mut self.routes, &mut routes);
            for number in few.into_iter().flatten() {
                step();
                let of_number = self.remove_all(number, &mut vec![(*peer, None)], &mut gone);
                count = count.saturating_add(of_number);
            }
            core::mem::swap(&mut self.routes, &mut routes);
        }
        self.routes = routes;
        self.vacate(&gone);
        count
    }

    /// Removes the routes of several peers in one family.
    pub(super) fn peers_down_in(&mut self, peers: impl IntoIterator<Item = PeerId>, family: Family) {
        let (mut gone, mut routes) = (Vec::new(), Vec::new());
        for peer in peers {
            for number in self.numbers_of(peer, family) {
                routes.clear();
                routes.extend(self.path_ids_of(peer, number).map(|path_id| (peer, path_id)));
                self.remove_all(number, &mut routes, &mut gone);
            }
            if let (Some(kind), Some(adjacent)) = (self.kind_of(family), self.peers.get_mut(peer.index())) {
                adjacent.known.set(kind, &[], 0);
            }
        }
        self.vacate(&gone);
    }

    /// Notes numbers that have lost their last route.
    fn vacate(&mut self, gone: &[u32]) {
        self.vacant = self.vacant.saturating_add(gone.len());
        self.forget_vacant();
    }

    /// Frees the numbers without routes and removes what they are of from the tables, if they are so many that a walk over all is linear
    /// in what is removed.
    pub(super) fn forget_vacant(&mut self) {
        let numbers = self.counts.len().saturating_sub(self.free.len());
        if self.vacant.saturating_mul(8) < numbers {
            return;
        }
        let (counts, free) = (&self.counts, &mut self.free);
        let mut stays = |number: u32| {
            step();
            let stays = counts.get(number as usize).is_some_and(|count| *count > 0);
            if !stays {
                free.push(number);
            }
            stays
        };
        for table in [&mut self.unicast, &mut self.multicast] {
            if table.by_prefix.iter().any(|(_, number)| counts.get(*number as usize) == Some(&0)) {
                Arc::make_mut(&mut table.by_prefix).retain(|_, number| stays(*number));
            }
        }
        if self.others.values().any(|number| counts.get(*number as usize) == Some(&0)) {
            Arc::make_mut(&mut self.others).retain(|_, number| stays(*number));
        }
        self.vacant = 0;
    }

    /// Whether a number has a route.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn is_taken(&self, number: u32) -> bool {
        self.vacant == 0 || self.counts.get(number as usize).is_some_and(|count| *count > 0)
    }
}
