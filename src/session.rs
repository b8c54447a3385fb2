//! What two speakers negotiated, as far as it affects the encoding.

use crate::family::{Family, FamilySet};

/// The context of decoding: the only one, and plain data.
///
/// It comes from two OPEN messages ([`crate::bgp::Open::negotiate`]), from the subtype of an MRT record, or from the caller.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub struct Session {
    /// Four-octet AS numbers (RFC 6793).
    pub asn4: bool,
    /// Messages of up to 65,535 octets (RFC 8654).
    pub extended_message: bool,
    /// Families whose received routes carry path identifiers (RFC 7911). Used for decoding.
    pub add_path_receive: FamilySet,
    /// Families whose sent routes carry path identifiers (RFC 7911). Used by [`crate::bgp::UpdateBuilder`]; a message or value
    /// that was read, or is built to be read, uses the other set.
    pub add_path_send: FamilySet,
    /// IPv4 families whose next hops may be IPv6 addresses (RFC 8950).
    pub extended_next_hop: FamilySet,
    /// Families whose announced routes may carry several labels (RFC 8277): they are read up to the label with the
    /// bottom-of-stack bit; routes of other families have one label, whatever its bit.
    ///
    /// Archives hold no OPEN messages, so their routes are read by [`FamilySet::ALL`] ([`Session::with_multiple_labels`]), and a
    /// route that could be another one has a note. A reading that gives no route falls back to the other:
    /// [`crate::nlri::LabelEncoding`].
    pub multiple_labels: FamilySet,
}

impl Session {
    /// Two-octet AS numbers and nothing else: plain RFC 4271.
    pub const AS2: Self = Self {
        asn4: false,
        extended_message: false,
        add_path_receive: FamilySet::EMPTY,
        add_path_send: FamilySet::EMPTY,
        extended_next_hop: FamilySet::EMPTY,
        multiple_labels: FamilySet::EMPTY,
    };

    /// Four-octet AS numbers, as in nearly every session since 2010.
    pub const AS4: Self = Self { asn4: true, ..Self::AS2 };

    /// The same session with path identifiers in every family, in both directions.
    #[must_use]
    #[cfg_attr(optimised, inline(always))]
    pub const fn with_add_path(mut self) -> Self {
        self.add_path_receive = FamilySet::ALL;
        self.add_path_send = FamilySet::ALL;
        self
    }

    /// The same session with path identifiers in the received routes of these families, as used for decoding
    /// ([`Session::add_path_receive`]).
    #[must_use]
    #[cfg_attr(optimised, inline(always))]
    pub const fn with_add_path_in(mut self, families: FamilySet) -> Self {
        self.add_path_receive = families;
        self
    }

    /// The same session with path identifiers in the sent routes of these families, as used for encoding
    /// ([`Session::add_path_send`]).
    #[must_use]
    #[cfg_attr(optimised, inline(always))]
    pub const fn with_add_path_out(mut self, families: FamilySet) -> Self {
        self.add_path_send = families;
        self
    }

    /// The same session with extended messages (RFC 8654).
    #[must_use]
    #[cfg_attr(optimised, inline(always))]
    pub const fn with_extended_message(mut self) -> Self {
        self.extended_message = true;
        self
    }

    /// The same session with several labels in every family (RFC 8277): read by bottom-of-stack bits, as needed if the negotiated
    /// session is unknown.
    #[must_use]
    #[cfg_attr(optimised, inline(always))]
    pub const fn with_multiple_labels(mut self) -> Self {
        self.multiple_labels = FamilySet::ALL;
        self
    }

    /// Whether received routes of `family` carry path identifiers.
    #[cfg_attr(optimised, inline(always))]
    pub const fn add_path(&self, family: Family) -> bool {
        self.add_path_receive.contains(family)
    }

    /// The session as seen from the other end: sending and receiving swapped.
    #[must_use]
    pub const fn reversed(mut self) -> Self {
        (self.add_path_receive, self.add_path_send) = (self.add_path_send, self.add_path_receive);
        self
    }

    /// Maximum message length in octets: 4,096, or 65,535 with extended messages.
    #[cfg_attr(optimised, inline(always))]
    pub const fn max_message_len(&self) -> usize {
        if self.extended_message { 65_535 } else { 4_096 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_swap() {
        let mut s = Session::AS4;
        s.add_path_receive = FamilySet::EMPTY.with(Family::IPV4_UNICAST);
        assert!(s.add_path(Family::IPV4_UNICAST) && !s.reversed().add_path(Family::IPV4_UNICAST));
        assert_eq!(s.reversed().reversed(), s);
        let set = FamilySet::from_iter([Family::IPV4_UNICAST]);
        assert_eq!(Session::AS4.with_add_path_in(set), s);
        assert_eq!(Session::AS4.with_add_path_out(set), s.reversed());
        assert_eq!((Session::AS2.max_message_len(), Session::AS4.with_extended_message().max_message_len()), (4096, 65535));
    }
}
