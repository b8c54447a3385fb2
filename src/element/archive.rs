//! Owned elements of a file or stream, including the reader and the reading context.

use core::fmt;
use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::iter::FusedIterator;
use std::path::Path;
#[cfg(feature = "rayon")]
use {
    super::Element,
    crate::mrt::Run,
    core::{num::NonZeroUsize, ops::ControlFlow},
    std::vec::Vec,
};

use super::{ElementBuf, RecordElements, Strictness};
use crate::error::Error;
use crate::io::ReadError;
use crate::mrt::{ReadContext, Reader};

/// Opens an archive, plain or compressed.
///
/// ```no_run
/// for element in routeglass::open("updates.20260101.0000.bz2")?.elements() {
///     match element {
///         Ok(element) => println!("{element}"),
///         Err(damage) => eprintln!("{damage}"),
///     }
/// }
/// # Ok::<(), routeglass::io::ReadError>(())
/// ```
///
/// # Errors
/// As [`Reader::open`].
pub fn open(path: impl AsRef<Path>) -> Result<Archive<File>, ReadError> {
    Ok(Archive::of(Reader::open(path)?))
}

/// An archive to read: input, decompression, and reading context.
#[derive(Debug)]
pub struct Archive<R> {
    reader: Reader<R>,
    context: ReadContext,
    strictness: Strictness,
}

impl<R: Read> Archive<R> {
    /// Reads from any reader.
    ///
    /// # Errors
    /// As [`Reader::new`].
    pub fn new(input: R) -> Result<Self, ReadError> {
        Ok(Self::of(Reader::new(input)?))
    }

    /// Reads with a configured reader.
    pub fn of(reader: Reader<R>) -> Self {
        Self { reader, context: ReadContext::new(), strictness: Strictness::default() }
    }

    /// Sets the initial reading context, such as one with evidence of an earlier pass.
    #[must_use]
    pub fn with_context(mut self, context: ReadContext) -> Self {
        self.context = context;
        self
    }

    /// Sets how elements with findings are treated.
    #[must_use]
    pub fn with_strictness(mut self, strictness: Strictness) -> Self {
        self.strictness = strictness;
        self
    }

    /// The route events, in archive order. An error stands for what could not be read; iteration continues after it, unless the
    /// input ends there ([`ArchiveError::Read`]).
    ///
    /// Each element owns its octets, for two allocations, which the plain prefixes of a message share;
    /// [`Record::elements`](crate::mrt::Record::elements) borrows them.
    pub fn elements(self) -> Elements<R> {
        Elements { archive: self, ready: VecDeque::new() }
    }
}

#[cfg(feature = "rayon")]
impl<R: Read + Send> Archive<R> {
    /// Works on the elements in several threads, and takes the results in archive order: see [`Reader::par_runs`]. The items are
    /// those of [`Archive::elements`], borrowed; an item for which `work` returns `None` has no result.
    ///
    /// Of many files of about the same size, each is better read by a thread of its own: nothing is handed from thread to thread, and
    /// the decompression of several files is done at once. With rayon, results in the order of the files:
    ///
    /// ```no_run
    /// use rayon::prelude::*;
    ///
    /// let files = ["updates.20260101.0000.gz", "updates.20260101.0005.gz", "updates.20260101.0010.gz"];
    /// let withdrawn = |file: &&str| -> Result<usize, routeglass::io::ReadError> {
    ///     let (mut reader, mut context) = (routeglass::mrt::Reader::open(file)?, routeglass::mrt::ReadContext::new());
    ///     let mut count = 0;
    ///     while let Some(record) = reader.next_record()? {
    ///         for element in record.elements(&mut context) {
    ///             match element {
    ///                 Ok(element) => count += usize::from(element.kind().name() == "withdraw"),
    ///                 Err(damage) => eprintln!("{file}: {damage}"),
    ///             }
    ///         }
    ///     }
    ///     Ok(count)
    /// };
    /// let counts: Vec<usize> = files.par_iter().map(withdrawn).collect::<Result<_, _>>()?;
    /// # let _ = counts;
    /// # Ok::<(), routeglass::io::ReadError>(())
    /// ```
    ///
    /// One large file in several threads:
    ///
    /// ```no_run
    /// use std::num::NonZeroUsize;
    /// use std::ops::ControlFlow;
    ///
    /// let threads = NonZeroUsize::new(4).unwrap();
    /// let flow: ControlFlow<()> = routeglass::open("rib.20260101.0000.gz")?.par_elements(
    ///     threads,
    ///     |element| element.ok().filter(|e| e.prefix().is_some_and(|p| p.len() > 24)).map(|e| e.to_string()),
    ///     |line| {
    ///         println!("{line}");
    ///         ControlFlow::Continue(())
    ///     },
    /// )?;
    /// # Ok::<(), routeglass::io::ReadError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Reader::par_runs`].
    pub fn par_elements<T: Send, B>(
        self,
        threads: NonZeroUsize,
        work: impl Fn(Result<Element<'_>, Error>) -> Option<T> + Sync,
        mut take: impl FnMut(T) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, ReadError> {
        let Self { mut reader, mut context, strictness } = self;
        let work = |run: Run| {
            let (mut context, mut results) = (run.context().clone(), Vec::new());
            for record in run.records() {
                results.extend(record.elements(&mut context).with_strictness(strictness).filter_map(&work));
            }
            results
        };
        reader.par_runs(&mut context, threads, work, |results| results.into_iter().try_for_each(&mut take))
    }
}

/// The elements of an archive, owned. From [`Archive::elements`].
#[derive(Debug)]
pub struct Elements<R> {
    archive: Archive<R>,
    /// The remaining elements of the last record.
    ready: Ready,
}

/// Owned items of a record.
pub(crate) type Ready = VecDeque<Result<ElementBuf, ArchiveError>>;

impl<R: Read> Iterator for Elements<R> {
    type Item = Result<ElementBuf, ArchiveError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            let Archive { reader, context, strictness } = &mut self.archive;
            match reader.next_record() {
                Ok(Some(record)) => {
                    context.observe(&record);
                    let mut elements = RecordElements::new(context).with_strictness(*strictness);
                    elements.read(&record);
                    while let Some(item) = elements.next_element() {
                        match item {
                            Ok(element) => {
                                let mut element = ElementBuf::copied(element);
                                while let Some(path) = elements.next_of_list() {
                                    let next = element.of_path(path);
                                    self.ready.push_back(Ok(element));
                                    element = next;
                                }
                                self.ready.push_back(Ok(element));
                            }
                            Err(e) => self.ready.push_back(Err(ArchiveError::Damage(e))),
                        }
                    }
                }
                Ok(None) => return None,
                Err(e) => return Some(Err(ArchiveError::Read(e))),
            }
        }
    }
}

impl<R: Read> FusedIterator for Elements<R> {}

impl<R: Read> Elements<R> {
    /// The next item of those that `choose` gives for the elements of a record.
    pub(crate) fn next_by(
        &mut self,
        mut choose: impl FnMut(RecordElements<'_, '_>, &mut Ready),
    ) -> Option<<Self as Iterator>::Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            let Archive { reader, context, strictness } = &mut self.archive;
            match reader.next_record() {
                Ok(Some(record)) => choose(record.elements(context).with_strictness(*strictness), &mut self.ready),
                Ok(None) => return None,
                Err(e) => return Some(Err(ArchiveError::Read(e))),
            }
        }
    }
}

/// An error of an archive.
#[derive(Debug)]
#[non_exhaustive]
pub enum ArchiveError {
    /// A damaged record or part of one. Iteration continues after it.
    Damage(Error),
    /// Reading stopped.
    Read(ReadError),
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damage(e) => e.fmt(f),
            Self::Read(e) => e.fmt(f),
        }
    }
}

impl core::error::Error for ArchiveError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Damage(_) => None,
            Self::Read(e) => e.source(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::tests::{BOTH, record, update};

    #[test]
    fn an_archive_gives_owned_elements_and_what_is_wrong() {
        let good = update(BOTH);
        // A STATE_CHANGE record without octets, a good one, and a truncated one.
        let mut archive = [good.clone(), record(16, 5, &[]), good.clone()].concat();
        archive.extend(&good[..good.len() - 1]);
        let items: Vec<_> = Archive::new(&archive[..]).unwrap().elements().collect();
        let texts: Vec<_> = items
            .iter()
            .map(|item| item.as_ref().map(|e| e.as_element().prefix().unwrap().to_string()).map_err(|e| e.to_string()))
            .collect();
        let (ok, cut) = (|text: &str| Ok(text.to_owned()), archive.len() - good.len() + 1);
        let both = ["10.0.0.0/8", "2001:db9::/32", "192.0.2.0/24", "2001:db8::/32"].map(ok);
        assert_eq!(texts[..4], both);
        assert!(matches!(items[4], Err(ArchiveError::Damage(_))), "{texts:?}");
        assert_eq!(texts[5..9], both);
        assert!(matches!(&items[9], Err(ArchiveError::Read(e)) if e.offset() == cut as u64), "{texts:?}");
        assert_eq!(items.len(), 10);
    }

    /// The routes of a message are one allocation until its finding is cached for those after the first, and say what views say.
    #[test]
    fn routes_of_a_message_share_its_octets() {
        let prefixes: Vec<u8> = (1..=20).flat_map(|octet| [8, octet]).collect();
        let list = |attributes: &[u8]| {
            let len = u8::try_from(attributes.len()).unwrap();
            update(&[&[0, 2, 8, 30, 0, len][..], attributes, &prefixes].concat())
        };
        let clean = list(&[0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 192, 0, 2, 1]);
        let damaged = list(&[0x40, 1, 1, 9, 0x40, 2, 0, 0x40, 3, 4, 192, 0, 2, 1]);
        let archive = [clean, damaged, update(BOTH)].concat();
        let kept: Vec<_> = Archive::new(&archive[..]).unwrap().elements().map(Result::unwrap).collect();
        let views: Vec<_> = crate::element::mrt::elements(&archive).map(Result::unwrap).collect();
        assert_eq!(kept.iter().map(ElementBuf::as_element).collect::<Vec<_>>(), views);
        assert_eq!((views.len(), views[21 + 15].is_clean()), (2 * 21 + 4, false));
        let shared = |a: usize, b: usize| {
            let [a, b] = [a, b].map(|at| kept[at].as_element().attribute_bytes().as_ptr());
            a == b
        };
        assert!(shared(1, 2) && shared(9, 20) && !shared(20, 22), "the first withdrawn and 20 announced of each message");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = open("no/such/archive.mrt").unwrap_err().to_string();
        assert!(error.starts_with("no/such/archive.mrt: "), "{error}");
    }
}
