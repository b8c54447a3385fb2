//! Single-value attributes: ORIGIN, NEXT_HOP, MULTI_EXIT_DISC, LOCAL_PREF, ATOMIC_AGGREGATE, AGGREGATOR, AS4_AGGREGATOR,
//! ORIGINATOR_ID and OTC.

use core::fmt;
use core::net::Ipv4Addr;

use super::{Decode, error_at};
use crate::asn::Asn;
use crate::error::{Action, Error, Result};
use crate::session::Session;
use crate::wire::{JsonSink, Named, Observer, Sink};

/// ORIGIN (RFC 4271 section 5.1.1): how the route came into BGP.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(clippy::exhaustive_enums, reason = "any other value makes the attribute malformed (RFC 7606 section 7.1)")]
pub enum Origin {
    /// From an IGP (0).
    Igp,
    /// From EGP (1).
    Egp,
    /// By other means (2).
    Incomplete,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Igp => "IGP",
            Self::Egp => "EGP",
            Self::Incomplete => "INCOMPLETE",
        })
    }
}

impl Decode<'_> for Origin {
    #[cfg_attr(optimised, inline(always))]
    fn decode(body: &[u8], offset: u64, _: &Session) -> Result<Self> {
        match *body {
            [0] => Ok(Self::Igp),
            [1] => Ok(Self::Egp),
            [2] => Ok(Self::Incomplete),
            [value] => Err(error_at::bad_value(u32::from(value), offset)),
            _ => Err(error_at::bad_length(body.len(), offset)),
        }
    }

    fn place_body<O: Observer>(body: &[u8], offset: u64, session: &Session, o: &mut O) -> Result<Self> {
        let value = o.reported(Self::decode(body, offset, session))?;
        o.note("value", offset..offset.saturating_add(1), &Named(body.first().copied().unwrap_or(0), Some(value)));
        Ok(value)
    }

    fn body_len(&self, _: &Session) -> usize {
        1
    }

    fn write_body(&self, _: &Session, out: &mut dyn Sink) {
        out.put_u8(match self {
            Self::Igp => 0,
            Self::Egp => 1,
            Self::Incomplete => 2,
        });
    }
}

impl Decode<'_> for u32 {
    #[cfg_attr(optimised, inline(always))]
    fn decode(body: &[u8], offset: u64, _: &Session) -> Result<Self> {
        match *body {
            [a, b, c, d] => Ok(Self::from_be_bytes([a, b, c, d])),
            _ => Err(error_at::bad_length(body.len(), offset)),
        }
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.number(u64::from(*self))
    }

    fn body_len(&self, _: &Session) -> usize {
        4
    }

    fn write_body(&self, _: &Session, out: &mut dyn Sink) {
        out.put_u32(*self);
    }
}

impl<'a> Decode<'a> for Ipv4Addr {
    #[cfg_attr(optimised, inline(always))]
    fn decode(body: &'a [u8], offset: u64, session: &Session) -> Result<Self> {
        u32::decode(body, offset, session).map(Self::from_bits)
    }

    fn body_len(&self, _: &Session) -> usize {
        4
    }

    fn write_body(&self, _: &Session, out: &mut dyn Sink) {
        out.put_slice(&self.octets());
    }
}

impl<'a> Decode<'a> for Asn {
    #[cfg_attr(optimised, inline(always))]
    fn decode(body: &'a [u8], offset: u64, session: &Session) -> Result<Self> {
        u32::decode(body, offset, session).map(Self)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.number(u64::from(self.0))
    }

    fn body_len(&self, _: &Session) -> usize {
        4
    }

    fn write_body(&self, _: &Session, out: &mut dyn Sink) {
        out.put_u32(self.0);
    }
}

/// ATOMIC_AGGREGATE (RFC 4271 section 5.1.6): present or not, without a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the attribute has no value and never will have")]
pub struct AtomicAggregate;

impl Decode<'_> for AtomicAggregate {
    #[cfg_attr(optimised, inline(always))]
    fn decode(body: &[u8], offset: u64, _: &Session) -> Result<Self> {
        if body.is_empty() { Ok(Self) } else { Err(error_at::bad_length(body.len(), offset)) }
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        out.boolean(true)
    }

    fn body_len(&self, _: &Session) -> usize {
        0
    }

    fn write_body(&self, _: &Session, _: &mut dyn Sink) {}
}

impl fmt::Display for AtomicAggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("present")
    }
}

/// AGGREGATOR (RFC 4271 section 5.1.7): the speaker that formed an aggregate, displayed as `64496 192.0.2.1`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub struct Aggregator {
    /// Its AS.
    pub asn: Asn,
    /// Its address.
    pub address: Ipv4Addr,
}

impl Aggregator {
    /// The AS and address of the aggregating speaker.
    pub const fn new(asn: Asn, address: Ipv4Addr) -> Self {
        Self { asn, address }
    }

    #[cfg_attr(optimised, inline(always))]
    fn read(body: &[u8], asn4: bool, offset: u64) -> Result<Self> {
        let (asn, address) = match (body, asn4) {
            (&[a, b, c, d, w, x, y, z], true) => (u32::from_be_bytes([a, b, c, d]), [w, x, y, z]),
            (&[a, b, w, x, y, z], false) => (u32::from(u16::from_be_bytes([a, b])), [w, x, y, z]),
            _ => return Err(error_at::bad_length(body.len(), offset)),
        };
        Ok(Self { asn: Asn(asn), address: Ipv4Addr::from_bits(u32::from_be_bytes(address)) })
    }

    fn place<O: Observer>(body: &[u8], asn4: bool, offset: u64, o: &mut O) -> Result<Self> {
        let aggregator = o.reported(Self::read(body, asn4, offset))?;
        let address = offset.saturating_add(if asn4 { 4 } else { 2 });
        let end = address.saturating_add(4);
        o.open("value", offset);
        o.label(&aggregator);
        o.note("asn", offset..address, &aggregator.asn);
        o.note("address", address..end, &aggregator.address);
        o.close(end);
        Ok(aggregator)
    }
}

impl Decode<'_> for Aggregator {
    #[cfg_attr(optimised, inline(always))]
    fn decode(body: &[u8], offset: u64, session: &Session) -> Result<Self> {
        Self::read(body, session.asn4, offset)
    }

    fn body_len(&self, session: &Session) -> usize {
        if session.asn4 { 8 } else { 6 }
    }

    fn write_body(&self, session: &Session, out: &mut dyn Sink) {
        self.asn.write(session.asn4, out);
        out.put_slice(&self.address.octets());
    }

    fn place_body<O: Observer>(body: &[u8], offset: u64, session: &Session, o: &mut O) -> Result<Self> {
        Self::place(body, session.asn4, offset, o)
    }
}

impl fmt::Display for Aggregator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.asn, self.address)
    }
}

/// AS4_AGGREGATOR (RFC 6793 section 3): as [`Aggregator`], always with a four-octet number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct As4Aggregator(pub Aggregator);

impl Decode<'_> for As4Aggregator {
    #[cfg_attr(optimised, inline(always))]
    fn decode(body: &[u8], offset: u64, _: &Session) -> Result<Self> {
        Aggregator::read(body, true, offset).map(Self)
    }

    fn place_body<O: Observer>(body: &[u8], offset: u64, _: &Session, o: &mut O) -> Result<Self> {
        Aggregator::place(body, true, offset, o).map(Self)
    }

    fn body_len(&self, _: &Session) -> usize {
        8
    }

    fn write_body(&self, _: &Session, out: &mut dyn Sink) {
        out.put_u32(self.0.asn.0);
        out.put_slice(&self.0.address.octets());
    }
}

impl fmt::Display for As4Aggregator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The error for AS number 0 (RFC 7607 section 2), in an attribute whose body starts at `offset`.
pub(super) fn zero_asn(mut asns: impl Iterator<Item = Asn>, offset: u64) -> Option<Error> {
    asns.any(|asn| asn == Asn::ZERO).then(|| error_at::bad_value(0, offset))
}

impl Aggregator {
    pub(super) fn findings(&self, offset: u64, report: &mut dyn FnMut(Error, Action)) {
        if let Some(e) = zero_asn(core::iter::once(self.asn), offset) {
            report(e, Action::DiscardAttribute);
        }
    }
}

impl As4Aggregator {
    pub(super) fn findings(&self, offset: u64, report: &mut dyn FnMut(Error, Action)) {
        self.0.findings(offset, report);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_their_lengths() {
        let s = &Session::AS4;
        assert_eq!(Origin::decode(&[2], 0, s), Ok(Origin::Incomplete));
        assert_eq!(Origin::decode(&[9], 3, s).unwrap_err().to_string(), "input: value 9 is not valid here (at byte 3)");
        assert_eq!(Origin::decode(&[], 3, s).unwrap_err().to_string(), "input: length 0 is not valid here (at byte 3)");
        assert_eq!(u32::decode(&[0, 0, 1, 0], 0, s), Ok(256));
        assert_eq!(u32::decode(&[0, 0, 1], 5, s).unwrap_err().to_string(), "input: length 3 is not valid here (at byte 5)");
        assert_eq!(Ipv4Addr::decode(&[192, 0, 2, 1], 0, s).unwrap().to_string(), "192.0.2.1");
        assert_eq!(AtomicAggregate::decode(&[], 0, s), Ok(AtomicAggregate));
        assert!(AtomicAggregate::decode(&[0], 0, s).is_err());
    }

    #[test]
    fn aggregator_width_is_the_sessions() {
        let two = [0xfb, 0xf0, 192, 0, 2, 1];
        let four = [0, 1, 0, 0, 192, 0, 2, 1];
        assert_eq!(Aggregator::decode(&two, 0, &Session::AS2).unwrap().to_string(), "64496 192.0.2.1");
        assert_eq!(Aggregator::decode(&four, 0, &Session::AS4).unwrap().to_string(), "65536 192.0.2.1");
        assert_eq!(As4Aggregator::decode(&four, 0, &Session::AS2).unwrap().to_string(), "65536 192.0.2.1");
        assert!(Aggregator::decode(&two, 0, &Session::AS4).is_err() && Aggregator::decode(&four, 0, &Session::AS2).is_err());
        for n in 0..8 {
            assert!(As4Aggregator::decode(&four[..n], 0, &Session::AS4).is_err());
        }
    }
}
