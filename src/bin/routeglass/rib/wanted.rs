//! The routes that are wanted.

use std::collections::BTreeMap;

use routeglass::Family;
use routeglass::element::Element;
use routeglass::rib::{Change, OtherChange, Rib, StoredRoute};

use super::verb;
use crate::report::remark;
use crate::selection::Selection;

/// Which routes are wanted, and how many were not.
pub(super) struct Wanted {
    pub(super) selection: Selection,
    pub(super) left_out: usize,
}

impl Wanted {
    pub(super) fn wants(&mut self, element: &Element<'_>) -> bool {
        self.wants_any([Some(element), None])
    }

    /// Whether a change is wanted: one of its routes is.
    pub(super) fn wants_any(&mut self, elements: [Option<&Element<'_>>; 2]) -> bool {
        let selection = &mut self.selection;
        let wants = elements.into_iter().flatten().any(|element| selection.wants(element));
        self.left_out = self.left_out.saturating_add(usize::from(!wants));
        wants
    }

    pub(super) fn wants_change(&mut self, change: &Change<'_>) -> bool {
        let [before, after] = [change.before, change.after].map(|r| r.map(|r| r.to_element(change.family, change.prefix)));
        !self.selection.is_filtered() || self.wants_any([before.as_ref(), after.as_ref()])
    }

    pub(super) fn wants_other(&mut self, change: &OtherChange<'_>) -> bool {
        let [before, after] = [change.before, change.after].map(|r| r.map(|(raw, r)| r.to_other_element(raw)));
        !self.selection.is_filtered() || self.wants_any([before.as_ref(), after.as_ref()])
    }

    /// Removes the routes of a table that are not wanted, and says how many.
    pub(super) fn reduce(&mut self, rib: &mut Rib) {
        if !self.selection.is_filtered() {
            return;
        }
        let gone = rib.retain(|element| self.wants(element));
        if gone > 0 && !rib.is_empty() {
            remark(&format!(
                "{gone} {} not match and {} left out",
                verb(gone, "route does", "routes do"),
                verb(gone, "is", "are")
            ));
        }
    }

    /// The number of multicast routes of each family that filters do not leave out.
    pub(super) fn multicast(&self, rib: &Rib) -> BTreeMap<Family, usize> {
        let mut families = BTreeMap::<Family, usize>::new();
        for found in rib.iter_multicast() {
            let is_wanted = |route: &StoredRoute<'_>| {
                !self.selection.is_filtered()
                    || self.selection.try_matches(&route.to_element(found.family(), found.prefix())) == Ok(true)
            };
            let count = found.routes().filter(is_wanted).count();
            if count > 0 {
                let all = families.entry(found.family()).or_default();
                *all = all.saturating_add(count);
            }
        }
        families
    }

    /// The number of routes of each other family that a question about prefixes does not show, and filters do not leave out.
    pub(super) fn other_families(&self, rib: &Rib) -> BTreeMap<Family, usize> {
        if !self.selection.is_filtered() {
            return rib.other_families();
        }
        let mut families = BTreeMap::<Family, usize>::new();
        for found in rib.others() {
            let is_wanted =
                |route: &StoredRoute<'_>| self.selection.try_matches(&route.to_other_element(found.route())) == Ok(true);
            let count = found.routes().filter(is_wanted).count();
            if count > 0 {
                let all = families.entry(found.route().family).or_default();
                *all = all.saturating_add(count);
            }
        }
        families
    }
}
