//! Bulk building from sorted prefixes: each block is written once.

use alloc::vec::Vec;

use super::block::*;
use super::key::{Key, Packed};
use super::layout::*;
use super::slots::Slots;
use super::tree::*;

/// Collects the prefixes below a 16-bit point and writes their blocks.
pub(super) struct Builder<K, T> {
    /// The prefixes, sorted; values are moved out as they are written.
    group: Vec<Item<K, T>>,
}

struct Item<K, T> {
    key: K,
    len: u32,
    value: Option<T>,
}

/// Depth of the point below which prefixes are collected.
const DEPTH: u32 = 16;

impl<K, T> Default for Builder<K, T> {
    fn default() -> Self {
        Self { group: Vec::new() }
    }
}

impl<K: Key, T> Builder<K, T> {
    /// Adds a prefix. One that is out of order is inserted individually.
    #[inline]
    pub(super) fn add(&mut self, trie: &mut Trie<K, T>, key: K, len: u32, value: T) {
        if let Some(last) = self.group.last()
            && (last.key.first_bits(DEPTH) != key.first_bits(DEPTH) || (last.key, last.len) >= (key, len))
        {
            self.write(trie);
        }
        if len <= DEPTH {
            trie.insert(key, len, value);
        } else {
            self.group.push(Item { key, len, value: Some(value) });
        }
    }

    /// Writes the last group and releases unused capacity.
    pub(super) fn finish(mut self, trie: &mut Trie<K, T>) {
        self.write(trie);
        trie.shrink();
    }

    fn write(&mut self, trie: &mut Trie<K, T>) {
        let Some(key) = self.group.first().map(|item| item.key) else { return };
        let at = trie.point(key);
        if trie.words[at] == 0 {
            trie.grown(self.group.len());
            let block = write_block(trie, &mut self.group, DEPTH);
            trie.words[at] = block;
            trie.count_point(key);
            self.group.clear();
        } else {
            for item in self.group.drain(..) {
                if let Some(value) = item.value {
                    trie.insert(item.key, item.len, value);
                }
            }
        }
    }
}

/// Writes a block for the prefixes, all longer than `depth`. Recursion depth: one level per address byte.
fn write_block<K: Key, T>(trie: &mut Trie<K, T>, items: &mut [Item<K, T>], depth: u32) -> u32 {
    let n = items.len();
    let longest = items.iter().map(|item| item.len - depth).max().unwrap_or(1);
    let width = width_for(longest);
    if n < MAX_KEYS && !with_width!(width, W => n >= W::MIN_BURST && node_is_smaller::<K, T, W>(items, depth)) {
        return write_bucket(trie, items, depth, width);
    }
    // The children first: their number determines the kind of the node.
    let mut children = Vec::new();
    let mut own = 0;
    let mut at = 0;
    while at < n {
        if items[at].len <= depth + 8 {
            own += 1;
            at += 1;
            continue;
        }
        let byte = items[at].key.byte(depth);
        let same = |item: &&Item<K, T>| item.len > depth + 8 && item.key.byte(depth) == byte;
        let count = items[at..].iter().take_while(same).count();
        children.push((byte, write_block(trie, &mut items[at..at + count], depth + 8)));
        at += count;
    }
    let (kind, size) = match children.len() {
        0 => (NODE, NODE_WORDS),
        n if n <= K::max_branch(depth) => (BRANCH, CHILDREN + n),
        _ => (WIDE, WIDE_WORDS),
    };
    let node = trie.allocate(size);
    trie.words[node..node + size].fill(0);
    for (i, &(byte, child)) in children.iter().enumerate() {
        if kind == WIDE {
            trie.words[node + WIDE_CHILDREN + byte] = child;
        } else {
            trie.words[node + CHILDREN + i] = child;
            trie.words[node + CHILD_BITS + byte / 32] |= 1 << (byte % 32);
        }
    }
    if kind == BRANCH {
        trie.count_child_bits(node);
    }
    set_children(&mut trie.words, node, children.len());
    let run = trie.slots.allocate(own);
    trie.words[node] = run;
    for item in items.iter().filter(|item| item.len <= depth + 8) {
        match place(item.key.byte(depth), item.len - depth) {
            Place::Top(p) => trie.words[node + 1] |= 1 << p,
            Place::Bit(k, p) => {
                trie.words[node + BITS + 2 * k] |= (1u64 << p) as u32;
                trie.words[node + BITS + 2 * k + 1] |= ((1u64 << p) >> 32) as u32;
            }
        }
    }
    count_bits(&mut trie.words, node);
    // Within each word the prefixes are in order; the upper ones precede all words.
    let mut slot = run + node_top(&trie.words, node).count_ones();
    for item in items.iter_mut().filter(|item| item.len <= depth + 8) {
        let to = if item.len <= depth + 2 {
            run + node_slot(&trie.words, node, item.key.byte(depth), item.len - depth).0 as u32
        } else {
            slot += 1;
            slot - 1
        };
        put(&mut trie.slots, to, &mut item.value);
    }
    reference(node, kind)
}

fn put<T>(slots: &mut Slots<T>, to: u32, value: &mut Option<T>) {
    if let Some(value) = value.take() {
        slots.put(to, value);
    }
}

fn write_bucket<K: Key, T>(trie: &mut Trie<K, T>, items: &mut [Item<K, T>], depth: u32, width: u32) -> u32 {
    let n = items.len();
    let bucket = trie.bucket_block(width, n);
    let at = offset(bucket);
    let run = trie.slots.allocate(n);
    let shortest = items.iter().map(|item| item.len - depth).min().unwrap_or(0);
    trie.words[at] = run;
    trie.words[at + 1] = n as u32 | shortest << 8;
    let keys = &mut trie.words[at + KEYS..];
    with_width!(width, W => {
        for (i, item) in items.iter().enumerate() {
            W::pack(item.key, depth, item.len - depth).store(keys, i);
        }
    });
    for (i, item) in items.iter_mut().enumerate() {
        put(&mut trie.slots, run + i as u32, &mut item.value);
    }
    bucket
}

/// Whether a node and its buckets would take less space than one bucket.
fn node_is_smaller<K: Key, T, W: Packed>(items: &[Item<K, T>], depth: u32) -> bool {
    node_pays::<W>(items.len(), |i| (items[i].len > depth + 8).then(|| items[i].key.byte(depth)))
}
