//! Which collector a message belongs to: facts about collectors and what follows from them.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

use crate::asn::Asn;
use crate::family::Family;
use crate::rib::peer::Collector;

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

/// Contents of a view's tables, over all of its time.
#[derive(Clone, Debug, Default)]
struct View {
    peers: BTreeSet<Name>,
    families: BTreeSet<Family>,
}

/// Facts from archives about collectors. They only accumulate, so a decision based on all of them is final.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// The views of collectors with tables.
    tables: BTreeMap<Collector, BTreeMap<Arc<[u8]>, View>>,
    /// The addresses that a peer's messages went to.
    locals: BTreeMap<Name, BTreeSet<IpAddr>>,
    /// Four-octet AS numbers by address.
    wide: BTreeMap<IpAddr, BTreeSet<Asn>>,
    /// Number of additions so far.
    epoch: u64,
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

    /// Adds a view with a table.
    pub(super) fn add_view(&mut self, collector: &Collector, view: &Arc<[u8]>) {
        let views = self.tables.entry(collector.clone()).or_default();
        let is_new = !views.contains_key(view);
        if is_new {
            views.insert(Arc::clone(view), View::default());
        }
        self.note(is_new);
    }

    /// Adds a peer of a table.
    pub(super) fn add_peer(&mut self, collector: &Collector, view: &Arc<[u8]>, peer: Name) {
        let there = self.tables.get_mut(collector).and_then(|views| views.get_mut(view));
        let is_new = there.is_some_and(|view| view.peers.insert(peer));
        self.note(is_new);
        if let (Some(address), _) = peer {
            self.add_wide(address, peer.1);
        }
    }

    /// Adds a family of a table.
    pub(super) fn add_family(&mut self, collector: &Collector, view: &Arc<[u8]>, family: Family) {
        let there = self.tables.get_mut(collector).and_then(|views| views.get_mut(view));
        let is_new = there.is_some_and(|view| view.families.insert(family));
        self.note(is_new);
    }

    /// Adds a message of a peer to an address of its collector.
    pub(super) fn add_message(&mut self, peer: Name, asn4: bool, local: &Collector) {
        if let (Some(address), true) = (peer.0, asn4) {
            self.add_wide(address, peer.1);
        }
        if let Collector::Address(local) = local {
            let is_new = self.locals.entry(peer).or_default().insert(*local);
            self.note(is_new);
        }
    }

    fn add_wide(&mut self, address: IpAddr, asn: Asn) {
        let is_new = asn.is_four_octet() && self.wide.entry(address).or_default().insert(asn);
        self.note(is_new);
    }

    /// Ends a first pass over records: attributes messages with a two-octet AS field to the peer with that AS.
    pub(in crate::rib) fn conclude(&mut self) {
        let narrow: Vec<_> = self.locals.iter().filter(|((_, asn), _)| !asn.is_four_octet()).collect();
        let meant: Vec<_> = narrow.into_iter().map(|((address, asn), locals)| (*address, *asn, locals.clone())).collect();
        for (address, asn, locals) in meant {
            let wide = self.widened(address, asn);
            if wide != asn {
                self.locals.entry((address, wide)).or_default().extend(locals);
            }
        }
    }

    /// The AS that a two-octet field means: if the peer at this address has a four-octet number, daemons write AS_TRANS or its
    /// lower half.
    pub(super) fn widened(&self, address: Option<IpAddr>, asn: Asn) -> Asn {
        let wide = address.and_then(|address| self.wide.get(&address));
        let mut meant = wide.into_iter().flatten().filter(|wide| asn == Asn::TRANS || wide.0 & 0xffff == asn.0);
        match (meant.next(), meant.next()) {
            (Some(one), None) => *one,
            _ => asn,
        }
    }

    /// Whether a table of a collector lists a peer.
    fn lists(&self, collector: &Collector, peer: Name) -> bool {
        let views = self.tables.get(collector);
        views.is_some_and(|views| views.values().any(|view| view.lists(peer)))
    }

    /// The collector of a message; `local` is the collector's own address in it.
    ///
    /// 1. A collector with a table whose BGP identifier is the address.
    /// 2. The one collector whose tables list the peer, unless other messages of the peer went to that one's own address.
    /// 3. For a peer that no table lists: the one collector that has tables, if the peer's messages went to a single address.
    /// 4. Else the address is the collector's identity.
    pub(super) fn collector(&self, peer: Name, local: &Collector) -> Result<Collector, Ambiguous> {
        let (address, asn) = peer;
        let is_table = |collector: &&Collector| !matches!(collector, Collector::Named(_));
        let none = BTreeSet::new();
        let locals = self.locals.get(&peer).unwrap_or(&none);
        let is_own = |collector: &Collector| match collector {
            Collector::Address(own) => locals.contains(own),
            _ => false,
        };
        if *local == Collector::Unknown {
            return self.unaddressed(peer, locals);
        }
        if self.tables.contains_key(local) {
            return Ok(local.clone());
        }
        let listing: Vec<_> = self.tables.keys().filter(is_table).filter(|collector| self.lists(collector, peer)).collect();
        // Collector addresses other than those of collectors with tables.
        let strange = || locals.iter().filter(|own| !self.tables.contains_key(&Collector::Address(**own)));
        let elsewhere: Vec<_> = listing.iter().copied().filter(|collector| !is_own(collector)).collect();
        match elsewhere.as_slice() {
            [] if listing.is_empty() => {
                let mut all = self.tables.keys().filter(is_table);
                match (all.next(), all.next(), locals.len()) {
                    (Some(only), None, 0 | 1) => Ok(only.clone()),
                    _ => Ok(local.clone()),
                }
            }
            [] => Ok(local.clone()),
            [only] if strange().count() <= 1 => Ok((*only).clone()),
            [only] => {
                let addresses = strange().copied().collect();
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
        let tables = self.tables.keys().filter(|collector| !matches!(collector, Collector::Named(_)));
        all.extend(tables.clone().filter(|collector| self.lists(collector, peer)).cloned());
        match all.len() {
            0 => {
                let mut tables = tables;
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
        let Some(views) = self.tables.get(collector) else { return Ok(Arc::default()) };
        let mut candidates: Vec<_> = views.iter().filter(|(_, view)| view.lists(peer)).collect();
        if candidates.is_empty() {
            candidates = views.iter().collect();
        }
        let first = candidates.first().map(|(name, _)| Arc::clone(name)).unwrap_or_default();
        if candidates.len() > 1 {
            candidates.retain(|(_, view)| view.families.contains(&family));
        }
        match candidates.as_slice() {
            [] => Ok(first),
            [(name, _)] => Ok(Arc::clone(name)),
            _ => Err(Ambiguous::Views { address: peer.0, asn: peer.1, collector: collector.clone(), family }),
        }
    }

    /// Whether an address is attributed to a collector only because its table lists the peer.
    pub(super) fn is_only_listed(&self, collector: &Collector, local: &Collector) -> bool {
        let v4 = |collector: &Collector| matches!(collector, Collector::Address(IpAddr::V4(_)));
        collector != local && v4(collector) && v4(local)
    }
}

impl View {
    fn lists(&self, (address, asn): Name) -> bool {
        if self.peers.contains(&(address, asn)) {
            return true;
        }
        let at = self.peers.range((address, Asn::ZERO)..=(address, Asn(u32::MAX)));
        at.into_iter().any(|(_, listed)| stands_for(*listed, asn))
    }
}
