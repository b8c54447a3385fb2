#![doc = include_str!("../README.md")]
#![cfg_attr(not(test), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(clippy::print_stdout, clippy::print_stderr)]
// Not in the table of lints: tests may count as they like.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(all(feature = "std", not(test)))]
extern crate std;

#[cfg(doc)]
#[doc = include_str!("_docs/design.md")]
pub mod design {}

#[cfg(feature = "arbitrary")]
mod arbitrary;

#[cfg(feature = "alloc")]
pub mod text;

#[cfg(feature = "alloc")]
pub mod rib;

#[cfg(feature = "alloc")]
pub mod element;
pub mod mrt;

pub mod attr;
pub mod bgp;
pub mod nlri;

mod asn;
mod family;
mod mac;
pub mod prefix;
mod session;

pub mod codes;
pub mod error;
#[cfg(feature = "alloc")]
pub mod places;
mod wire;

pub use asn::{Asn, ParseAsnError};
#[cfg(feature = "alloc")]
pub use element::elements;
pub use error::EncodeError;
pub use error::{Error, Result};
pub use family::{Family, FamilySet};
pub use mac::{MacAddress, ParseMacError};
pub use prefix::Prefix;
pub use session::Session;
pub use wire::{Bounded, Counted, List, ListIter, OneOrMore, Text, U24};
