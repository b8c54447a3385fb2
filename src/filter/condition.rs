//! Conditions: one key and its value, evaluated for an element.

use alloc::sync::Arc;
use core::fmt;

use super::as_path::AsPathPattern;
use super::community::CommunityPattern;
use super::number::Range;
use super::prefixes::{Addresses, Payloads, Prefixes, Relation};
use crate::asn::Asn;
use crate::attr::{Attributes, MergedPath};
use crate::codes::{Afi, AttrCode, Safi};
use crate::element::{Element, ElementKind};
use crate::error::{Action, Error, ErrorKind, Result};
use crate::family::Family;
use crate::nlri::NextHop;
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::rov::{self, Validity};
use crate::time::Timestamp;

/// A kind of element, without the states of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum KindName {
    Announce,
    Withdraw,
    Rib,
    State,
}

impl KindName {
    pub(super) const fn is(self, kind: ElementKind) -> bool {
        matches!(
            (self, kind),
            (Self::Announce, ElementKind::Announce)
                | (Self::Withdraw, ElementKind::Withdraw)
                | (Self::Rib, ElementKind::Rib)
                | (Self::State, ElementKind::StateChange(..))
        )
    }
}

/// A family, or all of an address family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct FamilyName {
    pub(super) afi: Afi,
    pub(super) safi: Option<Safi>,
}

impl FamilyName {
    pub(super) fn is(self, family: Family) -> bool {
        family.afi == self.afi && self.safi.is_none_or(|safi| family.safi == safi)
    }
}

impl fmt::Display for FamilyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.afi.name() {
            Some(name) => f.write_str(name)?,
            None => fmt::Display::fmt(&self.afi.0, f)?,
        }
        match self.safi.map(|safi| (safi, safi.name())) {
            Some((_, Some(name))) => write!(f, "/{name}"),
            Some((safi, None)) => write!(f, "/{}", safi.0),
            None => Ok(()),
        }
    }
}

/// A number of an element, and the range in which it must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Number {
    PeerAsn(Range),
    Origin(Range),
    PathContains(Range),
    PathLength(Range),
    Prepending(Range),
    Med(Range),
    LocalPref(Range),
    Otc(Range),
}

impl Number {
    const fn range(self) -> Range {
        match self {
            Self::PeerAsn(range)
            | Self::Origin(range)
            | Self::PathContains(range)
            | Self::PathLength(range)
            | Self::Prepending(range)
            | Self::Med(range)
            | Self::LocalPref(range)
            | Self::Otc(range) => range,
        }
    }
}

/// A condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Condition {
    Kind(KindName),
    From(Timestamp),
    To(Timestamp),
    Peer(Addresses),
    Family(FamilyName),
    Prefix(Relation, Prefixes),
    NextHop(Addresses),
    Number(Number),
    AsPath(Arc<AsPathPattern>),
    Community(CommunityPattern),
    Attribute(AttrCode),
    Validity(Validity, Arc<Payloads>),
    /// Of a kind, by its name, or any.
    Finding(Option<&'static str>),
    Action(Action),
}

/// The actions, by name.
pub(super) const ACTIONS: [(&str, Action); 5] = [
    ("none", Action::None),
    ("attribute-discard", Action::DiscardAttribute),
    ("treat-as-withdraw", Action::TreatAsWithdraw),
    ("afi-safi-disable", Action::DisableFamily),
    ("session-reset", Action::ResetSession),
];

/// An element without the value does not match; an error if the value may be in octets that cannot be read.
#[cfg_attr(optimised, inline(always))]
fn absent(element: &Element<'_>) -> Result<bool> {
    if element.has_whole_list() { Ok(false) } else { Err(unread(element)) }
}

#[cold]
#[inline(never)]
fn unread(element: &Element<'_>) -> Error {
    let offset = element.attributes().map_or(0, |list| list.offset());
    element.finding().unwrap_or_else(|| Error::new(ErrorKind::Truncated(0), offset))
}

#[cfg_attr(optimised, inline(always))]
fn number(element: &Element<'_>, range: Range, read: impl FnOnce(&Attributes<'_>) -> Result<Option<u32>>) -> Result<bool> {
    match read(&element.attributes()?)? {
        Some(number) => Ok(range.contains(number)),
        None => absent(element),
    }
}

/// A condition on the AS path of an element that has one.
#[cfg_attr(optimised, inline(always))]
fn path(element: &Element<'_>, is: impl FnOnce(&MergedPath<'_>) -> bool) -> Result<bool> {
    let list = element.attributes()?;
    if list.has_path() { Ok(is(&list.merged_path()?)) } else { absent(element) }
}

/// Whether a set is the last segment but for those of confederations.
fn ends_in_set(path: &MergedPath<'_>) -> bool {
    path.segments().filter(|segment| !segment.kind().is_confed()).last().is_some_and(|segment| segment.kind().is_set())
}

/// The longest run of one number in a row. A set ends a run.
fn longest_run(path: &MergedPath<'_>) -> u32 {
    let (mut longest, mut run, mut last) = (0u32, 0u32, None);
    for segment in path.segments() {
        if segment.kind().is_set() {
            last = None;
            longest = longest.max(1);
            continue;
        }
        for asn in segment.asns() {
            run = if last == Some(asn) { run.saturating_add(1) } else { 1 };
            last = Some(asn);
            longest = longest.max(run);
        }
    }
    longest
}

/// The origin AS for validation (RFC 6811 section 2): `None` for a set, the peer's own for an empty path or one that ends in a
/// confederation.
fn validated_origin(path: &MergedPath<'_>, peer: Asn) -> Option<Asn> {
    match path.segments().last() {
        Some(segment) if segment.kind().is_confed() => Some(peer),
        Some(segment) if segment.kind().is_set() => None,
        Some(segment) => segment.asns().next_back(),
        None => Some(peer),
    }
}

/// Whether a time is `from` or later.
#[cfg_attr(optimised, inline(always))]
pub(super) fn is_from(time: Timestamp, from: Timestamp) -> bool {
    (time.seconds, time.micros_in_second().unwrap_or(0)) >= (from.seconds, from.micros.unwrap_or(0))
}

/// Whether a time is `to` or earlier. Without a fraction, `to` is all of its second.
#[cfg_attr(optimised, inline(always))]
pub(super) fn is_to(time: Timestamp, to: Timestamp) -> bool {
    let micros = to.micros.map_or((0, 0), |micros| (time.micros_in_second().unwrap_or(0), micros));
    (time.seconds, micros.0) <= (to.seconds, micros.1)
}

pub(super) fn is_next_hop(next_hop: &NextHop<'_>, Addresses(prefix): Addresses) -> bool {
    match next_hop.without_rd() {
        NextHop::V4(address) => prefix.contains_address(address.into()),
        NextHop::V6(address) => prefix.contains_address(address.into()),
        NextHop::V6LinkLocal(global, local) => prefix.contains_address(global.into()) || prefix.contains_address(local.into()),
        _ => false,
    }
}

impl Condition {
    /// Whether an element meets the condition.
    ///
    /// # Errors
    /// A value on which the answer depends cannot be read.
    #[inline]
    pub(super) fn judge(&self, element: &Element<'_>) -> Result<bool> {
        Ok(match self {
            Self::Kind(kind) => kind.is(element.kind()),
            Self::From(from) => element.stated_time().is_some_and(|time| is_from(time, *from)),
            Self::To(to) => element.stated_time().is_some_and(|time| is_to(time, *to)),
            Self::Peer(addresses) => addresses.has(element.peer()),
            Self::Family(name) => element.family().is_some_and(|family| name.is(family)),
            Self::Prefix(relation, prefixes) => element.prefix().is_some_and(|prefix| prefixes.relates(*relation, prefix)),
            Self::Number(Number::PeerAsn(range)) => element.peer().stated_asn().is_some_and(|asn| range.contains(asn.0)),
            Self::Number(Number::Med(range)) => return number(element, *range, |list| list.multi_exit_disc()),
            Self::Number(Number::LocalPref(range)) => return number(element, *range, |list| list.local_pref()),
            Self::Number(Number::Otc(range)) => {
                return number(element, *range, |list| Ok(list.only_to_customer()?.map(|asn| asn.0)));
            }
            Self::Number(Number::Origin(_) | Number::PathContains(_) | Number::PathLength(_) | Number::Prepending(_)) => {
                return self.judge_path(element, None);
            }
            Self::NextHop(addresses) => match element.next_hop()? {
                Some(next_hop) => is_next_hop(&next_hop, *addresses),
                None => return absent(element),
            },
            Self::AsPath(_) => return self.judge_path(element, None),
            Self::Community(pattern) => {
                let (found, is_certain) = pattern.find(&element.attributes()?)?;
                return if found || is_certain { Ok(found) } else { absent(element) };
            }
            Self::Attribute(code) => {
                if !element.attributes()?.has(*code) {
                    return absent(element);
                }
                true
            }
            Self::Validity(..) => {
                let Some(prefix) = element.prefix() else { return Ok(false) };
                return self.judge_path(element, Some(prefix));
            }
            Self::Finding(None) => element.finding().is_some(),
            Self::Finding(Some(name)) => element.finding().is_some_and(|e| e.kind().name() == *name),
            Self::Action(action) => element.action() == *action,
        })
    }
}

impl Condition {
    #[cfg_attr(optimised, inline(always))]
    fn judge_path(&self, element: &Element<'_>, prefix: Option<Prefix>) -> Result<bool> {
        path(element, |path| self.is_of_path(path, prefix, || element.peer()).unwrap_or(false))
    }

    /// Whether a route with this path meets the condition; `None` if the condition is not on paths.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn is_of_path(&self, path: &MergedPath<'_>, prefix: Option<Prefix>, peer: impl FnOnce() -> Peer) -> Option<bool> {
        Some(match self {
            Self::Number(Number::Origin(range)) => {
                path.origins().next_back().is_some_and(|asn| range.contains(asn.0)) && !ends_in_set(path)
            }
            Self::Number(Number::PathContains(range)) => path.asns().any(|asn| range.contains(asn.0)),
            Self::Number(Number::PathLength(range)) => range.contains(u32::try_from(path.hops()).unwrap_or(u32::MAX)),
            Self::Number(Number::Prepending(range)) => range.contains(longest_run(path)),
            Self::AsPath(pattern) => pattern.matches(path),
            Self::Validity(validity, payloads) => match prefix {
                Some(prefix) => {
                    let origin = validated_origin(path, peer().asn).map(|asn| asn.0);
                    rov::validate(prefix, origin, &payloads.vrps) == *validity
                }
                None => false,
            },
            Self::Kind(_)
            | Self::From(_)
            | Self::To(_)
            | Self::Peer(_)
            | Self::Family(_)
            | Self::Prefix(..)
            | Self::NextHop(_)
            | Self::Number(Number::PeerAsn(_) | Number::Med(_) | Number::LocalPref(_) | Number::Otc(_))
            | Self::Community(_)
            | Self::Attribute(_)
            | Self::Finding(_)
            | Self::Action(_) => return None,
        })
    }
}

/// The value of the condition's key.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => f.write_str(match kind {
                KindName::Announce => "announce",
                KindName::Withdraw => "withdraw",
                KindName::Rib => "rib",
                KindName::State => "state",
            }),
            Self::From(time) | Self::To(time) => fmt::Display::fmt(&time.utc(), f),
            Self::Peer(addresses) | Self::NextHop(addresses) => fmt::Display::fmt(addresses, f),
            Self::Family(name) => fmt::Display::fmt(name, f),
            Self::Prefix(_, prefixes) => fmt::Display::fmt(prefixes, f),
            Self::Number(number) => fmt::Display::fmt(&number.range(), f),
            Self::AsPath(pattern) => fmt::Display::fmt(pattern, f),
            Self::Community(pattern) => fmt::Display::fmt(pattern, f),
            Self::Attribute(code) => match code.name() {
                Some(name) => f.write_str(&name.replace('_', "-").to_ascii_lowercase()),
                None => fmt::Display::fmt(&code.0, f),
            },
            Self::Validity(_, payloads) => write!(f, "@{}", payloads.name),
            Self::Finding(kind) => f.write_str(kind.unwrap_or("any")),
            Self::Action(action) => {
                let named = ACTIONS.iter().find(|(_, known)| known == action);
                f.write_str(named.map_or("none", |(name, _)| name))
            }
        }
    }
}
