//! Against another implementation: what both read without errors, they read alike.

use arbitrary::Unstructured;
use bgpkit_parser::models::{AsPathSegment, Bgp4MpEnum, Community, ElemType, MetaCommunity, MrtMessage, TableDumpV2Message};
use bgpkit_parser::{BgpElem, BgpkitParser, Elementor, record_validation_warnings};
use routeglass::attr::{Attributes, Origin};
use routeglass::codes::AttrCode;
use routeglass::element::{Element, ElementKind};
use routeglass::mrt::{Body, ReadContext, Record, records};
use routeglass::{Asn, Family};

use crate::{input, model};

/// Plain prefixes, the only ones in the other's elements.
const PLAIN: [Family; 4] = [Family::IPV4_UNICAST, Family::IPV6_UNICAST, Family::IPV4_MULTICAST, Family::IPV6_MULTICAST];

/// Attributes whose values are compared, or that elements do not show and both accept.
const COMPARED: [u8; 17] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 32, 35];

/// Elements as both have them: announced or not, prefix, path identifier, and the rest as text.
type Line = (bool, String, Option<u32>, String);

/// UPDATE messages and table dumps: the same elements from bgpkit-parser.
pub fn differential(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let choice: u8 = u.arbitrary().unwrap_or_default();
    // Encoded values, or octets in a frame.
    let made = match choice & 7 {
        0 | 1 => model::update_record(&mut u).ok().flatten(),
        2 | 3 => model::any_dump(&mut u).ok().map(|dump| dump.bytes),
        kind => framed(kind, choice, u.take_rest()),
    };
    if let Some(archive) = made {
        compare(&archive);
    }
}

/// An UPDATE's body in a record of BGP4MP, or the entries of a route after a table of two peers.
fn framed(kind: u8, choice: u8, body: &[u8]) -> Option<Vec<u8>> {
    if kind == 7 {
        let mut table = vec![192, 0, 2, 254, 0, 0, 0, 2, 2, 192, 0, 2, 1, 192, 0, 2, 1, 0, 0, 0xfb, 0xf0];
        table.extend([2, 192, 0, 2, 2, 192, 0, 2, 2, 0, 0, 0xfb, 0xf1]);
        let subtype = [2, 4, 8, 10][usize::from(choice >> 4 & 3)];
        return Some([input::record(13, 1, &table), input::record(13, subtype, body)].concat());
    }
    let asn4 = choice & 0x10 != 0;
    let mut head = if asn4 { vec![0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff] } else { vec![0xfb, 0xf0, 0xfb, 0xff] };
    head.extend([0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254]);
    head.extend([0xff; 16]);
    head.extend(u16::try_from(body.len() + 19).ok()?.to_be_bytes());
    head.push(2);
    head.extend(body);
    let subtype = match (asn4, choice & 0x20 != 0) {
        (true, false) => 4,
        (false, false) => 1,
        (true, true) => 9,
        (false, true) => 8,
    };
    Some(input::record(16, subtype, &head))
}

fn compare(archive: &[u8]) {
    let mut peers = ReadContext::new();
    let mut other = BgpkitParser::from_reader(archive);
    let mut elementor = Elementor::new();
    for record in records(archive) {
        let Ok(record) = record else { return };
        peers.observe(&record);
        let mut clean = true;
        record.findings(&peers, |_| clean = false);
        if !clean || !is_comparable(&record) {
            return;
        }
        // An error: nothing to compare.
        let Ok(theirs) = other.next_record() else { return };
        if !record_validation_warnings(&theirs).is_empty() {
            return;
        }
        let (mut ids, mut whole) = (Vec::new(), true);
        match &theirs.message {
            // Unreadable entries are silently omitted there. Elements lose the path identifiers of entries.
            MrtMessage::TableDumpV2Message(TableDumpV2Message::RibAfi(rib)) => {
                ids = rib.rib_entries.iter().map(|entry| entry.path_id).collect();
                whole = matches!(record.body(), Ok(Body::Rib(ours)) if ours.len() == rib.rib_entries.len());
            }
            MrtMessage::Bgp4Mp(Bgp4MpEnum::StateChange(_)) => return,
            _ => {}
        }
        if !whole {
            return;
        }
        let mut theirs: Vec<Line> = elementor.record_to_elems(theirs).iter().map(|elem| their_line(elem, &record)).collect();
        for (line, id) in theirs.iter_mut().zip(ids) {
            line.2 = id;
        }
        let mut ours: Vec<Line> =
            record.elements(&mut peers).map(|e| our_line(&e.expect("a record without findings"), &record)).collect();
        theirs.sort();
        ours.sort();
        assert_eq!(ours, theirs, "ours, and theirs, of {record:?}");
    }
}

/// The attribute lists of a record.
fn lists<'a>(record: &Record<'a>) -> Vec<Attributes<'a>> {
    match record.body() {
        Ok(Body::Message(message)) => match message.message() {
            Ok(routeglass::bgp::Message::Update(update)) => update.attributes().into_iter().collect(),
            _ => Vec::new(),
        },
        Ok(Body::Rib(rib)) => rib.entries().flatten().filter_map(|entry| entry.attributes().ok()).collect(),
        _ => Vec::new(),
    }
}

/// Whether the record has nothing that bgpkit-parser is known to read differently, or not at all.
fn is_comparable(record: &Record<'_>) -> bool {
    let mut add_path = false;
    match record.body() {
        Ok(Body::PeerIndexTable(_)) => return true,
        Ok(Body::Rib(_)) => {}
        Ok(Body::Message(message)) => {
            // The short records of Zebra are unknown to it.
            let Ok(routeglass::bgp::Message::Update(_)) = message.message() else { return false };
            if message.peer_address.is_none() {
                return false;
            }
            add_path = !message.session.add_path_receive.is_empty();
        }
        _ => return false,
    }
    let rib = matches!(record.body(), Ok(Body::Rib(_)));
    for list in lists(record) {
        for attribute in list.iter().flatten() {
            // Of other attributes some are misread and some panic; elements do not show them.
            if !COMPARED.contains(&attribute.code().0) {
                return false;
            }
            // It accepts any octets not starting with zero as the short form of a table's MP_REACH_NLRI.
            if rib && attribute.code() == AttrCode::MP_REACH_NLRI {
                let short = attribute.raw().split_first().is_some_and(|(len, rest)| usize::from(*len) == rest.len());
                if !short && attribute.raw().first() != Some(&0) {
                    return false;
                }
            }
        }
        // Routes of other families become prefixes there, or are omitted.
        let reach = list.mp_reach().ok().flatten().and_then(|reach| reach.family());
        let unreach = list.mp_unreach().ok().flatten().map(|unreach| unreach.family());
        if reach.into_iter().chain(unreach).any(|family| !PLAIN.contains(&family)) {
            return false;
        }
        // It merges AS4_PATH also with four-octet numbers (RFC 6793 section 6: discarded).
        if list.session().asn4 && list.has(AttrCode::AS4_PATH) {
            return false;
        }
        // And if AGGREGATOR shows that AS4_PATH is outdated (RFC 6793 section 4.2.3: ignored).
        let aggregator = list.aggregator().ok().flatten().filter(|_| list.has(AttrCode::AS4_AGGREGATOR));
        if aggregator.is_some_and(|aggregator| aggregator.asn != Asn::TRANS) && list.has(AttrCode::AS4_PATH) {
            return false;
        }
    }
    // After a first octet of 0 it guesses path identifiers, even for default routes.
    let default = |element: Element<'_>| element.prefix().is_some_and(|prefix| prefix.len() == 0);
    rib || add_path || !record.elements(&mut ReadContext::new()).flatten().any(default)
}

/// Whether the next hop of an element is comparable: it gives the routes of MP_REACH_NLRI the address of NEXT_HOP, if the message
/// has both.
fn has_one_next_hop(record: &Record<'_>) -> bool {
    lists(record).iter().all(|list| !(list.has(AttrCode::MP_REACH_NLRI) && list.has(AttrCode::NEXT_HOP)))
}

/// Whether segments are comparable, not just the numbers: two divisions of a merged path are the same path.
fn has_one_path(record: &Record<'_>) -> bool {
    lists(record).iter().all(|list| !list.has(AttrCode::AS4_PATH))
}

fn segment(kind: u8, asns: impl Iterator<Item = u32>, text: &mut String, whole: bool) {
    use std::fmt::Write;
    if whole {
        let _ = write!(text, " type {kind}");
    }
    asns.for_each(|asn| write!(text, " {asn}").expect("a String takes everything"));
}

fn our_line(element: &Element<'_>, record: &Record<'_>) -> Line {
    let prefix = element.prefix().expect("a plain prefix").to_string();
    if element.kind() == ElementKind::Withdraw {
        return (false, prefix, element.path_id(), peer(element.peer().asn.0, element.peer().address));
    }
    let a = element.attributes().expect("a clean element");
    let mut path = String::new();
    for part in a.merged_path().expect("sound").segments() {
        segment(part.kind().code(), part.asns().map(|asn| asn.0), &mut path, has_one_path(record));
    }
    let mut communities: Vec<String> = Vec::new();
    communities.extend(a.communities().expect("sound").iter().map(|c| format!("{:#x}", c.0)));
    communities.extend(a.large_communities().expect("sound").iter().map(|c| format!("{}:{}:{}", c.global, c.local1, c.local2)));
    communities.extend(a.extended_communities().expect("sound").iter().map(|_| "extended".into()));
    communities.sort();
    let next_hop = element.next_hop().expect("sound").and_then(|hop| hop.address()).filter(|_| has_one_next_hop(record));
    let origin = a.origin().expect("sound").map(|origin| match origin {
        Origin::Igp => 0,
        Origin::Egp => 1,
        Origin::Incomplete => 2,
    });
    let (med, local_pref) = (a.multi_exit_disc().expect("sound"), a.local_pref().expect("sound"));
    let rest = format!(
        "{} path{path} next hop {next_hop:?} origin {origin:?} med {} pref {} atomic {} otc {:?} {communities:?}",
        peer(element.peer().asn.0, element.peer().address),
        // It has 0 if absent.
        med.unwrap_or(0),
        local_pref.unwrap_or(0),
        a.atomic_aggregate(),
        a.only_to_customer().expect("sound").map(|asn| asn.0),
    );
    (true, prefix, element.path_id(), rest)
}

fn peer(asn: u32, address: Option<std::net::IpAddr>) -> String {
    format!("peer {asn} {address:?}")
}

fn their_line(elem: &BgpElem, record: &Record<'_>) -> Line {
    // It keeps bits after the length, which are meaningless (RFC 4271 section 4.3).
    let prefix = elem.prefix.prefix.trunc().to_string();
    let peer = peer(elem.peer_asn.into(), Some(elem.peer_ip));
    if elem.elem_type == ElemType::WITHDRAW {
        return (false, prefix, elem.prefix.path_id, peer);
    }
    let mut path = String::new();
    for part in elem.as_path.iter().flat_map(|path| &path.segments) {
        let kind = match part {
            AsPathSegment::AsSet(_) => 1,
            AsPathSegment::AsSequence(_) => 2,
            AsPathSegment::ConfedSequence(_) => 3,
            AsPathSegment::ConfedSet(_) => 4,
        };
        segment(kind, part.iter().map(|asn| u32::from(*asn)), &mut path, has_one_path(record));
    }
    let mut communities: Vec<String> = Vec::new();
    for community in elem.communities.iter().flatten() {
        communities.push(match community {
            MetaCommunity::Plain(plain) => {
                let number = match plain {
                    Community::NoExport => 0xffff_ff01,
                    Community::NoAdvertise => 0xffff_ff02,
                    Community::NoExportSubConfed => 0xffff_ff03,
                    Community::Custom(asn, value) => u32::from(*asn) << 16 | u32::from(*value),
                };
                format!("{number:#x}")
            }
            MetaCommunity::Large(c) => format!("{}:{}:{}", c.global_admin, c.local_data[0], c.local_data[1]),
            _ => "extended".into(),
        });
    }
    communities.sort();
    let next_hop = elem.next_hop.filter(|_| has_one_next_hop(record));
    let origin = elem.origin.map(|origin| match origin {
        bgpkit_parser::models::Origin::IGP => 0,
        bgpkit_parser::models::Origin::EGP => 1,
        bgpkit_parser::models::Origin::INCOMPLETE => 2,
    });
    let rest = format!(
        "{peer} path{path} next hop {next_hop:?} origin {origin:?} med {} pref {} atomic {} otc {:?} {communities:?}",
        elem.med.unwrap_or(0),
        elem.local_pref.unwrap_or(0),
        elem.atomic,
        elem.only_to_customer.map(u32::from),
    );
    (true, prefix, elem.prefix.path_id, rest)
}
