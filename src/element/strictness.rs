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
    pub(super) strictness: Strictness,
    pub(super) notes: bool,
    looked: Option<Looked>,
}

impl Handling {
    /// Whether all elements are yielded unchanged.
    #[inline(always)]
    pub(super) const fn is_plain(&self) -> bool {
        matches!(self.strictness, Strictness::Forensic) && !self.notes
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
            discarded: if discards { element.discarded() } else { 0 },
            note: if self.notes { element.note() } else { None },
        };
        self.looked = Some(looked);
        looked
    }

    /// Yields the next item: an element is put into `place`, for which `Ok(true)` is returned.
    pub(super) fn hand_out<'a>(&mut self, item: Option<Result<Element<'a>>>, place: &mut Element<'a>) -> Result<bool> {
        let Some(element) = item.transpose()? else { return Ok(false) };
        *place = element;
        match self.change(place) {
            None => Ok(true),
            Some(e) => Err(e),
        }
    }

    /// Applies the strictness to an element; returns the error that replaces it.
    fn change(&mut self, element: &mut Element<'_>) -> Option<Error> {
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
            self.handling.strictness = strictness;
            self
        }

        /// Applies the strictness out of line, so that unchanged elements need not be in memory.
        #[inline(never)]
        fn next_by_rule(&mut self, place: &mut $crate::element::Element<'a>) -> $crate::error::Result<bool> {
            let item = self.next_as_it_is();
            self.handling.hand_out(item, place)
        }

        #[inline(always)]
        fn next_either(&mut self) -> Option<$crate::error::Result<$crate::element::Element<'a>>> {
            if self.handling.is_plain() {
                return self.next_as_it_is();
            }
            let mut place = $crate::element::Element::EMPTY;
            match self.next_by_rule(&mut place) {
                Ok(true) => Some(Ok(place)),
                Ok(false) => None,
                Err(e) => Some(Err(e)),
            }
        }

        /// Includes notes ([`Attributes::notes`](crate::attr::Attributes::notes),
        /// [`RawRoute::note`](crate::nlri::RawRoute::note)) in the findings.
        #[must_use]
        pub const fn with_notes(mut self) -> Self {
            self.handling.notes = true;
            self
        }
    };
}
pub(super) use handling_methods;
