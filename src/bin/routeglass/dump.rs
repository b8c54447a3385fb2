//! `routeglass dump`.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use routeglass::bgp::{self, Frame, Message};
use routeglass::element::{Element, ElementKind, Peer, Strictness, UpdateElements};
use routeglass::error::Action;
use routeglass::mrt::{Evidence, Peers, Reader, Record, Timestamp};
use routeglass::places::Places;
use routeglass::text::bgpdump;
use routeglass::text::json::RecordMessage;
use routeglass::{Error, Session};

use crate::{AddPath, Format, Kind, Outcome, complain, input};

pub(crate) fn run(
    out: &mut impl Write,
    files: &[PathBuf],
    format: Format,
    kind: Kind,
    (add_path, strictness): (AddPath, Strictness),
) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    for path in files {
        let (input, is_bgp) = match input::open(path) {
            Ok(opened) => opened,
            Err(e) => {
                complain(&format!("{}: {e}", path.display()));
                outcome.unreadable = true;
                continue;
            }
        };
        let mut dump = Dump { out, path, format, strictness, line: String::new(), damaged: false, unsaid: 0, withdrawn: 0 };
        if kind == Kind::Bgp || (kind == Kind::Auto && is_bgp) {
            dump.messages(input)?;
        } else {
            dump.records(input, add_path)?;
        }
        dump.sum_up();
        outcome.damaged |= dump.damaged;
    }
    Ok(outcome)
}

struct Dump<'o, W> {
    out: &'o mut W,
    path: &'o Path,
    format: Format,
    strictness: Strictness,
    line: String,
    damaged: bool,
    /// Elements that the format has no words for.
    unsaid: u64,
    /// Elements that a speaker would not have had, and whose format cannot say so.
    withdrawn: u64,
}

impl<W: Write> Dump<'_, W> {
    fn records(&mut self, mut input: impl Read, add_path: AddPath) -> io::Result<()> {
        let mut peers = Peers::new();
        match add_path {
            AddPath::Off => {}
            AddPath::On => peers = peers.with_add_path(),
            AddPath::Auto => {
                let mut archive = Vec::new();
                // What could be read is weighed and dumped; the failure comes behind it.
                let end = input.read_to_end(&mut archive);
                let peers = peers.with_evidence(Evidence::scan(&archive));
                let failure = Failing(end.err());
                return self.all_records(archive.as_slice().chain(failure), peers);
            }
        }
        self.all_records(input, peers)
    }

    fn all_records(&mut self, input: impl Read, mut peers: Peers) -> io::Result<()> {
        let mut reader = match Reader::new(input) {
            Ok(reader) => reader,
            Err(e) => {
                self.damage(e.offset(), &e.to_string());
                return Ok(());
            }
        };
        loop {
            match reader.next_record() {
                Ok(Some(record)) => self.record(&record, &mut peers)?,
                Ok(None) => return Ok(()),
                Err(e) => {
                    self.damage(e.offset(), &e.to_string());
                    return Ok(());
                }
            }
        }
    }

    fn record(&mut self, record: &Record<'_>, peers: &mut Peers) -> io::Result<()> {
        if self.format == Format::Text {
            let _ = peers.observe(record);
            let mut places = Places::new();
            record.places(&mut places);
            write!(self.out, "{}", places.layers())?;
        } else {
            for element in record.elements(peers).with_strictness(self.strictness).flatten() {
                self.element(&element)?;
            }
            self.other_message(RecordMessage::of(record))?;
        }
        record.findings(peers, |e| self.finding(&e));
        Ok(())
    }

    fn messages(&mut self, mut input: impl Read) -> io::Result<()> {
        let session = Session::AS4.with_extended_message();
        let (mut buffer, mut start, mut offset) = (Vec::new(), 0usize, 0u64);
        loop {
            let rest = buffer.get(start..).unwrap_or(&[]);
            let need = match bgp::frame(rest, &session, offset) {
                Ok(Frame::Ready(len)) => {
                    let message = rest.get(..len).unwrap_or(rest);
                    self.message(message, &session, offset)?;
                    start = start.saturating_add(len);
                    offset = offset.saturating_add(len as u64);
                    continue;
                }
                Ok(Frame::Need(need)) => need,
                Err(e) => {
                    self.finding(&e);
                    return Ok(());
                }
            };
            let left = rest.len();
            buffer.drain(..start);
            start = 0;
            let more = input.by_ref().take((need as u64).max(1 << 16)).read_to_end(&mut buffer);
            if buffer.len().saturating_sub(left) < need {
                match more {
                    Err(e) => self.damage(offset, &e.to_string()),
                    Ok(_) if left > 0 || !buffer.is_empty() => {
                        self.damage(offset, "BGP message: the input ends inside it");
                    }
                    Ok(_) => {}
                }
                return Ok(());
            }
        }
    }

    fn message(&mut self, bytes: &[u8], session: &Session, offset: u64) -> io::Result<()> {
        if self.format == Format::Text {
            let mut places = Places::new();
            bgp::places(bytes, session, offset, &mut places);
            write!(self.out, "{}", places.layers())?;
        }
        let message = Message::parse_at(bytes, session, offset);
        self.other_message(message.ok().and_then(RecordMessage::bare))?;
        match message {
            Ok(message) => {
                if let (Message::Update(update), false) = (&message, self.format == Format::Text) {
                    let elements = UpdateElements::new(update, Peer::UNKNOWN, Timestamp::EPOCH);
                    for element in elements.with_strictness(self.strictness).flatten() {
                        self.element(&element)?;
                    }
                }
                message.verdict(offset, |e| self.finding(&e));
            }
            Err(e) => self.finding(&e),
        }
        Ok(())
    }

    fn element(&mut self, element: &Element<'_>) -> io::Result<()> {
        match self.format {
            // Records are shown whole.
            Format::Text => Ok(()),
            Format::Json => {
                serde_json::to_writer(&mut *self.out, element)?;
                self.out.write_all(b"\n")
            }
            Format::Bgpdump if !bgpdump::can_say(element) => {
                self.unsaid = self.unsaid.saturating_add(1);
                Ok(())
            }
            // Elsewhere such a route is a withdrawn one, or none at all.
            Format::Bgpdump
                if self.strictness == Strictness::Forensic
                    && element.kind() != ElementKind::Withdraw
                    && element.action() >= Action::TreatAsWithdraw =>
            {
                self.withdrawn = self.withdrawn.saturating_add(1);
                Ok(())
            }
            Format::Bgpdump => {
                self.line.clear();
                // Writing to a string does not fail.
                let _ = bgpdump::write_line(&mut self.line, element);
                self.line.push('\n');
                self.out.write_all(self.line.as_bytes())
            }
        }
    }

    /// A message that carries no routes, in the one format that has a form for it line by line.
    fn other_message(&mut self, message: Option<RecordMessage<'_>>) -> io::Result<()> {
        match message {
            Some(message) if self.format == Format::Json => {
                serde_json::to_writer(&mut *self.out, &message)?;
                self.out.write_all(b"\n")
            }
            _ => Ok(()),
        }
    }

    fn finding(&mut self, e: &Error) {
        self.damage(e.offset(), &e.to_string());
    }

    fn damage(&mut self, offset: u64, reason: &str) {
        self.damaged = true;
        complain(&format!("{}: {offset}: {reason}", self.path.display()));
    }

    fn sum_up(&self) {
        if self.unsaid > 0 {
            complain(&format!("{}: {} routes of other families have no place in this format", self.path.display(), self.unsaid));
        }
        if self.withdrawn > 0 {
            complain(&format!(
                "{}: {} damaged routes not printed: this format cannot mark them",
                self.path.display(),
                self.withdrawn
            ));
        }
    }
}

/// Gives the error that ended an input, then its end.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        match self.0.take() {
            Some(e) => Err(e),
            None => Ok(0),
        }
    }
}
