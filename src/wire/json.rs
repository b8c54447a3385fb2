//! The JSON form of values, independent of the serializer.

use core::fmt;

use super::{Field, FromFn};
use crate::error::Error;

/// Values whose JSON form is serialized by serde: `serialize_as_json!(Type<'a>)`.
macro_rules! serialize_as_json {
    ($($type:ident $(<$life:lifetime>)?),*) => { $(
        #[cfg(feature = "serde")]
        impl<'a> serde::Serialize for $type $(<$life>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> core::result::Result<S::Ok, S::Error> {
                $crate::wire::ToJson::to_json(self, serializer)
            }
        }
    )* };
}
pub(crate) use serialize_as_json;

/// Takes one value in its JSON form: a serde serializer, with that feature.
#[allow(unreachable_pub, reason = "in the bounds of public types, not usable from outside")]
pub trait JsonSink: Sized {
    /// The result of writing.
    type Ok;
    /// The error.
    type Error;
    /// The type for the members of an object.
    type Object: JsonObject<Ok = Self::Ok, Error = Self::Error>;

    /// A number.
    fn number(self, number: u64) -> Result<Self::Ok, Self::Error>;

    /// True or false.
    fn boolean(self, boolean: bool) -> Result<Self::Ok, Self::Error>;

    /// Nothing.
    fn null(self) -> Result<Self::Ok, Self::Error>;

    /// A string.
    fn text<T: fmt::Display + ?Sized>(self, text: &T) -> Result<Self::Ok, Self::Error>;

    /// A list.
    fn list<T: ToJson>(self, values: impl Iterator<Item = T>) -> Result<Self::Ok, Self::Error>;

    /// An object, whose members follow.
    fn object(self) -> Result<Self::Object, Self::Error>;
}

/// Takes the members of an object.
#[allow(unreachable_pub, reason = "as above")]
pub trait JsonObject: Sized {
    /// The result of writing the object.
    type Ok;
    /// The error.
    type Error;

    /// A member.
    fn member<T: ToJson + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Self::Error>;

    /// A member with a formatted name.
    fn member_named<T: ToJson + ?Sized>(&mut self, name: fmt::Arguments<'_>, value: &T) -> Result<(), Self::Error>;

    /// The end of the object.
    fn end(self) -> Result<Self::Ok, Self::Error>;
}

/// A value that has a JSON form.
#[allow(unreachable_pub, reason = "as above")]
pub trait ToJson {
    /// Writes the value to a sink.
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error>;
}

impl<'a, T: Field<'a>> ToJson for T {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.json(out)
    }
}

impl ToJson for str {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.text(self)
    }
}

/// An object: `text`, `action`, `offset`.
impl ToJson for Error {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("text", &JsonText(self))?;
        object.member("action", &JsonText(self.action()))?;
        object.member("offset", &self.offset())?;
        object.end()
    }
}

serialize_as_json!(Error);

/// A value in its text form.
pub(crate) struct JsonText<T>(pub(crate) T);

impl<T: fmt::Display> ToJson for JsonText<T> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.text(&self.0)
    }
}

/// Octets in hexadecimal.
pub(crate) struct JsonHex<'a>(pub(crate) &'a [u8]);

impl ToJson for JsonHex<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.text(&FromFn(|f: &mut fmt::Formatter<'_>| self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))))
    }
}

/// Octets as JSON text: unchanged if they are UTF-8, else with escapes.
pub(crate) fn json_text<J: JsonSink>(octets: &[u8], out: J) -> Result<J::Ok, J::Error> {
    match core::str::from_utf8(octets) {
        Ok(text) => out.text(text),
        Err(_) => out.text(&octets.escape_ascii()),
    }
}

#[cfg(feature = "serde")]
mod serializer {
    use core::fmt;

    use serde::ser::{Serialize, SerializeMap, Serializer};

    use super::{JsonObject, JsonSink, ToJson};

    /// A value in its JSON form.
    struct Json<T>(T);

    impl<T: ToJson> Serialize for Json<T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.0.to_json(serializer)
        }
    }

    /// The same for a borrowed value.
    struct By<'v, T: ?Sized>(&'v T);

    impl<T: ToJson + ?Sized> Serialize for By<'_, T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.0.to_json(serializer)
        }
    }

    impl<S: Serializer> JsonSink for S {
        type Ok = S::Ok;
        type Error = S::Error;
        type Object = Object<S::SerializeMap>;

        fn number(self, number: u64) -> Result<S::Ok, S::Error> {
            self.serialize_u64(number)
        }

        fn boolean(self, boolean: bool) -> Result<S::Ok, S::Error> {
            self.serialize_bool(boolean)
        }

        fn null(self) -> Result<S::Ok, S::Error> {
            self.serialize_none()
        }

        fn text<T: fmt::Display + ?Sized>(self, text: &T) -> Result<S::Ok, S::Error> {
            self.collect_str(text)
        }

        fn list<T: ToJson>(self, values: impl Iterator<Item = T>) -> Result<S::Ok, S::Error> {
            self.collect_seq(values.map(Json))
        }

        fn object(self) -> Result<Object<S::SerializeMap>, S::Error> {
            self.serialize_map(None).map(Object)
        }
    }

    /// The members of an object written by serde.
    #[allow(unreachable_pub, reason = "as above")]
    #[derive(Debug)]
    pub struct Object<M>(M);

    impl<M: SerializeMap> JsonObject for Object<M> {
        type Ok = M::Ok;
        type Error = M::Error;

        fn member<T: ToJson + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), M::Error> {
            self.0.serialize_entry(name, &By(value))
        }

        fn member_named<T: ToJson + ?Sized>(&mut self, name: fmt::Arguments<'_>, value: &T) -> Result<(), M::Error> {
            self.0.serialize_entry(&name, &By(value))
        }

        fn end(self) -> Result<M::Ok, M::Error> {
            self.0.end()
        }
    }

    impl<T: fmt::Display> Serialize for super::JsonText<T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.to_json(serializer)
        }
    }

    impl Serialize for super::JsonHex<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.to_json(serializer)
        }
    }
}
