//! A speaker's checks of link-state routes (RFC 9552 section 8.2.2).

use super::{LOCAL_NODE, LinkStateRoute, LinkStateVpnRoute, REMOTE_NODE};
use crate::codes::{BgpLsNlriType, BgpLsProtocol, BgpLsTlv};
use crate::error::{Action, Error, ErrorKind, Result};
use crate::family::Family;
use crate::wire::{Cursor, Observer};

/// Whether the body of a route, after type and length, is well-formed by a speaker's checks.
pub(super) fn is_sound(_: u16, body: &[u8]) -> bool {
    check_body(Cursor::at(body, 0)).is_ok()
}

/// The same after a route distinguisher.
pub(super) fn is_sound_of_vpn(_: u16, body: &[u8]) -> bool {
    body.split_first_chunk::<8>().is_some_and(|(_, body)| check_body(Cursor::at(body, 0)).is_ok())
}

/// The checks of RFC 9552 section 8.2.2 on the body of a route: consistent lengths of TLVs and of node sub-TLVs, no repeated
/// sub-TLV of a node (section 5.2.1.4), and the order (section 5.1).
fn check_body(mut c: Cursor<'_>) -> Result<()> {
    c.u8()?; // protocol
    c.array::<8>()?; // identifier
    check_tlvs(
        c,
        |kind, body| match kind {
            LOCAL_NODE | REMOTE_NODE => check_tlvs(body, |_, _| Ok(()), true),
            _ => Ok(()),
        },
        false,
    )
}

/// TLVs ascend by type; those of one type by length, then by value (RFC 9552 section 5.1). `once`: each type occurs once.
fn check_tlvs(mut c: Cursor<'_>, inside: impl Fn(u16, Cursor<'_>) -> Result<()>, once: bool) -> Result<()> {
    let mut before: Option<(u16, &[u8])> = None;
    while !c.is_empty() {
        let start = c.offset();
        let kind = c.u16()?;
        let len = usize::from(c.u16()?);
        let body = c.sub(len)?;
        if let Some((last, value)) = before {
            if once && last == kind {
                return Err(Error::new(ErrorKind::Duplicate, start));
            }
            if (kind, len, body.rest()) < (last, value.len(), value) {
                return Err(Error::new(ErrorKind::BadOrder, start));
            }
        }
        inside(kind, body)?;
        before = Some((kind, body.rest()));
    }
    Ok(())
}

/// Keeps the first error reported by fields.
#[derive(Default)]
struct FirstError(Option<Error>);

impl Observer for FirstError {
    const OBSERVES: bool = true;

    fn error(&mut self, e: Error) -> Error {
        self.0.get_or_insert(e);
        e
    }

    fn cut(&mut self, e: Error, _: impl FnOnce(&mut Self)) -> Error {
        self.error(e)
    }
}

/// The finding about a decodable link-state route, and the action (RFC 9552 section 8.2.2): it is malformed, or it is kept with a
/// finding about its descriptors. Routes of unknown types are opaque.
pub(in crate::nlri) fn finding(family: Family, bytes: &[u8], offset: u64) -> Option<(Error, Action)> {
    let of_vpn = family == Family::LINK_STATE_VPN;
    let mut c = Cursor::at(bytes, offset);
    let kind = c.u16().ok()?;
    c.u16().ok()?;
    if !LinkStateRoute::TYPES.iter().any(|(known, _)| *known == kind) {
        return None;
    }
    if of_vpn {
        c.array::<8>().ok()?;
    }
    if let Err(e) = check_body(c) {
        return Some((e, Action::TreatAsWithdraw));
    }
    let (mut route, mut first) = (Cursor::at(bytes, offset), FirstError::default());
    let _ = match of_vpn {
        true => first.field::<LinkStateVpnRoute<'_>>(&mut route, "route").map(drop),
        false => first.field::<LinkStateRoute<'_>>(&mut route, "route").map(drop),
    };
    // RFC 9815 defines other ones for BGP SPF.
    let missing = || if family == Family::LINK_STATE_SPF { None } else { missing(kind, c) };
    first.0.or_else(missing).map(|e| (e, Action::None))
}

/// A missing mandatory descriptor (RFC 9552 sections 5.2.1 to 5.2.3, RFC 9086 section 4, RFC 9514 section 6, RFC 9857 section 4),
/// with its expected offset. The lengths of TLVs are known to be consistent.
fn missing(kind: u16, mut c: Cursor<'_>) -> Option<Error> {
    let protocol = BgpLsProtocol(c.u8().ok()?);
    c.array::<8>().ok()?;
    let wanted = match (BgpLsNlriType(kind), protocol) {
        (BgpLsNlriType::IPV4_PREFIX | BgpLsNlriType::IPV6_PREFIX, _) => Some(BgpLsTlv::IP_REACHABILITY_INFORMATION),
        (BgpLsNlriType::SR_POLICY_CANDIDATE_PATH, BgpLsProtocol::SEGMENT_ROUTING) => {
            Some(BgpLsTlv::SR_POLICY_CANDIDATE_PATH_DESCRIPTOR)
        }
        (BgpLsNlriType::SRV6_SID, _) => Some(BgpLsTlv::SRV6_SID_INFORMATION),
        _ => None,
    };
    // A node is identified by its IGP router identifier, or by its BGP identifier.
    let identifier = match protocol {
        BgpLsProtocol::BGP => Some(BgpLsTlv::BGP_ROUTER_ID),
        BgpLsProtocol::IS_IS_LEVEL_1
        | BgpLsProtocol::IS_IS_LEVEL_2
        | BgpLsProtocol::OSPFV2
        | BgpLsProtocol::DIRECT
        | BgpLsProtocol::STATIC
        | BgpLsProtocol::OSPFV3 => Some(BgpLsTlv::IGP_ROUTER_ID),
        _ => None,
    };
    let mut is_there = wanted.is_none();
    while !c.is_empty() {
        let (kind, body) = tlv(&mut c)?;
        is_there |= Some(BgpLsTlv(kind)) == wanted;
        if matches!(kind, LOCAL_NODE | REMOTE_NODE) && identifier.is_some() {
            let start = body.offset();
            let mut sub_tlvs = body;
            let mut is_named = false;
            while !sub_tlvs.is_empty() {
                is_named |= Some(BgpLsTlv(tlv(&mut sub_tlvs)?.0)) == identifier;
            }
            if !is_named {
                return Some(Error::new(ErrorKind::Missing, start));
            }
        }
    }
    (!is_there).then(|| Error::new(ErrorKind::Missing, c.offset()))
}

fn tlv<'a>(c: &mut Cursor<'a>) -> Option<(u16, Cursor<'a>)> {
    let kind = c.u16().ok()?;
    let len = c.u16().ok()?;
    Some((kind, c.sub(usize::from(len)).ok()?))
}
