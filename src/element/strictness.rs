//! How iterators treat elements with findings.

use super::finding::worse;
use super::{Element, ElementKind, Route};
use crate::error::{Action, Error, Result};
use crate::family::Family;

/// How iterators treat elements with findings.
///
/// It is set on the iterator, by `with_strictness`, and has the same meaning for elements of a slice, a record or a message. Only
/// findings matter: notes ([`Attributes::notes`](crate::attr::Attributes::notes)) have no effect unless included on the iterator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
#[non_exhaustive]
pub enum Strictness {
    /// All elements are yielded as written, with their finding. The default: archives are history.
    #[default]
    Forensic,
    /// Elements as seen by a speaker that follows RFC 7606.
    ///
    /// * Attribute discard: the element has no discarded attributes; if an attribute occurs twice, the first wins.
    /// * Treat-as-withdraw: an announced or table route becomes [`ElementKind::Withdraw`] without attributes. An unreadable route
    ///   is an error.
    /// * Session reset: the routes of the message become withdrawn too; AFI/SAFI disable: those of the family. Other routes that
    ///   the speaker would lose are not withdrawn: the collector's session continued, or its end is in the archive.
    /// * Container damage, such as a peer missing in the table, is not the peer's fault: the element is unchanged.
    ///
    /// Each such element keeps its finding.
    Rfc7606,
    /// An element with a finding becomes an error.
    Strict,
}

/// The next item of an iterator: the element that was prepared in place, an error, or the end.
pub(crate) enum Step {
    Element,
    Error(Error),
    End,
}

impl Step {
    /// The item, with a copy of the prepared element.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn item<'a>(self, element: &Element<'a>) -> Option<Result<Element<'a>>> {
        match self {
            Self::Element => Some(Ok(*element)),
            Self::Error(e) => Some(Err(e)),
            Self::End => None,
        }
    }
}

/// Evaluated properties of an attribute list shared by the routes of a message.
#[derive(Clone, Copy, Debug)]
struct Looked {
    offset: u64,
    len: usize,
    family: Option<Family>,
    finding: Option<Error>,
    discarded: u64,
    note: Option<Error>,
}

/// How an iterator treats findings.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Handling {
    strictness: Strictness,
    notes: bool,
    // Whether one of these is set: asked for each element.
    is_set: bool,
    looked: Option<Looked>,
}

impl Handling {
    pub(super) const fn set_strictness(&mut self, strictness: Strictness) {
        self.strictness = strictness;
        self.is_set = self.notes || !matches!(strictness, Strictness::Forensic);
    }

    pub(super) const fn include_notes(&mut self) {
        (self.notes, self.is_set) = (true, true);
    }

    /// Whether all elements are yielded unchanged.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn is_plain(&self) -> bool {
        !self.is_set
    }

    fn look(&mut self, element: &Element<'_>) -> Looked {
        let (offset, len, family) = (element.attributes.offset(), element.attribute_bytes().len(), element.family());
        if let Some(looked) = self.looked
            && (looked.offset, looked.len, looked.family) == (offset, len, family)
        {
            return looked;
        }
        let finding = element.carrier_finding();
        let discards = finding.is_some_and(|e| e.action() == Action::DiscardAttribute);
        let looked = Looked {
            offset,
            len,
            family,
            finding,
            discarded: if discards { element.attributes.discarded() } else { 0 },
            note: if self.notes { element.note() } else { None },
        };
        self.looked = Some(looked);
        looked
    }

    /// Applies the strictness to an element; returns the error that replaces it.
    pub(super) fn change(&mut self, element: &mut Element<'_>) -> Option<Error> {
        let looked = self.look(element);
        element.know(looked.finding, false);
        let mut finding = element.finding();
        if self.notes {
            let route = match element.route {
                Route::Other(route) => route.note(),
                _ => None,
            };
            for e in [looked.note, route].into_iter().flatten() {
                finding = worse(finding, e);
            }
        }
        element.know(finding, self.notes);
        let finding = finding?;
        match (self.strictness, finding.action()) {
            (Strictness::Forensic, _) | (Strictness::Rfc7606, Action::None) => None,
            (Strictness::Strict, _) => Some(finding),
            (Strictness::Rfc7606, Action::DiscardAttribute) => {
                element.attributes = element.attributes.without(looked.discarded);
                None
            }
            (Strictness::Rfc7606, _) => {
                if let Route::Other(route) = element.route
                    && let Some(e) = route.finding()
                    && e.action() >= Action::TreatAsWithdraw
                {
                    return Some(e);
                }
                element.kind = ElementKind::Withdraw;
                None
            }
        }
    }
}

/// The same options on every iterator over elements.
macro_rules! handling_methods {
    () => {
        /// Sets how elements with findings are treated.
        #[must_use]
        pub const fn with_strictness(mut self, strictness: $crate::element::Strictness) -> Self {
            self.routes.restore();
            self.handling.set_strictness(strictness);
            self
        }

        /// Applies the strictness to the prepared element, out of line.
        #[inline(never)]
        fn step_by_rule(&mut self) -> $crate::element::strictness::Step {
            use $crate::element::strictness::Step;
            self.routes.restore();
            match self.step() {
                Step::Element => self.routes.change(&mut self.handling),
                step => step,
            }
        }

        #[cfg_attr(optimised, inline(always))]
        fn next_either(&mut self) -> Option<$crate::error::Result<$crate::element::Element<'a>>> {
            let step = if self.handling.is_plain() { self.step() } else { self.step_by_rule() };
            // One copy, always from the same place: only what is used is loaded.
            step.item(self.prepared())
        }

        /// Includes notes ([`Attributes::notes`](crate::attr::Attributes::notes),
        /// [`RawRoute::note`](crate::nlri::RawRoute::note)) in the findings.
        #[must_use]
        pub const fn with_notes(mut self) -> Self {
            self.routes.restore();
            self.handling.include_notes();
            self
        }
    };
}
pub(super) use handling_methods;
