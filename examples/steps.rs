//! What does each step of the inference add? Prints the share of right links, and of firm ones, without each of them in turn.
//!
//! `cargo run --release --features cli --example steps -- FILE TRUTH [LEAKS]`: TRUTH has the true relations in the form of serial-1,
//! siblings with the code 2, and route servers in its header. LEAKS is a table with the columns `leaker` and `path` of leaked routes; then
//! also the share of leaked paths that are found, of those with the right network, and of the other paths that are called leaked.

use std::collections::HashMap;
use std::env;
use std::error::Error;
use std::fs;

use routeglass::mrt::{ReadContext, Reader};
use routeglass::peering::format::{OldCodes, SerialReader};
use routeglass::peering::{AddressFamily, Inference, Reduction, Steps};

fn main() -> Result<(), Box<dyn Error>> {
    let mut names = env::args().skip(1);
    let (Some(archive), Some(truth)) = (names.next(), names.next()) else { return Err("usage: steps FILE TRUTH".into()) };
    let leaked = names.next().map(read_leaks).transpose()?;
    let mut lines = SerialReader::new().old_codes(OldCodes::Siblings);
    lines.feed(&fs::read(truth)?)?;
    let truth = lines.finish()?;
    let (mut reader, mut peers) = (Reader::open(archive)?, ReadContext::new());
    let mut reduction = Reduction::new(AddressFamily::V4).route_servers(truth.route_servers().iter().copied());
    while let Some(record) = reader.next_record()? {
        peers.observe(&record);
        reduction.add_record(&record, &peers);
    }
    let without = |change: fn(&mut Steps)| {
        let mut how = Inference::default();
        change(&mut how.steps);
        how
    };
    let cases: [(&str, Inference); 20] = [
        ("nothing", Inference::default()),
        ("leaks in the clique", without(|steps| steps.clique_leaks = false)),
        ("unseen links of the clique", without(|steps| steps.unseen_links = false)),
        ("taking labels back", without(|steps| steps.take_back = false)),
        ("the up rule", without(|steps| steps.up_rule = false)),
        ("open links at members", without(|steps| steps.open_members = false)),
        ("narrow feeds", without(|steps| steps.narrow_feeds = false)),
        ("stubs", without(|steps| steps.stubs = false)),
        ("the small side", without(|steps| steps.small_side = false)),
        ("its condition", without(|steps| steps.gate = false)),
        ("two open links", without(|steps| steps.two_open = false)),
        ("few origins", without(|steps| steps.few_origins = false)),
        ("links never seen downwards", without(|steps| steps.never_down = false)),
        ("peers with full feeds", without(|steps| steps.full_feeds = false)),
        ("preference", without(|steps| steps.preference = false)),
        ("known customers", without(|steps| steps.known_customers = false)),
        ("below members", without(|steps| steps.below_members = false)),
        ("members that peer with anybody", without(|steps| steps.wide_members = false)),
        ("the only link", without(|steps| steps.only_link = false)),
        ("keeping what swings", without(|steps| steps.keep = false)),
    ];
    let paths = reduction.paths();
    println!("{} unique paths of {:.1} octets", paths.len(), paths.memory_size() as f64 / paths.len().max(1) as f64);
    print!("without\tright\tfirm\tright of firm");
    println!("{}", if leaked.is_some() { "\tleaks found\tright network\tfalse" } else { "" });
    for (name, how) in cases {
        let relations = reduction.paths().infer(&how)?;
        let (mut links, mut right, mut firm, mut firm_right) = (0u32, 0u32, 0u32, 0u32);
        for link in relations.iter() {
            let Some(known) = truth.get(link.lower, link.higher) else { continue };
            let is_right = u32::from(known.relation == link.relation);
            links += 1;
            right += is_right;
            if link.is_firm() {
                firm += 1;
                firm_right += is_right;
            }
        }
        let share = |part: u32, of: u32| 100.0 * f64::from(part) / f64::from(of.max(1));
        print!("{name}\t{:.2}\t{:.2}\t{:.3}", share(right, links), share(firm, links), share(firm_right, firm));
        if let Some(leaked) = &leaked {
            let judge = relations.judge_leaks();
            let (mut leaks, mut found, mut named, mut others, mut falsely) = (0u32, 0u32, 0u32, 0u32, 0u32);
            for path in paths.iter() {
                let leak = judge.shape(path.path).leak;
                if let Some(leaker) = leaked.get(path.path) {
                    leaks += 1;
                    found += u32::from(leak.is_some());
                    named += u32::from(leak.is_some_and(|leak| leak.by == *leaker));
                } else {
                    others += 1;
                    falsely += u32::from(leak.is_some());
                }
            }
            print!("\t{:.1}\t{:.1}\t{:.3}", share(found, leaks), share(named, found), share(falsely, others));
        }
        println!();
    }
    Ok(())
}

/// The paths of leaked routes, and the network that leaked each.
fn read_leaks(name: String) -> Result<HashMap<Vec<u32>, u32>, Box<dyn Error>> {
    let text = fs::read_to_string(name)?;
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let head = lines.next().unwrap_or_default();
    let column = |name: &str| head.iter().position(|column| *column == name).ok_or(format!("no column {name}"));
    let (leaker, path) = (column("leaker")?, column("path")?);
    let mut leaks = HashMap::new();
    for line in lines {
        let (Some(leaker), Some(path)) = (line.get(leaker), line.get(path)) else { continue };
        let path = path.split([' ', '|']).map(str::parse).collect::<Result<Vec<u32>, _>>()?;
        leaks.insert(path, leaker.parse()?);
    }
    Ok(leaks)
}
