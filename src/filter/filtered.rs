//! Iterators over the elements that match.

use core::fmt;
use core::iter::FusedIterator;

use super::Filter;
use crate::element::{ArchiveElements, Element, RecordElements, UpdateElements};
use crate::error::Result;

/// The elements that match a filter: see [`ArchiveElements::filtered`].
///
/// Errors of the iterator are yielded as they are. An element for which octets that cannot be read leave it open whether it
/// matches is their error.
#[derive(Clone)]
pub struct Filtered<'f, I> {
    elements: I,
    filter: &'f Filter,
}

impl<'a, I: Iterator<Item = Result<Element<'a>>>> Iterator for Filtered<'_, I> {
    type Item = Result<Element<'a>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let element = match self.elements.next()? {
                Ok(element) => element,
                Err(e) => return Some(Err(e)),
            };
            match self.filter.try_matches(&element) {
                Ok(false) => {}
                Ok(true) => return Some(Ok(element)),
                Err(e) => return Some(Err(e)),
            }
        }
    }
}

impl<'a, I: FusedIterator<Item = Result<Element<'a>>>> FusedIterator for Filtered<'_, I> {}

impl<I> fmt::Debug for Filtered<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filtered").field("filter", self.filter).finish_non_exhaustive()
    }
}

macro_rules! filtered {
    ($($elements:ty;)*) => { $(
        impl $elements {
            /// Only the elements that match a filter.
            pub const fn filtered<'f>(self, filter: &'f Filter) -> Filtered<'f, Self> {
                Filtered { elements: self, filter }
            }
        }
    )* };
}

filtered! {
    ArchiveElements<'_>;
    RecordElements<'_, '_>;
    UpdateElements<'_>;
}
