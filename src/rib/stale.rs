//! Which of a peer's routes were announced since a mark: the others are stale, or were not sent again.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::other::identity;
use super::peer::PeerId;
use super::table::{Rib, RouteKey};
use super::trie::PrefixSet;
use crate::element::Route;
use crate::family::Family;
use crate::nlri::{PathPrefix, RawRoute};
use crate::prefix::Prefix;

/// Why a route stands although the session that it came by is over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there are two kinds of restart")]
pub enum Staleness {
    /// Its peer restarts (RFC 4724 section 4.2).
    Graceful,
    /// Its peer was long in coming back (RFC 9494 section 4.2): it is the last choice.
    LongLived,
}

/// Routes of one family that were announced since a mark.
#[derive(Clone, Debug, Default)]
pub(super) struct Announced {
    plain: PrefixSet,
    paths: BTreeSet<(Prefix, u32)>,
    others: BTreeSet<(Box<[u8]>, Option<u32>)>,
}

impl Announced {
    pub(super) fn add(&mut self, path: PathPrefix) {
        match path.path_id {
            None => drop(self.plain.insert(path.prefix)),
            Some(id) => drop(self.paths.insert((path.prefix, id))),
        }
    }

    pub(super) fn contains(&self, path: PathPrefix) -> bool {
        match path.path_id {
            None => self.plain.contains(path.prefix),
            Some(id) => self.paths.contains(&(path.prefix, id)),
        }
    }

    pub(super) fn add_other(&mut self, route: &RawRoute<'_>) {
        if let Some((identity, _)) = identity(route) {
            self.others.insert((identity, route.path_id));
        }
    }

    /// By what identifies the route.
    pub(super) fn contains_other(&self, identity: &[u8], path_id: Option<u32>) -> bool {
        // Few families have a restart and routes that are asked for one by one.
        self.others.contains(&(identity.into(), path_id))
    }
}

/// Routes of one family that came by a session that is over.
#[derive(Clone, Debug)]
pub(super) struct Stale {
    pub(super) staleness: Staleness,
    pub(super) announced: Announced,
}

/// The families of a peer that have stale routes.
pub(super) type StaleFamilies = BTreeMap<Family, Stale>;

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

    /// Puts them back as they were.
    pub(super) fn set_stale(&mut self, peer: PeerId, stale: Option<Arc<StaleFamilies>>) {
        if let Some(adjacent) = self.peers.get_mut(peer.index()) {
            adjacent.stale = stale;
        }
    }

    /// All routes that a peer has of a family are stale from here on.
    pub(super) fn mark_stale(&mut self, peer: PeerId, family: Family) {
        if let Some(adjacent) = self.peers.get_mut(peer.index()) {
            let stale = Stale { staleness: Staleness::Graceful, announced: Announced::default() };
            Arc::make_mut(adjacent.stale.get_or_insert_default()).insert(family, stale);
        }
    }

    /// Those that are still stale of a family are so for long.
    pub(super) fn mark_long_lived(&mut self, peer: PeerId, family: Family) {
        let stale = self.peers.get_mut(peer.index()).and_then(|adjacent| adjacent.stale.as_mut());
        if let Some(stale) = stale.and_then(|stale| Arc::make_mut(stale).get_mut(&family)) {
            stale.staleness = Staleness::LongLived;
        }
    }

    /// The stale routes of a peer in a family.
    pub(super) fn stale_keys(&self, peer: PeerId, family: Family) -> Vec<RouteKey> {
        let Some(stale) = self.stale(peer).and_then(|stale| stale.get(&family)) else { return Vec::new() };
        let keys = self.keys_of(peer, family).into_iter();
        keys.filter(|key| !stale.announced.contains_key(key)).collect()
    }

    /// No route of a family is stale any more.
    pub(super) fn end_stale(&mut self, peer: PeerId, family: Family) {
        let Some(adjacent) = self.peers.get_mut(peer.index()) else { return };
        if let Some(stale) = &mut adjacent.stale {
            Arc::make_mut(stale).remove(&family);
            if stale.is_empty() {
                adjacent.stale = None;
            }
        }
    }

    /// A route was announced: it is not stale.
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
