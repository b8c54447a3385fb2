//! Files and standard input, with a progress bar where somebody watches.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, Chain, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressBarIter, ProgressStyle};
use routeglass::mrt::Decompress;

/// A decompressed input whose first octets have been looked at.
pub(crate) type Input = Chain<Cursor<Vec<u8>>, Decompress<ProgressBarIter<Box<dyn Read>>>>;

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
    let bar = match len {
        Some(len) => ProgressBar::new(len),
        None => ProgressBar::new_spinner(),
    };
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}") {
        bar.set_style(style);
    }
    bar
}

/// Opens a file, or standard input for `-`; returns the input and whether it starts with the marker of a BGP message.
pub(crate) fn open(path: &Path) -> io::Result<(Input, bool)> {
    let (source, len) = source(path)?;
    let mut input = Decompress::new(progress(len).wrap_read(source))?;
    let mut first = Vec::with_capacity(16);
    // A failure here comes again when the records are read, with its place.
    let _ = input.by_ref().take(16).read_to_end(&mut first);
    let is_bgp = first == [0xff; 16];
    Ok((Cursor::new(first).chain(input), is_bgp))
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
        self.bar = Some(progress(Some(len)));
    }

    /// Takes the progress bar away, before an answer is printed.
    pub(crate) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
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
