//! The command and the examples, run as programs.

#[path = "../common/mod.rs"]
mod common;

mod check;
mod cli;
mod columns;
mod contract;
mod damage;
mod examples;
mod filter;
mod formats;
mod index;
mod inputs;
mod mistakes;
mod peering;
mod reports;
mod rib;
mod rules;
mod tables;
mod threads;
mod usage;
