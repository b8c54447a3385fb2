//! Validated payloads in the formats of relying parties.

use alloc::vec::Vec;

use super::{Vrp, Vrps};
use crate::lists::json::Json;
use crate::lists::lines::{BYTE_ORDER_MARK, Column, FormatError, FormatErrorKind, Lines, asn, error, named_asn};
use crate::prefix::Prefix;

fn vrp(prefix: Prefix, max_length: Option<u32>, asn: u32) -> Option<Vrp> {
    let max_length = max_length.map_or(Some(prefix.len()), |len| u8::try_from(len).ok())?;
    (prefix.len()..=prefix.max_len()).contains(&max_length).then_some(Vrp { prefix, max_length, asn })
}

impl Vrps {
    /// Reads payloads, and when they expire where it is stated ([`Vrps::expired`]): JSON, a list of objects with `asn`, `prefix` and
    /// `maxLength`, which is alone or the member `roas` of an object, as rpki-client and Routinator write it; or CSV with a header that
    /// names the columns, `ASN,IP Prefix,Max Length,…` or `URI,ASN,IP Prefix,Max Length,…`. Without a header these three are the first.
    /// Fields may be quoted; AS numbers may have the prefix `AS`.
    ///
    /// # Errors
    /// The error with its line and column.
    pub fn read(text: &[u8]) -> Result<Self, FormatError> {
        let shown = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        if matches!(shown.trim_ascii_start(), [b'{' | b'[', ..]) { json_vrps(text) } else { csv_vrps(text) }
    }
}

fn json_vrps(text: &[u8]) -> Result<Vrps, FormatError> {
    let mut json = Json::new(text);
    let (mut list, mut expiries, mut found) = (Vec::new(), Vec::new(), false);
    let mut payloads = |json: &mut Json<'_>| {
        found = true;
        json.array(|json| {
            list.push(json_vrp(json, &mut expiries)?);
            Ok(())
        })
    };
    let start = json.place();
    if json.peek() == Some(b'[') {
        payloads(&mut json)?;
    } else {
        json.object(|json, name| if name == "roas" { payloads(json) } else { json.skip() })?;
    }
    json.end()?;
    if !found {
        return Err(start.error(FormatErrorKind::NoList("roas")));
    }
    Ok(Vrps { expiries, ..list.into_iter().collect() })
}

fn json_vrp(json: &mut Json<'_>, expiries: &mut Vec<u32>) -> Result<Vrp, FormatError> {
    let place = json.place();
    let (mut number, mut prefix, mut max_length) = (None, None, None);
    json.object(|json, name| {
        match name {
            "asn" => number = Some(json.asn()?),
            "prefix" => {
                let place = json.place();
                let text = json.string()?;
                let read: Prefix = text.parse().map_err(|_| place.error(FormatErrorKind::Prefix))?;
                prefix = Some(read);
            }
            // As validators write it, as Rust and Python programs do, and as RFC 8416 names it.
            "maxLength" | "max_length" | "maxPrefixLength" => {
                let place = json.place();
                if !json.null() {
                    max_length = Some((json.number()?, place));
                }
            }
            "expires" => expiries.extend(json.seconds()?),
            _ => json.skip()?,
        }
        Ok(())
    })?;
    let missing = |name| place.error(FormatErrorKind::MissingMember(name));
    let (number, prefix) = (number.ok_or_else(|| missing("asn"))?, prefix.ok_or_else(|| missing("prefix"))?);
    let at = max_length.map_or(place, |(_, place)| place);
    vrp(prefix, max_length.map(|(len, _)| len), number).ok_or_else(|| at.error(FormatErrorKind::MaxLength))
}

/// Fields of a line of CSV, without white space and quotes around them. A comma between quotes separates none.
fn fields(line: &[u8]) -> impl Iterator<Item = Column<'_>> {
    let (mut at, mut quoted) = (0usize, false);
    let is_end = move |octet: &u8| {
        quoted ^= *octet == b'"';
        *octet == b',' && !quoted
    };
    line.split(is_end).map(move |field| {
        let start = at.saturating_add(field.len().saturating_sub(field.trim_ascii_start().len()));
        at = at.saturating_add(field.len()).saturating_add(1);
        let word = field.trim_ascii();
        match word.strip_prefix(b"\"").and_then(|word| word.strip_suffix(b"\"")) {
            Some(word) => (start.saturating_add(1), word),
            None => (start, word),
        }
    })
}

/// Where the columns AS number, prefix, maximum length and expiry are by a header; `None` if the line is none.
fn header(line: &[u8]) -> Option<[Option<usize>; 4]> {
    let column = |names: [&str; 2]| {
        fields(line).position(|(_, field)| names.iter().any(|name| field.eq_ignore_ascii_case(name.as_bytes())))
    };
    let expires = column(["Expires"; 2]);
    match [column(["ASN", "AS"]), column(["IP Prefix", "Prefix"]), column(["Max Length", "maxLength"])] {
        [Some(asn), Some(prefix), Some(max_length)] => Some([Some(asn), Some(prefix), Some(max_length), expires]),
        // The other columns by names of their own.
        [Some(0), ..] => Some([Some(0), Some(1), Some(2), expires]),
        _ => None,
    }
}

fn csv_vrps(text: &[u8]) -> Result<Vrps, FormatError> {
    let (mut list, mut expiries) = (Vec::new(), Vec::new());
    let (mut places, mut is_first) = ([Some(0), Some(1), Some(2), None], true);
    let mut lines = Lines::default();
    let mut each = |line: u64, text: &[u8]| -> Result<(), FormatError> {
        if matches!(text.trim_ascii(), [] | [b'#', ..]) {
            return Ok(());
        }
        if core::mem::take(&mut is_first)
            && let Some(named) = header(text)
        {
            places = named;
            return Ok(());
        }
        let mut found = [None; 4];
        for (i, field) in fields(text).enumerate() {
            for (found, _) in found.iter_mut().zip(places).filter(|(_, place)| *place == Some(i)) {
                *found = Some(field);
            }
        }
        let [number, prefix, length, expiry] = found;
        let missing = || error(line, text.len(), FormatErrorKind::MissingColumn);
        let word = |octets| core::str::from_utf8(octets).unwrap_or("\u{fffd}");
        let (at, number) = number.ok_or_else(missing)?;
        let number = named_asn(word(number)).map_err(|kind| error(line, at, kind))?;
        let (at, prefix) = prefix.ok_or_else(missing)?;
        let prefix: Prefix = word(prefix).parse().map_err(|_| error(line, at, FormatErrorKind::Prefix))?;
        let (at, length) = length.ok_or_else(missing)?;
        let length = if length.is_empty() { None } else { Some(asn(line, (at, length))?) };
        let vrp = vrp(prefix, length, number).ok_or_else(|| error(line, at, FormatErrorKind::MaxLength))?;
        list.push(vrp);
        expiries.extend(expiry.and_then(|(_, seconds)| word(seconds).parse::<u32>().ok()));
        Ok(())
    };
    lines.feed(text, &mut each)?;
    lines.finish(&mut each)?;
    Ok(Vrps { expiries, ..list.into_iter().collect() })
}
