//! Cleaning the paths of routes, for statements about links.

use alloc::vec::Vec;
use core::fmt;
use core::ops::AddAssign;

use crate::asn::Asn;

/// Maximum path length, in hops after collapsing prepends.
pub const LONGEST_PATH: usize = 255;

/// Why a route is rejected. The reasons are tested in this order, and the first that applies is reported.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Rejected {
    /// The path has an AS_SET or AS_CONFED_SET, whose order is unknown.
    AsSet,
    /// The path has an AS_CONFED_SEQUENCE, which no session between confederations shows.
    Confederation,
    /// The path has no AS number, or only those of route servers.
    Empty,
    /// An AS number occurs again after others: poisoning, or a loop.
    Loop {
        /// The first repeated number, from the vantage point.
        asn: u32,
    },
    /// AS 23456, the placeholder for a missing number (RFC 6793).
    AsTrans,
    /// A number reserved by IANA ([`SPECIAL_ASNS`](super::SPECIAL_ASNS)).
    ReservedAsn {
        /// The first such number from the vantage point.
        asn: u32,
    },
    /// More than [`LONGEST_PATH`] hops after collapsing prepends.
    TooLong,
}

impl Rejected {
    /// The reason's name in counts, such as `as_set`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AsSet => "as_set",
            Self::Confederation => "confederation",
            Self::Empty => "empty",
            Self::Loop { .. } => "loop",
            Self::AsTrans => "as_trans",
            Self::ReservedAsn { .. } => "reserved_asn",
            Self::TooLong => "too_long",
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsSet => f.write_str("the path has a set of AS numbers"),
            Self::Confederation => f.write_str("the path has a confederation segment"),
            Self::Empty => f.write_str("the path is empty"),
            Self::Loop { asn } => write!(f, "AS {asn} occurs again after others"),
            Self::AsTrans => f.write_str("AS 23456 stands for a number that is not there"),
            Self::ReservedAsn { asn } => write!(f, "AS {asn} is reserved"),
            Self::TooLong => write!(f, "the path has more than {LONGEST_PATH} hops"),
        }
    }
}

impl core::error::Error for Rejected {}

/// Number of routes tested, and results.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct HygieneCounts {
    /// Routes tested.
    pub entries: u64,
    /// Routes with a set.
    pub as_set: u64,
    /// Routes with a confederation segment and no set.
    pub confederation: u64,
    /// Routes without a path.
    pub empty: u64,
    /// Routes with a repeated number.
    pub r#loop: u64,
    /// Routes with AS 23456.
    pub as_trans: u64,
    /// Routes with a reserved number.
    pub reserved_asn: u64,
    /// Routes with too many hops.
    pub too_long: u64,
    /// Routes, including rejected ones, with prepends.
    pub prepended: u64,
    /// Routes, including rejected ones, from which a route server's number was removed.
    pub route_server: u64,
    /// Routes whose peer's number was not in the path: a route server's feed.
    pub peer_not_in_path: u64,
    /// Routes with unreadable attributes; not included in `entries`.
    pub unreadable: u64,
}

impl HygieneCounts {
    /// Counts of rejected routes with their names, in the order of the tests.
    pub const fn rejected(&self) -> [(&'static str, u64); 7] {
        [
            ("as_set", self.as_set),
            ("confederation", self.confederation),
            ("empty", self.empty),
            ("loop", self.r#loop),
            ("as_trans", self.as_trans),
            ("reserved_asn", self.reserved_asn),
            ("too_long", self.too_long),
        ]
    }

    /// Routes not rejected.
    pub fn kept(&self) -> u64 {
        self.rejected().iter().fold(self.entries, |kept, &(_, count)| kept.saturating_sub(count))
    }

    pub(super) fn as_array(&self) -> [u64; 12] {
        [
            self.entries,
            self.as_set,
            self.confederation,
            self.empty,
            self.r#loop,
            self.as_trans,
            self.reserved_asn,
            self.too_long,
            self.prepended,
            self.route_server,
            self.peer_not_in_path,
            self.unreadable,
        ]
    }

    pub(super) const fn of_array(counts: [u64; 12]) -> Self {
        let [
            entries,
            as_set,
            confederation,
            empty,
            r#loop,
            as_trans,
            reserved_asn,
            too_long,
            prepended,
            route_server,
            peer_not_in_path,
            unreadable,
        ] = counts;
        Self {
            entries,
            as_set,
            confederation,
            empty,
            r#loop,
            as_trans,
            reserved_asn,
            too_long,
            prepended,
            route_server,
            peer_not_in_path,
            unreadable,
        }
    }
}

impl AddAssign for HygieneCounts {
    fn add_assign(&mut self, other: Self) {
        let mut sums = self.as_array();
        for (sum, more) in sums.iter_mut().zip(other.as_array()) {
            *sum = sum.saturating_add(more);
        }
        *self = Self::of_array(sums);
    }
}

/// An element of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Hop {
    /// A member of an AS_SEQUENCE.
    As(u32),
    /// An AS_SET or AS_CONFED_SET, or a member of one.
    Set,
    /// An AS_CONFED_SEQUENCE, or a member of one.
    Confederation,
}

/// Tests and cleans paths, and counts the results.
///
/// ```
/// use routeglass::peering::{Hygiene, Rejected};
/// let (mut hygiene, mut buffer) = (Hygiene::new(), Vec::new());
/// assert_eq!(hygiene.clean_asns(&[3356, 3356, 1299, 2119], &mut buffer), Ok(&[3356, 1299, 2119][..]));
/// assert_eq!(hygiene.clean_asns(&[3356, 1299, 3356], &mut buffer), Err(Rejected::Loop { asn: 3356 }));
/// assert_eq!(hygiene.counts().prepended, 1);
/// ```
#[derive(Clone, Default, Debug)]
pub struct Hygiene {
    route_servers: Vec<u32>,
    counts: HygieneCounts,
    over: Vec<(u32, u32)>,
}

impl Hygiene {
    /// Tests without a list of route servers.
    pub const fn new() -> Self {
        Self { route_servers: Vec::new(), counts: HygieneCounts { ..ZERO }, over: Vec::new() }
    }

    /// AS numbers of route servers, removed from paths before the test for loops: a route server forwards routes between its
    /// clients.
    #[must_use]
    pub fn route_servers(mut self, asns: impl IntoIterator<Item = u32>) -> Self {
        self.route_servers.extend(asns);
        self.route_servers.sort_unstable();
        self.route_servers.dedup();
        self
    }

    /// The counts so far.
    pub const fn counts(&self) -> &HygieneCounts {
        &self.counts
    }

    /// The neighbours between which the last route had a route server's number, the one nearer to the vantage point first.
    pub fn over_route_server(&self) -> &[(u32, u32)] {
        &self.over
    }

    /// Counts a route whose peer's number was not in the path.
    pub fn count_peer_not_in_path(&mut self) {
        self.counts.peer_not_in_path = self.counts.peer_not_in_path.saturating_add(1);
    }

    /// Counts a route whose attributes cannot be read.
    pub fn count_unreadable(&mut self) {
        self.counts.unreadable = self.counts.unreadable.saturating_add(1);
    }

    /// Cleans a path that is one AS_SEQUENCE.
    ///
    /// # Errors
    /// The reason why the route says nothing about links.
    pub fn clean_asns<'b>(&mut self, path: &[u32], buffer: &'b mut Vec<u32>) -> Result<&'b [u32], Rejected> {
        self.clean_hops(path.iter().map(|&asn| Hop::As(asn)), buffer)
    }

    /// Cleans the path of a route, from the vantage point to the origin: removes route servers, collapses prepends, tests.
    ///
    /// # Errors
    /// The reason why the route says nothing about links.
    #[inline]
    pub fn clean_hops<'b>(
        &mut self,
        hops: impl IntoIterator<Item = Hop>,
        buffer: &'b mut Vec<u32>,
    ) -> Result<&'b [u32], Rejected> {
        buffer.clear();
        self.over.clear();
        let (mut set, mut confederation, mut cut, mut prepended) = (false, false, false, false);
        // The previous hop was a route server's.
        let mut after_server = false;
        let mut previous = None;
        for hop in hops {
            match hop {
                Hop::As(asn) => {
                    prepended |= previous == Some(asn);
                    if asn != AS_TRANS || previous.is_none() {
                        previous = Some(asn);
                    }
                    if !self.route_servers.is_empty() && self.route_servers.binary_search(&asn).is_ok() {
                        (cut, after_server) = (true, true);
                        continue;
                    }
                    if buffer.last() != Some(&asn) {
                        if let (true, Some(&last)) = (after_server, buffer.last()) {
                            self.over.push((last, asn));
                        }
                        buffer.push(asn);
                    }
                    after_server = false;
                }
                Hop::Set => (set, previous) = (true, None),
                Hop::Confederation => (confederation, previous) = (true, None),
            }
        }
        let counts = &mut self.counts;
        counts.entries = counts.entries.saturating_add(1);
        counts.prepended = counts.prepended.saturating_add(u64::from(prepended));
        counts.route_server = counts.route_server.saturating_add(u64::from(cut));
        let rejected = if set {
            Some(Rejected::AsSet)
        } else if confederation {
            Some(Rejected::Confederation)
        } else if buffer.is_empty() {
            Some(Rejected::Empty)
        } else {
            judge(buffer)
        };
        let Some(rejected) = rejected else { return Ok(buffer) };
        let count = match rejected {
            Rejected::AsSet => &mut counts.as_set,
            Rejected::Confederation => &mut counts.confederation,
            Rejected::Empty => &mut counts.empty,
            Rejected::Loop { .. } => &mut counts.r#loop,
            Rejected::AsTrans => &mut counts.as_trans,
            Rejected::ReservedAsn { .. } => &mut counts.reserved_asn,
            Rejected::TooLong => &mut counts.too_long,
        };
        *count = count.saturating_add(1);
        Err(rejected)
    }
}

/// AS_TRANS (RFC 6793 section 9).
const AS_TRANS: u32 = Asn::TRANS.0;

const ZERO: HygieneCounts = HygieneCounts::of_array([0; 12]);

/// The reason to reject a path without prepends.
#[inline]
fn judge(path: &[u32]) -> Option<Rejected> {
    if path.contains(&AS_TRANS) {
        return Some(match repeated_around_trans(path) {
            Some(asn) => Rejected::Loop { asn },
            None => Rejected::AsTrans,
        });
    }
    if let Some(asn) = first_repeated(path) {
        return Some(Rejected::Loop { asn });
    }
    if let Some(&asn) = path.iter().find(|&&asn| Asn(asn).is_reserved()) {
        return Some(Rejected::ReservedAsn { asn });
    }
    (path.len() > LONGEST_PATH).then_some(Rejected::TooLong)
}

/// The first number that occurs again, of a path with AS_TRANS. That is no network: a prepend of which one copy was replaced by it
/// is no loop.
#[cold]
fn repeated_around_trans(path: &[u32]) -> Option<u32> {
    let mut others: Vec<u32> = path.iter().copied().filter(|&asn| asn != AS_TRANS).collect();
    others.dedup();
    first_repeated(&others)
}

/// The first number that occurs again. Short paths are compared pair by pair; long ones, caused by damage or attacks, are sorted.
#[inline]
pub(super) fn first_repeated(path: &[u32]) -> Option<u32> {
    if path.len() > 32 {
        return first_repeated_of_many(path);
    }
    path.iter()
        .enumerate()
        .find(|&(at, asn)| path.get(at.saturating_add(1)..).is_some_and(|rest| rest.contains(asn)))
        .map(|(_, &asn)| asn)
}

#[cold]
fn first_repeated_of_many(path: &[u32]) -> Option<u32> {
    let mut sorted: Vec<(u32, usize)> = path.iter().copied().zip(0..).collect();
    sorted.sort_unstable();
    let repeated = sorted.iter().zip(sorted.iter().skip(1)).filter(|(a, b)| a.0 == b.0).map(|(a, _)| *a);
    repeated.min_by_key(|&(_, at)| at).map(|(asn, _)| asn)
}
