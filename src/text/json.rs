//! Elements as JSON objects: one per line makes JSON lines.
//!
//! Field names are stable. A field that the element does not have is omitted; numbers are numbers, and everything with a text
//! form is a string.
//!
//! The fields of elements are those of [`crate::element::fields`] with a form in JSON, in that order:
//!
#![doc = include_str!("../_docs/fields.md")]
//!
//! # Messages
//!
//! Messages without routes are no elements; [`RecordMessage`] gives them with `kind` `message`, `record_type`, `time`, `micros`,
//! `local`, `peer_asn`, `peer_address` as above, `message`, and `error` if there is a finding; an End-of-RIB (RFC 4724 section 2)
//! has `end_of_rib` `true` and its `family`. For an unreadable one, `message` has only `octets` (hexadecimal). Lines of the command
//! about damage have two more members: `record`, the number of the record or message (the first is 0), and `offset`, that of
//! `error`; sound lines do not, and are the same in every file. Every
//! [`crate::bgp::Message`] is an object with its `type`:
//!
//! | `type` | fields |
//! |---|---|
//! | `OPEN` | `version`, `my_as` (two octets), `asn`, `hold_time` (seconds), `bgp_id`, `capabilities`: a list of `code`, `name`, `value`; for a damaged one `octets` (hexadecimal) and `error`; `parameters` that are no capabilities: a list of `type`, `name`, `octets` |
//! | `UPDATE` | `withdrawn`, `announced`: lists of `prefix`, `path_id`; `attributes`: a list, as below |
//! | `NOTIFICATION` | `code`, `name`, `subcode`, `subcode_name`, and by subcode `message_length`, `message_type`, `supported_version`, `capabilities`, `attribute`, `missing_attribute`, `family` and `prefix_limit`, `communication`, `hard_reset`, or `data` (hexadecimal) |
//! | `ROUTE-REFRESH` | `family`, `subtype`; with filters `when` and `filters`: a list of `orf`, `name`, `entries` with `action`, `deny`, and the fields of the filter's type |
//! | any other | `code`, `octets` (hexadecimal) |
//!
//! # Attributes
//!
//! | field | what | type |
//! |---|---|---|
//! | `code`, `name` | type code and its registered name | number, string |
//! | `flags` | flags | number |
//! | `value` | the octets in hexadecimal | string |
//! | `text` | the value as text, if the code is known | string |
//! | `decoded` | the value: a number, a string, a list, or an object with the fields of its type | any |
//! | `error` | why it cannot be read: `text`, `action`, `offset` | object |
//!
//! Fields have the names of the structures in [`crate::attr`]. A value with a leading type (TLVs and the like) is an object:
//! `type` (number), `name` if it has one, `value`. MP_REACH_NLRI is `family`, `next_hop`, `routes`; MP_UNREACH_NLRI is `family`,
//! `routes`.
//!
//! # Routes
//!
//! Plain prefixes are objects: `prefix`, and `path_id` if there is one. Routes of all other families are `path_id`, `octets`
//! (hexadecimal), `text`, `decoded`, or `error` instead of the last two:
//!
//! | family | `decoded` |
//! |---|---|
//! | labeled | `prefix`, `labels` (list of strings) |
//! | VPN, classful transport | `rd`, `prefix`, `labels` |
//! | EVPN, MCAST-VPN, BGP-LS | `type`, `name`, `value` (an object with the fields of the type) |
//! | MUP | `architecture`, `type`, `name`, and the fields of the type |
//! | CAR | `type`, `rd`, `prefix`, `color`, `tlvs` |
//! | flow specifications | `rd`, and each component by its name |
//! | VPLS | the fields of its kind |
//! | MDT | `rd`, `pe`, `group` |
//! | SR policy | `distinguisher`, `color`, `endpoint` |
//! | route target membership | `origin_as`, `target` (hexadecimal), `target_len` (bits); nothing for the default |
//!
//! # Reading elements back
//!
//! The members do not say all of an element: not the order, flags and widths of its attributes, nor the octets of most of them. Nor
//! do they need to: the object of an owned element, an [`ElementBuf`], has one more member at its end, `lossless`, with everything in
//! it ([`ElementBuf::to_octets`], in hexadecimal), and is read back from that. In formats that people do not read, an [`ElementBuf`]
//! is those octets.
//!
//! # Members from other attributes
//!
//! The meaning of some fields depends on other attributes; elements and messages show it as additional members:
//!
//! * With the encapsulation VXLAN, NVGRE, VXLAN-GPE or GENEVE, label fields of EVPN routes and of PMSI_TUNNEL hold VNIs (RFC 8365
//!   section 5.1.3): `vni` is the number in `label`, `vni1` and `vni2` those in `label1` and `label2`. The texts have them too,
//!   as `vni=10100` ([`crate::nlri::WithVnis`]). A withdrawal has no attributes, so its labels are plain ones.
//! * If bits of an SRv6 SID are transposed into a label of the element's route (RFC 9252 section 4), `service_sid` in the SID's
//!   object in PREFIX_SID is the whole SID; the text has it as `service_sid=2001:db8:1:1:44::`.
//! * The distinguisher of a VPN next hop is `next_hop_rd` if it is not zero, here and in MP_REACH_NLRI.
//!
//! # Texts
//!
//! Every type has one text form. The listed types display it, and most parse it back (`FromStr`, or `from_text`):
//!
//! | what | form | type |
//! |---|---|---|
//! | AS number | `64496`; in JSON a number | [`crate::Asn`] |
//! | family | AFI and SAFI separated by a space, `IPv4 unicast`; in lists inside texts `IPv4/unicast` | [`crate::Family`] |
//! | prefix | `198.51.100.0/24`, `2001:db8::/32` | [`crate::Prefix`] |
//! | AS path | numbers of a sequence separated by spaces, `\\|` between two sequences, sets `{64496,64497}`; a confederation's `(64496 64497)` and `[64496,64497]` | [`crate::attr::AsPathBuf`] |
//! | aggregator | AS number and address, `64496 192.0.2.1` | [`crate::attr::Aggregator`] |
//! | community | `64496:100`, or the registry's name: `no-export` | [`crate::attr::Community`] |
//! | large community | `64496:1:2` | [`crate::attr::LargeCommunity`] |
//! | extended community | name and fields separated by colons: `rt:64496:100`, `encap:vxlan`, `redirect-ip:192.0.2.9:copy`; without a name `0x` and all octets | [`crate::attr::ExtendedCommunity`] |
//! | the same with an IPv6 address | `rt:[2001:db8::1]:100`, `redirect-ip:[2001:db8::9]:copy` | [`crate::attr::Ipv6ExtendedCommunity`] |
//! | route target | an extended community, `rt:` and a value in the form of a route distinguisher; in memberships only the value, `64496 64496:100` (origin AS, target), or `64496 0x0002fbf0/32`, or `default` | [`crate::nlri::RouteTargetMembership`] |
//! | route distinguisher | `64496:100` (type 0), `192.0.2.1:100` (type 1), `65536:100` (type 2; `64496L:100` for numbers below 65536), else `0x` and all octets | [`crate::nlri::RouteDistinguisher`] |
//! | label | its 20 bits: `100` at the bottom of its stack with traffic class 0; else with the last four bits, `631:4` | [`crate::nlri::Label`] |
//! | label stack | outermost first, `100/200`; in a withdrawal also `withdrawn` | [`crate::nlri::Labels`] |
//! | next hop | an address; the global and the link-local one separated by a space | [`crate::nlri::NextHop`] |
//! | Ethernet segment | `0`, `max`, `lacp/MAC/KEY`, `mstp/MAC/PRIORITY`, `mac/MAC/NUMBER`, `router-id/ADDRESS/NUMBER`, `as/ASN/NUMBER`, or ten octets with colons | [`crate::nlri::Esi`] |
//! | MAC address | `00:53:00:00:00:01` | [`crate::MacAddress`] |
//! | flow specification | components separated by spaces, each a name and its match: a prefix (IPv6 with the bits to skip: `/64-104`), comparisons `=80\|>=1024&<=2048`, bits `=syn+ack\|!fin`; `\|` is "or", `&` is "and" | [`crate::nlri::FlowspecBuilder`] |
//! | fields | `name=value` separated by spaces, as in `mac-ip(rd=64496:1 esi=0 …)`; a type without a name is `type-249(0x…)`, a list `[a,b]`, nothing `none` | [`crate::nlri::EvpnRoute`] |
//! | link-state | as fields; router identifiers are `192.0.2.1` (OSPF), `1920.0000.2001` (IS-IS), followed by the pseudonode `192.0.2.1:198.51.100.1`, `1920.0000.2001.02` | [`crate::nlri::IgpRouterId`] |
//! | flags | names separated by `\|`, unnamed bits as `0x10`, `0` for none | |
//! | octets | hexadecimal; inside texts after `0x` | |

use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

use serde::Deserialize;
use serde::de::{self, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::memo::{Lists, Peers};
use super::value::{JsonValue, Times, Values, is_empty};
use crate::asn::Asn;
use crate::bgp::Message;
use crate::codes::{AttrCode, MrtType};
use crate::element::fields::{FIELDS, Field, FieldValue, Part};
use crate::element::mrt::TableEntries;
use crate::element::{Carrier, Element, ElementBuf, ElementKind, Route, UpdateElements};
use crate::error::{Action, Error, Result};
use crate::family::Family;
use crate::mrt::{Body, ReadContext, Record};
use crate::nlri::PathPrefix;
use crate::peer::Peer;
use crate::time::Timestamp;
use crate::wire::{JsonHex, JsonText};

/// In a format that people read, such as JSON, the object of its view with a last member `lossless`, from which it is read back; in any
/// other, [`ElementBuf::to_octets`]. [`ElementBuf::as_element`] gives the object without that member.
///
/// ```
/// use routeglass::element::ElementBuf;
///
/// # let archive: &[u8] = &[];
/// for element in routeglass::elements(archive) {
///     let element = ElementBuf::from(element?);
///     let line = serde_json::to_string(&element)?;
///     assert_eq!(serde_json::from_str::<ElementBuf>(&line)?, element);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl Serialize for ElementBuf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_bytes(&self.to_octets());
        }
        let mut map = serializer.serialize_map(None)?;
        put_members(&self.as_element(), &mut map)?;
        map.serialize_entry(LOSSLESS, &JsonHex(&self.to_octets()))?;
        map.end()
    }
}

/// From what it serialises to. The members that are for people are not read, and may be left out.
impl<'de> Deserialize<'de> for ElementBuf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.is_human_readable() {
            true => deserializer.deserialize_map(ObjectVisitor),
            false => deserializer.deserialize_bytes(OctetsVisitor),
        }
    }
}

impl Serialize for Element<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        put_members(self, &mut map)?;
        map.end()
    }
}

fn put_members<M: SerializeMap>(element: &Element<'_>, map: &mut M) -> Result<(), M::Error> {
    for field in FIELDS {
        let Some((form, value)) = field.json.and_then(|form| Some((form, field.value(element)?))) else { continue };
        let value = JsonValue(&value, Some(form));
        if !value.is_left_out() {
            map.serialize_entry(field.name, &value)?;
        }
    }
    Ok(())
}

/// The member that is read back.
const LOSSLESS: &str = "lossless";

/// Reads the object of an owned element.
struct ObjectVisitor;

/// The name of a member.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum MemberName {
    Lossless,
    #[serde(other)]
    ForPeople,
}

/// The octets of an element, in hexadecimal.
struct Hex(ElementBuf);

/// Reads [`Hex`].
struct HexVisitor;

/// Reads the octets of an element.
struct OctetsVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = ElementBuf;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of an element with a member `lossless`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ElementBuf, A::Error> {
        let mut element = None;
        while let Some(name) = members.next_key::<MemberName>()? {
            match name {
                MemberName::Lossless if element.is_some() => return Err(A::Error::duplicate_field(LOSSLESS)),
                MemberName::Lossless => element = Some(members.next_value::<Hex>()?.0),
                MemberName::ForPeople => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        element.ok_or_else(|| {
            A::Error::custom("the object has no member `lossless`: its other members do not say all of an element")
        })
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(HexVisitor)
    }
}

impl Visitor<'_> for HexVisitor {
    type Value = Hex;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the octets of an element in hexadecimal")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Hex, E> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut octets = Vec::with_capacity(pairs.len());
        for (n, pair) in pairs.iter().enumerate() {
            let [Some(high), Some(low)] = pair.map(digit) else {
                return Err(E::custom(format_args!("octet {n} is not two hexadecimal digits")));
            };
            octets.push(high << 4 | low);
        }
        if !rest.is_empty() {
            return Err(E::custom(format_args!("octet {} is not two hexadecimal digits", pairs.len())));
        }
        ElementBuf::from_octets(&octets).map(Hex).map_err(E::custom)
    }
}

/// The value of a hexadecimal digit.
const fn digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(digit.wrapping_sub(b'a' - 10)),
        b'A'..=b'F' => Some(digit.wrapping_sub(b'A' - 10)),
        _ => None,
    }
}

impl<'de> Visitor<'de> for OctetsVisitor {
    type Value = ElementBuf;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the octets of an element")
    }

    fn visit_bytes<E: de::Error>(self, octets: &[u8]) -> Result<ElementBuf, E> {
        ElementBuf::from_octets(octets).map_err(E::custom)
    }

    /// Of formats that have no octets, only lists of numbers.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ElementBuf, A::Error> {
        // A stated length sizes nothing.
        let mut octets = Vec::new();
        while let Some(octet) = list.next_element()? {
            octets.push(octet);
        }
        self.visit_bytes(&octets)
    }
}

/// Writes elements as JSON objects to a buffer, in the form that [`Element`] serializes to, without allocating for each. What
/// recurs is written once and copied: the text of each peer, and that of the attribute lists seen before, as far as a table of fixed
/// size has room for them. A clone remembers none of the latter.
///
/// ```
/// use routeglass::text::json::ObjectWriter;
///
/// # let archive: &[u8] = &[];
/// let (mut writer, mut text) = (ObjectWriter::new(), Vec::new());
/// for element in routeglass::elements(archive).flatten() {
///     writer.write(&mut text, &element);
///     text.push(b'\n');
/// }
/// ```
#[derive(Clone, Debug)]
pub struct ObjectWriter {
    steps: Vec<Step>,
    /// Whether entries of tables can be written by the octets of their lists: no other member depends on these.
    takes_octets: bool,
    texts: Texts,
    lists: Lists<Option<(Family, bool)>>,
}

/// Texts that were written before, except those of lists.
#[derive(Clone, Debug)]
struct Texts {
    values: Values,
    peers: Peers,
    start: Kept<(Carrier, Timestamp, ElementKind)>,
    route: Kept<(Family, PathPrefix)>,
}

/// The text that was written last for something.
#[derive(Clone, Debug)]
struct Kept<T> {
    of: Option<T>,
    text: Vec<u8>,
}

impl<T: PartialEq> Kept<T> {
    const fn new() -> Self {
        Self { of: None, text: Vec::new() }
    }

    /// Adds the text of `this`, which `put` writes.
    #[cfg_attr(optimised, inline(always))]
    fn put(&mut self, out: &mut Vec<u8>, this: T, put: impl FnOnce(&mut Vec<u8>)) {
        if self.of.as_ref() != Some(&this) {
            self.text.clear();
            put(&mut self.text);
            self.of = Some(this);
        }
        out.extend_from_slice(&self.text);
    }
}

/// Consecutive members.
#[derive(Clone, Debug)]
struct Step {
    what: Members,
    members: Vec<Member>,
}

/// What consecutive members depend on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Members {
    /// The record and the kind of event.
    OfStart,
    /// The peer alone.
    OfPeer,
    /// The route alone.
    OfRoute,
    /// The attribute list, the route of a family without plain prefixes, and for the next hop where that is.
    OfList,
    /// Anything.
    Others,
}

/// A member of the object.
#[derive(Clone, Debug)]
struct Member {
    field: &'static Field,
    /// A comma, the name and a colon.
    name: Vec<u8>,
    when: When,
}

/// Elements that have a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum When {
    /// Not known beforehand.
    Any,
    Originated,
    Local,
    State,
    PlainPrefix,
    OtherRoute,
    PathId,
    /// One of these attributes is there: a bit for each, at the position of its code.
    Attribute(u64),
    /// The value is the finding.
    Finding,
    /// The value is the place in the input, which elements do not know.
    Input,
}

/// Elements with one of these attributes.
const fn with_attribute(codes: &[AttrCode]) -> When {
    let (mut bits, mut rest) = (0u64, codes);
    while let [code, others @ ..] = rest {
        // No such code is over 63.
        bits |= 1u64.wrapping_shl(code.0 as u32);
        rest = others;
    }
    When::Attribute(bits)
}

impl When {
    fn of(name: &str) -> Self {
        match name {
            "originated" => Self::Originated,
            "local" => Self::Local,
            "old_state" | "new_state" => Self::State,
            "prefix" => Self::PlainPrefix,
            "route" | "decoded" | "octets" => Self::OtherRoute,
            "path_id" => Self::PathId,
            "med" => with_attribute(&[AttrCode::MULTI_EXIT_DISC]),
            "local_pref" => with_attribute(&[AttrCode::LOCAL_PREF]),
            "atomic_aggregate" => with_attribute(&[AttrCode::ATOMIC_AGGREGATE]),
            "aggregator" => with_attribute(&[AttrCode::AGGREGATOR, AttrCode::AS4_AGGREGATOR]),
            "communities" => with_attribute(&[AttrCode::COMMUNITIES]),
            "extended_communities" => with_attribute(&[AttrCode::EXTENDED_COMMUNITIES]),
            "large_communities" => with_attribute(&[AttrCode::LARGE_COMMUNITIES]),
            "originator_id" => with_attribute(&[AttrCode::ORIGINATOR_ID]),
            "cluster_list" => with_attribute(&[AttrCode::CLUSTER_LIST]),
            "otc" => with_attribute(&[AttrCode::OTC]),
            "error" => Self::Finding,
            "offset" | "file" => Self::Input,
            _ => Self::Any,
        }
    }

    /// Whether an element may have the member.
    #[cfg_attr(optimised, inline(always))]
    fn may_be(self, element: &Element<'_>, finding: Option<Error>) -> bool {
        match self {
            Self::Any => true,
            Self::Originated => element.originated().is_some(),
            Self::Local => element.is_local(),
            Self::State => matches!(element.kind(), ElementKind::StateChange(..)),
            Self::PlainPrefix => element.prefix().is_some(),
            Self::OtherRoute => matches!(element.route(), Route::Other(_)),
            Self::PathId => element.path_id().is_some(),
            Self::Attribute(codes) => element.indexed_attributes().is_none_or(|list| list.has_any(codes)),
            Self::Finding => finding.is_some(),
            Self::Input => false,
        }
    }
}

impl Default for ObjectWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl ObjectWriter {
    /// A writer of all fields that have a form in JSON.
    pub fn new() -> Self {
        Self::with_fields(FIELDS.iter().filter(|field| field.json.is_some()))
    }

    /// A writer of these fields alone, in this order. One without a form in JSON is shown as its value: a number, a string, or a
    /// list.
    pub fn with_fields(fields: impl IntoIterator<Item = &'static Field>) -> Self {
        let mut steps: Vec<Step> = Vec::new();
        for field in fields {
            let what = match field.name {
                "kind" | "record_type" | "time" | "micros" => Members::OfStart,
                "peer_asn" | "peer_address" | "peer_bgp_id" => Members::OfPeer,
                "next_hop" | "next_hop_rd" => Members::OfList,
                "family" | "prefix" | "route" | "decoded" | "path_id" | "octets" => Members::OfRoute,
                _ if field.part == Part::List => Members::OfList,
                _ => Members::Others,
            };
            let name = [&b",\""[..], field.name.as_bytes(), b"\":"].concat();
            let member = Member { field, name, when: When::of(field.name) };
            // One text of each is kept.
            let is_taken = steps.iter().any(|step| step.what == what);
            match steps.last_mut() {
                Some(step) if step.what == what => step.members.push(member),
                _ => steps.push(Step { what: if is_taken { Members::Others } else { what }, members: alloc::vec![member] }),
            }
        }
        let texts = Texts { values: Values::new(), peers: Peers::new(), start: Kept::new(), route: Kept::new() };
        let others = steps.iter().filter(|step| step.what == Members::Others).flat_map(|step| &step.members);
        let takes_octets = steps.iter().any(|step| step.what == Members::OfList) && !others.into_iter().any(Member::needs_list);
        Self { steps, takes_octets, texts, lists: Lists::new() }
    }

    /// Shows times as date and time of day ([`Timestamp::utc`]), in strings.
    #[must_use]
    pub fn with_utc(mut self) -> Self {
        self.texts.values.times = Times::Utc;
        self
    }

    /// Sets the offset of the record that the following elements are from: the field `offset`.
    pub fn set_offset(&mut self, offset: Option<u64>) {
        self.texts.values.offset = offset;
    }

    /// Sets the input that the following elements are from: the field `file`. The offset is not known until it is set.
    pub fn set_file(&mut self, file: Option<&str>) {
        (self.texts.values.offset, self.texts.values.file) = (None, file.map(Into::into));
    }

    /// Adds an element's object to `out`; returns the element's finding, which is its member `error`.
    pub fn write(&mut self, out: &mut Vec<u8>, element: &Element<'_>) -> Option<Error> {
        let Self { steps, texts, lists, .. } = self;
        let finding = element.finding();
        // The labels of other routes are part of some members.
        let list = element.indexed_attributes().filter(|_| matches!(element.route(), Route::Prefix(..)));
        let list = list.and_then(|list| Some((list, element.next_hop_place()?)));
        texts.put(out, steps, element, finding, |out, values, members| {
            let mut put = |out: &mut Vec<u8>| members.iter().for_each(|member| member.put(out, values, element, finding));
            let Some((list, place)) = list else { return put(out) };
            let text = lists.text(list, Some(place), |out| {
                put(out);
                // Errors of attributes without a field have offsets.
                Ok(list.is_surely_clean())
            });
            out.extend_from_slice(text.unwrap_or_default());
        });
        finding
    }

    /// Adds the objects of the elements of a table's record to `out`, each with a line end, if it has any, and none has a finding. A
    /// list that was seen before is neither indexed nor checked.
    ///
    /// Returns whether it did: then the record has no findings, as
    /// [`RecordElements::is_known_clean`](crate::element::RecordElements::is_known_clean) says. `false`, with `out` unchanged, for
    /// every other record, if an element has no known peer or is an error, and without fields of attributes.
    pub fn write_table(&mut self, out: &mut Vec<u8>, record: &Record<'_>, context: &ReadContext) -> bool {
        let before = out.len();
        let written = if self.takes_octets { TableEntries::of(record, context) } else { None };
        let written = written.and_then(|table| self.write_entries(out, table, context)).unwrap_or(false);
        if !written {
            out.truncate(before);
        }
        written
    }

    fn write_entries(&mut self, out: &mut Vec<u8>, mut table: TableEntries<'_>, context: &ReadContext) -> Option<bool> {
        let element = &mut table.common();
        let (family, _) = table.route();
        let mut has_any = false;
        while let Some(entry) = table.next_entry() {
            let entry = entry.ok()?;
            let Self { steps, texts, lists, .. } = self;
            match lists.of_entry(entry.attribute_bytes(), family) {
                Some((text, true)) if TableEntries::set_beside_list(element, &entry, context) => {
                    texts.put(out, steps, element, None, |out, _, _| out.extend_from_slice(text));
                }
                Some(_) => return None,
                None => {
                    if !TableEntries::set(element, &entry, context) || self.write(out, element).is_some() {
                        return None;
                    }
                    self.lists.is_of_entry(family, true);
                }
            }
            out.push(b'\n');
            has_any = true;
        }
        Some(has_any)
    }
}

impl Texts {
    /// An element's object; `put_list` adds the members of its list.
    #[cfg_attr(optimised, inline(always))]
    fn put(
        &mut self,
        out: &mut Vec<u8>,
        steps: &[Step],
        element: &Element<'_>,
        finding: Option<Error>,
        mut put_list: impl FnMut(&mut Vec<u8>, &mut Values, &[Member]),
    ) {
        let Self { values, peers, start: record, route } = self;
        let start = out.len();
        let peer = element.peer();
        let text_of_peer = peers.text(&peer, |out| {
            let members = steps.iter().filter(|step| step.what == Members::OfPeer).flat_map(|step| &step.members);
            members.for_each(|member| member.put(out, values, element, None));
        });
        for Step { what, members } in steps {
            let mut put = |out: &mut Vec<u8>| members.iter().for_each(|member| member.put(out, values, element, finding));
            match (what, element.route()) {
                (Members::OfStart, _) => record.put(out, (element.carrier(), element.time(), element.kind()), put),
                (Members::OfRoute, Route::Prefix(family, path)) => route.put(out, (family, path), put),
                (Members::OfPeer, _) => out.extend_from_slice(text_of_peer),
                (Members::OfList, _) => put_list(out, values, members),
                (Members::OfRoute | Members::Others, _) => put(out),
            }
        }
        // The first comma is the place of the brace.
        match out.get_mut(start) {
            Some(first) => {
                *first = b'{';
                out.push(b'}');
            }
            None => out.extend_from_slice(b"{}"),
        }
    }
}

impl Member {
    /// Whether the member of an entry without a finding depends on its list.
    fn needs_list(&self) -> bool {
        matches!(self.when, When::Any | When::Attribute(_)) && !matches!(self.field.part, Part::Event | Part::Peer | Part::Route)
    }

    #[inline]
    fn put(&self, out: &mut Vec<u8>, values: &mut Values, element: &Element<'_>, finding: Option<Error>) {
        if !self.when.may_be(element, finding) {
            if self.when == When::Input {
                values.put_input::<true>(out, self.field, &self.name);
            }
            return;
        }
        let value = if self.when == When::Finding { finding.map(FieldValue::Error) } else { self.field.value(element) };
        let Some(value) = value else { return };
        if matches!(value, FieldValue::Boolean(false)) || is_empty(&value, self.field) {
            return;
        }
        out.extend_from_slice(&self.name);
        values.put::<true>(out, &value, self.field);
    }
}

/// A message without routes, and its record.
#[derive(Clone, Copy, Debug)]
pub struct RecordMessage<'a> {
    record_type: Option<MrtType>,
    time: Option<Timestamp>,
    local: bool,
    peer: Option<(Asn, Option<IpAddr>)>,
    message: Result<Message<'a>, &'a [u8]>,
    end_of_rib: Option<Family>,
    finding: Option<Error>,
}

impl<'a> RecordMessage<'a> {
    /// The record's messages, read by `peers`, without UPDATEs with readable routes, which are elements. RFC 6396 section 4.4.2 has
    /// one per record; others after it are given too.
    pub fn of(record: &Record<'a>, peers: &ReadContext) -> impl Iterator<Item = Self> + use<'a> {
        Self::carried(record, peers, Self::bare).flatten()
    }

    /// The same of every message, UPDATEs with readable routes included.
    #[cfg(feature = "python")]
    pub(crate) fn every(record: &Record<'a>, peers: &ReadContext) -> impl Iterator<Item = Self> + use<'a> {
        Self::carried(record, peers, |message, octets, offset| Some(Self::with(message, octets, offset))).flatten()
    }

    fn carried(
        record: &Record<'a>,
        peers: &ReadContext,
        choose: fn(Result<Message<'a>>, &'a [u8], u64) -> Option<Self>,
    ) -> impl Iterator<Item = Option<Self>> + use<'a> {
        let record = *record;
        let carrier = match record.body() {
            Ok(Body::Message(carrier)) => Some((carrier, peers.session(&carrier))),
            _ => None,
        };
        carrier.into_iter().flat_map(move |(carrier, session)| {
            carrier.all_messages(&session).map(move |one| {
                let mut this = choose(one.message, one.octets, one.offset)?;
                for e in
                    [one.error.map(|e| e.within(record.context(), Action::None)), record.time_finding()].into_iter().flatten()
                {
                    this.found(e);
                }
                this.record_type = Some(record.kind());
                this.time = Some(record.timestamp());
                this.local = carrier.local;
                this.peer = Some((carrier.peer_asn, carrier.peer_address));
                Some(this)
            })
        })
    }

    /// A bare message with its octets, `offset` octets into the outermost input; `None` for an UPDATE with readable routes.
    pub fn bare(message: Result<Message<'a>>, octets: &'a [u8], offset: u64) -> Option<Self> {
        if let Ok(Message::Update(update)) = &message
            && UpdateElements::new(update, Peer::UNKNOWN, Timestamp::EPOCH).any(|element| element.is_ok())
        {
            return None;
        }
        Some(Self::with(message, octets, offset))
    }

    fn with(message: Result<Message<'a>>, octets: &'a [u8], offset: u64) -> Self {
        let mut this = Self {
            record_type: None,
            time: None,
            local: false,
            peer: None,
            message: message.map_err(|_| octets),
            end_of_rib: None,
            finding: None,
        };
        match message {
            Ok(message) => {
                message.findings(offset, |e| this.found(e));
                this.end_of_rib = if let Message::Update(update) = &message { update.end_of_rib() } else { None };
            }
            Err(e) => this.found(e),
        }
        this
    }

    /// Whether it is an UPDATE that marks the end of a family's routes (RFC 4724 section 2).
    pub const fn is_end_of_rib(&self) -> bool {
        self.end_of_rib.is_some()
    }

    fn found(&mut self, e: Error) {
        if self.finding.is_none_or(|worst| e.action() > worst.action()) {
            self.finding = Some(e);
        }
    }

    /// The worst finding about the message.
    pub const fn finding(&self) -> Option<Error> {
        self.finding
    }
}

/// The octets of an unreadable message.
struct Unread<'a>(&'a [u8]);

impl Serialize for Unread<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("octets", &JsonHex(self.0))?;
        map.end()
    }
}

impl Serialize for RecordMessage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", "message")?;
        if let Some(name) = self.record_type.and_then(MrtType::name) {
            map.serialize_entry("record_type", name)?;
        }
        if let Some(time) = self.time {
            map.serialize_entry("time", &time.seconds)?;
            if let Some(micros) = time.micros_in_second() {
                map.serialize_entry("micros", &micros)?;
            }
        }
        if self.local {
            map.serialize_entry("local", &true)?;
        }
        if let Some((asn, address)) = self.peer {
            map.serialize_entry("peer_asn", &asn.0)?;
            if let Some(address) = address {
                map.serialize_entry("peer_address", &JsonText(address))?;
            }
        }
        if let Some(family) = self.end_of_rib {
            map.serialize_entry("end_of_rib", &true)?;
            map.serialize_entry("family", &JsonText(family))?;
        }
        match &self.message {
            Ok(message) => map.serialize_entry("message", message)?,
            Err(octets) => map.serialize_entry("message", &Unread(octets))?,
        }
        if let Some(e) = &self.finding {
            map.serialize_entry("error", e)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use core::fmt;

    use serde::de::{Deserialize, Deserializer, Visitor, value::SeqDeserializer};
    use serde::ser::{Impossible, Serialize, Serializer};

    use crate::element::ElementBuf;
    use crate::mrt::{ReadContext, Record};

    // BGP4MP_ET MESSAGE_AS4: 192.0.2.1 AS64496 announces 198.51.100.0/24 and withdraws 10.0.0.0/8.
    const RECORD: &[u8] = &[
        0x60, 0, 0, 0, 0, 17, 0, 4, 0, 0, 0, 94, 0, 0, 0, 7, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf1, 0, 0, 0, 1, 192, 0, 2, 1, 192,
        0, 2, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 66, 2, 0, 2,
        8, 10, 0, 37, 0x40, 1, 1, 2, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1, 0xc0, 8, 4, 0xfb, 0xf0, 0, 9,
        0xe0, 99, 3, 1, 2, 3, 0x80, 200, 1, 0xff, 0xc0, 40, 10, 1, 0, 7, 0, 0, 0, 0, 0, 0, 9, 24, 198, 51, 100,
    ];

    #[test]
    fn fields() {
        let mut bytes = RECORD.to_vec();
        let declared = u32::try_from(bytes.len() - 12).unwrap();
        bytes[8..12].copy_from_slice(&declared.to_be_bytes());
        let message = u16::try_from(bytes.len() - 36).unwrap();
        bytes[52..54].copy_from_slice(&message.to_be_bytes());
        let attributes = u16::try_from(bytes.len() - 61 - 4).unwrap();
        bytes[59..61].copy_from_slice(&attributes.to_be_bytes());
        let record = Record::parse_at(&bytes, 0).unwrap();
        let lines: Vec<_> =
            record.elements(&mut ReadContext::new()).map(|e| serde_json::to_string(&e.unwrap()).unwrap()).collect();
        assert_eq!(
            lines,
            [
                r#"{"kind":"withdraw","record_type":"BGP4MP_ET","time":1610612736,"micros":7,"peer_asn":64496,"peer_address":"192.0.2.1","family":"IPv4 unicast","prefix":"10.0.0.0/8"}"#,
                r#"{"kind":"announce","record_type":"BGP4MP_ET","time":1610612736,"micros":7,"peer_asn":64496,"peer_address":"192.0.2.1","family":"IPv4 unicast","prefix":"198.51.100.0/24","next_hop":"192.0.2.1","origin":"INCOMPLETE","as_path":"64496","origin_asns":[64496],"communities":["64496:9"],"other_attributes":[{"code":99,"flags":224,"value":"010203"},{"code":200,"flags":128,"value":"ff"},{"code":40,"name":"PREFIX_SID","flags":192,"value":"01000700000000000009","text":"label-index(reserved=0 flags=0 index=9)","decoded":[{"type":1,"name":"label-index","value":{"reserved":0,"flags":0,"index":9}}]}]}"#,
            ]
        );
    }

    /// As BGP4MP_MESSAGE_AS4_LOCAL, with an invalid ORIGIN.
    #[test]
    fn what_cannot_be_read_keeps_its_octets_and_directions_differ() {
        let mut bytes =
            vec![0, 0, 0, 9, 0, 16, 0, 7, 0, 0, 0, 58, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf1, 0, 0, 0, 1, 192, 0, 2, 1, 192];
        bytes.extend([0, 2, 2]);
        bytes.extend([0xff; 16]);
        bytes.extend([0, 38, 2, 0, 0, 0, 13, 0x40, 1, 1, 9, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0]);
        bytes.extend([8, 10]);
        let record = Record::parse_at(&bytes, 0).unwrap();
        let lines: Vec<_> =
            record.elements(&mut ReadContext::new()).map(|e| serde_json::to_string(&e.unwrap()).unwrap()).collect();
        assert_eq!(
            lines,
            [
                r#"{"kind":"announce","record_type":"BGP4MP","time":9,"local":true,"peer_asn":64496,"peer_address":"192.0.2.1","family":"IPv4 unicast","prefix":"10.0.0.0/8","as_path":"64496","origin_asns":[64496],"other_attributes":[{"code":1,"name":"ORIGIN","flags":64,"value":"09","error":{"text":"ORIGIN attribute: value 9 is not valid here (at byte 58)","action":"treat-as-withdraw","offset":58}}],"error":{"text":"ORIGIN attribute: value 9 is not valid here (at byte 58)","action":"treat-as-withdraw","offset":58}}"#,
            ]
        );
    }

    fn kept() -> Vec<ElementBuf> {
        let archive = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt"));
        crate::elements(archive).map(|element| ElementBuf::from(element.unwrap())).collect()
    }

    #[test]
    fn json_for_people_is_not_changed_by_what_reads_back() {
        let all = kept();
        assert!(all.len() > 3, "{all:?}");
        for element in &all {
            let line = serde_json::to_string(&element.as_element()).unwrap();
            let lossless = serde_json::to_string(element).unwrap();
            let octets: String = element.to_octets().iter().map(|octet| format!("{octet:02x}")).collect();
            assert_eq!(lossless, format!(r#"{},"lossless":"{octets}"}}"#, line.strip_suffix('}').unwrap()));
            let back: ElementBuf = serde_json::from_str(&lossless).unwrap();
            assert_eq!((&back, back.to_octets()), (element, element.to_octets()));
            // The members for people may be left out or come after.
            assert_eq!(serde_json::from_str::<ElementBuf>(&format!(r#"{{"lossless":"{octets}"}}"#)).unwrap(), *element);
            let upper = format!(r#"{{"lossless":"{}","kind":[{{}}]}}"#, octets.to_uppercase());
            assert_eq!(serde_json::from_str::<ElementBuf>(&upper).unwrap(), *element);
        }
        let list = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<Vec<ElementBuf>>(&list).unwrap(), all);
    }

    #[test]
    fn json_that_is_no_element_says_why() {
        let element = &kept()[0];
        let error = |text: &str| serde_json::from_str::<ElementBuf>(text).unwrap_err().to_string();
        let start = "octets of an element: ";
        for (json, text) in [
            (r#"{"lossless":""}"#, format!("{start}needs 1 byte more than is there (at byte 0) at line 1 column 14")),
            (r#"{"lossless":"02"}"#, format!("{start}value 2 is not valid here (at byte 0) at line 1 column 16")),
            (r#"{"lossless":"01f"}"#, "octet 1 is not two hexadecimal digits at line 1 column 17".to_owned()),
            (r#"{"lossless":"01+0"}"#, "octet 1 is not two hexadecimal digits at line 1 column 18".to_owned()),
            (r#"{"lossless":"é"}"#, "octet 0 is not two hexadecimal digits at line 1 column 16".to_owned()),
            (
                r#"{"lossless":7}"#,
                "invalid type: integer `7`, expected the octets of an element in hexadecimal at line 1 column 13".to_owned(),
            ),
            (
                "[]",
                "invalid type: sequence, expected an object of an element with a member `lossless` at line 1 column 0".to_owned(),
            ),
        ] {
            assert_eq!(error(json), text, "{json}");
        }
        let missing = "the object has no member `lossless`: its other members do not say all of an element";
        assert!(error(&serde_json::to_string(&element.as_element()).unwrap()).starts_with(missing));
        let twice = serde_json::to_string(element).unwrap();
        let (_, member) = twice.split_once(r#","lossless""#).unwrap();
        let twice = format!(r#"{},"lossless"{member}"#, twice.strip_suffix('}').unwrap());
        assert!(error(&twice).starts_with("duplicate field `lossless` at line 1"), "{}", error(&twice));
    }

    /// A format that people do not read, of one value: its octets.
    struct Octets<'a>(&'a [u8]);

    /// The same as a list of numbers, as in formats without octets; its stated length is that of no memory.
    struct Numbers<'a>(&'a [u8]);

    /// The length that [`Numbers`] states.
    struct Stated<I>(I);

    impl<I: Iterator> Iterator for Stated<I> {
        type Item = I::Item;

        fn next(&mut self) -> Option<I::Item> {
            self.0.next()
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            (usize::MAX, Some(usize::MAX))
        }
    }

    type Failed = serde::de::value::Error;

    impl<'de> Deserializer<'de> for Octets<'de> {
        type Error = Failed;

        fn is_human_readable(&self) -> bool {
            false
        }

        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
            visitor.visit_borrowed_bytes(self.0)
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
            tuple tuple_struct map struct enum identifier ignored_any
        }
    }

    impl<'de> Deserializer<'de> for Numbers<'de> {
        type Error = Failed;

        fn is_human_readable(&self) -> bool {
            false
        }

        fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failed> {
            visitor.visit_seq(SeqDeserializer::new(Stated(self.0.iter().copied())))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq
            tuple tuple_struct map struct enum identifier ignored_any
        }
    }

    /// Takes octets and nothing else.
    struct Taken;

    macro_rules! refused {
        ($($method:ident($($type:ty),*) -> $result:ty;)*) => { $(
            fn $method(self, $(_: $type),*) -> Result<$result, fmt::Error> {
                Err(fmt::Error)
            }
        )* };
    }

    type No = Impossible<Vec<u8>, fmt::Error>;

    impl Serializer for Taken {
        type Ok = Vec<u8>;
        type Error = fmt::Error;
        type SerializeSeq = No;
        type SerializeTuple = No;
        type SerializeTupleStruct = No;
        type SerializeTupleVariant = No;
        type SerializeMap = No;
        type SerializeStruct = No;
        type SerializeStructVariant = No;

        fn is_human_readable(&self) -> bool {
            false
        }

        fn serialize_bytes(self, octets: &[u8]) -> Result<Vec<u8>, fmt::Error> {
            Ok(octets.to_vec())
        }

        fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<Vec<u8>, fmt::Error> {
            Err(fmt::Error)
        }

        fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<Vec<u8>, fmt::Error> {
            Err(fmt::Error)
        }

        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<Vec<u8>, fmt::Error> {
            Err(fmt::Error)
        }

        refused! {
            serialize_bool(bool) -> Vec<u8>;
            serialize_i8(i8) -> Vec<u8>;
            serialize_i16(i16) -> Vec<u8>;
            serialize_i32(i32) -> Vec<u8>;
            serialize_i64(i64) -> Vec<u8>;
            serialize_u8(u8) -> Vec<u8>;
            serialize_u16(u16) -> Vec<u8>;
            serialize_u32(u32) -> Vec<u8>;
            serialize_u64(u64) -> Vec<u8>;
            serialize_f32(f32) -> Vec<u8>;
            serialize_f64(f64) -> Vec<u8>;
            serialize_char(char) -> Vec<u8>;
            serialize_str(&str) -> Vec<u8>;
            serialize_none() -> Vec<u8>;
            serialize_unit() -> Vec<u8>;
            serialize_unit_struct(&'static str) -> Vec<u8>;
            serialize_unit_variant(&'static str, u32, &'static str) -> Vec<u8>;
            serialize_seq(Option<usize>) -> No;
            serialize_tuple(usize) -> No;
            serialize_tuple_struct(&'static str, usize) -> No;
            serialize_tuple_variant(&'static str, u32, &'static str, usize) -> No;
            serialize_map(Option<usize>) -> No;
            serialize_struct(&'static str, usize) -> No;
            serialize_struct_variant(&'static str, u32, &'static str, usize) -> No;
        }
    }

    #[test]
    fn formats_that_people_do_not_read_have_the_octets() {
        for element in kept() {
            let octets = element.serialize(Taken).unwrap();
            assert_eq!(octets, element.to_octets());
            assert_eq!(ElementBuf::deserialize(Octets(&octets)).unwrap(), element);
            assert_eq!(ElementBuf::deserialize(Numbers(&octets)).unwrap(), element);
            let cut = ElementBuf::deserialize(Octets(&octets[..1])).unwrap_err().to_string();
            assert_eq!(cut, "octets of an element: needs 1 byte more than is there (at byte 1)");
            assert_eq!(ElementBuf::deserialize(Numbers(&octets[..1])).unwrap_err().to_string(), cut);
        }
    }
}
