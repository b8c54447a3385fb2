//! Tables from archives: random histories of several collectors, views and files against a reference replay.
#![cfg(all(feature = "rib", feature = "std"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::net::IpAddr;

use proptest::prelude::*;
use routeglass::codes::AttrCode;
use routeglass::error::Action;
use routeglass::mrt::{IndexedPeer, ReadContext, TableDumpWriter, records};
use routeglass::nlri::PathPrefix;
use routeglass::rib::{Applied, Note, Replay, Rib, RibPeer};
use routeglass::{Asn, Error, Family};

use crate::common::archive::{Archive, LINK, at, attributes, prefix};
use crate::history;

/// Number of histories: a few seconds' worth, or as set in the environment.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_history_is_what_a_replay_by_the_book_has(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        history::check(&octets);
    }
}

#[test]
fn the_table_after_all_records_has_no_timers_of_later_instants() {
    history::check(&[
        44, 0, 33, 141, 20, 0, 0, 0, 0, 0, 0, 0, 186, 7, 4, 188, 119, 125, 0, 0, 0, 0, 0, 29, 0, 0, 0, 0, 90, 0, 0, 224, 0, 0, 0,
        0, 27, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 29, 0, 0, 0, 0, 0, 0, 0, 117, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 247, 24, 117, 123, 56, 0, 7, 0, 0, 0, 56, 0, 21, 0, 0, 0, 0, 0, 0, 0, 0, 207, 0, 0, 0, 0, 0, 0, 128, 0, 134, 61, 47,
        41, 0, 75,
    ]);
}

#[test]
fn a_listed_peer_without_a_session_cannot_be_ended() {
    history::check(&[
        56, 0, 155, 39, 19, 0, 0, 35, 0, 0, 0, 0, 0, 0, 0, 114, 52, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 36,
        52, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0,
        29, 0, 0, 0, 0, 0, 0, 0, 180, 0, 0, 0, 26, 18, 0, 29, 0, 0, 0, 0, 0, 246, 0, 114, 82, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 251, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 134,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 56, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 36, 249, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 1, 0, 118, 88, 63, 174, 0, 0, 0, 0, 0, 107, 0, 0, 0, 0, 0, 0, 0, 12, 6, 0, 0,
        0, 0, 105, 86, 92, 188, 45, 19, 0, 0, 0, 0, 0, 12, 6, 0, 0, 0, 0, 62, 18, 0, 36, 153, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 134, 0, 130, 0, 0, 0, 0, 137, 0, 86, 0, 36, 13, 129, 0,
    ]);
}

#[test]
fn an_open_after_a_session_ended_beside_a_table_leaves_its_routes() {
    history::check(&[
        1, 0, 184, 0, 0, 225, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 21,
        0, 0, 0, 0, 0, 0, 5, 0, 36, 52, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 36, 16, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 117, 0, 0, 0, 0, 0, 0, 0, 0, 0, 107, 0, 0, 0, 2, 0, 163,
        16, 71, 43, 161, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 246, 0, 0, 0, 0, 0, 0, 164, 8, 134, 0, 107, 0, 0, 45, 0, 0,
        0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 0, 111, 90, 179, 0, 36, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 243, 0, 171,
        88, 29, 49, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 14, 27, 19, 0, 36, 13, 0, 0,
    ]);
}

#[test]
fn a_peer_listed_after_another_appeared_goes_with_its_next_message() {
    history::check(&[
        12, 0, 0, 46, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 12,
        0, 0, 0, 0, 0, 0, 0, 0, 168, 0, 0, 0, 0, 0, 0, 0, 0, 168, 0, 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 39, 0, 0, 0, 0, 0, 0, 0, 0, 0, 78, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 107, 0, 0, 44, 11, 0, 116, 32, 12, 190, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 48,
        4, 0, 4, 0, 192, 152, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 88, 0, 29, 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 0, 0, 0, 0, 207, 0,
        0, 0, 0, 0, 0, 0, 0, 39, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 21, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 0, 42, 48, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 39, 0, 0, 0, 0, 2, 0, 0, 28, 20, 39, 86, 0, 0, 0, 0, 0, 0, 0, 0, 78, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 39, 0, 0, 0, 0, 36, 43, 126, 52, 0, 114, 1, 189, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
}

#[test]
fn an_older_table_after_another_family_takes_the_place_of_the_routes_of_messages() {
    history::check(&[
        62, 0, 0, 0, 31, 3, 0, 109, 0, 0, 0, 0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 21, 0, 0, 0,
        0, 0, 27, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0,
        0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 0, 0, 0, 0, 36, 89, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 0, 0, 0, 0, 75, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 251, 0, 0, 0, 0, 0, 0, 55, 63, 165, 0, 192, 20, 4, 0, 0, 78, 0, 0, 0, 0, 0, 0, 0, 0, 0, 36, 85, 0, 0, 0, 0,
        0, 0, 1, 98, 3, 0, 192, 45, 0, 33, 0, 0, 1, 0, 0, 65, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 7, 27, 93, 0, 36, 181,
    ]);
}

/// Two older dumps of one second, each of one route and so with the sequence number 0, and a third of the next second. A dump has a
/// peer's route to a prefix once: they are no dump whose numbers stay at 0 and that goes on, and the third replaces them.
#[test]
fn two_older_dumps_of_a_second_are_replaced_by_a_later_one() {
    history::check(&[
        126, 0, 0, 46, 0, 0, 0, 0, 5, 45, 0, 69, 84, 0, 0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 129, 0, 0, 0, 0, 0, 0,
        0, 0, 39, 0, 0, 0, 0, 0, 0, 0, 0, 0, 78, 0, 0, 0, 0, 0, 0, 0, 0, 0, 36, 30, 0, 0, 0, 0, 0, 0, 0, 95, 0, 0, 0, 0, 0, 125,
        1, 60, 8, 0, 36, 51, 0, 0, 0, 0, 0, 0, 51, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 117, 0, 0, 0, 0, 128, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 78, 0, 0, 0, 0, 35, 19, 0, 151, 0, 36, 31, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        21, 0, 0, 0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 29, 19, 90, 7, 0, 114, 2, 28, 0, 0, 171,
    ]);
}

/// A collision that is lost undoes what the OPEN changed, not what came since: here the second table of a second, behind the OPEN in
/// its own file.
#[test]
fn a_table_after_an_open_stays_when_that_is_undone() {
    history::check(&[
        62, 0, 0, 63, 55, 0, 0, 0, 0, 0, 0, 0, 27, 26, 32, 17, 0, 211, 0, 0, 65, 0, 127, 27, 242, 0, 36, 41, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 59, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 83, 0, 216, 83, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 129, 0, 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 0, 0, 0, 0, 185, 0, 0, 0, 0, 0, 0, 0, 51, 0, 0, 0, 0, 0, 0,
        0, 0, 177, 0, 0, 0, 0, 0, 0, 0, 0, 138, 0, 0, 0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 0, 0, 0, 0, 0,
        195, 0, 0, 0, 0, 0, 0, 0, 0, 0, 39, 0, 0, 0, 0, 0, 0, 0, 0, 0, 195, 0, 0, 0, 0, 0, 30, 0, 42, 0, 36, 1, 103, 0, 31, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
}

/// The same with routes whose labels are others before and since: they are one route (RFC 8277 section 2.5).
#[test]
fn a_labeled_route_after_an_open_is_the_only_one_when_that_is_undone() {
    history::check(&[
        62, 0, 0, 63, 55, 0, 0, 0, 0, 0, 0, 0, 27, 26, 32, 17, 0, 211, 0, 0, 65, 0, 127, 27, 242, 0, 36, 41, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 59, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 83, 0, 216, 83, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 129, 0, 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 0, 0, 0, 0, 185, 0, 0, 0, 0, 0, 0, 0, 51, 0, 0, 0, 0, 0, 0,
        0, 0, 177, 0, 0, 0, 0, 0, 0, 0, 0, 138, 0, 0, 0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 0, 0, 0, 0, 0, 90, 0, 0, 0, 0, 0, 0, 0, 0,
        195, 0, 0, 0, 0, 0, 0, 0, 0, 0, 39, 0, 0, 0, 0, 0, 0, 0, 0, 0, 195, 0, 0, 0, 0, 0, 30, 0, 42, 0, 36, 1, 103, 5, 31, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
}

/// A route that survives an OPEN as stale goes with the End-of-RIB, and is back when the OPEN is undone: the session has not ended, so
/// that its End-of-RIB says nothing of the route.
#[test]
fn a_route_that_an_end_of_rib_removed_is_back_when_the_open_is_undone() {
    history::check(&[
        49, 0, 0, 0, 0, 3, 50, 0, 0, 0, 43, 212, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 107, 0, 0, 0, 0, 0, 0, 0, 107, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 36, 42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 114, 95, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 207,
        0, 0, 0, 0, 0, 63, 0, 0, 95, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 39, 0, 0, 0, 0, 0, 0, 0, 0, 0, 78, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        39, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 102, 0, 0, 0, 9, 0, 0, 102, 0,
        0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 107, 0, 0, 0, 0, 0, 103, 0, 39, 87, 168, 0, 49, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 207, 0, 0, 0, 0, 0, 0, 0, 0, 129, 0, 0, 0, 0, 0, 0, 0, 0, 51, 0, 0, 0, 0, 0, 0,
        0, 0, 24, 0, 0, 0, 0, 0, 0, 207, 0, 0, 0, 0, 0, 0, 0, 0, 29, 0, 0, 0, 0, 44, 116, 0, 90, 0, 0, 0, 0, 0, 177, 207, 0, 173,
        215, 67, 0, 0, 0, 0, 0, 0, 0, 0, 36, 63, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 29, 153, 0, 0, 21, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, 0, 36,
        0, 0, 0, 0, 0, 99, 248, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 36,
        28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 90, 9, 0, 17, 29, 47, 0, 0, 15, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0,
        0, 0, 195, 0, 0, 0, 0, 0, 0, 0, 0, 0, 185, 0, 0, 0, 0, 6, 7, 0, 185, 47, 115, 0, 0, 0, 0, 0, 39, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 177, 0, 0, 0, 0, 0, 0, 0, 0, 117, 0, 0, 0, 0, 0, 0, 33, 7, 0, 216, 11, 25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]);
}

/// The table of an archive, what was found in it, and the notes.
fn replayed(octets: &[u8]) -> (Rib, Vec<Error>, Vec<Note>) {
    let mut replay = Replay::new();
    let source = replay.add_source(ReadContext::new());
    let mut found = Vec::new();
    for record in records(octets) {
        replay.apply(source, &record.unwrap(), |e| found.push(e)).unwrap();
    }
    let notes = replay.notes();
    (replay.into_rib(), found, notes)
}

/// A table with one entry per list, of prefixes in order.
fn entries(family: Family, path_id: Option<u32>, lists: &[(&str, &[u8])]) -> Vec<u8> {
    let mut dump = TableDumpWriter::new([192, 0, 2, 254].into(), "");
    dump.peer(IndexedPeer::new([192, 0, 2, 1].into(), [192, 0, 2, 1].into(), Asn(64496))).unwrap();
    let mut octets = Vec::new();
    dump.peer_index_table(at(0), &mut octets).unwrap();
    for (text, list) in lists {
        dump.route(at(0), family, text.parse().unwrap(), &[(0, at(0).seconds, path_id, *list)], &mut octets).unwrap();
    }
    octets
}

/// TABLE_DUMP records: second, sequence number, third octet of the prefix, last octet of the peer's address.
fn older(routes: &[(u32, u16, u8, u8)]) -> Vec<u8> {
    let list = [0x40, 1, 1, 0, 0x40, 2, 4, 2, 1, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
    let record = |(second, sequence, prefix, peer): &(u32, u16, u8, u8)| {
        let mut body = [&[0, 0][..], &sequence.to_be_bytes(), &[198, 51, *prefix, 0, 24, 1, 0, 0, 0, 5]].concat();
        body.extend([192, 0, 2, *peer, 0xfb, 0xf0, 0, u8::try_from(list.len()).unwrap()]);
        body.extend(list);
        let head = [&at(*second).seconds.to_be_bytes()[..], &[0, 12, 0, 1, 0, 0, 0, u8::try_from(body.len()).unwrap()]].concat();
        [head, body].concat()
    };
    routes.iter().flat_map(record).collect()
}

/// The third octets of the prefixes of a table from older dumps, with the last octets of the peers.
fn of_older(routes: &[(u32, u16, u8, u8)]) -> Vec<(u8, u8)> {
    let (rib, found, _) = replayed(&older(routes));
    assert_eq!(found, []);
    let octet = |address: IpAddr, n: usize| match address {
        IpAddr::V4(address) => address.octets()[n],
        IpAddr::V6(_) => unreachable!("{address}"),
    };
    let of = rib.iter().flat_map(|found| found.routes().map(|route| (found.prefix(), route.peer().address)).collect::<Vec<_>>());
    let mut all: Vec<_> = of.map(|(prefix, peer)| (octet(prefix.address(), 2), octet(peer.unwrap(), 3))).collect();
    all.sort_unstable();
    all
}

/// Some writers leave the sequence number as it is: such a dump goes on with each greater prefix, and with the other peers of a
/// prefix, whatever the second.
#[test]
fn an_older_dump_whose_number_stays_goes_on_with_other_peers() {
    let one = [(0, 0, 1, 1), (0, 0, 2, 1), (1, 0, 2, 2), (1, 0, 2, 3), (2, 0, 3, 1), (3, 0, 3, 2)];
    assert_eq!(of_older(&one), [(1, 1), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2)]);
    // Another begins with a prefix that is not greater, or with the route that was the last.
    assert_eq!(of_older(&[&one[..], &[(300, 0, 1, 2)]].concat()), [(1, 2)]);
    assert_eq!(of_older(&[&one[..], &[(300, 0, 3, 2)]].concat()), [(3, 2)]);
    // So does one whose numbers increase begin with the same number again.
    assert_eq!(of_older(&[(0, 0, 1, 1), (0, 1, 2, 1), (1, 1, 2, 2)]), [(2, 2)]);
}

#[test]
fn a_route_twice_in_a_second_is_of_two_older_dumps() {
    assert_eq!(of_older(&[(0, 0, 1, 1), (0, 0, 1, 1), (1, 0, 2, 1)]), [(2, 1)]);
    // The dump of that second adds up.
    assert_eq!(of_older(&[(0, 0, 1, 1), (0, 0, 1, 1), (0, 1, 2, 1), (1, 2, 3, 1)]), [(1, 1), (2, 1), (3, 1)]);
    // Nothing tells two dumps of one route each from one dump of two; after the first second, a route again is no start.
    assert_eq!(of_older(&[(0, 0, 1, 1), (0, 0, 2, 1), (1, 0, 3, 1)]), [(1, 1), (2, 1), (3, 1)]);
    assert_eq!(of_older(&[(0, 0, 1, 1), (0, 0, 2, 1), (1, 0, 3, 1), (1, 0, 3, 1), (2, 0, 4, 1)]).len(), 4);
}

/// An UPDATE with a list of attributes as it is, and 203.0.113.0/24 and 203.0.114.0/24.
fn update(list: &[u8]) -> Vec<u8> {
    let routes = [24, 203, 0, 113, 24, 203, 0, 114];
    let len = |len: usize| u16::try_from(len).unwrap().to_be_bytes();
    let body = [&[0, 0][..], &len(list.len()), list, &routes].concat();
    [&[0xff; 16][..], &len(19 + body.len()), &[2], &body].concat()
}

/// Attributes of which RFC 7606 section 7 and the RFCs of their own say "attribute discard", each malformed.
const DISCARDED: [(AttrCode, &[u8]); 6] = [
    (AttrCode::ATOMIC_AGGREGATE, &[0x40, 6, 1, 0]),
    (AttrCode::AGGREGATOR, &[0xc0, 7, 8, 0, 0, 0, 0, 192, 0, 2, 9]),
    (AttrCode::ADVERTISER, &[0x80, 12, 0]),
    (AttrCode::AS4_PATH, &[0xc0, 17, 0]),
    (AttrCode::AS4_AGGREGATOR, &[0xc0, 18, 3, 1, 2, 3]),
    (AttrCode::AIGP, &[0x80, 26, 3, 1, 0, 2]),
];

#[test]
fn what_rfc_7606_discards_is_not_stored() {
    let kept = attributes("64496 64497");
    for (code, attribute) in DISCARDED {
        let list = [&kept[..], attribute].concat();
        let mut archive = Archive(entries(Family::IPV4_UNICAST, None, &[("198.51.100.0/24", &list)]));
        archive.message(at(1), LINK, &update(&list));
        // Elements have it, with its finding.
        for element in routeglass::elements(&archive.0) {
            let element = element.unwrap();
            assert!(element.action() == Action::DiscardAttribute && element.attributes().unwrap().has(code), "{code}");
        }
        let (rib, found, notes) = replayed(&archive.0);
        assert_eq!(found.iter().map(|e| e.action()).collect::<Vec<_>>(), [Action::DiscardAttribute; 2], "{code}");
        // Once in the table, once in the message of two routes.
        assert_eq!((rib.len(), rib.discarded(), &notes[..]), (3, 2, &[Note::Discarded { attributes: 2 }][..]), "{code}");
        assert_eq!(rib.attribute_store().len(), 1, "{code}");
        for route in rib.iter() {
            assert!(route.routes().all(|route| route.attribute_bytes() == kept), "{code}");
        }
        let mut written = Vec::new();
        rib.write_table_dump(rib.time(), &mut written).unwrap();
        let (again, found, notes) = replayed(&written);
        assert_eq!((again.len(), again.discarded(), &found[..], &notes[..]), (3, 0, &[][..], &[][..]), "{code}");
        // A list that was not normalised is refused.
        let mut rib = Rib::new();
        let peer = rib.peer(RibPeer::new(Asn(64496), None));
        assert_eq!(rib.insert(peer, Family::IPV4_UNICAST, prefix("198.51.100.0/24"), &list, 1), Applied::Refused, "{code}");
    }
}

#[test]
fn the_first_of_a_repeated_attribute_is_stored() {
    let kept = [&attributes("64496")[..], &[0x80, 4, 4, 0, 0, 0, 7]].concat();
    let list = [&kept[..], &[0x80, 4, 4, 0, 0, 0, 8], DISCARDED[2].1].concat();
    let mut archive = Archive(entries(Family::IPV4_UNICAST, None, &[("198.51.100.0/24", &list)]));
    archive.message(at(1), LINK, &update(&list));
    let (rib, _, notes) = replayed(&archive.0);
    assert_eq!((rib.len(), notes), (3, vec![Note::Discarded { attributes: 2 }]));
    assert!(rib.iter().all(|route| route.routes().all(|route| route.attribute_bytes() == kept)));
}

/// ADVERTISER without octets, attribute 0 with unassigned flags, and attribute 68, in an entry with a path identifier.
#[test]
fn an_entry_of_odd_attributes_reads_back_without_a_finding() {
    let list = [0, 0x0c, 0, 4, 0, 0, 0, 0x44, 0];
    let octets = entries(Family::IPV6_UNICAST, Some(9), &[("2001:db8::/32", &list)]);
    let (rib, found, _) = replayed(&octets);
    assert_eq!(found.iter().map(|e| e.action()).collect::<Vec<_>>(), [Action::DiscardAttribute]);
    let path = PathPrefix { path_id: Some(9), ..prefix("2001:db8::/32") };
    let route = rib.get(path.prefix).unwrap();
    assert_eq!(route.routes().map(|route| route.attribute_bytes().to_vec()).collect::<Vec<_>>(), [[4, 0, 0, 0, 0x44, 0]]);
    let mut written = Vec::new();
    rib.write_table_dump(rib.time(), &mut written).unwrap();
    let (again, found, notes) = replayed(&written);
    assert_eq!((again.len(), &found[..], &notes[..]), (1, &[][..], &[][..]));
}

/// RFC 9552 section 8.2.2: a TLV whose value is wrong leaves the attribute as it is; what is written has the same finding.
#[test]
fn a_value_that_its_rfc_keeps_is_stored_as_it_is() {
    let list = [&attributes("64496")[..], &[0x80, 29, 5, 4, 4, 0, 1, 9]].concat();
    let octets = entries(Family::IPV4_UNICAST, None, &[("198.51.100.0/24", &list)]);
    let (rib, found, notes) = replayed(&octets);
    assert_eq!((found.len(), found[0].action(), rib.discarded(), notes), (1, Action::None, 0, vec![]));
    let mut written = Vec::new();
    rib.write_table_dump(rib.time(), &mut written).unwrap();
    let (again, same, _) = replayed(&written);
    assert_eq!((again.len(), again.discarded(), same.len(), same[0].kind()), (1, 0, 1, found[0].kind()));
    assert!(again.iter().all(|route| route.routes().all(|route| route.attribute_bytes() == list)));
}
