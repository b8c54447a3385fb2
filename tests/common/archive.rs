//! Archives built with the crate's writers.

use std::net::{IpAddr, Ipv4Addr};

use routeglass::attr::{AsPathBuf, Communities, LargeCommunities, LargeCommunity, Origin, Value};
use routeglass::bgp::{CapabilityValue, NotificationBuilder, OpenBuilder, RouteRefreshBuilder, UpdateBuilder};
use routeglass::codes::{FsmState, NotificationCode, RouteRefreshSubtype};
use routeglass::mrt::{Bgp4mpMessage, IndexedPeer, StateChange, TableDumpWriter};
use routeglass::nlri::{NextHop, PathPrefix};
use routeglass::{Asn, Family, FamilySet, Prefix, Session, Timestamp};

/// 2025-12-01 00:00:00 UTC.
pub const T0: u32 = 1_764_547_200;

/// This many seconds after [`T0`].
pub const fn at(seconds: u32) -> Timestamp {
    Timestamp::from_seconds(T0 + seconds)
}

/// This many seconds and microseconds after [`T0`].
pub const fn at_micros(seconds: u32, micros: u32) -> Timestamp {
    Timestamp::from_seconds(T0 + seconds).with_micros(micros)
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub fn prefix(text: &str) -> PathPrefix {
    PathPrefix { prefix: text.parse().unwrap(), path_id: None }
}

/// ORIGIN IGP, AS_PATH, NEXT_HOP 192.0.2.1, on the wire.
pub fn attributes(path: &str) -> Vec<u8> {
    let path: AsPathBuf = path.parse().unwrap();
    let (mut octets, mut out) = (Vec::new(), Vec::new());
    let values = [Value::Origin(Origin::Igp), Value::AsPath(path.view(true, &mut octets).unwrap())];
    for value in values.into_iter().chain([Value::NextHop([192, 0, 2, 1].into())]) {
        value.encode(&Session::AS4, &mut out).unwrap();
    }
    out
}

/// The two ends of a session.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    pub peer: &'static str,
    pub asn: u32,
    pub local: &'static str,
    /// Whether messages are written as sent by the collector.
    pub sent: bool,
}

/// AS64496 at 192.0.2.1 and the collector 192.0.2.254.
pub const LINK: Link = Link { peer: "192.0.2.1", asn: 64496, local: "192.0.2.254", sent: false };

impl Link {
    pub const fn from(self, peer: &'static str, asn: u32) -> Self {
        Self { peer, asn, ..self }
    }

    pub const fn to(self, local: &'static str) -> Self {
        Self { local, ..self }
    }

    pub const fn sent(self) -> Self {
        Self { sent: true, ..self }
    }

    fn ends(self) -> [(Asn, IpAddr); 2] {
        [(Asn(self.asn), address(self.peer)), (Asn(64511), address(self.local))]
    }
}

/// An archive under construction.
#[derive(Clone, Debug, Default)]
pub struct Archive(pub Vec<u8>);

impl Archive {
    pub fn new() -> Self {
        Self::default()
    }

    /// A table: its peers by BGP identifier, address and AS; its routes by prefix, peer index and path.
    pub fn table(
        &mut self,
        time: Timestamp,
        (collector, view): (&str, &str),
        peers: &[(&str, &str, u32)],
        routes: &[(&str, u16, &str)],
    ) -> &mut Self {
        let mut dump = TableDumpWriter::new(collector.parse().unwrap(), view);
        for (id, peer, asn) in peers {
            dump.peer(IndexedPeer::new(id.parse().unwrap(), address(peer), Asn(*asn))).unwrap();
        }
        dump.peer_index_table(time, &mut self.0).unwrap();
        for (prefix, peer, path) in routes {
            let prefix: Prefix = prefix.parse().unwrap();
            let family = if prefix.is_v6() { Family::IPV6_UNICAST } else { Family::IPV4_UNICAST };
            let entry = (*peer, time.seconds - 3600, None, &attributes(path)[..]);
            dump.route(time, family, prefix, &[entry], &mut self.0).unwrap();
        }
        self
    }

    /// An UPDATE whose IPv4 prefixes have path identifiers (RFC 7911), in a record whose subtype says so if `declared`.
    pub fn update_of_paths(
        &mut self,
        time: Timestamp,
        link: Link,
        declared: bool,
        path: &str,
        routes: &[(&str, u32)],
    ) -> &mut Self {
        let mut session = Session::AS4;
        session.add_path_receive = FamilySet::EMPTY.with(Family::IPV4_UNICAST);
        session.add_path_send = session.add_path_receive;
        let mut update = UpdateBuilder::new(&session);
        basic(&mut update, path);
        for (text, path_id) in routes {
            update.announce(PathPrefix { path_id: Some(*path_id), ..prefix(text) }).unwrap();
        }
        let mut message = Vec::new();
        update.encode(&mut message).unwrap();
        let [peer, local] = link.ends();
        let session = if declared { session } else { Session::AS4 };
        Bgp4mpMessage::new(peer, local, session, &message).encode(time, &mut self.0).unwrap();
        self
    }

    /// A message in a record whose subtype declares path identifiers.
    pub fn message_of_paths(&mut self, time: Timestamp, link: Link, message: &[u8]) -> &mut Self {
        let mut session = Session::AS4;
        session.add_path_receive = FamilySet::EMPTY.with(Family::IPV4_UNICAST);
        let [peer, local] = link.ends();
        Bgp4mpMessage::new(peer, local, session, message).encode(time, &mut self.0).unwrap();
        self
    }

    /// A message.
    pub fn message(&mut self, time: Timestamp, link: Link, message: &[u8]) -> &mut Self {
        let [peer, local] = link.ends();
        let mut record = Bgp4mpMessage::new(peer, local, Session::AS4, message);
        record.local = link.sent;
        record.encode(time, &mut self.0).unwrap();
        self
    }

    /// An UPDATE.
    pub fn update(&mut self, time: Timestamp, link: Link, build: impl FnOnce(&mut UpdateBuilder)) -> &mut Self {
        let mut update = UpdateBuilder::new(&Session::AS4);
        build(&mut update);
        let mut message = Vec::new();
        update.encode(&mut message).unwrap();
        self.message(time, link, &message)
    }

    /// Announces IPv4 prefixes with a path.
    pub fn announce(&mut self, time: Timestamp, link: Link, path: &str, prefixes: &[&str]) -> &mut Self {
        self.update(time, link, |update| {
            basic(update, path);
            for text in prefixes {
                update.announce(prefix(text)).unwrap();
            }
        })
    }

    /// Withdraws prefixes.
    pub fn withdraw(&mut self, time: Timestamp, link: Link, prefixes: &[&str]) -> &mut Self {
        self.update(time, link, |update| {
            for text in prefixes {
                update.withdraw(prefix(text)).unwrap();
            }
        })
    }

    pub fn end_of_rib(&mut self, time: Timestamp, link: Link, family: Family) -> &mut Self {
        let mut message = Vec::new();
        UpdateBuilder::end_of_rib(family, &Session::AS4).encode(&mut message).unwrap();
        self.message(time, link, &message)
    }

    pub fn open(&mut self, time: Timestamp, link: Link, capabilities: &[CapabilityValue<'_>]) -> &mut Self {
        let mut open = OpenBuilder::new(Asn(link.asn), Ipv4Addr::new(192, 0, 2, 1));
        for capability in capabilities {
            open = open.capability(capability).unwrap();
        }
        let mut message = Vec::new();
        open.encode(&mut message).unwrap();
        self.message(time, link, &message)
    }

    pub fn notification(&mut self, time: Timestamp, link: Link, (code, subcode): (u8, u8)) -> &mut Self {
        let builder = NotificationBuilder::new(NotificationCode(code), subcode);
        let mut message = Vec::new();
        builder.notification().encode(&Session::AS4, &mut message).unwrap();
        self.message(time, link, &message)
    }

    pub fn keepalive(&mut self, time: Timestamp, link: Link) -> &mut Self {
        let mut message = Vec::new();
        routeglass::bgp::Message::Keepalive.encode(&Session::AS4, &mut message).unwrap();
        self.message(time, link, &message)
    }

    /// BoRR or EoRR.
    pub fn refresh(&mut self, time: Timestamp, link: Link, family: Family, subtype: RouteRefreshSubtype) -> &mut Self {
        let mut message = Vec::new();
        RouteRefreshBuilder::mark(family, subtype).encode(&Session::AS4, &mut message).unwrap();
        self.message(time, link, &message)
    }

    pub fn state(&mut self, time: Timestamp, link: Link, old: u16, new: u16) -> &mut Self {
        let [peer, local] = link.ends();
        StateChange::new(peer, local, FsmState(old), FsmState(new)).encode(time, true, &mut self.0).unwrap();
        self
    }
}

/// ORIGIN IGP, AS_PATH, NEXT_HOP 192.0.2.1.
pub fn basic(update: &mut UpdateBuilder, path: &str) {
    let path: AsPathBuf = path.parse().unwrap();
    let mut octets = Vec::new();
    update.attribute(&Value::Origin(Origin::Igp)).unwrap();
    update.attribute(&Value::AsPath(path.view(true, &mut octets).unwrap())).unwrap();
    update.attribute(&Value::NextHop([192, 0, 2, 1].into())).unwrap();
}

/// COMMUNITIES with one.
pub fn community(update: &mut UpdateBuilder, value: u32) {
    update.attribute(&Value::Communities(Communities::from_chunks(&[value.to_be_bytes()]))).unwrap();
}

/// LARGE_COMMUNITIES with one.
pub fn large_community(update: &mut UpdateBuilder, [a, b, c]: [u32; 3]) {
    let octets = LargeCommunity { global: a, local1: b, local2: c }.to_octets();
    update.attribute(&Value::LargeCommunities(LargeCommunities::from_chunks(&[octets]))).unwrap();
}

/// A next hop.
pub fn next_hop(text: &str) -> NextHop<'static> {
    match address(text) {
        IpAddr::V4(address) => NextHop::V4(address),
        IpAddr::V6(address) => NextHop::V6(address),
    }
}
