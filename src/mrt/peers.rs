//! State that outlives a record: the peer table in force, and sessions inferred from evidence.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::Ipv4Addr;

use super::{Bgp4mpMessage, Body, Evidence, IndexedPeer, PeerIndexTable, Record, RibEntries, RibRecord};
use crate::family::{Family, FamilySet};
use crate::session::Session;

/// The reading context: the peer table in force while an archive is read, and how its messages and table entries are read.
///
/// [`Record::elements`] updates it: a PEER_INDEX_TABLE in mid-stream replaces the table, as in the dumps of BIRD.
#[derive(Clone, Debug, Default)]
pub struct ReadContext {
    /// None before the first table. Shared, so that copies are cheap.
    list: Option<Arc<Vec<IndexedPeer>>>,
    /// Whether the table in force was damaged: entries may resolve to wrong peers.
    damaged: bool,
    /// Shared as well.
    evidence: Option<Arc<Evidence>>,
    /// The collector of the table in force, and by the evidence about it the families whose entries have path identifiers that their
    /// subtype denies, and those that lack declared ones.
    collector: Option<Ipv4Addr>,
    undeclared: FamilySet,
    plain: FamilySet,
    always_add_path: bool,
    /// Whether some message is read otherwise than the subtype of its record says.
    otherwise: bool,
}

impl ReadContext {
    /// No table.
    pub const fn new() -> Self {
        let (undeclared, plain) = (FamilySet::EMPTY, FamilySet::EMPTY);
        let (always_add_path, otherwise) = (false, false);
        Self { list: None, damaged: false, evidence: None, collector: None, undeclared, plain, always_add_path, otherwise }
    }

    /// Reads BGP4MP messages and the entries of table dumps by the evidence of an earlier pass over the archive ([`Evidence::scan`]).
    #[must_use]
    pub fn with_evidence(mut self, evidence: Evidence) -> Self {
        self.otherwise = self.always_add_path || evidence.is_against_a_message();
        self.evidence = Some(Arc::new(evidence));
        self.choose();
        self
    }

    /// Decides how entries of the table in force are read.
    fn choose(&mut self) {
        let table = self.evidence.as_ref().and_then(|evidence| evidence.table(self.collector));
        (self.undeclared, self.plain) = table.map_or(Default::default(), |table| (table.add_path(), table.plain()));
    }

    /// Reads every BGP4MP message with path identifiers, whatever its subtype, and the entries of table dumps as declared.
    #[must_use]
    pub const fn with_add_path(mut self) -> Self {
        (self.always_add_path, self.otherwise) = (true, true);
        self
    }

    /// Adopts the table in `record`, if any; returns whether there was one.
    #[cfg_attr(optimised, inline(always))]
    pub fn observe(&mut self, record: &Record<'_>) -> bool {
        record.is_peer_table() && self.replace(*record)
    }

    // By value: other records stay in registers.
    #[cold]
    #[inline(never)]
    fn replace(&mut self, record: Record<'_>) -> bool {
        self.collector = PeerIndexTable::readable_collector(record.raw_body());
        self.choose();
        match record.body() {
            Ok(Body::PeerIndexTable(table)) => {
                self.list = Some(Arc::new(table.peers().collect()));
                self.damaged = false;
                true
            }
            Ok(_) => false,
            Err(_) => {
                // Entries after a damaged table must not resolve to an older one. Its readable peers are used, and the entries'
                // elements have a finding.
                self.list = Some(Arc::new(PeerIndexTable::readable_peers(record.raw_body()).collect()));
                self.damaged = true;
                false
            }
        }
    }

    /// The peer with this index in the table in force.
    #[cfg_attr(optimised, inline(always))]
    pub fn peer(&self, index: u16) -> Option<&IndexedPeer> {
        self.as_slice().get(usize::from(index))
    }

    /// The peers of the table in force.
    #[cfg_attr(optimised, inline(always))]
    pub fn as_slice(&self) -> &[IndexedPeer] {
        self.list.as_ref().map_or(&[], |list| list.as_slice())
    }

    /// Whether any table has been read.
    pub const fn is_known(&self) -> bool {
        self.list.is_some()
    }

    /// Whether the table in force is damaged. Its peers are those that could be read; every element that refers to one has the
    /// finding [`ErrorKind::DamagedPeerTable`](crate::error::ErrorKind::DamagedPeerTable).
    #[cfg_attr(optimised, inline(always))]
    pub const fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// The BGP identifier of the collector of the table in force.
    pub(crate) const fn collector(&self) -> Option<Ipv4Addr> {
        self.collector
    }

    /// Whether all entries of the table in force are read as the subtypes of their records say.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn reads_entries_as_declared(&self) -> bool {
        self.undeclared.is_empty() && self.plain.is_empty()
    }

    /// The entries of a RIB record: read as its subtype says, unless there is evidence otherwise about the table in force.
    #[cfg_attr(optimised, inline(always))]
    pub fn entries<'a>(&self, rib: &RibRecord<'a>) -> RibEntries<'a> {
        self.read_entries(rib.entries(), rib.family())
    }

    /// The same of entries as their subtype says, with routes of this family.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn read_entries<'a>(&self, entries: RibEntries<'a>, family: Family) -> RibEntries<'a> {
        // Scalars: a reference would have the usual record in memory.
        if self.reads_entries_as_declared() { entries } else { entries.read_with(self.has_path_ids(family, entries.add_path())) }
    }

    /// Whether the entries of a record with routes of this family are read with path identifiers: what its subtype says is one of the two
    /// answers.
    #[inline(never)]
    pub(crate) fn has_path_ids(&self, family: Family, declared: bool) -> bool {
        declared != if declared { self.plain } else { self.undeclared }.contains(family)
    }

    /// Whether messages and entries are read as the subtypes of their records say.
    pub(crate) const fn reads_as_declared(&self) -> bool {
        self.evidence.is_none() && !self.always_add_path
    }

    /// Whether every message is read as the subtype of its record says: that there is evidence is not enough.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn reads_messages_as_declared(&self) -> bool {
        !self.otherwise
    }

    /// How to read a message: as its subtype says, unless there is evidence otherwise about its peer.
    #[cfg_attr(optimised, inline(always))]
    pub fn session(&self, message: &Bgp4mpMessage<'_>) -> Session {
        if self.reads_messages_as_declared() {
            return message.session;
        }
        // A copy, so that a message without evidence stays in registers.
        self.session_otherwise(*message)
    }

    #[inline(never)]
    fn session_otherwise(&self, message: Bgp4mpMessage<'_>) -> Session {
        match &self.evidence {
            _ if self.always_add_path => message.session.with_add_path(),
            Some(evidence) => message.session.with_add_path_in(evidence.add_path(&message)),
            None => message.session,
        }
    }
}
