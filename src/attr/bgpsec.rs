//! BGPSEC_PATH (RFC 8205): the signed path.

use super::error_at;
use crate::asn::Asn;
use crate::error::{Error, ErrorKind, Result};
use crate::wire::{Bounded, Counted, Field, List, wire_flags, wire_struct};

bitflags::bitflags! {
    /// Flags of a secure path segment (RFC 8205 section 3.1). Unnamed bits are kept: the signature covers them.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct SecurePathFlags: u8 {
        /// The segment was added for a peer in the same confederation.
        const CONFED_SEGMENT = 0x80;
        const _ = !0;
    }
}

wire_flags!(SecurePathFlags(u8));

wire_struct! {
    /// An AS on the path (RFC 8205 section 3.1), 6 octets.
    pub struct SecurePathSegment {
        /// Number of repetitions of the AS number.
        pcount: u8,
        /// Flags.
        flags: SecurePathFlags,
        /// The AS number.
        asn: Asn,
    }
}

wire_struct! {
    /// The signature of one AS (RFC 8205 section 3.2).
    pub struct SignatureSegment<'a> {
        /// Subject key identifier of the router's certificate.
        ski: [u8; 20],
        /// The signature.
        signature: Counted<'a, 2>,
    }
}

wire_struct! {
    /// The signatures by one suite of algorithms (RFC 8205 section 3.2).
    pub struct SignatureBlock<'a> {
        /// Algorithm suite identifier.
        suite: u8,
        /// One signature for each segment of the path.
        segments: List<'a, SignatureSegment<'a>>,
    }
}

wire_struct! {
    /// BGPSEC_PATH (RFC 8205 section 3): replaces AS_PATH.
    pub struct BgpsecPath<'a> {
        /// The ASes, the sender's first.
        secure_path: Bounded<List<'a, SecurePathSegment>, 2, 2>,
        /// One block of signatures, or two during a transition of algorithms.
        signature_blocks: List<'a, Bounded<SignatureBlock<'a>, 2, 2>>,
    }
}

/// Octets of the least Signature_Block: its length and its algorithm suite.
const LEAST_BLOCK: u32 = 3;

impl BgpsecPath<'_> {
    /// One or more segments, one or two blocks, and in each block one signature per segment (RFC 8205 sections 3 and 5.2).
    pub(super) fn check_counts(&self, len: usize, offset: u64) -> Result<()> {
        let segments = self.secure_path.iter().count();
        if segments == 0 {
            // Its length has two octets, which it counts.
            return Err(error_at::bad_length(self.secure_path.wire_len(), offset));
        }
        let mut at = offset.saturating_add(self.secure_path.wire_len() as u64);
        if self.signature_blocks.iter().next().is_none() {
            return Err(error_at::without(LEAST_BLOCK, len, offset));
        }
        for (n, block) in self.signature_blocks.iter().enumerate() {
            if n == 2 {
                let end = offset.saturating_add(len as u64);
                let left = u32::try_from(end.saturating_sub(at)).unwrap_or(u32::MAX);
                return Err(Error::new(ErrorKind::TrailingBytes(left), at));
            }
            let signatures = block.segments.iter().count();
            if signatures != segments {
                return Err(error_at::bad_value(u32::try_from(signatures).unwrap_or(u32::MAX), at));
            }
            at = at.saturating_add(block.wire_len() as u64);
        }
        Ok(())
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
pub(super) mod tests {
    use super::super::Value;
    use super::super::testing::{refused, round_trip, vector};
    use super::*;
    use proptest::prelude::*;

    fn path(blocks: &[(u8, usize)], segments: u8) -> Vec<u8> {
        let mut bytes = vec![0, 2 + 6 * segments];
        for n in 0..segments {
            bytes.extend([1, 0x80, 0, 0, 0xfb, 0xf0 + n]);
        }
        for (suite, signatures) in blocks {
            bytes.extend([0, u8::try_from(3 + 25 * signatures).unwrap(), *suite]);
            for _ in 0..*signatures {
                bytes.extend([0x11; 20]);
                bytes.extend([0, 3, 0xaa, 0xbb, 0xcc]);
            }
        }
        bytes
    }

    #[test]
    pub(in crate::attr) fn every_field_both_ways() {
        let places = vector(
            33,
            &path(&[(1, 1)], 1),
            "secure_path=[pcount=1 flags=CONFED_SEGMENT asn=64496] signature_blocks=[suite=1 segments=\
             [ski=0x1111111111111111111111111111111111111111 signature=0xaabbcc]]",
            &[],
        );
        assert!(places.contains("|length 3..5 8|secure_path 5..11 |item 5..11 |pcount 5..6 1|"), "{places}");
        assert!(places.contains("|signature_blocks 11..39 |length 11..13 28|item 13..39 |suite 13..14 1|"), "{places}");
        vector(
            33,
            &path(&[(1, 2), (2, 2)], 2),
            "secure_path=[pcount=1 flags=CONFED_SEGMENT asn=64496,pcount=1 flags=CONFED_SEGMENT asn=64497] signature_blocks=\
             [suite=1 segments=[ski=0x1111111111111111111111111111111111111111 signature=0xaabbcc,\
             ski=0x1111111111111111111111111111111111111111 signature=0xaabbcc],\
             suite=2 segments=[ski=0x1111111111111111111111111111111111111111 signature=0xaabbcc,\
             ski=0x1111111111111111111111111111111111111111 signature=0xaabbcc]]",
            &[67],
        );
    }

    #[test]
    fn counts_that_cannot_be() {
        let says = |bytes: &[u8], text| refused(33, bytes, &format!("BGPSEC_PATH attribute: {text}; treat-as-withdraw"));
        // No Signature_Block, no Secure_Path Segment, three blocks, a block with a signature too few.
        says(&path(&[], 1), "needs 3 bytes more than are there (at byte 11)");
        says(&path(&[(1, 0)], 0), "length 2 is not valid here (at byte 3)");
        says(&path(&[(1, 1), (2, 1), (3, 1)], 1), "28 bytes are left over (at byte 67)");
        says(&path(&[(1, 1)], 2), "value 1 is not valid here (at byte 17)");
        says(&path(&[(1, 2), (2, 1)], 2), "value 1 is not valid here (at byte 70)");
        says(&[], "needs 2 bytes more than are there (at byte 3)");
        says(&[0, 1], "length 1 is not valid here (at byte 3)");
        says(&[0, 9, 1, 0, 0, 0, 0, 1, 7], "needs 1 byte more than is there (at byte 12)");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            path in proptest::collection::vec((any::<(u8, u8, u32)>(), any::<[u8; 20]>(), any::<Vec<u8>>()), 1..4), suites: (u8, bool),
        ) {
            let segments = path.iter().map(|((pcount, flags, asn), ..)| SecurePathSegment {
                pcount: *pcount, flags: SecurePathFlags::from_bits_retain(*flags), asn: Asn(*asn),
            });
            let signatures = path.iter().map(|(_, ski, raw)| SignatureSegment { ski: *ski, signature: Counted(raw) });
            let (mut one, mut two, mut three) = (Vec::new(), Vec::new(), Vec::new());
            let block = Bounded(SignatureBlock { suite: suites.0, segments: List::from_values(signatures, &mut one).unwrap() });
            let blocks = core::iter::repeat_n(block, 1 + usize::from(suites.1));
            round_trip(Value::BgpsecPath(BgpsecPath {
                secure_path: Bounded(List::from_values(segments, &mut two).unwrap()),
                signature_blocks: List::from_values(blocks, &mut three).unwrap(),
            }));
        }
    }
}
