//! gzip members, by the Rust port of zlib.

use super::{Codec, Fault, Flow, Step, since};
use zlib_rs::{Inflate, InflateFlush, Status};

/// The base-2 logarithm of the largest window of deflate.
pub(super) const MAX_WINDOW_BITS: u8 = 15;

/// One gzip member: header, deflate data, CRC and length, all checked by the decoder.
pub(super) struct Gzip(Inflate);

impl Gzip {
    pub(super) fn new() -> Self {
        // The decoder's way of asking for a header of gzip.
        Self(Inflate::new(true, MAX_WINDOW_BITS.saturating_add(16)))
    }

    /// A step that may stop between two blocks, and whether it has: neither the input nor the room for output is used up.
    pub(super) fn step_to(&mut self, input: &[u8], output: &mut [u8], flush: InflateFlush) -> (Step, bool) {
        let (before_in, before_out) = (self.0.total_in(), self.0.total_out());
        let outcome = self.0.decompress(input, output, flush);
        let (consumed, produced) = (since(before_in, self.0.total_in()), since(before_out, self.0.total_out()));
        let outcome = match outcome {
            Ok(Status::StreamEnd) => Ok(Flow::End),
            Ok(Status::Ok | Status::BufError) => Ok(Flow::More),
            Err(_) => Err(Fault::Corrupt(reason(self.0.error_message()).into())),
        };
        let is_stopped = flush == InflateFlush::Block && consumed < input.len() && produced < output.len();
        (Step { consumed, produced, outcome }, is_stopped)
    }
}

impl Codec for Gzip {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let (step, _) = self.step_to(input, output, InflateFlush::NoFlush);
        step
    }
}

/// What is wrong with deflate data, in one text: which of its reasons the decoder knows depends on the room for output.
fn reason(message: Option<&str>) -> &str {
    match message {
        Some("invalid distance too far back" | "invalid distance code" | "invalid literal/length code") => INVALID,
        // The reason has been overwritten.
        Some("repeated call with bad state") | None => INVALID,
        Some(other) => other,
    }
}

const INVALID: &str = "invalid deflate data";

#[cfg(test)]
mod tests {
    use super::super::tests::*;
    use super::super::*;
    use std::io::Write;

    fn encode(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::GzBuilder::new().filename("table.mrt").write(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_laws() {
        laws(Compression::Gzip, encode);
        large(encode, 40_000);
    }

    #[test]
    fn zeros_may_follow_to_the_end() {
        for zeros in [1, 511, 200_000] {
            let (decoded, error) = decode(&[GZIP, &vec![0; zeros]].concat());
            assert!(error.is_none());
            assert_eq!(decoded, b"routeglass\n");
        }
        let (decoded, error) = text(&[GZIP, &[0; 5], GZIP].concat());
        assert_eq!(decoded, b"routeglass\n");
        assert_eq!(error, "the bytes from byte 36 on are no gzip member, after 11 decoded bytes");
    }

    /// Damage is found by a fast loop where there is much room for output, and by a slow one elsewhere.
    #[test]
    fn the_reason_does_not_depend_on_the_room_for_output() {
        let plain = payload(30_000);
        let whole = encode(&plain);
        let mut reasons = std::collections::BTreeMap::new();
        for at in (40..whole.len() - 8).step_by(7) {
            let mut broken = whole.clone();
            broken[at] ^= 0x55;
            let texts = [1, 100, 300, 70_000].map(|step| {
                let (decoded, error) = drain(Decompress::new(&broken[..]).unwrap(), step);
                let error = error.map(|error| error.to_string()).unwrap_or_default();
                assert!(!error.is_empty() || decoded == plain, "{at}");
                error.split_once(" decoded bytes").map_or(String::new(), |(_, reason)| reason.to_owned())
            });
            assert!(texts.iter().all(|text| *text == texts[0]), "{at}: {texts:?}");
            let [text, ..] = texts;
            *reasons.entry(text).or_insert(0) += 1;
        }
        assert!(reasons.get(": invalid deflate data").is_some_and(|count| *count > 20), "{reasons:?}");
    }

    #[test]
    fn the_trailer_counts() {
        let (decoded, error) = text(&GZIP[..GZIP.len() - 8]);
        assert_eq!(decoded, b"routeglass\n");
        assert_eq!(error, "gzip member at byte 0 is cut short at byte 23, after 11 decoded bytes");
        let mut bytes = [GZIP, GZIP].concat();
        bytes[GZIP.len() + 24] ^= 1;
        let (decoded, error) = text(&bytes);
        assert_eq!(decoded, b"routeglass\nrouteglass\n");
        assert_eq!(error, "gzip member at byte 31 is corrupt near byte 58, after 22 decoded bytes: incorrect data check");
    }
}
