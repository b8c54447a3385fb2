//! The prefix trie compared with other crates' tries and `BTreeMap`: the same prefixes, queries and updates, in interleaved
//! rounds.
//!
//! ```text
//! rib FILE [--updates FILE] [--rounds N] [--family 4|6] [--only NAME,…] [--skip NAME[:COLUMN],…] [--columns COLUMN,…] [--queries N]
//! ```
//!
//! A file, gzip or not, has one prefix per line (`192.0.2.0/24`), or fields of a CSV (`192.0.2.0,24,…`). Updates are lines `A
//! PREFIX` and `W PREFIX`; without them, a sequence of announcements and withdrawals is generated. Answers are folded into sums
//! that must be equal for all candidates. Queries about single addresses and prefixes are run once in each round before they are
//! timed, and the minimum of up to three runs is taken, of one if they take half a second; walks are timed on their first pass.
//! The tables have the medians and minima over the rounds, in nanoseconds of processor time of the thread, which other load on
//! the machine affects less. The random build is always done.

mod candidates;
mod data;

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicIsize, Ordering};
use std::time::Duration;

use candidates::Candidate;
use cpu_time::ThreadTime;
use data::{Data, Update};

/// Counts the live bytes on the heap.
struct Counting;

static LIVE: AtomicIsize = AtomicIsize::new(0);

// SAFETY: forwards every call to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: upheld by the caller.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: upheld by the caller.
        unsafe { System.dealloc(at, layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LIVE.fetch_add(size as isize - layout.size() as isize, Ordering::Relaxed);
        // SAFETY: upheld by the caller.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn live() -> isize {
    LIVE.load(Ordering::Relaxed)
}

pub const COLUMNS: [&str; 20] = [
    "B/prefix",
    "B sorted",
    "B churned",
    "build sorted",
    "build random",
    "collect",
    "lpm random",
    "lpm traffic",
    "lpm chain",
    "lpm many",
    "exact",
    "covered/item",
    "covering",
    "iter",
    "updates",
    "remove",
    "reinsert",
    "frozen",
    "frozen many",
    "frozen B",
];

/// Queries that take this long in total are not repeated in a round.
const LONG: Duration = Duration::from_millis(500);

/// State and results of a run.
pub struct Bench {
    only: Vec<String>,
    skip: Vec<String>,
    columns: Vec<String>,
    times: BTreeMap<(usize, usize), Vec<f64>>,
    sums: BTreeMap<&'static str, (u64, &'static str)>,
    order: Vec<&'static str>,
    wrong: Vec<String>,
}

impl Bench {
    fn wanted(&self, name: &str, column: &str) -> bool {
        (self.only.is_empty() || self.only.iter().any(|n| n == name))
            && (column.is_empty() || self.columns.is_empty() || self.columns.iter().any(|c| c == column))
            && !self.skip.iter().any(|s| s == name || *s == format!("{name}:{column}"))
    }

    fn index(&mut self, name: &'static str) -> usize {
        self.order.iter().position(|n| *n == name).unwrap_or_else(|| {
            self.order.push(name);
            self.order.len() - 1
        })
    }

    fn note(&mut self, name: &'static str, column: &str, value: f64) {
        let candidate = self.index(name);
        let column = COLUMNS.iter().position(|c| *c == column).expect("a column");
        self.times.entry((candidate, column)).or_default().push(value);
    }

    fn sum(&mut self, name: &'static str, column: &'static str, sum: u64) {
        let (first, other) = *self.sums.entry(column).or_insert((sum, name));
        if first != sum {
            let text = format!("{column}: {name} has {sum}, {other} {first}");
            if !self.wrong.contains(&text) {
                self.wrong.push(text);
            }
        }
    }

    /// Times queries. All of them are run once before, so that build order does not matter; then the minimum of up to three runs
    /// is taken, of fewer if they take long.
    fn ask(&mut self, name: &'static str, column: &'static str, work: impl Fn() -> Option<(u64, usize)>) {
        if !self.wanted(name, column) {
            return;
        }
        let start = ThreadTime::now();
        std::hint::black_box(work());
        let mut least = f64::INFINITY;
        for _ in 0..3 {
            let Some((sum, time)) = timed(&work) else { return };
            self.sum(name, column, sum);
            least = least.min(time);
            if start.elapsed() > LONG {
                break;
            }
        }
        self.note(name, column, least);
    }

    /// Times `work`, which returns a sum and its number of units.
    fn time(&mut self, name: &'static str, column: &'static str, work: impl FnOnce() -> Option<(u64, usize)>) {
        if self.wanted(name, column)
            && let Some((sum, time)) = timed(work)
        {
            self.note(name, column, time);
            self.sum(name, column, sum);
        }
    }
}

/// The sum, and the time per unit.
fn timed(work: impl FnOnce() -> Option<(u64, usize)>) -> Option<(u64, f64)> {
    let start = ThreadTime::now();
    let (sum, units) = std::hint::black_box(work())?;
    Some((sum, start.elapsed().as_nanos() as f64 / units.max(1) as f64))
}

fn round<C: Candidate>(bench: &mut Bench, data: &Data) {
    let name = C::NAME;
    if !bench.wanted(name, "") {
        return;
    }
    let key = |p: &data::P| C::key(*p);
    let n = data.sorted.len();
    // Sorted.
    if bench.wanted(name, "build sorted") {
        let sorted: Vec<(C::Key, u32)> = data.sorted.iter().map(|&i| (key(&data.prefixes[i as usize]), i)).collect();
        let before = live();
        let start = ThreadTime::now();
        let table = C::build_sorted(&sorted);
        bench.note(name, "build sorted", start.elapsed().as_nanos() as f64 / n as f64);
        bench.note(name, "B sorted", (live() - before) as f64 / n as f64);
        drop(table);
    }
    let random: Vec<(C::Key, u32)> = data.prefixes.iter().zip(0..).map(|(p, i)| (key(p), i)).collect();
    bench.time(name, "collect", || {
        drop(C::collect(&random)?);
        Some((0, n))
    });
    let before = live();
    let start = ThreadTime::now();
    let mut table = C::default();
    for &(key, value) in &random {
        table.insert(key, value);
    }
    bench.note(name, "build random", start.elapsed().as_nanos() as f64 / n as f64);
    bench.note(name, "B/prefix", (live() - before) as f64 / n as f64);
    let addresses = |list: &[data::A]| -> Vec<C::Address> { list.iter().map(|a| C::address(*a)).collect() };
    let uniform = addresses(&data.uniform);
    let traffic = addresses(&data.traffic);
    let m = uniform.len();
    let value = |v: Option<u32>| v.map_or(0, |v| u64::from(v) + 1);
    bench.ask(name, "lpm random", || Some((uniform.iter().map(|a| value(table.lpm(*a))).sum(), m)));
    bench.ask(name, "lpm traffic", || Some((traffic.iter().map(|a| value(table.lpm(*a))).sum(), m)));
    bench.ask(name, "lpm chain", || {
        let mut at = 0;
        let mut sum = 0u64;
        let steps = m / 4;
        for _ in 0..steps {
            let found = value(table.lpm(traffic[at]));
            sum = sum.wrapping_add(found);
            at += 1 + (found & 1) as usize;
            if at >= m {
                at = 0;
            }
        }
        Some((sum, steps))
    });
    bench.ask(name, "lpm many", || Some((table.lpm_many(&uniform)?, m)));
    let exact: Vec<C::Key> = data.exact.iter().map(key).collect();
    bench.ask(name, "exact", || Some((exact.iter().map(|k| value(table.exact(*k))).sum(), exact.len())));
    let wide: Vec<C::Key> = data.wide.iter().map(key).collect();
    bench.time(name, "covered/item", || {
        let (mut sum, mut items) = (0, 0);
        for k in &wide {
            let (s, n) = table.covered(*k)?;
            sum += s;
            items += n;
        }
        Some((sum, items))
    });
    let hosts = &traffic[..m / 5];
    bench.ask(name, "covering", || {
        let mut sum = 0;
        for a in hosts {
            sum += table.covering(*a)?;
        }
        Some((sum, hosts.len()))
    });
    bench.time(name, "iter", || table.iterate());
    if bench.wanted(name, "frozen") || bench.wanted(name, "frozen many") {
        let before = live();
        if let Some(frozen) = C::freeze(&table) {
            bench.note(name, "frozen B", (live() - before) as f64 / n as f64);
            bench.ask(name, "frozen", || Some((uniform.iter().map(|a| value(C::frozen_lpm(&frozen, *a))).sum(), m)));
            bench.ask(name, "frozen many", || Some((C::frozen_many(&frozen, &uniform)?, m)));
        }
    }
    // The same addresses, by other queries.
    for column in ["lpm many", "frozen", "frozen many"] {
        let (a, b) = (bench.sums.get(column).map(|s| s.0), bench.sums.get("lpm random").map(|s| s.0));
        let text = format!("{column} {a:?}, lpm random {b:?}");
        if a != b && a.is_some() && b.is_some() && !bench.wrong.contains(&text) {
            bench.wrong.push(text);
        }
    }
    if bench.wanted(name, "updates") {
        let updates: Vec<(C::Key, Option<u32>)> = data
            .updates
            .iter()
            .map(|u| match u {
                Update::Announce(p, v) => (key(p), Some(*v)),
                Update::Withdraw(p) => (key(p), None),
            })
            .collect();
        bench.time(name, "updates", || {
            let mut changed = 0u64;
            for (key, value) in &updates {
                changed += u64::from(match value {
                    Some(v) => table.insert(*key, *v),
                    None => table.remove(*key)?,
                });
            }
            Some((changed, updates.len()))
        });
    }
    let half: Vec<(C::Key, u32)> = random.iter().step_by(2).copied().collect();
    let mut removes = true;
    bench.time(name, "remove", || {
        let mut removed = 0u64;
        for (key, _) in &half {
            let Some(there) = table.remove(*key) else {
                removes = false;
                return None;
            };
            removed += u64::from(there);
        }
        Some((removed, half.len()))
    });
    bench.time(name, "reinsert", || {
        if !removes {
            return None;
        }
        let mut there = 0u64;
        for (key, value) in &half {
            there += u64::from(table.insert(*key, *value));
        }
        Some((there, half.len()))
    });
    let with = live();
    drop(table);
    bench.note(name, "B churned", (with - live()) as f64 / n as f64);
}

fn median(list: &[f64]) -> f64 {
    let mut list = list.to_vec();
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

fn number(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

fn minimum(list: &[f64]) -> f64 {
    list.iter().copied().fold(f64::INFINITY, f64::min)
}

fn print(bench: &Bench, what: &str, kind: &str, of: fn(&[f64]) -> f64) {
    println!("### {what}: {kind} (ns; bytes on the heap for each prefix, values included)\n");
    let row = |cells: Vec<String>| println!("| {} |", cells.join(" | "));
    row(std::iter::once("candidate".into()).chain(COLUMNS.iter().map(|c| (*c).into())).collect());
    row(vec!["---".into(); COLUMNS.len() + 1]);
    let cell = |c: usize, column: usize| bench.times.get(&(c, column)).map(|t| of(t));
    for (c, name) in bench.order.iter().enumerate() {
        let cells = (0..COLUMNS.len()).map(|column| cell(c, column).map_or("–".into(), number));
        row(std::iter::once((*name).to_string()).chain(cells).collect());
    }
    println!("\nRatio to the first (above 1: the first is better)\n");
    for (c, name) in bench.order.iter().enumerate().skip(1) {
        let ratio = |column| match (cell(0, column), cell(c, column)) {
            (Some(own), Some(other)) => format!("{:.2}", other / own),
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
    let mut files = Vec::new();
    let (mut updates, mut rounds, mut families, mut queries) = (None, 3, vec![false, true], 1_000_000);
    let (mut only, mut skip, mut columns) = (Vec::new(), Vec::new(), Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut next = || args.next().unwrap_or_else(|| panic!("{arg} wants a value"));
        let list = |text: String| text.split(',').map(String::from).collect();
        match arg.as_str() {
            "--updates" => updates = Some(next()),
            "--rounds" => rounds = next().parse().expect("a number of rounds"),
            "--queries" => queries = next().parse().expect("a number of queries"),
            "--family" => families = vec![next() == "6"],
            "--only" => only = list(next()),
            "--skip" => skip = list(next()),
            "--columns" => columns = list(next()),
            _ => files.push(arg),
        }
    }
    for file in &files {
        for &v6 in &families {
            let data = Data::load(file, updates.as_deref(), v6, queries);
            if data.prefixes.is_empty() {
                continue;
            }
            let mut bench = Bench {
                only: only.clone(),
                skip: skip.clone(),
                columns: columns.clone(),
                times: BTreeMap::new(),
                sums: BTreeMap::new(),
                order: Vec::new(),
                wrong: Vec::new(),
            };
            let all: [fn(&mut Bench, &Data); 6] = [
                if v6 { round::<candidates::Own6> } else { round::<candidates::Own4> },
                if v6 { round::<candidates::PrefixTrie6> } else { round::<candidates::PrefixTrie4> },
                if v6 { round::<candidates::Treebitmap6> } else { round::<candidates::Treebitmap4> },
                round::<candidates::Bart>,
                round::<candidates::Tree>,
                round::<candidates::Rotonda>,
            ];
            // Forwards and backwards in turn: a candidate is not always affected by the same one's allocations.
            for number in 0..rounds {
                for i in 0..all.len() {
                    all[if number % 2 == 0 { i } else { all.len() - 1 - i }](&mut bench, &data);
                }
            }
            let name = file.rsplit('/').next().unwrap_or(file);
            let what = format!("{name}, {} IPv{} prefixes, {rounds} rounds", data.prefixes.len(), if v6 { 6 } else { 4 });
            print(&bench, &what, "medians", median);
            print(&bench, &what, "minima", minimum);
        }
    }
}
