//! lz4 frames, by lz4_flex.

use super::{Codec, Fault, Flow, Step, gather};
use lz4_flex::frame::{Error, FrameDecoder};
use std::io::{self, Read};
use std::prelude::v1::*;

/// One lz4 frame. The decoder takes the end of its input as the end of a frame, so it is given whole units (the header, then
/// block by block), and the frame ends at its end mark.
pub(super) struct Lz4 {
    decoder: FrameDecoder<Unit>,
    stage: Stage,
    block_max: usize,
    block_checksum: bool,
    content_checksum: bool,
}

#[derive(Clone, Copy)]
enum Stage {
    /// The frame descriptor; its length is known from the fifth byte.
    Header { len: usize },
    /// The four octets before a block.
    BlockSize,
    /// A block with its size, or the end mark with the checksum of the content.
    Block { len: usize, end: bool },
    /// The unit is complete: the decoder works on it.
    Decode { end: bool },
}

const START: usize = 7;
const BLOCK_SIZE: usize = 4;

/// The decoder's input: one unit, then it has to wait.
#[derive(Default)]
struct Unit {
    bytes: Vec<u8>,
    start: usize,
}

impl Read for Unit {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let rest = self.bytes.get(self.start..).unwrap_or_default();
        if rest.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = rest.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.start = self.start.saturating_add(count);
        Ok(count)
    }
}

impl Lz4 {
    pub(super) fn new() -> Self {
        Self {
            decoder: FrameDecoder::new(Unit::default()),
            stage: Stage::Header { len: START },
            block_max: 0,
            block_checksum: false,
            content_checksum: false,
        }
    }

    /// Processes a complete unit; returns the next stage.
    fn take_unit(&mut self, len: usize) -> Result<Stage, Fault> {
        let bytes = self.decoder.get_ref().bytes.as_slice();
        match (self.stage, bytes) {
            (Stage::Header { len: START }, [_, _, _, _, flags, block, ..]) => {
                self.block_checksum = flags & 0x10 != 0;
                self.content_checksum = flags & 0x04 != 0;
                // 4 to 7 mean 64 KiB, 256 KiB, 1 MiB, 4 MiB; the decoder rejects the others.
                self.block_max = match (block >> 4) & 7 {
                    4 => 64 << 10,
                    5 => 256 << 10,
                    6 => 1 << 20,
                    7 => 4 << 20,
                    _ => 0,
                };
                let content_size = if flags & 0x08 != 0 { 8 } else { 0 };
                let dictionary = if flags & 0x01 != 0 { 4 } else { 0 };
                match START.saturating_add(content_size).saturating_add(dictionary) {
                    START => Ok(Stage::Decode { end: false }),
                    len => Ok(Stage::Header { len }),
                }
            }
            (Stage::BlockSize, [a, b, c, d, ..]) => {
                let word = u32::from_le_bytes([*a, *b, *c, *d]);
                let end = word == 0;
                // The highest bit marks an uncompressed block.
                let size = usize::try_from(word & 0x7fff_ffff).unwrap_or(usize::MAX);
                if size > self.block_max {
                    return Err(Fault::Corrupt("a block is larger than the frame header says".into()));
                }
                let checksum = if end { self.content_checksum } else { self.block_checksum };
                let trailer = if checksum { 4 } else { 0 };
                match len.saturating_add(size).saturating_add(trailer) {
                    BLOCK_SIZE => Ok(Stage::Decode { end }),
                    len => Ok(Stage::Block { len, end }),
                }
            }
            (Stage::Block { end, .. }, _) => Ok(Stage::Decode { end }),
            _ => Ok(Stage::Decode { end: false }),
        }
    }
}

impl Codec for Lz4 {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let mut consumed = 0_usize;
        loop {
            let len = match self.stage {
                Stage::Header { len } | Stage::Block { len, .. } => len,
                Stage::BlockSize => BLOCK_SIZE,
                Stage::Decode { end } => {
                    match self.decoder.read(output) {
                        // An empty block is not the end.
                        Ok(0) if !end => {}
                        Ok(0) => {
                            return Step { consumed, produced: 0, outcome: Ok(Flow::End) };
                        }
                        Ok(produced) => {
                            return Step { consumed, produced, outcome: Ok(Flow::More) };
                        }
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                            let unit = self.decoder.get_mut();
                            unit.bytes.clear();
                            unit.start = 0;
                            self.stage = Stage::BlockSize;
                        }
                        Err(error) => {
                            return Step { consumed, produced: 0, outcome: Err(fault(error)) };
                        }
                    }
                    continue;
                }
            };
            let unit = &mut self.decoder.get_mut().bytes;
            let (taken, complete) = gather(unit, len, input.get(consumed..).unwrap_or_default());
            consumed = consumed.saturating_add(taken);
            if !complete {
                return Step { consumed, produced: 0, outcome: Ok(Flow::More) };
            }
            match self.take_unit(len) {
                Ok(stage) => self.stage = stage,
                Err(fault) => {
                    return Step { consumed, produced: 0, outcome: Err(fault) };
                }
            }
        }
    }
}

fn fault(error: io::Error) -> Fault {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::DictionaryNotSupported) => Fault::Unsupported("it needs a dictionary".into()),
        _ => Fault::Corrupt(error.to_string().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::*;
    use super::super::*;
    use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};
    use std::io::Write;

    fn encode_with(bytes: &[u8], info: FrameInfo) -> Vec<u8> {
        let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn encode(bytes: &[u8]) -> Vec<u8> {
        encode_with(bytes, FrameInfo::new().block_size(BlockSize::Max64KB).content_checksum(true))
    }

    #[test]
    fn lz4_laws() {
        laws(Compression::Lz4, encode);
        large(encode, 70_000);
    }

    #[test]
    fn lz4_skippable_frames() {
        skippable_frames_are_passed_over(LZ4);
    }

    #[test]
    fn every_kind_of_frame() {
        let plain = payload(700_000);
        for mode in [BlockMode::Independent, BlockMode::Linked] {
            for size in [BlockSize::Max64KB, BlockSize::Max256KB, BlockSize::Max1MB, BlockSize::Max4MB] {
                for (block, content) in [(false, false), (true, false), (false, true), (true, true)] {
                    let info = FrameInfo::new()
                        .block_mode(mode)
                        .block_size(size)
                        .block_checksums(block)
                        .content_checksum(content)
                        .content_size(content.then_some(plain.len() as u64));
                    let bytes = encode_with(&plain, info);
                    for (chunk, step) in [(1 << 20, 1 << 20), (1000, 999)] {
                        let reader = Chunks { bytes: &bytes, chunk, fail: false };
                        let (decoded, error) = drain(Decompress::new(reader).unwrap(), step);
                        assert!(error.is_none(), "{error:?}");
                        assert!(decoded == plain);
                    }
                }
            }
        }
    }

    #[test]
    fn an_empty_block_is_not_the_end() {
        // Independent blocks of up to 64 KiB, no checksums: stored, empty, stored, end mark.
        let mut bytes = vec![0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82];
        bytes.extend_from_slice(&[2, 0, 0, 0x80, b'a', b'b']);
        bytes.extend_from_slice(&[0, 0, 0, 0x80]);
        bytes.extend_from_slice(&[1, 0, 0, 0x80, b'c']);
        // A block boundary is not the end either.
        assert_eq!(
            text(&bytes),
            (b"abc".to_vec(), "lz4 frame at byte 0 is cut short at byte 22, after 3 decoded bytes".to_owned())
        );
        bytes.extend_from_slice(&[0; 4]);
        assert_eq!(text(&bytes), (b"abc".to_vec(), String::new()));
        bytes[17..22].copy_from_slice(&[1, 0, 1, 0x80, b'c']);
        assert_eq!(
            text(&bytes),
            (
                b"ab".to_vec(),
                "lz4 frame at byte 0 is corrupt near byte 21, after 2 decoded bytes: \
                 a block is larger than the frame header says"
                    .to_owned()
            )
        );
    }
}
