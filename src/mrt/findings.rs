//! What is wrong with a record, and what is worth knowing about it.

use super::{Body, Peers, Record, RibRoute};
use crate::attr::Attributes;
use crate::bgp::Message;
use crate::error::{Action, Context, Error, ErrorKind, Result};

impl Record<'_> {
    /// What is worth knowing about this record and no damage, one note at a time: see [`Attributes::notes`] and
    /// [`RawRoute::note`](crate::nlri::RawRoute::note).
    pub fn notes(&self, peers: &Peers, mut report: impl FnMut(Error)) {
        let mut list = |attributes: Result<Attributes<'_>>| {
            if let Ok(attributes) = attributes {
                attributes.notes(&mut report);
            }
        };
        match self.body() {
            Ok(Body::Rib(rib)) => {
                rib.entries().flatten().for_each(|entry| list(entry.attributes()));
                if let RibRoute::Other(route) = rib.route()
                    && let Some(e) = route.note()
                {
                    report(e);
                }
            }
            Ok(Body::TableDump(table)) => table.entries().flatten().for_each(|entry| list(entry.attributes())),
            Ok(Body::Entry(entry)) => {
                list(entry.attributes());
                if entry.prefix.is_none()
                    && let Some(e) = entry.route().note()
                {
                    report(e);
                }
            }
            Ok(Body::Message(message)) => {
                if let Ok(Message::Update(update)) = message.message_by(&peers.session(&message)) {
                    update.notes(report);
                }
            }
            _ => {}
        }
    }

    /// Everything that is wrong with this record, one finding at a time; returns the worst action.
    ///
    /// Reads everything in the record. `peers` is the table in force, as after [`Record::elements`].
    pub fn findings(&self, peers: &Peers, mut report: impl FnMut(Error)) -> Action {
        let mut worst = Action::None;
        let mut found = |e: Error| {
            worst = worst.max(e.action());
            report(e);
        };
        match self.body() {
            Err(e) => found(e),
            Ok(Body::Rib(rib)) => {
                if let RibRoute::Other(route) = rib.route()
                    && let Err(e) = route.decode()
                {
                    found(e);
                }
                for entry in rib.entries() {
                    match entry {
                        Ok(entry) => {
                            if peers.peer(entry.peer_index()).is_none() || peers.is_damaged() {
                                found(no_peer(peers, entry.peer_index(), entry.attributes_offset()));
                            }
                            list_findings(entry.attributes(), &mut found);
                        }
                        Err(e) => found(e),
                    }
                }
            }
            Ok(Body::TableDump(table)) => {
                for entry in table.entries() {
                    match entry {
                        Ok(entry) => list_findings(entry.attributes(), &mut found),
                        Err(e) => found(e),
                    }
                }
            }
            Ok(Body::Entry(entry)) => list_findings(entry.attributes(), &mut found),
            Ok(Body::Message(message)) => {
                let session = peers.session(&message);
                let (message, offset) = match message.message_by(&session) {
                    Ok(whole) => (Some(whole), message.message_offset()),
                    Err(e) => {
                        let leading = message.leading(&session);
                        found(leading.map_or(e, |(_, behind)| behind.within(self.context(), Action::None)));
                        (leading.map(|(whole, _)| whole), message.message_offset())
                    }
                };
                if let Some(message) = message {
                    message.verdict(offset, &mut found);
                }
            }
            Ok(_) => {}
        }
        worst
    }
}

fn list_findings(list: Result<Attributes<'_>>, found: &mut impl FnMut(Error)) {
    match list {
        Ok(attributes) => {
            attributes.findings(found);
        }
        Err(e) => found(e),
    }
}

pub(crate) fn no_peer(peers: &Peers, index: u16, offset: u64) -> Error {
    let kind = match (peers.is_known(), peers.is_damaged()) {
        (false, _) => ErrorKind::NoPeerTable,
        (true, true) => ErrorKind::DamagedPeerTable,
        (true, false) => ErrorKind::NoSuchPeer(index),
    };
    Error::new(kind, offset).within(Context::RibEntry, Action::None)
}
