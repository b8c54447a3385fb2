//! Tables from files: read side by side in time order, whatever the number and order of the files.

mod cut;
mod feed;

use std::collections::{BinaryHeap, HashSet, VecDeque};
use std::fs::File;
use std::hash::BuildHasher;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::vec;
use std::vec::Vec;

use core::cmp::Reverse;
use core::fmt;

use foldhash::fast::RandomState;

use feed::{Feed, Item, Placed};

use super::peer::Collector;
use super::replay::{Ambiguous, Facts, Note, Part, Place, Replay, SourceId};
use super::table::{Rib, RibOptions};
use crate::error::Error;
use crate::io::{Gap, ReadError};
use crate::mrt::{Body, Evidence, ReadContext, Reader, Record, RecordBuf};
use crate::time::Timestamp;

/// Damage in a file: it cannot be opened or read further, or one of its records is damaged.
#[derive(Debug)]
#[non_exhaustive]
pub enum Damage {
    /// The file cannot be opened.
    Open(io::Error),
    /// Reading stopped here.
    Read(ReadError),
    /// A record or part of one was skipped.
    Record(Error),
    /// Octets were skipped ([`Archives::recovering`]).
    Gap(Gap),
}

impl Damage {
    /// Offset in decompressed octets.
    pub fn offset(&self) -> u64 {
        match self {
            Self::Open(_) => 0,
            Self::Read(e) => e.offset(),
            Self::Record(e) => e.offset(),
            Self::Gap(gap) => gap.start,
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(e) => fmt::Display::fmt(e, f),
            Self::Read(e) => fmt::Display::fmt(e, f),
            Self::Record(e) => fmt::Display::fmt(e, f),
            Self::Gap(gap) => fmt::Display::fmt(gap, f),
        }
    }
}

impl core::error::Error for Damage {}

impl From<io::Error> for Damage {
    fn from(e: io::Error) -> Self {
        Self::Open(e)
    }
}

impl From<ReadError> for Damage {
    fn from(e: ReadError) -> Self {
        Self::Read(e)
    }
}

/// Damage with its file and record.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report<'a> {
    /// The file.
    pub path: &'a Path,
    /// Number of records before the damaged one.
    pub number: u64,
    /// The damaged record, and the context that resolves its peer indexes; `None` if the damage is between records or ends the
    /// file.
    pub record: Option<(Record<'a>, &'a ReadContext)>,
    /// The damage.
    pub damage: Damage,
}

/// No table: the collector or peer of a message is ambiguous, or a file changed while it was read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoadError {
    /// The file.
    pub path: PathBuf,
    /// Offset of the record, in decompressed octets.
    pub offset: u64,
    /// The message's ambiguity; `None` if the file changed: its records have another order than when it was first read.
    pub ambiguous: Option<Ambiguous>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: record at byte {}: ", self.path.display(), self.offset)?;
        match &self.ambiguous {
            Some(ambiguous) => fmt::Display::fmt(ambiguous, f),
            None => f.write_str("the file changed while it was read"),
        }
    }
}

impl core::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.ambiguous.as_ref().map(|ambiguous| ambiguous as _)
    }
}

/// Whether messages and table entries have path identifiers (RFC 7911).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(clippy::exhaustive_enums, reason = "the choices are the record's claim, evidence, or always")]
pub enum AddPathReading {
    /// As the record's subtype declares.
    #[default]
    Declared,
    /// By evidence from each peer's messages and each collector's table entries in a file ([`Evidence`]): needs a first pass over each
    /// file.
    Evidence,
    /// Always present in messages; in table entries as declared.
    Always,
}

/// Archives to build tables from: table dumps and updates of any compression, in any order.
///
/// Records are applied in time order (seconds and microseconds) across files. At equal times tables come first, except after
/// records that precede them in their own file; then files in the order they were added. The table of an instant includes
/// everything up to that instant; an instant in whole seconds includes its whole second. [`Replay`] documents how records change
/// tables.
///
/// One record of each open file is in memory, never a whole file, except for files whose records are out of time order. Files are
/// read once, to their ends: records after the last instant are not applied, but say which collectors and peers there are. Files are
/// read twice more if that shows that information was missing at the start. So the same files give the same table of an instant,
/// whatever other instants are requested.
///
/// ```no_run
/// use routeglass::Timestamp;
/// use routeglass::rib::Archives;
///
/// let mut archives = Archives::new();
/// archives.add("bview.20260101.0000.gz");
/// archives.add("updates.20260101.0000.gz");
/// let at = Timestamp::from_seconds(1_767_225_900);
/// let table = archives.load(Some(at), |path, damage| eprintln!("{}: {damage}", path.display()))?;
/// println!("{} routes", table.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Archives {
    inputs: Vec<Input>,
    options: RibOptions,
    add_path: AddPathReading,
    recovering: bool,
}

#[derive(Clone, Debug)]
struct Input {
    path: PathBuf,
    collector: Option<Collector>,
}

/// Tables of instants, with notes on how they were built.
#[derive(Debug)]
#[non_exhaustive]
pub struct Loaded {
    /// The tables, in the order of the requested instants.
    pub tables: Vec<Rib>,
    /// Notes: worth knowing, no damage.
    pub notes: Vec<Note>,
    /// Files without records.
    pub empty: Vec<PathBuf>,
    /// The earliest and the latest time of a record, also of those after the last instant; `None` without records.
    pub reach: Option<(Timestamp, Timestamp)>,
}

impl Archives {
    /// No archives.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file.
    pub fn add(&mut self, path: impl Into<PathBuf>) -> &mut Self {
        self.inputs.push(Input { path: path.into(), collector: None });
        self
    }

    /// Adds a file of the named collector: all its messages are of this collector, whatever addresses they carry.
    pub fn add_collector(&mut self, name: &str, path: impl Into<PathBuf>) -> &mut Self {
        self.inputs.push(Input { path: path.into(), collector: Some(Collector::named(name)) });
        self
    }

    /// Sets the options of the tables.
    #[must_use]
    pub const fn with_options(mut self, options: RibOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets how path identifiers are read.
    #[must_use]
    pub const fn with_add_path(mut self, reading: AddPathReading) -> Self {
        self.add_path = reading;
        self
    }

    /// Sets whether reading continues after framing is lost; skipped octets are reported as damage.
    #[must_use]
    pub const fn recovering(mut self, recovering: bool) -> Self {
        self.recovering = recovering;
        self
    }

    /// The files.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.inputs.iter().map(|input| input.path.as_path())
    }

    /// The table at an instant, or at the end of all archives. `report` gets each damage with its file, once; everything else is
    /// applied.
    ///
    /// # Errors
    /// The collector or peer of a message is ambiguous, or a file changed while it was read.
    pub fn load(&self, at: Option<Timestamp>, mut report: impl FnMut(&Path, Damage)) -> Result<Rib, LoadError> {
        let loaded = self.load_with(&[at], |path| File::open(path), |said| report(said.path, said.damage))?;
        Ok(loaded.tables.into_iter().next().unwrap_or_default())
    }

    /// The tables at several instants, from readers that `open` makes of the paths: for progress display, or for inputs other
    /// than files.
    ///
    /// A path is opened once for its first record and once for reading; twice more if it has to be read again.
    ///
    /// # Errors
    /// As [`Archives::load`].
    pub fn load_with<R: Read>(
        &self,
        instants: &[Option<Timestamp>],
        open: impl FnMut(&Path) -> io::Result<R>,
        report: impl FnMut(Report<'_>),
    ) -> Result<Loaded, LoadError> {
        let said = HashSet::new();
        let mut reading = Reading {
            archives: self,
            open,
            report,
            said,
            hasher: RandomState::default(),
            errors: Vec::new(),
            empty: Vec::new(),
            reach: None,
        };
        let looks = reading.look();
        let loaded = match reading.run(&looks, instants, None) {
            Ok(loaded) => Ok(loaded),
            Err(_) => {
                // Whatever stopped it: all information decides.
                let scanned = reading.scan(&looks);
                reading.run(&looks, instants, Some(scanned))
            }
        };
        match loaded {
            Ok((tables, notes)) => {
                let empty = reading.empty.iter().map(|input| reading.path(*input).to_path_buf()).collect();
                Ok(Loaded { tables, notes, empty, reach: reading.reach })
            }
            Err(Stop::Failed(e)) => Err(e),
            // The second run has all information.
            Err(Stop::Unknown(input, offset)) => {
                Err(LoadError { path: reading.path(input).to_path_buf(), offset, ambiguous: None })
            }
        }
    }
}

/// Why reading stopped early.
enum Stop {
    /// Information missing at the start would have changed an earlier decision: the record at this offset of an input is out of
    /// time order, or later records have facts (input and offset are then 0).
    Unknown(usize, u64),
    /// A message is ambiguous even with all information so far.
    Failed(LoadError),
}

/// What the first record of a file says.
struct Look {
    input: usize,
    place: Place,
    /// The table that it begins.
    table: Option<(Collector, Arc<[u8]>)>,
    peers: ReadContext,
}

/// Result of a pass over all files.
struct Scanned {
    facts: Facts,
    /// Whether the records of an input are in time order.
    sorted: Vec<bool>,
}

struct Reading<'a, O, F> {
    archives: &'a Archives,
    open: O,
    report: F,
    /// Hashes of what was reported: files may be read more than once.
    said: HashSet<u64>,
    hasher: RandomState,
    /// Errors of the record being applied.
    errors: Vec<Error>,
    /// Inputs without records.
    empty: Vec<usize>,
    /// The earliest and the latest time of a record so far.
    reach: Option<(Timestamp, Timestamp)>,
}

/// A record and where it is.
type Next = (RecordBuf, Placed);

/// An archive being read.
struct Stream<R> {
    source: SourceId,
    input: usize,
    records: Records<R>,
    next: Next,
}

enum Records<R> {
    Read(Feed<R>),
    /// From a file that is out of time order.
    Held(vec::IntoIter<Next>),
}

/// The requested instants.
struct Instants<'a> {
    wanted: &'a [Option<Timestamp>],
    /// Sorted, in microseconds, with their indices in the request.
    sorted: VecDeque<(u64, usize)>,
    last: u64,
    tables: Vec<Option<Rib>>,
}

impl<'a> Instants<'a> {
    fn new(wanted: &'a [Option<Timestamp>]) -> Self {
        let mut sorted: Vec<_> = wanted.iter().map(|at| at.map_or(u64::MAX, end_of)).zip(0..).collect();
        sorted.sort_unstable();
        let last = sorted.last().map_or(0, |(at, _)| *at);
        Self { wanted, sorted: sorted.into(), last, tables: wanted.iter().map(|_| None).collect() }
    }

    /// Takes the tables of the instants before this one.
    fn pass(&mut self, to: u64, replay: &mut Replay) {
        while let Some((at, number)) = self.sorted.front().copied().filter(|(at, _)| *at < to) {
            self.sorted.pop_front();
            self.take(at, number, replay);
        }
    }

    fn take(&mut self, at: u64, number: usize, replay: &mut Replay) {
        if at != u64::MAX {
            replay.advance_to(at);
        }
        self.put(number, replay.snapshot());
    }

    fn put(&mut self, number: usize, mut rib: Rib) {
        if let Some(at) = self.wanted.get(number).copied().flatten() {
            rib.time = at.seconds;
        }
        if let Some(table) = self.tables.get_mut(number) {
            *table = Some(rib);
        }
    }

    /// Whether no table between these two is requested.
    fn are_outside(&self, from: u64, to: u64) -> bool {
        self.sorted.iter().all(|(at, _)| *at < from || *at >= to)
    }
}

/// The last microsecond of an instant; one in whole seconds ends with its second.
fn end_of(at: Timestamp) -> u64 {
    let micros = at.micros.unwrap_or(999_999).min(999_999);
    u64::from(at.seconds).saturating_mul(1_000_000).saturating_add(micros.into())
}

impl<R: Read, O: FnMut(&Path) -> io::Result<R>, F: FnMut(Report<'_>)> Reading<'_, O, F> {
    fn path(&self, input: usize) -> &Path {
        self.archives.inputs.get(input).map_or(Path::new(""), |input| input.path.as_path())
    }

    fn collector(&self, input: usize) -> Option<Collector> {
        self.archives.inputs.get(input)?.collector.clone()
    }

    /// Reports damage once.
    fn say(&mut self, input: usize, number: u64, record: Option<(Record<'_>, &ReadContext)>, damage: Damage) {
        let said = self.hasher.hash_one((input, damage.offset(), std::string::ToString::to_string(&damage)));
        if self.said.insert(said) {
            let path = self.archives.inputs.get(input).map_or(Path::new(""), |input| input.path.as_path());
            (self.report)(Report { path, number, record, damage });
        }
    }

    /// Extends the times of records.
    fn reach(&mut self, time: Timestamp) {
        let (first, last) = self.reach.unwrap_or((time, time));
        self.reach = Some((first.min(time), last.max(time)));
    }

    fn feed(&mut self, input: usize) -> Result<Feed<R>, Damage> {
        let path = self.archives.inputs.get(input).map_or(Path::new(""), |input| input.path.as_path());
        let reader = Reader::new((self.open)(path)?)?;
        Ok(Feed::new(reader, self.archives.recovering))
    }

    /// Reads the first record of each file.
    fn look(&mut self) -> Vec<Look> {
        let mut looks = Vec::new();
        for input in 0..self.archives.inputs.len() {
            match self.look_at(input) {
                Ok(Some(look)) => looks.push(look),
                Ok(None) => self.empty.push(input),
                Err((damage, cut)) => self.say(input, 0, cut_in(cut.as_ref(), Some(&ReadContext::new())), damage),
            }
        }
        looks
    }

    /// Reads the first record of a file. With an error comes the record that it cuts.
    fn look_at(&mut self, input: usize) -> Result<Option<Look>, (Damage, Option<RecordBuf>)> {
        let collector = self.collector(input);
        let add_path = self.archives.add_path;
        let mut feed = self.feed(input).map_err(|damage| (damage, None))?;
        let mut evidence = Evidence::default();
        let (mut first, mut is_empty) = (None, true);
        loop {
            let item = match feed.next() {
                Ok(Some(item)) => item,
                Ok(None) => break,
                Err(e) => return Err((Damage::Read(e), feed.cut.take())),
            };
            is_empty = false;
            let Item::Record(record, Placed { place, .. }) = item else { continue };
            evidence.observe_record(&record);
            let time = record.timestamp();
            let table = match record.body() {
                Ok(Body::PeerIndexTable(table)) => {
                    let collector = collector.unwrap_or_else(|| Collector::from_bgp_id(table.collector()));
                    Some((collector, table.view_name().into()))
                }
                _ => None,
            };
            first = Some((place, table, time));
            break;
        }
        let Some((place, table, time)) = first else {
            // A file of gaps only is read for its reports.
            let place = Place::at(0);
            return Ok((!is_empty).then(|| Look { input, place, table: None, peers: ReadContext::new() }));
        };
        self.reach(time);
        let peers = match add_path {
            AddPathReading::Declared => ReadContext::new(),
            AddPathReading::Always => ReadContext::new().with_add_path(),
            AddPathReading::Evidence => {
                // What cannot be read is reported when the file is read for the table.
                while let Ok(Some(item)) = feed.next() {
                    if let Item::Record(record, ..) = item {
                        evidence.observe_record(&record);
                    }
                }
                evidence.conclude();
                ReadContext::new().with_evidence(evidence)
            }
        };
        Ok(Some(Look { input, place, table, peers }))
    }

    /// Reads all files for facts about collectors and for the order of their records.
    fn scan(&mut self, looks: &[Look]) -> Scanned {
        let mut replay = Replay::new();
        let mut sorted = vec![true; self.archives.inputs.len()];
        for look in looks {
            let source = replay.add(self.collector(look.input), ReadContext::new());
            let Ok(mut feed) = self.feed(look.input) else { continue };
            let mut last = look.place;
            while let Ok(Some(item)) = feed.next() {
                let Item::Record(record, Placed { part, place, .. }) = item else { continue };
                if place < last
                    && let Some(sorted) = sorted.get_mut(look.input)
                {
                    *sorted = false;
                }
                last = place;
                self.reach(record.timestamp());
                replay.learn(source, &record, part);
            }
        }
        let mut facts = replay.into_facts();
        facts.conclude();
        Scanned { facts, sorted }
    }

    /// Applies all records in time order.
    fn run(
        &mut self,
        looks: &[Look],
        instants: &[Option<Timestamp>],
        known: Option<Scanned>,
    ) -> Result<(Vec<Rib>, Vec<Note>), Stop> {
        let mut instants = Instants::new(instants);
        let mut replay = Replay::with_options(self.archives.options);
        let is_first = known.is_none();
        let mut is_sorted = vec![true; self.archives.inputs.len()];
        if let Some(Scanned { facts, sorted }) = known {
            replay = replay.knowing(facts);
            is_sorted = sorted;
        }
        let mut waiting: Vec<(Place, &Look)> = Vec::new();
        let mut streams: Vec<Option<Stream<R>>> = Vec::new();
        // Place of the next record, number of the file: ties are broken by file order.
        let mut heap = BinaryHeap::new();
        for look in looks {
            if is_sorted.get(look.input) == Some(&false) {
                let source = replay.add(self.collector(look.input), look.peers.clone());
                if let Some(stream) = self.hold(look.input, source, instants.last) {
                    heap.push(Reverse((stream.next.1.place, look.input, streams.len())));
                    streams.push(Some(stream));
                }
            } else {
                waiting.push((look.place, look));
            }
        }
        waiting.sort_by_key(|(place, look)| (*place, look.input));
        let mut waiting: VecDeque<_> = waiting.into();
        loop {
            let next = heap.peek().map(|Reverse((place, ..)): &Reverse<(Place, usize, usize)>| *place);
            let due = waiting.front().filter(|(place, _)| next.is_none_or(|next| *place <= next));
            if let Some((_, look)) = due.copied() {
                waiting.pop_front();
                let source = replay.add(self.collector(look.input), look.peers.clone());
                if let Some(stream) = self.start(look.input, source) {
                    heap.push(Reverse((stream.next.1.place, look.input, streams.len())));
                    streams.push(Some(stream));
                }
                continue;
            }
            let Some(Reverse((place, _, number))) = heap.pop() else { break };
            let Some(mut stream) = streams.get_mut(number).and_then(Option::take) else { break };
            let goes_on = if place.micros > instants.last {
                // The second run already has all information.
                is_first && self.drain(&mut stream, &mut replay)?
            } else {
                instants.pass(place.micros, &mut replay);
                self.step(&mut stream, &mut replay, looks, &instants)?
            };
            if goes_on {
                heap.push(Reverse((stream.next.1.place, stream.input, number)));
                if let Some(slot) = streams.get_mut(number) {
                    *slot = Some(stream);
                }
            }
        }
        // The records of all files are facts, also those after the last instant.
        if is_first && !replay.is_final() {
            return Err(Stop::Unknown(0, 0));
        }
        // The table after all records first: later instants run timers that it does not have.
        let (later, ends): (Vec<_>, Vec<_>) = instants.sorted.drain(..).partition(|(at, _)| *at != u64::MAX);
        let rest: Vec<_> = ends.into_iter().chain(later).collect();
        // The last table need not be a copy.
        let Some((last, others)) = rest.split_last() else {
            let notes = replay.notes();
            return Ok((instants.tables.into_iter().flatten().collect(), notes));
        };
        for (at, number) in others {
            instants.take(*at, *number, &mut replay);
        }
        if last.0 != u64::MAX {
            replay.advance_to(last.0);
        }
        let notes = replay.notes();
        instants.put(last.1, replay.into_rib());
        Ok((instants.tables.into_iter().flatten().collect(), notes))
    }

    fn start(&mut self, input: usize, source: SourceId) -> Option<Stream<R>> {
        let mut feed = match self.feed(input) {
            Ok(feed) => feed,
            Err(damage) => {
                self.say(input, 0, None, damage);
                return None;
            }
        };
        let next = loop {
            match feed.next() {
                Ok(Some(Item::Record(record, placed))) => break (RecordBuf::from(record), placed),
                Ok(Some(Item::Gap(gap))) => {
                    let cut = feed.cut.clone();
                    self.say(input, 0, cut_in(cut.as_ref(), Some(&ReadContext::new())), Damage::Gap(gap));
                }
                Ok(None) => return None,
                Err(e) => {
                    self.say(input, 0, cut_in(feed.cut.as_ref(), Some(&ReadContext::new())), Damage::Read(e));
                    return None;
                }
            }
        };
        Some(Stream { source, input, records: Records::Read(feed), next })
    }

    /// Reads a file that is out of time order, up to the last instant, and sorts it.
    fn hold(&mut self, input: usize, source: SourceId, last: u64) -> Option<Stream<R>> {
        let mut feed = match self.feed(input) {
            Ok(feed) => feed,
            Err(damage) => {
                self.say(input, 0, None, damage);
                return None;
            }
        };
        let mut held: Vec<Next> = Vec::new();
        loop {
            match feed.next() {
                Ok(Some(Item::Record(record, placed))) => {
                    if placed.place.micros <= last {
                        held.push((RecordBuf::from(record), placed));
                    }
                }
                Ok(Some(Item::Gap(gap))) => {
                    let (number, cut) = (feed.number, feed.cut.clone());
                    self.say(input, number, cut_in(cut.as_ref(), Some(&ReadContext::new())), Damage::Gap(gap));
                }
                Ok(None) => break,
                Err(e) => {
                    let number = feed.number;
                    self.say(input, number, cut_in(feed.cut.as_ref(), Some(&ReadContext::new())), Damage::Read(e));
                    break;
                }
            }
        }
        held.sort_by_key(|(_, placed)| placed.place);
        let mut held = held.into_iter();
        let next = held.next()?;
        Some(Stream { source, input, records: Records::Held(held), next })
    }

    /// Applies the next record of a stream, and all routes if it begins a table; returns whether another record follows.
    fn step(
        &mut self,
        stream: &mut Stream<R>,
        replay: &mut Replay,
        looks: &[Look],
        instants: &Instants<'_>,
    ) -> Result<bool, Stop> {
        let (source, input) = (stream.source, stream.input);
        let (record, placed) = stream.next.clone();
        let (record, Placed { part, place, .. }) = (record.as_record(), placed);
        self.apply(replay, (source, input), &record, placed)?;
        if matches!(part, Part::Start(_)) && is_replaced(&record, place, looks, instants, self.collector(input)) {
            replay.skip_table(source);
        }
        let feed = match &mut stream.records {
            Records::Held(held) => {
                let next = held.next();
                let goes_on = next.is_some();
                stream.next = next.unwrap_or_else(|| stream.next.clone());
                return Ok(goes_on);
            }
            Records::Read(feed) => feed,
        };
        loop {
            match feed.next() {
                Ok(Some(Item::Record(record, placed))) => {
                    if placed.place < place {
                        return Err(Stop::Unknown(input, record.offset()));
                    }
                    if !matches!(placed.part, Part::Route(_)) || placed.place != place {
                        stream.next = (RecordBuf::from(record), placed);
                        return Ok(true);
                    }
                    self.apply(replay, (source, input), &record, placed)?;
                }
                Ok(Some(Item::Gap(gap))) => {
                    let (number, cut) = (feed.number, feed.cut.clone());
                    self.say(input, number, cut_in(cut.as_ref(), replay.peers(source)), Damage::Gap(gap));
                }
                Ok(None) => return Ok(false),
                Err(e) => {
                    let (number, cut) = (feed.number, feed.cut.clone());
                    self.say(input, number, cut_in(cut.as_ref(), replay.peers(source)), Damage::Read(e));
                    return Ok(false);
                }
            }
        }
    }

    /// Collects facts from records after the last instant, without applying them.
    fn drain(&mut self, stream: &mut Stream<R>, replay: &mut Replay) -> Result<bool, Stop> {
        let (record, Placed { part, mut place, .. }) = stream.next.clone();
        replay.learn(stream.source, &record.as_record(), part);
        self.reach(record.as_record().timestamp());
        let Records::Read(feed) = &mut stream.records else { return Ok(false) };
        // Damage there is not reported.
        while let Ok(Some(item)) = feed.next() {
            let Item::Record(record, Placed { part, place: next, .. }) = item else { continue };
            if next < place {
                return Err(Stop::Unknown(stream.input, record.offset()));
            }
            place = next;
            self.reach(record.timestamp());
            replay.learn(stream.source, &record, part);
        }
        Ok(false)
    }

    fn apply(
        &mut self,
        replay: &mut Replay,
        (source, input): (SourceId, usize),
        record: &Record<'_>,
        Placed { number, part, place, is_cut }: Placed,
    ) -> Result<(), Stop> {
        self.reach(record.timestamp());
        // Of a table, entries before the cut are whole.
        let whole = match (is_cut, record.body()) {
            (true, Ok(Body::Message(_))) => {
                let Some(octets) = replay.peers(source).and_then(|peers| cut::whole_part(record, peers)) else { return Ok(()) };
                RecordBuf::new(octets, record.offset()).ok()
            }
            _ => None,
        };
        let record = &whole.as_ref().map_or(*record, RecordBuf::as_record);
        let mut errors = core::mem::take(&mut self.errors);
        let outcome = replay.apply_placed(source, record, part, place, |e| errors.push(e));
        for e in errors.drain(..) {
            // That a record is cut is said once.
            if let Some(peers) = replay.peers(source)
                && !is_cut
            {
                self.say(input, number, Some((*record, peers)), Damage::Record(e));
            }
        }
        self.errors = errors;
        outcome.map_err(|why| {
            Stop::Failed(LoadError { path: self.path(input).to_path_buf(), offset: record.offset(), ambiguous: Some(why) })
        })
    }
}

/// A cut record with its reading context.
fn cut_in<'a>(cut: Option<&'a RecordBuf>, peers: Option<&'a ReadContext>) -> Option<(Record<'a>, &'a ReadContext)> {
    Some((cut?.as_record(), peers?))
}

/// Whether another file begins a table that replaces this one before any requested instant.
fn is_replaced(record: &Record<'_>, place: Place, looks: &[Look], instants: &Instants<'_>, collector: Option<Collector>) -> bool {
    let Ok(Body::PeerIndexTable(table)) = record.body() else { return false };
    let collector = collector.unwrap_or_else(|| Collector::from_bgp_id(table.collector()));
    looks.iter().any(|look| {
        let is_later = look.place.micros / 1_000_000 > place.micros / 1_000_000 && look.place.micros <= instants.last;
        is_later
            && look.table.as_ref().is_some_and(|(of, view)| *of == collector && **view == *table.view_name())
            && instants.are_outside(place.micros, look.place.micros)
    })
}
