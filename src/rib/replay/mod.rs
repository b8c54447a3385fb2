//! From records to a table: which table is meant, whose message it is, what a session's end leaves.

mod facts;
mod place;
mod restart;
mod session;
mod tables;

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr};

use foldhash::fast::RandomState;
use hashbrown::HashMap;

pub use facts::Ambiguous;
pub(super) use facts::Facts;
use facts::Name;
use place::micros;
pub(super) use place::{Part, Place, Placer};
use session::Speaker;
use tables::Dump;

use super::peer::{Collector, PeerId, RibPeer};
use super::table::{Applied, Memo, Rib, RibOptions};
use crate::asn::Asn;
use crate::bgp::Message;
use crate::codes::{FsmState, MessageType, NotificationCode, RouteRefreshSubtype};
use crate::element::{Element, ElementKind, Route};
use crate::error::{Action, Error};
use crate::family::Family;
use crate::mrt::{Bgp4mpMessage, Body, ReadContext, Record, StateChange};
use crate::time::Timestamp;

/// What is worth knowing about how a table came about, and no damage.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Note {
    /// A table lists a peer with AS 0 or AS_TRANS; messages from its address are taken as its own.
    Joined {
        /// The peer as it is known now.
        peer: RibPeer,
        /// The AS that the table has.
        listed: Asn,
    },
    /// Messages to an address that is not the collector's BGP identifier are taken as its own, since its tables alone list the
    /// peer.
    OtherAddress {
        /// The collector.
        collector: Collector,
        /// The address.
        address: Collector,
        /// The first such peer's address.
        peer: Option<IpAddr>,
    },
    /// Dumps of an older form, which name no collector, are taken as those of one: of each view the latest counts.
    OlderDumps {
        /// In how many files or streams they are.
        sources: usize,
    },
    /// Routes that a table dump could not say: of a family whose routes do not say where they end, or with attributes that could
    /// not be read back. They are in no table.
    NotHeld {
        /// The family.
        family: Family,
        /// How many were announced.
        routes: u64,
    },
    /// A peer's messages announce a default route more than once: so they do when routes have path identifiers (RFC 7911) and are
    /// read without.
    PathIdentifiers {
        /// The peer.
        peer: RibPeer,
        /// How many messages do.
        messages: u64,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = |f: &mut fmt::Formatter<'_>, address: &Option<IpAddr>| match address {
            Some(address) => write!(f, "peer {address}"),
            None => f.write_str("a peer without an address"),
        };
        match self {
            Self::Joined { peer, listed } => {
                address(f, &peer.address)?;
                write!(f, " has AS {listed} in a table dump and AS {} in messages: taken as one peer", peer.asn)
            }
            Self::OtherAddress { collector, address: other, peer } => {
                write!(f, "{other} is taken as an address of the collector {collector}, whose table lists ")?;
                address(f, peer)
            }
            Self::OlderDumps { sources } => {
                write!(f, "the older table dumps in {sources} files name no collector: they are taken as those of one")
            }
            Self::NotHeld { family, routes } => {
                write!(f, "{routes} announced {family} routes are not held: no table dump could say them")
            }
            Self::PathIdentifiers { peer, messages } => {
                address(f, &peer.address)?;
                write!(f, " AS{} announces a default route more than once in {messages} messages: ", peer.asn)?;
                f.write_str("its routes may have path identifiers that the records' subtype denies")
            }
        }
    }
}

/// Number of a file or stream that a [`Replay`] reads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourceId(u32);

/// A file or stream.
#[derive(Clone, Debug, Default)]
struct Source {
    /// The collector that all of its records are of, if somebody said so.
    collector: Option<Collector>,
    peers: ReadContext,
    placer: Placer,
    /// The table that its records are of.
    dump: Option<Dump>,
    /// Whether it has dumps of an older form.
    older: bool,
}

/// How a message names its session: the file's collector, the peer, whether its AS has four octets, the collector's address.
type Called = (Option<Collector>, Name, bool, Collector);

/// Works out a [`Rib`] from records of several files or streams, fed in the order of time.
///
/// # Which table is meant
/// Each PEER_INDEX_TABLE, and each beginning of an older dump, begins a new table. It takes the place of what its collector and view
/// (and address family, for older dumps) had before; tables of the same second add up. Its routes are of the instant at which
/// it began, however long it took to write.
///
/// # Whose message it is
/// A peer is known by collector, view, address, AS and, where a table has several such, BGP identifier. Messages name no collector.
/// They are of
/// 1. the collector that their source was added with ([`Replay::add_source_of`]);
/// 2. else the one whose table dumps have the collector's own address in the message as their BGP identifier;
/// 3. else the one whose table lists the peer;
/// 4. else, for a peer that no table lists, the one collector that has tables;
/// 5. else that address stands for a collector.
///
/// Where that leaves a choice, applying the message is an error ([`Ambiguous`]) and changes nothing. A table that lists a peer with AS
/// 0 or AS_TRANS is joined by messages of the same address ([`Note::Joined`]).
///
/// # What changes a peer's routes
/// * UPDATE messages of the peer. What the collector sent (the LOCAL subtypes) does not.
/// * The end of its session: a state change out of Established, a NOTIFICATION in either direction, a new OPEN, another AS
///   at the same address. A NOTIFICATION 6/7 closes the second of two connections (RFC 4271 section 6.8): it ends nothing, and an OPEN
///   up to four minutes before it is undone.
/// * The end of a refresh: what was not announced since BoRR goes at EoRR (RFC 7313 section 4).
/// * A restart: if the peer's OPEN said so, routes stay, marked ([`Staleness`](super::Staleness)), until the End-of-RIB of its
///   next session or the end of the announced time (RFC 4724, RFC 8538, RFC 9494).
///
/// ```
/// use routeglass::mrt::{ReadContext, records};
/// use routeglass::rib::Replay;
/// # let archive: &[u8] = &[];
///
/// let mut replay = Replay::new();
/// let source = replay.add_source(ReadContext::new());
/// for record in records(archive) {
///     replay.apply(source, &record?, |damage| eprintln!("{damage}"))?;
/// }
/// println!("{} routes", replay.rib().len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Replay {
    rib: Rib,
    // Taken out while one of its records is applied.
    sources: Vec<Option<Box<Source>>>,
    facts: Facts,
    /// Counts what was learnt, so that what rests on it is looked up again.
    epoch: u64,
    /// Whether something would have been decided otherwise, had it been known before.
    revised: bool,
    decided: HashMap<(Name, Collector), Collector, RandomState>,
    called: HashMap<Called, usize, RandomState>,
    speakers: Vec<Speaker>,
    by_name: BTreeMap<(Collector, Option<IpAddr>, Asn), usize>,
    /// The peers of the tables by who they are, in all views.
    peers: BTreeMap<(Collector, Option<IpAddr>, Asn), BTreeSet<PeerId>>,
    tables: tables::Tables,
    /// When stale routes go, and those of which session and family.
    timers: BTreeSet<(u64, usize, Family)>,
    now: u64,
    notes: Vec<Note>,
    not_held: BTreeMap<Family, u64>,
    suspicious: BTreeMap<usize, u64>,
    /// An attribute list while it is written.
    list: Vec<u8>,
}

impl Default for Replay {
    fn default() -> Self {
        Self::new()
    }
}

impl Replay {
    /// An empty table, and no source.
    pub fn new() -> Self {
        Self::with_options(RibOptions::default())
    }

    /// An empty table with options, and no source.
    pub fn with_options(options: RibOptions) -> Self {
        Self {
            rib: Rib::with_options(options),
            sources: Vec::new(),
            facts: Facts::default(),
            epoch: 0,
            revised: false,
            decided: HashMap::default(),
            called: HashMap::default(),
            speakers: Vec::new(),
            by_name: BTreeMap::new(),
            peers: BTreeMap::new(),
            tables: tables::Tables::default(),
            timers: BTreeSet::new(),
            now: 0,
            notes: Vec::new(),
            not_held: BTreeMap::new(),
            suspicious: BTreeMap::new(),
            list: Vec::new(),
        }
    }

    /// The same, knowing what the records to come say of collectors.
    pub(super) fn knowing(mut self, facts: Facts) -> Self {
        self.epoch = facts.epoch();
        self.facts = facts;
        self
    }

    /// A file or stream whose records do not all need to be of one collector. `peers` says how its messages are read
    /// ([`ReadContext::with_evidence`], [`ReadContext::with_add_path`]).
    pub fn add_source(&mut self, peers: ReadContext) -> SourceId {
        self.add(None, peers)
    }

    /// A file or stream of one collector, which has a name.
    pub fn add_source_of(&mut self, collector: &str, peers: ReadContext) -> SourceId {
        self.add(Some(Collector::named(collector)), peers)
    }

    pub(super) fn add(&mut self, collector: Option<Collector>, peers: ReadContext) -> SourceId {
        let id = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        self.sources.push(Some(Box::new(Source { collector, peers, ..Source::default() })));
        SourceId(id)
    }

    /// The peers by whose numbers a source's entries are.
    pub(super) fn peers(&self, source: SourceId) -> Option<&ReadContext> {
        self.sources.get(source.0 as usize)?.as_ref().map(|source| &source.peers)
    }

    /// The table so far.
    pub const fn rib(&self) -> &Rib {
        &self.rib
    }

    /// The table.
    pub fn into_rib(mut self) -> Rib {
        self.settle();
        self.rib
    }

    /// A copy of the table, which shares what does not change.
    pub(super) fn snapshot(&self) -> Rib {
        let mut rib = self.rib.clone();
        // What is kept in case of a collision is no route of the table.
        for before in self.speakers.iter().flat_map(|speaker| &speaker.before) {
            before.routes.values().for_each(|shelved| rib.release(shelved.list));
        }
        rib
    }

    /// What is worth knowing about how the table came about.
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = self.notes.clone();
        let older = self.sources.iter().flatten().filter(|source| source.older && source.collector.is_none()).count();
        if older > 1 {
            notes.push(Note::OlderDumps { sources: older });
        }
        notes.extend(self.not_held.iter().map(|(family, routes)| Note::NotHeld { family: *family, routes: *routes }));
        for (speaker, messages) in &self.suspicious {
            if let Some(speaker) = self.speakers.get(*speaker) {
                let peer = RibPeer::new(speaker.asn, speaker.address).with_collector(speaker.collector.clone());
                notes.push(Note::PathIdentifiers { peer, messages: *messages });
            }
        }
        notes
    }

    /// Whether a decision would have been another one if all had been known when it was made.
    pub(super) const fn is_revised(&self) -> bool {
        self.revised
    }

    /// Goes on to an instant at which nothing else happens: stale routes whose time is over go.
    pub fn advance(&mut self, to: Timestamp) {
        self.advance_to(micros(to));
    }

    pub(super) fn advance_to(&mut self, to: u64) {
        while let Some((at, speaker, family)) = self.timers.first().copied().filter(|(at, ..)| *at <= to) {
            self.timers.pop_first();
            self.expire(speaker, family, at);
        }
        self.now = self.now.max(to);
    }

    /// Applies a record. `report` gets what cannot be read, and why routes of a message are withdrawn though it announces them
    /// (RFC 7606).
    ///
    /// # Errors
    /// A message or state change of which it cannot be told whose it is. It changes nothing.
    pub fn apply(&mut self, source: SourceId, record: &Record<'_>, report: impl FnMut(Error)) -> Result<(), Ambiguous> {
        let Some(taken) = self.sources.get_mut(source.0 as usize).and_then(Option::as_mut) else { return Ok(()) };
        let (part, place) = taken.placer.place(record);
        self.apply_placed(source, record, part, place, report)
    }

    /// Applies a record that stands at a place.
    pub(super) fn apply_placed(
        &mut self,
        id: SourceId,
        record: &Record<'_>,
        part: Part,
        place: Place,
        mut report: impl FnMut(Error),
    ) -> Result<(), Ambiguous> {
        let Some(mut source) = self.sources.get_mut(id.0 as usize).and_then(Option::take) else { return Ok(()) };
        if part != Part::Route {
            self.advance_to(place.micros);
            self.rib.time = self.rib.time.max(record.timestamp().seconds);
        }
        let outcome = match (part, record.body()) {
            (_, Err(e)) => {
                // A damaged PEER_INDEX_TABLE leaves no peers to whom routes could belong.
                source.peers.observe(record);
                report(e);
                Ok(())
            }
            (_, Ok(Body::Message(message))) => self.message(&source, record, &message, &mut report),
            (_, Ok(Body::StateChange(change))) => self.state_change(&source, &change),
            (part, Ok(body)) => {
                self.table_record(&mut source, record, &body, part, &mut report);
                self.learnt()
            }
        };
        if let Some(slot) = self.sources.get_mut(id.0 as usize) {
            *slot = Some(source);
        }
        outcome
    }

    /// Learns what a record says of collectors, and applies nothing.
    pub(super) fn learn(&mut self, id: SourceId, record: &Record<'_>, part: Part) {
        let Some(mut source) = self.sources.get_mut(id.0 as usize).and_then(Option::take) else { return };
        match record.body() {
            Ok(Body::Message(message)) => {
                let local = source.collector.is_none().then_some(message.local_address).flatten();
                let local = Collector::from_address(local);
                self.facts.add_message((message.peer_address, message.peer_asn), message.session.asn4, &local);
            }
            Ok(Body::StateChange(change)) => {
                let local = source.collector.is_none().then_some(change.local_address).flatten();
                let local = Collector::from_address(local);
                self.facts.add_message((change.peer_address, change.peer_asn), change.peer_asn.is_four_octet(), &local);
            }
            Ok(body) => self.learn_table(&mut source, record, &body, part),
            Err(_) => {}
        }
        if let Some(slot) = self.sources.get_mut(id.0 as usize) {
            *slot = Some(source);
        }
    }

    /// What is known of collectors.
    pub(super) fn into_facts(self) -> Facts {
        self.facts
    }

    /// Looks again at what was decided by less.
    fn learnt(&mut self) -> Result<(), Ambiguous> {
        if self.epoch == self.facts.epoch() {
            return Ok(());
        }
        self.epoch = self.facts.epoch();
        for ((_, (address, asn), asn4, _), speaker) in &self.called {
            let meant = if *asn4 { *asn } else { self.facts.widened(*address, *asn) };
            self.revised |= self.speakers.get(*speaker).is_some_and(|speaker| speaker.asn != meant);
        }
        self.called.clear();
        for ((name, local), collector) in &mut self.decided {
            let now = self.facts.collector(*name, local)?;
            if now != *collector {
                self.revised = true;
                *collector = now;
            }
        }
        Ok(())
    }

    /// The session that a message or state change is of.
    fn speaker(&mut self, source: &Source, (address, asn): Name, asn4: bool, local: Option<IpAddr>) -> Result<usize, Ambiguous> {
        let local = Collector::from_address(local);
        let called = (source.collector.clone(), (address, asn), asn4, local);
        if let Some(speaker) = self.called.get(&called) {
            return Ok(*speaker);
        }
        let local = called.3.clone();
        if asn4 {
            self.facts.add_message((address, asn), true, &Collector::Unknown);
        }
        let asn = if asn4 { asn } else { self.facts.widened(address, asn) };
        let collector = match &source.collector {
            Some(collector) => {
                self.learnt()?;
                collector.clone()
            }
            None => {
                self.facts.add_message((address, asn), asn4, &local);
                self.learnt()?;
                let collector = self.facts.collector((address, asn), &local)?;
                if self.facts.is_only_listed(&collector, &local) {
                    let note = Note::OtherAddress { collector: collector.clone(), address: local.clone(), peer: address };
                    let is_said = |note: &Note| matches!(note, Note::OtherAddress { collector: c, address: a, .. } if *c == collector && *a == local);
                    if !self.notes.iter().any(is_said) {
                        self.notes.push(note);
                    }
                }
                self.decided.insert(((address, asn), local), collector.clone());
                collector
            }
        };
        let speaker = self.speaker_of(collector, address, asn);
        self.called.insert(called, speaker);
        Ok(speaker)
    }

    fn speaker_of(&mut self, collector: Collector, address: Option<IpAddr>, asn: Asn) -> usize {
        let next = self.speakers.len();
        let speaker = *self.by_name.entry((collector.clone(), address, asn)).or_insert(next);
        if speaker == next {
            self.speakers.push(Speaker::new(collector, address, asn));
        }
        speaker
    }

    fn state_change(&mut self, source: &Source, change: &StateChange) -> Result<(), Ambiguous> {
        let asn4 = change.peer_asn.is_four_octet();
        let id = self.speaker(source, (change.peer_address, change.peer_asn), asn4, change.local_address)?;
        if change.new == FsmState::ESTABLISHED {
            self.appear(id, change.interface, change.local_address);
        }
        let is_down = self.speakers.get(id).is_none_or(|speaker| speaker.down);
        if change.old == FsmState::ESTABLISHED && change.new != FsmState::ESTABLISHED && !is_down {
            self.lose(id, false, None);
        }
        Ok(())
    }

    fn message(
        &mut self,
        source: &Source,
        record: &Record<'_>,
        message: &Bgp4mpMessage<'_>,
        report: &mut impl FnMut(Error),
    ) -> Result<(), Ambiguous> {
        let name = (message.peer_address, message.peer_asn);
        let id = self.speaker(source, name, message.session.asn4, message.local_address)?;
        if !message.local {
            self.appear(id, message.interface, message.local_address);
        }
        let kind = if message.is_headless() { None } else { message.message_bytes().get(18).copied() };
        if kind == Some(MessageType::UPDATE.0) {
            return if message.local { Ok(()) } else { self.update(id, source, record, message, report) };
        }
        match (message.message_by(&source.peers.session(message)), message.local) {
            (Err(e), false) => report(e),
            (Ok(Message::Update(_)), false) => return self.update(id, source, record, message, report),
            (Ok(Message::Open(open)), local) => self.open(id, &open, local),
            (Ok(Message::Notification(notification)), _) => {
                // Connection Collision Resolution.
                if (notification.code, notification.subcode) == (NotificationCode::CEASE, 7) {
                    self.undo_open(id);
                } else {
                    let hard = (notification.code, notification.subcode) == (NotificationCode::CEASE, 9);
                    self.notified(id, hard);
                }
            }
            (Ok(Message::RouteRefresh(refresh)), false) => {
                self.alive(id);
                match refresh.subtype {
                    RouteRefreshSubtype::BORR => self.begin_refresh(id, refresh.family),
                    RouteRefreshSubtype::EORR => self.end_refresh(id, refresh.family),
                    _ => {}
                }
            }
            (Ok(Message::Keepalive), false) => self.alive(id),
            _ => {}
        }
        Ok(())
    }

    /// Applies the routes of an UPDATE.
    fn update(
        &mut self,
        id: usize,
        source: &Source,
        record: &Record<'_>,
        message: &Bgp4mpMessage<'_>,
        report: &mut impl FnMut(Error),
    ) -> Result<(), Ambiguous> {
        self.alive(id);
        let mut memo = Memo::default();
        // All elements of a message come with the same finding.
        let (mut said, mut defaults, mut outcome) = (None, 0u32, Ok(()));
        for element in record.elements_by(&source.peers) {
            let element = match element {
                Ok(element) => element,
                Err(e) => {
                    report(e);
                    continue;
                }
            };
            let found = element.finding();
            let action = found.map_or(Action::None, |e| e.action());
            let finding = found.filter(|_| action >= Action::TreatAsWithdraw);
            if finding.is_some() && finding != said {
                finding.into_iter().for_each(&mut *report);
                said = finding;
            }
            let Some(family) = element.family() else { continue };
            let peer = match self.peer_of(id, family) {
                Ok(peer) => peer,
                Err(e) => {
                    outcome = Err(e);
                    break;
                }
            };
            let is_default = element.kind() == ElementKind::Announce && element.prefix().is_some_and(|prefix| prefix.len() == 0);
            defaults = defaults.saturating_add(u32::from(is_default));
            self.apply_element(id, peer, &element, action, &mut memo);
        }
        self.rib.end_memo(memo);
        if defaults > 1 {
            let count = self.suspicious.entry(id).or_default();
            *count = count.saturating_add(1);
        }
        if self.speakers.get(id).is_some_and(|speaker| speaker.watched)
            && let Ok(Message::Update(update)) = message.message_by(&source.peers.session(message))
            && let Some(family) = update.end_of_rib()
        {
            self.end_of_rib(id, family);
        }
        outcome
    }

    #[inline]
    fn apply_element(&mut self, id: usize, peer: PeerId, element: &Element<'_>, action: Action, memo: &mut Memo) {
        if self.speakers.get(id).is_some_and(|speaker| speaker.watched) {
            self.touch(id, peer, &element.route(), element.kind());
        }
        if self.rib.apply_route(peer, element, action, memo) == Applied::Refused
            && let Some(family) = element.family()
        {
            let count = self.not_held.entry(family).or_default();
            *count = count.saturating_add(1);
            // It is no longer the route that was there.
            let _ = match element.route() {
                Route::Prefix(family, path) => self.rib.remove(peer, family, path),
                Route::Other(route) => self.rib.remove_other(peer, &route),
                Route::None => Applied::Ignored,
            };
        }
    }

    /// The peer that a session's routes of a family are those of.
    #[inline]
    fn peer_of(&mut self, id: usize, family: Family) -> Result<PeerId, Ambiguous> {
        if let Some(speaker) = self.speakers.get(id)
            && speaker.epoch == self.tables.epoch(&self.facts)
            && let Some((_, peer)) = speaker.peers.iter().find(|(of, _)| *of == family)
        {
            return Ok(*peer);
        }
        self.find_peer(id, family)
    }

    #[cold]
    #[inline(never)]
    fn find_peer(&mut self, id: usize, family: Family) -> Result<PeerId, Ambiguous> {
        let epoch = self.tables.epoch(&self.facts);
        let Some(speaker) = self.speakers.get_mut(id) else { return Ok(PeerId(u32::MAX)) };
        if speaker.epoch != epoch {
            speaker.peers.clear();
            speaker.epoch = epoch;
        }
        let (collector, name) = (speaker.collector.clone(), (speaker.address, speaker.asn));
        let bgp_id = speaker.open.as_ref().and_then(|open| open.bgp_id);
        let view = self.facts.view(&collector, name, family)?;
        let peer = self.peer_in(&collector, &view, name, bgp_id)?;
        self.rib.list(peer, true);
        self.peers.entry((collector, name.0, name.1)).or_default().insert(peer);
        if let Some(speaker) = self.speakers.get_mut(id) {
            speaker.peers.push((family, peer));
        }
        Ok(peer)
    }

    /// All peers of a session, in all views.
    fn peers_of(&mut self, id: usize) -> Vec<PeerId> {
        let Some(speaker) = self.speakers.get(id) else { return Vec::new() };
        let (collector, name) = (speaker.collector.clone(), (speaker.address, speaker.asn));
        self.join_listed(&collector, name);
        let peers = self.peers.get(&(collector, name.0, name.1));
        peers.into_iter().flatten().copied().collect()
    }

    /// A peer is at its address: whoever else was there is gone.
    #[inline]
    fn appear(&mut self, id: usize, interface: u16, local: Option<IpAddr>) {
        if self.speakers.get(id).is_some_and(|speaker| !speaker.present) {
            self.take_place(id, interface, local);
        }
    }

    #[cold]
    #[inline(never)]
    fn take_place(&mut self, id: usize, interface: u16, local: Option<IpAddr>) {
        let local = Collector::from_address(local);
        let Some(speaker) = self.speakers.get_mut(id) else { return };
        speaker.present = true;
        (speaker.interface, speaker.local) = (interface, local.clone());
        let (collector, address, asn) = (speaker.collector.clone(), speaker.address, speaker.asn);
        if address.is_none() {
            return;
        }
        let at = (collector.clone(), address, Asn::ZERO)..=(collector.clone(), address, Asn(u32::MAX));
        let names: BTreeSet<Asn> =
            self.by_name.range(at.clone()).map(|(name, _)| name.2).chain(self.peers.range(at).map(|(name, _)| name.2)).collect();
        for other in names {
            // AS 0 and AS_TRANS stand for a number that is not said.
            if other == asn || other == Asn::ZERO || other == Asn::TRANS || asn == Asn::ZERO {
                continue;
            }
            if self.tables.lists_both(&collector, address, asn, other) {
                continue;
            }
            let other = self.speaker_of(collector.clone(), address, other);
            let Some(there) = self.speakers.get(other) else { continue };
            // Two links to one address: link-local addresses, or a collector with two of its own.
            let other_link = there.interface != 0 && interface != 0 && there.interface != interface;
            let other_end = there.local != Collector::Unknown && local != Collector::Unknown && there.local != local;
            if !other_link && !other_end {
                self.end(other);
                if let Some(there) = self.speakers.get_mut(other) {
                    there.present = false;
                }
            }
        }
    }

    /// Lets go of what was kept in case of a collision.
    fn settle(&mut self) {
        for id in 0..self.speakers.len() {
            self.forget_before(id);
        }
    }
}

/// A BGP identifier that is said.
fn said(id: Ipv4Addr) -> Option<Ipv4Addr> {
    (!id.is_unspecified()).then_some(id)
}

/// The name of a view that has a number: none for 0.
fn numbered(view: u16) -> Arc<[u8]> {
    if view == 0 { Arc::default() } else { Arc::from(alloc::string::ToString::to_string(&view).into_bytes()) }
}
