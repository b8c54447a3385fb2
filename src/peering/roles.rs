//! Communities that state the role of the neighbour from which a network received a route.

use alloc::vec::Vec;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::otc::Role;
use crate::attr::{Attributes, Community, LargeCommunity};

/// Communities by which networks tag the routes that they receive with the role of the neighbour; each belongs to the network in its
/// first part. The caller supplies their meaning: none is built in.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RoleCommunities {
    // By their octets: two groups of 16 bits, or three of 32.
    plain: HashMap<u32, Role, RandomState>,
    large: HashMap<[u32; 3], Role, RandomState>,
}

impl RoleCommunities {
    /// No communities.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of communities.
    pub fn len(&self) -> usize {
        self.plain.len().saturating_add(self.large.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.large.is_empty()
    }

    /// Adds a community whose network has the route from a neighbour of this role; returns the role that it had before.
    pub fn insert(&mut self, community: Community, role: Role) -> Option<Role> {
        self.plain.insert(community.0, role)
    }

    /// The same for a large community.
    pub fn insert_large(&mut self, community: LargeCommunity, role: Role) -> Option<Role> {
        self.large.insert([community.global, community.local1, community.local2], role)
    }

    /// Networks that tagged a route, and the roles of the neighbours that they have it from. A list that cannot be read has none.
    pub(super) fn of(&self, attributes: &Attributes<'_>) -> Vec<(u32, Role)> {
        let mut roles = Vec::new();
        if !self.plain.is_empty()
            && let Ok(list) = attributes.communities()
        {
            roles.extend(list.iter().filter_map(|community| Some((community.0 >> 16, *self.plain.get(&community.0)?))));
        }
        if !self.large.is_empty()
            && let Ok(list) = attributes.large_communities()
        {
            let key = |community: LargeCommunity| [community.global, community.local1, community.local2];
            roles.extend(list.iter().filter_map(|community| Some((community.global, *self.large.get(&key(community))?))));
        }
        roles
    }
}
