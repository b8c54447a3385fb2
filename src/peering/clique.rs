//! The clique: networks without transit, all peers of each other.

use alloc::vec::Vec;

use super::index::{Index, NONE, Path, largest, reversed};
use super::relations::Warning;
use super::steps::Steps;
use super::table::{Bits, Table};

/// Number of candidates, by transit degree; one bit each in a word.
const CANDIDATES: usize = 64;

/// Two candidates can both be members if they are apart for at most one origin per this many for which they are adjacent.
const NEAR_FOR_APART: u32 = 50;

/// Tolerance for leaks and false paths: one origin per this many may have two members apart, if twice as many have them adjacent.
const ORIGINS_FOR_SLACK: u32 = 1_000;

/// Fewer origins than this, or one per this many for which two candidates are adjacent, may have the two apart by leaks.
const LEAKED: u32 = 20;

/// Maximum steps of the search; then the largest set so far is used.
const BUDGET: u32 = 200_000;

/// Growing a set, to compare it with one of equal size, takes as long as this many steps.
const GROWING: u32 = 50;

/// No candidate.
const NO: u8 = u8::MAX;

/// Paths and origins with two candidates in a given relative position.
#[derive(Clone, Copy)]
struct Count {
    paths: u32,
    origins: u32,
    last: u32,
}

type Counts = Vec<[Count; CANDIDATES]>;

/// How often candidates are adjacent, and apart with others in between.
pub(super) struct Pairs {
    /// Dense numbers, the largest transit degree first.
    pub(super) candidates: Vec<u32>,
    near: Counts,
    apart: Counts,
    // Apart with one network in between that is a candidate too.
    over: Counts,
    // For each candidate those that follow it in a path as the next.
    shown: Vec<u64>,
    // This many origins may have two members apart and be leaks or false.
    slack: u32,
}

fn bump(table: &mut Counts, a: u8, b: u8, origin: u32) {
    let place = table.get_mut(usize::from(a.min(b))).and_then(|row| row.get_mut(usize::from(a.max(b))));
    if let Some(count) = place {
        count.paths = count.paths.saturating_add(1);
        if count.last != origin {
            count.last = origin;
            count.origins = count.origins.saturating_add(1);
        }
    }
}

fn count(table: &Counts, a: usize, b: usize) -> Option<Count> {
    table.get(a.min(b)).and_then(|row| row.get(a.max(b))).copied()
}

impl Pairs {
    pub(super) fn of(index: &Index<'_>, candidates: Vec<u32>) -> Self {
        let mut slots = Table::filled(index.asns.len(), NO);
        for (slot, &id) in (0u8..).zip(candidates.iter().take(CANDIDATES)) {
            slots.set(id, slot);
        }
        let ends: Vec<u8> = index.all_arcs().map(|arc| slots.at(index.end_of(arc))).collect();
        let ends = Table::from(ends);
        let empty = || alloc::vec![[Count { paths: 0, origins: 0, last: NONE }; CANDIDATES]; CANDIDATES];
        let slack = index.origins / ORIGINS_FOR_SLACK;
        let mut pairs =
            Self { candidates, near: empty(), apart: empty(), over: empty(), shown: alloc::vec![0; CANDIDATES], slack };
        let mut on_path: Vec<(u32, u8)> = Vec::new();
        for path in index.paths() {
            on_path.clear();
            let first = path.arcs.first().map_or(NO, |&arc| ends.at(reversed(arc)));
            for (place, slot) in (0u32..).zip(core::iter::once(first).chain(path.arcs.iter().map(|&arc| ends.at(arc)))) {
                if slot != NO {
                    on_path.push((place, slot));
                }
            }
            for (k, &(place, a)) in on_path.iter().enumerate() {
                for (between, &(later, b)) in on_path.iter().skip(k.saturating_add(1)).enumerate() {
                    let hops = later.saturating_sub(place);
                    if hops == 1 {
                        bump(&mut pairs.near, a, b, path.origin);
                        if let Some(shown) = pairs.shown.get_mut(usize::from(a)) {
                            *shown |= bit(usize::from(b));
                        }
                        continue;
                    }
                    bump(&mut pairs.apart, a, b, path.origin);
                    if hops == 2 && between == 1 {
                        bump(&mut pairs.over, a, b, path.origin);
                    }
                }
            }
        }
        pairs
    }

    fn near(&self, a: usize, b: usize) -> u32 {
        count(&self.near, a, b).map_or(0, |count| count.origins)
    }

    fn apart(&self, a: usize, b: usize) -> u32 {
        count(&self.apart, a, b).map_or(0, |count| count.origins)
    }

    fn compatible(&self, a: usize, b: usize) -> bool {
        let (near, apart) = (self.near(a, b), self.apart(a, b));
        apart.saturating_mul(NEAR_FOR_APART) <= near || (apart <= self.slack && apart.saturating_mul(2) <= near)
    }

    /// Whether leaks can explain that the two are apart: they have few origins, and go from network to network. What has a customer
    /// of another candidate apart from it goes over that one.
    fn leaks_at_most(&self, a: usize, b: usize) -> bool {
        let (near, apart) = (self.near(a, b), self.apart(a, b));
        let over = count(&self.over, a, b).map_or(0, |count| count.origins);
        over.saturating_mul(NEAR_FOR_APART) <= near && (apart < LEAKED || apart.saturating_mul(LEAKED) <= near)
    }

    /// For each candidate the set of the others that pass.
    fn sets(&self, pass: impl Fn(usize, usize) -> bool) -> Vec<u64> {
        let n = self.candidates.len().min(CANDIDATES);
        let row = |a: usize| (0..n).filter(|&b| b != a && pass(a, b)).fold(0u64, |set, b| set | bit(b));
        (0..n).map(row).collect()
    }

    fn contradictions(&self, set: u64) -> u64 {
        let sum = |a: usize| ones(set).filter(|&b| b > a).fold(0u64, |sum, b| sum.saturating_add(u64::from(self.apart(a, b))));
        ones(set).fold(0u64, |total, a| total.saturating_add(sum(a)))
    }
}

const fn bit(n: usize) -> u64 {
    1u64 << (n & 63)
}

fn ones(set: u64) -> impl Iterator<Item = usize> + Clone {
    let mut left = set;
    core::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let n = left.trailing_zeros() as usize;
        left &= left.wrapping_sub(1);
        Some(n)
    })
}

/// Quality of a set; less is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Standing {
    // Number of members after growing.
    grown: core::cmp::Reverse<u32>,
    // Networks with links to half of its members, but apart from one in paths.
    left_out: usize,
}

/// For each candidate the set of the others with which it may be a member, as a bit each.
struct Others<'a> {
    // Beside it in paths.
    linked: Vec<u64>,
    // Not apart from it, or by leaks.
    compatible: Vec<u64>,
    // Next in paths that come from it.
    shown: &'a [u64],
    // Whether links that nobody could show may be missing.
    unseen_links: bool,
}

struct Search<'a> {
    pairs: &'a Pairs,
    sets: &'a [u64],
    others: &'a Others<'a>,
    degrees: Vec<u32>,
    best: u64,
    standing: Standing,
    steps: u32,
}

impl Search<'_> {
    /// Compares sets of equal size: more members after growing, fewer left out, fewer contradictions, higher transit degrees,
    /// lower numbers.
    fn better(&self, set: u64, standing: Standing) -> bool {
        let degree =
            |set| ones(set).fold(0u64, |sum, n| sum.saturating_add(u64::from(self.degrees.get(n).copied().unwrap_or(0))));
        let asns = |set| {
            let mut list: Vec<u32> = ones(set).filter_map(|n| self.pairs.candidates.get(n).copied()).collect();
            list.sort_unstable();
            list
        };
        standing
            .cmp(&self.standing)
            .then_with(|| self.pairs.contradictions(set).cmp(&self.pairs.contradictions(self.best)))
            .then_with(|| degree(self.best).cmp(&degree(set)))
            .then_with(|| asns(set).cmp(&asns(self.best)))
            .is_lt()
    }

    fn standing(&self, set: u64) -> Standing {
        let Others { linked, compatible, .. } = self.others;
        let grown = self.others.grow(set);
        let members = grown.count_ones();
        let left_out = (0..linked.len())
            .filter(|&n| grown & bit(n) == 0 && grown & !of(compatible, n) != 0)
            .filter(|&n| (of(linked, n) & grown).count_ones().saturating_mul(2) >= members);
        Standing { grown: core::cmp::Reverse(members), left_out: left_out.count() }
    }

    /// Bron–Kerbosch with a bound: `chosen` may still be extended from `open`.
    fn widen(&mut self, chosen: u64, mut open: u64) {
        if self.steps == 0 {
            return;
        }
        self.steps = self.steps.saturating_sub(1);
        if open == 0 {
            let (new, old) = (chosen.count_ones(), self.best.count_ones());
            if new >= old {
                self.steps = self.steps.saturating_sub(GROWING);
                let standing = self.standing(chosen);
                if new > old || self.better(chosen, standing) {
                    (self.best, self.standing) = (chosen, standing);
                }
            }
            return;
        }
        while open != 0 {
            if chosen.count_ones().saturating_add(open.count_ones()) < self.best.count_ones() {
                return;
            }
            // The most compatible first, then by transit degree.
            let Some(n) = first_of_most(ones(open), |n| (self.set(n) & open).count_ones()) else { return };
            self.widen(chosen | bit(n), open & self.set(n));
            open &= !bit(n);
            // A set without n whose candidates are all compatible with n is no larger than one with n.
            if open & !self.set(n) == 0 {
                return;
            }
        }
    }

    fn set(&self, n: usize) -> u64 {
        of(self.sets, n)
    }
}

fn of(sets: &[u64], n: usize) -> u64 {
    sets.get(n).copied().unwrap_or(0)
}

/// The first one with the greatest key.
fn first_of_most(candidates: impl Iterator<Item = usize>, key: impl Fn(usize) -> u32) -> Option<usize> {
    let mut best: Option<(u32, usize)> = None;
    for n in candidates {
        let k = key(n);
        if best.is_none_or(|(most, _)| k > most) {
            best = Some((k, n));
        }
    }
    best.map(|(_, n)| n)
}

/// The clique among the largest transit degrees, as dense numbers, ascending.
pub(super) fn find(index: &Index<'_>, steps: Steps) -> Vec<u32> {
    let pairs = Pairs::of(index, largest(&index.transit_degree, CANDIDATES));
    let near = pairs.sets(|a, b| pairs.near(a, b) > 0 && pairs.compatible(a, b));
    let degrees = pairs.candidates.iter().map(|&id| index.transit_degree.at(id)).collect();
    let all = if near.len() >= 64 { u64::MAX } else { bit(near.len()).wrapping_sub(1) };
    let others = Others {
        linked: pairs.sets(|a, b| pairs.near(a, b) > 0),
        compatible: pairs.sets(|a, b| pairs.compatible(a, b) || (steps.clique_leaks && pairs.leaks_at_most(a, b))),
        shown: &pairs.shown,
        unseen_links: steps.unseen_links,
    };
    let mut search =
        Search { pairs: &pairs, sets: &near, others: &others, degrees, best: 0, standing: Standing::default(), steps: BUDGET };
    search.widen(0, all);
    let start = search.best;
    // A single network is no clique.
    if start.count_ones() < 2 {
        return Vec::new();
    }
    let set = others.grow(start);
    let mut members: Vec<u32> = ones(set).filter_map(|n| pairs.candidates.get(n).copied()).collect();
    members.sort_unstable();
    members
}

/// The members of a given clique that occur in the paths, as dense numbers, ascending; warns of contradicting paths.
pub(super) fn given(index: &Index<'_>, asns: &[u32], warnings: &mut Vec<Warning>) -> Vec<u32> {
    let mut asns = asns.to_vec();
    asns.sort_unstable();
    asns.dedup();
    let mut members = Vec::new();
    for asn in asns {
        match index.id(asn) {
            Some(id) => members.push(id),
            None => warnings.push(Warning::MemberNotSeen(asn)),
        }
    }
    for some in members.chunks(CANDIDATES) {
        let pairs = Pairs::of(index, some.to_vec());
        for (at, &a) in some.iter().enumerate() {
            for (other, &b) in some.iter().enumerate().skip(at.saturating_add(1)) {
                if !pairs.compatible(at, other) {
                    let paths = |table| count(table, at, other).map_or(0, |count| count.paths);
                    let (apart, beside) = (paths(&pairs.apart), paths(&pairs.near));
                    warnings.push(Warning::MembersApart { a: index.asn(a), b: index.asn(b), apart, beside });
                }
            }
        }
    }
    members
}

impl Others<'_> {
    /// Adds candidates without contradictions as long as hardly a link of a member is missing.
    fn grow(&self, mut set: u64) -> u64 {
        let Self { linked, compatible, .. } = self;
        loop {
            let outside = (0..linked.len())
                .filter(|&n| set & bit(n) == 0 && set & !of(compatible, n) == 0 && self.has_enough_links(set | bit(n)));
            let Some(n) = first_of_most(outside, |n| (of(linked, n) & set).count_ones()) else { return set };
            set |= bit(n);
        }
    }

    /// Whether each member is linked to half of the others, and hardly a link is missing that would be seen. The link of two members is
    /// seen below one of them, and where four fifths of a member's links to the others are seen, in paths that go from it to them, so
    /// would the rest be; of those one in ten may be missing. Without that rule one of five may, whoever would see it.
    fn has_enough_links(&self, set: u64) -> bool {
        let others = set.count_ones().saturating_sub(1);
        // Of the others but the one whose link is missing.
        let shows =
            |n: usize| (of(self.shown, n) & set).count_ones().saturating_mul(5) >= others.saturating_sub(1).saturating_mul(4);
        ones(set).all(|n| {
            let missing = set & !of(&self.linked, n) & !bit(n);
            if !self.unseen_links {
                return missing.count_ones().saturating_mul(5) <= others;
            }
            let missed = ones(missing).fold(0u32, |sum, other| sum.saturating_add(u32::from(shows(n) || shows(other))));
            missing.count_ones().saturating_mul(2) <= others && missed.saturating_mul(10) <= others
        })
    }
}

/// Paths with other networks between members, one bit each.
pub(super) fn poisoned(index: &Index<'_>, member: &Table<bool>) -> Bits {
    let ends: Vec<bool> = index.all_arcs().map(|arc| member.at(index.end_of(arc))).collect();
    let ends = Table::from(ends);
    let mut poisoned = Bits::new(index.store.len());
    for path in index.paths() {
        if are_apart(path, &ends) {
            poisoned.put(path.number);
        }
    }
    poisoned
}

fn are_apart(path: Path<'_>, ends: &Table<bool>) -> bool {
    // Members so far, and whether others followed the last one.
    let mut after_member = path.arcs.first().is_some_and(|&arc| ends.at(reversed(arc)));
    let mut any = after_member;
    for &arc in path.arcs {
        let member = ends.at(arc);
        if member && any && !after_member {
            return true;
        }
        any |= member;
        after_member = member;
    }
    false
}
