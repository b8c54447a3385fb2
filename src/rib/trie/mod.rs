//! A prefix trie for both address families.
//!
//! A block of words stands at every eighth bit of the way to a prefix: a *node* has a bit for each of the 510 prefixes that are one
//! to eight bits longer than the way to it, a *bucket* the sorted keys of all prefixes below while they are few. Bits and keys stand
//! in the order of a table dump, and so do the values behind them. The longest match in a node is then the highest bit left under a
//! mask, what a prefix covers is one range, and a sorted walk reads memory forwards.

#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::arithmetic_side_effects,
    reason = "every index comes from words that the trie itself wrote; a wrong one is caught as a panic, and the model tests look for it"
)]

mod build;
mod free;
mod frozen;
mod key;
mod layout;
mod map;
mod rank;
#[cfg(feature = "serde")]
mod serde;
mod set;
mod slots;
mod tree;
mod walk;

pub use frozen::{Frozen, Lookups};
pub use map::{
    Covered, Covering, Entry, IntoIter, Iter, IterMut, Keys, LongestMatches, OccupiedEntry, PrefixMap, VacantEntry, Values,
};
pub use set::{Difference, Intersection, PrefixSet, SetIter, Union};
