//! Relations in dense numbers, for graph walks.

use alloc::vec::Vec;

use super::relations::{Class, Relations};
use super::table::{Bits, Table, number};

/// Neighbours of each network, ascending.
#[derive(Clone, Default, Debug)]
pub(super) struct Lists {
    starts: Vec<u32>,
    all: Vec<u32>,
}

impl Lists {
    /// From ascending pairs of a network and its neighbour.
    fn new(networks: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut counts: Table<u32> = Table::new(networks.saturating_add(1));
        for (network, _) in pairs.clone() {
            counts.add(network.saturating_add(1), 1);
        }
        let mut sum = 0u32;
        let starts: Vec<u32> = counts
            .iter()
            .map(|count| {
                sum = sum.saturating_add(count);
                sum
            })
            .collect();
        let mut next = Table::from(starts.clone());
        let mut all: Table<u32> = Table::new(sum as usize);
        for (network, neighbour) in pairs {
            all.set(next.at(network), neighbour);
            next.add(network, 1);
        }
        Self { starts, all: all.into_vec() }
    }

    #[inline]
    pub(super) fn of(&self, network: u32) -> &[u32] {
        let at = network as usize;
        let (from, to) = (self.starts.get(at).copied().unwrap_or(0), self.starts.get(at.saturating_add(1)).copied().unwrap_or(0));
        self.all.get(from as usize..to as usize).unwrap_or(&[])
    }
}

/// Networks and their neighbours by relation.
#[derive(Clone, Default, Debug)]
pub(super) struct Graph {
    /// AS numbers, ascending.
    pub(super) asns: Vec<u32>,
    pub(super) customers: Lists,
    pub(super) providers: Lists,
    pub(super) peers: Lists,
}

/// A link to omit.
pub(super) type Without = Option<(u32, u32)>;

impl Graph {
    pub(super) fn new(relations: &Relations) -> Self {
        let mut asns: Vec<u32> = relations.links.iter().flat_map(|&(low, high)| [low, high]).collect();
        asns.sort_unstable();
        asns.dedup();
        asns.shrink_to_fit();
        // Links ascend, so each lower number needs one search.
        let id = |asn: u32| number(asns.binary_search(&asn).unwrap_or(usize::MAX));
        let links: Vec<(u32, u32)> = relations.links.iter().map(|&(low, high)| (id(low), id(high))).collect();
        let of = |class: Class, from_low: bool| {
            let pairs = links.iter().zip(&relations.classes).filter(move |(_, c)| **c == class);
            pairs.map(move |(&(low, high), _)| if from_low { (low, high) } else { (high, low) })
        };
        let n = asns.len();
        let customers = Lists::new(n, of(Class::Low, true).chain(of(Class::High, false)));
        let providers = Lists::new(n, of(Class::Low, false).chain(of(Class::High, true)));
        let peers = Lists::new(n, of(Class::Peer, true).chain(of(Class::Peer, false)));
        Self { asns, customers, providers, peers }
    }

    pub(super) fn id(&self, asn: u32) -> Option<u32> {
        self.asns.binary_search(&asn).ok().map(number)
    }

    pub(super) fn asn(&self, id: u32) -> u32 {
        self.asns.get(id as usize).copied().unwrap_or(0)
    }

    /// Marks everything reached from `from` by going down, including `from`; marked networks are skipped.
    pub(super) fn mark_cone(
        &self,
        from: u32,
        without: Without,
        marks: &mut Bits,
        stack: &mut Vec<u32>,
        mut each: impl FnMut(u32),
    ) {
        if !marks.put(from) {
            return;
        }
        each(from);
        stack.clear();
        stack.push(from);
        while let Some(network) = stack.pop() {
            for &customer in self.customers.of(network) {
                if !is_without(without, network, customer) && marks.put(customer) {
                    each(customer);
                    stack.push(customer);
                }
            }
        }
    }
}

#[inline]
pub(super) fn is_without(without: Without, a: u32, b: u32) -> bool {
    without.is_some_and(|link| link == (a, b) || link == (b, a))
}
