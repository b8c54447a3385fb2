//! BGP4MP and BGP4MP_ET (RFC 6396 sections 3, 4.4 and B.2.6, RFC 8050 section 3).

use core::net::{IpAddr, Ipv4Addr};

use super::layout::{Pass, Reading, RibRoute, Speakers, attributes, states};
use super::observe::RecordObserver;
use crate::asn::Asn;
use crate::attr::Attributes;
use crate::bgp::{self, Message, Messages, Update};
use crate::codes::{Afi, FsmState, MessageType, Safi};
use crate::error::{Error, ErrorKind, Result};
use crate::family::Family;
use crate::io::Frame;
use crate::nlri::{NextHop, PathPrefix, RawRoute};
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;
use crate::wire::Cursor;
use crate::{
    attr::is_next_hop_of,
    bgp::NextMessage,
    error::{Action, Context, EncodeError},
    nlri::read_prefix,
};

/// A BGP message and its two speakers.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Bgp4mpMessage<'a> {
    /// The peer's AS number. In two-octet records of a four-octet number FRR writes the low 16 bits, BIRD AS_TRANS.
    pub peer_asn: Asn,
    /// The collector's AS number.
    pub local_asn: Asn,
    /// Interface index; 0 if none.
    pub interface: u16,
    /// The peer's address; `None` in the shortened records that Zebra wrote for peers without one.
    pub peer_address: Option<IpAddr>,
    /// The collector's address.
    pub local_address: Option<IpAddr>,
    /// Whether the collector sent the message (the LOCAL subtypes).
    pub local: bool,
    /// How the message is read, by the subtype. Messages over 4,096 octets are always accepted.
    pub session: Session,
    bytes: &'a [u8],
    offset: u64,
    // Records of 1999 hold a body without a header, and its message type.
    headless: Option<MessageType>,
}

impl<'a> Bgp4mpMessage<'a> {
    /// `by` is the session by which an observer reads the message, if not the subtype's.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn read<O: RecordObserver>(
        c: &mut Cursor<'a>,
        asn4: bool,
        add_path: bool,
        local: bool,
        by: Option<&Session>,
        o: &mut O,
    ) -> Result<Self> {
        let session = if asn4 { Session::AS4 } else { Session::AS2 }.with_extended_message().with_multiple_labels();
        let session = if add_path { session.with_add_path() } else { session };
        // Zebra in the year 2000: two zero AS numbers, followed directly by the message.
        let short = !asn4 && c.rest().get(..8) == Some(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
        let mut speakers = Speakers::unread(short);
        #[expect(
            clippy::if_same_then_else,
            reason = "in a record longer than any speakers the compiler drops the checks of each field"
        )]
        if c.len() > Speakers::MOST {
            speakers.pass(&mut Reading::new(c, o), asn4)?;
        } else {
            speakers.pass(&mut Reading::new(c, o), asn4)?;
        }
        let message = Self::of(&speakers, session, local, c, None);
        o.message(c, by.unwrap_or(&session), None)?;
        Ok(message)
    }

    /// The message at a cursor.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn of(
        speakers: &Speakers,
        session: Session,
        local: bool,
        c: &Cursor<'a>,
        headless: Option<MessageType>,
    ) -> Self {
        Self {
            peer_asn: speakers.peer_asn,
            local_asn: speakers.local_asn,
            interface: speakers.interface,
            peer_address: speakers.peer_address(),
            local_address: speakers.local_address(),
            local,
            session,
            bytes: c.rest(),
            offset: c.offset(),
            headless,
        }
    }

    /// The message on the wire, with its 19-octet header except in records of the old type BGP.
    #[cfg_attr(optimised, inline(always))]
    pub const fn message_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Offset of the message: bytes from the start of the outermost input.
    #[cfg_attr(optimised, inline(always))]
    pub const fn message_offset(&self) -> u64 {
        self.offset
    }

    /// Whether the message has no header, as in the old type BGP.
    pub const fn is_headless(&self) -> bool {
        self.headless.is_some()
    }

    /// The message, read by the subtype's session.
    ///
    /// # Errors
    /// See [`Message::parse_at`].
    #[cfg_attr(optimised, inline(always))]
    pub fn message(&self) -> Result<Message<'a>> {
        self.message_by(&self.session)
    }

    /// The message, read by another session.
    ///
    /// # Errors
    /// See [`Message::parse_at`].
    #[cfg_attr(optimised, inline(always))]
    pub fn message_by(&self, session: &Session) -> Result<Message<'a>> {
        match self.headless {
            None => Message::parse_at(self.bytes, session, self.offset),
            Some(kind) => Message::parse_body(kind, self.bytes, session, self.offset),
        }
    }

    /// The first message of a record that does not end with it, and the error of the record: after the message is another, or
    /// octets that are none; or the message declares more octets than there are, and is an UPDATE as far as it is there.
    pub(crate) fn leading(&self, session: &Session) -> Option<(Message<'a>, Error)> {
        if self.headless.is_some() {
            return None;
        }
        let Frame::Ready(len) = bgp::frame(self.bytes, session, self.offset).ok()? else {
            return bgp::cut_update(self.bytes, session, self.offset);
        };
        let (message, behind) = self.bytes.split_at_checked(len)?;
        let kind = ErrorKind::TrailingBytes(u32::try_from(behind.len()).ok().filter(|len| *len > 0)?);
        let message = Message::parse_at(message, session, self.offset).ok()?;
        Some((message, Error::new(kind, self.offset.saturating_add(len as u64))))
    }

    /// All messages: the first, with the error of a record that does not end with it, and others ([`Self::further_messages`]).
    /// Octets that are no message are an error; after the first message, of a record that has been reported.
    pub(crate) fn all_messages(&self, session: &Session) -> impl Iterator<Item = OneMessage<'a>> + use<'a> {
        let first = match self.message_by(session) {
            Ok(message) => (Ok(message), None),
            Err(e) => match self.leading(session) {
                Some((message, e)) => (Ok(message), Some(e)),
                None => (Err(e), None),
            },
        };
        let mut further = self.further_messages(session);
        let first_len = self.bytes.len().saturating_sub(further.rest_len());
        let first_octets = self.bytes.get(..first_len).unwrap_or(self.bytes);
        let error = first.1;
        let first = OneMessage { message: first.0, octets: first_octets, offset: self.offset, error };
        core::iter::once(first).chain(core::iter::from_fn(move || {
            let NextMessage { message, octets, offset, cut } = further.next_or_cut()?;
            Some(OneMessage { message, octets, offset, error: cut.or(error) })
        }))
    }

    /// The messages after the first: RFC 6396 section 4.4.2 has one per record, yet records with several exist. Trailing octets
    /// that are no message give an error as the last item.
    pub fn further_messages(&self, session: &Session) -> Messages<'a> {
        let first = match (self.headless, bgp::frame(self.bytes, session, self.offset)) {
            (None, Ok(Frame::Ready(len))) => len,
            _ => self.bytes.len(),
        };
        let rest = self.bytes.get(first..).unwrap_or(&[]);
        Messages::at(rest, session, self.offset.saturating_add(first as u64))
    }

    /// All messages, read by another session: RFC 6396 section 4.4.2 has one per record, yet records with several exist. A last
    /// message that declares more octets than there are is given if it is an UPDATE, as far as it is there. Octets after a message
    /// that are no message end the iterator ([`Record::findings`](super::Record::findings) reports them).
    ///
    /// # Errors
    /// See [`Message::parse_at`].
    #[cfg(feature = "alloc")]
    pub fn messages_by(&self, session: &Session) -> impl Iterator<Item = Result<Message<'a>>> + use<'a> {
        self.all_messages(session).map(|one| one.message)
    }

    /// The message if it is an UPDATE, read by the subtype's session. Of other messages only the header is read.
    ///
    /// # Errors
    /// See [`Message::parse_at`].
    #[cfg_attr(optimised, inline(always))]
    pub fn update(&self) -> Result<Option<Update<'a>>> {
        self.update_by(&self.session)
    }

    /// The message if it is an UPDATE, read by another session.
    ///
    /// # Errors
    /// See [`Message::parse_at`].
    #[cfg_attr(optimised, inline(always))]
    pub fn update_by(&self, session: &Session) -> Result<Option<Update<'a>>> {
        let (kind, body, offset) = match self.headless {
            None => {
                let (kind, body) = bgp::split_header(self.bytes, session, self.offset)?;
                (kind, body, self.offset.saturating_add(bgp::HEADER_LEN as u64))
            }
            Some(kind) => (kind, self.bytes, self.offset),
        };
        if kind != MessageType::UPDATE {
            return Ok(None);
        }
        match Update::parse_at(body, session, offset) {
            Ok(update) => Ok(Some(update)),
            Err(e) if self.headless.is_some() => Err(e),
            Err(e) => Err(bgp::too_short(kind, body.len(), self.offset).unwrap_or(e)),
        }
    }
}

impl<'a> Bgp4mpMessage<'a> {
    /// The message if it is an UPDATE with a header; `None` for every other message, and for errors.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn usual_update(&self, session: &Session) -> Option<Update<'a>> {
        if self.headless.is_some() {
            return None;
        }
        let (MessageType::UPDATE, body) = bgp::split_header(self.bytes, session, self.offset).ok()? else { return None };
        Update::parse_at(body, session, self.offset.saturating_add(bgp::HEADER_LEN as u64)).ok()
    }
}

/// A message of a record, with its octets and their offset.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "serde"), expect(dead_code, reason = "objects alone have the octets of messages"))]
pub(crate) struct OneMessage<'a> {
    pub(crate) message: Result<Message<'a>>,
    pub(crate) octets: &'a [u8],
    pub(crate) offset: u64,
    /// The error of a record that does not end with its first message; without a context if it is the record's.
    pub(crate) error: Option<Error>,
}

/// A change of a session's state (RFC 6396 section 4.4.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct StateChange {
    /// The peer's AS number.
    pub peer_asn: Asn,
    /// The collector's AS number.
    pub local_asn: Asn,
    /// Interface index; 0 if none.
    pub interface: u16,
    /// The peer's address; `None` in the short records that Zebra and FRR write for peers without one.
    pub peer_address: Option<IpAddr>,
    /// The collector's address.
    pub local_address: Option<IpAddr>,
    /// Old state. Quagga and FRR have states 7 and 8 besides those of RFC 4271.
    pub old: FsmState,
    /// New state.
    pub new: FsmState,
}

impl StateChange {
    /// A state change of the session between a peer and the collector, interface 0.
    pub const fn new((peer_asn, peer): (Asn, IpAddr), (local_asn, local): (Asn, IpAddr), old: FsmState, new: FsmState) -> Self {
        let (peer_address, local_address) = (Some(peer), Some(local));
        Self { peer_asn, local_asn, interface: 0, peer_address, local_address, old, new }
    }

    /// A body of `len` octets.
    pub(super) fn read<O: RecordObserver>(c: &mut Cursor<'_>, asn4: bool, len: usize, o: &mut O) -> Result<Self> {
        // Zebra's eight octets and FRR's twelve have no interface, family and addresses.
        let mut speakers = Speakers::unread(len == if asn4 { 12 } else { 8 });
        speakers.pass(&mut Reading::new(c, o), asn4)?;
        let mut change = Self {
            peer_asn: speakers.peer_asn,
            local_asn: speakers.local_asn,
            interface: speakers.interface,
            peer_address: speakers.peer_address(),
            local_address: speakers.local_address(),
            old: FsmState(0),
            new: FsmState(0),
        };
        states(&mut Reading::new(c, o), &mut change.old, &mut change.new)?;
        c.finish().map_err(|e| o.error(e))?;
        Ok(change)
    }

    pub(super) const fn legacy((peer_asn, peer): (Asn, IpAddr), old: FsmState, new: FsmState) -> Self {
        Self { peer_asn, local_asn: Asn::ZERO, interface: 0, peer_address: Some(peer), local_address: None, old, new }
    }
}

/// One route of a table in the obsolete form BGP4MP_ENTRY (RFC 6396 section B.2.6.1), written by OpenBGPD.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Bgp4mpEntry<'a> {
    /// The peer's AS number.
    pub peer_asn: Asn,
    /// The collector's AS number.
    pub local_asn: Asn,
    /// Interface index; 0 if none.
    pub interface: u16,
    /// The peer's address.
    pub peer_address: IpAddr,
    /// The collector's address.
    pub local_address: IpAddr,
    /// The view number.
    pub view: u16,
    /// Status, unchanged.
    pub status: u16,
    /// When the route last changed, in seconds since 1970 (UTC).
    pub last_change: u32,
    /// The family of the route.
    pub family: Family,
    /// The prefix; `None` for families without plain prefixes: see [`Bgp4mpEntry::route_bytes`].
    pub prefix: Option<Prefix>,
    next_hop: &'a [u8],
    route: &'a [u8],
    attributes: &'a [u8],
    offset: u64,
}

impl<'a> Bgp4mpEntry<'a> {
    /// An entry for a route between a peer and the collector. `next_hop` and `attributes` are in wire form with two-octet AS
    /// numbers; view, status, time and interface are 0.
    ///
    /// # Errors
    /// A route of a family without plain prefixes that is not a length in bits and its octets; octets that are not one prefix of
    /// the family; values that do not fit the record: AS numbers over 65,535, addresses of two families, a next hop over 255
    /// octets, attributes over 65,535.
    #[cfg(feature = "alloc")]
    pub fn new(
        (peer_asn, peer_address): (Asn, IpAddr),
        (local_asn, local_address): (Asn, IpAddr),
        route: RawRoute<'a>,
        next_hop: &'a [u8],
        attributes: &'a [u8],
    ) -> Result<Self, EncodeError> {
        for asn in [peer_asn, local_asn] {
            if asn.is_four_octet() {
                return Err(EncodeError::out_of_range("AS number", u64::from(asn.0)));
            }
        }
        if peer_address.is_ipv4() != local_address.is_ipv4() {
            return Err(EncodeError::unrepresentable("addresses of two families"));
        }
        if next_hop.len() > 0xff {
            return Err(EncodeError::too_long("next hop", next_hop.len(), 0xff));
        }
        if attributes.len() > 0xffff {
            return Err(EncodeError::too_long("path attributes", attributes.len(), 0xffff));
        }
        let (family, octets) = (route.family, route.bytes);
        let prefix = match (family.prefix_is_v6(), octets.split_first()) {
            (Some(v6), _) => match read_prefix(octets, v6) {
                Ok((prefix, [])) => Some(prefix),
                _ => return Err(EncodeError::unrepresentable("route")),
            },
            (None, Some((bits, rest))) if usize::from(*bits).div_ceil(8) == rest.len() => None,
            _ => return Err(EncodeError::unrepresentable("route")),
        };
        Ok(Self {
            peer_asn,
            local_asn,
            interface: 0,
            peer_address,
            local_address,
            view: 0,
            status: 0,
            last_change: 0,
            family,
            prefix,
            next_hop,
            route: octets,
            attributes,
            offset: 0,
        })
    }

    pub(super) fn read<O: RecordObserver>(c: &mut Cursor<'a>, o: &mut O) -> Result<Self> {
        let mut speakers = Speakers::unread(false);
        speakers.pass(&mut Reading::new(c, o), false)?;
        let (mut view, mut status, mut last_change) = (0, 0, 0);
        let (mut family, mut next_hop) = (Family::new(Afi(0), Safi(0)), &[][..]);
        let p = &mut Reading::new(c, o);
        p.field("view", &mut view)?;
        p.field("status", &mut status)?;
        p.named("last_change", &mut last_change, |seconds| Timestamp::from_seconds(seconds).utc())?;
        p.field("afi", &mut family.afi)?;
        p.field("safi", &mut family.safi)?;
        let mut len = 0u8;
        p.field("next_hop_length", &mut len)?;
        p.octets("next_hop", usize::from(len), &mut next_hop, NextHop::read)?;
        let before = c.rest();
        let mut route = RibRoute::Prefix(PathPrefix { prefix: Prefix::DEFAULT_V4, path_id: None });
        Reading::new(c, o).route(family, len_in_bits, &mut route)?;
        let octets = before.get(..before.len().saturating_sub(c.len())).unwrap_or(before);
        let (mut list, mut offset) = (&[][..], 0);
        const SESSION: Session = Session::AS2.with_multiple_labels();
        attributes(&mut Reading::new(c, o), &SESSION, &mut list, &mut offset)?;
        c.finish().map_err(|e| o.error(e))?;
        Ok(Self {
            peer_asn: speakers.peer_asn,
            local_asn: speakers.local_asn,
            interface: speakers.interface,
            peer_address: speakers.peer_address().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            local_address: speakers.local_address().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            view,
            status,
            last_change,
            family,
            prefix: match route {
                RibRoute::Prefix(path) => Some(path.prefix),
                RibRoute::Other(_) => None,
            },
            next_hop,
            route: octets,
            attributes: list,
            offset,
        })
    }

    /// The next hop.
    pub fn next_hop(&self) -> NextHop<'a> {
        NextHop::read(self.next_hop)
    }

    /// The next hop's octets.
    pub const fn next_hop_bytes(&self) -> &'a [u8] {
        self.next_hop
    }

    /// The route on the wire: a length in bits and its octets.
    pub const fn route_bytes(&self) -> &'a [u8] {
        self.route
    }

    /// The route of a family without plain prefixes.
    pub const fn route(&self) -> RawRoute<'a> {
        let before = (self.route.len() as u64).saturating_add(2);
        RawRoute::new(self.family, self.route, self.offset.saturating_sub(before))
    }

    /// The error of a next hop of a length that the family does not have; an empty one is that of the attributes.
    pub(crate) fn next_hop_error(&self) -> Option<Error> {
        entry_next_hop_error(self.family, self.next_hop, self.route.len(), self.offset)
    }

    /// Octets of the path attributes.
    pub const fn attribute_bytes(&self) -> &'a [u8] {
        self.attributes
    }

    /// Their offset: bytes from the start of the outermost input.
    pub const fn attributes_offset(&self) -> u64 {
        self.offset
    }

    /// The path attributes, indexed. AS numbers have two octets.
    ///
    /// # Errors
    /// An attribute that overruns the list.
    #[cfg_attr(optimised, inline(always))]
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        Attributes::parse_rib_at(self.attributes, &Session::AS2, self.offset)
    }
}

/// The error of the next hop field of a BGP4MP_ENTRY of a length that the family does not have; an empty one is that of the
/// attributes, which start at `attributes`, after the route of `route` octets.
#[cold]
#[inline(never)]
pub(crate) fn entry_next_hop_error(family: Family, next_hop: &[u8], route: usize, attributes: u64) -> Option<Error> {
    let len = next_hop.len();
    if len == 0 || is_next_hop_of(family, true, len) {
        return None;
    }
    let from_length = (route as u64).saturating_add(3).saturating_add(len as u64);
    let kind = ErrorKind::BadLength(u32::try_from(len).unwrap_or(u32::MAX));
    let e = Error::new(kind, attributes.saturating_sub(from_length));
    Some(e.within(Context::Mrt(16, 2), Action::DisableFamily))
}

/// The name of a file with a table (RFC 6396 section B.2.6.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Snapshot<'a> {
    /// The view number.
    pub view: u16,
    /// The file name, up to its NUL.
    pub file_name: &'a [u8],
}

impl<'a> Snapshot<'a> {
    pub(super) fn read<O: RecordObserver>(c: &mut Cursor<'a>, o: &mut O) -> Result<Self> {
        let view = o.field(c, "view")?;
        let start = c.offset();
        let end = memchr::memchr(0, c.rest());
        let take = end.map_or(c.len(), |end| end.saturating_add(1));
        let name = |octets: &&'a [u8]| octets.strip_suffix(&[0]).unwrap_or(octets);
        let octets = o.read_as(c, "file_name", |c| c.take(take), |octets| name(octets).escape_ascii())?;
        if end.is_none() {
            return Err(o.error(Error::new(ErrorKind::Truncated(1), start)));
        }
        // Octets after the end of the name.
        if !c.is_empty() {
            o.field::<&[u8]>(c, "rest")?;
        }
        Ok(Self { view, file_name: name(&octets) })
    }
}

/// The route of a BGP4MP_ENTRY: a length in bits and its octets.
#[expect(clippy::unnecessary_wraps, reason = "one of several functions that find the end of a route")]
fn len_in_bits(_: Family, c: Cursor<'_>) -> Result<Option<usize>> {
    let bits = c.rest().first().copied().unwrap_or(0);
    Ok(Some(usize::from(bits).div_ceil(8).saturating_add(1)))
}
