//! The arguments of `peering`.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use routeglass::attr::{AsPathBuf, ParseAsPathError};
use routeglass::peering::AddressFamily;
use routeglass::peering::otc::Role;
use routeglass::{Asn, ParseAsnError, Prefix, Timestamp};

use super::{AddPath, FailOn, Inputs, Kind, count, prefix};
use crate::selection::Filtering;

/// Archives to examine.
#[derive(Args)]
pub(crate) struct Source {
    /// The address family of the routes; relations of the two differ, and their evidence is never mixed
    #[arg(long, value_enum, value_name = "4|6", default_value_t = Ip::V4)]
    pub(crate) family: Ip,
    /// AS numbers of route servers, one a line, or a file with the header `# IXP ASes:`; they are cut out of paths
    #[arg(long, value_name = "FILE")]
    pub(crate) route_servers: Option<PathBuf>,
    /// Prefixes of peering networks of exchanges, one a line; links are marked as over one where a next hop shows it
    #[arg(long, value_name = "FILE")]
    pub(crate) exchanges: Option<PathBuf>,
    /// Only routes of the table at an instant, itself included: of each collector the latest table dump and all updates since, as for
    /// `rib`. Without, every route counts that a table has or an update announces. Seconds since 1970, or YYYY-MM-DD[THH:MM[:SS]]; not
    /// YYYYMMDD
    #[arg(long, value_name = "TIME", value_parser = clap::value_parser!(Timestamp), conflicts_with_all = ["input", "as2", "as4"])]
    pub(crate) at: Option<Timestamp>,
    /// The transit-free networks, in place of those that the paths show
    #[arg(long, value_name = "ASN,...", value_delimiter = ',', value_parser = asn)]
    pub(crate) clique: Option<Vec<u32>>,
    #[command(flatten)]
    pub(crate) filtering: Filtering,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Table dumps and updates, compressed or not, or what `reduce` wrote; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// Evidence beyond paths, which outranks them and is named in JSON.
#[derive(Args)]
pub(crate) struct Claims {
    /// Attested providers (ASPA) as evidence: JSON of rpki-client or Routinator. Those that had expired (`expires` of rpki-client) by the
    /// time of the first record count all the same, and how many is said on standard error
    #[arg(long, value_name = "FILE")]
    pub(crate) aspa: Option<PathBuf>,
    /// Only to Customer (RFC 9234) of the routes as evidence
    #[arg(long)]
    pub(crate) otc: bool,
    /// Communities of the routes as evidence, one a line with the role of the neighbour that its network has the route from:
    /// `64500:100 customer`, `64500:200 peer`, `4200000000:1:300 provider`
    #[arg(long, value_name = "FILE")]
    pub(crate) communities: Option<PathBuf>,
}

impl Source {
    /// All files that are read.
    pub(crate) fn read(&self) -> impl Iterator<Item = &PathBuf> {
        self.files.iter().chain(&self.route_servers).chain(&self.exchanges).chain(self.filtering.selection.files())
    }
}

impl Claims {
    /// All files that are read.
    pub(crate) fn read(&self) -> impl Iterator<Item = &PathBuf> {
        self.aspa.iter().chain(&self.communities)
    }
}

/// How archives are read.
#[derive(Args, Clone, Copy)]
pub(crate) struct Reading {
    /// What the files hold
    #[arg(long, value_enum, value_name = "KIND", default_value_t = Kind::Auto)]
    pub(crate) input: Kind,
    /// Path identifiers (RFC 7911) in records whose subtype denies them
    #[arg(long, value_enum, default_value_t = AddPath::Off)]
    pub(crate) add_path: AddPath,
    /// AS numbers of two octets in messages back to back, whatever OPENs and evidence say
    #[arg(long, conflicts_with = "as4")]
    pub(crate) as2: bool,
    /// AS numbers of four octets in messages back to back, whatever OPENs and evidence say
    #[arg(long)]
    pub(crate) as4: bool,
    /// Read on where framing is lost, and after damage of the compression; what is passed over is damage
    #[arg(long)]
    pub(crate) recover: bool,
    /// The mildest damage that makes the exit code 1 [default: any for `check`, else reset]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,
}

impl Reading {
    /// A single file, read with these options.
    pub(crate) fn of(self, file: &Path) -> Inputs {
        Inputs { reading: self, threads: Some(NonZeroUsize::MIN), files: vec![file.to_owned()] }
    }
}

/// A file that is written.
#[derive(Args)]
pub(crate) struct Output {
    /// Where to; without, and with `-`, standard output. Compressed by what the name ends in: .gz, .bz2, .xz, .zst, .lz4. Not written if
    /// an input cannot be read
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) force: bool,
}

/// The files of `leaks`, which prints routes: what `reduce` wrote has none.
const ROUTES: &str = "Table dumps and updates, compressed or not; `-` is standard input, with --relations. Not what `reduce` wrote: it \
                      has paths without their routes";

#[derive(Subcommand)]
pub(crate) enum Peering {
    /// Print the relation of each link
    #[command(
        after_help = "Examples:\n  routeglass peering infer rib.20260101.0000.gz > as-rel.txt\n  routeglass peering infer --family 6 --format json --summary counts.json rib.*.gz | jq -r 'select(.firm)'"
    )]
    Infer {
        /// How they are printed; JSON has the evidence
        #[arg(long, value_enum, default_value_t = RelationsFormat::Serial1)]
        format: RelationsFormat,
        /// The same as --format json
        #[arg(long, conflicts_with = "format")]
        json: bool,
        /// The network that --format dot shows with its neighbours [default: the one with the largest cone]
        #[arg(long, value_name = "ASN", value_parser = asn)]
        asn: Option<u32>,
        /// Write counts of routes, of paths and of what was rejected to a file, as one JSON object; a file that is there is replaced,
        /// unless an input cannot be read
        #[arg(long, value_name = "FILE")]
        summary: Option<PathBuf>,
        #[command(flatten)]
        claims: Claims,
        #[command(flatten)]
        source: Source,
    },
    /// Print a card of one network: providers, peers, customers, cone, rank, reach, doubtful links
    #[command(after_help = "Example:\n  routeglass peering show 64496 rib.20260101.0000.gz")]
    Show {
        #[arg(value_name = "ASN", value_parser = asn)]
        asn: u32,
        #[command(flatten)]
        source: Source,
    },
    /// Print customer cones: a network and the members of its cone, itself included, a line each
    #[command(after_help = "Example:\n  routeglass peering cones --relations as-rel.txt > ppdc.txt")]
    Cones {
        /// What counts
        #[arg(long, value_enum, default_value_t = ConeKind::Recursive)]
        kind: ConeKind,
        /// Relations in place of inferred ones: serial-1, serial-2 or JSON
        #[arg(long, value_name = "FILE", conflicts_with = "clique")]
        relations: Option<PathBuf>,
        #[command(flatten)]
        source: Source,
    },
    /// Print whom a network reaches over customers, over peers, and only over providers
    #[command(after_help = "Example:\n  routeglass peering reach 64496 --relations as-rel.txt")]
    Reach {
        #[arg(value_name = "ASN", value_parser = asn)]
        asn: u32,
        /// Relations in place of inferred ones: serial-1, serial-2 or JSON
        #[arg(long, value_name = "FILE", conflicts_with = "clique")]
        relations: Option<PathBuf>,
        #[command(flatten)]
        source: Source,
    },
    /// Print what two networks lose without their link, and what takes its place
    #[command(after_help = "Example:\n  routeglass peering depeer 64496 64500 rib.20260101.0000.gz")]
    Depeer {
        #[arg(value_name = "A", value_parser = asn)]
        a: u32,
        #[arg(value_name = "B", value_parser = asn)]
        b: u32,
        /// Relations in place of inferred ones: serial-1, serial-2 or JSON
        #[arg(long, value_name = "FILE", conflicts_with = "clique")]
        relations: Option<PathBuf>,
        #[command(flatten)]
        source: Source,
    },
    /// Print links that are gone while both networks are still seen, networks that are gone, and feeds that ended
    #[command(after_help = "Example:\n  routeglass peering lost rib.20260101.0000.gz rib.20260102.0000.gz")]
    Lost {
        /// Vantage points of both archives that must have shown a link or network
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = count)]
        min_vantage_points: u32,
        /// Origins that must have been seen over a link
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = count)]
        min_origins: u32,
        /// How they are printed
        #[arg(long, value_enum, default_value_t = TableFormat::Tsv)]
        format: TableFormat,
        /// The same as --format json
        #[arg(long, conflicts_with = "format")]
        json: bool,
        /// The address family of the routes
        #[arg(long, value_enum, value_name = "4|6", default_value_t = Ip::V4)]
        family: Ip,
        /// AS numbers of route servers, one a line, or a file with the header `# IXP ASes:`; they are cut out of paths
        #[arg(long, value_name = "FILE")]
        route_servers: Option<PathBuf>,
        #[command(flatten)]
        filtering: Filtering,
        #[command(flatten)]
        reading: Reading,
        #[arg(value_name = "EARLIER")]
        earlier: PathBuf,
        #[arg(value_name = "LATER")]
        later: PathBuf,
    },
    /// Print routes that were leaked, a line each, with the network that leaked and the type (RFC 7908)
    ///
    /// With --filter the routes that it matches are judged; relations are inferred from all.
    #[command(
        after_help = "Example:\n  routeglass peering leaks --relations as-rel.txt updates.*.gz",
        mut_arg("files", |files| files.help(ROUTES))
    )]
    Leaks {
        /// Relations in place of inferred ones: serial-1, serial-2 or JSON
        #[arg(long, value_name = "FILE", conflicts_with = "clique")]
        relations: Option<PathBuf>,
        /// Attested providers (ASPA): JSON of rpki-client or Routinator; routes that are invalid whoever gave them are printed too, with
        /// the type `aspa`. Those that had expired are counted as for `infer`
        #[arg(long, value_name = "FILE")]
        aspa: Option<PathBuf>,
        /// How they are printed. JSON has with `firm` whether the links that judge a leak are firm; links read from a file without
        /// evidence count as firm. How many leaks are judged by others is said on standard error
        #[arg(long, value_enum, default_value_t = TableFormat::Tsv)]
        format: TableFormat,
        /// The same as --format json
        #[arg(long, conflicts_with = "format")]
        json: bool,
        #[command(flatten)]
        source: Source,
    },
    /// Judge one route: its shape, Only to Customer, attested providers, validated origins
    ///
    /// A line for each question that the arguments answer: a word, a tab, the verdict. `shape`: valley-free, unknown, or a leak with its
    /// type and network; `otc`: ok or leak; `aspa`: valid, unknown or invalid, and without --from one line each for `aspa-upstream` and
    /// `aspa-downstream`; `rov`: valid, invalid or not-found. Attestations and payloads that had expired by --at (`expires` of rpki-client)
    /// are used all the same, and how many is said on standard error.
    #[command(
        after_help = "Example:\n  routeglass peering judge --path '64500 64496' --from customer --aspa aspa.json --vrp vrps.csv --prefix 192.0.2.0/24"
    )]
    Judge {
        /// The path as in AS_PATH: the neighbour first, the origin last; numbers as `64496`, `AS64496` or `1.10`. May be empty
        #[arg(long, value_name = "PATH", value_parser = as_path)]
        path: AsPathBuf,
        /// What the neighbour that gave the route is
        #[arg(long, value_enum, value_name = "ROLE")]
        from: Option<From>,
        /// Attested providers (ASPA): JSON of rpki-client or Routinator
        #[arg(long, value_name = "FILE")]
        aspa: Option<PathBuf>,
        /// Validated payloads in JSON or CSV, as of rpki-client, Routinator or the RIPE NCC's validator; columns by a header, else AS number,
        /// prefix and maximum length
        #[arg(long, value_name = "FILE", requires = "prefix")]
        vrp: Option<PathBuf>,
        /// The prefix of the route
        #[arg(long, value_name = "PREFIX", value_parser = prefix)]
        prefix: Option<Prefix>,
        /// The value of Only to Customer
        #[arg(long, value_name = "ASN", value_parser = asn, requires = "from")]
        otc: Option<u32>,
        /// Relations that give the shape: serial-1, serial-2 or JSON. Without evidence every link counts. With it, in JSON, a link counts
        /// unless too many paths speak against its relation: against one that is not `firm`, supposed and not forced by evidence, fewer
        /// are enough. A link that does not count leaves the shape unknown, unless the others show a leak
        #[arg(long, value_name = "FILE")]
        relations: Option<PathBuf>,
        /// The time of the route, to which expiries are compared. Seconds since 1970, or YYYY-MM-DD[THH:MM[:SS]]; not YYYYMMDD
        #[arg(long, value_name = "TIME", value_parser = clap::value_parser!(Timestamp))]
        at: Option<Timestamp>,
    },
    /// Write the unique paths of archives in their exchange form, to be merged with others and inferred from later
    ///
    /// The form has the evidence of --aspa, --otc and --communities too, which counts wherever the paths do.
    #[command(
        after_help = "Example:\n  routeglass peering reduce -o monday.paths.gz monday/*.gz; routeglass peering infer *.paths.gz"
    )]
    Reduce {
        #[command(flatten)]
        output: Output,
        #[command(flatten)]
        claims: Claims,
        #[command(flatten)]
        source: Source,
    },
}

/// An address family by its version.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ip {
    /// IPv4
    #[value(name = "4", aliases = ["ipv4", "IPv4"])]
    V4,
    /// IPv6
    #[value(name = "6", aliases = ["ipv6", "IPv6"])]
    V6,
}

impl Ip {
    pub(crate) const fn family(self) -> AddressFamily {
        match self {
            Self::V4 => AddressFamily::V4,
            Self::V6 => AddressFamily::V6,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RelationsFormat {
    /// provider|customer|-1 and peer|peer|0
    #[value(name = "serial-1")]
    Serial1,
    /// The same with a source column
    #[value(name = "serial-2")]
    Serial2,
    /// One JSON object per link, with all evidence
    Json,
    /// One network and its neighbours, providers above
    Dot,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// Columns between tabs, with a header
    Tsv,
    /// One JSON object per line
    Json,
}

impl TableFormat {
    /// This format, or JSON.
    pub(crate) const fn or_json(self, json: bool) -> Self {
        if json { Self::Json } else { self }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConeKind {
    /// All that links to customers reach
    Recursive,
    /// What paths show after a network over links to customers
    Observed,
    /// The same, of paths in which a provider or peer has the route from it
    ProviderPeer,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// A customer
    Customer,
    /// A provider
    Provider,
    /// A peer
    Peer,
    /// A route server
    Rs,
    /// A client of the local route server
    RsClient,
}

impl From {
    pub(crate) const fn role(self) -> Role {
        match self {
            Self::Customer => Role::Customer,
            Self::Provider => Role::Provider,
            Self::Peer => Role::Peer,
            Self::Rs => Role::RouteServer,
            Self::RsClient => Role::RouteServerClient,
        }
    }
}

fn asn(text: &str) -> Result<u32, String> {
    text.parse().map(|Asn(number)| number).map_err(|e: ParseAsnError| e.to_string())
}

/// A path as in AS_PATH, with numbers in all forms of [`Asn`].
fn as_path(text: &str) -> Result<AsPathBuf, String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut plain, mut rest) = (String::new(), text.as_str());
    while let Some(at) = rest.find(is_word) {
        let (before, from) = rest.split_at(at);
        let (word, after) = from.split_at(from.find(|c| !is_word(c)).unwrap_or(from.len()));
        plain.push_str(before);
        plain.push_str(&asn(word).map_err(|e| format!("{word}: {e}"))?.to_string());
        rest = after;
    }
    plain.push_str(rest);
    plain.parse().map_err(|e: ParseAsPathError| e.to_string())
}
