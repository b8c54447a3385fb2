//! Path verification by attested providers (draft-ietf-sidrops-aspa-verification).

use alloc::vec::Vec;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::otc::Role;
use super::table::number;
use crate::time::Timestamp;

/// Where a route was received from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Direction {
    /// From a customer, a peer, a route server or its client: the path may only go up.
    Upstream,
    /// From a provider: the path may go up, across and down.
    Downstream,
}

impl Direction {
    /// The direction of a route received from `remote`.
    pub const fn from(remote: Role) -> Self {
        match remote {
            Role::Provider => Self::Downstream,
            Role::Customer | Role::Peer | Role::RouteServer | Role::RouteServerClient => Self::Upstream,
        }
    }
}

/// The outcome of a verification.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// A permitted shape, whatever non-attesting networks would attest.
    Valid,
    /// Depends on networks without attestations.
    Unknown,
    /// No permitted shape, whatever non-attesting networks would attest.
    Invalid,
}

impl Outcome {
    /// `valid`, `unknown`, `invalid`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Unknown => "unknown",
            Self::Invalid => "invalid",
        }
    }
}

/// Attested providers by customer.
#[derive(Clone, Default, Debug)]
pub struct Attested {
    // Offset and number of each customer's providers.
    customers: HashMap<u32, (u32, u32), RandomState>,
    providers: Vec<u32>,
    // Number of attestations, of which those of one customer are united.
    added: usize,
    // When attestations expire, of those whose file says so.
    pub(super) expiries: Vec<u32>,
}

impl Attested {
    /// No attestations.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of customers with attestations.
    pub fn len(&self) -> usize {
        self.customers.len()
    }

    /// Whether there are no attestations.
    pub fn is_empty(&self) -> bool {
        self.customers.is_empty()
    }

    /// The number of attestations that had expired by an instant, where their file says when they do (`expires` of rpki-client),
    /// and of all: each that was read or inserted, also of a customer with several. Expired ones count like the others: which are
    /// used is up to the caller.
    pub fn expired(&self, at: Timestamp) -> (usize, usize) {
        (self.expiries.iter().filter(|expiry| **expiry < at.seconds).count(), self.added)
    }

    /// Adds an attestation; those of one customer are united. AS 0 permits nobody and is ignored beside others, so an attestation
    /// of only AS 0 means that the customer has no providers.
    pub fn insert(&mut self, customer: u32, providers: impl IntoIterator<Item = u32>) {
        let mut list = self.of(customer).unwrap_or(&[]).to_vec();
        list.extend(providers.into_iter().filter(|&provider| provider != 0));
        list.sort_unstable();
        list.dedup();
        let start = number(self.providers.len());
        self.providers.extend_from_slice(&list);
        self.customers.insert(customer, (start, number(list.len())));
        self.added = self.added.saturating_add(1);
    }

    /// The attested providers of a customer, ascending; `None` without an attestation.
    #[inline]
    pub fn of(&self, customer: u32) -> Option<&[u32]> {
        let &(start, len) = self.customers.get(&customer)?;
        Some(self.providers.get(start as usize..).and_then(|rest| rest.get(..len as usize)).unwrap_or(&[]))
    }

    /// Customers with attestations, with their providers, by AS number.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let mut customers: Vec<u32> = self.customers.keys().copied().collect();
        customers.sort_unstable();
        customers.into_iter().map(|customer| (customer, self.of(customer).unwrap_or(&[])))
    }
}

impl<P: IntoIterator<Item = u32>> FromIterator<(u32, P)> for Attested {
    fn from_iter<I: IntoIterator<Item = (u32, P)>>(attestations: I) -> Self {
        let mut attested = Self::new();
        for (customer, providers) in attestations {
            attested.insert(customer, providers);
        }
        attested
    }
}

/// Whether a network is in a list of providers.
#[cfg_attr(optimised, inline(always))]
fn has(providers: &[u32], neighbour: u32) -> bool {
    // All of a short list is compared: where in it a provider is has no pattern for branches.
    let found = if providers.len() <= 8 {
        providers.iter().fold(false, |found, &provider| found | (provider == neighbour))
    } else {
        providers.binary_search(&neighbour).is_ok()
    };
    found && neighbour != 0
}

/// Verifies a path as in AS_PATH: the neighbour first, the origin last. Prepends are collapsed; a network that occurs twice with
/// others between is judged as is. An empty path is invalid; so is one with an AS_SET, which cannot be given here.
///
/// One pass from the origin with at most one lookup per network. The climb is the longest start of the path in which each network attests
/// the next (`least`), or at least none denies it (`most`); the descent is the same from the other end. A denial decides even
/// after a hop without attestation.
#[inline]
pub fn verify(path: &[u32], direction: Direction, attested: &Attested) -> Outcome {
    let Some((&origin, rest)) = path.split_last() else { return Outcome::Invalid };
    // Number of networks after collapsing prepends, and the lengths of both climbs in networks.
    let (mut networks, mut most_up, mut least_up) = (1u32, u32::MAX, u32::MAX);
    // The starts of the descents, in networks from the origin: at most one hop below the last denial, and the last hop not
    // attested.
    let (mut most_down, mut least_down) = (0u32, 0u32);
    // The attestation of `here`, if the hop before had to look it up.
    let (mut here, mut own) = (origin, None);
    for &next in rest.iter().rev() {
        if next == here {
            continue;
        }
        // Where the path surely climbs, or on the hop that ends the climb, descents do not matter.
        let climbed = least_up == u32::MAX;
        if most_up == u32::MAX {
            match own.unwrap_or_else(|| attested.of(here)) {
                Some(providers) if has(providers, next) => {}
                Some(_) => (most_up, least_up) = (networks, least_up.min(networks)),
                None => least_up = least_up.min(networks),
            }
        }
        own = None;
        match direction {
            Direction::Upstream => {
                if most_up != u32::MAX {
                    return Outcome::Invalid;
                }
            }
            Direction::Downstream if climbed => {}
            Direction::Downstream => {
                let providers = attested.of(next);
                match providers {
                    Some(providers) if has(providers, here) => {}
                    Some(_) => (most_down, least_down) = (networks, networks),
                    None => least_down = networks,
                }
                // The descent only gets shorter.
                if most_up < most_down {
                    return Outcome::Invalid;
                }
                own = Some(providers);
            }
        }
        networks = networks.saturating_add(1);
        here = next;
    }
    // A climb without an end includes all networks.
    let (most_up, least_up) = (most_up.min(networks), least_up.min(networks));
    match direction {
        Direction::Upstream if least_up < networks => Outcome::Unknown,
        Direction::Upstream => Outcome::Valid,
        Direction::Downstream if networks <= 2 => Outcome::Valid,
        // The descent has the networks after the hop that ends it; climb and descent together must cover all.
        Direction::Downstream if most_up < most_down => Outcome::Invalid,
        Direction::Downstream if least_up < least_down => Outcome::Unknown,
        Direction::Downstream => Outcome::Valid,
    }
}

/// Verifies a route as received: an AS_SET is invalid, and the first network must be the neighbour unless the neighbour is a
/// route server, which need not be in the path.
pub fn verify_received(path: &[u32], has_set: bool, remote: Role, neighbour: u32, attested: &Attested) -> Outcome {
    let transparent = matches!(remote, Role::RouteServer);
    if has_set || (!transparent && path.first() != Some(&neighbour)) {
        return Outcome::Invalid;
    }
    verify(path, Direction::from(remote), attested)
}
