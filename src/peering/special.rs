//! AS numbers that do not belong in paths of the public Internet.

/// Date of the registry used: IANA's "Special-Purpose Autonomous System (AS) Numbers".
pub const SPECIAL_ASNS_DATE: &str = "2015-08-07";

/// First and last number of each special range, and its document. AS 112 (RFC 7534) is in the registry too, but its networks are
/// announced on purpose. Merely unallocated numbers are not included: such a list ages within weeks.
pub const SPECIAL_ASNS: &[(u32, u32, &str)] = &[
    (0, 0, "RFC 7607"),
    (23_456, 23_456, "RFC 6793"),
    (64_496, 64_511, "RFC 5398"),
    (64_512, 65_534, "RFC 6996"),
    (65_535, 65_535, "RFC 7300"),
    (65_536, 65_551, "RFC 5398"),
    (4_200_000_000, 4_294_967_294, "RFC 6996"),
    (4_294_967_295, 4_294_967_295, "RFC 7300"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn::Asn;

    #[test]
    fn the_match_is_the_table() {
        let listed = |asn: u32| SPECIAL_ASNS.iter().any(|&(first, last, _)| (first..=last).contains(&asn));
        for &(first, last, _) in SPECIAL_ASNS {
            for asn in [first.saturating_sub(1), first, last, last.saturating_add(1)] {
                assert_eq!(Asn(asn).is_reserved(), listed(asn), "{asn}");
            }
        }
        for asn in (0..70_000).chain([112, 65_552, 131_071, 4_199_999_999]) {
            assert_eq!(Asn(asn).is_reserved(), listed(asn), "{asn}");
        }
    }
}
