//! D-PATH (RFC 10039): the domains that a VPN route has passed.

use core::fmt;

use super::list_attributes;
use crate::asn::Asn;
use crate::error::{Error, ErrorKind, Result};
use crate::wire::{Bounded, List, wire_newtype};

/// A domain: its six-octet identifier and the SAFI of the route there. Displayed as `64496:1:128`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(pub [u8; 7]);

wire_newtype!(Domain([u8; 7]));

impl Domain {
    /// A domain from its parts.
    pub const fn new(global: Asn, local: u16, isf_safi: u8) -> Self {
        let ([a, b, c, d], [e, f]) = (global.0.to_be_bytes(), local.to_be_bytes());
        Self([a, b, c, d, e, f, isf_safi])
    }

    /// Global administrator: the AS that assigned the identifier.
    pub const fn global(self) -> Asn {
        let [a, b, c, d, ..] = self.0;
        Asn(u32::from_be_bytes([a, b, c, d]))
    }

    /// Local administrator.
    pub const fn local(self) -> u16 {
        let [.., e, f, _] = self.0;
        u16::from_be_bytes([e, f])
    }

    /// ISF SAFI type: 0 local route, 1 plain route, 70 EVPN, 128 VPN.
    pub const fn isf_safi(self) -> u8 {
        let [.., safi] = self.0;
        safi
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.global(), self.local(), self.isf_safi())
    }
}

impl fmt::Debug for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

list_attributes! {
    /// D-PATH: segments of domains, the most recent first.
    DPath of Bounded<List<'a, Domain>, 1, 0, 7>;
}

impl DPath<'_> {
    /// The domains of all segments, the most recent first.
    pub fn domains(&self) -> impl Iterator<Item = Domain> {
        self.iter().flat_map(|segment| segment.0)
    }

    /// At least one segment, none of them empty.
    pub(super) fn check_segments(&self, len: usize, offset: u64) -> Result<()> {
        super::check_non_empty(len, offset)?;
        if self.iter().any(|segment| segment.is_empty()) { Err(Error::new(ErrorKind::BadLength(0), offset)) } else { Ok(()) }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::Value;
    use super::super::testing::{refused, round_trip, value, vector};
    use super::*;
    use proptest::prelude::*;

    const TWO: &[u8] = &[2, 0, 0, 0xfb, 0xf0, 0, 1, 128, 0, 0, 0xfb, 0xf1, 0, 2, 70, 1, 0, 1, 0, 0, 0xff, 0xff, 0];

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let places = vector(36, TWO, "[64496:1:128,64497:2:70] [65536:65535:0]", &[15]);
        assert_eq!(
            places,
            "attribute 0..26 D-PATH|flags 0..1 0xc0|code 1..2 36 (D-PATH)|length 2..3 23|value 3..26 |length 3..4 2|item 4..18 |\
             item 4..11 64496:1:128|item 11..18 64497:2:70|length 18..19 1|item 19..26 |item 19..26 65536:65535:0"
        );
        let Value::DPath(path) = value(36, TWO) else { panic!() };
        let parts: Vec<_> = path.domains().map(|domain| (domain.global().0, domain.local(), domain.isf_safi())).collect();
        assert_eq!(parts, [(64496, 1, 128), (64497, 2, 70), (65536, 65535, 0)]);
    }

    #[test]
    fn what_cannot_be() {
        refused(36, &[], "D-PATH attribute: length 0 is not valid here (at byte 3); treat-as-withdraw");
        refused(36, &[0], "D-PATH attribute: length 0 is not valid here (at byte 3); treat-as-withdraw");
        refused(36, &[1, 0, 0, 0, 0, 0, 0], "D-PATH attribute: needs 1 byte more than is there (at byte 4); treat-as-withdraw");
        let many = vec![Domain([0; 7]); 256];
        let mut buffer = Vec::new();
        let segment = Bounded::<_, 1, 0, 7>(List::from_values(many, &mut buffer).unwrap());
        assert_eq!(List::from_values([segment], &mut Vec::new()).unwrap_err().to_string(), "value: length 256 is over 255");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(domains in proptest::collection::vec(any::<(u32, u16, u8)>(), 1..9), segments in 1usize..4) {
            let (mut one, mut two) = (Vec::new(), Vec::new());
            let domains = domains.into_iter().map(|(global, local, safi)| Domain::new(Asn(global), local, safi));
            let segment = Bounded(List::from_values(domains, &mut one).unwrap());
            let path = List::from_values(core::iter::repeat_n(segment, segments), &mut two).unwrap();
            round_trip(Value::DPath(DPath(path)));
        }
    }
}
