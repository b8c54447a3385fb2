//! Lists of AS numbers and of prefixes.

use alloc::vec::Vec;

use crate::asn::Asn;
use crate::lists::lines::{Column, FormatError, FormatErrorKind, Lines, after_header, columns, error, network, networks};
use crate::prefix::Prefix;

/// AS numbers of a text.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct AsnList {
    /// The numbers, ascending, each once.
    pub asns: Vec<u32>,
    /// Whether they are those of the `# IXP ASes:` header of a file of relations, which may name none.
    pub is_of_header: bool,
}

/// Reads AS numbers, one per line, with or without the prefix `AS`, dotted (`1.10`) or not, comments after `#`; or those of the `# IXP ASes:` header of a
/// file of relations, whose links are skipped.
///
/// # Errors
/// A line that is no AS number.
pub fn read_asns(text: &[u8]) -> Result<AsnList, FormatError> {
    let (mut list, mut header) = (Vec::new(), false);
    let mut lines = Lines::default();
    let mut each = |line: u64, text: &[u8]| -> Result<(), FormatError> {
        if let Some((at, servers)) = after_header(text, &[b"IXP ASes:"]) {
            header = true;
            for server in networks(line, at, servers) {
                list.push(server?);
            }
            return Ok(());
        }
        if header {
            return Ok(());
        }
        let text = columns(text, b'#').next().map_or(text, |(_, text)| text);
        let start = text.iter().take_while(|octet| octet.is_ascii_whitespace()).count();
        let word = text.trim_ascii();
        if word.is_empty() {
            return Ok(());
        }
        let digits = word.strip_prefix(b"AS").unwrap_or(word);
        let start = start.saturating_add(word.len().saturating_sub(digits.len()));
        list.push(if digits.contains(&b'.') { dotted(line, (start, digits))? } else { network(line, (start, digits))? });
        Ok(())
    };
    lines.feed(text, &mut each)?;
    lines.finish(&mut each)?;
    list.sort_unstable();
    list.dedup();
    Ok(AsnList { asns: list, is_of_header: header })
}

/// An AS number as two of 16 bits with a dot between (RFC 5396).
fn dotted(line: u64, (start, digits): Column<'_>) -> Result<u32, FormatError> {
    match core::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()) {
        Some(Asn(0)) => Err(error(line, start, FormatErrorKind::AsZero)),
        Some(Asn(number)) => Ok(number),
        None => Err(error(line, start, FormatErrorKind::NotANumber)),
    }
}

/// Reads prefixes, one per line, with comments after `#`, such as those of the peering networks of exchanges.
///
/// # Errors
/// A line that is no prefix, or one with bits after its length.
pub fn read_prefixes(text: &[u8]) -> Result<Vec<Prefix>, FormatError> {
    let mut list = Vec::new();
    let mut lines = Lines::default();
    let mut each = |line: u64, text: &[u8]| -> Result<(), FormatError> {
        let text = columns(text, b'#').next().map_or(text, |(_, text)| text);
        let start = text.iter().take_while(|octet| octet.is_ascii_whitespace()).count();
        let word = text.trim_ascii();
        if !word.is_empty() {
            let prefix = core::str::from_utf8(word).ok().and_then(|word| word.parse().ok());
            list.push(prefix.ok_or_else(|| error(line, start, FormatErrorKind::Prefix))?);
        }
        Ok(())
    };
    lines.feed(text, &mut each)?;
    lines.finish(&mut each)?;
    Ok(list)
}
