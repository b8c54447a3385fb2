//! Shapes shared by fields: lists, length-prefixed values, text.

use core::fmt;
use core::marker::PhantomData;

use super::length::{check_len, read_uint, write_uint};
use super::{Cursor, Field, JsonSink, Observer, Sink, hex, whole};
use crate::error::{EncodeError, Error, ErrorKind, Result};

/// A list of values without a count, which fills its window. Checked once, read on demand.
pub struct List<'a, T> {
    bytes: &'a [u8],
    item: PhantomData<fn() -> T>,
}

impl<T> Clone for List<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<'_, T> {}

impl<T> PartialEq for List<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for List<'_, T> {}

impl<T> Default for List<'_, T> {
    fn default() -> Self {
        Self { bytes: &[], item: PhantomData }
    }
}

impl<'a, T: Field<'a> + 'a> List<'a, T> {
    /// Reads the values that fill `bytes`, which start `offset` octets into the outermost input.
    ///
    /// # Errors
    /// A malformed or truncated value.
    pub fn parse_at(bytes: &'a [u8], offset: u64) -> Result<Self> {
        whole(bytes, offset)
    }

    /// The values in wire order.
    pub fn iter(&self) -> ListIter<'a, T> {
        ListIter { rest: Cursor::at(self.bytes, 0), item: PhantomData }
    }

    /// The octets on the wire.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether there are no values.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// A list of the given values, whose octets go to `buffer`.
    ///
    /// # Errors
    /// A value that does not fit its field.
    #[cfg(feature = "alloc")]
    pub fn from_values(values: impl IntoIterator<Item = T>, buffer: &'a mut alloc::vec::Vec<u8>) -> Result<Self, EncodeError> {
        buffer.clear();
        for value in values {
            value.check()?;
            value.write(buffer);
        }
        Ok(Self { bytes: buffer, item: PhantomData })
    }
}

impl<'a, T: Field<'a> + 'a> IntoIterator for List<'a, T> {
    type Item = T;
    type IntoIter = ListIter<'a, T>;

    fn into_iter(self) -> ListIter<'a, T> {
        self.iter()
    }
}

impl<'a, T: Field<'a> + fmt::Debug + 'a> fmt::Debug for List<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Iterates over a [`List`].
#[derive(Clone, Copy, Debug)]
pub struct ListIter<'a, T> {
    rest: Cursor<'a>,
    item: PhantomData<fn() -> T>,
}

impl<'a, T: Field<'a>> Iterator for ListIter<'a, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        if self.rest.is_empty() {
            return None;
        }
        T::read(&mut self.rest).ok()
    }
}

impl<'a, T: Field<'a> + 'a> Field<'a> for List<'a, T> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    #[cfg_attr(optimised, inline(always))]
    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        let bytes = c.rest();
        o.group(c, name, |c, o| {
            while !c.is_empty() {
                let before = c.len();
                o.field::<T>(c, "item")?;
                if c.len() == before {
                    // A list of values without octets would be endless.
                    let left = u32::try_from(before).unwrap_or(u32::MAX);
                    return Err(o.error(Error::new(ErrorKind::TrailingBytes(left), c.offset())));
                }
            }
            Ok(Self { bytes, item: PhantomData })
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (i, value) in self.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            value.show(f)?;
        }
        f.write_str("]")
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.list(self.iter())
    }

    fn wire_len(&self) -> usize {
        self.iter().fold(0, |all, value| all.saturating_add(value.wire_len()))
    }

    fn check(&self) -> Result<(), EncodeError> {
        self.iter().try_for_each(|value| value.check())
    }

    fn write(&self, out: &mut dyn Sink) {
        self.iter().for_each(|value| value.write(out));
    }
}

/// Octets after their number, in `N` octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counted<'a, const N: usize>(pub &'a [u8]);

impl<'a, const N: usize> Field<'a> for Counted<'a, N> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let len = read_uint(c, N)?;
        c.take(usize::try_from(len).unwrap_or(usize::MAX)).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(self.0, f)
    }

    fn wire_len(&self) -> usize {
        N.saturating_add(self.0.len())
    }

    fn check(&self) -> Result<(), EncodeError> {
        check_len(self.0.len(), N, "")
    }

    fn write(&self, out: &mut dyn Sink) {
        write_uint(out, self.0.len(), N);
        out.put_slice(self.0);
    }
}

/// A value after its length, in `N` octets. The length counts units of `UNIT` octets, plus `OWN` octets: 2 if a length of two
/// octets counts itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bounded<T, const N: usize, const OWN: usize = 0, const UNIT: usize = 1>(pub T);

impl<T, const N: usize, const OWN: usize, const UNIT: usize> Bounded<T, N, OWN, UNIT> {
    /// The length on the wire, and the octets of the value that it implies.
    fn octets(c: &mut Cursor<'_>) -> Result<(u64, usize)> {
        let start = c.offset();
        let len = read_uint(c, N)?;
        let octets = usize::try_from(len).unwrap_or(usize::MAX).saturating_mul(UNIT);
        match octets.checked_sub(OWN) {
            Some(octets) => Ok((len, octets)),
            None => Err(Error::new(ErrorKind::BadLength(u32::try_from(len).unwrap_or(u32::MAX)), start)),
        }
    }
}

impl<T, const N: usize, const OWN: usize, const UNIT: usize> core::ops::Deref for Bounded<T, N, OWN, UNIT> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'a, T: Field<'a>, const N: usize, const OWN: usize, const UNIT: usize> Bounded<T, N, OWN, UNIT> {
    fn length(&self) -> usize {
        self.0.wire_len().saturating_add(OWN).checked_div(UNIT).unwrap_or(0)
    }
}

impl<'a, T: Field<'a>, const N: usize, const OWN: usize, const UNIT: usize> Field<'a> for Bounded<T, N, OWN, UNIT> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    #[cfg_attr(optimised, inline(always))]
    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        let octets = o.length(c, Self::octets)?;
        o.window(c, octets, |mut window, o| {
            let value = o.field(&mut window, name)?;
            o.finish(&window)?;
            Ok(Self(value))
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.0.json(out)
    }

    fn wire_len(&self) -> usize {
        self.0.wire_len().saturating_add(N)
    }

    fn check(&self) -> Result<(), EncodeError> {
        self.0.check()?;
        check_len(self.length(), N, "")
    }

    fn write(&self, out: &mut dyn Sink) {
        write_uint(out, self.length(), N);
        self.0.write(out);
    }
}

/// Text to the end of its window, UTF-8 by its RFC and displayed in quotes; other octets are kept and displayed escaped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Text<'a>(pub &'a [u8]);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match core::str::from_utf8(self.0) {
            Ok(text) => write!(f, "{text:?}"),
            Err(_) => write!(f, "\"{}\"", self.0.escape_ascii()),
        }
    }
}

impl<'a> Field<'a> for Text<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        c.take(c.len()).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        super::json_text(self.0, out)
    }

    fn wire_len(&self) -> usize {
        self.0.len()
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(self.0);
    }
}

/// A [`List`] that must not be empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OneOrMore<'a, T: Field<'a> + 'a>(pub List<'a, T>);

impl<'a, T: Field<'a> + 'a> core::ops::Deref for OneOrMore<'a, T> {
    type Target = List<'a, T>;

    fn deref(&self) -> &List<'a, T> {
        &self.0
    }
}

impl<'a, T: Field<'a> + 'a> Field<'a> for OneOrMore<'a, T> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    #[cfg_attr(optimised, inline(always))]
    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        if c.is_empty() { Err(o.error(Error::new(ErrorKind::BadLength(0), c.offset()))) } else { o.field(c, name).map(Self) }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.0.json(out)
    }

    fn wire_len(&self) -> usize {
        self.0.wire_len()
    }

    fn check(&self) -> Result<(), EncodeError> {
        if self.0.is_empty() { Err(EncodeError::unrepresentable("")) } else { self.0.check() }
    }

    fn write(&self, out: &mut dyn Sink) {
        self.0.write(out);
    }
}

/// A 24-bit number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct U24(pub u32);

impl<'a> Field<'a> for U24 {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let [a, b, d] = *c.array()?;
        Ok(Self(u32::from_be_bytes([0, a, b, d])))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }

    fn number(&self) -> Option<u64> {
        Some(u64::from(self.0))
    }

    fn wire_len(&self) -> usize {
        3
    }

    fn check(&self) -> Result<(), EncodeError> {
        if self.0 > 0xff_ffff { Err(EncodeError::out_of_range("", u64::from(self.0))) } else { Ok(()) }
    }

    fn write(&self, out: &mut dyn Sink) {
        let [_, a, b, c] = self.0.to_be_bytes();
        out.put_slice(&[a, b, c]);
    }
}
