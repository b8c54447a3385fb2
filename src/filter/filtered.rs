//! Iterators over the elements that match.

use core::fmt;
use core::iter::FusedIterator;
#[cfg(feature = "std")]
use {
    crate::element::{ArchiveError, ElementBuf, Elements},
    std::io::Read,
};

#[cfg(feature = "rayon")]
use {
    crate::element::{ParElements, parallel::RunElements},
    rayon::iter::{ParallelIterator, plumbing::UnindexedConsumer},
};

use super::Filter;
use super::screen::Screen;
use crate::element::{ArchiveElements, Element, RecordElements, UpdateElements};
use crate::error::Result;

/// The elements that match a filter: see [`ArchiveElements::filtered`].
///
/// Errors of the iterator are yielded unchanged, also those of records and messages of which no element matches: damage is reported
/// whatever the filter. If it depends on octets that cannot be read whether an element matches, their error is yielded instead of
/// the element.
#[derive(Clone)]
pub struct Filtered<'f, I> {
    elements: I,
    filter: &'f Filter,
    /// The state of the current record; `None` before its first element.
    screen: Option<Screen<'f>>,
    undecided: u64,
}

impl<'f, I> Filtered<'f, I> {
    const fn new(elements: I, filter: &'f Filter) -> Self {
        Self { elements, filter, screen: None, undecided: 0 }
    }

    /// The number of elements so far that could be neither included nor excluded: an error was yielded instead of each.
    pub const fn undecided(&self) -> u64 {
        self.undecided
    }
}

impl<'a, I: Iterator<Item = Result<Element<'a>>>> Filtered<'_, I> {
    /// The next element that matches, each decoded and judged.
    fn next_decoded(&mut self) -> Option<Result<Element<'a>>> {
        loop {
            let element = match self.elements.next()? {
                Ok(element) => element,
                Err(e) => return Some(Err(e)),
            };
            match self.filter.try_matches(&element) {
                Ok(false) => {}
                Ok(true) => return Some(Ok(element)),
                Err(e) => {
                    self.undecided = self.undecided.saturating_add(1);
                    return Some(Err(e));
                }
            }
        }
    }
}

/// Iterators that start one record after another.
macro_rules! filtered_records {
    ($elements:ident) => {
        impl<'a> Iterator for Filtered<'_, $elements<'a>> {
            type Item = Result<Element<'a>>;

            #[inline]
            fn next(&mut self) -> Option<Self::Item> {
                loop {
                    let Some((routes, peers)) = self.elements.parts() else { return self.next_decoded() };
                    let screen = self.screen.get_or_insert_with(|| self.filter.screen(routes));
                    if let Some(item) = screen.next(routes, peers, &mut self.undecided) {
                        return Some(item);
                    }
                    if let Err(e) = self.elements.start_next(|record, peers| screen.passes(record, peers))? {
                        return Some(Err(e));
                    }
                    if let Some((routes, _)) = self.elements.parts() {
                        screen.begin(routes);
                    }
                }
            }
        }
    };
}

filtered_records!(ArchiveElements);
#[cfg(feature = "rayon")]
filtered_records!(RunElements);

impl<'a> Iterator for Filtered<'_, RecordElements<'a, '_>> {
    type Item = Result<Element<'a>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let Some((routes, peers)) = self.elements.parts() else { return self.next_decoded() };
        self.screen.get_or_insert_with(|| self.filter.screen(routes)).next(routes, peers, &mut self.undecided)
    }
}

impl<'a> Iterator for Filtered<'_, UpdateElements<'a>> {
    type Item = Result<Element<'a>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_decoded()
    }
}

impl<I: FusedIterator> FusedIterator for Filtered<'_, I> where Self: Iterator {}

impl<I> fmt::Debug for Filtered<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filtered").field("filter", self.filter).finish_non_exhaustive()
    }
}

/// Owned elements; only those that match are copied.
#[cfg(feature = "std")]
impl<R: Read> Iterator for Filtered<'_, Elements<R>> {
    type Item = Result<ElementBuf, ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self { elements, filter, undecided, .. } = self;
        elements.next_by(|elements, ready| {
            let mut elements = elements.filtered(filter);
            ready.extend(elements.by_ref().map(|item| item.map(ElementBuf::from).map_err(ArchiveError::Damage)));
            *undecided = undecided.saturating_add(elements.undecided());
        })
    }
}

/// The elements that match a filter, as a parallel iterator: see [`ParElements::filtered`].
#[cfg(feature = "rayon")]
#[derive(Clone, Debug)]
pub struct ParFiltered<'f, 'a> {
    elements: ParElements<'a>,
    filter: &'f Filter,
}

#[cfg(feature = "rayon")]
impl<'a> ParElements<'a> {
    /// Only the elements that match a filter: the items of [`ArchiveElements::filtered`].
    pub const fn filtered<'f>(self, filter: &'f Filter) -> ParFiltered<'f, 'a> {
        ParFiltered { elements: self, filter }
    }
}

#[cfg(feature = "rayon")]
impl<'a> ParallelIterator for ParFiltered<'_, 'a> {
    type Item = Result<Element<'a>>;

    fn drive_unindexed<C: UnindexedConsumer<Self::Item>>(self, consumer: C) -> C::Result {
        let Self { elements, filter } = self;
        elements.drive_by(|elements| Filtered::new(elements, filter), consumer)
    }
}

#[cfg(feature = "std")]
impl<R: Read> Elements<R> {
    /// Only the elements that match a filter.
    pub const fn filtered(self, filter: &Filter) -> Filtered<'_, Self> {
        Filtered::new(self, filter)
    }
}

macro_rules! filtered {
    ($($elements:ty;)*) => { $(
        impl $elements {
            /// Only the elements that match a filter.
            pub const fn filtered<'f>(self, filter: &'f Filter) -> Filtered<'f, Self> {
                Filtered::new(self, filter)
            }
        }
    )* };
}

filtered! {
    ArchiveElements<'_>;
    RecordElements<'_, '_>;
    UpdateElements<'_>;
}
