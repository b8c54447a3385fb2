//! BGP4MP and BGP4MP_ET (RFC 6396 sections 3, 4.4 and B.2.6, RFC 8050 section 3).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::asn::Asn;
use crate::attr::Attributes;
#[cfg(feature = "alloc")]
use crate::bgp::Frame;
use crate::bgp::{self, Message, Update};
use crate::codes::{Afi, FsmState, MessageType, Safi};
#[cfg(feature = "alloc")]
use crate::error::EncodeError;
use crate::error::{Error, ErrorKind, Result};
use crate::family::Family;
use crate::nlri::{NextHop, RawRoute, read_prefix};
use crate::prefix::Prefix;
use crate::session::Session;
use crate::wire::Cursor;

#[inline(always)]
fn asn(c: &mut Cursor<'_>, asn4: bool) -> Result<Asn> {
    Ok(Asn(if asn4 { c.u32()? } else { u32::from(c.u16()?) }))
}

/// Two addresses of the family that stands in front of them.
#[inline(always)]
fn addresses(c: &mut Cursor<'_>) -> Result<(IpAddr, IpAddr)> {
    let at = c.offset();
    match c.u16()? {
        1 => Ok((Ipv4Addr::from_bits(c.u32()?).into(), Ipv4Addr::from_bits(c.u32()?).into())),
        2 => {
            let (peer, local) = (u128::from_be_bytes(*c.array()?), u128::from_be_bytes(*c.array()?));
            Ok((Ipv6Addr::from_bits(peer).into(), Ipv6Addr::from_bits(local).into()))
        }
        afi => Err(crate::attr::place_of::bad_value(u32::from(afi), at)),
    }
}

/// A BGP message and who exchanged it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Bgp4mpMessage<'a> {
    /// The peer's number. FRR writes the low 16 bits of a four-octet number into two-octet records, BIRD AS_TRANS.
    pub peer_asn: Asn,
    /// The collector's number.
    pub local_asn: Asn,
    /// Interface index; 0 where there is none.
    pub interface: u16,
    /// The peer's address; `None` in the shortened records that Zebra wrote for peers without one.
    pub peer_address: Option<IpAddr>,
    /// The collector's address.
    pub local_address: Option<IpAddr>,
    /// Whether the collector sent the message (the LOCAL subtypes).
    pub local: bool,
    /// How the subtype says the message is to be read. Messages over 4,096 octets are always accepted.
    pub session: Session,
    bytes: &'a [u8],
    offset: u64,
    // The records of 1999 hold a body without a header and say its type themselves.
    headless: Option<MessageType>,
}

impl<'a> Bgp4mpMessage<'a> {
    #[inline(always)]
    pub(super) fn read(mut c: Cursor<'a>, asn4: bool, add_path: bool, local: bool) -> Result<Self> {
        let session = if asn4 { Session::AS4 } else { Session::AS2 }.with_extended_message().with_multiple_labels();
        let session = if add_path { session.with_add_path() } else { session };
        if !session.asn4 && c.rest().get(..8) == Some(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]) {
            return Ok(Self::shortened(c, session, local));
        }
        let (peer_asn, local_asn) = (asn(&mut c, session.asn4)?, asn(&mut c, session.asn4)?);
        let interface = c.u16()?;
        let (peer, own) = addresses(&mut c)?;
        let (peer_address, local_address) = (Some(peer), Some(own));
        let (bytes, offset) = (c.rest(), c.offset());
        Ok(Self { peer_asn, local_asn, interface, peer_address, local_address, local, session, bytes, offset, headless: None })
    }

    #[cfg(feature = "alloc")]
    pub(super) const fn of(
        (peer_asn, peer): (Asn, IpAddr),
        (local_asn, own): (Asn, IpAddr),
        session: Session,
        message: &'a [u8],
    ) -> Self {
        Self {
            peer_asn,
            local_asn,
            interface: 0,
            peer_address: Some(peer),
            local_address: Some(own),
            local: false,
            session,
            bytes: message,
            offset: 0,
            headless: None,
        }
    }

    /// Zebra in the year 2000: two zero AS numbers, and the message at once behind them.
    #[cold]
    fn shortened(mut c: Cursor<'a>, session: Session, local: bool) -> Self {
        let _ = c.u32();
        Self {
            peer_asn: Asn::ZERO,
            local_asn: Asn::ZERO,
            interface: 0,
            peer_address: None,
            local_address: None,
            local,
            session,
            bytes: c.rest(),
            offset: c.offset(),
            headless: None,
        }
    }

    pub(super) fn headless(
        c: Cursor<'a>,
        (peer_asn, peer): (Asn, IpAddr),
        (local_asn, own): (Asn, IpAddr),
        kind: MessageType,
    ) -> Self {
        Self {
            peer_asn,
            local_asn,
            interface: 0,
            peer_address: Some(peer),
            local_address: Some(own),
            local: false,
            session: Session::AS2.with_multiple_labels(),
            bytes: c.rest(),
            offset: c.offset(),
            headless: Some(kind),
        }
    }

    /// The message on the wire. It has its 19-octet header, but for the records of the old type BGP.
    #[inline(always)]
    pub const fn message_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where the message starts: bytes from the start of the outermost input.
    #[inline(always)]
    pub const fn message_offset(&self) -> u64 {
        self.offset
    }

    /// Whether the message has no header of its own, as in the old type BGP.
    pub const fn is_headless(&self) -> bool {
        self.headless.is_some()
    }

    /// The message, read as the subtype says.
    ///
    /// # Errors
    /// See [`Message::parse_at`].
    #[inline(always)]
    pub fn message(&self) -> Result<Message<'a>> {
        self.message_by(&self.session)
    }

    /// The message, read by another session than the subtype's.
    ///
    /// # Errors
    /// See [`Message::parse_at`].
    #[inline(always)]
    pub fn message_by(&self, session: &Session) -> Result<Message<'a>> {
        match self.headless {
            None => Message::parse_at(self.bytes, session, self.offset),
            Some(kind) => Message::parse_body(kind, self.bytes, session, self.offset),
        }
    }

    /// The message in front of octets that are not its own, and what is wrong with those: a record that holds more than one
    /// message, or something behind it.
    #[cfg(feature = "alloc")]
    pub(crate) fn leading(&self, session: &Session) -> Option<(Message<'a>, Error)> {
        let (None, Ok(Frame::Ready(len))) = (self.headless, bgp::frame(self.bytes, session, self.offset)) else { return None };
        let (message, behind) = self.bytes.split_at_checked(len)?;
        let kind = ErrorKind::TrailingBytes(u32::try_from(behind.len()).ok().filter(|len| *len > 0)?);
        let message = Message::parse_at(message, session, self.offset).ok()?;
        Some((message, Error::new(kind, self.offset.saturating_add(len as u64))))
    }

    /// The message if it is an UPDATE, read as the subtype says. Other messages are not looked at behind their header.
    ///
    /// # Errors
    /// See [`Message::parse_at`].
    #[inline(always)]
    pub fn update(&self) -> Result<Option<Update<'a>>> {
        let (kind, body, offset) = match self.headless {
            None => {
                let (kind, body) = bgp::split_header(self.bytes, &self.session, self.offset)?;
                (kind, body, self.offset.saturating_add(bgp::HEADER_LEN as u64))
            }
            Some(kind) => (kind, self.bytes, self.offset),
        };
        if kind != MessageType::UPDATE {
            return Ok(None);
        }
        match Update::parse_at(body, &self.session, offset) {
            Ok(update) => Ok(Some(update)),
            Err(e) if self.headless.is_some() => Err(e),
            Err(e) => Err(bgp::too_short(kind, body.len(), self.offset).unwrap_or(e)),
        }
    }
}

/// A change of a session's state (RFC 6396 section 4.4.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct StateChange {
    /// The peer's number.
    pub peer_asn: Asn,
    /// The collector's number.
    pub local_asn: Asn,
    /// Interface index; 0 where there is none.
    pub interface: u16,
    /// The peer's address; `None` in the short records that Zebra and FRR write for peers without one.
    pub peer_address: Option<IpAddr>,
    /// The collector's address.
    pub local_address: Option<IpAddr>,
    /// State before. Quagga and FRR have states 7 and 8 besides those of RFC 4271.
    pub old: FsmState,
    /// State after.
    pub new: FsmState,
}

impl StateChange {
    /// A change of the session between a peer and the collector, from one state to another; no interface.
    pub const fn new((peer_asn, peer): (Asn, IpAddr), (local_asn, local): (Asn, IpAddr), old: FsmState, new: FsmState) -> Self {
        let (peer_address, local_address) = (Some(peer), Some(local));
        Self { peer_asn, local_asn, interface: 0, peer_address, local_address, old, new }
    }

    pub(super) fn read(mut c: Cursor<'_>, asn4: bool) -> Result<Self> {
        // Without interface, family and addresses: Zebra's eight octets, FRR's twelve.
        let short = c.len() == if asn4 { 12 } else { 8 };
        let (peer_asn, local_asn) = (asn(&mut c, asn4)?, asn(&mut c, asn4)?);
        let (mut interface, mut peer_address, mut local_address) = (0, None, None);
        if !short {
            interface = c.u16()?;
            let (peer, own) = addresses(&mut c)?;
            (peer_address, local_address) = (Some(peer), Some(own));
        }
        let (old, new) = (FsmState(c.u16()?), FsmState(c.u16()?));
        c.finish()?;
        Ok(Self { peer_asn, local_asn, interface, peer_address, local_address, old, new })
    }

    pub(super) const fn legacy((peer_asn, peer): (Asn, IpAddr), old: FsmState, new: FsmState) -> Self {
        Self { peer_asn, local_asn: Asn::ZERO, interface: 0, peer_address: Some(peer), local_address: None, old, new }
    }
}

/// One route of a table in the obsolete form of BGP4MP_ENTRY (RFC 6396 section B.2.6.1), which OpenBGPD wrote.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Bgp4mpEntry<'a> {
    /// The peer's number.
    pub peer_asn: Asn,
    /// The collector's number.
    pub local_asn: Asn,
    /// Interface index; 0 where there is none.
    pub interface: u16,
    /// The peer's address.
    pub peer_address: IpAddr,
    /// The collector's address.
    pub local_address: IpAddr,
    /// The number of the view.
    pub view: u16,
    /// Status, as it is.
    pub status: u16,
    /// When the route last changed, in seconds since 1970 (UTC).
    pub last_change: u32,
    /// The family of the route.
    pub family: Family,
    /// The prefix; `None` for families without plain ones, whose octets [`Bgp4mpEntry::route_bytes`] has.
    pub prefix: Option<Prefix>,
    next_hop: &'a [u8],
    route: &'a [u8],
    attributes: &'a [u8],
    offset: u64,
}

impl<'a> Bgp4mpEntry<'a> {
    /// An entry for a route between a peer and the collector. `next_hop` and `attributes` are as on the wire, AS numbers in
    /// them with two octets; view, status, time and interface are 0.
    ///
    /// # Errors
    /// A family without plain prefixes whose route is not a length in bits and the octets that it needs; octets that are not
    /// one prefix of the family; AS numbers over 65,535, addresses of two families, a next hop over 255 octets, attributes over
    /// 65,535, which the record cannot say.
    #[cfg(feature = "alloc")]
    pub fn new(
        (peer_asn, peer_address): (Asn, IpAddr),
        (local_asn, local_address): (Asn, IpAddr),
        route: RawRoute<'a>,
        next_hop: &'a [u8],
        attributes: &'a [u8],
    ) -> Result<Self, EncodeError> {
        for asn in [peer_asn, local_asn] {
            if asn.is_four_octet() {
                return Err(EncodeError::out_of_range("AS number", u64::from(asn.0)));
            }
        }
        if peer_address.is_ipv4() != local_address.is_ipv4() {
            return Err(EncodeError::unrepresentable("addresses of two families"));
        }
        if next_hop.len() > 0xff {
            return Err(EncodeError::too_long("next hop", next_hop.len(), 0xff));
        }
        if attributes.len() > 0xffff {
            return Err(EncodeError::too_long("path attributes", attributes.len(), 0xffff));
        }
        let (family, octets) = (route.family, route.bytes);
        let prefix = match (family.prefix_is_v6(), octets.split_first()) {
            (Some(v6), _) => match read_prefix(octets, v6) {
                Ok((prefix, [])) => Some(prefix),
                _ => return Err(EncodeError::unrepresentable("route")),
            },
            (None, Some((bits, rest))) if usize::from(*bits).div_ceil(8) == rest.len() => None,
            _ => return Err(EncodeError::unrepresentable("route")),
        };
        Ok(Self {
            peer_asn,
            local_asn,
            interface: 0,
            peer_address,
            local_address,
            view: 0,
            status: 0,
            last_change: 0,
            family,
            prefix,
            next_hop,
            route: octets,
            attributes,
            offset: 0,
        })
    }

    pub(super) fn read(mut c: Cursor<'a>) -> Result<Self> {
        let (peer_asn, local_asn) = (asn(&mut c, false)?, asn(&mut c, false)?);
        let interface = c.u16()?;
        let (peer_address, local_address) = addresses(&mut c)?;
        let (view, status, last_change) = (c.u16()?, c.u16()?, c.u32()?);
        let family = Family::new(Afi(c.u16()?), Safi(c.u8()?));
        let len = c.u8()?;
        let next_hop = c.take(usize::from(len))?;
        let at = c.offset();
        let bits = c.rest().first().copied().unwrap_or(0);
        let (prefix, len) = match family.prefix_is_v6() {
            Some(v6) => match read_prefix(c.rest(), v6) {
                Ok((prefix, rest)) => (Some(prefix), c.len().saturating_sub(rest.len())),
                Err(kind) => return Err(Error::new(kind, at)),
            },
            None => (None, usize::from(bits).div_ceil(8).saturating_add(1)),
        };
        let route = c.take(len)?;
        let len = c.u16()?;
        let offset = c.offset();
        let attributes = c.take(usize::from(len))?;
        c.finish()?;
        Ok(Self {
            peer_asn,
            local_asn,
            interface,
            peer_address,
            local_address,
            view,
            status,
            last_change,
            family,
            prefix,
            next_hop,
            route,
            attributes,
            offset,
        })
    }

    /// Where traffic for the route goes.
    pub fn next_hop(&self) -> NextHop<'a> {
        NextHop::read(self.next_hop)
    }

    /// The route on the wire: a length in bits and as many octets as it needs.
    pub const fn route_bytes(&self) -> &'a [u8] {
        self.route
    }

    /// The route of a family without plain prefixes.
    pub const fn route(&self) -> RawRoute<'a> {
        let before = (self.route.len() as u64).saturating_add(2);
        RawRoute::new(self.family, self.route, self.offset.saturating_sub(before))
    }

    /// Octets of the path attributes.
    pub const fn attribute_bytes(&self) -> &'a [u8] {
        self.attributes
    }

    /// Where they start: bytes from the start of the outermost input.
    pub const fn attributes_offset(&self) -> u64 {
        self.offset
    }

    /// The path attributes with the places of the common ones. AS numbers have two octets.
    ///
    /// # Errors
    /// An attribute that overruns the list.
    #[inline(always)]
    pub fn attributes(&self) -> Result<Attributes<'a>> {
        Attributes::parse_rib_at(self.attributes, &Session::AS2, self.offset)
    }
}

/// The name of a file that holds a table (RFC 6396 section B.2.6.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Snapshot<'a> {
    /// The number of the view.
    pub view: u16,
    /// The file's name, up to its NUL.
    pub file_name: &'a [u8],
}

impl<'a> Snapshot<'a> {
    pub(super) fn read(mut c: Cursor<'a>) -> Result<Self> {
        let view = c.u16()?;
        let at = c.offset();
        match memchr::memchr(0, c.rest()).and_then(|end| c.rest().get(..end)) {
            Some(file_name) => Ok(Self { view, file_name }),
            None => Err(Error::new(ErrorKind::Truncated(1), at)),
        }
    }
}
