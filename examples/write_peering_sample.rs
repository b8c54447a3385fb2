//! How is a table made whose relations are known?
//!
//! Writes the small archive used in the peering chapter and the README, and the relations it was made from: `cargo run --features
//! cli --example write_peering_sample -- OUT.mrt OUT.as-rel`. A test compares `tests/data/peering.mrt` and
//! `tests/data/peering.as-rel` with it. With fewer than two names nothing is written.
//!
//! The ASes have numbers that IANA reserves and nobody announces. Five need no transit; 14 are regional, 60 are at the edge.
//! Every AS prefers routes of customers to those of peers to those of providers, then the shorter path, then the lower number;
//! nine ASes send a collector their routes.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::error::Error;
use std::fs;

use routeglass::attr::{AsPathBuf, Origin, SegmentKind, Value};
use routeglass::mrt::{IndexedPeer, TableDumpWriter};
use routeglass::{Asn, Family, Prefix, Session, Timestamp};

const NOON: u32 = 1_767_268_800; // 2026-01-01 12:00 UTC
const CORE: u32 = 100_001;
const REGIONAL: u32 = 100_101;
const EDGE: u32 = 101_001;

/// Pseudo-random numbers, the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(n)).unwrap_or(0)
    }
}

/// Who sells to whom, and who peers.
#[derive(Default)]
pub(crate) struct Internet {
    transit: BTreeSet<(u32, u32)>,
    peers: BTreeSet<(u32, u32)>,
}

impl Internet {
    pub(crate) fn draw() -> Self {
        let (mut net, mut dice) = (Self::default(), Dice(2026));
        for a in CORE..CORE + 5 {
            net.peers.extend((a + 1..CORE + 5).map(|b| (a, b)));
        }
        for regional in REGIONAL..REGIONAL + 14 {
            for _ in 0..2 {
                net.transit.insert((CORE + dice.below(5), regional));
            }
            let other = REGIONAL + dice.below(14);
            if other != regional {
                net.peers.insert((regional.min(other), regional.max(other)));
            }
        }
        for edge in EDGE..EDGE + 60 {
            for _ in 0..=dice.below(2) {
                // Every eighth buys from the core.
                let provider = if dice.below(8) == 0 { CORE + dice.below(5) } else { REGIONAL + dice.below(14) };
                net.transit.insert((provider, edge));
            }
            if dice.below(4) == 0 {
                let other = EDGE + dice.below(60);
                if other != edge {
                    net.peers.insert((edge.min(other), edge.max(other)));
                }
            }
        }
        net
    }

    fn networks(&self) -> BTreeSet<u32> {
        self.transit.iter().chain(&self.peers).flat_map(|&(a, b)| [a, b]).collect()
    }

    /// The best path of every AS to an origin. Offers are ordered by class, length and numbers.
    fn routes(&self, origin: u32) -> BTreeMap<u32, Vec<u32>> {
        let mut settled: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut offers = BTreeSet::from([(0, 1, vec![origin])]);
        while let Some((class, len, path)) = offers.pop_first() {
            let Some(&from) = path.first() else { break };
            if settled.contains_key(&from) {
                continue;
            }
            let mut offer = |to: u32, class: u8| {
                if !path.contains(&to) {
                    offers.insert((class, len + 1, [&[to], path.as_slice()].concat()));
                }
            };
            for &(provider, customer) in &self.transit {
                if provider == from {
                    offer(customer, 2);
                } else if customer == from && class == 0 {
                    offer(provider, 0);
                }
            }
            for &(a, b) in self.peers.iter().filter(|_| class == 0) {
                if a == from || b == from {
                    offer(if a == from { b } else { a }, 1);
                }
            }
            settled.insert(from, path);
        }
        settled
    }

    /// The relations in serial-1.
    pub(crate) fn text(&self) -> String {
        let mut lines: Vec<(u32, u32, &str)> = self.transit.iter().map(|&(a, b)| (a, b, "-1")).collect();
        lines.extend(self.peers.iter().map(|&(a, b)| (a, b, "0")));
        lines.sort_unstable();
        let clique: Vec<String> = (CORE..CORE + 5).map(|asn| asn.to_string()).collect();
        let mut text = format!("# clique: {}\n", clique.join(" "));
        for (a, b, relation) in lines {
            text.push_str(&format!("{a}|{b}|{relation}\n"));
        }
        text
    }
}

pub(crate) fn archive(net: &Internet) -> Result<Vec<u8>, Box<dyn Error>> {
    let (mut out, time) = (Vec::new(), Timestamp::from_seconds(NOON));
    let mut dump = TableDumpWriter::new([192, 0, 2, 254].into(), "peering");
    let networks: Vec<u32> = net.networks().into_iter().collect();
    let vantage_points: Vec<u32> = (0..9).filter_map(|n| networks.get(n * 8 + 3).copied()).collect();
    let mut peers = Vec::new();
    for (n, &asn) in (1u8..).zip(&vantage_points) {
        peers.push((asn, dump.peer(IndexedPeer::new([192, 0, 2, n].into(), [192, 0, 2, n].into(), Asn(asn)))?));
    }
    dump.peer_index_table(time, &mut out)?;
    for (n, &origin) in (0u32..).zip(&networks) {
        let routes = net.routes(origin);
        let mut lists = Vec::new();
        for &(asn, peer) in &peers {
            let Some(path) = routes.get(&asn) else { continue };
            let (mut list, mut buffer, mut as_path) = (Vec::new(), Vec::new(), AsPathBuf::new());
            as_path.push(SegmentKind::Sequence, path.iter().map(|&asn| Asn(asn)));
            Value::Origin(Origin::Igp).encode(&Session::AS4, &mut list)?;
            Value::AsPath(as_path.view(true, &mut buffer)?).encode(&Session::AS4, &mut list)?;
            Value::NextHop([192, 0, 2, 1].into()).encode(&Session::AS4, &mut list)?;
            lists.push((peer, list));
        }
        let prefix = Prefix::v4(0x0a00_0000 + (n << 8), 24).ok_or("no such prefix")?;
        let entries: Vec<_> = lists.iter().map(|(peer, list)| (*peer, NOON - 3600, None, list.as_slice())).collect();
        dump.route(time, Family::IPV4_UNICAST, prefix, &entries, &mut out)?;
    }
    Ok(out)
}

fn main() -> Result<(), Box<dyn Error>> {
    let net = Internet::draw();
    let (octets, text) = (archive(&net)?, net.text());
    let mut names = env::args().skip(1);
    match (names.next(), names.next()) {
        (Some(mrt), Some(relations)) => {
            fs::write(mrt, octets)?;
            fs::write(relations, text)?;
        }
        (only, _) => {
            println!("{} octets, {} links{}", octets.len(), text.lines().count() - 1, only.map_or("", |_| "; name two files"))
        }
    }
    Ok(())
}
