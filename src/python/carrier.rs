//! The messages of records.

use crate::error::Result;
use crate::mrt::{Bgp4mpMessage, Body, Record};

/// The message of a record that has one. Compiled once: the reading of a record's body is much code.
#[inline(never)]
pub(super) fn carrier<'a>(record: &Record<'a>) -> Result<Option<Bgp4mpMessage<'a>>> {
    match record.body()? {
        Body::Message(message) => Ok(Some(message)),
        _ => Ok(None),
    }
}
