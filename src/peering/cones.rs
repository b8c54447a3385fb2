//! Customer cones and rank.

use alloc::vec::Vec;
use core::cmp::Reverse;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::graph::Graph;
use super::relations::{Class, Relations};
use super::store::PathStore;
use super::table::Bits;

/// Definition of the cone of a network, which always includes the network itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
#[non_exhaustive]
pub enum Cone {
    /// All networks reached over links to customers.
    #[default]
    Recursive,
    /// Networks that paths show after it over links to customers.
    Observed,
    /// The same, from paths in which a provider or peer received the route from it.
    ProviderPeer,
}

/// The cone of each network.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Cones {
    // AS numbers, ascending; the end of each cone; all cones.
    asns: Vec<u32>,
    ends: Vec<usize>,
    members: Vec<u32>,
}

impl Cones {
    /// Each network with its cone, by AS number; the members ascend too.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let starts = core::iter::once(&0).chain(&self.ends);
        self.asns.iter().zip(starts.zip(&self.ends)).map(|(&asn, (&from, &to))| (asn, self.members.get(from..to).unwrap_or(&[])))
    }

    /// The cone of a network.
    pub fn get(&self, asn: u32) -> Option<&[u32]> {
        let at = self.asns.binary_search(&asn).ok()?;
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.members.get(from..self.ends.get(at).copied()?)
    }

    /// Networks by the size of their cones, the largest first; ties by AS number.
    pub fn rank(&self) -> Vec<(u32, usize)> {
        let mut list: Vec<(u32, usize)> = self.iter().map(|(asn, cone)| (asn, cone.len())).collect();
        list.sort_unstable_by_key(|&(asn, size)| (Reverse(size), asn));
        list
    }

    /// From ascending pairs of a network and a member of its cone.
    fn from_sorted(pairs: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut cones = Self::default();
        for (asn, member) in pairs {
            if cones.asns.last() != Some(&asn) {
                cones.asns.push(asn);
                cones.ends.push(cones.members.len());
            }
            cones.members.push(member);
            if let Some(end) = cones.ends.last_mut() {
                *end = cones.members.len();
            }
        }
        cones
    }
}

impl Relations {
    /// The recursive cone of each network, in order of AS number; nothing is kept, so a graph of any size, even with cycles of
    /// providers, costs time but no memory. Members ascend.
    pub fn for_each_cone(&self, mut each: impl FnMut(u32, &[u32])) {
        let graph = Graph::new(self);
        let (mut marks, mut stack, mut cone) = (Bits::new(graph.asns.len()), Vec::new(), Vec::new());
        for (id, &asn) in (0u32..).zip(&graph.asns) {
            cone.clear();
            graph.mark_cone(id, None, &mut marks, &mut stack, |member| cone.push(member));
            for &member in &cone {
                marks.take(member);
            }
            cone.sort_unstable();
            for member in &mut cone {
                *member = graph.asn(*member);
            }
            each(asn, &cone);
        }
    }

    /// The recursive cones of all networks.
    pub fn cones(&self) -> Cones {
        let mut cones = Cones::default();
        self.for_each_cone(|asn, members| {
            cones.asns.push(asn);
            cones.members.extend_from_slice(members);
            cones.ends.push(cones.members.len());
        });
        cones
    }

    /// Networks by the size of their recursive cones, the largest first; ties by AS number.
    pub fn rank(&self) -> Vec<(u32, usize)> {
        let mut list = Vec::new();
        self.for_each_cone(|asn, members| list.push((asn, members.len())));
        list.sort_unstable_by_key(|&(asn, size)| (Reverse(size), asn));
        list
    }

    /// The link to a customer that contributes most to the network's recursive cone: the loss if it is cut, and the excess if it
    /// is wrong.
    pub fn widest_link(&self, asn: u32) -> Option<(u32, usize)> {
        let graph = Graph::new(self);
        let id = graph.id(asn)?;
        let size = |without| {
            let (mut marks, mut stack, mut size) = (Bits::new(graph.asns.len()), Vec::new(), 0usize);
            graph.mark_cone(id, without, &mut marks, &mut stack, |_| size = size.saturating_add(1));
            size
        };
        let all = size(None);
        // Those with the largest cones may contribute most; bounds the work for networks with thousands of customers.
        let mut customers: Vec<(Reverse<usize>, u32)> = Vec::new();
        for &customer in graph.customers.of(id) {
            customers.push((Reverse(graph.customers.of(customer).len()), customer));
        }
        customers.sort_unstable();
        customers.truncate(64);
        let adds = customers.iter().map(|&(_, customer)| (all.saturating_sub(size(Some((id, customer)))), Reverse(customer)));
        adds.max().map(|(adds, Reverse(customer))| (graph.asn(customer), adds))
    }

    /// Classes by both AS numbers, for many queries.
    pub(super) fn lookup(&self) -> Lookup {
        self.lookup_by(|_| Some(true))
    }

    /// The same of links that have an answer to `firm`, with it.
    pub(super) fn lookup_by(&self, firm: impl Fn(usize) -> Option<bool>) -> Lookup {
        let mut classes = HashMap::with_capacity_and_hasher(self.links.len(), RandomState::default());
        for (at, (&link, &class)) in self.links.iter().zip(&self.classes).enumerate() {
            if let Some(firm) = firm(at) {
                classes.insert(link, (class, firm));
            }
        }
        Lookup { classes }
    }
}

/// Classes of links by their ends, and whether they are firm.
#[derive(Clone, Debug)]
pub(super) struct Lookup {
    classes: HashMap<(u32, u32), (Class, bool), RandomState>,
}

/// The link as seen from one end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum To {
    Customer,
    Peer,
    Provider,
}

impl To {
    /// By the class of the link, seen from the end with the lower AS number or the other; `None` if it is open.
    pub(super) const fn of(class: Class, from_is_lower: bool) -> Option<Self> {
        match (class, from_is_lower) {
            (Class::Open, _) => None,
            (Class::Peer, _) => Some(Self::Peer),
            (Class::Low, true) | (Class::High, false) => Some(Self::Customer),
            (Class::Low, false) | (Class::High, true) => Some(Self::Provider),
        }
    }
}

impl Lookup {
    /// The role of `to` for `from`.
    #[inline]
    pub(super) fn of(&self, from: u32, to: u32) -> Option<To> {
        self.firm_of(from, to).map(|(to, _)| to)
    }

    /// The same, and whether it is firm.
    #[inline]
    pub(super) fn firm_of(&self, from: u32, to: u32) -> Option<(To, bool)> {
        let &(class, firm) = self.classes.get(&(from.min(to), from.max(to)))?;
        Some((To::of(class, from < to)?, firm))
    }
}

impl PathStore {
    /// The cones of all networks in the paths, for given relations.
    pub fn cones(&self, relations: &Relations, kind: Cone) -> Cones {
        if kind == Cone::Recursive {
            return relations.cones();
        }
        let lookup = relations.lookup();
        let mut pairs: hashbrown::HashSet<(u32, u32), RandomState> = hashbrown::HashSet::default();
        let mut down: Vec<bool> = Vec::new();
        for path in self {
            let path = path.path;
            for &asn in path {
                pairs.insert((asn, asn));
            }
            down.clear();
            let steps = path.iter().zip(path.iter().skip(1));
            down.extend(steps.map(|(&from, &to)| lookup.of(from, to) == Some(To::Customer)));
            for (at, &asn) in path.iter().enumerate() {
                if kind == Cone::ProviderPeer {
                    // The network that received the route from this one.
                    let Some(&before) = at.checked_sub(1).and_then(|before| path.get(before)) else { continue };
                    if !matches!(lookup.of(asn, before), Some(To::Provider | To::Peer)) {
                        continue;
                    }
                }
                let after = path.iter().skip(at.saturating_add(1));
                for (&member, _) in after.zip(down.iter().skip(at)).take_while(|(_, down)| **down) {
                    pairs.insert((asn, member));
                }
            }
        }
        let mut sorted: Vec<(u32, u32)> = pairs.into_iter().collect();
        sorted.sort_unstable();
        Cones::from_sorted(sorted.into_iter())
    }
}
