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
