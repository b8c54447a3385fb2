//! Owned paths, from segments or from text.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use nom::branch::alt;
use nom::character::complete::char;
use nom::combinator::{all_consuming, map_opt};
use nom::{IResult, Parser as _};

use super::{AsPath, FULL, MergedPath, Segment, SegmentKind, is_full, write_segment_octets, write_segments};
use crate::asn::Asn;
use crate::error::{EncodeError, Result};
use crate::wire::Sink;

/// The octets of the AS4_PATH for a path written with two-octet numbers; `None` if every number fits (RFC 6793 section 4.2.2).
/// Confederation segments are omitted.
pub(crate) fn as4_path_octets(path: &AsPath<'_>) -> Option<Vec<u8>> {
    let outer = || path.segments().filter(|segment| !segment.kind.is_confed());
    if !outer().flat_map(|segment| segment.asns()).any(|asn| asn.0 > 0xffff) {
        return None;
    }
    let mut octets = Vec::new();
    outer().for_each(|segment| write_segment_octets(&segment, true, &mut octets));
    Some(octets)
}

/// An owned path: built segment by segment, or parsed from text; displayed like [`AsPath`].
///
/// ```
/// use routeglass::attr::AsPathBuf;
///
/// let path: AsPathBuf = "64496 65536 {64497,64498}".parse()?;
/// let mut octets = Vec::new();
/// path.encode(true, &mut octets)?;
/// assert_eq!(octets[..6], [2, 2, 0, 0, 0xfb, 0xf0]);
/// assert_eq!(path.view(true, &mut octets)?.to_string(), path.to_string());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct AsPathBuf {
    segments: Vec<(SegmentKind, Vec<Asn>)>,
}

impl AsPathBuf {
    /// An empty path.
    pub const fn new() -> Self {
        Self { segments: Vec::new() }
    }

    /// Appends a segment. An empty one is ignored: it has no wire form. A sequence extends a previous sequence whose numbers fill
    /// their segments (255 each); otherwise it is a separate segment.
    pub fn push(&mut self, kind: SegmentKind, asns: impl IntoIterator<Item = Asn>) -> &mut Self {
        self.add(kind, asns, false)
    }

    /// Appends a segment; if `joined`, it continues the previous sequence.
    fn add(&mut self, kind: SegmentKind, asns: impl IntoIterator<Item = Asn>, joined: bool) -> &mut Self {
        let mut asns = asns.into_iter().peekable();
        if asns.peek().is_some() {
            match self.segments.last_mut() {
                Some((last, list)) if *last == kind && !kind.is_set() && (joined || is_full(kind, list.len())) => {
                    list.extend(asns)
                }
                _ => self.segments.push((kind, asns.collect())),
            }
        }
        self
    }

    /// Prepends a number `times` times, as a speaker does when it propagates a route (RFC 4271 section 5.1.2).
    pub fn prepend(&mut self, asn: Asn, times: usize) -> &mut Self {
        let front = core::iter::repeat_n(asn, times);
        match self.segments.first_mut() {
            Some((SegmentKind::Sequence, list)) => drop(list.splice(0..0, front)),
            _ if times > 0 => self.segments.insert(0, (SegmentKind::Sequence, front.collect())),
            _ => {}
        }
        // If the first sequence now fills its segments, it merges with the next.
        if let [(kind, first), (next, second), ..] = self.segments.as_mut_slice()
            && kind == next
            && is_full(*kind, first.len())
        {
            first.append(second);
            self.segments.remove(1);
        }
        self
    }

    /// The segments, the nearest first.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = (SegmentKind, &[Asn])> + ExactSizeIterator {
        self.segments.iter().map(|(kind, asns)| (*kind, asns.as_slice()))
    }

    /// All AS numbers, segment after segment.
    pub fn asns(&self) -> impl Iterator<Item = Asn> {
        self.segments.iter().flat_map(|(_, asns)| asns.iter().copied())
    }

    /// Whether the path is empty.
    pub const fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Whether a number needs four octets, so that a two-octet speaker sends AS4_PATH beside the path (RFC 6793 section 4.2.2).
    pub fn needs_as4_path(&self) -> bool {
        self.asns().any(Asn::is_four_octet)
    }

    /// The path for AS4_PATH: this one without confederation segments (RFC 6793 section 3). Sequences divided only by such
    /// segments are joined.
    #[must_use]
    pub fn as4_path(&self) -> Self {
        let (mut path, mut joined) = (Self::new(), false);
        for (kind, asns) in self.segments() {
            if !kind.is_confed() {
                path.add(kind, asns.iter().copied(), joined);
            }
            joined = kind.is_confed();
        }
        path
    }

    /// Octets on the wire with four-octet or two-octet numbers. A sequence of more than 255 numbers takes several segments.
    pub fn encoded_len(&self, asn4: bool) -> usize {
        let width = if asn4 { 4 } else { 2 };
        self.segments.iter().fold(0, |all, (_, asns)| {
            let heads = asns.len().div_ceil(FULL).saturating_mul(2);
            asns.len().saturating_mul(width).saturating_add(heads).saturating_add(all)
        })
    }

    /// Writes the segments with four-octet or two-octet numbers; [`Asn::TRANS`] for a number over two octets (RFC 6793 section
    /// 4.2.2).
    ///
    /// # Errors
    /// A set of more than 255 numbers, which cannot be divided, or too little room; then nothing is written.
    pub fn encode(&self, asn4: bool, out: &mut impl Sink) -> Result<(), EncodeError> {
        if let Some((_, asns)) = self.segments.iter().find(|(kind, asns)| kind.is_set() && asns.len() > FULL) {
            return Err(EncodeError::too_long("AS set", asns.len(), FULL));
        }
        let len = self.encoded_len(asn4);
        if out.room() < len {
            return Err(EncodeError::no_room(len.saturating_sub(out.room())));
        }
        for (kind, asns) in &self.segments {
            for asns in asns.chunks(FULL) {
                out.put_slice(&[kind.code(), u8::try_from(asns.len()).unwrap_or(u8::MAX)]);
                asns.iter().for_each(|asn| asn.write(asn4, out));
            }
        }
        Ok(())
    }

    /// The path as [`AsPath`], in wire form in `buffer`, for [`Value::AsPath`](crate::attr::Value::AsPath).
    ///
    /// [`UpdateBuilder`](crate::bgp::UpdateBuilder) always takes four-octet numbers, whatever the session: it writes AS_TRANS and
    /// AS4_PATH itself where needed.
    ///
    /// # Errors
    /// As [`AsPathBuf::encode`]; with `asn4` false also a number over 65,535.
    pub fn view<'a>(&self, asn4: bool, buffer: &'a mut Vec<u8>) -> Result<AsPath<'a>, EncodeError> {
        if let (false, Some(asn)) = (asn4, self.asns().find(|asn| asn.0 > 0xffff)) {
            return Err(EncodeError::out_of_range("AS number", u64::from(asn.0)));
        }
        buffer.clear();
        self.encode(asn4, buffer)?;
        Ok(AsPath { bytes: buffer, asn4 })
    }
}

impl<'a> FromIterator<Segment<'a>> for AsPathBuf {
    fn from_iter<I: IntoIterator<Item = Segment<'a>>>(segments: I) -> Self {
        let mut path = Self::new();
        for segment in segments {
            path.push(segment.kind(), segment.asns());
        }
        path
    }
}

impl From<AsPath<'_>> for AsPathBuf {
    fn from(path: AsPath<'_>) -> Self {
        path.segments().collect()
    }
}

impl From<MergedPath<'_>> for AsPathBuf {
    fn from(path: MergedPath<'_>) -> Self {
        let mut own = Self::new();
        for (segment, joined) in path.joined() {
            own.add(segment.kind(), segment.asns(), joined);
        }
        own
    }
}

impl fmt::Display for AsPathBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_segments(self.segments.iter().map(|(kind, asns)| (*kind, asns.iter().copied(), false)), f)
    }
}

impl fmt::Debug for AsPathBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

/// A text that is no AS path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it has no details")]
pub struct ParseAsPathError;

impl fmt::Display for ParseAsPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not an AS path: expected numbers with blanks between them, sets in { } or [ ], confederations in ( ) or [ ], a | ",
        )?;
        f.write_str("between two sequences")
    }
}

impl core::error::Error for ParseAsPathError {}

/// An AS number in digits, at most four octets.
fn asn(text: &str) -> IResult<&str, Asn> {
    map_opt(crate::attr::ext_community::decimal, |number| u32::try_from(number).ok().map(Asn)).parse(text)
}

/// One or more numbers separated by `between`.
fn asns(between: char) -> impl FnMut(&str) -> IResult<&str, Vec<Asn>> {
    move |text| {
        let (mut rest, first) = asn(text)?;
        let mut all = alloc::vec![first];
        while let Ok((more, (_, next))) = (char(between), asn).parse(rest) {
            all.push(next);
            rest = more;
        }
        Ok((rest, all))
    }
}

fn segment(text: &str) -> IResult<&str, (SegmentKind, Vec<Asn>)> {
    alt((
        asns(' ').map(|asns| (SegmentKind::Sequence, asns)),
        (char('{'), asns(','), char('}')).map(|(_, asns, _)| (SegmentKind::Set, asns)),
        (char('('), asns(' '), char(')')).map(|(_, asns, _)| (SegmentKind::ConfedSequence, asns)),
        (char('['), asns(','), char(']')).map(|(_, asns, _)| (SegmentKind::ConfedSet, asns)),
    ))
    .parse(text)
}

impl FromStr for AsPathBuf {
    type Err = ParseAsPathError;

    /// Parses the text of [`AsPath`]: `64496 65536 {64497,64498}`, a confederation sequence in `( )`, a confederation set in `[
    /// ]`, a bar between two sequences.
    fn from_str(text: &str) -> Result<Self, ParseAsPathError> {
        let mut path = Self::new();
        if text.is_empty() {
            return Ok(path);
        }
        let all = |text| {
            let (mut rest, (mut last, asns)) = segment(text)?;
            path.push(last, asns);
            while let Some(more) = rest.strip_prefix(' ') {
                let (more, (kind, asns)) = match more.strip_prefix("| ") {
                    Some(more) if last == SegmentKind::Sequence => {
                        self::asns(' ').map(|asns| (SegmentKind::Sequence, asns)).parse(more)?
                    }
                    _ => segment(more)?,
                };
                path.push(kind, asns);
                (rest, last) = (more, kind);
            }
            Ok((rest, ()))
        };
        let outcome: Result<_, nom::Err<nom::error::Error<&str>>> = all_consuming(all).parse(text);
        match outcome {
            Ok(_) => Ok(path),
            Err(_) => Err(ParseAsPathError),
        }
    }
}
