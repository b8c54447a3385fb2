//! The fixed fields of records. Each layout is one function over a [`Pass`] that reads, dissects and writes it.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::observe;
use crate::asn::Asn;
use crate::codes::{Afi, FsmState, MrtType};
use crate::error::{Context, EncodeError, Error, ErrorKind, Result};
use crate::family::Family;
use crate::io::{Frame, Framing};
use crate::nlri::{PathPrefix, RawRoute};
use crate::session::Session;
use crate::time::Timestamp;
use crate::wire::{Cursor, Field, Named, Observer, Sink};

/// The route of a RIB record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a plain prefix, or another family's route")]
pub enum RibRoute<'a> {
    /// A prefix, with its path identifier if the record has one.
    Prefix(PathPrefix),
    /// A route of another family (RIB_GENERIC).
    Other(RawRoute<'a>),
}

impl<'a> RibRoute<'a> {
    /// The route of a family without plain prefixes, on the wire.
    pub const fn raw(&self) -> Option<&'a [u8]> {
        match self {
            Self::Prefix(_) => None,
            Self::Other(route) => Some(route.bytes),
        }
    }
}

/// Finds the length in octets of the first route in a window; `None` if its family gives none.
pub(super) type RouteLen = fn(Family, Cursor<'_>) -> Result<Option<usize>>;

/// One pass over the fields of a layout: reading sets the values, writing writes them. A width or count that later fields depend
/// on is a value like the others, so a layout is independent of the direction.
pub(super) trait Pass<'a> {
    /// The error.
    type Error;

    /// A field.
    fn field<T: Field<'a>>(&mut self, name: &'static str, value: &mut T) -> Result<(), Self::Error>;

    /// A field with a name for dissectors.
    fn named<T: Field<'a>, N: fmt::Display>(
        &mut self,
        name: &'static str,
        value: &mut T,
        text: impl FnOnce(T) -> N,
    ) -> Result<(), Self::Error>;

    /// `len` octets.
    fn octets<N: fmt::Display>(
        &mut self,
        name: &'static str,
        len: usize,
        value: &mut &'a [u8],
        text: impl FnOnce(&'a [u8]) -> N,
    ) -> Result<(), Self::Error>;

    /// The route of a record; `false` if its family gives no route length, so that nothing is read.
    fn route(&mut self, family: Family, len: RouteLen, value: &mut RibRoute<'a>) -> Result<bool, Self::Error>;

    /// `len` octets of path attributes, and their offset.
    fn attributes(&mut self, session: &Session, len: usize, value: &mut &'a [u8], start: &mut u64) -> Result<(), Self::Error>;

    /// The error for a value without a layout; `start` is its offset.
    fn refuse(&mut self, kind: ErrorKind, start: u64) -> Self::Error;

    /// Offset of the next field: bytes from the start of the outermost input.
    fn offset(&self) -> u64;
}

/// Reading, with or without an observer.
pub(super) struct Reading<'r, 'a, O> {
    cursor: &'r mut Cursor<'a>,
    observer: &'r mut O,
}

impl<'r, 'a, O: Observer> Reading<'r, 'a, O> {
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn new(cursor: &'r mut Cursor<'a>, observer: &'r mut O) -> Self {
        Self { cursor, observer }
    }
}

/// The route of a family without plain prefixes, if its length is known. Such families are rare: out of line and by value, so that
/// the cursor of the others stays in registers.
#[inline(never)]
fn route_of_octets<'a, O: Observer>(
    mut c: Cursor<'a>,
    family: Family,
    len: RouteLen,
    o: &mut O,
) -> (Result<Option<RawRoute<'a>>>, Cursor<'a>) {
    let route = match len(family, c) {
        Ok(Some(len)) => observe::route(&mut c, family, len, o).map(Some),
        Ok(None) => Ok(None),
        Err(e) => Err(o.error(e)),
    };
    (route, c)
}

#[cold]
#[inline(never)]
fn refused(kind: ErrorKind, start: u64) -> Error {
    Error::new(kind, start)
}

impl<'a, O: Observer> Pass<'a> for Reading<'_, 'a, O> {
    type Error = Error;

    #[cfg_attr(optimised, inline(always))]
    fn field<T: Field<'a>>(&mut self, name: &'static str, value: &mut T) -> Result<()> {
        *value = self.observer.field(self.cursor, name)?;
        Ok(())
    }

    #[cfg_attr(optimised, inline(always))]
    fn named<T: Field<'a>, N: fmt::Display>(
        &mut self,
        name: &'static str,
        value: &mut T,
        text: impl FnOnce(T) -> N,
    ) -> Result<()> {
        *value = self.observer.read_as(self.cursor, name, T::read, |value| text(*value))?;
        Ok(())
    }

    #[cfg_attr(optimised, inline(always))]
    fn octets<N: fmt::Display>(
        &mut self,
        name: &'static str,
        len: usize,
        value: &mut &'a [u8],
        text: impl FnOnce(&'a [u8]) -> N,
    ) -> Result<()> {
        *value = self.observer.read_as(self.cursor, name, |c| c.take(len), |octets| text(octets))?;
        Ok(())
    }

    #[cfg_attr(optimised, inline(always))]
    fn route(&mut self, family: Family, len: RouteLen, value: &mut RibRoute<'a>) -> Result<bool> {
        match family.prefix_is_v6() {
            Some(v6) => {
                let prefix = observe::prefix(self.cursor, v6, self.observer)?;
                *value = RibRoute::Prefix(PathPrefix { prefix, path_id: None });
                Ok(true)
            }
            None => {
                let (route, rest) = route_of_octets(*self.cursor, family, len, self.observer);
                *self.cursor = rest;
                let Some(route) = route? else { return Ok(false) };
                *value = RibRoute::Other(route);
                Ok(true)
            }
        }
    }

    #[cfg_attr(optimised, inline(always))]
    fn attributes(&mut self, session: &Session, len: usize, value: &mut &'a [u8], start: &mut u64) -> Result<()> {
        let list = observe::attributes(self.cursor, len, session, self.observer)?;
        (*value, *start) = (list.rest(), list.offset());
        Ok(())
    }

    #[cfg_attr(optimised, inline(always))]
    fn refuse(&mut self, kind: ErrorKind, start: u64) -> Error {
        self.observer.error(refused(kind, start))
    }

    #[cfg_attr(optimised, inline(always))]
    fn offset(&self) -> u64 {
        self.cursor.offset()
    }
}

/// Writing. Lengths have been checked; a value that does not fit its field is still an error.
pub(super) struct Writing<'w>(pub(super) &'w mut dyn Sink);

impl<'a> Pass<'a> for Writing<'_> {
    type Error = EncodeError;

    fn field<T: Field<'a>>(&mut self, _: &'static str, value: &mut T) -> Result<(), EncodeError> {
        value.check()?;
        value.write(self.0);
        Ok(())
    }

    fn named<T: Field<'a>, N: fmt::Display>(
        &mut self,
        name: &'static str,
        value: &mut T,
        _: impl FnOnce(T) -> N,
    ) -> Result<(), EncodeError> {
        self.field(name, value)
    }

    fn octets<N: fmt::Display>(
        &mut self,
        _: &'static str,
        _: usize,
        value: &mut &'a [u8],
        _: impl FnOnce(&'a [u8]) -> N,
    ) -> Result<(), EncodeError> {
        self.0.put_slice(value);
        Ok(())
    }

    fn route(&mut self, _: Family, _: RouteLen, value: &mut RibRoute<'a>) -> Result<bool, EncodeError> {
        match value {
            RibRoute::Prefix(path) => path.write(self.0),
            RibRoute::Other(route) => self.0.put_slice(route.bytes),
        }
        Ok(true)
    }

    fn attributes(&mut self, _: &Session, _: usize, value: &mut &'a [u8], _: &mut u64) -> Result<(), EncodeError> {
        self.0.put_slice(value);
        Ok(())
    }

    fn refuse(&mut self, _: ErrorKind, _: u64) -> EncodeError {
        EncodeError::unrepresentable("record")
    }

    fn offset(&self) -> u64 {
        // Only reading reports offsets.
        0
    }
}

/// The header of a record (RFC 6396 section 2).
#[derive(Clone, Copy)]
pub(super) struct Header {
    /// Seconds since 1970 (UTC).
    pub(super) seconds: u32,
    pub(super) kind: MrtType,
    pub(super) subtype: u16,
    /// Octets after the header.
    pub(super) len: u32,
}

/// Octets of a record's header: timestamp, type, subtype, length.
pub const HEADER_LEN: usize = 12;

impl Header {
    pub(super) const EMPTY: Self = Self { seconds: 0, kind: MrtType(0), subtype: 0, len: 0 };

    /// The header at the start of some octets, and the octets after it; `None` if truncated.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        if bytes.len() < HEADER_LEN {
            return None;
        }
        let (mut header, mut c) = (Self::EMPTY, Cursor::at(bytes, 0));
        header.pass(&mut Reading::new(&mut c, &mut ())).ok()?;
        Some((header, c.rest()))
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn pass<'a, P: Pass<'a>>(&mut self, p: &mut P) -> Result<(), P::Error> {
        p.named("time", &mut self.seconds, |seconds| Timestamp::from_seconds(seconds).utc())?;
        p.field("type", &mut self.kind)?;
        let kind = self.kind;
        p.named("subtype", &mut self.subtype, |subtype| {
            // A subtype without a name is displayed as its number.
            Named(subtype, kind.subtype_rfc(subtype).map(|_| kind.subtype_name(subtype)))
        })?;
        p.field("length", &mut self.len)
    }
}

impl Framing for Header {
    const HEADER_LEN: usize = HEADER_LEN;
    const CONTEXT: Context = Context::MrtHeader;

    #[cfg_attr(optimised, inline(always))]
    fn read(bytes: &[u8]) -> Option<Self> {
        Self::split(bytes).map(|(header, _)| header)
    }

    #[cfg_attr(optimised, inline(always))]
    fn declared_len(&self) -> u64 {
        u64::from(self.len).saturating_add(HEADER_LEN as u64)
    }

    #[cfg_attr(optimised, inline(always))]
    fn frame(bytes: &[u8]) -> Frame {
        super::frame(bytes)
    }
}

/// An AS number of two octets.
#[derive(Clone, Copy)]
struct Asn2(Asn);

impl<'a> Field<'a> for Asn2 {
    #[cfg_attr(optimised, inline(always))]
    fn read(c: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self(Asn(u32::from(c.u16()?))))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }

    fn wire_len(&self) -> usize {
        2
    }

    fn check(&self) -> Result<(), EncodeError> {
        // For a larger one, records only have AS_TRANS.
        if self.0.is_four_octet() { Err(EncodeError::out_of_range("AS number", u64::from(self.0.0))) } else { Ok(()) }
    }

    fn write(&self, out: &mut dyn Sink) {
        self.0.write(false, out);
    }
}

/// An AS number of four or two octets.
#[cfg_attr(optimised, inline(always))]
pub(super) fn asn<'a, P: Pass<'a>>(p: &mut P, name: &'static str, value: &mut Asn, four: bool) -> Result<(), P::Error> {
    if four {
        return p.field(name, value);
    }
    let mut two = Asn2(*value);
    p.field(name, &mut two)?;
    *value = two.0;
    Ok(())
}

/// An address of known width.
#[cfg_attr(optimised, inline(always))]
pub(super) fn address<'a, P: Pass<'a>>(p: &mut P, name: &'static str, value: &mut IpAddr, v6: bool) -> Result<(), P::Error> {
    if v6 {
        let mut six = if let IpAddr::V6(address) = *value { address } else { Ipv6Addr::UNSPECIFIED };
        p.field(name, &mut six)?;
        *value = IpAddr::V6(six);
    } else {
        let mut four = if let IpAddr::V4(address) = *value { address } else { Ipv4Addr::UNSPECIFIED };
        p.field(name, &mut four)?;
        *value = IpAddr::V4(four);
    }
    Ok(())
}

/// Path attributes after their length (RFC 6396 sections 4.2 and 4.3.4).
#[cfg_attr(optimised, inline(always))]
pub(super) fn attributes<'a, P: Pass<'a>>(
    p: &mut P,
    session: &Session,
    value: &mut &'a [u8],
    start: &mut u64,
) -> Result<(), P::Error> {
    // Writers have checked that the length fits.
    let mut len = u16::try_from(value.len()).unwrap_or(u16::MAX);
    p.field("attributes_length", &mut len)?;
    p.attributes(session, usize::from(len), value, start)
}

/// The states of a session.
#[cfg_attr(optimised, inline(always))]
pub(super) fn states<'a, P: Pass<'a>>(p: &mut P, old: &mut FsmState, new: &mut FsmState) -> Result<(), P::Error> {
    p.field("old_state", old)?;
    p.field("new_state", new)
}

/// The speakers of a message: AS numbers, and interface and addresses if the record has them (RFC 6396 section 4.4.2).
#[derive(Clone, Copy)]
pub(super) struct Speakers {
    pub(super) peer_asn: Asn,
    pub(super) local_asn: Asn,
    pub(super) interface: u16,
    /// Of peer and collector; `None` in the short records of Zebra and FRR.
    pub(super) addresses: Option<(IpAddr, IpAddr)>,
}

impl Speakers {
    /// Octets of the longest: two AS numbers, interface and family, two addresses.
    pub(super) const MOST: usize = 2 * 4 + 2 * 2 + 2 * 16;

    /// The initial value for reading; short records only have AS numbers.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn unread(short: bool) -> Self {
        const NONE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        let addresses = if short { None } else { Some((NONE, NONE)) };
        Self { peer_asn: Asn::ZERO, local_asn: Asn::ZERO, interface: 0, addresses }
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn pass<'a, P: Pass<'a>>(&mut self, p: &mut P, asn4: bool) -> Result<(), P::Error> {
        asn(p, "peer_asn", &mut self.peer_asn, asn4)?;
        asn(p, "local_asn", &mut self.local_asn, asn4)?;
        let Some((peer, local)) = &mut self.addresses else { return Ok(()) };
        p.field("interface", &mut self.interface)?;
        let start = p.offset();
        let mut afi = if peer.is_ipv6() { Afi::IPV6 } else { Afi::IPV4 };
        p.field("afi", &mut afi)?;
        let v6 = match afi {
            Afi::IPV4 => false,
            Afi::IPV6 => true,
            Afi(other) => return Err(p.refuse(ErrorKind::BadValue(u32::from(other)), start)),
        };
        address(p, "peer_address", peer, v6)?;
        address(p, "local_address", local, v6)
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn peer_address(&self) -> Option<IpAddr> {
        match self.addresses {
            Some((peer, _)) => Some(peer),
            None => None,
        }
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn local_address(&self) -> Option<IpAddr> {
        match self.addresses {
            Some((_, local)) => Some(local),
            None => None,
        }
    }
}
