//! Evaluation before decoding: of a record by its first fields, of a table entry by its octets, of a message once for its routes.
//!
//! An answer given early is certain: it is the one for the decoded element, and that is no error. Everything else is decoded and
//! judged.

use super::community::{CommunityPattern, is_standard_in, is_word_in, only_word};
use super::condition::{Condition, Number, is_from, is_next_hop, is_to};
use super::node::{Facts, Plan, decided};
use super::number::Range;
use super::prefixes::{Prefixes, Relation};
use crate::attr::{AsPath, MergedPath, Search, last_of_sequence, search, search_usual};
use crate::codes::AttrCode;
use crate::element::mrt::RecordRoutes;
use crate::element::strictness::Step;
use crate::element::{Element, ElementKind};
use crate::error::Result;
use crate::family::Family;
use crate::mrt::{PlainRib, ReadContext, Record, RibEntries, RibEntry, TableDumpEntries, TableDumpEntry};
use crate::nlri::NextHop;
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::time::Timestamp;

/// What the first fields of a record say about all its elements.
#[derive(Clone, Copy, Debug)]
struct RecordFacts {
    time: Timestamp,
    /// `None` if elements may be of several kinds.
    kind: Option<ElementKind>,
    /// Family and prefix; `None` if elements may have several, or none.
    route: Option<(Family, Option<Prefix>)>,
}

impl RecordFacts {
    const NONE: Self = Self { time: Timestamp::EPOCH, kind: None, route: None };
}

impl Facts for RecordFacts {
    #[cfg_attr(optimised, inline(always))]
    fn answer(&self, condition: &Condition) -> Option<bool> {
        Some(match condition {
            Condition::From(from) => is_from(self.time, *from),
            Condition::To(to) => is_to(self.time, *to),
            Condition::Kind(kind) => kind.is(self.kind?),
            Condition::Family(name) => name.is(self.route?.0),
            Condition::Prefix(relation, prefixes) => self.route?.1.is_some_and(|prefix| prefixes.relates(*relation, prefix)),
            _ => return None,
        })
    }
}

/// Conditions that [`RecordFacts`] may answer.
const fn is_of_record(condition: &Condition) -> bool {
    matches!(condition, Condition::From(_) | Condition::To(_) | Condition::Kind(_) | Condition::Family(_) | Condition::Prefix(..))
}

/// The octets of a table entry.
#[derive(Clone, Copy)]
struct Octets<'a> {
    attributes: &'a [u8],
    asn4: bool,
}

impl<'a> Octets<'a> {
    /// The path, if it is the one of AS_PATH.
    #[cfg_attr(optimised, inline(always))]
    fn path(self) -> Option<MergedPath<'a>> {
        let Search::Body(body) = search(self.attributes, AttrCode::AS_PATH) else { return None };
        if !self.asn4 && matches!(search(self.attributes, AttrCode::AS4_PATH), Search::Body(_)) {
            return None;
        }
        Some(AsPath::parse_at(body, self.asn4, 0).ok()?.merge(AsPath::default()))
    }

    /// Whether the origin AS is in a range.
    #[cfg_attr(optimised, inline(always))]
    fn has_origin(self, range: Range) -> Option<bool> {
        if self.asn4
            && let Some(last) = last_of_sequence(self.attributes)
        {
            return Some(range.contains(last));
        }
        Self::has_origin_in_path(self.attributes, self.asn4, range)
    }

    // By value: the octets of the usual lists stay in registers.
    #[inline(never)]
    fn has_origin_in_path(attributes: &[u8], asn4: bool, range: Range) -> Option<bool> {
        if asn4
            && let Search::Body([2, count, asns @ ..]) = search(attributes, AttrCode::AS_PATH)
            && asns.len() == usize::from(*count).wrapping_mul(4)
            && let Some(last) = asns.last_chunk()
        {
            return Some(range.contains(u32::from_be_bytes(*last)));
        }
        Condition::Number(Number::Origin(range)).is_of_path(&Octets { attributes, asn4 }.path()?, None, || Peer::UNKNOWN)
    }

    /// Whether the body of an attribute meets a condition; without the attribute, the route does not.
    #[cfg_attr(optimised, inline(always))]
    fn has(self, code: AttrCode, is: impl FnOnce(&[u8]) -> Option<bool>) -> Option<bool> {
        match search(self.attributes, code) {
            Search::Body(body) => is(body),
            Search::Absent => Some(false),
            Search::Cut => None,
        }
    }

    #[cfg_attr(optimised, inline(always))]
    fn has_number(self, code: AttrCode, range: Range) -> Option<bool> {
        self.has(code, |body| Some(range.contains(u32::from_be_bytes(body.try_into().ok()?))))
    }

    /// Whether a condition on attributes is met.
    #[inline]
    fn answer(self, condition: &Condition, prefix: Option<Prefix>, peer: impl FnOnce() -> Peer) -> Option<bool> {
        match condition {
            Condition::Number(Number::Origin(range)) => self.has_origin(*range),
            Condition::Number(Number::Med(range)) => self.has_number(AttrCode::MULTI_EXIT_DISC, *range),
            Condition::Number(Number::LocalPref(range)) => self.has_number(AttrCode::LOCAL_PREF, *range),
            Condition::Number(Number::Otc(range)) => self.has_number(AttrCode::OTC, *range),
            Condition::Number(_) | Condition::AsPath(_) | Condition::Validity(..) => {
                condition.is_of_path(&self.path()?, prefix, peer)
            }
            Condition::Community(pattern) => self.has(pattern.code()?, |body| pattern.is_in(body)),
            Condition::Attribute(code) => self.has(*code, |_| Some(true)),
            // That of MP_REACH_NLRI, if there is one, is decoded.
            Condition::NextHop(addresses) if search(self.attributes, AttrCode::MP_REACH_NLRI) == Search::Absent => {
                self.has(AttrCode::NEXT_HOP, |body| {
                    let octets: [u8; 4] = body.try_into().ok()?;
                    Some(is_next_hop(&NextHop::V4(octets.into()), *addresses))
                })
            }
            _ => None,
        }
    }
}

/// An entry of TABLE_DUMP_V2.
struct EntryFacts<'s, 'a> {
    record: &'s RecordFacts,
    peer_index: u16,
    octets: Octets<'a>,
    peers: &'s ReadContext,
}

impl<'s, 'a> EntryFacts<'s, 'a> {
    #[cfg_attr(optimised, inline(always))]
    const fn new(record: &'s RecordFacts, entry: &RibEntry<'a>, peers: &'s ReadContext) -> Self {
        Self { record, peer_index: entry.peer_index(), octets: octets(entry), peers }
    }

    #[cfg_attr(optimised, inline(always))]
    fn peer(&self) -> Peer {
        match self.peers.peer(self.peer_index) {
            Some(peer) => Peer { asn: peer.asn, address: Some(peer.address), bgp_id: Some(peer.bgp_id) },
            None => Peer::UNKNOWN,
        }
    }
}

impl Facts for EntryFacts<'_, '_> {
    #[inline]
    fn answer(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Peer(addresses) => Some(addresses.has(self.peer())),
            Condition::Number(Number::PeerAsn(range)) => Some(self.peer().stated_asn().is_some_and(|asn| range.contains(asn.0))),
            condition if is_of_record(condition) => self.record.answer(condition),
            condition => self.octets.answer(condition, self.record.route?.1, || self.peer()),
        }
    }
}

#[cfg_attr(optimised, inline(always))]
const fn octets<'a>(entry: &RibEntry<'a>) -> Octets<'a> {
    Octets { attributes: entry.attribute_bytes(), asn4: true }
}

/// An entry of TABLE_DUMP.
struct OldEntryFacts<'s, 'a> {
    record: &'s RecordFacts,
    entry: &'s TableDumpEntry<'a>,
}

impl Facts for OldEntryFacts<'_, '_> {
    #[inline]
    fn answer(&self, condition: &Condition) -> Option<bool> {
        let TableDumpEntry { prefix, peer_address, peer_asn, attribute_bytes, asn4, .. } = *self.entry;
        let peer = Peer::new(peer_asn, Some(peer_address));
        let family = if prefix.is_v6() { Family::IPV6_UNICAST } else { Family::IPV4_UNICAST };
        match condition {
            Condition::Peer(addresses) => Some(addresses.has(peer)),
            Condition::Number(Number::PeerAsn(range)) => Some(range.contains(peer_asn.0)),
            condition if is_of_record(condition) => {
                RecordFacts { route: Some((family, Some(prefix))), ..*self.record }.answer(condition)
            }
            condition => Octets { attributes: attribute_bytes, asn4 }.answer(condition, Some(prefix), || peer),
        }
    }
}

/// A message with one list of plain prefixes.
struct MessageFacts<'s, 'a> {
    /// What its elements have in common: all but the route.
    common: &'s Element<'a>,
    family: Family,
}

impl Facts for MessageFacts<'_, '_> {
    #[inline]
    fn answer(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Family(name) => Some(name.is(self.family)),
            Condition::Prefix(..) | Condition::Validity(..) | Condition::Finding(_) | Condition::Action(_) => None,
            condition => condition.judge(self.common).ok(),
        }
    }
}

/// A plan that is one condition with a short way through the entries of a record. Its values are here, so that a record with few
/// entries does not look for them first.
#[derive(Clone, Copy, Debug)]
enum Single<'f> {
    Prefix(Relation, &'f Prefixes),
    Origin(Range),
    /// One community, as it is in memory.
    Community(u32),
    Communities(&'f [Range; 2]),
    /// Any other plan.
    Other,
}

impl<'f> Single<'f> {
    const fn of(plan: &'f Plan) -> Self {
        match plan {
            Plan::Test(Condition::Prefix(relation, prefixes)) => Self::Prefix(*relation, prefixes),
            Plan::Test(Condition::Number(Number::Origin(range))) => Self::Origin(*range),
            Plan::Test(Condition::Community(CommunityPattern::Standard(ranges))) => match only_word(ranges) {
                Some(word) => Self::Community(word),
                None => Self::Communities(ranges),
            },
            _ => Self::Other,
        }
    }
}

/// Whether a list certainly has no COMMUNITIES that meet a condition, nor a framing error before.
#[cfg_attr(optimised, inline(always))]
fn lacks(list: &[u8], has: impl Fn(&[u8]) -> Option<bool>) -> bool {
    match search_usual(list, AttrCode::COMMUNITIES) {
        Search::Body(body) => has(body) == Some(false),
        Search::Absent => true,
        Search::Cut => false,
    }
}

/// The evaluation of a filter for the elements of a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen<'f> {
    plan: &'f Plan,
    single: Single<'f>,
    /// Whether conditions ask for what a record's first fields say.
    asks_record: bool,
    facts: RecordFacts,
    /// The answer for all elements of the record.
    known: Option<bool>,
    /// A bit for each term of the plan, of the first 64, that is not answered for the whole record.
    open: u64,
}

impl<'f> Screen<'f> {
    pub(super) const fn new(plan: &'f Plan, asks_record: bool) -> Self {
        Self { plan, single: Single::of(plan), asks_record, facts: RecordFacts::NONE, known: None, open: u64::MAX }
    }

    /// Whether a plan asks for what a record's first fields say.
    pub(super) fn asks_record(plan: &Plan) -> bool {
        plan.has(&is_of_record)
    }

    /// The terms that are open.
    #[cfg_attr(optimised, inline(always))]
    fn terms(&self) -> (impl Iterator<Item = &'f Plan> + use<'f>, bool) {
        let ((plans, decisive), open) = (self.plan.terms(), self.open);
        let is_open =
            move |place: usize| u32::try_from(place).ok().and_then(|bit| open.checked_shr(bit)).is_none_or(|bits| bits & 1 == 1);
        (plans.iter().enumerate().filter(move |(place, _)| is_open(*place)).map(|(_, plan)| plan), decisive)
    }

    /// The only open term, if it is one condition.
    #[cfg_attr(optimised, inline(always))]
    fn only(&self) -> Option<&'f Condition> {
        let (mut terms, _) = self.terms();
        match (terms.next(), terms.next()) {
            (Some(Plan::Test(condition)), None) => Some(condition),
            _ => None,
        }
    }

    /// Answers terms for all remaining elements of the record.
    fn narrow(&mut self, facts: &impl Facts) {
        let (plans, decisive) = self.plan.terms();
        let mut is_any_open = false;
        for (place, plan) in plans.iter().enumerate() {
            let bit = u32::try_from(place).ok().and_then(|place| 1u64.checked_shl(place)).unwrap_or(0);
            if bit != 0 && self.open & bit == 0 {
                continue;
            }
            match plan.answer(facts) {
                Some(matches) if matches == decisive => {
                    self.known = Some(decisive);
                    return;
                }
                Some(_) if bit != 0 => self.open &= !bit,
                _ => is_any_open = true,
            }
        }
        if !is_any_open {
            self.known = Some(!decisive);
        }
    }

    /// Starts with the elements of a record.
    #[inline]
    pub(super) fn begin(&mut self, routes: &mut RecordRoutes<'_>) {
        (self.known, self.open) = (None, u64::MAX);
        self.facts = RecordFacts { time: routes.time(), ..RecordFacts::NONE };
        if let Some((family, prefix, _)) = routes.table() {
            (self.facts.kind, self.facts.route) = (Some(ElementKind::Rib), Some((family, prefix)));
            if self.asks_record {
                let facts = self.facts;
                self.narrow(&facts);
            }
            return;
        }
        if routes.old_table().is_some() {
            self.facts.kind = Some(ElementKind::Rib);
        }
        if let Some((family, common)) = routes.message() {
            self.narrow(&MessageFacts { common, family });
            if self.known == Some(false) {
                routes.pass_message();
            }
        } else if self.asks_record {
            let facts = self.facts;
            self.narrow(&facts);
        }
    }

    /// Whether no element of a record of one of the usual types of TABLE_DUMP_V2 matches and the framing of its entries is valid:
    /// it needs not be started.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn passes(&self, record: &Record<'_>, peers: &ReadContext) -> bool {
        if !peers.reads_entries_as_declared() {
            return false;
        }
        let Some(rib) = PlainRib::of(record) else { return false };
        match self.single {
            Single::Prefix(relation, prefixes) => {
                rib.prefix().is_some_and(|prefix| !prefixes.relates(relation, prefix)) && rib.has_only(|_, _| true)
            }
            Single::Origin(range) => {
                rib.has_only(|_, list| Octets { attributes: list, asn4: true }.has_origin(range) == Some(false))
            }
            Single::Community(word) => rib.has_only(|_, list| lacks(list, |body| is_word_in(body, word))),
            Single::Communities(ranges) => rib.has_only(|_, list| lacks(list, |body| is_standard_in(body, ranges))),
            Single::Other => self.passes_by_facts(&rib, record.timestamp(), peers),
        }
    }

    /// The same for every other plan.
    #[inline(never)]
    fn passes_by_facts(&self, rib: &PlainRib<'_>, time: Timestamp, peers: &ReadContext) -> bool {
        let route = (rib.family(), rib.prefix());
        let facts = RecordFacts { time, kind: Some(ElementKind::Rib), route: Some(route) };
        let mut screen = Self { facts, known: None, open: u64::MAX, ..*self };
        if self.asks_record {
            screen.narrow(&facts);
        }
        match screen.known {
            Some(matches) => !matches && rib.has_only(|_, _| true),
            None => rib.has_only(|peer_index, list| {
                let octets = Octets { attributes: list, asn4: true };
                screen.answer(&EntryFacts { record: &facts, peer_index, octets, peers }) == Some(false)
            }),
        }
    }

    /// Passes over entries that do not match. Returns the answer for the next entry; `None` if that is to be judged, or none is
    /// left but an error.
    #[inline]
    fn pass_entries(&self, entries: &mut RibEntries<'_>, peers: &ReadContext) -> Option<bool> {
        if self.known.is_some() {
            return pass(entries, |_| self.known);
        }
        match self.only() {
            Some(condition) => pass_by(condition, || self.facts, entries, peers),
            None => pass(entries, |entry| self.answer(&EntryFacts::new(&self.facts, entry, peers))),
        }
    }

    /// The same for TABLE_DUMP.
    #[inline(never)]
    fn pass_old_entries(&self, entries: &mut TableDumpEntries<'_>) -> Option<bool> {
        pass(entries, |entry| self.known.or_else(|| self.answer(&OldEntryFacts { record: &self.facts, entry })))
    }

    /// The answer of the open terms.
    #[inline]
    fn answer(&self, facts: &impl Facts) -> Option<bool> {
        let (terms, decisive) = self.terms();
        let mut answer = Some(!decisive);
        for term in terms {
            match term.answer(facts) {
                Some(matches) if matches == decisive => return Some(decisive),
                Some(_) => {}
                None => answer = None,
            }
        }
        answer
    }

    /// The next element of the record that matches, or the next error.
    #[inline]
    pub(super) fn next<'a>(
        &self,
        routes: &mut RecordRoutes<'a>,
        peers: &ReadContext,
        undecided: &mut u64,
    ) -> Option<Result<Element<'a>>> {
        loop {
            let known = if let Some((_, _, entries)) = routes.table() {
                self.pass_entries(entries, peers)
            } else if let Some(entries) = routes.old_table() {
                self.pass_old_entries(entries)
            } else {
                self.known
            };
            match routes.step(peers) {
                Step::Element => {}
                Step::Error(e) => return Some(Err(e)),
                Step::End => return None,
            }
            let element = routes.prepared();
            let matches = match known {
                Some(matches) => Ok(matches),
                None => {
                    let (terms, decisive) = self.terms();
                    decided(terms, decisive, element)
                }
            };
            match matches {
                Ok(true) => return Some(Ok(*element)),
                Ok(false) => {}
                Err(e) => {
                    *undecided = undecided.saturating_add(1);
                    return Some(Err(e));
                }
            }
        }
    }
}

/// Passes over entries that do not meet a condition, as [`Screen::pass_entries`].
#[cfg_attr(optimised, inline(always))]
fn pass_by(
    condition: &Condition,
    facts: impl Fn() -> RecordFacts,
    entries: &mut RibEntries<'_>,
    peers: &ReadContext,
) -> Option<bool> {
    if let Condition::Community(pattern) = condition
        && let Some(code) = pattern.code()
    {
        return pass(entries, |entry| octets(entry).has(code, |body| pattern.is_in(body)));
    }
    match condition {
        Condition::Number(Number::Origin(range)) => pass(entries, |entry| octets(entry).has_origin(*range)),
        Condition::Number(Number::PeerAsn(range)) => {
            pass(entries, |entry| Some(peers.peer(entry.peer_index()).is_some_and(|peer| range.contains(peer.asn.0))))
        }
        condition => {
            let facts = facts();
            pass(entries, |entry| EntryFacts::new(&facts, entry, peers).answer(condition))
        }
    }
}

/// Passes over entries that do not match.
#[cfg_attr(optimised, inline(always))]
fn pass<T, I: Iterator<Item = Result<T>> + Copy>(entries: &mut I, answer: impl Fn(&T) -> Option<bool>) -> Option<bool> {
    let mut next = *entries;
    loop {
        let mut after = next;
        let known = match after.next() {
            Some(Ok(entry)) => answer(&entry),
            _ => None,
        };
        if known != Some(false) {
            *entries = next;
            return known;
        }
        next = after;
    }
}
