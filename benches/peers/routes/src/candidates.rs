//! The compared tables. Peers and lists are numbers from 0.

use inetnum::addr::Prefix as InetPrefix;
use rotonda_store::epoch;
use rotonda_store::match_options::{IncludeHistory, MatchOptions, MatchType};
use rotonda_store::prefix_record::{Meta, Record, RouteStatus};
use rotonda_store::rib::StarCastRib;
use rotonda_store::rib::config::MemoryOnlyConfig;
use routeglass::nlri::PathPrefix;
use routeglass::rib::{Applied, AttributesId, PeerId, Rib, RibOptions, RibPeer};
use routeglass::{Asn, Family, Prefix};

use crate::data::{Data, P};

/// Applied to each route read.
pub fn fold(sum: u64, peer: u32, list: u32) -> u64 {
    sum.wrapping_add((u64::from(peer) + 1).wrapping_mul(u64::from(list) + 1))
}

pub trait Candidate: Sized {
    const NAME: &'static str;
    type Key: Copy;
    type List: Copy;

    /// An empty table with peers, and the bytes of lists it already stores.
    fn new(data: &Data) -> Self;
    fn key(p: P) -> Self::Key;
    /// A list in the candidate's form.
    fn list(&self, list: u32) -> Self::List;
    /// Returns whether the route was absent.
    fn insert(&mut self, key: Self::Key, peer: u32, list: Self::List, data: &Data) -> bool;
    /// Returns whether the route was present; a candidate without that information returns true.
    fn withdraw(&mut self, key: Self::Key, peer: u32) -> bool;
    /// All routes of a prefix.
    fn read(&self, key: Self::Key) -> u64;
    /// All routes of all prefixes, and their number.
    fn walk(&self) -> (u64, usize);
    /// The table's reported size, if any.
    fn says(&self) -> Option<usize> {
        None
    }
}

/// `Rib`, given stored lists, as other candidates are given numbers.
pub struct Interned {
    rib: Rib,
    peers: Vec<PeerId>,
    lists: Vec<AttributesId>,
}

fn peers(rib: &mut Rib, n: usize) -> Vec<PeerId> {
    (0..n as u32).map(|i| rib.peer(RibPeer::new(Asn(64_496 + i), Some(std::net::Ipv4Addr::from_bits(i).into())))).collect()
}

fn path(prefix: Prefix) -> (Family, PathPrefix) {
    let family = if prefix.is_v6() { Family::IPV6_UNICAST } else { Family::IPV4_UNICAST };
    (family, PathPrefix { prefix, path_id: None })
}

fn own_key(p: P) -> Prefix {
    match p.0 {
        std::net::IpAddr::V4(a) => Prefix::v4(a.to_bits(), p.1).expect("a prefix"),
        std::net::IpAddr::V6(a) => Prefix::v6(a.to_bits(), p.1).expect("a prefix"),
    }
}

fn read(rib: &Rib, key: Prefix) -> u64 {
    let Some(found) = rib.get(key) else { return 0 };
    found.routes().fold(0, |sum, route| fold(sum, route.peer_id().index() as u32, route.attributes_id().number() - 1))
}

fn walk(rib: &Rib) -> (u64, usize) {
    rib.iter()
        .flat_map(|found| found.routes())
        .fold((0, 0), |(sum, n), route| (fold(sum, route.peer_id().index() as u32, route.attributes_id().number() - 1), n + 1))
}

impl Candidate for Interned {
    const NAME: &'static str = "Rib";
    type Key = Prefix;
    type List = AttributesId;

    fn new(data: &Data) -> Self {
        let mut rib = Rib::with_options(RibOptions::default().with_times(false));
        let peers = peers(&mut rib, data.peers);
        let lists = data.lists.iter().map(|list| rib.intern(list).expect("room")).collect();
        Self { rib, peers, lists }
    }
    fn key(p: P) -> Prefix {
        own_key(p)
    }
    fn list(&self, list: u32) -> AttributesId {
        self.lists[list as usize]
    }
    fn insert(&mut self, key: Prefix, peer: u32, list: AttributesId, _: &Data) -> bool {
        let (family, path) = path(key);
        self.rib.insert_interned(self.peers[peer as usize], family, path, list, 0) == Applied::Added
    }
    fn withdraw(&mut self, key: Prefix, peer: u32) -> bool {
        let (family, path) = path(key);
        self.rib.remove(self.peers[peer as usize], family, path) == Applied::Withdrawn
    }
    fn read(&self, key: Prefix) -> u64 {
        read(&self.rib, key)
    }
    fn walk(&self) -> (u64, usize) {
        walk(&self.rib)
    }
    fn says(&self) -> Option<usize> {
        Some(self.rib.memory_size())
    }
}

/// `Rib`, given the octets of lists, which it finds or adds.
pub struct Octets {
    rib: Rib,
    peers: Vec<PeerId>,
}

impl Candidate for Octets {
    const NAME: &'static str = "Rib from octets";
    type Key = Prefix;
    type List = u32;

    fn new(data: &Data) -> Self {
        let mut rib = Rib::with_options(RibOptions::default().with_times(false));
        let peers = peers(&mut rib, data.peers);
        // So that numbers are equal; they stay even without routes.
        data.lists.iter().for_each(|list| assert!(rib.intern(list).is_some()));
        Self { rib, peers }
    }
    fn key(p: P) -> Prefix {
        own_key(p)
    }
    fn list(&self, list: u32) -> u32 {
        list
    }
    fn insert(&mut self, key: Prefix, peer: u32, list: u32, data: &Data) -> bool {
        let (family, path) = path(key);
        self.rib.insert(self.peers[peer as usize], family, path, &data.lists[list as usize], 0) == Applied::Added
    }
    fn withdraw(&mut self, key: Prefix, peer: u32) -> bool {
        let (family, path) = path(key);
        self.rib.remove(self.peers[peer as usize], family, path) == Applied::Withdrawn
    }
    fn read(&self, key: Prefix) -> u64 {
        read(&self.rib, key)
    }
    fn walk(&self) -> (u64, usize) {
        walk(&self.rib)
    }
}

/// The number of a list as four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value([u8; 4]);

impl Meta for Value {
    type Orderable<'a> = u32;
    type TBI = ();
    fn as_orderable(&self, _: ()) -> u32 {
        u32::from_le_bytes(self.0)
    }
}
impl AsRef<[u8]> for Value {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self([bytes[0], bytes[1], bytes[2], bytes[3]])
    }
}
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", u32::from_le_bytes(self.0))
    }
}

pub struct Rotonda(StarCastRib<Value, MemoryOnlyConfig>);

fn of_record(sum: u64, record: &Record<Value>) -> u64 {
    if record.status == RouteStatus::Active { fold(sum, record.multi_uniq_id, u32::from_le_bytes(record.meta.0)) } else { sum }
}

impl Candidate for Rotonda {
    const NAME: &'static str = "rotonda-store 0.5";
    type Key = InetPrefix;
    type List = Value;

    fn new(_: &Data) -> Self {
        Self(StarCastRib::try_default().expect("a store"))
    }
    fn key(p: P) -> InetPrefix {
        InetPrefix::new(p.0, p.1).expect("a prefix")
    }
    fn list(&self, list: u32) -> Value {
        Value(list.to_le_bytes())
    }
    fn insert(&mut self, key: InetPrefix, peer: u32, list: Value, _: &Data) -> bool {
        let record = Record::new(peer, 1, RouteStatus::Active, list);
        self.0.insert(&key, record, None).expect("room").mui_new
    }
    fn withdraw(&mut self, key: InetPrefix, peer: u32) -> bool {
        self.0.mark_mui_as_withdrawn_for_prefix(&key, peer, 2).is_ok()
    }
    fn read(&self, key: InetPrefix) -> u64 {
        let guard = &epoch::pin();
        let options = MatchOptions {
            match_type: MatchType::ExactMatch,
            include_withdrawn: false,
            include_less_specifics: false,
            include_more_specifics: false,
            mui: None,
            include_history: IncludeHistory::None,
        };
        let Ok(found) = self.0.match_prefix(&key, &options, guard) else { return 0 };
        found.records.iter().fold(0, of_record)
    }
    fn walk(&self) -> (u64, usize) {
        let guard = &epoch::pin();
        self.0
            .prefixes_iter(guard)
            .flatten()
            .fold((0, 0), |(sum, n), found| (found.meta.iter().fold(sum, of_record), n + found.meta.len()))
    }
}
