//! Random histories of several collectors, views and files, as archives and for the reference replay.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "tests report by panicking"
)]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use routeglass::mrt::{Body, Record};
use routeglass::rib::{Archives, Collector, Rib};
use routeglass::{Asn, Family, Timestamp};

use crate::naive::{Naive, Truth, contents};

/// The second at which histories start.
const START: u32 = 1_764_547_200;

/// A history's peers: address, AS.
const PEERS: [(&str, u32); 4] = [("10.0.0.1", 64501), ("10.0.0.2", 64502), ("10.0.0.2", 64512), ("2001:db8::1", 65550)];

/// A collector of a history.
#[derive(Clone, Copy, Debug)]
struct Site {
    /// Whether its files are added with its name; its messages then need not have its address.
    named: bool,
    /// Whether it has one view for IPv4 and another for the other families.
    two_views: bool,
    /// Whether its tables list the first peer with AS 0.
    anonymous: bool,
    /// Whether its tables are of the older form.
    older: bool,
}

/// An event at a collector.
#[derive(Clone, Debug)]
enum Event {
    /// A table: per entry a peer, a prefix, attributes; the seconds to write it; whether in several parts.
    Table(Vec<(u8, u8, u8)>, u8, bool),
    Announce(u8, u8, u8, bool),
    Withdraw(u8, u8, bool),
    /// With the flags of restart, notification, forwarding, long-lived; restart time; stale time.
    Open(u8, [bool; 4], u8, u8, bool),
    Notification(u8, u8, bool),
    Keepalive(u8),
    Refresh(u8, u8, bool),
    EndOfRib(u8, u8),
    State(u8, bool),
}

/// Octets as choices; 0 after the end.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn octet(&mut self) -> u8 {
        self.0.next().copied().unwrap_or(0)
    }

    fn below(&mut self, n: u8) -> u8 {
        self.octet() % n
    }

    /// True with probability one in `n`.
    fn one_in(&mut self, n: u8) -> bool {
        self.below(n) == n - 1
    }

    fn event(&mut self) -> Event {
        match self.below(39) {
            0..=11 => Event::Announce(self.below(4), self.octet(), self.below(5), self.one_in(7)),
            12..=16 => Event::Withdraw(self.below(4), self.octet(), self.one_in(7)),
            17..=20 => {
                let flags = self.octet();
                let flags = [flags & 1, flags & 2, flags & 4, flags & 8].map(|flag| flag != 0);
                Event::Open(self.below(4), flags, self.below(5), self.below(5), self.one_in(5))
            }
            21..=23 => Event::Notification(self.below(4), self.below(5), self.one_in(2)),
            24 => Event::Keepalive(self.below(4)),
            25..=28 => Event::Refresh(self.below(4), self.below(5), self.one_in(2)),
            29..=31 => Event::EndOfRib(self.below(4), self.below(5)),
            32..=35 => Event::State(self.below(4), self.one_in(2)),
            _ => {
                let entries = (0..self.below(6)).map(|_| (self.below(4), self.octet(), self.below(5))).collect();
                Event::Table(entries, self.below(4), self.one_in(2))
            }
        }
    }
}

/// A history: collectors; events with collector, file and time; which files are out of order.
#[derive(Clone, Debug)]
struct History {
    sites: Vec<Site>,
    events: Vec<(u8, u8, u32, Option<u32>, Event)>,
    shuffled: [bool; 4],
}

/// Seconds and microseconds; `None` for the end.
type Instant = Option<(u32, Option<u32>)>;

impl History {
    /// Decodes octets; also returns the instants to check, in seconds and microseconds.
    fn of(octets: &[u8]) -> (Self, Vec<Instant>) {
        let mut choices = Choices(octets.iter());
        let mut instants = vec![None];
        for _ in 0..=choices.below(2) {
            let micros = [None, Some(0), Some(200_000)][usize::from(choices.below(3))];
            instants.push(Some((START + u32::from(choices.below(60)), micros)));
        }
        let sites = (0..=choices.below(3)).map(|_| {
            let (named, two_views) = (choices.one_in(2), choices.one_in(3));
            let (anonymous, older) = (choices.one_in(3), choices.one_in(5) && named && !two_views);
            Site { named, two_views, anonymous, older }
        });
        let sites: Vec<_> = sites.collect();
        let mask = choices.one_in(4);
        let shuffled = choices.octet();
        let shuffled = [1, 2, 4, 8].map(|bit| mask && shuffled & bit != 0);
        let mut events = Vec::new();
        while !choices.0.as_slice().is_empty() && events.len() < 60 {
            let (site, file) = (choices.octet(), choices.octet());
            // Few seconds, so that many events coincide; some far apart, so that timers expire.
            let seconds = match choices.below(9) {
                0..=5 => u32::from(choices.below(8)),
                6 | 7 => u32::from(choices.below(40)),
                _ => u32::from(choices.octet()) * 2,
            };
            let micros = [None, None, None, Some(0), Some(1), Some(200_000), Some(999_999), Some(1_000_000)];
            let micros = micros[usize::from(choices.below(8))];
            events.push((site, file, seconds, micros, choices.event()));
        }
        let mut history = Self { sites, events, shuffled };
        // Messages to an unknown address are attributed to the one collector whose table lists the peer. If they belong to
        // another, its files must be named.
        let has_tables: Vec<bool> = (0..history.sites.len()).map(|site| history.has_tables(site)).collect();
        let any = history.sites.iter().zip(&has_tables).any(|(site, has)| !site.named && *has);
        for (site, has) in history.sites.iter_mut().zip(has_tables) {
            site.named |= any && !has;
        }
        (history, instants)
    }
}

fn record(seconds: u32, micros: Option<u32>, (kind, subtype): (u16, u16), body: &[u8]) -> Vec<u8> {
    let (kind, extra) = match micros {
        Some(micros) => (kind + 1, micros.to_be_bytes().to_vec()),
        None => (kind, Vec::new()),
    };
    let mut r = seconds.to_be_bytes().to_vec();
    r.extend(kind.to_be_bytes());
    r.extend(subtype.to_be_bytes());
    r.extend(u32::try_from(body.len() + extra.len()).unwrap().to_be_bytes());
    r.extend(extra);
    r.extend(body);
    r
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(a) => a.octets().to_vec(),
        IpAddr::V6(a) => a.octets().to_vec(),
    }
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut m = vec![0xff; 16];
    m.extend(u16::try_from(body.len() + 19).unwrap().to_be_bytes());
    m.push(kind);
    m.extend(body);
    m
}

/// ORIGIN, AS_PATH, NEXT_HOP or a next hop in MP_REACH_NLRI, MULTI_EXIT_DISC, and for some NO_LLGR.
fn attributes(n: u8, reach: Option<&[u8]>) -> Vec<u8> {
    let mut a = vec![0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0];
    match reach {
        None => a.extend([0x40, 3, 4, 192, 0, 2, 1]),
        Some(reach) => {
            a.extend([0x80, 14, u8::try_from(reach.len()).unwrap()]);
            a.extend(reach);
        }
    }
    a.extend([0x80, 4, 4, 0, 0, 0, n]);
    if n == 4 {
        a.extend([0xc0, 8, 4, 0xff, 0xff, 0, 7]);
    }
    a
}

/// The families of histories, and the octets of one of a few routes.
fn route(x: u8, attributes: u8) -> (Family, Vec<u8>) {
    let n = x >> 3 & 7;
    match x & 7 {
        0..=2 => (Family::IPV4_UNICAST, vec![24, 198, 51, n]),
        3 => (Family::IPV6_UNICAST, vec![32, 0x20, 1, 0x0d, n]),
        4 => (Family::IPV4_MULTICAST, vec![24, 198, 51, n]),
        // The label depends on the attributes, so that one route occurs with several.
        5 | 6 => (Family::IPV4_LABELED, vec![48, 0, attributes, 0x11, 203, 0, n]),
        _ => (Family::IPV4_VPN, vec![112, 0, attributes, 0x11, 0, 0, 0xfb, 0xf0, 0, 0, 0, n, 203, 0, 113]),
    }
}

fn family(n: u8) -> Family {
    [Family::IPV4_UNICAST, Family::IPV6_UNICAST, Family::IPV4_MULTICAST, Family::IPV4_LABELED, Family::IPV4_VPN]
        [usize::from(n % 5)]
}

fn next_hop(family: Family) -> Vec<u8> {
    match family {
        Family::IPV6_UNICAST => "2001:db8::9".parse::<IpAddr>().map(octets).unwrap(),
        Family::IPV4_VPN => vec![0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 9],
        _ => vec![192, 0, 2, 9],
    }
}

/// An UPDATE with one route, announced or withdrawn.
fn update((family, route): (Family, Vec<u8>), announce: Option<u8>, path_id: Option<u32>) -> Vec<u8> {
    let route = [path_id.map_or(Vec::new(), |id| id.to_be_bytes().to_vec()), route].concat();
    let head = [family.afi.0.to_be_bytes().as_slice(), &[family.safi.0]].concat();
    let (withdrawn, attributes, nlri) = match (announce, family == Family::IPV4_UNICAST) {
        (Some(n), true) => (vec![], attributes(n, None), route),
        (None, true) => (route, vec![], vec![]),
        (Some(n), false) => {
            let hop = next_hop(family);
            let reach = [head, vec![u8::try_from(hop.len()).unwrap()], hop, vec![0], route].concat();
            (vec![], attributes(n, Some(&reach)), vec![])
        }
        (None, false) => {
            let unreach = [head, route].concat();
            (vec![], [&[0x80, 15, u8::try_from(unreach.len()).unwrap()][..], &unreach].concat(), vec![])
        }
    };
    let len = |list: &[u8]| u16::try_from(list.len()).unwrap().to_be_bytes();
    message(2, &[&len(&withdrawn)[..], &withdrawn, &len(&attributes), &attributes, &nlri].concat())
}

/// The peer of a number: collectors without a name only have those with IPv4 addresses.
fn peer(site: Site, n: u8) -> (IpAddr, u32) {
    let (address, asn) = PEERS[usize::from(if site.named { n } else { n % 3 })];
    (address.parse().unwrap(), asn)
}

fn id(site: usize) -> Ipv4Addr {
    Ipv4Addr::new(192, 0, 2, 250 + u8::try_from(site).unwrap())
}

/// The record of a message or state change. The collector's AS identifies it for the test only.
fn exchanged(
    site: (usize, Site),
    n: u8,
    (seconds, micros): (u32, Option<u32>),
    (subtype, as2): (u16, bool),
    rest: &[u8],
) -> Vec<u8> {
    let (address, asn) = peer(site.1, n);
    let own = match (site.1.named, address.is_ipv6()) {
        (false, _) => IpAddr::from(id(site.0)),
        (true, false) => "192.0.2.9".parse().unwrap(),
        (true, true) => "2001:db8::9".parse().unwrap(),
    };
    let width =
        |asn: u32| if as2 { u16::try_from(asn).unwrap_or(23456).to_be_bytes().to_vec() } else { asn.to_be_bytes().to_vec() };
    let afi = if address.is_ipv4() { 1 } else { 2 };
    let label = 60_000 + u32::try_from(site.0).unwrap();
    let body = [width(asn), width(label), vec![0, 0, 0, afi], octets(address), octets(own), rest.to_vec()].concat();
    record(seconds, micros, (16, subtype), &body)
}

fn view(site: Site, family: Family) -> &'static [u8] {
    match (site.two_views, family.is_v6() || family.safi.0 != 1) {
        (false, _) => b"",
        (true, false) => b"v4",
        (true, true) => b"v6",
    }
}

/// The records of a table, in one or two parts.
fn table(number: usize, site: Site, seconds: u32, entries: &[(u8, u8, u8)], long: u8, parts: bool) -> Vec<u8> {
    let mut out = Vec::new();
    if site.older {
        // The two ASes of one address are never in one table.
        let entries: Vec<_> = entries.iter().filter(|(p, ..)| *p != 2).collect();
        for (i, (p, x, a)) in entries.iter().enumerate() {
            let (address, asn) = peer(site, *p);
            let (subtype, prefix) = if address.is_ipv4() {
                (3, vec![198, 51, *x & 7, 0])
            } else {
                (4, [vec![0x20, 1, 0x0d, *x & 7], vec![0; 12]].concat())
            };
            let list = attributes(*a, (subtype == 4).then_some(&[&[16][..], &next_hop(Family::IPV6_UNICAST)].concat()));
            let mut body = vec![0, 0];
            // Sequence numbers per address family.
            let before = entries[..i].iter().filter(|entry| peer(site, entry.0).0.is_ipv4() == address.is_ipv4()).count();
            body.extend(u16::try_from(before).unwrap().to_be_bytes());
            body.extend(prefix);
            body.extend([if subtype == 3 { 24 } else { 32 }, 1, 0, 0, 0, 5]);
            body.extend(octets(address));
            body.extend(asn.to_be_bytes());
            body.extend(u16::try_from(list.len()).unwrap().to_be_bytes());
            body.extend(list);
            out.extend(record(seconds + u32::from(long) * u32::try_from(i).unwrap() / 2, None, (12, subtype), &body));
        }
        return out;
    }
    let views: &[&[u8]] = if site.two_views { &[b"v4", b"v6"] } else { &[b""] };
    for of in views {
        let halves = if parts { vec![0, 1] } else { vec![2] };
        for half in halves {
            // The two ASes of one address are never in one table.
            let listed: Vec<u8> = if site.named { vec![0, 1, 3] } else { vec![0, 1] };
            let mut body = id(number).octets().to_vec();
            body.extend(u16::try_from(of.len()).unwrap().to_be_bytes());
            body.extend(*of);
            body.extend(u16::try_from(listed.len()).unwrap().to_be_bytes());
            for n in &listed {
                let (address, asn) = peer(site, *n);
                body.push(if address.is_ipv4() { 2 } else { 3 });
                body.extend([192, 0, 2, *n]);
                body.extend(octets(address));
                body.extend(if site.anonymous && *n == 0 { 0 } else { asn }.to_be_bytes());
            }
            out.extend(record(seconds, None, (13, 1), &body));
            // Records without entries determine the families of a view.
            for x in [0, 3, 4, 5, 7] {
                let (family, route) = route(x, 0);
                if view(site, family) == *of {
                    let head = [&[0, 0, 0, 0][..], &family.afi.0.to_be_bytes(), &[family.safi.0]].concat();
                    out.extend(record(seconds, None, (13, 6), &[head, route, vec![0, 0]].concat()));
                }
            }
            for (i, (p, x, a)) in entries.iter().enumerate() {
                let (family, route) = route(*x, *a);
                let Some(index) = listed.iter().position(|n| n == p) else { continue };
                if view(site, family) != *of || (half < 2 && i % 2 != half) {
                    continue;
                }
                let reach = (family != Family::IPV4_UNICAST).then(|| {
                    let hop = next_hop(family);
                    [&[u8::try_from(hop.len()).unwrap()][..], &hop].concat()
                });
                let list = attributes(*a, reach.as_deref());
                let subtype = match family {
                    Family::IPV4_UNICAST => 2,
                    Family::IPV4_MULTICAST => 3,
                    Family::IPV6_UNICAST => 4,
                    _ => 6,
                };
                let mut body = u32::try_from(i).unwrap().to_be_bytes().to_vec();
                if subtype == 6 {
                    body.extend(family.afi.0.to_be_bytes());
                    body.push(family.safi.0);
                }
                body.extend(route);
                body.extend([0, 1, 0, u8::try_from(index).unwrap(), 0, 0, 0, 5]);
                body.extend(u16::try_from(list.len()).unwrap().to_be_bytes());
                body.extend(list);
                out.extend(record(seconds + u32::from(long) * u32::try_from(i).unwrap() / 2, None, (13, subtype), &body));
            }
        }
    }
    out
}

/// The octets of an event.
fn encoded(number: usize, site: Site, (seconds, micros): (u32, Option<u32>), event: &Event) -> Vec<u8> {
    let to = (number, site);
    let at = (seconds, micros);
    let local = |local: bool| if local { 3 } else { 0 };
    let path = |x: u8| (x >> 6 == 3).then_some(u32::from(x >> 2 & 1));
    match event {
        Event::Table(entries, long, parts) => table(number, site, seconds, entries, *long, *parts),
        Event::Announce(p, x, a, l) => {
            let id = path(*x);
            exchanged(
                to,
                *p,
                at,
                (if id.is_some() { 9 + 2 * u16::from(*l) } else { 4 + local(*l) }, false),
                &update(route(*x, *a), Some(*a), id),
            )
        }
        Event::Withdraw(p, x, l) => {
            let id = path(*x);
            exchanged(
                to,
                *p,
                at,
                (if id.is_some() { 9 + 2 * u16::from(*l) } else { 4 + local(*l) }, false),
                &update(route(*x, 1), None, id),
            )
        }
        Event::Open(p, [restart, notification, forwarding, long], time, stale, l) => {
            let asn = peer(site, *p).1;
            let time = [0u16, 1, 5, 30, 300][usize::from(*time)];
            let stale = [0u32, 1, 10, 60, 1000][usize::from(*stale)];
            let families = [Family::IPV4_UNICAST, Family::IPV4_LABELED, Family::IPV6_UNICAST];
            let of =
                |family: Family, flag: bool| [&family.afi.0.to_be_bytes()[..], &[family.safi.0, u8::from(flag) << 7]].concat();
            let mut capabilities = [&[65, 4][..], &asn.to_be_bytes()].concat();
            if *restart {
                let list: Vec<u8> = families[..2].iter().flat_map(|family| of(*family, *forwarding)).collect();
                capabilities.extend([64, u8::try_from(list.len() + 2).unwrap()]);
                capabilities.extend((u16::from(*notification) << 14 | time).to_be_bytes());
                capabilities.extend(list);
            }
            if *long {
                let list: Vec<u8> = families[1..]
                    .iter()
                    .flat_map(|family| [&of(*family, *forwarding)[..], &stale.to_be_bytes()[1..]].concat())
                    .collect();
                capabilities.extend([71, u8::try_from(list.len()).unwrap()]);
                capabilities.extend(list);
            }
            let parameter = [&[2, u8::try_from(capabilities.len()).unwrap()][..], &capabilities].concat();
            let my_as = u16::try_from(asn).unwrap_or(23456).to_be_bytes();
            let body =
                [&[4][..], &my_as, &[0, 180, 192, 0, 2, *p], &[u8::try_from(parameter.len()).unwrap()], &parameter].concat();
            // As daemons write it: before the width of AS numbers is negotiated.
            exchanged(to, *p, at, (if *l { 6 } else { 1 }, true), &message(1, &body))
        }
        Event::Notification(p, n, l) => {
            let body = [[6, 7], [6, 7], [6, 2], [4, 0], [6, 9]][usize::from(*n)];
            exchanged(to, *p, at, (4 + local(*l), false), &message(3, &body))
        }
        Event::Keepalive(p) => exchanged(to, *p, at, (4, false), &message(4, &[])),
        Event::Refresh(p, f, begin) => {
            let family = family(*f);
            let body = [&family.afi.0.to_be_bytes()[..], &[if *begin { 1 } else { 2 }, family.safi.0]].concat();
            exchanged(to, *p, at, (4, false), &message(5, &body))
        }
        Event::EndOfRib(p, f) => {
            let family = family(*f);
            let unreach = [&[0x80, 15, 3][..], &family.afi.0.to_be_bytes(), &[family.safi.0]].concat();
            let body = if family == Family::IPV4_UNICAST { vec![0; 4] } else { [&[0, 0, 0, 6][..], &unreach].concat() };
            exchanged(to, *p, at, (4, false), &message(2, &body))
        }
        Event::State(p, down) => exchanged(to, *p, at, (5, false), if *down { &[0, 6, 0, 1] } else { &[0, 5, 0, 6] }),
    }
}

impl History {
    /// Whether a collector has a table.
    fn has_tables(&self, number: usize) -> bool {
        let of = |site: u8| usize::from(site) % self.sites.len() == number;
        self.events.iter().any(|(site, .., event)| of(*site) && matches!(event, Event::Table(..)))
    }

    /// The files, with the collector each was added for.
    fn files(&self) -> Vec<(Option<usize>, Vec<u8>)> {
        let mut files = BTreeMap::<(Option<usize>, usize), Vec<((u32, u32), Vec<u8>)>>::new();
        for (site, file, seconds, micros, event) in &self.events {
            let site = usize::from(*site) % self.sites.len();
            let named = self.sites[site].named.then_some(site);
            let seconds = START + seconds;
            // A table has the time of its second.
            let micros = if matches!(event, Event::Table(..)) { None } else { *micros };
            let octets = encoded(site, self.sites[site], (seconds, micros), event);
            let key = (named, usize::from(*file) % if named.is_some() { 2 } else { 4 });
            files.entry(key).or_default().push(((seconds, micros.unwrap_or(0).min(999_999)), octets));
        }
        let of = |((named, number), mut parts): ((Option<usize>, usize), Vec<_>)| {
            if !self.shuffled[number] {
                parts.sort_by_key(|(time, _)| *time);
            }
            (named, parts.into_iter().flat_map(|(_, octets): (_, Vec<u8>)| octets).collect())
        };
        files.into_iter().map(of).collect()
    }
}

/// The library's tables at instants.
fn loaded(files: &[(Option<usize>, Vec<u8>)], instants: &[Option<Timestamp>]) -> Vec<Rib> {
    let mut archives = Archives::new();
    for (i, (named, _)) in files.iter().enumerate() {
        match named {
            Some(site) => archives.add_collector(&format!("site {site}"), i.to_string()),
            None => archives.add(i.to_string()),
        };
    }
    let open = |path: &Path| {
        let number: usize = path.to_str().unwrap().parse().unwrap();
        Ok(Cursor::new(files[number].1.clone()))
    };
    // The only damage of histories: microseconds of a full second.
    let said = |said: routeglass::rib::Report<'_>| {
        let text = said.damage.to_string();
        assert!(text.starts_with("MRT header: value 1000000 is not valid here"), "{}: {text}", said.path.display());
    };
    archives.load_with(instants, open, said).unwrap().tables
}

/// The library's table at any instant equals the reference table.
pub fn check(octets: &[u8]) {
    let (history, instants) = History::of(octets);
    let history = &history;
    let files = history.files();
    let octets: Vec<Vec<u8>> = files.iter().map(|(_, octets)| octets.clone()).collect();
    let named: Vec<Option<usize>> = files.iter().map(|(named, _)| *named).collect();
    let collector = |file: usize, record: &Record<'_>| {
        let site = named[file].map(|site| u32::try_from(site).unwrap());
        site.unwrap_or_else(|| match record.body() {
            Ok(Body::PeerIndexTable(table)) => u32::from(table.collector().octets()[3]) - 250,
            Ok(Body::Message(message)) => message.local_asn.0 - 60_000,
            Ok(Body::StateChange(change)) => change.local_asn.0 - 60_000,
            // The file's last table determines it.
            _ => u32::MAX,
        })
    };
    let last = RefCell::new(BTreeMap::new());
    let collector = |file: usize, record: &Record<'_>| {
        let found = collector(file, record);
        if found == u32::MAX {
            return last.borrow()[&file];
        }
        if matches!(record.body(), Ok(Body::PeerIndexTable(_))) {
            last.borrow_mut().insert(file, found);
        }
        found
    };
    let view = |number: u32, family: Family| {
        // A collector without tables has no view.
        if history.has_tables(number as usize) { view(history.sites[number as usize], family).to_vec() } else { Vec::new() }
    };
    let asn = |address: Option<IpAddr>, asn: Asn| {
        let of = |n: usize| address == Some(PEERS[n].0.parse().unwrap());
        match asn.0 {
            0 if of(0) => Asn(64501),
            23456 if of(3) => Asn(65550),
            _ => asn,
        }
    };
    let truth = Truth { collector: &collector, view: &view, asn: &asn };
    let number = |collector: &Collector| match collector {
        Collector::Address(IpAddr::V4(a)) => u32::from(a.octets()[3]) - 250,
        Collector::Named(name) => name.trim_start_matches("site ").parse().unwrap(),
        other => panic!("{other}"),
    };
    let wanted: Vec<_> = instants
        .iter()
        .map(|at| {
            at.map(|(seconds, micros)| {
                let at = Timestamp::from_seconds(seconds);
                micros.map_or(at, |micros| at.with_micros(micros))
            })
        })
        .collect();
    let tables = loaded(&files, &wanted);
    for (at, rib) in instants.iter().zip(&tables) {
        last.borrow_mut().clear();
        let until =
            at.map_or(u64::MAX, |(seconds, micros)| u64::from(seconds) * 1_000_000 + u64::from(micros.unwrap_or(999_999)));
        let mut naive = Naive::replay(&octets, until, &truth);
        if at.is_none() {
            // No timers run after the last record.
            naive = Naive::replay_all(&octets, &truth);
        }
        assert_eq!(contents(rib, number, &truth), naive.contents(), "at {at:?}");
        let lists: BTreeSet<_> = naive.routes.values().map(|held| &held.attributes).collect();
        assert_eq!(rib.attribute_store().len(), lists.len(), "lists at {at:?}");
    }
}
