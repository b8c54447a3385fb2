//! The `routeglass` command: thin over the library.

mod check;
mod dissect;
mod dump;
mod input;
mod stat;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use routeglass::element::Strictness;

/// Reads BGP data: MRT archives and BGP messages.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the route events of archives, one per line
    ///
    /// Damage is reported on standard error, one line each: file, offset, reason.
    Dump {
        /// How a line looks
        #[arg(long, value_enum, default_value_t = Format::Bgpdump)]
        format: Format,
        /// What the files hold
        #[arg(long, value_enum, default_value_t = Kind::Auto)]
        input: Kind,
        /// Path identifiers (RFC 7911) in messages whose record subtype denies them
        #[arg(long, value_enum, default_value_t = AddPath::Off)]
        add_path: AddPath,
        /// What becomes of route events that something is wrong with
        #[arg(long, value_enum, default_value_t = StrictnessArg::Forensic)]
        strictness: StrictnessArg,
        /// Files, compressed or not; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Show the fields of records and messages with the octets they take
    ///
    /// A cut record shows what is in front of the cut.
    Dissect {
        /// Only the record with this number; the first has number 0
        #[arg(long, conflicts_with = "hex")]
        record: Option<u64>,
        /// Octets in hexadecimal instead of a file: BGP messages or MRT records
        #[arg(long, value_parser = hexadecimal, conflicts_with = "file", required_unless_present = "file")]
        hex: Option<Octets>,
        /// A file, compressed or not; `-` is standard input
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Print everything that is wrong with archives, one finding per line
    ///
    /// Columns, between tabs: file, number of the record (the first has number 0), byte offset, layer, kind, what RFC 7606 has a
    /// speaker do, the RFC that it goes back to, the finding in words, its octets. Exit code 1 if there is any.
    Check {
        /// Print one JSON object per finding
        #[arg(long)]
        json: bool,
        /// Read on where framing is lost; what is passed over is a finding
        #[arg(long)]
        recover: bool,
        /// Also print what is worth knowing and no damage, such as AS_SET; it does not count
        #[arg(long)]
        notes: bool,
        /// What the files hold
        #[arg(long, value_enum, default_value_t = Kind::Auto)]
        input: Kind,
        /// Files, compressed or not; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Count what archives hold
    Stat {
        /// Print one JSON object per file
        #[arg(long)]
        json: bool,
        /// Files, compressed or not; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The line of `bgpdump -m`
    Bgpdump,
    /// One JSON object per line
    Json,
    /// Every field of every record, layer by layer, for people
    Text,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// By the first octets: BGP messages start with a marker of ones
    Auto,
    /// MRT records
    Mrt,
    /// BGP messages back to back, AS numbers of four octets
    Bgp,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AddPath {
    /// Weigh both readings for each peer, in a first pass over the file
    Auto,
    /// Read every message with path identifiers
    On,
    /// Read as the subtype says
    Off,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StrictnessArg {
    /// Everything is printed
    Forensic,
    /// What RFC 7606 leaves a speaker: routes withdrawn, attributes discarded
    Rfc7606,
    /// Only what nothing is wrong with
    Strict,
}

impl StrictnessArg {
    const fn strictness(self) -> Strictness {
        match self {
            Self::Forensic => Strictness::Forensic,
            Self::Rfc7606 => Strictness::Rfc7606,
            Self::Strict => Strictness::Strict,
        }
    }
}

/// Octets given in hexadecimal.
#[derive(Clone)]
struct Octets(Vec<u8>);

fn hexadecimal(text: &str) -> Result<Octets, String> {
    dissect::octets(text).map(Octets)
}

/// What a run came to.
#[derive(Clone, Copy, Default)]
struct Outcome {
    damaged: bool,
    unreadable: bool,
}

impl Outcome {
    fn exit_code(self) -> ExitCode {
        ExitCode::from(if self.unreadable {
            2
        } else if self.damaged {
            1
        } else {
            0
        })
    }
}

/// One line on standard error. There is nobody left to tell if that fails.
fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

fn main() -> ExitCode {
    let mut out = io::BufWriter::with_capacity(1 << 18, io::stdout().lock());
    let outcome = match Cli::parse().command {
        Command::Dump { format, input, add_path, strictness, files } => {
            dump::run(&mut out, &files, format, input, (add_path, strictness.strictness()))
        }
        Command::Check { json, recover, notes, input, files } => {
            check::run(&mut out, &files, &check::Options { json, recover, notes, kind: input })
        }
        Command::Dissect { hex: Some(Octets(octets)), .. } => dissect::hex(&mut out, &octets),
        Command::Dissect { record, file, .. } => dissect::file(&mut out, &file.unwrap_or_default(), record),
        Command::Stat { json, files } => stat::run(&mut out, &files, json),
    };
    match outcome.and_then(|outcome| out.flush().map(|()| outcome)) {
        Ok(outcome) => outcome.exit_code(),
        // The reader at the other end has seen enough.
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(e) => {
            complain(&format!("standard output: {e}"));
            ExitCode::from(2)
        }
    }
}
