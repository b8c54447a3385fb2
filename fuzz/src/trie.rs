//! The law of the prefix map: after any operations it agrees with a `BTreeMap` of the same prefixes.

use std::collections::BTreeMap;

use routeglass::Prefix;
use routeglass::rib::{Entry, PrefixMap};

/// Values on the heap: a double drop or a leak is detected by a sanitiser.
type Map = PrefixMap<Box<u32>>;
type Model = BTreeMap<Prefix, Box<u32>>;

/// Maximum size of the map.
const MOST: usize = 5000;
/// Octets of an operation: kind and place, length; two octets of the address; a number.
const OPERATION: usize = 5;

/// The prefixes of an operation: the two octets are the last bits of the prefix, so that prefixes cluster and nest.
fn prefix(place: u8, len: u8, last: u16) -> Prefix {
    let v6 = place & 1 != 0;
    let base: u128 = match (v6, place >> 1 & 3) {
        (_, 0) => 0,
        (false, 1) => 0x0a00_0000 << 96,
        (true, 1) => 0x2001_0db8 << 96,
        (_, 2) => u128::MAX,
        _ => 0x2a0a_1234_5678_9abc_def0_1234_5678_9abc,
    };
    let len = len % if v6 { 129 } else { 33 };
    let last = u128::from(last).checked_shl(128 - u32::from(len)).unwrap_or(0);
    let made = if v6 {
        Prefix::v6(base ^ last, len)
    } else {
        Prefix::v4(u32::try_from((base ^ last) >> 96).expect("32 bits are left"), len)
    };
    made.expect("the length is of the family")
}

fn same(map: &Map, model: &Model) {
    assert_eq!(map.len(), model.len());
    assert!(map.iter().eq(model.iter().map(|(p, v)| (*p, v))), "not the prefixes of the model, or not in order");
}

/// Checks every query about one prefix.
fn ask(map: &Map, model: &Model, p: Prefix) {
    assert_eq!(map.get(p), model.get(&p), "get {p}");
    let shorter = |p: Prefix| (0..=p.len()).filter_map(move |len| p.truncate(len));
    let covering: Vec<_> = shorter(p).filter_map(|q| Some((q, model.get(&q)?))).collect();
    assert!(map.covering(p).eq(covering.iter().copied()), "covering {p}");
    assert_eq!(map.longest_match(p), covering.last().copied(), "longest match of {p}");
    let covered = || model.range(p..).take_while(|(q, _)| p.contains(**q)).map(|(q, v)| (*q, v));
    assert!(map.covered(p).eq(covered()), "covered {p}");
    let mut folded = Vec::new();
    map.covered(p).for_each(|item| folded.push(item));
    assert!(folded.into_iter().eq(covered()), "covered, folded, {p}");
    assert!(map.iter_from(p).take(20).eq(model.range(p..).take(20).map(|(q, v)| (*q, v))), "from {p}");
}

/// An input is a sequence of operations of five octets each.
pub fn prefix_map(data: &[u8]) {
    let (mut map, mut model) = (Map::new(), Model::new());
    let mut probes = Vec::new();
    for (n, operation) in data.chunks_exact(OPERATION).enumerate() {
        let &[what, len, a, b, number] = operation else { break };
        let last = u16::from_be_bytes([a, b]);
        let p = prefix(what >> 4, len, last);
        let value = Box::new(u32::try_from(n).unwrap_or(0) << 8 | u32::from(number));
        if probes.len() < 48 {
            probes.push(p);
        }
        let run = (0..u16::from(number)).map(|i| prefix(what >> 4, len, last.wrapping_add(i)));
        match what & 15 {
            0..=4 => assert_eq!(map.insert(p, value.clone()), model.insert(p, value), "insert {p}"),
            5..=7 => assert_eq!(map.remove(p), model.remove(&p), "remove {p}"),
            8 => {
                let sum = map.entry(p).and_modify(|sum| **sum ^= *value).or_insert(value.clone()).clone();
                assert_eq!(sum, *model.entry(p).and_modify(|sum| **sum ^= *value).or_insert(value), "entry {p}");
            }
            9 => {
                if let Entry::Occupied(entry) = map.entry(p) {
                    assert_eq!(Some(entry.remove()), model.remove(&p), "entry of {p}, removed");
                }
                assert!(!model.contains_key(&p), "entry of {p}");
            }
            10 | 11 if model.len() < MOST => {
                for p in run {
                    assert_eq!(map.insert(p, value.clone()), model.insert(p, value.clone()), "insert {p}");
                }
            }
            12 => {
                for p in run {
                    assert_eq!(map.remove(p), model.remove(&p), "remove {p}");
                }
            }
            13 => {
                map.retain(|p, value| p.len() % 2 == number % 2 || **value % 2 == 0);
                model.retain(|p, value| p.len() % 2 == number % 2 || **value % 2 == 0);
            }
            14 if number % 2 == 0 => map.compact(),
            14 => map.shrink_to_fit(),
            _ => ask(&map, &model, p),
        }
        assert_eq!(map.len(), model.len());
    }
    same(&map, &model);
    for &p in &probes {
        ask(&map, &model, p);
    }
    let best = |p: &Prefix| map.longest_match(*p);
    assert!(map.longest_matches(probes.iter().copied()).eq(probes.iter().map(best)), "several longest matches");
    let (frozen, addresses) = (map.freeze(), || probes.iter().map(|p| p.address()));
    assert!(frozen.lookups(addresses()).eq(addresses().map(|a| map.longest_match(a).map(|(_, v)| v))), "frozen, several");
    for address in addresses() {
        assert_eq!(frozen.longest_match(address), map.longest_match(address), "frozen {address}");
    }
    let copy = PrefixMap::from_sorted(model.iter().map(|(p, v)| (*p, v.clone())));
    assert!(map == copy && copy == model.iter().rev().map(|(p, v)| (*p, v.clone())).collect(), "built in other ways");
    assert!(map.clone().into_iter().eq(model.iter().map(|(p, v)| (*p, v.clone()))), "moved out");
    // Down to empty, releasing all memory.
    for p in model.keys().rev() {
        assert!(map.remove(*p).is_some(), "{p} is lost");
    }
    map.compact();
    assert_eq!((map.len(), map.memory_size()), (0, 0));
}
