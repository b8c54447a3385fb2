//! What outlives a record: the peer table in force, and sessions that an archive's evidence suggests.

use alloc::vec::Vec;

use super::{Bgp4mpMessage, Body, Evidence, IndexedPeer, Record};
use crate::codes::{MrtType, TableDumpV2Subtype};
use crate::session::Session;

/// The peer table in force while an archive is read.
///
/// [`Record::elements`] keeps it: a PEER_INDEX_TABLE in mid-stream replaces it, as the dumps of BIRD have it.
#[derive(Clone, Debug, Default)]
pub struct Peers {
    list: Vec<IndexedPeer>,
    known: bool,
    /// How many tables there have been.
    tables: u64,
    evidence: Option<Evidence>,
    always_add_path: bool,
}

impl Peers {
    /// No table yet.
    pub const fn new() -> Self {
        Self { list: Vec::new(), known: false, tables: 0, evidence: None, always_add_path: false }
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
    pub fn observe(&mut self, record: &Record<'_>) -> bool {
        match record.body() {
            Ok(Body::PeerIndexTable(table)) => {
                self.list.clear();
                self.list.extend(table.peers());
                self.known = true;
                self.tables = self.tables.wrapping_add(1);
                true
            }
            Ok(_) => false,
            Err(_) => {
                // A damaged table: entries that follow must not be given the peers of an older one.
                if record.kind() == MrtType::TABLE_DUMP_V2 && record.subtype() == TableDumpV2Subtype::PEER_INDEX_TABLE.0 {
                    self.list.clear();
                    self.known = false;
                    self.tables = self.tables.wrapping_add(1);
                }
                false
            }
        }
    }

    /// The peer with this number in the table in force.
    #[inline]
    pub fn peer(&self, index: u16) -> Option<&IndexedPeer> {
        self.list.get(usize::from(index))
    }

    /// The peers of the table in force.
    pub fn as_slice(&self) -> &[IndexedPeer] {
        &self.list
    }

    /// Changes with every table.
    #[cfg(feature = "rib")]
    pub(crate) const fn table_number(&self) -> u64 {
        self.tables
    }

    /// Whether any table has been read.
    pub const fn is_known(&self) -> bool {
        self.known
    }

    /// How to read a message: as its subtype says, unless evidence about its peer says otherwise.
    #[inline]
    pub fn session(&self, message: &Bgp4mpMessage<'_>) -> Session {
        if self.always_add_path {
            return message.session.with_add_path();
        }
        match &self.evidence {
            Some(evidence) => evidence.session(message),
            None => message.session,
        }
    }
}
