//! `routeglass check`: every finding, one per line.

use std::fmt::{Display, Write as _};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use routeglass::bgp::{self, Frame, Message};
use routeglass::mrt::{Gap, Peers, ReadError, Reader, ReaderOptions, Record, Recovered};
use routeglass::{Error, Session};
use serde_json::{Map, Value, json};

use crate::input::{self, First};
use crate::{AddPath, Kind, Outcome, complain, messages};

/// The most octets of a finding that are shown.
const SHOWN: usize = 32;

pub(crate) struct Options {
    pub(crate) json: bool,
    pub(crate) recover: bool,
    pub(crate) notes: bool,
    pub(crate) kind: Kind,
    pub(crate) add_path: AddPath,
}

pub(crate) fn run(out: &mut impl Write, files: &[PathBuf], options: &Options) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    for path in files {
        let mut unreadable = |e: &dyn Display| {
            complain(&format!("{}: {e}", path.display()));
            outcome.unreadable = true;
        };
        let (input, first) = match input::open(path) {
            Ok(opened) => opened,
            Err(e) => {
                unreadable(&e);
                continue;
            }
        };
        let is_bgp = options.kind == Kind::Bgp || (options.kind == Kind::Auto && first.is_bgp());
        let mut check = Check { out, path, first, options, tally: Tally::default() };
        if is_bgp {
            let Some(session) = messages::session(options.add_path) else {
                unreadable(&messages::NO_EVIDENCE);
                continue;
            };
            check.messages(input, &session)?;
        } else {
            match input::with_peers(path, input, options.add_path) {
                Ok((input, peers)) => check.records(input, peers)?,
                Err(e) => {
                    unreadable(&e);
                    continue;
                }
            }
        }
        check.sum_up()?;
        outcome.damaged |= check.tally.findings > 0;
    }
    Ok(outcome)
}

/// What a file came to.
#[derive(Default)]
struct Tally {
    /// Records, or messages where the file holds those.
    records: u64,
    findings: u64,
    notes: u64,
    /// By the action, in the order of their reach.
    actions: [u64; 5],
    gaps: u64,
    gap_octets: u64,
}

/// What a line says of a finding.
struct Line<'a> {
    offset: u64,
    layer: &'a str,
    kind: &'a str,
    action: &'a str,
    rfc: &'a str,
    text: String,
    /// From the place of the finding to the end of its record.
    octets: &'a [u8],
    /// The octet behind a gap.
    end: Option<u64>,
}

struct Check<'o, W> {
    out: &'o mut W,
    path: &'o Path,
    first: First,
    options: &'o Options,
    tally: Tally,
}

impl<W: Write> Check<'_, W> {
    fn records(&mut self, input: impl Read, mut peers: Peers) -> io::Result<()> {
        let mut reader = Reader::plain(input, ReaderOptions::default());
        if self.options.recover {
            let mut reader = reader.recovering();
            loop {
                match reader.next_item() {
                    Ok(Some(Recovered::Record(record))) => self.record(&record, &mut peers)?,
                    Ok(Some(Recovered::Gap(gap))) => self.gap(&gap)?,
                    Ok(None) => return Ok(()),
                    Err(e) => return self.failed(&e),
                }
            }
        }
        loop {
            match reader.next_record() {
                Ok(Some(record)) => self.record(&record, &mut peers)?,
                Ok(None) => return Ok(()),
                Err(e) => return self.failed(&e),
            }
        }
    }

    fn record(&mut self, record: &Record<'_>, peers: &mut Peers) -> io::Result<()> {
        peers.observe(record);
        let mut outcome = Ok(());
        let mut write = |check: &mut Self, e: &Error, note: bool| {
            if outcome.is_ok() {
                outcome = check.finding(e, record.as_bytes(), record.offset(), note);
            }
        };
        record.findings(peers, |e| write(self, &e, false));
        if self.options.notes {
            record.notes(peers, |e| write(self, &e, true));
        }
        self.tally.records = self.tally.records.saturating_add(1);
        outcome
    }

    fn messages(&mut self, mut input: impl Read, session: &Session) -> io::Result<()> {
        let mut bytes = Vec::new();
        let end = input.read_to_end(&mut bytes);
        let (mut rest, mut offset) = (bytes.as_slice(), 0u64);
        while !rest.is_empty() {
            match bgp::frame(rest, session, offset) {
                Ok(Frame::Ready(len)) => {
                    let (message, behind) = rest.split_at_checked(len).unwrap_or((rest, &[]));
                    self.message(message, session, offset)?;
                    rest = behind;
                    offset = offset.saturating_add(len as u64);
                }
                Ok(Frame::Need(_)) if end.is_err() => break,
                // What is wrong is what reading it as a whole message says.
                Ok(Frame::Need(_)) | Err(_) => {
                    self.message(rest, session, offset)?;
                    break;
                }
            }
        }
        match end {
            Ok(_) => Ok(()),
            Err(source) => self.failed(&ReadError::Io { offset: bytes.len() as u64, source }),
        }
    }

    fn message(&mut self, bytes: &[u8], session: &Session, offset: u64) -> io::Result<()> {
        let mut outcome = Ok(());
        let mut write = |check: &mut Self, e: &Error, note: bool| {
            if outcome.is_ok() {
                outcome = check.finding(e, bytes, offset, note);
            }
        };
        match Message::parse_at(bytes, session, offset) {
            Ok(Message::Update(update)) => {
                update.verdict(|e| write(self, &e, false));
                if self.options.notes {
                    update.notes(|e| write(self, &e, true));
                }
            }
            Ok(other) => {
                other.verdict(offset, |e| write(self, &e, false));
            }
            Err(e) => write(self, &e, false),
        }
        self.tally.records = self.tally.records.saturating_add(1);
        outcome
    }

    fn finding(&mut self, e: &Error, bytes: &[u8], start: u64, note: bool) -> io::Result<()> {
        let at = usize::try_from(e.offset().saturating_sub(start)).unwrap_or(usize::MAX);
        let action = e.action().to_string();
        let line = Line {
            offset: e.offset(),
            layer: e.context().layer(),
            kind: e.kind().name(),
            action: &action,
            rfc: e.rfc(),
            text: e.to_string(),
            octets: bytes.get(at..).unwrap_or(&[]),
            end: None,
        };
        if note {
            self.tally.notes = self.tally.notes.saturating_add(1);
        } else {
            self.count(e);
        }
        self.write(&line, note)
    }

    fn count(&mut self, e: &Error) {
        self.tally.findings = self.tally.findings.saturating_add(1);
        if let Some(n) = self.tally.actions.get_mut(e.action() as usize) {
            *n = n.saturating_add(1);
        }
    }

    fn gap(&mut self, gap: &Gap) -> io::Result<()> {
        self.count(&gap.reason);
        self.tally.gaps = self.tally.gaps.saturating_add(1);
        self.tally.gap_octets = self.tally.gap_octets.saturating_add(gap.len());
        self.write(
            &Line {
                offset: gap.start,
                layer: "mrt",
                kind: "gap",
                action: "none",
                rfc: "RFC 6396 section 2",
                text: gap.to_string(),
                octets: &[],
                end: Some(gap.end),
            },
            false,
        )
    }

    /// The input itself is at fault, or what reading it came to.
    fn failed(&mut self, e: &ReadError) -> io::Result<()> {
        let text = self.first.reason(e);
        let (layer, kind, rfc) = match e {
            _ if text != e.to_string() => ("mrt", "not-mrt", "RFC 6396 section 2"),
            ReadError::Mrt(e) => return self.finding(e, &[], e.offset(), false),
            ReadError::TooLong { .. } => ("mrt", "too-long", "RFC 6396 section 2"),
            _ => ("input", "unreadable", "-"),
        };
        self.tally.findings = self.tally.findings.saturating_add(1);
        self.tally.actions[0] = self.tally.actions[0].saturating_add(1);
        let line = Line { offset: e.offset(), layer, kind, action: "none", rfc, text, octets: &[], end: None };
        self.write(&line, false)
    }

    fn write(&mut self, line: &Line<'_>, note: bool) -> io::Result<()> {
        let shown = line.octets.get(..SHOWN).unwrap_or(line.octets);
        let mut hex = String::with_capacity(2 * SHOWN + 3);
        for octet in shown {
            // Writing to a string does not fail.
            let _ = write!(hex, "{octet:02x}");
        }
        if self.options.json {
            let mut object = Map::new();
            object.insert("file".into(), self.path.display().to_string().into());
            object.insert("record".into(), self.tally.records.into());
            object.insert("offset".into(), line.offset.into());
            if let Some(end) = line.end {
                object.insert("end".into(), end.into());
            }
            for (key, value) in [("layer", line.layer), ("kind", line.kind), ("action", line.action), ("rfc", line.rfc)] {
                object.insert(key.into(), value.into());
            }
            object.insert("severity".into(), if note { "note" } else { "finding" }.into());
            object.insert("text".into(), line.text.as_str().into());
            object.insert("octets".into(), hex.into());
            object.insert("octets_left".into(), line.octets.len().into());
            serde_json::to_writer(&mut *self.out, &Value::Object(object))?;
            return self.out.write_all(b"\n");
        }
        if hex.is_empty() {
            hex.push('-');
        } else if shown.len() < line.octets.len() {
            hex.push_str("...");
        }
        let action = if note { "note" } else { line.action };
        writeln!(
            self.out,
            "{}\t{}\t{}\t{}\t{}\t{action}\t{}\t{}\t{hex}",
            self.path.display(),
            self.tally.records,
            line.offset,
            line.layer,
            line.kind,
            line.rfc,
            line.text,
        )
    }

    fn sum_up(&mut self) -> io::Result<()> {
        const ACTIONS: [&str; 5] = ["none", "attribute discard", "treat-as-withdraw", "AFI/SAFI disable", "session reset"];
        let tally = &self.tally;
        let counted = || ACTIONS.iter().zip(tally.actions).filter(|(_, n)| *n > 0);
        if self.options.json {
            let actions: Map<_, _> = counted().map(|(name, n)| ((*name).to_owned(), n.into())).collect();
            let summary = json!({
                "file": self.path.display().to_string(),
                "summary": {
                    "records": tally.records,
                    "findings": tally.findings,
                    "notes": tally.notes,
                    "actions": Value::Object(actions),
                    "gaps": tally.gaps,
                    "gap_octets": tally.gap_octets,
                },
            });
            serde_json::to_writer(&mut *self.out, &summary)?;
            return self.out.write_all(b"\n");
        }
        let number = |n: u64, of: &str| format!("{n} {of}{}", if n == 1 { "" } else { "s" });
        let (records, findings) = (number(tally.records, "record"), number(tally.findings, "finding"));
        write!(self.out, "{}: {records}, {findings}", self.path.display())?;
        for (i, (name, n)) in counted().enumerate() {
            write!(self.out, "{} {n} {name}", if i == 0 { ":" } else { "," })?;
        }
        if tally.gaps > 0 {
            write!(self.out, "; {} of {}", number(tally.gaps, "gap"), number(tally.gap_octets, "byte"))?;
        }
        if self.options.notes {
            write!(self.out, "; {}", number(tally.notes, "note"))?;
        }
        self.out.write_all(b"\n")
    }
}
