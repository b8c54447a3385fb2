//! The values that comparisons match, as ranges.

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use crate::nlri::flowspec::component::row_of;
use crate::nlri::flowspec::operators::{EQ, GT, LT};
use crate::nlri::flowspec::{FlowspecComponent, NumericTerms};

impl NumericTerms<'_> {
    /// The matching values up to `max`, as ascending ranges that neither overlap nor touch: `=80|>=1024&<=2048` is 80 and 1024 to
    /// 2048.
    pub fn ranges(&self, max: u64) -> Vec<RangeInclusive<u64>> {
        let mut all = Vec::new();
        // The intersection of the comparisons joined by "and": a range without some values.
        let (mut range, mut without) = (Some((0, max)), Vec::new());
        for (i, term) in self.iter().enumerate() {
            if i > 0 && !term.is_and() {
                push_ranges(range, &mut without, &mut all);
                range = Some((0, max));
            }
            let value = term.value;
            let (least, most) = match term.op & (LT | GT | EQ) {
                0 => (None, None),
                EQ => (Some(value), Some(value)),
                GT => (value.checked_add(1), Some(u64::MAX)),
                0b011 => (Some(value), Some(u64::MAX)),
                LT => (Some(0), value.checked_sub(1)),
                0b101 => (Some(0), Some(value)),
                0b110 => {
                    without.push(value);
                    (Some(0), Some(u64::MAX))
                }
                _ => (Some(0), Some(u64::MAX)),
            };
            range = match (range, least, most) {
                (Some((from, to)), Some(least), Some(most)) => Some((from.max(least), to.min(most))),
                _ => None,
            };
        }
        push_ranges(range, &mut without, &mut all);
        all.sort_unstable();
        let mut merged: Vec<RangeInclusive<u64>> = Vec::new();
        for (from, to) in all {
            match merged.last_mut() {
                Some(last) if from <= last.end().saturating_add(1) => *last = *last.start()..=to.max(*last.end()),
                _ => merged.push(from..=to),
            }
        }
        merged
    }
}

/// Adds the values of a range except those of `without`, which is emptied.
fn push_ranges(range: Option<(u64, u64)>, without: &mut Vec<u64>, all: &mut Vec<(u64, u64)>) {
    without.sort_unstable();
    let mut rest = range.filter(|(from, to)| from <= to);
    for hole in without.drain(..) {
        let Some((from, to)) = rest else { continue };
        if hole < from || hole > to {
            continue;
        }
        if hole > from {
            all.push((from, hole.saturating_sub(1)));
        }
        rest = hole.checked_add(1).map(|from| (from, to)).filter(|(from, to)| from <= to);
    }
    all.extend(rest);
}

impl FlowspecComponent<'_> {
    /// The matching values, as ascending ranges that neither overlap nor touch, up to the maximum of the packet field; `None` for
    /// a component without comparisons.
    pub fn ranges(&self) -> Option<Vec<RangeInclusive<u64>>> {
        let max = row_of(self.kind()).map_or(u64::MAX, |row| row.max);
        self.numeric().map(|terms| terms.ranges(max))
    }
}
