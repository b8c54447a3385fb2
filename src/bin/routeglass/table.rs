//! `routeglass dump --format arrow` and `--format parquet`: route events as tables.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_ipc::writer::StreamWriter;
use clap::error::ErrorKind;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use routeglass::arrow::{ArrowError, Columns, SchemaRef, TableBuilder, TableOptions};
use routeglass::bgp::Message;
use routeglass::element::{Element, Strictness, UpdateElements};
use routeglass::filter::Filter;
use routeglass::mrt::{ReadContext, Record};
use routeglass::text::json::RecordMessage;
use routeglass::{Peer, Timestamp};

use crate::args::{FieldName, Format, Inputs, Times, misused};
use crate::drive::{self, Visitor};
use crate::dump::Form;
use crate::finding::{BareMessage, Outcome};
use crate::left_out::LeftOut;
use crate::selection::Selection;

pub(crate) fn run(out: &mut impl Write, inputs: &Inputs, selection: Selection, form: &Form, merge: bool) -> io::Result<Outcome> {
    let (columns, order) = columns(form);
    let builder = TableBuilder::new(TableOptions::default().with_columns(columns));
    let schema = match &order {
        Some(order) => Arc::new(builder.schema().project(order).map_err(failed)?),
        None => builder.schema(),
    };
    let file = match form.format {
        Format::Parquet => Table::parquet(schema)?,
        _ => Table::arrow(&schema)?,
    };
    let mut dump =
        Dump { out, selection, strictness: form.strictness, builder, order, table: file, left_out: LeftOut::default() };
    let outcome = if merge { drive::run_merged(inputs, &mut dump) } else { drive::run_opened(inputs, false, None, &mut dump) }?;
    dump.finish()?;
    Ok(outcome)
}

/// The columns of the table, and their places in the order in which they were named.
pub(crate) fn columns(form: &Form) -> (Columns, Option<Vec<usize>>) {
    if form.time == Times::Iso {
        misused(ErrorKind::ArgumentConflict, "--time has no effect on a table: its times are instants");
    }
    if form.fields.is_empty() {
        return (Columns::DEFAULT, None);
    }
    let names: Vec<_> = form.fields.iter().map(|FieldName(field)| field.name).collect();
    let columns = Columns::from_names(&names).unwrap_or_else(|e| misused(ErrorKind::InvalidValue, &e.to_string()));
    if columns.len() < names.len() {
        misused(ErrorKind::InvalidValue, "--fields names a column twice");
    }
    let place = |name: &&str| columns.names().position(|column| column == *name);
    (columns, Some(names.iter().filter_map(place).collect()))
}

/// A table that is being written to memory, from where its octets are taken.
enum Table {
    Arrow(Box<StreamWriter<Vec<u8>>>),
    Parquet(Box<ArrowWriter<Vec<u8>>>),
}

impl Table {
    /// Octets of a row group that is not complete: then it is written with the rows that it has.
    const GROUP: usize = 64 << 20;

    fn arrow(schema: &SchemaRef) -> io::Result<Self> {
        Ok(Self::Arrow(Box::new(StreamWriter::try_new(Vec::new(), schema).map_err(failed)?)))
    }

    fn parquet(schema: SchemaRef) -> io::Result<Self> {
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties)).map_err(io::Error::other)?;
        Ok(Self::Parquet(Box::new(writer)))
    }

    fn write(&mut self, batch: &routeglass::arrow::RecordBatch) -> io::Result<()> {
        match self {
            Self::Arrow(writer) => writer.write(batch).map_err(failed),
            Self::Parquet(writer) => {
                writer.write(batch).map_err(io::Error::other)?;
                if writer.in_progress_size() >= Self::GROUP { writer.flush().map_err(io::Error::other) } else { Ok(()) }
            }
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        match self {
            Self::Arrow(writer) => writer.finish().map_err(failed),
            Self::Parquet(writer) => writer.finish().map(|_| ()).map_err(io::Error::other),
        }
    }

    /// Moves the octets that are ready.
    fn take(&mut self, out: &mut impl Write) -> io::Result<()> {
        let octets = match self {
            Self::Arrow(writer) => writer.get_mut(),
            Self::Parquet(writer) => writer.inner_mut(),
        };
        out.write_all(octets)?;
        octets.clear();
        Ok(())
    }
}

fn failed(error: ArrowError) -> io::Error {
    io::Error::other(error)
}

struct Dump<W> {
    out: W,
    selection: Selection,
    strictness: Strictness,
    builder: TableBuilder,
    /// The places of the columns in the order in which they were named.
    order: Option<Vec<usize>>,
    table: Table,
    left_out: LeftOut,
}

impl<W: Write> Dump<W> {
    fn element(&mut self, element: &Element<'_>) -> io::Result<()> {
        if self.selection.is_done() || !self.selection.wants(element) {
            return Ok(());
        }
        self.selection.count();
        self.builder.push(element);
        if self.builder.is_full() { self.batch() } else { Ok(()) }
    }

    /// Writes the rows.
    fn batch(&mut self) -> io::Result<()> {
        let batch = self.builder.finish().map_err(failed)?;
        let batch = match &self.order {
            Some(order) => batch.project(order).map_err(failed)?,
            None => batch,
        };
        self.table.write(&batch)?;
        self.table.take(&mut self.out)
    }

    fn finish(&mut self) -> io::Result<()> {
        if !self.builder.is_empty() {
            self.batch()?;
        }
        self.table.finish()?;
        self.table.take(&mut self.out)
    }

    /// The routes of a bare message.
    fn routes(&mut self, bare: &BareMessage<'_>) -> io::Result<()> {
        if let Ok(Message::Update(update)) = bare.parse() {
            self.builder.set_offset(Some(bare.offset));
            let elements = UpdateElements::new(&update, Peer::UNKNOWN, Timestamp::EPOCH).with_strictness(self.strictness);
            for element in elements.flatten() {
                self.element(&element)?;
            }
        }
        Ok(())
    }
}

impl<W: Write> Visitor for Dump<W> {
    fn begin(&mut self, input: &Path) {
        self.left_out = LeftOut::default();
        self.selection.begin();
        self.from(input);
    }

    fn from(&mut self, input: &Path) {
        self.builder.set_file(Some(&input.to_string_lossy()));
    }

    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, _: u64) -> io::Result<bool> {
        self.builder.set_offset(Some(record.offset()));
        let (mut has_routes, mut has_elements, mut are_clean) = (false, false, self.strictness == Strictness::Forensic);
        for element in record.elements_by(peers).with_strictness(self.strictness) {
            has_elements = true;
            match element {
                Ok(element) => {
                    has_routes = true;
                    are_clean &= element.is_clean();
                    self.element(&element)?;
                }
                Err(_) => are_clean = false,
            }
        }
        if !has_routes {
            self.left_out.record(record);
            let (strictness, is_filtered) = (self.strictness, self.selection.is_filtered());
            RecordMessage::of(record, peers).for_each(|message| self.left_out.message(&message, strictness, is_filtered));
        }
        Ok(drive::is_clean(record, has_elements, are_clean))
    }

    fn cut_record(&mut self, _: &[u8], record: &Record<'_>, peers: &ReadContext, _: u64) -> io::Result<()> {
        self.builder.set_offset(Some(record.offset()));
        for element in record.elements_by(peers).with_strictness(self.strictness).flatten() {
            self.element(&element)?;
        }
        Ok(())
    }

    fn message(&mut self, bare: &BareMessage<'_>, _: u64) -> io::Result<()> {
        self.routes(bare)?;
        if let Some(message) = RecordMessage::bare(bare.parse(), bare.bytes, bare.offset) {
            self.left_out.message(&message, self.strictness, self.selection.is_filtered());
        }
        Ok(())
    }

    fn cut_message(&mut self, _: &[u8], bare: &BareMessage<'_>, _: u64) -> io::Result<()> {
        self.routes(bare)
    }

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn filter(&self) -> Option<Arc<Filter>> {
        self.selection.filter()
    }

    fn is_done(&self) -> bool {
        self.selection.is_done()
    }

    fn end(&mut self, input: &Path) -> io::Result<()> {
        self.selection.end(input);
        self.left_out.say(input);
        Ok(())
    }
}
