//! Several inputs at once, each read by one thread, with their output in order.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::mem;
use std::path::PathBuf;
use std::slice;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::{Drive, Shared};
use crate::args::Inputs;
use crate::finding::Outcome;
use crate::input::{is_stdin, progress};
use crate::report::{giving, print_kept};

/// What a thread has for the output.
enum Piece {
    Text(Vec<u8>),
    /// Of standard error.
    Line(String),
    /// The input has been read.
    End(Outcome, io::Result<()>),
}

/// The most octets of output that are handed over at once.
const PIECE: usize = 1 << 18;

/// Pieces of an input that wait for their turn: its thread waits too if there are more.
const MOST_PIECES: usize = 32;

/// Inputs for each thread that are being read or wait for their turn: where the output is taken slowly, no further ones are read.
const INPUTS_AHEAD: usize = 4;

/// Octets of a file whose output is about as long as can wait, or longer if the file is compressed. Threads that wait for each other
/// would gain nothing.
const MOST_OCTETS: u64 = 4 << 20;

/// The output of an input, which goes out when those before it have been read.
pub(crate) struct InTurn {
    text: Vec<u8>,
    to: SyncSender<Piece>,
}

impl Write for InTurn {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        // No piece is longer, so that their number limits what waits.
        let room = PIECE.saturating_sub(self.text.len());
        let part = octets.get(..room).unwrap_or(octets);
        self.text.extend_from_slice(part);
        if self.text.len() >= PIECE {
            self.flush()?;
        }
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.text.is_empty() {
            return Ok(());
        }
        // Nobody takes it if the output has failed.
        self.to.send(Piece::Text(mem::take(&mut self.text))).map_err(|_| ErrorKind::BrokenPipe.into())
    }
}

impl Drop for InTurn {
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

/// The octets of all files, if each of the threads can have about as many: the largest is no more than its share. A few large files
/// are rather read one after another, each by all threads.
fn shared_octets(files: &[PathBuf], threads: usize, most_octets: u64) -> Option<u64> {
    let (mut sum, mut most) = (0_u64, 0);
    for path in files {
        // One that is not there is an error in its place.
        let len = match fs::metadata(path) {
            _ if is_stdin(path) => return None,
            Ok(metadata) if !metadata.is_file() => return None,
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        };
        (sum, most) = (sum.saturating_add(len), len.max(most));
    }
    let are_even = files.len() > 1 && most.saturating_mul(u64::try_from(threads).ok()?) <= sum;
    (are_even && most <= most_octets).then_some(sum)
}

/// The inputs that no thread reads yet.
struct Waiting<'a> {
    files: slice::Iter<'a, PathBuf>,
    /// One for each input that may begin.
    beginnings: Receiver<()>,
    /// Where the pieces of an input come from, in the order of the inputs; `None` if all have begun.
    begun: Option<Sender<Receiver<Piece>>>,
}

impl<'a> Waiting<'a> {
    /// The next input, and where its pieces go; `None` if there is none, or if nothing more is taken.
    fn next(&mut self) -> Option<(&'a PathBuf, SyncSender<Piece>)> {
        self.beginnings.recv().ok()?;
        let Some(path) = self.files.next() else {
            self.begun = None;
            return None;
        };
        let (to, pieces) = sync_channel(MOST_PIECES);
        self.begun.as_ref()?.send(pieces).ok()?;
        Some((path, to))
    }
}

/// Writes what the threads have, in the order of the inputs. For each that ends another one may begin.
fn take<V: Shared>(begun: Receiver<Receiver<Piece>>, visitor: &mut V, may_begin: Sender<()>) -> io::Result<Outcome> {
    let (mut outcome, out) = (Outcome::default(), visitor.output()?);
    for piece in begun.into_iter().flatten() {
        match piece {
            Piece::Text(text) => out.write_all(&text)?,
            Piece::Line(line) => print_kept(&[line]),
            Piece::End(of_input, ended) => {
                outcome = outcome.and(of_input);
                ended?;
                // The threads have ended if there are no more inputs.
                let _ = may_begin.send(());
            }
        }
    }
    Ok(outcome)
}

/// Reads the inputs, if that is better than one after another.
pub(super) fn run<V: Shared>(inputs: &Inputs, notes: bool, visitor: &mut V) -> io::Result<Option<Outcome>> {
    let threads = inputs.threads().get();
    if threads == 1 {
        return Ok(None);
    }
    let most_octets = if V::IS_SHORT { u64::MAX } else { MOST_OCTETS };
    let (Some(part), Some(octets)) = (visitor.part(), shared_octets(&inputs.files, threads, most_octets)) else {
        return Ok(None);
    };
    let (begun, to_take) = mpsc::channel();
    let (may_begin, beginnings) = mpsc::channel();
    for _ in 0..threads.saturating_mul(INPUTS_AHEAD) {
        let _ = may_begin.send(());
    }
    // In order, so that an input whose turn it is has a thread.
    let waiting = Mutex::new(Waiting { files: inputs.files.iter(), beginnings, begun: Some(begun) });
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        while let Some((path, to)) = next() {
            let lines = to.clone();
            let take = move |line: &str| drop(lines.send(Piece::Line(line.to_owned())));
            let (outcome, ended) = giving(take, || {
                let (mut outcome, mut whole) = (Outcome::default(), V::whole(&part, InTurn { text: Vec::new(), to: to.clone() }));
                let inputs = &inputs.reading.of(path);
                let (visitor, of, failure) = (&mut whole, &mut outcome, Arc::default());
                let ended = Drive { inputs, notes, path, visitor, outcome: of, number: 0, unit: "record", many: None, failure }
                    .read(None);
                drop(whole);
                (outcome, ended)
            });
            // Nobody takes it if the output has failed: then no further input is read.
            if to.send(Piece::End(outcome, ended)).is_err() {
                break;
            }
        }
    };
    let outcome = progress::sharing(octets, || {
        thread::scope(|scope| {
            for _ in 0..threads.min(inputs.files.len()) {
                scope.spawn(work);
            }
            take(to_take, visitor, may_begin)
        })
    });
    outcome.map(Some)
}
