//! Values that depend on other fields: VNIs in label fields, SRv6 SIDs with bits in labels, next hops of VPNs.
#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests report by panicking")]

use routeglass::attr::{self, AttributesIter, Value as AttributeValue};
use routeglass::bgp::Message;
use routeglass::nlri::{self, EvpnRoute, Label, RawRoute, ServiceLabel, WithVnis};
use routeglass::places::Places;
use routeglass::{Family, Session, mrt};
use serde_json::{Value, json};

use crate::common::vectors;

fn octets(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// An attribute.
fn attribute(flags: u8, code: u8, body: &[u8]) -> Vec<u8> {
    [&[flags | 0x10, code][..], &u16::try_from(body.len()).unwrap().to_be_bytes(), body].concat()
}

/// MP_REACH_NLRI.
fn reach(family: Family, next_hop: &str, routes: &str) -> Vec<u8> {
    let next_hop = octets(next_hop);
    let mut body = family.afi.0.to_be_bytes().to_vec();
    body.extend([family.safi.0, u8::try_from(next_hop.len()).unwrap()]);
    body.extend(next_hop);
    body.push(0);
    body.extend(octets(routes));
    attribute(0x80, 14, &body)
}

/// ORIGIN IGP, AS_PATH 64496.
const BASIC: &[u8] = &[0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0];

/// A record with an UPDATE of these attributes.
fn record(attributes: &[u8]) -> Vec<u8> {
    let message = vectors::message(2, &vectors::update(&[], &[BASIC, attributes].concat(), &[]));
    vectors::record(16, 4, &vectors::bgp4mp(true, &message))
}

/// The single element of a record: as text, and as JSON.
fn element(archive: &[u8]) -> (String, Value) {
    let mut elements = routeglass::elements(archive);
    let element = elements.next().unwrap().unwrap();
    assert_eq!(element.finding(), None);
    let shown = (element.to_string(), serde_json::to_value(element).unwrap());
    assert!(elements.next().is_none());
    shown
}

/// The fields of a record, `name: text`.
fn fields(archive: &[u8]) -> Vec<String> {
    let mut places = Places::new();
    mrt::places(archive, 0, &mut places);
    places.iter().map(|place| format!("{}: {}", place.name, place.text)).collect()
}

const RD_ESI: &str = "0001c00002010001 00000000000000000000";

/// Encapsulation VXLAN, route target 64496:100.
const VXLAN: &str = "030c000000000008 0002fbf000000064";

/// A MAC/IP route with the labels of VNI 10100 and 50000.
fn mac_ip() -> String {
    format!("02 34 {RD_ESI} 00000000 30 00005e005301 80 20010db8000000000000000000000007 002774 00c350")
}

/// Report 20: RFC 8365 section 5.1.3, RFC 9135 section 4.2, RFC 9136 section 3.1.
#[test]
fn evpn_over_vxlan_has_vnis_beside_its_labels() {
    let with = |attributes: Vec<u8>, routes: &str| record(&[attributes, reach(Family::EVPN, "c0000201", routes)].concat());
    let vxlan = || attribute(0xc0, 16, &octets(VXLAN));

    let archive = with(vxlan(), &mac_ip());
    let (text, json) = element(&archive);
    let route = "mac-ip(rd=192.0.2.1:1 esi=0 ethernet_tag=0 mac=00:00:5e:00:53:01 ip=2001:db8::7 label1=631:4 label2=3125:0 \
                 vni1=10100 vni2=50000)";
    assert_eq!(text, format!("9 AS64496 192.0.2.1 + L2VPN evpn {route} path 64496 via 192.0.2.1").replacen("9 ", &time(), 1));
    assert_eq!(json["route"], route);
    assert_eq!(
        json["decoded"],
        json!({"type": 2, "name": "mac-ip", "value": {
            "rd": "192.0.2.1:1", "esi": "0", "ethernet_tag": 0, "mac": "00:00:5e:00:53:01", "ip": "2001:db8::7",
            "label1": "631:4", "label2": "3125:0", "vni1": 10100, "vni2": 50000,
        }})
    );
    let list = fields(&archive);
    assert!(list.contains(&"label1: 631:4 vni=10100".to_owned()) && list.contains(&"label2: 3125:0 vni=50000".to_owned()));

    let pmsi = attribute(0xc0, 22, &octets("00 06 002774 c0000201"));
    let archive = with([vxlan(), pmsi].concat(), "03 11 0001c00002010001 00000000 20 c0000201");
    let (_, json) = element(&archive);
    assert_eq!(json["route"], "inclusive-multicast(rd=192.0.2.1:1 ethernet_tag=0 originator=192.0.2.1)");
    assert_eq!(
        json["other_attributes"],
        json!([{
            "code": 22, "name": "PMSI_TUNNEL", "flags": 208, "value": "0006002774c0000201",
            "text": "flags=0 label=631:4 vni=10100 tunnel=ingress-replication(192.0.2.1)",
            "decoded": {"flags": "0", "label": "631:4", "vni": 10100, "tunnel": {
                "type": 6, "name": "ingress-replication", "value": "192.0.2.1",
            }},
        }])
    );
    assert!(fields(&archive).contains(&"label: 631:4 vni=10100".to_owned()));

    let ip_prefix = format!("05 22 {RD_ESI} 00000000 18 c6336400 00000000 002774");
    let (_, json) = element(&with(vxlan(), &ip_prefix));
    let route = "ip-prefix(rd=192.0.2.1:1 esi=0 ethernet_tag=0 prefix=198.51.100.0/24 gateway=0.0.0.0 label=631:4 vni=10100)";
    assert_eq!((&json["route"], &json["decoded"]["value"]["vni"]), (&json!(route), &json!(10100)));

    // An Ethernet A-D route of an instance has one, one of a whole segment has none.
    for (tag, label) in [("00000007", "label=631:4 vni=10100"), ("ffffffff", "label=631:4")] {
        let (_, json) = element(&with(vxlan(), &format!("01 19 {RD_ESI} {tag} 002774")));
        let tag = u32::from_str_radix(tag, 16).unwrap();
        assert_eq!(json["route"], format!("ethernet-ad(rd=192.0.2.1:1 esi=0 ethernet_tag={tag} {label})"));
    }

    // Without an encapsulation it is an MPLS label.
    let archive = with(Vec::new(), &format!("02 21 {RD_ESI} 00000000 30 00005e005301 00 004e21"));
    let (text, json) = element(&archive);
    assert!(text.contains(" label1=1250 label2=none) path"), "{text}");
    assert_eq!(
        json["decoded"]["value"],
        json!({
            "rd": "192.0.2.1:1", "esi": "0", "ethernet_tag": 0, "mac": "00:00:5e:00:53:01", "ip": "none",
            "label1": "1250", "label2": null,
        })
    );
    assert!(fields(&archive).contains(&"label1: 1250".to_owned()));
    // One that could not be at the bottom of a stack is shown with its octets as a number too.
    let archive = with(Vec::new(), &format!("02 21 {RD_ESI} 00000000 30 00005e005301 00 002774"));
    assert!(fields(&archive).contains(&"label1: 631:4 (all 24 bits: 10100)".to_owned()));
}

/// The time of the records.
fn time() -> String {
    let archive = record(&reach(Family::EVPN, "c0000201", &mac_ip()));
    let element = routeglass::elements(&archive[..]).next().unwrap().unwrap().to_string();
    element.split_once("AS64496").unwrap().0.to_owned()
}

/// Encapsulations with VNIs, in the extended community (RFC 9012 section 4.1) and in TUNNEL_ENCAPSULATION.
#[test]
fn encapsulations_with_vnis() {
    let routes = reach(Family::EVPN, "c0000201", &mac_ip());
    let has_vni =
        |attributes: Vec<u8>| element(&record(&[attributes, routes.clone()].concat())).0.contains(" vni1=10100 vni2=50000)");
    for tunnel in 0..=32u8 {
        let vnis = [8, 9, 12, 19].contains(&tunnel);
        assert_eq!(has_vni(attribute(0xc0, 16, &[3, 0x0c, 0, 0, 0, 0, 0, tunnel])), vnis, "{tunnel}");
        assert_eq!(has_vni(attribute(0xc0, 23, &[0, tunnel, 0, 0])), vnis, "{tunnel}");
    }
    // A route target with the same octets is not an encapsulation, and a withdrawal has no attributes.
    assert!(!has_vni(attribute(0xc0, 16, &[0, 0x02, 0, 0, 0, 0, 0, 8])));
    let withdrawn = attribute(0x80, 15, &[&[0, 25, 70][..], &octets(&mac_ip())].concat());
    let archive = record(&[attribute(0xc0, 16, &octets(VXLAN)), withdrawn].concat());
    assert!(element(&archive).0.ends_with(" label1=631:4 label2=3125:0)"));
}

/// A message agrees with its elements, and texts parse back.
#[test]
fn vnis_of_messages_and_texts() {
    let pmsi = attribute(0xc0, 22, &octets("00 06 002774 c0000201"));
    let list = [BASIC, &reach(Family::EVPN, "c0000201", &mac_ip()), &attribute(0xc0, 16, &octets(VXLAN)), &pmsi].concat();
    let message = vectors::message(2, &vectors::update(&[], &list, &[]));
    let json = serde_json::to_value(Message::parse_at(&message, &Session::AS4, 0).unwrap()).unwrap();
    let route = &json["attributes"][2]["decoded"]["routes"][0];
    assert_eq!((&route["decoded"]["value"]["vni1"], &route["decoded"]["value"]["vni2"]), (&json!(10100), &json!(50000)));
    assert!(route["text"].as_str().unwrap().ends_with(" vni1=10100 vni2=50000)"));
    assert_eq!(json["attributes"][4]["decoded"]["vni"], 10100);

    let raw = octets(&mac_ip());
    let plain = RawRoute::new(Family::EVPN, &raw, 0);
    let shown = WithVnis(plain).to_string();
    let mut buffer = Vec::new();
    let read = EvpnRoute::from_text(&shown, &mut buffer).unwrap();
    let mut written = Vec::new();
    read.encode(&mut written).unwrap();
    assert_eq!(written, raw);
    // A number other than the label's is not accepted.
    let wrong = shown.replace("vni2=50000", "vni2=50001");
    let at = wrong.find(" vni2").unwrap();
    assert_eq!(EvpnRoute::from_text(&wrong, &mut buffer).unwrap_err().at, at);
    assert_eq!(plain.to_string(), shown.replace(" vni1=10100 vni2=50000", ""));
}

/// Report 32: draft-ietf-idr-flowspec-redirect-ip, draft-simpson-idr-flowspec-redirect, RFC 8955 section 7.4, RFC 8956 section 6.1.
#[test]
fn one_action_has_one_form() {
    let communities = octets("010cc00002090000 010cc00002090001 0800000000000000 0800000000000001 8108c00002090064");
    let address = "20010db8000000000000000000000009";
    let wide = octets(&format!("000c{address}0000 000c{address}0001 000d{address}0064"));
    let list = [BASIC, &[0x40, 3, 4, 192, 0, 2, 1], &attribute(0xc0, 16, &communities), &attribute(0xc0, 25, &wide)].concat();
    let message = vectors::message(2, &vectors::update(&[], &list, vectors::PREFIX));
    let archive = vectors::record(16, 4, &vectors::bgp4mp(true, &message));
    let (_, json) = element(&archive);
    assert_eq!(
        json["extended_communities"],
        json!([
            "redirect-ip:192.0.2.9:0",
            "redirect-ip:192.0.2.9:copy",
            "redirect-next-hop:0",
            "redirect-next-hop:copy",
            "redirect:192.0.2.9:100"
        ])
    );
    assert_eq!(
        json["other_attributes"][0]["decoded"],
        json!(["redirect-ip:[2001:db8::9]:0", "redirect-ip:[2001:db8::9]:copy", "redirect:[2001:db8::9]:100"])
    );
    let list = fields(&archive);
    let flags: Vec<_> = list.iter().filter(|field| field.starts_with("flags: ") && !field.contains("0x")).collect();
    assert_eq!(flags, ["flags: 0", "flags: copy", "flags: 0", "flags: copy", "flags: 0", "flags: copy"]);
}

/// PREFIX_SID with one SID: TLV 5 or 6, End.DT4 or another behavior, and its structure.
fn prefix_sid(kind: u8, sid: &str, [block, node, function, argument, len, offset]: [u8; 6]) -> Vec<u8> {
    let sid = sid.parse::<std::net::Ipv6Addr>().unwrap().octets();
    let mut body = vec![kind, 0, 34, 0, 1, 0, 30, 0];
    body.extend(sid);
    body.extend([0, 0, 19, 0, 1, 0, 6, block, node, function, argument, len, offset]);
    body
}

/// RFC 9252 section 4: bits of the SID in the label.
#[test]
fn srv6_sids_are_put_together_again() {
    let vpn_hop = "0000000000000000 20010db8000000000000000000000001";
    let whole = |attributes: Vec<u8>, family, next_hop, routes: &str| {
        let (_, json) = element(&record(&[attributes, reach(family, next_hop, routes)].concat()));
        let others = json["other_attributes"].as_array().unwrap().clone();
        others.into_iter().find(|other| other["code"] == 40).unwrap()
    };
    let sids = |json: &Value| -> Vec<Value> {
        let services = json["decoded"].as_array().unwrap();
        services.iter().map(|service| service["value"]["sub_tlvs"][0]["value"]["service_sid"].clone()).collect()
    };
    let of = |tlvs: &[u8]| attribute(0xc0, 40, tlvs);
    let sixteen = [40, 24, 16, 0, 16, 64];

    // 16 bits of function 0x0044 in the label 0x00440 of a VPN route.
    let l3 = prefix_sid(5, "2001:db8:1:1::", sixteen);
    let json = whole(of(&l3), Family::IPV6_VPN, vpn_hop, "78 004401 0000fde800000064 20010db8");
    assert_eq!(
        json["text"],
        "srv6-l3-service(reserved=0 sub_tlvs=[sid(reserved1=0 sid=2001:db8:1:1:: flags=0 behavior=19 reserved2=0 \
         data=[structure(locator_block=40 locator_node=24 function=16 argument=0 transposition_length=16 transposition_offset=64)] \
         service_sid=2001:db8:1:1:44::)])"
    );
    assert_eq!(
        json["decoded"],
        json!([{"type": 5, "name": "srv6-l3-service", "value": {"reserved": 0, "sub_tlvs": [
            {"type": 1, "name": "sid", "value": {
                "reserved1": 0, "sid": "2001:db8:1:1::", "flags": 0, "behavior": 19, "reserved2": 0,
                "data": [{"type": 1, "name": "structure", "value": {
                    "locator_block": 40, "locator_node": 24, "function": 16, "argument": 0,
                    "transposition_length": 16, "transposition_offset": 64,
                }}],
                "service_sid": "2001:db8:1:1:44::",
            }}
        ]}}])
    );
    // A labeled route; no transposition.
    let labeled = |tlvs: &[u8]| whole(of(tlvs), Family::IPV6_LABELED, "20010db8000000000000000000000001", "38 004401 20010db8");
    assert_eq!(sids(&labeled(&l3)), [json!("2001:db8:1:1:44::")]);
    assert_eq!(sids(&labeled(&prefix_sid(5, "2001:db8:1:1:44::", [40, 24, 16, 0, 0, 0]))), [Value::Null]);

    // A MAC/IP route has a 24-bit label for each of the two services.
    let both = [prefix_sid(6, "2001:db8:1:1::", [40, 24, 24, 0, 24, 64]), prefix_sid(5, "2001:db8:1:2::", sixteen)].concat();
    let route = format!("02 24 {RD_ESI} 00000000 30 00005e005301 00 123456 00e001");
    assert_eq!(
        sids(&whole(of(&both), Family::EVPN, "c0000201", &route)),
        [json!("2001:db8:1:1:1234:5600::"), json!("2001:db8:1:2:e0::")]
    );
    let route = format!("05 22 {RD_ESI} 00000000 18 c6336400 00000000 00e001");
    assert_eq!(sids(&whole(of(&both), Family::EVPN, "c0000201", &route)), [Value::Null, json!("2001:db8:1:2:e0::")]);
    // An Inclusive Multicast route has it in PMSI_TUNNEL (section 6.3), an Ethernet A-D route of a segment in the ESI label
    // (section 6.1.1), one of an instance in its own.
    let l2 = prefix_sid(6, "2001:db8:1:1::", sixteen);
    let pmsi = [attribute(0xc0, 22, &octets("00 06 00e200 c0000201")), of(&l2)].concat();
    let route = "03 11 0001c00002010001 00000000 20 c0000201";
    assert_eq!(sids(&whole(pmsi, Family::EVPN, "c0000201", route)), [json!("2001:db8:1:1:e2::")]);
    let argument = prefix_sid(6, "::", [40, 24, 16, 16, 16, 80]);
    let esi = [attribute(0xc0, 16, &octets("0601 00 0000 c0de00")), of(&argument)].concat();
    let route = format!("01 19 {RD_ESI} ffffffff 000000");
    assert_eq!(sids(&whole(esi, Family::EVPN, "c0000201", &route)), [json!("::c0de:0:0")]);
    let route = format!("01 19 {RD_ESI} 00000000 00e300");
    assert_eq!(sids(&whole(of(&l2), Family::EVPN, "c0000201", &route)), [json!("2001:db8:1:1:e3::")]);
}

/// Every length and offset beside each kind of label field: 20 bits of the function for VPN and labeled routes (RFC 9252 section 5),
/// 24 for EVPN (section 6), 24 of the argument in the ESI label (section 6.1.1).
#[test]
fn transposition_of_any_length() {
    type Make = fn(Label) -> ServiceLabel;
    let fields: [(Make, u16, std::ops::Range<u16>); 3] =
        [(ServiceLabel::mpls, 20, 40..72), (ServiceLabel::evpn, 24, 40..72), (ServiceLabel::esi, 24, 72..112)];
    for (len, offset) in (0..=255u8).flat_map(|len| (0..=255u8).map(move |offset| (len, offset))) {
        let tlv = prefix_sid(5, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", [24, 16, 32, 40, len, offset]);
        let list = attribute(0xc0, 40, &tlv);
        let value = AttributesIter::at(&list, 0).next().unwrap().unwrap().decode(&Session::AS4).unwrap();
        let AttributeValue::PrefixSid(prefix_sid) = value else { panic!() };
        let sid = prefix_sid.srv6_sids().next().unwrap();
        let (start, end) = (u16::from(offset), u16::from(offset) + u16::from(len));
        for (label, bits, part) in &fields {
            let fits = len > 0 && u16::from(len) <= *bits && part.start <= start && end <= part.end;
            // The bits transposed into the label are zeros in the SID.
            let expected = fits.then(|| {
                let kept = (0..128u16).filter(|bit| !(start..end).contains(bit)).map(|bit| 1u128 << (127 - bit));
                std::net::Ipv6Addr::from_bits(kept.sum())
            });
            assert_eq!(sid.service_sid(label(Label([0, 0, 0]))), expected, "{len} {offset} {bits}");
        }
    }
}

/// SIDs that RFC 9252 section 7 calls invalid: the route is shown with the SID as sent, and a finding without action.
#[test]
fn srv6_sids_that_are_invalid() {
    const VPN: &str = "78 004401 0000fde800000064 20010db8";
    const VPN_HOP: &str = "0000000000000000 20010db8000000000000000000000001";
    const HOP: &str = "20010db8000000000000000000000001";
    let mac_ip = format!("02 21 {RD_ESI} 00000000 30 00005e005301 00 123450");
    let of = |kind: u8, family: Family, structure: [u8; 6]| {
        let list = [BASIC, &attribute(0xc0, 40, &prefix_sid(kind, "2001:db8:1:1::", structure))].concat();
        let (hop, route) = match family {
            Family::IPV6_VPN => (VPN_HOP, VPN),
            Family::IPV6_LABELED => (HOP, "38 004401 20010db8"),
            Family::EVPN => ("c0000201", mac_ip.as_str()),
            _ => (HOP, "20 20010db8"),
        };
        let list = [&list[..], &reach(family, hop, route)].concat();
        let message = vectors::message(2, &vectors::update(&[], &list, &[]));
        let archive = vectors::record(16, 4, &vectors::bgp4mp(true, &message));
        let element = routeglass::elements(&archive[..]).next().unwrap().unwrap();
        let json = serde_json::to_value(element).unwrap();
        let sid = &json["other_attributes"][0]["decoded"][0]["value"]["sub_tlvs"][0]["value"];
        assert_eq!(sid["sid"], "2001:db8:1:1::");
        let is_assembled = sid.get("service_sid").is_some();
        // The structure is the last six octets of the attribute; places count from it.
        let attributes = attr::Attributes::parse_at(&list, &Session::AS4, 0).unwrap();
        let start = u64::try_from(BASIC.len() + 4 + 37 - 6).unwrap();
        let mut found = Vec::new();
        attributes.findings(|e| {
            assert_eq!((e.rfc(), e.action()), ("RFC 9252 section 7", routeglass::error::Action::None));
            let text = e.to_string();
            let text = text.strip_prefix("PREFIX_SID attribute: ").unwrap();
            found.push(format!("{} at {}", text.split(" (at").next().unwrap(), e.offset() - start));
        });
        assert_eq!(element.finding().is_some(), !found.is_empty());
        assert!(!is_assembled || found.is_empty());
        (is_assembled, found.join("|"))
    };
    let valid = |assembled| (assembled, String::new());
    let wrong = |value: u32, at: u8| (false, format!("value {value} is not valid here at {at}"));
    for family in [Family::IPV6_VPN, Family::IPV6_LABELED] {
        assert_eq!(of(5, family, [40, 24, 16, 0, 16, 64]), valid(true));
        assert_eq!(of(5, family, [40, 24, 24, 0, 20, 68]), valid(true));
        assert_eq!(of(5, family, [40, 24, 16, 0, 0, 0]), valid(false));
        // More bits than the label has, or than the function.
        assert_eq!(of(5, family, [40, 24, 24, 0, 21, 64]), wrong(21, 4));
        assert_eq!(of(5, family, [40, 24, 12, 4, 16, 64]), wrong(16, 4));
        // In the locator, in the argument, beyond the end; an offset of nothing; parts longer than a SID.
        assert_eq!(of(5, family, [40, 24, 16, 0, 16, 63]), wrong(63, 5));
        assert_eq!(of(5, family, [40, 24, 16, 16, 16, 80]), wrong(80, 5));
        assert_eq!(of(5, family, [40, 24, 16, 0, 16, 113]), wrong(113, 5));
        assert_eq!(of(5, family, [40, 24, 16, 0, 0, 64]), wrong(64, 5));
        assert_eq!(of(5, family, [40, 24, 16, 49, 16, 64]), wrong(129, 0));
    }
    assert_eq!(of(6, Family::EVPN, [40, 24, 24, 0, 24, 64]), valid(true));
    assert_eq!(of(6, Family::EVPN, [40, 24, 25, 0, 25, 64]), wrong(25, 4));
    assert_eq!(of(6, Family::EVPN, [40, 24, 16, 16, 16, 72]), wrong(72, 5));
    // A family without labels (section 7).
    assert_eq!(of(5, Family::IPV6_UNICAST, [40, 24, 16, 0, 0, 0]), valid(false));
    assert_eq!(of(5, Family::IPV6_UNICAST, [40, 24, 16, 0, 16, 64]), wrong(16, 4));
}

/// Flow specifications have no next hop (RFC 8955 section 4): neither in text nor in JSON.
#[test]
fn flow_specifications_have_no_next_hop() {
    let archive = record(&reach(Family::of(1, 133), "", "08 01 18 c00002 03 81 06"));
    let (text, json) = element(&archive);
    assert!(text.ends_with("IPv4 flowspec destination 192.0.2.0/24 protocol =6 path 64496"), "{text}");
    assert_eq!(json.get("next_hop"), None);
    // After the record's header and the two speakers.
    let message = &archive[12 + 20..];
    let json = serde_json::to_value(Message::parse_at(message, &Session::AS4, 0).unwrap()).unwrap();
    assert_eq!(json["attributes"][2]["decoded"].get("next_hop"), None);
    assert!(!json.to_string().contains("\"0x\""), "{json}");
}

/// A VPN next hop keeps its distinguisher, and every element has its record type.
#[test]
fn distinguishers_of_next_hops_and_types_of_records() {
    let route = "70 000641 0000fde800000064 c63364";
    let of = |next_hop: &str| element(&record(&reach(Family::IPV4_VPN, next_hop, route))).1;
    let json = of("0000fbf000000007 c0000201");
    assert_eq!((&json["next_hop"], &json["next_hop_rd"]), (&json!("192.0.2.1"), &json!("64496:7")));
    assert_eq!(json["record_type"], "BGP4MP");
    let json = of("0000000000000000 c0000201");
    assert_eq!((&json["next_hop"], json.get("next_hop_rd")), (&json!("192.0.2.1"), None));
    let two = "0000fbf000000007 20010db8000000000000000000000001 0000000000000000 fe800000000000000000000000000001";
    let json = element(&record(&reach(Family::IPV6_VPN, two, "78 000641 0000fde800000064 20010db8"))).1;
    assert_eq!((&json["next_hop"], &json["next_hop_rd"]), (&json!("2001:db8::1 fe80::1"), &json!("64496:7 0:0")));
}

/// One of each form listed in the documentation of JSON.
#[test]
fn documented_texts_read_back() {
    fn reads_back<T: std::str::FromStr + std::fmt::Display>(texts: &[&str]) {
        for text in texts {
            assert_eq!(text.parse::<T>().ok().map(|value| value.to_string()).as_deref(), Some(*text));
        }
    }
    reads_back::<routeglass::Asn>(&["64496"]);
    reads_back::<routeglass::Prefix>(&["198.51.100.0/24", "2001:db8::/32"]);
    reads_back::<attr::AsPathBuf>(&["64496 64497 {64498,64499}", "64496 | 64497", "(64496 64497) [64498,64499]"]);
    reads_back::<attr::Community>(&["64496:100", "no-export"]);
    reads_back::<attr::LargeCommunity>(&["64496:1:2"]);
    reads_back::<attr::ExtendedCommunity>(&["rt:64496:100", "encap:vxlan", "redirect-ip:192.0.2.9:copy"]);
    reads_back::<attr::Ipv6ExtendedCommunity>(&["rt:[2001:db8::1]:100", "redirect-ip:[2001:db8::9]:copy"]);
    reads_back::<nlri::RouteTargetMembership>(&["64496 64496:100", "64496 0x0002fbf0/32", "default"]);
    reads_back::<nlri::RouteDistinguisher>(&["64496:100", "192.0.2.1:100", "65536:100", "64496L:100", "0x0009000000000001"]);
    reads_back::<nlri::Esi>(&["0", "max", "lacp/00:53:00:00:00:01/100", "mac/00:53:00:00:00:01/7", "router-id/192.0.2.1/7"]);
    reads_back::<routeglass::MacAddress>(&["00:53:00:00:00:01"]);
    for text in ["destination 192.0.2.0/24 port =80|>=1024&<=2048", "tcp-flags =syn+ack|!fin"] {
        let mut octets = Vec::new();
        text.parse::<nlri::FlowspecBuilder>().unwrap().encode(&mut octets).unwrap();
        assert_eq!(RawRoute::new(Family::of(1, 133), &octets, 0).to_string(), text);
    }
    let text = "78 000641 0000fde800000064 20010db8";
    assert_eq!(RawRoute::new(Family::IPV6_VPN, &octets(text), 0).to_string(), "65000:100 2001:db8::/32 label 100");
    assert_eq!((Label([0, 6, 0x41]).to_string(), Label([0, 0x27, 0x74]).to_string()), ("100".into(), "631:4".into()));
}
