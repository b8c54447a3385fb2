//! xz streams, by lzma-rust2.

use super::{Codec, Fault, Flow, Step, since, too_large};
use lzma_rust2::{Action, Status, XzStream};
use std::io;
use std::prelude::v1::*;

/// Input size per decoder call. Output decoded from a piece that contains damage is lost, so pieces are small.
const PIECE: usize = 512;

/// One xz stream: blocks with their checks, index and footer.
pub(super) struct Xz {
    stream: XzStream,
    limit: u64,
}

impl Xz {
    pub(super) fn new(limit: u64) -> Self {
        // The decoder's tables are added to the window.
        let memory = u32::try_from((limit >> 10).saturating_add(1 << 10)).unwrap_or(u32::MAX);
        Self { stream: XzStream::new_mem_limit(false, memory), limit }
    }
}

impl Codec for Xz {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let input = input.get(..PIECE).unwrap_or(input);
        let (before_in, before_out) = (self.stream.total_in(), self.stream.total_out());
        let outcome = match self.stream.process(input, output, Action::Run) {
            Ok(result) if result.status == Status::StreamEnd => Ok(Flow::End),
            Ok(_) => Ok(Flow::More),
            Err(error) if error.kind() == io::ErrorKind::OutOfMemory => Err(too_large("dictionary", self.limit)),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Err(Fault::Unsupported(error.to_string().into())),
            Err(error) => Err(Fault::Corrupt(error.to_string().into())),
        };
        Step { consumed: since(before_in, self.stream.total_in()), produced: since(before_out, self.stream.total_out()), outcome }
    }

    fn drain(&mut self, output: &mut [u8]) -> usize {
        let before = self.stream.total_out();
        // The decoder holds back the last symbols until the end is announced. The truncation is known already.
        let _ = self.stream.process(&[], output, Action::Finish);
        since(before, self.stream.total_out())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::*;
    use super::super::*;
    use lzma_rust2::{CheckType, XzOptions, XzWriter};
    use std::io::Write;
    use std::num::NonZeroU64;

    fn encode_with(bytes: &[u8], check: CheckType, block: u64) -> Vec<u8> {
        let mut options = XzOptions::with_preset(1);
        options.set_check_sum_type(check);
        options.set_block_size(NonZeroU64::new(block));
        let mut encoder = XzWriter::new(Vec::new(), options).unwrap();
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn encode(bytes: &[u8]) -> Vec<u8> {
        encode_with(bytes, CheckType::Crc64, 0)
    }

    #[test]
    fn xz_laws() {
        laws(Compression::Xz, encode);
        large(encode, 5_000);
    }

    #[test]
    fn every_check_and_many_blocks() {
        let plain = payload(50_000);
        for check in [CheckType::None, CheckType::Crc32, CheckType::Crc64, CheckType::Sha256] {
            let bytes = encode_with(&plain, check, 10_000);
            let (decoded, error) = decode(&bytes);
            assert!(error.is_none(), "{error:?}");
            assert!(decoded == plain);
            // Without the index, which follows the last block, the stream is incomplete.
            let (decoded, error) = decode(&bytes[..bytes.len() - 12 - 4]);
            assert!(decoded == plain);
            assert_eq!(error.unwrap().kind(), io::ErrorKind::UnexpectedEof);
        }
    }

    #[test]
    fn stream_padding_comes_in_fours() {
        for (zeros, good) in [(4, true), (8, true), (1 << 17, true), (1, false), (6, false)] {
            let padding = vec![0; zeros];
            let (decoded, error) = decode(&[XZ, &padding, XZ, &padding].concat());
            assert_eq!(error.is_none(), good, "{zeros}: {error:?}");
            assert_eq!(decoded.len(), if good { 22 } else { 11 });
        }
        let (_, error) = text(&[XZ, &[0; 3]].concat());
        assert_eq!(
            error,
            "xz stream at byte 68 is corrupt near byte 71, after 11 decoded bytes: \
             stream padding is not a multiple of four bytes"
        );
    }

    /// CRC-32 as in IEEE 802.3, bit by bit.
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 != 0 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }

    #[test]
    fn dictionaries_beyond_the_limit_are_refused() {
        // The property of the LZMA2 filter: 30 means 128 MiB, 31 192 MiB, 40 4 GiB.
        for (property, good) in [(30, true), (31, false), (40, false)] {
            let mut bytes = XZ.to_vec();
            bytes[16] = property;
            let crc = crc32(&bytes[12..20]).to_le_bytes();
            bytes[20..24].copy_from_slice(&crc);
            let (decoded, error) = text(&bytes);
            if good {
                assert_eq!((decoded.as_slice(), error.as_str()), (&b"routeglass\n"[..], ""));
            } else {
                assert!(decoded.is_empty());
                assert_eq!(
                    error,
                    "xz stream at byte 0 cannot be read, after 0 decoded bytes: \
                     the dictionary is larger than 128 MiB"
                );
            }
        }
    }
}
