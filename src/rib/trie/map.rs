//! The map of prefixes of both families.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Index;

use super::build::Builder;
use super::key::Key;
use super::tree::Trie;
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
pub(super) use of_family;

#[cfg_attr(optimised, inline(always))]
pub(super) fn v4(address: u32, len: u32) -> Prefix {
    Prefix::of_cleared_v4(address, len as u8)
}

#[cfg_attr(optimised, inline(always))]
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
    pub(super) fn slot(&self, prefix: Prefix) -> Option<u32> {
        of_family!(self, prefix, |trie, key| trie.find(key, u32::from(prefix.len())))
    }

    #[inline]
    pub(super) fn slot_value(&self, v6: bool, slot: u32) -> Option<&T> {
        if v6 { self.v6.slots.value(slot) } else { self.v4.slots.value(slot) }
    }

    #[inline]
    pub(super) fn slot_value_mut(&mut self, v6: bool, slot: u32) -> Option<&mut T> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rib::trie::entry::Entry;

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
