//! Tables: elements as record batches over the Arrow C stream interface.

use core::num::NonZeroUsize;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::boxed::Box;
use std::format;
use std::prelude::v1::*;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::ffi::to_ffi;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{Array, RecordBatchIterator, StructArray};
use arrow_schema::ffi::FFI_ArrowSchema;
use pyo3::exceptions::{PyBaseException, PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3::{PyTraverseError, PyVisit};

use super::error::{damage, read_error};
use super::filter;
use super::items::{Damages, Shared};
use super::source::{self, AddPath, Feed, Reading, Source};
use crate::arrow::{
    self, ArrowError, Batches, Columns, Errors, NormalisedBatches, ParBatches, RecordBatch, RecordBatchReader, Schema, SchemaRef,
    TableBuilder, TableError, TableOptions, Types,
};
use crate::element::fields::{FIELDS, Field, Part};
use crate::element::{ArchiveError, Element};

/// What the last read of a table came to.
#[derive(Default)]
struct Report {
    error: Mutex<Option<Py<PyBaseException>>>,
    damage: AtomicU64,
    rows: AtomicU64,
}

/// The description of a table: inputs, columns, options. Nothing is read until a stream is asked for.
#[pyclass(frozen, module = "routeglass")]
pub(super) struct TableReader {
    sources: Vec<Source>,
    add_path: AddPath,
    options: TableOptions,
    schema: SchemaRef,
    /// The order of the columns, where it is not that of the table of fields.
    order: Option<Vec<usize>>,
    threads: NonZeroUsize,
    progress: Option<Py<PyAny>>,
    is_read: AtomicBool,
    report: Mutex<Arc<Report>>,
}

fn types(name: &str) -> PyResult<Types> {
    match name {
        "arrow" => Ok(Types::Arrow),
        "plain" => Ok(Types::Plain),
        "spark" => Ok(Types::Spark),
        _ => Err(PyValueError::new_err(format!("types must be 'arrow', 'plain' or 'spark', not {name:?}"))),
    }
}

fn positive(value: usize, name: &str) -> PyResult<usize> {
    if value == 0 { Err(PyValueError::new_err(format!("{name} must be positive"))) } else { Ok(value) }
}

/// The columns, and the place of each name among them, if they have another order.
fn columns(names: Option<Vec<String>>) -> PyResult<(Columns, Option<Vec<usize>>)> {
    let Some(names) = names else { return Ok((Columns::DEFAULT, None)) };
    let columns = Columns::from_names(&names).map_err(|e| PyKeyError::new_err(e.to_string()))?;
    if columns.len() != names.len() {
        return Err(PyValueError::new_err("a column is named twice"));
    }
    let there: Vec<_> = columns.names().collect();
    let order: Vec<_> = names.iter().filter_map(|name| there.iter().position(|other| other == name)).collect();
    let is_usual = order.iter().copied().eq(0..order.len());
    Ok((columns, (!is_usual).then_some(order)))
}

#[pymethods]
impl TableReader {
    #[new]
    #[pyo3(signature = (source, columns, r#where, errors, strictness, types, add_path, rows, bytes, threads, progress))]
    #[expect(clippy::too_many_arguments, reason = "the package's class has them by name")]
    fn new(
        source: &Bound<'_, PyAny>,
        columns: Option<Vec<String>>,
        r#where: Option<&Bound<'_, PyAny>>,
        errors: &str,
        strictness: &str,
        types: &str,
        add_path: &str,
        rows: usize,
        bytes: usize,
        threads: usize,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let (sources, add_path) = (source::sources(source)?, AddPath::named(add_path)?);
        add_path.check(&sources)?;
        let (columns, order) = self::columns(columns)?;
        let errors = match source::Errors::named(errors)? {
            source::Errors::Raise => Errors::Raise,
            source::Errors::Keep => Errors::Keep,
            source::Errors::Skip => Errors::Skip,
        };
        let mut options = TableOptions::default()
            .with_columns(columns)
            .with_types(self::types(types)?)
            .with_rows(positive(rows, "rows")?)
            .with_bytes(positive(bytes, "bytes")?)
            .with_strictness(source::strictness(strictness)?)
            .with_errors(errors);
        if let Some(filter) = filter::argument(r#where)? {
            options = options.with_filter(filter);
        }
        let schema = TableBuilder::new(options.clone()).schema();
        let schema = match &order {
            Some(order) => Arc::new(schema.project(order).map_err(|e| PyValueError::new_err(e.to_string()))?),
            None => schema,
        };
        let report = Mutex::default();
        let threads = NonZeroUsize::new(threads).ok_or_else(|| PyValueError::new_err("threads must be positive"))?;
        Ok(Self { sources, add_path, options, schema, order, threads, progress, is_read: AtomicBool::new(false), report })
    }

    /// A capsule with an `ArrowArrayStream` that reads the inputs from their start.
    fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        stream_of(py, self.read(py)?)
    }

    /// The batches, as Python takes them.
    fn batches(&self, py: Python<'_>) -> PyResult<TableBatches> {
        Ok(TableBatches(Shared::new(self.read(py)?)))
    }

    /// The batches of routes, each with the batch of attribute lists that are new in it.
    fn normalised(&self, py: Python<'_>) -> PyResult<TablePairs> {
        let of_lists = |field: &Field| matches!(field.part, Part::Reach | Part::List);
        if !self.options.columns.fields().any(of_lists) {
            return Err(PyValueError::new_err("none of the columns is that of an attribute list: this is one table"));
        }
        let empty = Batches::open([""; 0], self.options.clone()).normalised(0);
        let schemas = (empty.schema(), empty.attribute_lists_schema());
        let mut stream = self.read(py)?;
        // Columns come in the order of the table of fields.
        (stream.lists, stream.order) = (Some(0), None);
        Ok(TablePairs(Shared::new(stream), schemas))
    }

    /// A capsule with an `ArrowSchema`; nothing is read.
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_of(py, &self.schema)
    }

    /// An exception refers to what was called, which refers to this.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.sources.iter().try_for_each(|source| source.visit(&visit))?;
        self.progress.as_ref().map_or(Ok(()), |progress| visit.call(progress))?;
        let Ok(report) = self.report.try_lock() else { return Ok(()) };
        report.error.try_lock().map_or(Ok(()), |error| error.as_ref().map_or(Ok(()), |error| visit.call(error)))
    }

    /// Names and types of the columns.
    #[getter]
    fn fields(&self) -> Vec<(String, String)> {
        self.schema.fields().iter().map(|field| (field.name().clone(), field.data_type().to_string())).collect()
    }

    /// The exception that ended the last read; None if nothing did.
    #[getter]
    fn error(&self, py: Python<'_>) -> Option<Py<PyBaseException>> {
        let report = self.report.lock().unwrap_or_else(PoisonError::into_inner);
        let error = report.error.lock().unwrap_or_else(PoisonError::into_inner);
        error.as_ref().map(|e| e.clone_ref(py))
    }

    /// Damage of the last read: skipped, kept as rows, or what ended it.
    #[getter]
    fn damage(&self) -> u64 {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).damage.load(Ordering::Relaxed)
    }

    /// Rows of the last read so far.
    #[getter]
    fn rows(&self) -> u64 {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).rows.load(Ordering::Relaxed)
    }
}

impl TableReader {
    /// Starts to read.
    fn read(&self, py: Python<'_>) -> PyResult<Stream> {
        let sources = self.sources.iter().map(|source| source.again(py)).collect::<Option<Vec<_>>>();
        let sources = match sources {
            Some(sources) => sources,
            None if self.is_read.swap(true, Ordering::Relaxed) => {
                return Err(PyValueError::new_err("a file object can be read once: make another table, of a path or bytes"));
            }
            None => self.sources.iter().map(|source| source.share(py)).collect(),
        };
        let report = Arc::new(Report::default());
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = report.clone();
        let progress = self.progress.as_ref().map(|callback| callback.clone_ref(py));
        let feed = Feed::new(sources, self.add_path, progress)?;
        let (options, schema, order) = (self.options.clone(), self.schema.clone(), self.order.clone());
        let (lists, new_lists) = (None, None);
        Ok(Stream { feed, input: None, options, threads: self.threads, schema, order, lists, new_lists, report, is_done: false })
    }
}

/// A capsule with an `ArrowArrayStream`.
fn stream_of(py: Python<'_>, reader: impl RecordBatchReader + Send + 'static) -> PyResult<Bound<'_, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
}

/// A capsule with an `ArrowSchema`.
fn schema_of<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(|e| PyValueError::new_err(e.to_string()))?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}

/// The batches of a table.
#[pyclass(frozen, module = "routeglass")]
pub(super) struct TableBatches(Shared<Stream>);

#[pymethods]
impl TableBatches {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<TableBatch>> {
        let mut stream = self.0.lock(py)?;
        let _busy = self.0.reading();
        Ok(stream.next_or_end(py)?.map(TableBatch::of))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.0.visit(|stream| stream.feed.visit(&visit))
    }
}

/// The batches of two tables, and their schemas.
#[pyclass(frozen, module = "routeglass")]
pub(super) struct TablePairs(Shared<Stream>, (SchemaRef, SchemaRef));

#[pymethods]
impl TablePairs {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<(TableBatch, TableBatch)>> {
        let mut stream = self.0.lock(py)?;
        let _busy = self.0.reading();
        let routes = stream.next_or_end(py)?;
        Ok(routes.zip(stream.new_lists.take()).map(|(routes, lists)| (TableBatch::of(routes), TableBatch::of(lists))))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.0.visit(|stream| stream.feed.visit(&visit))
    }

    /// Batches without rows.
    fn empty(&self) -> (TableBatch, TableBatch) {
        let (routes, lists) = &self.1;
        (TableBatch::of(RecordBatch::new_empty(routes.clone())), TableBatch::of(RecordBatch::new_empty(lists.clone())))
    }
}

/// Rows of a table, for whatever takes Arrow data.
#[pyclass(frozen, module = "routeglass")]
pub(super) struct TableBatch(RecordBatch, Damages);

impl TableBatch {
    pub(super) fn of(batch: RecordBatch) -> Self {
        Self(batch, Damages::default())
    }

    /// The same rows of inputs with damages.
    pub(super) fn with(self, damages: Damages) -> Self {
        Self(self.0, damages)
    }
}

#[pymethods]
impl TableBatch {
    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    /// How many damages of the input were not raised, of rows that were made in one call.
    #[getter]
    const fn damage(&self) -> u64 {
        self.1.count
    }

    /// The first hundred of them, as exceptions.
    #[getter]
    fn damages(&self, py: Python<'_>) -> Vec<PyErr> {
        self.1.list(py)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_of(py, &self.0.schema())
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Py<PyAny>>) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        stream_of(py, RecordBatchIterator::new([Ok(self.0.clone())], self.0.schema()))
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Py<PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let _ = requested_schema;
        let rows = StructArray::from(self.0.clone()).into_data();
        let (array, schema) = to_ffi(&rows).map_err(|e| PyValueError::new_err(e.to_string()))?;
        let schema = PyCapsule::new_with_value(py, schema, c"arrow_schema")?;
        Ok((schema, PyCapsule::new_with_value(py, array, c"arrow_array")?))
    }
}

/// Rows in memory, for whatever takes Arrow data, as often as it likes.
#[pyclass(frozen, module = "routeglass")]
pub(super) struct TableRows {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl TableRows {
    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_of(py, &self.schema)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(&self, py: Python<'py>, requested_schema: Option<Py<PyAny>>) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batches: Vec<_> = self.batches.iter().cloned().map(Ok).collect();
        stream_of(py, RecordBatchIterator::new(batches, self.schema.clone()))
    }
}

/// Makes rows of elements.
pub(super) struct RowsBuilder {
    builder: TableBuilder,
    order: Option<Vec<usize>>,
    batches: Vec<RecordBatch>,
}

impl RowsBuilder {
    pub(super) fn new(columns: Option<Vec<String>>, types: &str) -> PyResult<Self> {
        let (columns, order) = self::columns(columns)?;
        let options = TableOptions::default().with_columns(columns).with_types(self::types(types)?);
        Ok(Self { builder: TableBuilder::new(options), order, batches: Vec::new() })
    }

    pub(super) fn push(&mut self, element: &Element<'_>) -> PyResult<()> {
        self.builder.push(element);
        if self.builder.is_full() { self.end_batch() } else { Ok(()) }
    }

    fn end_batch(&mut self) -> PyResult<()> {
        let batch = self.builder.finish().and_then(|batch| match &self.order {
            Some(order) => batch.project(order),
            None => Ok(batch),
        });
        self.batches.push(batch.map_err(|e| PyValueError::new_err(e.to_string()))?);
        Ok(())
    }

    pub(super) fn finish(mut self) -> PyResult<TableRows> {
        self.end_batch()?;
        let schema = self.batches.first().map_or_else(|| self.builder.schema(), RecordBatch::schema);
        Ok(TableRows { schema, batches: self.batches })
    }
}

/// The names of the columns that a table can have, and whether it has them by default.
pub(super) fn column_names() -> Vec<(&'static str, bool)> {
    FIELDS.iter().filter(|field| field.column.is_some()).map(|field| (field.name, field.is_default)).collect()
}

/// What an input comes to next.
enum Step {
    Batch(RecordBatch, Option<RecordBatch>),
    /// There may be more: signals and progress are looked at.
    Nothing,
    End,
}

/// The batches of an input.
enum Input {
    InOrder(Box<Batches<source::Counted>>),
    Normalised(Box<NormalisedBatches<source::Counted>>),
    Threads(Box<ParBatches<source::Counted>>),
}

impl Input {
    /// The next batch; with that of the attribute lists which are new in it, where they are a table of their own.
    fn step(&mut self) -> Result<Step, TableError> {
        let alone = |batch| Step::Batch(batch, None);
        match self {
            Self::InOrder(batches) => batches.next_batch().map(|batch| batch.map_or(Step::End, alone)),
            Self::Threads(batches) => batches.step().map(|step| match step {
                arrow::Step::Batch(batch) => alone(batch),
                arrow::Step::Nothing => Step::Nothing,
                arrow::Step::End => Step::End,
            }),
            Self::Normalised(batches) => {
                batches.next_batch().map(|pair| pair.map_or(Step::End, |(routes, lists)| Step::Batch(routes, Some(lists))))
            }
        }
    }

    const fn damage(&self) -> u64 {
        match self {
            Self::InOrder(batches) => batches.damage(),
            Self::Normalised(batches) => batches.damage(),
            Self::Threads(batches) => batches.damage(),
        }
    }
}

/// The batches of inputs, one input after the other.
struct Stream {
    feed: Feed,
    input: Option<(Input, Reading)>,
    options: TableOptions,
    threads: NonZeroUsize,
    schema: SchemaRef,
    order: Option<Vec<usize>>,
    /// The number of the next attribute list, where they are a table of their own.
    lists: Option<u32>,
    /// Those of the last batch.
    new_lists: Option<RecordBatch>,
    report: Arc<Report>,
    is_done: bool,
}

impl Stream {
    fn next_batch(&mut self, py: Python<'_>) -> PyResult<Option<RecordBatch>> {
        loop {
            py.check_signals()?;
            if self.input.is_none() {
                // The numbers of lists are given in order.
                let in_threads = self.threads.get() > 1 && self.lists.is_none();
                let Some((reader, context, reading)) = self.feed.take(py, in_threads)? else {
                    self.feed.report(py, true)?;
                    return Ok(None);
                };
                let mut batches = Batches::new(reader, self.options.clone()).with_context(context);
                if let Some(name) = &reading.name {
                    batches = batches.with_name(name);
                }
                let input = match self.lists {
                    Some(first) => Input::Normalised(Box::new(batches.normalised(first))),
                    None if in_threads && !reading.is_stream => Input::Threads(Box::new(batches.par(self.threads))),
                    None => Input::InOrder(Box::new(batches)),
                };
                self.input = Some((input, reading));
            }
            let Some((batches, reading)) = &mut self.input else { return Ok(None) };
            let before = batches.damage();
            let next = py.detach(|| batches.step());
            self.report.damage.fetch_add(batches.damage().saturating_sub(before), Ordering::Relaxed);
            if let Some(raised) = reading.failure() {
                return Err(raised);
            }
            match next {
                Ok(Step::Nothing) => self.feed.report(py, false)?,
                Ok(Step::Batch(batch, new_lists)) => {
                    self.new_lists = new_lists;
                    if let Input::Normalised(batches) = batches {
                        self.lists = Some(batches.next_number());
                    }
                    self.report.rows.fetch_add(batch.num_rows() as u64, Ordering::Relaxed);
                    self.feed.report(py, false)?;
                    return match &self.order {
                        Some(order) => batch.project(order).map(Some).map_err(|e| PyValueError::new_err(e.to_string())),
                        None => Ok(Some(batch)),
                    };
                }
                Ok(Step::End) => self.input = None,
                Err(e) => return Err(exception(py, &e, reading)),
            }
        }
    }
}

fn exception(py: Python<'_>, e: &TableError, reading: &Reading) -> PyErr {
    match e.archive_error() {
        Some(ArchiveError::Damage(error)) => damage(py, error, &reading.name, e.rows()),
        Some(ArchiveError::Read(error)) => read_error(py, error, &reading.name, e.rows()),
        None => PyValueError::new_err(e.to_string()),
    }
}

impl Stream {
    /// The next batch; after an error, which is kept for the table, none.
    fn next_or_end(&mut self, py: Python<'_>) -> PyResult<Option<RecordBatch>> {
        if self.is_done {
            return Ok(None);
        }
        let next = self.next_batch(py);
        if let Err(e) = &next {
            *self.report.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(e.value(py).clone().unbind());
        }
        if !matches!(next, Ok(Some(_))) {
            (self.is_done, self.input) = (true, None);
            self.feed.close();
        }
        next
    }
}

impl Iterator for Stream {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        // Of an exception the text alone gets through; one without a text is named.
        let text = |py: Python<'_>, e: &PyErr| match e.value(py).to_string() {
            text if text.is_empty() => e.get_type(py).to_string(),
            text => text,
        };
        let next = Python::try_attach(|py| self.next_or_end(py).map_err(|e| text(py, &e)));
        let text = match next {
            Some(Ok(batch)) => return batch.map(Ok),
            Some(Err(text)) => text,
            None => "the interpreter is shutting down".to_owned(),
        };
        Some(Err(ArrowError::ExternalError(text.into())))
    }
}

impl RecordBatchReader for Stream {
    fn schema(&self) -> Arc<Schema> {
        self.schema.clone()
    }
}
