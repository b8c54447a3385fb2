//! Attributes as JSON. [`crate::text::json`] lists the fields.

use super::{Attribute, Attributes, AttributesIter, Value};
use crate::error::Result;
use crate::session::Session;
use crate::wire::{JsonHex, JsonObject, JsonSink, JsonText, ToJson, serialize_as_json};

serialize_as_json!(AttributeObject<'a>, AttributeList<'a>, Attributes<'a>, Value<'a>);

/// One attribute, and the session by which it is read.
pub(crate) struct AttributeObject<'a>(pub(crate) Attribute<'a>, pub(crate) Session);

impl ToJson for AttributeObject<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let Self(attribute, session) = self;
        let mut object = out.object()?;
        object.member("code", &attribute.code().0)?;
        if let Some(name) = attribute.code().name() {
            object.member("name", name)?;
        }
        object.member("flags", &attribute.flags().bits())?;
        object.member("value", &JsonHex(attribute.raw()))?;
        match attribute.decode(session) {
            Ok(Value::Unknown(_)) => {}
            Ok(value) => {
                object.member("text", &JsonText(value))?;
                object.member("decoded", &Decoded(value, *session))?;
            }
            Err(e) => object.member("error", &e)?,
        }
        object.end()
    }
}

/// A value, and the session by which its routes are read.
struct Decoded<'a>(Value<'a>, Session);

impl ToJson for Decoded<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        match &self.0 {
            Value::MpReach(reach) => reach.json_by(&self.1, out),
            Value::MpUnreach(unreach) => unreach.json_by(&self.1, out),
            value => value.to_json(out),
        }
    }
}

/// Attributes in wire order, as far as their framing is valid.
pub(crate) struct AttributeList<'a>(pub(crate) AttributesIter<'a>, pub(crate) Session);

impl ToJson for AttributeList<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.list(self.0.flatten().map(|attribute| AttributeObject(attribute, self.1)))
    }
}

/// A list with one object per attribute: `code`, `name`, `flags`, `value`, `text`, `decoded`, `error`.
impl ToJson for Attributes<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        AttributeList(self.iter(), self.session()).to_json(out)
    }
}
