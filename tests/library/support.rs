//! The tables and the limits of the support chapter match the tables in the code.
//!
//! `ROUTEGLASS_BLESS=1 cargo test --features cli --test library support` rewrites them.
#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests report by panicking")]

use std::fmt::{Display, Write as _};
use std::str::FromStr;

use routeglass::attr::prefix_sid::PrefixSidTlv;
use routeglass::attr::sr_policy::SegmentTlv;
use routeglass::attr::tunnel::SubTlv;
use routeglass::attr::{self, AsPathBuf, Attributes, Community, ExtendedCommunity, Ipv6ExtendedCommunity, LargeCommunity};
use routeglass::attr::{LinkStateSubTlv, LinkStateTlv};
use routeglass::bgp::{Capabilities, CapabilityValue, Message};
use routeglass::codes::{
    Afi, AttrCode, Bgp4mpSubtype, BgpLsTlv, CapabilityCode, ExtCommunitySubtype, ExtCommunityType, LegacyBgpSubtype, MessageType,
    MrtType, MupRouteType, NotificationCode, PmsiTunnelType, PrefixSidTlvType, Safi, SegmentType, TableDumpSubtype,
    TableDumpV2Subtype, TunnelSubTlv,
};
use routeglass::mrt::{Body, Record, records};
use routeglass::nlri::{
    self, CarValue, EvpnRoute, FlowspecBuilder, FlowspecComponent, Ipv4PrefixDescriptor, Ipv6PrefixDescriptor, LinkDescriptor,
    LinkStateRoute, McastVpnRoute, NodeDescriptor, RouteTargetMembership, Srv6SidDescriptor, TePolicyDescriptor, VpnPrefix,
};
use routeglass::{Asn, Family, Prefix, Session};

use crate::common::vectors;

/// Whether a text parses to a value that is displayed as that text.
fn reads_back<T: FromStr + Display>(text: &str) -> bool {
    text.parse::<T>().is_ok_and(|value| value.to_string() == text)
}

/// Whether the text of the attribute's values parses back, each value of a list separately.
fn attribute_reads_back(code: AttrCode) -> bool {
    match code {
        AttrCode::AS_PATH | AttrCode::AS4_PATH => reads_back::<AsPathBuf>("64496 {64497,64498}"),
        AttrCode::COMMUNITIES => reads_back::<Community>("64496:100"),
        AttrCode::EXTENDED_COMMUNITIES => reads_back::<ExtendedCommunity>("rt:64496:100"),
        AttrCode::IPV6_EXT_COMMUNITIES => IPV6_COMMUNITIES.iter().all(|text| reads_back::<Ipv6ExtendedCommunity>(text)),
        AttrCode::LARGE_COMMUNITIES => reads_back::<LargeCommunity>("64496:1:2"),
        AttrCode::OTC => reads_back::<Asn>("64496"),
        AttrCode::NEXT_HOP | AttrCode::ORIGINATOR_ID | AttrCode::CLUSTER_LIST => reads_back::<std::net::Ipv4Addr>("192.0.2.1"),
        AttrCode::MULTI_EXIT_DISC | AttrCode::LOCAL_PREF => reads_back::<u32>("100"),
        _ => false,
    }
}

const IPV6_COMMUNITIES: &[&str] = &["rt:[2001:db8::1]:100"];

/// The same for a route of a family.
fn route_reads_back(family: Family) -> bool {
    let evpn = "inclusive-multicast(rd=64496:1 ethernet_tag=0 originator=192.0.2.1)";
    match (family.afi, family.safi) {
        (Afi::IPV4, Safi::UNICAST | Safi::MULTICAST) => reads_back::<Prefix>("192.0.2.0/24"),
        (Afi::IPV6, Safi::UNICAST | Safi::MULTICAST) => reads_back::<Prefix>("2001:db8::/32"),
        (_, Safi::MPLS_VPN | Safi::CLASSFUL_TRANSPORT) => vpn_reads_back("64496:100 198.51.100.0/24 label 100/200"),
        (_, Safi::VPN_MULTICAST) => vpn_reads_back("64496:100 198.51.100.0/24"),
        (_, Safi::EVPN) => EvpnRoute::from_text(evpn, &mut Vec::new()).is_ok_and(|route| route.to_string() == evpn),
        (_, Safi::ROUTE_TARGET) => reads_back::<RouteTargetMembership>("64496 64496:100"),
        (Afi::IPV4, Safi::FLOWSPEC) => rule_reads_back("destination 192.0.2.0/24 port =80|>=1024&<=2048"),
        (Afi::IPV6, Safi::FLOWSPEC) => rule_reads_back("destination 2001:db8::/32 port =80"),
        (Afi::L2VPN, Safi::FLOWSPEC) => rule_reads_back("ether-type =0x0800"),
        (Afi::IPV4, Safi::VPN_FLOWSPEC) => rule_reads_back("rd 64496:1 destination 192.0.2.0/24"),
        (Afi::IPV6, Safi::VPN_FLOWSPEC) => rule_reads_back("rd 64496:1 destination 2001:db8::/32"),
        (Afi::L2VPN, Safi::VPN_FLOWSPEC) => rule_reads_back("rd 64496:1 ether-type =0x0800"),
        _ => false,
    }
}

fn vpn_reads_back(text: &str) -> bool {
    VpnPrefix::from_text(text, &mut Vec::new()).is_ok_and(|route| route.to_string() == text)
}

fn rule_reads_back(text: &str) -> bool {
    text.parse::<FlowspecBuilder>().is_ok_and(|builder| builder.rule().to_string() == text)
}

fn types<T: Display>(list: &[(T, &str)]) -> String {
    list.iter().map(|(code, name)| format!("{code} {name}")).collect::<Vec<_>>().join(", ")
}

fn named<T: Copy + Into<u64>>(list: impl Iterator<Item = (T, Option<&'static str>)>) -> String {
    list.map(|(code, name)| format!("{} {}", code.into(), name.unwrap())).collect::<Vec<_>>().join(", ")
}

/// The route types of a family.
fn route_types(family: Family) -> String {
    match (family.afi, family.safi) {
        (_, Safi::EVPN) => types(EvpnRoute::TYPES),
        (_, Safi::MCAST_VPN) => types(McastVpnRoute::TYPES),
        (_, Safi::BGP_LS | Safi::BGP_LS_VPN | Safi::BGP_LS_SPF) => types(LinkStateRoute::TYPES),
        (_, Safi::MUP) => named(MupRouteType::ALL.iter().map(|kind| (kind.0, kind.name()))),
        (_, Safi::CAR | Safi::VPN_CAR) => format!("1 color-aware, 2 prefix; values {}", types(CarValue::TYPES)),
        (_, Safi::FLOWSPEC | Safi::VPN_FLOWSPEC) => "components below".into(),
        (_, Safi::VPLS) => "RFC 4761, RFC 6074".into(),
        _ => String::new(),
    }
}

const fn mark(yes: bool) -> &'static str {
    if yes { "yes" } else { "" }
}

fn fields(yes: bool) -> &'static str {
    if yes { "fields" } else { "octets" }
}

/// A minimal message of this type.
fn message(kind: MessageType) -> Vec<u8> {
    let body: &[u8] = match kind {
        MessageType::OPEN => &[4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 0],
        MessageType::UPDATE => &[0, 0, 0, 0],
        MessageType::NOTIFICATION => &[6, 2],
        MessageType::ROUTE_REFRESH => &[0, 1, 0, 1],
        _ => &[],
    };
    vectors::message(kind.0, body)
}

fn messages(out: &mut String) {
    out.push_str("# Messages\n\n| type | message | read | written |\n|---|---|---|---|\n");
    for kind in MessageType::ALL {
        let bytes = message(*kind);
        let message = Message::parse_at(&bytes, &Session::AS4, 0).unwrap();
        let mut again = Vec::new();
        message.encode(&Session::AS4, &mut again).unwrap();
        assert_eq!(again, bytes, "{kind}");
        let known = !matches!(message, Message::Unknown(..));
        writeln!(out, "| {} | {kind} | {} | {} |", kind.0, fields(known), fields(known)).unwrap();
    }
    let codes = NotificationCode::ALL.iter().map(|code| format!("{} {code}", code.0)).collect::<Vec<_>>().join(", ");
    writeln!(out, "\nNOTIFICATION's error codes by name, with their subcodes: {codes}.\n").unwrap();
}

fn capabilities(out: &mut String) {
    out.push_str("# Capabilities\n\n| code | capability | read | written | text |\n|---|---|---|---|---|\n");
    for code in CapabilityCode::ALL {
        // A value displayed as its only octet is undecoded.
        let octet = [code.0, 1, 0xa5];
        let opaque =
            Capabilities::parse_at(&octet, 0).flatten().any(|c| c.decode().is_ok_and(|v| v.to_string().ends_with("(0xa5)")));
        let known = fields(CapabilityValue::TYPED.contains(code) && !opaque);
        writeln!(out, "| {} | {code} | {known} | {known} | {known} |", code.0).unwrap();
    }
    out.push('\n');
}

fn attributes(out: &mut String) {
    out.push_str(
        "# Path attributes\n\n| code | attribute | read | written | text | text read back |\n|---|---|---|---|---|---|\n",
    );
    for code in AttrCode::ALL {
        let octet = [0xc0, code.0, 1, 0xa5];
        let list = Attributes::parse_at(&octet, &Session::AS4, 0).unwrap();
        let opaque = list.iter().flatten().any(|a| a.decode(&Session::AS4).is_ok_and(|value| value.to_string() == "0xa5"));
        let known = fields(attr::TYPED.contains(code) && !opaque);
        let back = mark(attribute_reads_back(*code));
        writeln!(out, "| {} | {code} | {known} | {known} | {known} | {back} |", code.0).unwrap();
    }
    out.push('\n');
}

fn families(out: &mut String) {
    out.push_str("# Families\n\n| AFI | SAFI | family | read | written | text | text read back | route types |\n");
    out.push_str("|---|---|---|---|---|---|---|---|\n");
    let plain = [Family::IPV4_UNICAST, Family::IPV4_MULTICAST, Family::IPV6_UNICAST, Family::IPV6_MULTICAST];
    let mut list: Vec<_> = plain.into_iter().chain(nlri::TYPED.iter().copied()).collect();
    list.sort();
    for family in list {
        let (afi, safi, back) = (family.afi.0, family.safi.0, mark(route_reads_back(family)));
        writeln!(out, "| {afi} | {safi} | {family} | fields | fields | fields | {back} | {} |", route_types(family)).unwrap();
    }
    let components = types(FlowspecComponent::TYPES);
    writeln!(out, "\nComponents of flow specifications (IPv4 has 1 to 12, IPv6 13 too, L2VPN 3 to 24; others are kept as octets): {components}.").unwrap();
    out.push_str(
        "\nRoutes of every other family, and of every other route type, come as their octets and are written as they came.\n\n",
    );
}

/// Numbers and names of the subtypes of a type.
fn subtypes(kind: MrtType) -> Vec<(u16, Option<&'static str>)> {
    match kind {
        MrtType::TABLE_DUMP => TableDumpSubtype::ALL.iter().map(|s| (s.0, s.name())).collect(),
        MrtType::TABLE_DUMP_V2 => TableDumpV2Subtype::ALL.iter().map(|s| (s.0, s.name())).collect(),
        MrtType::BGP4MP | MrtType::BGP4MP_ET => Bgp4mpSubtype::ALL.iter().map(|s| (s.0, s.name())).collect(),
        MrtType::BGP | MrtType::BGP4PLUS | MrtType::BGP4PLUS_01 => {
            LegacyBgpSubtype::ALL.iter().map(|s| (s.0, s.name())).collect()
        }
        _ => vec![(0, None)],
    }
}

/// Whether a record is read field by field, and whether it is written from its fields.
fn outcome(record: &Record<'_>) -> (bool, bool) {
    let read = !matches!(record.body().unwrap(), Body::Unknown);
    let mut out = Vec::new();
    record.rewrite(&mut out).unwrap();
    assert_eq!(out, record.as_bytes(), "{} {}", record.kind(), record.subtype());
    let current = matches!(record.kind(), MrtType::TABLE_DUMP_V2 | MrtType::BGP4MP | MrtType::BGP4MP_ET);
    let entry = matches!(record.body().unwrap(), Body::Entry(_) | Body::Snapshot(_));
    (read, read && current && !entry)
}

fn mrt(out: &mut String) {
    out.push_str(
        "# MRT\n\n| type | record | subtypes read field by field | subtypes written from their fields |\n|---|---|---|---|\n",
    );
    let vectors: Vec<_> = vectors::all().into_iter().map(|(_, bytes)| bytes).chain(more_records()).collect();
    for kind in MrtType::ALL {
        let (mut read, mut written) = (Vec::new(), Vec::new());
        for (subtype, name) in subtypes(*kind) {
            let same = |record: &Record<'_>| (record.kind(), record.subtype()) == (*kind, subtype);
            let found = vectors.iter().find_map(|bytes| records(bytes).flatten().find(same));
            let never_written =
                matches!(*kind, MrtType::BGP | MrtType::BGP4PLUS | MrtType::BGP4PLUS_01) && matches!(subtype, 0 | 2);
            assert!(found.is_some() || name.is_none() || never_written, "{kind} {subtype} has no vector");
            let is = found.map_or((false, false), |record| outcome(&record));
            let text = name.map(|name| format!("{subtype} {name}"));
            read.extend(text.clone().filter(|_| is.0));
            written.extend(text.filter(|_| is.1));
        }
        let list = |names: Vec<String>| if names.is_empty() { "as it is".into() } else { names.join(", ") };
        writeln!(out, "| {} | {kind} | {} | {} |", kind.0, list(read), list(written)).unwrap();
    }
}

/// Records of BGP4MP_ET, and those of the oldest type with IPv6 addresses.
fn more_records() -> Vec<Vec<u8>> {
    let mut more = Vec::new();
    for (_, bytes) in vectors::all() {
        let Some(Ok(record)) = records(&bytes).last() else { panic!("no record") };
        if record.kind() == MrtType::BGP4MP {
            more.push(vectors::record(17, record.subtype(), &[&[0, 0, 0, 7], record.raw_body()].concat()));
        }
    }
    let speaker = [&[0xfb, 0xf0][..], &[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]].concat();
    for kind in [9, 10] {
        more.push(vectors::record(kind, 3, &[&speaker, &[0, 6, 0, 1][..]].concat()));
        more.push(vectors::record(kind, 4, b"\0\x01/var/rib\0"));
        let bodies: [(u16, &[u8]); 3] = [(5, &[4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 0]), (6, &[6, 2]), (7, &[])];
        more.extend(bodies.map(|(subtype, body)| vectors::record(kind, subtype, &[&speaker, &speaker, body].concat())));
    }
    more
}

fn tables() -> String {
    let mut out = String::new();
    messages(&mut out);
    capabilities(&mut out);
    attributes(&mut out);
    families(&mut out);
    mrt(&mut out);
    out
}

#[test]
fn the_support_chapter_says_what_the_code_does() {
    const START: &str = "<!-- support, by tests/library/support.rs -->\n\n";
    const END: &str = "\n<!-- end of support -->";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/_docs/support.md");
    let chapter = std::fs::read_to_string(path).unwrap();
    let (head, rest) = chapter.split_once(START).unwrap();
    let (stands, tail) = rest.split_once(END).unwrap();
    let tables = tables();
    if std::env::var_os("ROUTEGLASS_BLESS").is_some() {
        std::fs::write(path, format!("{head}{START}{tables}{END}{tail}")).unwrap();
        return;
    }
    for (i, (stands, is)) in stands.lines().zip(tables.lines()).enumerate() {
        assert_eq!(stands, is, "line {} of the support tables", i + 1);
    }
    assert_eq!(stands.len(), tables.len(), "the support tables end elsewhere; ROUTEGLASS_BLESS=1 writes them anew");
}

/// Numbers as words: `8, 10 to 13 and 255`.
fn ranges(numbers: impl IntoIterator<Item = u16>) -> String {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let texts: Vec<_> = runs
        .iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first} to {last}"),
        })
        .collect();
    match texts.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => texts.concat(),
    }
}

/// What has a name and no fields, in the words of the chapter.
fn limits() -> [String; 6] {
    // A value displayed as its octets is undecoded: six after type and sub-type, or seven after a type without sub-types.
    let undecoded = |octets: [u8; 8], digits: &str| ExtendedCommunity(octets).to_string().ends_with(&format!(":0x{digits}"));
    let subtypes = ExtCommunitySubtype::ALL.iter().filter(|code| {
        let [kind, subtype] = code.0.to_be_bytes();
        undecoded([kind, subtype, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6], "a1a2a3a4a5a6")
    });
    let types = ExtCommunityType::ALL.iter().filter(|kind| undecoded([kind.0, 0xa0, 1, 2, 3, 4, 5, 6], "a0010203040506")).count();
    let tunnel_is_undecoded = |kind: u8| {
        let octets = [0xc0, 22, 6, 0, kind, 0, 0, 0, 0xa5];
        let list = Attributes::parse_at(&octets, &Session::AS4, 0).unwrap();
        list.iter().flatten().any(|a| a.decode(&Session::AS4).is_ok_and(|value| value.to_string().ends_with("(0xa5)")))
    };
    let tunnels = PmsiTunnelType::ALL.iter().filter(|kind| tunnel_is_undecoded(kind.0)).map(|kind| u16::from(kind.0));
    let without_row = |rows: &[(u8, &str)], kind: u8| !rows.iter().any(|(row, _)| *row == kind);
    let sids = PrefixSidTlvType::ALL.iter().filter(|kind| without_row(PrefixSidTlv::TYPES, kind.0)).map(|kind| u16::from(kind.0));
    let sub_tlvs = TunnelSubTlv::ALL.iter().filter(|kind| without_row(SubTlv::TYPES, kind.0)).map(|kind| u16::from(kind.0));
    let segments = SegmentType::ALL.iter().filter(|kind| without_row(SegmentTlv::TYPES, kind.0)).map(|kind| u16::from(kind.0));
    let link_state = [
        LinkStateTlv::TYPES,
        LinkStateSubTlv::TYPES,
        NodeDescriptor::TYPES,
        LinkDescriptor::TYPES,
        Ipv4PrefixDescriptor::TYPES,
        Ipv6PrefixDescriptor::TYPES,
        TePolicyDescriptor::TYPES,
        Srv6SidDescriptor::TYPES,
    ];
    // The TLVs of the two nodes of a route are windows of descriptors.
    let nodes = [BgpLsTlv::LOCAL_NODE_DESCRIPTORS, BgpLsTlv::REMOTE_NODE_DESCRIPTORS];
    let tlvs = BgpLsTlv::ALL
        .iter()
        .filter(|kind| !nodes.contains(kind) && !link_state.iter().any(|rows| rows.iter().any(|(row, _)| *row == kind.0)));
    [
        format!("{} kinds of extended communities", subtypes.count() + types),
        format!("PMSI tunnels of types {},", ranges(tunnels)),
        format!("PREFIX_SID TLVs of type {},", ranges(sids)),
        format!("tunnel sub-TLVs {},", ranges(sub_tlvs)),
        format!("segment list sub-TLVs {},", ranges(segments)),
        format!("BGP-LS TLVs {}.", ranges(tlvs.map(|kind| kind.0))),
    ]
}

#[test]
fn the_limits_are_those_of_the_code() {
    let chapter = include_str!("../../src/_docs/support.md");
    let limits_of_chapter = chapter.split_once("# Limits").unwrap().1.split_once("<!--").unwrap().0;
    let text = limits_of_chapter.split_whitespace().collect::<Vec<_>>().join(" ");
    let missing: Vec<_> = limits().into_iter().filter(|limit| !text.contains(limit.as_str())).collect();
    assert!(missing.is_empty(), "the limits of the support chapter do not say: {missing:#?}");
}
