//! The measured tables, each with its own key types.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use routeglass::Prefix;
use routeglass::rib::{Frozen, PrefixMap};
use ts_bart::RoutingTable;

use crate::data::{A, P};

/// Operations of a table; `None` if unsupported.
pub trait Candidate: Default {
    const NAME: &'static str;
    type Key: Copy;
    type Address: Copy;
    type Frozen;

    fn key(p: P) -> Self::Key;
    fn address(a: A) -> Self::Address;
    /// Returns whether the prefix was present.
    fn insert(&mut self, key: Self::Key, value: u32) -> bool;
    /// Returns whether the prefix was present.
    fn remove(&mut self, key: Self::Key) -> Option<bool>;
    fn lpm(&self, address: Self::Address) -> Option<u32>;
    fn exact(&self, key: Self::Key) -> Option<u32>;

    fn build_sorted(sorted: &[(Self::Key, u32)]) -> Self {
        let mut table = Self::default();
        for (key, value) in sorted {
            table.insert(*key, *value);
        }
        table
    }
    fn lpm_many(&self, _: &[Self::Address]) -> Option<u64> {
        None
    }
    /// Sum of values and number of items.
    fn covered(&self, _: Self::Key) -> Option<(u64, usize)> {
        None
    }
    /// Sum of values.
    fn covering(&self, _: Self::Address) -> Option<u64> {
        None
    }
    fn iterate(&self) -> Option<(u64, usize)> {
        None
    }
    fn freeze(&self) -> Option<Self::Frozen> {
        None
    }
    fn frozen_lpm(_: &Self::Frozen, _: Self::Address) -> Option<u32> {
        None
    }
    fn frozen_many(_: &Self::Frozen, _: &[Self::Address]) -> Option<u64> {
        None
    }
    fn collect(_: &[(Self::Key, u32)]) -> Option<Self> {
        None
    }
}

fn fold<'a>(values: impl Iterator<Item = &'a u32>) -> (u64, usize) {
    values.fold((0, 0), |(sum, n), v| (sum + u64::from(*v), n + 1))
}

fn v4(bits: u128) -> u32 {
    (bits >> 96) as u32
}

macro_rules! own {
    ($name:ident, $address:ty, |$a:ident| $make:expr) => {
        #[derive(Default)]
        pub struct $name(PrefixMap<u32>);

        impl Candidate for $name {
            const NAME: &'static str = "routeglass";
            type Key = Prefix;
            type Address = $address;
            type Frozen = Frozen<u32>;

            fn key(p: P) -> Prefix {
                if p.v6 { Prefix::v6(p.bits, p.len) } else { Prefix::v4(v4(p.bits), p.len) }.expect("a length")
            }
            fn address($a: A) -> $address {
                $make
            }
            #[inline(always)]
            fn insert(&mut self, key: Prefix, value: u32) -> bool {
                self.0.insert(key, value).is_some()
            }
            #[inline(always)]
            fn remove(&mut self, key: Prefix) -> Option<bool> {
                Some(self.0.remove(key).is_some())
            }
            #[inline(always)]
            fn lpm(&self, address: $address) -> Option<u32> {
                self.0.longest_match(address).map(|(_, v)| *v)
            }
            #[inline(always)]
            fn exact(&self, key: Prefix) -> Option<u32> {
                self.0.get(key).copied()
            }
            fn build_sorted(sorted: &[(Prefix, u32)]) -> Self {
                Self(PrefixMap::from_sorted(sorted.iter().copied()))
            }
            fn lpm_many(&self, addresses: &[$address]) -> Option<u64> {
                Some(self.0.longest_matches(addresses.iter().copied()).map(|m| m.map_or(0, |(_, v)| u64::from(*v) + 1)).sum())
            }
            fn covered(&self, key: Prefix) -> Option<(u64, usize)> {
                Some(fold(self.0.covered(key).map(|(_, v)| v)))
            }
            #[inline(always)]
            fn covering(&self, address: $address) -> Option<u64> {
                Some(fold(self.0.covering(address.into()).map(|(_, v)| v)).0)
            }
            fn freeze(&self) -> Option<Frozen<u32>> {
                Some(self.0.freeze())
            }
            fn frozen_many(frozen: &Frozen<u32>, addresses: &[$address]) -> Option<u64> {
                Some(frozen.lookups(addresses.iter().copied()).map(|v| v.map_or(0, |v| u64::from(*v) + 1)).sum())
            }
            fn collect(random: &[(Prefix, u32)]) -> Option<Self> {
                Some(Self(random.iter().copied().collect()))
            }
            #[inline(always)]
            fn frozen_lpm(frozen: &Frozen<u32>, address: $address) -> Option<u32> {
                frozen.lookup(address).copied()
            }
            fn iterate(&self) -> Option<(u64, usize)> {
                let fold = |(sum, n), (p, v): (Prefix, &u32)| (sum + u64::from(*v) + u64::from(p.len()), n + 1);
                Some(self.0.iter().fold((0, 0), fold))
            }
        }
    };
}

own!(Own4, Ipv4Addr, |a| Ipv4Addr::from_bits(v4(a.bits)));
own!(Own6, Ipv6Addr, |a| Ipv6Addr::from_bits(a.bits));

macro_rules! prefix_trie {
    ($name:ident, $bits:ty, $len:expr, |$b:ident| $cut:expr) => {
        #[derive(Default)]
        pub struct $name(prefix_trie::PrefixMap<($bits, u8), u32>);

        impl Candidate for $name {
            const NAME: &'static str = "prefix-trie 0.10";
            type Key = ($bits, u8);
            type Address = $bits;
            type Frozen = ();

            fn key(p: P) -> Self::Key {
                let $b = p.bits;
                ($cut, p.len)
            }
            fn address(a: A) -> $bits {
                let $b = a.bits;
                $cut
            }
            #[inline(always)]
            fn insert(&mut self, key: Self::Key, value: u32) -> bool {
                self.0.insert(key, value).is_some()
            }
            #[inline(always)]
            fn remove(&mut self, key: Self::Key) -> Option<bool> {
                Some(self.0.remove(&key).is_some())
            }
            fn collect(random: &[(Self::Key, u32)]) -> Option<Self> {
                Some(Self(random.iter().copied().collect()))
            }
            #[inline(always)]
            fn lpm(&self, address: $bits) -> Option<u32> {
                self.0.get_lpm(&(address, $len)).map(|(_, v)| *v)
            }
            #[inline(always)]
            fn exact(&self, key: Self::Key) -> Option<u32> {
                self.0.get(&key).copied()
            }
            fn covered(&self, key: Self::Key) -> Option<(u64, usize)> {
                Some(fold(self.0.children(&key).map(|(_, v)| v)))
            }
            #[inline(always)]
            fn covering(&self, address: $bits) -> Option<u64> {
                Some(fold(self.0.cover(&(address, $len)).map(|(_, v)| v)).0)
            }
            fn iterate(&self) -> Option<(u64, usize)> {
                let fold = |(sum, n), (p, v): (Self::Key, &u32)| (sum + u64::from(*v) + u64::from(p.1), n + 1);
                Some(self.0.iter().fold((0, 0), fold))
            }
        }
    };
}

prefix_trie!(PrefixTrie4, u32, 32, |bits| v4(bits));
prefix_trie!(PrefixTrie6, u128, 128, |bits| bits);

macro_rules! treebitmap {
    ($name:ident, $address:ty, |$b:ident| $make:expr) => {
        pub struct $name(treebitmap::IpLookupTable<$address, u32>);

        impl Default for $name {
            fn default() -> Self {
                Self(treebitmap::IpLookupTable::new())
            }
        }

        impl Candidate for $name {
            const NAME: &'static str = "treebitmap 0.5";
            type Key = ($address, u32);
            type Address = $address;
            type Frozen = ();

            fn key(p: P) -> Self::Key {
                let $b = p.bits;
                ($make, u32::from(p.len))
            }
            fn address(a: A) -> $address {
                let $b = a.bits;
                $make
            }
            #[inline(always)]
            fn insert(&mut self, key: Self::Key, value: u32) -> bool {
                self.0.insert(key.0, key.1, value).is_some()
            }
            #[inline(always)]
            fn remove(&mut self, key: Self::Key) -> Option<bool> {
                Some(self.0.remove(key.0, key.1).is_some())
            }
            #[inline(always)]
            fn lpm(&self, address: $address) -> Option<u32> {
                self.0.longest_match(address).map(|(_, _, v)| *v)
            }
            #[inline(always)]
            fn exact(&self, key: Self::Key) -> Option<u32> {
                self.0.exact_match(key.0, key.1).copied()
            }
            #[inline(always)]
            fn covering(&self, address: $address) -> Option<u64> {
                Some(fold(self.0.matches(address).map(|(_, _, v)| v)).0)
            }
            fn iterate(&self) -> Option<(u64, usize)> {
                let fold = |(sum, n), (_, len, v): ($address, u32, &u32)| (sum + u64::from(*v) + u64::from(len), n + 1);
                Some(self.0.iter().fold((0, 0), fold))
            }
        }
    };
}

treebitmap!(Treebitmap4, Ipv4Addr, |bits| Ipv4Addr::from_bits(v4(bits)));
treebitmap!(Treebitmap6, Ipv6Addr, |bits| Ipv6Addr::from_bits(bits));

fn ip(v6: bool, bits: u128) -> IpAddr {
    if v6 { Ipv6Addr::from_bits(bits).into() } else { Ipv4Addr::from_bits(v4(bits)).into() }
}

#[derive(Default)]
pub struct Bart(ts_bart::SimpleTable<u32>);

impl Candidate for Bart {
    const NAME: &'static str = "ts_bart 0.6";
    type Key = IpNet;
    type Address = IpAddr;
    type Frozen = ();

    fn key(p: P) -> IpNet {
        IpNet::new(ip(p.v6, p.bits), p.len).expect("a length")
    }
    fn address(a: A) -> IpAddr {
        ip(a.v6, a.bits)
    }
    #[inline(always)]
    fn insert(&mut self, key: IpNet, value: u32) -> bool {
        self.0.insert(key, value).is_some()
    }
    #[inline(always)]
    fn remove(&mut self, key: IpNet) -> Option<bool> {
        Some(self.0.remove(key).is_some())
    }
    #[inline(always)]
    fn lpm(&self, address: IpAddr) -> Option<u32> {
        self.0.lookup(address).copied()
    }
    #[inline(always)]
    fn exact(&self, key: IpNet) -> Option<u32> {
        self.0.lookup_prefix_exact(key).copied()
    }
    #[inline(always)]
    fn covering(&self, address: IpAddr) -> Option<u64> {
        Some(fold(self.0.lookup_all(address)).0)
    }
}

/// Longest match and covering by one search per length.
#[derive(Default)]
pub struct Tree(BTreeMap<Prefix, u32>);

#[inline(always)]
fn lengths(prefix: Prefix) -> impl Iterator<Item = Prefix> {
    (0..=prefix.len()).rev().filter_map(move |len| prefix.truncate(len))
}

impl Candidate for Tree {
    const NAME: &'static str = "BTreeMap";
    type Key = Prefix;
    type Address = Prefix;
    type Frozen = ();

    fn key(p: P) -> Prefix {
        Own4::key(p)
    }
    fn address(a: A) -> Prefix {
        Own4::key(P { v6: a.v6, bits: a.bits, len: if a.v6 { 128 } else { 32 } })
    }
    #[inline(always)]
    fn insert(&mut self, key: Prefix, value: u32) -> bool {
        self.0.insert(key, value).is_some()
    }
    #[inline(always)]
    fn remove(&mut self, key: Prefix) -> Option<bool> {
        Some(self.0.remove(&key).is_some())
    }
    fn collect(random: &[(Prefix, u32)]) -> Option<Self> {
        Some(Self(random.iter().copied().collect()))
    }
    #[inline(always)]
    fn lpm(&self, address: Prefix) -> Option<u32> {
        lengths(address).find_map(|p| self.0.get(&p)).copied()
    }
    #[inline(always)]
    fn exact(&self, key: Prefix) -> Option<u32> {
        self.0.get(&key).copied()
    }
    fn covered(&self, key: Prefix) -> Option<(u64, usize)> {
        Some(fold(self.0.range(key..).take_while(|(p, _)| key.contains(**p)).map(|(_, v)| v)))
    }
    #[inline(always)]
    fn covering(&self, address: Prefix) -> Option<u64> {
        Some(fold(lengths(address).filter_map(|p| self.0.get(&p))).0)
    }
    fn iterate(&self) -> Option<(u64, usize)> {
        Some(self.0.iter().fold((0, 0), |(sum, n), (p, v)| (sum + u64::from(*v) + u64::from(p.len()), n + 1)))
    }
}

mod rotonda {
    pub use inetnum::addr::Prefix;
    pub use rotonda_store::epoch;
    pub use rotonda_store::match_options::{IncludeHistory, MatchOptions, MatchType};
    pub use rotonda_store::prefix_record::{Meta, Record, RouteStatus};
    pub use rotonda_store::rib::StarCastRib;
    pub use rotonda_store::rib::config::MemoryOnlyConfig;
}

/// A value of four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value([u8; 4]);

impl rotonda::Meta for Value {
    type Orderable<'a> = u32;
    type TBI = ();
    fn as_orderable(&self, _: ()) -> u32 {
        u32::from_le_bytes(self.0)
    }
}
impl AsRef<[u8]> for Value {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self([bytes[0], bytes[1], bytes[2], bytes[3]])
    }
}
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", u32::from_le_bytes(self.0))
    }
}

pub struct Rotonda(rotonda::StarCastRib<Value, rotonda::MemoryOnlyConfig>);

impl Default for Rotonda {
    fn default() -> Self {
        Self(rotonda::StarCastRib::try_default().expect("a store"))
    }
}

impl Rotonda {
    #[inline(always)]
    fn query(&self, prefix: rotonda::Prefix, match_type: rotonda::MatchType) -> Option<u32> {
        let guard = &rotonda::epoch::pin();
        let options = rotonda::MatchOptions {
            match_type,
            include_withdrawn: false,
            include_less_specifics: false,
            include_more_specifics: false,
            mui: None,
            include_history: rotonda::IncludeHistory::None,
        };
        let found = self.0.match_prefix(&prefix, &options, guard).ok()?;
        found.records.first().map(|record| u32::from_le_bytes(record.meta.0))
    }
}

impl Candidate for Rotonda {
    const NAME: &'static str = "rotonda-store 0.5";
    type Key = rotonda::Prefix;
    type Address = rotonda::Prefix;
    type Frozen = ();

    fn key(p: P) -> Self::Key {
        rotonda::Prefix::new(ip(p.v6, p.bits), p.len).expect("a length")
    }
    fn address(a: A) -> Self::Address {
        Self::key(P { v6: a.v6, bits: a.bits, len: if a.v6 { 128 } else { 32 } })
    }
    #[inline(always)]
    fn insert(&mut self, key: Self::Key, value: u32) -> bool {
        let record = rotonda::Record::new(1, 1, rotonda::RouteStatus::Active, Value(value.to_le_bytes()));
        self.0.insert(&key, record, None).is_ok_and(|report| !report.prefix_new)
    }
    #[inline(always)]
    fn remove(&mut self, _: Self::Key) -> Option<bool> {
        // Prefixes are never removed, only marked.
        None
    }
    #[inline(always)]
    fn lpm(&self, address: Self::Address) -> Option<u32> {
        self.query(address, rotonda::MatchType::LongestMatch)
    }
    #[inline(always)]
    fn exact(&self, key: Self::Key) -> Option<u32> {
        self.query(key, rotonda::MatchType::ExactMatch)
    }
    fn covered(&self, key: Self::Key) -> Option<(u64, usize)> {
        let guard = &rotonda::epoch::pin();
        let records = self.0.more_specifics_iter_from(&key, None, false, guard);
        let fold = |(sum, n), value| (sum + u64::from(value), n + 1);
        Some(records.flatten().map(|r| u32::from_le_bytes(r.meta[0].meta.0)).fold((0, 0), fold))
    }
    #[inline(always)]
    fn covering(&self, address: Self::Address) -> Option<u64> {
        let guard = &rotonda::epoch::pin();
        let records = self.0.less_specifics_iter_from(&address, None, false, guard);
        Some(records.flatten().map(|r| u64::from(u32::from_le_bytes(r.meta[0].meta.0))).sum())
    }
    fn iterate(&self) -> Option<(u64, usize)> {
        let guard = &rotonda::epoch::pin();
        let fold = |(sum, n), (len, value): (u8, u32)| (sum + u64::from(value) + u64::from(len), n + 1);
        let records = self.0.prefixes_iter(guard).flatten();
        Some(records.map(|r| (r.prefix.len(), u32::from_le_bytes(r.meta[0].meta.0))).fold((0, 0), fold))
    }
}
