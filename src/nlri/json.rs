//! Routes as JSON. [`crate::text::json`] lists the fields.

use core::fmt;

use super::{
    LabeledPrefix, Labels, MupRoute, Nlri, PathPrefix, RawRoute, RouteTargetMembership, RouteValue, VpnPrefix, WithVnis,
};
use crate::error::Result;
use crate::wire::{FromFn, JsonHex, JsonObject, JsonSink, JsonText, ToJson, serialize_as_json};

serialize_as_json!(PathPrefix, Labels<'a>, LabeledPrefix<'a>, VpnPrefix<'a>, RouteTargetMembership, MupRoute<'a>);
serialize_as_json!(RouteValue<'a>, RawRoute<'a>, Nlri<'a>);

#[cfg(feature = "serde")]
mod with_vnis {
    use super::super::EvpnRoute;
    use super::*;

    macro_rules! serialize_with_vnis {
        ($($type:ident)*) => { $(
            impl serde::Serialize for WithVnis<$type<'_>> {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.to_json(serializer)
                }
            }
        )* };
    }
    serialize_with_vnis!(EvpnRoute RouteValue RawRoute);
}

/// As the route, with the VNIs of its label fields.
impl ToJson for WithVnis<RouteValue<'_>> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        match self.0 {
            RouteValue::Evpn(route) => WithVnis(route).to_json(out),
            route => route.to_json(out),
        }
    }
}

/// An object: `prefix`, and `path_id` if there is one.
impl ToJson for PathPrefix {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        if let Some(id) = &self.path_id {
            object.member("path_id", id)?;
        }
        object.member("prefix", &JsonText(self.prefix))?;
        object.end()
    }
}

/// A list of texts, the outermost label first, each as in the text of the stack.
impl ToJson for Labels<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let text = |at| JsonText(FromFn(move |f: &mut fmt::Formatter<'_>| self.show_label(at, f)));
        out.list((0..self.len()).map(text))
    }
}

/// An object: `prefix`, `labels`.
impl ToJson for LabeledPrefix<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("prefix", &JsonText(self.prefix))?;
        object.member("labels", &self.labels)?;
        object.end()
    }
}

/// An object: `rd`, `prefix`, `labels`.
impl ToJson for VpnPrefix<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("rd", &self.rd)?;
        object.member("prefix", &JsonText(self.prefix))?;
        object.member("labels", &self.labels)?;
        object.end()
    }
}

/// An object: `origin_as`, `target` (hexadecimal, whole octets), `target_len` (bits); empty for the default.
impl ToJson for RouteTargetMembership {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        if let Self::Prefix(prefix) = self {
            let target = prefix.target();
            object.member("origin_as", &prefix.origin_as())?;
            object.member("target", &JsonHex(target.get(..usize::from(prefix.len().div_ceil(8))).unwrap_or(&target)))?;
            object.member("target_len", &prefix.len())?;
        }
        object.end()
    }
}

/// An object: `architecture`, `type`, `name`, and the fields of that type.
impl ToJson for MupRoute<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        let (architecture, kind) = self.kind();
        object.member("architecture", &architecture)?;
        object.member("type", &kind)?;
        match self {
            Self::InterworkSegment(route) => {
                object.member("name", "interwork-segment")?;
                object.member("rd", &route.rd)?;
                object.member("prefix", &JsonText(route.prefix))?;
            }
            Self::DirectSegment(route) => {
                object.member("name", "direct-segment")?;
                object.member("rd", &route.rd)?;
                object.member("address", &route.address)?;
            }
            Self::Type1Session(route) => {
                object.member("name", "type-1-session")?;
                object.member("rd", &route.rd)?;
                object.member("prefix", &JsonText(route.prefix))?;
                if let Some(tunnel) = &route.tunnel {
                    object.member("teid", &tunnel.teid)?;
                    object.member("qfi", &tunnel.qfi)?;
                    object.member("endpoint", &tunnel.endpoint)?;
                    if let Some(source) = &tunnel.source {
                        object.member("source", source)?;
                    }
                    object.member("tlvs", &JsonHex(tunnel.tlvs))?;
                }
            }
            Self::Type2Session(route) => {
                object.member("name", "type-2-session")?;
                object.member("rd", &route.rd)?;
                object.member("endpoint", &route.endpoint)?;
                object.member("teid", &route.teid)?;
                object.member("teid_len", &route.teid_len)?;
                object.member("tlvs", &JsonHex(route.tlvs))?;
            }
            Self::Unknown { raw, .. } => object.member("value", &JsonHex(raw))?,
        }
        object.end()
    }
}

/// An object: `path_id` if there is one, `octets` (hexadecimal), `text` and `decoded` (the fields of the family) if the family is
/// known, `error` if the route cannot be read.
impl ToJson for RawRoute<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.json_by(false, out)
    }
}

/// The same, with the VNIs of label fields.
impl ToJson for WithVnis<RawRoute<'_>> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.0.json_by(true, out)
    }
}

impl RawRoute<'_> {
    fn json_by<J: JsonSink>(&self, vnis: bool, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        if let Some(id) = &self.path_id {
            object.member("path_id", id)?;
        }
        object.member("octets", &JsonHex(self.bytes))?;
        match self.decode() {
            Ok(RouteValue::Unknown(_)) => {}
            Ok(route) if vnis => {
                object.member("text", &JsonText(WithVnis(route)))?;
                object.member("decoded", &WithVnis(route))?;
            }
            Ok(route) => {
                object.member("text", &JsonText(route))?;
                object.member("decoded", &route)?;
            }
            Err(e) => object.member("error", &e)?,
        }
        object.end()
    }
}

/// A list of [`PathPrefix`] or of [`RawRoute`]; after a length that overruns the list, only `error`.
impl ToJson for Nlri<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.json_by(false, out)
    }
}

/// The same, with the VNIs of label fields.
impl ToJson for WithVnis<Nlri<'_>> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.0.json_by(true, out)
    }
}

impl Nlri<'_> {
    fn json_by<J: JsonSink>(&self, vnis: bool, out: J) -> Result<J::Ok, J::Error> {
        match self {
            Self::Prefixes(prefixes) => out.list(prefixes.iter()),
            Self::Other { .. } => out.list(self.routes().map(|route| Listed(route, vnis))),
        }
    }
}

/// A route or its error; and whether label fields hold VNIs.
struct Listed<'a>(Result<RawRoute<'a>>, bool);

impl ToJson for Listed<'_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        match &self.0 {
            Ok(route) => route.json_by(self.1, out),
            Err(e) => {
                let mut object = out.object()?;
                object.member("error", e)?;
                object.end()
            }
        }
    }
}
