//! A tree of fields, as text and as JSON.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use routeglass::Error;
use routeglass::error::{Context, ErrorKind};
use routeglass::places::Places;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::finding::{cut, reason};
use crate::report::Paint;

/// Octets per line.
const COLUMN: usize = 8;
/// Maximum lines of octets per field in text; JSON has all of them.
const LINES: usize = 4;
/// Hexadecimal digits per line of a text that is nothing but octets.
const DIGITS: usize = 64;

/// The fields of a record, a message or part of one, each before its parts.
pub(super) struct Tree<'a> {
    fields: Vec<Field>,
    /// The octets that the ranges refer to, and their offset.
    octets: Cow<'a, [u8]>,
    start: u64,
}

struct Field {
    depth: usize,
    name: String,
    range: Range<u64>,
    text: String,
    error: Option<Error>,
}

impl<'a> Tree<'a> {
    /// All fields of `octets`, which start `start` octets into the outermost input.
    pub(super) fn of(places: &Places, octets: &'a [u8], start: u64) -> Self {
        Self { fields: fields(places, 0, octets.len()), octets: Cow::Borrowed(octets), start }
    }

    /// The errors, in field order.
    pub(super) fn errors(&self) -> impl Iterator<Item = &Error> {
        self.fields.iter().filter_map(|field| field.error.as_ref())
    }

    /// The last error, and its text with its place.
    pub(super) fn last_error(&self) -> Option<(&Error, &str)> {
        self.fields.iter().rev().find_map(|field| Some((field.error.as_ref()?, field.text.as_str())))
    }

    /// Whether a field has no parts.
    fn is_leaf(&self, at: usize) -> bool {
        let Some(field) = self.fields.get(at) else { return false };
        let next = self.fields.get(at.saturating_add(1));
        field.error.is_none() && next.is_none_or(|next| next.depth <= field.depth)
    }

    fn octets_of(&self, range: &Range<u64>) -> &[u8] {
        let index = |place: u64| usize::try_from(place.saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.octets.get(index(range.start)..index(range.end)).unwrap_or(&[])
    }

    /// One line per field: range, octets, name and text; a mark before the innermost field with octet `marked`.
    pub(super) fn write(&self, out: &mut impl Write, marked: Option<u64>, coloured: bool) -> io::Result<()> {
        let holds = |field: &Field| marked.is_some_and(|at| field.error.is_none() && field.range.contains(&at));
        let innermost = self.fields.iter().rposition(holds);
        for (at, field) in self.fields.iter().enumerate() {
            let octets = if self.is_leaf(at) { self.octets_of(&field.range) } else { &[] };
            let mut lines = octets.chunks(COLUMN);
            let mark = if innermost == Some(at) { '>' } else { ' ' };
            let Range { start, end } = field.range;
            let first = hexadecimal(lines.next().unwrap_or(&[]));
            write!(out, "{mark}{start:>7}..{end:<8} {first:<16} {:indent$}", "", indent = field.depth.saturating_mul(2))?;
            let name = Paint::Bold.on(&field.name, coloured);
            let (text, mut parts) = parted(&field.text);
            match (&field.error, field.text.is_empty()) {
                (Some(_), _) => write!(out, "{}", Paint::Red.on(&format!("{}: {}", field.name, field.text), coloured))?,
                (None, false) => write!(out, "{name}: {text}")?,
                (None, true) => write!(out, "{name}")?,
            }
            out.write_all(b"\n")?;
            let more = lines.len() > LINES.saturating_sub(1);
            let mut shown: Vec<String> = lines.by_ref().take(LINES.saturating_sub(1)).map(hexadecimal).collect();
            if more {
                shown.push(format!("... {} octets", octets.len()));
            }
            // The rest of the text goes on beside them.
            let indent = field.depth.saturating_mul(2).saturating_add(field.name.len()).saturating_add(": 0x".len());
            let mut shown = shown.into_iter();
            loop {
                match (shown.next(), parts.next()) {
                    (octets, Some(part)) => writeln!(out, "{:18} {:<16} {:indent$}{part}", "", octets.unwrap_or_default(), "")?,
                    (Some(octets), None) => writeln!(out, "{:18} {octets}", "")?,
                    (None, None) => break,
                }
            }
        }
        Ok(())
    }

    /// The end of field `at` including its parts, as an index.
    fn end_of(&self, at: usize) -> usize {
        let after = at.saturating_add(1);
        let Some(field) = self.fields.get(at) else { return after };
        let rest = self.fields.get(after..).unwrap_or(&[]);
        after.saturating_add(rest.iter().take_while(|inner| inner.depth > field.depth).count())
    }
}

/// The tree as an object, with its number.
pub(super) struct Numbered<'t, 'a>(pub(super) &'t Tree<'a>, pub(super) &'static str, pub(super) u64);

impl Serialize for Numbered<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.1, &self.2)?;
        Object(self.0, 0).entries(&mut map)?;
        map.end()
    }
}

/// A field as an object, with its parts in `fields`.
struct Object<'t, 'a>(&'t Tree<'a>, usize);

impl Object<'_, '_> {
    fn entries<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let Self(tree, at) = *self;
        let Some(field) = tree.fields.get(at) else { return Ok(()) };
        map.serialize_entry("name", &field.name)?;
        map.serialize_entry("start", &field.range.start)?;
        map.serialize_entry("end", &field.range.end)?;
        if tree.is_leaf(at) {
            map.serialize_entry("octets", &hexadecimal(tree.octets_of(&field.range)))?;
        }
        if !field.text.is_empty() {
            map.serialize_entry("text", &field.text)?;
        }
        if let Some(e) = &field.error {
            map.serialize_entry("kind", e.kind().name())?;
            map.serialize_entry("action", &e.action().to_string())?;
            map.serialize_entry("rfc", e.rfc())?;
        }
        if tree.end_of(at) > at.saturating_add(1) {
            map.serialize_entry("fields", &List(tree, at))?;
        }
        Ok(())
    }
}

impl Serialize for Object<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.entries(&mut map)?;
        map.end()
    }
}

/// The parts of a field.
struct List<'t, 'a>(&'t Tree<'a>, usize);

impl Serialize for List<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(tree, at) = *self;
        let end = tree.end_of(at);
        let following = |inner: &usize| Some(tree.end_of(*inner)).filter(|next| *next < end);
        let first = Some(at.saturating_add(1)).filter(|first| *first < end);
        serializer.collect_seq(std::iter::successors(first, following).map(|inner| Object(tree, inner)))
    }
}

impl Tree<'static> {
    /// The same with owned octets.
    pub(super) fn of_owned(places: &Places, octets: &[u8], start: u64) -> Self {
        Self { fields: fields(places, 0, octets.len()), octets: Cow::Owned(octets.to_vec()), start }
    }

    /// The fields of a message whose first `before` octets were added; offsets count from the octet after them.
    pub(super) fn of_part(places: &Places, octets: &[u8], before: usize, name: &str) -> Self {
        let mut fields = fields(places, before as u64, octets.len());
        if let Some(whole) = fields.first_mut() {
            name.clone_into(&mut whole.name);
            if name != "message" {
                whole.text.clear();
            }
        }
        Self { fields, octets: Cow::Owned(octets.get(before..).unwrap_or(&[]).to_vec()), start: 0 }
    }
}

/// The first line of a text, and those after it if the text is more octets than a line has.
fn parted(text: &str) -> (&str, impl Iterator<Item = &str>) {
    let is_octets = || text.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    let first = DIGITS.saturating_add("0x".len());
    let (first, mut rest) = match text.split_at_checked(first) {
        Some(parts) if is_octets() => parts,
        _ => (text, ""),
    };
    let parts = std::iter::from_fn(move || {
        let (part, after) = rest.split_at_checked(DIGITS).unwrap_or((rest, ""));
        rest = after;
        (!part.is_empty()).then_some(part)
    });
    (first, parts)
}

/// The fields of places after octet `before`, from which offsets count.
fn fields(places: &Places, before: u64, len: usize) -> Vec<Field> {
    let start = places.iter().next().map_or(0, |whole| whole.range.start);
    let kept = places
        .iter()
        .filter(|place| place.error.is_some() || before == 0 || place.range.end > before || place.range.start >= before);
    kept.map(|place| Field {
        depth: place.depth,
        name: place.name.clone().into_owned(),
        range: place.range.start.saturating_sub(before)..place.range.end.saturating_sub(before),
        text: match &place.error {
            Some(e) => format!("{} (at byte {})", reason_of(e, start, len), e.offset().saturating_sub(before)),
            None => place.text.clone(),
        },
        error: place.error,
    })
    .collect()
}

/// The reason of an error in this many octets from `start` on, without its place.
fn reason_of(e: &Error, start: u64, len: usize) -> String {
    match (e.context(), e.kind()) {
        (Context::MrtHeader, ErrorKind::Truncated(missing)) if e.offset() == start => {
            cut("record", 12, len, usize::try_from(missing).unwrap_or(usize::MAX))
        }
        _ => reason(e),
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    let mut hex = String::with_capacity(octets.len().saturating_mul(2));
    for octet in octets {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{octet:02x}");
    }
    hex
}
