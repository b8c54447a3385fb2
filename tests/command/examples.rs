//! The examples on compressed and damaged archives. `cargo test` builds them with the tests.
#![cfg(feature = "gz")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "tests report by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::vectors::{ATTRIBUTES, bgp4mp, message, record, update};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sample.mrt");

/// Output of an example for a file; `None` if the example was not built.
fn output(example: &str, file: &Path) -> Option<String> {
    let tests = std::env::current_exe().unwrap();
    let program: PathBuf = tests.parent()?.parent()?.join("examples").join(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        println!("skipped: {} is not there", program.display());
        return None;
    }
    let output = Command::new(program).arg(file).output().unwrap();
    assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn compressed_files_give_what_plain_ones_give() {
    for example in ["dump", "updates", "peers", "origins"] {
        let Some(plain) = output(example, Path::new(SAMPLE)) else { continue };
        assert!(!plain.is_empty(), "{example}");
        assert_eq!(output(example, &Path::new(SAMPLE).with_extension("mrt.gz")), Some(plain), "{example}");
    }
}

#[test]
fn origins_leaves_out_withdrawals_and_goes_on_behind_damage() {
    // A withdrawal; an attribute that overruns its list; a sound announcement.
    let updates = [update(&[8, 9], &[], &[]), update(&[], &[0x40, 1, 9, 0], &[8, 10]), update(&[], ATTRIBUTES, &[8, 11])];
    let archive: Vec<u8> = updates.iter().flat_map(|body| record(16, 4, &bgp4mp(true, &message(2, body)))).collect();
    let file = std::env::temp_dir().join(format!("routeglass-{}-origins.mrt", std::process::id()));
    fs::write(&file, archive).unwrap();
    let text = output("origins", &file);
    fs::remove_file(&file).unwrap();
    assert!(text.is_none_or(|text| text == "11.0.0.0/8 64496\n"));
}

/// Circles of a plot: both coordinates and the text.
#[cfg(feature = "peering")]
fn circles(svg: &str) -> Vec<(f64, f64, &str)> {
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 600 380\"") && svg.ends_with("</svg>\n"));
    let between =
        |line: &str, before: &str| line.split_once(before).unwrap().1.split_once('"').unwrap().0.parse::<f64>().unwrap();
    svg.lines()
        .filter(|line| line.starts_with("<circle "))
        .map(|line| {
            let [x, y] = ["cx=\"", "cy=\""].map(|name| between(line, name));
            assert!((60.0..=580.0).contains(&x) && (40.0..=340.0).contains(&y), "within the axes: {line}");
            (x, y, line.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0)
        })
        .collect()
}

#[cfg(feature = "peering")]
#[test]
fn plots_have_a_point_for_each_network_and_each_vantage_point() {
    use routeglass::mrt::{ReadContext, records};
    use routeglass::peering::{AddressFamily, Inference, Reduction};

    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/peering.mrt");
    let octets = fs::read(table).unwrap();
    let (mut peers, mut reduction) = (ReadContext::new(), Reduction::new(AddressFamily::V4));
    for record in records(&octets) {
        let record = record.unwrap();
        peers.observe(&record);
        reduction.add_record(&record, &peers);
    }
    let relations = reduction.paths().infer(&Inference::default()).unwrap();
    if let Some(svg) = output("cone_rank", Path::new(table)) {
        let points = circles(&svg);
        let texts: Vec<&str> = points.iter().map(|&(_, _, text)| text).collect();
        let rank: Vec<String> = relations.rank().iter().map(|(asn, size)| format!("AS{asn}: {size}")).collect();
        assert_eq!(texts, rank);
        // Smaller cones are lower and further to the right.
        assert!(points.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1));
    }
    if let Some(svg) = output("vantage_points", Path::new(table)) {
        let points = circles(&svg);
        assert_eq!(points.len() as u64, relations.vantage_points());
        assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0));
        // All of them together are what the share is of.
        assert_eq!(points.last().map(|&(_, y, text)| (y, text)), Some((40.0, "9: 100.00 %")));
        assert!(points[0].1 > 40.0, "one vantage point alone has not all links right");
    }
}
