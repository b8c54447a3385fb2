//! Parses octets as printed by routers and tools.

/// Maximum number of octets parsed: a dump can declare a repetition up to any offset.
const MOST: usize = 16 << 20;

/// The octets of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Pieces {
    pub(crate) pieces: Vec<Vec<u8>>,
    /// Lines of a log with octets at the end that are taken as words: the number of the first, which counts from 1, and how many.
    words: Option<(usize, usize)>,
}

impl Pieces {
    /// What is said of octets that are not read.
    pub(crate) fn left_out(&self) -> Option<String> {
        let (first, lines) = self.words?;
        let more = match lines {
            1 => String::new(),
            2 => " and of 1 more line".to_owned(),
            lines => format!(" and of {} more lines", lines.saturating_sub(1)),
        };
        Some(format!("octets at the end of line {first}{more} are taken as words: there are fewer than {NO_WORDS}"))
    }
}

impl From<Vec<Vec<u8>>> for Pieces {
    fn from(pieces: Vec<Vec<u8>>) -> Self {
        Self { pieces, words: None }
    }
}

/// The octets of a text: pairs of digits with any separators and prefixes (`ff ff`, `0xff, 0xff`, `\xff\xff`, `ff:ff`), or a dump
/// with offsets before the octets, as printed by xxd, hexdump -C, od, Wireshark and tcpdump. A dump whose offsets restart, as for
/// consecutive packets of tcpdump, has several pieces; so has a log with words between the octets. A literal of Python has escapes and
/// characters: `b'\xff\x006\x02'`.
pub(crate) fn octets(text: &str) -> Result<Pieces, String> {
    if let Some(octets) = literal(text)? {
        return Ok(vec![octets].into());
    }
    match dump(text)? {
        Some(pieces) => Ok(pieces.into_iter().filter(|piece| !piece.is_empty()).collect::<Vec<_>>().into()),
        None => match digits(text) {
            Ok(octets) => Ok(vec![octets].into()),
            Err(e) => {
                let text = without_comments(text);
                let plain = digits(&text).ok().filter(|octets| !octets.is_empty()).map(|octets| vec![octets]);
                let read = plain.or_else(|| prefixed(&text)).map_or_else(|| log(&text), Pieces::from);
                if read.pieces.is_empty() { Err(e) } else { Ok(read) }
            }
        },
    }
}

/// A text without what follows a `#` in a line.
fn without_comments(text: &str) -> String {
    text.lines().flat_map(|line| [line.split_once('#').map_or(line, |(octets, _)| octets), "\n"]).collect()
}

/// Whether octets have all of the message that they start.
fn is_whole(octets: &[u8]) -> bool {
    let declared = octets.get(16..).and_then(|rest| rest.first_chunk()).map(|len| u16::from_be_bytes(*len));
    declared.is_some_and(|len| octets.len() >= len.into())
}

/// The octets in a log of which each line has as many words before them, the last one of which is always the same: a time and a name,
/// for instance. Each message starts with its marker at the start of a line; the lines after it go on with it. `None` for another text.
fn prefixed(text: &str) -> Option<Vec<Vec<u8>>> {
    let is_octets = |word: &&&str| word.len().is_multiple_of(2) && word.bytes().all(|digit| digit.is_ascii_hexdigit());
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    let mut prefix = None;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let count = words.len().saturating_sub(words.iter().rev().take_while(is_octets).count());
        let (before, after) = words.split_at_checked(count)?;
        let this = (count, *before.last()?);
        if *prefix.get_or_insert(this) != this {
            return None;
        }
        let octets = digits(&after.concat()).ok().filter(|octets| !octets.is_empty())?;
        let marker = octets.get(..16).unwrap_or(&octets).iter().all(|octet| *octet == 0xff);
        match pieces.last_mut() {
            Some(piece) if !marker || !is_whole(piece) => piece.extend(octets),
            None if !marker => return None,
            _ => pieces.push(octets),
        }
    }
    Some(pieces)
}

/// From this many octets on, the end of a line is not words.
const NO_WORDS: usize = 8;

/// The octets in a log: those at the end of a line, and following lines with only octets.
fn log(text: &str) -> Pieces {
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    let mut left_out: Option<(usize, usize)> = None;
    let mut goes_on = false;
    for (number, line) in (1..).zip(text.lines()) {
        let words: Vec<&str> = line.split(separates).filter(|word| !word.is_empty()).collect();
        let is_octets = |word: &&&str| {
            let digits = word.strip_prefix("0x").unwrap_or(word);
            digits.len().is_multiple_of(2) && !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        };
        let count = words.iter().rev().take_while(is_octets).count();
        let last = words.get(words.len().saturating_sub(count)..).unwrap_or(&[]);
        let octets = digits(&last.join(" ")).unwrap_or_default();
        let alone = count == words.len();
        match pieces.last_mut().filter(|_| goes_on && alone) {
            Some(piece) => piece.extend(octets),
            None if octets.len() >= NO_WORDS => pieces.push(octets),
            None => {
                // A number of two digits is a word more often than an octet.
                if octets.len() > 1 || (alone && !octets.is_empty()) {
                    left_out = Some(left_out.map_or((number, 1), |(first, lines)| (first, lines.saturating_add(1))));
                }
                goes_on = false;
                continue;
            }
        }
        goes_on = count > 0;
    }
    Pieces { pieces, words: left_out }
}

/// Whether a character separates octets.
fn separates(c: char) -> bool {
    c.is_whitespace() || ",;:-\"'{}[]()".contains(c)
}

/// The value of hexadecimal digits.
fn value(digits: &str) -> Option<usize> {
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| usize::from_str_radix(digits, 16).ok())?
}

/// The octets of a literal of Python: those of escapes and of the characters between them. `None` for another text.
fn literal(text: &str) -> Result<Option<Vec<u8>>, String> {
    let Some(text) = text.trim().strip_prefix(['b', 'B']) else { return Ok(None) };
    let inner = ['\'', '"'].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    let Some(mut rest) = inner else { return Ok(None) };
    // As hexlify gives it.
    if !rest.contains('\\') {
        return digits(rest).map(Some);
    }
    let mut octets = Vec::with_capacity(rest.len());
    while let Some(c) = rest.chars().next() {
        let escape = rest.strip_prefix('\\').and_then(|rest| rest.chars().next());
        let (octet, len) = match escape {
            Some('x') => (rest.get(2..4).and_then(value).and_then(|value| u8::try_from(value).ok()), 4),
            Some('t') => (Some(b'\t'), 2),
            Some('n') => (Some(b'\n'), 2),
            Some('r') => (Some(b'\r'), 2),
            Some(c @ ('\\' | '\'' | '"')) => (u8::try_from(c).ok(), 2),
            Some(_) => (None, 2),
            None => (u8::try_from(c).ok().filter(|c| *c != b'\\' && c.is_ascii()), c.len_utf8()),
        };
        let (Some(octet), Some(more)) = (octet, rest.get(len..)) else {
            let shown: String = rest.chars().take(len).collect();
            return Err(format!("{shown} is no octet of a literal"));
        };
        octets.push(octet);
        rest = more;
    }
    Ok(Some(octets))
}

/// Octets without offsets; of an array in source code, the part between the braces.
fn digits(text: &str) -> Result<Vec<u8>, String> {
    let text = match text.split_once('{').and_then(|(_, rest)| rest.split_once('}')) {
        Some((array, _)) if text.contains("0x") => array,
        _ => text,
    };
    let mut marked = false;
    let mut plain = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.replace("\\x", " \\").replace("\\X", " \\").replace("0X", "0x");
        let words = line.split(separates).filter(|word| !word.is_empty());
        for word in words {
            if let Some(digits) = word.strip_prefix('\\') {
                if digits.len() != 2 {
                    return Err(format!(
                        "\\x{digits} is no octet, which has two digits; a literal with characters is written b'...'"
                    ));
                }
                plain.push_str(digits);
                continue;
            }
            match word.strip_prefix("0x") {
                // A prefixed octet may have one digit.
                Some(digits) => {
                    marked = true;
                    plain.push_str(if digits.len() % 2 == 1 { "0" } else { "" });
                    plain.push_str(digits);
                }
                None => plain.push_str(word),
            }
        }
    }
    let plain = plain.into_bytes();
    if let Some(other) = plain.iter().find(|digit| !digit.is_ascii_hexdigit()) {
        let at = text.chars().position(|c| u8::try_from(c) == Ok(*other)).map_or(0, |at| at.saturating_add(1));
        let shown = text.chars().nth(at.saturating_sub(1)).unwrap_or(' ');
        return Err(format!("{shown:?} (character {at}) is no hexadecimal digit"));
    }
    let (pairs, []) = plain.as_chunks::<2>() else {
        return Err(if marked {
            "a number of hexadecimal digits that is no octet"
        } else {
            "an odd number of hexadecimal digits"
        }
        .into());
    };
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    Ok(pairs.iter().map(|[high, low]| digit(*high) << 4 | digit(*low)).collect())
}

/// One line of a dump.
enum Line<'a> {
    /// Octets after their offset; `marked` if that is printed as by xxd or tcpdump.
    Octets { place: &'a str, marked: bool, octets: Vec<u8> },
    /// The previous line repeats up to the next offset.
    Repeats,
    /// Something else.
    Other,
}

/// A dump with offsets, if the text is one. The first offset need not be 0.
fn dump(text: &str) -> Result<Option<Vec<Vec<u8>>>, String> {
    if is_of_words(text) {
        return Err(
            "a dump of words or of octal numbers, as of plain hexdump and od; hexdump -C, xxd and od -A x -t x1 print octets"
                .into(),
        );
    }
    let lines: Vec<Line<'_>> = text.lines().map(read_line).collect();
    let read = pieces(&lines, 16);
    // Offsets of od are octal unless asked for otherwise, and have seven digits.
    let seven = lines.iter().any(|line| matches!(line, Line::Octets { place, .. } if place.len() == 7));
    let repeats = lines.iter().any(|line| matches!(line, Line::Repeats));
    if let (Some(pieces), false) = (read.as_ref().ok(), seven && repeats) {
        return Ok(Some(pieces.clone()));
    }
    let mut fitting: Vec<_> =
        [8, 10].into_iter().filter_map(|radix| pieces(&lines, radix).ok()).chain(read.clone().ok()).collect();
    fitting.dedup();
    match (fitting.pop(), fitting.is_empty()) {
        (Some(pieces), true) => return Ok(Some(pieces)),
        (Some(_), false) => {
            return Err("the offsets of the dump may be hexadecimal or octal, and say how often a line repeats; od -v and \
                        hexdump -v print all lines"
                .into());
        }
        (None, _) => {}
    }
    // Digits without offsets may look like a line of a dump, but not like several.
    let is_marked = |line: &Line<'_>| matches!(line, Line::Octets { marked: true, .. });
    let is_long = |line: &&Line<'_>| matches!(line, Line::Octets { place, octets, .. } if place.len() > 5 && !octets.is_empty());
    let starts = |line: &&Line<'_>| matches!(line, Line::Octets { place, .. } if offset(place, 16) == Some(0));
    let certain = repeats
        || lines.iter().any(is_marked)
        || lines.iter().filter(is_long).count() > 1
        || lines.iter().filter(starts).count() > 1;
    match read {
        Err(Some(reason)) if certain => Err(reason),
        _ => Ok(None),
    }
}

fn offset(place: &str, radix: u32) -> Option<usize> {
    usize::from_str_radix(place, radix).ok()
}

/// The pieces of a dump whose offsets are in this radix; no reason if there is no offset that lines have to agree with.
fn pieces(lines: &[Line<'_>], radix: u32) -> Result<Vec<Vec<u8>>, Option<String>> {
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    let (mut base, mut last, mut repeats) = (0, &[][..], false);
    let (mut offsets, mut is_sure) = (0usize, false);
    for line in lines {
        let (place, marked, octets) = match line {
            Line::Octets { place, marked, octets } => (place, *marked, octets.as_slice()),
            Line::Repeats => {
                repeats = true;
                continue;
            }
            // Packet summaries of tcpdump; ignored before a dump.
            Line::Other => continue,
        };
        let at = offset(place, radix).ok_or(None)?;
        offsets = offsets.saturating_add(1);
        is_sure |= marked || at == 0 || offsets > 1;
        match pieces.last_mut() {
            Some(piece) if at > 0 => {
                let wrong = || Some(format!("a line of the dump starts at byte {at}, where none before it ends"));
                let within = at.checked_sub(base).ok_or_else(wrong)?;
                if within > MOST {
                    return Err(Some(format!("the dump goes on to byte {at}; no more than {MOST} are read")));
                }
                while repeats && piece.len() < within && !last.is_empty() {
                    piece.extend_from_slice(last);
                }
                if piece.len() != within {
                    return Err(wrong());
                }
                piece.extend_from_slice(octets);
            }
            _ if octets.is_empty() => return Err(None),
            _ => {
                base = at;
                pieces.push(octets.to_vec());
            }
        }
        repeats = false;
        last = octets;
    }
    if is_sure && !pieces.is_empty() { Ok(pieces) } else { Err(None) }
}

/// Whether a text is a dump of numbers of more than one octet or in octal: offsets that agree with them.
fn is_of_words(text: &str) -> bool {
    [16, 8, 10].into_iter().any(|radix| words_end(text, radix).is_some())
}

/// The offset at the end of such a dump.
fn words_end(text: &str, radix: u32) -> Option<usize> {
    // The expected offset, and how much less it may be.
    let mut next: Option<(usize, usize)> = None;
    let (mut offsets, mut repeats) = (0usize, false);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line == "*" {
            repeats = true;
            continue;
        }
        let mut words = line.split_whitespace();
        let place = words.next().filter(|place| (6..=8).contains(&place.len()))?;
        let at = offset(place, radix)?;
        let (mut count, mut len) = (0usize, 0);
        for word in words {
            value(word)?;
            if count > 0 && word.len() != len {
                return None;
            }
            (count, len) = (count.saturating_add(1), word.len());
        }
        let size = match len {
            0 | 3 => 1,
            4..=6 => 2,
            8 | 10 | 11 => 4,
            16 | 20 | 22 => 8,
            _ => return None,
        };
        if let Some((end, less)) = next
            && !(if repeats { at >= end } else { (end.saturating_sub(less)..=end).contains(&at) })
        {
            return None;
        }
        if offsets == 0 && count == 0 {
            return None;
        }
        // A single line is one of these if its offset cannot be octets.
        offsets = offsets.saturating_add(if at == 0 && place.len() == 7 { 2 } else { 1 });
        next = Some((at.saturating_add(count.saturating_mul(size)), size.saturating_sub(1)));
        repeats = false;
    }
    next.filter(|_| offsets > 1).map(|(end, _)| end)
}

fn read_line(line: &str) -> Line<'_> {
    let line = line.trim();
    if line == "*" {
        return Line::Repeats;
    }
    let Some((place, rest)) = line.split_once([' ', '\t']).or(Some((line, ""))) else { return Line::Other };
    let colon = place.strip_suffix(':');
    let place = colon.unwrap_or(place);
    let (place, prefixed) = place.strip_prefix("0x").map_or((place, false), |place| (place, true));
    if !(4..=8).contains(&place.len()) || value(place).is_none() {
        return Line::Other;
    }
    // The text column after the octets.
    let rest = rest.split_once('|').map_or(rest, |(octets, _)| octets);
    let rest = rest.trim_start();
    let octets = match colon {
        // xxd and tcpdump separate it by two spaces.
        Some(_) => {
            let words = rest.split_once("  ").map_or(rest, |(octets, _)| octets);
            digits(words).ok().filter(|octets| octets.len() <= 64)
        }
        // Single octets, usually sixteen per line, possibly with a gap in the middle.
        None => {
            let mut octets = Vec::new();
            let mut rest = rest;
            while octets.len() < 64 && !rest.is_empty() {
                let (word, more) = rest.split_once(' ').unwrap_or((rest, ""));
                match value(word).and_then(|value| u8::try_from(value).ok()) {
                    Some(octet) if word.len() == 2 => octets.push(octet),
                    _ if octets.len() >= 16 => break,
                    _ => return Line::Other,
                }
                rest = more;
                if rest.starts_with("  ") || (rest.starts_with(' ') && octets.len() != 8) {
                    break;
                }
                rest = rest.trim_start();
            }
            Some(octets)
        }
    };
    match octets {
        Some(octets) if !octets.is_empty() || (colon.is_none() && value(place) != Some(0)) => {
            Line::Octets { place, marked: colon.is_some() && (prefixed || place.len() == 8), octets }
        }
        _ => Line::Other,
    }
}

/// If pieces are packets of BGP sessions, their payload, joined per direction in the order of first packets; other pieces are
/// unchanged.
pub(crate) fn payloads(pieces: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut streams: Vec<Stream> = Vec::new();
    for piece in pieces {
        let segment = if piece.starts_with(&[0xff; 16]) { None } else { Segment::of(&piece) };
        let Some(Segment { ends, sequence, payload }) = segment else {
            streams.push(Stream { ends: None, next: 0, octets: piece });
            continue;
        };
        if payload.is_empty() {
            continue;
        }
        let len = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        match streams.iter_mut().find(|stream| stream.ends.as_deref() == Some(ends.as_slice())) {
            Some(stream) => {
                // Retransmissions are skipped; after a missing segment the next one is appended.
                let known = stream.next.wrapping_sub(sequence);
                let known = if known > u32::MAX / 2 { 0 } else { known };
                if known >= len {
                    continue;
                }
                stream.octets.extend(payload.iter().skip(usize::try_from(known).unwrap_or(usize::MAX)));
                stream.next = sequence.wrapping_add(len);
            }
            None => {
                streams.push(Stream { ends: Some(ends), next: sequence.wrapping_add(len), octets: payload.to_vec() });
            }
        }
    }
    streams.into_iter().map(|stream| stream.octets).collect()
}

struct Stream {
    /// The addresses and ports; `None` for a piece that is no packet.
    ends: Option<Vec<u8>>,
    /// The next sequence number.
    next: u32,
    octets: Vec<u8>,
}

/// A TCP segment of a BGP session.
struct Segment<'a> {
    ends: Vec<u8>,
    sequence: u32,
    payload: &'a [u8],
}

impl<'a> Segment<'a> {
    /// The segment of an IP packet, with or without an Ethernet header.
    fn of(packet: &'a [u8]) -> Option<Self> {
        Self::of_ip(packet).or_else(|| {
            let (kind, rest) = packet.get(12..)?.split_first_chunk::<2>()?;
            match *kind {
                [0x08, 0x00] | [0x86, 0xdd] => Self::of_ip(rest),
                // A VLAN tag: four more octets.
                [0x81, 0x00] => Self::of_ip(rest.get(4..)?),
                _ => None,
            }
        })
    }

    fn of_ip(packet: &'a [u8]) -> Option<Self> {
        let first = *packet.first()?;
        let (addresses, tcp) = match first >> 4 {
            4 => {
                let header = usize::from(first & 15).checked_mul(4).filter(|len| *len >= 20)?;
                let &[high, low] = packet.get(2..)?.first_chunk::<2>()?;
                let len = usize::from(u16::from_be_bytes([high, low]));
                if *packet.get(9)? != 6 || len < header {
                    return None;
                }
                // A frame may be padded, and a packet truncated by the capture.
                (packet.get(12..20)?, packet.get(header..len.min(packet.len()))?)
            }
            6 => {
                let &[high, low] = packet.get(4..)?.first_chunk::<2>()?;
                let end = usize::from(u16::from_be_bytes([high, low])).checked_add(40)?;
                if *packet.get(6)? != 6 {
                    return None;
                }
                (packet.get(8..40)?, packet.get(40..end.min(packet.len()))?)
            }
            _ => return None,
        };
        let ports = tcp.get(..4)?;
        if !ports.as_chunks::<2>().0.contains(&179u16.to_be_bytes()) {
            return None;
        }
        let sequence = u32::from_be_bytes(*tcp.get(4..)?.first_chunk::<4>()?);
        let header = usize::from(tcp.get(12)? >> 4).checked_mul(4).filter(|len| *len >= 20)?;
        Some(Self { ends: [addresses, ports].concat(), sequence, payload: tcp.get(header..)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(text: &str) -> Result<Vec<Vec<u8>>, String> {
        super::octets(text).map(|read| read.pieces)
    }

    /// A KEEPALIVE.
    fn keepalive() -> Vec<u8> {
        [&[0xff; 16][..], &[0, 19, 4]].concat()
    }

    /// A dump of `octets`: offsets from `base`, printed by `place`, and sixteen octets per line.
    fn dumped(octets: &[u8], base: usize, end: bool, place: impl Fn(usize) -> String) -> String {
        let lines = octets.chunks(16).zip((base..).step_by(16));
        let pairs = |line: &[u8]| line.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(" ");
        let mut text: String = lines.map(|(line, at)| format!("{} {}\n", place(at), pairs(line))).collect();
        if end {
            text.push_str(&place(base + octets.len()));
        }
        text
    }

    #[test]
    fn offsets_start_anywhere_and_are_in_any_radix() {
        let two = [keepalive(), keepalive()].concat();
        for base in [0, 16, 427, 463, 4096] {
            for text in [
                dumped(&two, base, false, |at| format!("{at:08x}: ")),
                dumped(&two, base, true, |at| format!("{at:08x} ")),
                dumped(&two, base, true, |at| format!("{at:06x}")),
                dumped(&two, base, true, |at| format!("{at:07o}")),
                dumped(&two, base, true, |at| format!("{at:07}")),
                dumped(&two, base, false, |at| format!("{at:07o}")),
            ] {
                assert_eq!(octets(&text), Ok(vec![two.clone()]), "{text}");
            }
            // One line.
            let text = dumped(&two[..16], base, false, |at| format!("{at:08x}:"));
            assert_eq!(octets(&text), Ok(vec![vec![0xff; 16]]), "{text}");
        }
        let wide: String = two.iter().map(|octet| format!(" {octet:02x}")).collect();
        assert_eq!(octets(&format!("000000{wide}\n")), Ok(vec![two]));
        // A line is missing.
        let text = "000001ab: ffff ffff\n000001bb: 0013 04\n";
        assert_eq!(octets(text), Err("a line of the dump starts at byte 443, where none before it ends".into()));
        // How often a line repeats depends on the radix.
        let line = "ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff";
        let text = format!("0000000 {line}\n*\n0000040 00 13 04\n0000043\n");
        assert_eq!(
            octets(&text),
            Err("the offsets of the dump may be hexadecimal or octal, and say how often a line repeats; od -v and hexdump -v \
                 print all lines"
                .into())
        );
        let text = format!("000000 {line}\n*\n000020 00 13 04\n000023\n");
        assert_eq!(octets(&text), Ok(vec![[&[0xff; 32][..], &[0, 0x13, 4]].concat()]));
    }

    #[test]
    fn dumps_of_words_are_refused() {
        for text in [
            "0000000 ffff ffff ffff ffff ffff ffff ffff ffff\n0000010 1300 0004\n0000013\n",
            "0000000 ffff ffff ffff ffff ffff ffff ffff ffff\n0000020 1300 0004\n0000023\n",
            "000000 ffff ffff ffff ffff ffff ffff ffff ffff\n000010 1300 0004\n000013\n",
            "0000717 ffff ffff ffff ffff ffff ffff ffff ffff\n0000737 1300 0004\n0000742\n",
            "0000000 177777 177777 177777 177777 177777 177777 177777 177777\n0000020 011400 000004\n0000023\n",
            "0000000 377 377 377 377\n0000004\n",
            "0000000 ffffffff ffffffff ffffffff ffffffff\n0000020 00041300\n0000023\n",
            "0000000 ffff ffff ffff ffff ffff ffff ffff ffff\n",
        ] {
            assert_eq!(
                octets(text),
                Err("a dump of words or of octal numbers, as of plain hexdump and od; hexdump -C, xxd and od -A x -t x1 print octets"
                    .into()),
                "{text}"
            );
        }
        // Groups of digits are none.
        let text = "ffffffff ffffffff ffffffff ffffffff\n00130400";
        assert_eq!(octets(text), Ok(vec![[&[0xff; 16][..], &[0, 0x13, 4, 0]].concat()]));
    }

    #[test]
    fn digits_in_any_dress() {
        let octets = |text: &str| octets(text).map(|pieces| pieces.concat());
        for text in [
            "ff0013",
            "FF 00 13",
            "0xff0013",
            "0xff 0x00 0x13",
            "0xff,0x0,0x13",
            "{ 0xff, 0x00, 0x13 };",
            "unsigned char keepalive_bin[] = {\n  0xff, 0x00,\n  0x13\n};\nunsigned int keepalive_bin_len = 3;\n",
            r"\xff\x00\x13",
            r#""\xff\x00\x13""#,
            "ff:00:13",
            "ff-00-13",
            "ff00\n13\n",
            "f f 0 0 1 3",
        ] {
            assert_eq!(octets(text), Ok(vec![0xff, 0, 0x13]), "{text}");
        }
        assert_eq!(octets("fff"), Err("an odd number of hexadecimal digits".into()));
        assert_eq!(octets("fg"), Err("'g' (character 2) is no hexadecimal digit".into()));
        assert_eq!(octets("0xff 0"), Err("a number of hexadecimal digits that is no octet".into()));
    }

    #[test]
    fn dumps_of_tools() {
        let keepalive = keepalive();
        for text in [
            "00000000: ffff ffff ffff ffff ffff ffff ffff ffff  ................\n00000010: 0013 04                                  ...\n",
            "00000000: ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff  ................\n00000010: 00 13 04  ...",
            "00000000  ff ff ff ff ff ff ff ff  ff ff ff ff ff ff ff ff  |................|\n00000010  00 13 04                                          |...|\n00000013\n",
            "0000000 ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff\n0000010 00 13 04\n0000013\n",
            "0000   ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff   ................\n0010   00 13 04                                          ...\n",
            "\t0x0000:  ffff ffff ffff ffff ffff ffff ffff ffff\n\t0x0010:  0013 04\n",
            "00000000  ff ff ff ff ff ff ff ff  ff ff ff ff ff ff ff ff\n00000010  00 13 04\n",
        ] {
            assert_eq!(octets(text), Ok(vec![keepalive.clone()]), "{text}");
        }
        // A repeated line, up to a plausible offset.
        let text =
            "00000000  ff ff ff ff ff ff ff ff  ff ff ff ff ff ff ff ff  |................|\n*\n00000030  00 13\n00000032\n";
        assert_eq!(octets(text), Ok(vec![[&[0xff; 48][..], &[0, 0x13]].concat()]));
        let text = "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00\n*\nfffffff0\n";
        assert_eq!(octets(text), Err("the dump goes on to byte 4294967280; no more than 16777216 are read".into()));
        // The text column may look like octets.
        let text = "0x0000:  6162 6364  ab cd\n0x0004:  31  1";
        assert_eq!(octets(text), Ok(vec![b"abcd1".to_vec()]));
        // Digits that start like an offset are digits.
        assert_eq!(octets("0013 04 ff\nffff"), Ok(vec![vec![0, 0x13, 4, 0xff, 0xff, 0xff]]));
        assert_eq!(octets("0000 0000"), Ok(vec![vec![0, 0, 0, 0]]));
    }

    #[test]
    fn logs_have_words_between_the_octets() {
        let keepalive = keepalive();
        let hex: String = keepalive.iter().map(|octet| format!("{octet:02X}")).collect();
        let pairs: Vec<_> = keepalive.iter().map(|octet| format!("{octet:02x}")).collect();
        let fields = [&pairs[..16], &pairs[16..18], &pairs[18..]].map(|field| field.concat()).join(":");
        for text in [
            format!(
                "Received BGP message. Length:19\n\n{}\n{}\n\nReceived BGP message. Length:19\n{hex}\n",
                pairs[..16].join(" "),
                pairs[16..].join(" ")
            ),
            format!("update\n{hex}\nadded: dead beef\nopen\n{fields}"),
            format!("Nov 28 12:00:00 BGP: 192.0.2.1 bad message {hex}\n1:raw:{fields}"),
        ] {
            assert_eq!(octets(&text), Ok(vec![keepalive.clone(), keepalive.clone()]), "{text}");
        }
        assert!(octets("the face is dead\n").is_err());
        // Octets that are left out are told: but for numbers at the ends of lines.
        let left_out = |text: &str| super::octets(text).unwrap().left_out();
        assert_eq!(left_out(&hex), None);
        assert_eq!(left_out(&format!("Length:19\n{hex}\nup 90\n")), None);
        let said = |lines: &str| Some(format!("octets at the end of {lines} are taken as words: there are fewer than 8"));
        assert_eq!(left_out(&format!("update\n{hex}\nadded: dead beef\nopen\n{fields}\n")), said("line 3"));
        assert_eq!(left_out(&format!("a: {hex}\nb\n00\nc: 01 02 # x\n")), said("line 3 and of 1 more line"));
        assert_eq!(left_out(&format!("up 01 02\nit 03 04\non 05 06\nto: {hex}\n")), said("line 1 and of 2 more lines"));
    }

    #[test]
    fn logs_may_have_the_same_words_before_all_octets() {
        let keepalive = keepalive();
        let pairs: Vec<_> = keepalive.iter().map(|octet| format!("{octet:02x}")).collect();
        for len in [4, 8, 16, 19] {
            let lines = |prefix: &str| -> String {
                pairs
                    .chunks(len)
                    .enumerate()
                    .map(|(i, line)| format!("{} {}\n", prefix.replace('#', &i.to_string()), line.join(" ")))
                    .collect()
            };
            for prefix in ["12:00:00.12# BGP:", "Nov 29 12:00:0# rtr rpd[123]:", "2026-01-01T12:00:0#Z bgpd"] {
                let text = lines(prefix).repeat(2);
                assert_eq!(octets(&text), Ok(vec![keepalive.clone(), keepalive.clone()]), "{text}");
            }
        }
        // Without spaces, and a line in the middle of a message with nothing but ones.
        let update = [&[0xff; 16][..], &[0, 40, 2], &[0; 13], &[0xff; 4], &[7; 4]].concat();
        let text: String = update
            .chunks(4)
            .map(|line| format!("10:00 BGP: {}\n", line.iter().map(|o| format!("{o:02x}")).collect::<String>()))
            .collect();
        assert_eq!(octets(&text), Ok(vec![update]));
        // Other words before some of them: only octets at the ends of lines, as before.
        assert!(octets("12:00:00 BGP: ff ff\n12:00:01 rpd: 00 13 04\n").is_err());
        let comment = format!("# from a router\n{} # keepalive\n", pairs.concat());
        assert_eq!(octets(&comment), Ok(vec![keepalive]));
    }

    /// A TCP segment of a session from 192.0.2.1 (port 50000) to 192.0.2.2 (port 179), in an IPv4 packet.
    fn packet(sequence: u32, payload: &[u8]) -> Vec<u8> {
        let len = u16::try_from(40 + payload.len()).unwrap();
        let mut packet = vec![0x45, 0xc0];
        packet.extend(len.to_be_bytes());
        packet.extend([0, 1, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
        packet.extend(50_000u16.to_be_bytes());
        packet.extend(179u16.to_be_bytes());
        packet.extend(sequence.to_be_bytes());
        packet.extend([0, 0, 0, 0, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]);
        packet.extend(payload);
        packet
    }

    #[test]
    fn packets_give_their_payload() {
        let keepalive = keepalive();
        let (head, tail) = keepalive.split_at(7);
        let packets = vec![packet(100, head), packet(100, &[]), packet(100, head), packet(107, tail), packet(100, &keepalive)];
        assert_eq!(payloads(packets), std::slice::from_ref(&keepalive));
        // Padded, in an Ethernet frame.
        let ethernet = [&[2; 12][..], &[8, 0], &packet(1, &keepalive), &[0; 6]].concat();
        assert_eq!(payloads(vec![ethernet, vec![0xfd, 1]]), [keepalive.clone(), vec![0xfd, 1]]);
        let mut v6 = vec![0x60, 0, 0, 0, 0, u8::try_from(20 + keepalive.len()).unwrap(), 6, 64];
        v6.extend([0xfd; 32]);
        v6.extend(&packet(1, &keepalive)[20..]);
        assert_eq!(payloads(vec![v6]), std::slice::from_ref(&keepalive));
        // As printed by tcpdump.
        let lines: Vec<_> = packet(1, &keepalive)
            .chunks(16)
            .enumerate()
            .map(|(i, line)| {
                let words: Vec<_> = line.chunks(2).map(|w| w.iter().map(|o| format!("{o:02x}")).collect::<String>()).collect();
                format!("\t0x{:04x}:  {}", 16 * i, words.join(" "))
            })
            .collect();
        let text =
            format!("12:00:00.000001 IP 192.0.2.1.50000 > 192.0.2.2.179: Flags [P.], length 19: BGP\n{}\n", lines.join("\n"));
        assert_eq!(octets(&text).map(payloads), Ok(vec![keepalive]));
    }
}
