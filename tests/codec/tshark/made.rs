//! Kinds of values that no capture has: messages from typed octets, as the tshark that is installed reads them.
//!
//! Not compared: EXTENDED_COMMUNITIES of IPv6 (25) and attribute 35, of which tshark 4.0 shows only the header, and SAFI 129, in which it
//! reads a label before the distinguisher (RFC 6514 section 10 has none).

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::process::Command;

use pcap_file::pcap::{PcapPacket, PcapWriter};
use routeglass::attr::Value as Attr;
use routeglass::bgp::{CapabilityValue, Message, OpenBuilder};
use routeglass::{Asn, Session};
use serde_json::Value;

use super::{ATTRIBUTE, Theirs, compare_file, list, number, show, text, texts, their_value, visit};
use crate::common::captures::unhex;
use crate::common::facts::Facts;

/// The values that must have been compared.
const KINDS: &[&str] = &["attribute 9", "attribute 10", "routes of 1/5", "routes of 2/5", "routes of 1/132"];

/// ORIGIN, and AS_PATH 64496 in four octets.
const HEAD: &str = "40010100 40020602010000fbf0";

/// Attributes by this library's tables, and what tshark 4.0 compares of them: here only the list.
const COMPARED: &[&str] = &[
    // ORIGINATOR_ID, CLUSTER_LIST.
    "800904c0000207",
    "800a08c0000208c0000209",
    // MP_REACH_NLRI of mcast-vpn: one route of each type that tshark shows.
    "800e17 0001 05 04c0000201 00 010c 0000fbf000000064 c0000203",
    "800e2f 0002 05 10 20010db8000000000000000000000001 00 0118 0000fbf000000064 20010db8000000000000000000000002",
    "800e17 0001 05 04c0000201 00 020c 0000fbf000000064 0000fbf1",
    "800e21 0001 05 04c0000201 00 0316 0000fbf000000064 20c0000203 20e9fc0001 c0000204",
    "800e1d 0001 05 04c0000201 00 0512 0000fbf000000064 20c0000203 20e9fc0001",
    "800e21 0001 05 04c0000201 00 0616 0000fbf000000064 0000fbf1 20c0000203 20e9fc0001",
    "800e21 0001 05 04c0000201 00 0716 0000fbf000000064 0000fbf1 20c0000203 20e9fc0001",
    // Membership of a route target, and the default.
    "800e16 0001 84 04c0000201 00 60 0000fbf0 0002fbf000000064",
    "800e0a 0001 84 04c0000201 00 00",
];

/// TLVs of BGP-LS: type, octets, tshark's field.
const TLVS: &[(u16, &str, &str)] = &[
    (1026, "6e6f64652d31", "tlv.node_name_value"),
    (1027, "490001", "tlv.is_is_area_identifier_value"),
    (1028, "c0000201", "tlv.ipv4_router_id_value"),
    (1030, "c0000202", "tlv.ipv4_router_id_value"),
    (1088, "00000007", "tlv.administrative_group_color_value"),
    (1092, "00000005", "tlv.te_default_metric_value"),
    (1095, "00000a", "tlv.metric_value"),
    (1096, "00000001", "tlv.shared_risk_link_group_value"),
    (1099, "30000000005dc0", "sr.tlv.adjacency.sid.label"),
    (1114, "00000011", "igp_te_metric.delay_value"),
    (1155, "00000014", "tlv.prefix_metric_value"),
    (1158, "0000000000000065", "sr.tlv.prefix.sid.index"),
];

fn octets(text: &str) -> Vec<u8> {
    unhex(&text.replace(' ', "")).unwrap()
}

fn length(len: usize) -> [u8; 2] {
    u16::try_from(len).unwrap().to_be_bytes()
}

fn update(attributes: &[u8]) -> Vec<u8> {
    let body = [&[0, 0][..], &length(attributes.len()), attributes].concat();
    [&[0xff; 16][..], &length(19 + body.len()), &[2], &body].concat()
}

fn link_state() -> Vec<u8> {
    let tlvs = TLVS.iter().map(|(kind, value, _)| {
        let value = octets(value);
        [&kind.to_be_bytes()[..], &length(value.len()), &value].concat()
    });
    let tlvs = tlvs.collect::<Vec<_>>().concat();
    [&[0x80, 29, tlvs.len().to_le_bytes()[0]][..], &tlvs].concat()
}

/// AS 64497, ORIGIN, AS_PATH, MULTI_EXIT_DISC.
fn attr_set() -> Vec<u8> {
    octets(&format!("c08018 0000fbf1 {HEAD} 80040400000007"))
}

/// Data of TCP over IPv4 in an Ethernet frame, without checksums.
fn packet(ends: &[u8], (from, to): (u16, u16), [number, acknowledged]: [u32; 2], data: &[u8]) -> Vec<u8> {
    let tcp = [&from.to_be_bytes()[..], &to.to_be_bytes(), &number.to_be_bytes(), &acknowledged.to_be_bytes()].concat();
    let tcp = [&tcp[..], &[0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0], data].concat();
    let ip = [&[0x45, 0][..], &length(20 + tcp.len()), &[0, 1, 0, 0, 64, 6, 0, 0], ends].concat();
    [&[0; 12][..], &[8, 0], &ip, &tcp].concat()
}

/// The OPENs of both speakers, with four-octet AS numbers, and the messages of one.
fn capture(messages: &[Vec<u8>]) -> Vec<u8> {
    let open = |asn: u32, last: u8| {
        let open = OpenBuilder::new(Asn(asn), [192, 0, 2, last].into());
        let mut octets = Vec::new();
        open.capability(&CapabilityValue::As4(Asn(asn))).unwrap().encode(&mut octets).unwrap();
        octets
    };
    let sent = messages.iter().cloned().map(|message| (1, message));
    let sent = [(1, open(64496, 1)), (2, open(64511, 2))].into_iter().chain(sent);
    let mut writer = PcapWriter::new(Vec::new()).unwrap();
    let mut next = [1u32, 1];
    for (from, message) in sent {
        let (there, to) = (usize::from(from - 1), 3 - from);
        let ports = if from == 1 { (40_000, 179) } else { (179, 40_000) };
        let ends = [[192, 0, 2, from], [192, 0, 2, to]].concat();
        let packet = packet(&ends, ports, [next[there], next[1 - there]], &message);
        next[there] += u32::try_from(message.len()).unwrap();
        let len = u32::try_from(packet.len()).unwrap();
        writer.write_packet(&PcapPacket::new(std::time::Duration::ZERO, len, &packet)).unwrap();
    }
    writer.into_writer()
}

/// What tshark says of a capture; `None` if it is not installed.
fn tshark(capture: &[u8]) -> Option<Value> {
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/made.pcap");
    fs::write(file, capture).unwrap();
    let output = match Command::new("tshark").args(["-r", file, "-T", "json", "--no-duplicate-keys"]).output() {
        Err(e) if e.kind() == ErrorKind::NotFound => return None,
        output => output.unwrap(),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Their attributes of a code, at any depth.
fn attributes(json: &Value, code: usize) -> Vec<Value> {
    let mut found = Vec::new();
    visit(json, &mut |object| {
        let object = Value::Object(object.clone());
        if number(&object, &format!("{ATTRIBUTE}.type_code")) == Some(code) {
            found.push(object);
        }
    });
    found
}

/// A number in decimal; other texts without separators.
fn plain(word: &str) -> String {
    match word.strip_prefix("0x").map(|digits| u64::from_str_radix(digits, 16)) {
        Some(Ok(number)) => number.to_string(),
        _ => word.replace(['.', ':'], ""),
    }
}

/// Compares each TLV of BGP-LS; returns how many.
fn compare_link_state(json: &Value) -> usize {
    let message = update(&[octets(HEAD), link_state()].concat());
    let Ok(Message::Update(parsed)) = Message::parse_at(&message, &Session::AS4, 0) else { panic!("no UPDATE") };
    let ours = parsed.attribute_windows().flatten().find_map(|attribute| match attribute.decode(&Session::AS4) {
        Ok(Attr::LinkState(list)) => Some(list),
        _ => None,
    });
    let ours: Vec<(u16, String)> = ours.unwrap().raw().map(|tlv| (tlv.kind, tlv.decode().unwrap().to_string())).collect();
    let attributes = attributes(json, 29);
    assert_eq!((attributes.len(), ours.len()), (1, TLVS.len()));
    let mut theirs = BTreeMap::new();
    visit(&attributes[0], &mut |object| {
        let tlv = Value::Object(object.clone());
        if let Some(kind) = number(&tlv, "bgp.ls.type") {
            theirs.insert(kind, tlv);
        }
    });
    for ((kind, _, field), (own, text)) in TLVS.iter().zip(&ours) {
        assert_eq!(kind, own);
        let their = texts(&theirs[&usize::from(*kind)], &format!("bgp.ls.{field}")).concat();
        let words: Vec<_> = text.split(['(', ')', '[', ']', ' ', '=', '"', ':']).map(plain).collect();
        assert!(words.contains(&plain(&their)), "{kind}: ours {text}, theirs {their}");
    }
    TLVS.len()
}

/// Compares the attributes inside ATTR_SET; returns how many.
fn compare_attr_set(json: &Value) -> usize {
    let set = attr_set();
    let attribute = routeglass::attr::AttributesIter::at(&set, 0).next().unwrap().unwrap();
    let Ok(Attr::AttrSet(ours)) = attribute.decode(&Session::AS4) else { panic!("no ATTR_SET") };
    let attributes = attributes(json, 128);
    assert_eq!(attributes.len(), 1);
    assert_eq!(text(&attributes[0], &format!("{ATTRIBUTE}.attr_set.origin_as")), Some(&*ours.origin().to_string()));
    let theirs = list(attributes[0].get("bgp.update.path_attributes").and_then(|inner| inner.get(ATTRIBUTE)));
    // The same attributes in a message of their own.
    let ours = Facts::of(&update(ours.attributes().unwrap().as_bytes()), &Session::AS4, show).attributes;
    assert_eq!((ours.len(), theirs.len()), (3, 3));
    for (mine, their) in ours.iter().zip(theirs) {
        let field = |name: &str| number(their, &format!("{ATTRIBUTE}.{name}"));
        let head = [usize::from(mine.code), usize::from(mine.flags), mine.len].map(Some);
        assert_eq!([field("type_code"), field("flags"), field("length")], head);
        assert!(matches!(their_value(their, mine.code), Theirs::Ordered(lines) if mine.lines.as_ref() == Ok(&lines)), "{mine:?}");
    }
    3
}

#[test]
fn what_no_capture_has_is_what_tshark_says() {
    let head = octets(HEAD);
    let mut messages: Vec<_> = COMPARED.iter().map(|attribute| update(&[&head[..], &octets(attribute)].concat())).collect();
    messages.push(update(&[&head[..], &link_state()].concat()));
    messages.push(update(&[&head[..], &attr_set()].concat()));
    let capture = capture(&messages);
    let Some(json) = tshark(&capture) else { return println!("tshark is not installed") };
    let figures = compare_file(&capture, &json, "made");
    assert_eq!(figures.unexplained, [""; 0]);
    assert!(figures.reasons.is_empty(), "{:?}", figures.reasons);
    assert_eq!(figures.messages, messages.len() + 2);
    for kind in KINDS {
        assert!(figures.kinds.get(*kind).is_some_and(|n| *n > 0), "nothing of {kind} was compared: {:?}", figures.kinds);
    }
    let (tlvs, inner) = (compare_link_state(&json), compare_attr_set(&json));
    println!("{:?}, attribute 29: {tlvs} TLVs, attribute 128: {inner}", figures.kinds);
}
