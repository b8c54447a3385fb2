//! Unique paths of many routes.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::fmt;
use core::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::{HashSet, HashTable};

use super::claims::Claims;
use super::hygiene::LONGEST_PATH;

/// An address family of routes; their evidence is never merged, since relations differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
#[non_exhaustive]
pub enum AddressFamily {
    /// IPv4.
    #[default]
    V4,
    /// IPv6.
    V6,
}

impl AddressFamily {
    /// `4` or `6`.
    pub const fn version(self) -> u8 {
        match self {
            Self::V4 => 4,
            Self::V6 => 6,
        }
    }
}

/// Why a path was rejected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The path has no hop or more than [`LONGEST_PATH`].
    Length(usize),
    /// The store exceeds 2^32 words.
    Full,
    /// The other store is of another address family.
    Family,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(0) => f.write_str("a path without a hop cannot be stored"),
            Self::Length(len) => write!(f, "a path of {len} hops is longer than {LONGEST_PATH}"),
            Self::Full => f.write_str("the store of paths is full"),
            Self::Family => f.write_str("stores of two address families cannot be merged"),
        }
    }
}

impl core::error::Error for StoreError {}

/// Unique paths of one address family, from the vantage point to the origin, each with its vantage points and the number of its
/// routes.
///
/// The order of additions does not matter: stores filled or merged in any order are equal and give the same results. A path costs
/// one word per hop, one more, and about six bytes of a hash table.
#[derive(Clone)]
pub struct PathStore {
    family: AddressFamily,
    // Each path: a word of its length (the upper 8 bits) and its routes (the lower 24; all ones: see `many`), then its hops.
    words: Vec<u32>,
    // Offsets of paths.
    table: HashTable<u32>,
    hasher: RandomState,
    // Route counts over 24 bits.
    many: hashbrown::HashMap<u32, u64, RandomState>,
    // Paths, by offset, with a vantage point other than their first AS; and those whose first AS is none.
    others: BTreeSet<(u32, u32)>,
    foreign: HashSet<u32, RandomState>,
    // Links over a route server, the nearer AS first.
    over: HashSet<(u32, u32), RandomState>,
    // Links over an exchange, by the next hop of a route.
    exchanges: HashSet<(u32, u32), RandomState>,
    // Statements about links.
    claims: Claims,
    routes: u64,
}

const MANY: u32 = 0x00ff_ffff;

impl Default for PathStore {
    fn default() -> Self {
        Self::new(AddressFamily::V4)
    }
}

/// One unique path.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct StoredPath<'a> {
    pub(super) start: u32,
    /// From the vantage point to the origin.
    pub path: &'a [u32],
    /// Routes that had it.
    pub routes: u64,
}

fn ascending(links: &HashSet<(u32, u32), RandomState>) -> Vec<(u32, u32)> {
    let mut links: Vec<_> = links.iter().copied().collect();
    links.sort_unstable();
    links
}

impl PathStore {
    /// A store without paths; allocates nothing.
    pub fn new(family: AddressFamily) -> Self {
        let hasher = RandomState::default();
        Self {
            family,
            words: Vec::new(),
            table: HashTable::new(),
            many: hashbrown::HashMap::with_hasher(hasher.clone()),
            others: BTreeSet::new(),
            foreign: HashSet::with_hasher(hasher.clone()),
            over: HashSet::with_hasher(hasher.clone()),
            exchanges: HashSet::with_hasher(hasher.clone()),
            hasher,
            claims: Claims::new(),
            routes: 0,
        }
    }

    /// The address family of the routes.
    pub const fn family(&self) -> AddressFamily {
        self.family
    }

    /// Number of unique paths.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are no paths.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Number of routes.
    pub const fn routes(&self) -> u64 {
        self.routes
    }

    /// Adds a clean path ([`Hygiene`](super::Hygiene)) of a route from `vantage`, origin last.
    ///
    /// # Errors
    /// The path is empty or too long, or the store is full.
    #[inline]
    pub fn push(&mut self, vantage: u32, path: &[u32]) -> Result<(), StoreError> {
        self.push_many(vantage, path, 1)
    }

    /// Marks a link, the AS nearer to the vantage point first, as over a route server whose number was removed from a path.
    pub fn mark_over_route_server(&mut self, near: u32, far: u32) {
        self.over.insert((near.min(far), near.max(far)));
    }

    pub(super) fn is_over_route_server(&self, a: u32, b: u32) -> bool {
        self.over.contains(&(a.min(b), a.max(b)))
    }

    pub(super) fn over_route_servers(&self) -> Vec<(u32, u32)> {
        ascending(&self.over)
    }

    /// Marks a link as over an exchange: a route over it has a next hop there.
    pub fn mark_over_exchange(&mut self, a: u32, b: u32) {
        self.exchanges.insert((a.min(b), a.max(b)));
    }

    pub(super) fn is_over_exchange(&self, a: u32, b: u32) -> bool {
        self.exchanges.contains(&(a.min(b), a.max(b)))
    }

    pub(super) fn over_exchanges(&self) -> Vec<(u32, u32)> {
        ascending(&self.exchanges)
    }

    /// What networks state about their own links: evidence beyond paths, which [`infer`](Self::infer) uses.
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The same, to add statements.
    pub const fn claims_mut(&mut self) -> &mut Claims {
        &mut self.claims
    }

    /// Adds a path of several routes; no effect for 0 routes.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    #[inline]
    pub fn push_many(&mut self, vantage: u32, path: &[u32], routes: u64) -> Result<(), StoreError> {
        if routes == 0 { Ok(()) } else { self.add(vantage, path, routes) }
    }

    /// Adds a vantage point of a path, and routes to it.
    #[inline]
    pub(super) fn add(&mut self, vantage: u32, path: &[u32], routes: u64) -> Result<(), StoreError> {
        let Some((&first, _)) = path.split_first() else { return Err(StoreError::Length(0)) };
        if path.len() > LONGEST_PATH {
            return Err(StoreError::Length(path.len()));
        }
        let (start, new) = self.place(path, routes)?;
        self.routes = self.routes.saturating_add(routes);
        if vantage != first {
            self.others.insert((start, vantage));
            if new {
                self.foreign.insert(start);
            }
        } else if !new && !self.foreign.is_empty() {
            self.foreign.remove(&start);
        }
        Ok(())
    }

    /// The offset of the path, whose count increases by `routes`; and whether it is new.
    #[inline]
    fn place(&mut self, path: &[u32], routes: u64) -> Result<(u32, bool), StoreError> {
        let hash = self.hasher.hash_one(path);
        let words = &self.words;
        if let Some(&start) = self.table.find(hash, |&start| read(words, start) == path) {
            self.count(start, routes);
            return Ok((start, false));
        }
        let Ok(start) = u32::try_from(self.words.len()) else { return Err(StoreError::Full) };
        let Ok(len) = u32::try_from(path.len()) else { return Err(StoreError::Length(path.len())) };
        self.words.push(len << 24);
        self.words.extend_from_slice(path);
        let (words, hasher) = (&self.words, &self.hasher);
        self.table.insert_unique(hash, start, |&start| hasher.hash_one(read(words, start)));
        self.count(start, routes);
        Ok((start, true))
    }

    #[inline]
    fn count(&mut self, start: u32, routes: u64) {
        let Some(head) = self.words.get_mut(start as usize) else { return };
        let low = *head & MANY;
        let sum = u64::from(low).saturating_add(routes);
        if low != MANY && sum < u64::from(MANY) {
            // Fits in 24 bits.
            *head = *head & !MANY | u32::try_from(sum).unwrap_or(0);
        } else {
            self.count_many(start, routes);
        }
    }

    #[cold]
    fn count_many(&mut self, start: u32, routes: u64) {
        let Some(head) = self.words.get_mut(start as usize) else { return };
        let low = *head & MANY;
        let count = self.many.entry(start).or_insert(if low == MANY { 0 } else { u64::from(low) });
        *count = count.saturating_add(routes);
        *head |= MANY;
    }

    /// The paths, in unspecified order.
    pub fn iter(&self) -> Paths<'_> {
        Paths { store: self, at: 0 }
    }

    /// The path at an offset.
    pub(super) fn stored(&self, start: u32) -> Option<StoredPath<'_>> {
        Paths { store: self, at: start as usize }.next()
    }

    /// The hops of a path, by its offset.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn path(&self, start: u32) -> &[u32] {
        read(&self.words, start)
    }

    /// Vantage points of the path, ascending.
    pub fn vantage_points(&self, path: StoredPath<'_>) -> Vec<u32> {
        let mut list = Vec::new();
        self.vantage_points_into(path.start, path.path, &mut list);
        list
    }

    #[inline]
    pub(super) fn vantage_points_into(&self, start: u32, path: &[u32], list: &mut Vec<u32>) {
        list.clear();
        let first = path.first().copied().unwrap_or(0);
        if self.others.is_empty() {
            list.push(first);
            return;
        }
        if !self.foreign.contains(&start) {
            list.push(first);
        }
        list.extend(self.others.range((start, 0)..=(start, u32::MAX)).map(|&(_, vantage)| vantage));
        list.sort_unstable();
    }

    /// Adds the paths of another store, and what is known of its links.
    ///
    /// # Errors
    /// The other store is of another family, or this one is full.
    pub fn merge(&mut self, other: &Self) -> Result<(), StoreError> {
        if self.family != other.family {
            return Err(StoreError::Family);
        }
        let mut list = Vec::new();
        for path in other.iter() {
            other.vantage_points_into(path.start, path.path, &mut list);
            for (at, &vantage) in list.iter().enumerate() {
                self.add(vantage, path.path, if at == 0 { path.routes } else { 0 })?;
            }
        }
        self.over.extend(other.over.iter().copied());
        self.exchanges.extend(other.exchanges.iter().copied());
        self.claims.merge(&other.claims);
        Ok(())
    }

    /// Routes of one network over its link to another, in this direction.
    pub fn routes_over(&self, from: u32, to: u32) -> u64 {
        let goes = |path: &[u32]| path.iter().zip(path.iter().skip(1)).any(|link| link == (&from, &to));
        self.iter().filter(|path| goes(path.path)).fold(0u64, |sum, path| sum.saturating_add(path.routes))
    }

    /// Bytes of memory.
    pub fn memory_size(&self) -> usize {
        let table = self.table.capacity().saturating_mul(5);
        let others = self.others.len().saturating_mul(12).saturating_add(self.foreign.capacity().saturating_mul(5));
        self.words.capacity().saturating_mul(4).saturating_add(table).saturating_add(others)
    }
}

#[cfg_attr(optimised, inline(always))]
fn read(words: &[u32], start: u32) -> &[u32] {
    let Some((head, rest)) = words.get(start as usize..).and_then(<[u32]>::split_first) else { return &[] };
    rest.get(..(head >> 24) as usize).unwrap_or(&[])
}

/// The paths of a store.
#[derive(Clone)]
pub struct Paths<'a> {
    store: &'a PathStore,
    at: usize,
}

impl fmt::Debug for Paths<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paths").finish_non_exhaustive()
    }
}

impl<'a> Iterator for Paths<'a> {
    type Item = StoredPath<'a>;

    #[inline]
    fn next(&mut self) -> Option<StoredPath<'a>> {
        let (head, rest) = self.store.words.get(self.at..)?.split_first()?;
        let path = rest.get(..(head >> 24) as usize)?;
        let start = u32::try_from(self.at).ok()?;
        self.at = self.at.saturating_add(1).saturating_add(path.len());
        let low = head & MANY;
        let routes = if low == MANY { self.store.many.get(&start).copied().unwrap_or(0) } else { u64::from(low) };
        Some(StoredPath { start, path, routes })
    }
}

impl core::iter::FusedIterator for Paths<'_> {}

impl<'a> IntoIterator for &'a PathStore {
    type Item = StoredPath<'a>;
    type IntoIter = Paths<'a>;

    fn into_iter(self) -> Paths<'a> {
        self.iter()
    }
}

impl fmt::Debug for PathStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PathStore")
            .field("family", &self.family)
            .field("paths", &self.len())
            .field("routes", &self.routes)
            .finish_non_exhaustive()
    }
}

impl PartialEq for PathStore {
    fn eq(&self, other: &Self) -> bool {
        let (mut own, mut others) = (Vec::new(), Vec::new());
        self.family == other.family
            && self.routes == other.routes
            && self.len() == other.len()
            && self.over == other.over
            && self.exchanges == other.exchanges
            && self.claims == other.claims
            && self.iter().all(|path| {
                let found = other.table.find(other.hasher.hash_one(path.path), |&start| other.path(start) == path.path);
                found.is_some_and(|&start| {
                    let same = other.stored(start).is_some_and(|p| p.routes == path.routes);
                    self.vantage_points_into(path.start, path.path, &mut own);
                    other.vantage_points_into(start, path.path, &mut others);
                    same && own == others
                })
            })
    }
}

impl Eq for PathStore {}
