//! Visits everything in an archive and prints the sums that every compared tool prints.
//!
//! `visit MODE FILE`: `w2` with the loops over entries and messages, `w2-read` the same with the lending reader, `w2-elements` with
//! the flat elements, `w2-owned` with owned ones, `w2-bgpkit` with those of bgpkit-parser, `w2-findings` asks each element for its
//! finding, `w2-verdict` visits them and asks, `walk` finds one attribute of each table entry without an index, `w1` record headers
//! only. `visit filtered FILE EXPR` counts the elements that a filter matches. `visit compare FILE [ROUNDS]` times the three of
//! them and the elements of bgpkit-parser in turns within one process and prints a table; the sums must be equal. `visit filter
//! FILE ROUNDS EXPR...` times filters beside the loop over messages and the filters of bgpkit-parser; each must match as many
//! elements as after decoding.
mod bgpkit;

use std::time::Duration;

use routeglass::attr::Attributes;
use routeglass::filter::Filter;
use routeglass::mrt::{self, Body, Record};
use routeglass::nlri::{NextHop, PathPrefix};

#[derive(Default, Clone, Copy, PartialEq, Eq, Debug)]
struct Sums {
    recs: u64,
    elems: u64,
    wd: u64,
    plen: u64,
    addr: u64,
    pn: u64,
    ps: u64,
    cn: u64,
    cs: u64,
    ln: u64,
    ls: u64,
    nh: u64,
    err: u64,
}

#[derive(Default)]
struct Values {
    pn: u64,
    ps: u64,
    cn: u64,
    cs: u64,
    ln: u64,
    ls: u64,
    nh: u64,
}

impl Values {
    #[inline(always)]
    fn read(a: &Attributes<'_>) -> routeglass::Result<Self> {
        let mut v = Self::default();
        for segment in a.as_path()?.segments() {
            v.pn += segment.len() as u64;
            v.ps += segment.asns().map(|asn| u64::from(asn.0)).sum::<u64>();
        }
        let communities = a.communities()?;
        v.cn = communities.len() as u64;
        v.cs = communities.iter().map(|c| u64::from(c.0)).sum();
        let large = a.large_communities()?;
        v.ln = large.len() as u64;
        v.ls = large.iter().map(|c| u64::from(c.global) + u64::from(c.local1) + u64::from(c.local2)).sum();
        v.nh = next_hop_sum(a)?;
        Ok(v)
    }
}

/// NEXT_HOP and the next hop of MP_REACH_NLRI: their first four octets.
#[inline(always)]
fn next_hop_sum(a: &Attributes<'_>) -> routeglass::Result<u64> {
    let plain = a.ipv4_next_hop()?.map_or(0, |address| u64::from(address.to_bits()));
    let mp = match a.mp_reach()?.map(|reach| reach.next_hop()) {
        Some(NextHop::V4(address)) => u64::from(address.to_bits()),
        Some(NextHop::V6(address) | NextHop::V6LinkLocal(address, _)) => (address.to_bits() >> 96) as u64,
        _ => 0,
    };
    Ok(plain + mp)
}

impl Sums {
    #[inline(always)]
    fn prefix(&mut self, p: PathPrefix) {
        self.elems += 1;
        self.plen += u64::from(p.prefix.len());
        self.addr = self.addr.wrapping_add(u64::from(p.prefix.first_32_bits()));
    }

    #[inline(always)]
    fn withdraw(&mut self, p: PathPrefix) {
        self.prefix(p);
        self.wd += 1;
    }

    #[inline(always)]
    fn values(&mut self, v: &Values, times: u64) {
        self.pn += v.pn * times;
        self.ps = self.ps.wrapping_add(v.ps.wrapping_mul(times));
        self.cn += v.cn * times;
        self.cs = self.cs.wrapping_add(v.cs.wrapping_mul(times));
        self.ln += v.ln * times;
        self.ls = self.ls.wrapping_add(v.ls.wrapping_mul(times));
        self.nh = self.nh.wrapping_add(v.nh.wrapping_mul(times));
    }

    #[inline(always)]
    fn record(&mut self, record: &Record<'_>) -> routeglass::Result<()> {
        match record.body()? {
            Body::Rib(rib) => {
                let Some(prefix) = rib.prefix() else { return Ok(()) };
                for entry in rib.entries() {
                    let v = Values::read(&entry?.attributes()?)?;
                    self.prefix(prefix);
                    self.values(&v, 1);
                }
            }
            Body::Message(message) => {
                let Some(update) = message.update()? else { return Ok(()) };
                let attributes = update.attributes()?;
                let before = self.elems;
                for prefix in update.announced()? {
                    self.prefix(prefix);
                }
                if let Some((_, nlri)) = update.mp_announced(&attributes)? {
                    for prefix in nlri.prefixes() {
                        self.prefix(prefix);
                    }
                }
                let routes = self.elems - before;
                if routes > 0 {
                    let v = Values::read(&attributes)?;
                    self.values(&v, routes);
                }
                for prefix in update.withdrawn()? {
                    self.withdraw(prefix);
                }
                if let Some((_, nlri)) = update.mp_withdrawn(&attributes)? {
                    for prefix in nlri.prefixes() {
                        self.withdraw(prefix);
                    }
                }
            }
            Body::TableDump(table) => {
                for entry in table.entries() {
                    let entry = entry?;
                    let v = Values::read(&entry.attributes()?)?;
                    self.prefix(PathPrefix { prefix: entry.prefix, path_id: None });
                    self.values(&v, 1);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn print(&self) {
        let Self { recs, elems, wd, plen, addr, pn, ps, cn, cs, ln, ls, nh, err } = self;
        println!(
            "recs={recs} elems={elems} wd={wd} plen={plen} addr={addr} pn={pn} ps={ps} cn={cn} cs={cs} ln={ln} ls={ls} nh={nh} err={err}"
        );
    }
}

/// The processor time of this thread: other programs do not count.
fn now() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is that of a valid value, which the call fills in.
    let outcome = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(outcome, 0, "clock");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Record headers only.
fn headers(archive: &[u8]) -> Sums {
    let mut sums = Sums::default();
    for record in mrt::records(archive) {
        sums.recs += 1;
        sums.plen += u64::from(record.expect("record").kind().0);
    }
    sums
}

/// The loops over entries and messages.
fn messages(archive: &[u8]) -> Sums {
    let mut sums = Sums::default();
    for record in mrt::records(archive) {
        sums.recs += 1;
        match record {
            Ok(record) if sums.record(&record).is_ok() => {}
            _ => sums.err += 1,
        }
    }
    sums
}

/// The same with the lending reader.
fn lending(input: impl std::io::Read) -> Sums {
    let mut sums = Sums::default();
    let mut reader = mrt::Reader::new(input).expect("input");
    while let Some(record) = reader.next_record().expect("record") {
        sums.recs += 1;
        if sums.record(&record).is_err() {
            sums.err += 1;
        }
    }
    sums
}

/// The flat elements.
fn elements(archive: &[u8]) -> Sums {
    visited::<false>(archive)
}

/// The flat elements; with `VERDICT`, those that are not clean are counted, as records, which elements have none of.
fn visited<const VERDICT: bool>(archive: &[u8]) -> Sums {
    let mut sums = Sums::default();
    for element in routeglass::elements(archive) {
        let outcome = element.and_then(|element| {
            if VERDICT && !element.is_clean() {
                sums.recs += 1;
            }
            let Some(prefix) = element.prefix() else { return Ok(()) };
            let path = PathPrefix { prefix, path_id: element.path_id() };
            if element.kind() == routeglass::element::ElementKind::Withdraw {
                sums.withdraw(path);
            } else {
                sums.prefix(path);
                sums.values(&Values::read(&element.attributes()?)?, 1);
            }
            Ok(())
        });
        if outcome.is_err() {
            sums.err += 1;
        }
    }
    sums
}

/// The flat elements, owned.
fn owned(input: impl std::io::Read) -> Sums {
    let mut sums = Sums::default();
    for element in routeglass::element::Archive::new(input).expect("input").elements() {
        let Ok(owned) = element else {
            sums.err += 1;
            continue;
        };
        let element = owned.as_element();
        let Some(prefix) = element.prefix() else { continue };
        let path = PathPrefix { prefix, path_id: element.path_id() };
        if element.kind() == routeglass::element::ElementKind::Withdraw {
            sums.withdraw(path);
        } else {
            sums.prefix(path);
            match element.attributes().and_then(|list| Values::read(&list)) {
                Ok(values) => sums.values(&values, 1),
                Err(_) => sums.err += 1,
            }
        }
    }
    sums
}

/// One attribute of each route of a table without an index of its list: the octets of COMMUNITIES.
fn walk(archive: &[u8]) -> Sums {
    let mut sums = Sums::default();
    for record in mrt::records(archive).flatten() {
        let Ok(Body::Rib(rib)) = record.body() else { continue };
        for entry in rib.entries().flatten() {
            sums.elems += 1;
            let found = entry.attribute_windows().body_of(routeglass::codes::AttrCode::COMMUNITIES);
            sums.cn += found.ok().flatten().map_or(0, |body| body.len() as u64 / 4);
        }
    }
    sums
}

/// Times the candidates in turns; the minimum of each is taken. Records and errors are not compared: elements do not have them.
fn compare(archive: &[u8], rounds: u32) {
    type Candidate = (&'static str, fn(&[u8]) -> Sums);
    const CANDIDATES: [Candidate; 4] = [
        ("routeglass, messages", messages),
        ("routeglass, messages, lending reader", |archive| lending(archive)),
        ("routeglass, elements", elements),
        ("bgpkit-parser, elements", bgpkit::elements),
    ];
    let mut least = [Duration::MAX; CANDIDATES.len()];
    let expected = Sums { recs: 0, err: 0, ..messages(archive) };
    for _ in 0..rounds {
        for ((name, run), least) in CANDIDATES.iter().zip(&mut least) {
            let start = now();
            let sums = run(archive);
            *least = (now() - start).min(*least);
            assert_eq!(Sums { recs: 0, err: 0, ..sums }, expected, "{name}");
        }
    }
    println!("{} elements, {:.1} MB; least of {rounds} rounds", expected.elems, archive.len() as f64 / 1e6);
    for ((name, _), time) in CANDIDATES.iter().zip(least) {
        let seconds = time.as_secs_f64();
        println!(
            "{name:38} {:7.1} ms  {:6.0} MB/s  {:6.2} M elements/s  {:5.2} x",
            seconds * 1e3,
            archive.len() as f64 / 1e6 / seconds,
            expected.elems as f64 / 1e6 / seconds,
            seconds / least[0].as_secs_f64()
        );
    }
}

/// Elements of which the finding is asked for.
fn verdicts(archive: &[u8]) -> usize {
    routeglass::elements(archive).flatten().filter(|element| element.is_clean()).count()
}

/// What is timed: a name, and work that checks its own result.
type Row<'a> = (String, Box<dyn Fn() + 'a>);

/// Times filters, those of bgpkit-parser that ask the same and, beside them, visiting everything and reading one attribute or none;
/// the minimum of each is taken.
fn filter(archive: &[u8], rounds: u32, texts: impl Iterator<Item = String>) {
    let texts: Vec<_> = texts.collect();
    let filters: Vec<_> = texts.iter().map(|text| text.parse::<Filter>().expect("filter")).collect();
    let cn = messages(archive).cn;
    let mut rows: Vec<Row<'_>> = vec![
        ("messages, everything visited".into(), Box::new(|| assert!(std::hint::black_box(messages(archive)).recs > 0))),
        ("elements, finding asked for".into(), Box::new(|| assert!(std::hint::black_box(verdicts(archive)) > 0))),
        ("COMMUNITIES alone".into(), Box::new(move || assert!(std::hint::black_box(walk(archive)).cn <= cn))),
        ("record headers alone".into(), Box::new(|| assert!(std::hint::black_box(headers(archive)).recs > 0))),
    ];
    for (text, filter) in texts.iter().zip(&filters) {
        // As many as after decoding.
        let expected = routeglass::elements(archive).flatten().filter(|element| filter.matches(element)).count();
        let count = move || routeglass::elements(archive).filtered(filter).flatten().count();
        rows.push((text.clone(), Box::new(move || assert_eq!(count(), expected))));
        if let Some((name, value)) = bgpkit::filter_of(text) {
            let run = move || assert_eq!(bgpkit::count(archive, (name, &value)), expected);
            rows.push((format!("bgpkit-parser, {text}"), Box::new(run)));
        }
    }
    let mut least = vec![Duration::MAX; rows.len()];
    for _ in 0..rounds {
        for ((_, run), least) in rows.iter().zip(&mut least) {
            let start = now();
            run();
            *least = (now() - start).min(*least);
        }
    }
    for ((name, _), time) in rows.iter().zip(&least) {
        let seconds = time.as_secs_f64();
        println!("{name:44} {:7.1} ms  {:6.2} x as fast", seconds * 1e3, least[0].as_secs_f64() / seconds);
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (mode, path) = (args.next().expect("mode"), args.next().expect("file"));
    let map = || {
        let file = std::fs::File::open(&path).expect("file");
        // SAFETY: nothing writes to the file while the measurement runs.
        let map = unsafe { memmap2::Mmap::map(&file).expect("map") };
        let _ = map.advise(memmap2::Advice::Sequential);
        map
    };
    let sums = match mode.as_str() {
        "w1" => headers(&map()),
        "w2" => messages(&map()),
        "w2-read" => lending(std::fs::File::open(&path).expect("file")),
        "w2-owned" => owned(std::fs::File::open(&path).expect("file")),
        "walk" => walk(&map()),
        "w2-findings" => Sums { elems: verdicts(&map()) as u64, ..Sums::default() },
        // Elements do not count records.
        "w2-elements" => elements(&map()),
        "w2-verdict" => visited::<true>(&map()),
        "filtered" => {
            let filter = args.next().expect("filter").parse::<Filter>().expect("filter");
            Sums { elems: routeglass::elements(&map()).filtered(&filter).flatten().count() as u64, ..Sums::default() }
        }
        "w2-bgpkit" => bgpkit::elements(&map()),
        "compare" => {
            let mut archive = Vec::new();
            let mut input = routeglass::io::Decompress::new(std::fs::File::open(&path).expect("file")).expect("compression");
            std::io::Read::read_to_end(&mut input, &mut archive).expect("archive");
            return compare(&archive, args.next().map_or(5, |rounds| rounds.parse().expect("rounds")));
        }
        "filter" => {
            let archive = std::fs::read(&path).expect("file");
            return filter(&archive, args.next().expect("rounds").parse().expect("rounds"), args);
        }
        _ => panic!("unknown mode {mode}"),
    };
    sums.print();
}
