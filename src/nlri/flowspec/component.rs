//! Components of rules: one row per type.

use core::cmp::Ordering;
use core::fmt;

use nom::Parser;
use nom::combinator::map;

use super::body::{BITMASK, Body, FRAGMENT, MAC, OCTET, PREFIX, Row, TCP_FLAGS, TWO_OCTETS, place_parts};
use super::operators::{BitmaskTerms, NumericTerms};
use super::parse::{Parsed, fail, octet};
use super::prefix::FlowspecPrefix;
use crate::codes::{Afi, FlowspecComponentType, flowspec_components};
use crate::error::{EncodeError, ErrorKind, Result};
use crate::mac::MacAddress;
use crate::wire::{Named, Observer, Shown, Sink, hex};

/// Whether a component of this type is undecoded in rules of the family though it has a row. The registry has columns: 1 to 12 are
/// assigned for IPv4 (RFC 8955 section 4.2.2), 13 for IPv6 too (RFC 8956 section 3.7), the others are those of Ethernet, where
/// nothing gives the address family of a prefix.
const fn is_undecoded(kind: u8, afi: Afi) -> bool {
    match afi {
        Afi::IPV4 => kind > FlowspecComponentType::FRAGMENT.0,
        Afi::IPV6 => kind > FlowspecComponentType::FLOW_LABEL.0,
        _ => is_prefix(kind),
    }
}

const fn is_prefix(kind: u8) -> bool {
    matches!(FlowspecComponentType(kind), FlowspecComponentType::DESTINATION_PREFIX | FlowspecComponentType::SOURCE_PREFIX)
}

// One row per type: type, name in the text form, variant, body, properties of values.
macro_rules! components {
    ({$(
        $point:ident = $code:literal, $registered:literal, $source:literal
        { $text:literal $variant:ident($type:ty) $row:expr $(, $more:literal)? };
    )*}) => {
        /// One component of a rule: a match on a part of a packet. Displayed as its name and its matches.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum FlowspecComponent<'a> {
            $(
                #[doc = concat!($registered, " (", $source, ").")]
                $(#[doc = $more])?
                $variant($type),
            )*
            /// A type without a row, or with one that the rule's family does not have ([`FlowspecComponent::name_in`]). Its end is
            /// unknown, so it is the rest of the rule.
            Unknown {
                /// The type.
                kind: u8,
                /// The octets after the type.
                raw: &'a [u8],
            },
        }

        pub(super) const ROWS: &[Row] = &[$(Row { code: $code, name: $text, ..$row }),*];

        impl<'a> FlowspecComponent<'a> {
            /// Type and name of every row.
            pub const TYPES: &'static [(u8, &'static str)] = &[$(($code, $text)),*];

            /// The type.
            pub const fn kind(&self) -> u8 {
                match self {
                    $(Self::$variant(_) => $code,)*
                    Self::Unknown { kind, .. } => *kind,
                }
            }

            /// The row's name; `None` for a type without a row.
            pub const fn name(&self) -> Option<&'static str> {
                match self {
                    $(Self::$variant(_) => Some($text),)*
                    Self::Unknown { .. } => None,
                }
            }

            /// Reads the first component of a rule.
            pub(super) fn parse(afi: Afi, input: &'a [u8]) -> Parsed<'a, Self> {
                let (rest, kind) = octet(input)?;
                match kind {
                    _ if is_undecoded(kind, afi) => Ok((&[], Self::Unknown { kind, raw: rest })),
                    $($code => map(|body| <$type>::parse(&Row { code: $code, name: $text, ..$row }, afi, body), Self::$variant)
                        .parse(rest),)*
                    _ => Ok((&[], Self::Unknown { kind, raw: rest })),
                }
            }

            /// Octets on the wire.
            pub(super) fn wire_len(&self) -> usize {
                match self {
                    $(Self::$variant(body) => Body::wire_len(body),)*
                    Self::Unknown { raw, .. } => raw.len(),
                }
                .saturating_add(1)
            }

            pub(super) fn check(&self, afi: Afi) -> Result<(), EncodeError> {
                let is_unknown = matches!(self, Self::Unknown { .. });
                if is_unknown == row_in(self.kind(), afi).is_some() {
                    return Err(EncodeError::unrepresentable("type"));
                }
                match self {
                    $(Self::$variant(body) => Body::check(body, &Row { code: $code, name: $text, ..$row }, afi),)*
                    Self::Unknown { .. } => Ok(()),
                }
            }

            pub(super) fn write(&self, out: &mut dyn Sink) {
                out.put_u8(self.kind());
                match self {
                    $(Self::$variant(body) => Body::write(body, out),)*
                    Self::Unknown { raw, .. } => out.put_slice(raw),
                }
            }

            /// Shows the parts of a component that starts at `at` to an observer.
            pub(super) fn place_at<O: Observer>(&self, at: u64, o: &mut O) {
                o.open(self.name().unwrap_or("component"), at);
                let body = at.saturating_add(1);
                o.note("type", at..body, &Named(self.kind(), self.name()));
                match self {
                    $(Self::$variant(value) => Body::place_at(value, &Row { code: $code, name: $text, ..$row }, body, o),)*
                    Self::Unknown { raw, .. } => place_parts(body, o, &[("value", raw.len(), &Shown(raw))]),
                }
                o.close(at.saturating_add(self.wire_len() as u64));
            }

            /// Displays the component without its name.
            pub(super) fn show_body(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(body) => Body::show(body, &Row { code: $code, name: $text, ..$row }, f),)*
                    Self::Unknown { raw, .. } => hex(raw, f),
                }
            }
        }
    };
}

flowspec_components!(components!);

pub(super) fn row_of(kind: u8) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.code == kind)
}

/// The row of a type in rules of a family.
pub(super) fn row_in(kind: u8, afi: Afi) -> Option<&'static Row> {
    row_of(kind).filter(|_| !is_undecoded(kind, afi))
}

impl<'a> FlowspecComponent<'a> {
    /// The name of a component type in rules of an address family; `None` if the family does not have it.
    ///
    /// ```
    /// use routeglass::codes::Afi;
    /// use routeglass::nlri::FlowspecComponent;
    ///
    /// assert_eq!(FlowspecComponent::name_in(13, Afi::IPV6), Some("flow-label"));
    /// assert_eq!(FlowspecComponent::name_in(13, Afi::IPV4), None);
    /// ```
    pub fn name_in(kind: u8, afi: Afi) -> Option<&'static str> {
        row_in(kind, afi).map(|row| row.name)
    }

    /// Whether rules of the family may not have a component of this type (RFC 8955 section 4.2). Prefixes of Ethernet rules are
    /// undecoded, not unknown.
    pub(super) const fn is_unknown(&self, afi: Afi) -> bool {
        match *self {
            Self::Unknown { kind, .. } => matches!(afi, Afi::IPV4 | Afi::IPV6) || !is_prefix(kind),
            _ => false,
        }
    }

    /// The comparisons, if the component has any.
    pub const fn numeric(&self) -> Option<NumericTerms<'a>> {
        match *self {
            Self::Protocol(terms)
            | Self::Port(terms)
            | Self::DestinationPort(terms)
            | Self::SourcePort(terms)
            | Self::IcmpType(terms)
            | Self::IcmpCode(terms)
            | Self::PacketLength(terms)
            | Self::Dscp(terms)
            | Self::FlowLabel(terms)
            | Self::EtherType(terms)
            | Self::Dsap(terms)
            | Self::Ssap(terms)
            | Self::LlcControl(terms)
            | Self::Snap(terms)
            | Self::VlanId(terms)
            | Self::VlanCos(terms)
            | Self::InnerVlanId(terms)
            | Self::InnerVlanCos(terms) => Some(terms),
            _ => None,
        }
    }

    /// The prefix, if the component has one.
    pub const fn prefix(&self) -> Option<FlowspecPrefix> {
        match *self {
            Self::Destination(prefix) | Self::Source(prefix) => Some(prefix),
            _ => None,
        }
    }
}

impl fmt::Display for FlowspecComponent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name)?,
            None => write!(f, "unknown-{}", self.kind())?,
        }
        f.write_str(" ")?;
        self.show_body(f)
    }
}

/// Reads the next component of a rule, after one of type `last`.
pub(super) fn next_component<'a>(afi: Afi, last: Option<u8>, input: &'a [u8]) -> Parsed<'a, FlowspecComponent<'a>> {
    let (_, kind) = octet(input)?;
    match last.map(|last| kind.cmp(&last)) {
        None | Some(Ordering::Greater) => FlowspecComponent::parse(afi, input),
        Some(Ordering::Equal) => fail(input, ErrorKind::Duplicate),
        Some(Ordering::Less) => fail(input, ErrorKind::BadValue(u32::from(kind))),
    }
}
