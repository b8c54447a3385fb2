//! Best path selection (RFC 4271 section 9.1.2).

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

use super::routes::{PrefixRoutes, StoredRoute};
use super::stale::Staleness;
use crate::asn::Asn;
use crate::attr::{Community, Origin};
use crate::codes::WellKnownCommunity;

/// Options of the comparison. The default is RFC 4271 for an outside observer: all routes are external.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct BestPathOptions {
    /// The local AS: a peer with the same number is internal, and external routes are preferred to its routes.
    pub local_asn: Option<Asn>,
    /// Whether MULTI_EXIT_DISC is also compared between routes of different neighbours.
    pub always_compare_med: bool,
    /// Whether a missing MULTI_EXIT_DISC is the worst value instead of the best (0).
    pub missing_med_is_worst: bool,
}

impl BestPathOptions {
    /// Sets the local AS.
    #[must_use]
    pub const fn with_local_asn(mut self, asn: Asn) -> Self {
        self.local_asn = Some(asn);
        self
    }

    /// Sets whether MULTI_EXIT_DISC is compared between all routes.
    #[must_use]
    pub const fn with_always_compare_med(mut self, always: bool) -> Self {
        self.always_compare_med = always;
        self
    }

    /// Sets whether a missing MULTI_EXIT_DISC is the worst value.
    #[must_use]
    pub const fn with_missing_med_as_worst(mut self, worst: bool) -> Self {
        self.missing_med_is_worst = worst;
        self
    }
}

/// The properties that decide, read once.
struct Candidate<'a> {
    route: StoredRoute<'a>,
    stale: bool,
    local_pref: u32,
    hops: usize,
    origin: Origin,
    neighbour: Option<Asn>,
    med: u32,
    external: bool,
    bgp_id: Ipv4Addr,
    clusters: usize,
    address: Option<IpAddr>,
}

impl<'a> Candidate<'a> {
    /// `None` for an unusable route: its path or another mandatory attribute is missing or malformed, or its path contains the
    /// local AS (RFC 4271 section 9.1.2).
    fn of(found: &PrefixRoutes<'a>, route: StoredRoute<'a>, options: &BestPathOptions) -> Option<Self> {
        let a = route.attributes();
        let path = a.merged_path().ok()?;
        let peer = route.peer();
        if options.local_asn.is_some_and(|own| path.contains(own)) {
            return None;
        }
        let bgp_id = found.bgp_id(route.peer_id());
        let is_llgr_stale = || a.communities().is_ok_and(|list| list.contains(Community(WellKnownCommunity::LLGR_STALE.0)));
        let missing = if options.missing_med_is_worst { u32::MAX } else { 0 };
        Some(Self {
            route,
            stale: found.staleness(&route) == Some(Staleness::LongLived) || is_llgr_stale(),
            local_pref: a.local_pref().ok()?.unwrap_or(100),
            hops: path.hops(),
            origin: a.origin().ok()??,
            neighbour: path.neighbour(),
            med: a.multi_exit_disc().ok()?.unwrap_or(missing),
            external: options.local_asn != Some(peer.asn),
            // RFC 4456 section 9: a reflected route uses the identifier of its originator.
            bgp_id: a.originator_id().ok()?.or(bgp_id).unwrap_or(Ipv4Addr::BROADCAST),
            clusters: a.cluster_list().ok()?.len(),
            address: peer.address,
        })
    }
}

/// Keeps the candidates for which `key` is smallest.
fn keep_least<T: Ord>(list: &mut Vec<Candidate<'_>>, key: impl Fn(&Candidate<'_>) -> T) {
    if let Some(least) = list.iter().map(&key).min() {
        list.retain(|candidate| key(candidate) == least);
    }
}

impl<'a> PrefixRoutes<'a> {
    /// The route that RFC 4271 section 9.1.2 prefers, step by step: not long-lived stale, by the community LLGR_STALE or by the
    /// state of its session (RFC 9494 section 4.3); highest LOCAL_PREF (100 if absent), shortest AS_PATH, lowest ORIGIN, lowest
    /// MULTI_EXIT_DISC among routes of one neighbour, external before internal, lowest BGP identifier (of the originator, RFC
    /// 4456), shortest CLUSTER_LIST, lowest peer address, lowest path identifier.
    ///
    /// The cost to the next hop is not in archives, so that step is omitted. `None` if no route is usable.
    pub fn best(&self, options: &BestPathOptions) -> Option<StoredRoute<'a>> {
        let mut list: Vec<_> = self.routes().filter_map(|route| Candidate::of(self, route, options)).collect();
        keep_least(&mut list, |c| c.stale);
        keep_least(&mut list, |c| core::cmp::Reverse(c.local_pref));
        keep_least(&mut list, |c| c.hops);
        keep_least(&mut list, |c| c.origin);
        if options.always_compare_med {
            keep_least(&mut list, |c| c.med);
        } else {
            let meds: Vec<_> = list.iter().map(|c| (c.neighbour, c.med)).collect();
            list.retain(|c| !meds.iter().any(|(neighbour, med)| *neighbour == c.neighbour && *med < c.med));
        }
        keep_least(&mut list, |c| !c.external);
        keep_least(&mut list, |c| c.bgp_id);
        keep_least(&mut list, |c| c.clusters);
        keep_least(&mut list, |c| c.address);
        keep_least(&mut list, |c| c.route.path_id());
        list.first().map(|candidate| candidate.route)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::Family;
    use crate::nlri::PathPrefix;
    use crate::rib::{Rib, RibPeer};

    /// ORIGIN, AS_PATH, LOCAL_PREF or none, MULTI_EXIT_DISC or none.
    fn list(origin: u8, path: &[u32], local_pref: Option<u32>, med: Option<u32>) -> Vec<u8> {
        let mut out = vec![0x40, 1, 1, origin, 0x40, 2];
        if path.is_empty() {
            out.push(0);
        } else {
            let count = u8::try_from(path.len()).unwrap();
            out.extend([2 + 4 * count, 2, count]);
            path.iter().for_each(|asn| out.extend(asn.to_be_bytes()));
        }
        med.into_iter().for_each(|med| out.extend([&[0x80, 4, 4][..], &med.to_be_bytes()].concat()));
        local_pref.into_iter().for_each(|pref| out.extend([&[0x40, 5, 4][..], &pref.to_be_bytes()].concat()));
        out
    }

    /// The peer (by last octet of its address) with the best route.
    fn best(routes: &[(u8, Vec<u8>)], options: &BestPathOptions) -> Option<u8> {
        let mut rib = Rib::new();
        let path = PathPrefix { prefix: "192.0.2.0/24".parse().unwrap(), path_id: None };
        for (last, list) in routes {
            let asn = if *last == 9 { 64511 } else { 64496 + u32::from(*last) };
            let peer = rib.peer(RibPeer::new(Asn(asn), Some(Ipv4Addr::new(192, 0, 2, *last).into())));
            rib.insert(peer, Family::IPV4_UNICAST, path, list, 1);
        }
        let route = rib.get(path.prefix).unwrap().best(options)?;
        match route.peer().address {
            Some(IpAddr::V4(address)) => Some(address.octets()[3]),
            _ => None,
        }
    }

    #[test]
    fn each_step_decides_where_those_before_do_not() {
        let rfc = BestPathOptions::default();
        let (short, long) = (list(0, &[1, 2], None, None), list(0, &[1, 2, 3], None, None));
        assert_eq!(best(&[(1, long.clone()), (2, short.clone())], &rfc), Some(2));
        // LOCAL_PREF precedes path length, and defaults to 100.
        assert_eq!(best(&[(1, list(0, &[1, 2, 3], Some(101), None)), (2, short.clone())], &rfc), Some(1));
        assert_eq!(best(&[(1, list(0, &[1, 2], Some(99), None)), (2, long)], &rfc), Some(2));
        assert_eq!(best(&[(1, list(2, &[1, 2], None, None)), (2, list(1, &[1, 2], None, None))], &rfc), Some(2));
        // The lowest address last.
        assert_eq!(best(&[(2, short.clone()), (1, short.clone())], &rfc), Some(1));
        assert_eq!(best(&[(1, list(9, &[1], None, None)), (2, short)], &rfc), Some(2), "a malformed ORIGIN cannot be used");
    }

    #[test]
    fn a_long_lived_stale_route_is_the_last_choice() {
        let rfc = BestPathOptions::default();
        let stale = [list(0, &[1, 2], Some(200), None), vec![0xc0, 8, 4, 0xff, 0xff, 0, 6]].concat();
        assert_eq!(best(&[(1, stale.clone()), (2, list(2, &[1, 2, 3], None, None))], &rfc), Some(2));
        // A single stale route is still selected.
        assert_eq!(best(&[(1, stale)], &rfc), Some(1));
    }

    #[test]
    fn exits_of_one_neighbour_alone_are_compared() {
        let rfc = BestPathOptions::default();
        let routes = [(1, list(0, &[1, 2], None, Some(50))), (2, list(0, &[7, 2], None, Some(10)))];
        assert_eq!(best(&routes, &rfc), Some(1));
        assert_eq!(best(&routes, &rfc.with_always_compare_med(true)), Some(2));
        let routes = [(1, list(0, &[1, 2], None, None)), (2, list(0, &[1, 2], None, Some(10)))];
        assert_eq!(best(&routes, &rfc), Some(1));
        assert_eq!(best(&routes, &rfc.with_missing_med_as_worst(true)), Some(2));
    }

    #[test]
    fn of_a_network_its_own_routes_come_last_and_loops_not_at_all() {
        let own = BestPathOptions::default().with_local_asn(Asn(64511));
        let routes = [(9, list(0, &[1, 2], None, None)), (10, list(0, &[1, 2], None, None))];
        assert_eq!(best(&routes, &own), Some(10));
        assert_eq!(best(&routes, &BestPathOptions::default()), Some(9));
        assert_eq!(best(&[(1, list(0, &[1, 64511], None, None))], &own), None);
    }
}
