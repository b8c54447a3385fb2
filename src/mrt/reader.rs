//! Reading archives from files and streams: [`Reader`], lending or owned records.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::iter::FusedIterator;
use std::path::Path;

use super::layout::Header;
use super::{Record, RecordBuf};
use crate::error::Result;
use crate::io::{Decompress, FrameReader, ReadError, ReaderOptions};
use crate::time::Timestamp;

/// The records of a file or stream, plain or compressed (see [`Decompress`]).
///
/// [`next_record`](Self::next_record) lends records from a reused buffer. As an iterator the reader gives [`RecordBuf`]s, which
/// can be kept and sent to other threads, for one allocation each. Both can be mixed.
///
/// ```no_run
/// use routeglass::{io::ReadError, mrt::Reader};
///
/// let mut reader = Reader::open("updates.20260101.0000.bz2")?;
/// while let Some(record) = reader.next_record()? {
///     println!("{record:?}");
/// }
/// # Ok::<(), ReadError>(())
/// ```
///
/// After an error the reader ends.
pub struct Reader<R> {
    frames: FrameReader<R>,
}

impl Reader<File> {
    /// Opens a file.
    ///
    /// # Errors
    /// The file cannot be opened or read, or is compressed in a way whose feature is off.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        Self::new(crate::io::open(path.as_ref())?)
    }
}

impl<R: Read> Reader<R> {
    /// Reads from any reader. It is buffered: a `BufReader` around it is of no use.
    ///
    /// # Errors
    /// The first octets cannot be read, or belong to a compressed format whose feature is off.
    pub fn new(reader: R) -> Result<Self, ReadError> {
        Self::with_options(reader, ReaderOptions::default())
    }

    /// Reads from any reader, with options.
    ///
    /// # Errors
    /// As [`Reader::new`].
    pub fn with_options(reader: R, options: ReaderOptions) -> Result<Self, ReadError> {
        Ok(Self { frames: FrameReader::new(reader, options)? })
    }

    /// Reads from any uncompressed reader, with options: its octets are records even if they look compressed.
    pub fn plain(reader: R, options: ReaderOptions) -> Self {
        Self { frames: FrameReader::plain(reader, options) }
    }

    /// The next record, valid until the next call; `None` at the end of the input. Allocates only if a record is longer than the
    /// buffer: the buffer then grows as octets arrive.
    ///
    /// # Errors
    /// The input fails or ends inside a record, or a record is too long; after that, `None`. If compressed input is corrupt,
    /// records before the error may be wrong: a checksum follows the data it covers.
    #[inline]
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, ReadError> {
        Ok(self.frames.next::<Header>()?.map(|(bytes, offset)| Record::split(bytes, offset)))
    }

    /// The time of the next record, which is not consumed; `None` at the end of the input. The record itself is then in memory.
    ///
    /// # Errors
    /// As [`Reader::next_record`], which then gives `None`.
    pub fn peek_time(&mut self) -> Result<Option<Timestamp>, ReadError> {
        Ok(self.frames.peek::<Header>()?.map(|bytes| Record::split(bytes, 0).timestamp()))
    }

    /// After an error, the octets read of the record that it ended, from [`Reader::offset`] on; empty before one.
    ///
    /// If the input ended inside a record, the fields before the truncation can still be read: see [`places`](super::places).
    pub fn cut_record(&self) -> &[u8] {
        self.frames.cut_frame()
    }
}

impl<R> Reader<R> {
    /// Offset of the next record: decompressed octets from the start, plus [`ReaderOptions::start_offset`]. After an error, of
    /// the damaged record.
    pub const fn offset(&self) -> u64 {
        self.frames.offset()
    }

    /// The underlying input, which knows its compression.
    pub const fn input(&self) -> &Decompress<R> {
        self.frames.input()
    }

    /// The frames, for another kind of reading.
    pub(super) fn into_frames(self) -> FrameReader<R> {
        self.frames
    }
}

impl<R> fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("input", self.input()).field("offset", &self.offset()).finish_non_exhaustive()
    }
}

/// Gives owned records.
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
    use super::*;
    use crate::mrt::{HEADER_LEN, records};
    use std::io;

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

    /// Delivers at most `chunk` octets per call, interrupted before each, and optionally fails at the end.
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

    /// Octets and offsets of records, and the text of the final error.
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

    /// TABLE_DUMP of one entry with 32 octets and one without attributes (18 octets), declared four octets short: when all
    /// declared octets have arrived, the last entry's length has not.
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
        assert_eq!(lent(&mut reader).1.unwrap(), "MRT header: needs 1 byte more than is there (at byte 12)");
        assert_eq!(reader.offset(), 12);
        let mut reader = Reader::new(&whole[..15]).unwrap();
        assert_eq!(lent(&mut reader).1.unwrap(), "MRT header: needs 9 bytes more than are there (at byte 12)");
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
        assert_eq!((error.to_string(), error.offset()), (format!("no such file: {text}"), 0));
        assert!(matches!(&error, ReadError::Open { source, .. } if source.kind() == io::ErrorKind::NotFound));
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
        assert_eq!(error.to_string(), "MRT header: needs 15725652 bytes more than are there (at byte 0)");
        assert!(reader.frames.buffer().len() <= 6000, "{}", reader.frames.buffer().len());
    }

    #[test]
    fn the_buffer_is_kept_once_it_is_large_enough() {
        let bytes = archive().repeat(50);
        let mut reader = Reader::with_options(Chunks::new(&bytes, 333), options(64)).unwrap();
        let mut sizes = Vec::new();
        while reader.next_record().unwrap().is_some() {
            sizes.push((reader.frames.buffer().as_ptr() as usize, reader.frames.buffer().len()));
        }
        assert_eq!(sizes.len(), 9 * 50);
        assert_eq!(sizes[9].1, 512);
        assert!(sizes[9..].iter().all(|size| *size == sizes[9]), "moved or grown");
    }

    /// An endless sequence of 16 MiB records.
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
            // The body's contents do not matter; the buffer is left as it is.
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
        assert_eq!(error.unwrap(), "MRT header: needs 7 bytes more than are there (at byte 4294967326)");
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
        assert_eq!(reader.input().compression(), Some(crate::io::Compression::Gzip));
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
