//! Relations of links.

use alloc::vec::Vec;
use core::fmt;

/// The relation of the two networks of a link.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a link is one or the other")]
pub enum Relation {
    /// One sells transit to the other.
    Transit {
        /// The provider.
        provider: u32,
        /// The customer.
        customer: u32,
    },
    /// They exchange their own and their customers' routes.
    Peer,
}

/// The class of a link, by the AS number of the provider.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub(super) enum Class {
    #[default]
    Open,
    /// The network with the lower AS number sells transit.
    Low,
    /// The one with the higher does.
    High,
    Peer,
}

/// The step of the inference that decided a link.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
#[non_exhaustive]
pub enum Step {
    /// Both are members of the clique.
    Clique,
    /// Evidence beyond paths, given by the caller.
    Given,
    /// Proven by links before or after it.
    Proof,
    /// Seen from a vantage point that sends only its customers' routes.
    NarrowFeed,
    /// A stub below a member of the clique.
    Stub,
    /// Peers, seen from the smaller side by the networks that follow.
    SmallSide,
    /// Adjacent to another link without proof: a path has one peering hop.
    TwoOpen,
    /// Transit, not refuted, of a network with few peers.
    Unrefuted,
    /// Transit below a member of the clique, of a network that peers with few members.
    BelowMember,
    /// Transit of a network that no other link is seen of.
    OnlyLink,
    /// Without other evidence: peers.
    #[default]
    Rest,
}

impl Step {
    /// The step's name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clique => "clique",
            Self::Given => "given",
            Self::Proof => "proof",
            Self::NarrowFeed => "narrow-feed",
            Self::Stub => "stub",
            Self::SmallSide => "small-side",
            Self::TwoOpen => "two-open",
            Self::Unrefuted => "unrefuted",
            Self::BelowMember => "below-member",
            Self::OnlyLink => "only-link",
            Self::Rest => "rest",
        }
    }

    /// The step by its name.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Clique,
            Self::Given,
            Self::Proof,
            Self::NarrowFeed,
            Self::Stub,
            Self::SmallSide,
            Self::TwoOpen,
            Self::Unrefuted,
            Self::BelowMember,
            Self::OnlyLink,
            Self::Rest,
        ];
        all.into_iter().find(|step| step.name() == name)
    }
}

/// A kind of evidence beyond paths.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Source {
    /// Only to Customer (RFC 9234).
    OnlyToCustomer,
    /// Attested providers (ASPA).
    Attestation,
    /// Tags whose meaning the caller knows.
    Community,
}

impl Source {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::OnlyToCustomer, Self::Attestation, Self::Community];

    /// The kind's name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnlyToCustomer => "otc",
            Self::Attestation => "aspa",
            Self::Community => "community",
        }
    }

    pub(super) const fn bit(self) -> u8 {
        match self {
            Self::OnlyToCustomer => 1,
            Self::Attestation => 2,
            Self::Community => 4,
        }
    }
}

/// Evidence for and against the class of a link.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct LinkEvidence {
    /// The step that decided.
    pub step: Step,
    /// Forced by evidence, and not refuted.
    pub firm: bool,
    /// Vantage points with the link.
    pub vantage_points: u32,
    /// Unique paths with the link.
    pub paths: u32,
    /// Votes for the network with the lower AS number as the provider.
    pub votes_for_lower: u32,
    /// Votes for the one with the higher as the provider.
    pub votes_for_higher: u32,
    /// Unique paths that the class turns into valleys.
    pub against: u32,
    /// Origins of those paths.
    pub against_origins: u32,
    /// Origins of all paths over the link, in the direction of the two that has fewer, if both have any.
    pub origins: u32,
    /// Neighbours of the larger network with a visible preference for or against a route that it would offer as the provider.
    pub preference_shown: u32,
    /// Those that use something worse.
    pub preference_refuted: u32,
    /// A route server's number was removed between the two.
    pub over_route_server: bool,
    /// A route over the link has a next hop in one of the exchanges that were given
    /// ([`Reduction::exchanges`](super::Reduction::exchanges)).
    pub over_exchange: bool,
    /// Third networks have the own routes of each of the two over the other: so of peers, siblings and mutual transit, but not of a
    /// provider and its customer.
    pub mutual: bool,
    // Kinds of evidence beyond paths, one bit each.
    pub(super) sources: u8,
}

impl LinkEvidence {
    /// Kinds of evidence beyond paths that decided the link.
    pub fn sources(&self) -> impl Iterator<Item = Source> + use<> {
        let sources = self.sources;
        Source::ALL.into_iter().filter(move |source| sources & source.bit() != 0)
    }

    /// Whether the paths refute the class: valleys in one of twenty of them or more, from twenty origins or more. Valleys of few
    /// origins are attributed to leaks.
    pub const fn is_refuted(&self) -> bool {
        self.against.saturating_mul(SHARE) >= self.paths && self.against_origins >= MANY_ORIGINS
    }

    /// Whether no path over the link speaks for the class: each is a valley.
    pub(super) const fn has_valleys_alone(&self) -> bool {
        self.against > 0 && self.against >= self.paths
    }

    /// Whether the class is as good as the other: each path over the link is a valley, and neither side has [`MAJORITY`] times the
    /// votes of the other. So are links that leaks alone show. Where the networks give on each other's own routes, votes for both
    /// and valleys in one path of ten are enough: no leak does that.
    pub(super) const fn is_contested(&self) -> bool {
        let (one, two) = (self.votes_for_lower, self.votes_for_higher);
        let (fewer, more) = if one < two { (one, two) } else { (two, one) };
        let as_good = self.against == self.paths && more < fewer.saturating_mul(MAJORITY);
        let both = self.mutual && self.against.saturating_mul(MUTUAL_SHARE) >= self.paths;
        fewer > 0 && (as_good || both)
    }

    /// Whether peers are supposed, and half of the routes over the link are valleys: so are all routes of a customer that is taken for
    /// a peer, where a leak has some of a peer's.
    const fn is_doubtful_peer(&self) -> bool {
        let supposed =
            matches!(self.step, Step::SmallSide | Step::Rest) && self.votes_for_lower == 0 && self.votes_for_higher == 0;
        supposed
            && self.against_origins >= PEER_ORIGINS
            && self.against_origins.saturating_mul(2) >= self.origins
            && self.origins > 0
    }

    /// Whether the link is used to judge leaks. Of one that is supposed and not proven, fewer valleys are enough against it.
    pub(super) const fn judges_leaks(&self) -> bool {
        if self.is_doubtful_peer() {
            return false;
        }
        let doubtful = self.against.saturating_mul(SUPPOSED_SHARE) >= self.paths && self.against_origins >= SUPPOSED_ORIGINS;
        !self.is_refuted() && !self.is_contested() && (self.firm || !doubtful)
    }
}

/// A class needs this many times the votes of the other.
pub(super) const MAJORITY: u32 = 5;
/// Valleys from this many origins are a wrong class, not a leak.
const MANY_ORIGINS: u32 = 20;
/// Valleys in one path of this many refute the class.
const SHARE: u32 = 20;
/// Valleys in one path of this many, of a link between networks that give on each other's own routes.
const MUTUAL_SHARE: u32 = 10;
/// The same for judging leaks by links that are not firm.
const SUPPOSED_ORIGINS: u32 = 10;
const SUPPOSED_SHARE: u32 = 4;
/// The same of supposed peers, if they are half of all that are seen over the link.
const PEER_ORIGINS: u32 = 8;

/// A link, its lower AS number first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Link {
    /// The lower AS number.
    pub lower: u32,
    /// The higher AS number.
    pub higher: u32,
    /// Their relation.
    pub relation: Relation,
    /// The evidence; `None` if it was read from a format without.
    pub evidence: Option<LinkEvidence>,
}

impl Link {
    /// Whether evidence forces the relation and none refutes it.
    pub fn is_firm(&self) -> bool {
        self.evidence.is_some_and(|evidence| evidence.firm)
    }
}

/// A warning about a successful inference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Warning {
    /// A given member of the clique is in no path.
    MemberNotSeen(u32),
    /// Other networks are between two given members in paths.
    MembersApart {
        /// One member.
        a: u32,
        /// The other.
        b: u32,
        /// Unique paths with the two apart.
        apart: u32,
        /// Unique paths with the two beside each other.
        beside: u32,
    },
    /// No clique was found: the paths do not show the core.
    NoClique,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::MemberNotSeen(asn) => write!(f, "AS {asn} of the given clique is in no path"),
            Self::MembersApart { a, b, apart, beside } => {
                write!(f, "AS {a} and AS {b} of the given clique are apart in {apart} paths and beside each other in {beside}")
            }
            Self::NoClique => f.write_str("no clique was found: the paths show too little of the core"),
        }
    }
}

/// Relations of links, sorted by AS numbers.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Relations {
    // The lower AS number first, ascending.
    pub(super) links: Vec<(u32, u32)>,
    pub(super) classes: Vec<Class>,
    // One per link, or empty.
    pub(super) evidence: Vec<LinkEvidence>,
    pub(super) clique: Vec<u32>,
    pub(super) route_servers: Vec<u32>,
    pub(super) warnings: Vec<Warning>,
    pub(super) poisoned: u64,
    pub(super) vantage_points: u64,
}

impl Class {
    pub(super) fn relation(self, lower: u32, higher: u32) -> Relation {
        match self {
            Self::Low => Relation::Transit { provider: lower, customer: higher },
            Self::High => Relation::Transit { provider: higher, customer: lower },
            Self::Open | Self::Peer => Relation::Peer,
        }
    }
}

impl Relations {
    /// Number of links.
    pub fn len(&self) -> usize {
        self.links.len()
    }

    /// Whether there are no links.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }

    /// The members of the clique, ascending.
    pub fn clique(&self) -> &[u32] {
        &self.clique
    }

    /// The route servers given with the relations, ascending.
    pub fn route_servers(&self) -> &[u32] {
        &self.route_servers
    }

    /// Sets the route servers whose numbers were removed from paths.
    pub fn name_route_servers(&mut self, asns: impl IntoIterator<Item = u32>) {
        self.route_servers.extend(asns);
        self.route_servers.sort_unstable();
        self.route_servers.dedup();
    }

    /// Warnings of the inference.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Unique paths that were ignored, since other networks are between members of the clique.
    pub const fn poisoned(&self) -> u64 {
        self.poisoned
    }

    /// Number of vantage points.
    pub const fn vantage_points(&self) -> u64 {
        self.vantage_points
    }

    /// The link of two networks, in either order.
    pub fn get(&self, a: u32, b: u32) -> Option<Link> {
        let at = self.links.binary_search(&(a.min(b), a.max(b))).ok()?;
        self.at(at)
    }

    fn at(&self, at: usize) -> Option<Link> {
        let &(lower, higher) = self.links.get(at)?;
        let relation = self.classes.get(at)?.relation(lower, higher);
        Some(Link { lower, higher, relation, evidence: self.evidence.get(at).copied() })
    }

    /// All links, ascending by their lower AS number, then by the higher.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Link> + '_ {
        let classes = self.classes.iter();
        (0usize..self.links.len()).zip(self.links.iter().zip(classes)).map(|(at, (&(lower, higher), class))| Link {
            lower,
            higher,
            relation: class.relation(lower, higher),
            evidence: self.evidence.get(at).copied(),
        })
    }

    /// Links whose relation differs in another set, and those in only one of the sets.
    pub fn diff<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Difference> + 'a {
        let mut own = self.iter().peekable();
        let mut others = other.iter().peekable();
        core::iter::from_fn(move || {
            loop {
                let key = |link: &Link| (link.lower, link.higher);
                let order = match (own.peek(), others.peek()) {
                    (None, None) => return None,
                    (Some(_), None) => core::cmp::Ordering::Less,
                    (None, Some(_)) => core::cmp::Ordering::Greater,
                    (Some(a), Some(b)) => key(a).cmp(&key(b)),
                };
                let (before, after) = match order {
                    core::cmp::Ordering::Less => (own.next(), None),
                    core::cmp::Ordering::Greater => (None, others.next()),
                    core::cmp::Ordering::Equal => (own.next(), others.next()),
                };
                let (Some(lower), Some(higher)) =
                    (before.or(after).map(|link| link.lower), before.or(after).map(|link| link.higher))
                else {
                    return None;
                };
                let (before, after) = (before.map(|link| link.relation), after.map(|link| link.relation));
                if before != after {
                    return Some(Difference { lower, higher, before, after });
                }
            }
        })
    }
}

/// A difference of two sets of relations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Difference {
    /// The lower AS number.
    pub lower: u32,
    /// The higher AS number.
    pub higher: u32,
    /// The relation of the first set.
    pub before: Option<Relation>,
    /// The relation of the second set.
    pub after: Option<Relation>,
}
