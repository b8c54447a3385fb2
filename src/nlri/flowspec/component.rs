//! Components of rules: one row per type.

use core::cmp::Ordering;
use core::fmt;

use nom::Parser;
use nom::combinator::map;

use super::body::{BITMASK, Body, FRAGMENT, MAC, OCTET, PREFIX, Row, TCP_FLAGS, TWO_OCTETS, tell_parts};
use super::operators::{BitmaskTerms, NumericTerms};
use super::parse::{Parsed, fail, octet};
use super::prefix::FlowspecPrefix;
use crate::codes::Afi;
use crate::error::{EncodeError, ErrorKind, Result};
use crate::mac::MacAddress;
use crate::wire::{Observer, Shown, Sink, hex};

// One row per type: type, name in the text form, variant, body, properties of values.
macro_rules! components {
    ($($(#[$doc:meta])* $code:literal $text:literal $variant:ident($type:ty) $row:expr;)*) => {
        /// One component of a rule: a match on a part of a packet. Displayed as its name and its matches.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum FlowspecComponent<'a> {
            $($(#[$doc])* $variant($type),)*
            /// A type without a row. Its end is unknown, so it is the rest of the rule. (Also used for prefixes of families other
            /// than IPv4 and IPv6.)
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
                    1 | 2 if !matches!(afi.0, 1 | 2) => Ok((&[], Self::Unknown { kind, raw: rest })),
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
                match self {
                    $(Self::$variant(body) => Body::check(body, &Row { code: $code, name: $text, ..$row }, afi),)*
                    Self::Unknown { kind: 1 | 2, .. } if !matches!(afi.0, 1 | 2) => Ok(()),
                    Self::Unknown { kind, .. } if row_of(*kind).is_some() => Err(EncodeError::unrepresentable("type")),
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
            pub(super) fn tell<O: Observer>(&self, at: u64, o: &mut O) {
                o.open(self.name().unwrap_or("component"), at);
                let body = at.saturating_add(1);
                o.note("type", at..body, &self.kind());
                match self {
                    $(Self::$variant(value) => Body::tell(value, &Row { code: $code, name: $text, ..$row }, body, o),)*
                    Self::Unknown { raw, .. } => tell_parts(body, o, &[("value", raw.len(), &Shown(raw))]),
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

components! {
    /// Destination prefix.
    1 "destination" Destination(FlowspecPrefix) PREFIX;
    /// Source prefix.
    2 "source" Source(FlowspecPrefix) PREFIX;
    /// IP protocol, or the upper-layer protocol of IPv6.
    3 "protocol" Protocol(NumericTerms<'a>) OCTET;
    /// Destination or source port of TCP or UDP.
    4 "port" Port(NumericTerms<'a>) TWO_OCTETS;
    /// Destination port of TCP or UDP.
    5 "destination-port" DestinationPort(NumericTerms<'a>) TWO_OCTETS;
    /// Source port of TCP or UDP.
    6 "source-port" SourcePort(NumericTerms<'a>) TWO_OCTETS;
    /// Type of ICMP or ICMPv6.
    7 "icmp-type" IcmpType(NumericTerms<'a>) OCTET;
    /// Code of ICMP or ICMPv6.
    8 "icmp-code" IcmpCode(NumericTerms<'a>) OCTET;
    /// Control bits of TCP: `fin`, `syn`, `rst`, `psh`, `ack`, `urg`, `ece`, `cwr`.
    9 "tcp-flags" TcpFlags(BitmaskTerms<'a>) Row { max: 0xfff, most: 2, names: TCP_FLAGS, ..BITMASK };
    /// Length of the packet in octets, the IP header included.
    10 "packet-length" PacketLength(NumericTerms<'a>) TWO_OCTETS;
    /// Differentiated services code point.
    11 "dscp" Dscp(NumericTerms<'a>) Row { max: 63, most: 1, ..OCTET };
    /// Fragments: `df` (don't fragment), `isf` (is a fragment, not the first), `ff` (first), `lf` (last).
    12 "fragment" Fragment(BitmaskTerms<'a>) Row { max: 15, most: 1, names: FRAGMENT, ..BITMASK };
    /// Flow label of IPv6 (RFC 8956 section 3.7).
    13 "flow-label" FlowLabel(NumericTerms<'a>) Row { max: 0xf_ffff, least: 4, ..OCTET };
    /// Type of the Ethernet frame.
    14 "ether-type" EtherType(NumericTerms<'a>) Row { least: 2, hex: true, ..TWO_OCTETS };
    /// Source address of the Ethernet frame.
    15 "source-mac" SourceMac(MacAddress) MAC;
    /// Destination address of the Ethernet frame.
    16 "destination-mac" DestinationMac(MacAddress) MAC;
    /// Destination service access point of LLC.
    17 "dsap" Dsap(NumericTerms<'a>) Row { hex: true, ..OCTET };
    /// Source service access point of LLC.
    18 "ssap" Ssap(NumericTerms<'a>) Row { hex: true, ..OCTET };
    /// Control field of LLC.
    19 "llc-control" LlcControl(NumericTerms<'a>) Row { hex: true, ..TWO_OCTETS };
    /// Subnetwork access protocol: organization and type, 40 bits.
    20 "snap" Snap(NumericTerms<'a>) Row { max: 0xff_ffff_ffff, hex: true, ..OCTET };
    /// VLAN.
    21 "vlan-id" VlanId(NumericTerms<'a>) Row { max: 0xfff, ..OCTET };
    /// Priority of the VLAN tag.
    22 "vlan-cos" VlanCos(NumericTerms<'a>) Row { max: 7, ..OCTET };
    /// Inner VLAN.
    23 "inner-vlan-id" InnerVlanId(NumericTerms<'a>) Row { max: 0xfff, ..OCTET };
    /// Priority of the inner VLAN tag.
    24 "inner-vlan-cos" InnerVlanCos(NumericTerms<'a>) Row { max: 7, ..OCTET };
}

pub(super) fn row_of(kind: u8) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.code == kind)
}

impl<'a> FlowspecComponent<'a> {
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
