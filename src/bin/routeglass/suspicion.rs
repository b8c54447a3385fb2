//! Detects wrong subtypes while path identifiers are read as these say.

use std::path::Path;

use routeglass::codes::MrtType;
use routeglass::mrt::{Body, Evidence, Record};
use routeglass::rib::Note;

use crate::report::remark;

/// Maximum number of messages weighed: enough for a decision, at most the cost of a first pass.
const WEIGHED: u32 = 4096;

/// Evidence from some messages.
#[derive(Default)]
pub(crate) struct Suspicion {
    evidence: Evidence,
    weighed: u32,
}

impl Suspicion {
    /// Whether more messages are weighed.
    pub(crate) const fn is_open(&self) -> bool {
        self.weighed < WEIGHED
    }

    pub(crate) fn observe(&mut self, record: &Record<'_>) {
        let is_table = matches!(record.kind(), MrtType::TABLE_DUMP | MrtType::TABLE_DUMP_V2);
        if self.is_open()
            && !is_table
            && let Ok(Body::Message(message)) = record.body()
        {
            self.weighed = self.weighed.saturating_add(1);
            self.evidence.observe(&message);
        }
    }

    /// Reports peers for which another reading is more plausible.
    pub(crate) fn remark(self, input: &Path) {
        for note in Note::of_evidence(self.evidence) {
            remark(&format!("{}: {note}: try --add-path auto", input.display()));
        }
    }
}
