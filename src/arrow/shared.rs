//! Values that rows share, and which of them each row has.

use std::prelude::v1::*;

use arrow_array::ArrayRef;
use arrow_schema::ArrowError;

use super::runs::Rows;
use super::values::Column;
use crate::codes::AttrCode;
use crate::element::Element;
use crate::element::fields::{self, FieldValue, Part};

const FAMILY: &str = "family";

/// What a value of an attribute list needs.
#[derive(Clone, Copy)]
pub(super) enum Need {
    /// An attribute with a bit here.
    Any(u64),
    /// The path.
    Path,
    /// The last number of the path.
    Origin,
    /// Something else.
    Other,
}

pub(super) fn need_of(name: &str) -> Need {
    use AttrCode as A;
    let code = match name {
        "as_path" | "as_path_segments" | "as_path_text" => return Need::Path,
        "origin_asn" => return Need::Origin,
        "med" => A::MULTI_EXIT_DISC,
        "local_pref" => A::LOCAL_PREF,
        "aggregator_asn" | "aggregator_address" => A::AGGREGATOR,
        "communities" => A::COMMUNITIES,
        "extended_communities" => A::EXTENDED_COMMUNITIES,
        "large_communities" => A::LARGE_COMMUNITIES,
        "originator_id" => A::ORIGINATOR_ID,
        "cluster_list" => A::CLUSTER_LIST,
        "otc" => A::OTC,
        _ => return Need::Other,
    };
    1u64.checked_shl(code.0.into()).map_or(Need::Other, Need::Any)
}

/// Columns whose values depend on one part of elements, and which of its values each row has.
pub(super) struct Shared {
    pub(super) columns: Vec<(usize, Column)>,
    /// Of each value, the octets that it takes in a row.
    pub(super) lens: Vec<usize>,
    /// Of each row, the number of its value; without the last rows, which all have the same.
    pub(super) ids: Vec<u32>,
    last: u32,
    again: usize,
}

impl Shared {
    pub(super) fn of(columns: &[(usize, Column)], part: &[Part]) -> Self {
        // The family changes as rarely as the time: it is part of the event.
        let part_of = |column: &Column| if column.field.name == FAMILY { Part::Event } else { column.field.part };
        let columns = columns.iter().filter(|(_, column)| part.contains(&part_of(column))).cloned().collect();
        Self { columns, lens: Vec::new(), ids: Vec::new(), last: 0, again: 0 }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Adds a value: of an element, or nothing.
    pub(super) fn add(&mut self, element: Option<&Element<'_>>) -> u32 {
        self.add_by(|column| match element {
            Some(element) => column.push(column.field.value(element).as_ref()),
            None => column.push(None),
        })
    }

    /// Adds the values of an attribute list. Attributes that are not there are not looked for again, and the path is read once.
    pub(super) fn add_list(&mut self, element: &Element<'_>, needs: &[Need]) -> u32 {
        let Some(list) = element.indexed_attributes() else { return self.add(Some(element)) };
        let mut path = None;
        let mut path = || *path.get_or_insert_with(|| fields::path(element));
        let mut needs = needs.iter();
        self.add_by(|column| match needs.next() {
            Some(Need::Any(codes)) if !list.has_any(*codes) => column.push(None),
            Some(Need::Path) => column.push(path().map(FieldValue::Path).as_ref()),
            Some(Need::Origin) => column.push(path().as_ref().and_then(fields::origin_asn).map(FieldValue::Asn).as_ref()),
            _ => column.push(column.field.value(element).as_ref()),
        })
    }

    pub(super) fn add_by(&mut self, mut push: impl FnMut(&mut Column) -> usize) -> u32 {
        let mut len = 0usize;
        for (_, column) in &mut self.columns {
            len = len.saturating_add(push(column));
        }
        // A batch has fewer values than rows and octets, whose limits are below.
        let id = u32::try_from(self.lens.len()).unwrap_or(u32::MAX);
        self.lens.push(len);
        id
    }

    /// Gives the next row a value; returns the octets it takes.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn take(&mut self, id: u32) -> usize {
        self.ids.push(id);
        self.len_of(id)
    }

    /// The same for a value that many rows have, one after another: they are counted.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn take_again(&mut self, id: u32) -> usize {
        if id != self.last {
            self.end_again();
            self.last = id;
        }
        self.again = self.again.saturating_add(1);
        self.len_of(id)
    }

    /// The octets that a value takes in a row.
    #[inline]
    pub(super) fn len_of(&self, id: u32) -> usize {
        self.lens.get(id as usize).copied().unwrap_or(0)
    }

    /// Gives the next rows a value; their octets are counted elsewhere.
    #[inline]
    pub(super) fn take_for(&mut self, id: u32, rows: usize) {
        self.ids.extend(core::iter::repeat_n(id, rows));
    }

    /// The same as [`Self::take_again`].
    #[inline]
    pub(super) fn take_again_for(&mut self, id: u32, rows: usize) {
        if id != self.last {
            self.end_again();
            self.last = id;
        }
        self.again = self.again.saturating_add(rows);
    }

    #[inline(never)]
    pub(super) fn end_again(&mut self) {
        let len = self.ids.len().saturating_add(self.again);
        self.ids.resize(len, self.last);
        self.again = 0;
    }

    /// Puts the arrays in their places.
    pub(super) fn finish(&mut self, arrays: &mut [Option<ArrayRef>]) -> Result<(), ArrowError> {
        if self.columns.is_empty() {
            return Ok(());
        }
        let is_one = self.ids.is_empty() && self.last == 0;
        if !is_one {
            self.end_again();
        }
        let Self { columns, lens, ids, again, .. } = self;
        // Values that no row has are possible: of a record that ended the table.
        let is_each = !is_one && ids.len() == lens.len() && ids.iter().zip(0u32..).all(|(id, row)| *id == row);
        let rows = match (is_one, is_each) {
            (true, _) => Rows::Same(*again),
            (false, true) => Rows::Each(ids.len()),
            (false, false) => Rows::Of(ids),
        };
        for (place, column) in columns {
            let array = column.array(rows)?;
            if let Some(slot) = arrays.get_mut(*place) {
                *slot = Some(array);
            }
        }
        Ok(())
    }

    pub(super) fn clear(&mut self) {
        for (_, column) in &mut self.columns {
            column.clear();
        }
        self.lens.clear();
        self.ids.clear();
        (self.last, self.again) = (0, 0);
    }
}
