//! Code points: one table per registry, one row per value.
//!
//! A code point is a newtype over the integer on the wire. A value without a row is an ordinary value: it is kept, compared and
//! displayed by number.

use core::fmt;

mod attributes;
mod families;

pub(crate) use attributes::path_attributes;
pub(crate) use families::families;

// One registry. The rows
//     /// Path attribute type codes.
//     AttrCode(u8) {
//         ORIGIN = 1, "ORIGIN", "RFC 4271 section 5.1.1";
//     }
// generate `pub struct AttrCode(pub u8)`, the constant `AttrCode::ORIGIN` with its source as documentation, `name()`, and the
// text forms `ORIGIN` for the value 1 and `AttrCode(99)` for a value without a row.
macro_rules! code_points {
    ($($(#[$doc:meta])* $type:ident($int:ty) { $($point:ident = $value:literal, $text:literal, $source:literal;)* })*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(pub $int);

        impl $type {
            $(
                #[doc = concat!($text, ": ", $source, ".")]
                pub const $point: Self = Self($value);
            )*

            /// All named values, in registry order.
            pub const ALL: &'static [Self] = &[$(Self($value)),*];

            /// The registered name; `None` for a value without a row.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($text),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, concat!(stringify!($type), "({})"), self.0),
                }
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl From<$int> for $type {
            fn from(value: $int) -> Self {
                Self(value)
            }
        }

        impl From<$type> for $int {
            fn from(value: $type) -> Self {
                value.0
            }
        }
    )* };
}

mod mrt;

pub(crate) use mrt::RecordLayout;
pub use mrt::{Bgp4mpSubtype, LegacyBgpSubtype, MrtType, SubtypeName, TableDumpSubtype, TableDumpV2Subtype};

code_points! {
    /// BGP message types.
    MessageType(u8) {
        OPEN = 1, "OPEN", "RFC 4271 section 4.2";
        UPDATE = 2, "UPDATE", "RFC 4271 section 4.3";
        NOTIFICATION = 3, "NOTIFICATION", "RFC 4271 section 4.5";
        KEEPALIVE = 4, "KEEPALIVE", "RFC 4271 section 4.4";
        ROUTE_REFRESH = 5, "ROUTE-REFRESH", "RFC 2918";
        CAPABILITY = 6, "CAPABILITY", "draft-ietf-idr-dynamic-cap";
        ROUTE_REFRESH_PRE_STANDARD = 128, "ROUTE-REFRESH (pre-standard)", "before RFC 2918";
    }
    /// Types of optional parameters in OPEN.
    OpenParameter(u8) {
        AUTHENTICATION = 1, "Authentication", "RFC 4271 (deprecated by RFC 5492)";
        CAPABILITIES = 2, "Capabilities", "RFC 5492";
        EXTENDED_LENGTH = 255, "Extended Length", "RFC 9072";
    }
    /// BGP roles (RFC 9234 section 4.1).
    Role(u8) {
        PROVIDER = 0, "Provider", "RFC 9234";
        RS = 1, "RS", "RFC 9234";
        RS_CLIENT = 2, "RS-Client", "RFC 9234";
        CUSTOMER = 3, "Customer", "RFC 9234";
        PEER = 4, "Peer", "RFC 9234";
    }
    /// Subtypes of ROUTE-REFRESH (RFC 7313 section 3.2).
    RouteRefreshSubtype(u8) {
        REQUEST = 0, "Request", "RFC 2918";
        BORR = 1, "BoRR", "RFC 7313";
        EORR = 2, "EoRR", "RFC 7313";
        RESERVED = 255, "Reserved", "RFC 7313";
    }
    /// Capability codes (RFC 5492).
    CapabilityCode(u8) {
        MULTIPROTOCOL = 1, "Multiprotocol", "RFC 4760";
        ROUTE_REFRESH = 2, "Route Refresh", "RFC 2918";
        ORF = 3, "Outbound Route Filtering", "RFC 5291";
        MULTIPLE_ROUTES = 4, "Multiple Routes", "RFC 3107 (deprecated by RFC 8277)";
        EXTENDED_NEXT_HOP = 5, "Extended Next Hop", "RFC 8950";
        EXTENDED_MESSAGE = 6, "Extended Message", "RFC 8654";
        BGPSEC = 7, "BGPsec", "RFC 8205";
        MULTIPLE_LABELS = 8, "Multiple Labels", "RFC 8277";
        ROLE = 9, "Role", "RFC 9234";
        GRACEFUL_RESTART = 64, "Graceful Restart", "RFC 4724";
        AS4 = 65, "4-octet AS", "RFC 6793";
        DYNAMIC_DEPRECATED = 66, "Dynamic (deprecated)", "IANA capability codes";
        DYNAMIC = 67, "Dynamic", "draft-ietf-idr-dynamic-cap";
        MULTISESSION = 68, "Multisession", "draft-ietf-idr-bgp-multisession";
        ADD_PATH = 69, "ADD-PATH", "RFC 7911";
        ENHANCED_ROUTE_REFRESH = 70, "Enhanced Route Refresh", "RFC 7313";
        LLGR = 71, "LLGR", "RFC 9494";
        ROUTING_POLICY_DISTRIBUTION = 72, "Routing Policy Distribution", "draft-ietf-idr-rpd";
        FQDN = 73, "FQDN", "draft-walton-bgp-hostname-capability";
        BFD_STRICT_MODE = 74, "BFD Strict-Mode", "draft-ietf-idr-bgp-bfd-strict-mode";
        SOFTWARE_VERSION = 75, "Software Version", "draft-abraitis-bgp-version-capability";
        PATHS_LIMIT = 76, "PATHS-LIMIT", "draft-abraitis-idr-addpath-paths-limit";
        LINK_LOCAL_NEXT_HOP = 77, "Link-Local Next Hop", "draft-ietf-idr-linklocal-capability";
        ROUTE_REFRESH_PRE_STANDARD = 128, "Route Refresh (pre-standard)", "RFC 8810";
        ORF_PRE_STANDARD = 129, "ORF (pre-standard)", "RFC 8810";
        ORF_CISCO = 130, "ORF (Cisco)", "RFC 8810";
        MULTISESSION_PRE_STANDARD = 131, "Multisession (pre-standard)", "RFC 8810";
        FQDN_PRE_STANDARD = 184, "FQDN (pre-standard)", "RFC 8810";
        OPERATIONAL_PRE_STANDARD = 185, "OPERATIONAL (pre-standard)", "RFC 8810";
        RESERVED = 255, "Reserved", "RFC 8810";
    }
    /// Types of outbound route filters (RFC 5291).
    OrfType(u8) {
        COMMUNITIES = 2, "Communities", "before RFC 5291";
        EXTENDED_COMMUNITIES = 3, "Extended Communities", "before RFC 5291";
        ADDRESS_PREFIX = 64, "Address Prefix", "RFC 5292";
        CP_ORF = 65, "CP-ORF", "RFC 7543";
        ADDRESS_PREFIX_PRE_STANDARD = 128, "Address Prefix (pre-standard)", "before RFC 5292";
    }
    /// When to send routes again after a change of filters (RFC 5291 section 4).
    WhenToRefresh(u8) {
        IMMEDIATE = 1, "IMMEDIATE", "RFC 5291";
        DEFER = 2, "DEFER", "RFC 5291";
    }
    /// Actions of outbound route filter entries (RFC 5291 section 4).
    OrfAction(u8) {
        ADD = 0, "ADD", "RFC 5291";
        REMOVE = 1, "REMOVE", "RFC 5291";
        REMOVE_ALL = 2, "REMOVE-ALL", "RFC 5291";
    }
    /// Address family identifiers.
    Afi(u16) {
        IPV4 = 1, "IPv4", "RFC 4760";
        IPV6 = 2, "IPv6", "RFC 4760";
        NSAP = 3, "NSAP", "IANA address family numbers";
        HDLC = 4, "HDLC", "IANA address family numbers";
        BBN_1822 = 5, "BBN 1822", "IANA address family numbers";
        IEEE_802 = 6, "802", "IANA address family numbers";
        E_163 = 7, "E.163", "IANA address family numbers";
        E_164 = 8, "E.164", "IANA address family numbers";
        F_69 = 9, "F.69", "IANA address family numbers";
        X_121 = 10, "X.121", "IANA address family numbers";
        IPX = 11, "IPX", "IANA address family numbers";
        APPLETALK = 12, "AppleTalk", "IANA address family numbers";
        DECNET_IV = 13, "DECnet IV", "IANA address family numbers";
        BANYAN_VINES = 14, "Banyan Vines", "IANA address family numbers";
        E_164_WITH_NSAP = 15, "E.164 with NSAP", "IANA address family numbers";
        DNS = 16, "DNS", "IANA address family numbers";
        DISTINGUISHED_NAME = 17, "Distinguished Name", "IANA address family numbers";
        AS_NUMBER = 18, "AS Number", "IANA address family numbers";
        XTP_OVER_IPV4 = 19, "XTP over IPv4", "IANA address family numbers";
        XTP_OVER_IPV6 = 20, "XTP over IPv6", "IANA address family numbers";
        XTP_NATIVE = 21, "XTP native", "IANA address family numbers";
        FIBRE_CHANNEL_PORT = 22, "Fibre Channel Port", "IANA address family numbers";
        FIBRE_CHANNEL_NODE = 23, "Fibre Channel Node", "IANA address family numbers";
        GWID = 24, "GWID", "IANA address family numbers";
        L2VPN = 25, "L2VPN", "RFC 4761";
        MPLS_TP_SECTION = 26, "MPLS-TP Section", "RFC 7212";
        MPLS_TP_LSP = 27, "MPLS-TP LSP", "RFC 7212";
        MPLS_TP_PSEUDOWIRE = 28, "MPLS-TP Pseudowire", "RFC 7212";
        MT_IPV4 = 29, "MT IPv4", "RFC 7307";
        MT_IPV6 = 30, "MT IPv6", "RFC 7307";
        SFC = 31, "SFC", "RFC 9015";
        EIGRP_COMMON = 16384, "EIGRP Common", "IANA address family numbers";
        EIGRP_IPV4 = 16385, "EIGRP IPv4", "IANA address family numbers";
        EIGRP_IPV6 = 16386, "EIGRP IPv6", "IANA address family numbers";
        LCAF = 16387, "LCAF", "IANA address family numbers";
        BGP_LS = 16388, "BGP-LS", "RFC 9552";
        MAC_48 = 16389, "48-bit MAC", "RFC 7042";
        MAC_64 = 16390, "64-bit MAC", "RFC 7042";
        OUI = 16391, "OUI", "RFC 7961";
        MAC_24 = 16392, "MAC/24", "RFC 7961";
        MAC_40 = 16393, "MAC/40", "RFC 7961";
        IPV6_64 = 16394, "IPv6/64", "RFC 7961";
        RBRIDGE_PORT = 16395, "RBridge Port", "RFC 7961";
        TRILL_NICKNAME = 16396, "TRILL Nickname", "RFC 7455";
        UUID = 16397, "UUID", "IANA address family numbers";
        ROUTING_POLICY = 16398, "Routing Policy", "draft-ietf-idr-rpd";
        MPLS_NAMESPACES = 16399, "MPLS Namespaces", "IANA address family numbers";
    }
    /// Subsequent address family identifiers.
    Safi(u8) {
        UNICAST = 1, "unicast", "RFC 4760";
        MULTICAST = 2, "multicast", "RFC 4760";
        UNICAST_MULTICAST = 3, "unicast+multicast", "RFC 2858 (deprecated)";
        LABELED = 4, "labeled", "RFC 8277";
        MCAST_VPN = 5, "mcast-vpn", "RFC 6514";
        MS_PW = 6, "ms-pw", "RFC 7267";
        ENCAPSULATION = 7, "encapsulation", "RFC 5512 (obsolete)";
        MCAST_VPLS = 8, "mcast-vpls", "RFC 7117";
        SFC = 9, "sfc", "RFC 9015";
        TUNNEL = 64, "tunnel", "draft-nalawade-kapoor-tunnel-safi";
        VPLS = 65, "vpls", "RFC 4761";
        MDT = 66, "mdt", "RFC 6037";
        IPV4_OVER_IPV6 = 67, "4over6", "RFC 5747";
        IPV6_OVER_IPV4 = 68, "6over4", "IANA SAFI registry";
        L1VPN = 69, "l1vpn", "RFC 5195";
        EVPN = 70, "evpn", "RFC 7432";
        BGP_LS = 71, "link-state", "RFC 9552";
        BGP_LS_VPN = 72, "link-state-vpn", "RFC 9552";
        SR_POLICY = 73, "sr-policy", "RFC 9830";
        SD_WAN = 74, "sd-wan", "draft-dunbar-idr-sdwan-port-safi";
        ROUTING_POLICY = 75, "routing-policy", "draft-ietf-idr-rpd";
        CLASSFUL_TRANSPORT = 76, "classful-transport", "RFC 9832";
        TUNNELED_FLOWSPEC = 77, "tunneled-flowspec", "draft-ietf-idr-flowspec-nvo3";
        MCAST_TREE = 78, "mcast-tree", "draft-ietf-bess-bgp-multicast";
        DPS = 79, "dps", "IANA SAFI registry";
        BGP_LS_SPF = 80, "link-state-spf", "RFC 9815";
        CAR = 83, "car", "RFC 9871";
        VPN_CAR = 84, "vpn-car", "RFC 9871";
        MUP = 85, "mup", "draft-mpmz-bess-mup-safi";
        MPLS_VPN = 128, "vpn", "RFC 4364";
        VPN_MULTICAST = 129, "vpn-multicast", "RFC 6513";
        VPN_UNICAST_MULTICAST = 130, "vpn-unicast+multicast", "before RFC 4364 (deprecated)";
        ROUTE_TARGET = 132, "route-target", "RFC 4684";
        FLOWSPEC = 133, "flowspec", "RFC 8955";
        VPN_FLOWSPEC = 134, "vpn-flowspec", "RFC 8955";
        VPN_DISCOVERY = 140, "vpn-discovery", "draft-ietf-l3vpn-bgpvpn-auto (deprecated)";
    }
    /// EVPN route types.
    EvpnRouteType(u8) {
        ETHERNET_AUTO_DISCOVERY = 1, "Ethernet Auto-Discovery", "RFC 7432";
        MAC_IP_ADVERTISEMENT = 2, "MAC/IP Advertisement", "RFC 7432";
        INCLUSIVE_MULTICAST_ETHERNET_TAG = 3, "Inclusive Multicast Ethernet Tag", "RFC 7432";
        ETHERNET_SEGMENT = 4, "Ethernet Segment", "RFC 7432";
        IP_PREFIX = 5, "IP Prefix", "RFC 9136";
        SELECTIVE_MULTICAST_ETHERNET_TAG = 6, "Selective Multicast Ethernet Tag", "RFC 9251";
        MULTICAST_MEMBERSHIP_REPORT_SYNCH = 7, "Multicast Membership Report Synch", "RFC 9251";
        MULTICAST_LEAVE_SYNCH = 8, "Multicast Leave Synch", "RFC 9251";
        PER_REGION_I_PMSI_A_D = 9, "Per-Region I-PMSI A-D", "RFC 9572";
        S_PMSI_A_D = 10, "S-PMSI A-D", "RFC 9572";
        LEAF_A_D = 11, "Leaf A-D", "RFC 9572";
    }
    /// Types of Ethernet segment identifiers (RFC 7432 section 5).
    EsiType(u8) {
        ARBITRARY = 0, "arbitrary", "RFC 7432";
        LACP = 1, "LACP", "RFC 7432";
        MSTP = 2, "MSTP", "RFC 7432";
        MAC = 3, "MAC", "RFC 7432";
        ROUTER_ID = 4, "Router-ID", "RFC 7432";
        AS = 5, "AS", "RFC 7432";
    }
    /// MCAST-VPN route types (RFC 6514 section 4).
    McastVpnRouteType(u8) {
        INTRA_AS_I_PMSI_A_D = 1, "Intra-AS I-PMSI A-D", "RFC 6514";
        INTER_AS_I_PMSI_A_D = 2, "Inter-AS I-PMSI A-D", "RFC 6514";
        S_PMSI_A_D = 3, "S-PMSI A-D", "RFC 6514";
        LEAF_A_D = 4, "Leaf A-D", "RFC 6514";
        SOURCE_ACTIVE_A_D = 5, "Source Active A-D", "RFC 6514";
        SHARED_TREE_JOIN = 6, "Shared Tree Join", "RFC 6514";
        SOURCE_TREE_JOIN = 7, "Source Tree Join", "RFC 6514";
    }
    /// MUP route types of the 3gpp-5g architecture.
    MupRouteType(u16) {
        INTERWORK_SEGMENT_DISCOVERY = 1, "Interwork Segment Discovery", "draft-mpmz-bess-mup-safi";
        DIRECT_SEGMENT_DISCOVERY = 2, "Direct Segment Discovery", "draft-mpmz-bess-mup-safi";
        TYPE_1_SESSION_TRANSFORMED = 3, "Type 1 Session Transformed", "draft-mpmz-bess-mup-safi";
        TYPE_2_SESSION_TRANSFORMED = 4, "Type 2 Session Transformed", "draft-mpmz-bess-mup-safi";
    }
    /// BGP-LS NLRI types (RFC 9552 section 5.2).
    BgpLsNlriType(u16) {
        NODE = 1, "Node", "RFC 9552";
        LINK = 2, "Link", "RFC 9552";
        IPV4_PREFIX = 3, "IPv4 Prefix", "RFC 9552";
        IPV6_PREFIX = 4, "IPv6 Prefix", "RFC 9552";
        SR_POLICY_CANDIDATE_PATH = 5, "SR Policy Candidate Path", "RFC 9857";
        SRV6_SID = 6, "SRv6 SID", "RFC 9514";
        STUB_LINK = 7, "Stub Link", "draft-ietf-idr-bgp-ls-inter-as-topology-ext";
    }
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
    /// BGP-LS TLVs: descriptors and attributes.
    BgpLsTlv(u16) {
        LOCAL_NODE_DESCRIPTORS = 256, "Local Node Descriptors", "RFC 9552";
        REMOTE_NODE_DESCRIPTORS = 257, "Remote Node Descriptors", "RFC 9552";
        LINK_LOCAL_REMOTE_IDENTIFIERS = 258, "Link Local/Remote Identifiers", "RFC 9552";
        IPV4_INTERFACE_ADDRESS = 259, "IPv4 Interface Address", "RFC 9552";
        IPV4_NEIGHBOR_ADDRESS = 260, "IPv4 Neighbor Address", "RFC 9552";
        IPV6_INTERFACE_ADDRESS = 261, "IPv6 Interface Address", "RFC 9552";
        IPV6_NEIGHBOR_ADDRESS = 262, "IPv6 Neighbor Address", "RFC 9552";
        MULTI_TOPOLOGY_IDENTIFIER = 263, "Multi-Topology Identifier", "RFC 9552";
        OSPF_ROUTE_TYPE = 264, "OSPF Route Type", "RFC 9552";
        IP_REACHABILITY_INFORMATION = 265, "IP Reachability Information", "RFC 9552";
        NODE_MSD = 266, "Node MSD", "RFC 8814";
        LINK_MSD = 267, "Link MSD", "RFC 8814";
        AUTONOMOUS_SYSTEM = 512, "Autonomous System", "RFC 9552";
        BGP_LS_IDENTIFIER = 513, "BGP-LS Identifier", "RFC 9552 (deprecated)";
        OSPF_AREA_ID = 514, "OSPF Area-ID", "RFC 9552";
        IGP_ROUTER_ID = 515, "IGP Router-ID", "RFC 9552";
        BGP_ROUTER_ID = 516, "BGP Router-ID", "RFC 9086";
        CONFEDERATION_MEMBER = 517, "Confederation Member", "RFC 9086";
        SRV6_SID_INFORMATION = 518, "SRv6 SID Information", "RFC 9514";
        TUNNEL_ID = 550, "Tunnel ID", "draft-ietf-idr-bgp-ls-te-path";
        LSP_ID = 551, "LSP ID", "draft-ietf-idr-bgp-ls-te-path";
        TUNNEL_HEAD_END_ADDRESS = 552, "IPv4/6 Tunnel Head-end Address", "draft-ietf-idr-bgp-ls-te-path";
        TUNNEL_TAIL_END_ADDRESS = 553, "IPv4/6 Tunnel Tail-end Address", "draft-ietf-idr-bgp-ls-te-path";
        SR_POLICY_CANDIDATE_PATH_DESCRIPTOR = 554, "SR Policy Candidate Path Descriptor", "RFC 9857";
        NODE_FLAG_BITS = 1024, "Node Flag Bits", "RFC 9552";
        OPAQUE_NODE_ATTRIBUTE = 1025, "Opaque Node Attribute", "RFC 9552";
        NODE_NAME = 1026, "Node Name", "RFC 9552";
        IS_IS_AREA_IDENTIFIER = 1027, "IS-IS Area Identifier", "RFC 9552";
        IPV4_ROUTER_ID_OF_LOCAL_NODE = 1028, "IPv4 Router-ID of Local Node", "RFC 9552";
        IPV6_ROUTER_ID_OF_LOCAL_NODE = 1029, "IPv6 Router-ID of Local Node", "RFC 9552";
        IPV4_ROUTER_ID_OF_REMOTE_NODE = 1030, "IPv4 Router-ID of Remote Node", "RFC 9552";
        IPV6_ROUTER_ID_OF_REMOTE_NODE = 1031, "IPv6 Router-ID of Remote Node", "RFC 9552";
        SR_CAPABILITIES = 1034, "SR Capabilities", "RFC 9085";
        SR_ALGORITHM = 1035, "SR Algorithm", "RFC 9085";
        SR_LOCAL_BLOCK = 1036, "SR Local Block", "RFC 9085";
        SRMS_PREFERENCE = 1037, "SRMS Preference", "RFC 9085";
        SRV6_CAPABILITIES = 1038, "SRv6 Capabilities", "RFC 9514";
        ADMINISTRATIVE_GROUP = 1088, "Administrative Group", "RFC 9552";
        MAXIMUM_LINK_BANDWIDTH = 1089, "Maximum Link Bandwidth", "RFC 9552";
        MAX_RESERVABLE_LINK_BANDWIDTH = 1090, "Max. Reservable Link Bandwidth", "RFC 9552";
        UNRESERVED_BANDWIDTH = 1091, "Unreserved Bandwidth", "RFC 9552";
        TE_DEFAULT_METRIC = 1092, "TE Default Metric", "RFC 9552";
        LINK_PROTECTION_TYPE = 1093, "Link Protection Type", "RFC 9552";
        MPLS_PROTOCOL_MASK = 1094, "MPLS Protocol Mask", "RFC 9552";
        IGP_METRIC = 1095, "IGP Metric", "RFC 9552";
        SHARED_RISK_LINK_GROUP = 1096, "Shared Risk Link Group", "RFC 9552";
        OPAQUE_LINK_ATTRIBUTE = 1097, "Opaque Link Attribute", "RFC 9552";
        LINK_NAME = 1098, "Link Name", "RFC 9552";
        ADJACENCY_SID = 1099, "Adjacency SID", "RFC 9085";
        LAN_ADJACENCY_SID = 1100, "LAN Adjacency SID", "RFC 9085";
        PEERNODE_SID = 1101, "PeerNode SID", "RFC 9086";
        PEERADJ_SID = 1102, "PeerAdj SID", "RFC 9086";
        PEERSET_SID = 1103, "PeerSet SID", "RFC 9086";
        SRV6_END_X_SID = 1106, "SRv6 End.X SID", "RFC 9514";
        IS_IS_SRV6_LAN_END_X_SID = 1107, "IS-IS SRv6 LAN End.X SID", "RFC 9514";
        OSPFV3_SRV6_LAN_END_X_SID = 1108, "OSPFv3 SRv6 LAN End.X SID", "RFC 9514";
        UNIDIRECTIONAL_LINK_DELAY = 1114, "Unidirectional Link Delay", "RFC 8571";
        MIN_MAX_UNIDIRECTIONAL_LINK_DELAY = 1115, "Min/Max Unidirectional Link Delay", "RFC 8571";
        UNIDIRECTIONAL_DELAY_VARIATION = 1116, "Unidirectional Delay Variation", "RFC 8571";
        UNIDIRECTIONAL_LINK_LOSS = 1117, "Unidirectional Link Loss", "RFC 8571";
        UNIDIRECTIONAL_RESIDUAL_BANDWIDTH = 1118, "Unidirectional Residual Bandwidth", "RFC 8571";
        UNIDIRECTIONAL_AVAILABLE_BANDWIDTH = 1119, "Unidirectional Available Bandwidth", "RFC 8571";
        UNIDIRECTIONAL_UTILIZED_BANDWIDTH = 1120, "Unidirectional Utilized Bandwidth", "RFC 8571";
        APPLICATION_SPECIFIC_LINK_ATTRIBUTES = 1122, "Application-Specific Link Attributes", "RFC 9294";
        IGP_FLAGS = 1152, "IGP Flags", "RFC 9552";
        IGP_ROUTE_TAG = 1153, "IGP Route Tag", "RFC 9552";
        IGP_EXTENDED_ROUTE_TAG = 1154, "IGP Extended Route Tag", "RFC 9552";
        PREFIX_METRIC = 1155, "Prefix Metric", "RFC 9552";
        OSPF_FORWARDING_ADDRESS = 1156, "OSPF Forwarding Address", "RFC 9552";
        OPAQUE_PREFIX_ATTRIBUTE = 1157, "Opaque Prefix Attribute", "RFC 9552";
        PREFIX_SID = 1158, "Prefix-SID", "RFC 9085";
        RANGE = 1159, "Range", "RFC 9085";
        SID_LABEL = 1161, "SID/Label", "RFC 9085";
        SRV6_LOCATOR = 1162, "SRv6 Locator", "RFC 9514";
        PREFIX_ATTRIBUTE_FLAGS = 1170, "Prefix Attribute Flags", "RFC 9085";
        SOURCE_ROUTER_IDENTIFIER = 1171, "Source Router Identifier", "RFC 9085";
        L2_BUNDLE_MEMBER_ATTRIBUTES = 1172, "L2 Bundle Member Attributes", "RFC 9085";
        EXTENDED_ADMINISTRATIVE_GROUP = 1173, "Extended Administrative Group", "RFC 9104";
        SOURCE_OSPF_ROUTER_ID = 1174, "Source OSPF Router-ID", "RFC 9085";
        SR_BINDING_SID = 1201, "SR Binding SID", "RFC 9857";
        SR_CANDIDATE_PATH_STATE = 1202, "SR Candidate Path State", "RFC 9857";
        SR_CANDIDATE_PATH_NAME = 1203, "SR Candidate Path Name", "RFC 9857";
        SR_CANDIDATE_PATH_CONSTRAINTS = 1204, "SR Candidate Path Constraints", "RFC 9857";
        SR_SEGMENT_LIST = 1205, "SR Segment List", "RFC 9857";
        SRV6_BINDING_SID = 1212, "SRv6 Binding SID", "RFC 9857";
        SR_POLICY_NAME = 1213, "SR Policy Name", "RFC 9857";
        SRV6_ENDPOINT_BEHAVIOR = 1250, "SRv6 Endpoint Behavior", "RFC 9514";
        SRV6_BGP_PEERNODE_SID = 1251, "SRv6 BGP PeerNode SID", "RFC 9514";
        SRV6_SID_STRUCTURE = 1252, "SRv6 SID Structure", "RFC 9514";
    }
    /// Component types of flow specifications.
    FlowspecComponent(u8) {
        DESTINATION_PREFIX = 1, "destination prefix", "RFC 8955";
        SOURCE_PREFIX = 2, "source prefix", "RFC 8955";
        PROTOCOL = 3, "protocol", "RFC 8955";
        PORT = 4, "port", "RFC 8955";
        DESTINATION_PORT = 5, "destination port", "RFC 8955";
        SOURCE_PORT = 6, "source port", "RFC 8955";
        ICMP_TYPE = 7, "ICMP type", "RFC 8955";
        ICMP_CODE = 8, "ICMP code", "RFC 8955";
        TCP_FLAGS = 9, "TCP flags", "RFC 8955";
        PACKET_LENGTH = 10, "packet length", "RFC 8955";
        DSCP = 11, "DSCP", "RFC 8955";
        FRAGMENT = 12, "fragment", "RFC 8955";
        FLOW_LABEL = 13, "flow label", "RFC 8956";
        ETHERTYPE = 14, "ethertype", "draft-ietf-idr-flowspec-l2vpn";
        SOURCE_MAC = 15, "source MAC", "draft-ietf-idr-flowspec-l2vpn";
        DESTINATION_MAC = 16, "destination MAC", "draft-ietf-idr-flowspec-l2vpn";
        DSAP = 17, "DSAP", "draft-ietf-idr-flowspec-l2vpn";
        SSAP = 18, "SSAP", "draft-ietf-idr-flowspec-l2vpn";
        LLC_CONTROL = 19, "LLC control", "draft-ietf-idr-flowspec-l2vpn";
        SNAP = 20, "SNAP", "draft-ietf-idr-flowspec-l2vpn";
        VLAN = 21, "VLAN", "draft-ietf-idr-flowspec-l2vpn";
        COS = 22, "CoS", "draft-ietf-idr-flowspec-l2vpn";
        INNER_VLAN = 23, "inner VLAN", "draft-ietf-idr-flowspec-l2vpn";
        INNER_COS = 24, "inner CoS", "draft-ietf-idr-flowspec-l2vpn";
    }
    /// Types of route distinguishers (RFC 4364 section 4.2).
    RdType(u16) {
        AS2 = 0, "two-octet AS", "RFC 4364";
        IPV4 = 1, "IPv4", "RFC 4364";
        AS4 = 2, "four-octet AS", "RFC 4364";
        LEAF_A_D = 65535, "leaf A-D", "RFC 7524";
    }
    /// Types of extended communities: the first octet (RFC 4360, RFC 7153).
    ExtCommunityType(u8) {
        AS2 = 0x00, "two-octet AS", "RFC 7153";
        IPV4 = 0x01, "IPv4", "RFC 7153";
        AS4 = 0x02, "four-octet AS", "RFC 7153";
        OPAQUE = 0x03, "opaque", "RFC 4360";
        QOS_MARKING = 0x04, "QoS marking", "draft-knoll-idr-qos-attribute";
        COS_CAPABILITY = 0x05, "CoS capability", "draft-knoll-idr-cos-interconnect";
        EVPN = 0x06, "EVPN", "RFC 7153";
        FLOWSPEC_INTERFACE_SET = 0x07, "flowspec interface-set", "draft-ietf-idr-flowspec-interfaceset";
        FLOWSPEC_REDIRECT_TO_NEXT_HOP = 0x08, "flowspec redirect to next hop", "draft-simpson-idr-flowspec-redirect";
        FLOWSPEC_INDIRECTION_ID = 0x09, "flowspec indirection-id", "draft-ietf-idr-flowspec-path-redirect";
        TRANSPORT_CLASS = 0x0a, "transport class", "RFC 9832";
        SFC = 0x0b, "SFC", "RFC 9015";
        MUP = 0x0c, "MUP", "draft-mpmz-bess-mup-safi";
        AS2_NON_TRANSITIVE = 0x40, "two-octet AS, non-transitive", "RFC 7153";
        IPV4_NON_TRANSITIVE = 0x41, "IPv4, non-transitive", "RFC 7153";
        AS4_NON_TRANSITIVE = 0x42, "four-octet AS, non-transitive", "RFC 7153";
        OPAQUE_NON_TRANSITIVE = 0x43, "opaque, non-transitive", "RFC 7153";
        QOS_MARKING_NON_TRANSITIVE = 0x44, "QoS marking, non-transitive", "draft-knoll-idr-qos-attribute";
        FLOWSPEC_INTERFACE_SET_NON_TRANSITIVE = 0x47, "flowspec interface-set, non-transitive", "draft-ietf-idr-flowspec-interfaceset";
        TRANSPORT_CLASS_NON_TRANSITIVE = 0x4a, "transport class, non-transitive", "RFC 9832";
        GENERIC_1 = 0x80, "generic, part 1", "RFC 7153";
        GENERIC_2 = 0x81, "generic, part 2", "RFC 8955";
        GENERIC_3 = 0x82, "generic, part 3", "RFC 8955";
        EIGRP = 0x88, "EIGRP", "Cisco";
    }
    /// Sub-types of extended communities together with their type: the first two octets.
    ExtCommunitySubtype(u16) {
        ROUTE_TARGET_AS2 = 0x0002, "route target, two-octet AS", "RFC 4360";
        ROUTE_ORIGIN_AS2 = 0x0003, "route origin, two-octet AS", "RFC 4360";
        OSPF_DOMAIN_AS2 = 0x0005, "OSPF domain, two-octet AS", "RFC 4577";
        DATA_COLLECTION = 0x0008, "data collection", "RFC 4384";
        SOURCE_AS = 0x0009, "source AS", "RFC 6514";
        L2VPN_ID_AS2 = 0x000a, "L2VPN identifier, two-octet AS", "RFC 6074";
        CISCO_VPN_DISTINGUISHER_AS2 = 0x0010, "Cisco VPN distinguisher, two-octet AS", "Cisco";
        RT_RECORD_AS2 = 0x0013, "route target record, two-octet AS", "draft-ietf-bess-service-chaining";
        RT_DERIVED_AS2 = 0x0015, "derived route target, two-octet AS", "RFC 9252";
        VNI = 0x0080, "VNI", "draft-ietf-bess-evpn-virtual-hub";
        LINK_BANDWIDTH = 0x4004, "link bandwidth", "RFC 10005";
        LINK_BANDWIDTH_TRANSITIVE = 0x0004, "link bandwidth, transitive", "RFC 10005";
        ROUTE_TARGET_IPV4 = 0x0102, "route target, IPv4", "RFC 4360";
        ROUTE_ORIGIN_IPV4 = 0x0103, "route origin, IPv4", "RFC 4360";
        IFIT = 0x0104, "IFIT", "draft-ietf-idr-bgp-ifit-capabilities";
        OSPF_DOMAIN_IPV4 = 0x0105, "OSPF domain, IPv4", "RFC 4577";
        OSPF_ROUTER_ID = 0x0107, "OSPF Router-ID", "RFC 4577";
        NODE_TARGET = 0x0109, "node target", "draft-ietf-idr-node-target-ext-comm";
        L2VPN_ID_IPV4 = 0x010a, "L2VPN identifier, IPv4", "RFC 6074";
        VRF_ROUTE_IMPORT = 0x010b, "VRF route import", "RFC 6514";
        FLOWSPEC_REDIRECT_TO_IPV4 = 0x010c, "flowspec redirect to IPv4", "draft-ietf-idr-flowspec-redirect-ip";
        CISCO_VPN_DISTINGUISHER_IPV4 = 0x0110, "Cisco VPN distinguisher, IPv4", "Cisco";
        INTER_AREA_P2MP_NEXT_HOP = 0x0112, "inter-area P2MP next hop", "RFC 7524";
        RT_RECORD_IPV4 = 0x0113, "route target record, IPv4", "draft-ietf-bess-service-chaining";
        VRF_RECURSIVE_NEXT_HOP = 0x0114, "VRF recursive next hop", "Cisco";
        RT_DERIVED_IPV4 = 0x0115, "derived route target, IPv4", "RFC 9252";
        MVPN_RP_ADDRESS = 0x0180, "MVPN RP address", "RFC 9573";
        ROUTE_TARGET_AS4 = 0x0202, "route target, four-octet AS", "RFC 5668";
        ROUTE_ORIGIN_AS4 = 0x0203, "route origin, four-octet AS", "RFC 5668";
        GENERIC_AS4 = 0x0204, "generic, four-octet AS", "draft-ietf-idr-as4octet-extcomm-generic-subtype";
        OSPF_DOMAIN_AS4 = 0x0205, "OSPF domain, four-octet AS", "RFC 4577";
        DATA_COLLECTION_AS4 = 0x0208, "data collection, four-octet AS", "RFC 4384";
        SOURCE_AS_AS4 = 0x0209, "source AS, four-octet AS", "RFC 6514";
        CISCO_VPN_DISTINGUISHER_AS4 = 0x0210, "Cisco VPN distinguisher, four-octet AS", "Cisco";
        RT_RECORD_AS4 = 0x0213, "route target record, four-octet AS", "draft-ietf-bess-service-chaining";
        RT_DERIVED_AS4 = 0x0215, "derived route target, four-octet AS", "RFC 9252";
        COST = 0x0301, "cost", "draft-ietf-idr-custom-decision";
        CP_ORF = 0x0303, "CP-ORF", "RFC 7543";
        EXTRANET_SOURCE = 0x0304, "extranet source", "RFC 7900";
        EXTRANET_SEPARATION = 0x0305, "extranet separation", "RFC 7900";
        OSPF_ROUTE_TYPE = 0x0306, "OSPF route type", "RFC 4577";
        ADDITIONAL_PMSI_FLAGS = 0x0307, "additional PMSI flags", "RFC 7902";
        CONTEXT_LABEL_SPACE = 0x0308, "context label space", "RFC 9573";
        UPA = 0x0309, "UPA", "draft-krierhorn-idr-upa";
        COLOR = 0x030b, "color", "RFC 9012";
        ENCAPSULATION = 0x030c, "encapsulation", "RFC 9012";
        DEFAULT_GATEWAY = 0x030d, "default gateway", "RFC 7432";
        P2P_TO_MP = 0x030e, "point-to-point-to-multipoint", "draft-ietf-bess-bgp-multicast";
        CONSISTENT_HASH_SORT_ORDER = 0x0314, "consistent hash sort order", "draft-ietf-bess-service-chaining";
        ORIGIN_VALIDATION_STATE = 0x4300, "origin validation state", "RFC 8097";
        COST_NON_TRANSITIVE = 0x4301, "cost, non-transitive", "draft-ietf-idr-custom-decision";
        MAC_MOBILITY = 0x0600, "MAC mobility", "RFC 7432";
        ESI_LABEL = 0x0601, "ESI label", "RFC 7432";
        ES_IMPORT_ROUTE_TARGET = 0x0602, "ES-import route target", "RFC 7432";
        ROUTER_S_MAC = 0x0603, "router's MAC", "RFC 9135";
        LAYER_2_ATTRIBUTES = 0x0604, "layer 2 attributes", "RFC 8214";
        E_TREE = 0x0605, "E-tree", "RFC 8317";
        DF_ELECTION = 0x0606, "DF election", "RFC 8584";
        I_SID = 0x0607, "I-SID", "RFC 7623";
        ARP_ND = 0x0608, "ARP/ND", "RFC 9047";
        MULTICAST_FLAGS = 0x0609, "multicast flags", "RFC 9251";
        EVI_ROUTE_TARGET_TYPE_0 = 0x060a, "EVI route target type 0", "RFC 9251";
        EVI_ROUTE_TARGET_TYPE_1 = 0x060b, "EVI route target type 1", "RFC 9251";
        EVI_ROUTE_TARGET_TYPE_2 = 0x060c, "EVI route target type 2", "RFC 9251";
        EVI_ROUTE_TARGET_TYPE_3 = 0x060d, "EVI route target type 3", "RFC 9251";
        ATTACHMENT_CIRCUIT = 0x060e, "attachment circuit", "draft-ietf-bess-evpn-ac-aware-bundling";
        SERVICE_CARVING_TIMESTAMP = 0x060f, "service carving timestamp", "RFC 9722";
        EVPN_LINK_BANDWIDTH = 0x0610, "EVPN link bandwidth", "draft-ietf-bess-evpn-unequal-lb";
        MUP_DIRECT_SEGMENT_AS2 = 0x0c00, "MUP direct segment, two-octet AS", "draft-mpmz-bess-mup-safi";
        MUP_DIRECT_SEGMENT_IPV4 = 0x0c01, "MUP direct segment, IPv4", "draft-mpmz-bess-mup-safi";
        MUP_DIRECT_SEGMENT_AS4 = 0x0c02, "MUP direct segment, four-octet AS", "draft-mpmz-bess-mup-safi";
        MUP_INTERWORK_SEGMENT_AS2 = 0x0c03, "MUP interwork segment, two-octet AS", "draft-mpmz-bess-mup-safi";
        MUP_INTERWORK_SEGMENT_IPV4 = 0x0c04, "MUP interwork segment, IPv4", "draft-mpmz-bess-mup-safi";
        MUP_INTERWORK_SEGMENT_AS4 = 0x0c05, "MUP interwork segment, four-octet AS", "draft-mpmz-bess-mup-safi";
        OSPF_ROUTE_TYPE_DEPRECATED = 0x8000, "OSPF route type (deprecated)", "RFC 4577";
        OSPF_ROUTER_ID_DEPRECATED = 0x8001, "OSPF Router-ID (deprecated)", "RFC 4577";
        SECURITY_GROUP = 0x8004, "security group", "draft-smith-idr-security-group";
        OSPF_DOMAIN_DEPRECATED = 0x8005, "OSPF domain (deprecated)", "RFC 4577";
        FLOWSPEC_TRAFFIC_RATE_BYTES = 0x8006, "flowspec traffic-rate in bytes", "RFC 8955";
        FLOWSPEC_TRAFFIC_ACTION = 0x8007, "flowspec traffic-action", "RFC 8955";
        FLOWSPEC_REDIRECT_AS2 = 0x8008, "flowspec redirect, two-octet AS", "RFC 8955";
        FLOWSPEC_TRAFFIC_MARKING = 0x8009, "flowspec traffic-marking", "RFC 8955";
        LAYER_2_INFO = 0x800a, "layer 2 info", "RFC 4761";
        E_TREE_INFO = 0x800b, "E-tree info", "RFC 7796";
        FLOWSPEC_TRAFFIC_RATE_PACKETS = 0x800c, "flowspec traffic-rate in packets", "RFC 8955";
        TAG = 0x8084, "tag", "draft-smith-idr-security-group";
        ORIGIN_SUB_CLUSTER = 0x8085, "origin sub-cluster", "draft-smith-idr-security-group";
        FLOWSPEC_REDIRECT_IPV4 = 0x8108, "flowspec redirect, IPv4", "RFC 8955";
        FLOWSPEC_REDIRECT_AS4 = 0x8208, "flowspec redirect, four-octet AS", "RFC 8955";
        SECURITY_GROUP_AS4 = 0x8204, "security group, four-octet AS", "draft-smith-idr-security-group";
        TAG_AS4 = 0x8284, "tag, four-octet AS", "draft-smith-idr-security-group";
        ORIGIN_SUB_CLUSTER_AS4 = 0x8285, "origin sub-cluster, four-octet AS", "draft-smith-idr-security-group";
    }
    /// Types and sub-types of IPv6 address specific extended communities: their first two octets (RFC 5701).
    Ipv6ExtCommunitySubtype(u16) {
        ROUTE_TARGET = 0x0002, "route target", "RFC 5701";
        ROUTE_ORIGIN = 0x0003, "route origin", "RFC 5701";
        IFIT = 0x0005, "IFIT", "draft-ietf-idr-bgp-ifit-capabilities";
        VRF_ROUTE_IMPORT = 0x000b, "VRF route import", "RFC 6515";
        FLOWSPEC_REDIRECT_TO_IPV6 = 0x000c, "flowspec redirect to IPv6", "draft-ietf-idr-flowspec-redirect-ip";
        FLOWSPEC_RT_REDIRECT = 0x000d, "flowspec rt-redirect", "RFC 8956";
        CISCO_VPN_DISTINGUISHER = 0x0010, "Cisco VPN distinguisher", "Cisco";
        INTER_AREA_P2MP_NEXT_HOP = 0x0012, "inter-area P2MP next hop", "RFC 7524";
        DERIVED_ROUTE_TARGET = 0x0015, "derived route target", "RFC 9252";
    }
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
    /// Tunnel types of the encapsulation attribute (RFC 9012).
    TunnelType(u16) {
        L2TPV3_OVER_IP = 1, "L2TPv3 over IP", "RFC 9012";
        GRE = 2, "GRE", "RFC 9012";
        TRANSMIT_TUNNEL_ENDPOINT = 3, "Transmit tunnel endpoint", "RFC 5566 (deprecated)";
        IPSEC_IN_TUNNEL_MODE = 4, "IPsec in tunnel-mode", "RFC 5566 (deprecated)";
        IP_IN_IP_WITH_IPSEC_TRANSPORT = 5, "IP in IP with IPsec transport", "RFC 5566 (deprecated)";
        MPLS_IN_IP_WITH_IPSEC_TRANSPORT = 6, "MPLS-in-IP with IPsec transport", "RFC 5566 (deprecated)";
        IP_IN_IP = 7, "IP in IP", "RFC 9012";
        VXLAN = 8, "VXLAN", "RFC 9012";
        NVGRE = 9, "NVGRE", "RFC 9012";
        MPLS = 10, "MPLS", "RFC 9012";
        MPLS_IN_GRE = 11, "MPLS-in-GRE", "RFC 9012";
        VXLAN_GPE = 12, "VXLAN-GPE", "RFC 8365";
        MPLS_IN_UDP = 13, "MPLS-in-UDP", "RFC 7510";
        IPV6 = 14, "IPv6", "draft-martin-idr-ipv6-tunnel";
        SR_POLICY = 15, "SR Policy", "RFC 9830";
        BARE = 16, "Bare", "RFC 9014";
        SR = 17, "SR", "RFC 9125";
        CLOUD_SECURITY = 18, "Cloud Security", "IANA tunnel types";
        GENEVE = 19, "Geneve", "RFC 8926";
        ANY_ENCAPSULATION = 20, "Any Encapsulation", "RFC 9012";
        GTP = 21, "GTP", "draft-zzhang-bess-mup";
        DPS = 22, "DPS", "IANA tunnel types";
    }
    /// Sub-TLVs of the tunnel encapsulation attribute (RFC 9012).
    TunnelSubTlv(u8) {
        ENCAPSULATION = 1, "Encapsulation", "RFC 9012";
        PROTOCOL_TYPE = 2, "Protocol Type", "RFC 9012";
        IPSEC_TUNNEL_AUTHENTICATOR = 3, "IPsec Tunnel Authenticator", "RFC 5566 (deprecated)";
        COLOR = 4, "Color", "RFC 9012";
        LOAD_BALANCING_BLOCK = 5, "Load-Balancing Block", "RFC 5640";
        TUNNEL_EGRESS_ENDPOINT = 6, "Tunnel Egress Endpoint", "RFC 9012";
        DS_FIELD = 7, "DS Field", "RFC 9012";
        UDP_DESTINATION_PORT = 8, "UDP Destination Port", "RFC 9012";
        EMBEDDED_LABEL_HANDLING = 9, "Embedded Label Handling", "RFC 9012";
        MPLS_LABEL_STACK = 10, "MPLS Label Stack", "RFC 9012";
        PREFIX_SID = 11, "Prefix-SID", "RFC 9012";
        PREFERENCE = 12, "Preference", "RFC 9830";
        BINDING_SID = 13, "Binding SID", "RFC 9830";
        ENLP = 14, "ENLP", "RFC 9830";
        PRIORITY = 15, "Priority", "RFC 9830";
        SPI_SI_REPRESENTATION = 16, "SPI/SI Representation", "RFC 9015";
        IPV6_SID_STRUCTURE = 17, "IPv6 SID Structure", "IANA tunnel sub-TLVs";
        IPV4_SID = 18, "IPv4 SID", "IANA tunnel sub-TLVs";
        IPV6_SID = 19, "IPv6 SID", "IANA tunnel sub-TLVs";
        SRV6_BINDING_SID = 20, "SRv6 Binding SID", "RFC 9830";
        SEGMENT_LIST = 128, "Segment List", "RFC 9830";
        POLICY_CANDIDATE_PATH_NAME = 129, "Policy Candidate Path Name", "RFC 9830";
        POLICY_NAME = 130, "Policy Name", "RFC 9830";
    }
    /// Sub-TLVs of a segment list in an SR policy (RFC 9830, RFC 9831).
    SegmentType(u8) {
        SEGMENT_A = 1, "Segment A", "RFC 9830";
        SEGMENT_B_DRAFT = 2, "Segment B (draft)", "draft-ietf-idr-segment-routing-te-policy";
        SEGMENT_C = 3, "Segment C", "RFC 9831";
        SEGMENT_D = 4, "Segment D", "RFC 9831";
        SEGMENT_E = 5, "Segment E", "RFC 9831";
        SEGMENT_F = 6, "Segment F", "RFC 9831";
        SEGMENT_G = 7, "Segment G", "RFC 9831";
        SEGMENT_H = 8, "Segment H", "RFC 9831";
        WEIGHT = 9, "Weight", "RFC 9830";
        SEGMENT_B = 13, "Segment B", "RFC 9830";
        SEGMENT_I = 14, "Segment I", "RFC 9831";
        SEGMENT_J = 15, "Segment J", "RFC 9831";
        SEGMENT_K = 16, "Segment K", "RFC 9831";
    }
    /// Tunnel types of PMSI_TUNNEL (RFC 6514 section 5).
    PmsiTunnelType(u8) {
        NO_TUNNEL_INFORMATION = 0, "No tunnel information", "RFC 6514";
        RSVP_TE_P2MP_LSP = 1, "RSVP-TE P2MP LSP", "RFC 6514";
        MLDP_P2MP_LSP = 2, "mLDP P2MP LSP", "RFC 6514";
        PIM_SSM_TREE = 3, "PIM-SSM Tree", "RFC 6514";
        PIM_SM_TREE = 4, "PIM-SM Tree", "RFC 6514";
        BIDIR_PIM_TREE = 5, "BIDIR-PIM Tree", "RFC 6514";
        INGRESS_REPLICATION = 6, "Ingress Replication", "RFC 6514";
        MLDP_MP2MP_LSP = 7, "mLDP MP2MP LSP", "RFC 6514";
    }
    /// TLVs of the Prefix-SID attribute.
    PrefixSidTlv(u8) {
        LABEL_INDEX = 1, "Label-Index", "RFC 8669";
        ORIGINATOR_SRGB = 3, "Originator SRGB", "RFC 8669";
        SRV6_L3_SERVICE = 5, "SRv6 L3 Service", "RFC 9252";
        SRV6_L2_SERVICE = 6, "SRv6 L2 Service", "RFC 9252";
    }
    /// Error codes of NOTIFICATION.
    NotificationCode(u8) {
        MESSAGE_HEADER_ERROR = 1, "Message Header Error", "RFC 4271 section 6.1";
        OPEN_MESSAGE_ERROR = 2, "OPEN Message Error", "RFC 4271 section 6.2";
        UPDATE_MESSAGE_ERROR = 3, "UPDATE Message Error", "RFC 4271 section 6.3";
        HOLD_TIMER_EXPIRED = 4, "Hold Timer Expired", "RFC 4271 section 6.5";
        FINITE_STATE_MACHINE_ERROR = 5, "Finite State Machine Error", "RFC 4271 section 6.6";
        CEASE = 6, "Cease", "RFC 4271 section 6.7";
        ROUTE_REFRESH_MESSAGE_ERROR = 7, "ROUTE-REFRESH Message Error", "RFC 7313";
        SEND_HOLD_TIMER_EXPIRED = 8, "Send Hold Timer Expired", "RFC 9687";
        LOSS_OF_LSDB_SYNCHRONIZATION = 9, "Loss of LSDB Synchronization", "RFC 9815";
    }
    /// States of a session (RFC 4271 section 8.2.2); 7 and 8 are those of Quagga and FRR.
    FsmState(u16) {
        IDLE = 1, "Idle", "RFC 4271";
        CONNECT = 2, "Connect", "RFC 4271";
        ACTIVE = 3, "Active", "RFC 4271";
        OPEN_SENT = 4, "OpenSent", "RFC 4271";
        OPEN_CONFIRM = 5, "OpenConfirm", "RFC 4271";
        ESTABLISHED = 6, "Established", "RFC 4271";
        CLEARING = 7, "Clearing", "Quagga";
        DELETED = 8, "Deleted", "Quagga";
    }
    /// BMP message types (RFC 7854).
    BmpType(u8) {
        ROUTE_MONITORING = 0, "Route Monitoring", "RFC 7854";
        STATISTICS_REPORT = 1, "Statistics Report", "RFC 7854";
        PEER_DOWN_NOTIFICATION = 2, "Peer Down Notification", "RFC 7854";
        PEER_UP_NOTIFICATION = 3, "Peer Up Notification", "RFC 7854";
        INITIATION = 4, "Initiation", "RFC 7854";
        TERMINATION = 5, "Termination", "RFC 7854";
        ROUTE_MIRRORING = 6, "Route Mirroring", "RFC 7854";
        ROUTE_POLICY_TRACE = 100, "Route Policy Trace", "draft-xu-grow-bmp-route-policy-attr-trace";
    }
    /// BMP peer types.
    BmpPeerType(u8) {
        GLOBAL_INSTANCE = 0, "Global Instance", "RFC 7854";
        RD_INSTANCE = 1, "RD Instance", "RFC 7854";
        LOCAL_INSTANCE = 2, "Local Instance", "RFC 7854";
        LOC_RIB_INSTANCE = 3, "Loc-RIB Instance", "RFC 9069";
    }
    /// Information TLVs of BMP Initiation messages.
    BmpInformation(u16) {
        STRING = 0, "String", "RFC 7854";
        SYSDESCR = 1, "sysDescr", "RFC 7854";
        SYSNAME = 2, "sysName", "RFC 7854";
        VRF_TABLE_NAME = 3, "VRF/Table Name", "RFC 9069";
        ADMIN_LABEL = 4, "Admin Label", "RFC 8671";
    }
    /// Reasons of BMP Peer Down messages.
    BmpPeerDownReason(u8) {
        LOCAL_SYSTEM_NOTIFICATION_FOLLOWS = 1, "local system, NOTIFICATION follows", "RFC 7854";
        LOCAL_SYSTEM_FSM_EVENT_FOLLOWS = 2, "local system, FSM event follows", "RFC 7854";
        REMOTE_SYSTEM_NOTIFICATION_FOLLOWS = 3, "remote system, NOTIFICATION follows", "RFC 7854";
        REMOTE_SYSTEM_NO_DATA = 4, "remote system, no data", "RFC 7854";
        PEER_NO_LONGER_MONITORED = 5, "peer no longer monitored", "RFC 7854";
        LOCAL_SYSTEM_TLV_DATA_FOLLOWS = 6, "local system, TLV data follows", "RFC 9069";
    }
    /// Reasons of BMP Termination messages.
    BmpTerminationReason(u16) {
        ADMINISTRATIVELY_CLOSED = 0, "administratively closed", "RFC 7854";
        UNSPECIFIED = 1, "unspecified", "RFC 7854";
        OUT_OF_RESOURCES = 2, "out of resources", "RFC 7854";
        REDUNDANT_CONNECTION = 3, "redundant connection", "RFC 7854";
        PERMANENTLY_ADMINISTRATIVELY_CLOSED = 4, "permanently administratively closed", "RFC 7854";
    }
    /// Statistics of BMP reports.
    BmpStatistic(u16) {
        PREFIXES_REJECTED_BY_POLICY = 0, "prefixes rejected by policy", "RFC 7854";
        DUPLICATE_PREFIX_ADVERTISEMENTS = 1, "duplicate prefix advertisements", "RFC 7854";
        DUPLICATE_WITHDRAWS = 2, "duplicate withdraws", "RFC 7854";
        UPDATES_INVALIDATED_BY_CLUSTER_LIST_LOOP = 3, "updates invalidated by CLUSTER_LIST loop", "RFC 7854";
        UPDATES_INVALIDATED_BY_AS_PATH_LOOP = 4, "updates invalidated by AS_PATH loop", "RFC 7854";
        UPDATES_INVALIDATED_BY_ORIGINATOR_ID = 5, "updates invalidated by ORIGINATOR_ID", "RFC 7854";
        UPDATES_INVALIDATED_BY_AS_CONFED_LOOP = 6, "updates invalidated by AS_CONFED loop", "RFC 7854";
        ROUTES_IN_ADJ_RIBS_IN = 7, "routes in Adj-RIBs-In", "RFC 7854";
        ROUTES_IN_LOC_RIB = 8, "routes in Loc-RIB", "RFC 7854";
        ROUTES_IN_ADJ_RIBS_IN_PER_FAMILY = 9, "routes in Adj-RIBs-In per family", "RFC 7854";
        ROUTES_IN_LOC_RIB_PER_FAMILY = 10, "routes in Loc-RIB per family", "RFC 7854";
        UPDATES_TREATED_AS_WITHDRAW = 11, "updates treated as withdraw", "RFC 7854";
        PREFIXES_TREATED_AS_WITHDRAW = 12, "prefixes treated as withdraw", "RFC 7854";
        DUPLICATE_UPDATES = 13, "duplicate updates", "RFC 7854";
        ROUTES_IN_PRE_POLICY_ADJ_RIBS_OUT = 14, "routes in pre-policy Adj-RIBs-Out", "RFC 8671";
        ROUTES_IN_POST_POLICY_ADJ_RIBS_OUT = 15, "routes in post-policy Adj-RIBs-Out", "RFC 8671";
        ROUTES_IN_PRE_POLICY_ADJ_RIBS_OUT_PER_FAMILY = 16, "routes in pre-policy Adj-RIBs-Out per family", "RFC 8671";
        ROUTES_IN_POST_POLICY_ADJ_RIBS_OUT_PER_FAMILY = 17, "routes in post-policy Adj-RIBs-Out per family", "RFC 8671";
    }
    /// PDU types of the RPKI to Router protocol (RFC 8210).
    RtrPdu(u8) {
        SERIAL_NOTIFY = 0, "Serial Notify", "RFC 8210";
        SERIAL_QUERY = 1, "Serial Query", "RFC 8210";
        RESET_QUERY = 2, "Reset Query", "RFC 8210";
        CACHE_RESPONSE = 3, "Cache Response", "RFC 8210";
        IPV4_PREFIX = 4, "IPv4 Prefix", "RFC 8210";
        IPV6_PREFIX = 6, "IPv6 Prefix", "RFC 8210";
        END_OF_DATA = 7, "End of Data", "RFC 8210";
        CACHE_RESET = 8, "Cache Reset", "RFC 8210";
        ROUTER_KEY = 9, "Router Key", "RFC 8210";
        ERROR_REPORT = 10, "Error Report", "RFC 8210";
        ASPA = 11, "ASPA", "draft-ietf-sidrops-8210bis";
    }
}

macro_rules! attribute_codes {
    (
        $a:lifetime
        values {
            $($(#[$doc:meta])* $point:ident = $code:literal, $text:literal, $source:literal,
                $flags:ident, $action:ident $rfc:literal, $lengths:ident $how:ident $variant:ident($value:ty)
                $(check($check:path))? $(findings($findings:path))? $(index $index:literal)? $(json $json:literal)?
                $(kept $kept:ident)?;)*
        }
        names { $($named:ident = $named_code:literal, $named_text:literal, $named_source:literal;)* }
    ) => {
        code_points! {
            /// Path attribute type codes.
            AttrCode(u8) {
                $($point = $code, $text, $source;)*
                $($named = $named_code, $named_text, $named_source;)*
            }
        }

        impl AttrCode {
            /// The RFC and section of the action for a malformed attribute: RFC 7606 section 4 unless the attribute has its own.
            pub(crate) const fn rfc_of_malformed(self) -> &'static str {
                match self {
                    $(Self::$point => $rfc,)*
                    _ => "RFC 7606 section 4",
                }
            }

            /// Whether the body is one value, or values of one size, without inner lengths.
            pub(crate) const fn is_flat(self) -> bool {
                match self {
                    $(Self::$point => attribute_codes!(@ $lengths),)*
                    _ => false,
                }
            }

            /// The field of an element's JSON object that shows the attribute.
            #[cfg(feature = "serde")]
            pub(crate) const fn json_field(self) -> Option<&'static str> {
                match self {
                    $($(Self::$point => Some($json),)?)*
                    _ => None,
                }
            }
        }
    };
    (@ flat) => { true };
    (@ nested) => { false };
}
path_attributes!(attribute_codes);

impl AttrCode {
    /// Whether the attribute carries routes.
    pub(crate) const fn has_routes(self) -> bool {
        matches!(self, Self::MP_REACH_NLRI | Self::MP_UNREACH_NLRI)
    }
}

/// The name of an error subcode, which depends on the error code (RFC 4271 section 4.5 and the RFCs named in the table).
pub const fn notification_subcode_name(code: NotificationCode, subcode: u8) -> Option<&'static str> {
    Some(match (code.0, subcode) {
        (1 | 2 | 3 | 5, 0) => "Unspecific",
        (1, 1) => "Connection Not Synchronized",
        (1, 2) => "Bad Message Length",
        (1, 3) => "Bad Message Type",
        (2, 1) => "Unsupported Version Number",
        (2, 2) => "Bad Peer AS",
        (2, 3) => "Bad BGP Identifier",
        (2, 4) => "Unsupported Optional Parameter",
        (2, 5) => "Authentication Failure",
        (2, 6) => "Unacceptable Hold Time",
        (2, 7) => "Unsupported Capability", // RFC 5492
        (2, 11) => "Role Mismatch",         // RFC 9234
        (3, 1) => "Malformed Attribute List",
        (3, 2) => "Unrecognized Well-known Attribute",
        (3, 3) => "Missing Well-known Attribute",
        (3, 4) => "Attribute Flags Error",
        (3, 5) => "Attribute Length Error",
        (3, 6) => "Invalid ORIGIN Attribute",
        (3, 7) => "AS Routing Loop",
        (3, 8) => "Invalid NEXT_HOP Attribute",
        (3, 9) => "Optional Attribute Error",
        (3, 10) => "Invalid Network Field",
        (3, 11) => "Malformed AS_PATH",
        (5, 1) => "Unexpected Message in OpenSent", // RFC 6608
        (5, 2) => "Unexpected Message in OpenConfirm",
        (5, 3) => "Unexpected Message in Established",
        (6, 1) => "Maximum Number of Prefixes Reached", // RFC 4486
        (6, 2) => "Administrative Shutdown",
        (6, 3) => "Peer De-configured",
        (6, 4) => "Administrative Reset",
        (6, 5) => "Connection Rejected",
        (6, 6) => "Other Configuration Change",
        (6, 7) => "Connection Collision Resolution",
        (6, 8) => "Out of Resources",
        (6, 9) => "Hard Reset",             // RFC 8538
        (6, 10) => "BFD Down",              // RFC 9384
        (7, 1) => "Invalid Message Length", // RFC 7313
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Registry = (&'static str, Vec<(u64, &'static str)>);

    macro_rules! registries {
        ($($type:ident)*) => {
            [$((stringify!($type), $type::ALL.iter().map(|point| (u64::from(point.0), point.name().unwrap())).collect())),*]
        };
    }

    #[test]
    fn no_registry_has_a_value_or_a_name_twice() {
        let registries: [Registry; 44] = registries!(
            Afi AttrCode Bgp4mpSubtype BgpLsNlriType BgpLsProtocol BgpLsTlv BmpInformation BmpPeerDownReason BmpPeerType BmpStatistic
            BmpTerminationReason BmpType CapabilityCode EsiType EvpnRouteType ExtCommunitySubtype ExtCommunityType FlowspecComponent
            FsmState Ipv6ExtCommunitySubtype LegacyBgpSubtype McastVpnRouteType MessageType MrtType MupRouteType NotificationCode
            OpenParameter OrfAction OrfType OspfRouteType PmsiTunnelType PrefixSidTlv RdType Role RouteRefreshSubtype RtrPdu Safi
            SegmentType TableDumpSubtype TableDumpV2Subtype TunnelSubTlv TunnelType WellKnownCommunity WhenToRefresh
        );
        for (registry, rows) in &registries {
            assert!(!rows.is_empty(), "{registry}");
            for (i, (value, name)) in rows.iter().enumerate() {
                for (other, other_name) in &rows[..i] {
                    assert!(value != other && name != other_name, "{registry}: {value} {name} / {other} {other_name}");
                }
            }
        }
    }

    #[test]
    fn names_and_numbers() {
        assert_eq!((AttrCode::ORIGIN, AttrCode::OTC.0, AttrCode(128).name()), (AttrCode(1), 35, Some("ATTR_SET")));
        assert_eq!(AttrCode(99).to_string(), "AttrCode(99)");
        assert_eq!(format!("{:?} {}", Afi::BGP_LS, Safi(133)), "BGP-LS flowspec");
        assert_eq!(
            (MrtType(13).to_string(), TableDumpV2Subtype(12).to_string()),
            ("TABLE_DUMP_V2".into(), "RIB_GENERIC_ADDPATH".into())
        );
        assert_eq!((Bgp4mpSubtype::MESSAGE_AS4_LOCAL_ADDPATH.0, FsmState(8).name()), (11, Some("Deleted")));
        assert_eq!((WellKnownCommunity::BLACKHOLE.0, ExtCommunitySubtype::FLOWSPEC_TRAFFIC_RATE_BYTES.0), (0xffff_029a, 0x8006));
        assert_eq!((u8::from(MessageType::from(5)), CapabilityCode::AS4.0, CapabilityCode::ADD_PATH.0), (5, 65, 69));
        assert_eq!(MessageType::ALL.len(), 7);
    }

    #[test]
    fn subcodes_depend_on_the_code() {
        assert_eq!(notification_subcode_name(NotificationCode::CEASE, 9), Some("Hard Reset"));
        assert_eq!(notification_subcode_name(NotificationCode(3), 11), Some("Malformed AS_PATH"));
        assert_eq!(notification_subcode_name(NotificationCode(8), 0), None);
    }
}
