//! Recovery: reading on after framing is lost.
//!
//! A frame's length determines where the next one starts, so a single wrong length loses everything after it. [`Recovery`] checks
//! each framed frame: a sound one is returned; at an unsound one it searches for the next sound frame and reports the skipped
//! octets. Frames and gaps together are the whole input, in order. The protocol defines which frames are believable
//! ([`Recoverable`]).

use core::fmt;

use super::{Frame, Framing};
use crate::error::Error;

/// A range of the input without readable records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// Its first octet: bytes from the start of the outermost input.
    pub start: u64,
    /// The octet after its last.
    pub end: u64,
    /// Why framing was rejected where the gap starts.
    pub reason: Error,
}

impl Gap {
    /// Number of octets; never 0.
    #[expect(clippy::len_without_is_empty, reason = "there is no gap without octets")]
    pub const fn len(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = if self.len() == 1 { "byte" } else { "bytes" };
        write!(f, "{} {bytes} passed over, from byte {} to {}: {}", self.len(), self.start, self.end, self.reason)
    }
}

// Frames within a day are neighbours: quieter collectors write at least keepalives.
const NEAR_SECONDS: u32 = 24 * 3600;
// The longest frame accepted where framing does not lead to it.
const LONGEST: usize = 4 << 20;
// How far after a frame its confirming frames may extend.
const CHAIN_REACH: usize = 1 << 20;
// Inspection budget per skipped octet, plus an allowance at the start: bounds the work on input crafted to look almost valid.
const LOOKS: usize = 32;
const FIRST_LOOKS: usize = 8 << 20;

/// What a frame's own octets show.
pub(crate) enum Soundness {
    /// It contains something that is not there by chance, such as the marker of a BGP message.
    Proven,
    /// All its parts end where they should.
    Sound,
    /// Too little content to decide.
    Unknown,
    /// Some part is invalid.
    Damaged(Error),
}

/// A verdict on a frame, and the number of octets inspected for it.
pub(crate) struct Judgement {
    pub(crate) soundness: Soundness,
    pub(crate) looked: usize,
}

/// A protocol's criteria for frames where framing is not trusted.
pub(crate) trait Recoverable: Framing {
    /// Time of the frame, in seconds.
    fn seconds(&self) -> u32;

    /// Whether the frame type exists.
    fn is_known(&self) -> bool;

    /// Whether both are of one type, known or not.
    fn is_like(&self, other: &Self) -> bool;

    /// Whether a frame of this type can be as short as declared.
    fn has_room(&self) -> bool;

    /// Number of leading octets that reject most false frames of this type without further reading; 0 if there are none.
    fn signature_len(&self) -> usize;

    /// Whether those octets are valid; `bytes` may continue after them.
    fn is_signed(&self, bytes: &[u8]) -> bool;

    /// Octets inspected to find the end of a frame of `len` octets.
    fn framing_cost(&self, len: usize) -> usize;

    /// Judges a whole frame by its octets.
    fn judge(bytes: &[u8], offset: u64) -> Judgement;

    /// The error for an impossible length in the header at `offset`.
    fn bad_length(&self, offset: u64) -> Error;

    /// The error for an impossible type in the header at `offset`.
    fn bad_type(&self, offset: u64) -> Error;

    /// Octets declared by the header, including itself, saturating.
    fn total(&self) -> usize {
        usize::try_from(self.declared_len()).unwrap_or(usize::MAX)
    }
}

/// How to treat the start of the input.
pub(crate) enum Step {
    /// A frame of this many octets.
    Frame(usize),
    /// A gap ends after this many octets.
    Gap(Gap, usize),
    /// This many octets of a gap that continues.
    Skip(usize),
    /// This many octets are needed from the start.
    #[cfg_attr(not(feature = "std"), expect(dead_code, reason = "a slice is complete; only a stream requests more"))]
    Need(usize),
    /// The input is consumed.
    End,
}

/// Result of a search.
enum Search {
    /// A frame starts here.
    At(usize),
    /// None starts before `from`; `total` octets are needed to continue.
    Need { from: usize, total: usize },
    /// None.
    Nowhere,
}

/// A window of the input: its octets from an offset on, and whether they reach the end of the input.
#[derive(Clone, Copy)]
pub(crate) struct Window<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) offset: u64,
    pub(crate) whole: bool,
}

impl<'a> Window<'a> {
    fn from(&self, at: usize) -> &'a [u8] {
        self.bytes.get(at..).unwrap_or(&[])
    }

    const fn place(&self, at: usize) -> u64 {
        self.offset.saturating_add(at as u64)
    }
}

/// State kept between frames.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recovery {
    // Times of the last two accepted frames.
    times: [Option<u32>; 2],
    // Start of the open gap, and its reason.
    open: Option<(u64, Error)>,
    // No frame off the framing starts before this offset.
    searched: u64,
    looks: usize,
    max_len: usize,
}

impl Recovery {
    pub(crate) const fn new(max_len: usize) -> Self {
        Self { times: [None; 2], open: None, searched: 0, looks: FIRST_LOOKS, max_len }
    }

    fn is_near(&self, seconds: u32) -> bool {
        self.times.iter().flatten().any(|time| time.abs_diff(seconds) <= NEAR_SECONDS)
    }

    /// Opens a gap at the start of a window.
    fn lose(&mut self, window: &Window<'_>, reason: Error) {
        self.open = Some((window.offset, reason));
        self.searched = self.searched.max(window.offset.saturating_add(1));
    }

    fn close(&mut self, start: u64, reason: Error, window: &Window<'_>, len: usize) -> Step {
        self.open = None;
        Step::Gap(Gap { start, end: window.place(len), reason }, len)
    }

    fn keep<F: Recoverable>(&mut self, head: &F, len: usize) -> Step {
        self.times = [Some(head.seconds()), self.times[0]];
        Step::Frame(len)
    }

    /// Classifies the start of a window.
    pub(crate) fn step<F: Recoverable>(&mut self, window: &Window<'_>) -> Step {
        if let Some((start, reason)) = self.open {
            return self.search_on::<F>(window, start, reason);
        }
        if window.bytes.is_empty() && window.whole {
            return Step::End;
        }
        let Some(head) = F::read(window.bytes) else {
            if !window.whole {
                return Step::Need(F::HEADER_LEN);
            }
            let missing = F::HEADER_LEN.saturating_sub(window.bytes.len());
            self.lose(window, F::truncated(missing, window.offset));
            return self.step::<F>(window);
        };
        if head.total() > self.max_len {
            self.lose(window, head.bad_length(window.offset));
            return self.step::<F>(window);
        }
        let (len, missing) = match F::frame(window.bytes) {
            Frame::Ready(len) => (len, len.saturating_sub(window.bytes.len())),
            Frame::Need(missing) => (window.bytes.len().saturating_add(missing), missing),
        };
        if missing > 0 {
            if !window.whole {
                return Step::Need(len);
            }
            self.lose(window, F::truncated(missing, window.offset));
            return self.step::<F>(window);
        }
        let judged = F::judge(window.bytes.get(..len).unwrap_or(&[]), window.offset).soundness;
        let reason = if let Soundness::Damaged(e) = judged {
            e
        } else {
            match self.goes_on(window, &head, len) {
                Ok(true) => return self.keep(&head, len),
                Ok(false) if head.is_known() => head.bad_length(window.offset),
                Ok(false) => head.bad_type(window.offset),
                Err(total) => return Step::Need(total),
            }
        };
        // Framing led here, but nothing confirms its length: octets may be missing. It is rejected only for a frame that starts
        // inside it.
        self.searched = self.searched.max(window.offset.saturating_add(1));
        match self.search::<F>(window, len) {
            Search::At(at) => self.close(window.offset, reason, window, at),
            Search::Need { total, .. } => Step::Need(total),
            Search::Nowhere if matches!(judged, Soundness::Proven | Soundness::Sound) || self.is_near(head.seconds()) => {
                self.keep(&head, len)
            }
            // Its time is not used as a reference.
            Search::Nowhere if head.is_known() => Step::Frame(len),
            Search::Nowhere => {
                self.lose(window, reason);
                self.step::<F>(window)
            }
        }
    }

    /// Whether the octets after a frame of `len` octets confirm its length; `Err` has the octets needed to decide.
    fn goes_on<F: Recoverable>(&self, window: &Window<'_>, head: &F, len: usize) -> Result<bool, usize> {
        // For an unknown type only the time is evidence; without previous frames, only that it is not empty.
        let strange = !head.is_known() && !self.is_near(head.seconds());
        if strange && (head.total() == F::HEADER_LEN || self.times[0].is_some()) {
            return Ok(false);
        }
        if window.bytes.len() == len && window.whole {
            return Ok(!strange);
        }
        match F::read(window.from(len)) {
            Some(next) => {
                let near = next.seconds().abs_diff(head.seconds()) <= NEAR_SECONDS || self.is_near(next.seconds());
                Ok(near && (next.is_known() || next.is_like(head)) && next.total() <= self.max_len)
            }
            None if window.whole => Ok(false),
            None => Err(len.saturating_add(F::HEADER_LEN)),
        }
    }

    /// Searches for the end of the open gap.
    fn search_on<F: Recoverable>(&mut self, window: &Window<'_>, start: u64, reason: Error) -> Step {
        match self.search::<F>(window, usize::MAX) {
            Search::At(at) => self.close(start, reason, window, at),
            Search::Need { from: 0, total } => Step::Need(total),
            Search::Need { from, .. } => Step::Skip(from),
            Search::Nowhere => self.close(start, reason, window, window.bytes.len()),
        }
    }

    /// The first believable frame that starts before `to`, continuing the last search.
    fn search<F: Recoverable>(&mut self, window: &Window<'_>, to: usize) -> Search {
        let mut at = usize::try_from(self.searched.saturating_sub(window.offset)).unwrap_or(usize::MAX);
        while at < to {
            let rest = window.from(at);
            let Some(head) = F::read(rest) else {
                return if window.whole { Search::Nowhere } else { self.stop(window, at, at.saturating_add(F::HEADER_LEN)) };
            };
            if head.is_known() && head.has_room() && head.total() <= LONGEST.min(self.max_len) {
                match self.believe(window, at, &head) {
                    Ok(true) => {
                        self.searched = window.place(at);
                        return Search::At(at);
                    }
                    Ok(false) => {}
                    Err(total) => return self.stop(window, at, total),
                }
            }
            self.looks = self.looks.saturating_add(LOOKS);
            at = at.saturating_add(1);
        }
        self.searched = self.searched.max(window.place(to));
        Search::Nowhere
    }

    fn stop(&mut self, window: &Window<'_>, from: usize, total: usize) -> Search {
        self.searched = window.place(from);
        Search::Need { from, total }
    }

    /// Takes `octets` from the inspection budget; `false` if it is exceeded.
    fn afford(&mut self, octets: usize) -> bool {
        match self.looks.checked_sub(octets) {
            Some(left) => self.looks = left,
            None => return false,
        }
        true
    }

    /// Whether a frame starts at a place off the framing; `Err` has the octets needed to decide.
    fn believe<F: Recoverable>(&mut self, window: &Window<'_>, at: usize, head: &F) -> Result<bool, usize> {
        let signature = head.signature_len();
        if signature > 0 {
            let need = at.saturating_add(signature);
            if window.bytes.len() < need {
                return if window.whole { Ok(false) } else { Err(need) };
            }
            if !head.is_signed(window.from(at)) {
                return Ok(false);
            }
        }
        let near = self.is_near(head.seconds());
        let Some(len) = whole_frame(window, at, head)? else { return Ok(false) };
        if !self.afford(head.framing_cost(len)) {
            return Ok(false);
        }
        let (mut more, mut end) = (2usize, at.saturating_add(len));
        // Requests all octets needed for the verdict before any is judged.
        let mut next = end;
        let confirmed = loop {
            if more == 0 || (next == window.bytes.len() && window.whole) {
                break true;
            }
            let Some(next_head) = F::read(window.from(next)) else {
                if window.whole {
                    break false;
                }
                if next.saturating_sub(end) > CHAIN_REACH {
                    break false;
                }
                return Err(next.saturating_add(F::HEADER_LEN));
            };
            let reach = next.saturating_sub(end).saturating_add(next_head.total());
            let related = next_head.is_known() && next_head.seconds().abs_diff(head.seconds()) <= NEAR_SECONDS;
            if !related || reach > CHAIN_REACH {
                break false;
            }
            match whole_frame(window, next, &next_head)? {
                Some(len) => next = next.saturating_add(len),
                None => break false,
            }
            more = more.saturating_sub(1);
        };
        // A signed frame was inspected already; others cost at most their length.
        if signature == 0 && self.looks < len {
            return Ok(false);
        }
        let Judgement { soundness: judged, looked } = F::judge(window.from(at).get(..len).unwrap_or(&[]), window.place(at));
        let believed = match judged {
            Soundness::Proven => true,
            Soundness::Sound if near => true,
            Soundness::Sound | Soundness::Unknown => confirmed,
            Soundness::Damaged(_) => false,
        };
        if !believed || matches!(judged, Soundness::Proven) || (near && matches!(judged, Soundness::Sound)) {
            if !believed {
                self.looks = self.looks.saturating_sub(looked);
            }
            return Ok(believed);
        }
        // The confirming neighbours must be sound themselves.
        while end < next {
            let rest = window.from(end);
            let len = match F::frame(rest) {
                Frame::Ready(len) if len <= rest.len() => len,
                _ => return Ok(false),
            };
            let Judgement { soundness, looked } = F::judge(rest.get(..len).unwrap_or(&[]), window.place(end));
            if !self.afford(looked) || matches!(soundness, Soundness::Damaged(_)) {
                return Ok(false);
            }
            end = end.saturating_add(len);
        }
        Ok(true)
    }
}

/// The length of the frame at `at`; `None` if the input ends inside it, `Err` with the octets needed to decide.
fn whole_frame<F: Recoverable>(window: &Window<'_>, at: usize, head: &F) -> Result<Option<usize>, usize> {
    let rest = window.from(at);
    if rest.len() < head.total() {
        return if window.whole { Ok(None) } else { Err(at.saturating_add(head.total())) };
    }
    match F::frame(rest) {
        Frame::Ready(len) if len <= rest.len() => Ok(Some(len)),
        Frame::Ready(len) if !window.whole => Err(at.saturating_add(len)),
        Frame::Need(missing) if !window.whole => Err(window.bytes.len().saturating_add(missing)),
        _ => Ok(None),
    }
}

#[cfg(feature = "std")]
pub(crate) use stream::RecoveringFrames;

#[cfg(feature = "std")]
mod stream {
    use std::io::{self, Read};
    use std::vec::Vec;

    use super::{CHAIN_REACH, Gap, LONGEST, Recoverable, Recovery, Step, Window};
    use crate::io::{FrameReader, ReadError};

    /// Reads the frames of a stream and the gaps between them. Of a gap only the frame at its start takes memory, at most
    /// [`LONGEST`].
    pub(crate) struct RecoveringFrames<R> {
        frames: FrameReader<R>,
        recovery: Recovery,
        // Whether the input has ended, and its failure.
        whole: bool,
        failure: Option<io::Error>,
        // The octets of the gap that belong to the frame at its start by its header.
        cut: Vec<u8>,
        // Whether a gap is open, and the number of those octets.
        cut_len: Option<usize>,
    }

    /// Octets that are kept of a frame that declares more than is accepted: no BGP message is longer.
    const MISSTATED: usize = 128 << 10;

    /// A frame and its offset, or the gap before the next and the octets of the frame at its start.
    type FrameOrGap<'b> = Result<(&'b [u8], u64), (Gap, &'b [u8])>;

    impl<R> RecoveringFrames<R> {
        pub(crate) const fn new(frames: FrameReader<R>) -> Self {
            let recovery = Recovery::new(frames.max_len());
            Self { frames, recovery, whole: false, failure: None, cut: Vec::new(), cut_len: None }
        }

        /// After a gap, the octets of the frame at its start, as far as the gap has them, and no more than [`LONGEST`], or
        /// [`MISSTATED`] if it declares more than is accepted; empty if the
        /// header is of no known type.
        pub(crate) fn cut_frame(&self) -> &[u8] {
            &self.cut
        }

        pub(crate) const fn frames(&self) -> &FrameReader<R> {
            &self.frames
        }
    }

    impl<R: Read> RecoveringFrames<R> {
        /// Takes octets of a gap, and keeps those of the frame at its start.
        fn pass_over<F: Recoverable>(&mut self, len: usize) {
            let (bytes, cut_len) = (self.frames.window(), self.cut_len);
            let cut_len = cut_len.unwrap_or_else(|| match F::read(bytes) {
                Some(head) if head.is_known() && head.total() <= LONGEST.min(self.frames.max_len()) => head.total(),
                // Its length is wrong: the frame itself is short.
                Some(head) if head.is_known() => head.total().min(MISSTATED),
                _ => 0,
            });
            let keep = len.min(cut_len.saturating_sub(self.cut.len()));
            self.cut.extend_from_slice(bytes.get(..keep).unwrap_or_default());
            self.cut_len = Some(cut_len);
            self.frames.take(len);
        }

        /// The next frame and its offset (valid until the next call), or the next gap. `None` at the end of the input.
        pub(crate) fn next<F: Recoverable>(&mut self) -> Result<Option<FrameOrGap<'_>>, ReadError> {
            if self.cut_len.is_none() {
                self.cut.clear();
            }
            loop {
                let (bytes, offset) = (self.frames.window(), self.frames.offset());
                match self.recovery.step::<F>(&Window { bytes, offset, whole: self.whole }) {
                    Step::Frame(len) => return Ok(Some(Ok(self.frames.take(len)))),
                    Step::Gap(gap, len) => {
                        self.pass_over::<F>(len);
                        self.cut_len = None;
                        return Ok(Some(Err((gap, &self.cut))));
                    }
                    Step::Skip(len) => self.pass_over::<F>(len),
                    Step::Need(total) => {
                        // A long frame grows the buffer once, including room for the frames that confirm it.
                        let room = if total > LONGEST { total.saturating_add(LONGEST + CHAIN_REACH) } else { total };
                        while self.frames.window().len() < total && !self.whole {
                            match self.frames.fill(room) {
                                Ok(0) => self.whole = true,
                                Ok(_) => {}
                                Err(source) => {
                                    self.whole = true;
                                    self.failure = Some(source);
                                }
                            }
                        }
                    }
                    Step::End => {
                        return match self.failure.take() {
                            Some(source) => Err(ReadError::Io { offset, source }),
                            None => Ok(None),
                        };
                    }
                }
            }
        }
    }
}
