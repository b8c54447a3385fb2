//! `routeglass dissect`: the fields of records and messages with their octets.

use std::io::{self, Read, Write};
use std::path::Path;

use routeglass::Session;
use routeglass::bgp::{self, Frame};
use routeglass::mrt::{self, Reader, ReaderOptions};
use routeglass::places::Places;

use crate::{AddPath, Outcome, complain, input, messages};

/// Octets of a text in hexadecimal; blanks, colons and a `0x` in front do not count.
pub(crate) fn octets(text: &str) -> Result<Vec<u8>, String> {
    let text = text.strip_prefix("0x").unwrap_or(text);
    let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b':').collect();
    let (pairs, []) = digits.as_chunks::<2>() else { return Err("an odd number of hexadecimal digits".into()) };
    let value = |pair: &[u8; 2]| {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
        Some(high? << 4 | low?)
    };
    pairs.iter().map(|pair| value(pair).ok_or_else(|| format!("{} are no hexadecimal digits", pair.escape_ascii()))).collect()
}

/// How to read messages outside records; `None` where evidence is asked for, which they do not hold.
pub(crate) fn session(as2: bool, add_path: AddPath) -> Option<Session> {
    let mut session = messages::session(add_path)?;
    session.asn4 = !as2;
    Some(session)
}

/// Everything that `bytes` hold: messages where they start with a marker, else records.
pub(crate) fn hex(out: &mut impl Write, bytes: &[u8], session: &Session) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut at = 0usize;
    while let Some(rest) = bytes.get(at..)
        && !rest.is_empty()
    {
        let mut places = Places::new();
        let is_message = rest.iter().take(16).all(|octet| *octet == 0xff);
        let taken = if is_message {
            let taken = match bgp::frame(rest, session, at as u64) {
                Ok(Frame::Ready(len)) => len,
                _ => rest.len(),
            };
            bgp::places(rest.get(..taken).unwrap_or(rest), session, at as u64, &mut places);
            taken
        } else {
            mrt::places(rest, at as u64, &mut places)
        };
        write!(out, "{places}")?;
        outcome.damaged |= places.iter().any(|place| place.error.is_some());
        at = at.saturating_add(taken.max(1));
    }
    Ok(outcome)
}

/// The records of a file, or the one with the given number, counted from 0.
pub(crate) fn file(out: &mut impl Write, path: &Path, only: Option<u64>, session: &Session) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let (mut input, first) = match input::open(path) {
        Ok(opened) => opened,
        Err(e) => {
            complain(&format!("{}: {e}", path.display()));
            return Ok(Outcome { unreadable: true, ..outcome });
        }
    };
    if first.is_bgp() {
        let mut bytes = Vec::new();
        if let Err(e) = input.read_to_end(&mut bytes) {
            complain(&format!("{}: {}: {e}", path.display(), bytes.len()));
            outcome.damaged = true;
        }
        let inner = hex(out, &bytes, session)?;
        return Ok(Outcome { damaged: outcome.damaged | inner.damaged, ..outcome });
    }
    let mut reader = Reader::plain(input, ReaderOptions::default());
    let mut number = 0u64;
    loop {
        match reader.next_record() {
            Ok(Some(record)) => {
                if only.is_none_or(|only| only == number) {
                    let mut places = Places::new();
                    record.places(&mut places);
                    outcome.damaged |= places.iter().any(|place| place.error.is_some());
                    write!(out, "{places}")?;
                    if only.is_some() {
                        return Ok(outcome);
                    }
                }
                number = number.saturating_add(1);
            }
            Ok(None) => break,
            Err(e) => {
                complain(&format!("{}: {}: {}", path.display(), e.offset(), first.reason(&e)));
                return Ok(Outcome { damaged: true, ..outcome });
            }
        }
    }
    if let Some(only) = only {
        complain(&format!("{}: has {number} records, the first of them number 0: there is no record {only}", path.display()));
        outcome.unreadable = true;
    }
    Ok(outcome)
}
