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
use crate::family::Family;
use crate::mrt::{EntryToWrite, IndexedPeer, TableDumpWriter};
use crate::nlri::RawRoute;
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;

fn failed(e: EncodeError) -> io::Error {
    io::Error::other(e)
}

/// Maximum number of peers in a PEER_INDEX_TABLE.
const PEERS: usize = 0xffff;

/// Size of entries at which a record is ended: far below common reader limits.
const RECORD: usize = 1 << 20;

/// About half of the most walks through the table that writing takes, however many parts it has; a part of this share of the routes
/// has its own.
const WALKS: usize = 16;

/// Size at which output is written.
const PIECE: usize = 1 << 16;

/// One table of the archive: a view of a collector, and its peers.
struct Part {
    collector: Ipv4Addr,
    view: Arc<[u8]>,
    peers: Vec<PeerId>,
    /// Number of routes of its peers.
    routes: usize,
}

/// A peer's number in the part of its group.
type Numbered = Option<(u32, u16)>;

/// What a record is about.
#[derive(Clone, Copy)]
enum About<'a> {
    Prefix(Family, Prefix),
    Other(RawRoute<'a>),
}

/// A route of a part, in the order of the walk.
struct Gathered<'a> {
    part: u32,
    about: u32,
    route: StoredRoute<'a>,
    staleness: Option<Staleness>,
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
        let parts = self.parts()?;
        let mut numbers = vec![None; self.peers.len()];
        // Each group is one walk through the table: of parts whose routes can be held meanwhile, or of one.
        let most = self.len() / WALKS;
        let mut rest = parts.as_slice();
        while !rest.is_empty() {
            let (some, others) = rest.split_at_checked(group(rest.iter().map(|part| part.routes), most)).unwrap_or((rest, &[]));
            match some {
                [one] => self.write_part(one, time, &mut numbers, &mut octets, out)?,
                _ => self.write_group(some, time, &mut numbers, &mut octets, out)?,
            }
            rest = others;
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
                let routes = some.iter().filter_map(|id| self.adjacent(*id)).map(|(_, routes)| routes).sum();
                parts.push(Part { collector: collector_id, view: view.into(), peers: some.to_vec(), routes });
                rest = others;
                if rest.is_empty() {
                    break;
                }
            }
        }
        // The order in which readers sort them.
        parts.sort_by(|a, b| (a.collector, &a.view).cmp(&(b.collector, &b.view)));
        if parts.is_empty() {
            parts.push(Part { collector: Ipv4Addr::UNSPECIFIED, view: Arc::default(), peers: Vec::new(), routes: 0 });
        }
        Ok(parts)
    }

    /// Numbers the peers of a part of a group.
    fn number_peers(&self, part: &Part, of: u32, numbers: &mut [Numbered]) -> io::Result<TableDumpWriter> {
        let mut dump = TableDumpWriter::new(part.collector, &part.view);
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
                *slot = Some((of, number));
            }
        }
        Ok(dump)
    }

    /// Ends the use of the numbers of a part.
    fn forget_numbers(part: &Part, numbers: &mut [Numbered]) {
        for id in &part.peers {
            if let Some(slot) = numbers.get_mut(id.index()) {
                *slot = None;
            }
        }
    }

    /// Writes one part on a walk of its own.
    fn write_part(
        &self,
        part: &Part,
        time: Timestamp,
        numbers: &mut [Numbered],
        octets: &mut Vec<u8>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let mut dump = self.number_peers(part, 0, numbers)?;
        dump.peer_index_table(time, octets).map_err(failed)?;
        for found in self.iter().chain(self.iter_multicast()) {
            let routes = found.routes().map(|route| (route, found.staleness(&route)));
            let about = About::Prefix(found.family(), found.prefix());
            for_each_record(routes, numbers, |entries| write(&mut dump, time, about, entries, octets)).map_err(failed)?;
            flush(octets, out)?;
        }
        for found in self.others() {
            let routes = found.routes().map(|route| (route, found.staleness(&route)));
            let about = About::Other(found.route());
            for_each_record(routes, numbers, |entries| write(&mut dump, time, about, entries, octets)).map_err(failed)?;
            flush(octets, out)?;
        }
        Self::forget_numbers(part, numbers);
        Ok(())
    }

    /// Writes several parts on one walk.
    fn write_group(
        &self,
        parts: &[Part],
        time: Timestamp,
        numbers: &mut [Numbered],
        octets: &mut Vec<u8>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let dumps: Vec<_> =
            (0u32..).zip(parts).map(|(of, part)| self.number_peers(part, of, numbers)).collect::<Result<_, _>>()?;
        let (mut abouts, mut gathered) = (Vec::new(), Vec::new());
        for found in self.iter().chain(self.iter_multicast()) {
            let routes = found.routes().map(|route| (route, found.staleness(&route)));
            gather(About::Prefix(found.family(), found.prefix()), routes, numbers, &mut abouts, &mut gathered);
        }
        for found in self.others() {
            let routes = found.routes().map(|route| (route, found.staleness(&route)));
            gather(About::Other(found.route()), routes, numbers, &mut abouts, &mut gathered);
        }
        // Stable: within a part they stay in the order of the walk.
        gathered.sort_by_key(|route| route.part);
        let mut rest = gathered.as_slice();
        for (of, mut dump) in (0u32..).zip(dumps) {
            dump.peer_index_table(time, octets).map_err(failed)?;
            while let Some(first) = rest.first().filter(|first| first.part == of) {
                let is_same = |route: &&Gathered<'_>| route.part == of && route.about == first.about;
                let count = rest.iter().take_while(is_same).count();
                let (same, others) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                rest = others;
                let Some(about) = abouts.get(first.about as usize).copied() else { continue };
                let routes = same.iter().map(|gathered| (gathered.route, gathered.staleness));
                for_each_record(routes, numbers, |entries| write(&mut dump, time, about, entries, octets)).map_err(failed)?;
                flush(octets, out)?;
            }
        }
        parts.iter().for_each(|part| Self::forget_numbers(part, numbers));
        Ok(())
    }
}

/// The number of the first parts that have no more routes than this together, or 1.
fn group(routes: impl Iterator<Item = usize>, most: usize) -> usize {
    let sums = routes.scan(0usize, |sum, routes| {
        *sum = sum.saturating_add(routes);
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= most).count().max(1)
}

/// Keeps those of a prefix's or other route's routes whose peers are numbered.
fn gather<'a>(
    about: About<'a>,
    routes: impl Iterator<Item = (StoredRoute<'a>, Option<Staleness>)>,
    numbers: &[Numbered],
    abouts: &mut Vec<About<'a>>,
    gathered: &mut Vec<Gathered<'a>>,
) {
    let number = u32::try_from(abouts.len()).unwrap_or(u32::MAX);
    let before = gathered.len();
    for (route, staleness) in routes {
        if let Some((part, _)) = numbers.get(route.peer_id().index()).copied().flatten() {
            gathered.push(Gathered { part, about: number, route, staleness });
        }
    }
    if gathered.len() > before {
        abouts.push(about);
    }
}

/// Writes a record.
fn write(
    dump: &mut TableDumpWriter,
    time: Timestamp,
    about: About<'_>,
    entries: &[EntryToWrite<'_>],
    octets: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    match about {
        About::Prefix(family, prefix) => dump.route(time, family, prefix, entries, octets),
        About::Other(route) => dump.generic_route(time, &route, entries, octets),
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
    numbers: &[Numbered],
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
        let Some((_, number)) = numbers.get(route.peer_id().index()).copied().flatten() else { continue };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_takes_few_walks_however_many_parts_there_are() {
        let mut sizes: Vec<Vec<usize>> = vec![vec![1; 100_000], vec![0; 5_000], vec![7], vec![1_000, 1, 1, 1_000, 1, 1_000]];
        sizes.push((0..60_000).map(|n| n % 977).collect());
        for parts in sizes {
            let most = parts.iter().sum::<usize>() / WALKS;
            let (mut rest, mut walks) = (parts.as_slice(), 0);
            while !rest.is_empty() {
                let count = group(rest.iter().copied(), most);
                assert!(count == 1 || rest[..count].iter().sum::<usize>() <= most);
                (rest, walks) = (&rest[count..], walks + 1);
            }
            assert!(walks <= 2 * WALKS + 1, "{walks}");
        }
    }
}
