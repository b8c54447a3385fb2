//! The push decoder and the writers as a codec of `tokio-util`.

use core::fmt;
use std::io;

use bytes::{BufMut, BytesMut};
use tokio_util::codec;

use super::decoder::Stream;
use super::{Message, MessageBuf, UpdateBuilder};
use crate::error::{EncodeError, Error};
use crate::session::Session;

/// A codec for one end of a session, for `tokio_util::codec::Framed`: decodes and encodes whole messages.
///
/// Decoded messages have checked headers and unread bodies, so a malformed body does not end the stream: read it with
/// [`MessageBuf::message`]. A [`Message`], an [`UpdateBuilder`] (as many messages as its routes need) or a [`MessageBuf`] can be
/// encoded. Both directions use one session, which [`Codec::set_session`] changes after the OPEN messages; an [`UpdateBuilder`]
/// has its own.
///
/// ```
/// use routeglass::Session;
/// use routeglass::bgp::{Codec, Message};
/// use tokio_util::codec::{Decoder, Encoder};
///
/// // What `Framed::new(connection, Codec::new(&Session::AS2))` does for each message.
/// let (mut codec, mut buffer) = (Codec::new(&Session::AS2), bytes::BytesMut::new());
/// codec.encode(Message::Keepalive, &mut buffer)?;
/// let message = codec.decode(&mut buffer)?.ok_or("octets are missing")?;
/// assert!(matches!(message.message()?, Message::Keepalive));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Codec {
    stream: Stream,
}

impl Codec {
    /// A codec at the start of a stream.
    pub const fn new(session: &Session) -> Self {
        Self { stream: Stream::new(session) }
    }

    /// The session in force.
    pub const fn session(&self) -> &Session {
        &self.stream.session
    }

    /// Sets the session for the next messages in both directions.
    pub const fn set_session(&mut self, session: &Session) {
        self.stream.session = *session;
    }
}

/// An error of a stream of messages.
#[derive(Debug)]
#[non_exhaustive]
pub enum CodecError {
    /// The transport.
    Io(io::Error),
    /// A message header; what follows it cannot be read.
    Decode(Error),
    /// A message that cannot be written. None of it is in the output.
    Encode(EncodeError),
}

impl From<io::Error> for CodecError {
    fn from(e: io::Error) -> Self {
        Self::Io(e)
    }
}

impl From<Error> for CodecError {
    fn from(e: Error) -> Self {
        Self::Decode(e)
    }
}

impl From<EncodeError> for CodecError {
    fn from(e: EncodeError) -> Self {
        Self::Encode(e)
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(e) => fmt::Display::fmt(e, f),
            Self::Decode(e) => fmt::Display::fmt(e, f),
            Self::Encode(e) => fmt::Display::fmt(e, f),
        }
    }
}

impl core::error::Error for CodecError {}

impl codec::Decoder for Codec {
    type Item = MessageBuf;
    type Error = CodecError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<MessageBuf>, CodecError> {
        Ok(self.stream.split(buffer)?)
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<MessageBuf>, CodecError> {
        match self.stream.split(buffer)? {
            Some(message) => Ok(Some(message)),
            None => {
                self.stream.end(buffer)?;
                Ok(None)
            }
        }
    }
}

impl codec::Encoder<Message<'_>> for Codec {
    type Error = CodecError;

    fn encode(&mut self, message: Message<'_>, out: &mut BytesMut) -> Result<(), CodecError> {
        Ok(message.encode(&self.stream.session, out)?)
    }
}

impl codec::Encoder<&UpdateBuilder> for Codec {
    type Error = CodecError;

    fn encode(&mut self, update: &UpdateBuilder, out: &mut BytesMut) -> Result<(), CodecError> {
        update.encode_all(out)?;
        Ok(())
    }
}

impl codec::Encoder<MessageBuf> for Codec {
    type Error = CodecError;

    fn encode(&mut self, message: MessageBuf, out: &mut BytesMut) -> Result<(), CodecError> {
        out.put_slice(message.as_ref());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::MessageType;
    use crate::nlri::PathPrefix;
    use tokio_util::codec::{Decoder as _, Encoder as _};

    #[test]
    fn messages_in_and_out() {
        let (mut codec, mut buffer) = (Codec::new(&Session::AS4), BytesMut::new());
        codec.encode(Message::Keepalive, &mut buffer).unwrap();
        let mut update = UpdateBuilder::new(&Session::AS4);
        for n in 0..2000u32 {
            let prefix = crate::Prefix::v4(0x0a00_0000 | n << 8, 24).unwrap();
            update.withdraw(PathPrefix { prefix, path_id: None }).unwrap();
        }
        codec.encode(&update, &mut buffer).unwrap();
        let stream = buffer.clone();
        let (mut kinds, mut again, mut piecemeal) = (Vec::new(), BytesMut::new(), BytesMut::new());
        for octet in stream.iter() {
            piecemeal.put_u8(*octet);
            while let Some(message) = codec.decode(&mut piecemeal).unwrap() {
                kinds.push((message.kind(), message.offset()));
                codec.encode(message, &mut again).unwrap();
            }
        }
        assert_eq!(again, stream);
        assert_eq!(kinds[..2], [(MessageType::KEEPALIVE, 0), (MessageType::UPDATE, 19)]);
        // 4 octets each, 4,073 per message.
        assert_eq!(kinds.len(), 1 + 2);
        assert_eq!(codec.decode_eof(&mut piecemeal).unwrap(), None);
    }

    #[test]
    fn what_fails_is_told() {
        let (mut codec, mut buffer) = (Codec::new(&Session::AS4), BytesMut::new());
        buffer.put_slice(&[0xff; 16]);
        assert!(matches!(codec.decode(&mut buffer), Ok(None)));
        let told = codec.decode_eof(&mut buffer).unwrap_err().to_string();
        assert_eq!(told, "BGP message header: needs 3 bytes more than are there (at byte 0)");
        buffer.put_slice(&[0xff, 0xff, 4]);
        for _ in 0..2 {
            let told = codec.decode(&mut buffer).unwrap_err().to_string();
            assert_eq!(told, "BGP message header: length 65535 is not valid here (at byte 16)");
        }
        let long = [0; 4078];
        let mut out = BytesMut::new();
        let refused = codec.encode(Message::Unknown(MessageType(9), &long), &mut out).unwrap_err();
        assert_eq!(refused.to_string(), "message: length 4097 is over 4096");
        assert!(out.is_empty() && matches!(refused, CodecError::Encode(_)));
        codec.set_session(&Session::AS4.with_extended_message());
        assert!(codec.session().extended_message);
        codec.encode(Message::Unknown(MessageType(9), &long), &mut out).unwrap();
        assert_eq!(out.len(), 4097);
        assert_eq!(CodecError::from(io::Error::other("gone")).to_string(), "gone");
    }

    /// Typical use with a connection compiles.
    #[test]
    fn framed_takes_it() {
        let (_peer, connection) = tokio::io::duplex(64);
        let framed = codec::Framed::new(connection, Codec::new(&Session::AS2));
        assert_eq!(framed.codec().session(), &Session::AS2);
    }
}
