//! Address families: their numbers, and the table of those that the crate knows.

use core::fmt;

code_points! {
    /// Address family identifiers.
    Afi(u16), "AFI" {
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
    Safi(u8), "SAFI" {
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
        UNREACHABILITY = 81, "unreachability", "draft-tantsura-idr-unreachability-safi";
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
}

/// Passes the rows to the macro `$then`. [`crate::Family`] takes constants, numbers and next hops from them, [`crate::nlri`]
/// route types and framing.
///
/// A row is: constant of `Family`, the constants of AFI and SAFI, and the valid next hop lengths, without extended next hops and
/// additionally with them (`crate::family::NextHopRule`). Families are grouped by kind of route: variant, route type, and
/// encoding of the route length (`nlri::Framing`).
macro_rules! families {
    ($then:ident) => {
        $then! {
            'a
            // Plain prefixes, with a separate reader.
            prefixes {
                /// IPv4 unicast.
                IPV4_UNICAST = IPV4 UNICAST, Lengths(&[4], &[16, 32]);
                /// IPv4 multicast: unicast prefixes for reverse-path checks.
                IPV4_MULTICAST = IPV4 MULTICAST, Lengths(&[4], &[16, 32]);
                /// IPv6 unicast.
                IPV6_UNICAST = IPV6 UNICAST, Lengths(&[16, 32], &[]);
                /// IPv6 multicast: unicast prefixes for reverse-path checks.
                IPV6_MULTICAST = IPV6 MULTICAST, Lengths(&[16, 32], &[]);
            }
            // Routes that are decoded one by one.
            routes {
                /// Labeled prefixes (RFC 8277).
                Labeled(LabeledPrefix<'a>), Framing::Bits => {
                    /// IPv4 with labels (RFC 8277).
                    IPV4_LABELED = IPV4 LABELED, Lengths(&[4], &[16, 32]);
                    /// IPv6 with labels (RFC 8277).
                    IPV6_LABELED = IPV6 LABELED, Lengths(&[16, 32], &[]);
                }
                /// VPN prefixes, unicast (RFC 4364, RFC 4659) and multicast (RFC 6514 section 10), and those of transport classes
                /// (RFC 9832).
                Vpn(VpnPrefix<'a>), Framing::Bits => {
                    /// IPv4 of transport classes (RFC 9832).
                    IPV4_CLASSFUL_TRANSPORT = IPV4 CLASSFUL_TRANSPORT, Lengths(ADDRESS, &[]);
                    /// IPv6 of transport classes (RFC 9832).
                    IPV6_CLASSFUL_TRANSPORT = IPV6 CLASSFUL_TRANSPORT, Lengths(ADDRESS, &[]);
                    /// IPv4 of VPNs (RFC 4364).
                    IPV4_VPN = IPV4 MPLS_VPN, Lengths(&[12], &[24, 48]);
                    /// IPv6 of VPNs (RFC 4659).
                    IPV6_VPN = IPV6 MPLS_VPN, Lengths(&[24, 48], &[]);
                    /// IPv4 multicast of VPNs (RFC 6514 section 10).
                    IPV4_VPN_MULTICAST = IPV4 VPN_MULTICAST, Lengths(&[12], &[24, 48]);
                    /// IPv6 multicast of VPNs (RFC 6514 section 10).
                    IPV6_VPN_MULTICAST = IPV6 VPN_MULTICAST, Lengths(&[24, 48], &[]);
                }
                /// Candidate paths of SR policies (RFC 9830).
                SrPolicy(SrPolicyRoute), Framing::Bits => {
                    /// SR policies with an IPv4 endpoint (RFC 9830).
                    IPV4_SR_POLICY = IPV4 SR_POLICY, Lengths(&[4, 16, 32], &[]);
                    /// SR policies with an IPv6 endpoint (RFC 9830).
                    IPV6_SR_POLICY = IPV6 SR_POLICY, Lengths(&[4, 16, 32], &[]);
                }
                /// Color-aware routes (RFC 9871).
                Car(CarRoute<'a>), Framing::Len(1) => {
                    /// Color-aware routes to IPv4 prefixes (RFC 9871).
                    IPV4_CAR = IPV4 CAR, Lengths(&[4, 16, 32], &[]);
                    /// Color-aware routes to IPv6 prefixes (RFC 9871).
                    IPV6_CAR = IPV6 CAR, Lengths(&[4, 16, 32], &[]);
                    /// Color-aware routes to IPv4 prefixes of VPNs (RFC 9871).
                    IPV4_VPN_CAR = IPV4 VPN_CAR, Lengths(&[12, 24, 48], &[]);
                    /// Color-aware routes to IPv6 prefixes of VPNs (RFC 9871).
                    IPV6_VPN_CAR = IPV6 VPN_CAR, Lengths(&[12, 24, 48], &[]);
                }
                /// Flow specifications (RFC 8955, RFC 8956), including those of VPNs and Ethernet.
                Flowspec(FlowspecRule<'a>), Framing::Flowspec => {
                    /// Flow specifications for IPv4 (RFC 8955).
                    IPV4_FLOWSPEC = IPV4 FLOWSPEC, Lengths(NONE_OR_ADDRESS, &[]);
                    /// Flow specifications for IPv6 (RFC 8956).
                    IPV6_FLOWSPEC = IPV6 FLOWSPEC, Lengths(NONE_OR_ADDRESS, &[]);
                    /// Flow specifications for Ethernet (draft-ietf-idr-flowspec-l2vpn).
                    L2VPN_FLOWSPEC = L2VPN FLOWSPEC, Lengths(NONE_OR_ADDRESS, &[]);
                    /// Flow specifications for IPv4 of VPNs (RFC 8955 section 8).
                    IPV4_VPN_FLOWSPEC = IPV4 VPN_FLOWSPEC, Lengths(NONE_OR_ADDRESS, &[]);
                    /// Flow specifications for IPv6 of VPNs (RFC 8956 section 6).
                    IPV6_VPN_FLOWSPEC = IPV6 VPN_FLOWSPEC, Lengths(NONE_OR_ADDRESS, &[]);
                    /// Flow specifications for Ethernet of VPNs (draft-ietf-idr-flowspec-l2vpn).
                    L2VPN_VPN_FLOWSPEC = L2VPN VPN_FLOWSPEC, Lengths(NONE_OR_ADDRESS, &[]);
                }
                /// VPLS signalling (RFC 4761) and discovery (RFC 6074).
                Vpls(VplsRoute<'a>), Framing::Len(2) => {
                    /// VPLS (RFC 4761, RFC 6074).
                    VPLS = L2VPN VPLS, Lengths(&[4, 16], &[]);
                }
                /// Ethernet VPN (RFC 7432).
                Evpn(EvpnRoute<'a>), Framing::TypeLen(1, 1) => {
                    /// Ethernet VPN (RFC 7432).
                    EVPN = L2VPN EVPN, Lengths(&[4, 16], &[]);
                }
                /// Multicast in VPNs (RFC 6514).
                McastVpn(McastVpnRoute<'a>), Framing::TypeLen(1, 1) => {
                    /// Multicast in IPv4 VPNs (RFC 6514).
                    IPV4_MCAST_VPN = IPV4 MCAST_VPN, Lengths(&[4, 16], &[]);
                    /// Multicast in IPv6 VPNs (RFC 6514).
                    IPV6_MCAST_VPN = IPV6 MCAST_VPN, Lengths(&[4, 16], &[]);
                }
                /// Multicast distribution trees (RFC 6037).
                Mdt(MdtRoute), Framing::Bits => {
                    /// Multicast distribution trees (RFC 6037).
                    IPV4_MDT = IPV4 MDT, Lengths(&[4], &[]);
                }
                /// Mobile user plane (draft-mpmz-bess-mup-safi): architecture, two-octet type, length.
                Mup(MupRoute<'a>), Framing::TypeLen(3, 1) => {
                    /// Mobile user plane over IPv4 (draft-mpmz-bess-mup-safi).
                    IPV4_MUP = IPV4 MUP, Lengths(&[4, 16], &[]);
                    /// Mobile user plane over IPv6 (draft-mpmz-bess-mup-safi).
                    IPV6_MUP = IPV6 MUP, Lengths(&[4, 16], &[]);
                }
                /// Route target membership (RFC 4684).
                RouteTarget(RouteTargetMembership), Framing::Bits => {
                    /// Route target membership (RFC 4684).
                    ROUTE_TARGET = IPV4 ROUTE_TARGET, Lengths(&[4, 16], &[]);
                }
                /// Link state (RFC 9552), also for BGP SPF (RFC 9815).
                LinkState(LinkStateRoute<'a>), Framing::TypeLen(2, 2) => {
                    /// Link state (RFC 9552).
                    LINK_STATE = BGP_LS BGP_LS, Lengths(&[4, 16, 32], &[]);
                    /// Link state for BGP SPF (RFC 9815).
                    LINK_STATE_SPF = BGP_LS BGP_LS_SPF, Lengths(&[4, 16, 32], &[]);
                }
                /// Link state of VPNs (RFC 9552).
                LinkStateVpn(LinkStateVpnRoute<'a>), Framing::TypeLen(2, 2) => {
                    /// Link state of VPNs (RFC 9552).
                    LINK_STATE_VPN = BGP_LS BGP_LS_VPN, Lengths(&[12, 24, 48], &[]);
                }
            }
            // Families without a route type here, but with a known framing.
            framed {
                /// VPLS multicast (RFC 7117).
                MCAST_VPLS = L2VPN MCAST_VPLS, Lengths(&[4, 16], &[]), Framing::TypeLen(1, 1);
                /// Route target membership in an IPv6 network (undocumented).
                IPV6_ROUTE_TARGET = IPV6 ROUTE_TARGET, Any, Framing::Bits;
            }
            // Families without a route type here and without a known framing.
            unframed {
                /// IPv4 unicast and multicast at once (RFC 2858, deprecated).
                IPV4_UNICAST_MULTICAST = IPV4 UNICAST_MULTICAST, Lengths(&[4], &[16, 32]);
                /// IPv6 unicast and multicast at once (RFC 2858, deprecated).
                IPV6_UNICAST_MULTICAST = IPV6 UNICAST_MULTICAST, Lengths(&[16, 32], &[]);
                /// Multi-segment pseudowires (RFC 7267).
                MS_PW = L2VPN MS_PW, Lengths(&[4, 16], &[]);
                /// Tunnel encapsulation, IPv4 (RFC 5512, obsolete).
                IPV4_ENCAPSULATION = IPV4 ENCAPSULATION, Lengths(&[4], &[]);
                /// Tunnel encapsulation, IPv6 (RFC 5512, obsolete).
                IPV6_ENCAPSULATION = IPV6 ENCAPSULATION, Lengths(&[16], &[]);
                /// Service function chaining (RFC 9015).
                SFC = SFC SFC, Lengths(&[4, 16], &[]);
                /// SD-WAN, IPv4 (draft-ietf-idr-sdwan-edge-discovery).
                IPV4_SD_WAN = IPV4 SD_WAN, Any;
                /// SD-WAN, IPv6 (draft-ietf-idr-sdwan-edge-discovery).
                IPV6_SD_WAN = IPV6 SD_WAN, Any;
                /// Routing policies (draft-ietf-idr-rpd).
                ROUTING_POLICY = ROUTING_POLICY ROUTING_POLICY, Any;
                /// Flow specifications for tunnelled traffic, IPv4 (draft-ietf-idr-flowspec-nvo3).
                IPV4_TUNNELED_FLOWSPEC = IPV4 TUNNELED_FLOWSPEC, Any;
                /// Flow specifications for tunnelled traffic, IPv6 (draft-ietf-idr-flowspec-nvo3).
                IPV6_TUNNELED_FLOWSPEC = IPV6 TUNNELED_FLOWSPEC, Any;
                /// Multicast trees, IPv4 (draft-ietf-bess-bgp-multicast).
                IPV4_MCAST_TREE = IPV4 MCAST_TREE, Any;
                /// Multicast trees, IPv6 (draft-ietf-bess-bgp-multicast).
                IPV6_MCAST_TREE = IPV6 MCAST_TREE, Any;
                /// Dynamic path selection, IPv4.
                IPV4_DPS = IPV4 DPS, Any;
                /// Dynamic path selection, IPv6.
                IPV6_DPS = IPV6 DPS, Any;
            }
        }
    };
}
pub(crate) use families;
