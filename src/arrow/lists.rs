//! Distinct attribute lists: a table repeats them, and all routes of a message share one.

use core::hash::BuildHasher as _;
use std::prelude::v1::*;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::element::ListPlace;
use crate::family::Family;

/// A list that was met before.
#[derive(Clone, Copy)]
struct Known {
    hash: u64,
    start: usize,
    len: usize,
    place: ListPlace,
    of: ListValues,
}

/// What is known of a list.
#[derive(Clone, Copy)]
pub(super) struct ListValues {
    /// The number of its values.
    pub(super) id: u32,
    /// Whether a table entry with the list has no finding, whatever its route.
    pub(super) is_clean: bool,
}

/// The lists of a batch by their octets.
pub(super) struct Lists {
    table: HashTable<Known>,
    octets: Vec<u8>,
    hasher: RandomState,
}

impl Lists {
    /// Octets of lists that are remembered; then all are forgotten, and lists met again get new values.
    const MOST: usize = 4 << 20;

    pub(super) fn new() -> Self {
        Self { table: HashTable::new(), octets: Vec::new(), hasher: RandomState::default() }
    }

    pub(super) fn hash(&self, list: &[u8]) -> u64 {
        self.hasher.hash_one(list)
    }

    /// The values of a list that was met in such a place.
    pub(super) fn find(&self, hash: u64, list: &[u8], place: &ListPlace) -> Option<ListValues> {
        self.find_by(hash, list, |known| known == place)
    }

    /// The values of a list that was met in an entry of TABLE_DUMP_V2 for a route of this family: found without an index of it.
    #[inline]
    pub(super) fn find_entry(&self, hash: u64, list: &[u8], family: Family) -> Option<ListValues> {
        self.find_by(hash, list, |known| known.is_of_entry(family))
    }

    #[inline]
    fn find_by(&self, hash: u64, list: &[u8], is_place: impl Fn(&ListPlace) -> bool) -> Option<ListValues> {
        let is_same = |known: &Known| {
            known.hash == hash
                && is_place(&known.place)
                && self.octets.get(known.start..known.start.saturating_add(known.len)) == Some(list)
        };
        Some(self.table.find(hash, is_same)?.of)
    }

    pub(super) fn insert(&mut self, hash: u64, list: &[u8], place: ListPlace, of: ListValues) {
        if self.octets.len().saturating_add(list.len()) > Self::MOST {
            self.clear();
        }
        let known = Known { hash, start: self.octets.len(), len: list.len(), place, of };
        self.octets.extend_from_slice(list);
        self.table.insert_unique(hash, known, |known| known.hash);
    }

    pub(super) fn clear(&mut self) {
        self.table.clear();
        self.octets.clear();
    }
}
