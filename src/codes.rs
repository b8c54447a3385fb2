//! Code points: one table per registry, one row per value.
//!
//! A code point is a newtype over the integer on the wire. A value without a row is an ordinary value: it is kept, compared and
//! displayed by number.

// One registry. The rows
//     /// Path attribute type codes.
//     AttrCode(u8) {
//         ORIGIN = 1, "ORIGIN", "RFC 4271 section 5.1.1";
//     }
// generate `pub struct AttrCode(pub u8)`, the constant `AttrCode::ORIGIN` with its source as documentation, `name()`, and the
// text forms `ORIGIN` for the value 1 and `AttrCode(99)` for a value without a row. A registry whose values are shown to people has
// its word in the first line, `AttrCode(u8), "attribute"`: `in_words()` is `attribute 99`. After `displayed`, as for the types of
// records, the word is the text form too: `MRT type 99`.
//
// If a higher layer decodes the octets of a code point, its table is generated from the same rows: the additional data is in
// braces before the semicolon, after the name of the table if there are several. Such rows are in a macro that passes them to
// other macros, first to this one:
//     evpn_route_types! {
//         code_points!
//         /// EVPN route types.
//         EvpnRouteType(u8)
//     }
macro_rules! code_points {
    ($($(#[$doc:meta])* $type:ident($int:ty) $(, $word:literal)? $(, displayed $displayed:literal)? { $(
        $point:ident = $value:literal, $text:literal, $source:literal $($($table:ident)? { $($layout:tt)* })*;
    )* })*) => { $(
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

            $(
                /// The name, or the word of the registry and the number.
                pub fn in_words(self) -> impl fmt::Display {
                    $crate::codes::InWords { name: self.name(), word: $word, value: self.0.into() }
                }
            )?
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => $crate::codes::nameless(f, concat!($($displayed)?), stringify!($type), self.0.into()),
                }
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, concat!(stringify!($type), "({})"), self.0),
                }
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

/// A value as people read it: its name, or a word and the number.
#[derive(Clone, Copy)]
struct InWords {
    name: Option<&'static str>,
    word: &'static str,
    value: u32,
}

impl core::fmt::Display for InWords {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "{} {}", self.word, self.value),
        }
    }
}

/// Writes a value without a row: in words if its registry has a word, else as one word that fits into lists.
#[cold]
fn nameless(f: &mut core::fmt::Formatter<'_>, word: &str, code: &str, value: u32) -> core::fmt::Result {
    match word {
        "" => write!(f, "{code}({value})"),
        word => write!(f, "{word} {value}"),
    }
}

mod attributes;
mod bmp;
mod communities;
mod families;
mod link_state;
mod messages;
mod mrt;
mod routes;
mod rtr;
mod srv6;
mod tunnels;

pub use attributes::AttrCode;
pub(crate) use attributes::path_attributes;
pub use bmp::{
    BmpInitiationTlv, BmpMirroringInformation, BmpMirroringTlv, BmpPeerDownReason, BmpPeerType, BmpPeerUpTlv, BmpStatistic,
    BmpTerminationReason, BmpTerminationTlv, BmpType,
};
pub use communities::{ExtCommunitySubtype, ExtCommunityType, Ipv6ExtCommunitySubtype, WellKnownCommunity};
pub(crate) use communities::{ext_community_subtypes, ext_community_types, ipv6_ext_community_subtypes};
pub(crate) use families::families;
pub use families::{Afi, Safi};
pub use link_state::{
    BgpLsNlriType, BgpLsProtocol, BgpLsTlv, OspfRouteType, SrPolicyMetric, SrPolicyOrigin, SrSegmentDescriptor,
};
pub(crate) use link_state::{bgp_ls_nlri_types, bgp_ls_tlvs};
pub(crate) use messages::capability_codes;
pub use messages::{
    CapabilityCode, CeaseSubcode, FsmErrorSubcode, FsmState, MessageHeaderErrorSubcode, MessageType, NotificationCode,
    OpenMessageErrorSubcode, OpenParameter, OrfAction, OrfType, Role, RouteRefreshErrorSubcode, RouteRefreshSubtype,
    UpdateMessageErrorSubcode, VpnPrefixOrfTlv, WhenToRefresh, notification_subcode_name,
};
pub(crate) use mrt::RecordLayout;
pub use mrt::{Bgp4mpSubtype, LegacyBgpSubtype, MrtType, SubtypeName, TableDumpSubtype, TableDumpV2Subtype};
pub use routes::{EsiType, EvpnRouteType, FlowspecComponentType, McastVpnRouteType, MupRouteType, RdType};
pub(crate) use routes::{evpn_route_types, flowspec_components, mcast_vpn_route_types};
pub use rtr::RtrPdu;
pub use srv6::Srv6Behavior;
pub use tunnels::{BfdMode, Enlp, L2Encapsulation, PmsiTunnelType, PrefixSidTlvType, SegmentType, TunnelSubTlv, TunnelType};
pub(crate) use tunnels::{pmsi_tunnel_types, prefix_sid_tlvs, segment_types, tunnel_sub_tlvs, tunnel_types};

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
        let registries: [Registry; 62] = registries!(
            Afi AttrCode BfdMode Bgp4mpSubtype BgpLsNlriType BgpLsProtocol BgpLsTlv BmpInitiationTlv BmpMirroringInformation
            BmpMirroringTlv BmpPeerDownReason BmpPeerType BmpPeerUpTlv BmpStatistic BmpTerminationReason BmpTerminationTlv BmpType
            CapabilityCode CeaseSubcode Enlp EsiType EvpnRouteType ExtCommunitySubtype ExtCommunityType FlowspecComponentType
            FsmErrorSubcode FsmState Ipv6ExtCommunitySubtype L2Encapsulation LegacyBgpSubtype McastVpnRouteType
            MessageHeaderErrorSubcode MessageType MrtType MupRouteType NotificationCode OpenMessageErrorSubcode OpenParameter
            OrfAction OrfType OspfRouteType PmsiTunnelType PrefixSidTlvType RdType Role RouteRefreshErrorSubcode
            RouteRefreshSubtype RtrPdu Safi SegmentType SrPolicyMetric SrPolicyOrigin SrSegmentDescriptor Srv6Behavior
            TableDumpSubtype TableDumpV2Subtype TunnelSubTlv TunnelType UpdateMessageErrorSubcode VpnPrefixOrfTlv
            WellKnownCommunity WhenToRefresh
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
