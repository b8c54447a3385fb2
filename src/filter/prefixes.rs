//! Sets of prefixes, and of validated ROA payloads.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::net::IpAddr;

use crate::lists::lines::FormatError;
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::rib::PrefixSet;
use crate::rov::Vrps;

/// A prefix, or the one of an address.
pub(super) fn prefix_or_address(text: &str) -> Option<Prefix> {
    if text.contains('/') { text.parse().ok() } else { text.parse::<IpAddr>().ok().map(Prefix::from) }
}

/// Prefixes to compare with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Prefixes {
    One(Prefix),
    /// Several, joined by *or*.
    Set(Arc<PrefixSet>),
    /// Those of a file, by its name.
    File(String, Arc<PrefixSet>),
}

/// How a route's prefix relates to those of the filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Relation {
    Exact,
    /// Covered by one of them.
    MoreSpecific,
    /// Covering one of them.
    LessSpecific,
}

impl Prefixes {
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn relates(&self, relation: Relation, prefix: Prefix) -> bool {
        match (self, relation) {
            (Self::One(one), Relation::Exact) => *one == prefix,
            (Self::One(one), Relation::MoreSpecific) => one.contains(prefix),
            (Self::One(one), Relation::LessSpecific) => prefix.contains(*one),
            (Self::Set(set) | Self::File(_, set), relation) => relates_to_set(set, relation, prefix),
        }
    }
}

#[inline(never)]
fn relates_to_set(set: &PrefixSet, relation: Relation, prefix: Prefix) -> bool {
    match relation {
        Relation::Exact => set.contains(prefix),
        Relation::MoreSpecific => set.covers(prefix),
        Relation::LessSpecific => set.covered(prefix).next().is_some(),
    }
}

impl fmt::Display for Prefixes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(prefix) => fmt::Display::fmt(prefix, f),
            Self::File(name, _) => write!(f, "@{name}"),
            Self::Set(set) => f.debug_set().entries(set.iter()).finish(),
        }
    }
}

/// The prefixes of a file: one a line, what follows it is not read; empty lines and those that start with `#` are left out.
pub(super) fn read_prefixes(name: &str, text: &str) -> Result<PrefixSet, String> {
    let mut set = PrefixSet::new();
    for (i, line) in lines(text) {
        let word = line.split([' ', '\t', ',']).next().unwrap_or(line);
        let prefix = prefix_or_address(word).ok_or_else(|| format!("a prefix in line {i} of {name}"))?;
        set.insert(prefix);
    }
    // No route would match, as if there were none in the archive.
    if set.is_empty() { Err(format!("a file with prefixes: {name} has none")) } else { Ok(set) }
}

/// A text without the byte order mark that some editors put before it.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Lines with their numbers, without empty ones and comments.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(without_mark(text).lines().map(str::trim)).filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// Validated ROA payloads of a file, by its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Payloads {
    pub(super) name: String,
    pub(super) vrps: Vrps,
}

impl Payloads {
    /// The payloads of a file in CSV or JSON.
    pub(super) fn read(name: &str, text: &str) -> Result<Self, String> {
        let wrong = |e: FormatError| format!("validated ROA payloads: {name}:{}:{}: {}", e.line, e.column, e.kind);
        let vrps = Vrps::read(text.as_bytes()).map_err(wrong)?;
        if vrps.is_empty() {
            return Err(format!("a file with validated ROA payloads: {name} has none, by which every route is not-found"));
        }
        Ok(Self { name: name.to_owned(), vrps })
    }
}

/// An address, or all of a prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Addresses(pub(super) Prefix);

impl Addresses {
    /// Whether a peer has one of the addresses.
    #[inline]
    pub(super) fn has(self, peer: Peer) -> bool {
        peer.address.is_some_and(|address| self.0.contains_address(address))
    }
}

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.len() == self.0.max_len() { fmt::Display::fmt(&self.0.address(), f) } else { fmt::Display::fmt(&self.0, f) }
    }
}
