//! Elements of MRT records and archives. Other carriers have separate files beside this one.

use core::fmt;
use core::iter::FusedIterator;

use super::finding::worse;
use super::strictness::{Handling, Step, handling_methods};
use super::update::UpdateRoutes;
use super::{Beside, Carrier, Element, ElementKind, Route, Source};
use crate::attr::{Attributes, AttributesIter};
use crate::bgp::{Message, Messages};
use crate::codes::{Afi, AttrCode, MrtType, Safi, TableDumpV2Subtype};
use crate::error::{Action, Error, Result};
use crate::family::Family;
use crate::mrt::{
    Body, HEADER_LEN, ReadContext, Record, Records, RibEntries, RibEntry, RibRoute, TableDumpEntries, TableDumpEntry, no_peer,
    plain_rib, records,
};
use crate::nlri::{PathPrefix, RawRoute};
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;

/// The remaining part of a record, except the routes of an UPDATE.
#[derive(Clone, Copy)]
enum Rest<'a> {
    Nothing,
    Error(Error),
    /// A single prepared element.
    Element,
    /// An entry per peer, for a prefix that is prepared.
    Rib(RibEntries<'a>),
    /// The same for a route of another family.
    Generic(RawRoute<'a>, RibEntries<'a>),
    TableDump(TableDumpEntries<'a>),
    /// Further messages in a record that should have one, after the current routes. The error is the finding of all their routes,
    /// or an item if there are none.
    Further {
        said: bool,
        messages: Messages<'a>,
        error: Error,
    },
}

/// The entries of a table record with a plain prefix, without the state that other records need. An element is made for those alone
/// that need one.
pub(crate) struct TableEntries<'a> {
    time: Timestamp,
    carrier: Carrier,
    family: Family,
    path: PathPrefix,
    entries: RibEntries<'a>,
}

impl<'a> TableEntries<'a> {
    /// `None` for other records.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn of(record: &Record<'a>, peers: &ReadContext) -> Option<Self> {
        let rib = record.rib()?;
        let RibRoute::Prefix(path) = rib.route() else { return None };
        let (time, carrier) = (record.timestamp(), Carrier::Mrt(record.kind()));
        Some(Self { time, carrier, family: rib.family(), path, entries: peers.entries(&rib) })
    }

    /// The next entry.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn next_entry(&mut self) -> Option<Result<RibEntry<'a>>> {
        self.entries.next()
    }

    /// An element with what all entries share.
    #[inline]
    pub(crate) const fn common(&self) -> Element<'a> {
        let Self { time, carrier, family, path, .. } = *self;
        Element { carrier, time, route: Route::Prefix(family, path), source: Source::Table, ..Element::EMPTY }
    }

    /// The same without the list, which stays that of another entry.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn set_beside_list(element: &mut Element<'a>, entry: &RibEntry<'a>, peers: &ReadContext) -> bool {
        if let (Some(id), Route::Prefix(_, path)) = (entry.path_id(), &mut element.route) {
            path.path_id = Some(id);
        }
        set_peer(element, entry, peers)
    }

    /// Makes an element of the record that of an entry; `false` if its peer is not known or its list cannot be framed.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn set(element: &mut Element<'a>, entry: &RibEntry<'a>, peers: &ReadContext) -> bool {
        if let (Some(id), Route::Prefix(_, path)) = (entry.path_id(), &mut element.route) {
            path.path_id = Some(id);
        }
        set_known_entry(element, entry, peers)
    }
}

impl TableEntries<'_> {
    /// Family and prefix of all entries.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn route(&self) -> (Family, PathPrefix) {
        (self.family, self.path)
    }

    /// Time and carrier of all entries, whose kind is [`ElementKind::Rib`].
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn event(&self) -> (Timestamp, Carrier) {
        (self.time, self.carrier)
    }
}

/// The entries of a table record with a plain prefix, each to be read when it is needed: what they share, without their octets.
#[derive(Clone, Copy)]
pub(crate) struct KeptEntries {
    time: Timestamp,
    carrier: Carrier,
    family: Family,
    path: PathPrefix,
    add_path: bool,
}

impl KeptEntries {
    pub(crate) const fn of(entries: &TableEntries<'_>) -> Self {
        let TableEntries { time, carrier, family, path, entries } = entries;
        Self { time: *time, carrier: *carrier, family: *family, path: *path, add_path: entries.add_path() }
    }

    pub(crate) const fn time(&self) -> Timestamp {
        self.time
    }

    /// Family and prefix of all entries.
    pub(crate) const fn route(&self) -> (Family, PathPrefix) {
        (self.family, self.path)
    }

    /// The entry that starts at `start` of the octets of the record, which starts at `offset` of its input; `None` at any place that is
    /// no entry's.
    #[inline]
    pub(crate) fn entry<'b>(&self, octets: &'b [u8], offset: u64, start: usize) -> Option<RibEntry<'b>> {
        RibEntry::first(octets.get(start..)?, offset.saturating_add(start as u64), self.add_path)
    }

    /// The element of an entry.
    pub(crate) fn element<'b>(&self, entry: RibEntry<'b>, peers: &ReadContext) -> Element<'b> {
        let Self { time, carrier, family, path, .. } = *self;
        let path = PathPrefix { path_id: entry.path_id().or(path.path_id), ..path };
        let route = Route::Prefix(family, path);
        let mut element = Element { carrier, time, route, source: Source::Table, ..Element::EMPTY };
        if set_known_entry(&mut element, &entry, peers) {
            return element;
        }
        let mut routes = RecordRoutes::EMPTY;
        (routes.routes.element.carrier, routes.routes.element.time) = (carrier, time);
        routes.set_entry(route, entry, peers);
        routes.routes.element
    }
}

/// Sets peer and list of an entry; `false` if its peer is not known or its list cannot be framed.
#[cfg_attr(optimised, inline(always))]
fn set_known_entry<'a>(element: &mut Element<'a>, entry: &RibEntry<'a>, peers: &ReadContext) -> bool {
    if set_peer(element, entry, peers)
        && element.attributes.replace(entry.attribute_bytes(), true, true, entry.attributes_offset()).is_none()
    {
        (element.beside, element.cut) = (Beside::Nothing, false);
        true
    } else {
        false
    }
}

/// Sets what an entry has besides path identifier and list; `false` if its peer is not known.
#[cfg_attr(optimised, inline(always))]
fn set_peer<'a>(element: &mut Element<'a>, entry: &RibEntry<'a>, peers: &ReadContext) -> bool {
    match peers.peer(entry.peer_index()) {
        Some(peer) if !peers.is_damaged() => {
            element.peer = Peer { asn: peer.asn, address: Some(peer.address), bgp_id: Some(peer.bgp_id) };
            element.originated = Some(entry.originated());
            true
        }
        _ => false,
    }
}

/// The remaining elements of a record.
#[derive(Clone, Copy)]
pub(crate) struct RecordRoutes<'a> {
    /// The routes of an UPDATE, and the common part of all elements of the record.
    routes: UpdateRoutes<'a>,
    rest: Rest<'a>,
}

impl<'a> RecordRoutes<'a> {
    pub(super) const EMPTY: Self = Self { routes: UpdateRoutes::EMPTY, rest: Rest::Nothing };

    /// Starts the elements of a record, after all those of the previous one.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn start(&mut self, record: &Record<'a>, peers: &ReadContext) {
        if let Some((family, prefix, entries)) = plain_rib(record) {
            self.start_table(record, Route::Prefix(family, PathPrefix { prefix, path_id: None }));
            self.rest = Rest::Rib(peers.read_entries(entries, family));
            return;
        }
        let element = &mut self.routes.element;
        let time = record.timestamp();
        (element.carrier, element.time) = (Carrier::Mrt(record.kind()), time);
        self.rest = Rest::Nothing;
        if let Some(message) = record.message() {
            element.local = message.local;
            element.originated = None;
            element.peer = Peer::new(message.peer_asn, message.peer_address);
            // By the session of its subtype, a constant; every other message out of line.
            if peers.reads_messages_as_declared()
                && let Some(update) = message.usual_update(&message.session)
                && time.is_valid()
                && self.routes.start_usual(&update)
            {
                return;
            }
            return self.start_message(*record, peers);
        }
        if let Some(rib) = record.rib() {
            self.rest = match rib.route() {
                RibRoute::Prefix(path) => {
                    self.start_table(record, Route::Prefix(rib.family(), path));
                    Rest::Rib(peers.entries(&rib))
                }
                RibRoute::Other(route) => Rest::Generic(route, peers.entries(&rib)),
            };
            return;
        }
        match record.body() {
            Ok(Body::Message(_)) => self.start_message(*record, peers),
            // The record by value, so that its fields stay in registers.
            _ => self.start_other(*record),
        }
    }

    /// What all entries of a table record with a plain prefix share.
    #[cfg_attr(optimised, inline(always))]
    fn start_table(&mut self, record: &Record<'a>, route: Route<'a>) {
        let element = &mut self.routes.element;
        (element.carrier, element.time, element.route) = (Carrier::Mrt(record.kind()), record.timestamp(), route);
        (element.kind, element.source, element.local) = (ElementKind::Rib, Source::Table, false);
        (element.plain, element.sound, element.noted) = (false, true, false);
    }

    /// Any other message: of an old type, not an UPDATE, or not readable by itself.
    #[inline(never)]
    fn start_message(&mut self, record: Record<'a>, peers: &ReadContext) {
        let Ok(Body::Message(message)) = record.body() else { return };
        let element = &mut self.routes.element;
        element.local = message.local;
        element.originated = None;
        element.peer = Peer::new(message.peer_asn, message.peer_address);
        let session = peers.session(&message);
        let beside = |e: Error| e.within(record.context(), Action::None);
        let time = record.time_finding();
        self.rest = match message.message_by(&session) {
            Ok(Message::Update(update)) => {
                match time {
                    None => self.routes.start(&update),
                    time => self.routes.start_damaged(update, time),
                }
                Rest::Nothing
            }
            Ok(other) => {
                let mut worst = time;
                other.findings(message.message_offset(), |e| worst = worse(worst, e));
                worst.map_or(Rest::Nothing, Rest::Error)
            }
            Err(e) => match message.leading(&session) {
                Some((first, e)) => {
                    let (error, mut said) = (beside(e), false);
                    if let Message::Update(update) = first {
                        self.routes.start_damaged(update, time.map_or(Some(error), |time| worse(Some(error), time)));
                        said = true;
                    }
                    Rest::Further { said, messages: message.further_messages(&session), error }
                }
                None => Rest::Error(e),
            },
        };
    }

    /// Records that are neither messages nor entries of TABLE_DUMP_V2.
    #[inline(never)]
    fn start_other(&mut self, record: Record<'a>) {
        let mut element = Element { carrier: Carrier::Mrt(record.kind()), time: record.timestamp(), ..Element::EMPTY };
        self.rest = match record.body() {
            Err(e) => Rest::Error(e),
            Ok(Body::TableDump(table)) => Rest::TableDump(table.entries()),
            Ok(Body::StateChange(change)) => {
                element.peer = Peer::new(change.peer_asn, change.peer_address);
                element.kind = ElementKind::StateChange(change.old, change.new);
                if let Some(e) = record.time_finding() {
                    element.beside = Beside::Known(Some(e));
                }
                Rest::Element
            }
            Ok(Body::Entry(entry)) => {
                element.peer = Peer::new(entry.peer_asn, Some(entry.peer_address));
                element.originated = Some(entry.last_change);
                element.beside = Beside::NextHop(entry.next_hop_bytes());
                // The cheap check is only about the attributes.
                element.sound = false;
                element.route = match entry.prefix {
                    Some(prefix) => Route::Prefix(entry.family, PathPrefix { prefix, path_id: None }),
                    None => Route::Other(entry.route()),
                };
                (element.attributes, element.source) = match entry.attributes() {
                    Ok(attributes) => (attributes, Source::Table),
                    Err(_) => {
                        let list = Attributes::unreadable(entry.attribute_bytes(), false, entry.attributes_offset());
                        (list, Source::Unreadable)
                    }
                };
                Rest::Element
            }
            Ok(Body::Unknown) => match unframed(&record) {
                Some(route) => {
                    element.route = Route::Other(route);
                    Rest::Element
                }
                None => Rest::Nothing,
            },
            Ok(_) => Rest::Nothing,
        };
        self.routes.element = element;
    }

    /// The element prepared last.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn prepared(&self) -> &Element<'a> {
        &self.routes.element
    }

    /// Prepares the next element in place.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn step(&mut self, peers: &ReadContext) -> Step {
        // First, so that the usual route of a message needs one question. In other records there are none.
        if self.routes.step_prefix() {
            return Step::Element;
        }
        match &mut self.rest {
            Rest::Nothing => self.routes.step(),
            Rest::Rib(entries) => {
                let entry = match entries.next() {
                    Some(Ok(entry)) => entry,
                    Some(Err(e)) => return Step::Error(e),
                    None => {
                        self.rest = Rest::Nothing;
                        return Step::End;
                    }
                };
                let element = &mut self.routes.element;
                if let (Some(id), Route::Prefix(_, path)) = (entry.path_id(), &mut element.route) {
                    path.path_id = Some(id);
                }
                if !set_known_entry(element, &entry, peers) {
                    let (list, offset) = (entry.attribute_bytes(), entry.attributes_offset());
                    self.set_rare_entry((entry.peer_index(), entry.originated()), entry.path_id(), (list, offset), peers);
                }
                Step::Element
            }
            _ => self.next_rare(peers),
        }
    }

    /// Changes the prepared element by a strictness, until it is restored.
    pub(super) fn change(&mut self, handling: &mut Handling) -> Step {
        self.routes.change(handling)
    }

    /// Undoes the change of the prepared element.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn restore(&mut self) {
        self.routes.restore();
    }

    /// The time of all elements of the record.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn time(&self) -> Timestamp {
        self.routes.element.time
    }

    /// The remaining entries of a record of TABLE_DUMP_V2, with the family and the prefix of all their routes.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn table(&mut self) -> Option<(Family, Option<Prefix>, &mut RibEntries<'a>)> {
        match (&mut self.rest, self.routes.element.route) {
            (Rest::Rib(entries), Route::Prefix(family, path)) => Some((family, Some(path.prefix), entries)),
            (Rest::Generic(route, entries), _) => Some((route.family, None, entries)),
            _ => None,
        }
    }

    /// The remaining entries of a TABLE_DUMP record.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn old_table(&mut self) -> Option<&mut TableDumpEntries<'a>> {
        match &mut self.rest {
            Rest::TableDump(entries) => Some(entries),
            _ => None,
        }
    }

    /// The family of the remaining routes of a message, and their common element, if these are the plain prefixes of one list.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn message(&self) -> Option<(Family, &Element<'a>)> {
        if matches!(self.rest, Rest::Nothing) { self.routes.only_list() } else { None }
    }

    /// Whether the cheap check shows that a message has no findings; `false` for everything else.
    #[cfg_attr(optimised, inline(always))]
    fn settle_clean(&mut self) -> bool {
        matches!(self.rest, Rest::Nothing) && self.routes.settle_clean()
    }

    /// Passes over these routes.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn pass_message(&mut self) {
        self.routes.pass_list();
    }

    #[inline(never)]
    fn next_rare(&mut self, peers: &ReadContext) -> Step {
        match &mut self.rest {
            Rest::Generic(route, entries) => {
                let route = *route;
                match entries.next() {
                    Some(Ok(entry)) => {
                        self.set_entry(Route::Other(RawRoute { path_id: entry.path_id(), ..route }), entry, peers);
                        Step::Element
                    }
                    Some(Err(e)) => Step::Error(e),
                    None => Step::End,
                }
            }
            Rest::Further { .. } => self.next_further(),
            Rest::TableDump(entries) => match entries.next() {
                Some(Ok(entry)) => {
                    self.set_old_entry(&entry);
                    Step::Element
                }
                Some(Err(e)) => Step::Error(e),
                None => Step::End,
            },
            rest => {
                let step = match *rest {
                    Rest::Element => Step::Element,
                    Rest::Error(e) => Step::Error(e),
                    _ => Step::End,
                };
                *rest = Rest::Nothing;
                step
            }
        }
    }

    /// The next element of a record with more than one message.
    fn next_further(&mut self) -> Step {
        let Rest::Further { said, messages, error } = &mut self.rest else { return Step::End };
        if !*said {
            *said = true;
            return Step::Error(*error);
        }
        loop {
            match self.routes.step() {
                Step::End => {}
                step => return step,
            }
            // Octets that are no message have been reported already.
            let Some(next) = messages.next_or_cut() else {
                self.rest = Rest::Nothing;
                return Step::End;
            };
            match next.message {
                Ok(Message::Update(update)) => {
                    // Of a message that is cut, that it is.
                    let mark = next.cut.map_or(*error, |e| e.within(error.context(), error.action()));
                    self.routes.start_further(update, mark);
                }
                Ok(other) => {
                    let mut worst = None;
                    other.findings(next.offset, |e| worst = worse(worst, e));
                    if let Some(e) = worst {
                        return Step::Error(e);
                    }
                }
                Err(e) => return Step::Error(e),
            }
        }
    }

    /// Prepares an entry whose peer is not known or whose list cannot be framed, for the prepared prefix. From its fields: the usual entry
    /// stays in registers.
    #[cold]
    #[inline(never)]
    fn set_rare_entry(
        &mut self,
        (peer_index, originated): (u16, u32),
        path_id: Option<u32>,
        (list, offset): (&'a [u8], u64),
        peers: &ReadContext,
    ) {
        self.set_entry(self.routes.element.route, RibEntry::of(peer_index, originated, path_id, list, offset), peers);
    }

    /// Prepares an entry of TABLE_DUMP_V2, with its finding.
    #[inline(never)]
    fn set_entry(&mut self, route: Route<'a>, entry: RibEntry<'a>, peers: &ReadContext) {
        let Element { time, carrier, .. } = self.routes.element;
        let octets = List { octets: entry.attribute_bytes(), offset: entry.attributes_offset(), asn4: true };
        let list = entry.attributes();
        let cut = list.is_err();
        let (attributes, beside) = octets.read(list);
        let peer = match peers.peer(entry.peer_index()) {
            Some(peer) => Peer { asn: peer.asn, address: Some(peer.address), bgp_id: Some(peer.bgp_id) },
            None => Peer::UNKNOWN,
        };
        let originated = Some(entry.originated());
        // The cheap check is about next hops of plain prefixes.
        let sound = !matches!(route, Route::Other(_)) || !attributes.has(AttrCode::MP_REACH_NLRI);
        let (source, empty) = (Source::Table, Element::EMPTY);
        let mut element = Element { attributes, beside, route, time, peer, originated, carrier, sound, cut, source, ..empty };
        if peers.peer(entry.peer_index()).is_none() || peers.is_damaged() {
            let e = no_peer(peers, entry.peer_index(), entry.peer_index_offset());
            element.beside = Beside::Known(worse(element.carrier_finding(), e));
        }
        self.routes.element = element;
    }

    /// Prepares an entry of TABLE_DUMP.
    fn set_old_entry(&mut self, entry: &TableDumpEntry<'a>) {
        let family = if entry.prefix.is_v6() { Family::IPV6_UNICAST } else { Family::IPV4_UNICAST };
        let list = List { octets: entry.attribute_bytes, offset: entry.attributes_offset, asn4: entry.asn4 };
        let element = &mut self.routes.element;
        let attributes = entry.attributes();
        element.cut = attributes.is_err();
        (element.attributes, element.beside) = list.read(attributes);
        element.route = Route::Prefix(family, PathPrefix { prefix: entry.prefix, path_id: None });
        element.peer = Peer::new(entry.peer_asn, Some(entry.peer_address));
        element.originated = Some(entry.originated);
        element.source = Source::Table;
    }
}

/// The attributes of a table entry.
struct List<'a> {
    octets: &'a [u8],
    offset: u64,
    asn4: bool,
}

impl<'a> List<'a> {
    /// The attributes before a framing error, and that error.
    fn read(self, attributes: Result<Attributes<'a>>) -> (Attributes<'a>, Beside<'a>) {
        match attributes {
            Ok(attributes) => (attributes, Beside::Nothing),
            Err(e) => {
                let session = if self.asn4 { Session::AS4 } else { Session::AS2 };
                let readable = AttributesIter::at(self.octets, self.offset).readable();
                let attributes = Attributes::parse_rib_at(readable, &session, self.offset).unwrap_or(Attributes::EMPTY);
                (attributes, Beside::Known(Some(e)))
            }
        }
    }
}

/// The routes of a RIB_GENERIC record whose family gives no route length: they cannot be separated from the entries after them
/// and are one route.
fn unframed<'a>(record: &Record<'a>) -> Option<RawRoute<'a>> {
    use TableDumpV2Subtype as S;
    let generic = matches!(S(record.subtype()), S::RIB_GENERIC | S::RIB_GENERIC_ADDPATH);
    let (head, octets) = record.raw_body().split_first_chunk::<7>()?;
    let &[_, _, _, _, afi_high, afi_low, safi] = head;
    let family = Family::new(Afi(u16::from_be_bytes([afi_high, afi_low])), Safi(safi));
    let offset = record.offset().saturating_add(HEADER_LEN as u64).saturating_add(7);
    (record.kind() == MrtType::TABLE_DUMP_V2 && generic).then(|| RawRoute::new(family, octets, offset))
}

/// Elements of one record: see [`Record::elements`].
#[derive(Clone)]
pub struct RecordElements<'a, 'p> {
    routes: RecordRoutes<'a>,
    peers: &'p ReadContext,
    handling: Handling,
}

impl<'p> RecordElements<'_, 'p> {
    /// No elements yet: [`RecordElements::read`] starts with those of a record.
    #[cfg_attr(optimised, inline(always))]
    pub fn new(peers: &'p ReadContext) -> Self {
        Self { routes: RecordRoutes::EMPTY, peers, handling: Handling::default() }
    }
}

impl<'a> RecordElements<'a, '_> {
    /// Continues with the elements of a record. The rest of those before it is dropped.
    ///
    /// This is [`Record::elements_by`] without a move of the iterator, which is larger than many a record.
    #[cfg_attr(optimised, inline(always))]
    pub fn read(&mut self, record: &Record<'a>) {
        self.routes.restore();
        self.routes.routes.stop();
        self.routes.start(record, self.peers);
    }

    /// The routes and the reading context, if elements are yielded unchanged.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn parts(&mut self) -> Option<(&mut RecordRoutes<'a>, &ReadContext)> {
        if self.handling.is_plain() { Some((&mut self.routes, self.peers)) } else { None }
    }

    handling_methods!();

    /// The next element, without a copy: the iterator copies each.
    #[inline]
    pub fn next_element(&mut self) -> Option<Result<&Element<'a>>> {
        match if self.handling.is_plain() { self.step() } else { self.step_by_rule() } {
            Step::Element => Some(Ok(self.routes.prepared())),
            Step::Error(e) => Some(Err(e)),
            Step::End => None,
        }
    }

    /// The next route, if it is a plain prefix in the list of the last element, and the element is the same but for it.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn next_of_list(&mut self) -> Option<PathPrefix> {
        if self.handling.is_plain() { self.routes.routes.next_of_list() } else { None }
    }

    /// Whether a cheap check of the record before its first element shows that it has no findings ([`Record::findings`]): that of
    /// a message with the usual attributes and plain prefixes. `false` says nothing.
    #[inline]
    pub fn is_known_clean(&mut self) -> bool {
        self.routes.settle_clean()
    }

    #[cfg_attr(optimised, inline(always))]
    fn step(&mut self) -> Step {
        self.routes.step(self.peers)
    }

    #[cfg_attr(optimised, inline(always))]
    const fn prepared(&self) -> &Element<'a> {
        self.routes.prepared()
    }
}

impl<'a> Iterator for RecordElements<'a, '_> {
    type Item = Result<Element<'a>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_either()
    }
}

impl FusedIterator for RecordElements<'_, '_> {}

impl fmt::Debug for RecordElements<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<'a> Record<'a> {
    /// The route events of this record: an UPDATE's withdrawn routes before its announced ones, a RIB record's entries in order.
    ///
    /// `peers` is the reading context; a record with a new peer table replaces the table in it and gives no elements. What cannot
    /// be read is an error in its place; iteration continues as far as the framing is valid.
    pub fn elements<'p>(&self, peers: &'p mut ReadContext) -> RecordElements<'a, 'p> {
        peers.observe(self);
        self.elements_by(peers)
    }

    /// The same with a shared reading context, for use from several threads: call [`ReadContext::observe`] for each record, in
    /// order, before.
    #[inline]
    pub fn elements_by<'p>(&self, peers: &'p ReadContext) -> RecordElements<'a, 'p> {
        let mut elements = RecordElements::new(peers);
        elements.read(self);
        elements
    }
}

/// Elements of an archive in memory: see [`elements`].
#[derive(Clone)]
pub struct ArchiveElements<'a> {
    records: Records<'a>,
    peers: ReadContext,
    routes: RecordRoutes<'a>,
    handling: Handling,
}

/// The route events of an archive in memory.
///
/// An error stands for what could not be read; iteration continues after it.
pub fn elements(archive: &[u8]) -> ArchiveElements<'_> {
    ArchiveElements {
        records: records(archive),
        peers: ReadContext::new(),
        routes: RecordRoutes::EMPTY,
        handling: Handling::default(),
    }
}

impl<'a> ArchiveElements<'a> {
    /// Sets the initial reading context.
    #[must_use]
    pub fn with_context(mut self, peers: ReadContext) -> Self {
        self.peers = peers;
        self
    }

    /// The routes of the current record and the reading context, if elements are yielded unchanged.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn parts(&mut self) -> Option<(&mut RecordRoutes<'a>, &ReadContext)> {
        if self.handling.is_plain() { Some((&mut self.routes, &self.peers)) } else { None }
    }

    /// Starts the next record that is not passed over, after the elements of the current one; `None` at the end of the archive.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn start_next(&mut self, is_passed: impl Fn(&Record<'a>, &ReadContext) -> bool) -> Option<Result<()>> {
        loop {
            let record = match self.records.next()? {
                Ok(record) => record,
                Err(e) => return Some(Err(e)),
            };
            self.peers.observe(&record);
            if !is_passed(&record, &self.peers) {
                self.routes.start(&record, &self.peers);
                return Some(Ok(()));
            }
        }
    }

    handling_methods!();

    #[cfg_attr(optimised, inline(always))]
    fn step(&mut self) -> Step {
        loop {
            match self.routes.step(&self.peers) {
                Step::End => {}
                step => return step,
            }
            match self.records.next() {
                Some(Ok(record)) => {
                    self.peers.observe(&record);
                    self.routes.start(&record, &self.peers);
                }
                Some(Err(e)) => return Step::Error(e),
                None => return Step::End,
            }
        }
    }

    #[cfg_attr(optimised, inline(always))]
    const fn prepared(&self) -> &Element<'a> {
        self.routes.prepared()
    }
}

impl<'a> Iterator for ArchiveElements<'a> {
    type Item = Result<Element<'a>>;

    #[cfg_attr(optimised, inline(always))]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_either()
    }
}

impl FusedIterator for ArchiveElements<'_> {}

impl fmt::Debug for ArchiveElements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveElements").field("records", &self.records).finish_non_exhaustive()
    }
}
