//! Evidence beyond paths: OTC marks, attestations and tags about links.

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::aspa::Attested;
use super::index::{Index, link_of};
use super::otc::Role;
use super::relations::{Class, Source};
use super::table::Table;

/// Statements of networks about their own links, gathered from routes and files. They outrank votes if clear, and are listed in
/// the evidence.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Claims {
    links: HashMap<(u32, u32), Said, RandomState>,
}

/// Number of statements per class of a link, by kind of source.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Said {
    low: u32,
    high: u32,
    peer: u32,
    sources: u8,
}

/// A class needs this many times the statements of the others.
const MAJORITY: u32 = 5;

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

    fn say(&mut self, provider: u32, customer: u32, source: Source) {
        let said = self.links.entry((provider.min(customer), provider.max(customer))).or_default();
        let side = if provider < customer { &mut said.low } else { &mut said.high };
        *side = side.saturating_add(1);
        said.sources |= source.bit();
    }

    fn say_peers(&mut self, a: u32, b: u32, source: Source) {
        let said = self.links.entry((a.min(b), a.max(b))).or_default();
        said.peer = said.peer.saturating_add(1);
        said.sources |= source.bit();
    }

    /// A route with Only to Customer (RFC 9234): the network in the attribute sent it to a customer or peer, or that one marked
    /// it so; from there on it may only have gone down. The path is clean, the origin last.
    pub fn only_to_customer(&mut self, path: &[u32], otc: u32) {
        let Some(at) = path.iter().position(|&asn| asn == otc) else { return };
        // From the vantage point to the network that received it from the named one.
        let Some(after) = at.checked_sub(1).and_then(|last| path.get(..=last)) else { return };
        for (&to, &from) in after.iter().zip(after.iter().skip(1)) {
            self.say(from, to, Source::OnlyToCustomer);
        }
    }

    /// Attested providers.
    pub fn attested(&mut self, attested: &Attested) {
        for (customer, providers) in attested.iter() {
            for &provider in providers.iter().filter(|&&provider| provider != customer) {
                self.say(provider, customer, Source::Attestation);
            }
        }
    }

    /// A tag set on a route by a network on the path, which states from whom it received the route: `role` is the role of the
    /// next network towards the origin for `tagger`. Ignored if the tagger is not on the path, or is the origin.
    pub fn tagged(&mut self, path: &[u32], tagger: u32, role: Role) {
        let mut pairs = path.iter().zip(path.iter().skip(1));
        let Some((_, &from)) = pairs.find(|&(&asn, _)| asn == tagger) else { return };
        match role {
            Role::Provider => self.say(from, tagger, Source::Community),
            Role::Customer => self.say(tagger, from, Source::Community),
            Role::Peer => self.say_peers(tagger, from, Source::Community),
            Role::RouteServer | Role::RouteServerClient => {}
        }
    }

    /// Merges other claims.
    pub fn merge(&mut self, other: &Self) {
        for (&link, more) in &other.links {
            let said = self.links.entry(link).or_default();
            said.low = said.low.saturating_add(more.low);
            said.high = said.high.saturating_add(more.high);
            said.peer = said.peer.saturating_add(more.peer);
            said.sources |= more.sources;
        }
    }

    /// Clear classes by link, and their sources.
    pub(super) fn settle(&self, index: &Index<'_>) -> Table<(Class, u8)> {
        let mut settled: Table<(Class, u8)> = Table::new(index.links.len());
        for (&(lower, higher), said) in &self.links {
            let (Some(low), Some(high)) = (index.id(lower), index.id(higher)) else { continue };
            let Some(arc) = index.arc(low, high) else { continue };
            let clear = |one: u32, two: u32, three: u32| one > 0 && one >= two.saturating_add(three).saturating_mul(MAJORITY);
            let class = if clear(said.low, said.high, said.peer) {
                Class::Low
            } else if clear(said.high, said.low, said.peer) {
                Class::High
            } else if clear(said.peer, said.low, said.high) {
                Class::Peer
            } else {
                continue;
            };
            settled.set(link_of(arc), (class, said.sources));
        }
        settled
    }
}
