//! Writing a table as a TABLE_DUMP_V2 archive.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::format;
use std::io::{self, Write};
use std::sync::Arc;
use std::vec;
use std::vec::Vec;

use core::net::{IpAddr, Ipv4Addr};

use super::attributes::put as put_value;
use super::peer::{Collector, PeerId};
use super::routes::StoredRoute;
use super::stale::Staleness;
use super::table::Rib;
use crate::attr::{AttrFlags, Attributes, Communities, Community, Value};
use crate::codes::{AttrCode, WellKnownCommunity};
use crate::error::EncodeError;
use crate::mrt::{EntryToWrite, IndexedPeer, TableDumpWriter};
use crate::session::Session;
use crate::time::Timestamp;

fn failed(e: EncodeError) -> io::Error {
    io::Error::other(e)
}

/// Maximum number of peers in a PEER_INDEX_TABLE.
const PEERS: usize = 0xffff;

/// Size of entries at which a record is ended: far below common reader limits.
const RECORD: usize = 1 << 20;

/// Size at which output is written.
const PIECE: usize = 1 << 16;

/// One table of the archive: a view of a collector, and its peers.
struct Part {
    collector: Ipv4Addr,
    view: Arc<[u8]>,
    peers: Vec<PeerId>,
}

impl Rib {
    /// Writes the table as a TABLE_DUMP_V2 archive (RFC 6396 section 4.3, RFC 8050 section 4): for each view of each collector
    /// its peers, then each prefix with its routes, sorted, then routes of other families; routes with path identifiers in
    /// separate records. `time` is in seconds since 1970 (UTC).
    ///
    /// A collector is written with the BGP identifier from its table dumps, else with its own IPv4 address, else 0.0.0.0; a peer
    /// without an address as 0.0.0.0, as daemons do. Long-lived stale routes get the community LLGR_STALE (RFC 9494 section 4.2);
    /// other stale routes have no mark in an archive. Reading and writing the output again gives the same octets. A view of more
    /// than 65,535 peers takes several tables, which are combined on reading.
    ///
    /// # Errors
    /// The output fails; or two collectors or peers are indistinguishable in the archive ([`io::ErrorKind::InvalidInput`]).
    pub fn write_table_dump(&self, time: u32, out: &mut impl Write) -> io::Result<()> {
        let time = Timestamp::from_seconds(time);
        let mut octets = Vec::new();
        for part in self.parts()? {
            self.write_part(&part, time, &mut octets, out)?;
        }
        out.write_all(&octets)
    }

    fn parts(&self) -> io::Result<Vec<Part>> {
        let mut peers = BTreeMap::<_, Vec<PeerId>>::new();
        for (id, peer, _) in self.peers() {
            peers.entry((&peer.collector, &*peer.view)).or_default().push(id);
        }
        let mut parts = Vec::new();
        let mut written = BTreeMap::new();
        for (collector, view, bgp_id) in self.views() {
            let ids = peers.remove(&(collector, view)).unwrap_or_default();
            if ids.is_empty() && bgp_id.is_none() {
                continue;
            }
            let own = match collector {
                Collector::Address(IpAddr::V4(address)) => Some(*address),
                _ => None,
            };
            let collector_id = bgp_id.or(own).unwrap_or(Ipv4Addr::UNSPECIFIED);
            if let Some(other) = written.insert((collector_id, view), collector) {
                let both = format!("the collectors {other} and {collector} would both be {collector_id} in the archive");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, both));
            }
            let mut rest = ids.as_slice();
            loop {
                let (some, others) = rest.split_at_checked(PEERS).unwrap_or((rest, &[]));
                parts.push(Part { collector: collector_id, view: view.into(), peers: some.to_vec() });
                rest = others;
                if rest.is_empty() {
                    break;
                }
            }
        }
        // The order in which readers sort them.
        parts.sort_by(|a, b| (a.collector, &a.view).cmp(&(b.collector, &b.view)));
        if parts.is_empty() {
            parts.push(Part { collector: Ipv4Addr::UNSPECIFIED, view: Arc::default(), peers: Vec::new() });
        }
        Ok(parts)
    }

    fn write_part(&self, part: &Part, time: Timestamp, octets: &mut Vec<u8>, out: &mut impl Write) -> io::Result<()> {
        let mut dump = TableDumpWriter::new(part.collector, &part.view);
        let mut numbers = vec![None; self.peers.len()];
        let mut written = BTreeMap::new();
        for id in &part.peers {
            let Some((peer, _)) = self.adjacent(*id) else { continue };
            let address = peer.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
            let bgp_id = self.bgp_id(*id).or(peer.bgp_id).unwrap_or(Ipv4Addr::UNSPECIFIED);
            let number = dump.peer(IndexedPeer::new(bgp_id, address, peer.asn)).map_err(failed)?;
            if written.insert(number, peer).is_some() {
                let both =
                    format!("two peers would both be {address} AS{} with the BGP identifier {bgp_id} in the archive", peer.asn);
                return Err(io::Error::new(io::ErrorKind::InvalidInput, both));
            }
            if let Some(slot) = numbers.get_mut(id.index()) {
                *slot = Some(number);
            }
        }
        dump.peer_index_table(time, octets).map_err(failed)?;
        for found in self.iter().chain(self.iter_multicast()) {
            let routes = found.routes().map(|route| (route, found.staleness(&route)));
            for_each_record(routes, &numbers, |entries| dump.route(time, found.family(), found.prefix(), entries, octets))
                .map_err(failed)?;
            flush(octets, out)?;
        }
        for found in self.others() {
            let routes = found.routes().map(|route| (route, found.staleness(&route)));
            for_each_record(routes, &numbers, |entries| dump.generic_route(time, &found.route(), entries, octets))
                .map_err(failed)?;
            flush(octets, out)?;
        }
        Ok(())
    }
}

/// Writes if enough is buffered.
fn flush(octets: &mut Vec<u8>, out: &mut impl Write) -> io::Result<()> {
    if octets.len() >= PIECE {
        out.write_all(octets)?;
        octets.clear();
    }
    Ok(())
}

/// A list with the community LLGR_STALE (RFC 9494 section 4.2); `None` if it has it already, or would be too long.
fn llgr_stale(list: &[u8]) -> Option<Vec<u8>> {
    let attributes = Attributes::parse_rib_at(list, &Session::AS4, 0).ok()?;
    let mark = WellKnownCommunity::LLGR_STALE.0;
    if attributes.communities().is_ok_and(|list| list.contains(Community(mark))) {
        return None;
    }
    let mut communities: Vec<[u8; 4]> =
        attributes.communities().ok()?.iter().map(|community| community.0.to_be_bytes()).collect();
    communities.push(mark.to_be_bytes());
    let mut with = Vec::with_capacity(list.len().saturating_add(8));
    let put = |with: &mut Vec<u8>| Value::Communities(Communities::from_chunks(&communities)).encode(&Session::AS4, with);
    let mut is_put = false;
    // In the order of their codes.
    for attribute in attributes.iter().flatten() {
        if attribute.code() >= AttrCode::COMMUNITIES && !is_put {
            put(&mut with).ok()?;
            is_put = true;
        }
        if attribute.code() != AttrCode::COMMUNITIES {
            put_value(&Value::Unknown(attribute), attribute.flags().difference(AttrFlags::EXTENDED_LENGTH), &mut with);
        }
    }
    if !is_put {
        put(&mut with).ok()?;
    }
    (with.len() <= usize::from(u16::MAX)).then_some(with)
}

/// Passes on the entries of each record: without path identifiers, then with, at most one record's worth each.
fn for_each_record<'a>(
    routes: impl Iterator<Item = (StoredRoute<'a>, Option<Staleness>)>,
    numbers: &[Option<u16>],
    mut write: impl FnMut(&[EntryToWrite<'_>]) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let routes: Vec<_> = routes
        .map(|(route, staleness)| {
            let list = route.attribute_bytes();
            let marked = if staleness == Some(Staleness::LongLived) { llgr_stale(list) } else { None };
            (route, marked.map_or(Cow::Borrowed(list), Cow::Owned))
        })
        .collect();
    let mut plain = Vec::new();
    let mut paths = Vec::new();
    for (route, list) in &routes {
        let Some(number) = numbers.get(route.peer_id().index()).copied().flatten() else { continue };
        let entry = (number, route.time(), route.path_id(), &**list);
        if route.path_id().is_some() { paths.push(entry) } else { plain.push(entry) }
    }
    for entries in [plain, paths] {
        let mut rest = entries.as_slice();
        while !rest.is_empty() {
            let mut len = 0usize;
            let fits = |entry: &&EntryToWrite<'_>| {
                len = len.saturating_add(entry.3.len()).saturating_add(12);
                len <= RECORD
            };
            let count = rest.iter().take(usize::from(u16::MAX)).take_while(fits).count().max(1);
            let (some, others) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            write(some)?;
            rest = others;
        }
    }
    Ok(())
}
