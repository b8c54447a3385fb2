//! Evidence for path identifiers in a peer's routes and in table dumps, independent of record subtypes: both readings weighed over an
//! archive.
//!
//! Collectors have written ADD-PATH routes (RFC 7911) under subtypes without them (RFC 8050 came years later), and routes without
//! path identifiers under subtypes that declare them, for families without agreement. A single message often fits both readings;
//! all messages of a peer rarely do. Reading never guesses: this is an explicit first pass, and its results come with their
//! counts.
//!
//! Plain prefixes are weighed by their lengths and by bits after them, routes of other families by whether they can be decoded as
//! a route of a known type. Records of TABLE_DUMP_V2 are weighed by collector: the entries of one fit a reading if their lengths lead to
//! its end and each attribute list consists of attributes; entries without attributes are implausible.

use alloc::collections::BTreeMap;
use core::net::{IpAddr, Ipv4Addr};

use super::{Bgp4mpMessage, Body, PeerIndexTable, Record, RibRecord, records};
use crate::asn::Asn;
use crate::family::{Family, FamilySet};
use crate::nlri::{EvpnRoute, LinkStateRoute, McastVpnRoute, Prefixes, RawRoute, RouteValue, Routes, VplsRoute, gives_length};
use crate::session::Session;

/// How the routes of one peer and family read both ways, in numbers of lists; of a table dump, in numbers of records.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Reading {
    /// Lists that only fit without path identifiers.
    pub only_plain: u64,
    /// Lists that only fit with path identifiers.
    pub only_add_path: u64,
    /// Lists that fit both ways and are more plausible without path identifiers.
    pub rather_plain: u64,
    /// Lists that fit both ways and are more plausible with path identifiers.
    pub rather_add_path: u64,
    /// Lists that fit both ways, equally plausible.
    pub undecided: u64,
    /// Lists that fit neither way.
    pub neither: u64,
}

impl Reading {
    const fn plain(&self) -> u64 {
        self.only_plain.saturating_add(self.rather_plain)
    }

    const fn with_path_ids(&self) -> u64 {
        self.only_add_path.saturating_add(self.rather_add_path)
    }

    /// Whether the lists carry path identifiers.
    ///
    /// Every list of such a peer fits that reading; others must be rare (damage): fewer than one in twenty of those that support
    /// it.
    pub const fn is_add_path(&self) -> bool {
        self.with_path_ids() > 0 && self.plain().saturating_mul(20) < self.with_path_ids()
    }

    /// Whether the lists carry none, by the same criterion.
    pub const fn is_plain(&self) -> bool {
        self.plain() > 0 && self.with_path_ids().saturating_mul(20) < self.plain()
    }

    /// Adds a list of plain prefixes.
    fn weigh(&mut self, bytes: &[u8], v6: bool) {
        let read = |add_path: bool| Prefixes::parse_at(bytes, v6, add_path, 0).ok();
        self.compare(read(false), read(true), oddities);
    }

    /// Adds a list of another family's routes.
    fn weigh_routes(&mut self, bytes: &[u8], family: Family) {
        let read = |add_path: bool| {
            let mut routes = Routes::at(bytes, family, add_path, 0);
            routes.all(|route| route.is_ok()).then(|| Routes::at(bytes, family, add_path, 0))
        };
        self.compare(read(false), read(true), odd_routes);
    }

    /// Counts a list by its readings and by how many of their routes are odd, and of how many.
    fn compare<T>(&mut self, plain: Option<T>, add_path: Option<T>, oddities: impl Fn(T) -> (u64, u64)) {
        let count = match (plain, add_path) {
            (Some(_), None) => &mut self.only_plain,
            (None, Some(_)) => &mut self.only_add_path,
            (None, None) => &mut self.neither,
            (Some(plain), Some(add_path)) => {
                // Shares of odd routes, compared by cross-multiplication; ties are undecided.
                let ((odd_plain, of_plain), (odd_path, of_path)) = (oddities(plain), oddities(add_path));
                match odd_plain.saturating_mul(of_path).cmp(&odd_path.saturating_mul(of_plain)) {
                    core::cmp::Ordering::Less => &mut self.rather_plain,
                    core::cmp::Ordering::Greater => &mut self.rather_add_path,
                    core::cmp::Ordering::Equal => &mut self.undecided,
                }
            }
        };
        *count = count.saturating_add(1);
    }
}

/// Number of implausible prefixes (too short for an allocation, bits set after the length), and of all. One default route is
/// plausible.
fn oddities(list: Prefixes<'_>) -> (u64, u64) {
    let (mut odd, mut all, mut defaults) = (0u64, 0u64, 0u64);
    let mut wire = list.as_bytes();
    for route in list {
        all = all.saturating_add(1);
        let prefix = route.prefix;
        let head = if route.path_id.is_some() { 5 } else { 1 };
        let octets = usize::from(prefix.len()).div_ceil(8);
        let (address, rest) = match wire.split_at_checked(head).and_then(|(_, rest)| rest.split_at_checked(octets)) {
            Some(split) => split,
            None => break,
        };
        wire = rest;
        let loose = 7u8.wrapping_sub(prefix.len().wrapping_sub(1) & 7);
        let host_bits =
            prefix.len() > 0 && address.last().is_some_and(|last| last & !(0xffu8.wrapping_shl(u32::from(loose))) != 0);
        if prefix.len() == 0 {
            defaults = defaults.saturating_add(1);
        } else if host_bits || prefix.len() < if prefix.is_v6() { 12 } else { 7 } {
            odd = odd.saturating_add(1);
        }
    }
    (odd.saturating_add(defaults.saturating_sub(1)), all)
}

/// Number of routes that cannot be decoded or are of an unknown type, and of all.
fn odd_routes(list: Routes<'_>) -> (u64, u64) {
    let is_odd = |route: &RawRoute<'_>| {
        matches!(
            route.decode(),
            Err(_)
                | Ok(RouteValue::Unknown(_)
                    | RouteValue::Evpn(EvpnRoute::Unknown { .. })
                    | RouteValue::McastVpn(McastVpnRoute::Unknown { .. })
                    | RouteValue::Vpls(VplsRoute::Unknown { .. })
                    | RouteValue::LinkState(LinkStateRoute::Unknown { .. }))
        )
    };
    let count =
        |(odd, all): (u64, u64), route: RawRoute<'_>| (odd.saturating_add(u64::from(is_odd(&route))), all.saturating_add(1));
    list.flatten().fold((0, 0), count)
}

/// Number of entries without attributes, and of all; `None` if the entries do not fit the reading.
fn odd_entries(rib: &RibRecord<'_>, add_path: bool) -> Option<(u64, u64)> {
    let (mut odd, mut all) = (0u64, 0u64);
    for entry in rib.entries().read_with(add_path) {
        let entry = entry.ok()?;
        if !entry.attribute_windows().all(|window| window.is_ok()) {
            return None;
        }
        odd = odd.saturating_add(u64::from(entry.attribute_bytes().is_empty()));
        all = all.saturating_add(1);
    }
    Some((odd, all))
}

/// Evidence about one peer, or about the table dumps of one collector.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct PeerEvidence {
    /// By family: of records whose subtype denies path identifiers, and of those whose subtype declares them.
    denied: BTreeMap<Family, Reading>,
    declared: BTreeMap<Family, Reading>,
    add_path: FamilySet,
    plain: FamilySet,
}

impl PeerEvidence {
    /// Both readings of the families of records whose subtypes are without path identifiers.
    pub fn readings(&self) -> impl Iterator<Item = (Family, Reading)> + '_ {
        self.denied.iter().map(|(family, reading)| (*family, *reading))
    }

    /// The same for subtypes with path identifiers (RFC 8050).
    pub fn declared_readings(&self) -> impl Iterator<Item = (Family, Reading)> + '_ {
        self.declared.iter().map(|(family, reading)| (*family, *reading))
    }

    /// The families whose routes carry path identifiers although their subtype denies them.
    pub const fn add_path(&self) -> FamilySet {
        self.add_path
    }

    /// The families whose routes carry no path identifiers although their subtype declares them.
    pub const fn plain(&self) -> FamilySet {
        self.plain
    }
}

/// One direction of a session, as identified by message records. Path identifiers are agreed on for each direction (RFC 7911
/// section 4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(clippy::exhaustive_structs, reason = "programs make it to ask for a peer; a session has no other name in records")]
pub struct SessionDirection {
    /// The peer's address; `None` if the records have none.
    pub peer_address: Option<IpAddr>,
    /// The peer's AS number, which distinguishes peers that share an address.
    pub peer_asn: Asn,
    /// Whether the collector sent the messages (the LOCAL subtypes of RFC 6396 and 8050), not the peer.
    pub local: bool,
}

impl SessionDirection {
    const fn of(message: &Bgp4mpMessage<'_>) -> Self {
        Self { peer_address: message.peer_address, peer_asn: message.peer_asn, local: message.local }
    }
}

/// Evidence about all peers of an archive, per direction, and about its table dumps, per collector.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Evidence {
    peers: BTreeMap<SessionDirection, PeerEvidence>,
    tables: BTreeMap<Option<Ipv4Addr>, PeerEvidence>,
    /// The collector of the table in force.
    collector: Option<Ipv4Addr>,
}

impl Evidence {
    /// Reads a whole archive and evaluates both readings of every UPDATE and of every record of a table dump.
    ///
    /// Unreadable records are ignored.
    pub fn scan(archive: &[u8]) -> Self {
        let mut evidence = Self::default();
        for record in records(archive).flatten() {
            evidence.observe_record(&record);
        }
        evidence.conclude();
        evidence
    }

    /// The evidence by which a message is read with path identifiers in these families alone.
    #[cfg(feature = "python")]
    pub(crate) fn known(message: &Bgp4mpMessage<'_>, add_path: FamilySet) -> Self {
        let plain = message.session.add_path_receive.difference(add_path);
        let peer = PeerEvidence { add_path, plain, ..PeerEvidence::default() };
        Self { peers: BTreeMap::from([(SessionDirection::of(message), peer)]), ..Self::default() }
    }

    /// The evidence by which the entries of a record without a PEER_INDEX_TABLE are read with path identifiers or without.
    #[cfg(feature = "python")]
    pub(crate) fn known_entries(rib: &RibRecord<'_>, add_path: bool) -> Self {
        let only = FamilySet::EMPTY.with(rib.family());
        let (add_path, plain) = if add_path { (only, FamilySet::EMPTY) } else { (FamilySet::EMPTY, only) };
        let table = PeerEvidence { add_path, plain, ..PeerEvidence::default() };
        Self { tables: BTreeMap::from([(None, table)]), ..Self::default() }
    }

    /// Evaluates one record: its message, or the entries of a table dump, which are those of the collector whose PEER_INDEX_TABLE was
    /// evaluated last. [`Evidence::conclude`] ends a pass not made by [`Evidence::scan`].
    pub fn observe_record(&mut self, record: &Record<'_>) {
        match record.body() {
            Ok(Body::Message(message)) => self.observe(&message),
            Ok(Body::Rib(rib)) => self.observe_entries(self.collector, &rib),
            _ if record.is_peer_table() => self.collector = PeerIndexTable::readable_collector(record.raw_body()),
            _ => {}
        }
    }

    /// Evaluates the entries of a record of a collector's table. One without entries shows nothing.
    pub(crate) fn observe_entries(&mut self, collector: Option<Ipv4Addr>, rib: &RibRecord<'_>) {
        if rib.is_empty() {
            return;
        }
        let declares = rib.entries().add_path();
        let table = self.tables.entry(collector).or_default();
        let readings = if declares { &mut table.declared } else { &mut table.denied };
        let read = |add_path: bool| odd_entries(rib, add_path);
        readings.entry(rib.family()).or_default().compare(read(false), read(true), |counts| counts);
    }

    /// Evaluates one message; [`Evidence::conclude`] ends a pass not made by [`Evidence::scan`].
    pub fn observe(&mut self, message: &Bgp4mpMessage<'_>) {
        let Ok(Some(update)) = message.update() else {
            return;
        };
        let peer = self.peers.entry(SessionDirection::of(message)).or_default();
        let readings = if message.session.add_path_receive.is_empty() { &mut peer.denied } else { &mut peer.declared };
        let mut weigh = |family: Family, bytes: &[u8]| {
            if bytes.is_empty() {
                return;
            }
            match family.prefix_is_v6() {
                Some(v6) => readings.entry(family).or_default().weigh(bytes, v6),
                None if gives_length(family) => readings.entry(family).or_default().weigh_routes(bytes, family),
                None => {}
            }
        };
        weigh(Family::IPV4_UNICAST, update.withdrawn_bytes());
        weigh(Family::IPV4_UNICAST, update.announced_bytes());
        let Ok(attributes) = update.attributes() else {
            return;
        };
        if let Ok(Some(reach)) = attributes.mp_reach()
            && let Some(family) = reach.family()
        {
            weigh(family, reach.nlri_bytes());
        }
        if let Ok(Some(unreach)) = attributes.mp_unreach() {
            weigh(unreach.family(), unreach.nlri_bytes());
        }
    }

    /// Decides, per peer and for the tables of each collector, in which families the subtypes are wrong about path identifiers.
    pub fn conclude(&mut self) {
        let families = |readings: &BTreeMap<Family, Reading>, concluded: fn(&Reading) -> bool| {
            let found = readings.iter().filter(|(_, reading)| concluded(reading));
            found.fold(FamilySet::EMPTY, |set, (family, _)| set.with(*family))
        };
        for peer in self.peers.values_mut().chain(self.tables.values_mut()) {
            peer.add_path = families(&peer.denied, Reading::is_add_path);
            peer.plain = families(&peer.declared, Reading::is_plain);
        }
    }

    /// How to read a message by this evidence: as its subtype says, except with path identifiers in families found to have them,
    /// and without in families found to have none.
    pub fn session(&self, message: &Bgp4mpMessage<'_>) -> Session {
        message.session.with_add_path_in(self.add_path(message))
    }

    /// Whether messages of any peer are read otherwise than the subtypes of their records say.
    pub(super) fn is_against_a_message(&self) -> bool {
        self.peers.values().any(|peer| !peer.add_path.is_empty() || !peer.plain.is_empty())
    }

    /// The families of a message's peer with path identifiers.
    #[inline(never)]
    pub(super) fn add_path(&self, message: &Bgp4mpMessage<'_>) -> FamilySet {
        let declared = message.session.add_path_receive;
        match self.peers.get(&SessionDirection::of(message)) {
            Some(peer) if declared.is_empty() => peer.add_path,
            Some(peer) => declared.difference(peer.plain),
            None => declared,
        }
    }

    /// The evidence about one direction of a session; `None` if it sent nothing readable both ways.
    pub fn peer(&self, direction: &SessionDirection) -> Option<&PeerEvidence> {
        self.peers.get(direction)
    }

    /// The evidence about the table dumps of a collector, by its BGP identifier, or about records before any PEER_INDEX_TABLE; `None`
    /// without such records.
    pub fn table(&self, collector: Option<Ipv4Addr>) -> Option<&PeerEvidence> {
        self.tables.get(&collector)
    }

    /// The collectors of table dumps, by BGP identifier: see [`Evidence::table`].
    pub fn tables(&self) -> impl Iterator<Item = (Option<Ipv4Addr>, &PeerEvidence)> {
        self.tables.iter().map(|(collector, table)| (*collector, table))
    }

    /// The peers, by address and AS number, per direction.
    pub fn peers(&self) -> impl Iterator<Item = (SessionDirection, &PeerEvidence)> {
        self.peers.iter().map(|(direction, peer)| (*direction, peer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(lists: &[&[u8]]) -> Reading {
        let mut r = Reading::default();
        lists.iter().for_each(|list| r.weigh(list, false));
        r
    }

    #[test]
    fn plain_lists_stay_plain() {
        let r = reading(&[&[24, 192, 0, 2], &[0], &[16, 10, 1, 24, 192, 0, 2]]);
        assert!(!r.is_add_path(), "{r:?}");
        assert!(r.only_plain >= 2);
    }

    #[test]
    fn identifiers_show_by_what_the_plain_reading_makes_of_them() {
        // Path 1 of 192.0.2.0/24: plainly 0/0, 0/0, 0/0, then a length of 1 with an octet, ...
        let r = reading(&[&[0, 0, 0, 1, 24, 192, 0, 2], &[0, 0, 0, 2, 24, 198, 51, 100], &[0, 0, 0, 9, 16, 172, 16]]);
        assert!(r.is_add_path(), "{r:?}");
    }

    #[test]
    fn prefixes_that_nobody_announces_are_counted() {
        let of = |v6, bytes: &[u8]| oddities(Prefixes::parse_at(bytes, v6, false, 0).unwrap());
        // Ordinary: 10/8, 8/7, 10.1/16. Odd: 8/6, 8/5, 10.1/15 with a bit after its length.
        assert_eq!(of(false, &[8, 10, 7, 8, 6, 8, 5, 8, 16, 10, 1, 15, 10, 1]), (3, 6));
        // Ordinary: 2000::/12, a default route. Odd: 2000::/11, 2000::/10, a second default route.
        assert_eq!(of(true, &[12, 0x20, 0, 11, 0x20, 0, 10, 0x20, 0, 0, 0]), (3, 5));
    }

    #[test]
    fn one_list_against_the_reading_outweighs_few_for_it() {
        let mut r = reading(&[&[0, 0, 0, 1, 24, 192, 0, 2]]);
        r.only_plain = 1;
        assert!(!r.is_add_path());
        r.only_add_path = 21;
        assert!(r.is_add_path());
    }

    /// An UPDATE as BGP4MP_MESSAGE_AS4 (or its LOCAL form) with routes under 10.0.0.0/8, with path identifiers or without.
    fn record(peer: u8, local: bool, add_path: bool) -> Vec<u8> {
        record_of(if local { 7 } else { 4 }, peer, add_path, 4)
    }

    /// The same with this many routes, in any subtype with four-octet AS numbers.
    fn record_of(subtype: u8, peer: u8, add_path: bool, count: u8) -> Vec<u8> {
        let mut routes = Vec::new();
        for third in 0..count {
            routes.extend_from_slice(if add_path { &[0, 0, 0, 1][..] } else { &[] });
            routes.extend_from_slice(&[24, 10, peer, third]);
        }
        let attributes = [0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 192, 0, 2, 1];
        let len = 23 + attributes.len() + routes.len();
        let mut body = vec![0, 0, 0xfc, peer, 0, 0, 0xfc, 0, 0, 0, 0, 1, 192, 0, 2, 9, 192, 0, 2, 8];
        body.extend_from_slice(&[0xff; 16]);
        body.extend_from_slice(&[0, u8::try_from(len).unwrap(), 2, 0, 0, 0, 14]);
        body.extend_from_slice(&attributes);
        body.extend_from_slice(&routes);
        let mut record = vec![0, 0, 0, 0, 0, 16, 0, subtype, 0, 0, 0, u8::try_from(body.len()).unwrap()];
        record.extend_from_slice(&body);
        record
    }

    #[test]
    fn routes_without_identifiers_under_a_subtype_that_declares_them_are_read_as_they_are() {
        // AS 64513 sends none under MESSAGE_AS4_ADDPATH, one route a message; AS 64514 sends as the subtype declares.
        let mut archive = Vec::new();
        for _ in 0..8 {
            archive.extend_from_slice(&record_of(9, 1, false, 1));
            archive.extend_from_slice(&record_of(9, 2, true, 1));
        }
        let evidence = Evidence::scan(&archive);
        let v4 = Family::IPV4_UNICAST;
        let found: Vec<_> = evidence.peers().map(|(d, peer)| (d.peer_asn.0 & 0xff, peer.plain().contains(v4))).collect();
        assert_eq!(found, [(1, true), (2, false)]);
        let (_, peer) = evidence.peers().next().unwrap();
        assert_eq!((peer.add_path(), peer.readings().count()), (FamilySet::EMPTY, 0));
        assert_eq!(peer.declared_readings().map(|(family, reading)| (family, reading.only_plain)).collect::<Vec<_>>(), [(v4, 8)]);
        let mut peers = crate::mrt::ReadContext::new().with_evidence(evidence);
        assert!(!peers.reads_messages_as_declared());
        let sound = Evidence::scan(&record_of(9, 2, true, 1).repeat(8));
        assert!(crate::mrt::ReadContext::new().with_evidence(sound).reads_messages_as_declared());
        let routes: Vec<_> = records(&archive)
            .flatten()
            .take(2)
            .flat_map(|record| record.elements(&mut peers).map(|e| e.unwrap()).collect::<Vec<_>>())
            .map(|e| (e.prefix().unwrap().to_string(), e.path_id()))
            .collect();
        assert_eq!(routes, [("10.1.0.0/24".into(), None), ("10.2.0.0/24".into(), Some(1))]);
    }

    #[test]
    fn peers_at_one_address_and_both_directions_are_weighed_apart() {
        let mut archive = Vec::new();
        for _ in 0..8 {
            archive.extend_from_slice(&record(1, false, true));
            archive.extend_from_slice(&record(1, true, false));
            archive.extend_from_slice(&record(2, false, false));
        }
        let evidence = Evidence::scan(&archive);
        let found: Vec<_> = evidence
            .peers()
            .map(|(d, peer)| (d.peer_asn.0 & 0xff, d.local, peer.add_path().contains(Family::IPV4_UNICAST)))
            .collect();
        assert_eq!(found, [(1, false, true), (1, true, false), (2, false, false)]);
        let mut peers = crate::mrt::ReadContext::new().with_evidence(evidence.clone());
        let prefixes: Vec<_> = records(&archive[..2 * record(1, true, true).len()])
            .flatten()
            .flat_map(|record| record.elements(&mut peers).flatten().map(|e| e.prefix().unwrap().to_string()).collect::<Vec<_>>())
            .collect();
        assert_eq!(prefixes[0], "10.1.0.0/24");
        assert!(prefixes.iter().all(|p| p.starts_with("10.1.") && p.ends_with("/24")), "{prefixes:?}");
        let nobody = SessionDirection { peer_address: None, peer_asn: Asn(1), local: false };
        assert!(evidence.peer(&nobody).is_none());
    }

    /// A PEER_INDEX_TABLE of a collector with a peer, and records of this subtype whose entries have path identifiers or not.
    fn table(collector: u8, subtype: u8, paths: &[Option<u32>], count: u8) -> Vec<u8> {
        let record = |subtype: u8, body: &[u8]| {
            [&[0, 0, 0, 9, 0, 13, 0, subtype, 0, 0, 0, u8::try_from(body.len()).unwrap()][..], body].concat()
        };
        let peers = [192, 0, 2, collector, 0, 0, 0, 1, 2, 192, 0, 2, 1, 192, 0, 2, 1, 0, 0, 0xfb, 0xf0];
        let attributes = [0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
        let entry = |path: &Option<u32>| {
            let id = path.map_or(Vec::new(), |id| id.to_be_bytes().to_vec());
            [&[0, 0, 0, 0, 0, 5][..], &id, &[0, 20], &attributes].concat()
        };
        let entries: Vec<_> = paths.iter().map(entry).collect();
        let body = |n: u8| {
            let paths = u8::try_from(paths.len()).unwrap();
            [&[0, 0, 0, n, 24, 198, 51, n, 0, paths][..], &entries.concat()].concat()
        };
        (1..=count).fold(record(1, &peers), |archive, n| [archive, record(subtype, &body(n))].concat())
    }

    /// Path identifiers of the routes as read by the evidence of the archive, and the number of errors.
    fn read(archive: &[u8]) -> (Vec<Option<u32>>, usize) {
        let context = crate::mrt::ReadContext::new().with_evidence(Evidence::scan(archive));
        let (mut ids, mut errors) = (Vec::new(), 0);
        for element in crate::elements(archive).with_context(context) {
            match element {
                Ok(element) if element.finding().is_none() => ids.push(element.path_id()),
                _ => errors += 1,
            }
        }
        (ids, errors)
    }

    const V4: Family = Family::IPV4_UNICAST;

    #[test]
    fn entries_of_table_dumps_are_read_as_they_fit() {
        for (subtype, paths, wrong) in [
            (2, &[Some(0)][..], true),
            (2, &[Some(1), Some(7)], true),
            (2, &[Some(0x4001_0100), Some(0xffff_ffff)], true),
            (8, &[None], true),
            (8, &[None, None], true),
            (2, &[None, None], false),
            (8, &[Some(1), Some(7)], false),
        ] {
            let archive = table(254, subtype, paths, 5);
            let evidence = Evidence::scan(&archive);
            let found = evidence.table(Some([192, 0, 2, 254].into())).unwrap();
            let only = if wrong { FamilySet::EMPTY.with(V4) } else { FamilySet::EMPTY };
            let expected = if subtype == 2 { (only, FamilySet::EMPTY) } else { (FamilySet::EMPTY, only) };
            assert_eq!((found.add_path(), found.plain()), expected, "{subtype} {paths:?}");
            let routes: Vec<_> = (0..5).flat_map(|_| paths.to_vec()).collect();
            assert_eq!(read(&archive), (routes, 0), "{subtype} {paths:?}");
            let mut context = crate::mrt::ReadContext::new().with_evidence(evidence);
            for record in records(&archive).flatten() {
                context.observe(&record);
                assert_eq!(record.findings(&context, |e| panic!("{e}")), crate::error::Action::None);
                let mut places = crate::places::Places::new();
                record.places_by(&context, &mut places);
                assert!(places.iter().all(|place| place.error.is_none()));
                let mut again = Vec::new();
                record.rewrite(&mut again).unwrap();
                assert_eq!(again, record.as_bytes());
            }
        }
    }

    #[test]
    fn one_record_against_the_others_changes_no_table() {
        let (sound, odd) = (table(254, 2, &[None], 5), table(254, 2, &[Some(1)], 1));
        // Read as declared, the odd one is a route without attributes, and octets are left over.
        assert_eq!(read(&[&sound[..], &odd].concat()), (vec![None; 6], 1));
        // A record without entries, as FRR writes, shows nothing.
        assert_eq!(Evidence::scan(&table(254, 2, &[], 3)).tables().count(), 0);
    }

    #[test]
    fn tables_of_two_collectors_are_weighed_apart() {
        let archive = [table(253, 2, &[None], 30), table(254, 2, &[Some(1)], 2), table(253, 2, &[None], 1)].concat();
        let expected = [vec![None; 30], vec![Some(1); 2], vec![None]].concat();
        assert_eq!(read(&archive), (expected, 0));
        let evidence = Evidence::scan(&archive);
        let readings: Vec<_> = evidence
            .tables()
            .flat_map(|(of, found)| found.readings().map(move |(_, r)| (of, r.only_plain, r.only_add_path)))
            .collect();
        assert_eq!(readings, [(Some([192, 0, 2, 253].into()), 31, 0), (Some([192, 0, 2, 254].into()), 0, 2)]);
    }
}
