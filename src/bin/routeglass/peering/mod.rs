//! `routeglass peering`.

mod card;
mod routes;
mod source;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::ErrorKind;
use routeglass::peering::format::Serial;
use routeglass::peering::{Clique, Cone, Inference, Link, LostNetwork, Over, Relation, Relations, Thresholds};
use serde_json::{Map, Value, json};

use crate::args::{Claims, ConeKind, Output, Peering, RelationsFormat, Source, TableFormat, misused};
use crate::output::{NewFile, check_not_read, incomplete, is_stdout};
use crate::report::{complain, remark};

use card::{counted, grouped, listed};
use source::{Gathered, Gathering, read_relations};

/// A subcommand ended without an answer.
enum Failed {
    /// The answer could not be written.
    Output(io::Error),
    /// There is no answer, and the reason has been reported.
    Said(ExitCode),
}

impl From<io::Error> for Failed {
    fn from(e: io::Error) -> Self {
        Self::Output(e)
    }
}

type Answer = Result<ExitCode, Failed>;

/// Reports that a file cannot be read or written: exit code 2.
fn unreadable(path: &Path, reason: &impl std::fmt::Display) -> Failed {
    complain(&format!("{}: {reason}", path.display()));
    Failed::Said(ExitCode::from(2))
}

/// Reports that the input has no answer: exit code 1.
fn unusable(reason: &str) -> Failed {
    complain(reason);
    Failed::Said(ExitCode::from(1))
}

pub(crate) fn run(out: &mut impl Write, question: &Peering) -> io::Result<ExitCode> {
    let answer = match question {
        Peering::Infer { format, json, asn, summary, claims, source } => {
            let format = if *json { RelationsFormat::Json } else { *format };
            infer(out, format, *asn, summary.as_deref(), claims, source)
        }
        Peering::Show { asn, source } => card::show(out, *asn, source),
        Peering::Cones { kind, relations, source } => cones(out, *kind, relations.as_deref(), source),
        Peering::Reach { asn, relations, source } => reach(out, *asn, relations.as_deref(), source),
        Peering::Depeer { a, b, relations, source } => depeer(out, *a, *b, relations.as_deref(), source),
        Peering::Lost {
            min_vantage_points,
            min_origins,
            format,
            json,
            family,
            route_servers,
            filtering,
            reading,
            earlier,
            later,
        } => {
            let least = Thresholds { vantage_points: *min_vantage_points, origins: *min_origins };
            Gathering::new(*family, *reading, route_servers.as_deref())
                .map(|gathering| gathering.filtered(&filtering.selection))
                .and_then(|gathering| lost(out, least, format.or_json(*json), [earlier, later], &gathering))
        }
        Peering::Leaks { relations, aspa, format, json, source } => {
            routes::leaks(out, relations.as_deref(), aspa.as_deref(), format.or_json(*json), source)
        }
        Peering::Judge { path, from, aspa, vrp, prefix, otc, relations, at } => {
            let files = routes::Files { aspa: aspa.as_deref(), vrp: vrp.as_deref(), relations: relations.as_deref(), at: *at };
            routes::judge(out, path, *from, &files, *prefix, *otc)
        }
        Peering::Reduce { output, claims, source } => reduce(out, output, claims, source),
    };
    match answer {
        Ok(code) | Err(Failed::Said(code)) => Ok(code),
        Err(Failed::Output(e)) => Err(e),
    }
}

/// Writes a file atomically: if an input could not be read, not at all.
fn write(path: &Path, force: bool, octets: &[u8], gathered: &Gathered) -> Result<(), Failed> {
    let written = NewFile::create(path, force).and_then(|mut file| {
        file.write_all(octets)?;
        file.finish_of(!gathered.outcome.unreadable)
    });
    written.map_err(|e| unreadable(path, &e))
}

/// Reads the archives of a query; an error if they have no usable path.
fn gather(source: &Source) -> Result<Gathered, Failed> {
    gather_by(&Gathering::of(source)?, source)
}

fn gather_by(gathering: &Gathering, source: &Source) -> Result<Gathered, Failed> {
    if source.files.is_empty() {
        misused(ErrorKind::MissingRequiredArgument, "no FILE to read paths from");
    }
    let gathered = gathering.gather(&source.files)?;
    if gathered.is_empty() {
        return Err(Failed::Said(ExitCode::from(if gathered.outcome.unreadable { 2 } else { 1 })));
    }
    Ok(gathered)
}

/// Infers from paths, and reports warnings.
fn inferred(gathered: &Gathered, source: &Source) -> Result<Relations, Failed> {
    let mut how = Inference::default();
    how.clique = source.clique.clone().map_or(Clique::Auto, Clique::Given);
    let mut relations = gathered.paths().infer(&how).map_err(|e| unusable(&e.to_string()))?;
    relations.name_route_servers(gathered.servers.iter().copied());
    for warning in relations.warnings() {
        remark(&warning.to_string());
    }
    Ok(relations)
}

/// Relations from a file, or inferred from archives.
struct Known {
    relations: Relations,
    gathered: Option<Gathered>,
}

impl Known {
    fn code(&self) -> ExitCode {
        self.gathered.as_ref().map_or(ExitCode::SUCCESS, Gathered::code)
    }
}

/// Archives are not read if relations are given, unless `needs_paths`.
fn known(relations: Option<&Path>, source: &Source, needs_paths: bool) -> Result<Known, Failed> {
    if source.files.is_empty() && relations.is_none() {
        misused(ErrorKind::MissingRequiredArgument, "neither FILE nor --relations to answer from");
    }
    if source.files.is_empty() && needs_paths {
        misused(ErrorKind::MissingRequiredArgument, "no FILE to read paths from");
    }
    let given = relations.map(read_relations).transpose()?;
    match given {
        Some(relations) if !needs_paths => {
            if let [file, others @ ..] = source.files.as_slice() {
                let others = if others.is_empty() { ": is".to_owned() } else { format!(" and {} more: are", others.len()) };
                remark(&format!("{}{others} not read, since --relations answers", file.display()));
            }
            let options = [
                ("--route-servers", source.route_servers.is_some()),
                ("--exchanges", source.exchanges.is_some()),
                ("--at", source.at.is_some()),
                ("--filter", source.filtering.selection.is_filtered()),
            ];
            for (option, _) in options.iter().filter(|(_, is_given)| *is_given) {
                remark(&format!("{option} has no effect, since --relations answers"));
            }
            Ok(Known { relations, gathered: None })
        }
        given => {
            let gathered = gather(source)?;
            let relations = given.map_or_else(|| inferred(&gathered, source), Ok)?;
            Ok(Known { relations, gathered: Some(gathered) })
        }
    }
}

fn infer(
    out: &mut impl Write,
    format: RelationsFormat,
    asn: Option<u32>,
    summary: Option<&Path>,
    claims: &Claims,
    source: &Source,
) -> Answer {
    if asn.is_some() && format != RelationsFormat::Dot {
        misused(
            ErrorKind::ArgumentConflict,
            "--asn is the network that --format dot shows; `show ASN` and `reach ASN` are about one",
        );
    }
    if summary.is_some_and(is_stdout) {
        misused(ErrorKind::ValueValidation, "--summary needs a file: standard output has the relations");
    }
    if let Some(path) = summary {
        check_not_read(path, source.read().chain(claims.read())).map_err(|e| unreadable(path, &e))?;
    }
    let gathered = gather_by(&Gathering::of(source)?.with_claims(claims, &source.files)?, source)?;
    let relations = inferred(&gathered, source)?;
    if let Some(path) = summary.filter(|_| gathered.outcome.unreadable) {
        complain(&format!("{}: {}", path.display(), incomplete()));
    } else if let Some(path) = summary {
        write(path, true, format!("{}\n", summarise(&gathered, &relations)).as_bytes(), &gathered)?;
    }
    match format {
        RelationsFormat::Serial1 => out.write_all(&relations.write_serial(Serial::One))?,
        RelationsFormat::Serial2 => out.write_all(&relations.write_serial(Serial::Two))?,
        RelationsFormat::Json => out.write_all(&relations.write_json())?,
        RelationsFormat::Dot => {
            let asn = asn.or_else(|| relations.rank().first().map(|&(asn, _)| asn)).unwrap_or(0);
            let Some(dot) = relations.write_dot(asn) else { return Err(unusable(&format!("AS{asn} has no link"))) };
            out.write_all(dot.as_bytes())?;
        }
    }
    Ok(gathered.code())
}

fn summarise(gathered: &Gathered, relations: &Relations) -> Value {
    let (counts, paths) = (gathered.reduction.counts(), gathered.paths());
    let rejected: Map<String, Value> = counts.rejected().iter().map(|&(name, count)| (name.to_owned(), count.into())).collect();
    let firm = relations.iter().filter(Link::is_firm).count();
    let warnings: Vec<String> = relations.warnings().iter().map(ToString::to_string).collect();
    json!({
        "family": paths.family().version(),
        "entries": counts.entries,
        "paths": paths.len(),
        "links": relations.len(),
        "firm": firm,
        "rejected": rejected,
        "unreadable": counts.unreadable,
        "prepended": counts.prepended,
        "route_server": counts.route_server,
        "peer_not_in_path": counts.peer_not_in_path,
        "poisoned": relations.poisoned(),
        "vantage_points": relations.vantage_points(),
        "clique": relations.clique(),
        "warnings": warnings,
    })
}

fn cones(out: &mut impl Write, kind: ConeKind, relations: Option<&Path>, source: &Source) -> Answer {
    let kind = match kind {
        ConeKind::Recursive => Cone::Recursive,
        ConeKind::Observed => Cone::Observed,
        ConeKind::ProviderPeer => Cone::ProviderPeer,
    };
    let known = known(relations, source, kind != Cone::Recursive)?;
    match (&known.gathered, kind) {
        (Some(gathered), Cone::Observed | Cone::ProviderPeer) => {
            out.write_all(&gathered.paths().cones(&known.relations, kind).write_ppdc())?;
        }
        _ => known.relations.write_recursive_ppdc(|line| out.write_all(line))?,
    }
    Ok(known.code())
}

fn reach(out: &mut impl Write, asn: u32, relations: Option<&Path>, source: &Source) -> Answer {
    let known = known(relations, source, false)?;
    let Some(reach) = known.relations.reach(asn) else { return Err(unusable(&format!("AS{asn} has no link"))) };
    for (over, list) in [
        (Over::Customers, &reach.customers),
        (Over::Peers, &reach.peers),
        (Over::Providers, &reach.providers_only),
        (Over::Nothing, &reach.nothing),
    ] {
        write!(out, "{}\t{}\t", over.name(), list.len())?;
        for (at, asn) in list.iter().enumerate() {
            write!(out, "{}{asn}", if at == 0 { "" } else { " " })?;
        }
        writeln!(out)?;
    }
    Ok(known.code())
}

/// Why two networks have no link to cut.
fn without_link(relations: &Relations, a: u32, b: u32) -> String {
    let is_seen = |asn| relations.iter().any(|link| link.lower == asn || link.higher == asn);
    match (is_seen(a), is_seen(b)) {
        (false, true) => format!("AS{a} has no link"),
        (true, false) => format!("AS{b} has no link"),
        _ => format!("AS{a} and AS{b} have no link"),
    }
}

fn depeer(out: &mut impl Write, a: u32, b: u32, relations: Option<&Path>, source: &Source) -> Answer {
    if a == b {
        misused(ErrorKind::ValueValidation, &format!("AS{a} is given twice: a link has two networks"));
    }
    // Files given besides relations show routes over the link.
    let known = known(relations, source, !source.files.is_empty())?;
    let Some(without) = known.relations.without(a, b) else { return Err(unusable(&without_link(&known.relations, a, b))) };
    for (asn, other) in [(a, b), (b, a)] {
        let lost = without.lost(asn);
        let buys = known
            .relations
            .get(a, b)
            .is_some_and(|link| matches!(link.relation, Relation::Transit { customer, .. } if customer == asn));
        let carried = if buys {
            // Networks still reached over other providers.
            let over_providers = known.relations.reach(asn).map_or(0, |reach| reach.providers_only.len());
            over_providers.saturating_sub(lost.iter().filter(|lost| lost.before == Over::Providers).count())
        } else {
            without.carried_by_others(asn)
        };
        let routes = known.gathered.as_ref().map(|gathered| gathered.paths().routes_over(asn, other));
        let routes = routes.map_or_else(String::new, |routes| format!(", {} seen over the link", counted(routes, "route")));
        writeln!(
            out,
            "AS{asn} without AS{other}: {} by a worse way, {} as before over others{routes}",
            counted(lost.len(), "network"),
            grouped(carried)
        )?;
        for before in [Over::Customers, Over::Peers, Over::Providers] {
            for after in [Over::Peers, Over::Providers, Over::Nothing] {
                let list: Vec<u32> =
                    lost.iter().filter(|lost| (lost.before, lost.after) == (before, after)).map(|lost| lost.asn).collect();
                if !list.is_empty() {
                    writeln!(out, "  {} -> {}  {}", before.name(), after.name(), listed(&list))?;
                }
            }
        }
    }
    Ok(known.code())
}

fn lost(out: &mut impl Write, least: Thresholds, format: TableFormat, files: [&PathBuf; 2], gathering: &Gathering) -> Answer {
    let [earlier, later] = files.map(|file| gathering.gather(std::slice::from_ref(file)));
    let (before, after) = (earlier?, later?);
    let outcome = before.outcome.and(after.outcome);
    if before.is_empty() || after.is_empty() {
        return Err(Failed::Said(if outcome.unreadable { ExitCode::from(2) } else { ExitCode::from(1) }));
    }
    let losses = before.paths().lost(after.paths(), least);
    if losses.common_vantage_points == 0 {
        remark("no vantage point is in both archives: nothing is known of links and networks");
    }
    let links =
        losses.links.iter().map(|link| ("depeering", link.lower, Some(link.higher), link.vantage_points, link.routes_before));
    let network = |event| move |lost: &LostNetwork| (event, lost.asn, None, lost.vantage_points, lost.routes_before);
    let rows = links.chain(losses.networks.iter().map(network("outage"))).chain(losses.feeds.iter().map(network("feed lost")));
    if format == TableFormat::Tsv {
        writeln!(out, "event\ta\tb\tvantage_points\troutes_before")?;
    }
    for (event, a, b, points, routes) in rows {
        if format == TableFormat::Tsv {
            let b = b.map_or_else(String::new, |b: u32| b.to_string());
            writeln!(out, "{event}\t{a}\t{b}\t{points}\t{routes}")?;
        } else {
            let row = json!({"event": event, "a": a, "b": b, "vantage_points": points, "routes_before": routes});
            writeln!(out, "{row}")?;
        }
    }
    Ok(outcome.exit_code(gathering.fail_on()))
}

fn reduce(out: &mut impl Write, to: &Output, claims: &Claims, source: &Source) -> Answer {
    if let Some(path) = &to.output {
        check_not_read(path, source.read().chain(claims.read())).map_err(|e| unreadable(path, &e))?;
    }
    let gathered = gather_by(&Gathering::of(source)?.with_claims(claims, &source.files)?, source)?;
    let octets = gathered.reduction.to_exchange();
    match &to.output {
        Some(path) if !is_stdout(path) => write(path, to.force, &octets, &gathered)?,
        _ => out.write_all(&octets)?,
    }
    Ok(gathered.code())
}
