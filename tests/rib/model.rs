//! The prefix map against `BTreeMap` and naive search, on random and adversarial sequences of operations.

#![cfg(feature = "std")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "tests report by panicking"
)]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::rc::Rc;

use proptest::prelude::*;
use routeglass::Prefix;
use routeglass::rib::{Entry, PrefixMap, PrefixSet};

type Model = BTreeMap<Prefix, u32>;

fn prefix(text: &str) -> Prefix {
    text.parse().unwrap()
}

#[derive(Clone, Debug)]
enum Operation {
    Insert(Prefix, u32),
    Remove(Prefix),
    Add(Prefix, u32),
    Compact,
}

/// Checks every query about one prefix.
fn check_queries(map: &PrefixMap<u32>, model: &Model, probe: Prefix) {
    assert_eq!(map.get(probe), model.get(&probe), "get {probe}");
    assert_eq!(map.contains_key(probe), model.contains_key(&probe));
    let covering: Vec<(Prefix, u32)> = model.iter().filter(|(p, _)| p.contains(probe)).map(|(p, v)| (*p, *v)).collect();
    let found: Vec<(Prefix, u32)> = map.covering(probe).map(|(p, v)| (p, *v)).collect();
    assert_eq!(found, covering, "covering {probe}");
    assert_eq!(map.longest_match(probe).map(|(p, v)| (p, *v)), covering.last().copied(), "longest match {probe}");
    let host = model.iter().filter(|(p, _)| p.contains_address(probe.address())).map(|(p, v)| (*p, *v)).next_back();
    assert_eq!(map.longest_match(probe.address()).map(|(p, v)| (p, *v)), host, "longest match of the address of {probe}");
    let covered: Vec<(Prefix, u32)> = model.iter().filter(|(p, _)| probe.contains(**p)).map(|(p, v)| (*p, *v)).collect();
    let found: Vec<(Prefix, u32)> = map.covered(probe).map(|(p, v)| (p, *v)).collect();
    assert_eq!(found, covered, "covered {probe}");
    assert!(map.iter_from(probe).take(50).eq(model.range(probe..).map(|(p, v)| (*p, v)).take(50)), "from {probe}");
    let behind = (Bound::Excluded(probe), Bound::Unbounded);
    assert!(map.range(behind).take(5).eq(model.range(behind).map(|(p, v)| (*p, v)).take(5)), "behind {probe}");
}

fn check(map: &PrefixMap<u32>, model: &Model, probes: &[Prefix]) {
    assert_eq!(map.len(), model.len());
    assert_eq!(map.is_empty(), model.is_empty());
    assert!(map.iter().eq(model.iter().map(|(p, v)| (*p, v))), "{map:?} is not {model:?}");
    assert!(map.keys().eq(model.keys().copied()));
    assert!(map.values().eq(model.values()));
    for pair in probes.windows(2) {
        check_queries(map, model, pair[0]);
        let (low, high) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
        assert!(map.range(low..high).eq(model.range(low..high).map(|(p, v)| (*p, v))), "{low}..{high}");
        assert!(map.range(low..=high).eq(model.range(low..=high).map(|(p, v)| (*p, v))), "{low}..={high}");
    }
    let frozen = map.freeze();
    assert_eq!(frozen.len(), model.len());
    for probe in probes {
        assert_eq!(frozen.longest_match(probe.address()), map.longest_match(probe.address()), "frozen {probe}");
        assert_eq!(frozen.lookup(probe.address()), map.longest_match(probe.address()).map(|(_, v)| v));
        let (a, b): (Vec<_>, Vec<_>) =
            (map.covered(*probe).collect(), model.iter().filter(|(p, _)| probe.contains(**p)).collect());
        assert!(a.into_iter().eq(b.into_iter().map(|(p, v)| (*p, v))), "covered, collected {probe}");
        let mut folded = Vec::new();
        map.covered(*probe).for_each(|(p, v)| folded.push((p, *v)));
        assert!(folded.into_iter().eq(map.covered(*probe).map(|(p, v)| (p, *v))), "covered, folded {probe}");
    }
    let addresses = || probes.iter().map(|p| p.address());
    assert!(frozen.lookups(addresses()).eq(addresses().map(|a| map.longest_match(a).map(|(_, v)| v))));
    let ipv6 = || addresses().filter(|a| a.is_ipv6());
    assert!(frozen.lookups(ipv6()).eq(ipv6().map(|a| map.longest_match(a).map(|(_, v)| v))));
    let mut folded = Vec::new();
    map.iter().for_each(|(p, v)| folded.push((p, *v)));
    assert!(folded.into_iter().eq(model.iter().map(|(p, v)| (*p, *v))));
    let naive = |p: &Prefix| model.iter().rfind(|(q, _)| q.contains(*p)).map(|(q, v)| (*q, v));
    assert!(map.longest_matches(probes.iter().copied()).eq(probes.iter().map(naive)));
}

fn run(operations: &[Operation]) -> (PrefixMap<u32>, Model) {
    let mut map = PrefixMap::new();
    let mut model = Model::new();
    for operation in operations {
        match *operation {
            Operation::Insert(p, value) => assert_eq!(map.insert(p, value), model.insert(p, value), "insert {p}"),
            Operation::Remove(p) => assert_eq!(map.remove(p), model.remove(&p), "remove {p}"),
            Operation::Add(p, value) => {
                let sum = map.entry(p).and_modify(|sum| *sum ^= value).or_insert(value);
                let wanted = model.entry(p).and_modify(|sum| *sum ^= value).or_insert(value);
                assert_eq!(sum, wanted, "entry {p}");
            }
            Operation::Compact => map.compact(),
        }
    }
    (map, model)
}

/// Addresses that differ in a few bits at a few positions, so that prefixes nest and cluster.
fn crowded_v4() -> impl Strategy<Value = Prefix> {
    (prop_oneof![Just(0u32), Just(0x0a01_0000), Just(0xffff_ff00)], any::<u16>(), 0u32..=16, 0u8..=32)
        .prop_map(|(base, bits, shift, len)| Prefix::v4(base ^ u32::from(bits) << shift, len).unwrap())
}

fn crowded_v6() -> impl Strategy<Value = Prefix> {
    let base = prop_oneof![Just(0u128), Just(0x2001_0db8 << 96), Just(u128::MAX << 8)];
    (base, any::<u16>(), 0u32..=112, prop_oneof![0u8..=128, Just(48), Just(64), Just(128)])
        .prop_map(|(base, bits, shift, len)| Prefix::v6(base ^ u128::from(bits) << shift, len).unwrap())
}

/// All prefixes of a few bits below one point: nodes and buckets fill up and empty.
fn full_v4() -> impl Strategy<Value = Prefix> {
    (any::<u8>(), 16u8..=32).prop_map(|(byte, len)| Prefix::v4(0x0a01_0000 | u32::from(byte) << 8, len).unwrap())
}

fn full_v6() -> impl Strategy<Value = Prefix> {
    (any::<u8>(), 30u8..=60).prop_map(|(byte, len)| Prefix::v6(0x2001_0db8 << 96 | u128::from(byte) << 72, len).unwrap())
}

fn any_prefix() -> impl Strategy<Value = Prefix> {
    prop_oneof![
        (any::<u32>(), 0u8..=32).prop_map(|(a, l)| Prefix::v4(a, l).unwrap()),
        (any::<u128>(), 0u8..=128).prop_map(|(a, l)| Prefix::v6(a, l).unwrap()),
        crowded_v4(),
        crowded_v6(),
    ]
}

fn operations(of: impl Strategy<Value = Prefix>, n: usize) -> impl Strategy<Value = Vec<Operation>> {
    let operation = (of, 0u8..16, any::<u32>()).prop_map(|(p, what, value)| match what {
        0..=7 => Operation::Insert(p, value),
        8..=12 => Operation::Remove(p),
        13..=14 => Operation::Add(p, value),
        _ if value % 16 == 0 => Operation::Compact,
        _ => Operation::Insert(p, value),
    });
    proptest::collection::vec(operation, 1..n)
}

fn touched(operations: &[Operation]) -> Vec<Prefix> {
    let one = |operation: &Operation| match *operation {
        Operation::Insert(p, _) | Operation::Remove(p) | Operation::Add(p, _) => Some(p),
        Operation::Compact => None,
    };
    operations.iter().filter_map(one).collect()
}

fn agree(operations: &[Operation], others: &[Prefix]) {
    let (mut map, mut model) = run(operations);
    let mut probes = touched(operations);
    probes.truncate(60);
    probes.extend(others);
    check(&map, &model, &probes);
    check(&map.clone(), &model, &probes);
    assert_eq!(PrefixMap::from_sorted(model.iter().map(|(p, v)| (*p, *v))), map);
    for (p, value) in map.iter_mut() {
        *value = value.wrapping_add(u32::from(p.len()));
    }
    for (p, value) in &mut model {
        *value = value.wrapping_add(u32::from(p.len()));
    }
    map.shrink_to_fit();
    check(&map, &model, &probes);
    map.retain(|p, value| p.len() % 3 != 0 || *value % 2 == 0);
    model.retain(|p, value| p.len() % 3 != 0 || *value % 2 == 0);
    check(&map, &model, &probes);
    // Down to empty.
    let keys: Vec<Prefix> = model.keys().copied().collect();
    let (front, back) = keys.split_at(keys.len() / 2);
    for p in front.iter().rev().chain(back) {
        assert_eq!(map.remove(*p), model.remove(p), "remove {p}");
    }
    check(&map, &model, &probes);
}

/// Number of cases: some seconds' worth, or as set in the environment.
pub(crate) fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(20), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mixed(operations in operations(any_prefix(), 400), others in proptest::collection::vec(any_prefix(), 20)) {
        agree(&operations, &others);
    }

    #[test]
    fn crowded_ipv4(operations in operations(crowded_v4(), 500), others in proptest::collection::vec(crowded_v4(), 20)) {
        agree(&operations, &others);
    }

    #[test]
    fn crowded_ipv6(operations in operations(crowded_v6(), 500), others in proptest::collection::vec(crowded_v6(), 20)) {
        agree(&operations, &others);
    }

    #[test]
    fn full_nodes_ipv4(operations in operations(full_v4(), 1500), others in proptest::collection::vec(full_v4(), 20)) {
        agree(&operations, &others);
    }

    #[test]
    fn full_nodes_ipv6(operations in operations(full_v6(), 1500), others in proptest::collection::vec(full_v6(), 20)) {
        agree(&operations, &others);
    }

    #[test]
    fn sets_as_btree_sets(a in proptest::collection::vec(crowded_v4(), 0..200), b in proptest::collection::vec(crowded_v4(), 0..200)) {
        let (x, y): (PrefixSet, PrefixSet) = (a.iter().copied().collect(), b.iter().copied().collect());
        let (p, q): (BTreeSet<Prefix>, BTreeSet<Prefix>) = (a.into_iter().collect(), b.into_iter().collect());
        prop_assert!(x.union(&y).eq(p.union(&q).copied()));
        prop_assert!(x.intersection(&y).eq(p.intersection(&q).copied()));
        prop_assert!(x.difference(&y).eq(p.difference(&q).copied()));
        prop_assert_eq!(x == y, p == q);
        prop_assert_eq!(x.is_empty(), p.is_empty());
    }

    #[test]
    fn a_set_answers_as_a_btree_set(
        list in proptest::collection::vec((prop_oneof![crowded_v4(), crowded_v6()], any::<bool>()), 0..200),
        probes in proptest::collection::vec(prop_oneof![crowded_v4(), crowded_v6()], 1..10),
    ) {
        let (mut set, mut model) = (PrefixSet::new(), BTreeSet::new());
        for (prefix, put) in list {
            if put {
                assert_eq!(set.insert(prefix), model.insert(prefix));
            } else {
                assert_eq!(set.remove(prefix), model.remove(&prefix));
            }
            assert_eq!((set.len(), set.is_empty()), (model.len(), model.is_empty()));
        }
        assert_eq!(format!("{set:?}"), format!("{model:?}"));
        let sorted: Vec<Prefix> = model.iter().copied().collect();
        assert_eq!(set.iter().size_hint().1, Some(sorted.len()));
        for probe in probes {
            assert_eq!(set.contains(probe), model.contains(&probe));
            assert_eq!(set.covers(probe), model.iter().any(|p| p.contains(probe)));
            assert!(set.covering(probe).eq(sorted.iter().copied().filter(|p| p.contains(probe))));
            assert!(set.covered(probe).eq(sorted.iter().copied().filter(|p| probe.contains(*p))));
            assert!(set.iter_from(probe).eq(model.range(probe..).copied()));
            assert!(set.range(..probe).eq(model.range(..probe).copied()));
        }
        let mut kept = set.clone();
        kept.retain(|prefix| prefix.len().is_multiple_of(2));
        assert!((&kept).into_iter().eq(sorted.iter().copied().filter(|p| p.len().is_multiple_of(2))));
        kept.extend(sorted.iter().copied());
        kept.compact();
        kept.shrink_to_fit();
        assert!(kept.iter().eq(sorted.iter().copied()));
        kept.clear();
        assert!(kept.is_empty() && kept.iter().next().is_none());
    }

    #[test]
    fn aggregates_are_the_same_addresses(list in proptest::collection::vec((any::<u8>(), 20u8..=32), 0..120)) {
        let set: PrefixSet = list.iter().map(|&(byte, len)| Prefix::v4(u32::from(byte) << 2, len).unwrap()).collect();
        let aggregate = set.aggregate();
        let inside = |set: &PrefixSet, a: u32| set.covers(core::net::Ipv4Addr::from_bits(a));
        for address in 0..1u32 << 13 {
            prop_assert_eq!(inside(&set, address), inside(&aggregate, address));
        }
        prop_assert_eq!(set.ipv4_address_count(), aggregate.ipv4_address_count());
        let count = (0..1u32 << 13).filter(|&a| inside(&set, a)).count() as u64;
        prop_assert_eq!(set.ipv4_address_count(), count);
        for (p, q) in aggregate.iter().zip(aggregate.iter().skip(1)) {
            prop_assert!(!p.contains(q));
            prop_assert!(p.len() != q.len() || p.parent() != q.parent());
        }
    }
}

#[test]
fn the_eight_operations_that_lose_keys_of_a_path_compressed_trie() {
    let operations = [
        Operation::Insert(prefix("0.0.0.0/9"), 1),
        Operation::Remove(prefix("1.2.0.0/22")),
        Operation::Insert(prefix("1.0.0.0/10"), 2),
        Operation::Remove(prefix("0.0.0.0/13")),
        Operation::Remove(prefix("1.0.0.0/10")),
        Operation::Insert(prefix("3.2.0.0/15"), 3),
        Operation::Insert(prefix("0.2.0.0/19"), 4),
        Operation::Insert(prefix("1.2.0.0/21"), 5),
    ];
    let (map, model) = run(&operations);
    assert_eq!(map.get(prefix("0.0.0.0/9")), Some(&1));
    assert_eq!(map.get(prefix("0.2.0.0/19")), Some(&4));
    check(&map, &model, &touched(&operations));
}

#[test]
fn the_three_prefixes_that_a_leaf_pushed_trie_answers_wrongly() {
    let sets = [
        (["10.1.0.0/16", "10.1.2.0/23", "10.1.2.0/24"], [10, 1, 3, 178], Some(("10.1.2.0/23", 1))),
        (["1.0.0.0/24", "1.0.4.0/22", "1.0.5.0/24"], [1, 0, 0, 73], Some(("1.0.0.0/24", 0))),
    ];
    for (prefixes, address, answer) in sets {
        let map: PrefixMap<u32> = prefixes.iter().zip(0..).map(|(p, n)| (prefix(p), n)).collect();
        let found = map.longest_match(core::net::Ipv4Addr::from(address));
        assert_eq!(found.map(|(p, n)| (p, *n)), answer.map(|(p, n)| (prefix(p), n)));
    }
}

#[test]
fn collecting_keeps_the_last_of_equal_prefixes() {
    let list = ["10.0.0.0/24", "10.0.0.0/8", "10.0.0.0/24", "::/0", "10.0.0.0/24"];
    let map: PrefixMap<u32> = list.iter().zip(0..).map(|(p, n)| (prefix(p), n)).collect();
    assert!(map.iter().eq([(prefix("10.0.0.0/8"), &1), (prefix("10.0.0.0/24"), &4), (prefix("::/0"), &3)]));
    // Unsorted input, contrary to the contract, gives the same map.
    assert_eq!(PrefixMap::from_sorted(list.iter().zip(0..).map(|(p, n)| (prefix(p), n))), map);
}

/// A node with all its children, growing and shrinking: 32 bits deep, and 16, where it becomes wide early.
#[test]
fn full_nodes_of_children() {
    full_node_of_children(0x2001_0db8 << 96, 32, 60);
    full_node_of_children(0x2001 << 112, 16, 44);
}

fn full_node_of_children(way: u128, depth: u8, deep_len: u8) {
    let mut model = Model::new();
    let mut map = PrefixMap::new();
    let child = |n: u128| way | n << (120 - depth);
    for n in 0..256u128 {
        for len in [depth + 8, depth + 9, depth + 16] {
            let p = Prefix::v6(child(n), len).unwrap();
            assert_eq!(map.insert(p, len.into()), model.insert(p, len.into()));
        }
    }
    for deep in 0..40u128 {
        for n in 0..256u128 {
            let p = Prefix::v6(child(n) | deep << (102 - depth), deep_len).unwrap();
            assert_eq!(map.insert(p, 60), model.insert(p, 60));
        }
    }
    let keys: Vec<Prefix> = model.keys().copied().collect();
    let some: Vec<Prefix> = keys.iter().copied().step_by(101).collect();
    check(&map, &model, &some);
    assert_eq!(PrefixMap::from_sorted(model.iter().map(|(p, v)| (*p, *v))), map);
    for (i, p) in keys.iter().enumerate() {
        assert_eq!(map.remove(*p), model.remove(p));
        if i % 3000 == 0 || keys.len() - i < 500 && i % 50 == 0 {
            check(&map, &model, &some);
        }
    }
    assert!(map.is_empty());
}

/// The frozen view gives the same answers as the map: for the first and last address of every prefix, and their neighbours.
fn check_frozen(map: &PrefixMap<u32>) {
    let frozen = map.freeze();
    let mut addresses = Vec::new();
    for p in map.keys() {
        if p.is_v6() {
            let (first, last) = (p.bits(), p.bits() | u128::MAX.checked_shr(p.len().into()).unwrap_or(0));
            addresses.extend([first.wrapping_sub(1), first, last, last.wrapping_add(1)].map(|a| core::net::IpAddr::V6(a.into())));
        } else {
            let (first, last) = (p.first_32_bits(), p.first_32_bits() | u32::MAX.checked_shr(p.len().into()).unwrap_or(0));
            addresses.extend([first.wrapping_sub(1), first, last, last.wrapping_add(1)].map(|a| core::net::IpAddr::V4(a.into())));
        }
    }
    for &address in &addresses {
        assert_eq!(frozen.longest_match(address), map.longest_match(address), "frozen {address}");
    }
    // In order, and from several positions of the table in turn.
    for step in [1, 37] {
        let some = || (0..addresses.len()).map(|i| addresses[i * step % addresses.len()]);
        assert!(frozen.lookups(some()).eq(some().map(|a| map.longest_match(a).map(|(_, v)| v))));
    }
}

/// As many children as a byte has values, and as many as have separate kinds, one less and one more: at several depths.
#[test]
fn frozen_nodes_with_many_children() {
    for n in [124, 125, 126, 127, 200, 256] {
        let mut map = PrefixMap::new();
        for child in 0..n {
            let number = child as u32;
            map.insert(Prefix::v4(0x0a01_0000 | number << 8, 25 + (number % 8) as u8).unwrap(), number);
            for depth in [16u8, 24, 32, 40, 64, 112] {
                let way = u128::MAX << (128 - depth) & 0x2001_0db8_5555_5555_5555_5555_5555_5555;
                let len = depth + 9 + (number % 8) as u8;
                map.insert(Prefix::v6(way | child << (120 - depth), len.min(128)).unwrap(), number | u32::from(depth) << 8);
            }
        }
        check_frozen(&map);
        // With gaps: a child's number differs from its position.
        let gaps: Vec<Prefix> = map.keys().skip(3).step_by(7).collect();
        for gap in gaps {
            map.remove(gap);
        }
        check_frozen(&map);
        for (text, value) in [("10.1.0.0/16", 1000), ("2001:db8::/32", 1001), ("2001:db8:5555:5555::/64", 1002), ("::/0", 1003)] {
            map.insert(prefix(text), value);
            check_frozen(&map);
        }
    }
}

/// Few and many prefixes below 16 bits of IPv6, alone and below others.
#[test]
fn frozen_prefixes_far_apart_and_close_together() {
    let mut state = 7;
    for n in [1, 2, 63, 64, 65, 300] {
        let mut map = PrefixMap::new();
        for (way, more) in [(0u128, 0), (0x2001, 64), (0x2a00, 0), (0xffff, 64)] {
            for value in 0..n + more {
                let bits = u128::from(random(&mut state)) << 48 | u128::from(random(&mut state)) >> 16;
                let len = 17 + (random(&mut state) % 112) as u8;
                let kept = if random(&mut state) & 1 == 0 { u128::MAX } else { u128::MAX << 80 };
                map.insert(Prefix::v6(way << 112 | bits & kept, len).unwrap(), value);
            }
        }
        check_frozen(&map);
        for (text, value) in
            [("2001::/16", 1000), ("2000::/12", 1001), ("2a00:1000::/20", 1002), ("ffff:fff8::/29", 1003), ("::/0", 1004)]
        {
            map.insert(prefix(text), value);
            check_frozen(&map);
        }
    }
}

/// An empty table, one family, one default route, and as many addresses as are searched concurrently, one less and one more.
#[test]
fn frozen_tables_of_little() {
    let mut map = PrefixMap::new();
    let addresses: Vec<core::net::IpAddr> =
        ["192.0.2.1", "2001:db8::1", "::", "255.255.255.255"].map(|a| a.parse().unwrap()).into();
    let mut answers = Vec::new();
    for text in ["", "::/0", "2001:db8::/32", "192.0.2.0/24", "0.0.0.0/0"] {
        if !text.is_empty() {
            map.insert(prefix(text), text);
        }
        let frozen = map.freeze();
        assert_eq!((frozen.len(), frozen.is_empty()), (map.len(), map.is_empty()));
        for n in [0, 1, 15, 16, 17, 33] {
            for address in &addresses {
                let found: Vec<_> = frozen.lookups(core::iter::repeat_n(*address, n)).collect();
                assert_eq!(found, vec![frozen.lookup(*address); n]);
            }
        }
        answers.push([0, 1, 2, 3].map(|i| frozen.lookup(addresses[i]).copied().unwrap_or("none")));
    }
    assert_eq!(
        answers,
        [
            ["none"; 4],
            ["none", "::/0", "::/0", "none"],
            ["none", "2001:db8::/32", "::/0", "none"],
            ["192.0.2.0/24", "2001:db8::/32", "::/0", "none"],
            ["192.0.2.0/24", "2001:db8::/32", "::/0", "0.0.0.0/0"],
        ]
    );
    let units: PrefixMap<()> = map.iter().map(|(p, _)| (p, ())).collect();
    let frozen = units.freeze();
    assert_eq!(addresses.iter().filter_map(|a| frozen.longest_match(*a)).count(), 4);
}

/// The memory of a frozen table is proportional to the prefixes, also to adversarial ones.
#[test]
fn a_frozen_table_takes_room_for_its_prefixes() {
    type Shape = fn(u128) -> Option<Prefix>;
    let shapes: [(Shape, usize); 4] = [
        // Far apart; as many as get a page, far apart below it; every other position; hosts of one block.
        (|n| Prefix::v6(n << 115 | 1, 128), 900),
        (|n| Prefix::v6((n / 64) << 115 | (n % 64) << 102 | 1, 128), 1100),
        (|n| Prefix::v6(0x2001 << 112 | n << 101, 28), 100),
        (|n| Prefix::v6(0x2001_0db8 << 96 | n << 64 | n, 128), 600),
    ];
    for (shape, (of, limit)) in shapes.into_iter().enumerate() {
        let map: PrefixMap<u32> = (0..2000).map(|n| (of(n).unwrap(), 0)).collect();
        let (frozen, n) = (map.freeze(), map.len());
        check_frozen(&map);
        assert_eq!(n, 2000);
        assert!(frozen.memory_size() <= (256 << 10) + limit * n, "shape {shape}: {} bytes", frozen.memory_size());
    }
}

#[test]
fn default_routes_and_host_routes() {
    let mut map = PrefixMap::new();
    for text in ["0.0.0.0/0", "::/0", "255.255.255.255/32", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", "::/128", "0.0.0.0/32"]
    {
        assert_eq!(map.insert(prefix(text), text), None);
        assert_eq!(map.insert(prefix(text), text), Some(text));
    }
    assert_eq!((map.len(), map.ipv4_len(), map.ipv6_len()), (6, 3, 3));
    let found = |text: &str| *map.longest_match(text.parse::<core::net::IpAddr>().unwrap()).unwrap().1;
    assert_eq!(found("192.0.2.1"), "0.0.0.0/0");
    assert_eq!(found("255.255.255.255"), "255.255.255.255/32");
    assert_eq!(found("2001:db8::"), "::/0");
    assert_eq!(found("::"), "::/128");
    assert_eq!(map.covering(prefix("0.0.0.0/32")).map(|(_, text)| *text).collect::<Vec<_>>(), ["0.0.0.0/0", "0.0.0.0/32"]);
    assert_eq!(map.covered(prefix("::/0")).count(), 3);
    assert_eq!(map[prefix("::/0")], "::/0");
}

#[test]
fn every_length_at_once() {
    let mut model = Model::new();
    for len in 0..=128u8 {
        for address in [0, u128::MAX, 0x5555_5555_5555_5555_5555_5555_5555_5555] {
            model.insert(Prefix::v6(address, len).unwrap(), u32::from(len));
            if len <= 32 {
                model.insert(Prefix::v4((address >> 96) as u32, len).unwrap(), u32::from(len));
            }
        }
    }
    let map: PrefixMap<u32> = model.iter().rev().map(|(p, v)| (*p, *v)).collect();
    let probes: Vec<Prefix> = model.keys().copied().collect();
    check(&map, &model, &probes);
}

/// Counts its living instances.
struct Counted(Rc<Cell<isize>>);

impl Counted {
    fn new(count: &Rc<Cell<isize>>) -> Self {
        count.set(count.get() + 1);
        Self(count.clone())
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(24), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_value_is_dropped_once(operations in operations(prop_oneof![full_v4(), full_v6(), any_prefix()], 600), taken in any::<u8>()) {
        let count = Rc::new(Cell::new(0));
        let mut map = PrefixMap::new();
        for operation in &operations {
            match *operation {
                Operation::Insert(p, _) => drop(map.insert(p, Counted::new(&count))),
                Operation::Remove(p) => drop(map.remove(p)),
                Operation::Add(p, _) => match map.entry(p) {
                    Entry::Occupied(entry) => drop(entry.remove()),
                    Entry::Vacant(entry) => {
                        entry.insert(Counted::new(&count));
                    }
                },
                Operation::Compact => map.compact(),
            }
            prop_assert_eq!(count.get(), map.len() as isize);
        }
        let copy = map.clone();
        prop_assert_eq!(count.get(), 2 * map.len() as isize);
        let mut moved = copy.into_iter();
        let some: Vec<_> = moved.by_ref().take(usize::from(taken)).collect();
        drop(moved);
        prop_assert_eq!(count.get(), (map.len() + some.len()) as isize);
        drop(some);
        map.retain(|p, _| p.len() % 2 == 0);
        prop_assert_eq!(count.get(), map.len() as isize);
        map.clear();
        prop_assert_eq!(count.get(), 0);
    }
}

/// A small generator with a fixed seed.
fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// A typical table prefix: mostly /24 and /48, in blocks.
fn table_prefix(state: &mut u64) -> Prefix {
    let (bits, pick) = (random(state), random(state));
    let cut = (pick >> 8 & 7) as u8 * u8::from(pick >> 16 & 3 == 0);
    if pick & 1 == 0 {
        Prefix::v4((bits as u32 & 0x1f1f_ff00) | 0x2000_0000, 24 - cut).unwrap()
    } else {
        let high = (bits & 0x000f_01ff_000f) | 0x2a00_0000_0000;
        Prefix::v6(u128::from(high) << 80, 48 - cut).unwrap()
    }
}

#[test]
fn memory_does_not_grow_under_churn() {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let mut map = PrefixMap::new();
    let mut list = Vec::new();
    while list.len() < 60_000 {
        let p = table_prefix(&mut state);
        if map.insert(p, 0u32).is_none() {
            list.push(p);
        }
    }
    let built = map.memory_size();
    let mut largest = 0;
    for round in 0..10u32 {
        for _ in 0..30_000 {
            let at = random(&mut state) as usize % list.len();
            assert!(map.remove(list[at]).is_some());
            loop {
                let p = table_prefix(&mut state);
                if map.insert(p, round).is_none() {
                    list[at] = p;
                    break;
                }
            }
        }
        largest = largest.max(map.memory_size());
    }
    assert!(largest < built * 115 / 100, "{built} bytes grew to {largest}");
    for p in list.drain(..) {
        assert!(map.remove(p).is_some());
    }
    assert!(map.is_empty());
    map.compact();
    assert_eq!(map.memory_size(), 0);
}

#[test]
fn a_set_takes_no_room_for_values() {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let mut list: Vec<Prefix> = (0..50_000).map(|_| table_prefix(&mut state)).collect();
    list.sort();
    list.dedup();
    let set = PrefixSet::from_sorted(list.iter().copied());
    let map = PrefixMap::from_sorted(list.iter().map(|p| (*p, 7u32)));
    assert!(map.memory_size() >= set.memory_size() + 4 * list.len(), "{} {}", map.memory_size(), set.memory_size());
}
