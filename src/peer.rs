//! Peers: the senders of routes.

use core::net::{IpAddr, Ipv4Addr};

use crate::asn::Asn;

/// The sender of a route, as far as its carrier states it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub struct Peer {
    /// AS number; 0 if the carrier does not state it.
    pub asn: Asn,
    /// Address; `None` if the carrier does not state it.
    pub address: Option<IpAddr>,
    /// BGP identifier; `None` if the carrier does not state it. In MRT only TABLE_DUMP_V2 has it.
    pub bgp_id: Option<Ipv4Addr>,
}

impl Peer {
    /// A peer by its AS number and address, without BGP identifier.
    #[cfg_attr(optimised, inline(always))]
    pub const fn new(asn: Asn, address: Option<IpAddr>) -> Self {
        Self { asn, address, bgp_id: None }
    }

    /// The AS number, unless nothing is known of the peer. AS 0 of a peer with an address is as stated.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn stated_asn(&self) -> Option<Asn> {
        if self.asn.0 == 0 && self.address.is_none() { None } else { Some(self.asn) }
    }

    /// An unknown sender, as of a bare message.
    pub const UNKNOWN: Self = Self { asn: Asn::ZERO, address: None, bgp_id: None };
}
