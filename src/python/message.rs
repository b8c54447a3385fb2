//! Messages as objects, and their iterator.

use core::hash::{Hash, Hasher};
use std::format;
use std::prelude::v1::*;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use super::carrier::carrier;
use super::element::{attribute_code, context_of, families};
use super::error::{Damage, Name};
use super::items::{Items, Kind, Origin, Shared, Taker, iterator_methods};
use super::memo::datetime;
use super::source::{self, AddPath, Errors};
use super::value::loads;
use crate::bgp;
use crate::element::{ElementKind, Route, UpdateElements};
use crate::error::Result;
use crate::mrt::{Bgp4mpMessage, ReadContext, Record, RecordBuf};
use crate::peer::Peer;
use crate::text::json::RecordMessage;

/// One BGP message of a record. An UPDATE has announced and withdrawn routes that share its attributes.
#[pyclass(frozen, eq, hash, weakref, module = "routeglass")]
pub(super) struct Message(What);

enum What {
    /// Its number among the record's messages.
    OfRecord { record: RecordBuf, origin: Arc<Origin>, number: usize },
    /// What could not be read.
    Damage { text: String, offset: u64, name: Name },
}

impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Hash for Message {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

/// Work on the carrier of a message, the message and its octets.
type Work<'w> = dyn FnMut(&Bgp4mpMessage<'_>, &Result<bgp::Message<'_>>, &[u8]) + 'w;

/// The routes of an UPDATE of one kind.
fn routes(message: &Result<bgp::Message<'_>>, kind: ElementKind) -> Vec<String> {
    let Ok(bgp::Message::Update(update)) = message else { return Vec::new() };
    let elements = UpdateElements::new(update, Peer::UNKNOWN, crate::time::Timestamp::EPOCH).flatten();
    let text = |route| match route {
        Route::Prefix(_, path) => Some(path.prefix.to_string()),
        Route::Other(route) => Some(route.to_string()),
        Route::None => None,
    };
    elements.filter(|element| element.kind() == kind).filter_map(|element| text(element.route())).collect()
}

impl Message {
    /// Evaluates the carrier, the message and its octets; `None` for damage.
    fn with<T>(&self, mut work: impl FnMut(&Bgp4mpMessage<'_>, &Result<bgp::Message<'_>>, &[u8]) -> T) -> Option<T> {
        let mut value = None;
        self.show(&mut |carrier, message, octets| value = Some(work(carrier, message, octets)));
        value
    }

    /// The same; compiled once.
    fn show(&self, work: &mut Work<'_>) {
        let What::OfRecord { record, origin, number } = &self.0 else { return };
        let Ok(Some(carrier)) = carrier(&record.as_record()) else { return };
        if let Some(one) = carrier.all_messages(&origin.context.session(&carrier)).nth(*number) {
            work(&carrier, &one.message, one.octets);
        }
    }

    /// Evaluates its text form; `None` for damage.
    fn text<T>(&self, mut work: impl FnMut(&RecordMessage<'_>) -> T) -> Option<T> {
        let mut value = None;
        self.show_text(&mut |message| value = Some(work(message)));
        value
    }

    /// The same; compiled once.
    fn show_text(&self, work: &mut dyn FnMut(&RecordMessage<'_>)) {
        let What::OfRecord { record, origin, number } = &self.0 else { return };
        if let Some(message) = RecordMessage::every(&record.as_record(), &origin.context).nth(*number) {
            work(&message);
        }
    }

    fn json(&self) -> PyResult<Vec<u8>> {
        let written = match &self.0 {
            What::OfRecord { .. } => self.text(|message| serde_json::to_vec(message)).unwrap_or_else(|| Ok(Vec::new())),
            What::Damage { text, offset, .. } => {
                let error = serde_json::json!({ "text": text, "offset": offset });
                serde_json::to_vec(&serde_json::json!({ "kind": "damage", "error": error }))
            }
        };
        written.map_err(|e| PyValueError::new_err(e.to_string()))
    }

    fn identity(&self) -> (&[u8], u64, usize, &str) {
        match &self.0 {
            What::OfRecord { record, number, .. } => (record.as_bytes(), record.as_record().offset(), *number, ""),
            What::Damage { text, offset, .. } => (&[], *offset, 0, text),
        }
    }
}

#[pymethods]
impl Message {
    /// OPEN, UPDATE, NOTIFICATION, KEEPALIVE or ROUTE-REFRESH; None for what cannot be read.
    #[getter]
    fn r#type(&self) -> Option<String> {
        self.with(|_, message, _| message.as_ref().ok().map(|message| message.kind().to_string()))?
    }

    /// An aware datetime; None for damage.
    #[getter]
    fn time<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match &self.0 {
            What::OfRecord { record, .. } => datetime(py, record.as_record().timestamp()).map(Some),
            What::Damage { .. } => Ok(None),
        }
    }

    #[getter]
    fn peer_asn(&self) -> Option<u32> {
        self.with(|carrier, _, _| carrier.peer_asn.0)
    }

    #[getter]
    fn peer_address(&self) -> Option<String> {
        self.with(|carrier, _, _| carrier.peer_address.map(|address| address.to_string()))?
    }

    /// Whether the collector sent it to the peer.
    #[getter]
    fn local(&self) -> Option<bool> {
        self.with(|carrier, _, _| carrier.local)
    }

    /// The announced routes of an UPDATE, of every family: prefixes, and the texts of other routes.
    #[getter]
    fn announced(&self) -> Vec<String> {
        self.with(|_, message, _| routes(message, ElementKind::Announce)).unwrap_or_default()
    }

    /// The withdrawn routes of an UPDATE.
    #[getter]
    fn withdrawn(&self) -> Vec<String> {
        self.with(|_, message, _| routes(message, ElementKind::Withdraw)).unwrap_or_default()
    }

    /// The path attributes of an UPDATE, as in `to_dict`.
    #[getter]
    fn attributes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let message = self.to_dict(py)?.call_method1("get", ("message",))?;
        if message.is_none() {
            return Ok(pyo3::types::PyList::empty(py).into_any());
        }
        message.call_method1("get", ("attributes", pyo3::types::PyList::empty(py)))
    }

    /// The octets of the value of the path attribute with this code; None without it.
    fn attribute<'py>(&self, py: Python<'py>, code: i128) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let code = attribute_code(code)?;
        let found = self.with(|_, message, _| {
            let Ok(bgp::Message::Update(update)) = message else { return None };
            let attribute = update.attribute_windows().flatten().find(|attribute| attribute.code().0 == code)?;
            Some(PyBytes::new(py, attribute.raw()))
        });
        Ok(found.flatten())
    }

    /// The family whose table ends here (RFC 4724 section 2); None if it is no End-of-RIB.
    #[getter]
    fn end_of_rib(&self) -> Option<String> {
        self.with(|_, message, _| match message {
            Ok(bgp::Message::Update(update)) => update.end_of_rib().map(|family| family.to_string()),
            _ => None,
        })?
    }

    /// The octets of the message, with its header if the record has one.
    #[getter]
    fn octets<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.with(|_, _, octets| PyBytes::new(py, octets))
    }

    /// The worst finding; None for a message without one.
    #[getter]
    fn error(&self) -> Option<String> {
        match &self.0 {
            What::OfRecord { .. } => self.text(|message| message.finding().map(|e| e.to_string()))?,
            What::Damage { text, .. } => Some(text.clone()),
        }
    }

    /// Where the record starts in the decompressed input; of damage, where it is.
    #[getter]
    fn offset(&self) -> u64 {
        self.identity().1
    }

    /// The path of the input; None if it has none.
    #[getter]
    fn file(&self) -> Option<&str> {
        match &self.0 {
            What::OfRecord { origin, .. } => origin.name.as_deref(),
            What::Damage { name, .. } => name.as_deref(),
        }
    }

    /// A JSON object, in the form of `routeglass dump --format json`.
    fn to_json(&self) -> PyResult<String> {
        String::from_utf8(self.json()?).map_err(|e| PyValueError::new_err(e.to_string()))
    }

    /// The same as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        loads(py, &self.json()?)
    }

    fn __repr__(&self) -> String {
        match &self.0 {
            What::OfRecord { record, .. } => {
                let (kind, time) = (self.r#type().unwrap_or_else(|| "unreadable".to_owned()), record.as_record().timestamp());
                format!("<Message {time} AS{} {kind}>", self.peer_asn().unwrap_or(0))
            }
            What::Damage { text, .. } => format!("<Message {text}>"),
        }
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let restore = py.import("routeglass._routeglass")?.getattr("_restore_message")?;
        let state = match &self.0 {
            What::Damage { text, offset, name } => (text, *offset, name.as_deref()).into_pyobject(py)?.into_any(),
            What::OfRecord { record, origin, number } => {
                let (add_path, octets) = (families(record, &origin.context), PyBytes::new(py, record.as_bytes()));
                (octets, record.as_record().offset(), origin.name.as_deref(), *number, add_path).into_pyobject(py)?.into_any()
            }
        };
        Ok((restore, state))
    }
}

/// A message from its pickle.
#[pyfunction]
#[pyo3(signature = (*state))]
pub(super) fn _restore_message(state: &Bound<'_, PyTuple>) -> PyResult<Message> {
    if let Ok((text, offset, name)) = state.extract::<(String, u64, Option<String>)>() {
        return Ok(Message(What::Damage { text, offset, name: name.map(Into::into) }));
    }
    type State = (Vec<u8>, u64, Option<String>, usize, Option<Vec<(u16, u8)>>);
    let (record, offset, name, number, families): State = state.extract()?;
    let record = RecordBuf::new(record, offset).map_err(|_| PyValueError::new_err("this is no pickled message"))?;
    let context = context_of(&record, families);
    Ok(Message(What::OfRecord { record, origin: Arc::new(Origin::new(name.map(Into::into), context, None)), number }))
}

/// All messages.
pub(super) struct All;

impl Kind for All {
    type Item = Message;

    fn take(&mut self, record: &Record<'_>, context: &ReadContext, taker: &mut Taker<'_, Message>) {
        match carrier(record) {
            Ok(Some(carrier)) => {
                let kept = RecordBuf::from(*record);
                for number in 0..carrier.all_messages(&context.session(&carrier)).count() {
                    let origin = taker.origin().clone();
                    taker.item(Message(What::OfRecord { record: kept.clone(), origin, number }));
                }
            }
            Ok(None) => {}
            Err(e) => taker.damage(e),
        }
    }

    fn damaged(damage: Damage, _record: u64, name: Name) -> Message {
        Message(What::Damage { text: damage.text, offset: damage.offset, name })
    }
}

iterator_methods!(Messages, Message, All, "The messages of inputs, in order.");

/// The BGP messages of an input, in order; records of tables and of states have none.
#[pyfunction]
#[pyo3(signature = (source, *, errors="raise", add_path="off", progress=None))]
pub(super) fn messages(
    source: &Bound<'_, PyAny>,
    errors: &str,
    add_path: &str,
    progress: Option<Py<PyAny>>,
) -> PyResult<Messages> {
    let options = (Errors::named(errors)?, AddPath::named(add_path)?);
    Ok(Messages(Shared::new(Items::new(source::sources(source)?, options, All, progress)?)))
}
