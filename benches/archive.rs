//! How fast is a whole archive? A table and a stream of updates in memory: records only, contents of messages and entries, flat
//! elements; from a slice, through the lending reader and as owned records; batches of all, some and single columns.
//! Every benchmark checks the sums it measures.
#![allow(clippy::unwrap_used, reason = "benchmarks report by panicking")]

use std::hint::black_box;
use std::time::Duration;

use arrow_array::cast::AsArray as _;
use arrow_array::types::UInt32Type;
use criterion::{Criterion, Throughput};
use routeglass::arrow::{Batches, Columns, TableOptions};
use routeglass::attr::Attributes;
use routeglass::element::Element;
use routeglass::elements;
use routeglass::mrt::{Body, ReadContext, Reader, Record, records};

#[path = "../tests/common/vectors.rs"]
mod vectors;

use vectors::{bgp4mp, entry, message, peer_index_table, record, rib, update};

/// ORIGIN, AS_PATH of four, NEXT_HOP, MULTI_EXIT_DISC, COMMUNITIES of three, LARGE_COMMUNITIES of one.
const ATTRIBUTES: &[u8] = &[
    0x40, 1, 1, 0, 0x40, 2, 18, 2, 4, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xf1, 0, 0, 0xfb, 0xf2, 0, 0, 0xfb, 0xf3, 0x40, 3, 4, 192, 0,
    2, 1, 0x80, 4, 4, 0, 0, 0, 50, 0xc0, 8, 12, 0xfb, 0xf0, 0, 1, 0xfb, 0xf0, 0, 2, 0xfb, 0xf0, 0, 3, 0xc0, 32, 12, 0, 0, 0xfb,
    0xf0, 0, 0, 0, 1, 0, 0, 0, 2,
];

const PREFIXES: u16 = 4_000;
const ENTRIES: u64 = 20;
const UPDATES: u16 = 20_000;

/// The sums of visiting everything.
#[derive(Default, PartialEq, Debug)]
struct Sums {
    routes: u64,
    bits: u64,
    hops: u64,
    communities: u64,
}

impl Sums {
    fn of(routes: u64, announced: u64) -> Self {
        // Prefixes of 24 bits; hops and communities of each announced route.
        Self { routes, bits: routes * 24, hops: announced * (4 * 64496 + 6), communities: announced * (3 * (64496 << 16) + 6) }
    }

    fn attributes(&mut self, a: &Attributes<'_>, routes: u64) {
        self.hops += a.as_path().unwrap().asns().map(|asn| u64::from(asn.0)).sum::<u64>() * routes;
        self.communities += a.communities().unwrap().iter().map(|c| u64::from(c.0)).sum::<u64>() * routes;
        black_box(a.next_hop().unwrap());
    }

    fn record(&mut self, record: &Record<'_>) {
        match record.body().unwrap() {
            Body::Rib(rib) => {
                let prefix = rib.prefix().unwrap().prefix;
                for entry in rib.entries() {
                    self.routes += 1;
                    self.bits += u64::from(prefix.len());
                    self.attributes(&entry.unwrap().attributes().unwrap(), 1);
                }
            }
            Body::Message(message) => {
                let update = message.update().unwrap().unwrap();
                let mut announced = 0;
                for route in update.announced().unwrap() {
                    announced += 1;
                    self.bits += u64::from(route.prefix.len());
                }
                self.routes += announced;
                self.attributes(&update.attributes().unwrap(), announced);
                for route in update.withdrawn().unwrap() {
                    self.routes += 1;
                    self.bits += u64::from(route.prefix.len());
                }
            }
            _ => {}
        }
    }

    fn element(&mut self, element: &Element<'_>) {
        self.routes += 1;
        self.bits += u64::from(element.prefix().unwrap().len());
        self.attributes(&element.attributes().unwrap(), 1);
        assert!(element.is_clean());
    }
}

/// A table: 4,000 prefixes with 20 entries each.
fn table() -> (Vec<u8>, Sums, u64) {
    let mut bytes = peer_index_table();
    let entries: Vec<_> = (0..ENTRIES).map(|n| entry(u16::try_from(n % 2).unwrap(), None, ATTRIBUTES)).collect();
    for n in 0..PREFIXES {
        let [high, low] = n.to_be_bytes();
        bytes.extend(record(13, 2, &rib(&[24, 10, high, low], &entries)));
    }
    let routes = u64::from(PREFIXES) * ENTRIES;
    (bytes, Sums::of(routes, routes), u64::from(PREFIXES) + 1)
}

/// Updates: 20,000 messages that withdraw one route and announce two.
fn updates() -> (Vec<u8>, Sums, u64) {
    let mut bytes = Vec::new();
    for n in 0..UPDATES {
        let [high, low] = n.to_be_bytes();
        let body = update(&[24, 11, high, low], ATTRIBUTES, &[24, 10, high, low, 24, 12, high, low]);
        bytes.extend(record(16, 4, &bgp4mp(true, &message(2, &body))));
    }
    (bytes, Sums::of(u64::from(UPDATES) * 3, u64::from(UPDATES) * 2), u64::from(UPDATES))
}

fn archive(c: &mut Criterion, name: &str, (bytes, sums, count): &(Vec<u8>, Sums, u64)) {
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(20).measurement_time(Duration::from_secs(2));
    group.bench_function("records", |b| {
        b.iter(|| assert_eq!(records(black_box(bytes)).map(|r| r.unwrap().raw_body().len().min(1) as u64).sum::<u64>(), *count));
    });
    group.bench_function("visit, slice", |b| {
        b.iter(|| {
            let mut got = Sums::default();
            records(black_box(bytes)).for_each(|r| got.record(&r.unwrap()));
            assert_eq!(got, *sums);
        });
    });
    group.bench_function("visit, lending reader", |b| {
        b.iter(|| {
            let mut got = Sums::default();
            let mut reader = Reader::new(&black_box(bytes)[..]).unwrap();
            while let Some(r) = reader.next_record().unwrap() {
                got.record(&r);
            }
            assert_eq!(got, *sums);
        });
    });
    group.bench_function("visit, owned records", |b| {
        b.iter(|| {
            let mut got = Sums::default();
            Reader::new(&black_box(bytes)[..]).unwrap().for_each(|r| got.record(&r.unwrap().as_record()));
            assert_eq!(got, *sums);
        });
    });
    group.bench_function("elements, slice", |b| {
        b.iter(|| {
            let mut got = Sums::default();
            elements(black_box(bytes)).for_each(|e| got.element(&e.unwrap()));
            assert_eq!(got, *sums);
        });
    });
    group.bench_function("elements, lending reader", |b| {
        b.iter(|| {
            let mut got = Sums::default();
            let mut peers = ReadContext::new();
            let mut reader = Reader::new(&black_box(bytes)[..]).unwrap();
            while let Some(r) = reader.next_record().unwrap() {
                r.elements(&mut peers).for_each(|e| got.element(&e.unwrap()));
            }
            assert_eq!(got, *sums);
        });
    });
    group.finish();
}

/// A table as collectors have them: of the 20 entries of a prefix, four have the same list.
fn varied_table() -> Vec<u8> {
    let mut bytes = peer_index_table();
    let mut list = ATTRIBUTES.to_vec();
    for n in 0..PREFIXES {
        let [high, low] = n.to_be_bytes();
        let entries: Vec<_> = (0..ENTRIES)
            .map(|entry_number| {
                // The last AS number is that of the prefix, the MULTI_EXIT_DISC one of five.
                set(&mut list, 23, &[high, low]);
                set(&mut list, 38, &[u8::try_from(entry_number % 5).unwrap()]);
                entry(u16::try_from(entry_number % 2).unwrap(), None, &list)
            })
            .collect();
        bytes.extend(record(13, 2, &rib(&[24, 10, high, low], &entries)));
    }
    bytes
}

fn set(list: &mut [u8], at: usize, octets: &[u8]) {
    list.get_mut(at..at + octets.len()).unwrap().copy_from_slice(octets);
}

/// Batches of all default columns, of eight, of two and of one; rows and the sum of the origins are checked.
fn columns(c: &mut Criterion, name: &str, bytes: &[u8]) {
    let origins: u64 = elements(bytes).flatten().filter_map(|e| e.origins().ok()?.next_back()).map(|asn| u64::from(asn.0)).sum();
    let rows = elements(bytes).count() as u64;
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(rows)).sample_size(20).measurement_time(Duration::from_secs(2));
    let usual = ["time", "kind", "peer_asn", "prefix", "next_hop", "as_path", "origin_asn", "communities"];
    for (what, columns) in [
        ("all by default", Columns::DEFAULT),
        ("eight", Columns::from_names(usual).unwrap()),
        ("prefix and origin", Columns::PREFIX | Columns::ORIGIN_ASN),
        ("one", Columns::PEER_ASN),
    ] {
        let options = TableOptions::default().with_columns(columns);
        group.bench_function(what, |b| {
            b.iter(|| {
                let (mut got, mut sum) = (0, 0);
                for batch in Batches::new(Reader::new(black_box(bytes)).unwrap(), options.clone()) {
                    let batch = batch.unwrap();
                    got += batch.num_rows() as u64;
                    if let Some(asns) = batch.column_by_name("origin_asn") {
                        sum += asns.as_primitive::<UInt32Type>().iter().flatten().map(u64::from).sum::<u64>();
                    }
                }
                assert_eq!((got, sum), (rows, if columns.contains(Columns::ORIGIN_ASN) { origins } else { 0 }));
            });
        });
    }
    group.finish();
}

fn main() {
    let mut c = Criterion::default().configure_from_args();
    archive(&mut c, "table", &table());
    archive(&mut c, "updates", &updates());
    columns(&mut c, "columns of a table", &varied_table());
    columns(&mut c, "columns of updates", &updates().0);
    c.final_summary();
}
