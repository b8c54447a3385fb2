//! Elements as objects, and their iterator.

use core::hash::{Hash, Hasher};
use core::net::IpAddr;
use core::sync::atomic::{AtomicU64, Ordering};
use std::boxed::Box;
use std::format;
use std::prelude::v1::*;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString, PyTuple};

use super::carrier::carrier;
use super::error::{Damage, Name};
use super::items::{Items, Kind, Origin, Shared, Taker, iterator_methods};
use super::memo::{self, HasList, ListOf};
use super::source::{self, AddPath, Errors, Source};
use super::value::loads;
use crate::asn::Asn;
use crate::codes::MrtType;
use crate::element::fields::{FIELDS, Field};
use crate::element::mrt::{KeptEntries, TableEntries};
use crate::element::owned::InCommon;
use crate::element::{self, Carrier, ElementBuf, ElementKind, Route, Strictness};
use crate::error::Error;
use crate::family::{Family, FamilySet};
use crate::filter::Filter;
use crate::mrt::{Body, Evidence, ReadContext, Record, RecordBuf, RibEntry};
use crate::nlri::{PathPrefix, RawRoute};
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::time::Timestamp;

/// One route event. Attributes are decoded when they are asked for; each is that of the column with its name, and None where the
/// element does not have it.
// It is small, so that making one costs little: what it says is in the record.
#[pyclass(frozen, eq, hash, weakref, module = "routeglass")]
pub(super) struct Element(What);

enum What {
    /// Of a record: its number among the record's items, and where it is.
    OfRecord { of: Arc<Of>, number: usize, is: Is },
    /// Of a table in memory.
    OfTable(Box<ElementBuf>),
    /// What could not be read.
    Damage(Box<Damaged>),
}

struct Damaged {
    text: String,
    action: Option<String>,
    offset: u64,
    record: u64,
    name: Name,
}

/// What an element has beside others of its record.
enum Is {
    /// A prefix, of a message with one list.
    Path(PathPrefix),
    /// The place of its entry in the octets of the record.
    Entry(usize),
    /// More.
    Other(Box<ElementBuf>),
}

/// What elements of a record have in common.
struct Of {
    /// Nothing else has this number.
    id: u64,
    origin: Arc<Origin>,
    record: RecordBuf,
    offset: u64,
    strictness: Strictness,
    common: Common,
    /// The octets as an object, which pickles share.
    octets: PyOnceLock<Py<PyBytes>>,
}

enum Common {
    Message(InCommon),
    Entries(KeptEntries),
    Nothing,
}

impl Of {
    fn new(origin: &Arc<Origin>, record: RecordBuf, offset: u64, strictness: Strictness, common: Common) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Arc::new(Self { id, origin: origin.clone(), record, offset, strictness, common, octets: PyOnceLock::new() })
    }

    #[inline]
    fn entry(&self, start: usize) -> Option<(&KeptEntries, RibEntry<'_>)> {
        match &self.common {
            Common::Entries(entries) => Some((entries, entries.entry(self.record.as_bytes(), self.offset, start)?)),
            _ => None,
        }
    }
}

impl HasList for Element {
    #[inline]
    fn key(&self) -> Option<(u64, usize)> {
        match &self.0 {
            What::OfRecord { of, is: Is::Path(_), .. } => Some((of.id, 0)),
            What::OfRecord { of, is: Is::Entry(start), .. } => Some((of.id, *start)),
            _ => None,
        }
    }

    fn list(&self) -> Option<ListOf<'_>> {
        match &self.0 {
            What::OfRecord { of, is: Is::Path(_), .. } => match &of.common {
                Common::Message(common) => common.list(of.record.as_bytes()).map(|(list, place)| ListOf::Read(list, place)),
                _ => None,
            },
            What::OfRecord { of, is: Is::Entry(start), .. } => {
                let (entries, entry) = of.entry(*start)?;
                Some(ListOf::Entry(entry.attribute_bytes(), entries.route().0))
            }
            What::OfRecord { is: Is::Other(buf), .. } | What::OfTable(buf) => buf.list().map(|(list, at)| ListOf::Read(list, at)),
            What::Damage(_) => None,
        }
    }

    fn view(&self) -> Option<element::Element<'_>> {
        match &self.0 {
            What::OfRecord { of, is: Is::Path(path), .. } => match &of.common {
                Common::Message(common) => Some(common.element(of.record.as_bytes(), *path)),
                _ => None,
            },
            What::OfRecord { of, is: Is::Entry(start), .. } => {
                let (entries, entry) = of.entry(*start)?;
                Some(entries.element(entry, &of.origin.context))
            }
            What::OfRecord { is: Is::Other(buf), .. } | What::OfTable(buf) => Some(buf.as_element()),
            What::Damage(_) => None,
        }
    }
}

impl Element {
    pub(super) fn of_table(buf: ElementBuf) -> Self {
        Self(What::OfTable(Box::new(buf)))
    }

    /// An element of a record, which is a view of the record's octets. `last` is what the one before it shares with others.
    fn of_record(
        (element, number): (&element::Element<'_>, usize),
        record: &Record<'_>,
        (origin, strictness): (&Arc<Origin>, Strictness),
        last: &mut Option<Arc<Of>>,
    ) -> Self {
        let octets = record.as_bytes();
        let kept = |last: &Option<Arc<Of>>| last.as_ref().map_or_else(|| RecordBuf::from(*record), |of| of.record.clone());
        let of = |record_buf, common| Of::new(origin, record_buf, record.offset(), strictness, common);
        if let Route::Prefix(_, path) = element.route() {
            if let Some(known) = last
                && let Common::Message(common) = &known.common
                && common.is_of(element)
            {
                return Self(What::OfRecord { of: known.clone(), number, is: Is::Path(path) });
            }
            if let Some(common) = InCommon::of(element, octets) {
                let of = last.insert(of(kept(last), Common::Message(common))).clone();
                return Self(What::OfRecord { of, number, is: Is::Path(path) });
            }
        }
        let of = match last {
            Some(of) => of.clone(),
            None => last.insert(of(kept(last), Common::Nothing)).clone(),
        };
        let buf = ElementBuf::of_copy(*element, octets, of.record.as_bytes()).unwrap_or_else(|| ElementBuf::from(*element));
        Self(What::OfRecord { of, number, is: Is::Other(Box::new(buf)) })
    }

    /// Kind, time and peer.
    #[inline]
    fn event(&self) -> Option<(ElementKind, Timestamp, Peer)> {
        let of = |element: &element::Element<'_>| (element.kind(), element.time(), element.peer());
        match &self.0 {
            What::OfRecord { of: record, is: Is::Path(_), .. } => match &record.common {
                Common::Message(common) => Some(of(common.rest())),
                _ => None,
            },
            What::OfRecord { of: record, is: Is::Entry(start), .. } => {
                let (entries, entry) = record.entry(*start)?;
                let peer = record.origin.context.peer(entry.peer_index());
                let peer = peer
                    .map_or(Peer::UNKNOWN, |peer| Peer { bgp_id: Some(peer.bgp_id), ..Peer::new(peer.asn, Some(peer.address)) });
                Some((ElementKind::Rib, entries.time(), peer))
            }
            _ => self.view().as_ref().map(of),
        }
    }

    #[inline]
    fn prefix_of(&self) -> Option<Prefix> {
        match &self.0 {
            What::OfRecord { is: Is::Path(path), .. } => Some(path.prefix),
            What::OfRecord { of, is: Is::Entry(_), .. } => match &of.common {
                Common::Entries(entries) => Some(entries.route().1.prefix),
                _ => None,
            },
            _ => self.view()?.prefix(),
        }
    }

    /// The value of a field, by the way that is the shortest for it.
    #[cfg_attr(optimised, inline(always))]
    fn field<'py>(&self, py: Python<'py>, field: Option<Numbered>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match field {
            Some((_, Way::Prefix)) => Ok(self.prefix_text(py).map(Bound::into_any)),
            Some((_, Way::PeerAsn)) => Ok(self.peer_number(py)),
            Some((field, Way::List(number))) => self.list_value(py, field, number),
            Some((field, Way::Other)) => self.value(py, field),
            None => Ok(None),
        }
    }

    fn prefix_text<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyString>> {
        let prefix = self.prefix_of()?;
        Some(memo::with(|memo| memo.texts.prefix(py, prefix)))
    }

    fn peer_number<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let asn = self.event()?.2.stated_asn()?;
        Some(memo::with(|memo| memo.texts.asn(py, asn)))
    }

    fn list_value<'py>(&self, py: Python<'py>, field: &'static Field, number: usize) -> PyResult<Option<Bound<'py, PyAny>>> {
        memo::with(|memo| memo.of_list(py, (field, number), self))
    }

    fn value<'py>(&self, py: Python<'py>, field: &'static Field) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(element) = self.view() else { return Ok(None) };
        memo::with(|memo| memo.value(py, field, &element))
    }

    /// The finding.
    fn finding(&self) -> Option<Error> {
        self.view()?.finding()
    }

    fn json(&self) -> PyResult<Vec<u8>> {
        let written = match (self.view(), &self.0) {
            (Some(element), _) => serde_json::to_vec(&element),
            (None, What::Damage(damaged)) => {
                let Damaged { text, action, offset, .. } = &**damaged;
                let error = serde_json::json!({ "text": text, "action": action, "offset": offset });
                serde_json::to_vec(&serde_json::json!({ "kind": "damage", "error": error }))
            }
            (None, _) => Ok(Vec::new()),
        };
        written.map_err(|e| PyValueError::new_err(e.to_string()))
    }
}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (What::Damage(a), What::Damage(b)) => (&a.text, a.offset) == (&b.text, b.offset),
            _ => self.view().zip(other.view()).is_some_and(|(a, b)| a == b),
        }
    }
}

/// Of what an equal element has too, in short.
impl Hash for Element {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match (self.view(), &self.0) {
            (Some(element), _) => {
                (element.kind(), element.time(), element.peer(), element.prefix(), element.path_id()).hash(state);
            }
            (None, What::Damage(damaged)) => (&damaged.text, damaged.offset).hash(state),
            (None, _) => {}
        }
    }
}

/// A field, and how its value is found.
type Numbered = (&'static Field, Way);

#[derive(Clone, Copy)]
enum Way {
    Prefix,
    PeerAsn,
    /// It is kept with the attribute list, by this number.
    List(usize),
    Other,
}

/// The field with a name, found when this is compiled.
const fn named(name: &str) -> Option<Numbered> {
    let (mut rest, mut number): (&'static [Field], usize) = (FIELDS, 0);
    while let [field, others @ ..] = rest {
        if is_equal(field.name.as_bytes(), name.as_bytes()) {
            let way = match memo::place_in_list(field, number) {
                Some(number) => Way::List(number),
                None if is_equal(name.as_bytes(), b"prefix") => Way::Prefix,
                None if is_equal(name.as_bytes(), b"peer_asn") => Way::PeerAsn,
                None => Way::Other,
            };
            return Some((field, way));
        }
        (rest, number) = (others, number.saturating_add(1));
    }
    None
}

const fn is_equal(mut a: &[u8], mut b: &[u8]) -> bool {
    loop {
        match (a, b) {
            ([], []) => return true,
            ([x, of_a @ ..], [y, of_b @ ..]) if *x == *y => (a, b) = (of_a, of_b),
            _ => return false,
        }
    }
}

/// The getters of fields, beside the other methods.
macro_rules! element_methods {
    ({ $($name:ident)* } $($others:tt)*) => {
        #[pymethods]
        impl Element {
            $(
                #[getter]
                fn $name<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
                    const FIELD: Option<Numbered> = named(stringify!($name));
                    self.field(py, FIELD)
                }
            )*
            $($others)*
        }

        /// The attributes that are fields.
        pub(super) const FIELD_NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

element_methods! {
    {
        record_type micros originated local peer_asn peer_address peer_bgp_id old_state new_state family prefix prefix_address
        prefix_length route decoded path_id octets route_octets next_hop next_hop_rd origin as_path as_path_segments as_path_text
        origin_asns origin_asn med local_pref atomic_aggregate aggregator aggregator_asn aggregator_address communities
        extended_communities large_communities originator_id cluster_list otc other_attributes attributes
    }

    #[getter]
    fn kind<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        let name = self.event().map_or("damage", |(kind, ..)| kind.name());
        memo::with(|memo| memo.texts.word(py, name))
    }

    /// An aware datetime; None for damage.
    #[getter]
    fn time<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.event().map(|(_, time, _)| memo::datetime(py, time)).transpose()
    }

    /// Seconds since 1970 (UTC).
    #[getter]
    fn timestamp(&self) -> Option<f64> {
        let (_, Timestamp { seconds, micros }, _) = self.event()?;
        Some(f64::from(seconds) + f64::from(micros.unwrap_or(0).min(999_999)) / 1e6)
    }

    #[getter]
    fn error(&self) -> Option<String> {
        match &self.0 {
            What::Damage(damaged) => Some(damaged.text.clone()),
            _ => self.finding().map(|e| e.to_string()),
        }
    }

    #[getter]
    fn error_action(&self) -> Option<String> {
        match &self.0 {
            What::Damage(damaged) => damaged.action.clone(),
            _ => self.finding().map(|e| e.action().to_string()),
        }
    }

    #[getter]
    fn error_offset(&self) -> Option<u64> {
        match &self.0 {
            What::Damage(damaged) => Some(damaged.offset),
            _ => self.finding().map(|e| e.offset()),
        }
    }

    /// Where the record starts in the decompressed input; None for routes of a table in memory.
    #[getter]
    fn offset(&self) -> Option<u64> {
        match &self.0 {
            What::OfRecord { of, .. } => Some(of.offset),
            What::Damage(damaged) => Some(damaged.record),
            What::OfTable(_) => None,
        }
    }

    /// The path of the input; None if it has none.
    #[getter]
    fn file(&self) -> Option<&str> {
        match &self.0 {
            What::OfRecord { of, .. } => of.origin.name.as_deref(),
            What::Damage(damaged) => damaged.name.as_deref(),
            What::OfTable(_) => None,
        }
    }

    /// The octets of the value of the path attribute with this code; None without it.
    fn attribute<'py>(&self, py: Python<'py>, code: i128) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let code = attribute_code(code)?;
        let of = |element: &element::Element<'_>| {
            let attributes = element.attributes().ok()?;
            let attribute = attributes.iter().flatten().find(|attribute| attribute.code().0 == code)?;
            Some(PyBytes::new(py, attribute.raw()))
        };
        Ok(self.view().as_ref().and_then(of))
    }

    /// A JSON object: a line of `routeglass dump --format json`.
    fn to_json(&self) -> PyResult<String> {
        String::from_utf8(self.json()?).map_err(|e| PyValueError::new_err(e.to_string()))
    }

    /// The JSON form as a dict: what `json.loads(e.to_json())` gives.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.view() {
            Some(element) => memo::with(|memo| memo.dict(py, self, &element)).map(Bound::into_any),
            None => loads(py, &self.json()?),
        }
    }

    fn __str__(&self) -> String {
        match (self.view(), &self.0) {
            (Some(element), _) => element.to_string(),
            (None, What::Damage(damaged)) => damaged.text.clone(),
            (None, _) => String::new(),
        }
    }

    fn __repr__(&self) -> String {
        format!("<Element {}>", self.__str__())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let restore = py.import("routeglass._routeglass")?.getattr("_restore")?;
        let state = match &self.0 {
            What::Damage(damaged) => {
                let Damaged { text, action, offset, record, name } = &**damaged;
                ("damage", text, action, *offset, *record, name.as_deref()).into_pyobject(py)?.into_any()
            }
            What::OfTable(buf) => {
                let element = buf.as_element();
                let (peer, list) = (element.peer(), PyBytes::new(py, element.attribute_bytes()));
                let peer = (peer.asn.0, peer.address, peer.bgp_id);
                let route = route_state(element.route()).map(|(afi, safi, path_id, prefix, octets)| {
                    (afi, safi, path_id, prefix, PyBytes::new(py, &octets))
                });
                ("table", list, element.time().seconds, element.originated(), peer, route).into_pyobject(py)?.into_any()
            }
            What::OfRecord { of, number, .. } => {
                let Of { origin, record, offset, strictness, octets, .. } = &**of;
                let (name, add_path) = (&origin.name, families(record, &origin.context));
                // Entries of a table alone refer to it.
                let refers = record.as_record().kind() == MrtType::TABLE_DUMP_V2;
                let table = if refers { origin.table_octets(py) } else { None };
                let strictness = match strictness {
                    Strictness::Forensic => "forensic",
                    Strictness::Rfc7606 => "rfc7606",
                    Strictness::Strict => "strict",
                };
                let record = octets.get_or_init(py, || PyBytes::new(py, record.as_bytes()).unbind()).clone_ref(py);
                ("record", record, *offset, *number, table, add_path, strictness, name.as_deref()).into_pyobject(py)?.into_any()
            }
        };
        Ok((restore, state))
    }
}

/// The code of an attribute.
pub(super) fn attribute_code(code: i128) -> PyResult<u8> {
    u8::try_from(code).map_err(|_| PyValueError::new_err(format!("the code of an attribute is 0 to 255, not {code}")))
}

/// The families read with path identifiers, unless that is what the record's subtype says.
pub(super) fn families(record: &RecordBuf, context: &ReadContext) -> Option<Vec<(u16, u8)>> {
    if let Ok(Body::Rib(rib)) = record.as_record().body() {
        let (family, add_path) = (rib.family(), context.entries(&rib).add_path());
        let of_record = add_path.then_some((family.afi.0, family.safi.0));
        return (add_path != rib.entries().add_path()).then(|| of_record.into_iter().collect());
    }
    let Ok(Some(message)) = carrier(&record.as_record()) else { return None };
    let read = context.session(&message).add_path_receive;
    (read != message.session.add_path_receive).then(|| read.iter().map(|family| (family.afi.0, family.safi.0)).collect())
}

/// The context in which a record is read with path identifiers in these families, or as its subtype says.
pub(super) fn context_of(record: &RecordBuf, families: Option<Vec<(u16, u8)>>) -> ReadContext {
    if let (Some(families), Ok(Body::Rib(rib))) = (&families, record.as_record().body()) {
        return ReadContext::new().with_evidence(Evidence::known_entries(&rib, !families.is_empty()));
    }
    match (families, carrier(&record.as_record())) {
        (Some(families), Ok(Some(message))) => {
            let of = |set: FamilySet, (afi, safi)| set.with(Family::of(afi, safi));
            ReadContext::new().with_evidence(Evidence::known(&message, families.into_iter().fold(FamilySet::EMPTY, of)))
        }
        _ => ReadContext::new(),
    }
}

/// The route of a pickle: family, path identifier, prefix or octets.
type RouteState = (u16, u8, Option<u32>, Option<String>, Vec<u8>);

fn route_state(route: Route<'_>) -> Option<RouteState> {
    match route {
        Route::Prefix(family, path) => {
            Some((family.afi.0, family.safi.0, path.path_id, Some(path.prefix.to_string()), Vec::new()))
        }
        Route::Other(route) => Some((route.family.afi.0, route.family.safi.0, route.path_id, None, route.bytes.to_vec())),
        Route::None => None,
    }
}

fn route_of(state: &RouteState) -> Option<Route<'_>> {
    let (afi, safi, path_id, prefix, octets) = state;
    let (family, path_id) = (Family::of(*afi, *safi), *path_id);
    Some(match prefix {
        Some(prefix) => Route::Prefix(family, PathPrefix { prefix: prefix.parse().ok()?, path_id }),
        None => Route::Other(RawRoute { path_id, ..RawRoute::new(family, octets, 0) }),
    })
}

/// An element of a table: its octets, time, time of reception, peer and route.
type TableState = (Vec<u8>, u32, Option<u32>, (u32, Option<IpAddr>, Option<IpAddr>), RouteState);

fn of_state((list, time, originated, (asn, address, bgp_id), route): &TableState) -> Option<ElementBuf> {
    let carrier = Carrier::Mrt(MrtType::TABLE_DUMP_V2);
    let bgp_id = match bgp_id {
        Some(IpAddr::V4(id)) => Some(*id),
        _ => None,
    };
    let peer = Peer { asn: Asn(*asn), address: *address, bgp_id };
    let times = (Timestamp::from_seconds(*time), *originated);
    Some(ElementBuf::from(element::Element::of_table(carrier, times, peer, route_of(route)?, list)))
}

/// An element from its pickle.
#[pyfunction]
#[pyo3(signature = (what, *state))]
pub(super) fn _restore(what: &str, state: &Bound<'_, PyTuple>) -> PyResult<Element> {
    match what {
        "damage" => {
            let (text, action, offset, record, name): (String, Option<String>, u64, u64, Option<String>) = state.extract()?;
            Ok(Element(What::Damage(Box::new(Damaged { text, action, offset, record, name: name.map(Into::into) }))))
        }
        "record" => {
            type State = (Vec<u8>, u64, usize, Option<Vec<u8>>, Option<Vec<(u16, u8)>>, String, Option<String>);
            let (record, offset, number, table, families, strictness, name): State = state.extract()?;
            let bad = |_| PyValueError::new_err("this is no pickled element");
            let record = RecordBuf::new(record, offset).map_err(bad)?;
            let table = table.map(|table| RecordBuf::new(table, 0)).transpose().map_err(bad)?;
            let mut context = context_of(&record, families);
            if let Some(table) = &table {
                context.observe(&table.as_record());
            }
            let strictness = source::strictness(&strictness)?;
            let name: Name = name.map(Into::into);
            let view = record.as_record();
            let item = view.elements_by(&context).with_strictness(strictness).nth(number);
            let Some(Ok(element)) = item else { return Err(PyValueError::new_err("this is no pickled element")) };
            let origin = Arc::new(Origin::new(name, context.clone(), table));
            Ok(Element::of_record((&element, number), &view, (&origin, strictness), &mut None))
        }
        "table" => match of_state(&state.extract()?) {
            Some(buf) => Ok(Element::of_table(buf)),
            None => Err(PyValueError::new_err("this is no pickled element")),
        },
        _ => Err(PyValueError::new_err("this is no pickled element")),
    }
}

/// How elements are chosen.
pub(super) struct Choice {
    pub(super) filter: Option<Arc<Filter>>,
    pub(super) strictness: Strictness,
}

impl Kind for Choice {
    type Item = Element;

    fn take(&mut self, record: &Record<'_>, context: &ReadContext, taker: &mut Taker<'_, Element>) {
        let Self { filter, strictness } = self;
        if filter.is_none()
            && *strictness == Strictness::Forensic
            && let Some(entries) = TableEntries::of(record, context)
        {
            return take_entries(entries, record, taker);
        }
        if let Some(filter) = filter
            && record.elements_by(context).with_strictness(*strictness).filtered(filter).next().is_none()
        {
            return;
        }
        let mut elements = record.elements_by(context).with_strictness(*strictness);
        let (mut last, mut number) = (None, 0usize);
        while let Some(item) = elements.next_element() {
            let is_chosen = match (&item, &filter) {
                (Ok(element), Some(filter)) => filter.try_matches(element),
                _ => Ok(true),
            };
            match (item, is_chosen) {
                (Ok(element), Ok(true)) => {
                    let from = (taker.origin(), *strictness);
                    let element = Element::of_record((element, number), record, from, &mut last);
                    taker.item(element);
                }
                (Ok(_), Ok(false)) => {}
                (Err(error), _) | (_, Err(error)) => taker.damage(error),
            }
            number = number.saturating_add(1);
        }
    }

    fn damaged(damage: Damage, record: u64, name: Name) -> Element {
        // What ends an input has no action, as in a table.
        let (is_finding, Damage { text, action, offset, .. }) = (damage.is_finding(), damage);
        Element(What::Damage(Box::new(Damaged { text, action: is_finding.then_some(action), offset, record, name })))
    }
}

/// Takes the entries of a table record. Their lists are not looked at.
fn take_entries(mut entries: TableEntries<'_>, record: &Record<'_>, taker: &mut Taker<'_, Element>) {
    let kept = KeptEntries::of(&entries);
    let (mut of, mut number) = (None, 0usize);
    while let Some(entry) = entries.next_entry() {
        match entry {
            Ok(entry) => {
                let new = || {
                    Of::new(
                        taker.origin(),
                        RecordBuf::from(*record),
                        record.offset(),
                        Strictness::Forensic,
                        Common::Entries(kept),
                    )
                };
                let of = of.get_or_insert_with(new).clone();
                let start = entry.peer_index_offset().saturating_sub(record.offset());
                let is = Is::Entry(usize::try_from(start).unwrap_or(usize::MAX));
                taker.item(Element(What::OfRecord { of, number, is }));
            }
            Err(error) => taker.damage(error),
        }
        number = number.saturating_add(1);
    }
}

iterator_methods!(Elements, Element, Choice, "The elements of inputs, in order.");

impl Elements {
    /// The elements of sources.
    pub(super) fn of(
        sources: Vec<Source>,
        options: (Errors, AddPath),
        choice: Choice,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self(Shared::new(Items::new(sources, options, choice, progress)?)))
    }
}
