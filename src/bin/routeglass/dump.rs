//! `routeglass dump`.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::mem;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::error::ErrorKind;
use routeglass::bgp::{self, Message};
use routeglass::element::fields::{FIELDS, Field};
use routeglass::element::{Element, RecordElements, Strictness, UpdateElements};
use routeglass::filter::Filter;
use routeglass::mrt::{self, ReadContext, Record};
use routeglass::places::Places;
use routeglass::text::bgpdump::{LineWriter, NoLine};
use routeglass::text::columns::RowWriter;
use routeglass::text::json::{ObjectWriter, RecordMessage};
use routeglass::{Error, Peer, Timestamp};

use crate::args::{FailOn, FieldName, Format, Inputs, Times, misused};
use crate::drive::{self, InTurn, Kept, Shared, Visitor};
use crate::finding::{BareMessage, Outcome};
use crate::left_out::{LeftOut, count};
use crate::output::{NewFile, check_not_read, incomplete};
use crate::report::complain;
use crate::selection::Selection;

/// How route events are shown, and which.
pub(crate) struct Form {
    pub(crate) format: Format,
    /// All if empty.
    pub(crate) fields: Vec<FieldName>,
    pub(crate) time: Times,
    pub(crate) strictness: Strictness,
}

impl Form {
    /// Whether it is a table of columns, not text.
    pub(crate) const fn is_table(&self) -> bool {
        self.table().is_some()
    }

    /// The name of its table of columns, which files with one have too.
    const fn table(&self) -> Option<&'static str> {
        match self.format {
            Format::Arrow => Some("arrow"),
            Format::Parquet => Some("parquet"),
            _ => None,
        }
    }

    /// Ends the command if its options do not fit each other.
    fn check(&self) {
        if cfg!(feature = "parquet") && self.is_table() {
            #[cfg(feature = "parquet")]
            crate::table::columns(self);
        } else {
            self.writer();
        }
    }

    fn writer(&self) -> Writer {
        if !self.fields.is_empty() && matches!(self.format, Format::Bgpdump | Format::Text) {
            misused(ErrorKind::ArgumentConflict, "--fields needs --format json, csv, tsv, arrow or parquet");
        }
        if self.time == Times::Iso && self.format == Format::Text {
            misused(ErrorKind::ArgumentConflict, "--time has no effect on --format text");
        }
        let mut named = self.fields.iter().enumerate();
        let is_before = |at: usize, name: &str| self.fields.iter().take(at).any(|FieldName(field)| field.name == name);
        if let Some((_, FieldName(field))) = named.find(|(at, FieldName(field))| is_before(*at, field.name)) {
            misused(ErrorKind::ArgumentConflict, &format!("--fields names {} twice", field.name));
        }
        let in_columns = matches!(self.format, Format::Csv | Format::Tsv);
        let mut fields: Vec<_> = self.fields.iter().map(|FieldName(field)| *field).collect();
        let is_selected = !fields.is_empty();
        if !is_selected {
            let has_form =
                |field: &&Field| if in_columns { field.column.is_some() && !field.is_of_input() } else { field.json.is_some() };
            fields = FIELDS.iter().filter(has_form).collect();
        }
        let iso = self.time == Times::Iso;
        match self.format {
            Format::Text => Writer::Layers,
            Format::Bgpdump if iso => Writer::Lines(LineWriter::new().with_utc()),
            Format::Bgpdump => Writer::Lines(LineWriter::new()),
            Format::Json if iso => Writer::Objects(ObjectWriter::with_fields(fields).with_utc(), is_selected),
            Format::Json => Writer::Objects(ObjectWriter::with_fields(fields), is_selected),
            Format::Csv | Format::Tsv => {
                let rows = if self.format == Format::Csv { RowWriter::csv(fields) } else { RowWriter::tsv(fields) };
                Writer::Rows(if iso { rows.with_utc() } else { rows })
            }
            Format::Arrow | Format::Parquet => misused(
                ErrorKind::InvalidValue,
                "this build writes no tables: --format arrow and parquet need the feature parquet",
            ),
        }
    }
}

/// Octets of a record whose lines are in memory at once: a line can be some ten times as long as its entry.
const MOST_AT_ONCE: usize = 1 << 16;

/// What writes route events.
#[derive(Clone)]
enum Writer {
    /// Whole records are shown instead.
    Layers,
    Lines(LineWriter),
    /// Objects, and whether they have only selected fields: those have nothing of messages without routes.
    Objects(ObjectWriter, bool),
    Rows(RowWriter),
}

impl Writer {
    /// Adds what is shown of a table's record, if it can be written by the octets of its lists; whether it is known to be clean.
    fn table(&mut self, text: &mut Vec<u8>, record: &Record<'_>, peers: &ReadContext) -> Option<bool> {
        match self {
            Self::Lines(lines) => lines.write_table(text, record, peers),
            Self::Objects(objects, _) => objects.write_table(text, record, peers).then_some(true),
            Self::Layers | Self::Rows(_) => None,
        }
    }

    /// Whether messages without routes are objects too.
    const fn takes_messages(&self) -> bool {
        matches!(self, Self::Objects(_, false))
    }

    /// Sets the input that the following is from.
    fn set_file(&mut self, file: &Path) {
        match self {
            Self::Layers | Self::Lines(_) => {}
            Self::Objects(objects, _) => objects.set_file(Some(&file.to_string_lossy())),
            Self::Rows(rows) => rows.set_file(Some(&file.to_string_lossy())),
        }
    }

    /// Sets the offset of the record or message that the following is from.
    fn set_offset(&mut self, offset: u64) {
        match self {
            Self::Layers | Self::Lines(_) => {}
            Self::Objects(objects, _) => objects.set_offset(Some(offset)),
            Self::Rows(rows) => rows.set_offset(Some(offset)),
        }
    }

    /// Whether it shows fields of route events alone.
    const fn has_fields(&self) -> bool {
        matches!(self, Self::Objects(_, true) | Self::Rows(_))
    }
}

/// Prints to a file.
pub(crate) fn run_to(
    path: &Path,
    force: bool,
    inputs: &Inputs,
    selection: Selection,
    form: &Form,
    merge: bool,
) -> io::Result<ExitCode> {
    // A new file would stay.
    form.check();
    let extension = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    if let Some(name) = extension.filter(|name| ["arrow", "parquet"].contains(&name.as_str()))
        && form.table() != Some(name.as_str())
    {
        let reason = format!("{} has the name of a table: --format {name} writes one", path.display());
        misused(ErrorKind::ArgumentConflict, &reason);
    }
    let checked = check_not_read(path, inputs.files.iter().chain(selection.files()));
    let mut all_readable = true;
    let written = checked.and_then(|()| {
        let file = NewFile::create(path, force)?;
        // Before the others are read for nothing.
        for (input, e) in inputs.files.iter().filter_map(|input| Some((input, drive::check(input, &inputs.reading).err()?))) {
            complain(&format!("{}: {e}", input.display()));
            all_readable = false;
        }
        all_readable.then_some(file).ok_or_else(incomplete)
    });
    let written = written.and_then(|mut file| {
        let outcome = outcome(&mut file, inputs, selection, form, merge)?;
        file.finish_of(!outcome.unreadable)?;
        Ok(code(outcome, inputs))
    });
    Ok(written.unwrap_or_else(|e| {
        complain(&format!("{}: {e}", path.display()));
        ExitCode::from(2)
    }))
}

pub(crate) fn run(out: &mut impl Write, inputs: &Inputs, selection: Selection, form: &Form, merge: bool) -> io::Result<ExitCode> {
    Ok(code(outcome(out, inputs, selection, form, merge)?, inputs))
}

fn code(outcome: Outcome, inputs: &Inputs) -> ExitCode {
    outcome.exit_code(drive::fail_on(&inputs.reading, FailOn::Reset))
}

fn outcome(out: &mut impl Write, inputs: &Inputs, selection: Selection, form: &Form, merge: bool) -> io::Result<Outcome> {
    #[cfg(feature = "parquet")]
    if form.is_table() {
        return crate::table::run(out, inputs, selection, form, merge);
    }
    let writer = form.writer();
    let mut text = Vec::new();
    if let Writer::Rows(rows) = &writer {
        rows.write_names(&mut text);
    }
    let strictness = form.strictness;
    let mut dump = Dump { out, selection, writer, strictness, text, left_out: LeftOut::default() };
    let outcome = if merge { drive::run_merged(inputs, &mut dump) } else { drive::run(inputs, false, &mut dump) }?;
    dump.write_out()?;
    Ok(outcome)
}

#[derive(Clone)]
struct Dump<W> {
    out: W,
    selection: Selection,
    writer: Writer,
    strictness: Strictness,
    /// Text that has not been written yet.
    text: Vec<u8>,
    left_out: LeftOut,
}

impl<W: Write> Visitor for Dump<W> {
    fn begin(&mut self, input: &Path) {
        self.left_out = LeftOut::default();
        self.selection.begin();
        self.from(input);
    }

    fn from(&mut self, input: &Path) {
        self.writer.set_file(input);
    }

    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, number: u64) -> io::Result<bool> {
        self.writer.set_offset(record.offset());
        if matches!(self.writer, Writer::Layers) {
            if self.shows(record.elements_by(peers)) {
                let mut places = Places::new();
                record.places_by(peers, &mut places);
                write!(self.text, "{}", places.layers())?;
                self.write_full()?;
            }
            return Ok(false);
        }
        if self.selection.is_everything()
            && self.strictness == Strictness::Forensic
            && record.as_bytes().len() <= MOST_AT_ONCE
            && let Some(is_clean) = self.writer.table(&mut self.text, record, peers)
        {
            self.write_full()?;
            return Ok(is_clean);
        }
        let (mut has_routes, mut has_elements, mut are_clean) = (false, false, self.strictness == Strictness::Forensic);
        let mut elements = RecordElements::new(peers).with_strictness(self.strictness);
        elements.read(record);
        let is_known_clean = elements.is_known_clean();
        while let Some(element) = elements.next_element() {
            has_elements = true;
            match element {
                Ok(element) => {
                    has_routes = true;
                    are_clean &= self.element(element, number)?;
                }
                Err(_) => are_clean = false,
            }
        }
        if !has_routes {
            self.left_out.record(record);
        }
        // More than one message in a record is a finding of all its elements.
        if self.writer.takes_messages() && !(has_routes && are_clean) {
            for message in RecordMessage::of(record, peers) {
                self.other_message(&message, number)?;
            }
        } else if !has_routes && self.writer.has_fields() {
            let (strictness, is_filtered) = (self.strictness, self.selection.is_filtered());
            RecordMessage::of(record, peers).for_each(|message| self.left_out.message(&message, strictness, is_filtered));
        }
        Ok(is_known_clean || drive::is_clean(record, has_elements, are_clean))
    }

    fn cut_record(&mut self, octets: &[u8], record: &Record<'_>, peers: &ReadContext, number: u64) -> io::Result<()> {
        if matches!(self.writer, Writer::Layers) {
            if !self.shows(record.elements_by(peers)) {
                return Ok(());
            }
            let mut places = Places::new();
            mrt::places(octets, record.offset(), &mut places);
            write!(self.text, "{}", places.layers())?;
            return self.write_full();
        }
        self.writer.set_offset(record.offset());
        for element in record.elements_by(peers).with_strictness(self.strictness).flatten() {
            self.element(&element, number)?;
        }
        Ok(())
    }

    fn cut_message(&mut self, octets: &[u8], bare: &BareMessage<'_>, number: u64) -> io::Result<()> {
        if matches!(self.writer, Writer::Layers) {
            if !self.shows_message(bare) {
                return Ok(());
            }
            let mut places = Places::new();
            bgp::places(octets, &bare.session, bare.offset, &mut places);
            write!(self.text, "{}", places.layers())?;
            return self.write_full();
        }
        self.routes(bare, number)
    }

    fn message(&mut self, bare: &BareMessage<'_>, number: u64) -> io::Result<()> {
        if matches!(self.writer, Writer::Layers) {
            if !self.shows_message(bare) {
                return Ok(());
            }
            let mut places = Places::new();
            bgp::places(bare.bytes, &bare.session, bare.offset, &mut places);
            write!(self.text, "{}", places.layers())?;
            return self.write_full();
        }
        self.routes(bare, number)?;
        if self.writer.takes_messages()
            && let Some(message) = RecordMessage::bare(bare.parse(), bare.bytes, bare.offset)
        {
            self.other_message(&message, number)?;
        } else if self.writer.has_fields()
            && let Some(message) = RecordMessage::bare(bare.parse(), bare.bytes, bare.offset)
        {
            self.left_out.message(&message, self.strictness, self.selection.is_filtered());
        }
        Ok(())
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
        self.write_out()?;
        self.selection.end(input);
        self.left_out.say(input);
        Ok(())
    }
}

impl<W: Write> Shared for Dump<W> {
    type Part = Dump<Kept>;

    fn part(&self) -> Option<Self::Part> {
        let (selection, writer, strictness) = (self.selection.clone(), self.writer.clone(), self.strictness);
        let part = Dump { out: Kept::default(), selection, writer, strictness, text: Vec::new(), left_out: LeftOut::default() };
        (!self.selection.has_limit()).then_some(part)
    }

    fn join(&mut self, part: &mut Self::Part) -> io::Result<()> {
        self.selection.join(&part.selection);
        part.selection.begin();
        self.left_out.join(mem::take(&mut part.left_out));
        self.write_out()?;
        self.out.write_all(part.out.as_bytes())?;
        self.out.write_all(&part.text)?;
        part.out.clear();
        part.text.clear();
        Ok(())
    }

    const IS_SHORT: bool = false;

    type Whole = Dump<InTurn>;

    fn whole(part: &Self::Part, out: InTurn) -> Self::Whole {
        let Dump { selection, writer, strictness, .. } = part.clone();
        Dump { out, selection, writer, strictness, text: Vec::new(), left_out: LeftOut::default() }
    }

    fn output(&mut self) -> io::Result<&mut dyn Write> {
        self.write_out()?;
        Ok(&mut self.out)
    }
}

impl<W: Write> Dump<W> {
    /// Whether a whole record or message is shown: without a filter, or for one of its elements.
    fn shows<'a>(&mut self, elements: impl Iterator<Item = routeglass::Result<Element<'a>>>) -> bool {
        let (mut has_any, mut wanted) = (false, !self.selection.is_filtered());
        if !wanted {
            for element in elements.flatten() {
                has_any = true;
                wanted |= self.selection.wants(&element);
            }
            if !has_any {
                count(&mut self.left_out.unfiltered);
            }
        }
        if wanted {
            self.selection.count();
        }
        wanted
    }

    fn shows_message(&mut self, bare: &BareMessage<'_>) -> bool {
        match bare.parse() {
            Ok(Message::Update(update)) => self.shows(UpdateElements::new(&update, Peer::UNKNOWN, Timestamp::EPOCH)),
            _ => self.shows(std::iter::empty()),
        }
    }

    /// The routes of a bare message.
    fn routes(&mut self, bare: &BareMessage<'_>, number: u64) -> io::Result<()> {
        self.writer.set_offset(bare.offset);
        if let Ok(Message::Update(update)) = bare.parse() {
            let elements = UpdateElements::new(&update, Peer::UNKNOWN, Timestamp::EPOCH);
            for element in elements.with_strictness(self.strictness).flatten() {
                self.element(&element, number)?;
            }
        }
        Ok(())
    }

    /// Writes an element; returns whether it has no finding.
    fn element(&mut self, element: &Element<'_>, number: u64) -> io::Result<bool> {
        if self.selection.is_done() || !self.selection.wants(element) {
            return Ok(element.is_clean());
        }
        let is_clean = match &mut self.writer {
            Writer::Layers => return Ok(false),
            Writer::Objects(objects, is_selected) => {
                let finding = objects.write(&mut self.text, element);
                end_object(&mut self.text, finding.filter(|_| !*is_selected), number)?;
                finding.is_none()
            }
            Writer::Rows(rows) => {
                rows.write(&mut self.text, element);
                element.is_clean()
            }
            Writer::Lines(lines) => {
                match lines.write(&mut self.text, element) {
                    Ok(()) => {
                        self.text.push(b'\n');
                        if element.carrier().mrt_type().is_none() {
                            count(&mut self.left_out.invented);
                        }
                    }
                    Err(e) => {
                        count(match e {
                            NoLine::OtherFamily => &mut self.left_out.other_families,
                            _ => &mut self.left_out.unreadable,
                        });
                        return Ok(element.is_clean());
                    }
                }
                element.is_clean()
            }
        };
        self.selection.count();
        self.write_full()?;
        Ok(is_clean)
    }

    /// Writes the text if there is much of it.
    fn write_full(&mut self) -> io::Result<()> {
        const FULL: usize = 1 << 18;
        if self.text.len() < FULL { Ok(()) } else { self.write_out() }
    }

    /// Writes the text.
    fn write_out(&mut self) -> io::Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }

    /// A message without routes.
    fn other_message(&mut self, message: &RecordMessage<'_>, number: u64) -> io::Result<()> {
        if self.strictness == Strictness::Strict && message.finding().is_some() {
            return Ok(());
        }
        if self.selection.is_filtered() {
            count(&mut self.left_out.unfiltered);
            return Ok(());
        }
        if self.selection.is_done() {
            return Ok(());
        }
        serde_json::to_writer(&mut self.text, message)?;
        end_object(&mut self.text, message.finding(), number)?;
        self.write_full()
    }
}

/// Ends the line of an object; with damage, also the number of its record or message and the offset are in it.
fn end_object(text: &mut Vec<u8>, finding: Option<Error>, number: u64) -> io::Result<()> {
    if let Some(e) = finding {
        // The brace that closes the object.
        text.pop();
        write!(text, ",\"record\":{number},\"offset\":{}}}", e.offset())?;
    }
    text.push(b'\n');
    Ok(())
}
