//! Stale marks: which routes of a peer are stale, and how that ends.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::peer::PeerId;
use super::stale::{Announced, Stale, StaleFamilies, Staleness};
use super::table::{Rib, RouteKey};
use crate::element::Route;
use crate::family::Family;

impl Announced {
    /// Whether the route of a key was announced.
    pub(super) fn contains_key(&self, key: &RouteKey) -> bool {
        match key {
            RouteKey::Prefix(_, path) => self.contains(*path),
            RouteKey::Other(key, path_id) => self.contains_other(&key.identity, *path_id),
        }
    }
}

impl Rib {
    /// The families of a peer that have stale routes.
    pub(super) fn stale(&self, peer: PeerId) -> Option<&Arc<StaleFamilies>> {
        self.peers.get(peer.index())?.stale.as_ref()
    }

    /// Restores the marks.
    pub(super) fn set_stale(&mut self, peer: PeerId, stale: Option<Arc<StaleFamilies>>) {
        if stale.is_some() {
            self.wake(peer);
        }
        if let Some(adjacent) = self.peers.get_mut(peer.index()) {
            adjacent.stale = stale;
        }
    }

    /// Marks all routes of a peer in a family as stale.
    pub(super) fn mark_stale(&mut self, peer: PeerId, family: Family) {
        self.wake(peer);
        if let Some(adjacent) = self.peers.get_mut(peer.index()) {
            let stale = Stale { staleness: Staleness::Graceful, announced: Announced::default() };
            Arc::make_mut(adjacent.stale.get_or_insert_default()).insert(family, stale);
        }
    }

    /// Marks the remaining stale routes of a family as long-lived stale.
    pub(super) fn mark_long_lived(&mut self, peer: PeerId, family: Family) {
        let stale = self.peers.get_mut(peer.index()).and_then(|adjacent| adjacent.stale.as_mut());
        if let Some(stale) = stale.and_then(|stale| Arc::make_mut(stale).get_mut(&family)) {
            stale.staleness = Staleness::LongLived;
        }
    }

    /// The stale routes of a peer in a family.
    pub(super) fn stale_keys(&mut self, peer: PeerId, family: Family) -> Vec<RouteKey> {
        if self.stale(peer).is_none_or(|stale| !stale.contains_key(&family)) {
            return Vec::new();
        }
        let mut keys = self.keys_of(peer, family);
        if let Some(stale) = self.stale(peer).and_then(|stale| stale.get(&family)) {
            keys.retain(|key| !stale.announced.contains_key(key));
        }
        keys
    }

    /// Clears the stale marks of a family.
    pub(super) fn end_stale(&mut self, peer: PeerId, family: Family) {
        let Some(adjacent) = self.peers.get_mut(peer.index()) else { return };
        if let Some(stale) = &mut adjacent.stale {
            Arc::make_mut(stale).remove(&family);
            if stale.is_empty() {
                adjacent.stale = None;
            }
        }
    }

    /// An announced route is no longer stale.
    pub(super) fn refresh_stale(&mut self, peer: PeerId, route: &Route<'_>) {
        let stale = self.peers.get_mut(peer.index()).and_then(|adjacent| adjacent.stale.as_mut());
        let Some(stale) = stale else { return };
        let family = match route {
            Route::Prefix(family, _) => *family,
            Route::Other(route) => route.family,
            Route::None => return,
        };
        if let Some(stale) = Arc::make_mut(stale).get_mut(&family) {
            match route {
                Route::Prefix(_, path) => stale.announced.add(*path),
                Route::Other(route) => stale.announced.add_other(route),
                Route::None => {}
            }
        }
    }
}
