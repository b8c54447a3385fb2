//! Messages as JSON. [`crate::text::json`] lists the fields.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{
    Capabilities, CapabilityValue, FilterEntry, FilterGroup, FilterHost, FilterValue, Message, Notification, NotificationData,
    Open, Parameter, Parameters, RouteRefresh, Update,
};
use crate::attr::json::{AttributeList, AttributeObject, LabelFields};
use crate::codes::{CapabilityCode, NotificationCode, OpenParameter, notification_subcode_name};
use crate::error::{Error, Result};
use crate::nlri::Prefixes;
use crate::session::Session;
use crate::wire::{JsonHex, JsonText, json_text};

/// Items of an iterator: each value, or `error`.
struct Outcomes<I>(I);

impl<T: Serialize, I: Iterator<Item = Result<T>> + Clone> Serialize for Outcomes<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone().map(Outcome))
    }
}

/// A value, or an object with only `error`.
struct Outcome<T>(Result<T>);

impl<T: Serialize> Serialize for Outcome<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Ok(value) => value.serialize(serializer),
            Err(e) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("error", e)?;
                map.end()
            }
        }
    }
}

/// A list of capabilities; an unreadable one has `code`, `name`, `octets` and `error`.
impl Serialize for Capabilities<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = *self;
        serializer.collect_seq(core::iter::from_fn(move || {
            Some(match list.next_or_rest()? {
                Ok(capability) => match capability.decode() {
                    Ok(value) => CapabilityOutcome::Value(value),
                    Err(e) => CapabilityOutcome::Damaged(Some(capability.code), capability.raw, e),
                },
                // Code and length come first, if present.
                Err((e, rest)) => {
                    let code = rest.first().copied().map(CapabilityCode);
                    CapabilityOutcome::Damaged(code, rest.get(2..).unwrap_or_default(), e)
                }
            })
        }))
    }
}

/// A capability, or the octets of a damaged one.
enum CapabilityOutcome<'a> {
    Value(CapabilityValue<'a>),
    Damaged(Option<CapabilityCode>, &'a [u8], Error),
}

impl Serialize for CapabilityOutcome<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (code, octets, e) = match self {
            Self::Value(value) => return value.serialize(serializer),
            Self::Damaged(code, octets, e) => (code, octets, e),
        };
        let mut map = serializer.serialize_map(None)?;
        if let Some(code) = code {
            map.serialize_entry("code", &code.0)?;
            if let Some(name) = code.name() {
                map.serialize_entry("name", name)?;
            }
            map.serialize_entry("octets", &JsonHex(octets))?;
        }
        map.serialize_entry("error", e)?;
        map.end()
    }
}

/// An object: `type`, `version`, `asn`, `hold_time` (seconds), `bgp_id`, `capabilities`; `parameters` if there are others.
impl Serialize for Open<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "OPEN")?;
        map.serialize_entry("version", &self.version())?;
        map.serialize_entry("my_as", &self.my_as())?;
        map.serialize_entry("asn", &self.asn().0)?;
        map.serialize_entry("hold_time", &self.hold_time())?;
        map.serialize_entry("bgp_id", &JsonText(self.bgp_id()))?;
        map.serialize_entry("capabilities", &self.capabilities())?;
        if other_parameters(self.parameters()).next().is_some() {
            map.serialize_entry("parameters", &OtherParameters(self.parameters()))?;
        }
        map.end()
    }
}

/// The optional parameters that are not capabilities; what cannot be read is among the capabilities.
fn other_parameters<'a>(parameters: Parameters<'a>) -> impl Iterator<Item = Parameter<'a>> {
    parameters.flatten().filter(|parameter| OpenParameter(parameter.kind) != OpenParameter::CAPABILITIES)
}

/// A list of objects: `type`, `name`, `octets`.
struct OtherParameters<'a>(Parameters<'a>);

impl Serialize for OtherParameters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(other_parameters(self.0).map(OtherParameter))
    }
}

struct OtherParameter<'a>(Parameter<'a>);

impl Serialize for OtherParameter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &self.0.kind)?;
        if let Some(name) = OpenParameter(self.0.kind).name() {
            map.serialize_entry("name", name)?;
        }
        map.serialize_entry("octets", &JsonHex(self.0.raw))?;
        map.end()
    }
}

/// Plain prefixes, or their error.
fn prefixes<M: SerializeMap>(map: &mut M, name: &'static str, list: Result<Prefixes<'_>>) -> Result<(), M::Error> {
    match list {
        Ok(list) if list.as_bytes().is_empty() => Ok(()),
        Ok(list) => map.serialize_entry(name, &crate::nlri::Nlri::Prefixes(list)),
        Err(e) => map.serialize_entry(name, &Outcome::<()>(Err(e))),
    }
}

/// An object: `type`, `withdrawn`, `attributes`, `announced`.
impl Serialize for Update<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "UPDATE")?;
        prefixes(&mut map, "withdrawn", self.withdrawn())?;
        map.serialize_entry("attributes", &AttributeList(self.attribute_windows(), *self.session()))?;
        prefixes(&mut map, "announced", self.announced())?;
        map.end()
    }
}

/// Code and subcode with their names.
fn code<M: SerializeMap>(map: &mut M, code: NotificationCode, subcode: u8) -> Result<(), M::Error> {
    map.serialize_entry("code", &code.0)?;
    if let Some(name) = code.name() {
        map.serialize_entry("name", name)?;
    }
    map.serialize_entry("subcode", &subcode)?;
    if let Some(name) = notification_subcode_name(code, subcode) {
        map.serialize_entry("subcode_name", name)?;
    }
    Ok(())
}

/// An object: `type`, `code`, `name`, `subcode`, `subcode_name`, and fields of the data.
impl Serialize for Notification<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "NOTIFICATION")?;
        code(&mut map, self.code, self.subcode)?;
        match self.decode() {
            NotificationData::Empty => {}
            NotificationData::MessageLength(len) => map.serialize_entry("message_length", &len)?,
            NotificationData::MessageType(kind) => map.serialize_entry("message_type", &kind.0)?,
            NotificationData::SupportedVersion(version) => map.serialize_entry("supported_version", &version)?,
            NotificationData::Capabilities(list) => map.serialize_entry("capabilities", &list)?,
            NotificationData::Attribute(attribute) => {
                map.serialize_entry("attribute", &AttributeObject(attribute, Session::AS4, LabelFields::default()))?;
            }
            NotificationData::MissingAttribute(code) => map.serialize_entry("missing_attribute", &code.0)?,
            NotificationData::PrefixLimit(family, limit) => {
                map.serialize_entry("family", &JsonText(family))?;
                map.serialize_entry("prefix_limit", &limit)?;
            }
            NotificationData::Shutdown(words) => map.serialize_entry("communication", &Words(words.0))?,
            NotificationData::HardReset(..) => {
                if let Some(inner) = self.encapsulated() {
                    map.serialize_entry("hard_reset", &inner)?;
                }
            }
            NotificationData::Message(octets) | NotificationData::Unknown(octets) => {
                map.serialize_entry("data", &JsonHex(octets))?
            }
        }
        map.end()
    }
}

/// Text of an operator.
struct Words<'a>(&'a [u8]);

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json_text(self.0, serializer)
    }
}

/// An object: `action`, `deny`, and the fields of its type.
impl Serialize for FilterEntry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("action", &JsonText(self.head.action()))?;
        map.serialize_entry("deny", &self.head.is_deny())?;
        match self.value {
            FilterValue::All => {}
            FilterValue::AddressPrefix(filter) => {
                map.serialize_entry("sequence", &filter.sequence)?;
                map.serialize_entry("min_len", &filter.min_len)?;
                map.serialize_entry("max_len", &filter.max_len)?;
                map.serialize_entry("prefix", &JsonText(filter.prefix))?;
            }
            FilterValue::CoveringPrefix(filter) => {
                map.serialize_entry("sequence", &filter.sequence)?;
                map.serialize_entry("min_len", &filter.min_len)?;
                map.serialize_entry("max_len", &filter.max_len)?;
                map.serialize_entry("vpn_route_target", &JsonText(filter.vpn_route_target))?;
                map.serialize_entry("import_route_target", &JsonText(filter.import_route_target))?;
                map.serialize_entry("route_type", &filter.route_type.0)?;
                match filter.host {
                    FilterHost::None => {}
                    FilterHost::Address(address) => map.serialize_entry("host", &JsonText(address))?,
                    FilterHost::Mac(mac) => map.serialize_entry("host", &JsonText(mac))?,
                }
            }
            FilterValue::Unknown(octets) => map.serialize_entry("value", &JsonHex(octets))?,
        }
        map.end()
    }
}

/// An object: `orf` (the type), `name`, `entries`.
impl Serialize for FilterGroup<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("orf", &self.orf.0)?;
        if let Some(name) = self.orf.name() {
            map.serialize_entry("name", name)?;
        }
        map.serialize_entry("entries", &Outcomes(self.entries()))?;
        map.end()
    }
}

/// An object: `type`, `family`, `subtype`, and with filters `when`, `filters`.
impl Serialize for RouteRefresh<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "ROUTE-REFRESH")?;
        map.serialize_entry("family", &JsonText(self.family))?;
        map.serialize_entry("subtype", &JsonText(self.subtype))?;
        if let Some(when) = self.when() {
            map.serialize_entry("when", &JsonText(when))?;
            map.serialize_entry("filters", &Outcomes(self.groups()))?;
        }
        map.end()
    }
}

/// An object of the message's kind; for an unknown type, `type`, `code`, `octets`.
impl Serialize for Message<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Open(open) => open.serialize(serializer),
            Self::Update(update) => update.serialize(serializer),
            Self::Notification(notification) => notification.serialize(serializer),
            Self::RouteRefresh(refresh) => refresh.serialize(serializer),
            Self::Keepalive | Self::Unknown(..) => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("type", &JsonText(self.kind()))?;
                if let Self::Unknown(kind, octets) = self {
                    map.serialize_entry("code", &kind.0)?;
                    map.serialize_entry("octets", &JsonHex(octets))?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(kind: u8, body: &[u8]) -> String {
        let message = Message::parse_body(kind.into(), body, &Session::AS4, 19).unwrap();
        serde_json::to_string(&message).unwrap()
    }

    #[test]
    fn opens() {
        // Version 4, AS_TRANS, 180 s, 192.0.2.1; multiprotocol IPv4 unicast, route refresh, AS 65536, graceful restart of 120 s.
        let body = [
            4, 0x5b, 0xa0, 0, 180, 192, 0, 2, 1, 24, 2, 22, 1, 4, 0, 1, 0, 1, 2, 0, 65, 4, 0, 1, 0, 0, 64, 6, 0x80, 120, 0, 1, 1,
            0x80,
        ];
        assert_eq!(
            json(1, &body),
            "{\"type\":\"OPEN\",\"version\":4,\"my_as\":23456,\"asn\":65536,\"hold_time\":180,\"bgp_id\":\"192.0.2.1\",\
             \"capabilities\":[{\"code\":1,\"name\":\"Multiprotocol\",\"value\":{\"afi\":\"IPv4\",\"reserved\":0,\"safi\":\"unicast\"}},\
             {\"code\":2,\"name\":\"Route Refresh\"},{\"code\":65,\"name\":\"4-octet AS\",\"value\":65536},\
             {\"code\":64,\"name\":\"Graceful Restart\",\"value\":{\"restart\":{\"flags\":\"RESTARTED\",\"time\":120},\
             \"families\":[{\"family\":\"IPv4 unicast\",\"flags\":\"FORWARDING\"}]}}]}"
        );
    }

    #[test]
    fn parameters_that_are_no_capabilities_keep_their_octets() {
        let body = [4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 12, 1, 2, 0, 7, 2, 2, 2, 0, 255, 2, 0xab, 0xcd];
        let value: serde_json::Value = serde_json::from_str(&json(1, &body)).unwrap();
        assert_eq!(value["capabilities"], serde_json::json!([{"code": 2, "name": "Route Refresh"}]));
        let list = value["parameters"].as_array().unwrap();
        let read = |n: usize| (list[n]["type"].clone(), list[n]["octets"].clone());
        assert_eq!((list.len(), read(0), read(1)), (2, (1.into(), "0007".into()), (255.into(), "abcd".into())));
    }

    #[test]
    fn damaged_capabilities_keep_their_octets() {
        // Graceful restart whose last family is truncated, a malformed route refresh, and a capability truncated by its
        // parameter.
        let list = [64, 5, 0x80, 120, 0, 1, 1, 2, 1, 7, 65, 4, 0, 1];
        let mut body = vec![4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 16, 2, 14];
        body.extend(list);
        let value: serde_json::Value = serde_json::from_str(&json(1, &body)).unwrap();
        assert_eq!(
            value["capabilities"].to_string(),
            serde_json::json!([
                {"code": 64, "name": "Graceful Restart", "octets": "8078000101", "error": {
                    "text": "Graceful Restart capability: length 5 is not valid here (at byte 33)", "action": "session reset", "offset": 33,
                }},
                {"code": 2, "name": "Route Refresh", "octets": "07", "error": {
                    "text": "Route Refresh capability: length 1 is not valid here (at byte 40)", "action": "session reset", "offset": 40,
                }},
                {"code": 65, "name": "4-octet AS", "octets": "0001", "error": {
                    "text": "OPEN parameter 2: needs 2 bytes more than are there (at byte 43)", "action": "session reset", "offset": 43,
                }},
            ])
            .to_string()
        );
    }

    #[test]
    fn updates() {
        // Withdrawn 10.0.0.0/8; ORIGIN 9, which is malformed; a route target membership announced by 192.0.2.1.
        let body = [
            0, 2, 8, 10, 0, 28, 0x40, 1, 1, 9, 0x80, 14, 21, 0, 1, 132, 4, 192, 0, 2, 1, 0, 88, 0, 0, 0xfb, 0xf0, 0, 2, 0xfb,
            0xf0, 0, 0, 0,
        ];
        assert_eq!(
            json(2, &body),
            "{\"type\":\"UPDATE\",\"withdrawn\":[{\"prefix\":\"10.0.0.0/8\"}],\"attributes\":[\
             {\"code\":1,\"name\":\"ORIGIN\",\"flags\":64,\"value\":\"09\",\"error\":\
             {\"text\":\"ORIGIN attribute: value 9 is not valid here (at byte 28)\",\"action\":\"treat-as-withdraw\",\"offset\":28}},\
             {\"code\":14,\"name\":\"MP_REACH_NLRI\",\"flags\":128,\"value\":\"00018404c000020100580000fbf00002fbf0000000\",\
             \"text\":\"IPv4 route-target next hop 192.0.2.1, 12 octets of routes\",\"decoded\":{\"family\":\"IPv4 route-target\",\
             \"next_hop\":\"192.0.2.1\",\"routes\":[{\"octets\":\"580000fbf00002fbf0000000\",\"text\":\"64496 0x0002fbf0000000/56\",\
             \"decoded\":{\"origin_as\":64496,\"target\":\"0002fbf0000000\",\"target_len\":56}}]}}]}"
        );
    }

    #[test]
    fn notifications_and_refreshes() {
        assert_eq!(
            json(3, &[6, 2, 3, b'b', b'y', b'e']),
            r#"{"type":"NOTIFICATION","code":6,"name":"Cease","subcode":2,"subcode_name":"Administrative Shutdown","communication":"bye"}"#
        );
        assert_eq!(
            json(3, &[6, 9, 6, 1, 0, 2, 1, 0, 0, 3, 0xe8]),
            "{\"type\":\"NOTIFICATION\",\"code\":6,\"name\":\"Cease\",\"subcode\":9,\"subcode_name\":\"Hard Reset\",\
             \"hard_reset\":{\"type\":\"NOTIFICATION\",\"code\":6,\"name\":\"Cease\",\"subcode\":1,\
             \"subcode_name\":\"Maximum Number of Prefixes Reached\",\"family\":\"IPv6 unicast\",\"prefix_limit\":1000}}"
        );
        assert_eq!(json(3, &[99, 1, 0xab]), r#"{"type":"NOTIFICATION","code":99,"subcode":1,"data":"ab"}"#);
        assert_eq!(
            json(5, &[0, 1, 0, 1, 1, 64, 0, 11, 0x20, 0, 0, 0, 10, 8, 24, 24, 192, 0, 2]),
            "{\"type\":\"ROUTE-REFRESH\",\"family\":\"IPv4 unicast\",\"subtype\":\"Request\",\"when\":\"IMMEDIATE\",\
             \"filters\":[{\"orf\":64,\"name\":\"Address Prefix\",\"entries\":[{\"action\":\"ADD\",\"deny\":true,\
             \"sequence\":10,\"min_len\":8,\"max_len\":24,\"prefix\":\"192.0.2.0/24\"}]}]}"
        );
        assert_eq!(json(5, &[0, 2, 1, 1]), r#"{"type":"ROUTE-REFRESH","family":"IPv6 unicast","subtype":"BoRR"}"#);
        assert_eq!(json(4, &[]), r#"{"type":"KEEPALIVE"}"#);
        assert_eq!(json(77, &[1]), r#"{"type":"MessageType(77)","code":77,"octets":"01"}"#);
    }
}
