//! Entries of a map: a prefix that is looked up once, and then inspected or filled.

use core::fmt;

use super::map::{PrefixMap, of_family};
use crate::prefix::Prefix;

impl<T> PrefixMap<T> {
    /// The entry of a prefix, to inspect or fill.
    pub fn entry(&mut self, prefix: Prefix) -> Entry<'_, T> {
        match self.slot(prefix) {
            Some(slot) => Entry::Occupied(OccupiedEntry { map: self, prefix, slot }),
            None => Entry::Vacant(VacantEntry { map: self, prefix }),
        }
    }
}

/// An entry of a map. From [`PrefixMap::entry`].
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a prefix is present or not")]
pub enum Entry<'a, T> {
    /// The prefix is absent.
    Vacant(VacantEntry<'a, T>),
    /// The prefix is present.
    Occupied(OccupiedEntry<'a, T>),
}

impl<'a, T> Entry<'a, T> {
    /// The prefix.
    pub fn key(&self) -> Prefix {
        match self {
            Self::Vacant(entry) => entry.prefix,
            Self::Occupied(entry) => entry.prefix,
        }
    }

    /// The value; `value` is inserted if there is none.
    pub fn or_insert(self, value: T) -> &'a mut T {
        self.or_insert_with(|| value)
    }

    /// The value; the result of `value` is inserted if there is none.
    pub fn or_insert_with(self, value: impl FnOnce() -> T) -> &'a mut T {
        match self {
            Self::Vacant(entry) => entry.insert(value()),
            Self::Occupied(entry) => entry.into_mut(),
        }
    }

    /// The value; the default is inserted if there is none.
    pub fn or_default(self) -> &'a mut T
    where
        T: Default,
    {
        self.or_insert_with(T::default)
    }

    /// Changes the value if there is one.
    pub fn and_modify(mut self, change: impl FnOnce(&mut T)) -> Self {
        if let Self::Occupied(entry) = &mut self {
            change(entry.get_mut());
        }
        self
    }
}

/// The entry of an absent prefix.
pub struct VacantEntry<'a, T> {
    map: &'a mut PrefixMap<T>,
    prefix: Prefix,
}

impl<'a, T> VacantEntry<'a, T> {
    /// The prefix.
    pub fn key(&self) -> Prefix {
        self.prefix
    }

    /// Inserts a value.
    pub fn insert(self, value: T) -> &'a mut T {
        let prefix = self.prefix;
        let slot = of_family!(mut self.map, prefix, |trie, key| trie.insert(key, u32::from(prefix.len()), value).0);
        found(self.map.slot_value_mut(prefix.is_v6(), slot))
    }
}

impl<T> fmt::Debug for VacantEntry<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntry").field(&self.prefix).finish()
    }
}

/// The entry of a present prefix.
pub struct OccupiedEntry<'a, T> {
    map: &'a mut PrefixMap<T>,
    prefix: Prefix,
    slot: u32,
}

/// The value of a slot that was just found or filled.
#[expect(clippy::expect_used, reason = "an entry borrows its map exclusively from the search on: the slot is filled")]
fn found<V>(value: Option<V>) -> V {
    value.expect("the slot of an entry")
}

impl<'a, T> OccupiedEntry<'a, T> {
    /// The prefix.
    pub fn key(&self) -> Prefix {
        self.prefix
    }

    /// The value.
    pub fn get(&self) -> &T {
        found(self.map.slot_value(self.prefix.is_v6(), self.slot))
    }

    /// The value.
    pub fn get_mut(&mut self) -> &mut T {
        found(self.map.slot_value_mut(self.prefix.is_v6(), self.slot))
    }

    /// The value, for as long as the map is borrowed.
    pub fn into_mut(self) -> &'a mut T {
        found(self.map.slot_value_mut(self.prefix.is_v6(), self.slot))
    }

    /// Sets the value; returns the previous one.
    pub fn insert(&mut self, value: T) -> T {
        core::mem::replace(self.get_mut(), value)
    }

    /// Removes the prefix; returns its value.
    pub fn remove(self) -> T {
        found(self.map.remove(self.prefix))
    }
}

impl<T: fmt::Debug> fmt::Debug for OccupiedEntry<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OccupiedEntry").field(&self.prefix).field(self.get()).finish()
    }
}
