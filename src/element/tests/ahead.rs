//! Elements with findings on demand equal elements for which everything was evaluated ahead.

use core::net::IpAddr;

use proptest::prelude::*;

use super::{BOTH, announced, record, update};
use crate::attr::{Attributes, AttributesIter, RecordRoute, is_next_hop_of};
use crate::bgp::{Message, Update};
use crate::codes::{AttrCode, MrtType, Safi, TableDumpV2Subtype};
use crate::element::finding::worse;
use crate::element::mrt::elements;
use crate::element::{Carrier, Element, ElementKind, RecordElements, Route, Strictness};
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::mrt::{Body, ReadContext, Record, RibRoute, no_peer, records};
use crate::nlri::{NextHop, Nlri, PathPrefix, RawRoute};
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::session::Session;

/// Where the next hop is.
#[derive(Clone, Copy)]
enum Hop<'a> {
    /// In a field of the record; the field starts at this offset.
    Field(&'a [u8], u64),
    /// In NEXT_HOP.
    Own,
    /// In MP_REACH_NLRI, if there is one.
    Any,
}

/// An element with all properties derived from its octets.
#[derive(Clone, Copy)]
struct Ahead<'a> {
    kind: ElementKind,
    originated: Option<u32>,
    local: bool,
    peer: Peer,
    route: Route<'a>,
    list: &'a [u8],
    offset: u64,
    asn4: bool,
    rib: bool,
    next_hop: Hop<'a>,
    finding: Option<Error>,
    // A bit for each discarded attribute, and whether they are removed.
    discarded: u64,
    filtered: bool,
}

impl<'a> Ahead<'a> {
    const NOTHING: Self = Self {
        kind: ElementKind::Rib,
        originated: None,
        local: false,
        peer: Peer::UNKNOWN,
        route: Route::None,
        list: &[],
        offset: 0,
        asn4: true,
        rib: false,
        next_hop: Hop::Any,
        finding: None,
        discarded: 0,
        filtered: false,
    };

    fn of_list(list: &'a [u8], offset: u64, asn4: bool, rib: bool) -> Self {
        Self { list, offset, asn4, rib, ..Self::NOTHING }
    }

    fn read(&self) -> Result<Attributes<'a>> {
        let session = if self.asn4 { Session::AS4 } else { Session::AS2 };
        let attributes = match self.rib {
            true => Attributes::parse_rib_at(self.list, &session, self.offset)?,
            false => Attributes::parse_at(self.list, &session, self.offset)?,
        };
        Ok(if self.filtered { attributes.without(self.discarded) } else { attributes })
    }

    fn found(&mut self, e: Error) {
        self.finding = worse(self.finding, e);
        if let (Context::Attribute(code), Action::DiscardAttribute) = (e.context(), e.action())
            && e.kind() != ErrorKind::Duplicate
        {
            self.discarded |= 1u64.checked_shl(u32::from(code.0)).unwrap_or(0);
        }
    }

    fn cut(&mut self) {
        self.list = AttributesIter::at(self.list, self.offset).readable();
    }

    /// The list of a table entry.
    fn of_entry(list: &'a [u8], offset: u64, asn4: bool, record: RecordRoute<'a>) -> Self {
        let mut ahead = Self::of_list(list, offset, asn4, true);
        match ahead.read() {
            Ok(attributes) => {
                attributes.findings_in(Some(record), |e| ahead.found(e));
            }
            Err(e) => {
                ahead.finding = Some(e);
                ahead.cut();
            }
        }
        ahead
    }

    fn next_hop(&self) -> Result<Option<NextHop<'a>>> {
        let list = self.read()?;
        let Some(family) = family_of(self.route) else { return list.next_hop() };
        let error = |octets: &'a [u8], at, context| {
            let kind = ErrorKind::BadLength(octets.len().try_into().unwrap());
            if is_next_hop_of(family, self.rib, octets.len()) {
                Ok(Some(NextHop::read(octets)))
            } else {
                Err(Error::new(kind, at).within(context, Action::DisableFamily))
            }
        };
        match self.next_hop {
            Hop::Field(&[], _) => Ok(Some(NextHop::Unknown(&[]))),
            Hop::Field(octets, at) => error(octets, at, Context::Mrt(16, 2)),
            Hop::Own => Ok(list.ipv4_next_hop()?.map(NextHop::V4)),
            Hop::Any => {
                let Some(reach) = list.mp_reach()? else { return list.next_hop() };
                let at = list.find(AttrCode::MP_REACH_NLRI).unwrap().body_offset();
                let at = if reach.family().is_some() { at + 3 } else { at };
                let next_hop = reach.next_hop();
                if self.rib && reach.family() != Some(family) || matches!(next_hop, NextHop::Unknown(_)) {
                    error(reach.next_hop_bytes(), at, Context::Attribute(AttrCode::MP_REACH_NLRI))?;
                }
                Ok(Some(next_hop))
            }
        }
    }

    /// Applies the strictness.
    fn by(mut self, strictness: Strictness, notes: bool) -> Result<Self> {
        if notes {
            let mut note = None;
            self.read()?.notes(|e| note = worse(note, e));
            let route = match self.route {
                Route::Other(route) => route.note(),
                _ => None,
            };
            for e in [note, route].into_iter().flatten() {
                self.finding = worse(self.finding, e);
            }
        }
        let Some(finding) = self.finding else { return Ok(self) };
        match (strictness, finding.action()) {
            (Strictness::Forensic, _) | (Strictness::Rfc7606, Action::None) => {}
            (Strictness::Strict, _) => return Err(finding),
            (Strictness::Rfc7606, Action::DiscardAttribute) => self.filtered = true,
            (Strictness::Rfc7606, _) => {
                if let Route::Other(route) = self.route {
                    match route.finding() {
                        Some(e) if e.action() >= Action::TreatAsWithdraw => return Err(e),
                        _ => {}
                    }
                }
                (self.kind, self.list, self.next_hop) = (ElementKind::Withdraw, &[], Hop::Any);
            }
        }
        Ok(self)
    }
}

type Items<'a> = Vec<Result<Ahead<'a>>>;

const fn family_of(route: Route<'_>) -> Option<Family> {
    match route {
        Route::Prefix(family, _) => Some(family),
        Route::Other(route) => Some(route.family),
        Route::None => None,
    }
}

/// The family that a finding disables, by the octets of its attribute.
fn disabled(e: &Error, list: &[u8]) -> Option<Family> {
    if e.action() != Action::DisableFamily {
        return None;
    }
    match e.context() {
        Context::Family(afi, safi) => Some(Family::new(afi, safi)),
        Context::Attribute(code) => AttributesIter::at(list, 0).flatten().find(|a| a.code() == code).map(|a| {
            let [high, low, safi] = *a.raw().first_chunk().unwrap();
            Family::of(u16::from_be_bytes([high, low]), safi)
        }),
        _ => None,
    }
}

/// The plain prefixes of a list before its first malformed one.
fn before_damage(mut octets: &[u8], family: Family, session: &Session) -> Vec<PathPrefix> {
    let (mut before, v6) = (Vec::new(), family.is_v6());
    if !matches!(family.safi, Safi::UNICAST | Safi::MULTICAST) {
        return before;
    }
    loop {
        let (mut rest, mut path_id) = (octets, None);
        if session.add_path(family) {
            let Some((id, after)) = rest.split_first_chunk() else { return before };
            (path_id, rest) = (Some(u32::from_be_bytes(*id)), after);
        }
        let Some((&len, after)) = rest.split_first() else { return before };
        let Some((bits, after)) = after.split_at_checked(usize::from(len).div_ceil(8)) else { return before };
        if len > if v6 { 128 } else { 32 } {
            return before;
        }
        let address: IpAddr = if v6 {
            let mut all = [0; 16];
            all[..bits.len()].copy_from_slice(bits);
            all.into()
        } else {
            let mut all = [0; 4];
            all[..bits.len()].copy_from_slice(bits);
            all.into()
        };
        before.push(PathPrefix { prefix: Prefix::new(address, len).unwrap(), path_id });
        octets = after;
    }
}

fn of_update<'a>(update: &Update<'a>, beside: Option<Error>, base: Ahead<'a>, items: &mut Items<'a>) {
    let list = Ahead::of_list(update.attribute_bytes(), update.attributes_offset(), update.session().asn4, false);
    let mut all = Ahead { peer: base.peer, local: base.local, ..list };
    let attributes = update.attributes();
    let mut broken = attributes.err();
    let mut findings: Vec<_> = beside.into_iter().collect();
    update.findings_beside_routes(|e| {
        all.found(e);
        findings.push(e);
        if broken.is_some_and(|b| (b.kind(), b.context(), b.offset()) == (e.kind(), e.context(), e.offset())) {
            broken = Some(e);
        }
    });
    let attributes = attributes.unwrap_or_else(|_| {
        all.cut();
        update.readable_attributes()
    });
    let broken = broken.map_or(beside, |e| worse(beside, e));
    let plain = |list: Result<_>| list.map(|list| Some((Family::IPV4_UNICAST, Nlri::Prefixes(list))));
    let lists = [
        (ElementKind::Withdraw, plain(update.withdrawn()), None, Hop::Any),
        (ElementKind::Withdraw, update.mp_withdrawn(&attributes), broken, Hop::Any),
        (ElementKind::Announce, plain(update.announced()), None, Hop::Own),
        (ElementKind::Announce, update.mp_announced(&attributes), None, Hop::Any),
    ];
    for (_, nlri) in [lists[3].1, lists[1].1].into_iter().flatten().flatten() {
        findings.extend(nlri.routes().find_map(Result::err));
    }
    let finding_of = |family: Family| {
        let of_it = findings.iter().filter(|e| disabled(e, update.attribute_bytes()).is_none_or(|of| of == family));
        of_it.fold(None, |worst, e| worse(worst, *e))
    };
    for (number, (kind, routes, broken, next_hop)) in lists.into_iter().enumerate() {
        items.extend(broken.or(routes.err()).map(Err));
        if let (3, Ok(Some((family, nlri)))) = (number, routes)
            && nlri.as_bytes().is_empty()
            && let Some(e) = finding_of(family)
            && disabled(&e, update.attribute_bytes()).is_some()
        {
            items.push(Err(e));
        }
        let list = if kind == ElementKind::Withdraw { &[] } else { all.list };
        let all = Ahead { kind, list, next_hop, ..all };
        let (family, nlri) = match routes {
            Ok(Some(routes)) => routes,
            Ok(None) => continue,
            Err(_) => {
                let family_and_octets = match number {
                    0 => Some((Family::IPV4_UNICAST, update.withdrawn_bytes())),
                    1 => attributes.mp_unreach().ok().flatten().map(|unreach| (unreach.family(), unreach.nlri_bytes())),
                    2 => Some((Family::IPV4_UNICAST, update.announced_bytes())),
                    _ => attributes.mp_reach().ok().flatten().and_then(|reach| Some((reach.family()?, reach.nlri_bytes()))),
                };
                let Some((family, octets)) = family_and_octets else { continue };
                let all = Ahead { finding: finding_of(family), ..all };
                for path in before_damage(octets, family, update.session()) {
                    items.push(Ok(Ahead { route: Route::Prefix(family, path), ..all }));
                }
                continue;
            }
        };
        let all = Ahead { finding: finding_of(family), ..all };
        items.extend(nlri.prefixes().iter().map(|path| Ok(Ahead { route: Route::Prefix(family, path), ..all })));
        items.extend(nlri.routes().map(|route| {
            let route = route.map_err(|e| e.within(Context::Family(family.afi, family.safi), Action::DisableFamily))?;
            let mut one = Ahead { route: Route::Other(route), ..all };
            if let Some(e) = route.finding() {
                one.finding = worse(one.finding, e);
            }
            Ok(one)
        }));
    }
}

fn of_record<'a>(record: &Record<'a>, peers: &ReadContext) -> Items<'a> {
    let mut items = Vec::new();
    match record.body() {
        Err(e) => items.push(Err(e)),
        Ok(Body::Rib(rib)) => items.extend(rib.entries().map(|entry| {
            let entry = entry?;
            let record = match rib.route() {
                RibRoute::Prefix(path) => RecordRoute::Prefix(rib.family(), path.prefix),
                RibRoute::Other(route) => RecordRoute::Other(route),
            };
            let mut one = Ahead::of_entry(entry.attribute_bytes(), entry.attributes_offset(), true, record);
            let peer = peers.peer(entry.peer_index());
            if peer.is_none() || peers.is_damaged() {
                one.finding = worse(one.finding, no_peer(peers, entry.peer_index(), entry.peer_index_offset()));
            }
            if let Some(peer) = peer {
                one.peer = Peer { asn: peer.asn, address: Some(peer.address), bgp_id: Some(peer.bgp_id) };
            }
            one.originated = Some(entry.originated());
            one.route = match rib.route() {
                RibRoute::Prefix(path) => {
                    Route::Prefix(rib.family(), PathPrefix { path_id: entry.path_id().or(path.path_id), ..path })
                }
                RibRoute::Other(route) => {
                    if let Some(e) = route.finding() {
                        one.finding = worse(one.finding, e);
                    }
                    Route::Other(RawRoute { path_id: entry.path_id(), ..route })
                }
            };
            Ok(one)
        })),
        Ok(Body::TableDump(table)) => items.extend(table.entries().map(|entry| {
            let entry = entry?;
            let family = if entry.prefix.is_v6() { Family::IPV6_UNICAST } else { Family::IPV4_UNICAST };
            Ok(Ahead {
                peer: Peer::new(entry.peer_asn, Some(entry.peer_address)),
                originated: Some(entry.originated),
                route: Route::Prefix(family, PathPrefix { prefix: entry.prefix, path_id: None }),
                ..Ahead::of_entry(entry.attribute_bytes, entry.attributes_offset, entry.asn4, RecordRoute::Dumped(entry.prefix))
            })
        })),
        Ok(Body::Entry(entry)) => {
            let (route, of, len) = match entry.prefix {
                Some(prefix) => (
                    Route::Prefix(entry.family, PathPrefix { prefix, path_id: None }),
                    RecordRoute::Prefix(entry.family, prefix),
                    1 + usize::from(prefix.len()).div_ceil(8),
                ),
                None => (Route::Other(entry.route()), RecordRoute::Other(entry.route()), entry.route().bytes.len()),
            };
            let next_hop = entry.next_hop_bytes();
            let at = entry.attributes_offset() - u64::try_from(len + next_hop.len() + 3).unwrap();
            let mut one = Ahead {
                peer: Peer::new(entry.peer_asn, Some(entry.peer_address)),
                originated: Some(entry.last_change),
                next_hop: Hop::Field(next_hop, at),
                route,
                ..Ahead::of_entry(entry.attribute_bytes(), entry.attributes_offset(), false, of)
            };
            if let (Err(e), Ok(_)) = (one.next_hop(), one.read())
                && e.context() == Context::Mrt(16, 2)
            {
                one.finding = worse(one.finding, e);
            }
            items.push(Ok(one));
        }
        Ok(Body::StateChange(change)) => items.push(Ok(Ahead {
            peer: Peer::new(change.peer_asn, change.peer_address),
            kind: ElementKind::StateChange(change.old, change.new),
            finding: record.time_finding(),
            ..Ahead::NOTHING
        })),
        Ok(Body::Message(message)) => {
            let base = Ahead { peer: Peer::new(message.peer_asn, message.peer_address), local: message.local, ..Ahead::NOTHING };
            let session = peers.session(&message);
            let beside = |e: Error| e.within(record.context(), Action::None);
            match message.message_by(&session) {
                Ok(Message::Update(update)) => of_update(&update, record.time_finding(), base, &mut items),
                Ok(other) => {
                    let mut worst = record.time_finding();
                    other.findings(message.message_offset(), |e| worst = worse(worst, e));
                    items.extend(worst.map(Err));
                }
                Err(e) => match message.leading(&session) {
                    Some((Message::Update(update), e)) => {
                        let time = record.time_finding();
                        let e = time.map_or(Some(beside(e)), |time| worse(Some(beside(e)), time));
                        of_update(&update, e, base, &mut items);
                    }
                    Some((_, e)) => items.push(Err(beside(e))),
                    None => items.push(Err(e)),
                },
            }
        }
        Ok(Body::Unknown) => {
            use TableDumpV2Subtype as S;
            if let (true, Some((&[_, _, _, _, a, b, c], bytes))) = (
                record.kind() == MrtType::TABLE_DUMP_V2 && matches!(S(record.subtype()), S::RIB_GENERIC | S::RIB_GENERIC_ADDPATH),
                record.raw_body().split_first_chunk::<7>(),
            ) {
                let route = RawRoute::new(Family::of(u16::from_be_bytes([a, b]), c), bytes, record.offset() + 19);
                items.push(Ok(Ahead { route: Route::Other(route), ..Ahead::NOTHING }));
            }
        }
        Ok(_) => {}
    }
    items
}

fn assert_same(element: &Element<'_>, ahead: &Ahead<'_>) {
    let codes = |list: Attributes<'_>| list.iter().map(|one| one.map(|a| (a.code(), a.offset()))).collect::<Vec<_>>();
    let has = |list: Attributes<'_>| [5u8, 6, 7, 8, 16, 17, 18, 32].map(|code| list.has(AttrCode(code)));
    let (mine, theirs) = (element.attributes().unwrap(), ahead.read().unwrap());
    assert_eq!((element.kind(), element.route(), element.peer()), (ahead.kind, ahead.route, ahead.peer));
    assert_eq!((element.originated(), element.is_local()), (ahead.originated, ahead.local));
    assert_eq!((element.attribute_bytes(), mine), (ahead.list, theirs));
    assert_eq!((codes(mine), has(mine)), (codes(theirs), has(theirs)));
    assert_eq!((element.next_hop(), element.finding()), (ahead.next_hop(), ahead.finding));
    assert_eq!(element.is_clean(), ahead.finding.is_none());
    assert_eq!(element.action(), ahead.finding.map_or(Action::None, |e| e.action()));
}

fn compare(archive: &[u8]) {
    for (strictness, notes) in [
        (Strictness::Forensic, false),
        (Strictness::Rfc7606, false),
        (Strictness::Strict, false),
        (Strictness::Forensic, true),
        (Strictness::Rfc7606, true),
    ] {
        let (mut peers, mut want) = (ReadContext::new(), Vec::new());
        for record in records(archive) {
            match record {
                Ok(record) => {
                    peers.observe(&record);
                    let items = of_record(&record, &peers);
                    want.extend(
                        items.into_iter().map(|item| item.and_then(|one| one.by(strictness, notes)).map(|one| (one, record))),
                    );
                }
                Err(e) => want.push(Err(e)),
            }
        }
        let list = elements(archive).with_strictness(strictness);
        let list: Vec<_> = if notes { list.with_notes().collect() } else { list.collect() };
        assert_eq!(list.len(), want.len(), "{strictness:?}: {list:#?}");
        for (item, want) in list.iter().zip(&want) {
            match (item, want) {
                (Err(e), Err(want)) => assert_eq!(e, want),
                (Ok(element), Ok((want, record))) => {
                    assert_same(element, want);
                    assert_eq!((element.carrier(), element.time()), (Carrier::Mrt(record.kind()), record.timestamp()));
                }
                (item, want) => panic!("{item:?}, should be {:?}", want.as_ref().map(|(one, _)| one.finding)),
            }
        }
    }
}

/// What is known of a record before its elements, and of parts of it, and an iterator that had another record before.
fn compare_parts(archive: &[u8]) {
    let (mut peers, mut before) = (ReadContext::new(), None);
    for record in records(archive).flatten() {
        peers.observe(&record);
        let is_known_clean = record.elements_by(&peers).is_known_clean();
        match record.body() {
            Ok(Body::Message(message)) => {
                let update = message.update_by(&peers.session(&message)).ok().flatten();
                let is_known = update.and_then(|update| Some(update.is_known_clean(&update.attributes().ok()?)));
                assert_eq!(is_known == Some(true) && record.time_finding().is_none(), is_known_clean);
            }
            Ok(Body::Rib(rib)) if rib.prefix().is_some() && !peers.is_damaged() => {
                for (entry, element) in rib.entries().zip(record.elements_by(&peers)) {
                    let Ok(entry) = entry else { continue };
                    if entry.attributes().is_ok_and(|list| list.is_known_clean()) && peers.peer(entry.peer_index()).is_some() {
                        assert_eq!(element.unwrap().finding(), None);
                    }
                }
            }
            _ => assert!(!is_known_clean),
        }
        let mut elements = RecordElements::new(&peers);
        assert!(elements.next().is_none());
        if let Some(before) = before.replace(record) {
            elements.read(&before);
            elements.next();
        }
        elements.read(&record);
        assert!(elements.eq(record.elements_by(&peers)));
    }
}

/// Archives of every layout with elements.
fn archives() -> Vec<Vec<u8>> {
    let peers = record(13, 1, &[192, 0, 2, 9, 0, 0, 0, 1, 0, 192, 0, 2, 1, 192, 0, 2, 1, 0xfb, 0xf0]);
    let list = [0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1, 0xc0, 8, 4, 0, 1, 0, 2];
    let len = u8::try_from(list.len()).unwrap();
    let entry = [&[0, 0, 0, 0, 0, 5, 0, len][..], &list].concat();
    let rib = |subtype: u16, head: &[u8]| record(13, subtype, &[&[0, 0, 0, 0][..], head, &[0, 2], &entry, &entry].concat());
    let vpn = [0, 1, 128, 112, 0, 6, 0x41, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, 100];
    let old = |asn: &[u8], path: &[u8]| {
        let list = [&[0x40, 1, 1, 0, 0x40, 2][..], &[u8::try_from(path.len()).unwrap()], path, &[0xc0, 7, 6, 0, 1, 192, 0, 2, 9]]
            .concat();
        let len = u8::try_from(list.len()).unwrap();
        [&[0, 0, 0, 7, 192, 0, 2, 0, 24, 1, 0, 0, 0, 9, 192, 0, 2, 1][..], asn, &[0, len], &list].concat()
    };
    // BGP4MP_ENTRY with the same list, for AS numbers of two octets.
    let narrow = [0x40, 1, 1, 0, 0x40, 2, 4, 2, 1, 0xfb, 0xf0, 0xc0, 17, 6, 2, 1, 0, 1, 0, 0];
    let head =
        [0xfb, 0xf0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254, 0, 0, 0, 0, 0, 0, 0, 7, 0, 1, 1, 4, 192, 0, 2, 8];
    let bgp4mp_entry = [&head[..], &[24, 198, 51, 100, 0, 20], &narrow].concat();
    // Twenty prefixes of two octets, and VPN routes.
    let mut many = vec![0, 0, 0, 27];
    many.extend(list);
    many.extend((0..20).flat_map(|n| [8, n]));
    let mut mp = vec![0, 0, 0, 0, 0x40, 1, 1, 0, 0x40, 2, 0, 0x80, 14, 0, 0, 1, 128, 12, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0];
    for n in 0..3 {
        mp.extend([112, 0, 6, 0x41, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 198, 51, n]);
    }
    (mp[13], mp[3]) = (u8::try_from(mp.len() - 14).unwrap(), u8::try_from(mp.len() - 4).unwrap());
    let state = record(16, 0, &[0xfb, 0xf0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254, 0, 6, 0, 8]);
    let mut behind = update(BOTH);
    behind.extend([1, 2]);
    let declared = u32::try_from(behind.len() - 12).unwrap();
    behind[8..12].copy_from_slice(&declared.to_be_bytes());
    vec![
        [update(BOTH), announced(0, &[], &[]), state].concat(),
        [announced(0, &[0x40, 6, 0], &[0xc0, 32, 12, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3]), behind].concat(),
        [update(&many), update(&mp)].concat(),
        [update(&[0, 0, 0, 6, 0x80, 15, 3, 0, 2, 1]), update(&[0, 6, 8, 10, 8, 11, 8, 12, 0, 0])].concat(),
        [peers.clone(), rib(2, &[8, 10]), rib(6, &vpn), rib(6, &[0, 99, 1, 8, 10])].concat(),
        [rib(4, &[16, 0x20, 1]), peers, rib(4, &[16, 0x20, 1])].concat(),
        [record(12, 1, &old(&[0xfb, 0xf0], &[2, 1, 0xfb, 0xf0])), record(16, 2, &bgp4mp_entry)].concat(),
    ]
}

#[test]
fn of_sound_archives() {
    for archive in archives() {
        compare(&archive);
        compare_parts(&archive);
        assert!(elements(&archive).count() > 1);
    }
}

#[test]
fn of_archives_with_one_octet_changed() {
    for archive in archives() {
        for at in 12..archive.len() {
            for value in [0, 1, 0x40, 0x80, 0xff, archive[at].wrapping_add(1)] {
                let mut archive = archive.clone();
                archive[at] = value;
                compare(&archive);
                compare_parts(&archive);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn of_archives_with_some_octets_changed(
        (archive, changes) in (0..archives().len()).prop_flat_map(|n| {
            let archive = archives().swap_remove(n);
            let at = 12..archive.len();
            (Just(archive), proptest::collection::vec((at, any::<u8>()), 1..6))
        })
    ) {
        let mut archive = archive;
        changes.iter().for_each(|(at, value)| archive[*at] = *value);
        compare(&archive);
        compare_parts(&archive);
    }
}
