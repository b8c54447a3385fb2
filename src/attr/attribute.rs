//! A single attribute as a window, and an iterator over a list.

use core::iter::FusedIterator;

use crate::codes::AttrCode;
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::wire::step;

bitflags::bitflags! {
    /// Attribute flags (RFC 4271 section 4.3). Unnamed bits are kept.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct AttrFlags: u8 {
        /// The attribute is not well-known.
        const OPTIONAL = 0x80;
        /// Speakers that do not recognise it propagate it.
        const TRANSITIVE = 0x40;
        /// Some speaker on the path did not recognise it.
        const PARTIAL = 0x20;
        /// The length has two octets.
        const EXTENDED_LENGTH = 0x10;
        const _ = !0;
    }
}

/// The bit of [`AttrFlags::EXTENDED_LENGTH`].
pub(super) const EXTENDED_LENGTH: u8 = AttrFlags::EXTENDED_LENGTH.bits();

/// An attribute as a window: only its framing has been checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attribute<'a> {
    pub(super) flags: AttrFlags,
    pub(super) code: AttrCode,
    pub(super) body: &'a [u8],
    pub(super) offset: u64,
}

impl<'a> Attribute<'a> {
    /// An attribute without a row in the table, for writing as [`Value::Unknown`](super::Value::Unknown): `body` follows its
    /// length.
    pub const fn new(flags: AttrFlags, code: AttrCode, body: &'a [u8]) -> Self {
        Self { flags, code, body, offset: 0 }
    }

    /// Offset of the attribute's end: bytes from the start of the outermost input.
    pub(crate) const fn end(&self) -> u64 {
        self.body_offset().saturating_add(self.body.len() as u64)
    }

    /// Flags as on the wire.
    pub const fn flags(&self) -> AttrFlags {
        self.flags
    }

    /// Type code.
    pub const fn code(&self) -> AttrCode {
        self.code
    }

    /// The octets after the length.
    pub const fn raw(&self) -> &'a [u8] {
        self.body
    }

    /// Offset of the attribute (its flags octet): bytes from the start of the outermost input.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Offset of the body.
    pub const fn body_offset(&self) -> u64 {
        self.offset.saturating_add(if self.flags.contains(AttrFlags::EXTENDED_LENGTH) { 4 } else { 3 })
    }
}

/// The attributes of a list as windows, in wire order.
///
/// An attribute that overruns the list gives an error as the last item.
#[derive(Clone, Copy, Debug)]
pub struct AttributesIter<'a> {
    pub(super) rest: &'a [u8],
    pub(super) end: u64,
    // Whether only the first attribute of each code is yielded, and then a bit for each code not yielded yet.
    pub(super) shown: [u64; 4],
    pub(super) once: bool,
}

impl<'a> AttributesIter<'a> {
    /// Starts at the first octet of a list, `offset` octets into the outermost input.
    pub const fn at(bytes: &'a [u8], offset: u64) -> Self {
        Self { rest: bytes, end: offset.saturating_add(bytes.len() as u64), shown: [u64::MAX; 4], once: false }
    }

    /// The octets of the remaining attributes, up to the end of valid framing.
    #[cold]
    pub(crate) fn readable(self) -> &'a [u8] {
        let (list, start) = (self.rest, self.end.saturating_sub(self.rest.len() as u64));
        let end = self.map_while(Result::ok).last().map_or(start, |attribute| attribute.end());
        usize::try_from(end.saturating_sub(start)).ok().and_then(|len| list.get(..len)).unwrap_or(&[])
    }

    /// Whether attributes of this code are skipped.
    #[cold]
    #[inline(never)]
    fn is_hidden(&mut self, code: u8) -> bool {
        let bit = 1u64 << (code & 63);
        match self.shown.get_mut(usize::from(code >> 6)) {
            Some(word) => {
                let hidden = *word & bit == 0;
                *word &= !bit;
                hidden
            }
            None => false,
        }
    }
}

#[cold]
#[inline(never)]
pub(super) fn overrun(rest: &[u8], end: u64) -> Error {
    let at = end.saturating_sub(rest.len() as u64);
    let missing = match *rest {
        [flags, _, a, b, ref body @ ..] if flags & EXTENDED_LENGTH != 0 => {
            usize::from(u16::from_be_bytes([a, b])).saturating_sub(body.len())
        }
        [flags, ..] if flags & EXTENDED_LENGTH != 0 => 4usize.saturating_sub(rest.len()),
        [_, _, len, ref body @ ..] => usize::from(len).saturating_sub(body.len()),
        _ => 3usize.saturating_sub(rest.len()),
    };
    let error = Error::new(ErrorKind::Truncated(u32::try_from(missing).unwrap_or(u32::MAX)), at);
    // RFC 7606 section 4: the total length still locates the routes, which are treated as withdrawn.
    match rest.get(1) {
        Some(&code) => error.within(Context::Attribute(AttrCode(code)), Action::TreatAsWithdraw),
        None => error.within(Context::Attributes, Action::TreatAsWithdraw),
    }
}

/// Splits off the first attribute of a list: flags, code, body, rest.
#[cfg_attr(optimised, inline(always))]
pub(super) fn split_attribute(rest: &[u8]) -> Option<(u8, u8, &[u8], &[u8])> {
    step();
    let (&[flags, code, len], tail) = rest.split_first_chunk::<3>()?;
    let (body, tail) = if flags & EXTENDED_LENGTH != 0 {
        let (&low, tail) = tail.split_first()?;
        tail.split_at_checked(usize::from(u16::from_be_bytes([len, low])))?
    } else {
        tail.split_at_checked(usize::from(len))?
    };
    Some((flags, code, body, tail))
}

impl<'a> Iterator for AttributesIter<'a> {
    type Item = Result<Attribute<'a>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let offset = self.end.saturating_sub(self.rest.len() as u64);
            match split_attribute(self.rest) {
                Some((flags, code, body, tail)) => {
                    self.rest = tail;
                    if self.once && self.is_hidden(code) {
                        continue;
                    }
                    return Some(Ok(Attribute { flags: AttrFlags::from_bits_retain(flags), code: AttrCode(code), body, offset }));
                }
                None => {
                    let error = overrun(self.rest, self.end);
                    self.rest = &[];
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl FusedIterator for AttributesIter<'_> {}
