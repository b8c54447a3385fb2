//! Who announces parts of my prefix, and whose is it? Prints more specific prefixes and origins when they first come up.
//!
//! `cargo run --features cli --example more_specifics -- FILE [PREFIX]`, with table dumps, updates or both in the file.

use std::collections::BTreeSet;
use std::env;
use std::error::Error;

use routeglass::element::ElementKind;
use routeglass::mrt::{ReadContext, Reader};
use routeglass::rib::PrefixMap;
use routeglass::{Asn, Prefix};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let mut reader = Reader::open(args.next().ok_or("usage: more_specifics FILE [PREFIX]")?)?;
    // By default, one for which the project's small archive has routes.
    let mine: Prefix = args.next().as_deref().unwrap_or("203.0.113.0/24").parse()?;

    let mut peers = ReadContext::new();
    // The origins seen for each prefix.
    let mut known: PrefixMap<BTreeSet<Asn>> = PrefixMap::new();
    while let Some(record) = reader.next_record()? {
        for element in record.elements(&mut peers).flatten() {
            let Some(prefix) = element.prefix().filter(|prefix| mine.contains(*prefix)) else { continue };
            if !matches!(element.kind(), ElementKind::Rib | ElementKind::Announce) || !element.is_clean() {
                continue;
            }
            let path = element.attributes()?.merged_path()?;
            let origins: BTreeSet<Asn> = path.origins().collect();
            let is_new = known.get(prefix).is_none();
            let before = known.entry(prefix).or_default();
            if origins.is_subset(before) && !is_new {
                continue;
            }
            let what = match (is_new, prefix == mine) {
                (true, true) => "first seen".to_owned(),
                (true, false) => format!("more specific than {mine}"),
                (false, _) => format!("origin changed, was {}", list(before)),
            };
            before.extend(&origins);
            println!("{} {prefix} from {} by way of {}: {what}", element.time(), list(&origins), element.peer().asn);
        }
    }
    println!("{} prefixes in {mine}", known.covered(mine).count());
    Ok(())
}

fn list(asns: &BTreeSet<Asn>) -> String {
    let asns: Vec<_> = asns.iter().map(|asn| format!("AS{asn}")).collect();
    asns.join(" ")
}
