//! Path attributes: the table, the list, and one file per value.
//!
//! A list is read in three steps, each cheap and optional: the list as octets, its attributes as windows (flags, code, body) and
//! values. [`Attributes`] does the first two in one pass and indexes the common attributes.

mod aigp;
mod as_path;
mod attr_set;
mod attribute;
pub mod bfd;
pub mod bgpsec;
pub mod bier;
mod body;
mod community;
pub mod container;
mod d_path;
mod ext_community;
mod findings;
mod ipv6_community;
pub(crate) mod json;
mod labels;
pub mod link_state;
mod list;
mod mp;
pub mod nhc;
mod obsolete;
mod places;
pub mod pmsi;
pub mod prefix_sid;
mod scalar;
mod search;
pub mod sfp;
pub mod sr_policy;
mod table;
#[cfg(test)]
#[cfg(feature = "alloc")]
mod testing;
#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
pub mod traffic_engineering;
pub mod tunnel;
mod write;

pub use aigp::{Aigp, AigpTlv};
#[cfg(feature = "alloc")]
pub(crate) use as_path::as4_path_octets;
pub use as_path::{As4Path, AsPath, Asns, MergedPath, Segment, SegmentKind, Segments};
#[cfg(feature = "alloc")]
pub use as_path::{AsPathBuf, ParseAsPathError};
pub use attr_set::AttrSet;
pub use attribute::{AttrFlags, Attribute, AttributesIter};
pub use bfd::BfdDiscriminator;
pub use bgpsec::BgpsecPath;
pub use bier::{Bier, EdgeMetadata};
pub(crate) use body::Decode;
pub(crate) use body::error_at;
use body::{check_non_empty, list_attributes};
pub use community::{
    ClusterId, ClusterList, Communities, Community, ExtendedCommunities, Ipv6ExtendedCommunities, LargeCommunities,
    LargeCommunity,
};
pub use container::CommunityContainer;
pub use d_path::{DPath, Domain};
pub use ext_community::{ExtendedCommunity, ParseCommunityError};
pub use ipv6_community::{Ipv6ExtendedCommunity, ParseIpv6ExtendedCommunityError};
pub use link_state::{LinkState, LinkStateSubTlv, LinkStateTlv, LinkStateTlvs, RawLinkStateTlv, RawLinkStateTlvs};
pub use list::Attributes;
pub(crate) use mp::check_next_hop;
pub use mp::{MpReach, MpUnreach};
pub use nhc::Nhc;
pub use obsolete::{AsPathLimit, Connector, EntropyLabelCapability, ObsoleteBody, RcidPath, VpnConnector};
pub(crate) use places::place_list;
pub use pmsi::{PeDistinguisherLabels, PmsiTunnel};
pub use prefix_sid::PrefixSid;
pub use scalar::{Aggregator, As4Aggregator, AtomicAggregate, Origin};
pub use sfp::Sfp;
pub use table::{TYPED, Value};
pub use traffic_engineering::TrafficEngineering;
pub use tunnel::TunnelEncapsulation;
#[cfg(feature = "rib")]
pub(crate) use {
    findings::discarded_by,
    mp::is_short_form,
    table::{Kept, kept},
};
pub(crate) use {
    list::ListKey,
    mp::{RecordRoute, is_next_hop_of},
    search::{Search, last_of_sequence, search, search_usual},
};
