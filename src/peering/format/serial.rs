//! Relations as lines: serial-1 and serial-2 of the public data sets.

use alloc::vec::Vec;

use super::super::relations::{Class, Relation, Relations};
use super::super::table::number;
use crate::lists::lines::{FormatError, FormatErrorKind, Lines, after_header, columns, error, network, networks};

/// Which of the two line formats.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
#[non_exhaustive]
pub enum Serial {
    /// `provider|customer|-1` and `peer|peer|0`.
    #[default]
    One,
    /// The same with the source in a fourth column, on both kinds of lines: here always `bgp`.
    Two,
}

/// Meaning of obsolete codes in old files.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
#[non_exhaustive]
pub enum OldCodes {
    /// An error.
    #[default]
    Reject,
    /// `1` is a link whose second network is the provider; `2` are siblings, which are skipped.
    CustomerFirst,
    /// `1` and `2` are siblings, which are skipped.
    Siblings,
}

/// Reads relations from chunks of text.
///
/// ```
/// use routeglass::peering::{Relation, format::SerialReader};
/// let mut reader = SerialReader::new();
/// reader.feed(b"# inferred clique: 174 701\n174|701|0\n701|64")?;
/// reader.feed(b"81|-1\r\n")?;
/// let relations = reader.finish()?;
/// assert_eq!(relations.clique(), [174, 701]);
/// assert_eq!(relations.get(6481, 701).map(|link| link.relation), Some(Relation::Transit { provider: 701, customer: 6481 }));
/// # Ok::<(), routeglass::peering::format::FormatError>(())
/// ```
#[derive(Clone, Default, Debug)]
pub struct SerialReader {
    lines: Lines,
    parts: Parts,
}

/// The link of a line: the lower number, the higher, and its place among the links with its class in the lowest two bits. Twelve octets
/// a link: the line follows from the place.
type Entry = [u32; 3];

/// Links on lines that follow each other: the place of the first, and its line.
#[derive(Clone, Copy, Debug)]
struct Run {
    place: u32,
    line: u64,
}

impl Class {
    const fn code(self) -> u32 {
        match self {
            Self::Open => 0,
            Self::Low => 1,
            Self::High => 2,
            Self::Peer => 3,
        }
    }

    const fn from_code(code: u32) -> Self {
        match code & 3 {
            0 => Self::Open,
            1 => Self::Low,
            2 => Self::High,
            _ => Self::Peer,
        }
    }
}

/// This many links are taken from those that were read before their room is given back.
const AT_ONCE: usize = 1 << 20;

#[derive(Clone, Default, Debug)]
struct Parts {
    old_codes: OldCodes,
    links: Vec<Entry>,
    lines: Vec<Run>,
    clique: Vec<u32>,
    route_servers: Vec<u32>,
    siblings: u64,
}

impl SerialReader {
    /// Reads the current codes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also reads codes of old files.
    #[must_use]
    pub const fn old_codes(mut self, codes: OldCodes) -> Self {
        self.parts.old_codes = codes;
        self
    }

    /// Takes more text.
    ///
    /// # Errors
    /// A line that is neither comment nor link.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), FormatError> {
        let parts = &mut self.parts;
        self.lines.feed(chunk, |line, text| parts.line(line, text))
    }

    /// The relations read.
    ///
    /// # Errors
    /// The last line is no link, or a link occurs twice with different relations.
    pub fn finish(mut self) -> Result<Relations, FormatError> {
        let Self { lines, parts } = &mut self;
        lines.finish(|line, text| parts.line(line, text))?;
        self.parts.finish()
    }
}

impl Parts {
    fn line(&mut self, line: u64, text: &[u8]) -> Result<(), FormatError> {
        if text.first() == Some(&b'#') {
            return self.comment(line, text);
        }
        if text.is_empty() {
            return Ok(());
        }
        let mut columns = columns(text, b'|');
        let missing = || error(line, text.len(), FormatErrorKind::MissingColumn);
        let (first, second) = (columns.next().ok_or_else(missing)?, columns.next());
        let first = network(line, first)?;
        let (at, second_text) = second.ok_or_else(missing)?;
        let second = network(line, (at, second_text))?;
        let (code_at, code) = columns.next().ok_or_else(missing)?;
        let transit = |provider_first: bool| if provider_first == (first < second) { Class::Low } else { Class::High };
        let class = match (code, self.old_codes) {
            (b"-1", _) => transit(true),
            (b"0", _) => Class::Peer,
            (b"1", OldCodes::CustomerFirst) => transit(false),
            (b"2", OldCodes::CustomerFirst | OldCodes::Siblings) | (b"1", OldCodes::Siblings) => {
                self.siblings = self.siblings.saturating_add(1);
                return Ok(());
            }
            _ => return Err(error(line, code_at, FormatErrorKind::Relation)),
        };
        if first == second {
            return Err(error(line, at, FormatErrorKind::SelfLink(first)));
        }
        self.push(line, first.min(second), first.max(second), class);
        Ok(())
    }

    fn push(&mut self, line: u64, lower: u32, higher: u32, class: Class) {
        let place = number(self.links.len()).min(u32::MAX >> 2);
        if self.line_of(place) != Some(line) {
            self.lines.push(Run { place, line });
        }
        if self.links.len() == self.links.capacity() {
            // By a quarter: links by the million need no room for twice as many.
            self.links.reserve_exact((self.links.len() / 4).max(64));
        }
        self.links.push([lower, higher, place << 2 | class.code()]);
    }

    /// The line of a link; `None` before the first.
    fn line_of(&self, place: u32) -> Option<u64> {
        let after = match self.lines.last() {
            Some(run) if run.place <= place => self.lines.len(),
            _ => self.lines.partition_point(|run| run.place <= place),
        };
        let run = self.lines.get(after.checked_sub(1)?)?;
        Some(run.line.saturating_add(u64::from(place.saturating_sub(run.place))))
    }

    /// Members of the clique and route servers are in comments.
    fn comment(&mut self, line: u64, text: &[u8]) -> Result<(), FormatError> {
        if let Some((at, list)) = after_header(text, &[b"inferred clique:", b"input clique:", b"clique:"]) {
            for member in networks(line, at, list) {
                self.clique.push(member?);
            }
        } else if let Some((at, list)) = after_header(text, &[b"IXP ASes:"]) {
            for server in networks(line, at, list) {
                self.route_servers.push(server?);
            }
        }
        Ok(())
    }

    /// The first link in the file that contradicts one before; equal links are beside each other.
    fn contradiction(&self) -> Option<FormatError> {
        let mut first: Option<Entry> = None;
        let mut wrong: Option<(Entry, u32)> = None;
        for &[lower, higher, tag] in &self.links {
            match first {
                Some([a, b, before]) if (a, b) == (lower, higher) => {
                    if before & 3 != tag & 3 && wrong.is_none_or(|([.., at], _)| tag < at) {
                        wrong = Some(([lower, higher, tag], before));
                    }
                }
                _ => first = Some([lower, higher, tag]),
            }
        }
        let ([lower, higher, tag], before) = wrong?;
        let line = |tag: u32| self.line_of(tag >> 2).unwrap_or(0);
        Some(error(line(tag), 0, FormatErrorKind::Contradiction { lower, higher, line: line(before) }))
    }

    fn finish(mut self) -> Result<Relations, FormatError> {
        if !self.links.is_sorted() {
            self.links.sort_unstable();
        }
        if let Some(error) = self.contradiction() {
            return Err(error);
        }
        let mut relations = Relations::default();
        self.links.shrink_to_fit();
        relations.links.reserve_exact(self.links.len());
        relations.classes.reserve_exact(self.links.len());
        // From the last: what was taken needs no room any more.
        while let Some([lower, higher, tag]) = self.links.pop() {
            if relations.links.last() != Some(&(lower, higher)) {
                relations.links.push((lower, higher));
                relations.classes.push(Class::from_code(tag));
            }
            if self.links.len().is_multiple_of(AT_ONCE) {
                self.links.shrink_to_fit();
            }
        }
        relations.links.reverse();
        relations.classes.reverse();
        relations.links.shrink_to_fit();
        relations.classes.shrink_to_fit();
        for list in [&mut self.clique, &mut self.route_servers] {
            list.sort_unstable();
            list.dedup();
        }
        relations.clique = self.clique;
        relations.route_servers = self.route_servers;
        Ok(relations)
    }
}

/// A list of AS numbers after a word in a comment.
fn list(out: &mut Vec<u8>, word: &str, asns: &[u32]) {
    out.extend_from_slice(word.as_bytes());
    for asn in asns {
        out.push(b' ');
        decimal(out, *asn);
    }
    out.push(b'\n');
}

/// A number in decimal.
pub(super) fn decimal(out: &mut Vec<u8>, mut number: u32) {
    let mut digits = [0u8; 10];
    let mut len = 0usize;
    for digit in digits.iter_mut().rev() {
        *digit = b'0'.wrapping_add(u8::try_from(number % 10).unwrap_or(0));
        number /= 10;
        len = len.saturating_add(1);
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(10usize.saturating_sub(len)..).unwrap_or(&[]));
}

impl Relations {
    /// Reads serial-1 or serial-2, whichever it is.
    ///
    /// # Errors
    /// The error with its line and column.
    pub fn read_serial(text: &[u8]) -> Result<Self, FormatError> {
        let mut reader = SerialReader::new();
        reader.feed(text)?;
        reader.finish()
    }

    /// Writes the relations as lines, ascending by both columns: the clique and the route servers in comments, then
    /// `provider|customer|-1` and `peer|peer|0`, the lower peer first.
    pub fn write_serial(&self, serial: Serial) -> Vec<u8> {
        let mut lines: Vec<(u32, u32, bool)> = self
            .iter()
            .map(|link| match link.relation {
                Relation::Transit { provider, customer } => (provider, customer, true),
                Relation::Peer => (link.lower, link.higher, false),
            })
            .collect();
        lines.sort_unstable();
        let mut out = Vec::new();
        list(&mut out, "# inferred clique:", &self.clique);
        list(&mut out, "# IXP ASes:", &self.route_servers);
        let source: &[u8] = if serial == Serial::Two { b"|bgp\n" } else { b"\n" };
        for (first, second, transit) in lines {
            decimal(&mut out, first);
            out.push(b'|');
            decimal(&mut out, second);
            out.extend_from_slice(if transit { b"|-1" } else { b"|0" });
            out.extend_from_slice(source);
        }
        out
    }
}
