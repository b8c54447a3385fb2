//! Code points.
macro_rules! code_points { ($($n:ident($t:ty){$($c:ident=$v:literal,$s:literal;)*})*) => { $(
/// Code point.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct $n(pub $t);
impl $n { $(/// Value.
pub const $c: Self = Self($v);)*
/// Name.
pub const fn name(self) -> Option<&'static str> { match self.0 { $($v => Some($s),)* _ => None } } }
impl core::fmt::Display for $n { fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { match self.name() { Some(n) => f.write_str(n), None => write!(f, concat!(stringify!($n), "({})"), self.0) } } }
impl core::fmt::Debug for $n { fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { core::fmt::Display::fmt(self, f) } }
)* } }
code_points! {
Afi(u16) { IPV4 = 1, "IPv4"; IPV6 = 2, "IPv6"; L2VPN = 25, "L2VPN"; BGP_LS = 16388, "BGP-LS"; }
Safi(u8) { UNICAST = 1, "unicast"; MULTICAST = 2, "multicast"; EVPN = 70, "EVPN"; }
MessageType(u8) { OPEN = 1, "OPEN"; UPDATE = 2, "UPDATE"; NOTIFICATION = 3, "NOTIFICATION"; KEEPALIVE = 4, "KEEPALIVE"; ROUTE_REFRESH = 5, "ROUTE-REFRESH"; }
AttrCode(u8) { ORIGIN = 1, "ORIGIN"; AS_PATH = 2, "AS_PATH"; NEXT_HOP = 3, "NEXT_HOP"; COMMUNITIES = 8, "COMMUNITIES"; MP_REACH_NLRI = 14, "MP_REACH_NLRI"; MP_UNREACH_NLRI = 15, "MP_UNREACH_NLRI"; }
CapabilityCode(u8) { MULTIPROTOCOL = 1, "Multiprotocol"; }
NotificationCode(u8) { CEASE = 6, "Cease"; }
RouteRefreshSubtype(u8) { REQUEST = 0, "request"; }
WellKnownCommunity(u32) { BLACKHOLE = 4294902426, "BLACKHOLE"; }
MrtType(u16) { BGP = 5, "BGP"; BGP4PLUS = 9, "BGP4PLUS"; BGP4PLUS_01 = 10, "BGP4PLUS_01"; OSPFV2 = 11, "OSPFv2"; TABLE_DUMP = 12, "TABLE_DUMP"; TABLE_DUMP_V2 = 13, "TABLE_DUMP_V2"; BGP4MP = 16, "BGP4MP"; BGP4MP_ET = 17, "BGP4MP_ET"; ISIS = 32, "IS-IS"; ISIS_ET = 33, "IS-IS_ET"; OSPFV3 = 48, "OSPFv3"; OSPFV3_ET = 49, "OSPFv3_ET"; }
TableDumpSubtype(u16) { AFI_IPV4 = 1, "AFI_IPv4"; AFI_IPV6 = 2, "AFI_IPv6"; }
TableDumpV2Subtype(u16) { PEER_INDEX_TABLE = 1, "PEER_INDEX_TABLE"; RIB_IPV4_UNICAST = 2, "RIB_IPV4_UNICAST"; RIB_IPV4_MULTICAST = 3, "RIB_IPV4_MULTICAST"; RIB_IPV6_UNICAST = 4, "RIB_IPV6_UNICAST"; RIB_IPV6_MULTICAST = 5, "RIB_IPV6_MULTICAST"; RIB_GENERIC = 6, "RIB_GENERIC"; GEO_PEER_TABLE = 7, "GEO_PEER_TABLE"; RIB_IPV4_UNICAST_ADDPATH = 8, "RIB_IPV4_UNICAST_ADDPATH"; RIB_IPV4_MULTICAST_ADDPATH = 9, "RIB_IPV4_MULTICAST_ADDPATH"; RIB_IPV6_UNICAST_ADDPATH = 10, "RIB_IPV6_UNICAST_ADDPATH"; RIB_IPV6_MULTICAST_ADDPATH = 11, "RIB_IPV6_MULTICAST_ADDPATH"; RIB_GENERIC_ADDPATH = 12, "RIB_GENERIC_ADDPATH"; }
Bgp4mpSubtype(u16) { STATE_CHANGE = 0, "STATE_CHANGE"; MESSAGE = 1, "MESSAGE"; ENTRY = 2, "ENTRY"; SNAPSHOT = 3, "SNAPSHOT"; MESSAGE_AS4 = 4, "MESSAGE_AS4"; STATE_CHANGE_AS4 = 5, "STATE_CHANGE_AS4"; MESSAGE_LOCAL = 6, "MESSAGE_LOCAL"; MESSAGE_AS4_LOCAL = 7, "MESSAGE_AS4_LOCAL"; MESSAGE_ADDPATH = 8, "MESSAGE_ADDPATH"; MESSAGE_AS4_ADDPATH = 9, "MESSAGE_AS4_ADDPATH"; MESSAGE_LOCAL_ADDPATH = 10, "MESSAGE_LOCAL_ADDPATH"; MESSAGE_AS4_LOCAL_ADDPATH = 11, "MESSAGE_AS4_LOCAL_ADDPATH"; }
LegacyBgpSubtype(u16) { NULL = 0, "NULL"; UPDATE = 1, "UPDATE"; PREF_UPDATE = 2, "PREF_UPDATE"; STATE_CHANGE = 3, "STATE_CHANGE"; SYNC = 4, "SYNC"; OPEN = 5, "OPEN"; NOTIFY = 6, "NOTIFY"; KEEPALIVE = 7, "KEEPALIVE"; }
FsmState(u16) { IDLE = 1, "Idle"; CONNECT = 2, "Connect"; ACTIVE = 3, "Active"; OPEN_SENT = 4, "Open_Sent"; OPEN_CONFIRM = 5, "Open_Confirm"; ESTABLISHED = 6, "Established"; CLEARING = 7, "Clearing"; DELETED = 8, "Deleted"; }
}
/// Name of a subcode.
pub const fn notification_subcode_name(_: NotificationCode, _: u8) -> Option<&'static str> {
    None
}
