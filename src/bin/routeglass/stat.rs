//! `routeglass stat`.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::io::{self, Write};
use std::mem;
use std::net::IpAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use foldhash::fast::RandomState;
use routeglass::attr::Attributes;
use routeglass::bgp::{Message, Update};
use routeglass::codes::{AttrCode, MessageType, MrtType};
use routeglass::element::{Element, ElementKind, RecordElements, Route, UpdateElements};
use routeglass::filter::Filter;
use routeglass::mrt::{Body, ReadContext, Record, RibRecord};
use routeglass::nlri::PathPrefix;
use routeglass::{Asn, Family, Peer, Prefix, Timestamp};
use serde_json::{Map, Value, json};

use crate::args::{FailOn, Inputs};
use crate::distinct::Distinct;
use crate::drive::{self, InTurn, Shared, Visitor};
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

    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, _: u64) -> io::Result<bool> {
        if self.selection.is_everything()
            && let Some(is_clean) = self.stat.usual_record(record, peers)
        {
            return Ok(is_clean);
        }
        let Counted { found, is_known_clean, is_clean } = self.elements(record, peers, false);
        if found || self.selection.is_everything() {
            self.stat.record(record, peers, is_known_clean);
        }
        Ok(is_clean)
    }

    fn cut_record(&mut self, _: &[u8], record: &Record<'_>, peers: &ReadContext, _: u64) -> io::Result<()> {
        self.elements(record, peers, true);
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

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn filter(&self) -> Option<Arc<Filter>> {
        self.selection.filter()
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
        self.stat.settle();
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
        (!selection.has_limit()).then(|| Stats { out: io::empty(), selection, as_json, stat: Stat::default() })
    }

    fn join(&mut self, part: &mut Self::Part) -> io::Result<()> {
        self.selection.join(&part.selection);
        part.selection.begin();
        self.stat.join(mem::take(&mut part.stat));
        Ok(())
    }

    const IS_SHORT: bool = true;

    type Whole = Stats<InTurn>;

    fn whole(part: &Self::Part, out: InTurn) -> Self::Whole {
        Stats { out, selection: part.selection.clone(), as_json: part.as_json, stat: Stat::default() }
    }

    fn output(&mut self) -> io::Result<&mut dyn Write> {
        Ok(&mut self.out)
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

    /// Counts the elements of a record.
    fn elements(&mut self, record: &Record<'_>, peers: &ReadContext, is_cut: bool) -> Counted {
        let everything = self.selection.is_everything();
        let (mut found, mut has_elements, mut are_clean) = (false, false, true);
        let mut elements = RecordElements::new(peers);
        elements.read(record);
        let is_known_clean = elements.is_known_clean();
        while let Some(element) = elements.next_element() {
            has_elements = true;
            let Ok(element) = element else {
                are_clean = false;
                continue;
            };
            are_clean = are_clean && element.is_clean();
            if !everything && !self.takes(element) {
                continue;
            }
            found = true;
            // The attributes of messages are counted once for all their routes.
            if element.kind() == ElementKind::Rib
                && (!everything || !is_cut && element.has_whole_list())
                && let Ok(list) = element.attributes()
            {
                self.stat.attributes(&list);
            }
            let peer = element.peer();
            count(self.stat.peers.of((peer.address, peer.asn)));
            self.stat.element(element);
        }
        Counted { found, is_known_clean, is_clean: is_known_clean || drive::is_clean(record, has_elements, are_clean) }
    }
}

/// What counting the elements of a record shows.
struct Counted {
    /// Whether one of them counts.
    found: bool,
    /// Whether the record is known to have no findings before its elements are read, and after that.
    is_known_clean: bool,
    is_clean: bool,
}

/// Counts of one file.
#[derive(Clone, Default)]
struct Stat {
    records: Counts<(u16, u16)>,
    messages: Counts<u8>,
    peers: Counts<PeerKey>,
    families: Counts<Family, Routes>,
    prefixes: Distinct,
    attributes: CodeCounts,
    /// Lists without rare attributes by their codes, a bit each.
    lists: Counts<u64>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    damage: u64,
}

type PeerKey = (Option<IpAddr>, Asn);

/// What counts are about.
trait Key: Copy + Eq + Hash {
    /// The place of a key: one of a few.
    const PLACES: usize = 1;

    fn place(self) -> usize {
        0
    }
}

impl Key for (u16, u16) {}
impl Key for u8 {}
impl Key for u64 {}
impl Key for Family {}

/// A table gives the routes of many peers in turn.
impl Key for PeerKey {
    const PLACES: usize = 256;

    fn place(self) -> usize {
        let address = match self.0 {
            Some(IpAddr::V4(address)) => u64::from(address.to_bits()),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, e, f, g, h, high @ ..] = address.octets();
                u64::from_be_bytes([a, b, c, d, e, f, g, h]) ^ u64::from_be_bytes(high)
            }
            None => 0,
        };
        // The golden ratio spreads neighbours over the upper bits.
        let [place, ..] = (address ^ u64::from(self.1.0)).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
        usize::from(place)
    }
}

/// A count, or several.
trait Count: Clone + Default {
    fn add(&mut self, more: &Self);
}

impl Count for u64 {
    fn add(&mut self, more: &Self) {
        *self = self.saturating_add(*more);
    }
}

/// Counts by key: a map, beside it the last key of each place.
#[derive(Clone)]
struct Counts<K, C = u64> {
    all: HashMap<K, C, RandomState>,
    places: Vec<Option<(K, C)>>,
}

impl<K: Key, C: Count> Default for Counts<K, C> {
    fn default() -> Self {
        Self { all: HashMap::default(), places: vec![None; K::PLACES] }
    }
}

impl<K: Key, C: Count> Counts<K, C> {
    /// The count of a key.
    #[inline]
    fn of(&mut self, key: K) -> &mut C {
        let Self { all, places } = self;
        match places.get_mut(key.place()) {
            Some(place) => {
                if place.as_ref().is_none_or(|(known, _)| *known != key) {
                    Self::settle(all, place);
                }
                &mut place.get_or_insert_with(|| (key, C::default())).1
            }
            None => all.entry(key).or_default(),
        }
    }

    /// Adds the count of a place to the map.
    fn settle(all: &mut HashMap<K, C, RandomState>, place: &mut Option<(K, C)>) {
        if let Some((key, count)) = place.take() {
            all.entry(key).or_default().add(&count);
        }
    }

    /// All counts.
    fn settled(&mut self) -> &HashMap<K, C, RandomState> {
        let Self { all, places } = self;
        places.iter_mut().for_each(|place| Self::settle(all, place));
        all
    }

    /// Adds those of others.
    fn join(&mut self, mut more: Self) {
        more.settled();
        for (key, more) in &more.all {
            self.all.entry(*key).or_default().add(more);
        }
    }
}

/// Counts by type code.
#[derive(Clone)]
struct CodeCounts([u64; 256]);

impl Default for CodeCounts {
    fn default() -> Self {
        Self([0; 256])
    }
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

impl Count for Routes {
    fn add(&mut self, more: &Self) {
        self.announced = self.announced.saturating_add(more.announced);
        self.withdrawn = self.withdrawn.saturating_add(more.withdrawn);
        self.in_tables = self.in_tables.saturating_add(more.in_tables);
        self.end_of_rib = self.end_of_rib.saturating_add(more.end_of_rib);
    }
}

const fn count(n: &mut u64) {
    *n = n.saturating_add(1);
}

/// Counts by the names of their keys.
fn named<K: Copy, C>(counts: &Counts<K, C>, name: impl Fn(K) -> String) -> BTreeMap<String, &C> {
    counts.all.iter().map(|(key, count)| (name(*key), count)).collect()
}

fn peer_name((address, asn): (Option<IpAddr>, Asn)) -> String {
    match address {
        Some(address) => format!("{address} AS{asn}"),
        None => format!("- AS{asn}"),
    }
}

impl Stat {
    /// Adds the counts of other records.
    fn join(&mut self, more: Self) {
        self.records.join(more.records);
        self.messages.join(more.messages);
        self.peers.join(more.peers);
        self.families.join(more.families);
        self.lists.join(more.lists);
        for (n, more) in self.attributes.0.iter_mut().zip(more.attributes.0) {
            *n = n.saturating_add(more);
        }
        self.prefixes.join(&more.prefixes);
        self.first = self.first.into_iter().chain(more.first).min();
        self.last = self.last.max(more.last);
        self.damage = self.damage.saturating_add(more.damage);
    }

    /// Completes the counts.
    fn settle(&mut self) {
        self.records.settled();
        self.messages.settled();
        self.peers.settled();
        self.families.settled();
        for (codes, lists) in mem::take(&mut self.lists).settled() {
            for (code, n) in self.attributes.0.iter_mut().take(64).enumerate() {
                if codes >> code & 1 == 1 {
                    *n = n.saturating_add(*lists);
                }
            }
        }
    }

    /// Counts everything in a record of a table with a plain prefix, or in an UPDATE known to have no findings, without elements.
    /// Returns whether it is known to have none; `None` for every other record, which is not counted.
    fn usual_record(&mut self, record: &Record<'_>, peers: &ReadContext) -> Option<bool> {
        match record.body() {
            Ok(Body::Rib(rib)) => {
                let PathPrefix { prefix, .. } = rib.prefix()?;
                self.frame(record);
                Some(self.entries(&rib, prefix, peers))
            }
            Ok(Body::Message(message)) => {
                let update = message.update_by(&peers.session(&message)).ok()??;
                let list = update.attributes().ok()?;
                // Of a second, all are less.
                let has_time = record.timestamp().micros.is_none_or(|micros| micros < 1_000_000);
                if !has_time || !update.is_known_clean(&list) {
                    return None;
                }
                self.frame(record);
                self.usual_update(&update, &list, (message.peer_address, message.peer_asn));
                Some(true)
            }
            _ => None,
        }
    }

    /// Counts the entries of a record; returns whether they are known to have no findings.
    fn entries(&mut self, rib: &RibRecord<'_>, prefix: Prefix, peers: &ReadContext) -> bool {
        let (mut routes, mut are_clean) = (0u64, !peers.is_damaged());
        for entry in peers.entries(rib) {
            let Ok(entry) = entry else {
                are_clean = false;
                continue;
            };
            count(&mut routes);
            let peer = peers.peer(entry.peer_index());
            count(self.peers.of(peer.map_or((None, Peer::UNKNOWN.asn), |peer| (Some(peer.address), peer.asn))));
            are_clean &= peer.is_some();
            match entry.attributes() {
                Ok(list) => {
                    are_clean = are_clean && list.is_known_clean();
                    self.attributes(&list);
                }
                Err(_) => are_clean = false,
            }
        }
        if routes == 0 {
            return false;
        }
        let Routes { in_tables, .. } = self.families.of(rib.family());
        in_tables.add(&routes);
        self.prefixes.insert(prefix);
        are_clean
    }

    /// Counts an UPDATE and its routes, which are plain prefixes.
    fn usual_update(&mut self, update: &Update<'_>, list: &Attributes<'_>, peer: PeerKey) {
        count(self.messages.of(MessageType::UPDATE.0));
        self.attributes(list);
        let plain = [update.withdrawn(), update.announced()];
        let [withdrawn, announced] = plain.map(|list| list.ok().map(|list| (Family::IPV4_UNICAST, list)));
        let mp = [update.mp_withdrawn(list), update.mp_announced(list)];
        let [mp_withdrawn, mp_announced] = mp.map(|list| list.ok().flatten().map(|(family, nlri)| (family, nlri.prefixes())));
        let lists = [(withdrawn, false), (mp_withdrawn, false), (announced, true), (mp_announced, true)];
        let mut all = 0u64;
        for (list, announces) in lists {
            let Some((family, prefixes)) = list else { continue };
            let mut routes = 0u64;
            for path in prefixes {
                count(&mut routes);
                self.prefixes.insert(path.prefix);
            }
            if routes > 0 {
                let Routes { announced, withdrawn, .. } = self.families.of(family);
                let n = if announces { announced } else { withdrawn };
                n.add(&routes);
                all.add(&routes);
            }
        }
        if all > 0 {
            self.peers.of(peer).add(&all);
        } else if let Some(family) = update.end_of_rib() {
            count(&mut self.families.of(family).end_of_rib);
        }
    }

    /// Counts the type and time of a record.
    fn frame(&mut self, record: &Record<'_>) {
        count(self.records.of((record.kind().0, record.subtype())));
        let time = record.timestamp();
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
    }

    /// Counts a record, except its routes and, of a table, their attributes.
    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, is_known_clean: bool) {
        self.frame(record);
        match record.body() {
            Ok(Body::Message(message)) => {
                let session = peers.session(&message);
                // A message known to be clean is the only one of its record.
                if is_known_clean && let Ok(Some(update)) = message.update_by(&session) {
                    return self.message(&Message::Update(update));
                }
                for message in message.messages_by(&session).flatten() {
                    self.message(&message);
                }
            }
            // A peer without routes is also counted.
            Ok(Body::PeerIndexTable(table)) => {
                for peer in table.peers() {
                    self.peers.of((Some(peer.address), peer.asn));
                }
            }
            _ => {}
        }
    }

    /// Counts a message, except its routes.
    fn message(&mut self, message: &Message<'_>) {
        count(self.messages.of(message.kind().0));
        if let Message::Update(update) = message {
            self.update(update);
        }
    }

    fn element(&mut self, element: &Element<'_>) {
        if let Some(family) = element.family() {
            let routes = self.families.of(family);
            let n = match element.kind() {
                ElementKind::Announce => &mut routes.announced,
                ElementKind::Withdraw => &mut routes.withdrawn,
                _ => &mut routes.in_tables,
            };
            count(n);
        }
        if let Route::Prefix(_, path) = element.route() {
            self.prefixes.insert(path.prefix);
        }
    }

    /// Counts an UPDATE, except its routes.
    fn update(&mut self, update: &Update<'_>) {
        if let Ok(list) = update.attributes() {
            self.attributes(&list);
        }
        if let Some(family) = update.end_of_rib() {
            count(&mut self.families.of(family).end_of_rib);
        }
    }

    fn attributes(&mut self, list: &Attributes<'_>) {
        match list.usual_codes() {
            Some(codes) => count(self.lists.of(codes)),
            None => {
                for attribute in list.iter().flatten() {
                    if let Some(n) = self.attributes.0.get_mut(usize::from(attribute.code().0)) {
                        count(n);
                    }
                }
            }
        }
    }

    /// Record types by their numbers.
    fn record_names(&self) -> Vec<(String, u64)> {
        let mut records: Vec<_> = self.records.all.iter().map(|(key, n)| (*key, *n)).collect();
        records.sort_unstable();
        let name = |(kind, subtype)| format!("{} {}", MrtType(kind), MrtType(kind).subtype_name(subtype));
        records.into_iter().map(|(key, n)| (name(key), n)).collect()
    }

    /// Attributes by their type codes.
    fn attribute_names(&self) -> Vec<(String, u64)> {
        let counts = (0..=u8::MAX).zip(&self.attributes.0).filter(|(_, n)| **n > 0);
        counts.map(|(code, n)| (AttrCode(code).in_words().to_string(), *n)).collect()
    }

    fn message_names(&self) -> Vec<(String, u64)> {
        let named = named(&self.messages, |kind| MessageType(kind).in_words().to_string());
        named.into_iter().map(|(name, n)| (name, *n)).collect()
    }

    fn peer_names(&self) -> Vec<(String, u64)> {
        named(&self.peers, peer_name).into_iter().map(|(name, n)| (name, *n)).collect()
    }

    fn to_json(&self, file: &str) -> Value {
        fn object(rows: Vec<(String, u64)>) -> Value {
            Value::Object(rows.into_iter().map(|(name, n)| (name, n.into())).collect::<Map<_, _>>())
        }
        let families = named(&self.families, |family| family.to_string()).into_iter().map(|(name, routes)| {
            let mut counts = json!({"announced": routes.announced, "withdrawn": routes.withdrawn, "in_tables": routes.in_tables});
            if let (Value::Object(counts), 1..) = (&mut counts, routes.end_of_rib) {
                counts.insert("end_of_rib".into(), routes.end_of_rib.into());
            }
            (name, counts)
        });
        json!({
            "file": file,
            "records": self.records.all.values().sum::<u64>(),
            "record_types": object(self.record_names()),
            "messages": object(self.message_names()),
            "peers": object(self.peer_names()),
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
        let mut section = |title: &str, rows: Vec<(String, u64)>| -> io::Result<()> {
            if !rows.is_empty() {
                writeln!(out, "  {title}")?;
            }
            rows.iter().try_for_each(|(name, n)| writeln!(out, "    {n:>12}  {name}"))
        };
        section("records", self.record_names())?;
        section("messages", self.message_names())?;
        section("elements by peer", self.peer_names())?;
        let families = named(&self.families, |family| family.to_string());
        section(
            "routes by family",
            families
                .iter()
                .flat_map(|(name, routes)| {
                    let counts = [
                        ("announced", routes.announced),
                        ("withdrawn", routes.withdrawn),
                        ("in tables", routes.in_tables),
                        ("End-of-RIB", routes.end_of_rib),
                    ];
                    counts.into_iter().filter(|(_, n)| *n > 0).map(move |(what, n)| (format!("{name} {what}"), n))
                })
                .collect(),
        )?;
        section("attributes", self.attribute_names())?;
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
