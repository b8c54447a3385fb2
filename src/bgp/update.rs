//! UPDATE messages (RFC 4271 section 4.3).

use core::fmt;

use crate::attr::{Attributes, AttributesIter};
use crate::codes::AttrCode;
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::nlri::{Nlri, Prefixes, prefix_places};
use crate::session::Session;
use crate::wire::{Cursor, Observer, Sink};

#[cfg(feature = "alloc")]
use crate::attr::{Aggregator, As4Aggregator, As4Path, AsPath, AttrFlags, Value, as4_path_octets, check_next_hop};
#[cfg(feature = "alloc")]
use crate::codes::MessageType;
#[cfg(feature = "alloc")]
use crate::error::EncodeError;
#[cfg(feature = "alloc")]
use crate::nlri::{NextHop, PathPrefix, Route};
#[cfg(feature = "alloc")]
use alloc::vec::Vec;

/// An UPDATE: three windows, nothing in them decoded yet.
#[derive(Clone, Copy)]
pub struct Update<'a> {
    withdrawn: &'a [u8],
    attributes: &'a [u8],
    announced: &'a [u8],
    offset: u64,
    session: Session,
}

impl<'a> Update<'a> {
    /// Finds the three windows of a message's body, `offset` bytes into the outermost input.
    ///
    /// # Errors
    /// A length that overruns the message: "Malformed Attribute List", which resets a session (RFC 4271 section 6.3).
    #[inline(always)]
    pub fn parse_at(body: &'a [u8], session: &Session, offset: u64) -> Result<Self> {
        match Self::split(body, session, offset) {
            Ok(update) => Ok(update),
            Err(e) => Err(e.within(Context::Update, Action::ResetSession)),
        }
    }

    #[inline(always)]
    fn split(body: &'a [u8], session: &Session, offset: u64) -> Result<Self> {
        let mut c = Cursor::at(body, offset);
        let len = c.u16()?;
        let withdrawn = c.take(usize::from(len))?;
        let len = c.u16()?;
        let attributes = c.take(usize::from(len))?;
        Ok(Self { withdrawn, attributes, announced: c.rest(), offset, session: *session })
    }

    /// The session that the message is read by.
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// Octets of the path attributes.
    pub const fn attribute_bytes(&self) -> &'a [u8] {
        self.attributes
    }

    /// Where the path attributes start: bytes from the start of the outermost input.
    #[inline(always)]
    pub const fn attributes_offset(&self) -> u64 {
        self.offset.saturating_add(4).saturating_add(self.withdrawn.len() as u64)
    }

    /// Octets of the withdrawn IPv4 prefixes.
    pub const fn withdrawn_bytes(&self) -> &'a [u8] {
        self.withdrawn
    }

    /// Octets of the announced IPv4 prefixes.
    pub const fn announced_bytes(&self) -> &'a [u8] {
        self.announced
    }

    /// The path attributes as windows, up to where their framing holds.
    pub const fn attribute_windows(&self) -> AttributesIter<'a> {
        AttributesIter::at(self.attributes, self.attributes_offset())
    }

    /// The path attributes with the places of the common ones.
    ///
    /// # Errors
    /// An attribute that overruns the list (RFC 7606 section 4).
    #[inline(always)]
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        Attributes::parse_at(self.attributes, &self.session, self.attributes_offset())
    }

    /// The path attributes in front of the place where their list cannot be followed any more; all of them where it can.
    pub fn readable_attributes(&self) -> Attributes<'a> {
        let list = self.attribute_windows().readable();
        Attributes::parse_at(list, &self.session, self.attributes_offset()).unwrap_or(Attributes::EMPTY)
    }

    /// The IPv4 prefixes withdrawn by the message's own field. [`Update::mp_withdrawn`] has the other families.
    ///
    /// # Errors
    /// A prefix that is too long or cut (RFC 4271 section 6.3: session reset).
    #[inline(always)]
    pub fn withdrawn(&self) -> Result<Prefixes<'a>> {
        let add_path = self.session.add_path(Family::IPV4_UNICAST);
        match Prefixes::parse_at(self.withdrawn, false, add_path, self.offset.saturating_add(2)) {
            Ok(list) => Ok(list),
            Err(e) => Err(e.within(Context::Withdrawn, Action::ResetSession)),
        }
    }

    /// The IPv4 prefixes announced by the message's own field. [`Update::mp_announced`] has the other families.
    ///
    /// # Errors
    /// As [`Update::withdrawn`].
    #[inline(always)]
    pub fn announced(&self) -> Result<Prefixes<'a>> {
        let add_path = self.session.add_path(Family::IPV4_UNICAST);
        let offset = self.attributes_offset().saturating_add(self.attributes.len() as u64);
        match Prefixes::parse_at(self.announced, false, add_path, offset) {
            Ok(list) => Ok(list),
            Err(e) => Err(e.within(Context::Nlri, Action::ResetSession)),
        }
    }

    /// The routes that MP_REACH_NLRI announces: family and routes.
    ///
    /// # Errors
    /// A malformed attribute or route.
    #[inline(always)]
    pub fn mp_announced(&self, attributes: &Attributes<'a>) -> Result<Option<(Family, Nlri<'a>)>> {
        match attributes.mp_reach()? {
            Some(reach) => match reach.family() {
                Some(family) => Ok(Some((family, reach.nlri(&self.session)?))),
                None => Ok(None),
            },
            None => Ok(None),
        }
    }

    /// The routes that MP_UNREACH_NLRI withdraws: family and routes.
    ///
    /// # Errors
    /// A malformed attribute or route.
    #[inline(always)]
    pub fn mp_withdrawn(&self, attributes: &Attributes<'a>) -> Result<Option<(Family, Nlri<'a>)>> {
        match attributes.mp_unreach()? {
            Some(unreach) => Ok(Some((unreach.family(), unreach.nlri(&self.session)?))),
            None => Ok(None),
        }
    }

    /// The family whose table ends here: an UPDATE that says nothing (IPv4 unicast) or whose only attribute is an
    /// MP_UNREACH_NLRI without routes (RFC 4724 section 2).
    pub fn end_of_rib(&self) -> Option<Family> {
        if !self.withdrawn.is_empty() || !self.announced.is_empty() {
            return None;
        }
        if self.attributes.is_empty() {
            return Some(Family::IPV4_UNICAST);
        }
        let mut list = self.attribute_windows();
        let only = list.next()?.ok()?;
        if only.code() != AttrCode::MP_UNREACH_NLRI || list.next().is_some() {
            return None;
        }
        let unreach = crate::attr::MpUnreach::parse_at(only.raw(), only.body_offset()).ok()?;
        unreach.nlri_bytes().is_empty().then(|| unreach.family())
    }

    /// What RFC 7606 has a speaker do with the message: all findings one by one, the worst action returned.
    ///
    /// Looks at everything in the message, so it costs a second walk. A finding about one route of a family without plain
    /// prefixes concerns that route alone (section 5.4).
    pub fn verdict(&self, mut report: impl FnMut(Error)) -> Action {
        let mut worst = self.findings_beside_routes(&mut report);
        let attributes = self.attributes().unwrap_or_else(|_| self.readable_attributes());
        for (_, nlri) in [self.mp_announced(&attributes), self.mp_withdrawn(&attributes)].into_iter().flatten().flatten() {
            nlri.findings(|e| {
                worst = worst.max(e.action());
                report(e);
            });
        }
        worst
    }

    /// Whether there are attributes besides MP_UNREACH_NLRI and no route that they are of.
    fn has_attributes_for_no_route(&self) -> bool {
        let mut others = false;
        for attribute in self.attribute_windows() {
            match attribute {
                Ok(a) if a.code() == AttrCode::MP_REACH_NLRI => {
                    let reach = crate::attr::MpReach::parse_at(a.raw(), a.body_offset());
                    if reach.is_ok_and(|reach| !reach.nlri_bytes().is_empty()) {
                        return false;
                    }
                    others = true;
                }
                Ok(a) => others |= a.code() != AttrCode::MP_UNREACH_NLRI,
                Err(_) => others = true,
            }
        }
        others && self.announced.is_empty()
    }

    /// What is worth knowing about the message and no damage: see [`Attributes::notes`] and [`Nlri::notes`].
    pub fn notes(&self, mut report: impl FnMut(Error)) {
        if let Ok(attributes) = self.attributes() {
            attributes.notes(&mut report);
            for (_, nlri) in [self.mp_announced(&attributes), self.mp_withdrawn(&attributes)].into_iter().flatten().flatten() {
                nlri.notes(&mut report);
            }
        }
    }

    /// The findings that concern the message as a whole.
    pub(crate) fn findings_beside_routes(&self, mut report: impl FnMut(Error)) -> Action {
        let mut worst = Action::None;
        let mut blind = None;
        let mut found = |e: Error| {
            // RFC 7606 section 5.2: nobody can say which routes would count as withdrawn.
            let attribute = matches!(e.context(), Context::Attribute(_) | Context::Attributes);
            let blind = attribute
                && e.action() > Action::DiscardAttribute
                && *blind.get_or_insert_with(|| self.has_attributes_for_no_route());
            let e = if blind { e.with_action(Action::ResetSession) } else { e };
            worst = worst.max(e.action());
            report(e);
        };
        if let Err(e) = self.withdrawn() {
            found(e);
        }
        let announced = self.announced();
        if let Err(e) = announced {
            found(e);
        }
        let attributes = match self.attributes() {
            Ok(attributes) => attributes,
            Err(e) => {
                for attribute in self.attribute_windows().flatten() {
                    if let Err(e) = attribute.decode(&self.session) {
                        found(e);
                    }
                }
                found(e);
                let readable = self.readable_attributes();
                let lists = [self.mp_announced(&readable), self.mp_withdrawn(&readable)];
                for e in lists.into_iter().filter_map(Result::err) {
                    if matches!(e.context(), Context::Family(..)) {
                        found(e);
                    }
                }
                return worst;
            }
        };
        attributes.findings(&mut found);
        let mp_announced = self.mp_announced(&attributes);
        if let Err(e) = mp_announced {
            // A malformed attribute is among the findings above; a malformed route is not.
            if matches!(e.context(), Context::Family(..)) {
                found(e);
            }
        }
        if let Err(e) = self.mp_withdrawn(&attributes)
            && matches!(e.context(), Context::Family(..))
        {
            found(e);
        }
        let plain = !self.announced.is_empty();
        let mp = matches!(mp_announced, Ok(Some((_, nlri))) if !nlri.as_bytes().is_empty());
        if plain || mp {
            // RFC 7606 section 3 d; NEXT_HOP is mandatory for the routes at the end of the message.
            for (code, needed) in [(AttrCode::ORIGIN, true), (AttrCode::AS_PATH, true), (AttrCode::NEXT_HOP, plain)] {
                if needed && !attributes.has(code) {
                    let e = Error::new(ErrorKind::Missing, self.attributes_offset());
                    found(e.within(Context::Attribute(code), Action::TreatAsWithdraw));
                }
            }
        }
        worst
    }
}

#[cfg(feature = "alloc")]
impl<'a> Update<'a> {
    /// Octets of the body when it is written from its values.
    fn encoded_body_len(&self) -> usize {
        let prefixes =
            |list: Result<Prefixes<'_>>, raw: &[u8]| list.map_or(raw.len(), |l| l.iter().map(|p| p.encoded_len()).sum());
        let mut len = prefixes(self.withdrawn(), self.withdrawn).saturating_add(4);
        len = len.saturating_add(prefixes(self.announced(), self.announced));
        for attribute in self.attribute_windows() {
            match attribute {
                Ok(attribute) => len = len.saturating_add(attribute.rewritten_len(&self.session)),
                Err(e) => len = len.saturating_add(self.attributes.len().saturating_sub(self.framed(e))),
            }
        }
        len
    }

    /// Octets of the attribute list in front of a framing error.
    fn framed(&self, e: Error) -> usize {
        usize::try_from(e.offset().saturating_sub(self.attributes_offset())).unwrap_or(usize::MAX).min(self.attributes.len())
    }

    /// Writes the body from its decoded values, by the session that it was read with. What cannot be read goes out as it came.
    fn write_body(&self, out: &mut impl Sink) {
        let mut attributes = Vec::with_capacity(self.attributes.len());
        for attribute in self.attribute_windows() {
            match attribute {
                Ok(attribute) => attribute.rewrite(&self.session, &mut attributes),
                Err(e) => attributes.extend_from_slice(self.attributes.get(self.framed(e)..).unwrap_or(&[])),
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
        let withdrawn = prefixes(self.withdrawn(), self.withdrawn);
        out.put_u16(u16::try_from(withdrawn.len()).unwrap_or(u16::MAX));
        out.put_slice(&withdrawn);
        out.put_u16(u16::try_from(attributes.len()).unwrap_or(u16::MAX));
        out.put_slice(attributes);
        out.put_slice(&prefixes(self.announced(), self.announced));
    }

    /// The attributes for a session whose AS numbers have another width than those that were read.
    fn converted_attributes(&self, session: &Session) -> Result<Vec<u8>, EncodeError> {
        let attributes = self.attributes().map_err(|_| EncodeError::unrepresentable("path attributes"))?;
        let has = |code| attributes.has(code);
        let mut out = Vec::with_capacity(self.attributes.len());
        let mut as4 = Vec::new();
        for attribute in self.attribute_windows().flatten() {
            let code = attribute.code();
            // Two octets to four needs AS4_PATH merged: a decision about the route, not a form.
            let needs_merge = session.asn4 && matches!(code, AttrCode::AS4_PATH | AttrCode::AS4_AGGREGATOR);
            let value = attribute.decode(&self.session);
            match value {
                // A raw value or a nested list has AS numbers that nobody can tell.
                _ if needs_merge || code == AttrCode::ATTR_SET => return Err(EncodeError::unrepresentable("AS number width")),
                Ok(value) => {
                    value.encode_with_flags(attribute.flags(), &self.session_of_attribute(code, session), &mut out)?;
                    if !session.asn4 {
                        put_as4(&value, session, &mut as4)?;
                    }
                }
                Err(_) => return Err(EncodeError::unrepresentable("AS number width")),
            }
        }
        for added in AttributesIter::at(&as4, 0).flatten().filter(|added| !has(added.code())) {
            added.rewrite(session, &mut out);
        }
        Ok(out)
    }

    /// The session by which an attribute is written: routes have the path identifiers that they were read with.
    const fn session_of_attribute(&self, code: AttrCode, session: &Session) -> Session {
        if matches!(code, AttrCode::MP_REACH_NLRI | AttrCode::MP_UNREACH_NLRI) { self.session } else { *session }
    }

    /// Whether the routes have the path identifiers that `session` sends.
    fn check_paths(&self, session: &Session) -> Result<(), EncodeError> {
        let (own, other) = (&self.session, session);
        if own.add_path_receive == other.add_path_receive && own.add_path_send == other.add_path_send {
            return Ok(());
        }
        let plain = !self.withdrawn.is_empty() || !self.announced.is_empty();
        let attributes = self.readable_attributes();
        let reach = attributes.mp_reach().ok().flatten().and_then(|reach| reach.family());
        let unreach = attributes.mp_unreach().ok().flatten().map(|unreach| unreach.family());
        let families = [plain.then_some(Family::IPV4_UNICAST), reach, unreach];
        if families.into_iter().flatten().all(|family| own.add_path(family) == other.add_path_send.contains(family)) {
            Ok(())
        } else {
            Err(EncodeError::unrepresentable("path identifier"))
        }
    }

    /// Writes the message for a session that may be another than the one it was read by; see [`super::Message::encode`].
    pub(super) fn encode_for(&self, session: &Session, out: &mut impl Sink) -> Result<(), EncodeError> {
        self.check_paths(session)?;
        if self.session.asn4 != session.asn4 && !self.attributes.is_empty() {
            let attributes = self.converted_attributes(session)?;
            crate::wire::check_len(attributes.len(), 2, "path attributes")?;
            let len = self.withdrawn.len().saturating_add(attributes.len()).saturating_add(self.announced.len());
            super::put_header(MessageType::UPDATE, len.saturating_add(4), session, out)?;
            self.write_fields(&attributes, out);
            return Ok(());
        }
        super::put_header(MessageType::UPDATE, self.encoded_body_len(), session, out)?;
        self.write_body(out);
        Ok(())
    }

    /// Writes the whole message from its decoded values, by the session that it was read with.
    ///
    /// What cannot be read goes out as it came; everything else is written anew, in the form that the RFCs give it: bits
    /// behind a prefix's length and reserved octets are zero.
    ///
    /// # Errors
    /// Too little room; then nothing is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        let len = self.encoded_body_len();
        super::put_header(MessageType::UPDATE, len, &self.session, out)?;
        self.write_body(out);
        Ok(())
    }
}

/// Tells where the fields of an UPDATE's body lie, whole or cut.
pub(super) fn place_body<O: Observer>(body: &[u8], session: &Session, offset: u64, o: &mut O) {
    let mut c = Cursor::at(body, offset);
    if place_front(&mut c, session, o).is_ok() {
        place_prefixes(c, Context::Nlri, session, o);
    }
}

/// The fields in front of the announced prefixes.
fn place_front<O: Observer>(c: &mut Cursor<'_>, session: &Session, o: &mut O) -> Result<()> {
    let withdrawn = window(c, "withdrawn_length", o)?;
    place_prefixes(withdrawn, Context::Withdrawn, session, o);
    let attributes = window(c, "attributes_length", o)?;
    crate::attr::place_list(attributes, session, false, o);
    Ok(())
}

fn place_prefixes<O: Observer>(list: Cursor<'_>, context: Context, session: &Session, o: &mut O) {
    let add_path = session.add_path(Family::IPV4_UNICAST);
    o.within(context, Action::ResetSession, |o| prefix_places(list.rest(), false, add_path, list.offset(), o));
}

/// A length and what it is of, as much as there is.
fn window<'a, O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Cursor<'a>> {
    let len = usize::from(o.field::<u16>(c, name)?);
    if len > c.len() {
        let missing = u32::try_from(len.saturating_sub(c.len())).unwrap_or(u32::MAX);
        o.error(Error::new(ErrorKind::Truncated(missing), c.offset()).within(Context::Update, Action::ResetSession));
    }
    c.sub(len.min(c.len()))
}

/// Builds UPDATE messages: attributes once, and as many routes as there are.
///
/// [`UpdateBuilder::encode`] writes one message; [`UpdateBuilder::encode_all`] writes as many as the routes need, each within
/// what the session allows (4,096 octets, or 65,535 with RFC 8654).
///
/// ```
/// use routeglass::attr::{Origin, Value};
/// use routeglass::bgp::UpdateBuilder;
/// use routeglass::nlri::PathPrefix;
/// use routeglass::Session;
///
/// let mut update = UpdateBuilder::new(&Session::AS4);
/// update.attribute(&Value::Origin(Origin::Igp))?.attribute(&Value::NextHop([192, 0, 2, 1].into()))?;
/// update.announce(PathPrefix { prefix: "198.51.100.0/24".parse()?, path_id: None })?;
/// let mut message = Vec::new();
/// update.encode(&mut message)?;
/// assert_eq!(message.len(), 23 + 4 + 7 + 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "alloc")]
#[derive(Clone, Debug)]
pub struct UpdateBuilder {
    session: Session,
    withdrawn: Vec<u8>,
    attributes: Vec<u8>,
    /// AS4_PATH and AS4_AGGREGATOR of a session with two-octet AS numbers, which go out unless `attributes` has its own.
    as4: Vec<u8>,
    announced: Vec<u8>,
    reach: Option<(Family, Vec<u8>, Vec<u8>)>,
    unreach: Option<(Family, Vec<u8>)>,
}

#[cfg(feature = "alloc")]
impl UpdateBuilder {
    /// A message that says nothing yet: as it is, the End-of-RIB marker of IPv4 unicast (RFC 4724 section 2).
    pub const fn new(session: &Session) -> Self {
        Self {
            session: *session,
            withdrawn: Vec::new(),
            attributes: Vec::new(),
            as4: Vec::new(),
            announced: Vec::new(),
            reach: None,
            unreach: None,
        }
    }

    /// What the message is written by.
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// The End-of-RIB marker of a family (RFC 4724 section 2).
    pub fn end_of_rib(family: Family, session: &Session) -> Self {
        let mut update = Self::new(session);
        if family.afi.0 != 1 || family.safi.0 != 1 {
            update.unreach = Some((family, Vec::new()));
        }
        update
    }

    /// Whether what is said of path identifiers is what the session sends (RFC 7911).
    fn check_path(&self, family: Family, path_id: Option<u32>) -> Result<(), EncodeError> {
        if self.session.add_path_send.contains(family) == path_id.is_some() {
            Ok(())
        } else {
            Err(EncodeError::unrepresentable("path identifier"))
        }
    }

    /// Adds an attribute. MP_REACH_NLRI and MP_UNREACH_NLRI have methods of their own.
    ///
    /// In a session with two-octet AS numbers, an AS_PATH or AGGREGATOR with a larger one has AS_TRANS in its place and brings
    /// AS4_PATH or AS4_AGGREGATOR along (RFC 6793 section 4.2.2), unless that is added too. AS4_PATH has no segments of
    /// confederations, whose numbers over 65,535 are lost (RFC 6793 section 3).
    ///
    /// # Errors
    /// A value that does not fit its field; an attribute that is there already; AS4_PATH or AS4_AGGREGATOR where AS numbers have
    /// four octets anyway.
    pub fn attribute(&mut self, value: &Value<'_>) -> Result<&mut Self, EncodeError> {
        self.attribute_with_flags(value, value.flags())
    }

    /// Adds an attribute with other flags than its definition's.
    ///
    /// # Errors
    /// As [`UpdateBuilder::attribute`].
    pub fn attribute_with_flags(&mut self, value: &Value<'_>, flags: AttrFlags) -> Result<&mut Self, EncodeError> {
        let there = AttributesIter::at(&self.attributes, 0).flatten().any(|a| a.code() == value.code());
        if there || matches!(value.code(), AttrCode::MP_REACH_NLRI | AttrCode::MP_UNREACH_NLRI) {
            return Err(EncodeError::unrepresentable("attribute"));
        }
        // RFC 6793 section 3: not between speakers of four-octet numbers.
        if self.session.asn4 && matches!(value.code(), AttrCode::AS4_PATH | AttrCode::AS4_AGGREGATOR) {
            return Err(EncodeError::unrepresentable("AS4_PATH or AS4_AGGREGATOR in a session with four-octet AS numbers"));
        }
        let mut as4 = Vec::new();
        if !self.session.asn4 {
            put_as4(value, &self.session, &mut as4)?;
        }
        value.encode_with_flags(flags, &self.session, &mut self.attributes)?;
        self.as4.append(&mut as4);
        Ok(self)
    }

    /// All the attributes, those that the session's two-octet AS numbers call for included.
    fn all_attributes(&self) -> Vec<u8> {
        let mut all = self.attributes.clone();
        for added in AttributesIter::at(&self.as4, 0).flatten() {
            if !AttributesIter::at(&self.attributes, 0).flatten().any(|own| own.code() == added.code()) {
                added.rewrite(&self.session, &mut all);
            }
        }
        all
    }

    /// Withdraws a prefix: IPv4 unicast in the message's own field, the others in MP_UNREACH_NLRI.
    ///
    /// # Errors
    /// A path identifier that the session does not send, or its absence where it does.
    pub fn withdraw(&mut self, path: PathPrefix) -> Result<&mut Self, EncodeError> {
        if path.prefix.is_v6() {
            return self.withdraw_prefix(Family::IPV6_UNICAST, path);
        }
        self.check_path(Family::IPV4_UNICAST, path.path_id)?;
        path.write(&mut self.withdrawn);
        Ok(self)
    }

    /// Announces an IPv4 prefix in the message's own field; its next hop is NEXT_HOP.
    ///
    /// # Errors
    /// As [`UpdateBuilder::withdraw`]; an IPv6 prefix, which goes to [`UpdateBuilder::announce_prefix`].
    pub fn announce(&mut self, path: PathPrefix) -> Result<&mut Self, EncodeError> {
        if path.prefix.is_v6() {
            return Err(EncodeError::unrepresentable("prefix"));
        }
        self.check_path(Family::IPV4_UNICAST, path.path_id)?;
        path.write(&mut self.announced);
        Ok(self)
    }

    fn reach(&mut self, family: Family, next_hop: &NextHop<'_>) -> Result<&mut Vec<u8>, EncodeError> {
        check_next_hop(family, next_hop, &self.session)?;
        let mut octets = Vec::with_capacity(next_hop.encoded_len());
        next_hop.write(&mut octets);
        let reach = self.reach.get_or_insert_with(|| (family, octets.clone(), Vec::new()));
        if reach.0 == family && reach.1 == octets {
            Ok(&mut reach.2)
        } else {
            Err(EncodeError::unrepresentable("a second family or next hop in MP_REACH_NLRI"))
        }
    }

    fn unreach(&mut self, family: Family) -> Result<&mut Vec<u8>, EncodeError> {
        let unreach = self.unreach.get_or_insert_with(|| (family, Vec::new()));
        if unreach.0 == family {
            Ok(&mut unreach.1)
        } else {
            Err(EncodeError::unrepresentable("a second family in MP_UNREACH_NLRI"))
        }
    }

    /// Announces a prefix in MP_REACH_NLRI. All its routes have one family and one next hop.
    ///
    /// # Errors
    /// As [`UpdateBuilder::withdraw`]; a family without plain prefixes or of another address width; a second family or next hop.
    pub fn announce_prefix(
        &mut self,
        family: Family,
        next_hop: &NextHop<'_>,
        path: PathPrefix,
    ) -> Result<&mut Self, EncodeError> {
        self.check_prefix(family, path)?;
        path.write(self.reach(family, next_hop)?);
        Ok(self)
    }

    /// Withdraws a prefix in MP_UNREACH_NLRI.
    ///
    /// # Errors
    /// As [`UpdateBuilder::announce_prefix`].
    pub fn withdraw_prefix(&mut self, family: Family, path: PathPrefix) -> Result<&mut Self, EncodeError> {
        self.check_prefix(family, path)?;
        path.write(self.unreach(family)?);
        Ok(self)
    }

    fn check_prefix(&self, family: Family, path: PathPrefix) -> Result<(), EncodeError> {
        if family.prefix_is_v6() != Some(path.prefix.is_v6()) {
            return Err(EncodeError::unrepresentable("prefix"));
        }
        self.check_path(family, path.path_id)
    }

    /// Announces a route of a family without plain prefixes in MP_REACH_NLRI.
    ///
    /// # Errors
    /// As [`UpdateBuilder::announce_prefix`]; a value that does not fit its field; several labels where the session has not agreed
    /// on them ([`Session::multiple_labels`], RFC 8277 section 2.1), or a last one without the bottom-of-stack bit.
    pub fn announce_route(
        &mut self,
        family: Family,
        next_hop: &NextHop<'_>,
        path_id: Option<u32>,
        route: &Route<'_>,
    ) -> Result<&mut Self, EncodeError> {
        self.check_path(family, path_id)?;
        route.check_labels(family, &self.session, false)?;
        let mut octets = path_id.map_or_else(Vec::new, |id| id.to_be_bytes().to_vec());
        route.encode(family, &mut octets)?;
        self.reach(family, next_hop)?.extend_from_slice(&octets);
        Ok(self)
    }

    /// Withdraws a route of a family without plain prefixes in MP_UNREACH_NLRI.
    ///
    /// # Errors
    /// As [`UpdateBuilder::announce_route`]; several labels, where a withdrawal has one field (RFC 8277 section 2.4).
    pub fn withdraw_route(&mut self, family: Family, path_id: Option<u32>, route: &Route<'_>) -> Result<&mut Self, EncodeError> {
        self.check_path(family, path_id)?;
        route.check_labels(family, &self.session, true)?;
        let mut octets = path_id.map_or_else(Vec::new, |id| id.to_be_bytes().to_vec());
        route.encode(family, &mut octets)?;
        self.unreach(family)?.extend_from_slice(&octets);
        Ok(self)
    }

    /// Writes one message.
    ///
    /// # Errors
    /// More octets than a message of the session can have, or too little room; then nothing is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        let (reach, unreach) = (self.reach.as_ref(), self.unreach.as_ref());
        self.message(
            &self.withdrawn,
            &self.announced,
            reach.map_or(&[], |r| &r.2),
            unreach.map_or(&[], |u| &u.1),
            reach.is_some(),
            unreach.is_some(),
        )
        .and_then(|body| {
            super::put_header(MessageType::UPDATE, body.len(), &self.session, out)?;
            out.put_slice(&body);
            Ok(())
        })
    }

    /// The body of one message with these routes.
    fn message(
        &self,
        withdrawn: &[u8],
        announced: &[u8],
        reach: &[u8],
        unreach: &[u8],
        has_reach: bool,
        has_unreach: bool,
    ) -> Result<Vec<u8>, EncodeError> {
        let mut attributes = Vec::new();
        // RFC 7606 section 5.1: the routes of other families come first.
        if let (true, Some((family, next_hop, _))) = (has_reach, &self.reach) {
            let mut body = family.afi.0.to_be_bytes().to_vec();
            body.push(family.safi.0);
            body.push(u8::try_from(next_hop.len()).unwrap_or(u8::MAX));
            body.extend_from_slice(next_hop);
            body.push(0);
            body.extend_from_slice(reach);
            put_attribute(AttrCode::MP_REACH_NLRI, &body, &mut attributes)?;
        }
        if let (true, Some((family, _))) = (has_unreach, &self.unreach) {
            let mut body = family.afi.0.to_be_bytes().to_vec();
            body.push(family.safi.0);
            body.extend_from_slice(unreach);
            put_attribute(AttrCode::MP_UNREACH_NLRI, &body, &mut attributes)?;
        }
        // Those of a builder that announces nothing go with what it withdraws: whoever gave them wants them sent.
        let announces = self.reach.is_some() || !self.announced.is_empty();
        if has_reach || !announced.is_empty() || !announces {
            attributes.extend_from_slice(&self.all_attributes());
        }
        let mut body = Vec::with_capacity(attributes.len().saturating_add(announced.len()).saturating_add(4));
        let withdrawn_len = u16::try_from(withdrawn.len());
        let attributes_len = u16::try_from(attributes.len());
        match (withdrawn_len, attributes_len) {
            (Ok(w), Ok(a)) => {
                body.extend_from_slice(&w.to_be_bytes());
                body.extend_from_slice(withdrawn);
                body.extend_from_slice(&a.to_be_bytes());
                body.extend_from_slice(&attributes);
                body.extend_from_slice(announced);
                Ok(body)
            }
            (Err(_), _) => Err(EncodeError::too_long("withdrawn routes", withdrawn.len(), 0xffff)),
            (_, Err(_)) => Err(EncodeError::too_long("path attributes", attributes.len(), 0xffff)),
        }
    }

    /// Writes as many messages as the routes need, each within what the session allows; how many they are.
    ///
    /// Withdrawn routes come first, without attributes. Every message that announces has all of them; where none does, every
    /// message has.
    ///
    /// # Errors
    /// Attributes that leave no room for a single route, or too little room in the output. Then nothing is written.
    pub fn encode_all(&self, out: &mut impl Sink) -> Result<usize, EncodeError> {
        let bodies = self.bodies()?;
        let need: usize = bodies.iter().map(|body| body.len().saturating_add(super::HEADER_LEN)).sum();
        if out.room() < need {
            return Err(EncodeError::no_room(need.saturating_sub(out.room())));
        }
        for body in &bodies {
            super::put_header(MessageType::UPDATE, body.len(), &self.session, out)?;
            out.put_slice(body);
        }
        Ok(bodies.len())
    }

    /// The bodies of as many messages as the routes need.
    fn bodies(&self) -> Result<Vec<Vec<u8>>, EncodeError> {
        let max = self.session.max_message_len().saturating_sub(super::HEADER_LEN);
        let mut bodies = Vec::new();
        let mut emit = |body: Vec<u8>| bodies.push(body);
        let (has_reach, has_unreach) = (self.reach.is_some(), self.unreach.is_some());
        let whole = self.message(
            &self.withdrawn,
            &self.announced,
            self.reach.as_ref().map_or(&[], |r| &r.2),
            self.unreach.as_ref().map_or(&[], |u| &u.1),
            has_reach,
            has_unreach,
        );
        let whole = match whole {
            Ok(body) if body.len() <= max => return Ok([body].into()),
            Ok(body) => {
                let len = body.len().saturating_add(super::HEADER_LEN);
                EncodeError::too_long("message", len, self.session.max_message_len())
            }
            Err(e) => e,
        };
        // Room for routes: what is left beside the fields, attribute headers and attributes of each kind of message.
        let plain = self.session.add_path_send.contains(Family::IPV4_UNICAST);
        let attributes = self.all_attributes().len();
        let beside = if has_reach || !self.announced.is_empty() { 0 } else { attributes };
        for run in Runs::new(&self.withdrawn, Family::IPV4_UNICAST, plain, max.saturating_sub(4).saturating_sub(beside)) {
            emit(self.message(run?, &[], &[], &[], false, false)?);
        }
        if let Some((family, routes)) = &self.unreach {
            let add_path = self.session.add_path_send.contains(*family);
            for run in Runs::new(routes, *family, add_path, max.saturating_sub(4 + 4 + 3).saturating_sub(beside)) {
                emit(self.message(&[], &[], &[], run?, false, true)?);
            }
        }
        let room = max.saturating_sub(4).saturating_sub(attributes);
        for run in Runs::new(&self.announced, Family::IPV4_UNICAST, plain, room) {
            emit(self.message(&[], run?, &[], &[], false, false)?);
        }
        if let Some((family, next_hop, routes)) = &self.reach {
            let add_path = self.session.add_path_send.contains(*family);
            let room = room.saturating_sub(4 + 5).saturating_sub(next_hop.len());
            for run in Runs::new(routes, *family, add_path, room) {
                emit(self.message(&[], &[], run?, &[], true, false)?);
            }
        }
        // Without routes nothing can be divided.
        if bodies.is_empty() { Err(whole) } else { Ok(bodies) }
    }
}

/// Writes the attribute that keeps the numbers of an AS_PATH or AGGREGATOR which two octets cannot say (RFC 6793 section 4.2.2).
#[cfg(feature = "alloc")]
fn put_as4(value: &Value<'_>, session: &Session, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    match value {
        Value::AsPath(path) => {
            if let Some(octets) = as4_path_octets(path) {
                let path = AsPath::parse_at(&octets, true, 0).unwrap_or_default();
                Value::As4Path(As4Path(path)).encode(session, out)?;
            }
        }
        Value::Aggregator(Aggregator { asn, .. }) if asn.0 <= 0xffff => {}
        Value::Aggregator(aggregator) => Value::As4Aggregator(As4Aggregator(*aggregator)).encode(session, out)?,
        _ => {}
    }
    Ok(())
}

#[cfg(feature = "alloc")]
fn put_attribute(code: AttrCode, body: &[u8], out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let [high, low] = match u16::try_from(body.len()) {
        Ok(len) => len.to_be_bytes(),
        Err(_) => return Err(EncodeError::too_long(code.name().unwrap_or("attribute"), body.len(), 0xffff)),
    };
    if high == 0 {
        out.extend_from_slice(&[0x80, code.0, low]);
    } else {
        out.extend_from_slice(&[0x90, code.0, high, low]);
    }
    out.extend_from_slice(body);
    Ok(())
}

/// Whole routes of a list, as many at a time as fit.
#[cfg(feature = "alloc")]
struct Runs<'a> {
    rest: &'a [u8],
    family: Family,
    add_path: bool,
    room: usize,
}

#[cfg(feature = "alloc")]
impl<'a> Runs<'a> {
    const fn new(rest: &'a [u8], family: Family, add_path: bool, room: usize) -> Self {
        Self { rest, family, add_path, room }
    }

    /// Octets of the route at the front of a list that this library wrote.
    fn route_len(&self, list: &[u8]) -> usize {
        let id = if self.add_path { 4 } else { 0 };
        let route = list.get(id..).unwrap_or(&[]);
        let len = match self.family.prefix_is_v6() {
            Some(_) => route.first().map(|bits| usize::from(*bits).div_ceil(8).saturating_add(1)),
            None => crate::nlri::route_len(self.family, Cursor::at(route, 0)).ok().flatten(),
        };
        len.unwrap_or(route.len()).saturating_add(id).min(list.len())
    }
}

#[cfg(feature = "alloc")]
impl<'a> Iterator for Runs<'a> {
    type Item = Result<&'a [u8], EncodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut taken = 0usize;
        while let Some(list) = self.rest.get(taken..)
            && !list.is_empty()
        {
            let next = taken.saturating_add(self.route_len(list));
            if next > self.room {
                break;
            }
            taken = next;
        }
        let (run, rest) = self.rest.split_at_checked(taken).unwrap_or((self.rest, &[]));
        if run.is_empty() {
            let len = self.route_len(self.rest);
            self.rest = &[];
            return Some(Err(EncodeError::too_long("route beside its attributes", len, self.room)));
        }
        self.rest = rest;
        Some(Ok(run))
    }
}

impl fmt::Debug for Update<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Update")
            .field("withdrawn", &self.withdrawn())
            .field("attributes", &self.attributes())
            .field("announced", &self.announced())
            .finish()
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use crate::prefix::Prefix;

    // Withdraws 10.0.0.0/8; ORIGIN IGP, AS_PATH 64496, NEXT_HOP 192.0.2.1; announces 192.0.2.0/24.
    const BODY: &[u8] =
        &[0, 2, 8, 10, 0, 20, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1, 24, 192, 0, 2];

    #[test]
    fn three_windows() {
        let u = Update::parse_at(BODY, &Session::AS4, 0).unwrap();
        let a = u.attributes().unwrap();
        assert_eq!(u.withdrawn().unwrap().iter().map(|p| p.to_string()).collect::<Vec<_>>(), ["10.0.0.0/8"]);
        assert_eq!(u.announced().unwrap().iter().map(|p| p.to_string()).collect::<Vec<_>>(), ["192.0.2.0/24"]);
        assert_eq!(
            (a.as_path().unwrap().to_string(), a.next_hop().unwrap().unwrap().to_string()),
            ("64496".into(), "192.0.2.1".into())
        );
        assert_eq!(u.verdict(|e| panic!("{e}")), Action::None);
        assert_eq!(u.end_of_rib(), None);
    }

    /// RFC 8277: announces 203.0.113.0/24 with label 100, bottom-of-stack bit clear; withdraws 198.51.100.0/24 with 100/200.
    #[test]
    fn labels_by_what_the_session_agreed_on() {
        let body = [
            0, 0, 0, 35, //
            0x80, 14, 16, 0, 1, 4, 4, 192, 0, 2, 1, 0, 48, 0, 6, 0x40, 203, 0, 113, //
            0x80, 15, 13, 0, 1, 4, 72, 0, 6, 0x40, 0, 0x0c, 0x81, 198, 51, 100,
        ];
        let mut agreed = Session::AS4;
        agreed.multiple_labels = crate::family::FamilySet::EMPTY.with(Family::IPV4_LABELED);
        let mut other = Session::AS4;
        other.multiple_labels = crate::family::FamilySet::EMPTY.with(Family::IPV4_VPN);
        let no_bottom =
            ("IPv4 labeled routes: the last label has no bottom-of-stack bit (at byte 17)".into(), "RFC 8277 section 2.2");
        let unknown = (
            "IPv4 labeled routes: 2 labels, or one and a longer prefix: what was agreed on is not known (at byte 17)".into(),
            "RFC 8277 section 2.1",
        );
        let stack =
            ("IPv4 labeled routes: 2 labels, where a withdrawal has one field (at byte 30)".into(), "RFC 8277 section 2.4");
        for (session, route, notes) in [
            (Session::AS4, "203.0.113.0/24 label 100:0", &[no_bottom.clone(), stack.clone()][..]),
            (other, "203.0.113.0/24 label 100:0", &[no_bottom, stack.clone()]),
            (agreed, "0.0.0.0/0 label 100/831495", core::slice::from_ref(&stack)),
            (Session::AS2.with_multiple_labels(), "0.0.0.0/0 label 100/831495", &[unknown, stack.clone()]),
        ] {
            let u = Update::parse_at(&body, &session, 0).unwrap();
            let a = u.attributes().unwrap();
            let [(_, announced), (_, withdrawn)] = [u.mp_announced(&a), u.mp_withdrawn(&a)].map(|list| list.unwrap().unwrap());
            let text = |nlri: Nlri<'_>| nlri.routes().map(|route| route.unwrap().to_string()).collect::<Vec<_>>();
            assert_eq!(text(announced), [route]);
            assert_eq!(text(withdrawn), ["198.51.100.0/24 label 100/200"]);
            announced.findings(|e| panic!("{e}"));
            withdrawn.findings(|e| panic!("{e}"));
            let mut found = Vec::new();
            u.notes(|e| found.push((e.to_string(), e.rfc())));
            assert_eq!(found, notes);
            let mut list = crate::places::Places::new();
            place_body(&body, &session, 0, &mut list);
            assert!(list.iter().any(|p| p.text == route));
            let mut out = Vec::new();
            u.write_body(&mut out);
            assert_eq!(out, body);
        }
    }

    #[test]
    fn cut_anywhere_it_never_gives_a_wrong_route() {
        for n in 0..BODY.len() {
            let Ok(u) = Update::parse_at(&BODY[..n], &Session::AS4, 0) else {
                continue;
            };
            // Only the routes at the end have no length of their own: a cut between them cannot be seen here, one inside can.
            assert!(u.announced().map(|list| list.is_empty()).unwrap_or(true), "cut at {n}");
        }
    }

    #[test]
    fn missing_attributes_are_found() {
        let body = [0, 0, 0, 4, 0x40, 1, 1, 0, 24, 192, 0, 2];
        let u = Update::parse_at(&body, &Session::AS4, 0).unwrap();
        let mut text = Vec::new();
        assert_eq!(u.verdict(|e| text.push(e.to_string())), Action::TreatAsWithdraw);
        assert_eq!(text, ["AS_PATH attribute: is missing (at byte 4)", "NEXT_HOP attribute: is missing (at byte 4)"]);
    }

    #[test]
    fn ends_of_tables() {
        let end = |body: &[u8]| Update::parse_at(body, &Session::AS4, 0).unwrap().end_of_rib();
        assert_eq!(end(&[0, 0, 0, 0]), Some(Family::IPV4_UNICAST));
        assert_eq!(end(&[0, 0, 0, 6, 0x80, 15, 3, 0, 2, 1]), Some(Family::IPV6_UNICAST));
        assert_eq!(end(&[0, 0, 0, 4, 0x40, 1, 1, 0]), None);
    }

    #[test]
    fn damaged_routes_of_other_families_name_family_and_action() {
        // ORIGIN, AS_PATH; MP_REACH_NLRI of VPNv4 with a next hop of 12 octets, a route of 16 bits, which has no room for label
        // and distinguisher, and one that overruns the attribute.
        let mut body = vec![0, 0, 0, 34, 0x40, 1, 1, 0, 0x40, 2, 0, 0x80, 14, 24, 0, 1, 128, 12];
        body.extend([0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0, 16, 0, 0x11, 112, 0, 0, 0x11]);
        let update = Update::parse_at(&body, &Session::AS4, 0).unwrap();
        let mut list = Vec::new();
        assert_eq!(update.verdict(|e| list.push((e.to_string(), e.action()))), Action::DisableFamily);
        assert_eq!(
            list,
            [
                ("IPv4 vpn routes: ends 1 byte too early (at byte 32)".into(), Action::TreatAsWithdraw),
                ("IPv4 vpn routes: ends 11 bytes too early (at byte 34)".into(), Action::DisableFamily)
            ]
        );
        // The routes themselves say the same.
        let (_, nlri) = update.mp_announced(&update.attributes().unwrap()).unwrap().unwrap();
        let by_hand: Vec<_> = nlri.routes().filter_map(|r| r.and_then(|r| r.decode()).err()).map(|e| e.to_string()).collect();
        assert_eq!(by_hand, list.into_iter().map(|(text, _)| text).collect::<Vec<_>>());
    }

    #[test]
    fn lengths_that_lie() {
        let error = |body: &[u8]| Update::parse_at(body, &Session::AS4, 19).unwrap_err();
        assert_eq!(error(&[0, 5, 8, 10]).to_string(), "UPDATE message: ends 3 bytes too early (at byte 21)");
        assert_eq!(error(&[0, 0, 0, 9, 1]).to_string(), "UPDATE message: ends 8 bytes too early (at byte 23)");
        assert_eq!(error(&[0]).action(), Action::ResetSession);
        assert_eq!(error(&[0, 0, 0]).notification().map(|(c, s)| (c.0, s)), Some((3, 1)));
    }

    #[test]
    fn a_message_is_written_as_it_was_read() {
        let u = Update::parse_at(BODY, &Session::AS4, 19).unwrap();
        let mut out = Vec::new();
        u.encode(&mut out).unwrap();
        assert_eq!((out.len(), &out[19..]), (BODY.len() + 19, BODY));
        assert_eq!(&out[16..19], &[0, 49, 2]);
        let mut room = &mut [0u8; 20][..];
        assert_eq!(u.encode(&mut room).unwrap_err().to_string(), "the output has 29 bytes too few");
        assert_eq!(room.len(), 20);
    }

    fn path(prefix: &str) -> PathPrefix {
        PathPrefix { prefix: prefix.parse().unwrap(), path_id: None }
    }

    fn messages(octets: &[u8], session: &Session) -> Vec<(Vec<String>, Vec<String>)> {
        let list = crate::bgp::messages(octets, session).map(|m| match m.unwrap() {
            crate::bgp::Message::Update(u) => {
                assert_eq!(u.verdict(|e| panic!("{e}")), Action::None);
                let a = u.attributes().unwrap();
                let text = |l: Option<(Family, Nlri<'_>)>| -> Vec<String> {
                    l.map_or(vec![], |(_, n)| {
                        n.prefixes().iter().map(|p| p.to_string()).chain(n.routes().map(|r| r.unwrap().to_string())).collect()
                    })
                };
                let mut out: Vec<_> = u.withdrawn().unwrap().iter().map(|p| p.to_string()).collect();
                out.extend(text(u.mp_withdrawn(&a).unwrap()));
                let mut new: Vec<_> = u.announced().unwrap().iter().map(|p| p.to_string()).collect();
                new.extend(text(u.mp_announced(&a).unwrap()));
                (out, new)
            }
            other => panic!("{other:?}"),
        });
        list.collect()
    }

    #[test]
    fn routes_that_one_message_cannot_hold_go_to_more() {
        let mut update = UpdateBuilder::new(&Session::AS4);
        update.attribute(&Value::Origin(crate::attr::Origin::Igp)).unwrap();
        update.attribute(&Value::AsPath(crate::attr::AsPath::default())).unwrap();
        update.attribute(&Value::NextHop([192, 0, 2, 1].into())).unwrap();
        let (mut v4, mut v6, mut gone) = (vec![], vec![], vec![]);
        let next_hop = NextHop::V6("2001:db8::1".parse().unwrap());
        for n in 0..3000u32 {
            v4.push(Prefix::v4(0x0a00_0000 | n << 8, 24).unwrap());
            v6.push(Prefix::v6(0x2001_0db8 << 96 | u128::from(n) << 64, 64).unwrap());
            gone.push(Prefix::v4(0x0b00_0000 | n << 8, 24).unwrap());
            update.announce(PathPrefix { prefix: v4[n as usize], path_id: None }).unwrap();
            let six = PathPrefix { prefix: v6[n as usize], path_id: None };
            update.announce_prefix(Family::IPV6_UNICAST, &next_hop, six).unwrap();
            update.withdraw(PathPrefix { prefix: gone[n as usize], path_id: None }).unwrap();
        }
        assert!(update.encode(&mut Vec::new()).unwrap_err().to_string().starts_with("message: length "));
        for (session, most) in [(Session::AS4, 4096), (Session::AS4.with_extended_message(), 65535)] {
            update.session = session;
            let mut out = Vec::new();
            let count = update.encode_all(&mut out).unwrap();
            assert!(count >= 51_000usize.div_ceil(most));
            let list = messages(&out, &session);
            assert_eq!(list.len(), count);
            let withdrawn: Vec<_> = list.iter().flat_map(|m| &m.0).cloned().collect();
            let announced: Vec<_> = list.iter().flat_map(|m| &m.1).cloned().collect();
            assert_eq!(withdrawn, gone.iter().map(|p| p.to_string()).collect::<Vec<_>>());
            assert_eq!(announced, v4.iter().chain(&v6).map(|p| p.to_string()).collect::<Vec<_>>());
            let mut rest = &out[..];
            while let Ok(crate::io::Frame::Ready(len)) = crate::bgp::frame(rest, &session, 0) {
                assert!(len <= most);
                rest = &rest[len..];
            }
            assert!(rest.is_empty());
        }
    }

    #[test]
    fn what_cannot_be_said_is_refused() {
        let mut update = UpdateBuilder::new(&Session::AS4);
        let with_id = PathPrefix { path_id: Some(1), ..path("192.0.2.0/24") };
        assert_eq!(update.announce(with_id).unwrap_err().to_string(), "path identifier: the value has no form on the wire");
        assert_eq!(update.announce(path("2001:db8::/32")).unwrap_err().field(), "prefix");
        let med = Value::MultiExitDisc(1);
        update.attribute(&med).unwrap();
        assert_eq!(update.attribute(&med).unwrap_err().field(), "attribute");
        let hop = NextHop::V4([192, 0, 2, 1].into());
        update.announce_prefix(Family::IPV4_MULTICAST, &hop, path("192.0.2.0/24")).unwrap();
        assert!(update.announce_prefix(Family::IPV4_UNICAST, &hop, path("192.0.2.0/24")).is_err());
        assert!(update.announce_prefix(Family::IPV6_UNICAST, &hop, path("192.0.2.0/24")).is_err());
    }

    #[test]
    fn labels_are_written_as_the_session_reads_them() {
        use crate::nlri::{LabeledPrefix, Labels, NextHop};
        let family = Family::of(1, 4);
        let hop = NextHop::V4([192, 0, 2, 1].into());
        let prefix = "10.0.0.0/8".parse().unwrap();
        let route = |labels| Route::Labeled(LabeledPrefix { labels: Labels::new(labels), prefix });
        // 100 and 200 at the bottom; 100 at the bottom; 100 without the bit.
        let stack: &[[u8; 3]] = &[[0, 6, 0x40], [0, 0x0c, 0x81]];
        let (one, loose): (&[[u8; 3]], &[[u8; 3]]) = (&[[0, 6, 0x41]], &[[0, 6, 0x40]]);
        let many = Session::AS4.with_multiple_labels();
        let announce =
            |session: &Session, labels| UpdateBuilder::new(session).announce_route(family, &hop, None, &route(labels)).cloned();
        let withdraw =
            |session: &Session, labels| UpdateBuilder::new(session).withdraw_route(family, None, &route(labels)).cloned();
        for refused in [
            announce(&Session::AS4, stack),
            announce(&Session::AS4, loose),
            announce(&many, loose),
            withdraw(&Session::AS4, stack),
            withdraw(&many, stack),
        ] {
            assert_eq!(refused.unwrap_err().to_string(), "labels: the value has no form on the wire");
        }
        for (session, labels, text) in [
            (Session::AS4, one, "10.0.0.0/8 label 100"),
            (many, one, "10.0.0.0/8 label 100"),
            (many, stack, "10.0.0.0/8 label 100/200"),
        ] {
            let mut out = Vec::new();
            let mut update = announce(&session, labels).unwrap();
            update.attribute(&Value::Origin(crate::attr::Origin::Igp)).unwrap();
            update.attribute(&Value::AsPath(AsPath::parse_at(&[2, 1, 0, 0, 0xfb, 0xf0], true, 0).unwrap())).unwrap();
            update.encode(&mut out).unwrap();
            assert_eq!(messages(&out, &session), [(vec![], vec![text.to_owned()])]);
        }
        let mut out = Vec::new();
        withdraw(&Session::AS4, one).unwrap().encode(&mut out).unwrap();
        assert_eq!(messages(&out, &Session::AS4), [(vec!["10.0.0.0/8 label 100".to_owned()], vec![])]);
    }

    #[test]
    fn attributes_go_out_with_withdrawals_if_nothing_is_announced() {
        let mut update = UpdateBuilder::new(&Session::AS4);
        update.attribute(&Value::MultiExitDisc(7)).unwrap().withdraw(path("192.0.2.0/24")).unwrap();
        let mut out = Vec::new();
        update.encode(&mut out).unwrap();
        assert_eq!(out[19..], [0, 4, 24, 192, 0, 2, 0, 7, 0x80, 4, 4, 0, 0, 0, 7]);
        // 1,500 withdrawals of four octets need two messages, each with the attribute.
        for n in 0..1_500u32 {
            update.withdraw(PathPrefix { prefix: Prefix::v4(0x0a00_0000 | n << 8, 24).unwrap(), path_id: None }).unwrap();
        }
        out.clear();
        assert_eq!(update.encode_all(&mut out), Ok(2));
        for message in crate::bgp::messages(&out, &Session::AS4) {
            let crate::bgp::Message::Update(message) = message.unwrap() else { panic!() };
            assert_eq!(message.attribute_bytes(), [0x80, 4, 4, 0, 0, 0, 7]);
        }
    }

    #[test]
    fn what_four_octet_sessions_have_no_use_for() {
        let path = As4Path(AsPath::parse_at(&[2, 1, 0, 1, 0, 0], true, 0).unwrap());
        let error = UpdateBuilder::new(&Session::AS4).attribute(&Value::As4Path(path)).unwrap_err();
        assert_eq!(error.field(), "AS4_PATH or AS4_AGGREGATOR in a session with four-octet AS numbers");
        UpdateBuilder::new(&Session::AS2).attribute(&Value::As4Path(path)).unwrap();
        // AS_CONFED_SEQUENCE 70000; nothing at all.
        for octets in [&[3, 1, 0, 1, 0x11, 0x70][..], &[]] {
            let path = As4Path(AsPath::parse_at(octets, true, 0).unwrap());
            let error = UpdateBuilder::new(&Session::AS2).attribute(&Value::As4Path(path)).unwrap_err();
            assert_eq!(error.to_string(), "segments: the value has no form on the wire");
        }
    }

    #[test]
    fn ends_of_tables_both_ways() {
        for family in [Family::IPV4_UNICAST, Family::IPV6_UNICAST, Family::EVPN] {
            let mut out = Vec::new();
            UpdateBuilder::end_of_rib(family, &Session::AS4).encode(&mut out).unwrap();
            assert_eq!(Update::parse_at(&out[19..], &Session::AS4, 0).unwrap().end_of_rib(), Some(family));
        }
    }

    fn hop4() -> NextHop<'static> {
        NextHop::V4([192, 0, 2, 1].into())
    }

    #[test]
    fn routes_of_another_family_are_refused() {
        // Auto-discovery by an Ethernet segment: type 3, without a body, kept as it is by other kinds.
        let rd = crate::nlri::RouteDistinguisher::default();
        let vpn_hop = NextHop::Vpn(rd, std::net::Ipv4Addr::new(192, 0, 2, 1).into());
        let route = crate::nlri::RawRoute::new(Family::EVPN, &[99, 1, 7], 0).decode().unwrap();
        let mut update = UpdateBuilder::new(&Session::AS4);
        let error = |r: Result<&mut UpdateBuilder, EncodeError>| r.unwrap_err().to_string();
        let family = "family: the value has no form on the wire";
        assert_eq!(error(update.announce_route(Family::IPV4_VPN, &vpn_hop, None, &route)), family);
        assert_eq!(error(update.withdraw_route(Family::IPV4_VPN, None, &route)), family);
        assert_eq!(error(update.withdraw_route(Family::of(99, 240), None, &route)), family);
        assert_eq!(error(update.withdraw_route(Family::IPV4_UNICAST, None, &Route::Raw(&[8, 10]))), family);
        let raw = "route: the value has no form on the wire";
        for octets in [&[99, 2, 7][..], &[99, 1, 7, 7], &[99], &[]] {
            assert_eq!(error(update.withdraw_route(Family::EVPN, None, &Route::Raw(octets))), raw, "{octets:?}");
        }
        update.withdraw_route(Family::EVPN, None, &Route::Raw(&[99, 1, 7])).unwrap();
        update.announce_route(Family::of(99, 240), &hop4(), None, &Route::Raw(&[1, 2, 3])).unwrap();
    }

    #[test]
    fn next_hops_are_those_of_the_family() {
        let (v4, v6) = (hop4(), NextHop::V6("2001:db8::1".parse().unwrap()));
        let announce = |family, hop: &NextHop<'_>, session: &Session, prefix: &str| {
            UpdateBuilder::new(session).announce_prefix(family, hop, path(prefix)).map(|_| ()).map_err(|e| e.to_string())
        };
        let bad = Err("next hop: the value has no form on the wire".to_owned());
        let plain = Session::AS4;
        assert_eq!(announce(Family::IPV6_UNICAST, &v4, &plain, "2001:db8::/32"), bad);
        assert_eq!(announce(Family::IPV6_UNICAST, &NextHop::Raw(&[1, 2, 3]), &plain, "2001:db8::/32"), bad);
        assert_eq!(announce(Family::IPV6_UNICAST, &v6, &plain, "2001:db8::/32"), Ok(()));
        assert_eq!(announce(Family::IPV4_UNICAST, &v6, &plain, "192.0.2.0/24"), bad);
        assert_eq!(announce(Family::IPV4_UNICAST, &v4, &plain, "192.0.2.0/24"), Ok(()));
        let mut extended = plain;
        extended.extended_next_hop = extended.extended_next_hop.with(Family::IPV4_UNICAST);
        assert_eq!(announce(Family::IPV4_UNICAST, &v6, &extended, "192.0.2.0/24"), Ok(()));
        assert_eq!(announce(Family::IPV4_MULTICAST, &v6, &extended, "192.0.2.0/24"), bad);
        // Without the distinguisher that VPNs have in front.
        assert!(check_next_hop(Family::IPV4_VPN, &v4, &plain).is_err());
        let rd = crate::nlri::RouteDistinguisher::default();
        let vpn = NextHop::Vpn(rd, std::net::Ipv4Addr::new(192, 0, 2, 1).into());
        let vpn6 = NextHop::Vpn(rd, std::net::Ipv6Addr::LOCALHOST.into());
        let two = NextHop::V6LinkLocal("2001:db8::1".parse().unwrap(), "fe80::1".parse().unwrap());
        let (none, odd) = (NextHop::Raw(&[]), NextHop::Raw(&[1, 2, 3]));
        // RFC 4760, 2545, 4364, 4659, 7432, 8955, and a family that nobody knows.
        let (v4_vpn, v6_vpn, flow, other) = (Family::IPV4_VPN, Family::of(2, 128), Family::of(1, 133), Family::of(99, 240));
        for (family, good) in [
            (Family::IPV4_UNICAST, &[v4][..]),
            (Family::IPV6_UNICAST, &[v6, two]),
            (v4_vpn, &[vpn]),
            (v6_vpn, &[vpn6]),
            (Family::EVPN, &[v4, v6]),
            (flow, &[v4, v6, vpn, vpn6, two, none]),
            (other, &[v4, v6, vpn, vpn6, two, none, odd]),
        ] {
            for hop in [v4, v6, vpn, vpn6, two, none, odd] {
                assert_eq!(check_next_hop(family, &hop, &plain).is_ok(), good.contains(&hop), "{family} {hop:?}");
            }
        }
        // RFC 8950 section 3.
        extended.extended_next_hop = extended.extended_next_hop.with(v4_vpn);
        assert_eq!([vpn, vpn6, v6].map(|hop| check_next_hop(v4_vpn, &hop, &extended).is_ok()), [true, true, false]);
        assert!(check_next_hop(other, &NextHop::Raw(&[0; 256]), &plain).is_err());
    }

    // AS_PATH (64496 65551) 65550 64497, AGGREGATOR 65550 192.0.2.9.
    fn wide(update: &mut UpdateBuilder) {
        let segments = [3, 2, 0, 0, 0xfb, 0xf0, 0, 1, 0, 15, 2, 2, 0, 1, 0, 14, 0, 0, 0xfb, 0xf1];
        update.attribute(&Value::AsPath(AsPath::parse_at(&segments, true, 0).unwrap())).unwrap();
        let body = [0, 1, 0, 14, 192, 0, 2, 9];
        let windows = [&[0xc0, 7, 8][..], &body].concat();
        let window = AttributesIter::at(&windows, 0).next().unwrap().unwrap();
        update.attribute(&window.decode(&Session::AS4).unwrap()).unwrap();
    }

    // By hand: AS_TRANS is 0x5ba0.
    const NARROW: &[u8] = &[
        0x40, 2, 12, 3, 2, 0xfb, 0xf0, 0x5b, 0xa0, 2, 2, 0x5b, 0xa0, 0xfb, 0xf1, 0xc0, 7, 6, 0x5b, 0xa0, 192, 0, 2, 9, //
        0xc0, 17, 10, 2, 2, 0, 1, 0, 14, 0, 0, 0xfb, 0xf1, 0xc0, 18, 8, 0, 1, 0, 14, 192, 0, 2, 9,
    ];

    #[test]
    fn two_octet_sessions_keep_large_numbers() {
        let mut update = UpdateBuilder::new(&Session::AS2);
        wide(&mut update);
        update.announce(path("192.0.2.0/24")).unwrap();
        let mut out = Vec::new();
        update.encode(&mut out).unwrap();
        let read = Update::parse_at(&out[19..], &Session::AS2, 0).unwrap();
        assert_eq!(read.attribute_bytes(), NARROW);
        // The caller's own AS4_PATH stays alone.
        let own = [2, 1, 0, 1, 0, 14];
        update.attribute(&Value::As4Path(As4Path(AsPath::parse_at(&own, true, 0).unwrap()))).unwrap();
        let mut out = Vec::new();
        assert_eq!(update.encode_all(&mut out), Ok(1));
        let read = Update::parse_at(&out[19..], &Session::AS2, 0).unwrap();
        let codes: Vec<_> = read.attribute_windows().map(|a| a.unwrap().code().0).collect();
        assert_eq!(codes, [2, 7, 17, 18]);
        assert_eq!(read.attributes().unwrap().as4_path().unwrap().unwrap().to_string(), "65550");
        // Small numbers need nothing.
        let mut small = UpdateBuilder::new(&Session::AS2);
        small.attribute(&Value::AsPath(AsPath::parse_at(&[2, 1, 0xfb, 0xf0], false, 0).unwrap())).unwrap();
        assert!(small.as4.is_empty());
    }

    #[test]
    fn a_message_goes_by_the_session_that_it_is_written_for() {
        let mut update = UpdateBuilder::new(&Session::AS4);
        wide(&mut update);
        update.announce(path("192.0.2.0/24")).unwrap();
        let mut octets = Vec::new();
        update.encode(&mut octets).unwrap();
        let message = |octets, session| crate::bgp::Message::parse_at(octets, session, 0).unwrap();
        let mut out = Vec::new();
        message(&octets, &Session::AS4).encode(&Session::AS2, &mut out).unwrap();
        assert_eq!(&out[19..23], &[0, 0, 0, u8::try_from(NARROW.len()).unwrap()]);
        assert_eq!((&out[23..23 + NARROW.len()], &out[23 + NARROW.len()..]), (NARROW, &[24, 192, 0, 2][..]));
        // The way back needs the two paths merged.
        let mut back = Vec::new();
        let e = message(&out, &Session::AS2).encode(&Session::AS4, &mut back).unwrap_err();
        assert_eq!((e.field(), back.len()), ("AS number width", 0));
        // Path identifiers.
        let add_path = Session::AS4.with_add_path();
        let e = message(&octets, &Session::AS4).encode(&add_path, &mut back).unwrap_err();
        assert_eq!((e.to_string(), back.len()), ("path identifier: the value has no form on the wire".into(), 0));
        let mut same = Vec::new();
        message(&octets, &Session::AS4).encode(&Session::AS4.with_extended_message(), &mut same).unwrap();
        assert_eq!(same, octets);
    }

    #[test]
    fn the_session_decides_how_long_a_message_is() {
        let long = Session::AS4.with_extended_message();
        let message = |octets, session| crate::bgp::Message::parse_at(octets, session, 0).unwrap();
        let mut update = UpdateBuilder::new(&long);
        for n in 0..1100u32 {
            update.withdraw(PathPrefix { prefix: Prefix::v4(0x0a00_0000 | n << 8, 24).unwrap(), path_id: None }).unwrap();
        }
        let (mut octets, mut out) = (Vec::new(), Vec::new());
        update.encode(&mut octets).unwrap();
        // 19 octets of header, two lengths, 1100 prefixes of 4 octets.
        let error = message(&octets, &long).encode(&Session::AS4, &mut out).unwrap_err();
        assert_eq!((error.to_string(), out.len()), ("message: length 4423 is over 4096".to_owned(), 0));
        message(&octets, &long).encode(&long, &mut out).unwrap();
        assert_eq!(out, octets);
        // RFC 8654 section 4: an OPEN stays short, whatever the session. A parameter of 5000 octets in the form of RFC 9072.
        let head = [4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, 255, 255, 0x13, 0x8b, 99, 0x13, 0x88];
        let octets = [&[0xff; 16][..], &[0x13, 0xab, 1], &head, &[0; 5000]].concat();
        let error = message(&octets, &long).encode(&long, &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "message: length 5035 is over 4096");
        for kind in 1..=5 {
            let unknown = crate::bgp::Message::Unknown(MessageType(kind), &[]);
            assert_eq!(unknown.encode(&long, &mut Vec::new()).unwrap_err().field(), "message type");
        }
        crate::bgp::Message::Unknown(MessageType(6), &[1]).encode(&long, &mut Vec::new()).unwrap();
    }

    #[test]
    fn all_messages_or_none() {
        let mut update = UpdateBuilder::new(&Session::AS4);
        let long = [5; 4100];
        let windows = [&[0xd0, 99, 16, 4][..], &long].concat();
        let window = AttributesIter::at(&windows, 0).next().unwrap().unwrap();
        update.attribute(&Value::Raw(window)).unwrap();
        let mut out = Vec::new();
        assert_eq!(update.encode_all(&mut out).unwrap_err().to_string(), "message: length 4127 is over 4096");
        // Withdrawn routes have room, the announced one has none.
        update.withdraw(path("10.0.0.0/8")).unwrap();
        update.announce(path("192.0.2.0/24")).unwrap();
        assert_eq!(update.encode_all(&mut out).unwrap_err().field(), "route beside its attributes");
        assert!(out.is_empty());
        let mut two = UpdateBuilder::new(&Session::AS4);
        for n in 0..1500u32 {
            two.withdraw(PathPrefix { prefix: Prefix::v4(0x0a00_0000 | n << 8, 24).unwrap(), path_id: None }).unwrap();
        }
        let mut room = [0u8; 5000];
        let mut rest = &mut room[..];
        assert_eq!(two.encode_all(&mut rest).unwrap_err().to_string(), "the output has 1046 bytes too few");
        assert!(room.iter().all(|octet| *octet == 0));
    }
}
