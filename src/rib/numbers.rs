//! The numbers of a peer's routes, found at the cost of what it has in a family; and the prefix or route of a number.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::other::OtherKey;
use crate::prefix::Prefix;

/// Of a family with this many routes of a peer the numbers are known, or with one in 64 of all its routes: a walk over the others costs
/// at most 64 steps for each route of the family.
const FEW: usize = 64;

/// The numbers of a peer's routes by kind ([`Rib::kind_of`]), and perhaps some that they no longer have; not those of kinds with many:
/// they are searched for.
#[derive(Clone, Default, Debug)]
pub(super) struct Known {
    /// A bit for each kind of plain prefixes with many.
    many: u8,
    /// By kind; `None` for one with many. Most peers have routes of one kind.
    few: Vec<(u8, Option<Vec<u32>>)>,
}

impl Known {
    /// Whether the kind is one of plain prefixes with many routes, of which none is noted.
    #[cfg_attr(optimised, inline(always))]
    pub(super) const fn has_many(&self, kind: u8) -> bool {
        kind < 8 && self.many >> kind & 1 == 1
    }

    /// Whether there may be routes of a kind.
    pub(super) fn has(&self, kind: u8) -> bool {
        self.few.iter().any(|(of, _)| *of == kind)
    }

    fn of(&mut self, kind: u8) -> Option<&mut Option<Vec<u32>>> {
        self.few.iter_mut().find(|(of, _)| *of == kind).map(|(_, few)| few)
    }

    /// Notes the number of a new route; the peer has `all` routes of all kinds.
    pub(super) fn add(&mut self, kind: u8, number: u32, all: usize) {
        match self.of(kind) {
            Some(Some(few)) if few.len() < FEW.max(all / 64) => few.push(number),
            Some(Some(_)) => self.put(kind, None),
            Some(None) => {}
            None => self.put(kind, Some(Vec::from([number]))),
        }
    }

    fn put(&mut self, kind: u8, numbers: Option<Vec<u32>>) {
        let bit = 1u8.checked_shl(kind.into()).unwrap_or(0);
        self.many = if numbers.is_none() { self.many | bit } else { self.many & !bit };
        match self.of(kind) {
            Some(few) => *few = numbers,
            None => {
                self.few.reserve_exact(1);
                self.few.push((kind, numbers));
            }
        }
    }

    /// Takes the numbers of a kind; `None` if they are many.
    pub(super) fn take(&mut self, kind: u8) -> Option<Vec<u32>> {
        self.of(kind).map_or_else(|| Some(Vec::new()), |few| few.as_mut().map(core::mem::take))
    }

    /// Sets all numbers of a kind.
    pub(super) fn set(&mut self, kind: u8, numbers: &[u32], all: usize) {
        self.put(kind, (numbers.len() <= FEW.max(all / 64)).then(|| numbers.to_vec()));
    }

    /// All numbers, if there are many of no kind.
    pub(super) fn into_all(self) -> Option<Vec<u32>> {
        self.few.into_iter().try_fold(Vec::new(), |mut all, (_, few)| {
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

    pub(super) const fn are_made(&self) -> bool {
        self.prefixes.is_some()
    }

    /// Sets them all.
    pub(super) fn make(&mut self, prefixes: Vec<Prefix>, others: BTreeMap<u32, OtherKey>) {
        (self.prefixes, self.others) = (Some(prefixes), others);
    }

    pub(super) fn prefix(&self, number: u32) -> Option<Prefix> {
        self.prefixes.as_ref()?.get(number as usize).copied()
    }

    pub(super) fn other(&self, number: u32) -> Option<&OtherKey> {
        self.others.get(&number)
    }

    pub(super) fn memory_size(&self) -> usize {
        let prefixes = self.prefixes.as_ref().map_or(0, Vec::capacity).saturating_mul(size_of::<Prefix>());
        let others = self.others.values().map(|key| key.identity.len().saturating_add(key.octets.len()).saturating_add(64));
        others.fold(prefixes, usize::saturating_add)
    }
}
