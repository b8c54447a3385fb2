//! Shared by tests of several areas: the corpus, octets typed by hand, contents of messages, the command.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "shared by tests that each use some of it"
)]

#[cfg(feature = "alloc")]
pub mod archive;
#[cfg(feature = "compression")]
pub mod captures;
#[cfg(feature = "cli")]
pub mod command;
#[cfg(feature = "std")]
mod corpus;
#[cfg(feature = "compression")]
pub mod facts;
#[cfg(feature = "std")]
pub mod growing;
#[cfg(feature = "compression")]
pub mod values;
pub mod vectors;
#[cfg(feature = "peering")]
pub mod world;

#[cfg(feature = "std")]
pub use corpus::{archives, content, corpus, in_threads, is_archive};
