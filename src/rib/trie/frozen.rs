//! Longest matches alone, from a table that no longer changes.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::key::Key;
use super::map::{PrefixMap, v4, v6};
use super::walk::Walk;
use crate::prefix::Prefix;

/// The longest matches of all addresses, worked out in advance: each address finds its answer in two or three steps.
///
/// Copies of the values of a [`PrefixMap`] as they were when [`PrefixMap::freeze`] made it, one for each range of addresses that
/// comes to the same answer.
///
/// ```
/// use routeglass::rib::PrefixMap;
/// # use routeglass::Prefix;
/// let map: PrefixMap<&str> = [("192.0.2.0/24".parse::<Prefix>()?, "a"), ("192.0.2.128/25".parse()?, "b")].into_iter().collect();
/// let frozen = map.freeze();
/// assert_eq!(frozen.lookup(core::net::Ipv4Addr::new(192, 0, 2, 1)), Some(&"a"));
/// assert_eq!(frozen.lookup(core::net::Ipv4Addr::new(192, 0, 2, 200)), Some(&"b"));
/// # Ok::<(), routeglass::prefix::ParsePrefixError>(())
/// ```
#[derive(Clone)]
pub struct Frozen<T> {
    v4: Table<T>,
    v6: Table<T>,
}

/// The addresses of one family, cut at every place where the answer changes.
///
/// The way of every address through the root, the pages and one node is equally long: where most lookups find something, no jump
/// on it is hard to predict.
#[derive(Clone)]
struct Table<T> {
    /// By the first 16 bits: a page, or a node of IPv4, or [`NOTHING`].
    root: Vec<u32>,
    /// Pages of 256 by the next eight bits, in as many rows as the family has: pages of the next row, or nodes, or
    /// [`NOTHING`].
    pages: Vec<u32>,
    nodes: Vec<Node>,
    /// What the nodes count.
    cuts: Vec<Cut<T>>,
    len: usize,
}

/// No prefix covers any of the addresses.
const NOTHING: u32 = u32::MAX;

/// From a place on, up to the next.
#[derive(Clone)]
enum Cut<T> {
    /// No prefix covers it.
    Nothing,
    /// This is the value of the longest prefix, of this length, that covers it.
    Answer(u8, T),
    /// The next eight bits tell, by this node.
    Further(u32),
}

/// What the 256 values of a byte come to, equal neighbours as one.
#[derive(Clone, Copy)]
struct Node {
    /// A bit for each value that does not come to the same as the value before.
    changes: [u64; 4],
    /// The cut of the first bit, less one.
    cuts: u32,
    /// Number of bits before each word.
    before: [u8; 4],
}

/// What an entry is while it is worked out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Draft {
    Nothing,
    /// The prefix of this number.
    Answer(usize),
    /// The node of this number.
    Further(u32),
}

/// The prefixes and values of one family, sorted.
type Sorted<'a, K, T> = [(K, u32, &'a T)];

/// What is known of some bits: the best answer for each of their values, and the longer prefixes of some of them, by number.
struct Split {
    drafts: Vec<Draft>,
    longer: Vec<(usize, Range<usize>)>,
}

impl Split {
    fn new<K: Key, T>(sorted: &Sorted<'_, K, T>, range: Range<usize>, depth: u32, stride: u32, above: Draft) -> Self {
        let point = |key: K| key.byte(depth) << (stride - 8) | if stride == 16 { key.byte(depth + 8) } else { 0 };
        let mut split = Self { drafts: alloc::vec![above; 1 << stride], longer: Vec::new() };
        let mut at = range.start;
        while at < range.end {
            let (key, len, _) = sorted[at];
            let place = point(key);
            // Sorted: whatever covers a prefix comes before it.
            if len <= depth + stride {
                split.drafts[place..place + (1 << (depth + stride - len))].fill(Draft::Answer(at));
                at += 1;
                continue;
            }
            let longer = |&&(key, len, _): &&(K, u32, &T)| len > depth + stride && point(key) == place;
            let count = sorted[at..range.end].iter().take_while(longer).count();
            split.longer.push((place, at..at + count));
            at += count;
        }
        split
    }
}

/// Writes a table.
struct Writer<'a, K, T> {
    table: Table<T>,
    sorted: &'a Sorted<'a, K, T>,
    /// The last pages and nodes, by rows still below, that come to one answer alone.
    same: [Option<(Draft, u32)>; 4],
}

impl<K: Key, T: Clone> Writer<'_, K, T> {
    /// References for the values of some bits, with `rows` of pages below them.
    fn references(&mut self, split: Split, depth: u32, rows: usize) -> Vec<u32> {
        let mut longer = split.longer.into_iter().peekable();
        let mut references = Vec::with_capacity(split.drafts.len());
        for (place, &draft) in split.drafts.iter().enumerate() {
            references.push(match longer.next_if(|(at, _)| *at == place) {
                Some((_, range)) => self.block(range, depth, draft, rows),
                None => self.constant(draft, rows),
            });
        }
        references
    }

    /// A page or, with no more rows of them, a node. As deep as addresses have bytes.
    fn block(&mut self, range: Range<usize>, depth: u32, above: Draft, rows: usize) -> u32 {
        let mut split = Split::new(self.sorted, range, depth, 8, above);
        if rows > 0 {
            let references = self.references(split, depth + 8, rows - 1);
            return self.page(&references);
        }
        for (place, range) in split.longer {
            split.drafts[place] = Draft::Further(self.block(range, depth + 8, split.drafts[place], 0));
        }
        self.node(&split.drafts)
    }

    fn page(&mut self, references: &[u32]) -> u32 {
        self.table.pages.extend_from_slice(references);
        (self.table.pages.len() / 256 - 1) as u32
    }

    /// A page or node that comes to one answer alone.
    fn constant(&mut self, draft: Draft, rows: usize) -> u32 {
        if draft == Draft::Nothing {
            return NOTHING;
        }
        if let Some((same, block)) = self.same[rows]
            && same == draft
        {
            return block;
        }
        let block = if rows > 0 {
            let below = self.constant(draft, rows - 1);
            self.page(&[below; 256])
        } else {
            self.node(&[draft; 256])
        };
        self.same[rows] = Some((draft, block));
        block
    }

    fn node(&mut self, all: &[Draft]) -> u32 {
        let mut node = Node { changes: [0; 4], cuts: (self.table.cuts.len() as u32).wrapping_sub(1), before: [0; 4] };
        let mut last = None;
        let mut count = 0u32;
        for (value, &entry) in all.iter().enumerate() {
            if value % 64 == 0 {
                node.before[value / 64] = count as u8;
            }
            if last != Some(entry) {
                node.changes[value / 64] |= 1 << (value % 64);
                self.table.cuts.push(match entry {
                    Draft::Nothing => Cut::Nothing,
                    Draft::Answer(at) => Cut::Answer(self.sorted[at].1 as u8, self.sorted[at].2.clone()),
                    Draft::Further(node) => Cut::Further(node),
                });
                last = Some(entry);
                count += 1;
            }
        }
        self.table.nodes.push(node);
        (self.table.nodes.len() - 1) as u32
    }
}

impl<T> Table<T> {
    fn new<K: Key>(sorted: &Sorted<'_, K, T>) -> Self
    where
        T: Clone,
    {
        let table = Self { root: Vec::new(), pages: Vec::new(), nodes: Vec::new(), cuts: Vec::new(), len: sorted.len() };
        if sorted.is_empty() {
            return table;
        }
        let mut writer = Writer { table, sorted, same: [None; 4] };
        let split = Split::new(sorted, 0..sorted.len(), 0, 16, Draft::Nothing);
        let root = writer.references(split, 16, K::PAGES);
        let mut table = writer.table;
        table.root = root;
        table.pages.shrink_to_fit();
        table.nodes.shrink_to_fit();
        table.cuts.shrink_to_fit();
        table
    }

    /// Bits that lead to the first node.
    #[inline(always)]
    fn first_depth<K: Key>() -> u32 {
        16 + 8 * K::PAGES as u32
    }

    /// The node of the address's first bits. That there is none is told as early as it is known.
    #[inline(always)]
    fn first_node<K: Key>(&self, key: K) -> Option<u32> {
        let mut reference = *self.root.get(key.byte(0) << 8 | key.byte(8))?;
        for row in 0..K::PAGES {
            if reference == NOTHING {
                return None;
            }
            reference = self.pages[reference as usize * 256 + key.byte(16 + 8 * row as u32)];
        }
        (reference != NOTHING).then_some(reference)
    }

    /// Number of the cut of the address in the node.
    #[inline(always)]
    fn cut<K: Key>(&self, node: u32, key: K, depth: u32) -> usize {
        let node = &self.nodes[node as usize];
        let byte = key.byte(depth);
        let part = (byte / 64) & 3;
        let bits = node.changes[part] & (u64::MAX >> (63 - byte % 64));
        let rank = u32::from(node.before[part]) + bits.count_ones();
        node.cuts.wrapping_add(rank) as usize
    }

    /// Length and value of the longest prefix that covers the address, whose first cut is known.
    #[inline(always)]
    fn answer<K: Key>(&self, cut: usize, key: K) -> Option<(u8, &T)> {
        let mut cut = &self.cuts[cut];
        let mut depth = Self::first_depth::<K>();
        loop {
            match cut {
                Cut::Answer(len, value) => return Some((*len, value)),
                Cut::Nothing => return None,
                Cut::Further(node) => {
                    depth += 8;
                    cut = &self.cuts[self.cut(*node, key, depth)];
                }
            }
        }
    }

    /// Length and value of the longest prefix that covers the address.
    #[inline(always)]
    fn find<K: Key>(&self, key: K) -> Option<(u8, &T)> {
        let node = self.first_node(key)?;
        self.answer(self.cut(node, key, Self::first_depth::<K>()), key)
    }

    /// The same of several addresses, each step for all of them before the next.
    #[inline(always)]
    fn find_all<'a, K: Key>(&'a self, keys: &[K; IN_FLIGHT], answers: &mut [Option<(u8, &'a T)>; IN_FLIGHT]) {
        let nodes = keys.map(|key| self.first_node(key));
        let mut cuts = [None; IN_FLIGHT];
        for (cut, (node, key)) in cuts.iter_mut().zip(nodes.into_iter().zip(keys)) {
            *cut = node.map(|node| self.cut(node, *key, Self::first_depth::<K>()));
        }
        for (answer, (cut, key)) in answers.iter_mut().zip(cuts.into_iter().zip(keys)) {
            *answer = cut.and_then(|cut| self.answer(cut, *key));
        }
    }

    fn memory_size(&self) -> usize {
        (self.root.capacity() + self.pages.capacity()) * 4
            + self.nodes.capacity() * size_of::<Node>()
            + self.cuts.capacity() * size_of::<Cut<T>>()
    }
}

impl<T: Clone> Frozen<T> {
    pub(super) fn new(map: &PrefixMap<T>) -> Self {
        fn table<K: Key, T: Clone>(trie: &super::tree::Trie<K, T>) -> Table<T> {
            let mut sorted = Vec::with_capacity(trie.len());
            Walk::all(trie).fold(&trie.words, &trie.slots, (), |(), key, len, value| sorted.push((key, len, value)));
            Table::new(&sorted)
        }
        Self { v4: table(&map.v4), v6: table(&map.v6) }
    }
}

impl<T> Frozen<T> {
    /// The value of the longest prefix that covers the address; of a prefix, that of its first address.
    #[inline]
    pub fn lookup(&self, of: impl Into<Prefix>) -> Option<&T> {
        let of = of.into();
        Some(if of.is_v6() { self.v6.find(of.bits())?.1 } else { self.v4.find(of.first_32_bits())?.1 })
    }

    /// The longest prefix that covers the address, and its value; of a prefix, that of its first address.
    #[inline]
    pub fn longest_match(&self, of: impl Into<Prefix>) -> Option<(Prefix, &T)> {
        let of = of.into();
        if of.is_v6() {
            let (len, value) = self.v6.find(of.bits())?;
            let len = u32::from(len);
            Some((v6(of.bits().first_bits(len), len), value))
        } else {
            let (len, value) = self.v4.find(of.first_32_bits())?;
            let len = u32::from(len);
            Some((v4(of.first_32_bits().first_bits(len), len), value))
        }
    }

    /// The values of the longest matches of many addresses, in their order, several of them searched at the same time.
    pub fn lookups<I>(&self, of: I) -> Lookups<'_, T, I::IntoIter>
    where
        I: IntoIterator,
        I::Item: Into<Prefix>,
    {
        Lookups { frozen: self, of: of.into_iter(), ready: [None; IN_FLIGHT], at: 0, count: 0 }
    }

    /// Number of prefixes it was made of.
    pub fn len(&self) -> usize {
        self.v4.len + self.v6.len
    }

    /// Whether it was made of no prefix.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that it takes on the heap, without what the values themselves own there.
    pub fn memory_size(&self) -> usize {
        self.v4.memory_size() + self.v6.memory_size()
    }
}

/// Searches at the same time.
const IN_FLIGHT: usize = 16;

/// The values of the longest matches of many addresses. By [`Frozen::lookups`].
pub struct Lookups<'a, T, I> {
    frozen: &'a Frozen<T>,
    of: I,
    ready: [Option<(u8, &'a T)>; IN_FLIGHT],
    at: usize,
    count: usize,
}

impl<T, I> Lookups<'_, T, I>
where
    I: Iterator,
    I::Item: Into<Prefix>,
{
    /// Searches the next addresses.
    #[inline]
    fn refill(&mut self) {
        let mut wanted = [Prefix::DEFAULT_V4; IN_FLIGHT];
        self.count = 0;
        self.at = 0;
        for (place, of) in wanted.iter_mut().zip(&mut self.of) {
            *place = of.into();
            self.count += 1;
        }
        let ipv6 = wanted[..self.count].iter().filter(|of| of.is_v6()).count();
        if ipv6 == 0 {
            self.frozen.v4.find_all(&wanted.map(Prefix::first_32_bits), &mut self.ready);
        } else if ipv6 == self.count {
            self.frozen.v6.find_all(&wanted.map(Prefix::bits), &mut self.ready);
        } else {
            for (answer, of) in self.ready.iter_mut().zip(wanted) {
                *answer = if of.is_v6() { self.frozen.v6.find(of.bits()) } else { self.frozen.v4.find(of.first_32_bits()) };
            }
        }
    }
}

impl<'a, T, I> Iterator for Lookups<'a, T, I>
where
    I: Iterator,
    I::Item: Into<Prefix>,
{
    type Item = Option<&'a T>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.at == self.count {
            self.refill();
            if self.count == 0 {
                return None;
            }
        }
        let answer = self.ready.get(self.at)?.map(|(_, value)| value);
        self.at += 1;
        Some(answer)
    }
}

impl<T, I> fmt::Debug for Lookups<'_, T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookups").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Frozen<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frozen").field("len", &self.len()).finish_non_exhaustive()
    }
}
