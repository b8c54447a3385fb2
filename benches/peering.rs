//! How fast paths are judged by attested providers, and relations are read and inferred.
//!
//! Every benchmark checks the result it measures.
#![allow(clippy::unwrap_used, clippy::panic, reason = "benchmarks report by panicking")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use routeglass::peering::aspa::{self, Attested, Direction, Outcome};
use routeglass::peering::format::SerialReader;
use routeglass::peering::{AddressFamily, Inference, PathStore};

/// Networks that attest, and as many that do not.
const NETWORKS: u32 = 50_000;

/// Numbers without a pattern, the same in every run.
fn numbers(mut state: u64) -> impl FnMut(u32) -> u32 {
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((state >> 33) % u64::from(below)).unwrap()
    }
}

/// Collapsed paths of five networks: up over two providers and down to a customer's customer, or in one of four up all the way. A third of
/// the networks do not attest, and one path in ten has a network at the top that nobody below attests.
fn attested_paths() -> (Attested, Vec<[u32; 5]>) {
    let mut next = numbers(1);
    // Providers have lower numbers, so that there is no cycle.
    let providers: Vec<[u32; 3]> = (0..NETWORKS).map(|asn| [0; 3].map(|_| next(asn.max(1)) + 1)).collect();
    let attested =
        (0u32..).zip(&providers).filter(|(asn, _)| asn % 3 != 0).map(|(asn, list)| (asn + 1, list.iter().copied())).collect();
    let up = |asn: u32, choice: u32| providers.get(asn as usize - 1).and_then(|list| list.get(choice as usize)).copied().unwrap();
    let mut paths = Vec::new();
    while paths.len() < 1 << 16 {
        // From both ends up to one network.
        let (origin, other) = (next(NETWORKS / 2) + NETWORKS / 2, next(NETWORKS / 2) + NETWORKS / 2);
        let (second, fourth) = (up(origin, next(3)), up(other, next(3)));
        let top = if next(10) == 0 { next(NETWORKS) + 1 } else { up(second, next(3)) };
        let climbs = next(4) == 0;
        let fourth = if climbs { up(top, next(3)) } else { fourth };
        let path = [if climbs { up(fourth, next(3)) } else { other }, fourth, top, second, origin];
        if path.windows(2).all(|pair| matches!(pair, [a, b] if a != b)) {
            paths.push(path);
        }
    }
    (attested, paths)
}

/// The outcome by its definition: whether some, or all, completions of what is not attested permit the path.
fn by_definition(path: &[u32], direction: Direction, attested: &Attested) -> Outcome {
    let hop = |customer: u32, provider: u32| attested.of(customer).map(|list| list.contains(&provider));
    let pairs = || path.iter().rev().zip(path.iter().rev().skip(1));
    let ups: Vec<_> = pairs().map(|(&from, &to)| hop(from, to)).collect();
    let downs: Vec<_> = pairs().map(|(&from, &to)| hop(to, from)).collect();
    let permitted = |unknown: bool| {
        let climb = ups.iter().take_while(|hop| hop.unwrap_or(unknown)).count();
        let descent = downs.iter().rev().take_while(|hop| hop.unwrap_or(unknown)).count();
        match direction {
            Direction::Upstream => climb == ups.len(),
            _ => climb + descent + 1 >= ups.len(),
        }
    };
    match (permitted(false), permitted(true)) {
        (true, _) => Outcome::Valid,
        (_, false) => Outcome::Invalid,
        _ => Outcome::Unknown,
    }
}

fn outcomes(c: &mut Criterion) {
    let (attested, paths) = attested_paths();
    let mut group = c.benchmark_group("attested paths of five networks");
    group.throughput(Throughput::Elements(u64::try_from(paths.len()).unwrap()));
    for (name, direction) in [("upstream", Direction::Upstream), ("downstream", Direction::Downstream)] {
        let mut expected = [0u32; 3];
        let place = |outcome| match outcome {
            Outcome::Valid => 0usize,
            Outcome::Unknown => 1,
            _ => 2,
        };
        for path in &paths {
            if let Some(count) = expected.get_mut(place(by_definition(path, direction, &attested))) {
                *count += 1;
            }
        }
        assert!(expected.iter().all(|&count| count > 0), "{expected:?}");
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut counts = [0u32; 3];
                for path in &paths {
                    if let Some(count) = counts.get_mut(place(aspa::verify(black_box(path), direction, &attested))) {
                        *count += 1;
                    }
                }
                assert_eq!(counts, expected);
            });
        });
    }
}

/// Ten million links.
fn links(c: &mut Criterion) {
    const LINKS: u32 = 10_000_000;
    let mut text = String::new();
    for n in 0..LINKS {
        writeln!(text, "{}|{}|{}", n % 60_000 + 1, n / 60_000 * 300 + n % 293 + 100_000, if n % 3 == 0 { "-1" } else { "0" })
            .unwrap();
    }
    let mut group = c.benchmark_group("relations");
    group.throughput(Throughput::Elements(LINKS.into())).sample_size(10).measurement_time(Duration::from_secs(20));
    group.bench_function("ten million links from lines", |b| {
        b.iter(|| {
            let mut reader = SerialReader::new();
            for chunk in text.as_bytes().chunks(1 << 16) {
                reader.feed(chunk).unwrap();
            }
            let relations = reader.finish().unwrap();
            assert_eq!(relations.len(), LINKS as usize);
        });
    });
}

/// The paths of a whole small Internet.
fn inference(c: &mut Criterion) {
    let mut store = PathStore::new(AddressFamily::V4);
    let mut next = numbers(2);
    for _ in 0..200_000 {
        let origin = next(20_000) + 10_000;
        let path = [next(30) + 1, origin % 97 + 100, origin % 1_009 + 1_000, origin];
        store.push(path.first().copied().unwrap(), &path).unwrap();
    }
    let links = store.infer(&Inference::default()).unwrap().len();
    let mut group = c.benchmark_group("relations");
    group.throughput(Throughput::Elements(u64::try_from(store.len()).unwrap())).sample_size(10);
    group.bench_function("inferred from paths", |b| {
        b.iter(|| assert_eq!(store.infer(&Inference::default()).unwrap().len(), links));
    });
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    outcomes(&mut criterion);
    links(&mut criterion);
    inference(&mut criterion);
    criterion.final_summary();
}
