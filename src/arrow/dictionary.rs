//! Dictionaries: texts that recur, each with a number.

use core::fmt::Write as _;
use std::prelude::v1::*;
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_schema::ArrowError;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use core::hash::BuildHasher as _;

use super::runs::Runs;
use crate::attr::Origin;
use crate::codes::MrtType;
use crate::element::ElementKind;
use crate::error::Action;
use crate::family::Family;
use crate::text::put::Plain;

/// The kind of a row for damage.
pub(super) const DAMAGE: &str = "damage";

/// The texts of a column with predefined ones, in the order of its dictionary; none for other columns.
pub(super) fn predefined(name: &str) -> Vec<String> {
    use crate::codes::FsmState as S;
    let text = |text: &dyn core::fmt::Display| text.to_string();
    match name {
        "kind" => {
            let state = ElementKind::StateChange(S::IDLE, S::IDLE);
            let kinds = [ElementKind::Announce, ElementKind::Withdraw, ElementKind::Rib, state].map(ElementKind::name);
            kinds.iter().chain(&[DAMAGE]).map(|name| text(name)).collect()
        }
        "record_type" => MrtType::ALL.iter().filter_map(|kind| kind.name()).map(|name| text(&name)).collect(),
        "origin" => [Origin::Igp, Origin::Egp, Origin::Incomplete].iter().map(|origin| text(origin)).collect(),
        "error_action" => {
            use Action as A;
            let actions = [A::None, A::DiscardAttribute, A::TreatAsWithdraw, A::DisableFamily, A::ResetSession];
            actions.iter().map(|action| text(action)).collect()
        }
        _ => Vec::new(),
    }
}

/// Texts with their numbers. New ones are appended, so that a number means the same in all batches.
#[derive(Clone)]
pub(super) struct Dictionary {
    texts: Runs<u8>,
    table: HashTable<i32>,
    hasher: RandomState,
    last: i32,
    family: Option<(Family, i32)>,
    scratch: Vec<u8>,
    /// The texts as an array, while none is new.
    array: Option<ArrayRef>,
}

impl Dictionary {
    /// After a batch with more texts than this, the next has a new dictionary: more than the peers of any table, and a limit on the
    /// memory for an input that never repeats one.
    const MOST: usize = 1 << 17;

    pub(super) fn new(name: &str) -> Self {
        let mut dictionary = Self {
            texts: Runs::new(),
            table: HashTable::new(),
            hasher: RandomState::default(),
            last: 0,
            family: None,
            scratch: Vec::new(),
            array: None,
        };
        for text in predefined(name) {
            dictionary.key(text.as_bytes());
        }
        dictionary
    }

    /// The number of a text.
    pub(super) fn key(&mut self, text: &[u8]) -> i32 {
        let Self { texts, table, hasher, last, array, .. } = self;
        let of = |key: i32| texts.get(usize::try_from(key).unwrap_or(usize::MAX));
        if !texts.is_empty() && of(*last) == text {
            return *last;
        }
        let hash = hasher.hash_one(text);
        *last = match table.find(hash, |key| of(*key) == text) {
            Some(key) => *key,
            None => {
                // Far below the range: a batch has fewer rows, and a dictionary with many is not continued.
                let key = i32::try_from(texts.len()).unwrap_or(i32::MAX);
                texts.push(text);
                let of = |key: i32| texts.get(usize::try_from(key).unwrap_or(usize::MAX));
                table.insert_unique(hash, key, |key| hasher.hash_one(of(*key)));
                *array = None;
                key
            }
        };
        *last
    }

    /// The number of a value's text.
    pub(super) fn key_of(&mut self, put: impl FnOnce(&mut Vec<u8>)) -> i32 {
        let mut text = core::mem::take(&mut self.scratch);
        text.clear();
        put(&mut text);
        let key = self.key(&text);
        self.scratch = text;
        key
    }

    /// The number of a family's name.
    pub(super) fn key_of_family(&mut self, family: Family) -> i32 {
        match self.family {
            Some((last, key)) if last == family => key,
            _ => {
                let key = self.key_of(|text| {
                    // Writing to a buffer cannot fail.
                    let _ = write!(Plain(text), "{family}");
                });
                self.family = Some((family, key));
                key
            }
        }
    }

    pub(super) fn text(&self, key: i32) -> &[u8] {
        self.texts.get(usize::try_from(key).unwrap_or(usize::MAX))
    }

    /// The texts as an array.
    pub(super) fn array(&mut self) -> Result<ArrayRef, ArrowError> {
        if let Some(array) = &self.array {
            return Ok(Arc::clone(array));
        }
        let (offsets, octets) = self.texts.all()?;
        let array: ArrayRef = Arc::new(StringArray::try_new(offsets, octets.into(), None)?);
        self.array = Some(Arc::clone(&array));
        Ok(array)
    }

    /// Prepares for the next batch.
    pub(super) fn next_batch(&mut self, name: &str) {
        if self.texts.len() > Self::MOST {
            *self = Self::new(name);
        }
    }
}
