//! Elements as rows of comma-separated or tab-separated values.
//!
//! The columns are fields of the table in [`crate::element::fields`], in any order. A field that the element does not have is empty.
//! Values have their text forms ([`super::json`], section Texts) without quotes; those of a list are separated by spaces. `time` has
//! its fraction, octets are in hexadecimal, `error` is its text, and `decoded` and `other_attributes` are JSON. `as_path_segments`
//! has the type and the number of ASes of each segment, `2:3 1:2`. As in Arrow tables, `communities` are always numbers, also those
//! with a name, and `next_hop` is the global address of two, so that equal values are equal texts.
//!
//! * Comma-separated values are quoted as in RFC 4180: a value with a comma, a quote or a line end is in quotes, and a quote in it
//!   is doubled. Lines end with a line feed alone.
//! * In tab-separated values, a tab, a line feed, a carriage return and a backslash are `\t`, `\n`, `\r` and `\\`.

use alloc::vec::Vec;

use super::value::{Times, Values, is_empty};
use crate::element::Element;
use crate::element::fields::{Field, Part};

/// Writes elements as rows to a buffer, without allocating for each.
///
/// ```
/// use routeglass::element::fields::Field;
/// use routeglass::text::columns::RowWriter;
///
/// # let archive: &[u8] = &[];
/// let fields = ["time", "prefix", "as_path"].map(|name| Field::named(name).unwrap());
/// let (mut writer, mut text) = (RowWriter::csv(fields), Vec::new());
/// writer.write_names(&mut text);
/// for element in routeglass::elements(archive).flatten() {
///     writer.write(&mut text, &element);
/// }
/// assert_eq!(text, b"time,prefix,as_path\n");
/// ```
#[derive(Clone, Debug)]
pub struct RowWriter {
    fields: Vec<&'static Field>,
    form: Form,
    values: Values,
    /// A value.
    value: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Csv,
    Tsv,
}

impl RowWriter {
    /// Comma-separated values of these fields.
    pub fn csv(fields: impl IntoIterator<Item = &'static Field>) -> Self {
        Self::new(fields, Form::Csv)
    }

    /// Tab-separated values of these fields.
    pub fn tsv(fields: impl IntoIterator<Item = &'static Field>) -> Self {
        Self::new(fields, Form::Tsv)
    }

    fn new(fields: impl IntoIterator<Item = &'static Field>, form: Form) -> Self {
        Self { fields: fields.into_iter().collect(), form, values: Values::new(), value: Vec::new() }
    }

    /// Shows times as date and time of day ([`Timestamp::utc`](crate::Timestamp::utc)).
    #[must_use]
    pub fn with_utc(mut self) -> Self {
        self.values.times = Times::Utc;
        self
    }

    /// Sets the offset of the record that the following rows are from: the field `offset`.
    pub fn set_offset(&mut self, offset: Option<u64>) {
        self.values.offset = offset;
    }

    /// Sets the input that the following rows are from: the field `file`. The offset is not known until it is set.
    pub fn set_file(&mut self, file: Option<&str>) {
        (self.values.offset, self.values.file) = (None, file.map(Into::into));
    }

    /// Adds the row of the names of the fields to `out`, with its line end.
    pub fn write_names(&self, out: &mut Vec<u8>) {
        for (i, field) in self.fields.iter().enumerate() {
            self.form.put_separator(out, i);
            out.extend_from_slice(field.name.as_bytes());
        }
        out.push(b'\n');
    }

    /// Adds an element's row to `out`, with its line end.
    pub fn write(&mut self, out: &mut Vec<u8>, element: &Element<'_>) {
        let Self { fields, form, values, value } = self;
        for (i, field) in fields.iter().enumerate() {
            form.put_separator(out, i);
            if field.part == Part::Input {
                value.clear();
                values.put_input::<false>(value, field, &[]);
                form.put(out, value);
            } else if let Some(content) = field.value(element).filter(|content| !is_empty(content, field)) {
                value.clear();
                values.put::<false>(value, &content, field);
                form.put(out, value);
            }
        }
        out.push(b'\n');
    }
}

impl Form {
    fn put_separator(self, out: &mut Vec<u8>, column: usize) {
        if column > 0 {
            out.push(match self {
                Self::Csv => b',',
                Self::Tsv => b'\t',
            });
        }
    }

    fn put(self, out: &mut Vec<u8>, value: &[u8]) {
        match self {
            Self::Csv if value.iter().any(|octet| matches!(octet, b',' | b'"' | b'\n' | b'\r')) => {
                out.push(b'"');
                for octet in value {
                    if *octet == b'"' {
                        out.push(b'"');
                    }
                    out.push(*octet);
                }
                out.push(b'"');
            }
            Self::Csv => out.extend_from_slice(value),
            Self::Tsv => {
                for octet in value {
                    match octet {
                        b'\t' => out.extend_from_slice(b"\\t"),
                        b'\n' => out.extend_from_slice(b"\\n"),
                        b'\r' => out.extend_from_slice(b"\\r"),
                        b'\\' => out.extend_from_slice(b"\\\\"),
                        _ => out.push(*octet),
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An IPv6 route with a global and a link-local next hop, 64496:100 and NO_EXPORT.
    #[test]
    fn values_that_columns_and_json_show_differently() {
        let next_hop =
            [[&[0x20, 1, 0x0d, 0xb8][..], &[0; 11], &[1]].concat(), [&[0xfe, 0x80][..], &[0; 13], &[2]].concat()].concat();
        let list =
            [&[0x40, 1, 1, 0, 0x80, 14, 33, 32][..], &next_hop, &[0xc0, 8, 8, 0xfb, 0xf0, 0, 100, 0xff, 0xff, 0xff, 1]].concat();
        let len = u8::try_from(list.len()).unwrap();
        let body = [&[0, 0, 0, 0, 16, 0x20, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, len][..], &list].concat();
        let len = u8::try_from(body.len()).unwrap();
        let record = [&[0, 0, 0, 0, 0, 13, 0, 4, 0, 0, 0, len][..], &body].concat();
        let fields = ["prefix", "next_hop", "communities"].map(|name| Field::named(name).unwrap());
        let mut text = Vec::new();
        for element in crate::elements(&record) {
            RowWriter::csv(fields).write(&mut text, &element.unwrap());
        }
        assert_eq!(core::str::from_utf8(&text), Ok("2001::/16,2001:db8::1,64496:100 65535:65281\n"));
    }

    fn put(form: Form, value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        form.put(&mut out, value);
        out
    }

    #[test]
    fn values_are_quoted_where_they_must_be() {
        for (value, csv, tsv) in [
            (&b""[..], &b""[..], &b""[..]),
            (b"64496 {64497,64498}", b"\"64496 {64497,64498}\"", b"64496 {64497,64498}"),
            (b"[\"a\"]", b"\"[\"\"a\"\"]\"", b"[\"a\"]"),
            (b"a b", b"a b", b"a b"),
            (b"a\tb\\", b"a\tb\\", b"a\\tb\\\\"),
            (b"a\r\nb", b"\"a\r\nb\"", b"a\\r\\nb"),
        ] {
            assert_eq!((put(Form::Csv, value), put(Form::Tsv, value)), (csv.to_vec(), tsv.to_vec()));
        }
    }
}
