//! Where the fields of attributes lie.

use super::table::rule;
use super::{AttrFlags, Attribute, AttributesIter};
use crate::codes::AttrCode;
use crate::error::{Action, Context, Result};
use crate::nlri::NextHop;
use crate::places::Places;
use crate::session::Session;
use crate::wire::{Cursor, Field as _};

impl Attribute<'_> {
    /// Notes where the attribute's fields lie.
    pub fn places(&self, session: &Session, places: &mut Places) {
        self.place(session, false, places);
    }

    fn place(&self, session: &Session, rib: bool, places: &mut Places) {
        let body = self.body_offset();
        let opened = places.open("attribute", self.offset);
        places.label(opened, self.code);
        places.leaf("flags", self.offset..self.offset.saturating_add(1), format_args!("{:#04x}", self.flags.bits()));
        places.leaf("code", self.offset.saturating_add(1)..self.offset.saturating_add(2), self.code);
        places.leaf("length", self.offset.saturating_add(2)..body, self.body.len());
        let start = places.len();
        self.place_value(self.body.len(), session, rib, places);
        let action = rule(self.code).map_or(Action::TreatAsWithdraw, |(_, action)| action);
        places.name_errors(start, Context::Attribute(self.code), action);
        places.close(opened, body.saturating_add(self.body.len() as u64));
    }

    /// Notes where the fields of the body lie, which has `len` octets unless it is cut. Table dumps (`rib`) have short forms.
    fn place_value(&self, len: usize, session: &Session, rib: bool, places: &mut Places) {
        match (self.code, self.body.split_first()) {
            (AttrCode::MP_REACH_NLRI, Some((&octets, next_hop)))
                if rib && octets != 0 && usize::from(octets).checked_add(1) == Some(len) =>
            {
                let behind = self.body_offset().saturating_add(1);
                places.leaf("next_hop_length", self.body_offset()..behind, octets);
                if next_hop.len() == usize::from(octets) {
                    places.leaf("next_hop", behind..self.end(), NextHop::read(next_hop));
                }
            }
            (AttrCode::AGGREGATOR, _) if rib && len == 8 => self.place_body(&Session::AS4, places),
            _ => self.place_body(session, places),
        }
    }
}

/// Notes where the attributes of a list lie, those of table dumps (`rib`) with their short forms. Of one that overruns the list
/// there is what the list holds of it.
pub(crate) fn place_list(list: Cursor<'_>, session: &Session, rib: bool, places: &mut Places) {
    let mut attributes = AttributesIter::at(list.rest(), list.offset());
    loop {
        let left = attributes.rest;
        match attributes.next() {
            None => return,
            Some(Ok(attribute)) => attribute.place(session, rib, places),
            Some(Err(e)) => {
                let start = attributes.end.saturating_sub(left.len() as u64);
                let opened = places.open("attribute", start);
                places.cut(e, |places| {
                    let _ = place_cut(Cursor::at(left, start), opened, session, rib, places);
                });
                places.close(opened, attributes.end);
            }
        }
    }
}

/// Notes what there is of the attribute that a list ends with.
fn place_cut(mut c: Cursor<'_>, opened: usize, session: &Session, rib: bool, places: &mut Places) -> Result<()> {
    let offset = c.offset();
    let flags = AttrFlags::from_bits_retain(c.u8()?);
    places.leaf("flags", offset..c.offset(), format_args!("{:#04x}", flags.bits()));
    let code = AttrCode(crate::wire::place_as(&mut c, "code", places, AttrCode)?);
    places.label(opened, code);
    let len = match flags.contains(AttrFlags::EXTENDED_LENGTH) {
        true => u16::place(&mut c, "length", places)?,
        false => u16::from(u8::place(&mut c, "length", places)?),
    };
    if !c.is_empty() {
        Attribute { flags, code, body: c.rest(), offset }.place_value(usize::from(len), session, rib, places);
    }
    Ok(())
}
