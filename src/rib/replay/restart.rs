//! Ends of sessions, refreshes and restarts: which routes stay and which are removed.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::mem::take;

use super::Replay;
use super::session::{Before, COLLISION, Opened, Shelved, Told, Wait, announce};
use crate::attr::Community;
use crate::bgp::Open;
use crate::codes::WellKnownCommunity;
use crate::element::{ElementKind, Route};
use crate::family::Family;
use crate::rib::peer::PeerId;
use crate::rib::table::RouteKey;
use crate::wire::step;

impl From<&RouteKey> for Told {
    fn from(key: &RouteKey) -> Self {
        match key {
            RouteKey::Prefix(family, path) => Self::Prefix(*family, *path),
            RouteKey::Other(key, path_id) => Self::Other(key.family, key.identity.clone(), *path_id),
        }
    }
}

impl Replay {
    /// A message of the peer: its session is up.
    #[inline]
    pub(super) fn alive(&mut self, id: usize) {
        if self.speakers.get(id).is_some_and(|speaker| speaker.down || !speaker.waits.is_empty()) {
            self.is_back(id);
        }
    }

    #[cold]
    fn is_back(&mut self, id: usize) {
        if let Some(speaker) = self.speakers.get_mut(id) {
            speaker.down = false;
        }
        self.stop_waiting(id, |_, wait| wait == Wait::Restart);
    }

    /// Stops the selected timers of a session.
    fn stop_waiting(&mut self, id: usize, which: impl Fn(Family, Wait) -> bool) {
        let Some(speaker) = self.speakers.get_mut(id) else { return };
        let timers = &mut self.timers;
        speaker.waits.retain(|family, (at, wait)| {
            let stays = !which(*family, *wait);
            if !stays {
                timers.remove(&(*at, id, *family));
            }
            stays
        });
    }

    /// Stops the timers of families without stale marks: a new table has replaced the routes.
    pub(super) fn stop_idle(&mut self, id: usize) {
        if self.speakers.get(id).is_none_or(|speaker| speaker.waits.is_empty() && !speaker.watched) {
            return;
        }
        let peers = self.peers_of(id);
        let marks = peers.into_iter().filter_map(|peer| self.rib.stale(peer));
        let marked: BTreeSet<Family> = marks.flat_map(|families| families.keys().copied()).collect();
        self.stop_waiting(id, |family, _| !marked.contains(&family));
        self.watch(id);
    }

    fn wait(&mut self, id: usize, family: Family, at: u64, wait: Wait) {
        if let Some(speaker) = self.speakers.get_mut(id) {
            if let Some((before, _)) = speaker.waits.insert(family, (at, wait)) {
                self.timers.remove(&(before, id, family));
            }
            self.timers.insert((at, id, family));
        }
    }

    /// Updates whether announcements have to be recorded.
    fn watch(&mut self, id: usize) {
        let stale = self.peers_of(id).into_iter().any(|peer| self.rib.stale(peer).is_some());
        if let Some(speaker) = self.speakers.get_mut(id) {
            speaker.watched = stale || !speaker.refresh.is_empty() || !speaker.before.iter().all(Before::is_bare);
        }
    }

    /// Records an announced or withdrawn route.
    #[cold]
    #[inline(never)]
    pub(super) fn touch(&mut self, id: usize, peer: PeerId, route: &Route<'_>, kind: ElementKind) {
        let Some(speaker) = self.speakers.get_mut(id) else { return };
        for before in &mut speaker.before {
            if let Some(list) = before.touch(peer, route) {
                self.rib.release(list);
            }
        }
        if kind == ElementKind::Announce {
            announce(speaker.refresh.iter_mut().map(|(family, announced)| (*family, announced)), route);
            self.rib.refresh_stale(peer, route);
        }
    }

    /// The restart capabilities of the peer's OPEN, if routes survive this end of its session. The collector's own OPEN, if
    /// present, decides whether it takes part.
    fn survivors(&self, id: usize, notification: bool) -> Option<Opened> {
        let speaker = self.speakers.get(id)?;
        let open = speaker.open.as_ref().filter(|open| open.restarts && (!notification || open.notification))?;
        let own = speaker.own.as_ref().is_none_or(|own| own.restarts && (!notification || own.notification));
        own.then(|| open.clone())
    }

    /// A NOTIFICATION in either direction. It ends the session and the remains of an earlier one, unless both speakers agreed to
    /// keep routes (RFC 8538) and it is no hard reset.
    pub(super) fn notified(&mut self, id: usize, hard: bool) {
        if hard || self.survivors(id, true).is_none() {
            return self.end(id);
        }
        if self.speakers.get(id).is_some_and(|speaker| !speaker.down) {
            self.lose(id, true, None);
        }
    }

    /// The session ended: all routes are removed.
    pub(super) fn end(&mut self, id: usize) {
        self.note_change(id);
        self.forget_before(id);
        self.stop_waiting(id, |_, _| true);
        let peers = self.peers_of(id);
        for peer in &peers {
            self.rib.set_stale(*peer, None);
        }
        self.rib.peers_down(&peers);
        if let Some(speaker) = self.speakers.get_mut(id) {
            speaker.down = true;
            speaker.refresh.clear();
            speaker.watched = false;
        }
    }

    /// The session is lost. Routes of families that survive a restart become stale; those already stale and all others are
    /// removed (RFC 4724 section 4.2), to the shelf if there is one.
    pub(super) fn lose(&mut self, id: usize, notification: bool, mut shelf: Option<&mut Before>) {
        self.note_change(id);
        let Some(open) = self.survivors(id, notification) else {
            match shelf {
                None => self.end(id),
                Some(shelf) => {
                    for peer in self.peers_of(id) {
                        for family in self.rib.families_of(peer) {
                            let keys = self.rib.keys_of(peer, family);
                            self.take_away(peer, keys, Some(&mut *shelf));
                        }
                        self.rib.set_stale(peer, None);
                    }
                    self.stop_waiting(id, |_, _| true);
                    if let Some(speaker) = self.speakers.get_mut(id) {
                        speaker.down = true;
                        speaker.refresh.clear();
                    }
                }
            }
            return;
        };
        if shelf.is_none() {
            self.forget_before(id);
        }
        self.stop_waiting(id, |_, _| true);
        if let Some(speaker) = self.speakers.get_mut(id) {
            speaker.down = true;
            speaker.refresh.clear();
        }
        for peer in self.peers_of(id) {
            for family in self.rib.families_of(peer) {
                let graceful = open.families.contains_key(&family);
                if graceful || open.long_lived.contains_key(&family) {
                    let keys = self.rib.stale_keys(peer, family);
                    self.take_away(peer, keys, shelf.as_deref_mut());
                    self.rib.mark_stale(peer, family);
                    let time = if graceful { open.restart_time } else { 0 };
                    self.wait(id, family, self.now.saturating_add(time), Wait::Restart);
                } else {
                    let keys = self.rib.keys_of(peer, family);
                    self.take_away(peer, keys, shelf.as_deref_mut());
                }
            }
        }
        self.watch(id);
        if shelf.is_none() {
            // A restart time of 0 has already expired.
            self.advance_to(self.now);
        }
    }

    /// Removes routes, to the shelf if there is one.
    fn take_away(&mut self, peer: PeerId, keys: Vec<RouteKey>, mut shelf: Option<&mut Before>) {
        for key in keys {
            if let Some(shelf) = &mut shelf
                && let Some(stored) = self.rib.stored(peer, &key)
            {
                let (list, time) = (stored.attributes_id(), stored.time());
                self.rib.retain_list(list);
                let octets = if let RouteKey::Other(key, _) = &key { Some(key.clone()) } else { None };
                if let Some(there) = shelf.routes.insert((peer, Told::from(&key)), Shelved { octets, list, time }) {
                    self.rib.release(there.list);
                }
            }
            self.rib.remove_key(peer, &key);
        }
    }

    /// The stale time has expired.
    pub(super) fn expire(&mut self, id: usize, family: Family, at: u64) {
        let Some(speaker) = self.speakers.get_mut(id) else { return };
        let Some((_, wait)) = speaker.waits.remove(&family) else { return };
        let long_lived = speaker.open.as_ref().and_then(|open| open.long_lived.get(&family)).map_or(0, |(_, time)| *time);
        let peers = self.peers_of(id);
        if wait == Wait::Restart && long_lived > 0 {
            for peer in peers {
                // RFC 9494 section 4.2.
                let keys = self.rib.stale_keys(peer, family).into_iter().filter(|key| self.is_not_for_long(peer, key)).collect();
                self.take_away(peer, keys, None);
                self.rib.mark_long_lived(peer, family);
            }
            self.wait(id, family, at.saturating_add(long_lived), Wait::LongLived);
        } else {
            peers.into_iter().for_each(|peer| self.sweep(peer, family, None));
            self.watch(id);
        }
    }

    /// Whether a route has the community NO_LLGR.
    fn is_not_for_long(&self, peer: PeerId, key: &RouteKey) -> bool {
        let no_llgr = Community(WellKnownCommunity::NO_LLGR.0);
        let stored = self.rib.stored(peer, key);
        stored.is_some_and(|route| route.attributes().communities().is_ok_and(|list| list.contains(no_llgr)))
    }

    /// Removes the stale routes of a family.
    fn sweep(&mut self, peer: PeerId, family: Family, shelf: Option<&mut Before>) {
        let keys = self.rib.stale_keys(peer, family);
        self.take_away(peer, keys, shelf);
        self.rib.end_stale(peer, family);
    }

    /// End-of-RIB: the peer has sent all routes of a family again. The routes that an OPEN marked stale are kept as long as that can be
    /// undone: then it is the End-of-RIB of a session that has not ended, and says nothing of them.
    pub(super) fn end_of_rib(&mut self, id: usize, family: Family) {
        let mut before = self.speakers.get_mut(id).and_then(|speaker| speaker.before.pop());
        for peer in self.peers_of(id) {
            self.sweep(peer, family, before.as_mut().filter(|before| before.keeps));
        }
        if let Some(speaker) = self.speakers.get_mut(id) {
            speaker.before.extend(before);
        }
        self.stop_waiting(id, |of, _| of == family);
        self.watch(id);
    }

    /// BoRR: the peer begins to send all routes of a family again.
    pub(super) fn begin_refresh(&mut self, id: usize, family: Family) {
        if let Some(speaker) = self.speakers.get_mut(id) {
            speaker.refresh.insert(family, Default::default());
            speaker.watched = true;
        }
    }

    /// EoRR: the peer has sent them all.
    pub(super) fn end_refresh(&mut self, id: usize, family: Family) {
        let Some(announced) = self.speakers.get_mut(id).and_then(|speaker| speaker.refresh.remove(&family)) else { return };
        for peer in self.peers_of(id) {
            let keys = self.rib.keys_of(peer, family).into_iter().filter(|key| !announced.contains_key(key)).collect();
            self.take_away(peer, keys, None);
        }
        self.watch(id);
    }

    /// An OPEN. The peer's ends its previous session, if any, and may end a restart.
    pub(super) fn open(&mut self, id: usize, open: &Open<'_>, local: bool) {
        let opened = Opened::of(open);
        if local {
            if let Some(speaker) = self.speakers.get_mut(id) {
                speaker.own = Some(opened);
            }
            return;
        }
        self.note_change(id);
        self.forget_late(id);
        let peers = self.peers_of(id);
        let routes = peers.iter().filter_map(|peer| self.rib.adjacent(*peer)).map(|(_, routes)| routes as u64).sum::<u64>();
        let is_kept = self.can_shelve(routes);
        let Some(speaker) = self.speakers.get_mut(id) else { return };
        let mut before = Before {
            until: self.now.saturating_add(COLLISION),
            open: speaker.open.clone(),
            down: speaker.down,
            refresh: take(&mut speaker.refresh),
            waits: speaker.waits.clone(),
            stale: peers.iter().map(|peer| (*peer, self.rib.stale(*peer).cloned())).collect(),
            routes: BTreeMap::new(),
            keeps: false,
        };
        before.keeps = is_kept && (routes > 0 || !before.is_bare());
        if !speaker.down && routes > 0 {
            self.lose(id, false, is_kept.then_some(&mut before));
        }
        for peer in peers {
            let families: Vec<Family> = self.rib.stale(peer).map(|stale| stale.keys().copied().collect()).unwrap_or_default();
            for family in families {
                if !opened.keeps(family) {
                    self.sweep(peer, family, is_kept.then_some(&mut before));
                    self.stop_waiting(id, |of, _| of == family);
                }
            }
        }
        self.stop_waiting(id, |_, wait| wait == Wait::Restart);
        let Some(speaker) = self.speakers.get_mut(id) else { return };
        speaker.open = Some(opened);
        speaker.down = false;
        speaker.refresh.clear();
        // A known BGP identifier may select one of several peers.
        speaker.peers.clear();
        let mut over = Vec::new();
        speaker.before.push(before);
        if speaker.before.len() > 2 {
            over.push(speaker.before.remove(0));
        }
        over.into_iter().for_each(|before| self.let_go(before));
        self.watch(id);
    }

    /// Whether so many routes may be kept in case their OPEN is undone. All that are, and are put back, are not more than the octets read:
    /// otherwise OPENs and their undoing, over and over, would take as long as the table has routes each time. No archive of speakers has
    /// as many.
    fn can_shelve(&mut self, routes: u64) -> bool {
        let shelved = self.shelved.saturating_add(routes);
        if routes > 0 && shelved > self.octets {
            self.not_kept = self.not_kept.saturating_add(1);
            return false;
        }
        self.shelved = shelved;
        true
    }

    /// A connection was closed by collision resolution: its OPEN is undone.
    pub(super) fn undo_open(&mut self, id: usize) {
        self.forget_late(id);
        let Some(speaker) = self.speakers.get_mut(id) else { return };
        let Some(before) = speaker.before.pop() else { return };
        speaker.open = before.open;
        speaker.down = before.down;
        speaker.refresh = before.refresh;
        speaker.peers.clear();
        self.stop_waiting(id, |_, _| true);
        for (family, (at, wait)) in before.waits {
            self.wait(id, family, at, wait);
        }
        for (peer, stale) in before.stale {
            self.rib.set_stale(peer, stale);
        }
        for ((peer, told), Shelved { octets, list, time }) in before.routes {
            step();
            let key = match (told, octets) {
                (Told::Prefix(family, path), _) => RouteKey::Prefix(family, path),
                (Told::Other(_, _, path_id), Some(key)) => RouteKey::Other(key, path_id),
                (Told::Other(..), None) => continue,
            };
            self.rib.put_back(peer, &key, list, time);
        }
        self.watch(id);
    }

    /// Drops the state before an OPEN whose connection can no longer lose.
    fn forget_late(&mut self, id: usize) {
        let now = self.now;
        let Some(speaker) = self.speakers.get_mut(id) else { return };
        let (stays, late): (Vec<_>, Vec<_>) = take(&mut speaker.before).into_iter().partition(|before| now <= before.until);
        speaker.before = stays;
        late.into_iter().for_each(|before| self.let_go(before));
    }

    /// Drops the state before the last OPENs.
    pub(super) fn forget_before(&mut self, id: usize) {
        let Some(speaker) = self.speakers.get_mut(id) else { return };
        let all = take(&mut speaker.before);
        all.into_iter().for_each(|before| self.let_go(before));
    }

    fn let_go(&mut self, before: Before) {
        before.routes.into_values().for_each(|shelved| self.rib.release(shelved.list));
    }
}
