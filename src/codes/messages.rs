//! Messages, their parts, and the states of a session.

use core::fmt;

/// Passes the rows of capabilities to the macro `$then`, which generates their types: `empty` ones, and those with a `value`.
macro_rules! capability_codes {
    ($then:ident! $($head:tt)*) => {
        $then! {
            $($head)* {
                MULTIPROTOCOL = 1, "Multiprotocol", "RFC 4760 section 8" value { MultiProtocol(MultiProtocol) };
                ROUTE_REFRESH = 2, "Route Refresh", "RFC 2918 section 2" empty { RouteRefresh };
                ORF = 3, "Outbound Route Filtering", "RFC 5291 section 5" value { Orf(List<'a, OrfFamily<'a>>) };
                MULTIPLE_ROUTES = 4, "Multiple Routes", "RFC 3107 (deprecated by RFC 8277)"
                    value { MultipleRoutes(&'a [u8]), "Its value was never defined." };
                EXTENDED_NEXT_HOP = 5, "Extended Next Hop", "RFC 8950 section 4"
                    value { ExtendedNextHop(List<'a, ExtendedNextHop>) };
                EXTENDED_MESSAGE = 6, "Extended Message", "RFC 8654 section 3" empty { ExtendedMessage };
                BGPSEC = 7, "BGPsec", "RFC 8205 section 2.2" value { Bgpsec(BgpsecSupport) };
                MULTIPLE_LABELS = 8, "Multiple Labels", "RFC 8277 section 2.1" value { MultipleLabels(List<'a, MultipleLabels>) };
                ROLE = 9, "Role", "RFC 9234 section 4.1" value { Role(Role), "The speaker's role." };
                GRACEFUL_RESTART = 64, "Graceful Restart", "RFC 4724 section 3" value { GracefulRestart(GracefulRestart<'a>) };
                AS4 = 65, "4-octet AS", "RFC 6793 section 3" value { As4(Asn), "The speaker's own AS number." };
                DYNAMIC_DEPRECATED = 66, "Dynamic (deprecated)", "IANA capability codes"
                    value { DynamicDeprecated(&'a [u8]), "The first of both, deprecated in 2003, undecoded." };
                DYNAMIC = 67, "Dynamic", "draft-ietf-idr-dynamic-cap"
                    value { Dynamic(List<'a, CapabilityCode>), "Capabilities that may change during the session." };
                MULTISESSION = 68, "Multisession", "draft-ietf-idr-bgp-multisession"
                    value { Multisession(Multisession<'a>), "Several sessions between two speakers." };
                ADD_PATH = 69, "ADD-PATH", "RFC 7911 section 4" value { AddPath(List<'a, AddPath>), "Several paths per prefix." };
                ENHANCED_ROUTE_REFRESH = 70, "Enhanced Route Refresh", "RFC 7313 section 3.1"
                    empty { EnhancedRouteRefresh, "With marks around the routes." };
                LLGR = 71, "LLGR", "RFC 9494 section 3.1" value { Llgr(List<'a, Llgr>), "Long-lived graceful restart." };
                ROUTING_POLICY_DISTRIBUTION = 72, "Routing Policy Distribution", "draft-ietf-idr-rpd"
                    value { RoutingPolicyDistribution(List<'a, PolicyDistribution>) };
                FQDN = 73, "FQDN", "draft-walton-bgp-hostname-capability" value { Fqdn(Fqdn<'a>), "The speaker's name." };
                BFD_STRICT_MODE = 74, "BFD Strict-Mode", "draft-ietf-idr-bgp-bfd-strict-mode"
                    empty { BfdStrictMode, "Sessions require BFD." };
                SOFTWARE_VERSION = 75, "Software Version", "draft-abraitis-bgp-version-capability"
                    value { SoftwareVersion(CountedText<'a>), "The speaker's software." };
                PATHS_LIMIT = 76, "PATHS-LIMIT", "draft-abraitis-idr-addpath-paths-limit"
                    value { PathsLimit(List<'a, PathsLimit>), "A limit on paths per prefix." };
                LINK_LOCAL_NEXT_HOP = 77, "Link-Local Next Hop", "draft-ietf-idr-linklocal-capability"
                    empty { LinkLocalNextHop, "Link-local addresses as only next hops." };
                EDGE_METADATA = 78, "Edge Metadata", "draft-ietf-idr-5g-edge-service-metadata"
                    value { EdgeMetadata(&'a [u8]), "Undecoded." };
                ROUTE_REFRESH_PRE_STANDARD = 128, "Route Refresh (pre-standard)", "RFC 8810" empty { RouteRefreshPreStandard };
                ORF_PRE_STANDARD = 129, "ORF (pre-standard)", "RFC 8810" value { OrfPreStandard(List<'a, OrfFamily<'a>>) };
                ORF_CISCO = 130, "ORF (Cisco)", "RFC 8810" value { OrfCisco(List<'a, OrfFamily<'a>>), "With types from 128 up." };
                MULTISESSION_PRE_STANDARD = 131, "Multisession (pre-standard)", "RFC 8810"
                    value { MultisessionPreStandard(Multisession<'a>) };
                FQDN_PRE_STANDARD = 184, "FQDN (pre-standard)", "RFC 8810"
                    value { FqdnPreStandard(Fqdn<'a>), "Before its code was assigned." };
                OPERATIONAL_PRE_STANDARD = 185, "OPERATIONAL (pre-standard)", "RFC 8810"
                    value { Operational(&'a [u8]), "Undecoded." };
                RESERVED = 255, "Reserved", "RFC 8810";
            }
        }
    };
}
pub(crate) use capability_codes;

capability_codes! {
    code_points!
    /// Capability codes (RFC 5492).
    CapabilityCode(u8)
}

code_points! {
    /// BGP message types.
    MessageType(u8), "message type" {
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
    /// Types of outbound route filters (RFC 5291).
    OrfType(u8) {
        COMMUNITIES = 2, "Communities", "before RFC 5291";
        EXTENDED_COMMUNITIES = 3, "Extended Communities", "before RFC 5291";
        ADDRESS_PREFIX = 64, "Address Prefix", "RFC 5292";
        CP_ORF = 65, "CP-ORF", "RFC 7543";
        VPN_PREFIX = 66, "VPN Prefix ORF", "draft-ietf-idr-vpn-prefix-orf";
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
    /// TLVs of VPN prefix filters (draft-ietf-idr-vpn-prefix-orf).
    VpnPrefixOrfTlv(u8) {
        IPV4_SOURCE_PE = 1, "IPv4 Source PE", "draft-ietf-idr-vpn-prefix-orf";
        IPV6_SOURCE_PE = 2, "IPv6 Source PE", "draft-ietf-idr-vpn-prefix-orf";
        SOURCE_PE_IDENTIFIER = 3, "Source PE Identifier", "draft-ietf-idr-vpn-prefix-orf";
        ROUTE_TARGET = 4, "Route Target", "draft-ietf-idr-vpn-prefix-orf";
        ROUTE_TYPE = 5, "Route Type", "draft-ietf-idr-vpn-prefix-orf";
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
}

code_points! {
    /// Error subcodes of Message Header Error.
    MessageHeaderErrorSubcode(u8) {
        UNSPECIFIC = 0, "Unspecific", "RFC 4271 erratum 4493";
        CONNECTION_NOT_SYNCHRONIZED = 1, "Connection Not Synchronized", "RFC 4271 section 6.1";
        BAD_MESSAGE_LENGTH = 2, "Bad Message Length", "RFC 4271 section 6.1";
        BAD_MESSAGE_TYPE = 3, "Bad Message Type", "RFC 4271 section 6.1";
    }
    /// Error subcodes of OPEN Message Error.
    OpenMessageErrorSubcode(u8) {
        UNSPECIFIC = 0, "Unspecific", "RFC 4271 erratum 4493";
        UNSUPPORTED_VERSION_NUMBER = 1, "Unsupported Version Number", "RFC 4271 section 6.2";
        BAD_PEER_AS = 2, "Bad Peer AS", "RFC 4271 section 6.2";
        BAD_BGP_IDENTIFIER = 3, "Bad BGP Identifier", "RFC 4271 section 6.2";
        UNSUPPORTED_OPTIONAL_PARAMETER = 4, "Unsupported Optional Parameter", "RFC 4271 section 6.2";
        AUTHENTICATION_FAILURE = 5, "Authentication Failure", "RFC 4271 (deprecated)";
        UNACCEPTABLE_HOLD_TIME = 6, "Unacceptable Hold Time", "RFC 4271 section 6.2";
        UNSUPPORTED_CAPABILITY = 7, "Unsupported Capability", "RFC 5492 section 5";
        ROLE_MISMATCH = 11, "Role Mismatch", "RFC 9234 section 4.2";
    }
    /// Error subcodes of UPDATE Message Error.
    UpdateMessageErrorSubcode(u8) {
        UNSPECIFIC = 0, "Unspecific", "RFC 4271 erratum 4493";
        MALFORMED_ATTRIBUTE_LIST = 1, "Malformed Attribute List", "RFC 4271 section 6.3";
        UNRECOGNIZED_WELL_KNOWN_ATTRIBUTE = 2, "Unrecognized Well-known Attribute", "RFC 4271 section 6.3";
        MISSING_WELL_KNOWN_ATTRIBUTE = 3, "Missing Well-known Attribute", "RFC 4271 section 6.3";
        ATTRIBUTE_FLAGS_ERROR = 4, "Attribute Flags Error", "RFC 4271 section 6.3";
        ATTRIBUTE_LENGTH_ERROR = 5, "Attribute Length Error", "RFC 4271 section 6.3";
        INVALID_ORIGIN_ATTRIBUTE = 6, "Invalid ORIGIN Attribute", "RFC 4271 section 6.3";
        AS_ROUTING_LOOP = 7, "AS Routing Loop", "RFC 4271 (deprecated)";
        INVALID_NEXT_HOP_ATTRIBUTE = 8, "Invalid NEXT_HOP Attribute", "RFC 4271 section 6.3";
        OPTIONAL_ATTRIBUTE_ERROR = 9, "Optional Attribute Error", "RFC 4271 section 6.3";
        INVALID_NETWORK_FIELD = 10, "Invalid Network Field", "RFC 4271 section 6.3";
        MALFORMED_AS_PATH = 11, "Malformed AS_PATH", "RFC 4271 section 6.3";
    }
    /// Error subcodes of Finite State Machine Error.
    FsmErrorSubcode(u8) {
        UNSPECIFIED_ERROR = 0, "Unspecified Error", "RFC 6608";
        UNEXPECTED_MESSAGE_IN_OPEN_SENT = 1, "Unexpected Message in OpenSent", "RFC 6608";
        UNEXPECTED_MESSAGE_IN_OPEN_CONFIRM = 2, "Unexpected Message in OpenConfirm", "RFC 6608";
        UNEXPECTED_MESSAGE_IN_ESTABLISHED = 3, "Unexpected Message in Established", "RFC 6608";
    }
    /// Error subcodes of Cease.
    CeaseSubcode(u8) {
        MAXIMUM_PREFIXES_REACHED = 1, "Maximum Number of Prefixes Reached", "RFC 4486";
        ADMINISTRATIVE_SHUTDOWN = 2, "Administrative Shutdown", "RFC 4486, RFC 9003";
        PEER_DE_CONFIGURED = 3, "Peer De-configured", "RFC 4486";
        ADMINISTRATIVE_RESET = 4, "Administrative Reset", "RFC 4486, RFC 9003";
        CONNECTION_REJECTED = 5, "Connection Rejected", "RFC 4486";
        OTHER_CONFIGURATION_CHANGE = 6, "Other Configuration Change", "RFC 4486";
        CONNECTION_COLLISION_RESOLUTION = 7, "Connection Collision Resolution", "RFC 4486";
        OUT_OF_RESOURCES = 8, "Out of Resources", "RFC 4486";
        HARD_RESET = 9, "Hard Reset", "RFC 8538 section 3.1";
        BFD_DOWN = 10, "BFD Down", "RFC 9384";
    }
    /// Error subcodes of ROUTE-REFRESH Message Error.
    RouteRefreshErrorSubcode(u8) {
        INVALID_MESSAGE_LENGTH = 1, "Invalid Message Length", "RFC 7313 section 5";
    }
}

/// The name of an error subcode, which depends on the error code: `None` for a code without subcodes, or a subcode without a row.
pub const fn notification_subcode_name(code: NotificationCode, subcode: u8) -> Option<&'static str> {
    match code {
        NotificationCode::MESSAGE_HEADER_ERROR => MessageHeaderErrorSubcode(subcode).name(),
        NotificationCode::OPEN_MESSAGE_ERROR => OpenMessageErrorSubcode(subcode).name(),
        NotificationCode::UPDATE_MESSAGE_ERROR => UpdateMessageErrorSubcode(subcode).name(),
        NotificationCode::FINITE_STATE_MACHINE_ERROR => FsmErrorSubcode(subcode).name(),
        NotificationCode::CEASE => CeaseSubcode(subcode).name(),
        NotificationCode::ROUTE_REFRESH_MESSAGE_ERROR => RouteRefreshErrorSubcode(subcode).name(),
        _ => None,
    }
}
