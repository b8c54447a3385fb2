//! Reading on after damage: at the next gzip member, xz stream, or frame of zstd or lz4. bzip2 is read by blocks: `blocks`.
//!
//! A member that is cut runs into the next one, whose octets would decode as more of it, to copies of what was there before. So while
//! damage is passed over, a decoder gets the octets up to the next header that is believable; where it needs those after it too, the
//! header is tried: what starts there is decoded for a part. Each octet is looked at once, and trials have a budget.

use std::io::{self, Read};
use std::prelude::v1::*;
use std::vec;

use super::{Codec, Compression, Decompress, Failure, Fault, Flow, INPUT_LEN, LZ4_MAGIC, Passed, State};
use super::{XZ_MAGIC, ZSTD_MAGIC};

/// Octets of the longest header that is looked for.
const HEADER_LEN: usize = 8;

/// Octets that a trial decodes to believe in a header, and those that it must have decoded before damage.
const ENOUGH: usize = 4096;
const SOME: usize = 64;

/// What a trial costs besides the octets that it decodes: a decoder, and moving the buffer.
const TRIAL: usize = 8192;

/// The budget of trials, in octets: at the start, and for each octet of the input.
const FIRST_LOOKS: u64 = 16 << 20;
const LOOKS: u64 = 32;

/// What passing over damage keeps.
pub(super) struct Passing {
    passed: Passed,
    /// No other piece starts before this offset.
    clear: u64,
    /// Octets that trials have looked at.
    looked: u64,
}

impl Passing {
    pub(super) const fn new(passed: Passed) -> Self {
        Self { passed, clear: 0, looked: 0 }
    }
}

/// The first place that looks like a header; one that is not whole is none.
fn find(format: Compression, octets: &[u8]) -> Option<usize> {
    let is_header: fn(&[u8]) -> bool = match format {
        // RFC 1952 section 2.3: deflate is the only method, three flags are reserved.
        Compression::Gzip => |header| matches!(header, [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0),
        Compression::Xz => |header| header.starts_with(XZ_MAGIC) && matches!(header, [.., 0, 0..=15]),
        Compression::Zstd => |header| header.starts_with(ZSTD_MAGIC),
        Compression::Lz4 => |header| header.starts_with(LZ4_MAGIC) && matches!(header, [_, _, _, _, 0x40..=0x7f, ..]),
        Compression::Bzip2 => return None,
    };
    octets.windows(HEADER_LEN).position(is_header)
}

impl<R: Read> Decompress<R> {
    /// Another piece has begun: the decoder for it.
    #[cfg_attr(optimised, inline(always))]
    pub(super) fn begin_piece(&mut self, codec: Box<dyn Codec>) -> Box<dyn Codec> {
        if let Some(passing) = &mut self.passing {
            passing.clear = self.input.offset.saturating_add(1);
        }
        #[cfg(feature = "gz")]
        if let Some(points) = &self.points {
            return points.codec(self.stream);
        }
        codec
    }

    /// The number of buffered octets before the next piece: all of them unless damage is passed over.
    #[inline]
    pub(super) fn before_next_piece(&mut self, format: Compression) -> io::Result<usize> {
        let Some(passing) = &mut self.passing else { return Ok(self.input.buffered().len()) };
        loop {
            let (offset, buffered) = (self.input.offset, self.input.buffered());
            if passing.clear > offset {
                let clear = usize::try_from(passing.clear.saturating_sub(offset)).unwrap_or(usize::MAX);
                return Ok(clear.min(buffered.len()));
            }
            let clear = match find(format, buffered) {
                Some(at) => at,
                None => buffered.len().saturating_sub(HEADER_LEN.saturating_sub(1)),
            };
            if clear > 0 {
                passing.clear = offset.saturating_add(clear as u64);
            } else if buffered.len() >= HEADER_LEN {
                return Ok(0);
            } else if self.input.fill()? == 0 {
                // What is left is too short.
                passing.clear = u64::MAX;
            }
        }
    }

    /// Whether a piece starts here: what looks like one is decoded for a part. If not, it is not asked again.
    pub(super) fn starts_piece(&mut self, format: Compression) -> io::Result<bool> {
        let offset = self.input.offset;
        let Some(passing) = &mut self.passing else { return Ok(false) };
        if passing.clear > offset {
            return Ok(false);
        }
        passing.clear = offset.saturating_add(1);
        if passing.looked > offset.saturating_mul(LOOKS).saturating_add(FIRST_LOOKS) {
            return Ok(false);
        }
        let octets = self.input.peek(INPUT_LEN)?;
        let Some(mut codec) = format.codec(self.max_window) else { return Ok(false) };
        let (mut out, mut at, mut produced) = (vec![0; ENOUGH], 0usize, 0usize);
        let starts = loop {
            let step = codec.step(octets.get(at..).unwrap_or_default(), &mut out);
            (at, produced) = (at.saturating_add(step.consumed), produced.saturating_add(step.produced));
            match step.outcome {
                Ok(Flow::End) => break true,
                Err(_) => break produced >= SOME,
                Ok(Flow::More) if produced >= ENOUGH => break true,
                Ok(Flow::More) if step.consumed == 0 && step.produced == 0 => break produced > 0 || at == INPUT_LEN,
                Ok(Flow::More) => {}
            }
        };
        let looked = TRIAL.saturating_add(at).saturating_add(produced);
        passing.looked = passing.looked.saturating_add(looked as u64);
        Ok(starts)
    }

    /// The failure of a piece that ends where another starts.
    pub(super) fn cut_failure(&self, format: Compression) -> Failure {
        match self.failure(format, Fault::Truncated) {
            Failure::Damage(mut damage) => {
                damage.offset = self.input.offset;
                Failure::Damage(damage)
            }
            other => other,
        }
    }

    /// Passes over damage, up to the next piece; the failure again if there is none.
    pub(super) fn pass_over(&mut self, format: Compression, failure: Failure) -> Option<Failure> {
        if self.passing.is_none() || format == Compression::Bzip2 {
            return Some(failure);
        }
        let Failure::Damage(mut damage) = failure else { return Some(failure) };
        damage.decoded = self.decoded;
        match self.next_piece() {
            Ok(true) => {}
            Ok(false) => {
                // Looked for once.
                self.passing = None;
                return Some(Failure::Damage(damage));
            }
            Err(error) => {
                self.passing = None;
                return Some(Failure::Io(error));
            }
        }
        let reason = damage.detail.as_ref().map_or(String::new(), |detail| alloc::format!("{detail}; "));
        let (piece, at) = (format.piece(), self.input.offset);
        damage.detail = Some(if at == damage.offset {
            alloc::format!("{reason}another {piece} starts there").into()
        } else {
            alloc::format!("{reason}passed over up to the {piece} at byte {at}").into()
        });
        if let Some(passing) = &self.passing {
            passing.passed.add(damage);
        }
        self.state = State::Between { first: false };
        None
    }

    /// Moves to the next piece; `false` if there is none.
    fn next_piece(&mut self) -> io::Result<bool> {
        let Some(format) = self.format else { return Ok(false) };
        if let Some(passing) = &mut self.passing {
            passing.clear = self.input.offset;
        }
        loop {
            let clear = self.before_next_piece(format)?;
            if clear > 0 {
                self.input.consume(clear);
            } else if self.input.buffered().is_empty() {
                return Ok(false);
            } else if self.starts_piece(format)? {
                return Ok(true);
            }
        }
    }
}

#[cfg(all(test, feature = "gz"))]
mod tests {
    use super::super::tests::{GZIP, payload};
    use super::*;

    #[test]
    fn trials_have_a_budget() {
        // Headers whose data decodes to nothing, and a member after them.
        let fake = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff];
        for (count, is_found) in [(1000, true), (100_000, false)] {
            let octets = [&GZIP[..GZIP.len() - 4], &fake.repeat(count), GZIP].concat();
            let mut reader = Decompress::new(&octets[..]).unwrap();
            reader.passing = Some(Passing::new(Passed::default()));
            let mut decoded = Vec::new();
            assert_eq!(reader.read_to_end(&mut decoded).is_ok(), is_found, "{count}");
            let found: &[u8] = if is_found { b"routeglass\nrouteglass\n" } else { b"routeglass\n" };
            assert_eq!(decoded, found);
            if let Some(passing) = &reader.passing {
                let most = FIRST_LOOKS + LOOKS * octets.len() as u64 + (TRIAL + INPUT_LEN + ENOUGH) as u64;
                assert!(passing.looked <= most, "{}", passing.looked);
            }
        }
    }

    #[test]
    fn a_header_without_a_member_is_data() {
        // Stored, so that the header is in the compressed octets too.
        let mut plain = payload(3000);
        plain.splice(100..100, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff]);
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        std::io::Write::write_all(&mut encoder, &plain).unwrap();
        let octets = encoder.finish().unwrap();
        assert!(find(Compression::Gzip, &octets[1..]).is_some());
        let (mut reader, passed) = (Decompress::new(&octets[..]).unwrap(), Passed::default());
        reader.passing = Some(Passing::new(passed.clone()));
        let mut decoded = Vec::new();
        reader.read_to_end(&mut decoded).unwrap();
        assert!(decoded == plain && passed.take().is_empty());
    }
}
