//! One attribute of a list that is not indexed.

use super::attribute::{AttributesIter, EXTENDED_LENGTH, split_attribute};
use super::list::{code_of, first_word, is_fixed, lengths};
use crate::codes::AttrCode;
use crate::error::Result;

/// What a list has of an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Search<'a> {
    /// The body of the first one.
    Body(&'a [u8]),
    /// None; the framing of the whole list is valid.
    Absent,
    /// None before a framing error.
    Cut,
}

/// Finds the first attribute with this code. Those after it are not looked at.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn search(list: &[u8], code: AttrCode) -> Search<'_> {
    let mut rest = list;
    while !rest.is_empty() {
        let Some((_, found, body, tail)) = split_attribute(rest) else { return Search::Cut };
        if found == code.0 {
            return Search::Body(body);
        }
        rest = tail;
    }
    Search::Absent
}

/// The same. The attributes that usually come before are passed over in a straight line: ORIGIN with the header of AS_PATH as one word,
/// and those of one length, after which a further header is there. For a code that the compiler knows.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn search_usual(list: &[u8], code: AttrCode) -> Search<'_> {
    let mut rest = list;
    if code.0 > AttrCode::AS_PATH.0
        && let Some((octets, _)) = rest.split_first_chunk::<8>()
        && let word = u64::from_le_bytes(*octets)
        && is_origin_and_path(word)
    {
        let (head, len) = lengths((word >> 32) as u32);
        match rest.get(head.wrapping_add(len).wrapping_add(4)..) {
            Some(tail) => rest = tail,
            None => return Search::Cut,
        }
        let mut word = word_before_another(rest);
        macro_rules! pass {
            ($($passed:ident)*) => { $(
                if code.0 > AttrCode::$passed.0
                    && is_fixed(word, AttrCode::$passed, 4)
                    && let Some(tail) = rest.get(7..)
                {
                    rest = tail;
                    word = word_before_another(rest);
                }
            )* };
        }
        pass!(NEXT_HOP MULTI_EXIT_DISC LOCAL_PREF);
        let _ = word;
    }
    search(rest, code)
}

/// Whether eight octets are an ORIGIN of one octet, and the flags, code and length of an AS_PATH.
#[cfg_attr(optimised, inline(always))]
const fn is_origin_and_path(word: u64) -> bool {
    const MASK: u64 = 0xff00_00ff_ff00 | EXTENDED_LENGTH as u64;
    const BOTH: u64 = (AttrCode::AS_PATH.0 as u64) << 40 | 1 << 16 | (AttrCode::ORIGIN.0 as u64) << 8;
    word & MASK == BOTH
}

/// The first word of a list if there is room for a value of four octets and for the header of another attribute; otherwise 0.
#[cfg_attr(optimised, inline(always))]
const fn word_before_another(rest: &[u8]) -> u32 {
    match rest.first_chunk::<11>() {
        Some(_) => first_word(rest),
        None => 0,
    }
}

impl<'a> AttributesIter<'a> {
    /// The body of the first of the remaining attributes with this code. Those after it are not looked at, and nothing is indexed:
    /// one value of a list takes less time than with [`Attributes`](super::Attributes).
    ///
    /// ```
    /// use routeglass::attr::{AttributesIter, Communities};
    /// use routeglass::codes::AttrCode;
    ///
    /// let list = [0x40, 1, 1, 0, 0xc0, 8, 4, 0xfb, 0xf0, 0, 100];
    /// let body = AttributesIter::at(&list, 0).body_of(AttrCode::COMMUNITIES)?;
    /// let communities = Communities::parse_at(body.unwrap_or_default(), 0)?;
    /// assert_eq!(communities.to_string(), "64496:100");
    /// # Ok::<(), routeglass::Error>(())
    /// ```
    ///
    /// # Errors
    /// An attribute before it that overruns the list.
    #[cfg_attr(optimised, inline(always))]
    pub fn body_of(self, code: AttrCode) -> Result<Option<&'a [u8]>> {
        if self.once {
            return first_of(self, code);
        }
        match search_usual(self.rest, code) {
            Search::Body(body) => Ok(Some(body)),
            Search::Absent => Ok(None),
            // Only what is needed is passed, so that the iterator is never in memory.
            Search::Cut => first_of_octets(self.rest, self.end, code),
        }
    }
}

/// The body of the first attribute with a code.
#[cold]
#[inline(never)]
fn first_of(mut list: AttributesIter<'_>, code: AttrCode) -> Result<Option<&[u8]>> {
    let found = list.find(|attribute| attribute.as_ref().map_or(true, |attribute| attribute.code == code));
    found.transpose().map(|attribute| attribute.map(|attribute| attribute.body))
}

#[cold]
#[inline(never)]
fn first_of_octets(rest: &[u8], end: u64, code: AttrCode) -> Result<Option<&[u8]>> {
    first_of(AttributesIter { end, ..AttributesIter::at(rest, 0) }, code)
}

/// The last AS number of an AS_PATH that is one sequence, directly after ORIGIN, with AS numbers of four octets; `None` for every
/// other list.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn last_of_sequence(list: &[u8]) -> Option<u32> {
    let (origin, rest) = list.split_first_chunk::<4>()?;
    let word = first_word(rest);
    if !is_fixed(first_word(origin), AttrCode::ORIGIN, 1) || code_of(word) != AttrCode::AS_PATH.0 {
        return None;
    }
    let (head, len) = lengths(word);
    match rest.get(head..head.wrapping_add(len))? {
        [2, count, asns @ ..] if asns.len() == usize::from(*count).wrapping_mul(4) => {
            asns.last_chunk().map(|last| u32::from_be_bytes(*last))
        }
        _ => None,
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn the_first_one_counts_and_a_framing_error_ends_the_list() {
        let list = [0x40, 1, 1, 0, 0x50, 2, 0, 2, 7, 8, 0x40, 2, 0, 0xc0, 8, 5, 1];
        assert_eq!(search(&list, AttrCode::AS_PATH), Search::Body(&[7, 8]));
        assert_eq!(search(&list, AttrCode::COMMUNITIES), Search::Cut);
        assert_eq!(search(&list[..13], AttrCode::COMMUNITIES), Search::Absent);
        assert_eq!(search(&[0x40, 2], AttrCode::AS_PATH), Search::Cut);
    }

    fn attribute() -> impl Strategy<Value = Vec<u8>> {
        let code = prop::sample::select(vec![1u8, 2, 3, 4, 5, 6, 8, 14, 32]);
        let sequence = proptest::collection::vec(any::<[u8; 4]>(), 0..3).prop_map(|asns| {
            let count = u8::try_from(asns.len()).unwrap();
            [&[2, count][..], asns.as_flattened()].concat()
        });
        let body = prop_oneof![
            prop::sample::select(vec![0usize, 1, 3, 4, 8]).prop_flat_map(|len| proptest::collection::vec(any::<u8>(), len)),
            sequence,
        ];
        (code, body, any::<bool>()).prop_map(|(code, body, long)| {
            let len = u8::try_from(body.len()).unwrap();
            let head = if long { vec![0x50, code, 0, len] } else { vec![0x40, code, len] };
            [head, body].concat()
        })
    }

    /// The usual attributes before, in their order, each sometimes there.
    fn list() -> impl Strategy<Value = Vec<u8>> {
        let usual: [&[u8]; 5] = [
            &[0x40, 1, 1, 0],
            &[0x40, 2, 6, 2, 1, 0, 1, 2, 3],
            &[0x40, 3, 4, 192, 0, 2, 1],
            &[0x80, 4, 4, 0, 0, 0, 9],
            &[0x40, 5, 4, 0, 0, 0, 100],
        ];
        let start = any::<[bool; 5]>().prop_map(move |has| {
            usual.into_iter().zip(has).filter(|(_, has)| *has).flat_map(|(octets, _)| octets.to_vec()).collect::<Vec<u8>>()
        });
        (start, proptest::collection::vec(attribute(), 0..6), 0..4usize).prop_map(|(start, rest, cut)| {
            let mut list = [start, rest.concat()].concat();
            list.truncate(list.len().saturating_sub(cut.saturating_sub(1)));
            list
        })
    }

    proptest! {
        #[test]
        fn the_shorter_ways_find_the_same(list in list()) {
            for code in 0..=33 {
                prop_assert_eq!(search_usual(&list, AttrCode(code)), search(&list, AttrCode(code)));
            }
            if let Some(last) = last_of_sequence(&list) {
                let Search::Body(body) = search(&list, AttrCode::AS_PATH) else { panic!("no path") };
                prop_assert_eq!(body.get(1).map(|count| usize::from(*count) * 4 + 2), Some(body.len()));
                prop_assert_eq!((body[0], &body[body.len() - 4..]), (2, &last.to_be_bytes()[..]));
            }
        }
    }

    #[test]
    fn the_last_of_a_path() {
        let list = [0x40, 1, 1, 0, 0x50, 2, 0, 10, 2, 2, 0, 0, 0, 1, 0, 0, 0, 2];
        assert_eq!(last_of_sequence(&list), Some(2));
        assert_eq!(last_of_sequence(&list[4..]), None);
        assert_eq!(last_of_sequence(&list[..17]), None);
        assert_eq!(last_of_sequence(&[0x40, 1, 1, 0, 0x40, 2, 0]), None);
        assert_eq!(last_of_sequence(&[0x40, 1, 1, 0, 0x40, 2, 6, 1, 1, 0, 0, 0, 1]), None);
    }
}
