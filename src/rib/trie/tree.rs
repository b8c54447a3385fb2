//! The trie of one family.

use alloc::vec::Vec;

use super::block::*;
use super::free::FreeRuns;
use super::key::{Key, Packed};
use super::layout::*;
use super::slots::Slots;

/// A prefix trie: prefixes of one family, each with a value.
#[derive(Clone)]
pub(super) struct Trie<K, T> {
    pub(super) words: Vec<u32>,
    pub(super) free: FreeRuns,
    pub(super) slots: Slots<T>,
    pub(super) len: usize,
    /// Counts changes.
    pub(super) changes: u8,
    pub(super) key: core::marker::PhantomData<K>,
}

impl<K, T> Default for Trie<K, T> {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            free: FreeRuns::default(),
            slots: Slots::default(),
            len: 0,
            changes: 0,
            key: core::marker::PhantomData,
        }
    }
}

/// Position of a reference on the path to a block.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// Word of the reference to the block; the root has none.
    pub(super) at: usize,
    /// The block.
    pub(super) reference: u32,
}

pub(super) const ROOT: u32 = WIDE;
/// The root is the block at 0.
pub(super) const ROOT_STEP: Step = Step { at: usize::MAX, reference: ROOT };

impl<K: Key, T> Trie<K, T> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Bytes on the heap, not counting what values own.
    pub(super) fn memory_size(&self) -> usize {
        self.words.capacity() * 4 + self.free.memory_size() + self.slots.memory_size()
    }

    pub(super) fn root(&self) -> Option<u32> {
        if self.words.is_empty() { None } else { Some(ROOT) }
    }

    // Blocks.

    pub(super) fn allocate(&mut self, n: usize) -> usize {
        let size = block_size(n);
        if let Some(start) = self.free.take(size / 4) {
            return start as usize * 4;
        }
        let start = self.words.len().saturating_sub(PADDING);
        let end = start + size;
        // A reference counts blocks of four words in 29 bits.
        assert!(end < 1 << 31, "capacity overflow");
        if self.words.capacity() < end + PADDING {
            self.words.reserve_exact(size + start / 16 + 2 * PADDING);
        }
        self.words.resize(end + PADDING, 0);
        start
    }

    pub(super) fn release(&mut self, at: usize, n: usize) {
        self.free.put((at / 4) as u32, block_size(n) / 4);
    }

    /// Size in words of the referenced block.
    pub(super) fn block_words(&self, reference: u32) -> usize {
        let at = offset(reference);
        match kind(reference) {
            NODE => NODE_WORDS,
            BRANCH => CHILDREN + node_children(&self.words, at),
            WIDE => WIDE_WORDS,
            bucket => KEYS + with_width!(bucket, W => W::words(bucket_keys(&self.words, at).0)),
        }
    }

    #[inline(never)]
    pub(super) fn new_wide(&mut self) -> u32 {
        let at = self.allocate(WIDE_WORDS);
        self.words[at..at + WIDE_WORDS].fill(0);
        reference(at, WIDE)
    }

    /// A bucket for one prefix.
    #[inline(never)]
    pub(super) fn new_bucket(&mut self, key: K, len: u32, depth: u32, value: T) -> (u32, u32) {
        let slot = self.slots.insert(0, 0, 0, value);
        let below = len - depth;
        let new = self.bucket_block(width_for(below), 1);
        let at = offset(new);
        self.words[at] = slot;
        self.words[at + 1] = 1 | below << 8;
        let keys = &mut self.words[at + KEYS..];
        with_width!(kind(new), W => W::pack(key, depth, below).store(keys, 0));
        (new, slot)
    }

    pub(super) fn bucket_block(&mut self, kind: u32, n: usize) -> u32 {
        let at = self.allocate(KEYS + with_width!(kind, W => W::words(n)));
        reference(at, kind)
    }

    // Search.

    /// Slot of the value of exactly this prefix.
    #[inline]
    pub(super) fn find(&self, key: K, len: u32) -> Option<u32> {
        let words = self.words.as_slice();
        if words.is_empty() {
            return None;
        }
        let mut at = 0;
        let mut node = WIDE;
        // The remaining key and length.
        let (mut key, mut len) = (key, len);
        loop {
            let byte = key.byte(0);
            if len <= 8 {
                return match node_slot(words, at, byte, len) {
                    (rank, true) => Some(words[at] + rank as u32),
                    _ => None,
                };
            }
            let next = child(words, node, at, byte);
            if next == 0 {
                return None;
            }
            (key, len) = (key.behind_byte(), len - 8);
            at = offset(next);
            node = kind(next);
            if node > WIDE {
                return with_width!(node, W => self.bucket_find::<W>(at, key, len, 0));
            }
        }
    }

    #[cfg_attr(optimised, inline(always))]
    pub(super) fn bucket_find<W: Packed>(&self, at: usize, key: K, len: u32, depth: u32) -> Option<u32> {
        let below = len - depth;
        if below > W::MAX_LEN {
            return None;
        }
        let (n, keys) = bucket_keys(&self.words, at);
        let wanted = W::pack(key, depth, below);
        let i = wanted.rank(keys, n).checked_sub(1)?;
        if W::load(keys, i) == wanted { Some(self.words[at] + i as u32) } else { None }
    }

    /// The longest prefix of at most `len` bits that covers the first `len` of `key`.
    #[inline]
    pub(super) fn longest_match(&self, key: K, len: u32) -> Option<Found> {
        let words = self.words.as_slice();
        if words.is_empty() {
            return None;
        }
        let mut path = K::stack(0u32);
        let path = path.as_mut();
        let (mut next, mut rest, mut depth, mut count) = (ROOT, key, 0, 0);
        if K::IS_IPV6 && len > 16 {
            // The root and its children are always wide: their kind need not be checked. On the short paths of IPv4 omitting the
            // check does not pay.
            count = 1;
            next = words[WIDE_CHILDREN + key.byte(0)];
            if next != 0 {
                path[1] = offset(next) as u32;
                count = 2;
                next = words[offset(next) + WIDE_CHILDREN + key.byte(8)];
                rest = key.behind_byte().behind_byte();
                depth = 16;
            }
        }
        while next != 0 {
            let at = offset(next);
            let node = kind(next);
            if node > WIDE {
                let found = with_width!(node, W => bucket_match::<K, W>(words, at, rest, 0, len - depth));
                if let Some(found) = found {
                    return Some(Found { slot: found.slot, len: found.len + depth });
                }
                break;
            }
            path[count] = at as u32;
            count += 1;
            if len <= depth + 8 {
                break;
            }
            next = child(words, node, at, rest.byte(0));
            rest = rest.behind_byte();
            depth += 8;
        }
        for i in (0..count).rev() {
            let depth = i as u32 * 8;
            if let Some(found) = node_match(words, path[i] as usize, key.byte(depth), (len - depth).min(8)) {
                return Some(Found { slot: found.slot, len: found.len + depth });
            }
        }
        None
    }

    // Change.

    /// Inserts a value; returns its slot and the previous value.
    pub(super) fn insert(&mut self, key: K, len: u32, value: T) -> (u32, Option<T>) {
        self.tidy_sometimes(K::PARTS);
        if self.words.is_empty() {
            self.new_wide();
        }
        let mut step = ROOT_STEP;
        let mut depth = 0;
        loop {
            let at = offset(step.reference);
            let node = kind(step.reference);
            if node > WIDE {
                match with_width!(node, W => self.bucket_insert::<W>(step, key, len, depth)) {
                    Ok(Ok(slot)) => {
                        let old = self.slots.value_mut(slot).map(|place| core::mem::replace(place, value));
                        return (slot, old);
                    }
                    Ok(Err((at, i, n))) => {
                        let base = self.slots.insert(self.words[at], n, i, value);
                        self.words[at] = base;
                        self.len += 1;
                        return (base + i as u32, None);
                    }
                    // The block was replaced by one of another kind.
                    Err(reference) => {
                        step.reference = reference;
                        continue;
                    }
                }
            }
            if len <= depth + 8 {
                return self.node_insert(at, key.byte(depth), len - depth, value);
            }
            let byte = key.byte(depth);
            let (next, present) = match node {
                WIDE => (at + WIDE_CHILDREN + byte, self.words[at + WIDE_CHILDREN + byte] != 0),
                BRANCH => branch_slot(&self.words, at, byte),
                _ => (0, false),
            };
            depth += 8;
            if !present {
                if depth == 8 {
                    let new = self.new_wide();
                    self.words[next] = new;
                    let count = node_children(&self.words, at) + 1;
                    set_children(&mut self.words, at, count);
                } else {
                    let (new, slot) = self.new_bucket(key, len, depth, value);
                    self.add_child(step, depth - 8, byte, new);
                    self.len += 1;
                    return (slot, None);
                }
            }
            step = Step { at: next, reference: self.words[next] };
        }
    }

    pub(super) fn node_insert(&mut self, at: usize, byte: usize, len: u32, value: T) -> (u32, Option<T>) {
        let (rank, present) = node_slot(&self.words, at, byte, len);
        let base = self.words[at];
        if present {
            let slot = base + rank as u32;
            return (slot, self.slots.value_mut(slot).map(|place| core::mem::replace(place, value)));
        }
        let base = self.slots.insert(base, node_values(&self.words, at), rank, value);
        self.words[at] = base;
        flip(&mut self.words, at, byte, len, true);
        self.len += 1;
        (base + rank as u32, None)
    }

    /// Finds or makes the key's place: `Ok(Ok)` is the slot of its value, `Ok(Err)` the block, position and number of values for
    /// the new value, `Err` the block that now replaces the bucket.
    pub(super) fn bucket_insert<W: Packed>(
        &mut self,
        step: Step,
        key: K,
        len: u32,
        depth: u32,
    ) -> Result<Result<u32, (usize, usize, usize)>, u32> {
        let at = offset(step.reference);
        let below = len - depth;
        let (n, keys) = bucket_keys(&self.words, at);
        if below > W::MAX_LEN {
            return Err(self.widen(step, width_for(below)));
        }
        let new = W::pack(key, depth, below);
        let i = new.rank(keys, n);
        if i > 0 && W::load(keys, i - 1) == new {
            return Ok(Ok(self.words[at] + i as u32 - 1));
        }
        if n >= W::MIN_BURST && n % 4 == 0 && self.bursts::<W>(at, n) || n >= MAX_KEYS {
            return Err(self.burst(step, depth));
        }
        let (old_size, new_size) = (KEYS + W::words(n), KEYS + W::words(n + 1));
        let mut block = at;
        if block_size(old_size) != block_size(new_size) {
            block = self.allocate(new_size);
            self.words.copy_within(at..at + old_size, block);
            self.release(at, old_size);
            self.words[step.at] = reference(block, W::KIND);
        }
        let shortest = (self.words[block + 1] >> 8).min(below);
        self.words[block + 1] = (n as u32 + 1) | shortest << 8;
        new.shift_in(&mut self.words[block + KEYS..], n, i);
        Ok(Err((block, i, n)))
    }

    /// Rewrites a bucket with wider or narrower keys.
    #[inline(never)]
    pub(super) fn widen(&mut self, step: Step, width: u32) -> u32 {
        let at = offset(step.reference);
        let (n, _) = bucket_keys(&self.words, at);
        let new = self.bucket_block(width, n);
        let to = offset(new);
        self.words[to] = self.words[at];
        self.words[to + 1] = self.words[at + 1];
        for i in 0..n {
            let (bits, len) = self.bucket_key(step.reference, i);
            let keys = &mut self.words[to + KEYS..];
            with_width!(width, W => W::pack(bits, 0, len).store(keys, i));
        }
        self.release(at, KEYS + with_width!(kind(step.reference), W => W::words(n)));
        self.words[step.at] = new;
        new
    }

    /// Left-aligned bits and length of key `i` of the bucket.
    pub(super) fn bucket_key(&self, reference: u32, i: usize) -> (u128, u32) {
        let (_, keys) = bucket_keys(&self.words, offset(reference));
        with_width!(kind(reference), W => { let key = W::load(keys, i); (key.bits(), key.len()) })
    }

    /// Whether a node with children by rank, and its buckets, would take less space than the bucket of `n` keys.
    pub(super) fn bursts<W: Packed>(&self, at: usize, n: usize) -> bool {
        let (_, keys) = bucket_keys(&self.words, at);
        node_pays::<W>(n, |i| {
            let key = W::load(keys, i);
            (key.len() > 8).then(|| key.first_byte())
        })
    }

    /// Turns a bucket into a node, with buckets for its longer prefixes. One function for keys of every width: one for each
    /// width would be four times the code, which is the most that a trie has.
    #[inline(never)]
    pub(super) fn burst(&mut self, step: Step, depth: u32) -> u32 {
        let at = offset(step.reference);
        let (n, _) = bucket_keys(&self.words, at);
        let base = self.words[at];
        let mut keys = [(0u128, 0u32); MAX_KEYS];
        for (i, key) in keys.iter_mut().enumerate().take(n) {
            *key = self.bucket_key(step.reference, i);
        }
        let keys = &keys[..n.min(MAX_KEYS)];
        // The prefixes in the node itself.
        let node = self.allocate(NODE_WORDS);
        self.words[node..node + NODE_WORDS].fill(0);
        let mut own = 0;
        for &(bits, len) in keys.iter().filter(|key| key.1 <= 8) {
            own += 1;
            match place((bits >> 120) as usize, len) {
                Place::Top(p) => self.words[node + 1] |= 1 << p,
                Place::Bit(k, p) => self.words[node + BITS + 2 * k + p as usize / 32] |= 1 << (p % 32),
            }
        }
        count_bits(&mut self.words, node);
        self.words[step.at] = reference(node, NODE);
        self.release(at, KEYS + with_width!(kind(step.reference), W => W::words(n)));
        let tops = node_top(&self.words, node).count_ones();
        if own == n && tops == 0 {
            // In key order: the values stay in place.
            self.words[node] = base;
            return self.words[step.at];
        }
        let run = self.slots.allocate(own);
        self.words[node] = run;
        // The upper ones precede all others, which are in order.
        let mut slot = run + tops;
        for (i, &(bits, len)) in keys.iter().enumerate().filter(|(_, key)| key.1 <= 8) {
            let to = if len <= 2 {
                run + node_slot(&self.words, node, (bits >> 120) as usize, len).0 as u32
            } else {
                slot += 1;
                slot - 1
            };
            self.slots.relocate(base + i as u32, to);
        }
        // The longer ones, by their next byte.
        let mut i = 0;
        while i < keys.len() {
            let byte = (keys[i].0 >> 120) as usize;
            if keys[i].1 <= 8 {
                i += 1;
                continue;
            }
            let same = |key: &&(u128, u32)| key.1 > 8 && (key.0 >> 120) as usize == byte;
            // Prefixes of at most eight bits come before the longer ones of the same byte.
            let group = keys[i..].iter().take_while(same).count();
            let longest = keys[i..i + group].iter().map(|key| key.1 - 8).max().unwrap_or(0);
            let shortest = keys[i..i + group].iter().map(|key| key.1 - 8).min().unwrap_or(0);
            let bucket = self.bucket_block(width_for(longest), group);
            let to = offset(bucket);
            let run = self.slots.allocate(group);
            self.words[to] = run;
            self.words[to + 1] = group as u32 | shortest << 8;
            for (j, &(bits, len)) in keys[i..i + group].iter().enumerate() {
                let words = &mut self.words[to + KEYS..];
                with_width!(kind(bucket), W2 => W2::pack(bits, 8, len - 8).store(words, j));
                self.slots.relocate(base + (i + j) as u32, run + j as u32);
            }
            let now = self.words[step.at];
            self.add_child(Step { at: step.at, reference: now }, depth, byte, bucket);
            i += group;
        }
        self.slots.release(base, n);
        self.words[step.at]
    }

    /// Adds a child to a node of this depth, which may move.
    #[inline(never)]
    pub(super) fn add_child(&mut self, step: Step, depth: u32, byte: usize, new: u32) {
        let at = offset(step.reference);
        let count = node_children(&self.words, at);
        match kind(step.reference) {
            WIDE => {
                self.words[at + WIDE_CHILDREN + byte] = new;
                set_children(&mut self.words, at, count + 1);
            }
            BRANCH if count < K::max_branch(depth) => {
                let (slot, _) = branch_slot(&self.words, at, byte);
                let before = slot - at - CHILDREN;
                let (old_size, new_size) = (CHILDREN + count, CHILDREN + count + 1);
                let mut block = at;
                if block_size(old_size) != block_size(new_size) {
                    block = self.allocate(new_size);
                    self.words.copy_within(at..at + old_size, block);
                    self.release(at, old_size);
                    self.words[step.at] = reference(block, BRANCH);
                }
                let children = block + CHILDREN;
                self.words.copy_within(children + before..children + count, children + before + 1);
                self.words[children + before] = new;
                set_children(&mut self.words, block, count + 1);
                self.flip_child(block, byte);
            }
            BRANCH => {
                let wide = self.new_wide();
                let to = offset(wide);
                self.words.copy_within(at..at + NODE_WORDS, to);
                for other in 0..256 {
                    self.words[to + WIDE_CHILDREN + other] = child(&self.words, BRANCH, at, other);
                }
                self.words[to + WIDE_CHILDREN + byte] = new;
                set_children(&mut self.words, to, count + 1);
                self.release(at, CHILDREN + count);
                self.words[step.at] = wide;
            }
            _ => {
                let block = self.allocate(CHILDREN + 1);
                self.words.copy_within(at..at + NODE_WORDS, block);
                self.words[block + NODE_WORDS..block + CHILDREN].fill(0);
                self.words[block + CHILDREN] = new;
                set_children(&mut self.words, block, 1);
                self.flip_child(block, byte);
                self.release(at, NODE_WORDS);
                self.words[step.at] = reference(block, BRANCH);
            }
        }
    }

    /// Flips the bit of a child and updates the counts.
    pub(super) fn flip_child(&mut self, at: usize, byte: usize) {
        let word = at + CHILD_BITS + byte / 32;
        self.words[word] ^= 1 << (byte % 32);
        self.count_child_bits(at);
    }

    /// Recounts the child bits of a node.
    pub(super) fn count_child_bits(&mut self, at: usize) {
        let mut ranks = 0;
        let mut sum = 0;
        for part in 0..3 {
            sum += word64(&self.words, at + CHILD_BITS + 2 * part).count_ones();
            ranks |= sum << (8 * part);
        }
        self.words[at + CHILD_RANKS] = ranks;
    }

    /// Word of the reference to the block 16 bits down; creates the nodes above it.
    pub(super) fn point(&mut self, key: K) -> usize {
        if self.words.is_empty() {
            self.new_wide();
        }
        let upper = WIDE_CHILDREN + key.byte(0);
        if self.words[upper] == 0 {
            let new = self.new_wide();
            self.words[upper] = new;
            let count = node_children(&self.words, 0) + 1;
            set_children(&mut self.words, 0, count);
        }
        offset(self.words[upper]) + WIDE_CHILDREN + key.byte(8)
    }

    /// Counts a newly written block 16 bits down.
    pub(super) fn count_point(&mut self, key: K) {
        let at = offset(self.words[WIDE_CHILDREN + key.byte(0)]);
        let count = node_children(&self.words, at) + 1;
        set_children(&mut self.words, at, count);
    }

    /// Counts prefixes about to be written, and reserves space for them.
    pub(super) fn grown(&mut self, n: usize) {
        self.len += n;
        // Excess is released at the end: reserve generously.
        let words = NODE_WORDS * n + WIDE_WORDS;
        if self.words.capacity() - self.words.len() < words {
            self.words.reserve_exact(words + self.words.len() / 2);
        }
        self.slots.reserve_half(2 * n);
    }

    /// Releases unused capacity.
    pub(super) fn shrink(&mut self) {
        self.words.shrink_to_fit();
        self.slots.shrink();
    }
}

/// Whether a node with children by rank, and its buckets, would take less space than a bucket of `n` sorted keys: `longer`
/// returns the next byte of one that would not be in the node itself.
#[cfg_attr(optimised, inline(always))]
pub(super) fn node_pays<W: Packed>(n: usize, longer: impl Fn(usize) -> Option<usize>) -> bool {
    // The node alone is larger.
    if NODE_WORDS > W::words(n) + KEYS {
        return false;
    }
    let mut count = 0;
    let mut children = 0;
    let mut last = usize::MAX;
    for byte in (0..n).filter_map(longer) {
        count += 1;
        children += usize::from(byte != last);
        last = byte;
    }
    let branch = if children == 0 { 0 } else { CHILDREN - NODE_WORDS + 5 * children + W::words(count) * 3 / 4 };
    NODE_WORDS + branch <= W::words(n) + KEYS
}

/// Recounts the bits of a node.
pub(super) fn count_bits(words: &mut [u32], at: usize) {
    let mut sum = 0;
    let mut ranks = 0u64;
    for k in 0..8 {
        if k > 0 {
            ranks |= u64::from(sum) << (9 * (k - 1));
        }
        sum += word64(words, at + BITS + 2 * k).count_ones();
    }
    set_word64(words, at + 2, ranks);
    words[at + 1] = words[at + 1] & 0xffff | (sum + node_top(words, at).count_ones()) << 16;
}

/// The narrowest kind of bucket for keys of up to `len` bits.
pub(super) fn width_for(len: u32) -> u32 {
    if len <= <u16 as Packed>::MAX_LEN {
        BUCKET16
    } else if len <= <u32 as Packed>::MAX_LEN {
        BUCKET32
    } else if len <= <u64 as Packed>::MAX_LEN {
        BUCKET64
    } else {
        BUCKET128
    }
}
