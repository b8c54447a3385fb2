//! The `routeglass` command: thin over the library.

mod check;
mod dissect;
mod dump;
mod input;
mod messages;
mod rib;
mod stat;
mod time;

use std::io::{self, Write};
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use routeglass::Prefix;
use routeglass::element::Strictness;
use routeglass::prefix::ParsePrefixError;

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
        /// AS numbers of two octets in messages outside records
        #[arg(long)]
        as2: bool,
        /// Path identifiers (RFC 7911) in messages outside records
        #[arg(long, value_enum, default_value_t = AddPath::Off)]
        add_path: AddPath,
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
        /// Path identifiers (RFC 7911) in messages whose record subtype denies them
        #[arg(long, value_enum, default_value_t = AddPath::Off)]
        add_path: AddPath,
        /// Files, compressed or not; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Count what archives hold
    Stat {
        /// Print one JSON object per file
        #[arg(long)]
        json: bool,
        /// What the files hold
        #[arg(long, value_enum, default_value_t = Kind::Auto)]
        input: Kind,
        /// Path identifiers (RFC 7911) in messages whose record subtype denies them
        #[arg(long, value_enum, default_value_t = AddPath::Off)]
        add_path: AddPath,
        /// Files, compressed or not; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Ask the table that archives come to
    ///
    /// The table is that of the latest table dump of each collector and of all updates behind it; with --at, that of the instant.
    /// Files may be given in any order. Routes are printed as by `dump`, in the form of a table dump. Damage that takes routes from
    /// the table is reported on standard error, one line each: file, offset, reason. If a file cannot be opened there is no answer.
    #[command(subcommand_precedence_over_arg = true)]
    Rib {
        /// Table dumps and updates, compressed or not; `-` is standard input
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// The instant: seconds since 1970, or YYYY-MM-DDTHH:MM[:SS] with Z, an offset such as +01:00, or neither for UTC
        #[arg(long, global = true, value_name = "TIME", value_parser = time::instant)]
        at: Option<u32>,
        /// Print one JSON object per line
        #[arg(long, global = true)]
        json: bool,
        #[command(subcommand)]
        question: Question,
    },
}

#[derive(Subcommand)]
enum Question {
    /// Print the routes of the longest prefix that covers an address or a prefix
    Lookup(Asked),
    /// Print the routes of all prefixes that cover an address or a prefix, itself included, the shortest first
    Covering(Asked),
    /// Print the routes of all prefixes that a prefix covers, itself included, sorted
    Covered(Asked),
    /// Print what changed from A to B: two archives, or with FILEs in front two instants of these
    ///
    /// A line starts with `+` for a route that is gained and with `-` for one that is lost; of a route that changed there are
    /// both.
    Diff {
        /// An archive, or the earlier instant
        #[arg(value_name = "A")]
        before: PathBuf,
        /// An archive, or the later instant
        #[arg(value_name = "B")]
        after: PathBuf,
        /// What to print
        #[arg(long, value_enum, default_value_t = By::Route)]
        by: By,
    },
    /// Write the table as an archive of TABLE_DUMP_V2
    Write {
        /// The archive; `-` is standard output
        #[arg(value_name = "OUT")]
        to: PathBuf,
    },
}

#[derive(Args)]
struct Asked {
    /// Only the route of each prefix that RFC 4271 prefers
    #[arg(long)]
    best: bool,
    /// Prefixes or addresses
    #[arg(required = true, value_name = "PREFIX", value_parser = prefix)]
    prefixes: Vec<Prefix>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Each route
    Route,
    /// Counts for each peer
    Peer,
    /// Counts for each origin AS; a route whose origin changed is lost to one and gained by the other
    Origin,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The line of `bgpdump -m`
    Bgpdump,
    /// One JSON object per line: routes, state changes, and messages that carry neither
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
    /// Weigh both readings for each peer, in a first pass over the file; not of messages back to back, which name no peer
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

/// A prefix, or an address as the prefix of it alone.
fn prefix(text: &str) -> Result<Prefix, String> {
    if text.contains('/') {
        text.parse().map_err(|e: ParsePrefixError| e.to_string())
    } else {
        text.parse().map(|address: IpAddr| address.into()).map_err(|_| "neither an address nor a prefix".into())
    }
}

/// Ends the program as wrong arguments do.
fn misused(kind: ErrorKind, reason: &str) -> ! {
    Cli::command().error(kind, reason).exit()
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
    input::beside_the_bar(|| {
        let _ = writeln!(io::stderr().lock(), "{line}");
    });
}

fn main() -> ExitCode {
    let mut out = io::BufWriter::with_capacity(1 << 18, io::stdout().lock());
    let outcome = match Cli::parse().command {
        Command::Dump { format, input, add_path, strictness, files } => {
            dump::run(&mut out, &files, format, input, (add_path, strictness.strictness()))
        }
        Command::Check { json, recover, notes, input, add_path, files } => {
            check::run(&mut out, &files, &check::Options { json, recover, notes, kind: input, add_path })
        }
        Command::Dissect { record, hex, as2, add_path, file } => {
            let Some(session) = dissect::session(as2, add_path) else { misused(ErrorKind::InvalidValue, messages::NO_EVIDENCE) };
            match hex {
                Some(Octets(octets)) => dissect::hex(&mut out, &octets, &session),
                None => dissect::file(&mut out, &file.unwrap_or_default(), record, &session),
            }
        }
        Command::Stat { json, input, add_path, files } => stat::run(&mut out, &files, json, input, add_path),
        Command::Rib { files, at, json, question } => rib::run(&mut out, &files, at, json, &question),
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
