//! BGP messages and path attributes: against the RFCs, against other decoders, and rewritten.

#[path = "../common/mod.rs"]
mod common;

mod attributes;
mod captured;
mod crafted;
mod messages;
mod netgauze;
mod places;
mod rfc7606;
mod tshark;
