//! Plain prefixes (RFC 4271 section 4.3, RFC 4760 section 5), with path identifiers if ADD-PATH is in use (RFC 7911 section 3).

use core::fmt;
use core::iter::FusedIterator;

use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::prefix::Prefix;
use crate::wire::{Cursor, Observer, Sink, step};

/// A prefix and, if ADD-PATH is in use, its path identifier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PathPrefix {
    /// The prefix, bits after its length cleared.
    pub prefix: Prefix,
    /// Path identifier (RFC 7911); `None` without ADD-PATH, distinct from 0.
    pub path_id: Option<u32>,
}

impl PathPrefix {
    /// Octets on the wire.
    pub const fn encoded_len(&self) -> usize {
        let head = if self.path_id.is_some() { 5 } else { 1 };
        (self.prefix.len() as usize).div_ceil(8).saturating_add(head)
    }

    /// Writes the prefix, after its path identifier if it has one.
    ///
    /// # Errors
    /// Too little room; then nothing is written.
    pub fn encode(&self, out: &mut impl Sink) -> Result<(), EncodeError> {
        match self.encoded_len().checked_sub(out.room()) {
            None | Some(0) => {
                self.write(out);
                Ok(())
            }
            Some(missing) => Err(EncodeError::no_room(missing)),
        }
    }

    pub(crate) fn write<S: Sink + ?Sized>(&self, out: &mut S) {
        if let Some(id) = self.path_id {
            out.put_u32(id);
        }
        write_prefix(self.prefix, out);
    }
}

/// Octets of a prefix after its length.
pub(super) const fn prefix_octets(prefix: Prefix) -> usize {
    (prefix.len() as usize).div_ceil(8)
}

/// Writes the octets of a prefix after its length.
pub(super) fn write_prefix_octets<S: Sink + ?Sized>(prefix: Prefix, out: &mut S) {
    let all = prefix.bits().to_be_bytes();
    out.put_slice(all.get(..prefix_octets(prefix)).unwrap_or(&all));
}

/// A prefix without a path identifier.
impl From<Prefix> for PathPrefix {
    #[inline]
    fn from(prefix: Prefix) -> Self {
        Self { path_id: None, prefix }
    }
}

impl fmt::Display for PathPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.prefix, f)?;
        match self.path_id {
            Some(id) => write!(f, " path {id}"),
            None => Ok(()),
        }
    }
}

/// A list of prefixes, checked on construction: iterating cannot fail.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Prefixes<'a> {
    bytes: &'a [u8],
    v6: bool,
    add_path: bool,
}

/// Fewer than 16 octets, left-aligned in 16: the last prefix of a list. Two overlapping loads cover eight or more, and four or
/// more; a loop would be a call per such list.
#[cfg_attr(optimised, inline(always))]
fn left_aligned(octets: &[u8]) -> u128 {
    let len = octets.len();
    // Each shift drops what the first load already covers.
    let shift = |all: usize| u32::try_from(all.saturating_sub(len)).unwrap_or(0).wrapping_mul(8);
    if let (Some(first), Some(last)) = (octets.first_chunk::<8>(), octets.last_chunk::<8>()) {
        let low = u64::from_be_bytes(*last).checked_shl(shift(16)).unwrap_or(0);
        return u128::from(u64::from_be_bytes(*first)) << 64 | u128::from(low);
    }
    if let (Some(first), Some(last)) = (octets.first_chunk::<4>(), octets.last_chunk::<4>()) {
        let low = u32::from_be_bytes(*last).checked_shl(shift(8)).unwrap_or(0);
        return u128::from(u32::from_be_bytes(*first)) << 96 | u128::from(low) << 64;
    }
    let first = match *octets {
        [a, b, c] => [a, b, c, 0],
        [a, b] => [a, b, 0, 0],
        [a] => [a, 0, 0, 0],
        _ => [0; 4],
    };
    u128::from(u32::from_be_bytes(first)) << 96
}

/// The first prefix of `bytes`, and the octets after it; `None` for a malformed one. Not a `Result`: the fields of a prefix would
/// share their place with those of an error, and be read in pieces.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn split_prefix(bytes: &[u8], v6: bool) -> Option<(Prefix, &[u8])> {
    step();
    let (&len, rest) = bytes.split_first()?;
    let octets = usize::from(len).div_ceil(8);
    if v6 {
        let (head, tail) = rest.split_at_checked(octets)?;
        let address = match rest.first_chunk::<16>() {
            Some(chunk) => u128::from_be_bytes(*chunk),
            None => left_aligned(head),
        };
        // Bits read past the prefix are cleared with the host bits.
        Some((Prefix::v6(address, len)?, tail))
    } else {
        let address = match (bytes.first_chunk::<4>(), rest.first_chunk::<4>()) {
            // The usual prefix, with its length: the last of a list needs no branch of its own.
            (Some(chunk), _) if len <= 24 => u32::from_be_bytes(*chunk) << 8,
            (_, Some(chunk)) => u32::from_be_bytes(*chunk),
            // The last prefix of a list, with fewer than three octets.
            _ => match *rest {
                [a, b, ..] => u32::from_be_bytes([a, b, 0, 0]),
                [a] => u32::from_be_bytes([a, 0, 0, 0]),
                [] => 0,
            },
        };
        Some((Prefix::v4(address, len)?, rest.get(octets..)?))
    }
}

/// The error of a malformed prefix at the start of `bytes`.
#[cold]
#[inline(never)]
pub(crate) fn prefix_error(bytes: &[u8], v6: bool) -> ErrorKind {
    let Some((&len, rest)) = bytes.split_first() else {
        return ErrorKind::Truncated(1);
    };
    match missing(usize::from(len).div_ceil(8), rest.len()) {
        missing if missing > 0 && (v6 || len <= 32) => ErrorKind::Truncated(missing),
        _ => ErrorKind::BadPrefixLength(len),
    }
}

/// Reads the first prefix of `bytes`; `Err` is the error's kind.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn read_prefix(bytes: &[u8], v6: bool) -> Result<(Prefix, &[u8]), ErrorKind> {
    match split_prefix(bytes, v6) {
        Some(split) => Ok(split),
        None => Err(prefix_error(bytes, v6)),
    }
}

/// Reads the first prefix of a window.
pub(crate) fn take_prefix(c: &mut Cursor<'_>, v6: bool) -> Result<Prefix> {
    let (bytes, offset) = (c.rest(), c.offset());
    match read_prefix(bytes, v6) {
        Ok((prefix, rest)) => c.take(bytes.len().saturating_sub(rest.len())).map(|_| prefix),
        Err(kind) => Err(Error::new(kind, offset)),
    }
}

/// Writes a prefix: its length in bits, and its octets.
pub(crate) fn write_prefix<S: Sink + ?Sized>(prefix: Prefix, out: &mut S) {
    out.put_u8(prefix.len());
    write_prefix_octets(prefix, out);
}

/// The first prefix of `bytes` with its path identifier; `None` for a malformed one.
#[cfg_attr(optimised, inline(always))]
fn split_path_prefix(bytes: &[u8], v6: bool, add_path: bool) -> Option<(PathPrefix, &[u8])> {
    let (path_id, rest) = if add_path {
        let (id, rest) = bytes.split_first_chunk::<4>()?;
        (Some(u32::from_be_bytes(*id)), rest)
    } else {
        (None, bytes)
    };
    let (prefix, rest) = split_prefix(rest, v6)?;
    Some((PathPrefix { prefix, path_id }, rest))
}

/// The same with the error's kind.
fn read_path_prefix(bytes: &[u8], v6: bool, add_path: bool) -> Result<(PathPrefix, &[u8]), ErrorKind> {
    split_path_prefix(bytes, v6, add_path).ok_or_else(|| match bytes.get(4..) {
        Some(rest) if add_path => prefix_error(rest, v6),
        None if add_path => ErrorKind::Truncated(missing(4, bytes.len())),
        _ => prefix_error(bytes, v6),
    })
}

fn missing(needed: usize, left: usize) -> u32 {
    u32::try_from(needed.saturating_sub(left)).unwrap_or(u32::MAX)
}

/// Where the last prefix of a list ends by its length; `None` if a length is longer than an address. Only lengths are read: the
/// iterator reads the addresses. One branch a prefix: where the list turns out to be malformed is found by another walk.
#[cfg_attr(optimised, inline(always))]
fn lengths_end(bytes: &[u8], v6: bool, add_path: bool) -> Option<usize> {
    let most = if v6 { 128 } else { 32 };
    let id = if add_path { 4 } else { 0 };
    let (mut at, mut longest) = (0usize, 0u8);
    while at < bytes.len() {
        step();
        let at_length = at.wrapping_add(id);
        // None: an identifier that nothing follows.
        let len = *bytes.get(at_length)?;
        longest = longest.max(len);
        at = at_length.wrapping_add(usize::from(len).wrapping_add(15) / 8);
    }
    (longest <= most).then_some(at)
}

/// The error of the first malformed prefix of a list, `offset` octets into the outermost input.
#[cold]
#[inline(never)]
fn list_error(bytes: &[u8], v6: bool, add_path: bool, offset: u64) -> Error {
    let mut rest = bytes;
    loop {
        let error = |kind| Error::new(kind, offset.saturating_add(bytes.len().saturating_sub(rest.len()) as u64));
        let list = if add_path { rest.get(4..).unwrap_or(&[]) } else { rest };
        let Some((&len, tail)) = list.split_first() else {
            return error(ErrorKind::Truncated(missing(if add_path { 5 } else { 1 }, rest.len())));
        };
        if len > if v6 { 128 } else { 32 } {
            return error(ErrorKind::BadPrefixLength(len));
        }
        let octets = usize::from(len).div_ceil(8);
        match tail.get(octets..) {
            Some(tail) => rest = tail,
            None => return error(ErrorKind::Truncated(missing(octets, tail.len()))),
        }
    }
}

/// Shows the prefixes of a list to an observer, as far as they can be read. The list starts `offset` octets into the outermost
/// input.
pub(crate) fn prefix_places<O: Observer>(bytes: &[u8], v6: bool, add_path: bool, offset: u64, o: &mut O) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let start = offset.saturating_add(bytes.len().saturating_sub(rest.len()) as u64);
        match read_path_prefix(rest, v6, add_path) {
            Ok((path, tail)) => {
                o.note("prefix", start..start.saturating_add(rest.len().saturating_sub(tail.len()) as u64), &path);
                rest = tail;
            }
            Err(kind) => {
                let mut left = Cursor::at(rest, start);
                o.cut(Error::new(kind, start), |o| place_cut_prefix(&mut left, add_path, o));
                return;
            }
        }
    }
}

/// Shows the fields before the octets of an unreadable prefix to an observer.
pub(crate) fn place_cut_prefix<O: Observer>(c: &mut Cursor<'_>, add_path: bool, o: &mut O) {
    if !add_path || o.field::<u32>(c, "path_id").is_ok() {
        let _ = o.field::<u8>(c, "length");
    }
}

impl<'a> Prefixes<'a> {
    /// An empty list.
    pub const EMPTY: Self = Self { bytes: &[], v6: false, add_path: false };

    /// A list of prefixes, IPv6 (`v6`) or IPv4, with or without path identifiers (`add_path`); their octets go to `buffer`.
    ///
    /// # Errors
    /// A prefix of the other width; an unexpected or missing path identifier.
    #[cfg(feature = "alloc")]
    pub fn from_values(
        values: impl IntoIterator<Item = PathPrefix>,
        v6: bool,
        add_path: bool,
        buffer: &'a mut alloc::vec::Vec<u8>,
    ) -> Result<Self, EncodeError> {
        buffer.clear();
        for path in values {
            if path.prefix.is_v6() != v6 {
                return Err(EncodeError::unrepresentable("prefix"));
            }
            if path.path_id.is_some() != add_path {
                return Err(EncodeError::unrepresentable("path identifier"));
            }
            path.write(buffer);
        }
        Ok(Self { bytes: buffer, v6, add_path })
    }

    /// Checks every prefix of a list that starts `offset` octets into the outermost input.
    ///
    /// # Errors
    /// [`ErrorKind::BadPrefixLength`] and [`ErrorKind::Truncated`], with the offset of the malformed prefix.
    #[cfg_attr(optimised, inline(always))]
    pub fn parse_at(bytes: &'a [u8], v6: bool, add_path: bool, offset: u64) -> Result<Self> {
        if lengths_end(bytes, v6, add_path) == Some(bytes.len()) {
            Ok(Self { bytes, v6, add_path })
        } else {
            Err(list_error(bytes, v6, add_path, offset))
        }
    }

    /// The prefixes before the first malformed one; all of a valid list.
    #[cold]
    pub(crate) fn readable(bytes: &'a [u8], v6: bool, add_path: bool) -> Self {
        let bytes = match Self::parse_at(bytes, v6, add_path, 0) {
            Ok(_) => bytes,
            Err(e) => usize::try_from(e.offset()).ok().and_then(|at| bytes.get(..at)).unwrap_or(&[]),
        };
        Self { bytes, v6, add_path }
    }

    /// The list on the wire, including host bits.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the prefixes carry path identifiers.
    pub const fn has_path_ids(&self) -> bool {
        self.add_path
    }

    /// Whether there are no prefixes.
    #[cfg_attr(optimised, inline(always))]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The prefixes in wire order.
    #[cfg_attr(optimised, inline(always))]
    pub const fn iter(&self) -> PrefixesIter<'a> {
        PrefixesIter { rest: self.bytes, v6: self.v6, add_path: self.add_path }
    }

    /// The prefixes with their offsets, of a list `start` octets into the outermost input.
    pub(crate) fn with_offsets(self, start: u64) -> impl Iterator<Item = (u64, PathPrefix)> + use<'a> {
        let (len, mut rest) = (self.bytes.len(), self.iter());
        core::iter::from_fn(move || {
            let at = start.saturating_add(len.saturating_sub(rest.rest.len()) as u64);
            Some((at, rest.next()?))
        })
    }
}

impl<'a> IntoIterator for Prefixes<'a> {
    type Item = PathPrefix;
    type IntoIter = PrefixesIter<'a>;

    #[cfg_attr(optimised, inline(always))]
    fn into_iter(self) -> PrefixesIter<'a> {
        self.iter()
    }
}

impl fmt::Debug for Prefixes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Iterates over [`Prefixes`].
#[derive(Clone, Copy, Debug)]
pub struct PrefixesIter<'a> {
    rest: &'a [u8],
    v6: bool,
    add_path: bool,
}

impl PrefixesIter<'_> {
    /// Whether no prefixes are left.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

impl Iterator for PrefixesIter<'_> {
    type Item = PathPrefix;

    #[cfg_attr(optimised, inline(always))]
    fn next(&mut self) -> Option<PathPrefix> {
        if self.rest.is_empty() {
            return None;
        }
        match split_path_prefix(self.rest, self.v6, self.add_path) {
            Some((prefix, rest)) => {
                self.rest = rest;
                Some(prefix)
            }
            // Unreachable, since the list was checked; soundness does not depend on that.
            None => {
                self.rest = &[];
                None
            }
        }
    }
}

impl FusedIterator for PrefixesIter<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(bytes: &[u8], v6: bool, add_path: bool) -> Vec<String> {
        Prefixes::parse_at(bytes, v6, add_path, 0).unwrap().iter().map(|p| p.to_string()).collect()
    }

    #[test]
    fn the_last_prefix_of_a_list_may_be_short() {
        for len in 0..16u8 {
            let octets: Vec<u8> = (1..=len).collect();
            let mut all = [0; 16];
            all[..usize::from(len)].copy_from_slice(&octets);
            assert_eq!(left_aligned(&octets), u128::from_be_bytes(all), "{len} octets");
        }
    }

    #[test]
    fn reads_prefixes_of_every_kind() {
        assert_eq!(text(&[24, 192, 0, 2, 0, 8, 10], false, false), ["192.0.2.0/24", "0.0.0.0/0", "10.0.0.0/8"]);
        assert_eq!(text(&[0, 0, 0, 7, 32, 203, 0, 113, 9], false, true), ["203.0.113.9/32 path 7"]);
        assert_eq!(text(&[32, 0x20, 1, 0x0d, 0xb8, 0], true, false), ["2001:db8::/32", "::/0"]);
        assert_eq!(text(&[], true, true), Vec::<String>::new());
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn a_prefix_by_itself() {
        let path = PathPrefix { prefix: "192.0.2.0/24".parse().unwrap(), path_id: Some(7) };
        let mut out = Vec::new();
        path.encode(&mut out).unwrap();
        assert_eq!((&out[..], out.len()), (&[0, 0, 0, 7, 24, 192, 0, 2][..], path.encoded_len()));
        let mut small = [0; 6];
        assert_eq!(path.encode(&mut &mut small[..]).unwrap_err().to_string(), "the output has 2 bytes too few");
        assert_eq!(small, [0; 6]);
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn a_list_from_its_values() {
        let path = |text: &str, path_id| PathPrefix { prefix: text.parse().unwrap(), path_id };
        let mut buffer = Vec::new();
        let paths = [path("192.0.2.0/24", Some(7)), path("0.0.0.0/0", Some(0))];
        let list = Prefixes::from_values(paths, false, true, &mut buffer).unwrap();
        assert_eq!(list, Prefixes::parse_at(&[0, 0, 0, 7, 24, 192, 0, 2, 0, 0, 0, 0, 0], false, true, 0).unwrap());
        assert!(list.iter().eq(paths));
        let field = |path, v6, add_path| Prefixes::from_values([path], v6, add_path, &mut Vec::new()).unwrap_err().field();
        assert_eq!(field(paths[0], true, true), "prefix");
        assert_eq!(field(paths[0], false, false), "path identifier");
        assert_eq!(field(path("::/0", None), true, true), "path identifier");
    }

    #[test]
    fn host_bits_are_cleared_and_kept_on_the_wire() {
        let bytes = [20, 10, 1, 255];
        let list = Prefixes::parse_at(&bytes, false, false, 0).unwrap();
        assert_eq!(list.iter().next().unwrap().to_string(), "10.1.240.0/20");
        assert_eq!(list.as_bytes(), bytes);
    }

    #[test]
    fn errors_say_which_prefix() {
        let error = |bytes: &[u8], v6, add_path| Prefixes::parse_at(bytes, v6, add_path, 100).unwrap_err().to_string();
        assert_eq!(
            error(&[8, 10, 33, 1, 2, 3, 4, 5], false, false),
            "input: prefix length 33 is longer than an address (at byte 102)"
        );
        assert_eq!(error(&[129], true, false), "input: prefix length 129 is longer than an address (at byte 100)");
        assert_eq!(error(&[8, 10, 24, 1], false, false), "input: needs 2 bytes more than are there (at byte 102)");
        assert_eq!(error(&[0, 0], false, true), "input: needs 3 bytes more than are there (at byte 100)");
        assert_eq!(error(&[0, 0, 0, 1], false, true), "input: needs 1 byte more than is there (at byte 100)");
    }

    proptest! {
        /// The check and the iterator are separate walks: they agree on any octets, and the iterator ends with the list.
        #[test]
        fn what_is_checked_is_what_is_read(bytes in prop::collection::vec(prop_oneof![0u8..34, any::<u8>()], 0..60), v6: bool, add_path: bool) {
            let mut rest = &bytes[..];
            let mut by_hand = Vec::new();
            let outcome = loop {
                if rest.is_empty() { break Ok(()) }
                match read_path_prefix(rest, v6, add_path) {
                    Ok((p, r)) => { by_hand.push(p); rest = r }
                    Err(kind) => break Err((kind, (bytes.len() - rest.len()) as u64)),
                }
            };
            match Prefixes::parse_at(&bytes, v6, add_path, 0) {
                Ok(list) => {
                    prop_assert!(outcome.is_ok());
                    prop_assert_eq!(list.iter().collect::<Vec<_>>(), by_hand);
                }
                Err(e) => {
                    let (_, at) = outcome.unwrap_err();
                    prop_assert_eq!(e.offset(), at);
                }
            }
        }
    }
}
