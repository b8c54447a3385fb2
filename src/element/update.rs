//! The routes of an UPDATE as elements.

use core::fmt;
use core::iter::FusedIterator;

use super::finding::worse;
use super::strictness::{Handling, Step, handling_methods};
use super::{Beside, Carrier, Element, ElementKind, Route, Source};
use crate::attr::Attributes;
use crate::bgp::{self, Update};
use crate::codes::AttrCode;
use crate::error::{Action, Context, Error, Result};
use crate::family::Family;
use crate::nlri::{Nlri, PathPrefix, Prefixes, PrefixesIter, Routes};
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::time::Timestamp;

/// The route lists of an UPDATE, in order of iteration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum List {
    Withdrawn,
    MpWithdrawn,
    Announced,
    MpAnnounced,
}

impl List {
    /// The list after this one.
    const fn following(self) -> Option<Self> {
        Some(match self {
            Self::Withdrawn => Self::MpWithdrawn,
            Self::MpWithdrawn => Self::Announced,
            Self::Announced => Self::MpAnnounced,
            Self::MpAnnounced => return None,
        })
    }
}

/// After this many routes of a message its finding is cached: evaluating it for each would multiply the number of routes by the
/// length of the message.
const FIRST: u8 = 8;

/// What follows the current plain prefixes: others, a prepared element, an error, or the end.
enum Next {
    Prefixes,
    Element,
    Error(Error),
    End,
}

/// The remaining elements of one UPDATE.
#[derive(Clone, Copy)]
pub(super) struct UpdateRoutes<'a> {
    /// The common part of the current elements: all but the route.
    pub(super) element: Element<'a>,
    // The same before a strictness changed it, until the next step.
    unchanged: Option<Element<'a>>,
    // The message, if it has more than one list, and the next list.
    update: Option<Update<'a>>,
    list: Option<List>,
    family: Family,
    prefixes: PrefixesIter<'a>,
    others: Routes<'a>,
    // Routes until the finding is cached; 0 if it is known.
    first: u8,
    // The framing error of the attribute list, or the error beside the message. Yielded before the routes of MP_UNREACH_NLRI.
    broken: Option<Error>,
    // Whether the finding of each list is evaluated ahead, and the error beside the message that it includes.
    damaged: bool,
    mark: Option<Error>,
    // Whether all lists are plain prefixes without errors, and whether the message is known to have no findings.
    valid: bool,
    clean: bool,
}

impl<'a> UpdateRoutes<'a> {
    pub(super) const EMPTY: Self = Self {
        element: Element::EMPTY,
        unchanged: None,
        update: None,
        list: None,
        family: Family::IPV4_UNICAST,
        prefixes: Prefixes::EMPTY.iter(),
        others: Routes::at(&[], Family::IPV4_UNICAST, false, 0),
        first: 0,
        broken: None,
        damaged: false,
        mark: None,
        valid: false,
        clean: false,
    };

    /// Changes the prepared element by a strictness, until it is restored.
    pub(super) fn change(&mut self, handling: &mut Handling) -> Step {
        self.unchanged = Some(self.element);
        handling.change(&mut self.element).map_or(Step::Element, Step::Error)
    }

    /// Undoes the change of the prepared element.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn restore(&mut self) {
        if let Some(element) = self.unchanged.take() {
            self.element = element;
        }
    }

    /// Drops the remaining routes.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn stop(&mut self) {
        self.pass_list();
        (self.others, self.list, self.broken) = (Self::EMPTY.others, None, None);
    }

    /// Starts with the routes of an UPDATE. Time, peer and carrier are already set.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn start(&mut self, update: &Update<'a>) {
        if !self.start_usual(update) {
            self.start_damaged(*update, None);
        }
    }

    /// The same for a message without errors besides its attributes' values; `false` for others, which are to be started otherwise. It
    /// calls nothing with the message: its windows stay in registers.
    #[cfg_attr(optimised, inline(always))]
    #[must_use]
    pub(super) fn start_usual(&mut self, update: &Update<'a>) -> bool {
        // Indexed in place: the elements of a message share the list.
        let attributes = &mut self.element.attributes;
        let list = (update.attribute_bytes(), update.session().asn4, update.attributes_offset());
        if attributes.replace(list.0, list.1, false, list.2).is_some() {
            return false;
        }
        attributes.check_path();
        let (Ok(withdrawn), Ok(announced)) = (update.withdrawn(), update.announced()) else { return false };
        let (Ok(mp_announced), Ok(mp_withdrawn)) = (update.mp_announced(attributes), update.mp_withdrawn(attributes)) else {
            return false;
        };
        let plain = !announced.is_empty();
        let mp = matches!(mp_announced, Some((_, nlri)) if !nlri.as_bytes().is_empty());
        self.element.sound = !(plain || mp) || attributes.has_mandatory(plain);
        self.take(plain);
        let is_raw = |list| matches!(list, Some((_, Nlri::Other { .. })));
        self.valid = !is_raw(mp_announced) && !is_raw(mp_withdrawn);
        // The usual message has a single list of prefixes.
        (self.element.kind, self.element.source, self.family, self.prefixes, self.list) =
            match (withdrawn.is_empty(), mp_withdrawn, plain, mp_announced) {
                (true, None, _, None) => (ElementKind::Announce, Source::Message, Family::IPV4_UNICAST, announced.iter(), None),
                (false, None, false, None) => {
                    (ElementKind::Withdraw, Source::Message, Family::IPV4_UNICAST, withdrawn.iter(), None)
                }
                (true, None, false, Some((family, Nlri::Prefixes(list)))) => {
                    (ElementKind::Announce, Source::MultiProtocol, family, list.iter(), None)
                }
                (true, Some((family, Nlri::Prefixes(list))), false, None) => {
                    (ElementKind::Withdraw, Source::MultiProtocol, family, list.iter(), None)
                }
                _ => {
                    self.start_lists(update);
                    return true;
                }
            };
        true
    }

    /// Starts with the first of several lists.
    #[cfg_attr(optimised, inline(always))]
    fn start_lists(&mut self, update: &Update<'a>) {
        self.update = Some(*update);
        self.prefixes = Prefixes::EMPTY.iter();
        self.list = Some(List::Withdrawn);
    }

    #[cfg_attr(optimised, inline(always))]
    fn take(&mut self, plain: bool) {
        self.element.beside = Beside::Nothing;
        self.element.cut = false;
        self.element.plain = plain;
        self.first = FIRST;
        self.damaged = false;
        (self.valid, self.clean) = (false, false);
    }

    /// Whether the cheap check shows that the message has no findings; then its routes have none, without further checks.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn settle_clean(&mut self) -> bool {
        if self.valid && self.element.sound && self.element.attributes.is_surely_clean() {
            self.clean = true;
            (self.element.beside, self.first) = (Beside::Known(None), 0);
        }
        self.clean
    }

    /// Starts with a message that has errors besides its attributes' values; `beside` is the finding of the record around it. The
    /// finding of each list needs a full walk and is evaluated at its start.
    #[cold]
    #[inline(never)]
    pub(super) fn start_damaged(&mut self, update: Update<'a>, beside: Option<Error>) {
        let attributes = update.attributes();
        let mut broken = attributes.err();
        update.findings_beside_routes(|e| {
            // The same, with the action for the whole message.
            if broken.is_some_and(|b| (b.kind(), b.context(), b.offset()) == (e.kind(), e.context(), e.offset())) {
                broken = Some(e);
            }
        });
        // The attributes before a framing error are valid, and so are their routes.
        let cut = attributes.is_err();
        let attributes = attributes.unwrap_or_else(|_| update.readable_attributes());
        self.element.attributes = attributes;
        self.take(!update.announced_bytes().is_empty());
        self.element.cut = cut;
        self.broken = broken.map_or(beside, |e| worse(beside, e));
        self.start_lists(&update);
        (self.damaged, self.mark) = (true, beside);
    }

    /// Starts with a message that its carrier should not have: the finding of all its elements is `mark`, or a worse one.
    #[cold]
    pub(super) fn start_further(&mut self, update: Update<'a>, mark: Error) {
        self.start_damaged(update, None);
        self.mark = Some(mark);
    }

    /// Prepares the element of the next plain prefix, if the current list has one.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn step_prefix(&mut self) -> bool {
        let Some(path) = self.prefixes.next() else { return false };
        self.count();
        self.element.route = Route::Prefix(self.family, path);
        true
    }

    /// Prepares the next element in place, from where the iterators copy it once.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn step(&mut self) -> Step {
        loop {
            if self.step_prefix() {
                return Step::Element;
            }
            if self.list.is_none() && self.others.is_empty() {
                return Step::End;
            }
            match self.open() {
                Next::Prefixes => {}
                Next::Element => return Step::Element,
                Next::Error(e) => return Step::Error(e),
                Next::End => return Step::End,
            }
        }
    }

    /// The next plain prefix of the current list, if it changes nothing in the common element.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn next_of_list(&mut self) -> Option<PathPrefix> {
        // With the last one that is counted the finding is cached.
        if self.first == 1 {
            return None;
        }
        let path = self.prefixes.next()?;
        self.first = self.first.saturating_sub(1);
        Some(path)
    }

    /// The family of the remaining routes and their common element, if these are the plain prefixes of one list.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn only_list(&self) -> Option<(Family, &Element<'a>)> {
        (self.list.is_none() && self.others.is_empty() && !self.prefixes.is_empty()).then_some((self.family, &self.element))
    }

    /// Passes over the remaining prefixes of the list.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn pass_list(&mut self) {
        self.prefixes = Prefixes::EMPTY.iter();
    }

    /// Counts a yielded route.
    #[cfg_attr(optimised, inline(always))]
    fn count(&mut self) {
        if self.first > 0 {
            self.first = self.first.wrapping_sub(1);
            if self.first == 0 {
                self.settle();
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn settle(&mut self) {
        // Of a message, only the family matters.
        let route = PathPrefix { prefix: Prefix::DEFAULT_V4, path_id: None };
        self.element.beside = Beside::Known(self.element.carried(Route::Prefix(self.family, route)));
    }

    /// The next route of another family, or the next list that is not empty.
    #[inline(never)]
    fn open(&mut self) -> Next {
        if let Some(route) = self.others.next() {
            let Family { afi, safi } = self.family;
            return match route {
                Ok(route) => {
                    self.count();
                    self.element.route = Route::Other(route);
                    Next::Element
                }
                Err(e) => Next::Error(e.within(Context::Family(afi, safi), Action::DisableFamily)),
            };
        }
        let Some(update) = self.update else {
            self.list = None;
            return Next::End;
        };
        while let Some(list) = self.list {
            self.list = list.following();
            let error = self.open_list(list, &update);
            if let Some(e) = error {
                return Next::Error(e);
            }
            if !self.others.is_empty() {
                return self.open();
            }
            if !self.prefixes.is_empty() {
                return Next::Prefixes;
            }
        }
        Next::End
    }

    /// Opens a list; returns the error before its routes, or in their place.
    fn open_list(&mut self, list: List, update: &Update<'a>) -> Option<Error> {
        let attributes = &self.element.attributes;
        let plain = |list: Result<Prefixes<'a>>| list.map(|list| Some((Family::IPV4_UNICAST, Nlri::Prefixes(list))));
        let (kind, source, routes) = match list {
            List::Withdrawn => (ElementKind::Withdraw, Source::Message, plain(update.withdrawn())),
            List::MpWithdrawn => (ElementKind::Withdraw, Source::MultiProtocol, update.mp_withdrawn(attributes)),
            List::Announced => (ElementKind::Announce, Source::Message, plain(update.announced())),
            List::MpAnnounced => (ElementKind::Announce, Source::MultiProtocol, update.mp_announced(attributes)),
        };
        let (family, nlri, error) = match routes {
            Ok(Some((family, nlri))) => (family, nlri, None),
            Ok(None) => (Family::IPV4_UNICAST, Nlri::Prefixes(Prefixes::EMPTY), None),
            Err(e) => {
                let (family, readable) = readable(list, update, attributes);
                (family, Nlri::Prefixes(readable), Some(e))
            }
        };
        (self.element.kind, self.element.source) = (kind, source);
        (self.family, self.prefixes, self.others) = (family, nlri.prefixes().iter(), nlri.routes());
        let mark = if self.damaged { self.mark } else { None };
        let is_raw = !self.others.is_empty();
        if self.prefixes.is_empty() && !is_raw {
            // A finding limited to a family without routes here would otherwise be that of no element.
            if list == List::MpAnnounced
                && error.is_none()
                && attributes.has(AttrCode::MP_REACH_NLRI)
                && let Some(e) = finding_of(update, attributes, family, mark)
                && bgp::limited_to(&e, attributes) == Some(family)
            {
                return Some(e);
            }
        } else if self.damaged || is_raw && has_cut_routes(update, attributes) {
            // A cut route of a family without plain prefixes disables it, also for the routes before it.
            (self.element.beside, self.first) = (Beside::Known(finding_of(update, attributes, family, mark)), 0);
        } else if self.clean {
            (self.element.beside, self.first) = (Beside::Known(None), 0);
        } else {
            (self.element.beside, self.first) = (Beside::Nothing, FIRST);
        }
        match list {
            List::MpWithdrawn => self.broken.take().or(error),
            _ => error,
        }
    }
}

/// Whether a list of routes of a family without plain prefixes is truncated.
#[inline(never)]
fn has_cut_routes<'a>(update: &Update<'a>, attributes: &Attributes<'a>) -> bool {
    let lists = [update.mp_announced(attributes), update.mp_withdrawn(attributes)];
    lists.into_iter().flatten().flatten().any(|(_, nlri)| nlri.routes().any(|route| route.is_err()))
}

/// The worst finding for the routes of a family: that of the message, including the error beside it, without those limited to
/// other families.
#[cold]
#[inline(never)]
fn finding_of<'a>(update: &Update<'a>, attributes: &Attributes<'a>, family: Family, mark: Option<Error>) -> Option<Error> {
    let mut worst = mark;
    let mut found = |e: Error| {
        if bgp::limited_to(&e, attributes).is_none_or(|of| of == family) {
            worst = worse(worst, e);
        }
    };
    update.findings_beside_routes(&mut found);
    for (_, nlri) in [update.mp_announced(attributes), update.mp_withdrawn(attributes)].into_iter().flatten().flatten() {
        if let Some(e) = nlri.routes().find_map(Result::err) {
            found(e);
        }
    }
    worst
}

/// The plain prefixes of a damaged list before its first malformed one, and their family.
#[cold]
fn readable<'a>(list: List, update: &Update<'a>, attributes: &Attributes<'a>) -> (Family, Prefixes<'a>) {
    let found = match list {
        List::Withdrawn => Some((Family::IPV4_UNICAST, update.withdrawn_bytes())),
        List::Announced => Some((Family::IPV4_UNICAST, update.announced_bytes())),
        List::MpWithdrawn => attributes.mp_unreach().ok().flatten().map(|unreach| (unreach.family(), unreach.nlri_bytes())),
        List::MpAnnounced => attributes.mp_reach().ok().flatten().and_then(|reach| Some((reach.family()?, reach.nlri_bytes()))),
    };
    let prefixes = found.and_then(|(family, bytes)| {
        Some((family, Prefixes::readable(bytes, family.prefix_is_v6()?, update.session().add_path(family))))
    });
    prefixes.unwrap_or((Family::IPV4_UNICAST, Prefixes::EMPTY))
}

/// Elements of one UPDATE: see [`UpdateElements::new`].
#[derive(Clone)]
pub struct UpdateElements<'a> {
    routes: UpdateRoutes<'a>,
    handling: Handling,
}

impl<'a> UpdateElements<'a> {
    /// The route events of a bare UPDATE: withdrawn routes before announced ones.
    pub fn new(update: &Update<'a>, peer: Peer, time: Timestamp) -> Self {
        let mut routes = UpdateRoutes::EMPTY;
        (routes.element.carrier, routes.element.peer, routes.element.time) = (Carrier::Message, peer, time);
        routes.start(update);
        Self { routes, handling: Handling::default() }
    }

    handling_methods!();

    #[cfg_attr(optimised, inline(always))]
    fn step(&mut self) -> Step {
        self.routes.step()
    }

    #[cfg_attr(optimised, inline(always))]
    const fn prepared(&self) -> &Element<'a> {
        &self.routes.element
    }
}

impl<'a> Iterator for UpdateElements<'a> {
    type Item = Result<Element<'a>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_either()
    }
}

impl FusedIterator for UpdateElements<'_> {}

impl fmt::Debug for UpdateElements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
