//! OPEN messages (RFC 4271 section 4.2), with the long form of their parameters (RFC 9072).

#[cfg(feature = "alloc")]
mod builder;

#[cfg(feature = "alloc")]
pub use builder::OpenBuilder;

use core::net::Ipv4Addr;

use super::capability::{AddPath, AddPathMode, Capabilities, CapabilityValue, ExtendedNextHop};
use super::parameter::Parameters;
use super::{HEADER_LEN, put_header};
use crate::asn::Asn;
use crate::codes::{Afi, CapabilityCode, MessageType, OpenMessageErrorSubcode as Subcode, OpenParameter, Role};
use crate::error::{Action, Context, EncodeError, Error, ErrorKind, Result};
use crate::family::FamilySet;
use crate::session::Session;
use crate::wire::{Cursor, Observer, Sink};

/// The first message of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Open<'a> {
    version: u8,
    asn: u16,
    hold_time: u16,
    bgp_id: Ipv4Addr,
    // The whole body, including parameters.
    body: &'a [u8],
    // RFC 9072: parameter lengths have two octets.
    extended: bool,
    offset: u64,
}

/// Octets before the parameters: three more in the form of RFC 9072.
const fn fixed_len(extended: bool) -> usize {
    if extended { 13 } else { 10 }
}

impl<'a> Open<'a> {
    /// Reads a message's body, `offset` octets into the outermost input. Parameters are decoded on demand.
    ///
    /// # Errors
    /// Too few octets, or more than the parameters' length.
    pub fn parse_at(body: &'a [u8], offset: u64) -> Result<Self> {
        Self::read(body, offset).map_err(|e| e.within(Context::Open, Action::ResetSession))
    }

    fn read(body: &'a [u8], offset: u64) -> Result<Self> {
        let mut c = Cursor::at(body, offset);
        let (open, len) = Self::place_front(body, &mut c, &mut ())?;
        c.take(len)?;
        c.finish()?;
        Ok(open)
    }

    /// Reads the fields before the parameters, and their length.
    fn place_front<O: Observer>(body: &'a [u8], c: &mut Cursor<'a>, o: &mut O) -> Result<(Self, usize)> {
        let offset = c.offset();
        let version = o.field(c, "version")?;
        let asn = o.field(c, "my AS")?;
        let hold_time = o.field(c, "hold time")?;
        let bgp_id = o.field(c, "BGP identifier")?;
        let len: u8 = o.field(c, "parameters length")?;
        // RFC 9072 section 2: a first parameter of type 255 announces a two-octet length; the one-octet length is then 255, and
        // any other except 0 must be accepted.
        let extended = len != 0 && c.rest().first() == Some(&OpenParameter::EXTENDED_LENGTH.0);
        let len = if extended {
            o.field::<u8>(c, "extended form")?;
            o.field::<u16>(c, "extended length")?
        } else {
            u16::from(len)
        };
        Ok((Self { version, asn, hold_time, bgp_id, body, extended, offset }, usize::from(len)))
    }

    /// Protocol version; 4 since 1994.
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// "My Autonomous System": [`Asn::TRANS`] if the number needs four octets. See [`Open::asn`].
    pub const fn my_as(&self) -> u16 {
        self.asn
    }

    /// Hold time in seconds.
    pub const fn hold_time(&self) -> u16 {
        self.hold_time
    }

    /// BGP identifier.
    pub const fn bgp_id(&self) -> Ipv4Addr {
        self.bgp_id
    }

    /// Whether the parameters are in the extended form of RFC 9072.
    pub const fn is_extended(&self) -> bool {
        self.extended
    }

    /// The speaker's AS number: of its four-octet capability if present (RFC 6793 section 4.1).
    pub fn asn(&self) -> Asn {
        let four = self.capabilities().flatten().find_map(|c| match c.decode() {
            Ok(CapabilityValue::As4(asn)) => Some(asn),
            _ => None,
        });
        four.unwrap_or(Asn(u32::from(self.asn)))
    }

    /// The optional parameters.
    pub const fn parameters(&self) -> Parameters<'a> {
        let offset = self.offset.saturating_add(fixed_len(self.extended) as u64);
        Parameters { cursor: Cursor::at(self.parameter_octets(), offset), extended: self.extended }
    }

    /// The octets of the optional parameters, up to the end of the body.
    const fn parameter_octets(&self) -> &'a [u8] {
        match self.body.split_at_checked(fixed_len(self.extended)) {
            Some((_, parameters)) => parameters,
            None => &[],
        }
    }

    /// The capabilities of all parameters of type 2 (RFC 5492 section 4).
    pub const fn capabilities(&self) -> Capabilities<'a> {
        Capabilities::new(self.parameters())
    }

    /// The negotiated session, as seen from the sender of `self`: `peer`'s messages are the received ones.
    ///
    /// A malformed capability is ignored.
    pub fn negotiate(&self, peer: &Open<'_>) -> Session {
        let (mine, theirs) = (Offer::of(self), Offer::of(peer));
        Session {
            asn4: mine.asn4 && theirs.asn4,
            extended_message: mine.extended_message && theirs.extended_message,
            add_path_receive: mine.add_path_receive.intersection(theirs.add_path_send),
            add_path_send: mine.add_path_send.intersection(theirs.add_path_receive),
            extended_next_hop: mine.extended_next_hop.intersection(theirs.extended_next_hop),
            multiple_labels: mine.multiple_labels.intersection(theirs.multiple_labels),
        }
    }
}

/// What one OPEN offers, as far as it affects encoding.
#[derive(Default)]
struct Offer {
    asn4: bool,
    extended_message: bool,
    add_path_receive: FamilySet,
    add_path_send: FamilySet,
    extended_next_hop: FamilySet,
    multiple_labels: FamilySet,
}

impl Offer {
    fn of(open: &Open<'_>) -> Self {
        let mut offer = Self::default();
        for capability in open.capabilities().flatten() {
            match capability.decode() {
                Ok(CapabilityValue::As4(_)) => offer.asn4 = true,
                Ok(CapabilityValue::ExtendedMessage) => offer.extended_message = true,
                Ok(CapabilityValue::AddPath(list)) => {
                    // RFC 7911 section 4: a row with any other mode is ignored; other rows are still used.
                    for AddPath { family, mode } in list.iter().filter(|row| matches!(row.mode.bits(), 1..=3)) {
                        if mode.contains(AddPathMode::RECEIVE) {
                            offer.add_path_receive = offer.add_path_receive.with(family);
                        }
                        if mode.contains(AddPathMode::SEND) {
                            offer.add_path_send = offer.add_path_send.with(family);
                        }
                    }
                }
                Ok(CapabilityValue::ExtendedNextHop(list)) => {
                    // RFC 8950 section 4: only IPv4 routes over IPv6 next hops are defined; other rows are ignored.
                    let fits = |row: &ExtendedNextHop| row.afi == Afi::IPV4 && row.next_hop == Afi::IPV6;
                    for family in list.iter().filter(fits).filter_map(|row| row.family()) {
                        offer.extended_next_hop = offer.extended_next_hop.with(family);
                    }
                }
                Ok(CapabilityValue::MultipleLabels(list)) => {
                    // RFC 8277 section 2.1: a count under 2 is ignored.
                    for row in list.iter().filter(|row| row.count > 1) {
                        offer.multiple_labels = offer.multiple_labels.with(row.family);
                    }
                }
                _ => {}
            }
        }
        offer
    }
}

impl Open<'_> {
    /// Reports violations of RFC 4271 section 6.2 and of the capabilities' RFCs, one at a time; returns the worst action.
    pub fn findings(&self, mut report: impl FnMut(Error)) -> Action {
        let mut worst = Action::None;
        let mut found = |e: Error| {
            worst = worst.max(e.action());
            report(e);
        };
        let mut reset = |subcode: Subcode, value: u16, at: u64| {
            let e = Error::new(ErrorKind::BadValue(u32::from(value)), self.offset.saturating_add(at));
            found(e.within(Context::OpenField(subcode.0), Action::ResetSession));
        };
        if self.version != 4 {
            reset(Subcode::UNSUPPORTED_VERSION_NUMBER, u16::from(self.version), 0);
        }
        if self.asn == 0 {
            reset(Subcode::BAD_PEER_AS, 0, 1);
        }
        if matches!(self.hold_time, 1 | 2) {
            reset(Subcode::UNACCEPTABLE_HOLD_TIME, self.hold_time, 3);
        }
        if self.bgp_id.is_unspecified() {
            reset(Subcode::BAD_BGP_IDENTIFIER, 0, 5);
        }
        for parameter in self.parameters().flatten() {
            // Old speakers send the authentication of RFC 1771.
            if !matches!(OpenParameter(parameter.kind), OpenParameter::AUTHENTICATION | OpenParameter::CAPABILITIES) {
                let head = if self.extended { 3 } else { 2 };
                let e = Error::new(ErrorKind::Unrecognized, parameter.offset.saturating_sub(head));
                found(e.within(Context::OpenParameter(parameter.kind), Action::ResetSession));
            }
        }
        let mut role = None;
        for capability in self.capabilities() {
            match capability.and_then(|c| c.decode().map(|value| (c, value))) {
                // RFC 7607 section 2.
                Ok((c, CapabilityValue::As4(Asn::ZERO))) => {
                    let context = Context::OpenField(Subcode::BAD_PEER_AS.0);
                    found(Error::new(ErrorKind::BadValue(0), c.offset).within(context, Action::ResetSession));
                }
                Ok((c, CapabilityValue::Role(said))) => {
                    // RFC 9234 section 4.2: several must be equal.
                    if *role.get_or_insert(said) != said {
                        found(Error::new(ErrorKind::BadRole, c.offset).within(Context::Capability(c.code), Action::ResetSession));
                    }
                }
                Ok(_) => {}
                Err(e) => found(e),
            }
        }
        worst
    }

    /// The speaker's role towards the other one, by its Role capability (RFC 9234 section 4.1).
    pub fn role(&self) -> Option<Role> {
        self.role_capability().map(|(role, _)| role)
    }

    fn role_capability(&self) -> Option<(Role, u64)> {
        self.capabilities().flatten().find_map(|c| match c.decode() {
            Ok(CapabilityValue::Role(role)) => Some((role, c.offset)),
            _ => None,
        })
    }

    /// The error if the roles of the two ends do not match, which rejects the session (RFC 9234 section 4.2). Its offset is that
    /// of the role in `peer`.
    pub fn role_mismatch(&self, peer: &Open<'_>) -> Option<Error> {
        let (mine, (theirs, at)) = (self.role()?, peer.role_capability()?);
        let fits = matches!(
            (mine, theirs),
            (Role::PROVIDER, Role::CUSTOMER)
                | (Role::CUSTOMER, Role::PROVIDER)
                | (Role::RS, Role::RS_CLIENT)
                | (Role::RS_CLIENT, Role::RS)
                | (Role::PEER, Role::PEER)
        );
        (!fits)
            .then(|| Error::new(ErrorKind::BadRole, at).within(Context::Capability(CapabilityCode::ROLE), Action::ResetSession))
    }
}

impl Open<'_> {
    /// Octets of the whole message.
    pub const fn encoded_len(&self) -> usize {
        self.body.len().saturating_add(HEADER_LEN)
    }

    /// Writes the whole message, including the header, unchanged. [`OpenBuilder::from_open`] re-encodes the values instead.
    ///
    /// # Errors
    /// A message over 4,096 octets, or too little room; then nothing is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        // RFC 8654 section 4: an OPEN is limited to 4,096 octets in any session.
        put_header(MessageType::OPEN, self.body.len(), &Session::AS4, out)?;
        out.put_slice(self.body);
        Ok(())
    }

    /// Adds the fields of the body to `places`.
    #[cfg(feature = "alloc")]
    pub fn places(&self, places: &mut crate::places::Places) {
        place_body(self.body, self.offset, places);
    }
}

/// Shows the fields of a body, complete or truncated, to an observer.
pub(super) fn place_body<O: Observer>(body: &[u8], offset: u64, o: &mut O) {
    let mut c = Cursor::at(body, offset);
    let Ok((open, len)) = Open::place_front(body, &mut c, o) else { return };
    let mut rest = c.sub(len.min(c.len())).unwrap_or(c);
    while !rest.is_empty() && place_parameter(&mut rest, open.extended, o).is_ok() {}
    let _ = o.reported(Open::parse_at(body, offset));
}

fn place_parameter<O: Observer>(c: &mut Cursor<'_>, extended: bool, o: &mut O) -> Result<()> {
    o.group(c, "parameter", |c, o| {
        let kind: u8 = o.coded(c, "type", |kind: u8| kind, |kind| OpenParameter(kind).name())?;
        o.label(&OpenParameter(kind));
        let len = if extended { o.field::<u16>(c, "length")? } else { u16::from(o.field::<u8>(c, "length")?) };
        let len = usize::from(len);
        // Present octets are shown even if more should follow.
        let mut window = c.sub(len.min(c.len()))?;
        let missing = len.saturating_sub(window.len());
        if kind == OpenParameter::CAPABILITIES.0 {
            super::capability::place_list(window, o);
        } else {
            o.field::<&[u8]>(&mut window, "value")?;
        }
        if missing > 0 {
            let e = Error::new(ErrorKind::Truncated(u32::try_from(missing).unwrap_or(u32::MAX)), c.offset());
            o.error(e.within(Context::OpenParameter(kind), Action::ResetSession));
        }
        Ok(())
    })
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use crate::family::Family;
    use crate::places::Places;

    #[test]
    fn a_speaker_has_one_number() {
        let open = |asn, said| OpenBuilder::new(Asn(asn), Ipv4Addr::LOCALHOST).capability(&CapabilityValue::As4(Asn(said)));
        assert_eq!(open(70_000, 65_001).unwrap_err().field(), "4-octet AS");
        assert_eq!(open(65_001, 70_000).unwrap_err().field(), "4-octet AS");
        assert!(open(70_000, 70_000).is_ok() && open(65_001, 65_001).is_ok());
    }

    // AS_TRANS, hold time 180, 192.0.2.1; MP IPv4 unicast, AS4 65536, ADD-PATH IPv4 unicast both ways.
    const BODY: &[u8] = &[4, 0x5b, 0xa0, 0, 180, 192, 0, 2, 1, 20, 2, 18, 1, 4, 0, 1, 0, 1, 65, 4, 0, 1, 0, 0, 69, 4, 0, 1, 1, 3];

    #[test]
    fn fields_and_capabilities() {
        let o = Open::parse_at(BODY, 0).unwrap();
        assert_eq!((o.version(), o.my_as(), o.hold_time(), o.bgp_id().to_string()), (4, 23456, 180, "192.0.2.1".into()));
        assert_eq!((o.asn(), o.capabilities().count(), o.is_extended()), (Asn(65536), 3, false));
        assert_eq!(o.findings(|e| panic!("{e}")), Action::None);
        for n in 0..BODY.len() {
            assert!(Open::parse_at(&BODY[..n], 0).is_err(), "cut at {n}");
        }
    }

    #[test]
    fn the_long_form() {
        let mut body = BODY[..9].to_vec();
        body.extend([255, 255, 0, 9, 2, 0, 6, 65, 4, 0, 1, 0, 0]);
        let o = Open::parse_at(&body, 0).unwrap();
        assert_eq!((o.asn(), o.is_extended()), (Asn(65536), true));
        for n in 0..body.len() {
            assert!(Open::parse_at(&body[..n], 0).is_err(), "cut at {n}");
        }
        // The short form may have any number of octets.
        body.truncate(9);
        body.extend([2, 2, 0]);
        assert!(Open::parse_at(&body, 0).unwrap().parameters().all(|p| p.is_ok()));
    }

    #[test]
    fn negotiation_takes_what_both_offer() {
        let mine = Open::parse_at(BODY, 0).unwrap();
        let mut body = BODY.to_vec();
        body[29] = 2; // sends only
        let peer = Open::parse_at(&body, 0).unwrap();
        let s = mine.negotiate(&peer);
        assert!(s.asn4 && s.add_path(Family::IPV4_UNICAST) && s.add_path_send.is_empty() && !s.extended_message);
        assert_eq!(peer.negotiate(&mine), s.reversed());
        body[18] = 99; // no AS4
        assert!(!mine.negotiate(&Open::parse_at(&body, 0).unwrap()).asn4);
    }

    #[test]
    fn faults_are_named() {
        let mut body = BODY.to_vec();
        (body[0], body[4], body[19]) = (3, 2, 20);
        let mut text = Vec::new();
        let o = Open::parse_at(&body, 0).unwrap();
        assert_eq!(o.findings(|e| text.push(e.to_string())), Action::ResetSession);
        assert_eq!(
            text,
            [
                "OPEN version: value 3 is not valid here (at byte 0)",
                "OPEN hold time: value 2 is not valid here (at byte 3)",
                "OPEN parameter 2: needs 10 bytes more than are there (at byte 20)"
            ]
        );
        body.push(0);
        assert_eq!(Open::parse_at(&body, 0).unwrap_err().to_string(), "OPEN message: 1 byte is left over (at byte 30)");
    }

    fn whole(body: &[u8]) -> Vec<u8> {
        let mut message = vec![0xff; 16];
        message.extend(u16::try_from(body.len() + 19).unwrap().to_be_bytes());
        message.push(1);
        message.extend(body);
        message
    }

    // RFC 9072: a parameter of authentication, then two of capabilities.
    const LONG: &[u8] = &[
        4, 0xfb, 0xf0, 0, 90, 192, 0, 2, 1, 255, 255, 0, 22, 1, 0, 1, 7, 2, 0, 6, 65, 4, 0, 0, 0xfb, 0xf0, 2, 0, 6, 70, 0, 200,
        2, 1, 2,
    ];

    #[test]
    fn written_as_it_was_read() {
        for body in [BODY, LONG] {
            let open = Open::parse_at(body, 19).unwrap();
            let (mut copied, mut built) = (Vec::new(), Vec::new());
            open.encode(&mut copied).unwrap();
            assert_eq!((copied.len(), &copied), (open.encoded_len(), &whole(body)));
            let builder = OpenBuilder::from_open(&open).unwrap();
            builder.encode(&mut built).unwrap();
            assert_eq!((built.len(), built), (builder.encoded_len(), copied));
            let mut small = [0u8; 40];
            assert!(builder.encode(&mut &mut small[..]).is_err() && small == [0; 40]);
        }
    }

    #[test]
    fn built_from_values() {
        let family = CapabilityValue::MultiProtocol(super::super::MultiProtocol::new(Family::IPV4_UNICAST));
        let mut buffer = Vec::new();
        let add_path = AddPath { family: Family::IPV4_UNICAST, mode: AddPathMode::RECEIVE | AddPathMode::SEND };
        let add_path = CapabilityValue::AddPath(crate::List::from_values([add_path], &mut buffer).unwrap());
        let builder = OpenBuilder::new(Asn(65536), Ipv4Addr::new(192, 0, 2, 1))
            .capabilities(&[family, CapabilityValue::As4(Asn(65536)), add_path])
            .unwrap();
        let mut out = Vec::new();
        builder.encode(&mut out).unwrap();
        assert_eq!(out, whole(BODY));
        // A read message that has it is rewritten with it, and can repeat it in a second capability of another kind.
        let read = OpenBuilder::from_open(&Open::parse_at(BODY, 0).unwrap()).unwrap();
        let mut again = Vec::new();
        read.encode(&mut again).unwrap();
        assert_eq!(again, out);
        let more = read.capabilities(&[CapabilityValue::Role(Role::PEER)]).unwrap();
        again.clear();
        more.encode(&mut again).unwrap();
        assert_eq!(Open::parse_at(&again[19..], 0).unwrap().role(), Some(Role::PEER));
        // The number requires its capability.
        let mut out = Vec::new();
        let alone = OpenBuilder::new(Asn(65536), Ipv4Addr::new(192, 0, 2, 1));
        let e = alone.encode(&mut out).unwrap_err();
        assert_eq!(e.to_string(), "AS number without its capability: the value has no form on the wire");
        alone.my_as(23456).version(3).hold_time(0).encode(&mut out).unwrap();
        assert_eq!(out, whole(&[3, 0x5b, 0xa0, 0, 0, 192, 0, 2, 1, 0]));
    }

    #[test]
    fn the_long_form_where_it_is_needed() {
        let text = [b'x'; 250];
        let version = CapabilityValue::SoftwareVersion(super::super::CountedText(&text));
        let one = OpenBuilder::new(Asn(1), Ipv4Addr::new(192, 0, 2, 1)).capability(&version).unwrap();
        let two = one.clone().capability(&CapabilityValue::RouteRefresh).unwrap();
        for (builder, extended) in [(&one, false), (&two, true), (&one.clone().extended(), true)] {
            let mut out = Vec::new();
            builder.encode(&mut out).unwrap();
            let open = Open::parse_at(&out[19..], 19).unwrap();
            assert_eq!((open.is_extended(), out.len()), (extended, builder.encoded_len()));
            assert_eq!(open.capabilities().next().unwrap().unwrap().decode().unwrap(), version);
            assert_eq!(OpenBuilder::from_open(&open).unwrap().encoded_len(), out.len());
        }
        let huge = one.parameter(1, &[0; 4000]);
        let e = huge.encode(&mut Vec::new()).unwrap_err();
        assert_eq!(e.to_string(), "message: length 4291 is over 4096");
    }

    #[test]
    fn multiple_labels_are_negotiated() {
        let labels = |count| [4, 0, 1, 0, 90, 192, 0, 2, 1, 8, 2, 6, 8, 4, 0, 1, 4, count];
        let (many, one) = (labels(3), labels(1));
        let (many, one) = (Open::parse_at(&many, 0).unwrap(), Open::parse_at(&one, 0).unwrap());
        assert!(many.negotiate(&many).multiple_labels.contains(Family::IPV4_LABELED));
        assert!(many.negotiate(&one).multiple_labels.is_empty());
    }

    #[test]
    fn add_path_modes_outside_the_rfc_offer_nothing() {
        let with = |mode| [4, 0, 1, 0, 90, 192, 0, 2, 1, 8, 2, 6, 69, 4, 0, 1, 1, mode];
        let both = with(3);
        let both = Open::parse_at(&both, 0).unwrap();
        for mode in 0..=255 {
            let octets = with(mode);
            let session = Open::parse_at(&octets, 0).unwrap().negotiate(&both);
            let counts =
                (session.add_path_receive.contains(Family::IPV4_UNICAST), session.add_path_send.contains(Family::IPV4_UNICAST));
            assert_eq!(counts, (matches!(mode, 1 | 3), matches!(mode, 2 | 3)), "mode {mode}");
        }
    }

    #[test]
    fn extended_next_hops_are_ipv6_for_ipv4_routes() {
        let with = |afi, next_hop| [4, 0, 1, 0, 90, 192, 0, 2, 1, 10, 2, 8, 5, 6, 0, afi, 0, 1, 0, next_hop];
        for (afi, next_hop, counts) in [(1, 2, true), (1, 1, false), (1, 25, false), (2, 2, false), (2, 1, false)] {
            let octets = with(afi, next_hop);
            let open = Open::parse_at(&octets, 0).unwrap();
            assert_eq!(!open.negotiate(&open).extended_next_hop.is_empty(), counts, "{afi} by way of {next_hop}");
        }
    }

    #[test]
    fn places_of_the_fields() {
        let mut places = Places::new();
        Open::parse_at(LONG, 19).unwrap().places(&mut places);
        let list: Vec<_> =
            places.iter().filter(|p| p.depth < 2).map(|p| (p.depth, p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
        assert_eq!(
            list,
            [
                (0, "version", 19..20, "4"),
                (0, "my AS", 20..22, "64496"),
                (0, "hold time", 22..24, "90"),
                (0, "BGP identifier", 24..28, "192.0.2.1"),
                (0, "parameters length", 28..29, "255"),
                (0, "extended form", 29..30, "255"),
                (0, "extended length", 30..32, "22"),
                (0, "parameter", 32..36, "Authentication"),
                (1, "type", 32..33, "1 (Authentication)"),
                (1, "length", 33..35, "1"),
                (1, "value", 35..36, "0x07"),
                (0, "parameter", 36..45, "Capabilities"),
                (1, "type", 36..37, "2 (Capabilities)"),
                (1, "length", 37..39, "6"),
                (1, "capability", 39..45, "4-octet AS"),
                (0, "parameter", 45..54, "Capabilities"),
                (1, "type", 45..46, "2 (Capabilities)"),
                (1, "length", 46..48, "6"),
                (1, "capability", 48..50, "Enhanced Route Refresh"),
                (1, "capability", 50..54, "CapabilityCode(200)"),
            ]
        );
        for n in 0..BODY.len() {
            let mut places = Places::new();
            place_body(&BODY[..n], 0, &mut places);
            assert!(places.iter().any(|p| p.error.is_some()), "cut at {n}");
            assert!(places.iter().all(|p| p.range.end <= n as u64), "cut at {n}: {places}");
        }
        let mut places = Places::new();
        place_body(&BODY[..22], 0, &mut places);
        let list: Vec<_> = places.iter().filter(|p| p.error.is_some()).map(|p| p.text.as_str()).collect();
        assert_eq!(
            list,
            [
                "4-octet AS capability: needs 2 bytes more than are there (at byte 22)",
                "OPEN parameter 2: needs 8 bytes more than are there (at byte 22)",
                "OPEN message: needs 8 bytes more than are there (at byte 10)"
            ]
        );
        assert!(places.iter().any(|p| p.text == "Multiprotocol") && places.iter().any(|p| p.text == "4-octet AS"));
    }

    /// Nine parameters of capabilities from daemons and drafts, in wire order.
    #[test]
    fn twenty_capabilities_of_one_message() {
        let body = [
            &[4, 0x5b, 0xa0, 0, 180, 0xc6, 0x33, 0x64, 1, 141][..],
            &[2, 6, 1, 4, 0, 1, 0, 1, 2, 2, 2, 0, 2, 9, 3, 7, 0, 1, 0, 1, 1, 0x40, 3, 2, 8, 5, 6, 0, 1, 0, 1, 0, 2],
            &[2, 2, 6, 0, 2, 5, 7, 3, 0, 0, 1, 2, 6, 8, 4, 0, 1, 4, 3, 2, 3, 9, 1, 2, 2, 8, 0x40, 6, 0, 0x78, 0, 1, 1, 0x80],
            &[2, 6, 0x41, 4, 0, 0, 0xfd, 0xe9, 2, 3, 0x43, 1, 1, 2, 3, 0x44, 1, 0, 2, 6, 0x45, 4, 0, 1, 1, 3, 2, 2, 0x46, 0],
            &[2, 9, 0x47, 7, 0, 1, 1, 0x80, 0, 0x0e, 0x10, 2, 6, 0x49, 4, 1, b'r', 1, b'd', 2, 6, 0x4b, 4, 3, b'f', b'r', b'r'],
            &[2, 7, 0x4c, 5, 0, 1, 1, 0, 5, 2, 2, 0x4d, 0, 2, 2, 0x80, 0],
        ]
        .concat();
        let open = Open::parse_at(&body, 19).unwrap();
        assert_eq!(open.findings(|e| panic!("{e}")), Action::None);
        let text: Vec<_> = open.capabilities().map(|c| c.unwrap().decode().unwrap().to_string()).collect();
        assert_eq!(
            text,
            [
                "Multiprotocol(afi=IPv4 reserved=0 safi=unicast)",
                "Route Refresh",
                "Outbound Route Filtering([afi=IPv4 reserved=0 safi=unicast orfs=[orf=Address Prefix direction=RECEIVE|SEND]])",
                "Extended Next Hop([afi=IPv4 safi=1 next_hop=IPv6])",
                "Extended Message",
                "BGPsec(mode=0/receive afi=IPv4)",
                "Multiple Labels([family=IPv4/labeled count=3])",
                "Role(RS-Client)",
                "Graceful Restart(restart=0/120 families=[family=IPv4/unicast flags=FORWARDING])",
                "4-octet AS(65001)",
                "Dynamic([Multiprotocol])",
                "Multisession(flags=0 session_ids=[])",
                "ADD-PATH([family=IPv4/unicast mode=RECEIVE|SEND])",
                "Enhanced Route Refresh",
                "LLGR([family=IPv4/unicast flags=FORWARDING stale_time=3600])",
                "FQDN(host=\"r\" domain=\"d\")",
                "Software Version(\"frr\")",
                "PATHS-LIMIT([family=IPv4/unicast limit=5])",
                "Link-Local Next Hop",
                "Route Refresh (pre-standard)",
            ]
        );
        let mut out = Vec::new();
        OpenBuilder::from_open(&open).unwrap().encode(&mut out).unwrap();
        assert_eq!(out, whole(&body));
    }
}
