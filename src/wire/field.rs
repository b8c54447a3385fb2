//! One description for everything nested on the wire: read, measured, written, shown and placed.
//!
//! Hot lists (attributes, plain prefixes, AS paths) have loops of their own; everything else is described by [`Field`], and the
//! macros below make a description from a list of fields. From it come the decoder, the encoder, the text form, the JSON form
//! and the byte places, so that they cannot disagree.

use core::fmt;
use core::marker::PhantomData;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Cursor, Sink};
use crate::error::{EncodeError, Error, ErrorKind, Result};

#[cfg(feature = "alloc")]
use crate::places::Places;

/// How a value lies on the wire.
pub trait Field<'a>: Sized + Copy + Send + Sync {
    /// Reads the value from the front of a window.
    fn read(c: &mut Cursor<'a>) -> Result<Self>;

    /// Shows the value; one word (no blanks) wherever it is a single value.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// The value of a field that is a number, for JSON.
    fn number(&self) -> Option<u64> {
        None
    }

    /// The value for JSON: a number, its text, or what it consists of.
    #[cfg(feature = "serde")]
    fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.number() {
            Some(number) => serializer.serialize_u64(number),
            None => serializer.collect_str(&Shown(self)),
        }
    }

    /// Octets on the wire.
    fn wire_len(&self) -> usize;

    /// Whether the value fits its place.
    fn check(&self) -> Result<(), EncodeError> {
        Ok(())
    }

    /// Writes the value, which [`Field::check`] has passed.
    fn write(&self, out: &mut dyn Sink);

    /// Reads the value as [`Field::read`] does and notes where it lies.
    #[cfg(feature = "alloc")]
    fn place(c: &mut Cursor<'a>, name: &'static str, places: &mut Places) -> Result<Self> {
        let start = c.offset();
        match Self::read(c) {
            Ok(value) => {
                places.leaf(name, start..c.offset(), Shown(&value));
                Ok(value)
            }
            Err(e) => {
                places.error(e);
                Err(e)
            }
        }
    }
}

/// A number that has a name, and its field.
#[cfg(feature = "alloc")]
pub(crate) fn place_as<'a, T: Field<'a>, N: fmt::Display>(
    c: &mut Cursor<'a>,
    name: &'static str,
    places: &mut Places,
    of: impl Fn(T) -> N,
) -> Result<T> {
    let start = c.offset();
    let value = T::read(c).inspect_err(|e| places.error(*e))?;
    places.leaf(name, start..c.offset(), of(value));
    Ok(value)
}

/// Notes a length, also one that cannot be right, and gives the octets of the value by it. `read` gives both.
#[cfg(feature = "alloc")]
pub(crate) fn place_length<'a>(
    c: &mut Cursor<'a>,
    places: &mut Places,
    read: impl FnOnce(&mut Cursor<'a>) -> Result<(u64, usize)>,
) -> Result<usize> {
    let start = c.offset();
    let outcome = read(c);
    let len = match &outcome {
        Ok((len, _)) => Some(*len),
        Err(e) => match e.kind() {
            ErrorKind::BadLength(len) => Some(u64::from(len)),
            _ => None,
        },
    };
    // Where the value fills its window there is no length.
    if let Some(len) = len.filter(|_| c.offset() > start) {
        places.leaf("length", start..c.offset(), len);
    }
    outcome.map(|(_, octets)| octets).inspect_err(|e| places.error(*e))
}

/// Notes what the next `len` octets hold. Where there are not as many, `fields` have what is left, and that is an error.
#[cfg(feature = "alloc")]
pub(crate) fn place_window<'a, T>(
    c: &mut Cursor<'a>,
    len: usize,
    places: &mut Places,
    fields: impl FnOnce(Cursor<'a>, &mut Places) -> Result<T>,
) -> Result<T> {
    match c.sub(len) {
        Ok(window) => fields(window, places),
        Err(e) => {
            let left = c.sub(c.len())?;
            places.cut(e, |places| {
                let _ = fields(left, places);
            });
            Err(e)
        }
    }
}

/// Shows a field.
#[cfg(any(feature = "alloc", feature = "serde"))]
pub(crate) struct Shown<'s, T>(pub(crate) &'s T);

#[cfg(any(feature = "alloc", feature = "serde"))]
impl<'a, T: Field<'a>> fmt::Display for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }
}

/// A field in its JSON form.
#[cfg(feature = "serde")]
pub(crate) struct Json<T>(pub(crate) T);

#[cfg(feature = "serde")]
impl<'a, T: Field<'a>> serde::Serialize for Json<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.json(serializer)
    }
}

/// Encodes into any buffer: nothing is written unless all of it fits.
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
            #[inline]
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

/// A field over a simpler one: `wire_newtype!(Esi([u8; 10]))` for a public tuple field, shown by its own `Display`;
/// `wire_newtype!(Asn(u32) => number)` where JSON has the number.
macro_rules! wire_newtype {
    ($($type:ident $(<$life:lifetime>)? ($inner:ty) $(=> $number:ident)?)*) => { $(
        impl<'a> $crate::wire::Field<'a> for $type $(<$life>)? {
            #[inline]
            fn read(c: &mut $crate::wire::Cursor<'a>) -> $crate::error::Result<Self> {
                <$inner as $crate::wire::Field<'a>>::read(c).map(Self)
            }

            fn show(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }

            $(fn number(&self) -> Option<u64> {
                // The word says that the octets are a number.
                const _: &str = stringify!($number);
                $crate::wire::Field::number(&self.0)
            })?

            fn wire_len(&self) -> usize {
                $crate::wire::Field::wire_len(&self.0)
            }

            fn check(&self) -> $crate::error::Result<(), $crate::error::EncodeError> {
                $crate::wire::Field::check(&self.0)
            }

            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                $crate::wire::Field::write(&self.0, out);
            }
        }
    )* };
}
pub(crate) use wire_newtype;

/// A field of bit flags: `wire_flags!(Type(u8))` for a `bitflags` type, shown by the names of its bits.
macro_rules! wire_flags {
    ($($type:ident($inner:ty))*) => { $(
        impl<'a> $crate::wire::Field<'a> for $type {
            fn read(c: &mut $crate::wire::Cursor<'a>) -> $crate::error::Result<Self> {
                <$inner as $crate::wire::Field<'a>>::read(c).map(Self::from_bits_retain)
            }

            fn show(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                if self.is_empty() {
                    return f.write_str("0");
                }
                let mut first = true;
                for (name, _) in self.iter_names() {
                    if !core::mem::take(&mut first) {
                        f.write_str("|")?;
                    }
                    f.write_str(name)?;
                }
                let known = self.iter_names().fold(0, |all, (_, flag)| all | flag.bits());
                let unnamed = self.bits() & !known;
                if unnamed != 0 {
                    if !first {
                        f.write_str("|")?;
                    }
                    write!(f, "{unnamed:#x}")?;
                }
                Ok(())
            }

            fn wire_len(&self) -> usize {
                size_of::<$inner>()
            }

            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                $crate::wire::Field::write(&self.bits(), out);
            }
        }
    )* };
}
pub(crate) use wire_flags;

impl<'a> Field<'a> for Ipv4Addr {
    #[inline]
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
    #[inline]
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

/// Octets that stand for themselves, as many as the field has; shown in hexadecimal.
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

/// All that is left of a window; shown in hexadecimal.
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

/// Octets in hexadecimal with `0x` in front.
pub(crate) fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("0x")?;
    bytes.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
}

/// A value that a window may end without.
impl<'a, T: Field<'a>> Field<'a> for Option<T> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        if c.is_empty() { Ok(None) } else { T::read(c).map(Some) }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => value.show(f),
            None => f.write_str("none"),
        }
    }

    #[cfg(feature = "serde")]
    fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.json(serializer),
            None => serializer.serialize_none(),
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

    #[cfg(feature = "alloc")]
    fn place(c: &mut Cursor<'a>, name: &'static str, places: &mut Places) -> Result<Self> {
        if c.is_empty() { Ok(None) } else { T::place(c, name, places).map(Some) }
    }
}

/// A list of values without a count: as many as the window holds. Checked once, read on demand.
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
    /// A value that is malformed or cut.
    pub fn parse_at(bytes: &'a [u8], offset: u64) -> Result<Self> {
        whole(bytes, offset)
    }

    /// The values in the order of the wire.
    pub fn iter(&self) -> ListIter<'a, T> {
        ListIter { rest: Cursor::at(self.bytes, 0), item: PhantomData }
    }

    /// The octets on the wire.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether there is no value.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// A list of the given values, whose octets go to `buffer`.
    ///
    /// # Errors
    /// A value that does not fit its place.
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
        let bytes = c.rest();
        while !c.is_empty() {
            let before = c.len();
            T::read(c)?;
            if c.len() == before {
                // A value without octets would never end.
                return Err(Error::new(ErrorKind::TrailingBytes(u32::try_from(before).unwrap_or(u32::MAX)), c.offset()));
            }
        }
        Ok(Self { bytes, item: PhantomData })
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

    #[cfg(feature = "serde")]
    fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Json))
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

    #[cfg(feature = "alloc")]
    fn place(c: &mut Cursor<'a>, name: &'static str, places: &mut Places) -> Result<Self> {
        let bytes = c.rest();
        let opened = places.open(name, c.offset());
        let mut outcome = Ok(());
        while !c.is_empty() && outcome.is_ok() {
            let before = c.len();
            outcome = T::place(c, "item", places).map(|_| ());
            if c.len() == before {
                break;
            }
        }
        places.close(opened, c.offset());
        outcome.map(|()| Self { bytes, item: PhantomData })
    }
}

/// Octets with their number in front, in `N` octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counted<'a, const N: usize>(pub &'a [u8]);

/// Reads a number of up to eight octets.
pub(crate) fn read_uint(c: &mut Cursor<'_>, octets: usize) -> Result<u64> {
    Ok(c.take(octets)?.iter().fold(0, |n, octet| n << 8 | u64::from(*octet)))
}

/// Writes the lowest `octets` octets of a number.
pub(crate) fn write_uint(out: &mut dyn Sink, value: usize, octets: usize) {
    let all = (value as u64).to_be_bytes();
    out.put_slice(all.get(8usize.saturating_sub(octets)..).unwrap_or(&all));
}

/// Whether a length fits a field of `octets` octets.
pub(crate) fn check_len(len: usize, octets: usize, field: &'static str) -> Result<(), EncodeError> {
    let max = match octets {
        1 => 0xff,
        2 => 0xffff,
        _ => usize::MAX,
    };
    if len > max { Err(EncodeError::too_long(field, len, max)) } else { Ok(()) }
}

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

/// A value with its length in front, in `N` octets. The length counts units of `UNIT` octets and `OWN` octets on top: 2 where
/// a length of two octets counts itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bounded<T, const N: usize, const OWN: usize = 0, const UNIT: usize = 1>(pub T);

impl<T, const N: usize, const OWN: usize, const UNIT: usize> Bounded<T, N, OWN, UNIT> {
    /// The length on the wire and the window of the value.
    fn window<'a>(c: &mut Cursor<'a>) -> Result<(u64, Cursor<'a>)> {
        let (len, octets) = Self::octets(c)?;
        Ok((len, c.sub(octets)?))
    }

    /// The length on the wire, and the octets of the value by it.
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
        let (_, mut window) = Self::window(c)?;
        let value = T::read(&mut window)?;
        window.finish()?;
        Ok(Self(value))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }

    #[cfg(feature = "serde")]
    fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.json(serializer)
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

    #[cfg(feature = "alloc")]
    fn place(c: &mut Cursor<'a>, name: &'static str, places: &mut Places) -> Result<Self> {
        let octets = place_length(c, places, Self::octets)?;
        place_window(c, octets, places, |mut window, places| {
            let value = T::place(&mut window, name, places)?;
            window.finish().inspect_err(|e| places.error(*e))?;
            Ok(Self(value))
        })
    }
}

/// Text to the end of its window, UTF-8 by its RFC and shown in quotes; other octets are kept and shown escaped.
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

    #[cfg(feature = "serde")]
    fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::wire::json_text(self.0, serializer)
    }

    fn wire_len(&self) -> usize {
        self.0.len()
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_slice(self.0);
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

/// A field without octets: what its type says is all.
impl<'a> Field<'a> for () {
    fn read(_: &mut Cursor<'a>) -> Result<Self> {
        Ok(())
    }

    fn show(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }

    #[cfg(feature = "serde")]
    fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }

    fn wire_len(&self) -> usize {
        0
    }

    fn write(&self, _: &mut dyn Sink) {}
}

/// A [`List`] that is malformed without any value.
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
        if c.is_empty() { Err(Error::new(ErrorKind::BadLength(0), c.offset())) } else { List::read(c).map(Self) }
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }

    #[cfg(feature = "serde")]
    fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.json(serializer)
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

    #[cfg(feature = "alloc")]
    fn place(c: &mut Cursor<'a>, name: &'static str, places: &mut Places) -> Result<Self> {
        if c.is_empty() {
            let error = Error::new(ErrorKind::BadLength(0), c.offset());
            places.error(error);
            return Err(error);
        }
        List::place(c, name, places).map(Self)
    }
}

/// A number of 24 bits.
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

/// How the length of a TLV is written: behind its type, before its value.
#[derive(Clone, Copy)]
pub(crate) enum TlvLength {
    /// Octets of the value in so many octets; 0 where the value fills the window.
    Value(usize),
    /// Octets of type, length and value together in so many octets (RFC 7311 section 3).
    Whole(usize),
    /// One octet for types up to 127, two for the others (RFC 9012 section 2).
    ByType,
}

impl TlvLength {
    /// Octets of the length itself.
    pub(crate) const fn octets(self, kind: u64) -> usize {
        match self {
            Self::Value(octets) | Self::Whole(octets) => octets,
            Self::ByType if kind < 128 => 1,
            Self::ByType => 2,
        }
    }

    /// Octets that the length counts besides those of the value.
    const fn own(self, type_octets: usize) -> usize {
        match self {
            Self::Whole(octets) => type_octets.saturating_add(octets),
            _ => 0,
        }
    }

    /// Reads the length: what is on the wire, and the window of the value.
    pub(crate) fn read<'a>(self, kind: u64, type_octets: usize, c: &mut Cursor<'a>) -> Result<(u64, Cursor<'a>)> {
        let (len, octets) = self.read_octets(kind, type_octets, c)?;
        Ok((len, c.sub(octets)?))
    }

    /// Reads the length: what is on the wire, and the octets of the value by it.
    pub(crate) fn read_octets(self, kind: u64, type_octets: usize, c: &mut Cursor<'_>) -> Result<(u64, usize)> {
        if matches!(self, Self::Value(0)) {
            return Ok((c.len() as u64, c.len()));
        }
        let start = c.offset();
        let len = read_uint(c, self.octets(kind))?;
        match usize::try_from(len).unwrap_or(usize::MAX).checked_sub(self.own(type_octets)) {
            Some(octets) => Ok((len, octets)),
            None => Err(Error::new(ErrorKind::BadLength(u32::try_from(len).unwrap_or(u32::MAX)), start)),
        }
    }

    pub(crate) fn check(self, kind: u64, type_octets: usize, len: usize, name: &'static str) -> Result<(), EncodeError> {
        match self {
            Self::Value(0) => Ok(()),
            _ => check_len(len.saturating_add(self.own(type_octets)), self.octets(kind), name),
        }
    }

    pub(crate) fn write(self, kind: u64, type_octets: usize, len: usize, out: &mut dyn Sink) {
        write_uint(out, len.saturating_add(self.own(type_octets)), self.octets(kind));
    }
}

/// The length of a TLV as the first line of [`wire_tlv!`] names it.
macro_rules! tlv_length {
    ($octets:literal) => {
        $crate::wire::TlvLength::Value($octets)
    };
    (whole $octets:literal) => {
        $crate::wire::TlvLength::Whole($octets)
    };
    (by_type) => {
        $crate::wire::TlvLength::ByType
    };
}
pub(crate) use tlv_length;

/// A structure of fields one after the other.
///
/// ```text
/// wire_struct! {
///     /// What it is (RFC and section).
///     pub struct Name<'a> {
///         /// What the field is, units.
///         field: Type,
///     }
/// }
/// ```
/// Every field type is a [`Field`]. From the list come `Field`, `Display` (`field=value field=value`), `parse_at`,
/// `encoded_len`, `encode`, and `Serialize` with the feature `serde`. Fields are public: the structure is its own builder.
/// Where fields depend on each other, `check(function)` behind the braces names what looks at them before they are written.
macro_rules! wire_struct {
    (
        $(#[$doc:meta])* pub struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* } $(check($check:path))?
    ) => {
        $crate::wire::wire_struct!(@ {$(#[$doc])*} $name {} {$($(#[$field_doc])* $field: $type,)*} {$($check)?});
    };
    (
        $(#[$doc:meta])* pub struct $name:ident<'a> { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* } $(check($check:path))?
    ) => {
        $crate::wire::wire_struct!(@ {$(#[$doc])*} $name {<'a>} {$($(#[$field_doc])* $field: $type,)*} {$($check)?});
    };
    (
        @ {$(#[$doc:meta])*} $name:ident {$($generics:tt)*} {$($(#[$field_doc:meta])* $field:ident: $type:ty,)*} {$($check:path)?}
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire, and whoever encodes one names them all")]
        pub struct $name $($generics)* { $($(#[$field_doc])* pub $field: $type,)* }

        impl<'a> $name $($generics)* {
            /// Reads all of `bytes`, which start `offset` octets into the outermost input.
            ///
            /// # Errors
            /// A field that is cut or malformed, octets left over.
            pub fn parse_at(bytes: &'a [u8], offset: u64) -> $crate::error::Result<Self> {
                $crate::wire::whole(bytes, offset)
            }

            /// Octets on the wire.
            pub fn encoded_len(&self) -> usize {
                $crate::wire::Field::wire_len(self)
            }

            /// Writes the octets.
            ///
            /// # Errors
            /// A value that does not fit its field, or too little room; then nothing is written.
            pub fn encode(&self, out: &mut impl $crate::wire::Sink) -> $crate::error::Result<(), $crate::error::EncodeError> {
                $crate::wire::encode(self, out)
            }
        }

        impl<'a> $crate::wire::Field<'a> for $name $($generics)* {
            fn read(c: &mut $crate::wire::Cursor<'a>) -> $crate::error::Result<Self> {
                Ok(Self { $($field: $crate::wire::Field::read(c)?,)* })
            }

            fn show(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }

            #[cfg(feature = "serde")]
            fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(self, serializer)
            }

            fn wire_len(&self) -> usize {
                0usize $(.saturating_add($crate::wire::Field::wire_len(&self.$field)))*
            }

            fn check(&self) -> $crate::error::Result<(), $crate::error::EncodeError> {
                $($crate::wire::Field::check(&self.$field).map_err(|e| e.of(stringify!($field)))?;)*
                $($check(self)?;)?
                Ok(())
            }

            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                $($crate::wire::Field::write(&self.$field, out);)*
            }

            #[cfg(feature = "alloc")]
            fn place(
                c: &mut $crate::wire::Cursor<'a>,
                name: &'static str,
                places: &mut $crate::places::Places,
            ) -> $crate::error::Result<Self> {
                let opened = places.open(name, c.offset());
                let outcome = (|| Ok(Self { $($field: $crate::wire::Field::place(c, stringify!($field), places)?,)* }))();
                places.close(opened, c.offset());
                outcome
            }
        }

        impl<'a> core::fmt::Display for $name $($generics)* {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let mut between = "";
                $(
                    f.write_str(core::mem::replace(&mut between, " "))?;
                    f.write_str(concat!(stringify!($field), "="))?;
                    $crate::wire::Field::show(&self.$field, f)?;
                )*
                let _ = between;
                Ok(())
            }
        }

        #[cfg(feature = "serde")]
        impl<'a> serde::Serialize for $name $($generics)* {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $(map.serialize_entry(stringify!($field), &$crate::wire::Json(self.$field))?;)*
                map.end()
            }
        }
    };
}
pub(crate) use wire_struct;

/// A choice by a type in front: `type, length, value`, or `type, value` where the length is the window's.
///
/// ```text
/// wire_tlv! {
///     /// What the choice is.
///     pub enum Name<'a>(u8, 1) {     // type's integer; octets of the length, `whole 2` or `by_type` (`TlvLength`)
///         /// What it is (RFC and section).
///         1 "name" Variant(Type),
///     }
/// }
/// ```
/// A type without a row is `Unknown { kind, raw }` and survives. A known type whose body is malformed is an error with its
/// place; the window behind it is known all the same, so lists go on with the next one.
macro_rules! wire_tlv {
    ($(#[$doc:meta])* pub enum $name:ident<'a>($int:ty, $($len:tt)+) {
        $($(#[$row_doc:meta])* $code:literal $text:literal $variant:ident($type:ty),)*
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum $name<'a> {
            $($(#[$row_doc])* $variant($type),)*
            /// A type without a row in the table, as it is.
            Unknown {
                /// The type on the wire.
                kind: $int,
                /// The octets behind the length.
                raw: &'a [u8],
            },
        }

        impl<'a> $name<'a> {
            /// Type, name of every row of the table.
            pub const TYPES: &'static [($int, &'static str)] = &[$(($code, $text)),*];

            const LENGTH: $crate::wire::TlvLength = $crate::wire::tlv_length!($($len)+);

            /// The type on the wire.
            pub const fn kind(&self) -> $int {
                match self {
                    $(Self::$variant(_) => $code,)*
                    Self::Unknown { kind, .. } => *kind,
                }
            }

            /// The row's name; `None` for a type without a row.
            pub const fn name(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant(_) => Some($text),)*
                    Self::Unknown { .. } => None,
                }
            }

            /// Reads the octets of type `kind`, all of them, `offset` octets into the outermost input.
            ///
            /// # Errors
            /// A field that is cut or malformed, octets left over.
            pub fn parse_body(kind: $int, bytes: &'a [u8], offset: u64) -> $crate::error::Result<Self> {
                let value = match kind {
                    $($code => $crate::wire::whole(bytes, offset).map(Self::$variant),)*
                    _ => Ok(Self::Unknown { kind, raw: bytes }),
                };
                #[cfg(all(test, feature = "alloc"))]
                if value.is_ok() {
                    $crate::wire::rows::met_with(stringify!($name), kind, bytes);
                }
                value
            }

            /// Octets on the wire.
            pub fn encoded_len(&self) -> usize {
                $crate::wire::Field::wire_len(self)
            }

            /// Writes the octets.
            ///
            /// # Errors
            /// A value that does not fit its field, `Unknown` with a type that has a row, or too little room; then nothing is
            /// written.
            pub fn encode(&self, out: &mut impl $crate::wire::Sink) -> $crate::error::Result<(), $crate::error::EncodeError> {
                $crate::wire::encode(self, out)
            }

            fn body_len(&self) -> usize {
                match self {
                    $(Self::$variant(value) => $crate::wire::Field::wire_len(value),)*
                    Self::Unknown { raw, .. } => raw.len(),
                }
            }
        }

        impl<'a> $crate::wire::Field<'a> for $name<'a> {
            fn read(c: &mut $crate::wire::Cursor<'a>) -> $crate::error::Result<Self> {
                let kind = <$int as $crate::wire::Field<'a>>::read(c)?;
                let (_, body) = Self::LENGTH.read(u64::from(kind), size_of::<$int>(), c)?;
                Self::parse_body(kind, body.rest(), body.offset())
            }

            fn show(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }

            #[cfg(feature = "serde")]
            fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(self, serializer)
            }

            fn wire_len(&self) -> usize {
                size_of::<$int>()
                    .saturating_add(Self::LENGTH.octets(u64::from(self.kind())))
                    .saturating_add(self.body_len())
            }

            fn check(&self) -> $crate::error::Result<(), $crate::error::EncodeError> {
                match self {
                    $(Self::$variant(value) => $crate::wire::Field::check(value).map_err(|e| e.of($text))?,)*
                    // It would be read as the row's value, or not at all.
                    Self::Unknown { kind, .. } if Self::TYPES.iter().any(|(row, _)| row == kind) => {
                        return Err($crate::error::EncodeError::unrepresentable("type"));
                    }
                    Self::Unknown { .. } => {}
                }
                let name = self.name().unwrap_or("unknown");
                Self::LENGTH.check(u64::from(self.kind()), size_of::<$int>(), self.body_len(), name)
            }

            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                $crate::wire::Field::write(&self.kind(), out);
                Self::LENGTH.write(u64::from(self.kind()), size_of::<$int>(), self.body_len(), out);
                match self {
                    $(Self::$variant(value) => $crate::wire::Field::write(value, out),)*
                    Self::Unknown { raw, .. } => out.put_slice(raw),
                }
            }

            #[cfg(feature = "alloc")]
            fn place(
                c: &mut $crate::wire::Cursor<'a>,
                name: &'static str,
                places: &mut $crate::places::Places,
            ) -> $crate::error::Result<Self> {
                let opened = places.open(name, c.offset());
                let outcome = (|| {
                    let kind = <$int as $crate::wire::Field<'a>>::place(c, "type", places)?;
                    let octets = $crate::wire::place_length(c, places, |c| {
                        Self::LENGTH.read_octets(u64::from(kind), size_of::<$int>(), c)
                    })?;
                    $crate::wire::place_window(c, octets, places, |mut body, places| match kind {
                        $($code => {
                            places.label(opened, $text);
                            let value = <$type as $crate::wire::Field<'a>>::place(&mut body, "value", places)?;
                            body.finish().inspect_err(|e| places.error(*e))?;
                            Ok(Self::$variant(value))
                        })*
                        _ => {
                            let raw = <&'a [u8] as $crate::wire::Field<'a>>::place(&mut body, "value", places)?;
                            Ok(Self::Unknown { kind, raw })
                        }
                    })
                })();
                places.close(opened, c.offset());
                outcome
            }
        }

        impl core::fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $(Self::$variant(value) => {
                        f.write_str(concat!($text, "("))?;
                        $crate::wire::Field::show(value, f)?;
                        f.write_str(")")
                    })*
                    Self::Unknown { kind, raw } => {
                        write!(f, "type-{kind}(")?;
                        $crate::wire::hex(raw, f)?;
                        f.write_str(")")
                    }
                }
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", &self.kind())?;
                if let Some(name) = self.name() {
                    map.serialize_entry("name", name)?;
                }
                match self {
                    $(Self::$variant(value) => map.serialize_entry("value", &$crate::wire::Json(*value))?,)*
                    Self::Unknown { raw, .. } => map.serialize_entry("value", &$crate::wire::Json(*raw))?,
                }
                map.end()
            }
        }
    };
}
pub(crate) use wire_tlv;
