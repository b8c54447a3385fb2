//! Detects wrong subtypes while path identifiers are read as these say.

use std::path::Path;

use routeglass::codes::MrtType;
use routeglass::mrt::{Evidence, Record};
use routeglass::rib::Note;

use crate::report::remark;

/// Maximum number of messages weighed, and of records of table dumps: enough for a decision, at most the cost of a first pass.
const WEIGHED: u32 = 4096;

/// Evidence from some records.
#[derive(Default)]
pub(crate) struct Suspicion {
    evidence: Evidence,
    messages: u32,
    entries: u32,
}

impl Suspicion {
    /// Whether more records are weighed.
    pub(crate) const fn is_open(&self) -> bool {
        self.messages < WEIGHED || self.entries < WEIGHED
    }

    pub(crate) fn observe(&mut self, record: &Record<'_>) {
        let weighed = match record.kind() {
            MrtType::TABLE_DUMP => return,
            MrtType::TABLE_DUMP_V2 => &mut self.entries,
            _ => &mut self.messages,
        };
        if *weighed < WEIGHED {
            *weighed = weighed.saturating_add(1);
            self.evidence.observe_record(record);
        }
    }

    /// Reports peers and table dumps for which another reading is more plausible.
    pub(crate) fn remark(self, input: &Path) {
        for note in Note::of_evidence(self.evidence) {
            remark(&format!("{}: {note}: try --add-path auto", input.display()));
        }
    }
}
