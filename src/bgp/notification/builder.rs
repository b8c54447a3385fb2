//! Building NOTIFICATION messages.

use alloc::vec::Vec;

use super::Notification;
use crate::bgp::{CapabilityValue, CountedText};
use crate::codes::{CeaseSubcode, MessageHeaderErrorSubcode, MessageType, NotificationCode, OpenMessageErrorSubcode};
use crate::error::{EncodeError, Result};
use crate::family::Family;
use crate::wire::Field;

/// Builds a NOTIFICATION message.
///
/// ```
/// use routeglass::Session;
/// use routeglass::bgp::NotificationBuilder;
///
/// let mut message = Vec::new();
/// NotificationBuilder::shutdown("maintenance")?.notification().encode(&Session::AS4, &mut message)?;
/// assert_eq!(message[19..23], [6, 2, 11, b'm']);
/// # Ok::<(), routeglass::EncodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotificationBuilder {
    code: NotificationCode,
    subcode: u8,
    data: Vec<u8>,
}

impl NotificationBuilder {
    /// A message without data.
    pub const fn new(code: NotificationCode, subcode: u8) -> Self {
        Self { code, subcode, data: Vec::new() }
    }

    /// Sets the data: an attribute, capabilities, any octets.
    #[must_use]
    pub fn data(mut self, octets: &[u8]) -> Self {
        self.data = octets.to_vec();
        self
    }

    /// Cease / Administrative Shutdown with a message for the other operator (RFC 9003 section 2).
    ///
    /// # Errors
    /// More than 255 octets.
    pub fn shutdown(words: &str) -> Result<Self, EncodeError> {
        Self::communication(CeaseSubcode::ADMINISTRATIVE_SHUTDOWN, words)
    }

    /// Cease / Administrative Reset with a message for the other operator (RFC 9003 section 2).
    ///
    /// # Errors
    /// More than 255 octets.
    pub fn reset(words: &str) -> Result<Self, EncodeError> {
        Self::communication(CeaseSubcode::ADMINISTRATIVE_RESET, words)
    }

    fn communication(subcode: CeaseSubcode, words: &str) -> Result<Self, EncodeError> {
        let words = CountedText(words.as_bytes());
        let mut data = Vec::new();
        crate::wire::encode(&words, &mut data).map_err(|e| e.of("shutdown communication"))?;
        Ok(Self::cease(subcode, data))
    }

    const fn cease(subcode: CeaseSubcode, data: Vec<u8>) -> Self {
        Self { code: NotificationCode::CEASE, subcode: subcode.0, data }
    }

    const fn header_error(subcode: MessageHeaderErrorSubcode, data: Vec<u8>) -> Self {
        Self { code: NotificationCode::MESSAGE_HEADER_ERROR, subcode: subcode.0, data }
    }

    const fn open_error(subcode: OpenMessageErrorSubcode, data: Vec<u8>) -> Self {
        Self { code: NotificationCode::OPEN_MESSAGE_ERROR, subcode: subcode.0, data }
    }

    /// Cease / Hard Reset around another message (RFC 8538 section 3.1).
    #[must_use]
    pub fn hard_reset(inner: &Notification<'_>) -> Self {
        let mut data = Vec::with_capacity(inner.data.len().saturating_add(2));
        data.extend_from_slice(&[inner.code.0, inner.subcode]);
        data.extend_from_slice(inner.data);
        Self::cease(CeaseSubcode::HARD_RESET, data)
    }

    /// Cease / Maximum Number of Prefixes Reached with the limit (RFC 4486 section 4).
    #[must_use]
    pub fn prefix_limit(family: Family, limit: u32) -> Self {
        let mut data = Vec::with_capacity(7);
        family.write(&mut data);
        limit.write(&mut data);
        Self::cease(CeaseSubcode::MAXIMUM_PREFIXES_REACHED, data)
    }

    /// Message Header Error / Bad Message Length with the length (RFC 4271 section 6.1).
    #[must_use]
    pub fn bad_message_length(len: u16) -> Self {
        Self::header_error(MessageHeaderErrorSubcode::BAD_MESSAGE_LENGTH, len.to_be_bytes().to_vec())
    }

    /// Message Header Error / Bad Message Type with the type (RFC 4271 section 6.1).
    #[must_use]
    pub fn bad_message_type(kind: MessageType) -> Self {
        Self::header_error(MessageHeaderErrorSubcode::BAD_MESSAGE_TYPE, [kind.0].to_vec())
    }

    /// OPEN Message Error / Unsupported Version Number with the supported version (RFC 4271 section 6.2).
    #[must_use]
    pub fn unsupported_version(supported: u16) -> Self {
        Self::open_error(OpenMessageErrorSubcode::UNSUPPORTED_VERSION_NUMBER, supported.to_be_bytes().to_vec())
    }

    /// OPEN Message Error / Unsupported Capability with the required capabilities (RFC 5492 section 5).
    ///
    /// # Errors
    /// A value that does not fit its field.
    pub fn unsupported_capabilities(wanted: &[CapabilityValue<'_>]) -> Result<Self, EncodeError> {
        let mut data = Vec::new();
        wanted.iter().try_for_each(|value| value.encode(&mut data))?;
        Ok(Self::open_error(OpenMessageErrorSubcode::UNSUPPORTED_CAPABILITY, data))
    }

    /// The message, for reading or encoding.
    pub fn notification(&self) -> Notification<'_> {
        Notification { code: self.code, subcode: self.subcode, data: &self.data, offset: 2 }
    }
}
