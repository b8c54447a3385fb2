//! Reading on where framing is lost.
//!
//! A frame's length says where the next one starts, so one wrong length loses everything after it. [`Recovery`] looks at what is
//! framed: a frame that is sound is handed out; where one is not, it looks for the next place where a sound frame starts, and says
//! which octets were passed over. Frames and gaps together are the whole input, in order. What makes a frame believable, its
//! protocol says ([`Recoverable`]).

use core::fmt;

use super::{Frame, Framing};
use crate::error::Error;

/// A range of the input that no record could be read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// Its first octet: bytes from the start of the outermost input.
    pub start: u64,
    /// The octet behind it.
    pub end: u64,
    /// Why framing was not believed where the gap starts.
    pub reason: Error,
}

impl Gap {
    /// Octets in it; never 0.
    #[expect(clippy::len_without_is_empty, reason = "there is no gap without octets")]
    pub const fn len(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes passed over, from byte {} to {}: {}", self.len(), self.start, self.end, self.reason)
    }
}

// Frames a day apart are neighbours: quieter collectors write a keepalive at least.
const NEAR_SECONDS: u32 = 24 * 3600;
// The longest frame that is believed where framing does not lead to it.
const LONGEST: usize = 4 << 20;
// How far the frames that confirm one may reach after it.
const CHAIN_REACH: usize = 1 << 20;
// Inspection budget for each octet passed over, and an allowance at the start: bounds the work on input crafted to look almost
// valid.
const LOOKS: usize = 32;
const FIRST_LOOKS: usize = 8 << 20;

/// What a frame's own octets say of it.
pub(crate) enum Soundness {
    /// Something in it that is not there by chance, such as the marker of a BGP message.
    Proven,
    /// Everything in it ends where it should.
    Sound,
    /// There is too little in it to say.
    Unknown,
    /// Something does not fit.
    Damaged(Error),
}

/// A verdict about a frame, and how many octets were looked at for it.
pub(crate) struct Judgement {
    pub(crate) soundness: Soundness,
    pub(crate) looked: usize,
}

/// What a protocol knows of its frames, by which they are believed where framing is not.
pub(crate) trait Recoverable: Framing {
    /// When the frame was written, in seconds.
    fn seconds(&self) -> u32;

    /// Whether there are frames of this type.
    fn is_known(&self) -> bool;

    /// Whether both are of one type, known or not.
    fn is_like(&self, other: &Self) -> bool;

    /// Whether a frame of this type can be as short as its header declares.
    fn has_room(&self) -> bool;

    /// Octets at the front of a frame of this type by which most that are none can be told without reading more; 0 where there
    /// is nothing to tell by.
    fn signature_len(&self) -> usize;

    /// Whether those octets are what they must be; `bytes` may go on after them.
    fn is_signed(&self, bytes: &[u8]) -> bool;

    /// Octets that are looked at to find the end of a frame of `len` octets.
    fn framing_cost(&self, len: usize) -> usize;

    /// Judges a whole frame by its octets.
    fn judge(bytes: &[u8], offset: u64) -> Judgement;

    /// The header at `offset` declares a length that cannot be its own.
    fn bad_length(&self, offset: u64) -> Error;

    /// The header at `offset` has a type that cannot be one.
    fn bad_type(&self, offset: u64) -> Error;

    /// Octets that the header declares, with its own, as far as they can be counted.
    fn total(&self) -> usize {
        usize::try_from(self.declared_len()).unwrap_or(usize::MAX)
    }
}

/// What to do with the front of the input.
pub(crate) enum Step {
    /// A frame of this many octets.
    Frame(usize),
    /// A gap ends after this many octets.
    Gap(Gap, usize),
    /// This many octets are in a gap that goes on.
    Skip(usize),
    /// This many octets are needed, counted from the front.
    #[cfg_attr(not(feature = "std"), expect(dead_code, reason = "a slice has all that there is; a stream asks for more"))]
    Need(usize),
    /// There is nothing left.
    End,
}

/// The outcome of a search.
enum Search {
    /// A frame starts here.
    At(usize),
    /// None starts before `from`; to go on, `total` octets are needed.
    Need { from: usize, total: usize },
    /// None.
    Nowhere,
}

/// A window of the input: what is there from a place on, and whether it is all there will be.
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

/// What recovery remembers between two frames.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recovery {
    // Of the last two frames that were believed.
    times: [Option<u32>; 2],
    // Where the gap that is open started, and why.
    open: Option<(u64, Error)>,
    // No frame that framing does not lead to starts before this place.
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

    /// Opens a gap at the front of a window.
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

    /// What the front of a window is.
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
        // Framing led here, but nothing confirms where it leads: octets may be missing. It is given up only for a frame that
        // starts inside.
        self.searched = self.searched.max(window.offset.saturating_add(1));
        match self.search::<F>(window, len) {
            Search::At(at) => self.close(window.offset, reason, window, at),
            Search::Need { total, .. } => Step::Need(total),
            Search::Nowhere if matches!(judged, Soundness::Proven | Soundness::Sound) || self.is_near(head.seconds()) => {
                self.keep(&head, len)
            }
            // Its time is not one to go by.
            Search::Nowhere if head.is_known() => Step::Frame(len),
            Search::Nowhere => {
                self.lose(window, reason);
                self.step::<F>(window)
            }
        }
    }

    /// Whether what follows a frame of `len` octets confirms its length; `Err` holds the octets needed to say.
    fn goes_on<F: Recoverable>(&self, window: &Window<'_>, head: &F, len: usize) -> Result<bool, usize> {
        // Of an unknown type, the time alone speaks for a frame; where none came before, that it is not empty.
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

    /// Looks for the end of the gap that is open.
    fn search_on<F: Recoverable>(&mut self, window: &Window<'_>, start: u64, reason: Error) -> Step {
        match self.search::<F>(window, usize::MAX) {
            Search::At(at) => self.close(start, reason, window, at),
            Search::Need { from: 0, total } => Step::Need(total),
            Search::Need { from, .. } => Step::Skip(from),
            Search::Nowhere => self.close(start, reason, window, window.bytes.len()),
        }
    }

    /// The first believable frame that starts before `to`, from where the last search ended.
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

    /// Takes `octets` from what may still be looked at; `false` where there are not so many.
    fn afford(&mut self, octets: usize) -> bool {
        match self.looks.checked_sub(octets) {
            Some(left) => self.looks = left,
            None => return false,
        }
        true
    }

    /// Whether a frame starts at a place that framing does not lead to; `Err` holds the octets needed to say.
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
        // Everything that judging needs is asked for before any of it is judged.
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
        // One that is signed was looked at already; the rest costs what it is long at most.
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
        // The neighbours that confirm it must be sound themselves.
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

/// The length of the frame at `at`; `None` where the input ends inside it, `Err` with the octets needed to say.
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

    use super::{CHAIN_REACH, Gap, LONGEST, Recoverable, Recovery, Step, Window};
    use crate::io::{FrameReader, ReadError};

    /// Reads the frames of a stream and the gaps between them. However long a gap is, it takes no memory.
    pub(crate) struct RecoveringFrames<R> {
        frames: FrameReader<R>,
        recovery: Recovery,
        // The input has ended, or failed like this.
        whole: bool,
        failure: Option<io::Error>,
    }

    /// A frame and where it starts, or what was left out in front of the next.
    type FrameOrGap<'b> = Result<(&'b [u8], u64), Gap>;

    impl<R> RecoveringFrames<R> {
        pub(crate) const fn new(frames: FrameReader<R>) -> Self {
            let recovery = Recovery::new(frames.max_len());
            Self { frames, recovery, whole: false, failure: None }
        }

        pub(crate) const fn frames(&self) -> &FrameReader<R> {
            &self.frames
        }
    }

    impl<R: Read> RecoveringFrames<R> {
        /// The next frame and where it starts, valid until the next call, or the next gap. `None` at the end of the input.
        pub(crate) fn next<F: Recoverable>(&mut self) -> Result<Option<FrameOrGap<'_>>, ReadError> {
            loop {
                let (bytes, offset) = (self.frames.window(), self.frames.offset());
                match self.recovery.step::<F>(&Window { bytes, offset, whole: self.whole }) {
                    Step::Frame(len) => return Ok(Some(Ok(self.frames.take(len)))),
                    Step::Gap(gap, len) => {
                        self.frames.take(len);
                        return Ok(Some(Err(gap)));
                    }
                    Step::Skip(len) => {
                        self.frames.take(len);
                    }
                    Step::Need(total) => {
                        // A long frame grows the buffer once, with room for what confirms it.
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
