//! Bytes: reading with bounds and places, and one description for what is nested.

mod cursor;
mod field;
#[cfg(feature = "serde")]
mod json;
mod observe;
#[cfg(test)]
#[cfg(feature = "alloc")]
pub(crate) mod rows;
mod sink;
#[cfg(feature = "alloc")]
mod text;

#[allow(unreachable_pub, reason = "in the bounds of public types, yet nothing to use from outside")]
pub use cursor::Cursor;
#[cfg(feature = "serde")]
pub(crate) use field::Json;
#[cfg(feature = "alloc")]
pub(crate) use field::Shown;
#[allow(unreachable_pub, reason = "as above")]
pub use field::{Bounded, Counted, Field, List, ListIter, OneOrMore, Text, U24};
#[allow(unused_imports, reason = "the kinds of description; not every combination of features has one of each")]
pub(crate) use field::{TlvLength, hex, read_uint, tlv_length, whole, wire_flags, wire_newtype, wire_struct, wire_tlv};
#[allow(unused_imports, reason = "as above")]
pub(crate) use field::{check_len, encode, write_uint};
#[cfg(feature = "alloc")]
#[allow(unused_imports, reason = "as above")]
pub(crate) use field::{place_as, place_length, place_window};
#[cfg(feature = "serde")]
pub(crate) use json::{JsonHex, JsonList, JsonText, json_text};
pub(crate) use observe::Observer;
pub use sink::Sink;
#[cfg(feature = "alloc")]
pub(crate) use text::{Octets, ReadText, by_word, named, word};
