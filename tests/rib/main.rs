//! Prefix maps and tables of routes, against plain models and real archives.

#[path = "../common/mod.rs"]
mod common;

mod archives;
#[cfg(all(feature = "rib", feature = "std"))]
mod history;
mod model;
#[cfg(all(feature = "rib", feature = "std"))]
mod naive;
mod replay;
