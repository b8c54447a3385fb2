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
    start: u32,
    len: u32,
    id: u32,
    /// The number of its place.
    place: u16,
    is_clean: bool,
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
    /// The places of lists: a few.
    places: Vec<ListPlace>,
    hasher: RandomState,
    /// Octets of lists that are remembered; then all are forgotten, and lists met again get new values.
    most: usize,
}

impl Lists {
    /// The most octets for a batch.
    const MOST: usize = 4 << 20;

    /// The most octets for a whole read.
    const MOST_OF_A_READ: usize = 64 << 20;

    /// Places of lists that are remembered; then all are forgotten too.
    const PLACES: usize = 64;

    pub(super) fn new() -> Self {
        Self { table: HashTable::new(), octets: Vec::new(), places: Vec::new(), hasher: RandomState::default(), most: Self::MOST }
    }

    /// The lists of a whole read.
    pub(super) fn of_a_read() -> Self {
        Self { most: Self::MOST_OF_A_READ, ..Self::new() }
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

    /// The same for a list of the routes that a message announces in its own field.
    #[inline]
    pub(super) fn find_announced(&self, hash: u64, list: &[u8], asn4: bool) -> Option<ListValues> {
        self.find_by(hash, list, |known| known.is_of_announced(asn4))
    }

    #[inline]
    fn find_by(&self, hash: u64, list: &[u8], is_place: impl Fn(&ListPlace) -> bool) -> Option<ListValues> {
        let is_same = |known: &Known| {
            let start = known.start as usize;
            known.hash == hash
                && self.octets.get(start..start.saturating_add(known.len as usize)) == Some(list)
                && self.places.get(usize::from(known.place)).is_some_and(&is_place)
        };
        let known = self.table.find(hash, is_same)?;
        Some(ListValues { id: known.id, is_clean: known.is_clean })
    }

    pub(super) fn insert(&mut self, hash: u64, list: &[u8], place: ListPlace, of: ListValues) {
        if self.octets.len().saturating_add(list.len()) > self.most || self.places.len() >= Self::PLACES {
            self.clear();
        }
        let number = match self.places.iter().position(|known| *known == place) {
            Some(number) => number,
            None => {
                self.places.push(place);
                self.places.len().saturating_sub(1)
            }
        };
        let (Ok(start), Ok(len), Ok(place)) = (self.octets.len().try_into(), list.len().try_into(), number.try_into()) else {
            // Never: the limits are far below.
            return;
        };
        let known = Known { hash, start, len, id: of.id, place, is_clean: of.is_clean };
        self.octets.extend_from_slice(list);
        self.table.insert_unique(hash, known, |known| known.hash);
    }

    pub(super) fn clear(&mut self) {
        self.table.clear();
        self.octets.clear();
        self.places.clear();
    }
}
