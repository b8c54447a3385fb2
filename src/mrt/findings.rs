//! Findings and notes of a record.

use super::layout::Header;
use super::{Bgp4mpMessage, Body, HEADER_LEN, ReadContext, Record, RibEntries, RibRecord, RibRoute};
use crate::attr::{Attributes, RecordRoute};
use crate::bgp::Message;
use crate::codes::TableDumpV2Subtype;
use crate::error::{Action, Context, Error, ErrorKind, Result};
use crate::family::Family;
use crate::io::Framing as _;
use crate::nlri::{RawRoute, has_hosts};
use crate::prefix::Prefix;
use crate::session::Session;

/// Parts of a record after its fixed fields.
enum Part<'a> {
    /// The route of its entries, of a family without plain prefixes.
    Route(RawRoute<'a>),
    /// The error of an entry's own field.
    Field(Error),
    /// Path attributes of a route: with the peer index and its offset for entries of a peer table, and whether the route is the
    /// entry's own, not that of the record.
    Entry { peer: Option<(u16, u64)>, route: RecordRoute<'a>, owned: bool, attributes: Result<Attributes<'a>> },
    /// A message.
    Message(Bgp4mpMessage<'a>),
}

impl<'a> Record<'a> {
    /// All parts of the record, in wire order; an unreadable part is an error in its place.
    fn parts(&self, entries: &dyn Fn(&RibRecord<'a>) -> RibEntries<'a>, part: &mut dyn FnMut(Result<Part<'a>>)) {
        let entry = |peer, route, attributes| Ok(Part::Entry { peer, route, owned: false, attributes });
        match self.body() {
            Ok(Body::Rib(rib)) => {
                let route = match rib.route() {
                    RibRoute::Prefix(path) => RecordRoute::Prefix(rib.family(), path.prefix),
                    RibRoute::Other(route) => {
                        part(Ok(Part::Route(route)));
                        RecordRoute::Other(route)
                    }
                };
                for read in entries(&rib) {
                    part(read.and_then(|e| entry(Some((e.peer_index(), e.peer_index_offset())), route, e.attributes())));
                }
            }
            Ok(Body::TableDump(table)) => {
                for read in table.entries() {
                    part(read.and_then(|e| entry(None, RecordRoute::Dumped(e.prefix), e.attributes())));
                }
            }
            Ok(Body::Entry(e)) => {
                if let Some(e) = e.next_hop_error() {
                    part(Ok(Part::Field(e)));
                }
                let route = match e.prefix {
                    Some(prefix) => RecordRoute::Prefix(e.family, prefix),
                    None => RecordRoute::Other(e.route()),
                };
                part(Ok(Part::Entry { peer: None, route, owned: true, attributes: e.attributes() }));
            }
            Ok(Body::Message(message)) => part(Ok(Part::Message(message))),
            Ok(Body::PeerIndexTable(_) | Body::GeoPeerTable(_) | Body::StateChange(_) | Body::Snapshot(_) | Body::Unknown) => {}
            Err(e) => part(Err(e)),
        }
    }

    /// Microseconds of a full second or more (RFC 6396 section 3): only the second of the record's time is valid.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn time_finding(&self) -> Option<Error> {
        let time = self.timestamp();
        let micros = time.micros.filter(|_| !time.is_valid())?;
        Some(Header::error(ErrorKind::BadValue(micros), self.offset().saturating_add(HEADER_LEN as u64)))
    }

    /// Notes about this record (worth knowing, no damage), one at a time: see [`Attributes::notes`], [`Update::notes`] and
    /// [`RawRoute::note`]; and the next hops and prefixes of tables that no host has.
    ///
    /// [`Update::notes`]: crate::bgp::Update::notes
    pub fn notes(&self, peers: &ReadContext, mut report: impl FnMut(Error)) {
        let mut of_record = None;
        self.prefix_notes(&mut report);
        self.parts(&|rib| peers.entries(rib), &mut |part| match part {
            Ok(Part::Route(route)) => of_record = route.note(),
            Ok(Part::Entry { route, owned, attributes, .. }) => {
                if let Ok(attributes) = attributes {
                    attributes.notes(&mut report);
                    attributes.next_hop_note().into_iter().for_each(&mut report);
                }
                if let (RecordRoute::Other(route), true) = (route, owned)
                    && let Some(e) = route.note()
                {
                    report(e);
                }
            }
            Ok(Part::Message(message)) => {
                if let Ok(Message::Update(update)) = message.message_by(&peers.session(&message)) {
                    update.notes(&mut report);
                }
            }
            Ok(Part::Field(_)) | Err(_) => {}
        });
        if let Some(e) = of_record {
            report(e);
        }
    }

    /// The notes about prefixes of tables.
    fn prefix_notes(&self, report: &mut dyn FnMut(Error)) {
        let mut see = |prefix: Prefix, family: Family, at: u64| {
            if !has_hosts(prefix) {
                report(Error::new(ErrorKind::BadAddress, at).within(Context::Family(family.afi, family.safi), Action::None));
            }
        };
        let body = self.offset().saturating_add(HEADER_LEN as u64);
        match self.body() {
            Ok(Body::Rib(rib)) => {
                if let RibRoute::Prefix(path) = rib.route() {
                    let subtype = TableDumpV2Subtype(self.subtype());
                    let is_generic = matches!(subtype, TableDumpV2Subtype::RIB_GENERIC | TableDumpV2Subtype::RIB_GENERIC_ADDPATH);
                    // After the sequence number, and the family.
                    see(path.prefix, rib.family(), body.saturating_add(if is_generic { 7 } else { 4 }));
                }
            }
            Ok(Body::TableDump(table)) => {
                let mut entries = table.entries();
                loop {
                    let at = entries.offset();
                    match entries.next() {
                        Some(Ok(entry)) => {
                            see(entry.prefix, if table.is_v6() { Family::IPV6_UNICAST } else { Family::IPV4_UNICAST }, at)
                        }
                        Some(Err(_)) => {}
                        None => break,
                    }
                }
            }
            _ => {}
        }
    }

    /// Reports all findings of this record, one at a time; returns the worst action.
    ///
    /// Reads the whole record. `peers` is the reading context, as after [`Record::elements`].
    pub fn findings(&self, peers: &ReadContext, mut report: impl FnMut(Error)) -> Action {
        let mut worst = Action::None;
        let found = &mut |e: Error| {
            worst = worst.max(e.action());
            report(e);
        };
        let session = |message: &Bgp4mpMessage<'_>| peers.session(message);
        if let Some(e) = self.time_finding() {
            found(e);
        }
        self.parts(&|rib| peers.entries(rib), &mut |part| {
            if let Ok(Part::Entry { peer: Some((index, offset)), .. }) = part
                && (peers.peer(index).is_none() || peers.is_damaged())
            {
                found(no_peer(peers, index, offset));
            }
            self.part_findings(part, session, found);
        });
        worst
    }

    /// The same without the check of entries' peers; messages and entries are read by `session`, or as their subtype says.
    pub(super) fn findings_by(&self, session: Option<&Session>, found: &mut dyn FnMut(Error)) {
        let entries = |rib: &RibRecord<'a>| match session {
            Some(session) => rib.entries().read_with(session.add_path(rib.family())),
            None => rib.entries(),
        };
        let session = |message: &Bgp4mpMessage<'_>| session.copied().unwrap_or(message.session);
        if let Some(e) = self.time_finding() {
            found(e);
        }
        self.parts(&entries, &mut |part| self.part_findings(part, session, found));
    }

    fn part_findings(
        &self,
        part: Result<Part<'_>>,
        session: impl FnOnce(&Bgp4mpMessage<'_>) -> Session,
        found: &mut dyn FnMut(Error),
    ) {
        match part {
            Err(e) | Ok(Part::Field(e) | Part::Entry { attributes: Err(e), .. }) => found(e),
            Ok(Part::Entry { attributes: Ok(attributes), route, .. }) => {
                attributes.findings_in(Some(route), found);
            }
            Ok(Part::Route(route)) => {
                if let Some(e) = route.finding() {
                    found(e);
                }
            }
            Ok(Part::Message(message)) => {
                let session = session(&message);
                let whole = match message.message_by(&session) {
                    Ok(whole) => Some(whole),
                    Err(e) => {
                        let leading = message.leading(&session);
                        found(leading.map_or(e, |(_, after)| after.within(self.context(), Action::None)));
                        leading.map(|(whole, _)| whole)
                    }
                };
                if let Some(whole) = whole {
                    whole.findings(message.message_offset(), &mut *found);
                }
                // Messages after the first; octets that are none have been reported with it.
                let mut further = message.further_messages(&session);
                while let Some(next) = further.next_or_cut() {
                    if let Some(e) = next.cut {
                        found(e.within(self.context(), Action::None));
                    }
                    match next.message {
                        Ok(message) => {
                            message.findings(next.offset, &mut *found);
                        }
                        Err(e) => found(e),
                    }
                }
            }
        }
    }
}

pub(crate) fn no_peer(peers: &ReadContext, index: u16, offset: u64) -> Error {
    let kind = match (peers.is_known(), peers.is_damaged()) {
        (false, _) => ErrorKind::NoPeerTable,
        (true, true) => ErrorKind::DamagedPeerTable,
        (true, false) => ErrorKind::NoSuchPeer(index),
    };
    Error::new(kind, offset).within(Context::RibEntry, Action::None)
}
