//! The finding of an element, evaluated on demand.

use super::{Beside, Element, Route, Source};
use crate::attr::Attributes;
use crate::bgp;
use crate::error::{Action, Context, Error, ErrorKind};
use crate::nlri::RawRoute;
use crate::session::Session;

/// The worse of two findings; the first if equal.
pub(super) fn worse(a: Option<Error>, b: Error) -> Option<Error> {
    match a {
        Some(a) if a.action() >= b.action() => Some(a),
        _ => Some(b),
    }
}

/// The worst finding of an attribute list and the message around it, by a full walk; `message` says whether that announces routes
/// in its own field, `None` for a table entry. `noted` includes notes.
#[inline(never)]
fn look(list: &[u8], offset: u64, session: &Session, message: Option<bool>, noted: bool) -> Option<Error> {
    let attributes = match message {
        Some(_) => Attributes::parse_at(list, session, offset),
        None => Attributes::parse_rib_at(list, session, offset),
    };
    let attributes = match attributes {
        Ok(attributes) => attributes,
        Err(e) => return Some(e),
    };
    let mut worst = None;
    match message {
        Some(plain) => bgp::attribute_findings(&attributes, plain, |e| worst = worse(worst, e)),
        None => {
            attributes.findings(|e| worst = worse(worst, e));
        }
    }
    if noted {
        attributes.notes(|e| worst = worse(worst, e));
    }
    worst
}

/// The worse of the carrier's finding and the route's. Plain prefixes have none.
#[inline(never)]
fn of_route(carried: Option<Error>, route: RawRoute<'_>) -> Option<Error> {
    match route.finding() {
        None => carried,
        Some(e) => worse(carried, e),
    }
}

impl<'a> Element<'a> {
    /// The worst finding about what carried the element; `None` for a clean one.
    ///
    /// Its [`action`](Error::action) is that of RFC 7606: from [`Action::TreatAsWithdraw`] on, a speaker would not have the
    /// route. All routes of a message share its finding; of equally bad ones, the first of
    /// [`Update::findings`](crate::bgp::Update::findings).
    ///
    /// It is evaluated here: by a cheap check if the attributes are the usual ones in the usual order, else by a full walk like
    /// [`Attributes::findings`](crate::attr::Attributes::findings). For a message with many routes the iterator caches it after
    /// the first few, so that the work stays linear in the octets.
    #[inline(always)]
    pub fn finding(&self) -> Option<Error> {
        let carried = match self.beside {
            Beside::Known(known) => known,
            _ if self.sound && self.attributes.is_surely_clean() => None,
            // Only the needed values are passed, so that the element stays in registers.
            _ => {
                let list = &self.attributes;
                look(list.as_bytes(), list.offset(), &list.session(), self.message(), self.noted)
            }
        };
        match (self.route, self.beside) {
            (Route::Other(route), Beside::NextHop(_)) => match self.noted.then(|| route.note()).flatten() {
                Some(e) => worse(carried, e),
                None => carried,
            },
            (Route::Other(route), _) => of_route(carried, route),
            _ => carried,
        }
    }

    /// Whether the element has no finding.
    #[inline(always)]
    pub fn is_clean(&self) -> bool {
        self.finding().is_none()
    }

    /// The action of RFC 7606 for the element.
    #[inline(always)]
    pub fn action(&self) -> Action {
        match self.finding() {
            Some(e) => e.action(),
            None => Action::None,
        }
    }

    /// The worst finding about the list or message around the route.
    pub(super) fn carrier_finding(&self) -> Option<Error> {
        Self { route: Route::None, ..*self }.finding()
    }

    /// For an element of an UPDATE, whether that announces routes in its own field.
    #[inline(always)]
    const fn message(&self) -> Option<bool> {
        match self.source {
            Source::Message | Source::MultiProtocol => Some(self.plain),
            _ => None,
        }
    }

    /// Caches the finding, unless the slot is in use: then it is evaluated again.
    pub(super) const fn know(&mut self, finding: Option<Error>, noted: bool) {
        match self.beside {
            Beside::NextHop(_) => (self.noted, self.sound) = (noted, self.sound && !noted),
            _ => self.beside = Beside::Known(finding),
        }
    }

    /// A bit for each code below 64 whose attribute is discarded. Higher codes are withdrawn or unknown.
    pub(super) fn discarded(&self) -> u64 {
        let mut codes = 0;
        self.attributes.findings(|e| {
            if let (Context::Attribute(code), Action::DiscardAttribute) = (e.context(), e.action())
                && e.kind() != ErrorKind::Duplicate
            {
                codes |= 1u64.checked_shl(u32::from(code.0)).unwrap_or(0);
            }
        });
        codes
    }

    /// The worst note about the attribute list.
    pub(super) fn note(&self) -> Option<Error> {
        let mut worst = None;
        if let Ok(attributes) = self.attributes() {
            attributes.notes(|e| worst = worse(worst, e));
        }
        worst
    }
}
