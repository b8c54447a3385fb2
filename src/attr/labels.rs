//! The meaning of label fields, from path attributes: VNIs (RFC 8365 section 5.1.3), or bits of SRv6 SIDs (RFC 9252 section 4).

use super::attribute::{Attribute, AttributesIter};
use super::body::Decode as _;
use super::ext_community::ExtendedCommunity;
use super::pmsi::PmsiTunnel;
use super::tunnel::TunnelEncapsulation;
use crate::codes::{AttrCode, ExtCommunitySubtype, TunnelType};
use crate::nlri::{EvpnRoute, Label, RouteValue, ServiceLabel, ServiceLabels};
use crate::session::Session;

/// Whether an encapsulation has 24-bit virtual network identifiers in place of MPLS labels.
const fn has_vnis(tunnel: TunnelType) -> bool {
    matches!(tunnel, TunnelType::VXLAN | TunnelType::NVGRE | TunnelType::VXLAN_GPE | TunnelType::GENEVE)
}

/// The whole communities of EXTENDED_COMMUNITIES, even if the attribute is malformed.
fn communities(attribute: Attribute<'_>) -> impl Iterator<Item = ExtendedCommunity> {
    attribute.raw().as_chunks::<8>().0.iter().copied().map(ExtendedCommunity)
}

/// Whether the attributes specify an encapsulation whose label fields are VNIs: in an encapsulation extended community or in
/// TUNNEL_ENCAPSULATION.
pub(super) fn labels_are_vnis(list: AttributesIter<'_>) -> bool {
    list.flatten().any(|attribute| match attribute.code() {
        AttrCode::EXTENDED_COMMUNITIES => communities(attribute).any(|community| {
            let [.., a, b] = community.value();
            community.code() == ExtCommunitySubtype::ENCAPSULATION && has_vnis(TunnelType(u16::from_be_bytes([a, b])))
        }),
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
                    let community = communities(attribute).find(|it| it.code() == ExtCommunitySubtype::ESI_LABEL)?;
                    let [_, _, _, label @ ..] = community.value();
                    Some(ServiceLabel::esi(Label(label)))
                });
        }
        RouteValue::Evpn(EvpnRoute::InclusiveMulticast(_)) => {
            labels.layer2 = list
                .by_ref()
                .flatten()
                .find(|a| a.code() == AttrCode::PMSI_TUNNEL)
                .and_then(|attribute| PmsiTunnel::decode(attribute.raw(), 0, &Session::AS4).ok())
                .map(|tunnel| ServiceLabel::evpn(tunnel.label));
        }
        _ => {}
    }
    labels
}
