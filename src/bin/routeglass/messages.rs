//! Consecutive BGP messages, and how to read them.

use std::io::{self, Read};

use routeglass::attr::Attributes;
use routeglass::bgp::{self, Message, Update};
use routeglass::codes::AttrCode;
use routeglass::io::Frame;
use routeglass::mrt::{Bgp4mpMessage, Evidence, SessionDirection};
use routeglass::{Asn, Error, Session};
use routeglass::{Family, FamilySet};

use crate::args::AddPath;

/// The session for messages without known context.
pub(crate) const UNKNOWN: Session = Session::AS4.with_extended_message().with_multiple_labels();

/// The next item.
pub(crate) enum Item<'a> {
    /// A message on the wire, and its offset.
    Message(&'a [u8], u64),
    /// Octets without a message: their offset and end, and the error of the first.
    Gap(u64, u64, Error),
    /// The following octets are no message header.
    Error(Error),
    /// After an error: the offset of the next message, and the number of octets from there on, which are not read.
    Unread(u64, u64),
    /// The input fails inside a message: offset and error.
    Failed(u64, io::Error),
    /// The input ends inside a message: the octets present, its offset, and the number of octets missing.
    Cut(&'a [u8], u64, usize),
}

/// Reads consecutive messages; with `recover`, continues at the next header after an error.
pub(crate) fn each(mut input: impl Read, recover: bool, mut take: impl FnMut(Item<'_>) -> io::Result<()>) -> io::Result<()> {
    each_of(&mut input, recover, &mut take)
}

fn each_of(input: &mut dyn Read, recover: bool, take: &mut dyn FnMut(Item<'_>) -> io::Result<()>) -> io::Result<()> {
    let (mut buffer, mut start, mut offset) = (Vec::new(), 0usize, 0u64);
    let mut gap: Option<(u64, Error)> = None;
    loop {
        let rest = buffer.get(start..).unwrap_or(&[]);
        let mut skip = 0usize;
        let need = match bgp::frame(rest, &UNKNOWN, offset) {
            Ok(Frame::Ready(len)) => {
                if let Some((from, e)) = gap.take() {
                    take(Item::Gap(from, offset, e))?;
                }
                take(Item::Message(rest.get(..len).unwrap_or(rest), offset))?;
                skip = len;
                0
            }
            Ok(Frame::Need(need)) => need,
            Err(e) if recover => {
                gap = gap.or(Some((offset, e)));
                // The next octet at which a marker may start.
                let next = rest.iter().skip(1).position(|octet| *octet == 0xff);
                skip = next.map_or(rest.len(), |at| at.saturating_add(1));
                0
            }
            Err(e) => {
                take(Item::Error(e))?;
                return match unread(&mut rest.chain(input))? {
                    Some((start, len)) => take(Item::Unread(offset.saturating_add(start), len)),
                    None => Ok(()),
                };
            }
        };
        if skip > 0 {
            start = start.saturating_add(skip);
            offset = offset.saturating_add(skip as u64);
            continue;
        }
        let left = rest.len();
        buffer.drain(..start);
        start = 0;
        let more = (&mut *input).take((need as u64).max(1 << 16)).read_to_end(&mut buffer);
        let there = buffer.len();
        if there.saturating_sub(left) < need {
            let end = offset.saturating_add(there as u64);
            // Final octets of a gap that a marker could continue from belong to the gap.
            if let Some((from, e)) = gap
                && end > from
            {
                take(Item::Gap(from, end, e))?;
            } else if there > 0 && more.is_ok() {
                take(Item::Cut(&buffer, offset, need.saturating_sub(there.saturating_sub(left))))?;
            }
            return match more {
                Err(e) => take(Item::Failed(end, e)),
                Ok(_) => Ok(()),
            };
        }
    }
}

/// Where the next message starts, and the number of octets from there on; `None` if no message follows.
fn unread(input: &mut dyn Read) -> io::Result<Option<(u64, u64)>> {
    let (mut start, mut end) = (None, 0u64);
    each_of(input, true, &mut |item| {
        end = match item {
            Item::Message(octets, offset) => {
                start.get_or_insert(offset);
                offset.saturating_add(octets.len() as u64)
            }
            Item::Cut(octets, offset, _) => offset.saturating_add(octets.len() as u64),
            Item::Gap(_, offset, _) => offset,
            Item::Failed(..) | Item::Error(_) | Item::Unread(..) => end,
        };
        Ok(())
    })?;
    Ok(start.map(|start| (start, end.saturating_sub(start))))
}

/// A truncated message with its lengths adjusted to the present octets; `None` if the header is truncated.
pub(crate) fn shortened_message(octets: &[u8]) -> Option<Vec<u8>> {
    let mut shortened = octets.to_vec();
    let kind = shortened.get(18)?;
    // The lengths of withdrawn routes and attributes of an UPDATE.
    if *kind == 2 {
        let mut at = 19usize;
        for _ in 0..2 {
            let end = at.saturating_add(2);
            let there = shortened.len().saturating_sub(end);
            match shortened.get_mut(at..end).and_then(|field| field.first_chunk_mut::<2>()) {
                Some(field) => {
                    let len = usize::from(u16::from_be_bytes(*field)).min(there);
                    *field = u16::try_from(len).ok()?.to_be_bytes();
                    at = end.saturating_add(len);
                }
                None => {
                    shortened.truncate(at);
                    shortened.extend([0; 2]);
                    at = end;
                }
            }
        }
    }
    let len = u16::try_from(shortened.len()).ok()?;
    shortened.get_mut(16..18)?.copy_from_slice(&len.to_be_bytes());
    Some(shortened)
}

/// How messages are read by OPENs, options and evidence.
#[derive(Default)]
pub(crate) struct Reading {
    /// Width of AS numbers, if given as an option.
    asn4: Option<bool>,
    add_path: Option<AddPath>,
    weighed: Weighed,
    /// The last OPEN of each of two speakers.
    opens: Vec<(Speaker, Vec<u8>)>,
    /// The session of these OPENs.
    session: Option<Session>,
}

/// Identity of a speaker in its OPEN: AS number and BGP identifier.
type Speaker = (Asn, [u8; 4]);

/// Evidence from the messages.
#[derive(Default)]
struct Weighed {
    /// Number of messages whose attributes only fit two-octet numbers, and only four-octet numbers.
    two: u64,
    four: u64,
    add_path: FamilySet,
    plain: FamilySet,
}

impl Reading {
    pub(crate) fn new(asn4: Option<bool>, add_path: AddPath) -> Self {
        Self { asn4, add_path: Some(add_path), ..Self::default() }
    }

    /// Whether a first pass could add to the options.
    pub(crate) fn wants_evidence(&self) -> bool {
        self.asn4.is_none() || self.add_path == Some(AddPath::Auto)
    }

    /// A first pass over messages: which readings they fit.
    pub(crate) fn weigh(&mut self, input: impl Read) {
        let mut evidence = Evidence::default();
        let nobody = (Asn::ZERO, std::net::IpAddr::from([0; 4]));
        let _ = each(input, true, |item| {
            let shortened;
            let bytes = match item {
                Item::Message(bytes, _) => Some(bytes),
                Item::Cut(octets, ..) => {
                    shortened = shortened_message(octets);
                    shortened.as_deref()
                }
                _ => None,
            };
            if let Some(bytes) = bytes
                && let Ok(Message::Update(update)) = Message::parse_at(bytes, &UNKNOWN, 0)
            {
                let [two, four] = [false, true].map(|asn4| fits(&update, asn4));
                self.weighed.two = self.weighed.two.saturating_add(u64::from(two && !four));
                self.weighed.four = self.weighed.four.saturating_add(u64::from(four && !two));
                evidence.observe(&Bgp4mpMessage::new(nobody, nobody, UNKNOWN, bytes));
            }
            Ok(())
        });
        evidence.conclude();
        let direction = SessionDirection { peer_address: Some(nobody.1), peer_asn: nobody.0, local: false };
        if let Some(peer) = evidence.peer(&direction) {
            self.weighed.add_path = peer.add_path();
            for (family, reading) in peer.readings() {
                if !reading.is_add_path() && reading.only_plain.saturating_add(reading.rather_plain) > 0 {
                    self.weighed.plain = self.weighed.plain.with(family);
                }
            }
        }
    }

    /// Uses the capabilities of an OPEN for the messages after it.
    pub(crate) fn observe(&mut self, bytes: &[u8]) {
        let Ok(Message::Open(open)) = Message::parse_at(bytes, &UNKNOWN, 0) else { return };
        let speaker = (open.asn(), open.bgp_id().octets());
        self.opens.retain(|(known, _)| *known != speaker);
        if self.opens.len() > 1 {
            self.opens.remove(0);
        }
        self.opens.push((speaker, bytes.to_vec()));
        let opens = self.opens.iter().filter_map(|(_, bytes)| match Message::parse_at(bytes, &UNKNOWN, 0) {
            Ok(Message::Open(open)) => Some(open),
            _ => None,
        });
        self.session = match opens.collect::<Vec<_>>().as_slice() {
            [one] => Some(self.of_one(one.negotiate(one))),
            [one, other] => Some(self.of_two(one.negotiate(other))),
            _ => None,
        };
    }

    /// One OPEN contains an offer; only the messages show whether it was accepted.
    fn of_one(&self, offered: Session) -> Session {
        let weighed = &self.weighed;
        let mut session = UNKNOWN;
        session.asn4 = match (weighed.two, weighed.four) {
            (0, 1..) => true,
            (1.., 0) => false,
            _ => offered.asn4,
        };
        session.extended_next_hop = offered.extended_next_hop;
        let offers = |family: &Family| offered.add_path_send.contains(*family) && !weighed.plain.contains(*family);
        session.add_path_receive = families().filter(offers).fold(FamilySet::EMPTY, FamilySet::with);
        session
    }

    /// Messages do not identify their speaker: if the two differ, evidence decides.
    fn of_two(&self, negotiated: Session) -> Session {
        let mut session = negotiated;
        let (one, other) = (negotiated.add_path_receive, negotiated.add_path_send);
        let has = |family: &Family| match (one.contains(*family), other.contains(*family)) {
            (true, true) => true,
            (false, false) => false,
            _ => self.weighed.add_path.contains(*family),
        };
        session.add_path_receive = families().filter(has).fold(FamilySet::EMPTY, FamilySet::with);
        session
    }

    /// The session for the next message.
    pub(crate) fn session(&self) -> Session {
        let mut session = self.session.unwrap_or_else(|| {
            let mut session = UNKNOWN;
            session.asn4 = self.weighed.two <= self.weighed.four;
            session
        });
        if let Some(asn4) = self.asn4 {
            session.asn4 = asn4;
        }
        match self.add_path {
            Some(AddPath::On) => session = session.with_add_path(),
            Some(AddPath::Auto) if self.session.is_none() => session.add_path_receive = self.weighed.add_path,
            _ => {}
        }
        session
    }
}

/// The families that a set can contain.
fn families() -> impl Iterator<Item = Family> {
    let families = [1, 2, 25, 16388].into_iter().flat_map(|afi| (0..=255).map(move |safi| Family::of(afi, safi)));
    families.filter(|family| FamilySet::ALL.contains(*family))
}

/// Whether the attributes with AS numbers fit this width.
fn fits(update: &Update<'_>, asn4: bool) -> bool {
    let mut session = UNKNOWN;
    session.asn4 = asn4;
    Attributes::parse_at(update.attribute_bytes(), &session, 0).is_ok_and(|list| {
        // AS4_PATH and AS4_AGGREGATOR are only sent with two-octet numbers (RFC 6793 section 3).
        let new = !asn4 || !(list.has(AttrCode::AS4_PATH) || list.has(AttrCode::AS4_AGGREGATOR));
        new && list.as_path().is_ok() && list.aggregator().is_ok()
    })
}
