//! Elements: one route event each, whatever record carried it.
//!
//! ```
//! # let archive: &[u8] = &[];
//! for element in routeglass::elements(archive) {
//!     println!("{}", element?);
//! }
//! # Ok::<(), routeglass::Error>(())
//! ```
//!
//! Programs that want every nanosecond use the loop over messages and entries instead (see [`crate::mrt`]): it reads an
//! UPDATE's attributes once for all its prefixes.

use core::fmt;
use core::iter::FusedIterator;

use crate::attr::{Asns, Attributes, AttributesIter, Communities, MergedPath};
use crate::bgp::{Message, Update};
use crate::codes::{Afi, FsmState, MrtType, Safi};
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::mrt::{
    Bgp4mpMessage, Body, HEADER_LEN, Peers, Record, Records, RibEntries, RibRoute, TableDumpEntries, no_peer, records,
};
use crate::nlri::{NextHop, Nlri, PathPrefix, Prefixes, PrefixesIter, RawRoute, Routes};
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum ElementKind {
    /// A peer announced a route.
    Announce,
    /// A peer withdrew a route.
    Withdraw,
    /// A table holds a route.
    Rib,
    /// A session changed its state: before, after.
    StateChange(FsmState, FsmState),
}

/// What an element is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Route<'a> {
    /// A plain prefix.
    Prefix(Family, PathPrefix),
    /// A route of another family, to be taken apart by [`RawRoute::decode`]; of a family that nobody knows, all its routes.
    Other(RawRoute<'a>),
    /// No route: a session's state.
    None,
}

/// What becomes of elements that something is wrong with.
///
/// It is chosen on the iterator, by `with_strictness`, and means the same for elements of a slice, a record or a message. Only
/// findings count: what is merely worth knowing ([`Record::notes`]) changes nothing unless the iterator is told to look at it.
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
    /// * Damage of the container, such as a peer that the table does not have, is none of the peer's: the element comes as it is.
    ///
    /// Each such element still has its finding.
    Rfc7606,
    /// An element with a finding is an error instead.
    Strict,
}

/// How an iterator hands out what it finds.
#[derive(Clone, Copy, Default, Debug)]
struct Handling {
    strictness: Strictness,
    notes: bool,
    // The list of attributes that was looked at last, by its place and length, and the worst note on it: the routes of a message
    // share one.
    noted: Option<(u64, usize, Option<Error>)>,
}

impl Handling {
    fn note(&mut self, window: &Window<'_>) -> Option<Error> {
        match self.noted {
            Some((offset, len, note)) if (offset, len) == (window.offset, window.bytes.len()) => note,
            _ => {
                let mut note = None;
                if let Ok(attributes) = window.attributes() {
                    attributes.notes(|e| note = worse(note, e));
                }
                self.noted = Some((window.offset, window.bytes.len(), note));
                note
            }
        }
    }

    /// Whether every element is handed out as it is.
    #[inline(always)]
    const fn is_plain(&self) -> bool {
        matches!(self.strictness, Strictness::Forensic) && !self.notes
    }

    #[inline(never)]
    fn judge<'a>(&mut self, mut element: Element<'a>) -> Result<Element<'a>> {
        if self.notes
            && let Some(e) = self.note(&element.window)
        {
            element.finding = worse(element.finding, e);
        }
        if self.notes
            && let Route::Other(route) = element.route
            && let Some(e) = route.note()
        {
            element.finding = worse(element.finding, e);
        }
        let Some(finding) = element.finding else { return Ok(element) };
        match (self.strictness, finding.action()) {
            (Strictness::Forensic, _) | (Strictness::Rfc7606, Action::None) => Ok(element),
            (Strictness::Strict, _) => Err(finding),
            (Strictness::Rfc7606, Action::DiscardAttribute) => {
                element.window.filtered = true;
                Ok(element)
            }
            (Strictness::Rfc7606, _) => {
                if let Route::Other(route) = element.route {
                    route.decode()?;
                }
                element.kind = ElementKind::Withdraw;
                element.window = Window { bytes: &[], ..element.window };
                element.next_hop = None;
                Ok(element)
            }
        }
    }
}

/// The octets of a list of path attributes and how to read them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Window<'a> {
    bytes: &'a [u8],
    offset: u64,
    asn4: bool,
    rib: bool,
    // Whether what a speaker discards is left out, and a bit for each code that it discards.
    filtered: bool,
    discarded: u64,
}

impl<'a> Window<'a> {
    const EMPTY: Self = Self::new(&[], 0, true, false);

    const fn new(bytes: &'a [u8], offset: u64, asn4: bool, rib: bool) -> Self {
        Self { bytes, offset, asn4, rib, filtered: false, discarded: 0 }
    }

    #[inline(always)]
    fn attributes(&self) -> Result<Attributes<'a>> {
        let session = if self.asn4 { Session::AS4 } else { Session::AS2 };
        let attributes = if self.rib {
            Attributes::parse_rib_at(self.bytes, &session, self.offset)
        } else {
            Attributes::parse_at(self.bytes, &session, self.offset)
        };
        match attributes {
            Ok(attributes) if self.filtered => Ok(attributes.without(self.discarded)),
            other => other,
        }
    }

    /// Leaves out what is behind the place where a damaged list cannot be followed any more.
    #[cold]
    fn cut(&mut self) {
        self.bytes = AttributesIter::at(self.bytes, self.offset).readable();
    }

    /// Remembers which attribute a finding has a speaker discard.
    fn discard(&mut self, e: &Error) {
        if let (Context::Attribute(code), Action::DiscardAttribute) = (e.context(), e.action())
            && e.kind() != ErrorKind::Duplicate
        {
            // All attributes that are ever discarded have codes below 64; those above are withdrawn or unknown.
            self.discarded |= 1u64.checked_shl(u32::from(code.0)).unwrap_or(0);
        }
    }
}

/// One route event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    kind: ElementKind,
    record: MrtType,
    time: Timestamp,
    originated: Option<u32>,
    local: bool,
    peer: Peer,
    route: Route<'a>,
    window: Window<'a>,
    next_hop: Option<NextHop<'a>>,
    finding: Option<Error>,
}

impl<'a> Element<'a> {
    /// A route of a table whose attributes have the form of a table dump.
    #[cfg(feature = "rib")]
    pub(crate) const fn of_table(
        time: Timestamp,
        originated: Option<u32>,
        peer: Peer,
        family: Family,
        path: PathPrefix,
        attributes: &'a [u8],
    ) -> Self {
        Self {
            kind: ElementKind::Rib,
            record: MrtType::TABLE_DUMP_V2,
            time,
            originated,
            local: false,
            peer,
            route: Route::Prefix(family, path),
            window: Window::new(attributes, 0, true, true),
            next_hop: None,
            finding: None,
        }
    }

    /// What happened.
    pub const fn kind(&self) -> ElementKind {
        self.kind
    }

    /// The type of the record that carried it.
    pub const fn record_kind(&self) -> MrtType {
        self.record
    }

    /// When the record was written.
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// When a table's route was received, in seconds since 1970 (UTC).
    pub const fn originated(&self) -> Option<u32> {
        self.originated
    }

    /// Whether the collector sent it to the peer, rather than the peer to the collector (the LOCAL subtypes of RFC 6396).
    pub const fn is_local(&self) -> bool {
        self.local
    }

    /// Who it came from.
    pub const fn peer(&self) -> Peer {
        self.peer
    }

    /// What it is about.
    pub const fn route(&self) -> Route<'a> {
        self.route
    }

    /// The family of the route.
    pub const fn family(&self) -> Option<Family> {
        match self.route {
            Route::Prefix(family, _) => Some(family),
            Route::Other(route) => Some(route.family),
            Route::None => None,
        }
    }

    /// The prefix, for families that have plain ones.
    pub const fn prefix(&self) -> Option<Prefix> {
        match self.route {
            Route::Prefix(_, path) => Some(path.prefix),
            _ => None,
        }
    }

    /// Path identifier (RFC 7911); `None` without ADD-PATH, which is not the same as 0.
    pub const fn path_id(&self) -> Option<u32> {
        match self.route {
            Route::Prefix(_, path) => path.path_id,
            Route::Other(route) => route.path_id,
            Route::None => None,
        }
    }

    /// The path attributes with the places of the common ones; none for withdrawn routes and states. Of a list with an attribute
    /// that overruns it, those in front of that one; such an element is not clean ([`Element::finding`]).
    ///
    /// # Errors
    /// A list that cannot be indexed: longer than 65,535 octets.
    #[inline(always)]
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        self.window.attributes()
    }

    /// Octets of the path attributes, as far as [`Element::attributes`] reads them.
    pub const fn attribute_bytes(&self) -> &'a [u8] {
        self.window.bytes
    }

    /// The next hop: that of MP_REACH_NLRI for the routes in it, else NEXT_HOP.
    ///
    /// # Errors
    /// A malformed attribute.
    pub fn next_hop(&self) -> Result<Option<NextHop<'a>>> {
        match self.next_hop {
            Some(next_hop) => Ok(Some(next_hop)),
            None => {
                let attributes = self.attributes()?;
                match self.kind {
                    // In a message, MP_REACH_NLRI speaks only for the routes in it.
                    ElementKind::Announce => Ok(attributes.ipv4_next_hop()?.map(NextHop::V4)),
                    _ => attributes.next_hop(),
                }
            }
        }
    }

    /// The AS path: AS_PATH merged with AS4_PATH where the peer sent both (RFC 6793 section 4.2.3); empty without one.
    ///
    /// # Errors
    /// A damaged list, AS_PATH or AS4_PATH.
    pub fn as_path(&self) -> Result<MergedPath<'a>> {
        self.attributes()?.merged_path()
    }

    /// The networks that the route comes from: one, or those of the set that ends the path; none for a route without a path.
    ///
    /// # Errors
    /// As [`Element::as_path`].
    pub fn origins(&self) -> Result<Asns<'a>> {
        Ok(self.as_path()?.origins())
    }

    /// COMMUNITIES (RFC 1997); empty without them. [`Element::attributes`] has the extended and large ones.
    ///
    /// # Errors
    /// A damaged list of attributes, or of communities.
    pub fn communities(&self) -> Result<Communities<'a>> {
        self.attributes()?.communities()
    }

    /// The worst that is wrong with what carried the element; `None` for a clean one.
    ///
    /// Its [`action`](Error::action) is what RFC 7606 would have done: from [`Action::TreatAsWithdraw`] on, a speaker would
    /// not have had the route.
    pub const fn finding(&self) -> Option<Error> {
        self.finding
    }

    /// Whether nothing is wrong with what carried the element.
    pub const fn is_clean(&self) -> bool {
        self.finding.is_none()
    }

    /// What RFC 7606 would have done with the element.
    pub const fn action(&self) -> Action {
        match &self.finding {
            Some(e) => e.action(),
            None => Action::None,
        }
    }
}

impl fmt::Display for Element<'_> {
    /// One line: time, peer, `+` `-` `=` or `!`, route, path, next hop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} AS{}", self.time, self.peer.asn)?;
        if let Some(address) = self.peer.address {
            write!(f, " {address}")?;
        }
        f.write_str(match self.kind {
            ElementKind::Announce => " + ",
            ElementKind::Withdraw => " - ",
            ElementKind::Rib => " = ",
            ElementKind::StateChange(old, new) => return write!(f, " ! {old} > {new}"),
        })?;
        match self.route {
            Route::Prefix(_, path) => fmt::Display::fmt(&path, f)?,
            Route::Other(route) => write!(f, "{} {route}", route.family)?,
            Route::None => {}
        }
        if let Ok(attributes) = self.attributes()
            && let Ok(path) = attributes.merged_path()
            && !path.is_empty()
        {
            write!(f, " path {path}")?;
        }
        if let Ok(Some(next_hop)) = self.next_hop() {
            write!(f, " via {next_hop}")?;
        }
        match &self.finding {
            Some(e) => write!(f, " [{e}]"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({self})")
    }
}

/// The worse of two findings; the first where they are as bad.
fn worse(a: Option<Error>, b: Error) -> Option<Error> {
    match a {
        Some(a) if a.action() >= b.action() => Some(a),
        _ => Some(b),
    }
}

/// One list of an UPDATE that is being handed out.
#[derive(Clone, Copy)]
struct Part<'a> {
    prefixes: PrefixesIter<'a>,
    routes: Routes<'a>,
    family: Family,
    kind: ElementKind,
    next_hop: Option<NextHop<'a>>,
    error: Option<Error>,
}

/// The lists of routes of an UPDATE, in the order in which they are handed out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lists {
    Withdrawn,
    MpWithdrawn,
    Announced,
    MpAnnounced,
}

impl Lists {
    const fn following(self) -> Option<Self> {
        Some(match self {
            Self::Withdrawn => Self::MpWithdrawn,
            Self::MpWithdrawn => Self::Announced,
            Self::Announced => Self::MpAnnounced,
            Self::MpAnnounced => return None,
        })
    }

    fn part<'a>(self, update: &Update<'a>, attributes: &Attributes<'a>) -> Part<'a> {
        let plain = |list: Result<Prefixes<'a>>| list.map(|l| Some((Family::IPV4_UNICAST, Nlri::Prefixes(l))));
        match self {
            Self::Withdrawn => Part::of(ElementKind::Withdraw, plain(update.withdrawn()), None),
            Self::MpWithdrawn => Part::of(ElementKind::Withdraw, update.mp_withdrawn(attributes), None),
            Self::Announced => Part::of(ElementKind::Announce, plain(update.announced()), None),
            Self::MpAnnounced => {
                let next_hop = attributes.mp_reach().ok().flatten().map(|reach| reach.next_hop());
                Part::of(ElementKind::Announce, update.mp_announced(attributes), next_hop)
            }
        }
    }
}

impl<'a> Part<'a> {
    fn of(kind: ElementKind, routes: Result<Option<(Family, Nlri<'a>)>>, next_hop: Option<NextHop<'a>>) -> Self {
        let empty = Nlri::Prefixes(Prefixes::EMPTY);
        let (family, nlri, error) = match routes {
            Ok(Some((family, nlri))) => (family, nlri, None),
            Ok(None) => (Family::IPV4_UNICAST, empty, None),
            Err(e) => (Family::IPV4_UNICAST, empty, Some(e)),
        };
        Self { prefixes: nlri.prefixes().iter(), routes: nlri.routes(), family, kind, next_hop, error }
    }

    fn next(&mut self) -> Option<Result<Route<'a>>> {
        if let Some(e) = self.error.take() {
            return Some(Err(e));
        }
        match self.prefixes.next() {
            Some(path) => Some(Ok(Route::Prefix(self.family, path))),
            None => self.routes.next().map(|route| match route {
                Ok(route) => Ok(Route::Other(route)),
                Err(e) => Err(e.within(Context::Family(self.family.afi, self.family.safi), Action::DisableFamily)),
            }),
        }
    }
}

/// What is still to come of a record.
#[derive(Clone, Copy)]
#[expect(clippy::large_enum_variant, reason = "one of them lives on the stack of a loop")]
enum Pending<'a> {
    Nothing,
    Error(Error),
    Element(Element<'a>),
    Rib(Family, RibRoute<'a>, RibEntries<'a>),
    TableDump(TableDumpEntries<'a>),
    /// `part` of `list` is being handed out; `broken` is what ends the list of attributes, or stands beside the message.
    Update {
        update: Update<'a>,
        attributes: Attributes<'a>,
        list: Lists,
        part: Part<'a>,
        window: Window<'a>,
        finding: Option<Error>,
        broken: Option<Error>,
    },
}

/// Elements of a record, without the peer table they refer to.
#[derive(Clone, Copy)]
struct Source<'a> {
    record: MrtType,
    local: bool,
    time: Timestamp,
    peer: Peer,
    pending: Pending<'a>,
}

impl<'a> Source<'a> {
    const EMPTY: Self =
        Self { record: MrtType(0), local: false, time: Timestamp::EPOCH, peer: Peer::UNKNOWN, pending: Pending::Nothing };

    fn of(record: &Record<'a>, peers: &Peers) -> Self {
        let mut source = Self {
            record: record.kind(),
            local: false,
            time: record.timestamp(),
            peer: Peer::UNKNOWN,
            pending: Pending::Nothing,
        };
        source.pending = match record.body() {
            Err(e) => Pending::Error(e),
            Ok(Body::Rib(rib)) => Pending::Rib(rib.family(), rib.route(), rib.entries()),
            Ok(Body::TableDump(table)) => Pending::TableDump(table.entries()),
            Ok(Body::Message(message)) => {
                source.peer = Peer { asn: message.peer_asn, address: message.peer_address, bgp_id: None };
                source.local = message.local;
                Self::message(&message, record.context(), peers)
            }
            Ok(Body::StateChange(change)) => {
                source.peer = Peer { asn: change.peer_asn, address: change.peer_address, bgp_id: None };
                let kind = ElementKind::StateChange(change.old, change.new);
                Pending::Element(source.element(kind, Route::None, Window::EMPTY, None))
            }
            Ok(Body::Unknown) => match unframed(record) {
                Some((family, octets, offset)) => {
                    let route = Route::Other(RawRoute::new(family, octets, offset));
                    Pending::Element(source.element(ElementKind::Rib, route, Window::EMPTY, None))
                }
                None => Pending::Nothing,
            },
            Ok(Body::Entry(entry)) => {
                source.peer = Peer { asn: entry.peer_asn, address: Some(entry.peer_address), bgp_id: None };
                let mut window = Window::new(entry.attribute_bytes(), entry.attributes_offset(), false, true);
                let route = match entry.prefix {
                    Some(prefix) => Route::Prefix(entry.family, PathPrefix { prefix, path_id: None }),
                    None => Route::Other(entry.route()),
                };
                let finding = rib_finding(&mut window);
                let mut element = source.element(ElementKind::Rib, route, window, finding);
                element.originated = Some(entry.last_change);
                element.next_hop = Some(entry.next_hop());
                Pending::Element(element)
            }
            Ok(_) => Pending::Nothing,
        };
        source
    }

    fn message(message: &Bgp4mpMessage<'a>, context: Context, peers: &Peers) -> Pending<'a> {
        let session = peers.session(message);
        match message.message_by(&session) {
            Ok(Message::Update(update)) => Self::update(&update, None),
            Ok(other) => {
                let mut worst = None;
                other.verdict(message.message_offset(), |e| worst = worse(worst, e));
                worst.map_or(Pending::Nothing, Pending::Error)
            }
            Err(e) => match message.leading(&session) {
                Some((Message::Update(update), e)) => Self::update(&update, Some(e.within(context, Action::None))),
                Some((_, e)) => Pending::Error(e.within(context, Action::None)),
                None => Pending::Error(e),
            },
        }
    }

    /// `beside` is what is wrong with the record around the UPDATE.
    fn update(update: &Update<'a>, beside: Option<Error>) -> Pending<'a> {
        let mut finding = beside;
        let mut window = Window::new(update.attribute_bytes(), update.attributes_offset(), update.session().asn4, false);
        let attributes = update.attributes();
        let mut broken = attributes.err();
        update.findings_beside_routes(|e| {
            finding = worse(finding, e);
            window.discard(&e);
            // The same, with what the whole message has a speaker do about it.
            if broken.is_some_and(|b| (b.kind(), b.context(), b.offset()) == (e.kind(), e.context(), e.offset())) {
                broken = Some(e);
            }
        });
        let attributes = attributes.unwrap_or_else(|_| {
            // The attributes in front of the break stand, and the routes in them.
            window.cut();
            update.readable_attributes()
        });
        let broken = broken.map_or(beside, |e| worse(beside, e));
        let list = Lists::Withdrawn;
        Pending::Update { update: *update, attributes, list, part: list.part(update, &attributes), window, finding, broken }
    }

    const fn element(&self, kind: ElementKind, route: Route<'a>, window: Window<'a>, finding: Option<Error>) -> Element<'a> {
        Element {
            kind,
            record: self.record,
            time: self.time,
            originated: None,
            local: self.local,
            peer: self.peer,
            route,
            window,
            next_hop: None,
            finding,
        }
    }

    fn next(&mut self, peers: &Peers) -> Option<Result<Element<'a>>> {
        let base = Source { record: self.record, local: self.local, time: self.time, peer: self.peer, pending: Pending::Nothing };
        match &mut self.pending {
            Pending::Nothing => None,
            Pending::Error(e) => {
                let e = *e;
                self.pending = Pending::Nothing;
                Some(Err(e))
            }
            Pending::Element(element) => {
                let element = *element;
                self.pending = Pending::Nothing;
                Some(Ok(element))
            }
            Pending::Rib(family, route, entries) => {
                let entry = match entries.next()? {
                    Ok(entry) => entry,
                    Err(e) => return Some(Err(e)),
                };
                let mut window = Window::new(entry.attribute_bytes(), entry.attributes_offset(), true, true);
                let mut finding = rib_finding(&mut window);
                let peer = match peers.peer(entry.peer_index()) {
                    Some(peer) => {
                        if peers.is_damaged() {
                            finding = worse(finding, no_peer(peers, entry.peer_index(), entry.attributes_offset()));
                        }
                        Peer { asn: peer.asn, address: Some(peer.address), bgp_id: Some(peer.bgp_id) }
                    }
                    None => {
                        finding = worse(finding, no_peer(peers, entry.peer_index(), entry.attributes_offset()));
                        Peer::UNKNOWN
                    }
                };
                let route = match *route {
                    RibRoute::Prefix(path) => {
                        Route::Prefix(*family, PathPrefix { path_id: entry.path_id().or(path.path_id), ..path })
                    }
                    RibRoute::Other(route) => {
                        if let Err(e) = route.decode() {
                            finding = worse(finding, e);
                        }
                        Route::Other(RawRoute { path_id: entry.path_id(), ..route })
                    }
                };
                let mut element = base.element(ElementKind::Rib, route, window, finding);
                element.peer = peer;
                element.originated = Some(entry.originated());
                Some(Ok(element))
            }
            Pending::TableDump(entries) => {
                let entry = match entries.next()? {
                    Ok(entry) => entry,
                    Err(e) => return Some(Err(e)),
                };
                let mut window = Window::new(entry.attribute_bytes, entry.attributes_offset, entry.asn4, true);
                let finding = rib_finding(&mut window);
                let family = if entry.prefix.is_v6() { Family::IPV6_UNICAST } else { Family::IPV4_UNICAST };
                let route = Route::Prefix(family, PathPrefix { prefix: entry.prefix, path_id: None });
                let mut element = base.element(ElementKind::Rib, route, window, finding);
                element.peer = Peer { asn: entry.peer_asn, address: Some(entry.peer_address), bgp_id: None };
                element.originated = Some(entry.originated);
                Some(Ok(element))
            }
            Pending::Update { update, attributes, list, part, window, finding, broken } => loop {
                match part.next() {
                    Some(Ok(route)) => {
                        let withdraw = part.kind == ElementKind::Withdraw;
                        let window = if withdraw { Window { bytes: &[], ..*window } } else { *window };
                        let mut finding = *finding;
                        if let Route::Other(route) = route
                            && let Err(e) = route.decode()
                        {
                            finding = worse(finding, e);
                        }
                        let mut element = base.element(part.kind, route, window, finding);
                        element.next_hop = part.next_hop;
                        return Some(Ok(element));
                    }
                    Some(Err(e)) => return Some(Err(e)),
                    None => {
                        *list = list.following()?;
                        *part = list.part(update, attributes);
                        if *list == Lists::MpWithdrawn {
                            part.error = broken.or(part.error);
                        }
                    }
                }
            },
        }
    }
}

/// Family, octets and place of a RIB_GENERIC record whose family has routes of unknown length: they cannot be told from the
/// entries behind them, so all of it is one.
fn unframed<'a>(record: &Record<'a>) -> Option<(Family, &'a [u8], u64)> {
    use crate::codes::TableDumpV2Subtype as S;
    let generic = matches!(S(record.subtype()), S::RIB_GENERIC | S::RIB_GENERIC_ADDPATH);
    let body = record.raw_body();
    let (head, octets) = body.split_first_chunk::<7>()?;
    let &[_, _, _, _, afi_high, afi_low, safi] = head;
    let family = Family::new(Afi(u16::from_be_bytes([afi_high, afi_low])), Safi(safi));
    (record.kind() == MrtType::TABLE_DUMP_V2 && generic)
        .then(|| (family, octets, record.offset().saturating_add(HEADER_LEN as u64).saturating_add(7)))
}

fn rib_finding(window: &mut Window<'_>) -> Option<Error> {
    let mut finding = None;
    match window.attributes() {
        Ok(attributes) => {
            attributes.findings(|e| {
                finding = worse(finding, e);
                window.discard(&e);
            });
        }
        Err(e) => {
            finding = Some(e);
            window.cut();
        }
    }
    finding
}

// The same choice on every iterator over elements.
macro_rules! handling_methods {
    () => {
        /// The same elements, handed out by another rule where something is wrong with them.
        #[must_use]
        pub const fn with_strictness(mut self, strictness: Strictness) -> Self {
            self.handling.strictness = strictness;
            self
        }

        /// The same elements; what is only worth knowing ([`Attributes::notes`], [`RawRoute::note`]) counts as a finding too.
        #[must_use]
        pub const fn with_notes(mut self) -> Self {
            self.handling.notes = true;
            self
        }
    };
}

/// Elements of one UPDATE: see [`UpdateElements::new`].
#[derive(Clone)]
pub struct UpdateElements<'a> {
    source: Source<'a>,
    peers: Peers,
    handling: Handling,
}

impl<'a> UpdateElements<'a> {
    /// The route events of an UPDATE that no record carried: withdrawn routes before announced ones.
    ///
    /// Their record kind is BGP4MP, as which such messages are archived.
    pub fn new(update: &Update<'a>, peer: Peer, time: Timestamp) -> Self {
        let source = Source { record: MrtType::BGP4MP, local: false, time, peer, pending: Source::update(update, None) };
        Self { source, peers: Peers::new(), handling: Handling::default() }
    }

    handling_methods!();
}

impl<'a> Iterator for UpdateElements<'a> {
    type Item = Result<Element<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        // Elements are long: what hands them out as they are does not move them.
        if self.handling.is_plain() {
            return self.source.next(&self.peers);
        }
        Some(self.source.next(&self.peers)?.and_then(|element| self.handling.judge(element)))
    }
}

impl FusedIterator for UpdateElements<'_> {}

impl fmt::Debug for UpdateElements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Elements of one record: see [`Record::elements`].
#[derive(Clone)]
pub struct RecordElements<'a, 'p> {
    source: Source<'a>,
    peers: &'p Peers,
    handling: Handling,
}

impl RecordElements<'_, '_> {
    handling_methods!();
}

impl<'a> Iterator for RecordElements<'a, '_> {
    type Item = Result<Element<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.handling.is_plain() {
            return self.source.next(self.peers);
        }
        Some(self.source.next(self.peers)?.and_then(|element| self.handling.judge(element)))
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
    /// `peers` is the peer table in force; a record that holds a new one replaces it, and gives no element. What cannot be
    /// read is an error in its place, and what follows it is still given where the framing stands.
    pub fn elements<'p>(&self, peers: &'p mut Peers) -> RecordElements<'a, 'p> {
        peers.observe(self);
        self.elements_by(peers)
    }

    /// The same by a peer table that stays as it is, so that threads can share it: whoever reads the records in their order calls
    /// [`Peers::observe`] for each first.
    pub fn elements_by<'p>(&self, peers: &'p Peers) -> RecordElements<'a, 'p> {
        RecordElements { source: Source::of(self, peers), peers, handling: Handling::default() }
    }
}

/// Elements of an archive in memory: see [`elements`].
#[derive(Clone)]
pub struct ArchiveElements<'a> {
    records: Records<'a>,
    peers: Peers,
    source: Source<'a>,
    handling: Handling,
}

/// The route events of an archive in memory, one after the other.
///
/// An item that is an error stands for what could not be read; those after it still come.
pub fn elements(archive: &[u8]) -> ArchiveElements<'_> {
    ArchiveElements { records: records(archive), peers: Peers::new(), source: Source::EMPTY, handling: Handling::default() }
}

impl ArchiveElements<'_> {
    /// The same, with a peer table or evidence from elsewhere.
    #[must_use]
    pub fn with_peers(mut self, peers: Peers) -> Self {
        self.peers = peers;
        self
    }

    handling_methods!();
}

impl<'a> Iterator for ArchiveElements<'a> {
    type Item = Result<Element<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(element) = self.source.next(&self.peers) {
                if self.handling.is_plain() {
                    return Some(element);
                }
                return Some(element.and_then(|element| self.handling.judge(element)));
            }
            match self.records.next()? {
                Ok(record) => self.source = record.elements(&mut self.peers).source,
                Err(e) => return Some(Err(e)),
            }
        }
    }
}

impl FusedIterator for ArchiveElements<'_> {}

impl fmt::Debug for ArchiveElements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArchiveElements").field("records", &self.records).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
