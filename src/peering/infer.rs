//! From paths to relations: proof to a fixed point, then assumptions about what remains open.

mod evidence;

use alloc::vec::Vec;
use core::fmt;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::claims::{Claims, Said};
use super::clique;
use super::index::{Arc, Index, Triples, link_of, reversed};
use super::preference::{self, Test, Uses};
use super::relations::{Class, MAJORITY, Relations, Step, Warning};
use super::steps::Steps;
use super::store::PathStore;
use super::table::{Bits, Table, number};

impl Class {
    /// The class that makes the arc go down.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn down(arc: Arc) -> Self {
        if arc & 1 == 0 { Self::Low } else { Self::High }
    }
}

/// The clique of transit-free networks.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub enum Clique {
    /// Found among the largest transit degrees.
    #[default]
    Auto,
    /// Given by the caller.
    Given(Vec<u32>),
}

/// How relations are inferred.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Inference {
    /// The clique of transit-free networks.
    pub clique: Clique,
    /// Evidence beyond paths, which outranks votes; beside what the store has ([`PathStore::claims`]), of which only that counts which
    /// leaks do not explain.
    pub claims: Claims,
    /// Which steps are taken.
    pub steps: Steps,
}

/// Why nothing can be inferred.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum InferenceError {
    /// There is no path.
    NoPaths,
}

impl fmt::Display for InferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPaths => f.write_str("there is no path to infer anything from"),
        }
    }
}

impl core::error::Error for InferenceError {}

/// Maximum weight of paths with a triple.
const WEIGHT: u32 = 50;
/// Maximum rounds of votes.
const ROUNDS: u32 = 50;
/// Rounds of all steps.
const PASSES: u32 = 4;
/// A vantage point with routes to less than this share of the origins sends only the routes of its customers.
const NARROW: u32 = 50;
/// This many origins are no leak.
const MANY: u32 = 20;
/// A leak's share of the routes that a network can send.
const LEAKED: u32 = 4;
/// A link followed by one origin in this many may be followed by most of the Internet.
const WIDE: u32 = 10;
/// A member of which one open link in this many is refuted as transit peers with anybody.
const WIDELY: u32 = 3;
/// With this few following networks, the absence of others is not significant.
const FEW: u32 = 3;

/// Votes for each side: the network with the lower AS number is the provider, or the one with the higher.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Votes {
    pub(super) low: u32,
    pub(super) high: u32,
}

/// Clear statements by link: their classes and sources. Those of the store are weighed against its routes; those that the caller gives
/// beside it count as they are.
fn settle(given: &Claims, index: &Index<'_>) -> Table<(Class, u8)> {
    let mut said: Table<Said> = Table::new(index.links.len());
    let link = |(lower, higher): (u32, u32)| {
        let arc = index.arc(index.id(lower)?, index.id(higher)?)?;
        Some(link_of(arc))
    };
    let own = index.store.claims();
    for (ends, more) in own.iter() {
        if let Some(link) = link(ends) {
            said.change(link, |said| said.add(more));
        }
    }
    if own.iter().any(|(_, said)| said.is_of_marks_alone()) {
        weigh_marks(index, &mut said);
    }
    for (ends, more) in given.iter() {
        if let Some(link) = link(ends) {
            said.change(link, |said| said.add(more));
        }
    }
    let of = |said: Said| match said.class() {
        Class::Open => (Class::Open, 0),
        class => (class, said.sources),
    };
    Table::from(said.iter().map(of).collect::<Vec<_>>())
}

/// Takes back what leaked routes state: a route with Only to Customer that its receiver leaks seems to go down from there on. Of such routes
/// few origins are seen over a link, where a provider gives its customer those of most; so few are no statement, unless they are all.
fn weigh_marks(index: &Index<'_>, said: &mut Table<Said>) {
    let is_marked = |arc: Arc| said.at(link_of(arc)).is_of_marks_alone();
    let marked: HashMap<(u32, u32), Arc, RandomState> = index
        .all_arcs()
        .filter(|&arc| is_marked(arc))
        .map(|arc| ((index.asn(index.start_of(arc)), index.asn(index.end_of(arc))), arc))
        .collect();
    let mut routes: HashMap<Arc, u64, RandomState> = HashMap::default();
    for path in index.store {
        for (&from, &to) in path.path.iter().zip(path.path.iter().skip(1)) {
            if let Some(&arc) = marked.get(&(from, to)) {
                let sum = routes.entry(arc).or_default();
                *sum = sum.saturating_add(path.routes);
            }
        }
    }
    let least = u64::from(MANY.min(index.origins / NARROW));
    // A route goes down towards the vantage point, so that the provider is at the end of the arc.
    let stands = |stated: u32, arc: Arc| {
        let (stated, all) = (u64::from(stated), routes.get(&arc).copied().unwrap_or(0));
        stated >= all || stated.saturating_mul(u64::from(index.arc_origins.at(arc))) >= least.saturating_mul(all)
    };
    for &arc in marked.values().filter(|&&arc| arc & 1 == 0) {
        let link = link_of(arc);
        said.change(link, |said| said.keep(stands(said.low, reversed(arc)), stands(said.high, arc)));
    }
}

#[cfg_attr(optimised, inline(always))]
fn votes_of(votes: &Table<u32>, link: u32) -> Votes {
    Votes { low: votes.at(link << 1), high: votes.at(link << 1 | 1) }
}

/// Kinds of a network's links.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Width {
    peers: u32,
    beside_members: u32,
    customers: u32,
    providers: u32,
}

impl Width {
    /// Adjacent to one member, or to less than a quarter of them: content networks are adjacent to most.
    const fn is_beside_few(self, members: u32) -> bool {
        self.beside_members <= 1 || self.beside_members.saturating_mul(4) < members
    }
}

pub(super) struct State<'i, 's> {
    pub(super) index: &'i Index<'s>,
    triples: &'i Triples,
    pub(super) uses: &'i Uses,
    pub(super) steps: Steps,
    pub(super) member: Table<bool>,
    pub(super) class: Table<Class>,
    /// Votes for an arc to go down.
    pub(super) votes: Table<u32>,
    narrow: Table<u32>,
    /// Arcs over which a third network has the own routes of the network at their end.
    pub(super) own: Bits,
    /// Arcs whose votes have too few origins: by links before them, by links after them.
    few: [Bits; 2],
    /// Classes decided by evidence beyond paths, with its kinds.
    pub(super) claimed: Table<(Class, u8)>,
    assumed: Table<(Class, Step)>,
}

impl PathStore {
    /// Infers the relation of every link.
    ///
    /// # Errors
    /// There is no path.
    pub fn infer(&self, how: &Inference) -> Result<Relations, InferenceError> {
        if self.is_empty() {
            return Err(InferenceError::NoPaths);
        }
        let index = Index::new(self);
        let mut warnings = Vec::new();
        let members = match &how.clique {
            Clique::Auto => {
                let members = clique::find(&index, how.steps);
                if members.is_empty() {
                    warnings.push(Warning::NoClique);
                }
                members
            }
            Clique::Given(asns) => clique::given(&index, asns, &mut warnings),
        };
        let mut member = Table::new(index.asns.len());
        for &id in &members {
            member.set(id, true);
        }
        let poisoned = clique::poisoned(&index, &member);
        let triples = Triples::new(&index, &poisoned);
        let uses = Uses::new(&index, &poisoned);
        let (links, arcs) = (index.links.len(), index.all_arcs().len());
        let mut state = State {
            index: &index,
            triples: &triples,
            uses: &uses,
            steps: how.steps,
            member,
            class: Table::new(links),
            votes: Table::new(arcs),
            narrow: Table::new(arcs),
            own: index.own_routes(),
            few: [Bits::new(arcs), Bits::new(arcs)],
            claimed: settle(&how.claims, &index),
            assumed: Table::new(links),
        };
        if how.steps.narrow_feeds {
            state.narrow_feeds(&poisoned);
        }
        state.run();
        Ok(evidence::judge(state, &members, poisoned.count(), warnings))
    }
}

impl State<'_, '_> {
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn is_down(&self, arc: Arc) -> bool {
        self.class.at(link_of(arc)) == Class::down(arc)
    }

    /// Votes for each side of a link.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn votes_of(&self, link: u32) -> Votes {
        votes_of(&self.votes, link)
    }

    fn both_members(&self, link: u32) -> bool {
        let (low, high) = self.index.links.at(link);
        self.member.at(low) && self.member.at(high)
    }

    fn narrow_feeds(&mut self, poisoned: &Bits) {
        let index = self.index;
        let is_narrow = |vantage: u32| index.vantage_origins.at(vantage).saturating_mul(NARROW) < index.origins;
        for path in index.paths_of(is_narrow).filter(|path| !poisoned.has(path.number)) {
            for &arc in path.arcs {
                self.narrow.change(arc, |votes| *votes = votes.saturating_add(1).min(WEIGHT));
            }
        }
    }

    fn run(&mut self) {
        for pass in 1..=PASSES {
            self.prove();
            if self.steps.few_origins {
                self.weigh_origins();
                self.prove();
            }
            let before = self.assumed.clone();
            self.assume();
            if pass == PASSES {
                self.keep(&before);
            }
            if before.as_slice() == self.assumed.as_slice() {
                break;
            }
        }
        self.prove();
        // Links may have lost the votes that they had when the others were supposed.
        let before = self.assumed.clone();
        self.assume();
        self.keep(&before);
    }

    /// Keeps assumptions that were made before and are not made again: what still swings after the last pass would leave links open
    /// by chance.
    fn keep(&mut self, before: &Table<(Class, Step)>) {
        if !self.steps.keep {
            return;
        }
        for link in 0..number(before.len()) {
            let old = before.at(link);
            if old.0 != Class::Open && self.assumed.at(link).0 == Class::Open && !self.is_proven(link) {
                self.assumed.set(link, old);
            }
        }
    }

    /// Proof by votes, assuming only the given peers.
    pub(super) fn prove_from(&mut self, peers: &Bits) -> &Table<Class> {
        self.assumed = Table::new(self.index.links.len());
        for link in peers.ones() {
            self.assumed.set(link, (Class::Peer, Step::Rest));
        }
        self.class = Table::new(self.index.links.len());
        self.prove();
        &self.class
    }

    /// Votes until no label changes. Labels that oscillate between two states are decided by the votes of both.
    fn prove(&mut self) {
        let links = number(self.index.links.len());
        let mut before = Table::new(0);
        let mut settled = Bits::new(self.index.links.len());
        let mut sums: Table<u32> = Table::new(0);
        for _ in 0..ROUNDS {
            let votes = self.vote();
            let now = self.class.clone();
            let mut changed = false;
            for link in (0..links).filter(|&link| !settled.has(link)) {
                let class = self.label(link, votes_of(&votes, link));
                let old = self.class.at(link);
                if class != old && (self.steps.take_back || class != Class::Open) {
                    changed = true;
                    self.class.set(link, class);
                }
            }
            if changed && self.class == before {
                for link in 0..links {
                    if self.class.at(link) == now.at(link) {
                        continue;
                    }
                    if sums.len() == 0 {
                        sums = Table::new(votes.len());
                    }
                    for arc in [link << 1, link << 1 | 1] {
                        sums.set(arc, votes.at(arc).saturating_add(self.votes.at(arc)));
                    }
                    let class = self.label(link, votes_of(&sums, link));
                    self.class.set(link, class);
                    settled.put(link);
                }
            }
            self.votes = votes;
            before = now;
            if !changed {
                break;
            }
        }
        for link in settled.ones() {
            for arc in [link << 1, link << 1 | 1] {
                self.votes.set(arc, sums.at(arc));
            }
        }
    }

    /// Arcs after which every link goes down: they go across or down, or start at a member.
    fn provers(&self) -> Table<bool> {
        let proves = |arc: Arc| match self.class.at(link_of(arc)) {
            Class::Peer => true,
            Class::Open => self.steps.open_members && self.member.at(self.index.start_of(arc)),
            class => class == Class::down(arc),
        };
        Table::from(self.index.all_arcs().map(proves).collect::<Vec<bool>>())
    }

    fn vote(&self) -> Table<u32> {
        let mut votes = self.narrow.clone();
        let provers = self.provers();
        let [few_after, few_before] = &self.few;
        for triple in self.triples.iter() {
            let weight = triple.paths.min(WEIGHT);
            let (first, second) = (triple.first, triple.second);
            if provers.at(first) && !few_after.has(second) {
                votes.add(second, weight);
            }
            if self.steps.up_rule && provers.at(reversed(second)) && !few_before.has(reversed(first)) {
                votes.add(reversed(first), weight);
            }
        }
        votes
    }

    /// Votes of few origins are attributed to a leak under two conditions. Transit would show many origins: after a link, all routes
    /// that a network sends to its providers and peers; before a link, all routes that a provider can send. And preferences of the
    /// supposed provider's neighbours contradict transit, or nobody is seen with a route of the supposed customer over the link.
    fn weigh_origins(&mut self) {
        let index = self.index;
        let provers = self.provers();
        let (mut after, mut before) = (Table::<u32>::new(provers.len()), Table::<u32>::new(provers.len()));
        for triple in self.triples.iter() {
            if provers.at(triple.first) {
                after.change(triple.second, |most| *most = triple.origins.max(*most));
            }
            if provers.at(reversed(triple.second)) {
                before.change(reversed(triple.first), |most| *most = triple.origins.max(*most));
            }
        }
        // Routes that each network sends to non-customers.
        let mut gives: Table<u32> = Table::new(index.asns.len());
        for arc in index.all_arcs() {
            if matches!(self.class.at(link_of(arc)), class if class == Class::Peer || class == Class::down(arc)) {
                let origins = index.arc_origins.at(arc);
                gives.change(index.end_of(arc), |most| *most = origins.max(*most));
            }
        }
        let is_few_after = |arc: Arc| {
            let (seen, all) = (after.at(arc), gives.at(index.end_of(arc)));
            seen > 0 && seen < MANY && seen.saturating_mul(LEAKED) < all
        };
        let least = MANY.min(index.origins / NARROW);
        let is_few_before = |arc: Arc| before.at(arc) > 0 && before.at(arc) < least;
        let mut doubtful = Bits::new(index.links.len());
        for arc in index.all_arcs().filter(|&arc| is_few_after(arc) || is_few_before(arc)) {
            doubtful.put(link_of(arc));
        }
        let tests = preference::tests(index, self.uses, &self.class, &doubtful);
        let mut few = [Bits::new(provers.len()), Bits::new(provers.len())];
        let [few_after, few_before] = &mut few;
        let is_wide = |arc: Arc| index.arc_origins.at(arc).saturating_mul(WIDE) >= index.origins;
        // Many routes that a network has but does not send on are not a customer's: they are a sibling's or a provider's.
        for arc in index.all_arcs() {
            let (start, origins) = (index.start_of(arc), index.arc_origins.at(arc));
            let given = gives.at(start);
            if is_wide(arc) && given > 0 && given.saturating_mul(LEAKED) < origins && !self.member.at(start) {
                few_after.put(arc);
            }
        }
        // A customer's own routes go down to it, so that a link that is never seen downwards is hardly one of transit. A wide feed is
        // another matter: it may be the only one that shows the link.
        let is_never_down = |arc: Arc| self.steps.never_down && index.arc_origins.at(arc) == 0 && !is_wide(reversed(arc));
        // The most routes that each network has over one link.
        let mut most: Table<u32> = Table::new(index.asns.len());
        for arc in index.all_arcs() {
            let origins = index.arc_origins.at(arc);
            most.change(index.start_of(arc), |most| *most = origins.max(*most));
        }
        // A provider has a part of all routes: where its supposed customer has only few over it, they are a peer's. Neither does a third
        // network have that customer's own routes over it.
        let is_narrow = |arc: Arc| {
            let all = most.at(index.end_of(arc));
            self.steps.full_feeds && index.arc_origins.at(reversed(arc)).saturating_mul(NARROW) < all && !self.own.has(arc)
        };
        for arc in index.all_arcs().filter(|&arc| doubtful.has(link_of(arc))) {
            if is_few_before(arc) && (is_never_down(arc) || is_narrow(arc)) {
                few_before.put(arc);
            }
            let [if_low, if_high] = tests.at(link_of(arc));
            let test = if arc & 1 == 0 { if_low } else { if_high };
            let contradicted = test.shown == 0 && self.votes.at(reversed(arc)) > 0;
            if self.member.at(index.end_of(arc)) || test.is_refuted() || contradicted {
                if is_few_after(arc) {
                    few_after.put(arc);
                }
                if is_few_before(arc) {
                    few_before.put(arc);
                }
            }
        }
        self.few = few;
    }

    fn label(&self, link: u32, votes: Votes) -> Class {
        let (low, high) = self.index.links.at(link);
        let (low_member, high_member) = (self.member.at(low), self.member.at(high));
        if low_member && high_member {
            return Class::Peer;
        }
        let (claimed, _) = self.claimed.at(link);
        if claimed != Class::Open {
            return claimed;
        }
        if votes == Votes::default() {
            return self.assumed.at(link).0;
        }
        // A member has no provider.
        let class = if votes.low >= votes.high.saturating_mul(MAJORITY) {
            Class::Low
        } else if votes.high >= votes.low.saturating_mul(MAJORITY) {
            Class::High
        } else if (self.index.transit_degree.at(low), high) > (self.index.transit_degree.at(high), low) {
            Class::Low
        } else {
            Class::High
        };
        match class {
            Class::Low if high_member => Class::Peer,
            Class::High if low_member => Class::Peer,
            class => class,
        }
    }

    /// Whether votes or membership decide the link.
    pub(super) fn is_proven(&self, link: u32) -> bool {
        self.votes_of(link) != Votes::default() || self.both_members(link) || self.claimed.at(link).0 != Class::Open
    }

    /// Assumptions about links without proof.
    fn assume(&mut self) {
        let links = number(self.index.links.len());
        let mut assumed: Table<(Class, Step)> = Table::new(self.index.links.len());
        let open = |state: &Self, link: u32| !state.is_proven(link);
        let wide = self.wide_members();
        if self.steps.stubs {
            let width = self.width(&assumed);
            let members = self.members();
            let few = |id: u32| width.at(id).is_beside_few(members);
            for link in (0..links).filter(|&link| open(self, link)) {
                let (low, high) = self.index.links.at(link);
                let degree = &self.index.transit_degree;
                if self.member.at(low) && !wide.at(low) && degree.at(high) == 0 && few(high) {
                    assumed.set(link, (Class::Low, Step::Stub));
                } else if self.member.at(high) && !wide.at(high) && degree.at(low) == 0 && few(low) {
                    assumed.set(link, (Class::High, Step::Stub));
                }
            }
        }
        if self.steps.small_side {
            for link in (0..links).filter(|&link| open(self, link)) {
                if assumed.at(link).0 == Class::Open {
                    let supposed = self.small_side(link);
                    if supposed != Class::Open {
                        assumed.set(link, (supposed, Step::SmallSide));
                    }
                }
            }
        }
        if self.steps.two_open {
            self.two_open(&mut assumed);
        }
        if self.steps.preference {
            self.unrefuted(&mut assumed);
        }
        if self.steps.below_members {
            self.below_members(&wide, &mut assumed);
        }
        if self.steps.only_link {
            self.only_link(&mut assumed);
        }
        self.assumed = assumed;
    }

    /// The networks after a link seen from its smaller side: if that side were the customer, the other's routes would be among
    /// them.
    fn small_side(&self, link: u32) -> Class {
        let index = self.index;
        let arcs = [link << 1, link << 1 | 1];
        let both = arcs.iter().all(|&arc| index.arc_origins.at(arc) > 0);
        let mut peer = false;
        for arc in arcs {
            if index.arc_origins.at(arc) == 0 {
                continue;
            }
            let (near, far) = index.ends_of(arc);
            if !both && index.transit_degree.at(near) > index.transit_degree.at(far) {
                continue;
            }
            let (mut follow, mut customers) = (0u32, 0u32);
            for triple in self.triples.from(arc) {
                follow = follow.saturating_add(1);
                customers = customers.saturating_add(u32::from(self.is_down(triple.second)));
            }
            if follow <= FEW || customers.saturating_mul(2) >= follow || !self.steps.gate {
                peer = true;
            }
        }
        if peer { Class::Peer } else { Class::Open }
    }

    /// A path has one peering hop: of two adjacent open links, the lower is transit.
    fn two_open(&self, assumed: &mut Table<(Class, Step)>) {
        let index = self.index;
        let mut votes: Table<u32> = Table::new(index.all_arcs().len());
        let is_open = |link: u32| !self.is_proven(link) && assumed.at(link).0 == Class::Open;
        let mut any = Bits::new(index.links.len());
        for triple in self.triples.iter() {
            let (one, two) = (link_of(triple.first), link_of(triple.second));
            if !is_open(one) || !is_open(two) {
                continue;
            }
            let (from, middle) = index.ends_of(triple.first);
            let (_, to) = index.ends_of(triple.second);
            let degree = |id| index.transit_degree.at(id);
            let weight = triple.paths.min(WEIGHT);
            if degree(middle) >= degree(to) {
                votes.add(triple.second, weight);
                any.put(two);
            } else if degree(from) <= degree(middle) && degree(middle) <= degree(to) {
                votes.add(reversed(triple.first), weight);
                any.put(one);
            }
        }
        for link in any.ones() {
            let votes = votes_of(&votes, link);
            let (low, high) = index.links.at(link);
            if votes.low >= votes.high.saturating_mul(MAJORITY) && !self.member.at(high) {
                assumed.set(link, (Class::Low, Step::TwoOpen));
            } else if votes.high >= votes.low.saturating_mul(MAJORITY) && !self.member.at(low) {
                assumed.set(link, (Class::High, Step::TwoOpen));
            }
        }
    }

    /// The class of a link by proof, else by the assumptions so far.
    fn supposed(&self, link: u32, assumed: &Table<(Class, Step)>) -> Class {
        if self.is_proven(link) { self.class.at(link) } else { assumed.at(link).0 }
    }

    /// Per network: links not known to be transit, how many of those are to members of the clique, and the numbers of customers
    /// and providers.
    fn width(&self, assumed: &Table<(Class, Step)>) -> Table<Width> {
        let mut width: Table<Width> = Table::new(self.index.asns.len());
        for (link, (low, high)) in (0u32..).zip(self.index.links.iter()) {
            let (seller, buyer) = match self.supposed(link, assumed) {
                Class::Low => (low, high),
                Class::High => (high, low),
                Class::Open | Class::Peer => {
                    for (end, other) in [(low, high), (high, low)] {
                        let member = u32::from(self.member.at(other));
                        width.change(end, |width| {
                            width.peers = width.peers.saturating_add(1);
                            width.beside_members = width.beside_members.saturating_add(member);
                        });
                    }
                    continue;
                }
            };
            width.change(seller, |width| width.customers = width.customers.saturating_add(1));
            width.change(buyer, |width| width.providers = width.providers.saturating_add(1));
        }
        width
    }

    /// Number of members of the clique.
    fn members(&self) -> u32 {
        self.member.iter().fold(0u32, |sum, member| sum.saturating_add(u32::from(member)))
    }

    /// Which end of a link has the larger transit degree.
    pub(super) fn larger_is_low(&self, link: u32) -> bool {
        let (low, high) = self.index.links.at(link);
        self.index.transit_degree.at(low) >= self.index.transit_degree.at(high)
    }

    /// The larger and the smaller end of a link, and the tests of each as the provider.
    pub(super) fn sides(&self, link: u32, tests: &Table<[Test; 2]>) -> (u32, u32, Test, Test) {
        let (low, high) = self.index.links.at(link);
        let [if_low, if_high] = tests.at(link);
        if self.larger_is_low(link) { (low, high, if_low, if_high) } else { (high, low, if_high, if_low) }
    }

    /// Open links outside the clique are transit if nothing contradicts: no preference refutes it, the smaller network has few
    /// peers, and the larger is not one whose open links are usually refuted. With more known customers than twice the refuted links,
    /// it is more of a seller, however few links the known customers leave open: then the smaller has no other peer.
    fn unrefuted(&self, assumed: &mut Table<(Class, Step)>) {
        let index = self.index;
        let mut open = Bits::new(index.links.len());
        for (link, (low, high)) in (0u32..).zip(index.links.iter()) {
            if !self.member.at(low) && !self.member.at(high) && self.supposed(link, assumed) == Class::Open {
                open.put(link);
            }
        }
        let tests = preference::tests(index, self.uses, &self.class, &open);
        let width = self.width(assumed);
        let mut record: Table<(u32, u32)> = Table::new(index.asns.len());
        let few = |test: Test| test.refuted == 0 && test.shown < FEW;
        for link in open.ones() {
            let (larger, _, test, _) = self.sides(link, &tests);
            record.change(larger, |(all, refuted)| {
                *all = all.saturating_add(1);
                *refuted = refuted.saturating_add(u32::from(!few(test)));
            });
        }
        for link in open.ones() {
            let (larger, smaller, test, _) = self.sides(link, &tests);
            let class = if self.larger_is_low(link) { Class::Low } else { Class::High };
            let ((all, refuted), peers) = (record.at(larger), width.at(smaller).peers);
            let seldom = refuted.saturating_mul(10) < all;
            let at_times = self.steps.known_customers && refuted.saturating_mul(2) < width.at(larger).customers;
            if few(test) && ((peers <= FEW && seldom) || (peers <= 1 && at_times)) {
                assumed.set(link, (class, Step::Unrefuted));
            }
        }
    }

    /// Members that peer with anybody: the preferences of the other members refute transit of a third of their open links or more, and
    /// they have at least half as many of those as known customers. Large providers have some whose routes go another way.
    fn wide_members(&self) -> Table<bool> {
        let index = self.index;
        let mut wide = Table::new(index.asns.len());
        if !self.steps.wide_members {
            return wide;
        }
        let member_of = |link: u32| {
            let (low, high) = index.links.at(link);
            match (self.member.at(low), self.member.at(high)) {
                (true, false) => Some((low, 0usize)),
                (false, true) => Some((high, 1)),
                _ => None,
            }
        };
        let mut open = Bits::new(index.links.len());
        let mut customers: Table<u32> = Table::new(index.asns.len());
        for link in 0..number(index.links.len()) {
            let Some((member, side)) = member_of(link) else { continue };
            if !self.is_proven(link) {
                open.put(link);
            } else if self.class.at(link) == if side == 0 { Class::Low } else { Class::High } {
                customers.add(member, 1);
            }
        }
        let tests = preference::tests(index, self.uses, &self.class, &open);
        let mut record: Table<(u32, u32)> = Table::new(index.asns.len());
        for link in open.ones() {
            let Some((member, side)) = member_of(link) else { continue };
            let test = tests.at(link).get(side).copied().unwrap_or_default();
            record.change(member, |(all, refuted)| {
                *all = all.saturating_add(1);
                *refuted = refuted.saturating_add(u32::from(test.shown >= FEW && test.is_refuted()));
            });
        }
        for (id, (all, refuted)) in (0u32..).zip(record.iter()) {
            let many = all.saturating_mul(2) >= customers.at(id);
            wide.set(id, many && refuted > FEW && refuted.saturating_mul(WIDELY) >= all);
        }
        wide
    }

    /// Open links at members: a network with providers elsewhere that is adjacent to few members is a customer.
    fn below_members(&self, wide: &Table<bool>, assumed: &mut Table<(Class, Step)>) {
        let index = self.index;
        let width = self.width(assumed);
        let members = self.members();
        for (link, (low, high)) in (0u32..).zip(index.links.iter()) {
            let (class, member, outside) = match (self.member.at(low), self.member.at(high)) {
                (true, false) => (Class::Low, low, high),
                (false, true) => (Class::High, high, low),
                _ => continue,
            };
            let width = width.at(outside);
            let few = !wide.at(member) && width.providers > 0 && width.is_beside_few(members);
            if few && self.supposed(link, assumed) == Class::Open {
                assumed.set(link, (class, Step::BelowMember));
            }
        }
    }

    /// A network of which a single link is seen has the rest of the Internet over it, so that an open one is transit.
    fn only_link(&self, assumed: &mut Table<(Class, Step)>) {
        let index = self.index;
        let mut links: Table<u32> = Table::new(index.asns.len());
        for (low, high) in index.links.iter() {
            links.add(low, 1);
            links.add(high, 1);
        }
        for (link, (low, high)) in (0u32..).zip(index.links.iter()) {
            let only = |end| links.at(end) == 1 && !self.member.at(end);
            let class = match (only(low), only(high)) {
                (false, true) => Class::Low,
                (true, false) => Class::High,
                _ => continue,
            };
            if self.supposed(link, assumed) == Class::Open {
                assumed.set(link, (class, Step::OnlyLink));
            }
        }
    }

    /// The final class of the link, and the step that decided.
    pub(super) fn outcome(&self, link: u32) -> (Class, Step) {
        if self.both_members(link) {
            return (Class::Peer, Step::Clique);
        }
        let class = self.class.at(link);
        if self.claimed.at(link).0 != Class::Open {
            return (class, Step::Given);
        }
        let votes = self.votes_of(link);
        if votes != Votes::default() {
            let step = if votes == votes_of(&self.narrow, link) { Step::NarrowFeed } else { Step::Proof };
            return (class, step);
        }
        match self.assumed.at(link) {
            (Class::Open, _) if class == Class::Open => (Class::Peer, Step::Rest),
            (Class::Open, _) => (class, Step::Proof),
            supposed => supposed,
        }
    }
}
