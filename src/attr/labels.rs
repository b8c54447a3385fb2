//! The meaning of label fields, from path attributes: VNIs (RFC 8365 section 5.1.3), or bits of SRv6 SIDs (RFC 9252 section 4).

use super::attribute::AttributesIter;
use super::body::Decode as _;
use super::pmsi::PmsiTunnel;
use super::tunnel::TunnelEncapsulation;
use crate::codes::{AttrCode, TunnelType};
use crate::nlri::{EvpnRoute, Label, RouteValue, ServiceLabels};
use crate::session::Session;

/// Whether an encapsulation has 24-bit virtual network identifiers in place of MPLS labels.
const fn has_vnis(tunnel: TunnelType) -> bool {
    matches!(tunnel, TunnelType::VXLAN | TunnelType::NVGRE | TunnelType::VXLAN_GPE | TunnelType::GENEVE)
}

/// Whether the attributes specify an encapsulation whose label fields are VNIs: in an encapsulation extended community or in
/// TUNNEL_ENCAPSULATION.
pub(super) fn labels_are_vnis(list: AttributesIter<'_>) -> bool {
    list.flatten().any(|attribute| match attribute.code() {
        AttrCode::EXTENDED_COMMUNITIES => attribute
            .raw()
            .as_chunks::<8>()
            .0
            .iter()
            // RFC 9012 section 4.1.
            .any(|community| matches!(*community, [0x03, 0x0c, .., a, b] if has_vnis(TunnelType(u16::from_be_bytes([a, b]))))),
        AttrCode::TUNNEL_ENCAPSULATION => TunnelEncapsulation::decode(attribute.raw(), 0, &Session::AS4)
            .is_ok_and(|list| list.iter().any(|tunnel| has_vnis(tunnel.kind()))),
        _ => false,
    })
}

/// The labels that may hold bits of a route's SRv6 SIDs: those of the route, the ESI label of an Ethernet A-D route of a whole
/// segment (RFC 9252 section 6.1.1), the label in PMSI_TUNNEL of an Inclusive Multicast route (section 6.3).
pub(super) fn service_labels(mut list: AttributesIter<'_>, route: &RouteValue<'_>) -> ServiceLabels {
    let mut labels = route.service_labels();
    match route {
        RouteValue::Evpn(EvpnRoute::EthernetAd(route)) if route.ethernet_tag == u32::MAX => {
            labels.layer2 =
                list.by_ref().flatten().filter(|a| a.code() == AttrCode::EXTENDED_COMMUNITIES).find_map(|attribute| {
                    attribute.raw().as_chunks::<8>().0.iter().find_map(|community| match *community {
                        // RFC 7432 section 7.5.
                        [0x06, 0x01, _, _, _, label @ ..] => Some(Label(label)),
                        _ => None,
                    })
                });
        }
        RouteValue::Evpn(EvpnRoute::InclusiveMulticast(_)) => {
            labels.layer2 = list
                .by_ref()
                .flatten()
                .find(|a| a.code() == AttrCode::PMSI_TUNNEL)
                .and_then(|attribute| PmsiTunnel::decode(attribute.raw(), 0, &Session::AS4).ok().map(|tunnel| tunnel.label));
        }
        _ => {}
    }
    labels
}
