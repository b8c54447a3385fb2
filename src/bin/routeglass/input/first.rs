//! Detects the kind of an input by its first octets.

use std::io::Read;

use routeglass::Timestamp;
use routeglass::codes::MrtType;
use routeglass::io::{Compression, ReadError, ReaderOptions};

/// Number of octets inspected.
const LOOKED_AT: usize = 64;

/// The first octets of an input.
pub(crate) struct First {
    octets: Vec<u8>,
    /// Whether reading failed.
    failed: bool,
}

impl First {
    pub(super) fn of(input: &mut impl Read) -> Self {
        let mut octets = Vec::with_capacity(LOOKED_AT);
        // A failure here recurs, with its offset, when the records are read.
        let failed = input.take(LOOKED_AT as u64).read_to_end(&mut octets).is_err();
        Self { octets, failed }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.octets
    }

    /// Whether the input is empty.
    pub(crate) const fn is_empty(&self) -> bool {
        self.octets.is_empty() && !self.failed
    }

    /// Whether they start with the marker of a BGP message.
    pub(crate) fn is_bgp(&self) -> bool {
        self.octets.starts_with(&[0xff; 16])
    }

    /// Whether all of them are text.
    pub(crate) fn is_text(&self) -> bool {
        // The last character may be truncated.
        let valid = match std::str::from_utf8(&self.octets) {
            Ok(_) => true,
            Err(e) => e.error_len().is_none(),
        };
        valid
            && !self.octets.is_empty()
            && !self.octets.iter().any(|octet| octet.is_ascii_control() && !octet.is_ascii_whitespace())
    }

    /// Whether they are the name of a file in a field of zeros.
    fn is_tar(&self) -> bool {
        let is_name = |octet: &u8| octet.is_ascii_graphic() || *octet == b' ' || !octet.is_ascii();
        let len = self.octets.iter().take_while(|octet| is_name(octet)).count();
        let mut rest = self.octets.iter().skip(len);
        // Of a shorter name the type would be that of a record.
        (6..LOOKED_AT).contains(&len) && self.octets.len() == LOOKED_AT && rest.all(|octet| *octet == 0)
    }

    /// Whether they are the start of compressed data, too short to be recognised by their decoder.
    fn starts_compressed(&self) -> bool {
        const MAGICS: [&[u8]; 5] =
            [&[0x1f, 0x8b, 8], b"BZh", b"\xfd7zXZ\0", &[0x28, 0xb5, 0x2f, 0xfd], &[0x04, 0x22, 0x4d, 0x18]];
        (3..10).contains(&self.octets.len())
            && !self.failed
            && MAGICS.iter().any(|magic| magic.starts_with(&self.octets) || self.octets.starts_with(magic))
    }

    /// The type and length of a record starting with them.
    fn header(&self) -> Option<(MrtType, u32)> {
        let &[_, _, _, _, t0, t1, _, _, l0, l1, l2, l3] = self.octets.first_chunk::<12>()?;
        Some((MrtType(u16::from_be_bytes([t0, t1])), u32::from_be_bytes([l0, l1, l2, l3])))
    }

    /// The time of the record that they start, if it is of a known type.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        let (kind, _) = self.header()?;
        kind.name()?;
        Some(Timestamp::from_seconds(u32::from_be_bytes(*self.octets.first_chunk()?)))
    }

    /// Whether they may start a record: of a type that has a name, or too long to be read.
    pub(crate) fn may_be_record(&self) -> bool {
        let limit = ReaderOptions::default().max_record_len;
        self.header().is_none_or(|(kind, len)| kind.name().is_some() || usize::try_from(len).is_ok_and(|len| len > limit))
    }

    /// Another known kind than MRT records or BGP messages.
    pub(crate) fn other_kind(&self) -> Option<&'static str> {
        let bytes = self.octets.as_slice();
        match bytes {
            [0xd4, 0xc3, 0xb2, 0xa1, ..]
            | [0xa1, 0xb2, 0xc3, 0xd4, ..]
            | [0x4d, 0x3c, 0xb2, 0xa1, ..]
            | [0xa1, 0xb2, 0x3c, 0x4d, ..] => return Some("a packet capture (pcap)"),
            [0x0a, 0x0d, 0x0d, 0x0a, ..] => return Some("a packet capture (pcapng)"),
            [b'O', b'B', b'M', b'P', ..] => return Some("a stream of OpenBMP messages"),
            [b'r', b'o', b'u', b't', b'e', b'g', b'l', b'a', b's', b's', b' ', b'i', b'n', b'd', b'e', b'x', 0, ..] => {
                return Some("an index of `routeglass index`");
            }
            [b'r', b'g', b'p', b'a', b't', b'h', b's', ..] => return Some("a store of paths of `peering reduce`"),
            [b'P', b'K', 3, 4, ..] => return Some("a zip archive"),
            [b'%', b'P', b'D', b'F', ..] => return Some("a PDF document"),
            [0x7f, b'E', b'L', b'F', ..] => return Some("a program"),
            // RFC 7854 section 4.1: version, length of the whole message, type.
            [3 | 4, 0, 0 | 1, _, _, 0..=6, ..] if self.header().is_none_or(|(kind, _)| kind.name().is_none()) => {
                return Some("a stream of BMP messages (RFC 7854)");
            }
            _ => {}
        }
        if let Some(format) = Compression::detect(bytes) {
            return Some(match format {
                Compression::Gzip => "gzip data inside compressed data",
                Compression::Bzip2 => "bzip2 data inside compressed data",
                Compression::Xz => "xz data inside compressed data",
                Compression::Zstd => "zstd data inside compressed data",
                _ => "lz4 data inside compressed data",
            });
        }
        if self.is_tar() {
            return Some("a tar archive");
        }
        if self.starts_compressed() {
            return Some("the start of compressed data");
        }
        if matches!(bytes, [0xff, 0xfe, _, 0, ..] | [0xfe, 0xff, 0, _, ..]) {
            return Some("text in UTF-16");
        }
        if !self.is_text() {
            return None;
        }
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
        let starts = |heads: &[&str]| heads.iter().any(|head| text.starts_with(head));
        Some(if starts(&["<!doctype html", "<html", "<head", "<body"]) {
            "HTML"
        } else if starts(&["<"]) {
            "XML"
        } else if starts(&["{", "["]) {
            "JSON"
        } else if starts(&["table_dump", "bgp4mp", "time: "]) {
            "text as bgpdump prints it"
        } else {
            "text"
        })
    }

    /// Why reading of records stopped; for an input that is no archive, a different text than for a damaged one.
    pub(crate) fn reason(&self, e: &ReadError) -> String {
        if let Some((kind, len)) = self.header()
            && e.offset() == 0
        {
            let strange = match e {
                ReadError::TooLong { .. } => true,
                ReadError::Framing(_) => kind.name().is_none(),
                _ => false,
            };
            if strange {
                return match self.other_kind() {
                    Some(other) => format!("this is {other}, not an MRT archive"),
                    None => format!("this does not look like an MRT archive (type {}, length {len})", kind.0),
                };
            }
        }
        e.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::First;

    #[test]
    fn what_is_neither_records_nor_messages_has_a_name() {
        for (bytes, kind) in [
            (&[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], Some("a packet capture (pcap)")),
            (&[0x0a, 0x0d, 0x0d, 0x0a, 0x1c, 0, 0, 0], Some("a packet capture (pcapng)")),
            (&[3, 0, 0, 0, 32, 4, 0, 1, 0, 5, b'h', b'e', b'l', b'l', b'o'], Some("a stream of BMP messages (RFC 7854)")),
            (&[3, 0, 0, 0, 0x51, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Some("a stream of BMP messages (RFC 7854)")),
            (b"OBMP\x01\x07", Some("a stream of OpenBMP messages")),
            (b"PK\x03\x04\x14\x00\x00\x00", Some("a zip archive")),
            (b"routeglass index\0\x01", Some("an index of `routeglass index`")),
            (b"rgpaths\x01\x04", Some("a store of paths of `peering reduce`")),
            (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", Some("gzip data inside compressed data")),
            (b"  <!DOCTYPE HTML>\n<html>", Some("HTML")),
            (b"<?xml version=\"1.0\"?>", Some("XML")),
            (b"{\"type\":\"ris_message\"}", Some("JSON")),
            (b"TABLE_DUMP2|1767268800|B|", Some("text as bgpdump prints it")),
            (b"TIME: 01/01/26 12:00:00\nTYPE: TABLE_DUMP_V2", Some("text as bgpdump prints it")),
            ("M\u{fc}ller\n".as_bytes(), Some("text")),
            (&[&b"rib.20260101.0000.gz"[..], &[0; 44]].concat(), Some("a tar archive")),
            (&[&b"rib.20260101.0000.gz"[..], &[0; 43], &[1]].concat(), None),
            (&[0xff, 0xfe, b'r', 0, b'i', 0, b'b', 0], Some("text in UTF-16")),
            (b"BZh", Some("the start of compressed data")),
            (b"BZh91AY&S", Some("the start of compressed data")),
            (&[0xfd, b'7', b'z'], Some("the start of compressed data")),
            (b"", None),
            // A record of TABLE_DUMP_V2, one of January 1972 whose length would be that of a BMP message, and a message.
            (&[0x69, 0x56, 0x60, 0, 0, 13, 0, 1, 0, 0, 0, 20], None),
            (&[3, 0, 0, 0, 0, 5, 0, 1, 0, 0, 0, 20], None),
            (&[0xff; 19], None),
        ] {
            assert_eq!(First { octets: bytes.to_vec(), failed: false }.other_kind(), kind, "{}", bytes.escape_ascii());
        }
    }
}
