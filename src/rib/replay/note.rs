//! What is worth knowing about how a table was built.

use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

use crate::asn::Asn;
use crate::family::{Family, FamilySet};
use crate::mrt::Evidence;
use crate::rib::peer::{Collector, RibPeer};

/// A note on how a table was built: worth knowing, no damage.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Note {
    /// A table lists a peer with AS 0 or AS_TRANS; messages from its address are attributed to it.
    Joined {
        /// The peer's current identity.
        peer: RibPeer,
        /// The AS in the table.
        listed: Asn,
    },
    /// Messages to an address other than the collector's BGP identifier are attributed to this collector, since only its tables
    /// list a peer with messages to that address.
    OtherAddress {
        /// The collector.
        collector: Collector,
        /// The address.
        address: Collector,
        /// The address of a listed peer with such messages.
        peer: Option<IpAddr>,
    },
    /// Dumps of an older form, which names no collector, are attributed to a single one: the latest of each view is used.
    OlderDumps {
        /// Number of files or streams with such dumps.
        sources: usize,
    },
    /// Routes that a table dump cannot represent (the family gives no route length, or the attributes could not be read back) are
    /// in no table.
    NotHeld {
        /// The family.
        family: Family,
        /// Number of announcements.
        routes: u64,
    },
    /// A PEER_INDEX_TABLE lists a peer more than once, with the same address, AS and BGP identifier. That is one peer, whose later
    /// routes replaced earlier ones of the table.
    ListedTwice {
        /// The peer.
        peer: RibPeer,
        /// Number of routes that replaced another one.
        routes: u64,
    },
    /// Entries of table dumps for a peer and a prefix (and path identifier) that the same table has an entry for already. The later
    /// one is the route: nothing tells them apart.
    Repeated {
        /// Number of routes that took the place of another one.
        routes: u64,
    },
    /// Attributes that RFC 7606 discards are not stored: their routes are in the table without them.
    Discarded {
        /// Number of attributes as read: in a message once, however many routes it has.
        attributes: u64,
    },
    /// OPENs that ended a session while so many of its routes had been kept before, in case such an OPEN is undone, that these were
    /// not: if a NOTIFICATION 6/7 undid one, its routes did not come back.
    NotKept {
        /// Number of OPEN messages.
        opens: u64,
    },
    /// A peer's routes make sense only as the subtypes of their records say they are not: with path identifiers (RFC 7911), or
    /// without ([`Evidence`]).
    PathIdentifiers {
        /// The peer, at an unknown collector.
        peer: RibPeer,
        /// The families.
        families: FamilySet,
        /// Whether the subtypes declare path identifiers.
        declared: bool,
    },
    /// The same of the entries of a collector's table dumps.
    EntryPathIdentifiers {
        /// The collector.
        collector: Collector,
        /// The families.
        families: FamilySet,
        /// Whether the subtypes declare path identifiers.
        declared: bool,
    },
    /// Records of types without routes: of other protocols, or unknown ones.
    WithoutRoutes {
        /// Number of records.
        records: u64,
    },
}

impl Note {
    /// Notes on peers whose messages contradict the subtypes of their records, and on table dumps whose entries do, from evidence about
    /// them.
    pub fn of_evidence(mut evidence: Evidence) -> Vec<Self> {
        evidence.conclude();
        let peers = evidence.peers().flat_map(|(direction, found)| {
            let peer = RibPeer::new(direction.peer_asn, direction.peer_address);
            [(found.add_path(), false), (found.plain(), true)].map(|(families, declared)| (peer.clone(), families, declared))
        });
        let said = peers.filter(|(_, families, _)| !families.is_empty());
        let peers = said.map(|(peer, families, declared)| Self::PathIdentifiers { peer, families, declared });
        let tables = evidence.tables().flat_map(|(collector, found)| {
            let collector = collector.map_or(Collector::Unknown, Collector::from_bgp_id);
            [(found.add_path(), false), (found.plain(), true)].map(|(families, declared)| (collector.clone(), families, declared))
        });
        let said = tables.filter(|(_, families, _)| !families.is_empty());
        let tables = said.map(|(collector, families, declared)| Self::EntryPathIdentifiers { collector, families, declared });
        peers.chain(tables).collect()
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = |f: &mut fmt::Formatter<'_>, address: &Option<IpAddr>| match address {
            Some(address) => write!(f, "peer {address}"),
            None => f.write_str("a peer without an address"),
        };
        match self {
            Self::Joined { peer, listed } => {
                address(f, &peer.address)?;
                write!(f, " has AS {listed} in a table dump and AS {} in messages: taken as one peer", peer.asn)
            }
            Self::OtherAddress { collector, address: other, peer } => {
                write!(f, "{other} is taken as an address of the collector {collector}, whose table lists ")?;
                address(f, peer)
            }
            Self::OlderDumps { sources } => {
                write!(f, "the older table dumps in {sources} files name no collector: they are taken as those of one")
            }
            Self::NotHeld { family, routes } => {
                write!(f, "{routes} announced {family} routes are not held: no table dump could say them")
            }
            Self::ListedTwice { peer, routes } => {
                address(f, &peer.address)?;
                let noun = if *routes == 1 { "route" } else { "routes" };
                write!(
                    f,
                    " AS{} is listed more than once in a table dump, as one peer: {routes} {noun} of it took the ",
                    peer.asn
                )?;
                f.write_str("place of another to the same prefix")
            }
            Self::Repeated { routes } => {
                let (noun, another) = if *routes == 1 { ("route", "another one") } else { ("routes", "others") };
                write!(f, "{routes} {noun} of a table dump took the place of {another} of the same peer to the same prefix: ")?;
                f.write_str("nothing in the dump tells them apart")
            }
            Self::Discarded { attributes } => match attributes {
                1 => f.write_str("1 malformed attribute is discarded (RFC 7606): its routes are held without it"),
                n => write!(f, "{n} malformed attributes are discarded (RFC 7606): their routes are held without them"),
            },
            Self::NotKept { opens } => {
                let noun = if *opens == 1 { "OPEN message" } else { "OPEN messages" };
                write!(
                    f,
                    "{opens} {noun} of sessions with routes, after too many others: a lost collision of theirs is not undone"
                )
            }
            Self::PathIdentifiers { peer, families, declared } => {
                write_routes(f, *families)?;
                f.write_str(" of ")?;
                if let Some(address) = peer.address {
                    write!(f, "{address} ")?;
                }
                write!(f, "AS{}", peer.asn)?;
                write_reading(f, *declared)
            }
            Self::EntryPathIdentifiers { collector, families, declared } => {
                write_routes(f, *families)?;
                f.write_str(" in table dumps")?;
                if *collector != Collector::Unknown {
                    write!(f, " of the collector {collector}")?;
                }
                write_reading(f, *declared)
            }
            Self::WithoutRoutes { records } => {
                let (noun, types) = if *records == 1 { ("record", "a type") } else { ("records", "types") };
                write!(f, "{records} {noun} of {types} without routes")
            }
        }
    }
}

/// The routes of some families.
fn write_routes(f: &mut fmt::Formatter<'_>, families: FamilySet) -> fmt::Result {
    f.write_str("the ")?;
    for (n, family) in families.iter().enumerate() {
        write!(f, "{}{family}", if n == 0 { "" } else { " and " })?;
    }
    f.write_str(" routes")
}

/// That routes are to be read otherwise than their records declare.
fn write_reading(f: &mut fmt::Formatter<'_>, declared: bool) -> fmt::Result {
    let [with, do_declare] = if declared { ["without", "declare"] } else { ["with", "do not declare"] };
    write!(f, " make sense only {with} path identifiers, which their records {do_declare}")
}
