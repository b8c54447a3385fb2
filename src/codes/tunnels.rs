//! Tunnels: their types and TLVs, segments, and multicast tunnels.

use core::fmt;

/// Passes the rows of tunnel types to the macro `$then`; some have a word for the text of extended communities.
macro_rules! tunnel_types {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                L2TPV3_OVER_IP = 1, "L2TPv3 over IP", "RFC 9012" { "l2tpv3" };
                GRE = 2, "GRE", "RFC 9012" { "gre" };
                TRANSMIT_TUNNEL_ENDPOINT = 3, "Transmit tunnel endpoint", "RFC 5566 (deprecated)";
                IPSEC_IN_TUNNEL_MODE = 4, "IPsec in tunnel-mode", "RFC 5566 (deprecated)";
                IP_IN_IP_WITH_IPSEC_TRANSPORT = 5, "IP in IP with IPsec transport", "RFC 5566 (deprecated)";
                MPLS_IN_IP_WITH_IPSEC_TRANSPORT = 6, "MPLS-in-IP with IPsec transport", "RFC 5566 (deprecated)";
                IP_IN_IP = 7, "IP in IP", "RFC 9012" { "ip-in-ip" };
                VXLAN = 8, "VXLAN", "RFC 9012" { "vxlan" };
                NVGRE = 9, "NVGRE", "RFC 9012" { "nvgre" };
                MPLS = 10, "MPLS", "RFC 9012" { "mpls" };
                MPLS_IN_GRE = 11, "MPLS-in-GRE", "RFC 9012" { "mpls-in-gre" };
                VXLAN_GPE = 12, "VXLAN-GPE", "RFC 8365" { "vxlan-gpe" };
                MPLS_IN_UDP = 13, "MPLS-in-UDP", "RFC 7510" { "mpls-in-udp" };
                IPV6 = 14, "IPv6", "draft-martin-idr-ipv6-tunnel";
                SR_POLICY = 15, "SR Policy", "RFC 9830" { "sr-policy" };
                BARE = 16, "Bare", "RFC 9014";
                SR = 17, "SR", "RFC 9125" { "sr" };
                CLOUD_SECURITY = 18, "Cloud Security", "IANA tunnel types";
                GENEVE = 19, "Geneve", "RFC 8926" { "geneve" };
                ANY_ENCAPSULATION = 20, "Any Encapsulation", "RFC 9012" { "any" };
                GTP = 21, "GTP", "draft-zzhang-bess-mup" { "gtp" };
                DPS = 22, "DPS", "IANA tunnel types";
                ORIGINATING_PE = 23, "Originating PE", "draft-heitz-bess-evpn-option-b";
                DPS_POLICY = 24, "DPS Policy", "IANA tunnel types";
                SD_WAN_HYBRID = 25, "SDWAN-Hybrid", "draft-ietf-idr-sdwan-edge-discovery";
                X_OVER_UDP = 26, "X-over-UDP", "IANA tunnel types";
                DES = 27, "DES", "IANA tunnel types";
                ESP_PROTECTED_PAYLOAD = 28, "ESP-Protected-Payload", "draft-wdh-srv6ops-secservice";
            }
        }
    };
}
pub(crate) use tunnel_types;

tunnel_types! {
    code_points!
    /// Tunnel types of the encapsulation attribute (RFC 9012).
    TunnelType(u16)
}

/// Passes the rows of tunnel sub-TLVs to the macro `$then`, which generates their types.
macro_rules! tunnel_sub_tlvs {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                ENCAPSULATION = 1, "Encapsulation", "RFC 9012 section 3.2"
                    { "encapsulation" Encapsulation(Encapsulation<'a>), "Values for the tunnel's header." };
                PROTOCOL_TYPE = 2, "Protocol Type", "RFC 9012 section 3.4.1"
                    { "protocol" ProtocolType(ProtocolType), "The tunnel's payload protocol." };
                IPSEC_TUNNEL_AUTHENTICATOR = 3, "IPsec Tunnel Authenticator", "RFC 5566 (deprecated)"
                    { "ipsec-authenticator" IpsecAuthenticator(&'a [u8]), "Undecoded." };
                COLOR = 4, "Color", "RFC 9012 section 3.4.2" { "color" Color(Color) };
                LOAD_BALANCING_BLOCK = 5, "Load-Balancing Block", "RFC 5640 section 2"
                    { "load-balancing-block" LoadBalancingBlock(u16) };
                TUNNEL_EGRESS_ENDPOINT = 6, "Tunnel Egress Endpoint", "RFC 9012 section 3.1"
                    { "endpoint" EgressEndpoint(EgressEndpoint) };
                DS_FIELD = 7, "DS Field", "RFC 9012 section 3.3.1" { "ds" DsField(u8), "Of the outer header." };
                UDP_DESTINATION_PORT = 8, "UDP Destination Port", "RFC 9012 section 3.3.2"
                    { "udp-port" UdpPort(UdpPort), "Of the outer header." };
                EMBEDDED_LABEL_HANDLING = 9, "Embedded Label Handling", "RFC 9012 section 3.5"
                    { "embedded-label" EmbeddedLabelHandling(EmbeddedLabelHandling), "The position of a route's label." };
                MPLS_LABEL_STACK = 10, "MPLS Label Stack", "RFC 9012 section 3.6"
                    { "label-stack" LabelStack(List<'a, LabelStackEntry>), "Labels to push, the topmost first." };
                PREFIX_SID = 11, "Prefix-SID", "RFC 9012 section 3.7"
                    { "prefix-sid" PrefixSid(List<'a, PrefixSidTlv<'a>>), "The content of a PREFIX_SID attribute." };
                PREFERENCE = 12, "Preference", "RFC 9830" { "preference" Preference(Preference) };
                BINDING_SID = 13, "Binding SID", "RFC 9830" { "binding-sid" BindingSid(BindingSid) };
                ENLP = 14, "ENLP", "RFC 9830"
                    { "enlp" ExplicitNullLabelPolicy(ExplicitNullLabelPolicy), "Explicit NULL label policy." };
                PRIORITY = 15, "Priority", "RFC 9830" { "priority" Priority(Priority) };
                SPI_SI_REPRESENTATION = 16, "SPI/SI Representation", "RFC 9015 section 7.5"
                    { "spi-si" SpiSiRepresentation(SpiSiRepresentation), "How packets carry SPI and SI." };
                SRV6_BINDING_SID = 20, "SRv6 Binding SID", "RFC 9830" { "srv6-binding-sid" Srv6BindingSid(Srv6BindingSid) };
                IPSEC_SA_ID = 64, "IPSEC-SA-ID", "draft-ietf-idr-sdwan-edge-discovery";
                EXTENDED_PORT_PROPERTY = 65, "Extended Port Property", "draft-ietf-idr-sdwan-edge-discovery";
                UNDERLAY_ISP_PROPERTIES = 66, "Underlay ISP Properties", "draft-ietf-idr-sdwan-edge-discovery";
                IPSEC_SA_NONCE = 67, "IPsec SA Nonce", "draft-ietf-idr-sdwan-edge-discovery";
                IPSEC_PUBLIC_KEY = 68, "IPsec Public Key", "draft-ietf-idr-sdwan-edge-discovery";
                IPSEC_SA_PROPOSAL = 69, "IPsec SA Proposal", "draft-ietf-idr-sdwan-edge-discovery";
                SIMPLIFIED_IPSEC_SA = 70, "Simplified IPsec SA", "draft-ietf-idr-sdwan-edge-discovery";
                IPSEC_VERSION = 71, "IPsec Version", "IANA tunnel sub-TLVs";
                NRP = 123, "NRP", "draft-ietf-idr-sr-policy-nrp";
                RPF = 124, "RPF", "draft-ietf-bess-bgp-multicast-controller";
                TREE_LABEL_STACK = 125, "Tree Label Stack", "draft-ietf-bess-bgp-multicast-controller";
                SEGMENT_LIST = 128, "Segment List", "RFC 9830" { "segment-list" SegmentList(SegmentList<'a>) };
                POLICY_CANDIDATE_PATH_NAME = 129, "Policy Candidate Path Name", "RFC 9830"
                    { "candidate-path-name" CandidatePathName(PolicyName<'a>) };
                POLICY_NAME = 130, "Policy Name", "RFC 9830" { "policy-name" PolicyName(PolicyName<'a>) };
                REVERSE_SEGMENT_LIST = 131, "Reverse Segment List", "draft-ietf-idr-sr-policy-path-segment";
                WAN_ID = 192, "WAN ID", "IANA tunnel sub-TLVs";
                BYTES = 193, "Bytes", "IANA tunnel sub-TLVs";
                IPSEC_DIM = 194, "IPSEC DIM", "IANA tunnel sub-TLVs";
                IPSEC_KEY_EXCHANGE = 195, "IPSEC Key Exchange", "IANA tunnel sub-TLVs";
                IPSEC_SA_PROPOSALS = 196, "IPSEC SA Proposals", "IANA tunnel sub-TLVs";
                SERVICE_SEGMENT_LIST = 197, "Service Segment List", "IANA tunnel sub-TLVs";
                SERVICE_VTEP = 198, "Service Vtep", "IANA tunnel sub-TLVs";
                DES_ADJACENCY = 199, "Distributed Etherlink Switch (DES) Adjacency", "IANA tunnel sub-TLVs";
            }
        }
    };
}
pub(crate) use tunnel_sub_tlvs;

tunnel_sub_tlvs! {
    code_points!
    /// Sub-TLVs of the tunnel encapsulation attribute (RFC 9012).
    TunnelSubTlv(u8)
}

/// Passes the rows of segment list sub-TLVs to the macro `$then`, which generates their types.
macro_rules! segment_types {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                SEGMENT_A = 1, "Type A Segment", "RFC 9830" { "a" A(SegmentA), "A label." };
                SEGMENT_B_DRAFT = 2, "Type B Segment (draft)", "draft-ietf-idr-segment-routing-te-policy";
                SEGMENT_C = 3, "Type C Segment", "RFC 9831" { "c" C(SegmentC), "An IPv4 node." };
                SEGMENT_D = 4, "Type D Segment", "RFC 9831" { "d" D(SegmentD), "An IPv6 node, for MPLS." };
                SEGMENT_E = 5, "Type E Segment", "RFC 9831" { "e" E(SegmentE), "An interface of an IPv4 node." };
                SEGMENT_F = 6, "Type F Segment", "RFC 9831" { "f" F(SegmentF), "An IPv4 adjacency." };
                SEGMENT_G = 7, "Type G Segment", "RFC 9831" { "g" G(SegmentG), "A link-local IPv6 adjacency, for MPLS." };
                SEGMENT_H = 8, "Type H Segment", "RFC 9831" { "h" H(SegmentH), "An IPv6 adjacency, for MPLS." };
                WEIGHT = 9, "Weight", "RFC 9830" { "weight" Weight(Weight) };
                SEGMENT_B = 13, "Type B Segment", "RFC 9830" { "b" B(SegmentB), "An SRv6 SID." };
                SEGMENT_I = 14, "Type I Segment", "RFC 9831" { "i" I(SegmentI), "An IPv6 node, for SRv6." };
                SEGMENT_J = 15, "Type J Segment", "RFC 9831" { "j" J(SegmentJ), "A link-local IPv6 adjacency, for SRv6." };
                SEGMENT_K = 16, "Type K Segment", "RFC 9831" { "k" K(SegmentK), "An IPv6 adjacency, for SRv6." };
                ELP = 17, "ELP", "draft-ietf-idr-bgp-sr-mpls-elp";
                PATH_MTU = 18, "Path MTU", "draft-ietf-idr-sr-policy-path-mtu";
                SEGMENT_LIST_ID = 19, "Segment List ID", "draft-ietf-idr-sr-policy-seglist-id";
                SEGMENT_L = 20, "Segment Type L", "draft-ietf-idr-sr-te-policy-attr";
                SEGMENT_M = 21, "Segment Type M", "draft-ietf-idr-sr-te-policy-attr";
                SEGMENT_N = 22, "Segment Type N", "draft-ietf-idr-sr-te-policy-attr";
                SEGMENT_O = 23, "Segment Type O", "draft-ietf-idr-sr-te-policy-attr";
                PATH_SEGMENT = 24, "Path Segment", "draft-ietf-idr-sr-policy-path-segment";
                METRIC = 221, "Metric", "draft-ietf-idr-sr-policy-metric";
            }
        }
    };
}
pub(crate) use segment_types;

segment_types! {
    code_points!
    /// Sub-TLVs of a segment list in an SR policy (RFC 9830, RFC 9831).
    SegmentType(u8)
}

/// Passes the rows of multicast tunnels to the macro `$then`, which generates their identifiers.
macro_rules! pmsi_tunnel_types {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                NO_TUNNEL_INFORMATION = 0, "no tunnel information present", "RFC 6514"
                    { "none" None(()), "Only requests a response from receivers." };
                RSVP_TE_P2MP_LSP = 1, "RSVP-TE P2MP LSP", "RFC 6514" { "rsvp-te-p2mp" RsvpTeP2mp(RsvpTeTunnel) };
                MLDP_P2MP_LSP = 2, "mLDP P2MP LSP", "RFC 6514" { "mldp-p2mp" MldpP2mp(MldpFec<'a>) };
                PIM_SSM_TREE = 3, "PIM-SSM Tree", "RFC 6514" { "pim-ssm" PimSsm(PimTree) };
                PIM_SM_TREE = 4, "PIM-SM Tree", "RFC 6514" { "pim-sm" PimSm(PimTree) };
                BIDIR_PIM_TREE = 5, "BIDIR-PIM Tree", "RFC 6514" { "bidir-pim" BidirPim(PimTree) };
                INGRESS_REPLICATION = 6, "Ingress Replication", "RFC 6514"
                    { "ingress-replication" IngressReplication(IpAddr), "The end of the unicast tunnels." };
                MLDP_MP2MP_LSP = 7, "mLDP MP2MP LSP", "RFC 6514" { "mldp-mp2mp" MldpMp2mp(MldpFec<'a>) };
                TRANSPORT_TUNNEL = 0x08, "Transport Tunnel", "RFC 7524"
                    { "transport-tunnel" TransportTunnel(&'a [u8]), "Undecoded." };
                ASSISTED_REPLICATION = 0x0a, "Assisted Replication Tunnel", "RFC 9574"
                    { "assisted-replication" AssistedReplication(&'a [u8]), "Undecoded." };
                BIER = 0x0b, "BIER", "RFC 8556" { "bier" Bier(&'a [u8]), "Undecoded." };
                SR_MPLS_P2MP_TREE = 0x0c, "SR-MPLS P2MP Tree", "RFC 10018"
                    { "sr-mpls-p2mp" SrMplsP2mp(&'a [u8]), "Undecoded." };
                SRV6_P2MP_TREE = 0x0d, "SRv6 P2MP Tree", "RFC 10018"
                    { "srv6-p2mp" Srv6P2mp(&'a [u8]), "Undecoded." };
                WILDCARD_TRANSPORT_TUNNEL = 0xff, "wildcard transport tunnel type", "RFC 8338"
                    { "wildcard" Wildcard(&'a [u8]), "Undecoded." };
            }
        }
    };
}
pub(crate) use pmsi_tunnel_types;

pmsi_tunnel_types! {
    code_points!
    /// Tunnel types of PMSI_TUNNEL (RFC 6514 section 5).
    PmsiTunnelType(u8)
}

/// Passes the rows of PREFIX_SID TLVs to the macro `$then`, which generates their types.
macro_rules! prefix_sid_tlvs {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                LABEL_INDEX = 1, "Label-Index", "RFC 8669 section 3.1" { "label-index" LabelIndex(LabelIndex) };
                ORIGINATOR_SRGB = 3, "Originator SRGB", "RFC 8669 section 3.2"
                    { "originator-srgb" OriginatorSrgb(OriginatorSrgb<'a>) };
                SRV6_L3_SERVICE = 5, "SRv6 L3 Service", "RFC 9252 section 2" { "srv6-l3-service" Srv6L3Service(Srv6Service<'a>) };
                SRV6_L2_SERVICE = 6, "SRv6 L2 Service", "RFC 9252 section 2" { "srv6-l2-service" Srv6L2Service(Srv6Service<'a>) };
                SRV6_TRANSPORT = 7, "SRv6 Transport", "draft-sa-idr-bgp-srv6-mpls-transport-iw";
            }
        }
    };
}
pub(crate) use prefix_sid_tlvs;

prefix_sid_tlvs! {
    code_points!
    /// TLV types of PREFIX_SID (RFC 8669 section 3).
    PrefixSidTlvType(u8)
}

impl PmsiTunnelType {
    /// The root's tunnel type of a composite tunnel, which has the highest bit of the type set and that type in the other seven
    /// (RFC 8317).
    pub const fn composite(self) -> Option<Self> {
        match self.0 {
            0x80..=0xfa => Some(Self(self.0 & 0x7f)),
            _ => None,
        }
    }
}

code_points! {
    /// BFD session modes of BFD_DISCRIMINATOR (RFC 9026 section 7.2).
    BfdMode(u8) {
        P2MP = 1, "P2MP BFD Session", "RFC 9026";
        SBFD_SRV6_LOCATOR = 176, "S-BFD for SRv6 Locator Session", "draft-wang-bess-sbfd-discriminator";
        SBFD_COMMON = 177, "S-BFD for Common Session", "draft-wang-bess-sbfd-discriminator";
    }
    /// Explicit NULL label policies of an SR policy, for packets without a label (RFC 9830 section 2.4.5).
    Enlp(u8) {
        IPV4 = 1, "Push an IPv4 Explicit NULL label", "RFC 9830";
        IPV6 = 2, "Push an IPv6 Explicit NULL label", "RFC 9830";
        BOTH = 3, "Push an IPv6 Explicit NULL label and push an IPv4 Explicit NULL label", "RFC 9830";
        NEITHER = 4, "Do not push an Explicit NULL label", "RFC 9830";
    }
    /// Encapsulations of layer 2 VPNs (RFC 4761, RFC 6624).
    L2Encapsulation(u8) {
        FRAME_RELAY = 1, "Frame Relay", "RFC 4446";
        ATM_AAL5_SDU_VCC_TRANSPORT = 2, "ATM AAL5 SDU VCC transport", "RFC 4446";
        ATM_TRANSPARENT_CELL_TRANSPORT = 3, "ATM transparent cell transport", "RFC 4816";
        ETHERNET_VLAN_TAGGED_MODE = 4, "Ethernet (VLAN) Tagged Mode", "RFC 4448";
        ETHERNET_RAW_MODE = 5, "Ethernet Raw Mode", "RFC 4448";
        CISCO_HDLC = 6, "Cisco HDLC", "RFC 4618";
        PPP = 7, "PPP", "RFC 4618";
        SONET_SDH_CIRCUIT_EMULATION_SERVICE = 8, "SONET/SDH Circuit Emulation Service", "RFC 4842";
        ATM_N_TO_ONE_VCC_CELL_TRANSPORT = 9, "ATM n-to-one VCC cell transport", "RFC 4717";
        ATM_N_TO_ONE_VPC_CELL_TRANSPORT = 10, "ATM n-to-one VPC cell transport", "RFC 4717";
        IP_LAYER_2_TRANSPORT = 11, "IP Layer 2 Transport", "RFC 3032";
        FRAME_RELAY_PORT_MODE = 15, "Frame Relay Port mode", "RFC 4619";
        STRUCTURE_AGNOSTIC_E1_OVER_PACKET = 17, "Structure-agnostic E1 over packet", "RFC 4553";
        STRUCTURE_AGNOSTIC_T1_OVER_PACKET = 18, "Structure-agnostic T1 (DS1) over packet", "RFC 4553";
        VPLS = 19, "VPLS", "RFC 4761";
        STRUCTURE_AGNOSTIC_T3_OVER_PACKET = 20, "Structure-agnostic T3 (DS3) over packet", "RFC 4553";
        NX64_BASIC_SERVICE = 21, "Nx64kbit/s Basic Service using Structure-aware", "RFC 5086";
        FRAME_RELAY_DLCI = 25, "Frame Relay DLCI", "RFC 4619";
        STRUCTURE_AGNOSTIC_E3_OVER_PACKET = 40, "Structure-agnostic E3 over packet", "RFC 4553";
        OCTET_ALIGNED_DS1_CIRCUITS = 41, "Octet-aligned payload for Structure-agnostic DS1 circuits",
            "RFC 4553";
        E1_NX64_WITH_CAS = 42, "E1 Nx64kbit/s with CAS using Structure-aware", "RFC 5086";
        DS1_ESF_NX64_WITH_CAS = 43, "DS1 (ESF) Nx64kbit/s with CAS using Structure-aware", "RFC 5086";
        DS1_SF_NX64_WITH_CAS = 44, "DS1 (SF) Nx64kbit/s with CAS using Structure-aware", "RFC 5086";
    }
}
