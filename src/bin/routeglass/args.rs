//! The arguments.

mod peering;

use std::ffi::{OsStr, OsString};
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use routeglass::element::Strictness;
use routeglass::element::fields::{FIELDS, Field};
use routeglass::io::MOST_THREADS;
use routeglass::prefix::ParsePrefixError;
use routeglass::{Prefix, Timestamp};

use crate::hex::Pieces;
use crate::selection::{Everywhere, Selection};

pub(crate) use peering::{Claims, ConeKind, From, Ip, Output, Peering, Reading, RelationsFormat, Source, TableFormat};

/// Read BGP messages and MRT archives, and what they show of peering
///
/// Exit code: 0 if all is done; 1 if something was found that counts (`--fail-on`), and for an answer without a line (`rib`, `peering`);
/// 2 for wrong usage, for an input that cannot be read as what it was given for, such as one that is missing or of another kind, and for
/// an output that cannot be written, whatever `--fail-on` says. An empty file is said on standard error, and is no finding.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Say nothing on standard error but what keeps a file from being read or written
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Draw no progress bar
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print the route events of archives, one per line
    ///
    /// Damage is reported on standard error, one line each: file, record, time, peer, route, reason, and the command that shows it.
    /// Filters concern the route events alone: damage is reported whatever they leave out. Of messages without routes they leave out
    /// all, and of whole records (`--format text`) those without a route that matches.
    #[command(
        after_help = "Examples:\n  routeglass dump updates.20260101.0000.bz2 | head\n  routeglass dump --origin 3333 --origin 12654 --kind announce updates.gz\n  routeglass dump --filter 'as-path 3356_174 and not community no-export' rib.gz\n  routeglass dump --format csv --fields time,prefix,origin_asn,as_path --time iso updates.gz > updates.csv\n  routeglass dump --format parquet --fields time,prefix,origin_asn,as_path -o updates.parquet updates.gz\n  routeglass dump --merge rrc00/updates.20260101.0000.gz rrc06/updates.20260101.0000.gz\n  routeglass dump --format json rib.gz | jq -r 'select(.prefix == \"192.0.2.0/24\") | .as_path'\n  curl -s URL | routeglass dump -"
    )]
    Dump {
        /// How a line looks
        #[arg(long, value_enum, default_value_t = Format::Bgpdump)]
        format: Format,
        /// The same as --format json
        #[arg(long, conflicts_with = "format")]
        json: bool,
        /// The fields of `json`, and the columns of `csv`, `tsv`, `arrow` and `parquet`, in this order: names between commas, as in
        /// JSON, and `offset` and `file`, which say where the record of a line is; in JSON the fraction of `time` is
        /// `micros`; without this, those that routes and state changes have, and in a table the usual ones
        #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = field)]
        fields: Vec<FieldName>,
        /// How times are shown; not with `--format text`, and in a table they are instants
        #[arg(long, value_enum, default_value_t = Times::Unix)]
        time: Times,
        /// Write to this file, which gets its name when it is complete: not if an input cannot be read. Its ending says how it is
        /// compressed. `-` is standard output
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Replace the file of --output if it is there
        #[arg(long, requires = "output")]
        force: bool,
        /// Print the records of all archives as one stream in the order of their times, microseconds included; of the same time, in
        /// the order of the files. An archive that is not in order itself keeps its own order
        #[arg(long, conflicts_with = "recover")]
        merge: bool,
        /// What becomes of route events that something is wrong with
        #[arg(long, value_enum, default_value_t = StrictnessArg::Forensic)]
        strictness: StrictnessArg,
        #[command(flatten)]
        selection: Selection,
        #[command(flatten)]
        inputs: Inputs,
    },
    /// Show the fields of records and messages with the octets they take
    ///
    /// A cut record shows what is before the cut. Octets may come as text, as routers and tools print them: digits in pairs (`ff ff`,
    /// `0xff, 0xff`, `\xff\xff`), dumps of xxd, hexdump -C, Wireshark and tcpdump -x. They may be messages with or without their
    /// marker, the body of an UPDATE, a list of path attributes, or MRT records.
    ///
    /// With filters, records and messages without a route that matches are left out, with what is wrong in them; how many is said on
    /// standard error.
    #[command(
        after_help = "Examples:\n  routeglass dissect updates.mrt --record 17\n  routeglass dissect updates.mrt --prefix 192.0.2.0/24 --limit 1\n  routeglass dissect --hex 'ffffffffffffffffffffffffffffffff001304'\n  tcpdump -x -r session.pcap port 179 | routeglass dissect -"
    )]
    Dissect {
        /// Only the record or message with this number; the first has number 0
        #[arg(long, value_name = "N", conflicts_with = "hex", value_parser = whole, allow_negative_numbers = true)]
        record: Option<u64>,
        /// Only the record or message that holds this octet of the (decompressed) input; the field it is in is marked. In
        /// hexadecimal with 0x before it
        #[arg(long, value_name = "N", conflicts_with = "record", value_parser = whole, allow_negative_numbers = true)]
        offset: Option<u64>,
        /// Octets in hexadecimal instead of a file; `-` reads them from standard input
        #[arg(long, value_parser = hexadecimal, conflicts_with = "file", required_unless_present = "file")]
        hex: Option<Octets>,
        /// What the octets are
        #[arg(long = "as", value_enum, value_name = "KIND", default_value_t = Holds::Auto)]
        holds: Holds,
        /// AS numbers of two octets in messages outside records, whatever OPENs and evidence say
        #[arg(long, conflicts_with = "as4")]
        as2: bool,
        /// AS numbers of four octets in messages outside records, whatever OPENs and evidence say
        #[arg(long)]
        as4: bool,
        /// Path identifiers (RFC 7911) in records whose subtype denies them, and in messages outside records
        #[arg(long, value_enum, default_value_t = AddPath::Off)]
        add_path: AddPath,
        /// Print one JSON object per record or message
        #[arg(long)]
        json: bool,
        /// The same by name
        #[arg(long, value_enum, default_value_t = TextFormat::Text, conflicts_with = "json")]
        format: TextFormat,
        /// The mildest damage that makes the exit code 1
        #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Reset)]
        fail_on: FailOn,
        #[command(flatten)]
        selection: Selection,
        /// A file of records or messages, compressed or not, or of octets in hexadecimal; `-` is standard input
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Print everything that is wrong with archives, one finding per line
    ///
    /// Columns, between tabs: file, number of the record (the first has number 0), byte offset, layer, kind, what RFC 7606 has a
    /// speaker do, the RFC that it goes back to, the finding in words, its octets, and where they are known the time, the peer and
    /// the route. `routeglass dissect FILE --offset OFFSET` shows the fields around a finding.
    ///
    /// With filters, findings of records and messages with routes of which none matches are left out, and neither counted nor part of the
    /// exit code; how many is said on standard error.
    #[command(
        after_help = "Examples:\n  routeglass check *.bz2\n  routeglass check --json --recover cut.mrt | jq -r '.text // empty'"
    )]
    Check {
        /// Print one JSON object per finding, then one with the file's counts in `summary`
        #[arg(long)]
        json: bool,
        /// The same by name
        #[arg(long, value_enum, default_value_t = TextFormat::Text, conflicts_with = "json")]
        format: TextFormat,
        /// Also print what is worth knowing and no damage: AS_SET, next hops and prefixes that no host has, prefixes withdrawn and
        /// announced at once; it does not count
        #[arg(long)]
        notes: bool,
        #[command(flatten)]
        selection: Selection,
        #[command(flatten)]
        inputs: Inputs,
    },
    /// Count what archives hold
    ///
    /// With filters, records, messages and attributes count if a route of theirs matches; damage counts all the same.
    #[command(after_help = "Examples:\n  routeglass stat rib.20260101.0000.gz\n  routeglass stat --json *.bz2 | jq .prefixes")]
    Stat {
        /// Print one JSON object per file
        #[arg(long)]
        json: bool,
        /// The same by name
        #[arg(long, value_enum, default_value_t = TextFormat::Text, conflicts_with = "json")]
        format: TextFormat,
        #[command(flatten)]
        selection: Selection,
        #[command(flatten)]
        inputs: Inputs,
    },
    /// Write indexes beside archives, so that a question with filters reads only what it needs
    ///
    /// The index of FILE is FILE.rgx. `dump` and `stat` use it by themselves if they have filters and the archive is the same as when it
    /// was written (length, time of change, first and last octets); their output is the same without it. Archives can be uncompressed or
    /// compressed by bzip2 or gzip; a damaged one has none.
    #[command(after_help = "Example:\n  routeglass index rib.bz2 && routeglass dump --prefix 192.0.2.0/24 rib.bz2")]
    Index {
        /// Threads that decompress and read [default: one for each core]
        #[arg(long, value_name = "N", value_parser = thread_count)]
        threads: Option<NonZeroUsize>,
        /// Archives
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Ask the table that archives come to
    ///
    /// Files may be given in any order, each with table dumps, updates or both. Of each collector and view the latest table dump
    /// counts, and on top of it all updates since; with --at, up to that instant. Updates are applied by their time, across files. They are
    /// those of the collector that --collector says, else of the one whose table dumps have the collector's own address in the message
    /// as their BGP identifier, else of the one whose table lists the peer. Where that leaves a choice there is no answer.
    ///
    /// Routes end with their session, unless it restarts gracefully: with a state change, a NOTIFICATION, a new OPEN of the peer. What
    /// the collector itself sent changes nothing.
    ///
    /// Routes are printed as by `dump`, in the form of a table dump; where several collectors or views are in the table, each line ends
    /// with `# at` and these. Damage that takes routes from the table is reported on standard error, one line each. If a file cannot be
    /// opened or is no archive there is no answer. An answer without a line says so on standard error, with exit code 1.
    ///
    /// Filters concern what is printed or written, not which routes the table has: with `lookup`, the routes of the longest prefix, and
    /// with --best, the route that is preferred, are printed if they match; with `diff`, changes of which the route before or after
    /// matches.
    #[command(subcommand_precedence_over_arg = true)]
    #[command(
        after_help = "Examples:\n  routeglass rib bview.gz updates.*.gz lookup 192.0.2.1\n  routeglass rib rib.bz2 updates.*.bz2 --at 2026-01-01T12:00:00.5 covered 198.51.100.0/24\n  routeglass rib --collector rrc00=a.gz --collector rrc01=b.gz c.gz lookup --best 2001:db8::1\n  routeglass rib *.gz diff 2026-01-01T12:00 2026-01-01T12:05 --by origin\n  routeglass rib bview.gz covered 0.0.0.0/0 --origin 64496 --community no-export\n  routeglass rib *.gz write --force table.gz"
    )]
    Rib(Rib),
    /// Say what paths show of transit, peering and customers
    ///
    /// Relations of links are inferred from the paths of archives, each with the evidence for and against it. What paths do not show,
    /// such as most peering, who pays, and links over route servers that leave no number, is not guessed. Updates weigh as they come: a
    /// route that was announced was seen, even if it is withdrawn later. A file without a usable path makes the exit code 1, and so does
    /// a network or link that is asked about and not there.
    Peering {
        #[command(subcommand)]
        question: Peering,
    },
    /// Print what completes the arguments in a shell
    #[command(after_help = "Example:\n  routeglass completions bash > ~/.local/share/bash-completion/completions/routeglass")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    #[command(after_help = "Example:\n  routeglass man > routeglass.1; routeglass man rib lookup > routeglass-rib-lookup.1")]
    Man {
        /// Of this subcommand alone, such as `rib lookup`
        #[arg(value_name = "SUBCOMMAND")]
        of: Vec<String>,
    },
}

// Queries and their tables.
#[derive(Args)]
pub(crate) struct Rib {
    /// Table dumps and updates, compressed or not; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) collectors: Collectors,
    /// The instant, itself included: seconds since 1970, or YYYY-MM-DDTHH:MM[:SS] with Z, an offset such as +01:00, or neither for
    /// UTC; with a fraction, or all of its second. YYYY-MM-DD is read as 00:00 UTC. A number such as 20260101 reads as a date, and is
    /// refused
    #[arg(long, global = true, value_name = "TIME", value_parser = clap::value_parser!(Timestamp))]
    pub(crate) at: Option<Timestamp>,
    /// Path identifiers (RFC 7911) in records whose subtype denies them
    #[arg(long, global = true, value_enum, default_value_t = AddPath::Off)]
    pub(crate) add_path: AddPath,
    /// Read on where framing is lost, and after damage of the compression; what is passed over is damage
    #[arg(long, global = true)]
    pub(crate) recover: bool,
    /// Print one JSON object per line: the fields of `dump`, with `collector` and `view` where the table is of several, and `stale`
    /// (`graceful`, `long-lived`) for a route whose session is over
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The same by name
    #[arg(long, global = true, value_enum, default_value_t = TextFormat::Text, conflicts_with = "json")]
    pub(crate) format: TextFormat,
    /// The mildest damage that makes the exit code 1
    #[arg(long, global = true, value_enum, value_name = "LEVEL", default_value_t = FailOn::Reset)]
    pub(crate) fail_on: FailOn,
    #[command(flatten)]
    pub(crate) filters: Everywhere,
    #[command(subcommand)]
    pub(crate) question: Question,
}

/// Files of named collectors.
#[derive(Clone, Default)]
pub(crate) struct Collectors(pub(crate) Vec<(String, Vec<PathBuf>)>);

impl Collectors {
    /// A name and the files that follow it: `NAME=FILE`, `FILE`, ...
    fn group(values: &[OsString]) -> Result<(String, Vec<PathBuf>), clap::Error> {
        let wrong = || {
            let mut command = Cli::command();
            command.build();
            let reason = "--collector takes NAME=FILE, and more files after it";
            match command.find_subcommand_mut("rib") {
                Some(rib) => rib.error(ErrorKind::ValueValidation, reason),
                None => command.error(ErrorKind::ValueValidation, reason),
            }
        };
        let (first, rest) = values.split_first().ok_or_else(wrong)?;
        let (name, file) = named(first).ok_or_else(wrong)?;
        let files = std::iter::once(file).chain(rest.iter().map(PathBuf::from));
        Ok((name, files.collect()))
    }
}

/// The parts of `NAME=FILE`. The name is text; that of the file need not be.
fn named(value: &OsStr) -> Option<(String, PathBuf)> {
    #[cfg(unix)]
    let (name, file) = {
        use std::os::unix::ffi::OsStrExt as _;
        let octets = value.as_bytes();
        let (name, file) = octets.split_at_checked(octets.iter().position(|octet| *octet == b'=')?)?;
        (std::str::from_utf8(name).ok()?, OsStr::from_bytes(file.get(1..)?))
    };
    #[cfg(not(unix))]
    let (name, file) = value.to_str()?.split_once('=').map(|(name, file)| (name, OsStr::new(file)))?;
    (!name.is_empty() && !file.is_empty()).then(|| (name.to_owned(), PathBuf::from(file)))
}

impl FromArgMatches for Collectors {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let groups = matches.get_occurrences::<OsString>("collector").into_iter().flatten();
        groups.map(|values| Self::group(&values.cloned().collect::<Vec<_>>())).collect::<Result<_, _>>().map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Collectors {
    fn augment_args(command: clap::Command) -> clap::Command {
        let help = "Files of one collector, by a name: for archives of several collectors, whose messages may not say which it is. \
             Without it, messages belong to the collector whose table has their address as BGP identifier, lists their peer, or \
             lists another peer with messages to that address; else to a collector of their own";
        command.arg(
            Arg::new("collector")
                .long("collector")
                .value_names(["NAME=FILE", "FILE"])
                .num_args(1..)
                .action(ArgAction::Append)
                .value_parser(clap::value_parser!(OsString))
                .help(help),
        )
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

/// Inputs and how to read them.
#[derive(Args)]
pub(crate) struct Inputs {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Threads that decompress, read and print; the output is the same for any number [default: one for each core]
    #[arg(long, value_name = "N", value_parser = thread_count)]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Files, compressed or not; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// A number of threads.
fn thread_count(text: &str) -> Result<NonZeroUsize, String> {
    match text.parse::<NonZeroUsize>() {
        Ok(count) if count <= MOST_THREADS => Ok(count),
        Ok(_) => Err(format!("no more than {MOST_THREADS} threads are started")),
        Err(_) => Err(format!("not a number from 1 to {MOST_THREADS}")),
    }
}

/// A number from 0 on, in hexadecimal after `0x`.
fn whole(text: &str) -> Result<u64, String> {
    let read = text.strip_prefix("0x").map_or_else(|| text.parse(), |digits| u64::from_str_radix(digits, 16));
    read.map_err(|_| "not a number from 0 on".to_owned())
}

/// A number from 1 on.
pub(crate) fn positive(text: &str) -> Result<u64, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| format!("not a number from 1 to {}", u64::MAX))
}

/// A number of 32 bits.
fn count(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("not a number from 0 to {}", u32::MAX))
}

/// The number of threads, unless given: one for each core.
pub(crate) fn threads(given: Option<NonZeroUsize>) -> NonZeroUsize {
    given.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
}

impl Inputs {
    pub(crate) fn threads(&self) -> NonZeroUsize {
        threads(self.threads)
    }
}

#[derive(Subcommand)]
pub(crate) enum Question {
    /// Print the routes of the longest prefix that covers an address or a prefix
    #[command(
        after_help = "Examples:\n  routeglass rib bview.gz lookup 192.0.2.1 2001:db8::/48\n  routeglass rib lookup --best 192.0.2.1 -- bview.gz updates.*.gz"
    )]
    Lookup(Asked),
    /// Print the routes of all prefixes that cover an address or a prefix, itself included, the shortest first
    #[command(after_help = "Example:\n  routeglass rib bview.gz covering 192.0.2.1")]
    Covering(Asked),
    /// Print the routes of all prefixes that a prefix covers, itself included, sorted
    #[command(after_help = "Example:\n  routeglass rib bview.gz covered 198.51.100.0/22")]
    Covered(Asked),
    /// Print multicast routes and those of families without plain prefixes: all of them, those of a family (--family), or one by its text
    ///
    /// A line has the time, the AS and the address of the peer, `=`, the family, the route, `path` and the AS_PATH, `via` and the next
    /// hop:
    ///
    /// 1767268800 AS64496 192.0.2.1 = IPv4 vpn 64496:1 10.0.0.0/8 label 100 path 64496 via 192.0.2.1
    ///
    /// ROUTE is any part of it that has the route: from the time, the family or the route on, with or without the path and the next hop.
    /// Multicast routes have the lines of `lookup`, with the family after `#`; ROUTE is the prefix, with --family.
    #[command(
        after_help = "Examples:\n  routeglass rib updates.gz other\n  routeglass rib updates.gz other --family 'IPv4 vpn'\n  routeglass rib updates.gz other 'IPv4 vpn 64496:1 10.0.0.0/8 label 100'"
    )]
    Other {
        /// Routes as they are printed
        #[arg(value_name = "ROUTE")]
        routes: Vec<String>,
        /// Table dumps and updates
        #[arg(last = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print what changed from A to B: two archives, or with FILEs two instants of these
    ///
    /// A line starts with `+` for a route that is gained and with `-` for one that is lost; of a route that changed there are both. Where
    /// two lines would be equal but for the time, what differs stands after `#`; so does whether a route is stale, where that changed.
    /// JSON has `stale` in `before` and `after`.
    #[command(
        after_help = "Examples:\n  routeglass rib diff bview.0000.gz bview.0800.gz\n  routeglass rib bview.gz updates.*.gz diff 2026-01-01T12:00 2026-01-01T13:00 --by origin"
    )]
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
        /// Table dumps and updates
        #[arg(last = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Write the table as an archive of TABLE_DUMP_V2
    ///
    /// The file is compressed by what its name ends in: .gz, .bz2, .xz, .zst, .lz4; other compressions are refused. It is whole or not there at all:
    /// not if an input cannot be read.
    #[command(
        after_help = "Examples:\n  routeglass rib bview.gz updates.*.gz --at 2026-01-01T12:00 write noon.mrt.gz\n  routeglass rib bview.gz write - | gzip > table.gz"
    )]
    Write {
        /// The archive; `-` is standard output
        #[arg(id = "out", value_name = "OUT")]
        to: PathBuf,
        /// Replace the file if it is there
        #[arg(long)]
        force: bool,
        /// Table dumps and updates
        #[arg(last = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

impl Question {
    /// The files after `--`.
    pub(crate) fn files(&self) -> &[PathBuf] {
        match self {
            Self::Lookup(asked) | Self::Covering(asked) | Self::Covered(asked) => &asked.files,
            Self::Other { files, .. } | Self::Diff { files, .. } | Self::Write { files, .. } => files,
        }
    }
}

#[derive(Args)]
pub(crate) struct Asked {
    /// Only the route of each prefix that RFC 4271 prefers; a long-lived stale one is the last choice (RFC 9494)
    #[arg(long)]
    pub(crate) best: bool,
    /// Prefixes or addresses
    #[arg(required = true, value_name = "PREFIX", value_parser = prefix)]
    pub(crate) prefixes: Vec<Prefix>,
    /// Table dumps and updates
    #[arg(last = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// Each route
    Route,
    /// Counts for each peer
    Peer,
    /// Counts for each origin AS, the one that `--origin` matches: a path that ends in a set has none. A route whose origin changed is
    /// lost to one and gained by the other
    Origin,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The line of `bgpdump -m`
    Bgpdump,
    /// One JSON object per line: routes, state changes, and messages that carry neither
    Json,
    /// Every field of every record, layer by layer, for people
    Text,
    /// Comma-separated values, quoted as in RFC 4180, with the names in the first line
    Csv,
    /// Tab-separated values, with the names in the first line; `\t`, `\n`, `\r` and `\\` are a tab, line ends and a backslash
    Tsv,
    /// A table of Arrow, in the stream format of its IPC; only in builds with the feature `parquet`
    Arrow,
    /// A table of Parquet; only in builds with the feature `parquet`
    Parquet,
}

/// How lines look where they are text or JSON.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextFormat {
    /// Lines of text
    Text,
    /// The same as --json
    Json,
}

/// How times are shown.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Times {
    /// Seconds since 1970
    Unix,
    /// Date and time of day, UTC (ISO 8601, RFC 3339)
    Iso,
}

/// A field of route events.
#[derive(Clone, Copy)]
pub(crate) struct FieldName(pub(crate) &'static Field);

fn field(name: &str) -> Result<FieldName, String> {
    // Blanks after the commas of a quoted list are no part of names.
    Field::named(name.trim()).map(FieldName).ok_or_else(|| {
        let names: Vec<_> = FIELDS.iter().map(|field| field.name).collect();
        format!("there is no such field; the fields are {}", names.join(", "))
    })
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// By the first octets: BGP messages start with a marker of ones
    Auto,
    /// MRT records
    Mrt,
    /// BGP messages back to back; OPENs among them say how the others are read
    Bgp,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AddPath {
    /// Weigh both readings, of each peer that records name and of table dumps, in a first pass over the file
    Auto,
    /// Read every message with path identifiers, and table dumps as the subtype says
    On,
    /// Read as the subtype says, or the OPENs of messages back to back
    Off,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StrictnessArg {
    /// Everything is printed
    Forensic,
    /// What RFC 7606 leaves a speaker: routes withdrawn, attributes discarded
    Rfc7606,
    /// Only what nothing is wrong with
    Strict,
}

impl StrictnessArg {
    pub(crate) const fn strictness(self) -> Strictness {
        match self {
            Self::Forensic => Strictness::Forensic,
            Self::Rfc7606 => Strictness::Rfc7606,
            Self::Strict => Strictness::Strict,
        }
    }
}

/// Which damage makes the exit code 1.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// No damage
    None,
    /// Attributes that a speaker discards, and all below
    Discard,
    /// Routes that a speaker treats as withdrawn, families that it disables, and all below
    Withdraw,
    /// Session resets, records and octets that cannot be read: lost framing, damaged compression
    Reset,
    /// Every finding
    Any,
}

/// The structure of octets to dissect.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Holds {
    /// What fits
    Auto,
    /// MRT records
    Mrt,
    /// BGP messages, with their markers or without
    Message,
    /// The body of an UPDATE
    Update,
    /// A list of path attributes
    Attributes,
}

/// Octets given in hexadecimal, in pieces; `None` to read them from standard input.
#[derive(Clone)]
pub(crate) struct Octets(pub(crate) Option<Pieces>);

fn hexadecimal(text: &str) -> Result<Octets, String> {
    if text == "-" {
        return Ok(Octets(None));
    }
    crate::hex::octets(text).map(|pieces| Octets(Some(pieces)))
}

/// Where the files of a question about a table are.
pub(crate) const FILES_FIRST: &str = "; files come before the subcommand or after --";

/// A prefix, or the host prefix of an address.
pub(crate) fn prefix(text: &str) -> Result<Prefix, String> {
    if text.contains('/') {
        let hint = if Path::new(text).is_file() { FILES_FIRST } else { "" };
        text.parse().map_err(|e: ParsePrefixError| format!("{e}{hint}"))
    } else {
        text.parse().map(|address: IpAddr| address.into()).map_err(|_| {
            let hint = if Path::new(text).is_file() { FILES_FIRST } else { "" };
            format!("neither an address nor a prefix{hint}")
        })
    }
}

/// Arguments that name what is written.
const WRITTEN: [&str; 3] = ["output", "out", "summary"];

/// Ends the program if standard input is to be read for several arguments: the first would take all of it.
pub(crate) fn check_streams(matches: &ArgMatches) {
    let (mut read, mut of) = (0_usize, Some(matches));
    while let Some(matches) = of {
        for id in matches.ids().map(clap::Id::as_str).filter(|id| !WRITTEN.contains(id)) {
            let values = matches.get_raw(id).into_iter().flatten();
            let is_stdin = |value: &&OsStr| *value == "-" || (id == "collector" && value.to_string_lossy().ends_with("=-"));
            read = read.saturating_add(values.filter(is_stdin).count());
        }
        of = matches.subcommand().map(|(_, inner)| inner);
    }
    if read > 1 {
        misused(ErrorKind::ArgumentConflict, "standard input (`-`) is named twice, and can be read once");
    }
}

/// Ends the program like invalid arguments, with the usage of the subcommand that these are for.
pub(crate) fn misused(kind: ErrorKind, reason: &str) -> ! {
    let mut command = Cli::command();
    command.build();
    let matches = command.clone().get_matches();
    let mut matches = &matches;
    while let Some((name, inner)) = matches.subcommand()
        && let Some(subcommand) = command.find_subcommand(name).cloned()
    {
        (command, matches) = (subcommand, inner);
    }
    command.error(kind, reason).exit()
}
