//! NetGauze's decoding of the BGP messages in its captures, compared with this library's.
//!
//! Its JSON names no packets, so each of its messages must match one of the capture, field by field, and vice versa, except
//! connections that it left out.
#![cfg(feature = "compression")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests report by panicking, and progress by printing"
)]

use std::fs;

use routeglass::nlri::{Labels, RawRoute, RouteDistinguisher, RouteValue};
use serde_json::{Deserializer, Value};

use crate::common;
use crate::common::facts::{self, Facts, hex, path, sent};

/// Captures with the numbers of equal messages, attributes, values and routes, and the number of messages missing in its JSON: it
/// has only some connections of the first capture.
const FILES: &[(&str, [usize; 5])] = &[
    ("bgp_multiple-sessions_traffic", [106, 150, 150, 48, 185]),
    ("pmacct-tests_300-BGP-IPv6-CISCO-extNH_enc_traffic-00", [47, 221, 178, 163, 0]),
    ("pmacct-tests_301-BGP-CISCO-pretag_traffic-00", [22, 100, 100, 38, 0]),
    ("pmacct-tests_305-BGP-mem-leak-test_bgp-multi-sources-open", [8, 0, 0, 0, 0]),
    ("pmacct-tests_305-BGP-mem-leak-test_bgp-multi-sources-update-keepalive", [448, 2324, 2196, 526, 0]),
    ("pmacct-tests_500-IPFIXv10-BGP-CISCO-SRv6_traffic-00", [8, 20, 18, 4, 0]),
    ("pmacct-tests_502-IPFIXv10-BGP-IPv6-CISCO-SRv6-lcomms_traffic-00", [30, 142, 138, 27, 0]),
];

/// One attribute: code, flags, and the fields of its value if compared.
type Attribute = (u8, u8, Option<Vec<String>>);

/// A message in the form shared by both.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    kind: u8,
    head: Vec<String>,
    withdrawn: Vec<String>,
    attributes: Vec<Attribute>,
    announced: Vec<String>,
}

fn labels(labels: &Labels<'_>) -> String {
    labels.iter().map(|label| hex(&label.0)).collect::<Vec<_>>().join("/")
}

fn show(route: &RawRoute<'_>) -> String {
    match route.decode() {
        Ok(RouteValue::Labeled(p)) => format!("{} label {}", p.prefix, labels(&p.labels)),
        Ok(RouteValue::Vpn(p)) => format!("{} {} label {}", p.rd, p.prefix, labels(&p.labels)),
        _ => hex(route.bytes),
    }
}

/// This library's decoding of a message.
fn ours(facts: &Facts) -> Said {
    let attribute = |a: &facts::AttributeFacts| {
        let mut lines = a.lines.clone().unwrap_or_else(|e| vec![e]);
        lines.retain(|line| !line.starts_with("next hop octets"));
        let compared = !matches!(a.code, 6 | 40);
        (a.code, a.flags & 0xf0, compared.then_some(lines))
    };
    let lines = |list: &Result<Vec<String>, String>| list.clone().unwrap_or_else(|e| vec![e]);
    let mut head = lines(&facts.head);
    if facts.kind == 1 {
        // Capabilities by their codes.
        head.iter_mut().skip(1).for_each(|line| line.truncate(line.find(" of ").unwrap_or(line.len())));
    }
    Said {
        kind: facts.kind,
        head,
        withdrawn: lines(&facts.withdrawn),
        attributes: facts.attributes.iter().map(attribute).collect(),
        announced: lines(&facts.announced),
    }
}

/// The single name and value of an object.
fn tagged(value: &Value) -> (&str, &Value) {
    match value {
        Value::String(name) => (name, &Value::Null),
        _ => {
            let (name, value) = value.as_object().unwrap().iter().next().unwrap();
            (name, value)
        }
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn uint(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn distinguisher(value: &Value) -> RouteDistinguisher {
    let (kind, rd) = tagged(value);
    let number = uint(&rd["number"]);
    match kind {
        "As2Administrator" => RouteDistinguisher::as2(uint(&rd["asn2"]).try_into().unwrap(), number),
        "As4Administrator" => RouteDistinguisher::as4(routeglass::Asn(uint(&rd["asn4"])), number.try_into().unwrap()),
        _ => RouteDistinguisher::ipv4(rd["ip"].as_str().unwrap().parse().unwrap(), number.try_into().unwrap()),
    }
}

fn route(value: &Value) -> String {
    let id = path(value["path_id"].as_u64().map(|id| id.try_into().unwrap()));
    let network = value["network"].as_str().unwrap();
    let stack = |labels: &Value| {
        let octets = |label: &Value| items(label).iter().map(|o| u8::try_from(uint(o)).unwrap()).collect::<Vec<_>>();
        items(labels).iter().map(|label| hex(&octets(label))).collect::<Vec<_>>().join("/")
    };
    match (value.get("rd"), value.get("label_stack")) {
        (Some(rd), Some(labels)) => format!("{id}{} {network} label {}", distinguisher(rd), stack(labels)),
        (None, Some(labels)) => format!("{id}{network} label {}", stack(labels)),
        _ => format!("{id}{network}"),
    }
}

fn routes(value: &Value) -> Vec<String> {
    items(value).iter().map(route).collect()
}

fn next_hop(reach: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let mut address = |value: Option<&Value>, what: &str| {
        if let Some(address) = value.and_then(Value::as_str) {
            lines.push(format!("{what} {address}"));
        }
    };
    match reach.get("next_hop") {
        Some(value) => {
            let (_, inner) = tagged(value);
            address(inner.get("next_hop"), "next hop");
            address(inner.get("next_hop_local"), "link-local");
            lines.push(format!("next hop RD {}", distinguisher(&inner["rd"])));
        }
        None => {
            address(reach.get("next_hop_global"), "next hop");
            address(reach.get("next_hop_local"), "link-local");
        }
    }
    lines
}

fn family_line(name: &str) -> String {
    let (afi, safi) = match name {
        "Ipv4MplsVpnUnicast" => (1, 128),
        "Ipv6MplsVpnUnicast" => (2, 128),
        "Ipv6Unicast" => (2, 1),
        other => panic!("{other}"),
    };
    format!("family {afi}/{safi}")
}

/// Code and fields of an attribute's value.
fn value(value: &Value) -> (u8, Option<Vec<String>>) {
    let (name, v) = tagged(value);
    let (code, lines) = match name {
        "Origin" => (1, vec![v.as_str().unwrap().to_uppercase()]),
        "AsPath" => {
            let (_, segments) = tagged(v);
            let segment = |s: &Value| {
                let kind = s["segment_type"].as_str().unwrap();
                let kind = kind.replace("AsConfed", "Confed").replace("As", "");
                let numbers: Vec<_> = items(&s["as_numbers"]).iter().map(|n| uint(n).to_string()).collect();
                format!("{kind} {}", numbers.join(" "))
            };
            (2, items(segments).iter().map(segment).collect())
        }
        "NextHop" => (3, vec![v["next_hop"].as_str().unwrap().to_owned()]),
        "MultiExitDiscriminator" => (4, vec![uint(&v["metric"]).to_string()]),
        "LocalPreference" => (5, vec![uint(&v["metric"]).to_string()]),
        "Communities" => {
            let community = |c: &Value| format!("{}:{}", uint(c) >> 16, uint(c) & 0xffff);
            (8, items(&v["communities"]).iter().map(community).collect())
        }
        "MpReach" => {
            let (family, reach) = tagged(v);
            let mut lines = vec![family_line(family)];
            lines.extend(next_hop(reach));
            lines.extend(routes(&reach["nlri"]));
            (14, lines)
        }
        "MpUnreach" => {
            let (family, unreach) = tagged(v);
            let mut lines = vec![family_line(family)];
            lines.extend(unreach.get("nlri").map(routes).unwrap_or_default());
            (15, lines)
        }
        "ExtendedCommunities" => {
            let community = |c: &Value| {
                let (kind, inner) = tagged(c);
                let (subtype, fields) = tagged(inner);
                assert_eq!(kind, "TransitiveTwoOctet");
                let subtype = if subtype == "RouteTarget" { 2 } else { 3 };
                format!("00{subtype:02x}{:04x}{:08x}", uint(&fields["global_admin"]), uint(&fields["local_admin"]))
            };
            (16, items(&v["communities"]).iter().map(community).collect())
        }
        "LargeCommunities" => {
            let parts = ["global_admin", "local_data1", "local_data2"];
            let community = |c: &Value| parts.map(|part| uint(&c[part]).to_string()).join(":");
            (32, items(&v["communities"]).iter().map(community).collect())
        }
        "PrefixSegmentIdentifier" => return (40, None),
        other => panic!("{other}"),
    };
    (code, Some(lines))
}

/// NetGauze's decoding of a message.
fn theirs(message: &Value) -> Said {
    let (name, v) = tagged(message);
    let mut said = Said { kind: 4, head: Vec::new(), withdrawn: Vec::new(), attributes: Vec::new(), announced: Vec::new() };
    match name {
        "KeepAlive" => {}
        "Open" => {
            said.kind = 1;
            let id = v["bgp_id"].as_str().unwrap();
            said.head = vec![format!("{} {} {} {id}", uint(&v["version"]), uint(&v["my_as"]), uint(&v["hold_time"]))];
            for capability in items(&v["params"]).iter().flat_map(|p| items(&p["Capabilities"])) {
                let code = match tagged(capability).0 {
                    "MultiProtocolExtensions" => 1,
                    "RouteRefresh" => 2,
                    "ExtendedNextHopEncoding" => 5,
                    "GracefulRestartCapability" => 64,
                    "FourOctetAs" => 65,
                    "CiscoRouteRefresh" => 128,
                    other => panic!("{other}"),
                };
                said.head.push(format!("capability {code}"));
            }
        }
        "Update" => {
            said.kind = 2;
            said.withdrawn = routes(&v["withdrawn_routes"]);
            said.announced = routes(&v["nlri"]);
            for attribute in items(&v["path_attributes"]) {
                let bits = [("optional", 0x80), ("transitive", 0x40), ("partial", 0x20), ("extended_length", 0x10)];
                let flags = bits.iter().filter(|(name, _)| attribute[*name] == true).map(|(_, bit)| bit).sum();
                let (code, lines) = value(&attribute["value"]);
                said.attributes.push((code, flags, lines));
            }
        }
        other => panic!("{other}"),
    }
    said
}

/// Messages, attributes, values compared field by field, and routes.
fn count(said: &Said, figures: &mut [usize; 5]) {
    let values = said.attributes.iter().filter_map(|(code, _, lines)| Some((*code, lines.as_ref()?)));
    let beside = |line: &&String| !["family", "next hop", "link-local"].iter().any(|start| line.starts_with(start));
    figures[0] += 1;
    figures[1] += said.attributes.len();
    figures[2] += values.clone().count();
    let mp: usize =
        values.filter(|(code, _)| matches!(code, 14 | 15)).map(|(_, lines)| lines.iter().filter(beside).count()).sum();
    figures[3] += mp + said.withdrawn.len() + said.announced.len();
}

#[test]
fn every_message_is_what_netgauze_says() {
    let Some(corpus) = common::corpus() else { return };
    let dir = corpus.join("collectors");
    let mut faults = Vec::new();
    for (name, expected) in FILES {
        let json = fs::read(dir.join("expect").join(format!("netgauze__{name}-bgp.json"))).unwrap();
        let capture = fs::read(dir.join(format!("netgauze__{name}.pcap"))).unwrap();
        let mut left: Vec<Said> = sent(&capture).iter().map(|s| ours(&Facts::of(&s.bytes, &s.session, show))).collect();
        let mut figures = [0; 5];
        for message in Deserializer::from_slice(&json).into_iter::<Value>() {
            let said = theirs(&message.unwrap());
            match left.iter().position(|mine| *mine == said) {
                Some(at) => {
                    left.remove(at);
                    count(&said, &mut figures);
                }
                None => faults.push(format!("{name}: theirs alone: {said:?}")),
            }
        }
        figures[4] = left.len();
        println!("{name}: {figures:?}");
        if figures != *expected {
            faults.push(format!("{name}: {figures:?} compared, {expected:?} expected"));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(20)].join("\n"));
}
