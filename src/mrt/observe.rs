//! Who looks on while records are read: nobody, or a dissector that notes where every field lies.

use crate::attr::place_list;
use crate::codes::MessageType;
use crate::error::{Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::nlri::{RawRoute, place_cut_prefix, read_prefix};
use crate::prefix::Prefix;
use crate::session::Session;
use crate::wire::{Cursor, Observer};

#[cfg(feature = "alloc")]
pub use dissect::places;

/// An observer of records: it also looks into messages, which reading leaves to their views.
pub(super) trait RecordObserver: Observer {
    /// Looks into a message, or into the body of one whose type is known from elsewhere, and at what follows it.
    fn message(&mut self, c: &mut Cursor<'_>, session: &Session, headless: Option<MessageType>) -> Result<()>;
}

impl RecordObserver for () {
    #[inline(always)]
    fn message(&mut self, _: &mut Cursor<'_>, _: &Session, _: Option<MessageType>) -> Result<()> {
        Ok(())
    }
}

/// Looks into the elements of a list, which reading leaves to an iterator.
#[inline(always)]
pub(super) fn inside<O: Observer>(o: &mut O, look: impl FnOnce(&mut O) -> Result<()>) -> Result<()> {
    if O::OBSERVES { look(o) } else { Ok(()) }
}

#[cold]
#[inline(never)]
fn prefix_error(kind: ErrorKind, offset: u64) -> Error {
    Error::new(kind, offset)
}

/// Reads a plain prefix.
#[inline(always)]
pub(super) fn prefix<O: Observer>(c: &mut Cursor<'_>, v6: bool, o: &mut O) -> Result<Prefix> {
    let start = c.offset();
    match read_prefix(c.rest(), v6) {
        Ok((prefix, rest)) => {
            c.take(c.len().saturating_sub(rest.len()))?;
            o.note("prefix", start..c.offset(), &prefix);
            Ok(prefix)
        }
        Err(kind) => Err(o.cut(prefix_error(kind, start), |o| place_cut_prefix(c, false, o))),
    }
}

/// Reads a route of a family without plain prefixes, which has `len` octets.
pub(super) fn route<'a, O: Observer>(c: &mut Cursor<'a>, family: Family, len: usize, o: &mut O) -> Result<RawRoute<'a>> {
    o.window(c, len, |route, o| {
        let route = RawRoute::new(family, route.rest(), route.offset());
        if O::OBSERVES {
            route.place(o);
        }
        Ok(route)
    })
}

/// Reads `len` octets of path attributes.
#[inline(always)]
pub(super) fn attributes<'a, O: Observer>(c: &mut Cursor<'a>, len: usize, session: &Session, o: &mut O) -> Result<Cursor<'a>> {
    o.window(c, len, |list, o| {
        if O::OBSERVES {
            place_list(list, session, true, o);
        }
        Ok(list)
    })
}

#[cfg(feature = "alloc")]
mod dissect {
    use super::*;
    use crate::bgp::{self, Messages};
    use crate::error::Action;
    use crate::io::{Frame, Framing as _};
    use crate::mrt::layout::{Header, Reading};
    use crate::mrt::{Body, Peers, Record, frame};
    use crate::places::Places;
    use crate::wire::Field as _;

    impl RecordObserver for Places {
        fn message(&mut self, c: &mut Cursor<'_>, session: &Session, headless: Option<MessageType>) -> Result<()> {
            if let Some(kind) = headless {
                bgp::body_places(kind, c.rest(), session, c.offset(), self);
                return c.take(c.len()).map(|_| ());
            }
            let (first, offset) = (c.rest(), c.offset());
            let len = match bgp::frame(first, session, offset) {
                Ok(Frame::Ready(len)) => len.min(first.len()),
                _ => first.len(),
            };
            bgp::places(c.take(len)?, session, offset, self);
            // Further messages, and what is none.
            while let Some(Ok((octets, offset))) = Messages::at(c.rest(), session, c.offset()).next_octets() {
                c.take(octets.len())?;
                bgp::places(octets, session, offset, self);
            }
            if c.is_empty() { Ok(()) } else { <&[u8]>::place(c, "behind", self).map(|_| ()) }
        }
    }

    /// Notes where the fields of the record at the front of `bytes` lie; the octets it takes, as many as there are of them.
    ///
    /// `bytes` start `offset` octets into the outermost input. A record that is cut gives the fields in front of the cut and an
    /// error.
    pub fn places(bytes: &[u8], offset: u64, places: &mut Places) -> usize {
        places_by(bytes, offset, None, places)
    }

    fn places_by(bytes: &[u8], offset: u64, peers: Option<&Peers>, places: &mut Places) -> usize {
        let (len, missing) = match frame(bytes) {
            Frame::Ready(len) => (len, 0),
            Frame::Need(missing) => (bytes.len(), missing),
        };
        let opened = places.open("record", offset);
        let bytes = bytes.get(..len).unwrap_or(bytes);
        let whole = Record::split(bytes, offset);
        let session = match (peers, whole.body()) {
            (Some(peers), Ok(Body::Message(message))) => Some(peers.session(&message)),
            _ => None,
        };
        // What is wrong is among the places already.
        let _ = fields(&whole, opened, session.as_ref(), places);
        places.name_errors(opened, whole.context(), Action::None);
        if missing == 0 {
            places.findings(opened, |found| whole.findings_by(session.as_ref(), found));
        } else {
            places.error(Header::truncated(missing, offset));
        }
        places.close(opened, offset.saturating_add(len as u64));
        places.fill(opened, bytes, offset);
        len
    }

    /// Notes the fields of a record, of which those in front of a cut are there.
    fn fields(record: &Record<'_>, opened: usize, session: Option<&Session>, places: &mut Places) -> Result<()> {
        let mut c = Cursor::at(record.as_bytes(), record.offset());
        let mut header = Header::EMPTY;
        let outcome = header.pass(&mut Reading::new(&mut c, places));
        // Type and subtype are there before the length.
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
        /// Notes where the record's fields lie.
        pub fn places(&self, list: &mut Places) {
            places_by(self.as_bytes(), self.offset(), None, list);
        }

        /// Notes where the record's fields lie, messages as [`Peers::session`] has them read.
        pub fn places_by(&self, peers: &Peers, list: &mut Places) {
            places_by(self.as_bytes(), self.offset(), Some(peers), list);
        }
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
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
                ("type", 104, "BGP4MP"),
                ("subtype", 106, "STATE_CHANGE_AS4"),
                ("length", 108, "24"),
                ("peer_asn", 112, "64496"),
                ("local_asn", 116, "64511"),
                ("interface", 120, "0"),
                ("afi", 122, "IPv4"),
                ("peer_address", 124, "192.0.2.1"),
                ("local_address", 128, "192.0.2.254"),
                ("old_state", 132, "Established"),
                ("new_state", 134, "Idle"),
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
