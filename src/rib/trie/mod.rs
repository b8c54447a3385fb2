//! A prefix trie for both address families.
//!
//! A block of words stands at every eighth bit of the path to a prefix: a *node* has a bit for each of the 510 prefixes one to
//! eight bits longer than its depth, a *bucket* holds the sorted keys of all prefixes below while they are few. Bits, keys and
//! values are in table dump order. So the longest match in a node is the highest bit under a mask, the covered prefixes are one
//! range, and a sorted walk reads memory forwards.

#![allow(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::arithmetic_side_effects,
    reason = "every index comes from words that the trie itself wrote; a wrong one panics, and the model tests check for it"
)]

mod block;
mod build;
mod entry;
mod free;
mod frozen;
mod iter;
mod key;
mod layout;
mod map;
mod rank;
#[cfg(feature = "serde")]
mod serde;
mod set;
mod shrink;
mod slots;
mod tree;
mod walk;

pub use entry::{Entry, OccupiedEntry, VacantEntry};
pub use frozen::{Frozen, Lookups};
pub use iter::{Covered, Covering, IntoIter, Iter, IterMut, Keys, LongestMatches, Values};
pub use map::PrefixMap;
pub use set::{Difference, Intersection, PrefixSet, SetIter, Union};
