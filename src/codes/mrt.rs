//! MRT types and subtypes: one table of their names and record layouts.

use core::fmt;

use super::{Afi, MessageType, Safi};

/// The layout of a record's body, by type and subtype.
///
/// Code that handles each kind of record matches without a wildcard, so that the compiler names every place that a new kind
/// needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RecordLayout {
    /// The peers that entries refer to by index.
    PeerIndexTable,
    /// Locations of collector and peers.
    GeoPeerTable,
    /// One route with an entry per peer; without a family here, the record gives it.
    Rib { family: Option<(Afi, Safi)>, add_path: bool },
    /// Routes of the older table dump, by width of addresses and AS numbers.
    TableDump { v6: bool, asn4: bool },
    /// A message with its header, after the speakers of the session.
    Message { asn4: bool, add_path: bool, local: bool },
    /// The states of a session.
    StateChange { asn4: bool },
    /// One route of a table, obsolete.
    Entry,
    /// The name of a file with a table.
    Snapshot,
    /// The body of a message without its header; the record type gives the width of addresses.
    LegacyMessage(MessageType),
    /// The states of a session of the obsolete types.
    LegacyStateChange,
    /// Not read: kept as octets.
    Unknown,
}

// One row per type, and per registry one row per subtype: its name, its RFC, the minimum length of a body (without microseconds),
// and its layout.
macro_rules! mrt_records {
    (
        $(#[$type_doc:meta])*
        $type:ident {
            $($kind:ident = $code:literal, $name:literal, $type_source:literal $(=> $subtypes:ident)?;)*
        }
        $(
            $(#[$doc:meta])*
            $registry:ident {
                $($point:ident = $value:literal, $text:literal, $source:literal, $least:literal, $layout:expr;)*
            }
        )*
    ) => {
        code_points! {
            $(#[$type_doc])*
            $type(u16), displayed "MRT type" { $($kind = $code, $name, $type_source;)* }
            $($(#[$doc])* $registry(u16), displayed "subtype" { $($point = $value, $text, $source;)* })*
        }

        impl $type {
            /// The layout of a record of this type and subtype.
            #[cfg_attr(optimised, inline(always))]
            pub(crate) const fn layout(self, subtype: u16) -> RecordLayout {
                match self.0 {
                    $($($code => $subtypes(subtype).layout(),)?)*
                    _ => RecordLayout::Unknown,
                }
            }

            /// The subtype with a layout; `None` if there is none.
            pub(crate) fn subtype_of(self, layout: RecordLayout) -> Option<u16> {
                match self.0 {
                    $($($code => $subtypes::ALL.iter().find(|subtype| subtype.layout() == layout).map(|subtype| subtype.0),)?)*
                    _ => None,
                }
            }

            /// The minimum length of such a body, without microseconds; `None` for an unnamed subtype.
            pub(crate) const fn least_len(self, subtype: u16) -> Option<usize> {
                match self.0 {
                    $($($code => $subtypes(subtype).least_len(),)?)*
                    _ => None,
                }
            }

            /// The RFC and section of a subtype.
            pub(crate) const fn subtype_rfc(self, subtype: u16) -> Option<&'static str> {
                match self.0 {
                    $($($code => $subtypes(subtype).rfc(),)?)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for SubtypeName {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.kind.0 {
                    $($($code => $subtypes(self.subtype).fmt(f),)?)*
                    _ => write!(f, "subtype {}", self.subtype),
                }
            }
        }

        $(impl $registry {
            #[cfg_attr(optimised, inline(always))]
            const fn layout(self) -> RecordLayout {
                match self.0 {
                    $($value => $layout,)*
                    _ => RecordLayout::Unknown,
                }
            }

            const fn least_len(self) -> Option<usize> {
                match self.0 {
                    $($value => Some($least),)*
                    _ => None,
                }
            }

            const fn rfc(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($source),)*
                    _ => None,
                }
            }
        })*
    };
}

#[cfg_attr(optimised, inline(always))]
const fn rib(afi: Afi, safi: Safi, add_path: bool) -> RecordLayout {
    RecordLayout::Rib { family: Some((afi, safi)), add_path }
}

#[cfg_attr(optimised, inline(always))]
const fn message(asn4: bool, add_path: bool, local: bool) -> RecordLayout {
    RecordLayout::Message { asn4, add_path, local }
}

mrt_records! {
    /// MRT record types (RFC 6396).
    MrtType {
        NULL = 0, "NULL", "RFC 6396 section B.1 (deprecated)";
        START = 1, "START", "RFC 6396 section B.1 (deprecated)";
        DIE = 2, "DIE", "RFC 6396 section B.1 (deprecated)";
        I_AM_DEAD = 3, "I_AM_DEAD", "RFC 6396 section B.1 (deprecated)";
        PEER_DOWN = 4, "PEER_DOWN", "RFC 6396 section B.1 (deprecated)";
        BGP = 5, "BGP", "RFC 6396 section B.2.1 (deprecated)" => LegacyBgpSubtype;
        RIP = 6, "RIP", "RFC 6396 section B.2.2 (deprecated)";
        IDRP = 7, "IDRP", "RFC 6396 section B.2.3 (deprecated)";
        RIPNG = 8, "RIPNG", "RFC 6396 section B.2.4 (deprecated)";
        BGP4PLUS = 9, "BGP4PLUS", "RFC 6396 section B.2.5 (deprecated)" => LegacyBgpSubtype;
        BGP4PLUS_01 = 10, "BGP4PLUS_01", "RFC 6396 section B.2.5 (deprecated)" => LegacyBgpSubtype;
        OSPFV2 = 11, "OSPFv2", "RFC 6396 section 4.1";
        TABLE_DUMP = 12, "TABLE_DUMP", "RFC 6396 section 4.2" => TableDumpSubtype;
        TABLE_DUMP_V2 = 13, "TABLE_DUMP_V2", "RFC 6396 section 4.3" => TableDumpV2Subtype;
        BGP4MP = 16, "BGP4MP", "RFC 6396 section 4.4" => Bgp4mpSubtype;
        BGP4MP_ET = 17, "BGP4MP_ET", "RFC 6396 sections 3 and 4.4" => Bgp4mpSubtype;
        ISIS = 32, "ISIS", "RFC 6396 section 4.5";
        ISIS_ET = 33, "ISIS_ET", "RFC 6396 section 4.5";
        OSPFV3 = 48, "OSPFv3", "RFC 6396 section 4.6";
        OSPFV3_ET = 49, "OSPFv3_ET", "RFC 6396 section 4.6";
    }
    /// Subtypes of TABLE_DUMP; 3 and 4, with four-octet AS numbers, are not in the RFC.
    TableDumpSubtype {
        AFI_IPV4 = 1, "AFI_IPv4", "RFC 6396 section 4.2", 22, RecordLayout::TableDump { v6: false, asn4: false };
        AFI_IPV6 = 2, "AFI_IPv6", "RFC 6396 section 4.2", 46, RecordLayout::TableDump { v6: true, asn4: false };
        AFI_IPV4_AS4 = 3, "AFI_IPv4_AS4", "RFC 6396 section 4.2", 24, RecordLayout::TableDump { v6: false, asn4: true };
        AFI_IPV6_AS4 = 4, "AFI_IPv6_AS4", "RFC 6396 section 4.2", 48, RecordLayout::TableDump { v6: true, asn4: true };
    }
    /// Subtypes of TABLE_DUMP_V2.
    TableDumpV2Subtype {
        PEER_INDEX_TABLE = 1, "PEER_INDEX_TABLE", "RFC 6396 section 4.3.1", 8, RecordLayout::PeerIndexTable;
        RIB_IPV4_UNICAST = 2, "RIB_IPV4_UNICAST", "RFC 6396 section 4.3.2", 7, rib(Afi::IPV4, Safi::UNICAST, false);
        RIB_IPV4_MULTICAST = 3, "RIB_IPV4_MULTICAST", "RFC 6396 section 4.3.2", 7, rib(Afi::IPV4, Safi::MULTICAST, false);
        RIB_IPV6_UNICAST = 4, "RIB_IPV6_UNICAST", "RFC 6396 section 4.3.2", 7, rib(Afi::IPV6, Safi::UNICAST, false);
        RIB_IPV6_MULTICAST = 5, "RIB_IPV6_MULTICAST", "RFC 6396 section 4.3.2", 7, rib(Afi::IPV6, Safi::MULTICAST, false);
        RIB_GENERIC = 6, "RIB_GENERIC", "RFC 6396 section 4.3.3", 7, RecordLayout::Rib { family: None, add_path: false };
        GEO_PEER_TABLE = 7, "GEO_PEER_TABLE", "RFC 6397 section 4", 14, RecordLayout::GeoPeerTable;
        RIB_IPV4_UNICAST_ADDPATH = 8, "RIB_IPV4_UNICAST_ADDPATH", "RFC 8050 section 4", 7, rib(Afi::IPV4, Safi::UNICAST, true);
        RIB_IPV4_MULTICAST_ADDPATH = 9, "RIB_IPV4_MULTICAST_ADDPATH", "RFC 8050 section 4", 7, rib(Afi::IPV4, Safi::MULTICAST, true);
        RIB_IPV6_UNICAST_ADDPATH = 10, "RIB_IPV6_UNICAST_ADDPATH", "RFC 8050 section 4", 7, rib(Afi::IPV6, Safi::UNICAST, true);
        RIB_IPV6_MULTICAST_ADDPATH = 11, "RIB_IPV6_MULTICAST_ADDPATH", "RFC 8050 section 4", 7, rib(Afi::IPV6, Safi::MULTICAST, true);
        RIB_GENERIC_ADDPATH = 12, "RIB_GENERIC_ADDPATH", "RFC 8050 section 4", 7, RecordLayout::Rib { family: None, add_path: true };
    }
    /// Subtypes of BGP4MP and BGP4MP_ET.
    Bgp4mpSubtype {
        STATE_CHANGE = 0, "STATE_CHANGE", "RFC 6396 section 4.4.1", 8, RecordLayout::StateChange { asn4: false };
        MESSAGE = 1, "MESSAGE", "RFC 6396 section 4.4.2", 8, message(false, false, false);
        ENTRY = 2, "ENTRY", "RFC 6396 section B.2.6", 31, RecordLayout::Entry;
        SNAPSHOT = 3, "SNAPSHOT", "RFC 6396 section B.2.6", 3, RecordLayout::Snapshot;
        MESSAGE_AS4 = 4, "MESSAGE_AS4", "RFC 6396 section 4.4.3", 20, message(true, false, false);
        STATE_CHANGE_AS4 = 5, "STATE_CHANGE_AS4", "RFC 6396 section 4.4.4", 12, RecordLayout::StateChange { asn4: true };
        MESSAGE_LOCAL = 6, "MESSAGE_LOCAL", "RFC 6396 section 4.4.5", 8, message(false, false, true);
        MESSAGE_AS4_LOCAL = 7, "MESSAGE_AS4_LOCAL", "RFC 6396 section 4.4.6", 20, message(true, false, true);
        MESSAGE_ADDPATH = 8, "MESSAGE_ADDPATH", "RFC 8050 section 3", 8, message(false, true, false);
        MESSAGE_AS4_ADDPATH = 9, "MESSAGE_AS4_ADDPATH", "RFC 8050 section 3", 20, message(true, true, false);
        MESSAGE_LOCAL_ADDPATH = 10, "MESSAGE_LOCAL_ADDPATH", "RFC 8050 section 3", 8, message(false, true, true);
        MESSAGE_AS4_LOCAL_ADDPATH = 11, "MESSAGE_AS4_LOCAL_ADDPATH", "RFC 8050 section 3", 20, message(true, true, true);
    }
    /// Subtypes of the deprecated types BGP, BGP4PLUS and BGP4PLUS_01.
    LegacyBgpSubtype {
        NULL = 0, "NULL", "RFC 6396 section B.2.1", 0, RecordLayout::Unknown;
        UPDATE = 1, "UPDATE", "RFC 6396 section B.2.1", 12, RecordLayout::LegacyMessage(MessageType::UPDATE);
        PREF_UPDATE = 2, "PREF_UPDATE", "RFC 6396 section B.2.1", 0, RecordLayout::Unknown;
        STATE_CHANGE = 3, "STATE_CHANGE", "RFC 6396 section B.2.1", 10, RecordLayout::LegacyStateChange;
        SYNC = 4, "SYNC", "RFC 6396 section B.2.1", 3, RecordLayout::Snapshot;
        OPEN = 5, "OPEN", "RFC 6396 section B.2.1", 12, RecordLayout::LegacyMessage(MessageType::OPEN);
        NOTIFY = 6, "NOTIFY", "RFC 6396 section B.2.1", 12, RecordLayout::LegacyMessage(MessageType::NOTIFICATION);
        KEEPALIVE = 7, "KEEPALIVE", "RFC 6396 section B.2.1", 12, RecordLayout::LegacyMessage(MessageType::KEEPALIVE);
    }
}

/// The name of a record's subtype, which depends on its type: see [`MrtType::subtype_name`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SubtypeName {
    kind: MrtType,
    subtype: u16,
}

impl MrtType {
    /// The name of a subtype in records of this type; `subtype` and its number if it has none.
    pub const fn subtype_name(self, subtype: u16) -> SubtypeName {
        SubtypeName { kind: self, subtype }
    }

    /// Whether the body starts with microseconds: the `_ET` types (RFC 6396 section 3).
    #[cfg_attr(optimised, inline(always))]
    pub const fn is_extended(self) -> bool {
        matches!(self, Self::BGP4MP_ET | Self::ISIS_ET | Self::OSPFV3_ET)
    }

    /// Whether records of this type have this subtype; the link-state protocols only have 0.
    pub(crate) const fn has_subtype(self, subtype: u16) -> bool {
        match self {
            Self::OSPFV2 | Self::ISIS | Self::ISIS_ET | Self::OSPFV3 | Self::OSPFV3_ET => subtype == 0,
            _ => self.least_len(subtype).is_some(),
        }
    }

    /// The RFC and section of the record's layout. Older types share subtypes: theirs is the type's.
    pub(crate) const fn record_rfc(self, subtype: u16) -> &'static str {
        match (self, self.subtype_rfc(subtype)) {
            (Self::BGP, _) => "RFC 6396 section B.2.1",
            (Self::BGP4PLUS | Self::BGP4PLUS_01, _) => "RFC 6396 section B.2.5",
            (Self::TABLE_DUMP, _) => "RFC 6396 section 4.2",
            (_, Some(rfc)) => rfc,
            (_, None) => "RFC 6396 section 4",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtypes_depend_on_the_type() {
        let name = |kind: MrtType, subtype| kind.subtype_name(subtype).to_string();
        assert_eq!(
            [
                name(MrtType::TABLE_DUMP, 2),
                name(MrtType::TABLE_DUMP_V2, 2),
                name(MrtType::BGP4MP, 2),
                name(MrtType::BGP4MP_ET, 4),
                name(MrtType::BGP, 1),
                name(MrtType::BGP4PLUS, 6),
                name(MrtType::BGP4PLUS_01, 7),
                name(MrtType::OSPFV2, 2),
                name(MrtType::TABLE_DUMP_V2, 99),
            ],
            ["AFI_IPv6", "RIB_IPV4_UNICAST", "ENTRY", "MESSAGE_AS4", "UPDATE", "NOTIFY", "KEEPALIVE", "subtype 2", "subtype 99"]
        );
    }
}
