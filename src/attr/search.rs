//! One attribute of a list that is not indexed.

use super::attribute::split_attribute;
use crate::codes::AttrCode;

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
#[inline(always)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_one_counts_and_a_framing_error_ends_the_list() {
        let list = [0x40, 1, 1, 0, 0x50, 2, 0, 2, 7, 8, 0x40, 2, 0, 0xc0, 8, 5, 1];
        assert_eq!(search(&list, AttrCode::AS_PATH), Search::Body(&[7, 8]));
        assert_eq!(search(&list, AttrCode::COMMUNITIES), Search::Cut);
        assert_eq!(search(&list[..13], AttrCode::COMMUNITIES), Search::Absent);
        assert_eq!(search(&[0x40, 2], AttrCode::AS_PATH), Search::Cut);
    }
}
