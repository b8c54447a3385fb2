//! Findings of an UPDATE, and the action of RFC 7606.

use super::Update;
use crate::attr::{Attributes, AttributesIter, MpReach};
use crate::codes::AttrCode;
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::nlri::{Nlri, Prefixes, has_hosts};

impl Update<'_> {
    /// Reports all findings of RFC 7606 about the message, one at a time; returns the worst action.
    ///
    /// Checks everything in the message in a second full walk. A finding about a route of a family without plain prefixes affects
    /// only that route (section 5.4).
    pub fn findings(&self, mut report: impl FnMut(Error)) -> Action {
        self.every_finding(&mut report)
    }

    /// The same; compiled once, like [`Update::beside_routes`].
    fn every_finding(&self, report: &mut dyn FnMut(Error)) -> Action {
        let mut worst = self.beside_routes(report);
        let attributes = self.attributes().unwrap_or_else(|_| self.readable_attributes());
        for (_, nlri) in [self.mp_announced(&attributes), self.mp_withdrawn(&attributes)].into_iter().flatten().flatten() {
            nlri.findings(|e| {
                worst = worst.max(e.action());
                report(e);
            });
        }
        worst
    }

    /// Whether a cheap check shows that the message has no findings ([`Update::findings`]): the usual attributes in the usual order,
    /// and plain prefixes alone. `false` says nothing. `attributes` are those of the message.
    #[cfg(feature = "alloc")]
    #[inline]
    pub fn is_known_clean(&self, attributes: &Attributes<'_>) -> bool {
        let is_plain = |list: Option<(Family, Nlri<'_>)>| !matches!(list, Some((_, Nlri::Other { .. })));
        let lists = (self.withdrawn(), self.announced(), self.mp_announced(attributes), self.mp_withdrawn(attributes));
        let (Ok(_), Ok(announced), Ok(mp_announced), Ok(mp_withdrawn)) = lists else { return false };
        let mp = matches!(mp_announced, Some((_, nlri)) if !nlri.as_bytes().is_empty());
        (announced.is_empty() && !mp || attributes.has_mandatory(!announced.is_empty()))
            && is_plain(mp_announced)
            && is_plain(mp_withdrawn)
            && attributes.is_surely_clean()
    }

    /// Reports all notes (worth knowing, no damage) about the message: see [`Attributes::notes`] and
    /// [`Nlri::notes`](crate::nlri::Nlri::notes); a next hop and announced prefixes of addresses that no host has (RFC 4271 section
    /// 6.3), and with the feature `alloc` withdrawn prefixes that are announced too, which stay (section 4.3); routes in the message's own
    /// field beside BGPSEC_PATH (RFC 8205 section 4.1); and IPv6 next hops of IPv4 routes in a session that is known not to have them (RFC
    /// 8950 section 4).
    pub fn notes(&self, mut report: impl FnMut(Error)) {
        if let Ok(attributes) = self.attributes() {
            attributes.notes(&mut report);
            attributes.next_hop_note().into_iter().for_each(&mut report);
            if !self.announced_bytes().is_empty() && attributes.has(AttrCode::BGPSEC_PATH) {
                // RFC 8205 section 4.1, which gives receivers no rule.
                report(Error::new(ErrorKind::OutsideMpReach, self.announced_offset()).within(Context::Nlri, Action::None));
            }
            if let (Ok(Some(reach)), Some(attribute)) = (attributes.mp_reach(), attributes.find(AttrCode::MP_REACH_NLRI))
                && let Some(e) = reach.extended_next_hop_note(attribute.body_offset(), &self.session)
            {
                report(e);
            }
            for (_, nlri) in [self.mp_announced(&attributes), self.mp_withdrawn(&attributes)].into_iter().flatten().flatten() {
                nlri.notes(&mut report);
            }
            self.prefix_notes(&attributes, &mut report);
        }
    }

    /// The notes about plain prefixes.
    fn prefix_notes(&self, attributes: &Attributes<'_>, report: &mut dyn FnMut(Error)) {
        let announced = self.announced().ok().map(|list| (list, self.announced_offset()));
        let withdrawn = self.withdrawn().ok().map(|list| (list, self.offset.saturating_add(2)));
        notes_of(withdrawn, announced, [Context::Withdrawn, Context::Nlri], report);
        if let Ok(Some(reach)) = attributes.mp_reach()
            && let Some(family) = reach.family()
        {
            let unreach = attributes.mp_unreach().ok().flatten().filter(|unreach| unreach.family() == family);
            let withdrawn = unreach.and_then(|unreach| Some((plain(unreach.nlri(&self.session))?, unreach.nlri_offset())));
            let announced = plain(reach.nlri(&self.session)).map(|list| (list, reach.nlri_offset()));
            notes_of(withdrawn, announced, [Context::Family(family.afi, family.safi); 2], report);
        }
    }

    /// The findings about the message as a whole.
    pub(crate) fn findings_beside_routes(&self, mut report: impl FnMut(Error)) -> Action {
        self.beside_routes(&mut report)
    }

    /// The same: 25 kB of code, which each place that looks for findings would have of its own.
    fn beside_routes(&self, report: &mut dyn FnMut(Error)) -> Action {
        let mut worst = Action::None;
        let plain = !self.announced_bytes().is_empty();
        let mut found = in_message(self.attribute_windows(), plain, |e| {
            worst = worst.max(e.action());
            report(e);
        });
        for e in [self.withdrawn(), self.announced()].into_iter().filter_map(Result::err) {
            found(e);
        }
        match self.attributes() {
            Ok(attributes) => {
                attributes.findings(&mut found);
                let announced = self.mp_announced(&attributes);
                Self::route_findings(announced, self.mp_withdrawn(&attributes), &mut found);
                let announced = matches!(announced, Ok(Some((_, nlri))) if !nlri.as_bytes().is_empty());
                missing(&attributes, plain, announced, &mut found);
            }
            Err(e) => {
                for attribute in self.attribute_windows().flatten() {
                    if let Err(e) = attribute.decode(&self.session) {
                        found(e);
                    }
                }
                found(e);
                let readable = self.readable_attributes();
                Self::route_findings(self.mp_announced(&readable), self.mp_withdrawn(&readable), &mut found);
            }
        }
        drop(found);
        worst
    }

    /// Lists of MP_REACH_NLRI and MP_UNREACH_NLRI with lost framing. Malformed attributes are reported with the attributes.
    fn route_findings<T>(announced: Result<T>, withdrawn: Result<T>, mut found: impl FnMut(Error)) {
        for e in [announced, withdrawn].into_iter().filter_map(Result::err) {
            if matches!(e.context(), Context::Family(..)) {
                found(e);
            }
        }
    }
}

/// The prefixes of a family with plain ones.
fn plain(nlri: Result<Nlri<'_>>) -> Option<Prefixes<'_>> {
    match nlri {
        Ok(Nlri::Prefixes(list)) => Some(list),
        _ => None,
    }
}

/// The notes about lists of withdrawn and announced prefixes of one family, each with its offset and its context.
fn notes_of(
    withdrawn: Option<(Prefixes<'_>, u64)>,
    announced: Option<(Prefixes<'_>, u64)>,
    contexts: [Context; 2],
    report: &mut dyn FnMut(Error),
) {
    let Some((announced, start)) = announced else { return };
    let note = |kind, at, context| Error::new(kind, at).within(context, Action::None);
    #[cfg(feature = "alloc")]
    if let Some((withdrawn, start)) = withdrawn.filter(|(list, _)| !list.is_empty() && !announced.is_empty()) {
        let mut sorted: alloc::vec::Vec<_> = announced.iter().collect();
        sorted.sort_unstable();
        for (at, path) in withdrawn.with_offsets(start) {
            if sorted.binary_search(&path).is_ok() {
                report(note(ErrorKind::Duplicate, at, contexts[0]));
            }
        }
    }
    #[cfg(not(feature = "alloc"))]
    let _ = withdrawn;
    for (at, path) in announced.with_offsets(start) {
        if !has_hosts(path.prefix) {
            report(note(ErrorKind::BadAddress, at, contexts[1]));
        }
    }
}

/// The findings about a message as a whole, from its attributes only: its route lists are known to be valid. `plain` says whether
/// it announces routes in its own field.
pub(crate) fn attribute_findings(attributes: &Attributes<'_>, plain: bool, report: impl FnMut(Error)) {
    let mut found = in_message(attributes.iter(), plain, report);
    attributes.findings(&mut found);
    let announced = matches!(attributes.mp_reach(), Ok(Some(reach)) if !reach.nlri_bytes().is_empty());
    missing(attributes, plain, announced, &mut found);
}

/// The family to which a finding of a message is limited, if it disables one (RFC 7606 section 2).
pub(crate) fn limited_to(e: &Error, attributes: &Attributes<'_>) -> Option<Family> {
    match (e.action(), e.context()) {
        (Action::DisableFamily, Context::Family(afi, safi)) => Some(Family::new(afi, safi)),
        (Action::DisableFamily, Context::Attribute(AttrCode::MP_REACH_NLRI)) => attributes.mp_reach().ok()??.family(),
        _ => None,
    }
}

/// Passes findings on with their action in a message.
fn in_message<'a>(list: AttributesIter<'a>, plain: bool, mut report: impl FnMut(Error)) -> impl FnMut(Error) {
    let mut blind = None;
    move |e| {
        // RFC 7606 section 5.2: the routes to withdraw are unknown.
        let attribute = matches!(e.context(), Context::Attribute(_) | Context::Attributes);
        let blind =
            attribute && e.action() > Action::DiscardAttribute && *blind.get_or_insert_with(|| !plain && are_for_no_route(list));
        report(if blind { e.with_action(Action::ResetSession) } else { e });
    }
}

/// Whether there are attributes besides MP_UNREACH_NLRI and no routes in MP_REACH_NLRI.
fn are_for_no_route(list: AttributesIter<'_>) -> bool {
    let mut others = false;
    for attribute in list {
        match attribute {
            Ok(a) if a.code() == AttrCode::MP_REACH_NLRI => {
                let reach = MpReach::parse_at(a.raw(), a.body_offset());
                if reach.is_ok_and(|reach| !reach.nlri_bytes().is_empty()) {
                    return false;
                }
                others = true;
            }
            Ok(a) => others |= a.code() != AttrCode::MP_UNREACH_NLRI,
            Err(_) => others = true,
        }
    }
    others
}

/// RFC 7606 section 3 d: missing mandatory attributes of routes announced in the message's own field (`plain`), which also
/// require NEXT_HOP, or in MP_REACH_NLRI (`mp`). BGPSEC_PATH replaces AS_PATH (RFC 8205 section 3).
fn missing(attributes: &Attributes<'_>, plain: bool, mp: bool, mut found: impl FnMut(Error)) {
    let path = !attributes.has_path();
    for (code, is_missing) in [
        (AttrCode::ORIGIN, (plain || mp) && !attributes.has(AttrCode::ORIGIN)),
        (AttrCode::AS_PATH, (plain || mp) && path),
        (AttrCode::NEXT_HOP, plain && !attributes.has(AttrCode::NEXT_HOP)),
    ] {
        if is_missing {
            let e = Error::new(ErrorKind::Missing, attributes.offset());
            found(e.within(Context::Attribute(code), Action::TreatAsWithdraw));
        }
    }
}
