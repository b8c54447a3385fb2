//! Preferences of the neighbours of a supposed provider.
//!
//! If y sold transit to x, each provider of y would have a customer route of two hops to x, and each peer of y a peer route of
//! two hops. If such a network is seen to use something worse, that refutes the supposition.

use alloc::vec::Vec;

use super::index::{Arc, Index, NONE, link_of, reversed};
use super::relations::Class;
use super::table::{Bits, Table, number};

/// Number of neighbours of the supposed provider with a visible preference, and number of those that use something worse.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Test {
    pub(super) shown: u32,
    pub(super) refuted: u32,
}

impl Test {
    /// Refuted by three tenths of the visible ones.
    pub(super) const fn is_refuted(self) -> bool {
        self.shown > 0 && self.refuted.saturating_mul(10) >= self.shown.saturating_mul(3)
    }
}

/// Short: the origin is at most two hops away, as for a customer's customer and a peer's customer.
const SHORT: u8 = 1;
/// Further away.
const LONG: u8 = 2;

/// A look-up takes about as long as this many arcs.
const LOOK_UP: usize = 16;

/// Arcs of an origin that are looked up by the network where they start, if there are more of them and few networks to look for: a link
/// takes no more time than the smaller of its ends has neighbours or routes.
const LOOKED_UP: usize = 512;

/// The arcs used by the networks on the way to each origin, and their distance from it; of origins with more than [`LOOKED_UP`] they
/// ascend by the network where they start.
pub(super) struct Uses {
    arcs: Vec<Arc>,
    lengths: Vec<u8>,
    // The end of each origin's arcs.
    ends: Vec<u32>,
    // Arcs by the network where they start, and the end of each group.
    beside: Vec<Arc>,
    beside_ends: Vec<u32>,
}

fn run<'t, T>(all: &'t [T], ends: &[u32], number: u32) -> &'t [T] {
    let at = number as usize;
    let start = at.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let end = ends.get(at).copied().unwrap_or(0);
    all.get(start as usize..end as usize).unwrap_or(&[])
}

impl Uses {
    /// Of all paths except the omitted ones.
    pub(super) fn new(index: &Index<'_>, left_out: &Bits) -> Self {
        let networks = number(index.asns.len());
        let (mut arcs, mut lengths, mut ends) = (Vec::new(), Vec::new(), Vec::with_capacity(index.asns.len()));
        // Position of each arc in the list for the current origin.
        let mut places = Table::filled(index.all_arcs().len(), (NONE, 0u32));
        let mut origin = 0u32;
        for path in index.paths().filter(|path| !left_out.has(path.number)) {
            while origin < path.origin {
                ends.push(number(arcs.len()));
                origin = origin.saturating_add(1);
            }
            for (&arc, left) in path.arcs.iter().rev().zip(1u32..) {
                let length = if left <= 2 { SHORT } else { LONG };
                let (of, place) = places.at(arc);
                if of == origin {
                    if let Some(known) = lengths.get_mut(place as usize) {
                        *known |= length;
                    }
                } else {
                    places.set(arc, (origin, number(arcs.len())));
                    arcs.push(arc);
                    lengths.push(length);
                }
            }
        }
        ends.resize(index.asns.len(), number(arcs.len()));
        let mut start = 0usize;
        let mut sorted: Vec<(u32, Arc, u8)> = Vec::new();
        for &end in &ends {
            let run = start..end as usize;
            start = run.end;
            if run.len() <= LOOKED_UP {
                continue;
            }
            let (Some(arcs), Some(lengths)) = (arcs.get_mut(run.clone()), lengths.get_mut(run)) else { continue };
            sorted.clear();
            sorted.extend(arcs.iter().zip(lengths.iter()).map(|(&arc, &length)| (index.start_of(arc), arc, length)));
            sorted.sort_unstable();
            for ((place, length), &(_, arc, known)) in arcs.iter_mut().zip(lengths.iter_mut()).zip(&sorted) {
                (*place, *length) = (arc, known);
            }
        }
        arcs.shrink_to_fit();
        lengths.shrink_to_fit();
        let mut beside: Vec<Arc> = index.all_arcs().collect();
        beside.sort_unstable_by_key(|&arc| (index.start_of(arc), arc));
        let beside_ends = (0..networks).map(|id| number(beside.partition_point(|&arc| index.start_of(arc) <= id))).collect();
        Self { arcs, lengths, ends, beside, beside_ends }
    }
}

/// The role of a network for the supposed provider.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Beside {
    #[default]
    Nothing,
    Provider,
    Peer,
}

const AS_GOOD: u8 = 1;
const WORSE: u8 = 2;

/// The tests of both suppositions for each link of `links`, by known classes of others: the network with the lower AS number as
/// the provider, and the other.
pub(super) fn tests(index: &Index<'_>, uses: &Uses, classes: &Table<Class>, links: &Bits) -> Table<[Test; 2]> {
    let mut tests: Table<[Test; 2]> = Table::new(index.links.len());
    let mut beside: Table<Beside> = Table::new(index.asns.len());
    let mut shown: Table<u8> = Table::new(index.asns.len());
    let mut touched: Vec<u32> = Vec::new();
    let mut known_around: Vec<u32> = Vec::new();
    for provider in 0..number(index.asns.len()) {
        let around = run(&uses.beside, &uses.beside_ends, provider);
        if !around.iter().any(|&arc| links.has(link_of(arc))) {
            continue;
        }
        for &arc in around {
            let known = match classes.at(link_of(arc)) {
                Class::Peer => Beside::Peer,
                class if class == Class::down(reversed(arc)) => Beside::Provider,
                _ => continue,
            };
            beside.set(index.end_of(arc), known);
            known_around.push(index.end_of(arc));
        }
        for &supposed in around.iter().filter(|&&arc| links.has(link_of(arc))) {
            let customer = index.end_of(supposed);
            let (arcs, lengths) = (run(&uses.arcs, &uses.ends, customer), run(&uses.lengths, &uses.ends, customer));
            let mut see = |arc: Arc, lengths: u8| {
                let node = index.start_of(arc);
                let known = beside.at(node);
                if known == Beside::Nothing {
                    return;
                }
                let says = says(known, classes.at(link_of(arc)), arc, lengths);
                if says != 0 {
                    if shown.at(node) == 0 {
                        touched.push(node);
                    }
                    shown.change(node, |all| *all |= says);
                }
            };
            if arcs.len() > LOOKED_UP && known_around.len().saturating_mul(LOOK_UP) < arcs.len() {
                for &node in &known_around {
                    let from = arcs.partition_point(|&arc| index.start_of(arc) < node);
                    let used = arcs.iter().zip(lengths).skip(from).take_while(|&(&arc, _)| index.start_of(arc) == node);
                    used.for_each(|(&arc, &lengths)| see(arc, lengths));
                }
            } else {
                arcs.iter().zip(lengths).for_each(|(&arc, &lengths)| see(arc, lengths));
            }
            let mut test = Test::default();
            for &node in &touched {
                test.shown = test.shown.saturating_add(1);
                test.refuted = test.refuted.saturating_add(u32::from(shown.at(node) & AS_GOOD == 0));
                shown.set(node, 0);
            }
            touched.clear();
            tests.change(link_of(supposed), |both| {
                if let Some(place) = both.get_mut(usize::from(supposed & 1 != 0)) {
                    *place = test;
                }
            });
        }
        for node in known_around.drain(..) {
            beside.set(node, Beside::Nothing);
        }
    }
    tests
}

/// Whether a network's use of an arc is as good as what the supposed provider would offer, or worse. A better route, or one over
/// an open link, is not significant.
#[cfg_attr(optimised, inline(always))]
fn says(known: Beside, class: Class, arc: Arc, lengths: u8) -> u8 {
    if class == Class::down(reversed(arc)) {
        return WORSE;
    }
    let (sells, peer) = (known == Beside::Provider, class == Class::Peer);
    if sells && peer {
        return WORSE;
    }
    let long = if lengths & LONG != 0 && (sells || peer) { WORSE } else { 0 };
    let as_good = class != Class::Open && (class == Class::down(arc)) == sells;
    let short = if lengths & SHORT != 0 && as_good { AS_GOOD } else { 0 };
    long | short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peering::store::{AddressFamily, PathStore};

    /// Every arc of every origin in turn, as far as it starts beside the supposed provider.
    fn one_by_one(index: &Index<'_>, uses: &Uses, classes: &Table<Class>) -> Table<[Test; 2]> {
        let mut tests: Table<[Test; 2]> = Table::new(index.links.len());
        for supposed in index.all_arcs() {
            let (provider, customer) = index.ends_of(supposed);
            let mut shown: Vec<(u32, u8)> = Vec::new();
            let (arcs, lengths) = (run(&uses.arcs, &uses.ends, customer), run(&uses.lengths, &uses.ends, customer));
            for (&arc, &lengths) in arcs.iter().zip(lengths) {
                let node = index.start_of(arc);
                let Some(beside) = index.arc(node, provider) else { continue };
                let known = match classes.at(link_of(beside)) {
                    Class::Peer => Beside::Peer,
                    class if class == Class::down(beside) => Beside::Provider,
                    _ => continue,
                };
                shown.push((node, says(known, classes.at(link_of(arc)), arc, lengths)));
            }
            shown.retain(|&(_, says)| says != 0);
            shown.sort_unstable();
            let mut test = Test::default();
            for of_node in shown.chunk_by(|a, b| a.0 == b.0) {
                test.shown += 1;
                test.refuted += u32::from(of_node.iter().all(|(_, says)| says & AS_GOOD == 0));
            }
            tests.change(link_of(supposed), |both| both[(supposed & 1) as usize] = test);
        }
        tests
    }

    /// Origins with few arcs and with more than are looked up, beside networks with few known neighbours and with many.
    #[test]
    fn what_is_looked_up_is_what_one_by_one_shows() {
        let mut store = PathStore::new(AddressFamily::V4);
        let mut seed = 7u32;
        let mut next = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) % below
        };
        for _ in 0..6_000 {
            // Small numbers are in most paths, and the origins of most.
            let mut path: Vec<u32> = Vec::new();
            for _ in 0..2 + next(4) {
                let most = [4, 40, 900][next(3) as usize];
                path.push(1 + next(most));
            }
            // Every second path has one of few origins.
            if next(2) == 0 {
                path.push(901 + next(3));
            }
            let mut seen = alloc::collections::BTreeSet::new();
            path.retain(|&asn| seen.insert(asn));
            store.push(path[0], &path).unwrap();
        }
        let index = Index::new(&store);
        let classes = [Class::Open, Class::Low, Class::High, Class::Peer];
        let classes: Vec<Class> = (0..index.links.len()).map(|_| classes[next(4) as usize]).collect();
        let (classes, mut links) = (Table::from(classes), Bits::new(index.links.len()));
        (0..number(index.links.len())).for_each(|link| assert!(links.put(link)));
        let uses = Uses::new(&index, &Bits::new(store.len()));
        let sizes = uses.ends.iter().zip(core::iter::once(&0).chain(&uses.ends)).map(|(end, start)| (end - start) as usize);
        assert!(sizes.clone().any(|size| size > LOOKED_UP * 2) && sizes.clone().any(|size| size < LOOKED_UP && size > 0));
        let (found, expected) = (tests(&index, &uses, &classes, &links), one_by_one(&index, &uses, &classes));
        assert!(expected.iter().any(|both| both[0].refuted > 0 && both[1].refuted > 0));
        assert_eq!(found.as_slice(), expected.as_slice());
    }
}
