//! What the JSON forms of all layers share.

use core::fmt;

use serde::ser::{Serialize, Serializer};

/// A value in its text form.
pub(crate) struct JsonText<T>(pub(crate) T);

impl<T: fmt::Display> Serialize for JsonText<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Octets in hexadecimal.
pub(crate) struct JsonHex<'a>(pub(crate) &'a [u8]);

impl fmt::Display for JsonHex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl Serialize for JsonHex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A list of values that an iterator gives.
pub(crate) struct JsonList<I>(pub(crate) I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for JsonList<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// Octets as JSON text: as they are if they are UTF-8, else with escapes.
pub(crate) fn json_text<S: Serializer>(octets: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    match core::str::from_utf8(octets) {
        Ok(text) => serializer.serialize_str(text),
        Err(_) => serializer.collect_str(&octets.escape_ascii()),
    }
}
