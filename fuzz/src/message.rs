//! Laws of BGP messages: framing, attribute lists, OPEN and negotiation.

use arbitrary::Unstructured;
use routeglass::attr::{AsPath, Attributes, AttributesIter, Value};
use routeglass::bgp::{Capabilities, CapabilityValue, Message, Open, OpenBuilder, messages};
use routeglass::codes::{Afi, AttrCode, Safi};
use routeglass::element::{ElementKind, Route, UpdateElements};
use routeglass::error::{Action, Context, Error, ErrorKind};
use routeglass::nlri::{Nlri, Prefixes, RawRoute, Routes};
use routeglass::places::Places;
use routeglass::{Family, Peer, Prefix, Session, Timestamp};

use crate::input;

const OFFSET: u64 = 1 << 33;

/// Whether an error is within `len` octets from [`OFFSET`] on.
fn placed(e: &Error, len: usize) -> bool {
    (OFFSET..=OFFSET + len as u64).contains(&e.offset())
}

/// A list of prefixes gives its octets back, except for bits after a prefix's length.
fn check_prefixes(list: Prefixes<'_>, add_path: bool) -> usize {
    assert_eq!(list.has_path_ids(), add_path);
    let mut wire = list.as_bytes();
    let mut count = 0;
    for route in list {
        count += 1;
        if let Some(id) = route.path_id {
            assert_eq!(wire[..4], id.to_be_bytes());
            wire = &wire[4..];
        }
        let prefix: Prefix = route.prefix;
        assert_eq!(wire[0], prefix.len());
        let octets = usize::from(prefix.len()).div_ceil(8);
        let bits = prefix.bits().to_be_bytes();
        for (i, octet) in wire[1..=octets].iter().enumerate() {
            // The last octet's bits after the length are cleared.
            let loose = (8 * (i + 1)).saturating_sub(usize::from(prefix.len()));
            assert_eq!(octet >> loose << loose, bits[i]);
        }
        assert!(bits[octets..].iter().all(|octet| *octet == 0));
        wire = &wire[1 + octets..];
    }
    assert!(wire.is_empty(), "{} octets were not read", wire.len());
    count
}

/// A message is its windows; without findings it can be read; elements are the routes of the lists.
pub fn message(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let choice: u8 = u.arbitrary().unwrap_or_default();
    let framed: bool = u.arbitrary().unwrap_or_default();
    let session = input::session(choice);
    let rest = u.take_rest();
    let whole;
    let bytes = if framed {
        let ([kind], body) = input::choices(rest);
        let mut m = vec![0xff; 16];
        m.extend(u16::try_from(body.len() + 19).unwrap_or(u16::MAX).to_be_bytes());
        // Mostly UPDATE.
        m.push(if kind & 0x80 == 0 { 2 } else { kind & 7 });
        m.extend(body);
        whole = m;
        &whole[..]
    } else {
        rest
    };

    // Consecutive messages, a framing error last.
    let mut list = messages(bytes, &session);
    let mut at = 0;
    while let Some(message) = list.next() {
        if let Err(e) = message {
            assert!(e.offset() >= at && e.offset() <= bytes.len() as u64, "{e}");
        }
        assert!(list.offset() >= at && list.offset() <= bytes.len() as u64);
        at = list.offset();
    }

    let message = match Message::parse_at(bytes, &session, OFFSET) {
        Ok(message) => message,
        Err(e) => {
            assert!(placed(&e, bytes.len()), "{e}");
            return;
        }
    };
    assert_eq!(bytes[..16], [0xff; 16]);
    assert_eq!(usize::from(u16::from_be_bytes([bytes[16], bytes[17]])), bytes.len());
    assert!(bytes.len() <= session.max_message_len());
    assert_eq!(message.kind().0, bytes[18]);
    let _ = format!("{message:?}");
    let body = &bytes[19..];
    match message {
        Message::Update(update) => {
            let mut wire = u16::try_from(update.withdrawn_bytes().len()).expect("two octets").to_be_bytes().to_vec();
            wire.extend(update.withdrawn_bytes());
            wire.extend(u16::try_from(update.attribute_bytes().len()).expect("two octets").to_be_bytes());
            assert_eq!(update.attributes_offset(), OFFSET + 19 + wire.len() as u64);
            wire.extend(update.attribute_bytes());
            wire.extend(update.announced_bytes());
            assert_eq!(wire, body);

            let mut found = Vec::new();
            let worst = update.findings(|e| found.push(e));
            assert_eq!(worst, found.iter().map(Error::action).max().unwrap_or(Action::None));
            for e in &found {
                assert!(placed(e, bytes.len()), "{e}");
                assert!(e.notification().is_some(), "{e}");
            }

            // The result of each list: its errors are among the findings.
            let mut routes = [Some(0usize), Some(0)];
            let v4 = session.add_path(routeglass::Family::IPV4_UNICAST);
            for (side, list) in [(0, update.withdrawn()), (1, update.announced())] {
                match list {
                    Ok(list) => routes[side] = routes[side].map(|n| n + check_prefixes(list, v4)),
                    Err(e) => {
                        assert!(among(&found, &e), "{e} is not among {found:?}");
                        routes[side] = None;
                    }
                }
            }
            match update.attributes() {
                Ok(a) => {
                    for (side, list) in [(0, update.mp_withdrawn(&a)), (1, update.mp_announced(&a))] {
                        match list {
                            Ok(Some((family, nlri))) => {
                                let n = match nlri {
                                    Nlri::Prefixes(list) => check_prefixes(list, session.add_path(family)),
                                    _ => nlri.routes().filter(Result::is_ok).count(),
                                };
                                routes[side] = routes[side].map(|all| all + n);
                                nlri.findings(|e| {
                                    assert_eq!(e.context(), Context::Family(family.afi, family.safi));
                                    assert!(among(&found, &e), "{e} is not among {found:?}");
                                });
                            }
                            Ok(None) => {}
                            Err(e) => {
                                assert!(among(&found, &e), "{e} is not among {found:?}");
                                routes[side] = None;
                            }
                        }
                    }
                    a.findings(|e| assert!(among(&found, &e), "{e} is not among {found:?}"));
                }
                Err(e) => {
                    assert!(among(&found, &e), "{e} is not among {found:?}");
                    routes = [None, None];
                }
            }

            let list: Vec<_> = UpdateElements::new(&update, Peer::UNKNOWN, Timestamp::EPOCH).collect();
            let count = |kind| list.iter().flatten().filter(|e| e.kind() == kind).count();
            if let [Some(withdrawn), Some(announced)] = routes {
                assert_eq!((count(ElementKind::Withdraw), count(ElementKind::Announce)), (withdrawn, announced));
            }
            // A finding about one route of a family marks that route, any other finding all of them.
            let beside = found.iter().any(|e| !matches!(e.context(), Context::Family(..)));
            for element in list.iter().flatten() {
                assert!(!beside || !element.is_clean());
                assert!(element.action() <= worst);
                if let Some(e) = element.finding() {
                    assert!(among(&found, &e), "{e} is not among {found:?}");
                }
                if let Route::Other(route) = element.route() {
                    assert!(route.decode().is_ok() || element.action() >= Action::TreatAsWithdraw);
                }
            }
            for e in list.iter().filter_map(|e| e.err()) {
                assert!(among(&found, &e), "{e} is not among {found:?}");
            }
            assert!(list.iter().flatten().all(|e| !matches!(e.route(), Route::None)));
            if update.end_of_rib().is_some() {
                assert!(list.is_empty());
            }
        }
        Message::Open(open) => {
            open.findings(|e| assert!(placed(&e, bytes.len()), "{e}"));
        }
        Message::Unknown(_, raw) => assert_eq!(raw, body),
        Message::Keepalive => assert!(body.is_empty()),
        Message::RouteRefresh(refresh) => assert_eq!(refresh.filters, &body[4..]),
        _ => {}
    }
}

/// One attribute as found by an independent walk: flags, code, body, offset.
type Window<'a> = (u8, u8, &'a [u8], u64);

/// A slow walk of the list by RFC 4271 section 4.3; returns whether its framing is valid to the end.
fn naive(mut bytes: &[u8], mut at: u64) -> (Vec<Window<'_>>, bool) {
    let mut list = Vec::new();
    while !bytes.is_empty() {
        let long = bytes[0] & 0x10 != 0;
        let head = if long { 4 } else { 3 };
        if bytes.len() < head {
            return (list, false);
        }
        let len = if long { usize::from(bytes[2]) * 256 + usize::from(bytes[3]) } else { usize::from(bytes[2]) };
        if bytes.len() < head + len {
            return (list, false);
        }
        list.push((bytes[0], bytes[1], &bytes[head..head + len], at));
        bytes = &bytes[head + len..];
        at += (head + len) as u64;
    }
    (list, true)
}

/// The index of a list agrees with a walk of it: the first of each code wins, the others are duplicates.
pub fn attributes(data: &[u8]) {
    let ([choice], bytes) = input::choices(data);
    // No container can hold a longer list.
    let bytes = bytes.get(..0xffff).unwrap_or(bytes);
    let session = if choice & 1 == 0 { Session::AS2 } else { Session::AS4 };
    let rib = choice & 2 != 0;
    let (list, whole) = naive(bytes, OFFSET);
    let windows: Vec<_> = AttributesIter::at(bytes, OFFSET).collect();
    let good: Vec<_> = windows.iter().flatten().map(|a| (a.flags().bits(), a.code().0, a.raw(), a.offset())).collect();
    assert_eq!(good, list);
    assert_eq!(windows.len(), list.len() + usize::from(!whole));
    let parsed =
        if rib { Attributes::parse_rib_at(bytes, &session, OFFSET) } else { Attributes::parse_at(bytes, &session, OFFSET) };
    let a = match parsed {
        Ok(a) => a,
        Err(e) => {
            assert!(!whole && matches!(e.kind(), ErrorKind::Truncated(_)), "{e}");
            assert_eq!(windows.last(), Some(&Err(e)));
            return;
        }
    };
    assert!(whole);
    assert_eq!((a.as_bytes(), a.offset(), a.session().asn4), (bytes, OFFSET, session.asn4));
    let _ = format!("{a:?}");

    let first = |code: u8| windows.iter().flatten().find(|a| a.code().0 == code).copied();
    for code in 0..=255 {
        assert_eq!(a.has(AttrCode(code)), first(code).is_some(), "code {code}");
        assert_eq!(a.find(AttrCode(code)), first(code), "code {code}");
    }
    let value = |code: u8| first(code).map(|attribute| attribute.decode(&session)).transpose();
    // Accessor and walk agree on the value, or on the error.
    macro_rules! same {
        ($code:literal, $got:expr, $variant:ident) => {
            match value($code) {
                Ok(Some(Value::$variant(want))) => assert_eq!($got, Ok(Some(want))),
                Ok(Some(other)) => panic!("code {} is {other:?}", $code),
                Ok(None) => assert_eq!($got, Ok(None)),
                Err(e) => assert_eq!($got.err(), Some(e)),
            }
        };
    }
    macro_rules! same_list {
        ($code:literal, $got:expr, $variant:ident) => {
            match value($code) {
                Ok(Some(Value::$variant(want))) => assert_eq!($got, Ok(want)),
                Ok(Some(other)) => panic!("code {} is {other:?}", $code),
                Ok(None) => assert!($got.is_ok_and(|list| list.is_empty())),
                Err(e) => assert_eq!($got.err(), Some(e)),
            }
        };
    }
    same!(1, a.origin(), Origin);
    same!(3, a.ipv4_next_hop(), NextHop);
    same!(4, a.multi_exit_disc(), MultiExitDisc);
    same!(5, a.local_pref(), LocalPref);
    same!(9, a.originator_id(), OriginatorId);
    same!(15, a.mp_unreach(), MpUnreach);
    same!(17, a.as4_path(), As4Path);
    same!(18, a.as4_aggregator(), As4Aggregator);
    same!(35, a.only_to_customer(), OnlyToCustomer);
    same_list!(2, a.as_path(), AsPath);
    same_list!(8, a.communities(), Communities);
    same_list!(10, a.cluster_list(), ClusterList);
    same_list!(16, a.extended_communities(), ExtendedCommunities);
    same_list!(32, a.large_communities(), LargeCommunities);
    if !rib {
        same!(14, a.mp_reach(), MpReach);
        same!(7, a.aggregator(), Aggregator);
    }
    assert_eq!(a.atomic_aggregate(), first(6).is_some());
    check_path(&a);

    // Findings: within the list, one per repetition, and one per unreadable value.
    let mut found = Vec::new();
    let worst = a.findings(|e| found.push(e));
    assert_eq!(worst, found.iter().map(Error::action).max().unwrap_or(Action::None));
    assert!(found.iter().all(|e| placed(e, bytes.len())));
    let mut seen = [false; 256];
    for (_, code, _, at) in &list {
        let here = |e: &&Error| e.context() == Context::Attribute(AttrCode(*code)) && e.offset() == *at;
        let duplicates = found.iter().filter(here).filter(|e| e.kind() == ErrorKind::Duplicate).count();
        assert_eq!(duplicates, usize::from(seen[usize::from(*code)]), "code {code} at {at}");
        seen[usize::from(*code)] = true;
    }
    if !rib {
        for code in 0..=255 {
            if let Err(e) = value(code) {
                assert!(among(&found, &e), "{e} is not among {found:?}");
            }
        }
    }
}

/// Queries of a path agree with its segments.
fn check_path(a: &Attributes<'_>) {
    // BGPSEC_PATH replaces AS_PATH in the merged path alone (RFC 8205 section 3).
    if a.has(AttrCode::BGPSEC_PATH) {
        let _ = (a.as_path(), a.merged_path());
        return;
    }
    let (Ok(path), Ok(merged)) = (a.as_path(), a.merged_path()) else {
        assert!(a.as_path().is_err() && a.merged_path().is_err());
        return;
    };
    let numbers: Vec<_> = path.asns().collect();
    assert_eq!(numbers.len(), path.segments().map(|s| s.len()).sum::<usize>());
    assert!(path.segments().all(|s| s.len() > 0 && s.asns().len() == s.len()));
    assert!(path.segments().all(|s| s.asns().rev().eq(s.asns().collect::<Vec<_>>().into_iter().rev())));
    assert!(numbers.iter().all(|asn| path.contains(*asn)));
    assert!(path.origins().all(|asn| path.contains(asn)));
    assert_eq!(merged.hops(), path.hops(), "a merge never changes the length");
    assert!(merged.origins().all(|asn| merged.contains(asn)));
    let again = AsPath::parse_at(path.as_bytes(), path.is_asn4(), 0);
    assert_eq!(again, Ok(path));
}

/// Routes of every family: consecutive windows; decoded routes are written as they were, and their fields are shown.
pub fn nlri(data: &[u8]) {
    let ([choice, pick], bytes) = input::choices(data);
    let family = match usize::from(pick) {
        n if n < 128 => routeglass::nlri::TYPED[n % routeglass::nlri::TYPED.len()],
        n => Family::new(Afi(u16::from(choice >> 4)), Safi(n as u8)),
    };
    let add_path = choice & 1 != 0;
    let mut at = OFFSET;
    let mut list = Routes::at(bytes, family, add_path, OFFSET);
    while let Some(route) = list.next() {
        let route = match route {
            Ok(route) => route,
            Err(e) => {
                assert!(placed(&e, bytes.len()) && e.offset() >= at, "{e}");
                assert!(list.next().is_none());
                return;
            }
        };
        assert_eq!(route.path_id.is_some(), add_path);
        at += if add_path { 4 } else { 0 };
        assert_eq!((route.family, route.offset), (family, at));
        let start = usize::try_from(at - OFFSET).expect("a short list");
        assert_eq!(route.bytes, &bytes[start..start + route.bytes.len()]);
        let end = at + route.bytes.len() as u64;
        at = end;

        let mut places = Places::new();
        route.places(&mut places);
        assert!(places.iter().all(|place| route.offset <= place.range.start && place.range.end <= end), "{places:?}");
        let _ = format!("{route} {route:?}");
        let value = match route.decode() {
            Ok(value) => value,
            Err(e) => {
                assert!((route.offset..=end).contains(&e.offset()), "{e}");
                let same = |other: Error| (other.kind(), other.offset()) == (e.kind(), e.offset());
                assert!(places.iter().any(|place| place.error.is_some_and(same)), "{e} is not among {places:?}");
                continue;
            }
        };
        // What is wrong with a route that is kept is among its places too.
        let shown = places.iter().any(|place| place.error.is_some());
        assert_eq!(shown, route.finding().is_some(), "{places:?}");
        let mut wire = Vec::new();
        if value.encode(family, &mut wire).is_ok() {
            assert_eq!(wire.len(), value.encoded_len());
            // Reserved bits are not written, and a lazy view compares its octets: from the second round on nothing may change.
            let mut again: RawRoute<'_> = route;
            again.bytes = &wire;
            let back = again.decode();
            assert_eq!(back.map(|route| route.to_string()), Ok(value.to_string()), "{route:?}");
            let mut twice = Vec::new();
            back.expect("just shown").encode(family, &mut twice).expect("written once already");
            assert_eq!(twice, wire, "{route:?}");
        }
    }
    assert_eq!(at, OFFSET + bytes.len() as u64);
}

/// Parameters and capabilities are windows of the OPEN; negotiation is symmetric.
pub fn open(data: &[u8]) {
    let ([a, b, choice], rest) = input::choices(data);
    let (mine, theirs) = input::split(rest, u16::from_be_bytes([a, b]));
    // Mostly only parameters, with the fixed fields around them.
    let around = |parameters: &[u8]| {
        let mut body = vec![4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1];
        if choice & 2 != 0 || parameters.len() > 255 {
            body.extend([255, 255]);
            body.extend(u16::try_from(parameters.len()).unwrap_or(u16::MAX).to_be_bytes());
        } else {
            body.push(u8::try_from(parameters.len()).unwrap_or(u8::MAX));
        }
        body.extend(parameters);
        body
    };
    let (mine, theirs) = if choice & 1 == 0 { (around(mine), around(theirs)) } else { (mine.to_vec(), theirs.to_vec()) };
    let parsed = [&mine, &theirs].map(|body| {
        let open = match Open::parse_at(body, OFFSET) {
            Ok(open) => open,
            Err(e) => {
                assert!(placed(&e, body.len()), "{e}");
                return None;
            }
        };
        check_open(&open, body);
        Some(open)
    });
    let [Some(mine), Some(theirs)] = parsed else { return };
    let (here, there) = (mine.negotiate(&theirs), theirs.negotiate(&mine));
    assert_eq!(here, there.reversed());
    assert_eq!(here.reversed().reversed(), here);
    // With itself: a speaker that sends and receives agrees with an equal one.
    let own = mine.negotiate(&mine);
    assert_eq!(own, own.reversed());
}

fn check_open(open: &Open<'_>, body: &[u8]) {
    let _ = format!("{open:?}");
    let at = |offset: u64, len: usize| {
        let start = usize::try_from(offset - OFFSET).expect("a short message");
        &body[start..start + len]
    };
    let mut wire = Vec::new();
    let mut whole = true;
    for parameter in open.parameters() {
        let Ok(parameter) = parameter else {
            whole = false;
            continue;
        };
        assert_eq!(at(parameter.offset, parameter.raw.len()), parameter.raw);
        wire.push(parameter.kind);
        if open.is_extended() {
            wire.extend(u16::try_from(parameter.raw.len()).expect("two octets").to_be_bytes());
        } else {
            wire.push(u8::try_from(parameter.raw.len()).expect("one octet"));
        }
        wire.extend(parameter.raw);
    }
    let fixed = if open.is_extended() { 13 } else { 10 };
    assert!(body[fixed..].starts_with(&wire));
    assert!(!whole || body.len() == fixed + wire.len());
    let mut found = Vec::new();
    let worst = open.findings(|e| found.push(e));
    assert_eq!(worst, found.iter().map(Error::action).max().unwrap_or(Action::None));
    assert!(found.iter().all(|e| placed(e, body.len())));
    // The message rebuilt from the values of its capabilities.
    if let Ok(builder) = OpenBuilder::from_open(open) {
        let (mut wire, mut again) = (Vec::new(), Vec::new());
        match builder.encode(&mut wire) {
            Ok(()) => {
                assert_eq!(wire.len(), builder.encoded_len());
                let read = Open::parse_at(&wire[19..], OFFSET).expect("what was written is an OPEN");
                OpenBuilder::from_open(&read).expect("whole").encode(&mut again).expect("written once already");
                assert_eq!(wire, again);
            }
            Err(e) => assert!(builder.encoded_len() > 4096, "{e}"),
        }
    }
    for capability in open.capabilities() {
        match capability {
            Ok(capability) => {
                assert_eq!(at(capability.offset, capability.raw.len()), capability.raw);
                match capability.decode() {
                    Ok(value) => check_capability(&value, capability.raw),
                    Err(e) => assert!(placed(&e, body.len()) && found.contains(&e), "{e} is not among {found:?}"),
                }
            }
            Err(e) => assert!(among(&found, &e), "{e} is not among {found:?}"),
        }
    }
}

/// A capability is written as it was, except for meaningless bits; from the second round on nothing changes.
fn check_capability(value: &CapabilityValue<'_>, raw: &[u8]) {
    let mut wire = Vec::new();
    value.encode(&mut wire).expect("what was read fits the octets that it was read from");
    assert_eq!((wire.len(), wire.len()), (value.encoded_len(), raw.len() + 2), "{value:?}");
    assert_eq!((wire[0], usize::from(wire[1])), (value.code().0, raw.len()));
    assert!(wire[2..].iter().zip(raw).all(|(new, old)| new & old == *new), "a bit was set that was not: {value:?}");
    let again = Capabilities::parse_at(&wire, 0).next().expect("one").expect("whole").decode().expect("as before");
    assert_eq!((again.code(), again.to_string()), (value.code(), value.to_string()));
    let mut twice = Vec::new();
    again.encode(&mut twice).expect("written once already");
    assert_eq!(twice, wire);
}

/// Whether a list of findings contains this one. Attributes without routes have a worse action than the attribute's own rule (RFC
/// 7606 section 5.2).
fn among(found: &[Error], e: &Error) -> bool {
    found.iter().any(|f| (f.kind(), f.context(), f.offset()) == (e.kind(), e.context(), e.offset()) && f.action() >= e.action())
}
