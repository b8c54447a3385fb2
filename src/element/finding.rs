//! The finding of an element, evaluated on demand.

use super::{Beside, Carrier, Element, Route, Source};
use crate::attr::{Attributes, RecordRoute};
use crate::bgp;
use crate::codes::MrtType;
use crate::error::{Action, Error};
use crate::family::Family;
use crate::nlri::RawRoute;
use crate::session::Session;

/// The worse of two findings; the first if equal.
pub(super) fn worse(a: Option<Error>, b: Error) -> Option<Error> {
    match a {
        Some(a) if a.action() >= b.action() => Some(a),
        _ => Some(b),
    }
}

/// What an attribute list belongs to.
#[derive(Clone, Copy)]
enum Of<'a> {
    /// A message that announces routes in its own field or not; findings limited to families other than this one do not count.
    Message(bool, Option<Family>),
    /// A table entry, with the route of its record.
    Table(Option<RecordRoute<'a>>),
}

/// The worst finding of an attribute list and what it belongs to, by a full walk. `noted` includes notes.
#[inline(never)]
fn look(list: &[u8], offset: u64, session: &Session, of: Of<'_>, noted: bool) -> Option<Error> {
    let attributes = match of {
        Of::Message(..) => Attributes::parse_at(list, session, offset),
        Of::Table(_) => Attributes::parse_rib_at(list, session, offset),
    };
    let attributes = match attributes {
        Ok(attributes) => attributes,
        Err(e) => return Some(e),
    };
    let mut worst = None;
    match of {
        Of::Message(plain, family) => bgp::attribute_findings(&attributes, plain, |e| {
            if bgp::limited_to(&e, &attributes).is_none_or(|of| Some(of) == family) {
                worst = worse(worst, e);
            }
        }),
        Of::Table(record) => {
            attributes.findings_in(record, |e| worst = worse(worst, e));
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

/// The error of a next hop beside an attribute list at `offset`. Without a reference to the element, which would force every one
/// into memory.
#[cold]
#[inline(never)]
fn next_hop_error(next_hop: &[u8], route: Route<'_>, offset: u64) -> Option<Error> {
    let (family, len) = match route {
        Route::Prefix(family, path) => (family, usize::from(path.prefix.len()).div_ceil(8).saturating_add(1)),
        Route::Other(route) => (route.family, route.bytes.len()),
        Route::None => return None,
    };
    crate::mrt::entry_next_hop_error(family, next_hop, len, offset)
}

impl<'a> Element<'a> {
    /// The worst finding about what carried the element; `None` for a clean one.
    ///
    /// Its [`action`](Error::action) is that of RFC 7606: from [`Action::TreatAsWithdraw`] on, a speaker would not have the
    /// route. All routes of a message share its finding, except one that disables a family ([`Action::DisableFamily`]), which the
    /// routes of other families do not have; of equally bad ones, the first of
    /// [`Update::findings`](crate::bgp::Update::findings).
    ///
    /// It is evaluated here: by a cheap check if the attributes are the usual ones in the usual order, else by a full walk like
    /// [`Attributes::findings`](crate::attr::Attributes::findings). For a message with many routes the iterator caches it after
    /// the first few, so that the work stays linear in the octets.
    #[cfg_attr(optimised, inline(always))]
    pub fn finding(&self) -> Option<Error> {
        let carried = self.carried(self.route);
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
    #[cfg_attr(optimised, inline(always))]
    pub fn is_clean(&self) -> bool {
        match self.route {
            Route::Other(_) => self.finding().is_none(),
            // The finding of a plain prefix is that of its carrier. `finding()` would copy it, which costs more than the check.
            _ => self.carried(self.route).is_none(),
        }
    }

    /// The action of RFC 7606 for the element.
    #[cfg_attr(optimised, inline(always))]
    pub fn action(&self) -> Action {
        match self.finding() {
            Some(e) => e.action(),
            None => Action::None,
        }
    }

    /// The worst finding about the list or message around the route.
    pub(super) fn carrier_finding(&self) -> Option<Error> {
        self.carried(self.route)
    }

    /// The same for a route of this element's list: of a message, only the family matters.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn carried(&self, route: Route<'a>) -> Option<Error> {
        match self.beside {
            Beside::Known(known) => known,
            _ if self.sound && self.attributes.is_surely_clean() => None,
            _ => self.looked_up(route),
        }
    }

    /// The same by a full walk.
    #[cfg_attr(optimised, inline(always))]
    fn looked_up(&self, route: Route<'a>) -> Option<Error> {
        // Only the needed values are passed, so that the element stays in registers.
        let list = &self.attributes;
        let found = look(list.as_bytes(), list.offset(), &list.session(), self.of(route), self.noted);
        match self.beside {
            Beside::NextHop(_) => self.next_hop_error(route).map_or(found, |e| worse(found, e)),
            _ => found,
        }
    }

    /// What the list belongs to.
    #[cfg_attr(optimised, inline(always))]
    fn of(&self, route: Route<'a>) -> Of<'a> {
        match (self.source, route) {
            (Source::Message | Source::MultiProtocol, Route::Prefix(family, _)) => Of::Message(self.plain, Some(family)),
            (Source::Message | Source::MultiProtocol, Route::Other(route)) => Of::Message(self.plain, Some(route.family)),
            (Source::Message | Source::MultiProtocol, Route::None) => Of::Message(self.plain, None),
            (_, Route::Prefix(_, path)) if self.carrier == Carrier::Mrt(MrtType::TABLE_DUMP) => {
                Of::Table(Some(RecordRoute::Dumped(path.prefix)))
            }
            (_, Route::Prefix(family, path)) => Of::Table(Some(RecordRoute::Prefix(family, path.prefix))),
            (_, Route::Other(route)) => Of::Table(Some(RecordRoute::Other(route))),
            (_, Route::None) => Of::Table(None),
        }
    }

    /// The error of a separate next hop field (BGP4MP_ENTRY) of a length that the family of the route does not have.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn next_hop_error(&self, route: Route<'a>) -> Option<Error> {
        match self.beside {
            Beside::NextHop(next_hop) => next_hop_error(next_hop, route, self.attributes.offset()),
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

    /// The worst note about the attribute list.
    pub(super) fn note(&self) -> Option<Error> {
        let mut worst = None;
        if let Ok(attributes) = self.attributes() {
            attributes.notes(|e| worst = worse(worst, e));
        }
        worst
    }
}
