//! The bgpdump form of every MRT file of the corpus, compared line by line with the output of bgpdump 1.6.2.
//!
//! If `bgpdump` is installed its live output is the reference, and the stored outputs of the corpus must agree with it; otherwise
//! only the stored ones are used. Every differing line gets a reason from the rule that matched it, and
//! `tests/expect/bgpdump.tsv` holds the counts of each file. A line without a reason and a count that differs from the table fail
//! the test. `ROUTEGLASS_BLESS=1` rewrites the table.
#![cfg(feature = "compression")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests report by panicking, and progress by printing"
)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use routeglass::codes::{AttrCode, MrtType};
use routeglass::element::{Element, ElementKind};
use routeglass::elements;
use routeglass::error::ErrorKind;
use routeglass::io::Decompress;
use routeglass::mrt::{Body, ReadContext, records};
use routeglass::text::bgpdump::{can_say, is_readable, write_line};
use routeglass::{Error, Family, Prefix};

use crate::common::{self, vectors};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/expect/bgpdump.tsv");

/// Reasons, as named in the table, and their meanings.
const REASONS: &[(&str, &str)] = &[
    ("entry", "bgpdump prints nothing for BGP4MP ENTRY"),
    ("multicast", "bgpdump prints nothing for the multicast RIBs of TABLE_DUMP_V2"),
    ("batch", "bgpdump follows the declared length, which these records of 2000 have four octets short"),
    ("no-peer-table", "bgpdump prints no entry that comes before a PEER_INDEX_TABLE"),
    ("aborted", "bgpdump aborts at a peer index past the table; what it had not written out by then is lost too"),
    ("short-state", "bgpdump prints nothing for the twelve-octet state changes of FRR"),
    ("old-withdraw", "bgpdump prints the peer's address in place of the withdrawn prefix of BGP records"),
    ("no-separator", "bgpdump prints MED and communities of BGP records without the bar between them"),
    ("host-bits", "bgpdump prints bits behind the prefix length; they mean nothing (RFC 4271 section 4.3)"),
    ("long-list", "bgpdump cuts lists of communities at 8,190 characters"),
    ("aggregator", "bgpdump reads the eight-octet AGGREGATOR that some daemons write into two-octet tables as if it had six"),
    (
        "misread",
        "bgpdump prints what it makes of a list that does not fit the subtype's encoding, or of a record that does not fit",
    ),
];

/// The lines of an archive that can be said in this form, and their elements.
fn lines(archive: &[u8]) -> impl Iterator<Item = (String, Element<'_>)> {
    elements(archive).flatten().filter(|element| can_say(element) && is_readable(element)).map(|element| {
        let mut text = String::new();
        write_line(&mut text, &element).unwrap();
        (text, element)
    })
}

/// Why bgpdump prints nothing or something else for some of the lines of an archive.
fn reasons(archive: &[u8], asked: &[&str]) -> HashMap<String, &'static str> {
    if asked.is_empty() {
        return HashMap::new();
    }
    // Buffered output is lost when it aborts.
    let past_table = |e: Error| matches!(e.kind(), ErrorKind::NoSuchPeer(_));
    let mut aborted = false;
    let mut peers = ReadContext::new();
    for record in records(archive).flatten().filter(|record| record.kind() == MrtType::TABLE_DUMP_V2) {
        peers.observe(&record);
        record.findings(&peers, |e| aborted |= past_table(e));
    }
    let asked: HashSet<&str> = asked.iter().copied().collect();
    let asked = lines(archive).filter(|(text, _)| asked.contains(text.as_str()));
    asked.filter_map(|(text, element)| Some((text, reason_of(&element, aborted)?))).collect()
}

/// The known reason why bgpdump differs for an element, if any.
fn reason_of(element: &Element<'_>, aborted: bool) -> Option<&'static str> {
    let finding = element.finding();
    let family = element.family();
    Some(match (element.carrier().mrt_type()?, element.kind()) {
        (MrtType::BGP4MP | MrtType::BGP4MP_ET, ElementKind::Rib) => "entry",
        (MrtType::TABLE_DUMP_V2, _) if matches!(finding.map(|e| e.kind()), Some(ErrorKind::NoPeerTable)) => "no-peer-table",
        (MrtType::TABLE_DUMP_V2, _) if aborted => "aborted",
        (MrtType::TABLE_DUMP_V2, _) if family == Some(Family::IPV4_MULTICAST) || family == Some(Family::IPV6_MULTICAST) => {
            "multicast"
        }
        (MrtType::BGP, ElementKind::Withdraw) => "old-withdraw",
        (_, ElementKind::StateChange(..)) if element.peer().address.is_none() => "short-state",
        (MrtType::TABLE_DUMP, _) if long_aggregator(element) => "aggregator",
        _ => return None,
    })
}

fn long_aggregator(element: &Element<'_>) -> bool {
    let aggregator = element.attributes().ok().and_then(|a| a.find(AttrCode::AGGREGATOR));
    aggregator.is_some_and(|a| a.raw().len() == 8)
}

/// Lines that occur in one list and not in the other, each as often as it does: of the first, and of the second.
fn differing<'a>(a: &[&'a str], b: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>) {
    // Nearly all lines are equal and in the same order: they are passed over together, and what is left is counted.
    const AHEAD: usize = 32;
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        if x == y {
            (i, j) = (i + 1, j + 1);
        } else if let Some(n) = b[j..].iter().take(AHEAD).position(|line| line == x) {
            right.extend(&b[j..j + n]);
            j += n;
        } else if let Some(n) = a[i..].iter().take(AHEAD).position(|line| line == y) {
            left.extend(&a[i..i + n]);
            i += n;
        } else {
            left.push(*x);
            right.push(*y);
            (i, j) = (i + 1, j + 1);
        }
    }
    left.extend(&a[i..]);
    right.extend(&b[j..]);
    (only_in(&left, &right), only_in(&right, &left))
}

/// Lines that occur in one list and not in the other, each as often as it does.
fn only_in<'a>(a: &[&'a str], b: &[&'a str]) -> Vec<&'a str> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    b.iter().for_each(|line| *count.entry(line).or_default() += 1);
    let left = |line: &&&str| match count.get_mut(**line) {
        Some(n) if *n > 0 => {
            *n -= 1;
            false
        }
        _ => true,
    };
    let mut left = left;
    a.iter().filter(|line| left(line)).copied().collect()
}

fn fields(line: &str) -> Vec<&str> {
    line.split('|').collect()
}

/// Whether two lines differ only in this field.
fn differ_only_in(a: &str, b: &str, field: usize) -> bool {
    let (a, b) = (fields(a), fields(b));
    a.len() == b.len() && a.iter().zip(&b).enumerate().all(|(i, (x, y))| x == y || i == field)
}

/// Whether `theirs` is our prefix with bits set after its length.
fn host_bits(theirs: &str, ours: &str) -> bool {
    let prefix = |line: &str| fields(line).get(5).and_then(|f| f.split_once('/').map(|(a, l)| (a.to_owned(), l.to_owned())));
    match (prefix(theirs), prefix(ours)) {
        (Some((a, l)), Some((b, m))) if l == m && differ_only_in(theirs, ours, 5) => {
            let (Ok(a), Ok(len)) = (a.parse(), l.parse()) else { return false };
            routeglass::Prefix::new(a, len).is_some_and(|p| p.to_string() == format!("{b}/{m}"))
        }
        _ => false,
    }
}

/// Whether `theirs` is ours with truncated communities.
fn long_list(theirs: &str, ours: &str) -> bool {
    let (a, b) = (fields(theirs), fields(ours));
    a.len() == b.len() && a.iter().zip(&b).all(|(x, y)| x == y || (x.len() > 8000 && y.len() > x.len() && y.starts_with(*x)))
}

/// Whether `theirs` is ours except for the bar between MED and communities.
fn no_separator(theirs: &str, ours: &str) -> bool {
    let (a, b) = (fields(theirs), fields(ours));
    ours.starts_with("BGP|") && a.len() + 1 == b.len() && theirs.replace('|', "") == ours.replace('|', "")
}

#[derive(Default)]
struct Figures {
    theirs: usize,
    ours: usize,
    equal: usize,
    reasons: BTreeMap<&'static str, usize>,
    unexplained: Vec<String>,
    in_order: bool,
}

fn compare(archive: &[u8], theirs: &[&str]) -> Figures {
    let lines: Vec<String> = lines(archive).map(|(text, _)| text).collect();
    let ours: Vec<&str> = lines.iter().map(String::as_str).collect();
    let (mut only_theirs, only_ours) = differing(theirs, &ours);
    let all_theirs = only_theirs.clone();
    let mut figures =
        Figures { theirs: theirs.len(), ours: ours.len(), equal: ours.len() - only_ours.len(), ..Figures::default() };
    let known = reasons(archive, &only_ours);
    // In one pass: a line of theirs that equals ours except for one known difference is paired with it.
    for line in &only_ours {
        let pair = |reason: &str, theirs: &str| match reason {
            "no-separator" => no_separator(theirs, line),
            "host-bits" => host_bits(theirs, line),
            "long-list" => long_list(theirs, line),
            "old-withdraw" => differ_only_in(theirs, line, 5),
            "aggregator" => fields(line).len() > 3 && differ_only_in(theirs, line, fields(line).len() - 2),
            _ => false,
        };
        let by_rule =
            ["host-bits", "long-list", "no-separator"].into_iter().find(|reason| only_theirs.iter().any(|t| pair(reason, t)));
        match by_rule.or_else(|| known.get(*line).copied()).or_else(|| batch(archive).then_some("batch")) {
            Some(reason) => {
                *figures.reasons.entry(reason).or_default() += 1;
                if let Some(at) = only_theirs.iter().position(|t| pair(reason, t)) {
                    only_theirs.remove(at);
                }
            }
            None => figures.unexplained.push(format!("ours    {line}")),
        }
    }
    // Their remaining lines must come from bytes that we report as damaged.
    let mut damage = if only_theirs.is_empty() { Vec::new() } else { damage(archive) };
    for line in only_theirs {
        let f = fields(line);
        if damage.iter_mut().any(|damage| damage.excuses(&f)) {
            *figures.reasons.entry("misread").or_default() += 1;
        } else {
            figures.unexplained.push(format!("theirs  {line}"));
        }
    }
    // The equal lines come in the same order.
    figures.in_order = without(theirs, &all_theirs).eq(without(&ours, &only_ours));
    figures
}

/// The lines of a list that another, in the same order, does not have.
fn without<'a>(list: &[&'a str], drop: &[&'a str]) -> impl Iterator<Item = &'a str> {
    let mut drop = drop.iter().peekable();
    list.iter().filter(move |line| drop.next_if(|next| next == line).is_none()).copied()
}

/// Whether the archive has batches of the year 2000.
fn batch(archive: &[u8]) -> bool {
    records(archive)
        .flatten()
        .take(1)
        .any(|record| matches!(record.body(), Ok(Body::TableDump(table)) if table.entries().count() > 1))
}

/// A finding, and the lines it may cause.
struct Damage {
    /// Time of its record.
    seconds: String,
    /// If known.
    peer: Option<String>,
    /// Those of the message or entry, if all could be read.
    prefixes: Option<Rc<HashSet<Prefix>>>,
    /// How many more lines it may excuse.
    left: usize,
}

impl Damage {
    /// Whether it may explain a line of bgpdump with these fields; counts it if so.
    fn excuses(&mut self, fields: &[&str]) -> bool {
        let field = |n: usize| fields.get(n).copied().unwrap_or("");
        let prefix = || -> Option<Prefix> {
            let (address, len) = field(5).split_once('/')?;
            Prefix::new(address.parse().ok()?, len.parse().ok()?)
        };
        let excused = self.left > 0
            && field(1).split('.').next() == Some(&self.seconds)
            && self.peer.as_ref().is_none_or(|peer| peer == field(3))
            && self.prefixes.as_ref().is_none_or(|list| prefix().is_some_and(|prefix| list.contains(&prefix)));
        if excused {
            self.left -= 1;
        }
        excused
    }
}

fn damage(archive: &[u8]) -> Vec<Damage> {
    let mut list = Vec::new();
    let mut peers = ReadContext::new();
    for record in records(archive).flatten() {
        let seconds = record.timestamp().seconds.to_string();
        let elements: Vec<_> = record.elements(&mut peers).collect();
        if let Ok(Body::Message(message)) = record.body() {
            let peer = message.peer_address.map(|a| a.to_string());
            // From an unreadable list bgpdump may have made any prefixes.
            let readable = !elements.is_empty() && elements.iter().all(Result::is_ok);
            let prefixes = readable.then(|| Rc::new(elements.iter().flatten().filter_map(Element::prefix).collect()));
            record.findings(&peers, |_| {
                let (seconds, peer, prefixes) = (seconds.clone(), peer.clone(), prefixes.clone());
                list.push(Damage { seconds, peer, prefixes, left: usize::MAX });
            });
            continue;
        }
        for element in elements {
            let (peer, prefix) = match element {
                Ok(element) => match element.finding() {
                    Some(_) => (element.peer().address.map(|a| a.to_string()), element.prefix()),
                    None => continue,
                },
                Err(_) => (None, None),
            };
            let prefixes = prefix.map(|prefix| Rc::new(HashSet::from([prefix])));
            // An entry is a line.
            list.push(Damage { seconds: seconds.clone(), peer, prefixes, left: 1 });
        }
    }
    list
}

#[test]
fn damage_excuses_its_own_lines_alone() {
    // Second 9, peer 192.0.2.1: ORIGIN 9 for 10.0.0.0/8. Then a table entry with the same.
    let list = [0x40, 1, 1, 9, 0x40, 2, 6, 2, 1, 0, 0, 0xfb, 0xf0, 0x40, 3, 4, 192, 0, 2, 1];
    let message = vectors::message(2, &vectors::update(&[], &list, &[8, 10]));
    let table = vectors::record(13, 2, &vectors::rib(&[8, 11], &[vectors::entry(0, None, &list)]));
    let update = vectors::record(16, 4, &vectors::bgp4mp(true, &message));
    let mut found = damage(&[vectors::peer_index_table(), table, update].concat());
    assert_eq!(found.len(), 2);
    let mut excused = |line: &str| found.iter_mut().any(|d| d.excuses(&fields(line)));
    assert!(excused("BGP4MP|9|A|192.0.2.1|64496|10.0.0.0/8|64496"));
    assert!(excused("BGP4MP|9|A|192.0.2.1|64496|10.0.0.0/8|64496"), "a message may have the prefix twice");
    assert!(!excused("BGP4MP|9|A|192.0.2.1|64496|12.0.0.0/8|64496"), "another prefix");
    assert!(!excused("BGP4MP|9|A|192.0.2.9|64496|10.0.0.0/8|64496"), "another peer");
    assert!(!excused("BGP4MP|8|A|192.0.2.1|64496|10.0.0.0/8|64496"), "another second");
    assert!(excused("TABLE_DUMP2|9|B|192.0.2.1|64496|11.0.0.0/8|64496"));
    assert!(!excused("TABLE_DUMP2|9|B|192.0.2.1|64496|11.0.0.0/8|64496"), "an entry is one line");
}

fn decompressed(path: &Path) -> Option<String> {
    let mut text = Vec::new();
    Decompress::new(fs::File::open(path).ok()?).ok()?.read_to_end(&mut text).ok()?;
    Some(whole_lines(&text))
}

/// The stored output for a file of the corpus.
fn stored(corpus: &Path, file: &str) -> Option<String> {
    let path = Path::new(file);
    let name = path.file_name()?.to_str()?;
    if file.starts_with("collectors/") {
        return decompressed(&corpus.join("collectors/expect").join(format!("{name}.bgp.gz")));
    }
    let dir = path.parent()?.parent()?;
    decompressed(&corpus.join(dir).join("ref").join(format!("{}.bgpdump-m.txt.xz", name.trim_end_matches(".xz"))))
}

/// What the program prints for a file.
fn live(archive: &[u8], number: usize) -> Option<String> {
    let file = std::env::temp_dir().join(format!("routeglass-bgpdump-{}-{number}.mrt", std::process::id()));
    fs::write(&file, archive).unwrap();
    let output = Command::new("bgpdump").arg("-m").arg(&file).output();
    fs::remove_file(&file).unwrap();
    Some(whole_lines(&output.ok()?.stdout))
}

/// The text without a last line that is incomplete, as it may be where the program aborts.
fn whole_lines(text: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(text).into_owned();
    text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
    text
}

/// What the comparison of a file says.
struct Compared {
    row: String,
    faults: Vec<String>,
    /// Whether there is a stored output.
    stored: bool,
}

fn compared(corpus: &Path, file: &str, archive: &[u8], number: usize) -> Option<Compared> {
    let stored = stored(corpus, file);
    let reference = live(archive, number).or_else(|| stored.clone())?;
    let theirs: Vec<&str> = reference.lines().collect();
    let mut faults = Vec::new();
    if let Some(stored) = &stored {
        // The stored text is from the same program; after an abort, the amount written to the file differs.
        let reached = stored.lines().count().min(theirs.len());
        if !stored.lines().take(reached).eq(theirs[..reached].iter().copied()) {
            faults.push(format!("{file}: the stored output is not what the program prints"));
        }
    }
    let figures = compare(archive, &theirs);
    let reasons: Vec<_> = figures.reasons.iter().map(|(reason, n)| format!("{reason}={n}")).collect();
    assert!(figures.reasons.keys().all(|reason| REASONS.iter().any(|(name, _)| name == reason)));
    let row = format!("{file}\t{}\t{}\t{}\t{}\n", figures.theirs, figures.ours, figures.equal, reasons.join(" "));
    if !figures.in_order {
        faults.push(format!("{file}: equal lines come in another order"));
    }
    faults.extend(figures.unexplained.iter().take(5).map(|line| format!("{file}: unexplained: {line}")));
    Some(Compared { row, faults, stored: stored.is_some() })
}

#[test]
fn every_line_is_bgpdumps_or_has_a_reason() {
    let Some(corpus) = common::corpus() else { return };
    let compared = common::in_threads(common::archives(&corpus).enumerate(), |(number, (file, archive))| {
        (number, compared(&corpus, &file, &archive, number))
    });
    let compared: Vec<Compared> = compared.into_iter().filter_map(|(_, compared)| compared).collect();
    let mut table = String::from("file\tbgpdump\tours\tequal\treasons\n");
    table.extend(compared.iter().map(|file| file.row.as_str()));
    let faults: Vec<&str> = compared.iter().flat_map(|file| file.faults.iter().map(String::as_str)).collect();
    let kept = compared.iter().filter(|file| file.stored).count();
    println!("{} files compared, {kept} of them with stored outputs", compared.len());
    for (reason, what) in REASONS {
        writeln!(table, "# {reason}: {what}").unwrap();
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    if std::env::var_os("ROUTEGLASS_BLESS").is_some() {
        fs::create_dir_all(Path::new(TABLE).parent().unwrap()).unwrap();
        fs::write(TABLE, &table).unwrap();
    }
    // Without the program, only files with stored outputs are compared with the table.
    let expected = fs::read_to_string(TABLE).unwrap();
    let missing: Vec<_> = table.lines().filter(|row| !expected.lines().any(|e| e == *row)).collect();
    assert!(missing.is_empty(), "rows that the table does not have:\n{}", missing.join("\n"));
}
