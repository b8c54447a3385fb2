//! What do two networks lose if they stop peering? `cargo run --features cli --example depeering -- FILE [A B]`; without A and B, the
//! first two members of the clique.

use std::env;
use std::error::Error;

use routeglass::mrt::{ReadContext, Reader};
use routeglass::peering::{AddressFamily, Inference, Reduction};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut reader = Reader::open(arguments.next().ok_or("usage: depeering FILE [A B]")?)?;
    let asns = arguments.map(|text| text.parse()).collect::<Result<Vec<u32>, _>>()?;
    let (mut peers, mut reduction) = (ReadContext::new(), Reduction::new(AddressFamily::V4));
    while let Some(record) = reader.next_record()? {
        peers.observe(&record);
        reduction.add_record(&record, &peers);
    }
    if reduction.paths().is_empty() {
        println!("No usable path: {:?}", reduction.counts());
        return Ok(());
    }
    let relations = reduction.paths().infer(&Inference::default())?;
    let (a, b) = match (asns.as_slice(), relations.clique()) {
        (&[a, b], _) | ([], &[a, b, ..]) => (a, b),
        _ => {
            println!("No two networks to ask about.");
            return Ok(());
        }
    };
    let without = relations.without(a, b).ok_or("they have no link")?;
    for (asn, other) in [(a, b), (b, a)] {
        let lost = without.lost(asn);
        let gone = lost.iter().filter(|lost| lost.after == routeglass::peering::Over::Nothing).count();
        println!("AS{asn} without AS{other} reaches {} networks by a worse way and {gone} not at all", lost.len() - gone);
    }
    Ok(())
}
