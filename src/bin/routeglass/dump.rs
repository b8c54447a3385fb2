//! `routeglass dump`.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use routeglass::bgp::{self, Message};
use routeglass::codes::{MrtType, TableDumpV2Subtype};
use routeglass::element::{Element, ElementKind, Strictness, UpdateElements};
use routeglass::error::Action;
use routeglass::mrt::{Body, Peers, Reader, ReaderOptions, Record};
use routeglass::places::Places;
use routeglass::text::bgpdump;
use routeglass::text::json::RecordMessage;
use routeglass::{Error, Peer, Session, Timestamp};

use crate::input::{self, First};
use crate::messages::{self, Item};
use crate::{AddPath, Format, Kind, Outcome, complain};

pub(crate) fn run(
    out: &mut impl Write,
    files: &[PathBuf],
    format: Format,
    kind: Kind,
    (add_path, strictness): (AddPath, Strictness),
) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    for path in files {
        let unreadable = |e: &dyn std::fmt::Display| complain(&format!("{}: {e}", path.display()));
        let (input, first) = match input::open(path) {
            Ok(opened) => opened,
            Err(e) => {
                unreadable(&e);
                outcome.unreadable = true;
                continue;
            }
        };
        let mut dump = Dump {
            out,
            path,
            format,
            strictness,
            line: String::new(),
            damaged: false,
            unsaid: 0,
            withdrawn: 0,
            without_routes: 0,
        };
        if kind == Kind::Bgp || (kind == Kind::Auto && first.is_bgp()) {
            let Some(session) = messages::session(add_path) else {
                unreadable(&messages::NO_EVIDENCE);
                outcome.unreadable = true;
                continue;
            };
            messages::each(input, &session, |item| dump.item(item, &session))?;
        } else {
            match input::with_peers(path, input, add_path) {
                Ok((input, peers)) => dump.records(input, peers, &first)?,
                Err(e) => {
                    unreadable(&e);
                    outcome.unreadable = true;
                    continue;
                }
            }
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
    /// Records of types that carry no routes that could be named.
    without_routes: u64,
}

impl<W: Write> Dump<'_, W> {
    fn records(&mut self, input: impl Read, mut peers: Peers, first: &First) -> io::Result<()> {
        let mut reader = Reader::plain(input, ReaderOptions::default());
        loop {
            match reader.next_record() {
                Ok(Some(record)) => self.record(&record, &mut peers)?,
                Ok(None) => return Ok(()),
                Err(e) => {
                    self.damage(e.offset(), &first.reason(&e));
                    return Ok(());
                }
            }
        }
    }

    fn record(&mut self, record: &Record<'_>, peers: &mut Peers) -> io::Result<()> {
        if self.format == Format::Text {
            let _ = peers.observe(record);
            let mut places = Places::new();
            record.places_by(peers, &mut places);
            write!(self.out, "{}", places.layers())?;
        } else {
            if matches!(record.body(), Ok(Body::Raw)) && !is_generic(record) {
                self.without_routes = self.without_routes.saturating_add(1);
            }
            for element in record.elements(peers).with_strictness(self.strictness).flatten() {
                self.element(&element)?;
            }
            self.other_message(RecordMessage::of(record))?;
        }
        record.findings(peers, |e| self.finding(&e));
        Ok(())
    }

    fn item(&mut self, item: Item<'_>, session: &Session) -> io::Result<()> {
        match item {
            Item::Message(bytes, offset) => return self.message(bytes, session, offset),
            Item::Error(e) => self.finding(&e),
            Item::End(offset, reason) => self.damage(offset, &reason),
        }
        Ok(())
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
        if self.without_routes > 0 {
            complain(&format!("{}: {} records of types without routes", self.path.display(), self.without_routes));
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

/// Whether the record has a route of a table, if perhaps of a family that nobody knows.
fn is_generic(record: &Record<'_>) -> bool {
    use TableDumpV2Subtype as S;
    record.kind() == MrtType::TABLE_DUMP_V2 && matches!(S(record.subtype()), S::RIB_GENERIC | S::RIB_GENERIC_ADDPATH)
}
