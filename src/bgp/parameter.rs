//! The optional parameters of OPEN (RFC 4271 section 4.2, RFC 9072).

use core::iter::FusedIterator;

use crate::codes::OpenParameter;
use crate::error::{Action, Context, Error, Result};
use crate::wire::Cursor;

/// One optional parameter: its type and octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Parameter<'a> {
    /// Parameter type: 2 holds capabilities.
    pub kind: u8,
    /// The octets after the length.
    pub raw: &'a [u8],
    /// Their offset: bytes from the start of the outermost input.
    pub offset: u64,
}

/// Iterates over optional parameters; ends after the first error.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) extended: bool,
}

impl<'a> Iterator for Parameters<'a> {
    type Item = Result<Parameter<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.is_empty() {
            return None;
        }
        let parameter = self.read();
        if parameter.is_err() {
            self.cursor.stop();
        }
        Some(parameter)
    }
}

impl<'a> Parameters<'a> {
    pub(super) const NONE: Self = Self { cursor: Cursor::at(&[], 0), extended: false };

    /// The capabilities of a truncated next parameter, as far as they are present.
    pub(super) fn cut_capabilities(mut self) -> Option<Cursor<'a>> {
        let kind = self.cursor.u8().ok()?;
        if self.extended { self.cursor.u16().map(|_| ()) } else { self.cursor.u8().map(|_| ()) }.ok()?;
        (kind == OpenParameter::CAPABILITIES.0 && !self.cursor.is_empty()).then_some(self.cursor)
    }

    fn read(&mut self) -> Result<Parameter<'a>> {
        let kind = self.cursor.u8()?;
        let within = |e: Error| e.within(Context::OpenParameter(kind), Action::ResetSession);
        let len = if self.extended { self.cursor.u16().map_err(within)? } else { u16::from(self.cursor.u8().map_err(within)?) };
        let offset = self.cursor.offset();
        let raw = self.cursor.take(usize::from(len)).map_err(within)?;
        Ok(Parameter { kind, raw, offset })
    }
}

impl FusedIterator for Parameters<'_> {}
