//! How fast is a single structure? Attribute lists, NLRI, paths, UPDATE and OPEN, in octets per second.
//!
//! Every benchmark checks the result it measures.
#![allow(clippy::unwrap_used, clippy::panic, reason = "benchmarks report by panicking")]

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use routeglass::attr::{AsPath, Attributes, AttributesIter};
use routeglass::bgp::{Message, Open};
use routeglass::error::Action;
use routeglass::nlri::Prefixes;
use routeglass::{Asn, Session};

#[path = "../tests/common/vectors.rs"]
mod vectors;

/// ORIGIN, AS_PATH of four, NEXT_HOP, MULTI_EXIT_DISC, COMMUNITIES of three, LARGE_COMMUNITIES of one.
const SIX: &[u8] = &[
    0x40, 1, 1, 0, 0x40, 2, 18, 2, 4, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf1, 0, 0, 0xfb, 0xf2, 0, 0, 0xfb, 0xf3, 0x40, 3, 4, 192, 0,
    2, 1, 0x80, 4, 4, 0, 0, 0, 50, 0xc0, 8, 12, 0xfb, 0xf0, 0, 1, 0xfb, 0xf0, 0, 2, 0xfb, 0xf0, 0, 3, 0xc0, 32, 12, 0, 0, 0xfb,
    0xf0, 0, 0, 0, 1, 0, 0, 0, 2,
];

fn attributes(c: &mut Criterion) {
    let mut group = c.benchmark_group("attributes");
    group.throughput(Throughput::Bytes(SIX.len() as u64));
    group.bench_function("windows of six", |b| {
        b.iter(|| {
            let codes: u32 = AttributesIter::at(black_box(SIX), 0).map(|a| u32::from(a.unwrap().code().0)).sum();
            assert_eq!(codes, 1 + 2 + 3 + 4 + 8 + 32);
        });
    });
    group.bench_function("index of six", |b| {
        b.iter(|| {
            let a = Attributes::parse_at(black_box(SIX), &Session::AS4, 0).unwrap();
            assert!(black_box(&a).has(routeglass::codes::AttrCode::LARGE_COMMUNITIES));
        });
    });
    group.bench_function("index of six and its values", |b| {
        b.iter(|| {
            let a = Attributes::parse_at(black_box(SIX), &Session::AS4, 0).unwrap();
            let hops: u64 = a.as_path().unwrap().asns().map(|asn| u64::from(asn.0)).sum();
            let communities: u64 = a.communities().unwrap().iter().map(|c| u64::from(c.value())).sum();
            let large: u64 = a.large_communities().unwrap().iter().map(|c| u64::from(c.local2)).sum();
            assert_eq!((hops, communities, large), (4 * 64496 + 6, 6, 2));
            assert_eq!(a.multi_exit_disc(), Ok(Some(50)));
        });
    });
    group.bench_function("findings of six", |b| {
        b.iter(|| {
            let a = Attributes::parse_at(black_box(SIX), &Session::AS4, 0).unwrap();
            assert_eq!(a.findings(|e| panic!("{e}")), Action::None);
        });
    });
    group.finish();
}

fn path(c: &mut Criterion) {
    // A sequence of eight and a set of two.
    let mut bytes = vec![2, 8];
    bytes.extend((0..8u32).flat_map(|n| (64496 + n).to_be_bytes()));
    bytes.extend([1, 2, 0, 0, 0xfc, 0, 0, 0, 0xfc, 1]);
    let mut group = c.benchmark_group("as path");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("check and sum", |b| {
        b.iter(|| {
            let path = AsPath::parse_at(black_box(&bytes), true, 0).unwrap();
            let sum: u64 = path.asns().map(|asn| u64::from(asn.0)).sum();
            assert_eq!(sum, 8 * 64496 + 28 + 2 * 64512 + 1);
        });
    });
    group.bench_function("hops, neighbour and origins", |b| {
        b.iter(|| {
            let path = AsPath::parse_at(black_box(&bytes), true, 0).unwrap();
            assert_eq!((path.hops(), path.neighbour(), path.origins().len()), (9, Some(Asn(64496)), 2));
        });
    });
    group.finish();
}

fn nlri(c: &mut Criterion) {
    let v4: Vec<u8> = (0..100u8).flat_map(|n| [24, 10, 1, n]).collect();
    let v6: Vec<u8> = (0..100u8).flat_map(|n| [48, 0x20, 1, 0x0d, 0xb8, 0, n]).collect();
    let paths: Vec<u8> = (0..100u8).flat_map(|n| [0, 0, 0, n, 24, 10, 1, n]).collect();
    let mut group = c.benchmark_group("nlri");
    for (name, bytes, is_v6, add_path) in
        [("ipv4 of 100", &v4, false, false), ("ipv6 of 100", &v6, true, false), ("ipv4 add-path of 100", &paths, false, true)]
    {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let list = Prefixes::parse_at(black_box(bytes), is_v6, add_path, 0).unwrap();
                let (mut bits, mut ids, mut mixed) = (0u64, 0u64, 0u128);
                for route in list {
                    bits += u64::from(route.prefix.len());
                    ids += u64::from(route.path_id.unwrap_or(0));
                    mixed ^= route.prefix.bits();
                }
                black_box(mixed);
                assert_eq!((bits, ids), (if is_v6 { 4800 } else { 2400 }, if add_path { 4950 } else { 0 }));
            });
        });
    }
    group.finish();
}

fn messages(c: &mut Criterion) {
    let routes: Vec<u8> = (0..5u8).flat_map(|n| [24, 198, 51, n]).collect();
    let update = vectors::message(2, &vectors::update(&[8, 10], SIX, &routes));
    let mut group = c.benchmark_group("messages");
    group.throughput(Throughput::Bytes(update.len() as u64));
    group.bench_function("update with five routes", |b| {
        b.iter(|| {
            let Ok(Message::Update(update)) = Message::parse_at(black_box(&update), &Session::AS4, 0) else {
                panic!("not an UPDATE");
            };
            let a = update.attributes().unwrap();
            let announced = update.announced().unwrap().iter().count();
            let withdrawn = update.withdrawn().unwrap().iter().count();
            assert_eq!((announced, withdrawn, a.as_path().unwrap().hops()), (5, 1, 4));
        });
    });
    group.bench_function("verdict on the same", |b| {
        b.iter(|| {
            let Ok(Message::Update(update)) = Message::parse_at(black_box(&update), &Session::AS4, 0) else {
                panic!("not an UPDATE");
            };
            assert_eq!(update.findings(|e| panic!("{e}")), Action::None);
        });
    });

    // Multiprotocol for two families, route refresh, AS 64496, ADD-PATH, extended messages.
    let capabilities = [
        1, 4, 0, 1, 0, 1, 1, 4, 0, 2, 0, 1, 2, 0, 65, 4, 0, 0, 0xfb, 0xf0, 69, 8, 0, 1, 1, 3, 0, 2, 1, 3, 6, 0, //
    ];
    let len = u8::try_from(capabilities.len()).unwrap();
    let open = [&[4, 0xfb, 0xf0, 0, 180, 192, 0, 2, 1, len + 2, 2, len][..], &capabilities].concat();
    group.throughput(Throughput::Bytes(open.len() as u64));
    group.bench_function("open and its session", |b| {
        b.iter(|| {
            let open = Open::parse_at(black_box(&open), 0).unwrap();
            let session = open.negotiate(&open);
            assert!(session.asn4 && session.extended_message && session.add_path(routeglass::Family::IPV6_UNICAST));
        });
    });
    group.finish();
}

fn main() {
    let mut c = Criterion::default().configure_from_args();
    attributes(&mut c);
    path(&mut c);
    nlri(&mut c);
    messages(&mut c);
    c.final_summary();
}
