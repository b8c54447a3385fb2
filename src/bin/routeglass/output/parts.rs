//! Temporary files, which are removed if a signal ends the command.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Those that are there. Whoever holds the lock may create and remove them.
static PARTS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn parts() -> MutexGuard<'static, Vec<PathBuf>> {
    PARTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Creates a new file that is removed by a signal until it is [forgotten](forget).
pub(super) fn create(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    signals::watch();
    let mut parts = parts();
    let file = File::create_new(path)?;
    parts.push(path.to_owned());
    Ok(file)
}

/// Gives the file another name, by `name`: a signal comes before or after.
pub(super) fn rename(path: &Path, name: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let mut parts = parts();
    name()?;
    parts.retain(|part| part != path);
    Ok(())
}

/// The file is no more.
pub(super) fn forget(path: &Path) {
    parts().retain(|part| part != path);
}

#[cfg(unix)]
mod signals {
    use std::sync::Once;
    use std::thread;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use super::{fs, parts};

    /// Those that end the command from outside, and at the limits of `ulimit`.
    const ENDS: [i32; 6] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ];

    /// Watches, from now on, for signals that end the command, except those that it was started to ignore (nohup, a shell's background).
    pub(super) fn watch() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let ignored = ignored();
            let heeded = ENDS.into_iter().filter(|signal| !is_in(*signal, ignored));
            // Without it the files stay, as after SIGKILL.
            let Ok(mut signals) = Signals::new(heeded) else { return };
            let _ = thread::Builder::new().name("signals".into()).spawn(move || {
                for signal in signals.forever() {
                    // No file is created, and none gets its name, until the command has ended.
                    let parts = parts();
                    for part in parts.iter() {
                        let _ = fs::remove_file(part);
                    }
                    let _ = emulate_default_handler(signal);
                }
            });
        });
    }

    /// The ignored signals, a bit each; none where the system does not say.
    fn ignored() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
    }

    fn is_in(signal: i32, mask: u64) -> bool {
        u32::try_from(signal).is_ok_and(|signal| mask.checked_shr(signal.saturating_sub(1)).unwrap_or(0) & 1 == 1)
    }
}
