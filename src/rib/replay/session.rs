//! Session state, as far as it decides which routes are kept.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

use crate::asn::Asn;
use crate::bgp::{CapabilityValue, Open, RestartFlags, StaleFlags, StateFlags};
use crate::element::Route;
use crate::family::Family;
use crate::nlri::PathPrefix;
use crate::rib::attributes::AttributesId;
use crate::rib::other::{OtherKey, identity};
use crate::rib::peer::{Collector, PeerId};
use crate::rib::stale::{Announced, StaleFamilies};

/// How long an OPEN's connection can lose to another one, in microseconds; by then it is established or closed (the large hold
/// time of RFC 4271 section 8.2.2, four minutes).
pub(super) const COLLISION: u64 = 240_000_000;

/// Restart capabilities of an OPEN.
#[derive(Clone, Debug, Default)]
pub(super) struct Opened {
    pub(super) bgp_id: Option<Ipv4Addr>,
    /// Whether it has the graceful restart capability, the restart time in microseconds, and whether routes survive a
    /// NOTIFICATION (RFC 8538).
    pub(super) restarts: bool,
    pub(super) restart_time: u64,
    pub(super) notification: bool,
    /// The families that survive, and whether their forwarding state was preserved.
    pub(super) families: BTreeMap<Family, bool>,
    /// The families of long-lived graceful restart, whether their forwarding state was preserved, and their stale time in
    /// microseconds.
    pub(super) long_lived: BTreeMap<Family, (bool, u64)>,
}

impl Opened {
    pub(super) fn of(open: &Open<'_>) -> Self {
        let mut opened = Self { bgp_id: Some(open.bgp_id()), ..Self::default() };
        for value in open.capabilities().flatten().filter_map(|capability| capability.decode().ok()) {
            match value {
                CapabilityValue::GracefulRestart(restart) => {
                    opened.restarts = true;
                    opened.restart_time = u64::from(restart.restart.time).saturating_mul(1_000_000);
                    opened.notification = restart.restart.flags.contains(RestartFlags::NOTIFICATION);
                    opened.families.extend(
                        restart.families.iter().map(|family| (family.family, family.flags.contains(StateFlags::FORWARDING))),
                    );
                }
                CapabilityValue::Llgr(list) => opened.long_lived.extend(list.iter().map(|family| {
                    let time = u64::from(family.stale_time.0).saturating_mul(1_000_000);
                    (family.family, (family.flags.contains(StaleFlags::FORWARDING), time))
                })),
                _ => {}
            }
        }
        // RFC 9494 section 3.2: ignored without the graceful restart capability.
        if !opened.restarts {
            opened.long_lived.clear();
        }
        opened
    }

    /// Whether stale routes of a family are kept when this OPEN ends the restart.
    pub(super) fn keeps(&self, family: Family) -> bool {
        self.families.get(&family) == Some(&true) || self.long_lived.get(&family).is_some_and(|(kept, _)| *kept)
    }
}

/// What ends the stale time of a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wait {
    /// The restart time of its peer.
    Restart,
    /// The long-lived stale time.
    LongLived,
}

/// Identity of a route within its peer and family.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Told {
    Prefix(Family, PathPrefix),
    Other(Family, Box<[u8]>, Option<u32>),
}

impl Told {
    pub(super) fn of(route: &Route<'_>) -> Option<Self> {
        match route {
            Route::Prefix(family, path) => Some(Self::Prefix(*family, *path)),
            Route::Other(route) => Some(Self::Other(route.family, identity(route)?.0, route.path_id)),
            Route::None => None,
        }
    }
}

/// A route that a new connection removed from the table.
#[derive(Clone, Debug)]
pub(super) struct Shelved {
    pub(super) octets: Option<OtherKey>,
    pub(super) list: AttributesId,
    pub(super) time: u32,
}

/// The state before an OPEN, in case its connection loses a collision (RFC 4271 section 6.8).
#[derive(Clone, Debug)]
pub(super) struct Before {
    /// Until when it can lose.
    pub(super) until: u64,
    pub(super) open: Option<Opened>,
    pub(super) down: bool,
    pub(super) refresh: BTreeMap<Family, Announced>,
    pub(super) waits: BTreeMap<Family, (u64, Wait)>,
    pub(super) stale: Vec<(PeerId, Option<Arc<StaleFamilies>>)>,
    pub(super) routes: BTreeMap<(PeerId, Told), Shelved>,
    /// Whether routes are kept, and there was something to keep.
    pub(super) keeps: bool,
}

impl Before {
    /// Whether there is nothing that later announcements could change.
    pub(super) fn is_bare(&self) -> bool {
        self.routes.is_empty() && self.refresh.is_empty() && self.stale.iter().all(|(_, stale)| stale.is_none())
    }

    /// Notes that a route was announced or withdrawn since; returns its list if it need not be restored.
    pub(super) fn touch(&mut self, peer: PeerId, route: &Route<'_>) -> Option<AttributesId> {
        for (_, stale) in self.stale.iter_mut().filter(|(of, _)| *of == peer) {
            if let Some(stale) = stale {
                announce(Arc::make_mut(stale).iter_mut().map(|(family, stale)| (*family, &mut stale.announced)), route);
            }
        }
        announce(self.refresh.iter_mut().map(|(family, announced)| (*family, announced)), route);
        let told = Told::of(route)?;
        self.routes.remove(&(peer, told)).map(|shelved| shelved.list)
    }
}

/// Adds a route to the announcements of its family.
pub(super) fn announce<'a>(families: impl Iterator<Item = (Family, &'a mut Announced)>, route: &Route<'_>) {
    let of = |family: Family| move |(other, _): &(Family, &'a mut Announced)| *other == family;
    let mut families = families;
    match route {
        Route::Prefix(family, path) => {
            if let Some((_, announced)) = families.find(of(*family)) {
                announced.add(*path);
            }
        }
        Route::Other(route) => {
            if let Some((_, announced)) = families.find(of(route.family)) {
                announced.add_other(route);
            }
        }
        Route::None => {}
    }
}

/// One peer's session with one collector.
#[derive(Clone, Debug)]
pub(super) struct Speaker {
    pub(super) collector: Collector,
    pub(super) address: Option<IpAddr>,
    pub(super) asn: Asn,
    /// Of several peers with one name: the BGP identifier of this one.
    pub(super) bgp_id: Option<Ipv4Addr>,
    /// Whether a table lists several peers of this name, as of a generation of the tables.
    pub(super) shared: (u64, bool),
    /// The session, of these, that the last OPEN selected.
    pub(super) selected: Option<usize>,
    /// The collector's address in the last message.
    pub(super) local: Collector,
    pub(super) interface: u16,
    /// Whether the session ended and no message has come since.
    pub(super) down: bool,
    /// Whether this peer has the address now: the number of listings by tables when it appeared.
    pub(super) present: Option<u64>,
    /// Whether it is one of the sessions that the next table of the collector resets.
    pub(super) changed: bool,
    /// The peer's last OPEN, and the collector's.
    pub(super) open: Option<Opened>,
    pub(super) own: Option<Opened>,
    /// Announced since the beginning of a refresh (RFC 7313 section 4).
    pub(super) refresh: BTreeMap<Family, Announced>,
    /// When the stale routes of a family expire.
    pub(super) waits: BTreeMap<Family, (u64, Wait)>,
    /// The state before the last OPENs: at most two connections collide.
    pub(super) before: Vec<Before>,
    /// Whether announcements have to be recorded for any of these.
    pub(super) watched: bool,
    /// How many of its UPDATEs are still to be read both ways, with path identifiers and without.
    pub(super) unweighed: u8,
    /// The generation of the tables by which it was joined with peers listed by a placeholder.
    pub(super) joined: Option<u64>,
    /// The peers for routes of each family, cached.
    pub(super) peers: Vec<(Family, PeerId)>,
    /// The epoch of the facts for which the cache is valid.
    pub(super) epoch: u64,
}

impl Speaker {
    pub(super) fn new(collector: Collector, address: Option<IpAddr>, asn: Asn) -> Self {
        Self {
            collector,
            address,
            asn,
            bgp_id: None,
            shared: (u64::MAX, false),
            selected: None,
            local: Collector::Unknown,
            interface: 0,
            down: false,
            joined: None,
            present: None,
            changed: false,
            open: None,
            own: None,
            refresh: BTreeMap::new(),
            waits: BTreeMap::new(),
            before: Vec::new(),
            watched: false,
            unweighed: 64,
            peers: Vec::new(),
            epoch: 0,
        }
    }
}
