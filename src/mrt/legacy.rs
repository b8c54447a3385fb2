//! The types that BGP4MP replaced: BGP of 1999 (RFC 6396 section B.2.1), BGP4PLUS and BGP4PLUS_01 (B.2.5).

use core::net::{IpAddr, Ipv4Addr};

use super::layout::{Pass, Reading, Speakers, address, asn, states};
use super::observe::RecordObserver;
use super::{Bgp4mpMessage, StateChange};
use crate::asn::Asn;
use crate::codes::{FsmState, MessageType, MrtType};
use crate::error::Result;
use crate::session::Session;
use crate::wire::Cursor;

/// A message without its header; `by` is the session by which an observer reads it, if not the type's.
pub(super) fn message<'a, O: RecordObserver>(
    c: &mut Cursor<'a>,
    kind: MrtType,
    message: MessageType,
    by: Option<&Session>,
    o: &mut O,
) -> Result<Bgp4mpMessage<'a>> {
    const SESSION: Session = Session::AS2.with_multiple_labels();
    let (peer_asn, peer) = speaker(&mut Reading::new(c, o), "peer_asn", "peer_address", kind)?;
    let (local_asn, local) = speaker(&mut Reading::new(c, o), "local_asn", "local_address", kind)?;
    let speakers = Speakers { peer_asn, local_asn, interface: 0, addresses: Some((peer, local)) };
    let read = Bgp4mpMessage::of(&speakers, SESSION, false, c, Some(message));
    o.message(c, by.unwrap_or(&SESSION), Some(message))?;
    Ok(read)
}

pub(super) fn state_change<O: RecordObserver>(c: &mut Cursor<'_>, kind: MrtType, o: &mut O) -> Result<StateChange> {
    let peer = speaker(&mut Reading::new(c, o), "peer_asn", "peer_address", kind)?;
    let (mut old, mut new) = (FsmState(0), FsmState(0));
    states(&mut Reading::new(c, o), &mut old, &mut new)?;
    c.finish().map_err(|e| o.error(e))?;
    Ok(StateChange::legacy(peer, old, new))
}

/// One side of a session, with addresses of the type's family.
fn speaker<'a, P: Pass<'a>>(
    p: &mut P,
    asn_name: &'static str,
    address_name: &'static str,
    kind: MrtType,
) -> Result<(Asn, IpAddr), P::Error> {
    let (mut number, mut at) = (Asn::ZERO, IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    asn(p, asn_name, &mut number, false)?;
    address(p, address_name, &mut at, kind != MrtType::BGP)?;
    Ok((number, at))
}
