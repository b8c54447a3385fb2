//! Owned elements.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

use super::ListPlace;
use super::{Beside, Element, Route};
use crate::nlri::{PathPrefix, RawRoute};
use crate::prefix::Prefix;

/// An owned element: it can be kept and sent to other threads. Clones share the octets, and so do the routes of one message that an
/// [`Archive`](super::Archive) yields.
///
/// ```
/// # let archive: &[u8] = &[];
/// use routeglass::element::ElementBuf;
///
/// let kept: Vec<ElementBuf> = routeglass::elements(archive).flatten().map(ElementBuf::from).collect();
/// for element in &kept {
///     println!("{}", element.as_element());
/// }
/// ```
#[derive(Clone)]
pub struct ElementBuf {
    // Shared by the plain prefixes of a message's list, and small where it is moved: an element is moved several times, until the
    // program has it where it stays.
    common: Arc<Common>,
    /// The route, if it is a plain prefix.
    path: PathPrefix,
}

/// All of an element but its plain prefix.
struct Common {
    /// Octets of its own, or those of its record.
    octets: Bytes,
    list: Span,
    route: Span,
    /// Of a separate next hop.
    next_hop: Span,
    /// The rest of the element; its slices are empty.
    rest: Element<'static>,
}

/// A part of the octets.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    len: usize,
}

impl Span {
    const fn after(self, len: usize) -> Self {
        Self { start: self.start.saturating_add(self.len), len }
    }

    /// Where `part` lies in `octets`; `None` if it is no part of them.
    #[inline]
    fn of(part: &[u8], octets: &[u8]) -> Option<Self> {
        if part.is_empty() {
            return Some(Self { start: 0, len: 0 });
        }
        let start = part.as_ptr().addr().checked_sub(octets.as_ptr().addr())?;
        let end = start.checked_add(part.len())?;
        (end <= octets.len()).then_some(Self { start, len: part.len() })
    }

    #[inline]
    fn get(self, octets: &[u8]) -> &[u8] {
        octets.get(self.start..).and_then(|rest| rest.get(..self.len)).unwrap_or_default()
    }
}

impl ElementBuf {
    /// The view, which gives access to everything.
    #[inline]
    pub fn as_element(&self) -> Element<'_> {
        let Common { octets, list, route, next_hop, rest } = &*self.common;
        let [list, route, next_hop] = [list, route, next_hop].map(|span| span.get(octets));
        element(rest, rest.attributes.over(list), self.path, route, next_hop)
    }

    /// An element that shares the octets of its record or message, which stay in memory with it: nothing is copied. `None` if the
    /// element is no view of these octets.
    ///
    /// ```
    /// use routeglass::element::ElementBuf;
    /// use routeglass::mrt::{ReadContext, RecordBuf};
    ///
    /// fn elements(record: &RecordBuf, context: &mut ReadContext) -> Vec<ElementBuf> {
    ///     let elements = record.as_record().elements(context).flatten();
    ///     elements.filter_map(|element| ElementBuf::sharing(element, record.as_bytes())).collect()
    /// }
    /// # let _ = elements;
    /// ```
    #[inline]
    pub fn sharing(from: Element<'_>, octets: &Bytes) -> Option<Self> {
        Self::of_copy(from, octets, octets)
    }

    /// The same for an element that is a view of `octets`, of which `copy` is one.
    #[inline]
    pub(crate) fn of_copy(from: Element<'_>, octets: &[u8], copy: &Bytes) -> Option<Self> {
        let (list, route, next_hop) = slices(&from);
        let [list, route, next_hop] = [Span::of(list, octets)?, Span::of(route, octets)?, Span::of(next_hop, octets)?];
        Some(Self::of(&from, copy.clone(), [list, route, next_hop]))
    }

    #[inline]
    fn of(from: &Element<'_>, octets: Bytes, [list, route, next_hop]: [Span; 3]) -> Self {
        let (rest, path) = without_octets(from);
        Self { common: Arc::new(Common { octets, list, route, next_hop, rest }), path }
    }

    /// An element with octets of its own.
    #[inline]
    pub(crate) fn copied(from: &Element<'_>) -> Self {
        let (list, route, next_hop) = slices(from);
        let octets = joined(list, route, next_hop);
        let list = Span { start: 0, len: list.len() };
        let route = list.after(route.len());
        Self::of(from, octets, [list, route, route.after(next_hop.len())])
    }

    /// The same element of another plain prefix, if this one's is plain.
    #[inline]
    pub(crate) fn of_path(&self, path: PathPrefix) -> Self {
        Self { common: self.common.clone(), path }
    }

    /// The octets of the list, and what its values depend on besides them; `None` if they depend on more, or there is none.
    pub(crate) fn list(&self) -> Option<(&[u8], ListPlace)> {
        let Common { octets, list, rest, .. } = &*self.common;
        let (_, place) = rest.list_place()?;
        matches!(rest.route, Route::Prefix(..)).then(|| (list.get(octets), place))
    }
}

/// What elements of a record with plain prefixes have in common: all but the prefix. The octets are kept elsewhere.
#[derive(Clone, Copy)]
pub(crate) struct InCommon {
    list: Span,
    /// The rest of the elements; its slices are empty.
    rest: Element<'static>,
}

impl InCommon {
    /// Of an element whose record has these octets; `None` if it has no plain prefix, or more octets than those of its list.
    pub(crate) fn of(of: &Element<'_>, octets: &[u8]) -> Option<Self> {
        if !matches!((of.route, of.beside), (Route::Prefix(..), Beside::Nothing | Beside::Known(_))) {
            return None;
        }
        let list = Span::of(of.attributes.as_bytes(), octets)?;
        Some(Self { list, rest: without_octets(of).0 })
    }

    /// Whether another element of the record differs in its prefix alone.
    #[inline]
    pub(crate) fn is_of(&self, other: &Element<'_>) -> bool {
        let rest = &self.rest;
        let is_beside = match (rest.beside, other.beside) {
            (Beside::Nothing, Beside::Nothing) => true,
            (Beside::Known(finding), Beside::Known(of_other)) => finding == of_other,
            _ => false,
        };
        let (list, of_other) = (&rest.attributes, &other.attributes);
        is_beside
            && matches!((rest.route, other.route), (Route::Prefix(family, _), Route::Prefix(of_other, _)) if family == of_other)
            && (rest.kind, rest.source, rest.cut, rest.plain) == (other.kind, other.source, other.cut, other.plain)
            && (rest.sound, rest.noted, rest.local) == (other.sound, other.noted, other.local)
            && (list.offset(), self.list.len, list.key()) == (of_other.offset(), of_other.as_bytes().len(), of_other.key())
            && (rest.peer, rest.originated) == (other.peer, other.originated)
    }

    /// The element with a prefix, of a record with these octets.
    pub(crate) fn element<'b>(&self, octets: &'b [u8], path: PathPrefix) -> Element<'b> {
        element(&self.rest, self.rest.attributes.over(self.list.get(octets)), path, &[], &[])
    }

    /// What does not depend on octets; its prefix is that of one of the elements.
    pub(crate) const fn rest(&self) -> &Element<'static> {
        &self.rest
    }

    /// The octets of the list, and what its values depend on besides them, in a record with these octets.
    #[inline]
    pub(crate) fn list<'b>(&self, octets: &'b [u8]) -> Option<(&'b [u8], ListPlace)> {
        let (_, place) = self.rest.list_place()?;
        Some((self.list.get(octets), place))
    }
}

/// In place of a plain prefix.
const NO_PATH: PathPrefix = PathPrefix { prefix: Prefix::DEFAULT_V4, path_id: None };

/// The octets of an element: attribute list, route, separate next hop.
#[inline]
fn slices<'a>(from: &Element<'a>) -> (&'a [u8], &'a [u8], &'a [u8]) {
    let route = match from.route {
        Route::Other(route) => route.bytes,
        Route::Prefix(..) | Route::None => &[],
    };
    let next_hop = match from.beside {
        Beside::NextHop(octets) => octets,
        Beside::Nothing | Beside::Known(_) => &[],
    };
    (from.attributes.as_bytes(), route, next_hop)
}

/// The element without octets, and its plain prefix.
#[cfg_attr(optimised, inline(always))]
fn without_octets(from: &Element<'_>) -> (Element<'static>, PathPrefix) {
    let path = match from.route {
        Route::Prefix(_, path) => path,
        Route::Other(_) | Route::None => NO_PATH,
    };
    (element(from, from.attributes.over(&[]), path, &[], &[]), path)
}

/// The same element with other octets. Inlined, so that of a view only what is used is copied.
#[cfg_attr(optimised, inline(always))]
fn element<'b>(
    from: &Element<'_>,
    attributes: crate::attr::Attributes<'b>,
    path: PathPrefix,
    route: &'b [u8],
    next_hop: &'b [u8],
) -> Element<'b> {
    let Element {
        attributes: _,
        beside,
        route: what,
        time,
        peer,
        originated,
        kind,
        carrier,
        local,
        source,
        plain,
        sound,
        noted,
        cut,
    } = *from;
    let beside = match beside {
        Beside::Nothing => Beside::Nothing,
        Beside::NextHop(_) => Beside::NextHop(next_hop),
        Beside::Known(finding) => Beside::Known(finding),
    };
    let route = match what {
        Route::None => Route::None,
        Route::Prefix(family, _) => Route::Prefix(family, path),
        Route::Other(RawRoute { family, path_id, bytes: _, offset, labels }) => {
            Route::Other(RawRoute { family, path_id, bytes: route, offset, labels })
        }
    };
    Element { attributes, beside, route, time, peer, originated, kind, carrier, local, source, plain, sound, noted, cut }
}

/// A list with what follows it in one buffer.
#[inline(never)]
fn joined(list: &[u8], route: &[u8], next_hop: &[u8]) -> Bytes {
    let mut octets = Vec::with_capacity(list.len().saturating_add(route.len()).saturating_add(next_hop.len()));
    octets.extend_from_slice(list);
    octets.extend_from_slice(route);
    octets.extend_from_slice(next_hop);
    octets.into()
}

impl From<Element<'_>> for ElementBuf {
    #[inline]
    fn from(from: Element<'_>) -> Self {
        Self::copied(&from)
    }
}

impl fmt::Display for ElementBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_element().fmt(f)
    }
}

impl fmt::Debug for ElementBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.as_element(), f)
    }
}

impl PartialEq for ElementBuf {
    fn eq(&self, other: &Self) -> bool {
        self.as_element() == other.as_element()
    }
}

impl Eq for ElementBuf {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::element::Strictness;
    use crate::element::mrt::elements;
    use crate::element::tests::{BOTH, record, update};

    #[test]
    fn an_owned_element_says_what_its_view_said() {
        let mut archive = update(BOTH);
        // An unknown message, and one with a malformed ORIGIN.
        archive.extend(record(99, 0, &[1, 2, 3]));
        archive.extend(update(&[&[0, 0, 0, 11, 0x40, 1, 1, 9, 0x40, 3, 4, 192, 0, 2, 1][..], &[8, 10]].concat()));
        for strictness in [Strictness::Forensic, Strictness::Rfc7606] {
            let views: Vec<_> = elements(&archive).with_strictness(strictness).flatten().collect();
            assert!(views.len() >= 3, "{views:?}");
            let kept: Vec<_> = views.iter().map(|view| ElementBuf::from(*view)).collect();
            let kept = std::thread::spawn(move || kept).join().unwrap();
            for (view, kept) in views.iter().zip(&kept) {
                let again = kept.as_element();
                assert_eq!((again, again.finding(), again.route()), (*view, view.finding(), view.route()));
                assert_eq!((again.attribute_bytes(), again.next_hop()), (view.attribute_bytes(), view.next_hop()));
                assert_eq!((kept.to_string(), format!("{kept:?}")), (view.to_string(), format!("{view:?}")));
                assert_eq!(ElementBuf::from(again), *kept);
            }
            let octets = Bytes::from(archive.clone());
            for element in elements(&octets).with_strictness(strictness).flatten() {
                let shared = ElementBuf::sharing(element, &octets).unwrap();
                assert_eq!((shared.as_element(), shared.as_element().finding()), (element, element.finding()));
                assert_eq!(shared.as_element().attribute_bytes().as_ptr(), element.attribute_bytes().as_ptr());
                // Of equal octets elsewhere nothing can be shared.
                if !element.attribute_bytes().is_empty() {
                    assert!(ElementBuf::sharing(element, &Bytes::from(archive.clone())).is_none(), "{element:?}");
                }
            }
        }
    }
}
