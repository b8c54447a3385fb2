//! Values of fields as Python objects: the form that they have in a column, else that in JSON.

use core::net::IpAddr;
use std::prelude::v1::*;

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::element::fields::{ColumnType, Field, FieldValue, JsonType};
use crate::text;
use crate::time::Timestamp;

/// An attribute of a module, looked up once.
pub(super) fn imported<'py>(
    py: Python<'py>,
    cell: &'static PyOnceLock<Py<PyAny>>,
    module: &str,
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    cell.import(py, module, name).cloned()
}

/// An aware `datetime`. Microseconds of a full second or more become 999,999, as in a column.
pub(super) fn datetime(py: Python<'_>, time: Timestamp) -> PyResult<Bound<'_, PyAny>> {
    static DATETIME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static UTC: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let utc = UTC.get_or_try_init(py, || Ok::<_, PyErr>(py.import("datetime")?.getattr("timezone")?.getattr("utc")?.unbind()))?;
    let class = imported(py, &DATETIME, "datetime", "datetime")?;
    let whole = class.call_method1("fromtimestamp", (time.seconds, utc))?;
    match time.micros.map(|micros| micros.min(999_999)) {
        None | Some(0) => Ok(whole),
        Some(micros) => {
            let changes = PyDict::new(py);
            changes.set_item("microsecond", micros)?;
            whole.call_method("replace", (), Some(&changes))
        }
    }
}

/// An object of a JSON text.
pub(super) fn loads<'py>(py: Python<'py>, json: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    static LOADS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    imported(py, &LOADS, "json", "loads")?.call1((PyBytes::new(py, json),))
}

fn text<'py>(py: Python<'py>, value: &impl core::fmt::Display) -> Bound<'py, PyAny> {
    PyString::new(py, &value.to_string()).into_any()
}

fn texts<'py, T: core::fmt::Display>(py: Python<'py>, values: impl Iterator<Item = T>) -> PyResult<Bound<'py, PyAny>> {
    let list = PyList::empty(py);
    for value in values {
        list.append(text(py, &value))?;
    }
    Ok(list.into_any())
}

/// The value of a field.
pub(super) fn object<'py>(py: Python<'py>, field: &Field, value: &FieldValue<'_>) -> PyResult<Bound<'py, PyAny>> {
    use FieldValue as V;
    match value {
        V::Word(value) => Ok(PyString::intern(py, value).into_any()),
        V::Boolean(value) => value.into_bound_py_any(py),
        V::Number(value) => value.into_bound_py_any(py),
        V::Time(value) => datetime(py, *value),
        V::Asn(value) => value.0.into_bound_py_any(py),
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
            _ => plain(py, field, value),
        },
        V::Asns(value) => Ok(PyList::new(py, value.clone().map(|asn| asn.0).collect::<Vec<_>>())?.into_any()),
        V::NextHop(next_hop) => match next_hop.address() {
            Some(address) => Ok(text(py, &address)),
            None => plain(py, field, value),
        },
        // Always numbers, also of those with a name, so that equality works.
        V::Communities(list) => texts(py, list.iter().map(|community| std::format!("{}:{}", community.asn(), community.value()))),
        V::ExtendedCommunities(list) => texts(py, list.iter()),
        V::LargeCommunities(list) => texts(py, list.iter()),
        V::ClusterList(list) => texts(py, list.iter()),
        V::Prefix(value) => Ok(text(py, value)),
        V::Address(value) => Ok(text(py, value)),
        V::Family(value) => Ok(text(py, value)),
        V::Origin(value) => Ok(text(py, value)),
        V::Error(value) => Ok(text(py, value)),
        V::Route(_) | V::VniRoute(_) | V::Attributes(..)
            if field.column.is_none() && matches!(field.json, Some(JsonType::Object | JsonType::Objects)) =>
        {
            let json = text::plain_value(field, value);
            if json.is_empty() { Ok(py.None().into_bound(py)) } else { loads(py, &json) }
        }
        _ => plain(py, field, value),
    }
}

/// The text that a row has.
fn plain<'py>(py: Python<'py>, field: &Field, value: &FieldValue<'_>) -> PyResult<Bound<'py, PyAny>> {
    let octets = text::plain_value(field, value);
    Ok(PyString::new(py, &String::from_utf8_lossy(&octets)).into_any())
}
