//! Texts that recur: of peers, and of the attribute lists that a peer repeats.

use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

use super::put::place_of;
use crate::attr::{Attributes, ListKey};
use crate::peer::Peer;

/// Texts of peers, each in the one place that its value gives.
#[derive(Clone)]
pub(super) struct Memo {
    places: Vec<PeerTexts>,
}

/// The texts of one peer.
#[derive(Clone, Default)]
pub(super) struct PeerTexts {
    peer: Option<Peer>,
    /// The text of the peer.
    pub(super) text: Vec<u8>,
    key: Option<ListKey>,
    list: Vec<u8>,
    next_hop: Option<IpAddr>,
    /// The text of the last attribute list.
    pub(super) of_list: Vec<u8>,
}

impl Memo {
    /// Number of places, a power of two: tables of collectors have up to a few hundred peers.
    const PLACES: u32 = 256;

    pub(super) fn new() -> Self {
        Self { places: alloc::vec![PeerTexts::default(); Self::PLACES as usize] }
    }

    /// The texts of a peer; `put` writes its own.
    #[inline(always)]
    pub(super) fn of(&mut self, peer: &Peer, put: impl FnOnce(&mut Vec<u8>)) -> Option<&mut PeerTexts> {
        let address = match peer.address {
            Some(IpAddr::V4(address)) => u128::from(address.to_bits()),
            Some(IpAddr::V6(address)) => address.to_bits(),
            None => 0,
        };
        let texts = self.places.get_mut(place_of(address ^ u128::from(peer.asn.0) << 64, Self::PLACES))?;
        if texts.peer != Some(*peer) {
            texts.text.clear();
            put(&mut texts.text);
            (texts.peer, texts.key) = (Some(*peer), None);
        }
        Some(texts)
    }
}

impl PeerTexts {
    /// Lists over this length are not kept.
    const LONGEST: usize = 4096;

    /// Whether the text is that of a list, with a next hop.
    #[inline(always)]
    pub(super) fn is_of(&self, list: &Attributes<'_>, next_hop: Option<IpAddr>) -> bool {
        self.key == Some(list.key()) && self.next_hop == next_hop && self.list == list.as_bytes()
    }

    /// Keeps the text of a list. One that is much longer than its text is not kept: comparing it would cost more than writing.
    #[inline]
    pub(super) fn keep(&mut self, list: &Attributes<'_>, next_hop: Option<IpAddr>, text: &[u8]) {
        let octets = list.as_bytes();
        self.key = None;
        if octets.len() <= Self::LONGEST && octets.len() <= text.len().saturating_mul(8) {
            for (to, from) in [(&mut self.list, octets), (&mut self.of_list, text)] {
                to.clear();
                to.extend_from_slice(from);
            }
            (self.key, self.next_hop) = (Some(list.key()), next_hop);
        }
    }
}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memo").finish_non_exhaustive()
    }
}
