//! Decompression in other threads: [`ParDecompress`].

use std::fmt;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::prelude::v1::*;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Mutex, PoisonError};

use super::{
    Compression, Decompress, DecompressError, Failure, MOST_THREADS, Passed, Passing, RestartPoints, read_retrying, start, take,
};
#[cfg(feature = "bz2")]
use super::{State, blocks::Blocks};

/// Octets of one buffer between the threads, and the number of buffers that may wait.
const BUFFER_LEN: usize = 256 << 10;
const BUFFERS: usize = 4;

/// The value of a lock that this type alone uses, to be [`Sync`].
fn own<T>(value: &mut Mutex<T>) -> &mut T {
    value.get_mut().unwrap_or_else(PoisonError::into_inner)
}

impl<R: Read + Send + 'static> Decompress<R> {
    /// Decompresses in other threads, at most `threads` of them at work, while the caller reads.
    ///
    /// The blocks of a bzip2 file are decoded at once, also if it is a single stream; the other formats are decoded in one thread.
    /// Octets, errors and their offsets in the file are the same as without threads. Input that is not compressed, and a number of 1,
    /// start no thread.
    ///
    /// No more than [`MOST_THREADS`](crate::io::MOST_THREADS) are started. The threads read ahead of the caller by a few buffers or blocks, whose memory is bounded: up to 10 MiB for each
    /// bzip2 block, with two blocks for each thread. They end with the input or soon after this reader is dropped.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn in_threads(self, threads: NonZeroUsize) -> io::Result<ParDecompress<R>> {
        self.start_threads(threads, false, None)
    }

    /// The same, but damage is passed over: reading goes on with the next block of a bzip2 file, gzip member, xz stream, or frame of zstd
    /// or lz4 that can be decoded. Of a member (stream, frame) that is cut in front of another, the octets before the cut are given; what
    /// is decoded of a damaged one before the damage shows may be wrong, and nothing after it is given. Damage without a further member
    /// is an error as without.
    /// What is passed over is reported to `passed`, when it is. The octets before and after it are adjacent: records across it are
    /// damaged.
    ///
    /// bzip2 files are read by at least two threads.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn in_threads_passing(mut self, threads: NonZeroUsize, passed: Passed) -> io::Result<ParDecompress<R>> {
        let is_bzip2 = self.format == Some(Compression::Bzip2);
        let threads = if is_bzip2 { threads.max(NonZeroUsize::MIN.saturating_add(1)) } else { threads };
        if !is_bzip2 {
            self.passing = Some(Passing::new(passed.clone()));
        }
        self.start_threads(threads, false, Some(passed))
    }

    /// The same for a file whose restart points are asked for at the end ([`ParDecompress::restart_points`]), which takes some memory for
    /// each, and for gzip twice the time. bzip2 files are read by at least two threads.
    pub(crate) fn for_restart_points(self, threads: NonZeroUsize) -> io::Result<ParDecompress<R>> {
        let is_bzip2 = self.format == Some(Compression::Bzip2);
        let threads = if is_bzip2 { threads.max(NonZeroUsize::MIN.saturating_add(1)) } else { threads };
        #[cfg(feature = "gz")]
        if self.format == Some(Compression::Gzip) {
            use super::gzip_points::{APART, GzipPoints};
            let points = GzipPoints::every(APART);
            let marked = Self { points: Some(points.clone()), ..self };
            let mut reader = marked.start_threads(threads, true, None)?;
            reader.points = Some(Box::new(move || points.finish().map(RestartPoints::Gzip)));
            return Ok(reader);
        }
        self.start_threads(threads, true, None)
    }

    #[cfg_attr(not(feature = "bz2"), expect(unused_variables, reason = "without the feature there are no blocks"))]
    fn start_threads(self, threads: NonZeroUsize, with_places: bool, passed: Option<Passed>) -> io::Result<ParDecompress<R>> {
        let format = self.format;
        if format.is_none() || threads.get() == 1 {
            return Ok(ParDecompress::of(format, Source::Here(self)));
        }
        let threads = threads.min(MOST_THREADS);
        #[cfg(feature = "bz2")]
        if format == Some(Compression::Bzip2) && matches!(self.state, State::Between { first: true }) {
            let blocks = Mutex::new(Blocks::start(self.input, threads.get(), with_places, passed)?);
            return Ok(ParDecompress::of(format, Source::Blocks(blocks)));
        }
        let (full, filled) = mpsc::sync_channel(BUFFERS);
        let (empty, emptied) = mpsc::channel();
        start(move || fill_buffers(self, &full, &emptied))?;
        let pipe = Pipe { filled, empty, current: Vec::new(), at: 0, end: None };
        Ok(ParDecompress::of(format, Source::Thread(Mutex::new(pipe))))
    }
}

/// A reader that decompresses in other threads. From [`Decompress::in_threads`].
///
/// What it reads, and how it ends, is the same as of [`Decompress`].
pub struct ParDecompress<R> {
    format: Option<Compression>,
    source: Source<R>,
    /// Tells the restart points that were found while it was read to its end, unless the source does.
    points: Option<Box<dyn Fn() -> Option<RestartPoints> + Send + Sync>>,
}

enum Source<R> {
    Here(Decompress<R>),
    Thread(Mutex<Pipe>),
    #[cfg(feature = "bz2")]
    Blocks(Mutex<Blocks>),
}

impl<R> ParDecompress<R> {
    const fn of(format: Option<Compression>, source: Source<R>) -> Self {
        Self { format, source, points: None }
    }

    /// The detected format, or `None` for plain input.
    pub const fn compression(&self) -> Option<Compression> {
        self.format
    }
}

impl<R> ParDecompress<R> {
    /// The restart points of a file that has been read to its end by [`Decompress::for_restart_points`]; `None` if it has parts that
    /// cannot be read from one.
    pub(crate) fn restart_points(&mut self) -> Option<RestartPoints> {
        if let Some(points) = &self.points {
            return points();
        }
        match &mut self.source {
            #[cfg(feature = "bz2")]
            Source::Blocks(blocks) => own(blocks).found().map(RestartPoints::Bzip2),
            _ => None,
        }
    }
}

impl<R> fmt::Debug for ParDecompress<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParDecompress").field("compression", &self.format).finish_non_exhaustive()
    }
}

impl<R: Read> Read for ParDecompress<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match &mut self.source {
            Source::Here(input) => input.read(out),
            Source::Thread(pipe) => own(pipe).read(out),
            #[cfg(feature = "bz2")]
            Source::Blocks(blocks) => own(blocks).read(out),
        }
    }
}

/// Reads to the end or an error, which is the last that it sends; an empty buffer is the end.
fn fill_buffers<R: Read>(mut input: Decompress<R>, full: &SyncSender<io::Result<Vec<u8>>>, emptied: &Receiver<Vec<u8>>) {
    loop {
        let mut buffer = emptied.try_recv().unwrap_or_default();
        buffer.resize(BUFFER_LEN, 0);
        let outcome = read_retrying(&mut input, &mut buffer).map(|count| {
            buffer.truncate(count);
            buffer
        });
        let is_last = outcome.as_ref().map_or(true, Vec::is_empty);
        if full.send(outcome).is_err() || is_last {
            return;
        }
    }
}

/// The buffers that a thread fills.
struct Pipe {
    filled: Receiver<io::Result<Vec<u8>>>,
    empty: Sender<Vec<u8>>,
    current: Vec<u8>,
    at: usize,
    /// The regular end (`None` inside), or the failure.
    end: Option<Option<Failure>>,
}

impl Pipe {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let count = take(&self.current, &mut self.at, out);
            if count > 0 {
                return Ok(count);
            }
            match self.end.take() {
                Some(None) => {
                    self.end = Some(None);
                    return Ok(0);
                }
                Some(Some(failure)) => {
                    let decoded = if let Failure::Damage(damage) = &failure { damage.decoded } else { 0 };
                    let (error, again) = failure.report(decoded);
                    self.end = Some(Some(again));
                    return Err(error);
                }
                None => {}
            }
            match self.filled.recv() {
                Ok(Ok(buffer)) if buffer.is_empty() => self.end = Some(None),
                Ok(Ok(buffer)) => {
                    // The thread may have ended.
                    let _ = self.empty.send(core::mem::replace(&mut self.current, buffer));
                    self.at = 0;
                }
                Ok(Err(error)) => self.end = Some(Some(failure(error))),
                Err(_) => self.end = Some(Some(Failure::Io(io::Error::other("the decompressing thread ended early")))),
            }
        }
    }
}

/// The failure that an error reported.
fn failure(error: io::Error) -> Failure {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<DecompressError>()) {
        Some(damage) => Failure::Damage(damage.clone()),
        None => Failure::Io(error),
    }
}

#[cfg(all(test, feature = "gz"))]
mod tests {
    use super::super::tests::{Chunks, GZIP, payload};
    use super::*;

    fn outcome(mut reader: impl Read) -> (Vec<u8>, Option<String>) {
        let mut octets = Vec::new();
        let end = reader.read_to_end(&mut octets).err();
        let end = end.map(|error| {
            let again = reader.read(&mut [0]).err().map(|again| again.to_string());
            assert_eq!(again, Some(error.to_string()));
            error.to_string()
        });
        (octets, end)
    }

    #[test]
    fn other_formats_are_decoded_in_one_thread() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&payload(2_000_000)).unwrap();
        let long = encoder.finish().unwrap();
        let two = NonZeroUsize::new(2).unwrap();
        for whole in [[GZIP, &long, GZIP].concat(), GZIP.to_vec(), payload(5000)] {
            let mut damaged = whole.clone();
            let middle = whole.len() / 2;
            damaged[middle] ^= 0x10;
            let all = [
                whole.clone(),
                whole[..whole.len() - 3].to_vec(),
                whole[..middle].to_vec(),
                damaged,
                [&whole[..], b"x"].concat(),
            ];
            for octets in all {
                for fail in [false, true] {
                    let octets: &'static [u8] = octets.clone().leak();
                    let reader = || Decompress::new(Chunks { bytes: octets, chunk: 70_000, fail }).unwrap();
                    let (found, expected) = (outcome(reader().in_threads(two).unwrap()), outcome(reader()));
                    assert!(found == expected, "{:?}, {:?}", found.1, expected.1);
                }
            }
        }
        let reader = Decompress::new(GZIP).unwrap().in_threads(two).unwrap();
        assert_eq!(format!("{reader:?}"), "ParDecompress { compression: Some(Gzip), .. }");
        assert_eq!(reader.compression(), Some(Compression::Gzip));
    }
}
