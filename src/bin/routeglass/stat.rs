//! `routeglass stat`.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::path::PathBuf;

use routeglass::attr::Attributes;
use routeglass::codes::{AttrCode, Bgp4mpSubtype, LegacyBgpSubtype, MrtType, TableDumpSubtype, TableDumpV2Subtype};
use routeglass::element::{ElementKind, Route};
use routeglass::mrt::{Body, Peers, Reader, Record, Timestamp};
use routeglass::{Prefix, Result};
use serde_json::{Map, Value, json};

use crate::{Outcome, complain, input};

pub(crate) fn run(out: &mut impl Write, files: &[PathBuf], as_json: bool) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    for path in files {
        let name = path.display().to_string();
        let mut stat = Stat::default();
        let damage = |stat: &mut Stat, offset: u64, reason: String| {
            stat.damage = stat.damage.saturating_add(1);
            complain(&format!("{name}: {offset}: {reason}"));
        };
        match input::open(path).map(|(input, _)| Reader::new(input)) {
            Ok(Ok(mut reader)) => {
                let mut peers = Peers::new();
                loop {
                    match reader.next_record() {
                        Ok(Some(record)) => {
                            stat.record(&record, &mut peers);
                            record.findings(&peers, |e| damage(&mut stat, e.offset(), e.to_string()));
                        }
                        Ok(None) => break,
                        Err(e) => {
                            damage(&mut stat, e.offset(), e.to_string());
                            break;
                        }
                    }
                }
            }
            Ok(Err(e)) => damage(&mut stat, e.offset(), e.to_string()),
            Err(e) => {
                complain(&format!("{name}: {e}"));
                outcome.unreadable = true;
                continue;
            }
        }
        outcome.damaged |= stat.damage > 0;
        if as_json {
            serde_json::to_writer(&mut *out, &stat.to_json(&name))?;
            out.write_all(b"\n")?;
        } else {
            stat.print(out, &name)?;
        }
    }
    Ok(outcome)
}

/// Counts of one file.
#[derive(Default)]
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

/// Routes of a family by what happened to them.
#[derive(Default)]
struct Routes {
    announced: u64,
    withdrawn: u64,
    in_tables: u64,
}

fn count<K: Ord>(map: &mut BTreeMap<K, u64>, key: K) {
    let n = map.entry(key).or_default();
    *n = n.saturating_add(1);
}

impl Stat {
    fn record(&mut self, record: &Record<'_>, peers: &mut Peers) {
        count(&mut self.records, (record.kind().0, record.subtype()));
        let time = record.timestamp();
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
        match record.body() {
            Ok(Body::Message(message)) => {
                if let Ok(message) = message.message_by(&peers.session(&message)) {
                    count(&mut self.messages, message.kind().to_string());
                    if let routeglass::bgp::Message::Update(update) = message {
                        self.attributes(update.attributes());
                    }
                }
            }
            Ok(Body::Rib(rib)) => rib.entries().flatten().for_each(|entry| self.attributes(entry.attributes())),
            Ok(Body::TableDump(table)) => table.entries().flatten().for_each(|entry| self.attributes(entry.attributes())),
            Ok(Body::Entry(entry)) => self.attributes(entry.attributes()),
            _ => {}
        }
        for element in record.elements(peers).flatten() {
            let peer = element.peer();
            let address = peer.address.map_or_else(|| "-".to_owned(), |address| address.to_string());
            count(&mut self.peers, format!("{address} AS{}", peer.asn));
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
    }

    fn attributes(&mut self, list: Result<Attributes<'_>>) {
        for attribute in list.iter().flat_map(|list| list.iter()).flatten() {
            count(&mut self.attributes, attribute.code().0);
        }
    }

    fn record_names(&self) -> impl Iterator<Item = (String, u64)> {
        self.records.iter().map(|(&(kind, subtype), &n)| {
            let kind = MrtType(kind);
            let subtype = match kind {
                MrtType::TABLE_DUMP => TableDumpSubtype(subtype).to_string(),
                MrtType::TABLE_DUMP_V2 => TableDumpV2Subtype(subtype).to_string(),
                MrtType::BGP4MP | MrtType::BGP4MP_ET => Bgp4mpSubtype(subtype).to_string(),
                MrtType::BGP | MrtType::BGP4PLUS | MrtType::BGP4PLUS_01 => LegacyBgpSubtype(subtype).to_string(),
                _ => subtype.to_string(),
            };
            (format!("{kind} {subtype}"), n)
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
            let counts = json!({"announced": routes.announced, "withdrawn": routes.withdrawn, "in_tables": routes.in_tables});
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
            "first": self.first.map(|time| time.to_string()),
            "last": self.last.map(|time| time.to_string()),
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
                let counts = [("announced", routes.announced), ("withdrawn", routes.withdrawn), ("in tables", routes.in_tables)];
                counts.into_iter().filter(|(_, n)| *n > 0).map(move |(what, n)| (format!("{name} {what}"), n))
            }),
        )?;
        section("attributes", &mut self.attribute_names())?;
        writeln!(out, "  {} distinct prefixes", self.prefixes.len())?;
        if let (Some(first), Some(last)) = (self.first, self.last) {
            writeln!(out, "  from {first} to {last}")?;
        }
        writeln!(out, "  {} damaged", self.damage)
    }
}
