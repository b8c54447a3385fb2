//! Reading in several threads: runs of records, each by a visitor of its own whose output is kept until those before it are written.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use routeglass::io::ReadError;
use routeglass::mrt::{ReadContext, Run};

use super::{Drive, InTurn, Records, Visitor};
use crate::finding::Outcome;
use crate::report::{keeping, kept_len, print_kept};
use crate::suspicion::Suspicion;

/// Octets of output that a thread keeps of a run.
const MOST_KEPT: usize = 16 << 20;

/// The output of a run, kept until those before it are written.
#[derive(Clone, Default)]
pub(crate) struct Kept(Vec<u8>);

impl Kept {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Write for Kept {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if self.0.len().saturating_add(octets.len()) > MOST_KEPT {
            return Err(io::Error::other(Full));
        }
        self.0.extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// More output than a thread keeps: few octets of attributes can be shown with very many prefixes.
#[derive(Debug)]
struct Full;

impl Full {
    fn is_in(e: &io::Error) -> bool {
        e.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

impl std::fmt::Display for Full {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too much output to keep")
    }
}

impl std::error::Error for Full {}

/// A visitor that can leave runs of records to others, in other threads.
pub(crate) trait Shared: Visitor {
    /// A visitor of one run, whose output is kept.
    type Part: Visitor + Clone + Send + Sync;

    /// A visitor that has visited nothing; `None` if all records must be visited in order.
    fn part(&self) -> Option<Self::Part>;

    /// Takes what a part has counted, and its output; in the order of the records. The part can then visit another run.
    fn join(&mut self, part: &mut Self::Part) -> io::Result<()>;

    /// Whether the output of an input is short, however long the input is.
    const IS_SHORT: bool;

    /// A visitor of whole inputs, whose output is taken in their order.
    type Whole: Visitor;

    /// The same as a part, for whole inputs.
    fn whole(part: &Self::Part, out: InTurn) -> Self::Whole;

    /// Where the output goes, after what has been put out before.
    fn output(&mut self) -> io::Result<&mut dyn Write>;
}

/// What a thread made of a run.
struct Made<P> {
    run: Run,
    /// Nothing of a run with too much output.
    kept: Option<Output<P>>,
}

struct Output<P> {
    part: P,
    outcome: Outcome,
    lines: Vec<String>,
    failed: io::Result<()>,
}

pub(super) fn in_threads<V: Shared>(
    drive: &mut Drive<'_, V>,
    records: Records<'_>,
    peers: &mut ReadContext,
    suspicion: &mut Option<Suspicion>,
) -> io::Result<Option<Option<ReadError>>> {
    let Some(part) = drive.visitor.part() else { return Ok(None) };
    let (inputs, notes, path, unit) = (drive.inputs, drive.notes, drive.path, drive.unit);
    let failure = Arc::clone(&drive.failure);
    // Parts whose results were taken: they keep their buffers, and the texts that they remember.
    let spare = Mutex::new(Vec::new());
    let spares = || spare.lock().unwrap_or_else(PoisonError::into_inner);
    let work = |run: Run| {
        let known = spares().pop();
        let (mut part, mut outcome, mut peers) =
            (known.unwrap_or_else(|| part.clone()), Outcome::default(), run.context().clone());
        let (failed, lines) = keeping(|| {
            let (visitor, outcome, number, failure) = (&mut part, &mut outcome, run.number(), Arc::clone(&failure));
            let mut drive = Drive { inputs, notes, path, visitor, outcome, number, unit, many: None, failure };
            run.records().try_for_each(|record| {
                drive.record(&record, &mut peers)?;
                if kept_len() > MOST_KEPT { Err(io::Error::other(Full)) } else { Ok(()) }
            })?;
            run.gap().map_or(Ok(()), |gap| drive.gap(&gap, run.cut_record(), &peers))
        });
        let is_full = failed.as_ref().is_err_and(Full::is_in);
        Made { run, kept: (!is_full).then_some(Output { part, outcome, lines, failed }) }
    };
    let take = |Made { run, kept }| {
        let records = run.records();
        let Some(Output { mut part, outcome, lines, failed }) = kept else {
            // Read again here, so that its output is written as it comes.
            return match drive.run(&run, suspicion) {
                Ok(()) => ControlFlow::Continue(()),
                Err(e) => ControlFlow::Break(e),
            };
        };
        drive.number = drive.number.saturating_add(records.len() as u64);
        if let Some(suspicion) = suspicion {
            for record in records {
                if !suspicion.is_open() {
                    break;
                }
                suspicion.observe(&record);
            }
        }
        *drive.outcome = drive.outcome.and(outcome);
        print_kept(&lines);
        match failed.and_then(|()| drive.visitor.join(&mut part)) {
            Ok(()) => {
                spares().push(part);
                ControlFlow::Continue(())
            }
            Err(e) => ControlFlow::Break(e),
        }
    };
    let threads = inputs.threads();
    let flow = match records {
        Records::Framed(reader) => reader.par_runs(peers, threads, work, take),
        Records::Recovered(reader) => reader.par_runs(peers, threads, work, take),
    };
    match flow {
        Ok(ControlFlow::Continue(())) => Ok(Some(None)),
        Ok(ControlFlow::Break(e)) => Err(e),
        Err(e) => Ok(Some(Some(e))),
    }
}
