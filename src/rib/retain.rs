//! Removal of routes by what they are.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::peer::PeerId;
use super::routes::{OtherRoutes, PrefixRoutes, StoredRoute};
use super::table::Rib;
use crate::element::{Element, Route};
use crate::nlri::{PathPrefix, RawRoute};

impl Rib {
    /// Keeps the routes of which `keep` says so, as elements of a table dump ([`StoredRoute::to_element`]); returns the number of
    /// those removed. Peers stay, with or without routes.
    pub fn retain(&mut self, mut keep: impl FnMut(&Element<'_>) -> bool) -> usize {
        self.remove_where(|route, stored| !keep(&stored.element(*route)))
    }

    /// Removes the routes of which `is_gone` says so, in one walk; returns their number.
    pub(super) fn remove_where(&mut self, mut is_gone: impl FnMut(&Route<'_>, &StoredRoute<'_>) -> bool) -> usize {
        let (mut gone, mut count) = (Vec::new(), 0usize);
        let mut of_number: Vec<(PeerId, Option<u32>)> = Vec::new();
        for multicast in [false, true] {
            let table = Arc::clone(&self.table(multicast).by_prefix);
            for (prefix, number) in table.iter() {
                let found = PrefixRoutes::new(self, prefix, *number, multicast);
                let family = found.family();
                of_number.extend(found.routes().filter_map(|stored| {
                    let path = PathPrefix { prefix, path_id: stored.path_id() };
                    is_gone(&Route::Prefix(family, path), &stored).then(|| (stored.peer_id(), stored.path_id()))
                }));
                count = count.saturating_add(self.remove_all(*number, &mut of_number, &mut gone));
            }
        }
        let others = Arc::clone(&self.others);
        for (key, number) in others.iter() {
            let found = OtherRoutes::new(self, key, *number);
            of_number.extend(found.routes().filter_map(|stored| {
                let route = RawRoute { path_id: stored.path_id(), ..found.route() };
                is_gone(&Route::Other(route), &stored).then(|| (stored.peer_id(), stored.path_id()))
            }));
            count = count.saturating_add(self.remove_all(*number, &mut of_number, &mut gone));
        }
        drop(others);
        self.forget(&gone);
        count
    }

    /// Removes routes of a number, which is added to `gone` if none is left; returns how many there were.
    fn remove_all(&mut self, number: u32, routes: &mut Vec<(PeerId, Option<u32>)>, gone: &mut Vec<u32>) -> usize {
        let mut count = 0usize;
        for (peer, path_id) in routes.drain(..) {
            if let Some(list) = self.remove_id(peer, number, path_id) {
                count = count.saturating_add(1);
                self.store.release(list);
                if self.count_down(number) {
                    gone.push(number);
                }
            }
        }
        count
    }
}
