//! Expressions over AS paths, compiled to an automaton over AS numbers.
//!
//! It is a Glushkov automaton: one state for each place of the expression at which a number is read. A step takes the states that
//! may follow the current ones and keeps those whose place allows the number; its cost is bounded by the expression.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use nom::branch::alt;
use nom::bytes::complete::{tag_no_case, take_while};
use nom::character::complete::{char, digit1};
use nom::combinator::{map, map_opt, opt, recognize, value};
use nom::error::ParseError;
use nom::multi::fold;
use nom::sequence::preceded;
use nom::{IResult, Parser};

use super::error::Expected;
use super::number::Range;
use crate::asn::Asn;
use crate::attr::MergedPath;

/// Places of an expression.
const PLACES: usize = 256;

/// Ranges of numbers in all places together.
const RANGES: usize = 1024;

/// Depth of groups.
const DEPTH: usize = 32;

/// What is expected of an alternative that every path would match by its form.
const NOT_EVERY_PATH: &str =
    "an AS number that is not optional, or both `^` and `$`: every path matches this; write `.*` if that is meant";

/// What is expected of `[0-9]`, which in other languages is a digit: `^[0-9]+$` would be a path of the numbers 0 to 9.
const NO_DIGIT: &str = "`.` for any AS number: this is no digit, but one of the AS numbers 0 to 9";

/// The numbers allowed at one place.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Class {
    except: bool,
    ranges: Vec<Range>,
}

impl Class {
    /// Whether it is `.`.
    const fn is_any(&self) -> bool {
        self.except && self.ranges.is_empty()
    }

    /// Whether it allows no number at all: its ranges, each of which is left out, are all numbers.
    fn is_nothing(&self) -> bool {
        let mut ranges: Vec<_> = self.ranges.iter().collect();
        ranges.sort_unstable_by_key(|range| range.first);
        // The first number of no range so far.
        let left = ranges.iter().try_fold(0u32, |left, range| match range.first <= left {
            true => range.last.checked_add(1).map(|next| next.max(left)),
            false => Some(left),
        });
        self.except && left.is_none()
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Node {
    Class(Class),
    /// A sequence of several, none of them a sequence; of none between `^` and `$`.
    Sequence(Vec<Node>),
    /// One of several.
    Either(Vec<Node>),
    /// Repetitions: at least, at most.
    Repeat(Box<Node>, u8, Option<u8>),
}

/// An alternative of the whole expression.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Alternative {
    from_start: bool,
    to_end: bool,
    node: Node,
}

/// An expression as written.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Expression(Vec<Alternative>);

/// A set of places.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Places([u64; PLACES / 64]);

impl Places {
    const EMPTY: Self = Self([0; PLACES / 64]);

    fn of(place: usize) -> Self {
        let mut places = Self::EMPTY;
        places.insert(place);
        places
    }

    fn insert(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= u32::try_from(place % 64).ok().and_then(|bit| 1u64.checked_shl(bit)).unwrap_or(0);
        }
    }

    #[cfg_attr(optimised, inline(always))]
    fn or(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word |= other);
        self
    }

    #[cfg_attr(optimised, inline(always))]
    fn and(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word &= other);
        self
    }

    #[cfg_attr(optimised, inline(always))]
    fn is_empty(&self) -> bool {
        self.0 == [0; PLACES / 64]
    }

    #[cfg_attr(optimised, inline(always))]
    fn iter(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(i, word)| {
            core::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)))
                .take_while(|word| *word != 0)
                .map(move |word| i.wrapping_mul(64).wrapping_add(word.trailing_zeros() as usize))
        })
    }
}

/// A compiled expression.
#[derive(Clone, Debug)]
pub(super) struct AsPathPattern {
    expression: Expression,
    /// The first numbers of the intervals whose numbers are allowed at the same places, and these places.
    starts: Vec<u32>,
    allowed: Vec<Places>,
    /// The places that may follow each place.
    follow: Vec<Places>,
    /// First places at the start of the path, and after it.
    first: Places,
    first_later: Places,
    /// Last places at the end of the path, and before it.
    last: Places,
    last_earlier: Places,
    /// Whether all paths match, or the empty one.
    always: bool,
    empty: bool,
}

impl PartialEq for AsPathPattern {
    fn eq(&self, other: &Self) -> bool {
        self.expression == other.expression
    }
}

impl Eq for AsPathPattern {}

/// First and last places of a part of an expression.
#[derive(Clone, Copy)]
struct Part {
    nullable: bool,
    first: Places,
    last: Places,
}

impl Part {
    const NOTHING: Self = Self { nullable: true, first: Places::EMPTY, last: Places::EMPTY };
}

/// The automaton as far as it has been built.
#[derive(Default)]
struct Build {
    classes: Vec<Class>,
    follow: Vec<Places>,
}

impl Build {
    fn link(&mut self, from: Places, to: Places) {
        for place in from.iter() {
            if let Some(follow) = self.follow.get_mut(place) {
                *follow = follow.or(to);
            }
        }
    }

    fn then(&mut self, a: Part, b: Part) -> Part {
        self.link(a.last, b.first);
        Part {
            nullable: a.nullable && b.nullable,
            first: if a.nullable { a.first.or(b.first) } else { a.first },
            last: if b.nullable { a.last.or(b.last) } else { b.last },
        }
    }

    fn part(&mut self, node: &Node) -> Part {
        match node {
            Node::Class(class) => {
                let place = Places::of(self.classes.len());
                self.classes.push(class.clone());
                self.follow.push(Places::EMPTY);
                Part { nullable: false, first: place, last: place }
            }
            Node::Sequence(nodes) => nodes.iter().fold(Part::NOTHING, |before, node| {
                let part = self.part(node);
                self.then(before, part)
            }),
            Node::Either(nodes) => {
                let mut either = Part { nullable: false, ..Part::NOTHING };
                for node in nodes {
                    let part = self.part(node);
                    either = Part {
                        nullable: either.nullable || part.nullable,
                        first: either.first.or(part.first),
                        last: either.last.or(part.last),
                    };
                }
                either
            }
            Node::Repeat(node, least, most) => {
                let copies = most.unwrap_or((*least).max(1));
                let mut whole = Part::NOTHING;
                for copy in 0..copies {
                    let mut part = self.part(node);
                    part.nullable |= copy >= *least;
                    if most.is_none() && copy == copies.saturating_sub(1) {
                        self.link(part.last, part.first);
                    }
                    whole = self.then(whole, part);
                }
                whole
            }
        }
    }
}

impl Node {
    /// Whether no number may be enough for it.
    fn is_nullable(&self) -> bool {
        match self {
            Self::Class(_) => false,
            Self::Sequence(nodes) => nodes.iter().all(Self::is_nullable),
            Self::Either(nodes) => nodes.iter().any(Self::is_nullable),
            Self::Repeat(node, least, _) => *least == 0 || node.is_nullable(),
        }
    }

    /// Whether it is `.*`.
    fn is_anything(&self) -> bool {
        matches!(self, Self::Repeat(node, 0, None) if matches!(&**node, Self::Class(class) if class.is_any()))
    }

    /// Upper bounds of the number of places and of the ranges in them.
    fn size(&self) -> (usize, usize) {
        let sum = |nodes: &[Self]| {
            nodes.iter().map(Self::size).fold((1usize, 0usize), |a, b| (a.0.saturating_add(b.0), a.1.saturating_add(b.1)))
        };
        match self {
            Self::Class(class) => (1, class.ranges.len().max(1)),
            Self::Sequence(nodes) | Self::Either(nodes) => {
                let (places, ranges) = sum(nodes);
                (places.saturating_sub(1).max(1), ranges)
            }
            Self::Repeat(node, least, most) => {
                let (places, ranges) = node.size();
                let copies = usize::from(most.unwrap_or((*least).max(1)).max(1));
                (places.saturating_mul(copies), ranges.saturating_mul(copies))
            }
        }
    }
}

impl AsPathPattern {
    /// Parses and compiles an expression.
    pub(super) fn parse(text: &str) -> Result<Self, Expected> {
        let (rest, expression) = match expression(text) {
            Ok(read) => read,
            Err(nom::Err::Error(e) | nom::Err::Failure(e)) => {
                return Err(Expected { at: text.len().saturating_sub(e.rest.len()), what: e.what.into() });
            }
            Err(nom::Err::Incomplete(_)) => return Err(Expected::value("an expression over AS numbers")),
        };
        if !rest.is_empty() {
            let what = match expression.0.last() {
                Some(Alternative { to_end: true, .. }) => "`|` or the end of the expression",
                _ => "an AS number, `.`, `[`, `(`, `|`, `$` or the end of the expression",
            };
            return Err(Expected { at: text.len().saturating_sub(rest.len()), what: what.into() });
        }
        let (places, ranges) = expression
            .0
            .iter()
            .map(|alternative| alternative.node.size())
            .fold((0usize, 0usize), |a, b| (a.0.saturating_add(b.0), a.1.saturating_add(b.1)));
        if places > PLACES || ranges > RANGES {
            return Err(Expected::value("an expression of at most 256 places, with at most 1024 numbers and ranges in them"));
        }
        Ok(Self::compile(expression))
    }

    fn compile(expression: Expression) -> Self {
        let mut build = Build::default();
        let mut pattern = Self {
            expression,
            starts: vec![0],
            allowed: Vec::new(),
            follow: Vec::new(),
            first: Places::EMPTY,
            first_later: Places::EMPTY,
            last: Places::EMPTY,
            last_earlier: Places::EMPTY,
            always: false,
            empty: false,
        };
        for alternative in &pattern.expression.0 {
            let part = build.part(&alternative.node);
            let (start, end) = (alternative.from_start, alternative.to_end);
            pattern.first = pattern.first.or(part.first);
            pattern.last = pattern.last.or(part.last);
            if !start {
                pattern.first_later = pattern.first_later.or(part.first);
            }
            if !end {
                pattern.last_earlier = pattern.last_earlier.or(part.last);
            }
            pattern.always |= part.nullable && !(start && end);
            pattern.empty |= part.nullable;
        }
        let ranges = build.classes.iter().flat_map(|class| &class.ranges);
        pattern.starts.extend(ranges.flat_map(|range| [Some(range.first), range.last.checked_add(1)]).flatten());
        pattern.starts.sort_unstable();
        pattern.starts.dedup();
        pattern.allowed = vec![Places::EMPTY; pattern.starts.len()];
        for (place, class) in build.classes.iter().enumerate() {
            for (start, allowed) in pattern.starts.iter().zip(&mut pattern.allowed) {
                if class.ranges.iter().any(|range| range.contains(*start)) != class.except {
                    allowed.insert(place);
                }
            }
        }
        pattern.follow = build.follow;
        pattern
    }

    /// The places that allow a number.
    #[cfg_attr(optimised, inline(always))]
    fn allowed(&self, number: u32) -> Places {
        let interval = self.starts.partition_point(|start| *start <= number).wrapping_sub(1);
        self.allowed.get(interval).copied().unwrap_or(Places::EMPTY)
    }

    /// Whether the path matches. A set is one step, at which each of its numbers is read.
    pub(super) fn matches(&self, path: &MergedPath<'_>) -> bool {
        if self.always {
            return true;
        }
        let (mut first, mut states, mut is_empty) = (self.first, Places::EMPTY, true);
        for segment in path.segments() {
            let mut asns = segment.asns();
            while let Some(asn) = asns.next() {
                let mut allowed = self.allowed(asn.0);
                if segment.kind().is_set() {
                    allowed = asns.by_ref().fold(allowed, |allowed, asn| allowed.or(self.allowed(asn.0)));
                }
                let mut next = first;
                for place in states.iter() {
                    if let Some(follow) = self.follow.get(place) {
                        next = next.or(*follow);
                    }
                }
                states = next.and(allowed);
                (first, is_empty) = (self.first_later, false);
                if !states.and(self.last_earlier).is_empty() {
                    return true;
                }
                if states.is_empty() && first.is_empty() {
                    return false;
                }
            }
        }
        if is_empty { self.empty } else { !states.and(self.last).is_empty() }
    }
}

/// An error: the rest of the text, and what was expected.
struct Unread<'t> {
    rest: &'t str,
    what: &'static str,
}

impl<'t> ParseError<&'t str> for Unread<'t> {
    fn from_error_kind(rest: &'t str, _: nom::error::ErrorKind) -> Self {
        Self { rest, what: "an AS number, `.`, `[` or `(`" }
    }

    fn append(_: &'t str, _: nom::error::ErrorKind, first: Self) -> Self {
        first
    }
}

type Read<'t, T> = IResult<&'t str, T, Unread<'t>>;

/// Sets what a parser expects.
fn expect<'t, T>(
    what: &'static str,
    mut parser: impl Parser<&'t str, Output = T, Error = Unread<'t>>,
) -> impl FnMut(&'t str) -> Read<'t, T> {
    move |rest| match parser.parse(rest) {
        Err(nom::Err::Error(_)) => Err(nom::Err::Failure(Unread { rest, what })),
        other => other,
    }
}

/// What separates numbers: blanks and `_`.
fn gap(input: &str) -> Read<'_, &str> {
    take_while(|c: char| c == ' ' || c == '_').parse(input)
}

/// `64496`, `AS64496` and the dotted form `1.10`.
fn number(input: &str) -> Read<'_, u32> {
    let digits = (opt(tag_no_case("AS")), digit1, opt((char('.'), digit1)));
    map_opt(recognize(digits), |text: &str| text.parse::<Asn>().ok().map(|asn| asn.0)).parse(input)
}

fn range(input: &str) -> Read<'_, Range> {
    let what = "an AS number from the first of the range on, up to 4294967295";
    let (rest, first) = number(input)?;
    let (rest, last) =
        opt(preceded(char('-'), expect(what, map_opt(number, |last| (last >= first).then_some(last))))).parse(rest)?;
    Ok((rest, Range { first, last: last.unwrap_or(first) }))
}

fn class(input: &str) -> Read<'_, Class> {
    let (rest, _) = char('[').parse(input)?;
    let (rest, except) = opt(char('^')).parse(rest)?;
    let separator = || take_while(|c: char| c == ' ' || c == ',');
    let each = |mut ranges: Vec<Range>, range| {
        ranges.push(range);
        ranges
    };
    let (rest, ranges) = fold(0.., preceded(separator(), range), Vec::new, each).parse(rest)?;
    let (rest, _) = preceded(separator(), expect("an AS number, a range or `]`", char(']'))).parse(rest)?;
    if ranges.is_empty() {
        return Err(nom::Err::Failure(Unread { rest: input.get(1..).unwrap_or(rest), what: "an AS number or a range" }));
    }
    let class = Class { except: except.is_some(), ranges };
    if class.is_nothing() {
        let what = "numbers and ranges that leave an AS number: these are all of them";
        return Err(nom::Err::Failure(Unread { rest: input.get(2..).unwrap_or(rest), what }));
    }
    if matches!(class.ranges.as_slice(), [Range { first: 0, last: 9 }]) {
        return Err(nom::Err::Failure(Unread { rest: input, what: NO_DIGIT }));
    }
    Ok((rest, class))
}

fn atom(input: &str, depth: usize) -> Read<'_, Node> {
    let any = value(Class { except: true, ranges: Vec::new() }, char('.'));
    let one = map(number, |n| Class { except: false, ranges: vec![Range { first: n, last: n }] });
    if let Ok((rest, class)) = alt((any, one)).parse(input) {
        return Ok((rest, Node::Class(class)));
    }
    if input.starts_with('[') {
        return class(input).map(|(rest, class)| (rest, Node::Class(class)));
    }
    let (rest, _) = char('(').parse(input)?;
    let Some(depth) = depth.checked_sub(1) else {
        return Err(nom::Err::Failure(Unread { rest: input, what: "at most 32 groups in each other" }));
    };
    let (rest, node) = either(rest, depth)?;
    let (rest, _) = expect("an AS number, `.`, `[`, `(`, `|` or `)`", char(')'))(rest)?;
    Ok((rest, node))
}

fn count(input: &str) -> Read<'_, u8> {
    map_opt(digit1, |digits: &str| digits.parse().ok()).parse(input)
}

/// Repetitions: at least, at most.
fn counts(input: &str) -> Read<'_, (u8, Option<u8>)> {
    let what = "a number of repetitions, 0 to 255";
    let (rest, _) = char('{').parse(input)?;
    let (rest, least) = expect(what, count)(rest)?;
    let (rest, most) = opt(preceded(char(','), opt(count))).parse(rest)?;
    let most = most.unwrap_or(Some(least));
    let (rest, _) = expect("`,` or `}`", char('}'))(rest)?;
    if most.is_some_and(|most| most < least) {
        return Err(nom::Err::Failure(Unread { rest: input, what: "a range of repetitions" }));
    }
    if most == Some(0) {
        return Err(nom::Err::Failure(Unread { rest: input, what: "repetitions up to 1 or more" }));
    }
    Ok((rest, (least, most)))
}

fn repeated(input: &str, depth: usize) -> Read<'_, Node> {
    let (rest, node) = atom(input, depth)?;
    let star = value((0, None), char('*'));
    let (rest, counts) = opt(alt((star, value((1, None), char('+')), value((0, Some(1)), char('?')), counts))).parse(rest)?;
    Ok((
        rest,
        match counts {
            None | Some((1, Some(1))) => node,
            Some((least, most)) => Node::Repeat(Box::new(node), least, most),
        },
    ))
}

/// Whether an atom starts here.
fn is_atom(input: &str) -> bool {
    input.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | '[' | '(' | 'A' | 'a'))
}

/// One or more after each other.
fn sequence(input: &str, depth: usize) -> Read<'_, Node> {
    let mut nodes = Vec::new();
    let (mut rest, _) = gap(input)?;
    if !is_atom(rest) {
        return Err(nom::Err::Failure(Unread { rest, what: "an AS number, `.`, `[` or `(`" }));
    }
    let mut after_number = false;
    while is_atom(rest) {
        // `6450[0-3]` is no pattern of digits, and `[1-3]5` neither.
        if after_number && !rest.starts_with(['.', '(']) {
            return Err(nom::Err::Failure(Unread { rest, what: "`_` or a blank between two AS numbers" }));
        }
        let (after, node) = repeated(rest, depth)?;
        after_number = rest
            .len()
            .checked_sub(after.len())
            .and_then(|len| rest.get(..len))
            .is_some_and(|read| read.ends_with(|c: char| c.is_ascii_digit() || c == ']') && !after.starts_with([' ', '_']));
        match node {
            Node::Sequence(inner) => nodes.extend(inner),
            node => nodes.push(node),
        }
        (rest, _) = gap(after)?;
    }
    let node = if nodes.len() == 1 { nodes.pop() } else { None };
    Ok((rest, node.unwrap_or(Node::Sequence(nodes))))
}

fn either(input: &str, depth: usize) -> Read<'_, Node> {
    let (mut rest, node) = sequence(input, depth)?;
    let mut nodes = vec![node];
    while let Some(after) = rest.strip_prefix('|') {
        let (after, node) = sequence(after, depth)?;
        nodes.push(node);
        rest = after;
    }
    let node = if nodes.len() == 1 { nodes.pop() } else { None };
    Ok((rest, node.unwrap_or(Node::Either(nodes))))
}

fn alternative(input: &str) -> Read<'_, Alternative> {
    let (start, _) = gap(input)?;
    let (rest, from_start) = opt(char('^')).parse(start)?;
    let (rest, _) = gap(rest)?;
    let (rest, node) = match from_start {
        Some(_) if rest.starts_with('$') => (rest, Node::Sequence(Vec::new())),
        _ if is_atom(rest) => sequence(rest, DEPTH)?,
        Some(_) => return Err(nom::Err::Failure(Unread { rest, what: "an AS number, `.`, `[`, `(` or `$`" })),
        None => return Err(nom::Err::Failure(Unread { rest, what: "an AS number, `.`, `[`, `(` or `^`" })),
    };
    let (rest, to_end) = opt(char('$')).parse(rest)?;
    let (rest, _) = gap(rest)?;
    let (from_start, to_end) = (from_start.is_some(), to_end.is_some());
    if !(from_start && to_end) && node.is_nullable() && !node.is_anything() {
        return Err(nom::Err::Failure(Unread { rest: start, what: NOT_EVERY_PATH }));
    }
    Ok((rest, Alternative { from_start, to_end, node }))
}

fn expression(input: &str) -> Read<'_, Expression> {
    let (mut rest, first) = alternative(input)?;
    let mut alternatives = vec![first];
    while let Some(after) = rest.strip_prefix('|') {
        let (after, next) = alternative(after)?;
        alternatives.push(next);
        rest = after;
    }
    Ok((rest, Expression(alternatives)))
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.except, self.ranges.as_slice()) {
            _ if self.is_any() => f.write_str("."),
            (false, [Range { first, last }]) if first == last => fmt::Display::fmt(first, f),
            (except, ranges) => {
                f.write_str(if except { "[^" } else { "[" })?;
                for (i, range) in ranges.iter().enumerate() {
                    write!(f, "{}{}", if i > 0 { "," } else { "" }, range.first)?;
                    if range.last != range.first {
                        write!(f, "-{}", range.last)?;
                    }
                }
                f.write_str("]")
            }
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Class(class) => fmt::Display::fmt(class, f),
            Self::Sequence(nodes) => {
                for (i, node) in nodes.iter().enumerate() {
                    f.write_str(if i > 0 { "_" } else { "" })?;
                    node.fmt_grouped(f, matches!(node, Self::Either(_)))?;
                }
                Ok(())
            }
            Self::Either(nodes) => {
                for (i, node) in nodes.iter().enumerate() {
                    f.write_str(if i > 0 { "|" } else { "" })?;
                    node.fmt_grouped(f, matches!(node, Self::Either(_)))?;
                }
                Ok(())
            }
            Self::Repeat(node, least, most) => {
                node.fmt_grouped(f, !matches!(**node, Self::Class(_)))?;
                match (least, most) {
                    (0, None) => f.write_str("*"),
                    (1, None) => f.write_str("+"),
                    (0, Some(1)) => f.write_str("?"),
                    (least, None) => write!(f, "{{{least},}}"),
                    (least, Some(most)) if least == most => write!(f, "{{{least}}}"),
                    (least, Some(most)) => write!(f, "{{{least},{most}}}"),
                }
            }
        }
    }
}

impl Node {
    fn fmt_grouped(&self, f: &mut fmt::Formatter<'_>, grouped: bool) -> fmt::Result {
        if grouped { write!(f, "({self})") } else { fmt::Display::fmt(self, f) }
    }
}

impl fmt::Display for AsPathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, alternative) in self.expression.0.iter().enumerate() {
            f.write_str(if i > 0 { "|" } else { "" })?;
            f.write_str(if alternative.from_start { "^" } else { "" })?;
            alternative.node.fmt_grouped(f, matches!(alternative.node, Node::Either(_)))?;
            f.write_str(if alternative.to_end { "$" } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
