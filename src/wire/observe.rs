//! One reading function per layout, with or without an observer.
//!
//! A layout is one function over a cursor and an [`Observer`]. With `()` it only decodes; with `places::Places` it also records
//! the octet range of every field.

use core::fmt;
use core::ops::Range;

use super::field::{FromFn, Named};
use super::{Cursor, Field};
use crate::error::{Action, Context, Error, ErrorKind, Result};

/// Observes the fields of a layout as they are read.
///
/// Methods that receive fields do nothing by default; how layouts are read is the same for every observer.
#[allow(unreachable_pub, reason = "in the bounds of public types, not usable from outside")]
pub trait Observer: Sized {
    /// Whether fields are recorded. If not, code that only serves the observer is skipped.
    const OBSERVES: bool = false;

    /// A field with a value, in `range`.
    #[cfg_attr(optimised, inline(always))]
    fn note(&mut self, _name: &'static str, _range: Range<u64>, _text: &dyn fmt::Display) {}

    /// Start of a field that contains others; what follows until [`Observer::close`] belongs to it.
    #[cfg_attr(optimised, inline(always))]
    fn open(&mut self, _name: &'static str, _start: u64) {}

    /// Sets the text of the innermost open field.
    #[cfg_attr(optimised, inline(always))]
    fn label(&mut self, _text: &dyn fmt::Display) {}

    /// The innermost open field ends before octet `end`.
    #[cfg_attr(optimised, inline(always))]
    fn close(&mut self, _end: u64) {}

    /// An error not yet reported by a field; returned.
    #[cfg_attr(optimised, inline(always))]
    fn error(&mut self, e: Error) -> Error {
        e
    }

    /// As [`Observer::error`], for a truncated field: `parts` reads what is present, for an observer that shows fields, without
    /// reporting its errors again.
    #[cfg_attr(optimised, inline(always))]
    fn cut(&mut self, e: Error, _parts: impl FnOnce(&mut Self)) -> Error {
        e
    }

    /// Sets the part of the protocol and the action for errors reported by `fields`.
    #[cfg_attr(optimised, inline(always))]
    fn within(&mut self, _context: Context, _action: Action, fields: impl FnOnce(&mut Self)) {
        fields(self);
    }

    /// Whether label fields hold VNIs by the attributes around them (RFC 8365 section 5.1.3).
    #[cfg_attr(optimised, inline(always))]
    fn labels_are_vnis(&self) -> bool {
        false
    }

    /// Reads `fields`, whose label fields hold VNIs if `vnis` is true.
    #[cfg_attr(optimised, inline(always))]
    fn with_vnis(&mut self, _vnis: bool, fields: impl FnOnce(&mut Self)) {
        fields(self);
    }

    /// Reads a field.
    #[cfg_attr(optimised, inline(always))]
    fn field<'a, T: Field<'a>>(&mut self, c: &mut Cursor<'a>, name: &'static str) -> Result<T> {
        T::place(c, name, self)
    }

    /// Reads a value without parts and gives its display form.
    #[cfg_attr(optimised, inline(always))]
    fn leaf<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        name: &'static str,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T>,
        show: impl Fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> Result<T> {
        if !Self::OBSERVES {
            return read(c);
        }
        let start = c.offset();
        match read(c) {
            Ok(value) => {
                self.note(name, start..c.offset(), &FromFn(|f: &mut fmt::Formatter<'_>| show(&value, f)));
                Ok(value)
            }
            Err(e) => Err(self.error(e)),
        }
    }

    /// Reads a field with a function; an observer that shows fields gives it a text.
    #[cfg_attr(optimised, inline(always))]
    fn read_as<'a, T, N: fmt::Display>(
        &mut self,
        c: &mut Cursor<'a>,
        name: &'static str,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T>,
        text: impl FnOnce(&T) -> N,
    ) -> Result<T> {
        if !Self::OBSERVES {
            return read(c);
        }
        let start = c.offset();
        match read(c) {
            Ok(value) => {
                self.note(name, start..c.offset(), &text(&value));
                Ok(value)
            }
            Err(e) => Err(self.error(e)),
        }
    }

    /// Reads a number with a name, and uses that as its text.
    #[cfg_attr(optimised, inline(always))]
    fn named<'a, T: Field<'a>, N: fmt::Display>(
        &mut self,
        c: &mut Cursor<'a>,
        name: &'static str,
        of: impl Fn(T) -> N,
    ) -> Result<N> {
        if !Self::OBSERVES {
            return Ok(of(T::read(c)?));
        }
        let value = self.read_as(c, name, T::read, |value| of(*value))?;
        Ok(of(value))
    }

    /// Reads a number of a registry; an observer that shows fields shows its name too: `1 (IPv4)`.
    #[cfg_attr(optimised, inline(always))]
    fn coded<'a, T: Field<'a> + fmt::Display, N>(
        &mut self,
        c: &mut Cursor<'a>,
        name: &'static str,
        of: impl Fn(T) -> N,
        name_of: impl Fn(N) -> Option<&'static str>,
    ) -> Result<N> {
        let show = |value: &T, f: &mut fmt::Formatter<'_>| fmt::Display::fmt(&Named(*value, name_of(of(*value))), f);
        Ok(of(self.leaf(c, name, T::read, show)?))
    }

    /// Reads a field that contains others.
    #[cfg_attr(optimised, inline(always))]
    fn group<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        name: &'static str,
        fields: impl FnOnce(&mut Cursor<'a>, &mut Self) -> Result<T>,
    ) -> Result<T> {
        self.open(name, c.offset());
        let outcome = fields(c, self);
        self.close(c.offset());
        outcome
    }

    /// Reads the next `len` octets as a separate window. If fewer are present, that is an error, and an observer that shows
    /// fields shows those.
    #[cfg_attr(optimised, inline(always))]
    fn window<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        len: usize,
        fields: impl FnOnce(Cursor<'a>, &mut Self) -> Result<T>,
    ) -> Result<T> {
        match c.sub(len) {
            Ok(window) => fields(window, self),
            Err(e) if Self::OBSERVES => {
                let left = *c;
                c.stop();
                Err(self.cut(e, |o| {
                    let _ = fields(left, o);
                }))
            }
            Err(e) => Err(e),
        }
    }

    /// Reads a length and returns the octets of the value that it implies; `read` gives both. An impossible length is reported
    /// too.
    #[cfg_attr(optimised, inline(always))]
    fn length<'a>(&mut self, c: &mut Cursor<'a>, read: impl FnOnce(&mut Cursor<'a>) -> Result<(u64, usize)>) -> Result<usize> {
        let start = c.offset();
        let outcome = read(c);
        // A value that fills its window has no length field.
        if Self::OBSERVES && c.offset() > start {
            let len = match &outcome {
                Ok((len, _)) => Some(*len),
                Err(e) => match e.kind() {
                    ErrorKind::BadLength(len) => Some(u64::from(len)),
                    _ => None,
                },
            };
            if let Some(len) = len {
                self.note("length", start..c.offset(), &len);
            }
        }
        match outcome {
            Ok((_, octets)) => Ok(octets),
            Err(e) => Err(self.error(e)),
        }
    }

    /// An error if octets are left in a window.
    #[cfg_attr(optimised, inline(always))]
    fn finish(&mut self, c: &Cursor<'_>) -> Result<()> {
        c.finish().map_err(|e| self.error(e))
    }

    /// Passes on the outcome of a read without an observer, and reports its error.
    #[cfg_attr(optimised, inline(always))]
    fn reported<T>(&mut self, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|e| self.error(e))
    }
}

/// The observer for plain decoding.
impl Observer for () {}
