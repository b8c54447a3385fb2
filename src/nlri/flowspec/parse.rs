//! Shared parts of the rule parsers: octets and error positions.

use nom::error::ParseError;
use nom::{IResult, Parser};

use crate::error::ErrorKind;

/// An error: the rest of the rule, and the kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Failure<'a> {
    pub(super) rest: &'a [u8],
    pub(super) kind: ErrorKind,
}

pub(super) type Parsed<'a, T> = IResult<&'a [u8], T, Failure<'a>>;

impl<'a> ParseError<&'a [u8]> for Failure<'a> {
    // The parsers below name their errors; combinators only check that nothing follows a rule.
    fn from_error_kind(rest: &'a [u8], _: nom::error::ErrorKind) -> Self {
        Self { rest, kind: ErrorKind::TrailingBytes(u32::try_from(rest.len()).unwrap_or(u32::MAX)) }
    }

    fn append(_: &'a [u8], _: nom::error::ErrorKind, first: Self) -> Self {
        first
    }
}

/// A final error: there is no alternative for `rest`.
pub(super) fn fail<T>(rest: &[u8], kind: ErrorKind) -> Parsed<'_, T> {
    Err(nom::Err::Failure(Failure { rest, kind }))
}

pub(super) fn octets<'a>(n: usize) -> impl Parser<&'a [u8], Output = &'a [u8], Error = Failure<'a>> {
    move |input: &'a [u8]| match input.split_at_checked(n) {
        Some((head, rest)) => Ok((rest, head)),
        None => {
            let missing = u32::try_from(n.saturating_sub(input.len())).unwrap_or(u32::MAX);
            fail(input, ErrorKind::Truncated(missing))
        }
    }
}

pub(super) fn octet(input: &[u8]) -> Parsed<'_, u8> {
    match input.split_first() {
        Some((octet, rest)) => Ok((rest, *octet)),
        None => fail(input, ErrorKind::Truncated(1)),
    }
}
