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
//! **The trie.** A block of words stands at every eighth bit of the path to a prefix: a sorted run of keys while there are few
//! prefixes below, else a bitmap of the 510 prefixes that are up to eight bits longer. A lookup takes at most as many steps as
//! the address has bytes, fewer where the table is sparse; covered prefixes are one range, and a sorted walk reads memory
//! forwards. A full Internet table takes about 6.5 bytes per IPv4 prefix and 10 per IPv6 prefix, including a four-byte value
//! ([`PrefixMap::memory_size`] reports it). A change moves only what follows the prefix in its own block;
//! [`PrefixMap::from_sorted`] builds a map at once from sorted prefixes, such as those of table dumps.
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
mod numbers;
#[cfg(feature = "rib")]
mod other;
#[cfg(feature = "rib")]
mod peer;
#[cfg(feature = "rib")]
mod replay;
#[cfg(feature = "rib")]
mod retain;
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
pub use trie::{
    Covered, Covering, Difference, Entry, Frozen, Intersection, IntoIter, Iter, IterMut, Keys, LongestMatches, Lookups,
    OccupiedEntry, PrefixMap, PrefixSet, SetIter, Union, VacantEntry, Values,
};
#[cfg(feature = "rib")]
pub use {
    attributes::{AttributeStore, AttributesId, normalise},
    best::BestPathOptions,
    changes::{Change, OtherChange},
    peer::{Collector, PeerId, RibKind, RibPeer},
    replay::{Ambiguous, Note, Replay, SourceId},
    routes::{OtherRoutes, PrefixRoutes, StoredRoute},
    stale::Staleness,
    table::{Applied, Rib, RibOptions},
};
