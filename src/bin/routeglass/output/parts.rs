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
    use std::sync::{Arc, Once, mpsc};
    use std::thread;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGXFSZ};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use super::{fs, parts};

    /// Those that end the command from outside, and at the limit of time (`ulimit -t`).
    const ENDS: [i32; 5] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU];

    /// Of them those that a command is started to ignore: by nohup, and in a shell's background.
    const ARE_IGNORED: [i32; 3] = [SIGHUP, SIGINT, SIGQUIT];

    /// Watches, from now on, for signals that end the command, except those that it was started to ignore.
    pub(super) fn watch() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            // A file larger than may be (`ulimit -f`) fails to be written, and is removed as after any other error.
            let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
            let heeded = heeded(ignored());
            let (watching, watched) = mpsc::sync_channel(1);
            // The handlers are installed by the thread: without it signals end the command, and files stay, as after SIGKILL.
            let spawned = thread::Builder::new().name("signals".into()).spawn(move || {
                let mut signals = Signals::new(heeded);
                let _ = watching.send(());
                for signal in signals.iter_mut().flat_map(Signals::forever) {
                    // No file is created, and none gets its name, until the command has ended.
                    let parts = parts();
                    for part in parts.iter() {
                        let _ = fs::remove_file(part);
                    }
                    let _ = emulate_default_handler(signal);
                }
            });
            if spawned.is_ok() {
                // An error is that of a thread that has ended.
                let _ = watched.recv();
            }
        });
    }

    /// The signals to watch for, by those that are ignored. Where the system does not say, those that may be are not watched for.
    fn heeded(ignored: Option<u64>) -> Vec<i32> {
        let is_heeded = |signal: &i32| ignored.map_or(!ARE_IGNORED.contains(signal), |mask| !is_in(*signal, mask));
        ENDS.into_iter().filter(is_heeded).collect()
    }

    /// The ignored signals, a bit each; `None` where the system does not say.
    fn ignored() -> Option<u64> {
        ignored_in(&fs::read_to_string("/proc/self/status").ok()?)
    }

    fn ignored_in(status: &str) -> Option<u64> {
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
        u64::from_str_radix(mask.trim(), 16).ok()
    }

    fn is_in(signal: i32, mask: u64) -> bool {
        u32::try_from(signal).is_ok_and(|signal| mask.checked_shr(signal.saturating_sub(1)).unwrap_or(0) & 1 == 1)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn ignored_signals_are_not_watched_for() {
            let status = "Name:\troutegl\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000000000\n";
            assert_eq!(ignored_in(status), Some(0x1001));
            assert_eq!(heeded(ignored_in(status)), [SIGINT, SIGQUIT, SIGTERM, SIGXCPU]);
            assert_eq!(heeded(Some(0)), ENDS);
            // Nobody says: a command that was started by nohup goes on.
            for status in ["", "Name:\troutegl\n", "SigIgn:\tnone\n"] {
                assert_eq!(ignored_in(status), None);
            }
            assert_eq!(heeded(None), [SIGTERM, SIGXCPU]);
        }
    }
}
