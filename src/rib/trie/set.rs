//! The set of prefixes of both families.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::iter::Peekable;
use core::ops::RangeBounds;

use super::iter::Iter;
use super::map::PrefixMap;
use crate::prefix::Prefix;

/// A set of prefixes, IPv4 and IPv6, sorted as a table dump: by family, then address, then length.
///
/// ```
/// use routeglass::rib::PrefixSet;
/// # use routeglass::Prefix;
/// let halves: PrefixSet = ["192.0.2.0/25".parse::<Prefix>()?, "192.0.2.128/25".parse()?].into_iter().collect();
/// assert!(halves.aggregate().iter().eq(["192.0.2.0/24".parse::<Prefix>()?]));
/// # Ok::<(), routeglass::prefix::ParsePrefixError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PrefixSet(pub(super) PrefixMap<()>);

impl PrefixSet {
    /// An empty set; allocates nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of prefixes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no prefix.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes everything and gives the memory back.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether exactly this prefix is there.
    #[inline]
    pub fn contains(&self, prefix: Prefix) -> bool {
        self.0.contains_key(prefix)
    }

    /// Inserts a prefix; returns whether it was absent.
    #[inline]
    pub fn insert(&mut self, prefix: Prefix) -> bool {
        self.0.insert(prefix, ()).is_none()
    }

    /// Removes a prefix; returns whether it was present.
    #[inline]
    pub fn remove(&mut self, prefix: Prefix) -> bool {
        self.0.remove(prefix).is_some()
    }

    /// The longest prefix that covers an address or a prefix (which covers itself).
    #[inline]
    pub fn longest_match(&self, of: impl Into<Prefix>) -> Option<Prefix> {
        Some(self.0.longest_match(of)?.0)
    }

    /// Whether a prefix of the set covers this address or prefix.
    pub fn covers(&self, of: impl Into<Prefix>) -> bool {
        self.longest_match(of).is_some()
    }

    /// The prefixes that cover this one, itself included if present, the shortest first.
    pub fn covering(&self, prefix: Prefix) -> impl Iterator<Item = Prefix> + '_ {
        self.0.covering(prefix).map(|(prefix, ())| prefix)
    }

    /// The prefixes that this one covers, itself included if present, sorted.
    pub fn covered(&self, prefix: Prefix) -> impl Iterator<Item = Prefix> + '_ {
        self.0.covered(prefix).map(|(prefix, ())| prefix)
    }

    /// All prefixes, sorted.
    pub fn iter(&self) -> SetIter<'_> {
        SetIter(self.0.iter())
    }

    /// The prefixes of a range, sorted.
    pub fn range(&self, range: impl RangeBounds<Prefix>) -> SetIter<'_> {
        SetIter(self.0.range(range))
    }

    /// All prefixes from this one on (or the next one, if absent), sorted.
    pub fn iter_from(&self, first: Prefix) -> SetIter<'_> {
        SetIter(self.0.iter_from(first))
    }

    /// Keeps the prefixes for which `keep` returns true.
    pub fn retain(&mut self, mut keep: impl FnMut(Prefix) -> bool) {
        self.0.retain(|prefix, ()| keep(prefix));
    }

    /// The prefixes of either set, sorted, each once.
    pub fn union<'a>(&'a self, other: &'a Self) -> Union<'a> {
        Union(Merge::new(self, other))
    }

    /// The prefixes of both sets, sorted.
    pub fn intersection<'a>(&'a self, other: &'a Self) -> Intersection<'a> {
        Intersection(Merge::new(self, other))
    }

    /// The prefixes of this set that are not in the other, sorted.
    pub fn difference<'a>(&'a self, other: &'a Self) -> Difference<'a> {
        Difference(Merge::new(self, other))
    }

    /// The smallest set covering the same addresses: no prefix covers another, no two merge into a shorter one.
    pub fn aggregate(&self) -> Self {
        let mut kept: Vec<Prefix> = Vec::new();
        for prefix in self {
            if kept.last().is_some_and(|last| last.contains(prefix)) {
                continue;
            }
            kept.push(prefix);
            while let [.., first, second] = kept.as_slice() {
                let Some(parent) = first.parent().filter(|_| first.len() == second.len() && first.parent() == second.parent())
                else {
                    break;
                };
                kept.pop();
                kept.pop();
                kept.push(parent);
            }
        }
        Self::from_sorted(kept)
    }

    /// Number of IPv4 addresses in prefixes of the set.
    pub fn ipv4_address_count(&self) -> u64 {
        let mut sum: u64 = 0;
        let mut last: Option<Prefix> = None;
        for prefix in self.0.range(..Prefix::DEFAULT_V6).map(|(prefix, ())| prefix) {
            if !last.is_some_and(|last| last.contains(prefix)) {
                sum = sum.saturating_add(1 << (32 - u32::from(prefix.len().min(32))));
                last = Some(prefix);
            }
        }
        sum
    }

    /// Number of IPv6 addresses in prefixes of the set, minus one if that is all of them.
    pub fn ipv6_address_count(&self) -> u128 {
        let mut sum: u128 = 0;
        let mut last: Option<Prefix> = None;
        for prefix in self.0.iter_from(Prefix::DEFAULT_V6).map(|(prefix, ())| prefix) {
            if !last.is_some_and(|last| last.contains(prefix)) {
                let count = 1u128.checked_shl(128 - u32::from(prefix.len())).unwrap_or(u128::MAX);
                sum = sum.saturating_add(count);
                last = Some(prefix);
            }
        }
        sum
    }

    /// A set from prefixes that come sorted. Any order gives the same result; sorted input is faster. It takes no more memory
    /// than it needs.
    pub fn from_sorted(sorted: impl IntoIterator<Item = Prefix>) -> Self {
        Self(PrefixMap::from_sorted(sorted.into_iter().map(|prefix| (prefix, ()))))
    }

    /// Rewrites everything in address order and leaves little unused capacity.
    pub fn compact(&mut self) {
        self.0.compact();
    }

    /// Rewrites everything in address order and leaves no unused capacity.
    pub fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Bytes on the heap.
    pub fn memory_size(&self) -> usize {
        self.0.memory_size()
    }
}

impl fmt::Debug for PrefixSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self).finish()
    }
}

impl Extend<Prefix> for PrefixSet {
    fn extend<I: IntoIterator<Item = Prefix>>(&mut self, iter: I) {
        self.0.extend(iter.into_iter().map(|prefix| (prefix, ())));
    }
}

impl FromIterator<Prefix> for PrefixSet {
    fn from_iter<I: IntoIterator<Item = Prefix>>(iter: I) -> Self {
        Self(iter.into_iter().map(|prefix| (prefix, ())).collect())
    }
}

impl<'a> IntoIterator for &'a PrefixSet {
    type Item = Prefix;
    type IntoIter = SetIter<'a>;

    fn into_iter(self) -> SetIter<'a> {
        self.iter()
    }
}

/// All prefixes of a set, or a range of them, sorted. From [`PrefixSet::iter`], [`PrefixSet::range`].
#[derive(Clone)]
pub struct SetIter<'a>(Iter<'a, ()>);

impl Iterator for SetIter<'_> {
    type Item = Prefix;

    #[inline]
    fn next(&mut self) -> Option<Prefix> {
        Some(self.0.next()?.0)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl fmt::Debug for SetIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Merges two sorted walks.
#[derive(Clone, Debug)]
struct Merge<'a> {
    left: Peekable<SetIter<'a>>,
    right: Peekable<SetIter<'a>>,
}

impl<'a> Merge<'a> {
    fn new(left: &'a PrefixSet, right: &'a PrefixSet) -> Self {
        Self { left: left.iter().peekable(), right: right.iter().peekable() }
    }

    /// The next prefix and its source: `Less` for the left only, `Greater` for the right only, `Equal` for both.
    fn next(&mut self) -> Option<(Prefix, Ordering)> {
        let side = match (self.left.peek(), self.right.peek()) {
            (Some(left), Some(right)) => left.cmp(right),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        let left = if side.is_le() { self.left.next() } else { None };
        let right = if side.is_ge() { self.right.next() } else { None };
        Some((left.or(right)?, side))
    }
}

macro_rules! merged {
    ($(#[$doc:meta])* $name:ident, $side:pat) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name<'a>(Merge<'a>);

        impl Iterator for $name<'_> {
            type Item = Prefix;

            fn next(&mut self) -> Option<Prefix> {
                loop {
                    let (prefix, side) = self.0.next()?;
                    if matches!(side, $side) {
                        return Some(prefix);
                    }
                }
            }
        }
    };
}

merged!(
    /// The prefixes of either of two sets. From [`PrefixSet::union`].
    Union,
    Ordering::Less | Ordering::Equal | Ordering::Greater
);
merged!(
    /// The prefixes of both of two sets. From [`PrefixSet::intersection`].
    Intersection,
    Ordering::Equal
);
merged!(
    /// The prefixes of one set that are not in another. From [`PrefixSet::difference`].
    Difference,
    Ordering::Less
);
