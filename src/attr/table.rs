//! The table of attributes: one row for each, and what follows from the rows.

use core::fmt;
use core::net::Ipv4Addr;

use super::{
    Aggregator, Aigp, As4Aggregator, As4Path, AsPath, AsPathLimit, AtomicAggregate, AttrSet, Attribute, BfdDiscriminator,
    BgpsecPath, Bier, ClusterList, Communities, CommunityContainer, Connector, DPath, Decode, EdgeMetadata, ExtendedCommunities,
    Ipv6ExtendedCommunities, LargeCommunities, LinkState, MpReach, MpUnreach, Nhc, Opaque, Origin, PeDistinguisherLabels,
    PmsiTunnel, PrefixSid, RcidPath, Sfp, TrafficEngineering, TunnelEncapsulation,
};
use crate::asn::Asn;
use crate::codes::AttrCode;
use crate::error::{Action, Context, EncodeError, Result};
use crate::session::Session;
use crate::wire::Sink;

#[cfg(feature = "alloc")]
use crate::places::Places;

const WELL_KNOWN: u8 = 0x40;
const OPT_TRANS: u8 = 0xc0;
const OPT_NON_TRANS: u8 = 0x80;

/// The flags that an attribute's definition fixes: nobody knows any more what obsolete ones were to be but optional.
pub(super) const fn fixed_flags(code: AttrCode) -> u8 {
    match code.0 {
        11..=13 | 19..=21 | 28 => 0x80,
        _ => 0xc0,
    }
}

// One row per attribute that has a value of its own. From
//     1  WELL_KNOWN  TreatAsWithdraw  Origin(Origin);
// come the variant `Value::Origin(Origin)`, the arm of `Attribute::decode` for code 1, and the row that `rule` answers from.
macro_rules! path_attributes {
    ($($(#[$doc:meta])* $code:literal $flags:ident $action:ident $variant:ident($value:ty);)*) => {
        /// The value of an attribute.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum Value<'a> {
            $($(#[$doc])* $variant($value),)*
            /// An attribute without a row in the table, as it is.
            Raw(Attribute<'a>),
        }

        /// Codes of the attributes that have a value of their own, ascending.
        pub const TYPED: &[AttrCode] = &[$(AttrCode($code)),*];

        #[inline]
        pub(super) fn decode_value<'a>(attribute: Attribute<'a>, session: &Session) -> Result<Value<'a>> {
            let (body, offset) = (attribute.body, attribute.body_offset());
            match attribute.code.0 {
                $($code => match <$value>::decode(body, offset, session) {
                    Ok(value) => Ok(Value::$variant(value)),
                    Err(e) => Err(e.within(Context::Attribute(AttrCode($code)), Action::$action)),
                },)*
                _ => Ok(Value::Raw(attribute)),
            }
        }

        impl<'a> Value<'a> {
            /// The code of the attribute.
            pub const fn code(&self) -> AttrCode {
                match self {
                    $(Self::$variant(_) => AttrCode($code),)*
                    Self::Raw(attribute) => attribute.code,
                }
            }

            /// Octets of the attribute's body by a session: it decides the width of AS numbers.
            pub fn body_len(&self, session: &Session) -> usize {
                match self {
                    $(Self::$variant(value) => Decode::body_len(value, session),)*
                    Self::Raw(attribute) => attribute.body.len(),
                }
            }

            pub(super) fn check_body(&self, session: &Session) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(value) => Decode::check_body(value, session),)*
                    Self::Raw(_) => Ok(()),
                }
            }

            pub(super) fn write_body(&self, session: &Session, out: &mut dyn Sink) {
                match self {
                    $(Self::$variant(value) => Decode::write_body(value, session, out),)*
                    Self::Raw(attribute) => out.put_slice(attribute.body),
                }
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for Value<'_> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => Decode::json(value, serializer),)*
                    Self::Raw(_) => serializer.collect_str(self),
                }
            }
        }

        impl<'a> Attribute<'a> {
            /// Notes where the fields of the body lie.
            #[cfg(feature = "alloc")]
            pub(super) fn place_body(&self, session: &Session, places: &mut Places) {
                let (body, offset) = (self.body, self.body_offset());
                match self.code.0 {
                    $($code => {
                        let _ = <$value as Decode<'a>>::place_body(body, offset, session, places);
                    })*
                    _ => places.leaf("value", offset..offset.saturating_add(body.len() as u64), Value::Raw(*self)),
                }
            }
        }

        pub(super) const fn rule(code: AttrCode) -> Option<(u8, Action)> {
            match code.0 {
                $($code => Some(($flags, Action::$action)),)*
                _ => None,
            }
        }

        impl fmt::Display for Value<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(value) => fmt::Display::fmt(value, f),)*
                    Self::Raw(attribute) => {
                        f.write_str("0x")?;
                        attribute.body.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
                    }
                }
            }
        }
    };
}

path_attributes! {
//  code  flags     on error (RFC 7606 section 7)  value
    /// RFC 4271 section 5.1.1.
    1   WELL_KNOWN     TreatAsWithdraw   Origin(Origin);
    /// RFC 4271 section 5.1.2.
    2   WELL_KNOWN     TreatAsWithdraw   AsPath(AsPath<'a>);
    /// RFC 4271 section 5.1.3.
    3   WELL_KNOWN     TreatAsWithdraw   NextHop(Ipv4Addr);
    /// RFC 4271 section 5.1.4: lower is better.
    4   OPT_NON_TRANS  TreatAsWithdraw   MultiExitDisc(u32);
    /// RFC 4271 section 5.1.5: higher is better.
    5   WELL_KNOWN     TreatAsWithdraw   LocalPref(u32);
    /// RFC 4271 section 5.1.6.
    6   WELL_KNOWN     DiscardAttribute  AtomicAggregate(AtomicAggregate);
    /// RFC 4271 section 5.1.7.
    7   OPT_TRANS      DiscardAttribute  Aggregator(Aggregator);
    /// RFC 1997.
    8   OPT_TRANS      TreatAsWithdraw   Communities(Communities<'a>);
    /// RFC 4456: the speaker that brought a reflected route into the network.
    9   OPT_NON_TRANS  TreatAsWithdraw   OriginatorId(Ipv4Addr);
    /// RFC 4456.
    10  OPT_NON_TRANS  TreatAsWithdraw   ClusterList(ClusterList<'a>);
    /// Obsolete (RFC 6938), as it is.
    11  OPT_TRANS      DiscardAttribute  Dpa(Opaque<'a>);
    /// Obsolete (RFC 6938): the route server that a route came by (RFC 1863 section 4).
    12  OPT_NON_TRANS  DiscardAttribute  Advertiser(Ipv4Addr);
    /// Obsolete (RFC 6938).
    13  OPT_NON_TRANS  DiscardAttribute  RcidPath(RcidPath<'a>);
    /// RFC 4760 section 3.
    14  OPT_NON_TRANS  ResetSession      MpReach(MpReach<'a>);
    /// RFC 4760 section 4.
    15  OPT_NON_TRANS  ResetSession      MpUnreach(MpUnreach<'a>);
    /// RFC 4360.
    16  OPT_TRANS      TreatAsWithdraw   ExtendedCommunities(ExtendedCommunities<'a>);
    /// RFC 6793 section 3.
    17  OPT_TRANS      DiscardAttribute  As4Path(As4Path<'a>);
    /// RFC 6793 section 3.
    18  OPT_TRANS      DiscardAttribute  As4Aggregator(As4Aggregator);
    /// Obsolete (draft-kapoor-nalawade-idr-bgp-ssa), as it is.
    19  OPT_TRANS      DiscardAttribute  SafiSpecific(Opaque<'a>);
    /// Obsolete (RFC 6037).
    20  OPT_TRANS      DiscardAttribute  Connector(Connector<'a>);
    /// Obsolete (draft-ietf-idr-as-pathlimit).
    21  OPT_TRANS      DiscardAttribute  AsPathLimit(AsPathLimit);
    /// RFC 6514 section 5.
    22  OPT_TRANS      TreatAsWithdraw   PmsiTunnel(PmsiTunnel<'a>);
    /// RFC 9012 section 2.
    23  OPT_TRANS      TreatAsWithdraw   TunnelEncapsulation(TunnelEncapsulation<'a>);
    /// RFC 5543.
    24  OPT_NON_TRANS  TreatAsWithdraw   TrafficEngineering(TrafficEngineering<'a>);
    /// RFC 5701.
    25  OPT_TRANS      TreatAsWithdraw   Ipv6ExtendedCommunities(Ipv6ExtendedCommunities<'a>);
    /// RFC 7311.
    26  OPT_NON_TRANS  DiscardAttribute  Aigp(Aigp<'a>);
    /// RFC 6514 section 8.
    27  OPT_TRANS      TreatAsWithdraw   PeDistinguisherLabels(PeDistinguisherLabels<'a>);
    /// Obsolete (RFC 7447), as it is.
    28  OPT_TRANS      DiscardAttribute  EntropyLabelCapability(Opaque<'a>);
    /// Link state of the routes of its families (RFC 9552 section 5.3).
    29  OPT_NON_TRANS  DiscardAttribute  LinkState(LinkState<'a>);
    /// RFC 8092.
    32  OPT_TRANS      TreatAsWithdraw   LargeCommunities(LargeCommunities<'a>);
    /// RFC 8205.
    33  OPT_NON_TRANS  TreatAsWithdraw   BgpsecPath(BgpsecPath<'a>);
    /// draft-ietf-idr-wide-bgp-communities.
    34  OPT_TRANS      TreatAsWithdraw   CommunityContainer(CommunityContainer<'a>);
    /// RFC 9234: the network that first sent the route to a customer, a peer or a route server's client.
    35  OPT_TRANS      TreatAsWithdraw   OnlyToCustomer(Asn);
    /// RFC 10039.
    36  OPT_TRANS      TreatAsWithdraw   DPath(DPath<'a>);
    /// RFC 9015 section 3.2.1.
    37  OPT_TRANS      TreatAsWithdraw   Sfp(Sfp<'a>);
    /// RFC 9026 section 3.1.6.
    38  OPT_TRANS      DiscardAttribute  BfdDiscriminator(BfdDiscriminator<'a>);
    /// draft-ietf-idr-nhc.
    39  OPT_TRANS      DiscardAttribute  Nhc(Nhc<'a>);
    /// RFC 8669; a malformed SRv6 service costs the route (RFC 9252 section 7).
    40  OPT_TRANS      DiscardAttribute  PrefixSid(PrefixSid<'a>);
    /// RFC 9793.
    41  OPT_TRANS      DiscardAttribute  Bier(Bier<'a>);
    /// draft-ietf-idr-5g-edge-service-metadata.
    42  OPT_NON_TRANS  DiscardAttribute  EdgeMetadata(EdgeMetadata<'a>);
    /// RFC 6368.
    128 OPT_TRANS      TreatAsWithdraw   AttrSet(AttrSet<'a>);
}
