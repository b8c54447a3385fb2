//! `routeglass rib`.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use routeglass::Asn;
use routeglass::element::Element;
use routeglass::rib::{BestPathOptions, Change, Damage, PrefixRoutes, Rib, RibPeer, StoredRoute};
use routeglass::text::bgpdump;
use serde::Serialize;

use crate::args::{Asked, By, Question, misused};
use crate::finding::{Harm, Outcome};
use crate::input::Files;
use crate::output::NewFile;
use crate::report::complain;
use crate::time;

pub(crate) fn run(
    out: &mut impl Write,
    files: &[PathBuf],
    at: Option<u32>,
    json: bool,
    question: &Question,
) -> io::Result<Outcome> {
    if files.is_empty() && !matches!(question, Question::Diff { .. }) {
        misused(ErrorKind::MissingRequiredArgument, "no FILE to make a table of");
    }
    let mut tables = Tables::default();
    let mut answer = Answer { out, json, line: String::new() };
    match question {
        Question::Diff { before, after, by } => {
            if at.is_some() {
                misused(ErrorKind::ArgumentConflict, "diff has instants of its own: A and B behind the FILEs");
            }
            let (before, after) = if files.is_empty() {
                let [before, after] = [before, after].map(std::slice::from_ref);
                (tables.load(before, None), tables.load(after, None))
            } else {
                let [before, after] = [before, after].map(|instant| match time::instant(&instant.to_string_lossy()) {
                    Ok(at) => at,
                    Err(e) => misused(ErrorKind::ValueValidation, &format!("{}: {e}", instant.display())),
                });
                (tables.load(files, Some(before)), tables.load(files, Some(after)))
            };
            if let (Some(before), Some(after)) = (before, after) {
                answer.differences(&before, &after, *by)?;
            }
        }
        Question::Lookup(asked) => {
            if let Some(rib) = tables.load(files, at) {
                asked
                    .prefixes
                    .iter()
                    .filter_map(|prefix| rib.longest_match(*prefix))
                    .try_for_each(|found| answer.routes(&found, asked))?;
            }
        }
        Question::Covering(asked) => {
            if let Some(rib) = tables.load(files, at) {
                asked
                    .prefixes
                    .iter()
                    .flat_map(|prefix| rib.covering(*prefix))
                    .try_for_each(|found| answer.routes(&found, asked))?;
            }
        }
        Question::Covered(asked) => {
            if let Some(rib) = tables.load(files, at) {
                asked
                    .prefixes
                    .iter()
                    .flat_map(|prefix| rib.covered(*prefix))
                    .try_for_each(|found| answer.routes(&found, asked))?;
            }
        }
        Question::Write { to, force } => {
            if let Some(rib) = tables.load(files, at)
                && !answer.write(&rib, to, *force)?
            {
                tables.outcome.unreadable = true;
            }
        }
    }
    Ok(tables.outcome)
}

/// Loads tables, and says once what is wrong with a file.
#[derive(Default)]
struct Tables {
    files: Files,
    outcome: Outcome,
    said: HashSet<String>,
}

impl Tables {
    /// The table of an instant; none if a file is missing, whose routes nobody would miss in the answer.
    fn load(&mut self, files: &[PathBuf], at: Option<u32>) -> Option<Rib> {
        let Self { files: inputs, outcome, said } = self;
        let mut say = |line: String| {
            if !said.contains(&line) {
                complain(&line);
                said.insert(line);
            }
        };
        let mut unreadable = false;
        for path in files {
            if let Err(e) = Files::check(path) {
                say(format!("{}: {e}", path.display()));
                unreadable = true;
            }
        }
        if !unreadable {
            inputs.begin(files);
            let inputs = RefCell::new(inputs);
            let report = |path: &Path, damage: Damage| match damage {
                Damage::Open(e) => {
                    say(format!("{}: {e}", path.display()));
                    unreadable = true;
                }
                Damage::Read(e) => {
                    let first = if e.offset() == 0 { inputs.borrow().first(path) } else { None };
                    let reason = first.map_or_else(|| e.to_string(), |first| first.reason(&e));
                    say(format!("{}: {}: {reason}", path.display(), e.offset()));
                    outcome.add(Harm::Everything);
                }
                damage => {
                    say(format!("{}: {}: {damage}", path.display(), damage.offset()));
                    outcome.add(if let Damage::Record(e) = &damage { Harm::of(e) } else { Harm::Everything });
                }
            };
            let rib = Rib::new().load_with(files, at, |path| inputs.borrow_mut().open(path), report);
            inputs.borrow_mut().end();
            if !unreadable {
                return Some(rib);
            }
        }
        outcome.unreadable = true;
        None
    }
}

/// Where an answer goes, and in which form.
struct Answer<'o, W> {
    out: &'o mut W,
    json: bool,
    line: String,
}

impl<W: Write> Answer<'_, W> {
    fn routes(&mut self, found: &PrefixRoutes<'_>, asked: &Asked) -> io::Result<()> {
        let print = |route: StoredRoute<'_>| self.route("", &route.to_element(found.family(), found.prefix()));
        if asked.best {
            found.best(&BestPathOptions::default()).map_or(Ok(()), print)
        } else {
            found.routes().try_for_each(print)
        }
    }

    fn route(&mut self, mark: &str, element: &Element<'_>) -> io::Result<()> {
        if self.json {
            return self.object(element);
        }
        self.line.clear();
        self.line.push_str(mark);
        // Writing to a string does not fail.
        let _ = bgpdump::write_line(&mut self.line, element);
        self.line.push('\n');
        self.out.write_all(self.line.as_bytes())
    }

    fn object(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut *self.out, value)?;
        self.out.write_all(b"\n")
    }

    fn differences(&mut self, before: &Rib, after: &Rib, by: By) -> io::Result<()> {
        let mut done = Ok(());
        match by {
            By::Route => before.changes(after, |change| {
                if done.is_ok() {
                    done = self.difference(&change);
                }
            }),
            By::Peer => {
                let mut counts = BTreeMap::<RibPeer, Counts>::new();
                before.changes(after, |change| {
                    let counts = counts.entry(change.peer()).or_default();
                    counts.count(change.before.is_some(), change.after.is_some());
                });
                done = counts.into_iter().try_for_each(|(peer, counts)| self.peer(peer, counts));
            }
            By::Origin => {
                let mut counts = BTreeMap::<Option<Asn>, Counts>::new();
                before.changes(after, |change| {
                    let [old, new] = [change.before, change.after].map(|route| route.map(origins).unwrap_or_default());
                    for origin in old.iter().chain(new.iter().filter(|origin| !old.contains(origin))) {
                        counts.entry(*origin).or_default().count(old.contains(origin), new.contains(origin));
                    }
                });
                done = counts.into_iter().try_for_each(|(origin, counts)| self.origin(origin, counts));
            }
        }
        done
    }

    fn difference(&mut self, change: &Change<'_>) -> io::Result<()> {
        let [before, after] =
            [change.before, change.after].map(|route| route.map(|route| route.to_element(change.family, change.prefix)));
        if self.json {
            let kind = match (before, after) {
                (None, _) => "gained",
                (_, None) => "lost",
                _ => "changed",
            };
            return self.object(&Difference { change: kind, prefix: change.prefix.to_string(), before, after });
        }
        before.iter().try_for_each(|element| self.route("- ", element))?;
        after.iter().try_for_each(|element| self.route("+ ", element))
    }

    fn peer(&mut self, peer: RibPeer, counts: Counts) -> io::Result<()> {
        if self.json {
            return self.object(&PeerCounts { peer_asn: peer.asn.0, peer_address: peer.address, counts });
        }
        let address = peer.address.map_or_else(|| "-".to_owned(), |address| address.to_string());
        writeln!(self.out, "{address} AS{}: {counts}", peer.asn)
    }

    fn origin(&mut self, origin: Option<Asn>, counts: Counts) -> io::Result<()> {
        if self.json {
            return self.object(&OriginCounts { origin_asn: origin.map(|asn| asn.0), counts });
        }
        match origin {
            Some(asn) => writeln!(self.out, "AS{asn}: {counts}"),
            None => writeln!(self.out, "no origin: {counts}"),
        }
    }

    /// Writes a table; whether the archive could be written.
    fn write(&mut self, rib: &Rib, to: &Path, force: bool) -> io::Result<bool> {
        let (time, collector, view) = (rib.time(), rib.collector(), rib.view_name());
        if to == Path::new("-") {
            return rib.write_table_dump(time, collector, view, self.out).map(|()| true);
        }
        let written = NewFile::create(to, force).and_then(|mut file| {
            rib.write_table_dump(time, collector, view, &mut file)?;
            file.finish()
        });
        if let Err(e) = written {
            complain(&format!("{}: {e}", to.display()));
            return Ok(false);
        }
        let name = to.display().to_string();
        let (peers, prefixes, routes) = (rib.peers().count(), rib.prefix_count(), rib.len());
        if self.json {
            self.object(&Written { file: name, time, peers, prefixes, routes })?;
        } else {
            writeln!(self.out, "{name}: {peers} peers, {prefixes} prefixes, {routes} routes at {time}")?;
        }
        Ok(true)
    }
}

/// The origins of a route, none of a route without a path or with an empty one.
fn origins(route: StoredRoute<'_>) -> Vec<Option<Asn>> {
    let path = route.attributes().merged_path();
    let mut origins: Vec<_> = path.iter().flat_map(|path| path.origins()).map(Some).collect();
    if origins.is_empty() {
        origins.push(None);
    }
    origins
}

/// Routes of a peer or an origin.
#[derive(Clone, Copy, Default, Serialize)]
struct Counts {
    gained: u64,
    lost: u64,
    changed: u64,
}

impl Counts {
    fn count(&mut self, before: bool, after: bool) {
        let n = match (before, after) {
            (false, _) => &mut self.gained,
            (_, false) => &mut self.lost,
            _ => &mut self.changed,
        };
        *n = n.saturating_add(1);
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} gained, {} lost, {} changed", self.gained, self.lost, self.changed)
    }
}

#[derive(Serialize)]
struct Difference<'a> {
    change: &'static str,
    prefix: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Element<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Element<'a>>,
}

#[derive(Serialize)]
struct PeerCounts {
    peer_asn: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer_address: Option<IpAddr>,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct OriginCounts {
    origin_asn: Option<u32>,
    #[serde(flatten)]
    counts: Counts,
}

#[derive(Serialize)]
struct Written {
    file: String,
    time: u32,
    peers: usize,
    prefixes: usize,
    routes: usize,
}
