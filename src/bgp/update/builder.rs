//! Building UPDATE messages from values.

use alloc::vec::Vec;

use crate::attr::{
    Aggregator, As4Aggregator, As4Path, AsPath, AttrFlags, AttributesIter, Value, as4_path_octets, check_next_hop,
};
use crate::bgp::{HEADER_LEN, put_header};
use crate::codes::{AttrCode, MessageType};
use crate::error::{EncodeError, Result};
use crate::family::Family;
use crate::nlri::{NextHop, PathPrefix, RouteValue};
use crate::session::Session;
use crate::wire::{Cursor, Sink};

/// Builds UPDATE messages: attributes once, and any number of routes.
///
/// [`UpdateBuilder::encode`] writes one message; [`UpdateBuilder::encode_all`] as many as the routes need, each within the
/// session's maximum (4,096 octets, or 65,535 with RFC 8654).
///
/// ```
/// use routeglass::attr::{AsPath, Origin, Value};
/// use routeglass::bgp::UpdateBuilder;
/// use routeglass::nlri::PathPrefix;
/// use routeglass::Session;
///
/// let mut update = UpdateBuilder::new(&Session::AS4);
/// update.attribute(&Value::Origin(Origin::Igp))?.attribute(&Value::AsPath(AsPath::default()))?;
/// update.attribute(&Value::NextHop([192, 0, 2, 1].into()))?;
/// update.announce(PathPrefix { prefix: "198.51.100.0/24".parse()?, path_id: None })?;
/// let mut message = Vec::new();
/// update.encode(&mut message)?;
/// assert_eq!(message.len(), 23 + 4 + 3 + 7 + 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct UpdateBuilder {
    pub(super) session: Session,
    withdrawn: Vec<u8>,
    attributes: Vec<u8>,
    /// AS4_PATH and AS4_AGGREGATOR for a session with two-octet AS numbers, written unless `attributes` contains them.
    pub(super) as4: Vec<u8>,
    announced: Vec<u8>,
    reach: Option<(Family, Vec<u8>, Vec<u8>)>,
    unreach: Option<(Family, Vec<u8>)>,
    incomplete: bool,
}

impl UpdateBuilder {
    /// An empty message: encoded as it is, the End-of-RIB marker of IPv4 unicast (RFC 4724 section 2).
    pub const fn new(session: &Session) -> Self {
        Self {
            session: *session,
            withdrawn: Vec::new(),
            attributes: Vec::new(),
            as4: Vec::new(),
            announced: Vec::new(),
            reach: None,
            unreach: None,
            incomplete: false,
        }
    }

    /// The session that the message is written for.
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// The End-of-RIB marker of a family (RFC 4724 section 2).
    pub fn end_of_rib(family: Family, session: &Session) -> Self {
        let mut update = Self::new(session);
        if family != Family::IPV4_UNICAST {
            update.unreach = Some((family, Vec::new()));
        }
        update
    }

    /// Allows announcing routes without the mandatory attributes, for building damaged messages: speakers treat such a message as
    /// a withdrawal (RFC 7606 section 3 d).
    ///
    /// ```
    /// use routeglass::Session;
    /// use routeglass::bgp::UpdateBuilder;
    /// use routeglass::nlri::PathPrefix;
    ///
    /// let mut update = UpdateBuilder::new(&Session::AS4);
    /// update.announce(PathPrefix { prefix: "198.51.100.0/24".parse()?, path_id: None })?;
    /// let refused = update.encode(&mut Vec::new()).unwrap_err();
    /// assert_eq!(refused.to_string(), "ORIGIN: the attribute is missing, and routes are announced");
    /// update.allow_missing_attributes().encode(&mut Vec::new())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn allow_missing_attributes(&mut self) -> &mut Self {
        self.incomplete = true;
        self
    }

    /// Whether all mandatory attributes of announcements are present (RFC 4271 section 5): ORIGIN; AS_PATH, or BGPSEC_PATH
    /// instead (RFC 8205 section 4.1); NEXT_HOP for routes in the message's own field.
    fn check_mandatory(&self) -> Result<(), EncodeError> {
        let plain = !self.announced.is_empty();
        let announces = plain || self.reach.as_ref().is_some_and(|(.., routes)| !routes.is_empty());
        if self.incomplete || !announces {
            return Ok(());
        }
        let has = |code| AttributesIter::at(&self.attributes, 0).flatten().any(|attribute| attribute.code() == code);
        if !has(AttrCode::ORIGIN) {
            return Err(EncodeError::missing_attribute("ORIGIN"));
        }
        if !has(AttrCode::AS_PATH) && !has(AttrCode::BGPSEC_PATH) {
            return Err(EncodeError::missing_attribute("AS_PATH"));
        }
        if plain && !has(AttrCode::NEXT_HOP) {
            return Err(EncodeError::missing_attribute("NEXT_HOP"));
        }
        Ok(())
    }

    /// Whether a path identifier is present exactly if the session sends one (RFC 7911).
    fn check_path(&self, family: Family, path_id: Option<u32>) -> Result<(), EncodeError> {
        let negotiated = self.session.add_path_send.contains(family);
        if negotiated == path_id.is_some() {
            Ok(())
        } else {
            Err(EncodeError::by_session("path identifier", "ADD-PATH (RFC 7911)", "add_path_send", negotiated))
        }
    }

    /// Adds an attribute. MP_REACH_NLRI and MP_UNREACH_NLRI have separate methods.
    ///
    /// In a session with two-octet AS numbers, larger numbers in AS_PATH or AGGREGATOR become AS_TRANS, and AS4_PATH or
    /// AS4_AGGREGATOR is added (RFC 6793 section 4.2.2) unless the caller adds it. AS4_PATH has no confederation segments; their
    /// numbers over 65,535 are lost (RFC 6793 section 3).
    ///
    /// # Errors
    /// A value that does not fit its field; an attribute already present; AS4_PATH or AS4_AGGREGATOR in a session with four-octet
    /// AS numbers.
    pub fn attribute(&mut self, value: &Value<'_>) -> Result<&mut Self, EncodeError> {
        self.attribute_with_flags(value, value.flags())
    }

    /// Adds an attribute with flags other than its definition's.
    ///
    /// # Errors
    /// As [`UpdateBuilder::attribute`].
    pub fn attribute_with_flags(&mut self, value: &Value<'_>, flags: AttrFlags) -> Result<&mut Self, EncodeError> {
        let there = AttributesIter::at(&self.attributes, 0).flatten().any(|a| a.code() == value.code());
        if there || matches!(value.code(), AttrCode::MP_REACH_NLRI | AttrCode::MP_UNREACH_NLRI) {
            return Err(EncodeError::unrepresentable("attribute"));
        }
        // RFC 6793 section 3: not between four-octet speakers.
        if self.session.asn4 && matches!(value.code(), AttrCode::AS4_PATH | AttrCode::AS4_AGGREGATOR) {
            let rule = "four-octet AS number capability (RFC 6793)";
            return Err(EncodeError::by_session("AS4_PATH or AS4_AGGREGATOR", rule, "asn4", true));
        }
        let mut as4 = Vec::new();
        if !self.session.asn4 {
            put_as4(value, &self.session, &mut as4)?;
        }
        value.encode_with_flags(flags, &self.session, &mut self.attributes)?;
        self.as4.append(&mut as4);
        Ok(self)
    }

    /// All attributes, including those added for two-octet AS numbers.
    fn all_attributes(&self) -> Vec<u8> {
        let mut all = self.attributes.clone();
        for added in AttributesIter::at(&self.as4, 0).flatten() {
            if !AttributesIter::at(&self.attributes, 0).flatten().any(|own| own.code() == added.code()) {
                added.rewrite(&self.session, &mut all);
            }
        }
        all
    }

    /// Withdraws a prefix: IPv4 unicast in the message's own field, other prefixes in MP_UNREACH_NLRI.
    ///
    /// # Errors
    /// A path identifier that the session does not send, or a missing one that it does.
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
    /// As [`UpdateBuilder::withdraw`]; an IPv6 prefix, for which there is [`UpdateBuilder::announce_prefix`].
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
    /// As [`UpdateBuilder::announce_prefix`]; a value that does not fit its field; several labels without Multiple Labels
    /// negotiated ([`Session::multiple_labels`], RFC 8277 section 2.1), or a last label without the bottom-of-stack bit.
    pub fn announce_route(
        &mut self,
        family: Family,
        next_hop: &NextHop<'_>,
        path_id: Option<u32>,
        route: &RouteValue<'_>,
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
    /// As [`UpdateBuilder::announce_route`]; several labels, since a withdrawal has one field (RFC 8277 section 2.4).
    pub fn withdraw_route(
        &mut self,
        family: Family,
        path_id: Option<u32>,
        route: &RouteValue<'_>,
    ) -> Result<&mut Self, EncodeError> {
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
    /// Announced routes without ORIGIN, without AS_PATH or BGPSEC_PATH, or in the message's own field without NEXT_HOP, unless
    /// [`UpdateBuilder::allow_missing_attributes`] is set; a message over the session's maximum, or too little room; then nothing
    /// is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        self.check_mandatory()?;
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
            put_header(MessageType::UPDATE, body.len(), &self.session, out)?;
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
        // Without announcements, attributes go with the withdrawals: the caller wants them sent.
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

    /// Writes as many messages as the routes need, each within the session's maximum; returns their number.
    ///
    /// Withdrawals come first, without attributes. Every message with announcements has all attributes; if there are no
    /// announcements, every message has them.
    ///
    /// # Errors
    /// Announcements without their mandatory attributes, as for [`UpdateBuilder::encode`]; attributes that leave no room for a
    /// route, or too little room in the output. Then nothing is written.
    pub fn encode_all(&self, out: &mut impl Sink) -> Result<usize, EncodeError> {
        let bodies = self.bodies()?;
        let need: usize = bodies.iter().map(|body| body.len().saturating_add(HEADER_LEN)).sum();
        if out.room() < need {
            return Err(EncodeError::no_room(need.saturating_sub(out.room())));
        }
        for body in &bodies {
            put_header(MessageType::UPDATE, body.len(), &self.session, out)?;
            out.put_slice(body);
        }
        Ok(bodies.len())
    }

    /// The bodies of as many messages as the routes need.
    fn bodies(&self) -> Result<Vec<Vec<u8>>, EncodeError> {
        self.check_mandatory()?;
        let max = self.session.max_message_len().saturating_sub(HEADER_LEN);
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
                let len = body.len().saturating_add(HEADER_LEN);
                EncodeError::too_long("message", len, self.session.max_message_len())
            }
            Err(e) => e,
        };
        // Room for routes: what fields, attribute headers and attributes leave in each kind of message.
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
        // Without routes there is nothing to split.
        if bodies.is_empty() { Err(whole) } else { Ok(bodies) }
    }
}

/// Writes the attribute with the AS numbers of an AS_PATH or AGGREGATOR that exceed two octets (RFC 6793 section 4.2.2).
pub(super) fn put_as4(value: &Value<'_>, session: &Session, out: &mut Vec<u8>) -> Result<(), EncodeError> {
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

/// Splits a list into runs of whole routes that fit.
struct Runs<'a> {
    rest: &'a [u8],
    family: Family,
    add_path: bool,
    room: usize,
}

impl<'a> Runs<'a> {
    const fn new(rest: &'a [u8], family: Family, add_path: bool, room: usize) -> Self {
        Self { rest, family, add_path, room }
    }

    /// Octets of the first route in a list that this library wrote.
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
