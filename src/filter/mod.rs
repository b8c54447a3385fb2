//! Filters over route events: those with a given origin, community, prefix, and so on.
//!
//! ```
//! use routeglass::filter::Filter;
//!
//! # let archive: &[u8] = &[];
//! let filter = Filter::parse("more-specific 192.0.2.0/24 and not origin 64496")?;
//! for element in routeglass::elements(archive).filtered(&filter) {
//!     println!("{}", element?);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A filter is parsed from a text ([`Filter::parse`]) or composed: [`Filter::of`] makes one from a key and its value, and
//! [`Filter::all_of`], [`Filter::any_of`] and `!` combine filters. [`Filter::matches`] evaluates one for an element, without
//! allocation.
//!
//! The iterators ([`Filtered`]) evaluate a filter in the order of cost, on octets where they suffice: time, family and prefix once
//! per record of a table; the attributes that a key needs, found in an entry without decoding the others; what the routes of a
//! message share once per message. The result is the same as for decoded elements, errors included.
//!
#![doc = include_str!("../_docs/filter.md")]

mod as_path;
mod community;
mod condition;
mod error;
mod filtered;
mod key;
mod node;
mod number;
mod parse;
mod prefixes;
mod screen;
#[cfg(feature = "rayon")]
mod summary;

pub use error::ParseFilterError;
pub use filtered::Filtered;
#[cfg(feature = "rayon")]
pub use filtered::ParFiltered;
pub use key::{KEYS, Key};
#[cfg(feature = "rayon")]
pub(crate) use summary::{MOST_NAMED, MOST_RANGES, Summary};

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::ops::Not;
use core::str::FromStr;

use condition::Condition;
use node::{Node, Plan};
use screen::Screen;

use crate::element::Element;
use crate::element::mrt::RecordRoutes;
use crate::error::Result;
use crate::time::Timestamp;

/// A condition on elements.
///
/// Displayed as a text that parses to an equal filter.
#[derive(Clone)]
pub struct Filter {
    node: Node,
    plan: Plan,
    asks_record: bool,
}

impl Filter {
    fn new(node: Node) -> Self {
        let plan = Plan::of(&node);
        let asks_record = Screen::asks_record(&plan);
        Self { node, plan, asks_record }
    }

    /// The evaluation for the elements of a record.
    #[inline]
    fn screen(&self, routes: &mut RecordRoutes<'_>) -> Screen<'_> {
        let mut screen = Screen::new(&self.plan, self.asks_record);
        screen.begin(routes);
        screen
    }

    /// Parses a text of the grammar above, without files.
    ///
    /// # Errors
    /// The column of the first error, and what was expected there.
    pub fn parse(text: &str) -> Result<Self, ParseFilterError> {
        Self::parse_with(text, no_files)
    }

    /// The same; `files` returns the contents of a named file, or the reason why it cannot be read.
    ///
    /// # Errors
    /// As [`Filter::parse`]; a file that cannot be read, or whose contents do not fit its key.
    pub fn parse_with(text: &str, mut files: impl FnMut(&str) -> Result<String, String>) -> Result<Self, ParseFilterError> {
        parse::parse(text, &mut files).map(Self::new)
    }

    /// The filter of one of [`KEYS`] and its value, without files.
    ///
    /// # Errors
    /// The column in the value, and what was expected there.
    pub fn of(key: &str, value: &str) -> Result<Self, ParseFilterError> {
        Self::of_with(key, value, no_files)
    }

    /// The same with files, as in [`Filter::parse_with`].
    ///
    /// # Errors
    /// As [`Filter::of`] and [`Filter::parse_with`].
    pub fn of_with(
        key: &str,
        value: &str,
        mut files: impl FnMut(&str) -> Result<String, String>,
    ) -> Result<Self, ParseFilterError> {
        parse::of(key, value, &mut files).map(Self::new)
    }

    /// The filter of elements that all of these match; of none, every element.
    pub fn all_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Node::and(filters.into_iter().map(|filter| filter.node)))
    }

    /// The filter of elements that one of these matches; of none, no element.
    pub fn any_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Node::or(filters.into_iter().map(|filter| filter.node)))
    }

    /// The keys in it, in the order of [`KEYS`].
    pub fn keys(&self) -> impl Iterator<Item = &'static Key> {
        let mut names = Vec::new();
        self.node.each_test(&mut |test| names.push(test.key.name));
        KEYS.iter().filter(move |key| names.contains(&key.name))
    }

    /// The files of validated payloads in it of which some had expired by an instant, where they say when they do (`expires` of
    /// rpki-client): the name, the number of those, and of all. They are used all the same.
    pub fn expired_payloads(&self, at: Timestamp) -> Vec<(&str, usize, usize)> {
        let mut files = Vec::new();
        self.node.each_test(&mut |test| {
            if let Condition::Validity(_, payloads) = &test.condition {
                let (expired, all) = payloads.vrps.expired(at);
                let file = (payloads.name.as_str(), expired, all);
                if expired > 0 && !files.contains(&file) {
                    files.push(file);
                }
            }
        });
        files
    }

    /// Whether an element matches; `false` if that depends on octets that cannot be read ([`Filter::try_matches`] returns the
    /// error).
    #[inline]
    pub fn matches(&self, element: &Element<'_>) -> bool {
        self.plan.judge(element).unwrap_or(false)
    }

    /// Whether one of the elements of a summary may match, or be undecided.
    #[cfg(feature = "rayon")]
    pub(crate) fn may_match(&self, summary: &Summary) -> bool {
        summary.may_match(&self.node)
    }

    /// Whether an element matches.
    ///
    /// # Errors
    /// The error in the octets on which the answer depends: the element can be neither included nor excluded.
    #[inline]
    pub fn try_matches(&self, element: &Element<'_>) -> Result<bool> {
        self.plan.judge(element)
    }
}

fn no_files(_: &str) -> Result<String, String> {
    Err("no files are read here".to_string())
}

/// Every element.
impl Default for Filter {
    fn default() -> Self {
        Self::new(Node::All)
    }
}

/// The elements that the filter does not match.
impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(Node::not(self.node))
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl Eq for Filter {}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.node, f)
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({self})")
    }
}

impl FromStr for Filter {
    type Err = ParseFilterError;

    fn from_str(text: &str) -> Result<Self, ParseFilterError> {
        Self::parse(text)
    }
}

/// As its text.
#[cfg(feature = "serde")]
impl serde::Serialize for Filter {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> core::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From its text, without files.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Filter {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> core::result::Result<Self, D::Error> {
        let text = alloc::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
