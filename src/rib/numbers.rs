//! The numbers of a peer's routes, found at the cost of what it has in a family; and the prefix or route of a number.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::other::OtherKey;
use super::peer::PeerId;
use super::table::{Rib, RouteKey, plain_kind, table_of};
use crate::family::Family;
use crate::nlri::PathPrefix;
use crate::prefix::Prefix;
use crate::wire::step;

/// Of a family with this many routes of a peer the numbers are known, or with one in 64 of all its routes: a walk over the others costs
/// at most 64 steps for each route of the family.
const FEW: usize = 64;

/// The numbers of a peer's routes by kind ([`Rib::kind_of`]), and perhaps some that they no longer have; not those of kinds with many:
/// they are searched for.
#[derive(Clone, Default, Debug)]
pub(super) struct Known {
    /// A bit for each kind of plain prefixes with many.
    many: u8,
    /// `None` for a kind with many.
    few: BTreeMap<u8, Option<Vec<u32>>>,
}

impl Known {
    /// Whether the kind is one of plain prefixes with many routes, of which none is noted.
    #[inline(always)]
    pub(super) const fn has_many(&self, kind: u8) -> bool {
        kind < 8 && self.many >> kind & 1 == 1
    }

    /// Notes the number of a new route; the peer has `all` routes of all kinds.
    pub(super) fn add(&mut self, kind: u8, number: u32, all: usize) {
        match self.few.entry(kind).or_insert_with(|| Some(Vec::new())) {
            Some(few) if few.len() < FEW.max(all / 64) => few.push(number),
            Some(_) => self.set_many(kind),
            None => {}
        }
    }

    fn set_many(&mut self, kind: u8) {
        self.few.insert(kind, None);
        self.many |= 1u8.checked_shl(kind.into()).unwrap_or(0);
    }

    /// Sets all numbers of a kind.
    pub(super) fn set(&mut self, kind: u8, numbers: Vec<u32>, all: usize) {
        if numbers.len() > FEW.max(all / 64) {
            return self.set_many(kind);
        }
        self.many &= !1u8.checked_shl(kind.into()).unwrap_or(0);
        self.few.insert(kind, Some(numbers));
    }

    /// All numbers, if there are many of no kind.
    pub(super) fn into_all(self) -> Option<Vec<u32>> {
        self.few.into_values().try_fold(Vec::new(), |mut all, few| {
            all.append(&mut few?);
            Some(all)
        })
    }
}

/// What each number is of. Made when it is first asked, and kept from then on; a clone makes its own.
#[derive(Default, Debug)]
pub(super) struct Names {
    /// By number, meaningless for those of other families; `None` until asked.
    prefixes: Option<Vec<Prefix>>,
    /// The numbers of other families, and perhaps some that are no longer theirs.
    others: BTreeMap<u32, OtherKey>,
}

impl Clone for Names {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Names {
    /// A new number of a prefix.
    #[inline]
    pub(super) fn add(&mut self, number: u32, prefix: Prefix) {
        if let Some(prefixes) = &mut self.prefixes {
            if prefixes.len() <= number as usize {
                prefixes.resize((number as usize).saturating_add(1), prefix);
            }
            if let Some(there) = prefixes.get_mut(number as usize) {
                *there = prefix;
            }
        }
    }

    /// A new number of a route of another family.
    pub(super) fn add_other(&mut self, number: u32, key: &OtherKey) {
        if self.prefixes.is_some() {
            self.others.insert(number, key.clone());
        }
    }

    pub(super) fn memory_size(&self) -> usize {
        let prefixes = self.prefixes.as_ref().map_or(0, Vec::capacity).saturating_mul(size_of::<Prefix>());
        let others = self.others.values().map(|key| key.identity.len().saturating_add(key.octets.len()).saturating_add(64));
        others.fold(prefixes, usize::saturating_add)
    }
}

impl Rib {
    /// Makes the names of numbers, in one walk.
    fn name_all(&mut self) {
        if self.names.prefixes.is_some() {
            return;
        }
        let mut prefixes = vec![Prefix::DEFAULT_V4; self.counts.len()];
        let plain = [&self.unicast, &self.multicast].into_iter().flat_map(|table| table.by_prefix.iter());
        for (prefix, number) in plain.inspect(|_| step()) {
            if let Some(there) = prefixes.get_mut(*number as usize) {
                *there = prefix;
            }
        }
        self.names.others = self.others.iter().inspect(|_| step()).map(|(key, number)| (*number, key.clone())).collect();
        self.names.prefixes = Some(prefixes);
    }

    /// The numbers of a peer's routes in one family, each once. It costs what they are, or a walk over the peer's routes if they are many
    /// of them; then the few are known.
    pub(super) fn numbers_of(&mut self, peer: PeerId, family: Family) -> Vec<u32> {
        let Some(kind) = self.kind_of(family) else { return Vec::new() };
        let Some(adjacent) = self.peers.get_mut(peer.index()) else { return Vec::new() };
        let mut numbers = match adjacent.known.few.get_mut(&kind) {
            None => return Vec::new(),
            Some(Some(few)) => core::mem::take(few),
            Some(None) => {
                let mut all = Vec::new();
                self.routes.each_of_peer(peer.0, |number, _| all.push(number));
                all.extend(adjacent.paths.iter().flat_map(|paths| paths.keys()).map(|(number, _)| *number));
                all
            }
        };
        numbers.sort_unstable();
        numbers.dedup();
        let (routes, kinds, paths) = (&self.routes, &self.kinds, adjacent.paths.as_deref());
        numbers.retain(|number| {
            step();
            let has_path = || paths.is_some_and(|paths| paths.range((*number, 0)..=(*number, u32::MAX)).next().is_some());
            kinds.get(*number as usize) == Some(&kind) && (routes.get(*number, peer.0) != 0 || has_path())
        });
        adjacent.known.set(kind, numbers.clone(), adjacent.len());
        numbers
    }

    /// The path identifiers of a peer's routes of a number.
    pub(super) fn path_ids_of(&self, peer: PeerId, number: u32) -> Vec<Option<u32>> {
        let Some(adjacent) = self.peers.get(peer.index()) else { return Vec::new() };
        let plain = (self.routes.get(number, peer.0) != 0).then_some(None);
        let paths = adjacent.paths.iter().flat_map(|paths| paths.range((number, 0)..=(number, u32::MAX)));
        plain.into_iter().chain(paths.map(|((_, id), _)| Some(*id))).collect()
    }

    /// The routes of a peer in one family.
    pub(super) fn keys_of(&mut self, peer: PeerId, family: Family) -> Vec<RouteKey> {
        let numbers = self.numbers_of(peer, family);
        if numbers.is_empty() {
            return Vec::new();
        }
        self.name_all();
        let mut keys = Vec::with_capacity(numbers.len());
        for number in numbers {
            let name = self.names.prefixes.as_ref().and_then(|prefixes| prefixes.get(number as usize)).copied();
            let other = self.names.others.get(&number).filter(|key| key.family == family);
            keys.extend(self.path_ids_of(peer, number).into_iter().filter_map(|path_id| match table_of(family) {
                Some(_) => name.map(|prefix| RouteKey::Prefix(family, PathPrefix { prefix, path_id })),
                None => other.map(|key| RouteKey::Other(key.clone(), path_id)),
            }));
        }
        keys
    }

    /// The families of a peer's routes.
    pub(super) fn families_of(&mut self, peer: PeerId) -> Vec<Family> {
        let plain = [Family::IPV4_UNICAST, Family::IPV6_UNICAST, Family::IPV4_MULTICAST, Family::IPV6_MULTICAST];
        let Some(adjacent) = self.peers.get(peer.index()).filter(|adjacent| adjacent.len() > 0) else { return Vec::new() };
        let is_known = |family: &Family| self.kind_of(*family).is_some_and(|kind| adjacent.known.few.contains_key(&kind));
        let families: Vec<_> = plain.into_iter().chain(self.families.iter().copied()).filter(is_known).collect();
        families.into_iter().filter(|family| !self.numbers_of(peer, *family).is_empty()).collect()
    }
}

const _: () = assert!(plain_kind(true, true) < 8);
