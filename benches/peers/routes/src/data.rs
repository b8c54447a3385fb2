//! The table of all candidates: real prefixes, generated peers.

use std::io::Read;
use std::net::IpAddr;

/// An address and a length.
pub type P = (IpAddr, u8);

/// Octets of an attribute list: a typical size.
const LIST: usize = 48;

pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (mix(self.0) % n as u64) as usize
    }
}

pub struct Data {
    /// Sorted.
    pub prefixes: Vec<P>,
    pub peers: usize,
    /// The distinct attribute lists; a route has the number of one.
    pub lists: Vec<[u8; LIST]>,
    /// Prefix, peer, new list.
    pub updates: Vec<(u32, u32, u32)>,
    /// Prefix, peer: each pair once.
    pub withdrawals: Vec<(u32, u32)>,
    pub reads: Vec<u32>,
}

fn parse(line: &str) -> Option<P> {
    let (address, rest) = line.split_once(['/', ','])?;
    Some((address.parse().ok()?, rest.split(',').next()?.trim().parse().ok()?))
}

impl Data {
    pub fn load(file: &str, every: usize, v6: bool, peers: usize, queries: usize) -> Self {
        let raw = std::fs::read(file).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut text = String::new();
        if raw.starts_with(&[0x1f, 0x8b]) {
            flate2::read::MultiGzDecoder::new(&raw[..]).read_to_string(&mut text).expect("gzip");
        } else {
            text = String::from_utf8(raw).expect("text");
        }
        let mut prefixes: Vec<P> = text.lines().filter_map(parse).filter(|p| p.0.is_ipv6() == v6).collect();
        prefixes.sort();
        prefixes.dedup();
        let prefixes: Vec<P> = prefixes.into_iter().step_by(every).collect();
        let n = prefixes.len();
        let mut random = Random(7);
        // One distinct list per four routes.
        let lists = (0..(n * peers / 4).max(1) as u64).map(|i| {
            let mut list = [0; LIST];
            for (part, word) in list.chunks_mut(8).zip(0..) {
                part.copy_from_slice(&mix(i << 3 | word).to_le_bytes());
            }
            // One attribute without a name, optional and transitive.
            list[..3].copy_from_slice(&[0xc0, 99, LIST as u8 - 3]);
            list
        });
        let lists: Vec<_> = lists.collect();
        let mut all: Vec<(u32, u32)> = (0..queries).map(|_| (random.below(n) as u32, random.below(peers) as u32)).collect();
        all.sort_unstable();
        all.dedup();
        for i in (1..all.len()).rev() {
            all.swap(i, random.below(i + 1));
        }
        Self {
            peers,
            updates: (0..queries)
                .map(|_| (random.below(n) as u32, random.below(peers) as u32, random.below(lists.len()) as u32))
                .collect(),
            withdrawals: all,
            reads: (0..queries).map(|_| random.below(n) as u32).collect(),
            lists,
            prefixes,
        }
    }

    /// The list of a route in the loaded table: neighbouring prefixes share.
    pub fn list_of(&self, prefix: usize, peer: usize) -> u32 {
        (mix((prefix as u64 / 3) << 16 | peer as u64) % self.lists.len() as u64) as u32
    }
}
