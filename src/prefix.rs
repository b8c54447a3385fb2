//! IP prefixes.

use core::cmp::Ordering;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

#[cfg(feature = "alloc")]
mod interchange;

#[cfg(feature = "alloc")]
pub use interchange::WrongFamily;

/// An IPv4 or IPv6 prefix with the bits after its length cleared.
///
/// Three words, `Copy`, ordered by family (IPv4 first), then address, then length: the order of a table dump.
///
/// ```
/// use routeglass::Prefix;
/// let p: Prefix = "192.0.2.0/24".parse()?;
/// assert!(p.contains("192.0.2.128/25".parse()?));
/// # Ok::<(), routeglass::prefix::ParsePrefixError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefix {
    // The address, left-aligned: an IPv4 address is the upper half of `high`.
    high: u64,
    low: u64,
    len: u8,
    v6: bool,
}

/// The first `len` bits set; `len` is at most 64.
#[cfg_attr(optimised, inline(always))]
const fn mask64(len: u32) -> u64 {
    match u64::MAX.checked_shl(64u32.saturating_sub(len)) {
        Some(mask) => mask,
        None => 0,
    }
}

impl Prefix {
    /// `0.0.0.0/0`.
    pub const DEFAULT_V4: Self = Self { high: 0, low: 0, len: 0, v6: false };
    /// `::/0`.
    pub const DEFAULT_V6: Self = Self { high: 0, low: 0, len: 0, v6: true };

    /// An IPv4 prefix from the address as a number; `None` if `len` is over 32. Bits after `len` are cleared.
    #[cfg_attr(optimised, inline(always))]
    pub const fn v4(address: u32, len: u8) -> Option<Self> {
        if len > 32 {
            return None;
        }
        // The upper half moves into the lower one by `len`, at most 32, bits.
        #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
        let mask = 0xffff_ffff_0000_0000_u64.wrapping_shr(len as u32) as u32;
        Some(Self { high: ((address & mask) as u64) << 32, low: 0, len, v6: false })
    }

    /// An IPv6 prefix from the address as a number; `None` if `len` is over 128. Bits after `len` are cleared.
    #[cfg_attr(optimised, inline(always))]
    pub const fn v6(address: u128, len: u8) -> Option<Self> {
        if len > 128 {
            return None;
        }
        let first = if len > 64 { 64 } else { len as u32 };
        #[expect(clippy::cast_possible_truncation, reason = "the two halves of a number twice as wide")]
        let (high, low) = ((address >> 64) as u64, address as u64);
        Some(Self { high: high & mask64(first), low: low & mask64((len as u32).saturating_sub(first)), len, v6: true })
    }

    /// An IPv4 prefix whose bits after `len`, at most 32, are already cleared.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn of_cleared_v4(address: u32, len: u8) -> Self {
        Self { high: (address as u64) << 32, low: 0, len, v6: false }
    }

    /// An IPv6 prefix whose bits after `len`, at most 128, are already cleared.
    #[cfg_attr(optimised, inline(always))]
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of a number twice as wide")]
    pub(crate) const fn of_cleared_v6(address: u128, len: u8) -> Self {
        Self { high: (address >> 64) as u64, low: address as u64, len, v6: true }
    }

    /// The prefix of an address; `None` if `len` is longer than the address. Bits after `len` are cleared.
    pub const fn new(address: IpAddr, len: u8) -> Option<Self> {
        match address {
            IpAddr::V4(a) => Self::v4(a.to_bits(), len),
            IpAddr::V6(a) => Self::v6(a.to_bits(), len),
        }
    }

    /// The first address.
    #[cfg_attr(optimised, inline(always))]
    pub const fn address(self) -> IpAddr {
        if self.v6 { IpAddr::V6(Ipv6Addr::from_bits(self.bits())) } else { IpAddr::V4(Ipv4Addr::from_bits(self.first_32_bits())) }
    }

    /// Length in bits: up to 32 for IPv4, up to 128 for IPv6.
    #[cfg_attr(optimised, inline(always))]
    #[expect(clippy::len_without_is_empty, reason = "the length of a prefix is a number of bits, and 0 is not empty")]
    pub const fn len(self) -> u8 {
        self.len
    }

    /// Whether this is an IPv6 prefix.
    #[cfg_attr(optimised, inline(always))]
    pub const fn is_v6(self) -> bool {
        self.v6
    }

    /// The address as a number, left-aligned in 128 bits: an IPv4 address is in the upper 32.
    #[cfg_attr(optimised, inline(always))]
    pub const fn bits(self) -> u128 {
        (self.high as u128) << 64 | self.low as u128
    }

    /// The first 32 bits of the address: all of an IPv4 address.
    #[cfg_attr(optimised, inline(always))]
    pub const fn first_32_bits(self) -> u32 {
        (self.high >> 32) as u32
    }

    /// Number of bits of an address of this family: 32 or 128.
    pub const fn max_len(self) -> u8 {
        if self.v6 { 128 } else { 32 }
    }

    /// Whether `other` is this prefix or a more specific one.
    pub const fn contains(self, other: Self) -> bool {
        self.v6 == other.v6 && self.len <= other.len && (self.bits() ^ other.bits()) & mask128(self.len) == 0
    }

    /// Whether this prefix contains `address`.
    pub const fn contains_address(self, address: IpAddr) -> bool {
        match Self::new(address, if address.is_ipv6() { 128 } else { 32 }) {
            Some(host) => self.contains(host),
            None => false,
        }
    }

    /// The next shorter prefix; `None` for a default route.
    pub const fn parent(self) -> Option<Self> {
        match self.len.checked_sub(1) {
            Some(len) => self.truncate(len),
            None => None,
        }
    }

    /// The covering prefix of length `len`; `None` if `len` is longer than this one.
    pub const fn truncate(self, len: u8) -> Option<Self> {
        if len > self.len {
            return None;
        }
        if self.v6 { Self::v6(self.bits(), len) } else { Self::v4(self.first_32_bits(), len) }
    }
}

const fn mask128(len: u8) -> u128 {
    match u128::MAX.checked_shl(128u32.saturating_sub(len as u32)) {
        Some(mask) => mask,
        None => 0,
    }
}

impl Ord for Prefix {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.v6, self.high, self.low, self.len).cmp(&(other.v6, other.high, other.low, other.len))
    }
}

impl PartialOrd for Prefix {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address(), self.len)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParsePrefixError {
    /// No slash between address and length.
    NoLength,
    /// The text before the slash is not an address.
    BadAddress,
    /// The text after the slash is not a length of this family.
    BadLength,
    /// Bits are set after the length.
    HostBits,
}

impl fmt::Display for ParsePrefixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoLength => "no length in prefix",
            Self::BadAddress => "not an address in prefix",
            Self::BadLength => "not a length for this address in prefix",
            Self::HostBits => "bits are set after the length of the prefix",
        })
    }
}

impl core::error::Error for ParsePrefixError {}

impl FromStr for Prefix {
    type Err = ParsePrefixError;

    fn from_str(text: &str) -> Result<Self, ParsePrefixError> {
        let (address, len) = text.split_once('/').ok_or(ParsePrefixError::NoLength)?;
        let address: IpAddr = address.parse().map_err(|_| ParsePrefixError::BadAddress)?;
        let len = len.parse().map_err(|_| ParsePrefixError::BadLength)?;
        let prefix = Self::new(address, len).ok_or(ParsePrefixError::BadLength)?;
        if prefix.address() == address { Ok(prefix) } else { Err(ParsePrefixError::HostBits) }
    }
}

/// The prefix of a single address.
impl From<Ipv4Addr> for Prefix {
    #[cfg_attr(optimised, inline(always))]
    fn from(address: Ipv4Addr) -> Self {
        Self { high: u64::from(address.to_bits()) << 32, low: 0, len: 32, v6: false }
    }
}

/// The prefix of a single address.
impl From<Ipv6Addr> for Prefix {
    #[cfg_attr(optimised, inline(always))]
    #[expect(clippy::cast_possible_truncation, reason = "the two halves of a number twice as wide")]
    fn from(address: Ipv6Addr) -> Self {
        let bits = address.to_bits();
        Self { high: (bits >> 64) as u64, low: bits as u64, len: 128, v6: true }
    }
}

/// The prefix of a single address.
impl From<IpAddr> for Prefix {
    #[cfg_attr(optimised, inline(always))]
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => address.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_both_ways() {
        for text in ["0.0.0.0/0", "192.0.2.0/24", "203.0.113.7/32", "::/0", "2001:db8::/32", "2001:db8::1/128"] {
            assert_eq!(text.parse::<Prefix>().unwrap().to_string(), text);
        }
        let wide: Prefix = "192.0.2.0/24".parse().unwrap();
        assert_eq!((wide.truncate(24), wide.truncate(25), wide.truncate(26)), (Some(wide), None, None));
        assert_eq!(wide.truncate(8).unwrap().to_string(), "192.0.0.0/8");
        let error = |t: &str| t.parse::<Prefix>().unwrap_err();
        assert_eq!(error("192.0.2.0"), ParsePrefixError::NoLength);
        assert_eq!(error("192.0.2/24"), ParsePrefixError::BadAddress);
        assert_eq!(error("192.0.2.0/33"), ParsePrefixError::BadLength);
        assert_eq!(error("2001:db8::/129"), ParsePrefixError::BadLength);
        assert_eq!(error("192.0.2.1/24"), ParsePrefixError::HostBits);
        assert_eq!(error("192.0.2.1/24").to_string(), "bits are set after the length of the prefix");
    }

    #[test]
    fn order_is_that_of_a_table_dump() {
        let mut list: Vec<Prefix> =
            ["::/0", "10.0.0.0/8", "10.0.0.0/16", "9.0.0.0/8", "0.0.0.0/0"].iter().map(|t| t.parse().unwrap()).collect();
        list.sort();
        let text: Vec<String> = list.iter().map(ToString::to_string).collect();
        assert_eq!(text, ["0.0.0.0/0", "9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/16", "::/0"]);
    }

    proptest! {
        #[test]
        fn out_of_range_lengths_are_refused(address in any::<u128>(), short in any::<u32>(), len in any::<u8>()) {
            prop_assert_eq!(Prefix::v6(address, len).is_some(), len <= 128);
            prop_assert_eq!(Prefix::v4(short, len).is_some(), len <= 32);
        }
    }
}
