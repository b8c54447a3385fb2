//! Observers of records: `()`, or a dissector that records the octet range of every field.

use crate::attr::place_list;
use crate::codes::MessageType;
use crate::error::{Error, Result};
use crate::family::Family;
use crate::nlri::{RawRoute, place_cut_prefix, prefix_error, split_prefix};
use crate::prefix::Prefix;
use crate::session::Session;
use crate::wire::{Cursor, Observer};

/// An observer of records, which is also shown the inside of messages; plain reading leaves that to their views.
pub(super) trait RecordObserver: Observer {
    /// Observes a message, or a body whose type is known from elsewhere, and what follows it.
    fn message(&mut self, c: &mut Cursor<'_>, session: &Session, headless: Option<MessageType>) -> Result<()>;
}

impl RecordObserver for () {
    #[cfg_attr(optimised, inline(always))]
    fn message(&mut self, _: &mut Cursor<'_>, _: &Session, _: Option<MessageType>) -> Result<()> {
        Ok(())
    }
}

/// Observes the elements of a list, which plain reading leaves to an iterator.
#[cfg_attr(optimised, inline(always))]
pub(super) fn inside<O: Observer>(o: &mut O, look: impl FnOnce(&mut O) -> Result<()>) -> Result<()> {
    if O::OBSERVES { look(o) } else { Ok(()) }
}

/// Reads a plain prefix.
#[cfg_attr(optimised, inline(always))]
pub(super) fn prefix<'a, O: Observer>(c: &mut Cursor<'a>, v6: bool, o: &mut O) -> Result<Prefix> {
    let start = c.offset();
    match split_prefix(c.rest(), v6) {
        Some((prefix, rest)) => {
            c.leave(rest);
            o.note("prefix", start..c.offset(), &prefix);
            Ok(prefix)
        }
        None => {
            let kind = prefix_error(c.rest(), v6);
            Err(o.cut(Error::new(kind, start), |o| place_cut_prefix(c, false, o)))
        }
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
#[cfg_attr(optimised, inline(always))]
pub(super) fn attributes<'a, O: Observer>(c: &mut Cursor<'a>, len: usize, session: &Session, o: &mut O) -> Result<Cursor<'a>> {
    o.window(c, len, |list, o| {
        if O::OBSERVES {
            place_list(list, session, true, o);
        }
        Ok(list)
    })
}

#[cfg(feature = "alloc")]
mod places {
    use super::*;
    use crate::bgp::{self, Messages};
    use crate::io::Frame;
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
            // Further messages, and trailing octets.
            while let Some(Ok((octets, offset))) = Messages::at(c.rest(), session, c.offset()).next_octets() {
                c.take(octets.len())?;
                bgp::places(octets, session, offset, self);
            }
            if c.is_empty() { Ok(()) } else { <&[u8]>::place(c, "behind", self).map(|_| ()) }
        }
    }
}
