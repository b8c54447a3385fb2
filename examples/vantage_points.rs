//! How many vantage points does it take? Draws the share of right links against the number of vantage points, as SVG.
//!
//! `cargo run --features cli --example vantage_points -- FILE [TRUTH] > OUT.svg`: TRUTH has the true relations in the form of
//! serial-1; without it, the result of all vantage points together counts as right.

use std::env;
use std::error::Error;
use std::fs;

use routeglass::mrt::{ReadContext, Reader};
use routeglass::peering::{AddressFamily, Hygiene, Inference, PathStore, Relations};

fn main() -> Result<(), Box<dyn Error>> {
    let mut names = env::args().skip(1);
    let mut reader = Reader::open(names.next().ok_or("usage: vantage_points FILE [TRUTH] > OUT.svg")?)?;
    let truth = names.next().map(fs::read).transpose()?.map(|text| Relations::read_serial(&text)).transpose()?;
    let (mut peers, mut hygiene, mut buffer) = (ReadContext::new(), Hygiene::new(), Vec::new());
    // Paths of each vantage point, in the order of their first routes.
    let mut feeds: Vec<(u32, PathStore)> = Vec::new();
    while let Some(record) = reader.next_record()? {
        for element in record.elements(&mut peers).flatten().filter(|e| e.family() == Some(AddressFamily::V4.unicast())) {
            let vantage = element.peer().asn.0;
            if let Ok(path) = hygiene.clean(&element.as_path()?, &mut buffer) {
                let at = feeds.iter().position(|(asn, _)| *asn == vantage).unwrap_or_else(|| {
                    feeds.push((vantage, PathStore::new(AddressFamily::V4)));
                    feeds.len() - 1
                });
                if let Some((_, feed)) = feeds.get_mut(at) {
                    feed.push(vantage, path)?;
                }
            }
        }
    }
    let (mut paths, mut answers) = (PathStore::new(AddressFamily::V4), Vec::new());
    for (_, feed) in &feeds {
        paths.merge(feed)?;
        answers.push(paths.infer(&Inference::default())?);
    }
    let Some(truth) = truth.or_else(|| answers.last().cloned()) else {
        println!("No usable path: {:?}", hygiene.counts());
        return Ok(());
    };
    let share = |answer: &Relations| {
        let right = answer.iter().filter(|link| truth.get(link.lower, link.higher).map(|t| t.relation) == Some(link.relation));
        100.0 * right.count() as f64 / answer.len().max(1) as f64
    };
    let points: Vec<(f64, f64)> = answers.iter().enumerate().map(|(n, answer)| ((n + 1) as f64, share(answer))).collect();
    let least = points.iter().map(|&(_, share)| share).fold(100.0, f64::min).floor() - 1.0;
    let (x, y) =
        (|n: f64| 60.0 + 520.0 * n / points.len() as f64, |share: f64| 340.0 - 300.0 * (share - least) / (100.0 - least));
    println!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 380" font-family="sans-serif" font-size="12">"#);
    println!(r#"<rect width="600" height="380" fill="white"/><text x="60" y="28">right links in %</text>"#);
    for share in [least, (least + 100.0) / 2.0, 100.0] {
        println!(
            r##"<path d="M60 {0:.1}H580" stroke="#ddd"/><text x="54" y="{0:.1}" text-anchor="end">{share:.1}</text>"##,
            y(share)
        );
    }
    let line: Vec<String> = points.iter().map(|&(n, share)| format!("{:.1},{:.1}", x(n), y(share))).collect();
    println!(r##"<polyline points="{}" fill="none" stroke="#06c" stroke-width="2"/>"##, line.join(" "));
    for &(n, share) in &points {
        println!(
            r##"<circle cx="{:.1}" cy="{:.1}" r="3" fill="#06c"><title>{n}: {share:.2} %</title></circle>"##,
            x(n),
            y(share)
        );
    }
    println!(r#"<text x="320" y="364" text-anchor="middle">vantage points, 1 to {}</text></svg>"#, points.len());
    Ok(())
}
