//! Rank: how many of the sorted keys of a bucket are at most a limit.

use super::layout::PADDING;

/// Words compared together. The last bucket is followed by as many.
const STEP: usize = PADDING;
// As many 16-bit keys as a mask has bits.
const _: () = assert!(STEP == 16);

/// Number of the first `n` 16-bit keys, two per word, that are at most `limit`. `words` extend one step past them.
#[cfg_attr(optimised, inline(always))]
pub(super) fn rank16(words: &[u32], n: usize, limit: u16) -> usize {
    rank(words, n, 2 * STEP, |step| step16(step, limit))
}

/// The same for keys of one word each.
#[cfg_attr(optimised, inline(always))]
pub(super) fn rank32(words: &[u32], n: usize, limit: u32) -> usize {
    rank(words, n, STEP, |step| step32(step, limit))
}

/// Continues while all `keys` keys of a step are at most the limit. Nearly all buckets end in the first step.
#[cfg_attr(optimised, inline(always))]
fn rank(words: &[u32], n: usize, keys: usize, at_most: impl Fn(&[u32; STEP]) -> usize) -> usize {
    let mut sum = 0;
    for step in words.as_chunks::<STEP>().0 {
        let count = at_most(step);
        sum += count;
        if count < keys || sum >= n {
            break;
        }
    }
    // Words after the keys are not keys.
    sum.min(n)
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use sse2::{step16, step32};

#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
use portable::{step16, step32};

/// SSE2 is part of every x86-64 target; others use the portable code.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[allow(unsafe_code, reason = "SSE2 is always available here: IPv6 longest matches take 3 to 4 percent less time")]
mod sse2 {
    use core::arch::x86_64::*;

    use super::STEP;

    /// How many keys from the first on are at most the limit.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn step16(step: &[u32; STEP], limit: u16) -> usize {
        // SAFETY: the module is compiled only where SSE2 is a feature of all code.
        unsafe { at_most16(step, limit) }
    }

    /// How many keys from the first on are at most the limit.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn step32(step: &[u32; STEP], limit: u32) -> usize {
        // SAFETY: the module is compiled only where SSE2 is a feature of all code.
        unsafe { at_most32(step, limit) }
    }

    /// Four words.
    #[inline]
    #[target_feature(enable = "sse2")]
    fn load(step: &[u32; STEP], at: usize) -> __m128i {
        let [a, b, c, d] = [step[at * 4], step[at * 4 + 1], step[at * 4 + 2], step[at * 4 + 3]].map(u32::cast_signed);
        _mm_set_epi32(d, c, b, a)
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn at_most16(step: &[u32; STEP], limit: u16) -> usize {
        let limit = _mm_set1_epi16(limit.cast_signed());
        // A key minus the limit, saturating, is zero if the key is at most the limit.
        let at_most = |at| _mm_cmpeq_epi16(_mm_subs_epu16(load(step, at), limit), _mm_setzero_si128());
        let half = |at| _mm_movemask_epi8(_mm_packs_epi16(at_most(at), at_most(at + 1))).cast_unsigned();
        (half(0) | half(2) << 16).trailing_ones() as usize
    }

    #[inline]
    #[target_feature(enable = "sse2")]
    fn at_most32(step: &[u32; STEP], limit: u32) -> usize {
        // The comparisons are signed.
        let limit = _mm_set1_epi32((limit ^ 1 << 31).cast_signed());
        let greater = |at| _mm_cmpgt_epi32(_mm_xor_si128(load(step, at), _mm_set1_epi32(i32::MIN)), limit);
        let half = |at| _mm_packs_epi32(greater(at), greater(at + 1));
        let mask = _mm_movemask_epi8(_mm_packs_epi16(half(0), half(2))).cast_unsigned();
        (mask | 1 << STEP).trailing_zeros() as usize
    }
}

#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
mod portable {
    use super::STEP;

    /// How many keys from the first on are at most the limit.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn step16(step: &[u32; STEP], limit: u16) -> usize {
        let limit = u32::from(limit);
        let mut mask = 0;
        for (i, &word) in step.iter().enumerate() {
            mask |= u32::from(word & 0xffff <= limit) << (2 * i) | u32::from(word >> 16 <= limit) << (2 * i + 1);
        }
        mask.trailing_ones() as usize
    }

    /// How many keys from the first on are at most the limit.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn step32(step: &[u32; STEP], limit: u32) -> usize {
        let mut mask = 0u32;
        for (i, &word) in step.iter().enumerate() {
            mask |= u32::from(word <= limit) << i;
        }
        mask.trailing_ones() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranks_are_counts(mut keys in proptest::collection::vec(any::<u32>(), 0..70), junk: u32, limit: u32, n in 0usize..70) {
            let n = n.min(keys.len());
            keys[..n].sort_unstable();
            let (middle, before) = (keys.get(n / 2).copied().unwrap_or(7), keys.first().map_or(7, |key| key.wrapping_sub(1)));
            let limits = [limit, 0, u32::MAX, middle, before];
            let mut words = keys[..n].to_vec();
            words.resize(n + STEP, junk);
            for limit in limits {
                let count = keys[..n].iter().filter(|key| **key <= limit).count();
                prop_assert_eq!(rank32(&words, n, limit), count);
                for step in words.as_chunks::<STEP>().0 {
                    prop_assert_eq!(step32(step, limit), portable::step32(step, limit));
                    prop_assert_eq!(step16(step, limit as u16), portable::step16(step, limit as u16));
                }
            }
            let mut halves: Vec<u16> = keys.iter().map(|key| *key as u16).collect();
            halves[..n].sort_unstable();
            let count = |limit: u16| halves[..n].iter().filter(|key| **key <= limit).count();
            let word = |pair: &[u16]| u32::from(pair[0]) | u32::from(*pair.last().unwrap()) << 16;
            let mut words: Vec<u32> = halves[..n].chunks(2).map(word).collect();
            words.resize(n.div_ceil(2) + STEP, junk);
            for limit in limits {
                prop_assert_eq!(rank16(&words, n, limit as u16), count(limit as u16));
            }
        }
    }
}
