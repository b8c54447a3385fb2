//! UPDATEs with plain prefixes, for tables of columns: their attribute lists are looked up before they are read.

use crate::bgp::Update;
use crate::element::{Carrier, Element, ElementKind, Route, Source};
use crate::family::Family;
use crate::mrt::{ReadContext, Record};
use crate::nlri::{PathPrefix, PrefixesIter};
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::time::Timestamp;

/// An UPDATE with plain prefixes in one of its own fields, without the state that other messages need. Its attribute list is not
/// indexed; whether that has routes too, [`PlainUpdate::read`] says.
pub(crate) struct PlainUpdate<'a> {
    kind: ElementKind,
    carrier: Carrier,
    time: Timestamp,
    local: bool,
    peer: Peer,
    update: Update<'a>,
    prefixes: PrefixesIter<'a>,
}

impl<'a> PlainUpdate<'a> {
    /// `None` for other records, and for a withdrawal with attributes.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn of(record: &Record<'a>, peers: &ReadContext) -> Option<Self> {
        let message = record.message()?;
        let Ok(Some(update)) = message.update_by(&peers.session(&message)) else { return None };
        let (kind, prefixes) = match (update.withdrawn_bytes(), update.announced_bytes()) {
            ([], [_, ..]) => (ElementKind::Announce, update.announced()),
            ([_, ..], []) if update.attribute_bytes().is_empty() => (ElementKind::Withdraw, update.withdrawn()),
            _ => return None,
        };
        if record.time_finding().is_some() {
            return None;
        }
        let peer = Peer::new(message.peer_asn, message.peer_address);
        let (carrier, time, local) = (Carrier::Mrt(record.kind()), record.timestamp(), message.local);
        Some(Self { kind, carrier, time, local, peer, update, prefixes: prefixes.ok()?.iter() })
    }

    /// Kind, carrier, time and direction of all routes.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn event(&self) -> (ElementKind, Carrier, Timestamp, bool) {
        (self.kind, self.carrier, self.time, self.local)
    }

    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn peer(&self) -> Peer {
        self.peer
    }

    /// The octets of the attribute list, and whether its AS numbers have four octets.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn list(&self) -> (&'a [u8], bool) {
        (self.update.attribute_bytes(), self.update.session().asn4)
    }

    /// The next prefix.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn next_path(&mut self) -> Option<PathPrefix> {
        self.prefixes.next()
    }

    /// An element with what all routes share, except the list.
    pub(crate) const fn common(&self) -> Element<'a> {
        let Self { kind, carrier, time, local, peer, .. } = *self;
        let route = Route::Prefix(Family::IPV4_UNICAST, PathPrefix { prefix: Prefix::DEFAULT_V4, path_id: None });
        Element { kind, carrier, time, local, peer, route, source: Source::Message, plain: true, ..Element::EMPTY }
    }

    /// The same with the list of an announcement, indexed; `None` if that cannot be framed, lacks a mandatory attribute, or has routes.
    #[inline]
    pub(crate) fn read(&self) -> Option<Element<'a>> {
        let mut element = self.common();
        let ((octets, asn4), offset) = (self.list(), self.update.attributes_offset());
        let is_framed = element.attributes.replace(octets, asn4, false, offset).is_none();
        (is_framed && element.attributes.key().is_of_announced(asn4)).then_some(element)
    }
}
