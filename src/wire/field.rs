//! One description of every nested structure: for reading, measuring, writing, display and dissection.
//!
//! Hot lists (attributes, plain prefixes, AS paths) have separate readers; everything else is described by [`Field`], mostly
//! generated from a list of fields by the macros of [`describe`](super::describe). Decoder, encoder, text form, JSON form and
//! byte places share the description, so they cannot disagree.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Cursor, JsonSink, Observer, Sink};
use crate::error::{EncodeError, Error, ErrorKind, Result};

/// Encoding of a value.
pub trait Field<'a>: Sized + Copy + Send + Sync {
    /// Reads the value at the start of a window. A composite value is read by [`Field::place`], with `()`.
    fn read(c: &mut Cursor<'a>) -> Result<Self>;

    /// Reads the value like [`Field::read`] and shows it to an observer: as one field, unless it is composite.
    #[cfg_attr(optimised, inline(always))]
    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        // Called by name, so that it is inlined.
        if !O::OBSERVES {
            return Self::read(c);
        }
        o.leaf(c, name, Self::read, Self::show)
    }

    /// Displays the value; a single value is one word (no spaces).
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// The value of a numeric field, for JSON.
    fn number(&self) -> Option<u64> {
        None
    }

    /// The value for JSON: a number, its text, or its parts.
    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        match self.number() {
            Some(number) => out.number(number),
            None => out.text(&Shown(self)),
        }
    }

    /// Octets on the wire.
    fn wire_len(&self) -> usize;

    /// Whether the value fits its field.
    fn check(&self) -> Result<(), EncodeError> {
        Ok(())
    }

    /// Writes the value, which [`Field::check`] has accepted.
    fn write(&self, out: &mut dyn Sink);
}

/// Displays a field.
pub(crate) struct Shown<'s, T>(pub(crate) &'s T);

impl<'a, T: Field<'a>> fmt::Display for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }
}

/// A number of a registry, and its name there if it has one: `1 (IPv4)`.
#[derive(Clone, Copy)]
pub(crate) struct Named<N, T>(pub(crate) N, pub(crate) Option<T>);

impl<N: fmt::Display, T: fmt::Display> fmt::Display for Named<N, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.1 {
            Some(name) => write!(f, "{} ({name})", self.0),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

/// Displays what a function writes.
pub(crate) struct FromFn<F>(pub(crate) F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Display for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// Encodes into any sink: nothing is written unless all of it fits.
pub(crate) fn encode<'a, T: Field<'a>>(value: &T, out: &mut impl Sink) -> Result<(), EncodeError> {
    value.check()?;
    let len = value.wire_len();
    if out.room() < len {
        return Err(EncodeError::no_room(len.saturating_sub(out.room())));
    }
    value.write(out);
    Ok(())
}

/// Reads all of `bytes` as one value.
pub(crate) fn whole<'a, T: Field<'a>>(bytes: &'a [u8], offset: u64) -> Result<T> {
    let mut c = Cursor::at(bytes, offset);
    let value = T::read(&mut c)?;
    c.finish()?;
    Ok(value)
}

macro_rules! number_fields {
    ($($int:ty)*) => { $(
        impl<'a> Field<'a> for $int {
            #[cfg_attr(optimised, inline(always))]
            fn read(c: &mut Cursor<'a>) -> Result<Self> {
                Ok(Self::from_be_bytes(*c.array()?))
            }

            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }

            fn number(&self) -> Option<u64> {
                Some(u64::from(*self))
            }

            fn wire_len(&self) -> usize {
                size_of::<Self>()
            }

            fn write(&self, out: &mut dyn Sink) {
                out.put_slice(&self.to_be_bytes());
            }
        }
    )* };
}
number_fields!(u8 u16 u32 u64);

impl<'a> Field<'a> for Ipv4Addr {
    #[cfg_attr(optimised, inline(always))]
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self::from(*c.array::<4>()?))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn wire_len(&self) -> usize {
        4
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(&self.octets());
    }
}

impl<'a> Field<'a> for Ipv6Addr {
    #[cfg_attr(optimised, inline(always))]
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self::from(*c.array::<16>()?))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn wire_len(&self) -> usize {
        16
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(&self.octets());
    }
}

/// Raw octets of a fixed number; displayed in hexadecimal.
impl<'a, const N: usize> Field<'a> for [u8; N] {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        c.array().copied()
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(self, f)
    }

    fn wire_len(&self) -> usize {
        N
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(self);
    }
}

/// The rest of a window; displayed in hexadecimal.
impl<'a> Field<'a> for &'a [u8] {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        c.take(c.len())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(self, f)
    }

    fn wire_len(&self) -> usize {
        self.len()
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(self);
    }
}

/// Octets in hexadecimal after `0x`.
pub(crate) fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("0x")?;
    bytes.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
}

/// An optional value at the end of a window.
impl<'a, T: Field<'a>> Field<'a> for Option<T> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Self::place(c, "", &mut ())
    }

    #[cfg_attr(optimised, inline(always))]
    fn place<O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Self> {
        if c.is_empty() { Ok(None) } else { o.field(c, name).map(Some) }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => value.show(f),
            None => f.write_str("none"),
        }
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        match self {
            Some(value) => value.json(out),
            None => out.null(),
        }
    }

    fn wire_len(&self) -> usize {
        self.as_ref().map_or(0, T::wire_len)
    }

    fn check(&self) -> Result<(), EncodeError> {
        self.as_ref().map_or(Ok(()), T::check)
    }

    fn write(&self, out: &mut dyn Sink) {
        if let Some(value) = self {
            value.write(out);
        }
    }
}

/// An address that fills its window: 4 octets or 16.
impl<'a> Field<'a> for IpAddr {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        match c.len() {
            4 => Ipv4Addr::read(c).map(Self::V4),
            16 => Ipv6Addr::read(c).map(Self::V6),
            other => Err(Error::new(ErrorKind::BadLength(u32::try_from(other).unwrap_or(u32::MAX)), c.offset())),
        }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn wire_len(&self) -> usize {
        if self.is_ipv6() { 16 } else { 4 }
    }

    fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::V4(address) => address.write(out),
            Self::V6(address) => address.write(out),
        }
    }
}

/// A field without octets: the type is the whole information.
impl<'a> Field<'a> for () {
    fn read(_: &mut Cursor<'a>) -> Result<Self> {
        Ok(())
    }

    fn show(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.null()
    }

    fn wire_len(&self) -> usize {
        0
    }

    fn write(&self, _: &mut dyn Sink) {}
}
