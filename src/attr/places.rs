//! Dissection of attributes.

use super::labels::labels_are_vnis;
use super::mp::{is_short, is_short_form};
use super::table::rule;
use super::{AttrFlags, Attribute, AttributesIter, MpReach};
use crate::codes::AttrCode;
use crate::error::{Action, Context, Result};
use crate::nlri::NextHop;
use crate::session::Session;
use crate::wire::{Cursor, Named, Observer};

impl Attribute<'_> {
    /// Adds the attribute's fields to `places`.
    #[cfg(feature = "alloc")]
    pub fn places(&self, session: &Session, places: &mut crate::places::Places) {
        self.place(session, false, places);
    }

    /// Shows the attribute's fields to an observer. Table dumps (`rib`) have short forms.
    pub(crate) fn place<O: Observer>(&self, session: &Session, rib: bool, o: &mut O) {
        let body = self.body_offset();
        o.open("attribute", self.offset);
        o.label(&self.code);
        o.note("flags", self.offset..self.offset.saturating_add(1), &format_args!("{:#04x}", self.flags.bits()));
        let code = Named(self.code.0, self.code.name());
        o.note("code", self.offset.saturating_add(1)..self.offset.saturating_add(2), &code);
        o.note("length", self.offset.saturating_add(2)..body, &self.body.len());
        let action = rule(self.code).map_or(Action::TreatAsWithdraw, |(_, action)| action);
        o.within(Context::Attribute(self.code), action, |o| self.place_value(self.body.len(), session, rib, o));
        o.close(body.saturating_add(self.body.len() as u64));
    }

    /// Shows the fields of the body, of `len` octets unless truncated, to an observer.
    fn place_value<O: Observer>(&self, len: usize, session: &Session, rib: bool, o: &mut O) {
        match (self.code, self.body.split_first()) {
            (AttrCode::MP_REACH_NLRI, Some((&octets, rest))) if rib && (is_short(octets) || is_short_form(self.body)) => {
                let after_length = self.body_offset().saturating_add(1);
                o.note("next_hop_length", self.body_offset()..after_length, &octets);
                if let Some(next_hop) = rest.get(..usize::from(octets)) {
                    o.note("next_hop", after_length..after_length.saturating_add(u64::from(octets)), &NextHop::read(next_hop));
                }
                // The attribute is whole here: an error of its own.
                if self.body.len() == len
                    && let Err(e) = MpReach::parse_rib_at(self.body, self.body_offset())
                {
                    o.error(e);
                }
            }
            (AttrCode::AGGREGATOR, _) if rib && len == 8 => self.place_body(&Session::AS4, o),
            _ => self.place_body(session, o),
        }
    }
}

/// Shows the attributes of a list to an observer, with short forms in table dumps (`rib`). An attribute that overruns the list is
/// shown as far as it goes.
pub(crate) fn place_list<O: Observer>(list: Cursor<'_>, session: &Session, rib: bool, o: &mut O) {
    let vnis = O::OBSERVES && labels_are_vnis(AttributesIter::at(list.rest(), list.offset()));
    o.with_vnis(vnis, |o| place_attributes(list, session, rib, o));
}

fn place_attributes<O: Observer>(list: Cursor<'_>, session: &Session, rib: bool, o: &mut O) {
    let mut attributes = AttributesIter::at(list.rest(), list.offset());
    loop {
        let left = attributes.rest;
        match attributes.next() {
            None => return,
            Some(Ok(attribute)) => attribute.place(session, rib, o),
            Some(Err(e)) => {
                let start = attributes.end.saturating_sub(left.len() as u64);
                o.open("attribute", start);
                o.cut(e, |o| {
                    let _ = place_cut(Cursor::at(left, start), session, rib, o);
                });
                o.close(attributes.end);
            }
        }
    }
}

/// Shows a truncated last attribute.
fn place_cut<O: Observer>(mut c: Cursor<'_>, session: &Session, rib: bool, o: &mut O) -> Result<()> {
    let offset = c.offset();
    let flags = o.leaf(&mut c, "flags", Cursor::u8, |flags, f| write!(f, "{flags:#04x}")).map(AttrFlags::from_bits_retain)?;
    let code = o.coded(&mut c, "code", AttrCode, AttrCode::name)?;
    o.label(&code);
    let len = match flags.contains(AttrFlags::EXTENDED_LENGTH) {
        true => o.field::<u16>(&mut c, "length")?,
        false => u16::from(o.field::<u8>(&mut c, "length")?),
    };
    if !c.is_empty() {
        Attribute { flags, code, body: c.rest(), offset }.place_value(usize::from(len), session, rib, o);
    }
    Ok(())
}
