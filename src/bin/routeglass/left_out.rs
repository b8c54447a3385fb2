//! What a format cannot represent: counted, and said at the end of an input.

use std::path::Path;

use routeglass::codes::{MrtType, TableDumpV2Subtype};
use routeglass::element::Strictness;
use routeglass::mrt::{Body, Record};
use routeglass::text::json::RecordMessage;

use crate::report::remark;

/// Items of an input that a format cannot represent.
#[derive(Clone, Default)]
pub(crate) struct LeftOut {
    /// Routes of families that it cannot represent.
    pub(crate) other_families: u64,
    /// Routes with an unreadable field that it shows.
    pub(crate) unreadable: u64,
    /// Records of types without routes.
    without_routes: u64,
    /// Records and messages without a route that the filter could match.
    pub(crate) unfiltered: u64,
    /// Messages without routes, which have no rows and none of the selected fields.
    messages: u64,
    /// Of them, marks of End-of-RIB.
    ends_of_rib: u64,
    /// Lines of messages outside records, which show a time and a peer that these do not have.
    pub(crate) invented: u64,
}

impl LeftOut {
    /// A record without routes.
    pub(crate) fn record(&mut self, record: &Record<'_>) {
        if matches!(record.body(), Ok(Body::Unknown)) && !is_generic(record) {
            count(&mut self.without_routes);
        }
    }

    /// A message without routes, where only fields of route events are shown.
    pub(crate) fn message(&mut self, message: &RecordMessage<'_>, strictness: Strictness, is_filtered: bool) {
        if strictness == Strictness::Strict && message.finding().is_some() {
            return;
        }
        if is_filtered {
            count(&mut self.unfiltered);
            return;
        }
        count(&mut self.messages);
        if message.is_end_of_rib() {
            count(&mut self.ends_of_rib);
        }
    }

    /// Adds what was left out elsewhere.
    pub(crate) fn join(&mut self, more: Self) {
        let Self { other_families, unreadable, without_routes, unfiltered, messages, ends_of_rib, invented } = self;
        for (n, more) in [
            (other_families, more.other_families),
            (unreadable, more.unreadable),
            (without_routes, more.without_routes),
            (unfiltered, more.unfiltered),
            (messages, more.messages),
            (ends_of_rib, more.ends_of_rib),
            (invented, more.invented),
        ] {
            *n = n.saturating_add(more);
        }
    }

    /// Says what was left out.
    pub(crate) fn say(&self, input: &Path) {
        let &Self { other_families, unreadable, without_routes, unfiltered, messages, ends_of_rib, invented } = self;
        if invented > 0 {
            remark(&format!(
                "{}: messages outside records have no time and no peer: their lines have 0, 0.0.0.0 and AS 0 there, which --format json \
                 leaves out",
                input.display()
            ));
        }
        if messages > 0 {
            let (noun, verb, them) = if messages == 1 { ("message", "has", "it") } else { ("messages", "have", "them") };
            let of_rib = if ends_of_rib > 0 { format!(" ({ends_of_rib} End-of-RIB)") } else { String::new() };
            remark(&format!(
                "{}: {messages} {noun} without routes{of_rib} {verb} none of these fields; --format json without --fields prints {them}",
                input.display()
            ));
        }
        for (n, [one, several], what) in [
            (other_families, ["route of another family has", "routes of other families have"], " no place in this format"),
            (without_routes, ["record of a type without routes", "records of types without routes"], ""),
            (
                unfiltered,
                [
                    "record or message without routes left out by the filter",
                    "records and messages without routes left out by the filter",
                ],
                "",
            ),
            (unreadable, ["damaged route", "damaged routes"], " not printed: a field that this format shows cannot be read"),
        ] {
            let (noun, them) = if n == 1 { (one, "it") } else { (several, "them") };
            let hint = if what.is_empty() { String::new() } else { format!("; --format json prints {them}") };
            if n > 0 {
                remark(&format!("{}: {n} {noun}{what}{hint}", input.display()));
            }
        }
    }
}

pub(crate) fn count(n: &mut u64) {
    *n = n.saturating_add(1);
}

/// Whether the record has a table route, possibly of an unknown family.
fn is_generic(record: &Record<'_>) -> bool {
    use TableDumpV2Subtype as S;
    record.kind() == MrtType::TABLE_DUMP_V2 && matches!(S(record.subtype()), S::RIB_GENERIC | S::RIB_GENERIC_ADDPATH)
}
