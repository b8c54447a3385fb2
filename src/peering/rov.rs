//! Origin validation (RFC 6811).

use alloc::vec::Vec;

use crate::{Prefix, Timestamp};

/// A validated ROA payload.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(clippy::exhaustive_structs, reason = "RFC 6811 defines these three")]
pub struct Vrp {
    /// The authorised prefix.
    pub prefix: Prefix,
    /// The maximum length of announced prefixes within it.
    pub max_length: u8,
    /// The authorised AS; 0 for none.
    pub asn: u32,
}

/// The outcome of a validation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Validity {
    /// A payload matches.
    Valid,
    /// Payloads cover the prefix, and none matches.
    Invalid,
    /// No payload covers the prefix.
    NotFound,
}

impl Validity {
    /// `valid`, `invalid`, `not-found`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::NotFound => "not-found",
        }
    }
}

/// Validated ROA payloads.
#[derive(Clone, Default, Debug)]
pub struct Vrps {
    // Sorted by prefix, then the other fields.
    list: Vec<Vrp>,
    // Lengths of prefixes that occur, one bit each: IPv4, IPv6.
    lengths: [u128; 2],
    any_full: [bool; 2],
    // Number of payloads with those that are there more than once.
    added: usize,
    // When payloads expire, of those whose file says so.
    expiries: Vec<u32>,
}

impl FromIterator<Vrp> for Vrps {
    fn from_iter<I: IntoIterator<Item = Vrp>>(vrps: I) -> Self {
        let mut list: Vec<Vrp> = vrps.into_iter().collect();
        let added = list.len();
        list.sort_unstable();
        list.dedup();
        let (mut lengths, mut any_full) = ([0u128; 2], [false; 2]);
        for vrp in &list {
            let family = usize::from(vrp.prefix.is_v6());
            match 1u128.checked_shl(u32::from(vrp.prefix.len())) {
                Some(bit) => {
                    if let Some(bits) = lengths.get_mut(family) {
                        *bits |= bit;
                    }
                }
                None => {
                    if let Some(full) = any_full.get_mut(family) {
                        *full = true;
                    }
                }
            }
        }
        Self { list, lengths, any_full, added, expiries: Vec::new() }
    }
}

impl Vrps {
    /// Number of payloads.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no payloads.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn with_expiries(self, expiries: Vec<u32>) -> Self {
        Self { expiries, ..self }
    }

    /// The number of payloads that had expired by an instant, where their file says when they do (`expires` of rpki-client), and
    /// of all that were read, also of those that are there more than once. Expired ones validate like the others: which are used
    /// is up to the caller.
    pub fn expired(&self, at: Timestamp) -> (usize, usize) {
        (self.expiries.iter().filter(|expiry| **expiry < at.seconds).count(), self.added)
    }

    /// The payloads, by prefix.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Vrp> + '_ {
        self.list.iter().copied()
    }

    /// Payloads whose prefix covers a prefix, the shortest first.
    pub fn covering(&self, prefix: Prefix) -> impl Iterator<Item = Vrp> + '_ {
        let family = usize::from(prefix.is_v6());
        let bits = self.lengths.get(family).copied().unwrap_or(0);
        let full = self.any_full.get(family).copied().unwrap_or(false);
        let occurs = move |len: u8| 1u128.checked_shl(u32::from(len)).map_or(full, |bit| bits & bit != 0);
        (0..=prefix.len()).filter(move |&len| occurs(len)).flat_map(move |len| {
            let covering = Prefix::new(prefix.address(), len).unwrap_or(prefix);
            let from = self.list.partition_point(|vrp| vrp.prefix < covering);
            self.list.get(from..).unwrap_or(&[]).iter().copied().take_while(move |vrp| vrp.prefix == covering)
        })
    }
}

/// Validates the origin of a route. A route without an origin, since its path is empty or ends in a set, is invalid if covered;
/// AS 0 matches nothing.
pub fn validate(prefix: Prefix, origin: Option<u32>, vrps: &Vrps) -> Validity {
    let mut covered = false;
    for vrp in vrps.covering(prefix) {
        covered = true;
        if origin == Some(vrp.asn) && vrp.asn != 0 && prefix.len() <= vrp.max_length {
            return Validity::Valid;
        }
    }
    if covered { Validity::Invalid } else { Validity::NotFound }
}
