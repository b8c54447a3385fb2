//! From records to a table: which table is meant, which peer a message belongs to, what the end of a session leaves.

mod address;
mod facts;
mod messages;
mod note;
mod place;
mod restart;
mod session;
mod tables;

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use address::AtAddress;
pub use facts::Ambiguous;
pub(super) use facts::Facts;
use facts::Name;
pub use note::Note;
use place::micros;
pub(super) use place::{Part, Place, Placer};
use session::Speaker;
use tables::Dump;

use super::peer::{Collector, PeerId, RibPeer};
use super::table::{Rib, RibOptions};
use crate::asn::Asn;
use crate::codes::{Bgp4mpSubtype, MrtType};
use crate::error::Error;
use crate::family::Family;
use crate::mrt::{Body, Evidence, ReadContext, Record};
use crate::time::Timestamp;
use crate::wire::step;

/// Number of a file or stream that a [`Replay`] reads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourceId(u32);

/// A file or stream.
#[derive(Clone, Debug, Default)]
struct Source {
    /// The collector of all its records, if given.
    collector: Option<Collector>,
    peers: ReadContext,
    placer: Placer,
    /// The table its records belong to.
    dump: Option<Dump>,
    /// Whether it has dumps of an older form.
    older: bool,
}

/// Peers of one name by BGP identifier, in all views.
type PeersById = BTreeMap<Option<Ipv4Addr>, BTreeSet<PeerId>>;

/// What peers are called by at a collector: address and AS.
type Named = (Collector, Option<IpAddr>, Asn);

/// A session as identified by a message: the source's collector, the peer, whether its AS field has four octets, the collector's
/// address.
type Called = (Option<Collector>, Name, bool, Collector);

/// Builds a [`Rib`] from records of several files or streams, applied in time order.
///
/// # Which table is meant
/// Each PEER_INDEX_TABLE, and each start of an older dump, begins a new table. It replaces the previous one of its collector and
/// view (and address family, for older dumps); tables of the same second are combined. All its routes have the time at which it
/// began, however long it took to write.
///
/// An older dump has no record of its own at its start. One begins where the time goes back to before the start of the last, where
/// sequence numbers go back (but not from 65,535 to 0), and where a later record has the number of the one before. Some writers
/// leave the number as it is: if all records of a dump so far have the same, and there are several, it goes on as long as each is
/// of a greater prefix or of another peer to the same prefix.
///
/// # Whose message it is
/// A peer is identified by collector, view, address, AS and, where a table has several such, BGP identifier: that of the peer's
/// last OPEN, before which its messages and state changes are ambiguous. Messages name no
/// collector; a message belongs to
/// 1. the collector that their source was added with ([`Replay::add_source_of`]);
/// 2. else the one whose table dumps have a BGP identifier equal to the collector's own address in the message;
/// 3. else the one whose table lists the peer;
/// 4. else, for a peer that no table lists, the one collector that has tables, if peers that they list sent messages to the same
///    address;
/// 5. else that address is the collector's identity.
///
/// If that is ambiguous, applying the message is an error ([`Ambiguous`]) and changes nothing. A peer listed with AS 0 or
/// AS_TRANS is joined with messages of the same address ([`Note::Joined`]).
///
/// # What changes a peer's routes
/// * UPDATE messages of the peer, not those sent by the collector (the LOCAL subtypes).
/// * The end of its session: a state change out of Established, a NOTIFICATION in either direction, a new OPEN, another AS at the
///   same address. A NOTIFICATION 6/7 closes the second of two connections (RFC 4271 section 6.8): it ends no session, and an
///   OPEN up to four minutes before it is undone; unless that has been done for more routes than octets were read
///   ([`Note::NotKept`]).
/// * The end of a refresh: routes not announced since BoRR are removed at EoRR (RFC 7313 section 4).
/// * A restart: if the peer's OPEN announced it, routes are kept, marked ([`Staleness`](super::Staleness)), until the End-of-RIB
///   of its next session or the end of the restart time (RFC 4724, RFC 8538, RFC 9494).
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
    // Moved out while one of its records is applied.
    sources: Vec<Option<Box<Source>>>,
    facts: Facts,
    /// Counts additions of facts, so that decisions based on them are made again.
    epoch: u64,
    /// Whether a later fact would have changed an earlier decision.
    revised: bool,
    decided: BTreeMap<(Name, Collector), Collector>,
    /// The AS that a two-octet field was taken for.
    widened: BTreeMap<Name, Asn>,
    /// The views that peers' routes were attributed to.
    viewed: BTreeMap<(Collector, Name, Family), Arc<[u8]>>,
    called: HashMap<Called, usize, RandomState>,
    speakers: Vec<Speaker>,
    /// The sessions by name; those of several peers with one name also by BGP identifier.
    by_name: BTreeMap<(Collector, Option<IpAddr>, Asn, Option<Ipv4Addr>), usize>,
    /// The peers with routes or stale marks, by name and BGP identifier, in all views; some rest since ([`Rib::rest`]).
    peers: BTreeMap<Named, PeersById>,
    /// The names and BGP identifiers of all peers.
    names: BTreeMap<PeerId, Vec<(Named, Option<Ipv4Addr>)>>,
    /// The peers seen at each address of a collector.
    at: BTreeMap<(Collector, IpAddr), AtAddress>,
    /// The sessions of a collector with state that its next table resets.
    changed: BTreeMap<Collector, Vec<usize>>,
    tables: tables::Tables,
    /// How often a table has listed a peer: those who appeared before may have company at their addresses since.
    listings: u64,
    /// Expiry times of stale routes, with session and family.
    timers: BTreeSet<(u64, usize, Family)>,
    now: u64,
    notes: Vec<Note>,
    /// The collectors and addresses of [`Note::OtherAddress`], and the peers of [`Note::Joined`].
    addresses_noted: BTreeSet<(Collector, Collector)>,
    joins_noted: BTreeSet<RibPeer>,
    not_held: BTreeMap<Family, u64>,
    /// Both readings of some messages of each session that are read as declared.
    evidence: Evidence,
    without_routes: u64,
    /// Routes that replaced one of another entry for the same peer of a table.
    listed_twice: BTreeMap<PeerId, u64>,
    /// The same of peers that are listed once.
    repeated: u64,
    /// Octets of all records, and routes that were kept in case their OPEN is undone.
    octets: u64,
    shelved: u64,
    /// OPENs without such routes, of which there were too many.
    not_kept: u64,
    /// Buffer for an attribute list.
    list: Vec<u8>,
}

/// Removes a peer from those of a name.
fn leave(peers: &mut BTreeMap<Named, PeersById>, (name, bgp_id): &(Named, Option<Ipv4Addr>), peer: PeerId) {
    let Some(by_id) = peers.get_mut(name) else { return };
    if let Some(of_id) = by_id.get_mut(bgp_id) {
        of_id.remove(&peer);
        if of_id.is_empty() {
            by_id.remove(bgp_id);
        }
    }
    if by_id.is_empty() {
        peers.remove(name);
    }
}

impl Default for Replay {
    fn default() -> Self {
        Self::new()
    }
}

impl Replay {
    /// An empty table without sources.
    pub fn new() -> Self {
        Self::with_options(RibOptions::default())
    }

    /// An empty table with options, without sources.
    pub fn with_options(options: RibOptions) -> Self {
        Self {
            rib: Rib::with_options(options),
            sources: Vec::new(),
            facts: Facts::default(),
            epoch: 0,
            revised: false,
            decided: BTreeMap::new(),
            widened: BTreeMap::new(),
            viewed: BTreeMap::new(),
            called: HashMap::default(),
            speakers: Vec::new(),
            by_name: BTreeMap::new(),
            peers: BTreeMap::new(),
            names: BTreeMap::new(),
            at: BTreeMap::new(),
            changed: BTreeMap::new(),
            tables: tables::Tables::default(),
            listings: 0,
            timers: BTreeSet::new(),
            now: 0,
            notes: Vec::new(),
            addresses_noted: BTreeSet::new(),
            joins_noted: BTreeSet::new(),
            not_held: BTreeMap::new(),
            evidence: Evidence::default(),
            without_routes: 0,
            listed_twice: BTreeMap::new(),
            repeated: 0,
            octets: 0,
            shelved: 0,
            not_kept: 0,
            list: Vec::new(),
        }
    }

    /// Starts with facts about collectors from all records.
    pub(super) fn knowing(mut self, facts: Facts) -> Self {
        self.epoch = facts.epoch();
        self.facts = facts;
        // Nothing has been decided yet.
        self.facts.take_changed();
        self
    }

    /// Adds a file or stream whose records may be of several collectors. `peers` sets how its messages are read
    /// ([`ReadContext::with_evidence`], [`ReadContext::with_add_path`]).
    pub fn add_source(&mut self, peers: ReadContext) -> SourceId {
        self.add(None, peers)
    }

    /// Adds a file or stream of one named collector.
    pub fn add_source_of(&mut self, collector: &str, peers: ReadContext) -> SourceId {
        self.add(Some(Collector::named(collector)), peers)
    }

    pub(super) fn add(&mut self, collector: Option<Collector>, peers: ReadContext) -> SourceId {
        let id = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        self.sources.push(Some(Box::new(Source { collector, peers, ..Source::default() })));
        SourceId(id)
    }

    /// The reading context of a source.
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

    /// A copy-on-write copy of the table.
    pub(super) fn snapshot(&self) -> Rib {
        let mut rib = self.rib.clone();
        // Routes kept in case of a collision are not in the table.
        for before in self.speakers.iter().flat_map(|speaker| &speaker.before) {
            before.routes.values().for_each(|shelved| rib.release(shelved.list));
        }
        rib
    }

    /// Notes on how the table was built.
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = self.notes.clone();
        let older = self.sources.iter().flatten().filter(|source| source.older && source.collector.is_none()).count();
        if older > 1 {
            notes.push(Note::OlderDumps { sources: older });
        }
        notes.extend(self.not_held.iter().map(|(family, routes)| Note::NotHeld { family: *family, routes: *routes }));
        for (peer, routes) in &self.listed_twice {
            if let Some((peer, _)) = self.rib.adjacent(*peer) {
                notes.push(Note::ListedTwice { peer: peer.clone(), routes: *routes });
            }
        }
        if self.repeated > 0 {
            notes.push(Note::Repeated { routes: self.repeated });
        }
        if self.rib.discarded() > 0 {
            notes.push(Note::Discarded { attributes: self.rib.discarded() });
        }
        if self.not_kept > 0 {
            notes.push(Note::NotKept { opens: self.not_kept });
        }
        notes.extend(Note::of_evidence(self.evidence.clone()));
        if self.without_routes > 0 {
            notes.push(Note::WithoutRoutes { records: self.without_routes });
        }
        notes
    }

    /// Advances to an instant without events: expired stale routes are removed.
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

    /// Applies a record. `report` gets what cannot be read, and the findings of messages and routes (RFC 7606): of an UPDATE's
    /// routes the worst. Of several messages in one record, which should have one, all are applied.
    ///
    /// # Errors
    /// The collector or peer of a message or state change is ambiguous. Nothing is changed.
    pub fn apply(&mut self, source: SourceId, record: &Record<'_>, report: impl FnMut(Error)) -> Result<(), Ambiguous> {
        let Some(taken) = self.sources.get_mut(source.0 as usize).and_then(Option::as_mut) else { return Ok(()) };
        let (part, place) = taken.placer.place(record);
        self.apply_placed(source, record, part, place, report)
    }

    /// Applies a record at a given place in time.
    pub(super) fn apply_placed(
        &mut self,
        id: SourceId,
        record: &Record<'_>,
        part: Part,
        place: Place,
        mut report: impl FnMut(Error),
    ) -> Result<(), Ambiguous> {
        let Some(mut source) = self.sources.get_mut(id.0 as usize).and_then(Option::take) else { return Ok(()) };
        self.octets = self.octets.saturating_add(record.as_bytes().len() as u64);
        if !matches!(part, Part::Route(_)) {
            self.advance_to(place.micros);
            self.rib.time = self.rib.time.max(record.timestamp().seconds);
        }
        let outcome = match (part, record.body()) {
            (_, Err(e)) => {
                // After a damaged PEER_INDEX_TABLE, entries have no peers.
                source.peers.observe(record);
                report(e);
                Ok(())
            }
            (_, Ok(Body::Message(message))) => self.message(&source, record, &message, &mut report),
            (_, Ok(Body::StateChange(change))) => self.state_change(&source, record, &change),
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

    /// Collects facts about collectors from a record, without applying it.
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
                self.facts.add_message((change.peer_address, change.peer_asn), has_four_octet_as(record), &local);
            }
            Ok(body) => self.learn_table(&mut source, record, &body, part),
            Err(_) => {}
        }
        if let Some(slot) = self.sources.get_mut(id.0 as usize) {
            *slot = Some(source);
        }
    }

    /// The facts about collectors.
    pub(super) fn into_facts(self) -> Facts {
        self.facts
    }

    /// Repeats decisions that were made with fewer facts: those that the new ones may have changed.
    fn learnt(&mut self) -> Result<(), Ambiguous> {
        if self.epoch == self.facts.epoch() {
            return Ok(());
        }
        self.epoch = self.facts.epoch();
        // Not cleared, which takes as long as there is room.
        self.called = HashMap::default();
        let changed = self.facts.take_changed();
        if changed.all {
            return self.decide_again();
        }
        for name in &changed.narrow {
            step();
            let meant = self.widened.get(name);
            self.revised |= meant.is_some_and(|meant| self.facts.widened(name.0, name.1) != *meant);
        }
        let mut again = changed.messages;
        for name in changed.names {
            let strange = self.facts.strange(name).map(|local| (name, Collector::Address(local)));
            again.extend(strange.chain([(name, Collector::Unknown)]));
        }
        for address in changed.addresses {
            let first = ((address, Asn::ZERO), Collector::Unknown);
            let there = self.decided.range(first..).take_while(|((name, _), _)| name.0 == address);
            again.extend(there.map(|(message, _)| message.clone()));
        }
        for message in again {
            step();
            if let Some(before) = self.decided.get_mut(&message) {
                let now = self.facts.collector(message.0, &message.1)?;
                if now != *before {
                    self.revised = true;
                    *before = now;
                }
            }
        }
        Ok(())
    }

    /// Ends a first pass over all records: whether no decision would have been another one with all facts.
    pub(super) fn is_final(&mut self) -> bool {
        self.facts.conclude();
        let is_view = |((collector, name, family), view): (&(Collector, Name, Family), &Arc<[u8]>)| {
            self.facts.view(collector, *name, *family).is_ok_and(|now| now == *view)
        };
        self.viewed.iter().all(is_view) && self.decide_again().is_ok() && !self.revised
    }

    fn decide_again(&mut self) -> Result<(), Ambiguous> {
        self.revised |= self.widened.iter().any(|((address, asn), meant)| self.facts.widened(*address, *asn) != *meant);
        for ((name, local), collector) in &mut self.decided {
            step();
            let now = self.facts.collector(*name, local)?;
            if now != *collector {
                self.revised = true;
                *collector = now;
            }
        }
        Ok(())
    }

    /// The session of a message or state change.
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
        let asn = if asn4 {
            asn
        } else {
            let meant = self.facts.widened(address, asn);
            self.revised |= self.widened.insert((address, asn), meant).is_some_and(|before| before != meant);
            meant
        };
        let collector = match &source.collector {
            Some(collector) => {
                self.learnt()?;
                collector.clone()
            }
            None => {
                self.facts.add_message((address, asn), asn4, &local);
                self.learnt()?;
                let collector = self.facts.collector((address, asn), &local)?;
                if self.facts.is_only_listed(&collector, &local)
                    && self.addresses_noted.insert((collector.clone(), local.clone()))
                {
                    let (peer, _) = self.facts.witness(&collector, &local, (address, asn));
                    self.notes.push(Note::OtherAddress { collector: collector.clone(), address: local.clone(), peer });
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
        let speaker = *self.by_name.entry((collector.clone(), address, asn, None)).or_insert(next);
        if speaker == next {
            self.speakers.push(Speaker::new(collector, address, asn));
        }
        speaker
    }

    /// Whether a table lists several peers of a session's name.
    fn is_shared(&mut self, id: usize) -> bool {
        let generation = self.tables.generation();
        let Some(speaker) = self.speakers.get_mut(id) else { return false };
        if speaker.shared.0 != generation {
            let is_shared = self.tables.lists_several(&speaker.collector, (speaker.address, speaker.asn));
            speaker.shared = (generation, is_shared);
        }
        speaker.shared.1
    }

    /// The session of a message that is no OPEN of the peer: of several peers with one name, that of the last OPEN.
    #[inline]
    fn session(&mut self, id: usize) -> Result<usize, Ambiguous> {
        if !self.is_shared(id) {
            return Ok(id);
        }
        self.selected(id)
    }

    #[cold]
    fn selected(&mut self, id: usize) -> Result<usize, Ambiguous> {
        let Some(speaker) = self.speakers.get(id) else { return Ok(id) };
        if let Some(selected) = speaker.selected {
            return Ok(selected);
        }
        // An OPEN before the table that lists several.
        if let Some(bgp_id) = speaker.open.as_ref().and_then(|open| open.bgp_id) {
            return Ok(self.select(id, bgp_id));
        }
        Err(Ambiguous::Peers { address: speaker.address, asn: speaker.asn, collector: speaker.collector.clone() })
    }

    /// The session of the peer with a BGP identifier, of several with one name.
    #[cold]
    fn select(&mut self, id: usize, bgp_id: Ipv4Addr) -> usize {
        let Some(speaker) = self.speakers.get(id) else { return id };
        let next = self.speakers.len();
        let name = (speaker.collector.clone(), speaker.address, speaker.asn, Some(bgp_id));
        let selected = *self.by_name.entry(name).or_insert(next);
        if selected == next {
            let mut one = Speaker::new(speaker.collector.clone(), speaker.address, speaker.asn);
            one.bgp_id = Some(bgp_id);
            one.open = speaker.open.clone().filter(|open| open.bgp_id == Some(bgp_id));
            one.own = speaker.own.clone();
            self.speakers.push(one);
        }
        if let Some(speaker) = self.speakers.get_mut(id) {
            speaker.selected = Some(selected);
        }
        selected
    }

    /// The peer that holds a session's routes of a family.
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
        let bgp_id = speaker.bgp_id.or_else(|| speaker.open.as_ref().and_then(|open| open.bgp_id));
        let view = self.facts.view(&collector, name, family)?;
        let before = self.viewed.insert((collector.clone(), name, family), Arc::clone(&view));
        self.revised |= before.is_some_and(|before| before != view);
        let peer = self.peer_in(&collector, &view, name, bgp_id)?;
        self.rib.list(peer, true);
        self.register(&collector, &view, name, peer);
        self.tables.note(&collector, &view, family, peer);
        if let Some(speaker) = self.speakers.get_mut(id) {
            speaker.peers.push((family, peer));
        }
        Ok(peer)
    }

    /// The peers of a session in all views, as far as they have routes or stale marks: others have nothing that its events change.
    fn peers_of(&mut self, id: usize) -> Vec<PeerId> {
        let Some(speaker) = self.speakers.get(id) else { return Vec::new() };
        let (collector, name, bgp_id) = (speaker.collector.clone(), (speaker.address, speaker.asn), speaker.bgp_id);
        if speaker.joined != Some(self.tables.generation()) {
            self.join_listed(&collector, name);
            let generation = self.tables.generation();
            if let Some(speaker) = self.speakers.get_mut(id) {
                speaker.joined = Some(generation);
            }
        }
        self.wake_peers();
        let Some(peers) = self.peers.get(&(collector, name.0, name.1)) else { return Vec::new() };
        // Of several peers with one name, the one with the session's BGP identifier.
        let own = [None, bgp_id].map(|id| peers.get(&id).filter(|_| bgp_id.is_some()));
        let all = peers.values().filter(|_| bgp_id.is_none());
        let mut found: Vec<PeerId> = own.into_iter().flatten().chain(all).flatten().copied().inspect(|_| step()).collect();
        // Each rests once for a first route.
        found.retain(|peer| {
            let rests = self.rib.rest(*peer);
            if rests {
                self.names.get(peer).into_iter().flatten().for_each(|name| leave(&mut self.peers, name, *peer));
            }
            !rests
        });
        found
    }

    /// Finds the peers that have had a first route since the last call by their names.
    fn wake_peers(&mut self) {
        for peer in self.rib.take_woken() {
            step();
            for (name, bgp_id) in self.names.get(&peer).into_iter().flatten() {
                self.peers.entry(name.clone()).or_default().entry(*bgp_id).or_default().insert(peer);
            }
        }
    }

    /// A peer has a name.
    fn call(&mut self, peer: PeerId, name: Named, bgp_id: Option<Ipv4Addr>) {
        if self.rib.is_awake(peer) {
            self.peers.entry(name.clone()).or_default().entry(bgp_id).or_default().insert(peer);
        }
        let names = self.names.entry(peer).or_default();
        if !names.iter().any(|(of, id)| (of, *id) == (&name, bgp_id)) {
            names.push((name, bgp_id));
        }
    }

    /// A peer has a name no longer.
    fn uncall(&mut self, peer: PeerId, name: Named, bgp_id: Option<Ipv4Addr>) {
        let name = (name, bgp_id);
        leave(&mut self.peers, &name, peer);
        if let Some(names) = self.names.get_mut(&peer) {
            names.retain(|of| *of != name);
        }
    }

    /// A peer is at its address: any other peer there is gone.
    #[inline]
    fn appear(&mut self, id: usize, interface: u16, local: Option<IpAddr>) {
        let listings = self.listings;
        if self.speakers.get(id).is_some_and(|speaker| speaker.present != Some(listings)) {
            self.take_place(id, interface, local);
        }
    }

    #[cold]
    #[inline(never)]
    fn take_place(&mut self, id: usize, interface: u16, local: Option<IpAddr>) {
        self.wake_peers();
        let local = Collector::from_address(local);
        let Some(speaker) = self.speakers.get_mut(id) else { return };
        speaker.present = Some(self.listings);
        let before = (speaker.interface, speaker.local.clone());
        (speaker.interface, speaker.local) = (interface, local.clone());
        let (collector, address, asn) = (speaker.collector.clone(), speaker.address, speaker.asn);
        self.note_change(id);
        let Some(there) = address else { return };
        let key = (collector.clone(), there);
        let mut at = core::mem::take(self.at.entry(key.clone()).or_default());
        at.remove(&(before.0, before.1, asn));
        self.tables.sort(&mut at, &collector, there, asn);
        let mut gone = Vec::new();
        // AS 0 and AS_TRANS are placeholders.
        if asn != Asn::ZERO {
            for link in at.excluded_by(self.tables.is_in(&at, &collector, there, asn), interface, &local) {
                let other = link.2;
                let stays = other == asn || other == Asn::ZERO || other == Asn::TRANS;
                if !stays && !self.tables.lists_both(&collector, address, asn, other) {
                    at.remove(&link);
                    gone.push(other);
                }
            }
        }
        at.insert((interface, local, asn), self.tables.is_in(&at, &collector, there, asn));
        self.at.insert(key, at);
        for other in gone {
            // A peer that a table lists, without a route or a message yet, has no session that could end.
            let name = (collector.clone(), address, other);
            let has_routes = |id: &PeerId| self.rib.adjacent(*id).is_some_and(|(_, routes)| routes > 0);
            let mut peers = self.peers.get(&name).into_iter().flat_map(|ids| ids.values().flatten());
            if !self.by_name.contains_key(&(collector.clone(), address, other, None)) && !peers.any(has_routes) {
                continue;
            }
            let other = self.speaker_of(collector.clone(), address, other);
            self.end(other);
            if let Some(there) = self.speakers.get_mut(other) {
                there.present = None;
            }
        }
    }

    /// Notes that a peer of a collector may have routes or a session at its address.
    fn seat(&mut self, collector: &Collector, (address, asn): Name) {
        let Some(there) = address else { return };
        let session = self.by_name.get(&(collector.clone(), address, asn, None)).and_then(|id| self.speakers.get(*id));
        let link = session.map_or((0, Collector::Unknown, asn), |session| (session.interface, session.local.clone(), asn));
        let at = self.at.entry((collector.clone(), there)).or_default();
        let is_listed = self.tables.is_in(at, collector, there, asn);
        at.insert(link, is_listed);
    }

    /// Notes that a session has state that the next table of its collector resets.
    fn note_change(&mut self, id: usize) {
        if let Some(speaker) = self.speakers.get_mut(id)
            && !speaker.changed
        {
            speaker.changed = true;
            self.changed.entry(speaker.collector.clone()).or_default().push(id);
        }
    }

    /// Drops what was kept in case of a collision.
    fn settle(&mut self) {
        for id in 0..self.speakers.len() {
            self.forget_before(id);
        }
    }
}

/// Whether a state change's AS fields have four octets.
fn has_four_octet_as(record: &Record<'_>) -> bool {
    let is_bgp4mp = matches!(record.kind(), MrtType::BGP4MP | MrtType::BGP4MP_ET);
    is_bgp4mp && Bgp4mpSubtype(record.subtype()) == Bgp4mpSubtype::STATE_CHANGE_AS4
}

/// A BGP identifier other than 0.0.0.0.
fn said(id: Ipv4Addr) -> Option<Ipv4Addr> {
    (!id.is_unspecified()).then_some(id)
}

/// The name of a numbered view: none for 0.
fn numbered(view: u16) -> Arc<[u8]> {
    if view == 0 { Arc::default() } else { Arc::from(alloc::string::ToString::to_string(&view).into_bytes()) }
}
