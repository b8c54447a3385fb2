//! Owned records.

use core::fmt;

use bytes::Bytes;

use super::Record;
use crate::error::Result;

/// A record that owns its octets.
///
/// Clones share the octets. A kept record does not keep others in memory: it is copied out of the reader's buffer, in one
/// allocation of its exact length.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordBuf {
    bytes: Bytes,
    offset: u64,
}

impl RecordBuf {
    /// Makes an owned record from one whole record with its header, `offset` octets into its input.
    ///
    /// # Errors
    /// As [`Record::parse_at`].
    pub fn new(bytes: impl Into<Bytes>, offset: u64) -> Result<Self> {
        let bytes = bytes.into();
        Record::parse_at(&bytes, offset)?;
        Ok(Self { bytes, offset })
    }

    /// The view, which gives access to everything.
    #[cfg_attr(optimised, inline(always))]
    pub fn as_record(&self) -> Record<'_> {
        Record::split(&self.bytes, self.offset)
    }

    /// The octets, including the header.
    pub const fn as_bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The octets, including the header.
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

impl From<Record<'_>> for RecordBuf {
    #[inline]
    fn from(record: Record<'_>) -> Self {
        Self { bytes: Bytes::copy_from_slice(record.as_bytes()), offset: record.offset() }
    }
}

impl fmt::Debug for RecordBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_record().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owned_record_is_a_whole_one() {
        let bytes = vec![0, 0, 0, 1, 0xff, 0, 0, 7, 0, 0, 0, 2, 1, 1];
        let buf = RecordBuf::new(bytes.clone(), 7).unwrap();
        assert_eq!((buf.as_record().offset(), buf.clone().into_bytes()), (7, Bytes::from(bytes.clone())));
        assert_eq!(format!("{buf:?}"), format!("{:?}", Record::parse_at(&bytes, 7).unwrap()));
        for len in 0..bytes.len() {
            assert!(RecordBuf::new(bytes[..len].to_vec(), 0).is_err());
        }
        assert!(RecordBuf::new([&bytes[..], &[0]].concat(), 0).is_err());
    }
}
