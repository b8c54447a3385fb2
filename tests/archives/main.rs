//! MRT archives, made by hand, damaged and of the corpus: reading, recovery, rewriting and printing.

#[path = "../common/mod.rs"]
mod common;

mod bgpdump;
mod bit_flips;
mod damage;
mod laws;
mod manifest;
mod rewrite;
mod traps;
mod truncation;
