//! Texts that recur: of peers, and of attribute lists.

use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

use super::put::place_of;
use crate::attr::{Attributes, ListKey};
use crate::error::Result;
use crate::family::Family;
use crate::peer::Peer;

/// Texts of peers, each in the one place that its value gives.
#[derive(Clone)]
pub(super) struct Peers {
    places: Vec<PeerText>,
}

#[derive(Clone, Default)]
struct PeerText {
    peer: Option<Peer>,
    text: Vec<u8>,
}

impl Peers {
    /// Number of places, a power of two: tables of collectors have up to a few hundred peers.
    const PLACES: u32 = 256;

    pub(super) fn new() -> Self {
        Self { places: alloc::vec![PeerText::default(); Self::PLACES as usize] }
    }

    /// The text of a peer, which `put` writes.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn text(&mut self, peer: &Peer, put: impl FnOnce(&mut Vec<u8>)) -> &[u8] {
        let address = match peer.address {
            Some(IpAddr::V4(address)) => u128::from(address.to_bits()),
            Some(IpAddr::V6(address)) => address.to_bits(),
            None => 0,
        };
        let place = place_of(address ^ u128::from(peer.asn.0) << 64, Self::PLACES);
        let Some(PeerText { peer: known, text }) = self.places.get_mut(place) else { return &[] };
        if *known != Some(*peer) {
            text.clear();
            put(text);
            *known = Some(*peer);
        }
        text
    }
}

/// Texts of attribute lists, each in the one place that its octets give. `K` is what a text depends on besides the list.
///
/// Most lists of a table recur: neighbouring prefixes have the same, and so have peers that learn a route from the same AS.
pub(super) struct Lists<K> {
    places: Vec<ListText<K>>,
    /// The place of the last list, which all routes of a message share.
    last: usize,
}

#[derive(Clone)]
struct ListText<K> {
    key: Option<(ListKey, K)>,
    /// Of which entries of tables this is the list, if of any.
    entry: Option<Entry>,
    offset: u64,
    /// The list, followed by its text.
    octets: Vec<u8>,
    len: usize,
}

/// The text of a list depends on its octets and the family of the route alone if it is in an entry of TABLE_DUMP_V2, and so does
/// whether there is a finding.
#[derive(Clone, Copy)]
struct Entry {
    family: Family,
    is_clean: bool,
}

impl<K: Copy + PartialEq> Lists<K> {
    /// Number of places, a power of two. Eight times as many would have some 5 % more of the lists of a table, which costs more
    /// than it saves: these are in the nearer caches.
    const PLACES: u32 = 512;

    /// Lists over this length are not kept.
    const LONGEST: usize = 4096;

    pub(super) const fn new() -> Self {
        Self { places: Vec::new(), last: 0 }
    }

    /// The text of a list; `put` writes it, and says whether it may be kept.
    ///
    /// # Errors
    /// Those of `put`.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn text(
        &mut self,
        list: &Attributes<'_>,
        key: K,
        put: impl FnOnce(&mut Vec<u8>) -> Result<bool>,
    ) -> Result<&[u8]> {
        let (octets, offset, key) = (list.as_bytes(), list.offset(), Some((list.key(), key)));
        let is = |known: &ListText<K>| known.key == key && known.octets.get(..known.len) == Some(octets);
        let is_last = self.places.get(self.last).is_some_and(|known| known.offset == offset && is(known));
        if !is_last {
            if self.places.is_empty() {
                self.allocate();
            }
            self.last = Self::place(octets);
            if let Some(place) = self.places.get_mut(self.last) {
                if !is(place) {
                    place.write(octets, key, put)?;
                }
                place.offset = offset;
            }
        }
        Ok(self.places.get(self.last).and_then(|place| place.octets.get(place.len..)).unwrap_or_default())
    }

    #[cfg_attr(optimised, inline(always))]
    fn place(octets: &[u8]) -> usize {
        place_of(u128::from(hash(octets)), Self::PLACES)
    }

    /// The text of the list of an entry of a table, and whether it has no finding, if it was written before for an entry with a
    /// route of this family.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn of_entry(&mut self, octets: &[u8], family: Family) -> Option<(&[u8], bool)> {
        let place = self.places.get(Self::place(octets))?;
        match (place.entry, place.octets.split_at_checked(place.len)) {
            (Some(entry), Some((list, text))) if entry.family == family && list == octets => Some((text, entry.is_clean)),
            _ => None,
        }
    }

    /// Says that the last text is that of an entry.
    pub(super) fn is_of_entry(&mut self, family: Family, is_clean: bool) {
        if let Some(place) = self.places.get_mut(self.last)
            && place.key.is_some()
        {
            place.entry = Some(Entry { family, is_clean });
        }
    }

    #[cold]
    fn allocate(&mut self) {
        let empty = ListText { key: None, entry: None, offset: 0, octets: Vec::new(), len: 0 };
        self.places = alloc::vec![empty; Self::PLACES as usize];
    }
}

impl<K: Copy + PartialEq> ListText<K> {
    /// Writes a list and its text in place of what was here.
    #[cfg_attr(optimised, inline(always))]
    fn write(&mut self, list: &[u8], key: Option<(ListKey, K)>, put: impl FnOnce(&mut Vec<u8>) -> Result<bool>) -> Result<()> {
        (self.key, self.entry) = (None, None);
        self.octets.clear();
        self.len = 0;
        if list.len() <= Lists::<K>::LONGEST {
            self.octets.extend_from_slice(list);
            self.len = list.len();
        }
        let is_lasting = put(&mut self.octets)?;
        // Comparing a list that is much longer than its text would cost more than writing that.
        let text = self.octets.len().saturating_sub(self.len);
        if is_lasting && self.len == list.len() && list.len() <= text.saturating_mul(8) {
            self.key = key;
        }
        Ok(())
    }
}

/// A copy knows no text: what is copied often, for many threads, would otherwise copy them all.
impl<K: Copy + PartialEq> Clone for Lists<K> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

/// A hash of octets, for their place alone: equal ones share a place, whatever their values.
#[cfg_attr(optimised, inline(always))]
#[expect(clippy::cast_possible_truncation, reason = "both halves of a product")]
fn hash(octets: &[u8]) -> u64 {
    const KEYS: [u64; 2] = [0x9e37_79b9_7f4a_7c15, 0xd6e8_feb8_6659_fd93];
    let mix = |a: u64, b: u64| {
        let product = u128::from(a).wrapping_mul(u128::from(b));
        product as u64 ^ (product >> 64) as u64
    };
    let add = |hash: u64, word: u128| mix(word as u64 ^ hash, (word >> 64) as u64 ^ KEYS[1]);
    let (words, rest) = octets.as_chunks::<16>();
    let mut sum = words.iter().fold(octets.len() as u64 ^ KEYS[0], |sum, word| add(sum, u128::from_le_bytes(*word)));
    if !rest.is_empty() {
        let last = match octets.last_chunk::<16>() {
            Some(last) => u128::from_le_bytes(*last),
            None => rest.iter().fold(0, |word, octet| word << 8 | u128::from(*octet)),
        };
        sum = add(sum, last);
    }
    mix(sum, KEYS[0])
}

impl fmt::Debug for Peers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peers").finish_non_exhaustive()
    }
}

impl<K> fmt::Debug for Lists<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lists").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    use crate::session::Session;

    /// Lists by their values; `n` texts are written in their order.
    fn texts(lists: &mut Lists<u8>, list: &[u8], key: u8, may_keep: bool, n: &mut u32) -> Vec<u8> {
        // Different offsets: every list is of another message.
        let list = Attributes::parse_at(list, &Session::AS4, u64::from(*n)).unwrap();
        let put = |out: &mut Vec<u8>| {
            *n += 1;
            out.extend_from_slice(list.as_bytes());
            out.push(key);
            Ok(may_keep)
        };
        lists.text(&list, key, put).unwrap().to_vec()
    }

    #[test]
    fn what_is_not_kept_is_written_again() {
        let (mut lists, mut n) = (Lists::new(), 0);
        let list = [0x40, 1, 1, 0];
        for (key, may_keep, written) in [(1, false, 1), (1, true, 2), (1, true, 2), (2, true, 3), (1, true, 4), (1, false, 4)] {
            assert_eq!(texts(&mut lists, &list, key, may_keep, &mut n), [&list[..], &[key]].concat());
            assert_eq!(n, written);
        }
        assert_eq!(texts(&mut lists.clone(), &list, 1, true, &mut n), [&list[..], &[1]].concat());
        assert_eq!(n, 5);
        let long = [&[0xd0, 99, 0x10, 0][..], &[7; 4096]].concat();
        assert_eq!(texts(&mut lists, &long, 1, true, &mut n), [&long[..], &[1]].concat());
        assert_eq!(texts(&mut lists, &long, 1, true, &mut n), [&long[..], &[1]].concat());
        assert_eq!(n, 7);
    }

    #[test]
    fn an_error_leaves_no_text() {
        let list = Attributes::parse_at(&[0x40, 1, 1, 0], &Session::AS4, 7).unwrap();
        let mut lists = Lists::new();
        let e = list.origin().and_then(|_| crate::attr::AsPath::parse_at(&[9], true, 0)).unwrap_err();
        for _ in 0..2 {
            assert!(
                lists
                    .text(&list, (), |out| {
                        out.push(1);
                        Err(e)
                    })
                    .is_err()
            );
        }
        assert_eq!(
            lists
                .text(&list, (), |out| {
                    out.push(2);
                    Ok(true)
                })
                .unwrap(),
            [2]
        );
    }

    #[test]
    fn of_an_entry_only_what_was_written_for_its_family() {
        let (mut lists, mut n) = (Lists::new(), 0);
        let list = [0x40, 1, 1, 0];
        assert_eq!(lists.of_entry(&list, Family::IPV4_UNICAST), None);
        let text = texts(&mut lists, &list, 1, true, &mut n);
        assert_eq!(lists.of_entry(&list, Family::IPV4_UNICAST), None);
        lists.is_of_entry(Family::IPV4_UNICAST, true);
        assert_eq!(lists.of_entry(&list, Family::IPV4_UNICAST), Some((&text[..], true)));
        assert_eq!(lists.of_entry(&list, Family::IPV6_UNICAST), None);
        assert_eq!(lists.of_entry(&list[..3], Family::IPV4_UNICAST), None);
        // Another text in its place.
        texts(&mut lists, &list, 2, true, &mut n);
        assert_eq!(lists.of_entry(&list, Family::IPV4_UNICAST), None);
        // One that is not kept.
        texts(&mut lists, &list, 3, false, &mut n);
        lists.is_of_entry(Family::IPV4_UNICAST, true);
        assert_eq!(lists.of_entry(&list, Family::IPV4_UNICAST), None);
    }

    proptest! {
        /// Texts are those of their list, with lists that share a place.
        #[test]
        fn a_text_is_that_of_its_list(picks in proptest::collection::vec((any::<u16>(), 0..3u8, any::<bool>()), 1..600)) {
            let (mut lists, mut n) = (Lists::new(), 0);
            for (value, key, may_keep) in picks {
                let list = vec![0xc0, 99, 2, value.to_be_bytes()[0] & 31, value.to_be_bytes()[1]];
                prop_assert_eq!(texts(&mut lists, &list, key, may_keep, &mut n), [&list[..], &[key]].concat());
            }
        }

        /// Lists of every length, and with a difference in any octet, have hashes of their own.
        #[test]
        fn hashes_differ(octets in proptest::collection::vec(any::<u8>(), 1..80), place: prop::sample::Index, other in 1u8..) {
            let mut changed = octets.clone();
            changed[place.index(octets.len())] ^= other;
            prop_assert_ne!(hash(&octets), hash(&changed));
            prop_assert_ne!(hash(&octets), hash(&octets[..octets.len() - 1]));
        }
    }
}
