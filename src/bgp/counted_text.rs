//! Text after its length, one octet, as in capabilities and shutdown communications.

use core::fmt;

use crate::error::{EncodeError, Error, ErrorKind, Result};
use crate::wire::{Cursor, Field, JsonSink, Sink};

/// Up to 255 octets of text after their number; meant as UTF-8, kept unchanged.
///
/// Displayed in quotes: control characters and quotes escaped, octets that are not UTF-8 as `\xff`.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "its field is the octets")]
pub struct CountedText<'a>(pub &'a [u8]);

impl<'a> CountedText<'a> {
    /// The text; `None` if it is not UTF-8.
    pub fn as_str(&self) -> Option<&'a str> {
        core::str::from_utf8(self.0).ok()
    }

    /// The error for text that is not UTF-8; `offset` is that of the length before the text.
    pub(super) fn not_text(&self, offset: u64) -> Option<Error> {
        let valid = core::str::from_utf8(self.0).err()?.valid_up_to();
        let octet = self.0.get(valid).copied().unwrap_or_default();
        let at = offset.saturating_add(valid as u64).saturating_add(1);
        Some(Error::new(ErrorKind::BadValue(u32::from(octet)), at))
    }
}

impl<'a> Field<'a> for CountedText<'a> {
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        let len = c.u8()?;
        c.take(usize::from(len)).map(Self)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }

    fn json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        crate::wire::json_text(self.0, out)
    }

    fn wire_len(&self) -> usize {
        self.0.len().saturating_add(1)
    }

    fn check(&self) -> Result<(), EncodeError> {
        crate::wire::check_len(self.0.len(), 1, "")
    }

    fn write(&self, out: &mut dyn Sink) {
        crate::wire::write_uint(out, self.0.len(), 1);
        out.put_slice(self.0);
    }
}

impl fmt::Display for CountedText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for chunk in self.0.utf8_chunks() {
            write!(f, "{}", chunk.valid().escape_debug())?;
            chunk.invalid().iter().try_for_each(|octet| write!(f, "\\x{octet:02x}"))?;
        }
        f.write_str("\"")
    }
}

impl fmt::Debug for CountedText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_and_kept() {
        let mut c = Cursor::at(&[6, b'a', b'"', b'\n', 0xc3, 0xa9, 0xff, 9], 0);
        let text = CountedText::read(&mut c).unwrap();
        assert_eq!((text.to_string().as_str(), text.as_str(), c.len()), ("\"a\\\"\\né\\xff\"", None, 1));
        let mut out = Vec::new();
        text.write(&mut out);
        assert_eq!((out.len(), out[0]), (text.wire_len(), 6));
        assert_eq!(CountedText(b"x").as_str(), Some("x"));
        assert!(CountedText::read(&mut Cursor::at(&[2, 1], 0)).is_err());
        assert_eq!(CountedText(&[b'x'; 256]).check().unwrap_err().of("text").to_string(), "text: length 256 is over 255");
    }
}
