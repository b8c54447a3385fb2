//! What is in this archive? Prints one line for each route event.

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(env::args().nth(1).ok_or("usage: dump FILE")?)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for element in routeglass::elements(&bytes) {
        match element {
            Ok(element) => writeln!(out, "{element}")?,
            // One damaged record costs that record; the next one follows.
            Err(e) => eprintln!("{e}"),
        }
    }
    Ok(())
}
