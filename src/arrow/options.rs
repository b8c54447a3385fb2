//! Options of tables.

use std::sync::Arc;

use super::Columns;
use crate::element::Strictness;
use crate::filter::Filter;

/// How values are represented.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
#[non_exhaustive]
pub enum Types {
    /// The types of [`ColumnType`](crate::element::fields::ColumnType), with dictionaries.
    #[default]
    Arrow,
    /// The same without dictionaries, whose columns are `utf8`: for writers that cannot have them.
    Plain,
    /// Those that Spark has, so that its own schema is the same: as [`Types::Plain`], with `int64` for `uint32` and `uint64`,
    /// `int16` for `uint8`, `binary` for addresses. The items of lists are named `element`, and every column can be null.
    Spark,
}

/// What becomes of damage: of what cannot be read as an element, such as a truncated record. Elements that can be read are rows
/// whatever is wrong with them, with the finding in `error`, unless [`Strictness`] says otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
#[non_exhaustive]
pub enum Errors {
    /// It ends the table: the rows before it, then the error.
    #[default]
    Raise,
    /// It is a row of kind `damage`, in its place, with `error`, `error_action` and `error_offset`.
    Keep,
    /// It is counted ([`Batches::damage`](super::Batches::damage)).
    Skip,
}

/// Path identifiers (RFC 7911) in records whose subtype denies them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
#[non_exhaustive]
pub enum AddPath {
    /// Records are read as the subtype says.
    #[default]
    Off,
    /// Every message has them, and table entries as the subtype says.
    On,
    /// Both readings are weighed, for each peer and each collector's table dumps, in a first pass over the file
    /// ([`Evidence`](crate::mrt::Evidence)): only for files given by their paths.
    Auto,
}

/// Options of a table.
///
/// ```
/// use routeglass::arrow::{Columns, Errors, TableOptions};
///
/// let options = TableOptions::default().with_columns(Columns::PREFIX | Columns::ORIGIN_ASN).with_errors(Errors::Skip);
/// assert_eq!(options.rows, 16_384);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TableOptions {
    /// The columns. [`Columns::DEFAULT`] by default.
    pub columns: Columns,
    /// How values are represented.
    pub types: Types,
    /// Rows at which a batch ends; at least 1. 16,384 by default.
    pub rows: usize,
    /// Octets of values at which a batch ends, also inside a record; a row is never divided. 16 MiB by default, at most 1 GiB.
    pub bytes: usize,
    /// How elements with findings are treated.
    pub strictness: Strictness,
    /// What becomes of damage.
    pub errors: Errors,
    /// Only elements that match it are rows. An element for which that depends on octets that cannot be read is damage.
    pub filter: Option<Arc<Filter>>,
    /// Path identifiers in records whose subtype denies them.
    pub add_path: AddPath,
}

impl TableOptions {
    /// Sets the columns.
    #[must_use]
    pub fn with_columns(mut self, columns: Columns) -> Self {
        self.columns = columns;
        self
    }

    /// Sets how values are represented.
    #[must_use]
    pub fn with_types(mut self, types: Types) -> Self {
        self.types = types;
        self
    }

    /// Sets the rows at which a batch ends.
    #[must_use]
    pub fn with_rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Sets the octets of values at which a batch ends.
    #[must_use]
    pub fn with_bytes(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// Sets how elements with findings are treated.
    #[must_use]
    pub fn with_strictness(mut self, strictness: Strictness) -> Self {
        self.strictness = strictness;
        self
    }

    /// Sets what becomes of damage.
    #[must_use]
    pub fn with_errors(mut self, errors: Errors) -> Self {
        self.errors = errors;
        self
    }

    /// Sets the filter.
    #[must_use]
    pub fn with_filter(mut self, filter: impl Into<Arc<Filter>>) -> Self {
        self.filter = Some(filter.into());
        self
    }

    /// Sets whether records are read with path identifiers that their subtype denies.
    #[must_use]
    pub fn with_add_path(mut self, add_path: AddPath) -> Self {
        self.add_path = add_path;
        self
    }
}

impl Default for TableOptions {
    fn default() -> Self {
        Self {
            columns: Columns::DEFAULT,
            types: Types::default(),
            rows: 16_384,
            bytes: 16 << 20,
            strictness: Strictness::default(),
            errors: Errors::default(),
            filter: None,
            add_path: AddPath::default(),
        }
    }
}
