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
