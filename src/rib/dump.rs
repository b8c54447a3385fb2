//! Writing a table as a TABLE_DUMP_V2 archive.

use std::io::{self, Write};
use std::vec::Vec;

use core::net::{IpAddr, Ipv4Addr};

use super::table::{PrefixRoutes, Rib};
use crate::error::EncodeError;
use crate::mrt::{IndexedPeer, TableDumpWriter};
use crate::time::Timestamp;

fn failed(e: EncodeError) -> io::Error {
    io::Error::other(e)
}

impl Rib {
    /// Writes the table as an archive of TABLE_DUMP_V2 (RFC 6396 section 4.3, RFC 8050 section 4): its peers, then each prefix
    /// with its routes, sorted; those with path identifiers in records of their own. `time` is in seconds since 1970 (UTC).
    ///
    /// A peer without an address is written with 0.0.0.0, as daemons do. What is written and read again is written the same.
    ///
    /// # Errors
    /// The output fails; more than 65,535 peers.
    pub fn write_table_dump(
        &self,
        time: u32,
        collector: Ipv4Addr,
        view: impl AsRef<[u8]>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let time = Timestamp::from_seconds(time);
        let mut dump = TableDumpWriter::new(collector, view);
        let mut numbers = Vec::new();
        for (id, peer, _) in self.peers() {
            let address = peer.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
            let bgp_id = self.bgp_id(id).unwrap_or(Ipv4Addr::UNSPECIFIED);
            numbers.push(dump.peer(IndexedPeer::new(bgp_id, address, peer.asn)).map_err(failed)?);
        }
        let mut octets = Vec::new();
        dump.peer_index_table(time, &mut octets).map_err(failed)?;
        for found in self.iter().chain(self.iter_multicast()) {
            write_prefix(&found, time, &numbers, &mut dump, &mut octets).map_err(failed)?;
            // In pieces that are worth a call.
            if octets.len() >= 1 << 16 {
                out.write_all(&octets)?;
                octets.clear();
            }
        }
        out.write_all(&octets)
    }
}

fn write_prefix(
    found: &PrefixRoutes<'_>,
    time: Timestamp,
    numbers: &[u16],
    dump: &mut TableDumpWriter,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut plain = Vec::new();
    let mut paths = Vec::new();
    for route in found.routes() {
        let Some(number) = numbers.get(route.peer_id().index()).copied() else { continue };
        let entry = (number, route.time(), route.path_id(), route.attribute_bytes());
        if route.path_id().is_some() { paths.push(entry) } else { plain.push(entry) }
    }
    for entries in [plain, paths] {
        if !entries.is_empty() {
            dump.route(time, found.family(), found.prefix(), &entries, out)?;
        }
    }
    Ok(())
}
