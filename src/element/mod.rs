//! Elements: one route event each, whatever carried it.
//!
//! ```
//! # let archive: &[u8] = &[];
//! for element in routeglass::elements(archive) {
//!     println!("{}", element?);
//! }
//! # Ok::<(), routeglass::Error>(())
//! ```
//!
//! An element is a view of what carried it, with the index of its path attributes, which the routes of a message share. What is
//! wrong with it is looked for when [`Element::finding`] is asked for, not before it is handed out.
//!
//! [`fields`] is the table of what an element says: names, types and values, for JSON, columns and choices.
//!
//! Programs that want every nanosecond use the loop over messages and entries instead (see [`crate::mrt`]): it reads an
//! UPDATE's attributes once for all its prefixes.

mod carrier;
pub mod fields;
mod finding;
pub(crate) mod mrt;
mod strictness;
mod update;

pub use carrier::Carrier;
pub use mrt::{ArchiveElements, RecordElements};
pub use strictness::Strictness;
pub use update::UpdateElements;

use core::fmt;

use crate::attr::{Asns, Attributes, AttributesIter, Communities, MergedPath};
use crate::codes::FsmState;
use crate::error::{Error, Result};
use crate::family::Family;
use crate::nlri::{NextHop, PathPrefix, RawRoute};
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum ElementKind {
    /// A peer announced a route.
    Announce,
    /// A peer withdrew a route.
    Withdraw,
    /// A table holds a route.
    Rib,
    /// A session changed its state: before, after.
    StateChange(FsmState, FsmState),
}

impl ElementKind {
    /// A short name that does not change: `announce`, `withdraw`, `rib` or `state`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Announce => "announce",
            Self::Withdraw => "withdraw",
            Self::Rib => "rib",
            Self::StateChange(..) => "state",
        }
    }
}

/// What an element is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Route<'a> {
    /// A plain prefix.
    Prefix(Family, PathPrefix),
    /// A route of another family, to be decoded by [`RawRoute::decode`]; of a family that is unknown, all its routes.
    Other(RawRoute<'a>),
    /// No route: a session's state.
    None,
}

/// What the list of attributes of an element is part of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Source {
    /// Nothing: a state, or octets that cannot be told apart.
    Nothing,
    /// An entry of a table.
    Table,
    /// The same, with a list that cannot be indexed: what is readable of it is read again when it is asked for.
    Unreadable,
    /// An UPDATE, for a route in the message's own fields.
    Message,
    /// The same, for one in MP_REACH_NLRI or MP_UNREACH_NLRI.
    MultiProtocol,
}

/// What stands beside the list of attributes.
#[derive(Clone, Copy, Debug)]
enum Beside<'a> {
    Nothing,
    /// The next hop of a table's entry that has it in a field of its own.
    NextHop(&'a [u8]),
    /// The finding of what carried the element, which was looked for before.
    Known(Option<Error>),
}

/// One route event.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    // The whole list, also of withdrawn routes, which have none for whoever asks.
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
    // Whether the message around it announces routes in its own field.
    plain: bool,
    // Whether the message around it is in order, the values of its attributes aside.
    sound: bool,
    // Whether what is only worth knowing counts as a finding.
    noted: bool,
}

impl<'a> Element<'a> {
    /// About nothing, from nobody.
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
        plain: false,
        sound: true,
        noted: false,
    };

    /// A route of a table in which nothing is wrong. `attributes` have the form of a table dump.
    #[cfg(feature = "rib")]
    pub(crate) fn of_table(
        carrier: Carrier,
        (time, originated): (Timestamp, Option<u32>),
        peer: Peer,
        route: Route<'a>,
        octets: &'a [u8],
    ) -> Self {
        let (attributes, source) = match Attributes::parse_rib_at(octets, &Session::AS4, 0) {
            Ok(attributes) => (attributes, Source::Table),
            Err(_) => (Attributes::unread(octets, true, 0), Source::Unreadable),
        };
        let beside = Beside::Known(None);
        Self { attributes, beside, route, time, peer, originated, carrier, source, ..Self::EMPTY }
    }

    /// What happened.
    #[inline(always)]
    pub const fn kind(&self) -> ElementKind {
        self.kind
    }

    /// What carried it.
    #[inline(always)]
    pub const fn carrier(&self) -> Carrier {
        self.carrier
    }

    /// When it was written down by whoever received it.
    #[inline(always)]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// When a table's route was received, in seconds since 1970 (UTC).
    #[inline(always)]
    pub const fn originated(&self) -> Option<u32> {
        self.originated
    }

    /// Whether the collector sent it to the peer, rather than the peer to the collector (the LOCAL subtypes of RFC 6396).
    #[inline(always)]
    pub const fn is_local(&self) -> bool {
        self.local
    }

    /// Who it came from.
    #[inline(always)]
    pub const fn peer(&self) -> Peer {
        self.peer
    }

    /// What it is about.
    #[inline(always)]
    pub const fn route(&self) -> Route<'a> {
        self.route
    }

    /// The family of the route.
    #[inline(always)]
    pub const fn family(&self) -> Option<Family> {
        match self.route {
            Route::Prefix(family, _) => Some(family),
            Route::Other(route) => Some(route.family),
            Route::None => None,
        }
    }

    /// The prefix, for families that have plain ones.
    #[inline(always)]
    pub const fn prefix(&self) -> Option<Prefix> {
        match self.route {
            Route::Prefix(_, path) => Some(path.prefix),
            _ => None,
        }
    }

    /// Path identifier (RFC 7911); `None` without ADD-PATH, which is not the same as 0.
    #[inline(always)]
    pub const fn path_id(&self) -> Option<u32> {
        match self.route {
            Route::Prefix(_, path) => path.path_id,
            Route::Other(route) => route.path_id,
            Route::None => None,
        }
    }

    /// The path attributes with the places of the common ones; none for withdrawn routes and states. Of a list with an attribute
    /// that overruns it, those in front of that one; such an element is not clean ([`Element::finding`]).
    ///
    /// # Errors
    /// A list that cannot be indexed: longer than 65,535 octets.
    #[inline(always)]
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        match (self.kind, self.source) {
            (ElementKind::Withdraw, _) => Ok(self.attributes.emptied()),
            (_, Source::Unreadable) => readable(self.attributes.as_bytes(), self.attributes.offset(), &self.attributes.session()),
            _ => Ok(self.attributes),
        }
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

    /// The next hop of this route. [`Attributes::next_hop`] is that of the list, which is another where two lists of routes
    /// share it or the next hop stands beside it:
    ///
    /// * For an IPv4 route in an UPDATE's own field it is NEXT_HOP, also where the message has an MP_REACH_NLRI, which speaks
    ///   for the routes in it alone (RFC 4760 section 3).
    /// * For a route of BGP4MP_ENTRY it is the field of the record (RFC 6396 section B.2.6.1).
    ///
    /// # Errors
    /// A malformed attribute.
    #[inline]
    pub fn next_hop(&self) -> Result<Option<NextHop<'a>>> {
        let attributes = self.attributes()?;
        match (self.kind, self.source, self.beside) {
            (ElementKind::Rib, _, Beside::NextHop(octets)) => Ok(Some(NextHop::read(octets))),
            (ElementKind::Announce, Source::Message, _) => Ok(attributes.ipv4_next_hop()?.map(NextHop::V4)),
            _ => attributes.next_hop(),
        }
    }

    /// The AS path: AS_PATH merged with AS4_PATH where the peer sent both (RFC 6793 section 4.2.3); empty without one.
    ///
    /// # Errors
    /// A damaged list, AS_PATH or AS4_PATH.
    #[inline]
    pub fn as_path(&self) -> Result<MergedPath<'a>> {
        self.attributes()?.merged_path()
    }

    /// The networks that the route comes from: one, or those of the set that ends the path; none for a route without a path.
    ///
    /// # Errors
    /// As [`Element::as_path`].
    #[inline]
    pub fn origins(&self) -> Result<Asns<'a>> {
        Ok(self.as_path()?.origins())
    }

    /// COMMUNITIES (RFC 1997); empty without them. [`Element::attributes`] has the extended and large ones.
    ///
    /// # Errors
    /// A damaged list of attributes, or of communities.
    #[inline]
    pub fn communities(&self) -> Result<Communities<'a>> {
        self.attributes()?.communities()
    }
}

/// What is readable of the list of a table's entry: what stands in front of the place where it cannot be followed any more.
#[cold]
#[inline(never)]
fn readable<'a>(list: &'a [u8], offset: u64, session: &Session) -> Result<Attributes<'a>> {
    Attributes::parse_rib_at(AttributesIter::at(list, offset).readable(), session, offset)
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
            Route::Other(route) => write!(f, "{} {route}", route.family)?,
            Route::None => {}
        }
        if let Ok(path) = self.as_path()
            && !path.is_empty()
        {
            write!(f, " path {path}")?;
        }
        if let Ok(Some(next_hop)) = self.next_hop() {
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
