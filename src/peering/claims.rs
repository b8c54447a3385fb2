//! Evidence beyond paths: OTC marks, attestations and tags about links.

use alloc::vec::Vec;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::aspa::Attested;
use super::otc::Role;
use super::relations::{Class, MAJORITY, Source};

/// Statements of networks about their own links, gathered from routes and files. They outrank votes if clear, and are listed in
/// the evidence.
///
/// Statements of routes (Only to Customer, communities) are counted; attested providers are a set. So claims of parts merge to those
/// of the whole, in any order, and attestations given with several parts count once.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Claims {
    links: HashMap<(u32, u32), Said, RandomState>,
}

/// Statements about a link, and their kinds of source.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Said {
    /// Routes by which the lower AS number is the provider.
    pub(super) low: u32,
    /// Routes by which the higher is the provider.
    pub(super) high: u32,
    /// Routes by which they are peers.
    pub(super) peer: u32,
    /// Who is attested to be a provider of the other: [`LOWER`], [`HIGHER`].
    pub(super) attested: u8,
    pub(super) sources: u8,
}

/// The network with the lower AS number is an attested provider of the other.
pub(super) const LOWER: u8 = 1;
/// The one with the higher.
pub(super) const HIGHER: u8 = 2;

impl Said {
    pub(super) fn add(&mut self, more: &Self) {
        self.low = self.low.saturating_add(more.low);
        self.high = self.high.saturating_add(more.high);
        self.peer = self.peer.saturating_add(more.peer);
        self.attested |= more.attested;
        self.sources |= more.sources;
    }

    /// Whether routes with Only to Customer state something about the link, and communities nothing.
    pub(super) const fn is_of_marks_alone(&self) -> bool {
        self.sources & (Source::OnlyToCustomer.bit() | Source::Community.bit()) == Source::OnlyToCustomer.bit()
    }

    /// Keeps of what marked routes state that the lower is the provider, and that the higher is.
    pub(super) const fn keep(&mut self, low: bool, high: bool) {
        if !low {
            self.low = 0;
        }
        if !high {
            self.high = 0;
        }
        if self.low == 0 && self.high == 0 {
            self.sources &= !Source::OnlyToCustomer.bit();
        }
    }

    /// Whether statements and kinds of source belong together.
    pub(super) const fn is_consistent(&self) -> bool {
        let routes = self.low > 0 || self.high > 0 || self.peer > 0;
        let by_routes = self.sources & (Source::OnlyToCustomer.bit() | Source::Community.bit()) != 0;
        let attested = self.sources & Source::Attestation.bit() != 0;
        let peers = self.peer == 0 || self.sources & Source::Community.bit() != 0;
        let known = self.sources < 8 && self.attested <= LOWER | HIGHER;
        known && peers && routes == by_routes && attested == (self.attested != 0) && self.sources != 0
    }

    /// The class that routes say clearly, if they say any.
    fn of_routes(&self) -> Class {
        let clear = |one: u32, two: u32, three: u32| one > 0 && one >= two.saturating_add(three).saturating_mul(MAJORITY);
        if clear(self.low, self.high, self.peer) {
            Class::Low
        } else if clear(self.high, self.low, self.peer) {
            Class::High
        } else if clear(self.peer, self.low, self.high) {
            Class::Peer
        } else {
            Class::Open
        }
    }

    /// The class that is stated; open if statements contradict each other. One attested provider decides unless routes clearly say
    /// something else.
    pub(super) fn class(&self) -> Class {
        let routes = self.of_routes();
        let attested = match self.attested {
            LOWER => Class::Low,
            HIGHER => Class::High,
            0 => return routes,
            _ => return Class::Open,
        };
        if routes == Class::Open || routes == attested { attested } else { Class::Open }
    }
}

impl Claims {
    /// No statements.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of links with statements.
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether there are no statements.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// Adds statements about a link, the lower AS number first.
    pub(super) fn add(&mut self, link: (u32, u32), more: &Said) {
        self.links.entry(link).or_default().add(more);
    }

    /// Links with statements, in unspecified order.
    pub(super) fn iter(&self) -> impl Iterator<Item = ((u32, u32), &Said)> {
        self.links.iter().map(|(&link, said)| (link, said))
    }

    /// Links with statements, ascending.
    pub(super) fn ascending(&self) -> Vec<((u32, u32), Said)> {
        let mut links: Vec<_> = self.links.iter().map(|(&link, &said)| (link, said)).collect();
        links.sort_unstable_by_key(|&(link, _)| link);
        links
    }

    fn say(&mut self, provider: u32, customer: u32, source: Source, routes: u32) {
        let (low, high) = if provider < customer { (routes, 0) } else { (0, routes) };
        let more = Said { low, high, sources: source.bit(), ..Said::default() };
        self.add((provider.min(customer), provider.max(customer)), &more);
    }

    fn say_peers(&mut self, a: u32, b: u32, source: Source, routes: u32) {
        self.add((a.min(b), a.max(b)), &Said { peer: routes, sources: source.bit(), ..Said::default() });
    }

    /// A route with Only to Customer (RFC 9234): the network in the attribute sent it to a customer or peer, or that one marked
    /// it so; from there on it may only have gone down. The path is clean, the origin last.
    pub fn only_to_customer(&mut self, path: &[u32], otc: u32) {
        self.only_to_customer_of(path, otc, 1);
    }

    /// The same of several routes.
    pub(super) fn only_to_customer_of(&mut self, path: &[u32], otc: u32, routes: u32) {
        let Some(at) = path.iter().position(|&asn| asn == otc) else { return };
        // From the vantage point to the network that received it from the named one.
        let Some(after) = at.checked_sub(1).and_then(|last| path.get(..=last)) else { return };
        for (&to, &from) in after.iter().zip(after.iter().skip(1)) {
            self.say(from, to, Source::OnlyToCustomer, routes);
        }
    }

    /// Attested providers.
    pub fn attested(&mut self, attested: &Attested) {
        for (customer, providers) in attested.iter() {
            for &provider in providers.iter().filter(|&&provider| provider != customer) {
                let attested = if provider < customer { LOWER } else { HIGHER };
                let more = Said { attested, sources: Source::Attestation.bit(), ..Said::default() };
                self.add((provider.min(customer), provider.max(customer)), &more);
            }
        }
    }

    /// A tag set on a route by a network on the path, which states from whom it received the route: `role` is the role of the
    /// next network towards the origin for `tagger`. Ignored if the tagger is not on the path, or is the origin.
    pub fn tagged(&mut self, path: &[u32], tagger: u32, role: Role) {
        self.tagged_of(path, tagger, role, 1);
    }

    /// The same of several routes.
    pub(super) fn tagged_of(&mut self, path: &[u32], tagger: u32, role: Role, routes: u32) {
        let mut pairs = path.iter().zip(path.iter().skip(1));
        let Some((_, &from)) = pairs.find(|&(&asn, _)| asn == tagger) else { return };
        match role {
            Role::Provider => self.say(from, tagger, Source::Community, routes),
            Role::Customer => self.say(tagger, from, Source::Community, routes),
            Role::Peer => self.say_peers(tagger, from, Source::Community, routes),
            Role::RouteServer | Role::RouteServerClient => {}
        }
    }

    /// Merges other claims.
    pub fn merge(&mut self, other: &Self) {
        for (link, more) in other.iter() {
            self.add(link, more);
        }
    }
}
