//! Wire format: bounds-checked reading with offsets, and one description for nested structures.

mod cursor;
mod describe;
mod field;
mod json;
mod length;
mod observe;
#[cfg(test)]
pub(crate) mod rows;
mod shapes;
mod sink;
mod text;
mod work;

use crate::codes::{Afi, CapabilityCode, FsmState, MrtType, OrfType, Role, Safi};

#[allow(unreachable_pub, reason = "in the bounds of public types, not usable from outside")]
pub use cursor::Cursor;
pub(crate) use describe::{wire_codes, wire_flags, wire_newtype, wire_struct, wire_tlv};
#[allow(unreachable_pub, reason = "as above")]
pub use field::Field;
pub(crate) use field::{FromFn, Named, Shown, encode, hex, whole};
pub(crate) use json::{JsonHex, JsonText, json_text, serialize_as_json};
#[allow(unreachable_pub, reason = "as above")]
pub use json::{JsonObject, JsonSink, ToJson};
pub(crate) use length::{TlvLength, check_len, tlv_length, write_uint};
#[allow(unreachable_pub, reason = "as above")]
pub use observe::Observer;
pub use shapes::{Bounded, Counted, List, ListIter, OneOrMore, Text, U24};
pub use sink::Sink;
pub(crate) use text::{Octets, ReadText, by_word, named, word};
pub(crate) use work::step;

// Code points that are fields of layouts.
wire_codes!(Afi(u16) Safi(u8) CapabilityCode(u8) FsmState(u16) MrtType(u16) OrfType(u8) Role(u8));
