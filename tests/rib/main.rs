//! Prefix maps and tables of routes, against plain models and real archives.

#[path = "../common/mod.rs"]
mod common;

mod archives;
mod model;
