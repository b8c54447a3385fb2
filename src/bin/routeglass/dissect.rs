//! `routeglass dissect`: the fields of records and messages with their octets.

mod reading;
mod tree;

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use routeglass::Session;
use routeglass::bgp;
use routeglass::io::Frame;
use routeglass::mrt::{self, Body, Evidence, ReadContext, Record};
use routeglass::places::Places;

use crate::args::{AddPath, FailOn, Holds, Inputs, Kind, Reading};
use crate::drive::{self, Visitor, shortened_record};
use crate::finding::{BareMessage, Finding, Harm, Outcome, What};
use crate::hex::Pieces;
use crate::report::{coloured, complain, remark};
use crate::selection::Selection;
use crate::{hex, input, messages};
use reading::{Shape, starts_record};
use tree::{Numbered, Tree};

/// Maximum length of text with hexadecimal octets.
const LONGEST_TEXT: u64 = 64 << 20;

pub(crate) struct Options {
    pub(crate) record: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) holds: Holds,
    pub(crate) asn4: Option<bool>,
    pub(crate) add_path: AddPath,
    pub(crate) json: bool,
    pub(crate) fail_on: FailOn,
}

/// The octets of a file from an offset on, decompressed.
fn rest_of(path: &Path, offset: u64) -> io::Result<Vec<u8>> {
    let (mut input, _) = input::open(path)?;
    io::copy(&mut input.by_ref().take(offset), &mut io::sink())?;
    let mut rest = Vec::new();
    input.take(LONGEST_TEXT).read_to_end(&mut rest)?;
    Ok(rest)
}

/// What to dissect.
pub(crate) enum Source {
    /// Octets, in independent pieces.
    Octets(Pieces),
    File(PathBuf),
}

pub(crate) fn run(out: &mut impl Write, source: &Source, selection: Selection, options: &Options) -> io::Result<ExitCode> {
    let coloured = coloured(io::IsTerminal::is_terminal(&io::stdout()));
    let (outcome, hinted, left_out) = (Outcome::default(), BTreeSet::new(), LeftOut::default());
    let cut_is_wanted = !selection.is_filtered();
    let mut dissect = Dissect {
        out,
        options,
        selection,
        coloured,
        outcome,
        passed: 0,
        done: false,
        left_out,
        cut: None,
        cut_is_wanted,
        hinted,
    };
    match source {
        Source::Octets(read) => dissect.read("octets", read)?,
        Source::File(path) => dissect.file(path)?,
    }
    Ok(dissect.outcome.exit_code(options.fail_on))
}

/// Records and messages that the filter leaves out.
#[derive(Default)]
struct LeftOut {
    records: u64,
    messages: u64,
}

impl LeftOut {
    fn count(&mut self, unit: &str) {
        let n = if unit == "record" { &mut self.records } else { &mut self.messages };
        *n = n.saturating_add(1);
    }

    fn say(&self, input: &Path) {
        for (n, [one, several]) in [(self.records, ["record", "records"]), (self.messages, ["message", "messages"])] {
            if n > 0 {
                remark(&format!("{}: {n} {} left out by the filter", input.display(), if n == 1 { one } else { several }));
            }
        }
    }
}

struct Dissect<'o, W> {
    out: &'o mut W,
    options: &'o Options,
    selection: Selection,
    coloured: bool,
    outcome: Outcome,
    /// Number of records and messages so far, shown or not.
    passed: u64,
    /// Whether the only requested one was shown.
    done: bool,
    left_out: LeftOut,
    /// What is there of a record or message that the input ends in, and where it starts.
    cut: Option<(Vec<u8>, u64)>,
    /// Whether the filter matches a route of it.
    cut_is_wanted: bool,
    /// The hints that were given.
    hinted: BTreeSet<String>,
}

impl<W: Write> Dissect<'_, W> {
    /// Gives a hint once: it is about how all is read.
    fn give_hint(&mut self, hint: String) {
        if self.hinted.insert(hint.clone()) {
            remark(&format!("hint: {hint}"));
        }
    }

    fn file(&mut self, path: &Path) -> io::Result<()> {
        let unreadable = |dissect: &mut Self, reason: &dyn std::fmt::Display| {
            complain(&format!("{}: {reason}", path.display()));
            dissect.outcome.unreadable = true;
            Ok(())
        };
        let (opened, first) = match input::open(path) {
            Ok(opened) => opened,
            Err(e) => return unreadable(self, &e),
        };
        if first.is_text() {
            let mut text = Vec::new();
            if let Err(e) = opened.take(LONGEST_TEXT).read_to_end(&mut text) {
                return unreadable(self, &e);
            }
            return match (hex::octets(&String::from_utf8_lossy(&text)), first.other_kind()) {
                (Ok(read), _) => self.read(&path.display().to_string(), &read),
                (Err(e), Some("text") | None) => {
                    unreadable(self, &format_args!("this is text, but no octets in hexadecimal: {e}"))
                }
                (Err(_), Some(other)) => unreadable(self, &format_args!("this is {other}, neither octets nor records")),
            };
        }
        if matches!(self.options.holds, Holds::Update | Holds::Attributes)
            || (self.options.holds == Holds::Message && !first.is_bgp())
            || (self.options.holds == Holds::Auto && !first.is_bgp() && !first.may_be_record() && first.other_kind().is_none())
        {
            let mut octets = Vec::new();
            let mut opened = opened;
            if let Err(e) = opened.read_to_end(&mut octets) {
                return unreadable(self, &e);
            }
            return self.pieces(&path.display().to_string(), &[octets]);
        }
        let kept = if input::is_stdin(path) { Some(opened) } else { None };
        let reading = Reading {
            input: match self.options.holds {
                Holds::Message => Kind::Bgp,
                Holds::Mrt => Kind::Mrt,
                _ => Kind::Auto,
            },
            add_path: self.options.add_path,
            as2: self.options.asn4 == Some(false),
            as4: self.options.asn4 == Some(true),
            recover: false,
            fail_on: None,
        };
        let inputs = Inputs { reading, threads: Some(NonZeroUsize::MIN), files: vec![path.to_owned()] };
        let outcome = drive::run_opened(&inputs, false, kept.map(|opened| (opened, first)), self)?;
        self.outcome.unreadable |= outcome.unreadable;
        if let (Some(only), false) = (self.options.record, self.done) {
            let n = self.passed;
            let records = if n == 1 { "record" } else { "records" };
            complain(&format!("{}: has {n} {records}, the first of them number 0: there is no record {only}", path.display()));
            self.outcome.unreadable = true;
        } else if let (Some(at), false) = (self.options.offset, self.done) {
            complain(&format!("{}: no record holds byte {at}", path.display()));
            self.outcome.unreadable = true;
        }
        Ok(())
    }

    /// Octets parsed from text; says which were not.
    fn read(&mut self, name: &str, read: &Pieces) -> io::Result<()> {
        self.pieces(name, &read.pieces)?;
        if let Some(said) = read.left_out() {
            remark(&format!("{name}: {said}"));
        }
        Ok(())
    }

    /// Octets in pieces.
    fn pieces(&mut self, name: &str, pieces: &[Vec<u8>]) -> io::Result<()> {
        let mut joined: Vec<Vec<u8>> = Vec::new();
        for octets in hex::payloads(pieces.to_vec()) {
            let is_marked = |octets: &[u8]| octets.starts_with(&[0xff; 16]);
            match joined.last_mut().filter(|before| is_marked(before) && is_marked(&octets)) {
                // Consecutive messages may belong to one session.
                Some(before) => before.extend(octets),
                None => joined.push(octets),
            }
        }
        let is_message = |octets: &[u8]| match Shape::of(octets, self.options.holds) {
            Shape::Unknown => false,
            Shape::Whole => self.options.holds != Holds::Mrt && octets.first() == Some(&0xff),
            _ => true,
        };
        if joined.iter().any(|octets| is_message(octets)) {
            self.selection.say_unmatched(Path::new(name));
        }
        for octets in joined {
            if self.is_done() {
                break;
            }
            let shape = Shape::of(&octets, self.options.holds);
            if octets.is_empty() {
                remark(&format!("{name}: is empty"));
            }
            match shape {
                Shape::Unknown => {
                    complain(&format!(
                        "{name}: fits neither records, messages, an UPDATE nor attributes; --as reads it as one of them"
                    ));
                    self.outcome.unreadable = true;
                }
                Shape::Whole => self.whole(name, &octets)?,
                shape => {
                    let session = self.session(&shape.completed(&octets));
                    self.shaped(&octets, shape, &session)?;
                }
            }
        }
        self.end(Path::new(name))
    }

    /// The session for messages that are all available: by the options, else by evidence.
    fn session(&self, octets: &[u8]) -> Session {
        let mut reading = messages::Reading::new(self.options.asn4, self.options.add_path);
        reading.weigh(octets);
        reading.session()
    }

    /// Messages if they start with a marker, else records.
    fn whole(&mut self, name: &str, octets: &[u8]) -> io::Result<()> {
        let mut reading = messages::Reading::new(self.options.asn4, self.options.add_path);
        reading.weigh(octets);
        let mut peers = match self.options.add_path {
            AddPath::Off => ReadContext::new(),
            AddPath::On => ReadContext::new().with_add_path(),
            AddPath::Auto => ReadContext::new().with_evidence(Evidence::scan(octets)),
        };
        let (mut at, mut after_message) = (0usize, false);
        while let Some(rest) = octets.get(at..).filter(|rest| !rest.is_empty() && !self.is_done()) {
            let offset = at as u64;
            let is_marked = rest.iter().take(16).all(|octet| *octet == 0xff);
            // What follows a message and is no record is the rest of it.
            let is_message = self.options.holds != Holds::Mrt && (is_marked || (after_message && !starts_record(rest)));
            after_message = is_message;
            let taken = if is_message {
                let (taken, is_cut) = match bgp::frame(rest, &messages::UNKNOWN, offset) {
                    Ok(Frame::Ready(len)) => (len, false),
                    _ => (rest.len(), true),
                };
                let bytes = rest.get(..taken).unwrap_or(rest);
                reading.observe(bytes);
                let left_out = self.left_out.messages;
                self.message(&BareMessage { bytes, offset, session: reading.session() }, self.passed)?;
                if is_cut && self.left_out.messages > left_out {
                    let mut places = Places::new();
                    bgp::places(bytes, &reading.session(), offset, &mut places);
                    self.say_left_out(name, "message", &Tree::of(&places, bytes, offset));
                }
                taken
            } else {
                match mrt::frame(rest) {
                    Frame::Ready(len) if len <= rest.len() => {
                        let bytes = rest.get(..len).unwrap_or(rest);
                        match Record::parse_at(bytes, offset) {
                            Ok(record) => {
                                if self.passed == 0 {
                                    self.selection.say_expired(record.timestamp(), &format_args!("the first record of {name}"));
                                }
                                peers.observe(&record);
                                self.record(&record, &peers, self.passed)?;
                            }
                            Err(_) => {
                                self.part_of_record(name, bytes, offset, &peers)?;
                            }
                        }
                        len
                    }
                    _ => self.part_of_record(name, rest, offset, &peers)?,
                }
            };
            at = at.saturating_add(taken.max(1));
        }
        Ok(())
    }

    /// A truncated record, if the filter matches a route of it; the octets of it.
    fn part_of_record(&mut self, name: &str, bytes: &[u8], offset: u64, peers: &ReadContext) -> io::Result<usize> {
        let shortened = shortened_record(bytes);
        let is_wanted = match shortened.as_ref().and_then(|octets| Record::parse_at(octets, offset).ok()) {
            Some(record) => self.selection.wants_record(&record, peers),
            None => !self.selection.is_filtered(),
        };
        if is_wanted {
            return self.show_cut_record(bytes, offset);
        }
        self.leave_out("record");
        let mut places = Places::new();
        let taken = mrt::places(bytes, offset, &mut places);
        self.say_left_out(name, "record", &Tree::of(&places, bytes, offset));
        Ok(taken)
    }

    /// Says what ends the last record or message, which was left out: damage is said whatever the filter leaves out.
    fn say_left_out(&mut self, name: &str, unit: &str, tree: &Tree<'_>) {
        if let Some((e, text)) = tree.last_error() {
            self.outcome.add(Harm::of(e));
            complain(&format!("{name}: {unit} {}: {text}", self.passed.saturating_sub(1)));
        }
    }

    /// A truncated record; the octets of it.
    fn show_cut_record(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let mut places = Places::new();
        let taken = mrt::places(bytes, offset, &mut places);
        self.show(&Tree::of(&places, bytes, offset), self.passed, "record")?;
        Ok(taken)
    }

    /// Leaves out a record or message that the filter does not match.
    fn leave_out(&mut self, unit: &'static str) {
        self.passed = self.passed.saturating_add(1);
        self.left_out.count(unit);
    }

    /// A message or part of one, without the octets before it.
    fn shaped(&mut self, octets: &[u8], shape: Shape, session: &Session) -> io::Result<()> {
        let bytes = shape.completed(octets);
        if !self.wants_message(&BareMessage { bytes: &bytes, offset: 0, session: *session }) {
            self.leave_out("message");
            return Ok(());
        }
        let read = |session: &Session| {
            let completed = shape.completed(octets);
            let mut places = Places::new();
            bgp::places(&completed, session, 0, &mut places);
            Tree::of_part(&places, &completed, completed.len().saturating_sub(octets.len()), shape.name())
        };
        let tree = read(session);
        self.show(&tree, self.passed, "message")?;
        self.hint(&tree, session, &read);
        Ok(())
    }

    /// Whether the record or message with this number and these octets is requested.
    fn is_wanted(&mut self, number: u64, start: u64, len: usize) -> bool {
        let end = start.saturating_add(len as u64);
        let wanted = match (self.options.record, self.options.offset) {
            (Some(only), _) => only == number,
            (None, Some(at)) => (start..end).contains(&at),
            (None, None) => return true,
        };
        self.done |= wanted;
        wanted
    }

    /// Whether the filter matches a route of a message, or of what there is of it.
    fn wants_message(&mut self, bare: &BareMessage<'_>) -> bool {
        let shortened = if bare.parse().is_err() { messages::shortened_message(bare.bytes) } else { None };
        self.selection.wants_message(&BareMessage { bytes: shortened.as_deref().unwrap_or(bare.bytes), ..*bare })
    }

    fn show(&mut self, tree: &Tree<'_>, number: u64, unit: &'static str) -> io::Result<()> {
        for e in tree.errors() {
            self.outcome.add(Harm::of(e));
        }
        self.selection.count();
        self.passed = self.passed.saturating_add(1);
        if self.options.json {
            serde_json::to_writer(&mut *self.out, &Numbered(tree, unit, number))?;
            return self.out.write_all(b"\n");
        }
        tree.write(self.out, self.options.offset, self.coloured)
    }

    /// Reports another reading that fits, if this one has errors and was chosen by evidence.
    fn hint(&mut self, tree: &Tree<'_>, session: &Session, read: &dyn Fn(&Session) -> Tree<'static>) {
        let wrong = tree.errors().count();
        if wrong == 0 {
            if !session.asn4 && self.options.asn4.is_none() {
                self.give_hint("read with AS numbers of two octets, which fit; --as4 reads them with four".to_owned());
            }
            return;
        }
        let mut other_width = *session;
        other_width.asn4 = !session.asn4;
        let width = if session.asn4 { ("AS numbers of two octets", "--as2") } else { ("AS numbers of four octets", "--as4") };
        let paths = ("path identifiers", "--add-path on");
        for (other, hints) in [
            (other_width, vec![width]),
            (session.with_add_path(), vec![paths]),
            (other_width.with_add_path(), vec![width, paths]),
        ] {
            let left = read(&other).errors().count();
            if left < wrong {
                let (what, options): (Vec<_>, Vec<_>) = hints.into_iter().unzip();
                let better =
                    if left == 0 { "nothing is wrong".to_owned() } else { format!("less is wrong ({left} instead of {wrong})") };
                return self.give_hint(format!("with {} ({}) {better}", what.join(" and "), options.join(" ")));
            }
        }
    }
}

impl<W: Write> Visitor for Dissect<'_, W> {
    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, number: u64) -> io::Result<bool> {
        if !self.is_wanted(number, record.offset(), record.as_bytes().len()) {
            self.passed = self.passed.saturating_add(1);
            return Ok(false);
        }
        if !self.selection.wants_record(record, peers) {
            self.leave_out("record");
            return Ok(false);
        }
        let read = |peers: &ReadContext| {
            let mut places = Places::new();
            record.places_by(peers, &mut places);
            Tree::of(&places, record.as_bytes(), record.offset())
        };
        let tree = read(peers);
        self.show(&tree, number, "record")?;
        let wrong = tree.errors().count();
        if wrong > 0
            && self.options.add_path == AddPath::Off
            && let Ok(Body::Rib(rib)) = record.body()
        {
            let other = ReadContext::new().with_evidence(Evidence::scan(record.as_bytes()));
            if read(&other).errors().count() == 0 {
                let has_some = other.entries(&rib).flatten().any(|entry| entry.path_id().is_some());
                let with = if has_some { "with" } else { "without" };
                self.give_hint(format!("{with} path identifiers (--add-path auto) nothing is wrong"));
            }
        } else if wrong > 0 && self.options.add_path != AddPath::On {
            let left = read(&peers.clone().with_add_path()).errors().count();
            if left < wrong {
                let better =
                    if left == 0 { "nothing is wrong".to_owned() } else { format!("less is wrong ({left} instead of {wrong})") };
                self.give_hint(format!("with path identifiers (--add-path on) {better}"));
            }
        }
        Ok(false)
    }

    fn message(&mut self, bare: &BareMessage<'_>, number: u64) -> io::Result<()> {
        if !self.is_wanted(number, bare.offset, bare.bytes.len()) {
            self.passed = self.passed.saturating_add(1);
            return Ok(());
        }
        if !self.wants_message(bare) {
            self.leave_out("message");
            return Ok(());
        }
        let bytes = bare.bytes.to_vec();
        let read = |session: &Session| {
            let mut places = Places::new();
            bgp::places(&bytes, session, bare.offset, &mut places);
            Tree::of_owned(&places, &bytes, bare.offset)
        };
        let tree = read(&bare.session);
        self.show(&tree, number, "message")?;
        self.hint(&tree, &bare.session, &read);
        Ok(())
    }

    fn cut(&mut self, octets: &[u8], offset: u64) {
        self.cut = Some((octets.to_vec(), offset));
    }

    fn cut_record(&mut self, _: &[u8], record: &Record<'_>, peers: &ReadContext, _: u64) -> io::Result<()> {
        self.cut_is_wanted = self.selection.wants_record(record, peers);
        Ok(())
    }

    fn cut_message(&mut self, _: &[u8], message: &BareMessage<'_>, _: u64) -> io::Result<()> {
        self.cut_is_wanted = self.selection.wants_message(message);
        Ok(())
    }

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn finding(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        // Errors in a record or message are shown among its fields.
        let What::End(offset, [layer, kind, _], _) = finding.what else { return Ok(()) };
        if self.done {
            return Ok(());
        }
        self.outcome.add(Harm::Everything);
        // Why the input ends, and that it is no archive, is not among the fields of what is there.
        let is_of_input = layer == "input" || kind == "not-mrt";
        let (rest, offset) = match self.cut.take() {
            Some(cut) => cut,
            None if is_of_input || input::is_stdin(finding.input) => {
                finding.remark();
                return Ok(());
            }
            None => (rest_of(finding.input, offset)?, offset),
        };
        let end = offset.saturating_add(rest.len() as u64);
        let is_asked_for = self.options.record.is_none_or(|only| only == finding.number)
            && self.options.offset.is_none_or(|at| (offset..end).contains(&at));
        let is_left_out = is_asked_for && !self.cut_is_wanted;
        if is_asked_for {
            self.done = self.options.record.is_some() || self.options.offset.is_some();
            if is_left_out {
                self.leave_out(finding.unit);
            } else if finding.unit == "record" {
                self.show_cut_record(&rest, offset)?;
            } else {
                let mut places = Places::new();
                bgp::places(&rest, &self.session(&rest), offset, &mut places);
                self.show(&Tree::of(&places, &rest, offset), finding.number, "message")?;
            }
        }
        // Damage is said whatever the filter leaves out.
        if is_of_input || is_left_out {
            self.out.flush()?;
            finding.remark();
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.done || self.selection.is_done()
    }

    fn end(&mut self, input: &Path) -> io::Result<()> {
        self.selection.end(input);
        self.left_out.say(input);
        Ok(())
    }
}
