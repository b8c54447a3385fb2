//! Route types and other code points of the families with typed routes.

use core::fmt;

/// Passes the rows of EVPN route types to the macro `$then`, which generates the route types.
macro_rules! evpn_route_types {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                ETHERNET_AUTO_DISCOVERY = 1, "Ethernet Auto-Discovery", "RFC 7432 section 7.1"
                    { "ethernet-ad" EthernetAd(EvpnEthernetAd) };
                MAC_IP_ADVERTISEMENT = 2, "MAC/IP Advertisement", "RFC 7432 section 7.2" { "mac-ip" MacIp(EvpnMacIp) };
                INCLUSIVE_MULTICAST_ETHERNET_TAG = 3, "Inclusive Multicast Ethernet Tag", "RFC 7432 section 7.3"
                    { "inclusive-multicast" InclusiveMulticast(EvpnInclusiveMulticast) };
                ETHERNET_SEGMENT = 4, "Ethernet Segment", "RFC 7432 section 7.4"
                    { "ethernet-segment" EthernetSegment(EvpnEthernetSegment) };
                IP_PREFIX = 5, "IP Prefix", "RFC 9136 section 3.1" { "ip-prefix" IpPrefix(EvpnIpPrefix) };
                SELECTIVE_MULTICAST_ETHERNET_TAG = 6, "Selective Multicast Ethernet Tag", "RFC 9251 section 9.1"
                    { "selective-multicast" SelectiveMulticast(EvpnSelectiveMulticast) };
                MULTICAST_MEMBERSHIP_REPORT_SYNCH = 7, "Multicast Membership Report Synch", "RFC 9251 section 9.2"
                    { "report-synch" ReportSynch(EvpnReportSynch) };
                MULTICAST_LEAVE_SYNCH = 8, "Multicast Leave Synch", "RFC 9251 section 9.3"
                    { "leave-synch" LeaveSynch(EvpnLeaveSynch) };
                PER_REGION_I_PMSI_A_D = 9, "Per-Region I-PMSI A-D", "RFC 9572 section 3.1"
                    { "per-region-i-pmsi" PerRegionIPmsi(EvpnPerRegionIPmsi) };
                S_PMSI_A_D = 10, "S-PMSI A-D", "RFC 9572 section 3.2" { "s-pmsi" SPmsi(EvpnSPmsi) };
                LEAF_A_D = 11, "Leaf A-D", "RFC 9572 section 3.3" { "leaf" Leaf(EvpnLeaf<'a>) };
            }
        }
    };
}
pub(crate) use evpn_route_types;

evpn_route_types! {
    code_points!
    /// EVPN route types.
    EvpnRouteType(u8)
}

/// Passes the rows of MCAST-VPN route types to the macro `$then`, which generates the route types.
macro_rules! mcast_vpn_route_types {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                INTRA_AS_I_PMSI_A_D = 1, "Intra-AS I-PMSI A-D", "RFC 6514 section 4.1"
                    { "intra-as-i-pmsi" IntraAs(McastVpnIntraAs) };
                INTER_AS_I_PMSI_A_D = 2, "Inter-AS I-PMSI A-D", "RFC 6514 section 4.2"
                    { "inter-as-i-pmsi" InterAs(McastVpnInterAs) };
                S_PMSI_A_D = 3, "S-PMSI A-D", "RFC 6514 section 4.3" { "s-pmsi" SPmsi(McastVpnSPmsi<'a>) };
                LEAF_A_D = 4, "Leaf A-D", "RFC 6514 section 4.4" { "leaf" Leaf(McastVpnLeaf<'a>) };
                SOURCE_ACTIVE_A_D = 5, "Source Active A-D", "RFC 6514 section 4.5"
                    { "source-active" SourceActive(McastVpnSourceActive<'a>) };
                SHARED_TREE_JOIN = 6, "Shared Tree Join", "RFC 6514 section 4.6"
                    { "shared-tree-join" SharedTreeJoin(McastVpnJoin<'a>) };
                SOURCE_TREE_JOIN = 7, "Source Tree Join", "RFC 6514 section 4.6"
                    { "source-tree-join" SourceTreeJoin(McastVpnJoin<'a>) };
                S_PMSI_A_D_MLDP = 0x43, "S-PMSI A-D for C-multicast mLDP", "RFC 7441";
                LEAF_A_D_MLDP = 0x44, "Leaf A-D for C-multicast mLDP", "RFC 7441";
                SOURCE_TREE_JOIN_MLDP = 0x47, "Source Tree Join for C-multicast mLDP", "RFC 7441";
            }
        }
    };
}
pub(crate) use mcast_vpn_route_types;

mcast_vpn_route_types! {
    code_points!
    /// MCAST-VPN route types (RFC 6514 section 4).
    McastVpnRouteType(u8)
}

code_points! {
    /// Types of Ethernet segment identifiers (RFC 7432 section 5).
    EsiType(u8) {
        ARBITRARY = 0, "arbitrary", "RFC 7432";
        LACP = 1, "LACP", "RFC 7432";
        MSTP = 2, "MSTP", "RFC 7432";
        MAC = 3, "MAC", "RFC 7432";
        ROUTER_ID = 4, "Router-ID", "RFC 7432";
        AS = 5, "AS", "RFC 7432";
    }
    /// MUP route types of the 3gpp-5g architecture.
    MupRouteType(u16) {
        INTERWORK_SEGMENT_DISCOVERY = 1, "Interwork Segment Discovery", "draft-mpmz-bess-mup-safi";
        DIRECT_SEGMENT_DISCOVERY = 2, "Direct Segment Discovery", "draft-mpmz-bess-mup-safi";
        TYPE_1_SESSION_TRANSFORMED = 3, "Type 1 Session Transformed", "draft-mpmz-bess-mup-safi";
        TYPE_2_SESSION_TRANSFORMED = 4, "Type 2 Session Transformed", "draft-mpmz-bess-mup-safi";
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
}
