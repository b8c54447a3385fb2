//! UPDATE messages (RFC 4271 section 4.3): view, findings, writing.

#[cfg(feature = "alloc")]
mod builder;
#[cfg(feature = "alloc")]
mod encode;
mod verdict;

#[cfg(feature = "alloc")]
pub use builder::UpdateBuilder;
pub(crate) use verdict::{attribute_findings, limited_to};

use core::fmt;

use crate::attr::{Attributes, AttributesIter};
use crate::codes::AttrCode;
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::nlri::{Nlri, Prefixes, prefix_places};
use crate::session::Session;
use crate::wire::{Cursor, Observer};

/// An UPDATE: three undecoded windows.
#[derive(Clone, Copy)]
pub struct Update<'a> {
    withdrawn: &'a [u8],
    attributes: &'a [u8],
    announced: &'a [u8],
    offset: u64,
    session: Session,
}

/// Octets of both lengths.
const LENGTHS: u64 = 4;

impl<'a> Update<'a> {
    /// Finds the three windows of a message's body, `offset` octets into the outermost input.
    ///
    /// # Errors
    /// A length that overruns the message: "Malformed Attribute List", which resets a session (RFC 4271 section 6.3).
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_at(body: &'a [u8], session: &Session, offset: u64) -> Result<Self> {
        match Self::split(body, session, offset) {
            Ok(update) => Ok(update),
            Err(e) => Err(e.within(Context::Update, Action::ResetSession)),
        }
    }

    #[cfg_attr(optimised, inline(always))]
    fn split(body: &'a [u8], session: &Session, offset: u64) -> Result<Self> {
        let mut c = Cursor::at(body, offset);
        let withdrawn = c.u16()?;
        let withdrawn = c.take(usize::from(withdrawn))?;
        let attributes = c.u16()?;
        let attributes = c.take(usize::from(attributes))?;
        Ok(Self { withdrawn, attributes, announced: c.rest(), offset, session: *session })
    }

    /// The windows of a truncated body, as far as they are present.
    pub(crate) fn of_cut(body: &'a [u8], session: &Session, offset: u64) -> Self {
        let mut c = Cursor::at(body, offset);
        let mut window = || {
            let len = usize::from(c.u16().ok()?).min(c.len());
            c.take(len).ok()
        };
        let (withdrawn, attributes) = (window().unwrap_or(&[]), window());
        let announced = if attributes.is_some() { c.rest() } else { &[] };
        Self { withdrawn, attributes: attributes.unwrap_or(&[]), announced, offset, session: *session }
    }

    /// The session that the message is read by.
    #[cfg_attr(optimised, inline(always))]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// Octets of the path attributes.
    #[cfg_attr(optimised, inline(always))]
    pub const fn attribute_bytes(&self) -> &'a [u8] {
        self.attributes
    }

    /// Offset of the path attributes: bytes from the start of the outermost input.
    #[cfg_attr(optimised, inline(always))]
    pub const fn attributes_offset(&self) -> u64 {
        self.offset.saturating_add(LENGTHS).saturating_add(self.withdrawn.len() as u64)
    }

    /// Octets of the withdrawn IPv4 prefixes.
    #[cfg_attr(optimised, inline(always))]
    pub const fn withdrawn_bytes(&self) -> &'a [u8] {
        self.withdrawn
    }

    /// Octets of the announced IPv4 prefixes.
    #[cfg_attr(optimised, inline(always))]
    pub const fn announced_bytes(&self) -> &'a [u8] {
        self.announced
    }

    /// Their offset.
    #[cfg_attr(optimised, inline(always))]
    const fn announced_offset(&self) -> u64 {
        self.attributes_offset().saturating_add(self.attributes.len() as u64)
    }

    /// The path attributes as windows, up to a framing error.
    #[cfg_attr(optimised, inline(always))]
    pub const fn attribute_windows(&self) -> AttributesIter<'a> {
        AttributesIter::at(self.attribute_bytes(), self.attributes_offset())
    }

    /// The path attributes, indexed.
    ///
    /// # Errors
    /// An attribute that overruns the list (RFC 7606 section 4).
    #[cfg_attr(optimised, inline(always))]
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        Attributes::parse_at(self.attribute_bytes(), &self.session, self.attributes_offset())
    }

    /// The path attributes before a framing error; all if there is none.
    pub fn readable_attributes(&self) -> Attributes<'a> {
        let list = self.attribute_windows().readable();
        Attributes::parse_at(list, &self.session, self.attributes_offset()).unwrap_or(Attributes::EMPTY)
    }

    /// The IPv4 prefixes withdrawn by the message's own field. See [`Update::mp_withdrawn`] for other families.
    ///
    /// # Errors
    /// A prefix that is too long or truncated (RFC 4271 section 6.3: session reset).
    #[cfg_attr(optimised, inline(always))]
    pub fn withdrawn(&self) -> Result<Prefixes<'a>> {
        let add_path = self.session.add_path(Family::IPV4_UNICAST);
        match Prefixes::parse_at(self.withdrawn_bytes(), false, add_path, self.offset.saturating_add(2)) {
            Ok(list) => Ok(list),
            Err(e) => Err(e.within(Context::Withdrawn, Action::ResetSession)),
        }
    }

    /// The IPv4 prefixes announced by the message's own field. See [`Update::mp_announced`] for other families.
    ///
    /// # Errors
    /// As [`Update::withdrawn`].
    #[cfg_attr(optimised, inline(always))]
    pub fn announced(&self) -> Result<Prefixes<'a>> {
        let add_path = self.session.add_path(Family::IPV4_UNICAST);
        match Prefixes::parse_at(self.announced_bytes(), false, add_path, self.announced_offset()) {
            Ok(list) => Ok(list),
            Err(e) => Err(e.within(Context::Nlri, Action::ResetSession)),
        }
    }

    /// The routes that MP_REACH_NLRI announces: family and routes.
    ///
    /// # Errors
    /// A malformed attribute or route.
    #[cfg_attr(optimised, inline(always))]
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
    #[cfg_attr(optimised, inline(always))]
    pub fn mp_withdrawn(&self, attributes: &Attributes<'a>) -> Result<Option<(Family, Nlri<'a>)>> {
        match attributes.mp_unreach()? {
            Some(unreach) => Ok(Some((unreach.family(), unreach.nlri(&self.session)?))),
            None => Ok(None),
        }
    }

    /// The family of an End-of-RIB marker: an empty UPDATE (IPv4 unicast), or one whose only attribute is an MP_UNREACH_NLRI
    /// without routes (RFC 4724 section 2).
    pub fn end_of_rib(&self) -> Option<Family> {
        if !self.withdrawn_bytes().is_empty() || !self.announced_bytes().is_empty() {
            return None;
        }
        if self.attribute_bytes().is_empty() {
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

/// Shows the fields of an UPDATE's body, complete or truncated, to an observer.
pub(super) fn place_body<O: Observer>(body: &[u8], session: &Session, offset: u64, o: &mut O) {
    let mut c = Cursor::at(body, offset);
    if place_front(&mut c, session, o).is_ok() {
        place_prefixes(c, Context::Nlri, session, o);
    }
}

/// The fields before the announced prefixes.
fn place_front<O: Observer>(c: &mut Cursor<'_>, session: &Session, o: &mut O) -> Result<()> {
    let withdrawn = sized_window(c, "withdrawn_length", o)?;
    place_prefixes(withdrawn, Context::Withdrawn, session, o);
    let attributes = sized_window(c, "attributes_length", o)?;
    crate::attr::place_list(attributes, session, false, o);
    Ok(())
}

fn place_prefixes<O: Observer>(list: Cursor<'_>, context: Context, session: &Session, o: &mut O) {
    let add_path = session.add_path(Family::IPV4_UNICAST);
    o.within(context, Action::ResetSession, |o| prefix_places(list.rest(), false, add_path, list.offset(), o));
}

/// A length and its window, as far as present.
fn sized_window<'a, O: Observer>(c: &mut Cursor<'a>, name: &'static str, o: &mut O) -> Result<Cursor<'a>> {
    let len = usize::from(o.field::<u16>(c, name)?);
    if len > c.len() {
        let missing = u32::try_from(len.saturating_sub(c.len())).unwrap_or(u32::MAX);
        o.error(Error::new(ErrorKind::Truncated(missing), c.offset()).within(Context::Update, Action::ResetSession));
    }
    c.sub(len.min(c.len()))
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
