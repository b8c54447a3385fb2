//! Autonomous system numbers.

use core::fmt;
use core::num::{IntErrorKind, ParseIntError};
use core::str::FromStr;

use crate::wire::{Sink, wire_newtype};

/// AS_TRANS in its two octets.
const TRANS: u16 = 23456;

/// An autonomous system number of up to four octets (RFC 6793), displayed in plain decimal (RFC 5396 asplain).
///
/// ```
/// use routeglass::Asn;
/// assert_eq!("AS64496".parse(), Ok(Asn(64496)));
/// assert_eq!("1.10".parse(), Ok(Asn(65546)));
/// assert_eq!(Asn(65546).to_string(), "65546");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Asn(pub u32);

impl Asn {
    /// AS_TRANS: the placeholder in two-octet fields for a four-octet number (RFC 6793 section 9).
    pub const TRANS: Self = Self(TRANS as u32);

    /// Number 0, which is reserved (RFC 7607).
    pub const ZERO: Self = Self(0);

    /// Whether the number needs more than two octets.
    pub const fn is_four_octet(self) -> bool {
        self.0 > 0xffff
    }

    /// Whether the number is reserved for private use (RFC 6996).
    pub const fn is_private(self) -> bool {
        matches!(self.0, 64512..=65534 | 4_200_000_000..=4_294_967_294)
    }

    /// Whether the number is reserved for documentation (RFC 5398).
    pub const fn is_documentation(self) -> bool {
        matches!(self.0, 64496..=64511 | 65536..=65551)
    }

    /// Whether the number may not appear in a public path: 0 (RFC 7607), AS_TRANS (RFC 6793), the last ones of each width
    /// (RFC 7300), documentation and private numbers.
    pub const fn is_reserved(self) -> bool {
        // One match of all ranges, since programs ask for every hop of a path.
        matches!(self, Self(0 | 64496..=65551 | 4_200_000_000..) | Self::TRANS)
    }
}

impl Asn {
    /// Writes the number in four or two octets; [`Asn::TRANS`] if it exceeds two (RFC 6793 section 4.2.2).
    pub(crate) fn write<S: Sink + ?Sized>(self, asn4: bool, out: &mut S) {
        if asn4 {
            out.put_u32(self.0);
        } else {
            out.put_u16(self.in_two_octets());
        }
    }

    /// The number, or AS_TRANS, for a field of two octets.
    pub(crate) fn in_two_octets(self) -> u16 {
        u16::try_from(self.0).unwrap_or(TRANS)
    }
}

wire_newtype!(Asn(u32) => number);

impl fmt::Display for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AS{}", self.0)
    }
}

impl From<u32> for Asn {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl From<Asn> for u32 {
    fn from(asn: Asn) -> Self {
        asn.0
    }
}

/// The text is not an autonomous system number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseAsnError(ParseIntError);

impl fmt::Display for ParseAsnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.kind() {
            IntErrorKind::Empty => "not an AS number: it has no digits",
            IntErrorKind::PosOverflow => {
                "not an AS number: it is larger than 4294967295, or a part before or after the dot than 65535"
            }
            _ => "not an AS number: it has something else than digits",
        })
    }
}

impl core::error::Error for ParseAsnError {}

impl FromStr for Asn {
    type Err = ParseAsnError;

    /// Parses `64496`, `AS64496` and the dotted form `1.10` (RFC 5396 asdot).
    fn from_str(text: &str) -> Result<Self, ParseAsnError> {
        let digits = match text.split_at_checked(2) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("AS") => rest,
            _ => text,
        };
        match digits.split_once('.') {
            Some((high, low)) => {
                let high: u16 = high.parse().map_err(ParseAsnError)?;
                let low: u16 = low.parse().map_err(ParseAsnError)?;
                Ok(Self(u32::from(high) << 16 | u32::from(low)))
            }
            None => digits.parse().map(Self).map_err(ParseAsnError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_two_octets_end_at_65535() {
        assert!(!Asn(65_535).is_four_octet() && Asn(65_536).is_four_octet());
    }

    #[test]
    fn text_both_ways() {
        assert_eq!("65551".parse(), Ok(Asn(65551)));
        assert_eq!("as1.15".parse(), Ok(Asn(65551)));
        assert_eq!(Asn(65551).to_string(), "65551");
        assert_eq!(format!("{:?}", Asn(1)), "AS1");
        assert_eq!("AS".parse::<Asn>().unwrap_err().to_string(), "not an AS number: it has no digits");
        assert!("1.65536".parse::<Asn>().is_err() && "4294967296".parse::<Asn>().is_err());
    }

    #[test]
    fn reserved_ranges_end_where_the_rfcs_say() {
        assert!(!Asn(64495).is_documentation() && Asn(64496).is_documentation() && Asn(65551).is_documentation());
        assert!(Asn(64512).is_private() && Asn(65534).is_private() && !Asn(65535).is_private());
        assert!(Asn(65535).is_reserved() && Asn(u32::MAX).is_reserved() && Asn::TRANS.is_reserved() && !Asn(65552).is_reserved());
    }
}
