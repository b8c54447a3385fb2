//! Dissection: the octet range of every field of a record.

use super::layout::{Header, Reading};
use super::{Body, ReadContext, Record, frame};
use crate::error::{Action, Context, Result};
use crate::family::FamilySet;
use crate::io::{Frame, Framing as _};
use crate::places::Places;
use crate::session::Session;
use crate::wire::{Cursor, Field as _};

/// Adds the fields of the first record in `bytes`; returns the number of its octets that are present.
///
/// `bytes` start `offset` octets into the outermost input. A truncated record gives its complete fields and an error.
pub fn places(bytes: &[u8], offset: u64, places: &mut Places) -> usize {
    places_by(bytes, offset, None, places)
}

fn places_by(bytes: &[u8], offset: u64, peers: Option<&ReadContext>, places: &mut Places) -> usize {
    let (len, missing) = match frame(bytes) {
        Frame::Ready(len) => (len, 0),
        Frame::Need(missing) => (bytes.len(), missing),
    };
    let opened = places.open("record", offset);
    let bytes = bytes.get(..len).unwrap_or(bytes);
    let whole = Record::split(bytes, offset);
    let session = match (peers, whole.body()) {
        (Some(peers), Ok(Body::Message(message))) => Some(peers.session(&message)),
        (Some(peers), Ok(Body::Rib(rib))) => {
            let only = FamilySet::EMPTY.with(rib.family());
            (!peers.reads_entries_as_declared()).then(|| {
                Session::AS4.with_add_path_in(if peers.has_path_ids(rib.family(), rib.entries().add_path()) {
                    only
                } else {
                    FamilySet::EMPTY
                })
            })
        }
        _ => None,
    };
    // The error is among the places already.
    let _ = fields(&whole, opened, session.as_ref(), places);
    // Type and subtype precede the length.
    let context = if bytes.len() < 8 { Context::MrtHeader } else { whole.context() };
    places.name_errors(opened, context, Action::None);
    if missing == 0 {
        places.findings(opened, |found| whole.findings_by(session.as_ref(), found));
    } else {
        places.error(Header::truncated(missing, offset));
    }
    places.close(opened, offset.saturating_add(len as u64));
    places.fill(opened, bytes, offset);
    len
}

/// Adds the fields of a record that may be truncated.
fn fields(record: &Record<'_>, opened: usize, session: Option<&Session>, places: &mut Places) -> Result<()> {
    let mut c = Cursor::at(record.as_bytes(), record.offset());
    let mut header = Header::EMPTY;
    let outcome = header.pass(&mut Reading::new(&mut c, places));
    if record.as_bytes().len() >= 8 {
        let (kind, time) = (header.kind, crate::time::Timestamp::from_seconds(header.seconds));
        places.label(opened, format_args!("{kind} {} at {}", kind.subtype_name(header.subtype), time.utc()));
    }
    outcome?;
    places.name_errors(opened, Context::MrtHeader, Action::None);
    let mut declared = header.len as usize;
    if header.kind.is_extended() {
        u32::place(&mut c, "microseconds", places)?;
        declared = declared.saturating_sub(4);
        if let Some(e) = record.time_finding() {
            places.error(e);
        }
    }
    record.read_fields(&mut c, declared, session, places)?;
    c.finish().inspect_err(|e| places.error(*e))
}

impl Record<'_> {
    /// Adds the fields of the record.
    pub fn places(&self, list: &mut Places) {
        places_by(self.as_bytes(), self.offset(), None, list);
    }

    /// Adds the fields of the record, messages read by [`ReadContext::session`] and entries by [`ReadContext::entries`].
    pub fn places_by(&self, peers: &ReadContext, list: &mut Places) {
        places_by(self.as_bytes(), self.offset(), Some(peers), list);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::Places;

    /// A STATE_CHANGE_AS4 record.
    const RECORD: &[u8] = &[
        0, 0, 0, 9, 0, 16, 0, 5, 0, 0, 0, 24, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254, 0, 6,
        0, 1,
    ];

    fn shown(bytes: &[u8]) -> (usize, Places) {
        let mut list = Places::new();
        (places(bytes, 100, &mut list), list)
    }

    #[test]
    fn every_octet_has_its_field() {
        let (len, list) = shown(RECORD);
        assert_eq!(len, RECORD.len());
        let fields: Vec<_> = list.iter().skip(1).map(|p| (p.name.as_ref(), p.range.start, p.text.as_str())).collect();
        assert_eq!(
            fields,
            [
                ("time", 100, "1970-01-01T00:00:09Z"),
                ("type", 104, "16 (BGP4MP)"),
                ("subtype", 106, "5 (STATE_CHANGE_AS4)"),
                ("length", 108, "24"),
                ("peer_asn", 112, "64496"),
                ("local_asn", 116, "64511"),
                ("interface", 120, "0"),
                ("afi", 122, "1 (IPv4)"),
                ("peer_address", 124, "192.0.2.1"),
                ("local_address", 128, "192.0.2.254"),
                ("old_state", 132, "6 (Established)"),
                ("new_state", 134, "1 (Idle)"),
            ]
        );
        let mut at = 100;
        for place in list.iter().skip(1) {
            assert_eq!(place.range.start, at, "{place:?}");
            at = place.range.end;
        }
        assert_eq!(at, 136);
    }

    #[test]
    fn a_cut_record_shows_what_is_there() {
        let whole = shown(RECORD).1;
        for n in 0..RECORD.len() {
            let (len, list) = shown(&RECORD[..n]);
            assert_eq!(len, n);
            assert!(list.iter().any(|p| p.error.is_some()), "cut at {n}");
            list.assert_cover(100..100 + n as u64);
            for place in list.iter().skip(1).filter(|p| p.error.is_none() && p.name != "rest") {
                assert!(whole.iter().any(|p| p == place), "cut at {n}: {place:?}");
            }
        }
    }
}
