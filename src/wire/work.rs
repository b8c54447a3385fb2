//! How much reading is done, counted in the unit tests: a law about work then holds on any machine, however busy it is.

/// One step: a field or a window taken, or one turn of a loop that goes over octets without a cursor.
#[inline(always)]
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

/// The steps that `work` takes.
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
