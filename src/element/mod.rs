//! Elements: one route event each, from any carrier.
//!
//! ```
//! # let archive: &[u8] = &[];
//! for element in routeglass::elements(archive) {
//!     println!("{}", element?);
//! }
//! # Ok::<(), routeglass::Error>(())
//! ```
//!
//! An element is a view of its carrier, with an index of its path attributes, which the routes of a message share. Its finding is
//! evaluated when [`Element::finding`] is called, not before.
//!
//! [`fields`] is the table of an element's fields: names, types and values, for JSON, columns and filters.
//!
//! The loop over messages and entries (see [`crate::mrt`]) is faster: it reads an UPDATE's attributes once for all its prefixes.

#[cfg(feature = "std")]
pub(crate) mod archive;
mod carrier;
pub mod fields;
mod finding;
pub(crate) mod mrt;
mod octets;
pub(crate) mod owned;
#[cfg(feature = "rayon")]
pub(crate) mod parallel;
pub(crate) mod plain;
pub(crate) mod strictness;
mod update;

#[cfg(feature = "std")]
pub use archive::{Archive, ArchiveError, Elements};
pub use carrier::Carrier;
pub use mrt::{ArchiveElements, RecordElements};
pub use octets::ElementOctetsError;
pub use owned::ElementBuf;
#[cfg(feature = "rayon")]
pub use parallel::{ParElements, par_elements};
pub use strictness::Strictness;
pub use update::UpdateElements;

use core::fmt;

use crate::attr::{Asns, Attributes, AttributesIter, Communities, MergedPath};
use crate::codes::FsmState;
use crate::error::{Error, Result};
use crate::family::Family;
use crate::nlri::{NextHop, PathPrefix, RawRoute, WithVnis};
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;

/// The kind of event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum ElementKind {
    /// A peer announced a route.
    Announce,
    /// A peer withdrew a route.
    Withdraw,
    /// A table contains a route.
    Rib,
    /// A session changed state: old, new.
    StateChange(FsmState, FsmState),
}

impl ElementKind {
    /// A stable short name: `announce`, `withdraw`, `rib` or `state`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Announce => "announce",
            Self::Withdraw => "withdraw",
            Self::Rib => "rib",
            Self::StateChange(..) => "state",
        }
    }
}

/// The route of an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Route<'a> {
    /// A plain prefix.
    Prefix(Family, PathPrefix),
    /// A route of another family, for [`RawRoute::decode`]; of an unknown family, all its routes.
    Other(RawRoute<'a>),
    /// No route: a session's state.
    None,
}

/// The source of an element's attribute list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Source {
    /// None: a state change, or octets that cannot be framed.
    Nothing,
    /// A table entry.
    Table,
    /// A table entry with a list that cannot be indexed: its readable part is read on demand.
    Unreadable,
    /// An UPDATE, for a route in the message's own fields.
    Message,
    /// An UPDATE, for a route in MP_REACH_NLRI or MP_UNREACH_NLRI.
    MultiProtocol,
}

/// What the values of an attribute list depend on, besides its octets: the way it is read, and the route's place, which decides
/// about the next hop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ListPlace {
    key: crate::attr::ListKey,
    source: Source,
    family: Option<Family>,
}

impl ListPlace {
    /// Whether a list is in an entry of TABLE_DUMP_V2, for a route of this family.
    #[inline]
    pub(crate) fn is_of_entry(&self, family: Family) -> bool {
        self.source == Source::Table && self.family == Some(family) && self.key.is_of_entry()
    }

    /// Whether a list is in an UPDATE of such a session, for the routes announced in its own field, which are all of its routes.
    #[inline]
    pub(crate) fn is_of_announced(&self, asn4: bool) -> bool {
        self.source == Source::Message && self.key.is_of_announced(asn4)
    }
}

/// Further data beside the attribute list.
#[derive(Clone, Copy, Debug)]
enum Beside<'a> {
    Nothing,
    /// The next hop of a table entry that has a separate field for it.
    NextHop(&'a [u8]),
    /// The carrier's finding, already evaluated.
    Known(Option<Error>),
}

/// One route event.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    // The whole list, also for withdrawn routes, whose accessors give none.
    attributes: Attributes<'a>,
    beside: Beside<'a>,
    route: Route<'a>,
    time: Timestamp,
    peer: Peer,
    originated: Option<u32>,
    kind: ElementKind,
    carrier: Carrier,
    local: bool,
    source: Source,
    // Whether the list has a framing error: `attributes` are those before it.
    cut: bool,
    // Whether the message announces routes in its own field.
    plain: bool,
    // Whether the message is valid, except for the values of its attributes; of a table entry, whether these alone tell.
    sound: bool,
    // Whether notes count as findings.
    noted: bool,
}

impl<'a> Element<'a> {
    /// An empty element.
    const EMPTY: Self = Self {
        attributes: Attributes::EMPTY,
        beside: Beside::Nothing,
        route: Route::None,
        time: Timestamp::EPOCH,
        peer: Peer::UNKNOWN,
        originated: None,
        kind: ElementKind::Rib,
        carrier: Carrier::Message,
        local: false,
        source: Source::Nothing,
        cut: false,
        plain: false,
        sound: true,
        noted: false,
    };

    /// A table route without findings. `attributes` have the form of a table dump.
    pub(crate) fn of_table(
        carrier: Carrier,
        (time, originated): (Timestamp, Option<u32>),
        peer: Peer,
        route: Route<'a>,
        octets: &'a [u8],
    ) -> Self {
        let (attributes, source) = match Attributes::parse_rib_at(octets, &Session::AS4, 0) {
            Ok(attributes) => (attributes, Source::Table),
            Err(_) => (Attributes::unreadable(octets, true, 0), Source::Unreadable),
        };
        let beside = Beside::Known(None);
        Self { attributes, beside, route, time, peer, originated, carrier, source, ..Self::EMPTY }
    }

    /// An element of which only the peer is known.
    pub(crate) const fn of_peer(peer: Peer) -> Self {
        Self { peer, ..Self::EMPTY }
    }

    /// The attribute list and what its values depend on besides its octets; `None` if they depend on more, or there is none.
    #[inline]
    pub(crate) const fn list_place(&self) -> Option<(&Attributes<'a>, ListPlace)> {
        match (self.beside, self.indexed_attributes()) {
            (Beside::Nothing | Beside::Known(_), Some(list)) => {
                Some((list, ListPlace { key: list.key(), source: self.source, family: self.family() }))
            }
            _ => None,
        }
    }

    /// The kind of event.
    #[cfg_attr(optimised, inline(always))]
    pub const fn kind(&self) -> ElementKind {
        self.kind
    }

    /// Its carrier.
    #[cfg_attr(optimised, inline(always))]
    pub const fn carrier(&self) -> Carrier {
        self.carrier
    }

    /// The time of reception or recording, by the carrier.
    #[cfg_attr(optimised, inline(always))]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// The time, if there is one: a bare message has none, unless whoever read it gave one.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn stated_time(&self) -> Option<Timestamp> {
        match (self.carrier, self.time) {
            (Carrier::Message, Timestamp { seconds: 0, micros: None }) => None,
            (_, time) => Some(time),
        }
    }

    /// Reception time of a table route, in seconds since 1970 (UTC).
    #[cfg_attr(optimised, inline(always))]
    pub const fn originated(&self) -> Option<u32> {
        self.originated
    }

    /// Whether the collector sent it to the peer, not the peer to the collector (the LOCAL subtypes of RFC 6396).
    #[cfg_attr(optimised, inline(always))]
    pub const fn is_local(&self) -> bool {
        self.local
    }

    /// The peer.
    #[cfg_attr(optimised, inline(always))]
    pub const fn peer(&self) -> Peer {
        self.peer
    }

    /// The route.
    #[cfg_attr(optimised, inline(always))]
    pub const fn route(&self) -> Route<'a> {
        self.route
    }

    /// The family of the route.
    #[cfg_attr(optimised, inline(always))]
    pub const fn family(&self) -> Option<Family> {
        match self.route {
            Route::Prefix(family, _) => Some(family),
            Route::Other(route) => Some(route.family),
            Route::None => None,
        }
    }

    /// The prefix, for families with plain prefixes.
    #[cfg_attr(optimised, inline(always))]
    pub const fn prefix(&self) -> Option<Prefix> {
        match self.route {
            Route::Prefix(_, path) => Some(path.prefix),
            _ => None,
        }
    }

    /// Path identifier (RFC 7911); `None` without ADD-PATH, distinct from 0.
    #[cfg_attr(optimised, inline(always))]
    pub const fn path_id(&self) -> Option<u32> {
        match self.route {
            Route::Prefix(_, path) => path.path_id,
            Route::Other(route) => route.path_id,
            Route::None => None,
        }
    }

    /// The path attributes, indexed; empty for withdrawn routes and state changes. If an attribute overruns the list, those
    /// before it; such an element is not clean ([`Element::finding`]).
    ///
    /// # Errors
    /// A list that cannot be indexed: longer than 65,535 octets.
    #[cfg_attr(optimised, inline(always))]
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        match (self.kind, self.source) {
            (ElementKind::Withdraw, _) => Ok(self.attributes.emptied()),
            (_, Source::Unreadable) => self.attributes.readable(),
            _ => Ok(self.attributes),
        }
    }

    /// The path attributes, indexed, without a copy; `None` for withdrawn routes and state changes, and for a list that cannot be
    /// indexed: see [`Element::attributes`].
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn indexed_attributes(&self) -> Option<&Attributes<'a>> {
        match (self.kind, self.source) {
            (ElementKind::Announce | ElementKind::Rib, Source::Table | Source::Message | Source::MultiProtocol) => {
                Some(&self.attributes)
            }
            _ => None,
        }
    }

    /// Whether [`Element::attributes`] is the whole list: not only the part before a framing error.
    #[cfg_attr(optimised, inline(always))]
    pub const fn has_whole_list(&self) -> bool {
        matches!(self.kind, ElementKind::Withdraw | ElementKind::StateChange(..))
            || !self.cut && !matches!(self.source, Source::Unreadable)
    }

    /// Octets of the path attributes, as far as [`Element::attributes`] reads them.
    #[inline]
    pub fn attribute_bytes(&self) -> &'a [u8] {
        match (self.kind, self.source) {
            (ElementKind::Withdraw, _) => &[],
            (_, Source::Unreadable) => AttributesIter::at(self.attributes.as_bytes(), self.attributes.offset()).readable(),
            _ => self.attributes.as_bytes(),
        }
    }

    /// The next hop of this route. [`Attributes::next_hop`] is that of the list, which differs if two route lists share the
    /// attributes or the next hop has a separate field:
    ///
    /// * For an IPv4 route in an UPDATE's own field it is NEXT_HOP, even if the message has an MP_REACH_NLRI, whose next hop
    ///   applies only to its own routes (RFC 4760 section 3).
    /// * For a route of BGP4MP_ENTRY it is the field of the record (RFC 6396 section B.2.6.1).
    ///
    /// # Errors
    /// A malformed attribute, or a length that next hops of the family do not have: the octets are no next hop. In messages, and
    /// in a table entry's whole MP_REACH_NLRI of the family, an address of another family is one.
    #[inline]
    pub fn next_hop(&self) -> Result<Option<NextHop<'a>>> {
        self.next_hop_in(&self.attributes()?)
    }

    /// The same, with the element's attributes.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn next_hop_in(&self, attributes: &Attributes<'a>) -> Result<Option<NextHop<'a>>> {
        match (self.kind, self.source, self.beside) {
            (ElementKind::Rib, _, Beside::NextHop(octets)) => match self.next_hop_error(self.route) {
                None => Ok(Some(NextHop::read(octets))),
                Some(e) => Err(e),
            },
            (ElementKind::Announce, Source::Message, _) => Ok(attributes.ipv4_next_hop()?.map(NextHop::V4)),
            _ => match self.family() {
                Some(family) => attributes.next_hop_for(family),
                None => attributes.next_hop(),
            },
        }
    }

    /// The octets of a next hop that is a field of a table's record, not of the attributes; `None` without one, or if it is none of
    /// the route's family.
    pub(crate) fn field_next_hop(&self) -> Option<&'a [u8]> {
        match (self.kind, self.beside) {
            (ElementKind::Rib, Beside::NextHop(octets)) if !octets.is_empty() && self.next_hop_error(self.route).is_none() => {
                Some(octets)
            }
            _ => None,
        }
    }

    /// What the next hop depends on besides the attribute list: the family, and whether it is a message's own route; `None` if
    /// that is a field of the record.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn next_hop_place(&self) -> Option<(Family, bool)> {
        match (self.beside, self.family()) {
            (Beside::Nothing | Beside::Known(_), Some(family)) => Some((family, matches!(self.source, Source::Message))),
            _ => None,
        }
    }

    /// The AS path: AS_PATH merged with AS4_PATH if the peer sent both (RFC 6793 section 4.2.3), or the path of BGPSEC_PATH
    /// instead of AS_PATH (RFC 8205 section 4.4); empty without one.
    ///
    /// # Errors
    /// A damaged list, AS_PATH or BGPSEC_PATH.
    #[inline]
    pub fn as_path(&self) -> Result<MergedPath<'a>> {
        self.attributes()?.merged_path()
    }

    /// The origin ASes of the route: one, or those of a final set; none for a route without a path.
    ///
    /// # Errors
    /// As [`Element::as_path`].
    #[inline]
    pub fn origins(&self) -> Result<Asns<'a>> {
        Ok(self.as_path()?.origins())
    }

    /// COMMUNITIES (RFC 1997); empty if absent. See [`Element::attributes`] for extended and large ones.
    ///
    /// # Errors
    /// A damaged list of attributes, or of communities.
    #[inline]
    pub fn communities(&self) -> Result<Communities<'a>> {
        self.attributes()?.communities()
    }
}

impl Element<'_> {
    /// Whether the label fields of the route hold VNIs by its attributes ([`Attributes::labels_are_vnis`]); only for EVPN routes.
    pub fn labels_are_vnis(&self) -> bool {
        self.family() == Some(Family::EVPN) && self.attributes().is_ok_and(|attributes| attributes.labels_are_vnis())
    }
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, self.carrier, self.time, self.originated, self.local, self.peer, self.route)
            == (other.kind, other.carrier, other.time, other.originated, other.local, other.peer, other.route)
            && self.attributes() == other.attributes()
            && self.next_hop() == other.next_hop()
            && self.finding() == other.finding()
    }
}

impl Eq for Element<'_> {}

impl fmt::Display for Element<'_> {
    /// One line: time, peer, `+` `-` `=` or `!`, route, path, next hop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} AS{}", self.time, self.peer.asn)?;
        if let Some(address) = self.peer.address {
            write!(f, " {address}")?;
        }
        f.write_str(match self.kind {
            ElementKind::Announce => " + ",
            ElementKind::Withdraw => " - ",
            ElementKind::Rib => " = ",
            ElementKind::StateChange(old, new) => return write!(f, " ! {old} > {new}"),
        })?;
        match self.route {
            Route::Prefix(_, path) => fmt::Display::fmt(&path, f)?,
            Route::Other(route) if self.labels_are_vnis() => write!(f, "{} {}", route.family, WithVnis(route))?,
            Route::Other(route) => write!(f, "{} {route}", route.family)?,
            Route::None => {}
        }
        if let Ok(path) = self.as_path()
            && !path.is_empty()
        {
            write!(f, " path {path}")?;
        }
        if let Ok(Some(next_hop)) = self.next_hop()
            && !next_hop.is_none()
        {
            write!(f, " via {next_hop}")?;
        }
        match self.finding() {
            Some(e) => write!(f, " [{e}]"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({self})")
    }
}

#[cfg(test)]
mod tests;
