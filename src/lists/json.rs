//! A JSON reader (RFC 8259) that reports the position of errors.
//!
//! The files are flat lists of up to hundreds of thousands of small objects; unneeded values are skipped. Only the text of
//! strings is allocated.

use alloc::string::String;
use alloc::vec::Vec;

use super::lines::{self, BYTE_ORDER_MARK, FormatError, FormatErrorKind, error};

/// Maximum nesting of values.
const DEEPEST: u32 = 64;

/// A reader over a text.
#[derive(Clone, Debug)]
pub(crate) struct Json<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
    line_start: usize,
}

/// Position of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    line: u64,
    column: usize,
}

impl Position {
    /// The line, saturating at 32 bits.
    pub(crate) fn line(self) -> u32 {
        u32::try_from(self.line).unwrap_or(u32::MAX)
    }

    pub(crate) fn error(self, kind: FormatErrorKind) -> FormatError {
        error(self.line, self.column, kind)
    }
}

impl<'a> Json<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        let start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        Self { text, at: start, line: 1, line_start: start }
    }

    /// The next octet after white space.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            let octet = self.text.get(self.at).copied()?;
            match octet {
                b'\n' => {
                    self.at = self.at.saturating_add(1);
                    self.line = self.line.saturating_add(1);
                    self.line_start = self.at;
                }
                b' ' | b'\t' | b'\r' => self.at = self.at.saturating_add(1),
                _ => return Some(octet),
            }
        }
    }

    /// Position of the next value.
    pub(crate) fn place(&mut self) -> Position {
        self.peek();
        Position { line: self.line, column: self.at.saturating_sub(self.line_start) }
    }

    fn wrong(&mut self, wanted: &'static str) -> FormatError {
        let place = self.place();
        place.error(if self.at >= self.text.len() { FormatErrorKind::End } else { FormatErrorKind::Json(wanted) })
    }

    fn punctuation(&mut self, octet: u8, wanted: &'static str) -> Result<(), FormatError> {
        if self.peek() != Some(octet) {
            return Err(self.wrong(wanted));
        }
        self.at = self.at.saturating_add(1);
        Ok(())
    }

    /// Reads an object: `member` is called with each name and must read or skip the value.
    pub(crate) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, &str) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        self.punctuation(b'{', "an object")?;
        if self.peek() == Some(b'}') {
            self.at = self.at.saturating_add(1);
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.wrong("the name of a member"));
            }
            let name = self.string()?;
            self.punctuation(b':', "a colon")?;
            member(self, &name)?;
            if self.peek() == Some(b'}') {
                self.at = self.at.saturating_add(1);
                return Ok(());
            }
            self.punctuation(b',', "a comma or the end of the object")?;
        }
    }

    /// Reads an array: `element` is called before each element and must read or skip it.
    pub(crate) fn array(&mut self, mut element: impl FnMut(&mut Self) -> Result<(), FormatError>) -> Result<(), FormatError> {
        self.punctuation(b'[', "an array")?;
        if self.peek() == Some(b']') {
            self.at = self.at.saturating_add(1);
            return Ok(());
        }
        loop {
            element(self)?;
            if self.peek() == Some(b']') {
                self.at = self.at.saturating_add(1);
                return Ok(());
            }
            self.punctuation(b',', "a comma or the end of the array")?;
        }
    }

    /// Reads a string.
    pub(crate) fn string(&mut self) -> Result<String, FormatError> {
        self.punctuation(b'"', "a string")?;
        let mut octets = Vec::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or(&[]);
            let Some(len) = rest.iter().position(|&octet| octet == b'"' || octet == b'\\' || octet < 0x20) else {
                self.at = self.text.len();
                return Err(self.wrong(""));
            };
            octets.extend_from_slice(rest.get(..len).unwrap_or(&[]));
            self.at = self.at.saturating_add(len);
            match rest.get(len) {
                Some(b'"') => {
                    self.at = self.at.saturating_add(1);
                    return String::from_utf8(octets).map_err(|_| self.wrong("text in UTF-8"));
                }
                Some(b'\\') => self.escape(&mut octets)?,
                _ => {
                    let column = self.at.saturating_sub(self.line_start);
                    return Err(error(self.line, column, FormatErrorKind::Json("a character that needs no escape")));
                }
            }
        }
    }

    fn escape(&mut self, octets: &mut Vec<u8>) -> Result<(), FormatError> {
        let place = Position { line: self.line, column: self.at.saturating_sub(self.line_start) };
        let wrong = || place.error(FormatErrorKind::Json("an escape"));
        let code = self.text.get(self.at.saturating_add(1)).copied();
        self.at = self.at.saturating_add(2);
        let plain = match code {
            Some(code @ (b'"' | b'\\' | b'/')) => code,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                let mut unit = self.hex().ok_or_else(wrong)?;
                if (0xd800..0xdc00).contains(&unit) {
                    // The second surrogate follows.
                    let pair = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(b"\\u"));
                    self.at = self.at.saturating_add(2);
                    let low = if pair { self.hex() } else { None };
                    let low = low.filter(|low| (0xdc00..0xe000).contains(low)).ok_or_else(wrong)?;
                    unit = 0x10000u32.saturating_add((unit & 0x3ff) << 10 | low & 0x3ff);
                }
                let character = char::from_u32(unit).ok_or_else(wrong)?;
                octets.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            _ => return Err(wrong()),
        };
        octets.push(plain);
        Ok(())
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at.saturating_add(4))?;
        self.at = self.at.saturating_add(4);
        digits.iter().try_fold(0u32, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
    }

    /// Reads a non-negative integer of at most 32 bits.
    pub(crate) fn number(&mut self) -> Result<u32, FormatError> {
        let place = self.place();
        let rest = self.text.get(self.at..).unwrap_or(&[]);
        let len = rest.iter().take_while(|octet| octet.is_ascii_digit()).count();
        if len == 0 || matches!(rest.get(len), Some(b'.' | b'e' | b'E')) {
            return Err(if rest.is_empty() {
                place.error(FormatErrorKind::End)
            } else {
                place.error(FormatErrorKind::NotANumber)
            });
        }
        self.at = self.at.saturating_add(len);
        let digits = rest.get(..len).unwrap_or(&[]);
        let value =
            digits.iter().try_fold(0u32, |value, digit| value.checked_mul(10)?.checked_add(u32::from(digit.wrapping_sub(b'0'))));
        value.ok_or_else(|| place.error(FormatErrorKind::TooLarge))
    }

    /// Reads an AS number: a JSON number, or a string as [`lines::named_asn`] reads it.
    pub(crate) fn asn(&mut self) -> Result<u32, FormatError> {
        if self.peek() != Some(b'"') {
            return self.number();
        }
        let place = self.place();
        let text = self.string()?;
        lines::named_asn(&text).map_err(|kind| place.error(kind))
    }

    /// Whether the next value is `null`, which is skipped.
    pub(crate) fn null(&mut self) -> bool {
        self.peek();
        let is_null = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(b"null"));
        if is_null {
            self.at = self.at.saturating_add(4);
        }
        is_null
    }

    /// Reads an instant in whole seconds since 1970; `None` for any other value, and past 2106.
    pub(crate) fn seconds(&mut self) -> Result<Option<u32>, FormatError> {
        self.peek();
        let (at, line, line_start) = (self.at, self.line, self.line_start);
        if let Ok(seconds) = self.number() {
            return Ok(Some(seconds));
        }
        (self.at, self.line, self.line_start) = (at, line, line_start);
        self.skip().map(|()| None)
    }

    /// Reads `true` or `false`.
    pub(crate) fn boolean(&mut self) -> Result<bool, FormatError> {
        self.peek();
        let rest = self.text.get(self.at..).unwrap_or(&[]);
        for (word, value) in [("true", true), ("false", false)] {
            if rest.starts_with(word.as_bytes()) {
                self.at = self.at.saturating_add(word.len());
                return Ok(value);
            }
        }
        Err(self.wrong("true or false"))
    }

    /// Skips a value of any kind.
    pub(crate) fn skip(&mut self) -> Result<(), FormatError> {
        self.skip_to(0)
    }

    fn skip_to(&mut self, depth: u32) -> Result<(), FormatError> {
        if depth > DEEPEST {
            return Err(self.place().error(FormatErrorKind::TooDeep));
        }
        let below = depth.saturating_add(1);
        match self.peek() {
            Some(b'{') => self.object(|json, _| json.skip_to(below)),
            Some(b'[') => self.array(|json| json.skip_to(below)),
            Some(b'"') => self.string().map(|_| ()),
            _ => {
                let rest = self.text.get(self.at..).unwrap_or(&[]);
                for word in ["true", "false", "null"] {
                    if rest.starts_with(word.as_bytes()) {
                        self.at = self.at.saturating_add(word.len());
                        return Ok(());
                    }
                }
                let len = rest.iter().take_while(|octet| matches!(octet, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')).count();
                if len == 0 {
                    return Err(self.wrong("a value"));
                }
                self.at = self.at.saturating_add(len);
                Ok(())
            }
        }
    }

    /// Only white space may follow.
    pub(crate) fn end(&mut self) -> Result<(), FormatError> {
        if self.peek().is_some() { Err(self.wrong("the end of the text")) } else { Ok(()) }
    }
}
