//! Walks over a trie: sorted, and along the path of a prefix.

use super::block::*;
use super::key::{Key, Packed};
use super::layout::*;
use super::slots::Slots;
use super::tree::*;

/// A found prefix: address, length, slot of its value.
pub(super) type Hit<K> = (K, u32, u32);

/// Remaining part of a block.
#[derive(Clone, Copy, Default)]
struct Frame<K> {
    /// First bits of all its prefixes; in a node, of all prefixes in the current word.
    prefix: K,
    /// Consecutive bits of the current word that are next.
    run: u64,
    /// Later bits of the current word of a node.
    bits: u64,
    /// Slot of the next prefix other than an upper one.
    slot: u32,
    depth: u32,
    at: u32,
    kind: u32,
    /// Current word of a node, or current key of a bucket.
    k: u32,
    /// Number of keys of a bucket.
    n: u32,
    /// Remaining upper prefixes before the current word.
    tops: u32,
    /// Slot of the next upper prefix.
    top_slot: u32,
    /// Remaining children of the current word.
    children: u32,
}

/// State of a node while its children are visited, as far as it cannot be derived from them; small, since a walk has one per
/// level.
#[derive(Clone, Copy, Default)]
struct Above {
    bits: u64,
    slot: u32,
    top_slot: u32,
    children: u32,
    at: u32,
    kind: u8,
    k: u8,
}

/// An ordered walk over all prefixes from a first one up to a last address.
#[derive(Clone)]
pub(super) struct Walk<K: Key> {
    now: Frame<K>,
    /// Nodes to return to.
    frames: K::Stack<Above>,
    count: usize,
    /// The address at which the walk ends.
    last: K,
}

/// A bit for each child of word `k` of a node.
fn children_of(words: &[u32], kind: u32, at: usize, k: usize) -> u32 {
    match kind {
        BRANCH => words[at + CHILD_BITS + k],
        WIDE => {
            let children = &words[at + WIDE_CHILDREN + 32 * k..][..32];
            children.iter().rev().fold(0, |mask, &child| mask << 1 | u32::from(child != 0))
        }
        _ => 0,
    }
}

impl<K: Key> Frame<K> {
    /// A block from its start.
    #[inline]
    fn whole(words: &[u32], reference: u32, prefix: K, depth: u32) -> Self {
        let at = offset(reference);
        let kind = kind(reference);
        let mut frame = Self { prefix, at: at as u32, kind, depth, ..Self::default() };
        if kind > WIDE {
            frame.n = words[at + 1] & 0xff;
            frame.slot = words[at];
        } else {
            let top = node_top(words, at);
            frame.top_slot = words[at];
            frame.slot = words[at] + top.count_ones();
            frame.load(words, 0);
        }
        frame
    }

    #[inline]
    fn load(&mut self, words: &[u32], k: usize) {
        let at = self.at as usize;
        self.k = k as u32;
        self.prefix = self.prefix.with_byte(self.depth, k << 5);
        self.tops = node_top(words, at) & TOP_STARTS[k];
        self.bits = word64(words, at + BITS + 2 * k);
        self.children = children_of(words, self.kind, at, k);
        self.run = 0;
        if self.tops | self.children == 0 {
            self.run = self.bits;
            self.bits = 0;
        }
    }

    /// Skips what comes before the prefix of `len` bits of `byte` (with `after`, also that prefix and those at the same
    /// position).
    fn skip_to(&mut self, words: &[u32], byte: usize, len: u32, after: bool) {
        let at = self.at as usize;
        let top = node_top(words, at);
        let k = byte >> 5 & 7;
        self.load(words, k);
        self.bits |= self.run;
        self.run = 0;
        let before_word = words[at] + top.count_ones() + rank_before(words, at, k);
        match place(byte, len) {
            Place::Top(p) => {
                let below = (1 << p) - 1;
                self.tops &= !below;
                self.top_slot = words[at] + (top & below).count_ones();
                self.slot = before_word;
            }
            Place::Bit(_, p) => {
                let below = if after { (2u64 << p).wrapping_sub(1) } else { (1 << p) - 1 };
                self.tops = 0;
                self.top_slot = words[at] + (top & TOP_BEFORE[k]).count_ones();
                self.slot = before_word + (self.bits & below).count_ones();
                self.bits &= !below;
                let first = byte as u32 & 31;
                self.children &= u32::MAX << first;
                if after {
                    self.children &= !(1 << first);
                }
            }
        }
    }
}

/// Next step of a walk.
enum Came<K> {
    /// A prefix.
    To(Hit<K>),
    /// A run of consecutive prefixes.
    Further,
    /// A bucket, and the first bits of its prefixes.
    Bucket(u32, K),
    /// The end.
    End,
}

impl<K: Key> Walk<K> {
    /// A walk over everything.
    pub(super) fn all<T>(trie: &Trie<K, T>) -> Self {
        let mut walk = Self::none();
        walk.last = K::default().last(0);
        if let Some(root) = trie.root() {
            walk.now = Frame::whole(&trie.words, root, K::default(), 0);
        }
        walk
    }

    /// A walk without elements.
    pub(super) fn none() -> Self {
        // An empty bucket.
        let now = Frame { kind: BUCKET16, ..Frame::default() };
        Self { now, frames: K::stack(Above::default()), count: 0, last: K::default() }
    }

    /// A walk from the prefix (or the next one, if absent) to the last prefix that starts at or before `last`.
    pub(super) fn from<T>(trie: &Trie<K, T>, key: K, len: u32, last: K) -> Self {
        let mut walk = Self::none();
        walk.last = last;
        let words = trie.words.as_slice();
        let Some(mut reference) = trie.root() else { return walk };
        let mut depth = 0;
        loop {
            let mut frame = Frame::whole(words, reference, key.first_bits(depth), depth);
            if frame.kind > WIDE {
                frame.k = with_width!(frame.kind, W => first_key::<K, W>(words, frame.at as usize, key, len, depth)) as u32;
                frame.slot += frame.k;
                walk.now = frame;
                return walk;
            }
            let byte = key.byte(depth);
            if len <= depth + 8 {
                frame.skip_to(words, byte, len - depth, false);
                walk.now = frame;
                return walk;
            }
            let next = child(words, frame.kind, frame.at as usize, byte);
            frame.skip_to(words, byte, 8, true);
            walk.now = frame;
            if next == 0 {
                return walk;
            }
            walk.push();
            reference = next;
            depth += 8;
        }
    }

    /// A walk over a prefix and all that it covers.
    pub(super) fn covered<T>(trie: &Trie<K, T>, key: K, len: u32) -> Self {
        Self::from(trie, key, len, key.last(len))
    }

    #[inline]
    fn push(&mut self) {
        let Frame { bits, slot, top_slot, children, at, kind, k, .. } = self.now;
        self.frames.as_mut()[self.count] = Above { bits, slot, top_slot, children, at, kind: kind as u8, k: k as u8 };
        self.count += 1;
    }

    /// The next prefix.
    #[inline]
    pub(super) fn next(&mut self, words: &[u32]) -> Option<Hit<K>> {
        loop {
            let now = &mut self.now;
            let hit = if now.run != 0 {
                let prefix = BIT_PREFIX[now.run.trailing_zeros() as usize & 63];
                now.run &= now.run - 1;
                now.slot += 1;
                let key = now.prefix.or(K::byte_at(now.depth, usize::from(prefix & 31)));
                (key, now.depth + u32::from(prefix >> 8), now.slot - 1)
            } else if now.k < now.n {
                let at = now.at as usize;
                let (bits, len) = with_width!(now.kind, W => {
                    let key = W::load(&words[at + KEYS..], now.k as usize);
                    (key.bits(), key.len())
                });
                now.k += 1;
                now.slot += 1;
                (now.prefix.or(K::top(bits, now.depth)), now.depth + len, now.slot - 1)
            } else {
                match self.advance::<false>(words) {
                    Came::To(hit) => hit,
                    Came::Further | Came::Bucket(..) => continue,
                    Came::End => return None,
                }
            };
            if hit.0 > self.last {
                *self = Self::none();
                return None;
            }
            return Some(hit);
        }
    }

    /// Folds all remaining prefixes and their values, run by run.
    #[inline]
    pub(super) fn fold<'a, T, B>(
        mut self,
        words: &[u32],
        slots: &'a Slots<T>,
        init: B,
        mut f: impl FnMut(B, K, u32, &'a T) -> B,
    ) -> B {
        let mut sum = init;
        let endless = self.last == K::default().last(0);
        loop {
            let now = &mut self.now;
            if now.run != 0 {
                let mut run = now.run;
                let values = slots.run(now.slot, run.count_ones() as usize);
                now.slot += values.len() as u32;
                now.run = 0;
                let (first, depth) = (now.prefix, now.depth);
                let at = |prefix: u16| first.or(K::byte_at(depth, usize::from(prefix & 31)));
                let whole = endless || at(BIT_PREFIX[63 - (run.leading_zeros() as usize & 63)]) <= self.last;
                for value in values {
                    let prefix = BIT_PREFIX[run.trailing_zeros() as usize & 63];
                    run &= run.wrapping_sub(1);
                    let key = at(prefix);
                    if !whole && key > self.last {
                        return sum;
                    }
                    sum = f(sum, key, depth + u32::from(prefix >> 8), value);
                }
            } else {
                // A bucket that the walk is in, or the next one below the current node.
                let (at, kind, prefix, depth, first, n) = if now.k < now.n {
                    let bucket = (now.at as usize, now.kind, now.prefix, now.depth, now.k as usize, now.n as usize);
                    now.k = now.n;
                    bucket
                } else {
                    match self.advance::<true>(words) {
                        Came::To((key, _, _)) if key > self.last => return sum,
                        Came::To((key, len, slot)) => {
                            if let Some(value) = slots.value(slot) {
                                sum = f(sum, key, len, value);
                            }
                            continue;
                        }
                        Came::Bucket(reference, prefix) => {
                            let at = offset(reference);
                            (at, kind(reference), prefix, self.now.depth + 8, 0, bucket_keys(words, at).0)
                        }
                        Came::Further => continue,
                        Came::End => return sum,
                    }
                };
                let values = slots.run(words[at] + first as u32, n - first);
                with_width!(kind, W => {
                    let keys = &words[at + KEYS..][..W::words(n)];
                    let key = |packed: W| prefix.or(K::top(packed.bits(), depth));
                    let whole = endless || key(W::load(keys, n - 1)) <= self.last;
                    for (i, value) in (first..).zip(values) {
                        let packed = W::load(keys, i);
                        let key = key(packed);
                        if !whole && key > self.last {
                            return sum;
                        }
                        sum = f(sum, key, depth + packed.len(), value);
                    }
                });
            }
        }
    }

    /// Advances past the end of the current run. With `BUCKETS`, buckets below a node are returned, not entered.
    #[inline]
    fn advance<const BUCKETS: bool>(&mut self, words: &[u32]) -> Came<K> {
        loop {
            let now = &mut self.now;
            if now.kind <= WIDE {
                if now.tops != 0 {
                    let (len, byte) = top_prefix(now.tops.trailing_zeros());
                    now.tops &= now.tops - 1;
                    now.top_slot += 1;
                    return Came::To((now.prefix.with_byte(now.depth, byte), now.depth + len, now.top_slot - 1));
                }
                let k = now.k as usize;
                if now.children != 0 {
                    let child_byte = now.children.trailing_zeros();
                    let before = now.bits & ((2 << POSITION[32 | child_byte as usize]) - 1);
                    if before != 0 {
                        now.run = before;
                        now.bits &= !before;
                        return Came::Further;
                    }
                    now.children &= now.children - 1;
                    let byte = k << 5 | child_byte as usize;
                    let reference = child(words, now.kind, now.at as usize, byte);
                    let prefix = now.prefix.with_byte(now.depth, byte);
                    if BUCKETS && kind(reference) > WIDE {
                        return Came::Bucket(reference, prefix);
                    }
                    let below = Frame::whole(words, reference, prefix, now.depth + 8);
                    self.push();
                    self.now = below;
                    if below.run != 0 || below.k < below.n {
                        return Came::Further;
                    }
                    continue;
                }
                if now.bits != 0 {
                    now.run = now.bits;
                    now.bits = 0;
                    return Came::Further;
                }
                if k < 7 {
                    now.load(words, k + 1);
                    if now.run != 0 {
                        return Came::Further;
                    }
                    continue;
                }
            }
            let Some(above) = self.count.checked_sub(1) else { return Came::End };
            self.count = above;
            let Above { bits, slot, top_slot, children, at, kind, k } = self.frames.as_ref()[above];
            // Its children share its first bits. Its upper prefixes and runs are done by now.
            let depth = self.now.depth - 8;
            let prefix = self.now.prefix.with_byte(depth, usize::from(k) << 5);
            let (kind, k) = (u32::from(kind), u32::from(k));
            self.now = Frame { prefix, bits, slot, depth, at, kind, k, top_slot, children, ..Frame::default() };
        }
    }
}

/// Number of keys of the bucket that come before the prefix.
fn first_key<K: Key, W: Packed>(words: &[u32], at: usize, key: K, len: u32, depth: u32) -> usize {
    let (n, keys) = bucket_keys(words, at);
    let below = len - depth;
    let limit = W::pack(key, depth, below.min(W::MAX_LEN));
    let rank = limit.rank(keys, n);
    // A prefix too long for the keys comes after an equal truncated one.
    if below <= W::MAX_LEN && rank > 0 && W::load(keys, rank - 1) == limit { rank - 1 } else { rank }
}

/// A walk over the prefixes that cover a prefix, itself included, the shortest first.
#[derive(Clone)]
pub(super) struct Path<K> {
    key: K,
    len: u32,
    /// The block to visit next, or `u32::MAX`.
    next: u32,
    depth: u32,
    /// Remaining prefixes of the last visited block: upper prefixes, then positions of a word or numbers of keys.
    tops: u32,
    bits: u64,
    /// The last visited block.
    now: u32,
    now_depth: u32,
}

impl<K: Key> Path<K> {
    pub(super) fn new<T>(trie: &Trie<K, T>, key: K, len: u32) -> Self {
        let next = trie.root().unwrap_or(u32::MAX);
        Self { key, len, next, depth: 0, tops: 0, bits: 0, now: 0, now_depth: 0 }
    }

    /// Length and slot of the next prefix.
    #[inline]
    pub(super) fn next(&mut self, words: &[u32]) -> Option<Hit<K>> {
        loop {
            let at = offset(self.now);
            let depth = self.now_depth;
            if self.tops != 0 {
                let p = self.tops.trailing_zeros();
                self.tops &= self.tops - 1;
                let slot = words[at] + (node_top(words, at) & ((1 << p) - 1)).count_ones();
                return Some(self.hit(depth + top_prefix(p).0, slot));
            }
            if self.bits != 0 {
                let p = self.bits.trailing_zeros();
                self.bits &= self.bits - 1;
                if kind(self.now) > WIDE {
                    let keys = &words[at + KEYS..];
                    let len = with_width!(kind(self.now), W => W::load(keys, p as usize).len());
                    return Some(self.hit(depth + len, words[at] + p));
                }
                let k = self.key.byte(depth) >> 5 & 7;
                let before = word64(words, at + BITS + 2 * k) & ((1 << p) - 1);
                let slot = words[at] + node_top(words, at).count_ones() + rank_before(words, at, k) + before.count_ones();
                return Some(self.hit(depth + bit_prefix(k, p).0, slot));
            }
            if self.next == u32::MAX {
                return None;
            }
            self.visit(words);
        }
    }

    #[cfg_attr(optimised, inline(always))]
    fn hit(&self, len: u32, slot: u32) -> Hit<K> {
        (self.key.first_bits(len), len, slot)
    }

    #[inline]
    fn visit(&mut self, words: &[u32]) {
        let at = offset(self.next);
        let node = kind(self.next);
        let depth = self.depth;
        self.now = self.next;
        self.now_depth = depth;
        let len = self.len - depth;
        self.next = u32::MAX;
        if node > WIDE {
            self.bits = with_width!(node, W => covering_keys::<K, W>(words, at, self.key, depth, len));
            return;
        }
        let byte = self.key.byte(depth);
        let k = byte >> 5 & 7;
        self.tops = node_top(words, at) & TOP_ANCESTORS[k];
        self.bits = word64(words, at + BITS + 2 * k) & ANCESTORS[byte & 31];
        if len < 8 {
            match place(byte & !(0xff >> len), len) {
                Place::Top(p) => {
                    self.tops &= (2 << p) - 1;
                    self.bits = 0;
                }
                Place::Bit(_, p) => self.bits &= (2 << p) - 1,
            }
        }
        if len > 8 {
            let child = child(words, node, at, byte);
            if child != 0 {
                self.next = child;
                self.depth = depth + 8;
            }
        }
    }
}

/// A bit for each key of the bucket that covers the prefix.
#[cfg_attr(optimised, inline(always))]
fn covering_keys<K: Key, W: Packed>(words: &[u32], at: usize, key: K, depth: u32, len: u32) -> u64 {
    let (n, keys) = bucket_keys(words, at);
    let shortest = words[at + 1] >> 8;
    let probe = W::pack(key, depth, len);
    let mut covering = 0;
    for i in (0..probe.rank(keys, n)).rev() {
        let candidate = W::load(keys, i);
        let common = candidate.common(probe);
        if candidate.len() <= common {
            covering |= 1 << i;
        }
        if common < shortest {
            break;
        }
    }
    covering
}
