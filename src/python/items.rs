//! What iterators over inputs share: reading ahead, damage, threads.

use std::boxed::Box;
use std::collections::VecDeque;
use std::prelude::v1::*;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, ThreadId};

use pyo3::prelude::*;
use pyo3::sync::{MutexExt, PyOnceLock};
use pyo3::types::PyBytes;
use pyo3::{PyTraverseError, PyVisit};

use super::error::{Damage, DamageError, Name, damage, damage_of, is_damage, read_error};
use super::source::{AddPath, Errors, Feed, Source, Step, is_busy};
use crate::error::Error;
use crate::io::ReadError;
use crate::mrt::{ReadContext, Record, RecordBuf};

/// Items that are ready before the interpreter gets the first.
const ENOUGH: usize = 256;

/// Damages that are kept whole; more are counted.
pub(super) const MOST_DAMAGE: usize = 100;

/// What the items of a stretch of an input have in common.
pub(super) struct Origin {
    pub(super) name: Name,
    pub(super) context: ReadContext,
    /// The record of the peer table in force.
    pub(super) table: Option<RecordBuf>,
    /// Its octets as an object, which pickles share.
    table_octets: PyOnceLock<Py<PyBytes>>,
}

impl Origin {
    pub(super) const fn new(name: Name, context: ReadContext, table: Option<RecordBuf>) -> Self {
        Self { name, context, table, table_octets: PyOnceLock::new() }
    }

    pub(super) fn table_octets(&self, py: Python<'_>) -> Option<Py<PyBytes>> {
        let table = self.table.as_ref()?;
        Some(self.table_octets.get_or_init(py, || PyBytes::new(py, table.as_bytes()).unbind()).clone_ref(py))
    }
}

/// Damage that was not raised.
#[derive(Default)]
pub(super) struct Damages {
    kept: Vec<PyErr>,
    pub(super) count: u64,
}

impl Damages {
    pub(super) fn add(&mut self, make: impl FnOnce() -> PyErr) {
        self.count = self.count.saturating_add(1);
        if self.kept.len() < MOST_DAMAGE {
            self.kept.push(make());
        }
    }

    /// Adds others.
    pub(super) fn merge(&mut self, py: Python<'_>, others: &Self) {
        let space = MOST_DAMAGE.saturating_sub(self.kept.len());
        self.kept.extend(others.kept.iter().take(space).map(|e| e.clone_ref(py)));
        self.count = self.count.saturating_add(others.count);
    }

    pub(super) fn list(&self, py: Python<'_>) -> Vec<PyErr> {
        self.kept.iter().map(|e| e.clone_ref(py)).collect()
    }
}

/// State that threads share, and that a thread which reads cannot ask for again.
pub(super) struct Shared<T> {
    state: Mutex<T>,
    reader: Mutex<Option<ThreadId>>,
}

impl<T: Send> Shared<T> {
    pub(super) const fn new(state: T) -> Self {
        Self { state: Mutex::new(state), reader: Mutex::new(None) }
    }

    /// The state; other threads go on while this one waits.
    pub(super) fn lock(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, T>> {
        match self.state.try_lock() {
            Ok(state) => Ok(state),
            Err(TryLockError::Poisoned(state)) => Ok(state.into_inner()),
            Err(TryLockError::WouldBlock) => {
                if *self.reader.lock().unwrap_or_else(PoisonError::into_inner) == Some(thread::current().id()) {
                    return Err(is_busy());
                }
                Ok(self.state.lock_py_attached(py).unwrap_or_else(PoisonError::into_inner))
            }
        }
    }

    /// Shows the collector of garbage what the state refers to; while it is in use, nothing, and nothing is collected.
    pub(super) fn visit(&self, show: impl FnOnce(&T) -> Result<(), PyTraverseError>) -> Result<(), PyTraverseError> {
        self.state.try_lock().map_or(Ok(()), |state| show(&state))
    }

    /// Says that this thread reads, until the guard is dropped.
    pub(super) fn reading(&self) -> Busy<'_> {
        *self.reader.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current().id());
        Busy(&self.reader)
    }
}

pub(super) struct Busy<'a>(&'a Mutex<Option<ThreadId>>);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The items of inputs, read ahead.
pub(super) struct Items<T, O> {
    feed: Feed,
    errors: Errors,
    /// Of the kind of items.
    options: O,
    ready: VecDeque<Ready<T>>,
    origin: Option<Arc<Origin>>,
    /// Items of the input so far.
    rows: u64,
    pub(super) damages: Damages,
}

enum Ready<T> {
    Item(T),
    /// In the record that starts here.
    Damage {
        error: Error,
        record: u64,
        name: Name,
        rows: u64,
    },
    /// An input ended early.
    Ended(Box<Ended>),
}

struct Ended {
    error: ReadError,
    record: u64,
    /// The exception of `read` if it was that.
    failure: Option<PyErr>,
    name: Name,
    rows: u64,
}

/// Takes the items of a record.
pub(super) struct Taker<'a, T> {
    ready: &'a mut VecDeque<Ready<T>>,
    rows: &'a mut u64,
    origin: &'a Arc<Origin>,
    /// Where the record starts.
    record: u64,
}

impl<T> Taker<'_, T> {
    pub(super) const fn origin(&self) -> &Arc<Origin> {
        self.origin
    }

    pub(super) fn item(&mut self, item: T) {
        *self.rows = self.rows.saturating_add(1);
        self.ready.push_back(Ready::Item(item));
    }

    pub(super) fn damage(&mut self, error: Error) {
        self.ready.push_back(Ready::Damage { error, record: self.record, name: self.origin.name.clone(), rows: *self.rows });
    }
}

/// How a kind of items comes from records.
pub(super) trait Kind: Send {
    type Item: Send;

    /// Takes the items of a record.
    fn take(&mut self, record: &Record<'_>, context: &ReadContext, taker: &mut Taker<'_, Self::Item>);

    /// The item that stands for damage that is kept, in the record that starts at `record`.
    fn damaged(damage: Damage, record: u64, name: Name) -> Self::Item;
}

impl<O: Kind> Items<O::Item, O> {
    pub(super) fn new(
        sources: Vec<Source>,
        (errors, add_path): (Errors, AddPath),
        options: O,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let feed = Feed::new(sources, add_path, progress)?;
        Ok(Self { feed, errors, options, ready: VecDeque::new(), origin: None, rows: 0, damages: Damages::default() })
    }

    /// The next item.
    pub(super) fn next(shared: &Shared<Self>, py: Python<'_>) -> PyResult<Option<O::Item>> {
        let mut this = shared.lock(py)?;
        loop {
            let said = match this.ready.pop_front() {
                Some(Ready::Item(item)) => return Ok(Some(item)),
                Some(Ready::Damage { error, record, name, rows }) => {
                    this.damaged(|| damage(py, &error, &name, rows), (Damage::from(&error), record), name.clone())?
                }
                Some(Ready::Ended(ended)) => {
                    let Ended { error, record, failure, name, rows } = *ended;
                    if let Some(raised) = failure {
                        return Err(raised);
                    }
                    let raised = || read_error(py, &error, &name, rows);
                    if !is_damage(&error) {
                        return Err(raised());
                    }
                    this.damaged(raised, (damage_of(&error), record), name.clone())?
                }
                None => {
                    let filled = {
                        let _busy = shared.reading();
                        this.fill(py)
                    };
                    match filled {
                        Ok(true) => None,
                        Ok(false) => return Ok(None),
                        // An input whose compression cannot be read from its start.
                        Err(e) if e.is_instance_of::<DamageError>(py) => {
                            let (text, offset) = (e.value(py).to_string(), e.value(py).getattr("offset")?.extract()?);
                            let damage = Damage { offset, kind: "", context: None, action: String::new(), text };
                            this.damaged(|| e.clone_ref(py), (damage, 0), None)?
                        }
                        Err(e) => return Err(e),
                    }
                }
            };
            if said.is_some() {
                return Ok(said);
            }
        }
    }

    /// Reads on, until there are some items; `false` if there are no more.
    fn fill(&mut self, py: Python<'_>) -> PyResult<bool> {
        let Self { feed, options, ready, origin, rows, .. } = self;
        let Some(opened) = feed.current(py)? else { return Ok(false) };
        let step = opened.step(py, |record, context, place| {
            if place.is_new || origin.is_none() {
                *origin = Some(Arc::new(Origin::new(place.name.clone(), context.clone(), place.table.clone())));
            }
            if let Some(origin) = origin {
                let at = record.offset();
                options.take(record, context, &mut Taker { ready, rows, origin, record: at });
            }
            ready.len() >= ENOUGH
        });
        let is_end = match step {
            Ok(Step::More) => false,
            Ok(Step::End) => true,
            Err(error) => {
                let (failure, name, record) = (opened.failure(), opened.name.clone(), opened.offset());
                ready.push_back(Ready::Ended(Box::new(Ended { failure, record, error, name, rows: *rows })));
                true
            }
        };
        if is_end {
            feed.end_input();
            (*origin, *rows) = (None, 0);
        }
        py.check_signals()?;
        feed.report(py, is_end)?;
        Ok(true)
    }

    /// What is done about damage, by the choice of `errors`.
    fn damaged(&mut self, raised: impl Fn() -> PyErr, (damage, record): (Damage, u64), name: Name) -> PyResult<Option<O::Item>> {
        if self.errors == Errors::Raise {
            return Err(raised());
        }
        self.damages.add(raised);
        Ok((self.errors == Errors::Keep).then(|| O::damaged(damage, record, name)))
    }

    /// Shows the collector of garbage what is referred to.
    pub(super) fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.feed.visit(visit)
    }

    /// Ends reading and closes the input.
    pub(super) fn close(&mut self) {
        self.ready.clear();
        self.feed.close();
    }
}

/// The methods that every iterator has.
macro_rules! iterator_methods {
    ($name:ident, $item:ident, $kind:ident, $about:literal) => {
        #[doc = $about]
        #[pyclass(frozen, module = "routeglass")]
        pub(super) struct $name($crate::python::items::Shared<$crate::python::items::Items<$item, $kind>>);

        #[pymethods]
        impl $name {
            fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
                this
            }

            fn __next__(&self, py: Python<'_>) -> PyResult<Option<$item>> {
                $crate::python::items::Items::next(&self.0, py)
            }

            /// How many damages were not raised.
            #[getter]
            fn damage(&self, py: Python<'_>) -> PyResult<u64> {
                Ok(self.0.lock(py)?.damages.count)
            }

            /// The first hundred of them, as exceptions.
            #[getter]
            fn damages(&self, py: Python<'_>) -> PyResult<Vec<PyErr>> {
                Ok(self.0.lock(py)?.damages.list(py))
            }

            /// Ends reading and closes the input.
            fn close(&self, py: Python<'_>) -> PyResult<()> {
                self.0.lock(py)?.close();
                Ok(())
            }

            fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
                self.0.visit(|items| items.visit(&visit))
            }

            fn __enter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
                this
            }

            #[pyo3(signature = (*_exception))]
            fn __exit__(&self, py: Python<'_>, _exception: &Bound<'_, pyo3::types::PyTuple>) -> PyResult<()> {
                self.close(py)
            }
        }
    };
}
pub(super) use iterator_methods;
