//! UPDATE messages typed by hand.

use super::*;
use crate::attr::{As4Path, AsPath, AttributesIter, Value, check_next_hop};
use crate::codes::MessageType;
use crate::error::EncodeError;
use crate::nlri::{NextHop, PathPrefix, RouteValue};
use crate::prefix::Prefix;

// Withdraws 10.0.0.0/8; ORIGIN IGP, AS_PATH 64496, NEXT_HOP 192.0.2.1; announces 192.0.2.0/24.
const BODY: &[u8] =
    &[0, 2, 8, 10, 0, 20, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1, 24, 192, 0, 2];

#[test]
fn three_windows() {
    let u = Update::parse_at(BODY, &Session::AS4, 0).unwrap();
    let a = u.attributes().unwrap();
    assert_eq!(u.withdrawn().unwrap().iter().map(|p| p.to_string()).collect::<Vec<_>>(), ["10.0.0.0/8"]);
    assert_eq!(u.announced().unwrap().iter().map(|p| p.to_string()).collect::<Vec<_>>(), ["192.0.2.0/24"]);
    assert_eq!(
        (a.as_path().unwrap().to_string(), a.next_hop().unwrap().unwrap().to_string()),
        ("64496".into(), "192.0.2.1".into())
    );
    assert_eq!(u.findings(|e| panic!("{e}")), Action::None);
    assert_eq!(u.end_of_rib(), None);
}

/// RFC 8205 section 4.1: the prefix of a message with BGPSEC_PATH is in MP_REACH_NLRI.
#[test]
fn a_prefix_in_its_own_field_beside_bgpsec_path() {
    let mut path = vec![0x80, 33, 0, 0, 8, 1, 0, 0, 0, 0xfb, 0xf0, 0, 28, 1];
    path.extend([0x11; 20]);
    path.extend([0, 3, 0xaa, 0xbb, 0xcc]);
    path[2] = u8::try_from(path.len() - 3).unwrap();
    let notes = |rest: &[u8], own: &[u8]| {
        let attributes = [&[0x40, 1, 1, 0], &path[..], rest].concat();
        let body = [&[0, 0, 0, u8::try_from(attributes.len()).unwrap()], &attributes[..], own].concat();
        let mut notes = Vec::new();
        let update = Update::parse_at(&body, &Session::AS4, 0).unwrap();
        update.findings(|e| panic!("{e}"));
        update.notes(|e| notes.push((e.to_string(), e.rfc(), e.action())));
        (notes, body.len())
    };
    let (own, len) = notes(&[0x40, 3, 4, 192, 0, 2, 1], &[24, 192, 0, 2]);
    let text = format!("announced routes: beside BGPSEC_PATH, which requires MP_REACH_NLRI (at byte {})", len - 4);
    assert_eq!(own, [(text, "RFC 8205 section 4.1", Action::None)]);
    assert_eq!(notes(&[0x80, 14, 13, 0, 1, 1, 4, 192, 0, 2, 1, 0, 24, 192, 0, 2], &[]).0, []);
}

/// RFC 8950 section 4, if the session is known: by its OPENs, or because a caller gives it.
#[test]
fn extended_next_hops_that_were_not_agreed_on() {
    let notes = |family: Family, next_hop: &[u8], session: &Session| {
        let [a, b] = family.afi.0.to_be_bytes();
        let reach = [&[a, b, family.safi.0, u8::try_from(next_hop.len()).unwrap()], next_hop, &[0]].concat();
        let mut attributes = vec![0x40, 1, 1, 0, 0x40, 2, 0, 0x80, 14, u8::try_from(reach.len()).unwrap()];
        attributes.extend(reach);
        let body = [&[0, 0, 0, u8::try_from(attributes.len()).unwrap()], &attributes[..]].concat();
        let mut notes = Vec::new();
        Update::parse_at(&body, session, 0).unwrap().notes(|e| notes.push((e.to_string(), e.rfc(), e.action())));
        notes
    };
    let text = |len: usize| {
        let reason = format!("next hop of {len} octets, and extended next hops were not agreed on");
        vec![(format!("MP_REACH_NLRI attribute: {reason} (at byte 17)"), "RFC 8950 section 4", Action::None)]
    };
    let mut agreed = Session::AS4;
    agreed.extended_next_hop = agreed.extended_next_hop.with(Family::IPV4_UNICAST);
    let v4_vpn = Family::IPV4_VPN;
    let unknown = Session::AS4.with_multiple_labels();
    for (family, len, session, note) in [
        (Family::IPV4_UNICAST, 16, &Session::AS4, true),
        (Family::IPV4_UNICAST, 32, &Session::AS4, true),
        (Family::IPV4_UNICAST, 4, &Session::AS4, false),
        (Family::IPV4_UNICAST, 16, &unknown, false),
        (Family::IPV4_UNICAST, 16, &agreed, false),
        (v4_vpn, 24, &agreed, true),
        (v4_vpn, 12, &agreed, false),
        (v4_vpn, 24, &unknown, false),
        (Family::IPV6_UNICAST, 16, &Session::AS4, false),
    ] {
        let expected = if note { text(len) } else { Vec::new() };
        assert_eq!(notes(family, &vec![1; len], session), expected, "{family} {len}");
    }
}

/// RFC 8277: announces 203.0.113.0/24 with label 100, bottom-of-stack bit clear; withdraws 198.51.100.0/24 with 100/200.
#[test]
fn labels_by_what_the_session_agreed_on() {
    let body = [
        0, 0, 0, 35, //
        0x80, 14, 16, 0, 1, 4, 4, 192, 0, 2, 1, 0, 48, 0, 6, 0x40, 203, 0, 113, //
        0x80, 15, 13, 0, 1, 4, 72, 0, 6, 0x40, 0, 0x0c, 0x81, 198, 51, 100,
    ];
    let mut agreed = Session::AS4;
    agreed.multiple_labels = crate::family::FamilySet::EMPTY.with(Family::IPV4_LABELED);
    let mut other = Session::AS4;
    other.multiple_labels = crate::family::FamilySet::EMPTY.with(Family::IPV4_VPN);
    let no_bottom =
        ("IPv4 labeled routes: the last label has no bottom-of-stack bit (at byte 17)".into(), "RFC 8277 section 2.2");
    let unknown = (
        "IPv4 labeled routes: 2 labels, or one and a longer prefix: what was agreed on is not known (at byte 17)".into(),
        "RFC 8277 section 2.1",
    );
    let stack = ("IPv4 labeled routes: 2 labels, where a withdrawal has one field (at byte 30)".into(), "RFC 8277 section 2.4");
    for (session, route, notes) in [
        (Session::AS4, "203.0.113.0/24 label 100:0", &[no_bottom.clone(), stack.clone()][..]),
        (other, "203.0.113.0/24 label 100:0", &[no_bottom, stack.clone()]),
        (agreed, "0.0.0.0/0 label 100/831495", core::slice::from_ref(&stack)),
        (Session::AS2.with_multiple_labels(), "0.0.0.0/0 label 100/831495", &[unknown, stack.clone()]),
    ] {
        let u = Update::parse_at(&body, &session, 0).unwrap();
        let a = u.attributes().unwrap();
        let [(_, announced), (_, withdrawn)] = [u.mp_announced(&a), u.mp_withdrawn(&a)].map(|list| list.unwrap().unwrap());
        let text = |nlri: Nlri<'_>| nlri.routes().map(|route| route.unwrap().to_string()).collect::<Vec<_>>();
        assert_eq!(text(announced), [route]);
        assert_eq!(text(withdrawn), ["198.51.100.0/24 label 100/200"]);
        announced.findings(|e| panic!("{e}"));
        withdrawn.findings(|e| panic!("{e}"));
        let mut found = Vec::new();
        u.notes(|e| found.push((e.to_string(), e.rfc())));
        assert_eq!(found, notes);
        let mut list = crate::places::Places::new();
        place_body(&body, &session, 0, &mut list);
        assert!(list.iter().any(|p| p.text == route));
        let mut out = Vec::new();
        u.write_body(&mut out);
        assert_eq!(out, body);
    }
}

#[test]
fn cut_anywhere_it_never_gives_a_wrong_route() {
    for n in 0..BODY.len() {
        let Ok(u) = Update::parse_at(&BODY[..n], &Session::AS4, 0) else {
            continue;
        };
        // Only the final routes have no length field: a truncation between two of them is not detectable, one inside is.
        assert!(u.announced().map(|list| list.is_empty()).unwrap_or(true), "cut at {n}");
    }
}

#[test]
fn missing_attributes_are_found() {
    let body = [0, 0, 0, 4, 0x40, 1, 1, 0, 24, 192, 0, 2];
    let u = Update::parse_at(&body, &Session::AS4, 0).unwrap();
    let mut text = Vec::new();
    assert_eq!(u.findings(|e| text.push(e.to_string())), Action::TreatAsWithdraw);
    assert_eq!(text, ["AS_PATH attribute: is missing (at byte 4)", "NEXT_HOP attribute: is missing (at byte 4)"]);
}

/// RFC 8205 section 3: BGPSEC_PATH instead of AS_PATH has no finding, a missing path has one.
#[test]
fn a_signed_path_is_a_path() {
    let mut attributes = vec![0x40, 1, 1, 0, 0x80, 33, 36, 0, 8, 1, 0, 0, 0, 0xfb, 0xf0, 0, 28, 1];
    attributes.extend([7; 20]);
    attributes.extend([0, 3, 1, 2, 3, 0x40, 3, 4, 192, 0, 2, 1]);
    let found = |attributes: &[u8]| {
        let body = [&[0, 0, 0, u8::try_from(attributes.len()).unwrap()], attributes, &[24, 192, 0, 2]].concat();
        let update = Update::parse_at(&body, &Session::AS4, 0).unwrap();
        let mut text = Vec::new();
        update.findings(|e| text.push(format!("{e}; {}", e.action())));
        text
    };
    assert_eq!(found(&attributes), [""; 0]);
    let without = [&attributes[..4], &attributes[43..]].concat();
    assert_eq!(found(&without), ["AS_PATH attribute: is missing (at byte 4); treat-as-withdraw"]);
    let both = [&attributes[..4], &[0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0], &attributes[4..]].concat();
    assert_eq!(
        found(&both),
        ["BGPSEC_PATH attribute: stands beside AS_PATH, which it takes the place of (at byte 17); treat-as-withdraw"]
    );
}

#[test]
fn ends_of_tables() {
    let end = |body: &[u8]| Update::parse_at(body, &Session::AS4, 0).unwrap().end_of_rib();
    assert_eq!(end(&[0, 0, 0, 0]), Some(Family::IPV4_UNICAST));
    assert_eq!(end(&[0, 0, 0, 6, 0x80, 15, 3, 0, 2, 1]), Some(Family::IPV6_UNICAST));
    assert_eq!(end(&[0, 0, 0, 4, 0x40, 1, 1, 0]), None);
}

#[test]
fn damaged_routes_of_other_families_name_family_and_action() {
    // ORIGIN, AS_PATH; MP_REACH_NLRI of VPNv4 with a next hop of 12 octets, a route of 16 bits, too short for label and
    // distinguisher, and one that overruns the attribute.
    let mut body = vec![0, 0, 0, 34, 0x40, 1, 1, 0, 0x40, 2, 0, 0x80, 14, 24, 0, 1, 128, 12];
    body.extend([0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0, 16, 0, 0x11, 112, 0, 0, 0x11]);
    let update = Update::parse_at(&body, &Session::AS4, 0).unwrap();
    let mut list = Vec::new();
    assert_eq!(update.findings(|e| list.push((e.to_string(), e.action()))), Action::DisableFamily);
    assert_eq!(
        list,
        [
            ("IPv4 vpn routes: needs 1 byte more than is there (at byte 32)".into(), Action::TreatAsWithdraw),
            ("IPv4 vpn routes: needs 11 bytes more than are there (at byte 34)".into(), Action::DisableFamily)
        ]
    );
    // The routes themselves give the same findings.
    let (_, nlri) = update.mp_announced(&update.attributes().unwrap()).unwrap().unwrap();
    let by_hand: Vec<_> = nlri.routes().filter_map(|r| r.and_then(|r| r.decode()).err()).map(|e| e.to_string()).collect();
    assert_eq!(by_hand, list.into_iter().map(|(text, _)| text).collect::<Vec<_>>());
}

#[test]
fn lengths_that_lie() {
    let error = |body: &[u8]| Update::parse_at(body, &Session::AS4, 19).unwrap_err();
    assert_eq!(error(&[0, 5, 8, 10]).to_string(), "UPDATE message: needs 3 bytes more than are there (at byte 21)");
    assert_eq!(error(&[0, 0, 0, 9, 1]).to_string(), "UPDATE message: needs 8 bytes more than are there (at byte 23)");
    assert_eq!(error(&[0]).action(), Action::ResetSession);
    assert_eq!(error(&[0, 0, 0]).notification().map(|(c, s)| (c.0, s)), Some((3, 1)));
}

#[test]
fn a_message_is_written_as_it_was_read() {
    let u = Update::parse_at(BODY, &Session::AS4, 19).unwrap();
    let mut out = Vec::new();
    u.encode(&mut out).unwrap();
    assert_eq!((out.len(), &out[19..]), (BODY.len() + 19, BODY));
    assert_eq!(&out[16..19], &[0, 49, 2]);
    let mut room = &mut [0u8; 20][..];
    assert_eq!(u.encode(&mut room).unwrap_err().to_string(), "the output has 29 bytes too few");
    assert_eq!(room.len(), 20);
}

fn path(prefix: &str) -> PathPrefix {
    PathPrefix { prefix: prefix.parse().unwrap(), path_id: None }
}

fn messages(octets: &[u8], session: &Session) -> Vec<(Vec<String>, Vec<String>)> {
    let list = crate::bgp::messages(octets, session).map(|m| match m.unwrap() {
        crate::bgp::Message::Update(u) => {
            assert_eq!(u.findings(|e| panic!("{e}")), Action::None);
            let a = u.attributes().unwrap();
            let text = |l: Option<(Family, Nlri<'_>)>| -> Vec<String> {
                l.map_or(vec![], |(_, n)| {
                    n.prefixes().iter().map(|p| p.to_string()).chain(n.routes().map(|r| r.unwrap().to_string())).collect()
                })
            };
            let mut out: Vec<_> = u.withdrawn().unwrap().iter().map(|p| p.to_string()).collect();
            out.extend(text(u.mp_withdrawn(&a).unwrap()));
            let mut new: Vec<_> = u.announced().unwrap().iter().map(|p| p.to_string()).collect();
            new.extend(text(u.mp_announced(&a).unwrap()));
            (out, new)
        }
        other => panic!("{other:?}"),
    });
    list.collect()
}

#[test]
fn routes_that_one_message_cannot_hold_go_to_more() {
    let mut update = UpdateBuilder::new(&Session::AS4);
    update.attribute(&Value::Origin(crate::attr::Origin::Igp)).unwrap();
    update.attribute(&Value::AsPath(crate::attr::AsPath::default())).unwrap();
    update.attribute(&Value::NextHop([192, 0, 2, 1].into())).unwrap();
    let (mut v4, mut v6, mut gone) = (vec![], vec![], vec![]);
    let next_hop = NextHop::V6("2001:db8::1".parse().unwrap());
    for n in 0..3000u32 {
        v4.push(Prefix::v4(0x0a00_0000 | n << 8, 24).unwrap());
        v6.push(Prefix::v6(0x2001_0db8 << 96 | u128::from(n) << 64, 64).unwrap());
        gone.push(Prefix::v4(0x0b00_0000 | n << 8, 24).unwrap());
        update.announce(PathPrefix { prefix: v4[n as usize], path_id: None }).unwrap();
        let six = PathPrefix { prefix: v6[n as usize], path_id: None };
        update.announce_prefix(Family::IPV6_UNICAST, &next_hop, six).unwrap();
        update.withdraw(PathPrefix { prefix: gone[n as usize], path_id: None }).unwrap();
    }
    assert!(update.encode(&mut Vec::new()).unwrap_err().to_string().starts_with("message: length "));
    for (session, most) in [(Session::AS4, 4096), (Session::AS4.with_extended_message(), 65535)] {
        update.session = session;
        let mut out = Vec::new();
        let count = update.encode_all(&mut out).unwrap();
        assert!(count >= 51_000usize.div_ceil(most));
        let list = messages(&out, &session);
        assert_eq!(list.len(), count);
        let withdrawn: Vec<_> = list.iter().flat_map(|m| &m.0).cloned().collect();
        let announced: Vec<_> = list.iter().flat_map(|m| &m.1).cloned().collect();
        assert_eq!(withdrawn, gone.iter().map(|p| p.to_string()).collect::<Vec<_>>());
        assert_eq!(announced, v4.iter().chain(&v6).map(|p| p.to_string()).collect::<Vec<_>>());
        let mut rest = &out[..];
        while let Ok(crate::io::Frame::Ready(len)) = crate::bgp::frame(rest, &session, 0) {
            assert!(len <= most);
            rest = &rest[len..];
        }
        assert!(rest.is_empty());
    }
}

#[test]
fn what_cannot_be_said_is_refused() {
    let mut update = UpdateBuilder::new(&Session::AS4);
    let with_id = PathPrefix { path_id: Some(1), ..path("192.0.2.0/24") };
    let refused = "path identifier: ADD-PATH (RFC 7911) is not negotiated (Session::add_path_send)";
    assert_eq!(update.announce(with_id).unwrap_err().to_string(), refused);
    let mut with_ids = UpdateBuilder::new(&Session::AS4.with_add_path_out(crate::family::FamilySet::ALL));
    let refused = "path identifier: ADD-PATH (RFC 7911) is negotiated (Session::add_path_send)";
    assert_eq!(with_ids.announce(path("192.0.2.0/24")).unwrap_err().to_string(), refused);
    with_ids.announce(with_id).unwrap();
    assert_eq!(update.announce(path("2001:db8::/32")).unwrap_err().field(), "prefix");
    let med = Value::MultiExitDisc(1);
    update.attribute(&med).unwrap();
    assert_eq!(update.attribute(&med).unwrap_err().field(), "attribute");
    let hop = NextHop::V4([192, 0, 2, 1].into());
    update.announce_prefix(Family::IPV4_MULTICAST, &hop, path("192.0.2.0/24")).unwrap();
    assert!(update.announce_prefix(Family::IPV4_UNICAST, &hop, path("192.0.2.0/24")).is_err());
    assert!(update.announce_prefix(Family::IPV6_UNICAST, &hop, path("192.0.2.0/24")).is_err());
}

#[test]
fn labels_are_written_as_the_session_reads_them() {
    use crate::nlri::{LabeledPrefix, Labels, NextHop};
    let family = Family::of(1, 4);
    let hop = NextHop::V4([192, 0, 2, 1].into());
    let prefix = "10.0.0.0/8".parse().unwrap();
    let route = |labels| RouteValue::Labeled(LabeledPrefix { labels: Labels::new(labels), prefix });
    // 100 and 200 at the bottom; 100 at the bottom; 100 without the bit.
    let stack: &[[u8; 3]] = &[[0, 6, 0x40], [0, 0x0c, 0x81]];
    let (one, loose): (&[[u8; 3]], &[[u8; 3]]) = (&[[0, 6, 0x41]], &[[0, 6, 0x40]]);
    let many = Session::AS4.with_multiple_labels();
    let announce =
        |session: &Session, labels| UpdateBuilder::new(session).announce_route(family, &hop, None, &route(labels)).cloned();
    let withdraw = |session: &Session, labels| UpdateBuilder::new(session).withdraw_route(family, None, &route(labels)).cloned();
    let refused = announce(&Session::AS4, stack).unwrap_err().to_string();
    assert_eq!(refused, "labels: more than one label (RFC 8277) is not negotiated (Session::multiple_labels)");
    for refused in
        [announce(&Session::AS4, loose), announce(&many, loose), withdraw(&Session::AS4, stack), withdraw(&many, stack)]
    {
        assert_eq!(refused.unwrap_err().to_string(), "labels: the value has no form on the wire");
    }
    for (session, labels, text) in [
        (Session::AS4, one, "10.0.0.0/8 label 100"),
        (many, one, "10.0.0.0/8 label 100"),
        (many, stack, "10.0.0.0/8 label 100/200"),
    ] {
        let mut out = Vec::new();
        let mut update = announce(&session, labels).unwrap();
        update.attribute(&Value::Origin(crate::attr::Origin::Igp)).unwrap();
        update.attribute(&Value::AsPath(AsPath::parse_at(&[2, 1, 0, 0, 0xfb, 0xf0], true, 0).unwrap())).unwrap();
        update.encode(&mut out).unwrap();
        assert_eq!(messages(&out, &session), [(vec![], vec![text.to_owned()])]);
    }
    let mut out = Vec::new();
    withdraw(&Session::AS4, one).unwrap().encode(&mut out).unwrap();
    assert_eq!(messages(&out, &Session::AS4), [(vec!["10.0.0.0/8 label 100".to_owned()], vec![])]);
}

#[test]
fn attributes_go_out_with_withdrawals_if_nothing_is_announced() {
    let mut update = UpdateBuilder::new(&Session::AS4);
    update.attribute(&Value::MultiExitDisc(7)).unwrap().withdraw(path("192.0.2.0/24")).unwrap();
    let mut out = Vec::new();
    update.encode(&mut out).unwrap();
    assert_eq!(out[19..], [0, 4, 24, 192, 0, 2, 0, 7, 0x80, 4, 4, 0, 0, 0, 7]);
    // 1,500 withdrawals of four octets need two messages, each with the attribute.
    for n in 0..1_500u32 {
        update.withdraw(PathPrefix { prefix: Prefix::v4(0x0a00_0000 | n << 8, 24).unwrap(), path_id: None }).unwrap();
    }
    out.clear();
    assert_eq!(update.encode_all(&mut out), Ok(2));
    for message in crate::bgp::messages(&out, &Session::AS4) {
        let crate::bgp::Message::Update(message) = message.unwrap() else { panic!() };
        assert_eq!(message.attribute_bytes(), [0x80, 4, 4, 0, 0, 0, 7]);
    }
}

#[test]
fn what_four_octet_sessions_have_no_use_for() {
    let path = As4Path(AsPath::parse_at(&[2, 1, 0, 1, 0, 0], true, 0).unwrap());
    let error = UpdateBuilder::new(&Session::AS4).attribute(&Value::As4Path(path)).unwrap_err();
    let text = "AS4_PATH or AS4_AGGREGATOR: four-octet AS number capability (RFC 6793) is negotiated (Session::asn4)";
    assert_eq!(error.to_string(), text);
    UpdateBuilder::new(&Session::AS2).attribute(&Value::As4Path(path)).unwrap();
    // AS_CONFED_SEQUENCE 70000; an empty path.
    for octets in [&[3, 1, 0, 1, 0x11, 0x70][..], &[]] {
        let path = As4Path(AsPath::parse_at(octets, true, 0).unwrap());
        let error = UpdateBuilder::new(&Session::AS2).attribute(&Value::As4Path(path)).unwrap_err();
        assert_eq!(error.to_string(), "segments: the value has no form on the wire");
    }
}

#[test]
fn ends_of_tables_both_ways() {
    for family in [Family::IPV4_UNICAST, Family::IPV6_UNICAST, Family::EVPN] {
        let mut out = Vec::new();
        UpdateBuilder::end_of_rib(family, &Session::AS4).encode(&mut out).unwrap();
        assert_eq!(Update::parse_at(&out[19..], &Session::AS4, 0).unwrap().end_of_rib(), Some(family));
    }
}

fn hop4() -> NextHop<'static> {
    NextHop::V4([192, 0, 2, 1].into())
}

#[test]
fn routes_of_another_family_are_refused() {
    // Auto-discovery by an Ethernet segment: type 3, without a body, undecoded in other families.
    let rd = crate::nlri::RouteDistinguisher::default();
    let vpn_hop = NextHop::Vpn(rd, std::net::Ipv4Addr::new(192, 0, 2, 1).into());
    let route = crate::nlri::RawRoute::new(Family::EVPN, &[99, 1, 7], 0).decode().unwrap();
    let mut update = UpdateBuilder::new(&Session::AS4);
    let error = |r: Result<&mut UpdateBuilder, EncodeError>| r.unwrap_err().to_string();
    let family = "family: the value has no form on the wire";
    assert_eq!(error(update.announce_route(Family::IPV4_VPN, &vpn_hop, None, &route)), family);
    assert_eq!(error(update.withdraw_route(Family::IPV4_VPN, None, &route)), family);
    assert_eq!(error(update.withdraw_route(Family::of(99, 240), None, &route)), family);
    assert_eq!(error(update.withdraw_route(Family::IPV4_UNICAST, None, &RouteValue::Unknown(&[8, 10]))), family);
    let raw = "route: the value has no form on the wire";
    for octets in [&[99, 2, 7][..], &[99, 1, 7, 7], &[99], &[]] {
        assert_eq!(error(update.withdraw_route(Family::EVPN, None, &RouteValue::Unknown(octets))), raw, "{octets:?}");
    }
    update.withdraw_route(Family::EVPN, None, &RouteValue::Unknown(&[99, 1, 7])).unwrap();
    update.announce_route(Family::of(99, 240), &hop4(), None, &RouteValue::Unknown(&[1, 2, 3])).unwrap();
}

#[test]
fn next_hops_are_those_of_the_family() {
    let (v4, v6) = (hop4(), NextHop::V6("2001:db8::1".parse().unwrap()));
    let announce = |family, hop: &NextHop<'_>, session: &Session, prefix: &str| {
        UpdateBuilder::new(session).announce_prefix(family, hop, path(prefix)).map(|_| ()).map_err(|e| e.to_string())
    };
    let bad = Err("next hop: the value has no form on the wire".to_owned());
    let plain = Session::AS4;
    assert_eq!(announce(Family::IPV6_UNICAST, &v4, &plain, "2001:db8::/32"), bad);
    assert_eq!(announce(Family::IPV6_UNICAST, &NextHop::Unknown(&[1, 2, 3]), &plain, "2001:db8::/32"), bad);
    assert_eq!(announce(Family::IPV6_UNICAST, &v6, &plain, "2001:db8::/32"), Ok(()));
    let extended_next_hop = "next hop: extended next hop (RFC 8950) is not negotiated (Session::extended_next_hop)";
    assert_eq!(announce(Family::IPV4_UNICAST, &v6, &plain, "192.0.2.0/24"), Err(extended_next_hop.to_owned()));
    assert_eq!(announce(Family::IPV4_UNICAST, &v4, &plain, "192.0.2.0/24"), Ok(()));
    let mut extended = plain;
    extended.extended_next_hop = extended.extended_next_hop.with(Family::IPV4_UNICAST);
    assert_eq!(announce(Family::IPV4_UNICAST, &v6, &extended, "192.0.2.0/24"), Ok(()));
    assert_eq!(announce(Family::IPV4_MULTICAST, &v6, &extended, "192.0.2.0/24"), Err(extended_next_hop.to_owned()));
    // Without the distinguisher of VPNs.
    assert!(check_next_hop(Family::IPV4_VPN, &v4, &plain).is_err());
    let rd = crate::nlri::RouteDistinguisher::default();
    let vpn = NextHop::Vpn(rd, std::net::Ipv4Addr::new(192, 0, 2, 1).into());
    let vpn6 = NextHop::Vpn(rd, std::net::Ipv6Addr::LOCALHOST.into());
    let two = NextHop::V6LinkLocal("2001:db8::1".parse().unwrap(), "fe80::1".parse().unwrap());
    let (none, odd) = (NextHop::Unknown(&[]), NextHop::Unknown(&[1, 2, 3]));
    // RFC 4760, 2545, 4364, 4659, 7432, 8955, and an unknown family.
    let (v4_vpn, v6_vpn, flow, other) = (Family::IPV4_VPN, Family::of(2, 128), Family::of(1, 133), Family::of(99, 240));
    for (family, good) in [
        (Family::IPV4_UNICAST, &[v4][..]),
        (Family::IPV6_UNICAST, &[v6, two]),
        (v4_vpn, &[vpn]),
        (v6_vpn, &[vpn6]),
        (Family::EVPN, &[v4, v6]),
        (flow, &[v4, v6, vpn, vpn6, two, none]),
        (other, &[v4, v6, vpn, vpn6, two, none, odd]),
    ] {
        for hop in [v4, v6, vpn, vpn6, two, none, odd] {
            assert_eq!(check_next_hop(family, &hop, &plain).is_ok(), good.contains(&hop), "{family} {hop:?}");
        }
    }
    // RFC 8950 section 3.
    extended.extended_next_hop = extended.extended_next_hop.with(v4_vpn);
    assert_eq!([vpn, vpn6, v6].map(|hop| check_next_hop(v4_vpn, &hop, &extended).is_ok()), [true, true, false]);
    assert!(check_next_hop(other, &NextHop::Unknown(&[0; 256]), &plain).is_err());
}

// AS_PATH (64496 65551) 65550 64497, AGGREGATOR 65550 192.0.2.9.
fn wide(update: &mut UpdateBuilder) {
    let segments = [3, 2, 0, 0, 0xfb, 0xf0, 0, 1, 0, 15, 2, 2, 0, 1, 0, 14, 0, 0, 0xfb, 0xf1];
    update.attribute(&Value::AsPath(AsPath::parse_at(&segments, true, 0).unwrap())).unwrap();
    let body = [0, 1, 0, 14, 192, 0, 2, 9];
    let windows = [&[0xc0, 7, 8][..], &body].concat();
    let window = AttributesIter::at(&windows, 0).next().unwrap().unwrap();
    update.attribute(&window.decode(&Session::AS4).unwrap()).unwrap();
}

// By hand: AS_TRANS is 0x5ba0.
const NARROW: &[u8] = &[
    0x40, 2, 12, 3, 2, 0xfb, 0xf0, 0x5b, 0xa0, 2, 2, 0x5b, 0xa0, 0xfb, 0xf1, 0xc0, 7, 6, 0x5b, 0xa0, 192, 0, 2, 9, //
    0xc0, 17, 10, 2, 2, 0, 1, 0, 14, 0, 0, 0xfb, 0xf1, 0xc0, 18, 8, 0, 1, 0, 14, 192, 0, 2, 9,
];

#[test]
fn two_octet_sessions_keep_large_numbers() {
    let mut update = UpdateBuilder::new(&Session::AS2);
    wide(&mut update);
    update.allow_missing_attributes().announce(path("192.0.2.0/24")).unwrap();
    let mut out = Vec::new();
    update.encode(&mut out).unwrap();
    let read = Update::parse_at(&out[19..], &Session::AS2, 0).unwrap();
    assert_eq!(read.attribute_bytes(), NARROW);
    // The caller's own AS4_PATH is the only one.
    let own = [2, 1, 0, 1, 0, 14];
    update.attribute(&Value::As4Path(As4Path(AsPath::parse_at(&own, true, 0).unwrap()))).unwrap();
    let mut out = Vec::new();
    assert_eq!(update.encode_all(&mut out), Ok(1));
    let read = Update::parse_at(&out[19..], &Session::AS2, 0).unwrap();
    let codes: Vec<_> = read.attribute_windows().map(|a| a.unwrap().code().0).collect();
    assert_eq!(codes, [2, 7, 17, 18]);
    assert_eq!(read.attributes().unwrap().as4_path().unwrap().unwrap().to_string(), "65550");
    // Small numbers need nothing.
    let mut small = UpdateBuilder::new(&Session::AS2);
    small.attribute(&Value::AsPath(AsPath::parse_at(&[2, 1, 0xfb, 0xf0], false, 0).unwrap())).unwrap();
    assert!(small.as4.is_empty());
}

#[test]
fn a_message_goes_by_the_session_that_it_is_written_for() {
    let mut update = UpdateBuilder::new(&Session::AS4);
    wide(&mut update);
    update.allow_missing_attributes().announce(path("192.0.2.0/24")).unwrap();
    let mut octets = Vec::new();
    update.encode(&mut octets).unwrap();
    let message = |octets, session| crate::bgp::Message::parse_at(octets, session, 0).unwrap();
    let mut out = Vec::new();
    message(&octets, &Session::AS4).encode(&Session::AS2, &mut out).unwrap();
    assert_eq!(&out[19..23], &[0, 0, 0, u8::try_from(NARROW.len()).unwrap()]);
    assert_eq!((&out[23..23 + NARROW.len()], &out[23 + NARROW.len()..]), (NARROW, &[24, 192, 0, 2][..]));
    // The reverse would need the two paths merged.
    let mut back = Vec::new();
    let e = message(&out, &Session::AS2).encode(&Session::AS4, &mut back).unwrap_err();
    let text = "AS number width: four-octet AS number capability (RFC 6793) is negotiated (Session::asn4)";
    assert_eq!((e.to_string().as_str(), back.len()), (text, 0));
    // Path identifiers.
    let add_path = Session::AS4.with_add_path();
    let e = message(&octets, &Session::AS4).encode(&add_path, &mut back).unwrap_err();
    let text = "path identifier: ADD-PATH (RFC 7911) is negotiated (Session::add_path_send)";
    assert_eq!((e.to_string().as_str(), back.len()), (text, 0));
    let mut same = Vec::new();
    message(&octets, &Session::AS4).encode(&Session::AS4.with_extended_message(), &mut same).unwrap();
    assert_eq!(same, octets);
}

#[test]
fn the_session_decides_how_long_a_message_is() {
    let long = Session::AS4.with_extended_message();
    let message = |octets, session| crate::bgp::Message::parse_at(octets, session, 0).unwrap();
    let mut update = UpdateBuilder::new(&long);
    for n in 0..1100u32 {
        update.withdraw(PathPrefix { prefix: Prefix::v4(0x0a00_0000 | n << 8, 24).unwrap(), path_id: None }).unwrap();
    }
    let (mut octets, mut out) = (Vec::new(), Vec::new());
    update.encode(&mut octets).unwrap();
    // 19 octets of header, two lengths, 1100 prefixes of 4 octets.
    let error = message(&octets, &long).encode(&Session::AS4, &mut out).unwrap_err();
    assert_eq!((error.to_string(), out.len()), ("message: length 4423 is over 4096".to_owned(), 0));
    message(&octets, &long).encode(&long, &mut out).unwrap();
    assert_eq!(out, octets);
    // RFC 8654 section 4: an OPEN stays short, whatever the session. A parameter of 5000 octets in the form of RFC 9072.
    let head = [4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 255, 255, 0x13, 0x8b, 99, 0x13, 0x88];
    let octets = [&[0xff; 16][..], &[0x13, 0xab, 1], &head, &[0; 5000]].concat();
    let error = message(&octets, &long).encode(&long, &mut Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "message: length 5035 is over 4096");
    for kind in 1..=5 {
        let unknown = crate::bgp::Message::Unknown(MessageType(kind), &[]);
        assert_eq!(unknown.encode(&long, &mut Vec::new()).unwrap_err().field(), "message type");
    }
    crate::bgp::Message::Unknown(MessageType(6), &[1]).encode(&long, &mut Vec::new()).unwrap();
}

#[test]
fn all_messages_or_none() {
    let mut update = UpdateBuilder::new(&Session::AS4);
    let long = [5; 4100];
    let windows = [&[0xd0, 99, 16, 4][..], &long].concat();
    let window = AttributesIter::at(&windows, 0).next().unwrap().unwrap();
    update.attribute(&Value::Unknown(window)).unwrap();
    let mut out = Vec::new();
    assert_eq!(update.encode_all(&mut out).unwrap_err().to_string(), "message: length 4127 is over 4096");
    // Withdrawn routes fit, the announced one does not.
    update.withdraw(path("10.0.0.0/8")).unwrap();
    update.allow_missing_attributes().announce(path("192.0.2.0/24")).unwrap();
    assert_eq!(update.encode_all(&mut out).unwrap_err().field(), "route beside its attributes");
    assert!(out.is_empty());
    let mut two = UpdateBuilder::new(&Session::AS4);
    for n in 0..1500u32 {
        two.withdraw(PathPrefix { prefix: Prefix::v4(0x0a00_0000 | n << 8, 24).unwrap(), path_id: None }).unwrap();
    }
    let mut room = [0u8; 5000];
    let mut rest = &mut room[..];
    assert_eq!(two.encode_all(&mut rest).unwrap_err().to_string(), "the output has 1046 bytes too few");
    assert!(room.iter().all(|octet| *octet == 0));
}

/// RFC 4271 section 5, RFC 8205 section 4.1.
#[test]
fn announcements_have_their_mandatory_attributes() {
    let next_hop = Value::NextHop([192, 0, 2, 1].into());
    let missing = |update: &UpdateBuilder| {
        let mut out = Vec::new();
        let (one, all) = (update.encode(&mut out), update.encode_all(&mut out));
        assert_eq!((one.map(|()| 1), out.is_empty()), (all, true));
        let e = all.unwrap_err();
        assert_eq!(e.kind(), crate::error::EncodeErrorKind::MissingAttribute);
        e.to_string()
    };
    let mut update = UpdateBuilder::new(&Session::AS4);
    update.announce(path("192.0.2.0/24")).unwrap();
    assert_eq!(missing(&update), "ORIGIN: the attribute is missing, and routes are announced");
    update.attribute(&Value::Origin(crate::attr::Origin::Igp)).unwrap();
    assert_eq!(missing(&update), "AS_PATH: the attribute is missing, and routes are announced");
    update.attribute(&Value::AsPath(AsPath::default())).unwrap();
    assert_eq!(missing(&update), "NEXT_HOP: the attribute is missing, and routes are announced");
    let mut allowed = update.clone();
    allowed.allow_missing_attributes().encode(&mut Vec::new()).unwrap();
    update.attribute(&next_hop).unwrap().encode(&mut Vec::new()).unwrap();
    // Other families have their next hop with their routes.
    let mut update = UpdateBuilder::new(&Session::AS4);
    update.announce_prefix(Family::IPV4_MULTICAST, &hop4(), path("192.0.2.0/24")).unwrap();
    update.attribute(&Value::Origin(crate::attr::Origin::Igp)).unwrap();
    assert_eq!(missing(&update), "AS_PATH: the attribute is missing, and routes are announced");
    // BGPSEC_PATH replaces AS_PATH: one segment of AS 64496, one block with its signature.
    let mut octets = vec![0x80, 33, 36, 0, 8, 1, 0, 0, 0, 0xfb, 0xf0, 0, 28, 1];
    octets.extend([0x11; 20]);
    octets.extend([0, 3, 0xaa, 0xbb, 0xcc]);
    let window = AttributesIter::at(&octets, 0).next().unwrap().unwrap();
    update.attribute(&window.decode(&Session::AS4).unwrap()).unwrap().encode(&mut Vec::new()).unwrap();
    // No announcements.
    let mut update = UpdateBuilder::new(&Session::AS4);
    update.attribute(&next_hop).unwrap().withdraw(path("192.0.2.0/24")).unwrap().encode(&mut Vec::new()).unwrap();
}

use proptest::prelude::*;

proptest! {
    /// Accepted messages read back equal and without findings; rejected ones have the corresponding finding.
    #[test]
    fn what_is_accepted_is_sound(
        lists in proptest::array::uniform2(proptest::collection::vec((any::<u32>(), 0u8..=32), 0..3)),
        mp in proptest::array::uniform2(proptest::collection::vec((any::<u128>(), 0u8..=128), 0..3)),
        present in proptest::array::uniform4(any::<bool>()), origin in 0u8..3, med: u32, asn in 1u32.., hop in 1u32..0xe000_0000,
    ) {
        let v4 = |list: &[(u32, u8)]| -> Vec<_> {
            list.iter().map(|(bits, len)| PathPrefix { prefix: Prefix::v4(*bits, *len).unwrap(), path_id: None }).collect()
        };
        let v6 = |list: &[(u128, u8)]| -> Vec<_> {
            list.iter().map(|(bits, len)| PathPrefix { prefix: Prefix::v6(*bits, *len).unwrap(), path_id: None }).collect()
        };
        let (withdrawn, announced, gone, new) = (v4(&lists[0]), v4(&lists[1]), v6(&mp[0]), v6(&mp[1]));
        let mut update = UpdateBuilder::new(&Session::AS4);
        let next_hop = NextHop::V6("2001:db8::1".parse().unwrap());
        withdrawn.iter().for_each(|path| { update.withdraw(*path).unwrap(); });
        announced.iter().for_each(|path| { update.announce(*path).unwrap(); });
        gone.iter().for_each(|path| { update.withdraw_prefix(Family::IPV6_UNICAST, *path).unwrap(); });
        new.iter().for_each(|path| { update.announce_prefix(Family::IPV6_UNICAST, &next_hop, *path).unwrap(); });
        let segment = [&[2, 1][..], &asn.to_be_bytes()].concat();
        let values = [
            Value::Origin([crate::attr::Origin::Igp, crate::attr::Origin::Egp, crate::attr::Origin::Incomplete][usize::from(origin)]),
            Value::AsPath(AsPath::parse_at(&segment, true, 0).unwrap()),
            Value::NextHop(hop.into()),
            Value::MultiExitDisc(med),
        ];
        for (value, present) in values.iter().zip(present) {
            if present {
                update.attribute(value).unwrap();
            }
        }
        let mut wire = Vec::new();
        let refused = update.encode(&mut wire).err();
        let mut needed = vec![];
        if !announced.is_empty() || !new.is_empty() {
            needed.extend(["ORIGIN", "AS_PATH"]);
        }
        if !announced.is_empty() {
            needed.push("NEXT_HOP");
        }
        let there = |name: &&&str| !["ORIGIN", "AS_PATH", "NEXT_HOP"].iter().zip(present).any(|(other, present)| present && other == *name);
        let missing: Vec<_> = needed.iter().filter(there).map(|name| format!("{name} attribute: is missing")).collect();
        prop_assert_eq!(refused.map(|e| format!("{} attribute: is missing", e.field())), missing.first().cloned());
        if !missing.is_empty() {
            prop_assert!(wire.is_empty());
            update.allow_missing_attributes().encode(&mut wire).unwrap();
        }
        let Ok(crate::bgp::Message::Update(read)) = crate::bgp::Message::parse_at(&wire, &Session::AS4, 0) else { panic!() };
        let mut found = vec![];
        read.findings(|e| found.push(format!("{}: {}", e.context(), e.kind())));
        prop_assert_eq!(found, missing);
        let attributes = read.attributes().unwrap();
        let of = |nlri: Option<(Family, Nlri<'_>)>| nlri.map_or_else(Vec::new, |(_, nlri)| nlri.prefixes().iter().collect::<Vec<_>>());
        prop_assert_eq!(read.withdrawn().unwrap().iter().collect::<Vec<_>>(), withdrawn);
        prop_assert_eq!(read.announced().unwrap().iter().collect::<Vec<_>>(), announced);
        prop_assert_eq!(of(read.mp_withdrawn(&attributes).unwrap()), gone);
        prop_assert_eq!(of(read.mp_announced(&attributes).unwrap()), new);
    }
}
