//! UPDATE messages (RFC 4271 section 4.3).

use core::fmt;

use crate::attr::{Attributes, AttributesIter};
use crate::codes::AttrCode;
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::nlri::{Nlri, Prefixes};
use crate::session::Session;
use crate::wire::Cursor;

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
    /// Looks at everything in the message, so it costs a second walk.
    pub fn verdict(&self, mut report: impl FnMut(Error)) -> Action {
        let mut worst = Action::None;
        let mut found = |e: Error| {
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
        for (_, nlri) in [mp_announced, self.mp_withdrawn(&attributes)].into_iter().flatten().flatten() {
            // RFC 7606 section 5.4: a route whose end is known costs that route.
            nlri.findings(&mut found);
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
mod tests {
    use super::*;

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
    fn lengths_that_lie() {
        let error = |body: &[u8]| Update::parse_at(body, &Session::AS4, 19).unwrap_err();
        assert_eq!(error(&[0, 5, 8, 10]).to_string(), "UPDATE message: ends 3 bytes too early (at byte 21)");
        assert_eq!(error(&[0, 0, 0, 9, 1]).to_string(), "UPDATE message: ends 8 bytes too early (at byte 23)");
        assert_eq!(error(&[0]).action(), Action::ResetSession);
        assert_eq!(error(&[0, 0, 0]).notification().map(|(c, s)| (c.0, s)), Some((3, 1)));
    }
}
