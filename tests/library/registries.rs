//! The IANA registries: every assigned code point has a name here, and every name here is assigned; differences are listed with
//! the reason. Runs if the registries (`*.xml`) are beside the corpus, in `../reference/iana`.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests report by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::Path;

use routeglass::attr::AigpTlv;
use routeglass::attr::bfd::BfdTlv;
use routeglass::attr::bier::BierTlv;
use routeglass::attr::nhc::NhcTlv;
use routeglass::attr::prefix_sid::{Srv6SubSubTlv, Srv6SubTlv};
use routeglass::attr::sfp::{SfpHopTlv, SfpTlv};
use routeglass::codes::*;
use routeglass::nlri::CarValue;

use crate::common::corpus;

/// Numbers and names of one table.
type Names = BTreeMap<u64, String>;

/// One registry: its identifier in the file, and the crate's names for it.
type Registry = (&'static str, Names);

macro_rules! names {
    ($type:ident) => {
        $type::ALL.iter().map(|point| (u64::from(point.0), point.name().unwrap().to_owned())).collect::<Names>()
    };
}

fn types<T: Copy + Into<u64>>(rows: &[(T, &str)]) -> Names {
    rows.iter().map(|(code, name)| ((*code).into(), (*name).to_owned())).collect()
}

/// Sub-types of one extended community type. Those of 0x07, 0x08 and 0x0c have no registry.
fn subtypes(kind: u16) -> Names {
    let all = names!(ExtCommunitySubtype).into_iter();
    all.filter(|(code, _)| code >> 8 == u64::from(kind)).map(|(code, name)| (code & 0xff, name)).collect()
}

fn subcodes(code: NotificationCode) -> Names {
    (0..=255).filter_map(|subcode| Some((subcode.into(), notification_subcode_name(code, subcode)?.to_owned()))).collect()
}

/// The registries of each file.
fn files() -> Vec<(&'static str, Vec<Registry>)> {
    let (transitive, others): (Names, Names) = names!(ExtCommunityType).into_iter().partition(|(code, _)| code & 0x40 == 0);
    vec![
        (
            "bgp-parameters",
            vec![
                ("bgp-parameters-1", names!(MessageType)),
                ("bgp-parameters-2", names!(AttrCode)),
                ("bgp-parameters-3", names!(NotificationCode)),
                ("bgp-parameters-5", subcodes(NotificationCode::MESSAGE_HEADER_ERROR)),
                ("bgp-parameters-6", subcodes(NotificationCode::OPEN_MESSAGE_ERROR)),
                ("bgp-parameters-7", subcodes(NotificationCode::UPDATE_MESSAGE_ERROR)),
                ("bgp-finite-state-machine-error-subcodes", subcodes(NotificationCode::FINITE_STATE_MACHINE_ERROR)),
                ("bgp-parameters-8", subcodes(NotificationCode::CEASE)),
                ("route-refresh-error-subcodes", subcodes(NotificationCode::ROUTE_REFRESH_MESSAGE_ERROR)),
                ("bgp-parameters-10", names!(OrfType)),
                ("bgp-parameters-11", names!(OpenParameter)),
                ("bgp-l2-encapsulation-types-registry", names!(L2Encapsulation)),
                ("bgp-aigp", types(AigpTlv::TYPES)),
                ("route-refresh-subcodes", names!(RouteRefreshSubtype)),
                ("pmsi-tunnel-types", names!(PmsiTunnelType)),
                ("mcast-vpn-route-types", names!(McastVpnRouteType)),
                ("bgp-prefix-sid-tlv-types", names!(PrefixSidTlvType)),
                ("sfp-attribute-tlvs", types(SfpTlv::TYPES).into_iter().chain(types(SfpHopTlv::TYPES)).collect()),
                ("bfd-mode", names!(BfdMode)),
                ("bfd-discriminator-optional-tlv-type", types(BfdTlv::TYPES)),
                ("srv6-service-sub-tlv-types", types(Srv6SubTlv::TYPES)),
                ("srv6-service-data-sub-sub-tlv-types", types(Srv6SubSubTlv::TYPES)),
                ("bgp-bier-tlv-sub-tlv-types", types(BierTlv::TYPES)),
                ("bgp-car-nlri-tlv-types", types(CarValue::TYPES)),
                ("next-hop-dependent-characteristic-codes", types(NhcTlv::TYPES)),
                ("vpn-prefix-orf-tlv-type", names!(VpnPrefixOrfTlv)),
            ],
        ),
        ("capability-codes", vec![("capability-codes-2", names!(CapabilityCode)), ("bgp-role-value", names!(Role))]),
        ("address-family-numbers", vec![("address-family-numbers-2", names!(Afi))]),
        ("safi-namespace", vec![("safi-namespace-2", names!(Safi))]),
        ("evpn", vec![("route-types", names!(EvpnRouteType))]),
        ("flow-spec", vec![("flow-spec-2", names!(FlowspecComponentType))]),
        ("route-distinguisher-types", vec![("route-distinguisher-types-2", names!(RdType))]),
        (
            "bgp-extended-communities",
            vec![
                ("transitive", transitive),
                ("non-transitive", others),
                ("evpn", subtypes(0x06)),
                ("trans-two-octet-as", subtypes(0x00)),
                ("non-trans-two-octet-as", subtypes(0x40)),
                ("trans-four-octet-as", subtypes(0x02)),
                ("non-trans-four-octet-as", subtypes(0x42)),
                ("trans-ipv4", subtypes(0x01)),
                ("non-trans-ipv4", subtypes(0x41)),
                ("trans-opaque", subtypes(0x03)),
                ("non-trans-opaque", subtypes(0x43)),
                ("bgp-extended-communities-10", subtypes(0x80)),
                ("generic-transitive-experimental-part2", subtypes(0x81)),
                ("generic-transitive-experimental-part3", subtypes(0x82)),
                ("sfc-extended-community", subtypes(0x0b)),
                ("trans-transport-class", subtypes(0x0a)),
                ("non-trans-transport-class", subtypes(0x4a)),
                ("trans-ipv6", names!(Ipv6ExtCommunitySubtype)),
            ],
        ),
        ("bgp-well-known-communities", vec![("bgp-well-known-communities-1", names!(WellKnownCommunity))]),
        (
            "bgp-tunnel-encapsulation",
            vec![
                ("tunnel-types", names!(TunnelType)),
                ("tunnel-sub-tlvs", names!(TunnelSubTlv)),
                ("sr-policy-segment-list-sub-tlvs", names!(SegmentType)),
            ],
        ),
        (
            "bgp-ls-parameters",
            vec![
                ("nlri-types", names!(BgpLsNlriType)),
                ("protocol-ids", names!(BgpLsProtocol)),
                ("node-descriptor-link-descriptor-prefix-descriptor-attribute-tlv", names!(BgpLsTlv)),
                ("bgp-ls-sr-segment-descriptor-types", names!(SrSegmentDescriptor)),
                ("bgp-ls-sr-policy-metric-type", names!(SrPolicyMetric)),
            ],
        ),
        (
            "segment-routing",
            vec![
                ("srv6-endpoint-behaviors", names!(Srv6Behavior)),
                ("sr-policy-enlp-values", names!(Enlp)),
                ("sr-policy-protocol-origin", names!(SrPolicyOrigin)),
            ],
        ),
        ("bgp-spf", vec![]),
        (
            "mrt",
            vec![
                ("type-codes", names!(MrtType)),
                ("bgp-subtype-codes", names!(LegacyBgpSubtype)),
                ("bgp4plus-subtype-codes", names!(LegacyBgpSubtype)),
                ("bgp4plus_01-subtype-codes", names!(LegacyBgpSubtype)),
                ("table-dump-subtype-codes", names!(TableDumpSubtype)),
                ("table-dump-v2-subtype-codes", names!(TableDumpV2Subtype)),
                ("BGP4MP-codes", names!(Bgp4mpSubtype)),
                ("BGP4MP_ET-codes", names!(Bgp4mpSubtype)),
            ],
        ),
        (
            "bmp-parameters",
            vec![
                ("message-types", names!(BmpType)),
                ("peer-types", names!(BmpPeerType)),
                ("statistics-types", names!(BmpStatistic)),
                ("initiation-information-tlvs", names!(BmpInitiationTlv)),
                ("peer-up-message-tlvs", names!(BmpPeerUpTlv)),
                ("termination-message-tlvs", names!(BmpTerminationTlv)),
                ("termination-message-reason-codes", names!(BmpTerminationReason)),
                ("peer-down-reason-codes", names!(BmpPeerDownReason)),
                ("route-mirroring-tlvs", names!(BmpMirroringTlv)),
                ("route-mirroring-information-codes", names!(BmpMirroringInformation)),
            ],
        ),
        ("rpki", vec![("rpki-rtr-pdu", names!(RtrPdu))]),
    ]
}

/// Registries without a table here.
const LEFT_OUT: &[(&str, &[&str])] = &[
    (
        "flags of a field: bits, not code points",
        &[
            "pmsi-tunnel-attributes",
            "bgp-graceful-restart-flags",
            "bgp-graceful-restart-flags-for-address-family",
            "long-lived-graceful-restart-flags-for-address-family",
            "sfc-spi-si-representation-flags",
            "orf-entry-bits",
            "traffic-action-fields",
            "additional-pmsi-tunnel-attribute-flags",
            "e-tree-flags",
            "df-election-capabilities",
            "arp-nd-extended-community-flags",
            "multicast-flags",
            "evpn-esi-label-extended-community-flags",
            "multihoming-redundancy-mode",
            "split-horizon-type",
            "srv6-bgp-epe-sid",
            "bgp-ls-node-flags",
            "bgp-ls-mpls-protocol-mask",
            "bgp-ls-igp-prefix-flags",
            "flags-field-vxlan-encapsulation-tlv",
            "flags-field-nvgre-encapsulation-tlv",
            "color-extended-community-color-only-types",
            "sr-policy-binding-sid-flags",
            "sr-policy-srv6-binding-sid-flags",
            "sr-policy-segment-flags",
            "peer-flags",
            "peer-flags-loc-rib",
            "bgpsec-capability",
            "bgpsec-path-flags",
        ],
    ),
    (
        "values of a field that is displayed as its number",
        &[
            "sfp-association-type",
            "df-alg",
            "context-specific-label-space-id-type",
            "evpn-link-bandwidth-value-units",
            "embedded-label-handling-sub-tlv",
            "well-known-instance-ids",
        ],
    ),
    (
        "inside TLVs that are octets",
        &[
            "bgp-l2-tlv-types-registry",
            "bgp-ls-spf-node-nlri-attribute",
            "bgp-ls-spf-link-nlri-attribute",
            "bgp-ls-spf-prefix-nlri-attribute",
        ],
    ),
    ("two variants of `nlri::CarRoute`", &["bgp-car-nlri-types"]),
    ("of a protocol that is not read yet", &["rpki-rtr-error"]),
];

type Listed = &'static [(&'static str, &'static [RangeInclusive<u64>], &'static str)];

/// Assigned, without a name here.
const NAMELESS: Listed = &[("bgp-bier-tlv-sub-tlv-types", &[2..=5], "sub-TLVs of BIER are octets")];

/// Named here, and not assigned.
const UNASSIGNED: Listed = &[
    ("bgp-parameters-1", &[6..=6, 128..=128], "of a draft, and from before the RFC: speakers send them"),
    ("bgp-parameters-6", &[5..=5], "RFC 4271 deprecates it; older speakers send it"),
    ("bgp-parameters-7", &[7..=7], "RFC 4271 deprecates it; older speakers send it"),
    ("bgp-parameters-10", &[2..=3, 128..=128], "from before RFC 5291: speakers send them"),
    ("capability-codes-2", &[66..=66], "deprecated by a date alone; its name tells it from 67"),
    ("safi-namespace-2", &[3..=3, 130..=130], "from before RFC 4760: archives hold them"),
    ("flow-spec-2", &[14..=24], "draft-ietf-idr-flowspec-l2vpn: speakers send them"),
    ("transitive", &[0x88..=0x88], "Cisco's, in a range for experiments"),
    ("sr-policy-segment-list-sub-tlvs", &[2..=2], "of the drafts before RFC 9830"),
    ("table-dump-subtype-codes", &[3..=4], "written by collectors, with AS numbers of four octets"),
    ("message-types", &[100..=100], "draft-xu-grow-bmp-route-policy-attr-trace"),
];

/// Named in other words than the registry has.
const REWORDED: Listed = &[
    ("bgp-parameters-2", &[25..=25, 32..=32], "of RFC 5701 and RFC 8092"),
    ("route-refresh-subcodes", &[0..=0], "what tells it from the marks around the routes"),
    ("sfp-attribute-tlvs", &[5..=5], "a word of the text form, as for type 4"),
    ("bgp-car-nlri-tlv-types", &[1..=1], "there are several"),
    ("capability-codes-2", &[128..=131, 184..=185], "pre-standard with a hyphen, and which of both filters"),
    ("address-family-numbers-2", &[1..=2, 19..=20, 29..=29], "IPv4 and IPv6 for their long names"),
    ("safi-namespace-2", &[4..=4, 6..=6, 69..=72, 80..=80, 129..=129, 133..=134], "a word or two for a sentence"),
    ("route-distinguisher-types-2", &[0..=2], "of RFC 4364 for a sentence"),
    ("transitive", &[0x07..=0x07], "what the draft defines there"),
    ("non-transitive", &[0x47..=0x47], "what the draft defines there"),
    ("srv6-endpoint-behaviors", &[155..=157], "the registry misspells REPLACE"),
    ("srv6-endpoint-behaviors", &[32767..=32767], "the registry's RFC is a link"),
    ("statistics-types", &[15..=15], "the registry misspells Adj-RIB-Out"),
];

/// A registry's entry for a number.
struct Record {
    /// All its names, and the registry's title.
    words: BTreeSet<String>,
    assigned: bool,
}

/// Words in lower case; `flowspec` is two, as in most registries.
fn words(text: &str) -> impl Iterator<Item = String> {
    let text = text.to_lowercase().replace("flowspec", "flow spec");
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.into_iter()
}

/// The text of the elements with a name, without nested tags.
fn elements<'x>(xml: &'x str, name: &str) -> impl Iterator<Item = String> + use<'x> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let found: Vec<_> =
        xml.split(&open).skip(1).filter_map(|rest| rest.split_once(&close)).map(|(text, _)| plain(text)).collect();
    found.into_iter()
}

fn plain(text: &str) -> String {
    let mut out = String::new();
    for (i, part) in text.split('<').enumerate() {
        out.push_str(if i == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) });
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .into_iter()
        .fold(out, |text, (entity, is)| text.replace(entity, is))
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

fn is_assigned(name: &str) -> bool {
    const NOT: &[&str] = &["unassigned", "reserved", "deprecated", "[deprecated]", "experimental", "private use", "not to be"];
    let name = name.trim().to_lowercase();
    // An attribute code reserved for tests is assigned to them; so are names marked as deprecated.
    name == "reserved for development" || !NOT.iter().any(|start| name.starts_with(start))
}

/// The registries of a file: the entries of individually listed numbers.
fn registries(xml: &str) -> Vec<(String, BTreeMap<u64, Record>)> {
    let mut list = Vec::new();
    for part in xml.split("<registry ").skip(2) {
        // Registries are nested, but no record of the outer one follows the inner one.
        let id = part.split_once("id=\"").and_then(|(_, rest)| rest.split_once('"')).unwrap().0;
        let (head, rest) = part.split_once("<record").unwrap_or((part, ""));
        let title: Vec<_> = elements(head, "title").collect();
        let mut records: BTreeMap<u64, Record> = BTreeMap::new();
        for record in rest.split("<record") {
            let record = record.split_once("</record>").map_or(record, |(record, _)| record);
            let names: Vec<_> = ["name", "description", "code", "attribute", "ipv4", "ipv6"]
                .into_iter()
                .flat_map(|name| elements(record, name))
                .collect();
            // Protocol versions precede the type there.
            let Some(value) = elements(record, "type").next().or_else(|| elements(record, "value").next()) else { continue };
            let (Some(value), false) = (number(&value), names.is_empty()) else { continue };
            let all = names.iter().chain(&title).flat_map(|text| words(text));
            let entry = records.entry(value).or_insert_with(|| Record { words: BTreeSet::new(), assigned: false });
            entry.words.extend(all);
            entry.assigned |= names.iter().any(|name| is_assigned(name));
        }
        if rest.contains("<value>") || rest.contains("<name>") {
            list.push((id.to_owned(), records));
        }
    }
    list
}

/// Found but not listed; listed but not found.
fn differences(what: &str, found: &BTreeSet<(&str, u64)>, listed: Listed) -> Vec<String> {
    let in_list = |(id, value): &(&str, u64)| {
        listed.iter().any(|(listed, ranges, _)| listed == id && ranges.iter().any(|range| range.contains(value)))
    };
    let more = found.iter().filter(|point| !in_list(point)).map(|(id, value)| format!("{id} {value}: {what}"));
    let less = listed.iter().flat_map(|(id, ranges, _)| ranges.iter().cloned().flatten().map(move |value| (*id, value)));
    let less = less.filter(|point| !found.contains(point)).map(|(id, value)| format!("{id} {value}: listed for nothing"));
    more.chain(less).collect()
}

fn walk(folder: &Path) {
    let (mut nameless, mut unassigned, mut reworded) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut unwalked, mut wordings, mut points) = (BTreeSet::new(), Vec::new(), 0usize);
    for (file, ours) in files() {
        let xml = std::fs::read_to_string(folder.join(file).with_extension("xml")).unwrap();
        let registries = registries(&xml);
        for (id, _) in &ours {
            assert!(registries.iter().any(|(there, _)| there == id), "{file} has no registry {id}");
        }
        for (id, records) in registries {
            let Some((id, names)) = ours.iter().find(|(ours, _)| *ours == id) else {
                if records.values().any(|record| record.assigned) {
                    unwalked.insert(id);
                }
                continue;
            };
            for (value, record) in &records {
                points += usize::from(record.assigned);
                if record.assigned && !names.contains_key(value) {
                    nameless.insert((*id, *value));
                }
            }
            for (value, name) in names {
                match records.get(value) {
                    // A name may omit words. A reserved number is not assigned, but may have a name that says so.
                    Some(record) if words(name).all(|word| record.words.contains(&word)) => {}
                    Some(record) if record.assigned => {
                        wordings.push(format!("{id} {value}: {name:?} of {:?}", record.words));
                        reworded.insert((*id, *value));
                    }
                    _ => {
                        unassigned.insert((*id, *value));
                    }
                }
            }
        }
    }
    assert!(points > 900, "only {points} code points were found");
    let left_out: BTreeSet<String> = LEFT_OUT.iter().flat_map(|(_, ids)| *ids).map(|id| (*id).to_owned()).collect();
    let wrong: Vec<_> = unwalked
        .symmetric_difference(&left_out)
        .map(|id| format!("{id}: no table here stands for it, or it is listed for nothing"))
        .chain(differences("assigned, and without a name here", &nameless, NAMELESS))
        .chain(differences("named here, and not assigned", &unassigned, UNASSIGNED))
        .chain(differences("named in other words", &reworded, REWORDED))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}, where names are {wordings:#?}");
}

#[test]
fn every_assigned_code_point_has_its_name() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("../reference/iana");
    if folder.is_dir() {
        walk(&folder);
    } else {
        println!("skipped: no registries in {}", folder.display());
    }
    // A whole range without individual names.
    assert_eq!(PmsiTunnelType(0x86).composite(), Some(PmsiTunnelType::INGRESS_REPLICATION));
    assert_eq!((PmsiTunnelType(0x7f).composite(), PmsiTunnelType(0xfb).composite()), (None, None));
}
