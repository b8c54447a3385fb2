//! The fields of elements: one table for JSON lines and for columns.
//!
//! A field has one name and one value, and up to two forms: in JSON ([`crate::text::json`]) and in a column. The table states
//! where they differ: `as_path` is a text in JSON and a list in a column. A field with only one form has none for the other;
//! `aggregator` in JSON is two columns, for instance.
//!
//! A field that an element does not have has no value. In JSON an empty list and `false` are omitted too. `offset` and `file` are the
//! place in the input, which elements do not know: what reads the input says it to a writer or table. A table has the columns marked
//! `yes` unless others are named.
//!
#![doc = include_str!("../_docs/fields.md")]

use core::fmt;
use core::net::IpAddr;
use core::ops::Deref;

use super::{Element, ElementKind, Route};
use crate::asn::Asn;
use crate::attr::{
    Aggregator, Asns, Attributes, ClusterList, Communities, ExtendedCommunities, LargeCommunities, MergedPath, Origin,
};
use crate::codes::{AttrCode, FsmState};
use crate::error::{Action, Error};
use crate::family::Family;
use crate::nlri::{self, NextHop};
use crate::prefix::Prefix;
use crate::time::Timestamp;

/// The form of a field in JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum JsonType {
    /// A string.
    Text,
    /// A number.
    Number,
    /// `true`, or nothing.
    Boolean,
    /// A list of numbers.
    Numbers,
    /// A list of strings.
    Texts,
    /// An object.
    Object,
    /// A list of objects.
    Objects,
}

impl fmt::Display for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Numbers => "list of numbers",
            Self::Texts => "list of strings",
            Self::Object => "object",
            Self::Objects => "list of objects",
        })
    }
}

/// The form of a field in a column. Every column except `kind` can be empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum ColumnType {
    /// One of a few predefined texts.
    Symbol,
    /// One of a few texts not known in advance, such as peer addresses and families.
    Word,
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// An instant in microseconds since 1970 (UTC). Microseconds of a full second or more become 999,999.
    Time,
    /// A one-octet number.
    U8,
    /// A four-octet number.
    U32,
    /// An eight-octet number.
    U64,
    /// A list of four-octet numbers.
    U32s,
    /// A truth value.
    Boolean,
    /// Octets.
    Octets,
    /// Sixteen octets: an address, IPv4 as `::ffff:a.b.c.d`.
    Address,
    /// A list of pairs of one octet each: segment type and number of ASes.
    Segments,
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Symbol => "dictionary<int8, utf8>",
            Self::Word => "dictionary<int32, utf8>",
            Self::Text => "utf8",
            Self::Texts => "list<utf8>",
            Self::Time => "timestamp[us, UTC]",
            Self::U8 => "uint8",
            Self::U32 => "uint32",
            Self::U64 => "uint64",
            Self::U32s => "list<uint32>",
            Self::Boolean => "bool",
            Self::Octets => "binary",
            Self::Address => "fixed_size_binary(16)",
            Self::Segments => "list<struct<type: uint8, count: uint8>>",
        })
    }
}

/// The value of a field: a view, displayed in the requested form.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// A text independent of the element's octets.
    Word(&'static str),
    /// A truth value.
    Boolean(bool),
    /// A number.
    Number(u64),
    /// An instant.
    Time(Timestamp),
    /// An AS number.
    Asn(Asn),
    /// An address.
    Address(IpAddr),
    /// A state of a session.
    State(FsmState),
    /// An address family.
    Family(Family),
    /// A prefix.
    Prefix(Prefix),
    /// A route of a family without plain prefixes.
    Route(nlri::RouteValue<'a>),
    /// The same for a route whose label fields hold VNIs by its attributes.
    VniRoute(nlri::WithVnis<nlri::RouteValue<'a>>),
    /// Octets of the wire.
    Octets(&'a [u8]),
    /// ORIGIN.
    Origin(Origin),
    /// AS_PATH merged with AS4_PATH.
    Path(MergedPath<'a>),
    /// AS numbers.
    Asns(Asns<'a>),
    /// A next hop.
    NextHop(NextHop<'a>),
    /// The route distinguisher of a VPN next hop.
    NextHopRd(nlri::NextHopRd),
    /// AGGREGATOR merged with AS4_AGGREGATOR.
    Aggregator(Aggregator),
    /// COMMUNITIES.
    Communities(Communities<'a>),
    /// EXTENDED_COMMUNITIES.
    ExtendedCommunities(ExtendedCommunities<'a>),
    /// LARGE_COMMUNITIES.
    LargeCommunities(LargeCommunities<'a>),
    /// CLUSTER_LIST.
    ClusterList(ClusterList<'a>),
    /// A list of path attributes, with the route's labels that may hold bits of SRv6 SIDs in it.
    Attributes(Attributes<'a>, nlri::ServiceLabels),
    /// The finding.
    Error(Error),
    /// Its action.
    Action(Action),
}

/// A field of an element.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Field {
    /// Its name, which is stable.
    pub name: &'static str,
    /// Its form in JSON; `None` if it is only in columns.
    pub json: Option<JsonType>,
    /// Its form in a column; `None` if it is only in JSON.
    pub column: Option<ColumnType>,
    /// The unit of a number; empty if none.
    pub unit: &'static str,
    /// RFC and section that define it; empty for fields of the carrier or of this library.
    pub rfc: &'static str,
    /// Description.
    pub about: &'static str,
    /// Whether a table has the column if none are named.
    pub is_default: bool,
    value: for<'a> fn(&Element<'a>) -> Option<FieldValue<'a>>,
    pub(crate) part: Part,
}

/// The part of an element that a field's value depends on: values of the same part are kept and copied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    /// Kind, carrier, time and direction.
    Event,
    /// The peer.
    Peer,
    /// Family and route, without its path identifier.
    Route,
    /// The attribute list, the family of the route and the list of routes that it is in.
    Reach,
    /// The attribute list, and the route of a family without plain prefixes.
    List,
    /// Any of them, or more.
    Element,
    /// The place in the input, which elements do not know: their value is none, and what reads the input has it.
    Input,
}

impl Field {
    /// The field with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.name == name)
    }

    /// The field's value; `None` if the element does not have it, or it cannot be read.
    pub fn value<'a>(&self, element: &Element<'a>) -> Option<FieldValue<'a>> {
        (self.value)(element)
    }

    /// Whether the field is the place in the input, `offset` or `file`: elements do not have it, and what reads the input says it.
    pub fn is_of_input(&self) -> bool {
        INPUT.contains(&self.name)
    }
}

// One row per field: name, form in JSON, form in a column (in parentheses if a table has it only by name), unit, RFC, description,
// accessor. The blocks say what their fields depend on.
macro_rules! fields {
    (@ $type:ident -) => { None };
    (@ $type:ident ($form:ident)) => { Some($type::$form) };
    (@ $type:ident $form:ident) => { Some($type::$form) };
    (default -) => { false };
    (default ($form:ident)) => { false };
    (default $form:ident) => { true };
    ($($part:ident {
        $($name:literal $json:tt $column:tt $unit:literal $rfc:literal $about:literal $value:expr;)*
    })*) => {
        /// The fields of elements, in the order in which they are shown.
        pub const FIELDS: &[Field] = &[$($(Field {
            name: $name,
            json: fields!(@ JsonType $json),
            column: fields!(@ ColumnType $column),
            unit: $unit,
            rfc: $rfc,
            about: $about,
            is_default: fields!(default $column),
            value: $value,
            part: Part::$part,
        },)*)*];
    };
}

use FieldValue as V;

/// Names of the fields that are places in the input.
const INPUT: [&str; 2] = ["offset", "file"];

fields! {
    Event {
        "kind" Text Symbol "" "" "`announce`, `withdraw`, `rib` or `state`" |e| Some(V::Word(e.kind().name()));
        "record_type" Text (Symbol) "" "RFC 6396 section 4"
            "the type of the record that carried it, such as `TABLE_DUMP_V2`" |e| e.carrier().mrt_type()?.name().map(V::Word);
        "time" Number Time "seconds since 1970 (UTC); microseconds in a column" "RFC 6396 section 2"
            "when it was written down; a bare message has none" |e| e.stated_time().map(V::Time);
        "micros" Number - "microseconds" "RFC 6396 section 3"
            "the fraction of `time`, where the carrier has a valid one" |e| number(e.time().micros_in_second());
    }
    Element {
        "originated" Number (Time) "seconds since 1970 (UTC); microseconds in a column" "RFC 6396 section 4.3.4"
            "when a table's route was received" |e| e.originated().map(|seconds| V::Time(Timestamp::from_seconds(seconds)));
    }
    Event {
        "local" Boolean (Boolean) "" "RFC 6396 section 4.4.5"
            "whether the collector sent it to the peer; of a bare message it is not known" |e| e.carrier().mrt_type().map(|_| V::Boolean(e.is_local()));
    }
    Peer {
        "peer_asn" Number U32 "" "" "the peer's AS number; none if the peer is not known" |e| e.peer().stated_asn().map(V::Asn);
        "peer_address" Text Word "" "" "the peer's address" |e| e.peer().address.map(V::Address);
        "peer_bgp_id" Text (Text) "" "RFC 6396 section 4.3.1"
            "the peer's BGP identifier" |e| e.peer().bgp_id.map(|id| V::Address(id.into()));
    }
    Event {
        "old_state" Text (Text) "" "RFC 6396 section 4.4.1" "the session's state before" |e| states(e).map(|(old, _)| V::State(old));
        "new_state" Text (Text) "" "RFC 6396 section 4.4.1" "the session's state after" |e| states(e).map(|(_, new)| V::State(new));
    }
    Route {
        "family" Text Word "" "RFC 4760 section 3" "the address family" |e| e.family().map(V::Family);
        "prefix" Text Text "" "RFC 4271 section 4.3" "the prefix, of families with plain ones" |e| e.prefix().map(V::Prefix);
        "prefix_address" - (Address) "" "RFC 4271 section 4.3" "its first address" |e| e.prefix().map(|p| V::Address(p.address()));
        "prefix_length" - (U8) "bits" "RFC 4271 section 4.3" "its length" |e| number(e.prefix().map(Prefix::len));
    }
    Element {
        "route" Text (Text) "" "RFC 4760 section 5"
            "a route of a family without plain prefixes, as [`crate::nlri::RouteValue`] shows it, or with VNIs [`crate::nlri::WithVnis`]" route;
        "decoded" Object - "" "RFC 4760 section 5" "the fields of such a route" route;
        "path_id" Number U32 "" "RFC 7911 section 3" "the path identifier" |e| number(e.path_id());
    }
    Route {
        "octets" Text - "" "RFC 4760 section 5"
            "the octets of such a route, in hexadecimal; of an unknown family, of all its routes" |e| route_octets(e).map(V::Octets);
        "route_octets" - (Octets) "" "RFC 4760 section 5" "the same" |e| route_octets(e).map(V::Octets);
    }
    Reach {
        "next_hop" Text Text "" "RFC 4271 section 5.1.3, RFC 4760 section 3"
            "the next hop; in a column the global address of two" |e| next_hop(e).map(|next_hop| V::NextHop(next_hop.without_rd()));
        "next_hop_rd" Text (Text) "" "RFC 4364 section 4.3.2, RFC 4659 section 3.2.1"
            "the route distinguisher of a VPN's next hop, where it is not the usual zero" |e| next_hop(e)?.rd().filter(|rd| !rd.is_zero()).map(V::NextHopRd);
    }
    List {
        "origin" Text Symbol "" "RFC 4271 section 5.1.1"
            "`IGP`, `EGP` or `INCOMPLETE`" |e| list(e)?.origin().ok().flatten().map(V::Origin);
        "as_path" Text U32s "" "RFC 4271 section 5.1.2, RFC 6793 section 4.2.3"
            "the AS path, of AS_PATH and AS4_PATH or of BGPSEC_PATH: as [`crate::attr::MergedPath`] shows it; in a column its numbers"
            |e| path(e).map(V::Path);
        "as_path_segments" - Segments "" "RFC 4271 section 5.1.2"
            "the segments that divide the numbers of `as_path`, unless it is one sequence" |e| path(e).map(V::Path);
        "as_path_text" - (Text) "" "RFC 4271 section 5.1.2" "the AS path as `bgpdump` prints it" |e| path(e).map(V::Path);
        "origin_asns" Numbers (U32s) "" "RFC 4271 section 5.1.2"
            "the last AS number, or all of a set that ends the path" |e| path(e).map(|path| V::Asns(path.origins()));
        "origin_asn" - U32 "" "RFC 4271 section 5.1.2"
            "the last AS number, if a set of several does not end the path" |e| origin_asn(&path(e)?).map(V::Asn);
        "med" Number U32 "" "RFC 4271 section 5.1.4" "MULTI_EXIT_DISC" |e| number(list(e)?.multi_exit_disc().ok().flatten());
        "local_pref" Number U32 "" "RFC 4271 section 5.1.5" "LOCAL_PREF" |e| number(list(e)?.local_pref().ok().flatten());
        "atomic_aggregate" Boolean Boolean "" "RFC 4271 section 5.1.6"
            "whether ATOMIC_AGGREGATE is there" |e| list(e).map(|a| V::Boolean(a.atomic_aggregate()));
        "aggregator" Text - "" "RFC 4271 section 5.1.7, RFC 6793 section 4.2.3"
            "`ASN address`, AS4_AGGREGATOR worked in" |e| aggregator(e).map(V::Aggregator);
        "aggregator_asn" - U32 "" "RFC 4271 section 5.1.7, RFC 6793 section 4.2.3"
            "its AS number" |e| aggregator(e).map(|aggregator| V::Asn(aggregator.asn));
        "aggregator_address" - Text "" "RFC 4271 section 5.1.7"
            "its address" |e| aggregator(e).map(|aggregator| V::Address(aggregator.address.into()));
        "communities" Texts Texts "" "RFC 1997"
            "COMMUNITIES: in JSON those with a name by it, such as `no-export`; in a column all as numbers, in CSV and TSV too"
            |e| list(e)?.communities().ok().filter(|list| !list.is_empty()).map(V::Communities);
        "extended_communities" Texts Texts "" "RFC 4360" "EXTENDED_COMMUNITIES"
            |e| list(e)?.extended_communities().ok().filter(|list| !list.is_empty()).map(V::ExtendedCommunities);
        "large_communities" Texts Texts "" "RFC 8092" "LARGE_COMMUNITIES"
            |e| list(e)?.large_communities().ok().filter(|list| !list.is_empty()).map(V::LargeCommunities);
        "originator_id" Text (Text) "" "RFC 4456 section 8" "ORIGINATOR_ID"
            |e| list(e)?.originator_id().ok().flatten().map(|id| V::Address(id.into()));
        "cluster_list" Texts (Texts) "" "RFC 4456 section 8" "CLUSTER_LIST"
            |e| list(e)?.cluster_list().ok().filter(|list| !list.is_empty()).map(V::ClusterList);
        "otc" Number U32 "" "RFC 9234 section 5" "OTC" |e| list(e)?.only_to_customer().ok().flatten().map(V::Asn);
        "other_attributes" Objects - "" "RFC 4271 section 4.3"
            "attributes that have no field of their own or cannot be read" others;
        "attributes" - (Octets) "" "RFC 4271 section 4.3" "all path attributes on the wire"
            |e| Some(e.attribute_bytes()).filter(|octets| !octets.is_empty()).map(V::Octets);
    }
    Element {
        "error" Object Text "" "RFC 7606"
            "what is wrong with what carried the element: in JSON its `text`, `action` and `offset`" |e| e.finding().map(V::Error);
        "error_action" - (Symbol) "" "RFC 7606 section 2"
            "what a speaker does about it" |e| e.finding().map(|error| V::Action(error.action()));
        "error_offset" - (U64) "octets from the start of the input" ""
            "where it is" |e| e.finding().map(|error| V::Number(error.offset()));
    }
    Input {
        "offset" - (U64) "octets from the start of the input" "" "where the record starts in the decompressed input; a JSON line of `dump` with damage has `record`, the number of its record, and `offset` too, that of `error`" |_| None;
        "file" - (Word) "" "" "the input, of several: as its path was given" |_| None;
    }
}

fn number<'a>(value: Option<impl Into<u64>>) -> Option<FieldValue<'a>> {
    value.map(|value| V::Number(value.into()))
}

const fn states(element: &Element<'_>) -> Option<(FsmState, FsmState)> {
    match element.kind() {
        ElementKind::StateChange(old, new) => Some((old, new)),
        _ => None,
    }
}

/// The attributes of an element that has a list, in place if they are indexed.
enum List<'e, 'a> {
    InPlace(&'e Attributes<'a>),
    Readable(Attributes<'a>),
}

impl<'a> Deref for List<'_, 'a> {
    type Target = Attributes<'a>;

    #[cfg_attr(optimised, inline(always))]
    fn deref(&self) -> &Attributes<'a> {
        match self {
            Self::InPlace(list) => list,
            Self::Readable(list) => list,
        }
    }
}

/// The attributes of an element that has a list.
#[cfg_attr(optimised, inline(always))]
fn list<'e, 'a>(element: &'e Element<'a>) -> Option<List<'e, 'a>> {
    match element.indexed_attributes() {
        Some(list) => Some(List::InPlace(list)),
        None => readable_list(element).map(List::Readable),
    }
}

#[inline(never)]
fn readable_list<'a>(element: &Element<'a>) -> Option<Attributes<'a>> {
    match element.kind() {
        ElementKind::Announce | ElementKind::Rib => element.attributes().ok(),
        _ => None,
    }
}

/// The list, unless all its attributes are usual ones, which have fields.
fn others<'a>(element: &Element<'a>) -> Option<FieldValue<'a>> {
    let list = list(element).filter(|list| !list.is_surely_clean())?;
    Some(V::Attributes(*list, service_labels(element, &list)))
}

/// The decoded route of a family without plain prefixes.
fn decoded<'a>(element: &Element<'a>) -> Option<nlri::RouteValue<'a>> {
    match element.route() {
        Route::Other(route) => route.decode().ok().filter(|route| !matches!(route, nlri::RouteValue::Unknown(_))),
        _ => None,
    }
}

fn route<'a>(element: &Element<'a>) -> Option<FieldValue<'a>> {
    let route = decoded(element)?;
    Some(if element.labels_are_vnis() { V::VniRoute(nlri::WithVnis(route)) } else { V::Route(route) })
}

/// The labels of the element's route that may hold bits of the SRv6 SIDs in its attributes.
fn service_labels(element: &Element<'_>, list: &Attributes<'_>) -> nlri::ServiceLabels {
    match decoded(element) {
        Some(route) if list.has(AttrCode::PREFIX_SID) => list.service_labels(&route),
        _ => nlri::ServiceLabels::default(),
    }
}

const fn route_octets<'a>(element: &Element<'a>) -> Option<&'a [u8]> {
    match element.route() {
        Route::Other(route) => Some(route.bytes),
        _ => None,
    }
}

fn next_hop<'a>(element: &Element<'a>) -> Option<NextHop<'a>> {
    let next_hop = match element.indexed_attributes() {
        Some(list) => element.next_hop_in(list),
        None => element.next_hop(),
    };
    next_hop.ok().flatten().filter(|next_hop| !next_hop.is_none())
}

/// The path, if the element has one that can be read.
pub(crate) fn path<'a>(element: &Element<'a>) -> Option<MergedPath<'a>> {
    let list = list(element)?;
    list.merged_path().ok().filter(|_| list.has_path())
}

/// The last number of a path, if a set of several does not end it.
pub(crate) fn origin_asn(path: &MergedPath<'_>) -> Option<Asn> {
    let mut origins = path.origins();
    match (origins.next(), origins.next()) {
        (Some(origin), None) => Some(origin),
        _ => None,
    }
}

fn aggregator(element: &Element<'_>) -> Option<Aggregator> {
    list(element)?.merged_aggregator().ok().flatten()
}
