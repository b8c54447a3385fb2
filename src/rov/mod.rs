//! Origin validation (RFC 6811), of filters and of `peering::rov`.
#![cfg_attr(not(feature = "peering"), allow(dead_code, unreachable_pub, reason = "filters validate, and no more"))]

mod read;

use alloc::vec::Vec;

use crate::prefix::Prefix;
use crate::rib::PrefixMap;
use crate::time::Timestamp;

/// A validated ROA payload.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(clippy::exhaustive_structs, reason = "RFC 6811 defines these three; only `peering` shows them")]
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
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Vrps {
    // Sorted by prefix, then the other fields.
    list: Vec<Vrp>,
    // The part of the list with each prefix: the first, and the one after the last.
    by_prefix: PrefixMap<(u32, u32)>,
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
        let mut end = 0usize;
        let parts = list.chunk_by(|a, b| a.prefix == b.prefix).filter_map(|part| {
            let start = end;
            end = end.saturating_add(part.len());
            Some((part.first()?.prefix, (u32::try_from(start).ok()?, u32::try_from(end).ok()?)))
        });
        let by_prefix = PrefixMap::from_sorted(parts);
        Self { list, by_prefix, added, expiries: Vec::new() }
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
        let part = |&(start, end): &(u32, u32)| self.list.get(start as usize..end as usize).unwrap_or(&[]);
        self.by_prefix.covering(prefix).flat_map(move |(_, range)| part(range).iter().copied())
    }
}

/// Validates the origin of a route (RFC 6811 section 2). A route without an origin, since its path is empty or ends in a set, is invalid if covered;
/// AS 0 matches nothing (RFC 6483 section 4).
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
