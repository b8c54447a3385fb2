//! Where octets come from: paths, bytes, file objects, parts of files, lists of these.

use core::sync::atomic::{AtomicU64, Ordering};
use std::ffi::OsString;
use std::format;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::prelude::v1::*;
use std::sync::{Arc, Mutex, PoisonError};
use std::vec;

use pyo3::exceptions::{PyOSError, PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes, PyList, PyMemoryView, PySequence, PyString, PyTuple};
use pyo3::{PyTraverseError, PyVisit};

use super::error::{Name, read_error};
use crate::codes::{MrtType, TableDumpV2Subtype};
use crate::element::Strictness;
use crate::io::{Compression, ReadError, ReaderOptions};
use crate::mrt::{Evidence, ReadContext, Reader, Record, RecordBuf};

/// Octets between two calls of `progress`.
const PROGRESS_STEP: u64 = 1 << 20;

/// Octets that are read before signals are looked at.
const SIGNAL_STEP: u64 = 1 << 20;

/// Records that are looked at before signals are.
const RECORDS_PER_STEP: usize = 20_000;

/// An input.
pub(super) enum Source {
    Path(PathBuf),
    Bytes(PyBackedBytes),
    Stream(Py<PyAny>),
    Part(Split),
}

/// A run of whole records of a file, to be read on its own. It says where the peer table in force is.
#[pyclass(frozen, eq, hash, get_all, module = "routeglass")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Split {
    /// The file.
    path: OsString,
    /// Its first octet.
    offset: u64,
    /// Its octets; None up to the end of the file.
    length: Option<u64>,
    /// Where the PEER_INDEX_TABLE is that its records refer to; None without one before it.
    table_offset: Option<u64>,
}

#[pymethods]
impl Split {
    #[new]
    #[pyo3(signature = (path, offset=0, length=None, table_offset=None))]
    fn new(path: PathBuf, offset: u64, length: Option<u64>, table_offset: Option<u64>) -> Self {
        Self { path: path.into_os_string(), offset, length, table_offset }
    }

    fn __repr__(&self) -> String {
        let or_none = |value: Option<u64>| value.map_or_else(|| "None".to_owned(), |value| value.to_string());
        let Self { path, offset, length, table_offset } = self;
        format!("Split({path:?}, offset={offset}, length={}, table_offset={})", or_none(*length), or_none(*table_offset))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let state = (self.path.as_os_str(), self.offset, self.length, self.table_offset);
        (py.get_type::<Self>(), state).into_pyobject(py)
    }
}

/// The inputs of an argument.
pub(super) fn sources(given: &Bound<'_, PyAny>) -> PyResult<Vec<Source>> {
    let sources = sources_of(given)?;
    let mut objects: Vec<_> = sources.iter().filter_map(Source::object).collect();
    objects.sort_unstable();
    // The second time, nothing would be left of it.
    if objects.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
        return Err(PyValueError::new_err("a file object can be read once, and is given twice"));
    }
    Ok(sources)
}

fn sources_of(given: &Bound<'_, PyAny>) -> PyResult<Vec<Source>> {
    if let Ok(list) = given.cast::<PyList>() {
        return list.iter().map(|one| source(&one)).collect();
    }
    if let Ok(list) = given.cast::<PyTuple>() {
        return list.iter().map(|one| source(&one)).collect();
    }
    // Such as `Path.glob`; a file object is an iterator too, of lines.
    if given.hasattr("__next__")? && !given.hasattr("read")? {
        return given.try_iter()?.map(|one| source(&one?)).collect();
    }
    match source(given) {
        Ok(one) => Ok(vec![one]),
        // Other sequences, such as a deque; text, octets and what is like them were taken for one source.
        Err(e) => match given.cast::<PySequence>() {
            Ok(list) => list.try_iter()?.map(|one| source(&one?)).collect(),
            Err(_) => Err(e),
        },
    }
}

/// The texts of an argument that is a list of them: not one text, whose characters would be taken for texts.
pub(super) fn texts(argument: &str, what: &str, given: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let wrong = || {
        let shown = given.repr().map_or_else(|_| "that".to_owned(), |text| text.to_string());
        PyTypeError::new_err(format!("{argument} must be a list of {what}, not {shown}"))
    };
    if given.is_instance_of::<PyString>() || given.is_instance_of::<PyBytes>() {
        return Err(wrong());
    }
    given.try_iter().map_err(|_| wrong())?.map(|one| one?.extract::<String>().map_err(|_| wrong())).collect()
}

fn source(given: &Bound<'_, PyAny>) -> PyResult<Source> {
    if given.is_instance_of::<PyBytes>() || given.is_instance_of::<PyByteArray>() {
        return Ok(Source::Bytes(given.extract()?));
    }
    if let Ok(split) = given.cast::<Split>() {
        return Ok(Source::Part(split.get().clone()));
    }
    if given.is_instance_of::<PyString>() || given.hasattr("__fspath__")? {
        return Ok(Source::Path(given.extract()?));
    }
    if given.hasattr("read")? {
        return Ok(Source::Stream(given.clone().unbind()));
    }
    if let Ok(view) = PyMemoryView::from(given) {
        return Ok(Source::Bytes(view.call_method0("tobytes")?.extract()?));
    }
    Err(PyTypeError::new_err(format!(
        "a source is a path, bytes, an object with read(n), a Split, or a list or iterator of these, not {}",
        given.get_type().name()?
    )))
}

impl Source {
    fn name(&self, py: Python<'_>) -> Name {
        match self {
            Self::Path(path) => Some(path.display().to_string().into()),
            Self::Bytes(_) => None,
            Self::Stream(object) => {
                let name = object.bind(py).getattr("name").ok()?;
                name.cast::<PyString>().ok().map(|name| name.to_string().into())
            }
            Self::Part(split) => Some(split.path.to_string_lossy().into()),
        }
    }

    /// Its octets, if that is known.
    fn len(&self) -> Option<u64> {
        match self {
            Self::Path(path) => path.metadata().ok().filter(|data| data.is_file()).map(|data| data.len()),
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Stream(_) => None,
            Self::Part(split) => split.length.or_else(|| std::fs::metadata(&split.path).ok().map(|data| data.len())),
        }
    }

    /// A copy of what can be read twice.
    pub(super) fn again(&self, py: Python<'_>) -> Option<Self> {
        (!matches!(self, Self::Stream(_))).then(|| self.share(py))
    }

    /// The same input: of a file object, what is left of it.
    pub(super) fn share(&self, py: Python<'_>) -> Self {
        match self {
            Self::Stream(object) => Self::Stream(object.clone_ref(py)),
            Self::Path(path) => Self::Path(path.clone()),
            Self::Bytes(bytes) => Self::Bytes(bytes.clone_ref(py)),
            Self::Part(split) => Self::Part(split.clone()),
        }
    }

    /// The input, and the table in force at its start.
    fn open(self, failure: &Failure) -> Result<(Input, ReaderOptions, Option<RecordBuf>), ReadError> {
        let options = ReaderOptions::default();
        Ok(match self {
            Self::Path(path) => (Input::File(crate::io::open(&path)?), options, None),
            Self::Bytes(bytes) => (Input::Bytes(io::Cursor::new(bytes)), options, None),
            Self::Stream(object) => (Input::Stream(Stream { object, failure: failure.clone() }), options, None),
            Self::Part(Split { path, offset, length, table_offset }) => {
                let mut file = crate::io::open(path.as_ref())?;
                let failed = |offset| move |source| ReadError::Io { offset, source };
                let table = match table_offset {
                    Some(at) => {
                        file.seek(SeekFrom::Start(at)).map_err(failed(at))?;
                        Reader::plain(&mut file, options.with_start_offset(at)).next_record()?.map(RecordBuf::from)
                    }
                    None => None,
                };
                let end = offset.checked_add(length.unwrap_or(0));
                let there = file.metadata().map_err(failed(0))?;
                if there.is_file() && end.is_none_or(|end| end > there.len()) {
                    let text =
                        format!("the file has {} octets, this part of it ends after that: it is another file now", there.len());
                    return Err(failed(offset)(io::Error::other(text)));
                }
                if offset > 0 || table.is_some() {
                    file.seek(SeekFrom::Start(offset)).map_err(failed(offset))?;
                }
                let input = match length {
                    Some(length) => Input::Part(file.take(length)),
                    None => Input::File(file),
                };
                (input, options.with_start_offset(offset), table)
            }
        })
    }

    /// Shows the collector of garbage what it refers to.
    pub(super) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::Stream(object) => visit.call(object),
            Self::Path(_) | Self::Bytes(_) | Self::Part(_) => Ok(()),
        }
    }

    /// The identity of a file object.
    fn object(&self) -> Option<*mut pyo3::ffi::PyObject> {
        match self {
            Self::Stream(object) => Some(object.as_ptr()),
            Self::Path(_) | Self::Bytes(_) | Self::Part(_) => None,
        }
    }

    fn is_inside(&self) -> bool {
        matches!(self, Self::Part(split) if split.offset > 0 || split.length.is_some())
    }
}

/// The exception of a file object's `read`.
type Failure = Arc<Mutex<Option<PyErr>>>;

/// An open input.
enum Input {
    File(File),
    Part(io::Take<File>),
    Bytes(io::Cursor<PyBackedBytes>),
    Stream(Stream),
}

impl Input {
    /// Whether a read may wait for others: of a file object, and of a path to what is no file, such as a pipe.
    fn waits(&self) -> bool {
        match self {
            Self::File(file) => file.metadata().is_ok_and(|there| !there.is_file()),
            Self::Stream(_) => true,
            Self::Part(_) | Self::Bytes(_) => false,
        }
    }
}

impl Read for Input {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(input) => input.read(out),
            Self::Part(input) => input.read(out),
            Self::Bytes(input) => input.read(out),
            Self::Stream(input) => input.read(out),
        }
    }
}

/// A file object.
struct Stream {
    object: Py<PyAny>,
    failure: Failure,
}

impl Read for Stream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = Python::try_attach(|py| {
            py.check_signals()?;
            let answer = self.object.bind(py).call_method1("read", (out.len(),))?;
            let octets = match answer.extract::<PyBackedBytes>() {
                Ok(octets) => octets,
                Err(_) => match PyMemoryView::from(&answer) {
                    Ok(view) => view.call_method0("tobytes")?.extract()?,
                    Err(_) => {
                        let text = format!("read(n) must return bytes, not {}", answer.get_type().name()?);
                        return Err(PyTypeError::new_err(text));
                    }
                },
            };
            match out.get_mut(..octets.len()) {
                Some(place) => place.copy_from_slice(&octets),
                None => {
                    let text = format!("read({}) returned {} bytes", out.len(), octets.len());
                    return Err(PyValueError::new_err(text));
                }
            }
            Ok(octets.len())
        });
        match read {
            Some(Ok(count)) => Ok(count),
            Some(Err(e)) => {
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(e);
                Err(io::Error::other("read() raised an exception"))
            }
            None => Err(io::Error::other("the interpreter is shutting down")),
        }
    }
}

/// Counts the octets that are read, and looks at signals now and then.
pub(super) struct Counted {
    input: Input,
    count: Arc<AtomicU64>,
    since: u64,
    /// What is told then, where the thread that reads is the one that asks.
    progress: Option<Arc<Progress>>,
    failure: Failure,
}

impl Counted {
    /// What is done now and then.
    #[cold]
    fn look(&self) -> io::Result<()> {
        let looked = Python::try_attach(|py| {
            py.check_signals()?;
            self.progress.as_ref().map_or(Ok(()), |progress| progress.report(py, false))
        });
        looked.unwrap_or(Ok(())).map_err(|e| {
            *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(e);
            io::Error::other("interrupted")
        })
    }
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.since >= SIGNAL_STEP {
            self.since = 0;
            self.look()?;
        }
        let count = loop {
            match self.input.read(out) {
                // By a signal, while it waited.
                Err(e) if e.kind() == io::ErrorKind::Interrupted => self.look()?,
                read => break read?,
            }
        };
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        self.since = self.since.saturating_add(count as u64);
        Ok(count)
    }
}

/// How path identifiers are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AddPath {
    Off,
    On,
    Auto,
}

impl AddPath {
    pub(super) fn named(name: &str) -> PyResult<Self> {
        match name {
            "off" => Ok(Self::Off),
            "on" => Ok(Self::On),
            "auto" => Ok(Self::Auto),
            _ => Err(PyValueError::new_err(format!("add_path must be 'off', 'on' or 'auto', not {name:?}"))),
        }
    }

    /// Whether the inputs can be read so.
    pub(super) fn check(self, sources: &[Source]) -> PyResult<()> {
        for source in sources {
            if self == Self::Auto && matches!(source, Source::Stream(_)) {
                return Err(PyValueError::new_err("add_path='auto' reads the input twice: it needs a path or bytes"));
            }
            if self == Self::Auto && source.is_inside() {
                return Err(PyValueError::new_err("add_path='auto' weighs a whole file: it cannot read a part of one"));
            }
        }
        Ok(())
    }
}

pub(super) fn strictness(name: &str) -> PyResult<Strictness> {
    match name {
        "forensic" => Ok(Strictness::Forensic),
        "rfc7606" => Ok(Strictness::Rfc7606),
        "strict" => Ok(Strictness::Strict),
        _ => Err(PyValueError::new_err(format!("strictness must be 'forensic', 'rfc7606' or 'strict', not {name:?}"))),
    }
}

/// What is done about damage.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Errors {
    Raise,
    Keep,
    Skip,
}

impl Errors {
    pub(super) fn named(name: &str) -> PyResult<Self> {
        match name {
            "raise" => Ok(Self::Raise),
            "keep" => Ok(Self::Keep),
            "skip" => Ok(Self::Skip),
            _ => Err(PyValueError::new_err(format!("errors must be 'raise', 'keep' or 'skip', not {name:?}"))),
        }
    }
}

/// The records of inputs, one after the other.
pub(super) struct Feed {
    sources: vec::IntoIter<Source>,
    add_path: AddPath,
    open: Option<Opened>,
    progress: Option<Arc<Progress>>,
}

/// An input that is read.
pub(super) struct Opened {
    reader: Reader<Counted>,
    pub(super) name: Name,
    pub(super) context: ReadContext,
    /// The peer table in force.
    pub(super) table: Option<RecordBuf>,
    /// Whether the next record may have another table or input than the one before.
    pub(super) is_new: bool,
    /// Whether a read may wait for others.
    is_stream: bool,
    failure: Failure,
}

struct Progress {
    callback: Py<PyAny>,
    count: Arc<AtomicU64>,
    total: Option<u64>,
    reported: AtomicU64,
}

impl Progress {
    /// Calls the function, if enough was read since the last call.
    fn report(&self, py: Python<'_>, is_end: bool) -> PyResult<()> {
        let (count, reported) = (self.count.load(Ordering::Relaxed), self.reported.load(Ordering::Relaxed));
        if count.saturating_sub(reported) >= PROGRESS_STEP || is_end && count != reported {
            self.reported.store(count, Ordering::Relaxed);
            self.callback.call1(py, (count, self.total))?;
        }
        Ok(())
    }
}

/// What a step over the records came to.
pub(super) enum Step {
    /// There may be more.
    More,
    /// The input ends.
    End,
}

impl Feed {
    pub(super) fn new(sources: Vec<Source>, add_path: AddPath, progress: Option<Py<PyAny>>) -> PyResult<Self> {
        add_path.check(&sources)?;
        let total = sources.iter().map(Source::len).try_fold(0_u64, |sum, len| Some(sum.saturating_add(len?)));
        let count = Arc::new(AtomicU64::new(0));
        if let Some(callback) = &progress {
            Python::attach(|py| is_callable(callback.bind(py)))?;
        }
        let progress = progress.map(|callback| Arc::new(Progress { callback, count, total, reported: AtomicU64::new(0) }));
        Ok(Self { sources: sources.into_iter(), add_path, open: None, progress })
    }

    fn counter(&self) -> Arc<AtomicU64> {
        self.progress.as_ref().map_or_else(Arc::default, |progress| progress.count.clone())
    }

    /// The input that is read, the next one if it has ended; `None` after the last.
    pub(super) fn current(&mut self, py: Python<'_>) -> PyResult<Option<&mut Opened>> {
        self.current_by(py, None)
    }

    /// The same; `progress` is told while it is read.
    fn current_by(&mut self, py: Python<'_>, progress: Option<Arc<Progress>>) -> PyResult<Option<&mut Opened>> {
        if self.open.is_none() {
            let Some(source) = self.sources.next() else { return Ok(None) };
            let evidence = match (self.add_path, source.again(py)) {
                (AddPath::Auto, Some(again)) => weigh(py, again)?,
                _ => None,
            };
            let mut opened = open(py, source, self.counter(), progress)?;
            opened.context = match (self.add_path, evidence) {
                (AddPath::On, _) => opened.context.with_add_path(),
                (_, Some(evidence)) => opened.context.with_evidence(evidence),
                _ => opened.context,
            };
            self.open = Some(opened);
        }
        Ok(self.open.as_mut())
    }

    /// The next input, to be read by others, which may be in other threads unless it is a file object; `None` after the last.
    pub(super) fn take(&mut self, py: Python<'_>, in_threads: bool) -> PyResult<Option<(Reader<Counted>, ReadContext, Reading)>> {
        self.open = None;
        let is_stream = matches!(self.sources.as_slice().first(), Some(Source::Stream(_)));
        let progress = self.progress.clone().filter(|_| is_stream || !in_threads);
        self.current_by(py, progress)?;
        let Some(Opened { reader, name, context, failure, is_stream, .. }) = self.open.take() else { return Ok(None) };
        Ok(Some((reader, context, Reading { name, is_stream, failure })))
    }

    /// Shows the collector of garbage what it refers to, save the input that is read.
    pub(super) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.sources.as_slice().iter().try_for_each(|source| source.visit(visit))?;
        self.progress.as_ref().map_or(Ok(()), |progress| visit.call(&progress.callback))
    }

    /// Ends the input that is read.
    pub(super) fn end_input(&mut self) {
        self.open = None;
    }

    /// Ends reading.
    pub(super) fn close(&mut self) {
        self.open = None;
        self.sources = Vec::new().into_iter();
    }

    /// Calls `progress`, if enough was read since the last call.
    pub(super) fn report(&self, py: Python<'_>, is_end: bool) -> PyResult<()> {
        self.progress.as_ref().map_or(Ok(()), |progress| progress.report(py, is_end))
    }
}

fn is_callable(progress: &Bound<'_, PyAny>) -> PyResult<()> {
    if progress.is_callable() {
        return Ok(());
    }
    Err(PyTypeError::new_err(format!("progress must be a function of two numbers, not {}", progress.get_type().name()?)))
}

/// Opens an input.
fn open(py: Python<'_>, source: Source, count: Arc<AtomicU64>, progress: Option<Arc<Progress>>) -> PyResult<Opened> {
    let (name, failure) = (source.name(py), Failure::default());
    let is_inside = source.is_inside();
    let opened = py.detach(|| {
        let (input, options, table) = source.open(&failure)?;
        let is_stream = input.waits();
        let input = Counted { input, count, since: 0, progress, failure: failure.clone() };
        let reader = if is_inside { Reader::plain(input, options) } else { Reader::with_options(input, options)? };
        Ok((reader, table, is_stream))
    });
    match opened {
        Ok((reader, table, is_stream)) => {
            let mut context = ReadContext::new();
            if let Some(table) = &table {
                context.observe(&table.as_record());
            }
            Ok(Opened { reader, name, context, table, is_new: true, is_stream, failure })
        }
        Err(e) => Err(raised(py, &e, &name, 0, &failure)),
    }
}

/// The exception of `read`, else that of the error.
fn raised(py: Python<'_>, e: &ReadError, name: &Name, rows: u64, failure: &Failure) -> PyErr {
    match failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
        Some(raised) => raised,
        None => read_error(py, e, name, rows),
    }
}

/// A first pass for evidence of path identifiers.
fn weigh(py: Python<'_>, source: Source) -> PyResult<Option<Evidence>> {
    let mut opened = open(py, source, Arc::default(), None)?;
    let mut evidence = Evidence::default();
    loop {
        let step = py.detach(|| {
            for _ in 0..RECORDS_PER_STEP {
                match opened.reader.next_record() {
                    Ok(Some(record)) => {
                        evidence.observe_record(&record);
                    }
                    // The reading itself says what is wrong.
                    Ok(None) | Err(_) => return Step::End,
                }
            }
            Step::More
        });
        py.check_signals()?;
        if let Some(raised) = opened.failure() {
            return Err(raised);
        }
        if matches!(step, Step::End) {
            evidence.conclude();
            return Ok(Some(evidence));
        }
    }
}

/// Whether a record has a table of peers.
fn is_table(record: &Record<'_>) -> bool {
    record.kind() == MrtType::TABLE_DUMP_V2 && record.subtype() == TableDumpV2Subtype::PEER_INDEX_TABLE.0
}

impl Opened {
    /// Works on the next records until `work` says that there is enough, with the interpreter lock released. A record is lent, in
    /// the context that it is read in.
    pub(super) fn step(
        &mut self,
        py: Python<'_>,
        mut work: impl FnMut(&Record<'_>, &ReadContext, Place<'_>) -> bool + Send,
    ) -> Result<Step, ReadError> {
        py.detach(|| {
            for _ in 0..RECORDS_PER_STEP {
                let Some(record) = self.reader.next_record()? else { return Ok(Step::End) };
                self.context.observe(&record);
                if is_table(&record) {
                    self.table = Some(RecordBuf::from(record));
                    self.is_new = true;
                }
                let place = Place { name: &self.name, table: &self.table, is_new: core::mem::take(&mut self.is_new) };
                if work(&record, &self.context, place) || self.is_stream {
                    return Ok(Step::More);
                }
            }
            Ok(Step::More)
        })
    }

    /// Where the next record starts; after an error, the one that it is in.
    pub(super) fn offset(&self) -> u64 {
        self.reader.offset()
    }

    /// The octets of a record that the input's end cut, and where it starts.
    pub(super) fn cut_record(&self) -> (&[u8], u64) {
        (self.reader.cut_record(), self.reader.offset())
    }

    /// The exception of `read` that ended the input; `None` if it was not that.
    pub(super) fn failure(&self) -> Option<PyErr> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// An input that others read.
pub(super) struct Reading {
    pub(super) name: Name,
    /// Whether it is a file object, whose `read` is called in the thread that asks, or what else may wait for others.
    pub(super) is_stream: bool,
    failure: Failure,
}

impl Reading {
    /// The exception that ended the input; `None` if it was not that.
    pub(super) fn failure(&self) -> Option<PyErr> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What is known of where a record is.
pub(super) struct Place<'a> {
    pub(super) name: &'a Name,
    pub(super) table: &'a Option<RecordBuf>,
    pub(super) is_new: bool,
}

/// Runs of whole records of at least `size` octets, for reading in parallel. Compressed files are one run.
#[pyfunction]
#[pyo3(signature = (path, size=64 << 20))]
pub(super) fn splits(py: Python<'_>, path: &Bound<'_, PyAny>, size: i128) -> PyResult<Vec<Split>> {
    if size <= 0 {
        return Err(PyValueError::new_err("size must be positive"));
    }
    let size = u64::try_from(size).unwrap_or(u64::MAX);
    if path.is_instance_of::<PyBytes>() {
        return Err(PyTypeError::new_err("parts are those of a file: its path is a str or a PathLike object, not bytes"));
    }
    let path: PathBuf = path.extract()?;
    let name: Name = Some(path.display().to_string().into());
    let file_name = path.clone().into_os_string();
    let whole = || Split { path: file_name.clone(), offset: 0, length: None, table_offset: None };
    let (compression, len) = {
        let mut start = [0; 64];
        let mut file = crate::io::open(&path).map_err(|e| read_error(py, &e, &name, 0))?;
        let read = file.read(&mut start).map_err(|source| read_error(py, &ReadError::Io { offset: 0, source }, &name, 0))?;
        let len = file.metadata().map_err(|e| PyOSError::new_err(e.to_string()))?.len();
        (Compression::detect(start.get(..read).unwrap_or_default()), len)
    };
    if compression.is_some() || len <= size {
        return Ok(vec![whole()]);
    }
    let mut opened = open(py, Source::Path(path), Arc::default(), None)?;
    let mut parts = Vec::new();
    let (mut start, mut table_at_start, mut table) = (0_u64, None, None);
    loop {
        let step = opened.step(py, |record, _, _| {
            if record.offset().saturating_sub(start) >= size {
                let length = Some(record.offset().saturating_sub(start));
                parts.push(Split { path: file_name.clone(), offset: start, length, table_offset: table_at_start });
                (start, table_at_start) = (record.offset(), table);
            }
            if is_table(record) {
                table = Some(record.offset());
            }
            false
        });
        py.check_signals()?;
        if let Some(raised) = opened.failure() {
            return Err(raised);
        }
        match step {
            Ok(Step::More) => {}
            // What ends the file ends the last part too, which says so when it is read.
            Ok(Step::End) | Err(_) => break,
        }
    }
    match len.checked_sub(start) {
        Some(0) | None => {}
        Some(length) => {
            parts.push(Split { path: file_name.clone(), offset: start, length: Some(length), table_offset: table_at_start });
        }
    }
    Ok(parts)
}

/// An iterator that its own `read` asks for more.
pub(super) fn is_busy() -> PyErr {
    PyRuntimeError::new_err("the iterator is already reading")
}
