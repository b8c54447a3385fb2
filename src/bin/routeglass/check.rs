//! `routeglass check`: every finding, one per line.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::mem;
use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;

use routeglass::bgp::{self, Message};
use routeglass::element::{Element, UpdateElements};
use routeglass::error::{Action, Context, ErrorKind};
use routeglass::mrt::{Body, ReadContext, Record};
use routeglass::places::{Place, Places};
use routeglass::{Error, Peer, Timestamp};
use serde_json::{Map, Value, json};

use crate::args::{FailOn, Inputs};
use crate::drive::{self, InTurn, Kept, Shared, Visitor, Zeros};
use crate::finding::{BareMessage, Enclosing, Finding, Harm, Located, What, is_of_index};
use crate::report::remark;
use crate::selection::Selection;

/// Maximum number of octets shown per finding.
const SHOWN: usize = 32;

pub(crate) fn run(out: &mut impl Write, inputs: &Inputs, selection: Selection, json: bool, notes: bool) -> io::Result<ExitCode> {
    let mut check = Check { out, selection, json, notes, tally: Tally::default(), fields: None, is_wanted: true };
    let outcome = drive::run(inputs, notes, &mut check)?;
    Ok(outcome.exit_code(drive::fail_on(&inputs.reading, FailOn::Any)))
}

/// Results of a file.
#[derive(Clone, Default)]
struct Tally {
    /// Records, or messages if the file contains those.
    records: u64,
    of_messages: bool,
    findings: u64,
    notes: u64,
    /// By action, in order of severity.
    actions: [u64; 5],
    /// Those without an action that cost records or octets.
    lost: u64,
    gaps: u64,
    gap_octets: u64,
    /// Findings that the filter leaves out.
    left_out: u64,
    /// Records of types that are not read.
    unread: u64,
    /// Those of zeros.
    zeros: Vec<Zeros>,
}

impl Tally {
    /// Adds the results of other records.
    fn join(&mut self, more: Self) {
        let Self { records, of_messages, findings, notes, actions, lost, gaps, gap_octets, left_out, unread, zeros } = more;
        zeros.into_iter().for_each(|run| run.add_to(&mut self.zeros));
        self.of_messages |= of_messages;
        for (n, more) in self.actions.iter_mut().zip(actions) {
            add(n, more);
        }
        for (n, more) in [
            (&mut self.records, records),
            (&mut self.findings, findings),
            (&mut self.notes, notes),
            (&mut self.lost, lost),
            (&mut self.gaps, gaps),
            (&mut self.gap_octets, gap_octets),
            (&mut self.left_out, left_out),
            (&mut self.unread, unread),
        ] {
            add(n, more);
        }
    }
}

#[derive(Clone)]
struct Check<W> {
    out: W,
    selection: Selection,
    json: bool,
    notes: bool,
    tally: Tally,
    /// Offset and fields of the record or message with the current findings.
    fields: Option<(u64, Fields)>,
    /// Whether the filter matches a route of the current record or message, or there is none to ask about.
    is_wanted: bool,
}

fn add(n: &mut u64, more: u64) {
    *n = n.saturating_add(more);
}

impl<W: Write> Visitor for Check<W> {
    fn begin(&mut self, _: &Path) {
        self.tally = Tally::default();
        self.fields = None;
    }

    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, number: u64) -> io::Result<bool> {
        add(&mut self.tally.records, 1);
        if matches!(record.body(), Ok(Body::Unknown)) {
            add(&mut self.tally.unread, 1);
            if let Some(zeros) = Zeros::of(record, number) {
                zeros.add_to(&mut self.tally.zeros);
            }
        }
        if self.selection.is_filtered() {
            self.is_wanted = self.selection.wants_of(record, peers).unwrap_or(true);
        }
        Ok(drive::is_seen_clean(record, peers))
    }

    fn message(&mut self, bare: &BareMessage<'_>, _: u64) -> io::Result<()> {
        self.tally.of_messages = true;
        add(&mut self.tally.records, 1);
        if self.selection.is_filtered() {
            self.is_wanted = match bare.parse() {
                Ok(Message::Update(update)) => self.wants_of(UpdateElements::new(&update, Peer::UNKNOWN, Timestamp::EPOCH)),
                _ => true,
            };
        }
        Ok(())
    }

    fn wants(&mut self, finding: &Finding<'_>) -> bool {
        let is_of_input = matches!(finding.enclosing, Enclosing::None) || matches!(finding.what, What::Gap(..) | What::End(..));
        let wants = self.is_wanted || is_of_input;
        if !wants {
            add(&mut self.tally.left_out, 1);
        }
        wants && !self.selection.is_done()
    }

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn is_done(&self) -> bool {
        self.selection.is_done()
    }

    fn finding(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        self.tally.of_messages |= finding.unit == "message";
        self.selection.count();
        match finding.what {
            What::Note(_) => add(&mut self.tally.notes, 1),
            what => {
                add(&mut self.tally.findings, 1);
                if let Some(n) = self.tally.actions.get_mut(finding.action() as usize) {
                    add(n, 1);
                }
                if finding.action() == Action::None && finding.harm() >= Some(Harm::Everything) {
                    add(&mut self.tally.lost, 1);
                }
                if let What::Gap(start, end, _) = what {
                    add(&mut self.tally.gaps, 1);
                    add(&mut self.tally.gap_octets, end.saturating_sub(start));
                }
            }
        }
        let octets = match finding.what {
            What::Error(e) | What::Note(e) => self.octets_of(&e, finding.enclosing),
            _ => &[],
        };
        let mut finding = *finding;
        let named = match (finding.what, &self.fields, finding.located) {
            (What::Note(e), Some((_, fields)), Some(located)) => {
                fields.prefix_of(&e).map(|prefix| Located { routes: Some(prefix.to_owned()), ..located.clone() })
            }
            _ => None,
        };
        finding.located = named.as_ref().or(finding.located);
        let finding = &finding;
        if self.json { self.write_json(finding, octets) } else { self.write_line(finding, octets) }
    }

    fn zeros(&mut self) -> Vec<Zeros> {
        // One alone is a record that means nothing.
        mem::take(&mut self.tally.zeros).into_iter().filter(|run| run.records > 1).collect()
    }

    fn end(&mut self, input: &Path) -> io::Result<()> {
        if self.tally.left_out > 0 {
            let findings = number(self.tally.left_out, "finding");
            remark(&format!("{}: {findings} left out by the filter", input.display()));
        }
        self.sum_up(input)
    }
}

impl<W: Write> Shared for Check<W> {
    type Part = Check<Kept>;

    fn part(&self) -> Option<Self::Part> {
        let (selection, json, notes) = (self.selection.clone(), self.json, self.notes);
        let part = Check { out: Kept::default(), selection, json, notes, tally: Tally::default(), fields: None, is_wanted: true };
        (!self.selection.has_limit()).then_some(part)
    }

    fn join(&mut self, part: &mut Self::Part) -> io::Result<()> {
        self.selection.join(&part.selection);
        part.selection.begin();
        self.tally.join(mem::take(&mut part.tally));
        (part.fields, part.is_wanted) = (None, true);
        self.out.write_all(part.out.as_bytes())?;
        part.out.clear();
        Ok(())
    }

    const IS_SHORT: bool = true;

    type Whole = Check<InTurn>;

    fn whole(part: &Self::Part, out: InTurn) -> Self::Whole {
        let Check { selection, json, notes, .. } = part.clone();
        Check { out, selection, json, notes, tally: Tally::default(), fields: None, is_wanted: true }
    }

    fn output(&mut self) -> io::Result<&mut dyn Write> {
        Ok(&mut self.out)
    }
}

impl<W: Write> Check<W> {
    /// Whether findings of a record or message with these routes are wanted: one matches or may match, or there is none.
    fn wants_of<'a>(&self, elements: impl Iterator<Item = routeglass::Result<Element<'a>>>) -> bool {
        let mut has_any = false;
        for element in elements.flatten() {
            has_any = true;
            if self.selection.try_matches(&element).unwrap_or(true) {
                return true;
            }
        }
        !has_any
    }

    /// The octets of a finding.
    fn octets_of<'a>(&mut self, e: &Error, enclosing: Enclosing<'a>) -> &'a [u8] {
        let (bytes, start) = (enclosing.octets(), enclosing.start());
        let fields = match &mut self.fields {
            Some((of, fields)) if *of == start => fields,
            fields => &mut fields.insert((start, Fields::of(enclosing))).1,
        };
        // Something missing has no octets.
        if e.kind() == ErrorKind::Missing {
            return &[];
        }
        let end = start.saturating_add(bytes.len() as u64);
        let range = fields.of_error(e).unwrap_or(e.offset()..end);
        let index = |at: u64| usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX);
        bytes.get(index(range.start)..index(range.end)).unwrap_or(&[])
    }

    fn write_json(&mut self, finding: &Finding<'_>, octets: &[u8]) -> io::Result<()> {
        let [layer, kind, rfc] = finding.class();
        let mut object = Map::new();
        object.insert("file".into(), finding.input.display().to_string().into());
        object.insert("record".into(), finding.number.into());
        object.insert("offset".into(), finding.offset().into());
        if let What::Gap(_, end, _) = finding.what {
            object.insert("end".into(), end.into());
        }
        let action = action(finding);
        for (key, value) in [("layer", layer), ("kind", kind), ("action", &action), ("rfc", rfc)] {
            object.insert(key.into(), value.into());
        }
        let severity = if matches!(finding.what, What::Note(_)) { "note" } else { "finding" };
        object.insert("severity".into(), severity.into());
        object.insert("text".into(), finding.reason().into());
        object.insert("octets".into(), hexadecimal(octets.get(..SHOWN).unwrap_or(octets)).into());
        object.insert("octets_len".into(), octets.len().into());
        if let Some(time) = finding.enclosing.time() {
            object.insert("time".into(), time.seconds.into());
            if let Some(micros) = time.micros_in_second() {
                object.insert("micros".into(), micros.into());
            }
        }
        if let Some(located) = finding.located {
            if let Some((address, asn)) = located.peer {
                object.insert("peer_asn".into(), asn.0.into());
                if let Some(address) = address {
                    object.insert("peer_address".into(), address.to_string().into());
                }
            }
            if let Some(routes) = &located.routes {
                object.insert("routes".into(), routes.as_str().into());
            }
        }
        serde_json::to_writer(&mut self.out, &Value::Object(object))?;
        self.out.write_all(b"\n")
    }

    fn write_line(&mut self, finding: &Finding<'_>, octets: &[u8]) -> io::Result<()> {
        let [layer, kind, rfc] = finding.class();
        let action = action(finding);
        let mut hex = hexadecimal(octets.get(..SHOWN).unwrap_or(octets));
        if hex.is_empty() {
            hex.push('-');
        } else if octets.len() > SHOWN {
            hex.push_str("...");
        }
        let time = finding.enclosing.time().map(|time| time.utc().to_string());
        let peer = finding.located.and_then(|located| located.peer_text());
        let routes = finding.located.and_then(|located| located.routes.clone());
        let [time, peer, routes] = [time, peer, routes].map(|fact| fact.unwrap_or_else(|| "-".into()));
        writeln!(
            self.out,
            "{}\t{}\t{}\t{layer}\t{kind}\t{action}\t{rfc}\t{}\t{hex}\t{time}\t{peer}\t{routes}",
            column(finding.input),
            finding.number,
            finding.offset(),
            finding.reason(),
        )
    }

    fn sum_up(&mut self, input: &Path) -> io::Result<()> {
        const ACTIONS: [&str; 5] = ["none", "attribute discard", "treat-as-withdraw", "AFI/SAFI disable", "session reset"];
        let tally = &self.tally;
        let counted = || ACTIONS.iter().zip(tally.actions).filter(|(_, n)| *n > 0);
        let unit = if tally.of_messages { "message" } else { "record" };
        if self.json {
            let actions: Map<_, _> = counted().map(|(name, n)| ((*name).to_owned(), n.into())).collect();
            let summary = json!({
                "file": input.display().to_string(),
                "summary": {
                    (format!("{unit}s")): tally.records,
                    "findings": tally.findings,
                    "notes": tally.notes,
                    "actions": Value::Object(actions),
                    "gaps": tally.gaps,
                    "gap_octets": tally.gap_octets,
                    "unread": tally.unread,
                },
            });
            serde_json::to_writer(&mut self.out, &summary)?;
            return self.out.write_all(b"\n");
        }
        let (records, findings) = (number(tally.records, unit), number(tally.findings, "finding"));
        write!(self.out, "{}: {records}, {findings}", column(input))?;
        // What RFC 7606 has no action for is a matter of records: lost, or of no consequence.
        let [none, actions @ ..] = tally.actions;
        let named = ACTIONS.iter().skip(1).copied().zip(actions);
        let all = [("no action", none.saturating_sub(tally.lost))].into_iter().chain(named).chain([("unreadable", tally.lost)]);
        for (i, (name, n)) in all.filter(|(_, n)| *n > 0).enumerate() {
            write!(self.out, "{} {n} {name}", if i == 0 { ":" } else { "," })?;
        }
        if tally.gaps > 0 {
            write!(self.out, "; {} of {}", number(tally.gaps, "gap"), number(tally.gap_octets, "byte"))?;
        }
        if tally.unread > 0 {
            write!(self.out, "; {} of types that are not read", number(tally.unread, "record"))?;
        }
        if self.notes {
            write!(self.out, "; {}", number(tally.notes, "note"))?;
        }
        self.out.write_all(b"\n")
    }
}

/// The name of a file in one column of one line: control characters as escapes, such as `\t` and `\n`.
fn column(path: &Path) -> String {
    let mut name = String::new();
    for c in path.display().to_string().chars() {
        if c.is_control() { name.extend(c.escape_default()) } else { name.push(c) }
    }
    name
}

/// What is said of the action of RFC 7606: a note has none, nor has what is between records.
fn action(finding: &Finding<'_>) -> String {
    match finding.what {
        What::Note(_) => "note".to_owned(),
        What::Gap(..) => "none".to_owned(),
        _ => finding.action().to_string(),
    }
}

fn number(n: u64, of: &str) -> String {
    format!("{n} {of}{}", if n == 1 { "" } else { "s" })
}

fn hexadecimal(octets: &[u8]) -> String {
    let mut hex = String::with_capacity(octets.len().saturating_mul(2));
    for octet in octets {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{octet:02x}");
    }
    hex
}

/// Whether an error is about a plain prefix that can be read.
const fn is_of_prefix(e: &Error) -> bool {
    matches!(e.context(), Context::Nlri | Context::Withdrawn | Context::Family(..))
        && matches!(e.kind(), ErrorKind::BadAddress | ErrorKind::Duplicate)
}

/// The fields of a record or message, sorted by offset; a field precedes its parts.
#[derive(Clone)]
struct Fields(Vec<Place>);

impl Fields {
    fn of(enclosing: Enclosing<'_>) -> Self {
        let mut places = Places::new();
        match enclosing {
            Enclosing::Record(record, peers) => record.places_by(peers, &mut places),
            Enclosing::Message(bare) => bgp::places(bare.bytes, &bare.session, bare.offset, &mut places),
            Enclosing::None => {}
        }
        let mut fields: Vec<_> =
            places.iter().filter(|place| place.error.is_none() && !place.range.is_empty()).cloned().collect();
        fields.sort_by_key(|place| place.range.start);
        Self(fields)
    }

    /// The prefix that a note is about.
    fn prefix_of(&self, e: &Error) -> Option<&str> {
        let field = self.0.iter().find(|place| place.range.start == e.offset() && place.name == "prefix")?;
        is_of_prefix(e).then_some(field.text.as_str())
    }

    /// The octet range of the field of an error: the attribute, capability or entry that it names; else the outermost field
    /// starting at its offset, or the innermost containing it.
    fn of_error(&self, e: &Error) -> Option<Range<u64>> {
        let at = e.offset();
        let after = self.0.partition_point(|place| place.range.start <= at);
        // Backwards from its offset; the outermost field contains everything.
        let before = || self.0.get(..after).unwrap_or_default().iter().rev().take_while(|place| place.depth > 0);
        let (name, text) = match e.context() {
            Context::Attribute(code) => ("attribute", Some(code.to_string())),
            Context::Capability(code) => ("capability", Some(code.to_string())),
            Context::RibEntry => (if is_of_index(e.kind()) { "peer_index" } else { "entry" }, None),
            _ if is_of_prefix(e) => ("prefix", None),
            _ => ("", None),
        };
        let named = |place: &&Place| place.name == name && text.as_ref().is_none_or(|text| place.text == *text);
        // A truncation is reported at the end of the field.
        let found = before().filter(named).find(|place| place.range.start <= at && at <= place.range.end);
        let starts = || before().take_while(|place| place.range.start == at).last();
        let holds = || before().find(|place| place.range.contains(&at) && place.name != "message");
        found.or_else(starts).or_else(holds).map(|place| place.range.clone())
    }
}
