//! A bounds-checked cursor that knows its offset.

use super::work::step;
use crate::error::{Error, ErrorKind, Result};

/// The rest of a window, and the window's end in the outermost input.
///
/// `Copy`: a copy is a checkpoint. Reading only moves the slice; the offset is computed when an error needs it.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    rest: &'a [u8],
    end: u64,
}

// Out of line with scalar arguments: a reference to the cursor would force it into memory on the hot paths.
#[cold]
#[inline(never)]
fn truncated(needed: usize, left: usize, end: u64) -> Error {
    let missing = u32::try_from(needed.saturating_sub(left)).unwrap_or(u32::MAX);
    Error::new(ErrorKind::Truncated(missing), end.saturating_sub(left as u64))
}

impl<'a> Cursor<'a> {
    /// Starts at the first byte of `bytes`, `offset` bytes into the outermost input.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn at(bytes: &'a [u8], offset: u64) -> Self {
        Self { rest: bytes, end: offset.saturating_add(bytes.len() as u64) }
    }

    /// Starts at the first byte of `bytes`, which end `end` bytes into the outermost input.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn until(bytes: &'a [u8], end: u64) -> Self {
        Self { rest: bytes, end }
    }

    /// Offset of the next byte in the outermost input.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn offset(&self) -> u64 {
        // A window never starts before the input: nothing wraps.
        self.end.wrapping_sub(self.rest.len() as u64)
    }

    /// Offset of the end of the window in the outermost input.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn end(&self) -> u64 {
        self.end
    }

    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn len(&self) -> usize {
        self.rest.len()
    }

    /// Drops the rest, so that an iterator over this cursor ends.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn stop(&mut self) {
        self.rest = &[];
    }

    /// Continues with `rest`, the end of this window.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn leave(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }

    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N]> {
        step();
        match self.rest.split_first_chunk() {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(head)
            }
            None => Err(truncated(N, self.rest.len(), self.end)),
        }
    }

    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn u8(&mut self) -> Result<u8> {
        let [byte] = *self.array()?;
        Ok(byte)
    }

    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_be_bytes(*self.array()?))
    }

    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(*self.array()?))
    }

    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        step();
        match self.rest.split_at_checked(len) {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(head)
            }
            None => Err(truncated(len, self.rest.len(), self.end)),
        }
    }

    /// The next `len` bytes as a separate window, which bounds all reads through it.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn sub(&mut self, len: usize) -> Result<Self> {
        let bytes = self.take(len)?;
        Ok(Self { rest: bytes, end: self.offset() })
    }

    /// An error if bytes are left.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn finish(&self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(left_over(self.rest.len(), self.end)) }
    }
}

#[cold]
#[inline(never)]
fn left_over(left: usize, end: u64) -> Error {
    Error::new(ErrorKind::TrailingBytes(u32::try_from(left).unwrap_or(u32::MAX)), end.saturating_sub(left as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_big_endian_and_knows_its_place() {
        let mut c = Cursor::at(&[1, 2, 3, 4, 5, 6, 7, 8], 100);
        assert_eq!((c.u8(), c.u16(), c.u32()), (Ok(1), Ok(0x0203), Ok(0x0405_0607)));
        assert_eq!((c.offset(), c.len()), (107, 1));
        assert_eq!(c.u16(), Err(Error::new(ErrorKind::Truncated(1), 107)));
        assert_eq!(c.finish(), Err(Error::new(ErrorKind::TrailingBytes(1), 107)));
        assert_eq!(c.u8(), Ok(8));
        assert!(c.is_empty() && c.finish().is_ok());
    }

    #[test]
    fn a_window_cannot_see_past_its_end() {
        let mut c = Cursor::at(&[1, 2, 3, 4], 10);
        let mut w = c.sub(2).unwrap();
        assert_eq!((w.offset(), w.rest(), c.offset()), (10, &[1, 2][..], 12));
        assert_eq!(w.u32(), Err(Error::new(ErrorKind::Truncated(2), 10)));
        assert_eq!(c.sub(3).unwrap_err(), Error::new(ErrorKind::Truncated(1), 12));
        w.stop();
        assert!(w.is_empty());
    }
}
