//! Objects that recur, and the values of attribute lists. To find one again takes less than to make it. Objects that can be changed are
//! made anew of those that cannot.

use core::hash::BuildHasher as _;
use std::boxed::Box;
use std::prelude::v1::*;
use std::sync::{Mutex, PoisonError, TryLockError};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

use super::texts::{Texts, place_of};
use super::value::{json_object, object};
use crate::element::fields::{ColumnType, FIELDS, Field, JsonType, Part};
use crate::element::{Element, ListPlace};
use crate::family::Family;
use crate::time::Timestamp;

static MEMO: Mutex<Option<Box<Memo>>> = Mutex::new(None);

/// Works with the objects that recur; without any, if another thread does, or this one: garbage collection, which may run anything,
/// can start where an object is made.
#[inline]
pub(super) fn with<T>(work: impl FnOnce(&mut Memo) -> T) -> T {
    match MEMO.try_lock() {
        Ok(mut memo) => work(memo.get_or_insert_with(|| Box::new(Memo::new()))),
        Err(TryLockError::Poisoned(memo)) => work(PoisonError::into_inner(memo).get_or_insert_with(|| Box::new(Memo::new()))),
        Err(TryLockError::WouldBlock) => work(&mut Memo::without_places()),
    }
}

/// The objects, and the values of attribute lists, each in the one place that its octets give.
pub(super) struct Memo {
    pub(super) texts: Texts,
    lists: Vec<List>,
    /// What was asked for last, and its place.
    last: (Option<(u64, usize)>, usize),
}

/// An aware `datetime`. Microseconds of a full second or more become 999,999, as in a column.
pub(super) fn datetime(py: Python<'_>, time: Timestamp) -> PyResult<Bound<'_, PyAny>> {
    with(|memo| memo.texts.time(py, time))
}

/// What is known of an attribute list: its values in an element with a plain prefix.
#[derive(Default)]
struct List {
    place: Option<ListPlace>,
    octets: Vec<u8>,
    values: [Known; OF_LIST],
    /// The members of the JSON form with their numbers, once they are known.
    members: Option<Vec<(usize, Known)>>,
}

/// The list of an element with a plain prefix, before it is decoded.
#[derive(Clone, Copy)]
pub(super) enum ListOf<'a> {
    /// Of an element that is read.
    Read(&'a [u8], ListPlace),
    /// Of an entry of TABLE_DUMP_V2, for a route of this family.
    Entry(&'a [u8], Family),
}

impl ListOf<'_> {
    const fn octets(&self) -> &[u8] {
        match self {
            Self::Read(octets, _) | Self::Entry(octets, _) => octets,
        }
    }

    #[inline]
    fn is(&self, known: &List) -> bool {
        let is_place = match (self, &known.place) {
            (Self::Read(_, place), Some(known)) => place == known,
            (Self::Entry(_, family), Some(known)) => known.is_of_entry(*family),
            (_, None) => false,
        };
        is_place && known.octets == self.octets()
    }
}

/// What has a list, and the element when that is needed.
pub(super) trait HasList {
    /// A number that nothing with another list has, and another for each of its lists.
    fn key(&self) -> Option<(u64, usize)>;

    fn list(&self) -> Option<ListOf<'_>>;

    fn view(&self) -> Option<Element<'_>>;
}

/// A value.
#[derive(Default)]
enum Known {
    #[default]
    Not,
    Nothing,
    Object(Py<PyAny>),
    /// The items of a list.
    List(Py<PyTuple>),
}

impl Known {
    fn of(value: Option<&Bound<'_, PyAny>>) -> Self {
        match value {
            None => Self::Nothing,
            Some(value) => match value.cast_exact::<PyList>() {
                Ok(list) => Self::List(list.to_tuple().unbind()),
                Err(_) => Self::Object(value.clone().unbind()),
            },
        }
    }

    /// The value; `None` if it is not known.
    #[inline]
    fn get<'py>(&self, py: Python<'py>) -> Option<PyResult<Option<Bound<'py, PyAny>>>> {
        match self {
            Self::Not => None,
            Self::Nothing => Some(Ok(None)),
            Self::Object(value) => Some(Ok(Some(value.bind(py).clone()))),
            Self::List(items) => Some(items.bind(py).as_sequence().to_list().map(|list| Some(list.into_any()))),
        }
    }
}

/// Whether a field's value is that of every element with the list and a plain prefix, and is a list of what cannot be changed if it is
/// a list.
const fn is_of_list(field: &Field) -> bool {
    matches!(field.part, Part::Reach | Part::List)
        && !matches!(field.column, None | Some(ColumnType::Segments | ColumnType::Octets))
}

/// The number of such fields.
const OF_LIST: usize = number_of_list(FIELDS.len());

/// The number of such fields among the first.
const fn number_of_list(before: usize) -> usize {
    let (mut rest, mut number, mut of_list): (&[Field], usize, usize) = (FIELDS, 0, 0);
    while let [field, others @ ..] = rest {
        if number >= before {
            break;
        }
        if is_of_list(field) {
            of_list = of_list.saturating_add(1);
        }
        (rest, number) = (others, number.saturating_add(1));
    }
    of_list
}

/// The number of a field among those of the list, for [`Memo::of_list`]; `None` for others.
pub(super) const fn place_in_list(field: &Field, number: usize) -> Option<usize> {
    if is_of_list(field) { Some(number_of_list(number)) } else { None }
}

/// The same for its form in JSON.
const fn is_json_of_list(field: &Field) -> bool {
    matches!(field.part, Part::Reach | Part::List) && !matches!(field.json, None | Some(JsonType::Objects))
}

impl Memo {
    /// Places of attribute lists, as many as the writer of JSON lines has: a power of two.
    const LISTS: usize = 512;

    /// Octets of lists that are kept: their objects take some twenty times as many.
    const LONGEST: usize = 1024;

    fn new() -> Self {
        let lists = core::iter::repeat_with(List::default).take(Self::LISTS).collect();
        Self { texts: Texts::new(), lists, last: (None, 0) }
    }

    /// Remembers next to nothing.
    fn without_places() -> Self {
        Self { texts: Texts::without_places(), lists: Vec::new(), last: (None, 0) }
    }

    /// The place of an attribute list, which it now has; `None` if its values depend on more than that.
    #[inline]
    fn place(&mut self, of: &impl HasList) -> Option<usize> {
        let key = of.key();
        if key.is_some() && self.last.0 == key {
            return Some(self.last.1);
        }
        let at = self.find(of)?;
        self.last = (key, at);
        Some(at)
    }

    fn find(&mut self, of: &impl HasList) -> Option<usize> {
        let list = of.list()?;
        let octets = list.octets();
        if self.lists.get(self.last.1).is_some_and(|known| list.is(known)) {
            return Some(self.last.1);
        }
        if octets.len() > Self::LONGEST {
            return None;
        }
        let at = place_of(self.texts.hasher.hash_one(octets), self.lists.len());
        let slot = self.lists.get_mut(at)?;
        if !list.is(slot) {
            let element = of.view()?;
            // Of what cannot be framed, that is the part that can.
            let (list, place) = element.list_place()?;
            slot.octets.clear();
            slot.octets.extend_from_slice(list.as_bytes());
            (slot.place, slot.values, slot.members) = (Some(place), Default::default(), None);
        }
        Some(at)
    }

    /// The value of a field.
    pub(super) fn value<'py>(
        &mut self,
        py: Python<'py>,
        field: &'static Field,
        element: &Element<'_>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match field.value(element) {
            Some(value) => Ok(Some(object(py, &mut self.texts, field, &value)?).filter(|value| !value.is_none())),
            None => Ok(None),
        }
    }

    /// The value of a field [of the list](place_in_list), which has this number among them.
    #[inline]
    pub(super) fn of_list<'py>(
        &mut self,
        py: Python<'py>,
        (field, number): (&'static Field, usize),
        of: &impl HasList,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let place = self.place(of);
        let known = place.and_then(|at| self.lists.get(at)?.values.get(number));
        if let Some(value) = known.and_then(|known| known.get(py)) {
            return value;
        }
        let Some(element) = of.view() else { return Ok(None) };
        let value = self.value(py, field, &element)?;
        if let Some(slot) = place.and_then(|at| self.lists.get_mut(at)?.values.get_mut(number)) {
            *slot = Known::of(value.as_ref());
        }
        Ok(value)
    }

    /// The JSON form of an element as a dict.
    pub(super) fn dict<'py>(
        &mut self,
        py: Python<'py>,
        of: &impl HasList,
        element: &Element<'_>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let (dict, names) = (PyDict::new(py), names(py));
        let place = self.place(of);
        let mut has_members = false;
        for (field, name) in FIELDS.iter().zip(names) {
            let Some(form) = field.json else { continue };
            if is_json_of_list(field)
                && let Some(at) = place
            {
                if !has_members {
                    self.add_members(&dict, names, at, element)?;
                }
                has_members = true;
            } else if let Some(value) = field.value(element)
                && let Some(object) = json_object(py, &mut self.texts, form, &value)?
            {
                dict.set_item(name, object)?;
            }
        }
        Ok(dict)
    }

    /// Adds the members that depend on the list alone.
    fn add_members(
        &mut self,
        dict: &Bound<'_, PyDict>,
        names: &[Py<PyString>],
        at: usize,
        element: &Element<'_>,
    ) -> PyResult<()> {
        let py = dict.py();
        if self.lists.get(at).is_some_and(|list| list.members.is_none()) {
            let mut members = Vec::new();
            for (number, field) in FIELDS.iter().enumerate().filter(|(_, field)| is_json_of_list(field)) {
                if let Some((form, value)) = field.json.zip(field.value(element))
                    && let Some(object) = json_object(py, &mut self.texts, form, &value)?
                {
                    members.push((number, Known::of(Some(&object))));
                }
            }
            if let Some(list) = self.lists.get_mut(at) {
                list.members = Some(members);
            }
        }
        let members = self.lists.get(at).and_then(|list| list.members.as_deref()).unwrap_or_default();
        for (number, known) in members {
            if let (Some(name), Some(value)) = (names.get(*number), known.get(py)) {
                dict.set_item(name, value?)?;
            }
        }
        Ok(())
    }
}

/// The names of fields, in their order.
fn names(py: Python<'_>) -> &[Py<PyString>] {
    static NAMES: PyOnceLock<Vec<Py<PyString>>> = PyOnceLock::new();
    NAMES.get_or_init(py, || FIELDS.iter().map(|field| PyString::intern(py, field.name).unbind()).collect())
}
