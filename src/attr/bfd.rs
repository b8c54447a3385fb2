//! BFD_DISCRIMINATOR (RFC 9026): the BFD session that monitors a multicast tunnel.

use core::net::IpAddr;

use crate::codes::BfdMode;
use crate::error::Result;
use crate::wire::{List, wire_struct, wire_tlv};

wire_tlv! {
    /// An optional TLV (RFC 9026 section 3.1.6).
    pub enum BfdTlv<'a>(u8, 1) {
        /// Source IP address: the head of the session.
        1 "source" Source(IpAddr),
    }
}

wire_struct! {
    /// BFD_DISCRIMINATOR (RFC 9026 section 3.1.6).
    pub struct BfdDiscriminator<'a> {
        /// BFD mode ([`BfdMode`]): 1 for a point-to-multipoint session.
        mode: u8,
        /// The discriminator of the session.
        discriminator: u32,
        /// Optional TLVs.
        tlvs: List<'a, BfdTlv<'a>>,
    }
}

impl BfdDiscriminator<'_> {
    /// The head of the session: the first source address.
    pub fn source(&self) -> Option<IpAddr> {
        self.tlvs.iter().find_map(|tlv| match tlv {
            BfdTlv::Source(address) => Some(address),
            BfdTlv::Unknown { .. } => None,
        })
    }

    /// At least eleven octets, and a source address if the mode is 1 (RFC 9026 section 3.1.6).
    pub(super) fn check_source(&self, len: usize, offset: u64) -> Result<()> {
        if len < 11 {
            return Err(super::error_at::bad_length(len, offset));
        }
        let is_without_source = self.mode == BfdMode::P2MP.0 && self.source().is_none();
        if is_without_source { Err(super::error_at::without(LEAST_SOURCE, len, offset)) } else { Ok(()) }
    }
}

/// Octets of the least source TLV: type, length, an IPv4 address.
const LEAST_SOURCE: u32 = 6;

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::Value;
    use super::super::testing::{refused, round_trip, vector};
    use super::*;
    use proptest::prelude::*;

    const V4: &[u8] = &[1, 0, 0, 0x30, 0x39, 1, 4, 192, 0, 2, 1, 9, 1, 0xab];

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let places = vector(38, V4, "mode=1 discriminator=12345 tlvs=[source(192.0.2.1),type-9(0xab)]", &[11]);
        let fields = "|mode 3..4 1|discriminator 4..8 12345|tlvs 8..17 |item 8..14 source|type 8..9 1 (source)|";
        assert!(places.contains(fields), "{places}");
        let v6 = [2, 0, 0, 0, 1, 1, 16, 0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        vector(38, &v6, "mode=2 discriminator=1 tlvs=[source(2001:db8::1)]", &[]);
    }

    #[test]
    fn what_cannot_be() {
        let says = |body: &[u8], text| refused(38, body, &format!("BFD_DISCRIMINATOR attribute: {text}; attribute discard"));
        says(&V4[..5], "length 5 is not valid here (at byte 3)");
        says(&[1, 0, 0, 0, 1, 9, 4, 0, 0, 0, 0], "needs 6 bytes more than are there (at byte 14)");
        says(&[1, 0, 0, 0, 1, 1, 5, 0, 0, 0, 0, 0], "length 5 is not valid here (at byte 10)");
        says(&[1, 0, 0, 0, 1, 1, 16, 0, 0, 0, 0], "needs 12 bytes more than are there (at byte 10)");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(mode: u8, discriminator: u32, source: IpAddr, raw in proptest::collection::vec(any::<u8>(), 0..256)) {
            let mut buffer = Vec::new();
            let tlvs = [BfdTlv::Unknown { kind: 2, raw: &raw[..raw.len().min(255)] }, BfdTlv::Source(source)];
            let tlvs = List::from_values(tlvs, &mut buffer).unwrap();
            let value = BfdDiscriminator { mode, discriminator, tlvs };
            prop_assert_eq!(value.source(), Some(source));
            round_trip(Value::BfdDiscriminator(value));
        }
    }
}
