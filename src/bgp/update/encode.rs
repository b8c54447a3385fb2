//! Rewriting an UPDATE that was read.

use alloc::vec::Vec;

use super::Update;
use super::builder::put_as4;
use crate::attr::AttributesIter;
use crate::bgp::put_header;
use crate::codes::{AttrCode, MessageType};
use crate::error::{EncodeError, Error, Result};
use crate::family::Family;
use crate::nlri::Prefixes;
use crate::session::Session;
use crate::wire::Sink;

/// The AS numbers read have another width than those of the target session.
fn other_width(session: &Session) -> EncodeError {
    EncodeError::by_session("AS number width", "four-octet AS number capability (RFC 6793)", "asn4", session.asn4)
}

impl<'a> Update<'a> {
    /// Octets of the body rewritten from its values.
    fn encoded_body_len(&self) -> usize {
        let prefixes =
            |list: Result<Prefixes<'_>>, raw: &[u8]| list.map_or(raw.len(), |l| l.iter().map(|p| p.encoded_len()).sum());
        let mut len = prefixes(self.withdrawn(), self.withdrawn_bytes()).saturating_add(4);
        len = len.saturating_add(prefixes(self.announced(), self.announced_bytes()));
        for attribute in self.attribute_windows() {
            match attribute {
                Ok(attribute) => len = len.saturating_add(attribute.rewritten_len(&self.session)),
                Err(e) => len = len.saturating_add(self.attribute_bytes().len().saturating_sub(self.framed(e))),
            }
        }
        len
    }

    /// Octets of the attribute list before a framing error.
    fn framed(&self, e: Error) -> usize {
        usize::try_from(e.offset().saturating_sub(self.attributes_offset()))
            .unwrap_or(usize::MAX)
            .min(self.attribute_bytes().len())
    }

    /// Writes the body from its decoded values, for the session it was read with. What cannot be read is copied.
    pub(super) fn write_body(&self, out: &mut impl Sink) {
        let mut attributes = Vec::with_capacity(self.attribute_bytes().len());
        for attribute in self.attribute_windows() {
            match attribute {
                Ok(attribute) => attribute.rewrite(&self.session, &mut attributes),
                Err(e) => attributes.extend_from_slice(self.attribute_bytes().get(self.framed(e)..).unwrap_or(&[])),
            }
        }
        self.write_fields(&attributes, out);
    }

    /// Writes the body with these attributes, the prefixes from their decoded values.
    fn write_fields(&self, attributes: &[u8], out: &mut impl Sink) {
        let prefixes = |list: Result<Prefixes<'_>>, raw: &[u8]| {
            let mut octets = Vec::with_capacity(raw.len());
            match list {
                Ok(list) => list.iter().for_each(|path| path.write(&mut octets)),
                Err(_) => octets.extend_from_slice(raw),
            }
            octets
        };
        let withdrawn = prefixes(self.withdrawn(), self.withdrawn_bytes());
        out.put_u16(u16::try_from(withdrawn.len()).unwrap_or(u16::MAX));
        out.put_slice(&withdrawn);
        out.put_u16(u16::try_from(attributes.len()).unwrap_or(u16::MAX));
        out.put_slice(attributes);
        out.put_slice(&prefixes(self.announced(), self.announced_bytes()));
    }

    /// The attributes for a session with another width of AS numbers.
    fn converted_attributes(&self, session: &Session) -> Result<Vec<u8>, EncodeError> {
        let attributes = self.attributes().map_err(|_| EncodeError::unrepresentable("path attributes"))?;
        let has = |code| attributes.has(code);
        let mut out = Vec::with_capacity(self.attribute_bytes().len());
        let mut as4 = Vec::new();
        for attribute in self.attribute_windows().flatten() {
            let code = attribute.code();
            // From two octets to four, AS4_PATH would have to be merged: a semantic change, not a re-encoding.
            let needs_merge = session.asn4 && matches!(code, AttrCode::AS4_PATH | AttrCode::AS4_AGGREGATOR);
            let value = attribute.decode(&self.session);
            match value {
                // AS numbers in undecoded values or nested lists are not accessible.
                _ if needs_merge || code == AttrCode::ATTR_SET => return Err(other_width(session)),
                Ok(value) => {
                    value.encode_with_flags(attribute.flags(), &self.session_of_attribute(code, session), &mut out)?;
                    if !session.asn4 {
                        put_as4(&value, session, &mut as4)?;
                    }
                }
                Err(_) => return Err(other_width(session)),
            }
        }
        for added in AttributesIter::at(&as4, 0).flatten().filter(|added| !has(added.code())) {
            added.rewrite(session, &mut out);
        }
        Ok(out)
    }

    /// The session for writing an attribute: routes keep the path identifiers that they were read with.
    const fn session_of_attribute(&self, code: AttrCode, session: &Session) -> Session {
        if matches!(code, AttrCode::MP_REACH_NLRI | AttrCode::MP_UNREACH_NLRI) { self.session } else { *session }
    }

    /// Whether the routes have the path identifiers that `session` sends.
    fn check_paths(&self, session: &Session) -> Result<(), EncodeError> {
        let (own, other) = (&self.session, session);
        if own.add_path_receive == other.add_path_receive && own.add_path_send == other.add_path_send {
            return Ok(());
        }
        let plain = !self.withdrawn_bytes().is_empty() || !self.announced_bytes().is_empty();
        let attributes = self.readable_attributes();
        let reach = attributes.mp_reach().ok().flatten().and_then(|reach| reach.family());
        let unreach = attributes.mp_unreach().ok().flatten().map(|unreach| unreach.family());
        let families = [plain.then_some(Family::IPV4_UNICAST), reach, unreach];
        match families.into_iter().flatten().find(|family| own.add_path(*family) != other.add_path_send.contains(*family)) {
            None => Ok(()),
            Some(family) => {
                let negotiated = other.add_path_send.contains(family);
                Err(EncodeError::by_session("path identifier", "ADD-PATH (RFC 7911)", "add_path_send", negotiated))
            }
        }
    }

    /// Writes the message for a possibly different session; see [`Message::encode`](crate::bgp::Message::encode).
    pub(in crate::bgp) fn encode_for(&self, session: &Session, out: &mut impl Sink) -> Result<(), EncodeError> {
        self.check_paths(session)?;
        if self.session.asn4 != session.asn4 && !self.attribute_bytes().is_empty() {
            let attributes = self.converted_attributes(session)?;
            crate::wire::check_len(attributes.len(), 2, "path attributes")?;
            let len = self.withdrawn_bytes().len().saturating_add(attributes.len()).saturating_add(self.announced_bytes().len());
            put_header(MessageType::UPDATE, len.saturating_add(4), session, out)?;
            self.write_fields(&attributes, out);
            return Ok(());
        }
        put_header(MessageType::UPDATE, self.encoded_body_len(), session, out)?;
        self.write_body(out);
        Ok(())
    }

    /// Writes the whole message from its decoded values, for the session it was read with.
    ///
    /// What cannot be read is copied; the rest is written in the form of the RFCs: bits after a prefix's length and reserved
    /// octets are zero.
    ///
    /// # Errors
    /// Too little room; then nothing is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        let len = self.encoded_body_len();
        put_header(MessageType::UPDATE, len, &self.session, out)?;
        self.write_body(out);
        Ok(())
    }
}
