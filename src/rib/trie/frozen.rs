//! Longest matches alone, from a table that no longer changes.

use alloc::vec::Vec;
use core::fmt;
use core::hint::select_unpredictable;
use core::ops::Range;

use super::key::Key;
use super::map::{PrefixMap, v4, v6};
use super::walk::Walk;
use crate::prefix::Prefix;

/// The longest matches of all addresses, worked out in advance: an address finds its answer in a few steps, however many prefixes
/// cover it.
///
/// Made by [`PrefixMap::freeze`] of the map as it was then. It holds a copy of a value for each range of addresses with the
/// same answer, more where such ranges are cut in pieces, and a copy of some value for each range without an answer and for
/// each step further down, 42 in all for one lone prefix of 128 bits: values should be small and cheap to copy, such as
/// numbers, references or an `Arc`.
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
    /// A table of the longest matches of addresses as they are now: faster, larger, and without any other query.
    ///
    /// Its values are copies, of some more than one; see [`Frozen`]. With values of four bytes it takes some seven bytes for
    /// each IPv4 prefix of a table of the Internet and thirty for each IPv6 prefix, hostile prefixes of 128 bits a little over
    /// a thousand each, and 256 KiB for each family that there is.
    ///
    /// # Panics
    ///
    /// As collections do that grow over the address space: at a thousand million parts of the table of a family. Tables of the
    /// Internet have one or two for each prefix, hostile ones up to 36: thirty million prefixes of theirs are too many.
    pub fn freeze(&self) -> Frozen<T>
    where
        T: Clone,
    {
        Frozen::new(self)
    }
}

/// The addresses of one family, cut at every place where the answer changes.
///
/// But for sparse entries of the root and addresses that nothing covers, the way of every address to its first cut is equally
/// long: no jump on it is hard to predict. What a lookup does not need lies apart, so that the caches hold more of what it
/// does.
#[derive(Clone)]
struct Table<T> {
    /// By the first 16 bits: a [reference](CUT), or of IPv6 the first entry of a page or a reference marked [`SPARSE`].
    root: Vec<u32>,
    /// Pages by the next [`Key::STRIDES`] bits: the first entries of pages of the next stride; in the last, references.
    pages: Vec<u32>,
    /// The first has no bits, for addresses that need none.
    nodes: Vec<Node>,
    /// The first child of each node, which the others follow.
    children: Vec<u32>,
    /// What each cut is: the length of the prefix that answers, a child ([`CHILD`] to [`LATE_CHILD`]) or [`NO_ANSWER`], which the
    /// first is.
    kinds: Vec<u8>,
    /// The value of each cut; where none answers, that of the first prefix, which nobody is given.
    values: Vec<T>,
    len: usize,
}

/// Bits of an address that lead through the root.
const ROOT_BITS: u32 = 16;

/// A reference with this bit is to the cut of the number above it, one without to the node.
const CUT: u32 = 1;

/// No prefix covers any of the addresses: a reference to the first cut.
const NOTHING: u32 = CUT;

/// Fewer prefixes than [`DENSE`], or none, are longer than these 16 bits of IPv6: no page follows but a reference, whose node
/// is of the eight bits behind the 16.
const SPARSE: u32 = 1 << 31;

/// What marks references in the root: IPv4 has no pages to tell them from.
const fn sparse<K: Key>() -> u32 {
    if K::STRIDES.is_empty() { 0 } else { SPARSE }
}

/// As many prefixes are worth a page of 16 KiB: it costs each of them 256 bytes at most.
const DENSE: usize = 64;

/// Bits of an address before the first node, where there are pages or none are needed.
const fn first_depth<K: Key>() -> u32 {
    let (mut depth, mut row) = (ROOT_BITS, 0);
    while row < K::STRIDES.len() {
        depth += K::STRIDES[row];
        row += 1;
    }
    depth
}

/// The next eight bits tell, by the first child of the node. From here on by those that follow.
const CHILD: u8 = 129;

/// The next eight bits tell, by a child behind those that have a kind each.
const LATE_CHILD: u8 = 254;

/// Whether a child of the node tells.
const fn is_child(kind: u8) -> bool {
    kind >= CHILD && kind <= LATE_CHILD
}

/// No prefix covers it.
const NO_ANSWER: u8 = 255;

/// What the 256 values of a byte come to, equal neighbours as one.
#[derive(Clone, Copy)]
struct Node {
    /// A bit for each value that does not come to the same as the value before.
    changes: [u64; 4],
    /// The cut of the first bit, less one; of the first node zero.
    cuts: u32,
    /// Number of bits before each word.
    before: [u8; 4],
}

const NO_BITS: Node = Node { changes: [0; 4], cuts: 0, before: [0; 4] };

/// What an entry is while it is worked out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Draft {
    Nothing,
    /// The prefix of this number.
    Answer(usize),
    /// The node's child of this number.
    Child(usize),
}

/// The prefixes and values of one family, sorted.
type Sorted<'a, K, T> = [(K, u32, &'a T)];

/// What is known of some bits: the best answer for each of their values, and the longer prefixes of some of them, by number.
struct Split {
    drafts: Vec<Draft>,
    longer: Vec<(usize, Range<usize>)>,
}

impl Split {
    /// Of `stride` bits behind `depth`.
    fn new<K: Key, T>(sorted: &Sorted<'_, K, T>, range: Range<usize>, depth: u32, stride: u32, above: Draft) -> Self {
        let point = |key: K| key.bits_at(depth, stride);
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
    /// By strides still below, the last page or cut that is one answer alone, and the one without an answer.
    same: [[Option<(Draft, u32)>; 2]; 2],
}

impl<K: Key, T: Clone> Writer<'_, K, T> {
    /// What the root has.
    fn root(&mut self) -> Vec<u32> {
        let split = Split::new(self.sorted, 0..self.sorted.len(), 0, ROOT_BITS, Draft::Nothing);
        self.entries(split, |writer, range, draft| match range {
            Some(range) if !K::STRIDES.is_empty() && range.len() >= DENSE => writer.pages(range, ROOT_BITS, draft, K::STRIDES),
            Some(range) => writer.reference(range, ROOT_BITS, draft) | sparse::<K>(),
            None => writer.constant(draft, &[]) | sparse::<K>(),
        })
    }

    /// An entry for each value of some bits, of the longer prefixes and of the best answer.
    fn entries(&mut self, split: Split, of: impl Fn(&mut Self, Option<Range<usize>>, Draft) -> u32) -> Vec<u32> {
        let mut longer = split.longer.into_iter().peekable();
        let drafts = split.drafts.iter().enumerate();
        drafts.map(|(place, &draft)| of(self, longer.next_if(|(at, _)| *at == place).map(|(_, range)| range), draft)).collect()
    }

    /// A page of the first stride, with those of the others below it.
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

    /// A page, or a reference, that is one answer alone.
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

    /// A node and the number of its first child. As deep as addresses have bytes.
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

    /// Writes nodes, one behind the other, and gives the number of the first.
    fn push_blocks(&mut self, blocks: &[(Node, u32)]) -> u32 {
        let first = self.table.nodes.len();
        self.table.nodes.extend(blocks.iter().map(|(node, _)| node));
        self.table.children.extend(blocks.iter().map(|(_, children)| children));
        first as u32
    }

    /// Writes a cut and gives its number.
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
        // Numbers of nodes and of cuts have a bit beside them and perhaps a mark; those of entries a mark.
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

    /// What the root has for the address.
    #[inline(always)]
    fn root_entry<K: Key>(&self, key: K) -> u32 {
        self.root.get(key.bits_at(0, ROOT_BITS)).copied().unwrap_or(NOTHING | sparse::<K>())
    }

    /// Whether there are no pages below the entry of the root.
    #[inline(always)]
    fn is_sparse<K: Key>(entry: u32) -> bool {
        entry & sparse::<K>() != 0
    }

    /// The reference of the address's first bits, from an entry of the root that is not sparse.
    #[inline(always)]
    fn reference<K: Key>(&self, mut entry: u32, key: K) -> u32 {
        let mut depth = ROOT_BITS;
        for &stride in K::STRIDES {
            entry = self.pages[entry as usize + key.bits_at(depth, stride)];
            depth += stride;
        }
        entry
    }

    /// Number of the cut of this byte of the address in the node.
    #[inline(always)]
    fn cut(&self, node: u32, byte: usize) -> usize {
        let node = &self.nodes[node as usize];
        let part = (byte / 64) & 3;
        let bits = node.changes[part] & (u64::MAX >> (63 - byte % 64));
        let rank = u32::from(node.before[part]) + bits.count_ones();
        (node.cuts + rank) as usize
    }

    /// Number of the first cut of the address, whose next bits are those behind `depth`.
    #[inline(always)]
    fn first_cut<K: Key>(&self, reference: u32, key: K, depth: u32) -> usize {
        // A reference to a cut takes the way through the node without bits, which adds nothing.
        let is_cut = (reference & CUT).wrapping_neg();
        let number = reference >> 1;
        self.cut(number & !is_cut, key.byte(depth)) + (number & is_cut) as usize
    }

    /// Kind and number of the last cut of the address, whose first cut by the reference is known.
    #[inline(always)]
    fn last_cut<K: Key>(&self, reference: u32, cut: usize, key: K, depth: u32) -> (u8, usize) {
        let kind = self.kinds[cut];
        if is_child(kind) { self.below(reference >> 1, (kind, cut), key, depth) } else { (kind, cut) }
    }

    /// Kind and number of the last cut of the address, for which the node has a child.
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

    /// Kind and number of the last cut of the address, whose entry is sparse.
    #[inline(never)]
    fn last_of_sparse<K: Key>(&self, entry: u32, key: K) -> (u8, usize) {
        let reference = entry & !SPARSE;
        if reference == NOTHING {
            return (NO_ANSWER, 0);
        }
        self.last_cut(reference, self.first_cut(reference, key, ROOT_BITS), key, ROOT_BITS)
    }

    /// Length and value of the longest prefix that covers the address.
    #[inline(always)]
    fn find<K: Key>(&self, key: K) -> Option<(u8, &T)> {
        let depth = const { first_depth::<K>() };
        let entry = self.root_entry(key);
        let (kind, cut) = if Self::is_sparse::<K>(entry) {
            self.last_of_sparse(entry, key)
        } else {
            let reference = self.reference(entry, key);
            // Known early for the many IPv4 addresses that are not announced; an empty table has no nodes either.
            if reference == NOTHING {
                return None;
            }
            self.last_cut(reference, self.first_cut(reference, key, depth), key, depth)
        };
        if kind == NO_ANSWER { None } else { Some((kind, &self.values[cut])) }
    }

    /// Values of the longest prefixes that cover several addresses, each step for all of them before the next.
    #[inline(always)]
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
    #[inline(always)]
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
