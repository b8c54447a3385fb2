//! Encoding of values in attribute bodies.

use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::session::Session;
use crate::wire::{JsonSink, Observer, Sink};

/// Encoding of a value in an attribute's body.
pub(crate) trait Decode<'a>: Sized {
    /// Reads the body, `offset` octets into the outermost input.
    fn decode(body: &'a [u8], offset: u64, session: &Session) -> Result<Self>;

    /// Octets of the body.
    fn body_len(&self, session: &Session) -> usize;

    /// Whether every value fits its field.
    fn check_body(&self, _: &Session) -> Result<(), EncodeError> {
        Ok(())
    }

    /// Writes a body that [`Decode::check_body`] has passed.
    fn write_body(&self, session: &Session, out: &mut dyn Sink);

    /// The value for JSON: its text, or its parts.
    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error>
    where
        Self: core::fmt::Display,
    {
        out.text(self)
    }

    /// Reads the body like [`Decode::decode`] and shows its fields to an observer.
    fn place_body<O: Observer>(body: &'a [u8], offset: u64, session: &Session, o: &mut O) -> Result<Self>
    where
        Self: core::fmt::Display,
    {
        let value = o.reported(Self::decode(body, offset, session))?;
        o.note("value", offset..offset.saturating_add(body.len() as u64), &value);
        Ok(value)
    }
}

/// Attributes described field by field ([`crate::wire`]): a lifetime and `Type;`, or `Type, check path;` if the RFC calls more
/// malformed than the fields do. The function gets the value, the length of the body and its offset.
macro_rules! field_attributes {
    ($($a:lifetime $type:ty $(, check $check:path)?;)*) => { $(
        impl<$a> Decode<$a> for $type {
            fn decode(body: &$a [u8], offset: u64, session: &Session) -> Result<Self> {
                Self::place_body(body, offset, session, &mut ())
            }

            fn place_body<O: $crate::wire::Observer>(body: &$a [u8], offset: u64, _: &Session, o: &mut O) -> Result<Self> {
                let mut c = $crate::wire::Cursor::at(body, offset);
                let value = o.field(&mut c, "value")?;
                o.finish(&c)?;
                $(o.reported($check(&value, body.len(), offset))?;)?
                Ok(value)
            }

            fn body_len(&self, _: &Session) -> usize {
                crate::wire::Field::wire_len(self)
            }

            fn check_body(&self, _: &Session) -> Result<(), EncodeError> {
                $($check(self, crate::wire::Field::wire_len(self), 0).map_err(|_| EncodeError::unrepresentable(""))?;)?
                crate::wire::Field::check(self)
            }

            fn write_body(&self, _: &Session, out: &mut dyn Sink) {
                crate::wire::Field::write(self, out);
            }

            fn json<J: $crate::wire::JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
                $crate::wire::Field::json(self, out)
            }
        }
    )* };
}

/// Attributes that are a list of values up to their end, displayed with spaces between them: `Name of Type;`.
macro_rules! list_attributes {
    ($($(#[$doc:meta])* $name:ident of $item:ty;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct $name<'a>(pub $crate::wire::List<'a, $item>);

        impl<'a> $name<'a> {
            /// The values in wire order.
            pub fn iter(&self) -> $crate::wire::ListIter<'a, $item> {
                self.0.iter()
            }
        }

        impl<'a> IntoIterator for $name<'a> {
            type Item = $item;
            type IntoIter = $crate::wire::ListIter<'a, $item>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }

        impl<'a> $crate::wire::Field<'a> for $name<'a> {
            fn read(c: &mut $crate::wire::Cursor<'a>) -> $crate::error::Result<Self> {
                Self::place(c, "", &mut ())
            }

            #[inline]
            fn place<O: $crate::wire::Observer>(
                c: &mut $crate::wire::Cursor<'a>,
                name: &'static str,
                o: &mut O,
            ) -> $crate::error::Result<Self> {
                o.field(c, name).map(Self)
            }

            fn show(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }

            fn json<J: $crate::wire::JsonSink>(&self, out: J) -> core::result::Result<J::Ok, J::Error> {
                $crate::wire::Field::json(&self.0, out)
            }

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

        impl core::fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                for (i, value) in self.iter().enumerate() {
                    if i > 0 {
                        f.write_str(" ")?;
                    }
                    $crate::wire::Field::show(&value, f)?;
                }
                Ok(())
            }
        }
    )* };
}
pub(super) use list_attributes;

pub(super) use field_attributes;

/// Rejects an empty body.
pub(super) const fn check_non_empty(len: usize, offset: u64) -> Result<()> {
    if len == 0 { Err(Error::new(ErrorKind::BadLength(0), offset)) } else { Ok(()) }
}

/// The same, in the form of a field attribute's check.
pub(super) const fn non_empty<T>(_: &T, len: usize, offset: u64) -> Result<()> {
    check_non_empty(len, offset)
}

/// Cold constructors of errors shared by bodies. They take scalars, so that nothing hot has its address taken.
pub(crate) mod error_at {
    use crate::error::{Error, ErrorKind};

    #[cold]
    #[inline(never)]
    pub(crate) fn bad_length(len: usize, offset: u64) -> Error {
        Error::new(ErrorKind::BadLength(u32::try_from(len).unwrap_or(u32::MAX)), offset)
    }

    /// A body of `len` octets that ends without a part of at least `missing` octets.
    #[cold]
    #[inline(never)]
    pub(crate) fn without(missing: u32, len: usize, offset: u64) -> Error {
        Error::new(ErrorKind::Truncated(missing), offset.saturating_add(len as u64))
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn bad_value(value: u32, offset: u64) -> Error {
        Error::new(ErrorKind::BadValue(value), offset)
    }
}
