//! Loads a whole table dump in a separate process: time, memory, bytes per route.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::net::IpAddr;
use std::time::Instant;

use bgpkit_parser::models::NetworkPrefix;
use bgpkit_parser::{BgpElem, BgpkitParser};
use routeglass::rib::{Archives, RibOptions};

use crate::memory::{live, processor_time, status};

fn report(what: &str, file: &str, start: Instant, routes: usize, heap: isize) {
    let seconds = start.elapsed().as_secs_f64();
    // The process began with the load.
    let processor = processor_time() as f64 / 1e9;
    let size = std::fs::metadata(file).map_or(0, |m| m.len());
    let (peak, resident) = (status("VmHWM"), status("VmRSS"));
    println!(
        "{what}: {size} bytes of file, {routes} routes in {seconds:.2} s, {:.2} s of processor time ({:.0} MB/s, {:.0} ns a route); heap {heap} ({:.1} bytes a route), \
         resident {resident} ({:.1}), at most {peak} ({:.1})",
        processor,
        size as f64 / processor / 1e6,
        processor * 1e9 / routes as f64,
        heap as f64 / routes as f64,
        resident as f64 / routes as f64,
        peak as f64 / routes as f64,
    );
}

/// `Rib` through its own reader.
fn own(file: &str, times: bool) {
    let (before, start) = (live(), Instant::now());
    let mut damage = 0;
    let mut archives = Archives::new().with_options(RibOptions::default().with_times(times));
    let rib = archives.add(file).load(None, |_, _| damage += 1).expect("one collector's table");
    report(if times { "Rib" } else { "Rib without times" }, file, start, rib.len(), live() - before);
    let store = rib.attribute_store();
    let (routes, lists) = (rib.len() as f64, store.len() as f64);
    println!(
        "  {} prefixes, {} peers, {damage} damaged; {} lists of {:.1} octets, one for {:.2} routes, {:.1} octets a route; beside them \
         {:.2} octets a list; routes and prefixes {:.2} octets a route",
        rib.prefix_count(),
        rib.peers().count(),
        store.len(),
        store.octets() as f64 / lists,
        routes / lists,
        store.octets() as f64 / routes,
        store.overhead() as f64 / lists,
        rib.memory_size() as f64 / routes,
    );
    std::mem::forget(rib);
}

/// A hash map of routes, filled by bgpkit-parser. The elements are boxed: at half a kilobyte each, growing the map itself would
/// be far more expensive.
fn bgpkit(file: &str) {
    let (before, start) = (live(), Instant::now());
    let mut map: HashMap<(IpAddr, NetworkPrefix), Box<BgpElem>> = HashMap::new();
    let input = BufReader::with_capacity(1 << 20, File::open(file).expect("a file"));
    for elem in BgpkitParser::from_reader(input) {
        map.insert((elem.peer_ip, elem.prefix), Box::new(elem));
    }
    report("bgpkit-parser and HashMap", file, start, map.len(), live() - before);
    std::mem::forget(map);
}

pub fn run(args: &[String]) {
    match args {
        [what, file] => match what.as_str() {
            "rib" => own(file, true),
            "rib-without-times" => own(file, false),
            "bgpkit" => bgpkit(file),
            _ => panic!("load rib|rib-without-times|bgpkit FILE"),
        },
        _ => panic!("load rib|rib-without-times|bgpkit FILE"),
    }
}
