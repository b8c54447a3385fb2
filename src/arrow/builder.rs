//! Rows from elements: what rows share is decoded once, and copied for each when a batch is complete.

use core::fmt;
use std::prelude::v1::*;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, SchemaRef};

use super::dictionary::DAMAGE;
use super::lists::{ListValues, Lists};
use super::normalised::{NO_LIST, Two};
use super::schema::schema;
use super::shared::{Need, Shared, need_of};
use super::values::{Column, PlainColumn};
use super::{Columns, TableOptions, Types};
use crate::element::fields::{FieldValue, Part};
use crate::element::mrt::TableEntries;
use crate::element::plain::PlainUpdate;
use crate::element::{Carrier, Element, ElementKind, ListPlace, Route};
use crate::error::Error;
use crate::family::Family;
use crate::io::ReadError;
use crate::mrt::{IndexedPeer, ReadContext};
use crate::nlri::PathPrefix;
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::time::Timestamp;

/// What the columns of an event depend on.
type EventKey = (ElementKind, Carrier, Timestamp, bool, Option<Family>, Place);

/// Where a record is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Place {
    pub(super) offset: Option<u64>,
    /// The number of the input.
    pub(super) file: u32,
}

/// Where a list is: in the record, for the routes of a message; and what its reading depends on.
type ListAt = (u64, usize, ListPlace);

/// What is left of a record.
pub(super) enum RecordRest {
    Nothing,
    /// The routes from this one on: the builder is full.
    Full(usize),
    /// The same: this one is not a row like the others.
    Other(usize),
}

/// Values that differ from row to row.
#[derive(Clone, Copy)]
enum Own {
    PathId,
    Originated,
    Error,
    ErrorAction,
    ErrorOffset,
    Other,
}

/// A value of a row for damage.
#[derive(Clone, Copy)]
pub(super) enum Damage<'e> {
    Part(Error),
    Read(&'e ReadError),
}

/// Rows of a table from elements of any source: archives, live sessions, tables of many peers.
///
/// ```
/// use routeglass::arrow::{Columns, TableBuilder, TableOptions};
///
/// # let archive: &[u8] = &[];
/// let options = TableOptions::default().with_columns(Columns::TIME | Columns::PREFIX);
/// let mut builder = TableBuilder::new(options);
/// let mut batches = Vec::new();
/// for element in routeglass::elements(archive).flatten() {
///     builder.push(&element);
///     if builder.is_full() {
///         batches.push(builder.finish()?);
///     }
/// }
/// batches.push(builder.finish()?);
/// # Ok::<(), routeglass::arrow::ArrowError>(())
/// ```
///
/// Columns of the place in the input, `offset` and `file`, have what was set last. Of the options, those of the reading have no effect:
/// strictness, errors, filter and path identifiers.
pub struct TableBuilder {
    schema: SchemaRef,
    rows: usize,
    bytes: usize,
    /// Octets of a row without those of variable length.
    fixed: usize,
    max_rows: usize,
    max_bytes: usize,
    event: Shared,
    peer: Shared,
    route: Shared,
    list: Shared,
    own: Shared,
    own_are: Vec<Own>,
    route_are: Vec<PlainColumn>,
    /// The rows at the end that have no own values.
    own_nulls: usize,
    list_needs: Vec<Need>,
    needs_finding: bool,
    needs_originated: bool,
    /// Whether lists are looked up: where decoding one again is cheaper, they are not.
    remembers: bool,
    has_offset: bool,
    place: Place,
    file: Option<Arc<str>>,
    last_event: Option<(EventKey, u32)>,
    last_route: Option<(Family, Prefix, u32)>,
    peers: Vec<Option<(Peer, u32)>>,
    /// The values of the peers of the table in force, by index; [`Self::NO_VALUE`] for those without one yet.
    table_peers: Vec<u32>,
    no_peer: Option<u32>,
    no_route: Option<u32>,
    no_list: Option<u32>,
    lists: Lists,
    last_list: Option<(ListAt, ListValues)>,
    /// Where attribute lists are a table of their own.
    pub(super) two: Option<Two>,
}

impl TableBuilder {
    /// The longest batch, in octets of values: offsets in Arrow have 31 bits.
    const MOST_BYTES: usize = 1 << 30;

    const NO_VALUE: u32 = u32::MAX;

    /// Slots for peers of recent rows; a power of two.
    const PEERS: u32 = 1 << 10;

    /// No rows yet.
    pub fn new(options: TableOptions) -> Self {
        let TableOptions { columns, types, rows, bytes, .. } = options;
        let all: Vec<_> = columns.fields().filter_map(|field| Column::new(field, types)).enumerate().collect();
        let own = Shared::of(&all, &[Part::Element]);
        let list = Shared::of(&all, &[Part::Reach, Part::List]);
        let route = Shared::of(&all, &[Part::Route]);
        let own_are: Vec<_> = own.columns.iter().map(|(_, column)| own_of(column.field.name)).collect();
        Self {
            schema: schema(columns, types),
            rows: 0,
            bytes: 0,
            fixed: all.iter().map(|(_, column)| column.fixed_len()).fold(0, usize::saturating_add),
            max_rows: rows.clamp(1, u32::MAX as usize),
            max_bytes: bytes.min(Self::MOST_BYTES),
            event: Shared::of(&all, &[Part::Event, Part::Input]),
            peer: Shared::of(&all, &[Part::Peer]),
            route_are: route.columns.iter().map(|(_, column)| PlainColumn::of(column.field.name)).collect(),
            route,
            list_needs: list.columns.iter().map(|(_, column)| need_of(column.field.name)).collect(),
            list,
            needs_finding: own_are.iter().any(|own| matches!(own, Own::Error | Own::ErrorAction | Own::ErrorOffset)),
            needs_originated: own_are.iter().any(|own| matches!(own, Own::Originated)),
            remembers: all
                .iter()
                .any(|(_, column)| matches!(column.field.part, Part::Reach | Part::List) && column.is_variable()),
            own,
            own_are,
            own_nulls: 0,
            has_offset: columns.contains(Columns::OFFSET),
            place: Place::default(),
            file: None,
            last_event: None,
            last_route: None,
            peers: std::vec![None; Self::PEERS as usize],
            table_peers: Vec::new(),
            no_peer: None,
            no_route: None,
            no_list: None,
            lists: Lists::new(),
            last_list: None,
            two: None,
        }
    }

    /// Makes two tables: the columns of attribute lists are those of another one, whose first row has this number.
    pub(super) fn normalise(&mut self, first: u32, types: Types) {
        let of_lists: Vec<_> = self.list.columns.iter().map(|(place, _)| *place).collect();
        self.two = Some(Two::new(first, types, &self.schema, &of_lists));
        self.lists = Lists::of_a_read();
        (self.remembers, self.no_list) = (true, Some(NO_LIST));
    }

    /// The schema of all batches.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(self.two.as_ref().map_or(&self.schema, |two| &two.routes))
    }

    /// The number of rows since the last batch.
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows since the last batch.
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Whether the batch has all the rows or octets that it may have.
    #[inline]
    pub const fn is_full(&self) -> bool {
        self.rows >= self.max_rows || self.rows > 0 && self.bytes >= self.max_bytes
    }

    /// Adds a row.
    pub fn push(&mut self, element: &Element<'_>) {
        self.last_list = None;
        self.push_in_record(element);
    }

    /// Sets the offset of the record that the following rows are from, the column `offset`.
    pub fn set_offset(&mut self, offset: Option<u64>) {
        // Without the column, the records of a second share their event.
        self.place.offset = offset.filter(|_| self.has_offset);
        self.last_list = None;
    }

    /// Sets the input that the following rows are from, the column `file`; the offset is unknown until it is set.
    pub fn set_file(&mut self, file: Option<&str>) {
        self.place = Place { offset: None, file: self.place.file.wrapping_add(1) };
        self.file = file.map(Arc::from);
    }

    /// The input that the following rows are from.
    #[cfg(feature = "rayon")]
    pub(super) fn file(&self) -> Option<Arc<str>> {
        self.file.clone()
    }

    /// Adds a row of the same record as the row before.
    #[inline]
    pub(super) fn push_in_record(&mut self, element: &Element<'_>) {
        if !self.event.is_empty() {
            let id = self.event_id(element);
            self.bytes = self.bytes.saturating_add(self.event.take_again(id));
        }
        if !self.peer.is_empty() {
            let id = self.peer_id(element.peer());
            self.bytes = self.bytes.saturating_add(self.peer.take(id));
        }
        if !self.route.is_empty() {
            let id = self.route_id(element);
            self.bytes = self.bytes.saturating_add(self.route.take(id));
        }
        self.push_list_and_own(element);
    }

    /// What is in the row after the parts that an element's record has.
    #[inline]
    fn push_list_and_own(&mut self, element: &Element<'_>) {
        if !self.list.is_empty() {
            let id = self.list_id(element).id;
            self.bytes = self.bytes.saturating_add(self.list.take(id));
        }
        self.push_element_own(element);
    }

    #[inline]
    fn push_element_own(&mut self, element: &Element<'_>) {
        if !self.own.is_empty() {
            let finding = if self.needs_finding { element.finding() } else { None };
            let is_null = finding.is_none() && element.path_id().is_none() && !self.needs_originated;
            if is_null && matches!(element.route(), Route::Prefix(..)) {
                self.own_nulls = self.own_nulls.saturating_add(1);
            } else {
                self.push_own(element.path_id(), element.originated(), finding, Some(element));
            }
        }
        self.end_row();
    }

    /// Forgets the peers of the table that was in force.
    pub(super) fn forget_table_peers(&mut self) {
        self.table_peers.clear();
    }

    /// Adds the rows of a table record, except the first `done`, until the builder is full. A list that was met before is not indexed
    /// again.
    pub(super) fn push_table(&mut self, mut entries: TableEntries<'_>, peers: &ReadContext, done: usize) -> RecordRest {
        let (family, path) = entries.route();
        let needs_list = self.needs_finding || !self.list.is_empty();
        let (mut record, mut element) = (None, None);
        let mut number = 0usize;
        loop {
            if number >= done && self.is_full() {
                return RecordRest::Full(number);
            }
            let entry = match entries.next_entry() {
                Some(Ok(entry)) => entry,
                Some(Err(_)) => return RecordRest::Other(number),
                None => return RecordRest::Nothing,
            };
            if number >= done {
                let Some(peer) = peers.peer(entry.peer_index()) else { return RecordRest::Other(number) };
                let octets = entry.attribute_bytes();
                let (hash, known) = if needs_list && self.remembers {
                    let hash = self.lists.hash(octets);
                    (hash, self.lists.find_entry(hash, octets, family))
                } else {
                    (0, None)
                };
                let (list, has_finding) = match known {
                    _ if !needs_list => (0, false),
                    Some(known) if known.is_clean || !self.needs_finding => (known.id, false),
                    known => {
                        let element = element.get_or_insert_with(|| entries.common());
                        if !TableEntries::set(element, &entry, peers) {
                            return RecordRest::Other(number);
                        }
                        let of = match known {
                            Some(known) => known,
                            None => self.add_met_list(element, hash),
                        };
                        (of.id, self.needs_finding && !of.is_clean)
                    }
                };
                let (event, route) = match record {
                    Some(of) => of,
                    None => *record.insert(self.add_record(&entries)),
                };
                let mut bytes = self.bytes;
                if !self.event.is_empty() {
                    bytes = bytes.saturating_add(self.event.take_again(event));
                }
                if !self.peer.is_empty() {
                    let id = match self.table_peers.get(usize::from(entry.peer_index())) {
                        Some(id) if *id != Self::NO_VALUE => *id,
                        _ => self.add_table_peer(entry.peer_index(), peer),
                    };
                    bytes = bytes.saturating_add(self.peer.take(id));
                }
                if !self.route.is_empty() {
                    bytes = bytes.saturating_add(self.route.take(route));
                }
                if !self.list.is_empty() {
                    bytes = bytes.saturating_add(self.list.take(list));
                }
                self.bytes = bytes;
                match &element {
                    Some(element) if has_finding => self.push_element_own(element),
                    _ => {
                        if !self.own.is_empty() {
                            let path_id = entry.path_id().or(path.path_id);
                            if path_id.is_none() && !self.needs_originated {
                                self.own_nulls = self.own_nulls.saturating_add(1);
                            } else {
                                self.push_own(path_id, Some(entry.originated()), None, None);
                            }
                        }
                        self.end_row();
                    }
                }
            }
            number = number.saturating_add(1);
        }
    }

    /// Adds the rows of a message with plain prefixes, except the first `done`, until the builder is full. A list that was met before is
    /// neither indexed nor checked again.
    pub(super) fn push_update(&mut self, mut update: PlainUpdate<'_>, done: usize) -> RecordRest {
        let Some(list) = self.update_list(&update) else { return RecordRest::Other(0) };
        let (kind, carrier, time, is_local) = update.event();
        let event = if self.event.is_empty() {
            0
        } else {
            let key = (kind, carrier, time, is_local, Some(Family::IPV4_UNICAST), self.place);
            match self.last_event {
                Some((last, id)) if last == key => id,
                _ => self.add_event(&update.common(), key),
            }
        };
        let peer = if self.peer.is_empty() { 0 } else { self.peer_id(update.peer()) };
        let len = self.event.len_of(event).saturating_add(self.peer.len_of(peer)).saturating_add(self.list.len_of(list));
        let mut rows = 0usize;
        let mut number = 0usize;
        let rest = loop {
            if number >= done && self.is_full() {
                break RecordRest::Full(number);
            }
            let Some(path) = update.next_path() else { break RecordRest::Nothing };
            if number >= done {
                self.bytes = self.bytes.saturating_add(len);
                if !self.route.is_empty() {
                    let id = self.add_plain((Family::IPV4_UNICAST, path));
                    self.bytes = self.bytes.saturating_add(self.route.take(id));
                }
                if !self.own.is_empty() {
                    match path.path_id {
                        None => self.own_nulls = self.own_nulls.saturating_add(1),
                        id => self.push_own(id, None, None, None),
                    }
                }
                self.end_row();
                rows = rows.saturating_add(1);
            }
            number = number.saturating_add(1);
        };
        if !self.event.is_empty() {
            self.event.take_again_for(event, rows);
        }
        if !self.peer.is_empty() {
            self.peer.take_for(peer, rows);
        }
        if !self.list.is_empty() {
            self.list.take_for(list, rows);
        }
        rest
    }

    /// The values of a message's list, for all its routes; `None` if that has to be looked at closer, for a finding or other routes.
    #[inline]
    fn update_list(&mut self, update: &PlainUpdate<'_>) -> Option<u32> {
        if matches!(update.event().0, ElementKind::Withdraw) {
            return Some(if self.list.is_empty() { 0 } else { self.no_list() });
        }
        let (octets, asn4) = update.list();
        let (hash, known) = if self.remembers && !self.list.is_empty() {
            let hash = self.lists.hash(octets);
            (hash, self.lists.find_announced(hash, octets, asn4))
        } else {
            (0, None)
        };
        if let Some(known) = known.filter(|known| known.is_clean || !self.needs_finding) {
            return Some(known.id);
        }
        let element = update.read()?;
        if self.needs_finding && element.finding().is_some() {
            return None;
        }
        Some(match known {
            Some(known) => known.id,
            None => self.add_met_list(&element, hash).id,
        })
    }

    /// The values of event and route that the rows of a table record share.
    #[inline]
    fn add_record(&mut self, entries: &TableEntries<'_>) -> (u32, u32) {
        let (time, carrier) = entries.event();
        let event = if self.event.is_empty() {
            0
        } else {
            let key = (ElementKind::Rib, carrier, time, false, Some(entries.route().0), self.place);
            match self.last_event {
                Some((last, id)) if last == key => id,
                _ => self.add_event(&entries.common(), key),
            }
        };
        let route = if self.route.is_empty() { 0 } else { self.add_plain(entries.route()) };
        (event, route)
    }

    /// Adds the values of a plain prefix.
    #[inline]
    fn add_plain(&mut self, (family, path): (Family, PathPrefix)) -> u32 {
        let Self { route, route_are, .. } = self;
        let mut are = route_are.iter();
        let id = route.add_by(|column| column.push_plain(are.next().copied().unwrap_or(PlainColumn::Other), path.prefix));
        self.last_route = Some((family, path.prefix, id));
        id
    }

    /// Adds the values of a list that was not met in such a place.
    #[inline]
    fn add_met_list(&mut self, element: &Element<'_>, hash: u64) -> ListValues {
        if self.list.is_empty() {
            return ListValues { id: 0, is_clean: false };
        }
        let id = self.add_list(element);
        let Some((list, at)) = element.list_place().filter(|_| self.remembers) else {
            return ListValues { id, is_clean: false };
        };
        let of = ListValues { id, is_clean: list.is_surely_clean() };
        self.lists.insert(hash, list.as_bytes(), at, of);
        of
    }

    /// Adds the values of a list; returns their number.
    #[inline]
    fn add_list(&mut self, element: &Element<'_>) -> u32 {
        let id = self.list.add_list(element, &self.list_needs);
        match &self.two {
            None => id,
            Some(two) => {
                // It counts where it is new, not in each row that refers to it.
                self.bytes = self.bytes.saturating_add(self.list.lens.last_mut().map_or(0, core::mem::take));
                two.first.saturating_add(id)
            }
        }
    }

    #[inline(never)]
    fn add_table_peer(&mut self, index: u16, peer: &IndexedPeer) -> u32 {
        let id = self.peer_id(Peer { asn: peer.asn, address: Some(peer.address), bgp_id: Some(peer.bgp_id) });
        let index = usize::from(index);
        if index >= self.table_peers.len() {
            self.table_peers.resize(index.saturating_add(1), Self::NO_VALUE);
        }
        if let Some(slot) = self.table_peers.get_mut(index) {
            *slot = id;
        }
        id
    }

    /// Adds a row for damage.
    pub(super) fn push_damage(&mut self, damage: Damage<'_>) {
        if !self.event.is_empty() {
            let (place, file) = (self.place, self.file.clone());
            let id = self.event.add_by(|column| match column.field.name {
                "kind" => column.push_text(DAMAGE),
                _ => push_input(column, place, file.as_deref()),
            });
            self.last_event = None;
            self.bytes = self.bytes.saturating_add(self.event.take_again(id));
        }
        let parts =
            [(&mut self.peer, &mut self.no_peer), (&mut self.route, &mut self.no_route), (&mut self.list, &mut self.no_list)];
        for (part, none) in parts {
            if !part.is_empty() {
                let id = *none.get_or_insert_with(|| part.add(None));
                self.bytes = self.bytes.saturating_add(part.take(id));
            }
        }
        if !self.own.is_empty() {
            match damage {
                Damage::Part(error) => self.push_own(None, None, Some(error), None),
                Damage::Read(ReadError::Framing(error)) => self.push_own(None, None, Some(*error), None),
                Damage::Read(error) => self.push_read_error(error),
            }
        }
        self.end_row();
    }

    #[inline]
    fn end_row(&mut self) {
        self.rows = self.rows.saturating_add(1);
        self.bytes = self.bytes.saturating_add(self.fixed);
    }

    fn push_own(&mut self, path_id: Option<u32>, originated: Option<u32>, finding: Option<Error>, element: Option<&Element<'_>>) {
        use FieldValue as V;
        self.end_own_nulls();
        let Self { own, own_are, bytes, .. } = self;
        for ((_, column), is) in own.columns.iter_mut().zip(own_are.iter()) {
            let value = match is {
                Own::PathId => path_id.map(|id| V::Number(id.into())),
                Own::Originated => originated.map(|seconds| V::Time(Timestamp::from_seconds(seconds))),
                Own::Error => finding.map(V::Error),
                Own::ErrorAction => finding.map(|error| V::Action(error.action())),
                Own::ErrorOffset => finding.map(|error| V::Number(error.offset())),
                Own::Other => element.and_then(|element| column.field.value(element)),
            };
            *bytes = bytes.saturating_add(column.push(value.as_ref()));
        }
    }

    fn end_own_nulls(&mut self) {
        for (_, column) in &mut self.own.columns {
            column.push_nulls(self.own_nulls);
        }
        self.own_nulls = 0;
    }

    /// The values of a row for an input that cannot be read on.
    fn push_read_error(&mut self, error: &ReadError) {
        use std::string::ToString as _;
        self.end_own_nulls();
        let Self { own, own_are, bytes, .. } = self;
        for ((_, column), is) in own.columns.iter_mut().zip(own_are.iter()) {
            let len = match is {
                Own::Error => column.push_text(&error.to_string()),
                Own::ErrorOffset => column.push(Some(&FieldValue::Number(error.offset()))),
                _ => column.push(None),
            };
            *bytes = bytes.saturating_add(len);
        }
    }

    #[inline]
    fn event_id(&mut self, element: &Element<'_>) -> u32 {
        let key = (element.kind(), element.carrier(), element.time(), element.is_local(), element.family(), self.place);
        match self.last_event {
            Some((last, id)) if last == key => id,
            _ => self.add_event(element, key),
        }
    }

    #[inline(never)]
    fn add_event(&mut self, element: &Element<'_>, key: EventKey) -> u32 {
        let (place, file) = (self.place, self.file.as_deref());
        let id = self.event.add_by(|column| match column.field.part {
            Part::Input => push_input(column, place, file),
            _ => column.push(column.field.value(element).as_ref()),
        });
        self.last_event = Some((key, id));
        id
    }

    #[inline]
    fn peer_id(&mut self, peer: Peer) -> u32 {
        let at = place_of(&peer);
        match self.peers.get(at) {
            Some(Some((last, id))) if *last == peer => *id,
            _ => self.add_peer(peer, at),
        }
    }

    #[inline(never)]
    fn add_peer(&mut self, peer: Peer, at: usize) -> u32 {
        let element = Element::of_peer(peer);
        let id = self.peer.add(Some(&element));
        if let Some(slot) = self.peers.get_mut(at) {
            *slot = Some((peer, id));
        }
        id
    }

    #[inline]
    fn route_id(&mut self, element: &Element<'_>) -> u32 {
        match element.route() {
            Route::Prefix(family, path) => match self.last_route {
                Some((last, prefix, id)) if last == family && prefix == path.prefix => id,
                _ => self.add_plain((family, path)),
            },
            Route::Other(_) => self.route.add(Some(element)),
            Route::None => {
                let Self { route, no_route, .. } = self;
                *no_route.get_or_insert_with(|| route.add(None))
            }
        }
    }

    /// The values of a row without a list.
    #[inline]
    fn no_list(&mut self) -> u32 {
        let Self { list, no_list, .. } = self;
        *no_list.get_or_insert_with(|| list.add(None))
    }

    #[inline]
    fn list_id(&mut self, element: &Element<'_>) -> ListValues {
        if matches!(element.kind(), ElementKind::Withdraw | ElementKind::StateChange(..)) {
            return ListValues { id: self.no_list(), is_clean: false };
        }
        let Some((list, at)) = element.list_place().filter(|_| self.remembers) else {
            return ListValues { id: self.add_list(element), is_clean: false };
        };
        let at = (list.offset(), list.as_bytes().len(), at);
        if let Some((last, of)) = self.last_list
            && last == at
        {
            return of;
        }
        if !self.remembers {
            let of = ListValues { id: self.add_list(element), is_clean: false };
            self.last_list = Some((at, of));
            return of;
        }
        let octets = list.as_bytes();
        let hash = self.lists.hash(octets);
        let of = match self.lists.find(hash, octets, &at.2) {
            Some(of) => of,
            None => {
                let of = ListValues { id: self.add_list(element), is_clean: list.is_surely_clean() };
                self.lists.insert(hash, octets, at.2, of);
                of
            }
        };
        self.last_list = Some((at, of));
        of
    }

    /// The rows since the last batch as a batch.
    ///
    /// # Errors
    /// More octets in a column than Arrow's offsets can count, 2 GiB: never if a batch is taken when it is full.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let batch = self.batch();
        for part in [&mut self.event, &mut self.peer, &mut self.route, &mut self.list, &mut self.own] {
            part.clear();
        }
        (self.rows, self.bytes) = (0, 0);
        (self.last_event, self.last_route, self.last_list) = (None, None, None);
        (self.no_peer, self.no_route, self.no_list) = (None, None, self.two.as_ref().map(|_| NO_LIST));
        self.peers.fill(None);
        self.table_peers.clear();
        if self.two.is_none() {
            self.lists.clear();
        }
        batch
    }

    fn batch(&mut self) -> Result<RecordBatch, ArrowError> {
        if !self.own.is_empty() {
            self.end_own_nulls();
            self.own.ids = (0..u32::try_from(self.rows).unwrap_or(u32::MAX)).collect();
            self.own.lens.resize(self.rows, 0);
        }
        let mut arrays = std::vec![None; self.schema.fields().len()];
        for part in [&mut self.event, &mut self.peer, &mut self.route, &mut self.own] {
            part.finish(&mut arrays)?;
        }
        if let Some(two) = &mut self.two {
            return two.batch(&mut self.list, self.rows, arrays);
        }
        self.list.finish(&mut arrays)?;
        // A batch without columns has rows too.
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        RecordBatch::try_new_with_options(self.schema(), arrays.into_iter().flatten().collect(), &options)
    }
}

impl fmt::Debug for TableBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableBuilder").field("rows", &self.rows).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

fn own_of(name: &str) -> Own {
    match name {
        "path_id" => Own::PathId,
        "originated" => Own::Originated,
        "error" => Own::Error,
        "error_action" => Own::ErrorAction,
        "error_offset" => Own::ErrorOffset,
        _ => Own::Other,
    }
}

/// Adds a value of the place in the input; none to other columns.
fn push_input(column: &mut Column, place: Place, file: Option<&str>) -> usize {
    match (column.field.name, file) {
        ("offset", _) => column.push(place.offset.map(FieldValue::Number).as_ref()),
        ("file", Some(file)) => column.push_text(file),
        _ => column.push(None),
    }
}

/// The slot of a peer.
#[inline]
fn place_of(peer: &Peer) -> usize {
    use core::net::IpAddr;
    let address = match peer.address {
        Some(IpAddr::V4(address)) => u128::from(address.to_bits()),
        Some(IpAddr::V6(address)) => address.to_bits(),
        None => 0,
    };
    crate::text::put::place_of(address ^ u128::from(peer.asn.0) << 64, TableBuilder::PEERS)
}
