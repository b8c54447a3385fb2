//! The content of a message, as texts that can be compared with another decoder's.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "shared by tests that each use some of it")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use routeglass::attr::{Attribute, Value};
use routeglass::bgp::{Message, Open, Update};
use routeglass::error::Action;
use routeglass::nlri::{NextHop, Nlri, Prefixes, RawRoute};
use routeglass::{Family, FamilySet, Session};

use super::captures::{self, Flow};

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeFacts {
    pub code: u8,
    pub flags: u8,
    pub len: usize,
    /// The fields of its value, each as a text; or its error.
    pub lines: Result<Vec<String>, String>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub len: usize,
    pub kind: u8,
    /// The fields of messages other than UPDATE; or the error.
    pub head: Result<Vec<String>, String>,
    pub withdrawn: Result<Vec<String>, String>,
    pub attributes: Vec<AttributeFacts>,
    pub announced: Result<Vec<String>, String>,
}

/// Displays a route of a family without plain prefixes.
pub type ShowRoute = fn(&RawRoute<'_>) -> String;

/// Octets in hexadecimal.
pub fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        write!(text, "{octet:02x}").unwrap();
        text
    })
}

/// A path identifier, before a route.
pub fn path(id: Option<u32>) -> String {
    id.map_or_else(String::new, |id| format!("path {id} "))
}

fn prefixes(list: routeglass::error::Result<Prefixes<'_>>) -> Result<Vec<String>, String> {
    let list = list.map_err(|e| e.to_string())?;
    Ok(list.iter().map(|p| format!("{}{}", path(p.path_id), p.prefix)).collect())
}

fn routes(nlri: &Nlri<'_>, show: ShowRoute) -> Result<Vec<String>, String> {
    let mut lines: Vec<String> = nlri.prefixes().iter().map(|p| format!("{}{}", path(p.path_id), p.prefix)).collect();
    for route in nlri.routes() {
        let route = route.map_err(|e| e.to_string())?;
        route.decode().map_err(|e| e.to_string())?;
        lines.push(format!("{}{}", path(route.path_id), show(&route)));
    }
    Ok(lines)
}

/// The parts of a next hop.
fn next_hop(next_hop: &NextHop<'_>, lines: &mut Vec<String>) {
    match next_hop {
        NextHop::V4(a) => lines.push(format!("next hop {a}")),
        NextHop::V6(a) => lines.push(format!("next hop {a}")),
        NextHop::V6LinkLocal(a, b) => lines.extend([format!("next hop {a}"), format!("link-local {b}")]),
        NextHop::Vpn(rd, a) => lines.extend([format!("next hop {a}"), format!("next hop RD {rd}")]),
        NextHop::VpnLinkLocal(rd, a, rd2, b) => lines.extend([
            format!("next hop {a}"),
            format!("link-local {b}"),
            format!("next hop RD {rd}"),
            format!("next hop RD {rd2}"),
        ]),
        _ => {}
    }
}

fn family(family: Family) -> String {
    format!("family {}/{}", family.afi.0, family.safi.0)
}

/// The fields of an attribute's value; empty if only the header is compared.
fn attribute_lines(attribute: &Attribute<'_>, session: &Session, show: ShowRoute) -> Result<Vec<String>, String> {
    let value = attribute.decode(session).map_err(|e| e.to_string())?;
    Ok(match value {
        Value::AsPath(path) => segments(&path),
        Value::As4Path(path) => segments(&path.0),
        Value::Communities(list) => list.iter().map(|c| format!("{}:{}", c.asn(), c.value())).collect(),
        Value::LargeCommunities(list) => list.iter().map(|c| c.to_string()).collect(),
        Value::ClusterList(list) => list.iter().map(|c| c.to_string()).collect(),
        Value::ExtendedCommunities(list) => list.iter().map(|c| hex(&c.0)).collect(),
        Value::Origin(_) | Value::NextHop(_) | Value::MultiExitDisc(_) | Value::LocalPref(_) | Value::OriginatorId(_) => {
            vec![value.to_string()]
        }
        Value::Aigp(aigp) => aigp.metric().iter().map(u64::to_string).collect(),
        Value::Aggregator(a) => vec![format!("{} {}", a.asn, a.address)],
        Value::As4Aggregator(a) => vec![format!("{} {}", a.0.asn, a.0.address)],
        Value::MpReach(reach) => {
            let mut lines = vec![family(reach.family().unwrap()), format!("next hop octets {}", hex(reach.next_hop_bytes()))];
            next_hop(&reach.next_hop(), &mut lines);
            lines.extend(routes(&reach.nlri(session).map_err(|e| e.to_string())?, show)?);
            lines
        }
        Value::MpUnreach(unreach) => {
            let mut lines = vec![family(unreach.family())];
            lines.extend(routes(&unreach.nlri(session).map_err(|e| e.to_string())?, show)?);
            lines
        }
        _ => Vec::new(),
    })
}

fn segments(path: &routeglass::attr::AsPath<'_>) -> Vec<String> {
    let segment = |s: routeglass::attr::Segment<'_>| {
        let numbers: Vec<_> = s.asns().map(|asn| asn.to_string()).collect();
        format!("{:?} {}", s.kind(), numbers.join(" "))
    };
    path.segments().map(segment).collect()
}

fn open(open: &Open<'_>) -> Vec<String> {
    let mut lines = vec![format!("{} {} {} {}", open.version(), open.my_as(), open.hold_time(), open.bgp_id())];
    for capability in open.capabilities() {
        match capability {
            Ok(c) => lines.push(format!("capability {} of {}", c.code.0, c.raw.len())),
            Err(e) => lines.push(e.to_string()),
        }
    }
    lines
}

impl Facts {
    /// The decoding of a whole message.
    pub fn of(bytes: &[u8], session: &Session, show: ShowRoute) -> Self {
        let none = || Ok(Vec::new());
        let (len, kind) = (bytes.len(), bytes.get(18).copied().unwrap_or(0));
        let mut facts = Self { len, kind, head: none(), withdrawn: none(), attributes: Vec::new(), announced: none() };
        match Message::parse_at(bytes, session, 0) {
            Ok(Message::Update(update)) => facts.update(&update, show),
            Ok(Message::Open(message)) => facts.head = Ok(open(&message)),
            Ok(Message::Notification(n)) => facts.head = Ok(vec![format!("{} {}", n.code.0, n.subcode)]),
            Ok(Message::RouteRefresh(r)) => facts.head = Ok(vec![format!("{} {}", family(r.family), r.subtype.0)]),
            Ok(_) => {}
            Err(e) => facts.head = Err(e.to_string()),
        }
        facts
    }

    fn update(&mut self, update: &Update<'_>, show: ShowRoute) {
        self.withdrawn = prefixes(update.withdrawn());
        self.announced = prefixes(update.announced());
        for attribute in update.attribute_windows() {
            match attribute {
                Ok(attribute) => self.attributes.push(AttributeFacts {
                    code: attribute.code().0,
                    flags: attribute.flags().bits(),
                    len: attribute.raw().len(),
                    lines: attribute_lines(&attribute, update.session(), show),
                }),
                Err(e) => self.head = Err(e.to_string()),
            }
        }
    }
}

/// Whether the message has no findings in this session.
fn clean(bytes: &[u8], session: &Session) -> bool {
    match Message::parse_at(bytes, session, 0) {
        Ok(Message::Update(update)) => update.findings(|_| {}) == Action::None,
        Ok(_) => true,
        Err(_) => false,
    }
}

/// A message of a capture with its session.
pub struct Sent {
    pub flow: Flow,
    pub bytes: Vec<u8>,
    pub session: Session,
}

impl Sent {
    /// The length in its header.
    pub fn declared_len(&self) -> usize {
        self.bytes.get(16..18).map_or(0, |len| usize::from(len[0]) << 8 | usize::from(len[1]))
    }
}

/// The session without findings: path identifiers only if nothing else fits.
fn guessed(bytes: &[u8]) -> Session {
    let sessions = [Session::AS4, Session::AS2, Session::AS4.with_add_path(), Session::AS2.with_add_path()];
    let sessions = sessions.map(Session::with_extended_message);
    sessions.into_iter().find(|session| clean(bytes, session)).unwrap_or(sessions[0])
}

fn open_in(bytes: &[u8]) -> Option<Open<'_>> {
    match Message::parse_at(bytes, &Session::AS4.with_extended_message(), 0) {
        Ok(Message::Open(open)) => Some(open),
        _ => None,
    }
}

/// The octets of each message of a BMP stream (RFC 7854 section 4.1); `None` for another stream.
fn bmp(piece: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut list, mut rest) = (Vec::new(), piece);
    while let Some(&[version, a, b, c, d, kind]) = rest.first_chunk() {
        let len = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap();
        if version != 3 || kind > 6 || len < 6 {
            return None;
        }
        let Some((message, after)) = rest.split_at_checked(len) else { break };
        list.push(message);
        rest = after;
    }
    Some(list)
}

/// The BGP messages in a BMP message, by their markers, each as far as present.
fn inside(message: &[u8]) -> Vec<Vec<u8>> {
    let (mut list, mut rest) = (Vec::new(), message);
    while let Some(start) = rest.windows(16).position(|w| w == [0xff; 16]) {
        rest = &rest[start..];
        let Some(header) = rest.first_chunk::<18>() else { break };
        let len = usize::from(u16::from_be_bytes([header[16], header[17]])).clamp(19, rest.len().max(19));
        let len = len.min(rest.len());
        list.push(rest[..len].to_vec());
        rest = &rest[len..];
    }
    list
}

/// The BGP messages in a BMP stream, read by the OPENs of its Peer Up messages if those give no findings.
fn sent_by_bmp(flow: Flow, stream: &[&[u8]], all: &mut Vec<Sent>) {
    let mut sessions = BTreeMap::<Vec<u8>, Session>::new();
    for message in stream {
        let peer = message.get(8..32).unwrap_or(&[]).to_vec();
        let list = inside(message);
        if let (Some(3), [sent, received, ..]) = (message.get(5), &list[..])
            && let (Some(sent), Some(received)) = (open_in(sent), open_in(received))
        {
            // FRR and GoBGP report routes without their path identifiers.
            let mut session = sent.negotiate(&received).with_extended_message();
            session.add_path_receive = FamilySet::EMPTY;
            sessions.insert(peer.clone(), session);
        }
        for bytes in list {
            let agreed = sessions.get(&peer).copied().filter(|session| clean(&bytes, session));
            all.push(Sent { flow, session: agreed.unwrap_or_else(|| guessed(&bytes)), bytes });
        }
    }
}

/// Every message of a capture in the order of its sender, read by the session negotiated by the OPENs of the connection; without
/// them, by one without findings.
pub fn sent(capture: &[u8]) -> Vec<Sent> {
    let mut list: Vec<(Flow, Vec<u8>)> = Vec::new();
    let mut all = Vec::new();
    for (flow, piece) in captures::flows(capture) {
        match bmp(&piece) {
            Some(stream) => sent_by_bmp(flow, &stream, &mut all),
            None => list.extend(captures::messages(&piece).into_iter().map(|message| (flow, message))),
        }
    }
    let mut opens = BTreeMap::<Flow, Vec<u8>>::new();
    for (flow, bytes) in &list {
        if open_in(bytes).is_some() {
            opens.entry(*flow).or_insert_with(|| bytes.clone());
        }
    }
    let open_of = |flow: &Flow| open_in(opens.get(flow)?);
    let negotiated = |flow: &Flow| {
        let receiver = (flow.1, flow.0, flow.3, flow.2);
        Some(open_of(&receiver)?.negotiate(&open_of(flow)?).with_extended_message())
    };
    for (flow, bytes) in list {
        let session = negotiated(&flow).unwrap_or_else(|| guessed(&bytes));
        all.push(Sent { flow, session, bytes });
    }
    all
}
