//! NOTIFICATION messages (RFC 4271 section 4.5) and their data.

#[cfg(feature = "alloc")]
mod builder;

#[cfg(feature = "alloc")]
pub use builder::NotificationBuilder;

use core::fmt;

use super::capability::Capabilities;
use super::counted_text::CountedText;
use super::{HEADER_LEN, put_header};
use crate::attr::{Attribute, AttributesIter};
use crate::codes::{
    AttrCode, CeaseSubcode, MessageHeaderErrorSubcode, MessageType, NotificationCode, OpenMessageErrorSubcode,
    RouteRefreshErrorSubcode, UpdateMessageErrorSubcode, notification_subcode_name,
};
use crate::error::{Action, Context, EncodeError, Error, Result};
use crate::family::Family;
use crate::session::Session;
use crate::wire::{Cursor, Named, Observer, Sink, hex};

/// Why a session ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Notification<'a> {
    /// Error code.
    pub code: NotificationCode,
    /// Error subcode; its meaning depends on the code.
    pub subcode: u8,
    /// The data, in the form defined for the subcode.
    pub data: &'a [u8],
    /// Offset of the data: bytes from the start of the outermost input.
    pub offset: u64,
}

/// The data of a NOTIFICATION, if defined for this code and subcode.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum NotificationData<'a> {
    /// None.
    Empty,
    /// 1/2: the bad length (RFC 4271 section 6.1).
    MessageLength(u16),
    /// 1/3: the unknown type (RFC 4271 section 6.1).
    MessageType(MessageType),
    /// 2/1: the supported version (RFC 4271 section 6.2).
    SupportedVersion(u16),
    /// 2/7: the required capabilities (RFC 5492 section 5).
    Capabilities(Capabilities<'a>),
    /// 3/2, 3/4, 3/5, 3/6, 3/8, 3/9: the erroneous attribute (RFC 4271 section 6.3).
    Attribute(Attribute<'a>),
    /// 3/3: the missing attribute (RFC 4271 section 6.3).
    MissingAttribute(AttrCode),
    /// 6/1: the family and its maximum number of prefixes (RFC 4486 section 4).
    PrefixLimit(Family, u32),
    /// 6/2, 6/4: the shutdown communication (RFC 9003 section 2).
    Shutdown(CountedText<'a>),
    /// 6/9: the code and subcode inside a hard reset, and the data after them (RFC 8538 section 3.1).
    HardReset(NotificationCode, u8, &'a [u8]),
    /// 7/1: the erroneous ROUTE-REFRESH, including its header (RFC 7313 section 5).
    Message(&'a [u8]),
    /// Anything else, and data that does not match its subcode.
    Unknown(&'a [u8]),
}

impl<'a> Notification<'a> {
    /// Reads a message's body, `offset` octets into the outermost input.
    ///
    /// # Errors
    /// Fewer than two octets. It is not answered by a NOTIFICATION (RFC 4271 section 6.4).
    pub fn parse_at(body: &'a [u8], offset: u64) -> Result<Self> {
        let mut c = Cursor::at(body, offset);
        match c.array::<2>() {
            Ok(&[code, subcode]) => Ok(Self { code: NotificationCode(code), subcode, data: c.rest(), offset: c.offset() }),
            Err(e) => Err(e.within(Context::Notification, Action::None)),
        }
    }

    /// The decoded data. Data that does not match its subcode is [`NotificationData::Unknown`] and never an error, since a
    /// NOTIFICATION is never answered.
    pub fn decode(&self) -> NotificationData<'a> {
        if self.data.is_empty() {
            return NotificationData::Empty;
        }
        self.decode_by_subcode().unwrap_or(NotificationData::Unknown(self.data))
    }

    /// Data that is present and matches its subcode.
    fn decode_by_subcode(&self) -> Option<NotificationData<'a>> {
        use CeaseSubcode as Cease;
        use MessageHeaderErrorSubcode as Header;
        use NotificationCode as Code;
        use NotificationData as D;
        use OpenMessageErrorSubcode as Open;
        use UpdateMessageErrorSubcode as Update;
        Some(match self.code {
            Code::MESSAGE_HEADER_ERROR => match (Header(self.subcode), self.data) {
                (Header::BAD_MESSAGE_LENGTH, &[a, b]) => D::MessageLength(u16::from_be_bytes([a, b])),
                (Header::BAD_MESSAGE_TYPE, &[kind]) => D::MessageType(MessageType(kind)),
                _ => return None,
            },
            Code::OPEN_MESSAGE_ERROR => match (Open(self.subcode), self.data) {
                (Open::UNSUPPORTED_VERSION_NUMBER, &[a, b]) => D::SupportedVersion(u16::from_be_bytes([a, b])),
                (Open::UNSUPPORTED_CAPABILITY, _) => {
                    let list = Capabilities::parse_at(self.data, self.offset);
                    if list.into_iter().any(|capability| capability.is_err()) {
                        return None;
                    }
                    D::Capabilities(list)
                }
                _ => return None,
            },
            Code::UPDATE_MESSAGE_ERROR => match (Update(self.subcode), self.data) {
                (Update::MISSING_WELL_KNOWN_ATTRIBUTE, &[code]) => D::MissingAttribute(AttrCode(code)),
                (
                    Update::UNRECOGNIZED_WELL_KNOWN_ATTRIBUTE
                    | Update::ATTRIBUTE_FLAGS_ERROR
                    | Update::ATTRIBUTE_LENGTH_ERROR
                    | Update::INVALID_ORIGIN_ATTRIBUTE
                    | Update::INVALID_NEXT_HOP_ATTRIBUTE
                    | Update::OPTIONAL_ATTRIBUTE_ERROR,
                    _,
                ) => {
                    let mut list = AttributesIter::at(self.data, self.offset);
                    match (list.next(), list.next()) {
                        (Some(Ok(attribute)), None) => D::Attribute(attribute),
                        _ => return None,
                    }
                }
                _ => return None,
            },
            Code::CEASE => match (Cease(self.subcode), self.data) {
                (Cease::MAXIMUM_PREFIXES_REACHED, &[a, b, safi, n0, n1, n2, n3]) => {
                    D::PrefixLimit(Family::of(u16::from_be_bytes([a, b]), safi), u32::from_be_bytes([n0, n1, n2, n3]))
                }
                (Cease::ADMINISTRATIVE_SHUTDOWN | Cease::ADMINISTRATIVE_RESET, _) => {
                    D::Shutdown(crate::wire::whole(self.data, self.offset).ok()?)
                }
                (Cease::HARD_RESET, &[code, subcode, ref data @ ..]) => D::HardReset(NotificationCode(code), subcode, data),
                _ => return None,
            },
            Code::ROUTE_REFRESH_MESSAGE_ERROR
                if RouteRefreshErrorSubcode(self.subcode) == RouteRefreshErrorSubcode::INVALID_MESSAGE_LENGTH =>
            {
                D::Message(self.data)
            }
            _ => return None,
        })
    }

    /// Whether the data is a shutdown communication (RFC 9003 section 2).
    const fn has_communication(&self) -> bool {
        matches!(self.code, NotificationCode::CEASE)
            && matches!(CeaseSubcode(self.subcode), CeaseSubcode::ADMINISTRATIVE_SHUTDOWN | CeaseSubcode::ADMINISTRATIVE_RESET)
            && !self.data.is_empty()
    }

    /// Reports all findings about the message, one at a time; returns the worst action, which is none, since a NOTIFICATION is
    /// never answered. Findings: a shutdown communication with a wrong length (RFC 8203 section 4) or that is not UTF-8 (RFC 9003
    /// section 4), also inside a hard reset.
    pub fn findings(&self, mut report: impl FnMut(Error)) -> Action {
        let mut message = *self;
        while let Some(inner) = message.encapsulated() {
            message = inner;
        }
        if message.has_communication() {
            let e = match crate::wire::whole::<CountedText<'_>>(message.data, message.offset) {
                Ok(words) => words.not_text(message.offset),
                Err(e) => Some(e),
            };
            if let Some(e) = e {
                report(e.within(Context::Notification, Action::None));
            }
        }
        Action::None
    }

    /// The message inside a hard reset; `None` for any other.
    pub fn encapsulated(&self) -> Option<Self> {
        match self.decode() {
            NotificationData::HardReset(code, subcode, data) => {
                Some(Self { code, subcode, data, offset: self.offset.saturating_add(2) })
            }
            _ => None,
        }
    }
}

/// Code and subcode by their names: `Cease / Administrative Reset`.
fn show_code(code: NotificationCode, subcode: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match notification_subcode_name(code, subcode) {
        Some(name) => write!(f, "{code} / {name}"),
        None => write!(f, "{code} / {subcode}"),
    }
}

impl fmt::Display for Notification<'_> {
    /// Code and subcode, and after a colon the data: `Cease / Administrative Reset: "maintenance"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show_code(self.code, self.subcode, f)?;
        match self.decode() {
            NotificationData::Empty => Ok(()),
            // The same for the message inside; a nested hard reset stays in octets.
            NotificationData::HardReset(code, subcode, data) => {
                f.write_str(": ")?;
                show_code(code, subcode, f)?;
                match (Notification { code, subcode, data, offset: self.offset }).decode() {
                    NotificationData::Empty => Ok(()),
                    NotificationData::HardReset(..) => {
                        f.write_str(": ")?;
                        hex(data, f)
                    }
                    inner => write!(f, ": {inner}"),
                }
            }
            data => write!(f, ": {data}"),
        }
    }
}

impl fmt::Display for NotificationData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::MessageLength(len) => write!(f, "length {len}"),
            Self::MessageType(kind) => write!(f, "type {kind}"),
            Self::SupportedVersion(version) => write!(f, "version {version}"),
            Self::Capabilities(list) => {
                for (i, capability) in list.into_iter().flatten().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    match capability.decode() {
                        Ok(value) => fmt::Display::fmt(&value, f)?,
                        Err(_) => {
                            write!(f, "{}(", capability.code)?;
                            hex(capability.raw, f)?;
                            f.write_str(")")?;
                        }
                    }
                }
                Ok(())
            }
            Self::Attribute(attribute) => {
                write!(f, "{} flags {:#04x} ", attribute.code(), attribute.flags().bits())?;
                hex(attribute.raw(), f)
            }
            Self::MissingAttribute(code) => fmt::Display::fmt(code, f),
            Self::PrefixLimit(family, limit) => write!(f, "{family} {limit}"),
            Self::Shutdown(text) => fmt::Display::fmt(text, f),
            Self::HardReset(code, subcode, data) => {
                show_code(*code, *subcode, f)?;
                f.write_str(" ")?;
                hex(data, f)
            }
            Self::Message(octets) | Self::Unknown(octets) => hex(octets, f),
        }
    }
}

impl Notification<'_> {
    /// Octets of the whole message.
    pub const fn encoded_len(&self) -> usize {
        self.data.len().saturating_add(HEADER_LEN).saturating_add(2)
    }

    /// Writes the whole message, including the header.
    ///
    /// # Errors
    /// A message longer than the session allows, or too little room; then nothing is written.
    pub fn encode(&self, session: &Session, out: &mut impl Sink) -> Result<(), EncodeError> {
        put_header(MessageType::NOTIFICATION, self.data.len().saturating_add(2), session, out)?;
        out.put_slice(&[self.code.0, self.subcode]);
        out.put_slice(self.data);
        Ok(())
    }
}

impl Notification<'_> {
    /// Adds the fields of the body to `places`.
    #[cfg(feature = "alloc")]
    pub fn places(&self, places: &mut crate::places::Places) {
        self.place(places);
    }

    /// Shows the fields of the body to an observer.
    pub(super) fn place<O: Observer>(&self, o: &mut O) {
        let (mut at, mut message) = (self.offset, *self);
        loop {
            let (code, subcode) = (at.saturating_sub(2), at.saturating_sub(1));
            o.note("code", code..subcode, &Named(message.code.0, message.code.name()));
            let name = notification_subcode_name(message.code, message.subcode);
            o.note("subcode", subcode..at, &Named(message.subcode, name));
            // A hard reset has a message in its data; each level is two octets shorter.
            match message.encapsulated() {
                Some(inner) => (at, message) = (inner.offset, inner),
                None => break,
            }
        }
        message.place_data(o);
    }

    fn place_data<O: Observer>(&self, o: &mut O) {
        use NotificationData as D;
        let end = self.offset.saturating_add(self.data.len() as u64);
        let c = &mut Cursor::at(self.data, self.offset);
        // It has just been read successfully.
        let _ = match self.decode() {
            D::Empty | D::HardReset(..) => Ok(()),
            D::Capabilities(_) => {
                super::capability::place_list(*c, o);
                Ok(())
            }
            D::Attribute(attribute) => {
                attribute.place(&Session::AS4, false, o);
                Ok(())
            }
            D::MessageType(kind) => {
                o.note("type", self.offset..end, &Named(kind.0, kind.name()));
                Ok(())
            }
            D::MissingAttribute(code) => {
                o.note("attribute", self.offset..end, &Named(code.0, code.name()));
                Ok(())
            }
            D::PrefixLimit(..) => o.field::<Family>(c, "family").and_then(|_| o.field::<u32>(c, "limit").map(drop)),
            D::MessageLength(_) => o.field::<u16>(c, "length").map(drop),
            D::SupportedVersion(_) => o.field::<u16>(c, "version").map(drop),
            D::Shutdown(_) => o.field::<u8>(c, "length").map(|_| {
                o.note("communication", c.offset()..end, &CountedText(c.rest()));
            }),
            D::Message(_) => o.field::<&[u8]>(c, "message").map(drop),
            D::Unknown(_) => o.field::<&[u8]>(c, "data").map(drop),
        };
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use crate::asn::Asn;
    use crate::bgp::CapabilityValue;
    use crate::places::Places;

    #[test]
    fn code_subcode_data() {
        let n = Notification::parse_at(&[6, 2, 1, b'x'], 0).unwrap();
        assert_eq!((n.code.0, n.subcode, n.data, n.offset), (6, 2, &[1, b'x'][..], 2));
        assert_eq!(
            Notification::parse_at(&[6], 19).unwrap_err().to_string(),
            "NOTIFICATION message: needs 1 byte more than is there (at byte 19)"
        );
        assert_eq!(Notification::parse_at(&[200, 7], 0).unwrap().to_string(), "NotificationCode(200) / 7");
    }

    fn findings(body: &[u8]) -> Vec<String> {
        let mut list = Vec::new();
        let message = Notification::parse_at(body, 19).unwrap();
        assert_eq!(message.findings(|e| list.push(e.to_string())), Action::None);
        list
    }

    #[test]
    fn shutdown_communications_that_are_worth_logging() {
        let none = Vec::<String>::new();
        assert_eq!(findings(&[6, 2, 2, 0xc3, 0xa4]), none);
        assert_eq!(findings(&[6, 4]), none);
        // Code 6 subcode 3 has no text.
        assert_eq!(findings(&[6, 3, 9]), none);
        assert_eq!(findings(&[6, 2, 3, b'a', b'b']), ["NOTIFICATION message: needs 1 byte more than is there (at byte 22)"]);
        assert_eq!(findings(&[6, 4, 1, b'a', b'b']), ["NOTIFICATION message: 1 byte is left over (at byte 23)"]);
        assert_eq!(findings(&[6, 2, 3, b'a', 0xc3, b'b']), ["NOTIFICATION message: value 195 is not valid here (at byte 23)"]);
        // The same inside a hard reset.
        assert_eq!(findings(&[6, 9, 6, 2, 1, 0xff]), ["NOTIFICATION message: value 255 is not valid here (at byte 24)"]);
    }

    /// Body and text, for every kind of data and for data that does not match its subcode.
    const VECTORS: &[(&[u8], &str)] = &[
        (&[8, 0], "Send Hold Timer Expired / 0"),
        (&[6, 10], "Cease / BFD Down"),
        (&[1, 2, 0x10, 1], "Message Header Error / Bad Message Length: length 4097"),
        (&[1, 3, 9], "Message Header Error / Bad Message Type: type MessageType(9)"),
        (&[2, 1, 0, 4], "OPEN Message Error / Unsupported Version Number: version 4"),
        (
            &[2, 7, 1, 4, 0, 2, 0, 1, 65, 4, 0, 1, 0, 0],
            "OPEN Message Error / Unsupported Capability: Multiprotocol(afi=IPv6 reserved=0 safi=unicast), 4-octet AS(65536)",
        ),
        (&[2, 7, 65, 1, 0], "OPEN Message Error / Unsupported Capability: 4-octet AS(0x00)"),
        (&[2, 7, 65, 4, 0], "OPEN Message Error / Unsupported Capability: 0x410400"),
        (&[3, 3, 2], "UPDATE Message Error / Missing Well-known Attribute: AS_PATH"),
        (&[3, 6, 0x40, 1, 1, 9], "UPDATE Message Error / Invalid ORIGIN Attribute: ORIGIN flags 0x40 0x09"),
        (&[3, 5, 0x40, 1, 2, 9], "UPDATE Message Error / Attribute Length Error: 0x40010209"),
        (&[3, 11, 1], "UPDATE Message Error / Malformed AS_PATH: 0x01"),
        (&[6, 1, 0, 1, 1, 0, 0, 3, 0xe8], "Cease / Maximum Number of Prefixes Reached: IPv4 unicast 1000"),
        (&[6, 1, 0], "Cease / Maximum Number of Prefixes Reached: 0x00"),
        (&[6, 2, 3, b'b', b'y', b'e'], "Cease / Administrative Shutdown: \"bye\""),
        (&[6, 4, 2, 0xc3, 0xa9], "Cease / Administrative Reset: \"é\""),
        (&[6, 4, 0], "Cease / Administrative Reset: \"\""),
        (&[6, 2, 4, b'b', b'y', b'e'], "Cease / Administrative Shutdown: 0x04627965"),
        (&[6, 9, 6, 4, 1, b'x'], "Cease / Hard Reset: Cease / Administrative Reset: \"x\""),
        (&[6, 9, 4, 0], "Cease / Hard Reset: Hold Timer Expired / 0"),
        (&[6, 9, 6, 9, 4, 0], "Cease / Hard Reset: Cease / Hard Reset: 0x0400"),
        (&[6, 9, 4], "Cease / Hard Reset: 0x04"),
        (&[7, 1, 0xff, 0xff], "ROUTE-REFRESH Message Error / Invalid Message Length: 0xffff"),
    ];

    #[test]
    fn data_by_its_subcode() {
        for (body, text) in VECTORS {
            let n = Notification::parse_at(body, 19).unwrap();
            assert_eq!(n.to_string(), *text);
            let mut out = Vec::new();
            n.encode(&Session::AS4, &mut out).unwrap();
            assert_eq!(
                (&out[16..19], &out[19..], out.len()),
                (&[0, 19 + u8::try_from(body.len()).unwrap(), 3][..], *body, n.encoded_len())
            );
            let mut places = Places::new();
            n.places(&mut places);
            for at in 19..19 + body.len() as u64 {
                assert!(places.iter().any(|p| p.range.contains(&at)), "{text}: byte {at}\n{places}");
            }
            assert!(places.iter().all(|p| p.range.end <= 19 + body.len() as u64), "{text}\n{places}");
        }
    }

    #[test]
    fn built_from_values() {
        let body = |builder: NotificationBuilder| {
            let mut out = Vec::new();
            builder.notification().encode(&Session::AS4, &mut out).unwrap();
            out.split_off(19)
        };
        assert_eq!(body(NotificationBuilder::shutdown("bye").unwrap()), [6, 2, 3, b'b', b'y', b'e']);
        let reset = NotificationBuilder::reset("x").unwrap();
        assert_eq!(body(NotificationBuilder::hard_reset(&reset.notification())), [6, 9, 6, 4, 1, b'x']);
        assert_eq!(body(NotificationBuilder::prefix_limit(Family::IPV4_UNICAST, 1000)), [6, 1, 0, 1, 1, 0, 0, 3, 0xe8]);
        assert_eq!(body(NotificationBuilder::bad_message_length(4097)), [1, 2, 0x10, 1]);
        assert_eq!(body(NotificationBuilder::bad_message_type(MessageType(9))), [1, 3, 9]);
        assert_eq!(body(NotificationBuilder::unsupported_version(4)), [2, 1, 0, 4]);
        let wanted = [CapabilityValue::As4(Asn(65536))];
        assert_eq!(body(NotificationBuilder::unsupported_capabilities(&wanted).unwrap()), [2, 7, 65, 4, 0, 1, 0, 0]);
        let e = NotificationBuilder::shutdown(&"x".repeat(256)).unwrap_err();
        assert_eq!(e.to_string(), "shutdown communication: length 256 is over 255");
        let long = NotificationBuilder::new(NotificationCode(9), 0).data(&[0; 5000]);
        assert!(long.notification().encode(&Session::AS4, &mut Vec::new()).is_err());
        assert!(long.notification().encode(&Session::AS4.with_extended_message(), &mut Vec::new()).is_ok());
    }

    #[test]
    fn places_of_a_hard_reset() {
        let mut places = Places::new();
        Notification::parse_at(&[6, 9, 6, 4, 1, b'x'], 19).unwrap().places(&mut places);
        let list: Vec<_> = places.iter().map(|p| (p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
        assert_eq!(
            list,
            [
                ("code", 19..20, "6 (Cease)"),
                ("subcode", 20..21, "9 (Hard Reset)"),
                ("code", 21..22, "6 (Cease)"),
                ("subcode", 22..23, "4 (Administrative Reset)"),
                ("length", 23..24, "1"),
                ("communication", 24..25, "\"x\""),
            ]
        );
    }
}
