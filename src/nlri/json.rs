//! Routes as JSON. [`crate::text::json`] lists the fields.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{LabeledPrefix, Labels, MupRoute, Nlri, PathPrefix, RawRoute, Route, RouteTargetMembership, VplsRoute, VpnPrefix};
use crate::wire::{Json, JsonHex, JsonText};

/// An object: `prefix`, and `path_id` where there is one.
impl Serialize for PathPrefix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(id) = self.path_id {
            map.serialize_entry("path_id", &id)?;
        }
        map.serialize_entry("prefix", &JsonText(self.prefix))?;
        map.end()
    }
}

/// A list of texts, the outermost label first, each as the stack shows it.
impl Serialize for Labels<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use alloc::string::ToString as _;
        serializer.collect_seq(self.to_string().split('/').filter(|label| !label.is_empty()))
    }
}

/// An object: `prefix`, `labels`.
impl Serialize for LabeledPrefix<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("prefix", &JsonText(self.prefix))?;
        map.serialize_entry("labels", &self.labels)?;
        map.end()
    }
}

/// An object: `rd`, `prefix`, `labels`.
impl Serialize for VpnPrefix<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("rd", &JsonText(self.rd))?;
        map.serialize_entry("prefix", &JsonText(self.prefix))?;
        map.serialize_entry("labels", &self.labels)?;
        map.end()
    }
}

/// An object: `origin_as`, `target` (hexadecimal, whole octets), `target_len` (bits); empty for the default.
impl Serialize for RouteTargetMembership {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Self::Prefix(prefix) = self {
            let target = prefix.target();
            map.serialize_entry("origin_as", &prefix.origin_as().0)?;
            map.serialize_entry("target", &JsonHex(target.get(..usize::from(prefix.len().div_ceil(8))).unwrap_or(&target)))?;
            map.serialize_entry("target_len", &prefix.len())?;
        }
        map.end()
    }
}

/// The fields of its kind.
impl Serialize for VplsRoute<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json(*self).serialize(serializer)
    }
}

/// An object: `architecture`, `type`, `name`, and the fields of that type.
impl Serialize for MupRoute<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let (architecture, kind) = self.kind();
        map.serialize_entry("architecture", &architecture)?;
        map.serialize_entry("type", &kind)?;
        match self {
            Self::InterworkSegment(route) => {
                map.serialize_entry("name", "interwork-segment")?;
                map.serialize_entry("rd", &JsonText(route.rd))?;
                map.serialize_entry("prefix", &JsonText(route.prefix))?;
            }
            Self::DirectSegment(route) => {
                map.serialize_entry("name", "direct-segment")?;
                map.serialize_entry("rd", &JsonText(route.rd))?;
                map.serialize_entry("address", &JsonText(route.address.0))?;
            }
            Self::Type1Session(route) => {
                map.serialize_entry("name", "type-1-session")?;
                map.serialize_entry("rd", &JsonText(route.rd))?;
                map.serialize_entry("prefix", &JsonText(route.prefix))?;
                if let Some(tunnel) = route.tunnel {
                    map.serialize_entry("teid", &tunnel.teid)?;
                    map.serialize_entry("qfi", &tunnel.qfi)?;
                    map.serialize_entry("endpoint", &JsonText(tunnel.endpoint.0))?;
                    if let Some(source) = tunnel.source {
                        map.serialize_entry("source", &Json(source))?;
                    }
                    map.serialize_entry("tlvs", &JsonHex(tunnel.tlvs))?;
                }
            }
            Self::Type2Session(route) => {
                map.serialize_entry("name", "type-2-session")?;
                map.serialize_entry("rd", &JsonText(route.rd))?;
                map.serialize_entry("endpoint", &JsonText(route.endpoint))?;
                map.serialize_entry("teid", &route.teid)?;
                map.serialize_entry("teid_len", &route.teid_len)?;
                map.serialize_entry("tlvs", &JsonHex(route.tlvs))?;
            }
            Self::Unknown { raw, .. } => map.serialize_entry("value", &JsonHex(raw))?,
        }
        map.end()
    }
}

/// An object: `path_id` where there is one, `octets` (hexadecimal), `text` and `decoded` (the fields of the family) where the
/// family is known, `error` where the route cannot be read.
impl Serialize for RawRoute<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(id) = self.path_id {
            map.serialize_entry("path_id", &id)?;
        }
        map.serialize_entry("octets", &JsonHex(self.bytes))?;
        match self.decode() {
            Ok(Route::Raw(_)) => {}
            Ok(route) => {
                map.serialize_entry("text", &JsonText(route))?;
                map.serialize_entry("decoded", &route)?;
            }
            Err(e) => map.serialize_entry("error", &e)?,
        }
        map.end()
    }
}

/// A list of [`PathPrefix`] or of [`RawRoute`]; behind a length that overruns the list, `error` and nothing more.
impl Serialize for Nlri<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Prefixes(prefixes) => serializer.collect_seq(prefixes.iter()),
            Self::Other { .. } => serializer.collect_seq(self.routes().map(Listed)),
        }
    }
}

/// A route, or why there is none.
struct Listed<'a>(crate::error::Result<RawRoute<'a>>);

impl Serialize for Listed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Ok(route) => route.serialize(serializer),
            Err(e) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("error", e)?;
                map.end()
            }
        }
    }
}
