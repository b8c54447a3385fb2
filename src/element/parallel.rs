//! The elements of a slice as a parallel iterator.

use rayon::iter::ParallelIterator;
use rayon::iter::plumbing::UnindexedConsumer;

use super::mrt::RecordRoutes;
use super::strictness::{Handling, Step, handling_methods};
use super::{Element, Strictness};
use crate::error::Result;
use crate::mrt::{ReadContext, Record, SliceRun, SliceRuns};

/// The elements of an archive in memory, as a parallel iterator: see [`par_elements`].
#[derive(Clone, Debug)]
pub struct ParElements<'a> {
    octets: &'a [u8],
    context: ReadContext,
    strictness: Strictness,
    notes: bool,
}

/// The route events of an archive in memory, as a parallel iterator (`rayon`) with the items of [`elements`](crate::elements),
/// errors included.
///
/// What keeps the order of items, such as `collect`, keeps that of the archive.
///
/// ```
/// use rayon::iter::ParallelIterator;
///
/// # let archive: &[u8] = &[];
/// let withdrawn = routeglass::element::par_elements(archive).flatten().filter(|element| element.prefix().is_some()).count();
/// # assert_eq!(withdrawn, 0);
/// ```
pub fn par_elements(archive: &[u8]) -> ParElements<'_> {
    ParElements { octets: archive, context: ReadContext::new(), strictness: Strictness::default(), notes: false }
}

impl ParElements<'_> {
    /// Sets the initial reading context.
    #[must_use]
    pub fn with_context(mut self, context: ReadContext) -> Self {
        self.context = context;
        self
    }

    /// Sets how elements with findings are treated.
    #[must_use]
    pub const fn with_strictness(mut self, strictness: Strictness) -> Self {
        self.strictness = strictness;
        self
    }

    /// Includes notes ([`Attributes::notes`](crate::attr::Attributes::notes),
    /// [`RawRoute::note`](crate::nlri::RawRoute::note)) in the findings.
    #[must_use]
    pub const fn with_notes(mut self) -> Self {
        self.notes = true;
        self
    }
}

impl<'a> ParElements<'a> {
    /// Gives the items that `choose` yields for the elements of each run.
    pub(crate) fn drive_by<I: Iterator<Item: Send>, C: UnindexedConsumer<I::Item>>(
        self,
        choose: impl Fn(RunElements<'a>) -> I + Sync,
        consumer: C,
    ) -> C::Result {
        let Self { octets, context, strictness, notes } = self;
        let open = |run: SliceRun<'a>| {
            let elements = RunElements::of(run).with_strictness(strictness);
            choose(if notes { elements.with_notes() } else { elements })
        };
        SliceRuns::new(octets, Some(context)).drive(&open, consumer)
    }
}

impl<'a> ParallelIterator for ParElements<'a> {
    type Item = Result<Element<'a>>;

    fn drive_unindexed<C: UnindexedConsumer<Self::Item>>(self, consumer: C) -> C::Result {
        self.drive_by(|elements| elements, consumer)
    }
}

/// The elements of a run.
pub(crate) struct RunElements<'a> {
    run: SliceRun<'a>,
    routes: RecordRoutes<'a>,
    handling: Handling,
}

#[expect(unreachable_pub, reason = "the options of public iterators")]
impl<'a> RunElements<'a> {
    fn of(run: SliceRun<'a>) -> Self {
        Self { run, routes: RecordRoutes::EMPTY, handling: Handling::default() }
    }

    /// The routes of the current record and the reading context, if elements are yielded unchanged.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) const fn parts(&mut self) -> Option<(&mut RecordRoutes<'a>, &ReadContext)> {
        if self.handling.is_plain() { Some((&mut self.routes, &self.run.context)) } else { None }
    }

    /// Starts the next record that is not passed over, after the elements of the current one; `None` at the end of the run.
    #[cfg_attr(optimised, inline(always))]
    pub(crate) fn start_next(&mut self, is_passed: impl Fn(&Record<'a>, &ReadContext) -> bool) -> Option<Result<()>> {
        loop {
            let record = match self.run.next()? {
                Ok(record) => record,
                Err(e) => return Some(Err(e)),
            };
            self.run.context.observe(&record);
            if !is_passed(&record, &self.run.context) {
                self.routes.start(&record, &self.run.context);
                return Some(Ok(()));
            }
        }
    }

    handling_methods!();

    #[cfg_attr(optimised, inline(always))]
    fn step(&mut self) -> Step {
        loop {
            match self.routes.step(&self.run.context) {
                Step::End => {}
                step => return step,
            }
            match self.run.next() {
                Some(Ok(record)) => {
                    self.run.context.observe(&record);
                    self.routes.start(&record, &self.run.context);
                }
                Some(Err(e)) => return Step::Error(e),
                None => return Step::End,
            }
        }
    }

    #[cfg_attr(optimised, inline(always))]
    const fn prepared(&self) -> &Element<'a> {
        self.routes.prepared()
    }
}

impl<'a> Iterator for RunElements<'a> {
    type Item = Result<Element<'a>>;

    #[cfg_attr(optimised, inline(always))]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_either()
    }
}

#[cfg(test)]
mod tests {
    use core::num::NonZeroUsize;
    use core::ops::ControlFlow;
    use proptest::prelude::*;

    use super::super::mrt::elements;
    use super::super::tests::{BOTH, record, update};
    use super::super::{Archive, ArchiveError};
    use super::*;
    use crate::io::ReaderOptions;
    use crate::mrt::{Evidence, Reader, damage};

    /// PEER_INDEX_TABLE with one peer, whose last octets may be missing.
    fn table(peer: u8, cut: usize) -> Vec<u8> {
        let mut body = vec![192, 0, 2, 254, 0, 0, 0, 1, 2, 192, 0, 2, peer, 192, 0, 2, peer, 0, 0, 0xfb, 0xf0];
        body.truncate(body.len() - cut);
        record(13, 1, &body)
    }

    /// RIB_IPV4_UNICAST with one entry.
    fn rib(third: u8, index: u8, origin: u8) -> Vec<u8> {
        record(13, 2, &[0, 0, 0, 1, 24, 192, 0, third, 0, 1, 0, index, 0, 0, 0, 9, 0, 4, 0x40, 1, 1, origin])
    }

    /// An UPDATE with prefixes that have path identifiers, of which the subtype knows nothing.
    fn with_path_ids(last: u8) -> Vec<u8> {
        let list = [0, 0, 0, 1, 24, 192, 0, last, 0, 0, 0, 2, 24, 198, 51, last];
        update(&[&[0, 0, 0, 20, 0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1][..], &list].concat())
    }

    fn archive(pieces: &[(u8, u8)]) -> Vec<u8> {
        let piece = |&(kind, n): &(u8, u8)| match kind % 12 {
            0 => table(n, 0),
            1 => table(n, usize::from(n % 5)),
            2 => record(16, 5, &[]),
            3 => record(99, 0, &[n; 30]),
            4 | 5 => with_path_ids(n),
            6 => update(BOTH),
            7 => rib(n, n, 9),
            _ => rib(n, 0, n % 3),
        };
        pieces.iter().flat_map(piece).collect()
    }

    fn text(item: Result<Element<'_>>) -> String {
        match item {
            Ok(element) => std::format!("{element} {:?} {:?}", element.peer(), element.finding()),
            Err(e) => std::format!("error {e}"),
        }
    }

    fn law(archive: &[u8]) {
        for evidence in [false, true] {
            let context = if evidence { ReadContext::new().with_evidence(Evidence::scan(archive)) } else { ReadContext::new() };
            let expected: Vec<_> = elements(archive).with_context(context.clone()).map(text).collect();
            let strict: Vec<_> = elements(archive).with_strictness(Strictness::Strict).with_notes().map(text).collect();
            let open = || {
                let reader = Reader::plain(archive, ReaderOptions::default().with_buffer_len(64));
                Archive::of(reader).with_context(context.clone()).with_strictness(Strictness::Rfc7606)
            };
            let (mut read, mut end) = (Vec::new(), None);
            for item in open().elements() {
                match item {
                    Ok(element) => read.push(text(Ok(element.as_element()))),
                    Err(ArchiveError::Damage(e)) => read.push(text(Err(e))),
                    Err(ArchiveError::Read(e)) => end = Some(e.to_string()),
                }
            }
            for n in 1..=4 {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
                let all = par_elements(archive);
                let found: Vec<_> = pool.install(|| all.clone().with_context(context.clone()).map(text).collect());
                assert_eq!(found, expected, "{n} threads");
                let found: Vec<_> = pool.install(|| all.with_strictness(Strictness::Strict).with_notes().map(text).collect());
                assert_eq!(found, strict, "{n} threads");
                let mut taken = Vec::new();
                let take = |text| {
                    taken.push(text);
                    ControlFlow::<()>::Continue(())
                };
                let flow = open().par_elements(NonZeroUsize::new(n).unwrap(), |item| Some(text(item)), take);
                assert_eq!((taken, flow.err().map(|e| e.to_string())), (read.clone(), end.clone()), "{n} threads");
            }
        }
    }

    #[test]
    fn each_run_starts_with_the_table_and_the_evidence_in_force() {
        let pieces: Vec<_> = (0..200).flat_map(|n| [(0, n), (8, n), (8, n), (4, n), (7, n), (1, n), (8, n)]).collect();
        let archive = archive(&pieces);
        law(&archive);
        let texts: Vec<_> = par_elements(&archive).flatten().map(|element| element.to_string()).collect();
        assert!(texts.iter().any(|text| text.contains("192.0.2.77")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn elements_in_threads_are_those_in_order(pieces in prop::collection::vec(any::<(u8, u8)>(), 0..80), damage in damage()) {
            law(&damage.to(archive(&pieces)));
        }
    }
}
