//! Values one by one, for objects of other languages: their text in a row, and their JSON form.

use alloc::vec::Vec;
use core::net::IpAddr;

use super::put::{ipv4, ipv6, number, number_then, prefix};
use super::value::{JsonValue, Values, is_empty};
use crate::attr::Community;
use crate::element::fields::{Field, FieldValue, JsonType};
use crate::prefix::Prefix;

/// Writes texts, one at a time.
pub(crate) struct PlainWriter {
    /// Made when a value needs them: addresses, prefixes and communities do not.
    values: Option<Values>,
    out: Vec<u8>,
}

impl PlainWriter {
    pub(crate) const fn new() -> Self {
        Self { values: None, out: Vec::new() }
    }

    /// A value as a row has it ([`super::columns`]); empty if it is like none.
    pub(crate) fn value(&mut self, field: &Field, value: &FieldValue<'_>) -> &str {
        self.out.clear();
        if !is_empty(value, field) {
            self.values.get_or_insert_with(Values::new).put::<false>(&mut self.out, value, field);
        }
        self.text()
    }

    pub(crate) fn address(&mut self, address: IpAddr) -> &str {
        self.out.clear();
        match address {
            IpAddr::V4(address) => ipv4(&mut self.out, address),
            IpAddr::V6(address) => ipv6(&mut self.out, address),
        }
        self.text()
    }

    pub(crate) fn prefix(&mut self, value: Prefix) -> &str {
        self.out.clear();
        prefix(&mut self.out, value, ipv6);
        self.text()
    }

    /// A community as two numbers, also one with a name.
    pub(crate) fn community(&mut self, community: Community) -> &str {
        self.out.clear();
        number_then(&mut self.out, community.asn().into(), b':');
        number(&mut self.out, community.value().into());
        self.text()
    }

    /// What was written: texts are put together of texts.
    fn text(&self) -> &str {
        core::str::from_utf8(&self.out).unwrap_or_default()
    }
}

/// The JSON form of a value as text; `None` if JSON leaves it out.
///
/// # Errors
/// Those of serialisation, which no value of an element has.
pub(crate) fn json(value: &FieldValue<'_>, form: JsonType) -> serde_json::Result<Option<Vec<u8>>> {
    let value = JsonValue(value, Some(form));
    if value.is_left_out() { Ok(None) } else { serde_json::to_vec(&value).map(Some) }
}
