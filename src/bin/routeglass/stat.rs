//! `routeglass stat`.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use routeglass::attr::Attributes;
use routeglass::bgp::Message;
use routeglass::codes::{AttrCode, MrtType};
use routeglass::element::{Element, ElementKind, Route, UpdateElements};
use routeglass::mrt::{Body, Peers, Reader, ReaderOptions, Record};
use routeglass::{Asn, Error, Peer, Prefix, Result, Session, Timestamp};
use serde_json::{Map, Value, json};

use crate::messages::{self, Item};
use crate::{AddPath, Kind, Outcome, complain, input};

pub(crate) fn run(out: &mut impl Write, files: &[PathBuf], as_json: bool, kind: Kind, add_path: AddPath) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    for path in files {
        let name = path.display().to_string();
        let stat = match of_file(path, &name, kind, add_path) {
            Ok(stat) => stat,
            Err(e) => {
                complain(&format!("{name}: {e}"));
                outcome.unreadable = true;
                continue;
            }
        };
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

/// Reads a file; damage is said and counted, an error is that there is nothing to read.
fn of_file(path: &Path, name: &str, kind: Kind, add_path: AddPath) -> io::Result<Stat> {
    let mut stat = Stat::default();
    let damage = |stat: &mut Stat, offset: u64, reason: &str| {
        stat.damage = stat.damage.saturating_add(1);
        complain(&format!("{name}: {offset}: {reason}"));
    };
    let (input, first) = input::open(path)?;
    if kind == Kind::Bgp || (kind == Kind::Auto && first.is_bgp()) {
        let session = messages::session(add_path).ok_or_else(|| io::Error::other(messages::NO_EVIDENCE))?;
        messages::each(input, &session, |item| {
            match item {
                Item::Message(bytes, offset) => {
                    stat.message(bytes, offset, &session, |stat, e| damage(stat, e.offset(), &e.to_string()));
                }
                Item::Error(e) => damage(&mut stat, e.offset(), &e.to_string()),
                Item::End(offset, reason) => damage(&mut stat, offset, &reason),
            }
            Ok(())
        })?;
        return Ok(stat);
    }
    let (input, mut peers) = input::with_peers(path, input, add_path)?;
    let mut reader = Reader::plain(input, ReaderOptions::default());
    loop {
        match reader.next_record() {
            Ok(Some(record)) => {
                stat.record(&record, &mut peers);
                record.findings(&peers, |e| damage(&mut stat, e.offset(), &e.to_string()));
            }
            Ok(None) => return Ok(stat),
            Err(e) => {
                damage(&mut stat, e.offset(), &first.reason(&e));
                return Ok(stat);
            }
        }
    }
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

fn peer_name(address: Option<IpAddr>, asn: Asn) -> String {
    match address {
        Some(address) => format!("{address} AS{asn}"),
        None => format!("- AS{asn}"),
    }
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
                    if let Message::Update(update) = message {
                        self.attributes(update.attributes());
                    }
                }
            }
            Ok(Body::Rib(rib)) => rib.entries().flatten().for_each(|entry| self.attributes(entry.attributes())),
            Ok(Body::TableDump(table)) => table.entries().flatten().for_each(|entry| self.attributes(entry.attributes())),
            Ok(Body::Entry(entry)) => self.attributes(entry.attributes()),
            // A peer without a route is one of the archive's all the same.
            Ok(Body::PeerIndexTable(table)) => {
                for peer in table.peers() {
                    self.peers.entry(peer_name(Some(peer.address), peer.asn)).or_default();
                }
            }
            _ => {}
        }
        for element in record.elements(peers).flatten() {
            let peer = element.peer();
            count(&mut self.peers, peer_name(peer.address, peer.asn));
            self.element(&element);
        }
    }

    fn message(&mut self, bytes: &[u8], offset: u64, session: &Session, mut damage: impl FnMut(&mut Self, &Error)) {
        match Message::parse_at(bytes, session, offset) {
            Ok(message) => {
                count(&mut self.messages, message.kind().to_string());
                if let Message::Update(update) = &message {
                    self.attributes(update.attributes());
                    let elements = UpdateElements::new(update, Peer::UNKNOWN, Timestamp::EPOCH);
                    elements.flatten().for_each(|element| self.element(&element));
                }
                message.verdict(offset, |e| damage(self, &e));
            }
            Err(e) => damage(self, &e),
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
