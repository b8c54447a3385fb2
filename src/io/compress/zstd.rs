//! zstd frames, by ruzstd.

use super::{Codec, Fault, Flow, Step, gather, too_large};
use ruzstd::decoding::errors::{FrameDecoderError, FrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::Read;
use std::prelude::v1::*;

/// Block_Maximum_Size, RFC 8878 section 3.1.1.2.4.
const BLOCK_MAX: usize = 128 << 10;

/// One zstd frame. Header and blocks are gathered whole and then decoded, block by block.
pub(super) struct Zstd {
    limit: u64,
    decoder: FrameDecoder,
    unit: Vec<u8>,
    stage: Stage,
    written: u64,
    checksum: bool,
}

#[derive(Clone, Copy)]
enum Stage {
    /// The header, RFC 8878 section 3.1.1.1; its length is known from the fifth byte.
    Header { len: usize },
    /// The three octets before a block, section 3.1.1.2.
    BlockHeader,
    /// A block of this length with its header, and the frame's checksum if it is the `last` one.
    Block { len: usize, last: bool },
    /// All blocks decoded.
    Tail,
    /// Damaged; the rest of the window is delivered.
    Closed,
}

const START: usize = 5;
const BLOCK_HEADER: usize = 3;

impl Zstd {
    pub(super) fn new(limit: u64) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(limit);
        Self { limit, decoder, unit: Vec::new(), stage: Stage::Header { len: START }, written: 0, checksum: false }
    }

    /// Advances as far as `input` allows; returns how much was consumed.
    fn advance(&mut self, input: &[u8]) -> (usize, Result<Flow, Fault>) {
        let len = match self.stage {
            Stage::Header { len } | Stage::Block { len, .. } => len,
            Stage::BlockHeader => BLOCK_HEADER,
            Stage::Tail => return (0, self.finish()),
            Stage::Closed => return (0, Ok(Flow::More)),
        };
        let (taken, complete) = gather(&mut self.unit, len, input);
        if complete {
            match self.take_unit() {
                Ok(stage) => self.stage = stage,
                Err(fault) => return (taken, Err(fault)),
            }
        }
        (taken, Ok(Flow::More))
    }

    /// Processes a complete unit; returns the next one.
    fn take_unit(&mut self) -> Result<Stage, Fault> {
        match self.stage {
            Stage::Header { len: START } => {
                let descriptor = self.unit.last().copied().unwrap_or_default();
                self.checksum = descriptor & 0x04 != 0;
                let len = header_len(descriptor);
                // Every descriptor requires at least one more byte: a window or a content size.
                Ok(Stage::Header { len })
            }
            Stage::Header { .. } => {
                self.decoder.init(self.unit.as_slice()).map_err(|e| fault(e, self.limit))?;
                self.unit.clear();
                Ok(Stage::BlockHeader)
            }
            Stage::BlockHeader => {
                let (kind, size, last) = match self.unit.as_slice() {
                    [a, b, c, ..] => {
                        let size = u32::from_le_bytes([*a, *b, *c, 0]) >> 3;
                        ((a >> 1) & 3, usize::try_from(size).unwrap_or(usize::MAX), a & 1 != 0)
                    }
                    _ => return Ok(Stage::BlockHeader),
                };
                if kind == 3 || size > BLOCK_MAX {
                    return Err(Fault::Corrupt("invalid block header".into()));
                }
                // An RLE block is one octet, repeated `size` times.
                let content = if kind == 1 { 1 } else { size };
                let trailer = if last && self.checksum { 4 } else { 0 };
                Ok(Stage::Block { len: BLOCK_HEADER.saturating_add(content).saturating_add(trailer), last })
            }
            Stage::Block { last, .. } => {
                let result = self.decode_unit();
                self.unit.clear();
                result?;
                Ok(if last { Stage::Tail } else { Stage::BlockHeader })
            }
            stage @ (Stage::Tail | Stage::Closed) => Ok(stage),
        }
    }

    fn decode_unit(&mut self) -> Result<(), Fault> {
        match self.decoder.decode_blocks(self.unit.as_slice(), BlockDecodingStrategy::UptoBlocks(1)) {
            Ok(_) => Ok(()),
            Err(error) => Err(fault(error, self.limit)),
        }
    }

    /// All content is delivered: compares it with the declared size.
    fn finish(&self) -> Result<Flow, Fault> {
        let size = self.decoder.content_size();
        // 0 also means that the frame declares no size.
        if size != 0 && size != self.written {
            return Err(Fault::Corrupt("the content is not as long as the frame header says".into()));
        }
        let stored = self.decoder.get_checksum_from_data();
        if stored.is_some() && stored != self.decoder.get_calculated_checksum() {
            return Err(Fault::Corrupt("wrong checksum".into()));
        }
        Ok(Flow::End)
    }

    fn write(&mut self, output: &mut [u8]) -> usize {
        // Reading from the decoder's memory does not fail.
        let produced = self.decoder.read(output).unwrap_or_default();
        self.written = self.written.saturating_add(produced as u64);
        produced
    }
}

impl Codec for Zstd {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let produced = self.write(output);
        if produced > 0 {
            return Step { consumed: 0, produced, outcome: Ok(Flow::More) };
        }
        let mut consumed = 0_usize;
        loop {
            let (taken, outcome) = self.advance(input.get(consumed..).unwrap_or_default());
            consumed = consumed.saturating_add(taken);
            let produced = if outcome.is_ok() { self.write(output) } else { 0 };
            // An exhausted tail is checked once more, to end the frame.
            let tail = matches!((self.stage, &outcome), (Stage::Tail, Ok(Flow::More)));
            if (taken == 0 && !tail) || produced > 0 || outcome.is_err() {
                return Step { consumed, produced, outcome };
            }
        }
    }

    /// The decoder holds back the last window of output until the frame is complete, so the frame is completed here, with an
    /// empty last block (and an unchecked checksum).
    fn drain(&mut self, output: &mut [u8]) -> usize {
        if !matches!(self.stage, Stage::Tail | Stage::Closed) {
            // The last block may be whole with only the frame's checksum missing.
            let done = match self.stage {
                Stage::Block { len, last: true } if self.checksum && self.unit.len() >= len.saturating_sub(4) => {
                    let _ = self.decode_unit();
                    true
                }
                _ => false,
            };
            if !done {
                self.unit.clear();
                self.unit.extend_from_slice(&[1, 0, 0, 0, 0, 0, 0]);
                let _ = self.decode_unit();
            }
            self.stage = Stage::Closed;
        }
        self.write(output)
    }
}

/// The length of a frame header with its magic, RFC 8878 section 3.1.1.1.1.
fn header_len(descriptor: u8) -> usize {
    let single_segment = descriptor & 0x20 != 0;
    let window = usize::from(!single_segment);
    let dictionary = match descriptor & 3 {
        0 => 0,
        1 => 1,
        2 => 2,
        _ => 4,
    };
    let content_size = match descriptor >> 6 {
        0 => usize::from(single_segment),
        1 => 2,
        2 => 4,
        _ => 8,
    };
    START.saturating_add(window).saturating_add(dictionary).saturating_add(content_size)
}

fn fault(error: FrameDecoderError, limit: u64) -> Fault {
    match error {
        FrameDecoderError::WindowSizeTooBig { .. }
        | FrameDecoderError::FrameHeaderError(FrameHeaderError::WindowTooBig { .. }) => too_large("window", limit),
        FrameDecoderError::DictNotProvided { .. } => Fault::Unsupported("it needs a dictionary".into()),
        error => Fault::Corrupt(error.to_string().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::*;
    use super::super::*;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    fn encode(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    #[test]
    fn zstd_laws() {
        laws(Compression::Zstd, encode);
        // A block is decoded as a whole: 128 KiB at most.
        large(encode, 140_000);
    }

    #[test]
    fn zstd_skippable_frames() {
        skippable_frames_are_passed_over(ZSTD);
    }

    #[test]
    fn checksum_and_length_are_checked() {
        let mut bytes = ZSTD.to_vec();
        bytes[12] ^= 1;
        let (decoded, error) = text(&bytes);
        assert_eq!(decoded, b"rouueglass\n");
        assert_eq!(error, "zstd frame at byte 0 is corrupt near byte 24, after 11 decoded bytes: wrong checksum");
        // A frame of one segment that declares 12 bytes and holds 11, without a checksum.
        let mut bytes = vec![0x28, 0xb5, 0x2f, 0xfd, 0x20, 12];
        bytes.extend_from_slice(&ZSTD[6..20]);
        let (decoded, error) = text(&bytes);
        assert_eq!(decoded, b"routeglass\n");
        assert_eq!(
            error,
            "zstd frame at byte 0 is corrupt near byte 20, after 11 decoded bytes: \
             the content is not as long as the frame header says"
        );
        bytes[5] = 11;
        assert_eq!(text(&bytes), (b"routeglass\n".to_vec(), String::new()));
    }

    #[test]
    fn an_rle_block_and_an_empty_last_one() {
        // 1 KiB window; 'x' 300 times; an empty raw block that ends the frame.
        let bytes = [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0x62, 0x09, 0, b'x', 1, 0, 0];
        assert_eq!(text(&bytes), (vec![b'x'; 300], String::new()));
        assert_eq!(
            text(&bytes[..10]),
            (vec![b'x'; 300], "zstd frame at byte 0 is cut short at byte 10, after 300 decoded bytes".to_owned())
        );
    }

    #[test]
    fn what_is_not_supported_is_said() {
        // Exponent 17 is a window of 128 MiB, one eighth more is too much; the last one is 3.75 TiB.
        for (window, good) in [(17 << 3, true), (17 << 3 | 1, false), (0xff, false)] {
            let mut bytes = ZSTD.to_vec();
            bytes[5] = window;
            let (_, error) = text(&bytes);
            if good {
                assert_eq!(error, "");
            } else {
                assert_eq!(
                    error,
                    "zstd frame at byte 0 cannot be read, after 0 decoded bytes: the window is larger than 128 MiB"
                );
            }
        }
        let mut bytes = ZSTD.to_vec();
        bytes[4] |= 1;
        bytes.insert(6, 77);
        let (_, error) = text(&bytes);
        assert_eq!(error, "zstd frame at byte 0 cannot be read, after 0 decoded bytes: it needs a dictionary");
    }
}
