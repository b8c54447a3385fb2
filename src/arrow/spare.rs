//! Memory of earlier batches: their arrays are made in it again, once nobody else has them.
//!
//! A batch takes some megabytes, which the allocator would return to the system and ask for again: the pages of new memory cost as
//! much as all that is written to them.

use std::prelude::v1::*;

use arrow_array::Array;
use arrow_buffer::{ArrowNativeType, Buffer};

/// The memory of a column's arrays in the last two batches: who loops over batches has one while the next is made.
#[derive(Debug, Default)]
pub(super) struct Spare {
    last: Vec<Buffer>,
    before: Vec<Buffer>,
}

impl Spare {
    /// A vector with space for about `len` values; what is in it is of no meaning.
    pub(super) fn take<T: ArrowNativeType>(&mut self, len: usize) -> Vec<T> {
        for buffers in [&mut self.last, &mut self.before] {
            for at in 0..buffers.len() {
                let buffer = buffers.swap_remove(at);
                match buffer.into_vec::<T>() {
                    // Somewhat short memory grows in place; much longer memory is that of another array.
                    Ok(values) if values.capacity() >= len.saturating_sub(len / 4) && values.capacity() / 4 <= len => {
                        return values;
                    }
                    Ok(values) => buffers.push(Buffer::from_vec(values)),
                    Err(buffer) => buffers.push(buffer),
                }
                let last = buffers.len().saturating_sub(1);
                buffers.swap(at, last);
            }
        }
        Vec::new()
    }

    /// Keeps the memory of an array; of that of the last one what somebody has, and no more that of the one before.
    pub(super) fn keep(&mut self, array: &dyn Array) {
        self.before = core::mem::take(&mut self.last);
        self.before.retain(|buffer| buffer.strong_count() > 1);
        let mut rest = std::vec![array.to_data()];
        while let Some(data) = rest.pop() {
            self.last.extend(data.buffers().iter().cloned());
            rest.extend(data.child_data().iter().cloned());
        }
    }
}

/// Nothing is spared twice.
impl Clone for Spare {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Items of runs.
pub(super) trait Item: Copy + Default {
    /// A vector of earlier memory.
    fn spare(spare: &mut Spare, len: usize) -> Vec<Self>;
}

impl Item for u8 {
    fn spare(spare: &mut Spare, len: usize) -> Vec<Self> {
        spare.take(len)
    }
}

impl Item for u32 {
    fn spare(spare: &mut Spare, len: usize) -> Vec<Self> {
        spare.take(len)
    }
}

/// Segments become arrays of other items.
impl Item for [u8; 2] {
    fn spare(_: &mut Spare, _: usize) -> Vec<Self> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use arrow_array::{ArrayRef, UInt32Array};

    fn array(values: Vec<u32>) -> ArrayRef {
        Arc::new(UInt32Array::new(values.into(), None))
    }

    #[test]
    fn memory_is_taken_again_once_nobody_has_it() {
        let mut spare = Spare::default();
        assert_eq!(spare.take::<u32>(1).capacity(), 0);
        let (first, second) = (array(std::vec![1; 100]), array(std::vec![2; 100]));
        let place = first.to_data().buffers()[0].as_ptr();
        spare.keep(&first);
        // Somebody has it.
        assert_eq!(spare.take::<u32>(100).capacity(), 0);
        spare.keep(&second);
        drop(first);
        // Too short, too long, of other items.
        assert_eq!(spare.take::<u32>(140).capacity(), 0);
        assert_eq!(spare.take::<u32>(24).capacity(), 0);
        assert_eq!(spare.take::<u8>(400).capacity(), 0);
        let again = spare.take::<u32>(90);
        assert_eq!((again.as_ptr().cast(), again.len()), (place, 100));
        assert_eq!(spare.take::<u32>(90).capacity(), 0);
        // What nobody has and was not taken is given back.
        drop(second);
        spare.keep(&array(Vec::new()));
        assert_eq!(spare.take::<u32>(90).capacity(), 0);
        // What somebody has is forgotten after two more.
        let second = array(std::vec![2; 100]);
        spare.keep(&second);
        spare.keep(&array(Vec::new()));
        spare.keep(&array(Vec::new()));
        drop(second);
        assert_eq!(spare.take::<u32>(90).capacity(), 0);
    }
}
