//! Tables of routes.
//!
//! [`PrefixMap`] and [`PrefixSet`] hold IPv4 and IPv6 prefixes in a trie made for tables of the size of the Internet's: exact and
//! longest match, all covering and all covered prefixes, sorted iteration from anywhere.

mod trie;

pub use trie::{
    Covered, Covering, Difference, Entry, Intersection, IntoIter, Iter, IterMut, Keys, LongestMatches, OccupiedEntry, PrefixMap,
    PrefixSet, SetIter, Union, VacantEntry, Values,
};
