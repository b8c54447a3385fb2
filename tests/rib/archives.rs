//! A table against a naive one: random histories, real archives, snapshots, differences, and writing.
#![cfg(all(feature = "rib", feature = "compression"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "tests report by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use routeglass::error::Action;
use routeglass::mrt::{Body, ReadContext, Record, records};
use routeglass::nlri::PathPrefix;
use routeglass::rib::{Applied, Archives, Collector, Damage, Replay, Report, Rib, RibOptions, RibPeer};
use routeglass::{Asn, Error, Family, Prefix, Timestamp};

use crate::common;
use crate::common::archive::{Archive, LINK, at};
use crate::naive::{Naive, Truth};

/// Peer, family, prefix, path identifier.
type Key = (RibPeer, Family, Prefix, Option<u32>);
/// A route's key, its attributes before and after.
type Difference = (Key, Option<Vec<u8>>, Option<Vec<u8>>);
/// Attributes in normal form, time.
type Model = BTreeMap<Key, (Vec<u8>, u32)>;

/// All routes of plain prefixes in a table, of peers by address and AS.
fn contents(rib: &Rib) -> Model {
    contents_by(rib, |peer| RibPeer::new(peer.asn, peer.address))
}

/// The same of peers as named by `who`.
fn contents_by(rib: &Rib, who: impl Fn(&RibPeer) -> RibPeer) -> Model {
    let who = &who;
    let all = rib.iter().chain(rib.iter_multicast());
    all.flat_map(|found| {
        assert_eq!(found.len(), found.routes().count());
        let key = move |r: &routeglass::rib::StoredRoute<'_>| (who(r.peer()), found.family(), found.prefix(), r.path_id());
        found.routes().map(move |r| (key(&r), (r.attribute_bytes().to_vec(), r.time()))).collect::<Vec<_>>()
    })
    .collect()
}

#[derive(Clone, Debug)]
enum Step {
    Insert(u8, u8, Option<u32>, u8, u32),
    Remove(u8, u8, Option<u32>),
    Down(u8),
    Snapshot,
}

fn step() -> impl Strategy<Value = Step> {
    let id = prop_oneof![3 => Just(None), 1 => (0u32..3).prop_map(Some)];
    prop_oneof![
        8 => (0u8..4, any::<u8>(), id.clone(), 0u8..6, 1u32..9).prop_map(|(p, x, i, a, t)| Step::Insert(p, x, i, a, t)),
        4 => (0u8..4, any::<u8>(), id).prop_map(|(p, x, i)| Step::Remove(p, x, i)),
        1 => (0u8..4).prop_map(Step::Down),
        1 => Just(Step::Snapshot),
    ]
}

fn peer(n: u8) -> RibPeer {
    RibPeer::new(Asn(64496 + u32::from(n)), Some(Ipv4Addr::new(192, 0, 2, n).into()))
}

/// Few prefixes, nested, of all four families.
fn prefix(n: u8) -> (Family, Prefix) {
    let len = 8 + n % 7;
    match n >> 6 {
        0 => (Family::IPV4_UNICAST, Prefix::v4(0x0a00_0000 | u32::from(n) << 12, len).unwrap()),
        1 => (Family::IPV4_MULTICAST, Prefix::v4(0x0a00_0000 | u32::from(n) << 12, len).unwrap()),
        2 => (Family::IPV6_UNICAST, Prefix::v6(0x2001_0db8 << 96 | u128::from(n) << 90, 30 + len).unwrap()),
        _ => (Family::IPV6_MULTICAST, Prefix::v6(0x2001_0db8 << 96 | u128::from(n) << 90, 30 + len).unwrap()),
    }
}

/// A list in normal form: ORIGIN and MULTI_EXIT_DISC.
fn list(n: u8) -> Vec<u8> {
    vec![0x40, 1, 1, 0, 0x80, 4, 4, 0, 0, 0, n]
}

/// The differences of two tables, by a naive walk: key, before, after.
fn naive_changes(before: &Model, after: &Model) -> Vec<Difference> {
    let mut list = Vec::new();
    for key in before.keys().chain(after.keys().filter(|key| !before.contains_key(*key))) {
        let (a, b) = (before.get(key).map(|v| v.0.clone()), after.get(key).map(|v| v.0.clone()));
        if a != b {
            list.push((key.clone(), a, b));
        }
    }
    list.sort();
    list
}

fn changes(before: &Rib, after: &Rib) -> Vec<Difference> {
    let mut list = Vec::new();
    before.changes(after, |change| {
        let octets = |route: Option<routeglass::rib::StoredRoute<'_>>| route.map(|r| r.attribute_bytes().to_vec());
        let path_id = change.after.or(change.before).unwrap().path_id();
        let peer = change.peer().unwrap();
        let peer = RibPeer::new(peer.asn, peer.address);
        list.push(((peer, change.family, change.prefix, path_id), octets(change.before), octets(change.after)));
    });
    list.sort();
    list
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::model::cases(150), ..ProptestConfig::default() })]

    #[test]
    fn any_history_gives_what_a_map_holds(steps in proptest::collection::vec(step(), 1..200)) {
        let (mut rib, mut model) = (Rib::new(), Model::new());
        let mut snapshots = Vec::new();
        for step in steps {
            match step {
                Step::Insert(p, x, id, a, time) => {
                    let (family, prefix) = prefix(x);
                    let to = rib.peer(peer(p));
                    let applied = rib.insert(to, family, PathPrefix { prefix, path_id: id }, &list(a), time);
                    let before = model.insert((peer(p), family, prefix, id), (list(a), time));
                    prop_assert_eq!(applied, match before {
                        None => Applied::Added,
                        Some((old, _)) if old == list(a) => Applied::Unchanged,
                        Some(_) => Applied::Replaced,
                    });
                }
                Step::Remove(p, x, id) => {
                    let (family, prefix) = prefix(x);
                    let of = rib.peer(peer(p));
                    let applied = rib.remove(of, family, PathPrefix { prefix, path_id: id });
                    let before = model.remove(&(peer(p), family, prefix, id));
                    prop_assert_eq!(applied, if before.is_some() { Applied::Withdrawn } else { Applied::Absent });
                }
                Step::Down(p) => {
                    let of = rib.peer(peer(p));
                    let before = model.len();
                    model.retain(|key, _| key.0 != peer(p));
                    prop_assert_eq!(rib.peer_down(of), before - model.len());
                }
                Step::Snapshot => snapshots.push((rib.clone(), model.clone())),
            }
            prop_assert_eq!(rib.len(), model.len());
        }
        prop_assert_eq!(&contents(&rib), &model);
        // Every distinct list once, and no unused one.
        let lists: std::collections::BTreeSet<_> = model.values().map(|v| &v.0).collect();
        prop_assert_eq!(rib.attribute_store().len(), lists.len());
        for (snapshot, then) in &snapshots {
            prop_assert_eq!(&contents(snapshot), then);
            prop_assert_eq!(changes(snapshot, &rib), naive_changes(then, &model));
            prop_assert_eq!(changes(&rib, snapshot), naive_changes(&model, then));
        }
        // Reading it back gives the same table; writing that gives the same octets.
        let mut first = Vec::new();
        rib.write_table_dump(7, &mut first).unwrap();
        let again = loaded(&first);
        prop_assert_eq!(&contents(&again), &model);
        let mut second = Vec::new();
        again.write_table_dump(7, &mut second).unwrap();
        prop_assert_eq!(first, second);
    }
}

fn loaded(bytes: &[u8]) -> Rib {
    let mut replay = Replay::new();
    let source = replay.add_source(ReadContext::new());
    for record in records(bytes) {
        // AGGREGATOR of AS 0 in real tables is discarded, and the route stays.
        let report = |e: Error| assert!(e.action() < Action::TreatAsWithdraw, "{e}");
        replay.apply(source, &record.unwrap(), report).unwrap();
    }
    replay.into_rib()
}

/// A peer by its address and AS number.
type Address = (Option<IpAddr>, Asn);

/// The addresses that messages of peers went to.
type Ends = BTreeMap<Address, BTreeSet<IpAddr>>;

/// The peer of a message or state change, and the address that it went to, if any.
fn ends(record: &Record<'_>) -> Option<(Address, Option<IpAddr>)> {
    let (peer, local) = match record.body() {
        Ok(Body::Message(m)) => ((m.peer_address, m.peer_asn), m.local_address),
        Ok(Body::StateChange(c)) => ((c.peer_address, c.peer_asn), c.local_address),
        _ => return None,
    };
    Some((peer, local.filter(|local| !local.is_unspecified())))
}

/// The collectors of real archives: with a table, one, whatever its addresses; without, the addresses that messages went to, each
/// of which has its own routes of a peer. OpenBGPD names itself as the peer of what it sends, and the neighbour as the other end.
fn collectors(archives: &[Vec<u8>]) -> Vec<IpAddr> {
    if archives.iter().flat_map(|bytes| records(bytes).flatten()).any(|record| matches!(record.kind().0, 12 | 13)) {
        return Vec::new();
    }
    let all = archives.iter().flat_map(|bytes| records(bytes).flatten());
    let found: BTreeSet<IpAddr> = all.filter_map(|record| ends(&record)?.1).collect();
    found.into_iter().collect()
}

/// The reference table of plain prefixes; of archives without a table, of peers at the addresses that they sent to.
fn replayed(archives: &[Vec<u8>], until: Option<u32>) -> Model {
    let addresses = collectors(archives);
    let mut sent = Ends::new();
    for (peer, local) in archives.iter().flat_map(|bytes| records(bytes).flatten()).filter_map(|record| ends(&record)) {
        sent.entry(peer).or_default().extend(local);
    }
    let collector = |_: usize, record: &Record<'_>| {
        let Some((peer, local)) = ends(record) else { return 0 };
        // Of a session without an address, the one of its other records.
        let local = local.or_else(|| sent[&peer].first().copied());
        let number = local.and_then(|local| addresses.iter().position(|address| *address == local));
        number.map_or(0, |number| u32::try_from(number).unwrap() + 1)
    };
    // Tables of real archives have one view each.
    let truth = Truth { collector: &collector, view: &|_, _| Vec::new(), asn: &|_, asn| asn };
    let naive = match until {
        Some(until) => Naive::replay(archives, u64::from(until) * 1_000_000 + 999_999, &truth),
        None => Naive::replay_all(archives, &truth),
    };
    let mut model = Model::new();
    for ((who, what), held) in naive.routes {
        let at = (who.0 as usize).checked_sub(1).map(|number| addresses[number]);
        let peer = RibPeer::new(who.3, who.2).with_collector(Collector::from_address(at));
        if let Ok(prefix) = what.route.parse() {
            model.insert((peer, what.family, prefix, what.path_id), (held.attributes, held.time));
        }
    }
    model.retain(|key, _| matches!((key.1.afi.0, key.1.safi.0), (1 | 2, 1 | 2)));
    model
}

/// Real archives: a table and later updates.
fn real() -> Option<(PathBuf, PathBuf)> {
    let corpus = common::corpus()?;
    let files = ["libbgpstream__ris.rrc06.ribs.1427846400.gz", "libbgpstream__ris.rrc06.updates.1427846400.gz"];
    let [table, updates] = files.map(|name| corpus.join("collectors").join(name));
    (table.exists() && updates.exists()).then_some((table, updates))
}

#[test]
fn the_table_of_an_instant_is_the_naive_replays() {
    let Some((table, updates)) = real() else { return };
    let mut archives = [common::content(&table), common::content(&updates)];
    // The peers and every route of the first prefixes: a naive replay of all of them takes minutes.
    let end =
        records(&archives[0]).flatten().take(10_000).last().map(|r| usize::try_from(r.offset()).unwrap() + r.as_bytes().len());
    archives[0].truncate(end.unwrap());
    let times: Vec<u32> = records(&archives[1]).flatten().map(|r| r.timestamp().seconds).collect();
    let (first, last) = (times[0], times[times.len() - 1]);
    let mut tables = Vec::new();
    // In any order.
    let mut files = Archives::new();
    files.add("1").add("0");
    let open = |path: &Path| Ok(Cursor::new(archives[usize::from(path == Path::new("1"))].clone()));
    for at in [first, first + (last - first) / 2, last] {
        // AGGREGATOR of AS 0 in real tables is discarded, and the route stays.
        let report = |said: Report<'_>| match said.damage {
            Damage::Record(e) if e.action() < Action::TreatAsWithdraw => {}
            damage => panic!("{}: {damage}", said.path.display()),
        };
        let loaded = files.load_with(&[Some(Timestamp::from_seconds(at))], open, report).unwrap();
        let rib = loaded.tables.into_iter().next().unwrap();
        let model = replayed(&archives, Some(at));
        assert_eq!(rib.len(), model.len());
        assert!(contents(&rib) == model, "at {at}");
        tables.push((rib, model));
    }
    let mut differ = 0;
    for (a, b) in [(0, 1), (1, 2), (0, 2), (2, 0)] {
        let found = changes(&tables[a].0, &tables[b].0);
        assert!(found == naive_changes(&tables[a].1, &tables[b].1));
        differ += found.len();
    }
    println!("{} routes at the end, {differ} differences between instants", tables[2].0.len());
    assert!(differ > 0);
    let mut written = Vec::new();
    tables[2].0.write_table_dump(last, &mut written).unwrap();
    let again = loaded(&written);
    assert!(contents(&again) == tables[2].1);
    let mut twice = Vec::new();
    again.write_table_dump(last, &mut twice).unwrap();
    assert!(written == twice);
}

/// Archives of updates from daemons, with sessions that go down and path identifiers.
#[test]
fn updates_of_daemons_come_to_what_a_replay_does() {
    let Some(corpus) = common::corpus() else { return };
    let (mut compared, mut differ) = (0, Vec::new());
    for (name, bytes) in common::archives(&corpus) {
        // The reports, and tables of several collectors, have their own tests. The model has no BGP4MP ENTRY.
        let is_entry = |record: &Record<'_>| matches!(record.body(), Ok(Body::Entry(_)));
        if bytes.len() > 128 << 10 || name.starts_with("reports") || records(&bytes).flatten().any(|record| is_entry(&record)) {
            continue;
        }
        let mut replay = Replay::new();
        let source = replay.add_source(ReadContext::new());
        let mut clear = true;
        for record in records(&bytes).flatten() {
            clear &= replay.apply(source, &record, |_| {}).is_ok();
        }
        let rib = replay.into_rib();
        if !clear {
            println!("{name}: not clear whose messages they are");
            continue;
        }
        let archive = std::slice::from_ref(&bytes);
        let model = replayed(archive, None);
        let has_table = collectors(archive).is_empty();
        let who = |peer: &RibPeer| {
            let collector = if has_table { Collector::Unknown } else { peer.collector.clone() };
            RibPeer::new(peer.asn, peer.address).with_collector(collector)
        };
        if contents_by(&rib, who) != model {
            differ.push(name);
        }
        compared += 1;
    }
    assert_eq!(differ, [""; 0]);
    assert!(compared > 60, "{compared}");
}

#[test]
fn a_peer_without_times_and_one_without_address() {
    let mut rib = Rib::with_options(RibOptions::default().with_times(false));
    let nobody = rib.peer(RibPeer::new(Asn(64496), None));
    let path = PathPrefix { prefix: "192.0.2.0/24".parse().unwrap(), path_id: None };
    rib.insert(nobody, Family::IPV4_UNICAST, path, &list(1), 99);
    let found = rib.longest_match(IpAddr::from([192, 0, 2, 7])).unwrap();
    let routes: Vec<_> = found.routes().map(|r| (r.time(), r.peer().address, r.attributes().multi_exit_disc())).collect();
    assert_eq!(routes, [(0, None, Ok(Some(1)))]);
    assert_eq!(rib.insert(nobody, Family::EVPN, path, &list(1), 99), Applied::Refused);
    assert_eq!(rib.insert(nobody, Family::IPV6_UNICAST, path, &list(1), 99), Applied::Refused);
    let mut written = Vec::new();
    rib.write_table_dump(1, &mut written).unwrap();
    assert_eq!(loaded(&written).peers().next().unwrap().1.address, Some(Ipv4Addr::UNSPECIFIED.into()));
}

/// A file whose records change their order between two readings: it has to be read again, and differs again.
#[test]
fn a_file_that_changes_while_it_is_read_is_an_error() {
    let one = |seconds: u32| {
        let mut archive = Archive::new();
        archive.announce(at(seconds), LINK, "64496", &["198.51.100.0/24"]);
        archive.0
    };
    let (sorted, unsorted) = ([one(1), one(2)].concat(), [one(2), one(1)].concat());
    let mut archives = Archives::new();
    archives.add("updates.mrt");
    // Opened for its first record, to be read, for the order of its records, and to be read with that known.
    let load = |contents: [&[u8]; 4]| {
        let mut opened = contents.into_iter();
        let open = |_: &Path| Ok(Cursor::new(opened.next().unwrap().to_vec()));
        archives.load_with(&[None], open, |said| panic!("{}", said.damage))
    };
    let loaded = load([&unsorted[..]; 4]).unwrap();
    assert_eq!((loaded.tables.len(), loaded.tables[0].len()), (1, 1));
    let error = load([&sorted, &unsorted, &sorted, &unsorted]).unwrap_err();
    assert_eq!((error.offset, error.ambiguous.as_ref()), (u64::try_from(one(2).len()).unwrap(), None));
    assert_eq!(error.to_string(), format!("updates.mrt: record at byte {}: the file changed while it was read", one(2).len()));
    assert!(std::error::Error::source(&error).is_none());
}
