//! The Python package's extension module, `routeglass._routeglass`: thin objects over the library. `python/routeglass/` has the
//! rest of the package and its types, `tests/python/` its tests.

mod carrier;
mod dissect;
mod element;
mod error;
mod filter;
mod items;
mod memo;
mod message;
mod peering;
mod rib;
mod source;
mod table;
mod texts;
mod value;

use pyo3::prelude::*;

/// The extension module.
#[pymodule(gil_used = false)]
mod _routeglass {
    use super::*;

    #[pymodule_export]
    use super::dissect::{_restore_finding, _restore_place, Finding, Findings, Place, check, dissect};
    #[pymodule_export]
    use super::element::{_restore, Element, Elements};
    #[pymodule_export]
    use super::error::{DamageError, DecompressionError};
    #[pymodule_export]
    use super::filter::Filter;
    #[pymodule_export]
    use super::message::{_restore_message, Message, Messages, messages};
    #[pymodule_export]
    use super::peering::{_restore_store, PathStore, Relations, reduce};
    #[pymodule_export]
    use super::rib::{_restore_change, Change, Rib, Routes, rib};
    #[pymodule_export]
    use super::source::{Split, splits};
    #[pymodule_export]
    use super::table::{TableBatch, TableBatches, TablePairs, TableReader, TableRows};

    /// The elements of inputs, in order.
    ///
    /// `source` is a path, bytes, an object with `read(n)`, or a list or iterator of these. `where` is a filter, as a text or a `Filter`.
    /// `errors`: 'raise', 'keep' (damage is an element), 'skip' (it is counted). `strictness`: 'forensic' (everything that can be read),
    /// 'rfc7606' (as a router treats it), 'strict' (a finding is damage). `add_path`: 'off', 'on', 'auto'. `progress` is called with the
    /// octets that are read and their number, if that is known.
    #[pyfunction]
    #[pyo3(signature = (source, *, r#where=None, errors="raise", strictness="forensic", add_path="off", progress=None))]
    fn elements(
        source: &Bound<'_, PyAny>,
        r#where: Option<&Bound<'_, PyAny>>,
        errors: &str,
        strictness: &str,
        add_path: &str,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Elements> {
        let options = (source::Errors::named(errors)?, source::AddPath::named(add_path)?);
        let choice = element::Choice { filter: filter::argument(r#where)?, strictness: source::strictness(strictness)? };
        Elements::of(source::sources(source)?, options, choice, progress)
    }

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let class = module.py().get_type::<DamageError>();
        for name in error::ATTRIBUTES {
            class.setattr(name, module.py().None())?;
        }
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("_FIELDS", element::FIELD_NAMES.to_vec())?;
        module.add("_COLUMNS", table::column_names())
    }
}
