//! The `routeglass` command: thin over the library.

mod args;
mod check;
mod dissect;
mod drive;
mod dump;
mod finding;
mod hex;
mod input;
mod messages;
mod report;
mod rib;
mod stat;
mod suspicion;
mod time;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command, Octets};

fn main() -> ExitCode {
    let Cli { command, quiet, no_progress } = Cli::parse();
    report::settle(quiet);
    input::progress::settle(!quiet && !no_progress);
    let mut out = io::BufWriter::with_capacity(1 << 18, io::stdout().lock());
    let outcome = match command {
        Command::Dump { format, strictness, inputs } => dump::run(&mut out, &inputs, format, strictness.strictness()),
        Command::Check { json, notes, inputs } => check::run(&mut out, &inputs, json, notes),
        Command::Dissect { record, offset, hex, holds, as2, as4, add_path, json, fail_on, file } => {
            let asn4 = if as2 { Some(false) } else { as4.then_some(true) };
            let source = match hex {
                Some(Octets(Some(pieces))) => dissect::Source::Octets(pieces),
                Some(Octets(None)) => dissect::Source::File("-".into()),
                None => dissect::Source::File(file.unwrap_or_default()),
            };
            dissect::run(&mut out, &source, &dissect::Options { record, offset, holds, asn4, add_path, json, fail_on })
        }
        Command::Stat { json, inputs } => stat::run(&mut out, &inputs, json),
        Command::Rib { files, at, json, fail_on, question } => {
            rib::run(&mut out, &files, at, json, &question).map(|outcome| outcome.exit_code(fail_on))
        }
    };
    match outcome.and_then(|code| out.flush().map(|()| code)) {
        Ok(code) => code,
        // The reader at the other end has seen enough.
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(e) => {
            report::complain(&format!("standard output: {e}"));
            ExitCode::from(2)
        }
    }
}
