//! `routeglass dump`.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use routeglass::bgp::{self, Message};
use routeglass::codes::{MrtType, TableDumpV2Subtype};
use routeglass::element::{Element, Strictness, UpdateElements};
use routeglass::mrt::{self, Body, ReadContext, Record};
use routeglass::places::Places;
use routeglass::text::bgpdump;
use routeglass::text::json::RecordMessage;
use routeglass::{Error, Peer, Timestamp};
use serde::Serialize;

use crate::args::{FailOn, Format, Inputs};
use crate::drive::{self, Shared, Visitor};
use crate::finding::BareMessage;
use crate::report::remark;
use crate::selection::Selection;

pub(crate) fn run(
    out: &mut impl Write,
    inputs: &Inputs,
    selection: Selection,
    format: Format,
    strictness: Strictness,
) -> io::Result<ExitCode> {
    let mut dump = Dump { out, selection, format, strictness, line: String::new(), left_out: LeftOut::default() };
    let outcome = drive::run(inputs, false, &mut dump)?;
    Ok(outcome.exit_code(drive::fail_on(&inputs.reading, FailOn::Reset)))
}

#[derive(Clone)]
struct Dump<W> {
    out: W,
    selection: Selection,
    format: Format,
    strictness: Strictness,
    line: String,
    left_out: LeftOut,
}

/// Items that a format cannot represent.
#[derive(Clone, Default)]
struct LeftOut {
    /// Routes of families that it cannot represent.
    other_families: u64,
    /// Routes with an unreadable field that it shows.
    unreadable: u64,
    /// Records of types without routes.
    without_routes: u64,
    /// Records and messages without a route that the filter could match.
    unfiltered: u64,
}

impl<W: Write> Visitor for Dump<W> {
    fn begin(&mut self, _: &Path) {
        self.left_out = LeftOut::default();
        self.selection.begin();
    }

    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, number: u64) -> io::Result<()> {
        if self.format == Format::Text {
            if !self.shows(record.elements_by(peers)) {
                return Ok(());
            }
            let mut places = Places::new();
            record.places_by(peers, &mut places);
            return write!(self.out, "{}", places.layers());
        }
        if matches!(record.body(), Ok(Body::Unknown)) && !is_generic(record) {
            count(&mut self.left_out.without_routes);
        }
        for element in record.elements_by(peers).with_strictness(self.strictness).flatten() {
            self.element(&element, number)?;
        }
        if self.format == Format::Json {
            for message in RecordMessage::of(record, peers) {
                self.other_message(&message, number)?;
            }
        }
        Ok(())
    }

    fn cut_record(&mut self, octets: &[u8], record: &Record<'_>, peers: &ReadContext, number: u64) -> io::Result<()> {
        if self.format == Format::Text {
            if !self.shows(record.elements_by(peers)) {
                return Ok(());
            }
            let mut places = Places::new();
            mrt::places(octets, record.offset(), &mut places);
            return write!(self.out, "{}", places.layers());
        }
        for element in record.elements_by(peers).with_strictness(self.strictness).flatten() {
            self.element(&element, number)?;
        }
        Ok(())
    }

    fn cut_message(&mut self, octets: &[u8], bare: &BareMessage<'_>, number: u64) -> io::Result<()> {
        if self.format == Format::Text {
            if !self.shows_message(bare) {
                return Ok(());
            }
            let mut places = Places::new();
            bgp::places(octets, &bare.session, bare.offset, &mut places);
            return write!(self.out, "{}", places.layers());
        }
        self.routes(bare, number)
    }

    fn message(&mut self, bare: &BareMessage<'_>, number: u64) -> io::Result<()> {
        if self.format == Format::Text {
            if !self.shows_message(bare) {
                return Ok(());
            }
            let mut places = Places::new();
            bgp::places(bare.bytes, &bare.session, bare.offset, &mut places);
            return write!(self.out, "{}", places.layers());
        }
        self.routes(bare, number)?;
        if self.format == Format::Json
            && let Some(message) = RecordMessage::bare(bare.parse(), bare.bytes, bare.offset)
        {
            self.other_message(&message, number)?;
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.selection.is_done()
    }

    fn end(&mut self, input: &Path) -> io::Result<()> {
        self.selection.end(input);
        let LeftOut { other_families, unreadable, without_routes, unfiltered } = self.left_out;
        for (n, [one, several], what) in [
            (other_families, ["route of another family has", "routes of other families have"], " no place in this format"),
            (without_routes, ["record of a type without routes", "records of types without routes"], ""),
            (
                unfiltered,
                [
                    "record or message without routes left out by the filter",
                    "records and messages without routes left out by the filter",
                ],
                "",
            ),
            (unreadable, ["damaged route", "damaged routes"], " not printed: a field that this format shows cannot be read"),
        ] {
            let (noun, them) = if n == 1 { (one, "it") } else { (several, "them") };
            let hint = if what.is_empty() { String::new() } else { format!("; --format json prints {them}") };
            if n > 0 {
                remark(&format!("{}: {n} {noun}{what}{hint}", input.display()));
            }
        }
        Ok(())
    }
}

impl<W: Write> Shared for Dump<W> {
    type Part = Dump<Vec<u8>>;

    fn part(&self) -> Option<Self::Part> {
        let (selection, format, strictness) = (self.selection.clone(), self.format, self.strictness);
        let part = Dump { out: Vec::new(), selection, format, strictness, line: String::new(), left_out: LeftOut::default() };
        (!self.selection.is_limited()).then_some(part)
    }

    fn join(&mut self, part: Self::Part) -> io::Result<()> {
        self.selection.join(&part.selection);
        let LeftOut { other_families, unreadable, without_routes, unfiltered } = &mut self.left_out;
        let more = part.left_out;
        for (n, more) in [
            (other_families, more.other_families),
            (unreadable, more.unreadable),
            (without_routes, more.without_routes),
            (unfiltered, more.unfiltered),
        ] {
            *n = n.saturating_add(more);
        }
        self.out.write_all(&part.out)
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
        if let Ok(Message::Update(update)) = bare.parse() {
            let elements = UpdateElements::new(&update, Peer::UNKNOWN, Timestamp::EPOCH);
            for element in elements.with_strictness(self.strictness).flatten() {
                self.element(&element, number)?;
            }
        }
        Ok(())
    }

    fn element(&mut self, element: &Element<'_>, number: u64) -> io::Result<()> {
        if self.selection.is_done() || !self.selection.wants(element) {
            return Ok(());
        }
        match self.format {
            // Whole records are shown instead.
            Format::Text => Ok(()),
            Format::Json => {
                self.selection.count();
                self.object(element, element.finding(), number)
            }
            Format::Bgpdump if !bgpdump::can_say(element) => {
                count(&mut self.left_out.other_families);
                Ok(())
            }
            Format::Bgpdump if !bgpdump::is_readable(element) => {
                count(&mut self.left_out.unreadable);
                Ok(())
            }
            Format::Bgpdump => {
                self.selection.count();
                self.line.clear();
                // Writing to a string cannot fail.
                let _ = bgpdump::write_line(&mut self.line, element);
                self.line.push('\n');
                self.out.write_all(self.line.as_bytes())
            }
        }
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
        self.object(message, message.finding(), number)
    }

    /// One object; with damage, also the number of its record or message and the offset.
    fn object(&mut self, value: &impl Serialize, finding: Option<Error>, number: u64) -> io::Result<()> {
        match finding {
            None => serde_json::to_writer(&mut self.out, value)?,
            Some(e) => serde_json::to_writer(&mut self.out, &Damaged { value, record: number, offset: e.offset() })?,
        }
        self.out.write_all(b"\n")
    }
}

/// A damaged item and the place of the damage.
#[derive(Serialize)]
struct Damaged<'a, T: Serialize> {
    #[serde(flatten)]
    value: &'a T,
    record: u64,
    offset: u64,
}

fn count(n: &mut u64) {
    *n = n.saturating_add(1);
}

/// Whether the record has a table route, possibly of an unknown family.
fn is_generic(record: &Record<'_>) -> bool {
    use TableDumpV2Subtype as S;
    record.kind() == MrtType::TABLE_DUMP_V2 && matches!(S(record.subtype()), S::RIB_GENERIC | S::RIB_GENERIC_ADDPATH)
}
