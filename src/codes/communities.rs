//! Communities: well-known ones, and types and sub-types of extended ones.

use core::fmt;

/// Passes the rows of types to the macro `$then`. Types with a word for the text have sub-types that are fields.
macro_rules! ext_community_types {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                AS2 = 0x00, "two-octet AS", "RFC 7153";
                IPV4 = 0x01, "IPv4", "RFC 7153";
                AS4 = 0x02, "four-octet AS", "RFC 7153";
                OPAQUE = 0x03, "opaque", "RFC 4360";
                QOS_MARKING = 0x04, "QoS marking", "draft-knoll-idr-qos-attribute" { "qos-marking" };
                COS_CAPABILITY = 0x05, "CoS capability", "draft-knoll-idr-cos-interconnect" { "cos-capability" };
                EVPN = 0x06, "EVPN", "RFC 7153";
                FLOWSPEC_INTERFACE_SET = 0x07, "flowspec interface-set", "draft-ietf-idr-flowspec-interfaceset";
                FLOWSPEC_REDIRECT_TO_NEXT_HOP = 0x08, "flowspec redirect to next hop", "draft-simpson-idr-flowspec-redirect"
                    { "redirect-next-hop" };
                FLOWSPEC_INDIRECTION_ID = 0x09, "flowspec indirection-id", "draft-ietf-idr-flowspec-path-redirect"
                    { "indirection-id" };
                TRANSPORT_CLASS = 0x0a, "transport class", "RFC 9832";
                SFC = 0x0b, "SFC", "RFC 9015";
                MUP = 0x0c, "MUP", "draft-mpmz-bess-mup-safi";
                SOURCE_PE = 0x0d, "Source PE", "draft-ietf-idr-vpn-prefix-orf" { "source-pe" };
                AS2_NON_TRANSITIVE = 0x40, "two-octet AS, non-transitive", "RFC 7153";
                IPV4_NON_TRANSITIVE = 0x41, "IPv4, non-transitive", "RFC 7153";
                AS4_NON_TRANSITIVE = 0x42, "four-octet AS, non-transitive", "RFC 7153";
                OPAQUE_NON_TRANSITIVE = 0x43, "opaque, non-transitive", "RFC 7153";
                QOS_MARKING_NON_TRANSITIVE = 0x44, "QoS marking, non-transitive", "draft-knoll-idr-qos-attribute"
                    { "qos-marking-non-transitive" };
                FLOWSPEC_INTERFACE_SET_NON_TRANSITIVE = 0x47, "flowspec interface-set, non-transitive",
                    "draft-ietf-idr-flowspec-interfaceset";
                TRANSPORT_CLASS_NON_TRANSITIVE = 0x4a, "transport class, non-transitive", "RFC 9832";
                GENERIC_1 = 0x80, "generic", "RFC 7153";
                GENERIC_2 = 0x81, "generic, part 2", "RFC 8955";
                GENERIC_3 = 0x82, "generic, part 3", "RFC 8955";
                EIGRP = 0x88, "EIGRP", "Cisco" { "eigrp" };
            }
        }
    };
}
pub(crate) use ext_community_types;

ext_community_types! {
    code_points!
    /// Types of extended communities: the first octet (RFC 4360, RFC 7153).
    ExtCommunityType(u8)
}

/// Passes the rows of sub-types to the macro `$then`: first word of the text, and fields. Rows of one word are forms of the same
/// community, distinguished by their fields.
macro_rules! ext_community_subtypes {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                ROUTE_TARGET_AS2 = 0x0002, "Route Target, two-octet AS", "RFC 4360" { "rt" AS2 };
                ROUTE_ORIGIN_AS2 = 0x0003, "Route Origin, two-octet AS", "RFC 4360" { "soo" AS2 };
                LINK_BANDWIDTH_TRANSITIVE = 0x0004, "Link Bandwidth, two-octet AS", "RFC 10005"
                    { "link-bandwidth-transitive" RATE };
                OSPF_DOMAIN_AS2 = 0x0005, "OSPF Domain Identifier, two-octet AS", "RFC 4577" { "ospf-domain" AS2 };
                ROUTE_AGGREGATION_AS2 = 0x0006, "Route Aggregation Parameter, two-octet AS", "IANA extended communities"
                    { "route-aggregation" AS2 };
                DATA_COLLECTION = 0x0008, "BGP Data Collection, two-octet AS", "RFC 4384" { "data-collection" AS2 };
                SOURCE_AS = 0x0009, "Source AS, two-octet AS", "RFC 6514" { "source-as" &[As2, Zero(4)] };
                L2VPN_ID_AS2 = 0x000a, "L2VPN Identifier, two-octet AS", "RFC 6074" { "l2vpn-id" AS2 };
                CISCO_VPN_DISTINGUISHER_AS2 = 0x0010, "Cisco VPN-Distinguisher, two-octet AS", "Cisco" { "cisco-vpn" AS2 };
                RT_RECORD_AS2 = 0x0013, "Route-Target Record, two-octet AS", "draft-ietf-bess-service-chaining"
                    { "rt-record" AS2 };
                RT_DERIVED_AS2 = 0x0015, "RT-derived-EC, two-octet AS", "draft-zzhang-idr-rt-derived-community"
                    { "rt-derived" AS2 };
                VNI = 0x0080, "Virtual-Network Identifier, two-octet AS", "draft-ietf-bess-evpn-virtual-hub" { "vni" AS2 };
                ROUTE_TARGET_IPV4 = 0x0102, "Route Target, IPv4", "RFC 4360" { "rt" IPV4 };
                ROUTE_ORIGIN_IPV4 = 0x0103, "Route Origin, IPv4", "RFC 4360" { "soo" IPV4 };
                IFIT = 0x0104, "IPv4-Address-Specific IFIT Tail Community", "draft-ietf-idr-bgp-ifit-capabilities"
                    { "ifit" &[Ipv4, Hex(2)] };
                OSPF_DOMAIN_IPV4 = 0x0105, "OSPF Domain Identifier, IPv4", "RFC 4577" { "ospf-domain" IPV4 };
                OSPF_ROUTER_ID = 0x0107, "OSPF Route ID, IPv4", "RFC 4577" { "ospf-router-id" &[Ipv4, Zero(2)] };
                NODE_TARGET = 0x0109, "Node Target, IPv4", "draft-ietf-idr-node-target-ext-comm"
                    { "node-target" &[Ipv4, Zero(2)] };
                L2VPN_ID_IPV4 = 0x010a, "L2VPN Identifier, IPv4", "RFC 6074" { "l2vpn-id" IPV4 };
                VRF_ROUTE_IMPORT = 0x010b, "VRF Route Import, IPv4", "RFC 6514" { "vrf-import" IPV4 };
                FLOWSPEC_REDIRECT_TO_IPV4 = 0x010c, "Flow-spec Redirect-to-IPv4, IPv4", "draft-ietf-idr-flowspec-redirect-ip"
                    { "redirect-ip" &[Ipv4, Flags(2, COPY)] };
                CISCO_VPN_DISTINGUISHER_IPV4 = 0x0110, "Cisco VPN-Distinguisher, IPv4", "Cisco" { "cisco-vpn" IPV4 };
                INTER_AREA_P2MP_NEXT_HOP = 0x0112, "Inter-Area P2MP Segmented Next-Hop, IPv4", "RFC 7524"
                    { "inter-area-p2mp-next-hop" IPV4 };
                RT_RECORD_IPV4 = 0x0113, "Route-Target Record, IPv4", "draft-ietf-bess-service-chaining" { "rt-record" IPV4 };
                VRF_RECURSIVE_NEXT_HOP = 0x0114, "VRF-Recursive-Next-Hop, IPv4", "Cisco" { "vrf-recursive-next-hop" IPV4 };
                RT_DERIVED_IPV4 = 0x0115, "RT-derived-EC, IPv4", "draft-zzhang-idr-rt-derived-community" { "rt-derived" IPV4 };
                MVPN_SA_RP_ADDRESS = 0x0120, "MVPN SA RP-address, IPv4", "RFC 9081" { "mvpn-sa-rp" IPV4 };
                ROUTE_TARGET_AS4 = 0x0202, "Route Target, four-octet AS", "RFC 5668" { "rt" AS4 };
                ROUTE_ORIGIN_AS4 = 0x0203, "Route Origin, four-octet AS", "RFC 5668" { "soo" AS4 };
                GENERIC_AS4 = 0x0204, "Generic, four-octet AS", "draft-ietf-idr-as4octet-extcomm-generic-subtype"
                    { "generic" AS4 };
                OSPF_DOMAIN_AS4 = 0x0205, "OSPF Domain Identifier, four-octet AS", "RFC 4577" { "ospf-domain" AS4 };
                ROUTE_AGGREGATION_AS4 = 0x0206, "Route Aggregation Parameter, four-octet AS", "IANA extended communities"
                    { "route-aggregation" AS4 };
                DATA_COLLECTION_AS4 = 0x0208, "BGP Data Collection, four-octet AS", "RFC 4384" { "data-collection" AS4 };
                SOURCE_AS_AS4 = 0x0209, "Source AS, four-octet AS", "RFC 6514" { "source-as" &[As4, Zero(2)] };
                CISCO_VPN_DISTINGUISHER_AS4 = 0x0210, "Cisco VPN Identifier, four-octet AS", "Cisco" { "cisco-vpn" AS4 };
                RT_RECORD_AS4 = 0x0213, "Route-Target Record, four-octet AS", "draft-ietf-bess-service-chaining"
                    { "rt-record" AS4 };
                RT_DERIVED_AS4 = 0x0215, "RT-derived-EC, four-octet AS", "draft-zzhang-idr-rt-derived-community"
                    { "rt-derived" AS4 };
                COST = 0x0301, "Cost Community", "draft-ietf-idr-custom-decision" { "cost" &[Uint(1), Uint(1), Uint(4)] };
                CP_ORF = 0x0303, "CP-ORF", "RFC 7543" { "cp-orf" OCTETS };
                EXTRANET_SOURCE = 0x0304, "Extranet Source", "RFC 7900" { "extranet-source" OCTETS };
                EXTRANET_SEPARATION = 0x0305, "Extranet Separation", "RFC 7900" { "extranet-separation" OCTETS };
                OSPF_ROUTE_TYPE = 0x0306, "OSPF Route Type", "RFC 4577" { "ospf-route-type" &[Ipv4, Uint(1), Uint(1)] };
                ADDITIONAL_PMSI_FLAGS = 0x0307, "Additional PMSI Tunnel Attribute Flags", "RFC 7902" { "pmsi-flags" OCTETS };
                CONTEXT_LABEL_SPACE = 0x0308, "Context-Specific Label Space ID", "RFC 9573"
                    { "context-label-space" &[Uint(2), Uint(4)] };
                UPA = 0x0309, "UPA", "draft-krierhorn-idr-upa" { "upa" OCTETS };
                COLOR = 0x030b, "Color", "RFC 9012 section 4.3" { "color" &[Uint(2), Uint(4)] };
                ENCAPSULATION = 0x030c, "Encapsulation", "RFC 9012 section 4.1" { "encap" &[Zero(4), Named(2, TUNNELS)] };
                DEFAULT_GATEWAY = 0x030d, "Default Gateway", "RFC 7432 section 7.8" { "default-gateway" &[Zero(6)] };
                P2P_TO_MP = 0x030e, "Point-to-Point-to-Multipoint (PPMP) Label", "draft-ietf-bess-bgp-multicast"
                    { "p2p-to-mp" OCTETS };
                BGP_GROUP_POLICY_CLASS_TAG = 0x030f, "BGP Group Policy Class Tag", "IANA extended communities"
                    { "group-policy-class-tag" OCTETS };
                SITE_IDENTIFIER = 0x0310, "Site Identifier", "IANA extended communities" { "site-id" OCTETS };
                CONSISTENT_HASH_SORT_ORDER = 0x0314, "Consistent Hash Sort Order", "draft-ietf-bess-service-chaining"
                    { "hash-sort-order" OCTETS };
                GROUP_POLICY_ID = 0x0317, "Group Policy ID", "draft-wlin-bess-group-policy-id-extended-community"
                    { "group-policy-id" OCTETS };
                LOCAL_COLOR_MAPPING = 0x031b, "Local Color Mapping (LCM)", "RFC 9871" { "local-color-mapping" OCTETS };
                LOADBALANCE = 0x03aa, "LoadBalance", "draft-ietf-bess-service-chaining" { "load-balance" OCTETS };
                MAC_MOBILITY = 0x0600, "MAC Mobility", "RFC 7432 section 7.7"
                    { "mac-mobility" &[Flags(1, &[(1, "sticky")]), Zero(1), Uint(4)] };
                ESI_LABEL = 0x0601, "ESI Label", "RFC 7432 section 7.5"
                    { "esi-label" &[Flags(1, &[(1, "single-active")]), Zero(2), Label] };
                ES_IMPORT_ROUTE_TARGET = 0x0602, "ES-Import Route Target", "RFC 7432 section 7.6" { "es-import" &[Mac] };
                ROUTERS_MAC = 0x0603, "EVPN Router's MAC", "RFC 9135" { "router-mac" &[Mac] };
                LAYER_2_ATTRIBUTES = 0x0604, "EVPN Layer 2 Attributes", "RFC 8214 section 3.1"
                    { "l2-attributes" &[Flags(2, &[(1, "backup"), (2, "primary"), (4, "control-word")]), Uint(2), Zero(2)] };
                E_TREE = 0x0605, "E-Tree", "RFC 8317 section 5.1" { "e-tree" &[Flags(1, &[(1, "leaf")]), Zero(2), Label] };
                DF_ELECTION = 0x0606, "DF Election", "RFC 8584 section 2.2" { "df-election" &[Uint(1), Hex(2), Zero(3)] };
                ARP_ND = 0x0608, "ARP/ND", "RFC 9047"
                    { "arp-nd" &[Flags(1, &[(1, "router"), (2, "override"), (8, "immutable")]), Zero(5)] };
                MULTICAST_FLAGS = 0x0609, "Multicast Flags", "RFC 9251 section 9.4"
                    { "multicast-flags" &[Flags(2, &[(1, "igmp-proxy"), (2, "mld-proxy")]), Zero(4)] };
                EVI_ROUTE_TARGET_TYPE_0 = 0x060a, "EVI-RT Type 0", "RFC 9251" { "evi-rt" AS2 };
                EVI_ROUTE_TARGET_TYPE_1 = 0x060b, "EVI-RT Type 1", "RFC 9251" { "evi-rt" IPV4 };
                EVI_ROUTE_TARGET_TYPE_2 = 0x060c, "EVI-RT Type 2", "RFC 9251" { "evi-rt" AS4 };
                EVI_ROUTE_TARGET_TYPE_3 = 0x060d, "EVI-RT Type 3", "RFC 9251" { "evi-rt-3" OCTETS };
                ATTACHMENT_CIRCUIT = 0x060e, "EVPN Attachment Circuit", "draft-ietf-bess-evpn-ac-aware-bundling"
                    { "attachment-circuit" OCTETS };
                SERVICE_CARVING_TIME = 0x060f, "Service Carving Time", "RFC 9722" { "service-carving-time" &[Uint(4), Uint(2)] };
                EVPN_LINK_BANDWIDTH = 0x0610, "EVPN Link Bandwidth", "draft-ietf-bess-evpn-unequal-lb"
                    { "evpn-link-bandwidth" &[Uint(1), Uint(5)] };
                RT_DERIVED_EVPN = 0x0615, "RT-derived-EC, EVPN", "draft-zzhang-idr-rt-derived-community"
                    { "rt-derived-evpn" OCTETS };
                FLOWSPEC_INTERFACE_SET = 0x0702, "interface-set", "draft-ietf-idr-flowspec-interfaceset"
                    { "interface-set" &[As4, Hex(2)] };
                FLOWSPEC_REDIRECT_TO_NEXT_HOP = 0x0800, "redirect to next hop", "draft-simpson-idr-flowspec-redirect"
                    { "redirect-next-hop" &[Zero(5), Flags(1, COPY)] };
                ROUTE_TARGET_TRANSPORT_CLASS = 0x0a02, "Route Target, transport class", "RFC 9832"
                    { "transport-target" &[Zero(2), Uint(4)] };
                SFIR_POOL_IDENTIFIER = 0x0b01, "SFIR Pool Identifier", "RFC 9015" { "sfir-pool" &[Uint(6)] };
                SFC_MPLS_LABELS = 0x0b02, "MPLS Label Stack Mixed Swapping/Stacking Labels", "RFC 9015"
                    { "sfc-labels" &[Label, Label] };
                MUP_DIRECT_SEGMENT_AS2 = 0x0c00, "MUP direct segment, two-octet AS", "draft-mpmz-bess-mup-safi"
                    { "mup-direct" AS2 };
                MUP_DIRECT_SEGMENT_IPV4 = 0x0c01, "MUP direct segment, IPv4", "draft-mpmz-bess-mup-safi" { "mup-direct" IPV4 };
                MUP_DIRECT_SEGMENT_AS4 = 0x0c02, "MUP direct segment, four-octet AS", "draft-mpmz-bess-mup-safi"
                    { "mup-direct" AS4 };
                MUP_INTERWORK_SEGMENT_AS2 = 0x0c03, "MUP interwork segment, two-octet AS", "draft-mpmz-bess-mup-safi"
                    { "mup-interwork" AS2 };
                MUP_INTERWORK_SEGMENT_IPV4 = 0x0c04, "MUP interwork segment, IPv4", "draft-mpmz-bess-mup-safi"
                    { "mup-interwork" IPV4 };
                MUP_INTERWORK_SEGMENT_AS4 = 0x0c05, "MUP interwork segment, four-octet AS", "draft-mpmz-bess-mup-safi"
                    { "mup-interwork" AS4 };
                LINK_BANDWIDTH = 0x4004, "Link Bandwidth, two-octet AS, non-transitive", "RFC 10005" { "link-bandwidth" RATE };
                VNI_NON_TRANSITIVE = 0x4080, "Virtual-Network Identifier, two-octet AS, non-transitive",
                    "draft-drao-bgp-l3vpn-virtual-network-overlays"
                    { "vni-non-transitive" AS2 };
                NODE_TARGET_NON_TRANSITIVE = 0x4109, "Node Target, IPv4, non-transitive", "draft-ietf-idr-node-target-ext-comm"
                    { "node-target-non-transitive" &[Ipv4, Zero(2)] };
                GENERIC_AS4_NON_TRANSITIVE = 0x4204, "Generic, four-octet AS, non-transitive",
                    "draft-ietf-idr-as4octet-extcomm-generic-subtype"
                    { "generic-non-transitive" AS4 };
                ORIGIN_VALIDATION_STATE = 0x4300, "BGP Origin Validation State, non-transitive", "RFC 8097"
                    { "validation" &[Zero(5), Named(1, VALIDATION)] };
                COST_NON_TRANSITIVE = 0x4301, "Cost Community, non-transitive", "draft-ietf-idr-custom-decision"
                    { "cost-non-transitive" &[Uint(1), Uint(1), Uint(4)] };
                ROUTE_TARGET_OPAQUE_NON_TRANSITIVE = 0x4302, "Route Target, opaque, non-transitive", "IANA extended communities"
                    { "rt-opaque-non-transitive" OCTETS };
                RT_DERIVED_OPAQUE_NON_TRANSITIVE = 0x4315, "RT-derived-EC, opaque, non-transitive",
                    "draft-zzhang-idr-rt-derived-community"
                    { "rt-derived-opaque-non-transitive" OCTETS };
                FLOWSPEC_INTERFACE_SET_NON_TRANSITIVE = 0x4702, "interface-set, non-transitive",
                    "draft-ietf-idr-flowspec-interfaceset"
                    { "interface-set-non-transitive" &[As4, Hex(2)] };
                ROUTE_TARGET_TRANSPORT_CLASS_NON_TRANSITIVE = 0x4a02, "Route Target, transport class, non-transitive", "RFC 9832"
                    { "transport-target-non-transitive" &[Zero(2), Uint(4)] };
                OSPF_ROUTE_TYPE_DEPRECATED = 0x8000, "OSPF Route Type (deprecated)", "RFC 4577"
                    { "ospf-route-type-deprecated" &[Ipv4, Uint(1), Uint(1)] };
                OSPF_ROUTER_ID_DEPRECATED = 0x8001, "OSPF Router ID (deprecated)", "RFC 4577"
                    { "ospf-router-id-deprecated" &[Ipv4, Zero(2)] };
                SECURITY_GROUP = 0x8004, "SecurityGroup", "draft-smith-idr-security-group" { "security-group" AS2 };
                OSPF_DOMAIN_DEPRECATED = 0x8005, "OSPF Domain Identifier (deprecated)", "RFC 4577"
                    { "ospf-domain-deprecated" AS2 };
                FLOWSPEC_TRAFFIC_RATE_BYTES = 0x8006, "Flow spec traffic-rate-bytes", "RFC 8955" { "rate-bytes" RATE };
                FLOWSPEC_TRAFFIC_ACTION = 0x8007, "Flow spec traffic-action", "RFC 8955"
                    { "traffic-action" &[Zero(5), Flags(1, &[(1, "terminal"), (2, "sample")])] };
                FLOWSPEC_REDIRECT_AS2 = 0x8008, "Flow spec rt-redirect AS-2octet format", "RFC 8955" { "redirect" AS2 };
                FLOWSPEC_TRAFFIC_MARKING = 0x8009, "Flow spec traffic-remarking", "RFC 8955" { "mark" &[Zero(5), Uint(1)] };
                LAYER_2_INFO = 0x800a, "Layer2 Info", "RFC 4761 section 3.2.4" { "l2-info" &[Uint(1), Hex(1), Uint(2), Uint(2)] };
                E_TREE_INFO = 0x800b, "E-Tree Info", "RFC 7796" { "e-tree-info" &[Hex(2), Zero(4)] };
                FLOWSPEC_TRAFFIC_RATE_PACKETS = 0x800c, "Flow spec traffic-rate-packets", "RFC 8955" { "rate-packets" RATE };
                SFC_CLASSIFIERS = 0x800d, "Flow Specification for SFC Classifiers", "RFC 9015 section 7.4"
                    { "sfc-classifier" &[Uint(3), Uint(1), Uint(2)] };
                TAG = 0x8084, "Tag", "draft-smith-idr-security-group" { "tag" AS2 };
                ORIGIN_SUB_CLUSTER = 0x8085, "Origin Sub-Cluster", "draft-smith-idr-security-group" { "origin-sub-cluster" AS2 };
                FLOWSPEC_REDIRECT_IPV4 = 0x8108, "Flow spec rt-redirect IPv4 format", "RFC 8955" { "redirect" IPV4 };
                SECURITY_GROUP_AS4 = 0x8204, "SecurityGroupAS4", "draft-smith-idr-security-group" { "security-group" AS4 };
                FLOWSPEC_REDIRECT_AS4 = 0x8208, "Flow spec rt-redirect AS-4octet format", "RFC 8955" { "redirect" AS4 };
                TAG_AS4 = 0x8284, "Tag4", "draft-smith-idr-security-group" { "tag" AS4 };
                ORIGIN_SUB_CLUSTER_AS4 = 0x8285, "Origin Sub-Cluster4", "draft-smith-idr-security-group"
                    { "origin-sub-cluster" AS4 };
            }
        }
    };
}
pub(crate) use ext_community_subtypes;

ext_community_subtypes! {
    code_points!
    /// Sub-types of extended communities together with their type: the first two octets.
    ExtCommunitySubtype(u16)
}

/// Passes the rows of types to the macro `$then`: first word of the text.
macro_rules! ipv6_ext_community_subtypes {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                ROUTE_TARGET = 0x0002, "Route Target", "RFC 5701" { "rt" };
                ROUTE_ORIGIN = 0x0003, "Route Origin", "RFC 5701" { "ro" };
                OSPFV3_ROUTE_ATTRIBUTES = 0x0004, "OSPFv3 Route Attributes", "RFC 6565 (deprecated)"
                    { "ospfv3-route-attributes" };
                IFIT = 0x0005, "IPv6-Address-Specific IFIT Tail Community", "draft-wang-idr-bgp-ifit-capabilities" { "ifit" };
                LINK_BANDWIDTH = 0x0006, "Extension of Link Bandwidth", "draft-li-idr-link-bandwidth-ext";
                VRF_ROUTE_IMPORT = 0x000b, "VRF Route Import", "RFC 6515" { "vrf-route-import" };
                FLOWSPEC_REDIRECT_TO_IPV6 = 0x000c, "Flow-spec Redirect-to-IPv6", "draft-ietf-idr-flowspec-redirect-ip"
                    { "redirect-ip" };
                FLOWSPEC_RT_REDIRECT = 0x000d, "Flow spec rt-redirect-ipv6 format", "RFC 8956" { "redirect" };
                CISCO_VPN_DISTINGUISHER = 0x0010, "Cisco VPN-Distinguisher", "Cisco" { "cisco-vpn" };
                UUID_BASED_ROUTE_TARGET = 0x0011, "UUID-based Route Target", "Cisco";
                INTER_AREA_P2MP_NEXT_HOP = 0x0012, "Inter-Area P2MP Segmented Next-Hop", "RFC 7524"
                    { "inter-area-p2mp-next-hop" };
                VRF_RECURSIVE_NEXT_HOP = 0x0014, "VRF-Recursive-Next-Hop", "Cisco" { "vrf-recursive-next-hop" };
                DERIVED_ROUTE_TARGET = 0x0015, "RT-derived-EC", "draft-zzhang-idr-rt-derived-community" { "rt-derived" };
            }
        }
    };
}
pub(crate) use ipv6_ext_community_subtypes;

ipv6_ext_community_subtypes! {
    code_points!
    /// Types and sub-types of IPv6 address specific extended communities: their first two octets (RFC 5701).
    Ipv6ExtCommunitySubtype(u16)
}

code_points! {
    /// Well-known communities (RFC 1997).
    WellKnownCommunity(u32) {
        GRACEFUL_SHUTDOWN = 0xffff0000, "GRACEFUL_SHUTDOWN", "RFC 8326";
        ACCEPT_OWN = 0xffff0001, "ACCEPT_OWN", "RFC 7611";
        ROUTE_FILTER_TRANSLATED_V4 = 0xffff0002, "ROUTE_FILTER_TRANSLATED_V4", "draft-l3vpn-legacy-rtc";
        ROUTE_FILTER_V4 = 0xffff0003, "ROUTE_FILTER_V4", "draft-l3vpn-legacy-rtc";
        ROUTE_FILTER_TRANSLATED_V6 = 0xffff0004, "ROUTE_FILTER_TRANSLATED_V6", "draft-l3vpn-legacy-rtc";
        ROUTE_FILTER_V6 = 0xffff0005, "ROUTE_FILTER_V6", "draft-l3vpn-legacy-rtc";
        LLGR_STALE = 0xffff0006, "LLGR_STALE", "RFC 9494";
        NO_LLGR = 0xffff0007, "NO_LLGR", "RFC 9494";
        ACCEPT_OWN_NEXTHOP = 0xffff0008, "ACCEPT_OWN_NEXTHOP", "draft-agrewal-idr-accept-own-nexthop";
        STANDBY_PE = 0xffff0009, "STANDBY_PE", "RFC 9026";
        BLACKHOLE = 0xffff029a, "BLACKHOLE", "RFC 7999";
        NO_EXPORT = 0xffffff01, "NO_EXPORT", "RFC 1997";
        NO_ADVERTISE = 0xffffff02, "NO_ADVERTISE", "RFC 1997";
        NO_EXPORT_SUBCONFED = 0xffffff03, "NO_EXPORT_SUBCONFED", "RFC 1997";
        NOPEER = 0xffffff04, "NOPEER", "RFC 3765";
    }
}
