//! Which routes were leaked, and by whom?

use std::env;
use std::error::Error;

use routeglass::mrt::{ReadContext, Reader};
use routeglass::peering::{AddressFamily, Hygiene, Inference, Reduction};

fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args().nth(1).ok_or("usage: leaks FILE")?;
    let (mut reader, mut peers) = (Reader::open(&file)?, ReadContext::new());
    let mut reduction = Reduction::new(AddressFamily::V4);
    while let Some(record) = reader.next_record()? {
        peers.observe(&record);
        reduction.add_record(&record, &peers);
    }
    if reduction.paths().is_empty() {
        println!("No usable path: {:?}", reduction.counts());
        return Ok(());
    }
    let judge = reduction.paths().infer(&Inference::default())?.judge_leaks();
    let (mut reader, mut peers) = (Reader::open(&file)?, ReadContext::new());
    let (mut hygiene, mut buffer) = (Hygiene::new(), Vec::new());
    while let Some(record) = reader.next_record()? {
        for element in record.elements(&mut peers).flatten() {
            let Ok(path) = hygiene.clean(&element.as_path()?, &mut buffer) else { continue };
            if let (Some(leak), Some(prefix)) = (judge.shape(path).leak, element.prefix()) {
                println!("{prefix}: AS{} leaked {path:?} (type {} of RFC 7908)", leak.by, leak.kind.number());
            }
        }
    }
    Ok(())
}
