//! Several archives as one stream in the order of time.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use routeglass::Timestamp;
use routeglass::io::ReaderOptions;
use routeglass::mrt::{MergedReader, ReadContext, Reader};

use super::{Drive, Visitor, say_expired, say_without_effect};
use crate::args::{AddPath, Inputs, Kind};
use crate::finding::Outcome;
use crate::input::{self, First, Input, Manner};
use crate::report::{complain, remark};
use crate::suspicion::Suspicion;

/// Reads the inputs, archives of records, as one stream in the order of the records' times.
pub(crate) fn run_merged(inputs: &Inputs, visitor: &mut impl Visitor) -> io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let (mut sources, mut readers) = (Vec::new(), Vec::new());
    for path in &inputs.files {
        match open_records(inputs, path) {
            Ok((input, source)) => {
                sources.push(source);
                readers.push(Reader::plain(input, ReaderOptions::default()));
            }
            Err(e) => {
                complain(&format!("{}: {e}", path.display()));
                outcome.unreadable = true;
            }
        }
    }
    let Some(first) = sources.first() else { return Ok(outcome) };
    let all = match sources.len() {
        1 => first.path.to_owned(),
        n => format!("{} and {} more", first.path.display(), n.saturating_sub(1)).into(),
    };
    visitor.begin(&all);
    say_expired(visitor, sources.iter().filter_map(|source| source.first.time()).min(), &all);
    let mut merged = MergedReader::new(readers);
    let mut from = None;
    while !visitor.is_done() {
        let Some((at, record)) = merged.next_record() else { break };
        let Some(source) = sources.get_mut(at) else { break };
        let Source { path, number, .. } = *source;
        if from.replace(at) != Some(at) {
            visitor.from(path);
        }
        let (outcome, unit, failure) = (&mut outcome, "record", Arc::default());
        let mut drive = Drive { inputs, notes: false, path, visitor, outcome, number, unit, many: None, failure };
        match record {
            Ok(record) => {
                if let Some(suspicion) = &mut source.suspicion {
                    suspicion.observe(&record);
                }
                drive.record(&record, &mut source.peers)?;
                source.number = drive.number;
                source.order(record.timestamp());
            }
            Err(e) => {
                let cut = merged.reader(at).map_or((&[][..], 0), |reader| (reader.cut_record(), reader.offset()));
                drive.ended(&e, cut, &source.peers, &source.first, source.octets_read.load(Ordering::Relaxed))?;
                // Records are recovered one archive after another.
                drive.say_unread(&e, &source.first, cut.0, ", without --merge");
            }
        }
    }
    for source in sources {
        source.say_disorder();
        if let Some(suspicion) = source.suspicion {
            suspicion.remark(source.path);
        }
    }
    visitor.end(&all)?;
    Ok(outcome)
}

/// An open archive of records.
struct Source<'a> {
    path: &'a Path,
    first: First,
    octets_read: Arc<AtomicU64>,
    peers: ReadContext,
    suspicion: Option<Suspicion>,
    /// Number of the next record.
    number: u64,
    /// The latest time, and the number of records that are earlier than one before them.
    latest: (u32, u32),
    late: u64,
}

impl Source<'_> {
    fn order(&mut self, time: Timestamp) {
        let time = (time.seconds, time.micros_in_second().unwrap_or(0));
        self.late = self.late.saturating_add(u64::from(time < self.latest));
        self.latest = self.latest.max(time);
    }

    /// Says that the archive is not in the order of time, so that neither is the stream.
    fn say_disorder(&self) {
        if self.late > 0 {
            let (records, are) = if self.late == 1 { ("record", "is") } else { ("records", "are") };
            let reason = "the archive keeps its own order, and the output is not in the order of time";
            remark(&format!("{}: {} {records} {are} earlier than one before: {reason}", self.path.display(), self.late));
        }
    }
}

fn open_records<'a>(inputs: &Inputs, path: &'a Path) -> io::Result<(Input, Source<'a>)> {
    let (input, first) = input::open(path)?;
    if first.is_empty() {
        remark(&format!("{}: is empty", path.display()));
    }
    let refused = |reason: String| Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    let kind = inputs.reading.input;
    if kind == Kind::Bgp || (kind == Kind::Auto && first.is_bgp()) {
        return refused("messages outside records have no time to merge them by".to_owned());
    }
    if kind == Kind::Auto
        && let Some(other) = first.other_kind()
    {
        return refused(format!("this is {other}, not an MRT archive"));
    }
    // As many inputs are read side by side as there are: each in this thread.
    let (input, peers) = input::with_peers(path, Manner::IN_ORDER, input, inputs.reading.add_path)?;
    say_without_effect(&inputs.reading, path);
    let suspicion = (inputs.reading.add_path == AddPath::Off).then(Suspicion::default);
    let source = Source { path, first, octets_read: input.octets_read(), peers, suspicion, number: 0, latest: (0, 0), late: 0 };
    Ok((input, source))
}
