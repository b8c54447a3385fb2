//! Errors of texts.

use alloc::borrow::Cow;
use core::fmt;

/// The text is not a filter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseFilterError {
    column: usize,
    expected: Cow<'static, str>,
}

impl ParseFilterError {
    /// The error `at` octets from the start of `text`.
    pub(super) fn new(text: &str, at: usize, expected: Cow<'static, str>) -> Self {
        let before = text.get(..at).unwrap_or(text).chars().count();
        Self { column: before.saturating_add(1), expected }
    }

    /// Position of the error: characters from the start of the text; the first has number 1.
    pub const fn column(&self) -> usize {
        self.column
    }

    /// What was expected there.
    pub fn expected(&self) -> &str {
        &self.expected
    }
}

impl fmt::Display for ParseFilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: expected {}", self.column, self.expected)
    }
}

impl core::error::Error for ParseFilterError {}

/// An error in a value: octets from its start, and what was expected.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) at: usize,
    pub(super) what: Cow<'static, str>,
}

impl Expected {
    /// An error at the start of a value.
    pub(super) const fn value(what: &'static str) -> Self {
        Self { at: 0, what: Cow::Borrowed(what) }
    }
}
