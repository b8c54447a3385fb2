//! Reading archives from files and streams: [`Reader`] lends records or gives them away.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::iter::FusedIterator;
use std::path::Path;
use std::prelude::v1::*;
use std::vec;

use super::{Decompress, Frame, HEADER_LEN, Record, RecordBuf, clamp, declared_len, frame, header_error};
use crate::error::{Error, ErrorKind, Result};

/// How a [`Reader`] reads.
///
/// ```
/// use routeglass::mrt::ReaderOptions;
///
/// let options = ReaderOptions::default().with_max_record_len(1 << 20);
/// assert_eq!(options.max_record_len, 1 << 20);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReaderOptions {
    /// The longest record that is accepted, in octets with its header. A record that declares more is
    /// [`ReadError::TooLong`], before memory is spent on it. By default its body may have 16 MiB.
    pub max_record_len: usize,
    /// How many octets are asked for at a time: the size of the buffer as long as no record is longer. 256 KiB by
    /// default.
    pub buffer_len: usize,
    /// The largest window of an xz or zstd stream, in octets, which a stream that asks for one has in memory.
    /// [`Compression::WINDOW_LIMIT`](super::Compression::WINDOW_LIMIT) by default.
    pub max_window: u64,
    /// What [`Reader::offset`] starts from, for input whose front was read or skipped elsewhere. 0 by default.
    pub start_offset: u64,
}

impl ReaderOptions {
    /// The same options with another limit on the length of a record, in octets with its header.
    #[must_use]
    pub const fn with_max_record_len(mut self, len: usize) -> Self {
        self.max_record_len = len;
        self
    }

    /// The same options with a buffer of another size, in octets.
    #[must_use]
    pub const fn with_buffer_len(mut self, len: usize) -> Self {
        self.buffer_len = len;
        self
    }

    /// The same options with another limit on the window of compressed input, in octets.
    #[must_use]
    pub const fn with_max_window(mut self, len: u64) -> Self {
        self.max_window = len;
        self
    }

    /// The same options with another offset of the first octet.
    #[must_use]
    pub const fn with_start_offset(mut self, offset: u64) -> Self {
        self.start_offset = offset;
        self
    }
}

impl Default for ReaderOptions {
    fn default() -> Self {
        Self {
            max_record_len: (16 << 20) + HEADER_LEN,
            buffer_len: 256 << 10,
            max_window: super::Compression::WINDOW_LIMIT,
            start_offset: 0,
        }
    }
}

/// Why reading stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// There is nothing to read: the file cannot be opened ([`Reader::open`]).
    Open(io::Error),
    /// The input failed, or what is compressed in it is damaged; then a [`DecompressError`](super::DecompressError) is
    /// inside. All whole records before it have been delivered.
    Io {
        /// Where: the number of octets read until then, decompressed.
        offset: u64,
        /// What happened.
        source: io::Error,
    },
    /// A record declares more than [`ReaderOptions::max_record_len`].
    TooLong {
        /// Where the record starts.
        offset: u64,
        /// How long it claims to be, in octets with its header.
        len: u64,
        /// The limit.
        limit: usize,
    },
    /// The records are damaged.
    Mrt(Error),
}

impl ReadError {
    /// Where it happened: octets of decompressed input from the start, plus [`ReaderOptions::start_offset`].
    pub const fn offset(&self) -> u64 {
        match self {
            Self::Open(_) => 0,
            Self::Io { offset, .. } | Self::TooLong { offset, .. } => *offset,
            Self::Mrt(error) => error.offset(),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(source) => source.fmt(f),
            Self::Io { offset, source } => write!(f, "{source} (reading byte {offset})"),
            Self::TooLong { offset, len, limit } => {
                write!(f, "MRT header: a record of {len} bytes is over the limit of {limit} (at byte {offset})")
            }
            Self::Mrt(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {
    /// What is below the error whose text is shown already.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Open(source) | Self::Io { source, .. } => source.source(),
            Self::TooLong { .. } | Self::Mrt(_) => None,
        }
    }
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        Self::Mrt(error)
    }
}

/// The records of a file or stream, plain or compressed (see [`Decompress`]).
///
/// [`next_record`](Self::next_record) lends one record after the other from a buffer that is used again and again. As an
/// iterator the reader gives [`RecordBuf`]s, which may be kept and may cross threads, for one allocation each. Both may be
/// mixed.
///
/// ```no_run
/// use routeglass::mrt::{ReadError, Reader};
///
/// let mut reader = Reader::open("updates.20260101.0000.bz2")?;
/// while let Some(record) = reader.next_record()? {
///     println!("{record:?}");
/// }
/// # Ok::<(), ReadError>(())
/// ```
///
/// After an error there is nothing more to come: framing is lost, or the input is.
pub struct Reader<R> {
    input: Decompress<R>,
    /// All of it is initialised; `start..end` holds what was read and not yet taken.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Of the octet at `start`.
    offset: u64,
    max_record_len: usize,
    ended: bool,
}

impl Reader<File> {
    /// Opens a file.
    ///
    /// # Errors
    /// The file cannot be opened or read, or is compressed in a way whose feature is off.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        match File::open(path) {
            Ok(file) => Self::new(file),
            Err(e) => Err(ReadError::Open(e)),
        }
    }
}

impl<R: Read> Reader<R> {
    /// Reads from anything. It keeps buffers of its own, so a `BufReader` is of no use.
    ///
    /// # Errors
    /// The first octets cannot be read, or are those of a compressed format whose feature is off.
    pub fn new(reader: R) -> Result<Self, ReadError> {
        Self::with_options(reader, ReaderOptions::default())
    }

    /// Reads from anything, with options.
    ///
    /// # Errors
    /// As [`Reader::new`].
    pub fn with_options(reader: R, options: ReaderOptions) -> Result<Self, ReadError> {
        let offset = options.start_offset;
        let input = Decompress::new(reader).map_err(|source| ReadError::Io { offset, source })?;
        Ok(Self::of(input.with_max_window(options.max_window), options))
    }

    /// Reads from anything that is plain already, with options: its octets are records, even where they look compressed.
    pub fn plain(reader: R, options: ReaderOptions) -> Self {
        Self::of(Decompress::plain(reader), options)
    }

    fn of(input: Decompress<R>, options: ReaderOptions) -> Self {
        let buffer = vec![0; options.buffer_len.max(HEADER_LEN)];
        let offset = options.start_offset;
        Self { input, buffer, start: 0, end: 0, offset, max_record_len: options.max_record_len, ended: false }
    }

    /// The next record, valid until the next call; `None` at the end of the input. Nothing is allocated, except when a
    /// record is longer than the buffer: then the buffer grows, as far as octets arrive.
    ///
    /// # Errors
    /// The input fails or ends inside a record, or a record is too long. After that there is nothing more: `None`. Where a
    /// compressed input is corrupt, records that came before the error may be wrong: a checksum is behind what it is of.
    #[inline]
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, ReadError> {
        let len = match frame(self.window()) {
            Frame::Ready(len) if len <= self.window().len() && len <= self.max_record_len => len,
            _ => match self.fetch()? {
                Some(len) => len,
                None => return Ok(None),
            },
        };
        Ok(Some(self.take_record(len)))
    }

    /// What was read and not yet taken.
    #[inline]
    pub(super) fn window(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    pub(super) const fn max_record_len(&self) -> usize {
        self.max_record_len
    }

    /// Takes `len` octets from the front of the window, as a record where they are one.
    #[inline]
    pub(super) fn take_record(&mut self, len: usize) -> Record<'_> {
        let (start, offset) = (self.start, self.offset);
        self.start = start.saturating_add(len);
        self.offset = offset.saturating_add(len as u64);
        Record::split(self.buffer.get(start..self.start).unwrap_or_default(), offset)
    }

    /// Reads until there is a whole record; its length.
    #[inline(never)]
    fn fetch(&mut self) -> Result<Option<usize>, ReadError> {
        if self.ended {
            return Ok(None);
        }
        loop {
            let window = self.window();
            let total = match frame(window) {
                Frame::Ready(len) => len,
                Frame::Need(missing) => window.len().saturating_add(missing),
            };
            let declared = declared_len(window).unwrap_or(0).max(total) as u64;
            if declared > self.max_record_len as u64 {
                let (offset, limit) = (self.offset, self.max_record_len);
                return Err(self.end_with(ReadError::TooLong { offset, len: declared, limit }));
            }
            if matches!(frame(window), Frame::Ready(_)) && total <= window.len() {
                return Ok(Some(total));
            }
            // Framing is tried again only when all that it asked for is there: input that drips stays linear.
            while self.window().len() < total {
                match self.fill(total) {
                    Ok(0) => return self.last(),
                    Ok(_) => {}
                    Err(source) => {
                        let offset = self.offset.saturating_add(self.window().len() as u64);
                        return Err(self.end_with(ReadError::Io { offset, source }));
                    }
                }
            }
        }
    }

    /// The input has ended: what is left is a record, part of one, or nothing.
    #[cold]
    fn last(&mut self) -> Result<Option<usize>, ReadError> {
        let window = self.window();
        if window.is_empty() {
            self.ended = true;
            return Ok(None);
        }
        let missing = match frame(window) {
            Frame::Ready(len) if len <= window.len() => return Ok(Some(len)),
            Frame::Ready(len) => len.saturating_sub(window.len()),
            Frame::Need(missing) => missing,
        };
        let error = header_error(ErrorKind::Truncated(clamp(missing)), self.offset);
        Err(self.end_with(ReadError::Mrt(error)))
    }

    #[cold]
    fn end_with(&mut self, error: ReadError) -> ReadError {
        self.ended = true;
        self.start = self.end;
        error
    }

    /// Reads once; 0 means the end of the input. `total` octets are wanted from `start` on: when the buffer is full it
    /// grows, and so is never more than three times as long as what arrived.
    pub(super) fn fill(&mut self, total: usize) -> io::Result<usize> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end = self.end.saturating_sub(self.start);
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            let (now, enough) = (self.buffer.len(), total.max(self.end.saturating_add(1)));
            let len = if now.saturating_mul(3) >= enough { enough } else { now.saturating_mul(2) };
            self.buffer.reserve_exact(len.saturating_sub(now));
            self.buffer.resize(len, 0);
        }
        let space = self.buffer.get_mut(self.end..).unwrap_or_default();
        let room = space.len();
        loop {
            match self.input.read(space) {
                Ok(count) => {
                    let count = count.min(room);
                    self.end = self.end.saturating_add(count);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<R> Reader<R> {
    /// Where the next record starts: octets of decompressed input from the start, plus
    /// [`ReaderOptions::start_offset`]. After an error, where the damaged record starts.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// The input below, which knows how it is compressed.
    pub const fn input(&self) -> &Decompress<R> {
        &self.input
    }
}

impl<R> fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("input", &self.input).field("offset", &self.offset).finish_non_exhaustive()
    }
}

/// Gives every record in memory of its own.
impl<R: Read> Iterator for Reader<R> {
    type Item = Result<RecordBuf, ReadError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self.next_record() {
            Ok(Some(record)) => Some(Ok(record.into())),
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

impl<R: Read> FusedIterator for Reader<R> {}

#[cfg(test)]
mod tests {
    use super::super::records;
    use super::*;
    use std::format;

    /// A record of an unknown type.
    fn record(len: usize, fill: u8) -> Vec<u8> {
        let mut bytes = vec![0, 0, 0, fill, 0xff, 0, 0, 7];
        bytes.extend_from_slice(&u32::try_from(len).unwrap().to_be_bytes());
        bytes.resize(HEADER_LEN + len, fill);
        bytes
    }

    fn archive() -> Vec<u8> {
        [0, 1, 3, 70, 11, 0, 500, 12, 40].iter().zip(1..).flat_map(|(&len, fill)| record(len, fill)).collect()
    }

    /// TABLE_DUMP for IPv4 with two entries of 22 octets and a common view and sequence, declared with or without these
    /// four octets (the year 2000).
    fn batch(short: bool) -> Vec<u8> {
        let mut bytes = vec![0x38, 0x7b, 0, 0, 0, 12, 0, 1, 0, 0, 0, if short { 52 } else { 56 }, 0, 1, 0, 2];
        for prefix in [10, 11] {
            bytes.extend_from_slice(&[prefix, 0, 0, 0, 8, 1, 0x38, 0x7b, 0, 0, 192, 0, 2, 1, 0xfd, 0xe8]);
            bytes.extend_from_slice(&[0, 8, 0x40, 1, 1, 0, 0x40, 2, 0, 0]);
        }
        bytes
    }

    /// Delivers at most `chunk` octets per call, interrupted before each, and fails at the end if told so.
    struct Chunks<'a> {
        bytes: &'a [u8],
        chunk: usize,
        interrupt: bool,
        fail: bool,
    }

    impl<'a> Chunks<'a> {
        fn new(bytes: &'a [u8], chunk: usize) -> Self {
            Self { bytes, chunk, interrupt: true, fail: false }
        }
    }

    impl Read for Chunks<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.interrupt = !self.interrupt;
            if !self.interrupt {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let len = self.bytes.len().min(self.chunk).min(out.len());
            if len == 0 && self.fail {
                return Err(io::Error::new(io::ErrorKind::ConnectionReset, "the line went dead"));
            }
            let (now, later) = self.bytes.split_at(len);
            out[..len].copy_from_slice(now);
            self.bytes = later;
            Ok(len)
        }
    }

    /// Records as their octets and offset, and the text of the error that ends them.
    type Outcome = (Vec<(Vec<u8>, u64)>, Option<String>);

    fn of_slice(bytes: &[u8]) -> Outcome {
        let (mut list, mut error) = (Vec::new(), None);
        for item in records(bytes) {
            match item {
                Ok(record) => list.push((record.as_bytes().to_vec(), record.offset())),
                Err(e) => error = Some(e.to_string()),
            }
        }
        (list, error)
    }

    fn lent<R: Read>(reader: &mut Reader<R>) -> Outcome {
        let mut list = Vec::new();
        loop {
            match reader.next_record() {
                Ok(Some(record)) => list.push((record.as_bytes().to_vec(), record.offset())),
                Ok(None) => break (list, None),
                Err(error) => {
                    assert!(matches!(reader.next_record(), Ok(None)), "nothing follows an error");
                    assert!(reader.next().is_none());
                    break (list, Some(error.to_string()));
                }
            }
        }
    }

    fn owned<R: Read>(reader: &mut Reader<R>) -> Outcome {
        let (mut list, mut error) = (Vec::new(), None);
        for item in reader {
            assert!(error.is_none(), "nothing follows an error");
            match item {
                Ok(record) => {
                    assert_eq!(record, RecordBuf::from(record.as_record()));
                    list.push((record.as_bytes().to_vec(), record.as_record().offset()));
                }
                Err(e) => error = Some(e.to_string()),
            }
        }
        (list, error)
    }

    fn options(buffer_len: usize) -> ReaderOptions {
        ReaderOptions::default().with_buffer_len(buffer_len)
    }

    #[test]
    fn three_speeds_give_the_same_records() {
        let whole = [archive(), batch(true), batch(false), record(5, 9), batch(true)].concat();
        let expected = of_slice(&whole);
        assert_eq!((expected.0.len(), &expected.1), (13, &None));
        assert_eq!(expected.0.concat_len(), whole.len());
        for chunk in [1, 2, 3, 7, 11, 12, 13, 64, 100_000] {
            for buffer_len in [0, 12, 13, 100, 600, 100_000] {
                let mut reader = Reader::with_options(Chunks::new(&whole, chunk), options(buffer_len)).unwrap();
                assert_eq!(lent(&mut reader), expected, "{chunk} {buffer_len}");
                assert_eq!(reader.offset(), whole.len() as u64);
                let mut reader = Reader::with_options(Chunks::new(&whole, chunk), options(buffer_len)).unwrap();
                assert_eq!(owned(&mut reader), expected, "{chunk} {buffer_len}");
            }
        }
    }

    trait ConcatLen {
        fn concat_len(&self) -> usize;
    }

    impl ConcatLen for Vec<(Vec<u8>, u64)> {
        fn concat_len(&self) -> usize {
            self.iter().map(|(bytes, _)| bytes.len()).sum()
        }
    }

    /// TABLE_DUMP of one entry with 32 octets and one without attributes (18 octets), declared four octets short: when all that
    /// is declared has arrived, the last entry's length has not.
    #[test]
    fn a_batch_whose_last_entry_has_no_attributes_is_the_same_at_every_speed() {
        let mut batch = vec![0x38, 0x7b, 0, 0, 0, 12, 0, 1, 0, 0, 0, 50, 0, 1, 0, 2];
        batch.extend_from_slice(&[10, 0, 0, 0, 8, 1, 0x38, 0x7b, 0, 0, 192, 0, 2, 1, 0xfd, 0xe8, 0, 14]);
        batch.extend_from_slice(&[0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 192, 0, 2, 1]);
        batch.extend_from_slice(&[11, 0, 0, 0, 8, 1, 0x38, 0x7b, 0, 0, 192, 0, 2, 1, 0xfd, 0xe8, 0, 0]);
        let whole = [batch, record(5, 9)].concat();
        let expected = of_slice(&whole);
        assert_eq!((expected.0.len(), &expected.1), (2, &None));
        for chunk in [1, 3, 64, 66, 100_000] {
            let mut reader = Reader::with_options(Chunks::new(&whole, chunk), options(0)).unwrap();
            assert_eq!(lent(&mut reader), expected, "{chunk}");
        }
    }

    #[test]
    fn a_cut_at_every_byte_is_an_error_that_says_where() {
        let whole = [archive(), batch(true), batch(false)].concat();
        for cut in 0..whole.len() {
            let expected = of_slice(&whole[..cut]);
            for chunk in [1, 5, 100_000] {
                let mut reader = Reader::with_options(Chunks::new(&whole[..cut], chunk), options(20)).unwrap();
                assert_eq!(lent(&mut reader), expected, "cut at {cut}, {chunk} at a time");
                let mut reader = Reader::with_options(Chunks::new(&whole[..cut], chunk), options(20)).unwrap();
                assert_eq!(owned(&mut reader), expected, "cut at {cut}, {chunk} at a time");
            }
        }
        // The second record has one octet of body.
        let mut reader = Reader::new(&whole[..24]).unwrap();
        assert_eq!(lent(&mut reader).1.unwrap(), "MRT header: ends 1 byte too early (at byte 12)");
        assert_eq!(reader.offset(), 12);
        let mut reader = Reader::new(&whole[..15]).unwrap();
        assert_eq!(lent(&mut reader).1.unwrap(), "MRT header: ends 9 bytes too early (at byte 12)");
    }

    #[test]
    fn a_failing_input_delivers_what_came_before() {
        let whole = archive();
        for cut in 10..whole.len() {
            for chunk in [1, 9, 100_000] {
                let input = Chunks { fail: true, ..Chunks::new(&whole[..cut], chunk) };
                let mut reader = Reader::with_options(input, options(20)).unwrap();
                let (list, error) = lent(&mut reader);
                assert_eq!(list, of_slice(&whole[..cut]).0);
                assert_eq!(error.unwrap(), format!("the line went dead (reading byte {cut})"));
            }
        }
        let error = Reader::new(Chunks { fail: true, ..Chunks::new(&whole[..3], 1) }).unwrap_err();
        assert_eq!(error.to_string(), "the line went dead (reading byte 0)");
        let error = Reader::open("no such file").unwrap_err();
        let text = File::open("no such file").unwrap_err().to_string();
        assert_eq!((error.to_string(), error.offset()), (text, 0));
        assert!(matches!(error, ReadError::Open(source) if source.kind() == io::ErrorKind::NotFound));
    }

    #[test]
    fn the_limit_holds_however_the_record_arrives() {
        let bytes = [record(20, 1), record(21, 2)].concat();
        for (chunk, buffer_len) in [(1, 0), (7, 20), (100, 1000)] {
            for (limit, count) in [(31, 0), (32, 1), (33, 2)] {
                let options = options(buffer_len).with_max_record_len(limit);
                let mut reader = Reader::with_options(Chunks::new(&bytes, chunk), options).unwrap();
                let (list, error) = lent(&mut reader);
                assert_eq!(list.len(), count);
                let at = 32 * count;
                let text = format!("a record of {} bytes is over the limit of {limit} (at byte {at})", 32 + count);
                assert_eq!(error, (count < 2).then(|| format!("MRT header: {text}")));
            }
        }
        // The default: 16 MiB of body.
        for (len, good) in [(16 << 20, true), ((16 << 20) + 1, false)] {
            let mut reader = Reader::new(io::Cursor::new(record(len, 0))).unwrap();
            assert_eq!(reader.next_record().is_ok(), good);
        }
    }

    #[test]
    fn memory_follows_what_arrives_not_what_is_declared() {
        let mut bytes = record(0, 1);
        bytes[8..12].copy_from_slice(&(15_u32 << 20).to_be_bytes());
        bytes.resize(3000, 0);
        let mut reader = Reader::with_options(&bytes[..], options(1000)).unwrap();
        let error = reader.next_record().unwrap_err();
        assert_eq!(error.to_string(), "MRT header: ends 15725652 bytes too early (at byte 0)");
        assert!(reader.buffer.len() <= 6000, "{}", reader.buffer.len());
    }

    #[test]
    fn the_buffer_is_kept_once_it_is_large_enough() {
        let bytes = archive().repeat(50);
        let mut reader = Reader::with_options(Chunks::new(&bytes, 333), options(64)).unwrap();
        let mut sizes = Vec::new();
        while reader.next_record().unwrap().is_some() {
            sizes.push((reader.buffer.as_ptr() as usize, reader.buffer.len()));
        }
        assert_eq!(sizes.len(), 9 * 50);
        assert_eq!(sizes[9].1, 512);
        assert!(sizes[9..].iter().all(|size| *size == sizes[9]), "moved or grown");
    }

    /// Records of 16 MiB without end.
    struct Endless {
        header: Vec<u8>,
        at: usize,
    }

    impl Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let body = 16 << 20;
            if self.at < HEADER_LEN {
                let rest = &self.header[self.at..];
                let len = rest.len().min(out.len());
                out[..len].copy_from_slice(&rest[..len]);
                self.at += len;
                return Ok(len);
            }
            let len = (HEADER_LEN + body - self.at).min(out.len());
            // What the body holds does not matter here; what is in the buffer is as good as anything.
            self.at = (self.at + len) % (HEADER_LEN + body);
            Ok(len)
        }
    }

    #[test]
    fn offsets_pass_four_gibibytes() {
        let mut header = record(0, 3);
        header[8..12].copy_from_slice(&(16_u32 << 20).to_be_bytes());
        let mut reader = Reader::new(Endless { header, at: 0 }).unwrap();
        let len = HEADER_LEN as u64 + (16 << 20);
        for n in 0..260 {
            let record = reader.next_record().unwrap().unwrap();
            assert_eq!((record.offset(), record.raw_body().len()), (n * len, 16 << 20));
        }
        assert!(reader.offset() > u64::from(u32::MAX));

        let options = ReaderOptions::default().with_start_offset(u64::from(u32::MAX));
        let bytes = [record(3, 1), record(4, 2), vec![0; 5]].concat();
        let mut reader = Reader::with_options(&bytes[..], options).unwrap();
        let (list, error) = lent(&mut reader);
        assert_eq!(list.iter().map(|item| item.1).collect::<Vec<_>>(), [4_294_967_295, 4_294_967_310]);
        assert_eq!(error.unwrap(), "MRT header: ends 7 bytes too early (at byte 4294967326)");
    }

    #[test]
    fn records_cross_threads_and_outlive_the_reader() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<RecordBuf>();
        crosses::<Reader<File>>();
        crosses::<ReadError>();
        let bytes = archive();
        let list: Vec<RecordBuf> = Reader::new(&bytes[..]).unwrap().map(Result::unwrap).collect();
        let lens = std::thread::spawn(move || list.iter().map(|r| r.as_record().raw_body().len()).collect::<Vec<_>>());
        assert_eq!(lens.join().unwrap(), [0, 1, 3, 70, 11, 0, 500, 12, 40]);
    }

    #[cfg(feature = "gz")]
    #[test]
    fn plain_input_is_not_decompressed() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&archive()).unwrap();
        let bytes = encoder.finish().unwrap();
        let mut reader = Reader::plain(&bytes[..], ReaderOptions::default());
        assert_eq!(reader.input().compression(), None);
        assert_eq!((lent(&mut reader).0, reader.offset()), (vec![], 0));
        let plain = archive();
        let options = ReaderOptions::default().with_start_offset(9);
        let mut reader = Reader::plain(&plain[..], options);
        assert_eq!(lent(&mut reader).0.len(), 9);
        assert_eq!(reader.offset(), plain.len() as u64 + 9);
    }

    #[cfg(feature = "gz")]
    #[test]
    fn damage_in_compressed_input_comes_after_the_records_before_it() {
        use std::io::Write;
        let plain = archive();
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&plain).unwrap();
        let bytes = encoder.finish().unwrap();
        let mut reader = Reader::new(&bytes[..]).unwrap();
        assert_eq!(reader.input().compression(), Some(super::super::Compression::Gzip));
        assert_eq!(lent(&mut reader), of_slice(&plain));
        // Only the trailer is missing: all records, and still an error.
        let cut = bytes.len() - 3;
        let (list, error) = lent(&mut Reader::new(&bytes[..cut]).unwrap());
        assert_eq!(list, of_slice(&plain).0);
        let len = plain.len();
        assert_eq!(
            error.unwrap(),
            format!("gzip member at byte 0 is cut short at byte {cut}, after {len} decoded bytes (reading byte {len})")
        );
    }
}
