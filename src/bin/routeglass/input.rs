//! Files and standard input, with a progress bar where somebody watches.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Chain, Cursor, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use indicatif::{ProgressBar, ProgressBarIter, ProgressStyle, WeakProgressBar};
use routeglass::codes::MrtType;
use routeglass::mrt::{Body, Decompress, Evidence, Peers, ReadError, Reader, ReaderOptions, Recovered, recover};

use crate::AddPath;

/// A decompressed input whose first octets have been looked at.
pub(crate) type Input = Chain<Cursor<Vec<u8>>, Decompress<ProgressBarIter<Box<dyn Read>>>>;

/// The progress bar that may be on the screen.
static BAR: Mutex<Option<WeakProgressBar>> = Mutex::new(None);

/// Writes to standard error while the progress bar is out of the way.
pub(crate) fn beside_the_bar(write: impl FnOnce()) {
    let bar = BAR.lock().ok().and_then(|bar| bar.as_ref()?.upgrade());
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// The first octets of an input, as many as there are of them.
pub(crate) struct First(Vec<u8>);

impl First {
    fn of(input: &mut impl Read) -> Self {
        let mut octets = Vec::with_capacity(16);
        // A failure here comes again when the records are read, with its place.
        let _ = input.take(16).read_to_end(&mut octets);
        Self(octets)
    }

    /// Whether they are the marker of a BGP message.
    pub(crate) fn is_bgp(&self) -> bool {
        self.0 == [0xff; 16]
    }

    /// Why reading records stopped: for an input that no record starts, in other words than those of a damaged one.
    pub(crate) fn reason(&self, e: &ReadError) -> String {
        if let Some(&[_, _, _, _, t0, t1, _, _, l0, l1, l2, l3]) = self.0.first_chunk::<12>() {
            let (kind, len) = (MrtType(u16::from_be_bytes([t0, t1])), u32::from_be_bytes([l0, l1, l2, l3]));
            let strange = match e {
                ReadError::TooLong { .. } => true,
                ReadError::Mrt(_) => kind.name().is_none(),
                _ => false,
            };
            if strange && e.offset() == 0 {
                return format!("this does not look like an MRT archive (type {}, length {len})", kind.0);
            }
        }
        e.to_string()
    }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn refuse_directory(metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_dir() { Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory")) } else { Ok(()) }
}

/// Opens a file, or standard input for `-`; and how many octets there are, which a pipe does not know.
fn source(path: &Path) -> io::Result<(Box<dyn Read>, Option<u64>)> {
    if is_stdin(path) {
        return Ok((Box::new(io::stdin().lock()), None));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    refuse_directory(&metadata)?;
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

/// Drawn on standard error, and only if that is a terminal.
fn progress(len: Option<u64>) -> ProgressBar {
    let (bar, template) = match len {
        Some(len) => (ProgressBar::new(len), "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}"),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes} {bytes_per_sec}"),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    if let Ok(mut drawn) = BAR.lock() {
        *drawn = Some(bar.downgrade());
    }
    bar
}

/// Opens a file, or standard input for `-`, and looks at its first octets.
pub(crate) fn open(path: &Path) -> io::Result<(Input, First)> {
    let (source, len) = source(path)?;
    // What is printed while the input is read would run into the bar.
    let bar = if io::stdout().is_terminal() { ProgressBar::hidden() } else { progress(len) };
    let mut input = Decompress::new(bar.wrap_read(source))?;
    let first = First::of(&mut input);
    Ok((Cursor::new(first.0.clone()).chain(input), first))
}

/// The input of records again, and what to read them by: where that is asked for, with the evidence of a first pass.
pub(crate) fn with_peers(path: &Path, mut input: Input, add_path: AddPath) -> io::Result<(Box<dyn Read>, Peers)> {
    let peers = Peers::new();
    match add_path {
        AddPath::Off => Ok((Box::new(input), peers)),
        AddPath::On => Ok((Box::new(input), peers.with_add_path())),
        AddPath::Auto if !is_stdin(path) && fs::metadata(path)?.is_file() => {
            let mut evidence = Evidence::default();
            let mut reader = Reader::plain(input, ReaderOptions::default()).recovering();
            // What could be read is weighed and read; the failure comes behind it.
            while let Ok(Some(item)) = reader.next_item() {
                weigh(&mut evidence, item);
            }
            evidence.conclude();
            drop(reader);
            Ok((Box::new(open(path)?.0), peers.with_evidence(evidence)))
        }
        // A pipe cannot be read twice.
        AddPath::Auto => {
            let mut archive = Vec::new();
            let end = input.read_to_end(&mut archive);
            let mut evidence = Evidence::default();
            recover(&archive).for_each(|item| weigh(&mut evidence, item));
            evidence.conclude();
            let peers = peers.with_evidence(evidence);
            Ok((Box::new(Cursor::new(archive).chain(Failing(end.err()))), peers))
        }
    }
}

/// Weighs a message, also behind a gap: whoever reads on there wants it weighed.
fn weigh(evidence: &mut Evidence, item: Recovered<'_>) {
    if let Recovered::Record(record) = item
        && let Ok(Body::Message(message)) = record.body()
    {
        evidence.observe(&message);
    }
}

/// Gives the error that ended an input, then its end.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        match self.0.take() {
            Some(e) => Err(e),
            None => Ok(0),
        }
    }
}

/// Files that are opened twice: to be looked at, then to be read. What cannot be opened twice, a pipe, is kept in memory.
#[derive(Default)]
pub(crate) struct Files {
    kept: HashMap<PathBuf, Arc<[u8]>>,
    looked_at: HashSet<PathBuf>,
    bar: Option<ProgressBar>,
}

impl Files {
    /// Whether a file is there and may be read.
    pub(crate) fn check(path: &Path) -> io::Result<()> {
        if is_stdin(path) {
            return Ok(());
        }
        let metadata = fs::metadata(path)?;
        refuse_directory(&metadata)?;
        // Opening a pipe for nothing would end whoever writes to it.
        if metadata.is_file() { File::open(path).map(drop) } else { Ok(()) }
    }

    /// Begins anew, with one progress bar for all of these.
    pub(crate) fn begin(&mut self, paths: &[PathBuf]) {
        let known = paths.iter().filter(|path| !is_stdin(path)).filter_map(|path| fs::metadata(path).ok());
        let len = known.map(|metadata| metadata.len()).fold(0, u64::saturating_add);
        self.looked_at.clear();
        // Nothing is known of pipes; each has a bar of its own.
        self.bar = (len > 0).then(|| progress(Some(len)));
    }

    /// Takes the progress bar away, before an answer is printed.
    pub(crate) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// The first octets of a file that was opened before.
    pub(crate) fn first(&self, path: &Path) -> Option<First> {
        let source: Box<dyn Read> = match self.kept.get(path) {
            Some(kept) => Box::new(Cursor::new(Arc::clone(kept))),
            None => source(path).ok()?.0,
        };
        Some(First::of(&mut Decompress::new(source).ok()?))
    }

    /// Opens a file for the first or for the second time.
    pub(crate) fn open(&mut self, path: &Path) -> io::Result<Box<dyn Read>> {
        if let Some(kept) = self.kept.get(path) {
            return Ok(Box::new(Cursor::new(Arc::clone(kept))));
        }
        let (mut source, len) = source(path)?;
        if len.is_none() {
            let mut octets = Vec::new();
            progress(None).wrap_read(&mut source).read_to_end(&mut octets)?;
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
