//! ROUTE-REFRESH messages (RFC 2918, RFC 7313), with outbound route filters (RFC 5291, RFC 5292, RFC 7543).

#[cfg(feature = "alloc")]
mod builder;

#[cfg(feature = "alloc")]
pub use builder::RouteRefreshBuilder;

use core::fmt;
use core::iter::FusedIterator;
use core::net::IpAddr;

use super::{HEADER_LEN, put_header};
use crate::attr::ExtendedCommunity;
use crate::codes::{Afi, EvpnRouteType, MessageType, OrfAction, OrfType, RouteRefreshSubtype, Safi, WhenToRefresh};
use crate::error::{Action, Context, EncodeError, Error, ErrorKind, Result};
use crate::family::Family;
use crate::mac::MacAddress;
use crate::nlri::take_prefix;
use crate::prefix::Prefix;
use crate::session::Session;
use crate::wire::{Cursor, Named, Observer, Sink, hex};

/// A request to send a family's routes again, or the start or end of that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RouteRefresh<'a> {
    /// The family of the routes.
    pub family: Family,
    /// Request (0), beginning (1) or end (2) of a refresh (RFC 7313 section 3.2).
    pub subtype: RouteRefreshSubtype,
    /// Outbound route filters, undecoded (RFC 5291 section 4); usually empty. See [`RouteRefresh::groups`].
    pub filters: &'a [u8],
    /// Offset of the filters: bytes from the start of the outermost input.
    pub offset: u64,
}

impl<'a> RouteRefresh<'a> {
    /// Reads a message's body, `offset` octets into the outermost input.
    ///
    /// # Errors
    /// Fewer than four octets; more than four in BoRR or EoRR (RFC 7313 section 5: 7/1).
    pub fn parse_at(body: &'a [u8], offset: u64) -> Result<Self> {
        let mut c = Cursor::at(body, offset);
        let &[a, b, subtype, safi] = match c.array::<4>() {
            Ok(octets) => octets,
            Err(e) => return Err(named(e, Action::ResetSession)),
        };
        let subtype = RouteRefreshSubtype(subtype);
        if matches!(subtype.0, 1 | 2) && !c.is_empty() {
            let len = u32::try_from(body.len()).unwrap_or(u32::MAX);
            return Err(named(Error::new(ErrorKind::BadLength(len), offset), Action::ResetSession));
        }
        let family = Family::new(Afi(u16::from_be_bytes([a, b])), Safi(safi));
        Ok(Self { family, subtype, filters: c.rest(), offset: c.offset() })
    }

    /// When to send the routes; `None` for a message without filters.
    pub fn when(&self) -> Option<WhenToRefresh> {
        self.filters.first().copied().map(WhenToRefresh)
    }

    /// The filters, grouped by type (RFC 5291 section 4).
    pub fn groups(&self) -> Filters<'a> {
        let mut cursor = Cursor::at(self.filters, self.offset);
        // The first octet says when to send the routes.
        let _ = cursor.u8();
        Filters { family: self.family, cursor }
    }

    /// Reports all findings about the message, one at a time; returns the worst action, which is none: an unknown subtype is
    /// ignored and logged (RFC 7313 section 5), a filter that cannot be read is no filter.
    pub fn findings(&self, mut report: impl FnMut(Error)) -> Action {
        if self.subtype.0 > 2 {
            let at = self.offset.saturating_sub(2);
            report(named(Error::new(ErrorKind::BadValue(u32::from(self.subtype.0)), at), Action::None));
        }
        for group in self.groups() {
            match group {
                Ok(group) => group.entries().filter_map(Result::err).for_each(&mut report),
                Err(e) => report(e),
            }
        }
        Action::None
    }
}

fn named(e: Error, action: Action) -> Error {
    e.within(Context::RouteRefresh, action)
}

/// Iterates over groups of filters; ends after the first error.
#[derive(Clone, Copy, Debug)]
pub struct Filters<'a> {
    family: Family,
    cursor: Cursor<'a>,
}

impl<'a> Filters<'a> {
    fn read(&mut self) -> Result<FilterGroup<'a>> {
        let orf = OrfType(self.cursor.u8()?);
        let len = self.cursor.u16()?;
        let offset = self.cursor.offset();
        Ok(FilterGroup { family: self.family, orf, raw: self.cursor.take(usize::from(len))?, offset })
    }
}

impl<'a> Iterator for Filters<'a> {
    type Item = Result<FilterGroup<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.is_empty() {
            return None;
        }
        Some(self.read().map_err(|e| {
            self.cursor.stop();
            named(e, Action::None)
        }))
    }
}

impl FusedIterator for Filters<'_> {}

/// The filters of one type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FilterGroup<'a> {
    /// The family of the message.
    pub family: Family,
    /// Type of the filters.
    pub orf: OrfType,
    /// The octets after the length.
    pub raw: &'a [u8],
    /// Their offset: bytes from the start of the outermost input.
    pub offset: u64,
}

impl<'a> FilterGroup<'a> {
    /// The entries. All entries of an unknown type are one, since their lengths are unknown.
    pub const fn entries(&self) -> FilterEntries<'a> {
        FilterEntries { family: self.family, orf: self.orf, cursor: Cursor::at(self.raw, self.offset) }
    }
}

/// Iterates over the entries of a filter; ends after the first error.
#[derive(Clone, Copy, Debug)]
pub struct FilterEntries<'a> {
    family: Family,
    orf: OrfType,
    cursor: Cursor<'a>,
}

impl<'a> Iterator for FilterEntries<'a> {
    type Item = Result<FilterEntry<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.is_empty() {
            return None;
        }
        Some(FilterEntry::read(&mut self.cursor, self.family, self.orf).map_err(|e| {
            self.cursor.stop();
            named(e, Action::None)
        }))
    }
}

impl FusedIterator for FilterEntries<'_> {}

/// The first octet of an entry: two bits of action, one of match, five reserved (RFC 5291 section 4). Displayed as `ADD/PERMIT`.
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "its field is the octet")]
pub struct FilterHead(pub u8);

impl FilterHead {
    /// Adds an entry that permits or denies routes.
    pub const fn add(deny: bool) -> Self {
        Self(if deny { 0x20 } else { 0 })
    }

    /// Removes such an entry.
    pub const fn remove(deny: bool) -> Self {
        Self(if deny { 0x60 } else { 0x40 })
    }

    /// Removes all entries; nothing follows this octet.
    pub const fn remove_all() -> Self {
        Self(0x80)
    }

    /// The action.
    pub const fn action(self) -> OrfAction {
        OrfAction(self.0 >> 6)
    }

    /// Whether matching routes are denied.
    pub const fn is_deny(self) -> bool {
        self.0 & 0x20 != 0
    }
}

impl fmt::Display for FilterHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.action(), f)?;
        if self.action() != OrfAction::REMOVE_ALL {
            f.write_str(if self.is_deny() { "/DENY" } else { "/PERMIT" })?;
        }
        match self.0 & 0x1f {
            0 => Ok(()),
            reserved => write!(f, "/{reserved:#x}"),
        }
    }
}

impl fmt::Debug for FilterHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One entry of a filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct FilterEntry<'a> {
    /// Action and match.
    pub head: FilterHead,
    /// The rest of the entry.
    pub value: FilterValue<'a>,
}

/// The value of an entry, after its action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum FilterValue<'a> {
    /// None: all entries are removed.
    All,
    /// Address prefix (RFC 5292 section 3); also its pre-standard type 128.
    AddressPrefix(AddressPrefixFilter),
    /// Covering prefixes (RFC 7543 section 2).
    CoveringPrefix(CoveringPrefixFilter),
    /// Of another type or family, undecoded.
    Unknown(&'a [u8]),
}

/// Routes at or below a prefix (RFC 5292 section 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct AddressPrefixFilter {
    /// Order of evaluation.
    pub sequence: u32,
    /// Minimum length of matching prefixes, in bits; 0 for no limit.
    pub min_len: u8,
    /// Maximum length of matching prefixes, in bits; 0 for no limit.
    pub max_len: u8,
    /// The prefix.
    pub prefix: Prefix,
}

/// VPN routes that cover an address (RFC 7543 section 2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_structs, reason = "its fields are those on the wire")]
pub struct CoveringPrefixFilter {
    /// Order of evaluation.
    pub sequence: u32,
    /// Minimum length of matching prefixes, in bits.
    pub min_len: u8,
    /// Maximum length of matching prefixes, in bits.
    pub max_len: u8,
    /// The route target of matching routes.
    pub vpn_route_target: ExtendedCommunity,
    /// The route target attached to them.
    pub import_route_target: ExtendedCommunity,
    /// EVPN route type; 0 elsewhere.
    pub route_type: EvpnRouteType,
    /// The covered address.
    pub host: FilterHost,
}

/// The address of a covering prefix filter, by the family and type of the routes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum FilterHost {
    /// None, as for most EVPN route types.
    None,
    /// An address of the VPN.
    Address(IpAddr),
    /// A MAC address, for MAC/IP advertisement routes.
    Mac(MacAddress),
}

/// Form of the entries of a filter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    AddressPrefix,
    CoveringPrefix,
    /// A known type, in a family for which it is not defined.
    UnknownFamily,
    UnknownType,
}

impl Form {
    const fn of(orf: OrfType, family: Family) -> Self {
        match (orf, family.afi) {
            (OrfType::ADDRESS_PREFIX | OrfType::ADDRESS_PREFIX_PRE_STANDARD, Afi::IPV4 | Afi::IPV6) => Self::AddressPrefix,
            (OrfType::CP_ORF, Afi::IPV4 | Afi::IPV6 | Afi::L2VPN) => Self::CoveringPrefix,
            (OrfType::ADDRESS_PREFIX | OrfType::ADDRESS_PREFIX_PRE_STANDARD | OrfType::CP_ORF, _) => Self::UnknownFamily,
            _ => Self::UnknownType,
        }
    }
}

/// Length of the address by family and route type; `None` if the RFC defines no such filter.
const fn host_len(family: Family, route_type: EvpnRouteType) -> Option<usize> {
    match (family.afi, route_type) {
        (Afi::IPV4, _) => Some(4),
        (Afi::IPV6, _) => Some(16),
        (Afi::L2VPN, EvpnRouteType::MAC_IP_ADVERTISEMENT) => Some(6),
        (Afi::L2VPN, _) => Some(0),
        _ => None,
    }
}

impl<'a> FilterEntry<'a> {
    fn read(c: &mut Cursor<'a>, family: Family, orf: OrfType) -> Result<Self> {
        Self::place(c, family, orf, &mut ())
    }

    fn place<O: Observer>(c: &mut Cursor<'a>, family: Family, orf: OrfType, o: &mut O) -> Result<Self> {
        o.group(c, "entry", |c, o| {
            let head = o.named(c, "action", FilterHead)?;
            let value = match Form::of(orf, family) {
                form if head.action() == OrfAction::REMOVE_ALL && form != Form::UnknownType => FilterValue::All,
                Form::AddressPrefix => FilterValue::AddressPrefix(AddressPrefixFilter {
                    sequence: o.field(c, "sequence")?,
                    min_len: o.field(c, "min_len")?,
                    max_len: o.field(c, "max_len")?,
                    prefix: o.leaf(c, "prefix", |c| take_prefix(c, family.is_v6()), fmt::Display::fmt)?,
                }),
                Form::CoveringPrefix => {
                    let (sequence, min_len) = (o.field(c, "sequence")?, o.field(c, "min_len")?);
                    let max_len = o.field(c, "max_len")?;
                    let vpn_route_target = o.named(c, "vpn_route_target", ExtendedCommunity)?;
                    let import_route_target = o.named(c, "import_route_target", ExtendedCommunity)?;
                    let route_type = EvpnRouteType(o.field(c, "route_type")?);
                    let host = match host_len(family, route_type) {
                        Some(4) => FilterHost::Address(IpAddr::V4(o.field(c, "host")?)),
                        Some(16) => FilterHost::Address(IpAddr::V6(o.field(c, "host")?)),
                        Some(6) => FilterHost::Mac(o.field(c, "host")?),
                        _ => FilterHost::None,
                    };
                    FilterValue::CoveringPrefix(CoveringPrefixFilter {
                        sequence,
                        min_len,
                        max_len,
                        vpn_route_target,
                        import_route_target,
                        route_type,
                        host,
                    })
                }
                Form::UnknownType | Form::UnknownFamily => FilterValue::Unknown(o.field(c, "value")?),
            };
            Ok(Self { head, value })
        })
    }
}

impl fmt::Display for FilterEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.head, f)?;
        match &self.value {
            FilterValue::All => Ok(()),
            FilterValue::AddressPrefix(AddressPrefixFilter { sequence, min_len, max_len, prefix }) => {
                write!(f, " sequence={sequence} min_len={min_len} max_len={max_len} prefix={prefix}")
            }
            FilterValue::CoveringPrefix(cover) => {
                let CoveringPrefixFilter { sequence, min_len, max_len, route_type, .. } = cover;
                write!(f, " sequence={sequence} min_len={min_len} max_len={max_len}")?;
                write!(f, " vpn={} import={}", cover.vpn_route_target, cover.import_route_target)?;
                write!(f, " route_type={}", route_type.0)?;
                match cover.host {
                    FilterHost::None => Ok(()),
                    FilterHost::Address(address) => write!(f, " host={address}"),
                    FilterHost::Mac(mac) => write!(f, " host={mac}"),
                }
            }
            FilterValue::Unknown(octets) => {
                f.write_str(" ")?;
                hex(octets, f)
            }
        }
    }
}

impl fmt::Display for RouteRefresh<'_> {
    /// `IPv4 unicast Request`, followed by the filters: ` IMMEDIATE Address Prefix [ADD/PERMIT ...]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.family, self.subtype)?;
        let Some(when) = self.when() else { return Ok(()) };
        write!(f, " {when}")?;
        for group in self.groups() {
            match group {
                Ok(group) => {
                    write!(f, " {} [", group.orf)?;
                    for (i, entry) in group.entries().enumerate() {
                        if i > 0 {
                            f.write_str(", ")?;
                        }
                        match entry {
                            Ok(entry) => fmt::Display::fmt(&entry, f)?,
                            Err(e) => write!(f, "{e}")?,
                        }
                    }
                    f.write_str("]")?;
                }
                Err(e) => write!(f, " {e}")?,
            }
        }
        Ok(())
    }
}

impl FilterEntry<'_> {
    /// Octets on the wire.
    pub fn encoded_len(&self) -> usize {
        match &self.value {
            FilterValue::All => 1,
            FilterValue::AddressPrefix(filter) => usize::from(filter.prefix.len()).div_ceil(8).saturating_add(8),
            FilterValue::CoveringPrefix(filter) => match filter.host {
                FilterHost::None => 24,
                FilterHost::Address(IpAddr::V4(_)) => 28,
                FilterHost::Address(IpAddr::V6(_)) => 40,
                FilterHost::Mac(_) => 30,
            },
            FilterValue::Unknown(octets) => octets.len().saturating_add(1),
        }
    }

    /// Whether the entry belongs to the type and family.
    fn check(&self, family: Family, orf: OrfType) -> Result<(), EncodeError> {
        let (all, form) = (self.head.action() == OrfAction::REMOVE_ALL, Form::of(orf, family));
        let fits = match &self.value {
            FilterValue::All => all && form != Form::UnknownType,
            FilterValue::AddressPrefix(filter) => !all && form == Form::AddressPrefix && filter.prefix.is_v6() == family.is_v6(),
            FilterValue::CoveringPrefix(filter) => {
                let len = self.encoded_len().saturating_sub(24);
                !all && form == Form::CoveringPrefix && host_len(family, filter.route_type) == Some(len)
            }
            // It would be read back as the type's value.
            FilterValue::Unknown(_) => form == Form::UnknownType || form == Form::UnknownFamily && !all,
        };
        if fits { Ok(()) } else { Err(EncodeError::unrepresentable("filter entry")) }
    }

    fn write(&self, out: &mut dyn Sink) {
        out.put_u8(self.head.0);
        match &self.value {
            FilterValue::All => {}
            FilterValue::AddressPrefix(filter) => {
                out.put_u32(filter.sequence);
                out.put_slice(&[filter.min_len, filter.max_len, filter.prefix.len()]);
                let all = filter.prefix.bits().to_be_bytes();
                out.put_slice(all.get(..usize::from(filter.prefix.len()).div_ceil(8)).unwrap_or(&all));
            }
            FilterValue::CoveringPrefix(filter) => {
                out.put_u32(filter.sequence);
                out.put_slice(&[filter.min_len, filter.max_len]);
                out.put_slice(&filter.vpn_route_target.0);
                out.put_slice(&filter.import_route_target.0);
                out.put_u8(filter.route_type.0);
                match filter.host {
                    FilterHost::None => {}
                    FilterHost::Address(IpAddr::V4(address)) => out.put_slice(&address.octets()),
                    FilterHost::Address(IpAddr::V6(address)) => out.put_slice(&address.octets()),
                    FilterHost::Mac(mac) => out.put_slice(&mac.0),
                }
            }
            FilterValue::Unknown(octets) => out.put_slice(octets),
        }
    }
}

impl RouteRefresh<'_> {
    /// Octets of the whole message.
    pub const fn encoded_len(&self) -> usize {
        self.filters.len().saturating_add(HEADER_LEN).saturating_add(4)
    }

    /// Writes the whole message, including the header, with unchanged filters. [`RouteRefreshBuilder::from_message`] re-encodes
    /// their values instead.
    ///
    /// # Errors
    /// A message longer than the session allows, or too little room; then nothing is written.
    pub fn encode(&self, session: &Session, out: &mut impl Sink) -> Result<(), EncodeError> {
        put_header(MessageType::ROUTE_REFRESH, self.filters.len().saturating_add(4), session, out)?;
        out.put_u16(self.family.afi.0);
        out.put_slice(&[self.subtype.0, self.family.safi.0]);
        out.put_slice(self.filters);
        Ok(())
    }

    /// Adds the fields of the body to `places`.
    #[cfg(feature = "alloc")]
    pub fn places(&self, places: &mut crate::places::Places) {
        self.place(places);
    }

    /// Shows the fields of the body to an observer.
    pub(super) fn place<O: Observer>(&self, o: &mut O) {
        let start = self.offset.saturating_sub(4);
        let at = |from: u64, to: u64| start.saturating_add(from)..start.saturating_add(to);
        let Family { afi, safi } = self.family;
        o.note("afi", at(0, 2), &Named(afi.0, afi.name()));
        o.note("subtype", at(2, 3), &Named(self.subtype.0, self.subtype.name()));
        o.note("safi", at(3, 4), &Named(safi.0, safi.name()));
        let Some(when) = self.when() else { return };
        o.note("when", at(4, 5), &Named(when.0, when.name()));
        for group in self.groups() {
            if let Ok(group) = o.reported(group) {
                group.place(o);
            }
        }
    }
}

impl FilterGroup<'_> {
    /// Shows the group's fields, from its type on, to an observer.
    fn place<O: Observer>(&self, o: &mut O) {
        let (orf, len) = (self.offset.saturating_sub(3), self.offset.saturating_sub(2));
        o.open("filters", orf);
        o.label(&self.orf);
        o.note("type", orf..len, &Named(self.orf.0, self.orf.name()));
        o.note("length", len..self.offset, &self.raw.len());
        let mut entries = self.entries();
        loop {
            let mut c = entries.cursor;
            match entries.next() {
                Some(Ok(_)) => {
                    let _ = FilterEntry::place(&mut c, self.family, self.orf, o);
                }
                Some(Err(e)) => {
                    o.error(e);
                }
                None => break,
            }
        }
        o.close(self.offset.saturating_add(self.raw.len() as u64));
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests {
    use super::*;
    use crate::places::Places;

    #[test]
    fn requests_and_marks() {
        let r = RouteRefresh::parse_at(&[0, 1, 0, 1], 0).unwrap();
        assert_eq!((r.family, r.subtype.0, r.filters, r.when()), (Family::IPV4_UNICAST, 0, &[][..], None));
        assert_eq!(RouteRefresh::parse_at(&[0, 1, 0, 1, 1, 64], 0).unwrap().filters, [1, 64]);
        let long = RouteRefresh::parse_at(&[0, 1, 1, 1, 9], 19).unwrap_err();
        assert_eq!(long.to_string(), "ROUTE-REFRESH message: length 5 is not valid here (at byte 19)");
        assert_eq!(long.notification().map(|(c, s)| (c.0, s)), Some((7, 1)));
        assert!(RouteRefresh::parse_at(&[0, 1, 0], 0).is_err());
        for (mark, text) in [(RouteRefreshSubtype::BORR, "BoRR"), (RouteRefreshSubtype::EORR, "EoRR")] {
            let mut out = Vec::new();
            RouteRefreshBuilder::mark(Family::IPV6_UNICAST, mark).encode(&Session::AS4, &mut out).unwrap();
            assert_eq!(out[18..], [5, 0, 2, mark.0, 1]);
            assert_eq!(RouteRefresh::parse_at(&out[19..], 19).unwrap().to_string(), format!("IPv6 unicast {text}"));
        }
    }

    const RT: [u8; 8] = [0, 2, 0xfb, 0xf0, 0, 0, 0, 100];

    fn vectors() -> Vec<(Vec<u8>, &'static str)> {
        let cover = |family: [u8; 4], len: u16, kind: u8, host: &[u8]| {
            let mut body = [&family[..], &[2, 65], &len.to_be_bytes(), &[0, 0, 0, 0, 5, 8, 24], &RT, &RT, &[kind]].concat();
            body.extend(host);
            body
        };
        vec![
            (vec![0, 1, 0, 1], "IPv4 unicast Request"),
            (
                // Two entries, then a removal of all.
                vec![
                    0, 1, 0, 1, 1, 64, 0, 24, 0, 0, 0, 0, 10, 8, 24, 10, 192, 0, 0x60, 0, 0, 0, 11, 0, 0, 8, 10, 0x80, 0x00, 0,
                    0, 0,
                ],
                "IPv4 unicast Request IMMEDIATE Address Prefix [ADD/PERMIT sequence=10 min_len=8 max_len=24 prefix=192.0.0.0/10, \
                 REMOVE/DENY sequence=11 min_len=0 max_len=0 prefix=10.0.0.0/8, REMOVE-ALL, \
                 ROUTE-REFRESH message: needs 1 byte more than is there (at byte 48)]",
            ),
            (
                vec![0, 2, 0, 1, 2, 128, 0, 12, 0x21, 0, 0, 0, 1, 0, 48, 32, 0x20, 1, 0x0d, 0xb8],
                "IPv6 unicast Request DEFER Address Prefix (pre-standard) \
                 [ADD/DENY/0x1 sequence=1 min_len=0 max_len=48 prefix=2001:db8::/32]",
            ),
            (
                cover([0, 1, 0, 128], 28, 0, &[192, 0, 2, 1]),
                "IPv4 vpn Request DEFER CP-ORF [ADD/PERMIT sequence=5 min_len=8 max_len=24 vpn=rt:64496:100 import=rt:64496:100 \
                 route_type=0 host=192.0.2.1]",
            ),
            (
                cover([0, 2, 0, 128], 40, 0, &[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
                "IPv6 vpn Request DEFER CP-ORF [ADD/PERMIT sequence=5 min_len=8 max_len=24 vpn=rt:64496:100 import=rt:64496:100 \
                 route_type=0 host=2001:db8::1]",
            ),
            (
                cover([0, 25, 0, 70], 30, 2, &[0, 0x53, 0, 0, 0, 1]),
                "L2VPN evpn Request DEFER CP-ORF [ADD/PERMIT sequence=5 min_len=8 max_len=24 vpn=rt:64496:100 import=rt:64496:100 \
                 route_type=2 host=00:53:00:00:00:01]",
            ),
            (
                cover([0, 25, 0, 70], 24, 3, &[]),
                "L2VPN evpn Request DEFER CP-ORF [ADD/PERMIT sequence=5 min_len=8 max_len=24 vpn=rt:64496:100 import=rt:64496:100 \
                 route_type=3]",
            ),
            (
                vec![0, 1, 0, 1, 9, 3, 0, 2, 0x40, 7, 64, 0, 1, 0x80],
                "IPv4 unicast Request WhenToRefresh(9) Extended Communities [REMOVE/PERMIT 0x07] Address Prefix [REMOVE-ALL]",
            ),
            (
                vec![0, 1, 0, 1, 1, 64, 0, 9],
                "IPv4 unicast Request IMMEDIATE ROUTE-REFRESH message: needs 9 bytes more than are there (at byte 27)",
            ),
            (
                vec![0, 1, 0, 1, 1, 64, 0, 13, 0, 0, 0, 0, 1, 0, 0, 33, 1, 2, 3, 4, 5],
                "IPv4 unicast Request IMMEDIATE Address Prefix \
                 [ROUTE-REFRESH message: prefix length 33 is longer than an address (at byte 34)]",
            ),
        ]
    }

    #[test]
    fn filters_both_ways() {
        for (body, text) in vectors() {
            let refresh = RouteRefresh::parse_at(&body, 19).unwrap();
            assert_eq!(refresh.to_string(), text);
            let mut out = Vec::new();
            refresh.encode(&Session::AS4, &mut out).unwrap();
            assert_eq!((&out[18..], out.len()), (&[&[5], &body[..]].concat()[..], refresh.encoded_len()));
            if text.contains("ROUTE-REFRESH message") {
                assert!(RouteRefreshBuilder::from_message(&refresh).is_err());
                continue;
            }
            let builder = RouteRefreshBuilder::from_message(&refresh).unwrap();
            let mut built = Vec::new();
            builder.encode(&Session::AS4, &mut built).unwrap();
            assert_eq!((built.len(), built), (builder.encoded_len(), out), "{text}");
            // Also entry by entry, which checks types and families.
            let mut again = RouteRefreshBuilder::new(refresh.family).when(refresh.when().unwrap_or(WhenToRefresh(1)));
            for group in refresh.groups() {
                for entry in group.unwrap().entries() {
                    again = again.filter(group.unwrap().orf, &entry.unwrap()).unwrap();
                }
            }
            assert_eq!(again, builder, "{text}");
        }
    }

    #[test]
    fn cut_anywhere_nothing_is_invented() {
        for (body, text) in vectors() {
            for n in 4..body.len() {
                let refresh = RouteRefresh::parse_at(&body[..n], 0).unwrap();
                let failed = refresh.groups().any(|g| g.map_or(true, |g| g.entries().any(|e| e.is_err())));
                assert!(failed || n <= 5 || (n == 10 && text.contains("Extended")), "{text} cut at {n}");
                let mut places = Places::new();
                refresh.places(&mut places);
                assert!(places.iter().all(|p| p.range.end <= n as u64), "{text} cut at {n}\n{places}");
            }
        }
    }

    #[test]
    fn findings_of_damaged_messages() {
        let findings = |body: &[u8]| {
            let mut list = Vec::new();
            let message = RouteRefresh::parse_at(body, 19).unwrap();
            assert_eq!(message.findings(|e| list.push(e.to_string())), Action::None);
            list
        };
        let none = Vec::<alloc::string::String>::new();
        assert_eq!(findings(&[0, 1, 2, 1]), none);
        // RFC 7313 section 5: a subtype over 2 is logged.
        assert_eq!(findings(&[0, 1, 3, 1]), ["ROUTE-REFRESH message: value 3 is not valid here (at byte 21)"]);
        // Immediate, address prefix filters of 8 octets: add/permit, sequence 5, no limits, 10.0.0.0/8.
        assert_eq!(findings(&[0, 1, 0, 1, 1, 64, 0, 9, 0, 0, 0, 0, 5, 0, 0, 8, 10]), none);
        // The group declares one octet more than there is.
        let cut = findings(&[0, 1, 0, 1, 1, 64, 0, 10, 0, 0, 0, 0, 5, 0, 0, 8, 10]);
        assert_eq!(cut, ["ROUTE-REFRESH message: needs 1 byte more than is there (at byte 27)"]);
        // The entry's prefix is one octet short of its length.
        let cut = findings(&[0, 1, 0, 1, 1, 64, 0, 9, 0, 0, 0, 0, 5, 0, 0, 16, 10]);
        assert_eq!(cut, ["ROUTE-REFRESH message: needs 1 byte more than is there (at byte 34)"]);
    }

    #[test]
    fn what_does_not_belong_is_refused() {
        let prefix = |text: &str| {
            FilterValue::AddressPrefix(AddressPrefixFilter { sequence: 1, min_len: 0, max_len: 0, prefix: text.parse().unwrap() })
        };
        let refused = |family, orf, head, value| {
            RouteRefreshBuilder::new(family).filter(orf, &FilterEntry { head, value }).unwrap_err().to_string()
        };
        let text = "filter entry: the value has no form on the wire";
        let v4 = Family::IPV4_UNICAST;
        assert_eq!(refused(v4, OrfType(64), FilterHead::add(false), prefix("2001:db8::/32")), text);
        assert_eq!(refused(v4, OrfType(65), FilterHead::add(false), prefix("192.0.2.0/24")), text);
        assert_eq!(refused(v4, OrfType(64), FilterHead::remove_all(), prefix("192.0.2.0/24")), text);
        assert_eq!(refused(v4, OrfType(64), FilterHead::remove(true), FilterValue::All), text);
        // Values that would be read back differently.
        assert_eq!(refused(v4, OrfType(9), FilterHead::remove_all(), FilterValue::All), text);
        for (orf, head) in [(64, FilterHead::add(false)), (65, FilterHead::add(false)), (128, FilterHead::remove_all())] {
            assert_eq!(refused(v4, OrfType(orf), head, FilterValue::Unknown(&[])), text, "{orf}");
        }
        // Of an unknown type every entry is a group.
        let raw = |octets| FilterEntry { head: FilterHead::add(false), value: FilterValue::Unknown(octets) };
        // Entries of one type share a group, an entry of another starts one.
        let shared = |second: OrfType| {
            let add = |value| FilterEntry { head: FilterHead::add(false), value };
            let (first, mut out) = (add(prefix("192.0.2.0/24")), Vec::new());
            let again = if second == OrfType(64) { add(prefix("198.51.100.0/24")) } else { raw(&[1][..]) };
            let built = RouteRefreshBuilder::new(v4).filter(OrfType(64), &first).unwrap().filter(second, &again).unwrap();
            built.encode(&Session::AS4, &mut out).unwrap();
            RouteRefresh::parse_at(&out[19..], 0).unwrap().groups().count()
        };
        assert_eq!((shared(OrfType(64)), shared(OrfType(9))), (1, 2));
        let two = RouteRefreshBuilder::new(v4).filter(OrfType(9), &raw(&[1])).unwrap().filter(OrfType(9), &raw(&[2])).unwrap();
        let mut out = Vec::new();
        two.encode(&Session::AS4, &mut out).unwrap();
        assert_eq!(out[23..], [1, 9, 0, 2, 0, 1, 9, 0, 2, 0, 2]);
        assert_eq!(RouteRefreshBuilder::from_message(&RouteRefresh::parse_at(&out[19..], 0).unwrap()), Ok(two));
        let all = FilterEntry { head: FilterHead::remove_all(), value: FilterValue::All };
        let mark = RouteRefreshBuilder::mark(v4, RouteRefreshSubtype::EORR).filter(OrfType(64), &all).unwrap();
        assert!(mark.encode(&Session::AS4, &mut Vec::new()).is_err());
    }

    #[test]
    fn places_of_the_fields() {
        let body = [0, 1, 0, 1, 1, 64, 0, 12, 0, 0, 0, 0, 10, 8, 24, 24, 192, 0, 2, 0x80];
        let mut places = Places::new();
        RouteRefresh::parse_at(&body, 19).unwrap().places(&mut places);
        let list: Vec<_> = places.iter().map(|p| (p.depth, p.name.as_ref(), p.range.clone(), p.text.as_str())).collect();
        assert_eq!(
            list,
            [
                (0, "afi", 19..21, "1 (IPv4)"),
                (0, "subtype", 21..22, "0 (Request)"),
                (0, "safi", 22..23, "1 (unicast)"),
                (0, "when", 23..24, "1 (IMMEDIATE)"),
                (0, "filters", 24..39, "Address Prefix"),
                (1, "type", 24..25, "64 (Address Prefix)"),
                (1, "length", 25..27, "12"),
                (1, "entry", 27..38, ""),
                (2, "action", 27..28, "ADD/PERMIT"),
                (2, "sequence", 28..32, "10"),
                (2, "min_len", 32..33, "8"),
                (2, "max_len", 33..34, "24"),
                (2, "prefix", 34..38, "192.0.2.0/24"),
                (1, "entry", 38..39, ""),
                (2, "action", 38..39, "REMOVE-ALL"),
            ]
        );
    }
}
