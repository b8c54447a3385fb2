//! Writing attributes.

use super::table::rule;
use super::{AttrFlags, Attribute, MpReach, Value};
use crate::codes::AttrCode;
use crate::error::EncodeError;
use crate::session::Session;
use crate::wire::Sink;

impl Value<'_> {
    /// The attribute's flags by definition; those on the wire for an attribute without a row in the table.
    pub const fn flags(&self) -> AttrFlags {
        match self {
            Self::Unknown(attribute) => attribute.flags,
            _ => match rule(self.code()) {
                Some((flags, _)) => AttrFlags::from_bits_retain(flags.bits),
                None => AttrFlags::OPTIONAL,
            },
        }
    }

    /// Octets of the whole attribute: flags, code, length of one or two octets, body.
    pub fn encoded_len(&self, session: &Session) -> usize {
        let len = self.body_len(session);
        len.saturating_add(if len > 0xff || self.flags().contains(AttrFlags::EXTENDED_LENGTH) { 4 } else { 3 })
    }

    /// Writes the whole attribute. The session determines the width of AS numbers; a number over two octets is written as
    /// [`Asn::TRANS`](crate::Asn::TRANS) (RFC 6793 section 4.2.2), and the caller writes AS4_PATH.
    ///
    /// # Errors
    /// A value that does not fit its field, or too little room; then nothing is written.
    pub fn encode(&self, session: &Session, out: &mut impl Sink) -> Result<(), EncodeError> {
        self.encode_with_flags(self.flags(), session, out)
    }

    /// Writes the whole attribute with flags other than its definition's, such as [`AttrFlags::PARTIAL`]. The extended-length
    /// flag is added where needed.
    ///
    /// # Errors
    /// As [`Value::encode`].
    pub fn encode_with_flags(&self, flags: AttrFlags, session: &Session, out: &mut impl Sink) -> Result<(), EncodeError> {
        let name = self.code().name().unwrap_or("attribute");
        self.check_body(session).map_err(|e| e.of(name))?;
        let len = self.body_len(session);
        let short = match u16::try_from(len) {
            Ok(short) => short,
            Err(_) => return Err(EncodeError::too_long(name, len, 0xffff)),
        };
        let extended = len > 0xff || flags.contains(AttrFlags::EXTENDED_LENGTH);
        let need = len.saturating_add(if extended { 4 } else { 3 });
        if out.room() < need {
            return Err(EncodeError::no_room(need.saturating_sub(out.room())));
        }
        let flags = if extended { flags | AttrFlags::EXTENDED_LENGTH } else { flags };
        out.put_slice(&[flags.bits(), self.code().0]);
        let [high, low] = short.to_be_bytes();
        if extended {
            out.put_u8(high);
        }
        out.put_u8(low);
        self.write_body(session, out);
        Ok(())
    }
}

impl Attribute<'_> {
    /// Octets of the attribute written from its value.
    pub(crate) fn rewritten_len(&self, session: &Session) -> usize {
        let body = self.decode(session).map_or(self.body.len(), |value| value.body_len(session));
        body.saturating_add(if body > 0xff || self.flags.contains(AttrFlags::EXTENDED_LENGTH) { 4 } else { 3 })
    }

    /// Writes the attribute from its value, with its own flags. One that cannot be read is copied.
    pub fn rewrite(&self, session: &Session, out: &mut impl Sink) {
        let raw = Value::Unknown(*self);
        let value = self.decode(session).unwrap_or(raw);
        if value.encode_with_flags(self.flags, session, out).is_err() {
            // A value that was read can be written; only a lack of room can fail, before anything is written.
            let _ = raw.encode_with_flags(self.flags, session, out);
        }
    }
}

#[cfg(feature = "alloc")]
impl Attribute<'_> {
    /// As [`Attribute::rewrite`], for the entries of table dumps: four-octet AS numbers, MP_REACH_NLRI in any of its forms there.
    pub(crate) fn rewrite_in_rib(&self, out: &mut alloc::vec::Vec<u8>) {
        let value = match self.code {
            AttrCode::MP_REACH_NLRI => MpReach::parse_rib_at(self.body, self.body_offset()).map(Value::MpReach),
            _ => self.decode(&Session::AS4),
        };
        let raw = Value::Unknown(*self);
        if value.unwrap_or(raw).encode_with_flags(self.flags, &Session::AS4, out).is_err() {
            let _ = raw.encode_with_flags(self.flags, &Session::AS4, out);
        }
    }
}
