#![doc = include_str!("_docs/crate.md")]
#![cfg_attr(not(test), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(clippy::print_stdout, clippy::print_stderr)]
// Only `rib::trie` and `scan` may use `unsafe`; every block has a SAFETY comment.
#![cfg_attr(not(any(feature = "alloc", feature = "simd")), forbid(unsafe_code))]
// What compiles without a feature is not gated by it, and unused where nothing of the feature uses it. With these on, everything is
// looked at.
#![cfg_attr(not(all(feature = "arrow", feature = "cli", feature = "python")), allow(dead_code))]
#![cfg_attr(not(feature = "alloc"), allow(unused_imports))]
// Not in the table of lints: tests are exempt.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(test)]
extern crate self as routeglass;
#[cfg(all(feature = "std", not(test)))]
extern crate std;

#[cfg(doc)]
#[doc = include_str!("_docs/design.md")]
pub mod design {}

#[cfg(doc)]
#[doc = include_str!("_docs/support.md")]
pub mod support {}

// Its examples are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(feature = "arbitrary")]
mod arbitrary;

// PyO3's macros have `unsafe` of their own.
#[cfg(feature = "python")]
mod python;

#[cfg(feature = "arrow")]
#[forbid(unsafe_code)]
pub mod arrow;

#[cfg(feature = "alloc")]
#[forbid(unsafe_code)]
pub mod text;

#[cfg(feature = "peering")]
#[forbid(unsafe_code)]
pub mod peering;

#[cfg(feature = "rayon")]
#[forbid(unsafe_code)]
pub mod index;

#[cfg(feature = "alloc")]
#[forbid(unsafe_code)]
pub mod filter;

#[cfg(feature = "alloc")]
#[forbid(unsafe_code)]
mod rov;

#[cfg(feature = "alloc")]
pub mod rib;

#[cfg(feature = "alloc")]
#[forbid(unsafe_code)]
pub mod element;
#[forbid(unsafe_code)]
pub mod mrt;

#[forbid(unsafe_code)]
pub mod attr;
#[forbid(unsafe_code)]
pub mod bgp;
#[forbid(unsafe_code)]
pub mod nlri;

#[forbid(unsafe_code)]
pub mod io;

#[forbid(unsafe_code)]
mod asn;
#[forbid(unsafe_code)]
mod family;
#[forbid(unsafe_code)]
mod mac;
#[forbid(unsafe_code)]
mod peer;
#[forbid(unsafe_code)]
pub mod prefix;
#[forbid(unsafe_code)]
mod session;
#[forbid(unsafe_code)]
mod time;

#[forbid(unsafe_code)]
pub mod codes;
#[forbid(unsafe_code)]
pub mod error;
#[cfg(feature = "alloc")]
#[forbid(unsafe_code)]
mod lists;
#[cfg(feature = "alloc")]
#[forbid(unsafe_code)]
pub mod places;
mod scan;
#[forbid(unsafe_code)]
mod wire;

pub use asn::{Asn, ParseAsnError};
#[cfg(feature = "std")]
pub use element::archive::open;
#[cfg(feature = "alloc")]
pub use element::mrt::elements;
pub use error::EncodeError;
pub use error::{Error, Result};
pub use family::{Family, FamilySet};
pub use mac::{MacAddress, ParseMacError};
pub use peer::Peer;
pub use prefix::Prefix;
pub use session::Session;
pub use time::{ParseTimestampError, Timestamp};
pub use wire::{Bounded, Counted, List, ListIter, OneOrMore, Sink, Text, U24};
