//! The types that BGP4MP replaced: BGP of 1999 (RFC 6396 section B.2.1), BGP4PLUS and BGP4PLUS_01 (B.2.5).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Bgp4mpMessage, Body, Snapshot, StateChange};
use crate::asn::Asn;
use crate::codes::{FsmState, LegacyBgpSubtype, MessageType, MrtType};
use crate::error::{Error, ErrorKind, Result};
use crate::wire::Cursor;

pub(super) fn read(mut c: Cursor<'_>, kind: MrtType, subtype: u16) -> Result<Body<'_>> {
    use LegacyBgpSubtype as S;
    let v6 = kind != MrtType::BGP;
    let message = match LegacyBgpSubtype(subtype) {
        S::UPDATE => MessageType::UPDATE,
        S::OPEN => MessageType::OPEN,
        S::NOTIFY => MessageType::NOTIFICATION,
        S::KEEPALIVE => MessageType::KEEPALIVE,
        S::STATE_CHANGE => {
            let peer = speaker(&mut c, v6)?;
            let (old, new) = (FsmState(c.u16()?), FsmState(c.u16()?));
            c.finish()?;
            return Ok(Body::StateChange(StateChange::legacy(peer, old, new)));
        }
        S::SYNC => {
            let view = c.u16()?;
            let at = c.offset();
            return match memchr::memchr(0, c.rest()).and_then(|end| c.rest().get(..end)) {
                Some(file_name) => Ok(Body::Snapshot(Snapshot { view, file_name })),
                None => Err(Error::new(ErrorKind::Truncated(1), at)),
            };
        }
        // NULL carries nothing, PREF_UPDATE was never written, and what is behind a later number nobody said.
        _ => return Ok(Body::Raw),
    };
    let (peer, own) = (speaker(&mut c, v6)?, speaker(&mut c, v6)?);
    Ok(Body::Message(Bgp4mpMessage::headless(c, peer, own, message)))
}

fn speaker(c: &mut Cursor<'_>, v6: bool) -> Result<(Asn, IpAddr)> {
    let asn = Asn(u32::from(c.u16()?));
    let address =
        if v6 { Ipv6Addr::from_bits(u128::from_be_bytes(*c.array()?)).into() } else { Ipv4Addr::from_bits(c.u32()?).into() };
    Ok((asn, address))
}
