//! The table of keys: one row per key.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use core::fmt;

use super::as_path::AsPathPattern;
use super::community::{self, CommunityPattern};
use super::condition::{ACTIONS, Condition, FamilyName, KindName, Number};
use super::error::Expected;
use super::number::Range;
use super::prefixes::{Addresses, Payloads, Prefixes, Relation, prefix_or_address, read_prefixes};
use crate::codes::{Afi, AttrCode, Safi};
use crate::error::ErrorKind;
use crate::prefix::{ParsePrefixError, Prefix};
use crate::rov::Validity;
use crate::time::{ParseTimestampError, Timestamp};

/// Gives the text of a file by its name, or the reason why there is none.
pub(super) type Files<'f> = &'f mut dyn FnMut(&str) -> Result<String, String>;

/// A key of the language.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Key {
    /// The key, and the name of the command's option.
    pub name: &'static str,
    /// The form of its values, in capitals.
    pub value: &'static str,
    /// Which route events match.
    pub about: &'static str,
    /// Conditions with a smaller one are evaluated first.
    pub(super) cost: u8,
    pub(super) read: fn(&str, Files<'_>) -> Result<Condition, Expected>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({} {})", self.name, self.value)
    }
}

// One row per key: name, value, description, cost, reader of a value.
macro_rules! keys {
    ($($name:literal $value:literal $about:literal $cost:literal $read:expr;)*) => {
        /// The keys, in the order of the documentation.
        pub const KEYS: &[Key] = &[$(Key { name: $name, value: $value, about: $about, cost: $cost, read: $read }),*];

        /// What is expected at the position of a key.
        pub(super) const EXPECTED: &str = concat!("`not`, `(`, `all` or a key: ", keys!(@ $($name)*));

        /// The same where only a key is possible.
        pub(super) const EXPECTED_KEY: &str = concat!("a key: ", keys!(@ $($name)*));
    };
    (@ $first:literal $($name:literal)*) => { concat!($first, $(", ", $name),*) };
}

keys! {
    "kind" "KIND" "Route events of this kind: `announce`, `withdraw`, `rib` or `state`" 0 |value, _| kind(value);
    "from" "TIME" "At this time or later: seconds since 1970, a date and time as in `2026-01-01T12:00`, or a date, read as 00:00 UTC; `20260101` is refused" 0
        |value, _| instant(value).map(Condition::From);
    "to" "TIME" "At this time or earlier; without a fraction, all of its second; a date is read as 00:00 UTC" 0 |value, _| instant(value).map(Condition::To);
    "peer" "ADDRESS" "From the peer with this address, or an address in this prefix" 0
        |value, _| addresses(value).map(Condition::Peer);
    "peer-asn" "ASN" "From a peer with this AS number, or one of a range: `64496-64511`" 0
        |value, _| asns(value, Number::PeerAsn);
    "family" "FAMILY" "Of this family, by name or number: `ipv4/unicast`, `ipv6`, `1/128`" 0 |value, _| family(value);
    "prefix" "PREFIX" "Of this prefix, or one of a file: `@FILE`, a prefix per line" 1
        |value, files| prefixes(value, files, Relation::Exact);
    "more-specific" "PREFIX" "Of this prefix, or of one that it covers" 1
        |value, files| prefixes(value, files, Relation::MoreSpecific);
    "less-specific" "PREFIX" "Of this prefix, or of one that covers it" 2
        |value, files| prefixes(value, files, Relation::LessSpecific);
    "next-hop" "ADDRESS" "With this next hop, or one in this prefix" 3 |value, _| addresses(value).map(Condition::NextHop);
    "origin" "ASN" "With this AS number, or one of a range, at the end of the path; a set there does not match" 4
        |value, _| asns(value, Number::Origin);
    "path-contains" "ASN" "With this AS number, or one of a range, in the path, sets included" 4
        |value, _| asns(value, Number::PathContains);
    "path-length" "LENGTH" "With a path of this length, a number or a range, as in route selection: a set counts as one, confederations as none" 4
        |value, _| numbers(value, Number::PathLength);
    "prepending" "TIMES" "With a path whose longest run of one AS number is this long: `2-` is any prepending" 5
        |value, _| numbers(value, Number::Prepending);
    "as-path" "EXPRESSION" "With a path that this expression over AS numbers matches" 6 |value, _| as_path(value);
    "community" "COMMUNITY" "With this community of any kind, numbers as `*` or ranges: `64496:*`, `64496:1:2`, `no-export`, `rt:64496:100`" 5
        |value, _| community(value);
    "med" "NUMBER" "With this MULTI_EXIT_DISC, or one of a range" 3 |value, _| numbers(value, Number::Med);
    "local-pref" "NUMBER" "With this LOCAL_PREF, or one of a range" 3 |value, _| numbers(value, Number::LocalPref);
    "otc" "ASN" "With this AS number, or one of a range, as OTC" 3 |value, _| asns(value, Number::Otc);
    "attribute" "ATTRIBUTE" "With this path attribute, by name or number: `aggregator`, `32`" 3 |value, _| attribute(value);
    "rov-valid" "@FILE" "Valid by the validated ROA payloads of a file, in CSV or JSON (RFC 6811)" 7
        |value, files| payloads(value, files, Validity::Valid);
    "rov-invalid" "@FILE" "Invalid by them" 7 |value, files| payloads(value, files, Validity::Invalid);
    "rov-not-found" "@FILE" "Not found in them" 7 |value, files| payloads(value, files, Validity::NotFound);
    "finding" "FINDING" "With a finding of this kind, as `check` names it, or `any`" 8 |value, _| finding(value);
    "action" "ACTION" "With this action of RFC 7606: `none`, `attribute-discard`, `treat-as-withdraw`, `afi-safi-disable`, `session-reset`" 8
        |value, _| action(value);
}

fn kind(value: &str) -> Result<Condition, Expected> {
    Ok(Condition::Kind(match value {
        "announce" => KindName::Announce,
        "withdraw" => KindName::Withdraw,
        "rib" => KindName::Rib,
        "state" => KindName::State,
        _ => return Err(Expected::value("`announce`, `withdraw`, `rib` or `state`")),
    }))
}

fn instant(value: &str) -> Result<Timestamp, Expected> {
    value.parse().map_err(|e| {
        Expected::value(match e {
            ParseTimestampError::Date => "a time: this number reads as a date; write it as YYYY-MM-DD, or YYYY-MM-DDTHH:MM",
            ParseTimestampError::Range => "a time of the years from 1970 to 2106",
            ParseTimestampError::Form => "a time: seconds since 1970, or YYYY-MM-DD[THH:MM[:SS[.FRACTION]][Z|+HH:MM|-HH:MM]]",
        })
    })
}

fn addresses(value: &str) -> Result<Addresses, Expected> {
    prefix_or_address(value).map(Addresses).ok_or(Expected::value("an address or a prefix"))
}

fn asns(value: &str, number: fn(Range) -> Number) -> Result<Condition, Expected> {
    let range = Range::parse_asns(value).ok_or(Expected::value("an AS number or a range, such as 64496 or 64496-64511"))?;
    Ok(Condition::Number(number(range)))
}

fn numbers(value: &str, number: fn(Range) -> Number) -> Result<Condition, Expected> {
    let range = Range::parse(value, u32::MAX)
        .ok_or(Expected::value("a number from 0 to 4294967295 or a range, such as 100, 1-100 or 100-; up to 100 is 0-100"))?;
    Ok(Condition::Number(number(range)))
}

fn family(value: &str) -> Result<Condition, Expected> {
    let afi = |text: &str| {
        let known = Afi::ALL.iter().copied().find(|afi| afi.name().is_some_and(|name| name.eq_ignore_ascii_case(text)));
        known.or_else(|| text.parse().ok().map(Afi))
    };
    let safi = |text: &str| {
        let known = Safi::ALL.iter().copied().find(|safi| safi.name().is_some_and(|name| name.eq_ignore_ascii_case(text)));
        known.or_else(|| text.parse().ok().map(Safi))
    };
    let both = |separator: char| value.split_once(separator).and_then(|(first, second)| Some((afi(first)?, Some(safi(second)?))));
    let (afi, safi) = afi(value)
        .map(|afi| (afi, None))
        .or_else(|| both('/'))
        .or_else(|| both(' '))
        .ok_or(Expected::value("a family, such as `ipv4/unicast`, `ipv6` or `1/128`"))?;
    // Meant as versions of IP: as numbers of address families they are of HDLC and of IEEE 802, and would match nothing.
    if matches!((afi, safi), (Afi(4 | 6), None)) {
        return Err(Expected::value(
            "a family: IP of version 4 is `ipv4`, of version 6 `ipv6`; numbers are AFIs, 1 and 2 of these",
        ));
    }
    Ok(Condition::Family(FamilyName { afi, safi }))
}

/// The text of a file, if the value names one.
fn file<'v>(value: &'v str, files: Files<'_>) -> Option<Result<(&'v str, String), Expected>> {
    let name = value.strip_prefix('@')?;
    Some(match files(name) {
        Ok(text) => Ok((name, text)),
        Err(reason) => Err(Expected { at: 1, what: format!("a file that can be read: {name}: {reason}").into() }),
    })
}

fn prefixes(value: &str, files: Files<'_>, relation: Relation) -> Result<Condition, Expected> {
    let prefixes = match file(value, files) {
        Some(file) => {
            let (name, text) = file?;
            let set = read_prefixes(name, &text).map_err(|what| Expected { at: 1, what: what.into() })?;
            Prefixes::File(name.to_string(), Arc::new(set))
        }
        None => Prefixes::One(prefix_or_address(value).ok_or_else(|| {
            // Of an address with a length, what is wrong with that.
            let what = match value.parse::<Prefix>() {
                Err(e @ (ParsePrefixError::BadLength | ParsePrefixError::HostBits)) => {
                    format!("a prefix, an address or @FILE: {e}").into()
                }
                _ => "a prefix, an address or @FILE".into(),
            };
            Expected { at: 0, what }
        })?),
    };
    Ok(Condition::Prefix(relation, prefixes))
}

fn payloads(value: &str, files: Files<'_>, validity: Validity) -> Result<Condition, Expected> {
    let (name, text) = file(value, files).ok_or(Expected::value("@FILE, with validated ROA payloads"))??;
    let payloads = Payloads::read(name, &text).map_err(|what| Expected { at: 1, what: what.into() })?;
    Ok(Condition::Validity(validity, Arc::new(payloads)))
}

fn as_path(value: &str) -> Result<Condition, Expected> {
    AsPathPattern::parse(value).map(|pattern| Condition::AsPath(Arc::new(pattern)))
}

fn community(value: &str) -> Result<Condition, Expected> {
    CommunityPattern::parse(value).map(Condition::Community).ok_or(Expected::value(community::EXPECTED))
}

fn attribute(value: &str) -> Result<Condition, Expected> {
    let plain = |b: u8| if b == b'-' { b'_' } else { b.to_ascii_uppercase() };
    let is_text = |name: &str| name.bytes().map(plain).eq(value.bytes().map(plain));
    let named = AttrCode::ALL.iter().copied().find(|code| code.name().is_some_and(is_text));
    let code = named.or_else(|| value.parse().ok().map(AttrCode));
    code.map(Condition::Attribute).ok_or(Expected::value("a path attribute, by name or number"))
}

fn finding(value: &str) -> Result<Condition, Expected> {
    if value == "any" {
        return Ok(Condition::Finding(None));
    }
    let known = ErrorKind::NAMES.iter().find(|name| **name == value);
    let what = || Expected { at: 0, what: format!("`any` or a kind of finding: {}", ErrorKind::NAMES.join(", ")).into() };
    known.map(|name| Condition::Finding(Some(name))).ok_or_else(what)
}

fn action(value: &str) -> Result<Condition, Expected> {
    // As JSON and `check` have them, too.
    let known = ACTIONS.iter().find(|(name, action)| *name == value || action.to_string() == value);
    let what = "`none`, `attribute-discard`, `treat-as-withdraw`, `afi-safi-disable` or `session-reset`";
    known.map(|(_, action)| Condition::Action(*action)).ok_or(Expected::value(what))
}
