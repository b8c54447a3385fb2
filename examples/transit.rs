//! Who sells transit to whom? Prints each link with the evidence for its relation.

use std::env;
use std::error::Error;

use routeglass::mrt::{ReadContext, Reader};
use routeglass::peering::{AddressFamily, Inference, Reduction, Relation};

fn main() -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::open(env::args().nth(1).ok_or("usage: transit FILE")?)?;
    let (mut peers, mut reduction) = (ReadContext::new(), Reduction::new(AddressFamily::V4));
    while let Some(record) = reader.next_record()? {
        peers.observe(&record);
        reduction.add_record(&record, &peers);
    }
    if reduction.paths().is_empty() {
        println!("No usable path: {:?}", reduction.counts());
        return Ok(());
    }
    for link in reduction.paths().infer(&Inference::default())?.iter() {
        let what = match link.relation {
            Relation::Transit { provider, customer } => format!("AS{provider} sells transit to AS{customer}"),
            Relation::Peer => format!("AS{} and AS{} peer", link.lower, link.higher),
        };
        if let Some(evidence) = link.evidence {
            let firm = if evidence.firm { "firm" } else { "not firm" };
            println!("{what}: {firm}, {} paths from {} vantage points", evidence.paths, evidence.vantage_points);
        }
    }
    Ok(())
}
