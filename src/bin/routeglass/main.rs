//! The `routeglass` command: a thin layer over the library.

mod args;
mod check;
mod dissect;
mod distinct;
mod drive;
mod dump;
mod finding;
mod hex;
mod index;
mod input;
mod left_out;
mod messages;
mod output;
mod peering;
mod report;
mod rib;
mod selection;
mod stat;
mod suspicion;
#[cfg(feature = "parquet")]
mod table;

use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Command, Format, Octets, TextFormat, check_streams, misused};

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    // Errors of values that are found here are printed as they are, without the usage of the whole command.
    let Cli { command, quiet, no_progress } = Cli::from_arg_matches(&matches).unwrap_or_else(|e| e.exit());
    check_streams(&matches);
    report::settle(quiet);
    input::progress::settle(!quiet && !no_progress);
    let mut out = io::BufWriter::with_capacity(1 << 18, io::stdout().lock());
    let outcome = match command {
        Command::Dump { format, json, fields, time, output, force, merge, strictness, selection, inputs } => {
            let format = if json { Format::Json } else { format };
            let form = dump::Form { format, fields, time, strictness: strictness.strictness() };
            match output.filter(|path| !output::is_stdout(path)) {
                None if form.is_table() && cfg!(feature = "parquet") && io::stdout().is_terminal() => misused(
                    ErrorKind::ArgumentConflict,
                    "a table is no text for a terminal: name a file (-o FILE) or redirect standard output",
                ),
                None => dump::run(&mut out, &inputs, selection, &form, merge),
                Some(path) => dump::run_to(&path, force, &inputs, selection, &form, merge),
            }
        }
        Command::Check { json, format, notes, selection, inputs } => {
            check::run(&mut out, &inputs, selection, json || format == TextFormat::Json, notes)
        }
        Command::Dissect { record, offset, hex, holds, as2, as4, add_path, json, format, fail_on, selection, file } => {
            let json = json || format == TextFormat::Json;
            let asn4 = if as2 { Some(false) } else { as4.then_some(true) };
            let source = match hex {
                Some(Octets(Some(pieces))) => dissect::Source::Octets(pieces),
                Some(Octets(None)) => dissect::Source::File("-".into()),
                None => dissect::Source::File(file.unwrap_or_default()),
            };
            let options = dissect::Options { record, offset, holds, asn4, add_path, json, fail_on };
            dissect::run(&mut out, &source, selection, &options)
        }
        Command::Stat { json, format, selection, inputs } => {
            stat::run(&mut out, &inputs, selection, json || format == TextFormat::Json)
        }
        Command::Index { threads, files } => index::run(&mut out, &files, threads),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "routeglass", &mut out);
            Ok(ExitCode::SUCCESS)
        }
        Command::Man { of } => man(&mut out, &of),
        Command::Rib(asked) => rib::run(&mut out, &asked),
        Command::Peering { question } => peering::run(&mut out, &question),
    };
    match outcome.and_then(|code| out.flush().map(|()| code)) {
        Ok(code) => code,
        // The reader has closed the pipe.
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(e) => {
            report::complain(&format!("standard output: {e}"));
            ExitCode::from(2)
        }
    }
}

/// Writes the man page of the command, or of one of its subcommands.
fn man(out: &mut impl Write, of: &[String]) -> io::Result<ExitCode> {
    let without_help = |command: clap::Command| command.disable_help_subcommand(true);
    let mut page = without_help(Cli::command());
    let names: Vec<String> = page.get_subcommands().map(|subcommand| subcommand.get_name().to_owned()).collect();
    for name in names {
        page = page.mut_subcommand(name, without_help);
    }
    page.build();
    for name in of {
        page = match page.find_subcommand(name) {
            Some(subcommand) => subcommand.clone(),
            None => misused(ErrorKind::InvalidSubcommand, &format!("there is no subcommand {}", of.join(" "))),
        };
    }
    let mut text = Vec::new();
    let source = concat!("routeglass ", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(page).source(source).render(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let mut in_examples = false;
    for line in text.lines() {
        if in_examples && line.starts_with(".SH") {
            in_examples = false;
            writeln!(out, ".fi")?;
        }
        match line {
            // Examples are all there is after the options.
            ".SH EXTRA" => {
                in_examples = true;
                writeln!(out, ".SH EXAMPLES\n.nf")?;
            }
            "Example:" | "Examples:" => {}
            line => writeln!(out, "{line}")?,
        }
    }
    Ok(ExitCode::SUCCESS)
}
