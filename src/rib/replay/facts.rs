//! Which collector a message belongs to: facts about collectors and what follows from them.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

use crate::asn::Asn;
use crate::family::Family;
use crate::rib::peer::Collector;
use crate::wire::step;

/// A peer as identified by messages and tables.
pub(super) type Name = (Option<IpAddr>, Asn);

/// Why the collector or peer of a message is ambiguous. Nothing is guessed: group the archives by collector
/// ([`Archives::add_collector`](crate::rib::Archives::add_collector), [`Replay::add_source_of`](super::Replay::add_source_of)).
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Ambiguous {
    /// Tables of several collectors list the peer, and its messages match none of their BGP identifiers.
    Collectors {
        /// The peer's address.
        address: Option<IpAddr>,
        /// The peer's AS.
        asn: Asn,
        /// The collectors.
        collectors: Vec<Collector>,
    },
    /// One collector's table lists the peer, but its messages went to several addresses, none known to be that collector's.
    Addresses {
        /// The peer's address.
        address: Option<IpAddr>,
        /// The peer's AS.
        asn: Asn,
        /// The collector.
        collector: Collector,
        /// The addresses.
        addresses: Vec<IpAddr>,
    },
    /// The peer is in several views of one collector with routes of this family.
    Views {
        /// The peer's address.
        address: Option<IpAddr>,
        /// The peer's AS.
        asn: Asn,
        /// The collector.
        collector: Collector,
        /// The family.
        family: Family,
    },
    /// The table lists several peers with this address and AS, told apart by BGP identifiers that messages do not carry.
    Peers {
        /// The peers' address.
        address: Option<IpAddr>,
        /// The peers' AS.
        asn: Asn,
        /// The collector.
        collector: Collector,
    },
}

/// A list in prose: `a, b and c`.
struct Listed<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, one) in self.0.iter().enumerate() {
            f.write_str(match i {
                0 => "",
                _ if i.saturating_add(1) == self.0.len() => " and ",
                _ => ", ",
            })?;
            fmt::Display::fmt(one, f)?;
        }
        Ok(())
    }
}

/// A peer, as displayed.
struct Who(Option<IpAddr>, Asn);

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => write!(f, "peer {address} AS{}", self.1),
            None => write!(f, "the peer of AS{} without an address", self.1),
        }
    }
}

impl fmt::Display for Ambiguous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Collectors { address, asn, collectors } => {
                let (who, collectors) = (Who(*address, *asn), Listed(collectors));
                write!(f, "{who} is in the tables of the collectors {collectors}, and its messages name none of these")
            }
            Self::Addresses { address, asn, collector, addresses } => {
                let (who, addresses) = (Who(*address, *asn), Listed(addresses));
                write!(f, "{who} is in the table of the collector {collector}, and sent messages to {addresses}")
            }
            Self::Views { address, asn, collector, family } => {
                let who = Who(*address, *asn);
                write!(
                    f,
                    "{who} is in several views of the collector {collector} with {family} routes, and messages name no view"
                )
            }
            Self::Peers { address, asn, collector } => {
                let who = Who(*address, *asn);
                write!(
                    f,
                    "{who} is in the table of the collector {collector} with several BGP identifiers, and messages name none"
                )
            }
        }
    }
}

impl core::error::Error for Ambiguous {}

/// The addresses that a peer's messages went to.
#[derive(Clone, Debug, Default)]
struct Locals {
    all: BTreeSet<IpAddr>,
    /// Those that are not the BGP identifier of a collector with tables.
    strange: BTreeSet<IpAddr>,
    /// What is known from the peer about all of them.
    says: Says,
}

/// What the messages of a peer say about the addresses that they went to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Says {
    /// No table lists the peer.
    #[default]
    Nothing,
    /// They are addresses of the collector that lists it.
    Connected,
    /// They are addresses of others: that collector's own address is among them.
    Apart,
}

/// What additions may have changed: decisions that rest on it have to be made again.
#[derive(Clone, Debug, Default)]
pub(super) struct Changed {
    /// All decisions.
    pub(super) all: bool,
    /// Those about peers at these addresses.
    pub(super) addresses: BTreeSet<Option<IpAddr>>,
    /// Those about messages of these peers to addresses of no known collector, or without one.
    pub(super) names: BTreeSet<Name>,
    /// Those about messages of a peer to an address.
    pub(super) messages: BTreeSet<(Name, Collector)>,
    /// What a two-octet AS field of a peer means.
    pub(super) narrow: BTreeSet<Name>,
}

/// Views of a collector, by name.
type Views = BTreeSet<Arc<[u8]>>;

/// Facts from archives about collectors. They only accumulate, so a decision based on all of them is final.
///
/// Each is found by the peer, the address or the family that a decision asks for, so that a decision takes as long with many
/// collectors, views and peers as with few.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// The views of collectors with tables.
    views: BTreeMap<Collector, Views>,
    /// The views whose tables list a peer.
    listing: BTreeMap<Collector, BTreeMap<Name, Views>>,
    /// The collectors without a given name whose tables list a peer.
    listers: BTreeMap<Name, BTreeSet<Collector>>,
    /// The views with routes of a family.
    families: BTreeMap<Collector, BTreeMap<Family, Views>>,
    locals: BTreeMap<Name, Locals>,
    /// The peers with messages to an address.
    senders: BTreeMap<IpAddr, BTreeSet<Name>>,
    /// The addresses that messages of listed peers went to, with the first such peer. As long as one collector alone has tables and no
    /// given name: nothing follows with several.
    connected: BTreeMap<IpAddr, Name>,
    /// Those of other collectors, by messages of listed peers.
    apart: BTreeSet<IpAddr>,
    /// Four-octet AS numbers by address.
    wide: BTreeMap<IpAddr, BTreeSet<Asn>>,
    /// The same by address and lower half.
    halves: BTreeMap<(IpAddr, u32), BTreeSet<Asn>>,
    /// What has changed since it was last asked for.
    changed: Changed,
    /// Number of additions so far.
    epoch: u64,
}

/// The placeholders that may stand for an AS in a table.
fn placeholders(asn: Asn) -> impl Iterator<Item = Asn> {
    [Asn::ZERO, Asn::TRANS].into_iter().filter(move |listed| stands_for(*listed, asn))
}

/// Whether `listed` in a table may be the peer of messages: AS 0 and AS_TRANS are placeholders for another number.
fn stands_for(listed: Asn, asn: Asn) -> bool {
    listed == Asn::ZERO || (listed == Asn::TRANS && asn.is_four_octet())
}

impl Facts {
    /// Number of additions so far.
    pub(super) const fn epoch(&self) -> u64 {
        self.epoch
    }

    fn note(&mut self, is_new: bool) {
        self.epoch = self.epoch.saturating_add(u64::from(is_new));
    }

    /// Takes what additions may have changed since the last call.
    pub(super) fn take_changed(&mut self) -> Changed {
        core::mem::take(&mut self.changed)
    }

    /// Whether a collector has a table of a view.
    pub(super) fn has_view(&self, collector: &Collector, view: &Arc<[u8]>) -> bool {
        self.views.get(collector).is_some_and(|views| views.contains(view))
    }

    /// Adds a view with a table.
    pub(super) fn add_view(&mut self, collector: &Collector, view: &Arc<[u8]>) {
        if self.has_view(collector, view) {
            return;
        }
        let views = self.views.entry(collector.clone()).or_default();
        let is_first = views.is_empty();
        views.insert(Arc::clone(view));
        self.note(true);
        if is_first && !matches!(collector, Collector::Named(_)) {
            // One table, or several, decide about peers that none lists.
            let are_few = self.unnamed().nth(2).is_none();
            self.changed.all |= are_few;
            if let Collector::Address(own) = collector {
                for name in self.senders.get(own).into_iter().flatten() {
                    step();
                    if let Some(locals) = self.locals.get_mut(name) {
                        locals.strange.remove(own);
                    }
                    self.changed.names.insert(*name);
                    self.changed.messages.insert((*name, collector.clone()));
                }
            }
        }
    }

    /// The collectors with tables, except those with given names.
    fn unnamed(&self) -> impl Iterator<Item = &Collector> {
        // Names sort last.
        self.views.keys().take_while(|collector| !matches!(collector, Collector::Named(_)))
    }

    /// Adds a peer of a table.
    pub(super) fn add_peer(&mut self, collector: &Collector, view: &Arc<[u8]>, peer: Name) {
        if !self.has_view(collector, view) {
            return;
        }
        let views = self.listing.entry(collector.clone()).or_default().entry(peer).or_default();
        let is_new = views.insert(Arc::clone(view));
        self.note(is_new);
        if is_new && !matches!(collector, Collector::Named(_)) && self.listers.entry(peer).or_default().insert(collector.clone())
        {
            // A placeholder may be any peer at its address.
            if peer.1 == Asn::ZERO || peer.1 == Asn::TRANS {
                self.changed.addresses.insert(peer.0);
                let at = (peer.0, Asn::ZERO)..=(peer.0, Asn(u32::MAX));
                let there: Vec<Name> = self.locals.range(at).map(|(name, _)| *name).inspect(|_| step()).collect();
                there.into_iter().filter(|name| stands_for(peer.1, name.1)).for_each(|name| self.connect(name, None));
            } else {
                self.changed.names.insert(peer);
            }
            self.connect(peer, None);
        }
        if let (Some(address), _) = peer {
            self.add_wide(address, peer.1);
        }
    }

    /// Adds a family of a table.
    pub(super) fn add_family(&mut self, collector: &Collector, view: &Arc<[u8]>, family: Family) {
        if self.has_view(collector, view) {
            let views = self.families.entry(collector.clone()).or_default().entry(family).or_default();
            let is_new = views.insert(Arc::clone(view));
            self.note(is_new);
        }
    }

    /// Adds a message of a peer to an address of its collector.
    pub(super) fn add_message(&mut self, peer: Name, asn4: bool, local: &Collector) {
        if let (Some(address), true) = (peer.0, asn4) {
            self.add_wide(address, peer.1);
        }
        if let Collector::Address(local) = local {
            self.add_local(peer, *local);
        }
    }

    fn add_local(&mut self, peer: Name, local: IpAddr) {
        let is_strange = !self.views.contains_key(&Collector::Address(local));
        let locals = self.locals.entry(peer).or_default();
        if !locals.all.insert(local) {
            return;
        }
        if is_strange {
            locals.strange.insert(local);
        }
        // Of more strange addresses, no decision is the peer's collector any more: each is its own, or all are ambiguous.
        if locals.strange.len() <= 2 {
            self.changed.names.insert(peer);
        }
        self.senders.entry(local).or_default().insert(peer);
        self.note(true);
        self.connect(peer, Some(local));
    }

    /// Notes what the messages of a listed peer say about the addresses that they went to, of which one may be new. What is known of an
    /// address changes twice at most: that it is another collector's is final.
    fn connect(&mut self, name: Name, new: Option<IpAddr>) {
        if self.unnamed().nth(1).is_some() {
            return;
        }
        let listers = self.listers(name);
        let Some(locals) = self.locals.get(&name).filter(|_| !listers.is_empty()) else { return };
        let is_own = |collector: &&Collector| matches!(collector, Collector::Address(own) if locals.all.contains(own));
        let says = if listers.iter().any(is_own) { Says::Apart } else { Says::Connected };
        let about: Vec<IpAddr> = match new.filter(|_| says == locals.says) {
            Some(new) => Vec::from([new]),
            None => locals.all.iter().copied().inspect(|_| step()).collect(),
        };
        if let Some(locals) = self.locals.get_mut(&name) {
            locals.says = says;
        }
        for local in about {
            let is_new = match says {
                Says::Apart => self.apart.insert(local),
                _ if self.connected.contains_key(&local) => false,
                _ => self.connected.insert(local, name).is_none() && !self.apart.contains(&local),
            };
            if is_new {
                let senders = self.senders.get(&local).into_iter().flatten().inspect(|_| step());
                self.changed.messages.extend(senders.map(|sender| (*sender, Collector::Address(local))));
            }
        }
    }

    /// Whether an address is one of the only collector that has tables, by messages of the peers that they list.
    fn is_connected(&self, local: &Collector) -> bool {
        matches!(local, Collector::Address(local) if self.connected.contains_key(local) && !self.apart.contains(local))
    }

    /// A peer that a collector's tables list and whose messages went to an address: this one, or the first.
    pub(super) fn witness(&self, collector: &Collector, local: &Collector, peer: Name) -> Name {
        match local {
            Collector::Address(local) if !self.listers(peer).contains(collector) => {
                self.connected.get(local).copied().unwrap_or(peer)
            }
            _ => peer,
        }
    }

    fn add_wide(&mut self, address: IpAddr, asn: Asn) {
        if asn.is_four_octet() && self.wide.entry(address).or_default().insert(asn) {
            let half = Asn(asn.0 & 0xffff);
            self.halves.entry((address, half.0)).or_default().insert(asn);
            self.changed.narrow.extend([half, Asn::TRANS].map(|narrow| (Some(address), narrow)));
            self.note(true);
        }
    }

    /// Ends a first pass over records: attributes messages with a two-octet AS field to the peer with that AS.
    pub(in crate::rib) fn conclude(&mut self) {
        let narrow: Vec<_> = self.locals.iter().filter(|((_, asn), _)| !asn.is_four_octet()).collect();
        let meant: Vec<_> = narrow.into_iter().map(|((address, asn), locals)| (*address, *asn, locals.all.clone())).collect();
        for (address, asn, locals) in meant {
            let wide = self.widened(address, asn);
            if wide != asn {
                locals.into_iter().for_each(|local| self.add_local((address, wide), local));
            }
        }
    }

    /// The AS that a two-octet field means: if the peer at this address has a four-octet number, daemons write AS_TRANS or its
    /// lower half.
    pub(super) fn widened(&self, address: Option<IpAddr>, asn: Asn) -> Asn {
        let of = |address: IpAddr| match asn {
            Asn::TRANS => self.wide.get(&address),
            _ => self.halves.get(&(address, asn.0)),
        };
        let mut meant = address.and_then(of).into_iter().flatten();
        match (meant.next(), meant.next()) {
            (Some(one), None) => *one,
            _ => asn,
        }
    }

    /// The collectors without a given name whose tables list a peer.
    fn listers(&self, (address, asn): Name) -> BTreeSet<&Collector> {
        let names = placeholders(asn).chain([asn]).map(|listed| (address, listed));
        names.filter_map(|name| self.listers.get(&name)).flatten().inspect(|_| step()).collect()
    }

    /// The addresses of no known collector that a peer's messages went to.
    pub(super) fn strange(&self, peer: Name) -> impl Iterator<Item = IpAddr> {
        self.locals.get(&peer).into_iter().flat_map(|locals| &locals.strange).copied()
    }

    /// The collector of a message; `local` is the collector's own address in it.
    ///
    /// 1. A collector with a table whose BGP identifier is the address.
    /// 2. The one collector whose tables list the peer, unless other messages of the peer went to that one's own address.
    /// 3. For a peer that no table lists: the one collector that has tables, if messages of peers that they list went to the address.
    /// 4. Else the address is the collector's identity.
    pub(super) fn collector(&self, peer: Name, local: &Collector) -> Result<Collector, Ambiguous> {
        step();
        let (address, asn) = peer;
        let none = Locals::default();
        let locals = self.locals.get(&peer).unwrap_or(&none);
        let is_own = |collector: &Collector| match collector {
            Collector::Address(own) => locals.all.contains(own),
            _ => false,
        };
        if *local == Collector::Unknown {
            return self.unaddressed(peer, &locals.all);
        }
        if self.views.contains_key(local) {
            return Ok(local.clone());
        }
        let listing = self.listers(peer);
        let elsewhere: Vec<_> = listing.iter().copied().filter(|collector| !is_own(collector)).collect();
        match elsewhere.as_slice() {
            [] if listing.is_empty() => {
                let mut all = self.unnamed();
                match (all.next(), all.next()) {
                    (Some(only), None) if self.is_connected(local) => Ok(only.clone()),
                    _ => Ok(local.clone()),
                }
            }
            [] => Ok(local.clone()),
            [only] if locals.strange.len() <= 1 => Ok((*only).clone()),
            [only] => {
                let addresses = locals.strange.iter().copied().collect();
                Err(Ambiguous::Addresses { address, asn, collector: (*only).clone(), addresses })
            }
            several => {
                let collectors = several.iter().map(|collector| (*collector).clone()).collect();
                Err(Ambiguous::Collectors { address, asn, collectors })
            }
        }
    }

    /// The collector of a message without its own address: the one that all other messages of the peer belong to and that lists
    /// the peer.
    fn unaddressed(&self, peer: Name, locals: &BTreeSet<IpAddr>) -> Result<Collector, Ambiguous> {
        let mut all = BTreeSet::new();
        for own in locals {
            all.insert(self.collector(peer, &Collector::Address(*own))?);
        }
        all.extend(self.listers(peer).into_iter().cloned());
        match all.len() {
            0 => {
                let mut tables = self.unnamed();
                match (tables.next(), tables.next()) {
                    (Some(only), None) => Ok(only.clone()),
                    _ => Ok(Collector::Unknown),
                }
            }
            1 => Ok(all.into_iter().next().unwrap_or_default()),
            _ => Err(Ambiguous::Collectors { address: peer.0, asn: peer.1, collectors: all.into_iter().collect() }),
        }
    }

    /// The view of a collector for a peer's route: the one that lists the peer; of several, the one with routes of the family,
    /// since daemons dump each of their tables as a separate view.
    pub(super) fn view(&self, collector: &Collector, peer: Name, family: Family) -> Result<Arc<[u8]>, Ambiguous> {
        let Some(views) = self.views.get(collector) else { return Ok(Arc::default()) };
        let (address, asn) = peer;
        let listing = self.listing.get(collector);
        let names = placeholders(asn).chain([asn]).map(|listed| (address, listed));
        let listed: BTreeSet<_> = names.filter_map(|name| listing?.get(&name)).flatten().inspect(|_| step()).collect();
        let with_family = self.families.get(collector).and_then(|families| families.get(&family));
        let first = listed.first().copied().or(views.first()).cloned().unwrap_or_default();
        let mut candidates = Vec::new();
        if listed.len() == 1 || (listed.is_empty() && views.len() == 1) {
            return Ok(first);
        } else if listed.is_empty() {
            candidates.extend(with_family.into_iter().flatten().take(2));
        } else {
            let has_family = |view: &&Arc<[u8]>| with_family.is_some_and(|views| views.contains(*view));
            candidates.extend(listed.into_iter().filter(has_family).take(2));
        }
        match candidates.as_slice() {
            [] => Ok(first),
            [view] => Ok(Arc::clone(view)),
            _ => Err(Ambiguous::Views { address, asn, collector: collector.clone(), family }),
        }
    }

    /// Whether an address is attributed to a collector only because its table lists a peer with messages to it.
    pub(super) fn is_only_listed(&self, collector: &Collector, local: &Collector) -> bool {
        let v4 = |collector: &Collector| matches!(collector, Collector::Address(IpAddr::V4(_)));
        collector != local && v4(collector) && v4(local)
    }
}
