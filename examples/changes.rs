//! What changed between two instants? Prints the routes that were gained, lost or changed.
//!
//! `cargo run --features cli --example changes -- FILE [FROM TO]`, in seconds since 1970; without them from the first record of
//! the file to the last.

use std::env;
use std::error::Error;

use routeglass::Timestamp;
use routeglass::mrt::Reader;
use routeglass::rib::Archives;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let file = args.next().ok_or("usage: changes FILE [FROM TO]")?;
    let (from, to) = match (args.next(), args.next()) {
        (Some(from), Some(to)) => (from.parse()?, to.parse()?),
        _ => instants(&file)?,
    };

    let mut archives = Archives::new();
    archives.add(&file);
    let table = |seconds| {
        let at = Timestamp::from_seconds(seconds);
        archives.load(Some(at), |path, damage| eprintln!("{}: {damage}", path.display()))
    };
    let (before, after) = (table(from)?, table(to)?);
    println!("{} routes at {from}, {} at {to}", before.len(), after.len());
    before.changes(&after, |change| {
        let element = |route: routeglass::rib::StoredRoute<'_>| route.to_element(change.family, change.prefix).to_string();
        match (change.before.map(element), change.after.map(element)) {
            (None, Some(new)) => println!("gained   {new}"),
            (Some(old), None) => println!("lost     {old}"),
            (Some(old), Some(new)) => println!("changed  {old}\n     to  {new}"),
            (None, None) => {}
        }
    });
    Ok(())
}

/// The times of the earliest and of the latest record.
fn instants(file: &str) -> Result<(u32, u32), Box<dyn Error>> {
    let mut reader = Reader::open(file)?;
    let (mut first, mut last) = (u32::MAX, 0);
    while let Some(record) = reader.next_record()? {
        let seconds = record.timestamp().seconds;
        (first, last) = (first.min(seconds), last.max(seconds));
    }
    Ok((first.min(last), last))
}
