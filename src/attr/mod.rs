//! Path attributes: the table, the list, and one file per value.
//!
//! A list is read in three steps, each cheap and optional: the list as bytes, its attributes as windows (flags, code, body)
//! and values. [`Attributes`] does the first two in one pass and remembers where the common attributes are.

mod aigp;
mod as_path;
mod attr_set;
pub mod bfd;
pub mod bgpsec;
pub mod bier;
mod community;
pub mod container;
mod d_path;
mod ext_community;
mod ipv6_community;
#[cfg(feature = "serde")]
mod json;
pub mod link_state;
mod mp;
pub mod nhc;
mod obsolete;
pub mod pmsi;
pub mod prefix_sid;
mod scalar;
pub mod sfp;
pub mod sr_policy;
pub mod traffic_engineering;
pub mod tunnel;

pub use aigp::{Aigp, AigpTlv};
#[cfg(feature = "alloc")]
pub(crate) use as_path::as4_path_octets;
pub use as_path::{As4Path, AsPath, Asns, MergedPath, Segment, SegmentKind, Segments};
#[cfg(feature = "alloc")]
pub use as_path::{AsPathBuf, ParseAsPathError};
pub use attr_set::AttrSet;
pub use bfd::BfdDiscriminator;
pub use bgpsec::BgpsecPath;
pub use bier::{Bier, EdgeMetadata};
pub use community::{
    ClusterId, ClusterList, Communities, Community, ExtendedCommunities, Ipv6ExtendedCommunities, LargeCommunities,
    LargeCommunity,
};
pub use container::CommunityContainer;
pub use d_path::{DPath, Domain};
pub use ext_community::{ExtendedCommunity, ParseCommunityError};
pub use ipv6_community::{Ipv6ExtendedCommunity, ParseIpv6ExtendedCommunityError};
#[cfg(feature = "serde")]
pub(crate) use json::{AttributeList, AttributeObject};
pub use link_state::{LinkState, LinkStateSubTlv, LinkStateTlv, LinkStateTlvs, RawLinkStateTlv, RawLinkStateTlvs};
#[cfg(feature = "alloc")]
pub(crate) use mp::check_next_hop;
pub use mp::{MpReach, MpUnreach};
pub use nhc::Nhc;
pub use obsolete::{AsPathLimit, Connector, Opaque, RcidPath, VpnConnector};
pub use pmsi::{PeDistinguisherLabels, PmsiTunnel};
pub use prefix_sid::PrefixSid;
pub use scalar::{Aggregator, As4Aggregator, AtomicAggregate, Origin};
pub use sfp::Sfp;
pub use traffic_engineering::TrafficEngineering;
pub use tunnel::TunnelEncapsulation;

use core::fmt;
use core::iter::FusedIterator;
use core::net::Ipv4Addr;

use crate::asn::Asn;
use crate::codes::{AttrCode, Role};
use crate::error::{Action, Context, EncodeError, Error, ErrorKind, Result};
use crate::nlri::NextHop;
use crate::session::Session;

#[cfg(feature = "alloc")]
use crate::places::Places;
use crate::wire::Sink;
#[cfg(feature = "alloc")]
use crate::wire::{Cursor, Field};

bitflags::bitflags! {
    /// Attribute flags (RFC 4271 section 4.3). Bits without a name are kept.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct AttrFlags: u8 {
        /// Not every speaker need know the attribute.
        const OPTIONAL = 0x80;
        /// Speakers that do not know it pass it on.
        const TRANSITIVE = 0x40;
        /// Some speaker on the way did not know it.
        const PARTIAL = 0x20;
        /// The length has two octets.
        const EXTENDED_LENGTH = 0x10;
        const _ = !0;
    }
}

/// How a value lies in an attribute's body.
pub(crate) trait Decode<'a>: Sized {
    /// Reads the body, `offset` bytes into the outermost input.
    fn decode(body: &'a [u8], offset: u64, session: &Session) -> Result<Self>;

    /// Octets of the body.
    fn body_len(&self, session: &Session) -> usize;

    /// Whether every value fits its place.
    fn check_body(&self, _: &Session) -> Result<(), EncodeError> {
        Ok(())
    }

    /// Writes a body that [`Decode::check_body`] has passed.
    fn write_body(&self, session: &Session, out: &mut dyn Sink);

    /// The value for JSON: its text, or what it consists of.
    #[cfg(feature = "serde")]
    fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>
    where
        Self: fmt::Display,
    {
        serializer.collect_str(self)
    }

    /// Reads the body and notes where its fields lie.
    #[cfg(feature = "alloc")]
    fn place_body(body: &'a [u8], offset: u64, session: &Session, places: &mut Places) -> Result<Self>
    where
        Self: fmt::Display,
    {
        match Self::decode(body, offset, session) {
            Ok(value) => {
                places.leaf("value", offset..offset.saturating_add(body.len() as u64), &value);
                Ok(value)
            }
            Err(e) => {
                places.error(e);
                Err(e)
            }
        }
    }
}

/// Attributes whose value is described field by field ([`crate::wire`]): `Type;`, or `Type, check path;` where the RFC calls
/// more malformed than the fields do. The function gets the value, the octets of the body and where that starts.
macro_rules! field_attributes {
    ($($type:ident $(<$life:lifetime>)? $(, check $check:path)?;)*) => { $(
        impl<'a> Decode<'a> for $type $(<$life>)? {
            fn decode(body: &'a [u8], offset: u64, _: &Session) -> Result<Self> {
                let value = crate::wire::whole(body, offset)?;
                $($check(&value, body.len(), offset)?;)?
                Ok(value)
            }

            fn body_len(&self, _: &Session) -> usize {
                crate::wire::Field::wire_len(self)
            }

            fn check_body(&self, _: &Session) -> Result<(), EncodeError> {
                $($check(self, crate::wire::Field::wire_len(self), 0).map_err(|_| EncodeError::unrepresentable(""))?;)?
                crate::wire::Field::check(self)
            }

            fn write_body(&self, _: &Session, out: &mut dyn Sink) {
                crate::wire::Field::write(self, out);
            }

            #[cfg(feature = "serde")]
            fn json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::wire::Field::json(self, serializer)
            }

            #[cfg(feature = "alloc")]
            fn place_body(body: &'a [u8], offset: u64, _: &Session, places: &mut Places) -> Result<Self> {
                let mut c = crate::wire::Cursor::at(body, offset);
                let value = crate::wire::Field::place(&mut c, "value", places)?;
                c.finish().inspect_err(|e| places.error(*e))?;
                $($check(&value, body.len(), offset).inspect_err(|e| places.error(*e))?;)?
                Ok(value)
            }
        }
    )* };
}

/// Attributes that are a list of values up to their end, shown with a blank between them: `Name of Type;`.
macro_rules! list_attributes {
    ($($(#[$doc:meta])* $name:ident of $item:ty;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct $name<'a>(pub $crate::wire::List<'a, $item>);

        impl<'a> $name<'a> {
            /// The values in the order of the wire.
            pub fn iter(&self) -> $crate::wire::ListIter<'a, $item> {
                self.0.iter()
            }
        }

        impl<'a> IntoIterator for $name<'a> {
            type Item = $item;
            type IntoIter = $crate::wire::ListIter<'a, $item>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }

        impl<'a> $crate::wire::Field<'a> for $name<'a> {
            fn read(c: &mut $crate::wire::Cursor<'a>) -> $crate::error::Result<Self> {
                $crate::wire::Field::read(c).map(Self)
            }

            fn show(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }

            #[cfg(feature = "serde")]
            fn json<S: serde::Serializer>(&self, serializer: S) -> core::result::Result<S::Ok, S::Error> {
                $crate::wire::Field::json(&self.0, serializer)
            }

            fn wire_len(&self) -> usize {
                $crate::wire::Field::wire_len(&self.0)
            }

            fn check(&self) -> $crate::error::Result<(), $crate::error::EncodeError> {
                $crate::wire::Field::check(&self.0)
            }

            fn write(&self, out: &mut dyn $crate::wire::Sink) {
                $crate::wire::Field::write(&self.0, out);
            }

            #[cfg(feature = "alloc")]
            fn place(
                c: &mut $crate::wire::Cursor<'a>,
                name: &'static str,
                places: &mut $crate::places::Places,
            ) -> $crate::error::Result<Self> {
                $crate::wire::Field::place(c, name, places).map(Self)
            }
        }

        impl core::fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                for (i, value) in self.iter().enumerate() {
                    if i > 0 {
                        f.write_str(" ")?;
                    }
                    $crate::wire::Field::show(&value, f)?;
                }
                Ok(())
            }
        }
    )* };
}
use list_attributes;

field_attributes! {
    Opaque<'a>;
    RcidPath<'a>, check some_of;
    Connector<'a>;
    AsPathLimit;
    PmsiTunnel<'a>;
    TunnelEncapsulation<'a>, check some_of;
    TrafficEngineering<'a>, check some_of;
    Aigp<'a>;
    LinkState<'a>;
    PeDistinguisherLabels<'a>, check PeDistinguisherLabels::check_addresses;
    BgpsecPath<'a>, check BgpsecPath::check_counts;
    CommunityContainer<'a>, check CommunityContainer::check_types;
    DPath<'a>, check DPath::check_segments;
    Sfp<'a>, check Sfp::check_hops;
    BfdDiscriminator<'a>, check BfdDiscriminator::check_source;
    Nhc<'a>;
    Bier<'a>, check some_of;
    EdgeMetadata<'a>;
}

/// An attribute that is malformed without octets.
const fn some(len: usize, offset: u64) -> Result<()> {
    if len == 0 { Err(Error::new(ErrorKind::BadLength(0), offset)) } else { Ok(()) }
}

/// The same, for any attribute.
const fn some_of<T>(_: &T, len: usize, offset: u64) -> Result<()> {
    some(len, offset)
}

/// Cold constructors of the errors that bodies share. They take scalars, so that nothing hot has its address taken.
pub(crate) mod place_of {
    use crate::error::{Error, ErrorKind};

    #[cold]
    #[inline(never)]
    pub(crate) fn bad_length(len: usize, offset: u64) -> Error {
        Error::new(ErrorKind::BadLength(u32::try_from(len).unwrap_or(u32::MAX)), offset)
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn bad_value(value: u32, offset: u64) -> Error {
        Error::new(ErrorKind::BadValue(value), offset)
    }
}

const WELL_KNOWN: u8 = 0x40;
const OPT_TRANS: u8 = 0xc0;
const OPT_NON_TRANS: u8 = 0x80;

/// The flags that an attribute's definition fixes: nobody knows any more what obsolete ones were to be but optional.
const fn fixed_flags(code: AttrCode) -> u8 {
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
        fn decode_value<'a>(attribute: Attribute<'a>, session: &Session) -> Result<Value<'a>> {
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

            fn check_body(&self, session: &Session) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(value) => Decode::check_body(value, session),)*
                    Self::Raw(_) => Ok(()),
                }
            }

            fn write_body(&self, session: &Session, out: &mut dyn Sink) {
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
            fn place_body(&self, session: &Session, places: &mut Places) {
                let (body, offset) = (self.body, self.body_offset());
                match self.code.0 {
                    $($code => {
                        let _ = <$value as Decode<'a>>::place_body(body, offset, session, places);
                    })*
                    _ => places.leaf("value", offset..offset.saturating_add(body.len() as u64), Value::Raw(*self)),
                }
            }
        }

        const fn rule(code: AttrCode) -> Option<(u8, Action)> {
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

impl Value<'_> {
    /// The flags that the attribute's definition fixes; those on the wire for an attribute without a row in the table.
    pub const fn flags(&self) -> AttrFlags {
        match self {
            Self::Raw(attribute) => attribute.flags,
            _ => match rule(self.code()) {
                Some((flags, _)) => AttrFlags::from_bits_retain(flags),
                None => AttrFlags::OPTIONAL,
            },
        }
    }

    /// Octets of the whole attribute: flags, code, length of one or two octets, body.
    pub fn encoded_len(&self, session: &Session) -> usize {
        let len = self.body_len(session);
        len.saturating_add(if len > 0xff || self.flags().contains(AttrFlags::EXTENDED_LENGTH) { 4 } else { 3 })
    }

    /// Writes the whole attribute. The session decides the width of AS numbers; a number that two octets cannot hold is
    /// written as [`Asn::TRANS`] (RFC 6793 section 4.2.2), and AS4_PATH is the caller's.
    ///
    /// # Errors
    /// A value that does not fit its field, or too little room; then nothing is written.
    pub fn encode(&self, session: &Session, out: &mut impl Sink) -> Result<(), EncodeError> {
        self.encode_with_flags(self.flags(), session, out)
    }

    /// Writes the whole attribute with other flags than its definition's, such as [`AttrFlags::PARTIAL`]. The flag for
    /// extended length is added where the length needs it.
    ///
    /// # Errors
    /// As [`Value::encode`].
    pub fn encode_with_flags(&self, flags: AttrFlags, session: &Session, out: &mut impl Sink) -> Result<(), EncodeError> {
        let name = self.code().name().unwrap_or("attribute");
        self.check_body(session).map_err(|e| e.of(name))?;
        let len = self.body_len(session);
        let short = match u16::try_from(len) {
            Ok(short) => short,
            Err(_) => return Err(EncodeError::too_long(name, len, 0xffff)),
        };
        let extended = len > 0xff || flags.contains(AttrFlags::EXTENDED_LENGTH);
        let need = len.saturating_add(if extended { 4 } else { 3 });
        if out.room() < need {
            return Err(EncodeError::no_room(need.saturating_sub(out.room())));
        }
        let flags = if extended { flags | AttrFlags::EXTENDED_LENGTH } else { flags };
        out.put_slice(&[flags.bits(), self.code().0]);
        let [high, low] = short.to_be_bytes();
        if extended {
            out.put_u8(high);
        }
        out.put_u8(low);
        self.write_body(session, out);
        Ok(())
    }
}

impl Attribute<'_> {
    /// Octets of the attribute when it is written from its value.
    pub(crate) fn rewritten_len(&self, session: &Session) -> usize {
        let body = self.decode(session).map_or(self.body.len(), |value| value.body_len(session));
        body.saturating_add(if body > 0xff || self.flags.contains(AttrFlags::EXTENDED_LENGTH) { 4 } else { 3 })
    }

    /// Writes the attribute from its value, with the flags that it has. One that cannot be read goes out as it came.
    pub fn rewrite(&self, session: &Session, out: &mut impl Sink) {
        let raw = Value::Raw(*self);
        let value = self.decode(session).unwrap_or(raw);
        if value.encode_with_flags(self.flags, session, out).is_err() {
            // A value that was read can be written; only room can be missing, and then nothing has been.
            let _ = raw.encode_with_flags(self.flags, session, out);
        }
    }
}

#[cfg(feature = "alloc")]
impl Attribute<'_> {
    /// As [`Attribute::rewrite`], for the entries of table dumps: four-octet AS numbers, MP_REACH_NLRI in any of its forms there.
    pub(crate) fn rewrite_in_rib(&self, out: &mut alloc::vec::Vec<u8>) {
        let value = match self.code {
            AttrCode::MP_REACH_NLRI => MpReach::parse_rib_at(self.body, self.body_offset()).map(Value::MpReach),
            _ => self.decode(&Session::AS4),
        };
        let raw = Value::Raw(*self);
        if value.unwrap_or(raw).encode_with_flags(self.flags, &Session::AS4, out).is_err() {
            let _ = raw.encode_with_flags(self.flags, &Session::AS4, out);
        }
    }

    /// Notes where the attribute's fields lie.
    pub fn places(&self, session: &Session, places: &mut Places) {
        self.place(session, false, places);
    }

    fn place(&self, session: &Session, rib: bool, places: &mut Places) {
        let body = self.body_offset();
        let opened = places.open("attribute", self.offset);
        places.label(opened, self.code);
        places.leaf("flags", self.offset..self.offset.saturating_add(1), format_args!("{:#04x}", self.flags.bits()));
        places.leaf("code", self.offset.saturating_add(1)..self.offset.saturating_add(2), self.code);
        places.leaf("length", self.offset.saturating_add(2)..body, self.body.len());
        let start = places.len();
        self.place_value(self.body.len(), session, rib, places);
        let action = rule(self.code).map_or(Action::TreatAsWithdraw, |(_, action)| action);
        places.name_errors(start, Context::Attribute(self.code), action);
        places.close(opened, body.saturating_add(self.body.len() as u64));
    }

    /// Notes where the fields of the body lie, which has `len` octets unless it is cut. Table dumps (`rib`) have short forms.
    fn place_value(&self, len: usize, session: &Session, rib: bool, places: &mut Places) {
        match (self.code, self.body.split_first()) {
            (AttrCode::MP_REACH_NLRI, Some((&octets, next_hop)))
                if rib && octets != 0 && usize::from(octets).checked_add(1) == Some(len) =>
            {
                let behind = self.body_offset().saturating_add(1);
                places.leaf("next_hop_length", self.body_offset()..behind, octets);
                if next_hop.len() == usize::from(octets) {
                    places.leaf("next_hop", behind..self.end(), NextHop::read(next_hop));
                }
            }
            (AttrCode::AGGREGATOR, _) if rib && len == 8 => self.place_body(&Session::AS4, places),
            _ => self.place_body(session, places),
        }
    }
}

/// Notes where the attributes of a list lie, those of table dumps (`rib`) with their short forms. Of one that overruns the list
/// there is what the list holds of it.
#[cfg(feature = "alloc")]
pub(crate) fn place_list(list: Cursor<'_>, session: &Session, rib: bool, places: &mut Places) {
    let mut attributes = AttributesIter::at(list.rest(), list.offset());
    loop {
        let left = attributes.rest;
        match attributes.next() {
            None => return,
            Some(Ok(attribute)) => attribute.place(session, rib, places),
            Some(Err(e)) => {
                let start = attributes.end.saturating_sub(left.len() as u64);
                let opened = places.open("attribute", start);
                places.cut(e, |places| {
                    let _ = place_cut(Cursor::at(left, start), opened, session, rib, places);
                });
                places.close(opened, attributes.end);
            }
        }
    }
}

/// Notes what there is of the attribute that a list ends with.
#[cfg(feature = "alloc")]
fn place_cut(mut c: Cursor<'_>, opened: usize, session: &Session, rib: bool, places: &mut Places) -> Result<()> {
    let offset = c.offset();
    let flags = AttrFlags::from_bits_retain(c.u8()?);
    places.leaf("flags", offset..c.offset(), format_args!("{:#04x}", flags.bits()));
    let code = AttrCode(crate::wire::place_as(&mut c, "code", places, AttrCode)?);
    places.label(opened, code);
    let len = match flags.contains(AttrFlags::EXTENDED_LENGTH) {
        true => u16::place(&mut c, "length", places)?,
        false => u16::from(u8::place(&mut c, "length", places)?),
    };
    if !c.is_empty() {
        Attribute { flags, code, body: c.rest(), offset }.place_value(usize::from(len), session, rib, places);
    }
    Ok(())
}

/// One attribute as a window: nothing but the framing has been looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attribute<'a> {
    flags: AttrFlags,
    code: AttrCode,
    body: &'a [u8],
    offset: u64,
}

impl<'a> Attribute<'a> {
    /// An attribute that no row of the table is for, to be written as [`Value::Raw`]: `body` is what is behind its length.
    pub const fn new(flags: AttrFlags, code: AttrCode, body: &'a [u8]) -> Self {
        Self { flags, code, body, offset: 0 }
    }

    /// Where the attribute ends: bytes from the start of the outermost input.
    pub(crate) const fn end(&self) -> u64 {
        self.body_offset().saturating_add(self.body.len() as u64)
    }

    /// Flags as on the wire.
    pub const fn flags(&self) -> AttrFlags {
        self.flags
    }

    /// Type code.
    pub const fn code(&self) -> AttrCode {
        self.code
    }

    /// The octets behind the length.
    pub const fn raw(&self) -> &'a [u8] {
        self.body
    }

    /// Where the attribute starts (its flags octet): bytes from the start of the outermost input.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Where the body starts.
    pub const fn body_offset(&self) -> u64 {
        self.offset.saturating_add(if self.flags.contains(AttrFlags::EXTENDED_LENGTH) { 4 } else { 3 })
    }

    /// The value, checked.
    ///
    /// # Errors
    /// What RFC 7606 section 7 calls malformed, with the action it names for this attribute. An attribute without a row in the
    /// table is [`Value::Raw`] and never an error.
    pub fn decode(&self, session: &Session) -> Result<Value<'a>> {
        decode_value(*self, session)
    }
}

/// The attributes of a list as windows, in the order of the wire.
///
/// Where an attribute overruns the list the iterator yields that error and ends.
#[derive(Clone, Copy, Debug)]
pub struct AttributesIter<'a> {
    rest: &'a [u8],
    end: u64,
    // Whether only the first attribute of a code is shown, and then a bit for each code that is still to be.
    shown: [u64; 4],
    once: bool,
}

impl<'a> AttributesIter<'a> {
    /// Starts at the first octet of a list, `offset` bytes into the outermost input.
    pub const fn at(bytes: &'a [u8], offset: u64) -> Self {
        Self { rest: bytes, end: offset.saturating_add(bytes.len() as u64), shown: [u64::MAX; 4], once: false }
    }

    /// The octets of the attributes that are left, up to the place where the list cannot be followed any more.
    #[cold]
    pub(crate) fn readable(self) -> &'a [u8] {
        let (list, start) = (self.rest, self.end.saturating_sub(self.rest.len() as u64));
        let end = self.map_while(Result::ok).last().map_or(start, |attribute| attribute.end());
        usize::try_from(end.saturating_sub(start)).ok().and_then(|len| list.get(..len)).unwrap_or(&[])
    }

    /// Whether attributes of this code are passed over.
    #[cold]
    #[inline(never)]
    fn is_hidden(&mut self, code: u8) -> bool {
        let bit = 1u64 << (code & 63);
        match self.shown.get_mut(usize::from(code >> 6)) {
            Some(word) => {
                let hidden = *word & bit == 0;
                *word &= !bit;
                hidden
            }
            None => false,
        }
    }
}

#[cold]
#[inline(never)]
fn overrun(rest: &[u8], end: u64) -> Error {
    let at = end.saturating_sub(rest.len() as u64);
    let missing = match *rest {
        [flags, _, a, b, ref body @ ..] if flags & 0x10 != 0 => {
            usize::from(u16::from_be_bytes([a, b])).saturating_sub(body.len())
        }
        [flags, ..] if flags & 0x10 != 0 => 4usize.saturating_sub(rest.len()),
        [_, _, len, ref body @ ..] => usize::from(len).saturating_sub(body.len()),
        _ => 3usize.saturating_sub(rest.len()),
    };
    let error = Error::new(ErrorKind::Truncated(u32::try_from(missing).unwrap_or(u32::MAX)), at);
    // RFC 7606 section 4: the total length still locates the routes, which count as withdrawn.
    match rest.get(1) {
        Some(&code) => error.within(Context::Attribute(AttrCode(code)), Action::TreatAsWithdraw),
        None => error.within(Context::Attributes, Action::TreatAsWithdraw),
    }
}

/// Splits the first attribute off a list: flags, code, body, what follows.
#[inline(always)]
fn split_attribute(rest: &[u8]) -> Option<(u8, u8, &[u8], &[u8])> {
    let (&[flags, code, len], tail) = rest.split_first_chunk::<3>()?;
    let (body, tail) = if flags & 0x10 != 0 {
        let (&low, tail) = tail.split_first()?;
        tail.split_at_checked(usize::from(u16::from_be_bytes([len, low])))?
    } else {
        tail.split_at_checked(usize::from(len))?
    };
    Some((flags, code, body, tail))
}

impl<'a> Iterator for AttributesIter<'a> {
    type Item = Result<Attribute<'a>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let offset = self.end.saturating_sub(self.rest.len() as u64);
            match split_attribute(self.rest) {
                Some((flags, code, body, tail)) => {
                    self.rest = tail;
                    if self.once && self.is_hidden(code) {
                        continue;
                    }
                    return Some(Ok(Attribute { flags: AttrFlags::from_bits_retain(flags), code: AttrCode(code), body, offset }));
                }
                None => {
                    let error = overrun(self.rest, self.end);
                    self.rest = &[];
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl FusedIterator for AttributesIter<'_> {}

/// A list of path attributes with the places of the common ones.
///
/// Made in one pass that checks framing; each accessor then takes constant time and checks its own attribute, so that a
/// malformed one costs that one. Of an attribute that occurs twice the first counts (RFC 7606 section 3 g);
/// [`Attributes::findings`] reports it.
#[derive(Clone, Copy)]
pub struct Attributes<'a> {
    bytes: &'a [u8],
    offset: u64,
    // A bit for each code below 64 that is there.
    seen: u64,
    asn4: bool,
    rib: bool,
    // Whether attributes that occur again are passed over.
    once: bool,
    // Two places in each word (see `slot_of`).
    slots: [u64; 8],
}

/// The first four octets of what is left of a list; 0, which is no attribute's, where there are fewer.
#[inline(always)]
const fn first_word(rest: &[u8]) -> u32 {
    match rest.first_chunk() {
        Some(octets) => u32::from_be_bytes(*octets),
        None => 0,
    }
}

/// Word and shift of the place of an attribute in the index: 16 bits of length above 16 bits of start.
#[inline(always)]
#[expect(clippy::arithmetic_side_effects, reason = "no code of an arm is less than what the arm takes from it")]
const fn slot_of(code: u8) -> (usize, u32) {
    let slot: usize = match code {
        1..=5 => code as usize - 1,
        7..=10 => code as usize - 2,
        14..=18 => code as usize - 5,
        32 => 14,
        _ => 15,
    };
    (slot >> 1, if slot & 1 == 0 { 0 } else { 32 })
}

/// Length of an attribute's header and body from its first four octets, without a branch on the extended-length flag.
#[inline(always)]
const fn lengths(word: u32) -> (usize, usize) {
    let extended = word >> 28 & 1;
    let len = if extended == 1 { word & 0xffff } else { word >> 8 & 0xff };
    (3usize.wrapping_add(extended as usize), len as usize)
}

impl<'a> Attributes<'a> {
    /// No attribute.
    pub const EMPTY: Self = Self { bytes: &[], offset: 0, seen: 0, asn4: true, rib: false, once: false, slots: [0; 8] };

    /// Reads the list of an UPDATE message, `offset` bytes into the outermost input.
    ///
    /// # Errors
    /// [`ErrorKind::Truncated`] where an attribute overruns the list (RFC 7606 section 4); [`AttributesIter`] still gives those before it.
    #[inline(always)]
    pub fn parse_at(bytes: &'a [u8], session: &Session, offset: u64) -> Result<Self> {
        Self::index(bytes, session.asn4, false, offset)
    }

    /// Reads the list of a RIB entry in a table dump: four-octet AS numbers, MP_REACH_NLRI in any of its forms there.
    ///
    /// # Errors
    /// As [`Attributes::parse_at`].
    #[inline(always)]
    pub fn parse_rib_at(bytes: &'a [u8], session: &Session, offset: u64) -> Result<Self> {
        Self::index(bytes, session.asn4, true, offset)
    }

    #[inline(always)]
    fn index(bytes: &'a [u8], asn4: bool, rib: bool, offset: u64) -> Result<Self> {
        if bytes.len() > 0xffff {
            // No container can say such a length.
            return Err(named_list(place_of::bad_length(bytes.len(), offset)));
        }
        let mut slots = [0u64; 8];
        let mut rest = bytes;
        let mut seen = 0u64;
        macro_rules! put {
            ($code:literal, $head:expr, $len:expr) => {{
                const SLOT: (usize, u32) = slot_of($code);
                let start = bytes.len().wrapping_sub(rest.len()).wrapping_add($head);
                #[expect(clippy::indexing_slicing, reason = "a constant below the number of words, as the compiler checks")]
                {
                    slots[SLOT.0] |= (($len as u64) << 16 | start as u64) << SLOT.1;
                }
                seen |= 1 << $code;
            }};
        }
        // Speakers write attributes in the order of their codes, so the usual list is a straight line: flags, code and length
        // of the next attribute are one word, loaded once and compared with each that may come next. Whatever does not fit
        // the line goes to the loop behind it, the last three octets of an ATOMIC_AGGREGATE that ends the list too.
        let mut word = first_word(rest);
        macro_rules! fixed {
            ($code:literal, $len:literal) => {
                if word & 0x10ff_ff00 == $code << 16 | $len << 8
                    && let Some(tail) = rest.get($len + 3..)
                {
                    put!($code, 3, $len);
                    rest = tail;
                    word = first_word(rest);
                }
            };
        }
        macro_rules! list {
            ($code:literal) => {
                if word >> 16 & 0xff == $code {
                    let (head, len) = lengths(word);
                    // At most 65,539.
                    match rest.get(head.wrapping_add(len)..) {
                        Some(tail) => {
                            put!($code, head, len);
                            rest = tail;
                            word = first_word(rest);
                        }
                        None => {
                            return Err(overrun(rest, offset.saturating_add(bytes.len() as u64)));
                        }
                    }
                }
            };
        }
        fixed!(1, 1);
        list!(2);
        fixed!(3, 4);
        fixed!(4, 4);
        fixed!(5, 4);
        if word & 0x10ff_ff00 == 6 << 16
            && let Some((_, tail)) = rest.split_first_chunk::<3>()
        {
            seen |= 1 << 6;
            rest = tail;
            word = first_word(rest);
        }
        list!(7);
        list!(8);
        fixed!(9, 4);
        list!(10);
        list!(14);
        list!(15);
        list!(16);
        list!(32);
        let _ = word;
        while !rest.is_empty() {
            let Some((flags, code, body, tail)) = split_attribute(rest) else {
                return Err(overrun(rest, offset.saturating_add(bytes.len() as u64)));
            };
            let bit = 1u64.checked_shl(u32::from(code)).unwrap_or(0);
            if seen & bit == 0 {
                seen |= bit;
                let head = if flags & 0x10 == 0 { 3 } else { 4 };
                match code {
                    1 => put!(1, head, body.len()),
                    2 => put!(2, head, body.len()),
                    3 => put!(3, head, body.len()),
                    4 => put!(4, head, body.len()),
                    5 => put!(5, head, body.len()),
                    7 => put!(7, head, body.len()),
                    8 => put!(8, head, body.len()),
                    9 => put!(9, head, body.len()),
                    10 => put!(10, head, body.len()),
                    14 => put!(14, head, body.len()),
                    15 => put!(15, head, body.len()),
                    16 => put!(16, head, body.len()),
                    17 => put!(17, head, body.len()),
                    18 => put!(18, head, body.len()),
                    32 => put!(32, head, body.len()),
                    35 => put!(35, head, body.len()),
                    _ => {}
                }
            }
            rest = tail;
        }
        Ok(Self { bytes, offset, seen, slots, asn4, rib, once: false })
    }

    /// The octets of an attribute that the index knows; none if it is absent.
    #[inline(always)]
    fn slot(&self, code: u8) -> &'a [u8] {
        let (word, shift) = slot_of(code);
        let place = self.slots.get(word).map_or(0, |word| word >> shift);
        let (start, len) = ((place & 0xffff) as usize, (place >> 16 & 0xffff) as usize);
        self.bytes.get(start..start.wrapping_add(len)).unwrap_or(&[])
    }

    /// The list on the wire.
    #[inline(always)]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where the list starts: bytes from the start of the outermost input.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// The session that the list is read by, as far as attributes depend on one: the width of AS numbers. What was agreed on
    /// besides is not known here, so labels are read by their bottom-of-stack bits.
    #[inline(always)]
    pub const fn session(&self) -> Session {
        *self.by()
    }

    /// The same without a copy, for the hot loops.
    #[inline(always)]
    const fn by(&self) -> &'static Session {
        const AS2: &Session = &Session::AS2.with_multiple_labels();
        const AS4: &Session = &Session::AS4.with_multiple_labels();
        if self.asn4 { AS4 } else { AS2 }
    }

    /// All attributes as windows, known or not, in the order of the wire.
    #[inline(always)]
    pub const fn iter(&self) -> AttributesIter<'a> {
        AttributesIter {
            shown: [self.seen, u64::MAX, u64::MAX, u64::MAX],
            once: self.once,
            ..AttributesIter::at(self.bytes, self.offset)
        }
    }

    /// The same list without the attributes that a speaker discards: those with a bit in `codes`, and all that occur again.
    #[cfg(feature = "alloc")]
    #[must_use]
    #[inline]
    pub(crate) const fn without(mut self, codes: u64) -> Self {
        self.seen &= !codes;
        self.once = true;
        self
    }

    /// The first attribute with this code.
    pub fn find(&self, code: AttrCode) -> Option<Attribute<'a>> {
        self.iter().flatten().find(|attribute| attribute.code == code)
    }

    /// Whether an attribute with this code is there.
    #[inline(always)]
    pub fn has(&self, code: AttrCode) -> bool {
        match 1u64.checked_shl(u32::from(code.0)) {
            Some(bit) => self.seen & bit != 0,
            None => self.find(code).is_some(),
        }
    }

    /// Where `body`, a part of this list, starts.
    #[inline(always)]
    fn place(&self, body: &[u8]) -> u64 {
        self.offset.saturating_add(body.as_ptr().addr().saturating_sub(self.bytes.as_ptr().addr()) as u64)
    }

    #[inline(always)]
    fn value<T: Decode<'a>>(&self, code: u8) -> Result<Option<T>> {
        if self.seen & 1 << code == 0 {
            return Ok(None);
        }
        let body = self.slot(code);
        match T::decode(body, self.place(body), self.by()) {
            Ok(value) => Ok(Some(value)),
            Err(e) => Err(named(e, code)),
        }
    }

    /// A list that is empty where its attribute is absent.
    #[inline(always)]
    fn list<T: Decode<'a> + Default>(&self, code: u8) -> Result<T> {
        if self.seen & 1 << code == 0 {
            return Ok(T::default());
        }
        let body = self.slot(code);
        match T::decode(body, self.place(body), self.by()) {
            Ok(value) => Ok(value),
            Err(e) => Err(named(e, code)),
        }
    }

    /// ORIGIN.
    ///
    /// # Errors
    /// A length other than 1 or a value over 2 (RFC 7606 section 7.1).
    #[inline(always)]
    pub fn origin(&self) -> Result<Option<Origin>> {
        self.value(1)
    }

    /// AS_PATH as it is on the wire; empty if absent. [`Attributes::merged_path`] has AS4_PATH worked in.
    ///
    /// # Errors
    /// See [`AsPath::parse_at`].
    #[inline(always)]
    pub fn as_path(&self) -> Result<AsPath<'a>> {
        match AsPath::parse_at(self.slot(2), self.asn4, 0) {
            Ok(path) => Ok(path),
            Err(_) => Err(self.as_path_error()),
        }
    }

    #[cold]
    #[inline(never)]
    fn as_path_error(self) -> Error {
        match AsPath::parse_at(self.slot(2), self.asn4, self.place(self.slot(2))) {
            Ok(_) => named(place_of::bad_length(self.slot(2).len(), self.place(self.slot(2))), 2),
            Err(e) => named(e, 2),
        }
    }

    /// AS_PATH with AS4_PATH worked in where the session has two-octet numbers (RFC 6793 section 4.2.3).
    ///
    /// An AS4_PATH is left aside where it is malformed (section 6 of that RFC) or where AGGREGATOR shows that a speaker of
    /// four-octet numbers has aggregated since.
    ///
    /// # Errors
    /// A malformed AS_PATH.
    #[inline(always)]
    pub fn merged_path(&self) -> Result<MergedPath<'a>> {
        let path = self.as_path()?;
        if self.asn4 || self.seen & (1 << 17) == 0 {
            return Ok(path.merge(AsPath::default()));
        }
        Ok(self.merge_as4(path))
    }

    #[inline(never)]
    fn merge_as4(self, path: AsPath<'a>) -> MergedPath<'a> {
        let aggregated_since = self.seen & (1 << 18) != 0
            && matches!(self.value::<Aggregator>(7), Ok(Some(aggregator)) if aggregator.asn != Asn::TRANS);
        match self.value::<As4Path<'a>>(17) {
            Ok(Some(as4_path)) if !aggregated_since => path.merge(as4_path.0),
            _ => path.merge(AsPath::default()),
        }
    }

    /// AGGREGATOR with AS4_AGGREGATOR worked in where the session has two-octet numbers (RFC 6793 section 4.2.3).
    ///
    /// # Errors
    /// A malformed AGGREGATOR.
    #[inline(always)]
    pub fn merged_aggregator(&self) -> Result<Option<Aggregator>> {
        let aggregator = self.aggregator()?;
        match (aggregator, self.value::<As4Aggregator>(18)) {
            (Some(a), Ok(Some(better))) if !self.asn4 && a.asn == Asn::TRANS => Ok(Some(better.0)),
            _ => Ok(aggregator),
        }
    }

    /// The next hop: that of MP_REACH_NLRI where there is one, else NEXT_HOP.
    ///
    /// # Errors
    /// A malformed attribute.
    #[inline(always)]
    pub fn next_hop(&self) -> Result<Option<NextHop<'a>>> {
        if self.seen & (1 << 14) != 0 {
            return Ok(self.mp_reach()?.map(|reach| reach.next_hop()));
        }
        Ok(self.ipv4_next_hop()?.map(NextHop::V4))
    }

    /// NEXT_HOP: that of the IPv4 routes at the end of an UPDATE.
    ///
    /// # Errors
    /// A length other than 4.
    #[inline(always)]
    pub fn ipv4_next_hop(&self) -> Result<Option<Ipv4Addr>> {
        self.value(3)
    }

    /// MULTI_EXIT_DISC.
    ///
    /// # Errors
    /// A length other than 4.
    #[inline(always)]
    pub fn multi_exit_disc(&self) -> Result<Option<u32>> {
        self.value(4)
    }

    /// LOCAL_PREF.
    ///
    /// # Errors
    /// A length other than 4.
    #[inline(always)]
    pub fn local_pref(&self) -> Result<Option<u32>> {
        self.value(5)
    }

    /// Whether ATOMIC_AGGREGATE is there.
    #[inline(always)]
    pub const fn atomic_aggregate(&self) -> bool {
        self.seen & (1 << 6) != 0
    }

    /// AGGREGATOR as it is on the wire. In a table's entry its length says how wide the number is: daemons write eight octets
    /// beside two-octet paths.
    ///
    /// # Errors
    /// A length that does not fit the session's AS numbers.
    #[inline(always)]
    pub fn aggregator(&self) -> Result<Option<Aggregator>> {
        if self.rib && self.slot(7).len() == 8 {
            return Ok(self.value::<As4Aggregator>(7)?.map(|aggregator| aggregator.0));
        }
        self.value(7)
    }

    /// COMMUNITIES; empty if absent.
    ///
    /// # Errors
    /// No octet at all, or a number that four does not divide.
    #[inline(always)]
    pub fn communities(&self) -> Result<Communities<'a>> {
        self.list(8)
    }

    /// ORIGINATOR_ID.
    ///
    /// # Errors
    /// A length other than 4.
    #[inline(always)]
    pub fn originator_id(&self) -> Result<Option<Ipv4Addr>> {
        self.value(9)
    }

    /// CLUSTER_LIST; empty if absent.
    ///
    /// # Errors
    /// No octet at all, or a number that four does not divide.
    #[inline(always)]
    pub fn cluster_list(&self) -> Result<ClusterList<'a>> {
        self.list(10)
    }

    /// MP_REACH_NLRI.
    ///
    /// # Errors
    /// A field that overruns the attribute.
    #[inline(always)]
    pub fn mp_reach(&self) -> Result<Option<MpReach<'a>>> {
        if self.seen & (1 << 14) == 0 {
            return Ok(None);
        }
        let offset = self.place(self.slot(14));
        let reach =
            if self.rib { MpReach::parse_rib_at(self.slot(14), offset) } else { MpReach::parse_at(self.slot(14), offset) };
        match reach {
            Ok(reach) => Ok(Some(reach)),
            Err(e) => Err(named(e, 14)),
        }
    }

    /// MP_UNREACH_NLRI.
    ///
    /// # Errors
    /// Fewer than three octets.
    #[inline(always)]
    pub fn mp_unreach(&self) -> Result<Option<MpUnreach<'a>>> {
        self.value(15)
    }

    /// EXTENDED_COMMUNITIES; empty if absent.
    ///
    /// # Errors
    /// No octet at all, or a number that eight does not divide.
    #[inline(always)]
    pub fn extended_communities(&self) -> Result<ExtendedCommunities<'a>> {
        self.list(16)
    }

    /// AS4_PATH as it is on the wire.
    ///
    /// # Errors
    /// See [`AsPath::parse_at`]; fewer than six octets.
    #[inline(always)]
    pub fn as4_path(&self) -> Result<Option<As4Path<'a>>> {
        self.value(17)
    }

    /// AS4_AGGREGATOR as it is on the wire.
    ///
    /// # Errors
    /// A length other than 8.
    #[inline(always)]
    pub fn as4_aggregator(&self) -> Result<Option<As4Aggregator>> {
        self.value(18)
    }

    /// LARGE_COMMUNITIES; empty if absent.
    ///
    /// # Errors
    /// No octet at all, or a number that twelve does not divide.
    #[inline(always)]
    pub fn large_communities(&self) -> Result<LargeCommunities<'a>> {
        self.list(32)
    }

    /// OTC (RFC 9234).
    ///
    /// # Errors
    /// A length other than 4.
    #[inline(always)]
    pub fn only_to_customer(&self) -> Result<Option<Asn>> {
        self.value(35)
    }

    /// Everything that RFC 7606 has to say about the list, one finding at a time; returns the worst action.
    ///
    /// Looks at every attribute: framing, flags, duplicates, length and value. It is a second walk and costs accordingly;
    /// whether mandatory attributes are missing depends on the message ([`crate::bgp::Update::verdict`]).
    pub fn findings(&self, mut report: impl FnMut(Error)) -> Action {
        let mut worst = Action::None;
        let mut seen = [0u64; 4];
        let mut found = |e: Error| {
            worst = worst.max(e.action());
            report(e);
        };
        for attribute in self.iter() {
            let attribute = match attribute {
                Ok(attribute) => attribute,
                Err(e) => {
                    found(e);
                    break;
                }
            };
            let code = attribute.code;
            let context = Context::Attribute(code);
            let bit = 1u64 << (code.0 & 63);
            if let Some(word) = seen.get_mut(usize::from(code.0 >> 6)) {
                if *word & bit != 0 {
                    // RFC 7606 section 3 g.
                    let action = if matches!(code.0, 14 | 15) { Action::ResetSession } else { Action::DiscardAttribute };
                    found(Error::new(ErrorKind::Duplicate, attribute.offset).within(context, action));
                    continue;
                }
                *word |= bit;
            }
            let flags = attribute.flags.bits();
            match rule(code) {
                // Daemons fill in the flags of a table's entries as they like: those were never on a session.
                _ if self.rib => {}
                Some((want, action)) if (flags ^ want) & fixed_flags(code) != 0 => {
                    // RFC 7606 section 3 c: the routes count as withdrawn unless the attribute's own rules are milder (3 f).
                    // Those of multiprotocol routes are incorrect then (5.3); AS4_PATH and AS4_AGGREGATOR have no rule of
                    // their own for flags (RFC 6793 section 6).
                    let action = match code.0 {
                        14 | 15 => Action::ResetSession,
                        17 | 18 => Action::TreatAsWithdraw,
                        _ => action.min(Action::TreatAsWithdraw),
                    };
                    found(Error::new(ErrorKind::BadFlags(flags), attribute.offset).within(context, action));
                }
                None if flags & AttrFlags::OPTIONAL.bits() == 0 => {
                    // RFC 4271 section 6.3: a well-known attribute that nobody knows. RFC 7606 leaves that as it was.
                    found(Error::new(ErrorKind::Unrecognized, attribute.offset).within(context, Action::ResetSession));
                }
                _ => {}
            }
            if code == AttrCode::MP_REACH_NLRI && self.rib {
                if let Err(e) = MpReach::parse_rib_at(attribute.body, attribute.body_offset()) {
                    found(e.within(context, Action::ResetSession));
                }
                continue;
            }
            let session =
                if self.rib && code == AttrCode::AGGREGATOR && attribute.body.len() == 8 { &Session::AS4 } else { self.by() };
            // The commonest by themselves: a `Value` is long, and nearly all attributes are sound.
            let (body, at) = (attribute.body, attribute.body_offset());
            let outcome = match code.0 {
                1 => Origin::decode(body, at, session).map(|_| ()),
                2 => AsPath::decode(body, at, session).map(|path| {
                    let forbidden = path.asns().find_map(scalar::forbidden);
                    forbidden.into_iter().for_each(|kind| found(Error::new(kind, at).within(context, Action::TreatAsWithdraw)));
                }),
                3 => Ipv4Addr::decode(body, at, session).map(|_| ()),
                4 | 5 => u32::decode(body, at, session).map(|_| ()),
                6 => AtomicAggregate::decode(body, at, session).map(|_| ()),
                8 => Communities::decode(body, at, session).map(|_| ()),
                32 => LargeCommunities::decode(body, at, session).map(|_| ()),
                _ => {
                    match attribute.decode(session) {
                        Ok(value) => value_findings(&value, &attribute, &mut found),
                        Err(e) => found(e),
                    }
                    Ok(())
                }
            };
            if let Err(e) = outcome {
                found(named(e, code.0));
            }
        }
        worst
    }
}

impl Attributes<'_> {
    /// What is worth knowing and no damage: AS_SET and AS_CONFED_SET in a path, which RFC 9774 has speakers treat as withdrawn
    /// since 2025, and AS4_PATH and AS4_AGGREGATOR where numbers have four octets anyway, which are left aside (RFC 6793 section
    /// 6).
    ///
    /// [`Attributes::findings`] says nothing of these: archives are full of them, and no route is in doubt for one. The action of
    /// a note is what the RFC that it goes back to has a speaker do.
    pub fn notes(&self, mut report: impl FnMut(Error)) {
        let paths =
            [(2, self.as_path().ok()), (17, if self.asn4 { None } else { self.as4_path().ok().flatten().map(|path| path.0) })];
        for (code, path) in paths {
            let set = path.and_then(|path| path.segments().find(|segment| segment.kind().is_set()));
            if let Some(segment) = set {
                let kind = ErrorKind::Deprecated(if segment.kind().is_confed() { 4 } else { 1 });
                report(
                    Error::new(kind, self.place(self.slot(code)))
                        .within(Context::Attribute(AttrCode(code)), Action::TreatAsWithdraw),
                );
            }
        }
        if self.asn4 && !self.rib {
            for code in [17u8, 18] {
                if self.seen & 1 << code != 0 {
                    let e = Error::new(ErrorKind::Deprecated(u32::from(code)), self.place(self.slot(code)));
                    report(e.within(Context::Attribute(AttrCode(code)), Action::DiscardAttribute));
                }
            }
        }
    }

    /// Whether the route leaks (RFC 9234 section 5): OTC on a route from a customer or a route server's client, or from a peer
    /// whose number is not the one in it. `role` and `asn` are those of the speaker that sent the route.
    ///
    /// Archives seldom say what two networks are to each other, so this is asked for and never among the findings.
    pub fn leak(&self, role: Role, asn: Asn) -> Option<Error> {
        let otc = self.only_to_customer().ok().flatten()?;
        let leaks = match role {
            Role::CUSTOMER | Role::RS_CLIENT => true,
            Role::PEER => otc != asn,
            _ => false,
        };
        leaks.then(|| {
            Error::new(ErrorKind::BadRole, self.place(self.slot(35)))
                .within(Context::Attribute(AttrCode::OTC), Action::TreatAsWithdraw)
        })
    }
}

/// What is wrong with a value whose octets are in order: numbers and lengths that other RFCs forbid.
fn value_findings(value: &Value<'_>, attribute: &Attribute<'_>, report: &mut impl FnMut(Error)) {
    let context = Context::Attribute(attribute.code);
    let at = attribute.body_offset();
    // RFC 7607 section 2.
    let forbidden = |asn: Asn| scalar::forbidden(asn).map(|kind| Error::new(kind, at));
    let found = match value {
        Value::As4Path(path) => match path.0.asns().find_map(forbidden) {
            Some(e) => Some(e.within(context, Action::DiscardAttribute)),
            // RFC 6793 section 6: such segments are left out, and nothing else.
            None => path.0.segments().find(|segment| segment.kind().is_confed()).map(|segment| {
                let kind = ErrorKind::BadValue(if segment.kind().is_set() { 4 } else { 3 });
                Error::new(kind, at).within(context, Action::None)
            }),
        },
        Value::Aggregator(a) | Value::As4Aggregator(As4Aggregator(a)) => {
            forbidden(a.asn).map(|e| e.within(context, Action::DiscardAttribute))
        }
        Value::MpReach(reach) => mp::next_hop_finding(reach, at).map(|e| e.within(context, Action::ResetSession)),
        Value::Aigp(aigp) => aigp.finding(at).map(|e| e.within(context, Action::DiscardAttribute)),
        Value::TunnelEncapsulation(_) => {
            tunnel::findings(attribute.body, at, |e, action| report(e.within(context, action)));
            None
        }
        _ => None,
    };
    if let Some(e) = found {
        report(e);
    }
}

#[cold]
#[inline(never)]
fn named_list(e: Error) -> Error {
    e.within(Context::Attributes, Action::TreatAsWithdraw)
}

#[cold]
#[inline(never)]
fn named(e: Error, code: u8) -> Error {
    let code = AttrCode(code);
    let action = match rule(code) {
        Some((_, action)) => action,
        None => Action::TreatAsWithdraw,
    };
    e.within(Context::Attribute(code), action)
}

impl<'a> IntoIterator for Attributes<'a> {
    type Item = Result<Attribute<'a>>;
    type IntoIter = AttributesIter<'a>;

    fn into_iter(self) -> AttributesIter<'a> {
        self.iter()
    }
}

impl PartialEq for Attributes<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.bytes, self.asn4, self.rib) == (other.bytes, other.asn4, other.rib)
    }
}

impl Eq for Attributes<'_> {}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for attribute in self.iter() {
            match attribute {
                Ok(attribute) => map.entry(&attribute.code, &attribute.decode(&self.session())),
                Err(e) => map.entry(&"error", &e),
            };
        }
        map.finish()
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod testing;
#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
