//! What is in this archive? Prints one line for each route event.

use std::env;
use std::error::Error;
use std::io::{self, Write};

use routeglass::mrt::{ReadContext, Reader};

fn main() -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::open(env::args().nth(1).ok_or("usage: dump FILE")?)?;
    let mut peers = ReadContext::new();
    let mut out = io::BufWriter::new(io::stdout().lock());
    while let Some(record) = reader.next_record()? {
        for element in record.elements(&mut peers) {
            match element {
                Ok(element) => writeln!(out, "{element}")?,
                // A damaged record affects only itself; the next one follows.
                Err(e) => eprintln!("{e}"),
            }
        }
    }
    Ok(())
}
