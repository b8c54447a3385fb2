//! Work is linear in the input: reading twice the input takes twice the steps, whatever its content.

use std::string::String;
use std::vec::Vec;
use std::{format, println};

use super::{step, steps};

#[path = "../../../tests/common/growing.rs"]
mod growing;
#[path = "../../../tests/common/vectors.rs"]
mod vectors;

use growing::Growing;

/// Doubles the size three times: each time the steps at most double, except a constant part; quadratic work would take four times
/// as many. A minimum of steps makes sure that they are counted.
fn grow(&Growing { name, first, make, work, least }: &Growing) -> Result<(), String> {
    let inputs = [0, 1, 2, 3].map(|n| make(first << n));
    let taken = inputs.each_ref().map(|input| steps(|| work(input)));
    println!("| {name} | {:?} | {taken:?} |", inputs.each_ref().map(Vec::len));
    let doubles = taken.windows(2).all(|pair| pair[1] <= pair[0] * 2 + pair[0] / 32 + 100);
    if doubles && taken[0] > 0 && taken[3] >= least * (first << 3) as u64 {
        Ok(())
    } else {
        Err(format!("{name}: {taken:?} steps"))
    }
}

fn all_grow(list: &[Growing]) {
    for growing in list {
        assert_eq!(grow(growing), Ok(()));
    }
}

#[test]
fn attributes_and_routes_cost_what_they_are_long() {
    all_grow(growing::ATTRIBUTES_AND_ROUTES);
}

#[test]
fn tables_cost_what_they_are_long() {
    all_grow(growing::TABLES);
}

#[test]
fn capabilities_cost_what_they_are_long() {
    all_grow(growing::CAPABILITIES);
}

/// Nested headers that are almost valid: each is judged, within the budget.
#[test]
fn recovery_costs_what_the_input_is_long() {
    all_grow(growing::RECOVERY);
}

#[cfg(feature = "rib")]
#[test]
fn replays_cost_what_the_input_is_long() {
    all_grow(growing::REPLAYS);
}

#[test]
fn work_that_grows_faster_is_seen() {
    let work = |name, work| grow(&Growing { name, first: 100, make: |n| std::vec![0; n], work, least: 1 });
    assert_eq!(work("each once", |bytes| bytes.iter().for_each(|_| step())), Ok(()));
    assert!(work("each with each", |bytes| bytes.iter().for_each(|_| bytes.iter().for_each(|_| step()))).is_err());
    assert!(
        work("each as often as the length has bits", |bytes| {
            bytes.iter().for_each(|_| (0..bytes.len().ilog2()).for_each(|_| step()));
        })
        .is_err()
    );
    assert!(work("half of them", |bytes| bytes.iter().step_by(2).for_each(|_| step())).is_err());
    assert!(work("none", |_| ()).is_err());
}
