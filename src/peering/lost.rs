//! Differences of two instants: links, networks and feeds that are gone.

use alloc::vec::Vec;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashSet};

use super::store::PathStore;
use super::table::number;

/// Minimum visibility of a link or network before it can be reported as gone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(clippy::exhaustive_structs, reason = "made by the caller")]
pub struct Thresholds {
    /// Vantage points present at both instants that showed it.
    pub vantage_points: u32,
    /// Origins of their routes over it.
    pub origins: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { vantage_points: 1, origins: 1 }
    }
}

/// A link that is gone while both its networks are still seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub struct LostLink {
    /// The lower AS number.
    pub lower: u32,
    /// The higher AS number.
    pub higher: u32,
    /// Vantage points with routes over it before, of those present at both instants.
    pub vantage_points: u32,
    /// Their routes over it before.
    pub routes_before: u64,
    /// Origins of those routes.
    pub origins: u32,
}

/// A network or feed that is gone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub struct LostNetwork {
    /// The network, or the vantage point.
    pub asn: u32,
    /// Vantage points with routes over it before; 1 for a feed.
    pub vantage_points: u32,
    /// Routes over it, or of the feed, before.
    pub routes_before: u64,
}

/// What is missing at the later instant. All lists ascend.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Losses {
    /// Links between networks that are both still seen: depeerings.
    pub links: Vec<LostLink>,
    /// Networks without paths any more: outages.
    pub networks: Vec<LostNetwork>,
    /// Vantage points without paths any more.
    pub feeds: Vec<LostNetwork>,
    /// Number of vantage points present at both instants: without any, nothing is known of links and networks.
    pub common_vantage_points: u32,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    vantage_points: u32,
    last: Option<u32>,
    routes: u64,
}

impl Seen {
    fn see(&mut self, vantage: u32, routes: u64) {
        if self.last != Some(vantage) {
            self.last = Some(vantage);
            self.vantage_points = self.vantage_points.saturating_add(1);
        }
        self.routes = self.routes.saturating_add(routes);
    }
}

impl PathStore {
    /// What is missing at a later instant. Only vantage points present at both instants count: a feed that ended removes no links.
    ///
    /// Links of a missing network are not listed, nor links whose paths all disappeared for another reason: a network on them is
    /// gone, or another of their links was lost by more origins, or only the own routes of a network went over the link, which was beside a
    /// network that is gone: what is left of its links then has other routes of it than before.
    pub fn lost(&self, later: &Self, least: Thresholds) -> Losses {
        let (before, after) = (feeds(self), feeds(later));
        let is_later = |vantage: u32| after.binary_search_by_key(&vantage, |&(asn, _)| asn).is_ok();
        let gone = before.iter().filter(|&&(asn, _)| !is_later(asn));
        let feeds: Vec<LostNetwork> =
            gone.map(|&(asn, routes)| LostNetwork { asn, vantage_points: 1, routes_before: routes }).collect();
        let (mut networks_after, mut links_after) =
            (HashSet::<u32, RandomState>::default(), HashSet::<(u32, u32), RandomState>::default());
        for path in later {
            networks_after.extend(path.path.iter().copied());
            links_after.extend(pairs(path.path));
        }
        let mut links: HashMap<(u32, u32), Seen, RandomState> = HashMap::default();
        let mut networks: HashMap<u32, Seen, RandomState> = HashMap::default();
        let mut origins: Vec<(u32, u32, u32)> = Vec::new();
        let mut bereft: HashSet<u32, RandomState> = HashSet::default();
        // Paths by vantage point, so that each counts once per link.
        let mut list = Vec::new();
        let mut order: Vec<(u32, u32)> = Vec::new();
        for path in self {
            self.vantage_points_into(path.start, path.path, &mut list);
            order.extend(list.iter().filter(|&&vantage| is_later(vantage)).map(|&vantage| (vantage, path.start)));
        }
        order.sort_unstable();
        let mut counted: HashSet<u32, RandomState> = HashSet::default();
        for &(vantage, start) in &order {
            let Some(path) = self.stored(start) else { continue };
            // Routes of a path from several vantage points cannot be separated: they count once.
            let routes = if counted.insert(start) { path.routes } else { 0 };
            for &asn in path.path {
                if !networks_after.contains(&asn) {
                    networks.entry(asn).or_default().see(vantage, routes);
                }
            }
            let origin = path.path.last().copied().unwrap_or(0);
            for link in pairs(path.path) {
                for (gone, beside) in [link, (link.1, link.0)] {
                    if !networks_after.contains(&gone) {
                        bereft.insert(beside);
                    }
                }
                if !links_after.contains(&link) && networks_after.contains(&link.0) && networks_after.contains(&link.1) {
                    links.entry(link).or_default().see(vantage, routes);
                    origins.push((link.0, link.1, origin));
                }
            }
        }
        origins.sort_unstable();
        origins.dedup();
        // Paths that disappeared for another reason: a network on them is gone, or another of their links was lost by more
        // origins.
        let mut lost_origins: HashMap<(u32, u32), u32, RandomState> = HashMap::default();
        for group in origins.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            if let Some(&(lower, higher, _)) = group.first() {
                lost_origins.insert((lower, higher), super::table::number(group.len()));
            }
        }
        let mut unexplained: HashSet<(u32, u32), RandomState> = HashSet::default();
        for &(_, start) in &order {
            let path = self.path(start);
            if path.iter().any(|asn| !networks_after.contains(asn)) {
                continue;
            }
            let lost = || pairs(path).filter_map(|link| lost_origins.get(&link).map(|&origins| (link, origins)));
            let most = lost().map(|(_, origins)| origins).max();
            unexplained.extend(lost().filter(|&(_, origins)| Some(origins) == most).map(|(link, _)| link));
        }
        let mut lost_links = Vec::new();
        for group in origins.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let Some(&(lower, higher, _)) = group.first() else { continue };
            let Some(seen) = links.get(&(lower, higher)).filter(|_| unexplained.contains(&(lower, higher))) else { continue };
            let is_own = |origin: u32| origin == lower || origin == higher;
            if matches!(group, [(_, _, origin)] if is_own(*origin) && bereft.contains(origin)) {
                continue;
            }
            let origins = super::table::number(group.len());
            if seen.vantage_points >= least.vantage_points && origins >= least.origins {
                lost_links.push(LostLink {
                    lower,
                    higher,
                    vantage_points: seen.vantage_points,
                    routes_before: seen.routes,
                    origins,
                });
            }
        }
        let mut lost_networks: Vec<LostNetwork> = networks
            .iter()
            .filter(|(_, seen)| seen.vantage_points >= least.vantage_points)
            .map(|(&asn, seen)| LostNetwork { asn, vantage_points: seen.vantage_points, routes_before: seen.routes })
            .collect();
        lost_networks.sort_unstable();
        let common_vantage_points = number(before.len().saturating_sub(feeds.len()));
        Losses { links: lost_links, networks: lost_networks, feeds, common_vantage_points }
    }
}

/// The links of a path, the lower number first.
fn pairs(path: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    path.iter().zip(path.iter().skip(1)).map(|(&a, &b)| (a.min(b), a.max(b)))
}

/// Vantage points and the routes of each, ascending.
fn feeds(store: &PathStore) -> Vec<(u32, u64)> {
    let mut routes: HashMap<u32, u64, RandomState> = HashMap::default();
    let mut list = Vec::new();
    for path in store {
        store.vantage_points_into(path.start, path.path, &mut list);
        for &vantage in &list {
            let sum = routes.entry(vantage).or_default();
            *sum = sum.saturating_add(path.routes);
        }
    }
    let mut feeds: Vec<(u32, u64)> = routes.into_iter().collect();
    feeds.sort_unstable();
    feeds
}
