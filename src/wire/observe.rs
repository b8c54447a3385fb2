//! One reading of a layout, with and without somebody who looks on.
//!
//! A layout is one function over a cursor and an [`Observer`]. Read with `()` it decodes and nothing else; read with
//! [`Places`](crate::places::Places) it also notes where every field lies.

use super::{Cursor, Field};
use crate::error::{Error, Result};

/// Looks on while the fields of a layout are read.
pub(crate) trait Observer {
    /// Reads a field.
    fn field<'a, T: Field<'a>>(&mut self, c: &mut Cursor<'a>, name: &'static str) -> Result<T>;

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
