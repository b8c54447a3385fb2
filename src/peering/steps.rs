//! The steps of the inference, to be left out one by one.

/// The steps of the inference; all enabled, except to measure the effect of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Steps {
    /// Candidates for the clique may be apart in paths that leaks explain.
    pub clique_leaks: bool,
    /// Links of the clique that nobody could show are not missed; without, one in five of each member's may be missing.
    pub unseen_links: bool,
    /// Labels without votes any more are withdrawn.
    pub take_back: bool,
    /// Before a peer or up link the previous link goes up.
    pub up_rule: bool,
    /// Open links at members of the clique prove adjacent links.
    pub open_members: bool,
    /// All links of a narrow feed go down.
    pub narrow_feeds: bool,
    /// Stubs below members are customers.
    pub stubs: bool,
    /// Peers seen from the small side.
    pub small_side: bool,
    /// The condition of that step: half of the following networks are known customers.
    pub gate: bool,
    /// Of two adjacent open links the lower is transit.
    pub two_open: bool,
    /// Votes from few enough origins to be a leak are ignored.
    pub few_origins: bool,
    /// Of those, before links that are never seen downwards.
    pub never_down: bool,
    /// And before links over which a network has only few of the routes that it has over another.
    pub full_feeds: bool,
    /// Assumed transit is refuted by the preferences of the provider's neighbours.
    pub preference: bool,
    /// Not for networks with many known customers, of which the smaller network is no peer elsewhere.
    pub known_customers: bool,
    /// Open links below members are transit for networks that peer with few members.
    pub below_members: bool,
    /// Not where a member's open links are often refuted as transit by the preferences of others; neither are its stubs.
    pub wide_members: bool,
    /// A network with a single link buys over it.
    pub only_link: bool,
    /// Assumptions that the last round would take back stay: they swing.
    pub keep: bool,
}

impl Default for Steps {
    fn default() -> Self {
        Self {
            clique_leaks: true,
            unseen_links: true,
            take_back: true,
            up_rule: true,
            open_members: true,
            narrow_feeds: true,
            stubs: true,
            small_side: true,
            gate: true,
            two_open: true,
            few_origins: true,
            never_down: true,
            full_feeds: true,
            preference: true,
            known_customers: true,
            below_members: true,
            wide_members: true,
            only_link: true,
            keep: true,
        }
    }
}
