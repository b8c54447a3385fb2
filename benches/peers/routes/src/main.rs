//! Many peers' routes: `Rib` compared with rotonda-store, the same routes and updates, in interleaved rounds; and a whole table
//! dump loaded by `Rib` and by bgpkit-parser into a hash map.
//!
//! ```text
//! routes FILE [--every N] [--peers N] [--family 4|6] [--rounds N] [--queries N] [--only own]
//! routes load rib|rib-without-times|bgpkit FILE
//! ```
//!
//! A file, gzip or not, has one prefix per line (`192.0.2.0/24`), or fields of a CSV; every N-th, sorted, is used, and each of
//! the peers has a route to it. A route is the number of an attribute list. Answers are folded into sums that must be equal for
//! all candidates. Times are nanoseconds of processor time per route, or per prefix read: the minimum of the rounds.

mod candidates;
mod data;
mod load;
mod memory;

use std::collections::BTreeMap;
use std::hint::black_box;

use candidates::Candidate;
use data::Data;
use memory::{live, processor_time};

const COLUMNS: [&str; 8] = ["B/route", "load", "read", "walk", "update", "withdraw", "read again", "drop"];

#[derive(Default)]
struct Bench {
    times: BTreeMap<(usize, usize), Vec<f64>>,
    sums: BTreeMap<&'static str, (u64, &'static str)>,
    order: Vec<&'static str>,
    wrong: Vec<String>,
}

impl Bench {
    fn note(&mut self, name: &'static str, column: &str, value: f64) {
        let candidate = self.order.iter().position(|n| *n == name).unwrap_or_else(|| {
            self.order.push(name);
            self.order.len() - 1
        });
        let column = COLUMNS.iter().position(|c| *c == column).expect("a column");
        self.times.entry((candidate, column)).or_default().push(value);
    }

    fn time(&mut self, name: &'static str, column: &'static str, work: impl FnOnce() -> (u64, usize)) {
        let start = processor_time();
        let (sum, units) = black_box(work());
        self.note(name, column, (processor_time() - start) as f64 / units.max(1) as f64);
        let (first, other) = *self.sums.entry(column).or_insert((sum, name));
        if first != sum {
            self.wrong.push(format!("{column}: {name} has {sum}, {other} {first}"));
        }
    }
}

fn round<C: Candidate>(bench: &mut Bench, data: &Data) {
    let name = C::NAME;
    let keys: Vec<C::Key> = data.prefixes.iter().map(|p| C::key(*p)).collect();
    let mut table = C::new(data);
    let routes = keys.len() * data.peers;
    // Peer after peer, each sorted.
    let lists: Vec<C::List> = (0..routes).map(|i| table.list(data.list_of(i % keys.len(), i / keys.len()))).collect();
    let updates = data.updates.iter().map(|(prefix, peer, list)| (keys[*prefix as usize], *peer, table.list(*list)));
    let updates: Vec<_> = updates.collect();
    let withdrawals: Vec<_> = data.withdrawals.iter().map(|(prefix, peer)| (keys[*prefix as usize], *peer)).collect();
    let wanted: Vec<_> = data.reads.iter().map(|prefix| keys[*prefix as usize]).collect();
    let before = live();
    bench.time(name, "load", || {
        let mut new = 0;
        for (peer, lists) in (0..).zip(lists.chunks(keys.len())) {
            for (key, list) in keys.iter().zip(lists) {
                new += u64::from(table.insert(*key, peer, *list, data));
            }
        }
        (new, routes)
    });
    let heap = live() - before;
    bench.note(name, "B/route", heap as f64 / routes as f64);
    if let Some(says) = table.says() {
        let off = 100.0 * (says as f64 / heap as f64 - 1.0);
        println!("{name}: {heap} bytes on the heap, {says} by its own account ({off:+.1} %)");
    }
    let reads = |table: &C| {
        let sum = wanted.iter().fold(0u64, |sum, key| sum.wrapping_mul(31).wrapping_add(table.read(*key)));
        (sum, wanted.len())
    };
    bench.time(name, "read", || reads(&table));
    bench.time(name, "walk", || table.walk());
    bench.time(name, "update", || {
        for (key, peer, list) in &updates {
            black_box(table.insert(*key, *peer, *list, data));
        }
        // The effect shows when prefixes are read again.
        (0, updates.len())
    });
    bench.time(name, "withdraw", || {
        let mut gone = 0;
        for (key, peer) in &withdrawals {
            gone += u64::from(table.withdraw(*key, *peer));
        }
        (gone, withdrawals.len())
    });
    bench.time(name, "read again", || reads(&table));
    let start = processor_time();
    drop(table);
    bench.note(name, "drop", (processor_time() - start) as f64 / routes as f64);
}

fn least(list: &[f64]) -> f64 {
    list.iter().copied().fold(f64::INFINITY, f64::min)
}

fn number(value: f64) -> String {
    match value {
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn print(bench: &Bench, what: &str) {
    println!("### {what}: least of the rounds (ns; bytes on the heap for each route, without attribute lists)\n");
    let row = |cells: Vec<String>| println!("| {} |", cells.join(" | "));
    row(std::iter::once("candidate".into()).chain(COLUMNS.iter().map(|c| (*c).into())).collect());
    row(vec!["---".into(); COLUMNS.len() + 1]);
    let cell = |c: usize, column: usize| bench.times.get(&(c, column)).map(|t| least(t));
    for (c, name) in bench.order.iter().enumerate() {
        let cells = (0..COLUMNS.len()).map(|column| cell(c, column).map_or("–".into(), number));
        row(std::iter::once((*name).to_string()).chain(cells).collect());
    }
    println!("\nRatio to the first (above 1: the first is better)\n");
    for (c, name) in bench.order.iter().enumerate().skip(1) {
        let ratio = |column| match (cell(0, column), cell(c, column)) {
            (Some(own), Some(other)) => number(other / own),
            _ => "–".into(),
        };
        row(std::iter::once((*name).to_string()).chain((0..COLUMNS.len()).map(ratio)).collect());
    }
    println!();
    match bench.wrong.as_slice() {
        [] => println!("All sums are equal.\n"),
        wrong => println!("SUMS DIFFER:\n{}\n", wrong.join("\n")),
    }
}

fn main() {
    let all: Vec<String> = std::env::args().skip(1).collect();
    if all.first().is_some_and(|first| first == "load") {
        return load::run(&all[1..]);
    }
    let (mut files, mut every, mut peers, mut v6, mut rounds, mut queries, mut own) =
        (Vec::new(), 8, 30, false, 3, 1_000_000, false);
    let mut args = all.into_iter();
    while let Some(arg) = args.next() {
        let mut next = || args.next().unwrap_or_else(|| panic!("{arg} wants a value"));
        match arg.as_str() {
            "--every" => every = next().parse().expect("a number of prefixes"),
            "--peers" => peers = next().parse().expect("a number of peers"),
            "--rounds" => rounds = next().parse().expect("a number of rounds"),
            "--queries" => queries = next().parse().expect("a number of queries"),
            "--family" => v6 = next() == "6",
            "--only" => own = next() == "own",
            _ => files.push(arg),
        }
    }
    for file in &files {
        let data = Data::load(file, every, v6, peers, queries);
        let mut bench = Bench::default();
        for _ in 0..rounds {
            round::<candidates::Interned>(&mut bench, &data);
            round::<candidates::Octets>(&mut bench, &data);
            if !own {
                round::<candidates::Rotonda>(&mut bench, &data);
            }
        }
        let name = file.rsplit('/').next().unwrap_or(file);
        print(&bench, &format!("{name}, {} prefixes × {peers} peers, {rounds} rounds", data.prefixes.len()));
    }
}
