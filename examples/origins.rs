//! Which networks originate which prefixes? Prints every prefix with its origin ASes.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::error::Error;

use routeglass::element::{ElementKind, Strictness};
use routeglass::mrt::{ReadContext, Reader};
use routeglass::{Asn, Prefix};

fn main() -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::open(env::args().nth(1).ok_or("usage: origins FILE")?)?;
    let mut peers = ReadContext::new();
    let mut origins: BTreeMap<Prefix, BTreeSet<Asn>> = BTreeMap::new();
    while let Some(record) = reader.next_record()? {
        // A route with damaged attributes is treated as withdrawn.
        for element in record.elements(&mut peers).with_strictness(Strictness::Rfc7606).flatten() {
            if let (ElementKind::Announce | ElementKind::Rib, Some(prefix)) = (element.kind(), element.prefix()) {
                origins.entry(prefix).or_default().extend(element.origins()?);
            }
        }
    }
    for (prefix, asns) in origins {
        let asns: Vec<_> = asns.iter().map(ToString::to_string).collect();
        println!("{prefix} {}", asns.join(" "));
    }
    Ok(())
}
