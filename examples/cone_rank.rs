//! How do customer cones fall with rank? Draws both on logarithmic scales, as SVG.

use std::env;
use std::error::Error;

use routeglass::mrt::{ReadContext, Reader};
use routeglass::peering::{AddressFamily, Inference, Reduction};

fn main() -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::open(env::args().nth(1).ok_or("usage: cone_rank FILE > OUT.svg")?)?;
    let (mut peers, mut reduction) = (ReadContext::new(), Reduction::new(AddressFamily::V4));
    while let Some(record) = reader.next_record()? {
        peers.observe(&record);
        reduction.add_record(&record, &peers);
    }
    if reduction.paths().is_empty() {
        println!("No usable path: {:?}", reduction.counts());
        return Ok(());
    }
    let rank = reduction.paths().infer(&Inference::default())?.rank();
    // At least one decade.
    let decades = |n: usize| n.saturating_sub(1).checked_ilog10().map_or(1, |log| log + 1);
    let (ranks, sizes) = (decades(rank.len()), decades(rank.first().map_or(1, |&(_, size)| size)));
    let x = |n: usize| 60.0 + 520.0 * (n as f64).log10() / f64::from(ranks);
    let y = |n: usize| 340.0 - 300.0 * (n as f64).log10() / f64::from(sizes);
    println!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 380" font-family="sans-serif" font-size="12">"#);
    println!(r#"<rect width="600" height="380" fill="white"/>"#);
    for decade in 0..=ranks {
        let n = 10usize.pow(decade);
        println!(r##"<path d="M{0:.1} 340V40" stroke="#ddd"/><text x="{0:.1}" y="356" text-anchor="middle">{n}</text>"##, x(n));
    }
    for decade in 0..=sizes {
        let n = 10usize.pow(decade);
        println!(r##"<path d="M60 {0:.1}H580" stroke="#ddd"/><text x="54" y="{0:.1}" text-anchor="end">{n}</text>"##, y(n));
    }
    println!(r#"<text x="320" y="374" text-anchor="middle">rank</text>"#);
    println!(r#"<text x="60" y="28">networks in the recursive customer cone</text>"#);
    for (at, &(asn, size)) in rank.iter().enumerate() {
        println!(
            r##"<circle cx="{:.1}" cy="{:.1}" r="2" fill="#0a5"><title>AS{asn}: {size}</title></circle>"##,
            x(at + 1),
            y(size)
        );
    }
    println!("</svg>");
    Ok(())
}
