//! AS_PATH and AS4_PATH (RFC 4271 section 4.3 b, RFC 5065 section 3, RFC 6793).

#[cfg(feature = "alloc")]
mod buf;

#[cfg(feature = "alloc")]
pub(crate) use buf::as4_path_octets;
#[cfg(feature = "alloc")]
pub use buf::{AsPathBuf, ParseAsPathError};

use core::fmt;
use core::iter::FusedIterator;
use core::slice;

use super::scalar::zero_asn;
use super::{Decode, error_at};
use crate::asn::Asn;
use crate::error::{Action, EncodeError, Error, ErrorKind, Result};
use crate::session::Session;
use crate::wire::{Cursor, Observer, Sink, step};

/// Segment types of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[expect(clippy::exhaustive_enums, reason = "any other value makes the path malformed (RFC 7606 section 7.2)")]
pub enum SegmentKind {
    /// AS_SET, type 1: unordered, from aggregation (deprecated by RFC 9774).
    Set,
    /// AS_SEQUENCE, type 2: ordered, the nearest AS first.
    Sequence,
    /// AS_CONFED_SEQUENCE, type 3 (RFC 5065).
    ConfedSequence,
    /// AS_CONFED_SET, type 4 (RFC 5065).
    ConfedSet,
}

impl SegmentKind {
    #[cfg_attr(optimised, inline(always))]
    const fn from_wire(kind: u8) -> Option<Self> {
        Some(match kind {
            1 => Self::Set,
            2 => Self::Sequence,
            3 => Self::ConfedSequence,
            4 => Self::ConfedSet,
            _ => return None,
        })
    }

    /// The type on the wire.
    #[inline]
    pub const fn code(self) -> u8 {
        match self {
            Self::Set => 1,
            Self::Sequence => 2,
            Self::ConfedSequence => 3,
            Self::ConfedSet => 4,
        }
    }

    /// The name in RFC 4271 section 4.3 b or RFC 5065 section 3.
    const fn name(self) -> &'static str {
        match self {
            Self::Set => "AS_SET",
            Self::Sequence => "AS_SEQUENCE",
            Self::ConfedSequence => "AS_CONFED_SEQUENCE",
            Self::ConfedSet => "AS_CONFED_SET",
        }
    }

    /// Text before, between and after the numbers of a segment.
    const fn marks(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Sequence => ("", " ", ""),
            Self::Set => ("{", ",", "}"),
            Self::ConfedSequence => ("(", " ", ")"),
            Self::ConfedSet => ("[", ",", "]"),
        }
    }

    /// Whether the segment is internal to a confederation and not counted as length (RFC 5065 section 5.3).
    #[cfg_attr(optimised, inline(always))]
    pub const fn is_confed(self) -> bool {
        matches!(self, Self::ConfedSequence | Self::ConfedSet)
    }

    /// Whether the numbers are unordered.
    #[cfg_attr(optimised, inline(always))]
    pub const fn is_set(self) -> bool {
        matches!(self, Self::Set | Self::ConfedSet)
    }
}

/// AS numbers in wire form, two or four octets wide.
#[derive(Clone, Debug)]
pub struct Asns<'a> {
    // One of the two is empty: no branch on the width while iterating.
    four: slice::Iter<'a, [u8; 4]>,
    two: slice::Iter<'a, [u8; 2]>,
}

impl<'a> Asns<'a> {
    #[cfg_attr(optimised, inline(always))]
    fn new(bytes: &'a [u8], asn4: bool) -> Self {
        let (four, two): (&[u8], &[u8]) = if asn4 { (bytes, &[]) } else { (&[], bytes) };
        Self { four: four.as_chunks().0.iter(), two: two.as_chunks().0.iter() }
    }
}

impl Iterator for Asns<'_> {
    type Item = Asn;

    #[cfg_attr(optimised, inline(always))]
    fn next(&mut self) -> Option<Asn> {
        step();
        match self.four.next() {
            Some(octets) => Some(Asn(u32::from_be_bytes(*octets))),
            None => self.two.next().map(|octets| Asn(u32::from(u16::from_be_bytes(*octets)))),
        }
    }

    #[cfg_attr(optimised, inline(always))]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.four.len().saturating_add(self.two.len());
        (len, Some(len))
    }

    #[cfg_attr(optimised, inline(always))]
    fn fold<B, F: FnMut(B, Asn) -> B>(self, init: B, mut f: F) -> B {
        let init = self.four.fold(init, |acc, octets| f(acc, Asn(u32::from_be_bytes(*octets))));
        self.two.fold(init, |acc, octets| f(acc, Asn(u32::from(u16::from_be_bytes(*octets)))))
    }
}

impl DoubleEndedIterator for Asns<'_> {
    #[cfg_attr(optimised, inline(always))]
    fn next_back(&mut self) -> Option<Asn> {
        match self.two.next_back() {
            Some(octets) => Some(Asn(u32::from(u16::from_be_bytes(*octets)))),
            None => self.four.next_back().map(|octets| Asn(u32::from_be_bytes(*octets))),
        }
    }
}

impl ExactSizeIterator for Asns<'_> {}

impl FusedIterator for Asns<'_> {}

/// One segment of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Segment<'a> {
    kind: SegmentKind,
    asn4: bool,
    bytes: &'a [u8],
}

impl<'a> Segment<'a> {
    /// The segment type.
    #[cfg_attr(optimised, inline(always))]
    pub const fn kind(&self) -> SegmentKind {
        self.kind
    }

    /// The AS numbers in wire order; never empty.
    #[cfg_attr(optimised, inline(always))]
    pub fn asns(&self) -> Asns<'a> {
        Asns::new(self.bytes, self.asn4)
    }

    /// Number of AS numbers.
    #[cfg_attr(optimised, inline(always))]
    #[expect(clippy::len_without_is_empty, reason = "a segment without numbers is malformed and cannot be constructed")]
    pub const fn len(&self) -> usize {
        self.bytes.len() >> if self.asn4 { 2 } else { 1 }
    }

    /// The segment's contribution to the path length: a set counts as one, a confederation segment as none (RFC 4271 section
    /// 9.1.2.2, RFC 5065 section 5.3).
    #[cfg_attr(optimised, inline(always))]
    const fn hops(&self) -> usize {
        match self.kind {
            SegmentKind::Sequence => self.len(),
            SegmentKind::Set => 1,
            SegmentKind::ConfedSequence | SegmentKind::ConfedSet => 0,
        }
    }
}

impl fmt::Display for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_segment(self.kind, self.asns(), f)
    }
}

/// Maximum number of AS numbers per segment: its count is one octet.
const FULL: usize = 255;

/// Whether the next segment of the same `kind` continues this one: sequences whose numbers so far fill their segments.
const fn is_full(kind: SegmentKind, numbers: usize) -> bool {
    !kind.is_set() && numbers.is_multiple_of(FULL)
}

/// Segments in the usual notation. A `joined` one continues the previous sequence.
fn write_segments<A: Iterator<Item = Asn>>(
    segments: impl Iterator<Item = (SegmentKind, A, bool)>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut before: Option<(SegmentKind, usize)> = None;
    for (kind, asns, joined) in segments {
        let (open, between, _) = kind.marks();
        let mut numbers = match before {
            Some((last, numbers)) if last == kind && (joined || is_full(kind, numbers)) => {
                f.write_str(between)?;
                numbers
            }
            Some((last, _)) => {
                f.write_str(last.marks().2)?;
                f.write_str(if last == kind && kind == SegmentKind::Sequence { " | " } else { " " })?;
                f.write_str(open)?;
                0
            }
            None => {
                f.write_str(open)?;
                0usize
            }
        };
        for (i, asn) in asns.enumerate() {
            if i > 0 {
                f.write_str(between)?;
            }
            fmt::Display::fmt(&asn, f)?;
            numbers = numbers.saturating_add(1);
        }
        before = Some((kind, numbers));
    }
    before.map_or(Ok(()), |(last, _)| f.write_str(last.marks().2))
}

/// A segment in the usual notation.
fn write_segment(kind: SegmentKind, asns: impl Iterator<Item = Asn>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (open, between, close) = kind.marks();
    f.write_str(open)?;
    for (i, asn) in asns.enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        fmt::Display::fmt(&asn, f)?;
    }
    f.write_str(close)
}

impl fmt::Debug for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A path, checked on construction: iterating cannot fail.
///
/// Displayed in the usual notation: `64496 64497 {64498,64499}`, a confederation sequence in `( )`, a confederation set in `[ ]`.
/// Adjacent sequences are separated by a bar, `64496 | 64497`, unless the first is full: a sequence of more than 255 numbers
/// takes several segments and is shown as one. [`AsPathBuf`] parses the text back to the same segments.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct AsPath<'a> {
    bytes: &'a [u8],
    asn4: bool,
}

#[cold]
#[inline(never)]
fn bad(kind: ErrorKind, offset: u64, all: usize, left: usize) -> Error {
    Error::new(kind, offset.saturating_add(all.saturating_sub(left) as u64))
}

impl<'a> AsPath<'a> {
    /// Checks the segments of a path that starts `offset` octets into the outermost input.
    ///
    /// # Errors
    /// RFC 7606 section 7.2: an unknown segment type or a segment without numbers ([`ErrorKind::BadValue`]), a segment that
    /// overruns the attribute or a single octet left ([`ErrorKind::Truncated`]).
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_at(bytes: &'a [u8], asn4: bool, offset: u64) -> Result<Self> {
        let mut rest = bytes;
        while let Some((&[kind, count], tail)) = rest.split_first_chunk::<2>() {
            step();
            let octets = usize::from(count) << if asn4 { 2 } else { 1 };
            if kind.wrapping_sub(1) > 3 {
                return Err(bad(ErrorKind::BadValue(u32::from(kind)), offset, bytes.len(), rest.len()));
            }
            if count == 0 {
                return Err(bad(ErrorKind::BadValue(0), offset, bytes.len(), tail.len().saturating_add(1)));
            }
            match tail.get(octets..) {
                Some(next) => rest = next,
                None => {
                    let missing = u32::try_from(octets.saturating_sub(tail.len())).unwrap_or(u32::MAX);
                    return Err(bad(ErrorKind::Truncated(missing), offset, bytes.len(), rest.len()));
                }
            }
        }
        if !rest.is_empty() {
            return Err(bad(ErrorKind::Truncated(1), offset, bytes.len(), rest.len()));
        }
        Ok(Self { bytes, asn4 })
    }

    /// A path that has been checked; an absent one if its attribute has been left out since.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn of_checked(bytes: &'a [u8], asn4: bool) -> Self {
        Self { bytes, asn4 }
    }

    /// Whether octets are a valid path of one segment. `false` says nothing.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn is_one_segment(bytes: &[u8], asn4: bool) -> bool {
        let Some((&[kind, count], asns)) = bytes.split_first_chunk() else { return false };
        kind.wrapping_sub(1) <= 3 && count != 0 && asns.len() == usize::from(count) << if asn4 { 2 } else { 1 }
    }

    /// Whether octets are a valid path without AS number 0 (RFC 7607 section 2).
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn is_sound(bytes: &[u8], asn4: bool) -> bool {
        let mut rest = bytes;
        while let Some((&[kind, count], tail)) = rest.split_first_chunk::<2>() {
            let Some((asns, next)) = tail.split_at_checked(usize::from(count) << if asn4 { 2 } else { 1 }) else { return false };
            // Zero in any byte order.
            let none_is_zero = if asn4 {
                asns.as_chunks::<4>().0.iter().all(|asn| u32::from_ne_bytes(*asn) != 0)
            } else {
                asns.as_chunks::<2>().0.iter().all(|asn| u16::from_ne_bytes(*asn) != 0)
            };
            if kind.wrapping_sub(1) > 3 || count == 0 || !none_is_zero {
                return false;
            }
            rest = next;
        }
        rest.is_empty()
    }

    /// The segments, the nearest first.
    #[cfg_attr(optimised, inline(always))]
    pub const fn segments(&self) -> Segments<'a> {
        Segments { rest: self.bytes, asn4: self.asn4 }
    }

    /// All AS numbers, segment after segment.
    #[cfg_attr(optimised, inline(always))]
    pub fn asns(&self) -> impl Iterator<Item = Asn> + use<'a> {
        self.segments().flat_map(|segment| segment.asns())
    }

    /// The path on the wire.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the numbers on the wire have four octets.
    pub const fn is_asn4(&self) -> bool {
        self.asn4
    }

    /// Whether the path is empty, as for routes that the speaker originates.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Length for route selection: a set counts as one, confederation segments as none.
    pub fn hops(&self) -> usize {
        self.segments().map(|segment| segment.hops()).sum()
    }

    /// The neighbour AS: the first number of a leading sequence.
    pub fn neighbour(&self) -> Option<Asn> {
        let first = self.segments().find(|segment| !segment.kind.is_confed())?;
        if first.kind.is_set() { None } else { first.asns().next() }
    }

    /// The origin: the last number of a final sequence, or all numbers of a final set. Confederation segments are skipped.
    pub fn origins(&self) -> Asns<'a> {
        match self.segments().filter(|segment| !segment.kind.is_confed()).last() {
            Some(segment) if segment.kind.is_set() => segment.asns(),
            Some(segment) => {
                let width = if segment.asn4 { 4 } else { 2 };
                let last = segment.bytes.len().saturating_sub(width);
                Asns::new(segment.bytes.get(last..).unwrap_or(&[]), segment.asn4)
            }
            None => Asns::new(&[], true),
        }
    }

    /// Whether the path contains `asn`.
    pub fn contains(&self, asn: Asn) -> bool {
        self.asns().any(|x| x == asn)
    }

    /// The path for a four-octet speaker: this AS_PATH merged with AS4_PATH (RFC 6793 section 4.2.3).
    ///
    /// Leading numbers of AS_PATH are kept as far as it is longer; an AS4_PATH longer than AS_PATH is ignored.
    pub fn merge(&self, as4_path: AsPath<'a>) -> MergedPath<'a> {
        let (have, better) = (self.hops(), as4_path.hops());
        // A path without hops is empty once confederation segments are removed (RFC 6793 section 6).
        if self.asn4 || better == 0 || have < better {
            return MergedPath::new(*self, usize::MAX, AsPath::default());
        }
        MergedPath::new(*self, have.saturating_sub(better), as4_path)
    }
}

impl<'a> Decode<'a> for AsPath<'a> {
    #[cfg_attr(optimised, inline(always))]
    fn decode(body: &'a [u8], offset: u64, session: &Session) -> Result<Self> {
        Self::parse_at(body, session.asn4, offset)
    }

    fn body_len(&self, session: &Session) -> usize {
        self.segments().map(|s| s.len().saturating_mul(if session.asn4 { 4 } else { 2 }).saturating_add(2)).sum()
    }

    fn write_body(&self, session: &Session, out: &mut dyn Sink) {
        write_path(self, session.asn4, out);
    }

    fn place_body<O: Observer>(body: &'a [u8], offset: u64, session: &Session, o: &mut O) -> Result<Self> {
        Self::place(body, session.asn4, offset, o)
    }
}

/// The path of AS4_PATH: the same format, always with four-octet numbers (RFC 6793 section 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct As4Path<'a>(pub AsPath<'a>);

impl AsPath<'_> {
    pub(super) fn findings(&self, offset: u64, report: &mut dyn FnMut(Error, Action)) {
        if let Some(e) = zero_asn(self.asns(), offset) {
            report(e, Action::TreatAsWithdraw);
        }
    }
}

impl As4Path<'_> {
    pub(super) fn findings(&self, offset: u64, report: &mut dyn FnMut(Error, Action)) {
        if let Some(e) = zero_asn(self.0.asns(), offset) {
            report(e, Action::DiscardAttribute);
        } else if let Some(segment) = self.0.segments().find(|segment| segment.kind().is_confed()) {
            // RFC 6793 section 6: such segments are removed, the rest is kept.
            report(error_at::bad_value(segment.kind().code().into(), offset), Action::None);
        }
    }
}

impl<'a> Decode<'a> for As4Path<'a> {
    #[cfg_attr(optimised, inline(always))]
    fn decode(body: &'a [u8], offset: u64, _: &Session) -> Result<Self> {
        // RFC 6793 section 6: shorter than one segment of one number is malformed.
        if body.len() < 6 {
            return Err(error_at::bad_length(body.len(), offset));
        }
        AsPath::parse_at(body, true, offset).map(Self)
    }

    fn body_len(&self, _: &Session) -> usize {
        self.0.segments().map(|s| s.len().saturating_mul(4).saturating_add(2)).sum()
    }

    /// RFC 6793 sections 3 and 6: no confederation segments, and at least one number.
    fn check_body(&self, _: &Session) -> Result<(), EncodeError> {
        if self.0.asns().next().is_none() || self.0.segments().any(|segment| segment.kind().is_confed()) {
            return Err(EncodeError::unrepresentable("segments"));
        }
        Ok(())
    }

    fn write_body(&self, _: &Session, out: &mut dyn Sink) {
        write_path(&self.0, true, out);
    }

    fn place_body<O: Observer>(body: &'a [u8], offset: u64, session: &Session, o: &mut O) -> Result<Self> {
        if body.len() < 6 {
            return o.reported(Self::decode(body, offset, session));
        }
        AsPath::place(body, true, offset, o).map(Self)
    }
}

impl<'a> AsPath<'a> {
    /// Shows the segments and their numbers to an observer, as far as they can be read.
    fn place<O: Observer>(body: &'a [u8], asn4: bool, offset: u64, o: &mut O) -> Result<Self> {
        let path = Self::parse_at(body, asn4, offset);
        o.group(&mut Cursor::at(body, offset), "value", |c, o| match path {
            Ok(path) => {
                o.label(&path);
                place_segments(c, asn4, o)
            }
            Err(e) => {
                let e = o.cut(e, |o| {
                    let _ = place_segments(c, asn4, o);
                });
                c.stop();
                Err(e)
            }
        })?;
        path
    }
}

fn place_segments<O: Observer>(c: &mut Cursor<'_>, asn4: bool, o: &mut O) -> Result<()> {
    while !c.is_empty() {
        o.group(c, "segment", |c, o| {
            let start = c.offset();
            let name = |kind| SegmentKind::from_wire(kind).map(SegmentKind::name);
            let kind: u8 = o.coded(c, "type", |kind: u8| kind, name)?;
            let count: u8 = o.field(c, "count")?;
            if SegmentKind::from_wire(kind).is_none() || count == 0 {
                return Err(o.error(Error::new(ErrorKind::BadValue(u32::from(kind)), start)));
            }
            for _ in 0..count {
                match asn4 {
                    true => o.field::<u32>(c, "asn").map(drop)?,
                    false => o.field::<u16>(c, "asn").map(drop)?,
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn write_path(path: &AsPath<'_>, asn4: bool, out: &mut dyn Sink) {
    path.segments().for_each(|segment| write_segment_octets(&segment, asn4, out));
}

fn write_segment_octets(segment: &Segment<'_>, asn4: bool, out: &mut dyn Sink) {
    // The count of a checked segment fits one octet.
    out.put_slice(&[segment.kind().code(), u8::try_from(segment.len()).unwrap_or(u8::MAX)]);
    if segment.asn4 == asn4 {
        return out.put_slice(segment.bytes);
    }
    segment.asns().for_each(|asn| asn.write(asn4, out));
}

impl fmt::Display for As4Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for AsPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_segments(self.segments().map(|segment| (segment.kind(), segment.asns(), false)), f)
    }
}

impl fmt::Debug for AsPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

/// Iterates over the segments of a checked path.
#[derive(Clone, Copy, Debug)]
pub struct Segments<'a> {
    rest: &'a [u8],
    asn4: bool,
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    #[cfg_attr(optimised, inline(always))]
    fn next(&mut self) -> Option<Segment<'a>> {
        step();
        let (&[kind, count], tail) = self.rest.split_first_chunk::<2>()?;
        let kind = SegmentKind::from_wire(kind)?;
        let (bytes, rest) = tail.split_at_checked(usize::from(count) << if self.asn4 { 2 } else { 1 })?;
        self.rest = rest;
        Some(Segment { kind, asn4: self.asn4, bytes })
    }
}

impl FusedIterator for Segments<'_> {}

/// AS_PATH and AS4_PATH read as one path, without building it (RFC 6793 section 4.2.3), or the path of BGPSEC_PATH, which
/// replaces AS_PATH (RFC 8205 section 4.4). Displayed like [`AsPath`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MergedPath<'a> {
    head: AsPath<'a>,
    // Number of hops of `head` before `tail`.
    keep: usize,
    tail: &'a [u8],
    tail_is: Tail,
}

/// The part after the kept part of AS_PATH.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// Segments of a path with two-octet numbers.
    Two,
    /// Segments of a path with four-octet numbers.
    Four,
    /// Segments of a Secure_Path (RFC 8205 section 3.1), six octets each: pCount, flags, AS number. There is then no AS_PATH.
    SecurePath,
}

impl<'a> MergedPath<'a> {
    #[cfg_attr(optimised, inline(always))]
    const fn new(head: AsPath<'a>, keep: usize, tail: AsPath<'a>) -> Self {
        Self { head, keep, tail: tail.bytes, tail_is: if tail.asn4 { Tail::Four } else { Tail::Two } }
    }

    /// The path of a Secure_Path (RFC 8205 section 4.4): `octets` is a whole number of segments.
    #[cold]
    pub(super) fn of_secure_path(octets: &'a [u8]) -> Self {
        let is_empty = octets.as_chunks::<6>().0.iter().all(|[pcount, ..]| *pcount == 0);
        let tail = if is_empty { &[] } else { octets };
        Self { head: AsPath::default(), keep: usize::MAX, tail, tail_is: Tail::SecurePath }
    }

    /// The segments, the nearest first. A sequence split by the merge gives two segments; BGPSEC_PATH gives one per number.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'a>> + Clone + use<'a> {
        self.kept().chain(self.added())
    }

    /// The segments, and whether each continues the previous one: the AS4_PATH part continues the sequence before it, and so does
    /// every number of BGPSEC_PATH. Two sets are two hops and stay two.
    pub(crate) fn joined(&self) -> impl Iterator<Item = (Segment<'a>, bool)> + use<'a> {
        let all = self.tail_is == Tail::SecurePath;
        self.kept()
            .map(|segment| (segment, false))
            .chain(self.added().enumerate().map(move |(i, s)| (s, !s.kind.is_set() && (all || i == 0))))
    }

    /// The numbers of a path that is a single AS_SEQUENCE of AS_PATH, as nearly all are.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn only_sequence(&self) -> Option<Asns<'a>> {
        let mut segments = self.head.segments();
        match segments.next() {
            Some(segment) if segment.kind == SegmentKind::Sequence && segments.rest.is_empty() => {
                (self.tail.is_empty() && self.keep == usize::MAX).then(|| segment.asns())
            }
            _ => None,
        }
    }

    /// Whether it is a single sequence, merged or not.
    #[inline]
    pub(crate) fn is_one_sequence(&self) -> bool {
        let is_one = || {
            let mut segments = self.segments();
            segments.next().is_some_and(|segment| segment.kind() == SegmentKind::Sequence) && segments.next().is_none()
        };
        self.only_sequence().is_some() || is_one()
    }

    /// The part kept from AS_PATH.
    fn kept(&self) -> impl Iterator<Item = Segment<'a>> + Clone + use<'a> {
        self.head.segments().scan(Some(self.keep), |keep, segment| {
            let (left, hops) = ((*keep)?, segment.hops());
            if hops <= left {
                // Confederation segments have no hops: they are kept at the start, and next to what is kept.
                *keep = Some(left.saturating_sub(hops));
                return Some(segment);
            }
            *keep = None;
            let octets = left.saturating_mul(if segment.asn4 { 4 } else { 2 });
            let bytes = segment.bytes.get(..octets).unwrap_or(segment.bytes);
            // A set is kept whole or not at all.
            (octets > 0 && !segment.kind.is_set()).then_some(Segment { bytes, ..segment })
        })
    }

    /// The part from AS4_PATH, without confederation segments (RFC 6793 section 6), or from BGPSEC_PATH.
    #[cfg_attr(optimised, inline(always))]
    const fn added(&self) -> Added<'a> {
        Added { rest: self.tail, is: self.tail_is, given: 0 }
    }

    /// The neighbour AS, as [`AsPath::neighbour`].
    pub fn neighbour(&self) -> Option<Asn> {
        let first = self.segments().find(|segment| !segment.kind.is_confed())?;
        if first.kind.is_set() { None } else { first.asns().next() }
    }

    /// All AS numbers, segment after segment.
    pub fn asns(&self) -> impl Iterator<Item = Asn> + use<'a> {
        self.segments().flat_map(|segment| segment.asns())
    }

    /// The origin, as [`AsPath::origins`].
    pub fn origins(&self) -> Asns<'a> {
        match self.tail_is {
            _ if self.tail.is_empty() => self.head.origins(),
            Tail::SecurePath => secure_origin(self.tail),
            tail => AsPath { bytes: self.tail, asn4: tail == Tail::Four }.origins(),
        }
    }

    /// Length for route selection: a set counts as one, confederation segments as none.
    pub fn hops(&self) -> usize {
        self.segments().map(|segment| segment.hops()).sum()
    }

    /// Whether the path contains `asn`.
    pub fn contains(&self, asn: Asn) -> bool {
        self.asns().any(|x| x == asn)
    }

    /// Whether the path is empty.
    pub const fn is_empty(&self) -> bool {
        self.head.is_empty() && self.tail.is_empty()
    }
}

/// The AS number of the last counted Secure_Path segment outside a confederation.
#[cold]
fn secure_origin(segments: &[u8]) -> Asns<'_> {
    let mut segments = segments.as_chunks::<6>().0.iter().rev();
    let origin = segments.find(|[pcount, flags, ..]| *pcount != 0 && flags & CONFED_SEGMENT == 0);
    Asns::new(origin.map_or(&[], |[_, _, asn @ ..]| asn), true)
}

/// The flag of a Secure_Path segment inside a confederation (RFC 8205 section 3.1).
const CONFED_SEGMENT: u8 = super::bgpsec::SecurePathFlags::CONFED_SEGMENT.bits();

/// Iterates over the part after the kept part of AS_PATH.
#[derive(Clone)]
struct Added<'a> {
    rest: &'a [u8],
    is: Tail,
    // How often the first segment of a Secure_Path was yielded.
    given: u8,
}

impl<'a> Added<'a> {
    /// A Secure_Path segment is yielded pCount times, each time as a segment of one number.
    #[cold]
    fn of_secure_path(&mut self) -> Option<Segment<'a>> {
        while let Some((&[pcount, flags, ..], rest)) = self.rest.split_first_chunk::<6>() {
            step();
            if self.given < pcount {
                self.given = self.given.saturating_add(1);
                let confed = flags & CONFED_SEGMENT != 0;
                let kind = if confed { SegmentKind::ConfedSequence } else { SegmentKind::Sequence };
                return Some(Segment { kind, asn4: true, bytes: self.rest.get(2..6)? });
            }
            (self.rest, self.given) = (rest, 0);
        }
        None
    }
}

impl<'a> Iterator for Added<'a> {
    type Item = Segment<'a>;

    #[cfg_attr(optimised, inline(always))]
    fn next(&mut self) -> Option<Segment<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if self.is == Tail::SecurePath {
            return self.of_secure_path();
        }
        let mut segments = Segments { rest: self.rest, asn4: self.is == Tail::Four };
        let next = segments.find(|segment| !segment.kind.is_confed());
        self.rest = if next.is_some() { segments.rest } else { &[] };
        next
    }
}

impl FusedIterator for Added<'_> {}

impl fmt::Display for MergedPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_segments(self.joined().map(|(segment, joined)| (segment.kind(), segment.asns(), joined)), f)
    }
}

impl fmt::Debug for MergedPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
