//! The paths of a store in dense numbers: networks, links, triples.
//!
//! Dense numbers ascend with AS numbers, so results do not depend on the order of insertion. Paths are stored by origin, each as
//! its directed links, so every later step is one pass over an array.

use alloc::vec;
use alloc::vec::Vec;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::store::PathStore;
use super::table::{Bits, Table, number};

/// The vantage points of each link are counted by a pass over all paths for each 64 vantage points, if there are no more than these.
const AT_ONCE: usize = 1_024;

/// No such number.
pub(super) const NONE: u32 = u32::MAX;

/// A directed link: twice the link's number, plus one if the network with the higher number is first.
pub(super) type Arc = u32;

#[cfg_attr(optimised, inline(always))]
pub(super) const fn link_of(arc: Arc) -> u32 {
    arc >> 1
}

#[cfg_attr(optimised, inline(always))]
pub(super) const fn reversed(arc: Arc) -> Arc {
    arc ^ 1
}

/// Two links in a row, the number of unique paths with them and the number of their origins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Triple {
    pub(super) first: Arc,
    pub(super) second: Arc,
    pub(super) paths: u32,
    pub(super) origins: u32,
}

/// One unique path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'i> {
    pub(super) number: u32,
    pub(super) origin: u32,
    /// From the vantage point to the origin; none if the path has one network.
    pub(super) arcs: &'i [Arc],
}

pub(super) struct Index<'s> {
    pub(super) store: &'s PathStore,
    /// AS numbers, ascending.
    pub(super) asns: Vec<u32>,
    /// Ends of links, the lower number first, ascending.
    pub(super) links: Table<(u32, u32)>,
    /// Where each arc ends.
    ends: Table<u32>,
    /// AS numbers of vantage points, ascending.
    pub(super) vantage_points: Vec<u32>,
    // Arcs of all paths, by origin; where those of each path end; where the paths of each origin end.
    arcs: Vec<Arc>,
    path_ends: Vec<u32>,
    origin_ends: Vec<u32>,
    // The first vantage point of each path, and the further ones of those with several.
    vantage: Vec<u32>,
    further: Vec<(u32, u32)>,
    pub(super) transit_degree: Table<u32>,
    /// Unique paths with a link.
    pub(super) link_paths: Table<u32>,
    /// Vantage points that show a link.
    pub(super) link_vantage_points: Table<u32>,
    /// Origins of the paths with an arc.
    pub(super) arc_origins: Table<u32>,
    /// Networks whose own routes were seen.
    pub(super) origins: u32,
    /// Networks each vantage point has routes to.
    pub(super) vantage_origins: Table<u32>,
}

const fn key(a: u32, b: u32) -> u64 {
    (a as u64) << 32 | b as u64
}

const fn halves(key: u64) -> (u32, u32) {
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of a number twice as wide")]
    ((key >> 32) as u32, key as u32)
}

/// Paths in the order of the store; links are numbered in order of occurrence.
struct Occurrences {
    // Ends by AS number, the lower first.
    links: Vec<u64>,
    arcs: Vec<Arc>,
    // Networks of paths of one network.
    alone: Vec<u32>,
    vantage_points: HashMap<u32, u32, RandomState>,
}

impl Occurrences {
    fn new(store: &PathStore) -> Self {
        let mut numbers: HashMap<u64, u32, RandomState> = HashMap::default();
        let mut found = Self { links: Vec::new(), arcs: Vec::new(), alone: Vec::new(), vantage_points: HashMap::default() };
        let mut list = Vec::new();
        for path in store {
            store.vantage_points_into(path.start, path.path, &mut list);
            for &vantage in &list {
                found.vantage_points.insert(vantage, 0);
            }
            if let &[alone] = path.path {
                found.alone.push(alone);
            }
            for (&from, &to) in path.path.iter().zip(path.path.iter().skip(1)) {
                let key = key(from.min(to), from.max(to));
                let link = *numbers.entry(key).or_insert_with(|| {
                    found.links.push(key);
                    number(found.links.len()).wrapping_sub(1)
                });
                found.arcs.push(link << 1 | u32::from(from > to));
            }
        }
        found.alone.sort_unstable();
        found.alone.dedup();
        found
    }
}

impl<'s> Index<'s> {
    pub(super) fn new(store: &'s PathStore) -> Self {
        let Occurrences { links: keys, mut arcs, alone, mut vantage_points } = Occurrences::new(store);
        let mut asns: Vec<u32> = alone;
        asns.extend(keys.iter().map(|&key| halves(key)).flat_map(|(low, high)| [low, high]));
        asns.sort_unstable();
        asns.dedup();
        let id = |asn: u32| number(asns.binary_search(&asn).unwrap_or(NONE as usize));
        let mut sorted: Vec<(u64, u32)> = keys.iter().copied().zip(0u32..).collect();
        drop(keys);
        sorted.sort_unstable();
        let mut renumbered: Table<u32> = Table::new(sorted.len());
        let (mut links, mut ends) = (Vec::with_capacity(sorted.len()), Vec::with_capacity(sorted.len().saturating_mul(2)));
        for (link, &(key, nth)) in (0u32..).zip(&sorted) {
            renumbered.set(nth, link);
            let (low, high) = halves(key);
            let (low, high) = (id(low), id(high));
            links.push((low, high));
            ends.extend([high, low]);
        }
        drop(sorted);
        for arc in &mut arcs {
            *arc = renumbered.at(link_of(*arc)) << 1 | *arc & 1;
        }
        drop(renumbered);
        let mut points: Vec<u32> = vantage_points.keys().copied().collect();
        points.sort_unstable();
        for (nth, vantage) in (0u32..).zip(&points) {
            vantage_points.insert(*vantage, nth);
        }
        let mut index = Self {
            store,
            links: Table::from(links),
            ends: Table::from(ends),
            vantage_points: points,
            arcs: Vec::new(),
            path_ends: Vec::new(),
            origin_ends: Vec::new(),
            vantage: Vec::new(),
            further: Vec::new(),
            transit_degree: Table::new(0),
            link_paths: Table::new(0),
            link_vantage_points: Table::new(0),
            arc_origins: Table::new(0),
            origins: 0,
            vantage_origins: Table::new(0),
            asns,
        };
        index.order(arcs, &vantage_points);
        index.count();
        index
    }

    /// The dense number of a network.
    pub(super) fn id(&self, asn: u32) -> Option<u32> {
        self.asns.binary_search(&asn).ok().map(number)
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn asn(&self, id: u32) -> u32 {
        self.asns.get(id as usize).copied().unwrap_or(0)
    }

    /// The arc from one network to another.
    pub(super) fn arc(&self, from: u32, to: u32) -> Option<Arc> {
        let link = number(self.links.as_slice().binary_search(&(from.min(to), from.max(to))).ok()?);
        Some(link << 1 | u32::from(from > to))
    }

    /// Where an arc starts and ends.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn ends_of(&self, arc: Arc) -> (u32, u32) {
        (self.start_of(arc), self.end_of(arc))
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn start_of(&self, arc: Arc) -> u32 {
        self.ends.at(reversed(arc))
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn end_of(&self, arc: Arc) -> u32 {
        self.ends.at(arc)
    }

    /// All arcs, of links that occur in one direction or both.
    pub(super) fn all_arcs(&self) -> core::ops::Range<Arc> {
        0..number(self.ends.len())
    }

    /// All paths, by origin.
    #[inline]
    pub(super) fn paths(&self) -> impl Iterator<Item = Path<'_>> {
        let mut rest: &[Arc] = &self.arcs;
        let (mut at, mut origin) = (0u32, 0u32);
        let mut origin_ends = self.origin_ends.iter().copied();
        let mut origin_end = origin_ends.next().unwrap_or(0);
        (0u32..).zip(&self.path_ends).map(move |(number, &end)| {
            while number >= origin_end {
                let Some(next) = origin_ends.next() else { break };
                origin_end = next;
                origin = origin.saturating_add(1);
            }
            let (arcs, after) = rest.split_at_checked(end.saturating_sub(at) as usize).unwrap_or((rest, &[]));
            (rest, at) = (after, end);
            Path { number, origin, arcs }
        })
    }

    /// Sorts paths by origin; `found` are their arcs in the order of the store.
    fn order(&mut self, found: Vec<Arc>, vantage_points: &HashMap<u32, u32, RandomState>) {
        let networks = self.asns.len();
        // The number of paths and arcs of each origin, then the positions of its next path and arc.
        let (mut next_path, mut next_arc): (Table<u32>, Table<u32>) = (Table::new(networks), Table::new(networks));
        let mut origins: Vec<u32> = Vec::with_capacity(self.store.len());
        let mut rest: &[Arc] = &found;
        for path in self.store {
            let hops = path.path.len().saturating_sub(1);
            let (arcs, after) = rest.split_at_checked(hops).unwrap_or((rest, &[]));
            rest = after;
            let alone = || path.path.first().and_then(|&asn| self.id(asn)).unwrap_or(NONE);
            let origin = arcs.last().map_or_else(alone, |&arc| self.end_of(arc));
            origins.push(origin);
            next_path.add(origin, 1);
            next_arc.add(origin, number(hops));
        }
        let (mut paths, mut all) = (0u32, 0u32);
        let mut origin_ends = Vec::with_capacity(networks);
        for origin in 0..number(networks) {
            let (count, hops) = (next_path.at(origin), next_arc.at(origin));
            next_path.set(origin, paths);
            next_arc.set(origin, all);
            self.origins = self.origins.saturating_add(u32::from(count > 0));
            (paths, all) = (paths.saturating_add(count), all.saturating_add(hops));
            origin_ends.push(paths);
        }
        self.origin_ends = origin_ends;
        self.arcs = vec![0; found.len()];
        let (mut path_ends, mut vantage): (Table<u32>, Table<u32>) = (Table::new(origins.len()), Table::new(origins.len()));
        let mut rest: &[Arc] = &found;
        let mut list = Vec::new();
        for (path, &origin) in self.store.iter().zip(&origins) {
            let hops = path.path.len().saturating_sub(1);
            let (arcs, after) = rest.split_at_checked(hops).unwrap_or((rest, &[]));
            rest = after;
            let (place, from) = (next_path.at(origin), next_arc.at(origin) as usize);
            let to = from.saturating_add(hops);
            if let Some(room) = self.arcs.get_mut(from..to) {
                room.copy_from_slice(arcs);
            }
            next_path.add(origin, 1);
            next_arc.add(origin, number(hops));
            path_ends.set(place, number(to));
            let nth = |asn: &u32| vantage_points.get(asn).copied().unwrap_or(NONE);
            self.store.vantage_points_into(path.start, path.path, &mut list);
            vantage.set(place, list.first().map_or(NONE, nth));
            self.further.extend(list.iter().skip(1).map(|asn| (place, nth(asn))));
        }
        self.further.sort_unstable();
        self.path_ends = path_ends.into_vec();
        self.vantage = vantage.into_vec();
    }

    /// Vantage points of a path.
    #[inline]
    fn vantage_points_of(&self, path: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.vantage.get(path as usize).copied();
        let from = if self.further.is_empty() { 0 } else { self.further.partition_point(|&(other, _)| other < path) };
        let further = self.further.get(from..).unwrap_or(&[]).iter().take_while(move |&&(other, _)| other == path);
        first.into_iter().chain(further.map(|&(_, vantage)| vantage))
    }

    fn count(&mut self) {
        let (networks, links, arcs) = (self.asns.len(), self.links.len(), self.ends.len());
        let mut link_paths = Table::<u32>::new(links);
        let (mut arc_origins, mut last_origin) = (Table::<u32>::new(arcs), Table::filled(arcs, NONE));
        let mut vantage_origins = Table::<u32>::new(self.vantage_points.len());
        let mut last_of_vantage = Table::filled(self.vantage_points.len(), NONE);
        // A bit for each end of a link at which it was seen in the middle of a path.
        let mut through = Bits::new(arcs);
        for path in self.paths() {
            let mut before: Option<Arc> = None;
            for &arc in path.arcs {
                link_paths.add(link_of(arc), 1);
                if last_origin.at(arc) != path.origin {
                    last_origin.set(arc, path.origin);
                    arc_origins.add(arc, 1);
                }
                if let Some(before) = before {
                    // An arc represents its end.
                    through.put(before);
                    through.put(reversed(arc));
                }
                before = Some(arc);
            }
            for vantage in self.vantage_points_of(path.number) {
                if last_of_vantage.at(vantage) != path.origin {
                    last_of_vantage.set(vantage, path.origin);
                    vantage_origins.add(vantage, 1);
                }
            }
        }
        let mut degree = Table::<u32>::new(networks);
        for arc in through.ones() {
            degree.add(self.end_of(arc), 1);
        }
        let link_vantage_points = if self.vantage_points.len() <= AT_ONCE { self.by_groups() } else { self.by_vantage_point() };
        self.transit_degree = degree;
        self.link_paths = link_paths;
        self.link_vantage_points = link_vantage_points;
        self.arc_origins = arc_origins;
        self.vantage_origins = vantage_origins;
    }

    /// The vantage points that show each link, 64 at a time, a bit each: one pass over the paths for each 64.
    fn by_groups(&self) -> Table<u32> {
        let links = self.links.len();
        let mut link_vantage_points = Table::<u32>::new(links);
        for group in 0..number(self.vantage_points.len()).div_ceil(64) {
            let mut seen = Table::<u64>::new(links);
            for path in self.paths() {
                let some = self.vantage_points_of(path.number).filter(|vantage| vantage / 64 == group);
                let bits = some.fold(0u64, |bits, vantage| bits | 1 << (vantage % 64));
                if bits != 0 {
                    for &arc in path.arcs {
                        seen.change(link_of(arc), |all| *all |= bits);
                    }
                }
            }
            for (link, bits) in (0u32..).zip(seen.iter()) {
                link_vantage_points.add(link, bits.count_ones());
            }
        }
        link_vantage_points
    }

    /// The same with the paths of each vantage point in turn: one pass over each, however many vantage points there are.
    fn by_vantage_point(&self) -> Table<u32> {
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(self.path_ends.len().saturating_add(self.further.len()));
        for path in 0..number(self.path_ends.len()) {
            pairs.extend(self.vantage_points_of(path).map(|vantage| (vantage, path)));
        }
        pairs.sort_unstable();
        let mut link_vantage_points = Table::<u32>::new(self.links.len());
        let mut last = Table::filled(self.links.len(), NONE);
        for (vantage, path) in pairs {
            let end_of = |path: u32| self.path_ends.get(path as usize).copied().unwrap_or(0) as usize;
            let start = path.checked_sub(1).map_or(0, end_of);
            for &arc in self.arcs.get(start..end_of(path)).unwrap_or(&[]) {
                let link = link_of(arc);
                if last.at(link) != vantage {
                    last.set(link, vantage);
                    link_vantage_points.add(link, 1);
                }
            }
        }
        link_vantage_points
    }

    /// Arcs over which a third network has the own routes of the network at their end.
    pub(super) fn own_routes(&self) -> Bits {
        let mut own = Bits::new(self.ends.len());
        for path in self.paths() {
            if let [_, .., last] = *path.arcs {
                own.put(last);
            }
        }
        own
    }

    /// Paths of the vantage points that pass.
    pub(super) fn paths_of(&self, pass: impl Fn(u32) -> bool) -> impl Iterator<Item = Path<'_>> {
        self.paths().filter(move |path| self.vantage_points_of(path.number).any(&pass))
    }
}

/// Triples of paths, ascending by both arcs.
pub(super) struct Triples {
    list: Vec<Triple>,
    // Where those that start with each arc end.
    ends: Vec<u32>,
}

impl Triples {
    /// Triples of all paths except those left out.
    pub(super) fn new(index: &Index<'_>, left_out: &Bits) -> Self {
        let arcs = index.ends.len();
        let kept = || index.paths().filter(|path| !left_out.has(path.number));
        let mut next: Table<u32> = Table::new(arcs);
        for path in kept() {
            for &arc in path.arcs.split_last().map_or(&[][..], |(_, most)| most) {
                next.add(arc, 1);
            }
        }
        let mut sum = 0u32;
        for arc in index.all_arcs() {
            let count = next.at(arc);
            next.set(arc, sum);
            sum = sum.saturating_add(count);
        }
        // The second arc and the origin of each occurrence, by the first arc.
        let mut seen: Table<u64> = Table::new(sum as usize);
        for path in kept() {
            for (&first, &second) in path.arcs.iter().zip(path.arcs.iter().skip(1)) {
                seen.set(next.at(first), key(second, path.origin));
                next.add(first, 1);
            }
        }
        let (mut list, mut ends, mut from) = (Vec::new(), Vec::with_capacity(arcs), 0u32);
        let mut seen = seen.into_vec();
        for first in index.all_arcs() {
            let to = next.at(first);
            let run = seen.get_mut(from as usize..to as usize).unwrap_or(&mut []);
            from = to;
            run.sort_unstable();
            for same in run.chunk_by(|a, b| halves(*a).0 == halves(*b).0) {
                let Some(&one) = same.first() else { continue };
                let origins = number(same.chunk_by(|a, b| a == b).count());
                list.push(Triple { first, second: halves(one).0, paths: number(same.len()), origins });
            }
            ends.push(number(list.len()));
        }
        list.shrink_to_fit();
        Self { list, ends }
    }

    #[inline]
    pub(super) fn iter(&self) -> core::slice::Iter<'_, Triple> {
        self.list.iter()
    }

    /// Triples that start with an arc.
    #[inline]
    pub(super) fn from(&self, arc: Arc) -> &[Triple] {
        let at = arc as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(0);
        self.list.get(start as usize..end as usize).unwrap_or(&[])
    }
}

/// Networks by transit degree, the largest first, ties by AS number; at most `most` of those with any.
pub(super) fn largest(degree: &Table<u32>, most: usize) -> Vec<u32> {
    let mut list: Vec<u32> = (0..number(degree.len())).filter(|&id| degree.at(id) > 0).collect();
    list.sort_unstable_by_key(|&id| (core::cmp::Reverse(degree.at(id)), id));
    list.truncate(most);
    list
}
