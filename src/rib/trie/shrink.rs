//! Shrinking a trie: removal of prefixes, shrinking blocks, releasing unused memory.

use super::block::*;
use super::key::{Key, Packed};
use super::layout::*;
use super::tree::{ROOT, ROOT_STEP, Step, Trie};

impl<K: Key, T> Trie<K, T> {
    /// Removes a prefix; returns its value.
    pub(super) fn remove(&mut self, key: K, len: u32) -> Option<T> {
        if self.words.is_empty() {
            return None;
        }
        let mut path = K::stack(ROOT_STEP);
        let path = path.as_mut();
        let mut count = 0;
        let mut step = ROOT_STEP;
        let mut depth = 0;
        let value = loop {
            let at = offset(step.reference);
            let node = kind(step.reference);
            if node > WIDE {
                break with_width!(node, W => self.bucket_remove::<W>(step, key, len, depth))?;
            }
            let byte = key.byte(depth);
            if len <= depth + 8 {
                break self.node_remove(at, byte, len - depth)?;
            }
            let next = match node {
                WIDE => at + WIDE_CHILDREN + byte,
                BRANCH => match branch_slot(&self.words, at, byte) {
                    (slot, true) => slot,
                    _ => return None,
                },
                _ => return None,
            };
            let below = self.words[next];
            if below == 0 {
                return None;
            }
            path[count] = step;
            count += 1;
            step = Step { at: next, reference: below };
            depth += 8;
        };
        self.len -= 1;
        self.prune(key, path, count, step);
        // Removals often come in bursts: they may leave more free space before a rewrite.
        self.tidy_sometimes(3);
        Some(value)
    }

    pub(super) fn node_remove(&mut self, at: usize, byte: usize, len: u32) -> Option<T> {
        let (rank, present) = node_slot(&self.words, at, byte, len);
        if !present {
            return None;
        }
        let (value, base) = self.slots.remove(self.words[at], node_values(&self.words, at), rank);
        self.words[at] = base;
        flip(&mut self.words, at, byte, len, false);
        value
    }

    pub(super) fn bucket_remove<W: Packed>(&mut self, step: Step, key: K, len: u32, depth: u32) -> Option<T> {
        let at = offset(step.reference);
        let slot = self.bucket_find::<W>(at, key, len, depth)?;
        let i = (slot - self.words[at]) as usize;
        let (n, _) = bucket_keys(&self.words, at);
        let (value, base) = self.slots.remove(self.words[at], n, i);
        self.words[at] = base;
        W::shift_out(&mut self.words[at + KEYS..], n, i);
        self.words[at + 1] -= 1;
        // Excess space of the block is freed; the block does not move.
        let (old_size, new_size) = (block_size(KEYS + W::words(n)), block_size(KEYS + W::words(n - 1)));
        if n > 1 && old_size != new_size {
            self.free.put(((at + new_size) / 4) as u32, (old_size - new_size) / 4);
        }
        value
    }

    /// Removes blocks that have become empty, and turns a node that has become small into a bucket.
    pub(super) fn prune(&mut self, key: K, path: &[Step], mut count: usize, mut step: Step) {
        while count >= 2 {
            let at = offset(step.reference);
            let node = kind(step.reference);
            if node > WIDE {
                if bucket_keys(&self.words, at).0 > 0 {
                    return;
                }
                self.release(at, KEYS + with_width!(node, W => W::words(1)));
            } else {
                if node_children(&self.words, at) > 0 {
                    return;
                }
                match node_values(&self.words, at) {
                    0 => self.release(at, self.block_words(step.reference)),
                    n if n <= 10 && node == NODE => return self.collapse(step, n),
                    _ => return,
                }
            }
            count -= 1;
            step = path[count];
            let depth = count as u32 * 8;
            self.remove_child(step, depth, key.byte(depth));
            step.reference = if step.at == usize::MAX { ROOT } else { self.words[step.at] };
        }
    }

    /// Turns a node of `n` prefixes and no children into a bucket.
    #[inline(never)]
    pub(super) fn collapse(&mut self, step: Step, n: usize) {
        let at = offset(step.reference);
        let mut order = [(0u128, 0u32, 0u32); 16];
        let mut count = 0;
        let top = node_top(&self.words, at);
        let base = self.words[at];
        let mut rank = top.count_ones();
        for (k, starts) in TOP_STARTS.into_iter().enumerate() {
            let mut tops = top & starts;
            while tops != 0 {
                let p = tops.trailing_zeros();
                tops &= tops - 1;
                let (len, byte) = top_prefix(p);
                order[count] = ((byte as u128) << 120, len, base + (top & ((1 << p) - 1)).count_ones());
                count += 1;
            }
            let mut bits = word64(&self.words, at + BITS + 2 * k);
            while bits != 0 {
                let (len, byte) = bit_prefix(k, bits.trailing_zeros());
                bits &= bits - 1;
                order[count] = ((byte as u128) << 120, len, base + rank);
                rank += 1;
                count += 1;
            }
        }
        let bucket = self.bucket_block(BUCKET16, n);
        let to = offset(bucket);
        let run = self.slots.allocate(n);
        let shortest = order[..n].iter().map(|key| key.1).min().unwrap_or(0);
        self.words[to] = run;
        self.words[to + 1] = n as u32 | shortest << 8;
        for (i, &(bits, len, slot)) in order[..n].iter().enumerate() {
            u16::pack(bits, 0, len).store(&mut self.words[to + KEYS..], i);
            self.slots.relocate(slot, run + i as u32);
        }
        self.slots.release(base, n);
        self.release(at, NODE_WORDS);
        self.words[step.at] = bucket;
    }

    #[inline(never)]
    pub(super) fn remove_child(&mut self, step: Step, depth: u32, byte: usize) {
        let at = offset(step.reference);
        let count = node_children(&self.words, at);
        if kind(step.reference) == WIDE {
            self.words[at + WIDE_CHILDREN + byte] = 0;
            set_children(&mut self.words, at, count - 1);
            if step.at != usize::MAX && count - 1 <= K::max_branch(depth) / 2 && !self.is_upper(step) {
                self.narrow(step);
            }
            return;
        }
        let (slot, _) = branch_slot(&self.words, at, byte);
        self.words.copy_within(slot + 1..at + CHILDREN + count, slot);
        set_children(&mut self.words, at, count - 1);
        self.flip_child(at, byte);
        let (old_size, mut new_size) = (block_size(CHILDREN + count), block_size(CHILDREN + count - 1));
        if count == 1 {
            new_size = block_size(NODE_WORDS);
            self.words[step.at] = reference(at, NODE);
        }
        if old_size != new_size {
            self.free.put(((at + new_size) / 4) as u32, (old_size - new_size) / 4);
        }
    }

    /// Whether the reference is in the root: nodes there stay wide.
    pub(super) fn is_upper(&self, step: Step) -> bool {
        step.at < WIDE_WORDS
    }

    /// Turns a node with room for all children into one with children by rank.
    #[inline(never)]
    pub(super) fn narrow(&mut self, step: Step) {
        let at = offset(step.reference);
        let count = node_children(&self.words, at);
        let block = self.allocate(CHILDREN + count);
        self.words.copy_within(at..at + NODE_WORDS, block);
        self.words[block + NODE_WORDS..block + CHILDREN].fill(0);
        let mut next = block + CHILDREN;
        for byte in 0..256 {
            let child = self.words[at + WIDE_CHILDREN + byte];
            if child != 0 {
                self.words[next] = child;
                next += 1;
                self.flip_child(block, byte);
            }
        }
        self.release(at, WIDE_WORDS);
        self.words[step.at] = reference(block, BRANCH);
    }

    // For building from sorted input.

    /// Calls [`Trie::tidy`] once every so many changes.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn tidy_sometimes(&mut self, parts: usize) {
        self.changes = self.changes.wrapping_add(1);
        if self.changes.is_multiple_of(64) {
            self.tidy(parts);
        }
    }

    /// Rewrites the trie once it wastes one byte in `parts`.
    #[cold]
    pub(super) fn tidy(&mut self, parts: usize) {
        let free = self.free.total() * 4;
        let free_slots = self.slots.free();
        let wasted = free * 4 + free_slots * size_of::<T>() + self.free.list_size() + self.slots.free_list_size();
        let used = (self.words.len() - free) * 4 + (self.slots.len() - free_slots) * size_of::<T>();
        if wasted > used / parts + 16_384 {
            self.compact(false);
        }
    }

    /// Rewrites all blocks and values in address order, without free runs; `exact` leaves no spare capacity.
    pub(super) fn compact(&mut self, exact: bool) {
        if self.len == 0 {
            *self = Self::default();
            return;
        }
        let mut new = Self::default();
        let words = self.words.len() - self.free.total() * 4;
        let slots = self.slots.len() - self.slots.free();
        new.words.reserve_exact(words + if exact { 0 } else { words / 16 + 64 });
        new.slots.reserve(slots + if exact { 0 } else { slots / 16 + 64 });
        new.len = self.len;
        self.copy_block(&mut new, ROOT);
        if exact {
            new.words.shrink_to_fit();
            new.slots.shrink();
        }
        *self = new;
    }

    /// Copies a block and all below it. Recursion depth: one level per address byte.
    pub(super) fn copy_block(&mut self, new: &mut Self, from: u32) -> u32 {
        let at = offset(from);
        let node = kind(from);
        let size = self.block_words(from);
        let to = new.allocate(size);
        new.words[to..to + size].copy_from_slice(&self.words[at..at + size]);
        let n = if node > WIDE { bucket_keys(&self.words, at).0 } else { node_values(&self.words, at) };
        let base = self.words[at];
        new.words[to] = new.slots.adopt(&mut self.slots, base, n);
        let children = match node {
            BRANCH => CHILDREN..CHILDREN + node_children(&self.words, at),
            WIDE => WIDE_CHILDREN..WIDE_WORDS,
            _ => 0..0,
        };
        for i in children {
            let child = self.words[at + i];
            if child != 0 {
                let moved = self.copy_block(new, child);
                new.words[to + i] = moved;
            }
        }
        reference(to, node)
    }
}
