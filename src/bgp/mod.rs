//! BGP messages (RFC 4271 section 4): framing, and one view per type.

mod capability;
mod counted_text;
#[cfg(feature = "alloc")]
mod decoder;
#[cfg(feature = "serde")]
mod json;
mod notification;
mod open;
mod parameter;
mod refresh;
#[cfg(feature = "tokio")]
mod tokio;
mod update;

#[cfg(feature = "tokio")]
pub use self::tokio::{Codec, CodecError};
pub use capability::{
    AddPath, AddPathMode, BgpsecMode, BgpsecSupport, Capabilities, Capability, CapabilityValue, ExtendedNextHop, Fqdn,
    GracefulRestart, Llgr, MultiProtocol, MultipleLabels, Multisession, MultisessionFlags, OrfDirection, OrfFamily, OrfSupport,
    PathsLimit, PolicyDistribution, Restart, RestartFamily, RestartFlags, StaleFlags, StateFlags,
};
pub use counted_text::CountedText;
pub use notification::{Notification, NotificationData};
pub use open::Open;
pub use parameter::{Parameter, Parameters};
pub use refresh::{
    AddressPrefixFilter, CoveringPrefixFilter, FilterEntries, FilterEntry, FilterGroup, FilterHead, FilterHost, FilterValue,
    Filters, RouteRefresh,
};
pub use update::Update;
pub(crate) use update::{attribute_findings, limited_to};
#[cfg(feature = "alloc")]
pub use {
    decoder::{Decoder, MessageBuf},
    notification::NotificationBuilder,
    open::OpenBuilder,
    refresh::RouteRefreshBuilder,
    update::UpdateBuilder,
};

use core::iter::FusedIterator;

use crate::codes::{Afi, MessageType, NotificationCode, RouteRefreshSubtype, Safi};
use crate::error::{Action, Context, EncodeError, Error, ErrorKind, Result};
use crate::io::Frame;
use crate::session::Session;
use crate::wire::{Cursor, Observer, Shown, Sink};

/// Octets of a message header: marker, length, type.
pub const HEADER_LEN: usize = 19;

/// Finds the end of the first message in `bytes`: reads marker and length only.
///
/// # Errors
/// A marker that is not all ones, a length under 19 or over the session's maximum (RFC 4271 section 6.1, RFC 8654). Message
/// boundaries are then lost.
pub fn frame(bytes: &[u8], session: &Session, offset: u64) -> Result<Frame> {
    let Some((header, _)) = bytes.split_first_chunk::<HEADER_LEN>() else {
        return Ok(Frame::Need(HEADER_LEN.saturating_sub(bytes.len())));
    };
    let len = usize::from(header_len(header));
    if *header.first_chunk::<16>().unwrap_or(&[0; 16]) != [0xff; 16] {
        return Err(header_error(ErrorKind::BadMarker, offset));
    }
    if len < HEADER_LEN || len > session.max_message_len() {
        return Err(header_error(ErrorKind::BadLength(u32::from(header_len(header))), offset.saturating_add(16)));
    }
    Ok(match len.checked_sub(bytes.len()) {
        None | Some(0) => Frame::Ready(len),
        Some(missing) => Frame::Need(missing),
    })
}

#[cfg_attr(optimised, inline(always))]
const fn header_len(header: &[u8; HEADER_LEN]) -> u16 {
    u16::from_be_bytes([header[16], header[17]])
}

#[cold]
#[inline(never)]
fn header_error(kind: ErrorKind, offset: u64) -> Error {
    Error::new(kind, offset).within(Context::MessageHeader, Action::ResetSession)
}

/// One BGP message.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Message<'a> {
    /// OPEN (RFC 4271 section 4.2).
    Open(Open<'a>),
    /// UPDATE (RFC 4271 section 4.3).
    Update(Update<'a>),
    /// NOTIFICATION (RFC 4271 section 4.5).
    Notification(Notification<'a>),
    /// KEEPALIVE (RFC 4271 section 4.4).
    Keepalive,
    /// ROUTE-REFRESH (RFC 2918).
    RouteRefresh(RouteRefresh<'a>),
    /// An unknown type: its number and the octets after the header.
    Unknown(MessageType, &'a [u8]),
}

impl<'a> Message<'a> {
    /// Reads one whole message, `offset` octets into the outermost input.
    ///
    /// # Errors
    /// Header errors (RFC 4271 section 6.1), and errors of the body. A length other than that of `bytes` is
    /// [`ErrorKind::Truncated`] or [`ErrorKind::TrailingBytes`].
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_at(bytes: &'a [u8], session: &Session, offset: u64) -> Result<Self> {
        let (kind, body) = split_header(bytes, session, offset)?;
        match Self::parse_body(kind, body, session, offset.saturating_add(HEADER_LEN as u64)) {
            Ok(message) => Ok(message),
            Err(e) => Err(too_short(kind, body.len(), offset).unwrap_or(e)),
        }
    }

    /// Reads the body of a message of type `kind`, as in MRT's oldest records, which have no header.
    ///
    /// # Errors
    /// Errors of the body.
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_body(kind: MessageType, body: &'a [u8], session: &Session, offset: u64) -> Result<Self> {
        Ok(match kind {
            MessageType::UPDATE => Self::Update(Update::parse_at(body, session, offset)?),
            MessageType::OPEN => Self::Open(Open::parse_at(body, offset)?),
            MessageType::NOTIFICATION => Self::Notification(Notification::parse_at(body, offset)?),
            MessageType::KEEPALIVE => match body.len() {
                0 => Self::Keepalive,
                len => {
                    let len = u32::try_from(len.saturating_add(HEADER_LEN)).unwrap_or(u32::MAX);
                    return Err(header_error(ErrorKind::BadLength(len), offset.saturating_sub(3)));
                }
            },
            MessageType::ROUTE_REFRESH => Self::RouteRefresh(RouteRefresh::parse_at(body, offset)?),
            _ => Self::Unknown(kind, body),
        })
    }

    /// Reports all findings about the message, one at a time; returns the worst action. `offset` is that of its header, in bytes
    /// from the start of the outermost input.
    pub fn findings(&self, offset: u64, mut report: impl FnMut(Error)) -> Action {
        match self {
            Self::Open(open) => open.findings(report),
            Self::Update(update) => update.findings(report),
            // RFC 4271 section 6.1.
            Self::Unknown(kind, _) => {
                let e = header_error(ErrorKind::BadValue(u32::from(kind.0)), offset.saturating_add(18));
                report(e);
                e.action()
            }
            Self::Notification(notification) => notification.findings(report),
            Self::RouteRefresh(refresh) => refresh.findings(report),
            Self::Keepalive => Action::None,
        }
    }

    /// The type of the message.
    pub const fn kind(&self) -> MessageType {
        match self {
            Self::Open(_) => MessageType::OPEN,
            Self::Update(_) => MessageType::UPDATE,
            Self::Notification(_) => MessageType::NOTIFICATION,
            Self::Keepalive => MessageType::KEEPALIVE,
            Self::RouteRefresh(_) => MessageType::ROUTE_REFRESH,
            Self::Unknown(kind, _) => *kind,
        }
    }
}

#[cfg(feature = "alloc")]
impl Message<'_> {
    /// Writes the whole message from its decoded values; see [`Update::encode`].
    ///
    /// An UPDATE is written for `session`: one read with four-octet AS numbers is written with two-octet ones if the session has
    /// those, with AS4_PATH and AS4_AGGREGATOR added for larger numbers (RFC 6793 section 4.2.2), except numbers of confederation
    /// segments. For the session it was read by, path identifiers are kept; any other must send them in the same families.
    ///
    /// # Errors
    /// Then nothing is written:
    ///
    /// * path identifiers that the session does not send, or missing ones that it does;
    /// * AS numbers of another width in attributes that cannot be read, in ATTR_SET, or with an AS4_PATH or AS4_AGGREGATOR that
    ///   would have to be merged;
    /// * a message over the session's maximum (for OPEN and KEEPALIVE: 4,096 octets, RFC 8654 section 4);
    /// * a value that does not fit its field, or too little room.
    pub fn encode(&self, session: &Session, out: &mut impl Sink) -> Result<(), EncodeError> {
        match self {
            Self::Update(update) => update.encode_for(session, out),
            Self::Keepalive => put_header(MessageType::KEEPALIVE, 0, session, out),
            // It would be read back as a message of the type.
            Self::Unknown(
                MessageType::OPEN
                | MessageType::UPDATE
                | MessageType::NOTIFICATION
                | MessageType::KEEPALIVE
                | MessageType::ROUTE_REFRESH,
                _,
            ) => Err(EncodeError::unrepresentable("message type")),
            Self::Unknown(kind, body) => {
                put_header(*kind, body.len(), session, out)?;
                out.put_slice(body);
                Ok(())
            }
            Self::Open(open) => match OpenBuilder::from_open(open) {
                Ok(values) => values.encode(out),
                Err(_) => open.encode(out),
            },
            Self::Notification(notification) => notification.encode(session, out),
            Self::RouteRefresh(refresh) => match RouteRefreshBuilder::from_message(refresh) {
                Ok(values) => values.encode(session, out),
                Err(_) => refresh.encode(session, out),
            },
        }
    }
}

/// Adds the fields of a message, complete or truncated. `bytes` start `offset` octets into the outermost input.
#[cfg(feature = "alloc")]
pub fn places(bytes: &[u8], session: &Session, offset: u64, places: &mut crate::places::Places) {
    let opened = places.open("message", offset);
    let mut c = Cursor::at(bytes, offset);
    let header = place_header(&mut c, places);
    places.name_errors(opened, Context::MessageHeader, Action::ResetSession);
    if let Ok((len, kind)) = header {
        let body = usize::from(len).saturating_sub(HEADER_LEN).min(c.len());
        if let Err(e) = split_header(bytes, session, offset) {
            places.error(e);
        }
        body_places(kind, c.rest().get(..body).unwrap_or(&[]), session, c.offset(), places);
        places.findings(opened, |found| match Message::parse_at(bytes, session, offset) {
            Ok(message) => {
                message.findings(offset, found);
            }
            Err(e) => found(e),
        });
        if let Ok(Message::Update(update)) = Message::parse_at(bytes, session, offset)
            && let Some(family) = update.end_of_rib()
        {
            places.label(opened, format_args!("{kind}, the End-of-RIB of {family}"));
        }
    }
    places.close(opened, offset.saturating_add(bytes.len() as u64));
    places.fill(opened, bytes, offset);
}

/// Reads the header of a message: its length and type.
fn place_header<O: Observer>(c: &mut Cursor<'_>, o: &mut O) -> Result<(u16, MessageType)> {
    o.field::<[u8; 16]>(c, "marker")?;
    let len = o.field(c, "length")?;
    let kind = o.coded(c, "type", MessageType, MessageType::name)?;
    o.label(&kind);
    Ok((len, kind))
}

/// Shows the fields of a message's body to an observer.
pub(crate) fn body_places<O: Observer>(kind: MessageType, body: &[u8], session: &Session, offset: u64, o: &mut O) {
    // Field by field, so that a truncated message shows its complete fields.
    match kind {
        MessageType::OPEN => {
            return o.within(Context::Open, Action::ResetSession, |o| open::place_body(body, offset, o));
        }
        MessageType::UPDATE => {
            return o.within(Context::Update, Action::ResetSession, |o| update::place_body(body, session, offset, o));
        }
        _ => {}
    }
    match Message::parse_body(kind, body, session, offset) {
        Ok(Message::Notification(notification)) => notification.place(o),
        Ok(Message::RouteRefresh(refresh)) => refresh.place(o),
        Ok(Message::Keepalive) => {}
        Ok(_) => o.note("body", offset..offset.saturating_add(body.len() as u64), &Shown(&body)),
        Err(e) => {
            o.cut(e, |o| {
                let _ = place_front(kind, &mut Cursor::at(body, offset), o);
            });
        }
    }
}

/// The fixed part of a message that cannot be read as a view.
fn place_front<O: Observer>(kind: MessageType, c: &mut Cursor<'_>, o: &mut O) -> Result<()> {
    match kind {
        MessageType::NOTIFICATION => {
            o.coded(c, "code", NotificationCode, NotificationCode::name)?;
        }
        MessageType::ROUTE_REFRESH => {
            o.coded(c, "afi", Afi, Afi::name)?;
            o.coded(c, "subtype", RouteRefreshSubtype, RouteRefreshSubtype::name)?;
            o.coded(c, "safi", Safi, Safi::name)?;
        }
        _ => {}
    }
    Ok(())
}

/// Checks the header of a whole message and splits it off.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn split_header<'a>(bytes: &'a [u8], session: &Session, offset: u64) -> Result<(MessageType, &'a [u8])> {
    let mut c = Cursor::at(bytes, offset);
    let header = match c.array::<HEADER_LEN>() {
        Ok(header) => header,
        Err(e) => return Err(e.within(Context::MessageHeader, Action::ResetSession)),
    };
    let len = usize::from(header_len(header));
    let marked = match header.first_chunk::<16>() {
        Some(marker) => u128::from_ne_bytes(*marker) == u128::MAX,
        None => false,
    };
    if marked && len == bytes.len() && len <= session.max_message_len() {
        return Ok((MessageType(header[18]), c.rest()));
    }
    Err(whole_error(marked, header_len(header), bytes.len(), session.max_message_len(), offset))
}

/// The present part of an UPDATE that declares more octets than there are, and its error. `None` also if nothing of its routes and
/// attributes is there: that would be an End-of-RIB, which it is not.
#[cold]
pub(crate) fn cut_update<'a>(bytes: &'a [u8], session: &Session, offset: u64) -> Option<(Message<'a>, Error)> {
    let (header, body) = bytes.split_first_chunk::<HEADER_LEN>()?;
    if MessageType(header[18]) != MessageType::UPDATE {
        return None;
    }
    let e = split_header(bytes, session, offset).err()?;
    let update = Update::of_cut(body, session, offset.saturating_add(HEADER_LEN as u64));
    if update.end_of_rib().is_some() { None } else { Some((Message::Update(update), e)) }
}

/// The error for an OPEN or UPDATE shorter than its fixed fields: a bad length (RFC 4271 section 6.1), regardless of its body.
#[cold]
#[inline(never)]
pub(crate) fn too_short(kind: MessageType, len: usize, offset: u64) -> Option<Error> {
    let least = match kind {
        MessageType::OPEN => 10,
        MessageType::UPDATE => 4,
        _ => return None,
    };
    let whole = u32::try_from(len.saturating_add(HEADER_LEN)).unwrap_or(u32::MAX);
    (len < least).then(|| header_error(ErrorKind::BadLength(whole), offset.saturating_add(16)))
}

#[cold]
#[inline(never)]
fn whole_error(marked: bool, len: u16, there: usize, max: usize, offset: u64) -> Error {
    let declared = usize::from(len);
    let at = offset.saturating_add(16);
    if !marked {
        header_error(ErrorKind::BadMarker, offset)
    } else if declared < HEADER_LEN || declared > max {
        header_error(ErrorKind::BadLength(u32::from(len)), at)
    } else if declared > there {
        header_error(ErrorKind::Truncated(u32::try_from(declared.saturating_sub(there)).unwrap_or(u32::MAX)), at)
    } else {
        let left = there.saturating_sub(declared);
        header_error(ErrorKind::TrailingBytes(u32::try_from(left).unwrap_or(u32::MAX)), offset.saturating_add(declared as u64))
    }
}

/// Writes a header for a body of `len` octets, if both fit the session and the room.
pub(crate) fn put_header(kind: MessageType, len: usize, session: &Session, out: &mut impl Sink) -> Result<(), EncodeError> {
    let whole = len.saturating_add(HEADER_LEN);
    match u16::try_from(whole) {
        Ok(declared) if whole <= session.max_message_len() => {
            if out.room() < whole {
                return Err(EncodeError::no_room(whole.saturating_sub(out.room())));
            }
            out.put_slice(&[0xff; 16]);
            out.put_u16(declared);
            out.put_u8(kind.0);
            Ok(())
        }
        _ => Err(EncodeError::too_long("message", whole, session.max_message_len())),
    }
}

/// Consecutive messages, as in the octets of a session or a file of them.
///
/// A malformed message is an error, and the next one follows; a damaged header or an incomplete last message is an error that
/// ends the iterator.
#[derive(Clone, Copy, Debug)]
pub struct Messages<'a> {
    rest: &'a [u8],
    offset: u64,
    session: Session,
}

/// The consecutive messages in `bytes`.
pub const fn messages<'a>(bytes: &'a [u8], session: &Session) -> Messages<'a> {
    Messages { rest: bytes, offset: 0, session: *session }
}

impl<'a> Messages<'a> {
    /// The messages in octets that start `offset` octets into the outermost input.
    pub(crate) const fn at(bytes: &'a [u8], session: &Session, offset: u64) -> Self {
        Self { rest: bytes, offset, session: *session }
    }

    /// Offset of the next message.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Octets that are left.
    pub(crate) const fn rest_len(&self) -> usize {
        self.rest.len()
    }

    /// The next message, or the present part of a last UPDATE that declares more octets than there are; `None` at the end, and at
    /// octets that are no message.
    pub(crate) fn next_or_cut(&mut self) -> Option<NextMessage<'a>> {
        let (rest, session) = (self.rest, self.session);
        match self.next_octets()? {
            Ok((octets, offset)) => {
                Some(NextMessage { message: Message::parse_at(octets, &session, offset), octets, offset, cut: None })
            }
            Err(_) if matches!(frame(rest, &session, self.offset), Ok(Frame::Need(_))) => {
                let (message, e) = cut_update(rest, &session, self.offset)?;
                Some(NextMessage { message: Ok(message), octets: rest, offset: self.offset, cut: Some(e) })
            }
            Err(_) => None,
        }
    }

    /// The octets of the next message and their offset; an error if it cannot be framed.
    pub(crate) fn next_octets(&mut self) -> Option<Result<(&'a [u8], u64)>> {
        if self.rest.is_empty() {
            return None;
        }
        let offset = self.offset;
        let error = match frame(self.rest, &self.session, offset) {
            Ok(Frame::Ready(len)) => {
                if let Some((message, rest)) = self.rest.split_at_checked(len) {
                    self.rest = rest;
                    self.offset = offset.saturating_add(len as u64);
                    return Some(Ok((message, offset)));
                }
                header_error(ErrorKind::Truncated(1), offset)
            }
            Ok(Frame::Need(missing)) => header_error(ErrorKind::Truncated(u32::try_from(missing).unwrap_or(u32::MAX)), offset),
            Err(e) => e,
        };
        self.rest = &[];
        Some(Err(error))
    }
}

/// The next of several messages.
#[derive(Clone, Copy)]
pub(crate) struct NextMessage<'a> {
    pub(crate) message: Result<Message<'a>>,
    pub(crate) octets: &'a [u8],
    pub(crate) offset: u64,
    /// The error of a message that declares more octets than there are.
    pub(crate) cut: Option<Error>,
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.next_octets()?;
        Some(next.and_then(|(octets, offset)| Message::parse_at(octets, &self.session, offset)))
    }
}

impl FusedIterator for Messages<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn keepalive() -> Vec<u8> {
        let mut m = vec![0xff; 16];
        m.extend([0, 19, 4]);
        m
    }

    #[test]
    fn framing_waits_and_refuses() {
        let m = keepalive();
        for n in 0..19 {
            assert_eq!(frame(&m[..n], &Session::AS4, 0), Ok(Frame::Need(19 - n)));
        }
        assert_eq!(frame(&m, &Session::AS4, 0), Ok(Frame::Ready(19)));
        let mut bad = m.clone();
        bad[3] = 0;
        assert_eq!(
            frame(&bad, &Session::AS4, 5).unwrap_err().to_string(),
            "BGP message header: marker is not all ones (at byte 5)"
        );
        let mut long = m;
        long[16..18].copy_from_slice(&4097u16.to_be_bytes());
        assert_eq!(
            frame(&long, &Session::AS4, 0).unwrap_err().to_string(),
            "BGP message header: length 4097 is not valid here (at byte 16)"
        );
        assert_eq!(frame(&long, &Session::AS4.with_extended_message(), 0), Ok(Frame::Need(4097 - 19)));
    }

    #[test]
    fn back_to_back() {
        let mut two = keepalive();
        two.extend(keepalive());
        assert_eq!(messages(&two, &Session::AS4).filter(|m| matches!(m, Ok(Message::Keepalive))).count(), 2);
        let cut: Vec<_> = messages(&two[..30], &Session::AS4).map(|m| m.err().map(|e| e.to_string())).collect();
        assert_eq!(cut, [None, Some("BGP message header: needs 8 bytes more than are there (at byte 19)".to_string())]);
        let mut long = two.clone();
        long[17] = 20;
        let outcome: Vec<_> = messages(&long, &Session::AS4).map(|m| m.err().map(|e| e.to_string())).collect();
        assert_eq!(outcome[0].as_deref(), Some("BGP message header: length 20 is not valid here (at byte 16)"));
    }

    #[test]
    fn a_whole_message_is_exactly_its_bytes() {
        let mut m = keepalive();
        m.push(0);
        let error = |m: &[u8]| Message::parse_at(m, &Session::AS4, 100).unwrap_err().to_string();
        assert_eq!(error(&m), "BGP message header: 1 byte is left over (at byte 119)");
        assert_eq!(error(&m[..18]), "BGP message header: needs 1 byte more than is there (at byte 100)");
        m[17] = 18;
        assert_eq!(error(&m), "BGP message header: length 18 is not valid here (at byte 116)");
        m[17] = 22;
        assert_eq!(error(&m), "BGP message header: needs 2 bytes more than are there (at byte 116)");
        let mut unknown = keepalive();
        unknown[18] = 77;
        assert!(matches!(Message::parse_at(&unknown, &Session::AS4, 0), Ok(Message::Unknown(MessageType(77), []))));
    }
}
