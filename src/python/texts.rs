//! Objects that recur: words, times, and the texts of addresses, prefixes and communities.

use core::hash::BuildHasher as _;
use core::net::IpAddr;
use std::prelude::v1::*;

use foldhash::fast::RandomState;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString};

use crate::asn::Asn;
use crate::attr::Community;
use crate::family::Family;
use crate::prefix::Prefix;
use crate::text::plain::PlainWriter;
use crate::time::Timestamp;

/// The objects, each in the one place that its value gives.
pub(super) struct Texts {
    pub(super) writer: PlainWriter,
    pub(super) hasher: RandomState,
    words: Vec<(&'static str, Py<PyString>)>,
    family: Option<(Family, Py<PyString>)>,
    time: Option<(Timestamp, Py<PyAny>)>,
    addresses: Places<IpAddr>,
    prefixes: Places<Prefix>,
    communities: Places<Community>,
    asns: Places<Asn, PyAny>,
}

/// Texts of values, or other objects.
struct Places<T, O = PyString>(Vec<Option<(T, Py<O>)>>);

impl<T: Copy + Eq + core::hash::Hash, O> Places<T, O> {
    fn new(places: usize) -> Self {
        Self(core::iter::repeat_with(|| None).take(places).collect())
    }

    #[inline]
    fn text<'py>(
        &mut self,
        py: Python<'py>,
        hasher: &RandomState,
        value: T,
        make: impl FnOnce() -> Bound<'py, O>,
    ) -> Bound<'py, O> {
        self.at(py, hasher.hash_one(value), value, make)
    }

    /// The same with a hash of the value.
    #[inline]
    fn at<'py>(&mut self, py: Python<'py>, hash: u64, value: T, make: impl FnOnce() -> Bound<'py, O>) -> Bound<'py, O> {
        let place = place_of(hash, self.0.len());
        match self.0.get_mut(place) {
            Some(Some((known, text))) if *known == value => text.bind(py).clone(),
            Some(slot) => {
                let text = make();
                *slot = Some((value, text.clone().unbind()));
                text
            }
            None => make(),
        }
    }
}

/// A place of a power of two of places.
#[cfg_attr(optimised, inline(always))]
#[expect(clippy::cast_possible_truncation, reason = "its low bits are enough")]
pub(super) const fn place_of(hash: u64, places: usize) -> usize {
    hash as usize & places.wrapping_sub(1)
}

impl Texts {
    /// All numbers of places are powers of two.
    pub(super) fn new() -> Self {
        let (addresses, prefixes, communities) = (Places::new(512), Places::new(1024), Places::new(2048));
        Self { addresses, prefixes, communities, asns: Places::new(512), ..Self::without_places() }
    }

    /// Remembers next to nothing.
    pub(super) fn without_places() -> Self {
        Self {
            writer: PlainWriter::new(),
            hasher: RandomState::default(),
            words: Vec::new(),
            family: None,
            time: None,
            addresses: Places(Vec::new()),
            prefixes: Places(Vec::new()),
            communities: Places(Vec::new()),
            asns: Places(Vec::new()),
        }
    }

    /// A text that does not depend on octets; there are few.
    pub(super) fn word<'py>(&mut self, py: Python<'py>, word: &'static str) -> Bound<'py, PyString> {
        if let Some((_, text)) = self.words.iter().find(|(known, _)| core::ptr::eq(*known, word)) {
            return text.bind(py).clone();
        }
        let text = PyString::intern(py, word);
        if self.words.len() < 64 {
            self.words.push((word, text.clone().unbind()));
        }
        text
    }

    pub(super) fn family<'py>(&mut self, py: Python<'py>, family: Family) -> Bound<'py, PyString> {
        match &self.family {
            Some((known, text)) if *known == family => text.bind(py).clone(),
            _ => {
                let text = PyString::new(py, &family.to_string());
                self.family = Some((family, text.clone().unbind()));
                text
            }
        }
    }

    /// An aware `datetime`.
    pub(super) fn time<'py>(&mut self, py: Python<'py>, time: Timestamp) -> PyResult<Bound<'py, PyAny>> {
        match &self.time {
            Some((known, object)) if *known == time => Ok(object.bind(py).clone()),
            _ => {
                let object = make_datetime(py, time)?;
                self.time = Some((time, object.clone().unbind()));
                Ok(object)
            }
        }
    }

    pub(super) fn address<'py>(&mut self, py: Python<'py>, address: IpAddr) -> Bound<'py, PyString> {
        let Self { addresses, hasher, writer, .. } = self;
        addresses.text(py, hasher, address, || PyString::new(py, writer.address(address)))
    }

    pub(super) fn prefix<'py>(&mut self, py: Python<'py>, prefix: Prefix) -> Bound<'py, PyString> {
        let Self { prefixes, hasher, writer, .. } = self;
        prefixes.text(py, hasher, prefix, || PyString::new(py, writer.prefix(prefix)))
    }

    /// The number of an AS.
    pub(super) fn asn<'py>(&mut self, py: Python<'py>, asn: Asn) -> Bound<'py, PyAny> {
        self.asns.at(py, u64::from(asn.0 ^ asn.0 >> 9), asn, || {
            let Ok(number) = asn.0.into_pyobject(py);
            number.into_any()
        })
    }

    /// A community as two numbers.
    pub(super) fn community<'py>(&mut self, py: Python<'py>, community: Community) -> Bound<'py, PyString> {
        let Self { communities, hasher, writer, .. } = self;
        communities.text(py, hasher, community, || PyString::new(py, writer.community(community)))
    }
}

/// An attribute of a module, looked up once.
pub(super) fn imported<'py>(
    py: Python<'py>,
    cell: &'static PyOnceLock<Py<PyAny>>,
    module: &str,
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    cell.import(py, module, name).cloned()
}

/// An aware `datetime`. Microseconds of a full second or more become 999,999, as in a column.
fn make_datetime(py: Python<'_>, time: Timestamp) -> PyResult<Bound<'_, PyAny>> {
    static DATETIME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    static UTC: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let utc = UTC.get_or_try_init(py, || Ok::<_, PyErr>(py.import("datetime")?.getattr("timezone")?.getattr("utc")?.unbind()))?;
    let class = imported(py, &DATETIME, "datetime", "datetime")?;
    let whole = class.call_method1("fromtimestamp", (time.seconds, utc))?;
    match time.micros.map(|micros| micros.min(999_999)) {
        None | Some(0) => Ok(whole),
        Some(micros) => {
            let changes = PyDict::new(py);
            changes.set_item("microsecond", micros)?;
            whole.call_method("replace", (), Some(&changes))
        }
    }
}
