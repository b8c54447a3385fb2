//! Which route does a packet take? Prints the longest match of addresses and the best of its routes.
//!
//! `cargo run --features cli --example longest_match -- FILE [ADDRESS...]`, with table dumps, updates or both in the file.

use std::env;
use std::error::Error;
use std::net::IpAddr;

use routeglass::rib::{Archives, BestPathOptions};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let file = args.next().ok_or("usage: longest_match FILE [ADDRESS...]")?;
    let mut addresses: Vec<IpAddr> = args.map(|text| text.parse()).collect::<Result<_, _>>()?;
    if addresses.is_empty() {
        // Those of RFC 5737 and RFC 3849, for which the project's small archive has routes.
        addresses = vec!["198.51.100.7".parse()?, "203.0.113.200".parse()?, "2001:db8:100::1".parse()?];
    }

    let mut archives = Archives::new();
    archives.add(&file);
    let rib = archives.load(None, |path, damage| eprintln!("{}: {damage}", path.display()))?;
    for address in addresses {
        let Some(found) = rib.longest_match(address) else {
            println!("{address}: no route");
            continue;
        };
        println!("{address}: {} with {} routes", found.prefix(), found.len());
        if let Some(best) = found.best(&BestPathOptions::default()) {
            println!("  best: {}", best.to_element(found.family(), found.prefix()));
        }
    }
    Ok(())
}
