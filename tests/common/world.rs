//! A small Internet whose relations are known: drawn from a seed, routed, and seen from some of its networks.
//!
//! Every network prefers routes of customers to those of peers to those of providers, then the shorter path, then the lower number of
//! the neighbour. It gives the routes of its customers to all, others to its customers only, unless it leaks.
#![allow(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "tests report by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use routeglass::peering::Relation;

/// Numbers without a pattern, the same in every run.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        let mut dice = Self(seed ^ 0x5851_f42d_4c95_7f2d);
        for _ in 0..8 {
            dice.below(2);
        }
        dice
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

/// How a network has a route: its own or of a customer, of a peer, of a provider.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum From {
    Customer,
    Peer,
    Provider,
}

/// A network's best route: the neighbour that gave it, and its length.
#[derive(Clone, Copy, Debug)]
struct Best {
    from: From,
    len: u32,
    next: usize,
}

/// A network that leaked, and the type of the leak (RFC 7908).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leaked {
    pub by: u32,
    pub kind: u8,
}

/// What a vantage point has of an origin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    pub vantage: u32,
    pub origin: u32,
    /// The vantage point first.
    pub path: Vec<u32>,
    pub leak: Option<Leaked>,
}

#[derive(Clone, Default, Debug)]
struct Neighbours {
    providers: BTreeSet<usize>,
    customers: BTreeSet<usize>,
    peers: BTreeSet<usize>,
}

impl Neighbours {
    fn has(&self, other: usize) -> bool {
        self.providers.contains(&other) || self.customers.contains(&other) || self.peers.contains(&other)
    }
}

/// Networks by size: the core, large, regional, content, then the edge.
#[derive(Clone, Debug)]
pub struct World {
    pub asns: Vec<u32>,
    networks: Vec<Neighbours>,
    /// Gone networks have no links and no routes.
    gone: BTreeSet<usize>,
    pub vantage_points: Vec<u32>,
}

const CORE: usize = 9;
const LARGE: usize = CORE + 18;
const REGIONAL: usize = LARGE + 60;
const CONTENT: usize = REGIONAL + 12;
const REGIONS: usize = 4;

impl World {
    /// Draws a world of some 500 networks.
    pub fn draw(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let networks = CONTENT + 380 + dice.below(80);
        // Numbers say nothing of size, and none is reserved.
        let (start, step) = (dice.below(9_973), 1 + dice.below(9_972));
        let asns = (0..networks).map(|n| 1_000 + ((start + n * step) % 9_973) as u32).collect();
        let mut world =
            Self { asns, networks: vec![Neighbours::default(); networks], gone: BTreeSet::new(), vantage_points: Vec::new() };
        for a in 0..CORE {
            for b in a + 1..CORE {
                world.peer(a, b);
            }
        }
        for large in CORE..LARGE {
            for _ in 0..2 + dice.below(2) {
                world.sell(dice.below(CORE), large);
            }
            for other in CORE..large {
                if dice.one_in(3) {
                    world.peer(other, large);
                }
            }
        }
        for regional in LARGE..REGIONAL {
            for _ in 0..1 + dice.below(2) {
                let provider = if dice.one_in(6) { dice.below(CORE) } else { CORE + dice.below(LARGE - CORE) };
                world.sell(provider, regional);
            }
            for other in LARGE..regional {
                if other % REGIONS == regional % REGIONS && dice.one_in(5) {
                    world.peer(other, regional);
                }
            }
        }
        for content in REGIONAL..CONTENT {
            for _ in 0..2 {
                world.sell(dice.below(LARGE), content);
            }
            for other in CORE..REGIONAL {
                if dice.one_in(4) {
                    world.peer(other, content);
                }
            }
        }
        for edge in CONTENT..networks {
            for _ in 0..1 + dice.below(3) {
                let provider = match dice.below(8) {
                    0 => dice.below(LARGE),
                    // Of two drawn the first of the list, so that some have many customers.
                    _ => {
                        let of_region = (REGIONAL - LARGE) / REGIONS;
                        LARGE + dice.below(of_region).min(dice.below(of_region)) * REGIONS + edge % REGIONS
                    }
                };
                world.sell(provider, edge);
            }
            if dice.one_in(6) {
                world.peer(REGIONAL + dice.below(networks - REGIONAL), edge);
            }
        }
        let kinds = [(CORE..LARGE, 6), (LARGE..REGIONAL, 10), (CONTENT..networks, 10)];
        let mut chosen = BTreeSet::new();
        for (range, count) in kinds {
            for _ in 0..count {
                chosen.insert(range.start + dice.below(range.len()));
            }
        }
        world.vantage_points = chosen.into_iter().map(|n| world.asns[n]).collect();
        world
    }

    fn sell(&mut self, provider: usize, customer: usize) {
        if provider != customer && !self.networks[provider].has(customer) {
            self.networks[provider].customers.insert(customer);
            self.networks[customer].providers.insert(provider);
        }
    }

    fn peer(&mut self, a: usize, b: usize) {
        if a != b && !self.networks[a].has(b) {
            self.networks[a].peers.insert(b);
            self.networks[b].peers.insert(a);
        }
    }

    fn id(&self, asn: u32) -> usize {
        self.asns.iter().position(|&other| other == asn).unwrap()
    }

    /// The networks without providers.
    pub fn clique(&self) -> BTreeSet<u32> {
        self.asns[..CORE].iter().copied().collect()
    }

    /// The relations of all links, seen or not, the lower number first.
    pub fn relations(&self) -> BTreeMap<(u32, u32), Relation> {
        let mut all = BTreeMap::new();
        for (network, neighbours) in self.networks.iter().enumerate() {
            let asn = self.asns[network];
            for &customer in &neighbours.customers {
                let customer = self.asns[customer];
                all.insert((asn.min(customer), asn.max(customer)), Relation::Transit { provider: asn, customer });
            }
            for &peer in &neighbours.peers {
                let peer = self.asns[peer];
                all.insert((asn.min(peer), asn.max(peer)), Relation::Peer);
            }
        }
        all
    }

    /// A network and all below it.
    pub fn cone(&self, asn: u32) -> BTreeSet<u32> {
        let (mut cone, mut todo) = (BTreeSet::new(), vec![self.id(asn)]);
        while let Some(network) = todo.pop() {
            if cone.insert(self.asns[network]) {
                todo.extend(&self.networks[network].customers);
            }
        }
        cone
    }

    /// The world without a link.
    pub fn without_link(&self, (a, b): (u32, u32)) -> Self {
        let (mut world, a, b) = (self.clone(), self.id(a), self.id(b));
        for (one, other) in [(a, b), (b, a)] {
            let neighbours = &mut world.networks[one];
            neighbours.providers.remove(&other);
            neighbours.customers.remove(&other);
            neighbours.peers.remove(&other);
        }
        world
    }

    /// The world without a network.
    pub fn without_network(&self, asn: u32) -> Self {
        let mut world = self.clone();
        let gone = world.id(asn);
        world.networks[gone] = Neighbours::default();
        for neighbours in &mut world.networks {
            neighbours.providers.remove(&gone);
            neighbours.customers.remove(&gone);
            neighbours.peers.remove(&gone);
        }
        world.gone.insert(gone);
        world.vantage_points.retain(|&vantage| vantage != asn);
        world
    }

    /// The best route of each network to an origin. Networks of `fixed` have theirs already; `leaker` gives its route to all.
    fn best(&self, origin: usize, fixed: &[(usize, Best)], leaker: Option<usize>) -> Vec<Option<Best>> {
        let mut best: Vec<Option<Best>> = vec![None; self.networks.len()];
        // By class, length and the number of the neighbour that offers.
        let mut offers: BTreeSet<(From, u32, u32, usize, usize)> = BTreeSet::new();
        let offer = |network: usize, at: Best, offers: &mut BTreeSet<_>| {
            let (neighbours, asn, len) = (&self.networks[network], self.asns[network], at.len + 1);
            for &customer in &neighbours.customers {
                offers.insert((From::Provider, len, asn, customer, network));
            }
            if at.from == From::Customer || leaker == Some(network) {
                for &provider in &neighbours.providers {
                    offers.insert((From::Customer, len, asn, provider, network));
                }
                for &peer in &neighbours.peers {
                    offers.insert((From::Peer, len, asn, peer, network));
                }
            }
        };
        let own = [(origin, Best { from: From::Customer, len: 1, next: origin })];
        let known = if fixed.is_empty() { &own } else { fixed };
        for &(network, at) in known {
            best[network] = Some(at);
        }
        for &(network, at) in known {
            offer(network, at, &mut offers);
        }
        while let Some((from, len, _, network, next)) = offers.pop_first() {
            if best[network].is_none() {
                let at = Best { from, len, next };
                best[network] = Some(at);
                offer(network, at, &mut offers);
            }
        }
        best
    }

    /// What the vantage points have of all origins; every eighth gives the routes of its customers alone.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen_with(&BTreeMap::new())
    }

    /// The same while some networks leak the routes of an origin.
    pub fn seen_with(&self, leaks: &BTreeMap<u32, u32>) -> Vec<Seen> {
        let mut seen = Vec::new();
        for origin in (0..self.networks.len()).filter(|origin| !self.gone.contains(origin)) {
            let mut best = self.best(origin, &[], None);
            let leaker = leaks.get(&self.asns[origin]).map(|&asn| self.id(asn));
            let leaked = leaker.filter(|&leaker| best[leaker].is_some_and(|at| at.from != From::Customer));
            if let Some(leaker) = leaked {
                let (mut fixed, mut at) = (Vec::new(), leaker);
                while let Some(route) = best[at] {
                    fixed.push((at, route));
                    if at == origin {
                        break;
                    }
                    at = route.next;
                }
                best = self.best(origin, &fixed, Some(leaker));
            }
            for (number, &vantage) in self.vantage_points.iter().enumerate() {
                let mut at = self.id(vantage);
                let narrow = number % 8 == 7;
                if best[at].is_none_or(|route| narrow && route.from != From::Customer) {
                    continue;
                }
                let (mut path, mut leak) = (vec![self.asns[at]], None);
                while at != origin {
                    let next = best[at].unwrap().next;
                    if leaked == Some(next) && !self.networks[next].customers.contains(&at) {
                        let (of_provider, to_provider) =
                            (best[next].unwrap().from == From::Provider, self.networks[next].providers.contains(&at));
                        let kind = match (of_provider, to_provider) {
                            (true, true) => 1,
                            (false, false) => 2,
                            (true, false) => 3,
                            (false, true) => 4,
                        };
                        leak = Some(Leaked { by: self.asns[next], kind });
                    }
                    at = next;
                    path.push(self.asns[at]);
                }
                seen.push(Seen { vantage, origin: self.asns[origin], path, leak });
            }
        }
        seen
    }

    /// Networks with several providers or peers, and origins of which each leaks the routes.
    pub fn leaks(&self, leakers: usize, origins: usize, dice: &mut Dice) -> BTreeMap<u32, u32> {
        let several: Vec<usize> = (LARGE..self.networks.len())
            .filter(|&network| self.networks[network].providers.len() + self.networks[network].peers.len() > 1)
            .collect();
        let mut leaks = BTreeMap::new();
        for _ in 0..leakers {
            let leaker = several[dice.below(several.len())];
            for _ in 0..origins {
                leaks.insert(self.asns[dice.below(self.networks.len())], self.asns[leaker]);
            }
        }
        leaks
    }
}
