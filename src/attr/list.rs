//! A list of attributes, with an index of the common ones.

mod accessors;

use core::fmt;

use super::attribute::{EXTENDED_LENGTH, overrun, split_attribute};
use super::mp::RecordRoute;
use super::table::{INDEXED, SIZED, index_of, rule};
use super::{Attribute, AttributesIter, error_at};
use crate::codes::AttrCode;
use crate::error::{Action, Context, Error, Result};
use crate::nlri::{RouteValue, ServiceLabels};
use crate::session::Session;
use {
    super::{AsPath, table::Value},
    crate::error::EncodeError,
};

/// A list of path attributes, with an index of the common ones.
///
/// Made in one pass that checks framing; each accessor then takes constant time and checks its own attribute, so a malformed one
/// affects only itself. If an attribute occurs twice, the first wins (RFC 7606 section 3 g); [`Attributes::findings`] reports it.
#[derive(Clone, Copy)]
pub struct Attributes<'a> {
    bytes: &'a [u8],
    offset: u64,
    // A bit for each present code below 64.
    pub(super) seen: u64,
    pub(super) asn4: bool,
    pub(super) rib: bool,
    // Whether repeated attributes are skipped.
    once: bool,
    // What is known of the list: bits.
    known: u8,
    // The index, undefined for absent attributes: 16 bits of length above 16 bits of body offset, and offsets of whole
    // attributes.
    sized: [u32; SIZED as usize],
    starts: [u16; (INDEXED - SIZED) as usize],
}

/// All attributes are in the usual order, with the flags and the fixed length of their definition.
const USUAL: u8 = 1;
/// AS_PATH has been looked at, and is one valid segment: it needs no further check.
const ONE_SEGMENT: u8 = 2;

/// What the reading of a list depends on, besides its octets: lists with the same octets and key have the same values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ListKey {
    seen: u64,
    asn4: bool,
    rib: bool,
    once: bool,
}

impl ListKey {
    /// Whether the whole list was read as that of an entry of TABLE_DUMP_V2.
    #[inline]
    pub(crate) const fn is_of_entry(&self) -> bool {
        self.asn4 && self.rib && !self.once
    }

    /// Whether AS numbers have four octets.
    pub(crate) const fn asn4(&self) -> bool {
        self.asn4
    }

    /// Whether it is the list of an entry of a table.
    pub(crate) const fn is_rib(&self) -> bool {
        self.rib
    }

    /// A bit for each attribute that is shown, if some are left out ([`Attributes::without`]).
    pub(crate) const fn shown(&self) -> Option<u64> {
        if self.once { Some(self.seen) } else { None }
    }

    /// Whether the whole list was read as that of a message by such a session, and is that of routes in the message's own field alone:
    /// the mandatory attributes are there, and none has routes.
    #[inline]
    pub(crate) const fn is_of_announced(&self, asn4: bool) -> bool {
        let mandatory = bit(AttrCode::ORIGIN) | bit(AttrCode::AS_PATH) | bit(AttrCode::NEXT_HOP);
        let routes = bit(AttrCode::MP_REACH_NLRI) | bit(AttrCode::MP_UNREACH_NLRI);
        self.asn4 == asn4 && !self.rib && !self.once && self.seen & (mandatory | routes) == mandatory
    }
}

/// The first four octets of the rest of a list, the flags lowest; 0, which is no attribute, if fewer remain. In this order a length of
/// one octet needs no reversal on most processors: the next attribute waits for it.
#[cfg_attr(optimised, inline(always))]
pub(super) const fn first_word(rest: &[u8]) -> u32 {
    match rest.first_chunk() {
        Some(octets) => u32::from_le_bytes(*octets),
        None => 0,
    }
}

/// The bit of an attribute code below 64; 0 for others.
#[cfg_attr(optimised, inline(always))]
const fn bit(code: AttrCode) -> u64 {
    match 1u64.checked_shl(code.0 as u32) {
        Some(bit) => bit,
        None => 0,
    }
}

/// A slot in the index.
#[derive(Clone, Copy)]
enum Slot {
    /// In `sized`.
    Sized(usize),
    /// In `starts`.
    Start(usize),
}

/// The slot of an attribute in the index.
#[cfg_attr(optimised, inline(always))]
const fn slot_of(code: AttrCode) -> Option<Slot> {
    match index_of(code) {
        Some(index) => match index.checked_sub(SIZED as usize) {
            None => Some(Slot::Sized(index)),
            Some(index) => Some(Slot::Start(index)),
        },
        None => None,
    }
}

/// An attribute's flags by definition, and the mask of the fixed ones, in the lowest octet of a word.
const fn usual_flags(code: AttrCode) -> (u32, u32) {
    match rule(code) {
        Some((flags, _)) => (flags.bits as u32, flags.mask as u32),
        None => (0, 0),
    }
}

/// Lengths of an attribute's header and body from its first four octets, without a branch on the extended-length flag.
#[cfg_attr(optimised, inline(always))]
pub(super) const fn lengths(word: u32) -> (usize, usize) {
    let extended = word & EXTENDED_LENGTH as u32 != 0;
    let len = word >> 16;
    if extended { (4, (len as u16).swap_bytes() as usize) } else { (3, (len & 0xff) as usize) }
}

/// Whether a word is that of an attribute with this code and this length of its body, which is in one octet.
#[cfg_attr(optimised, inline(always))]
pub(super) const fn is_fixed(word: u32, code: AttrCode, len: u32) -> bool {
    word & (0x00ff_ff00 | EXTENDED_LENGTH as u32) == len << 16 | (code.0 as u32) << 8
}

/// The code of the attribute that a word starts.
#[cfg_attr(optimised, inline(always))]
pub(super) const fn code_of(word: u32) -> u8 {
    word.to_le_bytes()[1]
}

impl<'a> Attributes<'a> {
    /// An empty list.
    pub const EMPTY: Self = Self {
        bytes: &[],
        offset: 0,
        seen: 0,
        asn4: true,
        rib: false,
        once: false,
        known: USUAL,
        sized: [0; SIZED as usize],
        starts: [0; (INDEXED - SIZED) as usize],
    };

    /// Reads the attribute list of an UPDATE message, `offset` octets into the outermost input.
    ///
    /// # Errors
    /// [`Truncated`](crate::error::ErrorKind::Truncated) if an attribute overruns the list (RFC 7606 section 4);
    /// [`AttributesIter`] still yields those before it.
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_at(bytes: &'a [u8], session: &Session, offset: u64) -> Result<Self> {
        Self::index(bytes, session.asn4, false, offset)
    }

    /// A list of values in their order, with the flags of their definitions; its octets go to `buffer`.
    ///
    /// ```
    /// use routeglass::Session;
    /// use routeglass::attr::{AsPath, Attributes, Origin, Value};
    ///
    /// let mut buffer = Vec::new();
    /// let values = [Value::Origin(Origin::Igp), Value::AsPath(AsPath::default())];
    /// let list = Attributes::from_values(values, &Session::AS4, &mut buffer)?;
    /// assert_eq!((list.origin(), list.as_bytes()), (Ok(Some(Origin::Igp)), &[0x40, 1, 1, 0, 0x40, 2, 0][..]));
    /// # Ok::<(), routeglass::EncodeError>(())
    /// ```
    ///
    /// # Errors
    /// A value that does not fit its field; an attribute that occurs twice; more than 65,535 octets.
    #[cfg(feature = "alloc")]
    pub fn from_values<'v>(
        values: impl IntoIterator<Item = Value<'v>>,
        session: &Session,
        buffer: &'a mut alloc::vec::Vec<u8>,
    ) -> Result<Self, EncodeError> {
        buffer.clear();
        let mut seen = [false; 256];
        for value in values {
            if let Some(seen) = seen.get_mut(usize::from(value.code().0))
                && core::mem::replace(seen, true)
            {
                return Err(EncodeError::unrepresentable("attribute"));
            }
            value.encode(session, buffer)?;
        }
        let list: &'a [u8] = buffer;
        Self::parse_at(list, session, 0).map_err(|_| EncodeError::too_long("path attributes", list.len(), 0xffff))
    }

    /// Reads the list of a RIB entry in a table dump: four-octet AS numbers, MP_REACH_NLRI in any of its forms there.
    ///
    /// # Errors
    /// As [`Attributes::parse_at`].
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_rib_at(bytes: &'a [u8], session: &Session, offset: u64) -> Result<Self> {
        Self::index(bytes, session.asn4, true, offset)
    }

    #[cfg_attr(optimised, inline(always))]
    fn index(bytes: &'a [u8], asn4: bool, rib: bool, offset: u64) -> Result<Self> {
        let mut list = Self::EMPTY;
        match list.replace(bytes, asn4, rib, offset) {
            None => Ok(list),
            Some(e) => Err(e),
        }
    }

    /// Indexes another list in place: only the slots of its attributes are written. After an error the list is undefined, but
    /// safe to use.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn replace(&mut self, bytes: &'a [u8], asn4: bool, rib: bool, offset: u64) -> Option<Error> {
        if bytes.len() > 0xffff {
            // No container can declare such a length.
            return Some(named_list(error_at::bad_length(bytes.len(), offset)));
        }
        let mut rest = bytes;
        let mut seen = 0u64;
        let mut odd = 0u32;
        // All slots are constants, so the index can stay in registers.
        macro_rules! put {
            ($code:ident, $head:expr, $len:expr) => {{
                let start = bytes.len().wrapping_sub(rest.len());
                #[expect(clippy::indexing_slicing, reason = "constants below the number of slots, checked by the compiler")]
                #[expect(clippy::cast_possible_truncation, reason = "no list is longer than 65,535 octets")]
                match const { slot_of(AttrCode::$code) } {
                    Some(Slot::Sized(index)) => self.sized[index] = ($len as u32) << 16 | start.wrapping_add($head) as u32,
                    Some(Slot::Start(index)) => self.starts[index] = start as u16,
                    None => {}
                }
                seen |= bit(AttrCode::$code);
            }};
        }
        // Speakers write attributes in code order, many with MP_REACH_NLRI first (RFC 7606 section 5.1), so the usual list is parsed
        // in a straight line: flags, code and length of the next attribute are one word, loaded once and compared with each
        // possible next attribute. Everything else goes to the loop after it, including a final ATOMIC_AGGREGATE of only three
        // octets, and a second MP_REACH_NLRI.
        let mut word = first_word(rest);
        // Flags of the next attribute that differ from its definition.
        macro_rules! odd {
            ($code:ident) => {{
                const FLAGS: (u32, u32) = usual_flags(AttrCode::$code);
                (word ^ FLAGS.0) & FLAGS.1
            }};
        }
        macro_rules! fixed {
            ($code:ident, $len:literal) => {
                if is_fixed(word, AttrCode::$code, $len)
                    && let Some(tail) = rest.get($len + 3..)
                {
                    put!($code, 3, $len);
                    odd |= odd!($code);
                    rest = tail;
                    word = first_word(rest);
                }
            };
        }
        macro_rules! list {
            ($code:ident) => {
                if code_of(word) == AttrCode::$code.0 {
                    let (head, len) = lengths(word);
                    // At most 65,539.
                    match rest.get(head.wrapping_add(len)..) {
                        Some(tail) => {
                            put!($code, head, len);
                            odd |= odd!($code);
                            rest = tail;
                            word = first_word(rest);
                        }
                        None => {
                            return Some(overrun(rest, offset.saturating_add(bytes.len() as u64)));
                        }
                    }
                }
            };
        }
        list!(MP_REACH_NLRI);
        let origin = word;
        fixed!(ORIGIN, 1);
        list!(AS_PATH);
        fixed!(NEXT_HOP, 4);
        fixed!(MULTI_EXIT_DISC, 4);
        fixed!(LOCAL_PREF, 4);
        if is_fixed(word, AttrCode::ATOMIC_AGGREGATE, 0)
            && let Some((_, tail)) = rest.split_first_chunk::<3>()
        {
            seen |= bit(AttrCode::ATOMIC_AGGREGATE);
            odd |= odd!(ATOMIC_AGGREGATE);
            rest = tail;
            word = first_word(rest);
        }
        list!(AGGREGATOR);
        list!(COMMUNITIES);
        fixed!(ORIGINATOR_ID, 4);
        list!(CLUSTER_LIST);
        if seen & bit(AttrCode::MP_REACH_NLRI) == 0 {
            list!(MP_REACH_NLRI);
        }
        list!(MP_UNREACH_NLRI);
        list!(EXTENDED_COMMUNITIES);
        list!(LARGE_COMMUNITIES);
        fixed!(OTC, 4);
        let _ = word;
        // Flags matter only on a session: those in table entries are arbitrary.
        let usual = rest.is_empty() && (rib || odd == 0) && (seen & bit(AttrCode::ORIGIN) == 0 || origin >> 24 <= 2);
        while !rest.is_empty() {
            let Some((flags, code, body, tail)) = split_attribute(rest) else {
                return Some(overrun(rest, offset.saturating_add(bytes.len() as u64)));
            };
            let bit = bit(AttrCode(code));
            if seen & bit == 0 {
                seen |= bit;
                let head = if flags & EXTENDED_LENGTH == 0 { 3 } else { 4 };
                macro_rules! put_any {
                    ($($name:ident)*) => {
                        match AttrCode(code) {
                            $(AttrCode::$name => put!($name, head, body.len()),)*
                            _ => {}
                        }
                    };
                }
                put_any!(
                    ORIGIN AS_PATH NEXT_HOP MULTI_EXIT_DISC LOCAL_PREF AGGREGATOR COMMUNITIES ORIGINATOR_ID CLUSTER_LIST
                    MP_REACH_NLRI MP_UNREACH_NLRI EXTENDED_COMMUNITIES AS4_PATH AS4_AGGREGATOR LARGE_COMMUNITIES OTC
                );
            }
            rest = tail;
        }
        (self.bytes, self.offset, self.seen) = (bytes, offset, seen);
        (self.asn4, self.rib, self.once) = (asn4, rib, false);
        self.known = if usual { USUAL } else { 0 };
        None
    }

    /// Looks at the usual AS_PATH ahead, once for all that ask for it later: the routes of a message.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn check_path(&mut self) {
        if AsPath::is_one_segment(self.slot(AttrCode::AS_PATH), self.asn4) {
            self.known |= ONE_SEGMENT;
        }
    }

    /// The body of an indexed attribute; empty if absent.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn slot(&self, code: AttrCode) -> &'a [u8] {
        let Some(slot) = slot_of(code) else { return &[] };
        if self.seen & bit(code) == 0 {
            return &[];
        }
        match slot {
            Slot::Sized(index) => {
                let sized = self.sized.get(index).copied().unwrap_or(0);
                let (start, len) = ((sized & 0xffff) as usize, (sized >> 16) as usize);
                self.bytes.get(start..start.wrapping_add(len)).unwrap_or(&[])
            }
            Slot::Start(_) => {
                let attribute = self.attribute(code);
                // An attribute of three octets reads as word 0, whose length is 0.
                let (head, len) = lengths(first_word(attribute));
                attribute.get(head..head.wrapping_add(len)).unwrap_or(&[])
            }
        }
    }

    /// The list from an attribute of which only the offset is indexed.
    #[cfg_attr(optimised, inline(always))]
    fn attribute(&self, code: AttrCode) -> &'a [u8] {
        let start = match slot_of(code) {
            Some(Slot::Start(index)) => self.starts.get(index).copied().unwrap_or(0),
            _ => 0,
        };
        self.bytes.get(usize::from(start)..).unwrap_or(&[])
    }

    /// The list on the wire.
    #[cfg_attr(optimised, inline(always))]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Offset of the list: bytes from the start of the outermost input.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// The session by which the list is read, as far as attributes depend on it: the width of AS numbers. Other negotiated
    /// properties are unknown here, so labels are read by their bottom-of-stack bits.
    #[cfg_attr(optimised, inline(always))]
    pub const fn session(&self) -> Session {
        *self.by()
    }

    /// The same without a copy, for the hot loops.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn by(&self) -> &'static Session {
        const AS2: &Session = &Session::AS2.with_multiple_labels();
        const AS4: &Session = &Session::AS4.with_multiple_labels();
        if self.asn4 { AS4 } else { AS2 }
    }

    /// Whether it is the list of a RIB entry, whose MP_REACH_NLRI may be only a next hop (RFC 6396 section 4.3.4).
    pub(crate) const fn is_of_table(&self) -> bool {
        self.rib
    }

    /// All attributes as windows, known or not, in wire order.
    #[cfg_attr(optimised, inline(always))]
    pub const fn iter(&self) -> AttributesIter<'a> {
        AttributesIter {
            shown: [self.seen, u64::MAX, u64::MAX, u64::MAX],
            once: self.once,
            ..AttributesIter::at(self.bytes, self.offset)
        }
    }

    /// A table dump's list with a framing error, `offset` octets into the outermost input: all its octets, with an index of the
    /// attributes before the error.
    #[cold]
    pub(crate) fn unreadable(bytes: &'a [u8], asn4: bool, offset: u64) -> Self {
        let readable = AttributesIter::at(bytes, offset).readable();
        let list = Self::index(readable, asn4, true, offset).unwrap_or(Self { offset, asn4, rib: true, ..Self::EMPTY });
        Self { bytes, known: 0, ..list }
    }

    /// Of an unreadable list the part before the error.
    ///
    /// # Errors
    /// More than 65,535 octets.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn readable(mut self) -> Result<Self> {
        match readable(self.bytes, self.offset) {
            Ok(bytes) => {
                self.bytes = bytes;
                Ok(self)
            }
            Err(e) => Err(e),
        }
    }

    /// The index of a list over a copy of its octets. The index refers to positions in the list, independent of its address.
    pub(crate) const fn over(self, bytes: &[u8]) -> Attributes<'_> {
        let Self { bytes: _, offset, seen, asn4, rib, once, known, sized, starts } = self;
        Attributes { bytes, offset, seen, asn4, rib, once, known, sized, starts }
    }

    /// A bit for each attribute, at the position of its code, if all of them are usual ones, in the usual order, each once; `None`
    /// for any other list.
    #[cfg_attr(optimised, inline(always))]
    pub const fn usual_codes(&self) -> Option<u64> {
        if self.is_usual() && !self.once { Some(self.seen) } else { None }
    }

    /// Whether all attributes are in the usual order, with the flags and the fixed length of their definition.
    #[cfg_attr(optimised, inline(always))]
    const fn is_usual(&self) -> bool {
        self.known & USUAL != 0
    }

    /// An empty list at the offset of this one.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn emptied(mut self) -> Self {
        // The index of absent attributes is undefined: it stays.
        (self.bytes, self.seen, self.once, self.known) = (&[], 0, false, USUAL);
        self
    }

    /// What the reading of the list depends on, besides its octets.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn key(&self) -> ListKey {
        ListKey { seen: self.seen, asn4: self.asn4, rib: self.rib, once: self.once }
    }

    /// The same list without discarded attributes: those with a bit in `codes`, and all repetitions.
    #[must_use]
    #[inline]
    pub(crate) const fn without(mut self, codes: u64) -> Self {
        self.seen &= !codes;
        self.once = true;
        self
    }

    /// Whether no attribute is left out ([`Attributes::without`]).
    #[cfg(feature = "rib")]
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn is_whole(&self) -> bool {
        !self.once
    }

    /// Whether the label fields of EVPN routes and of PMSI_TUNNEL hold 24-bit VNIs: an encapsulation extended community (RFC 9012
    /// section 4.1) or TUNNEL_ENCAPSULATION specifies VXLAN (8), NVGRE (9), VXLAN-GPE (12) or GENEVE (19) (RFC 8365 section
    /// 5.1.3). [`WithVnis`](crate::nlri::WithVnis) displays such a route.
    pub fn labels_are_vnis(&self) -> bool {
        (self.has(AttrCode::EXTENDED_COMMUNITIES) || self.has(AttrCode::TUNNEL_ENCAPSULATION))
            && super::labels::labels_are_vnis(self.iter())
    }

    /// The labels that may hold transposed bits of the SRv6 SIDs in PREFIX_SID, for a route with these attributes (RFC 9252
    /// section 4): see [`Srv6SidInformation::service_sid`](super::prefix_sid::Srv6SidInformation::service_sid).
    pub fn service_labels(&self, route: &RouteValue<'_>) -> ServiceLabels {
        super::labels::service_labels(self.iter(), route)
    }

    /// The first attribute with this code.
    pub fn find(&self, code: AttrCode) -> Option<Attribute<'a>> {
        self.iter().flatten().find(|attribute| attribute.code == code)
    }

    /// Whether an attribute with this code is present.
    #[cfg_attr(optimised, inline(always))]
    pub fn has(&self, code: AttrCode) -> bool {
        match bit(code) {
            0 => self.find(code).is_some(),
            bit => self.seen & bit != 0,
        }
    }

    /// Whether an attribute with a bit in `codes` is present.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn has_any(&self, codes: u64) -> bool {
        self.seen & codes != 0
    }

    /// Whether there is a path: AS_PATH, or BGPSEC_PATH instead (RFC 8205 section 3).
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn has_path(&self) -> bool {
        self.seen & (bit(AttrCode::AS_PATH) | bit(AttrCode::BGPSEC_PATH)) != 0
    }

    /// Whether both are present, which is an error.
    pub(super) const fn has_two_paths(&self) -> bool {
        let both = bit(AttrCode::AS_PATH) | bit(AttrCode::BGPSEC_PATH);
        self.seen & both == both
    }

    /// Whether the mandatory attributes of an announcement are present (RFC 7606 section 3 d), including NEXT_HOP for routes at
    /// the end of an UPDATE. Replacements of them do not count here.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn has_mandatory(&self, next_hop: bool) -> bool {
        let codes = bit(AttrCode::ORIGIN) | bit(AttrCode::AS_PATH) | if next_hop { bit(AttrCode::NEXT_HOP) } else { 0 };
        self.seen & codes == codes
    }

    /// Offset of `body`, a part of this list.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn offset_of(&self, body: &[u8]) -> u64 {
        self.offset.saturating_add(body.as_ptr().addr().saturating_sub(self.bytes.as_ptr().addr()) as u64)
    }
}

#[cfg(feature = "alloc")]
impl Attributes<'_> {
    /// A cheap check: if true, [`Attributes::findings`] has no findings; if false, it may still have none. For a table entry this
    /// holds if its route is a plain prefix ([`Attributes::is_surely_clean_for`]).
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn is_surely_clean(&self) -> bool {
        // Non-empty lists of words.
        let whole = |code: AttrCode, word: usize| {
            self.seen & bit(code) == 0 || {
                let len = self.slot(code).len();
                len != 0 && len.is_multiple_of(word)
            }
        };
        self.is_usual()
            && AsPath::is_sound(self.slot(AttrCode::AS_PATH), self.asn4)
            && whole(AttrCode::COMMUNITIES, 4)
            && whole(AttrCode::CLUSTER_LIST, 4)
            && whole(AttrCode::EXTENDED_COMMUNITIES, 8)
            && whole(AttrCode::LARGE_COMMUNITIES, 12)
            && (self.seen & bit(AttrCode::AGGREGATOR) == 0 || self.has_sound_aggregator())
            && (self.seen & bit(AttrCode::MP_REACH_NLRI) == 0 || self.has_sound_mp_reach())
            && (self.seen & bit(AttrCode::MP_UNREACH_NLRI) == 0 || self.mp_unreach().is_ok())
    }

    /// Whether a cheap check shows that there are no findings ([`Attributes::findings`]): only the usual attributes, in the usual
    /// order. `false` says nothing. Of a table entry, this is so if its route is a plain prefix.
    #[inline]
    pub fn is_known_clean(&self) -> bool {
        self.is_surely_clean()
    }

    /// The same for the entry of a record with this route, whose next hop may have other lengths than those of plain prefixes.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn is_surely_clean_for(&self, record: &RecordRoute<'_>) -> bool {
        (!matches!(record, RecordRoute::Other(_)) || self.seen & bit(AttrCode::MP_REACH_NLRI) == 0) && self.is_surely_clean()
    }

    #[cfg_attr(optimised, inline(always))]
    fn has_sound_aggregator(&self) -> bool {
        match *self.slot(AttrCode::AGGREGATOR) {
            [a, b, c, d, _, _, _, _] => (self.asn4 || self.rib) && [a, b, c, d] != [0; 4],
            [a, b, _, _, _, _] => !self.asn4 && [a, b] != [0; 2],
            _ => false,
        }
    }

    #[cfg_attr(optimised, inline(always))]
    fn has_sound_mp_reach(&self) -> bool {
        match self.mp_reach() {
            Ok(Some(reach)) if self.rib => reach.is_short_of_v6(),
            Ok(Some(reach)) => reach.has_sound_next_hop(),
            _ => false,
        }
    }
}

/// The octets before a framing error.
#[cold]
#[inline(never)]
fn readable(list: &[u8], offset: u64) -> Result<&[u8]> {
    let bytes = AttributesIter::at(list, offset).readable();
    if bytes.len() > 0xffff { Err(named_list(error_at::bad_length(bytes.len(), offset))) } else { Ok(bytes) }
}

#[cold]
#[inline(never)]
fn named_list(e: Error) -> Error {
    e.within(Context::Attributes, Action::TreatAsWithdraw)
}

#[cold]
#[inline(never)]
pub(super) fn named(e: Error, code: AttrCode) -> Error {
    let action = match rule(code) {
        Some((_, action)) => action,
        None => Action::TreatAsWithdraw,
    };
    e.within(Context::Attribute(code), action)
}

impl<'a> IntoIterator for Attributes<'a> {
    type Item = Result<Attribute<'a>>;
    type IntoIter = AttributesIter<'a>;

    fn into_iter(self) -> AttributesIter<'a> {
        self.iter()
    }
}

impl PartialEq for Attributes<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.bytes, self.asn4, self.rib) == (other.bytes, other.asn4, other.rib)
    }
}

impl Eq for Attributes<'_> {}

impl fmt::Debug for Attributes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for attribute in self.iter() {
            match attribute {
                Ok(attribute) => map.entry(&attribute.code, &attribute.decode(&self.session())),
                Err(e) => map.entry(&"error", &e),
            };
        }
        map.finish()
    }
}
