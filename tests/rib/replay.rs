//! Tables from archives: random histories of several collectors, views and files against a reference replay.
#![cfg(all(feature = "rib", feature = "std"))]

use proptest::prelude::*;

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
fn a_later_part_of_a_table_lists_a_peer_that_another_had_ended() {
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
