#![doc = include_str!("../_docs/peering.md")]

pub mod aspa;
mod claims;
mod clique;
mod cones;
pub mod exchange;
pub mod format;
mod graph;
mod hygiene;
mod index;
mod infer;
mod lost;
pub mod otc;
mod preference;
mod reach;
mod reduction;
mod relations;
mod roles;
pub mod rov {
    //! Origin validation (RFC 6811).
    pub use crate::rov::{Validity, Vrp, Vrps, validate};
}
mod shape;
mod special;
mod steps;
mod store;
mod table;
#[cfg(test)]
mod tests;

pub use claims::Claims;
pub use cones::{Cone, Cones};
pub use hygiene::{Hop, Hygiene, HygieneCounts, LONGEST_PATH, Rejected};
pub use infer::{Clique, Inference, InferenceError};
pub use lost::{Losses, LostLink, LostNetwork, Thresholds};
pub use reach::{Lost, Over, Reach, WithoutLink};
pub use reduction::Reduction;
pub use relations::{Difference, Link, LinkEvidence, Relation, Relations, Source, Step, Warning};
pub use roles::RoleCommunities;
pub use shape::{Judge, Leak, LeakKind, Shape};
pub use special::{SPECIAL_ASNS, SPECIAL_ASNS_DATE};
pub use steps::Steps;
pub use store::{AddressFamily, PathStore, Paths, StoreError, StoredPath};
