//! Helpers of the attribute tests.

use super::table::rule;
use super::{Attribute, AttributesIter, Value};
use crate::codes::AttrCode;
use crate::error::Action;
use crate::places::Places;
use crate::session::Session;

/// An attribute with this body and the flags of its definition.
fn framed(code: u8, body: &[u8]) -> Vec<u8> {
    let flags = rule(AttrCode(code)).unwrap().0.bits;
    let len = u16::try_from(body.len()).unwrap();
    let mut bytes = match u8::try_from(len) {
        Ok(len) => vec![flags, code, len],
        Err(_) => vec![flags | 0x10, code, len.to_be_bytes()[0], len.to_be_bytes()[1]],
    };
    bytes.extend(body);
    bytes
}

fn attribute(bytes: &[u8]) -> Attribute<'_> {
    AttributesIter::at(bytes, 0).next().unwrap().unwrap()
}

/// The value of a body.
pub(super) fn value(code: u8, body: &[u8]) -> Value<'static> {
    let frame: &'static [u8] = framed(code, body).leak();
    attribute(frame).decode(&Session::AS4).unwrap()
}

fn written(value: &Value<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    value.encode(&Session::AS4, &mut out).unwrap();
    assert_eq!(value.encoded_len(&Session::AS4), out.len());
    out
}

/// Asserts that the body has this text and is written as it was read; that truncated bodies are errors except at the given
/// lengths, and are written as they were too. Returns the places, field by field.
#[track_caller]
pub(super) fn vector(code: u8, body: &[u8], text: &str, whole: &[usize]) -> String {
    let frame = framed(code, body);
    let value = attribute(&frame).decode(&Session::AS4).unwrap();
    assert_eq!((value.to_string().as_str(), value.code().0), (text, code));
    assert_eq!(written(&value), frame, "{text}");
    let mut good = Vec::new();
    for n in 0..body.len() {
        let cut = framed(code, &body[..n]);
        let mut places = Places::new();
        attribute(&cut).places(&Session::AS4, &mut places);
        places.assert_inside(0..cut.len() as u64);
        match attribute(&cut).decode(&Session::AS4) {
            Ok(value) => {
                places.assert_cover(0..cut.len() as u64);
                good.push(n);
                assert_eq!(written(&value), cut, "cut at {n}");
            }
            Err(e) => {
                assert!(e.offset() >= 3 && e.offset() <= cut.len() as u64, "cut at {n}: {e}");
                assert!(places.iter().any(|place| place.error.is_some()), "cut at {n}: no error among the places");
            }
        }
    }
    assert_eq!(good, whole, "lengths that are whole");
    let mut places = Places::new();
    attribute(&frame).places(&Session::AS4, &mut places);
    places.assert_cover(0..frame.len() as u64);
    let mut list = Vec::new();
    for place in &places {
        assert_eq!(place.error, None);
        assert!(place.range.start <= place.range.end && place.range.end <= frame.len() as u64, "{place:?}");
        list.push(format!("{} {}..{} {}", place.name, place.range.start, place.range.end, place.text));
    }
    list.join("|")
}

/// Asserts error and action of a malformed body.
#[track_caller]
pub(super) fn refused(code: u8, body: &[u8], text: &str) {
    let frame = framed(code, body);
    let mut found = Vec::new();
    let worst = super::Attributes::parse_at(&frame, &Session::AS4, 0).unwrap().findings(|e| found.push(e));
    let told: Vec<_> = found.iter().map(|e| format!("{e}; {}", e.action())).collect();
    assert_eq!(told, [text]);
    assert!(worst > Action::None);
}

/// Asserts that a value reads back from its octets.
pub(super) fn round_trip(value: Value<'_>) {
    let out = written(&value);
    let read = attribute(&out).decode(&Session::AS4).unwrap();
    assert_eq!(read, value);
    assert_eq!(written(&read), out);
}
