//! Values of fields as Python objects: the form that they have in a column, else that in JSON.

use core::net::IpAddr;
use std::prelude::v1::*;

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use super::texts::{Texts, imported};
use crate::element::fields::{ColumnType, Field, FieldValue, JsonType};
use crate::nlri::NextHop;
use crate::text::plain::json;

/// An object of a JSON text.
pub(super) fn loads<'py>(py: Python<'py>, json: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    imported(py, &LOADS, "json", "loads")?.call1((PyBytes::new(py, json),))
}

fn list<'py, T>(
    py: Python<'py>,
    values: impl Iterator<Item = T>,
    mut text: impl FnMut(T) -> Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    let list = PyList::empty(py);
    for value in values {
        list.append(text(value))?;
    }
    Ok(list.into_any())
}

fn shown<'py>(py: Python<'py>) -> impl Fn(&dyn core::fmt::Display) -> Bound<'py, PyString> {
    move |value| PyString::new(py, &value.to_string())
}

/// The value of a field.
pub(super) fn object<'py>(
    py: Python<'py>,
    texts: &mut Texts,
    field: &Field,
    value: &FieldValue<'_>,
) -> PyResult<Bound<'py, PyAny>> {
    use FieldValue as V;
    let text = shown(py);
    match value {
        V::Word(value) => Ok(texts.word(py, value).into_any()),
        V::Boolean(value) => value.into_bound_py_any(py),
        V::Number(value) => value.into_bound_py_any(py),
        V::Time(value) => texts.time(py, *value),
        V::Asn(value) => Ok(texts.asn(py, *value)),
        V::Address(value) if field.column == Some(ColumnType::Address) => {
            let octets = match value {
                IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
                IpAddr::V6(address) => address.octets(),
            };
            Ok(PyBytes::new(py, &octets).into_any())
        }
        V::Octets(value) if field.column == Some(ColumnType::Octets) => Ok(PyBytes::new(py, value).into_any()),
        V::Path(path) => match field.column {
            Some(ColumnType::U32s) => Ok(PyList::new(py, path.asns().map(|asn| asn.0).collect::<Vec<_>>())?.into_any()),
            Some(ColumnType::Segments) if path.is_one_sequence() => Ok(py.None().into_bound(py)),
            Some(ColumnType::Segments) => {
                let list = PyList::empty(py);
                for segment in path.segments() {
                    let one = PyDict::new(py);
                    one.set_item("type", segment.kind().code())?;
                    one.set_item("count", segment.len())?;
                    list.append(one)?;
                }
                Ok(list.into_any())
            }
            _ => Ok(plain(py, texts, field, value)),
        },
        V::Asns(value) => Ok(PyList::new(py, value.clone().map(|asn| asn.0).collect::<Vec<_>>())?.into_any()),
        V::NextHop(next_hop) => match next_hop.address() {
            Some(address) => Ok(texts.address(py, address).into_any()),
            None => Ok(plain(py, texts, field, value)),
        },
        // Always numbers, also of those with a name, so that equality works.
        V::Communities(items) => list(py, items.iter(), |community| texts.community(py, community)),
        V::ExtendedCommunities(items) => list(py, items.iter(), |value| text(&value)),
        V::LargeCommunities(items) => list(py, items.iter(), |value| text(&value)),
        V::ClusterList(items) => list(py, items.iter(), |value| text(&value)),
        V::Prefix(value) => Ok(texts.prefix(py, *value).into_any()),
        V::Address(value) => Ok(texts.address(py, *value).into_any()),
        V::Family(value) => Ok(texts.family(py, *value).into_any()),
        V::Origin(value) => Ok(text(value).into_any()),
        V::Error(value) => Ok(text(value).into_any()),
        V::Route(_) | V::VniRoute(_) | V::Attributes(..) if field.column.is_none() => match field.json {
            Some(form) => Ok(parsed(py, form, value)?.unwrap_or_else(|| py.None().into_bound(py))),
            None => Ok(plain(py, texts, field, value)),
        },
        _ => Ok(plain(py, texts, field, value)),
    }
}

/// The text that a row has.
fn plain<'py>(py: Python<'py>, texts: &mut Texts, field: &Field, value: &FieldValue<'_>) -> Bound<'py, PyAny> {
    PyString::new(py, texts.writer.value(field, value)).into_any()
}

/// The JSON form of a value, by its text; `None` if JSON leaves it out.
fn parsed<'py>(py: Python<'py>, form: JsonType, value: &FieldValue<'_>) -> PyResult<Option<Bound<'py, PyAny>>> {
    match json(value, form).map_err(|e| PyValueError::new_err(e.to_string()))? {
        Some(text) => loads(py, &text).map(Some),
        None => Ok(None),
    }
}

/// The JSON form of a value; `None` if JSON leaves it out. What most elements have takes no text of JSON: two ways to the deep
/// structures of routes and attributes would be twice their code.
pub(super) fn json_object<'py>(
    py: Python<'py>,
    texts: &mut Texts,
    form: JsonType,
    value: &FieldValue<'_>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    use FieldValue as V;
    let text = shown(py);
    let text = match value {
        V::Boolean(true) => return true.into_bound_py_any(py).map(Some),
        V::Number(value) => return value.into_bound_py_any(py).map(Some),
        V::Time(value) => return value.seconds.into_bound_py_any(py).map(Some),
        V::Asn(value) => return Ok(Some(texts.asn(py, *value))),
        V::Asns(value) => return Ok(Some(PyList::new(py, value.clone().map(|asn| asn.0).collect::<Vec<_>>())?.into_any())),
        V::Communities(items) => {
            return list(py, items.iter(), |value| match value.name() {
                None => texts.community(py, value),
                Some(_) => text(&value),
            })
            .map(Some);
        }
        V::ExtendedCommunities(items) => return list(py, items.iter(), |value| text(&value)).map(Some),
        V::LargeCommunities(items) => return list(py, items.iter(), |value| text(&value)).map(Some),
        V::ClusterList(items) => return list(py, items.iter(), |value| text(&value)).map(Some),
        V::Word(value) => texts.word(py, value),
        V::Address(value) => texts.address(py, *value),
        V::NextHop(NextHop::V4(value)) => texts.address(py, IpAddr::V4(*value)),
        V::NextHop(NextHop::V6(value)) => texts.address(py, IpAddr::V6(*value)),
        V::Family(value) => texts.family(py, *value),
        V::Prefix(value) => texts.prefix(py, *value),
        V::Path(value) => text(value),
        V::Origin(value) => text(value),
        V::Aggregator(value) => text(value),
        _ => return parsed(py, form, value),
    };
    Ok(Some(text.into_any()))
}
