//! The BGP Monitoring Protocol (RFC 7854).

use core::fmt;

code_points! {
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
    /// Information TLVs of Initiation messages.
    BmpInitiationTlv(u16) {
        STRING = 0, "String", "RFC 7854";
        SYSDESCR = 1, "sysDescr", "RFC 7854";
        SYSNAME = 2, "sysName", "RFC 7854";
    }
    /// Information TLVs of Peer Up messages, which RFC 9736 separates from those of Initiation.
    BmpPeerUpTlv(u16) {
        STRING = 0, "String", "RFC 9736";
        VRF_TABLE_NAME = 3, "VRF/Table Name", "RFC 9069";
        ADMIN_LABEL = 4, "Admin Label", "RFC 8671";
    }
    /// Information TLVs of Termination messages.
    BmpTerminationTlv(u16) {
        STRING = 0, "String", "RFC 7854";
        REASON = 1, "Reason", "RFC 7854";
    }
    /// Reasons of Termination messages.
    BmpTerminationReason(u16) {
        ADMINISTRATIVELY_CLOSED = 0, "Administratively closed", "RFC 7854";
        UNSPECIFIED = 1, "Unspecified reason", "RFC 7854";
        OUT_OF_RESOURCES = 2, "Out of resources", "RFC 7854";
        REDUNDANT_CONNECTION = 3, "Redundant connection", "RFC 7854";
        PERMANENTLY_ADMINISTRATIVELY_CLOSED = 4, "Permanently administratively closed", "RFC 7854";
    }
    /// Reasons of Peer Down messages.
    BmpPeerDownReason(u8) {
        LOCAL_SYSTEM_NOTIFICATION_FOLLOWS = 1, "Local system closed, NOTIFICATION PDU follows", "RFC 7854";
        LOCAL_SYSTEM_FSM_EVENT_FOLLOWS = 2, "Local system closed, FSM Event follows", "RFC 7854";
        REMOTE_SYSTEM_NOTIFICATION_FOLLOWS = 3, "Remote system closed, NOTIFICATION PDU follows", "RFC 7854";
        REMOTE_SYSTEM_NO_DATA = 4, "Remote system closed, no data", "RFC 7854";
        PEER_DE_CONFIGURED = 5, "Peer de-configured", "RFC 7854";
        LOCAL_SYSTEM_TLV_DATA_FOLLOWS = 6, "Local system closed, TLV data follows", "RFC 9069";
    }
    /// TLVs of Route Mirroring messages.
    BmpMirroringTlv(u16) {
        BGP_MESSAGE = 0, "BGP Message", "RFC 7854";
        INFORMATION = 1, "Information", "RFC 7854";
    }
    /// Information codes of Route Mirroring messages.
    BmpMirroringInformation(u16) {
        ERRORED_PDU = 0, "Errored PDU", "RFC 7854";
        MESSAGES_LOST = 1, "Messages Lost", "RFC 7854";
    }
    /// Statistics of reports (RFC 7854 section 4.8): counters and gauges.
    BmpStatistic(u16) {
        PREFIXES_REJECTED_BY_POLICY = 0, "prefixes rejected by inbound policy", "RFC 7854";
        DUPLICATE_PREFIX_ADVERTISEMENTS = 1, "duplicate prefix advertisements", "RFC 7854";
        DUPLICATE_WITHDRAWS = 2, "duplicate withdraws", "RFC 7854";
        UPDATES_INVALIDATED_BY_CLUSTER_LIST_LOOP = 3, "updates invalidated due to CLUSTER_LIST loop", "RFC 7854";
        UPDATES_INVALIDATED_BY_AS_PATH_LOOP = 4, "updates invalidated due to AS_PATH loop", "RFC 7854";
        UPDATES_INVALIDATED_BY_ORIGINATOR_ID = 5, "updates invalidated due to ORIGINATOR_ID", "RFC 7854";
        UPDATES_INVALIDATED_BY_AS_CONFED_LOOP = 6, "updates invalidated due to loop in AS_CONFED_SEQUENCE or AS_CONFED_SET",
            "RFC 7854";
        ROUTES_IN_ADJ_RIBS_IN = 7, "routes in Adj-RIBs-In", "RFC 7854";
        ROUTES_IN_LOC_RIB = 8, "routes in Loc-RIB", "RFC 7854";
        ROUTES_IN_ADJ_RIBS_IN_PER_FAMILY = 9, "routes in per-AFI/SAFI Adj-RIB-In", "RFC 7854";
        ROUTES_IN_LOC_RIB_PER_FAMILY = 10, "routes in per-AFI/SAFI Loc-RIB", "RFC 7854";
        UPDATES_TREATED_AS_WITHDRAW = 11, "updates subjected to treat-as-withdraw", "RFC 7854";
        PREFIXES_TREATED_AS_WITHDRAW = 12, "prefixes subjected to treat-as-withdraw", "RFC 7854";
        DUPLICATE_UPDATES = 13, "duplicate update messages", "RFC 7854";
        ROUTES_IN_PRE_POLICY_ADJ_RIBS_OUT = 14, "routes in pre-policy Adj-RIB-Out", "RFC 8671";
        ROUTES_IN_POST_POLICY_ADJ_RIBS_OUT = 15, "routes in post-policy Adj-RIB-Out", "RFC 8671";
        ROUTES_IN_PRE_POLICY_ADJ_RIBS_OUT_PER_FAMILY = 16, "routes in per-AFI/SAFI pre-policy Adj-RIB-Out", "RFC 8671";
        ROUTES_IN_POST_POLICY_ADJ_RIBS_OUT_PER_FAMILY = 17, "routes in per-AFI/SAFI post-policy Adj-RIB-Out", "RFC 8671";
        ROUTES_IN_PRE_POLICY_ADJ_RIB_IN = 18, "routes in pre-policy Adj-RIB-In", "RFC 9972";
        ROUTES_IN_PRE_POLICY_ADJ_RIB_IN_PER_FAMILY = 19, "routes in per-AFI/SAFI pre-policy Adj-RIB-In", "RFC 9972";
        ROUTES_IN_POST_POLICY_ADJ_RIB_IN = 20, "routes in post-policy Adj-RIB-In", "RFC 9972";
        ROUTES_IN_POST_POLICY_ADJ_RIB_IN_PER_FAMILY = 21, "routes in per-AFI/SAFI post-policy Adj-RIB-In", "RFC 9972";
        ROUTES_REJECTED_BY_INBOUND_POLICY_PER_FAMILY = 22,
            "routes in per-AFI/SAFI pre-policy Adj-RIB-In rejected by inbound policy", "RFC 9972";
        ROUTES_ACCEPTED_BY_INBOUND_POLICY_PER_FAMILY = 23,
            "routes in per-AFI/SAFI post-policy Adj-RIB-In accepted by inbound policy", "RFC 9972";
        PRIMARY_ROUTES_PER_FAMILY = 24, "routes in per-AFI/SAFI selected as primary route", "draft-ietf-grow-bmp-bgp-rib-stats";
        BACKUP_ROUTES_PER_FAMILY = 25, "routes in per-AFI/SAFI selected as backup route", "draft-ietf-grow-bmp-bgp-rib-stats";
        SUPPRESSED_ROUTES_PER_FAMILY = 26,
            "routes in per-AFI/SAFI post-policy Adj-RIB-In or Loc-RIB suppressed by route-damping policy", "RFC 9972";
        GR_STALE_ROUTES_PER_FAMILY = 27, "routes in per-AFI/SAFI post-policy Adj-RIB-In or Loc-RIB marked as stale by GR",
            "RFC 9972";
        LLGR_STALE_ROUTES_PER_FAMILY = 28, "routes in per-AFI/SAFI post-policy Adj-RIB-In or Loc-RIB marked as stale by LLGR",
            "RFC 9972";
        ROUTES_LEFT_BEFORE_THRESHOLD = 29, "routes in post-policy Adj-RIB-In left before received-route threshold", "RFC 9972";
        ROUTES_LEFT_BEFORE_THRESHOLD_PER_FAMILY = 30,
            "routes in per-AFI/SAFI post-policy Adj-RIB-In left before received-route threshold", "RFC 9972";
        ROUTES_LEFT_BEFORE_LICENSE_THRESHOLD = 31,
            "routes in post-policy Adj-RIB-In or Loc-RIB left before license-customized route threshold", "RFC 9972";
        ROUTES_LEFT_BEFORE_LICENSE_THRESHOLD_PER_FAMILY = 32,
            "routes in per-AFI/SAFI post-policy Adj-RIB-In or Loc-RIB left before license-customized route threshold", "RFC 9972";
        ROUTES_REJECTED_BY_AS_PATH_LENGTH = 33, "routes in pre-policy Adj-RIB-In rejected due to AS_PATH length", "RFC 9972";
        ROUTES_REJECTED_BY_AS_PATH_LENGTH_PER_FAMILY = 34,
            "routes in per-AFI/SAFI pre-policy Adj-RIB-In rejected due to AS_PATH length", "RFC 9972";
        ROV_INVALID_ROUTES_IN_PER_FAMILY = 35, "routes in per-AFI/SAFI post-policy Adj-RIB-In invalidated through RPKI",
            "RFC 9972";
        ROV_VALID_ROUTES_IN_PER_FAMILY = 36, "routes in per-AFI/SAFI post-policy Adj-RIB-In validated through RPKI", "RFC 9972";
        ROV_NOT_FOUND_ROUTES_IN_PER_FAMILY = 37, "routes in per-AFI/SAFI post-policy Adj-RIB-In whose RPKI state is NotFound",
            "RFC 9972";
        ROUTES_REJECTED_BY_OUTBOUND_POLICY_PER_FAMILY = 38,
            "routes in per-AFI/SAFI pre-policy Adj-RIB-Out rejected by outbound policy", "RFC 9972";
        ROUTES_FILTERED_BY_AS_PATH_LENGTH = 39, "routes in pre-policy Adj-RIB-Out filtered due to AS_PATH length", "RFC 9972";
        ROUTES_FILTERED_BY_AS_PATH_LENGTH_PER_FAMILY = 40,
            "routes in per-AFI/SAFI pre-policy Adj-RIB-Out filtered due to AS_PATH length", "RFC 9972";
        ROV_INVALID_ROUTES_OUT_PER_FAMILY = 41, "routes in per-AFI/SAFI post-policy Adj-RIB-Out invalidated through RPKI",
            "RFC 9972";
        ROV_VALID_ROUTES_OUT_PER_FAMILY = 42, "routes in per-AFI/SAFI post-policy Adj-RIB-Out validated through RPKI", "RFC 9972";
        ROV_NOT_FOUND_ROUTES_OUT_PER_FAMILY = 43, "routes in per-AFI/SAFI post-policy Adj-RIB-Out whose RPKI state is NotFound",
            "RFC 9972";
    }
}
