//! Parses octets as printed by routers and tools.

/// Maximum number of octets parsed: a dump can declare a repetition up to any offset.
const MOST: usize = 16 << 20;

/// The octets of a text: pairs of digits with any separators and prefixes (`ff ff`, `0xff, 0xff`, `\xff\xff`, `ff:ff`), or a dump
/// with offsets before the octets, as printed by xxd, hexdump -C, od, Wireshark and tcpdump. A dump whose offsets restart, as for
/// consecutive packets of tcpdump, has several pieces; so has a log with words between the octets.
pub(crate) fn octets(text: &str) -> Result<Vec<Vec<u8>>, String> {
    match dump(text)? {
        Some(pieces) => Ok(pieces.into_iter().filter(|piece| !piece.is_empty()).collect()),
        None => digits(text).map(|octets| vec![octets]).or_else(|e| Some(log(text)).filter(|pieces| !pieces.is_empty()).ok_or(e)),
    }
}

/// From this many octets on, the end of a line is not words.
const NO_WORDS: usize = 8;

/// The octets in a log: those at the end of a line, and following lines with only octets.
fn log(text: &str) -> Vec<Vec<u8>> {
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
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
                goes_on = false;
                continue;
            }
        }
        goes_on = count > 0;
    }
    pieces
}

/// Whether a character separates octets.
fn separates(c: char) -> bool {
    c.is_whitespace() || ",;:-\"'{}[]()".contains(c)
}

/// The value of hexadecimal digits.
fn value(digits: &str) -> Option<usize> {
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| usize::from_str_radix(digits, 16).ok())?
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
        let line = line.replace("\\x", " 0x").replace("\\X", " 0x").replace("0X", "0x");
        let words = line.split(separates).filter(|word| !word.is_empty());
        for word in words {
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
enum Line {
    /// Octets and their offset.
    Octets(usize, Vec<u8>),
    /// The previous line repeats up to the next offset.
    Repeats,
    /// Something else.
    Other,
}

/// A dump with offsets, if the text is one.
fn dump(text: &str) -> Result<Option<Vec<Vec<u8>>>, String> {
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    let mut repeats = false;
    for line in text.lines() {
        match read_line(line) {
            Line::Octets(0, octets) => {
                last.clone_from(&octets);
                pieces.push(octets);
                repeats = false;
            }
            Line::Octets(at, octets) => {
                let Some(piece) = pieces.last_mut() else { return Ok(None) };
                if at > MOST {
                    return Err(format!("the dump goes on to byte {at}; no more than {MOST} are read"));
                }
                while repeats && piece.len() < at && !last.is_empty() {
                    piece.extend_from_slice(&last);
                }
                repeats = false;
                if piece.len() != at {
                    // Plain digits look like this.
                    return match pieces.as_slice() {
                        [_] => Ok(None),
                        _ => Err(format!("a line of the dump starts at byte {at}, where none before it ends")),
                    };
                }
                piece.extend_from_slice(&octets);
                last = octets;
            }
            Line::Repeats => repeats = true,
            // Packet summaries of tcpdump; ignored before a dump.
            Line::Other => {}
        }
    }
    Ok((!pieces.is_empty()).then_some(pieces))
}

fn read_line(line: &str) -> Line {
    let line = line.trim();
    if line == "*" {
        return Line::Repeats;
    }
    let Some((place, rest)) = line.split_once([' ', '\t']).or(Some((line, ""))) else { return Line::Other };
    let colon = place.strip_suffix(':');
    let place = colon.unwrap_or(place);
    let place = place.strip_prefix("0x").unwrap_or(place);
    if !(4..=8).contains(&place.len()) {
        return Line::Other;
    }
    let Some(at) = value(place) else { return Line::Other };
    // The text column after the octets.
    let rest = rest.split_once('|').map_or(rest, |(octets, _)| octets);
    let rest = rest.trim_start();
    let octets = match colon {
        // xxd and tcpdump separate it by two spaces.
        Some(_) => {
            let words = rest.split_once("  ").map_or(rest, |(octets, _)| octets);
            digits(words).ok().filter(|octets| octets.len() <= 64)
        }
        // Single octets, sixteen per line, possibly with a gap in the middle.
        None => {
            let mut octets = Vec::new();
            let mut rest = rest;
            while octets.len() < 16 && !rest.is_empty() {
                let (word, more) = rest.split_once(' ').unwrap_or((rest, ""));
                match value(word).and_then(|value| u8::try_from(value).ok()) {
                    Some(octet) if word.len() == 2 => octets.push(octet),
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
        Some(octets) if !octets.is_empty() || (at > 0 && colon.is_none()) => Line::Octets(at, octets),
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

    /// A KEEPALIVE.
    fn keepalive() -> Vec<u8> {
        [&[0xff; 16][..], &[0, 19, 4]].concat()
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
