//! `routeglass rib`.

mod diff;
mod wanted;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::ErrorKind;
use routeglass::element::Element;
use routeglass::error::{Action, ErrorKind as Damaged};
use routeglass::filter::Filter;
use routeglass::io::{Decompress, DecompressError, Passed, ReadError};
use routeglass::rib::{AddPathReading, Ambiguous, Archives, BestPathOptions, Collector, Damage, Loaded, Note};
use routeglass::rib::{PrefixRoutes, Report, Rib, RibPeer, Staleness, StoredRoute};
use routeglass::text::bgpdump;
use routeglass::{Family, Prefix, Timestamp};
use serde::Serialize;

use crate::args::{self, AddPath, Asked, FILES_FIRST, FailOn, Question, TextFormat, misused};
use crate::finding::{Enclosing, Finding, Harm, Located, Locator, Outcome, What, cut};
use crate::input::{Files, First, is_stdin};
use crate::output::{NewFile, check_not_read, incomplete, is_stdout};
use crate::report::{complain, keeping, print_kept, remark};
use crate::selection::Selection;
use wanted::Wanted;

pub(crate) fn run(out: &mut impl Write, asked: &args::Rib) -> io::Result<ExitCode> {
    if let Question::Other { routes, .. } = &asked.question {
        asked.filters.families.iter().for_each(|family| check_family(family));
        check_routes(routes, &asked.filters.families);
    }
    match &asked.filters.selection {
        Ok(selection) => answer(out, asked, selection.clone()),
        Err(e) => e.exit(),
    }
}

fn answer(out: &mut impl Write, asked: &args::Rib, selection: Selection) -> io::Result<ExitCode> {
    let files: Vec<&PathBuf> = asked.files.iter().chain(asked.question.files()).collect();
    let has_files = !files.is_empty() || !asked.collectors.0.is_empty();
    if !has_files && !matches!(asked.question, Question::Diff { .. }) {
        misused(ErrorKind::MissingRequiredArgument, &format!("no FILE to make a table of{FILES_FIRST}"));
    }
    let mut archives = Archives::new();
    for (name, files) in &asked.collectors.0 {
        for file in files {
            archives.add_collector(name, file);
        }
    }
    for file in files {
        archives.add(file);
    }
    let mut tables = Tables::new(asked.at, asked.add_path, asked.recover, asked.fail_on);
    let mut answer = Answer {
        out,
        json: asked.json || asked.format == TextFormat::Json,
        is_empty: true,
        stale: 0,
        wanted: Wanted { selection, left_out: 0 },
    };
    let mut is_written = false;
    match &asked.question {
        Question::Diff { before, after, by, .. } => {
            if asked.at.is_some() {
                misused(ErrorKind::ArgumentConflict, "diff has instants of its own: A and B after the FILEs");
            }
            let instants = [before, after].map(|instant| instant.to_string_lossy().parse::<Timestamp>());
            if !has_files && instants.iter().all(Result::is_ok) && ![before, after].iter().any(|file| file.exists()) {
                let reason =
                    format!("{} and {} are instants, and there is no FILE{FILES_FIRST}", before.display(), after.display());
                misused(ErrorKind::MissingRequiredArgument, &reason);
            }
            let pair = if has_files {
                let mut texts = [before, after].into_iter();
                let instants = instants.map(|instant| match (instant, texts.next()) {
                    (Ok(at), _) => Some(at),
                    (Err(e), Some(text)) => misused(ErrorKind::ValueValidation, &format!("{}: {e}", text.display())),
                    (Err(e), None) => misused(ErrorKind::ValueValidation, &e.to_string()),
                });
                tables.load(&archives, &instants).map(|tables| tables.into_iter())
            } else {
                let one = |tables: &mut Tables, file: &PathBuf| {
                    let mut archives = Archives::new();
                    archives.add(file);
                    tables.load(&archives, &[None])
                };
                // Damage in one is reported even if the other is missing.
                let (before, after) = (one(&mut tables, before), one(&mut tables, after));
                before.zip(after).map(|(mut before, after)| {
                    before.extend(after);
                    before.into_iter()
                })
            };
            if let Some(mut pair) = pair
                && let (Some(before), Some(after)) = (pair.next(), pair.next())
            {
                answer.differences(&before, &after, *by)?;
                answer.end("no difference", &mut tables.outcome);
            }
        }
        Question::Write { to, force, .. } => {
            if answer.wanted.selection.has_limit() {
                misused(ErrorKind::ArgumentConflict, "--limit: an archive is written whole");
            }
            let read = archives.paths().map(Path::to_path_buf).collect::<Vec<_>>();
            if let Err(e) = check_not_read(to, read.iter().chain(answer.wanted.selection.files())) {
                complain(&format!("{}: {e}", to.display()));
                tables.outcome.unreadable = true;
            } else if let Some(mut rib) = tables.one(&archives) {
                answer.wanted.reduce(&mut rib);
                if tables.outcome.unreadable {
                    complain(&format!("{}: {}", to.display(), incomplete()));
                } else if rib.views().next().is_none() {
                    let until = if asked.at.is_some() { " up to that instant" } else { "" };
                    complain(&format!("{}: not written: the files have no record of a table or a peer{until}", to.display()));
                } else if rib.is_empty() && answer.wanted.left_out > 0 {
                    complain(&format!("{}: not written: no route matches", to.display()));
                } else {
                    tables.outcome.unreadable |= !answer.write(&rib, to, *force)?;
                    is_written = true;
                }
            }
        }
        Question::Lookup(prefixes) => {
            if let Some(rib) = tables.one(&archives) {
                let matches: Vec<_> = prefixes.prefixes.iter().map(|prefix| (*prefix, rib.longest_match(*prefix))).collect();
                // Which of several.
                if matches.len() > 1 && matches.iter().any(|(_, found)| found.is_some()) {
                    for (prefix, _) in matches.iter().filter(|(_, found)| found.is_none()) {
                        remark(&format!("{}: no route", Asking(*prefix)));
                    }
                }
                let found = matches.into_iter().filter_map(|(_, found)| found);
                answer.prefixes(&rib, found, prefixes, &mut tables.outcome)?;
            }
        }
        Question::Covering(prefixes) => {
            if let Some(rib) = tables.one(&archives) {
                let found = prefixes.prefixes.iter().flat_map(|prefix| rib.covering(*prefix));
                answer.prefixes(&rib, found, prefixes, &mut tables.outcome)?;
            }
        }
        Question::Covered(prefixes) => {
            if let Some(rib) = tables.one(&archives) {
                let found = prefixes.prefixes.iter().flat_map(|prefix| rib.covered(*prefix));
                answer.prefixes(&rib, found, prefixes, &mut tables.outcome)?;
            }
        }
        Question::Other { routes, .. } => {
            if let Some(rib) = tables.one(&archives) {
                answer.others(&rib, &asked.filters.families, routes)?;
                answer.end("no route", &mut tables.outcome);
            }
        }
    }
    answer.wanted.selection.unjudged().iter().for_each(|said| remark(said));
    if let Some(time) = tables.time {
        answer.wanted.selection.say_expired(time, &"the table");
    }
    let nothing = answer.is_empty && !is_written;
    let code = tables.outcome.exit_code(asked.fail_on);
    // Like grep.
    Ok(if nothing && !tables.outcome.unreadable { ExitCode::from(1) } else { code })
}

/// Loads tables and reports damage in files.
pub(crate) struct Tables {
    at: Option<Timestamp>,
    add_path: AddPath,
    recover: bool,
    fail_on: FailOn,
    files: Files,
    pub(crate) outcome: Outcome,
    said: HashSet<String>,
    /// The time of the first table that was loaded.
    time: Option<Timestamp>,
}

impl Tables {
    pub(crate) fn new(at: Option<Timestamp>, add_path: AddPath, recover: bool, fail_on: FailOn) -> Self {
        let (files, outcome, said) = (Files::default(), Outcome::default(), HashSet::new());
        Self { at, add_path, recover, fail_on, files, outcome, said, time: None }
    }

    /// The table at the instant; `None` if a file is missing or ambiguous, which has been reported.
    pub(crate) fn one(&mut self, archives: &Archives) -> Option<Rib> {
        self.load(archives, &[self.at])?.into_iter().next()
    }

    /// The tables at instants; `None` if a file is missing or of another kind, since the answer would lack its routes.
    fn load(&mut self, archives: &Archives, instants: &[Option<Timestamp>]) -> Option<Vec<Rib>> {
        let Self { add_path, recover, fail_on, files: inputs, outcome, said, .. } = self;
        let reading = match add_path {
            AddPath::Auto => AddPathReading::Evidence,
            AddPath::On => AddPathReading::Always,
            AddPath::Off => AddPathReading::Declared,
        };
        let archives = archives.clone().with_add_path(reading).recovering(*recover);
        let paths: Vec<PathBuf> = archives.paths().map(Path::to_path_buf).collect();
        let mut unreadable = false;
        for path in &paths {
            match Files::check(path) {
                // The octets of another kind of file may look like records. A pipe is read once.
                Ok(()) if !is_stdin(path) && path.is_file() => {
                    if let Some((class, reason)) = inputs.first(path).as_ref().and_then(other_kind) {
                        say_end(path, (0, 0), class, &reason, (Enclosing::None, None));
                        unreadable = true;
                    }
                }
                Ok(()) => {}
                Err(e) => {
                    complain(&format!("{}: {e}", path.display()));
                    unreadable = true;
                }
            }
        }
        if unreadable {
            outcome.unreadable = true;
            return None;
        }
        inputs.begin(&paths);
        let inputs = RefCell::new(inputs);
        // The part of a record that is read before its input fails is told with the failure.
        let mut held = None::<Held>;
        let report = |report: Report<'_>| {
            if let Some(held) = held.take().filter(|held| !held.is_told_by(&report)) {
                print_kept(&held.lines);
            }
            let is_discard = matches!(&report.damage, Damage::Record(e) if e.action() == Action::DiscardAttribute);
            // Discarded attributes leave their routes: they are reported if they count.
            if !is_discard || matches!(fail_on, FailOn::Discard | FailOn::Any) {
                let (is_open, lines) = keeping(|| damage(&inputs.borrow(), &report, outcome));
                unreadable |= !is_open;
                match &report.damage {
                    Damage::Gap(gap) if matches!(gap.reason.kind(), Damaged::Truncated(_)) => {
                        held = Some(Held { path: report.path.to_owned(), end: gap.end, lines });
                    }
                    _ => print_kept(&lines),
                }
            }
        };
        // Files may be read more than once.
        let passed = RefCell::new(BTreeMap::<PathBuf, Passed>::new());
        let open = |path: &Path| -> io::Result<Box<dyn Read>> {
            let source = inputs.borrow_mut().open(path)?;
            if !*recover {
                return Ok(source);
            }
            let damage = passed.borrow_mut().entry(path.to_owned()).or_default().clone();
            Ok(Box::new(Decompress::new(source)?.in_threads_passing(NonZeroUsize::MIN, damage)?))
        };
        let loaded = archives.load_with(instants, open, report);
        if let Some(held) = held {
            print_kept(&held.lines);
        }
        inputs.borrow_mut().end();
        for (path, damage) in passed.into_inner() {
            let lines: BTreeSet<String> = damage.take().iter().map(|e| format!("{}: {e}", path.display())).collect();
            lines.iter().for_each(|line| complain(line));
            if !lines.is_empty() {
                outcome.add(Harm::Everything);
            }
        }
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(e) => {
                let hint = match e.ambiguous {
                    // Files of one collector: its table lists both.
                    Some(Ambiguous::Peers { .. }) => "; add the file with the peer's OPEN message",
                    Some(_) => "; name the files of each collector: --collector NAME=FILE...",
                    None => "",
                };
                complain(&format!("{e}{hint}"));
                outcome.unreadable = true;
                return None;
            }
        };
        let Loaded { tables, notes, empty, reach, .. } = loaded;
        let mut say = |line: String| {
            if said.insert(line.clone()) {
                remark(&line);
            }
        };
        empty.iter().for_each(|path| say(format!("{}: is empty", path.display())));
        if let Some((first, last)) = reach {
            let is_before = |at: &Timestamp| at.seconds < first.seconds || (at.micros.is_some() && *at < first);
            let is_after = |at: &Timestamp| at.seconds > last.seconds.saturating_add(REACH);
            for at in instants.iter().flatten().filter(|at| is_before(at) || is_after(at)) {
                let side = if is_before(at) { "before" } else { "after" };
                say(format!("{} is {side} the records, which are of {} to {}", at.utc(), first.utc(), last.utc()));
            }
        }
        for note in &notes {
            let hint = match note {
                Note::PathIdentifiers { .. } | Note::EntryPathIdentifiers { .. } if *add_path == AddPath::Off => {
                    ": try --add-path auto"
                }
                Note::OlderDumps { .. } => "; if they are not, name the files of each: --collector NAME=FILE...",
                _ => "",
            };
            say(format!("{note}{hint}"));
        }
        outcome.unreadable |= unreadable;
        let time = instants.iter().flatten().next().copied();
        self.time = self.time.or(time).or(tables.first().map(|rib| Timestamp::from_seconds(rib.time())));
        (!unreadable).then_some(tables)
    }
}

/// What is said of octets that may be the part of a record before its input fails.
struct Held {
    path: PathBuf,
    end: u64,
    lines: Vec<String>,
}

impl Held {
    /// Whether a report is of the failure after these octets.
    fn is_told_by(&self, report: &Report<'_>) -> bool {
        matches!(&report.damage, Damage::Read(e @ ReadError::Io { .. }) if report.path == self.path && e.offset() == self.end)
    }
}

/// Seconds after the last record that an instant may have without a word: archives of updates are of up to a quarter of an hour.
const REACH: u32 = 900;

/// Class of an end in records, and of one in what carries them, which `dissect` cannot show.
const IN_RECORDS: [&str; 3] = ["mrt", "truncated", "-"];
const UNREADABLE: [&str; 3] = ["input", "unreadable", "-"];
/// Of messages, which `dissect` shows, and of a file of another kind.
const NOT_MRT: [&str; 3] = ["bgp", "unreadable", "-"];
const NO_RECORDS: [&str; 3] = ["mrt", "not-mrt", "-"];

const MESSAGES: &str = "these are BGP messages; rib takes MRT archives";

/// What a file is that its first octets show to be no archive of records.
fn other_kind(first: &First) -> Option<([&'static str; 3], String)> {
    match first.other_kind() {
        Some(other) => Some((NO_RECORDS, format!("this is {other}, not an MRT archive"))),
        None => first.is_bgp().then(|| (NOT_MRT, MESSAGES.to_owned())),
    }
}

/// Says at which record and offset the reading of a file ends, and why.
fn say_end(
    input: &Path,
    (number, offset): (u64, u64),
    class: [&'static str; 3],
    reason: &str,
    (enclosing, located): (Enclosing<'_>, Option<&Located>),
) {
    let what = What::End(offset, class, reason);
    Finding { input, unit: "record", number, what, enclosing, located }.remark();
}

/// Reports and counts damage in a file; returns whether the file could be opened and is an archive.
fn damage(inputs: &Files, report: &Report<'_>, outcome: &mut Outcome) -> bool {
    let enclosing = report.record.as_ref().map_or(Enclosing::None, |(record, peers)| Enclosing::Record(record, peers));
    let cut_in = report.record.as_ref().map(|(record, _)| Located::in_record(record));
    let end = |offset: u64, class: [&'static str; 3], reason: &str, outcome: &mut Outcome| {
        say_end(report.path, (report.number, offset), class, reason, (enclosing, cut_in.as_ref()));
        outcome.add(Harm::Everything);
    };
    match &report.damage {
        Damage::Open(e) => {
            complain(&format!("{}: {e}", report.path.display()));
            return false;
        }
        Damage::Read(e) => {
            let first = inputs.first(report.path);
            let no_archive = first.as_ref().and_then(|first| {
                let reason = first.reason(e);
                other_kind(first).or_else(|| (reason != e.to_string()).then_some((NO_RECORDS, reason)))
            });
            if let Some((class, reason)) = no_archive {
                say_end(report.path, (0, 0), class, &reason, (Enclosing::None, None));
                return false;
            }
            // With recovery nothing is left unread, and there is no such error.
            let say_unread = || {
                if let Some(said) = inputs.unread(report.path, e.offset()) {
                    remark(&format!("{}: {said}", report.path.display()));
                }
            };
            match e {
                ReadError::Io { source, .. } => {
                    outcome.unreadable |= source.get_ref().is_none_or(|inner| !inner.is::<DecompressError>());
                    end(e.offset(), UNREADABLE, &source.to_string(), outcome);
                }
                ReadError::Framing(error) => match (error.kind(), inputs.len(report.path)) {
                    (Damaged::Truncated(missing), Some(len)) => {
                        let there = usize::try_from(len.saturating_sub(e.offset())).unwrap_or(usize::MAX);
                        let missing = usize::try_from(missing).unwrap_or(usize::MAX);
                        end(e.offset(), IN_RECORDS, &cut("record", 12, there, missing), outcome);
                        say_unread();
                    }
                    _ => end(e.offset(), IN_RECORDS, &crate::finding::reason(error), outcome),
                },
                ReadError::TooLong { len, limit, .. } => {
                    let reason = format!("the record declares {len} bytes, and no more than {limit} are read as one");
                    end(e.offset(), IN_RECORDS, &reason, outcome);
                    say_unread();
                }
                e => end(e.offset(), UNREADABLE, &e.to_string(), outcome),
            }
        }
        Damage::Gap(gap) => {
            let what = What::Gap(gap.start, gap.end, gap.reason);
            let (input, number) = (report.path, report.number);
            Finding { input, unit: "record", number, what, enclosing, located: cut_in.as_ref() }.remark();
            outcome.add(Harm::Everything);
        }
        Damage::Record(e) => {
            let located = Locator::new(enclosing).locate(e);
            let (input, number, what) = (report.path, report.number, What::Error(*e));
            Finding { input, unit: "record", number, what, enclosing, located: Some(&located) }.remark();
            outcome.add(Harm::of(e));
        }
        other => end(other.offset(), UNREADABLE, &other.to_string(), outcome),
    }
    true
}

/// A word in the singular or the plural.
const fn verb(n: usize, one: &'static str, several: &'static str) -> &'static str {
    if n == 1 { one } else { several }
}

/// Output of an answer, and its form.
struct Answer<'o, W> {
    out: &'o mut W,
    json: bool,
    is_empty: bool,
    /// Lines of stale routes.
    stale: usize,
    wanted: Wanted,
}

/// A route, with data that its element does not have.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    element: Element<'a>,
    /// The collector and the view, if the table has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    collector: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    view: Option<String>,
    /// Why it is kept although its session ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    stale: Option<&'static str>,
}

impl<'a> Told<'a> {
    fn new(element: Element<'a>, several: bool, peer: &RibPeer, staleness: Option<Staleness>) -> Self {
        Self {
            element,
            collector: several.then(|| peer.collector.to_string()),
            view: (several && !peer.view.is_empty()).then(|| peer.view.escape_ascii().to_string()),
            stale: staleness.map(|staleness| match staleness {
                Staleness::Graceful => "graceful",
                Staleness::LongLived => "long-lived",
            }),
        }
    }

    /// What its line does not say.
    fn remarks(&self) -> Vec<String> {
        let mut said = Vec::new();
        if let (true, Some(family)) = (self.element.prefix().is_some(), self.element.family())
            && family.safi.0 != 1
        {
            said.push(family.to_string());
        }
        match (&self.collector, &self.view) {
            (Some(collector), Some(view)) => said.push(format!("at {collector} view {view}")),
            (Some(collector), None) => said.push(format!("at {collector}")),
            (None, _) => {}
        }
        said.extend(self.stale.map(|stale| format!("stale {stale}")));
        said
    }

    const fn is_plain(&self) -> bool {
        self.collector.is_none() && self.stale.is_none()
    }
}

/// Whether the table has more than one collector or view, so that its peers need both to be identified.
fn has_several(rib: &Rib) -> bool {
    rib.views().take(2).count() > 1
}

impl<W: Write> Answer<'_, W> {
    /// Prints the routes of prefixes; returns the number of routes of other families not shown.
    fn prefixes<'a>(
        &mut self,
        rib: &'a Rib,
        found: impl Iterator<Item = PrefixRoutes<'a>>,
        asked: &Asked,
        outcome: &mut Outcome,
    ) -> io::Result<()> {
        let several = has_several(rib);
        for found in found {
            let mut print = |route: StoredRoute<'a>| {
                let element = route.to_element(found.family(), found.prefix());
                if self.wanted.selection.is_done() || !self.wanted.wants(&element) {
                    return Ok(());
                }
                self.route(&Told::new(element, several, route.peer(), found.staleness(&route)))
            };
            if asked.best {
                found.best(&BestPathOptions::default()).map_or(Ok(()), print)?;
            } else {
                found.routes().try_for_each(&mut print)?;
            }
        }
        let mut others = self.wanted.other_families(rib);
        others.extend(self.wanted.multicast(rib));
        if !others.is_empty() {
            let count: usize = others.values().sum();
            let (noun, families_of) = if count == 1 { ("route", "another family") } else { ("routes", "other families") };
            let families: Vec<String> = others.iter().map(|(family, routes)| format!("{routes} {family}")).collect();
            remark(&format!(
                "not in this answer: {count} {noun} of {families_of} ({}); `other` prints {}",
                families.join(", "),
                if count == 1 { "it" } else { "them" }
            ));
        }
        self.end("no route", outcome);
        Ok(())
    }

    /// Prints routes that questions about prefixes do not: multicast ones, and those of families without plain prefixes.
    fn others(&mut self, rib: &Rib, families: &[String], texts: &[String]) -> io::Result<()> {
        let several = has_several(rib);
        let families: Vec<Filter> = families.iter().filter_map(|name| Filter::of("family", name).ok()).collect();
        let mut missing: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
        let mut print = |element: Element<'_>, route: &str, peer: &RibPeer, stale: Option<Staleness>| {
            let is_of_family = families.is_empty() || families.iter().any(|family| family.matches(&element));
            if self.wanted.selection.is_done() || !is_of_family {
                return Ok(());
            }
            let told = Told::new(element, several, peer, stale);
            if !texts.is_empty() {
                let whole = line(&told.element);
                let family = told.element.family().map(|family| family.to_string()).unwrap_or_default();
                let route = format!("{family} {route}");
                let printed = |text: &&String| is_printed(text, [&whole, &route], &family);
                let mut asked = texts.iter().filter(printed).peekable();
                if asked.peek().is_none() {
                    return Ok(());
                }
                asked.for_each(|text| {
                    missing.remove(text.as_str());
                });
            }
            if self.wanted.wants(&told.element) { self.route(&told) } else { Ok(()) }
        };
        for found in rib.iter_multicast() {
            let prefix = if texts.is_empty() { String::new() } else { found.prefix().to_string() };
            for route in found.routes() {
                let element = route.to_element(found.family(), found.prefix());
                print(element, &prefix, route.peer(), found.staleness(&route))?;
            }
        }
        for found in rib.others() {
            let unlabelled = if texts.is_empty() { String::new() } else { found.route().to_string() };
            for route in found.routes() {
                print(route.to_other_element(found.route()), &unlabelled, route.peer(), found.staleness(&route))?;
            }
        }
        if texts.len() > 1 && !self.is_empty {
            missing.iter().for_each(|text| remark(&format!("{text}: no route")));
        }
        Ok(())
    }

    /// Reports an empty answer.
    fn end(&self, nothing: &str, outcome: &mut Outcome) {
        if self.stale > 0 {
            let (routes, their) = if self.stale == 1 { ("route is", "its") } else { ("routes are", "their") };
            remark(&format!("{} {routes} stale, kept after {their} session ended", self.stale));
        }
        if self.is_empty && !outcome.unreadable {
            match self.wanted.left_out {
                0 => remark(nothing),
                n => remark(&format!("{nothing} matches: {n} {} left out", verb(n, "is", "are"))),
            }
        }
    }

    fn route(&mut self, told: &Told<'_>) -> io::Result<()> {
        self.is_empty = false;
        self.wanted.selection.count();
        if self.json {
            return if told.is_plain() { self.object(&told.element) } else { self.object(told) };
        }
        self.stale = self.stale.saturating_add(usize::from(told.stale.is_some()));
        let text = line(&told.element);
        match told.remarks() {
            said if said.is_empty() => writeln!(self.out, "{text}"),
            said => writeln!(self.out, "{text} # {}", said.join(", ")),
        }
    }

    /// Counts what the limit is about; returns whether it is still within.
    fn takes_one(&mut self) -> bool {
        let is_within = !self.wanted.selection.is_done();
        self.wanted.selection.count();
        is_within
    }

    fn object(&mut self, value: &impl Serialize) -> io::Result<()> {
        self.is_empty = false;
        serde_json::to_writer(&mut *self.out, value)?;
        self.out.write_all(b"\n")
    }

    /// Writes a table; returns whether the archive could be written.
    fn write(&mut self, rib: &Rib, to: &Path, force: bool) -> io::Result<bool> {
        let time = rib.time();
        if is_stdout(to) {
            rib.write_table_dump(time, self.out)?;
            remark_losses(rib);
            return Ok(true);
        }
        let written = NewFile::create(to, force).and_then(|mut file| {
            rib.write_table_dump(time, &mut file)?;
            file.finish()
        });
        if let Err(e) = written {
            complain(&format!("{}: {e}", to.display()));
            return Ok(false);
        }
        remark_losses(rib);
        let name = to.display().to_string();
        let (peers, prefixes, routes) = (rib.peers().count(), rib.iter().count(), rib.len());
        // Multicast routes are among those, as in the answers about prefixes.
        let multicast: usize = rib.iter_multicast().map(|found| found.routes().count()).sum();
        let others: usize = rib.other_families().values().sum::<usize>().saturating_add(multicast);
        if self.json {
            let other_routes = (others > 0).then_some(others);
            self.object(&Written { file: name, time, peers, prefixes, routes, other_routes })?;
        } else {
            let of_these = if others > 0 { format!(" ({others} of other families)") } else { String::new() };
            let number = |n: usize, one: &str, several: &str| format!("{n} {}", if n == 1 { one } else { several });
            let (peers, prefixes) = (number(peers, "peer", "peers"), number(prefixes, "prefix", "prefixes"));
            let routes = number(routes, "route", "routes");
            writeln!(self.out, "{name}: {peers}, {prefixes}, {routes}{of_these} at {time}")?;
        }
        Ok(true)
    }
}

/// Says what a written table does not: which of its routes are stale, and the IPv6 addresses of collectors.
fn remark_losses(rib: &Rib) {
    let is_graceful = |staleness: Option<Staleness>| staleness == Some(Staleness::Graceful);
    let prefixes = rib.iter().chain(rib.iter_multicast());
    let plain: usize = prefixes.map(|found| found.routes().filter(|route| is_graceful(found.staleness(route))).count()).sum();
    let others: usize =
        rib.others().map(|found| found.routes().filter(|route| is_graceful(found.staleness(route))).count()).sum();
    let stale = plain.saturating_add(others);
    if stale > 0 {
        let (routes, are) = (verb(stale, "route", "routes"), verb(stale, "is", "are"));
        remark(&format!("{stale} {routes} kept during a graceful restart {are} written without a mark: a table dump has none"));
    }
    for (collector, _, bgp_id) in rib.views() {
        if let (Collector::Address(IpAddr::V6(_)), None) = (collector, bgp_id) {
            remark(&format!("the collector {collector} is written as 0.0.0.0: a table dump has its BGP identifier only"));
        }
    }
}

/// Whether a text is that of a route or a line with it, from the time, the family or the route on; the path and the next hop may be
/// missing, and the time may be another one. `wholes` are the line, and the family and the route.
fn is_printed(text: &str, wholes: [&str; 2], family: &str) -> bool {
    let text = text.split_once(" # ").map_or(text, |(line, _)| line).trim();
    let [line, route] = wholes;
    let tail = line.split_once(" = ").map_or(line, |(_, tail)| tail);
    // Labels that are VNIs have two texts.
    let whole = |of: &str| {
        let ends = |rest: &str| rest.is_empty() || [" path ", " via ", " ["].iter().any(|next| rest.starts_with(next));
        of.strip_prefix(text).is_some_and(ends)
    };
    let without_family = |of: &str| of.strip_prefix(family).map(str::trim_start).is_some_and(whole);
    body(line) == body(text) || [tail, route].iter().any(|of| whole(of) || without_family(of))
}

/// Whether a family has this name or these numbers.
fn is_named(family: Family, name: &str) -> bool {
    name.replacen('/', " ", 1).eq_ignore_ascii_case(&family.to_string()) || name == format!("{}/{}", family.afi.0, family.safi.0)
}

/// Refuses a family that `other` cannot have.
fn check_family(name: &str) {
    let is_plain = |family: &Family| matches!((family.afi.0, family.safi.0), (1 | 2, 1));
    let known = Family::ALL.iter().find(|family| is_named(**family, name));
    if let Some(plain) = known.filter(|family| is_plain(family)) {
        let reason = format!("--family: the routes of {plain} are plain prefixes: ask `lookup` or `covered`");
        misused(ErrorKind::ValueValidation, &reason);
    }
    if Filter::of("family", name).is_err() {
        let names: Vec<String> = Family::ALL.iter().filter(|family| !is_plain(family)).map(Family::to_string).collect();
        let reason = format!("--family {name} is neither AFI/SAFI in numbers nor one of: {}", names.join(", "));
        misused(ErrorKind::ValueValidation, &reason);
    }
}

/// Refuses texts that are no routes of `other`.
fn check_routes(routes: &[String], families: &[String]) {
    let multicast = [Family::IPV4_MULTICAST, Family::IPV6_MULTICAST];
    let has_prefixes = families.iter().any(|name| multicast.iter().any(|family| is_named(*family, name)));
    for text in routes {
        if args::prefix(text).is_ok() && !has_prefixes {
            let ask = "ask `lookup` or `covered`, or add --family 'IPv4 multicast'";
            let reason = format!("{text} is a plain prefix: {ask}");
            misused(ErrorKind::ValueValidation, &reason);
        }
        // Of all routes, only the default one of route target membership has no number.
        if !text.bytes().any(|c| c.is_ascii_digit()) && !text.ends_with("default") {
            let reason = format!("{text} is no text of a route; `other` without one prints all of them");
            misused(ErrorKind::ValueValidation, &reason);
        }
    }
}

/// A prefix that was asked for: an address if it has one.
struct Asking(Prefix);

impl std::fmt::Display for Asking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.0.to_string();
        let host = if text.contains(':') { "/128" } else { "/32" };
        f.write_str(text.strip_suffix(host).unwrap_or(&text))
    }
}

/// The line of `bgpdump -m`, or the element's own if that cannot represent it.
fn line(element: &Element<'_>) -> String {
    let mut line = String::new();
    // Writing to a string cannot fail.
    let _ = if bgpdump::can_say(element) { bgpdump::write_line(&mut line, element) } else { write!(line, "{element}") };
    line
}

/// A line without its time.
fn body(line: &str) -> String {
    let mut fields = line.splitn(3, '|');
    match (fields.next(), fields.next(), fields.next()) {
        (Some(kind), Some(_), Some(rest)) => format!("{kind}|{rest}"),
        _ => line.split_once(' ').map_or(line, |(_, rest)| rest).to_owned(),
    }
}

/// A collector and a view.
fn collector_and_view(collector: &Collector, view: &[u8]) -> String {
    if view.is_empty() { collector.to_string() } else { format!("{collector} view {}", view.escape_ascii()) }
}

#[derive(Serialize)]
struct Written {
    file: String,
    time: u32,
    peers: usize,
    prefixes: usize,
    routes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_routes: Option<usize>,
}
