//! What is wrong with an element, looked for when it is asked for.

use super::{Element, ElementKind, Route, Source};
use crate::attr::Attributes;
use crate::bgp::Update;
use crate::error::{Action, Context, Error, ErrorKind};
use crate::nlri::RawRoute;
use crate::session::Session;

/// The worse of two findings; the first where they are as bad.
pub(super) fn worse(a: Option<Error>, b: Error) -> Option<Error> {
    match a {
        Some(a) if a.action() >= b.action() => Some(a),
        _ => Some(b),
    }
}

/// The UPDATE with this body, whose attributes start at `offset`.
fn update<'a>(body: &'a [u8], offset: u64, session: &Session) -> Option<Update<'a>> {
    let (withdrawn, _) = body.split_first_chunk::<2>()?;
    let before = u64::from(u16::from_be_bytes(*withdrawn)).saturating_add(4);
    Update::parse_at(body, session, offset.saturating_sub(before)).ok()
}

/// The worst that is wrong with a list of attributes or the message around it, all of which is read.
#[inline(never)]
fn look(source: Source, body: &[u8], list: &[u8], offset: u64, session: &Session) -> Option<Error> {
    let mut worst = None;
    let found = |e| worst = worse(worst, e);
    match source {
        Source::Message | Source::MultiProtocol => {
            let update = update(body, offset, session)?;
            let attributes = update.attributes().ok()?;
            update.findings_beside_sound_routes(&attributes, found);
        }
        Source::Table | Source::Entry => {
            Attributes::parse_rib_at(list, session, offset).ok()?.findings(found);
        }
        _ => {}
    }
    worst
}

/// The worse of what is wrong around a route and with the route itself. Plain prefixes are in order, or there would be none.
#[inline(never)]
fn of_route(carried: Option<Error>, route: RawRoute<'_>) -> Option<Error> {
    match route.decode() {
        Ok(_) => carried,
        Err(e) => worse(carried, e),
    }
}

impl<'a> Element<'a> {
    /// The worst that is wrong with what carried the element; `None` for a clean one.
    ///
    /// Its [`action`](Error::action) is what RFC 7606 would have done: from [`Action::TreatAsWithdraw`] on, a speaker would
    /// not have had the route. All routes of a message have its finding; of several that are as bad it is the first that
    /// [`Update::verdict`] gives.
    ///
    /// It is looked for here: by a glance where the attributes are the usual ones in the usual order, else by reading the list
    /// as [`Attributes::findings`](crate::attr::Attributes::findings) does. Of a message with many routes the iterator keeps it
    /// after the first few, so that the work stays linear in the octets.
    #[inline(always)]
    pub fn finding(&self) -> Option<Error> {
        let carried = match self.known {
            Some(known) => known,
            None if self.sound && self.attributes.is_surely_clean() => None,
            // What it takes and no more, so that the element itself stays in registers.
            None => {
                let list = &self.attributes;
                look(self.source, self.octets, list.as_bytes(), list.offset(), &list.session())
            }
        };
        match self.route {
            Route::Other(route) if !matches!(self.source, Source::Entry) => of_route(carried, route),
            _ => carried,
        }
    }

    /// Whether nothing is wrong with what carried the element.
    #[inline(always)]
    pub fn is_clean(&self) -> bool {
        self.finding().is_none()
    }

    /// What RFC 7606 would have done with the element.
    #[inline(always)]
    pub fn action(&self) -> Action {
        match self.finding() {
            Some(e) => e.action(),
            None => Action::None,
        }
    }

    /// The worst that is wrong with the list or message around the route.
    pub(super) fn carrier_finding(&self) -> Option<Error> {
        Self { route: Route::None, ..*self }.finding()
    }

    /// The message around the route.
    pub(super) fn update(&self, session: &Session) -> Option<Update<'a>> {
        update(self.octets, self.attributes.offset(), session)
    }

    /// A bit for each code below 64 whose attribute a speaker discards. Those above are withdrawn or unknown.
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

    /// What is worth knowing about the list of attributes and no damage: the worst of it.
    pub(super) fn note(&self) -> Option<Error> {
        let mut worst = None;
        if self.kind != ElementKind::Withdraw {
            self.attributes.notes(|e| worst = worse(worst, e));
        }
        worst
    }
}
