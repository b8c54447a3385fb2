//! Elements as objects, and their iterator.

use core::hash::{Hash, Hasher};
use core::net::IpAddr;
use std::format;
use std::prelude::v1::*;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString, PyTuple};

use super::error::{Damage, Name};
use super::items::{Items, Kind, Origin, Shared, Taker, iterator_methods};
use super::memo;
use super::source::{self, AddPath, Errors, Source};
use super::value::loads;
use crate::asn::Asn;
use crate::codes::MrtType;
use crate::element::fields::{FIELDS, Field};
use crate::element::{self, Carrier, ElementBuf, Route, Strictness};
use crate::family::{Family, FamilySet};
use crate::filter::Filter;
use crate::mrt::{Body, Evidence, ReadContext, Record, RecordBuf};
use crate::nlri::{PathPrefix, RawRoute};
use crate::peer::Peer;
use crate::time::Timestamp;

/// One route event. Attributes are decoded when they are asked for; each is that of the column with its name, and None where the
/// element does not have it.
#[pyclass(frozen, eq, hash, weakref, module = "routeglass")]
pub(super) struct Element(What);

enum What {
    /// Of a record: its number among the record's items.
    OfRecord { buf: ElementBuf, of: Arc<Of>, number: usize },
    /// Of a table in memory.
    OfTable(ElementBuf),
    /// What could not be read.
    Damage { text: String, action: Option<String>, offset: u64, record: u64, name: Name },
}

/// What the elements of a record have in common.
struct Of {
    origin: Arc<Origin>,
    offset: u64,
    strictness: Strictness,
    /// The octets as an object, which pickles share.
    octets: PyOnceLock<Py<PyBytes>>,
}

impl Of {
    const fn new(origin: Arc<Origin>, offset: u64, strictness: Strictness) -> Self {
        Self { origin, offset, strictness, octets: PyOnceLock::new() }
    }
}

impl Element {
    /// The element; `None` for damage.
    pub(super) const fn buf(&self) -> Option<&ElementBuf> {
        match &self.0 {
            What::OfRecord { buf, .. } | What::OfTable(buf) => Some(buf),
            What::Damage { .. } => None,
        }
    }

    pub(super) const fn of_table(buf: ElementBuf) -> Self {
        Self(What::OfTable(buf))
    }

    #[inline]
    fn field<'py>(&self, py: Python<'py>, field: Option<Numbered>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let (Some(field), Some(buf)) = (field, self.buf()) else { return Ok(None) };
        let element = buf.as_element();
        memo::with(|memo| memo.value(py, field, &element))
    }

    fn json(&self) -> PyResult<Vec<u8>> {
        let written = match &self.0 {
            What::OfRecord { buf, .. } | What::OfTable(buf) => serde_json::to_vec(buf),
            What::Damage { text, action, offset, .. } => {
                let error = serde_json::json!({ "text": text, "action": action, "offset": offset });
                serde_json::to_vec(&serde_json::json!({ "kind": "damage", "error": error }))
            }
        };
        written.map_err(|e| PyValueError::new_err(e.to_string()))
    }
}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (What::Damage { text, offset, .. }, What::Damage { text: of_other, offset: at, .. }) => {
                (text, offset) == (of_other, at)
            }
            _ => self.buf().zip(other.buf()).is_some_and(|(a, b)| a == b),
        }
    }
}

/// Of what an equal element has too, in short.
impl Hash for Element {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            What::OfRecord { buf, .. } | What::OfTable(buf) => {
                let element = buf.as_element();
                (element.kind(), element.time(), element.peer(), element.prefix(), element.path_id()).hash(state);
            }
            What::Damage { text, offset, .. } => (text, offset).hash(state),
        }
    }
}

/// A field, its number, and whether its value is kept with the attribute list.
type Numbered = (&'static Field, usize, bool);

/// The field with a name, found when this is compiled.
const fn named(name: &str) -> Option<Numbered> {
    let (mut rest, mut number): (&'static [Field], usize) = (FIELDS, 0);
    while let [field, others @ ..] = rest {
        if is_equal(field.name.as_bytes(), name.as_bytes()) {
            return Some((field, number, memo::is_of_list(field)));
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
        let name = self.buf().map_or("damage", |buf| buf.as_element().kind().name());
        memo::with(|memo| memo.texts.word(py, name))
    }

    /// An aware datetime; None for damage.
    #[getter]
    fn time<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.buf().map(|buf| memo::datetime(py, buf.as_element().time())).transpose()
    }

    /// Seconds since 1970 (UTC).
    #[getter]
    fn timestamp(&self) -> Option<f64> {
        let Timestamp { seconds, micros } = self.buf()?.as_element().time();
        Some(f64::from(seconds) + f64::from(micros.unwrap_or(0).min(999_999)) / 1e6)
    }

    #[getter]
    fn error(&self) -> Option<String> {
        match &self.0 {
            What::OfRecord { buf, .. } | What::OfTable(buf) => buf.as_element().finding().map(|e| e.to_string()),
            What::Damage { text, .. } => Some(text.clone()),
        }
    }

    #[getter]
    fn error_action(&self) -> Option<String> {
        match &self.0 {
            What::OfRecord { buf, .. } | What::OfTable(buf) => buf.as_element().finding().map(|e| e.action().to_string()),
            What::Damage { action, .. } => action.clone(),
        }
    }

    #[getter]
    fn error_offset(&self) -> Option<u64> {
        match &self.0 {
            What::OfRecord { buf, .. } | What::OfTable(buf) => buf.as_element().finding().map(|e| e.offset()),
            What::Damage { offset, .. } => Some(*offset),
        }
    }

    /// Where the record starts in the decompressed input; None for routes of a table in memory.
    #[getter]
    fn offset(&self) -> Option<u64> {
        match &self.0 {
            What::OfRecord { of, .. } => Some(of.offset),
            What::Damage { record, .. } => Some(*record),
            What::OfTable(_) => None,
        }
    }

    /// The path of the input; None if it has none.
    #[getter]
    fn file(&self) -> Option<&str> {
        match &self.0 {
            What::OfRecord { of, .. } => of.origin.name.as_deref(),
            What::Damage { name, .. } => name.as_deref(),
            What::OfTable(_) => None,
        }
    }

    /// The octets of the value of the path attribute with this code; None without it.
    fn attribute<'py>(&self, py: Python<'py>, code: u8) -> Option<Bound<'py, PyBytes>> {
        let element = self.buf()?.as_element();
        let attributes = element.attributes().ok()?;
        let attribute = attributes.iter().flatten().find(|attribute| attribute.code().0 == code)?;
        Some(PyBytes::new(py, attribute.raw()))
    }

    /// A JSON object: a line of `routeglass dump --format json`.
    fn to_json(&self) -> PyResult<String> {
        String::from_utf8(self.json()?).map_err(|e| PyValueError::new_err(e.to_string()))
    }

    /// The JSON form as a dict: what `json.loads(e.to_json())` gives.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.buf() {
            Some(buf) => memo::with(|memo| memo.dict(py, &buf.as_element())).map(Bound::into_any),
            None => loads(py, &self.json()?),
        }
    }

    fn __str__(&self) -> String {
        match &self.0 {
            What::OfRecord { buf, .. } | What::OfTable(buf) => buf.to_string(),
            What::Damage { text, .. } => text.clone(),
        }
    }

    fn __repr__(&self) -> String {
        format!("<Element {}>", self.__str__())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let restore = py.import("routeglass._routeglass")?.getattr("_restore")?;
        let state = match &self.0 {
            What::Damage { text, action, offset, record, name } => {
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
            What::OfRecord { buf, of, number } => {
                let Of { origin, offset, strictness, octets } = &**of;
                let (name, record) = (&origin.name, RecordBuf::new(buf.octets().clone(), *offset));
                let add_path = record.ok().and_then(|record| families(&record, &origin.context));
                // Entries of a table alone refer to it.
                let refers = buf.as_element().carrier().mrt_type() == Some(MrtType::TABLE_DUMP_V2);
                let table = if refers { origin.table_octets(py) } else { None };
                let strictness = match strictness {
                    Strictness::Forensic => "forensic",
                    Strictness::Rfc7606 => "rfc7606",
                    Strictness::Strict => "strict",
                };
                let record = octets.get_or_init(py, || PyBytes::new(py, buf.octets()).unbind()).clone_ref(py);
                ("record", record, *offset, *number, table, add_path, strictness, name.as_deref()).into_pyobject(py)?.into_any()
            }
        };
        Ok((restore, state))
    }
}

/// The families read with path identifiers, unless that is what the record's subtype says.
pub(super) fn families(record: &RecordBuf, context: &ReadContext) -> Option<Vec<(u16, u8)>> {
    let Ok(Body::Message(message)) = record.as_record().body() else { return None };
    let read = context.session(&message).add_path_receive;
    (read != message.session.add_path_receive).then(|| read.iter().map(|family| (family.afi.0, family.safi.0)).collect())
}

/// The context in which a record is read with path identifiers in these families, or as its subtype says.
pub(super) fn context_of(record: &RecordBuf, families: Option<Vec<(u16, u8)>>) -> ReadContext {
    match (families, record.as_record().body()) {
        (Some(families), Ok(Body::Message(message))) => {
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
            Ok(Element(What::Damage { text, action, offset, record, name: name.map(Into::into) }))
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
            let item = record.as_record().elements_by(&context).with_strictness(strictness).nth(number);
            let Some(Ok(element)) = item else { return Err(PyValueError::new_err("this is no pickled element")) };
            let buf = ElementBuf::sharing(element, record.as_bytes()).unwrap_or_else(|| ElementBuf::from(element));
            let origin = Arc::new(Origin::new(name, context.clone(), table));
            Ok(Element(What::OfRecord { buf, of: Arc::new(Of::new(origin, offset, strictness)), number }))
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
        let elements = || record.elements_by(context).with_strictness(*strictness);
        if let Some(filter) = filter
            && elements().filtered(filter).next().is_none()
        {
            return;
        }
        let kept = RecordBuf::from(*record);
        let of = Arc::new(Of::new(taker.origin().clone(), record.offset(), *strictness));
        for (number, item) in kept.as_record().elements_by(context).with_strictness(*strictness).enumerate() {
            let item = match (item, &filter) {
                (Ok(element), Some(filter)) => match filter.try_matches(&element) {
                    Ok(true) => Ok(element),
                    Ok(false) => continue,
                    Err(e) => Err(e),
                },
                (item, _) => item,
            };
            match item {
                Ok(element) => {
                    let buf = ElementBuf::sharing(element, kept.as_bytes()).unwrap_or_else(|| ElementBuf::from(element));
                    taker.item(Element(What::OfRecord { buf, of: of.clone(), number }));
                }
                Err(error) => taker.damage(error),
            }
        }
    }

    fn damaged(damage: Damage, record: u64, name: Name) -> Element {
        // What ends an input has no action, as in a table.
        let (is_finding, Damage { text, action, offset, .. }) = (damage.is_finding(), damage);
        Element(What::Damage { text, action: is_finding.then_some(action), offset, record, name })
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
