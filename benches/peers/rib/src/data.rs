//! Prefixes, queries and updates, the same for all candidates.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::net::IpAddr;

/// A prefix: family, address left-aligned in 128 bits, length.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct P {
    pub v6: bool,
    pub bits: u128,
    pub len: u8,
}

/// An address: family, left-aligned in 128 bits.
#[derive(Clone, Copy)]
pub struct A {
    pub v6: bool,
    pub bits: u128,
}

pub enum Update {
    Announce(P, u32),
    Withdraw(P),
}

pub struct Data {
    /// In random order; the value of a prefix is its index here.
    pub prefixes: Vec<P>,
    /// Indices into `prefixes`, by address and length.
    pub sorted: Vec<u32>,
    pub uniform: Vec<A>,
    pub traffic: Vec<A>,
    pub exact: Vec<P>,
    pub wide: Vec<P>,
    pub updates: Vec<Update>,
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn wide(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

fn mask(len: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(len)).unwrap_or(0)
}

fn text(file: &str) -> String {
    let raw = std::fs::read(file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut bytes = Vec::new();
    if raw.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(&raw[..]).read_to_end(&mut bytes).expect("gzip");
    } else {
        bytes = raw;
    }
    String::from_utf8(bytes).expect("text")
}

fn parse(line: &str) -> Option<P> {
    let (address, rest) = line.split_once(['/', ','])?;
    let address: IpAddr = address.parse().ok()?;
    let len: u8 = rest.split(',').next()?.trim().parse().ok()?;
    let (v6, bits) = match address {
        IpAddr::V4(a) => (false, u128::from(a.to_bits()) << 96),
        IpAddr::V6(a) => (true, a.to_bits()),
    };
    Some(P { v6, bits: bits & mask(len), len })
}

impl Data {
    pub fn load(file: &str, updates: Option<&str>, v6: bool, queries: usize) -> Self {
        let mut random = Random(42);
        let mut seen = HashSet::new();
        let mut prefixes: Vec<P> = text(file).lines().filter_map(parse).filter(|p| p.v6 == v6 && seen.insert(*p)).collect();
        prefixes.sort();
        random.shuffle(&mut prefixes);
        let mut data = Self {
            sorted: (0..prefixes.len() as u32).collect(),
            prefixes,
            uniform: Vec::new(),
            traffic: Vec::new(),
            exact: Vec::new(),
            wide: Vec::new(),
            updates: Vec::new(),
        };
        let prefixes = &data.prefixes;
        let n = prefixes.len();
        if n == 0 {
            return data;
        }
        data.sorted.sort_by_key(|&i| prefixes[i as usize]);
        // Uniform addresses; of IPv6, below a /32 in use.
        let (family, host) = if v6 { (u128::MAX, 128) } else { (mask(32), 32) };
        data.uniform = (0..queries)
            .map(|_| {
                let bits = random.wide();
                let bits = if v6 { prefixes[random.below(n)].bits & mask(32) | bits >> 32 } else { bits };
                A { v6, bits: bits & family }
            })
            .collect();
        // Zipf with exponent one over the prefixes, in their random order, with random host bits.
        let mut weights = Vec::with_capacity(n);
        let mut sum = 0.0;
        for i in 0..n {
            sum += 1.0 / (i + 1) as f64;
            weights.push(sum);
        }
        let mut ranks: Vec<u32> = (0..n as u32).collect();
        random.shuffle(&mut ranks);
        data.traffic = (0..queries)
            .map(|_| {
                let point = random.next() as f64 / u64::MAX as f64 * sum;
                let p = prefixes[ranks[weights.partition_point(|w| *w < point).min(n - 1)] as usize];
                A { v6, bits: (p.bits | random.wide() & !mask(p.len)) & family }
            })
            .collect();
        // One in ten is absent: another length.
        data.exact = (0..queries)
            .map(|i| {
                let p = prefixes[random.below(n)];
                let len = if i % 10 == 0 { (p.len + 1).min(host) } else { p.len };
                P { len, ..p }
            })
            .collect();
        let cut = if v6 { 12 } else { 6 };
        data.wide = (0..20_000.min(queries))
            .map(|_| {
                let p = prefixes[random.below(n)];
                let len = p.len.saturating_sub(cut);
                P { len, bits: p.bits & mask(len), v6 }
            })
            .collect();
        let places: HashMap<P, u32> = prefixes.iter().copied().zip(0..).collect();
        if let Some(updates) = updates {
            let mut next = n as u32;
            data.updates = text(updates)
                .lines()
                .filter_map(|line| {
                    let (what, p) = line.split_once(' ')?;
                    let p = parse(p).filter(|p| p.v6 == v6)?;
                    Some(if what == "A" {
                        next += 1;
                        Update::Announce(p, places.get(&p).copied().unwrap_or(next))
                    } else {
                        Update::Withdraw(p)
                    })
                })
                .collect();
        } else {
            // Every twentieth prefix is announced, in one of thirty cases withdrawn before.
            for _ in 0..queries {
                let i = random.below(n) / 20 * 20;
                if random.below(30) == 0 {
                    data.updates.push(Update::Withdraw(prefixes[i]));
                } else {
                    data.updates.push(Update::Announce(prefixes[i], i as u32));
                }
            }
        }
        data
    }
}
