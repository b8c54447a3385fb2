//! Parsing the text form of structures described by fields.
//!
//! Every value is one word, so a structure is `field=word field=word` and a choice `name(…)`. Parsers use nom internally; public
//! functions return [`ParseRouteError`](crate::nlri::ParseRouteError) and the like.

use core::str::FromStr;

use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, hex_digit0};
use nom::combinator::map_res;
use nom::error::{Error, ErrorKind};
use nom::sequence::preceded;
use nom::{Err, IResult, Parser};

/// Buffer for octets in hexadecimal, which values borrow.
#[derive(Debug)]
pub(crate) struct Octets<'b>(pub(crate) &'b mut [u8]);

impl<'b> Octets<'b> {
    /// The octets of pairs of hexadecimal digits; `None` for an odd number of digits or too little room.
    fn take_hex(&mut self, digits: &str) -> Option<&'b [u8]> {
        let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
        let all = core::mem::take(&mut self.0);
        let (octets, left) = all.split_at_mut_checked(pairs.len())?;
        self.0 = left;
        for (octet, pair) in octets.iter_mut().zip(pairs) {
            *octet = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(octets)
    }
}

/// A field with a parser for its text.
pub(crate) trait ReadText<'b>: Sized {
    /// Reads the value at the start of a text.
    fn read_text<'t>(text: &'t str, octets: &mut Octets<'b>) -> IResult<&'t str, Self>;
}

/// A word: up to a space or a closing parenthesis.
pub(crate) fn word(text: &str) -> IResult<&str, &str> {
    take_while1(|c| c != ' ' && c != ')')(text)
}

/// A word parsed as a value.
pub(crate) fn by_word<T: FromStr>(text: &str) -> IResult<&str, T> {
    map_res(word, str::parse).parse(text)
}

/// `name=` and the value, after a space unless it is the first of its structure.
pub(crate) fn named<'t, 'b, T: ReadText<'b>>(
    text: &'t str,
    name: &'static str,
    first: &mut bool,
    octets: &mut Octets<'b>,
) -> IResult<&'t str, T> {
    let text = if core::mem::take(first) { text } else { char(' ')(text)?.0 };
    preceded((tag(name), char('=')), |rest| T::read_text(rest, octets)).parse(text)
}

fn no_octets<T>(text: &str) -> IResult<&str, T> {
    Err(Err::Error(Error::new(text, ErrorKind::HexDigit)))
}

impl<'b> ReadText<'b> for &'b [u8] {
    fn read_text<'t>(text: &'t str, octets: &mut Octets<'b>) -> IResult<&'t str, Self> {
        let (rest, digits) = preceded(tag("0x"), hex_digit0).parse(text)?;
        match octets.take_hex(digits) {
            Some(octets) => Ok((rest, octets)),
            None => no_octets(text),
        }
    }
}

impl<'b, const N: usize> ReadText<'b> for [u8; N] {
    fn read_text<'t>(text: &'t str, _: &mut Octets<'b>) -> IResult<&'t str, Self> {
        let (rest, digits) = preceded(tag("0x"), hex_digit0).parse(text)?;
        let mut out = [0; N];
        match Octets(&mut out).take_hex(digits) {
            Some(octets) if octets.len() == N => Ok((rest, out)),
            _ => no_octets(text),
        }
    }
}

impl<'b> ReadText<'b> for u8 {
    fn read_text<'t>(text: &'t str, _: &mut Octets<'b>) -> IResult<&'t str, Self> {
        nom::character::complete::u8(text)
    }
}

impl<'b> ReadText<'b> for u32 {
    fn read_text<'t>(text: &'t str, _: &mut Octets<'b>) -> IResult<&'t str, Self> {
        nom::character::complete::u32(text)
    }
}

impl<'b, T: ReadText<'b>> ReadText<'b> for Option<T> {
    fn read_text<'t>(text: &'t str, octets: &mut Octets<'b>) -> IResult<&'t str, Self> {
        if let Some(rest) = text.strip_prefix("none") {
            return Ok((rest, None));
        }
        let (rest, value) = T::read_text(text, octets)?;
        Ok((rest, Some(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_octets_and_what_may_be_missing() {
        let mut buffer = [0; 4];
        let mut octets = Octets(&mut buffer);
        assert_eq!(<&[u8]>::read_text("0x0aFF)", &mut octets), Ok((")", &[0x0a, 0xff][..])));
        assert_eq!(<&[u8]>::read_text("0x", &mut octets), Ok(("", &[][..])));
        assert!(<&[u8]>::read_text("0x123", &mut octets).is_err());
        assert!(<&[u8]>::read_text("0x112233", &mut octets).is_err());
        assert_eq!(<[u8; 2]>::read_text("0x0102 x", &mut octets), Ok((" x", [1, 2])));
        assert!(<[u8; 2]>::read_text("0x010203", &mut octets).is_err() && <[u8; 2]>::read_text("0x01", &mut octets).is_err());
        assert_eq!(Option::<u8>::read_text("none)", &mut octets), Ok((")", None)));
        assert_eq!(Option::<u8>::read_text("7)", &mut octets), Ok((")", Some(7))));
        assert!(u32::read_text("+7", &mut octets).is_err() && u8::read_text("256", &mut octets).is_err());
        let mut first = true;
        assert_eq!(named::<u32>("a=1 b=2", "a", &mut first, &mut octets), Ok((" b=2", 1)));
        assert_eq!(named::<u32>(" b=2", "b", &mut first, &mut octets), Ok(("", 2)));
        assert!(named::<u32>("b=2", "b", &mut first, &mut octets).is_err());
    }
}
