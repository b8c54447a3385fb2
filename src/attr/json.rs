//! Attributes as JSON. [`crate::text::json`] lists the fields.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Attribute, Attributes, AttributesIter, MpReach, MpUnreach, Value};
use crate::nlri::Nlri;
use crate::session::Session;
use crate::wire::{JsonHex, JsonText};

/// One attribute by the session that it is read by.
pub(crate) struct AttributeObject<'a>(pub(crate) Attribute<'a>, pub(crate) Session);

impl Serialize for AttributeObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(attribute, session) = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &attribute.code().0)?;
        if let Some(name) = attribute.code().name() {
            map.serialize_entry("name", name)?;
        }
        map.serialize_entry("flags", &attribute.flags().bits())?;
        map.serialize_entry("value", &JsonHex(attribute.raw()))?;
        match attribute.decode(session) {
            Ok(Value::Raw(_)) => {}
            Ok(value) => {
                map.serialize_entry("text", &JsonText(value))?;
                map.serialize_entry("decoded", &Decoded(value, *session))?;
            }
            Err(e) => map.serialize_entry("error", &e)?,
        }
        map.end()
    }
}

/// A value whose routes are read by a session.
struct Decoded<'a>(Value<'a>, Session);

impl Serialize for Decoded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Value::MpReach(reach) => mp_reach(reach, &self.1, serializer),
            Value::MpUnreach(unreach) => mp_unreach(unreach, &self.1, serializer),
            value => value.serialize(serializer),
        }
    }
}

/// Routes announced: family, next hop, routes one by one.
pub(super) fn mp_reach<S: Serializer>(reach: &MpReach<'_>, session: &Session, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    if let Some(family) = reach.family() {
        map.serialize_entry("family", &JsonText(family))?;
    }
    map.serialize_entry("next_hop", &JsonText(reach.next_hop()))?;
    routes(reach.nlri(session), &mut map)?;
    map.end()
}

/// Routes withdrawn: family, routes one by one.
pub(super) fn mp_unreach<S: Serializer>(unreach: &MpUnreach<'_>, session: &Session, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("family", &JsonText(unreach.family()))?;
    routes(unreach.nlri(session), &mut map)?;
    map.end()
}

fn routes<M: SerializeMap>(nlri: crate::error::Result<Nlri<'_>>, map: &mut M) -> Result<(), M::Error> {
    match nlri {
        Ok(nlri) => map.serialize_entry("routes", &nlri),
        Err(e) => map.serialize_entry("error", &e),
    }
}

/// Attributes in the order of the wire, as far as their framing holds.
pub(crate) struct AttributeList<'a>(pub(crate) AttributesIter<'a>, pub(crate) Session);

impl Serialize for AttributeList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.flatten().map(|attribute| AttributeObject(attribute, self.1)))
    }
}

/// A list of objects, one for each attribute: `code`, `name`, `flags`, `value`, `text`, `decoded`, `error`.
impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        AttributeList(self.iter(), self.session()).serialize(serializer)
    }
}
