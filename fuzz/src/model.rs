//! Laws of values: any values are written and read back unchanged.

use std::net::{IpAddr, Ipv4Addr};

use arbitrary::{Arbitrary, Result, Unstructured};
use routeglass::attr::{
    AsPath, AsPathBuf, ClusterList, Communities, Community, ExtendedCommunities, ExtendedCommunity, Ipv6ExtendedCommunities,
    Ipv6ExtendedCommunity, LargeCommunities, LargeCommunity, Origin, Value,
};
use routeglass::bgp::{Message, NotificationBuilder, Open, OpenBuilder, RouteRefreshBuilder, Update, UpdateBuilder, messages};
use routeglass::element::{Element, ElementKind};
use routeglass::error::Action;
use routeglass::mrt::{Bgp4mpMessage, Body, IndexedPeer, ReadContext, Reader, Record, RibRoute, TableDumpWriter};
use routeglass::nlri::{FlowspecBuilder, NextHop, Nlri, PathPrefix, RawRoute, RouteValue};
use routeglass::{Asn, Family, FamilySet, Prefix, Session, Timestamp};

/// Messages, rules and dumps of any values give those values back.
pub fn structured(data: &[u8]) {
    let mut u = Unstructured::new(data);
    // Missing input is zeros, so that nothing here fails; if it does, the input is skipped.
    let _ = match u.arbitrary::<u8>().unwrap_or_default() % 4 {
        0 => builders(&mut u),
        1 => dump(&mut u),
        _ => update(&mut u),
    };
}

/// A message without findings.
fn clean(message: &Message<'_>) {
    assert_eq!(message.findings(0, |e| panic!("{e} in {message:?}")), Action::None);
}

fn builders(u: &mut Unstructured<'_>) -> Result<()> {
    let open: OpenBuilder = u.arbitrary()?;
    let mut wire = Vec::new();
    open.encode(&mut wire).expect("an OPEN that can be said");
    assert_eq!(wire.len(), open.encoded_len());
    let message = Message::parse_at(&wire, &Session::AS2, 0).expect("what was written is a message");
    clean(&message);
    let read = Open::parse_at(&wire[19..], 19).expect("an OPEN");
    let mut again = Vec::new();
    OpenBuilder::from_open(&read).expect("whole parameters").encode(&mut again).expect("written once already");
    assert_eq!(again, wire);
    again.clear();
    read.encode(&mut again).expect("written once already");
    assert_eq!((again.len(), again), (read.encoded_len(), wire));

    let session: Session = u.arbitrary()?;
    let notification: NotificationBuilder = u.arbitrary()?;
    let mut wire = Vec::new();
    notification.notification().encode(&session, &mut wire).expect("short");
    assert_eq!(wire.len(), notification.notification().encoded_len());
    match Message::parse_at(&wire, &session, 0) {
        Ok(message @ Message::Notification(read)) => {
            clean(&message);
            let made = notification.notification();
            assert_eq!((read.code, read.subcode, read.data), (made.code, made.subcode, made.data));
            assert_eq!(read.to_string(), made.to_string());
        }
        other => panic!("{other:?}"),
    }

    let refresh: RouteRefreshBuilder = u.arbitrary()?;
    let mut wire = Vec::new();
    refresh.encode(&session, &mut wire).expect("short");
    assert_eq!(wire.len(), refresh.encoded_len());
    match Message::parse_at(&wire, &session, 0) {
        Ok(message @ Message::RouteRefresh(read)) => {
            clean(&message);
            let mut again = Vec::new();
            RouteRefreshBuilder::from_message(&read).expect("sound filters").encode(&session, &mut again).expect("as before");
            assert_eq!(again, wire);
        }
        other => panic!("{other:?}"),
    }

    let rule: FlowspecBuilder = u.arbitrary()?;
    let mut wire = Vec::new();
    rule.encode(&mut wire).expect("a rule with components");
    let family = rule.rule().family();
    let route = RawRoute::new(family, &wire, 0).decode();
    assert_eq!(route, Ok(RouteValue::Flowspec(rule.rule())));
    assert_eq!(route.expect("just compared").encoded_len(), wire.len());

    let update: UpdateBuilder = u.arbitrary()?;
    let mut wire = Vec::new();
    update.encode(&mut wire).expect("one message holds it");
    let session = update.session().reversed();
    let message = Message::parse_at(&wire, &session, 0).expect("what was written is a message");
    clean(&message);
    let mut again = Vec::new();
    message.encode(&session, &mut again).expect("written once already");
    assert_eq!(again, wire);
    // All in one message, or the same routes in several.
    let mut all = Vec::new();
    assert_eq!(update.encode_all(&mut all), Ok(1));
    assert_eq!(all, wire);
    Ok(())
}

/// An UPDATE by its values.
#[derive(Debug)]
struct Model {
    session: Session,
    withdrawn: Vec<PathPrefix>,
    mp_withdrawn: Option<(Family, Vec<PathPrefix>)>,
    announced: Vec<PathPrefix>,
    mp_announced: Option<(Family, NextHop<'static>, Vec<PathPrefix>)>,
    attributes: List,
}

/// Attributes by their values.
#[derive(Debug)]
struct List {
    origin: Origin,
    path: AsPathBuf,
    next_hop: Ipv4Addr,
    med: Option<u32>,
    local_pref: Option<u32>,
    atomic: bool,
    originator: Option<Ipv4Addr>,
    only_to_customer: Option<Asn>,
    communities: Vec<Community>,
    clusters: Vec<Ipv4Addr>,
    extended: Vec<ExtendedCommunity>,
    ipv6: Vec<Ipv6ExtendedCommunity>,
    large: Vec<LargeCommunity>,
}

fn some<'a, T: Arbitrary<'a>>(u: &mut Unstructured<'a>) -> Result<Vec<T>> {
    let len = u.int_in_range(0..=3)?;
    (0..len).map(|_| u.arbitrary()).collect()
}

impl<'a> Arbitrary<'a> for List {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            origin: u.arbitrary()?,
            path: u.arbitrary()?,
            next_hop: u.arbitrary()?,
            med: u.arbitrary()?,
            local_pref: u.arbitrary()?,
            atomic: u.arbitrary()?,
            originator: u.arbitrary()?,
            only_to_customer: u.arbitrary()?,
            communities: some(u)?,
            clusters: some(u)?,
            extended: some(u)?,
            ipv6: some(u)?,
            large: some(u)?,
        })
    }
}

/// A path for two-octet speakers (RFC 6793 section 4.2.2).
fn in_two_octets(path: &AsPathBuf) -> AsPathBuf {
    let mut short = AsPathBuf::new();
    for (kind, asns) in path.segments() {
        short.push(kind, asns.iter().map(|asn| if asn.0 > 0xffff { Asn(23456) } else { *asn }));
    }
    short
}

impl List {
    /// Passes every attribute's value to `take`; borrowed octets last for the call.
    fn values(&self, session: &Session, mut take: impl FnMut(&Value<'_>)) {
        let mut buffer = Vec::new();
        take(&Value::Origin(self.origin));
        let path = if session.asn4 { self.path.clone() } else { in_two_octets(&self.path) };
        take(&Value::AsPath(path.view(session.asn4, &mut buffer).expect("sets are short")));
        take(&Value::NextHop(self.next_hop));
        self.med.iter().for_each(|value| take(&Value::MultiExitDisc(*value)));
        self.local_pref.iter().for_each(|value| take(&Value::LocalPref(*value)));
        if self.atomic {
            take(&Value::AtomicAggregate(routeglass::attr::AtomicAggregate));
        }
        self.originator.iter().for_each(|value| take(&Value::OriginatorId(*value)));
        self.only_to_customer.iter().for_each(|value| take(&Value::OnlyToCustomer(*value)));
        let octets: Vec<u8> = self.communities.iter().flat_map(|c| c.0.to_be_bytes()).collect();
        if let Ok(list) = Communities::parse_at(&octets, 0) {
            take(&Value::Communities(list));
        }
        let octets: Vec<u8> = self.clusters.iter().flat_map(|c| c.octets()).collect();
        if let Ok(list) = ClusterList::parse_at(&octets, 0) {
            take(&Value::ClusterList(list));
        }
        let octets: Vec<u8> = self.extended.iter().flat_map(|c| c.0).collect();
        if let Ok(list) = ExtendedCommunities::parse_at(&octets, 0) {
            take(&Value::ExtendedCommunities(list));
        }
        let octets: Vec<u8> = self.ipv6.iter().flat_map(|c| c.0).collect();
        if let Ok(list) = Ipv6ExtendedCommunities::parse_at(&octets, 0) {
            take(&Value::Ipv6ExtendedCommunities(list));
        }
        let octets: Vec<u8> = self.large.iter().flat_map(|c| [c.global, c.local1, c.local2]).flat_map(u32::to_be_bytes).collect();
        if let Ok(list) = LargeCommunities::parse_at(&octets, 0) {
            take(&Value::LargeCommunities(list));
        }
    }

    /// Octets of all attributes, computed from the values.
    fn encoded_len(&self, session: &Session) -> usize {
        let mut len = 0;
        self.values(session, |value| len += value.encoded_len(session));
        len
    }

    fn encode(&self, session: &Session) -> Vec<u8> {
        let mut out = Vec::new();
        self.values(session, |value| {
            let start = out.len();
            value.encode(session, &mut out).expect("it fits");
            assert_eq!(out.len() - start, value.encoded_len(session));
        });
        out
    }

    /// Every accessor returns the value.
    fn check(&self, a: &routeglass::attr::Attributes<'_>) {
        let asn4 = a.session().asn4;
        assert_eq!(a.origin(), Ok(Some(self.origin)));
        let path: AsPath<'_> = a.as_path().expect("a sound path");
        assert_eq!(AsPathBuf::from(path), if asn4 { self.path.clone() } else { in_two_octets(&self.path) });
        assert_eq!(a.ipv4_next_hop(), Ok(Some(self.next_hop)));
        assert_eq!((a.multi_exit_disc(), a.local_pref()), (Ok(self.med), Ok(self.local_pref)));
        assert_eq!((a.atomic_aggregate(), a.originator_id()), (self.atomic, Ok(self.originator)));
        assert_eq!(a.only_to_customer(), Ok(self.only_to_customer));
        assert!(a.communities().expect("sound").iter().eq(self.communities.iter().copied()));
        assert!(a.cluster_list().expect("sound").iter().map(|id| id.0).eq(self.clusters.iter().copied()));
        assert!(a.extended_communities().expect("sound").iter().eq(self.extended.iter().copied()));
        assert!(a.large_communities().expect("sound").iter().eq(self.large.iter().copied()));
        match a.find(routeglass::codes::AttrCode::IPV6_EXT_COMMUNITIES).map(|attribute| attribute.decode(&a.session())) {
            Some(Ok(Value::Ipv6ExtendedCommunities(list))) => assert!(list.iter().eq(self.ipv6.iter().copied())),
            None => assert!(self.ipv6.is_empty()),
            other => panic!("{other:?}"),
        }
    }
}

impl Model {
    fn new(u: &mut Unstructured<'_>) -> Result<Self> {
        let session: Session = u.arbitrary()?;
        let paths = |u: &mut Unstructured<'_>, family: Family, least| -> Result<Vec<PathPrefix>> {
            let many = u.int_in_range(1..=64)? == 64;
            let len = if many { u.int_in_range(400..=900)? } else { u.int_in_range(least..=3)? };
            (0..len)
                .map(|_| {
                    let bits: u8 = u.arbitrary()?;
                    let prefix = if family.is_v6() {
                        Prefix::v6(u.arbitrary()?, bits % 129)
                    } else {
                        Prefix::v4(u.arbitrary()?, bits % 33)
                    };
                    let path_id = if session.add_path_send.contains(family) { Some(u.arbitrary()?) } else { None };
                    Ok(PathPrefix { prefix: prefix.expect("short enough"), path_id })
                })
                .collect()
        };
        let plain = [Family::IPV4_UNICAST, Family::IPV6_UNICAST, Family::IPV4_MULTICAST, Family::IPV6_MULTICAST];
        let withdrawn = paths(u, plain[0], 0)?;
        let mp_withdrawn = match u.arbitrary()? {
            true => {
                let family = *u.choose(&plain)?;
                Some((family, paths(u, family, 1)?))
            }
            false => None,
        };
        let announced = paths(u, plain[0], 0)?;
        let mp_announced = match u.arbitrary()? {
            true => {
                let family = *u.choose(&plain)?;
                // RFC 8950 section 3: IPv4 routes have IPv6 next hops if negotiated.
                let v6 = family.is_v6() || session.extended_next_hop.contains(family) && u.arbitrary()?;
                let next_hop = match (v6, u.arbitrary()?) {
                    (false, _) => NextHop::V4(u.arbitrary()?),
                    (true, false) => NextHop::V6(u.arbitrary()?),
                    (true, true) => NextHop::V6LinkLocal(u.arbitrary()?, u.arbitrary()?),
                };
                Some((family, next_hop, paths(u, family, 1)?))
            }
            false => None,
        };
        Ok(Self { session, withdrawn, mp_withdrawn, announced, mp_announced, attributes: u.arbitrary()? })
    }

    fn builder(&self) -> UpdateBuilder {
        let mut update = UpdateBuilder::new(&self.session);
        for path in &self.withdrawn {
            update.withdraw(*path).expect("by the session");
        }
        for path in &self.announced {
            update.announce(*path).expect("by the session");
        }
        if let Some((family, paths)) = &self.mp_withdrawn {
            for path in paths {
                update.withdraw_prefix(*family, *path).expect("by the session");
            }
        }
        if let Some((family, next_hop, paths)) = &self.mp_announced {
            for path in paths {
                update.announce_prefix(*family, next_hop, *path).expect("by the session");
            }
        }
        self.attributes.values(&self.session, |value| {
            update.attribute(value).expect("each once");
        });
        update
    }

    /// Octets of the whole message, computed from the values (RFC 4271 section 4.3, RFC 4760 section 3).
    fn encoded_len(&self) -> usize {
        let all = |paths: &[PathPrefix]| paths.iter().map(PathPrefix::encoded_len).sum::<usize>();
        let framed = |body: usize| body + if body > 255 { 4 } else { 3 };
        let mut len = 23 + all(&self.withdrawn) + all(&self.announced);
        len += self.mp_withdrawn.iter().map(|(_, paths)| framed(3 + all(paths))).sum::<usize>();
        len += self.mp_announced.iter().map(|(_, hop, paths)| framed(5 + hop.encoded_len() + all(paths))).sum::<usize>();
        len + self.attributes.encoded_len(&self.session)
    }
}

/// The prefixes of one message: withdrawn, withdrawn by family, announced, announced by family.
type Lists = [Vec<PathPrefix>; 4];

fn lists(update: &Update<'_>) -> Lists {
    let a = update.attributes().expect("a sound list");
    let mp = |list: Option<(Family, Nlri<'_>)>| list.map_or_else(Vec::new, |(_, nlri)| nlri.prefixes().iter().collect());
    [
        update.withdrawn().expect("sound").iter().collect(),
        mp(update.mp_withdrawn(&a).expect("sound")),
        update.announced().expect("sound").iter().collect(),
        mp(update.mp_announced(&a).expect("sound")),
    ]
}

fn update(u: &mut Unstructured<'_>) -> Result<()> {
    let model = Model::new(u)?;
    let builder = model.builder();
    let session = model.session.reversed();
    let want: Lists = [
        model.withdrawn.clone(),
        model.mp_withdrawn.clone().map_or_else(Vec::new, |(_, paths)| paths),
        model.announced.clone(),
        model.mp_announced.clone().map_or_else(Vec::new, |(_, _, paths)| paths),
    ];

    // One message, if it fits.
    let mut wire = Vec::new();
    let outcome = builder.encode(&mut wire);
    assert_eq!(outcome.is_ok(), model.encoded_len() <= session.max_message_len(), "{outcome:?}");
    if outcome.is_ok() {
        assert_eq!(wire.len(), model.encoded_len());
        let message = Message::parse_at(&wire, &session, 0).expect("what was written is a message");
        clean(&message);
        let Message::Update(update) = message else { panic!("{message:?}") };
        assert_eq!(lists(&update), want);
        let a = update.attributes().expect("a sound list");
        model.attributes.check(&a);
        if let (Some((family, next_hop, _)), Ok(Some(reach))) = (&model.mp_announced, a.mp_reach()) {
            assert_eq!((reach.family(), reach.next_hop()), (Some(*family), *next_hop));
        }
        if let (Some((family, _)), Ok(Some(unreach))) = (&model.mp_withdrawn, a.mp_unreach()) {
            assert_eq!(unreach.family(), *family);
        }
        let mut again = Vec::new();
        message.encode(&session, &mut again).expect("written once already");
        assert_eq!(again, wire);
        in_a_record(u, &model, &wire)?;
    }

    // As many messages as needed: the same routes in the same order, the attributes in every message that announces.
    let mut wire = Vec::new();
    let Ok(count) = builder.encode_all(&mut wire) else {
        assert!(model.encoded_len() > session.max_message_len());
        return Ok(());
    };
    let mut got: Lists = Default::default();
    let mut messages_read = 0;
    for message in messages(&wire, &session) {
        let message = message.expect("what was written is messages");
        clean(&message);
        let Message::Update(update) = message else { panic!("{message:?}") };
        let found = lists(&update);
        if !found[2].is_empty() || !found[3].is_empty() {
            model.attributes.check(&update.attributes().expect("a sound list"));
        }
        got.iter_mut().zip(found).for_each(|(all, more)| all.extend(more));
        messages_read += 1;
    }
    assert_eq!((messages_read, got), (count, want));
    Ok(())
}

/// A record of one message, and its fixed fields.
struct Framed {
    peer: IpAddr,
    local: IpAddr,
    peer_asn: Asn,
    local_asn: Asn,
    time: Timestamp,
    bytes: Vec<u8>,
}

/// A message as an archive stores it; `None` if no subtype matches the session.
fn framed(u: &mut Unstructured<'_>, model: &Model, wire: &[u8]) -> Result<Option<Framed>> {
    let session = model.session.reversed();
    // A subtype declares path identifiers for all families or for none.
    let families = [model.mp_withdrawn.as_ref().map(|m| m.0), model.mp_announced.as_ref().map(|m| m.0)];
    let ids: Vec<bool> =
        [Some(Family::IPV4_UNICAST)].into_iter().chain(families).flatten().map(|f| session.add_path(f)).collect();
    if ids.iter().any(|id| *id != ids[0]) {
        return Ok(None);
    }
    let mut said = session;
    said.add_path_receive = if ids[0] { FamilySet::ALL } else { FamilySet::EMPTY };
    let mask = if session.asn4 { u32::MAX } else { 0xffff };
    let (peer, local): (IpAddr, IpAddr) = if u.arbitrary()? {
        (u.arbitrary::<std::net::Ipv6Addr>()?.into(), u.arbitrary::<std::net::Ipv6Addr>()?.into())
    } else {
        (u.arbitrary::<Ipv4Addr>()?.into(), u.arbitrary::<Ipv4Addr>()?.into())
    };
    let (peer_asn, local_asn) = (Asn(u.arbitrary::<u32>()? & mask), Asn(u.arbitrary::<u32>()? & mask));
    let time: Timestamp = u.arbitrary()?;
    let mut bytes = Vec::new();
    Bgp4mpMessage::new((peer_asn, peer), (local_asn, local), said, wire)
        .encode(time, &mut bytes)
        .expect("one family of addresses");
    Ok(Some(Framed { peer, local, peer_asn, local_asn, time, bytes }))
}

/// A record of any UPDATE without findings.
pub(crate) fn update_record(u: &mut Unstructured<'_>) -> Result<Option<Vec<u8>>> {
    let model = Model::new(u)?;
    let mut wire = Vec::new();
    if model.builder().encode(&mut wire).is_err() {
        return Ok(None);
    }
    Ok(framed(u, &model, &wire)?.map(|framed| framed.bytes))
}

/// The record gives the message back, and its elements are the routes.
fn in_a_record(u: &mut Unstructured<'_>, model: &Model, wire: &[u8]) -> Result<()> {
    let Some(Framed { peer, local, peer_asn, local_asn, time, bytes: out }) = framed(u, model, wire)? else { return Ok(()) };
    let session = model.session.reversed();
    let record = Record::parse_at(&out, 0).expect("what was written is a record");
    assert_eq!(record.timestamp(), time);
    let Ok(Body::Message(message)) = record.body() else { panic!("{record:?}") };
    if message.peer_address.is_none() {
        // AS numbers 0 and an address of ones look like the short records of Zebra.
        return Ok(());
    }
    assert_eq!((message.peer_asn, message.local_asn), (peer_asn, local_asn));
    assert_eq!((message.peer_address, message.local_address), (Some(peer), Some(local)));
    assert_eq!((message.message_bytes(), message.session.asn4), (wire, session.asn4));
    let mut again = Vec::new();
    record.rewrite(&mut again).expect("there is room");
    assert_eq!(again, out);

    let mut peers = ReadContext::new();
    assert_eq!(record.findings(&peers, |e| panic!("{e} in {record:?}")), Action::None);
    let list: Vec<Element<'_>> = record.elements(&mut peers).map(|e| e.expect("sound")).collect();
    let of = |kind: ElementKind| -> Vec<PathPrefix> {
        let list = list.iter().filter(|e| e.kind() == kind);
        list.map(|e| PathPrefix { prefix: e.prefix().expect("a plain prefix"), path_id: e.path_id() }).collect()
    };
    let mut gone = of(ElementKind::Withdraw);
    let mut want: Vec<_> =
        model.withdrawn.iter().chain(model.mp_withdrawn.iter().flat_map(|(_, paths)| paths)).copied().collect();
    gone.sort();
    want.sort();
    assert_eq!(gone, want);
    let mut new = of(ElementKind::Announce);
    let mut want: Vec<_> =
        model.announced.iter().chain(model.mp_announced.iter().flat_map(|(_, _, paths)| paths)).copied().collect();
    new.sort();
    want.sort();
    assert_eq!(new, want);
    for element in list.iter().filter(|e| e.kind() == ElementKind::Announce) {
        assert!(element.is_clean());
        assert_eq!((element.peer().asn, element.peer().address, element.time()), (peer_asn, Some(peer), time));
        model.attributes.check(&element.attributes().expect("sound"));
    }
    Ok(())
}

/// Peer, time, path identifier and attributes.
type Entry = (u16, u32, Option<u32>, List);

/// A table dump and its contents.
pub(crate) struct Dump {
    collector: Ipv4Addr,
    view: Vec<u8>,
    peers: Vec<IndexedPeer>,
    time: Timestamp,
    routes: Vec<(Family, Prefix, Vec<Entry>)>,
    pub(crate) bytes: Vec<u8>,
}

/// A table dump of any peers, routes and entries.
pub(crate) fn any_dump(u: &mut Unstructured<'_>) -> Result<Dump> {
    let collector: Ipv4Addr = u.arbitrary()?;
    let view: Vec<u8> = some(u)?;
    let mut writer = TableDumpWriter::new(collector, &view);
    let mut peers: Vec<IndexedPeer> = Vec::new();
    for peer in some::<IndexedPeer>(u)?.into_iter().chain([u.arbitrary()?]) {
        let number = usize::from(writer.peer(peer).expect("few peers"));
        // A present peer keeps its index.
        match peers.get(number) {
            Some(known) => assert_eq!(known, &peer),
            None => peers.push(peer),
        }
        assert_eq!(peers[number], peer);
    }
    let time: Timestamp = Timestamp::from_seconds(u.arbitrary()?);
    let mut out = Vec::new();
    writer.peer_index_table(time, &mut out).expect("a short table");

    let mut routes: Vec<(Family, Prefix, Vec<Entry>)> = Vec::new();
    for _ in 0..u.int_in_range(1..=3)? {
        let prefix: Prefix = u.arbitrary()?;
        let multicast = u.int_in_range(1..=4)? == 4;
        let family = match (prefix.is_v6(), multicast) {
            (false, false) => Family::IPV4_UNICAST,
            (false, true) => Family::IPV4_MULTICAST,
            (true, false) => Family::IPV6_UNICAST,
            (true, true) => Family::IPV6_MULTICAST,
        };
        let add_path: bool = u.arbitrary()?;
        let mut entries = Vec::new();
        for _ in 0..u.int_in_range(0..=3)? {
            let number = u.int_in_range(0..=peers.len() - 1)?;
            let path_id = if add_path { Some(u.arbitrary()?) } else { None };
            entries.push((u16::try_from(number).expect("few peers"), u.arbitrary()?, path_id, u.arbitrary()?));
        }
        let octets: Vec<Vec<u8>> = entries.iter().map(|entry: &Entry| entry.3.encode(&Session::AS4)).collect();
        let wire: Vec<_> = entries.iter().zip(&octets).map(|(entry, list)| (entry.0, entry.1, entry.2, &list[..])).collect();
        writer.route(time, family, prefix, &wire, &mut out).expect("known peers");
        routes.push((family, prefix, entries));
    }
    Ok(Dump { collector, view, peers, time, routes, bytes: out })
}

/// Peers and entries are read as they were written.
fn dump(u: &mut Unstructured<'_>) -> Result<()> {
    let Dump { collector, view, peers, time, routes, bytes: out } = any_dump(u)?;
    let mut reader = Reader::new(&out[..]).expect("plain input");
    let mut table = ReadContext::new();
    let mut number = 0;
    while let Some(record) = reader.next_record().expect("what was written is records") {
        let mut again = Vec::new();
        record.rewrite(&mut again).expect("there is room");
        assert_eq!(again, record.as_bytes());
        assert_eq!(record.timestamp(), time);
        match record.body() {
            Ok(Body::PeerIndexTable(read)) => {
                assert_eq!(number, 0);
                assert_eq!((read.collector(), read.view_name()), (collector, &view[..]));
                assert!(table.observe(&record));
                assert_eq!(table.as_slice(), peers);
            }
            Ok(Body::Rib(rib)) => {
                let (family, prefix, entries) = &routes[number - 1];
                assert_eq!((rib.family(), usize::try_from(rib.sequence()), rib.len()), (*family, Ok(number - 1), entries.len()));
                assert!(matches!(rib.route(), RibRoute::Prefix(path) if path.prefix == *prefix));
                let elements: Vec<_> = record.elements(&mut table.clone()).map(|e| e.expect("sound")).collect();
                assert_eq!(elements.len(), entries.len());
                assert_eq!(record.findings(&table, |e| panic!("{e} in {record:?}")), Action::None);
                for ((entry, element), (peer, originated, path_id, list)) in rib.entries().zip(&elements).zip(entries) {
                    let entry = entry.expect("sound");
                    assert_eq!((entry.peer_index(), entry.originated(), entry.path_id()), (*peer, *originated, *path_id));
                    assert_eq!(entry.attribute_bytes(), list.encode(&Session::AS4));
                    list.check(&entry.attributes().expect("sound"));
                    let peer = peers[usize::from(*peer)];
                    assert_eq!((element.peer().asn, element.peer().address), (peer.asn, Some(peer.address)));
                    assert_eq!((element.prefix(), element.path_id()), (Some(*prefix), *path_id));
                    assert_eq!(element.originated(), Some(*originated));
                }
            }
            other => panic!("{other:?}"),
        }
        number += 1;
    }
    assert_eq!(number, routes.len() + 1);
    Ok(())
}
