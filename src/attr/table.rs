//! The table of attributes, and what is derived from its rows.

use core::fmt;
use core::net::Ipv4Addr;

use super::body::{field_attributes, non_empty};
use super::{
    Aggregator, Aigp, As4Aggregator, As4Path, AsPath, AsPathLimit, AtomicAggregate, AttrSet, Attribute, BfdDiscriminator,
    BgpsecPath, Bier, ClusterList, Communities, CommunityContainer, Connector, DPath, Decode, EdgeMetadata,
    EntropyLabelCapability, ExtendedCommunities, Ipv6ExtendedCommunities, LargeCommunities, LinkState, MpReach, MpUnreach, Nhc,
    ObsoleteBody, Origin, PeDistinguisherLabels, PmsiTunnel, PrefixSid, RcidPath, Sfp, TrafficEngineering, TunnelEncapsulation,
};
use crate::asn::Asn;
use crate::codes::{AttrCode, path_attributes};
use crate::error::{Action, Context, EncodeError, Error, Result};
use crate::session::Session;
use crate::wire::{JsonSink, Observer, Sink, ToJson};

/// Flag bits fixed by the definition.
#[derive(Clone, Copy)]
pub(super) struct FixedFlags {
    /// Their values.
    pub(super) bits: u8,
    /// Their mask.
    pub(super) mask: u8,
}

impl FixedFlags {
    /// Whether flags on the wire contradict the definition.
    pub(super) const fn contradict(self, flags: u8) -> bool {
        (flags ^ self.bits) & self.mask != 0
    }
}

const WELL_KNOWN: FixedFlags = FixedFlags { bits: 0x40, mask: 0xc0 };
const OPT_TRANS: FixedFlags = FixedFlags { bits: 0xc0, mask: 0xc0 };
const OPT_NON_TRANS: FixedFlags = FixedFlags { bits: 0x80, mask: 0xc0 };
// For obsolete attributes only OPTIONAL is certain.
const OBSOLETE_TRANS: FixedFlags = FixedFlags { bits: 0xc0, mask: 0x80 };
const OBSOLETE_NON_TRANS: FixedFlags = FixedFlags { bits: 0x80, mask: 0x80 };

/// Number of attributes in the index of a list.
pub(super) const INDEXED: u32 = 16;

/// Number of indexed attributes with their length in the index: the lists, which are read most.
pub(super) const SIZED: u32 = 8;

/// How a table stores an attribute (RFC 6396 section 4.3.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kept {
    /// Unchanged.
    Whole,
    /// Only its next hop.
    NextHop,
    /// Merged into its two-octet counterpart (RFC 6793 section 4.2.3).
    Merged,
    /// Not stored.
    Never,
}

macro_rules! attribute_values {
    (
        $a:lifetime
        values {
            $($(#[$doc:meta])* $point:ident = $code:literal, $text:literal, $source:literal,
                $flags:ident, $action:ident $rfc:literal, $lengths:ident $how:ident $variant:ident($value:ty)
                $(check($check:path))? $(findings($findings:path))? $(index $index:literal)? $(json $json:literal)?
                $(kept $kept:ident)?;)*
        }
        names { $($named:tt)* }
    ) => {
        /// The value of an attribute.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum Value<$a> {
            $(
                #[doc = concat!($source, ".")]
                $(#[$doc])*
                $variant($value),
            )*
            /// An attribute without a row in the table, undecoded.
            Unknown(Attribute<$a>),
        }

        /// Codes of the attributes with a value type, ascending.
        pub const TYPED: &[AttrCode] = &[$(AttrCode::$point),*];

        #[inline]
        fn decode_value<$a>(attribute: Attribute<$a>, session: &Session) -> Result<Value<$a>> {
            let (body, offset) = (attribute.body, attribute.body_offset());
            match attribute.code {
                $(AttrCode::$point => match <$value>::decode(body, offset, session) {
                    Ok(value) => Ok(Value::$variant(value)),
                    Err(e) => Err(e.within(Context::Attribute(AttrCode::$point), Action::$action)),
                },)*
                _ => Ok(Value::Unknown(attribute)),
            }
        }

        impl<$a> Value<$a> {
            /// The code of the attribute.
            pub const fn code(&self) -> AttrCode {
                match self {
                    $(Self::$variant(_) => AttrCode::$point,)*
                    Self::Unknown(attribute) => attribute.code,
                }
            }

            /// Octets of the attribute's body in a session, which determines the width of AS numbers.
            pub fn body_len(&self, session: &Session) -> usize {
                match self {
                    $(Self::$variant(value) => Decode::body_len(value, session),)*
                    Self::Unknown(attribute) => attribute.body.len(),
                }
            }

            pub(super) fn check_body(&self, session: &Session) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(value) => Decode::check_body(value, session),)*
                    Self::Unknown(_) => Ok(()),
                }
            }

            pub(super) fn write_body(&self, session: &Session, out: &mut dyn Sink) {
                match self {
                    $(Self::$variant(value) => Decode::write_body(value, session, out),)*
                    Self::Unknown(attribute) => out.put_slice(attribute.body),
                }
            }
        }

        impl ToJson for Value<'_> {
            fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
                match self {
                    $(Self::$variant(value) => Decode::json(value, out),)*
                    Self::Unknown(_) => out.text(self),
                }
            }
        }

        impl<$a> Attribute<$a> {
            /// Shows the fields of the body to an observer.
            pub(super) fn place_body<O: Observer>(&self, session: &Session, o: &mut O) {
                let (body, offset) = (self.body, self.body_offset());
                match self.code {
                    $(AttrCode::$point => {
                        let _ = <$value as Decode<$a>>::place_body(body, offset, session, o);
                    })*
                    _ => o.note("value", offset..offset.saturating_add(body.len() as u64), &Value::Unknown(*self)),
                }
            }
        }

        /// Flag bits fixed by the definition, and the action for a malformed attribute; `None` without a row.
        pub(super) const fn rule(code: AttrCode) -> Option<(FixedFlags, Action)> {
            match code {
                $(AttrCode::$point => Some(($flags, Action::$action)),)*
                _ => None,
            }
        }

        /// The index slot of an attribute.
        #[cfg_attr(optimised, inline(always))]
        pub(super) const fn index_of(code: AttrCode) -> Option<usize> {
            match code {
                $($(AttrCode::$point => Some($index),)?)*
                _ => None,
            }
        }

        // Every slot belongs to exactly one attribute.
        const _: () = {
            let mut taken = 0u32;
            $($(
                assert!($index < INDEXED && taken >> $index & 1 == 0);
                taken |= 1 << $index;
            )?)*
            assert!(taken.count_ones() == INDEXED);
        };

        /// How a table stores an attribute.
        pub(crate) const fn kept(code: AttrCode) -> Kept {
            match code {
                $($(AttrCode::$point => Kept::$kept,)?)*
                _ => Kept::Whole,
            }
        }

        /// Reads the value of an attribute and reports that it is malformed, or the row's `findings` about a readable value.
        /// Indexed attributes are the common case and are inlined.
        #[cfg_attr(optimised, inline(always))]
        pub(super) fn value_findings<$a>(attribute: &Attribute<$a>, session: &Session, report: &mut impl FnMut(Error)) {
            match attribute.code {
                $(AttrCode::$point => attribute_values!(
                    @ findings_here [$($index)?] attribute session report $point $action $value $(, $findings)?
                ),)*
                _ => {}
            }
        }

        #[inline(never)]
        fn other_findings<$a>(attribute: &Attribute<$a>, session: &Session, report: &mut dyn FnMut(Error)) {
            match attribute.code {
                $(AttrCode::$point => {
                    attribute_values!(@ findings attribute session report $point $action $value $(, $findings)?);
                })*
                _ => {}
            }
        }

        /// Whether the value of an attribute can be read.
        pub(super) fn is_readable<$a>(code: AttrCode, body: &$a [u8], session: &Session) -> bool {
            match code {
                $(AttrCode::$point => <$value as Decode<$a>>::decode(body, 0, session).is_ok(),)*
                _ => true,
            }
        }

        $(attribute_values!(@ $how $a $value $(, check $check)?);)*

        impl fmt::Display for Value<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(value) => fmt::Display::fmt(value, f),)*
                    Self::Unknown(attribute) => {
                        f.write_str("0x")?;
                        attribute.body.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
                    }
                }
            }
        }
    };
    (@ findings_here [] $attribute:ident $session:ident $report:ident $($row:tt)*) => {
        other_findings($attribute, $session, $report)
    };
    (@ findings_here [$index:literal] $($row:tt)*) => { attribute_values!(@ findings $($row)*) };
    (@ findings $attribute:ident $session:ident $report:ident $point:ident $action:ident $value:ty $(, $findings:path)?) => {{
        let (body, at) = ($attribute.body, $attribute.body_offset());
        match <$value as Decode<'_>>::decode(body, at, $session) {
            Ok(_value) => {
                $($findings(&_value, at, &mut |e, action| $report(e.within(Context::Attribute(AttrCode::$point), action)));)?
            }
            Err(e) => $report(e.within(Context::Attribute(AttrCode::$point), Action::$action)),
        }
    }};
    (@ own $($row:tt)*) => {};
    (@ fields $($row:tt)*) => { field_attributes! { $($row)*; } };
}
path_attributes!(attribute_values);
field_attributes! { 'a ObsoleteBody<'a>, check non_empty; }

impl<'a> Attribute<'a> {
    /// The value, checked.
    ///
    /// # Errors
    /// A value that RFC 7606 section 7 calls malformed, with the action for this attribute. An attribute without a row in the
    /// table is [`Value::Unknown`] and never an error.
    pub fn decode(&self, session: &Session) -> Result<Value<'a>> {
        decode_value(*self, session)
    }
}
