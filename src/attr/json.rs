//! Attributes as JSON. [`crate::text::json`] lists the fields.

use core::fmt;

use super::prefix_sid::WithServiceSids;
use super::{Attribute, Attributes, AttributesIter, Value};
use crate::error::Result;
use crate::nlri::{ServiceLabels, WithVnis};
use crate::session::Session;
use crate::wire::{JsonHex, JsonObject, JsonSink, JsonText, ToJson, serialize_as_json};

serialize_as_json!(AttributeObject<'a>, AttributeList<'a>, Attributes<'a>, Value<'a>);

/// The meaning of an attribute's label fields, from the other attributes and the route.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LabelFields {
    /// Whether they hold VNIs.
    pub(crate) vnis: bool,
    /// Labels that may hold bits of SRv6 SIDs.
    pub(crate) services: ServiceLabels,
}

/// One attribute, and the session by which it is read.
pub(crate) struct AttributeObject<'a>(pub(crate) Attribute<'a>, pub(crate) Session, pub(crate) LabelFields);

impl ToJson for AttributeObject<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let Self(attribute, session, labels) = self;
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
                let decoded = Decoded(value, *session, *labels);
                object.member("text", &JsonText(&decoded))?;
                object.member("decoded", &decoded)?;
            }
            Err(e) => object.member("error", &e)?,
        }
        object.end()
    }
}

/// A value, the session by which its routes are read, and the meaning of its label fields.
struct Decoded<'a>(Value<'a>, Session, LabelFields);

impl ToJson for Decoded<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let labels = &self.2;
        match self.0 {
            Value::MpReach(reach) => reach.json_by(&self.1, labels.vnis, out),
            Value::MpUnreach(unreach) => unreach.json_by(&self.1, out),
            Value::PmsiTunnel(tunnel) if labels.vnis => WithVnis(tunnel).to_json(out),
            Value::PrefixSid(sid) => WithServiceSids(sid, labels.services).to_json(out),
            value => value.to_json(out),
        }
    }
}

impl fmt::Display for Decoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::PmsiTunnel(tunnel) if self.2.vnis => fmt::Display::fmt(&WithVnis(tunnel), f),
            Value::PrefixSid(sid) => fmt::Display::fmt(&WithServiceSids(sid, self.2.services), f),
            value => fmt::Display::fmt(&value, f),
        }
    }
}

/// Attributes in wire order, as far as their framing is valid.
pub(crate) struct AttributeList<'a>(pub(crate) AttributesIter<'a>, pub(crate) Session);

impl ToJson for AttributeList<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let labels = LabelFields { vnis: super::labels::labels_are_vnis(self.0), services: ServiceLabels::default() };
        out.list(self.0.flatten().map(move |attribute| AttributeObject(attribute, self.1, labels)))
    }
}

/// A list with one object per attribute: `code`, `name`, `flags`, `value`, `text`, `decoded`, `error`.
impl ToJson for Attributes<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        AttributeList(self.iter(), self.session()).to_json(out)
    }
}
