//! Messages and state changes: whose they are, and what they change.

use alloc::vec::Vec;

use super::{Ambiguous, Replay, Source, has_four_octet_as};
use crate::bgp::Message;
use crate::codes::{Afi, FsmState, MessageType, NotificationCode, RouteRefreshSubtype, Safi};
use crate::element::{Element, Route};
use crate::error::{Action, Context, Error};
use crate::family::Family;
use crate::mrt::{Bgp4mpMessage, Body, Record, StateChange};
use crate::rib::peer::PeerId;
use crate::rib::table::{Applied, Memo, table_of};

impl Replay {
    pub(super) fn state_change(&mut self, source: &Source, record: &Record<'_>, change: &StateChange) -> Result<(), Ambiguous> {
        let asn4 = has_four_octet_as(record);
        let id = self.speaker(source, (change.peer_address, change.peer_asn), asn4, change.local_address)?;
        if change.new == FsmState::ESTABLISHED {
            self.appear(id, change.interface, change.local_address);
        }
        let id = self.session(id)?;
        let is_down = self.speakers.get(id).is_none_or(|speaker| speaker.down);
        if change.old == FsmState::ESTABLISHED && change.new != FsmState::ESTABLISHED && !is_down {
            self.lose(id, false, None);
        }
        Ok(())
    }

    pub(super) fn message(
        &mut self,
        source: &Source,
        record: &Record<'_>,
        message: &Bgp4mpMessage<'_>,
        report: &mut impl FnMut(Error),
    ) -> Result<(), Ambiguous> {
        let name = (message.peer_address, message.peer_asn);
        let id = self.speaker(source, name, message.session.asn4, message.local_address)?;
        if !message.local {
            self.appear(id, message.interface, message.local_address);
        }
        let (len, kind) = match message.message_bytes().get(16..19) {
            Some(&[high, low, kind]) if !message.is_headless() => (Some(u16::from_be_bytes([high, low])), Some(kind)),
            _ => (None, None),
        };
        if len.is_some_and(|len| usize::from(len) != message.message_bytes().len())
            && let Some((_, e)) = message.leading(&source.peers.session(message))
        {
            report(e.within(record.context(), Action::None));
            return self.messages(source, record, message, report);
        }
        if kind == Some(MessageType::UPDATE.0) {
            if message.local {
                return Ok(());
            }
            let id = self.session(id)?;
            return self.update(id, source, record, message, report);
        }
        let said = message.message_by(&source.peers.session(message));
        if let Ok(said) = &said
            && !matches!(said, Message::Update(_))
        {
            said.findings(message.message_offset(), &mut *report);
        }
        let id = match &said {
            Ok(Message::Open(open)) if !message.local && self.is_shared(id) => self.select(id, open.bgp_id()),
            // They change no route.
            Ok(Message::Keepalive) => self.session(id).unwrap_or(id),
            Ok(Message::Open(_)) if message.local => self.session(id).unwrap_or(id),
            Ok(_) => self.session(id)?,
            Err(_) => id,
        };
        match (said, message.local) {
            (Err(e), false) => report(e),
            (Ok(Message::Update(_)), false) => return self.update(id, source, record, message, report),
            (Ok(Message::Open(open)), local) => self.open(id, &open, local),
            (Ok(Message::Notification(notification)), _) => {
                // Connection Collision Resolution.
                if (notification.code, notification.subcode) == (NotificationCode::CEASE, 7) {
                    self.undo_open(id);
                } else {
                    let hard = (notification.code, notification.subcode) == (NotificationCode::CEASE, 9);
                    self.notified(id, hard);
                }
            }
            (Ok(Message::RouteRefresh(refresh)), false) => {
                self.alive(id);
                match refresh.subtype {
                    RouteRefreshSubtype::BORR => self.begin_refresh(id, refresh.family),
                    RouteRefreshSubtype::EORR => self.end_refresh(id, refresh.family),
                    _ => {}
                }
            }
            (Ok(Message::Keepalive), false) => self.alive(id),
            _ => {}
        }
        Ok(())
    }

    /// Applies the messages of a record that should have one, in order.
    #[cold]
    fn messages(
        &mut self,
        source: &Source,
        record: &Record<'_>,
        message: &Bgp4mpMessage<'_>,
        report: &mut impl FnMut(Error),
    ) -> Result<(), Ambiguous> {
        let all = record.as_bytes();
        let Some(head) = message.message_offset().checked_sub(record.offset()).and_then(|len| usize::try_from(len).ok()) else {
            return Ok(());
        };
        let (Some(head), Some(mut rest)) = (all.get(..head), all.get(head..)) else { return Ok(()) };
        let mut offset = record.offset();
        while !rest.is_empty() {
            // Octets that are no message have been reported.
            let Some(&[high, low]) = rest.get(16..18) else { break };
            let Some((octets, others)) = rest.split_at_checked(u16::from_be_bytes([high, low]).into()) else { break };
            if octets.len() < crate::bgp::HEADER_LEN {
                break;
            }
            // As a record of its own, at the offset that leaves its octets in their places.
            let mut one = [head, octets].concat();
            let len = u32::try_from(one.len().saturating_sub(crate::mrt::HEADER_LEN)).unwrap_or(u32::MAX);
            if let Some(field) = one.get_mut(8..12) {
                field.copy_from_slice(&len.to_be_bytes());
            }
            let found = match Record::parse_at(&one, offset) {
                Ok(single) => match single.body() {
                    Ok(Body::Message(message)) => self.message(source, &single, &message, &mut *report),
                    Ok(_) => Ok(()),
                    Err(e) => {
                        report(e);
                        Ok(())
                    }
                },
                Err(e) => {
                    report(e);
                    Ok(())
                }
            };
            found?;
            offset = offset.saturating_add(octets.len() as u64);
            rest = others;
        }
        Ok(())
    }

    /// Applies the routes of an UPDATE.
    fn update(
        &mut self,
        id: usize,
        source: &Source,
        record: &Record<'_>,
        message: &Bgp4mpMessage<'_>,
        report: &mut impl FnMut(Error),
    ) -> Result<(), Ambiguous> {
        self.alive(id);
        if let Some(speaker) = self.speakers.get_mut(id)
            && speaker.unweighed > 0
            && source.peers.reads_as_declared()
        {
            speaker.unweighed = speaker.unweighed.saturating_sub(1);
            self.evidence.observe(message);
        }
        let mut verdict: Option<Verdict> = None;
        let mut memo = Memo::default();
        // All elements of a message have the same finding.
        let (mut said, mut outcome) = (None, Ok(()));
        for element in record.elements_by(&source.peers) {
            let element = match element {
                Ok(element) => element,
                Err(e) => {
                    report(e);
                    continue;
                }
            };
            let found = element.finding();
            let action = found.map_or(Action::None, |e| e.action());
            if found.is_some() && found != said {
                found.into_iter().for_each(&mut *report);
                said = found;
            }
            let Some(family) = element.family() else { continue };
            // A disabled family (RFC 7606 section 2) leaves the routes of others; and its routes before the damage are no better
            // than those after.
            let action = if action == Action::DisableFamily || table_of(family).is_none() {
                let verdict = verdict.get_or_insert_with(|| Verdict::of(source, message));
                verdict.action(family, &element, action)
            } else {
                action
            };
            let peer = match self.peer_of(id, family) {
                Ok(peer) => peer,
                Err(e) => {
                    outcome = Err(e);
                    break;
                }
            };
            self.apply_element(id, peer, &element, action, &mut memo);
        }
        self.rib.end_memo(memo);
        if self.speakers.get(id).is_some_and(|speaker| speaker.watched)
            && let Ok(Message::Update(update)) = message.message_by(&source.peers.session(message))
            && let Some(family) = update.end_of_rib()
        {
            self.end_of_rib(id, family);
        }
        outcome
    }

    #[inline]
    fn apply_element(&mut self, id: usize, peer: PeerId, element: &Element<'_>, action: Action, memo: &mut Memo) {
        if self.speakers.get(id).is_some_and(|speaker| speaker.watched) {
            self.touch(id, peer, &element.route(), element.kind());
        }
        if self.rib.apply_route(peer, element, action, memo) == Applied::Refused
            && let Some(family) = element.family()
        {
            let count = self.not_held.entry(family).or_default();
            *count = count.saturating_add(1);
            // Removes the previous route.
            let _ = match element.route() {
                Route::Prefix(family, path) => self.rib.remove(peer, family, path),
                Route::Other(route) => self.rib.remove_other(peer, &route),
                Route::None => Applied::Ignored,
            };
        }
    }
}

/// The actions for the routes of an UPDATE, by family.
#[derive(Debug)]
struct Verdict {
    /// The action for all families.
    all: Action,
    /// The families that are disabled.
    disabled: Vec<Family>,
}

impl Verdict {
    #[cold]
    fn of(source: &Source, message: &Bgp4mpMessage<'_>) -> Self {
        let mut verdict = Self { all: Action::None, disabled: Vec::new() };
        let Ok(Message::Update(update)) = message.message_by(&source.peers.session(message)) else { return verdict };
        let attributes = update.attributes().unwrap_or_else(|_| update.readable_attributes());
        update.findings_beside_routes(|e| {
            if e.action() != Action::DisableFamily {
                verdict.all = verdict.all.max(e.action());
            }
        });
        update.findings(|e| match (e.action(), e.context()) {
            (Action::DisableFamily, Context::Family(afi, safi)) => verdict.disabled.push(Family::new(afi, safi)),
            // The family of the attribute.
            (Action::DisableFamily, context) => {
                let of = attributes.iter().flatten().filter(|attribute| context == Context::Attribute(attribute.code()));
                verdict.disabled.extend(of.filter_map(|attribute| {
                    let &[high, low, safi] = attribute.raw().first_chunk::<3>()?;
                    Some(Family::new(Afi(u16::from_be_bytes([high, low])), Safi(safi)))
                }));
            }
            _ => {}
        });
        verdict
    }

    /// The action for a route; `worst` is that of its element's finding.
    fn action(&self, family: Family, element: &Element<'_>, worst: Action) -> Action {
        if self.disabled.contains(&family) {
            return self.all.max(Action::DisableFamily);
        }
        if worst != Action::DisableFamily || self.disabled.is_empty() {
            return worst;
        }
        let own = match element.route() {
            Route::Other(route) => route.finding().map_or(Action::None, |e| e.action()),
            _ => Action::None,
        };
        self.all.max(own)
    }
}
