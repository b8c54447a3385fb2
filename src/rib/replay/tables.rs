//! Table dumps: when one replaces another, and whose entries it has.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

use super::facts::{Ambiguous, Facts, Name};
use super::{Note, Part, Replay, Source, numbered, said};
use crate::asn::Asn;
use crate::attr::RecordRoute;
use crate::codes::{Afi, MrtType, Safi, TableDumpV2Subtype};
use crate::error::{Action, Error};
use crate::family::Family;
use crate::mrt::{Body, IndexedPeer, PeerIndexTable, Record, RibRecord, RibRoute};
use crate::rib::attributes::put_normal;
use crate::rib::peer::{Collector, PeerId, RibPeer};
use crate::rib::table::{Applied, Memo, table_of};

/// The table that a source's records belong to.
#[derive(Clone, Debug)]
pub(super) struct Dump {
    collector: Collector,
    view: Arc<[u8]>,
    /// The type of its records, and the view number in older ones.
    kind: (MrtType, u16),
    /// The peers of the PEER_INDEX_TABLE, by index.
    indexed: Vec<PeerId>,
    /// The peers of an older dump.
    named: BTreeMap<Name, PeerId>,
    /// The family of the last record.
    family: Option<Family>,
    /// Whether its routes are applied: those of a late older table are not.
    counts: bool,
}

/// A view of a collector, as of the tables so far.
#[derive(Clone, Debug, Default)]
struct View {
    /// Start of the table in force, in seconds since 1970; for older dumps, of each family.
    begun: BTreeMap<Option<Family>, u32>,
    /// The listed peers.
    listed: BTreeMap<Name, Vec<PeerId>>,
    /// The listed peers and those added by messages.
    all: BTreeSet<PeerId>,
    /// The AS of a peer that tables list without it.
    joined: BTreeMap<Option<IpAddr>, Asn>,
}

/// The tables in force.
#[derive(Clone, Debug, Default)]
pub(super) struct Tables {
    views: BTreeMap<(Collector, Arc<[u8]>), View>,
    generation: u64,
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
        let first = (collector.clone(), Arc::default());
        let mut views = self.views.range(first..).take_while(|((of, _), _)| of == collector);
        views.any(|(_, view)| view.listed.get(&name).is_some_and(|peers| peers.len() > 1))
    }

    /// Whether a table lists two peers at one address.
    pub(super) fn lists_both(&self, collector: &Collector, address: Option<IpAddr>, a: Asn, b: Asn) -> bool {
        let first = (collector.clone(), Arc::default());
        let mut views = self.views.range(first..).take_while(|((of, _), _)| of == collector);
        views.any(|(_, view)| view.listed.contains_key(&(address, a)) && view.listed.contains_key(&(address, b)))
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
                if let Some(family) = undivided(record) {
                    let count = self.not_held.entry(family).or_default();
                    *count = count.saturating_add(1);
                }
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
        if family.is_none() {
            there.begun.clear();
            there.listed.clear();
        }
        there.begun.insert(family, seconds);
        let mut peers: Vec<PeerId> = there.all.iter().copied().collect();
        self.tables.generation = self.tables.generation.saturating_add(1);
        // Peers of messages before the collector's first table, of unknown view.
        let first = (collector.clone(), Arc::default());
        let strays: Vec<_> = {
            let views = self.tables.views.range(first..).take_while(|((of, _), _)| of == collector);
            views.filter(|(other, view)| **other != key && view.begun.is_empty()).flat_map(|(_, view)| view.all.clone()).collect()
        };
        for peer in strays {
            self.revised = true;
            self.rib.list(peer, false);
            peers.push(peer);
        }
        match family {
            None => {
                self.rib.peers_down(&peers);
                // What the peer has now is what the table says.
                peers.iter().for_each(|peer| self.rib.set_stale(*peer, None));
                peers.iter().for_each(|peer| self.rib.list(*peer, false));
            }
            Some(family) => {
                for peer in &peers {
                    let keys = self.rib.keys_of(*peer, family);
                    for key in keys {
                        self.rib.remove_key(*peer, &key);
                    }
                    self.rib.end_stale(*peer, family);
                }
            }
        }
        let names = (collector.clone(), None, Asn::ZERO, None);
        let speakers: Vec<usize> =
            self.by_name.range(names..).take_while(|((of, ..), _)| of == collector).map(|(_, speaker)| *speaker).collect();
        for id in speakers {
            self.forget_before(id);
            self.stop_idle(id);
            if let Some(speaker) = self.speakers.get_mut(id) {
                (speaker.down, speaker.present) = (false, false);
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
        let key = (collector.clone(), Arc::clone(view));
        let there = self.tables.views.get(&key).and_then(|view| view.listed.get(&name)).cloned().unwrap_or_default();
        if let Some(known) = there.iter().find(|id| self.rib.bgp_id(**id) == bgp_id) {
            return *known;
        }
        let who = RibPeer { view: Arc::clone(view), ..RibPeer::new(name.1, name.0).with_collector(collector.clone()) };
        let is_shared = is_shared || !there.is_empty();
        for other in there {
            if let Some(own) = self.rib.bgp_id(other)
                && self.rib.adjacent(other).is_some_and(|(peer, _)| peer.bgp_id.is_none())
            {
                self.rib.rename(other, who.clone().with_bgp_id(own));
            }
        }
        let id = match bgp_id.filter(|_| is_shared) {
            Some(bgp_id) => self.rib.peer(who.with_bgp_id(bgp_id)),
            None => self.rib.peer(who),
        };
        if let Some(bgp_id) = bgp_id {
            self.rib.identify(id, bgp_id);
        }
        self.tables.views.entry(key).or_default().listed.entry(name).or_default().push(id);
        self.tables.generation = self.tables.generation.saturating_add(1);
        self.register(collector, view, name, id);
        id
    }

    /// Records a peer under its view and name.
    fn register(&mut self, collector: &Collector, view: &Arc<[u8]>, name: Name, id: PeerId) {
        self.tables.views.entry((collector.clone(), Arc::clone(view))).or_default().all.insert(id);
        self.peers.entry((collector.clone(), name.0, name.1)).or_default().insert(id);
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
            if let Some(ids) = there.listed.get(&name) {
                let of_id = |id: &&PeerId| bgp_id.is_some_and(|bgp_id| self.rib.bgp_id(**id).and_then(said) == said(bgp_id));
                return match ids.as_slice() {
                    [only] => Ok(*only),
                    several => several.iter().find(of_id).copied().ok_or_else(ambiguous),
                };
            }
            let stands = [Asn::ZERO, Asn::TRANS].into_iter().filter(|asn| *asn == Asn::ZERO || name.1.is_four_octet());
            for listed in stands {
                let ids = there.listed.get(&(name.0, listed)).filter(|_| name.0.is_some() && name.1 != Asn::ZERO);
                match ids.map(Vec::as_slice) {
                    Some(&[only]) => return Ok(self.join(key, name, listed, only)),
                    Some([_, ..]) => return Err(ambiguous()),
                    _ => {}
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
        let first = (collector.clone(), Arc::default());
        let of_collector = self.tables.views.range(first..).take_while(|((of, _), _)| of == collector);
        let unjoined = of_collector.filter(|(_, view)| !view.listed.contains_key(&name)).filter_map(|(key, view)| {
            let listed = [Asn::ZERO, Asn::TRANS].into_iter().find(|asn| view.listed.contains_key(&(name.0, *asn)))?;
            (listed == Asn::ZERO || name.1.is_four_octet()).then(|| key.1.clone())
        });
        for view in unjoined.collect::<Vec<_>>() {
            // An ambiguous one stays separate.
            let _ = self.peer_in(collector, &view, name, None);
        }
    }

    /// Messages give the AS of a peer that a table lists with a placeholder.
    fn join(&mut self, key: (Collector, Arc<[u8]>), name: Name, listed: Asn, id: PeerId) -> PeerId {
        let who = self.rib.adjacent(id).map(|(peer, _)| RibPeer { asn: name.1, ..peer.clone() });
        if let Some(who) = who {
            if !self.notes.iter().any(|note| matches!(note, Note::Joined { peer, .. } if *peer == who)) {
                self.notes.push(Note::Joined { peer: who.clone(), listed });
            }
            self.rib.rename(id, who);
        }
        if let Some(ids) = self.peers.get_mut(&(key.0.clone(), name.0, listed)) {
            ids.remove(&id);
        }
        self.peers.entry((key.0.clone(), name.0, name.1)).or_default().insert(id);
        if let Some(view) = self.tables.views.get_mut(&key) {
            view.listed.remove(&(name.0, listed));
            view.listed.insert(name, [id].to_vec());
            view.joined.insert(name.0, name.1);
        }
        self.tables.generation = self.tables.generation.saturating_add(1);
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
        }
        let peers = &source.peers;
        let indexed = source.dump.as_ref().filter(|_| !peers.is_damaged()).map_or(&[][..], |dump| &dump.indexed);
        let mut number = None;
        let mut list = core::mem::take(&mut self.list);
        for entry in rib.entries() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    report(e);
                    break;
                }
            };
            let Some(peer) = indexed.get(usize::from(entry.peer_index())).copied() else {
                report(crate::mrt::no_peer(peers, entry.peer_index(), entry.attributes_offset()));
                continue;
            };
            let attributes = match entry.attributes() {
                Ok(attributes) => attributes,
                Err(e) => {
                    report(e);
                    continue;
                }
            };
            // A route treated as withdrawn by RFC 7606 is not in the table.
            let mut refused = false;
            let record_route = match rib.route() {
                RibRoute::Prefix(path) => RecordRoute::Prefix(family, path.prefix),
                RibRoute::Other(route) => RecordRoute::Other(route),
            };
            if !attributes.is_surely_clean_for(&record_route) {
                attributes.findings_in(Some(record_route), |e| {
                    refused |= e.action() >= Action::TreatAsWithdraw;
                    report(e);
                });
            }
            if refused {
                continue;
            }
            list.clear();
            let checked = put_normal(&attributes, true, &mut list);
            let applied = match (rib.route(), table_of(family)) {
                (RibRoute::Prefix(path), Some(multicast)) => {
                    let number = *number.get_or_insert_with(|| self.rib.number(multicast, path.prefix));
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
            if applied == Applied::Refused {
                let count = self.not_held.entry(family).or_default();
                *count = count.saturating_add(1);
            }
        }
        self.list = list;
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
        if part == Part::Start {
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
                let mut memo = Memo::default();
                if self.rib.apply_route(id, &element, action, &mut memo) == Applied::Refused {
                    let count = self.not_held.entry(family).or_default();
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
        named: BTreeMap::new(),
        family: None,
        counts: true,
    }
}

/// The dump of an older record: the current one, or a new one.
fn older_dump(source: &mut Source, record: &Record<'_>, body: &Body<'_>, part: Part) -> Dump {
    let view = match body {
        Body::TableDump(table) => table.view(),
        Body::Entry(entry) => entry.view,
        _ => 0,
    };
    let kind = (record.kind(), view);
    match source.dump.take() {
        Some(dump) if dump.kind == kind && part != Part::Start => dump,
        _ => Dump {
            collector: source.collector.clone().unwrap_or_default(),
            view: numbered(view),
            kind,
            indexed: Vec::new(),
            named: BTreeMap::new(),
            family: None,
            counts: true,
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
