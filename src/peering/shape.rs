//! The shape of a path, and route leaks.

use alloc::vec::Vec;

use super::cones::{Lookup, To};
use super::relations::Relations;

/// Types of route leaks (RFC 7908 section 3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum LeakKind {
    /// Type 1: a provider's route given to another provider.
    ProviderToProvider,
    /// Type 2: a peer's route given to another peer.
    PeerToPeer,
    /// Type 3: a provider's route given to a peer.
    ProviderToPeer,
    /// Type 4: a peer's route given to a provider.
    PeerToProvider,
}

impl LeakKind {
    /// The number of the type in RFC 7908.
    pub const fn number(self) -> u8 {
        match self {
            Self::ProviderToProvider => 1,
            Self::PeerToPeer => 2,
            Self::ProviderToPeer => 3,
            Self::PeerToProvider => 4,
        }
    }
}

/// A route leak.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub struct Leak {
    /// The network that leaked.
    pub by: u32,
    /// The type of leak.
    pub kind: LeakKind,
}

/// The links of a path, in the direction of the route: from the origin to the vantage point.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Shape {
    /// Links from a customer to its provider.
    pub up: u32,
    /// Links between peers.
    pub across: u32,
    /// Links from a provider to its customer.
    pub down: u32,
    /// Links with an unknown or uncertain relation.
    pub open: u32,
    /// The leak. If the classes make several, the one with the firmest links: the link after the leaking network is compared first,
    /// then the one before it; among equals it is the first from the origin. A path rarely has two leaks; more often a wrong class
    /// adds one.
    pub leak: Option<Leak>,
    /// Whether the two links that judge the leak are firm: the one after the leaking network and the one before it. Of
    /// [`Relations::judge_leaks`]; the others take every link for firm, and so are links without evidence, and what Only to Customer
    /// says in place of the link before. Without a leak `false`.
    pub firm: bool,
}

/// Relations, prepared to judge many paths.
#[derive(Clone, Debug)]
pub struct Judge {
    lookup: Lookup,
}

impl Relations {
    /// The shape of a path, from the vantage point to the origin. Every link counts, firm or not; use [`Judge`] for many paths,
    /// and for leaks.
    ///
    /// A permitted path goes up, across at most one link between peers, and down. If it goes up or across after it went across or
    /// down, the network between leaked. Open links are ignored.
    pub fn shape(&self, path: &[u32]) -> Shape {
        shape(path, None, |from, to| {
            let at = self.links.binary_search(&(from.min(to), from.max(to))).ok()?;
            Some((To::of(*self.classes.get(at)?, from < to)?, true))
        })
    }

    /// Judges by all links.
    pub fn judge(&self) -> Judge {
        Judge { lookup: self.lookup() }
    }

    /// Judges leaks by the links that their own paths do not refute. A link whose class turns many of its paths, of many origins,
    /// into valleys is open, and so is one whose paths are all valleys and whose votes contradict each other. Links without evidence,
    /// read from a file without any, all count, and are as firm as each other.
    pub fn judge_leaks(&self) -> Judge {
        let firm = |at: usize| match self.evidence.get(at) {
            Some(evidence) => evidence.judges_leaks().then_some(evidence.firm),
            None => Some(true),
        };
        Judge { lookup: self.lookup_by(firm) }
    }
}

impl Judge {
    /// The shape of a path, from the vantage point to the origin.
    #[inline]
    pub fn shape(&self, path: &[u32]) -> Shape {
        shape(path, None, |from, to| self.lookup.firm_of(from, to))
    }

    /// The shape of a path whose route has Only to Customer (RFC 9234): the network in the attribute sent the route to a customer
    /// or peer, so all after it may only go down, even if that link is open.
    #[inline]
    pub fn shape_marked(&self, path: &[u32], otc: Option<u32>) -> Shape {
        shape(path, otc, |from, to| self.lookup.firm_of(from, to))
    }

    /// The role of `to` for `from`: 1 provider, 0 peer, -1 customer.
    pub fn relation(&self, from: u32, to: u32) -> Option<i8> {
        self.lookup.of(from, to).map(|to| match to {
            To::Provider => 1,
            To::Peer => 0,
            To::Customer => -1,
        })
    }

    /// The shapes of many paths.
    pub fn shapes<'p>(&self, paths: impl IntoIterator<Item = &'p [u32]>) -> Vec<Shape> {
        paths.into_iter().map(|path| self.shape(path)).collect()
    }
}

#[inline]
fn shape(path: &[u32], otc: Option<u32>, mut relation: impl FnMut(u32, u32) -> Option<(To, bool)>) -> Shape {
    let mut shape = Shape::default();
    // How the route last came, once it has gone across or down: from a peer, or from a provider; and whether that is firm.
    let mut before: Option<(bool, bool)> = None;
    // Of the leak: whether the link after the network is firm, and the one before it.
    let mut support = (false, false);
    for (&from, &to) in path.iter().rev().zip(path.iter().rev().skip(1)) {
        if from == to {
            continue;
        }
        let Some((relation, firm)) = relation(from, to) else {
            shape.open = shape.open.saturating_add(1);
            if otc == Some(from) {
                before.get_or_insert((false, true));
            }
            continue;
        };
        let count = match relation {
            To::Provider => &mut shape.up,
            To::Peer => &mut shape.across,
            To::Customer => &mut shape.down,
        };
        *count = count.saturating_add(1);
        if let Some((from_peer, firm_before)) = before {
            let kind = match (from_peer, relation) {
                (false, To::Provider) => Some(LeakKind::ProviderToProvider),
                (true, To::Peer) => Some(LeakKind::PeerToPeer),
                (false, To::Peer) => Some(LeakKind::ProviderToPeer),
                (true, To::Provider) => Some(LeakKind::PeerToProvider),
                (_, To::Customer) => None,
            };
            if let Some(kind) = kind
                && (shape.leak.is_none() || (firm, firm_before) > support)
            {
                shape.leak = Some(Leak { by: from, kind });
                support = (firm, firm_before);
                shape.firm = firm && firm_before;
            }
        }
        before = match relation {
            To::Peer => Some((true, firm)),
            To::Customer => Some((false, firm)),
            // A leaked route climbs as any other.
            To::Provider => None,
        };
    }
    shape
}
