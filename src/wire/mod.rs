//! Bytes: reading with bounds and places.

mod cursor;

pub(crate) use cursor::Cursor;
