//! Detects undeclared path identifiers while records are read without them.

use std::path::Path;

use routeglass::codes::MrtType;
use routeglass::mrt::{Body, Evidence, Record};

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
    pub(crate) fn remark(mut self, input: &Path) {
        self.evidence.conclude();
        for (direction, peer) in self.evidence.peers() {
            let families: Vec<_> = peer
                .readings()
                .filter(|(family, _)| peer.add_path().contains(*family))
                .map(|(family, _)| family.to_string())
                .collect();
            if families.is_empty() {
                continue;
            }
            let address = direction.peer_address.map_or_else(String::new, |address| format!("{address} "));
            remark(&format!(
                "{}: the {} routes of {address}AS{} make sense with path identifiers alone, which their records do not declare: \
                 try --add-path auto",
                input.display(),
                families.join(" and "),
                direction.peer_asn,
            ));
        }
    }
}
