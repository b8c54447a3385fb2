//! Peering: stores of paths, relations, cones, reach, leaks.

use std::format;
use std::prelude::v1::*;
use std::sync::{Arc, Mutex, PoisonError};
use std::vec;

use arrow_array::builder::{ListBuilder, StringBuilder, UInt8Builder, UInt32Builder};
use arrow_array::{ArrayRef, BooleanArray, RecordBatch, StringArray, UInt32Array};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyDict, PyString};

use super::error::{damage, is_damage, read_error};
use super::items::{Damages, MOST_DAMAGE};
use super::source::{self, AddPath, Errors, Feed, Step};
use super::table::TableBatch;
use crate::attr::MergedPath;
use crate::element::{Element, ElementKind};
use crate::error::Error;
use crate::mrt::{ReadContext, Record};
use crate::peering as paths;
use crate::peering::format::Serial;
use crate::peering::{AddressFamily, Clique, Hygiene, Inference, Judge, Reduction, Relation};

fn family(version: u8) -> PyResult<AddressFamily> {
    match version {
        4 => Ok(AddressFamily::V4),
        6 => Ok(AddressFamily::V6),
        _ => Err(PyValueError::new_err(format!("family must be 4 or 6, not {version}"))),
    }
}

/// Parts of records that cannot be read: how many, and the first.
#[derive(Default)]
struct LeftOut {
    count: u64,
    first: Vec<Error>,
}

impl LeftOut {
    #[cold]
    fn add(&mut self, error: Error) {
        self.count = self.count.saturating_add(1);
        if self.first.len() < MOST_DAMAGE {
            self.first.push(error);
        }
    }
}

/// Reads all records of inputs; says what damage was not raised: what ended an input, and what was left out of records.
fn read_all(
    py: Python<'_>,
    mut feed: Feed,
    errors: Errors,
    mut work: impl FnMut(&Record<'_>, &ReadContext, &mut LeftOut) + Send,
) -> PyResult<Damages> {
    let mut damages = Damages::default();
    while let Some(opened) = feed.current(py)? {
        let mut left_out = LeftOut::default();
        let step = opened.step(py, |record, context, _| {
            work(record, context, &mut left_out);
            false
        });
        for error in &left_out.first {
            damages.add(|| damage(py, error, &opened.name, 0));
        }
        damages.count = damages.count.saturating_add(left_out.count).saturating_sub(left_out.first.len() as u64);
        let is_end = match step {
            Ok(Step::More) => false,
            Ok(Step::End) => true,
            Err(e) => {
                if let Some(raised) = opened.failure() {
                    return Err(raised);
                }
                let raised = read_error(py, &e, &opened.name, 0);
                if errors == Errors::Raise || !is_damage(&e) {
                    return Err(raised);
                }
                damages.add(|| raised);
                true
            }
        };
        if is_end {
            feed.end_input();
        }
        py.check_signals()?;
        feed.report(py, is_end)?;
    }
    Ok(damages)
}

/// The unique paths of the routes of archives, of one address family. Stores of parts merge to that of the whole, in any order.
#[pyclass(frozen, module = "routeglass.peering")]
pub(super) struct PathStore {
    reduction: Mutex<Reduction>,
    damages: Damages,
}

impl PathStore {
    const fn of(reduction: Reduction, damages: Damages) -> Self {
        Self { reduction: Mutex::new(reduction), damages }
    }

    fn with<T>(&self, work: impl FnOnce(&Reduction) -> T) -> T {
        work(&self.reduction.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[pymethods]
impl PathStore {
    /// A store from its exchange form.
    #[staticmethod]
    fn from_bytes(octets: &[u8]) -> PyResult<Self> {
        match Reduction::from_exchange(octets) {
            Ok(reduction) => Ok(Self::of(reduction, Damages::default())),
            Err(e) => Err(PyValueError::new_err(e.to_string())),
        }
    }

    /// The store of several, of one address family: that of all their routes, with their damages.
    #[staticmethod]
    fn merge(py: Python<'_>, stores: Vec<Py<Self>>) -> PyResult<Self> {
        let copies = stores.iter().map(|store| store.get().with(Reduction::clone)).collect::<Vec<_>>();
        let mut damages = Damages::default();
        stores.iter().for_each(|store| damages.merge(py, &store.get().damages));
        let mut all = copies.into_iter();
        let Some(mut whole) = all.next() else { return Err(PyValueError::new_err("there is no store to merge")) };
        let merged = py.detach(|| all.try_for_each(|store| whole.merge(&store)));
        merged.map_err(|e| PyValueError::new_err(e.to_string()))?;
        Ok(Self::of(whole, damages))
    }

    /// The exchange form: equal stores have equal octets, whatever the order of their routes.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let octets = py.detach(|| self.with(Reduction::to_exchange));
        PyBytes::new(py, &octets)
    }

    /// The relation of every link, with its evidence. `clique`: the transit-free networks, found in the paths if not given.
    #[pyo3(signature = (clique=None))]
    fn infer(&self, py: Python<'_>, clique: Option<Vec<u32>>) -> PyResult<Relations> {
        let inferred = py.detach(|| {
            self.with(|reduction| {
                let mut how = Inference::default();
                if let Some(clique) = clique {
                    how.clique = Clique::Given(clique);
                }
                reduction.paths().infer(&how)
            })
        });
        inferred.map(|relations| Relations(Arc::new(relations))).map_err(|e| PyValueError::new_err(e.to_string()))
    }

    /// The address family: 4 or 6.
    #[getter]
    fn family(&self) -> u8 {
        self.with(|reduction| reduction.paths().family().version())
    }

    /// The number of routes in the store.
    #[getter]
    fn routes(&self) -> u64 {
        self.with(|reduction| reduction.paths().routes())
    }

    /// How many routes were tested, and rejected for which reason.
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counts = self.with(Reduction::counts);
        let dict = PyDict::new(py);
        dict.set_item("entries", counts.entries)?;
        for (name, count) in counts.rejected() {
            dict.set_item(name, count)?;
        }
        dict.set_item("prepended", counts.prepended)?;
        dict.set_item("route_server", counts.route_server)?;
        dict.set_item("peer_not_in_path", counts.peer_not_in_path)?;
        dict.set_item("unreadable", counts.unreadable)?;
        Ok(dict)
    }

    /// How many damages were not raised: those that ended an input early, and parts of records that cannot be read, which are left
    /// out. The exchange form does not have them; a pickle does.
    #[getter]
    const fn damage(&self) -> u64 {
        self.damages.count
    }

    /// The first hundred of them, as exceptions.
    #[getter]
    fn damages(&self, py: Python<'_>) -> Vec<PyErr> {
        self.damages.list(py)
    }

    fn __eq__<'py>(&self, py: Python<'py>, other: &Bound<'py, Self>) -> bool {
        let octets = |store: &Self| py.detach(|| store.with(Reduction::to_exchange));
        octets(self) == octets(other.get())
    }

    /// The number of unique paths.
    fn __len__(&self) -> usize {
        self.with(|reduction| reduction.paths().len())
    }

    fn __repr__(&self) -> String {
        self.with(|reduction| {
            let paths = reduction.paths();
            format!("<PathStore of IPv{}: {} paths of {} routes>", paths.family().version(), paths.len(), paths.routes())
        })
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let restore = py.import("routeglass._routeglass")?.getattr("_restore_store")?;
        let state = (self.to_bytes(py), self.damages.count, self.damages.list(py));
        Ok((restore, state.into_pyobject(py)?.into_any()))
    }
}

/// A store from its pickle.
#[pyfunction]
pub(super) fn _restore_store(octets: &[u8], damage: u64, damages: Vec<Bound<'_, PyAny>>) -> PyResult<PathStore> {
    let mut store = PathStore::from_bytes(octets)?;
    damages.into_iter().for_each(|one| store.damages.add(|| PyErr::from_value(one)));
    store.damages.count = damage;
    Ok(store)
}

/// The paths of the routes of inputs. Each announced route and each route of a table counts once. `route_servers` are removed from
/// paths; links over them are marked, as are those whose next hop is in a prefix of `exchanges`. `otc`: gathers what Only to Customer
/// (RFC 9234) says of links.
#[pyfunction]
#[pyo3(signature = (source, *, family=4, route_servers=vec![], exchanges=None, otc=false, errors="raise", add_path="off", progress=None))]
#[expect(clippy::too_many_arguments, reason = "Python names them")]
pub(super) fn reduce(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    family: u8,
    route_servers: Vec<u32>,
    exchanges: Option<&Bound<'_, PyAny>>,
    otc: bool,
    errors: &str,
    add_path: &str,
    progress: Option<Py<PyAny>>,
) -> PyResult<PathStore> {
    let errors = stream_errors(errors)?;
    let exchanges = exchanges.map(|given| source::texts("exchanges", "prefixes", given)).transpose()?.unwrap_or_default();
    let exchanges = exchanges.iter().map(|text| text.parse()).collect::<Result<Vec<_>, _>>();
    let exchanges = exchanges.map_err(|e| PyValueError::new_err(format!("exchanges: {e}")))?;
    let mut reduction = Reduction::new(self::family(family)?).route_servers(route_servers).exchanges(exchanges);
    if otc {
        reduction = reduction.with_only_to_customer();
    }
    let feed = Feed::new(source::sources(source)?, AddPath::named(add_path)?, progress)?;
    let damages = read_all(py, feed, errors, |record, context, left_out| {
        let before = reduction.left_out();
        reduction.add_record(record, context);
        if reduction.left_out() > before {
            // The errors that were counted.
            record.elements_by(context).filter_map(Result::err).for_each(|error| left_out.add(error));
        }
    })?;
    if reduction.is_full() {
        return Err(PyValueError::new_err("the store of paths is full"));
    }
    Ok(PathStore::of(reduction, damages))
}

fn stream_errors(name: &str) -> PyResult<Errors> {
    match Errors::named(name)? {
        Errors::Keep => Err(PyValueError::new_err("errors must be 'raise' or 'skip': there is no row for damage")),
        errors => Ok(errors),
    }
}

/// What links are: who sells transit to whom, and who peers.
#[pyclass(frozen, eq, module = "routeglass.peering")]
#[derive(PartialEq, Eq)]
pub(super) struct Relations(Arc<paths::Relations>);

fn batch(columns: Vec<(&str, ArrayRef)>) -> PyResult<TableBatch> {
    // Every column can be null, whatever is in it: the schema is that of every answer, and tables of several can be joined.
    let columns = columns.into_iter().map(|(name, array)| (name, array, true));
    RecordBatch::try_from_iter_with_nullable(columns).map(TableBatch::of).map_err(|e| PyValueError::new_err(e.to_string()))
}

fn numbers(values: impl Iterator<Item = Option<u32>>) -> ArrayRef {
    Arc::new(values.collect::<UInt32Array>())
}

/// The ends of a link, the provider first.
const fn ends(link: &paths::Link) -> (u32, u32, &'static str) {
    match link.relation {
        Relation::Transit { provider, customer } => (provider, customer, "transit"),
        Relation::Peer => (link.lower, link.higher, "peer"),
    }
}

#[pymethods]
impl Relations {
    /// Relations from JSON lines, or from the serial-1 and serial-2 lines of CAIDA.
    #[staticmethod]
    fn read(text: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (octets, string): (PyBackedBytes, PyBackedStr);
        let text = if text.is_instance_of::<PyString>() {
            string = text.extract()?;
            string.as_bytes()
        } else {
            octets = text.extract()?;
            &*octets
        };
        let read = match text.iter().find(|octet| !octet.is_ascii_whitespace()) {
            Some(b'{') => paths::Relations::read_json(text),
            _ => paths::Relations::read_serial(text),
        };
        read.map(|relations| Self(Arc::new(relations))).map_err(|e| PyValueError::new_err(e.to_string()))
    }

    /// JSON lines, one for each link, with its evidence: as `routeglass peering infer --format json`.
    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        let octets = py.detach(|| self.0.write_json());
        String::from_utf8(octets).map_err(|e| PyValueError::new_err(e.to_string()))
    }

    /// The serial-2 lines of CAIDA, or serial-1.
    #[pyo3(signature = (serial=2))]
    fn to_serial(&self, py: Python<'_>, serial: u8) -> PyResult<String> {
        let serial = match serial {
            1 => Serial::One,
            2 => Serial::Two,
            _ => return Err(PyValueError::new_err(format!("serial must be 1 or 2, not {serial}"))),
        };
        let octets = py.detach(|| self.0.write_serial(serial));
        String::from_utf8(octets).map_err(|e| PyValueError::new_err(e.to_string()))
    }

    /// All links as an Arrow table, with the columns of the JSON lines: `a` and `b` are provider and customer, or two peers.
    fn links(&self, py: Python<'_>) -> PyResult<TableBatch> {
        py.detach(|| {
            let of = |part: fn(&paths::LinkEvidence) -> u32| numbers(self.0.iter().map(|link| link.evidence.as_ref().map(part)));
            let flag = |part: fn(&paths::LinkEvidence) -> bool| -> ArrayRef {
                Arc::new(self.0.iter().map(|link| link.evidence.as_ref().map(part)).collect::<BooleanArray>())
            };
            // Votes for the lower and for the higher, in the order of the ends.
            let votes = |is_first: bool| {
                numbers(self.0.iter().map(|link| {
                    let evidence = link.evidence?;
                    let is_lower_first = ends(&link).0 == link.lower;
                    Some(if is_lower_first == is_first { evidence.votes_for_lower } else { evidence.votes_for_higher })
                }))
            };
            let steps = self.0.iter().map(|link| link.evidence.map(|evidence| evidence.step.name()));
            let mut sources = ListBuilder::new(StringBuilder::new());
            for link in self.0.iter() {
                match link.evidence {
                    Some(evidence) => {
                        for source in evidence.sources() {
                            sources.values().append_value(source.name());
                        }
                        sources.append(true);
                    }
                    None => sources.append(false),
                }
            }
            batch(vec![
                ("a", numbers(self.0.iter().map(|link| Some(ends(&link).0)))),
                ("b", numbers(self.0.iter().map(|link| Some(ends(&link).1)))),
                ("relation", Arc::new(self.0.iter().map(|link| Some(ends(&link).2)).collect::<StringArray>())),
                ("firm", flag(|evidence| evidence.firm)),
                ("refuted", flag(paths::LinkEvidence::is_refuted)),
                ("step", Arc::new(steps.collect::<StringArray>())),
                ("vantage_points", of(|evidence| evidence.vantage_points)),
                ("paths", of(|evidence| evidence.paths)),
                ("votes_a", votes(true)),
                ("votes_b", votes(false)),
                ("against", of(|evidence| evidence.against)),
                ("against_origins", of(|evidence| evidence.against_origins)),
                ("origins", of(|evidence| evidence.origins)),
                ("preference_shown", of(|evidence| evidence.preference_shown)),
                ("preference_refuted", of(|evidence| evidence.preference_refuted)),
                ("over_route_server", flag(|evidence| evidence.over_route_server)),
                ("over_exchange", flag(|evidence| evidence.over_exchange)),
                ("mutual", flag(|evidence| evidence.mutual)),
                ("sources", Arc::new(sources.finish())),
            ])
        })
    }

    /// Customer cones as an Arrow table: `asn`, the `size` of its cone with itself, and the `members`; by AS number.
    fn cones(&self, py: Python<'_>) -> PyResult<TableBatch> {
        py.detach(|| {
            let cones = self.0.cones();
            let mut members = ListBuilder::new(UInt32Builder::new());
            for (_, cone) in cones.iter() {
                members.values().append_slice(cone);
                members.append(true);
            }
            let size = |cone: &[u32]| u32::try_from(cone.len()).unwrap_or(u32::MAX);
            batch(vec![
                ("asn", numbers(cones.iter().map(|(asn, _)| Some(asn)))),
                ("size", numbers(cones.iter().map(|(_, cone)| Some(size(cone))))),
                ("members", Arc::new(members.finish())),
            ])
        })
    }

    /// The networks that one reaches, each once, by the best way: an Arrow table of `asn` and `over`, which is `customers`, `peers`,
    /// `providers` or `nothing`. None if the network has no link.
    fn reach(&self, py: Python<'_>, asn: u32) -> PyResult<Option<TableBatch>> {
        let Some(reach) = py.detach(|| self.0.reach(asn)) else { return Ok(None) };
        let ways = [
            ("customers", &reach.customers),
            ("peers", &reach.peers),
            ("providers", &reach.providers_only),
            ("nothing", &reach.nothing),
        ];
        let mut list: Vec<_> = ways.iter().flat_map(|(over, asns)| asns.iter().map(move |asn| (*asn, *over))).collect();
        list.sort_unstable();
        batch(vec![
            ("asn", numbers(list.iter().map(|(asn, _)| Some(*asn)))),
            ("over", Arc::new(list.iter().map(|(_, over)| Some(*over)).collect::<StringArray>())),
        ])
        .map(Some)
    }

    /// The relation of two networks: a dict with the columns of `links`; None if they have no link.
    fn get<'py>(&self, py: Python<'py>, a: u32, b: u32) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(link) = self.0.get(a, b) else { return Ok(None) };
        let dict = PyDict::new(py);
        let (a, b, relation) = ends(&link);
        dict.set_item("a", a)?;
        dict.set_item("b", b)?;
        dict.set_item("relation", relation)?;
        dict.set_item("firm", link.is_firm())?;
        if let Some(evidence) = link.evidence {
            dict.set_item("step", evidence.step.name())?;
            dict.set_item("vantage_points", evidence.vantage_points)?;
            dict.set_item("paths", evidence.paths)?;
            dict.set_item("against", evidence.against)?;
        }
        Ok(Some(dict))
    }

    /// The route leaks among the routes of inputs, by links that paths do not refute and by Only to Customer: an Arrow table with
    /// the columns of `routeglass peering leaks --format json`: `prefix`, `origin`, `leaker`, `type` (RFC 7908), `vantage_point`,
    /// `path`, `otc`, `firm`. What was left out is in its `damage`.
    #[pyo3(signature = (source, *, family=4, route_servers=vec![], errors="raise", add_path="off", progress=None))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn leaks(
        &self,
        py: Python<'_>,
        source: &Bound<'_, PyAny>,
        family: u8,
        route_servers: Vec<u32>,
        errors: &str,
        add_path: &str,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<TableBatch> {
        let errors = stream_errors(errors)?;
        let feed = Feed::new(source::sources(source)?, AddPath::named(add_path)?, progress)?;
        let mut leaks = Leaks::new(self.0.judge_leaks(), self::family(family)?, route_servers);
        let damages = read_all(py, feed, errors, |record, context, left_out| {
            for element in record.elements_by(context) {
                match element {
                    Ok(element) => leaks.element(&element),
                    Err(error) => left_out.add(error),
                }
            }
        })?;
        Ok(leaks.finish()?.with(damages))
    }

    /// The transit-free networks, ascending.
    #[getter]
    fn clique(&self) -> Vec<u32> {
        self.0.clique().to_vec()
    }

    /// What is doubtful about the inference.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.0.warnings().iter().map(ToString::to_string).collect()
    }

    /// The number of vantage points.
    #[getter]
    fn vantage_points(&self) -> u64 {
        self.0.vantage_points()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("<Relations of {} links, {} vantage points>", self.0.len(), self.0.vantage_points())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(PyTypeError::new_err("relations are written by to_json and read by Relations.read"))
    }
}

/// Route leaks, column by column.
struct Leaks {
    judge: Judge,
    hygiene: Hygiene,
    family: AddressFamily,
    buffer: Vec<u32>,
    prefixes: StringBuilder,
    origins: UInt32Builder,
    leakers: UInt32Builder,
    kinds: UInt8Builder,
    vantage_points: UInt32Builder,
    paths: ListBuilder<UInt32Builder>,
    marks: UInt32Builder,
    firm: Vec<bool>,
}

impl Leaks {
    fn new(judge: Judge, family: AddressFamily, route_servers: Vec<u32>) -> Self {
        Self {
            judge,
            hygiene: Hygiene::new().route_servers(route_servers),
            family,
            buffer: Vec::new(),
            prefixes: StringBuilder::new(),
            origins: UInt32Builder::new(),
            leakers: UInt32Builder::new(),
            kinds: UInt8Builder::new(),
            vantage_points: UInt32Builder::new(),
            paths: ListBuilder::new(UInt32Builder::new()),
            marks: UInt32Builder::new(),
            firm: Vec::new(),
        }
    }

    fn element(&mut self, element: &Element<'_>) {
        let is_seen = matches!(element.kind(), ElementKind::Announce | ElementKind::Rib);
        if !is_seen || element.family() != Some(self.family.unicast()) {
            return;
        }
        let (Some(prefix), Ok(attributes)) = (element.prefix(), element.attributes()) else { return };
        let path: MergedPath<'_> = match attributes.merged_path() {
            Ok(path) => path,
            Err(_) => return,
        };
        let Ok(path) = self.hygiene.clean(&path, &mut self.buffer) else { return };
        let (Some(first), Some(origin)) = (path.first(), path.last()) else { return };
        let otc = attributes.only_to_customer().ok().flatten().map(|otc| otc.0);
        let shape = self.judge.shape_marked(path, otc);
        let Some(leak) = shape.leak else { return };
        self.firm.push(shape.firm);
        let peer = if element.is_local() { 0 } else { element.peer().asn.0 };
        self.prefixes.append_value(prefix.to_string());
        self.origins.append_value(*origin);
        self.leakers.append_value(leak.by);
        self.kinds.append_value(leak.kind.number());
        self.vantage_points.append_value(if peer == 0 { *first } else { peer });
        self.paths.values().append_slice(path);
        self.paths.append(true);
        self.marks.append_option(otc);
    }

    fn finish(mut self) -> PyResult<TableBatch> {
        batch(vec![
            ("prefix", Arc::new(self.prefixes.finish())),
            ("origin", Arc::new(self.origins.finish())),
            ("leaker", Arc::new(self.leakers.finish())),
            ("type", Arc::new(self.kinds.finish())),
            ("vantage_point", Arc::new(self.vantage_points.finish())),
            ("path", Arc::new(self.paths.finish())),
            ("otc", Arc::new(self.marks.finish())),
            ("firm", Arc::new(BooleanArray::from(self.firm))),
        ])
    }
}
