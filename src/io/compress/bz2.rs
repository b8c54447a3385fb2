//! bzip2 streams, by libbz2-rs.

use std::prelude::v1::*;
use std::vec;

use super::{Codec, Fault, Flow, Step, since, take};
use bzip2::{Decompress, Error, Status};

/// Octets decoded at a time.
const OUTPUT_LEN: usize = 64 << 10;

/// A longer block, decoded, is delivered before it is verified: a run of equal octets takes little room before it is decoded.
const MOST_HELD: usize = 3 << 19;

/// One bzip2 stream: blocks with a CRC each, and one over all at the end. The octets of a block are delivered once its CRC is right.
pub(super) struct Bzip2 {
    decoder: Decompress,
    /// Decoded octets, of which those before `at` are delivered.
    held: Vec<u8>,
    at: usize,
    /// Whether the decoder may have octets of a block that it has read whole.
    inside: bool,
    /// Whether the octets held may be delivered.
    verified: bool,
    /// What is wrong after them.
    fault: Option<Fault>,
}

impl Bzip2 {
    pub(super) fn new() -> Self {
        Self { decoder: Decompress::new(false), held: Vec::new(), at: 0, inside: false, verified: false, fault: None }
    }

    /// Decodes more of the current block, without input: the decoder cannot go beyond the end of the block, where it checks the CRC.
    fn decode(&mut self) -> Result<(), Fault> {
        let len = self.held.len();
        self.held.resize(len.saturating_add(OUTPUT_LEN), 0);
        let before = self.decoder.total_out();
        let outcome = flow(self.decoder.decompress(&[], self.held.get_mut(len..).unwrap_or_default()));
        let produced = since(before, self.decoder.total_out());
        self.held.truncate(len.saturating_add(produced));
        match outcome {
            Ok(_) => {
                self.inside = produced == OUTPUT_LEN;
                self.verified |= !self.inside || self.held.len() >= MOST_HELD;
                Ok(())
            }
            // The error may be one of what follows the block.
            Err(fault) if self.goes_on() => {
                (self.inside, self.verified, self.fault) = (false, true, Some(fault));
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    }

    /// After an error: whether the decoder is beyond the block. It has up to 63 bits that it has read ahead, and asks for more after
    /// them; at a block whose CRC is wrong it stays.
    #[cold]
    fn goes_on(&mut self) -> bool {
        let mut room = vec![0; OUTPUT_LEN];
        (0..64).any(|_| self.decoder.decompress(&[], &mut room).is_ok())
    }
}

fn flow(status: Result<Status, Error>) -> Result<Flow, Fault> {
    match status {
        Ok(Status::StreamEnd) => Ok(Flow::End),
        Ok(Status::MemNeeded) => Err(Fault::Unsupported("not enough memory".into())),
        Ok(_) => Ok(Flow::More),
        Err(Error::DataMagic) => Err(Fault::Corrupt("invalid stream header".into())),
        Err(_) => Err(Fault::Corrupt("invalid data or checksum".into())),
    }
}

impl Codec for Bzip2 {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let mut consumed = 0;
        loop {
            if self.verified {
                let produced = take(&self.held, &mut self.at, output);
                if self.at == self.held.len() {
                    self.held.clear();
                    // The rest of a long block follows as it is decoded.
                    (self.at, self.verified) = (0, self.inside);
                }
                if produced > 0 {
                    return Step { consumed, produced, outcome: Ok(Flow::More) };
                }
            }
            if let Some(fault) = self.fault.take() {
                return Step { consumed, produced: 0, outcome: Err(fault) };
            }
            if self.inside {
                match self.decode() {
                    Ok(()) => continue,
                    Err(fault) => return Step { consumed, produced: 0, outcome: Err(fault) },
                }
            }
            // Without room for output the decoder stops at the end of a block's input.
            let before = self.decoder.total_in();
            let status = self.decoder.decompress(input.get(consumed..).unwrap_or_default(), &mut []);
            let count = since(before, self.decoder.total_in());
            consumed = consumed.saturating_add(count);
            match flow(status) {
                // A block that ends with the input is not told from one that does not.
                Ok(Flow::More) if count > 0 => self.inside = true,
                outcome => return Step { consumed, produced: 0, outcome },
            }
        }
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
