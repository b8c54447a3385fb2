//! Batches of the elements of archives.

use core::fmt;
use std::boxed::Box;
use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};

use super::builder::{Damage, RecordRest};
use super::{AddPath, Errors, TableBuilder, TableOptions};
use crate::element::mrt::{RecordRoutes, TableEntries};
use crate::element::plain::PlainUpdate;
use crate::element::strictness::Step;
use crate::element::{ArchiveError, Element, Strictness};
use crate::error::{Error, Result};
use crate::io::ReadError;
use crate::mrt::{Evidence, ReadContext, Reader, Record, RecordBuf};

/// The elements of archives as batches of a table: an iterator, and a [`RecordBatchReader`].
///
/// ```no_run
/// use routeglass::arrow::{Batches, Columns, TableOptions};
///
/// let options = TableOptions::default().with_columns(Columns::PREFIX | Columns::ORIGIN_ASN);
/// let mut batches = Batches::open(["rib.20260101.0000.bz2"], options);
/// while let Some(batch) = batches.next_batch()? {
///     println!("{} rows", batch.num_rows());
/// }
/// # Ok::<(), routeglass::arrow::TableError>(())
/// ```
///
/// A row is an element, in archive order; the rows of several files follow one another. Memory has a limit, whatever the input: that
/// of a batch ([`TableOptions::bytes`]), of a record, and of what is remembered of attribute lists. A batch may end inside a record.
///
/// After an error the table ends.
pub struct Batches<R> {
    pub(super) builder: TableBuilder,
    pub(super) options: TableOptions,
    pub(super) source: Option<Source<R>>,
    /// Files that follow.
    pub(super) paths: VecDeque<PathBuf>,
    open: Option<Open<R>>,
    pub(super) context: ReadContext,
    /// The error after the rows that are ready.
    pub(super) error: Option<TableError>,
    pub(super) damage: u64,
    rows: u64,
}

/// Opens a file.
type Open<R> = fn(&Path) -> Result<Reader<R>, ReadError>;

/// An input that is being read.
pub(super) struct Source<R> {
    pub(super) reader: Reader<R>,
    pub(super) path: Option<PathBuf>,
    pub(super) context: ReadContext,
    /// A record whose first elements are rows of earlier batches, and their number.
    pub(super) rest: Option<(RecordBuf, usize)>,
}

impl Batches<File> {
    /// Reads files, one after another, each opened when the one before it has ended.
    pub fn open<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>, options: TableOptions) -> Self {
        Self { paths: paths.into_iter().map(Into::into).collect(), open: Some(|path| Reader::open(path)), ..Self::empty(options) }
    }
}

impl<R: Read> Batches<R> {
    /// Reads from a reader: over a file, a stream, or a slice.
    pub fn new(reader: Reader<R>, options: TableOptions) -> Self {
        let mut batches = Self::empty(options);
        if batches.options.add_path == AddPath::Auto {
            let error = "add_path auto reads an input twice: it takes a path, or a reading context with evidence";
            let source = std::io::Error::new(std::io::ErrorKind::InvalidInput, error);
            batches.fail(ArchiveError::Read(ReadError::Io { offset: reader.offset(), source }), None);
            return batches;
        }
        let context = batches.context.clone();
        batches.source = Some(Source { reader, path: None, context, rest: None });
        batches
    }

    /// Sets the initial reading context of every input, such as one with evidence or with a peer table.
    #[must_use]
    pub fn with_context(mut self, context: ReadContext) -> Self {
        if let Some(source) = &mut self.source {
            source.context = context.clone();
        }
        self.context = context;
        self
    }

    /// Sets the value of the column `file` for an input without a path.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.builder.set_file(Some(name));
        self
    }

    /// Makes two tables, without the repetitions of one. `first` is the number of the first attribute list: 0, or where the numbers of
    /// another input ended.
    #[must_use]
    pub fn normalised(mut self, first: u32) -> NormalisedBatches<R> {
        self.builder.normalise(first, self.options.types);
        NormalisedBatches(self)
    }

    fn empty(options: TableOptions) -> Self {
        let mut context = ReadContext::new();
        if options.add_path == AddPath::On {
            context = context.with_add_path();
        }
        Self {
            builder: TableBuilder::new(options.clone()),
            options,
            source: None,
            paths: VecDeque::new(),
            open: None,
            context,
            error: None,
            damage: 0,
            rows: 0,
        }
    }

    /// The schema of all batches. It depends on the options alone: nothing is read for it.
    pub fn schema(&self) -> SchemaRef {
        self.builder.schema()
    }

    /// The number of items of damage so far: those skipped, or kept as rows, and the one that ended the table.
    pub const fn damage(&self) -> u64 {
        self.damage
    }

    /// The number of rows in the batches so far.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The next batch, which has at least one row; `None` at the end.
    ///
    /// # Errors
    /// Damage with [`Errors::Raise`], and a file that cannot be opened in any case; after that, `None`.
    pub fn next_batch(&mut self) -> Result<Option<RecordBatch>, TableError> {
        while !self.builder.is_full() && self.error.is_none() && self.advance() {}
        if self.builder.is_empty() {
            return match self.error.take() {
                Some(error) => Err(error),
                None => Ok(None),
            };
        }
        let batch = self.builder.finish();
        match batch {
            Ok(batch) => {
                self.rows = self.rows.saturating_add(batch.num_rows() as u64);
                Ok(Some(batch))
            }
            Err(error) => {
                (self.source, self.paths, self.error) = (None, VecDeque::new(), None);
                Err(TableError { is: Is::Arrow(error), path: None, rows: self.rows })
            }
        }
    }

    /// Reads records until there are rows for a batch, the input ends or something else happens, or opens the next file; `false` at the
    /// end.
    fn advance(&mut self) -> bool {
        let Some(source) = &mut self.source else { return self.open_next() };
        let Source { reader, context, rest, path } = source;
        if let Some((record, done)) = rest.take() {
            let outcome = add_record(&mut self.builder, &record.as_record(), context, &self.options, done);
            self.damage = self.damage.saturating_add(outcome.damage);
            if let Some(done) = outcome.rest {
                *rest = Some((record, done));
            }
            if let Some(error) = outcome.error {
                let path = path.take();
                self.fail(ArchiveError::Damage(error), path);
            }
            return true;
        }
        let error = loop {
            let record = match reader.next_record() {
                Ok(Some(record)) => record,
                Ok(None) => break None,
                Err(error) => {
                    self.damage = self.damage.saturating_add(1);
                    match self.options.errors {
                        Errors::Raise => break Some(ArchiveError::Read(error)),
                        Errors::Keep => {
                            self.builder.set_offset(Some(reader.offset()));
                            self.builder.push_damage(Damage::Read(&error));
                            break None;
                        }
                        Errors::Skip => break None,
                    }
                }
            };
            if context.observe(&record) {
                self.builder.forget_table_peers();
            }
            let done = match add_plain(&mut self.builder, &record, context, &self.options, 0) {
                RecordRest::Nothing if self.builder.is_full() => return true,
                RecordRest::Nothing => continue,
                RecordRest::Full(done) => {
                    *rest = Some((record.into(), done));
                    return true;
                }
                RecordRest::Other(done) => done,
            };
            let outcome = add_elements(&mut self.builder, &record, context, &self.options, done);
            self.damage = self.damage.saturating_add(outcome.damage);
            if let Some(done) = outcome.rest {
                *rest = Some((record.into(), done));
                return true;
            }
            match outcome.error {
                Some(error) => break Some(ArchiveError::Damage(error)),
                None if self.builder.is_full() => return true,
                None => {}
            }
        };
        match error {
            Some(error) => {
                let path = path.take();
                self.fail(error, path);
            }
            None => self.source = None,
        }
        true
    }

    /// Ends the table with an error, after the rows that are ready.
    fn fail(&mut self, error: ArchiveError, path: Option<PathBuf>) {
        let rows = self.rows.saturating_add(self.builder.len() as u64);
        self.error = Some(TableError { is: Is::Archive(error), path, rows });
        (self.source, self.paths) = (None, VecDeque::new());
    }

    /// Opens the next file; `false` if there is none.
    pub(super) fn open_next(&mut self) -> bool {
        let (Some(open), Some(path)) = (self.open, self.paths.pop_front()) else { return false };
        let opened = open(&path).and_then(|reader| {
            let mut context = self.context.clone();
            if self.options.add_path == AddPath::Auto {
                context = context.with_evidence(evidence(open(&path)?));
            }
            Ok(Source { reader, path: Some(path.clone()), context, rest: None })
        });
        match opened {
            Ok(source) => {
                self.builder.set_file(Some(&path.to_string_lossy()));
                self.builder.forget_table_peers();
                self.source = Some(source);
            }
            Err(error) => {
                self.damage = self.damage.saturating_add(1);
                self.fail(ArchiveError::Read(error), Some(path));
            }
        }
        true
    }
}

/// The evidence of a first pass. It ends where the second will, with its error.
fn evidence<R: Read>(mut reader: Reader<R>) -> Evidence {
    let mut evidence = Evidence::default();
    while let Ok(Some(record)) = reader.next_record() {
        evidence.observe_record(&record);
    }
    evidence.conclude();
    evidence
}

/// What became of a record.
#[derive(Default)]
pub(super) struct Outcome {
    /// The number of items that are done, if there may be more.
    pub(super) rest: Option<usize>,
    pub(super) damage: u64,
    pub(super) error: Option<Error>,
}

impl Outcome {
    /// Adds damage; whether it ends the table.
    #[cold]
    fn add(&mut self, builder: &mut TableBuilder, error: Error, errors: Errors) -> bool {
        self.damage = self.damage.saturating_add(1);
        match errors {
            Errors::Raise => self.error = Some(error),
            Errors::Keep => builder.push_damage(Damage::Part(error)),
            Errors::Skip => {}
        }
        self.error.is_some()
    }
}

/// Adds the elements of a record, except the first `done` of its items, until the builder is full.
pub(super) fn add_record(
    builder: &mut TableBuilder,
    record: &Record<'_>,
    context: &ReadContext,
    options: &TableOptions,
    done: usize,
) -> Outcome {
    match add_plain(builder, record, context, options, done) {
        RecordRest::Nothing => Outcome::default(),
        RecordRest::Full(number) => Outcome { rest: Some(number), ..Outcome::default() },
        RecordRest::Other(number) => add_elements(builder, record, context, options, done.max(number)),
    }
}

/// Adds the entries of a table record, and the routes of a message, that are rows unchanged; says from where on there are others.
#[cfg_attr(optimised, inline(always))]
fn add_plain(
    builder: &mut TableBuilder,
    record: &Record<'_>,
    context: &ReadContext,
    options: &TableOptions,
    done: usize,
) -> RecordRest {
    builder.set_offset(Some(record.offset()));
    let is_plain = options.filter.is_none() && options.strictness == Strictness::Forensic;
    if !is_plain {
        return RecordRest::Other(0);
    }
    if let Some(update) = PlainUpdate::of(record, context) {
        return builder.push_update(update, done);
    }
    match TableEntries::of(record, context) {
        Some(entries) if !context.is_damaged() => builder.push_table(entries, context, done),
        _ => RecordRest::Other(0),
    }
}

/// Adds the elements of a record, except the first `done` of its items, until the builder is full.
fn add_elements(
    builder: &mut TableBuilder,
    record: &Record<'_>,
    context: &ReadContext,
    options: &TableOptions,
    done: usize,
) -> Outcome {
    let mut elements = record.elements_by(context).with_strictness(options.strictness);
    if let Some(filter) = &options.filter {
        return add_items(builder, elements.filtered(filter), options.errors, done);
    }
    match elements.parts() {
        Some((routes, peers)) => add_routes(builder, routes, peers, options.errors, done),
        None => add_items(builder, elements, options.errors, done),
    }
}

/// The same for elements that are rows unchanged, without a copy of each.
fn add_routes(
    builder: &mut TableBuilder,
    routes: &mut RecordRoutes<'_>,
    peers: &ReadContext,
    errors: Errors,
    done: usize,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut number = 0usize;
    loop {
        if builder.is_full() && number >= done {
            outcome.rest = Some(number);
            return outcome;
        }
        let step = routes.step(peers);
        if number >= done {
            match step {
                Step::End => return outcome,
                Step::Element => builder.push_in_record(routes.prepared()),
                Step::Error(error) => {
                    if outcome.add(builder, error, errors) {
                        return outcome;
                    }
                }
            }
        } else if matches!(step, Step::End) {
            return outcome;
        }
        number = number.saturating_add(1);
    }
}

/// Adds items, except the first `done`, until the builder is full.
fn add_items<'a>(
    builder: &mut TableBuilder,
    items: impl Iterator<Item = Result<Element<'a>>>,
    errors: Errors,
    done: usize,
) -> Outcome {
    let mut outcome = Outcome::default();
    for (number, item) in items.enumerate() {
        if number < done {
            continue;
        }
        if builder.is_full() {
            outcome.rest = Some(number);
            break;
        }
        match item {
            Ok(element) => builder.push_in_record(&element),
            Err(error) => {
                if outcome.add(builder, error, errors) {
                    break;
                }
            }
        }
    }
    outcome
}

/// Two tables of route events: the routes, with `attributes_id` in place of the columns of attribute lists, next hops included; and the
/// lists, each once, with their numbers.
///
/// A number means the same list in all batches; where there are more than 64 MiB of different lists, or a list is read in more than 64
/// ways, one may have several numbers. Routes without a list have null. The tables are made in order, by one thread.
pub struct NormalisedBatches<R>(Batches<R>);

impl<R: Read> NormalisedBatches<R> {
    /// The schema of the batches of routes.
    pub fn schema(&self) -> SchemaRef {
        self.0.schema()
    }

    /// The schema of the batches of attribute lists.
    pub fn attribute_lists_schema(&self) -> SchemaRef {
        self.0.builder.two.as_ref().map_or_else(|| self.0.schema(), |two| Arc::clone(&two.lists))
    }

    /// The number that the next new list has.
    pub fn next_number(&self) -> u32 {
        self.0.builder.two.as_ref().map_or(0, |two| two.first)
    }

    /// The number of items of damage so far ([`Batches::damage`]).
    pub const fn damage(&self) -> u64 {
        self.0.damage()
    }

    /// The number of routes in the batches so far.
    pub const fn rows(&self) -> u64 {
        self.0.rows()
    }

    /// The next batch of routes, which has at least one, and the lists that are new in it, which may be none; `None` at the end.
    ///
    /// # Errors
    /// As [`Batches::next_batch`], and more lists than have numbers.
    pub fn next_batch(&mut self) -> Result<Option<(RecordBatch, RecordBatch)>, TableError> {
        let Some(routes) = self.0.next_batch()? else { return Ok(None) };
        let lists = self.0.builder.two.as_mut().and_then(|two| two.ready.take());
        Ok(Some((routes, lists.unwrap_or_else(|| RecordBatch::new_empty(self.attribute_lists_schema())))))
    }
}

impl<R: Read> Iterator for NormalisedBatches<R> {
    type Item = Result<(RecordBatch, RecordBatch), TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().transpose()
    }
}

impl<R: Read> core::iter::FusedIterator for NormalisedBatches<R> {}

impl<R> fmt::Debug for NormalisedBatches<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NormalisedBatches").field(&self.0).finish()
    }
}

impl<R: Read> Iterator for Batches<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().map_err(|error| ArrowError::ExternalError(Box::new(error))).transpose()
    }
}

impl<R: Read> core::iter::FusedIterator for Batches<R> {}

impl<R: Read> RecordBatchReader for Batches<R> {
    fn schema(&self) -> SchemaRef {
        self.builder.schema()
    }
}

impl<R> fmt::Debug for Batches<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches").field("rows", &self.rows).field("options", &self.options).finish_non_exhaustive()
    }
}

/// Why a table ended.
#[derive(Debug)]
pub struct TableError {
    pub(super) is: Is,
    pub(super) path: Option<PathBuf>,
    pub(super) rows: u64,
}

#[derive(Debug)]
pub(super) enum Is {
    Archive(ArchiveError),
    Arrow(ArrowError),
}

impl TableError {
    /// The error of the archive; `None` if a batch could not be made ([`TableBuilder::finish`]).
    pub const fn archive_error(&self) -> Option<&ArchiveError> {
        match &self.is {
            Is::Archive(error) => Some(error),
            Is::Arrow(_) => None,
        }
    }

    /// Offset of the error in the decompressed input.
    pub const fn offset(&self) -> Option<u64> {
        match &self.is {
            Is::Archive(ArchiveError::Damage(error)) => Some(error.offset()),
            Is::Archive(ArchiveError::Read(error)) => Some(error.offset()),
            Is::Arrow(_) => None,
        }
    }

    /// The file, if the input has a path.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The number of rows before it.
    pub const fn rows(&self) -> u64 {
        self.rows
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.is, &self.path) {
            // It names the file.
            (Is::Archive(error @ ArchiveError::Read(ReadError::Open { .. })), _) => error.fmt(f),
            (Is::Archive(error), Some(path)) => write!(f, "{}: {error}", path.display()),
            (Is::Archive(error), None) => error.fmt(f),
            (Is::Arrow(error), _) => error.fmt(f),
        }
    }
}

impl core::error::Error for TableError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.is {
            Is::Archive(error) => error.source(),
            Is::Arrow(error) => error.source(),
        }
    }
}
