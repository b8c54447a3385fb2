//! Link state: route types, protocols, and TLVs of routes and of the attribute (RFC 9552).

use core::fmt;

/// Passes the rows of BGP-LS NLRI types to the macro `$then`, which generates the route types: `plain` ones and those of VPNs.
macro_rules! bgp_ls_nlri_types {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                NODE = 1, "Node NLRI", "RFC 9552 section 5.2"
                    plain { "node" Node(LinkStateNode<'a>) }
                    vpn { "vpn-node" Node(OfVpn<LinkStateNode<'a>>) };
                LINK = 2, "Link NLRI", "RFC 9552 section 5.2"
                    plain { "link" Link(LinkStateLink<'a>) }
                    vpn { "vpn-link" Link(OfVpn<LinkStateLink<'a>>) };
                IPV4_PREFIX = 3, "IPv4 Topology Prefix NLRI", "RFC 9552 section 5.2"
                    plain { "ipv4-prefix" Ipv4Prefix(LinkStateIpv4Prefix<'a>) }
                    vpn { "vpn-ipv4-prefix" Ipv4Prefix(OfVpn<LinkStateIpv4Prefix<'a>>) };
                IPV6_PREFIX = 4, "IPv6 Topology Prefix NLRI", "RFC 9552 section 5.2"
                    plain { "ipv6-prefix" Ipv6Prefix(LinkStateIpv6Prefix<'a>) }
                    vpn { "vpn-ipv6-prefix" Ipv6Prefix(OfVpn<LinkStateIpv6Prefix<'a>>) };
                SR_POLICY_CANDIDATE_PATH = 5, "SR Policy Candidate Path NLRI", "RFC 9857 section 3"
                    plain { "te-policy" TePolicy(LinkStateTePolicy<'a>) }
                    vpn { "vpn-te-policy" TePolicy(OfVpn<LinkStateTePolicy<'a>>) };
                SRV6_SID = 6, "SRv6 SID NLRI", "RFC 9514 section 6"
                    plain { "srv6-sid" Srv6Sid(LinkStateSrv6Sid<'a>) }
                    vpn { "vpn-srv6-sid" Srv6Sid(OfVpn<LinkStateSrv6Sid<'a>>) };
                STUB_LINK = 7, "Stub Link NLRI", "draft-ietf-idr-bgp-ls-inter-as-topology-ext";
            }
        }
    };
}
pub(crate) use bgp_ls_nlri_types;

bgp_ls_nlri_types! {
    code_points!
    /// BGP-LS NLRI types (RFC 9552 section 5.2).
    BgpLsNlriType(u16)
}

/// Passes the rows of BGP-LS TLVs to the macro `$then`, which generates those of the attribute: `plain` ones, and `nested` ones
/// with inner TLVs. TLVs that only routes have are in the tables of `nlri::link_state`.
macro_rules! bgp_ls_tlvs {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                LOCAL_NODE_DESCRIPTORS = 256, "Local Node Descriptors", "RFC 9552";
                REMOTE_NODE_DESCRIPTORS = 257, "Remote Node Descriptors", "RFC 9552";
                LINK_LOCAL_REMOTE_IDENTIFIERS = 258, "Link Local/Remote Identifiers", "RFC 9552 section 5.2.2"
                    plain { "link-ids" LinkIdentifiers(LinkIdentifiers) };
                IPV4_INTERFACE_ADDRESS = 259, "IPv4 interface address", "RFC 9086 section 5"
                    plain { "ipv4-interface" Ipv4Interface(Ipv4Addr) };
                IPV4_NEIGHBOR_ADDRESS = 260, "IPv4 neighbor address", "RFC 9086 section 5"
                    plain { "ipv4-neighbor" Ipv4Neighbor(Ipv4Addr) };
                IPV6_INTERFACE_ADDRESS = 261, "IPv6 interface address", "RFC 9086 section 5"
                    plain { "ipv6-interface" Ipv6Interface(Ipv6Addr) };
                IPV6_NEIGHBOR_ADDRESS = 262, "IPv6 neighbor address", "RFC 9086 section 5"
                    plain { "ipv6-neighbor" Ipv6Neighbor(Ipv6Addr) };
                MULTI_TOPOLOGY_IDENTIFIER = 263, "Multi-Topology Identifier", "RFC 9552 section 5.2.2.1"
                    plain { "mt-id" MultiTopology(List<'a, MultiTopologyId>) };
                OSPF_ROUTE_TYPE = 264, "OSPF Route Type", "RFC 9552";
                IP_REACHABILITY_INFORMATION = 265, "IP Reachability Information", "RFC 9552";
                NODE_MSD = 266, "Node MSD", "RFC 8814 section 3" plain { "node-msd" NodeMsd(List<'a, Msd>) };
                LINK_MSD = 267, "Link MSD", "RFC 8814 section 4" plain { "link-msd" LinkMsd(List<'a, Msd>) };
                REMOTE_AS_NUMBER = 270, "Remote AS Number", "draft-ietf-idr-bgpls-inter-as-topology-ext";
                IPV4_REMOTE_ASBR_ID = 271, "IPv4 Remote ASBR ID", "draft-ietf-idr-bgpls-inter-as-topology-ext";
                IPV6_REMOTE_ASBR_ID = 272, "IPv6 Remote ASBR ID", "draft-ietf-idr-bgpls-inter-as-topology-ext";
                AUTONOMOUS_SYSTEM = 512, "Autonomous System", "RFC 9552";
                BGP_LS_IDENTIFIER = 513, "BGP-LS Identifier", "RFC 9552 (deprecated)";
                OSPF_AREA_ID = 514, "OSPF Area-ID", "RFC 9552";
                IGP_ROUTER_ID = 515, "IGP Router-ID", "RFC 9552";
                BGP_ROUTER_ID = 516, "BGP Router-ID", "RFC 9086";
                CONFEDERATION_MEMBER = 517, "BGP Confederation Member", "RFC 9086";
                SRV6_SID_INFORMATION = 518, "SRv6 SID Information", "RFC 9514";
                BGP_ROUTE_TYPE = 535, "BGP Route Type", "draft-ietf-idr-bgp-ls-bgp-only-fabric";
                TUNNEL_ID = 550, "Tunnel ID", "draft-ietf-idr-bgp-ls-te-path";
                LSP_ID = 551, "LSP ID", "draft-ietf-idr-bgp-ls-te-path";
                TUNNEL_HEAD_END_ADDRESS = 552, "IPv4/6 Tunnel Head-end address", "draft-ietf-idr-bgp-ls-te-path";
                TUNNEL_TAIL_END_ADDRESS = 553, "IPv4/6 Tunnel Tail-end address", "draft-ietf-idr-bgp-ls-te-path";
                SR_POLICY_CANDIDATE_PATH_DESCRIPTOR = 554, "SR Policy Candidate Path Descriptor", "RFC 9857";
                MPLS_LOCAL_CROSS_CONNECT = 555, "MPLS Local Cross Connect", "draft-ietf-idr-bgp-ls-te-path";
                MPLS_CROSS_CONNECT_INTERFACE = 556, "MPLS Cross Connect Interface", "draft-ietf-idr-bgp-ls-te-path";
                MPLS_CROSS_CONNECT_FEC = 557, "MPLS Cross Connect FEC", "draft-ietf-idr-bgp-ls-te-path";
                NODE_FLAG_BITS = 1024, "Node Flag Bits", "RFC 9552 section 5.3.1.1" plain { "node-flags" NodeFlags(NodeFlags) };
                OPAQUE_NODE_ATTRIBUTE = 1025, "Opaque Node Attribute", "RFC 9552 section 5.3.1.5"
                    plain { "opaque-node" OpaqueNode(&'a [u8]) };
                NODE_NAME = 1026, "Node Name", "RFC 9552 section 5.3.1.3" plain { "node-name" NodeName(Name<'a>) };
                IS_IS_AREA_IDENTIFIER = 1027, "IS-IS Area Identifier", "RFC 9552 section 5.3.1.2"
                    plain { "is-is-area" IsIsArea(IsIsArea<'a>) };
                IPV4_ROUTER_ID_OF_LOCAL_NODE = 1028, "IPv4 Router-ID of Local Node", "RFC 9552 section 5.3.1.4"
                    plain { "ipv4-local-router-id" Ipv4LocalRouterId(Ipv4Addr) };
                IPV6_ROUTER_ID_OF_LOCAL_NODE = 1029, "IPv6 Router-ID of Local Node", "RFC 9552 section 5.3.1.4"
                    plain { "ipv6-local-router-id" Ipv6LocalRouterId(Ipv6Addr) };
                IPV4_ROUTER_ID_OF_REMOTE_NODE = 1030, "IPv4 Router-ID of Remote Node", "RFC 9552 section 5.3.2.1"
                    plain { "ipv4-remote-router-id" Ipv4RemoteRouterId(Ipv4Addr) };
                IPV6_ROUTER_ID_OF_REMOTE_NODE = 1031, "IPv6 Router-ID of Remote Node", "RFC 9552 section 5.3.2.1"
                    plain { "ipv6-remote-router-id" Ipv6RemoteRouterId(Ipv6Addr) };
                S_BFD_DISCRIMINATORS = 1032, "S-BFD Discriminators", "RFC 9247";
                SR_CAPABILITIES = 1034, "SR Capabilities", "RFC 9085 section 2.1.2"
                    nested { "sr-capabilities" SrCapabilities(SrCapabilities<'a>) };
                SR_ALGORITHM = 1035, "SR Algorithm", "RFC 9085 section 2.1.3"
                    plain { "sr-algorithms" SrAlgorithms(List<'a, u8>), "Segment routing algorithms of a node." };
                SR_LOCAL_BLOCK = 1036, "SR Local Block", "RFC 9085 section 2.1.4"
                    nested { "sr-local-block" SrLocalBlock(SrLocalBlock<'a>) };
                SRMS_PREFERENCE = 1037, "SRMS Preference", "RFC 9085 section 2.1.5"
                    plain { "srms-preference" SrmsPreference(u8) };
                SRV6_CAPABILITIES = 1038, "SRv6 Capabilities", "RFC 9514 section 3.1"
                    plain { "srv6-capabilities" Srv6Capabilities(Srv6Capabilities) };
                FLEXIBLE_ALGORITHM_DEFINITION = 1039, "Flexible Algorithm Definition", "RFC 9351";
                FLEXIBLE_ALGORITHM_EXCLUDE_ANY_AFFINITY = 1040, "Flexible Algorithm Exclude-Any Affinity", "RFC 9351";
                FLEXIBLE_ALGORITHM_INCLUDE_ANY_AFFINITY = 1041, "Flexible Algorithm Include-Any Affinity", "RFC 9351";
                FLEXIBLE_ALGORITHM_INCLUDE_ALL_AFFINITY = 1042, "Flexible Algorithm Include-All Affinity", "RFC 9351";
                FLEXIBLE_ALGORITHM_DEFINITION_FLAGS = 1043, "Flexible Algorithm Definition Flags", "RFC 9351";
                FLEXIBLE_ALGORITHM_PREFIX_METRIC = 1044, "Flexible Algorithm Prefix Metric", "RFC 9351";
                FLEXIBLE_ALGORITHM_EXCLUDE_SRLG = 1045, "Flexible Algorithm Exclude SRLG", "RFC 9351";
                FLEXIBLE_ALGORITHM_UNSUPPORTED = 1046, "Flexible Algorithm Unsupported", "RFC 9351";
                IP_ALGORITHM = 1047, "IP Algorithm", "draft-ietf-idr-bgp-ls-flex-algo-ext";
                IP_ALGORITHM_PREFIX_REACHABILITY = 1048, "IP Algorithm Prefix Reachability",
                    "draft-ietf-idr-bgp-ls-flex-algo-ext";
                FLEXIBLE_ALGORITHM_EXCLUDE_MINIMUM_BANDWIDTH = 1049, "Flexible Algorithm Exclude Minimum Bandwidth",
                    "draft-ietf-idr-bgp-ls-flex-algo-ext";
                FLEXIBLE_ALGORITHM_EXCLUDE_MAXIMUM_LINK_DELAY = 1050, "Flexible Algorithm Exclude Maximum Link Delay",
                    "draft-ietf-idr-bgp-ls-flex-algo-ext";
                FLEXIBLE_ALGORITHM_REFERENCE_BANDWIDTH = 1051, "Flexible Algorithm Reference Bandwidth",
                    "draft-ietf-idr-bgp-ls-flex-algo-ext";
                FLEXIBLE_ALGORITHM_BANDWIDTH_THRESHOLDS = 1052, "Flexible Algorithm Bandwidth Thresholds",
                    "draft-ietf-idr-bgp-ls-flex-algo-ext";
                FLEXIBLE_ALGORITHM_EXCLUDE_ANY_REVERSE_AFFINITY = 1053, "Flexible Algorithm Exclude Any Reverse Affinity",
                    "draft-ietf-idr-bgp-ls-flex-algo-ext";
                FLEXIBLE_ALGORITHM_INCLUDE_ANY_REVERSE_AFFINITY = 1054, "Flexible Algorithm Include Any Reverse Affinity",
                    "draft-ietf-idr-bgp-ls-flex-algo-ext";
                FLEXIBLE_ALGORITHM_INCLUDE_ALL_REVERSE_AFFINITY = 1055, "Flexible Algorithm Include All Reverse Affinity",
                    "draft-ietf-idr-bgp-ls-flex-algo-ext";
                GENERIC_METRIC = 1056, "Generic Metric", "draft-ietf-idr-bgp-ls-flex-algo-ext";
                ADMINISTRATIVE_GROUP = 1088, "Administrative group (color)", "RFC 9552 section 5.3.2"
                    plain { "admin-group" AdminGroup(AdminGroups) };
                MAXIMUM_LINK_BANDWIDTH = 1089, "Maximum link bandwidth", "RFC 9552 section 5.3.2"
                    plain { "max-bandwidth" MaxBandwidth(Float), "In octets per second." };
                MAX_RESERVABLE_LINK_BANDWIDTH = 1090, "Max. reservable link bandwidth", "RFC 9552 section 5.3.2"
                    plain { "max-reservable-bandwidth" MaxReservableBandwidth(Float), "In octets per second." };
                UNRESERVED_BANDWIDTH = 1091, "Unreserved bandwidth", "RFC 9552 section 5.3.2"
                    plain { "unreserved-bandwidth" UnreservedBandwidth(UnreservedBandwidth), "In octets per second." };
                TE_DEFAULT_METRIC = 1092, "TE Default Metric", "RFC 9552 section 5.3.2.3" plain { "te-metric" TeMetric(u32) };
                LINK_PROTECTION_TYPE = 1093, "Link Protection Type", "RFC 9552 section 5.3.2"
                    plain { "link-protection" LinkProtection(LinkProtection) };
                MPLS_PROTOCOL_MASK = 1094, "MPLS Protocol Mask", "RFC 9552 section 5.3.2.2"
                    plain { "mpls-protocols" MplsProtocols(MplsProtocols) };
                IGP_METRIC = 1095, "IGP Metric", "RFC 9552 section 5.3.2.4" plain { "igp-metric" IgpMetric(IgpMetric) };
                SHARED_RISK_LINK_GROUP = 1096, "Shared Risk Link Group", "RFC 9552 section 5.3.2.5"
                    plain { "srlg" SharedRisks(List<'a, u32>) };
                OPAQUE_LINK_ATTRIBUTE = 1097, "Opaque Link Attribute", "RFC 9552 section 5.3.2.6"
                    plain { "opaque-link" OpaqueLink(&'a [u8]) };
                LINK_NAME = 1098, "Link Name", "RFC 9552 section 5.3.2.7" plain { "link-name" LinkName(Name<'a>) };
                ADJACENCY_SID = 1099, "Adjacency SID", "RFC 9085 section 2.2.1"
                    plain { "adjacency-sid" AdjacencySid(AdjacencySid) };
                LAN_ADJACENCY_SID = 1100, "LAN Adjacency SID", "RFC 9085 section 2.2.2"
                    plain { "lan-adjacency-sid" LanAdjacencySid(LanAdjacencySid) };
                PEERNODE_SID = 1101, "PeerNode SID", "RFC 9086 section 5.1"
                    plain { "peer-node-sid" PeerNodeSid(PeerSid), "SID of a BGP peer." };
                PEERADJ_SID = 1102, "PeerAdj SID", "RFC 9086 section 5.2"
                    plain { "peer-adj-sid" PeerAdjSid(PeerSid), "SID of a link to a BGP peer." };
                PEERSET_SID = 1103, "PeerSet SID", "RFC 9086 section 5.3"
                    plain { "peer-set-sid" PeerSetSid(PeerSid), "SID of a set of BGP peers." };
                LINK_MTU = 1104, "Link MTU", "draft-ietf-idr-bgp-ls-link-mtu";
                RTM_CAPABILITY = 1105, "RTM Capability", "RFC 8169";
                SRV6_END_X_SID = 1106, "SRv6 End.X SID", "RFC 9514 section 4.1"
                    nested { "srv6-end-x-sid" Srv6EndXSid(Srv6EndXSid<'a>) };
                IS_IS_SRV6_LAN_END_X_SID = 1107, "IS-IS SRv6 LAN End.X SID", "RFC 9514 section 4.2"
                    nested { "srv6-is-is-lan-end-x-sid" Srv6IsIsLanEndXSid(Srv6IsIsLanEndXSid<'a>) };
                OSPFV3_SRV6_LAN_END_X_SID = 1108, "OSPFv3 SRv6 LAN End.X SID", "RFC 9514 section 4.2"
                    nested { "srv6-ospf-lan-end-x-sid" Srv6OspfLanEndXSid(Srv6OspfLanEndXSid<'a>) };
                UNIDIRECTIONAL_LINK_DELAY = 1114, "Unidirectional Link Delay", "RFC 8571 section 2.1"
                    plain { "delay" Delay(Measured), "In microseconds." };
                MIN_MAX_UNIDIRECTIONAL_LINK_DELAY = 1115, "Min/Max Unidirectional Link Delay", "RFC 8571 section 2.2"
                    plain { "delay-range" DelayRange(DelayRange), "In microseconds." };
                UNIDIRECTIONAL_DELAY_VARIATION = 1116, "Unidirectional Delay Variation", "RFC 8571 section 2.3"
                    plain { "delay-variation" DelayVariation(DelayVariation), "In microseconds." };
                UNIDIRECTIONAL_LINK_LOSS = 1117, "Unidirectional Link Loss", "RFC 8571 section 2.4"
                    plain { "loss" Loss(Measured), "In steps of 0.000003 percent." };
                UNIDIRECTIONAL_RESIDUAL_BANDWIDTH = 1118, "Unidirectional Residual Bandwidth", "RFC 8571 section 2.5"
                    plain { "residual-bandwidth" ResidualBandwidth(Float),
                      "Bandwidth minus reservations, in octets per second." };
                UNIDIRECTIONAL_AVAILABLE_BANDWIDTH = 1119, "Unidirectional Available Bandwidth", "RFC 8571 section 2.6"
                    plain { "available-bandwidth" AvailableBandwidth(Float),
                      "Residual bandwidth minus unreserved use, in octets per second." };
                UNIDIRECTIONAL_UTILIZED_BANDWIDTH = 1120, "Unidirectional Utilized Bandwidth", "RFC 8571 section 2.7"
                    plain { "utilized-bandwidth" UtilizedBandwidth(Float), "Bandwidth in use, in octets per second." };
                GRACEFUL_LINK_SHUTDOWN = 1121, "Graceful-Link-Shutdown TLV", "RFC 8379";
                APPLICATION_SPECIFIC_LINK_ATTRIBUTES = 1122, "Application-Specific Link Attributes", "RFC 9294 section 2"
                    nested { "application-attributes" ApplicationAttributes(ApplicationAttributes<'a>),
                      "Attributes for specific applications." };
                IGP_FLAGS = 1152, "IGP Flags", "RFC 9552 section 5.3.3.1" plain { "igp-flags" IgpFlags(IgpPrefixFlags) };
                IGP_ROUTE_TAG = 1153, "IGP Route Tag", "RFC 9552 section 5.3.3.2" plain { "route-tags" RouteTags(List<'a, u32>) };
                IGP_EXTENDED_ROUTE_TAG = 1154, "IGP Extended Route Tag", "RFC 9552 section 5.3.3.3"
                    plain { "extended-route-tags" ExtendedRouteTags(List<'a, u64>) };
                PREFIX_METRIC = 1155, "Prefix Metric", "RFC 9552 section 5.3.3.4" plain { "prefix-metric" PrefixMetric(u32) };
                OSPF_FORWARDING_ADDRESS = 1156, "OSPF Forwarding Address", "RFC 9552 section 5.3.3.5"
                    plain { "ospf-forwarding-address" OspfForwardingAddress(IpAddr) };
                OPAQUE_PREFIX_ATTRIBUTE = 1157, "Opaque Prefix Attribute", "RFC 9552 section 5.3.3.6"
                    plain { "opaque-prefix" OpaquePrefix(&'a [u8]) };
                PREFIX_SID = 1158, "Prefix-SID", "RFC 9085 section 2.3.1" plain { "prefix-sid" PrefixSid(IgpPrefixSid) };
                RANGE = 1159, "Range", "RFC 9085 section 2.3.5"
                    nested { "prefix-range" PrefixRange(PrefixRange<'a>), "SIDs of consecutive prefixes." };
                IS_IS_FLOOD_REFLECTION = 1160, "IS-IS Flood Reflection", "draft-ietf-idr-bgp-ls-isis-flood-reflection";
                SID_LABEL = 1161, "SID/Label", "RFC 9085 section 2.1.1"
                    plain { "sid-label" SidLabel(SidLabel), "A label or an index." };
                SRV6_LOCATOR = 1162, "SRv6 Locator", "RFC 9514 section 5.1"
                    nested { "srv6-locator" Srv6Locator(Srv6Locator<'a>) };
                PREFIX_ATTRIBUTE_FLAGS = 1170, "Prefix Attributes Flags", "RFC 9085 section 2.3.2"
                    plain { "prefix-flags" PrefixFlags(&'a [u8]), "Defined by the protocol." };
                SOURCE_ROUTER_IDENTIFIER = 1171, "Source Router Identifier", "RFC 9085 section 2.3.3"
                    plain { "source-router-id" SourceRouterId(IpAddr), "Of the prefix originator." };
                L2_BUNDLE_MEMBER_ATTRIBUTES = 1172, "L2 Bundle Member Attributes", "RFC 9085 section 2.2.3"
                    nested { "l2-bundle-member" BundleMember(BundleMember<'a>) };
                EXTENDED_ADMINISTRATIVE_GROUP = 1173, "Extended Administrative Group", "RFC 9104 section 2"
                    plain { "extended-admin-group" ExtendedAdminGroup(List<'a, AdminGroups>) };
                SOURCE_OSPF_ROUTER_ID = 1174, "Source OSPF Router-ID", "RFC 9085 section 2.3.4"
                    plain { "source-ospf-router-id" SourceOspfRouterId(Ipv4Addr), "Of the prefix originator." };
                SPF_CAPABILITY = 1180, "SPF Capability", "RFC 9815 (deprecated)";
                SEQUENCE_NUMBER = 1181, "Sequence Number", "RFC 9815";
                IPV4_LINK_PREFIX_LENGTH = 1182, "IPv4 Link Prefix Length", "RFC 9815 (deprecated)";
                IPV6_LINK_PREFIX_LENGTH = 1183, "IPv6 Link Prefix Length", "RFC 9815 (deprecated)";
                SPF_STATUS = 1184, "SPF Status", "RFC 9815";
                ADDRESS_FAMILY_LINK_DESCRIPTOR = 1185, "Address Family Link Descriptor", "RFC 9815";
                MPLS_TE_PATH_STATE = 1200, "MPLS-TE Path State", "draft-ietf-idr-bgp-ls-te-path";
                SR_BINDING_SID = 1201, "SR Binding SID", "RFC 9857 section 5.1" plain { "sr-binding-sid" BindingSid(BindingSid) };
                SR_CANDIDATE_PATH_STATE = 1202, "SR Candidate Path State", "RFC 9857 section 5.3"
                    plain { "sr-candidate-path-state" CandidatePathStatus(CandidatePathStatus) };
                SR_CANDIDATE_PATH_NAME = 1203, "SR Candidate Path Name", "RFC 9857 section 5.5"
                    plain { "sr-candidate-path-name" CandidatePathName(Name<'a>) };
                SR_CANDIDATE_PATH_CONSTRAINTS = 1204, "SR Candidate Path Constraints", "RFC 9857 section 5.6"
                    nested { "sr-candidate-path-constraints" CandidatePathConstraints(CandidatePathConstraints<'a>) };
                SR_SEGMENT_LIST = 1205, "SR Segment List", "RFC 9857 section 5.7"
                    nested { "sr-segment-list" SegmentList(SegmentList<'a>) };
                SR_SEGMENT = 1206, "SR Segment", "RFC 9857";
                SR_SEGMENT_LIST_METRIC = 1207, "SR Segment List Metric", "RFC 9857";
                SR_AFFINITY_CONSTRAINT = 1208, "SR Affinity Constraint", "RFC 9857";
                SR_SRLG_CONSTRAINT = 1209, "SR SRLG Constraint", "RFC 9857";
                SR_BANDWIDTH_CONSTRAINT = 1210, "SR Bandwidth Constraint", "RFC 9857";
                SR_DISJOINT_GROUP_CONSTRAINT = 1211, "SR Disjoint Group Constraint", "RFC 9857";
                SRV6_BINDING_SID = 1212, "SRv6 Binding SID", "RFC 9857 section 5.2"
                    nested { "srv6-binding-sid" Srv6BindingSid(Srv6BindingSid<'a>) };
                SR_POLICY_NAME = 1213, "SR Policy Name", "RFC 9857 section 5.4" plain { "sr-policy-name" PolicyName(Name<'a>) };
                SR_BIDIRECTIONAL_GROUP_CONSTRAINT = 1214, "SR Bidirectional Group Constraint", "RFC 9857";
                SR_METRIC_CONSTRAINT = 1215, "SR Metric Constraint", "RFC 9857";
                SR_SEGMENT_LIST_BANDWIDTH = 1216, "SR Segment List Bandwidth", "RFC 9857";
                SR_SEGMENT_LIST_IDENTIFIER = 1217, "SR Segment List Identifier", "RFC 9857";
                NRP = 1220, "NRP", "draft-ietf-idr-bgp-ls-sr-policy-nrp";
                SRV6_ENDPOINT_BEHAVIOR = 1250, "SRv6 Endpoint Behavior", "RFC 9514 section 7.1"
                    plain { "srv6-endpoint-behavior" Srv6EndpointBehavior(Srv6EndpointBehavior) };
                SRV6_BGP_PEERNODE_SID = 1251, "SRv6 BGP PeerNode SID", "RFC 9514 section 7.2"
                    plain { "srv6-peer-node-sid" Srv6PeerNodeSid(Srv6PeerNodeSid), "The BGP peer of an SRv6 SID." };
                SRV6_SID_STRUCTURE = 1252, "SRv6 SID Structure", "RFC 9514 section 8"
                    plain { "srv6-sid-structure" Srv6SidStructure(Srv6SidStructure), "The lengths of the parts of an SRv6 SID." };
            }
        }
    };
}
pub(crate) use bgp_ls_tlvs;

bgp_ls_tlvs! {
    code_points!
    /// BGP-LS TLVs: descriptors and attributes.
    BgpLsTlv(u16)
}

code_points! {
    /// BGP-LS protocol identifiers.
    BgpLsProtocol(u8) {
        IS_IS_LEVEL_1 = 1, "IS-IS Level 1", "RFC 9552";
        IS_IS_LEVEL_2 = 2, "IS-IS Level 2", "RFC 9552";
        OSPFV2 = 3, "OSPFv2", "RFC 9552";
        DIRECT = 4, "Direct", "RFC 9552";
        STATIC = 5, "Static", "RFC 9552";
        OSPFV3 = 6, "OSPFv3", "RFC 9552";
        BGP = 7, "BGP", "RFC 9086";
        RSVP_TE = 8, "RSVP-TE", "RFC 9857";
        SEGMENT_ROUTING = 9, "Segment Routing", "RFC 9857";
    }
    /// Route types of OSPF in BGP-LS (RFC 9552 section 5.2.3.1).
    OspfRouteType(u8) {
        INTRA_AREA = 1, "Intra-Area", "RFC 9552";
        INTER_AREA = 2, "Inter-Area", "RFC 9552";
        EXTERNAL_1 = 3, "External 1", "RFC 9552";
        EXTERNAL_2 = 4, "External 2", "RFC 9552";
        NSSA_1 = 5, "NSSA 1", "RFC 9552";
        NSSA_2 = 6, "NSSA 2", "RFC 9552";
    }
    /// Segment types in the BGP-LS TLV SR Segment.
    SrSegmentDescriptor(u8) {
        TYPE_A = 1, "Type A Segment", "RFC 9857";
        TYPE_B = 2, "Type B Segment", "RFC 9857";
        TYPE_C = 3, "Type C Segment", "RFC 9857";
        TYPE_D = 4, "Type D Segment", "RFC 9857";
        TYPE_E = 5, "Type E Segment", "RFC 9857";
        TYPE_F = 6, "Type F Segment", "RFC 9857";
        TYPE_G = 7, "Type G Segment", "RFC 9857";
        TYPE_H = 8, "Type H Segment", "RFC 9857";
        TYPE_I = 9, "Type I Segment", "RFC 9857";
        TYPE_J = 10, "Type J Segment", "RFC 9857";
        TYPE_K = 11, "Type K Segment", "RFC 9857";
    }
    /// Metric types in the SR policy TLVs of BGP-LS.
    SrPolicyMetric(u8) {
        IGP = 0, "IGP", "RFC 9857";
        MIN_UNIDIRECTIONAL_DELAY = 1, "Min Unidirectional Delay", "RFC 9857";
        TE = 2, "TE", "RFC 9857";
        HOP_COUNT = 3, "Hop Count", "RFC 9857";
        SID_LIST_LENGTH = 4, "SID List Length", "RFC 9857";
        BANDWIDTH = 5, "Bandwidth", "RFC 9857";
        AVG_UNIDIRECTIONAL_DELAY = 6, "Avg Unidirectional Delay", "RFC 9857";
        UNIDIRECTIONAL_DELAY_VARIATION = 7, "Unidirectional Delay Variation", "RFC 9857";
        LOSS = 8, "Loss", "RFC 9857";
    }
    /// Origin of a candidate path of an SR policy (RFC 9857 section 4).
    SrPolicyOrigin(u8) {
        PCEP = 1, "PCEP", "RFC 9857";
        BGP_SR_POLICY = 2, "BGP SR Policy", "RFC 9857";
        CONFIGURATION = 3, "Configuration", "RFC 9857";
        PCEP_OF_PCE = 10, "PCEP (in PCEP or when BGP-LS Producer is PCE)", "RFC 9857";
        BGP_SR_POLICY_OF_PCE = 20, "BGP SR Policy (in PCEP or when BGP-LS Producer is PCE)", "RFC 9857";
        CONFIGURATION_OF_PCE = 30, "Configuration (in PCEP or when BGP-LS Producer is PCE)", "RFC 9857";
    }
}
