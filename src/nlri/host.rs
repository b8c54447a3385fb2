//! Addresses that no host has.

use core::net::IpAddr;

use super::NextHop;
use crate::prefix::Prefix;

/// Whether a host may have the address: not 0.0.0.0/8, 127.0.0.0/8, 224.0.0.0/3, `::`, `::1` or ff00::/8 (RFC 6890, RFC 4291
/// section 2.4).
pub(crate) const fn is_of_host(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !matches!(address.octets(), [0 | 127 | 224..=255, ..]),
        IpAddr::V6(address) => !(address.is_unspecified() || address.is_loopback() || address.is_multicast()),
    }
}

/// Whether a host may have an address of the prefix.
pub(crate) fn has_hosts(prefix: Prefix) -> bool {
    let len = match prefix.address() {
        IpAddr::V4(address) if address.octets() >= [224, 0, 0, 0] => 3,
        IpAddr::V6(address) if !address.is_multicast() => 128,
        _ => 8,
    };
    prefix.len() < len || is_of_host(prefix.address())
}

/// Whether a next hop is the address of a host, or nothing that is known. Of two addresses the first counts.
pub(crate) const fn is_next_hop(next_hop: NextHop<'_>) -> bool {
    match next_hop {
        NextHop::V4(address) => is_of_host(IpAddr::V4(address)),
        NextHop::V6(address) | NextHop::V6LinkLocal(address, _) | NextHop::VpnLinkLocal(_, address, ..) => {
            is_of_host(IpAddr::V6(address))
        }
        NextHop::Vpn(_, address) => is_of_host(address),
        NextHop::Unknown(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::{has_hosts, is_of_host};

    #[test]
    fn addresses_of_hosts() {
        for (address, expected) in [
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("1.0.0.0", true),
            ("126.255.255.255", true),
            ("127.0.0.1", false),
            ("128.0.0.0", true),
            ("223.255.255.255", true),
            ("224.0.0.1", false),
            ("240.0.0.1", false),
            ("255.255.255.255", false),
            ("::", false),
            ("::1", false),
            ("::2", true),
            ("2001:db8::1", true),
            ("fe80::1", true),
            ("ff02::1", false),
        ] {
            assert_eq!(is_of_host(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn prefixes_of_hosts() {
        for (prefix, expected) in [
            ("0.0.0.0/0", true),
            ("0.0.0.0/7", true),
            ("0.0.0.0/8", false),
            ("126.0.0.0/7", true),
            ("127.0.0.0/8", false),
            ("127.0.0.1/32", false),
            ("10.0.0.0/8", true),
            ("192.0.0.0/2", true),
            ("224.0.0.0/3", false),
            ("224.0.0.0/4", false),
            ("240.0.0.0/4", false),
            ("255.255.255.255/32", false),
            ("::/0", true),
            ("::/127", true),
            ("::/128", false),
            ("::1/128", false),
            ("2001:db8::/32", true),
            ("fe00::/7", true),
            ("ff00::/8", false),
            ("ff02::1/128", false),
        ] {
            assert_eq!(has_hosts(prefix.parse().unwrap()), expected, "{prefix}");
        }
    }
}
