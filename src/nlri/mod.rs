//! Network layer reachability information: what a message announces or withdraws.

mod next_hop;
mod unicast;

pub use next_hop::NextHop;
pub(crate) use unicast::read_prefix;
pub use unicast::{PathPrefix, Prefixes, PrefixesIter};

use crate::error::Result;
use crate::family::Family;
use crate::session::Session;

/// The routes of one family in MP_REACH_NLRI or MP_UNREACH_NLRI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Nlri<'a> {
    /// Plain prefixes: IPv4 and IPv6, unicast and multicast.
    Prefixes(Prefixes<'a>),
    /// A family whose routes this library does not take apart: the bytes as they are.
    Raw(Family, &'a [u8]),
}

impl<'a> Nlri<'a> {
    /// Checks `bytes` as routes of `family`, `offset` bytes into the outermost input.
    ///
    /// # Errors
    /// A prefix that is too long or cut, with the place of its length octet.
    #[inline(always)]
    pub fn parse_at(bytes: &'a [u8], family: Family, session: &Session, offset: u64) -> Result<Self> {
        match family.prefix_is_v6() {
            Some(v6) => Prefixes::parse_at(bytes, v6, session.add_path(family), offset).map(Self::Prefixes),
            None => Ok(Self::Raw(family, bytes)),
        }
    }

    /// The bytes on the wire.
    pub const fn as_bytes(&self) -> &'a [u8] {
        match self {
            Self::Prefixes(prefixes) => prefixes.as_bytes(),
            Self::Raw(_, bytes) => bytes,
        }
    }

    /// The plain prefixes; empty for every other family.
    #[inline(always)]
    pub const fn prefixes(&self) -> Prefixes<'a> {
        match self {
            Self::Prefixes(prefixes) => *prefixes,
            Self::Raw(..) => Prefixes::EMPTY,
        }
    }
}
