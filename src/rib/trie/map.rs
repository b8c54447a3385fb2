//! The map of prefixes of both families.

use alloc::vec::Vec;
use core::fmt;
use core::ops::{Bound, Index, RangeBounds};

use super::build::Builder;
use super::key::Key;
use super::tree::Trie;
use super::walk::{Path, Walk};
use crate::prefix::Prefix;

/// A map from prefixes, IPv4 and IPv6, to values, sorted as a table dump: by family, then address, then length.
///
/// A [`BTreeMap`](alloc::collections::BTreeMap) with prefix queries: longest match of an address, covering prefixes, covered
/// prefixes. An Internet table with four-byte values takes a little over six bytes per IPv4 prefix and under ten per IPv6 prefix;
/// a [`PrefixSet`](super::PrefixSet) takes four bytes less. Freed space is reused; when it becomes a large part of the whole,
/// everything is rewritten and the memory released.
///
/// # Panics
///
/// `insert` and what is built on it, if the map exceeds its address space, as any collection: at 2^32 values of a family, or
/// eight gigabytes of structure.
///
/// ```
/// use routeglass::rib::PrefixMap;
/// # use routeglass::Prefix;
/// let mut map = PrefixMap::new();
/// let (wide, narrow): (Prefix, Prefix) = ("192.0.2.0/24".parse()?, "192.0.2.128/25".parse()?);
/// map.insert(wide, 1);
/// map.insert(narrow, 2);
/// let address = core::net::Ipv4Addr::new(192, 0, 2, 200);
/// assert_eq!(map.longest_match(address), Some((narrow, &2)));
/// assert!(map.covering(narrow).map(|(prefix, _)| prefix).eq([wide, narrow]));
/// # Ok::<(), routeglass::prefix::ParsePrefixError>(())
/// ```
#[derive(Clone)]
pub struct PrefixMap<T> {
    pub(super) v4: Trie<u32, T>,
    pub(super) v6: Trie<u128, T>,
}

/// `$body` with `$trie` the trie of the prefix's family and `$key` its address.
macro_rules! of_family {
    ($map:expr, $prefix:expr, |$trie:ident, $key:ident| $body:expr) => {
        if $prefix.is_v6() {
            let ($trie, $key) = (&$map.v6, $prefix.bits());
            $body
        } else {
            let ($trie, $key) = (&$map.v4, $prefix.first_32_bits());
            $body
        }
    };
    (mut $map:expr, $prefix:expr, |$trie:ident, $key:ident| $body:expr) => {
        if $prefix.is_v6() {
            let ($trie, $key) = (&mut $map.v6, $prefix.bits());
            $body
        } else {
            let ($trie, $key) = (&mut $map.v4, $prefix.first_32_bits());
            $body
        }
    };
}

#[inline(always)]
pub(super) fn v4(address: u32, len: u32) -> Prefix {
    Prefix::of_cleared_v4(address, len as u8)
}

#[inline(always)]
pub(super) fn v6(address: u128, len: u32) -> Prefix {
    Prefix::of_cleared_v6(address, len as u8)
}

impl<T> PrefixMap<T> {
    /// An empty map; allocates nothing.
    pub fn new() -> Self {
        Self { v4: Trie::default(), v6: Trie::default() }
    }

    /// Number of prefixes.
    pub fn len(&self) -> usize {
        self.v4.len() + self.v6.len()
    }

    /// Whether there is no prefix.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of IPv4 prefixes.
    pub fn ipv4_len(&self) -> usize {
        self.v4.len()
    }

    /// Number of IPv6 prefixes.
    pub fn ipv6_len(&self) -> usize {
        self.v6.len()
    }

    /// Removes everything and releases the memory.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    #[inline]
    fn slot(&self, prefix: Prefix) -> Option<u32> {
        of_family!(self, prefix, |trie, key| trie.find(key, u32::from(prefix.len())))
    }

    #[inline]
    fn slot_value(&self, v6: bool, slot: u32) -> Option<&T> {
        if v6 { self.v6.slots.value(slot) } else { self.v4.slots.value(slot) }
    }

    #[inline]
    fn slot_value_mut(&mut self, v6: bool, slot: u32) -> Option<&mut T> {
        if v6 { self.v6.slots.value_mut(slot) } else { self.v4.slots.value_mut(slot) }
    }

    /// The value of exactly this prefix.
    #[inline]
    pub fn get(&self, prefix: Prefix) -> Option<&T> {
        of_family!(self, prefix, |trie, key| trie.slots.value(trie.find(key, u32::from(prefix.len()))?))
    }

    /// The value of exactly this prefix.
    #[inline]
    pub fn get_mut(&mut self, prefix: Prefix) -> Option<&mut T> {
        of_family!(mut self, prefix, |trie, key| {
            let slot = trie.find(key, u32::from(prefix.len()))?;
            trie.slots.value_mut(slot)
        })
    }

    /// Whether exactly this prefix is there.
    #[inline]
    pub fn contains_key(&self, prefix: Prefix) -> bool {
        self.slot(prefix).is_some()
    }

    /// Sets the value of a prefix; returns the previous one.
    #[inline]
    pub fn insert(&mut self, prefix: Prefix, value: T) -> Option<T> {
        of_family!(mut self, prefix, |trie, key| trie.insert(key, u32::from(prefix.len()), value).1)
    }

    /// Removes a prefix; returns its value.
    #[inline]
    pub fn remove(&mut self, prefix: Prefix) -> Option<T> {
        of_family!(mut self, prefix, |trie, key| trie.remove(key, u32::from(prefix.len())))
    }

    /// The entry of a prefix, to inspect or fill.
    pub fn entry(&mut self, prefix: Prefix) -> Entry<'_, T> {
        match self.slot(prefix) {
            Some(slot) => Entry::Occupied(OccupiedEntry { map: self, prefix, slot }),
            None => Entry::Vacant(VacantEntry { map: self, prefix }),
        }
    }

    /// The longest prefix that covers an address or a prefix (which covers itself).
    #[inline]
    pub fn longest_match(&self, of: impl Into<Prefix>) -> Option<(Prefix, &T)> {
        let prefix = of.into();
        if prefix.is_v6() {
            let found = self.v6.longest_match(prefix.bits(), u32::from(prefix.len()))?;
            Some((v6(prefix.bits().first_bits(found.len), found.len), self.v6.slots.value(found.slot)?))
        } else {
            let found = self.v4.longest_match(prefix.first_32_bits(), u32::from(prefix.len()))?;
            Some((v4(prefix.first_32_bits().first_bits(found.len), found.len), self.v4.slots.value(found.slot)?))
        }
    }

    /// The longest match of each of many addresses or prefixes, in their order; several are searched concurrently.
    pub fn longest_matches<I>(&self, of: I) -> LongestMatches<'_, T, I::IntoIter>
    where
        I: IntoIterator,
        I::Item: Into<Prefix>,
    {
        LongestMatches { map: self, of: of.into_iter(), ready: [None; IN_FLIGHT], at: 0, count: 0 }
    }

    /// The prefixes that cover this one, itself included if present, the shortest first.
    pub fn covering(&self, prefix: Prefix) -> Covering<'_, T> {
        let len = u32::from(prefix.len());
        let path = if prefix.is_v6() {
            FamilyPath::V6(Path::new(&self.v6, prefix.bits(), len))
        } else {
            FamilyPath::V4(Path::new(&self.v4, prefix.first_32_bits(), len))
        };
        Covering { map: self, path }
    }

    /// The prefixes that this one covers, itself included if present, sorted.
    pub fn covered(&self, prefix: Prefix) -> Covered<'_, T> {
        let len = u32::from(prefix.len());
        Covered(if prefix.is_v6() {
            Iter { map: self, walk: FamilyWalk::V6(Walk::covered(&self.v6, prefix.bits(), len)), most: self.v6.len(), end: None }
        } else {
            let walk = FamilyWalk::V4(Walk::covered(&self.v4, prefix.first_32_bits(), len));
            Iter { map: self, walk, most: self.v4.len(), end: Some(Bound::Excluded(Prefix::DEFAULT_V6)) }
        })
    }

    /// All prefixes and values, sorted.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter { map: self, walk: FamilyWalk::V4(Walk::all(&self.v4)), most: self.len(), end: None }
    }

    /// All prefixes and values from this prefix on (or the next one, if absent), sorted.
    pub fn iter_from(&self, first: Prefix) -> Iter<'_, T> {
        self.range(first..)
    }

    /// The prefixes of a range and their values, sorted. A range that ends before it starts is empty.
    pub fn range(&self, range: impl RangeBounds<Prefix>) -> Iter<'_, T> {
        let end = match range.end_bound() {
            Bound::Included(&last) => Some(Bound::Included(last)),
            Bound::Excluded(&end) => Some(Bound::Excluded(end)),
            Bound::Unbounded => None,
        };
        let (first, without) = match range.start_bound() {
            Bound::Included(&first) => (first, false),
            Bound::Excluded(&first) => (first, true),
            Bound::Unbounded => (Prefix::DEFAULT_V4, false),
        };
        let len = u32::from(first.len());
        let walk = if first.is_v6() {
            FamilyWalk::V6(Walk::from(&self.v6, first.bits(), len, u128::MAX))
        } else {
            FamilyWalk::V4(Walk::from(&self.v4, first.first_32_bits(), len, u32::MAX))
        };
        let mut iter = Iter { map: self, walk, most: self.len(), end };
        if without && self.contains_key(first) {
            iter.next();
        }
        iter
    }

    /// All prefixes and values, sorted, the values mutable. Allocates one pointer per value while it lasts.
    pub fn iter_mut(&mut self) -> IterMut<'_, T> {
        let left = self.len();
        IterMut {
            words: [&self.v4.words, &self.v6.words],
            v4: Walk::all(&self.v4),
            v6: Walk::all(&self.v6),
            values: [self.v4.slots.all_mut(), self.v6.slots.all_mut()],
            left,
        }
    }

    /// All prefixes, sorted.
    pub fn keys(&self) -> Keys<'_, T> {
        Keys(self.iter())
    }

    /// All values, in the order of their prefixes.
    pub fn values(&self) -> Values<'_, T> {
        Values(self.iter())
    }

    /// The first prefix.
    pub fn first(&self) -> Option<(Prefix, &T)> {
        self.iter().next()
    }

    /// Keeps the prefixes for which `keep` returns true.
    pub fn retain(&mut self, mut keep: impl FnMut(Prefix, &mut T) -> bool) {
        let all = core::mem::take(self);
        *self = Self::from_sorted(
            all.into_iter().filter_map(|(prefix, mut value)| keep(prefix, &mut value).then_some((prefix, value))),
        );
    }

    /// A map from prefixes that come sorted, such as those of a table dump. Any order gives the same result; sorted input is
    /// faster. It takes no more memory than it needs.
    pub fn from_sorted(sorted: impl IntoIterator<Item = (Prefix, T)>) -> Self {
        let mut map = Self::new();
        let (mut ipv4, mut ipv6) = (Builder::default(), Builder::default());
        for (prefix, value) in sorted {
            let len = u32::from(prefix.len());
            if prefix.is_v6() {
                ipv6.add(&mut map.v6, prefix.bits(), len, value);
            } else {
                ipv4.add(&mut map.v4, prefix.first_32_bits(), len, value);
            }
        }
        ipv4.finish(&mut map.v4);
        ipv6.finish(&mut map.v6);
        map
    }

    /// Rewrites everything in address order and leaves little unused capacity.
    pub fn compact(&mut self) {
        self.v4.compact(false);
        self.v6.compact(false);
    }

    /// Rewrites everything in address order and leaves no unused capacity.
    pub fn shrink_to_fit(&mut self) {
        self.v4.compact(true);
        self.v6.compact(true);
    }

    /// Bytes on the heap, without what the values themselves own there.
    pub fn memory_size(&self) -> usize {
        self.v4.memory_size() + self.v6.memory_size()
    }
}

impl<T> Default for PrefixMap<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for PrefixMap<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<T: PartialEq> PartialEq for PrefixMap<T> {
    fn eq(&self, other: &Self) -> bool {
        self.v4.len() == other.v4.len() && self.v6.len() == other.v6.len() && self.iter().eq(other)
    }
}

impl<T: Eq> Eq for PrefixMap<T> {}

impl<T> Extend<(Prefix, T)> for PrefixMap<T> {
    fn extend<I: IntoIterator<Item = (Prefix, T)>>(&mut self, iter: I) {
        for (prefix, value) in iter {
            self.insert(prefix, value);
        }
    }
}

impl<T> FromIterator<(Prefix, T)> for PrefixMap<T> {
    /// Sorts first, as `BTreeMap` does, so each block is written once. Of equal prefixes the last value is kept.
    fn from_iter<I: IntoIterator<Item = (Prefix, T)>>(iter: I) -> Self {
        let iter = iter.into_iter();
        // Each family separately, as numbers: smaller items to sort, cheaper comparisons.
        let mut ipv4: Vec<(u64, T)> = Vec::with_capacity(iter.size_hint().0);
        let mut ipv6: Vec<(u64, u64, u8, T)> = Vec::new();
        for (prefix, value) in iter {
            if prefix.is_v6() {
                if ipv6.is_empty() {
                    ipv6.reserve(ipv4.capacity() - ipv4.len());
                }
                let bits = prefix.bits();
                ipv6.push(((bits >> 64) as u64, bits as u64, prefix.len(), value));
            } else {
                ipv4.push((u64::from(prefix.first_32_bits()) << 8 | u64::from(prefix.len()), value));
            }
        }
        ipv4.sort_by_key(|entry| entry.0);
        ipv6.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        let mut map = Self::new();
        let (mut builder4, mut builder6) = (Builder::default(), Builder::default());
        for (key, value) in ipv4 {
            builder4.add(&mut map.v4, (key >> 8) as u32, key as u32 & 0xff, value);
        }
        builder4.finish(&mut map.v4);
        for (high, low, len, value) in ipv6 {
            builder6.add(&mut map.v6, u128::from(high) << 64 | u128::from(low), u32::from(len), value);
        }
        builder6.finish(&mut map.v6);
        map
    }
}

/// The value of a prefix that is present, as of any map.
///
/// # Panics
///
/// If the prefix is absent.
impl<T> Index<Prefix> for PrefixMap<T> {
    type Output = T;

    #[expect(clippy::expect_used, reason = "`Index` panics by contract")]
    fn index(&self, prefix: Prefix) -> &T {
        self.get(prefix).expect("no entry found for prefix")
    }
}

#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "walks are built in place and seldom moved")]
enum FamilyWalk {
    V4(Walk<u32>),
    V6(Walk<u128>),
}

/// All prefixes of a map and their values, or a range of them, sorted. From [`PrefixMap::iter`], [`PrefixMap::range`].
pub struct Iter<'a, T> {
    map: &'a PrefixMap<T>,
    walk: FamilyWalk,
    /// At most this many remain.
    most: usize,
    end: Option<Bound<Prefix>>,
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self { map: self.map, walk: self.walk.clone(), most: self.most, end: self.end }
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = (Prefix, &'a T);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let map = self.map;
        let item = loop {
            match &mut self.walk {
                FamilyWalk::V4(walk) => match walk.next(&map.v4.words) {
                    Some((key, len, slot)) => break (v4(key, len), map.v4.slots.value(slot)?),
                    None => match self.end {
                        Some(Bound::Excluded(end)) if end <= Prefix::DEFAULT_V6 => return None,
                        _ => self.walk = FamilyWalk::V6(Walk::all(&map.v6)),
                    },
                },
                FamilyWalk::V6(walk) => {
                    let (key, len, slot) = walk.next(&map.v6.words)?;
                    break (v6(key, len), map.v6.slots.value(slot)?);
                }
            }
        };
        let inside = match self.end {
            None => true,
            Some(Bound::Included(last)) => item.0 <= last,
            Some(Bound::Excluded(end)) => item.0 < end,
            Some(Bound::Unbounded) => true,
        };
        if !inside {
            self.walk = FamilyWalk::V6(Walk::none());
            return None;
        }
        Some(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.most))
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(mut self, init: B, mut f: F) -> B {
        let map = self.map;
        let mut sum = init;
        if self.end.is_some() {
            for item in self.by_ref() {
                sum = f(sum, item);
            }
            return sum;
        }
        let ipv6 = match self.walk {
            FamilyWalk::V4(walk) => {
                sum = walk.fold(&map.v4.words, &map.v4.slots, sum, |sum, key, len, value| f(sum, (v4(key, len), value)));
                Walk::all(&map.v6)
            }
            FamilyWalk::V6(walk) => walk,
        };
        ipv6.fold(&map.v6.words, &map.v6.slots, sum, |sum, key, len, value| f(sum, (v6(key, len), value)))
    }
}

impl<T: fmt::Debug> fmt::Debug for Iter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}

/// The prefixes that a prefix covers and their values, sorted. From [`PrefixMap::covered`].
pub struct Covered<'a, T>(Iter<'a, T>);

impl<T> Clone for Covered<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, T> Iterator for Covered<'a, T> {
    type Item = (Prefix, &'a T);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let map = self.0.map;
        match &mut self.0.walk {
            FamilyWalk::V4(walk) => {
                let (key, len, slot) = walk.next(&map.v4.words)?;
                Some((v4(key, len), map.v4.slots.value(slot)?))
            }
            FamilyWalk::V6(walk) => {
                let (key, len, slot) = walk.next(&map.v6.words)?;
                Some((v6(key, len), map.v6.slots.value(slot)?))
            }
        }
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, init: B, mut f: F) -> B {
        let map = self.0.map;
        match self.0.walk {
            FamilyWalk::V4(walk) => {
                walk.fold(&map.v4.words, &map.v4.slots, init, |sum, key, len, value| f(sum, (v4(key, len), value)))
            }
            FamilyWalk::V6(walk) => {
                walk.fold(&map.v6.words, &map.v6.slots, init, |sum, key, len, value| f(sum, (v6(key, len), value)))
            }
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Covered<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}

#[derive(Clone)]
enum FamilyPath {
    V4(Path<u32>),
    V6(Path<u128>),
}

/// The prefixes that cover a prefix and their values, the shortest first. From [`PrefixMap::covering`].
pub struct Covering<'a, T> {
    map: &'a PrefixMap<T>,
    path: FamilyPath,
}

impl<T> Clone for Covering<'_, T> {
    fn clone(&self) -> Self {
        Self { map: self.map, path: self.path.clone() }
    }
}

impl<'a, T> Iterator for Covering<'a, T> {
    type Item = (Prefix, &'a T);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let map = self.map;
        match &mut self.path {
            FamilyPath::V4(path) => {
                let (key, len, slot) = path.next(&map.v4.words)?;
                Some((v4(key, len), map.v4.slots.value(slot)?))
            }
            FamilyPath::V6(path) => {
                let (key, len, slot) = path.next(&map.v6.words)?;
                Some((v6(key, len), map.v6.slots.value(slot)?))
            }
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Covering<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}

/// All prefixes of a map and their mutable values, sorted. From [`PrefixMap::iter_mut`].
pub struct IterMut<'a, T> {
    words: [&'a [u32]; 2],
    v4: Walk<u32>,
    v6: Walk<u128>,
    values: [Vec<Option<&'a mut T>>; 2],
    left: usize,
}

impl<'a, T> Iterator for IterMut<'a, T> {
    type Item = (Prefix, &'a mut T);

    fn next(&mut self) -> Option<Self::Item> {
        let [words4, words6] = self.words;
        let [values4, values6] = &mut self.values;
        self.left = self.left.saturating_sub(1);
        if let Some((key, len, slot)) = self.v4.next(words4) {
            return Some((v4(key, len), values4.get_mut(slot as usize)?.take()?));
        }
        let (key, len, slot) = self.v6.next(words6)?;
        Some((v6(key, len), values6.get_mut(slot as usize)?.take()?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T> ExactSizeIterator for IterMut<'_, T> {}

impl<T> fmt::Debug for IterMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IterMut").field("left", &self.left).finish_non_exhaustive()
    }
}

/// All prefixes of a map and their values, moved out of it, sorted. From `into_iter`.
pub struct IntoIter<T> {
    map: PrefixMap<T>,
    v4: Walk<u32>,
    v6: Walk<u128>,
    left: usize,
}

impl<T> Iterator for IntoIter<T> {
    type Item = (Prefix, T);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.saturating_sub(1);
        if let Some((key, len, slot)) = self.v4.next(&self.map.v4.words) {
            return Some((v4(key, len), self.map.v4.slots.take(slot)?));
        }
        let (key, len, slot) = self.v6.next(&self.map.v6.words)?;
        Some((v6(key, len), self.map.v6.slots.take(slot)?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T> ExactSizeIterator for IntoIter<T> {}

impl<T> fmt::Debug for IntoIter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IntoIter").field("left", &self.left).finish_non_exhaustive()
    }
}

impl<T> IntoIterator for PrefixMap<T> {
    type Item = (Prefix, T);
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        IntoIter { v4: Walk::all(&self.v4), v6: Walk::all(&self.v6), left: self.len(), map: self }
    }
}

impl<'a, T> IntoIterator for &'a PrefixMap<T> {
    type Item = (Prefix, &'a T);
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<'a, T> IntoIterator for &'a mut PrefixMap<T> {
    type Item = (Prefix, &'a mut T);
    type IntoIter = IterMut<'a, T>;

    fn into_iter(self) -> IterMut<'a, T> {
        self.iter_mut()
    }
}

/// All prefixes of a map, sorted. From [`PrefixMap::keys`].
pub struct Keys<'a, T>(pub(super) Iter<'a, T>);

impl<T> Clone for Keys<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Iterator for Keys<'_, T> {
    type Item = Prefix;

    #[inline]
    fn next(&mut self) -> Option<Prefix> {
        Some(self.0.next()?.0)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }

    fn fold<B, F: FnMut(B, Prefix) -> B>(self, init: B, mut f: F) -> B {
        self.0.fold(init, |sum, (prefix, _)| f(sum, prefix))
    }
}

impl<T> fmt::Debug for Keys<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// All values of a map, in the order of their prefixes. From [`PrefixMap::values`].
pub struct Values<'a, T>(Iter<'a, T>);

impl<T> Clone for Values<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, T> Iterator for Values<'a, T> {
    type Item = &'a T;

    #[inline]
    fn next(&mut self) -> Option<&'a T> {
        Some(self.0.next()?.1)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }

    fn fold<B, F: FnMut(B, &'a T) -> B>(self, init: B, mut f: F) -> B {
        self.0.fold(init, |sum, (_, value)| f(sum, value))
    }
}

impl<T: fmt::Debug> fmt::Debug for Values<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Concurrent searches.
const IN_FLIGHT: usize = 16;

/// The longest matches of many addresses. From [`PrefixMap::longest_matches`].
pub struct LongestMatches<'a, T, I> {
    map: &'a PrefixMap<T>,
    of: I,
    ready: [Option<(Prefix, &'a T)>; IN_FLIGHT],
    at: usize,
    count: usize,
}

impl<'a, T, I> Iterator for LongestMatches<'a, T, I>
where
    I: Iterator,
    I::Item: Into<Prefix>,
{
    type Item = Option<(Prefix, &'a T)>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.at == self.count {
            self.count = 0;
            self.at = 0;
            for (place, of) in self.ready.iter_mut().zip(&mut self.of) {
                *place = self.map.longest_match(of);
                self.count += 1;
            }
            if self.count == 0 {
                return None;
            }
        }
        let item = self.ready.get(self.at).copied();
        self.at += 1;
        item
    }
}

impl<T, I> fmt::Debug for LongestMatches<'_, T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LongestMatches").finish_non_exhaustive()
    }
}

/// An entry of a map. From [`PrefixMap::entry`].
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a prefix is present or not")]
pub enum Entry<'a, T> {
    /// The prefix is absent.
    Vacant(VacantEntry<'a, T>),
    /// The prefix is present.
    Occupied(OccupiedEntry<'a, T>),
}

impl<'a, T> Entry<'a, T> {
    /// The prefix.
    pub fn key(&self) -> Prefix {
        match self {
            Self::Vacant(entry) => entry.prefix,
            Self::Occupied(entry) => entry.prefix,
        }
    }

    /// The value; `value` is inserted if there is none.
    pub fn or_insert(self, value: T) -> &'a mut T {
        self.or_insert_with(|| value)
    }

    /// The value; the result of `value` is inserted if there is none.
    pub fn or_insert_with(self, value: impl FnOnce() -> T) -> &'a mut T {
        match self {
            Self::Vacant(entry) => entry.insert(value()),
            Self::Occupied(entry) => entry.into_mut(),
        }
    }

    /// The value; the default is inserted if there is none.
    pub fn or_default(self) -> &'a mut T
    where
        T: Default,
    {
        self.or_insert_with(T::default)
    }

    /// Changes the value if there is one.
    pub fn and_modify(mut self, change: impl FnOnce(&mut T)) -> Self {
        if let Self::Occupied(entry) = &mut self {
            change(entry.get_mut());
        }
        self
    }
}

/// The entry of an absent prefix.
pub struct VacantEntry<'a, T> {
    map: &'a mut PrefixMap<T>,
    prefix: Prefix,
}

impl<'a, T> VacantEntry<'a, T> {
    /// The prefix.
    pub fn key(&self) -> Prefix {
        self.prefix
    }

    /// Inserts a value.
    pub fn insert(self, value: T) -> &'a mut T {
        let prefix = self.prefix;
        let slot = of_family!(mut self.map, prefix, |trie, key| trie.insert(key, u32::from(prefix.len()), value).0);
        found(self.map.slot_value_mut(prefix.is_v6(), slot))
    }
}

impl<T> fmt::Debug for VacantEntry<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VacantEntry").field(&self.prefix).finish()
    }
}

/// The entry of a present prefix.
pub struct OccupiedEntry<'a, T> {
    map: &'a mut PrefixMap<T>,
    prefix: Prefix,
    slot: u32,
}

/// The value of a slot that was just found or filled.
#[expect(clippy::expect_used, reason = "an entry borrows its map exclusively from the search on: the slot is filled")]
fn found<V>(value: Option<V>) -> V {
    value.expect("the slot of an entry")
}

impl<'a, T> OccupiedEntry<'a, T> {
    /// The prefix.
    pub fn key(&self) -> Prefix {
        self.prefix
    }

    /// The value.
    pub fn get(&self) -> &T {
        found(self.map.slot_value(self.prefix.is_v6(), self.slot))
    }

    /// The value.
    pub fn get_mut(&mut self) -> &mut T {
        found(self.map.slot_value_mut(self.prefix.is_v6(), self.slot))
    }

    /// The value, for as long as the map is borrowed.
    pub fn into_mut(self) -> &'a mut T {
        found(self.map.slot_value_mut(self.prefix.is_v6(), self.slot))
    }

    /// Sets the value; returns the previous one.
    pub fn insert(&mut self, value: T) -> T {
        core::mem::replace(self.get_mut(), value)
    }

    /// Removes the prefix; returns its value.
    pub fn remove(self) -> T {
        found(self.map.remove(self.prefix))
    }
}

impl<T: fmt::Debug> fmt::Debug for OccupiedEntry<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OccupiedEntry").field(&self.prefix).field(self.get()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> Prefix {
        text.parse().unwrap()
    }

    #[test]
    fn entries() {
        let mut map = PrefixMap::new();
        let p = prefix("192.0.2.0/24");
        assert_eq!(*map.entry(p).or_insert(1), 1);
        assert_eq!(*map.entry(p).and_modify(|v| *v += 1).or_default(), 2);
        match map.entry(p) {
            Entry::Occupied(mut entry) => {
                assert_eq!((entry.key(), *entry.get(), entry.insert(5)), (p, 2, 2));
                assert_eq!(entry.remove(), 5);
            }
            Entry::Vacant(_) => panic!("it is there"),
        }
        assert_eq!(map.entry(p).key(), p);
        assert!(map.is_empty() && map.get(p).is_none());
    }

    #[test]
    fn text_and_equality() {
        let map: PrefixMap<u8> = [(prefix("::/0"), 6), (prefix("192.0.2.0/24"), 4)].into_iter().collect();
        assert_eq!(format!("{map:?}"), "{192.0.2.0/24: 4, ::/0: 6}");
        assert_eq!(format!("{:?}", map.covered(prefix("::/0"))), "{::/0: 6}");
        assert_eq!(format!("{:?}", map.keys()), "[192.0.2.0/24, ::/0]");
        assert_eq!(map.first(), Some((prefix("192.0.2.0/24"), &4)));
        let mut other = map.clone();
        assert_eq!(map, other);
        *other.get_mut(prefix("::/0")).unwrap() = 7;
        assert_ne!(map, other);
        assert_eq!(PrefixMap::<u8>::new().memory_size(), 0);
    }

    /// Behaviour shared with other collections, both families in one map.
    #[test]
    fn as_collections_are() {
        let all = ["10.0.0.0/8", "10.1.0.0/16", "192.0.2.0/24", "2001:db8::/32", "2001:db8:1::/48"].map(prefix);
        let mut map = PrefixMap::new();
        map.extend(all.into_iter().zip(0u8..));
        assert_eq!((map.len(), map.ipv4_len(), map.ipv6_len(), map.is_empty()), (5, 3, 2, false));
        assert_eq!(
            (map[all[3]], map.contains_key(all[4]), map.insert(all[4], 9), map.remove(prefix("::/0"))),
            (3, true, Some(4), None)
        );
        // Iterators: twice the same, exact lengths, as a whole and by family.
        let listed = [(all[0], 0), (all[1], 1), (all[2], 2), (all[3], 3), (all[4], 9)];
        let iter = map.iter();
        assert!(iter.clone().eq(iter) && map.iter().map(|(p, v)| (p, *v)).eq(listed) && (&map).into_iter().count() == 5);
        assert!([map.iter().size_hint(), map.keys().size_hint(), map.values().size_hint()].iter().all(|hint| hint.1 == Some(5)));
        assert!(map.keys().clone().eq(all) && map.values().clone().copied().eq([0, 1, 2, 3, 9]));
        assert_eq!((map.values().sum::<u8>(), map.keys().fold(0, |n, _| n + 1)), (15, 5));
        assert_eq!((format!("{:?}", map.values()), format!("{:?}", map.iter())), ("[0, 1, 2, 3, 9]".into(), format!("{map:?}")));
        assert!(map.iter_from(all[2]).eq(map.iter().skip(2)) && map.range(all[1]..all[3]).eq(map.iter().skip(1).take(2)));
        assert_eq!(map.range(all[1]..all[3]).fold(0, |sum, (_, v)| sum + v), 3);
        // Below and above a prefix.
        let covered = map.covered(all[3]);
        assert!(covered.clone().map(|(p, _)| p).eq([all[3], all[4]]) && map.covered(all[0]).fold(0, |sum, (_, v)| sum + v) == 1);
        let covering = map.covering(prefix("10.1.2.0/24"));
        assert!(covering.clone().map(|(p, _)| p).eq([all[0], all[1]]));
        assert_eq!(format!("{covering:?}"), "{10.0.0.0/8: 0, 10.1.0.0/16: 1}");
        assert_eq!(map.covering(prefix("2001:db8:1:2::/64")).map(|(_, v)| *v).collect::<Vec<_>>(), [3, 9]);
        // Longest matches, including of addresses without one.
        let addresses = [prefix("10.1.2.3/32"), prefix("11.0.0.0/8"), prefix("2001:db8::1/128"), prefix("::/0")];
        let found: Vec<_> = map.longest_matches(addresses).map(|found| found.map(|(p, _)| p)).collect();
        assert_eq!(found, [Some(all[1]), None, Some(all[3]), None]);
        assert!(format!("{:?}", map.longest_matches(addresses)).contains("LongestMatches"));
        // Changes in place.
        assert_eq!(map.iter_mut().len(), 5);
        map.iter_mut().for_each(|(_, v)| *v += 1);
        (&mut map).into_iter().filter(|(p, _)| p.is_v6()).for_each(|(_, v)| *v *= 2);
        assert!(map.values().copied().eq([1, 2, 3, 8, 20]));
        assert!(format!("{:?}", map.iter_mut()).contains("IterMut"));
        map.retain(|p, v| p.is_v6() || *v != 2);
        assert!(map.keys().eq([all[0], all[2], all[3], all[4]]));
        // Entries, present and absent.
        for p in [prefix("2001:db8:1::/48"), prefix("2001:db8:2::/48")] {
            match map.entry(p) {
                Entry::Occupied(mut entry) => {
                    assert!(format!("{entry:?}").contains("20") && entry.key() == p);
                    *entry.get_mut() += 1;
                    *entry.into_mut() += 1;
                }
                Entry::Vacant(entry) => {
                    assert!(format!("{entry:?}").contains("2001:db8:2::/48") && entry.key() == p);
                    *entry.insert(1) += 1;
                }
            }
        }
        assert_eq!((*map.entry(all[1]).or_insert_with(|| 7), map.get(all[4])), (7, Some(&22)));
        let owned = map.clone().into_iter();
        assert_eq!((owned.len(), format!("{owned:?}").is_empty()), (6, false));
        assert!(owned.map(|(_, v)| v).eq([1, 7, 3, 8, 22, 2]));
        map.compact();
        map.shrink_to_fit();
        assert_eq!(map.len(), 6);
        map.clear();
        assert!(map.is_empty() && map == PrefixMap::default());
    }

    #[test]
    #[should_panic(expected = "no entry found for prefix")]
    fn the_index_of_a_missing_prefix_panics() {
        let _ = PrefixMap::<u8>::new()[prefix("::/0")];
    }

    #[test]
    fn the_whole_of_a_family() {
        let set: super::super::PrefixSet = [prefix("0.0.0.0/0"), prefix("10.0.0.0/8"), prefix("::/0")].into_iter().collect();
        assert_eq!(set.ipv4_address_count(), 1 << 32);
        assert_eq!(set.ipv6_address_count(), u128::MAX);
        assert!(set.aggregate().iter().eq([prefix("0.0.0.0/0"), prefix("::/0")]));
        let halves: super::super::PrefixSet = [prefix("8000::/1"), prefix("::/2")].into_iter().collect();
        assert_eq!(halves.ipv6_address_count(), 3 << 126);
    }
}
