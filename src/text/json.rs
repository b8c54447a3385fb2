//! Elements as JSON objects: one per line makes JSON lines.
//!
//! Field names are stable. A field is left out where the element has nothing to say; numbers are numbers, and everything with
//! a text form of its own is a string.
//!
//! | field | what | type |
//! |---|---|---|
//! | `kind` | `announce`, `withdraw`, `rib` or `state` | string |
//! | `time`, `micros` | when the record was written: seconds since 1970 (UTC); microseconds if it has them | number |
//! | `originated` | when a table's route was received, in seconds since 1970 (UTC) | number |
//! | `peer_asn`, `peer_address`, `peer_bgp_id` | who it came from | number, string, string |
//! | `old_state`, `new_state` | a session's states | string |
//! | `family` | address family | string |
//! | `prefix`, `path_id` | the route | string, number |
//! | `route` | a route of a family without plain prefixes, as [`crate::nlri::Route`] shows it | string |
//! | `octets` | the same on the wire in hexadecimal; of a family that nobody knows, all its routes | string |
//! | `origin` | `IGP`, `EGP` or `INCOMPLETE` | string |
//! | `as_path` | as [`crate::attr::MergedPath`] shows it, AS4_PATH worked in | string |
//! | `origin_asns` | the last AS number, or all of a set that ends the path | list of numbers |
//! | `next_hop` | the next hop | string |
//! | `med`, `local_pref`, `otc` | MULTI_EXIT_DISC, LOCAL_PREF, OTC | number |
//! | `atomic_aggregate` | `true` if it is there | boolean |
//! | `aggregator` | `ASN address`, AS4_AGGREGATOR worked in | string |
//! | `communities`, `extended_communities`, `large_communities` | the lists | lists of strings |
//! | `originator_id`, `cluster_list` | route reflection | string, list of strings |
//! | `other_attributes` | what has no field above: `code`, `flags` (numbers), `value` (hexadecimal), `text` where its type is known | list of objects |
//! | `error` | what is wrong with what carried the element: `text`, `action`, `offset` | object |

use core::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::attr::{Attribute, Attributes, Value};
use crate::codes::AttrCode;
use crate::element::{Element, ElementKind, Route};
use crate::error::Error;
use crate::session::Session;

/// Shows itself in hexadecimal.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

/// A value in its text form.
struct Text<T>(T);

impl<T: fmt::Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A list of values that an iterator gives.
struct List<I>(I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for List<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

struct ErrorObject(Error);

impl Serialize for ErrorObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("text", &Text(self.0))?;
        map.serialize_entry("action", &Text(self.0.action()))?;
        map.serialize_entry("offset", &self.0.offset())?;
        map.end()
    }
}

struct OtherAttribute<'a>(Attribute<'a>, Session);

impl Serialize for OtherAttribute<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &self.0.code().0)?;
        map.serialize_entry("flags", &self.0.flags().bits())?;
        map.serialize_entry("value", &Text(Hex(self.0.raw())))?;
        match self.0.decode(&self.1) {
            Ok(Value::Raw(_)) | Err(_) => {}
            Ok(value) => map.serialize_entry("text", &Text(value))?,
        }
        map.end()
    }
}

/// Whether an attribute has a field of its own.
const fn has_field(code: AttrCode) -> bool {
    matches!(code.0, 1..=10 | 14..=18 | 32 | 35)
}

fn attributes<M: SerializeMap>(map: &mut M, a: &Attributes<'_>) -> Result<(), M::Error> {
    // A malformed attribute has no value to show; the element's `error` says so.
    if let Ok(Some(origin)) = a.origin() {
        map.serialize_entry("origin", &Text(origin))?;
    }
    if let Ok(path) = a.merged_path()
        && a.has(AttrCode::AS_PATH)
    {
        map.serialize_entry("as_path", &Text(path))?;
        map.serialize_entry("origin_asns", &List(path.origins().map(|asn| asn.0)))?;
    }
    if let Ok(Some(value)) = a.multi_exit_disc() {
        map.serialize_entry("med", &value)?;
    }
    if let Ok(Some(value)) = a.local_pref() {
        map.serialize_entry("local_pref", &value)?;
    }
    if a.atomic_aggregate() {
        map.serialize_entry("atomic_aggregate", &true)?;
    }
    if let Ok(Some(value)) = a.merged_aggregator() {
        map.serialize_entry("aggregator", &Text(value))?;
    }
    match a.communities() {
        Ok(list) if !list.is_empty() => map.serialize_entry("communities", &List(list.iter().map(Text)))?,
        _ => {}
    }
    match a.extended_communities() {
        Ok(list) if !list.is_empty() => map.serialize_entry("extended_communities", &List(list.iter().map(Text)))?,
        _ => {}
    }
    match a.large_communities() {
        Ok(list) if !list.is_empty() => map.serialize_entry("large_communities", &List(list.iter().map(Text)))?,
        _ => {}
    }
    if let Ok(Some(value)) = a.originator_id() {
        map.serialize_entry("originator_id", &Text(value))?;
    }
    match a.cluster_list() {
        Ok(list) if !list.is_empty() => map.serialize_entry("cluster_list", &List(list.iter().map(Text)))?,
        _ => {}
    }
    if let Ok(Some(value)) = a.only_to_customer() {
        map.serialize_entry("otc", &value.0)?;
    }
    let others = a.iter().flatten().filter(|attribute| !has_field(attribute.code()));
    if others.clone().next().is_some() {
        map.serialize_entry("other_attributes", &List(others.map(|attribute| OtherAttribute(attribute, a.session()))))?;
    }
    Ok(())
}

impl Serialize for Element<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let kind = match self.kind() {
            ElementKind::Announce => "announce",
            ElementKind::Withdraw => "withdraw",
            ElementKind::Rib => "rib",
            ElementKind::StateChange(..) => "state",
        };
        map.serialize_entry("kind", kind)?;
        map.serialize_entry("time", &self.time().seconds)?;
        if let Some(micros) = self.time().micros {
            map.serialize_entry("micros", &micros)?;
        }
        if let Some(originated) = self.originated() {
            map.serialize_entry("originated", &originated)?;
        }
        let peer = self.peer();
        map.serialize_entry("peer_asn", &peer.asn.0)?;
        if let Some(address) = peer.address {
            map.serialize_entry("peer_address", &Text(address))?;
        }
        if let Some(id) = peer.bgp_id {
            map.serialize_entry("peer_bgp_id", &Text(id))?;
        }
        if let ElementKind::StateChange(old, new) = self.kind() {
            map.serialize_entry("old_state", &Text(old))?;
            map.serialize_entry("new_state", &Text(new))?;
        }
        if let Some(family) = self.family() {
            map.serialize_entry("family", &Text(family))?;
        }
        match self.route() {
            Route::Prefix(_, path) => {
                map.serialize_entry("prefix", &Text(path.prefix))?;
                if let Some(id) = path.path_id {
                    map.serialize_entry("path_id", &id)?;
                }
            }
            Route::Other(route) => {
                if let Ok(decoded) = route.decode()
                    && !matches!(decoded, crate::nlri::Route::Raw(_))
                {
                    map.serialize_entry("route", &Text(decoded))?;
                }
                if let Some(id) = route.path_id {
                    map.serialize_entry("path_id", &id)?;
                }
                map.serialize_entry("octets", &Text(Hex(route.bytes)))?;
            }
            Route::None => {}
        }
        if let Ok(a) = self.attributes() {
            if let Ok(Some(next_hop)) = self.next_hop() {
                map.serialize_entry("next_hop", &Text(next_hop))?;
            }
            attributes(&mut map, &a)?;
        }
        if let Some(e) = self.finding() {
            map.serialize_entry("error", &ErrorObject(e))?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use crate::mrt::{Peers, Record};

    // BGP4MP_ET MESSAGE_AS4: 192.0.2.1 AS64496 announces 198.51.100.0/24 and withdraws 10.0.0.0/8.
    const RECORD: &[u8] = &[
        0x60, 0, 0, 0, 0, 17, 0, 4, 0, 0, 0, 94, 0, 0, 0, 7, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf1, 0, 0, 0, 1, 192, 0, 2, 1, 192,
        0, 2, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 66, 2, 0, 2,
        8, 10, 0, 37, 0x40, 1, 1, 2, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1, 0xc0, 8, 4, 0xfb, 0xf0, 0, 9,
        0xe0, 99, 3, 1, 2, 3, 0x80, 200, 1, 0xff, 0xc0, 40, 10, 1, 0, 7, 0, 0, 0, 0, 0, 0, 9, 24, 198, 51, 100,
    ];

    #[test]
    fn fields() {
        let mut bytes = RECORD.to_vec();
        let declared = u32::try_from(bytes.len() - 12).unwrap();
        bytes[8..12].copy_from_slice(&declared.to_be_bytes());
        let message = u16::try_from(bytes.len() - 36).unwrap();
        bytes[52..54].copy_from_slice(&message.to_be_bytes());
        let attributes = u16::try_from(bytes.len() - 61 - 4).unwrap();
        bytes[59..61].copy_from_slice(&attributes.to_be_bytes());
        let record = Record::parse_at(&bytes, 0).unwrap();
        let lines: Vec<_> = record.elements(&mut Peers::new()).map(|e| serde_json::to_string(&e.unwrap()).unwrap()).collect();
        assert_eq!(
            lines,
            [
                r#"{"kind":"withdraw","time":1610612736,"micros":7,"peer_asn":64496,"peer_address":"192.0.2.1","family":"IPv4 unicast","prefix":"10.0.0.0/8"}"#,
                r#"{"kind":"announce","time":1610612736,"micros":7,"peer_asn":64496,"peer_address":"192.0.2.1","family":"IPv4 unicast","prefix":"198.51.100.0/24","next_hop":"192.0.2.1","origin":"INCOMPLETE","as_path":"64496","origin_asns":[64496],"communities":["64496:9"],"other_attributes":[{"code":99,"flags":224,"value":"010203"},{"code":200,"flags":128,"value":"ff"},{"code":40,"flags":192,"value":"01000700000000000009","text":"label-index(reserved=0 flags=0 index=9)"}]}"#,
            ]
        );
    }
}
