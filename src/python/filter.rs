//! Filters.

use std::format;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::prelude::v1::*;
use std::sync::Arc;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use super::element::Element;
use super::memo::HasList as _;
use crate::filter;

/// A condition on elements, in the crate's filter language. `str` gives a text that parses to an equal filter.
#[pyclass(frozen, eq, module = "routeglass")]
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Filter(Arc<filter::Filter>);

#[pymethods]
impl Filter {
    #[new]
    fn new(text: &str) -> PyResult<Self> {
        match filter::Filter::parse(text) {
            Ok(filter) => Ok(Self(Arc::new(filter))),
            Err(e) => Err(PyValueError::new_err(format!("filter: {e}"))),
        }
    }

    /// The filter of one key and its value, a text or what `str` makes one of: a number, an address.
    #[staticmethod]
    fn of(key: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        // The text of 5.0 would be the AS number 327680. Texts of NumPy have `__float__` too.
        let is_fraction = !value.is_instance_of::<PyString>() && value.hasattr("__float__")? && !value.hasattr("__index__")?;
        if value.is_none() || is_fraction || value.is_instance_of::<PyBytes>() {
            let name = value.get_type().name()?;
            return Err(PyTypeError::new_err(format!("a filter's value must be a text or a whole number, not {name}")));
        }
        if value.hasattr("tzinfo")? && value.getattr("tzinfo")?.is_none() {
            return Err(PyValueError::new_err("a filter's value must be an aware datetime: this one has no time zone"));
        }
        match filter::Filter::of(key, &value.str()?.to_cow()?) {
            Ok(filter) => Ok(Self(Arc::new(filter))),
            Err(e) => Err(PyValueError::new_err(format!("filter: {key}: {e}"))),
        }
    }

    /// Whether an element matches; False if that depends on octets that cannot be read.
    fn matches(&self, element: &Element) -> bool {
        element.view().is_some_and(|element| self.0.matches(&element))
    }

    fn __and__(&self, other: &Self) -> Self {
        Self(Arc::new(filter::Filter::all_of([(*self.0).clone(), (*other.0).clone()])))
    }

    fn __or__(&self, other: &Self) -> Self {
        Self(Arc::new(filter::Filter::any_of([(*self.0).clone(), (*other.0).clone()])))
    }

    fn __invert__(&self) -> Self {
        Self(Arc::new(!(*self.0).clone()))
    }

    /// `and`, `or` and `not` of Python would drop one of two filters: an error says so.
    fn __bool__(&self) -> PyResult<bool> {
        Err(PyTypeError::new_err("a Filter is neither true nor false: combine filters by &, | and ~, or in one text"))
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Filter({:?})", self.0.to_string())
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.0.to_string().hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> (Bound<'py, PyAny>, (String,)) {
        (py.get_type::<Self>().into_any(), (self.0.to_string(),))
    }
}

/// The filter of an argument: None, a text, or a Filter.
pub(super) fn argument(where_: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Arc<filter::Filter>>> {
    let Some(given) = where_ else { return Ok(None) };
    if let Ok(filter) = given.cast::<Filter>() {
        return Ok(Some(filter.get().0.clone()));
    }
    match given.extract::<String>() {
        Ok(text) => Ok(Some(Filter::new(&text)?.0)),
        Err(_) => Err(PyTypeError::new_err(format!("where must be a str or a Filter, not {}", given.get_type().name()?))),
    }
}
