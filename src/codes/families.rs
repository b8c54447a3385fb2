//! The table of address families: one row with all properties per family.

/// Passes the rows to the macro `$then`. [`crate::Family`] takes constants, numbers and next hops from them, [`crate::nlri`]
/// route types and framing.
///
/// A row is: constant of `Family`, the constants of AFI and SAFI, and the rule for next hop lengths
/// (`crate::family::NextHopRule`). Families are grouped by kind of route: variant, route type, and encoding of the route length
/// (`nlri::Framing`).
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
                IPV6_UNICAST = IPV6 UNICAST, Lengths(&[16, 32], &[4]);
                /// IPv6 multicast: unicast prefixes for reverse-path checks.
                IPV6_MULTICAST = IPV6 MULTICAST, Lengths(&[16, 32], &[4]);
            }
            // Routes that are decoded one by one.
            routes {
                /// Labeled prefixes (RFC 8277).
                Labeled(LabeledPrefix<'a>), Framing::Bits => {
                    /// IPv4 with labels (RFC 8277).
                    IPV4_LABELED = IPV4 LABELED, Lengths(&[4], &[16, 32]);
                    /// IPv6 with labels (RFC 8277).
                    IPV6_LABELED = IPV6 LABELED, Lengths(&[16, 32], &[4]);
                }
                /// VPN prefixes, unicast (RFC 4364, RFC 4659) and multicast (RFC 6514 section 10), and of transport classes (RFC
                /// 9832).
                Vpn(VpnPrefix<'a>), Framing::Bits => {
                    /// IPv4 of transport classes (RFC 9832).
                    IPV4_CLASSFUL_TRANSPORT = IPV4 CLASSFUL_TRANSPORT, Any;
                    /// IPv6 of transport classes (RFC 9832).
                    IPV6_CLASSFUL_TRANSPORT = IPV6 CLASSFUL_TRANSPORT, Any;
                    /// IPv4 of VPNs (RFC 4364).
                    IPV4_VPN = IPV4 MPLS_VPN, Lengths(&[12], &[24, 48]);
                    /// IPv6 of VPNs (RFC 4659).
                    IPV6_VPN = IPV6 MPLS_VPN, Lengths(&[24, 48], &[12]);
                    /// IPv4 multicast of VPNs (RFC 6514 section 10).
                    IPV4_VPN_MULTICAST = IPV4 VPN_MULTICAST, Lengths(&[12], &[24, 48]);
                    /// IPv6 multicast of VPNs (RFC 6514 section 10).
                    IPV6_VPN_MULTICAST = IPV6 VPN_MULTICAST, Lengths(&[24, 48], &[12]);
                }
                /// Candidate paths of SR policies (RFC 9830).
                SrPolicy(SrPolicyRoute), Framing::Bits => {
                    /// SR policies with an IPv4 endpoint (RFC 9830).
                    IPV4_SR_POLICY = IPV4 SR_POLICY, Any;
                    /// SR policies with an IPv6 endpoint (RFC 9830).
                    IPV6_SR_POLICY = IPV6 SR_POLICY, Any;
                }
                /// Color-aware routes (RFC 9871).
                Car(CarRoute<'a>), Framing::Len(1) => {
                    /// Color-aware routes to IPv4 prefixes (RFC 9871).
                    IPV4_CAR = IPV4 CAR, Any;
                    /// Color-aware routes to IPv6 prefixes (RFC 9871).
                    IPV6_CAR = IPV6 CAR, Any;
                    /// Color-aware routes to IPv4 prefixes of VPNs (RFC 9871).
                    IPV4_VPN_CAR = IPV4 VPN_CAR, Any;
                    /// Color-aware routes to IPv6 prefixes of VPNs (RFC 9871).
                    IPV6_VPN_CAR = IPV6 VPN_CAR, Any;
                }
                /// Flow specifications (RFC 8955, RFC 8956), including those of VPNs and Ethernet.
                Flowspec(FlowspecRule<'a>), Framing::Flowspec => {
                    /// Flow specifications for IPv4 (RFC 8955).
                    IPV4_FLOWSPEC = IPV4 FLOWSPEC, Any;
                    /// Flow specifications for IPv6 (RFC 8956).
                    IPV6_FLOWSPEC = IPV6 FLOWSPEC, Any;
                    /// Flow specifications for Ethernet (draft-ietf-idr-flowspec-l2vpn).
                    L2VPN_FLOWSPEC = L2VPN FLOWSPEC, Any;
                    /// Flow specifications for IPv4 of VPNs (RFC 8955 section 8).
                    IPV4_VPN_FLOWSPEC = IPV4 VPN_FLOWSPEC, Any;
                    /// Flow specifications for IPv6 of VPNs (RFC 8956 section 6).
                    IPV6_VPN_FLOWSPEC = IPV6 VPN_FLOWSPEC, Any;
                    /// Flow specifications for Ethernet of VPNs (draft-ietf-idr-flowspec-l2vpn).
                    L2VPN_VPN_FLOWSPEC = L2VPN VPN_FLOWSPEC, Any;
                }
                /// VPLS signalling (RFC 4761) and discovery (RFC 6074).
                Vpls(VplsRoute<'a>), Framing::Len(2) => {
                    /// VPLS (RFC 4761, RFC 6074).
                    VPLS = L2VPN VPLS, Address;
                }
                /// Ethernet VPN (RFC 7432).
                Evpn(EvpnRoute<'a>), Framing::TypeLen(1, 1) => {
                    /// Ethernet VPN (RFC 7432).
                    EVPN = L2VPN EVPN, Address;
                }
                /// Multicast in VPNs (RFC 6514).
                McastVpn(McastVpnRoute<'a>), Framing::TypeLen(1, 1) => {
                    /// Multicast in IPv4 VPNs (RFC 6514).
                    IPV4_MCAST_VPN = IPV4 MCAST_VPN, Address;
                    /// Multicast in IPv6 VPNs (RFC 6514).
                    IPV6_MCAST_VPN = IPV6 MCAST_VPN, Address;
                }
                /// Multicast distribution trees (RFC 6037).
                Mdt(MdtRoute), Framing::Bits => {
                    /// Multicast distribution trees (RFC 6037).
                    IPV4_MDT = IPV4 MDT, Any;
                }
                /// Mobile user plane (draft-mpmz-bess-mup-safi): architecture, two-octet type, length.
                Mup(MupRoute<'a>), Framing::TypeLen(3, 1) => {
                    /// Mobile user plane over IPv4 (draft-mpmz-bess-mup-safi).
                    IPV4_MUP = IPV4 MUP, Any;
                    /// Mobile user plane over IPv6 (draft-mpmz-bess-mup-safi).
                    IPV6_MUP = IPV6 MUP, Any;
                }
                /// Route target membership (RFC 4684).
                RouteTarget(RouteTargetMembership), Framing::Bits => {
                    /// Route target membership (RFC 4684).
                    ROUTE_TARGET = IPV4 ROUTE_TARGET, Any;
                }
                /// Link state (RFC 9552), also for BGP SPF (RFC 9815).
                LinkState(LinkStateRoute<'a>), Framing::TypeLen(2, 2) => {
                    /// Link state (RFC 9552).
                    LINK_STATE = BGP_LS BGP_LS, Any;
                    /// Link state for BGP SPF (RFC 9815).
                    LINK_STATE_SPF = BGP_LS BGP_LS_SPF, Any;
                }
                /// Link state of VPNs (RFC 9552).
                LinkStateVpn(LinkStateVpnRoute<'a>), Framing::TypeLen(2, 2) => {
                    /// Link state of VPNs (RFC 9552).
                    LINK_STATE_VPN = BGP_LS BGP_LS_VPN, Any;
                }
            }
            // Families without a route type here, but with a known framing.
            framed {
                /// VPLS multicast (RFC 7117).
                MCAST_VPLS = L2VPN MCAST_VPLS, Any, Framing::TypeLen(1, 1);
                /// Route target membership in an IPv6 network (undocumented).
                IPV6_ROUTE_TARGET = IPV6 ROUTE_TARGET, Any, Framing::Bits;
            }
            // Families without a route type here and without a known framing.
            unframed {
                /// IPv4 unicast and multicast at once (RFC 2858, deprecated).
                IPV4_UNICAST_MULTICAST = IPV4 UNICAST_MULTICAST, Any;
                /// IPv6 unicast and multicast at once (RFC 2858, deprecated).
                IPV6_UNICAST_MULTICAST = IPV6 UNICAST_MULTICAST, Any;
                /// Multi-segment pseudowires (RFC 7267).
                MS_PW = L2VPN MS_PW, Any;
                /// Tunnel encapsulation, IPv4 (RFC 5512, obsolete).
                IPV4_ENCAPSULATION = IPV4 ENCAPSULATION, Any;
                /// Tunnel encapsulation, IPv6 (RFC 5512, obsolete).
                IPV6_ENCAPSULATION = IPV6 ENCAPSULATION, Any;
                /// Service function chaining (RFC 9015).
                SFC = SFC SFC, Any;
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
