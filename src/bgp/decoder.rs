//! A push decoder: messages from a byte stream that arrives in pieces, without I/O.

use core::fmt;

use bytes::{Buf, Bytes, BytesMut};

use super::{Message, frame, header_error, split_header};
use crate::codes::MessageType;
use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::io::Frame;
use crate::session::Session;

/// An owned whole message: header checked, body not read. Clones share the octets.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageBuf {
    bytes: Bytes,
    kind: MessageType,
    offset: u64,
    session: Session,
}

impl MessageBuf {
    /// Checks the header of a whole message, which starts `offset` octets into its stream.
    ///
    /// # Errors
    /// Header faults (RFC 4271 section 6.1), as [`Message::parse_at`] finds them.
    pub fn parse_at(bytes: Bytes, session: &Session, offset: u64) -> Result<Self> {
        let (kind, _) = split_header(&bytes, session, offset)?;
        Ok(Self { kind, bytes, offset, session: *session })
    }

    /// Encodes a message.
    ///
    /// # Errors
    /// As [`Message::encode`].
    pub fn from_message(message: &Message<'_>, session: &Session) -> Result<Self, EncodeError> {
        let mut bytes = BytesMut::new();
        message.encode(session, &mut bytes)?;
        Ok(Self { bytes: bytes.freeze(), kind: message.kind(), offset: 0, session: *session })
    }

    /// The message, read by the session in force when it arrived.
    ///
    /// # Errors
    /// As [`Message::parse_at`] for the body.
    pub fn message(&self) -> Result<Message<'_>> {
        Message::parse_at(&self.bytes, &self.session, self.offset)
    }

    /// The type of the message.
    pub const fn kind(&self) -> MessageType {
        self.kind
    }

    /// All octets, including the header.
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// All octets, including the header.
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }

    /// Offset of the message in its stream.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// The session in force when the message arrived.
    pub const fn session(&self) -> &Session {
        &self.session
    }
}

impl AsRef<[u8]> for MessageBuf {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for MessageBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageBuf").field("offset", &self.offset).field("message", &self.message()).finish()
    }
}

/// Framing state of a stream, for any buffer.
#[derive(Clone, Debug)]
pub(super) struct Stream {
    pub(super) session: Session,
    // Octets of the stream before the buffer.
    offset: u64,
    // A header error: message boundaries are lost (RFC 4271 section 6.1).
    failed: Option<Error>,
}

impl Stream {
    pub(super) const fn new(session: &Session) -> Self {
        Self { session: *session, offset: 0, failed: None }
    }

    /// Length of the first message in the buffer, or a lower bound of its missing octets.
    fn frame(&mut self, buffer: &[u8]) -> Result<Frame> {
        match self.failed {
            Some(e) => Err(e),
            None => frame(buffer, &self.session, self.offset).inspect_err(|e| self.failed = Some(*e)),
        }
    }

    /// Splits the first message off the buffer; reserves room for the rest of an incomplete one.
    pub(super) fn split(&mut self, buffer: &mut BytesMut) -> Result<Option<MessageBuf>> {
        match self.frame(buffer)? {
            Frame::Ready(len) => {
                let bytes = buffer.split_to(len).freeze();
                let offset = self.pass(len);
                MessageBuf::parse_at(bytes, &self.session, offset).map(Some)
            }
            Frame::Need(missing) => {
                buffer.reserve(missing);
                Ok(None)
            }
        }
    }

    /// Advances by this many octets and returns the previous offset.
    fn pass(&mut self, octets: usize) -> u64 {
        let offset = self.offset;
        self.offset = offset.saturating_add(octets as u64);
        offset
    }

    /// Whether the stream may end before the rest of the buffer.
    pub(super) fn end(&mut self, buffer: &[u8]) -> Result<()> {
        match self.frame(buffer)? {
            Frame::Need(missing) if !buffer.is_empty() => {
                Err(header_error(ErrorKind::Truncated(u32::try_from(missing).unwrap_or(u32::MAX)), self.offset))
            }
            _ => Ok(()),
        }
    }
}

/// Takes the octets of one direction of a session as they arrive and gives whole messages.
///
/// It does no I/O and holds at most one message of the session's maximum length. Offsets in errors count from the start of the
/// stream. After a marker that is not all ones, or a length invalid for the session, message boundaries are lost: every call
/// returns that error again. Other errors affect one message.
///
/// ```
/// use routeglass::bgp::{Decoder, Message};
/// use routeglass::Session;
///
/// // A KEEPALIVE, in two pieces.
/// let stream = [[0xff; 16].as_slice(), &[0, 19, 4]].concat();
/// let mut decoder = Decoder::new(&Session::AS2);
/// for mut piece in stream.chunks(10) {
///     while !piece.is_empty() {
///         piece = &piece[decoder.extend(piece)..];
///         while let Some(message) = decoder.next_message()? {
///             assert!(matches!(message, Message::Keepalive));
///         }
///     }
/// }
/// assert_eq!(decoder.offset(), 19);
/// decoder.finish()?;
/// # Ok::<(), routeglass::Error>(())
/// ```
///
/// A session starts with the rules of RFC 4271, [`Session::AS2`]; once both OPEN messages are known, pass the result of
/// [`super::Open::negotiate`] to [`Decoder::set_session`]. It applies to messages not yet taken.
#[derive(Clone, Debug)]
pub struct Decoder {
    stream: Stream,
    buffer: BytesMut,
    // Leading octets borrowed by the last message.
    lent: usize,
}

impl Decoder {
    /// A decoder at the start of a stream.
    pub fn new(session: &Session) -> Self {
        Self { stream: Stream::new(session), buffer: BytesMut::new(), lent: 0 }
    }

    /// The session for the next message.
    pub const fn session(&self) -> &Session {
        &self.stream.session
    }

    /// Sets the session for the next messages.
    pub const fn set_session(&mut self, session: &Session) {
        self.stream.session = *session;
    }

    /// Offset of the next message in the stream.
    pub const fn offset(&self) -> u64 {
        self.stream.offset
    }

    /// Octets buffered and not yet returned.
    pub fn buffered(&self) -> usize {
        self.buffer.len().saturating_sub(self.lent)
    }

    /// Takes leading octets of `bytes` and returns their number: at most what fits one message of maximum length.
    ///
    /// Takes fewer than all only if a message is complete, so that taking messages makes room for the rest. After a header error
    /// all octets are taken and dropped.
    #[must_use = "the octets that were not taken have to come again"]
    pub fn extend(&mut self, bytes: &[u8]) -> usize {
        self.settle();
        if self.stream.failed.is_some() {
            self.buffer.clear();
            return bytes.len();
        }
        let room = self.stream.session.max_message_len().saturating_sub(self.buffer.len());
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.buffer.extend_from_slice(taken);
        taken.len()
    }

    /// Drops the octets of the last borrowed message.
    fn settle(&mut self) {
        self.buffer.advance(core::mem::take(&mut self.lent).min(self.buffer.len()));
    }

    /// The next whole message, borrowed from the decoder; `None` if octets are missing.
    ///
    /// # Errors
    /// A header error, which ends the stream; an error of the body, which affects only that message.
    pub fn next_message(&mut self) -> Result<Option<Message<'_>>> {
        self.settle();
        let Frame::Ready(len) = self.stream.frame(&self.buffer)? else { return Ok(None) };
        self.lent = len;
        let offset = self.stream.pass(len);
        Message::parse_at(self.buffer.get(..len).unwrap_or(&[]), &self.stream.session, offset).map(Some)
    }

    /// The next whole message, owned, its body not read; `None` if octets are missing.
    ///
    /// # Errors
    /// A header error, which ends the stream.
    pub fn next_owned(&mut self) -> Result<Option<MessageBuf>> {
        self.settle();
        self.stream.split(&mut self.buffer)
    }

    /// Ends the stream, which must be between two messages.
    ///
    /// # Errors
    /// A truncated message, or the error that ended the stream.
    pub fn finish(mut self) -> Result<()> {
        self.settle();
        self.stream.end(&self.buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bgp::{HEADER_LEN, messages};
    use proptest::prelude::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let len = u16::try_from(HEADER_LEN + body.len()).unwrap();
        [&[0xff; 16], &len.to_be_bytes()[..], &[kind], body].concat()
    }

    /// Outcomes (offset and text) for a stream in pieces of the given lengths, repeated.
    fn by_pieces(stream: &[u8], session: &Session, pieces: &[usize], owned: bool) -> Vec<String> {
        let mut decoder = Decoder::new(session);
        let mut told = Vec::new();
        let (mut rest, mut lengths) = (stream, pieces.iter().cycle());
        while !rest.is_empty() {
            let (mut piece, tail) = rest.split_at(rest.len().min(*lengths.next().unwrap()));
            rest = tail;
            while !piece.is_empty() {
                let taken = decoder.extend(piece);
                assert!(taken > 0 && decoder.buffered() <= session.max_message_len());
                piece = &piece[taken..];
                loop {
                    let at = decoder.offset();
                    let outcome = if owned {
                        decoder.next_owned().map(|m| m.map(|m| m.message().map(|m| format!("{m:?}"))))
                    } else {
                        decoder.next_message().map(|m| m.map(|m| Ok(format!("{m:?}"))))
                    };
                    match outcome {
                        Ok(Some(Ok(text))) => told.push(format!("{at} {text}")),
                        Ok(None) => break,
                        Ok(Some(Err(e))) | Err(e) => {
                            told.push(e.to_string());
                            if decoder.offset() == at {
                                return told;
                            }
                        }
                    }
                }
            }
        }
        if let Err(e) = decoder.finish() {
            told.push(e.to_string());
        }
        told
    }

    /// The same by the iterator over a slice.
    fn whole(stream: &[u8], session: &Session) -> Vec<String> {
        let mut list = messages(stream, session);
        let (mut at, mut told) = (0, Vec::new());
        while let Some(outcome) = list.next() {
            told.push(match outcome {
                Ok(message) => format!("{at} {message:?}"),
                Err(e) => e.to_string(),
            });
            at = list.offset;
        }
        told
    }

    fn any_message() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            Just(message(4, &[])),
            Just(message(2, &[0, 0, 0, 0])),
            Just(message(3, &[6, 2, 1, b'x'])),
            Just(message(5, &[0, 1, 0, 1])),
            (0u8..=8, proptest::collection::vec(any::<u8>(), 0..80)).prop_map(|(kind, body)| message(kind, &body)),
            (1usize..=4077).prop_map(|len| message(9, &vec![7; len])),
        ]
    }

    proptest! {
        #[test]
        fn any_pieces_give_what_the_whole_gives(
            list in proptest::collection::vec(any_message(), 0..6),
            pieces in proptest::collection::vec(1usize..6000, 1..5),
            fault in proptest::option::of((any::<proptest::sample::Index>(), any::<u8>())),
            cut in proptest::option::of(any::<proptest::sample::Index>()),
            owned in any::<bool>(),
        ) {
            let mut stream = list.concat();
            if let (Some((at, octet)), false) = (fault, stream.is_empty()) {
                let at = at.index(stream.len());
                stream[at] = octet;
            }
            if let (Some(cut), false) = (cut, stream.is_empty()) {
                stream.truncate(cut.index(stream.len()));
            }
            for session in [Session::AS4, Session::AS4.with_extended_message()] {
                prop_assert_eq!(by_pieces(&stream, &session, &pieces, owned), whole(&stream, &session));
            }
        }
    }

    #[test]
    fn one_octet_at_a_time() {
        let stream = [message(4, &[]), message(3, &[6, 4]), message(1, &[4, 0]), message(4, &[])].concat();
        let told = by_pieces(&stream, &Session::AS4, &[1], false);
        assert_eq!(told[0], "0 Keepalive");
        assert!(told[1].starts_with("19 Notification("), "{}", told[1]);
        // An OPEN of two octets affects only itself: the next one starts where its length says.
        assert_eq!(told[2], "BGP message header: length 21 is not valid here (at byte 56)");
        assert_eq!(told[3..], ["61 Keepalive"]);
    }

    #[test]
    fn a_header_at_fault_ends_the_stream() {
        let mut stream = [message(4, &[]), message(4, &[])].concat();
        stream[19 + 17] = 18;
        let mut decoder = Decoder::new(&Session::AS4);
        assert_eq!(decoder.extend(&stream), 38);
        assert!(matches!(decoder.next_message(), Ok(Some(Message::Keepalive))));
        let told = "BGP message header: length 18 is not valid here (at byte 35)";
        for _ in 0..3 {
            assert_eq!(decoder.next_message().unwrap_err().to_string(), told);
            assert_eq!(decoder.next_owned().unwrap_err().to_string(), told);
            assert_eq!((decoder.extend(&stream), decoder.buffered()), (38, 0));
        }
        assert_eq!(decoder.finish().unwrap_err().to_string(), told);
    }

    #[test]
    fn never_more_than_one_message_is_held() {
        for (session, most) in [(Session::AS4, 4096), (Session::AS4.with_extended_message(), 65535)] {
            let longest = message(9, &vec![0; most - HEADER_LEN]);
            let stream = [longest.clone(), longest].concat();
            let mut decoder = Decoder::new(&session);
            assert_eq!((decoder.extend(&stream), decoder.buffered()), (most, most));
            assert_eq!(decoder.extend(&stream), 0);
            assert!(
                matches!(decoder.next_message(), Ok(Some(Message::Unknown(MessageType(9), body))) if body.len() == most - 19)
            );
            assert_eq!((decoder.extend(&stream[most..]), decoder.offset()), (most, most as u64));
            assert_eq!(decoder.next_owned().unwrap().unwrap().bytes(), &stream[most..]);
            assert_eq!((decoder.next_owned(), decoder.buffered()), (Ok(None), 0));
        }
    }

    #[test]
    fn the_session_changes_between_messages() {
        // AS_PATH 64496 in two octets, then 65536 in four; the second is longer than RFC 4271 allows.
        let narrow = message(2, &[0, 0, 0, 7, 0x40, 2, 4, 2, 1, 0xfb, 0xf0]);
        let mut body = vec![0, 0, 0, 9, 0x40, 2, 6, 2, 1, 0, 1, 0, 0];
        body.extend([8, 10].repeat(2500));
        let wide = message(2, &body);
        let path = |message: Message<'_>| match message {
            Message::Update(update) => update.attributes().unwrap().as_path().unwrap().to_string(),
            other => panic!("{other:?}"),
        };
        let mut decoder = Decoder::new(&Session::AS2);
        let stream = [narrow, wide].concat();
        let taken = decoder.extend(&stream);
        assert_eq!(taken, 4096);
        assert_eq!(path(decoder.next_message().unwrap().unwrap()), "64496");
        assert_eq!(decoder.session(), &Session::AS2);
        decoder.set_session(&Session::AS4.with_extended_message());
        assert_eq!(decoder.next_message().map(|m| m.is_none()), Ok(true));
        assert_eq!(decoder.extend(&stream[taken..]), stream.len() - taken);
        let owned = decoder.next_owned().unwrap().unwrap();
        assert_eq!((owned.kind(), owned.offset(), owned.session().asn4), (MessageType::UPDATE, 30, true));
        assert_eq!(path(owned.message().unwrap()), "65536");
        assert_eq!(decoder.finish(), Ok(()));
    }

    #[test]
    fn a_message_that_is_cut_is_told() {
        let mut decoder = Decoder::new(&Session::AS4);
        assert_eq!(decoder.clone().finish(), Ok(()));
        assert_eq!(decoder.extend(&message(2, &[0, 0, 0, 0])[..21]), 21);
        assert_eq!(
            decoder.finish().unwrap_err().to_string(),
            "BGP message header: needs 2 bytes more than are there (at byte 0)"
        );
    }

    #[test]
    fn messages_that_own_their_octets() {
        let owned = MessageBuf::from_message(&Message::Keepalive, &Session::AS4).unwrap();
        assert_eq!((owned.as_ref(), owned.kind()), (&message(4, &[])[..], MessageType::KEEPALIVE));
        assert_eq!(format!("{owned:?}"), "MessageBuf { offset: 0, message: Ok(Keepalive) }");
        assert_eq!(owned.clone().into_bytes(), message(4, &[]));
        let cut = MessageBuf::parse_at(owned.into_bytes().slice(..18), &Session::AS4, 7).unwrap_err();
        assert_eq!(cut.to_string(), "BGP message header: needs 1 byte more than is there (at byte 7)");
        let long = Message::Unknown(MessageType(9), &[0; 4078]);
        assert_eq!(MessageBuf::from_message(&long, &Session::AS4).unwrap_err().to_string(), "message: length 4097 is over 4096");
    }
}
