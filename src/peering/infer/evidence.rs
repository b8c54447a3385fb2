//! Evidence against each class, and firm classes.

use alloc::vec::Vec;

use super::super::index::{Arc, Index, NONE, link_of, reversed};
use super::super::preference;
use super::super::relations::{Class, LinkEvidence, Relations, Step, Warning};
use super::super::table::{Bits, Table, number};
use super::State;

/// This many neighbours must show their preference to make a peer firm.
const ENOUGH: u32 = 3;

/// A network whose transit degree is larger by this much and at least twice the other's is not its customer.
const FAR: u32 = 20;

/// Rounds in which firm peers and the proof from them reinforce each other.
const ROUNDS: u32 = 4;

/// Paths that a class turns into valleys, and their number of origins.
#[derive(Clone, Copy, Default)]
struct Against {
    paths: u32,
    origins: u32,
}

/// Evidence for and against the final classes.
pub(super) fn judge(mut state: State<'_, '_>, members: &[u32], poisoned: usize, warnings: Vec<Warning>) -> Relations {
    let index = state.index;
    let links = index.links.len();
    let (mut classes, mut steps) = (Table::<Class>::new(links), Table::<Step>::new(links));
    let mut unproven = Bits::new(links);
    for link in 0..number(links) {
        let (class, step) = state.outcome(link);
        classes.set(link, class);
        steps.set(link, step);
        if !matches!(step, Step::Proof | Step::NarrowFeed | Step::Clique | Step::Given) {
            unproven.put(link);
        }
    }
    let votes = state.votes.clone();
    let tests = preference::tests(index, state.uses, &classes, &unproven);
    // Peers whose transit is refuted by known links, by many neighbours, with a certain larger side.
    let mut refuted = Bits::new(links);
    for link in unproven.ones().filter(|&link| classes.at(link) == Class::Peer) {
        let (larger, smaller, if_larger, _) = state.sides(link, &tests);
        let degree = |id| index.transit_degree.at(id);
        let apart = degree(larger).saturating_sub(degree(smaller));
        // A member has no providers whose preferences could be seen.
        let by_many = !state.member.at(larger) && if_larger.shown >= ENOUGH && if_larger.is_refuted();
        if by_many && apart >= FAR && apart >= degree(smaller) {
            refuted.put(link);
        }
    }
    // Peers refuted as transit in both directions by proof; then proof from them and the clique only. Firm classes depend on no
    // other assumptions.
    let mut forced = state.prove_from(&refuted).clone();
    for _ in 0..ROUNDS {
        let before = refuted.count();
        let proofs = preference::tests(index, state.uses, &forced, &unproven);
        for link in unproven.ones().filter(|&link| classes.at(link) == Class::Peer) {
            let (larger, _, if_larger, if_smaller) = state.sides(link, &proofs);
            if !state.member.at(larger) && if_larger.is_refuted() && if_smaller.is_refuted() {
                refuted.put(link);
            }
        }
        if refuted.count() == before {
            break;
        }
        forced = state.prove_from(&refuted).clone();
    }
    let against = against(index, &classes);
    let own = &state.own;
    let mut evidence = Vec::with_capacity(links);
    for link in 0..number(links) {
        let (class, step) = (classes.at(link), steps.at(link));
        let (low, high) = index.links.at(link);
        let (_, _, larger, _) = state.sides(link, &tests);
        let against = against.at(link);
        let mut judged = LinkEvidence {
            step,
            firm: false,
            vantage_points: index.link_vantage_points.at(link),
            paths: index.link_paths.at(link),
            votes_for_lower: votes.at(link << 1),
            votes_for_higher: votes.at(link << 1 | 1),
            against: against.paths,
            against_origins: against.origins,
            origins: match [link << 1, link << 1 | 1].map(|arc| index.arc_origins.at(arc)) {
                [0, only] | [only, 0] => only,
                [one, other] => one.min(other),
            },
            preference_shown: larger.shown,
            preference_refuted: larger.refuted,
            mutual: own.has(link << 1) && own.has(link << 1 | 1),
            sources: state.claimed.at(link).1,
            over_route_server: index.store.is_over_route_server(index.asn(low), index.asn(high)),
            over_exchange: index.store.is_over_exchange(index.asn(low), index.asn(high)),
        };
        // Paths that are all valleys speak for no class; what is stated does not depend on them.
        let is_forced = match step {
            Step::Clique | Step::Given => true,
            _ => forced.at(link) == class && !judged.has_valleys_alone(),
        };
        judged.firm = is_forced && !judged.is_refuted() && !judged.is_contested();
        evidence.push(judged);
    }
    Relations {
        links: index.links.iter().map(|(low, high)| (index.asn(low), index.asn(high))).collect(),
        classes: classes.into_vec(),
        evidence,
        clique: members.iter().map(|&id| index.asn(id)).collect(),
        route_servers: Vec::new(),
        warnings,
        poisoned: u64::try_from(poisoned).unwrap_or(u64::MAX),
        vantage_points: u64::try_from(index.vantage_points.len()).unwrap_or(u64::MAX),
    }
}

/// For each link the paths in which it is part of a valley.
fn against(index: &Index<'_>, classes: &Table<Class>) -> Table<Against> {
    let mut against: Table<Against> = Table::new(index.links.len());
    let mut last_origin = Table::filled(index.links.len(), NONE);
    let mut wrong = Vec::<u32>::new();
    for path in index.paths() {
        wrong.clear();
        // The previous link, if it goes across or down towards the origin.
        let mut before: Option<Arc> = None;
        for &arc in path.arcs {
            let class = classes.at(link_of(arc));
            let (up, across) = (class == Class::down(reversed(arc)), class == Class::Peer);
            if let Some(before) = before
                && (up || across)
            {
                wrong.extend([link_of(before), link_of(arc)]);
            }
            if !up {
                before = Some(arc);
            }
        }
        wrong.sort_unstable();
        wrong.dedup();
        for &link in &wrong {
            let new = last_origin.at(link) != path.origin;
            last_origin.set(link, path.origin);
            against.change(link, |against| {
                against.paths = against.paths.saturating_add(1);
                against.origins = against.origins.saturating_add(u32::from(new));
            });
        }
    }
    against
}
