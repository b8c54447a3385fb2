//! Running the command.
#![allow(clippy::unwrap_used, dead_code, reason = "shared by tests that each use some of it")]

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The command, with empty input and captured output.
pub fn routeglass(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_routeglass"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Exit code, lines of standard output, lines of standard error.
pub type Outcome = (i32, Vec<String>, Vec<String>);

fn lines_of(bytes: Vec<u8>) -> Vec<String> {
    String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
}

/// Runs the command.
pub fn run(args: &[&str]) -> Outcome {
    let output = routeglass(args).output().unwrap();
    (output.status.code().unwrap(), lines_of(output.stdout), lines_of(output.stderr))
}

/// Runs the command with something on standard input.
pub fn run_with_input(args: &[&str], input: &[u8]) -> Outcome {
    let mut child = routeglass(args).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Written from another thread, to avoid a deadlock.
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    (output.status.code().unwrap(), lines_of(output.stdout), lines_of(output.stderr))
}

/// A directory for one test, removed on drop.
pub struct Dir(pub PathBuf);

impl Dir {
    /// An empty directory.
    pub fn new(test: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("routeglass-{}-{test}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }

    /// Writes a file; returns its path.
    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
