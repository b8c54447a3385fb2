//! MP_REACH_NLRI and MP_UNREACH_NLRI (RFC 4760 sections 3 and 4), and the forms of the former in table dumps (RFC 6396 section
//! 4.3.4).

#[cfg(feature = "alloc")]
mod build;

use core::fmt;

use super::Decode;
use crate::codes::{Afi, AttrCode, Safi};
use crate::error::{Action, Context, EncodeError, Error, ErrorKind, Result};
use crate::family::{Family, FamilySet, NextHopRule};
use crate::nlri::{LabelEncoding, NextHop, Nlri, RawRoute, RouteValue, WithVnis, place_routes};
use crate::prefix::Prefix;
use crate::session::Session;
use crate::wire::{Cursor, JsonObject, JsonSink, JsonText, Observer, Sink};

/// Announced routes of one family with their next hop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MpReach<'a> {
    /// `None` for the short form of table dumps, where the record gives the family.
    family: Option<Family>,
    next_hop: &'a [u8],
    nlri: &'a [u8],
    offset: u64,
}

impl<'a> MpReach<'a> {
    /// Checks the attribute's octets, `offset` octets into the outermost input.
    ///
    /// # Errors
    /// [`Truncated`](crate::error::ErrorKind::Truncated) if a field overruns the attribute (RFC 7606 section 7.11).
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_at(body: &'a [u8], offset: u64) -> Result<Self> {
        Self::place(body, offset, &mut ())
    }

    /// Reads the fields before the routes.
    #[cfg_attr(optimised, inline(always))]
    fn place<O: Observer>(body: &'a [u8], offset: u64, o: &mut O) -> Result<Self> {
        let mut c = Cursor::at(body, offset);
        let family = place_family(&mut c, o)?;
        let len: u8 = o.field(&mut c, "next_hop_length")?;
        let next_hop =
            o.leaf(&mut c, "next_hop", |c| c.take(usize::from(len)), |octets, f| fmt::Display::fmt(&NextHop::read(octets), f))?;
        o.field::<u8>(&mut c, "reserved")?; // RFC 4760 section 3
        Ok(Self { family: Some(family), next_hop, nlri: c.rest(), offset: c.offset() })
    }

    /// Checks the attribute of a RIB entry: the short form of RFC 6396 section 4.3.4 (only the next hop), the whole attribute, or
    /// the whole attribute without routes, depending on the daemon.
    ///
    /// # Errors
    /// As [`MpReach::parse_at`], if none of the three fits; [`TrailingBytes`](crate::error::ErrorKind::TrailingBytes) for octets
    /// after the next hop of the short form.
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_rib_at(body: &'a [u8], offset: u64) -> Result<Self> {
        match body.split_first() {
            Some((_, next_hop)) if is_short_form(body) => {
                Ok(Self { family: None, next_hop, nlri: &[], offset: offset.saturating_add(body.len() as u64) })
            }
            Some((&len, next_hop)) if is_short(len) => Err(short_error(len, next_hop.len(), offset)),
            _ => Self::parse_at(body, offset),
        }
    }

    /// The family of the routes; `None` in the short form of table dumps.
    #[cfg_attr(optimised, inline(always))]
    pub const fn family(&self) -> Option<Family> {
        self.family
    }

    /// The next hop of the routes.
    #[cfg_attr(optimised, inline(always))]
    pub fn next_hop(&self) -> NextHop<'a> {
        NextHop::read(self.next_hop)
    }

    /// The next hop's octets.
    #[cfg_attr(optimised, inline(always))]
    pub const fn next_hop_bytes(&self) -> &'a [u8] {
        self.next_hop
    }

    /// The routes' octets.
    #[cfg_attr(optimised, inline(always))]
    pub const fn nlri_bytes(&self) -> &'a [u8] {
        self.nlri
    }

    /// Their offset: bytes from the start of the outermost input.
    pub(crate) const fn nlri_offset(&self) -> u64 {
        self.offset
    }

    /// The routes, checked.
    ///
    /// # Errors
    /// A malformed route, with its offset. RFC 7606 section 5.3: further routes of the family cannot be parsed.
    #[cfg_attr(optimised, inline(always))]
    pub fn nlri(&self, session: &Session) -> Result<Nlri<'a>> {
        match self.family {
            Some(family) => within(Nlri::parse_at(self.nlri, family, session, self.offset), family),
            None => {
                let (family, labels) = (Family::of(0, 0), LabelEncoding::default());
                Ok(Nlri::Other { family, add_path: false, labels, bytes: &[], offset: self.offset })
            }
        }
    }
}

/// Whether the attribute of a table entry with this first octet has the short form: a whole attribute starts with an address
/// family, whose upper octet is 0 or, for a few, 0x40.
pub(super) const fn is_short(first: u8) -> bool {
    !matches!(first, 0 | 0x40)
}

/// Whether the attribute of a table entry is a next hop and nothing else: a single 0 is an empty one. A whole one of BGP-LS may look
/// the same.
#[cfg_attr(optimised, inline(always))]
pub(crate) const fn is_short_form(body: &[u8]) -> bool {
    match body {
        [0] => true,
        [0, ..] | [0x40, 0x04, ..] | [] => false,
        [len, next_hop @ ..] => *len as usize == next_hop.len(),
    }
}

/// The error of a short form whose next hop does not end with the attribute.
#[cold]
#[inline(never)]
fn short_error(len: u8, there: usize, offset: u64) -> Error {
    let len = usize::from(len);
    let count = |octets: usize| u32::try_from(octets).unwrap_or(u32::MAX);
    let (kind, at) = match len.checked_sub(there) {
        Some(missing) => (ErrorKind::Truncated(count(missing)), there),
        None => (ErrorKind::TrailingBytes(count(there.saturating_sub(len))), len),
    };
    let error = Error::new(kind, offset.saturating_add(1).saturating_add(at as u64));
    error.within(Context::Attribute(AttrCode::MP_REACH_NLRI), Action::DisableFamily)
}

#[cfg_attr(optimised, inline(always))]
fn within(nlri: Result<Nlri<'_>>, family: Family) -> Result<Nlri<'_>> {
    match nlri {
        Ok(nlri) => Ok(nlri),
        Err(e) => Err(e.within(Context::Family(family.afi, family.safi), Action::DisableFamily)),
    }
}

impl<'a> Decode<'a> for MpReach<'a> {
    #[cfg_attr(optimised, inline(always))]
    fn decode(body: &'a [u8], offset: u64, _: &Session) -> Result<Self> {
        // RFC 7606 section 5.3: fewer than five octets cannot be an MP_REACH_NLRI.
        Self::parse_at(body, offset)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.json_by(&Session::AS4.with_multiple_labels(), false, out)
    }

    fn body_len(&self, session: &Session) -> usize {
        let next_hop = self.next_hop().encoded_len();
        match self.family {
            Some(_) => {
                next_hop.saturating_add(5).saturating_add(self.nlri(session).map_or(self.nlri.len(), |nlri| nlri.encoded_len()))
            }
            None => next_hop.saturating_add(1),
        }
    }

    fn check_body(&self, _: &Session) -> Result<(), EncodeError> {
        let len = self.next_hop().encoded_len();
        if len > 0xff { Err(EncodeError::too_long("next hop", len, 0xff)) } else { Ok(()) }
    }

    fn write_body(&self, session: &Session, out: &mut dyn Sink) {
        let next_hop = self.next_hop();
        if let Some(family) = self.family {
            out.put_u16(family.afi.0);
            out.put_u8(family.safi.0);
        }
        out.put_u8(u8::try_from(next_hop.encoded_len()).unwrap_or(u8::MAX));
        next_hop.write(out);
        if self.family.is_some() {
            out.put_u8(0); // reserved
            write_nlri(self.nlri, self.nlri(session), out);
        }
    }

    fn place_body<O: Observer>(body: &'a [u8], offset: u64, session: &Session, o: &mut O) -> Result<Self> {
        let reach = Self::place(body, offset, o)?;
        if let Some(family) = reach.family {
            place_routes(reach.nlri, family, session, false, reach.offset, o);
        }
        Ok(reach)
    }
}

/// Withdrawn routes of one family.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MpUnreach<'a> {
    family: Family,
    nlri: &'a [u8],
    offset: u64,
}

impl<'a> MpUnreach<'a> {
    /// Checks the attribute's octets, `offset` octets into the outermost input.
    ///
    /// # Errors
    /// [`Truncated`](crate::error::ErrorKind::Truncated) for fewer than three octets (RFC 7606 section 5.3).
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_at(body: &'a [u8], offset: u64) -> Result<Self> {
        Self::place(body, offset, &mut ())
    }

    /// Reads the family before the routes.
    #[cfg_attr(optimised, inline(always))]
    fn place<O: Observer>(body: &'a [u8], offset: u64, o: &mut O) -> Result<Self> {
        let mut c = Cursor::at(body, offset);
        let family = place_family(&mut c, o)?;
        Ok(Self { family, nlri: c.rest(), offset: c.offset() })
    }

    /// The family of the routes.
    #[cfg_attr(optimised, inline(always))]
    pub const fn family(&self) -> Family {
        self.family
    }

    /// The routes' octets; empty for an End-of-RIB marker (RFC 4724 section 2).
    #[cfg_attr(optimised, inline(always))]
    pub const fn nlri_bytes(&self) -> &'a [u8] {
        self.nlri
    }

    /// Their offset: bytes from the start of the outermost input.
    pub(crate) const fn nlri_offset(&self) -> u64 {
        self.offset
    }

    /// The routes, checked.
    ///
    /// # Errors
    /// As [`MpReach::nlri`].
    #[cfg_attr(optimised, inline(always))]
    pub fn nlri(&self, session: &Session) -> Result<Nlri<'a>> {
        within(Nlri::parse_withdrawn_at(self.nlri, self.family, session, self.offset), self.family)
    }
}

impl<'a> Decode<'a> for MpUnreach<'a> {
    #[cfg_attr(optimised, inline(always))]
    fn decode(body: &'a [u8], offset: u64, _: &Session) -> Result<Self> {
        Self::parse_at(body, offset)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        self.json_by(&Session::AS4.with_multiple_labels(), out)
    }

    fn body_len(&self, session: &Session) -> usize {
        self.nlri(session).map_or(self.nlri.len(), |nlri| nlri.encoded_len()).saturating_add(3)
    }

    fn write_body(&self, session: &Session, out: &mut dyn Sink) {
        out.put_u16(self.family.afi.0);
        out.put_u8(self.family.safi.0);
        write_nlri(self.nlri, self.nlri(session), out);
    }

    fn place_body<O: Observer>(body: &'a [u8], offset: u64, session: &Session, o: &mut O) -> Result<Self> {
        let unreach = Self::place(body, offset, o)?;
        place_routes(unreach.nlri, unreach.family, session, true, unreach.offset, o);
        Ok(unreach)
    }
}

/// Writes routes from their decoded values; a list that cannot be read is copied.
fn write_nlri(raw: &[u8], nlri: Result<Nlri<'_>>, out: &mut dyn Sink) {
    match nlri {
        Ok(nlri) => nlri.write(out),
        Err(_) => out.put_slice(raw),
    }
}

#[cfg_attr(optimised, inline(always))]
fn place_family<O: Observer>(c: &mut Cursor<'_>, o: &mut O) -> Result<Family> {
    Ok(Family::new(o.coded(c, "afi", Afi, Afi::name)?, o.coded(c, "safi", Safi, Safi::name)?))
}

impl fmt::Display for MpReach<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.family {
            Some(family) => write!(f, "{family} next hop {}, {} octets of routes", self.next_hop(), self.nlri.len()),
            None => write!(f, "next hop {}", self.next_hop()),
        }
    }
}

impl fmt::Debug for MpReach<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for MpUnreach<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} octets of routes", self.family, self.nlri.len())
    }
}

impl fmt::Debug for MpUnreach<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a next hop may be sent with routes of the family in a session.
pub(crate) fn check_next_hop(family: Family, next_hop: &NextHop<'_>, session: &Session) -> Result<(), EncodeError> {
    let len = next_hop.encoded_len();
    let extended = family.afi == Afi::IPV4 && session.extended_next_hop.contains(family);
    let fits = match (family.next_hop_rule(), next_hop) {
        (NextHopRule::Lengths(own, other), _) => own.contains(&len) || extended && other.contains(&len),
        _ if len > 0xff => return Err(EncodeError::too_long("next hop", len, 0xff)),
        (NextHopRule::Any, _) => true,
    };
    match family.next_hop_rule() {
        _ if fits => Ok(()),
        NextHopRule::Lengths(_, other) if family.afi == Afi::IPV4 && other.contains(&len) => {
            Err(EncodeError::by_session("next hop", "extended next hop (RFC 8950)", "extended_next_hop", false))
        }
        _ => Err(EncodeError::unrepresentable("next hop")),
    }
}

impl MpReach<'_> {
    /// Whether [`MpReach::findings`] surely has no findings: next hops of plain prefixes are addresses.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn has_sound_next_hop(&self) -> bool {
        match self.family {
            Some(family) => is_address_of(family, self.next_hop.len()),
            None => false,
        }
    }

    /// Whether it is the short form with an IPv6 address, which is a valid next hop of all plain prefixes.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn is_short_of_v6(&self) -> bool {
        self.family.is_none() && matches!(self.next_hop.len(), 16 | 32)
    }

    /// Findings about the attribute of a table entry at `offset`, and about its agreement with the route of the record.
    pub(super) fn table_findings(
        &self,
        offset: u64,
        record: Option<RecordRoute<'_>>,
        session: &Session,
        report: &mut dyn FnMut(Error),
    ) {
        let context = Context::Attribute(AttrCode::MP_REACH_NLRI);
        let family = record.map(|record| record.family());
        self.next_hop_findings(family, true, offset, &mut |e, action| report(e.within(context, action)));
        let mut valid = true;
        self.table_route_findings(session, &mut |e| {
            valid = false;
            report(e);
        });
        let Some(record) = record.filter(|_| valid) else { return };
        if self.family.is_some_and(|family| !record.is_of(family)) {
            report(Error::new(ErrorKind::OtherFamily, offset).within(context, Action::TreatAsWithdraw));
        } else if let Some(at) = self.other_route(record, session) {
            report(Error::new(ErrorKind::OtherRoute, at).within(context, Action::None));
        }
    }

    /// Offset of the routes if that of the record is not among them, in either of the two readings, with and without path
    /// identifiers. GoBGP keeps the other routes of the message.
    fn other_route(&self, record: RecordRoute<'_>, session: &Session) -> Option<u64> {
        let has = |nlri: Nlri<'_>| {
            nlri.prefixes().iter().any(|path| record.prefix() == Some(path.prefix))
                || nlri.routes().flatten().any(|route| record.is(&route))
        };
        let is_there =
            self.nlri.is_empty() || [session.with_add_path(), *session].iter().any(|session| self.nlri(session).is_ok_and(has));
        (!is_there).then_some(self.offset)
    }

    /// Findings about routes repeated in a table entry. No record says whether they have path identifiers: one of the two
    /// readings must be valid.
    fn table_route_findings(&self, session: &Session, report: &mut dyn FnMut(Error)) {
        let check = |session: &Session, report: &mut dyn FnMut(Error)| match self.nlri(session) {
            Ok(nlri) => nlri.findings(report),
            Err(e) => report(e),
        };
        let mut other_stands = true;
        check(&session.with_add_path(), &mut |_| other_stands = false);
        check(session, &mut |e| {
            if !other_stands {
                report(e);
            }
        });
    }

    /// The note about an IPv6 next hop of IPv4 routes in a session of which is known that it has none (RFC 8950 section 4): by
    /// [`Session::extended_next_hop`] of a session whose label stacks are known too, which those of archives are not.
    pub(crate) fn extended_next_hop_note(&self, offset: u64, session: &Session) -> Option<Error> {
        let family = self.family?;
        let len = self.next_hop.len();
        let is_known = session.multiple_labels != FamilySet::ALL;
        let NextHopRule::Lengths(own, extended) = family.next_hop_rule() else { return None };
        if !is_known || session.extended_next_hop.contains(family) || own.contains(&len) || !extended.contains(&len) {
            return None;
        }
        let kind = ErrorKind::ExtendedNextHop(u8::try_from(len).unwrap_or(u8::MAX));
        let context = Context::Attribute(AttrCode::MP_REACH_NLRI);
        Some(Error::new(kind, offset.saturating_add(3)).within(context, Action::None))
    }

    /// Findings of RFC 7606 section 7.11 about next hops: with a length that the family's documents do not allow, the routes
    /// after it cannot be located. An extended next hop that was not negotiated is a note, since few archives state it.
    pub(super) fn findings(&self, offset: u64, report: &mut dyn FnMut(Error, Action)) {
        self.next_hop_findings(None, false, offset, report);
    }

    /// The same for a message or a table entry (`rib`), whose short form has the family of its record.
    fn next_hop_findings(&self, record: Option<Family>, rib: bool, offset: u64, report: &mut dyn FnMut(Error, Action)) {
        let Some(family) = self.family.or(record) else { return };
        if !is_next_hop_of(family, rib, self.next_hop.len()) {
            let at = if self.family.is_some() { 3 } else { 0 };
            let e = crate::attr::error_at::bad_length(self.next_hop.len(), offset.saturating_add(at));
            report(e, Action::DisableFamily);
        }
    }
}

/// Whether the length is that of a next hop of plain prefixes.
#[cfg_attr(optimised, inline(always))]
const fn is_address_of(family: Family, len: usize) -> bool {
    match family.prefix_is_v6() {
        Some(v6) => matches!(len, 16 | 32) || !v6 && len == 4,
        None => false,
    }
}

/// Whether a next hop of this length is valid for the family, with or without extended next hops, in a message or a table entry
/// (`rib`).
pub(crate) fn is_next_hop_of(family: Family, rib: bool, len: usize) -> bool {
    let fits = |len: usize| match family.next_hop_rule() {
        NextHopRule::Lengths(own, other) => own.contains(&len) || other.contains(&len),
        NextHopRule::Any => true,
    };
    fits(len)
        // RFC 5549 section 3 had IPv6 next hops of VPN-IPv4 routes without distinguishers, until RFC 8950 section 2.
        || family == Family::IPV4_VPN && matches!(len, 16 | 32)
        // OpenBGPD writes the next hops of VPN routes to tables without distinguishers.
        || rib && matches!(len, 4 | 16) && fits(len.saturating_add(8))
}

/// The route of a table entry by its record, with which the attributes must agree.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "alloc"), expect(dead_code, reason = "records are only checked with an allocator"))]
pub(crate) enum RecordRoute<'a> {
    /// A plain prefix.
    Prefix(Family, Prefix),
    /// A prefix of TABLE_DUMP, unicast or multicast: the record only has the AFI.
    Dumped(Prefix),
    /// A route of another family.
    Other(RawRoute<'a>),
}

impl RecordRoute<'_> {
    /// The family whose next hops are valid: those of unicast and multicast are the same.
    pub(super) const fn family(&self) -> Family {
        match self {
            Self::Prefix(family, _) => *family,
            Self::Dumped(prefix) if prefix.is_v6() => Family::IPV6_UNICAST,
            Self::Dumped(_) => Family::IPV4_UNICAST,
            Self::Other(route) => route.family,
        }
    }

    fn is_of(&self, family: Family) -> bool {
        match self {
            Self::Prefix(of, _) => *of == family,
            Self::Dumped(prefix) => family.prefix_is_v6() == Some(prefix.is_v6()),
            Self::Other(route) => route.family == family,
        }
    }

    const fn prefix(&self) -> Option<Prefix> {
        match self {
            Self::Prefix(_, prefix) | Self::Dumped(prefix) => Some(*prefix),
            Self::Other(_) => None,
        }
    }

    /// Whether it is this route of another family, whatever the labels: GoBGP has those of the message in the attribute, and its own
    /// in the record.
    fn is(&self, route: &RawRoute<'_>) -> bool {
        let Self::Other(own) = self else { return false };
        own.bytes == route.bytes
            || match (own.decode(), route.decode()) {
                (Ok(RouteValue::Vpn(a)), Ok(RouteValue::Vpn(b))) => (a.rd, a.prefix) == (b.rd, b.prefix),
                (Ok(RouteValue::Labeled(a)), Ok(RouteValue::Labeled(b))) => a.prefix == b.prefix,
                _ => false,
            }
    }
}

impl<'a> MpReach<'a> {
    /// The next hop of a route of this family, in a message or a table entry (`rib`).
    ///
    /// # Errors
    /// A length that the family does not allow: the octets are no next hop. An address of another family is accepted in a message,
    /// and in a table entry's whole attribute of the family.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn next_hop_for(&self, family: Family, rib: bool, offset: u64) -> Result<NextHop<'a>> {
        if is_address_of(family, self.next_hop.len()) {
            return Ok(self.next_hop());
        }
        self.rare_next_hop(family, rib, offset)
    }

    #[inline(never)]
    fn rare_next_hop(&self, family: Family, rib: bool, offset: u64) -> Result<NextHop<'a>> {
        let next_hop = self.next_hop();
        let is_whole = !rib || self.family == Some(family);
        if is_next_hop_of(family, rib, self.next_hop.len()) || is_whole && !matches!(next_hop, NextHop::Unknown(_)) {
            Ok(next_hop)
        } else {
            Err(self.next_hop_error(offset))
        }
    }

    #[cold]
    #[inline(never)]
    fn next_hop_error(&self, offset: u64) -> Error {
        let at = offset.saturating_add(if self.family.is_some() { 3 } else { 0 });
        let context = Context::Attribute(AttrCode::MP_REACH_NLRI);
        crate::attr::error_at::bad_length(self.next_hop.len(), at).within(context, Action::DisableFamily)
    }
}

impl MpReach<'_> {
    /// Family, next hop, individual routes.
    pub(super) fn json_by<J: JsonSink>(&self, session: &Session, vnis: bool, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        if let Some(family) = self.family() {
            object.member("family", &family)?;
        }
        if !self.next_hop().is_none() {
            object.member("next_hop", &self.next_hop().without_rd())?;
        }
        if let Some(rd) = self.next_hop().rd().filter(|rd| !rd.is_zero()) {
            object.member("next_hop_rd", &JsonText(rd))?;
        }
        routes(self.nlri(session), vnis, &mut object)?;
        object.end()
    }
}

impl MpUnreach<'_> {
    /// Family, individual routes.
    pub(super) fn json_by<J: JsonSink>(&self, session: &Session, out: J) -> Result<J::Ok, J::Error> {
        let mut object = out.object()?;
        object.member("family", &self.family())?;
        routes(self.nlri(session), false, &mut object)?;
        object.end()
    }
}

fn routes<O: JsonObject>(nlri: Result<Nlri<'_>>, vnis: bool, object: &mut O) -> Result<(), O::Error> {
    match nlri {
        Ok(nlri) if vnis => object.member("routes", &WithVnis(nlri)),
        Ok(nlri) => object.member("routes", &nlri),
        Err(e) => object.member("error", &e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REACH: &[u8] = &[0, 2, 1, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 32, 0x20, 1, 0x0d, 0xb8];

    #[test]
    fn a_whole_attribute() {
        let r = MpReach::parse_at(REACH, 0).unwrap();
        assert_eq!((r.family(), r.next_hop().to_string()), (Some(Family::IPV6_UNICAST), "2001:db8::1".into()));
        let nlri = r.nlri(&Session::AS4).unwrap();
        assert_eq!(nlri.prefixes().iter().map(|p| p.to_string()).collect::<Vec<_>>(), ["2001:db8::/32"]);
        for n in 0..21 {
            assert!(MpReach::parse_at(&REACH[..n], 0).is_err(), "cut at {n}");
        }
        let cut = MpReach::parse_at(&REACH[..25], 100).unwrap().nlri(&Session::AS4).unwrap_err();
        assert_eq!((cut.offset(), cut.action()), (121, Action::DisableFamily));
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn a_next_hop_has_a_length_of_one_octet() {
        for (len, fits) in [(255, true), (256, false)] {
            let next_hop = vec![1; len];
            let reach = MpReach { family: Some(Family::IPV6_UNICAST), next_hop: &next_hop, nlri: &[], offset: 0 };
            let checked = reach.check_body(&Session::AS4).map_err(|e| e.to_string());
            let error = || "next hop: length 256 is over 255".to_owned();
            assert_eq!(checked, if fits { Ok(()) } else { Err(error()) });
        }
    }

    /// Typed from the documents: family, valid next hop lengths, additional ones with extended next hops.
    #[test]
    fn every_family_has_its_next_hops() {
        const ADDRESS: &[usize] = &[4, 12, 16, 24, 32, 48];
        const NONE_OR_ADDRESS: &[usize] = &[0, 4, 12, 16, 24, 32, 48];
        let rows: &[(u16, u8, &[usize], &[usize])] = &[
            (1, 1, &[4], &[16, 32]),
            (1, 2, &[4], &[16, 32]),
            (2, 1, &[16, 32], &[]),
            (2, 2, &[16, 32], &[]),
            (1, 4, &[4], &[16, 32]),
            (2, 4, &[16, 32], &[]),
            (1, 76, ADDRESS, &[]),
            (2, 76, ADDRESS, &[]),
            (1, 128, &[12], &[16, 24, 32, 48]),
            (2, 128, &[24, 48], &[]),
            (1, 129, &[12], &[24, 48]),
            (2, 129, &[24, 48], &[]),
            (1, 73, &[4, 16, 32], &[]),
            (2, 73, &[4, 16, 32], &[]),
            (1, 83, &[4, 16, 32], &[]),
            (2, 83, &[4, 16, 32], &[]),
            (1, 84, &[12, 24, 48], &[]),
            (2, 84, &[12, 24, 48], &[]),
            (1, 133, NONE_OR_ADDRESS, &[]),
            (2, 133, NONE_OR_ADDRESS, &[]),
            (25, 133, NONE_OR_ADDRESS, &[]),
            (1, 134, NONE_OR_ADDRESS, &[]),
            (2, 134, NONE_OR_ADDRESS, &[]),
            (25, 134, NONE_OR_ADDRESS, &[]),
            (25, 65, &[4, 16], &[]),
            (25, 70, &[4, 16], &[]),
            (1, 5, &[4, 16], &[]),
            (2, 5, &[4, 16], &[]),
            (1, 66, &[4], &[]),
            (1, 85, &[4, 16], &[]),
            (2, 85, &[4, 16], &[]),
            (1, 132, &[4, 16], &[]),
            (16388, 71, &[4, 16, 32], &[]),
            (16388, 80, &[4, 16, 32], &[]),
            (16388, 72, &[12, 24, 48], &[]),
            (25, 8, &[4, 16], &[]),
            (1, 3, &[4], &[16, 32]),
            (2, 3, &[16, 32], &[]),
            (25, 6, &[4, 16], &[]),
            (1, 7, &[4], &[]),
            (2, 7, &[16], &[]),
            (31, 9, &[4, 16], &[]),
        ];
        let any: Vec<_> =
            Family::ALL.iter().filter(|family| !rows.iter().any(|row| **family == Family::of(row.0, row.1))).collect();
        let text: Vec<_> = any.iter().map(|family| family.to_string()).collect();
        assert_eq!(
            text,
            [
                "IPv6 route-target",
                "IPv4 sd-wan",
                "IPv6 sd-wan",
                "Routing Policy routing-policy",
                "IPv4 tunneled-flowspec",
                "IPv6 tunneled-flowspec",
                "IPv4 mcast-tree",
                "IPv6 mcast-tree",
                "IPv4 dps",
                "IPv6 dps"
            ]
        );
        for family in any {
            assert!(matches!(family.next_hop_rule(), NextHopRule::Any), "{family}");
        }
        for (afi, safi, own, extended) in rows {
            for len in 0..=64usize {
                let mut body = [&afi.to_be_bytes()[..], &[*safi, u8::try_from(len).unwrap()]].concat();
                body.resize(5 + len, 0);
                let mut found = Vec::new();
                MpReach::parse_at(&body, 100).unwrap().findings(100, &mut |e, action| found.push((e.to_string(), action)));
                let error = (format!("input: length {len} is not valid here (at byte 103)"), Action::DisableFamily);
                let fits = own.contains(&len) || extended.contains(&len);
                assert_eq!(found, if fits { vec![] } else { vec![error] }, "{} {len}", Family::of(*afi, *safi));
            }
        }
    }

    #[test]
    fn the_three_forms_of_table_dumps() {
        let short = MpReach::parse_rib_at(&REACH[3..20], 0).unwrap();
        let whole = MpReach::parse_rib_at(REACH, 0).unwrap();
        let bare = MpReach::parse_rib_at(&REACH[..21], 0).unwrap();
        for r in [short, whole, bare] {
            assert_eq!(r.next_hop().to_string(), "2001:db8::1");
        }
        assert_eq!((short.family(), bare.family()), (None, Some(Family::IPV6_UNICAST)));
        // The short form of an empty next hop; what is none has no form at all.
        assert_eq!(MpReach::parse_rib_at(&[0], 0).unwrap().family(), None);
        assert!(MpReach::parse_rib_at(&[], 0).is_err() && MpReach::parse_rib_at(&[1], 0).is_err());
    }

    #[test]
    fn withdrawn_routes_and_the_end_of_a_table() {
        let u = MpUnreach::parse_at(&[0, 2, 1, 32, 0x20, 1, 0x0d, 0xb8], 0).unwrap();
        assert_eq!(u.nlri(&Session::AS4).unwrap().prefixes().iter().count(), 1);
        assert!(MpUnreach::parse_at(&[0, 2, 1], 0).unwrap().nlri_bytes().is_empty());
        assert_eq!(
            MpUnreach::parse_at(&[0, 2], 9).unwrap_err().to_string(),
            "input: needs 1 byte more than is there (at byte 11)"
        );
    }

    #[test]
    fn other_families_stay_raw() {
        let r = MpReach::parse_at(&[0, 99, 240, 4, 192, 0, 2, 1, 0, 9, 9], 0).unwrap();
        let nlri = r.nlri(&Session::AS4).unwrap();
        assert_eq!((nlri.as_bytes(), nlri.routes().count()), (&[9, 9][..], 1));
    }

    #[cfg(feature = "alloc")]
    mod built {
        use super::*;
        use crate::attr::Value;
        use crate::nlri::PathPrefix;
        use crate::nlri::RouteDistinguisher;
        use proptest::prelude::*;

        fn written(value: Value<'_>, session: &Session) -> Vec<u8> {
            let mut out = Vec::new();
            value.encode(session, &mut out).unwrap();
            out
        }

        fn path(prefix: &str, path_id: Option<u32>) -> PathPrefix {
            PathPrefix { prefix: prefix.parse().unwrap(), path_id }
        }

        fn v6() -> NextHop<'static> {
            NextHop::V6("2001:db8::1".parse().unwrap())
        }

        /// Octets typed by hand from RFC 4760, RFC 7911, RFC 4364 and RFC 6396.
        #[test]
        fn attributes_from_values() {
            let (plain, add_path, mut buffer) = (Session::AS4, Session::AS4.with_add_path(), vec![9; 9]);
            let family = Family::IPV6_UNICAST;
            let prefix = |id| [path("2001:db8::/32", id)];
            let reach = MpReach::from_prefixes(family, &v6(), prefix(None), &plain, &mut buffer).unwrap();
            assert_eq!(written(Value::MpReach(reach), &plain), [&[0x80, 14, 26][..], REACH].concat());
            let reach = MpReach::from_prefixes(family, &v6(), prefix(Some(7)), &add_path, &mut buffer).unwrap();
            let octets = [&[0x80, 14, 30], &REACH[..21], &[0, 0, 0, 7], &REACH[21..]].concat();
            assert_eq!(written(Value::MpReach(reach), &add_path), octets);
            let unreach = MpUnreach::from_prefixes(family, prefix(None), &plain, &mut buffer).unwrap();
            assert_eq!(written(Value::MpUnreach(unreach), &plain), [0x80, 15, 8, 0, 2, 1, 32, 0x20, 1, 0x0d, 0xb8]);
            let unreach = MpUnreach::from_prefixes(family, [], &plain, &mut buffer).unwrap();
            assert_eq!(written(Value::MpUnreach(unreach), &plain), [0x80, 15, 3, 0, 2, 1]);
            // 198.51.100.0/24 of VPN 65000:100, label 100.
            let octets = [0x70, 0, 6, 0x41, 0, 0, 0xfd, 0xe8, 0, 0, 0, 100, 198, 51, 100];
            let route = || crate::nlri::RawRoute::new(Family::IPV4_VPN, &octets, 0).decode().unwrap();
            let hop = NextHop::Vpn(RouteDistinguisher::default(), core::net::Ipv4Addr::new(192, 0, 2, 1).into());
            let reach = MpReach::from_routes(Family::IPV4_VPN, &hop, [(None, route())], &plain, &mut buffer).unwrap();
            let head = [0x80, 14, 32, 0, 1, 128, 12, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0];
            assert_eq!(written(Value::MpReach(reach), &plain), [&head[..], &octets].concat());
            let unreach = MpUnreach::from_routes(Family::IPV4_VPN, [(None, route())], &plain, &mut buffer).unwrap();
            assert_eq!(written(Value::MpUnreach(unreach), &plain), [&[0x80, 15, 18, 0, 1, 128][..], &octets].concat());
            let short = MpReach::from_next_hop(&v6(), &mut buffer).unwrap();
            assert_eq!(written(Value::MpReach(short), &plain), [&[0x80, 14, 17][..], &REACH[3..20]].concat());
        }

        #[test]
        fn what_cannot_be_read_again() {
            let (plain, mut buffer) = (Session::AS4, Vec::new());
            let mut reach = |family, hop: &NextHop<'_>, path: PathPrefix| {
                MpReach::from_prefixes(family, hop, [path], &plain, &mut buffer).map(|_| ()).map_err(|e| e.field())
            };
            assert_eq!(reach(Family::IPV6_UNICAST, &v6(), path("192.0.2.0/24", None)), Err("prefix"));
            assert_eq!(reach(Family::IPV6_UNICAST, &v6(), path("2001:db8::/32", Some(1))), Err("path identifier"));
            assert_eq!(reach(Family::IPV4_UNICAST, &v6(), path("192.0.2.0/24", None)), Err("next hop"));
            assert_eq!(reach(Family::EVPN, &v6(), path("192.0.2.0/24", None)), Err("family"));
            let mut buffer = Vec::new();
            assert_eq!(MpReach::from_next_hop(&NextHop::Unknown(&[]), &mut buffer).unwrap_err().field(), "next hop");
            assert_eq!(MpReach::from_next_hop(&NextHop::Unknown(&[0; 256]), &mut buffer).unwrap_err().field(), "next hop");
            let route = crate::nlri::RawRoute::new(Family::EVPN, &[99, 1, 7], 0).decode().unwrap();
            let error = MpUnreach::from_routes(Family::IPV4_VPN, [(None, route)], &plain, &mut buffer).unwrap_err();
            assert_eq!(error.field(), "family");
            let error = MpUnreach::from_routes(Family::EVPN, [(Some(1), route)], &plain, &mut buffer).unwrap_err();
            assert_eq!(error.field(), "path identifier");
        }

        proptest! {
            #[test]
            fn values_octets_values(list in proptest::collection::vec((any::<u128>(), 0u8..=128, any::<u32>()), 1..9), ids: bool) {
                let session = if ids { Session::AS4.with_add_path() } else { Session::AS4 };
                let paths: Vec<_> = list.iter().map(|(bits, len, id)| {
                    PathPrefix { prefix: crate::Prefix::v6(*bits, *len).unwrap(), path_id: ids.then_some(*id) }
                }).collect();
                let (mut a, mut b) = (Vec::new(), Vec::new());
                let family = Family::IPV6_UNICAST;
                let reach = MpReach::from_prefixes(family, &v6(), paths.iter().copied(), &session, &mut a).unwrap();
                let out = written(Value::MpReach(reach), &session);
                let window = crate::attr::AttributesIter::at(&out, 0).next().unwrap().unwrap();
                let Ok(Value::MpReach(read)) = window.decode(&session) else { panic!() };
                prop_assert_eq!((read.family(), read.next_hop()), (Some(family), v6()));
                prop_assert!(read.nlri(&session).unwrap().prefixes().iter().eq(paths.iter().copied()));
                let unreach = MpUnreach::from_prefixes(family, paths.iter().copied(), &session, &mut b).unwrap();
                let out = written(Value::MpUnreach(unreach), &session);
                let window = crate::attr::AttributesIter::at(&out, 0).next().unwrap().unwrap();
                let Ok(Value::MpUnreach(read)) = window.decode(&session) else { panic!() };
                prop_assert!(read.nlri(&session).unwrap().prefixes().iter().eq(paths));
            }
        }
    }
}
