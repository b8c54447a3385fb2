//! The types that BGP4MP replaced: BGP of 1999 (RFC 6396 section B.2.1), BGP4PLUS and BGP4PLUS_01 (B.2.5).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Bgp4mpMessage, StateChange};
use crate::asn::Asn;
use crate::codes::{FsmState, MessageType, MrtType};
use crate::error::Result;
use crate::wire::Cursor;

pub(super) fn message(mut c: Cursor<'_>, kind: MrtType, message: MessageType) -> Result<Bgp4mpMessage<'_>> {
    let (peer, own) = (speaker(&mut c, kind)?, speaker(&mut c, kind)?);
    Ok(Bgp4mpMessage::headless(c, peer, own, message))
}

pub(super) fn state_change(mut c: Cursor<'_>, kind: MrtType) -> Result<StateChange> {
    let peer = speaker(&mut c, kind)?;
    let (old, new) = (FsmState(c.u16()?), FsmState(c.u16()?));
    c.finish()?;
    Ok(StateChange::legacy(peer, old, new))
}

fn speaker(c: &mut Cursor<'_>, kind: MrtType) -> Result<(Asn, IpAddr)> {
    let asn = Asn(u32::from(c.u16()?));
    let address = if kind == MrtType::BGP {
        Ipv4Addr::from_bits(c.u32()?).into()
    } else {
        Ipv6Addr::from_bits(u128::from_be_bytes(*c.array()?)).into()
    };
    Ok((asn, address))
}
