//! Judging routes: those of archives, or a single one.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;
use routeglass::attr::{AsPathBuf, SegmentKind};
use routeglass::bgp::Message;
use routeglass::element::{Element, ElementKind, UpdateElements};
use routeglass::mrt::{ReadContext, Record};
use routeglass::peering::aspa::{self, Attested, Direction};
use routeglass::peering::otc;
use routeglass::peering::rov;
use routeglass::peering::{AddressFamily, Hygiene, HygieneCounts, Judge, Link, Reduction, Relations};
use routeglass::{Peer, Prefix, Timestamp};
use serde_json::json;

use super::card::{counted, grouped};
use super::source::{
    Gathering, OtherFamilies, Routes, code, read_attested, read_relations, read_vrps, reduce, say_expired, say_expired_in,
    say_without, why_none,
};
use super::{Answer, Failed, gather_by, inferred, unusable};
use crate::args::{From, Source, TableFormat, misused};
use crate::drive::{self, Visitor};
use crate::finding::{BareMessage, Finding, Outcome};
use crate::input::{self, is_stdin};
use crate::report::remark;
use crate::selection::{Expired, Selection};

/// Judges each route of archives.
struct Judging<'o, W> {
    out: &'o mut W,
    judge: Judge,
    attested: Option<Attested>,
    format: TableFormat,
    hygiene: Hygiene,
    family: AddressFamily,
    buffer: Vec<u32>,
    /// Whether this is the second pass, with findings already reported.
    again: bool,
    /// The counts at the start of the input.
    before: HygieneCounts,
    /// The routes of other families in the input.
    other: OtherFamilies,
    /// Whether an input had no usable path.
    without: bool,
    /// Of inputs with usable routes.
    used: Routes,
    /// The number of leaks by shape, and of those that links judge that are not firm.
    leaks: u64,
    doubtful: u64,
    /// The routes that are judged.
    selection: Selection,
}

impl<W: Write> Judging<'_, W> {
    /// Says how many leaks stand on links that are not firm, and what the relations stand on.
    fn say_doubtful(&self, relations: &Relations) {
        if self.doubtful == 0 {
            return;
        }
        let firm = relations.iter().filter(Link::is_firm).count();
        let points = match relations.vantage_points() {
            // Relations that were read do not say.
            0 => String::new(),
            points => format!(", of paths from {}", counted(points, "vantage point")),
        };
        remark(&format!(
            "{} of {} judged by links that are not firm; {} of {} firm{points}",
            grouped(self.doubtful),
            counted(self.leaks, "leak"),
            grouped(firm),
            counted(relations.len(), "link"),
        ));
    }

    /// Judges a route if it is wanted.
    fn wanted(&mut self, element: &Element<'_>) -> io::Result<()> {
        if self.selection.wants(element) { self.element(element) } else { Ok(()) }
    }

    fn element(&mut self, element: &Element<'_>) -> io::Result<()> {
        let seen = matches!(element.kind(), ElementKind::Announce | ElementKind::Rib);
        if !seen || element.family() != Some(self.family.unicast()) {
            self.other.see(element, self.family);
            return Ok(());
        }
        let Some(prefix) = element.prefix() else { return Ok(()) };
        let Ok(path) = element.as_path() else {
            self.hygiene.count_unreadable();
            return Ok(());
        };
        let Ok(path) = self.hygiene.clean(&path, &mut self.buffer) else { return Ok(()) };
        let (Some(&first), Some(&origin)) = (path.first(), path.last()) else { return Ok(()) };
        let otc = element.attributes().ok().and_then(|attributes| attributes.only_to_customer().ok().flatten());
        let shape = self.judge.shape_marked(path, otc.map(|otc| otc.0));
        let attested = self.attested.as_ref();
        let verdicts = attested.map(|attested| {
            [Direction::Upstream, Direction::Downstream].map(|direction| aspa::verify(path, direction, attested))
        });
        // A path that is invalid even from a provider is invalid from everybody.
        let denied = verdicts.is_some_and(|[_, downstream]| downstream == aspa::Outcome::Invalid);
        if shape.leak.is_none() && !denied {
            return Ok(());
        }
        let firm = shape.leak.map(|_| shape.firm);
        self.leaks = self.leaks.saturating_add(u64::from(firm.is_some()));
        self.doubtful = self.doubtful.saturating_add(u64::from(firm == Some(false)));
        let peer = if element.is_local() { 0 } else { element.peer().asn.0 };
        let vantage = if peer == 0 { first } else { peer };
        let leaker = shape.leak.map(|leak| leak.by);
        let kind = shape.leak.map_or_else(|| "aspa".to_owned(), |leak| leak.kind.number().to_string());
        let hops: Vec<String> = path.iter().map(u32::to_string).collect();
        if self.format == TableFormat::Tsv {
            let leaker = leaker.map_or_else(String::new, |asn| asn.to_string());
            return writeln!(self.out, "{prefix}\t{origin}\t{leaker}\t{kind}\t{vantage}\t{}", hops.join(" "));
        }
        let verdict = |at: usize| verdicts.and_then(|both| both.get(at).copied()).map(aspa::Outcome::name);
        let row = json!({
            "prefix": prefix.to_string(), "origin": origin, "leaker": leaker, "type": kind, "vantage_point": vantage, "path": path,
            "otc": otc.map(|otc| otc.0), "aspa_upstream": verdict(0), "aspa_downstream": verdict(1),
            "firm": firm,
        });
        writeln!(self.out, "{row}")
    }
}

impl<W: Write> Visitor for Judging<'_, W> {
    fn record(&mut self, record: &Record<'_>, peers: &ReadContext, _: u64) -> io::Result<bool> {
        for element in record.elements_by(peers).flatten() {
            self.wanted(&element)?;
        }
        Ok(false)
    }

    fn message(&mut self, message: &BareMessage<'_>, _: u64) -> io::Result<()> {
        match message.parse() {
            Ok(Message::Update(update)) => UpdateElements::new(&update, Peer::UNKNOWN, Timestamp::EPOCH)
                .flatten()
                .try_for_each(|element| self.wanted(&element)),
            _ => Ok(()),
        }
    }

    fn cut_message(&mut self, _: &[u8], message: &BareMessage<'_>, number: u64) -> io::Result<()> {
        self.message(message, number)
    }

    fn cut_record(&mut self, _: &[u8], record: &Record<'_>, peers: &ReadContext, number: u64) -> io::Result<()> {
        self.record(record, peers, number).map(drop)
    }

    fn finding(&mut self, finding: &Finding<'_>) -> io::Result<()> {
        if !self.again {
            finding.remark();
        }
        Ok(())
    }

    fn selection(&self) -> Option<&Selection> {
        Some(&self.selection)
    }

    fn begin(&mut self, _: &Path) {
        self.selection.begin();
        (self.before, self.other) = (*self.hygiene.counts(), OtherFamilies::default());
    }

    fn end(&mut self, input: &Path) -> io::Result<()> {
        let counts = *self.hygiene.counts();
        // Of all routes it was said in the first pass.
        if (!self.again || self.selection.is_filtered()) && counts.kept() == self.before.kept() {
            self.without = true;
            say_without(input, self.family, &self.selection, &why_none(self.before, counts, self.family, &self.other));
        } else if !self.again {
            self.used.add(self.before, counts);
        }
        self.selection.end(input);
        Ok(())
    }
}

/// Whether an input can be read twice; a missing one is reported on opening.
fn is_repeatable(path: &Path) -> bool {
    !is_stdin(path) && fs::metadata(path).map_or(true, |metadata| metadata.is_file() || metadata.is_dir())
}

/// Routes are judged in a second pass if relations are inferred from them; stores of paths have none.
fn check_repeatable(relations: Option<&Path>, source: &Source) -> Result<(), Failed> {
    if relations.is_none()
        && let Some(path) = source.files.iter().find(|path| !is_repeatable(path))
    {
        let name = if is_stdin(path) { "standard input".into() } else { path.display().to_string() };
        misused(ErrorKind::ValueValidation, &format!("{name} cannot be read twice: give --relations"));
    }
    for path in source.files.iter().filter(|path| is_repeatable(path)) {
        if input::open(path).is_ok_and(|(_, first)| Reduction::is_exchange(first.as_bytes())) {
            return Err(unusable(&format!("{}: a store of paths has no routes to judge", path.display())));
        }
    }
    Ok(())
}

pub(super) fn leaks(
    out: &mut impl Write,
    relations: Option<&Path>,
    aspa: Option<&Path>,
    format: TableFormat,
    source: &Source,
) -> Answer {
    if source.files.is_empty() {
        misused(ErrorKind::MissingRequiredArgument, "no FILE to read routes from");
    }
    let gathering = Gathering::of_all(source)?;
    let table = gathering.table(&source.files)?;
    if table.is_none() {
        check_repeatable(relations, source)?;
    }
    let attested = aspa.map(read_attested).transpose()?;
    if let (Some(path), Some(attested)) = (aspa, &attested) {
        match source.at {
            Some(at) => say_expired(path, attested, at, &"the table"),
            None => say_expired_in(path, attested, &source.files),
        }
    }
    let (relations, gathered) = match (relations, &table) {
        (Some(path), _) => (read_relations(path)?, None),
        (None, None) => {
            let gathered = gather_by(&gathering, source)?;
            (inferred(&gathered, source)?, Some(gathered))
        }
        (None, Some((rib, outcome))) => {
            let gathered = gathering.gather_table(rib, *outcome);
            if gathered.is_empty() {
                return Err(Failed::Said(ExitCode::from(1)));
            }
            (inferred(&gathered, source)?, Some(gathered))
        }
    };
    if format == TableFormat::Tsv {
        writeln!(out, "prefix\torigin\tleaker\ttype\tvantage_point\tpath")?;
    }
    let mut judging = Judging {
        out,
        judge: relations.judge_leaks(),
        attested,
        format,
        hygiene: Hygiene::new().route_servers(gathering.servers.iter().copied()),
        family: gathering.family,
        buffer: Vec::new(),
        again: gathered.is_some(),
        before: HygieneCounts::default(),
        other: OtherFamilies::default(),
        without: false,
        used: Routes::default(),
        leaks: 0,
        doubtful: 0,
        selection: source.filtering.selection.clone(),
    };
    let mut outcome = Outcome::default();
    if let Some((mut rib, of_table)) = table {
        if let Some(at) = source.at {
            reduce(&judging.selection, &mut rib, at);
        }
        outcome = of_table;
        for found in rib.iter() {
            for route in found.routes() {
                judging.element(&route.to_element(found.family(), found.prefix()))?;
            }
        }
        if (gathered.is_none() || judging.selection.is_filtered()) && judging.hygiene.counts().kept() == 0 {
            judging.without = true;
            gathering.say_without_in_table(&judging.selection, *judging.hygiene.counts(), &judging.other);
        }
        gathering.say_rejected_in_table(&source.files, *judging.hygiene.counts());
        judging.say_doubtful(&relations);
        return Ok(gathered
            .map_or_else(|| code(outcome, gathering.fail_on(), judging.without), |gathered| gathered.code_if(judging.without)));
    }
    for file in &source.files {
        outcome = outcome.and(drive::run_opened(&source.reading.of(file), false, None, &mut judging)?);
    }
    judging.used.say_rejected(&source.files);
    judging.say_doubtful(&relations);
    Ok(gathered.map_or_else(|| code(outcome, gathering.fail_on(), judging.without), |gathered| gathered.code_if(judging.without)))
}

/// Says how many payloads or attestations had expired by the time of the route; without one, how many say when they expire.
fn say_expired_at(file: &Path, at: Option<Timestamp>, expired: impl Fn(Timestamp) -> (usize, usize)) {
    let (expired, all) = expired(at.unwrap_or(Timestamp::from_seconds(u32::MAX)));
    match at {
        _ if expired == 0 => {}
        Some(time) => remark(&format!("{}: {}", file.display(), Expired { expired, all, time, of: &"the route" })),
        None => {
            remark(&format!("{}: {expired} of {all} say when they expire, which is compared with --at TIME only", file.display()))
        }
    }
}

/// Files used to judge a route.
pub(super) struct Files<'a> {
    pub(super) aspa: Option<&'a Path>,
    pub(super) vrp: Option<&'a Path>,
    pub(super) relations: Option<&'a Path>,
    /// The time of the route.
    pub(super) at: Option<Timestamp>,
}

pub(super) fn judge(
    out: &mut impl Write,
    path: &AsPathBuf,
    from: Option<From>,
    files: &Files<'_>,
    prefix: Option<Prefix>,
    mark: Option<u32>,
) -> Answer {
    let sequence: Vec<u32> = path.asns().map(|asn| asn.0).collect();
    let has_set = path.segments().any(|(kind, _)| kind != SegmentKind::Sequence);
    let role = from.map(From::role);
    let mut asked = false;
    if let Some(file) = files.relations {
        let shape = read_relations(file)?.judge_leaks().shape(&sequence);
        let verdict = match shape.leak {
            // The members of a set have no order.
            _ if has_set => "unknown".to_owned(),
            Some(leak) => format!("leak of type {} by AS{}", leak.kind.number(), leak.by),
            None if shape.open > 0 => "unknown".to_owned(),
            None => "valley-free".to_owned(),
        };
        writeln!(out, "shape\t{verdict}")?;
        asked = true;
    }
    if let Some(mark) = mark {
        let (Some(role), Some(&remote)) = (role, sequence.first()) else {
            misused(ErrorKind::MissingRequiredArgument, "--otc is judged by whom the route is from: give --from and a path");
        };
        let leak = matches!(otc::ingress(role, Some(mark), remote), otc::Ingress::Leak(_));
        writeln!(out, "otc\t{}", if leak { "leak" } else { "ok" })?;
        asked = true;
    }
    if let Some(file) = files.aspa {
        let attested = read_attested(file)?;
        say_expired_at(file, files.at, |at| attested.expired(at));
        let verdict = |direction| if has_set { aspa::Outcome::Invalid } else { aspa::verify(&sequence, direction, &attested) };
        match role {
            Some(role) => writeln!(out, "aspa\t{}", verdict(Direction::from(role)).name())?,
            None => {
                writeln!(out, "aspa-upstream\t{}", verdict(Direction::Upstream).name())?;
                writeln!(out, "aspa-downstream\t{}", verdict(Direction::Downstream).name())?;
            }
        }
        asked = true;
    }
    if let Some(file) = files.vrp {
        let Some(prefix) = prefix else {
            misused(ErrorKind::MissingRequiredArgument, "--vrp judges a prefix: give --prefix");
        };
        let vrps = read_vrps(file)?;
        say_expired_at(file, files.at, |at| vrps.expired(at));
        let ends_in_set = path.segments().next_back().is_some_and(|(kind, _)| kind != SegmentKind::Sequence);
        let origin = if ends_in_set { None } else { sequence.last().copied() };
        writeln!(out, "rov\t{}", rov::validate(prefix, origin, &vrps).name())?;
        asked = true;
    }
    if !asked {
        misused(ErrorKind::MissingRequiredArgument, "nothing to judge by: give --relations, --otc, --aspa or --vrp");
    }
    Ok(ExitCode::SUCCESS)
}
