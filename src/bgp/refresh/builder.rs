//! Building ROUTE-REFRESH messages.

use alloc::vec::Vec;

use super::{FilterEntry, FilterValue, RouteRefresh};
use crate::bgp::{HEADER_LEN, put_header};
use crate::codes::{MessageType, OrfType, RouteRefreshSubtype, WhenToRefresh};
use crate::error::{EncodeError, Result};
use crate::family::Family;
use crate::session::Session;
use crate::wire::Sink;

/// Builds a ROUTE-REFRESH message.
///
/// ```
/// use routeglass::bgp::RouteRefreshBuilder;
/// use routeglass::{Family, Session};
///
/// let mut message = Vec::new();
/// RouteRefreshBuilder::new(Family::IPV6_UNICAST).encode(&Session::AS4, &mut message)?;
/// assert_eq!(message[18..], [5, 0, 2, 0, 1]);
/// # Ok::<(), routeglass::EncodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RouteRefreshBuilder {
    family: Family,
    subtype: RouteRefreshSubtype,
    when: WhenToRefresh,
    groups: Vec<(OrfType, Vec<u8>)>,
}

impl RouteRefreshBuilder {
    /// A request for the routes of a family.
    pub const fn new(family: Family) -> Self {
        Self { family, subtype: RouteRefreshSubtype::REQUEST, when: WhenToRefresh::IMMEDIATE, groups: Vec::new() }
    }

    /// A demarcation of a family's refresh: [`RouteRefreshSubtype::BORR`] or [`RouteRefreshSubtype::EORR`] (RFC 7313 section
    /// 3.2).
    pub const fn mark(family: Family, subtype: RouteRefreshSubtype) -> Self {
        Self { family, subtype, when: WhenToRefresh::IMMEDIATE, groups: Vec::new() }
    }

    /// Rebuilds `refresh` from the values of its filters.
    ///
    /// # Errors
    /// A malformed filter.
    pub fn from_message(refresh: &RouteRefresh<'_>) -> Result<Self> {
        let mut builder = Self::mark(refresh.family, refresh.subtype);
        builder.when = refresh.when().unwrap_or(builder.when);
        for group in refresh.groups() {
            let group = group?;
            let mut octets = Vec::with_capacity(group.raw.len());
            for entry in group.entries() {
                entry?.write(&mut octets);
            }
            builder.groups.push((group.orf, octets));
        }
        Ok(builder)
    }

    /// When to send the routes, in a message with filters.
    #[must_use]
    pub const fn when(mut self, when: WhenToRefresh) -> Self {
        self.when = when;
        self
    }

    /// Adds an entry of a filter; consecutive entries of one known type share a group.
    ///
    /// # Errors
    /// An entry that is not of this type, or not of the message's family.
    pub fn filter(mut self, orf: OrfType, entry: &FilterEntry<'_>) -> Result<Self, EncodeError> {
        entry.check(self.family, orf)?;
        match self.groups.last_mut() {
            // The end of an undecoded entry is unknown: it has a separate group.
            Some((last, octets)) if *last == orf && !matches!(entry.value, FilterValue::Unknown(_)) => entry.write(octets),
            _ => {
                let mut octets = Vec::new();
                entry.write(&mut octets);
                self.groups.push((orf, octets));
            }
        }
        Ok(self)
    }

    /// Octets of the filters, including the fields before them.
    fn filters_len(&self) -> usize {
        if self.groups.is_empty() {
            return 0;
        }
        self.groups.iter().fold(1, |all, (_, octets)| all.saturating_add(octets.len()).saturating_add(3))
    }

    /// Octets of the whole message.
    pub fn encoded_len(&self) -> usize {
        self.filters_len().saturating_add(HEADER_LEN).saturating_add(4)
    }

    /// Writes the whole message, including the header.
    ///
    /// # Errors
    /// Filters in BoRR or EoRR (RFC 7313), a message over the session's maximum, or too little room; then nothing is written.
    pub fn encode(&self, session: &Session, out: &mut impl Sink) -> Result<(), EncodeError> {
        if !self.groups.is_empty() && matches!(self.subtype.0, 1 | 2) {
            return Err(EncodeError::unrepresentable("filters of a mark"));
        }
        for (_, octets) in &self.groups {
            crate::wire::check_len(octets.len(), 2, "filters")?;
        }
        put_header(MessageType::ROUTE_REFRESH, self.filters_len().saturating_add(4), session, out)?;
        out.put_u16(self.family.afi.0);
        out.put_slice(&[self.subtype.0, self.family.safi.0]);
        if !self.groups.is_empty() {
            out.put_u8(self.when.0);
        }
        for (orf, octets) in &self.groups {
            out.put_u8(orf.0);
            crate::wire::write_uint(out, octets.len(), 2);
            out.put_slice(octets);
        }
        Ok(())
    }
}
