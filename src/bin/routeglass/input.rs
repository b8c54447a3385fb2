//! Files and standard input, with a progress bar where somebody watches.

use std::fs::File;
use std::io::{self, Chain, Cursor, Read};
use std::path::Path;

use indicatif::{ProgressBar, ProgressBarIter, ProgressStyle};
use routeglass::mrt::Decompress;

/// A decompressed input whose first octets have been looked at.
pub(crate) type Input = Chain<Cursor<Vec<u8>>, Decompress<ProgressBarIter<Box<dyn Read>>>>;

/// Opens a file, or standard input for `-`; returns the input and whether it starts with the marker of a BGP message.
pub(crate) fn open(path: &Path) -> io::Result<(Input, bool)> {
    let (source, len): (Box<dyn Read>, Option<u64>) = if path == Path::new("-") {
        (Box::new(io::stdin().lock()), None)
    } else {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory"));
        }
        (Box::new(file), metadata.is_file().then_some(metadata.len()))
    };
    // Drawn on standard error, and only if that is a terminal.
    let bar = match len {
        Some(len) => ProgressBar::new(len),
        None => ProgressBar::new_spinner(),
    };
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}") {
        bar.set_style(style);
    }
    let mut input = Decompress::new(bar.wrap_read(source))?;
    let mut first = Vec::with_capacity(16);
    // A failure here comes again when the records are read, with its place.
    let _ = input.by_ref().take(16).read_to_end(&mut first);
    let is_bgp = first == [0xff; 16];
    Ok((Cursor::new(first).chain(input), is_bgp))
}
