//! The examples on compressed and damaged archives. `cargo test` builds them with the tests.
#![cfg(feature = "gz")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests report by panicking")]

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
