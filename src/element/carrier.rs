//! Carriers of elements.

use crate::codes::MrtType;

/// The carrier of an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum Carrier {
    /// A record of this type in an MRT archive (RFC 6396).
    Mrt(MrtType),
    /// A bare BGP message.
    Message,
}

impl Carrier {
    /// The type of the record, if an MRT archive carried the element.
    pub const fn mrt_type(self) -> Option<MrtType> {
        match self {
            Self::Mrt(kind) => Some(kind),
            Self::Message => None,
        }
    }
}
