//! Conversion to and from the prefixes of the crate `ipnet`.

use core::fmt;

use super::Prefix;

impl From<ipnet::IpNet> for Prefix {
    fn from(net: ipnet::IpNet) -> Self {
        // An `IpNet` never has a length over its family's maximum.
        Self::new(net.addr(), net.prefix_len()).unwrap_or(if net.addr().is_ipv6() { Self::DEFAULT_V6 } else { Self::DEFAULT_V4 })
    }
}

impl From<Prefix> for ipnet::IpNet {
    fn from(prefix: Prefix) -> Self {
        // A `Prefix` never has a length over its family's maximum.
        Self::new(prefix.address(), prefix.len()).unwrap_or_else(|_| prefix.address().into())
    }
}

impl From<ipnet::Ipv4Net> for Prefix {
    fn from(net: ipnet::Ipv4Net) -> Self {
        ipnet::IpNet::V4(net).into()
    }
}

impl From<ipnet::Ipv6Net> for Prefix {
    fn from(net: ipnet::Ipv6Net) -> Self {
        ipnet::IpNet::V6(net).into()
    }
}

/// The prefix is of the other family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongFamily;

impl fmt::Display for WrongFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the prefix is of the other address family")
    }
}

impl core::error::Error for WrongFamily {}

impl TryFrom<Prefix> for ipnet::Ipv4Net {
    type Error = WrongFamily;

    fn try_from(prefix: Prefix) -> Result<Self, WrongFamily> {
        match prefix.into() {
            ipnet::IpNet::V4(net) => Ok(net),
            ipnet::IpNet::V6(_) => Err(WrongFamily),
        }
    }
}

impl TryFrom<Prefix> for ipnet::Ipv6Net {
    type Error = WrongFamily;

    fn try_from(prefix: Prefix) -> Result<Self, WrongFamily> {
        match prefix.into() {
            ipnet::IpNet::V6(net) => Ok(net),
            ipnet::IpNet::V4(_) => Err(WrongFamily),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_prefix() -> impl Strategy<Value = Prefix> {
        prop_oneof![
            (any::<u32>(), 0u8..=32).prop_map(|(a, l)| Prefix::v4(a, l).unwrap()),
            (any::<u128>(), 0u8..=128).prop_map(|(a, l)| Prefix::v6(a, l).unwrap()),
        ]
    }

    proptest! {
        #[test]
        fn containment_agrees_with_ipnet(a in any_prefix(), b in any_prefix(), cut in any::<u8>()) {
            let nets: (ipnet::IpNet, ipnet::IpNet) = (a.into(), b.into());
            prop_assert_eq!(a.contains(b), nets.0.contains(&nets.1));
            let shorter = a.truncate(cut % (a.len() + 1)).unwrap();
            prop_assert!(shorter.contains(a) && ipnet::IpNet::from(shorter).contains(&nets.0));
            prop_assert_eq!(Prefix::from(nets.0), a);
            prop_assert_eq!(a.to_string(), nets.0.to_string());
            prop_assert_eq!(a.to_string().parse::<Prefix>(), Ok(a));
            prop_assert!(a.contains_address(a.address()));
        }
    }
}
