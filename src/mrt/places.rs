//! Byte places of whole records: what a dissector shows, for cut records too.

use core::net::{Ipv4Addr, Ipv6Addr};

use super::{Body, Frame, Peers, Record, RibRoute, frame, header_error};
use crate::attr::{Attributes, place_list};
use crate::bgp;
use crate::codes::{Afi, Bgp4mpSubtype, FsmState, LegacyBgpSubtype, MessageType, MrtType, Safi, TableDumpV2Subtype};
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::nlri::{NextHop, RawRoute, place_cut_prefix, read_prefix, route_len};
use crate::places::Places;
use crate::session::Session;
use crate::wire::{Cursor, Field, place_as, place_window};

/// Notes where the fields of the record at the front of `bytes` lie; the octets it takes, as many as there are of them.
///
/// `bytes` start `offset` octets into the outermost input. A record that is cut gives the fields in front of the cut and an
/// error.
pub fn places(bytes: &[u8], offset: u64, places: &mut Places) -> usize {
    places_by(bytes, offset, None, places)
}

fn places_by(bytes: &[u8], offset: u64, peers: Option<&Peers>, places: &mut Places) -> usize {
    let (len, missing) = match frame(bytes) {
        Frame::Ready(len) => (len, 0),
        Frame::Need(missing) => (bytes.len(), missing),
    };
    let opened = places.open("record", offset);
    let bytes = bytes.get(..len).unwrap_or(bytes);
    let whole = Record::split(bytes, offset);
    let session = match (peers, whole.body()) {
        (Some(peers), Ok(Body::Message(message))) => Some(peers.session(&message)),
        _ => None,
    };
    // What is wrong is among the places already.
    let _ = record(&mut Cursor::at(bytes, offset), opened, session, places);
    places.name_errors(opened, whole.context(), Action::None);
    if missing == 0 {
        places.findings(opened, |found| findings(&whole, session, found));
    } else {
        places.error(header_error(ErrorKind::Truncated(u32::try_from(missing).unwrap_or(u32::MAX)), offset));
    }
    places.close(opened, offset.saturating_add(len as u64));
    places.fill(opened, bytes, offset);
    len
}

impl Record<'_> {
    /// Notes where the record's fields lie.
    pub fn places(&self, list: &mut Places) {
        places_by(self.as_bytes(), self.offset(), None, list);
    }

    /// Notes where the record's fields lie, messages as [`Peers::session`] has them read.
    pub fn places_by(&self, peers: &Peers, list: &mut Places) {
        places_by(self.as_bytes(), self.offset(), Some(peers), list);
    }
}

/// Everything that is wrong with a record beside the peers that its entries name.
fn findings(record: &Record<'_>, session: Option<Session>, found: &mut dyn FnMut(Error)) {
    let list = |list: Result<Attributes<'_>>, found: &mut dyn FnMut(Error)| match list {
        Ok(attributes) => {
            attributes.findings(found);
        }
        Err(e) => found(e),
    };
    match record.body() {
        Err(e) => found(e),
        Ok(Body::Rib(rib)) => {
            if let RibRoute::Other(route) = rib.route()
                && let Err(e) = route.decode()
            {
                found(e);
            }
            rib.entries().for_each(|entry| list(entry.and_then(|entry| entry.attributes()), found));
        }
        Ok(Body::TableDump(table)) => {
            table.entries().for_each(|entry| list(entry.and_then(|entry| entry.attributes()), found));
        }
        Ok(Body::Entry(entry)) => list(entry.attributes(), found),
        Ok(Body::Message(message)) => {
            let (session, offset) = (session.unwrap_or(message.session), message.message_offset());
            let whole = match message.message_by(&session) {
                Ok(whole) => Some(whole),
                Err(e) => {
                    let leading = message.leading(&session);
                    found(leading.map_or(e, |(_, behind)| behind.within(record.context(), Action::None)));
                    leading.map(|(whole, _)| whole)
                }
            };
            if let Some(whole) = whole {
                whole.verdict(offset, found);
            }
        }
        Ok(_) => {}
    }
}

fn record(c: &mut Cursor<'_>, opened: usize, session: Option<Session>, places: &mut Places) -> Result<()> {
    let seconds = place_as(c, "time", places, |seconds: u32| super::Timestamp::from_seconds(seconds))?;
    let kind = MrtType(place_as(c, "type", places, MrtType)?);
    let subtype: u16 = place_as(c, "subtype", places, |subtype| kind.subtype_name(subtype))?;
    places.label(opened, format_args!("{kind} {} at {}", kind.subtype_name(subtype), super::Timestamp::from_seconds(seconds)));
    let mut declared = u32::place(c, "length", places)?;
    places.name_errors(opened, Context::MrtHeader, Action::None);
    if kind.is_extended() {
        u32::place(c, "microseconds", places)?;
        declared = declared.saturating_sub(4);
    }
    let outcome = match kind {
        MrtType::TABLE_DUMP_V2 => table_dump_v2(c, TableDumpV2Subtype(subtype), places),
        MrtType::BGP4MP | MrtType::BGP4MP_ET => bgp4mp(c, Bgp4mpSubtype(subtype), declared, session, places),
        MrtType::TABLE_DUMP => table_dump(c, subtype, places),
        MrtType::BGP | MrtType::BGP4PLUS | MrtType::BGP4PLUS_01 => {
            legacy(c, kind != MrtType::BGP, LegacyBgpSubtype(subtype), session, places)
        }
        _ => <&[u8]>::place(c, "body", places).map(|_| ()),
    };
    if outcome.is_ok()
        && let Err(e) = c.finish()
    {
        places.error(e);
    }
    outcome
}

fn address(c: &mut Cursor<'_>, name: &'static str, v6: bool, places: &mut Places) -> Result<()> {
    if v6 { Ipv6Addr::place(c, name, places).map(|_| ()) } else { Ipv4Addr::place(c, name, places).map(|_| ()) }
}

fn asn(c: &mut Cursor<'_>, name: &'static str, asn4: bool, places: &mut Places) -> Result<()> {
    if asn4 { u32::place(c, name, places).map(|_| ()) } else { u16::place(c, name, places).map(|_| ()) }
}

/// A plain prefix.
fn prefix(c: &mut Cursor<'_>, v6: bool, places: &mut Places) -> Result<()> {
    let start = c.offset();
    match read_prefix(c.rest(), v6) {
        Ok((prefix, rest)) => {
            c.take(c.len().saturating_sub(rest.len()))?;
            places.leaf("prefix", start..c.offset(), prefix);
            Ok(())
        }
        Err(kind) => {
            let e = Error::new(kind, start);
            places.cut(e, |places| place_cut_prefix(c, false, places));
            Err(e)
        }
    }
}

/// A route of another family, which has `len` octets.
fn route(c: &mut Cursor<'_>, family: Family, len: usize, places: &mut Places) -> Result<()> {
    place_window(c, len, places, |route, places| {
        RawRoute::new(family, route.rest(), route.offset()).places(places);
        Ok(())
    })
}

/// Attributes of a table's entry, behind their length.
fn attributes(c: &mut Cursor<'_>, session: &Session, places: &mut Places) -> Result<()> {
    let len = u16::place(c, "attributes_length", places)?;
    place_window(c, usize::from(len), places, |list, places| {
        place_list(list, session, true, places);
        Ok(())
    })
}

fn table_dump_v2(c: &mut Cursor<'_>, subtype: TableDumpV2Subtype, places: &mut Places) -> Result<()> {
    use TableDumpV2Subtype as S;
    let (family, add_path) = match subtype {
        S::PEER_INDEX_TABLE => return peer_index_table(c, places),
        S::GEO_PEER_TABLE => return geo_peer_table(c, places),
        S::RIB_IPV4_UNICAST => (Some(Family::IPV4_UNICAST), false),
        S::RIB_IPV4_MULTICAST => (Some(Family::IPV4_MULTICAST), false),
        S::RIB_IPV6_UNICAST => (Some(Family::IPV6_UNICAST), false),
        S::RIB_IPV6_MULTICAST => (Some(Family::IPV6_MULTICAST), false),
        S::RIB_IPV4_UNICAST_ADDPATH => (Some(Family::IPV4_UNICAST), true),
        S::RIB_IPV4_MULTICAST_ADDPATH => (Some(Family::IPV4_MULTICAST), true),
        S::RIB_IPV6_UNICAST_ADDPATH => (Some(Family::IPV6_UNICAST), true),
        S::RIB_IPV6_MULTICAST_ADDPATH => (Some(Family::IPV6_MULTICAST), true),
        S::RIB_GENERIC => (None, false),
        S::RIB_GENERIC_ADDPATH => (None, true),
        _ => return <&[u8]>::place(c, "body", places).map(|_| ()),
    };
    u32::place(c, "sequence", places)?;
    let family = match family {
        Some(family) => family,
        None => Family::new(Afi(place_as(c, "afi", places, Afi)?), Safi(place_as(c, "safi", places, Safi)?)),
    };
    match family.prefix_is_v6() {
        Some(v6) => prefix(c, v6, places)?,
        None => match route_len(family, *c).inspect_err(|e| places.error(*e))? {
            Some(len) => route(c, family, len, places)?,
            None => return <&[u8]>::place(c, "body", places).map(|_| ()),
        },
    }
    let count = u16::place(c, "entry_count", places)?;
    for _ in 0..count {
        let opened = places.open("entry", c.offset());
        let outcome = rib_entry(c, add_path, places);
        places.name_errors(opened, Context::RibEntry, Action::None);
        places.close(opened, c.offset());
        outcome?;
    }
    Ok(())
}

fn rib_entry(c: &mut Cursor<'_>, add_path: bool, places: &mut Places) -> Result<()> {
    u16::place(c, "peer_index", places)?;
    place_as(c, "originated", places, |seconds: u32| super::Timestamp::from_seconds(seconds))?;
    if add_path {
        u32::place(c, "path_id", places)?;
    }
    attributes(c, &Session::AS4.with_multiple_labels(), places)
}

fn peer_index_table(c: &mut Cursor<'_>, places: &mut Places) -> Result<()> {
    Ipv4Addr::place(c, "collector", places)?;
    let len = u16::place(c, "view_name_length", places)?;
    let start = c.offset();
    let name = c.take(usize::from(len)).inspect_err(|e| places.error(*e))?;
    places.leaf("view_name", start..c.offset(), name.escape_ascii());
    let count = u16::place(c, "peer_count", places)?;
    for _ in 0..count {
        let opened = places.open("peer", c.offset());
        let outcome = (|| {
            let kind = u8::place(c, "type", places)?;
            Ipv4Addr::place(c, "bgp_id", places)?;
            address(c, "address", kind & 1 != 0, places)?;
            asn(c, "asn", kind & 2 != 0, places)
        })();
        places.close(opened, c.offset());
        outcome?;
    }
    Ok(())
}

fn geo_peer_table(c: &mut Cursor<'_>, places: &mut Places) -> Result<()> {
    Ipv4Addr::place(c, "collector", places)?;
    place_as(c, "latitude", places, f32::from_bits)?;
    place_as(c, "longitude", places, f32::from_bits)?;
    let count = u16::place(c, "peer_count", places)?;
    for _ in 0..count {
        u8::place(c, "type", places)?;
        Ipv4Addr::place(c, "bgp_id", places)?;
        place_as(c, "latitude", places, f32::from_bits)?;
        place_as(c, "longitude", places, f32::from_bits)?;
    }
    Ok(())
}

fn table_dump(c: &mut Cursor<'_>, subtype: u16, places: &mut Places) -> Result<()> {
    let (v6, asn4) = match subtype {
        1 => (false, false),
        2 => (true, false),
        3 => (false, true),
        4 => (true, true),
        _ => return <&[u8]>::place(c, "body", places).map(|_| ()),
    };
    u16::place(c, "view", places)?;
    u16::place(c, "sequence", places)?;
    while !c.is_empty() {
        let opened = places.open("entry", c.offset());
        let outcome = (|| {
            address(c, "prefix", v6, places)?;
            u8::place(c, "prefix_length", places)?;
            u8::place(c, "status", places)?;
            place_as(c, "originated", places, |seconds: u32| super::Timestamp::from_seconds(seconds))?;
            address(c, "peer_address", v6, places)?;
            asn(c, "peer_asn", asn4, places)?;
            attributes(c, if asn4 { &Session::AS4 } else { &Session::AS2 }, places)
        })();
        places.close(opened, c.offset());
        outcome?;
    }
    Ok(())
}

/// AS numbers, and interface and addresses where there are any; whether the record is one of the short ones.
fn speakers(c: &mut Cursor<'_>, asn4: bool, short: bool, places: &mut Places) -> Result<()> {
    asn(c, "peer_asn", asn4, places)?;
    asn(c, "local_asn", asn4, places)?;
    if short {
        return Ok(());
    }
    u16::place(c, "interface", places)?;
    let start = c.offset();
    let v6 = match place_as(c, "afi", places, Afi)? {
        1 => false,
        2 => true,
        afi => {
            let e = Error::new(ErrorKind::BadValue(u32::from(afi)), start);
            places.error(e);
            return Err(e);
        }
    };
    address(c, "peer_address", v6, places)?;
    address(c, "local_address", v6, places)
}

fn states(c: &mut Cursor<'_>, places: &mut Places) -> Result<()> {
    place_as(c, "old_state", places, FsmState)?;
    place_as(c, "new_state", places, FsmState).map(|_| ())
}

/// The obsolete form of a table's route.
fn entry(c: &mut Cursor<'_>, places: &mut Places) -> Result<()> {
    speakers(c, false, false, places)?;
    u16::place(c, "view", places)?;
    u16::place(c, "status", places)?;
    place_as(c, "last_change", places, |seconds: u32| super::Timestamp::from_seconds(seconds))?;
    let family = Family::new(Afi(place_as(c, "afi", places, Afi)?), Safi(place_as(c, "safi", places, Safi)?));
    let len = u8::place(c, "next_hop_length", places)?;
    let start = c.offset();
    let next_hop = c.take(usize::from(len)).inspect_err(|e| places.error(*e))?;
    places.leaf("next_hop", start..c.offset(), NextHop::read(next_hop));
    match family.prefix_is_v6() {
        Some(v6) => prefix(c, v6, places)?,
        None => {
            let bits = c.rest().first().copied().unwrap_or(0);
            let len = usize::from(bits).div_ceil(8).saturating_add(1);
            route(c, family, len, places)?;
        }
    }
    attributes(c, &Session::AS2.with_multiple_labels(), places)
}

/// The name of a file that holds a table, and whatever is behind its end.
fn snapshot(c: &mut Cursor<'_>, places: &mut Places) -> Result<()> {
    u16::place(c, "view", places)?;
    let start = c.offset();
    let end = memchr::memchr(0, c.rest()).map_or(c.len(), |end| end.saturating_add(1));
    let name = c.take(end)?;
    places.leaf("file_name", start..c.offset(), name.strip_suffix(&[0]).unwrap_or(name).escape_ascii());
    if c.is_empty() { Ok(()) } else { <&[u8]>::place(c, "rest", places).map(|_| ()) }
}

fn bgp4mp(
    c: &mut Cursor<'_>,
    subtype: Bgp4mpSubtype,
    declared: u32,
    session: Option<Session>,
    places: &mut Places,
) -> Result<()> {
    use Bgp4mpSubtype as S;
    let by_subtype = match subtype {
        S::STATE_CHANGE | S::STATE_CHANGE_AS4 => {
            let asn4 = subtype == S::STATE_CHANGE_AS4;
            speakers(c, asn4, declared == if asn4 { 12 } else { 8 }, places)?;
            return states(c, places);
        }
        S::MESSAGE | S::MESSAGE_LOCAL => Session::AS2,
        S::MESSAGE_AS4 | S::MESSAGE_AS4_LOCAL => Session::AS4,
        S::MESSAGE_ADDPATH | S::MESSAGE_LOCAL_ADDPATH => Session::AS2.with_add_path(),
        S::MESSAGE_AS4_ADDPATH | S::MESSAGE_AS4_LOCAL_ADDPATH => Session::AS4.with_add_path(),
        S::ENTRY => return entry(c, places),
        S::SNAPSHOT => return snapshot(c, places),
        _ => return <&[u8]>::place(c, "body", places).map(|_| ()),
    };
    // The short records of the year 2000 have the message at once behind two zero AS numbers.
    let short = !by_subtype.asn4 && c.rest().get(..8) == Some(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    speakers(c, by_subtype.asn4, short, places)?;
    let session = session.unwrap_or(by_subtype.with_extended_message().with_multiple_labels());
    let len = match bgp::frame(c.rest(), &session, c.offset()) {
        Ok(bgp::Frame::Ready(len)) => len.min(c.len()),
        _ => c.len(),
    };
    let offset = c.offset();
    bgp::places(c.take(len)?, &session, offset, places);
    // Another message, or what is none.
    if c.is_empty() { Ok(()) } else { <&[u8]>::place(c, "behind", places).map(|_| ()) }
}

fn legacy(c: &mut Cursor<'_>, v6: bool, subtype: LegacyBgpSubtype, session: Option<Session>, places: &mut Places) -> Result<()> {
    use LegacyBgpSubtype as S;
    let kind = match subtype {
        S::UPDATE => MessageType::UPDATE,
        S::OPEN => MessageType::OPEN,
        S::NOTIFY => MessageType::NOTIFICATION,
        S::KEEPALIVE => MessageType::KEEPALIVE,
        S::STATE_CHANGE => {
            u16::place(c, "peer_asn", places)?;
            address(c, "peer_address", v6, places)?;
            return states(c, places);
        }
        S::SYNC => return snapshot(c, places),
        _ => return <&[u8]>::place(c, "body", places).map(|_| ()),
    };
    u16::place(c, "peer_asn", places)?;
    address(c, "peer_address", v6, places)?;
    u16::place(c, "local_asn", places)?;
    address(c, "local_address", v6, places)?;
    bgp::body_places(kind, c.rest(), &session.unwrap_or(Session::AS2.with_multiple_labels()), c.offset(), places);
    c.take(c.len()).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A STATE_CHANGE_AS4 record.
    const RECORD: &[u8] = &[
        0, 0, 0, 9, 0, 16, 0, 5, 0, 0, 0, 24, 0, 0, 0xfb, 0xf0, 0, 0, 0xfb, 0xff, 0, 0, 0, 1, 192, 0, 2, 1, 192, 0, 2, 254, 0, 6,
        0, 1,
    ];

    fn shown(bytes: &[u8]) -> (usize, Places) {
        let mut list = Places::new();
        (places(bytes, 100, &mut list), list)
    }

    #[test]
    fn every_octet_has_its_field() {
        let (len, list) = shown(RECORD);
        assert_eq!(len, RECORD.len());
        let fields: Vec<_> = list.iter().skip(1).map(|p| (p.name.as_ref(), p.range.start, p.text.as_str())).collect();
        assert_eq!(
            fields,
            [
                ("time", 100, "9"),
                ("type", 104, "BGP4MP"),
                ("subtype", 106, "STATE_CHANGE_AS4"),
                ("length", 108, "24"),
                ("peer_asn", 112, "64496"),
                ("local_asn", 116, "64511"),
                ("interface", 120, "0"),
                ("afi", 122, "IPv4"),
                ("peer_address", 124, "192.0.2.1"),
                ("local_address", 128, "192.0.2.254"),
                ("old_state", 132, "Established"),
                ("new_state", 134, "Idle"),
            ]
        );
        let mut at = 100;
        for place in list.iter().skip(1) {
            assert_eq!(place.range.start, at, "{place:?}");
            at = place.range.end;
        }
        assert_eq!(at, 136);
    }

    #[test]
    fn a_cut_record_shows_what_is_there() {
        let whole = shown(RECORD).1;
        for n in 0..RECORD.len() {
            let (len, list) = shown(&RECORD[..n]);
            assert_eq!(len, n);
            assert!(list.iter().any(|p| p.error.is_some()), "cut at {n}");
            list.assert_cover(100..100 + n as u64);
            for place in list.iter().skip(1).filter(|p| p.error.is_none() && p.name != "rest") {
                assert!(whole.iter().any(|p| p == place), "cut at {n}: {place:?}");
            }
        }
    }
}
