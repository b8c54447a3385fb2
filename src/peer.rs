//! Peers: who sent a route.

use core::net::{IpAddr, Ipv4Addr};

use crate::asn::Asn;

/// The sender of a route, as far as its carrier says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub struct Peer {
    /// AS number; 0 where the carrier does not say.
    pub asn: Asn,
    /// Address; `None` where the carrier does not say.
    pub address: Option<IpAddr>,
    /// BGP identifier; `None` where the carrier does not say. In MRT only the table dumps of TABLE_DUMP_V2 have it.
    pub bgp_id: Option<Ipv4Addr>,
}

impl Peer {
    /// A peer by its AS number and address; no BGP identifier.
    #[inline(always)]
    pub const fn new(asn: Asn, address: Option<IpAddr>) -> Self {
        Self { asn, address, bgp_id: None }
    }

    /// A sender of which nothing is known, as that of a message without a carrier.
    pub const UNKNOWN: Self = Self { asn: Asn::ZERO, address: None, bgp_id: None };
}
