//! tshark 4.0's decoding of every BGP message in the captures of the corpus, compared with this library's.
//!
//! Messages are matched by their position in the stream of their sender. Every difference gets a reason from the rule that
//! matched it, and `tests/expect/tshark.tsv` holds the counts of each file. A difference without a reason and a count that
//! differs from the table fail the test. `ROUTEGLASS_BLESS=1` rewrites the table.
#![cfg(feature = "compression")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests report by panicking, and progress by printing"
)]

mod made;

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::rc::Rc;

use routeglass::attr;
use routeglass::bgp::Message;
use routeglass::nlri::{EvpnRoute, FlowspecComponent, Labels, RawRoute, RouteDistinguisher, RouteValue, VplsRoute};
use routeglass::{Family, FamilySet, Prefix, Session};
use serde_json::Value;

use crate::common::facts::{AttributeFacts, Facts, Sent, hex, path, sent};
use crate::common::{self, captures};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/expect/tshark.tsv");

/// Reasons, as named in the table, and their meanings.
const REASONS: &[(&str, &str)] = &[
    ("long-message", "tshark refuses messages of more than 4,096 octets (RFC 8654)"),
    (
        "open-overflow",
        "an OPEN has more octets than its length of parameters says; tshark passes over them, RFC 4271 section 6.2 refuses them",
    ),
    ("malformed", "tshark marks the part as malformed itself"),
    (
        "stopped",
        "tshark stopped inside the message, with a mark of a malformed packet for each time; what it shows up to there agrees",
    ),
    (
        "mirrored",
        "tshark leaves out the routes behind the attributes where BMP mirrors the message (RFC 7854 section 4.7), and marks that as malformed",
    ),
    ("flow-label", "tshark shows no flow specification behind one with a flow label (RFC 8956 section 3.7)"),
    (
        "prefix-sid",
        "a PREFIX_SID without octets (RFC 7606 section 4), or with a sub-TLV of 256 octets in 24, which daemons refuse too; tshark passes over both",
    ),
    (
        "flow-offset",
        "tshark takes the length of an IPv6 prefix for that of its octets, which are those between offset and length (RFC 8956 section 3.1); some daemons do too",
    ),
    (
        "flow-cut",
        "a flow specification that the laboratory cut behind an operator; tshark takes what follows the route for the value, RFC 8955 section 4.2 refuses the route",
    ),
    ("evpn-label", "tshark's JSON lacks the labels of EVPN IP Prefix routes of sessions without VXLAN; all else agrees"),
    ("unknown-family", "tshark knows no routes of the family"),
    (
        "add-path-guess",
        "tshark guesses from the octets whether path identifiers are there, not from the OPENs; it shows what the other guess reads",
    ),
];

/// Values that are compared: attributes by code, routes by family. Others are compared in messages that are made ([`made`]).
const KINDS: &[&str] = &[
    "attribute 1",
    "attribute 2",
    "attribute 3",
    "attribute 4",
    "attribute 5",
    "attribute 7",
    "attribute 8",
    "attribute 14",
    "attribute 15",
    "attribute 16",
    "attribute 18",
    "attribute 26",
    "attribute 32",
    "routes of 1/2",
    "routes of 1/4",
    "routes of 1/7",
    "routes of 1/73",
    "routes of 1/85",
    "routes of 1/128",
    "routes of 1/133",
    "routes of 1/134",
    "routes of 2/1",
    "routes of 2/2",
    "routes of 2/4",
    "routes of 2/73",
    "routes of 2/85",
    "routes of 2/128",
    "routes of 2/133",
    "routes of 25/65",
    "routes of 25/70",
    "routes of 25/134",
    "routes of 16388/71",
];

const ATTRIBUTE: &str = "bgp.update.path_attribute";

/// One value or several: tshark writes a repeated field as an array.
fn list(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().flat_map(|item| list(Some(item))).collect(),
        Some(other) => vec![other],
    }
}

/// The texts of a field, at any depth.
fn texts<'a>(value: &'a Value, field: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    visit(value, &mut |object| found.extend(list(object.get(field)).into_iter().filter_map(Value::as_str)));
    found
}

/// Every nested object, outer ones first.
fn visit<'a>(value: &'a Value, with: &mut impl FnMut(&'a serde_json::Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| visit(item, with)),
        Value::Object(object) => {
            with(object);
            object.values().for_each(|item| visit(item, with));
        }
        _ => {}
    }
}

/// The nested objects with a field.
fn with_field<'a>(value: &'a Value, field: &str) -> Vec<&'a serde_json::Map<String, Value>> {
    let mut found = Vec::new();
    visit(value, &mut |object| {
        if object.contains_key(field) {
            found.push(object);
        }
    });
    found
}

fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field)?.as_str()
}

fn number(value: &Value, field: &str) -> Option<usize> {
    let text = text(value, field)?;
    match text.strip_prefix("0x") {
        Some(digits) => usize::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

fn is_malformed(value: &Value) -> bool {
    !with_field(value, "_ws.malformed").is_empty()
}

/// Labels as tshark writes them.
fn labels(labels: &Labels<'_>) -> String {
    let label = |l: routeglass::nlri::Label| match (l.0, l.is_bottom()) {
        ([0x80, 0, 0] | [0, 0, 0], _) if labels.len() == 1 => "0 (withdrawn)".to_owned(),
        (_, true) => format!("{} (bottom)", l.value()),
        (_, false) => l.value().to_string(),
    };
    labels.iter().map(label).collect::<Vec<_>>().join(",")
}

/// A route distinguisher as tshark writes it: types 0 and 2 look the same.
fn distinguisher(rd: RouteDistinguisher) -> String {
    rd.to_string().replace('L', "")
}

/// The fields of an EVPN route.
fn evpn(route: &EvpnRoute<'_>) -> String {
    let (rd, esi, tag, rest) = match route {
        EvpnRoute::EthernetAd(r) => (r.rd, Some(r.esi), Some(r.ethernet_tag), format!("label {}", r.label.value())),
        EvpnRoute::MacIp(r) => {
            let labels: Vec<_> =
                [Some(r.label1), r.label2].into_iter().flatten().map(|label| label.value().to_string()).collect();
            let address = r.ip.0.map_or_else(String::new, |address| format!("address {address} "));
            let rest = format!("mac {} {address}label {}", r.mac.0, labels.join(" "));
            (r.rd, Some(r.esi), Some(r.ethernet_tag), rest)
        }
        EvpnRoute::InclusiveMulticast(r) => (r.rd, None, Some(r.ethernet_tag), format!("address {} ", r.originator.0)),
        EvpnRoute::EthernetSegment(r) => (r.rd, Some(r.esi), None, format!("address {} ", r.originator.0)),
        EvpnRoute::IpPrefix(r) => {
            let (prefix, gateway) = (r.prefix.0, r.gateway.0);
            let address = prefix.address();
            let rest = format!("address {address} gateway {gateway} len {} label {}", prefix.len(), r.label.value());
            (r.rd, Some(r.esi), Some(r.ethernet_tag), rest)
        }
        other => return other.to_string(),
    };
    let esi = esi.map_or_else(String::new, |esi| format!("esi {} ", hex(&esi.0)));
    let tag = tag.map_or_else(String::new, |tag| format!("tag {tag} "));
    format!("{} {esi}{tag}{rest}", hex(&rd.0))
}

/// The same for theirs.
fn their_evpn(route: &Value) -> String {
    let field = |name: &str| text(route, &format!("bgp.evpn.nlri.{name}"));
    let mut line = format!("evpn {} of {} ", field("rt").unwrap_or("none"), field("len").unwrap_or("none"));
    write!(line, "{} ", field("rd").map(plain_hex).unwrap_or_default()).unwrap();
    for (name, what) in [("esi", "esi"), ("etag", "tag"), ("mac_addr", "mac"), ("ip.addr", "address"), ("ipv6.addr", "address")] {
        if let Some(value) = field(name) {
            let value = if what == "esi" { plain_hex(value) } else { value.to_owned() };
            write!(line, "{what} {value} ").unwrap();
        }
    }
    if let Some(gateway) = field("ipv4.gtw_addr").or(field("ipv6.gtw_addr")) {
        write!(line, "gateway {gateway} ").unwrap();
    }
    if let Some(len) = field("prefix_len") {
        write!(line, "len {len} ").unwrap();
    }
    // A network identifier is all 24 bits, a label the upper 20.
    let mut labels: Vec<_> = texts(route, "bgp.evpn.nlri.mpls_ls1").into_iter().map(str::to_owned).collect();
    labels.extend(texts(route, "bgp.evpn.nlri.vni").into_iter().map(|vni| (vni.parse::<u32>().unwrap() >> 4).to_string()));
    if !labels.is_empty() {
        write!(line, "label {}", labels.join(" ")).unwrap();
    }
    line
}

/// A component of a flow specification: its type, its prefix or its operators, and the values.
fn component(component: FlowspecComponent<'_>) -> String {
    let terms = |terms: &mut dyn Iterator<Item = (u8, u64)>| {
        let (ops, mut values): (Vec<_>, Vec<_>) = terms.unzip();
        values.sort_unstable();
        format!("[{} {ops:x?} {values:?}]", component.kind())
    };
    match component {
        // Unknown to tshark.
        FlowspecComponent::FlowLabel(_) => "[13]".to_owned(),
        FlowspecComponent::TcpFlags(list) | FlowspecComponent::Fragment(list) => {
            terms(&mut list.iter().map(|term| (term.op(), term.value())))
        }
        // tshark only shows the six bits of the field.
        FlowspecComponent::Dscp(list) => terms(&mut list.iter().map(|term| (term.op(), term.value() & 0x3f))),
        _ => match (component.numeric(), component.prefix()) {
            (Some(list), _) => terms(&mut list.iter().map(|term| (term.op(), term.value()))),
            (_, Some(prefix)) => format!("[{} {} {}]", component.kind(), prefix.prefix(), prefix.offset()),
            _ => format!("[{}]", component.kind()),
        },
    }
}

/// The same for theirs.
fn their_component(filter: &Value) -> String {
    let field = |name: &str| texts(filter, &format!("bgp.flowspec_nlri.{name}"));
    let kind = field("filter_type").concat();
    let mut prefixes = ["dst_prefix_filter", "src_prefix_filter", "dst_ipv6_pref", "src_ipv6_pref"].into_iter().flat_map(&field);
    if let Some(prefix) = prefixes.next() {
        let len = [texts(filter, "bgp.prefix_length"), field("ipv6_pref_length")].concat().concat();
        let offset = field("ipv6_pref_offset").first().copied().unwrap_or("0");
        return format!("[{kind} {prefix}/{len} {offset}]");
    }
    if kind == "13" {
        return "[13]".to_owned();
    }
    let numbers = |names: &[&str]| {
        let parse = |text: &str| match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).unwrap(),
            None => text.parse().unwrap(),
        };
        names.iter().flat_map(|name| field(name)).map(parse).collect::<Vec<u64>>()
    };
    let ops = numbers(&["opflags"]);
    let mut values = numbers(&["dec_val_8", "dec_val_16", "dec_val_32", "val_tcp.flags", "val_dsfield", "val_frag"]);
    values.sort_unstable();
    format!("[{kind} {ops:x?} {values:?}]")
}

/// A route as far as tshark shows it; its octets if this library does not decode the family.
fn show(route: &RawRoute<'_>) -> String {
    let bits = route.bytes.first().copied().unwrap_or(0);
    let octets = route.bytes;
    match (route.family.afi.0, route.family.safi.0, route.decode()) {
        (_, _, Ok(RouteValue::Labeled(p))) => format!("{}/{bits} label {}", p.prefix.address(), labels(&p.labels)),
        // For IPv6 VPN routes tshark's JSON only has the labels.
        (2, _, Ok(RouteValue::Vpn(p))) => format!("label {}", labels(&p.labels)),
        (_, _, Ok(RouteValue::Vpn(p))) => {
            format!("{} {}/{bits} label {}", distinguisher(p.rd), p.prefix.address(), labels(&p.labels))
        }
        (_, _, Ok(RouteValue::Vpls(VplsRoute::Site(s)))) => format!(
            "vpls {} {} {} {} {}",
            distinguisher(s.rd),
            s.ve_id,
            s.ve_block_offset,
            s.ve_block_size,
            labels(&Labels::new(&[s.label_base.0]))
        ),
        (_, 5 | 132, Ok(value)) => value.to_string(),
        (_, 7, _) => format!("endpoint {}", hex(octets.get(1..).unwrap_or(&[]))),
        (_, _, Ok(RouteValue::Evpn(r))) => format!("evpn {} of {} {}", octets[0], octets[1], evpn(&r)),
        (_, _, Ok(RouteValue::Flowspec(rule))) => {
            format!("{} {}", hex(octets), rule.components().map(component).collect::<String>())
        }
        (_, 71, _) => {
            let field = |at: usize| u16::from_be_bytes([octets[at], octets[at + 1]]);
            format!("link state {} of {}", field(0), field(2))
        }
        _ => hex(octets),
    }
}

/// An address as octets in hexadecimal.
fn address_octets(text: &str) -> Option<String> {
    Some(match text.parse().ok()? {
        IpAddr::V4(a) => hex(&a.octets()),
        IpAddr::V6(a) => hex(&a.octets()),
    })
}

/// Octets that tshark separates by colons.
fn plain_hex(text: &str) -> String {
    text.replace(':', "")
}

/// The prefixes that tshark shows, with labels and distinguishers if any.
fn their_prefixes(value: &Value) -> Vec<String> {
    const PREFIXES: [&str; 6] = [
        "bgp.nlri_prefix",
        "bgp.withdrawn_prefix",
        "bgp.mp_reach_nlri_ipv4_prefix",
        "bgp.mp_reach_nlri_ipv6_prefix",
        "bgp.mp_unreach_nlri_ipv4_prefix",
        "bgp.mp_unreach_nlri_ipv6_prefix",
    ];
    let line = |object: &serde_json::Map<String, Value>| {
        let field = |name: &str| object.get(name).and_then(Value::as_str);
        let prefix = PREFIXES.iter().find_map(|name| field(name)).unwrap_or("none");
        let mut line = path(field("bgp.nlri_path_id").and_then(|id| id.parse().ok()));
        if let Some(rd) = field("bgp.rd") {
            write!(line, "{rd} ").unwrap();
        }
        write!(line, "{prefix}/{}", field("bgp.prefix_length").unwrap()).unwrap();
        if let Some(labels) = field("bgp.label_stack") {
            write!(line, " label {labels}").unwrap();
        }
        line
    };
    with_field(value, "bgp.prefix_length").into_iter().map(line).collect()
}

/// A route of mcast-vpn (RFC 6514 section 4).
fn their_mcast_vpn(value: &Value) -> String {
    let field = |names: &[&str]| {
        let mut found = names.iter().flat_map(|name| texts(value, &format!("bgp.mcast_vpn_nlri_{name}")));
        found.next().map(str::to_owned)
    };
    let names = ["intra-as-i-pmsi", "inter-as-i-pmsi", "s-pmsi", "leaf", "source-active", "shared-tree-join", "source-tree-join"];
    let kind = number(value, "bgp.mcast_vpn_nlri_route_type").and_then(|kind| names.get(kind.checked_sub(1)?));
    let rd = field(&["rd"]).and_then(|rd| captures::unhex(&plain_hex(&rd))?.try_into().ok());
    let parts = [
        ("rd", rd.map(|rd| RouteDistinguisher(rd).to_string())),
        ("source_as", field(&["source_as"])),
        ("source", field(&["source_addr_ipv4", "source_addr_ipv6"])),
        ("group", field(&["group_addr_ipv4", "group_addr_ipv6"])),
        ("originator", field(&["origin_router_ipv4", "origin_router_ipv6"])),
    ];
    let parts: Vec<_> = parts.into_iter().filter_map(|(name, part)| Some(format!("{name}={}", part?))).collect();
    format!("{}({})", kind.unwrap_or(&"none"), parts.join(" "))
}

/// The routes of a family; `None` if unknown to tshark.
fn their_routes(afi: usize, safi: usize, value: &Value) -> Option<Vec<String>> {
    if value.as_str() == Some("") {
        return Some(Vec::new());
    }
    let objects = |field: &str| list(value.get(field));
    Some(match (afi, safi) {
        (1 | 2, 1 | 2 | 4) | (1, 128) => their_prefixes(value),
        (2, 128) => texts(value, "bgp.label_stack").into_iter().map(|l| format!("label {l}")).collect(),
        (1 | 2, 133 | 134) => {
            let trees = objects("bgp.flowspec_nlri_tree");
            let components =
                |tree: &Value| list(tree.get("bgp.flowspec_nlri.filter")).into_iter().map(their_component).collect::<String>();
            let rules = texts(value, "bgp.flowspec_nlri").into_iter().zip(trees);
            rules.map(|(octets, tree)| format!("{} {}", plain_hex(octets), components(tree))).collect()
        }
        (1 | 2, 5) => vec![their_mcast_vpn(value)],
        (1, 132) if value.get("bgp.wildcard_route_target").is_some() => vec!["default".to_owned()],
        (1, 132) => {
            let [origins, targets] = ["originating_as", "community_prefix"].map(|name| texts(value, &format!("bgp.{name}")));
            origins.iter().zip(targets).map(|(origin, target)| format!("{origin} {target}")).collect()
        }
        (1, 7) => {
            let endpoint = |a: &str| format!("endpoint {}", address_octets(a).unwrap());
            texts(value, "bgp.endpoint_address").into_iter().map(endpoint).collect()
        }
        (1 | 2, 73) => {
            let field = |name: &str| text(value, name);
            let endpoint = field("bgp.sr_policy_nlri_endpoint_ipv4").and_then(address_octets)?;
            let len = number(value, "bgp.sr_policy_nlri_length")?;
            let (one, two) = (field("bgp.sr_policy_nlri_distinguisher")?, field("bgp.sr_policy_nlri_policy_color")?);
            vec![format!("{len:02x}{}{}{endpoint}", plain_hex(one), plain_hex(two))]
        }
        (25, 65) => {
            let columns =
                ["vplsad.rd", "vplsbgp.ce_id", "vplsbgp.labelblock.offset", "vplsbgp.labelblock.size", "vplsbgp.labelblock.base"];
            let columns = columns.map(|name| texts(value, &format!("bgp.{name}")));
            let row = |i: usize| columns.iter().map(|c| c[i]).collect::<Vec<_>>().join(" ");
            (0..columns[0].len()).map(|i| format!("vpls {}", row(i))).collect()
        }
        (25, 70) => objects("bgp.evpn.nlri").into_iter().map(their_evpn).collect(),
        (16388, 71) => {
            let field = |r: &Value, name: &str| number(r, name).unwrap_or(usize::MAX);
            let route = |r: &Value| format!("link state {} of {}", field(r, "bgp.ls.nlri_type"), field(r, "bgp.ls.nlri_length"));
            objects("bgp.ls.nlri").into_iter().map(route).collect()
        }
        _ => return None,
    })
}

/// tshark's decoding of an attribute's value.
enum Theirs {
    /// Its fields, in order.
    Ordered(Vec<String>),
    /// Its fields, whose order the JSON does not preserve.
    Unordered(Vec<String>),
    /// Extended communities, by their parts.
    Extended(Vec<Value>),
    /// Only family and next hop: the routes are of a family unknown to tshark.
    UnknownFamily(Vec<String>),
    Nothing,
}

fn their_value(attribute: &Value, code: u8) -> Theirs {
    let field = |name: &str| text(attribute, &format!("{ATTRIBUTE}.{name}")).unwrap_or("none").to_owned();
    Theirs::Ordered(match code {
        1 => {
            let names = ["IGP", "EGP", "INCOMPLETE"];
            vec![number(attribute, &format!("{ATTRIBUTE}.origin")).and_then(|o| names.get(o)).unwrap_or(&"none").to_string()]
        }
        2 | 17 => {
            let segment = |s: &Value| {
                let kinds = ["none", "Set", "Sequence", "ConfedSequence", "ConfedSet"];
                let kind = number(s, &format!("{ATTRIBUTE}.as_path_segment.type")).and_then(|k| kinds.get(k));
                let mut numbers = texts(s, &format!("{ATTRIBUTE}.as_path_segment.as4"));
                numbers.extend(texts(s, &format!("{ATTRIBUTE}.as_path_segment.as2")));
                format!("{} {}", kind.unwrap_or(&"none"), numbers.join(" "))
            };
            list(attribute.get(format!("{ATTRIBUTE}.as_path_segment"))).into_iter().map(segment).collect()
        }
        3 => vec![field("next_hop")],
        4 => vec![field("multi_exit_disc")],
        5 => vec![field("local_pref")],
        7 | 18 => vec![format!("{} {}", field("aggregator_as"), field("aggregator_origin"))],
        8 => {
            let (upper, lower) = (format!("{ATTRIBUTE}.community_as"), format!("{ATTRIBUTE}.community_value"));
            let plain = with_field(attribute, &upper).into_iter();
            let part = |v: &Value| v.as_str().unwrap().to_owned();
            let mut all: Vec<_> = plain.map(|c| format!("{}:{}", part(&c[&upper]), part(&c[&lower]))).collect();
            for known in texts(attribute, &format!("{ATTRIBUTE}.community_wellknown")) {
                let value = u32::from_str_radix(known.trim_start_matches("0x"), 16).unwrap();
                all.push(format!("{}:{}", value >> 16, value & 0xffff));
            }
            return Theirs::Unordered(all);
        }
        9 => vec![field("originator_id")],
        26 => texts(attribute, "bgp.update.attribute.aigp.accu_igp_metric").into_iter().take(1).map(str::to_owned).collect(),
        10 => texts(attribute, "bgp.path_attribute.cluster_id").into_iter().map(str::to_owned).collect(),
        14 | 15 => return their_mp(attribute, if code == 14 { "mp_reach_nlri" } else { "mp_unreach_nlri" }),
        16 => {
            let items = list(attribute.get("bgp.ext_communities").and_then(|e| e.get("bgp.ext_community")));
            return Theirs::Extended(items.into_iter().cloned().collect());
        }
        32 => {
            let columns = ["ga", "ldp1", "ldp2"].map(|name| texts(attribute, &format!("bgp.large_communities.{name}")));
            (0..columns[0].len()).map(|i| columns.each_ref().map(|c| c[i]).join(":")).collect()
        }
        _ => return Theirs::Nothing,
    })
}

fn their_mp(attribute: &Value, name: &str) -> Theirs {
    let name = format!("{ATTRIBUTE}.{name}");
    let field = |end: &str| number(attribute, &format!("{name}.{end}")).unwrap_or(usize::MAX);
    let (afi, safi) = (field("afi"), field("safi"));
    let mut lines = vec![format!("family {afi}/{safi}")];
    if let Some(octets) = text(attribute, &format!("{name}.next_hop")) {
        // The length comes first.
        lines.push(format!("next hop octets {}", plain_hex(octets).get(2..).unwrap()));
    }
    let tree = attribute.get(format!("{name}.next_hop_tree")).cloned().unwrap_or(Value::Null);
    for (end, what) in [("ipv4", "next hop"), ("ipv6", "next hop"), ("ipv6.link_local", "link-local"), ("rd", "next hop RD")] {
        lines.extend(texts(&tree, &format!("{name}.next_hop.{end}")).into_iter().map(|t| format!("{what} {t}")));
    }
    match attribute.get(&name).and_then(|value| their_routes(afi, safi, value)) {
        Some(routes) => {
            lines.extend(routes);
            Theirs::Unordered(lines)
        }
        None => Theirs::UnknownFamily(lines),
    }
}

/// Whether an extended community has every part that tshark shows.
fn same_community(octets: &str, theirs: &Value) -> bool {
    let octets: Vec<u8> = captures::unhex(octets).unwrap();
    let uint = |from: usize, to: usize| octets[from..to].iter().fold(0u64, |n, octet| n << 8 | u64::from(*octet));
    let float = f32::from_bits(u32::try_from(uint(4, 8)).unwrap());
    theirs.as_object().unwrap().iter().all(|(name, value)| {
        let Some(value) = value.as_str() else { return name.ends_with("_tree") };
        let is = |from: usize, to: usize| {
            let number = match value.strip_prefix("0x") {
                Some(digits) => u64::from_str_radix(digits, 16).ok(),
                None => value.parse().ok(),
            };
            number == Some(uint(from, to))
        };
        let name = name.strip_prefix("bgp.").unwrap_or(name);
        match name {
            "ext_com.type" => is(0, 1),
            _ if name.starts_with("ext_com.stype_") => is(1, 2),
            "ext_com.value_as2" => is(2, 4),
            "ext_com.value_an4" => is(4, 8),
            "ext_com.value_as4" => is(2, 6),
            "ext_com.value_an2" => is(6, 8),
            "ext_com.value_IP4" => address_octets(value) == Some(hex(&octets[2..6])),
            "ext_com.value_raw" => value.trim_start_matches("0x").ends_with(&hex(&octets[2..])),
            "ext_com.value_link_bw" | "ext_com_flow.rate_limit" => {
                value.parse::<f32>().is_ok_and(|v| (v - float).abs() <= float.abs() * 1e-5)
            }
            "ext_com.tunnel_type" => is(6, 8),
            "ext_com.value_fs_dscp" => is(7, 8),
            "ext_com_evpn.esi.rt" | "ext_com_evpn.esi.router_mac" => plain_hex(value) == hex(&octets[2..]),
            "ext_com_l2.encaps_type" => is(2, 3),
            "ext_com_l2.c_flags" => is(3, 4),
            "ext_com_l2.l2_mtu" => is(4, 6),
            "ext_com_l2.esi_label_flag" => value == (octets[2] & 1).to_string(),
            "update.path_attribute.mpls_label_value" => is(5, 8),
            "update.path_attribute.mpls_label_value_20bits" => value == (uint(5, 8) >> 4).to_string(),
            "update.path_attribute.mpls_traffic_class" => value == format!("{:#08x}", uint(5, 8) & 0xe),
            "update.path_attribute.mpls_bottom_stack" => value == (octets[7] & 1).to_string(),
            "flowspec_ext_com.emptybytes" => plain_hex(value) == hex(&octets[2..7]),
            "ext_com_flow.sample" => value == (octets[7] >> 1 & 1).to_string(),
            "ext_com_flow.traff_act" => value == (octets[7] & 1).to_string(),
            _ => false,
        }
    })
}

/// A message of theirs.
struct TheirMessage<'a> {
    value: &'a Value,
    /// How often dissection stopped in the packet, or in the BMP message: each stop explains one message.
    stops: Rc<Cell<usize>>,
    /// Whether it is in a Route Mirroring message of BMP.
    mirrored: bool,
    frame: &'a str,
}

type Flow = captures::Flow;

/// The messages of each sender in capture order.
fn their_messages(json: &Value) -> BTreeMap<Flow, VecDeque<TheirMessage<'_>>> {
    let mut flows = BTreeMap::<Flow, VecDeque<TheirMessage<'_>>>::new();
    for packet in json.as_array().unwrap() {
        let layers = &packet["_source"]["layers"];
        let ip = |field: &str| match text(&layers["ip"], &format!("ip.{field}")) {
            Some(address) => address.parse::<IpAddr>().unwrap(),
            None => text(&layers["ipv6"], &format!("ipv6.{field}")).unwrap().parse().unwrap(),
        };
        let port = |field: &str| text(&layers["tcp"], &format!("tcp.{field}")).unwrap().parse::<u16>().unwrap();
        let flow = flows.entry((ip("src"), ip("dst"), port("srcport"), port("dstport"))).or_default();
        let stops = Rc::new(Cell::new(list(layers.get("_ws.malformed")).len()));
        let frame = text(&layers["frame"], "frame.number").unwrap();
        for layer in ["bgp", "bmp"] {
            for object in list(layers.get(layer)) {
                let around = TheirMessage { value: object, stops: Rc::clone(&stops), mirrored: false, frame };
                find_messages(object, &around, &mut |message| flow.push_back(message));
            }
        }
    }
    flows
}

/// The nested messages, with properties inherited from `around`.
fn find_messages<'a>(value: &'a Value, around: &TheirMessage<'a>, found: &mut impl FnMut(TheirMessage<'a>)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_messages(item, around, found)),
        Value::Object(object) => {
            let stops = match object.get("_ws.malformed") {
                Some(marks) => Rc::new(Cell::new(list(Some(marks)).len())),
                None => Rc::clone(&around.stops),
            };
            let mirrored = around.mirrored || text(value, "bmp.type") == Some("6");
            let here = TheirMessage { value, stops, mirrored, frame: around.frame };
            match object.contains_key("bgp.marker") {
                true => found(here),
                false => object.values().for_each(|item| find_messages(item, &here, found)),
            }
        }
        _ => {}
    }
}

#[derive(Default)]
struct Figures {
    messages: usize,
    attributes: usize,
    values: usize,
    nlri: usize,
    /// How many values of each kind were compared and are equal: attributes by code, routes by family.
    kinds: BTreeMap<String, usize>,
    reasons: BTreeMap<&'static str, usize>,
    unexplained: Vec<String>,
}

impl Figures {
    fn reason(&mut self, reason: &'static str) {
        assert!(REASONS.iter().any(|(name, _)| *name == reason), "{reason}");
        *self.reasons.entry(reason).or_default() += 1;
    }
}

fn sorted(lines: &[String]) -> Vec<String> {
    let mut lines = lines.to_vec();
    lines.sort();
    lines
}

/// A message in the other reading that tshark may have guessed.
struct Guess<'a> {
    bytes: &'a [u8],
    paths: Facts,
}

impl<'a> Guess<'a> {
    fn of(sent: &'a Sent) -> Self {
        let mut session = sent.session;
        let all = Session::AS4.with_add_path().add_path_receive;
        session.add_path_receive = if session.add_path_receive == FamilySet::EMPTY { all } else { FamilySet::EMPTY };
        Self { bytes: &sent.bytes, paths: Facts::of(&sent.bytes, &session, show) }
    }

    /// Whether `theirs` are plain prefixes up to some point and prefixes with path identifiers after it, as far as they can be
    /// read: tshark guesses anew for each prefix.
    fn half_way(&self, theirs: &[String]) -> bool {
        let Ok(Message::Update(update)) = Message::parse_at(self.bytes, &Session::AS4.with_extended_message(), 0) else {
            return false;
        };
        // It reads past the end of the withdrawn routes.
        let behind = self.bytes.get(21..).unwrap_or(&[]);
        let mut lists = vec![(behind, update.withdrawn_bytes().len(), false)];
        lists.push((update.announced_bytes(), update.announced_bytes().len(), false));
        for attribute in update.attribute_windows().flatten() {
            if let Ok(attr::Value::MpUnreach(unreach)) = attribute.decode(update.session()) {
                let nlri = unreach.nlri_bytes();
                lists.push((nlri, nlri.len(), unreach.family() == Family::IPV6_UNICAST));
            }
        }
        let theirs = sorted(&theirs.iter().filter(|line| !line.starts_with("family")).cloned().collect::<Vec<_>>());
        let guessed = theirs.iter().any(|line| line.starts_with("path"));
        let read = |octets: &[u8], len: usize, v6: bool, plain: usize| {
            let (mut rest, mut lines) = (octets, Vec::new());
            while octets.len() - rest.len() < len {
                match walk(&mut rest, v6, lines.len() >= plain) {
                    Some(line) => lines.push(line),
                    None => break,
                }
            }
            sorted(&lines)
        };
        guessed && lists.into_iter().any(|(octets, len, v6)| (0..len).any(|plain| read(octets, len, v6, plain) == theirs))
    }
}

/// Reads one prefix, as a text of this test.
fn walk(rest: &mut &[u8], v6: bool, paths: bool) -> Option<String> {
    let (id, tail) = if paths { rest.split_at_checked(4)? } else { (&[][..], *rest) };
    let (&len, tail) = tail.split_first()?;
    let (octets, tail) = tail.split_at_checked(usize::from(len.div_ceil(8)))?;
    let mut whole = [0u8; 16];
    whole.get_mut(..octets.len())?.copy_from_slice(octets);
    let address = match v6 {
        true => IpAddr::from(whole),
        false => IpAddr::from(<[u8; 4]>::try_from(&whole[..4]).unwrap()),
    };
    let prefix = Prefix::new(address, len)?;
    *rest = tail;
    let id = id.try_into().ok().map(u32::from_be_bytes);
    Some(format!("{}{prefix}", path(id)))
}

/// Compares one list of ours and theirs; `part` picks it out of a message.
fn compare_lines(
    theirs: &[String],
    ours: &Facts,
    guess: &Guess<'_>,
    stopped: Option<&'static str>,
    part: impl Fn(&Facts) -> Option<Result<Vec<String>, String>>,
) -> Result<Option<&'static str>, String> {
    let theirs = sorted(theirs);
    let is = |facts: &Facts| matches!(part(facts), Some(Ok(lines)) if sorted(&lines) == theirs);
    let all = theirs.iter().collect::<Vec<_>>();
    let but_labels = |mine: &[String]| {
        let same = |(mine, their): (&String, &String)| {
            mine == their
                || their.starts_with("evpn 5 ")
                    && mine.strip_prefix(their.as_str()).is_some_and(|rest| rest.starts_with("label "))
        };
        mine.len() == theirs.len() && sorted(mine).iter().zip(&theirs).all(same)
    };
    if is(ours) {
        Ok(None)
    } else if matches!(part(ours), Some(Ok(mine)) if but_labels(&mine)) {
        Ok(Some("evpn-label"))
    } else if is(&guess.paths) || guess.half_way(&theirs) {
        Ok(Some("add-path-guess"))
    } else if stopped.is_some() && matches!(part(ours), Some(Ok(mine)) if all.iter().all(|line| mine.contains(line))) {
        Ok(stopped)
    } else {
        Err(format!("ours {:?}, theirs {all:?}", part(ours)))
    }
}

fn compare(sent: &Sent, theirs: &TheirMessage<'_>, file: &str, figures: &mut Figures) {
    let value = theirs.value;
    let ours = Facts::of(&sent.bytes, &sent.session, show);
    let fault = |what: String| format!("{file} frame {}: {what}", theirs.frame);
    let Some(kind) = number(value, "bgp.type") else {
        match ours.len > 4096 {
            true => figures.reason("long-message"),
            false => figures.unexplained.push(fault("has no type to them".into())),
        }
        return;
    };
    if kind != usize::from(ours.kind) {
        return figures.unexplained.push(fault(format!("type {} is {kind} to them", ours.kind)));
    }
    figures.messages += 1;
    if kind != 2 {
        match compare_head(&ours, value, kind) {
            Ok(None) => {}
            Ok(Some(reason)) => figures.reason(reason),
            Err(e) => figures.unexplained.push(fault(e)),
        }
        return;
    }
    let guess = Guess::of(sent);
    let attributes = list(value.get("bgp.update.path_attributes").and_then(|a| a.get(ATTRIBUTE)));
    let stopped = match theirs.stops.get() {
        0 => None,
        _ if theirs.mirrored => Some("mirrored"),
        _ => Some("stopped"),
    };
    let mut outcomes = Vec::new();
    for (name, withdrawn) in [("bgp.update.withdrawn_routes", true), ("bgp.update.nlri", false)] {
        let lines = value.get(name).map_or_else(Vec::new, their_prefixes);
        let part = |facts: &Facts| Some(if withdrawn { facts.withdrawn.clone() } else { facts.announced.clone() });
        let outcome = compare_lines(&lines, &ours, &guess, stopped, part);
        if outcome == Ok(None) {
            figures.nlri += lines.len();
        }
        outcomes.push(outcome.map_err(|e| format!("{name}: {e}")));
    }
    outcomes.push(match (stopped, attributes.len()) {
        (_, there) if there == ours.attributes.len() => Ok(None),
        (Some(reason), there) if there < ours.attributes.len() => Ok(Some(reason)),
        (_, there) => Err(format!("{} attributes, {there} to them", ours.attributes.len())),
    });
    for (i, (mine, their)) in ours.attributes.iter().zip(&attributes).enumerate() {
        // It stopped in the last one shown.
        let stopped = stopped.filter(|_| i + 1 == attributes.len());
        let outcome = compare_attribute(i, mine, their, &ours, &guess, stopped, figures);
        outcomes.push(outcome.map_err(|e| format!("attribute {}: {e}", mine.code)));
    }
    let mut once = false;
    for outcome in outcomes {
        match outcome {
            Ok(None) => {}
            Ok(reason) if reason == stopped => once = true,
            Ok(Some(reason)) => figures.reason(reason),
            Err(e) => figures.unexplained.push(fault(e)),
        }
    }
    if let Some(reason) = stopped.filter(|_| once) {
        theirs.stops.set(theirs.stops.get() - 1);
        figures.reason(reason);
    }
}

fn compare_attribute(
    i: usize,
    mine: &AttributeFacts,
    their: &Value,
    ours: &Facts,
    guess: &Guess<'_>,
    stopped: Option<&'static str>,
    figures: &mut Figures,
) -> Result<Option<&'static str>, String> {
    let field = |name: &str| number(their, &format!("{ATTRIBUTE}.{name}")).unwrap_or(usize::MAX);
    let header = (field("type_code"), field("flags"), field("length"));
    let here = (usize::from(mine.code), usize::from(mine.flags), mine.len);
    if header != here {
        return Err(format!("code, flags, length {here:?}, {header:?} to them"));
    }
    figures.attributes += 1;
    let part = |facts: &Facts| facts.attributes.get(i).map(|a| a.lines.clone());
    let malformed = is_malformed(their);
    let outcome = match their_value(their, mine.code) {
        Theirs::Nothing => {
            return match &mine.lines {
                Err(_) if prefix_sid(their, mine) => Ok(Some("prefix-sid")),
                Err(e) if !malformed => Err(e.clone()),
                _ => Ok(None),
            };
        }
        Theirs::Ordered(lines) if mine.lines.as_ref() == Ok(&lines) => Ok(None),
        Theirs::Ordered(lines) => Err(format!("ours {:?}, theirs {lines:?}", mine.lines)),
        Theirs::Unordered(lines) => {
            let routes = lines.len().saturating_sub(1);
            let outcome = compare_lines(&lines, ours, guess, stopped, part);
            if matches!(mine.code, 14 | 15) && outcome == Ok(None) {
                let beside = lines.iter().filter(|l| l.starts_with("next hop") || l.starts_with("link-local")).count();
                figures.nlri += routes - beside;
            }
            outcome
        }
        Theirs::UnknownFamily(lines) => {
            let mine = mine.lines.as_ref().map_err(Clone::clone)?;
            match lines.iter().all(|line| mine.contains(line)) {
                true => Ok(Some("unknown-family")),
                false => Err(format!("ours {mine:?}, theirs {lines:?}")),
            }
        }
        Theirs::Extended(list) => match &mine.lines {
            Ok(mine) if mine.len() == list.len() && mine.iter().zip(&list).all(|(m, t)| same_community(m, t)) => Ok(None),
            mine => Err(format!("ours {mine:?}, theirs {list:?}")),
        },
    };
    match outcome {
        Ok(None) => {
            figures.values += 1;
            let family = mine
                .lines
                .iter()
                .flatten()
                .find_map(|line| line.strip_prefix("family "))
                .filter(|_| matches!(mine.code, 14 | 15));
            for kind in [Some(format!("attribute {}", mine.code)), family.map(|family| format!("routes of {family}"))] {
                *figures.kinds.entry(kind.unwrap_or_default()).or_default() += 1;
            }
            Ok(None)
        }
        Err(_) if malformed => Ok(Some("malformed")),
        Err(_) if flow_label(their, mine) => Ok(Some("flow-label")),
        Err(_) if flow_offset(their) => Ok(Some("flow-offset")),
        Err(_) if mine.lines.is_err() && flow_cut(their) => Ok(Some("flow-cut")),
        other => other,
    }
}

/// Whether the last flow specification shown ends with a component unknown to tshark, and all shown are ours.
fn flow_label(attribute: &Value, mine: &AttributeFacts) -> bool {
    let shown = match their_value(attribute, mine.code) {
        Theirs::Unordered(lines) => lines,
        _ => return false,
    };
    let ours = mine.lines.as_ref().is_ok_and(|mine| shown.iter().all(|line| mine.contains(line)));
    ours && texts(attribute, "bgp.flowspec_nlri.filter_type").last() == Some(&"13")
}

/// Whether a PREFIX_SID is empty, or has a sub-TLV that declares too many octets.
fn prefix_sid(attribute: &Value, mine: &AttributeFacts) -> bool {
    let lengths = texts(attribute, "bgp.prefix_sid.srv6_l3vpn.sub_tlv.length");
    let overrun = lengths.iter().any(|len| len.parse::<usize>().is_ok_and(|len| len > mine.len));
    mine.code == 40 && (mine.len == 0 || overrun)
}

/// Whether a flow specification has a prefix that starts after its first bit.
fn flow_offset(attribute: &Value) -> bool {
    texts(attribute, "bgp.flowspec_nlri.ipv6_pref_offset").iter().any(|offset| *offset != "0")
}

/// Whether a flow specification ends with an operator without its value.
fn flow_cut(attribute: &Value) -> bool {
    let (rules, operators) = (texts(attribute, "bgp.flowspec_nlri"), texts(attribute, "bgp.flowspec_nlri.opflags"));
    match (rules.last(), operators.last()) {
        (Some(rule), Some(operator)) => rule.ends_with(operator.trim_start_matches("0x")),
        _ => false,
    }
}

/// Messages other than UPDATE.
fn compare_head(ours: &Facts, value: &Value, kind: usize) -> Result<Option<&'static str>, String> {
    let field = |name: &str| number(value, &format!("bgp.{name}")).unwrap_or(usize::MAX);
    let theirs = match kind {
        1 => {
            let id = text(value, "bgp.open.identifier").unwrap_or("none");
            let mut lines = vec![format!("{} {} {} {id}", field("open.version"), field("open.myas"), field("open.holdtime"))];
            for capability in with_field(value, "bgp.cap.type") {
                let part = |name: &str| capability.get(name).and_then(Value::as_str).unwrap_or("none");
                lines.push(format!("capability {} of {}", part("bgp.cap.type"), part("bgp.cap.length")));
            }
            lines
        }
        3 => {
            let minor = value.as_object().unwrap().iter().find(|(name, _)| {
                name.starts_with("bgp.notify.minor_error") && !name.ends_with("_tree") && name.as_str() != "bgp.notify.minor_data"
            });
            let minor = minor.and_then(|(_, v)| v.as_str()).unwrap_or("none");
            vec![format!("{} {minor}", field("notify.major_error"))]
        }
        5 => vec![format!(
            "family {}/{} {}",
            field("route_refresh.afi"),
            field("route_refresh.safi"),
            field("route_refresh.subtype")
        )],
        _ => return Ok(None),
    };
    let declared = field("length");
    match &ours.head {
        Ok(mine) if *mine == theirs => Ok(None),
        // GoBGP: parameters of 593 octets after a length of 81; truncated there in BMP.
        Err(e) if kind == 1 && (e.contains("left over") || ours.len < declared) => Ok(Some("open-overflow")),
        mine => Err(format!("ours {mine:?}, theirs {theirs:?}")),
    }
}

/// Matches the messages of one sender, in order.
fn compare_flow(mine: Vec<Sent>, mut theirs: VecDeque<TheirMessage<'_>>, file: &str, figures: &mut Figures) {
    for sent in mine {
        let len = |t: &TheirMessage<'_>| number(t.value, "bgp.length");
        match theirs.front().and_then(len) {
            Some(there) if there == sent.declared_len() => {
                let message = theirs.pop_front().unwrap();
                compare(&sent, &message, file, figures);
            }
            other => {
                let rest = theirs.len();
                let what = format!("a message of {} octets, {other:?} to them ({rest} left)", sent.bytes.len());
                figures.unexplained.push(format!("{file}: {what}"));
                return;
            }
        }
    }
    if let Some(next) = theirs.front() {
        figures.unexplained.push(format!("{file} frame {}: {} messages more", next.frame, theirs.len()));
    }
}

fn compare_file(capture: &[u8], json: &Value, file: &str) -> Figures {
    let mut figures = Figures::default();
    let mut theirs = their_messages(json);
    let mut mine = BTreeMap::<Flow, Vec<Sent>>::new();
    for message in sent(capture) {
        mine.entry(message.flow).or_default().push(message);
    }
    for (flow, messages) in mine {
        compare_flow(messages, theirs.remove(&flow).unwrap_or_default(), file, &mut figures);
    }
    theirs.retain(|_, messages| !messages.is_empty());
    for (flow, messages) in theirs {
        figures.unexplained.push(format!("{file}: {} messages of {flow:?} are theirs alone", messages.len()));
    }
    figures
}

#[test]
fn every_message_is_what_tshark_says_or_has_a_reason() {
    let Some(corpus) = common::corpus() else { return };
    let only = std::env::var("ROUTEGLASS_ONLY").unwrap_or_default();
    let mut table = String::from("file\tmessages\tattributes\tvalues\troutes\treasons\n");
    let (mut faults, mut files, mut kinds) = (Vec::new(), 0, BTreeMap::<String, usize>::new());
    for (name, capture) in captures::captures(&corpus) {
        let path = Path::new(&name);
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let Some(dir) = path.parent().and_then(Path::parent).filter(|_| name.starts_with("daemons/")) else { continue };
        let reference = corpus.join(dir).join("ref").join(format!("{stem}.tshark.json.xz"));
        if !reference.exists() || !name.contains(&only) {
            continue;
        }
        let json: Value = serde_json::from_slice(&common::content(&reference)).unwrap();
        let figures = compare_file(&capture, &json, &name);
        files += 1;
        let reasons: Vec<_> = figures.reasons.iter().map(|(reason, n)| format!("{reason}={n}")).collect();
        writeln!(
            table,
            "{name}\t{}\t{}\t{}\t{}\t{}",
            figures.messages,
            figures.attributes,
            figures.values,
            figures.nlri,
            reasons.join(" ")
        )
        .unwrap();
        faults.extend(figures.unexplained);
        for (kind, n) in figures.kinds.into_iter().filter(|(kind, _)| !kind.is_empty()) {
            *kinds.entry(kind).or_default() += n;
        }
    }
    // A comparison that compares nothing of a kind shows nothing about it.
    let none: Vec<_> = KINDS.iter().filter(|kind| kinds.get(**kind).is_none_or(|n| *n == 0)).collect();
    println!("{kinds:#?}");
    assert!(!only.is_empty() || none.is_empty(), "nothing of these kinds was compared: {none:?}");
    for (reason, what) in REASONS {
        writeln!(table, "# {reason}: {what}").unwrap();
    }
    println!("{files} files compared\n{table}");
    assert!(faults.is_empty(), "{} differences without a reason:\n{}", faults.len(), faults[..faults.len().min(40)].join("\n"));
    if std::env::var_os("ROUTEGLASS_BLESS").is_some() {
        fs::create_dir_all(Path::new(TABLE).parent().unwrap()).unwrap();
        fs::write(TABLE, &table).unwrap();
    }
    let expected = fs::read_to_string(TABLE).unwrap();
    let missing: Vec<_> = table.lines().filter(|row| !expected.lines().any(|e| e == *row)).collect();
    assert!(missing.is_empty(), "rows that the table does not have:\n{}", missing.join("\n"));
}

/// No capture has a CLUSTER_LIST: its field, as tshark writes it.
#[test]
fn cluster_lists_are_read() {
    let attribute =
        serde_json::json!({"bgp.path_attribute.cluster_list": {"bgp.path_attribute.cluster_id": ["192.0.2.1", "192.0.2.2"]}});
    assert!(matches!(their_value(&attribute, 10), Theirs::Ordered(list) if list == ["192.0.2.1", "192.0.2.2"]));
}
