//! Lines of text from chunks, and errors with their position.

use alloc::vec::Vec;
use core::fmt;

use crate::asn::Asn;

/// Errors in a text file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum FormatErrorKind {
    /// A line has fewer columns than it needs.
    MissingColumn,
    /// Not a number.
    NotANumber,
    /// A number over 32 bits.
    TooLarge,
    /// AS 0 in place of a network: none has this number (RFC 7607).
    AsZero,
    /// A relation other than -1 and 0.
    Relation,
    /// A network is linked to itself.
    SelfLink(u32),
    /// A link with different relations on two lines.
    Contradiction {
        /// The lower AS number.
        lower: u32,
        /// The higher AS number.
        higher: u32,
        /// The other line.
        line: u64,
    },
    /// A line longer than any valid one.
    LongLine,
    /// Not the character or word that JSON requires here.
    Json(&'static str),
    /// The text ends inside a value.
    End,
    /// Values nested too deep.
    TooDeep,
    /// A missing mandatory member.
    MissingMember(&'static str),
    /// An invalid prefix.
    Prefix,
    /// A length that does not fit the prefix.
    MaxLength,
    /// A text without a readable list.
    NoList(&'static str),
    /// An invalid community.
    Community,
    /// Not the role of a neighbour.
    Role,
    /// A community with two roles.
    TwoRoles,
}

impl fmt::Display for FormatErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::MissingColumn => f.write_str("a column is missing"),
            Self::NotANumber => f.write_str("not a number"),
            Self::TooLarge => f.write_str("the number is over 32 bits"),
            Self::AsZero => f.write_str("AS 0 is no network (RFC 7607)"),
            Self::Relation => f.write_str("a relation is -1 or 0"),
            Self::SelfLink(asn) => write!(f, "AS {asn} is linked to itself"),
            Self::Contradiction { lower, higher, line } => {
                write!(f, "the link of AS {lower} and AS {higher} has another relation on line {line}")
            }
            Self::LongLine => f.write_str("the line is too long"),
            Self::Json(wanted) => write!(f, "expected {wanted}"),
            Self::End => f.write_str("the text ends within a value"),
            Self::TooDeep => f.write_str("values are nested too deep"),
            Self::MissingMember(name) => write!(f, "the member \"{name}\" is missing"),
            Self::Prefix => f.write_str("not a prefix"),
            Self::MaxLength => f.write_str("the length does not fit the prefix"),
            Self::NoList(name) => write!(f, "there is no list \"{name}\""),
            Self::Community => f.write_str("not a community of two or three numbers"),
            Self::Role => f.write_str("a role is customer, peer or provider"),
            Self::TwoRoles => f.write_str("the community has another role on a line before"),
        }
    }
}

/// An error in a text file, with its position. Lines and columns count from 1; columns are octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FormatError {
    /// The line.
    pub line: u64,
    /// The octet in the line.
    pub column: u64,
    /// The kind of error.
    pub kind: FormatErrorKind,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.kind)
    }
}

impl core::error::Error for FormatError {}

#[cold]
pub(crate) fn error(line: u64, column: usize, kind: FormatErrorKind) -> FormatError {
    FormatError { line, column: u64::try_from(column).unwrap_or(u64::MAX).saturating_add(1), kind }
}

/// Maximum length of a line. A longer comment is skipped; a longer line of data is an error.
const LONGEST: usize = 1 << 20;

/// Splits chunks of a text into lines, without their ends. Only an unfinished line is kept.
#[derive(Clone, Default, Debug)]
pub(crate) struct Lines {
    line: u64,
    carry: Vec<u8>,
    // The rest of an overlong comment is skipped.
    skipping: bool,
}

impl Lines {
    /// Takes more text and passes on the lines that end in it, with their numbers.
    pub(crate) fn feed(
        &mut self,
        mut chunk: &[u8],
        mut each: impl FnMut(u64, &[u8]) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        while let Some(end) = memchr::memchr(b'\n', chunk) {
            let (line, rest) = chunk.split_at(end);
            chunk = rest.get(1..).unwrap_or(&[]);
            self.line = self.line.saturating_add(1);
            if self.skipping {
                self.skipping = false;
            } else if self.carry.is_empty() {
                each(self.line, content(self.line, line))?;
            } else {
                self.carry.extend_from_slice(line);
                let carry = core::mem::take(&mut self.carry);
                each(self.line, content(self.line, &carry))?;
                self.carry = carry;
                self.carry.clear();
            }
        }
        if self.skipping {
            return Ok(());
        }
        if self.carry.len().saturating_add(chunk.len()) > LONGEST {
            let comment = if self.carry.is_empty() { chunk.first() } else { self.carry.first() } == Some(&b'#');
            if !comment {
                return Err(error(self.line.saturating_add(1), LONGEST, FormatErrorKind::LongLine));
            }
            self.skipping = true;
            self.carry.clear();
            return Ok(());
        }
        self.carry.extend_from_slice(chunk);
        Ok(())
    }

    /// Passes on the last line if it has no line end.
    pub(crate) fn finish(&mut self, mut each: impl FnMut(u64, &[u8]) -> Result<(), FormatError>) -> Result<(), FormatError> {
        let carry = core::mem::take(&mut self.carry);
        if carry.is_empty() {
            return Ok(());
        }
        self.line = self.line.saturating_add(1);
        each(self.line, content(self.line, &carry))
    }
}

/// The mark that some editors put before the first character of a text.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A line without CR and blanks at its end, and the first without a byte order mark.
#[inline]
fn content(number: u64, line: &[u8]) -> &[u8] {
    let line = line.trim_ascii_end();
    if number == 1 { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) } else { line }
}

/// A column of a line: its position and octets.
pub(crate) type Column<'a> = (usize, &'a [u8]);

/// Columns of a line between separators.
pub(crate) fn columns(line: &[u8], separator: u8) -> impl Iterator<Item = Column<'_>> {
    let mut at = 0usize;
    line.split(move |&octet| octet == separator).map(move |column| {
        let start = at;
        at = at.saturating_add(column.len()).saturating_add(1);
        (start, column)
    })
}

/// A decimal AS number and nothing else.
#[inline]
pub(crate) fn asn(line: u64, (start, digits): Column<'_>) -> Result<u32, FormatError> {
    let mut value = 0u32;
    if digits.is_empty() {
        return Err(error(line, start, FormatErrorKind::NotANumber));
    }
    for (at, &digit) in digits.iter().enumerate() {
        if !digit.is_ascii_digit() {
            return Err(error(line, start.saturating_add(at), FormatErrorKind::NotANumber));
        }
        let next = value.checked_mul(10).and_then(|value| value.checked_add(u32::from(digit.wrapping_sub(b'0'))));
        match next {
            Some(next) => value = next,
            None => return Err(number_too_large(line, start, digits)),
        }
    }
    Ok(value)
}

/// The AS number of a network: any but 0 (RFC 7607).
#[inline]
pub(crate) fn network(line: u64, column: Column<'_>) -> Result<u32, FormatError> {
    match asn(line, column)? {
        0 => Err(error(line, column.0, FormatErrorKind::AsZero)),
        number => Ok(number),
    }
}

/// An AS number with or without the prefix `AS`, dotted (`1.10`, RFC 5396) or not. Text in parentheses after it, such as the family of
/// old drafts, is skipped.
pub(crate) fn named_asn(text: &str) -> Result<u32, FormatErrorKind> {
    let text = text.split('(').next().unwrap_or(text);
    let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as")).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit() || octet == b'.') {
        return Err(FormatErrorKind::NotANumber);
    }
    if digits.contains('.') {
        return digits.parse().map(|Asn(asn)| asn).map_err(|_| FormatErrorKind::NotANumber);
    }
    digits.parse().map_err(|_| FormatErrorKind::TooLarge)
}

/// Over 32 bits, unless it contains a non-digit.
#[cold]
fn number_too_large(line: u64, start: usize, digits: &[u8]) -> FormatError {
    match digits.iter().position(|digit| !digit.is_ascii_digit()) {
        Some(at) => error(line, start.saturating_add(at), FormatErrorKind::NotANumber),
        None => error(line, start, FormatErrorKind::TooLarge),
    }
}

/// AS numbers of networks, separated by spaces.
pub(crate) fn networks(line: u64, start: usize, text: &[u8]) -> impl Iterator<Item = Result<u32, FormatError>> {
    columns(text, b' ')
        .filter(|(_, word)| !word.is_empty())
        .map(move |(at, word)| network(line, (start.saturating_add(at), word)))
}

/// The text of a comment after the header that it starts with, with its position; of other comments none, whatever they say.
pub(crate) fn after_header<'a>(line: &'a [u8], headers: &[&[u8]]) -> Option<Column<'a>> {
    let text = line.strip_prefix(b"#")?.trim_ascii_start();
    let list = headers.iter().find_map(|header| text.strip_prefix(*header))?;
    Some((line.len().saturating_sub(list.len()), list))
}
