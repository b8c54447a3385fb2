//! What outlives a record: the peer table in force, and sessions that an archive's evidence suggests.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::{Bgp4mpMessage, Body, Evidence, IndexedPeer, PeerIndexTable, Record};
use crate::codes::{MrtType, TableDumpV2Subtype};
use crate::session::Session;

/// The peer table in force while an archive is read.
///
/// [`Record::elements`] keeps it: a PEER_INDEX_TABLE in mid-stream replaces it, as the dumps of BIRD have it.
#[derive(Clone, Debug, Default)]
pub struct ReadContext {
    /// None before the first table. Shared, so that a copy costs little.
    list: Option<Arc<Vec<IndexedPeer>>>,
    /// Whether the table in force was damaged: its peers may be others.
    damaged: bool,
    evidence: Option<Evidence>,
    always_add_path: bool,
}

impl ReadContext {
    /// No table yet.
    pub const fn new() -> Self {
        Self { list: None, damaged: false, evidence: None, always_add_path: false }
    }

    /// Reads messages of BGP4MP by what an earlier pass over the archive found ([`Evidence::scan`]).
    #[must_use]
    pub fn with_evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = Some(evidence);
        self
    }

    /// Reads every message of BGP4MP with path identifiers, whatever its subtype says.
    #[must_use]
    pub const fn with_add_path(mut self) -> Self {
        self.always_add_path = true;
        self
    }

    /// Takes over the table that `record` holds, if it holds one; returns whether it did.
    #[inline(always)]
    pub fn observe(&mut self, record: &Record<'_>) -> bool {
        let is_table = record.kind() == MrtType::TABLE_DUMP_V2 && record.subtype() == TableDumpV2Subtype::PEER_INDEX_TABLE.0;
        is_table && self.replace(record)
    }

    #[cold]
    fn replace(&mut self, record: &Record<'_>) -> bool {
        match record.body() {
            Ok(Body::PeerIndexTable(table)) => {
                self.list = Some(Arc::new(table.peers().collect()));
                self.damaged = false;
                true
            }
            Ok(_) => false,
            Err(_) => {
                // Entries that follow a damaged table must not be given the peers of an older one. What can be read of it is
                // the best that is known of them, and their elements say that it may be wrong.
                self.list = Some(Arc::new(PeerIndexTable::readable_peers(record.raw_body()).collect()));
                self.damaged = true;
                false
            }
        }
    }

    /// The peer with this number in the table in force.
    #[inline(always)]
    pub fn peer(&self, index: u16) -> Option<&IndexedPeer> {
        self.as_slice().get(usize::from(index))
    }

    /// The peers of the table in force.
    #[inline(always)]
    pub fn as_slice(&self) -> &[IndexedPeer] {
        self.list.as_ref().map_or(&[], |list| list.as_slice())
    }

    /// Whether any table has been read.
    pub const fn is_known(&self) -> bool {
        self.list.is_some()
    }

    /// Whether the table in force is damaged. Its peers are those that could be read; every element that refers to one says so
    /// ([`ErrorKind::DamagedPeerTable`](crate::error::ErrorKind::DamagedPeerTable)).
    #[inline(always)]
    pub const fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// How to read a message: as its subtype says, unless evidence about its peer says otherwise.
    #[inline(always)]
    pub fn session(&self, message: &Bgp4mpMessage<'_>) -> Session {
        if self.always_add_path {
            return message.session.with_add_path();
        }
        match &self.evidence {
            Some(evidence) => {
                // A copy, so that a message that nothing is known of stays in registers.
                let message = *message;
                evidence.session(&message)
            }
            None => message.session,
        }
    }
}
