//! `routeglass stat`.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::Path;
use std::process::ExitCode;

use routeglass::attr::Attributes;
use routeglass::bgp::{Message, Update};
use routeglass::codes::{AttrCode, MrtType};
use routeglass::element::{Element, ElementKind, Route, UpdateElements};
use routeglass::mrt::{Body, ReadContext, Record};
use routeglass::{Asn, Peer, Prefix, Result, Timestamp};
use serde_json::{Map, Value, json};

use crate::args::{FailOn, Inputs};
use crate::drive::{self, Shared, Visitor};
use crate::finding::{BareMessage, Finding};
use crate::selection::Selection;

pub(crate) fn run(out: &mut impl Write, inputs: &Inputs, selection: Selection, as_json: bool) -> io::Result<ExitCode> {
    let outcome = drive::run(inputs, false, &mut Stats { out, selection, as_json, stat: Stat::default() })?;
    Ok(outcome.exit_code(drive::fail_on(&inputs.reading, FailOn::Reset)))
}

#[derive(Clone)]
struct Stats<W> {
    out: W,
    selection: Selection,
    as_json: bool,
    stat: Stat,
}

impl<W: Write> Visitor for Stats<W> {
    fn begin(&mut self, _: &Path) {
        self.stat = Stat::default();
        self.selection.begin();
    }

    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, _: u64) -> io::Result<()> {
        let everything = self.selection.is_everything();
        if self.elements(record, peers) || everything {
            self.stat.record(record, peers, everything);
        }
        Ok(())
    }

    fn cut_record(&mut self, _: &[u8], record: &Record<'_>, peers: &ReadContext, _: u64) -> io::Result<()> {
        self.elements(record, peers);
        Ok(())
    }

    fn message(&mut self, bare: &BareMessage<'_>, _: u64) -> io::Result<()> {
        let Ok(message) = bare.parse() else { return Ok(()) };
        let mut found = self.selection.is_everything();
        if let Message::Update(update) = &message {
            for element in UpdateElements::new(update, Peer::UNKNOWN, Timestamp::EPOCH).flatten() {
                if self.takes(&element) {
                    self.stat.element(&element);
                    found = true;
                }
            }
        }
        if found {
            self.stat.message(&message);
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.selection.is_done()
    }

    fn finding(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        self.stat.damage = self.stat.damage.saturating_add(1);
        finding.remark();
        Ok(())
    }

    fn end(&mut self, input: &Path) -> io::Result<()> {
        self.selection.end(input);
        let name = input.display().to_string();
        if self.as_json {
            serde_json::to_writer(&mut self.out, &self.stat.to_json(&name))?;
            self.out.write_all(b"\n")
        } else {
            self.stat.print(&mut self.out, &name)
        }
    }
}

impl<W: Write> Shared for Stats<W> {
    type Part = Stats<io::Empty>;

    fn part(&self) -> Option<Self::Part> {
        let (selection, as_json) = (self.selection.clone(), self.as_json);
        (!selection.is_limited()).then(|| Stats { out: io::empty(), selection, as_json, stat: Stat::default() })
    }

    fn join(&mut self, part: Self::Part) -> io::Result<()> {
        self.selection.join(&part.selection);
        self.stat.join(part.stat);
        Ok(())
    }
}

impl<W> Stats<W> {
    /// Whether an element counts.
    fn takes(&mut self, element: &Element<'_>) -> bool {
        let takes = !self.selection.is_done() && self.selection.wants(element);
        if takes {
            self.selection.count();
        }
        takes
    }

    /// Counts the elements of a record; whether there are any.
    fn elements(&mut self, record: &Record<'_>, peers: &ReadContext) -> bool {
        let everything = self.selection.is_everything();
        let mut found = false;
        for element in record.elements_by(peers).flatten() {
            if !everything {
                if !self.takes(&element) {
                    continue;
                }
                if element.kind() == ElementKind::Rib {
                    self.stat.attributes(element.attributes());
                }
                found = true;
            }
            let peer = element.peer();
            count(&mut self.stat.peers, peer_name(peer.address, peer.asn));
            self.stat.element(&element);
        }
        found
    }
}

/// Counts of one file.
#[derive(Clone, Default)]
struct Stat {
    records: BTreeMap<(u16, u16), u64>,
    messages: BTreeMap<String, u64>,
    peers: BTreeMap<String, u64>,
    families: BTreeMap<String, Routes>,
    prefixes: HashSet<Prefix>,
    attributes: BTreeMap<u8, u64>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    damage: u64,
}

/// Routes of a family by kind of event.
#[derive(Clone, Default)]
struct Routes {
    announced: u64,
    withdrawn: u64,
    in_tables: u64,
    /// End-of-RIB markers (RFC 4724 section 2).
    end_of_rib: u64,
}

fn count<K: Ord>(map: &mut BTreeMap<K, u64>, key: K) {
    let n = map.entry(key).or_default();
    *n = n.saturating_add(1);
}

/// Adds the counts of another map.
fn add<K: Ord>(map: &mut BTreeMap<K, u64>, more: BTreeMap<K, u64>) {
    for (key, more) in more {
        let n = map.entry(key).or_default();
        *n = n.saturating_add(more);
    }
}

fn peer_name(address: Option<IpAddr>, asn: Asn) -> String {
    match address {
        Some(address) => format!("{address} AS{asn}"),
        None => format!("- AS{asn}"),
    }
}

impl Stat {
    /// Adds the counts of other records.
    fn join(&mut self, more: Self) {
        add(&mut self.records, more.records);
        add(&mut self.messages, more.messages);
        add(&mut self.peers, more.peers);
        add(&mut self.attributes, more.attributes);
        for (family, more) in more.families {
            let routes = self.families.entry(family).or_default();
            routes.announced = routes.announced.saturating_add(more.announced);
            routes.withdrawn = routes.withdrawn.saturating_add(more.withdrawn);
            routes.in_tables = routes.in_tables.saturating_add(more.in_tables);
            routes.end_of_rib = routes.end_of_rib.saturating_add(more.end_of_rib);
        }
        self.prefixes.extend(more.prefixes);
        self.first = self.first.into_iter().chain(more.first).min();
        self.last = self.last.max(more.last);
        self.damage = self.damage.saturating_add(more.damage);
    }

    /// Counts a record, except its routes; of a table, whose attributes are those of routes, the attributes only if `everything`
    /// counts.
    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, everything: bool) {
        count(&mut self.records, (record.kind().0, record.subtype()));
        let time = record.timestamp();
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
        match record.body() {
            Ok(Body::Message(message)) => {
                for message in message.messages_by(&peers.session(&message)).flatten() {
                    self.message(&message);
                }
            }
            _ if !everything => {}
            Ok(Body::Rib(rib)) => rib.entries().flatten().for_each(|entry| self.attributes(entry.attributes())),
            Ok(Body::TableDump(table)) => table.entries().flatten().for_each(|entry| self.attributes(entry.attributes())),
            Ok(Body::Entry(entry)) => self.attributes(entry.attributes()),
            // A peer without routes is also counted.
            Ok(Body::PeerIndexTable(table)) => {
                for peer in table.peers() {
                    self.peers.entry(peer_name(Some(peer.address), peer.asn)).or_default();
                }
            }
            _ => {}
        }
    }

    /// Counts a message, except its routes.
    fn message(&mut self, message: &Message<'_>) {
        count(&mut self.messages, message.kind().to_string());
        if let Message::Update(update) = message {
            self.update(update);
        }
    }

    fn element(&mut self, element: &Element<'_>) {
        if let Some(family) = element.family() {
            let routes = self.families.entry(family.to_string()).or_default();
            let n = match element.kind() {
                ElementKind::Announce => &mut routes.announced,
                ElementKind::Withdraw => &mut routes.withdrawn,
                _ => &mut routes.in_tables,
            };
            *n = n.saturating_add(1);
        }
        if let Route::Prefix(_, path) = element.route() {
            self.prefixes.insert(path.prefix);
        }
    }

    /// Counts an UPDATE, except its routes.
    fn update(&mut self, update: &Update<'_>) {
        self.attributes(update.attributes());
        if let Some(family) = update.end_of_rib() {
            let n = &mut self.families.entry(family.to_string()).or_default().end_of_rib;
            *n = n.saturating_add(1);
        }
    }

    fn attributes(&mut self, list: Result<Attributes<'_>>) {
        for attribute in list.iter().flat_map(|list| list.iter()).flatten() {
            count(&mut self.attributes, attribute.code().0);
        }
    }

    fn record_names(&self) -> impl Iterator<Item = (String, u64)> {
        self.records.iter().map(|(&(kind, subtype), &n)| {
            let kind = MrtType(kind);
            (format!("{kind} {}", kind.subtype_name(subtype)), n)
        })
    }

    fn attribute_names(&self) -> impl Iterator<Item = (String, u64)> {
        self.attributes.iter().map(|(&code, &n)| (AttrCode(code).to_string(), n))
    }

    fn to_json(&self, file: &str) -> Value {
        fn object(rows: impl Iterator<Item = (String, u64)>) -> Value {
            Value::Object(rows.map(|(name, n)| (name, n.into())).collect::<Map<_, _>>())
        }
        let pairs = |map: &BTreeMap<String, u64>| object(map.iter().map(|(name, n)| (name.clone(), *n)));
        let families = self.families.iter().map(|(name, routes)| {
            let mut counts = json!({"announced": routes.announced, "withdrawn": routes.withdrawn, "in_tables": routes.in_tables});
            if let (Value::Object(counts), 1..) = (&mut counts, routes.end_of_rib) {
                counts.insert("end_of_rib".into(), routes.end_of_rib.into());
            }
            (name.clone(), counts)
        });
        json!({
            "file": file,
            "records": self.records.values().sum::<u64>(),
            "record_types": object(self.record_names()),
            "messages": pairs(&self.messages),
            "peers": pairs(&self.peers),
            "families": Value::Object(families.collect()),
            "prefixes": self.prefixes.len(),
            "attributes": object(self.attribute_names()),
            "first": self.first.map(seconds),
            "last": self.last.map(seconds),
            "damage": self.damage,
        })
    }

    fn print(&self, out: &mut impl Write, file: &str) -> io::Result<()> {
        writeln!(out, "{file}")?;
        let mut section = |title: &str, rows: &mut dyn Iterator<Item = (String, u64)>| -> io::Result<()> {
            let mut rows = rows.peekable();
            if rows.peek().is_some() {
                writeln!(out, "  {title}")?;
            }
            rows.try_for_each(|(name, n)| writeln!(out, "    {n:>12}  {name}"))
        };
        section("records", &mut self.record_names())?;
        section("messages", &mut self.messages.iter().map(|(name, n)| (name.clone(), *n)))?;
        section("elements by peer", &mut self.peers.iter().map(|(name, n)| (name.clone(), *n)))?;
        section(
            "routes by family",
            &mut self.families.iter().flat_map(|(name, routes)| {
                let counts = [
                    ("announced", routes.announced),
                    ("withdrawn", routes.withdrawn),
                    ("in tables", routes.in_tables),
                    ("End-of-RIB", routes.end_of_rib),
                ];
                counts.into_iter().filter(|(_, n)| *n > 0).map(move |(what, n)| (format!("{name} {what}"), n))
            }),
        )?;
        section("attributes", &mut self.attribute_names())?;
        writeln!(out, "  {} distinct prefixes", self.prefixes.len())?;
        if let (Some(first), Some(last)) = (self.first, self.last) {
            writeln!(out, "  from {} to {}", first.utc(), last.utc())?;
        }
        writeln!(out, "  {} damaged", self.damage)
    }
}

/// Seconds since 1970, with a fraction if there is one.
fn seconds(time: Timestamp) -> Value {
    match time.micros_in_second() {
        Some(micros) => (f64::from(time.seconds) + f64::from(micros) / 1e6).into(),
        None => time.seconds.into(),
    }
}
