//! Patterns over communities of all kinds.

use alloc::string::{String, ToString};
use core::fmt;

use super::number::Range;
use crate::attr::{Attributes, Community, ExtendedCommunity, Ipv6ExtendedCommunities, Ipv6ExtendedCommunity};
use crate::codes::AttrCode;
use crate::error::Result;

/// Description of the text of a pattern, for errors.
pub(super) const EXPECTED: &str = "a community: 64496:100, 64496:1:2, no-export, rt:64496:100, with `*` and ranges for numbers";

/// A pattern over communities of one kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum CommunityPattern {
    /// RFC 1997.
    Standard([Range; 2]),
    /// RFC 8092.
    Large([Range; 3]),
    /// RFC 4360: octets, the bits of them that count, and the text.
    Extended([u8; 8], [u8; 8], String),
    /// RFC 5701, the same.
    Ipv6([u8; 20], [u8; 20], String),
    /// Extended ones of either width with this name.
    Named(String),
}

/// A number, a range, or `*`.
fn part(text: &str, most: u32) -> Option<Range> {
    if text == "*" { Some(Range { first: 0, last: most }) } else { Range::parse(text, most) }
}

/// The octets of a text whose last field is `*`, and the bits of them that count: those that do not depend on that field.
fn masked<const N: usize>(fields: &str, read: impl Fn(&str) -> Option<[u8; N]>) -> Option<([u8; N], [u8; N])> {
    let with = |number: &str| read(&[fields, number].concat());
    let zero = with("0")?;
    ["4294967295", "65535", "255"].into_iter().filter_map(with).find_map(|ones| {
        let mut mask = [0xff; N];
        for ((mask, zero), ones) in mask.iter_mut().zip(zero).zip(ones) {
            *mask = !(zero ^ ones);
        }
        // The field is whole octets, all ones in the second text.
        (mask.iter().all(|octet| matches!(octet, 0 | 0xff)) && mask.contains(&0)).then_some((zero, mask))
    })
}

fn is_masked<const N: usize>(octets: &[u8; N], value: &[u8; N], mask: &[u8; N]) -> bool {
    octets.iter().zip(value).zip(mask).all(|((octet, value), mask)| (octet ^ value) & mask == 0)
}

impl CommunityPattern {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let standard = u32::from(u16::MAX);
        if let Ok(Community(value)) = text.parse() {
            let [high, low] = [value >> 16, value & standard];
            return Some(Self::Standard([high, low].map(|n| Range { first: n, last: n })));
        }
        let mut parts = text.split(':');
        let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
        let found = match parts {
            [Some(a), Some(b), None, None] => part(a, standard).zip(part(b, standard)).map(|(a, b)| Self::Standard([a, b])),
            [Some(a), Some(b), Some(c), None] => {
                part(a, u32::MAX).zip(part(b, u32::MAX)).zip(part(c, u32::MAX)).map(|((a, b), c)| Self::Large([a, b, c]))
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        if let Ok(community) = text.parse::<ExtendedCommunity>() {
            return Some(Self::Extended(community.0, [0xff; 8], community.to_string()));
        }
        if let Ok(community) = text.parse::<Ipv6ExtendedCommunity>() {
            return Some(Self::Ipv6(community.0, [0xff; 20], community.to_string()));
        }
        let fields = text.strip_suffix('*')?;
        let name = fields.strip_suffix(':')?;
        if !name.contains(':') {
            let is_known = ExtendedCommunity::has_name(name) || Ipv6ExtendedCommunity::has_name(name);
            return is_known.then(|| Self::Named(name.to_string()));
        }
        if let Some((octets, mask)) = masked(fields, |text| text.parse().ok().map(|community: ExtendedCommunity| community.0)) {
            return Some(Self::Extended(octets, mask, text.to_string()));
        }
        let (octets, mask) = masked(fields, |text| text.parse().ok().map(|community: Ipv6ExtendedCommunity| community.0))?;
        Some(Self::Ipv6(octets, mask, text.to_string()))
    }

    /// The attribute whose communities the pattern is about; `None` if there are two.
    pub(super) const fn code(&self) -> Option<AttrCode> {
        match self {
            Self::Standard(_) => Some(AttrCode::COMMUNITIES),
            Self::Large(_) => Some(AttrCode::LARGE_COMMUNITIES),
            Self::Extended(..) => Some(AttrCode::EXTENDED_COMMUNITIES),
            Self::Ipv6(..) => Some(AttrCode::IPV6_EXT_COMMUNITIES),
            Self::Named(_) => None,
        }
    }

    /// Whether the body of that attribute has a matching community; `None` if it is malformed.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn is_in(&self, body: &[u8]) -> Option<bool> {
        match self {
            Self::Standard(ranges) => is_standard_in(body, ranges),
            Self::Large(ranges) => words(body).map(|list| has_large(list, ranges)),
            Self::Extended(value, mask, _) => words(body).map(|list| has_masked(list, value, mask)),
            Self::Ipv6(value, mask, _) => words(body).map(|list| has_masked(list, value, mask)),
            Self::Named(_) => None,
        }
    }

    /// Whether a list has a matching community, and whether it has the attributes that may have one.
    pub(super) fn find(&self, list: &Attributes<'_>) -> Result<(bool, bool)> {
        Ok(match self {
            Self::Standard(ranges) => (has_standard(list.communities()?.as_chunks(), ranges), list.has(AttrCode::COMMUNITIES)),
            Self::Large(ranges) => {
                (has_large(list.large_communities()?.as_chunks(), ranges), list.has(AttrCode::LARGE_COMMUNITIES))
            }
            Self::Extended(value, mask, _) => {
                let found = has_masked(list.extended_communities()?.as_chunks(), value, mask);
                (found, list.has(AttrCode::EXTENDED_COMMUNITIES))
            }
            Self::Ipv6(value, mask, _) => match ipv6(list)? {
                Some(communities) => (has_masked(communities.as_chunks(), value, mask), true),
                None => (false, false),
            },
            Self::Named(name) => {
                let is_named = |known: Option<&str>| known.is_some_and(|known| known == name);
                if list.extended_communities()?.iter().any(|community| is_named(community.name())) {
                    return Ok((true, true));
                }
                match ipv6(list)? {
                    Some(communities) if communities.iter().any(|community| is_named(community.name())) => (true, true),
                    wide => (false, wide.is_some() && list.has(AttrCode::EXTENDED_COMMUNITIES)),
                }
            }
        })
    }
}

/// Whether the body of COMMUNITIES has a community in these ranges; `None` if it is malformed.
#[cfg_attr(optimised, inline(always))]
pub(super) fn is_standard_in(body: &[u8], ranges: &[Range; 2]) -> Option<bool> {
    words(body).map(|list| has_standard(list, ranges))
}

/// Whether it has one community, as that is in memory.
#[cfg_attr(optimised, inline(always))]
pub(super) fn is_word_in(body: &[u8], word: u32) -> Option<bool> {
    words(body).map(|list| has_word(list, word))
}

/// The communities of a body; `None` if it is empty or no whole number of them.
#[cfg_attr(optimised, inline(always))]
fn words<const N: usize>(body: &[u8]) -> Option<&[[u8; N]]> {
    match body.as_chunks() {
        ([], _) => None,
        (list, []) => Some(list),
        _ => None,
    }
}

/// Communities compared at a time, without a branch for each: vector instructions compare them at once.
const AT_ONCE: usize = 8;

/// Whether a word, as it is in memory, is in a list. Words are compared twice rather than one by one up to the end: its place is
/// different in each list, and a branch on it would be guessed wrongly.
#[cfg_attr(optimised, inline(always))]
fn has_word(list: &[[u8; 4]], word: u32) -> bool {
    let is_word = |octets: &[u8; 4]| u32::from_ne_bytes(*octets) == word;
    macro_rules! is_among {
        ($several:expr) => {
            $several.iter().fold(false, |found, octets| found | is_word(octets))
        };
    }
    if let Some(last) = list.last_chunk::<AT_ONCE>() {
        return is_among!(last) || list.as_chunks::<AT_ONCE>().0.iter().any(|several| is_among!(several));
    }
    if let (Some(first), Some(last)) = (list.first_chunk::<4>(), list.last_chunk::<4>()) {
        return is_among!(first) | is_among!(last);
    }
    let at = |place: usize| list.get(place).is_some_and(is_word);
    at(0) | at(list.len() / 2) | at(list.len().wrapping_sub(1))
}

/// The only community in these ranges, as it is in memory; `None` if they have several.
#[cfg_attr(optimised, inline(always))]
pub(super) const fn only_word([high, low]: &[Range; 2]) -> Option<u32> {
    if high.first == high.last && low.first == low.last {
        Some(u32::from_ne_bytes((high.first << 16 | low.first).to_be_bytes()))
    } else {
        None
    }
}

#[cfg_attr(optimised, inline(always))]
fn has_standard(list: &[[u8; 4]], ranges: &[Range; 2]) -> bool {
    if let Some(word) = only_word(ranges) {
        return has_word(list, word);
    }
    let [high, low] = ranges;
    list.iter().any(|&[a, b, c, d]| {
        high.contains(u32::from(u16::from_be_bytes([a, b]))) && low.contains(u32::from(u16::from_be_bytes([c, d])))
    })
}

#[cfg_attr(optimised, inline(always))]
fn has_large(list: &[[u8; 12]], [global, local1, local2]: &[Range; 3]) -> bool {
    list.iter().any(|&[a, b, c, d, e, f, g, h, i, j, k, l]| {
        global.contains(u32::from_be_bytes([a, b, c, d]))
            && local1.contains(u32::from_be_bytes([e, f, g, h]))
            && local2.contains(u32::from_be_bytes([i, j, k, l]))
    })
}

#[cfg_attr(optimised, inline(always))]
fn has_masked<const N: usize>(list: &[[u8; N]], value: &[u8; N], mask: &[u8; N]) -> bool {
    list.iter().any(|octets| is_masked(octets, value, mask))
}

/// IPV6_EXT_COMMUNITIES.
fn ipv6<'a>(list: &Attributes<'a>) -> Result<Option<Ipv6ExtendedCommunities<'a>>> {
    match list.find(AttrCode::IPV6_EXT_COMMUNITIES) {
        Some(attribute) => Ipv6ExtendedCommunities::parse_at(attribute.raw(), attribute.body_offset()).map(Some),
        None => Ok(None),
    }
}

/// A part, whose greatest number is `most`.
fn show(range: Range, most: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match range {
        Range { first: 0, last } if last == most => f.write_str("*"),
        Range { first, last } if last == most && first != last => write!(f, "{first}-"),
        range => fmt::Display::fmt(&range, f),
    }
}

impl fmt::Display for CommunityPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard([high, low]) => {
                if high.first == high.last && low.first == low.last {
                    return fmt::Display::fmt(&Community(high.first << 16 | low.first), f);
                }
                show(*high, u32::from(u16::MAX), f)?;
                f.write_str(":")?;
                show(*low, u32::from(u16::MAX), f)
            }
            Self::Large([global, local1, local2]) => {
                show(*global, u32::MAX, f)?;
                f.write_str(":")?;
                show(*local1, u32::MAX, f)?;
                f.write_str(":")?;
                show(*local2, u32::MAX, f)
            }
            Self::Extended(.., text) | Self::Ipv6(.., text) => f.write_str(text),
            Self::Named(name) => write!(f, "{name}:*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn a_word_is_found_at_every_place_of_lists_of_every_length() {
        let word = u32::from_ne_bytes([0xdc, 0xf0, 0, 7]);
        for len in 0..40 {
            let mut list = vec![[0xdc, 0xf0, 0, 8]; len];
            assert!(!has_word(&list, word), "{len}");
            for place in 0..len {
                list[place] = [0xdc, 0xf0, 0, 7];
                assert!(has_word(&list, word), "{place} of {len}");
                list[place] = [0, 7, 0xdc, 0xf0];
            }
            assert!(!has_word(&list, word), "{len}");
        }
    }
}
