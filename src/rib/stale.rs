//! Tracks which of a peer's routes were announced since a mark: the others are stale, or were not sent again.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};

use super::other::identity;
use super::trie::PrefixSet;
use crate::family::Family;
use crate::nlri::{PathPrefix, RawRoute};
use crate::prefix::Prefix;

/// Why a route is kept although its session ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(clippy::exhaustive_enums, reason = "there are two kinds of restart")]
pub enum Staleness {
    /// The peer is restarting (RFC 4724 section 4.2).
    Graceful,
    /// The restart time is over, the long-lived stale time is not (RFC 9494 section 4.2): least preferred.
    LongLived,
}

/// Routes of one family announced since a mark.
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

    /// By route identity.
    pub(super) fn contains_other(&self, identity: &[u8], path_id: Option<u32>) -> bool {
        // Routes looked up here one by one are rare: few families with a restart have them.
        self.others.contains(&(identity.into(), path_id))
    }
}

/// Routes of one family whose session ended.
#[derive(Clone, Debug)]
pub(super) struct Stale {
    pub(super) staleness: Staleness,
    pub(super) announced: Announced,
}

/// The families of a peer that have stale routes.
pub(super) type StaleFamilies = BTreeMap<Family, Stale>;
