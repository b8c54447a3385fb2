//! Tables of routes.
//!
//! [`PrefixMap`] and [`PrefixSet`] hold IPv4 and IPv6 prefixes in a trie made for tables of the size of the Internet's: exact and
//! longest match, all covering and all covered prefixes, sorted iteration from anywhere. [`Frozen`] answers longest matches
//! alone, from a table that no longer changes, faster still.

#[cfg(feature = "rib")]
mod attributes;
#[cfg(feature = "rib")]
mod best;
#[cfg(feature = "rib")]
mod column;
#[cfg(all(feature = "rib", feature = "std"))]
mod dump;
#[cfg(all(feature = "rib", feature = "std"))]
mod instant;
#[cfg(feature = "rib")]
mod table;
mod trie;

#[cfg(feature = "rib")]
pub use attributes::{AttributeStore, AttributesId, normalise};
#[cfg(feature = "rib")]
pub use best::BestPathOptions;
#[cfg(all(feature = "rib", feature = "std"))]
pub use instant::Damage;
#[cfg(feature = "rib")]
pub use table::{Applied, Change, PeerId, PrefixRoutes, Rib, RibKind, RibOptions, RibPeer, StoredRoute};
pub use trie::{
    Covered, Covering, Difference, Entry, Frozen, Intersection, IntoIter, Iter, IterMut, Keys, LongestMatches, Lookups,
    OccupiedEntry, PrefixMap, PrefixSet, SetIter, Union, VacantEntry, Values,
};
