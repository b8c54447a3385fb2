//! The progress bar.

use std::io::{self, IsTerminal};
use std::sync::{Mutex, OnceLock};

use indicatif::{ProgressBar, ProgressStyle, WeakProgressBar};

/// The progress bar on the screen, if any.
static BAR: Mutex<Option<WeakProgressBar>> = Mutex::new(None);

static SHOWN: OnceLock<bool> = OnceLock::new();

/// The bar of all inputs, while several are read at once.
static OF_ALL: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Decides whether bars are drawn: if standard error is a terminal, unless lines of standard output would mix with them, on it or
/// at the end of a pipe.
pub(crate) fn settle(wanted: bool) {
    let _ = SHOWN.set(wanted && io::stderr().is_terminal() && !io::stdout().is_terminal() && !stdout_is_pipe());
}

#[cfg(unix)]
fn stdout_is_pipe() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let metadata = io::stdout().as_fd().try_clone_to_owned().and_then(|fd| std::fs::File::from(fd).metadata());
    metadata.is_ok_and(|metadata| metadata.file_type().is_fifo())
}

/// On other systems anything but a terminal or file is taken as a pipe.
#[cfg(not(unix))]
fn stdout_is_pipe() -> bool {
    #[cfg(windows)]
    {
        use std::os::windows::io::AsHandle;
        let file = io::stdout().as_handle().try_clone_to_owned().map(std::fs::File::from);
        return !file.and_then(|file| file.metadata()).is_ok_and(|metadata| metadata.is_file());
    }
    #[cfg(not(windows))]
    true
}

/// Writes to standard error while the progress bar is hidden.
pub(crate) fn beside_the_bar(write: impl FnOnce()) {
    let bar = BAR.lock().ok().and_then(|bar| bar.as_ref()?.upgrade());
    match bar {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// A bar for an input of this many octets, unknown for a pipe; hidden if none is drawn.
pub(crate) fn bar(len: Option<u64>) -> ProgressBar {
    if let Some(all) = OF_ALL.lock().ok().and_then(|all| all.clone()) {
        return all;
    }
    if !SHOWN.get().copied().unwrap_or(false) {
        return ProgressBar::hidden();
    }
    let (bar, template) = match len {
        Some(len) => (ProgressBar::new(len), "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}"),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes} {bytes_per_sec}"),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    if let Ok(mut drawn) = BAR.lock() {
        *drawn = Some(bar.downgrade());
    }
    bar
}

/// Does `work`, whose inputs of together this many octets have one bar.
pub(crate) fn sharing<T>(len: u64, work: impl FnOnce() -> T) -> T {
    let all = bar(Some(len));
    let set = |bar: Option<ProgressBar>| {
        if let Ok(mut shared) = OF_ALL.lock() {
            *shared = bar;
        }
    };
    set(Some(all.clone()));
    let result = work();
    set(None);
    all.finish_and_clear();
    result
}
