//! Values of fields as JSON and as plain text.
//!
//! [`JsonValue`] describes the JSON form for any sink. The values that most elements have are also written straight to a buffer,
//! in the same form.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::fmt::{self, Write as _};

use serde::ser::{Serialize, Serializer};

use super::bgpdump;
use super::put::{Addresses, Plain, hex, ipv4, ipv6, long_number, number, number_then, pair, prefix};
use crate::attr::json::{AttributeObject, LabelFields};
use crate::attr::{Attributes, Community, MergedPath};
use crate::codes::AttrCode;
use crate::element::fields::{ColumnType, Field, FieldValue, JsonType};
use crate::family::Family;
use crate::nlri::{NextHop, ServiceLabels};
use crate::time::Timestamp;
use crate::wire::{JsonHex, JsonObject, JsonSink, JsonText, ToJson};

/// Whether an attribute has a field of its own: an unreadable one does not.
fn has_field(a: &Attributes<'_>, code: AttrCode) -> bool {
    code.json_field().is_some() && a.is_readable(code)
}

/// The attributes without a field in elements; `services` are labels of its route.
fn others<'a>(a: &Attributes<'a>, services: ServiceLabels) -> impl Iterator<Item = AttributeObject<'a>> + Clone {
    let (a, session) = (*a, a.session());
    let labels = LabelFields { vnis: a.has(AttrCode::PMSI_TUNNEL) && a.labels_are_vnis(), services };
    let others = a.iter().flatten().filter(move |attribute| !has_field(&a, attribute.code()));
    others.map(move |attribute| AttributeObject(attribute, session, labels))
}

/// Codes of attributes with a field, a bit each.
const WITH_FIELD: u64 = {
    let (mut codes, mut code) = (0u64, 0u8);
    while code < 64 {
        if AttrCode(code).json_field().is_some() {
            codes |= 1 << code;
        }
        code = code.wrapping_add(1);
    }
    codes
};

/// Whether there are attributes without a field. All attributes of a list known to be clean can be read.
fn has_others(a: &Attributes<'_>, services: ServiceLabels) -> bool {
    match a.usual_codes() {
        Some(codes) if a.is_surely_clean() => codes & !WITH_FIELD != 0,
        _ => others(a, services).next().is_some(),
    }
}

/// A field's value in its JSON form.
pub(super) struct JsonValue<'v, 'a>(pub(super) &'v FieldValue<'a>, pub(super) Option<JsonType>);

impl JsonValue<'_, '_> {
    /// Whether the value is omitted: `false`, and an attribute list without other attributes.
    pub(super) fn is_left_out(&self) -> bool {
        match self.0 {
            FieldValue::Boolean(value) => !value,
            FieldValue::Attributes(list, labels) => !has_others(list, *labels),
            _ => false,
        }
    }
}

/// Whether a value is like none in a column: an attribute list without other attributes, and the segments of a path that is one
/// sequence.
pub(super) fn is_empty(value: &FieldValue<'_>, field: &Field) -> bool {
    match value {
        FieldValue::Attributes(list, labels) => !has_others(list, *labels),
        FieldValue::Path(path) => field.column == Some(ColumnType::Segments) && path.is_one_sequence(),
        _ => false,
    }
}

impl ToJson for JsonValue<'_, '_> {
    fn to_json<J: JsonSink>(&self, out: J) -> Result<J::Ok, J::Error> {
        use FieldValue as V;
        match self.0 {
            V::Word(value) => out.text(value),
            V::Boolean(value) => out.boolean(*value),
            V::Number(value) => out.number(*value),
            V::Time(value) => out.number(value.seconds.into()),
            V::Asn(value) => out.number(value.0.into()),
            V::Address(value) => out.text(value),
            V::State(value) => out.text(value),
            V::Family(value) => out.text(value),
            V::Prefix(value) => out.text(value),
            V::Route(value) if self.1 == Some(JsonType::Object) => value.to_json(out),
            V::Route(value) => out.text(value),
            V::VniRoute(value) if self.1 == Some(JsonType::Object) => value.to_json(out),
            V::VniRoute(value) => out.text(value),
            V::Octets(value) => JsonHex(value).to_json(out),
            V::Origin(value) => out.text(value),
            V::Path(value) => out.text(value),
            V::Asns(value) => out.list(value.clone().map(|asn| asn.0)),
            V::NextHop(value) => out.text(value),
            V::NextHopRd(value) => out.text(value),
            V::Aggregator(value) => out.text(value),
            V::Communities(value) => out.list(value.iter().map(JsonText)),
            V::ExtendedCommunities(value) => out.list(value.iter().map(JsonText)),
            V::LargeCommunities(value) => out.list(value.iter().map(JsonText)),
            V::ClusterList(value) => out.list(value.iter().map(JsonText)),
            V::Attributes(value, labels) => out.list(others(value, *labels)),
            V::Error(value) => value.to_json(out),
            V::Action(value) => out.text(value),
        }
    }
}

impl Serialize for JsonValue<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json(serializer)
    }
}

/// Writes JSON to a buffer.
struct Json<'o>(&'o mut Vec<u8>);

/// The members of an object.
struct Members<'o>(&'o mut Vec<u8>, u8);

impl<'o> JsonSink for Json<'o> {
    type Ok = ();
    type Error = Infallible;
    type Object = Members<'o>;

    fn number(self, number: u64) -> Result<(), Infallible> {
        long_number(self.0, number);
        Ok(())
    }

    fn boolean(self, boolean: bool) -> Result<(), Infallible> {
        self.0.extend_from_slice(if boolean { b"true" } else { b"false" });
        Ok(())
    }

    fn null(self) -> Result<(), Infallible> {
        self.0.extend_from_slice(b"null");
        Ok(())
    }

    fn text<T: fmt::Display + ?Sized>(self, text: &T) -> Result<(), Infallible> {
        self.0.push(b'"');
        // Writing to a buffer cannot fail.
        let _ = write!(Escaped(self.0), "{text}");
        self.0.push(b'"');
        Ok(())
    }

    fn list<T: ToJson>(self, values: impl Iterator<Item = T>) -> Result<(), Infallible> {
        let mut before = b'[';
        for value in values {
            self.0.push(before);
            value.to_json(Json(&mut *self.0))?;
            before = b',';
        }
        self.0.extend_from_slice(if before == b'[' { b"[]" } else { b"]" });
        Ok(())
    }

    fn object(self) -> Result<Members<'o>, Infallible> {
        Ok(Members(self.0, b'{'))
    }
}

impl JsonObject for Members<'_> {
    type Ok = ();
    type Error = Infallible;

    fn member<T: ToJson + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Infallible> {
        self.member_named(format_args!("{name}"), value)
    }

    fn member_named<T: ToJson + ?Sized>(&mut self, name: fmt::Arguments<'_>, value: &T) -> Result<(), Infallible> {
        self.0.push(self.1);
        self.1 = b',';
        Json(self.0).text(&name)?;
        self.0.push(b':');
        value.to_json(Json(self.0))
    }

    fn end(self) -> Result<(), Infallible> {
        self.0.extend_from_slice(if self.1 == b'{' { b"{}" } else { b"}" });
        Ok(())
    }
}

/// Takes a text as the inside of a JSON string (RFC 8259 section 7).
pub(super) struct Escaped<'o>(pub(super) &'o mut Vec<u8>);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for chunk in text.as_bytes().split_inclusive(|octet| *octet < 0x20 || matches!(octet, b'"' | b'\\')) {
            match chunk.split_last() {
                Some((last, before)) if *last < 0x20 || matches!(last, b'"' | b'\\') => {
                    self.0.extend_from_slice(before);
                    self.0.push(b'\\');
                    match last {
                        0x08 => self.0.push(b'b'),
                        b'\t' => self.0.push(b't'),
                        b'\n' => self.0.push(b'n'),
                        0x0c => self.0.push(b'f'),
                        b'\r' => self.0.push(b'r'),
                        b'"' | b'\\' => self.0.push(*last),
                        _ => {
                            self.0.extend_from_slice(b"u00");
                            hex(self.0, &[*last]);
                        }
                    }
                }
                _ => self.0.extend_from_slice(chunk),
            }
        }
        Ok(())
    }
}

/// How a time is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Times {
    /// In seconds since 1970.
    Unix,
    /// As date and time of day.
    Utc,
}

/// Writes values, with the texts that recur.
#[derive(Clone, Debug)]
pub(super) struct Values {
    pub(super) times: Times,
    addresses: Addresses,
    family: Family,
    family_text: Vec<u8>,
    /// The place in the input, which elements do not know.
    pub(super) offset: Option<u64>,
    pub(super) file: Option<Box<str>>,
}

impl Values {
    pub(super) fn new() -> Self {
        let family = Family::IPV4_UNICAST;
        let mut family_text = Vec::new();
        let _ = write!(Plain(&mut family_text), "{family}");
        Self { times: Times::Unix, addresses: Addresses::new(ipv6), family, family_text, offset: None, file: None }
    }

    /// Adds the value of a field that is a place in the input, if it is known, after `before`.
    #[cold]
    pub(super) fn put_input<const JSON: bool>(&self, out: &mut Vec<u8>, field: &Field, before: &[u8]) {
        if field.column == Some(ColumnType::U64) {
            if let Some(offset) = self.offset {
                out.extend_from_slice(before);
                long_number(out, offset);
            }
        } else if let Some(file) = &self.file {
            out.extend_from_slice(before);
            if JSON {
                // Writing to a buffer cannot fail.
                let _ = Json(out).text(&**file);
            } else {
                out.extend_from_slice(file.as_bytes());
            }
        }
    }

    /// A value: its JSON form, or with `JSON` unset as plain text, which has no quotes, and spaces between the values of a list.
    #[inline]
    pub(super) fn put<const JSON: bool>(&mut self, out: &mut Vec<u8>, value: &FieldValue<'_>, field: &Field) {
        use FieldValue as V;
        let quote = |out: &mut Vec<u8>| {
            if JSON {
                out.push(b'"');
            }
        };
        match value {
            V::Word(value) => {
                quote(out);
                out.extend_from_slice(value.as_bytes());
                quote(out);
            }
            V::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            V::Number(value) => match u32::try_from(*value) {
                Ok(value) => number(out, value),
                Err(_) => long_number(out, *value),
            },
            V::Time(value) => self.put_time::<JSON>(out, *value),
            V::Asn(value) => number(out, value.0),
            V::Address(value) => {
                quote(out);
                self.addresses.put(out, *value);
                quote(out);
            }
            V::Family(value) => {
                if *value != self.family {
                    self.family = *value;
                    self.family_text.clear();
                    let _ = write!(Escaped(&mut self.family_text), "{value}");
                }
                quote(out);
                out.extend_from_slice(&self.family_text);
                quote(out);
            }
            V::Prefix(value) => {
                quote(out);
                prefix(out, *value, ipv6);
                quote(out);
            }
            V::NextHop(NextHop::V4(value)) => {
                quote(out);
                ipv4(out, *value);
                quote(out);
            }
            V::NextHop(NextHop::V6(value)) => {
                quote(out);
                self.addresses.put_v6(out, *value);
                quote(out);
            }
            V::NextHop(NextHop::V6LinkLocal(global, local)) => {
                quote(out);
                self.addresses.put_v6(out, *global);
                // In a column an address, as in tables.
                if JSON {
                    out.push(b' ');
                    self.addresses.put_v6(out, *local);
                }
                quote(out);
            }
            // The parts of a path that columns have.
            V::Path(path) if field.json.is_none() => put_path::<JSON>(out, *path, field),
            V::Path(path) => match path.only_sequence() {
                Some(asns) => {
                    quote(out);
                    asns.for_each(|asn| number_then(out, asn.0, b' '));
                    // A sequence has at least one number.
                    out.truncate(out.len().saturating_sub(1));
                    quote(out);
                }
                None => put_other::<JSON>(out, value, field.json),
            },
            V::Asns(value) => put_list::<JSON, _>(out, value.clone(), |out, asn| number(out, asn.0)),
            V::Aggregator(value) => {
                quote(out);
                number_then(out, value.asn.0, b' ');
                ipv4(out, value.address);
                quote(out);
            }
            // In a column always numbers, as in tables: the same community is the same text.
            V::Communities(value) if !JSON => put_list::<JSON, _>(out, value.iter(), |out, community| {
                number_then(out, u32::from(community.asn()), b':');
                number(out, u32::from(community.value()));
            }),
            V::Communities(value) => put_list::<JSON, _>(out, value.iter(), |out, community| {
                quote(out);
                put_community(out, community);
                quote(out);
            }),
            V::LargeCommunities(value) => put_list::<JSON, _>(out, value.iter(), |out, community| {
                quote(out);
                number_then(out, community.global, b':');
                number_then(out, community.local1, b':');
                number(out, community.local2);
                quote(out);
            }),
            V::ExtendedCommunities(value) => put_list::<JSON, _>(out, value.iter(), |out, community| {
                quote(out);
                // No text of a community has a mark of JSON.
                let _ = write!(Plain(out), "{community}");
                quote(out);
            }),
            V::ClusterList(value) => put_list::<JSON, _>(out, value.iter(), |out, id| {
                quote(out);
                ipv4(out, id.0);
                quote(out);
            }),
            V::Octets(value) => {
                quote(out);
                hex(out, value);
                quote(out);
            }
            _ => put_other::<JSON>(out, value, field.json),
        }
    }

    /// A time. A number of JSON has no fraction, which is a field of its own.
    fn put_time<const JSON: bool>(&self, out: &mut Vec<u8>, time: Timestamp) {
        let _ = match self.times {
            Times::Unix if JSON => return number(out, time.seconds),
            Times::Unix => write!(Plain(out), "{time}"),
            Times::Utc if JSON => write!(Plain(out), "\"{}\"", time.in_second().utc()),
            Times::Utc => write!(Plain(out), "{}", time.in_second().utc()),
        };
    }
}

/// The segments of a path, each as type and number of ASes, or the path as `bgpdump` prints it.
#[cold]
fn put_path<const JSON: bool>(out: &mut Vec<u8>, path: MergedPath<'_>, field: &Field) {
    let quote: &[u8] = if JSON { b"\"" } else { b"" };
    if field.column == Some(ColumnType::Segments) {
        return put_list::<JSON, _>(out, path.segments(), |out, segment| {
            let _ = write!(Plain(out), "{0}{1}:{2}{0}", if JSON { "\"" } else { "" }, segment.kind().code(), segment.len());
        });
    }
    out.extend_from_slice(quote);
    bgpdump::put_path(out, path);
    out.extend_from_slice(quote);
}

/// A list of values.
#[cfg_attr(optimised, inline(always))]
fn put_list<const JSON: bool, T>(out: &mut Vec<u8>, values: impl Iterator<Item = T>, mut put: impl FnMut(&mut Vec<u8>, T)) {
    let between = if JSON { b',' } else { b' ' };
    if JSON {
        out.push(b'[');
    }
    let start = out.len();
    for value in values {
        put(out, value);
        out.push(between);
    }
    if out.len() > start {
        out.pop();
    }
    if JSON {
        out.push(b']');
    }
}

fn put_community(out: &mut Vec<u8>, community: Community) {
    match community.name() {
        None => pair(out, [community.asn(), community.value()], *b":"),
        Some(_) => {
            let _ = write!(Plain(out), "{community}");
        }
    }
}

/// A rare value; as plain text, one whose JSON form is a string is that string, an error is its text, and any other is JSON.
#[inline(never)]
fn put_other<const JSON: bool>(out: &mut Vec<u8>, value: &FieldValue<'_>, form: Option<JsonType>) {
    use FieldValue as V;
    let value = JsonValue(value, form);
    if !JSON {
        let is_object = form == Some(JsonType::Object);
        let _ = match value.0 {
            V::State(value) => write!(Plain(out), "{value}"),
            V::Route(value) if !is_object => write!(Plain(out), "{value}"),
            V::VniRoute(value) if !is_object => write!(Plain(out), "{value}"),
            V::Origin(value) => write!(Plain(out), "{value}"),
            V::Path(value) => write!(Plain(out), "{value}"),
            V::NextHop(value) => write!(Plain(out), "{value}"),
            V::NextHopRd(value) => write!(Plain(out), "{value}"),
            V::Action(value) => write!(Plain(out), "{value}"),
            V::Error(value) => write!(Plain(out), "{value}"),
            _ => return put_json(out, &value),
        };
        return;
    }
    put_json(out, &value);
}

fn put_json(out: &mut Vec<u8>, value: &JsonValue<'_, '_>) {
    match value.to_json(Json(out)) {
        Ok(()) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    /// Every octet that is escaped, and others around it.
    #[test]
    fn strings_are_escaped_as_by_serde_json() {
        for c in (0..=0x2ff).filter_map(char::from_u32) {
            let text = alloc::format!("a{c}{c}b\u{20ac}");
            let mut out = Vec::new();
            assert_eq!(Json(&mut out).text(&text), Ok(()));
            assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }
}
