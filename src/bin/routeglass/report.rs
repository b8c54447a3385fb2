//! Output on standard error, beside the progress bar.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use crate::input::progress;

/// Verbosity and colour.
struct Manner {
    quiet: bool,
    colour: bool,
}

static MANNER: OnceLock<Manner> = OnceLock::new();

/// Configures the output; before, everything is printed without colour.
pub(crate) fn settle(quiet: bool) {
    let _ = MANNER.set(Manner { quiet, colour: coloured(io::stderr().is_terminal()) });
}

/// Whether output to a stream has colour: not with NO_COLOR; with CLICOLOR_FORCE; else on a terminal unless CLICOLOR is 0.
pub(crate) fn coloured(is_terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    is_terminal && set("CLICOLOR").is_none_or(|value| value != "0") && set("TERM").is_none_or(|value| value != "dumb")
}

/// A text colour or weight.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    Bold,
    Red,
    Yellow,
    Dim,
}

impl Paint {
    /// The text in terminal escape sequences.
    pub(crate) fn on(self, text: &str, coloured: bool) -> String {
        let code = match self {
            Self::Bold => 1,
            Self::Dim => 2,
            Self::Red => 31,
            Self::Yellow => 33,
        };
        if coloured { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// The same if standard error has colour.
    pub(crate) fn on_stderr(self, text: &str) -> String {
        self.on(text, MANNER.get().is_some_and(|manner| manner.colour))
    }
}

thread_local! {
    /// The lines of a thread whose output is kept.
    static KEPT: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

thread_local! {
    /// What takes the lines of a thread that are not kept, instead of standard error.
    static TAKER: RefCell<Option<Taker>> = const { RefCell::new(None) };
}

type Taker = Box<dyn FnMut(&str)>;

fn say(line: &str) {
    let is_kept = KEPT.with_borrow_mut(|kept| kept.as_mut().map(|kept| kept.push(line.to_owned())).is_some());
    if !is_kept && !TAKER.with_borrow_mut(|taker| taker.as_mut().map(|take| take(line)).is_some()) {
        print(line);
    }
}

fn print(line: &str) {
    progress::beside_the_bar(|| {
        // A failure cannot be reported.
        let _ = writeln!(io::stderr().lock(), "{line}");
    });
}

/// The lines of what this thread does in `work`, which are not printed, and its result.
pub(crate) fn keeping<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let before = KEPT.replace(Some(Vec::new()));
    let result = work();
    (result, KEPT.replace(before).unwrap_or_default())
}

/// Does `work` with its lines given to `take`.
pub(crate) fn giving<T>(take: impl FnMut(&str) + 'static, work: impl FnOnce() -> T) -> T {
    TAKER.replace(Some(Box::new(take)));
    let result = work();
    TAKER.replace(None);
    result
}

/// The octets of this thread's kept lines.
pub(crate) fn kept_len() -> usize {
    KEPT.with_borrow(|kept| kept.iter().flatten().fold(0_usize, |sum, line| sum.saturating_add(line.len())))
}

/// Prints lines that were kept.
pub(crate) fn print_kept(lines: &[String]) {
    lines.iter().for_each(|line| print(line));
}

/// Prints one line about an input or output failure.
pub(crate) fn complain(line: &str) {
    say(line);
}

/// Prints one line about a finding or note; not with `--quiet`.
pub(crate) fn remark(line: &str) {
    if !MANNER.get().is_some_and(|manner| manner.quiet) {
        say(line);
    }
}
