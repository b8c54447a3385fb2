//! Sets of prefixes, and of validated ROA payloads.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

use crate::asn::Asn;
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::rib::{PrefixMap, PrefixSet};
use crate::time::Timestamp;

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
    #[inline(always)]
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

/// Validated ROA payloads (RFC 6811 section 2): prefix, maximum length and origin AS.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Payloads {
    pub(super) name: String,
    by_prefix: PrefixMap<Vec<(u8, u32)>>,
    /// Number of payloads, and when they expire, of those of which the file says so.
    len: usize,
    expiries: Vec<u32>,
}

/// The validation state of a route (RFC 6811 section 2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Validity {
    Valid,
    Invalid,
    NotFound,
}

impl Payloads {
    /// The payloads of a file in CSV or JSON.
    pub(super) fn read(name: &str, text: &str) -> Result<Self, String> {
        let mut payloads = Self { name: name.to_owned(), by_prefix: PrefixMap::new(), len: 0, expiries: Vec::new() };
        let text = without_mark(text);
        match text.trim_start().starts_with(['{', '[']) {
            true => payloads.read_json(name, text)?,
            false => payloads.read_csv(name, text)?,
        }
        if payloads.by_prefix.is_empty() {
            return Err(format!("a file with validated ROA payloads: {name} has none, by which every route is not-found"));
        }
        Ok(payloads)
    }

    /// The number of payloads that had expired by an instant, and of all.
    pub(super) fn expired(&self, at: Timestamp) -> (usize, usize) {
        (self.expiries.iter().filter(|expiry| **expiry < at.seconds).count(), self.len)
    }

    fn insert(&mut self, prefix: Prefix, max_len: u8, asn: Asn, expires: Option<u64>) {
        self.len = self.len.saturating_add(1);
        // Later than archives can be is never.
        self.expiries.extend(expires.and_then(|expires| u32::try_from(expires).ok()));
        match self.by_prefix.get_mut(prefix) {
            Some(list) => list.push((max_len, asn.0)),
            None => {
                self.by_prefix.insert(prefix, alloc::vec![(max_len, asn.0)]);
            }
        }
    }

    /// Columns by the names of the first line, `ASN`, `IP Prefix` and `Max Length`; else in this order.
    fn read_csv(&mut self, name: &str, text: &str) -> Result<(), String> {
        let (mut columns, mut expires) = ([0, 1, 2], None);
        let mut is_first = true;
        for (i, line) in lines(text) {
            let wrong = || format!("AS number, prefix and maximum length in line {i} of {name}");
            let fields = || line.split(',').map(|field| field.trim().trim_matches('"'));
            if core::mem::take(&mut is_first) {
                let column =
                    |names: [&str; 2]| fields().position(|field| names.iter().any(|name| field.eq_ignore_ascii_case(name)));
                let named = [column(["ASN", "AS"]), column(["IP Prefix", "Prefix"]), column(["Max Length", "maxLength"])];
                if let [Some(asn), Some(prefix), Some(max_len)] = named {
                    (columns, expires) = ([asn, prefix, max_len], column(["Expires"; 2]));
                    continue;
                }
            }
            let [asn, prefix, max_len] = columns.map(|column| fields().nth(column).unwrap_or_default());
            let (asn, prefix) = (asn.parse::<Asn>().ok(), prefix.parse::<Prefix>().ok());
            let (asn, prefix) = asn.zip(prefix).ok_or_else(wrong)?;
            let max_len = if max_len.is_empty() { Some(prefix.len()) } else { max_len.parse().ok() };
            let max_len = max_len.filter(|len| (prefix.len()..=prefix.max_len()).contains(len)).ok_or_else(wrong)?;
            self.insert(prefix, max_len, asn, expires.and_then(|column| fields().nth(column)?.parse().ok()));
        }
        Ok(())
    }

    /// Objects with `asn`, `prefix` and `maxLength`, in a list or in the list `roas` of an object.
    #[cfg(feature = "cli")]
    fn read_json(&mut self, name: &str, text: &str) -> Result<(), String> {
        use alloc::string::ToString;
        use serde_json::Value;

        let document: Value = serde_json::from_str(text).map_err(|e| format!("JSON in {name}: {e}"))?;
        let list = match &document {
            Value::Array(list) => Some(list),
            document => document.get("roas").and_then(Value::as_array),
        };
        let list = list.ok_or_else(|| format!("a list, or an object with a list `roas`, in {name}"))?;
        for (i, object) in (1..).zip(list) {
            let payload = || {
                let asn = match object.get("asn")? {
                    Value::String(text) => text.parse::<Asn>().ok()?,
                    number => number.to_string().parse::<Asn>().ok()?,
                };
                let prefix: Prefix = object.get("prefix")?.as_str()?.parse().ok()?;
                let max_len = match object.get("maxLength") {
                    None | Some(Value::Null) => prefix.len(),
                    Some(number) => u8::try_from(number.as_u64()?).ok()?,
                };
                (prefix.len()..=prefix.max_len()).contains(&max_len).then_some((prefix, max_len, asn))
            };
            let (prefix, max_len, asn) =
                payload().ok_or_else(|| format!("`asn`, `prefix` and `maxLength` in object {i} of {name}"))?;
            self.insert(prefix, max_len, asn, object.get("expires").and_then(Value::as_u64));
        }
        Ok(())
    }

    #[cfg(not(feature = "cli"))]
    fn read_json(&mut self, name: &str, _: &str) -> Result<(), String> {
        Err(format!("CSV in {name}: JSON is read with the feature `cli`"))
    }

    /// The state of a route; `origin` is `None` for a set (RFC 6811 section 2, NONE).
    pub(super) fn validity(&self, prefix: Prefix, origin: Option<Asn>) -> Validity {
        let mut validity = Validity::NotFound;
        for (_, list) in self.by_prefix.covering(prefix) {
            for (max_len, asn) in list {
                // No route has a payload's AS number 0 as its origin (RFC 6483 section 4).
                if *asn != 0 && Some(Asn(*asn)) == origin && prefix.len() <= *max_len {
                    return Validity::Valid;
                }
                validity = Validity::Invalid;
            }
        }
        validity
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
