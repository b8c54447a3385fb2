//! Files and standard input: opening, decompression, detection, and a second reading if needed.

mod first;
pub(crate) mod progress;

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::ProgressBar;
use routeglass::error::ErrorKind;
use routeglass::io::{Decompress, Gap, Passed, ReaderOptions};
use routeglass::mrt::{Evidence, ReadContext, Reader, Recovered};

use crate::args::AddPath;

pub(crate) use first::First;

/// A decompressed input whose first octets have been inspected.
pub(crate) struct Input {
    rest: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
    failure: Arc<Failure>,
    passed: Passed,
}

/// Whether and where an input failed.
#[derive(Default)]
pub(crate) struct Failure {
    /// One more than the number of octets before it; 0 before it fails.
    after: AtomicU64,
    /// Octets before it that are a part of a record.
    cut: AtomicU64,
}

impl Failure {
    /// Whether a gap is only the part of a record that was read before the input failed: it is told with the failure.
    pub(crate) fn cuts(&self, gap: &Gap) -> bool {
        let is_cut = matches!(gap.reason.kind(), ErrorKind::Truncated(_));
        let cuts = is_cut && self.after.load(Ordering::Relaxed) == gap.end.saturating_add(1);
        if cuts {
            self.cut.store(gap.len(), Ordering::Relaxed);
        }
        cuts
    }

    /// What is said of the part of a record before the failure, if there is one.
    pub(crate) fn remainder(&self) -> String {
        match self.cut.load(Ordering::Relaxed) {
            0 => String::new(),
            1 => "; the last of them is of a record that is not whole".to_owned(),
            octets => format!("; the last {octets} of them are of a record that is not whole"),
        }
    }
}

/// How an input is decompressed.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) threads: NonZeroUsize,
    /// Whether damage is passed over, up to the next block of bzip2, gzip member, xz stream, or frame of zstd or lz4.
    pub(crate) passing: bool,
}

impl Manner {
    pub(crate) const IN_ORDER: Self = Self { threads: NonZeroUsize::MIN, passing: false };
}

impl Input {
    fn new(rest: impl Read + Send + 'static) -> Self {
        Self { rest: Box::new(rest), read: Arc::default(), failure: Arc::default(), passed: Passed::default() }
    }

    /// Whether and where it fails, accessible while a reader owns the input.
    pub(crate) fn failure(&self) -> Arc<Failure> {
        Arc::clone(&self.failure)
    }

    /// The damage of its compression that is passed over, accessible while a reader owns the input.
    pub(crate) fn passed(&self) -> Passed {
        self.passed.clone()
    }

    /// A counter of octets read, accessible while a reader owns the input.
    pub(crate) fn octets_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.read)
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.rest.read(buffer) {
            Ok(len) => {
                self.read.fetch_add(len as u64, Ordering::Relaxed);
                Ok(len)
            }
            Err(e) => {
                if e.kind() != io::ErrorKind::Interrupted {
                    self.failure.after.store(self.read.load(Ordering::Relaxed).saturating_add(1), Ordering::Relaxed);
                }
                Err(e)
            }
        }
    }
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn refuse_directory(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_dir() { Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory")) } else { Ok(()) }
}

/// Opens a file, or standard input for `-`; returns its length, unknown for a pipe.
fn source(path: &Path) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if is_stdin(path) {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    refuse_directory(&metadata)?;
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

/// Opens a file, or standard input for `-`, and inspects its first octets.
pub(crate) fn open(path: &Path) -> io::Result<(Input, First)> {
    open_by(path, Manner::IN_ORDER)
}

/// The same, decompressed in some manner.
pub(crate) fn open_by(path: &Path, manner: Manner) -> io::Result<(Input, First)> {
    let (source, len) = source(path)?;
    let (input, passed) = (Decompress::new(progress::bar(len).wrap_read(source))?, Passed::default());
    let mut input = match manner.passing {
        true => input.in_threads_passing(manner.threads, passed.clone())?,
        false => input.in_threads(manner.threads)?,
    };
    let first = First::of(&mut input);
    Ok((Input { passed, ..Input::new(Cursor::new(first.as_bytes().to_vec()).chain(input)) }, first))
}

/// Reads an input twice: once by `look`, once by the caller. A pipe, which cannot be opened twice, is buffered in memory; a
/// failure at its end is repeated there.
pub(crate) fn twice(path: &Path, manner: Manner, mut input: Input, look: impl FnOnce(&mut dyn Read)) -> io::Result<Input> {
    if !is_stdin(path) && fs::metadata(path)?.is_file() {
        look(&mut input);
        drop(input);
        return Ok(open_by(path, manner)?.0);
    }
    let mut octets = Vec::new();
    let (end, passed) = (input.read_to_end(&mut octets), input.passed());
    look(&mut octets.as_slice());
    Ok(Input { passed, ..Input::new(Cursor::new(octets).chain(Failing(end.err()))) })
}

/// Reopens an input of records, with its reading context: with the evidence of a first pass, if requested.
pub(crate) fn with_peers(path: &Path, manner: Manner, input: Input, add_path: AddPath) -> io::Result<(Input, ReadContext)> {
    let peers = ReadContext::new();
    match add_path {
        AddPath::Off => Ok((input, peers)),
        AddPath::On => Ok((input, peers.with_add_path())),
        AddPath::Auto => {
            let mut evidence = Evidence::default();
            let again = twice(path, manner, input, |input| {
                let mut reader = Reader::plain(input, ReaderOptions::default()).recovering();
                // Records before a failure are weighed and read; the failure comes after them.
                while let Ok(Some(item)) = reader.next_item() {
                    weigh(&mut evidence, item);
                }
            })?;
            evidence.conclude();
            Ok((again, peers.with_evidence(evidence)))
        }
    }
}

/// Adds a record to the evidence, also after a gap: recovery needs it too.
fn weigh(evidence: &mut Evidence, item: Recovered<'_>) {
    if let Recovered::Record(record) = item {
        evidence.observe_record(&record);
    }
}

/// What is said of octets after lost framing, from an offset on: where records go on, and how many octets that is. `None` if no record
/// follows, as of an input that is only cut.
pub(crate) fn unread(octets: impl Read, offset: u64) -> Option<String> {
    let mut reader = Reader::plain(octets, ReaderOptions::default().with_start_offset(offset)).recovering();
    let (mut start, mut end) = (None, offset);
    while let Ok(Some(item)) = reader.next_item() {
        end = match item {
            Recovered::Record(record) => {
                let at = record.offset();
                // The first is the one that declares too much.
                start = start.or((at > offset).then_some(at));
                at.saturating_add(record.as_bytes().len() as u64)
            }
            Recovered::Gap(gap) => gap.end,
        };
    }
    let start = start?;
    let len = end.saturating_sub(start);
    Some(format!("records go on at byte {start}: {len} bytes from there on are not read, and --recover reads them"))
}

/// The same of a file, read again from the offset on. Of what cannot be read again it is not known whether records follow.
pub(crate) fn unread_in(path: &Path, offset: u64) -> Option<String> {
    if is_stdin(path) || !fs::metadata(path).ok()?.is_file() {
        return Some("nothing after that is read; --recover reads the records that may follow".to_owned());
    }
    after(source(path).ok()?.0, offset)
}

/// The same of decompressed octets after some.
fn after(source: Box<dyn Read + Send>, offset: u64) -> Option<String> {
    let mut octets = Decompress::new(source).ok()?;
    io::copy(&mut octets.by_ref().take(offset), &mut io::sink()).ok()?;
    unread(octets, offset)
}

/// Returns the error that ended an input, then the end.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        match self.0.take() {
            Some(e) => Err(e),
            None => Ok(0),
        }
    }
}

/// Files opened twice: for detection, then for reading. A pipe, which cannot be opened twice, is buffered in memory.
#[derive(Default)]
pub(crate) struct Files {
    kept: HashMap<PathBuf, Arc<[u8]>>,
    looked_at: HashSet<PathBuf>,
    bar: Option<ProgressBar>,
}

impl Files {
    /// Whether a file exists and is readable.
    pub(crate) fn check(path: &Path) -> io::Result<()> {
        if is_stdin(path) {
            return Ok(());
        }
        let metadata = fs::metadata(path)?;
        refuse_directory(&metadata)?;
        // Opening a pipe and closing it would end its writer.
        if metadata.is_file() { File::open(path).map(drop) } else { Ok(()) }
    }

    /// Starts over, with one progress bar for all of these.
    pub(crate) fn begin(&mut self, paths: &[PathBuf]) {
        let known = paths.iter().filter(|path| !is_stdin(path)).filter_map(|path| fs::metadata(path).ok());
        let len = known.map(|metadata| metadata.len()).fold(0, u64::saturating_add);
        self.looked_at.clear();
        // The length of pipes is unknown; each has its own bar.
        self.bar = (len > 0).then(|| progress::bar(Some(len)));
    }

    /// Removes the progress bar, before an answer is printed.
    pub(crate) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// The first octets of a file opened before.
    pub(crate) fn first(&self, path: &Path) -> Option<First> {
        let source: Box<dyn Read> = match self.kept.get(path) {
            Some(kept) => Box::new(Cursor::new(Arc::clone(kept))),
            None => source(path).ok()?.0,
        };
        Some(First::of(&mut Decompress::new(source).ok()?))
    }

    /// The decompressed length of a file opened before.
    pub(crate) fn len(&self, path: &Path) -> Option<u64> {
        let source: Box<dyn Read> = match self.kept.get(path) {
            Some(kept) => Box::new(Cursor::new(Arc::clone(kept))),
            None => source(path).ok()?.0,
        };
        io::copy(&mut Decompress::new(source).ok()?, &mut io::sink()).ok()
    }

    /// What is said of the octets after lost framing in a file opened before: see [`unread`].
    pub(crate) fn unread(&self, path: &Path, offset: u64) -> Option<String> {
        match self.kept.get(path) {
            Some(kept) => after(Box::new(Cursor::new(Arc::clone(kept))), offset),
            None => after(source(path).ok()?.0, offset),
        }
    }

    /// Opens a file for the first or second time.
    pub(crate) fn open(&mut self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        if let Some(kept) = self.kept.get(path) {
            return Ok(Box::new(Cursor::new(Arc::clone(kept))));
        }
        let (mut source, len) = source(path)?;
        if len.is_none() {
            let mut octets = Vec::new();
            progress::bar(None).wrap_read(&mut source).read_to_end(&mut octets)?;
            let kept: Arc<[u8]> = octets.into();
            self.kept.insert(path.to_owned(), Arc::clone(&kept));
            return Ok(Box::new(Cursor::new(kept)));
        }
        let is_first = self.looked_at.insert(path.to_owned());
        match &self.bar {
            Some(bar) if !is_first => Ok(Box::new(bar.wrap_read(source))),
            _ => Ok(source),
        }
    }
}
