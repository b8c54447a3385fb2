//! Summaries of elements, by which a filter can reject all of them at once.

use alloc::vec::Vec;
use core::net::IpAddr;

use super::condition::{Condition, KindName, Number};
use super::node::{Node, Test};
use super::prefixes::{Addresses, Prefixes};
use crate::element::{Element, ElementKind};
use crate::family::Family;
use crate::prefix::Prefix;

/// The most peers or families that a summary names, and the most ranges of addresses for each address family.
pub(crate) const MOST_NAMED: usize = 32;
pub(crate) const MOST_RANGES: usize = 64;

/// The most prefixes of a set that are compared with a summary.
const MOST_COMPARED: usize = 64;

/// What is true of all elements of a part of an archive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Summary {
    /// The kinds, a bit each: see [`bit_of`].
    pub(crate) kinds: u8,
    /// The first and the last time, in seconds since 1970.
    pub(crate) times: Option<(u32, u32)>,
    /// The peers and the families; `None` if they are more than [`MOST_NAMED`].
    pub(crate) peers: Option<Vec<(u32, Option<IpAddr>)>>,
    pub(crate) families: Option<Vec<Family>>,
    /// Ranges of addresses that contain those of all prefixes, sorted: IPv4, and the first 64 bits of IPv6.
    pub(crate) v4: Vec<(u64, u64)>,
    pub(crate) v6: Vec<(u64, u64)>,
}

const fn bit_of(kind: ElementKind) -> u8 {
    match kind {
        ElementKind::Announce => 1,
        ElementKind::Withdraw => 2,
        ElementKind::Rib => 4,
        ElementKind::StateChange(..) => 8,
    }
}

/// The addresses of a prefix: all of IPv4, the first 64 bits of IPv6.
fn range(prefix: Prefix) -> (u64, u64) {
    let len = u32::from(prefix.len());
    match prefix.address() {
        IpAddr::V4(address) => {
            let first = u64::from(address.to_bits());
            (first, first | u64::from(u32::MAX.checked_shr(len).unwrap_or(0)))
        }
        IpAddr::V6(address) => {
            let first = (address.to_bits() >> 64) as u64;
            (first, first | u64::MAX.checked_shr(len).unwrap_or(0))
        }
    }
}

/// Adds to a list of few; `None` is a list of many.
fn name<T: PartialEq>(list: &mut Option<Vec<T>>, value: T) {
    if let Some(few) = list
        && !few.contains(&value)
    {
        if few.len() >= MOST_NAMED {
            *list = None;
        } else {
            few.push(value);
        }
    }
}

/// Sorts and joins ranges, down to [`MOST_RANGES`]: those with the least between them first.
fn join(ranges: &mut Vec<(u64, u64)>) {
    ranges.sort_unstable();
    ranges.dedup_by(|next, range| {
        let touches = next.0 <= range.1.saturating_add(1);
        if touches {
            range.1 = range.1.max(next.1);
        }
        touches
    });
    let Some(more) = ranges.len().checked_sub(MOST_RANGES) else { return };
    let mut between: Vec<u64> =
        ranges.windows(2).map(|two| if let [a, b] = two { b.0.saturating_sub(a.1) } else { u64::MAX }).collect();
    between.sort_unstable();
    let Some(limit) = more.checked_sub(1).and_then(|n| between.get(n).copied()) else { return };
    ranges.dedup_by(|next, range| {
        let is_near = next.0.saturating_sub(range.1) <= limit;
        if is_near {
            range.1 = next.1;
        }
        is_near
    });
}

impl Summary {
    /// Of no elements.
    pub(crate) const fn new() -> Self {
        Self { kinds: 0, times: None, peers: Some(Vec::new()), families: Some(Vec::new()), v4: Vec::new(), v6: Vec::new() }
    }

    pub(crate) fn add(&mut self, element: &Element<'_>) {
        self.kinds |= bit_of(element.kind());
        let time = element.time().seconds;
        let (first, last) = self.times.unwrap_or((time, time));
        self.times = Some((first.min(time), last.max(time)));
        let peer = element.peer();
        name(&mut self.peers, (peer.asn.0, peer.address));
        if let Some(family) = element.family() {
            name(&mut self.families, family);
        }
        if let Some(prefix) = element.prefix() {
            let ranges = if prefix.is_v6() { &mut self.v6 } else { &mut self.v4 };
            let range = range(prefix);
            if ranges.last() != Some(&range) {
                ranges.push(range);
            }
        }
    }

    /// After the last element.
    pub(crate) fn finish(&mut self) {
        join(&mut self.v4);
        join(&mut self.v6);
    }

    /// Whether a prefix may overlap one of the elements'.
    fn overlaps(&self, prefix: Prefix) -> bool {
        let ranges = if prefix.is_v6() { &self.v6 } else { &self.v4 };
        let (first, last) = range(prefix);
        let after = ranges.partition_point(|range| range.1 < first);
        ranges.get(after).is_some_and(|range| range.0 <= last)
    }

    /// Whether an expression may be true of an element, or undecided.
    pub(super) fn may_match(&self, node: &Node) -> bool {
        match node {
            Node::All | Node::Not(_) => true,
            Node::Test(Test { condition, .. }) => self.may_meet(condition),
            Node::And(nodes) => nodes.iter().all(|node| self.may_match(node)),
            Node::Or(nodes) => nodes.iter().any(|node| self.may_match(node)),
        }
    }

    fn may_meet(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Kind(kind) => {
                let bit = match kind {
                    KindName::Announce => 1,
                    KindName::Withdraw => 2,
                    KindName::Rib => 4,
                    KindName::State => 8,
                };
                self.kinds & bit != 0
            }
            Condition::From(time) => self.times.is_some_and(|(_, last)| last >= time.seconds),
            Condition::To(time) => self.times.is_some_and(|(first, _)| first <= time.seconds),
            Condition::Peer(Addresses(prefix)) => {
                let is_in =
                    |(_, address): &(u32, Option<IpAddr>)| address.is_some_and(|address| prefix.contains_address(address));
                self.peers.as_ref().is_none_or(|peers| peers.iter().any(is_in))
            }
            Condition::Number(Number::PeerAsn(range)) => {
                self.peers.as_ref().is_none_or(|peers| peers.iter().any(|(asn, _)| range.contains(*asn)))
            }
            Condition::Family(name) => {
                let is = |family: &Family| family.afi == name.afi && name.safi.is_none_or(|safi| family.safi == safi);
                self.families.as_ref().is_none_or(|families| families.iter().any(is))
            }
            // Prefixes that are equal, or of which one covers the other, overlap.
            Condition::Prefix(_, Prefixes::One(prefix)) => self.overlaps(*prefix),
            Condition::Prefix(_, Prefixes::Set(set) | Prefixes::File(_, set)) => {
                set.len() > MOST_COMPARED || set.iter().any(|prefix| self.overlaps(prefix))
            }
            _ => true,
        }
    }
}
