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

/// The arcs used by the networks on the way to each origin, and their distance from it.
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
        }
        for &supposed in around.iter().filter(|&&arc| links.has(link_of(arc))) {
            let customer = index.end_of(supposed);
            let (arcs, lengths) = (run(&uses.arcs, &uses.ends, customer), run(&uses.lengths, &uses.ends, customer));
            for (&arc, &lengths) in arcs.iter().zip(lengths) {
                let node = index.start_of(arc);
                let known = beside.at(node);
                if known == Beside::Nothing {
                    continue;
                }
                let says = says(known, classes.at(link_of(arc)), arc, lengths);
                if says != 0 {
                    if shown.at(node) == 0 {
                        touched.push(node);
                    }
                    shown.change(node, |all| *all |= says);
                }
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
        for &arc in around {
            beside.set(index.end_of(arc), Beside::Nothing);
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
