//! Tables of an instant.

use core::hash::{Hash, Hasher};
use core::net::IpAddr;
use std::ffi::OsStr;
use std::format;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::prelude::v1::*;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBool, PyDict, PyList, PyString};

use super::element::Element;
use super::error::{Damage, Name, damage, is_damage, os_error, read_error};
use super::items::{Damages, Shared};
use super::memo::{HasList as _, datetime};
use super::source::{self, AddPath, Source, texts};
use super::table::{RowsBuilder, TableRows};
use crate::element::ElementBuf;
use crate::error::Action;
use crate::prefix::Prefix;
use crate::rib as tables;
use crate::rib::{AddPathReading, Archives, PrefixRoutes};
use crate::time::Timestamp;

/// Octets that are read between two looks at signals.
const SIGNAL_STEP: u64 = 4 << 20;

/// Many peers' routes at an instant. Routes are elements of the kind `rib`.
#[pyclass(frozen, module = "routeglass")]
pub(super) struct Rib {
    table: Arc<tables::Rib>,
    notes: Vec<String>,
    damages: Damages,
}

fn elements<'a>(found: impl IntoIterator<Item = PrefixRoutes<'a>>) -> Vec<Element> {
    let of = |found: PrefixRoutes<'a>| {
        found.routes().map(move |route| Element::of_table(ElementBuf::from(route.to_element(found.family(), found.prefix()))))
    };
    found.into_iter().flat_map(of).collect()
}

/// A prefix or an address: a text, or an object of `ipaddress`.
fn prefix(of: &Bound<'_, PyAny>) -> PyResult<Prefix> {
    if !of.is_instance_of::<PyString>() && !of.hasattr("max_prefixlen")? {
        let name = of.get_type().name()?;
        return Err(PyTypeError::new_err(format!("a prefix or address is a str or an object of ipaddress, not {name}")));
    }
    let text = of.str()?;
    let text = &*text.to_cow()?;
    let read = match text.parse::<IpAddr>() {
        Ok(address) => Ok(Prefix::from(address)),
        Err(_) => text.parse(),
    };
    read.map_err(|_| PyValueError::new_err(format!("{text:?} is no prefix or address")))
}

#[pymethods]
impl Rib {
    /// The routes of the longest prefix that covers an address or a prefix.
    fn lookup(&self, of: &Bound<'_, PyAny>) -> PyResult<Vec<Element>> {
        Ok(elements(self.table.longest_match(prefix(of)?)))
    }

    /// The routes of a prefix.
    fn get(&self, of: &Bound<'_, PyAny>) -> PyResult<Vec<Element>> {
        Ok(elements(self.table.get(prefix(of)?)))
    }

    /// The routes of the prefixes that cover this one, the shortest first.
    fn covering(&self, of: &Bound<'_, PyAny>) -> PyResult<Vec<Element>> {
        Ok(elements(self.table.covering(prefix(of)?)))
    }

    /// The routes of the prefixes that this one covers, sorted.
    fn covered(&self, by: &Bound<'_, PyAny>) -> PyResult<Vec<Element>> {
        Ok(elements(self.table.covered(prefix(by)?)))
    }

    /// The routes that a later table has gained, lost and changed.
    fn diff(&self, py: Python<'_>, later: &Self) -> Vec<Change> {
        py.detach(|| {
            let mut changes = Vec::new();
            self.table.changes(&later.table, |change| {
                let of = |route: tables::StoredRoute<'_>| ElementBuf::from(route.to_element(change.family, change.prefix));
                changes.push(Change { before: change.before.map(of), after: change.after.map(of) });
            });
            self.table.other_changes(&later.table, |change| {
                let of = |(raw, route): (_, tables::StoredRoute<'_>)| ElementBuf::from(route.to_other_element(raw));
                changes.push(Change { before: change.before.map(of), after: change.after.map(of) });
            });
            changes
        })
    }

    /// The peers: dicts of peer_asn, peer_address, peer_bgp_id, collector and the number of routes.
    #[getter]
    fn peers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for (id, peer, routes) in self.table.peers() {
            let one = PyDict::new(py);
            one.set_item("peer_asn", peer.asn.0)?;
            one.set_item("peer_address", peer.address.map(|address| address.to_string()))?;
            one.set_item("peer_bgp_id", self.table.bgp_id(id).map(|id| id.to_string()))?;
            one.set_item("collector", peer.collector.to_string())?;
            one.set_item("routes", routes)?;
            list.append(one)?;
        }
        Ok(list)
    }

    /// The table's time, an aware datetime: that of the last record applied.
    #[getter]
    fn time<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        datetime(py, Timestamp::from_seconds(self.table.time()))
    }

    /// How the table was built: worth knowing, no damage.
    #[getter]
    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    /// How many damages the archives have; everything else is in the table.
    #[getter]
    const fn damage(&self) -> u64 {
        self.damages.count
    }

    /// The first hundred of them, as exceptions.
    #[getter]
    fn damages(&self, py: Python<'_>) -> Vec<PyErr> {
        self.damages.list(py)
    }

    /// The number of prefixes.
    #[getter]
    fn prefix_count(&self) -> usize {
        self.table.prefix_count()
    }

    fn __len__(&self) -> usize {
        self.table.len()
    }

    /// Whether there is a route of exactly this prefix in the unicast table, or this route in any.
    fn __contains__(&self, py: Python<'_>, of: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(element) = of.cast::<Element>() else {
            return Ok(self.table.get(prefix(of)?).is_some_and(|found| found.routes().next().is_some()));
        };
        if let Some(prefix) = element.get().view().and_then(|element| element.prefix()) {
            let found = self.table.get(prefix).into_iter().chain(self.table.get_multicast(prefix));
            return Ok(elements(found).contains(element.get()));
        }
        let routes = self.__iter__(py);
        while let Some(route) = routes.__next__(py)? {
            if route == *element.get() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The routes with these columns, by default those of `routeglass.table`: for whatever takes Arrow data.
    #[pyo3(signature = (columns=None, *, types="arrow"))]
    fn table(&self, py: Python<'_>, columns: Option<&Bound<'_, PyAny>>, types: &str) -> PyResult<TableRows> {
        let columns = columns.map(|given| texts("columns", "names", given)).transpose()?;
        let mut rows = RowsBuilder::new(columns, types)?;
        let routes = self.__iter__(py);
        while let Some(route) = routes.__next__(py)? {
            if let Some(element) = route.view() {
                rows.push(&element)?;
            }
        }
        rows.finish()
    }

    /// All routes: prefixes in order, multicast ones after unicast ones, then routes of other families.
    fn __iter__(&self, py: Python<'_>) -> Routes {
        let table = self.table.clone();
        let state = py.detach(|| {
            let mut prefixes: Vec<_> = table.iter().map(|found| (false, found.prefix())).collect();
            prefixes.extend(table.iter_multicast().map(|found| (true, found.prefix())));
            let others = table.others().flat_map(|found| {
                let of = move |route: tables::StoredRoute<'_>| ElementBuf::from(route.to_other_element(found.route()));
                found.routes().map(of).collect::<Vec<_>>()
            });
            let others = others.collect::<Vec<_>>();
            State {
                table: table.clone(),
                prefixes: prefixes.into_iter(),
                ready: Vec::new().into_iter(),
                others: others.into_iter(),
            }
        });
        Routes(Shared::new(state))
    }

    fn __repr__(&self) -> String {
        let (time, routes, prefixes) = (Timestamp::from_seconds(self.table.time()), self.table.len(), self.table.prefix_count());
        format!("<Rib at {}: {routes} routes of {prefixes} prefixes>", time.utc())
    }
}

/// A difference between two tables.
#[pyclass(frozen, eq, hash, module = "routeglass")]
#[derive(PartialEq, Eq)]
pub(super) struct Change {
    before: Option<ElementBuf>,
    after: Option<ElementBuf>,
}

impl Hash for Change {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.before(), self.after()).hash(state);
    }
}

#[pymethods]
impl Change {
    /// The route before; None if it was gained.
    #[getter]
    fn before(&self) -> Option<Element> {
        self.before.clone().map(Element::of_table)
    }

    /// The route after; None if it was lost.
    #[getter]
    fn after(&self) -> Option<Element> {
        self.after.clone().map(Element::of_table)
    }

    fn __repr__(&self) -> String {
        let text = |buf: &Option<ElementBuf>| buf.as_ref().map_or_else(|| "None".to_owned(), ElementBuf::to_string);
        format!("<Change from {} to {}>", text(&self.before), text(&self.after))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let state = (self.before(), self.after()).into_pyobject(py)?.into_any();
        Ok((py.import("routeglass._routeglass")?.getattr("_restore_change")?, state))
    }
}

/// A change from its pickle.
#[pyfunction]
#[pyo3(signature = (before, after))]
pub(super) fn _restore_change(before: Option<PyRef<'_, Element>>, after: Option<PyRef<'_, Element>>) -> Change {
    let of = |element: Option<PyRef<'_, Element>>| element?.view().map(ElementBuf::from);
    Change { before: of(before), after: of(after) }
}

/// The routes of a table.
#[pyclass(frozen, module = "routeglass")]
pub(super) struct Routes(Shared<State>);

struct State {
    table: Arc<tables::Rib>,
    prefixes: std::vec::IntoIter<(bool, Prefix)>,
    ready: std::vec::IntoIter<Element>,
    others: std::vec::IntoIter<ElementBuf>,
}

#[pymethods]
impl Routes {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Element>> {
        let mut state = self.0.lock(py)?;
        loop {
            if let Some(element) = state.ready.next() {
                return Ok(Some(element));
            }
            match state.prefixes.next() {
                Some((is_multicast, prefix)) => {
                    let found = if is_multicast { state.table.get_multicast(prefix) } else { state.table.get(prefix) };
                    let found = elements(found);
                    state.ready = found.into_iter();
                }
                None => return Ok(state.others.next().map(Element::of_table)),
            }
        }
    }
}

/// An input that looks at signals now and then.
struct Watched {
    input: Opened,
    since: u64,
    raised: Arc<Mutex<Option<PyErr>>>,
}

enum Opened {
    File(File),
    Bytes(io::Cursor<PyBackedBytes>),
}

impl Read for Watched {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut raised = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        if raised.is_none() && self.since >= SIGNAL_STEP {
            self.since = 0;
            if let Some(Err(e)) = Python::try_attach(|py| py.check_signals()) {
                *raised = Some(e);
            }
        }
        if raised.is_some() {
            return Err(io::Error::other("interrupted"));
        }
        let count = match &mut self.input {
            Opened::File(input) => input.read(out)?,
            Opened::Bytes(input) => input.read(out)?,
        };
        self.since = self.since.saturating_add(count as u64);
        Ok(count)
    }
}

/// An instant: a text as `2026-01-01T12:00`, an aware datetime, or seconds since 1970 (UTC).
fn instant(at: &Bound<'_, PyAny>) -> PyResult<Timestamp> {
    if let Ok(text) = at.extract::<String>() {
        return text.parse().map_err(|e| PyValueError::new_err(format!("at: {e}")));
    }
    if at.is_instance_of::<PyBool>() {
        return Err(PyTypeError::new_err("at must be a str, a datetime or seconds since 1970, not bool"));
    }
    let seconds: f64 = match at.extract() {
        Ok(seconds) => seconds,
        Err(_) if at.hasattr("timestamp")? => {
            if at.getattr("tzinfo")?.is_none() {
                return Err(PyValueError::new_err("at must be an aware datetime: this one has no time zone"));
            }
            at.call_method0("timestamp")?.extract()?
        }
        Err(_) => {
            let name = at.get_type().name()?;
            return Err(PyTypeError::new_err(format!("at must be a str, a datetime or seconds since 1970, not {name}")));
        }
    };
    if !(0.0..4_294_967_296.0).contains(&seconds) {
        return Err(PyValueError::new_err("at must be between 1970 and 2106"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 2^32")]
    let (whole, micros) = (seconds as u32, ((seconds - seconds.floor()) * 1e6) as u32);
    let time = Timestamp::from_seconds(whole);
    Ok(if micros == 0 { time } else { time.with_micros(micros) })
}

fn exception(py: Python<'_>, said: &tables::Damage, name: &Name) -> PyErr {
    match said {
        tables::Damage::Open(e) => os_error(e, name.as_deref().map(OsStr::new)),
        tables::Damage::Read(e) => read_error(py, e, name, 0),
        tables::Damage::Record(e) => damage(py, e, name, 0),
        tables::Damage::Gap(gap) => {
            let action = Action::None.to_string();
            let damage = Damage { offset: gap.start, kind: "gap", context: None, action, text: gap.to_string() };
            damage.raised(py, name, 0)
        }
    }
}

/// The table that archives come to at an instant, or at their end: table dumps and updates, in any order, of any number of collectors.
/// A file that cannot be opened or read is an OSError; damage is kept.
#[pyfunction]
#[pyo3(signature = (source, *, at=None, add_path="off"))]
pub(super) fn rib(py: Python<'_>, source: &Bound<'_, PyAny>, at: Option<&Bound<'_, PyAny>>, add_path: &str) -> PyResult<Rib> {
    let at = at.map(instant).transpose()?;
    let reading = match AddPath::named(add_path)? {
        AddPath::Off => AddPathReading::Declared,
        AddPath::On => AddPathReading::Always,
        AddPath::Auto => AddPathReading::Evidence,
    };
    let mut archives = Archives::new().with_add_path(reading);
    let mut in_memory: Vec<(PathBuf, PyBackedBytes)> = Vec::new();
    for (number, source) in source::sources(source)?.into_iter().enumerate() {
        match source {
            Source::Path(path) => {
                archives.add(path);
            }
            Source::Bytes(bytes) => {
                let name = PathBuf::from(format!("<bytes {number}>"));
                archives.add(name.clone());
                in_memory.push((name, bytes));
            }
            Source::Stream(_) | Source::Part(_) => {
                return Err(PyTypeError::new_err("a table needs paths or bytes: its inputs may be read again"));
            }
        }
    }
    let raised = Arc::new(Mutex::new(None));
    let opened = |path: &Path| -> io::Result<Watched> {
        let bytes = in_memory.iter().find(|(name, _)| name == path);
        let input = match bytes {
            Some((_, bytes)) => {
                let bytes = Python::try_attach(|py| bytes.clone_ref(py));
                Opened::Bytes(io::Cursor::new(bytes.ok_or_else(|| io::Error::other("the interpreter is shutting down"))?))
            }
            None => Opened::File(File::open(path)?),
        };
        Ok(Watched { input, since: SIGNAL_STEP, raised: raised.clone() })
    };
    let mut said = Vec::new();
    let mut unread = None;
    let mut count = 0_u64;
    let loaded = py.detach(|| {
        archives.load_with(&[at], opened, |report| {
            count = count.saturating_add(1);
            let is_unread = match &report.damage {
                tables::Damage::Open(_) => true,
                tables::Damage::Read(e) => !is_damage(e),
                tables::Damage::Record(_) | tables::Damage::Gap(_) => false,
            };
            if is_unread {
                unread.get_or_insert((Some(Arc::from(report.path.display().to_string())), report.damage));
            } else if said.len() < super::items::MOST_DAMAGE {
                said.push((Some(Arc::from(report.path.display().to_string())), report.damage));
            }
        })
    });
    if let Some(raised) = raised.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(raised);
    }
    if let Some((name, e)) = &unread {
        return Err(exception(py, e, name));
    }
    let loaded = loaded.map_err(|e| PyValueError::new_err(e.to_string()))?;
    let mut damages = Damages::default();
    for (name, damage) in &said {
        damages.add(|| exception(py, damage, name));
    }
    damages.count = count;
    let notes = loaded.notes.iter().map(ToString::to_string).collect();
    let table = Arc::new(loaded.tables.into_iter().next().unwrap_or_default());
    Ok(Rib { table, notes, damages })
}
