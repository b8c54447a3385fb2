//! Iterators over a map: all of it, ranges, covered and covering prefixes, concurrent lookups.

use alloc::vec::Vec;
use core::fmt;
use core::ops::{Bound, RangeBounds};

use super::map::{PrefixMap, v4, v6};
use super::walk::{Path, Walk};
use crate::prefix::Prefix;

impl<T> PrefixMap<T> {
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
