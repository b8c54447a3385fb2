//! Which networks originate which prefixes? Prints every prefix with its origin ASes.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::error::Error;

use routeglass::element::ElementKind;
use routeglass::mrt::{Peers, Reader};
use routeglass::{Asn, Prefix};

fn main() -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::open(env::args().nth(1).ok_or("usage: origins FILE")?)?;
    let mut peers = Peers::new();
    let mut origins: BTreeMap<Prefix, BTreeSet<Asn>> = BTreeMap::new();
    while let Some(record) = reader.next_record()? {
        for element in record.elements(&mut peers).flatten() {
            let Some(prefix) = element.prefix() else { continue };
            // A withdrawal has no path, and a damaged one names no origin.
            if element.kind() == ElementKind::Withdraw {
                continue;
            }
            let Ok(path) = element.attributes().and_then(|attributes| attributes.merged_path()) else { continue };
            origins.entry(prefix).or_default().extend(path.origins());
        }
    }
    for (prefix, asns) in origins {
        let asns: Vec<_> = asns.iter().map(ToString::to_string).collect();
        println!("{prefix} {}", asns.join(" "));
    }
    Ok(())
}
