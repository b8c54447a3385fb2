//! What two speakers agreed on, as far as it shapes the bytes.

use crate::family::{Family, FamilySet};

/// The context that decoding needs: the only one, and plain data.
///
/// It is made by negotiation from two OPEN messages ([`crate::bgp::Open::negotiate`]), by the subtype of an MRT record, or by hand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub struct Session {
    /// Four-octet AS numbers (RFC 6793).
    pub asn4: bool,
    /// Messages of up to 65,535 octets (RFC 8654).
    pub extended_message: bool,
    /// Families whose received routes carry path identifiers (RFC 7911). Decoding goes by this.
    pub add_path_receive: FamilySet,
    /// Families whose sent routes carry path identifiers (RFC 7911). [`crate::bgp::UpdateBuilder`] goes by
    /// this; a message or value that was read, or is built to be read, goes by the other.
    pub add_path_send: FamilySet,
    /// IPv4 families whose next hops may be IPv6 addresses (RFC 8950).
    pub extended_next_hop: FamilySet,
    /// Families whose announced routes may carry more than one label (RFC 8277): they are read up to the label with the
    /// bottom-of-stack bit, those of other families as one label whatever its bit says.
    ///
    /// Archives hold no OPEN messages, so what they say is read by [`FamilySet::ALL`]
    /// ([`Session::with_multiple_labels`]), and a route that could be another one is noted. Both readings yield where they give
    /// no route: [`crate::nlri::LabelEncoding`].
    pub multiple_labels: FamilySet,
}

impl Session {
    /// Two-octet AS numbers and nothing else: RFC 4271 alone.
    pub const AS2: Self = Self {
        asn4: false,
        extended_message: false,
        add_path_receive: FamilySet::EMPTY,
        add_path_send: FamilySet::EMPTY,
        extended_next_hop: FamilySet::EMPTY,
        multiple_labels: FamilySet::EMPTY,
    };

    /// Four-octet AS numbers, as nearly every session since 2010.
    pub const AS4: Self = Self { asn4: true, ..Self::AS2 };

    /// The same session with path identifiers in every family, in both directions.
    #[must_use]
    #[inline(always)]
    pub const fn with_add_path(mut self) -> Self {
        self.add_path_receive = FamilySet::ALL;
        self.add_path_send = FamilySet::ALL;
        self
    }

    /// The same session with extended messages (RFC 8654).
    #[must_use]
    #[inline(always)]
    pub const fn with_extended_message(mut self) -> Self {
        self.extended_message = true;
        self
    }

    /// The same session with more than one label in every family (RFC 8277): by the bottom-of-stack bits, as routes have to be
    /// read where nobody knows what was agreed on.
    #[must_use]
    #[inline(always)]
    pub const fn with_multiple_labels(mut self) -> Self {
        self.multiple_labels = FamilySet::ALL;
        self
    }

    /// Whether received routes of `family` carry path identifiers.
    #[inline(always)]
    pub const fn add_path(&self, family: Family) -> bool {
        self.add_path_receive.contains(family)
    }

    /// The other end's view: what one sends the other receives.
    #[must_use]
    pub const fn reversed(mut self) -> Self {
        (self.add_path_receive, self.add_path_send) = (self.add_path_send, self.add_path_receive);
        self
    }

    /// Longest message in octets: 4,096, or 65,535 with extended messages.
    #[inline(always)]
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
        assert_eq!((Session::AS2.max_message_len(), Session::AS4.with_extended_message().max_message_len()), (4096, 65535));
    }
}
