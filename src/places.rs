//! Byte places: which octets hold which field.
//!
//! A [`Places`] is the tree that a dissector shows: every field of a record or message with its octet range and its text.
//! Attributes, routes and everything nested in them are dissected by the descriptions that decode them, so the two cannot
//! disagree. Truncated input gives the complete fields, then the error; findings of the views are among the errors. In a record
//! or message with an error, octets that no field holds are `rest`, so every octet has a place.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write as _};
use core::ops::Range;

use crate::error::{Action, Context, Error};
use crate::wire::Observer;

/// A field and its octets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// Depth in the tree: 0 for the outermost.
    pub depth: usize,
    /// Name of the field.
    pub name: Cow<'static, str>,
    /// First octet and the one after the last, counted from the start of the outermost input.
    pub range: Range<u64>,
    /// The value's text; empty for a field that contains others.
    pub text: String,
    /// The error here.
    pub error: Option<Error>,
}

/// Fields in wire order, each parent before its children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    list: Vec<Place>,
    depth: usize,
    /// Indices of the open fields, the outermost first.
    opened: Vec<usize>,
    /// An enclosing field is truncated; it reports the error.
    muted: bool,
    /// Whether label fields hold VNIs.
    vnis: bool,
}

impl Places {
    /// No fields.
    pub const fn new() -> Self {
        Self { list: Vec::new(), depth: 0, opened: Vec::new(), muted: false, vnis: false }
    }

    /// All fields.
    pub fn iter(&self) -> core::slice::Iter<'_, Place> {
        self.list.iter()
    }

    /// The fields that contain no others, in wire order, without errors. For valid input they hold each octet exactly once.
    ///
    /// ```
    /// use routeglass::{Session, bgp, places::Places};
    ///
    /// let mut keepalive = [0xff; 19];
    /// keepalive[16..].copy_from_slice(&[0, 19, 4]);
    /// let mut places = Places::new();
    /// bgp::places(&keepalive, &Session::AS4, 0, &mut places);
    /// let leaves: Vec<_> = places.leaves().map(|place| (place.name.as_ref(), place.range.clone())).collect();
    /// assert_eq!(leaves, [("marker", 0..16), ("length", 16..18), ("type", 18..19)]);
    /// ```
    pub fn leaves(&self) -> impl Iterator<Item = &Place> {
        let deeper = self.list.iter().skip(1).map(|next| next.depth).chain([0]);
        self.list
            .iter()
            .zip(deeper)
            .filter(|(place, deeper)| *deeper <= place.depth && place.error.is_none())
            .map(|(place, _)| place)
    }

    /// Adds a field that has a value.
    pub fn leaf(&mut self, name: impl Into<Cow<'static, str>>, range: Range<u64>, text: impl fmt::Display) {
        self.push(name.into(), range, text.to_string(), None);
    }

    /// Reports an error under the open field.
    pub fn error(&mut self, error: Error) {
        if self.muted {
            return;
        }
        let at = error.offset();
        self.push(Cow::Borrowed("error"), at..at, error.to_string(), Some(error));
    }

    /// Opens a field that contains others; what is added until [`Places::close`] belongs to it.
    pub fn open(&mut self, name: impl Into<Cow<'static, str>>, start: u64) -> usize {
        let at = self.list.len();
        self.push(name.into(), start..start, String::new(), None);
        self.depth = self.depth.saturating_add(1);
        self.opened.push(at);
        at
    }

    /// Closes the field opened by [`Places::open`], which ends before octet `end`.
    pub fn close(&mut self, opened: usize, end: u64) {
        self.depth = self.depth.saturating_sub(1);
        while self.opened.pop_if(|at| *at >= opened).is_some() {}
        if let Some(place) = self.list.get_mut(opened) {
            place.range.end = end;
        }
    }

    /// Sets the text of an open field.
    pub fn label(&mut self, opened: usize, text: impl fmt::Display) {
        if let Some(place) = self.list.get_mut(opened) {
            place.text = text.to_string();
        }
    }

    /// Adds the complete parts of a truncated field, then its error; the parts do not report it again.
    pub(crate) fn cut(&mut self, error: Error, parts: impl FnOnce(&mut Self)) {
        let muted = core::mem::replace(&mut self.muted, true);
        parts(self);
        self.muted = muted;
        self.error(error);
    }

    /// Among the fields from number `first` on, which have an error, adds the octets of `bytes` that are in no leaf, each run
    /// below the innermost field that holds it. `bytes` start `offset` octets into the outermost input.
    pub(crate) fn fill(&mut self, first: usize, bytes: &[u8], offset: u64) {
        let old = self.list.get(first..).unwrap_or_default();
        if !old.iter().any(|place| place.error.is_some()) {
            return;
        }
        let old = self.list.split_off(first);
        let mut around: Vec<(usize, u64)> = Vec::new();
        let mut at = offset;
        let deeper: Vec<_> = old.iter().skip(1).map(|next| next.depth).chain([0]).collect();
        for (place, deeper) in old.into_iter().zip(deeper) {
            while let Some((depth, end)) = around.pop_if(|(depth, _)| *depth >= place.depth) {
                self.rest(&mut at, end, depth.saturating_add(1), bytes, offset);
            }
            if place.error.is_none() {
                self.rest(&mut at, place.range.start, place.depth, bytes, offset);
                // A container truncated before its first part is treated as a container.
                if deeper > place.depth || place.text.is_empty() {
                    around.push((place.depth, place.range.end));
                } else {
                    at = at.max(place.range.end);
                }
            }
            self.list.push(place);
        }
        while let Some((depth, end)) = around.pop() {
            self.rest(&mut at, end, depth.saturating_add(1), bytes, offset);
        }
    }

    /// Adds the octets from `at` to `end`, if any, as `rest`.
    fn rest(&mut self, at: &mut u64, end: u64, depth: usize, bytes: &[u8], offset: u64) {
        let index = |place: u64| usize::try_from(place.saturating_sub(offset)).ok();
        if let (Some(from), Some(to)) = (index(*at), index(end))
            && let Some(octets) = bytes.get(from..to).filter(|octets| !octets.is_empty())
        {
            let mut text = String::from("0x");
            for octet in octets {
                // Writing to a string cannot fail.
                let _ = write!(text, "{octet:02x}");
            }
            self.list.push(Place { depth, name: Cow::Borrowed("rest"), range: *at..end, text, error: None });
            *at = end;
        }
    }

    /// Number of fields so far.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// Adds context and action to the errors, among the fields from number `start` on, that have none yet.
    pub(crate) fn name_errors(&mut self, start: usize, context: Context, action: Action) {
        for place in self.list.get_mut(start..).unwrap_or_default() {
            if let Some(error) = place.error {
                let error = error.within(context, action);
                place.text = error.to_string();
                place.error = Some(error);
            }
        }
    }

    /// Merges the findings of the full parse, whose parts are the fields from number `start` on; one that a field reported
    /// already replaces that field's text.
    pub(crate) fn findings(&mut self, start: usize, find: impl FnOnce(&mut dyn FnMut(Error))) {
        let key = |e: &Error| (e.offset(), e.kind().name());
        let mut said = BTreeMap::new();
        for (at, place) in self.list.iter().enumerate().skip(start) {
            if let Some(e) = &place.error {
                said.entry(key(e)).or_insert(at);
            }
        }
        find(&mut |e| match said.remove(&key(&e)).and_then(|at| self.list.get_mut(at)) {
            Some(place) => {
                place.text = e.to_string();
                place.error = Some(e);
            }
            None => self.error(e),
        });
    }

    fn push(&mut self, name: Cow<'static, str>, range: Range<u64>, text: String, error: Option<Error>) {
        self.list.push(Place { depth: self.depth, name, range, text, error });
    }
}

impl Observer for Places {
    const OBSERVES: bool = true;

    fn note(&mut self, name: &'static str, range: Range<u64>, text: &dyn fmt::Display) {
        self.leaf(name, range, text);
    }

    fn open(&mut self, name: &'static str, start: u64) {
        Self::open(self, name, start);
    }

    fn label(&mut self, text: &dyn fmt::Display) {
        if let Some(opened) = self.opened.last().copied() {
            Self::label(self, opened, text);
        }
    }

    fn close(&mut self, end: u64) {
        if let Some(opened) = self.opened.last().copied() {
            Self::close(self, opened, end);
        }
    }

    fn error(&mut self, e: Error) -> Error {
        Self::error(self, e);
        e
    }

    fn cut(&mut self, e: Error, parts: impl FnOnce(&mut Self)) -> Error {
        Self::cut(self, e, parts);
        e
    }

    fn within(&mut self, context: Context, action: Action, fields: impl FnOnce(&mut Self)) {
        let start = self.len();
        fields(self);
        self.name_errors(start, context, action);
    }

    fn labels_are_vnis(&self) -> bool {
        self.vnis
    }

    fn with_vnis(&mut self, vnis: bool, fields: impl FnOnce(&mut Self)) {
        let around = core::mem::replace(&mut self.vnis, vnis);
        fields(self);
        self.vnis = around;
    }
}

/// A tree without its octets: what `dump --format text` prints.
struct Layers<'a>(&'a Places);

impl fmt::Display for Layers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in self.0 {
            for _ in 0..place.depth {
                f.write_str("  ")?;
            }
            f.write_str(&place.name)?;
            if !place.text.is_empty() {
                f.write_str(": ")?;
                f.write_str(&place.text)?;
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}

impl Places {
    /// The tree as text, one field per line, indented by depth.
    pub fn layers(&self) -> impl fmt::Display + '_ {
        Layers(self)
    }
}

impl<'a> IntoIterator for &'a Places {
    type Item = &'a Place;
    type IntoIter = core::slice::Iter<'a, Place>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in self {
            let Range { start, end } = place.range;
            write!(f, "{start:>8}..{end:<8} {:indent$}{}", "", place.name, indent = place.depth.saturating_mul(2))?;
            if !place.text.is_empty() {
                write!(f, ": {}", place.text)?;
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
impl Places {
    /// Invariant for valid input: the leaves hold each octet of the range once, and each has a text.
    #[track_caller]
    pub(crate) fn assert_cover(&self, range: Range<u64>) {
        let end = self.leaves().fold(range.start, |at, leaf| {
            assert_eq!(leaf.range.start, at, "a gap or an overlap in front of {}:\n{self}", leaf.name);
            assert!(leaf.range.end >= at, "{}:\n{self}", leaf.name);
            assert!(leaf.range.is_empty() || !leaf.text.is_empty(), "{} says nothing:\n{self}", leaf.name);
            leaf.range.end
        });
        assert_eq!(end, range.end, "octets at the end are no field's:\n{self}");
    }

    /// Invariant for any input: every field is within the range, and no two leaves share an octet.
    #[track_caller]
    pub(crate) fn assert_inside(&self, range: Range<u64>) {
        for place in self {
            let Range { start, end } = place.range;
            assert!(range.start <= start && start <= end && end <= range.end, "{} leaves {range:?}:\n{self}", place.name);
        }
        self.leaves().fold(range.start, |at, leaf| {
            assert!(at <= leaf.range.start, "{} overlaps:\n{self}", leaf.name);
            leaf.range.end
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_in_the_order_of_the_wire() {
        let mut places = Places::new();
        let header = places.open("header", 0);
        places.leaf("type", 0..1, 5);
        places.close(header, 2);
        places.leaf("rest", 2..3, "0x00");
        let list: Vec<_> = places.iter().map(|p| (p.depth, p.name.as_ref(), p.range.clone())).collect();
        assert_eq!(list, [(0, "header", 0..2), (1, "type", 0..1), (0, "rest", 2..3)]);
        assert_eq!(
            places.to_string(),
            "       0..2        header\n       0..1          type: 5\n       2..3        rest: 0x00\n"
        );
    }
}
