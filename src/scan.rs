//! What instructions of a processor do faster than the compiler's. The `unsafe` that they need is here alone, and only what pays in a
//! whole question stays: `design.md` has the measurements, also of what was left out. Without the feature `simd`, or on another
//! processor, the portable twins do the same.

#![cfg_attr(
    all(feature = "simd", target_arch = "x86_64", not(miri)),
    allow(unsafe_code, reason = "a walk over the records of an archive in memory takes a third less time")
)]

/// Octets between those that are read and those that are asked for: more than the processor asks for by itself, and still in the
/// nearest cache when they are read.
const AHEAD: usize = 2048;

/// Octets asked for at once at most.
const MOST: usize = 4096;

/// Octets of a block that is asked for as a whole. Most messages need one, whatever their length: a loop that counts the lines of
/// each would be guessed wrongly, which costs more than to ask for a line twice.
const BLOCK: usize = 256;

/// Octets of a line of the caches.
#[cfg(all(feature = "simd", target_arch = "x86_64", not(miri)))]
const LINE: usize = 64;

/// Asks the memory for octets of a slice that is read from its start to its end, `len` octets at a time, `rest` after them. A walk
/// that reads a few octets of each record waits for the memory otherwise: it has the place of the next record from this one.
#[cfg_attr(optimised, inline(always))]
pub(crate) fn read_ahead(rest: &[u8], len: usize) {
    // Of one length, so that one comparison decides.
    let Some((near, more)) = rest.split_first_chunk::<{ AHEAD + BLOCK }>() else { return };
    if let Some(first) = near.last_chunk() {
        ask(first);
    }
    if len > BLOCK {
        let (blocks, _) = more.as_chunks();
        blocks.iter().take(len.min(MOST).div_ceil(BLOCK).wrapping_sub(1)).for_each(ask);
    }
}

#[cfg(all(feature = "simd", target_arch = "x86_64", not(miri)))]
#[cfg_attr(optimised, inline(always))]
fn ask(block: &[u8; BLOCK]) {
    use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    let (lines, _) = block.as_chunks::<LINE>();
    for line in lines {
        // SAFETY: SSE is part of x86-64, and a hint about any address is allowed; this one is inside a slice.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) }
    }
}

/// The portable twin: the processor asks by itself.
#[cfg(not(all(feature = "simd", target_arch = "x86_64", not(miri))))]
#[cfg_attr(optimised, inline(always))]
const fn ask(_: &[u8; BLOCK]) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_length_is_allowed() {
        let octets = [7; AHEAD + MOST + 100];
        for len in [0, 1, 63, 64, 65, BLOCK, BLOCK + 1, MOST, MOST + 1, usize::MAX] {
            for end in [0, 1, AHEAD - 1, AHEAD, AHEAD + 1, AHEAD + 65, AHEAD + BLOCK - 1, AHEAD + BLOCK, octets.len()] {
                read_ahead(&octets[..end], len);
            }
        }
    }
}
