//! The route events that are wanted: the options of filters, and the limit.

use std::cell::RefCell;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches};
use routeglass::bgp::Message;
use routeglass::element::{Element, UpdateElements};
use routeglass::filter::{Filter, KEYS, Key, ParseFilterError};
use routeglass::io::Decompress;
use routeglass::mrt::{ReadContext, Record};
use routeglass::{Error, Peer, Timestamp};

use crate::args::positive;
use crate::finding::BareMessage;
use crate::report::remark;

/// The route events that are wanted.
#[derive(Clone, Default)]
pub(crate) struct Selection {
    /// Shared with the threads.
    filter: Option<Arc<Filter>>,
    /// The number of route events, or of findings, that may still follow.
    left: Option<u64>,
    /// Route events that the filter can neither include nor exclude.
    unjudged: u64,
    /// The files that the filter was made of.
    files: Arc<[PathBuf]>,
}

const FILTER: &str = "filter";
const LIMIT: &str = "limit";

impl Selection {
    /// Whether everything is wanted.
    pub(crate) const fn is_everything(&self) -> bool {
        self.filter.is_none() && self.left.is_none()
    }

    /// Whether there is a filter.
    pub(crate) const fn is_filtered(&self) -> bool {
        self.filter.is_some()
    }

    /// Whether there is a limit.
    pub(crate) const fn has_limit(&self) -> bool {
        self.left.is_some()
    }

    /// The filter.
    pub(crate) fn filter(&self) -> Option<Arc<Filter>> {
        self.filter.clone()
    }

    /// The files that the filter was made of.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Whether the filter matches an element.
    pub(crate) fn try_matches(&self, element: &Element<'_>) -> Result<bool, Error> {
        match &self.filter {
            Some(filter) => filter.try_matches(element),
            None => Ok(true),
        }
    }

    /// Whether an element is wanted; one for which that cannot be said is counted.
    pub(crate) fn wants(&mut self, element: &Element<'_>) -> bool {
        match self.try_matches(element) {
            Ok(matches) => matches,
            Err(_) => {
                self.unjudged = self.unjudged.saturating_add(1);
                false
            }
        }
    }

    /// Whether an element of a record is wanted, or may be; `None` if it has no elements.
    pub(crate) fn wants_of(&self, record: &Record<'_>, peers: &ReadContext) -> Option<bool> {
        let Some(filter) = &self.filter else { return Some(true) };
        let mut elements = record.elements_by(peers).filtered(filter);
        while let Some(item) = elements.next() {
            if item.is_ok() || elements.undecided() > 0 {
                return Some(true);
            }
        }
        record.elements_by(peers).flatten().next().map(|_| false)
    }

    /// Whether an element of a record is wanted; if none is, those for which that cannot be said are counted.
    pub(crate) fn wants_record(&mut self, record: &Record<'_>, peers: &ReadContext) -> bool {
        let Some(filter) = &self.filter else { return true };
        let mut elements = record.elements_by(peers).filtered(filter);
        if elements.by_ref().flatten().next().is_some() {
            return true;
        }
        self.unjudged = self.unjudged.saturating_add(elements.undecided());
        false
    }

    /// The same of a message outside records, which has elements if it is an UPDATE.
    pub(crate) fn wants_message(&mut self, message: &BareMessage<'_>) -> bool {
        if self.filter.is_none() {
            return true;
        }
        let Ok(Message::Update(update)) = message.parse() else { return false };
        let mut undecided = 0_u64;
        for element in UpdateElements::new(&update, Peer::UNKNOWN, Timestamp::EPOCH).flatten() {
            match self.try_matches(&element) {
                Ok(true) => return true,
                Ok(false) => {}
                Err(_) => undecided = undecided.saturating_add(1),
            }
        }
        self.unjudged = self.unjudged.saturating_add(undecided);
        false
    }

    /// Hands over the elements of a record that are wanted.
    pub(crate) fn each(&mut self, record: &Record<'_>, peers: &ReadContext, mut each: impl FnMut(&Element<'_>)) {
        let elements = record.elements_by(peers);
        let Some(filter) = &self.filter else { return elements.flatten().for_each(|element| each(&element)) };
        let mut elements = elements.filtered(filter);
        elements.by_ref().flatten().for_each(|element| each(&element));
        self.unjudged = self.unjudged.saturating_add(elements.undecided());
    }

    /// Counts what the limit is about.
    pub(crate) fn count(&mut self) {
        self.left = self.left.map(|left| left.saturating_sub(1));
    }

    /// Whether the limit is reached.
    pub(crate) fn is_done(&self) -> bool {
        self.left == Some(0)
    }

    /// Adds what another thread counted.
    pub(crate) const fn join(&mut self, other: &Self) {
        self.unjudged = self.unjudged.saturating_add(other.unjudged);
    }

    /// Says how many validated payloads had expired by a time: that of a table, or of the first record of an input.
    pub(crate) fn say_expired(&self, time: Timestamp, of: &dyn fmt::Display) {
        for (name, expired, all) in self.filter.iter().flat_map(|filter| filter.expired_payloads(time)) {
            remark(&format!("{name}: {}", Expired { expired, all, time, of }));
        }
    }

    /// Says which keys match nothing in messages outside records, which have no time and no peer.
    pub(crate) fn say_unmatched(&self, input: &Path) {
        let names = self.filter.iter().flat_map(|filter| filter.keys()).map(|key| key.name);
        let names: Vec<_> = names.filter(|name| ["from", "to", "peer", "peer-asn"].contains(name)).collect();
        if !names.is_empty() {
            let (names, verb) = (names.join(", "), if names.len() == 1 { "matches" } else { "match" });
            remark(&format!(
                "{}: messages outside records have no time and no peer: {names} {verb} none of them",
                input.display()
            ));
        }
    }

    /// Start of an input.
    pub(crate) const fn begin(&mut self) {
        self.unjudged = 0;
    }

    /// End of an input.
    pub(crate) fn end(&self, input: &Path) {
        if let Some(said) = self.unjudged() {
            remark(&format!("{}: {said}", input.display()));
        }
    }

    /// What is said about route events that the filter can neither include nor exclude, if there are any.
    pub(crate) fn unjudged(&self) -> Option<String> {
        let reason = "damaged routes left out: what cannot be read decides whether the filter matches";
        (self.unjudged > 0).then(|| format!("{} {reason}", self.unjudged))
    }
}

/// How many of validated payloads or attestations had expired.
pub(crate) struct Expired<'a> {
    pub(crate) expired: usize,
    pub(crate) all: usize,
    pub(crate) time: Timestamp,
    /// What the time is that of.
    pub(crate) of: &'a dyn fmt::Display,
}

impl fmt::Display for Expired<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expired, all, time, of } = self;
        write!(f, "{expired} of {all} had expired by {}, the time of {of}; used all the same", time.utc())
    }
}

/// The same options before and after a subcommand.
pub(crate) struct Everywhere {
    /// The selection, or what is wrong with its options.
    pub(crate) selection: Result<Selection, clap::Error>,
    /// The values of `--family`.
    pub(crate) families: Vec<String>,
}

impl FromArgMatches for Everywhere {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let families = matches.get_many::<String>("family").into_iter().flatten().cloned().collect();
        Ok(Self { selection: Selection::from_arg_matches(matches), families })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Everywhere {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.args(options().map(|option| option.global(true)))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

/// An option whose values are joined by *or*.
fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    // A number that is negative is read as the value that it is meant to be, and refused.
    Arg::new(name).long(name).value_name(value).help(help).action(ArgAction::Append).allow_negative_numbers(true)
}

/// One option per key, `--filter` and `--limit`.
fn options() -> impl Iterator<Item = Arg> {
    let option = |name, value, help| option(name, value, help).help_heading("Filters, joined by `and`; one given twice, by `or`");
    let about = "Route events that this expression matches: options as keys, `and`, `or`, `not` and parentheses";
    let limit = Arg::new(LIMIT)
        .long(LIMIT)
        .value_name("N")
        .value_parser(positive)
        .help("Stop after this many route events; `check`: findings; `dissect`: records and messages");
    KEYS.iter().map(move |key| option(key.name, key.value, key.about)).chain([option(FILTER, "EXPR", about), limit])
}

/// The filter of the values of one option, joined by *or*.
fn of_option(
    matches: &ArgMatches,
    option: &str,
    value_name: &str,
    read: impl Fn(&str) -> Result<Filter, ParseFilterError>,
) -> Result<Option<Filter>, clap::Error> {
    let Some(values) = matches.get_many::<String>(option) else { return Ok(None) };
    let filters = values.map(|value| {
        read(value).map_err(|e| {
            let several = if value.contains(',') { "; of several values, each has the option before it" } else { "" };
            let reason = format!("invalid value '{value}' for '--{option} <{value_name}>': {e}{several}");
            // The value is wrong, not the use of the command.
            clap::Error::raw(ErrorKind::ValueValidation, format!("{reason}\n"))
        })
    });
    Ok(Some(Filter::any_of(filters.collect::<Result<Vec<_>, _>>()?)))
}

/// Refuses times of which none can be meant: the end before the start.
fn check_times(matches: &ArgMatches) -> Result<(), clap::Error> {
    let times = |option| {
        let texts = matches.get_many::<String>(option)?.map(String::as_str);
        texts.map(|text| Some((text.parse::<Timestamp>().ok()?, text))).collect::<Option<Vec<_>>>()
    };
    let (Some(from), Some(to)) = (times("from"), times("to")) else { return Ok(()) };
    // Without a fraction the end is all of its second.
    let end = |time: Timestamp| (time.seconds, time.micros.unwrap_or(u32::MAX));
    let start = |time: Timestamp| (time.seconds, time.micros.unwrap_or(0));
    match (from.iter().min_by_key(|(time, _)| start(*time)), to.iter().max_by_key(|(time, _)| end(*time))) {
        (Some((first, from)), Some((last, to))) if start(*first) > end(*last) => {
            Err(clap::Error::raw(ErrorKind::ArgumentConflict, format!("--from {from} is after --to {to}: nothing is of both\n")))
        }
        _ => Ok(()),
    }
}

/// The text of a file, compressed or not.
fn text_of(name: &str) -> io::Result<String> {
    let mut text = String::new();
    Decompress::new(File::open(name)?)?.read_to_string(&mut text)?;
    Ok(text)
}

impl Selection {
    /// The selection by the options of some keys, and by `--filter`.
    fn by(matches: &ArgMatches, keys: &[Key], left: Option<u64>) -> Result<Self, clap::Error> {
        let files = RefCell::new(Vec::new());
        let file = |name: &str| {
            files.borrow_mut().push(name.into());
            text_of(name).map_err(|e| e.to_string())
        };
        let mut filters = Vec::new();
        for key in keys {
            filters.extend(of_option(matches, key.name, key.value, |value| Filter::of_with(key.name, value, file))?);
        }
        filters.extend(of_option(matches, FILTER, "EXPR", |text| Filter::parse_with(text, file))?);
        let filter = (!filters.is_empty()).then(|| Arc::new(Filter::all_of(filters)));
        Ok(Self { filter, left, unjudged: 0, files: files.into_inner().into() })
    }
}

impl FromArgMatches for Selection {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        check_times(matches)?;
        Self::by(matches, KEYS, matches.get_one(LIMIT).copied())
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Selection {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.args(options())
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

/// `--filter` alone, beside options that have names of keys and another meaning.
pub(crate) struct Filtering {
    pub(crate) selection: Selection,
}

impl FromArgMatches for Filtering {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self { selection: Selection::by(matches, &[], None)? })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Filtering {
    fn augment_args(command: clap::Command) -> clap::Command {
        let about = "Only routes that this expression matches, as for `dump`: keys and values, `and`, `or`, `not` and parentheses; given \
                     twice, routes that either matches. Not of what `reduce` wrote";
        command.arg(option(FILTER, "EXPR", about))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}
