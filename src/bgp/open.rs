//! OPEN messages (RFC 4271 section 4.2), with the long form of their parameters (RFC 9072).

use core::iter::FusedIterator;
use core::net::Ipv4Addr;

use super::capability::{AddPathMode, Capabilities, CapabilityValue};
use crate::asn::Asn;
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::FamilySet;
use crate::session::Session;
use crate::wire::Cursor;

/// The first message of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Open<'a> {
    version: u8,
    asn: u16,
    hold_time: u16,
    bgp_id: Ipv4Addr,
    parameters: &'a [u8],
    // RFC 9072: parameter lengths have two octets.
    extended: bool,
    offset: u64,
}

impl<'a> Open<'a> {
    /// Reads a message's body, `offset` bytes into the outermost input. What the parameters hold is read on demand.
    ///
    /// # Errors
    /// Too few octets, or more than the parameters' length says.
    pub fn parse_at(body: &'a [u8], offset: u64) -> Result<Self> {
        Self::read(body, offset).map_err(|e| e.within(Context::Open, Action::ResetSession))
    }

    fn read(body: &'a [u8], offset: u64) -> Result<Self> {
        let mut c = Cursor::at(body, offset);
        let version = c.u8()?;
        let asn = c.u16()?;
        let hold_time = c.u16()?;
        let bgp_id = Ipv4Addr::from_bits(c.u32()?);
        let len = c.u8()?;
        // RFC 9072 section 2: a first parameter of type 255 says that a two-octet length follows; the one-octet length is 255
        // by rule, and any but 0 must be taken.
        let extended = len != 0 && c.rest().first() == Some(&255);
        let mut parameters = if extended {
            c.u8()?;
            let len = c.u16()?;
            c.sub(usize::from(len))?
        } else {
            c.sub(usize::from(len))?
        };
        c.finish()?;
        let offset = parameters.offset();
        let parameters = parameters.take(parameters.len())?;
        Ok(Self { version, asn, hold_time, bgp_id, parameters, extended, offset })
    }

    /// Protocol version; 4 since 1994.
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// "My Autonomous System": [`Asn::TRANS`] where the number needs four octets. [`Open::asn`] is the real one.
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

    /// Whether the parameters are in the long form of RFC 9072.
    pub const fn is_extended(&self) -> bool {
        self.extended
    }

    /// The speaker's number: that of its four-octet capability where it has one (RFC 6793 section 4.1).
    pub fn asn(&self) -> Asn {
        let four = self.capabilities().flatten().find_map(|c| match c.decode() {
            Ok(CapabilityValue::As4(asn)) => Some(asn),
            _ => None,
        });
        four.unwrap_or(Asn(u32::from(self.asn)))
    }

    /// The optional parameters as they are.
    pub const fn parameters(&self) -> Parameters<'a> {
        Parameters { cursor: Cursor::at(self.parameters, self.offset), extended: self.extended }
    }

    /// The capabilities of all parameters that hold some (RFC 5492 section 4).
    pub const fn capabilities(&self) -> Capabilities<'a> {
        Capabilities::new(self.parameters())
    }

    /// What both ends agreed on, seen from the sender of `self`: `peer`'s messages are the received ones.
    ///
    /// A malformed capability counts as not sent.
    pub fn negotiate(&self, peer: &Open<'_>) -> Session {
        let (mine, theirs) = (Offer::of(self), Offer::of(peer));
        Session {
            asn4: mine.asn4 && theirs.asn4,
            extended_message: mine.extended_message && theirs.extended_message,
            add_path_receive: mine.add_path_receive.intersection(theirs.add_path_send),
            add_path_send: mine.add_path_send.intersection(theirs.add_path_receive),
            extended_next_hop: mine.extended_next_hop.intersection(theirs.extended_next_hop),
            multiple_labels: FamilySet::EMPTY,
        }
    }
}

/// What one OPEN offers, as far as it shapes the bytes.
#[derive(Default)]
struct Offer {
    asn4: bool,
    extended_message: bool,
    add_path_receive: FamilySet,
    add_path_send: FamilySet,
    extended_next_hop: FamilySet,
}

impl Offer {
    fn of(open: &Open<'_>) -> Self {
        let mut offer = Self::default();
        for capability in open.capabilities().flatten() {
            match capability.decode() {
                Ok(CapabilityValue::As4(_)) => offer.asn4 = true,
                Ok(CapabilityValue::ExtendedMessage) => offer.extended_message = true,
                Ok(CapabilityValue::AddPath(list)) => {
                    for (family, mode) in list.iter() {
                        if mode.contains(AddPathMode::RECEIVE) {
                            offer.add_path_receive = offer.add_path_receive.with(family);
                        }
                        if mode.contains(AddPathMode::SEND) {
                            offer.add_path_send = offer.add_path_send.with(family);
                        }
                    }
                }
                Ok(CapabilityValue::ExtendedNextHop(list)) => {
                    for (family, _) in list.iter() {
                        offer.extended_next_hop = offer.extended_next_hop.with(family);
                    }
                }
                _ => {}
            }
        }
        offer
    }
}

/// One optional parameter: its type and octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Parameter<'a> {
    /// Parameter type: 2 holds capabilities.
    pub kind: u8,
    /// The octets behind the length.
    pub raw: &'a [u8],
    /// Where they start: bytes from the start of the outermost input.
    pub offset: u64,
}

/// Iterates over optional parameters; ends after the first error.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<'a> {
    cursor: Cursor<'a>,
    extended: bool,
}

impl<'a> Iterator for Parameters<'a> {
    type Item = Result<Parameter<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.is_empty() {
            return None;
        }
        let parameter = self.read();
        if parameter.is_err() {
            self.cursor.stop();
        }
        Some(parameter)
    }
}

impl<'a> Parameters<'a> {
    fn read(&mut self) -> Result<Parameter<'a>> {
        let kind = self.cursor.u8()?;
        let within = |e: Error| e.within(Context::OpenParameter(kind), Action::ResetSession);
        let len = if self.extended { self.cursor.u16().map_err(within)? } else { u16::from(self.cursor.u8().map_err(within)?) };
        let offset = self.cursor.offset();
        let raw = self.cursor.take(usize::from(len)).map_err(within)?;
        Ok(Parameter { kind, raw, offset })
    }
}

impl FusedIterator for Parameters<'_> {}

impl Open<'_> {
    /// What RFC 4271 section 6.2 and the capabilities' RFCs forbid, one finding at a time; returns the worst action.
    pub fn verdict(&self, mut report: impl FnMut(Error)) -> Action {
        let mut worst = Action::None;
        let mut found = |e: Error| {
            worst = worst.max(e.action());
            report(e);
        };
        let start = self.offset.saturating_sub(if self.extended { 13 } else { 10 });
        let mut reset =
            |kind, at: u64| found(Error::new(kind, start.saturating_add(at)).within(Context::Open, Action::ResetSession));
        if self.version != 4 {
            reset(ErrorKind::BadValue(u32::from(self.version)), 0);
        }
        if self.asn == 0 {
            reset(ErrorKind::BadValue(0), 1);
        }
        if matches!(self.hold_time, 1 | 2) {
            reset(ErrorKind::BadValue(u32::from(self.hold_time)), 3);
        }
        if self.bgp_id.is_unspecified() {
            reset(ErrorKind::BadValue(0), 5);
        }
        for capability in self.capabilities() {
            if let Err(e) = capability.and_then(|c| c.decode().map(|_| ())) {
                found(e);
            }
        }
        worst
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::Family;

    // AS_TRANS, hold time 180, 192.0.2.1; MP IPv4 unicast, AS4 65536, ADD-PATH IPv4 unicast both ways.
    const BODY: &[u8] = &[4, 0x5b, 0xa0, 0, 180, 192, 0, 2, 1, 20, 2, 18, 1, 4, 0, 1, 0, 1, 65, 4, 0, 1, 0, 0, 69, 4, 0, 1, 1, 3];

    #[test]
    fn fields_and_capabilities() {
        let o = Open::parse_at(BODY, 0).unwrap();
        assert_eq!((o.version(), o.my_as(), o.hold_time(), o.bgp_id().to_string()), (4, 23456, 180, "192.0.2.1".into()));
        assert_eq!((o.asn(), o.capabilities().count(), o.is_extended()), (Asn(65536), 3, false));
        assert_eq!(o.verdict(|e| panic!("{e}")), Action::None);
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
        // The short form may have as many octets as it likes.
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
        assert_eq!(o.verdict(|e| text.push(e.to_string())), Action::ResetSession);
        assert_eq!(
            text,
            [
                "OPEN message: value 3 is not valid here (at byte 0)",
                "OPEN message: value 2 is not valid here (at byte 3)",
                "OPEN parameter 2: ends 10 bytes too early (at byte 20)"
            ]
        );
        body.push(0);
        assert_eq!(Open::parse_at(&body, 0).unwrap_err().to_string(), "OPEN message: 1 byte is left over (at byte 30)");
    }
}
