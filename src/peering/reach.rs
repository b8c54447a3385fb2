//! Which networks a network reaches, and over which links.

use alloc::vec::Vec;

use super::graph::{Graph, Without, is_without};
use super::relations::Relations;
use super::table::{Bits, Table};

/// The best way to a network: routes of customers are preferred to those of peers, and those to routes of providers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
#[non_exhaustive]
pub enum Over {
    /// No path that all networks on it would carry.
    #[default]
    Nothing,
    /// Only over providers.
    Providers,
    /// Over a peer.
    Peers,
    /// Over a customer.
    Customers,
    /// The network itself.
    Own,
}

impl Over {
    /// One word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Providers => "providers",
            Self::Peers => "peers",
            Self::Customers => "customers",
            Self::Own => "own",
        }
    }
}

/// The networks that a network reaches, each once, by the best way. AS numbers ascend.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Reach {
    /// The network itself.
    pub own: u32,
    /// Its recursive cone without itself.
    pub customers: Vec<u32>,
    /// Cones of its peers, except what is in its own.
    pub peers: Vec<u32>,
    /// Networks reached only over providers.
    pub providers_only: Vec<u32>,
    /// Networks not reached over known links.
    pub nothing: Vec<u32>,
}

/// Ways to a network before and after the loss of a link.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Lost {
    /// The network that is reached.
    pub asn: u32,
    /// The best way before.
    pub before: Over,
    /// The best way after: worse than before, or the same over fewer neighbours.
    pub after: Over,
}

/// Relations without one link.
#[derive(Clone, Debug)]
pub struct WithoutLink {
    graph: Graph,
    link: Without,
}

impl Relations {
    /// The networks reached over customers, over peers, and only over providers; `None` if the network has no link.
    pub fn reach(&self, asn: u32) -> Option<Reach> {
        let graph = Graph::new(self);
        let id = graph.id(asn)?;
        let ways = ways(&graph, id, None);
        let mut reach = Reach { own: asn, ..Reach::default() };
        for (over, &other) in ways.iter().zip(&graph.asns) {
            match over {
                Over::Own => {}
                Over::Customers => reach.customers.push(other),
                Over::Peers => reach.peers.push(other),
                Over::Providers => reach.providers_only.push(other),
                Over::Nothing => reach.nothing.push(other),
            }
        }
        Some(reach)
    }

    /// The same relations without the link of two networks; `None` if they have none.
    pub fn without(&self, a: u32, b: u32) -> Option<WithoutLink> {
        self.get(a, b)?;
        let graph = Graph::new(self);
        let link = Some((graph.id(a)?, graph.id(b)?));
        Some(WithoutLink { graph, link })
    }
}

impl WithoutLink {
    /// Networks that `asn` reaches by a worse way than before, or no longer; by AS number.
    pub fn lost(&self, asn: u32) -> Vec<Lost> {
        let Some(id) = self.graph.id(asn) else { return Vec::new() };
        let (before, after) = (ways(&self.graph, id, None), ways(&self.graph, id, self.link));
        let pairs = before.iter().zip(after.iter()).zip(&self.graph.asns);
        pairs.filter(|((before, after), _)| before > after).map(|((before, after), &asn)| Lost { asn, before, after }).collect()
    }

    /// Networks that `asn` reaches over the link and over others as good: the same way, with one neighbour fewer.
    pub fn carried_by_others(&self, asn: u32) -> usize {
        let Some((a, b)) = self.link else { return 0 };
        let Some(id) = self.graph.id(asn) else { return 0 };
        let other = if id == a { b } else { a };
        let (before, after) = (ways(&self.graph, id, None), ways(&self.graph, id, self.link));
        let sells = self.graph.customers.of(id).contains(&other);
        let peers = self.graph.peers.of(id).contains(&other);
        let (mut marks, mut stack, mut count) = (Bits::new(self.graph.asns.len()), Vec::new(), 0usize);
        let way = if sells {
            Over::Customers
        } else if peers {
            Over::Peers
        } else {
            return 0;
        };
        self.graph.mark_cone(other, None, &mut marks, &mut stack, |member| {
            count = count.saturating_add(usize::from(before.at(member) == way && after.at(member) == way));
        });
        count
    }
}

/// The best way from a network to each other one.
fn ways(graph: &Graph, from: u32, without: Without) -> Table<Over> {
    let networks = graph.asns.len();
    let mut ways: Table<Over> = Table::new(networks);
    let (mut marks, mut stack) = (Bits::new(networks), Vec::new());
    graph.mark_cone(from, without, &mut marks, &mut stack, |member| ways.set(member, Over::Customers));
    ways.set(from, Over::Own);
    for &peer in graph.peers.of(from) {
        if !is_without(without, from, peer) {
            graph.mark_cone(peer, without, &mut marks, &mut stack, |member| ways.set(member, Over::Peers));
        }
    }
    // All networks above, with the cone of each and the cones of its peers.
    let mut above = Bits::new(networks);
    let mut climb = alloc::vec![from];
    above.put(from);
    while let Some(network) = climb.pop() {
        for &provider in graph.providers.of(network) {
            if !is_without(without, network, provider) && above.put(provider) {
                climb.push(provider);
            }
        }
    }
    for network in above.ones().filter(|&network| network != from) {
        // In a cycle a provider may be in the cone already; its cone is then too.
        graph.mark_cone(network, without, &mut marks, &mut stack, |member| ways.set(member, Over::Providers));
        for &peer in graph.peers.of(network) {
            if !is_without(without, network, peer) {
                graph.mark_cone(peer, without, &mut marks, &mut stack, |member| ways.set(member, Over::Providers));
            }
        }
    }
    ways
}
