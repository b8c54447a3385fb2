//! What becomes of elements that something is wrong with.

use super::finding::worse;
use super::{Element, ElementKind, Route};
use crate::error::{Action, Error, Result};

/// What becomes of elements that something is wrong with.
///
/// It is chosen on the iterator, by `with_strictness`, and means the same for elements of a slice, a record or a message. Only
/// findings count: what is merely worth knowing ([`Attributes::notes`](crate::attr::Attributes::notes)) changes nothing unless
/// the iterator is told to look at it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
#[non_exhaustive]
pub enum Strictness {
    /// Everything is handed out as it was written, with its finding. This is the default: archives are history.
    #[default]
    Forensic,
    /// What a speaker that follows RFC 7606 would have had.
    ///
    /// * Attribute discard: the element comes without the discarded attributes, and of an attribute that occurs more than once
    ///   with the first.
    /// * Treat-as-withdraw: an announced route, or one of a table, comes out as [`ElementKind::Withdraw`] without attributes. A
    ///   route that cannot even be told is an error.
    /// * AFI/SAFI disable and session reset: the routes of the message come out as withdrawn too, for the speaker would not have
    ///   had them. What it would have lost besides, the family's or the peer's other routes, is not made up: the collector's
    ///   session went on, or its end is in the archive.
    /// * Damage of the container, such as a peer that the table does not have, is not the peer's fault: the element is
    ///   unchanged.
    ///
    /// Each such element still has its finding.
    Rfc7606,
    /// An element with a finding is an error instead.
    Strict,
}

/// What was looked for in one list of attributes, which the routes of a message share.
#[derive(Clone, Copy, Debug)]
struct Looked {
    offset: u64,
    len: usize,
    finding: Option<Error>,
    discarded: u64,
    note: Option<Error>,
}

/// How an iterator hands out what it finds.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Handling {
    pub(super) strictness: Strictness,
    pub(super) notes: bool,
    looked: Option<Looked>,
}

impl Handling {
    /// Whether every element is handed out as it is.
    #[inline(always)]
    pub(super) const fn is_plain(&self) -> bool {
        matches!(self.strictness, Strictness::Forensic) && !self.notes
    }

    fn look(&mut self, element: &Element<'_>) -> Looked {
        let (offset, len) = (element.attributes.offset(), element.attribute_bytes().len());
        if let Some(looked) = self.looked
            && (looked.offset, looked.len) == (offset, len)
        {
            return looked;
        }
        let finding = element.carrier_finding();
        let discards = finding.is_some_and(|e| e.action() == Action::DiscardAttribute);
        let looked = Looked {
            offset,
            len,
            finding,
            discarded: if discards { element.discarded() } else { 0 },
            note: if self.notes { element.note() } else { None },
        };
        self.looked = Some(looked);
        looked
    }

    /// Puts the next item where the caller has it: an element into `place`, for which `Ok(true)` stands.
    pub(super) fn hand_out<'a>(&mut self, item: Option<Result<Element<'a>>>, place: &mut Element<'a>) -> Result<bool> {
        let Some(element) = item.transpose()? else { return Ok(false) };
        *place = element;
        match self.change(place) {
            None => Ok(true),
            Some(e) => Err(e),
        }
    }

    /// Makes of an element what the strictness has it; returns the error that stands in its place.
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
                    && let Err(e) = route.decode()
                {
                    return Some(e);
                }
                element.kind = ElementKind::Withdraw;
                None
            }
        }
    }
}

/// The same choice on every iterator over elements.
macro_rules! handling_methods {
    () => {
        /// The same elements, handed out by another rule where something is wrong with them.
        #[must_use]
        pub const fn with_strictness(mut self, strictness: $crate::element::Strictness) -> Self {
            self.handling.strictness = strictness;
            self
        }

        /// What the rule has it, out of line: an element that is handed out as it is need not lie in memory for the others.
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

        /// The same elements; what is only worth knowing ([`Attributes::notes`](crate::attr::Attributes::notes),
        /// [`RawRoute::note`](crate::nlri::RawRoute::note)) counts as a finding too.
        #[must_use]
        pub const fn with_notes(mut self) -> Self {
            self.handling.notes = true;
            self
        }
    };
}
pub(super) use handling_methods;
