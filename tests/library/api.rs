//! Guarantees of the public types: threads, copies, sizes, extensibility; and detection of compressed input by content.
#![cfg(feature = "std")]
#![allow(clippy::string_slice, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use routeglass::attr::container::ContainerContent;
use routeglass::attr::pmsi::PmsiTunnelId;
use routeglass::attr::sr_policy::LabelStackEntry;
use routeglass::attr::traffic_engineering::SwitchingSpecific;
use routeglass::attr::tunnel::{SubTlvs, SubTlvsIter};
use routeglass::attr::{
    Aggregator, As4Aggregator, As4Path, AsPath, AsPathBuf, Asns, AtomicAggregate, AttrFlags, Attribute, Attributes,
    AttributesIter, ClusterId, ClusterList, Communities, Community, ExtendedCommunities, ExtendedCommunity, LargeCommunities,
    LargeCommunity, MergedPath, MpReach, MpUnreach, Origin, ParseAsPathError, ParseCommunityError, Segment, SegmentKind,
    Segments, Value,
};
use routeglass::attr::{AttrSet, Ipv6ExtendedCommunity, ParseIpv6ExtendedCommunityError};
use routeglass::attr::{LinkStateTlvs, RawLinkStateTlv, RawLinkStateTlvs};
use routeglass::bgp::{
    self, AddPath, AddPathMode, AddressPrefixFilter, BgpsecMode, BgpsecSupport, Capabilities, Capability, CapabilityValue,
    CountedText, CoveringPrefixFilter, ExtendedNextHop, FilterEntries, FilterEntry, FilterGroup, FilterHead, FilterHost,
    FilterValue, Filters, Fqdn, GracefulRestart, Llgr, Message, Messages, MultiProtocol, MultipleLabels, Multisession,
    MultisessionFlags, Notification, NotificationBuilder, NotificationData, Open, OpenBuilder, OrfDirection, OrfFamily,
    OrfSupport, Parameter, Parameters, PathsLimit, PolicyDistribution, Restart, RestartFamily, RestartFlags, RouteRefresh,
    RouteRefreshBuilder, StaleFlags, StateFlags, Update, UpdateBuilder,
};
use routeglass::codes::*;
use routeglass::element::fields::{ColumnType, FieldValue, JsonType};
use routeglass::element::{
    Archive, ArchiveElements, ArchiveError, Carrier, Element, ElementBuf, ElementKind, ElementOctetsError, Elements,
    RecordElements, Route, Strictness, UpdateElements,
};
use routeglass::error::{Action, Context, EncodeError, EncodeErrorKind, ErrorKind};
use routeglass::filter::{Filter, Filtered, Key, ParseFilterError};
use routeglass::io::{Compression, Decompress, DecompressError, DecompressErrorKind, Frame, Gap, ReadError, ReaderOptions};
use routeglass::mrt::{
    Bgp4mpEntry, Bgp4mpMessage, Body, Evidence, GeoPeer, GeoPeerTable, IndexedPeer, IndexedPeers, MergedReader, PeerEvidence,
    PeerIndexTable, ReadContext, Reader, Reading, Record, RecordBuf, Records, Recovered, RecoveredRecords, RecoveringReader,
    RibEntries, RibEntry, RibRecord, RibRoute, SessionDirection, Snapshot, StateChange, TableDump, TableDumpEntries,
    TableDumpEntry, TableDumpWriter,
};
use routeglass::nlri::{
    self, Label, LabelEncoding, LabeledPrefix, Labels, NextHop, Nlri, ParseRouteDistinguisherError, PathPrefix, Prefixes,
    PrefixesIter, RawRoute, RouteDistinguisher, Routes, VplsDiscovery, VplsRoute, VplsSite, VpnPrefix,
};
use routeglass::nlri::{
    CarKey, CarValue, FlowspecBuilder, FlowspecComponent, FlowspecComponents, FlowspecPrefix, MulticastAddress, MupDirectSegment,
    MupInterworkSegment, MupTunnel, MupType1Session, MupType2Session, OptionalAddress, ParseEsiError, ParseFlowspecError,
    ParseMembershipError, ParseRouteError, RouteTargetPrefix,
};
use routeglass::places::{Place, Places};
use routeglass::prefix::{ParsePrefixError, WrongFamily};
use routeglass::rib::{
    self, Covered, Covering, Frozen, LongestMatches, Lookups, OccupiedEntry, PrefixMap, PrefixSet, SetIter, VacantEntry,
};
use routeglass::text::bgpdump::{Line, LineWriter, NoLine};
use routeglass::{
    Asn, Counted, Error, Family, FamilySet, List, ListIter, MacAddress, ParseAsnError, ParseMacError, ParseTimestampError, Peer,
    Prefix, Session, Timestamp,
};

const fn shared<T: Send + Sync>() {}
const fn copied<T: Copy + Send + Sync>() {}
const fn kept<T: Send + Sync + 'static>() {}

macro_rules! assert_all {
    ($bound:ident: $($type:ty),* $(,)?) => {
        const _: () = { $($bound::<$type>();)* };
    };
}

#[cfg(feature = "rayon")]
assert_all!(shared: routeglass::mrt::ParRecords<'_>, routeglass::element::ParElements<'_>, routeglass::filter::ParFiltered<'_, '_>,);
#[cfg(feature = "rayon")]
assert_all!(copied: routeglass::mrt::RunRecords<'_>,);
#[cfg(feature = "rayon")]
assert_all!(kept: routeglass::index::Index, routeglass::index::IndexError,);
#[cfg(feature = "rayon")]
assert_all!(shared: routeglass::index::IndexedRuns<'_>,);
#[cfg(feature = "rayon")]
assert_all!(kept: routeglass::mrt::Run, routeglass::io::ParDecompress<fs::File>,);
#[cfg(feature = "rayon")]
assert_all!(kept: routeglass::io::Passed,);
#[cfg(feature = "arrow")]
assert_all!(kept:
    routeglass::arrow::Batches<fs::File>, routeglass::arrow::NormalisedBatches<fs::File>, routeglass::arrow::TableBuilder,
    routeglass::arrow::TableError,
    routeglass::arrow::TableOptions, routeglass::arrow::UnknownColumn,
);
#[cfg(all(feature = "arrow", feature = "rayon"))]
assert_all!(kept: routeglass::arrow::ParBatches<fs::File>,);
#[cfg(feature = "arrow")]
assert_all!(copied: routeglass::arrow::AddPath, routeglass::arrow::Columns, routeglass::arrow::Errors, routeglass::arrow::Types,);
assert_all!(kept: bgp::Decoder, bgp::MessageBuf,);
assert_all!(kept: Filter, ParseFilterError,);
assert_all!(copied: Key, ParseTimestampError,);
assert_all!(kept: LineWriter, MergedReader<fs::File>,);
assert_all!(copied: NoLine,);
#[cfg(feature = "serde")]
assert_all!(kept: routeglass::text::columns::RowWriter, routeglass::text::json::ObjectWriter,);
assert_all!(shared: Filtered<'_, ArchiveElements<'_>>,);
#[cfg(feature = "tokio")]
assert_all!(kept: bgp::Codec, bgp::CodecError,);
#[cfg(feature = "serde")]
assert_all!(copied: routeglass::text::json::RecordMessage<'_>);

// Views and values: `Copy`, usable in any thread.
assert_all!(copied:
    Aggregator, As4Aggregator, As4Path<'_>, AsPath<'_>, AtomicAggregate, AttrFlags, Attribute<'_>, Attributes<'_>, AttributesIter<'_>,
    ClusterId, ClusterList<'_>, Communities<'_>, Community, ExtendedCommunities<'_>, ExtendedCommunity, LargeCommunities<'_>,
    LargeCommunity, MergedPath<'_>, MpReach<'_>, MpUnreach<'_>, Origin, Segment<'_>, SegmentKind, Segments<'_>, Value<'_>,
    AddPath, AddPathMode, BgpsecMode, BgpsecSupport, Capabilities<'_>, Capability<'_>, CapabilityValue<'_>, CountedText<'_>,
    ExtendedNextHop, Fqdn<'_>, GracefulRestart<'_>, Llgr, MultiProtocol, MultipleLabels, Multisession<'_>, MultisessionFlags,
    OrfDirection, OrfFamily<'_>, OrfSupport, PathsLimit, PolicyDistribution, Restart, RestartFamily, RestartFlags, StaleFlags,
    StateFlags,
    AddressPrefixFilter, CoveringPrefixFilter, FilterEntries<'_>, FilterEntry<'_>, FilterGroup<'_>, FilterHead, FilterHost,
    FilterValue<'_>, Filters<'_>,
    Message<'_>, Messages<'_>, Notification<'_>, NotificationData<'_>, Open<'_>, Parameter<'_>, Parameters<'_>,
    RouteRefresh<'_>, Update<'_>,
    Carrier, ColumnType, Element<'_>, ElementKind, ElementOctetsError, JsonType, Peer, Route<'_>, Strictness, Line<'_>,
    Action, Context, EncodeError, EncodeErrorKind, Error, ErrorKind, ParseAsPathError, ParseCommunityError, ParseMacError, ParsePrefixError, ParseRouteDistinguisherError,
    WrongFamily,
    Bgp4mpEntry<'_>, Bgp4mpMessage<'_>, Body<'_>, Compression, DecompressErrorKind, Frame, Gap, GeoPeer, GeoPeerTable<'_>, IndexedPeer,
    IndexedPeers<'_>, PeerIndexTable<'_>, ReaderOptions, Reading, Record<'_>, Records<'_>, Recovered<'_>, RecoveredRecords<'_>, RibRecord<'_>, RibEntries<'_>, RibEntry<'_>,
    RibRoute<'_>, Snapshot<'_>, StateChange, TableDump<'_>, TableDumpEntries<'_>, TableDumpEntry<'_>, Timestamp,
    routeglass::attr::pmsi::CompositeTunnel<'_>, nlri::NextHopRd, nlri::ServiceLabel, nlri::ServiceLabels, nlri::WithVnis<nlri::RouteValue<'_>>,
    NextHop<'_>, Nlri<'_>, PathPrefix, Prefixes<'_>, PrefixesIter<'_>,
    Label, LabelEncoding, LabeledPrefix<'_>, Labels<'_>, RawRoute<'_>, nlri::RouteValue<'_>, RouteDistinguisher, Routes<'_>, VplsDiscovery, VplsRoute<'_>,
    VplsSite, VpnPrefix<'_>,
    Asn, Counted<'_, 1>, Family, FamilySet, List<'_, Asn>, ListIter<'_, Asn>, MacAddress, Prefix, Session,
);

// Code points.
assert_all!(copied:
    MessageType, OpenParameter, OspfRouteType, Role, RouteRefreshSubtype, AttrCode, CapabilityCode, OrfType, OrfAction, WhenToRefresh, Afi, Safi, EvpnRouteType, EsiType,
    McastVpnRouteType, MupRouteType, BgpLsNlriType, BgpLsProtocol, BgpLsTlv, FlowspecComponentType, RdType, ExtCommunityType,
    ExtCommunitySubtype, Ipv6ExtCommunitySubtype, WellKnownCommunity, TunnelType, TunnelSubTlv, SegmentType, PmsiTunnelType,
    PrefixSidTlvType, NotificationCode, MessageHeaderErrorSubcode, OpenMessageErrorSubcode, UpdateMessageErrorSubcode, FsmErrorSubcode,
    CeaseSubcode, RouteRefreshErrorSubcode, MrtType, SubtypeName, TableDumpSubtype, TableDumpV2Subtype, Bgp4mpSubtype, LegacyBgpSubtype, FsmState, BmpType,
    BmpPeerType, BmpInitiationTlv, BmpPeerUpTlv, BmpTerminationTlv, BmpTerminationReason, BmpPeerDownReason, BmpMirroringTlv,
    BmpMirroringInformation, BmpStatistic, RtrPdu, BfdMode, Enlp, L2Encapsulation, SrPolicyMetric, SrPolicyOrigin,
    SrSegmentDescriptor, Srv6Behavior, VpnPrefixOrfTlv,
);

// Iterators with a position, which a copy would silently fork.
assert_all!(shared: Asns<'_>, FieldValue<'_>, ArchiveElements<'_>, RecordElements<'_, '_>, UpdateElements<'_>);

// Owned values cross threads and outlive their source.
assert_all!(kept:
    Archive<fs::File>, ArchiveError, ElementBuf, Elements<fs::File>, Decompress<fs::File>, DecompressError, SessionDirection, Evidence, ParseAsnError, PeerEvidence, ReadContext, Place,
    Places, ReadError, Reader<fs::File>, RecordBuf, RecoveringReader<fs::File>,
    AsPathBuf, TableDumpWriter, OpenBuilder, UpdateBuilder, NotificationBuilder, RouteRefreshBuilder, Error, Prefix, Session,
);

// Tables. An iterator without owned data is as shareable as the map.
assert_all!(kept: Frozen<u32>, PrefixMap<u32>, PrefixSet, rib::IntoIter<u32>);
assert_all!(shared:
    rib::Iter<'_, u32>, rib::IterMut<'_, u32>, rib::Keys<'_, u32>, rib::Values<'_, u32>, Covered<'_, u32>, Covering<'_, u32>,
    SetIter<'_>, LongestMatches<'_, u32, std::vec::IntoIter<Prefix>>, rib::Entry<'_, u32>, OccupiedEntry<'_, u32>,
    VacantEntry<'_, u32>, Lookups<'_, u32, std::vec::IntoIter<std::net::IpAddr>>,
);
#[cfg(feature = "rib")]
mod tables {
    use super::{copied, kept, shared};
    use routeglass::rib::{
        AddPathReading, Ambiguous, Applied, Archives, AttributeStore, AttributesId, BestPathOptions, Change, Collector, Damage,
        LoadError, Loaded, Note, OtherChange, OtherRoutes, PeerId, PrefixRoutes, Replay, Report, Rib, RibKind, RibOptions,
        RibPeer, SourceId, Staleness, StoredRoute,
    };

    assert_all!(kept:
        Ambiguous, Archives, AttributeStore, Collector, Damage, LoadError, Loaded, Note, Replay, Rib, RibPeer
    );
    assert_all!(shared: Report<'_>);
    assert_all!(copied:
        AddPathReading, Applied, BestPathOptions, AttributesId, Change<'_>, OtherChange<'_>, OtherRoutes<'_>, PeerId,
        PrefixRoutes<'_>, RibKind, RibOptions, SourceId, Staleness, StoredRoute<'_>
    );
}

#[cfg(feature = "peering")]
mod peering {
    use super::{copied, kept, shared};
    use routeglass::peering::aspa::{self, Attested, Outcome};
    use routeglass::peering::exchange::ExchangeError;
    use routeglass::peering::format::{AsnList, FormatError, FormatErrorKind, OldCodes, Serial, SerialReader};
    use routeglass::peering::otc::{Egress, Ingress, Role};
    use routeglass::peering::rov::{Validity, Vrp, Vrps};
    use routeglass::peering::{
        AddressFamily, Claims, Clique, Cone, Cones, Difference, Hop, Hygiene, HygieneCounts, Inference, InferenceError, Judge,
        Leak, LeakKind, Link, LinkEvidence, Losses, Lost, LostLink, LostNetwork, Over, PathStore, Paths, Reach, Reduction,
        Rejected, Relation, Relations, RoleCommunities, Shape, Source, Step, Steps, StoreError, StoredPath, Thresholds, Warning,
        WithoutLink,
    };

    assert_all!(kept:
        AsnList, Attested, Claims, Clique, Cones, Hygiene, Inference, Judge, Losses, PathStore, Reach, Reduction, Relations,
        RoleCommunities, SerialReader, Vrps, WithoutLink,
    );
    assert_all!(shared: Paths<'_>);
    assert_all!(copied:
        aspa::Direction, AddressFamily, Cone, Difference, Egress, LinkEvidence, ExchangeError, FormatError, FormatErrorKind, Hop,
        HygieneCounts, InferenceError, Ingress, Leak, LeakKind, Link, Lost, LostLink, LostNetwork, OldCodes, Over, Rejected,
        Relation, Role, Serial, Shape, Source, Step, Steps, StoreError, StoredPath<'_>, Thresholds, Validity, Outcome, Vrp,
        Warning,
    );
}

// Attributes with hand-written value types.
assert_all!(copied:
    AttrSet<'_>, ContainerContent<'_>, Ipv6ExtendedCommunity, ParseIpv6ExtendedCommunityError, PmsiTunnelId<'_>, SubTlvs<'_>,
    SubTlvsIter<'_>, SwitchingSpecific<'_>,
);

// Parts of values checked by the trait below: fields of routes, and values made by a macro in their file.
assert_all!(shared:
    OptionalAddress, MulticastAddress, MupTunnel<'_>, MupInterworkSegment, MupDirectSegment, MupType1Session<'_>, MupType2Session,
    CarKey<'_>, CarValue<'_>, RouteTargetPrefix, FlowspecPrefix, FlowspecComponent<'_>, FlowspecComponents<'_>, LabelStackEntry, RawLinkStateTlv<'_>,
    RawLinkStateTlvs<'_>, LinkStateTlvs<'_>,
);
assert_all!(shared: ParseRouteError, ParseEsiError, ParseMembershipError, ParseFlowspecError, FlowspecBuilder);

fn sources(dir: &Path, list: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // The command exports nothing.
            if !path.ends_with("bin") {
                sources(&path, list);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            list.push(path);
        }
    }
}

/// Types that the trait of nested structures, or of routes, requires to be `Copy + Send + Sync`.
fn described() -> Vec<String> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric()).collect::<String>();
    let mut list = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        for mark in ["Field<'a> for ", "Field<'_> for ", "wire_newtype!(", "wire_flags!("] {
            list.extend(text.match_indices(mark).map(|(at, _)| word(&text[at + mark.len()..])));
        }
        // Lists of several: `wire_flags!(A(u8) B(u8))`, `field_routes!(A<'a> B)`, `field_attributes!(A<'a> B)`.
        for mark in ["wire_newtype!", "wire_flags!", "field_routes!", "field_attributes!"] {
            for (at, _) in text.match_indices(mark) {
                let block = text[at + mark.len()..].split(';').next().unwrap_or_default();
                list.extend(block.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
            }
        }
    }
    list
}

/// Every public type declared in the sources: `struct` or `enum`, name, the attributes above it, its fields. Types that only the
/// crate can name are omitted.
fn public_types() -> Vec<(String, String, String, String)> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let root = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let from_wire = root.lines().find(|line| line.starts_with("pub use wire::")).unwrap_or_default();
    let mut types = Vec::new();
    for file in files {
        let inside = file.components().any(|part| part.as_os_str() == "wire");
        let text = fs::read_to_string(file).unwrap();
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        for (i, line) in lines.iter().enumerate() {
            let Some((what, rest)) = ["struct", "enum"].iter().find_map(|w| Some((*w, line.strip_prefix(&format!("pub {w} "))?)))
            else {
                continue;
            };
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
            let attributes: Vec<_> = lines[..i].iter().rev().take_while(|l| l.starts_with("#[")).copied().collect();
            // Macros add attributes to their types: `wire_struct!` gives the reason why its structures are exhaustive,
            // `wire_tlv!` makes its enums non-exhaustive, and both assert this test's requirements by their trait.
            let above = lines[..i].iter().rev().find(|l| !l.starts_with("#[") && !l.starts_with("///"));
            let by_macro =
                above.is_some_and(|l| ["wire_", "text_", "values!"].iter().any(|m| l.starts_with(m)) && l.contains('!'));
            if by_macro {
                continue;
            }
            let fields: Vec<_> = lines[i + 1..].iter().copied().take_while(|l| line.ends_with('{') && *l != "}").collect();
            // Types named by a macro are in the lists above by name.
            if !name.is_empty() && (!inside || from_wire.contains(&name)) {
                types.push((what.to_owned(), name, attributes.join(" "), fields.join("\n")));
            }
        }
    }
    types
}

#[test]
fn no_public_type_is_left_out() {
    let asserted: String = include_str!("api.rs")
        .split("assert_all!(")
        .skip(1)
        .filter_map(|part| part.split(");").next())
        .flat_map(|part| [part, " "])
        .collect();
    let words: Vec<_> = asserted.split(|c: char| !c.is_alphanumeric()).collect();
    let types = public_types();
    assert!(types.len() > 80, "only {} types were found", types.len());
    let described = described();
    let known = |name: &String| words.contains(&name.as_str()) || described.contains(name);
    let missing: Vec<_> = types.iter().map(|(_, name, ..)| name).filter(|name| !known(name)).collect();
    assert!(missing.is_empty(), "not asserted to be Send and Sync: {missing:?}");
    // The tables of code points make their types by macro.
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![src.join("codes.rs")];
    sources(&src.join("codes"), &mut files);
    let codes: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let tables: Vec<_> = codes
        .lines()
        .map(str::trim)
        .filter_map(|line| line.strip_suffix(" {").or_else(|| line.strip_suffix(')').filter(|line| line.contains("(u"))))
        .map(|line| line.split_once("(u").map_or(line, |(name, _)| name))
        .filter(|name| name.starts_with(char::is_uppercase) && name.chars().all(char::is_alphanumeric))
        .collect();
    assert!(tables.len() >= 56, "{tables:?}");
    let missing: Vec<_> = tables.iter().filter(|name| !words.contains(name)).collect();
    assert!(missing.is_empty(), "not asserted to be Send and Sync: {missing:?}");
}

#[test]
fn enums_and_options_leave_room_or_say_why_not() {
    let mut argued = Vec::new();
    for (what, name, attributes, fields) in public_types() {
        let open = attributes.contains("#[non_exhaustive]");
        if what == "enum" && !open {
            assert!(attributes.contains("exhaustive_enums, reason = \""), "enum {name} says neither");
            argued.push(name.clone());
        } else if what == "struct" && !open && fields.lines().any(|line| line.starts_with("pub ")) {
            // These three are constructed by programs, and an RFC fixes their fields: RFC 4760, RFC 8092, RFC 7911. The
            // structures of `wire_struct!` are those of the wire, as stated there.
            let argued = ["Family", "LargeCommunity", "PathPrefix"].contains(&name.as_str()) || attributes.is_empty();
            assert!(argued || attributes.contains("exhaustive_structs, reason = \""), "struct {name} says neither");
        }
        assert!(!name.ends_with("Options") || open, "{name} has no room for an option");
    }
    argued.sort();
    assert_eq!(
        argued,
        [
            "Action",
            "AddPathReading",
            "BindingSidValue",
            "Entry",
            "Frame",
            "Origin",
            "PeDistinguisherLabels",
            "Recovered",
            "Relation",
            "RibRoute",
            "SegmentKind",
            "Staleness"
        ]
    );
}

macro_rules! sizes {
    ($($size:literal: $($type:ty),*;)*) => { [$($((stringify!($type), size_of::<$type>(), $size)),*),*] };
}

#[cfg(target_pointer_width = "64")]
#[test]
fn sizes() {
    let wrong: Vec<_> = sizes! {
        // Values as on the wire.
        1: AttrCode, Action, LabelEncoding;
        2: MrtType;
        4: Asn, Community, ClusterId, Family;
        8: ExtendedCommunity, FamilySet, RouteDistinguisher, ErrorKind;
        12: LargeCommunity, Timestamp;
        // Two words: a window of the input.
        16: Communities<'_>, ExtendedCommunities<'_>, LargeCommunities<'_>, ClusterList<'_>, CountedText<'_>, List<'_, AddPath>;
        16: Labels<'_>;
        // A window and its reading context, or as much.
        24: AsPath<'_>, As4Path<'_>, Segment<'_>, Segments<'_>, Prefixes<'_>, PrefixesIter<'_>, Records<'_>;
        24: Prefix, Option<Prefix>, Error, Snapshot<'_>;
        // A window, its offset, and little more.
        32: Attribute<'_>, Capability<'_>, Parameter<'_>, MpUnreach<'_>, RibEntries<'_>, PathPrefix, routeglass::Result<AsPath<'_>>;
        32: Notification<'_>, RouteRefresh<'_>;
        40: CapabilityValue<'_>, RibEntry<'_>, Open<'_>, PeerIndexTable<'_>, RecordBuf, Session;
        32: TableDump<'_>;
        48: Record<'_>, MpReach<'_>, StateChange;
        // The larger ones are on the stack of a loop. An UPDATE keeps three windows, so that none is cut out of the message again.
        96: Update<'_>, Message<'_>;
        112: Bgp4mpMessage<'_>;
        40: RawRoute<'_>;
        56: NextHop<'_>;
        48: routeglass::element::Route<'_>;
        80: RibRecord<'_>;
        136: Body<'_>;
        224: Element<'_>;
        88: Attributes<'_>;
    }
    .into_iter()
    .filter(|(_, is, should)| is != should)
    .collect();
    assert!(wrong.is_empty(), "type, size, what it should be: {wrong:#?}");
}

// A line of eleven octets, `routeglass` and a line end, as written by gzip 1.12, bzip2 1.0.8, xz 5.4, zstd 1.5 and lz4 1.9.
const LINE: &[u8] = b"routeglass\n";
const COMPRESSED: [(Compression, bool, &[u8]); 5] = [
    (
        Compression::Gzip,
        cfg!(feature = "gz"),
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x2b\xca\x2f\x2d\x49\x4d\xcf\x49\x2c\x2e\xe6\x02\0\x7b\x5f\x5c\xde\x0b\0\0\0",
    ),
    (
        Compression::Bzip2,
        cfg!(feature = "bz2"),
        b"BZh91AY&SY\xad\x3f\xe6\xa9\0\0\x03\x41\x80\0\x10\x22\x84\x9e\0\x20\0\x31\0\x30\x20\x19\x32\x70\x40\xa2\x79\xbf\x17\x72\x45\x38\x50\x90\xad\x3f\xe6\xa9",
    ),
    (
        Compression::Xz,
        cfg!(feature = "xz"),
        b"\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46\x02\0\x21\x01\x16\0\0\0\x74\x2f\xe5\xa3\x01\0\x0arouteglass\n\0\0\x2b\x25\x16\x96\x0b\xee\x3c\x87\0\x01\x23\x0b\xc2\x1b\xfd\x09\x1f\xb6\xf3\x7d\x01\0\0\0\0\x04YZ",
    ),
    (Compression::Zstd, cfg!(feature = "zstd"), b"\x28\xb5\x2f\xfd\x04\x58\x59\0\0routeglass\n\xfc\x5e\x75\x98"),
    (
        Compression::Lz4,
        cfg!(feature = "lz4"),
        b"\x04\x22\x4d\x18\x64\x40\xa7\x0b\0\0\x80routeglass\n\0\0\0\0\x95\xd7\x34\xdb",
    ),
];

#[test]
fn compressed_input_is_known_by_content_or_names_its_feature() {
    for (format, on, bytes) in COMPRESSED {
        assert_eq!(Compression::detect(bytes), Some(format));
        match Decompress::new(bytes) {
            Ok(mut input) => {
                assert!(on, "{format}");
                assert_eq!(input.compression(), Some(format));
                let mut decoded = Vec::new();
                input.read_to_end(&mut decoded).unwrap();
                assert_eq!(decoded, LINE, "{format}");
            }
            Err(e) => {
                assert!(!on, "{format}: {e}");
                let text = format!("input is {format}, which needs the feature {:?}", format.feature());
                assert_eq!(e.to_string(), text);
                let inner = e.get_ref().unwrap().downcast_ref::<DecompressError>().unwrap();
                assert_eq!((inner.kind(), inner.compression()), (DecompressErrorKind::FeatureOff, format));
                // A reader of records gives the same error, with its offset.
                let e = Reader::new(bytes).unwrap_err();
                assert!(matches!(e, ReadError::Io { offset: 0, .. }), "{e}");
                assert_eq!(e.to_string(), format!("{text} (reading byte 0)"));
            }
        }
    }
    let mut plain = Decompress::new(LINE).unwrap();
    assert_eq!(plain.compression(), None);
    let mut all = Vec::new();
    plain.read_to_end(&mut all).unwrap();
    assert_eq!(all, LINE);
}

#[cfg(feature = "compression")]
#[test]
fn the_same_records_out_of_every_format() {
    use std::io::Write;
    const SAMPLE: &[u8] = include_bytes!("../data/sample.mrt");
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(SAMPLE).unwrap();
    let mut bz2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bz2.write_all(SAMPLE).unwrap();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    xz.write_all(SAMPLE).unwrap();
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    lz4.write_all(SAMPLE).unwrap();
    let zstd = ruzstd::encoding::compress_to_vec(SAMPLE, ruzstd::encoding::CompressionLevel::Fastest);
    let expected: Vec<_> = routeglass::mrt::records(SAMPLE).map(|r| r.unwrap().as_bytes().to_vec()).collect();
    assert_eq!(expected.len(), 8);
    for (format, bytes) in [
        (Some(Compression::Gzip), gz.finish().unwrap()),
        (Some(Compression::Bzip2), bz2.finish().unwrap()),
        (Some(Compression::Xz), xz.finish().unwrap()),
        (Some(Compression::Lz4), lz4.finish().unwrap()),
        (Some(Compression::Zstd), zstd),
        (None, SAMPLE.to_vec()),
    ] {
        let mut reader = Reader::new(&bytes[..]).unwrap();
        assert_eq!(reader.input().compression(), format);
        let mut list = Vec::new();
        while let Some(record) = reader.next_record().unwrap() {
            list.push(record.as_bytes().to_vec());
        }
        assert_eq!(list, expected, "{format:?}");
        // Two archives in one file are one archive.
        assert_eq!(Reader::new(&bytes.repeat(2)[..]).unwrap().map(Result::unwrap).count(), 16, "{format:?}");
        // Truncated anywhere, it is an error.
        for cut in [bytes.len() - 1, bytes.len() / 2] {
            let last = Reader::new(&bytes[..cut]).unwrap().last().unwrap();
            assert!(last.is_err(), "{format:?} cut at {cut}");
        }
    }
}

/// Every writable value can be constructed outside the crate.
#[test]
fn values_are_made_from_their_parts() {
    let (peer, local) = ((Asn(64496), [192, 0, 2, 1].into()), (Asn(64511), [192, 0, 2, 254].into()));
    let aggregator = Aggregator::new(Asn(64496), [192, 0, 2, 9].into());
    assert_eq!(As4Aggregator(aggregator).to_string(), "64496 192.0.2.9");
    let change = StateChange::new(peer, local, FsmState(6), FsmState(1));
    assert_eq!((change.peer_asn, change.local_asn, change.old.0, change.new.0), (Asn(64496), Asn(64511), 6, 1));
    let route = RawRoute::new(Family::IPV4_UNICAST, &[8, 10], 0);
    let entry = Bgp4mpEntry::new(peer, local, route, &[192, 0, 2, 1], &[]).unwrap();
    assert_eq!(entry.prefix, "10.0.0.0/8".parse().ok());
    let (mut a, mut b, mut c, mut d) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let place = GeoPeer::new(2, [192, 0, 2, 1].into(), 1.5, -2.0);
    assert!(GeoPeerTable::from_values([192, 0, 2, 254].into(), (0.0, 0.0), [place], &mut a).unwrap().peers().eq([place]));
    let path = PathPrefix { prefix: "2001:db8::/32".parse().unwrap(), path_id: None };
    let hop = NextHop::V6("2001:db8::1".parse().unwrap());
    let reach = MpReach::from_prefixes(Family::IPV6_UNICAST, &hop, [path], &Session::AS4, &mut b).unwrap();
    assert_eq!((reach.family(), reach.next_hop()), (Some(Family::IPV6_UNICAST), hop));
    let unreach = MpUnreach::from_prefixes(Family::IPV6_UNICAST, [path], &Session::AS4, &mut c).unwrap();
    assert_eq!(unreach.nlri_bytes(), reach.nlri_bytes());
    let communities = Communities::from_values(["64496:1".parse().unwrap()], &mut d);
    assert_eq!(communities.to_string(), "64496:1");
    assert_eq!(
        LargeCommunities::from_chunks(&[LargeCommunity { global: 1, local1: 2, local2: 3 }.to_octets()]).to_string(),
        "1:2:3"
    );
    assert_eq!(
        ExtendedCommunities::from_chunks(&[ExtendedCommunity([0, 2, 0, 1, 0, 0, 0, 2]).to_octets()]).to_string(),
        "rt:1:2"
    );
    assert_eq!(ClusterList::from_chunks(&[ClusterId([192, 0, 2, 1].into()).to_octets()]).to_string(), "192.0.2.1");
    assert_eq!(Timestamp::from_seconds(1).with_micros(2).to_string(), "1.000002");
}
