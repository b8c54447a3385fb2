//! The grammar.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use nom::branch::alt;
use nom::bytes::complete::{is_not, tag, take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::value;
use nom::error::ParseError;
use nom::multi::fold;
use nom::{IResult, Parser};

use super::error::{Expected, ParseFilterError};
use super::key::{self, Files, KEYS, Key};
use super::node::{Node, Test, is_bare};

/// Depth of parentheses.
const DEPTH: usize = 64;

/// An error: octets from it to the end of the text, and what was expected.
struct Unread {
    left: usize,
    what: Cow<'static, str>,
}

type Read<'t, T> = IResult<&'t str, T, Unread>;

impl<'t> ParseError<&'t str> for Unread {
    fn from_error_kind(rest: &'t str, _: nom::error::ErrorKind) -> Self {
        Self { left: rest.len(), what: "a filter".into() }
    }

    fn append(_: &'t str, _: nom::error::ErrorKind, first: Self) -> Self {
        first
    }
}

fn unread<'t, T>(rest: &'t str, what: &'static str) -> Read<'t, T> {
    Err(nom::Err::Failure(Unread { left: rest.len(), what: what.into() }))
}

fn blanks(input: &str) -> Read<'_, &str> {
    take_while(char::is_whitespace).parse(input)
}

fn word(input: &str) -> Read<'_, &str> {
    take_while1(is_bare).parse(input)
}

/// The rest after a keyword, if the input starts with it.
fn keyword<'t>(name: &str, input: &'t str) -> Option<&'t str> {
    match word(input) {
        Ok((rest, found)) if found.eq_ignore_ascii_case(name) => Some(rest),
        _ => None,
    }
}

/// A value: a word, or a text in quotes in which a quote is written twice. With the number of octets before its text.
fn text_value(input: &str) -> Read<'_, (usize, Cow<'_, str>)> {
    for (quote, twice, other) in [("'", "''", "'"), ("\"", "\"\"", "\"")] {
        let Some(rest) = input.strip_prefix(quote) else { continue };
        let part = alt((is_not(other), value(quote, tag(twice))));
        let append = |mut text: String, part: &str| {
            text.push_str(part);
            text
        };
        let (rest, text) = fold(0.., part, String::new, append).parse(rest)?;
        return match rest.strip_prefix(quote) {
            Some(rest) => Ok((rest, (1, Cow::Owned(text)))),
            None => unread(rest, "the quote that ends the value"),
        };
    }
    word(input).map(|(rest, word)| (rest, (0, Cow::Borrowed(word))))
}

/// A key and its value.
fn test<'t>(input: &'t str, files: Files<'_>) -> Read<'t, Node> {
    let Ok((rest, name)) = word(input) else { return unread(input, key::EXPECTED) };
    let Some(key) = KEYS.iter().find(|key| key.name == name) else { return unread(input, key::EXPECTED) };
    let (rest, _) = blanks(rest)?;
    let (after, (before, text)) = match text_value(rest) {
        Ok(found) => found,
        Err(nom::Err::Failure(e)) => return Err(nom::Err::Failure(e)),
        Err(_) => return Err(nom::Err::Failure(Unread { left: rest.len(), what: nothing(key, files) })),
    };
    match (key.read)(&text, files) {
        Ok(condition) => Ok((after, Node::Test(Test { key, condition }))),
        Err(Expected { at, what }) => {
            let left = rest.len().saturating_sub(before).saturating_sub(at);
            Err(nom::Err::Failure(Unread { left, what }))
        }
    }
}

/// What is expected where a value is missing.
fn nothing(key: &Key, files: Files<'_>) -> Cow<'static, str> {
    match (key.read)("", files) {
        Err(Expected { what, .. }) => what,
        Ok(_) => "a value".into(),
    }
}

fn factor<'t>(input: &'t str, depth: usize, files: Files<'_>) -> Read<'t, Node> {
    let (mut rest, _) = blanks(input)?;
    let mut negated = false;
    while let Some(after) = keyword("not", rest) {
        (rest, _) = blanks(after)?;
        negated = !negated;
    }
    let (rest, node) = if let Some(after) = rest.strip_prefix('(') {
        let Some(depth) = depth.checked_sub(1) else { return unread(rest, "at most 64 parentheses in each other") };
        let (after, node) = disjunction(after, depth, files)?;
        let Ok((after, _)) = char::<_, Unread>(')').parse(after) else { return unread(after, "`and`, `or` or `)`") };
        (after, node)
    } else if let Some(after) = keyword("all", rest) {
        (after, Node::All)
    } else {
        test(rest, files)?
    };
    let (rest, _) = blanks(rest)?;
    Ok((rest, if negated { Node::not(node) } else { node }))
}

fn conjunction<'t>(input: &'t str, depth: usize, files: Files<'_>) -> Read<'t, Node> {
    let (mut rest, first) = factor(input, depth, files)?;
    let mut nodes = alloc::vec![first];
    while let Some(after) = keyword("and", rest) {
        let (after, node) = factor(after, depth, files)?;
        nodes.push(node);
        rest = after;
    }
    Ok((rest, Node::and(nodes)))
}

fn disjunction<'t>(input: &'t str, depth: usize, files: Files<'_>) -> Read<'t, Node> {
    let (mut rest, first) = conjunction(input, depth, files)?;
    let mut nodes: Vec<Node> = alloc::vec![first];
    while let Some(after) = keyword("or", rest) {
        let (after, node) = conjunction(after, depth, files)?;
        nodes.push(node);
        rest = after;
    }
    Ok((rest, Node::or(nodes)))
}

/// Parses a whole text.
pub(super) fn parse(text: &str, files: Files<'_>) -> Result<Node, ParseFilterError> {
    let (left, what) = match disjunction(text, DEPTH, files) {
        Ok(("", node)) => return Ok(node),
        Ok((rest, _)) => (rest.len(), "`and`, `or` or the end".into()),
        Err(nom::Err::Error(e) | nom::Err::Failure(e)) => (e.left, e.what),
        Err(nom::Err::Incomplete(_)) => (0, "a filter".into()),
    };
    Err(ParseFilterError::new(text, text.len().saturating_sub(left), what))
}

/// A test of one key.
pub(super) fn of(name: &str, value: &str, files: Files<'_>) -> Result<Node, ParseFilterError> {
    let Some(key) = KEYS.iter().find(|key| key.name == name) else {
        return Err(ParseFilterError::new(name, 0, key::EXPECTED_KEY.into()));
    };
    match (key.read)(value, files) {
        Ok(condition) => Ok(Node::Test(Test { key, condition })),
        Err(Expected { at, what }) => Err(ParseFilterError::new(value, at, what)),
    }
}
