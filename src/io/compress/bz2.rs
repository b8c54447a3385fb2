//! bzip2 streams, by libbz2-rs.

use super::{Codec, Fault, Flow, Step, since};
use bzip2::{Decompress, Error, Status};

/// One bzip2 stream: blocks with a CRC each, and one over all at the end.
pub(super) struct Bzip2(Decompress);

impl Bzip2 {
    pub(super) fn new() -> Self {
        Self(Decompress::new(false))
    }
}

impl Codec for Bzip2 {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (before_in, before_out) = (self.0.total_in(), self.0.total_out());
        let outcome = match self.0.decompress(input, output) {
            Ok(Status::StreamEnd) => Ok(Flow::End),
            Ok(Status::MemNeeded) => Err(Fault::Unsupported("not enough memory".into())),
            Ok(_) => Ok(Flow::More),
            Err(Error::DataMagic) => Err(Fault::Corrupt("invalid stream header".into())),
            Err(_) => Err(Fault::Corrupt("invalid data or checksum".into())),
        };
        Step { consumed: since(before_in, self.0.total_in()), produced: since(before_out, self.0.total_out()), outcome }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::*;
    use super::super::*;
    use std::io::Write;

    fn encode(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn bzip2_laws() {
        laws(Compression::Bzip2, encode);
        // A block is decoded as a whole: 100 kB at the fast level.
        large(encode, 200_000);
    }

    #[test]
    fn damage_is_placed() {
        let mut bytes = [BZIP2, BZIP2].concat();
        bytes[BZIP2.len() + 12] ^= 1;
        let (decoded, error) = text(&bytes);
        assert!(decoded.starts_with(b"routeglass\n"));
        let count = decoded.len();
        let start = "bzip2 stream at byte 48 is corrupt near byte ";
        let end = format!(", after {count} decoded bytes: invalid data or checksum");
        assert!(error.starts_with(start) && error.ends_with(&end), "{error}");
    }
}
