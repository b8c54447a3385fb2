//! Attribute lists, each distinct one stored once.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::attr::{AsPathBuf, AttrFlags, Attributes, Kept, MergedPath, Value, is_short_form, kept};
use crate::codes::{Afi, AttrCode};
use crate::error::Action;
use crate::family::Family;
use crate::session::Session;

/// Number of an attribute list in an [`AttributeStore`]; never 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AttributesId(pub(super) u32);

impl AttributesId {
    /// The number itself. Lists are numbered from 1; the number of a removed list is reused.
    pub const fn number(self) -> u32 {
        self.0
    }
}

/// Bytes per chunk of lists.
const CHUNK: usize = 1 << 20;

/// Offset of a list in the concatenated chunks, in units of two bytes (reaches eight gibibytes). The list's length comes first,
/// in two bytes, or in six for long lists.
type Start = u32;

/// Marks a free list number.
const FREE: Start = Start::MAX;

/// Marks a length over two bytes, which follows in four.
const LONG: u16 = u16::MAX;

/// Attribute lists as octets, each distinct one stored once.
///
/// A list is normalised before it is stored ([`normalise`]), so the same route from a table dump and from an UPDATE shares one
/// list. Lists are read as [`Attributes`], decoded on demand. A clone shares the chunks with the original until either changes,
/// and has its own reference counts.
#[derive(Clone)]
pub struct AttributeStore {
    chunks: Vec<Arc<Vec<u8>>>,
    // The list with number 1 comes first.
    starts: Arc<Vec<Start>>,
    // Reference counts. A clone has its own: every inserted or removed route changes one.
    counts: Counts,
    free: Vec<u32>,
    table: Arc<HashTable<u32>>,
    hasher: RandomState,
    /// Bytes of unreferenced lists.
    dead: usize,
    live: usize,
}

impl Default for AttributeStore {
    fn default() -> Self {
        Self::new()
    }
}

/// The octets of a list; empty for a free one.
#[inline]
fn octets(chunks: &[Arc<Vec<u8>>], start: Start) -> &[u8] {
    let at = (start as usize).saturating_mul(2);
    let list = chunks.get(at / CHUNK).and_then(|chunk| chunk.get(at % CHUNK..));
    let Some((len, list)) = list.and_then(|list| list.split_first_chunk()) else { return &[] };
    match u16::from_ne_bytes(*len) {
        LONG => match list.split_first_chunk() {
            Some((len, list)) => list.get(..u32::from_ne_bytes(*len) as usize).unwrap_or(&[]),
            None => &[],
        },
        len => list.get(..usize::from(len)).unwrap_or(&[]),
    }
}

/// Index of a list in vectors with one element per list.
#[inline]
const fn place(id: u32) -> usize {
    (id as usize).wrapping_sub(1)
}

/// Reference counts, one byte each so that they stay in cache; overflow goes to `parts` in steps of 128.
#[derive(Clone, Default)]
struct Counts {
    low: Vec<u8>,
    parts: BTreeMap<u32, u32>,
}

/// References per overflow step.
const PART: u8 = 128;

impl Counts {
    /// Sets the count of a new list to one; a new number is appended.
    fn put(&mut self, id: u32) {
        match self.low.get_mut(place(id)) {
            Some(count) => *count = 1,
            None => self.low.push(1),
        }
    }

    /// Increments; returns whether the list is in use.
    #[cfg_attr(optimised, inline(always))]
    fn up(&mut self, id: u32) -> bool {
        match self.low.get_mut(place(id)) {
            None | Some(0) => false,
            Some(count) if *count < u8::MAX => {
                *count = count.wrapping_add(1);
                true
            }
            Some(_) => {
                self.carry(id);
                true
            }
        }
    }

    /// Decrements; returns whether it was the last reference.
    #[cfg_attr(optimised, inline(always))]
    fn down(&mut self, id: u32) -> bool {
        match self.low.get_mut(place(id)) {
            None | Some(0) => false,
            Some(count) => {
                *count = count.wrapping_sub(1);
                *count == 0 && !self.borrow(id)
            }
        }
    }

    /// Moves a step to the overflow.
    #[cold]
    #[inline(never)]
    fn carry(&mut self, id: u32) {
        let parts = self.parts.entry(id).or_default();
        // Fewer routes exist than four bytes can count 32 times over.
        *parts = parts.saturating_add(1);
        if let Some(count) = self.low.get_mut(place(id)) {
            *count = PART;
        }
    }

    /// Takes a step from the overflow; returns whether there was one.
    #[inline(never)]
    fn borrow(&mut self, id: u32) -> bool {
        let Some(parts) = self.parts.get_mut(&id) else { return false };
        *parts = parts.saturating_sub(1);
        if *parts == 0 {
            self.parts.remove(&id);
        }
        if let Some(count) = self.low.get_mut(place(id)) {
            *count = PART;
        }
        true
    }

    fn memory_size(&self) -> usize {
        self.low.capacity().saturating_add(self.parts.len().saturating_mul(8))
    }
}

impl AttributeStore {
    /// An empty store.
    pub fn new() -> Self {
        Self {
            chunks: Vec::new(),
            starts: Arc::default(),
            counts: Counts::default(),
            free: Vec::new(),
            table: Arc::default(),
            hasher: RandomState::default(),
            dead: 0,
            live: 0,
        }
    }

    /// The octets of a list; empty if there is no such list.
    #[inline]
    pub fn bytes(&self, id: AttributesId) -> &[u8] {
        self.starts.get(place(id.0)).map_or(&[], |start| octets(&self.chunks, *start))
    }

    /// The list, read as that of a RIB entry: four-octet AS numbers, MP_REACH_NLRI as a next hop only.
    pub fn attributes(&self, id: AttributesId) -> Attributes<'_> {
        // A stored list has valid framing, or was stored as it came.
        Attributes::parse_rib_at(self.bytes(id), &Session::AS4, 0).unwrap_or(Attributes::EMPTY)
    }

    /// Number of distinct lists.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are no lists.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Total octets of all distinct lists.
    pub const fn octets(&self) -> usize {
        self.live
    }

    /// Bytes of memory besides the lists: offsets, reference counts, hash table.
    pub fn overhead(&self) -> usize {
        let chunks: usize = self.chunks.iter().map(|chunk| chunk.capacity()).sum();
        let each = self.starts.capacity().saturating_mul(4).saturating_add(self.counts.memory_size());
        chunks.saturating_sub(self.live).saturating_add(each).saturating_add(self.table.allocation_size())
    }

    /// Adds a reference to a normalised list and returns its number. A new list is first passed to `check`.
    ///
    /// `None` if `check` rejects it, or if the numbers are exhausted.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn intern_if(&mut self, list: &[u8], check: impl FnOnce(&[u8]) -> bool) -> Option<AttributesId> {
        let hash = self.hasher.hash_one(list);
        let same = |id: &u32| self.starts.get(place(*id)).is_some_and(|start| octets(&self.chunks, *start) == list);
        if let Some(id) = self.table.find(hash, same) {
            let id = *id;
            self.counts.up(id);
            return Some(AttributesId(id));
        }
        if !check(list) {
            return None;
        }
        self.add(list, hash)
    }

    /// Adds a new list.
    fn add(&mut self, list: &[u8], hash: u64) -> Option<AttributesId> {
        let start = self.append(list)?;
        let (starts, counts) = (Arc::make_mut(&mut self.starts), &mut self.counts);
        let id = match self.free.pop() {
            Some(id) => {
                if let Some(there) = starts.get_mut(place(id)) {
                    *there = start;
                    counts.put(id);
                }
                id
            }
            None => {
                starts.push(start);
                let id = u32::try_from(starts.len()).ok()?;
                counts.put(id);
                id
            }
        };
        let (chunks, hasher) = (&self.chunks, &self.hasher);
        let rehash = |id: &u32| hasher.hash_one(starts.get(place(*id)).map_or(&[][..], |start| octets(chunks, *start)));
        Arc::make_mut(&mut self.table).insert_unique(hash, id, rehash);
        Some(AttributesId(id))
    }

    /// Adds a reference; returns whether the list exists.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn retain(&mut self, id: AttributesId) -> bool {
        self.counts.up(id.0)
    }

    /// Removes a reference; without any the list is removed.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn release(&mut self, id: AttributesId) {
        if self.counts.down(id.0) {
            self.forget(id);
        }
    }

    #[inline(never)]
    fn forget(&mut self, id: AttributesId) {
        let len = self.bytes(id).len();
        let hash = self.hasher.hash_one(self.bytes(id));
        if let Ok(entry) = Arc::make_mut(&mut self.table).find_entry(hash, |there| *there == id.0) {
            entry.remove();
        }
        if let Some(start) = Arc::make_mut(&mut self.starts).get_mut(place(id.0)) {
            self.dead = self.dead.saturating_add(len);
            self.live = self.live.saturating_sub(len);
            *start = FREE;
        }
        self.free.push(id.0);
        if self.dead > CHUNK && self.dead > self.live {
            self.compact();
        }
    }

    fn append(&mut self, list: &[u8]) -> Option<Start> {
        let need = list.len().saturating_add(8);
        if need > CHUNK {
            return None;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len().saturating_add(need) > CHUNK) {
            self.chunks.push(Arc::new(Vec::with_capacity(CHUNK)));
        }
        let before = self.chunks.len().checked_sub(1)?.checked_mul(CHUNK)?;
        let chunk = Arc::make_mut(self.chunks.last_mut()?);
        let start = before.checked_add(chunk.len())?;
        match u16::try_from(list.len()) {
            Ok(len) if len != LONG => chunk.extend_from_slice(&len.to_ne_bytes()),
            _ => {
                chunk.extend_from_slice(&LONG.to_ne_bytes());
                chunk.extend_from_slice(&u32::try_from(list.len()).ok()?.to_ne_bytes());
            }
        }
        chunk.extend_from_slice(list);
        if chunk.len() & 1 == 1 {
            chunk.push(0);
        }
        self.live = self.live.saturating_add(list.len());
        Start::try_from(start / 2).ok().filter(|start| *start != FREE)
    }

    /// Moves the lists together, reclaiming removed ones.
    fn compact(&mut self) {
        let old = core::mem::take(&mut self.chunks);
        let mut starts = Arc::unwrap_or_clone(core::mem::take(&mut self.starts));
        (self.dead, self.live) = (0, 0);
        for start in starts.iter_mut().filter(|start| **start != FREE) {
            if let Some(moved) = self.append(octets(&old, *start)) {
                *start = moved;
            }
        }
        self.starts = Arc::new(starts);
    }
}

impl fmt::Debug for AttributeStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttributeStore").field("lists", &self.len()).field("octets", &self.live).finish_non_exhaustive()
    }
}

/// Whether a list is already in normal form: one walk without decoding.
fn is_normal(list: &Attributes<'_>) -> bool {
    let mut last = 0u8;
    for attribute in list.iter() {
        let Ok(attribute) = attribute else { return true };
        let code = attribute.code().0;
        let reach_is_short = list.is_of_table() && attribute.raw() != [0] && is_short_form(attribute.raw());
        let long = attribute.flags().contains(AttrFlags::EXTENDED_LENGTH) && attribute.raw().len() <= 0xff;
        let as_kept = match kept(attribute.code()) {
            Kept::Whole => true,
            Kept::NextHop => reach_is_short,
            Kept::Merged | Kept::Never => false,
        };
        if code <= last || long || !as_kept {
            return false;
        }
        last = code;
    }
    true
}

/// Whether a list survives a round trip through a table dump: its length fits two octets (RFC 6396 section 4.3.4), it is in
/// normal form, and nothing in it makes a route treated as withdrawn or is discarded (RFC 7606).
pub(super) fn can_be_read(list: &[u8]) -> bool {
    if list.len() > usize::from(u16::MAX) {
        return false;
    }
    let Ok(attributes) = Attributes::parse_rib_at(list, &Session::AS4, 0) else { return false };
    if attributes.findings(|_| {}) >= Action::DiscardAttribute {
        return false;
    }
    if is_normal(&attributes) {
        return true;
    }
    let mut again = Vec::with_capacity(list.len());
    normalise(&attributes, true, &mut again);
    again == list
}

/// Appends a list to `out` in the store's normal form.
///
/// Attributes are in code order, each once. AS numbers have four octets; AS4_PATH and AS4_AGGREGATOR are merged in (RFC 6793
/// section 4.2.3), with one sequence at the junction. MP_REACH_NLRI is the next hop only, as in table dumps (RFC 6396 section
/// 4.3.4); it is absent if that is empty, and for the routes at the end of an UPDATE (`mp` false); MP_UNREACH_NLRI is absent. Lengths
/// take two octets only where needed. Attributes that RFC 7606 discards are absent; any other one that cannot be read is kept as it is.
pub fn normalise(list: &Attributes<'_>, mp: bool, out: &mut Vec<u8>) {
    let discarded = if list.is_surely_clean() { 0 } else { list.discarded() };
    let list = if discarded == 0 { *list } else { list.without(discarded) };
    put_normal(&list, mp, out);
}

/// The same without looking for discarded attributes; returns whether the list was already in normal form.
pub(super) fn put_normal(list: &Attributes<'_>, mp: bool, out: &mut Vec<u8>) -> bool {
    let asn4 = list.session().asn4;
    if asn4 && list.is_whole() && (mp || !list.has(AttrCode::MP_REACH_NLRI)) && is_normal(list) {
        out.extend_from_slice(list.as_bytes());
        return true;
    }
    let mut attributes: Vec<_> = list.iter().flatten().collect();
    // Stable sort: of a duplicated attribute the first wins.
    attributes.sort_by_key(|attribute| attribute.code());
    attributes.dedup_by_key(|attribute| attribute.code());
    for attribute in attributes {
        let flags = attribute.flags().difference(AttrFlags::EXTENDED_LENGTH);
        let value = match (kept(attribute.code()), attribute.code()) {
            (Kept::Never, _) => continue,
            (Kept::NextHop, _) if !mp => continue,
            (Kept::NextHop, code) => {
                let Ok(Some(reach)) = list.mp_reach() else {
                    put(&Value::Unknown(attribute), flags, out);
                    continue;
                };
                let next_hop = reach.next_hop_bytes();
                // Routes without a next hop (RFC 8955 section 4): a table dump has no form for an empty one.
                if next_hop.is_empty() {
                    continue;
                }
                let len = u8::try_from(next_hop.len()).unwrap_or(u8::MAX);
                put_header(flags, code, next_hop.len().saturating_add(1), out);
                out.push(len);
                out.extend_from_slice(next_hop);
                continue;
            }
            (Kept::Merged, _) if !asn4 => continue,
            (_, AttrCode::AS_PATH) if !asn4 => {
                if let Ok(path) = list.merged_path() {
                    put_path(path, flags, out);
                    continue;
                }
                Value::Unknown(attribute)
            }
            (_, AttrCode::AGGREGATOR) if !asn4 => match list.merged_aggregator() {
                Ok(Some(aggregator)) => Value::Aggregator(aggregator),
                _ => Value::Unknown(attribute),
            },
            _ => Value::Unknown(attribute),
        };
        put(&value, flags, out);
    }
    false
}

/// The same for a table's route of a family whose next hop is a field of the record (BGP4MP_ENTRY): it takes the place of those
/// among the attributes, in the form that table dumps have.
pub(super) fn put_normal_with(list: &Attributes<'_>, family: Family, next_hop: &[u8], out: &mut Vec<u8>) -> bool {
    let mut with = Vec::with_capacity(list.as_bytes().len().saturating_add(next_hop.len()).saturating_add(4));
    let is_next_hop = |code| code == AttrCode::NEXT_HOP || code == AttrCode::MP_REACH_NLRI;
    for attribute in list.iter().flatten().filter(|attribute| !is_next_hop(attribute.code())) {
        put(&Value::Unknown(attribute), attribute.flags().difference(AttrFlags::EXTENDED_LENGTH), &mut with);
    }
    // The field of the record has no more than 255 octets.
    match (family.afi, u8::try_from(next_hop.len())) {
        (Afi::IPV4, Ok(4)) => put_header(AttrFlags::TRANSITIVE, AttrCode::NEXT_HOP, 4, &mut with),
        (_, Ok(len)) => {
            put_header(AttrFlags::OPTIONAL, AttrCode::MP_REACH_NLRI, usize::from(len).saturating_add(1), &mut with);
            with.push(len);
        }
        (_, Err(_)) => return put_normal(list, true, out),
    }
    with.extend_from_slice(next_hop);
    match Attributes::parse_rib_at(&with, &list.session(), 0) {
        Ok(with) => put_normal(&with, true, out),
        // Too long: it is refused for the same reason.
        Err(_) => {
            out.extend_from_slice(&with);
            false
        }
    }
}

/// Segments of two widths as one path of four-octet numbers. A sequence of AS_PATH continued by AS4_PATH becomes one sequence.
fn put_path(path: MergedPath<'_>, flags: AttrFlags, out: &mut Vec<u8>) {
    let path = AsPathBuf::from(path);
    let mut body = Vec::with_capacity(path.encoded_len(true));
    // A set has no more numbers than its segment declared.
    let _ = path.encode(true, &mut body);
    put_header(flags, AttrCode::AS_PATH, body.len(), out);
    out.extend_from_slice(&body);
}

fn put_header(flags: AttrFlags, code: AttrCode, len: usize, out: &mut Vec<u8>) {
    // Each part is from an attribute with a length of at most two octets; only a path of two-octet numbers can exceed that,
    // bounded by its segment counts.
    let [high, low] = u16::try_from(len).unwrap_or(u16::MAX).to_be_bytes();
    if len > 0xff {
        out.extend_from_slice(&[(flags | AttrFlags::EXTENDED_LENGTH).bits(), code.0, high, low]);
    } else {
        out.extend_from_slice(&[flags.bits(), code.0, low]);
    }
}

pub(super) fn put(value: &Value<'_>, flags: AttrFlags, out: &mut Vec<u8>) {
    // A value that was read can be written, and a vector has room.
    let _ = value.encode_with_flags(flags, &Session::AS4, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(bytes: &[u8], session: &Session, mp: bool) -> Vec<u8> {
        let mut out = Vec::new();
        normalise(&Attributes::parse_at(bytes, session, 0).unwrap(), mp, &mut out);
        out
    }

    #[test]
    fn a_dump_and_an_update_share() {
        // ORIGIN, AS_PATH 64496 65536, NEXT_HOP: in order with four octets; out of order, extended, with two octets.
        let four = [0x40, 1, 1, 0, 0x40, 2, 10, 2, 2, 0, 0, 0xfb, 0xf0, 0, 1, 0, 0, 0x40, 3, 4, 192, 0, 2, 1];
        let mixed = [
            0x40, 3, 4, 192, 0, 2, 1, 0x50, 1, 0, 1, 0, 0x40, 2, 6, 2, 2, 0xfb, 0xf0, 0x5b, 0xa0, 0xc0, 17, 10, 2, 2, 0, 0, 0xfb,
            0xf0, 0, 1, 0, 0,
        ];
        assert_eq!(normal(&four, &Session::AS4, true), four);
        assert_eq!(normal(&mixed, &Session::AS2, true), four);
        // MP_REACH_NLRI of an UPDATE becomes the short form of a dump, or is absent for the routes beside it.
        let reach = [0x90, 14, 0, 13, 0, 2, 1, 4, 192, 0, 2, 12, 0, 24, 0x20, 1, 0x0d];
        let short = [0x80, 14, 5, 4, 192, 0, 2, 12];
        assert_eq!(normal(&reach, &Session::AS4, true), short);
        assert!(normal(&reach, &Session::AS4, false).is_empty());
        // Flow specifications need no next hop.
        let flow = [0x80, 14, 9, 0, 1, 133, 0, 0, 3, 3, 0x81, 6];
        assert!(normal(&flow, &Session::AS4, true).is_empty());
        let mut again = Vec::new();
        normalise(&Attributes::parse_rib_at(&short, &Session::AS4, 0).unwrap(), true, &mut again);
        assert_eq!(again, short);
    }

    /// RFC 8205 section 3: BGPSEC_PATH is stored unchanged, and its path is that of the entry.
    #[test]
    fn a_signed_path_stays_readable() {
        let bgpsec = [&[0x80, 33, 36, 0, 8, 1, 0, 0, 0, 0xfb, 0xf0, 0, 28, 1][..], &[7; 20], &[0, 3, 1, 2, 3]].concat();
        let next_hop = [0x40, 3, 4, 192, 0, 2, 1];
        let list = [&bgpsec[..], &[0x40, 1, 1, 0], &next_hop].concat();
        let kept = [&[0x40, 1, 1, 0][..], &next_hop, &bgpsec].concat();
        for session in [Session::AS2, Session::AS4] {
            assert_eq!(normal(&list, &session, true), kept);
        }
        assert!(can_be_read(&kept));
        let entry = Attributes::parse_rib_at(&kept, &Session::AS4, 0).unwrap();
        assert_eq!(entry.merged_path().unwrap().to_string(), "64496");
        // A table cannot have both either.
        assert!(!can_be_read(&[&[0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0][..], &bgpsec].concat()));
    }

    #[test]
    fn paths_that_are_merged_are_one_sequence() {
        // 852 10026 23456 and AS4_PATH 10026 132497 from a two-octet speaker; and the same from a four-octet one.
        let two = [0x40, 2, 8, 2, 3, 3, 0x54, 0x27, 0x2a, 0x5b, 0xa0, 0xc0, 17, 10, 2, 2, 0, 0, 0x27, 0x2a, 0, 2, 5, 0x91];
        let four = [0x40, 2, 14, 2, 3, 0, 0, 3, 0x54, 0, 0, 0x27, 0x2a, 0, 2, 5, 0x91];
        assert_eq!(normal(&two, &Session::AS2, true), four);
        // Adjacent sequences of AS_PATH itself stay separate, as from a four-octet speaker.
        let two = [0x40, 2, 8, 2, 1, 3, 0x54, 2, 1, 0x27, 0x2a];
        let four = [0x40, 2, 12, 2, 1, 0, 0, 3, 0x54, 2, 1, 0, 0, 0x27, 0x2a];
        assert_eq!(normal(&two, &Session::AS2, true), four);
        assert_eq!(normal(&four, &Session::AS4, true), four);
        // A set before AS4_PATH is not merged into its sequence.
        let two = [0x40, 2, 8, 1, 1, 3, 0x54, 2, 1, 0x5b, 0xa0, 0xc0, 17, 6, 2, 1, 0, 2, 5, 0x91];
        let four = [0x40, 2, 12, 1, 1, 0, 0, 3, 0x54, 2, 1, 0, 2, 5, 0x91];
        assert_eq!(normal(&two, &Session::AS2, true), four);
    }

    #[test]
    fn the_full_form_of_a_message_is_none_of_a_table() {
        // MP_REACH_NLRI of BGP-LS, whose first octet, 0x40, is the number of those after it.
        let mut reach = vec![0x80, 14, 65, 0x40, 0x04, 71, 4, 192, 0, 2, 1, 0];
        reach.extend([0, 99, 0, 52]);
        reach.resize(3 + 65, 7);
        assert_eq!(normal(&reach, &Session::AS4, true), [0x80, 14, 5, 4, 192, 0, 2, 1]);
    }

    #[test]
    fn what_could_not_be_read_back_is_refused() {
        let origin = [0x40, 1, 1, 0];
        assert!(can_be_read(&[]) && can_be_read(&origin));
        // Overlong; invalid origin; not in code order; two-octet length where one suffices; duplicate.
        for list in [&[0x40, 1, 2, 0][..], &[0x40, 1, 1, 9], &[0x40, 3, 4, 1, 2, 3, 4, 0x40, 1, 1, 0], &[0x50, 1, 0, 1, 0]] {
            assert!(!can_be_read(list), "{list:?}");
        }
        assert!(!can_be_read(&[origin, origin].concat()));
        // An empty next hop, in the short form of table dumps.
        assert!(!can_be_read(&[0x80, 14, 1, 0]));
        let long = |len: u16| [&[0xd0, 200][..], &len.to_be_bytes(), &vec![0; len.into()]].concat();
        assert!(can_be_read(&long(65_531)) && !can_be_read(&long(65_532)));
    }

    #[test]
    fn each_list_once_and_gone_with_its_last_route() {
        let mut store = AttributeStore::new();
        let (a, b) = (store.intern_if(b"a list", |_| true).unwrap(), store.intern_if(b"another", |_| true).unwrap());
        assert_eq!((store.intern_if(b"a list", |_| true), store.len()), (Some(a), 2));
        assert_eq!((store.bytes(a), store.bytes(b)), (&b"a list"[..], &b"another"[..]));
        store.release(a);
        assert_eq!((store.len(), store.bytes(a)), (2, &b"a list"[..]));
        store.release(a);
        assert_eq!((store.len(), store.bytes(a), store.octets()), (1, &b""[..], 7));
        // Its number is reused; its copy in a clone stays.
        let clone = store.clone();
        let c = store.intern_if(b"third", |_| true).unwrap();
        assert_eq!((c, store.bytes(c), clone.len()), (a, &b"third"[..], 1));
        assert_eq!(clone.bytes(b), b"another");
    }

    #[test]
    fn a_list_of_many_routes_stays_as_long() {
        let mut store = AttributeStore::new();
        let list = store.intern_if(b"of many", |_| true).unwrap();
        // Up and down across each boundary: 255 in a byte, steps of 128.
        for most in [1u32, 2, 127, 128, 129, 255, 256, 257, 383, 384, 385, 1_000, 70_000] {
            for n in 1..most {
                assert!(store.retain(list), "{n} of {most}");
            }
            for n in (1..most).rev() {
                store.release(list);
                assert_eq!(store.bytes(list), b"of many", "{n} of {most}");
            }
            assert!(store.counts.parts.is_empty());
        }
        store.release(list);
        assert!(!store.retain(list));
        assert_eq!((store.len(), store.bytes(list)), (0, &b""[..]));
        store.release(list);
        assert_eq!(store.intern_if(b"next", |_| true).map(AttributesId::number), Some(1));
    }

    #[test]
    fn memory_is_given_back() {
        let mut store = AttributeStore::new();
        let mut last = None;
        for round in 0..200_000u32 {
            let id = store.intern_if(&[&round.to_be_bytes()[..], &[7; 60]].concat(), |_| true).unwrap();
            if let Some(last) = last.replace(id) {
                store.release(last);
            }
        }
        assert_eq!(store.len(), 1);
        assert!(store.chunks.len() <= 4, "{} chunks for one list", store.chunks.len());
        assert_eq!(store.bytes(last.unwrap())[..4], 199_999u32.to_be_bytes());
    }

    #[test]
    fn lists_of_every_length() {
        let mut store = AttributeStore::new();
        let lists: Vec<Vec<u8>> = [0, 1, 2, 255, 65_534, 65_535, 65_536, 200_000].map(|len| vec![9; len]).to_vec();
        let ids: Vec<_> = lists.iter().map(|list| store.intern_if(list, |_| true).unwrap()).collect();
        for (list, id) in lists.iter().zip(ids) {
            assert!(store.bytes(id) == list, "{}", list.len());
        }
        assert_eq!(store.intern_if(&vec![0; CHUNK], |_| true), None);
    }
}
