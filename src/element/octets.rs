//! Elements as octets: everything that an element holds, in a form of this library, read back as an equal element.

use alloc::vec::Vec;
use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Beside, Carrier, Element, ElementBuf, ElementKind, Route, Source};
use crate::asn::Asn;
use crate::attr::Attributes;
use crate::codes::{Afi, AttrCode, CapabilityCode, FsmState, MrtType, Safi};
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::nlri::{LabelEncoding, PathPrefix, RawRoute};
use crate::peer::Peer;
use crate::prefix::Prefix;
use crate::session::Session;
use crate::time::Timestamp;
use crate::wire::Cursor;

/// The first octet. Another form gets another number.
const FORM: u8 = 1;

/// Why octets are no element ([`ElementBuf::from_octets`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ElementOctetsError(Error);

impl ElementOctetsError {
    /// The kind: octets that end too early or too late, or a number without a meaning in its place.
    pub const fn kind(&self) -> ErrorKind {
        self.0.kind()
    }

    /// Where: octets from the first one.
    pub const fn offset(&self) -> u64 {
        self.0.offset()
    }
}

impl fmt::Display for ElementOctetsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "octets of an element: {} (at byte {})", self.kind(), self.offset())
    }
}

impl core::error::Error for ElementOctetsError {}

impl ElementBuf {
    /// All of the element as octets: its route and attributes as they were read, and what they belong to. The form is that of this
    /// library, the same on every machine; [`ElementBuf::from_octets`] of this version and of later ones reads it.
    ///
    /// ```
    /// use routeglass::element::ElementBuf;
    ///
    /// # let archive: &[u8] = &[];
    /// for element in routeglass::elements(archive) {
    ///     let element = ElementBuf::from(element?);
    ///     assert_eq!(ElementBuf::from_octets(&element.to_octets())?, element);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_octets(&self) -> Vec<u8> {
        let Element { attributes, beside, route, time, peer, originated, kind, carrier, local, source, plain, sound, noted, cut } =
            self.as_element();
        let mut out = Vec::with_capacity(attributes.as_bytes().len().saturating_add(96));
        (FORM, kind, carrier).put(&mut out);
        (time, originated, peer).put(&mut out);
        (route, source, beside).put(&mut out);
        for flag in [local, plain, sound, noted, cut] {
            flag.put(&mut out);
        }
        let list = attributes.key();
        (list.asn4(), list.is_rib(), list.shown()).put(&mut out);
        (attributes.offset(), attributes.as_bytes()).put(&mut out);
        out
    }

    /// Reads an element from what [`ElementBuf::to_octets`] wrote. Nothing is allocated for lengths that the octets do not have.
    ///
    /// # Errors
    /// Octets that end too early or too late; a number without a meaning in its place; a list of attributes that cannot be framed,
    /// unless it is that of an element that had such a one.
    pub fn from_octets(octets: &[u8]) -> Result<Self, ElementOctetsError> {
        read(octets).map(Self::from).map_err(ElementOctetsError)
    }
}

fn read(octets: &[u8]) -> Result<Element<'_>> {
    let mut c = Cursor::at(octets, 0);
    match u8::get(&mut c)? {
        FORM => {}
        other => return Err(Error::new(ErrorKind::BadValue(other.into()), 0)),
    }
    let (kind, carrier) = Part::get(&mut c)?;
    let (time, originated, peer) = Part::get(&mut c)?;
    let at = c.offset();
    let (route, source, beside) = Part::get(&mut c)?;
    if let Route::Prefix(family, PathPrefix { prefix, .. }) = route
        && family.prefix_is_v6() != Some(prefix.is_v6())
    {
        return Err(Error::new(ErrorKind::OtherFamily, at));
    }
    let [local, plain, sound, noted, cut] =
        [bool::get(&mut c)?, bool::get(&mut c)?, bool::get(&mut c)?, bool::get(&mut c)?, bool::get(&mut c)?];
    let (asn4, rib, shown): (bool, bool, Option<u64>) = Part::get(&mut c)?;
    let (offset, list): (u64, &[u8]) = Part::get(&mut c)?;
    c.finish()?;
    let session = if asn4 { Session::AS4 } else { Session::AS2 };
    let attributes = match source {
        Source::Unreadable => Ok(Attributes::unreadable(list, asn4, offset)),
        _ if rib => Attributes::parse_rib_at(list, &session, offset),
        _ => Attributes::parse_at(list, &session, offset),
    };
    let attributes = attributes.map_err(|e| {
        // The list is the end of the octets.
        let start = octets.len().saturating_sub(list.len()) as u64;
        Error::new(e.kind(), start.saturating_add(e.offset().saturating_sub(offset)))
    })?;
    let attributes = match shown {
        Some(codes) => attributes.without(!codes),
        None => attributes,
    };
    Ok(Element { attributes, beside, route, time, peer, originated, kind, carrier, local, source, plain, sound, noted, cut })
}

/// A part of an element.
trait Part<'a>: Sized {
    fn put(&self, out: &mut Vec<u8>);
    fn get(c: &mut Cursor<'a>) -> Result<Self>;
}

/// Numbers, in network byte order.
macro_rules! numbers {
    ($($type:ident)*) => { $(
        impl<'a> Part<'a> for $type {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }

            fn get(c: &mut Cursor<'a>) -> Result<Self> {
                Ok(Self::from_be_bytes(*c.array()?))
            }
        }
    )* };
}

numbers! { u8 u16 u32 u64 u128 }

/// Structures and tuples: their fields in order.
macro_rules! fields {
    ($($type:ident { $($field:ident),* })*) => { $(
        impl<'a> Part<'a> for $type {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)*
            }

            fn get(c: &mut Cursor<'a>) -> Result<Self> {
                $(let $field = Part::get(c)?;)*
                Ok(Self { $($field),* })
            }
        }
    )* };
}

fields! {
    Timestamp { seconds, micros }
    Peer { asn, address, bgp_id }
    Family { afi, safi }
    PathPrefix { prefix, path_id }
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => { $(
        #[allow(non_snake_case, reason = "named as their types")]
        impl<'a, $($name: Part<'a>),*> Part<'a> for ($($name,)*) {
            fn put(&self, out: &mut Vec<u8>) {
                let ($($name,)*) = self;
                $($name.put(out);)*
            }

            fn get(c: &mut Cursor<'a>) -> Result<Self> {
                Ok(($($name::get(c)?,)*))
            }
        }
    )* };
}

tuples! { (A B) (A B C) }

/// Code points: their number.
macro_rules! code_points {
    ($($type:ident)*) => { $(
        impl<'a> Part<'a> for $type {
            fn put(&self, out: &mut Vec<u8>) {
                self.0.put(out);
            }

            fn get(c: &mut Cursor<'a>) -> Result<Self> {
                Part::get(c).map(Self)
            }
        }
    )* };
}

code_points! { Afi Asn AttrCode CapabilityCode FsmState MrtType Safi }

/// Enumerations: the number of the variant, then its fields.
macro_rules! variants {
    ($([$($life:lifetime)?] $type:ty { $($number:literal $variant:ident $(($($field:ident),*))?,)* })*) => { $(
        impl<'a> Part<'a> for $type {
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $(($($field),*))? => {
                        out.push($number);
                        $($($field.put(out);)*)?
                    })*
                }
            }

            fn get(c: &mut Cursor<'a>) -> Result<Self> {
                let offset = c.offset();
                Ok(match u8::get(c)? {
                    $($number => {
                        $($(let $field = Part::get(c)?;)*)?
                        Self::$variant $(($($field),*))?
                    })*
                    other => return Err(Error::new(ErrorKind::BadValue(other.into()), offset)),
                })
            }
        }
    )* };
}

variants! {
    [] Option<u32> { 0 None, 1 Some(number), }
    [] Option<u64> { 0 None, 1 Some(number), }
    [] Option<IpAddr> { 0 None, 1 Some(address), }
    [] Option<Ipv4Addr> { 0 None, 1 Some(address), }
    [] Option<Error> { 0 None, 1 Some(error), }
    [] IpAddr { 4 V4(address), 6 V6(address), }
    [] ElementKind { 0 Announce, 1 Withdraw, 2 Rib, 3 StateChange(old, new), }
    [] Carrier { 0 Message, 1 Mrt(kind), }
    [] Source { 0 Nothing, 1 Table, 2 Unreadable, 3 Message, 4 MultiProtocol, }
    [] LabelEncoding { 0 One, 1 Multiple, 2 Unknown, 3 Withdrawn, }
    ['a] Route<'a> { 0 None, 1 Prefix(family, path), 2 Other(route), }
    ['a] Beside<'a> { 0 Nothing, 1 NextHop(octets), 2 Known(finding), }
    [] Action { 0 None, 1 DiscardAttribute, 2 TreatAsWithdraw, 3 DisableFamily, 4 ResetSession, }
    [] Context {
        0 None,
        1 MessageHeader,
        2 Open,
        3 OpenField(number),
        4 OpenParameter(number),
        5 Capability(code),
        6 Update,
        7 Withdrawn,
        8 Attributes,
        9 Attribute(code),
        10 Nlri,
        11 Family(afi, safi),
        12 Notification,
        13 RouteRefresh,
        14 MrtHeader,
        15 Mrt(kind, subtype),
        16 RibEntry,
    }
    [] ErrorKind {
        0 Truncated(number),
        1 TrailingBytes(number),
        2 BadLength(number),
        3 BadValue(number),
        4 MaximumMetric,
        5 BadPrefixLength(number),
        6 BadAddress,
        7 BadFlags(number),
        8 BadMarker,
        9 Duplicate,
        10 Missing,
        11 Excludes(code),
        12 BadOrder,
        13 Unrecognized,
        14 Deprecated(number),
        15 BadRole,
        16 NoBottomOfStack,
        17 SeveralLabels(number),
        18 AmbiguousLabels(number),
        19 WithdrawnLabels(number),
        20 OtherFamily,
        21 OtherRoute,
        22 TooDeep,
        23 NoSuchPeer(number),
        24 NoPeerTable,
        25 DamagedPeerTable,
        26 UnknownComponent(number),
        27 OutsideMpReach,
        28 ExtendedNextHop(number),
    }
}

impl<'a> Part<'a> for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn get(c: &mut Cursor<'a>) -> Result<Self> {
        let offset = c.offset();
        match u8::get(c)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(Error::new(ErrorKind::BadValue(other.into()), offset)),
        }
    }
}

impl<'a> Part<'a> for Ipv4Addr {
    fn put(&self, out: &mut Vec<u8>) {
        self.to_bits().put(out);
    }

    fn get(c: &mut Cursor<'a>) -> Result<Self> {
        Part::get(c).map(Self::from_bits)
    }
}

impl<'a> Part<'a> for Ipv6Addr {
    fn put(&self, out: &mut Vec<u8>) {
        self.to_bits().put(out);
    }

    fn get(c: &mut Cursor<'a>) -> Result<Self> {
        Part::get(c).map(Self::from_bits)
    }
}

/// Their number in four octets: a route or a list is part of a record, whose length has four.
impl<'a> Part<'a> for &'a [u8] {
    fn put(&self, out: &mut Vec<u8>) {
        u32::try_from(self.len()).unwrap_or(u32::MAX).put(out);
        out.extend_from_slice(self);
    }

    fn get(c: &mut Cursor<'a>) -> Result<Self> {
        let len = u32::get(c)?;
        c.take(usize::try_from(len).unwrap_or(usize::MAX))
    }
}

/// The address and its length.
impl<'a> Part<'a> for Prefix {
    fn put(&self, out: &mut Vec<u8>) {
        (self.address(), self.len()).put(out);
    }

    fn get(c: &mut Cursor<'a>) -> Result<Self> {
        let offset = c.offset();
        let (address, len) = Part::get(c)?;
        match Self::new(address, len) {
            Some(prefix) if prefix.address() == address => Ok(prefix),
            Some(_) => Err(Error::new(ErrorKind::BadAddress, offset)),
            None => Err(Error::new(ErrorKind::BadPrefixLength(len), offset)),
        }
    }
}

impl<'a> Part<'a> for RawRoute<'a> {
    fn put(&self, out: &mut Vec<u8>) {
        (self.family, self.path_id, self.offset).put(out);
        (self.labels, self.bytes).put(out);
    }

    fn get(c: &mut Cursor<'a>) -> Result<Self> {
        let (family, path_id, offset) = Part::get(c)?;
        let (labels, bytes) = Part::get(c)?;
        Ok(Self { family, path_id, bytes, offset, labels })
    }
}

impl<'a> Part<'a> for Error {
    fn put(&self, out: &mut Vec<u8>) {
        (self.kind(), self.offset()).put(out);
        (self.context(), self.action()).put(out);
    }

    fn get(c: &mut Cursor<'a>) -> Result<Self> {
        let (kind, offset) = Part::get(c)?;
        let (context, action): (Context, Action) = Part::get(c)?;
        Ok(Self::new(kind, offset).within(context, action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::Strictness;
    use crate::element::mrt::elements;
    use crate::element::tests::{BOTH, record, update};

    fn both_ways<'a, T: Part<'a> + PartialEq + fmt::Debug>(value: T, octets: &'a mut Vec<u8>) {
        octets.clear();
        value.put(octets);
        let mut c = Cursor::at(octets, 0);
        assert_eq!(T::get(&mut c), Ok(value));
        assert!(c.is_empty());
    }

    /// Each variant has a number of its own: what is written is what is read.
    #[test]
    fn every_variant_both_ways() {
        use Context as C;
        use ErrorKind as K;
        let mut octets = Vec::new();
        let mut contexts = vec![C::None, C::MessageHeader, C::Open, C::OpenField(6), C::OpenParameter(7)];
        contexts.extend([C::Capability(CapabilityCode(65)), C::Update, C::Withdrawn, C::Attributes, C::Attribute(AttrCode(8))]);
        contexts.extend([C::Nlri, C::Family(Afi(25), Safi(70)), C::Notification, C::RouteRefresh, C::MrtHeader, C::Mrt(13, 2)]);
        contexts.push(C::RibEntry);
        let actions =
            [Action::None, Action::DiscardAttribute, Action::TreatAsWithdraw, Action::DisableFamily, Action::ResetSession];
        let mut kinds = vec![K::Truncated(1 << 31), K::TrailingBytes(2), K::BadLength(3), K::BadValue(4), K::MaximumMetric];
        kinds.extend([K::BadPrefixLength(255), K::BadAddress, K::BadFlags(6), K::BadMarker, K::Duplicate, K::Missing]);
        kinds.extend([K::Excludes(AttrCode(2)), K::BadOrder, K::Unrecognized, K::Deprecated(7), K::BadRole]);
        kinds.extend([K::NoBottomOfStack, K::SeveralLabels(8), K::AmbiguousLabels(9), K::WithdrawnLabels(10)]);
        kinds.extend([K::OtherFamily, K::OtherRoute, K::TooDeep, K::NoSuchPeer(0xffff), K::NoPeerTable, K::DamagedPeerTable]);
        kinds.extend([K::UnknownComponent(11), K::OutsideMpReach, K::ExtendedNextHop(16)]);
        assert_eq!(kinds.iter().map(ErrorKind::name).collect::<Vec<_>>(), ErrorKind::NAMES);
        for (n, kind) in kinds.iter().enumerate() {
            for context in &contexts {
                let action = actions[n % actions.len()];
                both_ways(Some(Error::new(*kind, u64::MAX - 1).within(*context, action)), &mut octets);
            }
        }
        for action in actions {
            both_ways(action, &mut octets);
        }
        for source in [Source::Nothing, Source::Table, Source::Unreadable, Source::Message, Source::MultiProtocol] {
            both_ways(source, &mut octets);
        }
        for labels in [LabelEncoding::One, LabelEncoding::Multiple, LabelEncoding::Unknown, LabelEncoding::Withdrawn] {
            both_ways(labels, &mut octets);
        }
        let state = ElementKind::StateChange(FsmState(6), FsmState(0xffff));
        for kind in [ElementKind::Announce, ElementKind::Withdraw, ElementKind::Rib, state] {
            both_ways(kind, &mut octets);
        }
        for carrier in [Carrier::Message, Carrier::Mrt(MrtType(0xffff))] {
            both_ways(carrier, &mut octets);
        }
    }

    fn kept(archive: &[u8], strictness: Strictness) -> Vec<ElementBuf> {
        elements(archive).with_strictness(strictness).with_notes().flatten().map(ElementBuf::from).collect()
    }

    /// A state change; routes of an UPDATE in four lists; an attribute that is discarded; a VPN route with labels.
    fn samples() -> Vec<ElementBuf> {
        let mut archive =
            record(16, 5, &[0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254, 0, 6, 0, 1]);
        archive.extend(update(BOTH));
        let mut body = vec![0, 0, 0, 30, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
        body.extend([0x80, 6, 1, 9, 0xc0, 99, 1, 7, 24, 198, 51, 100]);
        body[3] = 28;
        archive.extend(update(&body));
        let mut vpn = vec![0, 0, 0, 46, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x80, 14, 30, 0, 1, 128, 12];
        vpn.extend([0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1, 0, 96, 0, 6, 0x41, 0, 0, 0xfb, 0xf0, 0, 0, 0, 1, 10]);
        archive.extend(update(&vpn));
        [Strictness::Forensic, Strictness::Rfc7606].iter().flat_map(|by| kept(&archive, *by)).collect()
    }

    #[test]
    fn what_is_written_reads_back_equal() {
        let all = samples();
        assert_eq!(all.len(), 14, "{all:?}");
        for element in &all {
            let octets = element.to_octets();
            let back = ElementBuf::from_octets(&octets).unwrap();
            let (was, is) = (element.as_element(), back.as_element());
            assert_eq!((&back, is.finding(), is.attribute_bytes()), (element, was.finding(), was.attribute_bytes()));
            assert_eq!((format!("{back:?}"), back.to_octets()), (format!("{element:?}"), octets));
            let codes = |e: Element<'_>| e.attributes().unwrap().iter().map(|a| a.map(|a| a.code())).collect::<Vec<_>>();
            assert_eq!(codes(is), codes(was));
        }
        // Without the discarded attribute, which is still in the list.
        let shown = |e: &ElementBuf| e.as_element().attributes().unwrap().iter().count();
        assert_eq!((shown(&all[5]), shown(&all[12])), (5, 4), "{:?} {:?}", all[5], all[12]);
    }

    #[test]
    fn octets_that_are_no_element_say_where() {
        let all = samples();
        let text = |octets: &[u8]| ElementBuf::from_octets(octets).unwrap_err().to_string();
        assert_eq!(text(&[]), "octets of an element: needs 1 byte more than is there (at byte 0)");
        for element in &all {
            let octets = element.to_octets();
            for end in 0..octets.len() {
                let error = ElementBuf::from_octets(&octets[..end]).unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::Truncated(_)) && error.offset() <= end as u64, "{element}: {error}");
            }
            assert_eq!(
                text(&[&octets[..], &[0, 0]].concat()),
                format!("octets of an element: 2 bytes are left over (at byte {})", octets.len())
            );
        }
        // The announcement of 192.0.2.0/24.
        let octets = all[3].to_octets();
        let with = |changes: &[(usize, u8)]| {
            let mut octets = octets.clone();
            changes.iter().for_each(|&(at, to)| octets[at] = to);
            text(&octets)
        };
        assert_eq!(with(&[(0, 2)]), "octets of an element: value 2 is not valid here (at byte 0)");
        // Kind, carrier, option of microseconds.
        assert_eq!(with(&[(1, 4)]), "octets of an element: value 4 is not valid here (at byte 1)");
        assert_eq!(with(&[(2, 9)]), "octets of an element: value 9 is not valid here (at byte 2)");
        assert_eq!(with(&[(9, 2)]), "octets of an element: value 2 is not valid here (at byte 9)");
        // The address of the peer, after its AS number and the number of an option.
        assert_eq!(octets[11..22], [0, 0, 0xfb, 0xf0, 1, 4, 192, 0, 2, 1, 0]);
        assert_eq!(with(&[(16, 5)]), "octets of an element: value 5 is not valid here (at byte 16)");
        // The route: kind, family, version, address, length.
        assert_eq!(octets[22..34], [1, 0, 1, 1, 4, 192, 0, 2, 0, 24, 0, 3]);
        assert_eq!(with(&[(22, 3)]), "octets of an element: value 3 is not valid here (at byte 22)");
        assert_eq!(with(&[(31, 33)]), "octets of an element: prefix length 33 is longer than an address (at byte 26)");
        assert_eq!(with(&[(31, 22)]), "octets of an element: the address is not valid here (at byte 26)");
        // IPv6 and its unicast routes have no such prefix, EVPN none at all.
        let other = |changes: &[(usize, u8)]| assert!(with(changes).ends_with("(at byte 22)"), "{}", with(changes));
        other(&[(24, 2)]);
        other(&[(24, 25), (25, 70)]);
        assert_eq!(with(&[(33, 5)]), "octets of an element: value 5 is not valid here (at byte 33)");
        // A flag.
        assert_eq!(with(&[(36, 2)]), "octets of an element: value 2 is not valid here (at byte 36)");
        // The list: a length beyond the octets, which sizes nothing, and an attribute that overruns it.
        let list = octets.len() - 60;
        assert_eq!((&octets[list - 4..list], octets[list..][..4] == [0x40, 1, 1, 0]), (&[0, 0, 0, 60][..], true));
        assert_eq!(
            with(&[(list - 4, 0xff)]),
            format!("octets of an element: needs 4278190080 bytes more than are there (at byte {list})")
        );
        assert_eq!(
            with(&[(list + 2, 200)]),
            format!("octets of an element: needs 143 bytes more than are there (at byte {list})")
        );
    }
}
