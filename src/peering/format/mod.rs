//! Files of relations, cones, payloads and attestations.
//!
//! | format | reads | writes |
//! |---|---|---|
//! | serial-1, serial-2 | [`Relations::read_serial`](super::Relations::read_serial) | [`Relations::write_serial`](super::Relations::write_serial) |
//! | JSON lines with evidence | [`Relations::read_json`](super::Relations::read_json) | [`Relations::write_json`](super::Relations::write_json) |
//! | DOT, one network and its neighbours | | [`Relations::write_dot`](super::Relations::write_dot) |
//! | ppdc | [`read_ppdc`] | [`Cones::write_ppdc`](super::Cones::write_ppdc) |
//! | VRPs of rpki-client, Routinator and the RIPE NCC's validator, JSON and CSV | [`Vrps::read`](super::rov::Vrps::read) | |
//! | ASPA of rpki-client and Routinator, JSON | [`Attested::read_json`](super::aspa::Attested::read_json) | |
//! | lists of AS numbers, or the `# IXP ASes:` header of a file of relations | [`read_asns`] | |
//! | lists of prefixes | [`read_prefixes`] | |
//! | communities and the roles that they stand for | [`read_role_communities`] | |

mod asns;
mod attested;
mod dot;
mod ppdc;
mod relations_json;
mod roles;
mod serial;

pub use crate::lists::lines::{FormatError, FormatErrorKind};
pub use asns::{AsnList, read_asns, read_prefixes};
pub use ppdc::read_ppdc;
pub use roles::read_role_communities;
pub use serial::{OldCodes, Serial, SerialReader};
