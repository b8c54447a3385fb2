//! Values from arbitrary octets: [`Arbitrary`] for owned types and builders, for fuzz targets and property tests of other
//! programs.
//!
//! A value satisfies the invariants of its type: prefixes have no bits after their length, sets of a path fit one segment, and
//! the content of a builder is encoded and read again without findings.

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr};

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::asn::Asn;
use crate::attr::{
    Aggregator, As4Aggregator, AsPathBuf, Attributes, AttributesIter, ClusterId, Community, ExtendedCommunity,
    Ipv6ExtendedCommunity, LargeCommunity, Origin, SegmentKind, Value,
};
use crate::bgp::{
    AddressPrefixFilter, Capability, CapabilityValue, CoveringPrefixFilter, FilterEntry, FilterHead, FilterHost, FilterValue,
    NotificationBuilder, OpenBuilder, RouteRefreshBuilder, UpdateBuilder,
};
use crate::codes::{
    Afi, CapabilityCode, EvpnRouteType, MessageType, MrtType, NotificationCode, OrfType, RouteRefreshSubtype, Safi,
};
use crate::codes::{Role, WhenToRefresh};
use crate::family::{Family, FamilySet, NextHopRule};
use crate::mac::MacAddress;
use crate::mrt::{IndexedPeer, RecordBuf, TableDumpWriter, put_record};
use crate::nlri::{
    BitmaskTerm, Esi, FlowspecBuilder, FlowspecComponent, FlowspecPrefix, Label, LabeledPrefix, Labels, NextHop, NumericTerm,
    PathPrefix, RouteDistinguisher, RouteTargetMembership, RouteTargetPrefix, RouteValue, TYPED, VpnPrefix,
};
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;

/// Families with plain prefixes.
const PLAIN: [Family; 4] = [Family::IPV4_UNICAST, Family::IPV6_UNICAST, Family::IPV4_MULTICAST, Family::IPV6_MULTICAST];

// Types that are octets or numbers, all of whose values are valid.
macro_rules! any_octets {
    ($($type:ident($inner:ty);)*) => { $(
        impl<'a> Arbitrary<'a> for $type {
            fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
                u.arbitrary::<$inner>().map(Self)
            }

            fn size_hint(depth: usize) -> (usize, Option<usize>) {
                <$inner as Arbitrary<'_>>::size_hint(depth)
            }
        }
    )* };
}

any_octets! {
    Asn(u32);
    Community(u32);
    ClusterId(Ipv4Addr);
    Label([u8; 3]);
    MacAddress([u8; 6]);
    As4Aggregator(Aggregator);
}

/// Octets whose first two are often a defined type.
fn typed<const N: usize>(u: &mut Unstructured<'_>, most: [u8; 2]) -> Result<[u8; N]> {
    let mut octets: [u8; N] = u.arbitrary()?;
    if u.ratio(3u8, 4u8)? {
        for (octet, most) in octets.iter_mut().zip(most) {
            *octet = u.int_in_range(0..=most)?;
        }
    }
    Ok(octets)
}

/// Mostly of a defined type (RFC 4364 section 4.2).
impl<'a> Arbitrary<'a> for RouteDistinguisher {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        typed(u, [0, 3]).map(Self)
    }
}

/// Mostly of a defined type, transitive or not.
impl<'a> Arbitrary<'a> for ExtendedCommunity {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut octets: [u8; 8] = typed(u, [0x0c, 0x20])?;
        let [kind, ..] = &mut octets;
        *kind |= u.choose(&[0, 0, 0x40, 0x80])?;
        Ok(Self(octets))
    }
}

/// Mostly of a defined type.
impl<'a> Arbitrary<'a> for Ipv6ExtendedCommunity {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        typed(u, [0, 0x20]).map(Self)
    }
}

/// Mostly of a type defined in RFC 7432 section 5.
impl<'a> Arbitrary<'a> for Esi {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        typed(u, [6, 0xff]).map(Self)
    }
}

impl<'a> Arbitrary<'a> for LargeCommunity {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self { global: u.arbitrary()?, local1: u.arbitrary()?, local2: u.arbitrary()? })
    }
}

impl<'a> Arbitrary<'a> for Origin {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        u.choose(&[Self::Igp, Self::Egp, Self::Incomplete]).copied()
    }
}

impl<'a> Arbitrary<'a> for Aggregator {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self { asn: u.arbitrary()?, address: u.arbitrary()? })
    }
}

/// Bits after the length are cleared.
impl<'a> Arbitrary<'a> for Prefix {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let v6 = u.arbitrary()?;
        prefix(u, v6)
    }
}

fn prefix(u: &mut Unstructured<'_>, v6: bool) -> Result<Prefix> {
    let made = if v6 {
        Prefix::v6(u.arbitrary()?, u.int_in_range(0..=128)?)
    } else {
        Prefix::v4(u.arbitrary()?, u.int_in_range(0..=32)?)
    };
    made.ok_or(arbitrary::Error::IncorrectFormat)
}

impl<'a> Arbitrary<'a> for PathPrefix {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self { prefix: u.arbitrary()?, path_id: u.arbitrary()? })
    }
}

/// Mostly families with readable routes.
impl<'a> Arbitrary<'a> for Family {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        match u.int_in_range(0..=7)? {
            0 => Ok(Self::new(Afi(u.arbitrary()?), Safi(u.arbitrary()?))),
            1..=3 => u.choose(&PLAIN).copied(),
            _ => u.choose(TYPED).copied(),
        }
    }
}

impl<'a> Arbitrary<'a> for FamilySet {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        match u.int_in_range(0..=3)? {
            0 => Ok(Self::EMPTY),
            1 => Ok(Self::ALL),
            _ => {
                let families: Vec<Family> = list(u, 6)?;
                Ok(families.into_iter().collect())
            }
        }
    }
}

impl<'a> Arbitrary<'a> for Session {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self {
            asn4: u.arbitrary()?,
            extended_message: u.arbitrary()?,
            add_path_receive: u.arbitrary()?,
            add_path_send: u.arbitrary()?,
            extended_next_hop: u.arbitrary()?,
            multiple_labels: u.arbitrary()?,
        })
    }
}

/// Once in `n`, and never without octets left.
fn rarely(u: &mut Unstructured<'_>, n: u8) -> Result<bool> {
    Ok(u.int_in_range(1..=n)? == n)
}

/// At most `most` values.
fn list<'a, T: Arbitrary<'a>>(u: &mut Unstructured<'a>, most: usize) -> Result<Vec<T>> {
    let len = u.int_in_range(0..=most)?;
    (0..len).map(|_| u.arbitrary()).collect()
}

/// At most `most` octets.
fn octets<'a>(u: &mut Unstructured<'a>, most: usize) -> Result<&'a [u8]> {
    let len = u.int_in_range(0..=most)?;
    // The choice has consumed octets itself.
    u.bytes(len.min(u.len()))
}

/// A number other than 0, which no message may have (RFC 7607).
fn used_asn(u: &mut Unstructured<'_>) -> Result<Asn> {
    Ok(Asn(u.arbitrary::<u32>()?.max(1)))
}

/// Segments of all kinds. No number is 0 (RFC 7607), and a set has at most 255, so every path can be encoded.
impl<'a> Arbitrary<'a> for AsPathBuf {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        use SegmentKind::{ConfedSequence, ConfedSet, Sequence, Set};
        let mut path = Self::new();
        // Sometimes more numbers than one segment holds.
        if rarely(u, 32)? {
            path.push(Sequence, core::iter::repeat_n(used_asn(u)?, u.int_in_range(250..=520)?));
        }
        for _ in 0..u.int_in_range(0..=4)? {
            let kind = *u.choose(&[Sequence, Sequence, Set, ConfedSequence, ConfedSet])?;
            let len = u.int_in_range(1..=5)?;
            path.push(kind, (0..len).map(|_| used_asn(u)).collect::<Result<Vec<_>>>()?);
        }
        Ok(path)
    }
}

/// Every shape except the unknown one.
impl<'a> Arbitrary<'a> for NextHop<'_> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(match u.int_in_range(0..=4)? {
            0 => Self::V4(u.arbitrary()?),
            1 => Self::V6(u.arbitrary()?),
            2 => Self::V6LinkLocal(u.arbitrary()?, u.arbitrary()?),
            3 => Self::Vpn(u.arbitrary()?, u.arbitrary()?),
            _ => Self::VpnLinkLocal(u.arbitrary()?, u.arbitrary()?, u.arbitrary()?, u.arbitrary()?),
        })
    }
}

/// Bits after the length are cleared.
impl<'a> Arbitrary<'a> for RouteTargetPrefix {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let target: ExtendedCommunity = u.arbitrary()?;
        let len = if u.arbitrary()? { 64 } else { u.int_in_range(0..=64)? };
        Self::new(u.arbitrary()?, target.0, len).ok_or(arbitrary::Error::IncorrectFormat)
    }
}

impl<'a> Arbitrary<'a> for RouteTargetMembership {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        if rarely(u, 8)? { Ok(Self::Default) } else { u.arbitrary().map(Self::Prefix) }
    }
}

impl<'a> Arbitrary<'a> for FlowspecPrefix {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let prefix: Prefix = u.arbitrary()?;
        flowspec_prefix(u, prefix)
    }
}

fn flowspec_prefix(u: &mut Unstructured<'_>, prefix: Prefix) -> Result<FlowspecPrefix> {
    let offset = if u.arbitrary()? { u.int_in_range(0..=prefix.len())? } else { 0 };
    Ok(FlowspecPrefix::with_offset(prefix, offset).unwrap_or(prefix.into()))
}

impl<'a> Arbitrary<'a> for NumericTerm {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let term = comparison(u)?;
        Ok(if u.arbitrary()? { term.and() } else { term })
    }
}

/// The first of a list, which "and" cannot join to anything.
fn comparison(u: &mut Unstructured<'_>) -> Result<NumericTerm> {
    use NumericTerm as T;
    let value = flowspec_value(u)?;
    let make = u.choose::<fn(u64) -> T>(&[T::eq, T::ne, T::lt, T::le, T::gt, T::ge])?;
    let (term, octets) = (make(value), *u.choose(&[1, 2, 4, 8])?);
    Ok(term.in_octets(octets).unwrap_or(term))
}

impl<'a> Arbitrary<'a> for BitmaskTerm {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let term = mask(u)?;
        Ok(if u.arbitrary()? { term.and() } else { term })
    }
}

/// As [`comparison`].
fn mask(u: &mut Unstructured<'_>) -> Result<BitmaskTerm> {
    let value = flowspec_value(u)?;
    let make = u.choose::<fn(u64) -> BitmaskTerm>(&[BitmaskTerm::any, BitmaskTerm::all])?;
    let term = make(value);
    Ok(if u.arbitrary()? { term.not() } else { term })
}

/// Mostly one or two octets.
fn flowspec_value(u: &mut Unstructured<'_>) -> Result<u64> {
    let shift: u32 = *u.choose(&[56, 56, 48, 32, 0])?;
    Ok(u.arbitrary::<u64>()?.checked_shr(shift).unwrap_or(0))
}

/// Rules for IPv4, IPv6 and Ethernet, some with a route distinguisher, with at least one component.
impl<'a> Arbitrary<'a> for FlowspecBuilder {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let afi = *u.choose(&[Afi::IPV4, Afi::IPV6, Afi::L2VPN])?;
        let mut rule = Self::new(afi);
        if u.arbitrary()? {
            rule.rd(u.arbitrary()?);
        }
        let mut any = false;
        if afi != Afi::L2VPN {
            for component in [FlowspecComponent::Destination, FlowspecComponent::Source] {
                if u.arbitrary()? {
                    let prefix = prefix(u, afi == Afi::IPV6)?;
                    any |= rule.push(component(flowspec_prefix(u, prefix)?)).is_ok();
                }
            }
        }
        // Types of another address family, or with values of fewer octets, are rejected and skipped.
        for kind in 3..=24 {
            if rarely(u, 4)? {
                // The first operator must not have the "and" bit (RFC 8955 section 4.2.1).
                let mut terms = Vec::from([comparison(u)?]);
                terms.extend(list::<NumericTerm>(u, 3)?);
                let mut masks = Vec::from([mask(u)?]);
                masks.extend(list::<BitmaskTerm>(u, 2)?);
                any |= rule.numeric(kind, terms).is_ok() || rule.bitmask(kind, masks).is_ok();
            }
        }
        if !any {
            let kind = if afi == Afi::L2VPN { 14 } else { 3 };
            rule.numeric(kind, [NumericTerm::eq(6)]).map_err(|_| arbitrary::Error::IncorrectFormat)?;
        }
        Ok(rule)
    }
}

impl<'a> Arbitrary<'a> for Timestamp {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let micros = if u.arbitrary()? { Some(u.int_in_range(0..=999_999)?) } else { None };
        Ok(Self { micros, ..Self::from_seconds(u.arbitrary()?) })
    }
}

/// The type gives the widths of address and AS number.
impl<'a> Arbitrary<'a> for IndexedPeer {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let (address, mut asn): (IpAddr, u32) = (u.arbitrary()?, u.arbitrary()?);
        let unassigned = if rarely(u, 8)? { u.arbitrary::<u8>()? & 0xfc } else { 0 };
        let wide: bool = u.arbitrary()?;
        if !wide {
            asn &= 0xffff;
        }
        let kind = unassigned | if wide { 2 } else { 0 } | u8::from(address.is_ipv6());
        Ok(Self { kind, bgp_id: u.arbitrary()?, address, asn: Asn(asn) })
    }
}

/// A dump with up to eight peers and without routes.
impl<'a> Arbitrary<'a> for TableDumpWriter {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut dump = Self::new(u.arbitrary()?, octets(u, 16)?);
        for peer in list(u, 8)? {
            dump.peer(peer).map_err(|_| arbitrary::Error::IncorrectFormat)?;
        }
        Ok(dump)
    }
}

/// Framed as a record of any type, mostly a current one, with arbitrary content.
impl<'a> Arbitrary<'a> for RecordBuf {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let kind = match u.int_in_range(0..=3)? {
            0 => MrtType(u.arbitrary()?),
            _ => *u.choose(&[MrtType::TABLE_DUMP, MrtType::TABLE_DUMP_V2, MrtType::BGP4MP, MrtType::BGP4MP_ET])?,
        };
        let time: Timestamp = u.arbitrary()?;
        // Types without microseconds cannot hold them.
        let time = if kind.is_extended() { time } else { Timestamp::from_seconds(time.seconds) };
        let subtype = u.int_in_range(0..=12)?;
        let mut record = Vec::new();
        put_record(time, kind, subtype, octets(u, 512)?, &mut record).map_err(|_| arbitrary::Error::IncorrectFormat)?;
        Self::new(record, 0).map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

/// The longest prefix of `octets` that `read` accepts; each is tried, and there are few.
fn longest<'a, T>(octets: &'a [u8], mut read: impl FnMut(&'a [u8]) -> Option<T>) -> Option<T> {
    (0..=octets.len()).rev().find_map(|len| octets.get(..len).and_then(&mut read))
}

/// Capabilities of every code with a value type, and others; no number is 0 and no two roles differ, so that the message has no
/// findings.
impl<'a> Arbitrary<'a> for OpenBuilder {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let refused = |_| arbitrary::Error::IncorrectFormat;
        let asn = used_asn(u)?;
        let id = u.arbitrary::<u32>()?.max(1);
        let mut open = Self::new(asn, Ipv4Addr::from_bits(id));
        let seconds: u16 = u.arbitrary()?;
        // One and two seconds are invalid (RFC 4271 section 4.2).
        open = open.hold_time(if matches!(seconds, 1 | 2) { 3 } else { seconds });
        if u.arbitrary()? {
            open = open.extended();
        }
        if asn.is_four_octet() || u.arbitrary()? {
            open = open.capability(&CapabilityValue::As4(asn)).map_err(refused)?;
        }
        if u.arbitrary()? {
            let role = *u.choose(&[Role::PROVIDER, Role::RS, Role::RS_CLIENT, Role::CUSTOMER, Role::PEER])?;
            open = open.capability(&CapabilityValue::Role(role)).map_err(refused)?;
        }
        for _ in 0..u.int_in_range(0..=4)? {
            let mut values = Vec::new();
            for _ in 0..u.int_in_range(0..=3)? {
                let code = if rarely(u, 8)? { CapabilityCode(u.arbitrary()?) } else { *u.choose(CapabilityValue::TYPED)? };
                let value = longest(octets(u, 24)?, |raw| Capability { code, raw, offset: 0 }.decode().ok());
                // Both are in the message already, and must be consistent.
                let said = matches!(code, CapabilityCode::AS4 | CapabilityCode::ROLE);
                values.extend(value.filter(|_| !said));
            }
            open = open.capabilities(&values).map_err(refused)?;
        }
        if rarely(u, 8)? {
            open = open.parameter(1, octets(u, 8)?);
        }
        Ok(open)
    }
}

/// All kinds of data that the builder supports, and arbitrary octets if the RFCs define none.
impl<'a> Arbitrary<'a> for NotificationBuilder {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let refused = |_| arbitrary::Error::IncorrectFormat;
        Ok(match u.int_in_range(0..=8)? {
            0 => Self::shutdown(words(u)?).map_err(refused)?,
            1 => Self::reset(words(u)?).map_err(refused)?,
            2 => Self::hard_reset(&Self::shutdown(words(u)?).map_err(refused)?.notification()),
            3 => Self::prefix_limit(u.arbitrary()?, u.arbitrary()?),
            4 => Self::bad_message_length(u.arbitrary()?),
            5 => Self::bad_message_type(MessageType(u.arbitrary()?)),
            6 => Self::unsupported_version(u.arbitrary()?),
            7 => {
                let families: Vec<Family> = list(u, 3)?;
                let values: Vec<_> = families
                    .into_iter()
                    .map(|family| CapabilityValue::MultiProtocol(crate::bgp::MultiProtocol::new(family)))
                    .collect();
                Self::unsupported_capabilities(&values).map_err(refused)?
            }
            // Cease has texts that must be valid.
            _ => Self::new(NotificationCode(u.int_in_range(1..=5)?), u.arbitrary()?).data(octets(u, 32)?),
        })
    }
}

/// A text of at most 255 octets.
fn words<'a>(u: &mut Unstructured<'a>) -> Result<&'a str> {
    let octets = octets(u, 255)?;
    Ok(match core::str::from_utf8(octets) {
        Ok(text) => text,
        Err(e) => octets.get(..e.valid_up_to()).and_then(|front| core::str::from_utf8(front).ok()).unwrap_or(""),
    })
}

/// Requests with filters of all kinds, and demarcations without any.
impl<'a> Arbitrary<'a> for RouteRefreshBuilder {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let family: Family = u.arbitrary()?;
        if u.arbitrary()? {
            let mark = *u.choose(&[RouteRefreshSubtype::REQUEST, RouteRefreshSubtype::BORR, RouteRefreshSubtype::EORR])?;
            return Ok(Self::mark(family, mark));
        }
        let mut refresh = Self::new(family).when(WhenToRefresh(u.int_in_range(1..=2)?));
        for _ in 0..u.int_in_range(0..=4)? {
            let orf = OrfType(*u.choose(&[64, 128, 65, 66, 200])?);
            let entry = filter_entry(u, family, orf)?;
            refresh = refresh.filter(orf, &entry).map_err(|_| arbitrary::Error::IncorrectFormat)?;
        }
        Ok(refresh)
    }
}

fn filter_entry<'a>(u: &mut Unstructured<'a>, family: Family, orf: OrfType) -> Result<FilterEntry<'a>> {
    let deny = u.arbitrary()?;
    let head = if u.arbitrary()? { FilterHead::add(deny) } else { FilterHead::remove(deny) };
    let known = matches!(orf, OrfType::ADDRESS_PREFIX | OrfType::ADDRESS_PREFIX_PRE_STANDARD | OrfType::CP_ORF);
    if known && rarely(u, 8)? {
        return Ok(FilterEntry { head: FilterHead::remove_all(), value: FilterValue::All });
    }
    let value = match (orf, family.afi) {
        (OrfType::ADDRESS_PREFIX | OrfType::ADDRESS_PREFIX_PRE_STANDARD, Afi::IPV4 | Afi::IPV6) => {
            FilterValue::AddressPrefix(AddressPrefixFilter {
                sequence: u.arbitrary()?,
                min_len: u.arbitrary()?,
                max_len: u.arbitrary()?,
                prefix: prefix(u, family.is_v6())?,
            })
        }
        (OrfType::CP_ORF, Afi::IPV4 | Afi::IPV6 | Afi::L2VPN) => {
            let (route_type, host) = match (family.afi, u.arbitrary()?) {
                (Afi::IPV4, kind) => (kind, FilterHost::Address(IpAddr::V4(u.arbitrary()?))),
                (Afi::IPV6, kind) => (kind, FilterHost::Address(IpAddr::V6(u.arbitrary()?))),
                (_, kind) if kind & 1 == 0 => (EvpnRouteType::MAC_IP_ADVERTISEMENT.0, FilterHost::Mac(u.arbitrary()?)),
                (_, kind) => (kind, FilterHost::None),
            };
            FilterValue::CoveringPrefix(CoveringPrefixFilter {
                sequence: u.arbitrary()?,
                min_len: u.arbitrary()?,
                max_len: u.arbitrary()?,
                vpn_route_target: u.arbitrary()?,
                import_route_target: u.arbitrary()?,
                route_type: EvpnRouteType(route_type),
                host,
            })
        }
        _ => FilterValue::Unknown(octets(u, 12)?),
    };
    Ok(FilterEntry { head, value })
}

/// A valid stack of up to `most` labels.
fn label_stack(u: &mut Unstructured<'_>, most: usize) -> Result<Vec<[u8; 3]>> {
    let mut stack: Vec<[u8; 3]> = Vec::new();
    let len = u.int_in_range(1..=most)?;
    for left in (0..len).rev() {
        let [a, b, c] = u.arbitrary()?;
        let c = if left == 0 { c | 1 } else { c & 0xfe };
        // Inside a stack these mean "no label" and would end it.
        stack.push(if left > 0 && b == 0 && c == 0 { [a, 1, c] } else { [a, b, c] });
    }
    Ok(stack)
}

/// Attributes of every code, and routes of plain and some other families, for an [arbitrary session](Session): at most 4,096
/// octets, and without findings of RFC 7606.
impl<'a> Arbitrary<'a> for UpdateBuilder {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let refused = |_| arbitrary::Error::IncorrectFormat;
        let session: Session = u.arbitrary()?;
        if rarely(u, 16)? {
            return Ok(Self::end_of_rib(u.arbitrary()?, &session));
        }
        let mut update = Self::new(&session);
        let id = |u: &mut Unstructured<'a>, family| -> Result<Option<u32>> {
            if session.add_path_send.contains(family) { u.arbitrary().map(Some) } else { Ok(None) }
        };
        for _ in 0..u.int_in_range(0..=3)? {
            let prefix = prefix(u, false)?;
            update.withdraw(PathPrefix { prefix, path_id: id(u, Family::IPV4_UNICAST)? }).map_err(refused)?;
        }
        if u.arbitrary()? {
            let family = *u.choose(&PLAIN)?;
            for _ in 0..u.int_in_range(1..=3)? {
                let prefix = prefix(u, family.is_v6())?;
                update.withdraw_prefix(family, PathPrefix { prefix, path_id: id(u, family)? }).map_err(refused)?;
            }
        }
        // Attributes without routes would be damage, unless there is nothing else.
        if rarely(u, 8)? {
            return Ok(update);
        }
        for _ in 0..u.int_in_range(0..=3)? {
            let prefix = prefix(u, false)?;
            update.announce(PathPrefix { prefix, path_id: id(u, Family::IPV4_UNICAST)? }).map_err(refused)?;
        }
        announce_others(u, &session, &mut update)?;
        attributes(u, &session, &mut update)?;
        Ok(update)
    }
}

/// A next hop valid for the family in the session (RFC 8950 section 3 for IPv6 next hops of IPv4 routes).
fn next_hop(u: &mut Unstructured<'_>, family: Family, session: &Session) -> Result<NextHop<'static>> {
    let extended = session.extended_next_hop.contains(family) && u.arbitrary()?;
    let lengths = match family.next_hop_rule() {
        NextHopRule::Lengths(_, more @ [_, ..]) if extended => more,
        NextHopRule::Lengths(own, _) => own,
        NextHopRule::Any => &[0, 4, 16],
    };
    Ok(match u.choose(lengths)? {
        4 => NextHop::V4(u.arbitrary()?),
        12 => NextHop::Vpn(u.arbitrary()?, IpAddr::V4(u.arbitrary()?)),
        16 => NextHop::V6(u.arbitrary()?),
        24 => NextHop::Vpn(u.arbitrary()?, IpAddr::V6(u.arbitrary()?)),
        32 => NextHop::V6LinkLocal(u.arbitrary()?, u.arbitrary()?),
        48 => NextHop::VpnLinkLocal(u.arbitrary()?, u.arbitrary()?, u.arbitrary()?, u.arbitrary()?),
        _ => NextHop::Unknown(&[]),
    })
}

/// Routes of one family in MP_REACH_NLRI.
fn announce_others(u: &mut Unstructured<'_>, session: &Session, update: &mut UpdateBuilder) -> Result<()> {
    let refused = |_| arbitrary::Error::IncorrectFormat;
    let choice = u.int_in_range(0..=4)?;
    let family = match choice {
        0 => *u.choose(&PLAIN)?,
        1 => *u.choose(&[Family::IPV4_LABELED, Family::IPV6_LABELED])?,
        2 => *u.choose(&[Family::IPV4_VPN, Family::IPV6_VPN])?,
        3 => Family::of(1, 132),
        _ => return Ok(()),
    };
    let next_hop = next_hop(u, family, session)?;
    for _ in 0..u.int_in_range(1..=3)? {
        let path_id = if session.add_path_send.contains(family) { Some(u.arbitrary()?) } else { None };
        let prefix = prefix(u, family.is_v6())?;
        // RFC 8277 section 2.1: several if negotiated.
        let mut stack = label_stack(u, if session.multiple_labels.contains(family) { 3 } else { 1 })?;
        if choice == 0 {
            update.announce_prefix(family, &next_hop, PathPrefix { prefix, path_id }).map_err(refused)?;
            continue;
        }
        // The length of a route includes labels and distinguisher, and has one octet.
        if usize::from(prefix.len()).saturating_add(64).saturating_add(stack.len().saturating_mul(24)) > 255 {
            stack = Vec::from([[0, 0, 0x11]]);
        }
        let labels = Labels::new(&stack);
        let route = match choice {
            1 => RouteValue::Labeled(LabeledPrefix { labels, prefix }),
            2 => RouteValue::Vpn(VpnPrefix { labels, rd: u.arbitrary()?, prefix }),
            _ => RouteValue::RouteTarget(u.arbitrary()?),
        };
        update.announce_route(family, &next_hop, path_id, &route).map_err(refused)?;
    }
    Ok(())
}

/// The mandatory attributes and some others, each without findings.
fn attributes(u: &mut Unstructured<'_>, session: &Session, update: &mut UpdateBuilder) -> Result<()> {
    let refused = |_| arbitrary::Error::IncorrectFormat;
    let path: AsPathBuf = u.arbitrary()?;
    let mut buffer = Vec::new();
    // The builder converts it for two-octet sessions.
    let path = path.view(true, &mut buffer).map_err(refused)?;
    update.attribute(&Value::Origin(u.arbitrary()?)).map_err(refused)?;
    update.attribute(&Value::AsPath(path)).map_err(refused)?;
    update.attribute(&Value::NextHop(u.arbitrary()?)).map_err(refused)?;
    for _ in 0..u.int_in_range(0..=6)? {
        let code = *u.choose(crate::attr::TYPED)?;
        let sound = longest(octets(u, 40)?, |body| {
            // Flags come from the value when it is written.
            let mut read = Vec::from([0xc0, code.0, u8::try_from(body.len()).unwrap_or(u8::MAX)]);
            read.extend_from_slice(body);
            let value = AttributesIter::at(&read, 0).next()?.ok()?.decode(session).ok()?;
            let mut written = Vec::new();
            value.encode(session, &mut written).ok()?;
            let mut sound = true;
            Attributes::parse_at(&written, session, 0).ok()?.findings(|_| sound = false);
            sound.then_some(written)
        });
        if let Some(written) = sound
            && let Some(Ok(attribute)) = AttributesIter::at(&written, 0).next()
            && let Ok(value) = attribute.decode(session)
        {
            // Present ones are rejected, as are those with routes, which have separate methods.
            let _ = update.attribute(&value);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attr::AsPath;
    use crate::bgp::{Message, messages};
    use crate::error::Action;
    use crate::mrt::{ReadContext, Record, records};
    use crate::nlri::RawRoute;
    use arbitrary::Arbitrary;

    use proptest::prelude::*;

    /// A value from octets; none if they are too few.
    fn made<'a, T: Arbitrary<'a>>(octets: &'a [u8]) -> T {
        Unstructured::new(octets).arbitrary().unwrap()
    }

    fn no_finding(message: &Message<'_>) {
        assert_eq!(message.findings(0, |e| panic!("{e} in {message:?}")), Action::None);
    }

    proptest! {
        #[test]
        fn prefixes_are_canonical(octets in proptest::collection::vec(any::<u8>(), 0..40)) {
            let path: PathPrefix = made(&octets);
            let prefix = path.prefix;
            prop_assert_eq!(Prefix::new(prefix.address(), prefix.len()), Some(prefix));
            prop_assert!(prefix.len() <= prefix.max_len());
            let target: RouteTargetPrefix = made(&octets);
            prop_assert_eq!(RouteTargetPrefix::new(target.origin_as(), target.target(), target.len()), Some(target));
        }

        #[test]
        fn paths_have_a_form_on_the_wire(octets in proptest::collection::vec(any::<u8>(), 0..200), asn4: bool) {
            let path: AsPathBuf = made(&octets);
            let mut wire = Vec::new();
            path.encode(asn4, &mut wire).unwrap();
            prop_assert_eq!(wire.len(), path.encoded_len(asn4));
            let view = AsPath::parse_at(&wire, asn4, 0).unwrap();
            prop_assert!(view.asns().all(|asn| asn != Asn::ZERO));
            if asn4 {
                prop_assert_eq!(AsPathBuf::from(view), path);
            }
        }

        #[test]
        fn messages_have_no_finding(octets in proptest::collection::vec(any::<u8>(), 0..600)) {
            let session = Session::AS4;
            let mut out = Vec::new();
            made::<OpenBuilder>(&octets).encode(&mut out).unwrap();
            made::<NotificationBuilder>(&octets).notification().encode(&session, &mut out).unwrap();
            made::<RouteRefreshBuilder>(&octets).encode(&session, &mut out).unwrap();
            let mut count = 0;
            for message in messages(&out, &session) {
                no_finding(&message.unwrap());
                count += 1;
            }
            prop_assert_eq!(count, 3);
            let update: UpdateBuilder = made(&octets);
            let mut out = Vec::new();
            update.encode(&mut out).unwrap();
            prop_assert!(out.len() <= 4096);
            let message = Message::parse_at(&out, &update.session().reversed(), 0).unwrap();
            no_finding(&message);
            let mut again = Vec::new();
            message.encode(&update.session().reversed(), &mut again).unwrap();
            prop_assert_eq!(again, out);
        }

        #[test]
        fn rules_are_read_back(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
            let rule: FlowspecBuilder = made(&octets);
            let mut wire = Vec::new();
            rule.encode(&mut wire).unwrap();
            let family = rule.rule().family();
            let Ok(RouteValue::Flowspec(read)) = RawRoute::new(family, &wire, 0).decode() else { panic!("{rule:?}") };
            prop_assert_eq!(read, rule.rule());
        }

        #[test]
        fn dumps_and_records(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut dump: TableDumpWriter = made(&octets);
            let mut out = Vec::new();
            dump.peer_index_table(Timestamp::from_seconds(made(&octets)), &mut out).unwrap();
            let mut peers = ReadContext::new();
            let record = Record::parse_at(&out, 0).unwrap();
            prop_assert!(peers.observe(&record) && !peers.is_damaged());
            prop_assert_eq!(record.findings(&peers, |e| panic!("{e}")), Action::None);
            let record: RecordBuf = made(&octets);
            prop_assert_eq!(records(record.as_bytes()).count(), 1);
            let time: Timestamp = made(&octets);
            prop_assert!(time.micros.is_none_or(|micros| micros < 1_000_000));
        }
    }

    #[test]
    fn no_octets_are_enough() {
        assert_eq!(made::<Prefix>(&[]), Prefix::DEFAULT_V4);
        assert_eq!(made::<AsPathBuf>(&[]), AsPathBuf::new());
        assert_eq!(made::<Session>(&[]), Session::AS2);
    }

    #[test]
    fn every_kind_of_value_occurs() {
        // The same numbers in every run.
        let mut octets = Vec::new();
        let mut number = 0x9e37_79b9u32;
        for _ in 0..40_000 {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            octets.push(number.to_be_bytes()[0]);
        }
        let mut codes = [false; 256];
        let mut segments = [false; 5];
        let mut capabilities = std::collections::BTreeSet::new();
        for chunk in octets.chunks(400) {
            let update: UpdateBuilder = made(chunk);
            let mut out = Vec::new();
            update.encode(&mut out).unwrap();
            let Ok(Message::Update(update)) = Message::parse_at(&out, &update.session().reversed(), 0) else { panic!() };
            for attribute in update.attribute_windows() {
                codes[usize::from(attribute.unwrap().code().0)] = true;
            }
            for (kind, _) in made::<AsPathBuf>(&chunk[200..]).segments() {
                segments[usize::from(kind.code())] = true;
            }
            let mut out = Vec::new();
            made::<OpenBuilder>(chunk).encode(&mut out).unwrap();
            let Ok(Message::Open(open)) = Message::parse_at(&out, &Session::AS2, 0) else { panic!() };
            capabilities.extend(open.capabilities().map(|c| c.unwrap().code.0));
        }
        for code in [1, 2, 3, 4, 5, 6, 8, 14, 15, 16, 32] {
            assert!(codes[code], "no attribute {code}");
        }
        assert_eq!(segments, [false, true, true, true, true]);
        assert!(capabilities.len() > 15, "{capabilities:?}");
    }
}
