//! Numbers by prefix and peer, prefix by prefix: the routes of a prefix are adjacent in memory.
//!
//! Sixteen peers are a band; 64 prefixes of a band are a tile. In a tile, a peer with many of the prefixes has a lane: a column
//! of numbers, stored row by row, so that the numbers of a prefix share a cache line. Routes of the other peers are in a sorted
//! list.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::Ordering::{Acquire, Relaxed};
use core::sync::atomic::{AtomicU32, fence};

use crate::wire::step;

/// Peers per band.
pub(super) const BAND: usize = 16;

/// Prefixes per tile.
const ROWS: usize = 64;

/// Four rows per strip: costs extra cache lines when a prefix is read, saves as many when a peer is loaded.
const STRIP: usize = 4;

/// Tiles allocated together: a group of 1,024 prefixes without routes in a band takes no memory.
const TILES: usize = 16;

/// A peer with this many routes in a tile gets a lane: its part of the list would take as much space.
const MANY: u8 = 32;

/// A peer with this many routes in the previous tile gets a lane at its first route: tables are loaded in order.
const MOST: u8 = 48;

/// A peer with fewer routes, also in the previous tile, loses its lane.
const FEW: u8 = 16;

/// No lane.
const NONE: u8 = u8::MAX;

/// Numbers of 64 prefixes, in strips of four rows, lane after lane within a strip; 0 means none. Written only while a single tile
/// owns them. Ownership is tracked by [`Tile::era`], not `Arc::get_mut`: the reference count would miss the cache, and its atomic
/// would stall the next route.
type Numbers = Arc<[AtomicU32]>;

/// Routes of peers without a lane: row and column (`row << 4 | column`), number.
type List = Arc<Vec<(u16, u32)>>;

/// Routes of sixteen peers to 64 prefixes.
#[derive(Clone, Debug)]
struct Tile {
    numbers: Option<Numbers>,
    list: Option<List>,
    /// Number of routes per peer in this tile.
    counts: [u8; BAND],
    /// Lane of each peer, if any. Lanes are in peer order.
    lanes: [u8; BAND],
    /// Number of lanes.
    width: u8,
    /// Whether the lanes are those of the first peers, without gaps.
    is_packed: bool,
    /// The table's era when the numbers were last known to be unshared: while it lasts, they are.
    era: u32,
}

impl Tile {
    const EMPTY: Self =
        Self { numbers: None, list: None, counts: [0; BAND], lanes: [NONE; BAND], width: 0, is_packed: true, era: 0 };
}

/// Tiles of 1,024 prefixes.
type Group = Option<Box<[Tile; TILES]>>;

/// Numbers by prefix number and peer, in copy-on-write tiles shared with clones.
#[derive(Debug, Default)]
pub(super) struct Tiles {
    bands: Vec<Vec<Group>>,
    /// Number of clones made of this table and of its ancestors. After the last era no tile is considered owned.
    era: AtomicU32,
}

impl Clone for Tiles {
    fn clone(&self) -> Self {
        // Everything is now shared, so the era ends for both.
        let next = |era: u32| Some(era.saturating_add(1));
        let before = self.era.fetch_update(Relaxed, Relaxed, next).unwrap_or(u32::MAX);
        Self { bands: self.bands.clone(), era: AtomicU32::new(before.saturating_add(1)) }
    }
}

/// Group, tile of the group, row of the tile.
#[cfg_attr(optimised, inline(always))]
const fn split(prefix: u32) -> (usize, usize, usize) {
    ((prefix >> 10) as usize, (prefix >> 6) as usize % TILES, prefix as usize % ROWS)
}

/// Band and column.
#[cfg_attr(optimised, inline(always))]
const fn split_peer(peer: u32) -> (usize, usize) {
    (peer as usize / BAND, peer as usize % BAND)
}

/// Key in a list; row and column together have ten bits.
#[cfg_attr(optimised, inline(always))]
#[expect(clippy::cast_possible_truncation)]
const fn key(row: usize, column: usize) -> u16 {
    row.wrapping_mul(BAND).wrapping_add(column) as u16
}

/// Index among the numbers of this many lanes.
#[cfg_attr(optimised, inline(always))]
const fn place(row: usize, lane: usize, width: usize) -> usize {
    // 64 rows, 16 lanes.
    (row / STRIP).wrapping_mul(width).wrapping_add(lane).wrapping_mul(STRIP).wrapping_add(row % STRIP)
}

/// The byte of a column.
#[cfg_attr(optimised, inline(always))]
fn of(octets: &[u8; BAND], column: usize) -> u8 {
    octets.get(column % BAND).copied().unwrap_or(NONE)
}

/// The cells of a lane, row by row.
fn lane_of(numbers: &[AtomicU32], lane: u8, width: u8) -> impl Iterator<Item = &AtomicU32> {
    let (strips, _) = numbers.as_chunks::<STRIP>();
    strips.iter().skip(usize::from(lane)).step_by(usize::from(width)).flatten()
}

impl Tile {
    fn is_empty(&self) -> bool {
        self.counts == [0; BAND]
    }

    #[cfg_attr(optimised, inline(always))]
    fn count(&self, column: usize) -> u8 {
        of(&self.counts, column)
    }

    #[cfg_attr(optimised, inline(always))]
    fn has_lane(&self, column: usize) -> bool {
        of(&self.lanes, column) != NONE
    }

    /// The cell of a peer with a lane.
    #[cfg_attr(optimised, inline(always))]
    fn cell(&self, row: usize, column: usize) -> Option<&AtomicU32> {
        let lane = of(&self.lanes, column);
        if lane == NONE {
            return None;
        }
        self.numbers.as_ref()?.get(place(row, usize::from(lane), usize::from(self.width)))
    }

    /// Index of a route in the list, or its insertion point.
    fn find(&self, key: u16) -> Result<usize, usize> {
        let Some(list) = self.list.as_deref() else { return Err(0) };
        match list.last() {
            // Loading a sorted table appends.
            Some(last) if last.0 < key => Err(list.len()),
            _ => list.binary_search_by_key(&key, |entry| entry.0),
        }
    }

    #[inline]
    fn get(&self, row: usize, column: usize) -> u32 {
        if let Some(cell) = self.cell(row, column) {
            return cell.load(Relaxed);
        }
        match (self.find(key(row, column)), &self.list) {
            (Ok(at), Some(list)) => list.get(at).map_or(0, |entry| entry.1),
            _ => 0,
        }
    }

    /// All numbers of a row, in peer order.
    #[cfg_attr(optimised, inline(always))]
    fn row(&self, row: usize) -> [u32; BAND] {
        let mut out = [0; BAND];
        let width = usize::from(self.width);
        let start = place(row.wrapping_sub(row % STRIP), 0, width);
        let end = start.wrapping_add(width.wrapping_mul(STRIP));
        if let Some(strip) = self.numbers.as_ref().and_then(|numbers| numbers.get(start..end)) {
            let cell = |strip: &[AtomicU32; STRIP]| strip.get(row % STRIP).map_or(0, |cell| cell.load(Relaxed));
            let (strip, _) = strip.as_chunks();
            if let Ok(strip) = <&[_; BAND]>::try_from(strip) {
                out = strip.each_ref().map(cell);
            } else if self.is_packed {
                out.iter_mut().zip(strip).for_each(|(number, there)| *number = cell(there));
            } else {
                for (number, lane) in out.iter_mut().zip(&self.lanes) {
                    *number = strip.get(usize::from(*lane)).map_or(0, cell);
                }
            }
        }
        if let Some(list) = self.list.as_deref() {
            let from = list.partition_point(|entry| entry.0 < key(row, 0));
            let listed = list.get(from..).unwrap_or(&[]).iter().take_while(|entry| usize::from(entry.0) / BAND == row);
            for (key, number) in listed {
                if let Some(there) = out.get_mut(usize::from(*key) % BAND) {
                    *there = *number;
                }
            }
        }
        out
    }

    /// Makes the numbers unshared.
    #[cold]
    #[inline(never)]
    fn own(&mut self, era: u32) {
        let Some(numbers) = &mut self.numbers else { return };
        if Arc::strong_count(numbers) == 1 {
            // Other owners have finished their reads; the numbers cannot become shared meanwhile, since this is a mutable
            // reference and there are no weak ones.
            fence(Acquire);
        } else {
            *numbers = numbers.iter().map(|number| AtomicU32::new(number.load(Relaxed))).collect();
        }
        self.era = era;
    }

    /// Sets a number in the list; returns the previous one. The caller updates lanes.
    fn set_listed(&mut self, row: usize, column: usize, number: u32) -> u32 {
        let key = key(row, column);
        let found = self.find(key);
        if number == 0 {
            let (Ok(at), Some(list)) = (found, &mut self.list) else { return 0 };
            let before = Arc::make_mut(list).remove(at).1;
            if list.is_empty() {
                self.list = None;
            }
            return before;
        }
        let list = Arc::make_mut(self.list.get_or_insert_default());
        match found {
            Ok(at) => list.get_mut(at).map_or(0, |entry| core::mem::replace(&mut entry.1, number)),
            Err(at) => {
                if list.len() == list.capacity() {
                    // Not doubled: there are many short lists.
                    list.reserve_exact((list.len() / 4).saturating_add(2));
                }
                list.insert(at, (key, number));
                0
            }
        }
    }

    /// Gives lanes to exactly these peers.
    fn lay_out(&mut self, wanted: [bool; BAND], era: u32) {
        let (mut lanes, mut width) = ([NONE; BAND], 0u8);
        for (lane, _) in lanes.iter_mut().zip(wanted).filter(|(_, wanted)| *wanted) {
            *lane = width;
            width = width.saturating_add(1);
        }
        if lanes == self.lanes {
            return;
        }
        let is_packed = lanes.iter().take(usize::from(width)).all(|lane| *lane != NONE);
        let old = core::mem::replace(self, Self { lanes, width, is_packed, era, ..Self::EMPTY });
        self.counts = old.counts;
        if width > 0 {
            self.numbers = Some((0..ROWS.saturating_mul(usize::from(width))).map(|_| AtomicU32::new(0)).collect());
        }
        let mut listed = Vec::new();
        for (column, (from, to)) in old.lanes.iter().zip(&lanes).enumerate() {
            let Some(numbers) = old.numbers.as_ref().filter(|_| *from != NONE) else { continue };
            let from = lane_of(numbers, *from, old.width);
            if *to == NONE {
                let there = from.map(|number| number.load(Relaxed)).enumerate().filter(|(_, number)| *number != 0);
                listed.extend(there.map(|(row, number)| (key(row, column), number)));
            } else if let Some(numbers) = &self.numbers {
                let to = lane_of(numbers, *to, width);
                for (from, to) in from.zip(to) {
                    to.store(from.load(Relaxed), Relaxed);
                }
            }
        }
        let is_moved = |key: u16| of(&lanes, usize::from(key)) != NONE;
        match old.list {
            Some(list) if !listed.is_empty() || list.iter().any(|entry| is_moved(entry.0)) => {
                for entry in list.iter() {
                    match self.cell(usize::from(entry.0) / BAND, usize::from(entry.0)) {
                        Some(cell) => cell.store(entry.1, Relaxed),
                        None => listed.push(*entry),
                    }
                }
            }
            list => self.list = list,
        }
        if !listed.is_empty() {
            listed.sort_unstable_by_key(|entry| entry.0);
            listed.shrink_to_fit();
            self.list = Some(Arc::new(listed));
        }
    }

    /// The peers with lanes, except this one.
    fn lanes_but(&self, column: usize) -> [bool; BAND] {
        let mut wanted = self.lanes.map(|lane| lane != NONE);
        if let Some(wanted) = wanted.get_mut(column) {
            *wanted = false;
        }
        wanted
    }

    fn shares(&self, other: &Self) -> bool {
        let numbers = match (&self.numbers, &other.numbers) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let list = match (&self.list, &other.list) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        numbers && list
    }

    fn memory_size(&self) -> usize {
        // With the two counts of a shared reference.
        let numbers = self.numbers.as_ref().map_or(0, |numbers| numbers.len().saturating_mul(4).saturating_add(16));
        let list = |list: &List| {
            let header = size_of::<Vec<(u16, u32)>>().saturating_add(16);
            list.capacity().saturating_mul(size_of::<(u16, u32)>()).saturating_add(header)
        };
        numbers.saturating_add(self.list.as_ref().map_or(0, list))
    }
}

impl Tiles {
    #[cfg_attr(optimised, inline(always))]
    fn tile(&self, band: usize, group: usize, tile: usize) -> Option<&Tile> {
        self.bands.get(band)?.get(group)?.as_ref()?.get(tile)
    }

    #[cfg_attr(optimised, inline(always))]
    fn tile_mut(&mut self, band: usize, group: usize, tile: usize) -> Option<&mut Tile> {
        self.bands.get_mut(band)?.get_mut(group)?.as_mut()?.get_mut(tile)
    }

    /// The tile of a prefix, allocated if needed.
    fn tile_or_new(&mut self, band: usize, group: usize, tile: usize) -> Option<&mut Tile> {
        if self.bands.len() <= band {
            self.bands.resize_with(band.saturating_add(1), Vec::new);
        }
        let groups = self.bands.get_mut(band)?;
        if groups.len() <= group {
            groups.resize_with(group.saturating_add(1), || None);
        }
        groups.get_mut(group)?.get_or_insert_with(|| Box::new([const { Tile::EMPTY }; TILES])).get_mut(tile)
    }

    /// The number of a prefix and a peer; 0 if none.
    #[inline]
    pub(super) fn get(&self, prefix: u32, peer: u32) -> u32 {
        let ((group, tile, row), (band, column)) = (split(prefix), split_peer(peer));
        self.tile(band, group, tile).map_or(0, |tile| tile.get(row, column))
    }

    /// The numbers of a prefix for the peers of a band, from `band * BAND` on.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn row(&self, prefix: u32, band: usize) -> [u32; BAND] {
        let (group, tile, row) = split(prefix);
        self.tile(band, group, tile).map_or([0; BAND], |tile| tile.row(row))
    }

    /// Sets the number of a prefix and a peer, 0 for none; returns the previous one. An unchanged number keeps its tile shared.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn set(&mut self, prefix: u32, peer: u32, number: u32) -> u32 {
        let ((group, tile, row), (band, column)) = (split(prefix), split_peer(peer));
        let era = *self.era.get_mut();
        if let Some(there) = self.tile_mut(band, group, tile)
            && let Some(cell) = there.cell(row, column)
        {
            let before = cell.load(Relaxed);
            if before == number {
                return before;
            }
            if there.era == era && era != u32::MAX {
                cell.store(number, Relaxed);
            } else {
                there.own(era);
                if let Some(cell) = there.cell(row, column) {
                    cell.store(number, Relaxed);
                }
            }
            if let Some(count) = there.counts.get_mut(column) {
                if before == 0 {
                    *count = count.saturating_add(1);
                } else if number == 0 {
                    *count = count.saturating_sub(1);
                    if *count < FEW {
                        self.thin(prefix, peer);
                    }
                }
            }
            return before;
        }
        self.set_listed(prefix, peer, number)
    }

    /// Sets the number of a peer without a lane.
    #[inline(never)]
    fn set_listed(&mut self, prefix: u32, peer: u32, number: u32) -> u32 {
        let ((group, tile, row), (band, column)) = (split(prefix), split_peer(peer));
        let era = *self.era.get_mut();
        if number == 0 {
            let Some(there) = self.tile_mut(band, group, tile) else { return 0 };
            let before = there.get(row, column);
            if before != 0 {
                there.set_listed(row, column, 0);
                if let Some(count) = there.counts.get_mut(column) {
                    *count = count.saturating_sub(1);
                    if *count < FEW {
                        self.thin(prefix, peer);
                    }
                }
            }
            return before;
        }
        // Peers with nearly all prefixes of the previous tile.
        let before = prefix.checked_sub(64).map(split).and_then(|(group, tile, _)| self.tile(band, group, tile));
        let most = before.map_or([false; BAND], |before| before.counts.map(|count| count >= MOST));
        let Some(there) = self.tile_or_new(band, group, tile) else { return 0 };
        let count = there.count(column);
        let at_once = count == 0 && most.get(column).is_some_and(|most| *most);
        let before = if at_once { 0 } else { there.get(row, column) };
        if before != 0 {
            if before != number {
                there.set_listed(row, column, number);
            }
            return before;
        }
        let count = count.saturating_add(1);
        if let Some(there) = there.counts.get_mut(column) {
            *there = count;
        }
        if at_once || count >= MANY {
            let mut wanted = there.lanes.map(|lane| lane != NONE);
            for (wanted, most) in wanted.iter_mut().zip(most) {
                *wanted |= at_once && most;
            }
            if let Some(wanted) = wanted.get_mut(column) {
                *wanted = true;
            }
            there.lay_out(wanted, era);
            if let Some(cell) = there.cell(row, column) {
                cell.store(number, Relaxed);
            }
        } else {
            there.set_listed(row, column, number);
        }
        0
    }

    /// Removes the lanes of a peer with too few routes: in this tile, and in the next one, where this tile's routes may have
    /// justified one. So each lane has at least [`FEW`] routes in its tile or the previous one.
    #[cold]
    #[inline(never)]
    fn thin(&mut self, prefix: u32, peer: u32) {
        let ((group, tile, _), (band, column)) = (split(prefix), split_peer(peer));
        let era = *self.era.get_mut();
        let before = prefix.checked_sub(64).map(split).and_then(|(group, tile, _)| self.tile(band, group, tile));
        let is_thin_before = before.is_none_or(|before| before.count(column) < FEW);
        let Some(there) = self.tile_mut(band, group, tile) else { return };
        if there.is_empty() {
            *there = Tile::EMPTY;
            if let Some(groups) = self.bands.get_mut(band).and_then(|groups| groups.get_mut(group))
                && groups.as_ref().is_none_or(|tiles| tiles.iter().all(Tile::is_empty))
            {
                *groups = None;
            }
        } else if is_thin_before && there.has_lane(column) {
            there.lay_out(there.lanes_but(column), era);
        }
        let next = prefix.checked_add(64).map(split);
        if let Some(next) = next.and_then(|(group, tile, _)| self.tile_mut(band, group, tile))
            && next.has_lane(column)
            && next.count(column) < FEW
        {
            next.lay_out(next.lanes_but(column), era);
        }
    }

    /// All numbers of a peer with their prefix numbers, in order.
    pub(super) fn each_of_peer(&self, peer: u32, mut report: impl FnMut(u32, u32)) {
        let (band, column) = split_peer(peer);
        let groups = self.bands.get(band).into_iter().flatten();
        for (group, there) in (0u32..).zip(groups) {
            step();
            let tiles = there.iter().flat_map(|tiles| tiles.iter());
            for (tile, there) in (group.wrapping_mul(16)..).zip(tiles).filter(|(_, there)| there.count(column) > 0) {
                for (row, prefix) in (tile.wrapping_mul(64)..).take(ROWS).enumerate() {
                    match there.get(row, column) {
                        0 => {}
                        number => report(prefix, number),
                    }
                }
            }
        }
    }

    /// Removes all numbers of a peer; `report` gets them with their prefix numbers, in order.
    pub(super) fn remove_peer(&mut self, peer: u32, mut report: impl FnMut(u32, u32)) {
        let (band, column) = split_peer(peer);
        let era = *self.era.get_mut();
        let Some(groups) = self.bands.get_mut(band) else { return };
        for (group, there) in (0u32..).zip(groups) {
            step();
            let Some(tiles) = there else { continue };
            for (tile, there) in (group.wrapping_mul(16)..).zip(tiles.iter_mut()) {
                if there.count(column) > 0 {
                    for (row, prefix) in (tile.wrapping_mul(64)..).take(ROWS).enumerate() {
                        match there.get(row, column) {
                            0 => {}
                            number => report(prefix, number),
                        }
                    }
                }
                if there.has_lane(column) {
                    there.lay_out(there.lanes_but(column), era);
                }
                if there.count(column) > 0
                    && let Some(list) = &mut there.list
                {
                    Arc::make_mut(list).retain(|entry| usize::from(entry.0) % BAND != column);
                    if list.is_empty() {
                        there.list = None;
                    }
                }
                if let Some(count) = there.counts.get_mut(column) {
                    *count = 0;
                }
                if there.is_empty() {
                    *there = Tile::EMPTY;
                }
            }
            if tiles.iter().all(Tile::is_empty) {
                *there = None;
            }
        }
    }

    /// Whether both tables share the tile of a prefix and a peer, so it cannot differ.
    #[inline]
    pub(super) fn shares_tile(&self, other: &Self, prefix: u32, peer: u32) -> bool {
        let ((group, tile, _), (band, _)) = (split(prefix), split_peer(peer));
        match (self.tile(band, group, tile), other.tile(band, group, tile)) {
            (Some(a), Some(b)) => a.shares(b),
            (Some(one), None) | (None, Some(one)) => one.is_empty(),
            (None, None) => true,
        }
    }

    /// Bytes of memory; storage shared with clones is counted in full.
    pub(super) fn memory_size(&self) -> usize {
        let group = |group: &Group| {
            let tiles = group.iter().flat_map(|tiles| tiles.iter());
            let each = group.as_ref().map_or(0, |_| size_of::<[Tile; TILES]>());
            tiles.map(Tile::memory_size).sum::<usize>().saturating_add(each)
        };
        let bands = self.bands.iter().map(|groups| {
            let all: usize = groups.iter().map(group).sum();
            groups.capacity().saturating_mul(size_of::<Group>()).saturating_add(all)
        });
        bands.sum::<usize>().saturating_add(self.bands.capacity().saturating_mul(size_of::<Vec<Group>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    struct Random(u64);

    impl Random {
        fn below(&mut self, n: u32) -> u32 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((self.0 >> 33) % u64::from(n)) as u32
        }
    }

    /// A table and its expected contents, by peer and prefix.
    #[derive(Clone, Default)]
    struct Both {
        tiles: Tiles,
        model: BTreeMap<(u32, u32), u32>,
    }

    impl Both {
        fn set(&mut self, prefix: u32, peer: u32, number: u32) {
            let before = if number == 0 { self.model.remove(&(peer, prefix)) } else { self.model.insert((peer, prefix), number) };
            assert_eq!(self.tiles.set(prefix, peer, number), before.unwrap_or(0), "before, of {prefix} and {peer}");
            assert_eq!(self.tiles.get(prefix, peer), number, "{prefix} and {peer}");
        }

        fn remove_peer(&mut self, peer: u32) {
            let mut there = Vec::new();
            self.tiles.remove_peer(peer, |prefix, number| there.push(((peer, prefix), number)));
            let gone: Vec<_> = self.model.range((peer, 0)..=(peer, u32::MAX)).map(|(at, number)| (*at, *number)).collect();
            assert_eq!(there, gone);
            self.model.retain(|at, _| at.0 != peer);
        }

        /// Both agree, cell by cell and row by row; and the invariants of the tiles hold.
        fn check(&self) {
            let mut rows = BTreeMap::new();
            for ((peer, prefix), number) in &self.model {
                assert_eq!(self.tiles.get(*prefix, *peer), *number);
                let (band, column) = split_peer(*peer);
                rows.entry((*prefix, band)).or_insert([0; BAND])[column] = *number;
            }
            let mut count = 0;
            for (band, groups) in self.tiles.bands.iter().enumerate() {
                for (group, tiles) in groups.iter().enumerate() {
                    let Some(tiles) = tiles else { continue };
                    assert!(!tiles.iter().all(Tile::is_empty), "a group without a route");
                    for (tile, there) in tiles.iter().enumerate() {
                        let base = u32::try_from((group * TILES + tile) * ROWS).unwrap();
                        let mut counts = [0u8; BAND];
                        for row in 0..64 {
                            let numbers = self.tiles.row(base + row, band);
                            let Some(wanted) = rows.get(&(base + row, band)) else {
                                assert_eq!(numbers, [0; BAND]);
                                continue;
                            };
                            assert_eq!(numbers, *wanted);
                            for (count, number) in counts.iter_mut().zip(numbers) {
                                *count += u8::from(number != 0);
                            }
                        }
                        assert_eq!(there.counts, counts);
                        count += counts.iter().map(|count| usize::from(*count)).sum::<usize>();
                        let width = there.lanes.iter().filter(|lane| **lane != NONE).count();
                        assert_eq!(usize::from(there.width), width);
                        assert_eq!(there.numbers.as_ref().map_or(0, |numbers| numbers.len()), ROWS * width);
                        let listed =
                            (0..BAND).filter(|column| !there.has_lane(*column)).map(|column| usize::from(counts[column]));
                        assert_eq!(there.list.as_ref().map_or(0, |list| list.len()), listed.sum::<usize>());
                        // Memory is proportional to routes: each lane has some, here or in the previous tile.
                        let before =
                            base.checked_sub(64).map(split).and_then(|(group, tile, _)| self.tiles.tile(band, group, tile));
                        for (column, count) in counts.into_iter().enumerate() {
                            let before = before.map_or(0, |before| before.count(column));
                            assert!(!there.has_lane(column) || count >= FEW || before >= FEW);
                            assert!(there.has_lane(column) || count < MANY);
                        }
                    }
                }
            }
            assert_eq!(count, self.model.len());
        }
    }

    #[test]
    fn random_changes_as_in_a_map() {
        // Few prefixes and peers, at the boundaries of bands, tiles and groups, so that lanes come and go.
        let peers = [0, 1, 15, 16, 17, 31, 65_535];
        let mut both = Both::default();
        let mut random = Random(1);
        let mut snapshots: Vec<Both> = Vec::new();
        for round in 0..40_000u32 {
            let peer = peers[random.below(7) as usize];
            // Near the end of one group and in the next, sometimes far away.
            let prefix = if random.below(50) == 0 { random.below(1 << 20) } else { 900 + random.below(260) };
            // Alternating phases of growth and shrinkage.
            let goes = random.below(10) < if round / 4_000 % 2 == 0 { 3 } else { 7 };
            both.set(prefix, peer, if goes { 0 } else { 1 + random.below(5) });
            if round % 2_003 == 0 {
                both.check();
                snapshots.push(both.clone());
            }
            if round % 4_507 == 0 {
                both.remove_peer(peer);
                both.check();
            }
            // Snapshots also change and are dropped.
            if round % 1_003 == 0 && !snapshots.is_empty() {
                let at = random.below(u32::try_from(snapshots.len()).unwrap()) as usize;
                snapshots[at].set(prefix, peer, round);
                snapshots[at].set(950, 0, 0);
                if snapshots.len() > 6 {
                    snapshots.swap_remove(at).check();
                }
            }
        }
        snapshots.iter().chain([&both]).for_each(Both::check);
        for peer in peers {
            both.remove_peer(peer);
            both.check();
        }
        assert!(both.tiles.bands.iter().flatten().all(Option::is_none));
    }

    #[test]
    fn lanes_come_and_go() {
        let mut both = Both::default();
        let lanes = |both: &Both, tile| both.tiles.tile(0, 0, tile).map_or(0, |tile| tile.width);
        // From the 32nd route on.
        (0..31).for_each(|prefix| both.set(prefix, 3, 7));
        assert_eq!(lanes(&both, 0), 0);
        both.set(31, 3, 7);
        assert_eq!(lanes(&both, 0), 1);
        both.check();
        // With 48 in a tile, from the first of the next.
        both.set(64, 3, 8);
        assert_eq!(lanes(&both, 1), 0);
        (32..48).for_each(|prefix| both.set(prefix, 3, 7));
        both.set(128, 3, 9);
        assert_eq!(lanes(&both, 2), 0, "the tile before has one route");
        both.set(64, 3, 0);
        both.set(64, 3, 8);
        assert_eq!(lanes(&both, 1), 1);
        both.check();
        // It stays without a route while the tile has another peer's, and ends with the routes of the previous tile.
        both.set(65, 9, 1);
        both.set(64, 3, 0);
        assert_eq!(lanes(&both, 1), 1);
        both.set(64, 3, 8);
        (0..32).for_each(|prefix| both.set(prefix, 3, 0));
        assert_eq!((lanes(&both, 0), lanes(&both, 1)), (1, 1));
        both.set(40, 3, 0);
        assert_eq!((lanes(&both, 0), lanes(&both, 1)), (0, 0));
        both.check();
        both.remove_peer(3);
        both.check();
        both.remove_peer(9);
        assert!(both.model.is_empty() && both.tiles.bands.iter().flatten().all(Option::is_none));
    }

    #[test]
    fn peer_after_peer_and_prefix_after_prefix() {
        let mut by_peer = Both::default();
        let mut by_prefix = Both::default();
        // 75,000 routes; the last three peers have every tenth prefix only.
        let has = |prefix: u32, peer: u32| peer < 30 || prefix.is_multiple_of(10);
        for peer in 0..33 {
            (0..2_500).filter(|prefix| has(*prefix, peer)).for_each(|prefix| by_peer.set(prefix, peer, prefix * 40 + peer + 1));
        }
        for prefix in 0..2_500 {
            (0..33).filter(|peer| has(prefix, *peer)).for_each(|peer| by_prefix.set(prefix, peer, prefix * 40 + peer + 1));
        }
        by_peer.check();
        by_prefix.check();
        assert!(by_peer.model == by_prefix.model && by_peer.model.len() > u16::MAX.into());
        for tiles in [&by_peer.tiles, &by_prefix.tiles] {
            assert!(tiles.memory_size() < by_peer.model.len() * 5, "{} octets", tiles.memory_size());
        }
        // Of twenty peers with one prefix in a hundred and no full peer, a route takes about 26 bytes.
        let (mut few, mut random) = (Both::default(), Random(3));
        (0..20_000).for_each(|_| few.set(random.below(100_000), 10 + random.below(20), 9));
        few.check();
        assert!(few.tiles.memory_size() < few.model.len() * 27, "{} of {}", few.tiles.memory_size(), few.model.len());
        // Backwards, and the highest numbers.
        let mut backwards = Both::default();
        for peer in (0..20).rev() {
            (0..300).rev().for_each(|prefix| backwards.set(prefix, peer, u32::MAX - prefix));
        }
        backwards.check();
    }

    #[test]
    fn clones_share_until_they_change() {
        let mut both = Both::default();
        for peer in 0..40 {
            (0..200).for_each(|prefix| both.set(prefix, peer, 5));
        }
        (0..200).step_by(20).for_each(|prefix| both.set(prefix, 50, 5));
        let shared = |a: &Both, b: &Both| {
            let all = (0..4).flat_map(|tile| [0, 16, 32, 48].map(|peer| (tile, peer)));
            all.filter(|(tile, peer)| a.tiles.shares_tile(&b.tiles, tile * 64, *peer)).count()
        };
        let mut clone = both.clone();
        assert_eq!(shared(&both, &clone), 16);
        // An unchanged number keeps its tile shared.
        both.set(5, 17, 5);
        assert_eq!(shared(&both, &clone), 16);
        both.set(5, 17, 6);
        clone.set(20, 50, 6);
        assert_eq!(shared(&both, &clone), 14);
        // A dropped clone leaves its tiles to the other, whose changes the next clone does not see.
        let third = both.clone();
        drop(clone);
        both.set(5, 17, 7);
        both.set(6, 17, 8);
        assert_eq!(shared(&both, &third), 15);
        drop(third);
        let last = both.clone();
        both.set(70, 1, 1);
        both.remove_peer(2);
        assert_eq!(shared(&both, &last), 12);
        both.check();
        last.check();
        // Also after the last era.
        both.tiles.era = AtomicU32::new(u32::MAX - 1);
        let mut a = both.clone();
        let mut b = a.clone();
        let c = b.clone();
        a.set(9, 9, 9);
        b.set(9, 9, 10);
        b.set(9, 9, 11);
        both.set(9, 9, 12);
        for each in [&a, &b, &c, &both] {
            each.check();
        }
    }
}
