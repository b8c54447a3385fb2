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

/// Passes the rows of flow specification components to the macro `$then`, which generates their types: name, variant, type of the
/// body, and properties of its values.
macro_rules! flowspec_components {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                DESTINATION_PREFIX = 1, "destination prefix", "RFC 8955 section 4.2.2.1"
                    { "destination" Destination(FlowspecPrefix) PREFIX };
                SOURCE_PREFIX = 2, "source prefix", "RFC 8955 section 4.2.2.2" { "source" Source(FlowspecPrefix) PREFIX };
                PROTOCOL = 3, "protocol", "RFC 8955 section 4.2.2.3"
                    { "protocol" Protocol(NumericTerms<'a>) OCTET, "Or the upper-layer protocol of IPv6." };
                PORT = 4, "port", "RFC 8955 section 4.2.2.4"
                    { "port" Port(NumericTerms<'a>) TWO_OCTETS, "Destination or source port of TCP or UDP." };
                DESTINATION_PORT = 5, "destination port", "RFC 8955 section 4.2.2.5"
                    { "destination-port" DestinationPort(NumericTerms<'a>) TWO_OCTETS, "Of TCP or UDP." };
                SOURCE_PORT = 6, "source port", "RFC 8955 section 4.2.2.6"
                    { "source-port" SourcePort(NumericTerms<'a>) TWO_OCTETS, "Of TCP or UDP." };
                ICMP_TYPE = 7, "ICMP type", "RFC 8955 section 4.2.2.7"
                    { "icmp-type" IcmpType(NumericTerms<'a>) OCTET, "Of ICMP or ICMPv6." };
                ICMP_CODE = 8, "ICMP code", "RFC 8955 section 4.2.2.8"
                    { "icmp-code" IcmpCode(NumericTerms<'a>) OCTET, "Of ICMP or ICMPv6." };
                TCP_FLAGS = 9, "TCP flags", "RFC 8955 section 4.2.2.9"
                    { "tcp-flags" TcpFlags(BitmaskTerms<'a>) Row { max: 0xfff, most: 2, names: TCP_FLAGS, ..BITMASK },
                      "Control bits of TCP: `fin`, `syn`, `rst`, `psh`, `ack`, `urg`, `ece`, `cwr`." };
                PACKET_LENGTH = 10, "packet length", "RFC 8955 section 4.2.2.10"
                    { "packet-length" PacketLength(NumericTerms<'a>) TWO_OCTETS, "In octets, the IP header included." };
                DSCP = 11, "DSCP", "RFC 8955 section 4.2.2.11"
                    { "dscp" Dscp(NumericTerms<'a>) Row { max: 63, most: 1, ..OCTET }, "Differentiated services code point." };
                FRAGMENT = 12, "fragment", "RFC 8955 section 4.2.2.12"
                    { "fragment" Fragment(BitmaskTerms<'a>) Row { max: 15, most: 1, names: FRAGMENT, ..BITMASK },
                      "`df` (don't fragment), `isf` (is a fragment, not the first), `ff` (first), `lf` (last)." };
                FLOW_LABEL = 13, "flow label", "RFC 8956 section 3.7"
                    { "flow-label" FlowLabel(NumericTerms<'a>) Row { max: 0xf_ffff, least: 4, ..OCTET } };
                ETHERTYPE = 14, "ethertype", "draft-ietf-idr-flowspec-l2vpn"
                    { "ether-type" EtherType(NumericTerms<'a>) Row { least: 2, hex: true, ..TWO_OCTETS } };
                SOURCE_MAC = 15, "source MAC", "draft-ietf-idr-flowspec-l2vpn" { "source-mac" SourceMac(MacAddress) MAC };
                DESTINATION_MAC = 16, "destination MAC", "draft-ietf-idr-flowspec-l2vpn"
                    { "destination-mac" DestinationMac(MacAddress) MAC };
                DSAP = 17, "DSAP", "draft-ietf-idr-flowspec-l2vpn"
                    { "dsap" Dsap(NumericTerms<'a>) Row { hex: true, ..OCTET }, "Destination service access point of LLC." };
                SSAP = 18, "SSAP", "draft-ietf-idr-flowspec-l2vpn"
                    { "ssap" Ssap(NumericTerms<'a>) Row { hex: true, ..OCTET }, "Source service access point of LLC." };
                LLC_CONTROL = 19, "LLC control", "draft-ietf-idr-flowspec-l2vpn"
                    { "llc-control" LlcControl(NumericTerms<'a>) Row { hex: true, ..TWO_OCTETS } };
                SNAP = 20, "SNAP", "draft-ietf-idr-flowspec-l2vpn"
                    { "snap" Snap(NumericTerms<'a>) Row { max: 0xff_ffff_ffff, hex: true, ..OCTET },
                      "Subnetwork access protocol: organization and type, 40 bits." };
                VLAN = 21, "VLAN", "draft-ietf-idr-flowspec-l2vpn"
                    { "vlan-id" VlanId(NumericTerms<'a>) Row { max: 0xfff, ..OCTET } };
                COS = 22, "CoS", "draft-ietf-idr-flowspec-l2vpn"
                    { "vlan-cos" VlanCos(NumericTerms<'a>) Row { max: 7, ..OCTET }, "Priority of the VLAN tag." };
                INNER_VLAN = 23, "inner VLAN", "draft-ietf-idr-flowspec-l2vpn"
                    { "inner-vlan-id" InnerVlanId(NumericTerms<'a>) Row { max: 0xfff, ..OCTET } };
                INNER_COS = 24, "inner CoS", "draft-ietf-idr-flowspec-l2vpn"
                    { "inner-vlan-cos" InnerVlanCos(NumericTerms<'a>) Row { max: 7, ..OCTET },
                      "Priority of the inner VLAN tag." };
            }
        }
    };
}
pub(crate) use flowspec_components;

flowspec_components! {
    code_points!
    /// Component types of flow specifications.
    FlowspecComponentType(u8)
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
    /// Types of route distinguishers (RFC 4364 section 4.2).
    RdType(u16) {
        AS2 = 0, "two-octet AS", "RFC 4364";
        IPV4 = 1, "IPv4", "RFC 4364";
        AS4 = 2, "four-octet AS", "RFC 4364";
        LEAF_A_D = 65535, "leaf A-D", "RFC 7524";
    }
}
