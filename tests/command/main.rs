//! The command and the examples, run as programs.

#[path = "../common/mod.rs"]
mod common;

mod check;
mod cli;
mod examples;
mod filter;
mod peering;
mod rib;
mod rules;
mod tables;
mod threads;
mod usage;
