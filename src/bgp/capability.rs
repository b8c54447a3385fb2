//! Capabilities (RFC 5492), those typed that shape decoding.

use core::iter::FusedIterator;

use super::open::Parameters;
use crate::asn::Asn;
use crate::attr::place_of;
use crate::codes::{Afi, CapabilityCode, Safi};
use crate::error::{Action, Context, Result};
use crate::family::Family;
use crate::wire::Cursor;

/// One capability: code and octets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Capability<'a> {
    /// Capability code.
    pub code: CapabilityCode,
    /// The octets behind the length.
    pub raw: &'a [u8],
    /// Where they start: bytes from the start of the outermost input.
    pub offset: u64,
}

bitflags::bitflags! {
    /// What a speaker does with path identifiers (RFC 7911 section 4).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    pub struct AddPathMode: u8 {
        /// Wants to receive several paths.
        const RECEIVE = 1;
        /// Wants to send several paths.
        const SEND = 2;
        const _ = !0;
    }
}

/// A capability's value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CapabilityValue<'a> {
    /// Multiprotocol extensions (RFC 4760 section 8): a family.
    MultiProtocol(Family),
    /// Extended next hop encoding (RFC 8950 section 4).
    ExtendedNextHop(ExtendedNextHops<'a>),
    /// Extended messages (RFC 8654).
    ExtendedMessage,
    /// Four-octet AS numbers (RFC 6793): the speaker's own.
    As4(Asn),
    /// Several paths per prefix (RFC 7911).
    AddPath(AddPaths<'a>),
    /// Any other capability, as it is.
    Raw(CapabilityCode, &'a [u8]),
}

/// Families and directions of an ADD-PATH capability.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddPaths<'a>(&'a [[u8; 4]]);

impl<'a> AddPaths<'a> {
    /// Each family with what the speaker does there.
    pub fn iter(&self) -> impl Iterator<Item = (Family, AddPathMode)> + use<'a> {
        self.0.iter().map(|&[a, b, safi, mode]| {
            (Family::new(Afi(u16::from_be_bytes([a, b])), Safi(safi)), AddPathMode::from_bits_retain(mode))
        })
    }
}

/// Families of an extended next hop capability, with the address family of their next hops.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExtendedNextHops<'a>(&'a [[u8; 6]]);

impl<'a> ExtendedNextHops<'a> {
    /// Each family with the address family that its next hops may have.
    pub fn iter(&self) -> impl Iterator<Item = (Family, Afi)> + use<'a> {
        // The SAFI has two octets here, the upper of them 0 (RFC 8950 section 4).
        self.0.iter().map(|&[a, b, _, safi, c, d]| {
            (Family::new(Afi(u16::from_be_bytes([a, b])), Safi(safi)), Afi(u16::from_be_bytes([c, d])))
        })
    }
}

impl<'a> Capability<'a> {
    /// The value, checked.
    ///
    /// # Errors
    /// A length that the capability cannot have.
    pub fn decode(&self) -> Result<CapabilityValue<'a>> {
        let bad = || {
            Err(place_of::bad_length(self.raw.len(), self.offset).within(Context::Capability(self.code), Action::ResetSession))
        };
        Ok(match (self.code, self.raw) {
            (CapabilityCode(1), &[a, b, _, safi]) => {
                CapabilityValue::MultiProtocol(Family::new(Afi(u16::from_be_bytes([a, b])), Safi(safi)))
            }
            (CapabilityCode(5), raw) => match raw.as_chunks() {
                (list, []) => CapabilityValue::ExtendedNextHop(ExtendedNextHops(list)),
                _ => return bad(),
            },
            (CapabilityCode(6), &[]) => CapabilityValue::ExtendedMessage,
            (CapabilityCode(65), &[a, b, c, d]) => CapabilityValue::As4(Asn(u32::from_be_bytes([a, b, c, d]))),
            (CapabilityCode(69), raw) => match raw.as_chunks() {
                (list, []) => CapabilityValue::AddPath(AddPaths(list)),
                _ => return bad(),
            },
            (CapabilityCode(1 | 6 | 65), _) => return bad(),
            (code, raw) => CapabilityValue::Raw(code, raw),
        })
    }
}

/// The capabilities of all parameters, in the order of the wire.
#[derive(Clone, Copy, Debug)]
pub struct Capabilities<'a> {
    parameters: Parameters<'a>,
    cursor: Cursor<'a>,
}

impl<'a> Capabilities<'a> {
    pub(super) const fn new(parameters: Parameters<'a>) -> Self {
        Self { parameters, cursor: Cursor::at(&[], 0) }
    }

    fn read(&mut self) -> Result<Capability<'a>> {
        let code = CapabilityCode(self.cursor.u8()?);
        let len = self.cursor.u8()?;
        let offset = self.cursor.offset();
        let raw = self.cursor.take(usize::from(len))?;
        Ok(Capability { code, raw, offset })
    }
}

impl<'a> Iterator for Capabilities<'a> {
    type Item = Result<Capability<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.cursor.is_empty() {
            match self.parameters.next()? {
                Ok(parameter) if parameter.kind == 2 => self.cursor = Cursor::at(parameter.raw, parameter.offset),
                Ok(_) => {}
                Err(e) => return Some(Err(e)),
            }
        }
        let capability = self.read();
        Some(capability.map_err(|e| {
            // The parameter's own length still says where the next one starts.
            self.cursor.stop();
            e.within(Context::OpenParameter(2), Action::ResetSession)
        }))
    }
}

impl FusedIterator for Capabilities<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(code: u8, raw: &[u8]) -> Result<CapabilityValue<'_>> {
        Capability { code: CapabilityCode(code), raw, offset: 7 }.decode()
    }

    #[test]
    fn values() {
        assert_eq!(value(1, &[0, 2, 0, 1]), Ok(CapabilityValue::MultiProtocol(Family::IPV6_UNICAST)));
        assert_eq!(value(6, &[]), Ok(CapabilityValue::ExtendedMessage));
        assert_eq!(value(65, &[0, 1, 0, 0]), Ok(CapabilityValue::As4(Asn(65536))));
        let Ok(CapabilityValue::AddPath(list)) = value(69, &[0, 1, 1, 1, 0, 2, 1, 2]) else { panic!() };
        let list: Vec<_> = list.iter().collect();
        assert_eq!(list, [(Family::IPV4_UNICAST, AddPathMode::RECEIVE), (Family::IPV6_UNICAST, AddPathMode::SEND)]);
        let Ok(CapabilityValue::ExtendedNextHop(list)) = value(5, &[0, 1, 0, 1, 0, 2]) else { panic!() };
        assert_eq!(list.iter().collect::<Vec<_>>(), [(Family::IPV4_UNICAST, Afi(2))]);
        assert_eq!(value(200, &[1, 2]), Ok(CapabilityValue::Raw(CapabilityCode(200), &[1, 2])));
    }

    #[test]
    fn lengths_that_cannot_be() {
        for (code, raw) in [(1, &[0, 1, 0][..]), (5, &[0; 5]), (6, &[0]), (65, &[0; 2]), (69, &[0; 3])] {
            let e = value(code, raw).unwrap_err();
            assert_eq!((e.offset(), e.action()), (7, Action::ResetSession));
            assert!(e.to_string().ends_with(&format!("capability: length {} is not valid here (at byte 7)", raw.len())), "{e}");
        }
    }
}
