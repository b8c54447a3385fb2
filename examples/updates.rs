//! How many prefixes share an UPDATE's attributes? Reads messages rather than route events: attributes once, prefixes beside them.

use std::env;
use std::error::Error;

use routeglass::mrt::{Body, Reader};

fn main() -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::open(env::args().nth(1).ok_or("usage: updates FILE")?)?;
    let (mut updates, mut routes, mut hops) = (0u64, 0u64, 0u64);
    while let Some(record) = reader.next_record()? {
        let Body::Message(message) = record.body()? else { continue };
        let Some(update) = message.update()? else { continue };
        let attributes = update.attributes()?;
        let mp = update.mp_announced(&attributes)?.map_or(0, |(_, nlri)| nlri.prefixes().iter().count());
        let announced = update.announced()?.iter().count() + mp;
        if announced > 0 {
            updates += 1;
            routes += announced as u64;
            hops += attributes.as_path()?.hops() as u64;
        }
    }
    println!("{updates} announcing updates with {routes} routes, {hops} hops in their paths");
    Ok(())
}
