//! What a session did, as far as it decides which routes stand.

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

/// How long the connection of an OPEN can still lose to another one, in microseconds: in that time it is established or closed
/// (the large hold time of RFC 4271 section 8.2.2, four minutes).
pub(super) const COLLISION: u64 = 240_000_000;

/// What an OPEN says about restarts.
#[derive(Clone, Debug, Default)]
pub(super) struct Opened {
    pub(super) bgp_id: Option<Ipv4Addr>,
    /// Whether there is the capability of graceful restart, how long it takes in microseconds, and whether a NOTIFICATION is no
    /// end to it (RFC 8538).
    pub(super) restarts: bool,
    pub(super) restart_time: u64,
    pub(super) notification: bool,
    /// The families that survive, and whether their forwarding state was kept.
    pub(super) families: BTreeMap<Family, bool>,
    /// The families of long-lived graceful restart, whether their forwarding state was kept, and how long their routes may be
    /// stale, in microseconds.
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
        // RFC 9494 section 3.2: without the other capability it says nothing.
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

/// What a stale route waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wait {
    /// For its peer to come back in the time that it announced.
    Restart,
    /// For the end of the long-lived stale time.
    LongLived,
}

/// A route as those of one peer and family are told apart.
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

/// A route that a new connection took out of the table.
#[derive(Clone, Debug)]
pub(super) struct Shelved {
    pub(super) octets: Option<OtherKey>,
    pub(super) list: AttributesId,
    pub(super) time: u32,
}

/// What was before an OPEN, in case its connection loses to another one (RFC 4271 section 6.8).
#[derive(Clone, Debug)]
pub(super) struct Before {
    /// Until when that can be.
    pub(super) until: u64,
    pub(super) open: Option<Opened>,
    pub(super) down: bool,
    pub(super) refresh: BTreeMap<Family, Announced>,
    pub(super) waits: BTreeMap<Family, (u64, Wait)>,
    pub(super) stale: Vec<(PeerId, Option<Arc<StaleFamilies>>)>,
    pub(super) routes: BTreeMap<(PeerId, Told), Shelved>,
}

impl Before {
    /// A route was announced or withdrawn since; the list of one that need not be put back.
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

/// Adds a route to what was announced of its family.
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
    /// The collector's end of the last message.
    pub(super) local: Collector,
    pub(super) interface: u16,
    /// Whether the session ended and nothing has come since.
    pub(super) down: bool,
    /// Whether it is the peer that has the address now.
    pub(super) present: bool,
    /// The peer's last OPEN, and the collector's.
    pub(super) open: Option<Opened>,
    pub(super) own: Option<Opened>,
    /// What was announced since the beginning of a refresh (RFC 7313 section 4).
    pub(super) refresh: BTreeMap<Family, Announced>,
    /// When the stale routes of a family go.
    pub(super) waits: BTreeMap<Family, (u64, Wait)>,
    /// What was before the last OPENs: two connections at most collide.
    pub(super) before: Vec<Before>,
    /// Whether what is announced has to be remembered, for any of these.
    pub(super) watched: bool,
    /// Where routes of a family go, as long as nothing changes that.
    pub(super) peers: Vec<(Family, PeerId)>,
    /// The state of knowledge that these go by.
    pub(super) epoch: u64,
}

impl Speaker {
    pub(super) fn new(collector: Collector, address: Option<IpAddr>, asn: Asn) -> Self {
        Self {
            collector,
            address,
            asn,
            local: Collector::Unknown,
            interface: 0,
            down: false,
            present: false,
            open: None,
            own: None,
            refresh: BTreeMap::new(),
            waits: BTreeMap::new(),
            before: Vec::new(),
            watched: false,
            peers: Vec::new(),
            epoch: 0,
        }
    }
}
