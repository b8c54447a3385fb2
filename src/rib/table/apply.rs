//! Elements applied to a table.

use super::{Applied, Rib};
use crate::codes::FsmState;
use crate::element::{Element, ElementKind, Route as ElementRoute};
use crate::error::Action;
use crate::peer::Peer;
use crate::rib::attributes::{AttributesId, can_be_read, put_normal, put_normal_with};
use crate::rib::other::key_of;
use crate::rib::peer::{PeerId, RibPeer};

/// The attribute list of the last event, by address, length and reading of its octets; the next event usually has the same.
#[derive(Debug, Default)]
pub(in crate::rib) struct Memo(Option<((usize, usize, bool), AttributesId)>);

impl Rib {
    /// Applies a route event of a peer at an unknown collector. Routes treated as withdrawn by RFC 7606 are withdrawn; a session
    /// leaving the state Established removes its routes; messages sent by the collector have no effect.
    ///
    /// Elements omit part of an archive: where a table begins, OPEN, NOTIFICATION and ROUTE-REFRESH messages, collectors.
    /// [`Replay`](crate::rib::Replay) applies records and uses all of these.
    pub fn apply(&mut self, element: &Element<'_>) -> Applied {
        self.time = self.time.max(element.time().seconds);
        if element.is_local() {
            return Applied::Ignored;
        }
        let peer = element.peer();
        match element.kind() {
            ElementKind::StateChange(old, new) => {
                if old == FsmState::ESTABLISHED && new != FsmState::ESTABLISHED {
                    let id = self.peer_of(&peer);
                    return Applied::PeerDown(self.peer_down(id));
                }
                Applied::Ignored
            }
            _ => {
                let id = self.peer_of(&peer);
                let mut memo = Memo::default();
                let applied = self.apply_route(id, element, element.action(), &mut memo);
                self.end_memo(memo);
                applied
            }
        }
    }

    fn peer_of(&mut self, peer: &Peer) -> PeerId {
        let id = self.peer(RibPeer::new(peer.asn, peer.address));
        if let Some(bgp_id) = peer.bgp_id {
            self.identify(id, bgp_id);
        }
        id
    }

    /// Applies a route event for this peer, with the RFC 7606 action. `memo` has the list of the previous event, usually the
    /// same.
    pub(in crate::rib) fn apply_route(&mut self, id: PeerId, element: &Element<'_>, action: Action, memo: &mut Memo) -> Applied {
        let withdrawn = element.kind() == ElementKind::Withdraw || action >= Action::TreatAsWithdraw;
        let attributes = if withdrawn { None } else { element.attributes().ok() };
        let Some(mut attributes) = attributes else {
            return match element.route() {
                ElementRoute::None => Applied::Ignored,
                ElementRoute::Prefix(family, path) => self.remove(id, family, path),
                ElementRoute::Other(route) => self.remove_other(id, &route),
            };
        };
        let mp = match element.route() {
            ElementRoute::None => return Applied::Ignored,
            // The routes at the end of an UPDATE do not use its MP_REACH_NLRI; those in it do, also beside a NEXT_HOP.
            ElementRoute::Prefix(..) => !matches!(element.next_hop_place(), Some((_, true))),
            ElementRoute::Other(_) => true,
        };
        let bytes = element.attribute_bytes();
        let key = (bytes.as_ptr() as usize, bytes.len(), mp);
        let list = match memo.0 {
            Some((of, list)) if of == key => list,
            _ => {
                let mut octets = core::mem::take(&mut self.scratch);
                octets.clear();
                if action == Action::DiscardAttribute {
                    let codes = attributes.discarded();
                    self.discard(&mut attributes, codes);
                }
                let checked = match (element.field_next_hop(), element.family()) {
                    (Some(next_hop), Some(family)) => put_normal_with(&attributes, family, next_hop, &mut octets),
                    _ => put_normal(&attributes, mp, &mut octets),
                };
                let list = self.store.intern_if(&octets, |list| checked || can_be_read(list));
                self.scratch = octets;
                let Some(list) = list else { return Applied::Refused };
                if let Some((_, before)) = memo.0.replace((key, list)) {
                    self.store.release(before);
                }
                list
            }
        };
        let time = element.originated().unwrap_or(element.time().seconds);
        match element.route() {
            ElementRoute::Prefix(family, path) => self.insert_interned(id, family, path, list, time),
            ElementRoute::Other(route) => match key_of(&route) {
                Some(key) if self.store.retain(list) => self.insert_other_id(id, &key, route.path_id, list, time),
                _ => Applied::Refused,
            },
            ElementRoute::None => Applied::Ignored,
        }
    }

    /// Releases the list of the last event.
    pub(in crate::rib) fn end_memo(&mut self, memo: Memo) {
        if let Some((_, list)) = memo.0 {
            self.store.release(list);
        }
    }
}
