//! Longest match only, over a table that no longer changes.

use alloc::vec::Vec;
use core::fmt;
use core::hint::select_unpredictable;
use core::ops::Range;

use super::key::Key;
use super::map::{PrefixMap, v4, v6};
use super::walk::Walk;
use crate::prefix::Prefix;

/// The longest matches of all addresses, precomputed: a lookup takes a few steps, however many prefixes cover the address.
///
/// Made by [`PrefixMap::freeze`] from the current state of the map. It holds a copy of a value for each range of addresses with
/// the same answer (more where a range spans several nodes), and a placeholder copy for each range without an answer and each
/// further step, 42 in all for a single 128-bit prefix: values should be small and cheap to copy, such as numbers, references or
/// an `Arc`.
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

impl<T> PrefixMap<T> {
    /// A read-only table of the longest matches: faster and larger than the map, without any other query.
    ///
    /// Its values are copies, some of them repeated; see [`Frozen`]. With four-byte values it takes about seven bytes per IPv4
    /// prefix of an Internet table and thirty per IPv6 prefix, a little over a thousand per 128-bit prefix in the worst case, and
    /// 256 KiB for each family present.
    ///
    /// # Panics
    ///
    /// At 2^30 parts of one family's table, as any collection that exceeds the address space. Internet tables have one or two
    /// parts per prefix, adversarial ones up to 36: thirty million such prefixes are too many.
    pub fn freeze(&self) -> Frozen<T>
    where
        T: Clone,
    {
        Frozen::new(self)
    }
}

/// The addresses of one family, cut wherever the answer changes. A cut is a range of addresses with one answer or one child.
///
/// Except for sparse root entries and uncovered addresses, every address takes the same number of steps to its first cut, so the
/// branches are predictable. What lookups do not need is stored separately, to keep the rest in cache.
#[derive(Clone)]
struct Table<T> {
    /// Indexed by the first 16 bits: a [reference](CUT), or for IPv6 the first entry of a page or a reference marked [`SPARSE`].
    root: Vec<u32>,
    /// Pages indexed by the next [`Key::STRIDES`] bits: first entries of pages of the next stride; in the last stride,
    /// references.
    pages: Vec<u32>,
    /// The first has no bits, for addresses that need no node.
    nodes: Vec<Node>,
    /// The first child of each node; the others follow it.
    children: Vec<u32>,
    /// The kind of each cut: the length of the matching prefix, a child ([`CHILD`] to [`LATE_CHILD`]) or [`NO_ANSWER`], which is
    /// the first cut's.
    kinds: Vec<u8>,
    /// One value per cut; a cut without a match holds a placeholder that is never returned.
    values: Vec<T>,
    len: usize,
}

/// Address bits consumed by the root.
const ROOT_BITS: u32 = 16;

/// A reference with this bit names a cut by number (in the bits above), one without it a node.
const CUT: u32 = 1;

/// No prefix covers any of these addresses: a reference to the first cut.
const NOTHING: u32 = CUT;

/// Fewer than [`DENSE`] prefixes are longer than these 16 bits of IPv6: a reference follows instead of a page, and its node
/// covers the next eight bits.
const SPARSE: u32 = 1 << 31;

/// The mark of references in the root; IPv4 has no pages and needs none.
const fn sparse<K: Key>() -> u32 {
    if K::STRIDES.is_empty() { 0 } else { SPARSE }
}

/// From this many prefixes on, a page of 16 KiB is used: it costs at most 256 bytes per prefix.
const DENSE: usize = 64;

/// Address bits before the first node, where there are pages or none are needed.
const fn first_depth<K: Key>() -> u32 {
    let (mut depth, mut row) = (ROOT_BITS, 0);
    while row < K::STRIDES.len() {
        depth += K::STRIDES[row];
        row += 1;
    }
    depth
}

/// The next eight bits decide, in the first child of the node. Kinds from here on are the following children.
const CHILD: u8 = 129;

/// The next eight bits decide, in a child after those with a kind each.
const LATE_CHILD: u8 = 254;

/// Whether a child of the node decides.
const fn is_child(kind: u8) -> bool {
    kind >= CHILD && kind <= LATE_CHILD
}

/// No prefix covers it.
const NO_ANSWER: u8 = 255;

/// The answers for the 256 values of a byte, equal neighbours merged.
#[derive(Clone, Copy)]
struct Node {
    /// A bit for each value whose answer differs from that of the value before.
    changes: [u64; 4],
    /// The cut of the first bit, minus one; zero in the first node.
    cuts: u32,
    /// Number of bits before each word.
    before: [u8; 4],
}

const NO_BITS: Node = Node { changes: [0; 4], cuts: 0, before: [0; 4] };

/// An entry during construction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Draft {
    Nothing,
    /// The prefix with this number.
    Answer(usize),
    /// The node's child with this number.
    Child(usize),
}

/// The prefixes and values of one family, sorted.
type Sorted<'a, K, T> = [(K, u32, &'a T)];

/// A group of bits: the best answer for each of their values, and the longer prefixes below some of them, by number.
struct Split {
    drafts: Vec<Draft>,
    longer: Vec<(usize, Range<usize>)>,
}

impl Split {
    /// Of `stride` bits after `depth`.
    fn new<K: Key, T>(sorted: &Sorted<'_, K, T>, range: Range<usize>, depth: u32, stride: u32, above: Draft) -> Self {
        let point = |key: K| key.bits_at(depth, stride);
        let mut split = Self { drafts: alloc::vec![above; 1 << stride], longer: Vec::new() };
        let mut at = range.start;
        while at < range.end {
            let (key, len, _) = sorted[at];
            let place = point(key);
            // Sorted: a covering prefix precedes those it covers.
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
    /// By remaining strides, the last page or cut with a single answer, and the one without an answer.
    same: [[Option<(Draft, u32)>; 2]; 2],
}

impl<K: Key, T: Clone> Writer<'_, K, T> {
    /// The contents of the root.
    fn root(&mut self) -> Vec<u32> {
        let split = Split::new(self.sorted, 0..self.sorted.len(), 0, ROOT_BITS, Draft::Nothing);
        self.entries(split, |writer, range, draft| match range {
            Some(range) if !K::STRIDES.is_empty() && range.len() >= DENSE => writer.pages(range, ROOT_BITS, draft, K::STRIDES),
            Some(range) => writer.reference(range, ROOT_BITS, draft) | sparse::<K>(),
            None => writer.constant(draft, &[]) | sparse::<K>(),
        })
    }

    /// An entry for each value of some bits, from the longer prefixes and the best answer.
    fn entries(&mut self, split: Split, of: impl Fn(&mut Self, Option<Range<usize>>, Draft) -> u32) -> Vec<u32> {
        let mut longer = split.longer.into_iter().peekable();
        let drafts = split.drafts.iter().enumerate();
        drafts.map(|(place, &draft)| of(self, longer.next_if(|(at, _)| *at == place).map(|(_, range)| range), draft)).collect()
    }

    /// A page of the first stride, and the pages of the other strides below it.
    fn pages(&mut self, range: Range<usize>, depth: u32, above: Draft, strides: &[u32]) -> u32 {
        let [stride, below @ ..] = strides else { return self.reference(range, depth, above) };
        let split = Split::new(self.sorted, range, depth, *stride, above);
        let entries = self.entries(split, |writer, range, draft| match range {
            Some(range) => writer.pages(range, depth + stride, draft, below),
            None => writer.constant(draft, below),
        });
        self.page(&entries)
    }

    fn page(&mut self, entries: &[u32]) -> u32 {
        let first = self.table.pages.len();
        self.table.pages.extend_from_slice(entries);
        first as u32
    }

    /// A page, or a reference, with a single answer.
    fn constant(&mut self, draft: Draft, strides: &[u32]) -> u32 {
        let which = usize::from(draft == Draft::Nothing);
        if let Some((same, entry)) = self.same[strides.len()][which]
            && same == draft
        {
            return entry;
        }
        let entry = match strides {
            [] if draft == Draft::Nothing => return NOTHING,
            [] => self.push(draft) << 1 | CUT,
            [stride, below @ ..] => {
                let below = self.constant(draft, below);
                self.page(&alloc::vec![below; 1 << stride])
            }
        };
        self.same[strides.len()][which] = Some((draft, entry));
        entry
    }

    /// A reference to a node.
    fn reference(&mut self, range: Range<usize>, depth: u32, above: Draft) -> u32 {
        let block = self.block(range, depth, above);
        self.push_blocks(&[block]) << 1
    }

    /// A node and the number of its first child. Recursion depth: one level per address byte.
    fn block(&mut self, range: Range<usize>, depth: u32, above: Draft) -> (Node, u32) {
        let mut split = Split::new(self.sorted, range, depth, 8, above);
        let mut below = Vec::with_capacity(split.longer.len());
        for (number, (place, range)) in split.longer.into_iter().enumerate() {
            below.push(self.block(range, depth + 8, split.drafts[place]));
            split.drafts[place] = Draft::Child(number);
        }
        let children = self.push_blocks(&below);
        (self.node(&split.drafts), children)
    }

    /// Writes consecutive nodes and returns the number of the first.
    fn push_blocks(&mut self, blocks: &[(Node, u32)]) -> u32 {
        let first = self.table.nodes.len();
        self.table.nodes.extend(blocks.iter().map(|(node, _)| node));
        self.table.children.extend(blocks.iter().map(|(_, children)| children));
        first as u32
    }

    /// Writes a cut and returns its number.
    fn push(&mut self, draft: Draft) -> u32 {
        let (kind, value) = match draft {
            Draft::Nothing => (NO_ANSWER, 0),
            Draft::Answer(at) => (self.sorted[at].1 as u8, at),
            Draft::Child(number) => ((number + usize::from(CHILD)).min(usize::from(LATE_CHILD)) as u8, 0),
        };
        self.table.kinds.push(kind);
        self.table.values.push(self.sorted[value].2.clone());
        (self.table.kinds.len() - 1) as u32
    }

    fn node(&mut self, all: &[Draft]) -> Node {
        let mut node = Node { cuts: (self.table.kinds.len() - 1) as u32, ..NO_BITS };
        let mut last = None;
        let mut count = 0u32;
        for (value, &entry) in all.iter().enumerate() {
            if value % 64 == 0 {
                node.before[value / 64] = count as u8;
            }
            if last != Some(entry) {
                node.changes[value / 64] |= 1 << (value % 64);
                self.push(entry);
                last = Some(entry);
                count += 1;
            }
        }
        node
    }
}

impl<T> Table<T> {
    fn new<K: Key>(sorted: &Sorted<'_, K, T>) -> Self
    where
        T: Clone,
    {
        let table = Self {
            root: Vec::new(),
            pages: Vec::new(),
            nodes: Vec::new(),
            children: Vec::new(),
            kinds: Vec::new(),
            values: Vec::new(),
            len: sorted.len(),
        };
        if sorted.is_empty() {
            return table;
        }
        let mut writer = Writer { table, sorted, same: [[None; 2]; 2] };
        writer.push(Draft::Nothing);
        writer.push_blocks(&[(NO_BITS, 0)]);
        let root = writer.root();
        let mut table = writer.table;
        // Numbers of nodes and cuts share their word with one bit and perhaps a mark; numbers of entries with a mark.
        let most = table.nodes.len().max(table.kinds.len()).max(table.pages.len() / 2);
        assert!(most < 1 << 30, "capacity overflow");
        table.root = root;
        table.pages.shrink_to_fit();
        table.nodes.shrink_to_fit();
        table.children.shrink_to_fit();
        table.kinds.shrink_to_fit();
        table.values.shrink_to_fit();
        table
    }

    /// The root entry of the address.
    #[cfg_attr(optimised, inline(always))]
    fn root_entry<K: Key>(&self, key: K) -> u32 {
        self.root.get(key.bits_at(0, ROOT_BITS)).copied().unwrap_or(NOTHING | sparse::<K>())
    }

    /// Whether there are no pages below the root entry.
    #[cfg_attr(optimised, inline(always))]
    fn is_sparse<K: Key>(entry: u32) -> bool {
        entry & sparse::<K>() != 0
    }

    /// The reference for the address's first bits, from a root entry that is not sparse.
    #[cfg_attr(optimised, inline(always))]
    fn reference<K: Key>(&self, mut entry: u32, key: K) -> u32 {
        let mut depth = ROOT_BITS;
        for &stride in K::STRIDES {
            entry = self.pages[entry as usize + key.bits_at(depth, stride)];
            depth += stride;
        }
        entry
    }

    /// Number of the node's cut for this byte of the address.
    #[cfg_attr(optimised, inline(always))]
    fn cut(&self, node: u32, byte: usize) -> usize {
        let node = &self.nodes[node as usize];
        let part = (byte / 64) & 3;
        let bits = node.changes[part] & (u64::MAX >> (63 - byte % 64));
        let rank = u32::from(node.before[part]) + bits.count_ones();
        (node.cuts + rank) as usize
    }

    /// Number of the first cut of the address; its next bits are those after `depth`.
    #[cfg_attr(optimised, inline(always))]
    fn first_cut<K: Key>(&self, reference: u32, key: K, depth: u32) -> usize {
        // A reference to a cut goes through the node without bits, which adds nothing: no branch.
        let is_cut = (reference & CUT).wrapping_neg();
        let number = reference >> 1;
        self.cut(number & !is_cut, key.byte(depth)) + (number & is_cut) as usize
    }

    /// Kind and number of the last cut of the address, from the reference's first cut.
    #[cfg_attr(optimised, inline(always))]
    fn last_cut<K: Key>(&self, reference: u32, cut: usize, key: K, depth: u32) -> (u8, usize) {
        let kind = self.kinds[cut];
        if is_child(kind) { self.below(reference >> 1, (kind, cut), key, depth) } else { (kind, cut) }
    }

    /// Kind and number of the last cut of the address, if the node has a child for it.
    #[inline(never)]
    fn below<K: Key>(&self, mut node: u32, (mut kind, mut cut): (u8, usize), key: K, mut depth: u32) -> (u8, usize) {
        while is_child(kind) {
            let mut number = u32::from(kind - CHILD);
            if kind == LATE_CHILD {
                let first = self.nodes[node as usize].cuts as usize + 1;
                number += self.kinds[first..cut].iter().filter(|kind| **kind == LATE_CHILD).count() as u32;
            }
            node = self.children[node as usize] + number;
            depth += 8;
            cut = self.cut(node, key.byte(depth));
            kind = self.kinds[cut];
        }
        (kind, cut)
    }

    /// Kind and number of the last cut of the address, for a sparse entry.
    #[inline(never)]
    fn last_of_sparse<K: Key>(&self, entry: u32, key: K) -> (u8, usize) {
        let reference = entry & !SPARSE;
        if reference == NOTHING {
            return (NO_ANSWER, 0);
        }
        self.last_cut(reference, self.first_cut(reference, key, ROOT_BITS), key, ROOT_BITS)
    }

    /// Length and value of the longest prefix that covers the address.
    #[cfg_attr(optimised, inline(always))]
    fn find<K: Key>(&self, key: K) -> Option<(u8, &T)> {
        let depth = const { first_depth::<K>() };
        let entry = self.root_entry(key);
        let (kind, cut) = if Self::is_sparse::<K>(entry) {
            self.last_of_sparse(entry, key)
        } else {
            let reference = self.reference(entry, key);
            // Early exit for the many unannounced IPv4 addresses; an empty table has no nodes either.
            if reference == NOTHING {
                return None;
            }
            self.last_cut(reference, self.first_cut(reference, key, depth), key, depth)
        };
        if kind == NO_ANSWER { None } else { Some((kind, &self.values[cut])) }
    }

    /// Values of the longest prefixes that cover several addresses; each step is done for all of them before the next.
    #[cfg_attr(optimised, inline(always))]
    fn find_all<'a, K: Key>(&'a self, keys: &[K], answers: &mut [Option<&'a T>; IN_FLIGHT]) {
        if self.root.is_empty() {
            *answers = [None; IN_FLIGHT];
            return;
        }
        let depth = const { first_depth::<K>() };
        let mut entries = [NOTHING; IN_FLIGHT];
        for (entry, key) in entries.iter_mut().zip(keys) {
            *entry = self.root_entry(*key);
        }
        let mut references = [NOTHING; IN_FLIGHT];
        for ((reference, entry), key) in references.iter_mut().zip(entries).zip(keys) {
            if !Self::is_sparse::<K>(entry) {
                *reference = self.reference(entry, *key);
            }
        }
        let mut cuts = [0; IN_FLIGHT];
        for ((cut, reference), key) in cuts.iter_mut().zip(references).zip(keys) {
            *cut = self.first_cut(reference, *key, depth);
        }
        for ((((answer, entry), reference), cut), key) in answers.iter_mut().zip(entries).zip(references).zip(cuts).zip(keys) {
            let (kind, cut) = if Self::is_sparse::<K>(entry) {
                self.last_of_sparse(entry, *key)
            } else {
                self.last_cut(reference, cut, *key, depth)
            };
            *answer = select_unpredictable(kind == NO_ANSWER, None, Some(&self.values[cut]));
        }
    }

    fn memory_size(&self) -> usize {
        (self.root.capacity() + self.pages.capacity() + self.children.capacity()) * 4
            + self.nodes.capacity() * size_of::<Node>()
            + self.kinds.capacity()
            + self.values.capacity() * size_of::<T>()
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
    #[cfg_attr(optimised, inline(always))]
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

    /// The values of the longest matches of many addresses, in their order; several are searched concurrently.
    pub fn lookups<I>(&self, of: I) -> Lookups<'_, T, I::IntoIter>
    where
        I: IntoIterator,
        I::Item: Into<Prefix>,
    {
        Lookups { frozen: self, of: of.into_iter(), ready: [None; IN_FLIGHT], at: 0, count: 0 }
    }

    /// Number of prefixes it was made from.
    pub fn len(&self) -> usize {
        self.v4.len + self.v6.len
    }

    /// Whether it was made from no prefix.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes on the heap, without what the values themselves own there.
    pub fn memory_size(&self) -> usize {
        self.v4.memory_size() + self.v6.memory_size()
    }
}

/// Concurrent searches.
const IN_FLIGHT: usize = 16;

/// The values of the longest matches of many addresses, from [`Frozen::lookups`].
pub struct Lookups<'a, T, I> {
    frozen: &'a Frozen<T>,
    of: I,
    ready: [Option<&'a T>; IN_FLIGHT],
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
        let mut wanted = [0u128; IN_FLIGHT];
        let mut v6 = [false; IN_FLIGHT];
        self.count = 0;
        self.at = 0;
        for ((bits, is_v6), of) in wanted.iter_mut().zip(&mut v6).zip(&mut self.of) {
            let of = of.into();
            *bits = of.bits();
            *is_v6 = of.is_v6();
            self.count += 1;
        }
        if self.count == 0 {
            return;
        }
        let first = |bits: u128| (bits >> 96) as u32;
        let ipv6 = v6[..self.count].iter().filter(|is_v6| **is_v6).count();
        if ipv6 == 0 {
            let mut keys = [0; IN_FLIGHT];
            for (key, bits) in keys.iter_mut().zip(wanted) {
                *key = first(bits);
            }
            self.frozen.v4.find_all(&keys[..self.count], &mut self.ready);
        } else if ipv6 == self.count {
            self.frozen.v6.find_all(&wanted[..self.count], &mut self.ready);
        } else {
            for (answer, (bits, is_v6)) in self.ready.iter_mut().zip(wanted.into_iter().zip(v6)) {
                let found = if is_v6 { self.frozen.v6.find(bits) } else { self.frozen.v4.find(first(bits)) };
                *answer = found.map(|(_, value)| value);
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
        let answer = *self.ready.get(self.at)?;
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
