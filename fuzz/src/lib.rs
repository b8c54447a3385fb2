//! Laws that hold for any octets.
//!
//! Each law is a function of an input that panics on a violation. A fuzz target is one line around a law (`fuzz_targets/`);
//! `replay` runs every law over the committed corpus and over mutations without a fuzzer.

mod archive;
mod columns;
mod differential;
mod filter;
// The reference of the table tests.
#[path = "../../tests/rib/history.rs"]
mod history;
mod input;
mod memory;
mod message;
mod model;
#[path = "../../tests/rib/naive.rs"]
mod naive;
mod peering;
#[cfg(test)]
mod replay;
mod tables;
mod text;
mod trie;
mod words;

pub use archive::{bz2_blocks, compressed, index, mrt_stream, reader_equal, record, rewrite, table_dump_v2};
pub use columns::columns;
pub use differential::differential;
pub use filter::filter;
pub use memory::allocation;
pub use message::{attributes, message, nlri, open};
pub use model::structured;
pub use peering::{as_rel, path_shape, relying_party, verify};
pub use tables::{histories, tables};
pub use text::{dump_text, prefix_text};
pub use trie::prefix_map;
pub use words::texts;

/// A law: panics if violated.
pub type Law = fn(&[u8]);

/// Every law by the name of its target.
pub const LAWS: &[(&str, Law)] = &[
    ("mrt_stream", mrt_stream),
    ("record", record),
    ("table_dump_v2", table_dump_v2),
    ("message", message),
    ("attributes", attributes),
    ("nlri", nlri),
    ("open", open),
    ("rewrite", rewrite),
    ("reader_equal", reader_equal),
    ("compressed", compressed),
    ("bz2_blocks", bz2_blocks),
    ("index", index),
    ("columns", columns),
    ("allocation", allocation),
    ("prefix_text", prefix_text),
    ("dump_text", dump_text),
    ("prefix_map", prefix_map),
    ("structured", structured),
    ("texts", texts),
    ("differential", differential),
    ("tables", tables),
    ("histories", histories),
    ("as_rel", as_rel),
    ("relying_party", relying_party),
    ("path_shape", path_shape),
    ("verify", verify),
    ("filter", filter),
];

/// Runs a law over the files named on the command line: the behaviour of a target built without a fuzzer.
pub fn replay(law: Law) {
    for path in std::env::args().skip(1) {
        match std::fs::read(&path) {
            Ok(bytes) => {
                law(&bytes);
                println!("{path}: holds");
            }
            Err(e) => eprintln!("{path}: {e}"),
        }
    }
}

/// The law that the environment variable `LAW` names.
///
/// # Panics
///
/// If it names none.
pub fn named() -> Law {
    let name = std::env::var("LAW").unwrap_or_default();
    match LAWS.iter().find(|(law, _)| *law == name) {
        Some(&(_, law)) => law,
        None => panic!("LAW={name} names no law: they are {}", LAWS.iter().map(|(law, _)| *law).collect::<Vec<_>>().join(", ")),
    }
}

/// A fuzz target for one law.
#[macro_export]
macro_rules! target {
    ($law:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::$law(data));
        #[cfg(not(fuzzing))]
        fn main() {
            $crate::replay($crate::$law);
        }
    };
}
