//! Lists of communities with the roles that they stand for.

use super::super::otc::Role;
use super::super::roles::RoleCommunities;
use crate::attr::{Community, LargeCommunity};
use crate::lists::lines::{Column, FormatError, FormatErrorKind, Lines, asn, columns, error};

/// Reads communities, one per line, each with the role of the neighbour that its network has the route from: `64500:100 customer`,
/// `4200000000:1:200 peer`, `64500:300 provider`. Comments follow `#`.
///
/// # Errors
/// A line without a community and one of these roles, or a community with two roles.
pub fn read_role_communities(text: &[u8]) -> Result<RoleCommunities, FormatError> {
    let mut communities = RoleCommunities::new();
    let mut lines = Lines::default();
    let mut each = |line: u64, text: &[u8]| -> Result<(), FormatError> {
        let text = columns(text, b'#').next().map_or(text, |(_, text)| text);
        let mut words = columns(text, b' ').filter(|(_, word)| !word.is_empty());
        let Some((at, community)) = words.next() else { return Ok(()) };
        let (role_at, role) = words.next().ok_or_else(|| error(line, text.len(), FormatErrorKind::MissingColumn))?;
        let role = match role {
            b"customer" => Role::Customer,
            b"peer" => Role::Peer,
            b"provider" => Role::Provider,
            _ => return Err(error(line, role_at, FormatErrorKind::Role)),
        };
        if let Some((at, _)) = words.next() {
            return Err(error(line, at, FormatErrorKind::Role));
        }
        let before = insert(&mut communities, line, (at, community), role)?;
        if before.is_some_and(|before| before != role) {
            return Err(error(line, role_at, FormatErrorKind::TwoRoles));
        }
        Ok(())
    };
    lines.feed(text, &mut each)?;
    lines.finish(&mut each)?;
    Ok(communities)
}

fn insert(communities: &mut RoleCommunities, line: u64, (at, text): Column<'_>, role: Role) -> Result<Option<Role>, FormatError> {
    let mut parts = columns(text, b':').map(|(start, part)| (at.saturating_add(start), part));
    let wrong = || error(line, at, FormatErrorKind::Community);
    let mut next = || parts.next().map(|part| asn(line, part));
    let (first, second) = (next().ok_or_else(wrong)??, next().ok_or_else(wrong)??);
    let third = next().transpose()?;
    if parts.next().is_some() {
        return Err(wrong());
    }
    if let Some(third) = third {
        return Ok(communities.insert_large(LargeCommunity { global: first, local1: second, local2: third }, role));
    }
    let (Ok(first), Ok(second)) = (u16::try_from(first), u16::try_from(second)) else { return Err(wrong()) };
    Ok(communities.insert(Community(u32::from(first) << 16 | u32::from(second)), role))
}
