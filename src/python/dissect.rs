//! Dissection of records, and findings.

use std::prelude::v1::*;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::error::{Damage, Name};
use super::items::{Items, Kind, Shared, Taker, iterator_methods};
use super::source::{self, AddPath, Errors, Feed, Step};
use crate::mrt::{ReadContext, Record, places};
use crate::places::Places;

/// A field of a record and its octets.
#[pyclass(frozen, eq, hash, get_all, module = "routeglass")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    /// Depth in the tree: 0 for the record.
    depth: usize,
    name: String,
    /// The first octet, from the start of the decompressed input.
    start: u64,
    /// The octet after the last.
    end: u64,
    /// The value; empty for a field that contains others.
    text: String,
    /// What is wrong; None if nothing is.
    error: Option<String>,
}

#[pymethods]
impl Place {
    fn __str__(&self) -> String {
        let Self { depth, name, start, end, text, .. } = self;
        let between = if text.is_empty() { "" } else { ": " };
        std::format!("{start:>8}..{end:<8} {:indent$}{name}{between}{text}", "", indent = depth.saturating_mul(2))
    }

    fn __repr__(&self) -> String {
        let Self { name, start, end, text, .. } = self;
        std::format!("<Place {start}..{end} {name}: {text}>")
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let Self { depth, name, start, end, text, error } = self;
        let state = (*depth, name, *start, *end, text, error.as_deref()).into_pyobject(py)?.into_any();
        Ok((py.import("routeglass._routeglass")?.getattr("_restore_place")?, state))
    }
}

/// A place from its pickle.
#[pyfunction]
pub(super) fn _restore_place(depth: usize, name: String, start: u64, end: u64, text: String, error: Option<String>) -> Place {
    Place { depth, name, start, end, text, error }
}

/// The fields of a record, octet by octet: of the record that starts at `offset` of the decompressed input, or contains it.
#[pyfunction]
#[pyo3(signature = (source, offset=0, *, add_path="off"))]
pub(super) fn dissect(py: Python<'_>, source: &Bound<'_, PyAny>, offset: i128, add_path: &str) -> PyResult<Vec<Place>> {
    let no_record = || PyValueError::new_err(std::format!("no record has octet {offset}"));
    let Ok(offset) = u64::try_from(offset) else { return Err(no_record()) };
    let mut feed = Feed::new(source::sources(source)?, AddPath::named(add_path)?, None)?;
    let mut found = None;
    while let Some(opened) = feed.current(py)? {
        let step = opened.step(py, |record, context, _| {
            let end = record.offset().saturating_add(record.as_bytes().len() as u64);
            if offset < end {
                let mut list = Places::new();
                record.places_by(context, &mut list);
                found = Some(list);
            }
            found.is_some()
        });
        py.check_signals()?;
        if let Err(e) = &step {
            if let Some(raised) = opened.failure() {
                return Err(raised);
            }
            let (octets, start) = opened.cut_record();
            if octets.is_empty() || !super::error::is_damage(e) {
                return Err(super::error::read_error(py, e, &opened.name, 0));
            }
            let mut list = Places::new();
            places(octets, start, &mut list);
            found = Some(list);
        }
        match (found, step) {
            (Some(list), _) => return Ok(of_places(&list)),
            (None, Ok(Step::More)) => found = None,
            (None, _) => break,
        }
    }
    Err(no_record())
}

fn of_places(list: &Places) -> Vec<Place> {
    let place = |place: &crate::places::Place| Place {
        depth: place.depth,
        name: place.name.to_string(),
        start: place.range.start,
        end: place.range.end,
        text: place.text.clone(),
        error: place.error.map(|e| e.to_string()),
    };
    list.iter().map(place).collect()
}

/// Something wrong with the input.
#[pyclass(frozen, eq, hash, get_all, module = "routeglass")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Finding {
    /// What, and where.
    text: String,
    /// Octets from the start of the decompressed input.
    offset: u64,
    /// A stable short name, such as `truncated`.
    kind: String,
    /// The part of the protocol; None for damage of a compressed format.
    context: Option<String>,
    /// The action of RFC 7606 section 2.
    action: String,
    /// RFC and section; None for damage of a compressed format.
    rfc: Option<String>,
    /// The path of the input; None if it has none.
    file: Option<String>,
}

#[pymethods]
impl Finding {
    fn __str__(&self) -> &str {
        &self.text
    }

    fn __repr__(&self) -> String {
        std::format!("<Finding {}>", self.text)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let Self { text, offset, kind, context, action, rfc, file } = self;
        let state = (text, *offset, kind, context.as_deref(), action, rfc.as_deref(), file.as_deref());
        Ok((py.import("routeglass._routeglass")?.getattr("_restore_finding")?, state.into_pyobject(py)?.into_any()))
    }
}

/// A finding from its pickle.
#[pyfunction]
pub(super) fn _restore_finding(
    text: String,
    offset: u64,
    kind: String,
    context: Option<String>,
    action: String,
    rfc: Option<String>,
    file: Option<String>,
) -> Finding {
    Finding { text, offset, kind, context, action, rfc, file }
}

/// All findings.
pub(super) struct Every;

impl Kind for Every {
    type Item = Finding;

    fn take(&mut self, record: &Record<'_>, context: &ReadContext, taker: &mut Taker<'_, Finding>) {
        let file = taker.origin().name.as_deref().map(String::from);
        record.findings(context, |e| {
            taker.item(Finding {
                text: e.to_string(),
                offset: e.offset(),
                kind: e.kind().name().to_owned(),
                context: Some(e.context().to_string()),
                action: e.action().to_string(),
                rfc: Some(e.rfc().to_owned()),
                file: file.clone(),
            });
        });
    }

    fn damaged(damage: Damage, _record: u64, name: Name) -> Finding {
        Finding {
            text: damage.text,
            offset: damage.offset,
            kind: damage.kind.to_owned(),
            context: damage.context,
            action: damage.action,
            rfc: None,
            file: name.as_deref().map(String::from),
        }
    }
}

iterator_methods!(Findings, Finding, Every, "The findings of inputs, in order.");

/// What is wrong with an input, by RFC 7606 and the RFCs of each part: every finding, in order. Damage that ends an input is the last.
#[pyfunction]
#[pyo3(signature = (source, *, add_path="off", progress=None))]
pub(super) fn check(source: &Bound<'_, PyAny>, add_path: &str, progress: Option<Py<PyAny>>) -> PyResult<Findings> {
    let options = (Errors::Keep, AddPath::named(add_path)?);
    Ok(Findings(Shared::new(Items::new(source::sources(source)?, options, Every, progress)?)))
}
