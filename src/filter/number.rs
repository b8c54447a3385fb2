//! Ranges of numbers.

use core::fmt;

use crate::asn::Asn;

/// Numbers from a first to a last one, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Range {
    pub(super) first: u32,
    pub(super) last: u32,
}

impl Range {
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn contains(self, number: u32) -> bool {
        self.first <= number && number <= self.last
    }

    /// Parses `N`, `N-M` and `N-`, numbers up to `most`. `-M` would read as a negative number.
    pub(super) fn parse(text: &str, most: u32) -> Option<Self> {
        Self::parse_by(text, most, |text| if is_decimal(text) { text.parse().ok() } else { None })
    }

    /// The same with AS numbers: `64496`, `AS64496`, `1.10`.
    pub(super) fn parse_asns(text: &str) -> Option<Self> {
        Self::parse_by(text, u32::MAX, |text| {
            let digits =
                text.split_at_checked(2).filter(|(prefix, _)| prefix.eq_ignore_ascii_case("AS")).map_or(text, |(_, n)| n);
            if digits.split('.').all(is_decimal) { text.parse::<Asn>().ok().map(|asn| asn.0) } else { None }
        })
    }

    fn parse_by(text: &str, most: u32, number: impl Fn(&str) -> Option<u32>) -> Option<Self> {
        let (first, last) = match text.split_once('-') {
            None => (number(text)?, number(text)?),
            Some((first, "")) => (number(first)?, most),
            Some((first, last)) => (number(first)?, number(last)?),
        };
        (first <= last && last <= most).then_some(Self { first, last })
    }
}

fn is_decimal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.first, f)?;
        match self.last {
            last if last == self.first => Ok(()),
            u32::MAX => f.write_str("-"),
            last => write!(f, "-{last}"),
        }
    }
}
