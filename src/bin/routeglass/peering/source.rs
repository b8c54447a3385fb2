//! Archives, stores of paths, and files of relations.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use routeglass::bgp::Message;
use routeglass::element::{Element, ElementKind, UpdateElements};
use routeglass::mrt::{ReadContext, Record};
use routeglass::peering::aspa::Attested;
use routeglass::peering::format::{self, FormatError, SerialReader};
use routeglass::peering::rov::Vrps;
use routeglass::peering::{AddressFamily, HygieneCounts, PathStore, Reduction, Relations, RoleCommunities};
use routeglass::rib::{Archives, Rib};
use routeglass::{Family, Peer, Prefix, Timestamp};

use super::card::{counted, grouped};
use super::{Failed, unreadable, unusable};
use crate::args::{Claims, FailOn, Ip, Reading, Source};
use crate::drive::{self, Visitor, fail_on};
use crate::finding::{BareMessage, Outcome};
use crate::input;
use crate::report::{complain, remark};
use crate::rib::Tables;
use crate::selection::{Expired, Selection};

/// The whole content of a file, decompressed.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    let mut octets = Vec::new();
    let read = input::open(path).and_then(|(mut input, _)| input.read_to_end(&mut octets));
    read.map_err(|e| unreadable(path, &e))?;
    Ok(octets)
}

/// Reports the place of an error in a text: file, line, column, reason.
pub(super) fn misformed(path: &Path, e: &FormatError) -> Failed {
    complain(&format!("{}:{}:{}: {}", path.display(), e.line, e.column, e.kind));
    Failed::Said(ExitCode::from(2))
}

/// A text without a byte order mark.
fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

/// Whether a text starts like relations: with their header, a link of numbers, or an object with its first network.
fn are_relations(first: &[u8]) -> bool {
    let text = without_mark(first);
    let mut columns = text.split(|&octet| octet == b'|');
    let mut is_number = || columns.next().is_some_and(|column| !column.is_empty() && column.iter().all(u8::is_ascii_digit));
    let has = |word: &[u8]| text.windows(word.len()).any(|window| window == word);
    (text.starts_with(b"#") && (has(b"clique:") || has(b"IXP ASes:")))
        || text.starts_with(b"{\"a\":")
        || (is_number() && is_number())
}

/// Reads relations of any format, without the text in memory unless it is JSON.
pub(super) fn read_relations(path: &Path) -> Result<Relations, Failed> {
    let (mut file, head) = input::open(path).map_err(|e| unreadable(path, &e))?;
    let is_store = Reduction::is_exchange(head.as_bytes());
    if is_store || (!head.is_text() && (head.is_bgp() || head.time().is_some())) {
        let what = if is_store { "a store of paths" } else { "an archive" };
        return Err(unreadable(path, &format_args!("this is {what}, not relations: it is given as FILE, without --relations")));
    }
    let relations = read_opened_relations(path, &mut file)?;
    if relations.is_empty() {
        remark(&format!("{}: has no relations", path.display()));
    }
    Ok(relations)
}

fn read_opened_relations(path: &Path, file: &mut impl Read) -> Result<Relations, Failed> {
    let mut chunk = vec![0; 1 << 16];
    let mut reader = SerialReader::new();
    let mut first = true;
    loop {
        let len = match file.read(&mut chunk) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            read => read.map_err(|e| unreadable(path, &e))?,
        };
        let text = chunk.get(..len).unwrap_or(&[]);
        if first && matches!(without_mark(text).trim_ascii_start(), [b'{' | b'[', ..]) {
            let mut all = text.to_vec();
            file.read_to_end(&mut all).map_err(|e| unreadable(path, &e))?;
            return Relations::read_json(&all).map_err(|e| misformed(path, &e));
        }
        first = false;
        if len == 0 {
            return reader.finish().map_err(|e| misformed(path, &e));
        }
        reader.feed(text).map_err(|e| misformed(path, &e))?;
    }
}

/// Reads attested providers.
pub(super) fn read_attested(path: &Path) -> Result<Attested, Failed> {
    let attested = Attested::read_json(&read(path)?).map_err(|e| misformed(path, &e))?;
    if attested.is_empty() {
        remark(&format!("{}: has no attestation", path.display()));
    }
    Ok(attested)
}

/// Says how many attestations had expired by the time of what is judged.
pub(super) fn say_expired(aspa: &Path, attested: &Attested, time: Timestamp, of: &dyn fmt::Display) {
    let (expired, all) = attested.expired(time);
    if expired > 0 {
        remark(&format!("{}: {}", aspa.display(), Expired { expired, all, time, of }));
    }
}

/// The same by the first record of files; not of pipes, which are read once.
pub(super) fn say_expired_in(aspa: &Path, attested: &Attested, files: &[PathBuf]) {
    let is_file = |path: &&PathBuf| !input::is_stdin(path) && fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    let first = files.iter().filter(is_file).find_map(|path| Some((input::open(path).ok()?.1.time()?, path)));
    if let Some((time, path)) = first {
        say_expired(aspa, attested, time, &format_args!("the first record of {}", path.display()));
    }
}

/// Refuses a list without an entry.
fn some<T>(path: &Path, list: T, is_empty: fn(&T) -> bool, things: &str) -> Result<T, Failed> {
    if is_empty(&list) { Err(unreadable(path, &format_args!("has no {things}"))) } else { Ok(list) }
}

/// Reads validated payloads. That there are none is possible: no origin is found then.
pub(super) fn read_vrps(path: &Path) -> Result<Vrps, Failed> {
    let vrps = Vrps::read(&read(path)?).map_err(|e| misformed(path, &e))?;
    if vrps.is_empty() {
        remark(&format!("{}: has no validated ROA payloads", path.display()));
    }
    Ok(vrps)
}

/// Reads AS numbers of route servers. The header of relations may name none, a list of its own not.
fn read_servers(path: &Path) -> Result<Vec<u32>, Failed> {
    let format::AsnList { asns, is_of_header, .. } = format::read_asns(&read(path)?).map_err(|e| misformed(path, &e))?;
    if is_of_header { Ok(asns) } else { some(path, asns, Vec::is_empty, "AS numbers") }
}

/// How archives are reduced to paths.
pub(super) struct Gathering {
    pub(super) family: AddressFamily,
    reading: Reading,
    /// AS numbers of route servers.
    pub(super) servers: Vec<u32>,
    /// Prefixes of exchanges.
    exchanges: Vec<Prefix>,
    /// The instant of the table, in place of every route.
    at: Option<Timestamp>,
    /// Evidence beyond paths.
    otc: bool,
    communities: RoleCommunities,
    attested: Option<Attested>,
    /// The routes that are wanted.
    selection: Selection,
}

impl Gathering {
    pub(super) fn new(family: Ip, reading: Reading, servers: Option<&Path>) -> Result<Self, Failed> {
        let servers = match servers {
            Some(path) => read_servers(path)?,
            None => Vec::new(),
        };
        Ok(Self {
            family: family.family(),
            reading,
            servers,
            exchanges: Vec::new(),
            at: None,
            otc: false,
            communities: RoleCommunities::new(),
            attested: None,
            selection: Selection::default(),
        })
    }

    /// Of the routes that are wanted.
    pub(super) fn filtered(mut self, selection: &Selection) -> Self {
        self.selection = selection.clone();
        self
    }

    pub(super) fn of(source: &Source) -> Result<Self, Failed> {
        Ok(Self::of_all(source)?.filtered(&source.filtering.selection))
    }

    /// Of all routes, whatever is wanted.
    pub(super) fn of_all(source: &Source) -> Result<Self, Failed> {
        let mut gathering = Self::new(source.family, source.reading, source.route_servers.as_deref())?;
        if let Some(path) = &source.exchanges {
            let exchanges = format::read_prefixes(&read(path)?).map_err(|e| misformed(path, &e))?;
            gathering.exchanges = some(path, exchanges, Vec::is_empty, "prefixes")?;
        }
        gathering.at = source.at;
        Ok(gathering)
    }

    /// Gathers evidence beyond paths too.
    pub(super) fn with_claims(mut self, claims: &Claims, files: &[PathBuf]) -> Result<Self, Failed> {
        self.otc = claims.otc;
        if let Some(path) = &claims.communities {
            let communities = format::read_role_communities(&read(path)?).map_err(|e| misformed(path, &e))?;
            self.communities = some(path, communities, RoleCommunities::is_empty, "communities")?;
        }
        if let Some(path) = &claims.aspa {
            let attested = read_attested(path)?;
            match self.at {
                Some(at) => say_expired(path, &attested, at, &"the table"),
                None => say_expired_in(path, &attested, files),
            }
            self.attested = Some(attested);
        }
        Ok(self)
    }

    pub(super) fn fail_on(&self) -> FailOn {
        fail_on(&self.reading, FailOn::Reset)
    }

    /// A reduction without routes.
    fn reduction(&self) -> Reduction {
        let mut reduction = Reduction::new(self.family)
            .route_servers(self.servers.iter().copied())
            .exchanges(self.exchanges.iter().copied())
            .with_role_communities(self.communities.clone());
        if self.otc {
            reduction = reduction.with_only_to_customer();
        }
        if let Some(attested) = &self.attested {
            reduction.attested(attested);
        }
        reduction
    }

    /// The table at the instant that was asked for; `None` if none was.
    pub(super) fn table(&self, files: &[PathBuf]) -> Result<Option<(Rib, Outcome)>, Failed> {
        let Some(at) = self.at else { return Ok(None) };
        let mut archives = Archives::new();
        for path in files {
            if input::open(path).is_ok_and(|(_, first)| Reduction::is_exchange(first.as_bytes())) {
                return Err(unusable(&format!("{}: a store of paths has no table of an instant", path.display())));
            }
            archives.add(path);
        }
        let mut tables = Tables::new(Some(at), self.reading.add_path, self.reading.recover, self.fail_on());
        match tables.one(&archives) {
            Some(mut rib) => {
                reduce(&self.selection, &mut rib, at);
                Ok(Some((rib, tables.outcome)))
            }
            None => Err(Failed::Said(ExitCode::from(2))),
        }
    }

    /// Reduces a table.
    pub(super) fn gather_table(&self, rib: &Rib, outcome: Outcome) -> Gathered {
        let mut reduction = self.reduction();
        reduction.add_table(rib);
        let without = reduction.counts().kept() == 0;
        if without {
            self.say_without_in_table(&self.selection, reduction.counts(), &self.other_in(rib));
        }
        self.gathered(reduction, outcome, without)
    }

    /// Reports a table without a usable path.
    pub(super) fn say_without_in_table(&self, selection: &Selection, counts: HygieneCounts, other: &OtherFamilies) {
        let why = why_none(HygieneCounts::default(), counts, self.family, other);
        let matching = matching(selection);
        complain(&format!("the table of that instant has no usable IPv{} path{matching}{why}", self.family.version()));
    }

    /// Reports the routes of a table that are not used.
    pub(super) fn say_rejected_in_table(&self, files: &[PathBuf], counts: HygieneCounts) {
        let mut used = Routes::default();
        if counts.kept() > 0 {
            used.add(HygieneCounts::default(), counts);
        }
        used.say_rejected(files);
    }

    /// The routes of a table that are of other families.
    fn other_in(&self, rib: &Rib) -> OtherFamilies {
        let mut other = OtherFamilies::default();
        for found in rib.iter().chain(rib.iter_multicast()).filter(|found| found.family() != self.family.unicast()) {
            other.add(found.family(), found.routes().count() as u64);
        }
        rib.other_families().into_iter().for_each(|(family, count)| other.add(family, count as u64));
        other
    }

    /// Says that paths of a store have numbers of route servers: they are as they were when they were reduced.
    fn say_uncut(&self, path: &Path, store: &Reduction) {
        if self.servers.is_empty() {
            return;
        }
        let has = |path: &[u32]| path.iter().any(|asn| self.servers.binary_search(asn).is_ok());
        let uncut = store.paths().iter().filter(|stored| has(stored.path)).count();
        if uncut > 0 {
            remark(&format!(
                "{}: {} of {} still with numbers of --route-servers, which `reduce` cuts out of archives, and nothing of stores",
                path.display(),
                grouped(uncut),
                counted(store.paths().len(), "path")
            ));
        }
    }

    fn gathered(&self, reduction: Reduction, outcome: Outcome, without: bool) -> Gathered {
        if reduction.is_full() {
            complain("the store of paths is full: the answer lacks some");
        }
        Gathered { reduction, servers: self.servers.clone(), outcome, fail_on: self.fail_on(), without }
    }

    /// Reads archives and stores of paths, or the table of an instant.
    pub(super) fn gather(&self, files: &[PathBuf]) -> Result<Gathered, Failed> {
        if let Some((rib, outcome)) = self.table(files)? {
            let gathered = self.gather_table(&rib, outcome);
            self.say_rejected_in_table(files, gathered.reduction.counts());
            return Ok(gathered);
        }
        let reduction = self.reduction();
        let (before, other) = (HygieneCounts::default(), OtherFamilies::default());
        let mut gather =
            Gather { reduction, before, other, without: false, used: Routes::default(), selection: self.selection.clone() };
        let mut outcome = Outcome::default();
        for path in files {
            let (mut input, first) = match input::open(path) {
                Ok(opened) => opened,
                Err(e) => {
                    complain(&format!("{}: {e}", path.display()));
                    outcome.unreadable = true;
                    continue;
                }
            };
            if are_relations(first.as_bytes()) {
                let takers = "`cones`, `reach`, `depeer`, `leaks` and `judge` take them by --relations";
                remark(&format!("{}: these are relations, not routes: {takers}", path.display()));
            }
            if !Reduction::is_exchange(first.as_bytes()) {
                outcome = outcome.and(drive::run_opened(&self.reading.of(path), false, Some((input, first)), &mut gather)?);
                continue;
            }
            if self.selection.is_filtered() {
                return Err(unusable(&format!("{}: a store of paths has no routes to filter", path.display())));
            }
            let mut octets = Vec::new();
            input.read_to_end(&mut octets).map_err(|e| unreadable(path, &e))?;
            let store = Reduction::from_exchange(&octets).map_err(|e| unreadable(path, &e))?;
            let (of, asked) = (store.paths().family().version(), self.family.version());
            if of != asked {
                let reason = format!("this is a store of IPv{of} paths, and the question is about IPv{asked}: --family {of}");
                return Err(unreadable(path, &reason));
            }
            self.say_uncut(path, &store);
            gather.begin(path);
            gather.reduction.merge(&store).map_err(|e| unreadable(path, &e))?;
            gather.end(path)?;
        }
        let Gather { reduction, without, used, .. } = gather;
        used.say_rejected(files);
        Ok(self.gathered(reduction, outcome, without))
    }
}

/// Routes reduced to paths, with the outcome of reading them.
pub(super) struct Gathered {
    pub(super) reduction: Reduction,
    pub(super) servers: Vec<u32>,
    pub(super) outcome: Outcome,
    fail_on: FailOn,
    /// Whether a file had no usable path.
    without: bool,
}

impl Gathered {
    pub(super) const fn paths(&self) -> &PathStore {
        self.reduction.paths()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.paths().is_empty()
    }

    pub(super) fn code(&self) -> ExitCode {
        self.code_if(false)
    }

    /// The same where an answer may be without a usable path too.
    pub(super) fn code_if(&self, without: bool) -> ExitCode {
        code(self.outcome, self.fail_on, self.without || without)
    }
}

/// The exit code: 1 also if a file had no usable path.
pub(super) fn code(outcome: Outcome, fail_on: FailOn, without: bool) -> ExitCode {
    if without && !outcome.unreadable { ExitCode::from(1) } else { outcome.exit_code(fail_on) }
}

/// Reports a file without a usable path among the routes that are wanted.
pub(super) fn say_without(path: &Path, family: AddressFamily, selection: &Selection, why: &str) {
    complain(&format!("{}: no usable IPv{} path{}{why}", path.display(), family.version(), matching(selection)));
}

/// Which routes have no usable path.
const fn matching(selection: &Selection) -> &'static str {
    if selection.is_filtered() { " of a route that matches" } else { "" }
}

/// Removes the routes of a table that are not wanted.
pub(super) fn reduce(selection: &Selection, rib: &mut Rib, at: Timestamp) {
    if !selection.is_filtered() {
        return;
    }
    let mut selection = selection.clone();
    rib.retain(|element| selection.wants(element));
    selection.unjudged().iter().for_each(|said| remark(said));
    selection.say_expired(at, &"the table");
}

/// The routes of families other than the one asked for, which are left out.
#[derive(Default)]
pub(super) struct OtherFamilies(BTreeMap<Family, u64>);

impl OtherFamilies {
    pub(super) fn add(&mut self, family: Family, routes: u64) {
        if routes > 0 {
            let count = self.0.entry(family).or_default();
            *count = count.saturating_add(routes);
        }
    }

    /// Counts an announced or table route unless it is of the family that is asked for.
    pub(super) fn see(&mut self, element: &Element<'_>, asked: AddressFamily) {
        if let Some(family) = element.family().filter(|family| *family != asked.unicast())
            && matches!(element.kind(), ElementKind::Announce | ElementKind::Rib)
        {
            self.add(family, 1);
        }
    }
}

/// What became of the routes that were counted between two instants, of which none is usable. If none was counted, the routes of other
/// families are all that there is.
pub(super) fn why_none(
    before: HygieneCounts,
    after: HygieneCounts,
    asked: AddressFamily,
    OtherFamilies(other): &OtherFamilies,
) -> String {
    if is_none_counted(before, after) && !other.is_empty() {
        let counted: Vec<String> = other.iter().map(|(family, count)| format!("{family} {count}")).collect();
        let left_out = format!("left out: {}", counted.join(", "));
        let version = other_family(asked).version();
        return match other.contains_key(&other_family(asked).unicast()) {
            true => format!("; its routes are of IPv{version}: --family {version} ({left_out})"),
            false => format!("; its routes are of other families ({left_out})"),
        };
    }
    let reasons = reasons(rejected(before, after));
    if reasons.is_empty() { String::new() } else { format!("; routes rejected: {}", reasons.join(", ")) }
}

/// The numbers of routes rejected between two instants, with those that cannot be read.
fn rejected(before: HygieneCounts, after: HygieneCounts) -> [(&'static str, u64); 8] {
    let [a, b, c, d, e, f, g] = after.rejected();
    let [mut all @ .., unreadable] = [a, b, c, d, e, f, g, ("unreadable", after.unreadable)];
    for ((_, count), (_, before)) in all.iter_mut().zip(before.rejected()) {
        *count = count.saturating_sub(before);
    }
    let [a, b, c, d, e, f, g] = all;
    [a, b, c, d, e, f, g, (unreadable.0, unreadable.1.saturating_sub(before.unreadable))]
}

/// Those that there are, with their names.
fn reasons(rejected: [(&'static str, u64); 8]) -> Vec<String> {
    rejected.into_iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!("{name} {count}")).collect()
}

/// The routes of inputs that have usable ones: of the others it is said that they have none, and why.
#[derive(Clone, Copy, Default)]
pub(super) struct Routes {
    all: u64,
    rejected: Option<[(&'static str, u64); 8]>,
}

impl Routes {
    /// Adds what was counted between two instants.
    pub(super) fn add(&mut self, before: HygieneCounts, after: HygieneCounts) {
        let counted = |counts: HygieneCounts| counts.entries.saturating_add(counts.unreadable);
        self.all = self.all.saturating_add(counted(after).saturating_sub(counted(before)));
        let more = rejected(before, after);
        match &mut self.rejected {
            Some(rejected) => {
                for ((_, count), (_, more)) in rejected.iter_mut().zip(more) {
                    *count = count.saturating_add(more);
                }
            }
            none => *none = Some(more),
        }
    }

    /// Says how many are not used, and why.
    pub(super) fn say_rejected(&self, files: &[PathBuf]) {
        let Some(rejected) = self.rejected else { return };
        let sum = rejected.iter().fold(0u64, |sum, &(_, count)| sum.saturating_add(count));
        if sum == 0 {
            return;
        }
        let name = match files {
            [file] => file.display().to_string(),
            files => format!("{} files", files.len()),
        };
        let reasons = reasons(rejected).join(", ");
        remark(&format!("{name}: {} of {} rejected: {reasons}", grouped(sum), counted(self.all, "route")));
    }
}

/// Whether no route was counted between two instants.
const fn is_none_counted(before: HygieneCounts, after: HygieneCounts) -> bool {
    after.entries == before.entries && after.unreadable == before.unreadable
}

/// The address family that is not asked for.
pub(super) fn other_family(family: AddressFamily) -> AddressFamily {
    if family == AddressFamily::V4 { AddressFamily::V6 } else { AddressFamily::V4 }
}

struct Gather {
    reduction: Reduction,
    /// The counts at the start of the input.
    before: HygieneCounts,
    /// The routes of other families, before any of this one.
    other: OtherFamilies,
    without: bool,
    /// Of inputs with usable routes.
    used: Routes,
    /// The routes that are wanted.
    selection: Selection,
}

impl Gather {
    /// Whether no route of the input was counted so far.
    fn has_none(&self) -> bool {
        is_none_counted(self.before, self.reduction.counts())
    }
}

impl Visitor for Gather {
    fn begin(&mut self, _: &Path) {
        self.selection.begin();
        (self.before, self.other) = (self.reduction.counts(), OtherFamilies::default());
    }

    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, _: u64) -> io::Result<bool> {
        if self.selection.is_filtered() {
            let Self { selection, reduction, other, .. } = self;
            let family = reduction.paths().family();
            selection.each(record, peers, |element| {
                // Counted inside.
                let _ = reduction.add(element);
                other.see(element, family);
            });
            return Ok(false);
        }
        self.reduction.add_record(record, peers);
        if self.has_none() {
            let family = self.reduction.paths().family();
            record.elements_by(peers).flatten().for_each(|element| self.other.see(&element, family));
        }
        Ok(false)
    }

    fn cut_message(&mut self, _: &[u8], message: &BareMessage<'_>, number: u64) -> io::Result<()> {
        self.message(message, number)
    }

    fn cut_record(&mut self, _: &[u8], record: &Record<'_>, peers: &ReadContext, number: u64) -> io::Result<()> {
        self.record(record, peers, number).map(drop)
    }

    fn message(&mut self, message: &BareMessage<'_>, _: u64) -> io::Result<()> {
        if let Ok(Message::Update(update)) = message.parse() {
            if self.selection.is_filtered() {
                let family = self.reduction.paths().family();
                for element in UpdateElements::new(&update, Peer::UNKNOWN, Timestamp::EPOCH).flatten() {
                    if self.selection.wants(&element) {
                        // Counted inside.
                        let _ = self.reduction.add(&element);
                        self.other.see(&element, family);
                    }
                }
                return Ok(());
            }
            self.reduction.add_update(0, &update);
            if self.has_none() {
                let family = self.reduction.paths().family();
                let elements = UpdateElements::new(&update, Peer::UNKNOWN, Timestamp::EPOCH);
                elements.flatten().for_each(|element| self.other.see(&element, family));
            }
        }
        Ok(())
    }

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn end(&mut self, input: &Path) -> io::Result<()> {
        let (family, counts) = (self.reduction.paths().family(), self.reduction.counts());
        if counts.kept() == self.before.kept() {
            self.without = true;
            say_without(input, family, &self.selection, &why_none(self.before, counts, family, &self.other));
        } else {
            self.used.add(self.before, counts);
        }
        self.selection.end(input);
        Ok(())
    }
}
