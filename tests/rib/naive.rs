//! A reference table: all records sorted, then applied in order to plain maps. Slow, and shares no code with the library.

#![allow(unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests report by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use routeglass::attr::Community;
use routeglass::bgp::{CapabilityValue, Message, RestartFlags, StaleFlags, StateFlags};
use routeglass::element::{Element, ElementKind, Route};
use routeglass::error::Action;
use routeglass::mrt::{Body, ReadContext, Record, records};
use routeglass::nlri::{self, RawRoute};
use routeglass::rib::{Rib, Staleness, StoredRoute, normalise};
use routeglass::{Asn, Family, Prefix, Session};

/// Identity of a route: a prefix or, for other families, the parts that do not change with labels, as text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct What {
    pub family: Family,
    pub route: String,
    pub path_id: Option<u32>,
}

/// A collector, by a number of the test; view; address and AS of a peer.
pub type Who = (u32, Vec<u8>, Option<IpAddr>, Asn);

/// Attributes in normal form, octets of a route other than a prefix, reception time, staleness.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Held {
    pub attributes: Vec<u8>,
    pub octets: Vec<u8>,
    pub time: u32,
    pub stale: Option<Staleness>,
}

pub type Contents = BTreeMap<(Who, What), Held>;

/// Identity of a route of a family without plain prefixes; `None` if a table dump cannot represent it.
fn identity(route: &RawRoute<'_>) -> Option<String> {
    let decoded = route.decode().ok()?;
    Some(match decoded {
        nlri::RouteValue::Labeled(route) => route.prefix.to_string(),
        nlri::RouteValue::Vpn(route) => format!("{} {}", route.rd, route.prefix),
        nlri::RouteValue::Unknown(_) => return None,
        other => other.to_string(),
    })
}

fn what(route: &Route<'_>) -> Option<(What, Vec<u8>)> {
    match route {
        Route::Prefix(family, path) => {
            Some((What { family: *family, route: path.prefix.to_string(), path_id: path.path_id }, Vec::new()))
        }
        Route::Other(route) => {
            let what = What { family: route.family, route: identity(route)?, path_id: route.path_id };
            Some((what, route.bytes.to_vec()))
        }
        _ => None,
    }
}

/// All routes of a library table; `number` maps collectors to the test's numbers.
pub fn contents(rib: &Rib, number: impl Fn(&routeglass::rib::Collector) -> u32, truth: &Truth<'_>) -> Contents {
    let mut all = Contents::new();
    let mut add = |what: What, octets: Vec<u8>, route: StoredRoute<'_>, stale: Option<Staleness>| {
        let peer = route.peer();
        let who = (number(&peer.collector), peer.view.to_vec(), peer.address, (truth.asn)(peer.address, peer.asn));
        let held = Held { attributes: route.attribute_bytes().to_vec(), octets, time: route.time(), stale };
        assert!(all.insert((who, what), held).is_none(), "a route twice");
    };
    for found in rib.iter().chain(rib.iter_multicast()) {
        assert_eq!(found.len(), found.routes().count());
        for route in found.routes() {
            let what = What { family: found.family(), route: found.prefix().to_string(), path_id: route.path_id() };
            add(what, Vec::new(), route, found.staleness(&route));
        }
    }
    for found in rib.others() {
        assert_eq!(found.len(), found.routes().count());
        for route in found.routes() {
            let (family, octets) = (found.route().family, found.route().bytes.to_vec());
            let what = What { family, route: identity(&found.route()).unwrap(), path_id: route.path_id() };
            add(what, octets, route, found.staleness(&route));
        }
    }
    all
}

/// Place of a record: microseconds, whether it comes after the tables of its instant, file, position in the file.
type Place = (u64, bool, usize, usize);

fn micros(record: &Record<'_>) -> u64 {
    let time = record.timestamp();
    u64::from(time.seconds) * 1_000_000 + u64::from(time.micros.unwrap_or(0).min(999_999))
}

/// A dump of the older form, in one file.
struct Older {
    /// Its place: microseconds, whether it comes after the tables of its instant.
    place: (u64, bool),
    /// The seconds of its start and of its last record.
    begun: u32,
    last: u32,
    /// The sequence numbers of its records, and their routes in order.
    numbers: Vec<u16>,
    routes: Vec<(Prefix, IpAddr, Asn)>,
}

impl Older {
    /// Whether a record with sequence number 0 does not begin another dump. A dump has each route once: one that is there again in
    /// its second is the first of another dump, of which only that record is known. Of several records with a number that stays as
    /// it was, those with greater prefixes, or other peers, go on with a dump whose writer does not count.
    fn goes_on(&mut self, seconds: u32, route: (Prefix, IpAddr, Asn)) -> bool {
        let (prefix, address, asn) = route;
        let stays = self.numbers.last() == Some(&0);
        let is_there = self.routes.last() == Some(&route);
        if seconds == self.begun {
            if stays && is_there {
                self.routes.clear();
            }
            return true;
        }
        let is_counted = self.numbers.iter().any(|number| *number != 0);
        let follows = self.routes.last().is_some_and(|(p, a, n)| *p < prefix || *p == prefix && (*a, *n) != (address, asn));
        seconds > self.begun && stays && (seconds <= self.last || !is_counted && self.routes.len() > 1 && follows)
    }
}

/// A record at its place, with its file, and whether it begins a table or goes on with one of its second.
type Placed<'a> = (Place, usize, bool, Record<'a>);

/// All records of the files in order of application.
fn sorted(files: &[Vec<u8>]) -> Vec<Placed<'_>> {
    let mut list = Vec::new();
    for (file, bytes) in files.iter().enumerate() {
        let (mut event, mut table): (Option<Record<'_>>, Option<(u64, bool)>) = (None, None);
        let mut older = BTreeMap::<_, Older>::new();
        for (at, record) in records(bytes).flatten().enumerate() {
            let seconds = record.timestamp().seconds;
            let start = || match &event {
                Some(event) if event.timestamp().seconds == seconds => (micros(event), true),
                _ => (u64::from(seconds) * 1_000_000, false),
            };
            let mut begins = true;
            let (when, after) = match (record.kind().0, record.subtype(), record.body()) {
                (13, 1, _) => *table.insert(start()),
                (13, ..) => table.unwrap_or((micros(&record), false)),
                // Tests have one older dump per view and family in a file, or several that begin with sequence number 0.
                (12, subtype, Ok(Body::TableDump(dump))) => {
                    let key = (dump.view(), subtype % 2 == 0);
                    let (entry, number) = (dump.entries().flatten().next().unwrap(), dump.sequence());
                    let route = (entry.prefix, entry.peer_address, entry.peer_asn);
                    // The first record of a file need not be the first of its dump.
                    let goes_on = older.get_mut(&key).is_some_and(|dump| number != 0 || dump.goes_on(seconds, route));
                    if !goes_on {
                        let new = Older { place: start(), begun: seconds, last: seconds, numbers: vec![], routes: vec![] };
                        older.insert(key, new);
                    }
                    let dump = older.get_mut(&key).unwrap();
                    dump.last = seconds;
                    dump.numbers.push(number);
                    dump.routes.push(route);
                    begins = number == 0 && seconds == dump.begun;
                    dump.place
                }
                _ => {
                    if matches!(record.body(), Ok(Body::Message(_) | Body::StateChange(_))) {
                        event = Some(record);
                    }
                    (micros(&record), true)
                }
            };
            list.push(((when, after, file, at), file, begins, record));
        }
    }
    list.sort_by_key(|(place, ..)| *place);
    list
}

/// Restart capabilities of a peer's OPEN.
#[derive(Clone, Debug, Default)]
struct Opened {
    restarts: bool,
    time: u64,
    notification: bool,
    families: BTreeMap<Family, bool>,
    long: BTreeMap<Family, (bool, u64)>,
}

/// One session, by collector, address and AS.
#[derive(Clone, Debug, Default)]
struct Sessions {
    down: bool,
    open: Option<Opened>,
    own: Option<Opened>,
    /// Announced since BoRR.
    refresh: BTreeMap<Family, BTreeSet<What>>,
    /// Announced since the routes of a family became stale; the staleness; its end.
    stale: BTreeMap<Family, (Staleness, BTreeSet<What>)>,
    until: BTreeMap<Family, (u64, bool)>,
    /// State before OPENs: time, session, its routes; and what came since, with whether the peer announced it.
    before: Vec<(u64, Box<Sessions>, Contents, Since)>,
}

/// A route announced or withdrawn, or of a table.
type Event = (Who, What, Option<Held>);

/// What came, and whether the peer announced it.
type Since = Vec<(Event, bool)>;

type Name = (u32, Option<IpAddr>, Asn);

/// The table, and the state of the replay.
#[derive(Default)]
pub struct Naive {
    pub routes: Contents,
    sessions: BTreeMap<Name, Sessions>,
    /// Start of each view's table.
    tables: BTreeMap<(u32, Vec<u8>, Option<Family>), u64>,
    /// The view of each file's last PEER_INDEX_TABLE.
    views: BTreeMap<usize, Vec<u8>>,
    now: u64,
}

/// How to interpret a test's archives.
pub struct Truth<'a> {
    /// The collector of a record.
    pub collector: &'a dyn Fn(usize, &Record<'_>) -> u32,
    /// The view of a peer's routes of a family.
    pub view: &'a dyn Fn(u32, Family) -> Vec<u8>,
    /// The AS of a peer that a table lists with a placeholder or a field has in two octets.
    pub asn: &'a dyn Fn(Option<IpAddr>, Asn) -> Asn,
}

const COLLISION: u64 = 240_000_000;

impl Naive {
    /// The table of files up to an instant in microseconds.
    pub fn replay(files: &[Vec<u8>], until: u64, truth: &Truth<'_>) -> Self {
        let mut naive = Self::default();
        let mut peers: Vec<ReadContext> = files.iter().map(|_| ReadContext::new()).collect();
        let mut late = vec![false; files.len()];
        for ((when, ..), file, begins, record) in sorted(files) {
            if when > until {
                break;
            }
            naive.record((when, begins), file, &record, &mut peers[file], &mut late[file], truth);
        }
        naive.go_to(until);
        naive
    }

    /// The table of all records of files.
    pub fn replay_all(files: &[Vec<u8>], truth: &Truth<'_>) -> Self {
        let last = sorted(files).last().map_or(0, |((when, ..), ..)| *when);
        Self::replay(files, last, truth)
    }

    fn name(who: &Who) -> Name {
        (who.0, who.2, who.3)
    }

    fn of(&self, name: &Name) -> Vec<(Who, What)> {
        self.routes.keys().filter(|(who, _)| Self::name(who) == *name).cloned().collect()
    }

    fn is_stale(&self, name: &Name, what: &What) -> Option<Staleness> {
        let (staleness, announced) = self.sessions.get(name)?.stale.get(&what.family)?;
        (!announced.contains(what)).then_some(*staleness)
    }

    /// The routes, each with its staleness.
    pub fn contents(&self) -> Contents {
        let held = |(key, held): (&(Who, What), &Held)| {
            let stale = self.is_stale(&Self::name(&key.0), &key.1);
            (key.clone(), Held { stale, ..held.clone() })
        };
        self.routes.iter().map(held).collect()
    }

    fn go_to(&mut self, to: u64) {
        loop {
            let timers =
                self.sessions.iter().flat_map(|(name, s)| s.until.iter().map(move |(f, (at, long))| (*at, *name, *f, *long)));
            let Some((at, name, family, long)) = timers.filter(|(at, ..)| *at <= to).min() else { break };
            let session = self.sessions.get_mut(&name).unwrap();
            session.until.remove(&family);
            let time = session.open.as_ref().and_then(|o| o.long.get(&family)).map_or(0, |(_, time)| *time);
            if !long && time > 0 {
                session.until.insert(family, (at + time, true));
                if let Some(stale) = session.stale.get_mut(&family) {
                    stale.0 = Staleness::LongLived;
                }
                for key in self.stale(&name, family) {
                    let list = self.routes[&key].attributes.clone();
                    let list = routeglass::attr::Attributes::parse_rib_at(&list, &Session::AS4, 0).unwrap();
                    if list.communities().unwrap().contains(Community(0xffff_0007)) {
                        self.routes.remove(&key);
                    }
                }
            } else {
                self.sweep(&name, family);
            }
        }
        self.now = self.now.max(to);
    }

    /// The stale routes of a family.
    fn stale(&self, name: &Name, family: Family) -> Vec<(Who, What)> {
        self.of(name).into_iter().filter(|key| key.1.family == family && self.is_stale(name, &key.1).is_some()).collect()
    }

    fn sweep(&mut self, name: &Name, family: Family) {
        for key in self.stale(name, family) {
            self.routes.remove(&key);
        }
        self.sessions.get_mut(name).unwrap().stale.remove(&family);
    }

    fn survivors(session: &Sessions, notification: bool) -> Option<Opened> {
        let ok = |o: &Opened| o.restarts && (!notification || o.notification);
        let open = session.open.as_ref().filter(|o| ok(o))?;
        session.own.as_ref().is_none_or(ok).then(|| open.clone())
    }

    fn end(&mut self, name: Name) {
        for key in self.of(&name) {
            self.routes.remove(&key);
        }
        let session = self.sessions.entry(name).or_default();
        *session = Sessions { down: true, open: session.open.take(), own: session.own.take(), ..Sessions::default() };
    }

    fn lose(&mut self, name: Name, notification: bool) {
        let session = self.sessions.entry(name).or_default();
        let Some(open) = Self::survivors(session, notification) else { return self.end(name) };
        session.down = true;
        session.refresh.clear();
        session.until.clear();
        let families: BTreeSet<Family> = self.of(&name).into_iter().map(|(_, what)| what.family).collect();
        for family in families {
            let graceful = open.families.contains_key(&family);
            if !graceful && !open.long.contains_key(&family) {
                self.routes.retain(|(who, what), _| Self::name(who) != name || what.family != family);
                continue;
            }
            self.sweep(&name, family);
            let session = self.sessions.get_mut(&name).unwrap();
            session.stale.insert(family, (Staleness::Graceful, BTreeSet::new()));
            session.until.insert(family, (self.now + if graceful { open.time } else { 0 }, false));
        }
    }

    fn alive(&mut self, name: Name) {
        let session = self.sessions.entry(name).or_default();
        session.down = false;
        session.until.retain(|_, (_, long)| *long);
    }

    fn record(
        &mut self,
        (when, begins): (u64, bool),
        file: usize,
        record: &Record<'_>,
        peers: &mut ReadContext,
        late: &mut bool,
        truth: &Truth<'_>,
    ) {
        let collector = (truth.collector)(file, record);
        let is_table = matches!(record.kind().0, 12 | 13);
        if !is_table || (record.kind().0 == 13 && record.subtype() == 1) {
            self.go_to(when);
        }
        match record.body() {
            Err(_) => drop(peers.observe(record)),
            Ok(Body::PeerIndexTable(table)) => {
                let view = table.view_name().to_vec();
                *late = !self.begin(collector, &view, None, record.timestamp().seconds, truth);
                // Later records belong to the view of the file's last table.
                peers.observe(record);
                self.views.insert(file, view);
            }
            Ok(Body::Rib(_) | Body::TableDump(_)) => {
                let mut view = self.views.get(&file).cloned().unwrap_or_default();
                if let Ok(Body::TableDump(dump)) = record.body() {
                    view.clear();
                    let family = if dump.is_v6() { Family::IPV6_UNICAST } else { Family::IPV4_UNICAST };
                    if begins {
                        *late = !self.begin(collector, &[], Some(family), record.timestamp().seconds, truth);
                    }
                }
                if *late {
                    return;
                }
                for element in record.elements_by(peers).flatten() {
                    if element.peer().address.is_none() || element.action() >= Action::TreatAsWithdraw {
                        continue;
                    }
                    let peer = element.peer();
                    let asn = (truth.asn)(peer.address, peer.asn);
                    let who = (collector, view.clone(), peer.address, asn);
                    if let Some((what, held)) = held(&element) {
                        self.come((who, what, Some(held)), false);
                    }
                }
            }
            Ok(Body::Message(message)) => {
                let asn = (truth.asn)(message.peer_address, message.peer_asn);
                let name = (collector, message.peer_address, asn);
                if !message.local {
                    self.appear(name);
                }
                match (message.message_by(&peers.session(&message)), message.local) {
                    (Ok(Message::Open(open)), local) => {
                        let mut opened = Opened::default();
                        for value in open.capabilities().flatten().filter_map(|c| c.decode().ok()) {
                            match value {
                                CapabilityValue::GracefulRestart(gr) => {
                                    opened.restarts = true;
                                    opened.time = u64::from(gr.restart.time) * 1_000_000;
                                    opened.notification = gr.restart.flags.contains(RestartFlags::NOTIFICATION);
                                    for f in gr.families {
                                        opened.families.insert(f.family, f.flags.contains(StateFlags::FORWARDING));
                                    }
                                }
                                CapabilityValue::Llgr(list) => {
                                    for f in list {
                                        let time = u64::from(f.stale_time.0) * 1_000_000;
                                        opened.long.insert(f.family, (f.flags.contains(StaleFlags::FORWARDING), time));
                                    }
                                }
                                _ => {}
                            }
                        }
                        if !opened.restarts {
                            opened.long.clear();
                        }
                        if local {
                            self.sessions.entry(name).or_default().own = Some(opened);
                        } else {
                            self.open(name, opened);
                        }
                    }
                    (Ok(Message::Notification(n)), _) if (n.code.0, n.subcode) == (6, 7) => self.undo(name),
                    (Ok(Message::Notification(n)), _) => {
                        let session = self.sessions.entry(name).or_default();
                        let hard = (n.code.0, n.subcode) == (6, 9);
                        if hard || Self::survivors(session, true).is_none() {
                            self.end(name);
                        } else if !session.down {
                            session.before.clear();
                            self.lose(name, true);
                            self.go_to(self.now);
                        }
                    }
                    (Ok(Message::Keepalive), false) => self.alive(name),
                    (Ok(Message::RouteRefresh(refresh)), false) => {
                        self.alive(name);
                        let session = self.sessions.get_mut(&name).unwrap();
                        match refresh.subtype.0 {
                            1 => drop(session.refresh.insert(refresh.family, BTreeSet::new())),
                            2 => {
                                if let Some(announced) = session.refresh.remove(&refresh.family) {
                                    for key in self.of(&name) {
                                        if key.1.family == refresh.family && !announced.contains(&key.1) {
                                            // As if it were withdrawn.
                                            self.come((key.0, key.1, None), false);
                                        }
                                    }
                                }
                            }
                            _ => {}
                        }
                    }
                    (Ok(Message::Update(update)), false) => {
                        self.alive(name);
                        self.elements(name, record, peers, truth);
                        if let Some(family) = update.end_of_rib() {
                            self.sweep(&name, family);
                            self.sessions.get_mut(&name).unwrap().until.remove(&family);
                        }
                    }
                    (Err(_), false) if message.message_bytes().get(18) == Some(&2) => {
                        self.alive(name);
                        self.elements(name, record, peers, truth);
                    }
                    _ => {}
                }
            }
            Ok(Body::StateChange(change)) => {
                let name = (collector, change.peer_address, (truth.asn)(change.peer_address, change.peer_asn));
                if change.new.0 == 6 {
                    self.appear(name);
                }
                if change.old.0 == 6 && change.new.0 != 6 && !self.sessions.entry(name).or_default().down {
                    self.sessions.get_mut(&name).unwrap().before.clear();
                    self.lose(name, false);
                    self.go_to(self.now);
                }
            }
            Ok(_) => {}
        }
    }

    fn elements(&mut self, name: Name, record: &Record<'_>, peers: &ReadContext, truth: &Truth<'_>) {
        for element in record.elements_by(peers).flatten() {
            let Some((what, octets)) = what(&element.route()) else { continue };
            let who = (name.0, (truth.view)(name.0, what.family), name.1, name.2);
            let held = held(&element).map(|(_, held)| Held { octets, ..held });
            self.come((who, what, held), element.kind() == ElementKind::Announce);
        }
    }

    /// A route comes, or goes, also for when an OPEN before it is undone.
    fn come(&mut self, event: Event, announced: bool) {
        for (.., events) in self.sessions.get_mut(&Self::name(&event.0)).into_iter().flat_map(|session| &mut session.before) {
            events.push((event.clone(), announced));
        }
        self.event(event, announced);
    }

    fn event(&mut self, (who, what, held): Event, announced: bool) {
        if announced {
            let session = self.sessions.entry(Self::name(&who)).or_default();
            if let Some(list) = session.refresh.get_mut(&what.family) {
                list.insert(what.clone());
            }
            if let Some((_, list)) = session.stale.get_mut(&what.family) {
                list.insert(what.clone());
            }
        }
        match held {
            Some(held) => self.put(who, what, held),
            None => drop(self.routes.remove(&(who, what))),
        }
    }

    fn put(&mut self, who: Who, what: What, held: Held) {
        self.routes.insert((who, what), held);
    }

    fn begin(&mut self, collector: u32, view: &[u8], family: Option<Family>, seconds: u32, truth: &Truth<'_>) -> bool {
        let begun = self
            .tables
            .iter()
            .filter(|((c, v, f), _)| *c == collector && v == view && (family.is_none() || f.is_none() || *f == family));
        let before = begun.map(|(_, at)| *at).max();
        if before == Some(u64::from(seconds)) {
            return true;
        }
        if before.is_some_and(|before| before > u64::from(seconds)) {
            return false;
        }
        self.tables.insert((collector, view.to_vec(), family), seconds.into());
        self.routes.retain(|(who, what), _| (who.0, &who.1[..]) != (collector, view) || family.is_some_and(|f| what.family != f));
        for (name, session) in &mut self.sessions {
            if name.0 == collector {
                session.before.clear();
                session.down = false;
                // The table's routes are not stale.
                let is_new = |of: &Family| (truth.view)(collector, *of) == view && family.is_none_or(|family| family == *of);
                session.stale.retain(|of, _| !is_new(of));
                session.until.retain(|of, _| !is_new(of));
            }
        }
        true
    }

    /// The peer is at its address, and any other there is gone.
    fn appear(&mut self, name: Name) {
        let others: BTreeSet<Name> =
            self.routes.keys().map(|(who, _)| Self::name(who)).chain(self.sessions.keys().copied()).collect();
        let others =
            others.into_iter().filter(|n| n.0 == name.0 && n.1 == name.1 && n.1.is_some() && n.2 != name.2 && n.2.0 != 0);
        for other in others.collect::<Vec<_>>() {
            self.end(other);
        }
    }

    fn open(&mut self, name: Name, opened: Opened) {
        let now = self.now;
        let has_routes = !self.of(&name).is_empty();
        let routes: Contents = self.of(&name).into_iter().map(|key| (key.clone(), self.routes[&key].clone())).collect();
        let session = self.sessions.entry(name).or_default();
        session.before.retain(|(at, ..)| now <= *at + COLLISION);
        let mut before = std::mem::take(&mut session.before);
        let own = session.own.clone();
        before.push((now, Box::new(session.clone()), routes, Vec::new()));
        if before.len() > 2 {
            before.remove(0);
        }
        if !session.down && has_routes {
            self.lose(name, false);
        }
        let session = self.sessions.get_mut(&name).unwrap();
        session.own = own;
        let stale: Vec<Family> = session.stale.keys().copied().collect();
        for family in stale {
            let keeps = opened.families.get(&family) == Some(&true) || opened.long.get(&family).is_some_and(|(kept, _)| *kept);
            if !keeps {
                self.sweep(&name, family);
                self.sessions.get_mut(&name).unwrap().until.remove(&family);
            }
        }
        let session = self.sessions.get_mut(&name).unwrap();
        session.until.retain(|_, (_, long)| *long);
        session.open = Some(opened);
        session.down = false;
        session.refresh.clear();
        session.before = before;
    }

    /// The connection of the last OPEN loses: its effects are undone, except for what came since.
    fn undo(&mut self, name: Name) {
        let now = self.now;
        let session = self.sessions.entry(name).or_default();
        session.before.retain(|(at, ..)| now <= *at + COLLISION);
        let Some((_, saved, routes, events)) = session.before.pop() else { return };
        let (before, own) = (std::mem::take(&mut session.before), session.own.clone());
        let is_bare = routes.is_empty() && saved.refresh.is_empty() && saved.stale.is_empty();
        *session = Sessions { before, own, ..*saved };
        // The OPEN removed nothing.
        if is_bare {
            return;
        }
        for key in self.of(&name) {
            self.routes.remove(&key);
        }
        self.routes.extend(routes);
        for (event, announced) in events {
            self.event(event, announced);
        }
    }
}

/// The stored form of an announced route; `None` if treated as withdrawn by RFC 7606.
fn held(element: &Element<'_>) -> Option<(What, Held)> {
    if element.kind() == ElementKind::Withdraw || element.action() >= Action::TreatAsWithdraw {
        return None;
    }
    let (what, octets) = what(&element.route())?;
    let attributes = element.attributes().ok()?;
    let mp = element.kind() == ElementKind::Rib || what.family != Family::IPV4_UNICAST || attributes.ipv4_next_hop() == Ok(None);
    let mut list = Vec::new();
    normalise(&attributes, mp, &mut list);
    let time = element.originated().unwrap_or(element.time().seconds).max(1);
    Some((what, Held { attributes: list, octets, time, stale: None }))
}
