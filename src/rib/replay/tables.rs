//! Table dumps: when one replaces another, and whose entries it has.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem::take;
use core::net::{IpAddr, Ipv4Addr};

use super::address::AtAddress;
use super::facts::{Ambiguous, Facts, Name};
use super::{Note, Part, Replay, Source, numbered, said};
use crate::asn::Asn;
use crate::attr::{RecordRoute, discarded_by};
use crate::codes::{Afi, MrtType, Safi, TableDumpV2Subtype};
use crate::error::{Action, Error};
use crate::family::Family;
use crate::mrt::{Body, IndexedPeer, PeerIndexTable, Record, RibRecord, RibRoute};
use crate::rib::attributes::put_normal;
use crate::rib::peer::{Collector, PeerId, RibPeer};
use crate::rib::table::{Applied, Memo, plain_kind, table_of};
use crate::wire::step;

/// Number of records of a table that are weighed for path identifiers.
const WEIGHED: u16 = 1024;

/// The table that a source's records belong to.
#[derive(Clone, Debug)]
pub(super) struct Dump {
    collector: Collector,
    view: Arc<[u8]>,
    /// The type of its records, and the view number in older ones.
    kind: (MrtType, u16),
    /// The peers of the PEER_INDEX_TABLE, by index.
    indexed: Vec<PeerId>,
    /// The peers that it lists more than once.
    twice: BTreeSet<PeerId>,
    /// The peers of an older dump.
    named: BTreeMap<Name, PeerId>,
    /// The family of the last record.
    family: Option<Family>,
    /// Whether its routes are applied: those of a late older table are not.
    counts: bool,
    /// Number of records that are still weighed for path identifiers.
    unweighed: u16,
    /// The peers and families of its routes, as of so many starts of older tables.
    noted: (u64, BTreeSet<(PeerId, Family)>),
}

/// A view of a collector, as of the tables so far.
#[derive(Clone, Debug, Default)]
struct View {
    /// Start of the table in force, in seconds since 1970; for older dumps, of each family.
    begun: BTreeMap<Option<Family>, u32>,
    /// The number of its tables so far.
    number: u64,
    /// The listed peers.
    listed: BTreeMap<Name, Listed>,
    /// The listed peers and those of messages, as far as they may have routes.
    all: BTreeSet<PeerId>,
    /// Those that may have routes or stale marks of a family: what starts of tables of one family walk.
    with: BTreeSet<(Family, PeerId)>,
    /// Those that may have routes of any: of tables before the first of one family.
    unsorted: BTreeSet<PeerId>,
    /// The AS of a peer that tables list without it.
    joined: BTreeMap<Option<IpAddr>, Asn>,
}

/// The listed peers of one name, by BGP identifier.
#[derive(Clone, Debug, Default)]
struct Listed {
    ids: BTreeMap<Option<Ipv4Addr>, PeerId>,
}

impl Listed {
    /// The only one.
    fn only(&self) -> Option<PeerId> {
        let mut ids = self.ids.values();
        ids.next().copied().filter(|_| ids.next().is_none())
    }

    /// The one with a BGP identifier; 0.0.0.0 is none.
    fn of(&self, bgp_id: Ipv4Addr) -> Option<PeerId> {
        let none = || self.ids.get(&Some(Ipv4Addr::UNSPECIFIED)).or_else(|| self.ids.get(&None));
        said(bgp_id).map_or_else(none, |id| self.ids.get(&Some(id))).copied()
    }
}

/// The views that list a peer.
#[derive(Clone, Debug, Default)]
struct Listing {
    views: BTreeSet<Arc<[u8]>>,
    /// The number of those that list several of its name.
    several: usize,
}

/// The tables in force.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    views: BTreeMap<(Collector, Arc<[u8]>), View>,
    /// Where a peer is listed.
    listing: BTreeMap<(Collector, Name), Listing>,
    generation: u64,
    /// The number of starts of tables of one family.
    starts: u64,
}

impl Tables {
    /// Changes whenever the peer of a session's routes may change.
    pub(super) const fn epoch(&self, facts: &Facts) -> u64 {
        self.generation.saturating_add(facts.epoch())
    }

    /// Changes whenever a table begins or lists another peer.
    pub(super) const fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether a table lists several peers with one address and AS.
    pub(super) fn lists_several(&self, collector: &Collector, name: Name) -> bool {
        self.listing.get(&(collector.clone(), name)).is_some_and(|listing| listing.several > 0)
    }

    /// Whether a table lists two peers at one address.
    pub(super) fn lists_both(&self, collector: &Collector, address: Option<IpAddr>, a: Asn, b: Asn) -> bool {
        let views = self.listing.get(&(collector.clone(), (address, a)));
        let mut views = views.into_iter().flat_map(|listing| &listing.views).inspect(|_| step());
        views.any(|view| self.lists(collector, view, (address, b)))
    }

    fn lists(&self, collector: &Collector, view: &Arc<[u8]>, name: Name) -> bool {
        self.views.get(&(collector.clone(), Arc::clone(view))).is_some_and(|view| view.listed.contains_key(&name))
    }

    /// Whether a table of a view, by its number, is still in force.
    fn is_in_force(&self, collector: &Collector, table: Option<&(Arc<[u8]>, u64)>) -> bool {
        let there = |(view, number): &(Arc<[u8]>, u64)| {
            self.views.get(&(collector.clone(), Arc::clone(view))).is_some_and(|view| view.number == *number)
        };
        table.is_some_and(there)
    }

    /// Whether the table by which peers at an address are sorted is in force and lists a peer.
    pub(super) fn is_in(&self, at: &AtAddress, collector: &Collector, address: IpAddr, asn: Asn) -> bool {
        let table = at.table.as_ref();
        self.is_in_force(collector, table) && table.is_some_and(|(view, _)| self.lists(collector, view, (Some(address), asn)))
    }

    /// Sorts the peers at an address by a table in force: if the present one no longer is, the first that lists a peer.
    pub(super) fn sort(&self, at: &mut AtAddress, collector: &Collector, address: IpAddr, asn: Asn) {
        if self.is_in_force(collector, at.table.as_ref()) {
            return;
        }
        let first = self.first_listing(collector, (Some(address), asn));
        if first.is_some() || at.table.is_some() {
            for link in at.take_all(first) {
                step();
                let is_listed = self.is_in(at, collector, address, link.2);
                at.insert(link, is_listed);
            }
        }
    }

    /// The first view that lists a peer, and the number of its table.
    fn first_listing(&self, collector: &Collector, name: Name) -> Option<(Arc<[u8]>, u64)> {
        let view = self.listing.get(&(collector.clone(), name))?.views.first()?;
        let number = self.views.get(&(collector.clone(), Arc::clone(view)))?.number;
        Some((Arc::clone(view), number))
    }

    /// Notes that a peer may have routes of a family in a view.
    pub(super) fn note(&mut self, collector: &Collector, view: &Arc<[u8]>, family: Family, peer: PeerId) {
        let view = self.views.entry((collector.clone(), Arc::clone(view))).or_default();
        view.with.insert((family, peer));
    }

    /// Lists a peer in a view.
    fn list(&mut self, key: &(Collector, Arc<[u8]>), name: Name, bgp_id: Option<Ipv4Addr>, peer: PeerId) {
        let listed = self.views.entry(key.clone()).or_default().listed.entry(name).or_default();
        listed.ids.insert(bgp_id, peer);
        let listing = self.listing.entry((key.0.clone(), name)).or_default();
        if listed.ids.len() == 2 {
            listing.several = listing.several.saturating_add(1);
        }
        listing.views.insert(Arc::clone(&key.1));
        self.generation = self.generation.saturating_add(1);
    }

    /// Lists the peers of a name no longer.
    fn unlist(&mut self, key: &(Collector, Arc<[u8]>), name: Name, listed: &Listed) {
        let of = (key.0.clone(), name);
        if let Some(listing) = self.listing.get_mut(&of) {
            step();
            listing.views.remove(&key.1);
            listing.several = listing.several.saturating_sub(usize::from(listed.ids.len() > 1));
            if listing.views.is_empty() {
                self.listing.remove(&of);
            }
        }
    }
}

impl Replay {
    /// Applies a record of a table.
    pub(super) fn table_record(
        &mut self,
        source: &mut Source,
        record: &Record<'_>,
        body: &Body<'_>,
        part: Part,
        report: &mut impl FnMut(Error),
    ) {
        match body {
            Body::PeerIndexTable(table) => {
                source.peers.observe(record);
                self.begin_indexed(source, table, record.timestamp().seconds);
            }
            Body::Rib(rib) => self.entries(source, rib, report),
            Body::TableDump(_) | Body::Entry(_) => self.older_record(source, record, body, part, report),
            Body::Unknown => {
                let count = match undivided(record) {
                    Some(family) => self.not_held.entry(family).or_default(),
                    None => &mut self.without_routes,
                };
                *count = count.saturating_add(1);
            }
            _ => {}
        }
    }

    /// Collects facts about the collector from a table record.
    pub(super) fn learn_table(&mut self, source: &mut Source, record: &Record<'_>, body: &Body<'_>, part: Part) {
        match body {
            Body::PeerIndexTable(table) => {
                let dump = indexed_dump(source, table);
                self.facts.add_view(&dump.collector, &dump.view);
                for peer in table.peers() {
                    self.facts.add_peer(&dump.collector, &dump.view, (Some(peer.address), peer.asn));
                }
                source.dump = Some(dump);
            }
            Body::Rib(rib) => {
                if let Some(dump) = source.dump.as_mut().filter(|dump| dump.family != Some(rib.family())) {
                    dump.family = Some(rib.family());
                    self.facts.add_family(&dump.collector, &dump.view, rib.family());
                }
            }
            Body::TableDump(_) | Body::Entry(_) => {
                let dump = older_dump(source, record, body, part);
                self.facts.add_view(&dump.collector, &dump.view);
                for_each_older(body, |name, family| {
                    self.facts.add_peer(&dump.collector, &dump.view, name);
                    self.facts.add_family(&dump.collector, &dump.view, family);
                });
                source.dump = Some(dump);
            }
            _ => {}
        }
    }

    /// A PEER_INDEX_TABLE begins a table, or extends the one of its second.
    fn begin_indexed(&mut self, source: &mut Source, table: &PeerIndexTable<'_>, seconds: u32) {
        let mut dump = indexed_dump(source, table);
        self.facts.add_view(&dump.collector, &dump.view);
        for peer in table.peers() {
            self.facts.add_peer(&dump.collector, &dump.view, (Some(peer.address), peer.asn));
        }
        dump.counts = self.begin(&dump.collector, &dump.view, None, seconds);
        if dump.counts {
            self.rib.add_view(&dump.collector, &dump.view, Some(table.collector()));
            dump.indexed = self.index(&dump.collector, &dump.view, &table.peers().collect::<Vec<_>>());
            let mut seen = BTreeSet::new();
            dump.twice = dump.indexed.iter().copied().filter(|peer| !seen.insert(*peer)).collect();
            if self.tables.starts == 0
                && let Some(view) = self.tables.views.get_mut(&(dump.collector.clone(), Arc::clone(&dump.view)))
            {
                view.unsorted.append(&mut seen);
            }
        }
        source.dump = Some(dump);
    }

    /// Skips the routes of the table that has just begun: another replaces it.
    pub(in crate::rib) fn skip_table(&mut self, id: super::SourceId) {
        let source = self.sources.get_mut(id.0 as usize).and_then(Option::as_mut);
        if let Some(dump) = source.and_then(|source| source.dump.as_mut()) {
            dump.counts = false;
        }
    }

    /// Begins a table, of one family for older dumps; returns whether its routes are applied. Routes of the previous table are
    /// removed with their stale marks: a restart that began before the table leaves none of the new routes stale.
    fn begin(&mut self, collector: &Collector, view: &Arc<[u8]>, family: Option<Family>, seconds: u32) -> bool {
        let key = (collector.clone(), Arc::clone(view));
        let there = self.tables.views.entry(key.clone()).or_default();
        let before = match family {
            // A table of all families replaces every one.
            None => there.begun.values().copied().max(),
            Some(_) => there.begun.iter().filter(|(of, _)| of.is_none() || **of == family).map(|(_, begun)| *begun).max(),
        };
        if before == Some(seconds) {
            return true;
        }
        if before.is_some_and(|before| before > seconds) {
            return false;
        }
        let is_whole = family.is_none();
        let listed = if is_whole { core::mem::take(&mut there.listed) } else { BTreeMap::new() };
        if is_whole {
            there.begun.clear();
            there.number = there.number.saturating_add(1);
        }
        there.begun.insert(family, seconds);
        let peers = core::mem::take(&mut there.all);
        self.tables.generation = self.tables.generation.saturating_add(1);
        listed.iter().for_each(|(name, listed)| self.tables.unlist(&key, *name, listed));
        // Peers of messages before the collector's first table, of unknown view.
        let stray = (collector.clone(), Arc::default());
        let strays = match self.tables.views.get_mut(&stray) {
            Some(view) if stray != key && !self.facts.has_view(collector, &stray.1) => View {
                all: take(&mut view.all),
                with: take(&mut view.with),
                unsorted: take(&mut view.unsorted),
                ..View::default()
            },
            _ => View::default(),
        };
        for peer in &strays.all {
            step();
            self.revised = true;
            self.rib.list(*peer, false);
        }
        let gone: Vec<PeerId> = match (family, self.tables.views.get_mut(&key)) {
            (None, there) => {
                if let Some(there) = there {
                    there.with.clear();
                    there.unsorted.clear();
                }
                peers.union(&strays.all).copied().inspect(|_| step()).collect()
            }
            (Some(_), None) => Vec::new(),
            (Some(family), Some(there)) => {
                self.tables.starts = self.tables.starts.saturating_add(1);
                there.all = peers;
                there.all.extend(strays.all);
                there.with.extend(strays.with);
                for peer in take(&mut there.unsorted).into_iter().chain(strays.unsorted) {
                    step();
                    let stale = self.rib.stale(peer).into_iter().flat_map(|stale| stale.keys().copied()).collect::<Vec<_>>();
                    for family in self.rib.families_of(peer).into_iter().chain(stale) {
                        there.with.insert((family, peer));
                    }
                }
                let of_family = (family, PeerId(0))..=(family, PeerId(u32::MAX));
                let gone: Vec<PeerId> = there.with.range(of_family).map(|(_, peer)| *peer).inspect(|_| step()).collect();
                for peer in &gone {
                    there.with.remove(&(family, *peer));
                }
                gone
            }
        };
        let stale: Vec<PeerId> = gone.iter().copied().filter(|peer| self.rib.stale(*peer).is_some()).collect();
        match family {
            None => {
                self.rib.peers_down(&gone);
                // What the peer has now is what the table says.
                gone.iter().for_each(|peer| self.rib.set_stale(*peer, None));
                gone.iter().for_each(|peer| self.rib.list(*peer, false));
            }
            Some(family) => {
                self.rib.peers_down_in(gone.iter().copied(), family);
                gone.iter().for_each(|peer| self.rib.end_stale(*peer, family));
            }
        }
        // Restarts that began before the table.
        for peer in stale {
            let Some((who, _)) = self.rib.adjacent(peer) else { continue };
            let (address, asn) = (who.address, who.asn);
            let ids = [None, self.rib.bgp_id(peer)].into_iter().collect::<BTreeSet<_>>();
            let sessions = ids.into_iter().filter_map(|id| self.by_name.get(&(collector.clone(), address, asn, id)).copied());
            for id in sessions.collect::<Vec<_>>() {
                self.stop_idle(id);
            }
        }
        for id in self.changed.remove(collector).unwrap_or_default() {
            step();
            self.forget_before(id);
            self.stop_idle(id);
            if let Some(speaker) = self.speakers.get_mut(id) {
                (speaker.down, speaker.present, speaker.changed) = (false, None, false);
            }
        }
        true
    }

    /// Finds or adds the peers of a table.
    fn index(&mut self, collector: &Collector, view: &Arc<[u8]>, peers: &[IndexedPeer]) -> Vec<PeerId> {
        let mut ids = BTreeMap::<Name, BTreeSet<Ipv4Addr>>::new();
        for peer in peers {
            ids.entry((Some(peer.address), peer.asn)).or_default().insert(peer.bgp_id);
        }
        let names: BTreeSet<Name> = ids.keys().copied().collect();
        let mut indexed = Vec::with_capacity(peers.len());
        for peer in peers {
            let name = self.said_name(collector, view, (Some(peer.address), peer.asn), &names);
            let is_shared = ids.get(&(Some(peer.address), peer.asn)).is_some_and(|ids| ids.len() > 1);
            indexed.push(self.listed(collector, view, name, Some(peer.bgp_id), is_shared));
        }
        indexed
    }

    /// The name of a peer listed with a placeholder AS, if messages have given its AS; unless the table lists that one too.
    fn said_name(&self, collector: &Collector, view: &Arc<[u8]>, name: Name, names: &BTreeSet<Name>) -> Name {
        if name.1 != Asn::ZERO && name.1 != Asn::TRANS {
            return name;
        }
        let there = self.tables.views.get(&(collector.clone(), Arc::clone(view)));
        let joined = there.and_then(|there| there.joined.get(&name.0)).map(|asn| (name.0, *asn));
        joined.filter(|joined| !names.contains(joined)).unwrap_or(name)
    }

    /// A listed peer, distinguished by BGP identifier from others of its name.
    fn listed(
        &mut self,
        collector: &Collector,
        view: &Arc<[u8]>,
        name: Name,
        bgp_id: Option<Ipv4Addr>,
        is_shared: bool,
    ) -> PeerId {
        self.listings = self.listings.wrapping_add(1);
        let key = (collector.clone(), Arc::clone(view));
        let there = self.tables.views.get(&key).and_then(|view| view.listed.get(&name));
        if let Some(known) = there.and_then(|there| there.ids.get(&bgp_id)).copied() {
            self.register(collector, view, name, known);
            return known;
        }
        let who = RibPeer { view: Arc::clone(view), ..RibPeer::new(name.1, name.0).with_collector(collector.clone()) };
        let is_shared = is_shared || there.is_some();
        // Of several, each is named with its identifier.
        if let Some(other) = there.and_then(Listed::only)
            && let Some(own) = self.rib.bgp_id(other)
            && self.rib.adjacent(other).is_some_and(|(peer, _)| peer.bgp_id.is_none())
        {
            self.rib.rename(other, who.clone().with_bgp_id(own));
        }
        let id = match bgp_id.filter(|_| is_shared) {
            Some(bgp_id) => self.rib.peer(who.with_bgp_id(bgp_id)),
            None => self.rib.peer(who),
        };
        if let Some(bgp_id) = bgp_id {
            let before = self.rib.bgp_id(id);
            if before != Some(bgp_id) {
                self.uncall(id, (collector.clone(), name.0, name.1), before);
            }
            self.rib.identify(id, bgp_id);
        }
        self.tables.list(&key, name, bgp_id, id);
        self.register(collector, view, name, id);
        id
    }

    /// Records a peer under its view and name.
    pub(super) fn register(&mut self, collector: &Collector, view: &Arc<[u8]>, name: Name, id: PeerId) {
        step();
        self.tables.views.entry((collector.clone(), Arc::clone(view))).or_default().all.insert(id);
        let bgp_id = self.rib.bgp_id(id);
        self.call(id, (collector.clone(), name.0, name.1), bgp_id);
        self.seat(collector, name);
    }

    /// The peer of messages in a view: the listed one, by AS or with a placeholder AS, or one known from messages only.
    pub(super) fn peer_in(
        &mut self,
        collector: &Collector,
        view: &Arc<[u8]>,
        name: Name,
        bgp_id: Option<Ipv4Addr>,
    ) -> Result<PeerId, Ambiguous> {
        let key = (collector.clone(), Arc::clone(view));
        let ambiguous = || Ambiguous::Peers { address: name.0, asn: name.1, collector: collector.clone() };
        if let Some(there) = self.tables.views.get(&key) {
            if let Some(listed) = there.listed.get(&name) {
                let of_id = || bgp_id.and_then(|bgp_id| listed.of(bgp_id));
                return listed.only().or_else(of_id).ok_or_else(ambiguous);
            }
            let stands = [Asn::ZERO, Asn::TRANS].into_iter().filter(|asn| *asn == Asn::ZERO || name.1.is_four_octet());
            for listed in stands {
                let peers = there.listed.get(&(name.0, listed)).filter(|_| name.0.is_some() && name.1 != Asn::ZERO);
                match peers.map(Listed::only) {
                    Some(Some(only)) => return Ok(self.join(key, name, listed, only)),
                    Some(None) => return Err(ambiguous()),
                    None => {}
                }
            }
        }
        let who = RibPeer { view: Arc::clone(view), ..RibPeer::new(name.1, name.0).with_collector(collector.clone()) };
        let id = self.rib.peer(who);
        self.register(collector, view, name, id);
        Ok(id)
    }

    /// Joins a session with peers listed at its address with a placeholder AS, in all views.
    pub(super) fn join_listed(&mut self, collector: &Collector, name: Name) {
        if name.0.is_none() || name.1 == Asn::ZERO {
            return;
        }
        let stands = [Asn::ZERO, Asn::TRANS].into_iter().filter(|asn| *asn == Asn::ZERO || name.1.is_four_octet());
        let listing = stands.filter_map(|asn| self.tables.listing.get(&(collector.clone(), (name.0, asn))));
        let views = listing.flat_map(|listing| &listing.views).inspect(|_| step());
        let unjoined: BTreeSet<_> = views.filter(|view| !self.tables.lists(collector, view, name)).cloned().collect();
        for view in unjoined {
            // An ambiguous one stays separate.
            let _ = self.peer_in(collector, &view, name, None);
        }
    }

    /// Messages give the AS of a peer that a table lists with a placeholder.
    fn join(&mut self, key: (Collector, Arc<[u8]>), name: Name, listed: Asn, id: PeerId) -> PeerId {
        let who = self.rib.adjacent(id).map(|(peer, _)| RibPeer { asn: name.1, ..peer.clone() });
        if let Some(who) = who {
            if self.joins_noted.insert(who.clone()) {
                self.notes.push(Note::Joined { peer: who.clone(), listed });
            }
            self.rib.rename(id, who);
        }
        let bgp_id = self.rib.bgp_id(id);
        self.uncall(id, (key.0.clone(), name.0, listed), bgp_id);
        let before = self.tables.views.get_mut(&key).and_then(|view| {
            view.joined.insert(name.0, name.1);
            view.listed.remove(&(name.0, listed))
        });
        if let Some(before) = before {
            self.tables.unlist(&key, (name.0, listed), &before);
        }
        self.tables.list(&key, name, bgp_id, id);
        self.register(&key.0, &key.1, name, id);
        id
    }

    /// Applies the routes of a record after a PEER_INDEX_TABLE.
    fn entries(&mut self, source: &mut Source, rib: &RibRecord<'_>, report: &mut impl FnMut(Error)) {
        let family = rib.family();
        if let Some(dump) = &mut source.dump {
            if dump.family != Some(family) {
                dump.family = Some(family);
                self.facts.add_family(&dump.collector, &dump.view, family);
            }
            if !dump.counts {
                return;
            }
            if dump.unweighed > 0 && source.peers.reads_as_declared() {
                dump.unweighed = dump.unweighed.saturating_sub(1);
                self.evidence.observe_entries(source.peers.collector(), rib);
            }
        }
        // Whether the entries lead to the end of the record, once it is asked.
        let mut is_framed = None;
        let peers = &source.peers;
        let indexed = source.dump.as_ref().filter(|_| !peers.is_damaged()).map_or(&[][..], |dump| &dump.indexed);
        let twice = source.dump.as_ref().map(|dump| &dump.twice).filter(|twice| !twice.is_empty());
        let mut number = None;
        // Tables of one family come to the same view: then the peers of every entry are noted.
        let (is_noting, mut noted) = (self.tables.starts > 0, Vec::new());
        let mut list = core::mem::take(&mut self.list);
        for entry in source.peers.entries(rib) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    report(e);
                    break;
                }
            };
            let Some(peer) = indexed.get(usize::from(entry.peer_index())).copied() else {
                report(crate::mrt::no_peer(peers, entry.peer_index(), entry.peer_index_offset()));
                continue;
            };
            // An entry without attributes in a record whose lengths do not fit is no route: it is what a wrong length left of one.
            if entry.attribute_bytes().is_empty()
                && !*is_framed.get_or_insert_with(|| peers.entries(rib).all(|entry| entry.is_ok()))
            {
                continue;
            }
            let mut attributes = match entry.attributes() {
                Ok(attributes) => attributes,
                Err(e) => {
                    report(e);
                    continue;
                }
            };
            // A route treated as withdrawn by RFC 7606 is not in the table.
            let (mut refused, mut discarded) = (false, 0);
            let record_route = match rib.route() {
                RibRoute::Prefix(path) => RecordRoute::Prefix(family, path.prefix),
                RibRoute::Other(route) => RecordRoute::Other(route),
            };
            if !attributes.is_surely_clean_for(&record_route) {
                attributes.findings_in(Some(record_route), |e| {
                    refused |= e.action() >= Action::TreatAsWithdraw;
                    discarded |= discarded_by(&e);
                    report(e);
                });
            }
            if refused {
                continue;
            }
            list.clear();
            if discarded != 0 {
                self.rib.discard(&mut attributes, discarded);
            }
            let checked = put_normal(&attributes, true, &mut list);
            let applied = match (rib.route(), table_of(family)) {
                (RibRoute::Prefix(path), Some(multicast)) => {
                    let number = *number.get_or_insert_with(|| self.rib.number(multicast, path.prefix));
                    let number = (number, plain_kind(multicast, family.is_v6()));
                    self.rib.insert_at(peer, number, entry.path_id().or(path.path_id), (&list, checked), entry.originated())
                }
                (RibRoute::Other(route), _) => {
                    if let Some(e) = route.finding() {
                        report(e);
                        if e.action() >= Action::TreatAsWithdraw {
                            break;
                        }
                    }
                    let route = crate::nlri::RawRoute { path_id: entry.path_id(), ..route };
                    self.rib.insert_other(peer, &route, &list, entry.originated())
                }
                _ => Applied::Refused,
            };
            if is_noting {
                noted.push(peer);
            }
            if applied == Applied::Refused {
                let count = self.not_held.entry(family).or_default();
                *count = count.saturating_add(1);
            }
            // The table began without routes.
            if matches!(applied, Applied::Replaced | Applied::Unchanged) {
                let is_twice = twice.is_some_and(|twice| twice.contains(&peer));
                let count = if is_twice { self.listed_twice.entry(peer).or_default() } else { &mut self.repeated };
                *count = count.saturating_add(1);
            }
        }
        self.list = list;
        if let Some(dump) = &source.dump {
            noted.into_iter().for_each(|peer| self.tables.note(&dump.collector, &dump.view, family, peer));
        }
        if let Some(number) = number {
            self.rib.end_number(number);
        }
    }

    /// Applies the routes of a record of an older dump.
    fn older_record(
        &mut self,
        source: &mut Source,
        record: &Record<'_>,
        body: &Body<'_>,
        part: Part,
        report: &mut impl FnMut(Error),
    ) {
        source.older = true;
        let mut dump = older_dump(source, record, body, part);
        self.facts.add_view(&dump.collector, &dump.view);
        if matches!(part, Part::Start(_)) {
            let mut family = None;
            for_each_older(body, |_, of| family = family.or(Some(of)));
            if let Some(family) = family {
                dump.counts = self.begin(&dump.collector, &dump.view, Some(family), record.timestamp().seconds);
                self.rib.add_view(&dump.collector, &dump.view, None);
            }
        }
        if dump.counts {
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
                found.into_iter().for_each(&mut *report);
                let (peer, Some(family)) = (element.peer(), element.family()) else { continue };
                let name = (peer.address, peer.asn);
                if dump.family != Some(family) {
                    dump.family = Some(family);
                    self.facts.add_family(&dump.collector, &dump.view, family);
                }
                let id = match dump.named.get(&name) {
                    Some(id) => *id,
                    None => {
                        self.facts.add_peer(&dump.collector, &dump.view, name);
                        let said = self.said_name(&dump.collector, &dump.view, name, &BTreeSet::new());
                        let id = self.listed(&dump.collector, &dump.view, said, None, false);
                        dump.named.insert(name, id);
                        id
                    }
                };
                if dump.noted.0 != self.tables.starts {
                    dump.noted = (self.tables.starts, BTreeSet::new());
                }
                if dump.noted.1.insert((id, family)) {
                    self.tables.note(&dump.collector, &dump.view, family, id);
                }
                let mut memo = Memo::default();
                let count = match self.rib.apply_route(id, &element, action, &mut memo) {
                    Applied::Refused => Some(self.not_held.entry(family).or_default()),
                    // The table began without routes of the family.
                    Applied::Replaced | Applied::Unchanged => Some(&mut self.repeated),
                    _ => None,
                };
                if let Some(count) = count {
                    *count = count.saturating_add(1);
                }
                self.rib.end_memo(memo);
            }
        }
        source.dump = Some(dump);
    }
}

/// The table that a PEER_INDEX_TABLE begins.
fn indexed_dump(source: &Source, table: &PeerIndexTable<'_>) -> Dump {
    Dump {
        collector: source.collector.clone().unwrap_or_else(|| Collector::from_bgp_id(table.collector())),
        view: table.view_name().into(),
        kind: (MrtType::TABLE_DUMP_V2, 0),
        indexed: Vec::new(),
        twice: BTreeSet::new(),
        named: BTreeMap::new(),
        family: None,
        counts: true,
        unweighed: WEIGHED,
        noted: (0, BTreeSet::new()),
    }
}

/// The dump of an older record: the current one, or a new one.
fn older_dump(source: &mut Source, record: &Record<'_>, body: &Body<'_>, part: Part) -> Dump {
    let view = match (part, body) {
        (Part::Start(view) | Part::Route(view), _) => view,
        (Part::Event, Body::TableDump(table)) => table.view(),
        (Part::Event, Body::Entry(entry)) => entry.view,
        _ => 0,
    };
    let kind = (record.kind(), view);
    match source.dump.take() {
        Some(dump) if dump.kind == kind && !matches!(part, Part::Start(_)) => dump,
        _ => Dump {
            collector: source.collector.clone().unwrap_or_default(),
            view: numbered(view),
            kind,
            indexed: Vec::new(),
            twice: BTreeSet::new(),
            named: BTreeMap::new(),
            family: None,
            counts: true,
            unweighed: 0,
            noted: (0, BTreeSet::new()),
        },
    }
}

/// Peers and families of the routes of an older record.
fn for_each_older(body: &Body<'_>, mut each: impl FnMut(Name, Family)) {
    match body {
        Body::TableDump(table) => table.entries().flatten().for_each(|entry| {
            let family = if entry.prefix.is_v6() { Family::IPV6_UNICAST } else { Family::IPV4_UNICAST };
            each((Some(entry.peer_address), entry.peer_asn), family);
        }),
        Body::Entry(entry) => each((Some(entry.peer_address), entry.peer_asn), entry.family),
        _ => {}
    }
}

/// The family of a RIB_GENERIC record, if it gives no route length.
fn undivided(record: &Record<'_>) -> Option<Family> {
    use TableDumpV2Subtype as S;
    let is_generic = matches!(S(record.subtype()), S::RIB_GENERIC | S::RIB_GENERIC_ADDPATH);
    let &[_, _, _, _, high, low, safi] = record.raw_body().first_chunk::<7>()?;
    (record.kind() == MrtType::TABLE_DUMP_V2 && is_generic).then(|| Family::new(Afi(u16::from_be_bytes([high, low])), Safi(safi)))
}
