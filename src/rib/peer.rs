//! Identity of peers in a table.

use alloc::sync::Arc;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr};

use crate::asn::Asn;

/// Which of a peer's tables a route is in (RFC 4271 section 3.2, RFC 7854).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[non_exhaustive]
pub enum RibKind {
    /// Adj-RIB-In before policy: what the peer sent.
    #[default]
    AdjRibIn,
    /// Adj-RIB-In after policy.
    AdjRibInPostPolicy,
    /// Loc-RIB: what the speaker selected.
    LocRib,
}

/// The collector that terminates a session. A peer at two collectors is two peers, since it may send them different routes (RFC
/// 4271 section 3.2).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Collector {
    /// Not stated by any record.
    #[default]
    Unknown,
    /// By the BGP identifier of its table dumps, or by its own address in messages.
    Address(IpAddr),
    /// By a name given to its archives by the user.
    Named(Arc<str>),
}

impl Collector {
    /// A collector by the BGP identifier of its table dumps; unknown if that is 0.0.0.0.
    pub const fn from_bgp_id(id: Ipv4Addr) -> Self {
        if id.is_unspecified() { Self::Unknown } else { Self::Address(IpAddr::V4(id)) }
    }

    /// A collector by its own address in messages; unknown if absent or unspecified, as in state changes of sessions without a
    /// connection.
    pub fn from_address(address: Option<IpAddr>) -> Self {
        address.filter(|address| !address.is_unspecified()).map_or(Self::Unknown, Self::Address)
    }

    /// A collector by a name.
    pub fn named(name: &str) -> Self {
        Self::Named(name.into())
    }
}

impl fmt::Display for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::Address(address) => fmt::Display::fmt(address, f),
            Self::Named(name) => f.write_str(name),
        }
    }
}

/// Identity of a peer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub struct RibPeer {
    /// AS number.
    pub asn: Asn,
    /// Address; `None` if no record states it.
    pub address: Option<IpAddr>,
    /// Which of its tables.
    pub kind: RibKind,
    /// The collector of its session.
    pub collector: Collector,
    /// The view name (RFC 6396 section 4.3.1), unchanged; usually empty.
    pub view: Arc<[u8]>,
    /// BGP identifier, if needed to distinguish peers of one table with the same address and AS; else `None`.
    /// [`Rib::bgp_id`](super::Rib::bgp_id) returns it whenever a table states it.
    pub bgp_id: Option<Ipv4Addr>,
}

impl RibPeer {
    /// A peer's Adj-RIB-In, at an unknown collector.
    pub fn new(asn: Asn, address: Option<IpAddr>) -> Self {
        Self { asn, address, kind: RibKind::AdjRibIn, collector: Collector::Unknown, view: Arc::default(), bgp_id: None }
    }

    /// Sets the collector.
    #[must_use]
    pub fn with_collector(mut self, collector: Collector) -> Self {
        self.collector = collector;
        self
    }

    /// Sets the view.
    #[must_use]
    pub fn with_view(mut self, view: impl AsRef<[u8]>) -> Self {
        self.view = view.as_ref().into();
        self
    }

    /// Sets the BGP identifier that distinguishes it from others.
    #[must_use]
    pub const fn with_bgp_id(mut self, bgp_id: Ipv4Addr) -> Self {
        self.bgp_id = Some(bgp_id);
        self
    }
}

/// Number of a peer in a [`Rib`](super::Rib).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PeerId(pub(super) u32);

impl PeerId {
    /// The number as an index: peers are numbered from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}
