//! Who feeds this archive, and how much? Prints each peer with its routes in tables, announcements and withdrawals.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::net::IpAddr;

use routeglass::Asn;
use routeglass::element::ElementKind;
use routeglass::mrt::{ReadContext, Reader};

fn main() -> Result<(), Box<dyn Error>> {
    let mut reader = Reader::open(env::args().nth(1).ok_or("usage: peers FILE")?)?;
    let mut peers = ReadContext::new();
    let mut counts: BTreeMap<(Asn, Option<IpAddr>), [u64; 3]> = BTreeMap::new();
    while let Some(record) = reader.next_record()? {
        for element in record.elements(&mut peers).flatten() {
            let peer = element.peer();
            let [table, announced, withdrawn] = counts.entry((peer.asn, peer.address)).or_default();
            match element.kind() {
                ElementKind::Rib => *table += 1,
                ElementKind::Announce => *announced += 1,
                ElementKind::Withdraw => *withdrawn += 1,
                _ => {}
            }
        }
    }
    for ((asn, address), [table, announced, withdrawn]) in counts {
        let address = address.map_or("-".to_owned(), |address| address.to_string());
        println!("AS{asn} {address}: {table} in tables, {announced} announced, {withdrawn} withdrawn");
    }
    Ok(())
}
