//! Network layer reachability information: the routes that a message announces or withdraws.
//!
//! A *plain prefix* is a route of IPv4 or IPv6, unicast or multicast: a length in bits and the address, nothing else but a path
//! identifier. Plain prefixes ([`Prefixes`]) have a reader of their own. *Other routes*, those of every other family, are yielded
//! as windows ([`RawRoute`]) for [`RawRoute::decode`]: a malformed route affects only itself, and an unknown one is kept as
//! octets.

mod address;
mod car;
mod evpn;
mod flowspec;
mod host;
mod json;
mod labeled;
mod link_state;
mod mcast_vpn;
mod mdt;
mod mup;
mod next_hop;
mod rtc;
mod sr_policy;
#[cfg(test)]
#[cfg(feature = "alloc")]
mod testing;
#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
mod unicast;
mod vpls;
mod vpn;

pub use address::{MulticastAddress, OptionalAddress, SizedAddress, SizedMac};
pub use car::{CarKey, CarLabelIndex, CarRoute, CarSrv6Sid, CarTlv, CarTlvFlags, CarValue};
pub use evpn::{Esi, EvpnRoute, EvpnRouteKey, Gateway, MulticastFlags, ParseEsiError, WidePrefix};
pub use evpn::{EvpnEthernetAd, EvpnEthernetSegment, EvpnInclusiveMulticast, EvpnIpPrefix, EvpnLeaf, EvpnLeaveSynch, EvpnMacIp};
pub use evpn::{EvpnPerRegionIPmsi, EvpnReportSynch, EvpnSPmsi, EvpnSelectiveMulticast};
pub use flowspec::{
    BitmaskTerm, BitmaskTerms, BitmaskTermsIter, FlowspecComponent, FlowspecComponents, FlowspecPrefix, FlowspecRule,
    NumericTerm, NumericTerms, NumericTermsIter,
};
#[cfg(feature = "alloc")]
pub use flowspec::{FlowspecBuilder, ParseFlowspecError};
pub(crate) use host::{has_hosts, is_next_hop};
pub(crate) use labeled::LabelField;
pub use labeled::{Label, LabelEncoding, LabeledPrefix, Labels, ServiceLabel, ServiceLabels, WithVnis};
pub use link_state::{
    CandidatePath, CandidatePathFlags, IgpRouterId, IpReachability, Ipv4PrefixDescriptor, Ipv6PrefixDescriptor, LinkDescriptor,
    LinkIdentifiers, LinkStateIpv4Prefix, LinkStateIpv6Prefix, LinkStateLink, LinkStateNode, LinkStateRoute, LinkStateSrv6Sid,
    LinkStateTePolicy, LinkStateVpnRoute, LocalNode, MultiTopologyId, NodeDescriptor, NodeDescriptors, OfVpn, RemoteNode,
    Srv6SidDescriptor, SystemId, TePolicyDescriptor,
};
pub use mcast_vpn::{McastVpnGroup, McastVpnRoute, McastVpnRouteKey};
pub use mcast_vpn::{McastVpnInterAs, McastVpnIntraAs, McastVpnJoin, McastVpnLeaf, McastVpnSPmsi, McastVpnSourceActive};
pub use mdt::MdtRoute;
pub use mup::{MupDirectSegment, MupInterworkSegment, MupRoute, MupTunnel, MupType1Session, MupType2Session};
pub use next_hop::{NextHop, NextHopRd};
pub use rtc::{ParseMembershipError, RouteTargetMembership, RouteTargetPrefix};
pub use sr_policy::SrPolicyRoute;
pub use unicast::{PathPrefix, Prefixes, PrefixesIter};
pub(crate) use unicast::{place_cut_prefix, prefix_error, prefix_places, read_prefix, split_prefix, take_prefix, write_prefix};
pub use vpls::{VplsDiscovery, VplsRoute, VplsSite};
pub use vpn::{ParseRouteDistinguisherError, RouteDistinguisher, VpnPrefix};

use core::fmt;
use core::iter::FusedIterator;

use crate::codes::families;
use crate::error::{Action, Context, EncodeError, Error, ErrorKind, Result};
use crate::family::{Family, FamilySet};
use crate::session::Session;
use crate::wire::{Cursor, Field, JsonHex, JsonSink, Observer, Octets, ReadText, Sink, ToJson, hex};

/// Out of line: few messages have a family with labels, and the others must not pay for it.
#[inline(never)]
const fn label_encoding(family: Family, multiple: FamilySet, withdrawn: bool) -> LabelEncoding {
    match (withdrawn, multiple) {
        (true, _) => LabelEncoding::Withdrawn,
        // The set of all families, even those without labels, marks an unknown session.
        (false, FamilySet::ALL) => LabelEncoding::Unknown,
        (false, some) if some.contains(family) => LabelEncoding::Multiple,
        (false, _) => LabelEncoding::One,
    }
}

/// Decoding context that the route's octets do not carry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RouteContext {
    family: Family,
    labels: LabelEncoding,
}

impl RouteContext {
    #[cfg(test)]
    const fn new(family: Family) -> Self {
        Self { family, labels: LabelEncoding::Unknown }
    }
}

/// Encoding of a family's routes, including the octets that give the length.
pub(crate) trait RouteField<'a>: Sized + Copy + Send + Sync + fmt::Display {
    /// Reads one route, which fills a window, and shows its fields to an observer.
    fn read_route<O: Observer>(c: &mut Cursor<'a>, context: RouteContext, o: &mut O) -> Result<Self>;

    /// Octets on the wire.
    fn route_len(&self) -> usize;

    /// Whether every value fits its field.
    fn check_route(&self, family: Family) -> Result<(), EncodeError>;

    /// Writes a route that [`RouteField::check_route`] has passed.
    fn write_route(&self, out: &mut dyn Sink);
}

/// Whether a Leaf A-D route that is written is read back with a key of `key_len` octets: `split` finds the end of the key by its
/// content and by what follows it.
fn check_key_end<'a>(
    leaf: &impl Field<'a>,
    key_len: usize,
    split: impl FnOnce(Cursor<'_>) -> Result<usize>,
) -> Result<(), EncodeError> {
    let mut octets = [0; 255];
    let len = leaf.wire_len();
    let mut out = &mut octets[..];
    if len > out.len() {
        // Checked with the length octet.
        return Ok(());
    }
    leaf.write(&mut out);
    match split(Cursor::at(octets.get(..len).unwrap_or(&octets), 0)) {
        Ok(found) if found == key_len => Ok(()),
        _ => Err(EncodeError::unrepresentable("route_key")),
    }
}

/// Routes described field by field.
macro_rules! field_routes {
    ($($type:ident $(<$life:lifetime>)?)*) => { $(
        impl<'a> RouteField<'a> for $type $(<$life>)? {
            fn read_route<O: Observer>(c: &mut Cursor<'a>, _: RouteContext, o: &mut O) -> Result<Self> {
                o.field(c, "route")
            }

            fn route_len(&self) -> usize {
                crate::wire::Field::wire_len(self)
            }

            fn check_route(&self, _: Family) -> Result<(), EncodeError> {
                crate::wire::Field::check(self)
            }

            fn write_route(&self, out: &mut dyn Sink) {
                crate::wire::Field::write(self, out);
            }
        }
    )* };
}

/// The number of a family's row, for tests that walk the tables.
#[cfg(test)]
fn family_row(family: Family) -> u64 {
    u64::from(family.afi.0) << 8 | u64::from(family.safi.0)
}

/// How the length of a route is encoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Framing {
    /// One octet of length in bits, then that many bits (RFC 4271 section 4.3).
    Bits,
    /// Octets of a type, then octets of a length in octets.
    TypeLen(u8, u8),
    /// Octets of a length in octets.
    Len(u8),
    /// The length of RFC 8955 section 4.1: one octet below 240, else two that start with 0xf.
    Flowspec,
}

impl Framing {
    /// Octets of the first route in a window; `None` if the window has too few.
    fn len(self, bytes: &[u8]) -> Option<usize> {
        let uint = |at: u8, octets: u8| {
            let octets = bytes.get(usize::from(at)..usize::from(at.saturating_add(octets)))?;
            Some(octets.iter().fold(0usize, |n, octet| n << 8 | usize::from(*octet)))
        };
        match self {
            Self::Bits => Some(usize::from(bytes.first()?.div_ceil(8)).saturating_add(1)),
            Self::TypeLen(kind, len) => Some(uint(kind, len)?.saturating_add(usize::from(kind.saturating_add(len)))),
            Self::Len(len) => Some(uint(0, len)?.saturating_add(usize::from(len))),
            Self::Flowspec => match *bytes {
                [len, ..] if len < 0xf0 => Some(usize::from(len).saturating_add(1)),
                [high, low, ..] => Some((usize::from(high & 0x0f) << 8 | usize::from(low)).saturating_add(2)),
                _ => None,
            },
        }
    }
}

/// Octets of the first route of `family` in a window; `None` for families that give no route length.
///
/// # Errors
/// The window ends before the length.
pub(crate) fn route_len(family: Family, c: Cursor<'_>) -> Result<Option<usize>> {
    match framing(family) {
        Some(framing) => match framing.len(c.rest()) {
            Some(len) => Ok(Some(len)),
            None => Err(Error::new(ErrorKind::Truncated(1), c.offset().saturating_add(c.len() as u64))),
        },
        None => Ok(None),
    }
}

/// Whether the routes of a family give their lengths.
pub(crate) const fn gives_length(family: Family) -> bool {
    framing(family).is_some()
}

/// Whether octets can be in a list of the family's routes: a single route if the family gives a route length, else any octets.
/// Plain prefixes have a separate type.
pub(crate) fn check_raw(family: Family, bytes: &[u8]) -> Result<(), EncodeError> {
    if family.prefix_is_v6().is_some() {
        return Err(EncodeError::unrepresentable("family"));
    }
    match route_len(family, Cursor::at(bytes, 0)) {
        Ok(Some(len)) if len == bytes.len() => Ok(()),
        Ok(None) => Ok(()),
        _ => Err(EncodeError::unrepresentable("route")),
    }
}

macro_rules! route_families {
    (
        $a:lifetime
        prefixes { $($prefixes:tt)* }
        routes { $(
            $(#[$doc:meta])*
            $variant:ident($type:ty), $framing:expr => {
                $($(#[$row_doc:meta])* $name:ident = $afi:ident $safi:ident, $next_hop:expr;)*
            }
        )* }
        framed { $($(#[$framed_doc:meta])* $framed:ident = $framed_afi:ident $framed_safi:ident, $framed_hop:expr, $end:expr;)* }
        unframed { $($unframed:tt)* }
    ) => {
        /// How a family encodes route lengths; `None` if it does not, or if unknown.
        const fn framing(family: Family) -> Option<Framing> {
            match family {
                $($(Family::$name)|* => Some($framing),)*
                $(Family::$framed => Some($end),)*
                _ => None,
            }
        }

        /// A decoded route of a family without plain prefixes.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum RouteValue<$a> {
            $($(#[$doc])* $variant($type),)*
            /// A route of a family without a row in the table (or all routes of that family), undecoded.
            Unknown(&$a [u8]),
        }

        /// Families with decoded routes, except plain prefixes.
        pub const TYPED: &[Family] = &[$($(Family::$name,)*)*];

        impl<$a> RouteValue<$a> {
            /// Reads a route and shows its fields to an observer.
            fn read<O: Observer>(c: &mut Cursor<$a>, context: RouteContext, o: &mut O) -> Result<Self> {
                let family = context.family;
                let route = match family {
                    $($(Family::$name)|* => <$type as RouteField<$a>>::read_route(c, context, o).map(Self::$variant),)*
                    _ => o.field(c, "routes").map(Self::Unknown),
                };
                #[cfg(test)]
                if route.is_ok() {
                    crate::wire::rows::decoded("families", family_row(family));
                }
                route
            }

            /// Octets on the wire, without a path identifier.
            pub fn encoded_len(&self) -> usize {
                match self {
                    $(Self::$variant(route) => RouteField::route_len(route),)*
                    Self::Unknown(bytes) => bytes.len(),
                }
            }

            /// Writes the route, without a path identifier.
            ///
            /// # Errors
            /// A route of another family; octets that are not exactly one route; a value that does not fit its field, or too
            /// little room. Then nothing is written.
            pub fn encode(&self, family: Family, out: &mut impl Sink) -> Result<(), EncodeError> {
                self.check(family)?;
                let len = self.encoded_len();
                if out.room() < len {
                    return Err(EncodeError::no_room(len.saturating_sub(out.room())));
                }
                self.write(out);
                Ok(())
            }

            /// Whether a reader with this session finds the same labels (RFC 8277 section 2).
            pub(crate) fn check_labels(&self, family: Family, session: &Session, withdrawn: bool) -> Result<(), EncodeError> {
                let labels = match self {
                    Self::Labeled(route) => route.labels,
                    Self::Vpn(route) => route.labels,
                    _ => return Ok(()),
                };
                labels.check_by(label_encoding(family, session.multiple_labels, withdrawn))
            }

            fn check(&self, family: Family) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(route) => match family {
                        $(Family::$name)|* => RouteField::check_route(route, family),
                        _ => Err(EncodeError::unrepresentable("family")),
                    },)*
                    Self::Unknown(bytes) => check_raw(family, bytes),
                }
            }

            fn write(&self, out: &mut dyn Sink) {
                match self {
                    $(Self::$variant(route) => RouteField::write_route(route, out),)*
                    Self::Unknown(bytes) => out.put_slice(bytes),
                }
            }
        }

        /// The fields of the route; hexadecimal if it is undecoded.
        impl ToJson for RouteValue<'_> {
            fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
                match self {
                    $(Self::$variant(route) => route.to_json(out),)*
                    Self::Unknown(bytes) => JsonHex(bytes).to_json(out),
                }
            }
        }

        impl fmt::Display for RouteValue<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(route) => fmt::Display::fmt(route, f),)*
                    Self::Unknown(bytes) => hex(bytes, f),
                }
            }
        }
    };
}

families!(route_families);

field_routes!(VplsRoute<'a> EvpnRoute<'a> McastVpnRoute<'a> LinkStateRoute<'a> LinkStateVpnRoute<'a>);

impl RouteValue<'_> {
    /// The labels of the route itself that may hold bits of its SRv6 SIDs (RFC 9252 sections 5 and 6): see
    /// [`Attributes::service_labels`](crate::attr::Attributes::service_labels) for those of other attributes too.
    pub fn service_labels(&self) -> ServiceLabels {
        let layer3 = match self {
            Self::Labeled(route) => route.labels.iter().next(),
            Self::Vpn(route) => route.labels.iter().next(),
            Self::Evpn(route) => return route.service_labels(),
            _ => None,
        };
        ServiceLabels { layer2: None, layer3: layer3.map(ServiceLabel::mpls) }
    }
}

/// As the route, with the VNIs of its label fields.
impl fmt::Display for WithVnis<RouteValue<'_>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            RouteValue::Evpn(route) => fmt::Display::fmt(&WithVnis(route), f),
            route => fmt::Display::fmt(&route, f),
        }
    }
}

/// A text that is not a route, with the position of the error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ParseRouteError {
    /// Position of the error: bytes from the start of the text.
    pub at: usize,
}

impl fmt::Display for ParseRouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a route: unexpected text at byte {}", self.at)
    }
}

impl core::error::Error for ParseRouteError {}

/// Parses a whole text; octets in hexadecimal go to `buffer`.
fn read_route_text<'a, T: ReadText<'a>>(text: &str, buffer: &'a mut [u8]) -> Result<T, ParseRouteError> {
    use nom::Parser as _;
    let mut octets = Octets(buffer);
    let outcome = nom::combinator::all_consuming(|text| T::read_text(text, &mut octets)).parse(text);
    parse_outcome(text, outcome)
}

/// A parser's outcome as a public error.
fn parse_outcome<T>(text: &str, outcome: nom::IResult<&str, T>) -> Result<T, ParseRouteError> {
    match outcome {
        Ok((_, value)) => Ok(value),
        Err(nom::Err::Error(e) | nom::Err::Failure(e)) => Err(ParseRouteError { at: text.len().saturating_sub(e.input.len()) }),
        Err(nom::Err::Incomplete(_)) => Err(ParseRouteError { at: text.len() }),
    }
}

/// An undecoded route in a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RawRoute<'a> {
    /// The family.
    pub family: Family,
    /// Path identifier (RFC 7911); `None` without ADD-PATH, distinct from 0.
    pub path_id: Option<u32>,
    /// The route's octets, including those that give the length. For an unknown family, all its routes.
    pub bytes: &'a [u8],
    /// Their offset: bytes from the start of the outermost input.
    pub offset: u64,
    /// How its labels are read, if its family has any.
    pub labels: LabelEncoding,
}

impl<'a> RawRoute<'a> {
    /// The route of a RIB_GENERIC record (RFC 6396 section 4.3.3), without path identifier. Its labels end at the bottom of their
    /// stack.
    pub const fn new(family: Family, bytes: &'a [u8], offset: u64) -> Self {
        Self { family, path_id: None, bytes, offset, labels: LabelEncoding::Unknown }
    }

    const fn context(&self) -> RouteContext {
        RouteContext { family: self.family, labels: self.labels }
    }

    /// Decodes the route.
    ///
    /// # Errors
    /// A truncated or malformed field, or octets left over, with the offset. The end of the route is known, so only this route is
    /// affected (RFC 7606 section 5.4).
    pub fn decode(&self) -> Result<RouteValue<'a>> {
        let mut c = Cursor::at(self.bytes, self.offset);
        let route = RouteValue::read(&mut c, self.context(), &mut ()).and_then(|route| c.finish().map(|()| route));
        route.map_err(|e| e.within(Context::Family(self.family.afi, self.family.safi), Action::TreatAsWithdraw))
    }

    /// The finding about the route: why it cannot be decoded, or another error by its document. A link-state route may be
    /// decodable and malformed, or kept although a descriptor is wrong or missing ([`Action::None`], RFC 9552 section 8.2.2); a flow
    /// specification may have a component that its family does not have (RFC 8955 section 4.2), a VPLS route a length that no document
    /// has.
    pub fn finding(&self) -> Option<Error> {
        let found = match self.decode() {
            Err(e) => return Some(e),
            Ok(RouteValue::LinkState(_) | RouteValue::LinkStateVpn(_)) => {
                link_state::finding(self.family, self.bytes, self.offset)
            }
            Ok(RouteValue::Flowspec(rule)) => {
                let end = self.offset.saturating_add(self.bytes.len() as u64);
                rule.finding(end).map(|e| (e, Action::TreatAsWithdraw))
            }
            Ok(RouteValue::Vpls(route)) => route.finding(self.offset).map(|e| (e, Action::TreatAsWithdraw)),
            Ok(_) => None,
        };
        found.map(|(e, action)| e.within(Context::Family(self.family.afi, self.family.safi), action))
    }

    /// The note about the route (worth knowing, no damage), if any: labels that differ from RFC 8277. `None` if it cannot be
    /// read.
    ///
    /// * Announced: the last label lacks the bottom-of-stack bit (section 2.2), or there are several without Multiple Labels
    ///   negotiated (section 2.1).
    /// * Withdrawn: several labels (section 2.4).
    /// * Unknown session: several labels, and it is also a route with only the first of them.
    pub fn note(&self) -> Option<Error> {
        let labels = self.stack()?;
        let alone = || Self { labels: LabelEncoding::One, ..*self }.stack().is_some_and(|other| other.len() != labels.len());
        let note = labels.note(self.labels, alone, self.offset)?;
        Some(note.within(Context::Family(self.family.afi, self.family.safi), Action::None))
    }

    /// The labels before the prefix, of a family with a label stack.
    fn stack(&self) -> Option<Labels<'a>> {
        match self.decode() {
            Ok(RouteValue::Labeled(route)) => Some(route.labels),
            Ok(RouteValue::Vpn(route)) => Some(route.labels),
            _ => None,
        }
    }

    /// Writes the route from its decoded value, in the same number of octets; one that cannot be read, or that this library would
    /// write differently, is copied.
    pub(crate) fn write(&self, out: &mut dyn Sink) {
        match self.decode() {
            Ok(route) if route.check(self.family).is_ok() && route.encoded_len() == self.bytes.len() => route.write(out),
            _ => out.put_slice(self.bytes),
        }
    }

    /// Reads the route and shows its fields to an observer.
    pub(crate) fn place<O: Observer>(&self, o: &mut O) {
        let mut c = Cursor::at(self.bytes, self.offset);
        // Errors of a decodable route are about a part that is kept.
        let found = if O::OBSERVES { self.finding() } else { None };
        let action = found.map_or(Action::None, |e| e.action());
        o.within(Context::Family(self.family.afi, self.family.safi), action, |o| {
            let _ = RouteValue::read(&mut c, self.context(), o).and_then(|_| o.finish(&c));
        });
    }

    /// Adds the route's fields to `places`.
    #[cfg(feature = "alloc")]
    pub fn places(&self, places: &mut crate::places::Places) {
        self.place(places);
    }
}

impl fmt::Display for RawRoute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(false, f)
    }
}

impl fmt::Display for WithVnis<RawRoute<'_>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(true, f)
    }
}

impl RawRoute<'_> {
    fn show(&self, vnis: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.decode() {
            Ok(route) if vnis => fmt::Display::fmt(&WithVnis(route), f)?,
            Ok(route) => fmt::Display::fmt(&route, f)?,
            Err(_) => hex(self.bytes, f)?,
        }
        match self.path_id {
            Some(id) => write!(f, " path {id}"),
            None => Ok(()),
        }
    }
}

/// The routes of one family; a length that overruns the list is an error and ends the iterator.
#[derive(Clone, Copy, Debug)]
pub struct Routes<'a> {
    family: Family,
    add_path: bool,
    labels: LabelEncoding,
    rest: Cursor<'a>,
}

impl<'a> Routes<'a> {
    /// Starts at the first octet of a list, `offset` octets into the outermost input. Labels end at the bottom of their stack.
    pub const fn at(bytes: &'a [u8], family: Family, add_path: bool, offset: u64) -> Self {
        Self { family, add_path, labels: LabelEncoding::Unknown, rest: Cursor::at(bytes, offset) }
    }

    /// Sets how labels are read.
    #[must_use]
    pub const fn with_labels(mut self, labels: LabelEncoding) -> Self {
        self.labels = labels;
        self
    }

    /// Whether no routes are left.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    fn read(&mut self) -> Result<RawRoute<'a>> {
        let path_id = if self.add_path { Some(self.rest.u32()?) } else { None };
        let offset = self.rest.offset();
        let len = route_len(self.family, self.rest)?.unwrap_or(self.rest.len());
        Ok(RawRoute { family: self.family, path_id, bytes: self.rest.take(len)?, offset, labels: self.labels })
    }
}

impl<'a> Iterator for Routes<'a> {
    type Item = Result<RawRoute<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let route = self.read();
        Some(route.map_err(|e| {
            self.rest.stop();
            // RFC 7606 section 5.3: the next route cannot be located.
            e.within(Context::Family(self.family.afi, self.family.safi), Action::DisableFamily)
        }))
    }
}

impl FusedIterator for Routes<'_> {}

/// Shows the routes of a list and their fields to an observer, as far as they can be read. The list starts `offset` octets into
/// the outermost input.
pub(crate) fn place_routes<O: Observer>(
    bytes: &[u8],
    family: Family,
    session: &Session,
    withdrawn: bool,
    offset: u64,
    o: &mut O,
) {
    let add_path = session.add_path(family);
    if let Some(v6) = family.prefix_is_v6() {
        return prefix_places(bytes, v6, add_path, offset, o);
    }
    let labels = label_encoding(family, session.multiple_labels, withdrawn);
    let mut routes = Routes::at(bytes, family, add_path, offset).with_labels(labels);
    loop {
        let mut left = routes.rest;
        match routes.next() {
            None => return,
            Some(Ok(route)) => {
                if let Some(id) = route.path_id {
                    o.note("path_id", route.offset.saturating_sub(4)..route.offset, &id);
                }
                route.place(o);
            }
            Some(Err(e)) => {
                o.cut(e, |o| {
                    if (!add_path || o.field::<u32>(&mut left, "path_id").is_ok()) && !left.is_empty() {
                        RawRoute { labels, ..RawRoute::new(family, left.rest(), left.offset()) }.place(o);
                    }
                });
            }
        }
    }
}

/// The routes of one family in MP_REACH_NLRI or MP_UNREACH_NLRI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Nlri<'a> {
    /// Plain prefixes: IPv4 and IPv6, unicast and multicast.
    Prefixes(Prefixes<'a>),
    /// Routes of another family, undecoded.
    Other {
        /// The family.
        family: Family,
        /// Whether each route is preceded by a path identifier.
        add_path: bool,
        /// How labels are read, if the family has any.
        labels: LabelEncoding,
        /// The octets.
        bytes: &'a [u8],
        /// Their offset: bytes from the start of the outermost input.
        offset: u64,
    },
}

impl<'a> Nlri<'a> {
    /// Checks `bytes` as announced routes of `family`, `offset` octets into the outermost input. Only plain prefixes are checked
    /// here; other routes are checked when they are decoded ([`Nlri::findings`]).
    ///
    /// # Errors
    /// A prefix that is too long or truncated, with the offset of its length octet.
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_at(bytes: &'a [u8], family: Family, session: &Session, offset: u64) -> Result<Self> {
        Self::parse_either_at(bytes, family, session, false, offset)
    }

    /// Checks `bytes` as withdrawn routes, which differ from announced ones in their labels (RFC 8277 section 2.4).
    ///
    /// # Errors
    /// As [`Nlri::parse_at`].
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_withdrawn_at(bytes: &'a [u8], family: Family, session: &Session, offset: u64) -> Result<Self> {
        Self::parse_either_at(bytes, family, session, true, offset)
    }

    #[cfg_attr(optimised, inline(always))]
    fn parse_either_at(bytes: &'a [u8], family: Family, session: &Session, withdrawn: bool, offset: u64) -> Result<Self> {
        let add_path = session.add_path(family);
        match family.prefix_is_v6() {
            Some(v6) => Prefixes::parse_at(bytes, v6, add_path, offset).map(Self::Prefixes),
            None => Ok(Self::Other {
                family,
                add_path,
                labels: label_encoding(family, session.multiple_labels, withdrawn),
                bytes,
                offset,
            }),
        }
    }

    /// The routes on the wire.
    pub const fn as_bytes(&self) -> &'a [u8] {
        match self {
            Self::Prefixes(prefixes) => prefixes.as_bytes(),
            Self::Other { bytes, .. } => bytes,
        }
    }

    /// The plain prefixes; empty for every other family.
    #[cfg_attr(optimised, inline(always))]
    pub const fn prefixes(&self) -> Prefixes<'a> {
        match self {
            Self::Prefixes(prefixes) => *prefixes,
            Self::Other { .. } => Prefixes::EMPTY,
        }
    }

    /// The routes of a family without plain prefixes; empty for the others.
    #[cfg_attr(optimised, inline(always))]
    pub const fn routes(&self) -> Routes<'a> {
        match *self {
            Self::Prefixes(_) => Routes::at(&[], Family::IPV4_UNICAST, false, 0),
            Self::Other { family, add_path, labels, bytes, offset } => {
                Routes::at(bytes, family, add_path, offset).with_labels(labels)
            }
        }
    }

    /// Octets of the routes when they are rewritten.
    pub(crate) fn encoded_len(&self) -> usize {
        match self {
            Self::Prefixes(prefixes) => prefixes.iter().map(|path| path.encoded_len()).sum(),
            Self::Other { .. } => self.as_bytes().len(),
        }
    }

    /// Writes the routes from their decoded values; one that cannot be read is copied.
    pub(crate) fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::Prefixes(prefixes) => prefixes.iter().for_each(|path| path.write(out)),
            Self::Other { bytes, .. } => {
                let mut at = 0usize;
                for route in self.routes().flatten() {
                    let id = route.path_id.map(u32::to_be_bytes);
                    out.put_slice(id.as_ref().map_or(&[][..], |id| id));
                    at = at.saturating_add(route.bytes.len()).saturating_add(if id.is_some() { 4 } else { 0 });
                    route.write(out);
                }
                // The octets after a length that overruns the list.
                out.put_slice(bytes.get(at..).unwrap_or(&[]));
            }
        }
    }

    /// Reports all findings about the routes, one at a time.
    pub fn findings(&self, mut report: impl FnMut(Error)) {
        for route in self.routes() {
            match route {
                Ok(route) => route.finding().into_iter().for_each(&mut report),
                Err(e) => report(e),
            }
        }
    }

    /// Reports all notes about the routes (worth knowing, no damage), one at a time: see [`RawRoute::note`].
    pub fn notes(&self, report: impl FnMut(Error)) {
        self.routes().flatten().filter_map(|route| route.note()).for_each(report);
    }
}
