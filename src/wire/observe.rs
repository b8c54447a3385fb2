//! One reading of a layout, with and without somebody who looks on.
//!
//! A layout is one function over a cursor and an [`Observer`]. Read with `()` it decodes and nothing else; read with
//! [`Places`](crate::places::Places) it also notes where every field lies.

use core::fmt;

use super::{Cursor, Field};
use crate::error::{Error, Result};

/// Looks on while the fields of a layout are read.
pub(crate) trait Observer {
    /// Reads a field.
    fn field<'a, T: Field<'a>>(&mut self, c: &mut Cursor<'a>, name: &'static str) -> Result<T>;

    /// Reads a field by a function; an observer that shows fields gives it a text.
    fn read_as<'a, T, N: fmt::Display>(
        &mut self,
        c: &mut Cursor<'a>,
        name: &'static str,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T>,
        text: impl FnOnce(&T) -> N,
    ) -> Result<T>;

    /// Reads the next `len` octets as a window of their own. Where there are not as many, that is the error, and an observer that
    /// shows fields shows those that are there.
    fn window<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        len: usize,
        fields: impl FnOnce(Cursor<'a>, &mut Self) -> Result<T>,
    ) -> Result<T>;

    /// Reads a field that consists of others.
    fn group<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        name: &'static str,
        fields: impl FnOnce(&mut Cursor<'a>, &mut Self) -> Result<T>,
    ) -> Result<T>;

    /// An error that no field has reported, given back.
    fn error(&mut self, e: Error) -> Error;
}

/// Sees nothing: the layout is decoded.
impl Observer for () {
    #[inline(always)]
    fn field<'a, T: Field<'a>>(&mut self, c: &mut Cursor<'a>, _: &'static str) -> Result<T> {
        T::read(c)
    }

    #[inline(always)]
    fn read_as<'a, T, N: fmt::Display>(
        &mut self,
        c: &mut Cursor<'a>,
        _: &'static str,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T>,
        _: impl FnOnce(&T) -> N,
    ) -> Result<T> {
        read(c)
    }

    #[inline(always)]
    fn window<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        len: usize,
        fields: impl FnOnce(Cursor<'a>, &mut Self) -> Result<T>,
    ) -> Result<T> {
        fields(c.sub(len)?, self)
    }

    #[inline(always)]
    fn group<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        _: &'static str,
        fields: impl FnOnce(&mut Cursor<'a>, &mut Self) -> Result<T>,
    ) -> Result<T> {
        fields(c, self)
    }

    #[inline(always)]
    fn error(&mut self, e: Error) -> Error {
        e
    }
}

#[cfg(feature = "alloc")]
impl Observer for crate::places::Places {
    fn field<'a, T: Field<'a>>(&mut self, c: &mut Cursor<'a>, name: &'static str) -> Result<T> {
        T::place(c, name, self)
    }

    fn read_as<'a, T, N: fmt::Display>(
        &mut self,
        c: &mut Cursor<'a>,
        name: &'static str,
        read: impl FnOnce(&mut Cursor<'a>) -> Result<T>,
        text: impl FnOnce(&T) -> N,
    ) -> Result<T> {
        let start = c.offset();
        let value = read(c).inspect_err(|e| self.error(*e))?;
        self.leaf(name, start..c.offset(), text(&value));
        Ok(value)
    }

    fn window<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        len: usize,
        fields: impl FnOnce(Cursor<'a>, &mut Self) -> Result<T>,
    ) -> Result<T> {
        super::place_window(c, len, self, fields)
    }

    fn group<'a, T>(
        &mut self,
        c: &mut Cursor<'a>,
        name: &'static str,
        fields: impl FnOnce(&mut Cursor<'a>, &mut Self) -> Result<T>,
    ) -> Result<T> {
        let opened = self.open(name, c.offset());
        let outcome = fields(c, self);
        self.close(opened, c.offset());
        outcome
    }

    fn error(&mut self, e: Error) -> Error {
        Self::error(self, e);
        e
    }
}
