//! Tables of routes.
//!
//! | type | holds | answers |
//! |---|---|---|
//! | [`PrefixMap`], [`PrefixSet`] | prefixes of both families, with values of any type or none | exact and longest match, covering and covered prefixes, sorted walks from anywhere, set operations |
//! | [`Frozen`] | the same, no longer changing | the longest match alone, faster still |
#![cfg_attr(
    feature = "rib",
    doc = "| [`AttributeStore`] | attribute lists, each distinct one once | the octets of a list by its number |"
)]
#![cfg_attr(
    feature = "rib",
    doc = "| [`Rib`] | peers × prefixes (× path identifiers) → attributes and time, and routes of other families | the same for routes; best paths, snapshots, differences |\n| [`Replay`] | such a table, and what has to be known to go on | the table that records come to, fed in the order of time |"
)]
#![cfg_attr(
    all(feature = "rib", feature = "std"),
    doc = "| [`Archives`] | names of files | the tables of instants: which dump is meant, updates across files, collectors |"
)]
//!
//! # Shapes and costs
//!
//! **The trie.** A block of words stands at every eighth bit of the way to a prefix: a sorted run of keys while there are few
//! prefixes below, else a bitmap of the 510 prefixes that are up to eight bits longer. So a prefix is found in as many steps as its
//! address has octets, and in fewer where the table is thin; what it covers is one range, and a sorted walk reads memory forwards.
//! A full table of the Internet takes about 6.5 octets a prefix of IPv4 and 10 of IPv6, a value of four octets included
//! ([`PrefixMap::memory_size`] says what it is for yours). Changing a table moves what stands behind the prefix in its own block
//! and no more; [`PrefixMap::from_sorted`] builds one at once from sorted prefixes, as table dumps have them.
#![cfg_attr(feature = "rib", doc = include_str!("costs.md"))]

#[cfg(all(feature = "rib", feature = "std"))]
mod archives;
#[cfg(feature = "rib")]
mod attributes;
#[cfg(feature = "rib")]
mod best;
#[cfg(feature = "rib")]
mod changes;
#[cfg(all(feature = "rib", feature = "std"))]
mod dump;
#[cfg(feature = "rib")]
mod lookup;
#[cfg(feature = "rib")]
mod mark;
#[cfg(feature = "rib")]
mod other;
#[cfg(feature = "rib")]
mod peer;
#[cfg(feature = "rib")]
mod replay;
#[cfg(feature = "rib")]
mod routes;
#[cfg(feature = "rib")]
mod stale;
#[cfg(feature = "rib")]
mod table;
#[cfg(feature = "rib")]
mod tiles;
mod trie;

#[cfg(all(feature = "rib", feature = "std"))]
pub use archives::{AddPathReading, Archives, Damage, LoadError, Loaded, Report};
#[cfg(feature = "rib")]
pub use attributes::{AttributeStore, AttributesId, normalise};
#[cfg(feature = "rib")]
pub use best::BestPathOptions;
#[cfg(feature = "rib")]
pub use changes::{Change, OtherChange};
#[cfg(feature = "rib")]
pub use peer::{Collector, PeerId, RibKind, RibPeer};
#[cfg(feature = "rib")]
pub use replay::{Ambiguous, Note, Replay, SourceId};
#[cfg(feature = "rib")]
pub use routes::{OtherRoutes, PrefixRoutes, StoredRoute};
#[cfg(feature = "rib")]
pub use stale::Staleness;
#[cfg(feature = "rib")]
pub use table::{Applied, Rib, RibOptions};
pub use trie::{
    Covered, Covering, Difference, Entry, Frozen, Intersection, IntoIter, Iter, IterMut, Keys, LongestMatches, Lookups,
    OccupiedEntry, PrefixMap, PrefixSet, SetIter, Union, VacantEntry, Values,
};
