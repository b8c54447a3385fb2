//! Errors: small, typed, with their offset.
//!
//! An [`Error`] has a kind ([`ErrorKind`]), a part of the protocol ([`Context`]), an offset ([`Error::offset`]) and the action of
//! RFC 7606 ([`Action`]). It is `Copy`, needs no allocation and is constructed out of line, so that hot paths stay short.

use core::fmt;

use crate::codes::{
    Afi, AttrCode, CapabilityCode, MessageHeaderErrorSubcode, MrtType, NotificationCode, OpenMessageErrorSubcode,
    RouteRefreshErrorSubcode, Safi, UpdateMessageErrorSubcode,
};

/// The result of decoding.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// An error: kind, context, offset and action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    offset: u64,
    kind: ErrorKind,
    context: Context,
    action: Action,
}

const _: () = assert!(size_of::<Error>() <= 24);

/// The kind of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input ends inside a field; this many more bytes were needed.
    Truncated(u32),
    /// A field ends after its content; this many bytes are left over.
    TrailingBytes(u32),
    /// A length invalid for this field.
    BadLength(u32),
    /// A value invalid for this field. A 64-bit one is another kind: [`ErrorKind::MaximumMetric`].
    BadValue(u32),
    /// A 64-bit metric of all ones, which cannot increase any more (RFC 7311 section 3.2): 18,446,744,073,709,551,615.
    MaximumMetric,
    /// A prefix longer than its family's addresses, in bits.
    BadPrefixLength(u8),
    /// An address invalid for this field.
    BadAddress,
    /// Attribute flags that contradict the attribute (RFC 7606 section 3 c).
    BadFlags(u8),
    /// The marker of a message header is not all ones (RFC 4271 section 6.1).
    BadMarker,
    /// A repetition of something that may occur once.
    Duplicate,
    /// Something mandatory is missing.
    Missing,
    /// Present together with this attribute, which it replaces (RFC 8205 section 3).
    Excludes(AttrCode),
    /// Comes after something that it must precede.
    BadOrder,
    /// An unrecognised well-known attribute or optional parameter (RFC 4271 sections 6.2 and 6.3).
    Unrecognized,
    /// A value that is no longer allowed.
    Deprecated(u32),
    /// A contradiction to the roles of sender and receiver (RFC 9234): a route leak, or a role mismatch.
    BadRole,
    /// The last label of an announced route lacks the bottom-of-stack bit (RFC 8277 section 2.2).
    NoBottomOfStack,
    /// A route is announced with this many labels on a session without Multiple Labels negotiated (RFC 8277 section 2.1).
    SeveralLabels(u8),
    /// This many labels up to the bottom of the stack, in an unknown session; with only the first it is another route (RFC 8277
    /// section 2).
    AmbiguousLabels(u8),
    /// A route is withdrawn with this many labels, though a withdrawal has one field (RFC 8277 section 2.4).
    WithdrawnLabels(u8),
    /// A table entry's attribute with a family other than that of the record.
    OtherFamily,
    /// A table entry's attribute with a route other than that of the record.
    OtherRoute,
    /// Nested deeper than this library decodes.
    TooDeep,
    /// A RIB entry with this index, which is not in the peer table in force.
    NoSuchPeer(u16),
    /// A RIB entry before any PEER_INDEX_TABLE.
    NoPeerTable,
    /// A RIB entry with a damaged PEER_INDEX_TABLE: its peer may be wrong.
    DamagedPeerTable,
    /// A flow specification with a component of this type, which its family does not have (RFC 8955 section 4.2).
    UnknownComponent(u8),
    /// Routes in the message's own field beside BGPSEC_PATH (RFC 8205 section 4.1).
    OutsideMpReach,
    /// An IPv6 next hop of IPv4 routes, of this many octets, on a session that has not negotiated it (RFC 8950 section 4).
    ExtendedNextHop(u8),
}

/// The part of the protocol of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Context {
    /// Not set yet: an outer layer adds it.
    None,
    /// The 19-octet header of a BGP message.
    MessageHeader,
    /// An OPEN message.
    Open,
    /// A field of an OPEN message, by the subcode of its OPEN Message Error (RFC 4271 section 6.2): 1 version, 2 AS number, 3 BGP
    /// identifier, 6 hold time.
    OpenField(u8),
    /// An optional parameter of an OPEN message, by its type.
    OpenParameter(u8),
    /// A capability of an OPEN message.
    Capability(CapabilityCode),
    /// An UPDATE message.
    Update,
    /// The withdrawn routes of an UPDATE message.
    Withdrawn,
    /// The list of path attributes.
    Attributes,
    /// One path attribute.
    Attribute(AttrCode),
    /// The IPv4 prefixes at the end of an UPDATE message.
    Nlri,
    /// Routes of one family in MP_REACH_NLRI or MP_UNREACH_NLRI.
    Family(Afi, Safi),
    /// A NOTIFICATION message.
    Notification,
    /// A ROUTE-REFRESH message.
    RouteRefresh,
    /// The header of an MRT record.
    MrtHeader,
    /// The body of an MRT record: its type and subtype (truncated to one octet, which all known ones fit).
    Mrt(u8, u8),
    /// One entry of a RIB record.
    RibEntry,
}

/// The actions of RFC 7606 section 2, mildest first. Offline, the action tells how much a finding affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the list is that of RFC 7606, and programs must handle each")]
pub enum Action {
    /// None: the damage is the container's (MRT), not the peer's, or the finding is only a note.
    None,
    /// The attribute is dropped, the route stays.
    DiscardAttribute,
    /// The routes of the message are treated as withdrawn.
    TreatAsWithdraw,
    /// The family is ignored for the rest of the session.
    DisableFamily,
    /// The session ends with a NOTIFICATION.
    ResetSession,
}

impl Error {
    /// An error of `kind` at `offset` bytes from the start of the outermost input.
    #[cold]
    #[inline(never)]
    pub const fn new(kind: ErrorKind, offset: u64) -> Self {
        Self { offset, kind, context: Context::None, action: Action::None }
    }

    /// The same error with context and action, unless an inner layer has set them.
    #[cold]
    #[inline(never)]
    pub const fn within(mut self, context: Context, action: Action) -> Self {
        if matches!(self.context, Context::None) {
            self.context = context;
            self.action = action;
        }
        self
    }

    /// The same error with another action.
    #[cold]
    #[must_use]
    pub const fn with_action(mut self, action: Action) -> Self {
        self.action = action;
        self
    }

    /// The kind.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The part of the protocol.
    pub const fn context(&self) -> Context {
        self.context
    }

    /// The action of RFC 7606.
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Offset of the erroneous field: bytes from the start of the outermost input.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Error code and subcode of the NOTIFICATION for this error in RFC 4271 section 6 (or the RFC of the attribute); `None` for
    /// damage of a container.
    pub const fn notification(&self) -> Option<(NotificationCode, u8)> {
        use ErrorKind as K;
        use MessageHeaderErrorSubcode as Header;
        use NotificationCode as Code;
        use OpenMessageErrorSubcode as Open;
        use UpdateMessageErrorSubcode as Update;
        Some(match self.context {
            Context::MessageHeader => (
                Code::MESSAGE_HEADER_ERROR,
                match self.kind {
                    K::BadMarker => Header::CONNECTION_NOT_SYNCHRONIZED,
                    K::BadValue(_) => Header::BAD_MESSAGE_TYPE,
                    _ => Header::BAD_MESSAGE_LENGTH,
                }
                .0,
            ),
            Context::OpenField(subcode) => (Code::OPEN_MESSAGE_ERROR, subcode),
            Context::Open | Context::OpenParameter(_) | Context::Capability(_) => (
                Code::OPEN_MESSAGE_ERROR,
                match (self.context, self.kind) {
                    (Context::OpenParameter(_), K::Unrecognized) => Open::UNSUPPORTED_OPTIONAL_PARAMETER,
                    (Context::Capability(_), K::BadRole) => Open::ROLE_MISMATCH,
                    _ => Open::UNSPECIFIC,
                }
                .0,
            ),
            Context::Update
            | Context::Attributes
            | Context::Withdrawn
            | Context::Nlri
            | Context::Family(..)
            | Context::Attribute(_) => (
                Code::UPDATE_MESSAGE_ERROR,
                match (self.context, self.kind) {
                    (Context::Withdrawn | Context::Nlri, _) => Update::INVALID_NETWORK_FIELD,
                    (Context::Family(..), _) => Update::OPTIONAL_ATTRIBUTE_ERROR,
                    (_, K::Missing) => Update::MISSING_WELL_KNOWN_ATTRIBUTE,
                    (Context::Attribute(code), kind) => attribute_subcode(code, kind),
                    _ => Update::MALFORMED_ATTRIBUTE_LIST,
                }
                .0,
            ),
            Context::RouteRefresh => (Code::ROUTE_REFRESH_MESSAGE_ERROR, RouteRefreshErrorSubcode::INVALID_MESSAGE_LENGTH.0),
            Context::None | Context::Notification | Context::MrtHeader | Context::Mrt(..) | Context::RibEntry => return None,
        })
    }
}

impl Error {
    /// The RFC and section of the finding: the rule it violates, or the rule about violations.
    pub const fn rfc(&self) -> &'static str {
        use ErrorKind as K;
        match (self.context, self.kind) {
            (Context::MessageHeader, _) => "RFC 4271 section 6.1",
            (Context::OpenField(2), _) => "RFC 7607 section 2",
            (Context::Open | Context::OpenField(_) | Context::OpenParameter(_), _) => "RFC 4271 section 6.2",
            (Context::Capability(_), K::BadRole) => "RFC 9234 section 4.2",
            (Context::Capability(_), _) => "RFC 5492 section 4",
            (Context::Update, _) => "RFC 7606 section 3",
            (Context::Withdrawn | Context::Family(_, Safi::UNICAST | Safi::MULTICAST), K::Duplicate) => "RFC 4271 section 4.3",
            (Context::Nlri | Context::Family(..), K::BadAddress) => "RFC 4271 section 6.3",
            (Context::Nlri, K::OutsideMpReach) => "RFC 8205 section 4.1",
            (Context::Withdrawn | Context::Nlri, _) => "RFC 7606 section 5.3",
            (Context::Family(..), K::NoBottomOfStack) => "RFC 8277 section 2.2",
            (Context::Family(..), K::SeveralLabels(_) | K::AmbiguousLabels(_)) => "RFC 8277 section 2.1",
            (Context::Family(..), K::WithdrawnLabels(_)) => "RFC 8277 section 2.4",
            (Context::Family(..), K::UnknownComponent(_)) => "RFC 8955 section 4.2",
            (Context::Family(Afi::BGP_LS, _), K::BadOrder) => "RFC 9552 section 5.1",
            (Context::Family(Afi::BGP_LS, _), _) => "RFC 9552 section 8.2.2",
            (Context::Family(..), _) if matches!(self.action, Action::TreatAsWithdraw) => "RFC 7606 section 5.4",
            (Context::Family(..), _) => "RFC 7606 section 5.3",
            (Context::Attributes, _) => "RFC 7606 section 4",
            (Context::Attribute(code), kind) => attribute_rfc(code, kind),
            (Context::Notification, _) => "RFC 4271 section 4.5",
            (Context::RouteRefresh, _) => "RFC 7313 section 5",
            // A type or subtype has two octets; microseconds have more.
            (Context::MrtHeader, K::BadValue(1_000_000..)) => "RFC 6396 section 3",
            (Context::MrtHeader, _) => "RFC 6396 section 2",
            (Context::RibEntry, K::NoSuchPeer(_) | K::NoPeerTable | K::DamagedPeerTable) => "RFC 6396 section 4.3.1",
            (Context::RibEntry, _) => "RFC 6396 section 4.3.4",
            (Context::Mrt(kind, subtype), _) => MrtType(kind as u16).record_rfc(subtype as u16),
            (Context::None, _) => "RFC 4271 section 6",
        }
    }
}

/// The subcode of UPDATE Message Error for a present attribute.
const fn attribute_subcode(code: AttrCode, kind: ErrorKind) -> UpdateMessageErrorSubcode {
    use ErrorKind as K;
    use UpdateMessageErrorSubcode as Update;
    match (kind, code) {
        (K::Duplicate, _) => Update::MALFORMED_ATTRIBUTE_LIST,
        (K::BadFlags(_), _) => Update::ATTRIBUTE_FLAGS_ERROR,
        (K::Unrecognized, _) => Update::UNRECOGNIZED_WELL_KNOWN_ATTRIBUTE,
        (_, AttrCode::AS_PATH) => Update::MALFORMED_AS_PATH,
        // RFC 4760 section 7.
        (_, code) if code.has_routes() => Update::OPTIONAL_ATTRIBUTE_ERROR,
        (K::BadLength(_), _) => Update::ATTRIBUTE_LENGTH_ERROR,
        // Those without inner lengths can only be truncated by the end of the list.
        (K::Truncated(_), code) if code.is_flat() => Update::ATTRIBUTE_LENGTH_ERROR,
        (_, AttrCode::ORIGIN) => Update::INVALID_ORIGIN_ATTRIBUTE,
        (_, AttrCode::NEXT_HOP) => Update::INVALID_NEXT_HOP_ATTRIBUTE,
        _ => Update::OPTIONAL_ATTRIBUTE_ERROR,
    }
}

/// The RFC of some kinds of findings, else that of the attribute's row.
const fn attribute_rfc(code: AttrCode, kind: ErrorKind) -> &'static str {
    use ErrorKind as K;
    match (kind, code) {
        (K::Missing, _) => "RFC 7606 section 3 d",
        (K::Excludes(_), _) => "RFC 8205 section 5.2",
        (K::OtherFamily | K::OtherRoute, _) => "RFC 6396 section 4.3.4",
        (K::Duplicate, _) => "RFC 7606 section 3 g",
        (K::BadAddress, AttrCode::NEXT_HOP | AttrCode::MP_REACH_NLRI) => "RFC 4271 section 6.3",
        (K::BadFlags(_), code) if code.has_routes() => "RFC 7606 section 5.3",
        (K::BadFlags(_), _) => "RFC 7606 section 3 c",
        (K::Unrecognized, _) => "RFC 4271 section 6.3",
        (K::Deprecated(_), AttrCode::AS_PATH | AttrCode::AS4_PATH) => "RFC 9774 section 3",
        (K::Truncated(_), code) if code.is_flat() => "RFC 7606 section 4",
        (K::BadValue(_), AttrCode::AGGREGATOR | AttrCode::AS4_AGGREGATOR) => "RFC 7607 section 2",
        (K::BadValue(_), AttrCode::PREFIX_SID) => "RFC 9252 section 7",
        (K::ExtendedNextHop(_), _) => "RFC 8950 section 4",
        (K::BadLength(_), AttrCode::MP_REACH_NLRI) => "RFC 7606 section 7.11",
        (_, code) => code.rfc_of_malformed(),
    }
}

/// The name of each kind, in one table: texts, JSON and filters have the same.
macro_rules! kinds {
    ($($kind:ident $(($detail:tt))? => $name:literal,)*) => {
        impl ErrorKind {
            /// The names of all kinds.
            pub const NAMES: &[&str] = &[$($name),*];

            /// A stable short name for programs: `truncated`, `bad-length` and so on.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$kind $(($detail))? => $name,)*
                }
            }
        }
    };
}

kinds! {
    Truncated(_) => "truncated",
    TrailingBytes(_) => "trailing-bytes",
    BadLength(_) => "bad-length",
    BadValue(_) => "bad-value",
    MaximumMetric => "maximum-metric",
    BadPrefixLength(_) => "bad-prefix-length",
    BadAddress => "bad-address",
    BadFlags(_) => "bad-flags",
    BadMarker => "bad-marker",
    Duplicate => "duplicate",
    Missing => "missing",
    Excludes(_) => "excludes",
    BadOrder => "bad-order",
    Unrecognized => "unrecognized",
    Deprecated(_) => "deprecated",
    BadRole => "bad-role",
    NoBottomOfStack => "no-bottom-of-stack",
    SeveralLabels(_) => "several-labels",
    AmbiguousLabels(_) => "ambiguous-labels",
    WithdrawnLabels(_) => "withdrawn-labels",
    OtherFamily => "other-family",
    OtherRoute => "other-route",
    TooDeep => "too-deep",
    NoSuchPeer(_) => "no-such-peer",
    NoPeerTable => "no-peer-table",
    DamagedPeerTable => "damaged-peer-table",
    UnknownComponent(_) => "unknown-component",
    OutsideMpReach => "outside-mp-reach",
    ExtendedNextHop(_) => "extended-next-hop",
}

impl Context {
    /// Its layer: `mrt` (the container), `bgp` (a message), `attr` (a path attribute) or `nlri` (routes).
    pub const fn layer(&self) -> &'static str {
        match self {
            Self::MrtHeader | Self::Mrt(..) | Self::RibEntry => "mrt",
            Self::Attributes | Self::Attribute(_) => "attr",
            Self::Withdrawn | Self::Nlri | Self::Family(..) => "nlri",
            Self::None
            | Self::MessageHeader
            | Self::Open
            | Self::OpenField(_)
            | Self::OpenParameter(_)
            | Self::Capability(_)
            | Self::Update
            | Self::Notification
            | Self::RouteRefresh => "bgp",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Truncated(1) => f.write_str("needs 1 byte more than is there"),
            Self::Truncated(n) => write!(f, "needs {n} bytes more than are there"),
            Self::TrailingBytes(1) => f.write_str("1 byte is left over"),
            Self::TrailingBytes(n) => write!(f, "{n} bytes are left over"),
            Self::BadLength(n) => write!(f, "length {n} is not valid here"),
            Self::BadValue(n) => write!(f, "value {n} is not valid here"),
            Self::MaximumMetric => write!(f, "value {} is not valid here", u64::MAX),
            Self::BadPrefixLength(n) => write!(f, "prefix length {n} is longer than an address"),
            Self::BadAddress => f.write_str("the address is not valid here"),
            Self::BadFlags(n) => write!(f, "flags {n:#04x} contradict the attribute"),
            Self::BadMarker => f.write_str("marker is not all ones"),
            Self::Duplicate => f.write_str("occurs more than once"),
            Self::Missing => f.write_str("is missing"),
            Self::Excludes(code) => write!(f, "stands beside {code}, which it takes the place of"),
            Self::BadOrder => f.write_str("is out of order"),
            Self::Unrecognized => f.write_str("is not recognized"),
            Self::Deprecated(n) => write!(f, "value {n} is deprecated"),
            Self::BadRole => f.write_str("contradicts the roles of the two speakers"),
            Self::NoBottomOfStack => f.write_str("the last label has no bottom-of-stack bit"),
            Self::SeveralLabels(n) => write!(f, "{n} labels, and more than one was not agreed on"),
            Self::AmbiguousLabels(n) => write!(f, "{n} labels, or one and a longer prefix: what was agreed on is not known"),
            Self::WithdrawnLabels(n) => write!(f, "{n} labels, where a withdrawal has one field"),
            Self::OtherFamily => f.write_str("family other than that of the record"),
            Self::OtherRoute => f.write_str("route other than that of the record"),
            Self::TooDeep => f.write_str("is nested too deeply"),
            Self::NoSuchPeer(n) => write!(f, "peer index {n} is past the peer table"),
            Self::NoPeerTable => f.write_str("no peer table comes before it"),
            Self::DamagedPeerTable => f.write_str("the peer table before it is damaged, its peer may be another"),
            Self::UnknownComponent(n) => write!(f, "component type {n} is unknown"),
            Self::ExtendedNextHop(n) => write!(f, "next hop of {n} octets, and extended next hops were not agreed on"),
            Self::OutsideMpReach => f.write_str("beside BGPSEC_PATH, which requires MP_REACH_NLRI"),
        }
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::None => f.write_str("input"),
            Self::MessageHeader => f.write_str("BGP message header"),
            Self::Open => f.write_str("OPEN message"),
            Self::OpenField(1) => f.write_str("OPEN version"),
            Self::OpenField(2) => f.write_str("OPEN AS number"),
            Self::OpenField(3) => f.write_str("OPEN BGP identifier"),
            Self::OpenField(6) => f.write_str("OPEN hold time"),
            Self::OpenField(n) => write!(f, "OPEN field {n}"),
            Self::OpenParameter(n) => write!(f, "OPEN parameter {n}"),
            Self::Capability(code) => match code.name() {
                Some(name) => write!(f, "{name} capability"),
                None => write!(f, "capability {}", code.0),
            },
            Self::Update => f.write_str("UPDATE message"),
            Self::Withdrawn => f.write_str("withdrawn routes"),
            Self::Attributes => f.write_str("path attributes"),
            Self::Attribute(code) => match code.name() {
                Some(name) => write!(f, "{name} attribute"),
                None => write!(f, "attribute {}", code.0),
            },
            Self::Nlri => f.write_str("announced routes"),
            Self::Family(afi, safi) => write!(f, "{} {} routes", afi.in_words(), safi.in_words()),
            Self::Notification => f.write_str("NOTIFICATION message"),
            Self::RouteRefresh => f.write_str("ROUTE-REFRESH message"),
            Self::MrtHeader => f.write_str("MRT header"),
            Self::Mrt(kind, subtype) => {
                let (kind, subtype) = (MrtType(u16::from(kind)), u16::from(subtype));
                write!(f, "{kind} {} record", kind.subtype_name(subtype))
            }
            Self::RibEntry => f.write_str("RIB entry"),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::DiscardAttribute => "attribute discard",
            Self::TreatAsWithdraw => "treat-as-withdraw",
            Self::DisableFamily => "AFI/SAFI disable",
            Self::ResetSession => "session reset",
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (at byte {})", self.context, self.kind, self.offset)
    }
}

impl core::error::Error for Error {}

/// Why a value cannot be written. The output is then unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeError {
    field: &'static str,
    kind: EncodeErrorKind,
}

/// Kinds of encoding errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// Too long for the length field: octets (or values), and the maximum.
    TooLong {
        /// The length.
        len: usize,
        /// The maximum.
        max: usize,
    },
    /// A number too large for its field.
    OutOfRange(u64),
    /// A value without a wire form.
    Unrepresentable,
    /// A value that contradicts the negotiated session.
    Session {
        /// The rule, with its RFC.
        rule: &'static str,
        /// The field of [`Session`](crate::Session) that decides.
        field: &'static str,
        /// Whether it is negotiated. The value requires the opposite.
        negotiated: bool,
    },
    /// A mandatory attribute of announcements (RFC 4271 section 5, RFC 8205 section 4.1) is missing.
    MissingAttribute,
    /// The output has too little room: this many octets are missing.
    NoRoom(usize),
}

impl EncodeError {
    /// A value of the given field that is too long.
    #[cold]
    pub const fn too_long(field: &'static str, len: usize, max: usize) -> Self {
        Self { field, kind: EncodeErrorKind::TooLong { len, max } }
    }

    /// A number that is too large for the given field.
    #[cold]
    pub const fn out_of_range(field: &'static str, value: u64) -> Self {
        Self { field, kind: EncodeErrorKind::OutOfRange(value) }
    }

    /// A value that the given field cannot represent.
    #[cold]
    pub const fn unrepresentable(field: &'static str) -> Self {
        Self { field, kind: EncodeErrorKind::Unrepresentable }
    }

    /// A value that contradicts the negotiated session: the rule, the field of [`Session`](crate::Session), and whether it is
    /// negotiated.
    #[cold]
    pub(crate) const fn by_session(
        field: &'static str,
        rule: &'static str,
        session_field: &'static str,
        negotiated: bool,
    ) -> Self {
        Self { field, kind: EncodeErrorKind::Session { rule, field: session_field, negotiated } }
    }

    /// An announcement without a mandatory attribute, named `field`.
    #[cold]
    pub(crate) const fn missing_attribute(field: &'static str) -> Self {
        Self { field, kind: EncodeErrorKind::MissingAttribute }
    }

    /// Too little room in the output.
    #[cold]
    pub const fn no_room(missing: usize) -> Self {
        Self { field: "", kind: EncodeErrorKind::NoRoom(missing) }
    }

    /// The same error with the name of its field, unless an inner layer has set it.
    #[cold]
    pub(crate) const fn of(mut self, field: &'static str) -> Self {
        if self.field.is_empty() {
            self.field = field;
        }
        self
    }

    /// The field; empty if the output has too little room.
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// The kind.
    pub const fn kind(&self) -> EncodeErrorKind {
        self.kind
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A field written on its own, without anything to name it.
        let field = if self.field.is_empty() { "value" } else { self.field };
        match self.kind {
            EncodeErrorKind::TooLong { len, max } => write!(f, "{field}: length {len} is over {max}"),
            EncodeErrorKind::OutOfRange(value) => write!(f, "{field}: value {value} does not fit"),
            EncodeErrorKind::Unrepresentable => write!(f, "{field}: the value has no form on the wire"),
            EncodeErrorKind::Session { rule, field: session, negotiated } => {
                write!(f, "{field}: {rule} is {}negotiated (Session::{session})", if negotiated { "" } else { "not " })
            }
            EncodeErrorKind::MissingAttribute => write!(f, "{field}: the attribute is missing, and routes are announced"),
            EncodeErrorKind::NoRoom(missing) => write!(f, "the output has {missing} bytes too few"),
        }
    }
}

impl core::error::Error for EncodeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_where_and_what_follows() {
        let e = Error::new(ErrorKind::BadValue(9), 3).within(Context::Attribute(AttrCode::ORIGIN), Action::TreatAsWithdraw);
        assert_eq!(e.to_string(), "ORIGIN attribute: value 9 is not valid here (at byte 3)");
        assert_eq!(e.notification(), Some((NotificationCode(3), 6)));
        assert_eq!(e.action(), Action::TreatAsWithdraw);
    }

    #[test]
    fn the_innermost_context_wins() {
        let inner = Error::new(ErrorKind::Truncated(1), 0).within(Context::Attribute(AttrCode::AS_PATH), Action::TreatAsWithdraw);
        assert_eq!(inner.within(Context::Update, Action::ResetSession), inner);
        assert_eq!(inner.to_string(), "AS_PATH attribute: needs 1 byte more than is there (at byte 0)");
    }

    #[test]
    fn actions_are_ordered_by_reach() {
        assert!(Action::None < Action::DiscardAttribute);
        assert!(Action::DiscardAttribute < Action::TreatAsWithdraw);
        assert!(Action::TreatAsWithdraw < Action::DisableFamily);
        assert!(Action::DisableFamily < Action::ResetSession);
    }

    #[test]
    fn a_containers_damage_has_no_notification() {
        let e = Error::new(ErrorKind::Truncated(2), 12).within(Context::Mrt(13, 2), Action::None);
        assert_eq!(e.notification(), None);
        assert_eq!(e.to_string(), "TABLE_DUMP_V2 RIB_IPV4_UNICAST record: needs 2 bytes more than are there (at byte 12)");
    }

    /// Every context with every kind has an RFC, a layer and a name.
    #[test]
    fn every_finding_has_its_source() {
        use ErrorKind as K;
        let kinds = [
            K::Truncated(1),
            K::TrailingBytes(1),
            K::BadLength(1),
            K::BadValue(1),
            K::MaximumMetric,
            K::BadPrefixLength(1),
            K::BadAddress,
            K::BadFlags(1),
            K::BadMarker,
            K::Duplicate,
            K::Missing,
            K::Unrecognized,
            K::Deprecated(1),
            K::BadRole,
            K::NoBottomOfStack,
            K::SeveralLabels(2),
            K::AmbiguousLabels(2),
            K::WithdrawnLabels(2),
            K::TooDeep,
            K::NoSuchPeer(1),
            K::NoPeerTable,
            K::DamagedPeerTable,
            K::UnknownComponent(2),
            K::OutsideMpReach,
            K::ExtendedNextHop(2),
        ];
        let mut contexts = vec![
            Context::None,
            Context::MessageHeader,
            Context::Open,
            Context::Update,
            Context::Withdrawn,
            Context::Attributes,
            Context::Nlri,
            Context::Family(Afi(1), Safi(1)),
            Context::Notification,
            Context::RouteRefresh,
            Context::MrtHeader,
            Context::RibEntry,
        ];
        for n in 0..=255u8 {
            contexts.extend([Context::OpenField(n), Context::OpenParameter(n), Context::Capability(CapabilityCode(n))]);
            contexts.push(Context::Attribute(AttrCode(n)));
            contexts.extend((0..=12).map(|subtype| Context::Mrt(n, subtype)));
        }
        let mut names: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
        for context in contexts {
            assert!(["mrt", "bgp", "attr", "nlri"].contains(&context.layer()));
            for kind in kinds {
                let rfc = Error::new(kind, 0).within(context, Action::None).rfc();
                let rest = rfc.strip_prefix("RFC ").unwrap();
                let (number, section) = rest.split_once(" section ").unwrap();
                assert!(number.parse::<u16>().is_ok() && !section.is_empty(), "{rfc}");
            }
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), kinds.len());
    }

    #[test]
    fn sources_of_some_findings() {
        let rfc = |kind, context, action| Error::new(kind, 0).within(context, action).rfc();
        let attribute = |code: u8, kind| rfc(kind, Context::Attribute(AttrCode(code)), Action::None);
        assert_eq!(attribute(1, ErrorKind::BadValue(9)), "RFC 7606 section 7.1");
        assert_eq!(attribute(1, ErrorKind::Truncated(9)), "RFC 7606 section 4");
        assert_eq!(attribute(14, ErrorKind::BadFlags(0)), "RFC 7606 section 5.3");
        assert_eq!(attribute(14, ErrorKind::BadLength(5)), "RFC 7606 section 7.11");
        assert_eq!(attribute(7, ErrorKind::BadValue(0)), "RFC 7607 section 2");
        assert_eq!(attribute(2, ErrorKind::Deprecated(1)), "RFC 9774 section 3");
        let family = Context::Family(Afi(25), Safi(70));
        assert_eq!(rfc(ErrorKind::Truncated(1), family, Action::TreatAsWithdraw), "RFC 7606 section 5.4");
        assert_eq!(rfc(ErrorKind::Truncated(1), family, Action::DisableFamily), "RFC 7606 section 5.3");
        assert_eq!(rfc(ErrorKind::Truncated(1), Context::Mrt(13, 2), Action::None), "RFC 6396 section 4.3.2");
        // The default RFC of each attribute and each record.
        for (code, text) in [
            (1, "7606 section 7.1"),
            (2, "7606 section 7.2"),
            (3, "7606 section 7.3"),
            (4, "7606 section 7.4"),
            (5, "7606 section 7.5"),
            (6, "7606 section 7.6"),
            (7, "7606 section 7.7"),
            (8, "7606 section 7.8"),
            (9, "7606 section 7.9"),
            (10, "7606 section 7.10"),
            (11, "7606 section 4"),
            (14, "7606 section 7.11"),
            (15, "7606 section 5.3"),
            (16, "7606 section 7.14"),
            (17, "6793 section 6"),
            (18, "6793 section 6"),
            (22, "6514 section 5"),
            (23, "9012 section 13"),
            (24, "7606 section 7.13"),
            (25, "7606 section 7.15"),
            (26, "7311 section 3.2"),
            (27, "6514 section 5"),
            (29, "9552 section 8.2.2"),
            (32, "8092 section 6"),
            (35, "9234 section 5"),
            (37, "9015 section 3.1"),
            (40, "8669 section 6"),
            (128, "7606 section 7.16"),
            (99, "7606 section 4"),
        ] {
            assert_eq!(attribute(code, ErrorKind::BadLength(3)).strip_prefix("RFC "), Some(text), "{code}");
        }
        let record = |kind, subtype| rfc(ErrorKind::TrailingBytes(1), Context::Mrt(kind, subtype), Action::None);
        for (kind, subtypes, text) in [
            (5, 0..=4, "6396 section B.2.1"),
            (9, 0..=4, "6396 section B.2.5"),
            (10, 0..=4, "6396 section B.2.5"),
            (12, 1..=4, "6396 section 4.2"),
            (13, 1..=1, "6396 section 4.3.1"),
            (13, 2..=5, "6396 section 4.3.2"),
            (13, 6..=6, "6396 section 4.3.3"),
            (13, 7..=7, "6397 section 4"),
            (13, 8..=12, "8050 section 4"),
            (16, 0..=0, "6396 section 4.4.1"),
            (17, 1..=1, "6396 section 4.4.2"),
            (16, 2..=3, "6396 section B.2.6"),
            (17, 4..=4, "6396 section 4.4.3"),
            (16, 5..=5, "6396 section 4.4.4"),
            (17, 6..=6, "6396 section 4.4.5"),
            (16, 7..=7, "6396 section 4.4.6"),
            (17, 8..=11, "8050 section 3"),
            (16, 12..=12, "6396 section 4"),
            (99, 0..=0, "6396 section 4"),
        ] {
            assert!(
                subtypes.clone().all(|subtype| record(kind, subtype).strip_prefix("RFC ") == Some(text)),
                "{kind} {subtypes:?}"
            );
        }
    }
}
