//! Parsing the text form of rules.

use alloc::vec::Vec;
use core::fmt;

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{alpha1, char, digit1, hex_digit1, one_of};
use nom::combinator::{all_consuming, map_opt, opt, success, value, verify};
use nom::error::ParseError;
use nom::multi::fold;
use nom::sequence::preceded;
use nom::{IResult, Parser};

use super::FlowspecBuilder;
use crate::codes::{Afi, FlowspecComponentType};
use crate::error::Result;
use crate::mac::MacAddress;
use crate::nlri::flowspec::body::{Body, Form, Row, octets_for};
use crate::nlri::flowspec::component::{FlowspecComponent, ROWS, row_in, row_of};
use crate::nlri::flowspec::operators::{AND, END, EQ, GT, LT, MATCH, NOT, len_bits, put_pair};
use crate::nlri::flowspec::prefix::FlowspecPrefix;

/// A text that is not a flow specification rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParseFlowspecError {
    pub(in crate::nlri::flowspec) at: usize,
    pub(in crate::nlri::flowspec) expected: &'static str,
}

impl ParseFlowspecError {
    /// Position of the error: bytes from the start of the text.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// What was expected there.
    pub const fn expected(&self) -> &'static str {
        self.expected
    }
}

impl fmt::Display for ParseFlowspecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a flow specification: expected {} (at byte {})", self.expected, self.at)
    }
}

impl core::error::Error for ParseFlowspecError {}

/// An error: the rest of the text, and what was expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Expected<'t> {
    rest: &'t str,
    what: &'static str,
}

type Read<'t, T> = IResult<&'t str, T, Expected<'t>>;

impl<'t> ParseError<&'t str> for Expected<'t> {
    fn from_error_kind(rest: &'t str, _: nom::error::ErrorKind) -> Self {
        Self { rest, what: "a blank or the end" }
    }

    fn append(_: &'t str, _: nom::error::ErrorKind, first: Self) -> Self {
        first
    }
}

/// Sets what a parser expects.
fn expect<'t, T>(
    what: &'static str,
    mut parser: impl Parser<&'t str, Output = T, Error = Expected<'t>>,
) -> impl FnMut(&'t str) -> Read<'t, T> {
    move |rest| parser.parse(rest).map_err(|_| nom::Err::Failure(Expected { rest, what }))
}

fn number(input: &str) -> Read<'_, u64> {
    let decimal = map_opt(digit1, |digits: &str| digits.parse().ok());
    let hex = map_opt(preceded(tag("0x"), hex_digit1), |digits| u64::from_str_radix(digits, 16).ok());
    alt((hex, decimal)).parse(input)
}

fn word(input: &str) -> Read<'_, &str> {
    take_while1(|c| c != ' ').parse(input)
}

/// The length bits of an operator: as in the text, or as the value needs.
fn len_of<'t>(row: &Row, value: u64, input: &'t str) -> Read<'t, u8> {
    let (rest, octets) = opt(preceded(char('/'), expect("1, 2, 4 or 8 octets", one_of("1248")))).parse(input)?;
    let octets = match octets.and_then(|digit| digit.to_digit(10)) {
        Some(octets) => usize::try_from(octets).unwrap_or(8),
        None => row.octets_for(value),
    };
    match len_bits(octets) {
        Some(bits) if octets >= octets_for(value) && octets <= row.most => Ok((rest, bits)),
        _ => Err(nom::Err::Failure(Expected { rest: input, what: "a number of octets that the component allows" })),
    }
}

/// A comparison: operator and value.
fn numeric<'t>(row: &Row, input: &'t str) -> Read<'t, (u8, u64)> {
    let comparison = alt((
        value(GT | EQ, tag(">=")),
        value(LT | EQ, tag("<=")),
        value(LT | GT, tag("!=")),
        value(EQ, tag("=")),
        value(GT, tag(">")),
        value(LT, tag("<")),
        value(0, tag("false")),
        value(LT | GT | EQ, tag("true")),
    ));
    let (input, op) = expect("a comparison", comparison)(input)?;
    let (input, colon) = if matches!(op, 0 | 7) { opt(char(':')).parse(input)? } else { (input, Some(':')) };
    let (input, value) = match colon {
        Some(_) => expect("a number", number)(input)?,
        None => (input, 0),
    };
    let (input, len) = len_of(row, value, input)?;
    Ok((input, (op | len, value)))
}

/// A bit match: operator and bits.
fn bitmask<'t>(row: &Row, input: &'t str) -> Read<'t, (u8, u64)> {
    let operator = alt((value(NOT | MATCH, tag("!=")), value(NOT, tag("!")), value(MATCH, tag("=")), success(0)));
    let bit = |input| {
        let named = map_opt(alpha1, |name| row.names.iter().find(|(known, _)| *known == name).map(|(_, bit)| *bit));
        expect("the name of a bit or a number", alt((named, number)))(input)
    };
    let (input, op) = { operator }.parse(input)?;
    let (input, first) = bit(input)?;
    let (input, bits) = fold(0.., preceded(char('+'), bit), || first, |all, bit| all | bit).parse(input)?;
    let (input, len) = len_of(row, bits, input)?;
    Ok((input, (op | len, bits)))
}

/// Operators joined by `|` and `&`; appends them to `out`.
fn terms<'t>(row: &Row, mut input: &'t str, term: fn(&Row, &'t str) -> Read<'t, (u8, u64)>, out: &mut Vec<u8>) -> Read<'t, ()> {
    let mut and = 0;
    loop {
        let (rest, (op, value)) = term(row, input)?;
        let (rest, more) = opt(one_of("|&")).parse(rest)?;
        put_pair(op | and | if more.is_none() { END } else { 0 }, value, out);
        and = if more == Some('&') { AND } else { 0 };
        input = rest;
        if more.is_none() {
            return Ok((input, ()));
        }
    }
}

fn raw<'t>(input: &'t str, out: &mut Vec<u8>) -> Read<'t, ()> {
    let octets = preceded(tag("0x"), take_while(|c: char| c.is_ascii_hexdigit()));
    let (rest, digits) = expect("0x and octets in hexadecimal", verify(octets, |d: &str| d.len().is_multiple_of(2)))(input)?;
    for pair in digits.as_bytes().chunks_exact(2) {
        let digit = |at: usize| pair.get(at).and_then(|d| char::from(*d).to_digit(16)).unwrap_or(0);
        out.push(u8::try_from(digit(0) << 4 | digit(1)).unwrap_or(0));
    }
    Ok((rest, ()))
}

/// One component; appends its octets to `out`. A prefix determines the address family if it is still open.
fn component<'t>(input: &'t str, afi: &mut Option<Afi>, out: &mut Vec<u8>) -> Read<'t, ()> {
    let (rest, name) = expect("the name of a component", word)(input)?;
    // A type with a name in the family cannot be given by number; the family is IPv4 if nothing before says otherwise.
    let without_name = |kind: &u8| row_in(*kind, afi.unwrap_or(Afi::IPV4)).is_none();
    let unnamed = || name.strip_prefix("unknown-").and_then(|kind| kind.parse().ok()).filter(without_name);
    let is_here = |row: &&Row| row.form == Form::Prefix || afi.is_none_or(|afi| row_in(row.code, afi).is_some());
    let row = ROWS.iter().find(|row| row.name == name).filter(is_here);
    let Some(kind) = row.map(|row| row.code).or_else(unnamed) else {
        return Err(nom::Err::Failure(Expected { rest: input, what: "the name of a component" }));
    };
    let (rest, _) = expect("a blank", char(' '))(rest)?;
    out.push(kind);
    let Some(row) = row else {
        return raw(rest, out);
    };
    match row.form {
        Form::Prefix => {
            let at = rest;
            let (rest, prefix) = expect("a prefix", map_opt(word, |word| word.parse::<FlowspecPrefix>().ok()))(at)?;
            let own = if prefix.prefix.is_v6() { Afi::IPV6 } else { Afi::IPV4 };
            if *afi.get_or_insert(own) != own {
                return Err(nom::Err::Failure(Expected { rest: at, what: "a prefix of the rule's address family" }));
            }
            prefix.write(out);
            Ok((rest, ()))
        }
        Form::Mac => {
            let (rest, mac) = expect("a MAC address", map_opt(word, |word| word.parse::<MacAddress>().ok()))(rest)?;
            Body::write(&mac, out);
            Ok((rest, ()))
        }
        Form::Numeric => terms(row, rest, numeric, out),
        Form::Bitmask => terms(row, rest, bitmask, out),
    }
}

/// A whole rule.
fn whole<'t>(mut input: &'t str, afi: Option<Afi>) -> Read<'t, FlowspecBuilder> {
    let mut builder = FlowspecBuilder::new(afi.unwrap_or(Afi::IPV4));
    let (rest, rd) =
        opt(preceded(tag("rd "), expect("a route distinguisher", map_opt(word, |word| word.parse().ok())))).parse(input)?;
    if let Some(rd) = rd {
        builder.rd(rd);
        input = expect("a blank", char(' '))(rest)?.0;
    }
    let mut afi = afi;
    let mut octets = Vec::new();
    loop {
        octets.clear();
        let (rest, ()) = component(input, &mut afi, &mut octets)?;
        let failed = |what| nom::Err::Failure(Expected { rest: input, what });
        let kind = octets.first().copied().unwrap_or(0);
        if afi.is_none() && row_of(kind).is_some() && !input.starts_with("unknown-") {
            afi = match FlowspecComponentType(kind) {
                FlowspecComponentType::FLOW_LABEL => Some(Afi::IPV6),
                _ if kind >= FlowspecComponentType::ETHERTYPE.0 => Some(Afi::L2VPN),
                _ => None,
            };
        }
        builder.afi = afi.unwrap_or(builder.afi);
        if builder.last.is_some_and(|last| kind <= last) {
            return Err(failed("a component of a higher type"));
        }
        // This reads what was written above; only an overlong rule can fail.
        let (_, component) = FlowspecComponent::parse(builder.afi, &octets).map_err(|_| failed("a component"))?;
        builder.push(component).map_err(|_| failed("no more than 4095 octets"))?;
        if rest.is_empty() {
            return Ok((rest, builder));
        }
        input = expect("a blank or the end", char(' '))(rest)?.0;
    }
}

pub(super) fn rule(text: &str, afi: Option<Afi>) -> Result<FlowspecBuilder, ParseFlowspecError> {
    match all_consuming(|input| whole(input, afi)).parse(text) {
        Ok((_, builder)) => Ok(builder),
        Err(nom::Err::Error(e) | nom::Err::Failure(e)) => {
            Err(ParseFlowspecError { at: text.len().saturating_sub(e.rest.len()), expected: e.what })
        }
        // These parsers have the complete text and never request more.
        Err(nom::Err::Incomplete(_)) => Err(ParseFlowspecError { at: text.len(), expected: "more" }),
    }
}
