//! Routes of families without plain prefixes: a sorted map by identity, beside the trie.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::List;
use crate::family::Family;
use crate::nlri::{CarRoute, Esi, EvpnRoute, Gateway, Label, LabelEncoding, Labels, MulticastFlags, MupRoute, RawRoute};
use crate::nlri::{RouteValue, VplsRoute, VpnPrefix, route_len};
use crate::wire::Cursor;

/// A map key: family, identity, octets. Routes of one identity are adjacent.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct OtherKey {
    pub(super) family: Family,
    pub(super) identity: Box<[u8]>,
    pub(super) octets: Box<[u8]>,
}

/// Route numbers, shared with prefixes.
pub(super) type Others = BTreeMap<OtherKey, u32>;

/// One label with a meaningless value.
const LABEL: &[[u8; 3]] = &[[0, 0, 1]];

/// The key of a route, without path identifier; `None` if it cannot be stored: it cannot be read, its family does not give a
/// route's length, or it would read differently from a table dump.
pub(super) fn key_of(route: &RawRoute<'_>) -> Option<OtherKey> {
    let (identity, decoded) = identity(route)?;
    // Table dumps do not say how labels are read.
    let from_dump = RawRoute::new(route.family, route.bytes, route.offset);
    let is_same = route.labels == LabelEncoding::Unknown || from_dump.decode() == Ok(decoded);
    is_same.then(|| OtherKey { family: route.family, identity, octets: route.bytes.into() })
}

/// The identity of a route within its family: its octets with all other fields 0; and the route.
///
/// Routes that differ only in labels, in an Ethernet segment or gateway of EVPN, or in the TLVs after a key are the same route,
/// and the later one wins (RFC 8277 section 2.4, RFC 7432 section 7, RFC 9136 section 3.1, RFC 9251 section 9, RFC 4761 section
/// 3.2.2, RFC 9871 section 2.9, draft-mpmz-bess-mup-safi section 3.1).
pub(super) fn identity<'a>(route: &RawRoute<'a>) -> Option<(Box<[u8]>, RouteValue<'a>)> {
    // Routes of a family that gives no length may span the rest of the field.
    if !matches!(route_len(route.family, Cursor::at(route.bytes, 0)), Ok(Some(len)) if len == route.bytes.len()) {
        return None;
    }
    let decoded = route.decode().ok()?;
    let mut octets = Vec::with_capacity(route.bytes.len());
    let identity = match blank(decoded) {
        Some(blank) if blank.encode(route.family, &mut octets).is_ok() => octets.into(),
        _ => route.bytes.into(),
    };
    Some((identity, decoded))
}

/// The route with non-identifying fields set to 0; `None` if all fields identify it.
fn blank(route: RouteValue<'_>) -> Option<RouteValue<'_>> {
    let no_segment = Esi([0; 10]);
    let no_label = Label([0; 3]);
    let no_flags = MulticastFlags::empty();
    Some(match route {
        RouteValue::Labeled(mut route) => {
            route.labels = Labels::new(LABEL);
            RouteValue::Labeled(route)
        }
        RouteValue::Vpn(route) => RouteValue::Vpn(VpnPrefix { labels: Labels::new(LABEL), ..route }),
        RouteValue::Evpn(EvpnRoute::EthernetAd(mut route)) => {
            route.label = no_label;
            RouteValue::Evpn(EvpnRoute::EthernetAd(route))
        }
        RouteValue::Evpn(EvpnRoute::MacIp(mut route)) => {
            (route.esi, route.label1, route.label2) = (no_segment, no_label, None);
            RouteValue::Evpn(EvpnRoute::MacIp(route))
        }
        RouteValue::Evpn(EvpnRoute::IpPrefix(mut route)) => {
            route.gateway = Gateway(match route.gateway.0 {
                IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
                IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
            });
            (route.esi, route.label) = (no_segment, no_label);
            RouteValue::Evpn(EvpnRoute::IpPrefix(route))
        }
        RouteValue::Evpn(EvpnRoute::SelectiveMulticast(mut route)) => {
            route.flags = no_flags;
            RouteValue::Evpn(EvpnRoute::SelectiveMulticast(route))
        }
        RouteValue::Evpn(EvpnRoute::ReportSynch(mut route)) => {
            route.flags = no_flags;
            RouteValue::Evpn(EvpnRoute::ReportSynch(route))
        }
        RouteValue::Evpn(EvpnRoute::LeaveSynch(mut route)) => {
            (route.reserved, route.max_response_time, route.flags) = (0, 0, None);
            RouteValue::Evpn(EvpnRoute::LeaveSynch(route))
        }
        RouteValue::Vpls(VplsRoute::Site(mut route)) => {
            (route.ve_block_size, route.label_base) = (0, no_label);
            RouteValue::Vpls(VplsRoute::Site(route))
        }
        RouteValue::Car(route) => RouteValue::Car(CarRoute { tlvs: List::default(), ..route }),
        RouteValue::Mup(MupRoute::Type1Session(mut route)) => {
            route.tunnel = None;
            RouteValue::Mup(MupRoute::Type1Session(route))
        }
        RouteValue::Mup(MupRoute::Type2Session(mut route)) => {
            route.tlvs = &[];
            RouteValue::Mup(MupRoute::Type2Session(route))
        }
        _ => return None,
    })
}
