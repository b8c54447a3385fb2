//! Laws of text: output can be parsed again.

use routeglass::codes::{Afi, MrtType, Safi};
use routeglass::element::{Carrier, Element, ElementKind};
use routeglass::elements;
use routeglass::mrt::{ReadContext, Record, records};
use routeglass::text::bgpdump;
use routeglass::text::json::ObjectWriter;
use routeglass::{Asn, Family, Prefix, Timestamp};

use crate::input;

/// Prefixes and AS numbers parse back from their text; families with the same text are the same.
pub fn prefix_text(data: &[u8]) {
    let (bytes, text) = input::choices::<22>(data);
    let [len, _, a, b, s, c, d, t, ..] = bytes;
    let address = *bytes.last_chunk::<16>().expect("22 octets");
    if let Some(prefix) = Prefix::v6(u128::from_be_bytes(address), len % 129) {
        check_prefix(prefix);
    }
    if let Some(prefix) = Prefix::v4(u32::from_be_bytes([address[0], address[1], address[2], address[3]]), len % 33) {
        check_prefix(prefix);
    }
    let asn = Asn(u32::from_be_bytes([a, b, s, c]));
    for text in [asn.to_string(), format!("AS{asn}"), format!("{}.{}", asn.0 >> 16, asn.0 & 0xffff), format!("{asn:?}")] {
        assert_eq!(text.parse(), Ok(asn));
    }
    let families = [Family::new(Afi(u16::from_be_bytes([a, b])), Safi(s)), Family::new(Afi(u16::from_be_bytes([c, d])), Safi(t))];
    let [first, second] = families;
    assert_eq!(first.to_string() == second.to_string(), first == second, "{first} and {second}");

    let Ok(text) = std::str::from_utf8(text) else { return };
    if let Ok(prefix) = text.parse::<Prefix>() {
        check_prefix(prefix);
    }
    if let Ok(asn) = text.parse::<Asn>() {
        assert_eq!(asn.to_string().parse(), Ok(asn));
    }
}

fn check_prefix(prefix: Prefix) {
    assert_eq!(prefix.to_string().parse(), Ok(prefix));
    assert_eq!(format!("{prefix:?}"), prefix.to_string());
    assert!(prefix.contains(prefix) && prefix.contains_address(prefix.address()));
    assert_eq!(Prefix::new(prefix.address(), prefix.len()), Some(prefix));
    match prefix.parent() {
        Some(parent) => {
            assert_eq!(parent.len() + 1, prefix.len());
            assert!(parent.contains(prefix) && !prefix.contains(parent) && parent < prefix);
        }
        None => assert_eq!(prefix.len(), 0),
    }
    assert_eq!(prefix.truncate(prefix.len()), Some(prefix));
}

/// Every element is one bgpdump line with its number of fields, and one JSON object with the same content.
pub fn dump_text(data: &[u8]) {
    // Half of the inputs are an archive, half the body of one record.
    let ([choice, subtype], rest) = input::choices(data);
    let mut table = vec![192, 0, 2, 254, 0, 0, 0, 1, 2, 192, 0, 2, 1, 192, 0, 2, 1, 0, 0, 0xfb, 0xf0];
    table = input::record(13, 1, &table.split_off(0));
    let archive = if choice & 1 == 0 {
        let kind = [13, 16, 17, 12, 5, 9, 10, 13][usize::from(choice >> 1 & 7)];
        input::record(kind, u16::from(subtype & 15), rest)
    } else {
        rest.to_vec()
    };
    let (mut lines, mut objects) = (bgpdump::LineWriter::new(), ObjectWriter::new());
    let octets = [table, archive].concat();
    for element in elements(&octets).flatten() {
        check_line(&element);
        check_json(&element);
        check_writers(&mut lines, &mut objects, &element);
    }
    let mut context = ReadContext::new();
    for record in records(&octets).flatten() {
        context.observe(&record);
        check_table(&mut lines, &record, &context);
    }
}

/// The lines of a whole record are those of its elements.
fn check_table(lines: &mut bgpdump::LineWriter, record: &Record<'_>, context: &ReadContext) {
    let mut text = Vec::new();
    let Some(is_clean) = lines.write_table(&mut text, record, context) else { return assert!(text.is_empty()) };
    let elements: Vec<_> = record.elements_by(context).map(|element| element.expect("all have lines")).collect();
    let expected: String = elements.iter().map(|element| format!("{}\n", bgpdump::Line(*element))).collect();
    assert_eq!(String::from_utf8(text).expect("ASCII"), expected);
    assert_eq!(is_clean, elements.iter().all(|element| element.is_clean()));
}

/// Writers, which remember the texts of earlier elements, write the same.
fn check_writers(lines: &mut bgpdump::LineWriter, objects: &mut ObjectWriter, element: &Element<'_>) {
    let mut text = Vec::new();
    let shown = bgpdump::can_say(element) && bgpdump::is_readable(element);
    assert_eq!(lines.write(&mut text, element).is_ok(), shown);
    let line = if shown { bgpdump::Line(*element).to_string() } else { String::new() };
    assert_eq!(String::from_utf8(text).expect("ASCII"), line);
    let mut text = Vec::new();
    assert_eq!(objects.write(&mut text, element), element.finding());
    assert_eq!(String::from_utf8(text).expect("UTF-8"), serde_json::to_string(element).expect("an element has a JSON form"));
}

fn check_line(element: &Element<'_>) {
    let line = bgpdump::Line(*element).to_string();
    let mut written = String::new();
    bgpdump::write_line(&mut written, element).expect("a String takes everything");
    assert_eq!(line, written);
    assert!(!line.contains(['\n', '\r', '\0']), "{line:?}");
    if !bgpdump::can_say(element) {
        return;
    }
    let bars = line.matches('|').count() - usize::from(element.path_id().is_some());
    match element.kind() {
        ElementKind::Withdraw => assert_eq!(bars, 5, "{line}"),
        ElementKind::StateChange(..) => assert_eq!(bars, 6, "{line}"),
        // The oldest records have one field less without communities.
        _ => assert!(bars == 14 || bars == 13 && element.carrier().mrt_type() == Some(MrtType::BGP), "{line}"),
    }
}

fn check_json(element: &Element<'_>) {
    let line = serde_json::to_string(element).expect("an element has a JSON form");
    assert!(!line.contains(['\n', '\r']));
    let value: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let object = value.as_object().expect("an object");
    let kind = match element.kind() {
        ElementKind::Announce => "announce",
        ElementKind::Withdraw => "withdraw",
        ElementKind::Rib => "rib",
        _ => "state",
    };
    assert_eq!(object["kind"], kind);
    // What a bare message, or a table without the peer, does not state is not there.
    let number = |name: &str| object.get(name).map(|number| number.as_u64().expect("a number"));
    let is_untimed = element.carrier() == Carrier::Message && element.time() == Timestamp::from_seconds(0);
    assert_eq!(number("time"), (!is_untimed).then(|| element.time().seconds.into()));
    let peer = element.peer();
    let is_unknown = peer.asn == Asn::ZERO && peer.address.is_none();
    assert_eq!(number("peer_asn"), (!is_unknown).then(|| peer.asn.0.into()));
    let prefix = object.get("prefix").map(|text| text.as_str().expect("a string").parse().expect("a prefix"));
    assert_eq!(prefix, element.prefix());
    assert_eq!(object.get("path_id").and_then(serde_json::Value::as_u64), element.path_id().map(u64::from));
    assert_eq!(object.contains_key("error"), !element.is_clean());
    // No field occurs twice: the object without duplicates would be shorter.
    assert_eq!(serde_json::to_string(&value).expect("JSON").len(), line.len(), "{line}");
}
