//! The driver over inputs: opens them, reads them to the end, and reports damage.

mod merged;
mod side_by_side;
mod threads;

use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use routeglass::Timestamp;
use routeglass::bgp::Message;
use routeglass::codes::MrtType;
use routeglass::element::{Element, RecordElements};
use routeglass::error::ErrorKind;
use routeglass::filter::Filter;
use routeglass::index::{Index, IndexedRuns};
use routeglass::io::{DecompressError, Gap, Passed, ReadError, ReaderOptions};
use routeglass::mrt::{ReadContext, Reader, Record, Recovered, RecoveringReader, Run};

use crate::args::{AddPath, FailOn, Inputs, Kind};
use crate::finding::{BareMessage, Enclosing, Finding, Located, Locator, Outcome, What, cut};
use crate::input::{self, Failure, Files, First, Input, Manner};
use crate::messages::{self, Item, Reading, shortened_message};
use crate::report::{complain, remark};
use crate::selection::Selection;
use crate::suspicion::Suspicion;

pub(crate) use merged::run_merged;
pub(crate) use side_by_side::InTurn;
pub(crate) use threads::{Kept, Shared};

/// A subcommand's handling of input contents.
pub(crate) trait Visitor {
    /// Start of an input.
    fn begin(&mut self, _input: &Path) {}

    /// The next record of several inputs merged is of this one.
    fn from(&mut self, _input: &Path) {}

    /// A record; a peer table in it is already in force. Returns whether it is known to have no findings: see [`is_clean`].
    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, number: u64) -> io::Result<bool>;

    /// A bare message.
    fn message(&mut self, message: &BareMessage<'_>, number: u64) -> io::Result<()>;

    /// Whether a finding in the previous record or message counts.
    fn wants(&mut self, _finding: &Finding<'_>) -> bool {
        true
    }

    /// A finding in the previous record or message, or between them.
    fn finding(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        finding.remark();
        Ok(())
    }

    /// The present part of a truncated last record: its octets, and the record with its lengths adjusted to them.
    fn cut_record(&mut self, _octets: &[u8], _record: &Record<'_>, _peers: &ReadContext, _number: u64) -> io::Result<()> {
        Ok(())
    }

    /// The same for a bare message.
    fn cut_message(&mut self, _octets: &[u8], _message: &BareMessage<'_>, _number: u64) -> io::Result<()> {
        Ok(())
    }

    /// The present octets of a record or message that the input ends in, however few, and the offset of the first.
    fn cut(&mut self, _octets: &[u8], _offset: u64) {}

    /// What is wanted besides damage.
    fn selection(&self) -> Option<&Selection> {
        None
    }

    /// The filter of it, if there is one by which records may be passed over.
    fn filter(&self) -> Option<Arc<Filter>> {
        None
    }

    /// Whether the rest of the input can be skipped.
    fn is_done(&self) -> bool {
        false
    }

    /// Runs of empty records of zeros in the input, which are findings at its end.
    fn zeros(&mut self) -> Vec<Zeros> {
        Vec::new()
    }

    /// End of an input.
    fn end(&mut self, _input: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// Consecutive records of which all octets are zeros, as blocks of a file that were never written read: of type NULL, and without a body.
#[derive(Clone, Copy)]
pub(crate) struct Zeros {
    /// Number of the first record.
    pub(crate) number: u64,
    pub(crate) records: u64,
    /// Offset of the first octet, and of the one after the last.
    pub(crate) start: u64,
    pub(crate) end: u64,
}

impl Zeros {
    /// A record, if it is one of these.
    pub(crate) fn of(record: &Record<'_>, number: u64) -> Option<Self> {
        let (octets, start) = (record.as_bytes(), record.offset());
        let is_zero = octets.len() == 12 && octets.iter().all(|octet| *octet == 0);
        is_zero.then(|| Self { number, records: 1, start, end: start.saturating_add(12) })
    }

    /// Adds a run to others before it. Single records between others are not kept, but for the first one, which may go on with the
    /// last of the octets before; and there are at most as many runs as fit, the last of which then has all that follow.
    pub(crate) fn add_to(self, runs: &mut Vec<Self>) {
        const MOST_RUNS: usize = 1000;
        let (kept, is_first) = (runs.len(), runs.len() == 1);
        match runs.last_mut() {
            Some(last) if last.end == self.start || kept == MOST_RUNS => {
                (last.records, last.end) = (last.records.saturating_add(self.records), self.end);
            }
            Some(last) if last.records == 1 && !is_first => *last = self,
            _ => runs.push(self),
        }
    }
}

/// Whether a record of a table is known to have no findings: it has elements, of which all can be read and have none
/// ([`Strictness::Forensic`](routeglass::element::Strictness::Forensic)). A message may have findings that none of its elements has:
/// see [`RecordElements::is_known_clean`](routeglass::element::RecordElements::is_known_clean).
pub(crate) fn is_clean(record: &Record<'_>, has_elements: bool, are_clean: bool) -> bool {
    has_elements && are_clean && record.kind() == MrtType::TABLE_DUMP_V2
}

/// Whether the elements of a record show that it has no findings.
pub(crate) fn is_seen_clean(record: &Record<'_>, peers: &ReadContext) -> bool {
    let mut elements = RecordElements::new(peers);
    elements.read(record);
    if elements.is_known_clean() {
        return true;
    }
    if record.kind() != MrtType::TABLE_DUMP_V2 {
        return false;
    }
    let (mut has_elements, mut are_clean) = (false, true);
    while are_clean && let Some(element) = elements.next_element() {
        has_elements = true;
        are_clean = element.is_ok_and(Element::is_clean);
    }
    is_clean(record, has_elements, are_clean)
}

/// Reads the inputs in order, their records or several inputs in as many threads as the inputs say; with `notes`, notes are findings
/// too.
pub(crate) fn run<V: Shared>(inputs: &Inputs, notes: bool, visitor: &mut V) -> io::Result<Outcome> {
    if let Some(outcome) = side_by_side::run(inputs, notes, visitor)? {
        return Ok(outcome);
    }
    let shared = inputs.threads().get() > 1;
    run_by(inputs, notes, None, visitor, shared.then_some(threads::in_threads::<V> as RunRecords<V>))
}

/// The same in one thread, with the first input already open.
pub(crate) fn run_opened(
    inputs: &Inputs,
    notes: bool,
    opened: Option<(Input, First)>,
    visitor: &mut impl Visitor,
) -> io::Result<Outcome> {
    run_by(inputs, notes, opened, visitor, None)
}

fn run_by<V: Visitor>(
    inputs: &Inputs,
    notes: bool,
    mut opened: Option<(Input, First)>,
    visitor: &mut V,
    many: Option<RunRecords<V>>,
) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    for path in &inputs.files {
        if visitor.is_done() {
            break;
        }
        let (outcome, failure) = (&mut outcome, Arc::default());
        Drive { inputs, notes, path, visitor, outcome, number: 0, unit: "record", many, failure }.read(opened.take())?;
    }
    Ok(outcome)
}

/// Whether a file can be read as what it is given for, as far as its first octets show. Of a pipe it is not known.
pub(crate) fn check(path: &Path, reading: &crate::args::Reading) -> io::Result<()> {
    Files::check(path)?;
    if reading.input != Kind::Auto || input::is_stdin(path) || !fs::metadata(path)?.is_file() {
        return Ok(());
    }
    match input::open(path)?.1.other_kind() {
        Some(other) => Err(io::Error::new(io::ErrorKind::InvalidData, format!("this is {other}, not an MRT archive"))),
        None => Ok(()),
    }
}

/// Says that records do not need what an option says of messages.
fn say_without_effect(reading: &crate::args::Reading, input: &Path) {
    if reading.as2 || reading.as4 {
        let option = if reading.as2 { "--as2" } else { "--as4" };
        remark(&format!("{}: {option} has no effect: records say how wide AS numbers are", input.display()));
    }
}

/// Says how many validated payloads had expired by the first record.
fn say_expired(visitor: &impl Visitor, time: Option<Timestamp>, input: &Path) {
    if let (Some(selection), Some(time)) = (visitor.selection(), time) {
        selection.say_expired(time, &format_args!("the first record of {}", input.display()));
    }
}

/// The level for the exit code, unless given as an option.
pub(crate) fn fail_on(reading: &crate::args::Reading, otherwise: FailOn) -> FailOn {
    reading.fail_on.unwrap_or(otherwise)
}

struct Drive<'a, V> {
    inputs: &'a Inputs,
    notes: bool,
    path: &'a Path,
    visitor: &'a mut V,
    outcome: &'a mut Outcome,
    /// Number of the next record or message.
    number: u64,
    unit: &'static str,
    /// Reading in several threads.
    many: Option<RunRecords<V>>,
    /// Whether and where the input fails.
    failure: Arc<Failure>,
}

/// The records of an input.
enum Records<'r> {
    Framed(&'r mut Reader<Input>),
    Recovered(&'r mut RecoveringReader<Input>),
}

/// Reads all records in several threads; `None` if they must be read in order, else the error that ended them.
type RunRecords<V> =
    fn(&mut Drive<'_, V>, Records<'_>, &mut ReadContext, &mut Option<Suspicion>) -> io::Result<Option<Option<ReadError>>>;

impl<V: Visitor> Drive<'_, V> {
    /// Reads one input; says if it cannot be opened.
    fn read(&mut self, opened: Option<(Input, First)>) -> io::Result<()> {
        if let Err(e) = self.input(opened)? {
            complain(&format!("{}: {e}", self.path.display()));
            self.outcome.unreadable = true;
        }
        Ok(())
    }

    /// Reads one input; the inner error means that it cannot be opened.
    fn input(&mut self, opened: Option<(Input, First)>) -> io::Result<io::Result<()>> {
        let index = self.index();
        let runs = index.as_ref().and_then(|index| self.indexed_runs(index));
        // By an index only the first octets are read from the start.
        let threads = if runs.is_some() { NonZeroUsize::MIN } else { self.inputs.threads() };
        let manner = Manner { threads, passing: self.inputs.reading.recover };
        let (input, first) = match opened.map_or_else(|| input::open_by(self.path, manner), Ok) {
            Ok(opened) => opened,
            Err(e) => return Ok(Err(e)),
        };
        if first.is_empty() {
            remark(&format!("{}: is empty", self.path.display()));
        }
        let (kind, add_path) = (self.inputs.reading.input, self.inputs.reading.add_path);
        if kind == Kind::Bgp || (kind == Kind::Auto && first.is_bgp()) {
            self.unit = "message";
            let asn4 = if self.inputs.reading.as2 { Some(false) } else { self.inputs.reading.as4.then_some(true) };
            let mut reading = Reading::new(asn4, add_path);
            let input = if reading.wants_evidence() {
                match input::twice(self.path, manner, input, |input| reading.weigh(input)) {
                    Ok(input) => input,
                    Err(e) => return Ok(Err(e)),
                }
            } else {
                input
            };
            self.visitor.begin(self.path);
            if let Some(selection) = self.visitor.selection() {
                selection.say_unmatched(self.path);
            }
            self.messages(input, reading)?;
        } else if kind == Kind::Auto
            && let Some(other) = first.other_kind()
        {
            self.visitor.begin(self.path);
            self.is_no_archive(&format!("this is {other}, not an MRT archive"))?;
        } else {
            let (input, peers) = match input::with_peers(self.path, manner, input, add_path) {
                Ok(input) => input,
                Err(e) => return Ok(Err(e)),
            };
            self.visitor.begin(self.path);
            say_without_effect(&self.inputs.reading, self.path);
            say_expired(&*self.visitor, first.time(), self.path);
            self.records(input, peers, &first, runs)?;
            for Zeros { number, records, start, end } in self.visitor.zeros() {
                // Of many runs the last one has other records between its own.
                let among = if records.saturating_mul(12) < end.saturating_sub(start) { "among " } else { "" };
                let reason =
                    format!("{records} empty records of zeros, {among}bytes {start} to {end}: zeros in place of records?");
                let what = What::End(start, ["mrt", "zeros", "RFC 6396 section 4"], &reason);
                self.found_at(number, what, Enclosing::None, None)?;
            }
        }
        self.visitor.end(self.path).map(Ok)
    }

    fn records(&mut self, input: Input, mut peers: ReadContext, first: &First, runs: Option<IndexedRuns<'_>>) -> io::Result<()> {
        let (octets_read, passed) = (input.octets_read(), input.passed());
        self.failure = input.failure();
        let mut suspicion = (self.inputs.reading.add_path == AddPath::Off).then(Suspicion::default);
        let mut reader = Reader::plain(input, ReaderOptions::default());
        let (mut cut, mut at) = (Vec::new(), 0);
        let end = if let Some(runs) = runs {
            self.indexed(runs, &mut suspicion)?;
            None
        } else if self.inputs.reading.recover {
            let mut reader = reader.recovering();
            match self.shared(Records::Recovered(&mut reader), &mut peers, &mut suspicion)? {
                Some(end) => end,
                None => loop {
                    match reader.next_item() {
                        Ok(_) if self.visitor.is_done() => break None,
                        Ok(Some(Recovered::Record(record))) => self.observed(&record, &mut peers, &mut suspicion)?,
                        Ok(Some(Recovered::Gap(gap))) => self.gap(&gap, reader.cut_record(), &peers)?,
                        Ok(None) => break None,
                        Err(e) => break Some(e),
                    }
                },
            }
        } else {
            let end = match self.shared(Records::Framed(&mut reader), &mut peers, &mut suspicion)? {
                Some(end) => end,
                None => loop {
                    match reader.next_record() {
                        Ok(_) if self.visitor.is_done() => break None,
                        Ok(Some(record)) => self.observed(&record, &mut peers, &mut suspicion)?,
                        Ok(None) => break None,
                        Err(e) => break Some(e),
                    }
                },
            };
            if end.is_some() {
                cut.extend_from_slice(reader.cut_record());
                at = reader.offset();
            }
            end
        };
        if let Some(e) = end {
            self.ended(&e, (&cut, at), &peers, first, octets_read.load(Ordering::Relaxed))?;
            self.say_unread(&e, first, &cut, "");
        }
        self.passed_over(&passed)?;
        if let Some(suspicion) = suspicion {
            suspicion.remark(self.path);
        }
        Ok(())
    }

    /// Reads all records in several threads, if there are to be and may be several.
    fn shared(
        &mut self,
        records: Records<'_>,
        peers: &mut ReadContext,
        suspicion: &mut Option<Suspicion>,
    ) -> io::Result<Option<Option<ReadError>>> {
        self.many.map_or(Ok(None), |many| many(self, records, peers, suspicion))
    }

    /// The index of the input, if there is a fresh one and a filter may make it of use.
    fn index(&self) -> Option<Index> {
        let reading = &self.inputs.reading;
        if reading.recover || reading.add_path != AddPath::Off || reading.input == Kind::Bgp || input::is_stdin(self.path) {
            return None;
        }
        self.visitor.filter()?;
        Index::read(self.path).unwrap_or_else(|e| self.leave_index(&e))
    }

    /// The parts of the input that a filter needs, unless that is most of it.
    fn indexed_runs<'i>(&self, index: &'i Index) -> Option<IndexedRuns<'i>> {
        let runs = index.runs(self.path, &*self.visitor.filter()?).ok()?;
        let (needed, all) = runs.octets();
        if needed > all / 2 {
            return None;
        }
        runs.checked().map_or_else(|e| self.leave_index(&e), Some)
    }

    fn leave_index<T>(&self, reason: &impl std::fmt::Display) -> Option<T> {
        remark(&format!("{}: its index is not used: {reason}", self.path.display()));
        None
    }

    /// Reads only what a filter needs.
    fn indexed(&mut self, runs: IndexedRuns<'_>, suspicion: &mut Option<Suspicion>) -> io::Result<()> {
        for run in runs {
            let run = match run {
                Ok(run) => run,
                Err(e) => {
                    self.failed(0, &e)?;
                    break;
                }
            };
            let mut peers = run.context().clone();
            self.number = run.number();
            for record in run.records() {
                if self.visitor.is_done() {
                    return Ok(());
                }
                self.observed(&record, &mut peers, suspicion)?;
            }
        }
        Ok(())
    }

    /// A run, in order.
    fn run(&mut self, run: &Run, suspicion: &mut Option<Suspicion>) -> io::Result<()> {
        let mut peers = run.context().clone();
        run.records().try_for_each(|record| self.observed(&record, &mut peers, suspicion))?;
        run.gap().map_or(Ok(()), |gap| self.gap(&gap, run.cut_record(), &peers))
    }

    /// A gap, and the octets of the record at its start, which give what they give to reading without recovery.
    fn gap(&mut self, gap: &Gap, cut: &[u8], peers: &ReadContext) -> io::Result<()> {
        let (what, shortened) = (What::Gap(gap.start, gap.end, gap.reason), shortened_record(cut));
        match shortened.as_ref().and_then(|octets| Record::parse_at(octets, gap.start).ok()) {
            Some(record) => {
                self.visitor.cut_record(cut, &record, peers, self.number)?;
                if self.failure.cuts(gap) {
                    return Ok(());
                }
                self.found(what, Enclosing::Record(&record, peers), Some(&Located::in_record(&record)))
            }
            None if self.failure.cuts(gap) => Ok(()),
            None => self.found(what, Enclosing::None, None),
        }
    }

    fn observed(&mut self, record: &Record<'_>, peers: &mut ReadContext, suspicion: &mut Option<Suspicion>) -> io::Result<()> {
        if let Some(suspicion) = suspicion {
            suspicion.observe(record);
        }
        self.record(record, peers)
    }

    fn record(&mut self, record: &Record<'_>, peers: &mut ReadContext) -> io::Result<()> {
        peers.observe(record);
        if self.visitor.record(record, peers, self.number)? && !self.notes {
            self.number = self.number.saturating_add(1);
            return Ok(());
        }
        let mut findings = Findings { locator: Locator::new(Enclosing::Record(record, peers)), failed: Ok(()) };
        record.findings(peers, |e| findings.take(self, What::Error(e)));
        if self.notes {
            record.notes(peers, |e| findings.take(self, What::Note(e)));
        }
        self.number = self.number.saturating_add(1);
        findings.failed
    }

    fn messages(&mut self, input: Input, mut reading: Reading) -> io::Result<()> {
        let passed = input.passed();
        messages::each(input, self.inputs.reading.recover, |item| match item {
            _ if self.visitor.is_done() => Ok(()),
            Item::Message(bytes, offset) => {
                reading.observe(bytes);
                self.message(&BareMessage { bytes, offset, session: reading.session() })
            }
            Item::Gap(start, end, reason) => self.found(What::Gap(start, end, reason), Enclosing::None, None),
            Item::Error(e) => self.found(What::Error(e), Enclosing::None, None),
            Item::Unread(start, len) => {
                let said =
                    format!("messages go on at byte {start}: {len} bytes from there on are not read, and --recover reads them");
                remark(&format!("{}: {said}", self.path.display()));
                Ok(())
            }
            Item::Cut(octets, offset, missing) => {
                self.visitor.cut(octets, offset);
                if let Some(shortened) = shortened_message(octets) {
                    let bare = BareMessage { bytes: &shortened, offset, session: reading.session() };
                    self.visitor.cut_message(octets, &bare, self.number)?;
                }
                let reason = cut("message", 19, octets.len(), missing);
                self.end(offset, ["bgp", "truncated", "RFC 4271 section 6.1"], &reason)
            }
            Item::Failed(offset, source) => self.failed(offset, &source),
        })?;
        self.passed_over(&passed)
    }

    /// Reports what the decompression passed over.
    fn passed_over(&mut self, passed: &Passed) -> io::Result<()> {
        passed.take().iter().try_for_each(|e| self.end(e.decoded(), ["input", "unreadable", "-"], &e.to_string()))
    }

    fn message(&mut self, message: &BareMessage<'_>) -> io::Result<()> {
        self.visitor.message(message, self.number)?;
        let mut findings = Findings { locator: Locator::new(Enclosing::Message(message)), failed: Ok(()) };
        match message.parse() {
            Ok(parsed) => {
                parsed.findings(message.offset, |e| findings.take(self, What::Error(e)));
                if let (Message::Update(update), true) = (&parsed, self.notes) {
                    update.notes(|e| findings.take(self, What::Note(e)));
                }
            }
            Err(e) => findings.take(self, What::Error(e)),
        }
        self.number = self.number.saturating_add(1);
        findings.failed
    }

    /// Reading of records stopped early, after some octets of a record at an offset.
    fn ended(
        &mut self,
        e: &ReadError,
        (cut, at): (&[u8], u64),
        peers: &ReadContext,
        first: &First,
        octets_read: u64,
    ) -> io::Result<()> {
        let is_cut = matches!(e, ReadError::Framing(_) | ReadError::Io { .. });
        if is_cut && !cut.is_empty() {
            self.visitor.cut(cut, at);
        }
        let shortened = shortened_record(cut).filter(|_| is_cut);
        match shortened.as_ref().and_then(|octets| Record::parse_at(octets, at).ok()) {
            Some(record) => {
                self.visitor.cut_record(cut, &record, peers, self.number)?;
                let located = Located::in_record(&record);
                self.stopped(e, first, octets_read, (Enclosing::Record(&record, peers), Some(&located)))?;
            }
            None => self.stopped(e, first, octets_read, (Enclosing::None, None))?,
        }
        Ok(())
    }

    /// Says what is not read since framing is lost: after a record that declares more octets than there are, or than are read as one;
    /// `otherwise` is what would read it beside --recover.
    fn say_unread(&self, e: &ReadError, first: &First, cut: &[u8], otherwise: &str) {
        if self.inputs.reading.recover || first.reason(e) != e.to_string() {
            return;
        }
        let said = match e {
            ReadError::Framing(error) if matches!(error.kind(), ErrorKind::Truncated(_)) => input::unread(cut, e.offset()),
            ReadError::TooLong { .. } => input::unread_in(self.path, e.offset()),
            _ => None,
        };
        if let Some(said) = said {
            remark(&format!("{}: {said}{otherwise}", self.path.display()));
        }
    }

    /// Reports why reading of records stopped early, with what it stopped in.
    fn stopped(
        &mut self,
        e: &ReadError,
        first: &First,
        octets_read: u64,
        (enclosing, located): (Enclosing<'_>, Option<&Located>),
    ) -> io::Result<()> {
        let reason = first.reason(e);
        if reason != e.to_string() {
            return self.is_no_archive(&reason);
        }
        match e {
            ReadError::Framing(error) => {
                let ErrorKind::Truncated(missing) = error.kind() else {
                    return self.found(What::Error(*error), Enclosing::None, None);
                };
                let there = usize::try_from(octets_read.saturating_sub(e.offset())).unwrap_or(usize::MAX);
                let missing = usize::try_from(missing).unwrap_or(usize::MAX);
                let reason = cut("record", 12, there, missing);
                self.found(What::End(e.offset(), ["mrt", "truncated", "RFC 6396 section 2"], &reason), enclosing, located)
            }
            ReadError::TooLong { len, limit, .. } => {
                let reason = format!("the record declares {len} bytes, and no more than {limit} are read as one");
                self.end(e.offset(), ["mrt", "too-long", "RFC 6396 section 2"], &reason)
            }
            ReadError::Io { offset, source } => self.failed(*offset, source),
            _ => self.end(e.offset(), ["input", "unreadable", "-"], &reason),
        }
    }

    /// The input failed: it is damaged or unreadable.
    fn failed(&mut self, offset: u64, source: &io::Error) -> io::Result<()> {
        let is_damage = source.get_ref().is_some_and(|inner| inner.is::<DecompressError>());
        self.outcome.unreadable |= !is_damage;
        self.end(offset, ["input", "unreadable", "-"], &format!("{source}{}", self.failure.remainder()))
    }

    /// The input is of another kind: it cannot be read as what it was given for.
    fn is_no_archive(&mut self, reason: &str) -> io::Result<()> {
        self.outcome.unreadable = true;
        self.end(0, ["mrt", "not-mrt", "RFC 6396 section 2"], reason)
    }

    fn end(&mut self, offset: u64, class: [&'static str; 3], reason: &str) -> io::Result<()> {
        self.found(What::End(offset, class, reason), Enclosing::None, None)
    }

    fn found(&mut self, what: What<'_>, enclosing: Enclosing<'_>, located: Option<&Located>) -> io::Result<()> {
        self.found_at(self.number, what, enclosing, located)
    }

    fn found_at(&mut self, number: u64, what: What<'_>, enclosing: Enclosing<'_>, located: Option<&Located>) -> io::Result<()> {
        let finding = Finding { input: self.path, unit: self.unit, number, what, enclosing, located };
        if !self.visitor.wants(&finding) {
            return Ok(());
        }
        if let Some(harm) = finding.harm() {
            self.outcome.add(harm);
        }
        self.visitor.finding(&finding)
    }
}

/// A truncated record with its length adjusted to the present octets. Its message then declares more than there are, which the
/// library reads.
pub(crate) fn shortened_record(octets: &[u8]) -> Option<Vec<u8>> {
    let mut shortened = octets.to_vec();
    let len = u32::try_from(octets.len().checked_sub(12)?).ok()?;
    shortened.get_mut(8..12)?.copy_from_slice(&len.to_be_bytes());
    Some(shortened)
}

/// The findings of one record or message.
struct Findings<'a> {
    locator: Locator<'a>,
    /// Result of passing them on.
    failed: io::Result<()>,
}

impl Findings<'_> {
    #[cold]
    fn take<V: Visitor>(&mut self, drive: &mut Drive<'_, V>, what: What<'_>) {
        let (What::Error(e) | What::Note(e)) = what else { return };
        if self.failed.is_ok() {
            let located = self.locator.locate(&e);
            self.failed = drive.found(what, self.locator.enclosing(), Some(&located));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Zeros;

    #[test]
    fn runs_of_zeros_are_few_however_many_there_are() {
        let runs = |starts: &mut dyn Iterator<Item = u64>| {
            let mut runs = Vec::new();
            starts.for_each(|start| Zeros { number: 0, records: 1, start, end: start + 12 }.add_to(&mut runs));
            runs.into_iter().map(|run| (run.records, run.start, run.end)).collect::<Vec<_>>()
        };
        // Two in a row, one alone, three in a row.
        assert_eq!(runs(&mut [0, 12, 100, 200, 212, 224].into_iter()), [(2, 0, 24), (3, 200, 236)]);
        // The first may go on with what was before.
        assert_eq!(runs(&mut [0, 100, 200].into_iter()), [(1, 0, 12), (1, 200, 212)]);
        let pairs = runs(&mut (0..3000_u64).flat_map(|n| [n * 100, n * 100 + 12]));
        assert_eq!((pairs.len(), pairs.iter().map(|run| run.0).sum::<u64>()), (1000, 6000));
        assert_eq!(pairs[999], (4002, 99_900, 299_924));
    }
}
