//! MP_REACH_NLRI and MP_UNREACH_NLRI from values.

use alloc::vec::Vec;

use super::{MpReach, MpUnreach, check_next_hop};
use crate::error::{EncodeError, Result};
use crate::family::Family;
use crate::nlri::{NextHop, PathPrefix, RouteValue};
use crate::session::Session;
use crate::wire::Sink as _;

impl<'a> MpReach<'a> {
    /// Prefixes of a family with their next hop; their octets go to `buffer`. They have path identifiers if `session` receives
    /// them ([`Session::add_path`]), so that it can read the attribute.
    ///
    /// # Errors
    /// A family without plain prefixes, or of another address width; a next hop invalid for the family; an unexpected or missing
    /// path identifier.
    pub fn from_prefixes(
        family: Family,
        next_hop: &NextHop<'_>,
        prefixes: impl IntoIterator<Item = PathPrefix>,
        session: &Session,
        buffer: &'a mut Vec<u8>,
    ) -> Result<Self, EncodeError> {
        let split = put_next_hop(family, next_hop, session, buffer)?;
        put_prefixes(family, prefixes, session, buffer)?;
        Ok(Self::divided(family, split, buffer))
    }

    /// Routes of a family without plain prefixes, each after its path identifier, with their next hop; their octets go to
    /// `buffer`.
    ///
    /// # Errors
    /// A route of another family, or with a value that does not fit its field; as [`MpReach::from_prefixes`].
    pub fn from_routes<'r>(
        family: Family,
        next_hop: &NextHop<'_>,
        routes: impl IntoIterator<Item = (Option<u32>, RouteValue<'r>)>,
        session: &Session,
        buffer: &'a mut Vec<u8>,
    ) -> Result<Self, EncodeError> {
        let split = put_next_hop(family, next_hop, session, buffer)?;
        put_routes(family, routes, session, false, buffer)?;
        Ok(Self::divided(family, split, buffer))
    }

    /// The short form of table dumps (RFC 6396 section 4.3.4): only the next hop, whose octets go to `buffer`.
    ///
    /// # Errors
    /// A next hop over 255 octets, or an empty one: the whole form starts with a zero.
    pub fn from_next_hop(next_hop: &NextHop<'_>, buffer: &'a mut Vec<u8>) -> Result<Self, EncodeError> {
        let len = next_hop.encoded_len();
        if len == 0 {
            return Err(EncodeError::unrepresentable("next hop"));
        }
        crate::wire::check_len(len, 1, "next hop")?;
        buffer.clear();
        next_hop.write(buffer);
        Ok(Self { family: None, next_hop: buffer, nlri: &[], offset: 0 })
    }

    /// Splits a buffer of next hop and routes.
    fn divided(family: Family, split: usize, buffer: &'a [u8]) -> Self {
        let (next_hop, nlri) = buffer.split_at_checked(split).unwrap_or((buffer, &[]));
        Self { family: Some(family), next_hop, nlri, offset: 0 }
    }
}

impl<'a> MpUnreach<'a> {
    /// Withdrawn prefixes of a family; their octets go to `buffer`. Without any it is the family's End-of-RIB marker (RFC 4724
    /// section 2). They have path identifiers if `session` receives them.
    ///
    /// # Errors
    /// As [`MpReach::from_prefixes`].
    pub fn from_prefixes(
        family: Family,
        prefixes: impl IntoIterator<Item = PathPrefix>,
        session: &Session,
        buffer: &'a mut Vec<u8>,
    ) -> Result<Self, EncodeError> {
        buffer.clear();
        put_prefixes(family, prefixes, session, buffer)?;
        Ok(Self { family, nlri: buffer, offset: 0 })
    }

    /// Withdrawn routes of a family without plain prefixes, each after its path identifier; their octets go to `buffer`.
    ///
    /// # Errors
    /// As [`MpReach::from_routes`].
    pub fn from_routes<'r>(
        family: Family,
        routes: impl IntoIterator<Item = (Option<u32>, RouteValue<'r>)>,
        session: &Session,
        buffer: &'a mut Vec<u8>,
    ) -> Result<Self, EncodeError> {
        buffer.clear();
        put_routes(family, routes, session, true, buffer)?;
        Ok(Self { family, nlri: buffer, offset: 0 })
    }
}

/// Writes a checked next hop to an empty buffer; returns its length.
fn put_next_hop(family: Family, next_hop: &NextHop<'_>, session: &Session, buffer: &mut Vec<u8>) -> Result<usize, EncodeError> {
    check_next_hop(family, next_hop, session)?;
    buffer.clear();
    next_hop.write(buffer);
    Ok(buffer.len())
}

/// Checks that a path identifier is present exactly if the session expects one.
fn check_path(family: Family, path_id: Option<u32>, session: &Session) -> Result<(), EncodeError> {
    let negotiated = session.add_path(family);
    if negotiated == path_id.is_some() {
        Ok(())
    } else {
        Err(EncodeError::by_session("path identifier", "ADD-PATH (RFC 7911)", "add_path_receive", negotiated))
    }
}

fn put_prefixes(
    family: Family,
    prefixes: impl IntoIterator<Item = PathPrefix>,
    session: &Session,
    buffer: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    if family.prefix_is_v6().is_none() {
        return Err(EncodeError::unrepresentable("family"));
    }
    for path in prefixes {
        if family.prefix_is_v6() != Some(path.prefix.is_v6()) {
            return Err(EncodeError::unrepresentable("prefix"));
        }
        check_path(family, path.path_id, session)?;
        path.write(buffer);
    }
    Ok(())
}

fn put_routes<'r>(
    family: Family,
    routes: impl IntoIterator<Item = (Option<u32>, RouteValue<'r>)>,
    session: &Session,
    withdrawn: bool,
    buffer: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    for (path_id, route) in routes {
        check_path(family, path_id, session)?;
        route.check_labels(family, session, withdrawn)?;
        if let Some(id) = path_id {
            buffer.put_u32(id);
        }
        route.encode(family, buffer)?;
    }
    Ok(())
}
