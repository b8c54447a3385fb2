//! One reading of a layout, with and without somebody who looks on.
//!
//! A layout is one function over a cursor and an [`Observer`]. Read with `()` it decodes and nothing else; read with
//! `places::Places` it also notes where every field lies.

use core::fmt;
use core::ops::Range;

use super::field::FromFn;
use super::{Cursor, Field};
use crate::error::{Action, Context, Error, ErrorKind, Result};

/// Looks on while the fields of a layout are read.
///
/// What is told has a method that does nothing of its own accord; how layouts are read is the same for every observer.
#[allow(unreachable_pub, reason = "in the bounds of public types, yet nothing to use from outside")]
pub trait Observer: Sized {
    /// Whether anything told is kept. Where nothing is, what only tells need not run.
    const OBSERVES: bool = false;

    /// A field that has a value lies in `range`.
    #[inline(always)]
    fn note(&mut self, _name: &'static str, _range: Range<u64>, _text: &dyn fmt::Display) {}

    /// A field that consists of others starts; what is told until [`Observer::close`] belongs to it.
    #[inline(always)]
    fn open(&mut self, _name: &'static str, _start: u64) {}

    /// The text of the innermost field that is open.
    #[inline(always)]
    fn label(&mut self, _text: &dyn fmt::Display) {}

    /// The innermost field that is open ends in front of octet `end`.
    #[inline(always)]
    fn close(&mut self, _end: u64) {}

    /// An error that no field has reported, given back.
    #[inline(always)]
    fn error(&mut self, e: Error) -> Error {
        e
    }

    /// As [`Observer::error`], of a field that is cut: `parts` reads what there is of it for an observer that shows fields, and what
    /// is wrong with that is not said again.
    #[inline(always)]
    fn cut(&mut self, e: Error, _parts: impl FnOnce(&mut Self)) -> Error {
        e
    }

    /// The errors that `fields` report are about a part of the protocol, with the action that it asks for.
    #[inline(always)]
    fn within(&mut self, _context: Context, _action: Action, fields: impl FnOnce(&mut Self)) {
        fields(self);
    }

    /// Reads a field.
    #[inline(always)]
    fn field<'a, T: Field<'a>>(&mut self, c: &mut Cursor<'a>, name: &'static str) -> Result<T> {
        T::place(c, name, self)
    }

    /// Reads a value without parts and says how it is shown.
    #[inline(always)]
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

    /// Reads a field by a function; an observer that shows fields gives it a text.
    #[inline(always)]
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

    /// Reads a number that has a name, and gives it that.
    #[inline(always)]
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

    /// Reads a field that consists of others.
    #[inline(always)]
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

    /// Reads the next `len` octets as a window of their own. Where there are not as many, that is the error, and an observer that
    /// shows fields shows those that are there.
    #[inline(always)]
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

    /// Reads a length, and gives the octets of the value by it; `read` gives both. A length that cannot be right is told too.
    #[inline(always)]
    fn length<'a>(&mut self, c: &mut Cursor<'a>, read: impl FnOnce(&mut Cursor<'a>) -> Result<(u64, usize)>) -> Result<usize> {
        let start = c.offset();
        let outcome = read(c);
        // Where the value fills its window there is no length.
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

    /// An error if anything is left of a window.
    #[inline(always)]
    fn finish(&mut self, c: &Cursor<'_>) -> Result<()> {
        c.finish().map_err(|e| self.error(e))
    }

    /// What has no observer of its own reads, and only its error is told.
    #[inline(always)]
    fn told<T>(&mut self, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|e| self.error(e))
    }
}

/// Sees nothing: the layout is decoded.
impl Observer for () {}
