//! Counts reading steps in unit tests, so that work can be bounded independently of the machine.

/// One step: a field or window read, or one iteration of a loop over octets without a cursor.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn step() {
    #[cfg(test)]
    counted::STEPS.with(|steps| steps.set(steps.get().saturating_add(1)));
}

#[cfg(test)]
mod counted {
    use std::cell::Cell;

    std::thread_local! {
        pub(super) static STEPS: Cell<u64> = const { Cell::new(0) };
    }
}

/// The number of steps of `work`.
#[cfg(test)]
#[cfg(feature = "std")]
fn steps(work: impl FnOnce()) -> u64 {
    let before = counted::STEPS.with(core::cell::Cell::get);
    work();
    counted::STEPS.with(core::cell::Cell::get) - before
}

#[cfg(test)]
#[cfg(feature = "std")]
mod tests;
