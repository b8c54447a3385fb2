//! The peers at one address: whose appearance means that others are gone.

use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::asn::Asn;
use crate::rib::peer::Collector;
use crate::wire::step;

/// A peer at an address: interface, the collector's address, AS; 0 and unknown until a message says.
pub(super) type Link = (u16, Collector, Asn);

/// The peers that have been seen at one address of a collector, and may have routes or a session.
///
/// Peers listed by one table can be at an address together. They are kept apart from others, so that one that appears need not be
/// compared with each of them.
#[derive(Clone, Debug, Default)]
pub(super) struct AtAddress {
    /// A view, and the number of its table in force.
    pub(super) table: Option<(Arc<[u8]>, u64)>,
    /// The peers that this table lists.
    listed: BTreeSet<Link>,
    others: BTreeSet<Link>,
}

impl AtAddress {
    pub(super) fn insert(&mut self, link: Link, is_listed: bool) {
        if is_listed {
            self.others.remove(&link);
            self.listed.insert(link);
        } else {
            self.listed.remove(&link);
            self.others.insert(link);
        }
    }

    pub(super) fn remove(&mut self, link: &Link) {
        self.listed.remove(link);
        self.others.remove(link);
    }

    /// Takes all peers, to be sorted by another table.
    pub(super) fn take_all(&mut self, table: Option<(Arc<[u8]>, u64)>) -> BTreeSet<Link> {
        self.table = table;
        let mut all = core::mem::take(&mut self.listed);
        all.append(&mut self.others);
        all
    }

    /// The peers that cannot be there together with another one, by their links: on two interfaces there can be two, as with
    /// link-local addresses, and so there can with two addresses of the collector. `is_listed`: those of the table can all be.
    pub(super) fn excluded_by(&self, is_listed: bool, interface: u16, local: &Collector) -> Vec<Link> {
        let mut found = Vec::new();
        excluded(&self.others, interface, local, &mut found);
        if !is_listed {
            excluded(&self.listed, interface, local, &mut found);
        }
        found
    }
}

fn excluded(links: &BTreeSet<Link>, interface: u16, local: &Collector, found: &mut Vec<Link>) {
    let mut next = Some(0);
    while let Some(from) = next {
        let Some((at, ..)) = links.range((from, Collector::Unknown, Asn::ZERO)..).next() else { break };
        step();
        // An unknown interface may be any.
        let at = match (interface, *at) {
            (0, at) | (_, at @ 0) => at,
            (own, at) if at <= own => own,
            _ => break,
        };
        let of = |local: &Collector| {
            let (first, last) = ((at, local.clone(), Asn::ZERO), (at, local.clone(), Asn(u32::MAX)));
            links.range(first..=last).inspect(|_| step()).cloned()
        };
        if *local == Collector::Unknown {
            let all = links.range((at, Collector::Unknown, Asn::ZERO)..).take_while(|link| link.0 == at);
            found.extend(all.inspect(|_| step()).cloned());
        } else {
            found.extend(of(&Collector::Unknown));
            found.extend(of(local));
        }
        next = at.checked_add(1);
    }
}

#[cfg(test)]
mod tests {
    use core::net::IpAddr;

    use super::*;

    #[test]
    fn links_exclude_each_other_unless_they_differ() {
        let end = |n: u8| if n == 0 { Collector::Unknown } else { Collector::Address(IpAddr::from([192, 0, 2, n])) };
        let mut at = AtAddress::default();
        let mut links = Vec::new();
        for interface in [0u16, 1, 2, 7] {
            for local in 0..3 {
                links.push((interface, end(local), Asn(u32::from(interface) * 10 + u32::from(local))));
            }
        }
        links.iter().enumerate().for_each(|(n, link)| at.insert(link.clone(), n % 2 == 0));
        for interface in [0, 1, 2, 3, 7, 9] {
            for local in 0..4 {
                let is_other = |link: &&Link| {
                    let other_interface = link.0 != 0 && interface != 0 && link.0 != interface;
                    let other_end = link.1 != Collector::Unknown && local != 0 && link.1 != end(local);
                    !other_interface && !other_end
                };
                let mut found = at.excluded_by(false, interface, &end(local));
                found.sort();
                assert_eq!(found, links.iter().filter(is_other).cloned().collect::<Vec<_>>(), "{interface} {local}");
                let mut found = at.excluded_by(true, interface, &end(local));
                found.sort();
                let unlisted = links.iter().skip(1).step_by(2);
                assert_eq!(found, unlisted.filter(is_other).cloned().collect::<Vec<_>>(), "{interface} {local}");
            }
        }
        for link in &links {
            at.remove(link);
        }
        assert!(at.excluded_by(false, 0, &end(0)).is_empty());
    }
}
